"""The network of 2017 as the charts take it, with invented seats and rates, and every state a centre or a week can be in."""

from datetime import date, timedelta

import polars as pl
import pytest

CENTRES = [
    ("MURAT", "La COcotte numérique", "Murat", "Murat", 45.1105, 2.8685, "open", 12, 0.62),
    ("ALLANCHE", "Télécentre d’Allanche", "Allanche", "Allanche", 45.2290, 2.9345, "open", 3, 0.18),
    ("MONTMURAT", "Télécentre de Montmurat", "Montmurat", "Montmurat", 44.6281, 2.1981, "open", 3, 0.0),
    ("CASSANIOUZE", "Télécentre de Cassaniouze", "Cassaniouze", "Cassaniouze", 44.6933, 2.3821, "open", 3, None),
    ("MAURIAC", "Télécentre du pays de Mauriac", "Mauriac", "Mauriac", 45.2186, 2.3336, "open", 7, 0.41),
    ("LA-FORGE", "Espace de coworking La Forge", "La Forge", "Aurillac", 44.9290, 2.4449, "open", 10, 1.0),
    ("A2EX", "Télécentre A2EX", "A2EX", "Aurillac", 44.9290, 2.4449, "open", 9, 0.58),
    ("AURILLAC-CCI", "Télécentre d’Aurillac (CCI)", "Aurillac CCI", "Aurillac", 44.9290, 2.4449, "open", 7, 0.36),
    ("PIERREFORT", "Pierrefort, centre des services", "Pierrefort", "Pierrefort", 44.9214, 2.8385, "planned", 6, None),
    ("MONTSALVY", "Télécentre de Montsalvy", "Montsalvy", "Montsalvy", 44.7075, 2.5005, "planned", None, None),
    ("YDES", "Télécentre d’Ydes", "Ydes", "Ydes", 45.3473, 2.4368, "closed", 5, None),
]
COLUMNS = {
    "code": pl.String,
    "name": pl.String,
    "label": pl.String,
    "commune_name": pl.String,
    "latitude": pl.Float64,
    "longitude": pl.Float64,
    "status": pl.String,
    "seats": pl.Int64,
    "fill_rate": pl.Float64,
}
STATES = ("complete", "complete", "missing", "draft", "closed", "not_expected")
FIRST_MONDAY = date(2016, 12, 12)


@pytest.fixture
def centres() -> pl.DataFrame:
    """Eleven places: three share the town hall of Aurillac, one is full, one empty, one silent, two planned, one closed."""
    why = {"open": "missing", "planned": "not_open", "closed": "closed"}
    silent = pl.when(pl.col("fill_rate").is_null())
    return pl.DataFrame(CENTRES, schema=COLUMNS, orient="row").with_columns(
        state=silent.then(pl.col("status").replace_strict(why)), said=silent.then(pl.lit("dit en mots"))
    )


@pytest.fixture
def weeks() -> pl.DataFrame:
    """Two centres over six weeks, across a new year: every state, a zero, a full week, and a network rate beside."""
    rows = [
        {
            "centre_code": name.upper(),
            "centre_name": name,
            "week_start": FIRST_MONDAY + timedelta(weeks=number),
            "state": state,
            "reason": "congés" if state == "closed" else None,
            "fill_rate": rate if state == "complete" else None,
            "network_rate": 0.35,
        }
        for name, rate in (("Murat", 1.0), ("Montmurat", 0.0))
        for number, state in enumerate(STATES)
    ]
    return pl.DataFrame(rows, schema_overrides={"fill_rate": pl.Float64})


@pytest.fixture
def days() -> pl.DataFrame:
    """Monday to Friday; nothing was offered on Friday."""
    return pl.DataFrame({"weekday": [1, 2, 3, 4, 5], "fill_rate": [0.31, 0.44, 0.0, 0.46, None]})


@pytest.fixture
def evaluation_lines() -> pl.DataFrame:
    """Two lines of three years: one published, one computed, one that runs; a cost nobody told."""
    hours = [("published", 43800.0, "43\u202f800\u202fh"), ("computed", 87600.0, "87\u202f600\u202fh")]
    costs = [("missing", None, "n.\u00a0d."), ("computed", 934.0, "934\u00a0€")]
    rows = [
        {"key": key, "label": label, "year": year, "value": value, "text": text, "origin": origin}
        for key, label, told in (
            ("hours", "Heures d’utilisation", [*hours, ("provisional", 21900.0, "21\u202f900\u202fh")]),
            ("cost_per_seat", "Coût d’un poste", [*costs, ("missing", None, "n.\u00a0d.")]),
        )
        for year, (origin, value, text) in enumerate(told, start=2013)
    ]
    return pl.DataFrame(rows)
