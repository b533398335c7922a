"""The places of the network: where they are, how large and how full, and why one of them has no rate."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import polars as pl

from dashboard.charts.map_ground import groups_of_near, to_lambert93
from dashboard.charts.network_map import network_map, network_map_in_words
from dashboard.figures.completeness import named
from dashboard.figures.model import Figure, Subject, Table
from dashboard.figures.place_sheet import identity, spoken_hours
from dashboard.indicators import attendance, network
from dashboard.indicators.model import measure
from dashboard.wording import dates, terms
from dashboard.wording.numbers import percent
from dashboard.wording.typography import capital, count
from dashboard.wording.units import format_value
from data_access.facts import PlacesFacts

MAP: Final = "carte"

_SEATS: Final = {"seats_office": "Bureaux", "seats_open_space": "Open space", "seats": "Positions"}


def with_figures(facts: PlacesFacts) -> pl.DataFrame:
    """One row per place of the period, in the order of names: those open on one of its days, or with a figure in it.

    Beside what is known of a place: `label` (its short name), `centre_code`, use and completeness of the period, `status`
    (open, planned or closed on the day), `state` (of `terms.PLACE_STATES`; null where it has a rate), `reason` (of a
    closure) and `said`, the rate or why there is none. Seats nobody recorded are null; a place closed that day has none.
    """
    return _worded(facts).filter("of_period")


def places(facts: PlacesFacts, *, spoken: str, coverage: str, show_names: bool = False) -> Subject:
    """The page: the places known on the day, those in project with them while the year runs, on a map and in a list."""
    known = pl.col("opened_on") <= facts.on
    if facts.on == facts.as_of:
        known |= pl.col("status") == "planned"
    shown = _worded(facts).filter(known.fill_null(False))
    drawn = located(facts, shown, spoken=spoken)
    return Subject(
        sentence=sentence(facts, shown),
        figures={MAP: replace(drawn, options={**drawn.options, "show_names": show_names, "selection_name": "lieu"})},
        note=coverage,
    )


def network_of_year(facts: PlacesFacts, *, spoken: str) -> Figure:
    """The same in the report of a year: its places, with what each cost."""
    return located(facts, with_figures(facts), spoken=spoken, costs=True)


def sentence(facts: PlacesFacts, shown: pl.DataFrame) -> str:
    """How many places were open that day, with how many seats, and which is the fullest of the period."""
    there = shown.filter("open")
    if there.is_empty():
        return f"Aucun télécentre n’était ouvert au {dates.long_date(facts.on)}."
    communes = count(there["commune_name"].drop_nulls().n_unique(), "commune")
    said = f"Au {dates.long_date(facts.on)}, {count(there.height, 'lieu est ouvert', 'lieux sont ouverts')} dans {communes}"
    # No seat recorded anywhere is not a network without seats.
    if there["seats"].drop_nulls().len():
        said += f" et {'offre' if there.height == 1 else 'offrent'} "
        said += count(there["seats"].sum(), "position de travail", "positions de travail")
        unknown = there.filter(pl.col("seats").is_null())["name"].to_list()
        said += f" (non notées pour {named(unknown)})" if unknown else ""
    fullest = there.drop_nulls("fill_rate").sort("fill_rate", descending=True, maintain_order=True)
    if fullest.is_empty():
        return f"{said}."
    best = fullest.row(0, named=True)
    return f"{said}. Le plus rempli : {best['name']}, {percent(best['fill_rate'])}."


def located(facts: PlacesFacts, shown: pl.DataFrame, *, spoken: str, costs: bool = False) -> Figure:
    """The map of these places, their list, and what is not known of them."""
    headings = {"name": "Lieu", "commune_name": "Commune", **_SEATS, "fill_rate": "Remplissage"}
    # Columns that would say the same of each place are left out.
    why = {"why": "Sans taux"} if shown["state"].drop_nulls().len() else {}
    headings |= why | ({} if shown["open"].all() else {"situation": "État"})
    if costs:
        headings["cost_eur"] = f"Coût {facts.on.year} (€)"
    when = f"au {dates.long_date(facts.on)}"
    notes = (f"Réseau {when}.", f"Taux de remplissage : {spoken}.")
    gaps = _gaps(shown, costs=costs)
    nowhere = _without_position(shown)
    return Figure(
        key=MAP,
        headline="Les lieux et leurs positions de travail",
        subtitle=f"Surface du cercle : positions de travail {when}. Teinte : taux de remplissage, {spoken}. {nowhere}".strip(),
        draw=network_map,
        figures=shown,
        spoken=network_map_in_words(shown),
        table=_table(
            facts, "Lieux, positions et coûts" if costs else "Lieux et positions de travail", shown, headings, notes
        ),
        options={"geometry": "address"},
        finding=sentence(facts, shown),
        paper={"width": 760, "height": 520},
        period=f"situation {when}, remplissage : {spoken}",
        indicators=(network.SEATS, attendance.FILL_RATE, *((network.COST,) if costs else ())),
        gaps=" ".join(part for part in (gaps, nowhere) if part),
        details=(
            _table(
                facts,
                "Les lieux du réseau",
                shown.with_columns(_position_words()),
                {
                    **{"name": "Nom", "commune_name": "Commune", "address": "Adresse", "situation": "État"},
                    **{key: _SEATS[key] for key in ("seats_office", "seats_open_space")},
                    **{"fill_rate": "Taux de remplissage", **why},
                    **{"epci_name": "Intercommunalité", "position": "Position sur la carte"},
                },
                notes,
            ),
        ),
    )


def points(places: pl.DataFrame) -> pl.DataFrame:
    """The points of a map with few words, in the order of names: `name`, `latitude`, `longitude`, `places` (how many are
    there). A row of `places` has `code`, `name`, `commune_name` and a position; one without is on no map."""
    rows = {row["code"]: row for row in places.drop_nulls(("latitude", "longitude")).iter_rows(named=True)}
    names = dict(
        zip(rows, terms.short_place_names([(row["name"], row["commune_name"]) for row in rows.values()]), strict=True)
    )
    at = {code: to_lambert93(row["latitude"], row["longitude"]) for code, row in rows.items()}
    groups = groups_of_near(at)
    alone = [(code,) for code in rows if not any(code in group for group in groups)]
    told = []
    for codes in [*alone, *groups]:
        first = rows[codes[0]]
        name = names[codes[0]]
        if len(codes) > 1:
            name = f"{first['commune_name'] or first['name']} ({count(len(codes), 'lieu', 'lieux')})"
        told.append((name, first["latitude"], first["longitude"], len(codes)))
    schema = {"name": pl.String, "latitude": pl.Float64, "longitude": pl.Float64, "places": pl.Int64}
    return pl.DataFrame(told, schema=schema, orient="row").sort("name", maintain_order=True)


def sheet(place: Mapping[str, Any], hours: pl.DataFrame, *, spoken: str) -> list[tuple[str, str]]:
    """What is known of a place of the map, as names and values; what is not known is not listed."""
    seats = [
        f"{number} {terms.SEAT_KINDS[kind].counted(number)}"
        for kind in terms.SEAT_KINDS
        if (number := place[f"seats_{kind}"])
    ]
    known = [(name, value) for name, value in identity(place) if value != terms.MISSING]
    lines = {
        "Positions de travail": ", ".join(seats),
        "Taux de remplissage": f"{place['said']}, {spoken}" if place["of_period"] else "",
        "Horaires": spoken_hours(hours),
    }
    return [*known, *((name, value) for name, value in lines.items() if value)]


def _worded(facts: PlacesFacts) -> pl.DataFrame:
    """Every place known, with its figures and words."""
    codes = facts.places["code"].to_list()
    labels = terms.short_place_names(facts.places.select("name", "commune_name").rows())
    every = facts.places.with_columns(
        *(
            pl.Series(
                column, list(terms.distinct_names(dict(zip(codes, names, strict=True))).values()), dtype=pl.String
            )
            for column, names in (("name", facts.places["name"].to_list()), ("label", labels))
        ),
        centre_code="code",
    )
    measured = measure(every, (*attendance.USE, *attendance.COVERAGE), by="code")
    replaced = [column for column in measured.columns if column in every.columns and column != "code"]
    recorded = pl.any_horizontal(pl.col("seats_office", "seats_open_space").is_not_null())
    planned = pl.col("status") == "planned"
    every = (
        every.drop(replaced)
        .join(measured, on="code", maintain_order="left")
        .with_columns(
            *(
                pl.when(recorded & (pl.col("open") | planned)).then(name).when(recorded).then(0).alias(name)
                for name in _SEATS
            ),
            status=pl.when("open").then(pl.lit("open")).when(planned).then("status").otherwise(pl.lit("closed")),
            reason=pl.Series([_reason(facts, code) for code in every["code"]], dtype=pl.String),
        )
        .with_columns(state=_state(facts, recorded))
    )
    rows = every.to_dicts()
    return every.with_columns(
        situation=pl.Series([_situation(row) for row in rows], dtype=pl.String),
        said=pl.Series([_said(row, facts) for row in rows], dtype=pl.String),
    ).with_columns(why=pl.when(pl.col("state").is_null()).then(pl.lit(terms.NOT_APPLICABLE)).otherwise("said"))


def _state(facts: PlacesFacts, recorded: pl.Expr) -> pl.Expr:
    """Why there is no rate: what somebody can mend comes before what nobody can."""
    later = pl.col("opened_on").is_null() | (pl.col("opened_on") > facts.period.last)
    shut = (
        (pl.col("closed_on") < facts.period.first)
        | (pl.col("weeks_closed") > 0)
        | (recorded & pl.col("reason").is_not_null())
    )
    return (
        pl.when(pl.col("fill_rate").is_not_null())
        .then(None)
        .when((pl.col("status") == "planned") | later)
        .then(pl.lit("not_open"))
        .when(pl.col("weeks_missing") > 0)
        .then(pl.lit("missing"))
        .when(pl.col("weeks_draft") > 0)
        .then(pl.lit("draft"))
        .when(shut.fill_null(False))
        .then(pl.lit("closed"))
        .otherwise(pl.lit("without_seats"))
    )


def _reason(facts: PlacesFacts, code: str) -> str | None:
    """The last reason for which a place was shut in the period."""
    own = facts.closures.filter((pl.col("centre_code") == code) | pl.col("centre_code").is_null())
    return own["reason"][-1] if own.height else None


def _situation(row: Mapping[str, Any]) -> str:
    """« Ouvert », « En projet », « Fermé le 30 juin 2025 »"""
    word = terms.CENTRE_STATUSES[row["status"]].title
    ended = row["closed_on"] if row["status"] == "closed" else None
    return f"{word} le {dates.long_date(ended)}" if ended else word


def _said(row: Mapping[str, Any], facts: PlacesFacts) -> str:
    if row["state"] is None:
        return format_value(row["fill_rate"], "ratio")
    if row["status"] == "planned":
        return terms.CENTRE_STATUSES["planned"].label
    word = terms.PLACE_STATES[row["state"]].label
    if row["state"] != "closed":
        return word
    ended: date | None = row["closed_on"]
    if ended is not None and ended < facts.period.first:
        return f"{word} depuis le {dates.long_date(ended)}"
    return f"{word} : {row['reason']}" if row["reason"] else word


def _gaps(shown: pl.DataFrame, *, costs: bool) -> str:
    """Which places lack their seats, or their cost."""
    of_day = shown.filter("open")
    lacking = {"positions de travail non notées": of_day.filter(pl.col("seats").is_null())}
    if costs:
        lacking["coût non saisi"] = shown.filter(pl.col("cost_eur").is_null())
    parts = [f"{what} pour {named(rows['name'].to_list())}" for what, rows in lacking.items() if rows.height]
    return f"Manques : {' ; '.join(parts)}." if parts else "Manques : aucun."


def _without_position(shown: pl.DataFrame) -> str:
    lost = shown.filter(pl.col("latitude").is_null() | pl.col("longitude").is_null())
    return f"Absent de la carte, faute de position : {named(lost['name'].to_list())}." if lost.height else ""


def _position_words() -> pl.Expr:
    words = {code: capital(term.label) for code, term in terms.LOCATION_PRECISIONS.items()}
    known = pl.col("location_precision").replace_strict(words, default=terms.MISSING, return_dtype=pl.String)
    return pl.when(pl.col("latitude").is_null()).then(pl.lit("Inconnue")).otherwise(known).alias("position")


def _table(
    facts: PlacesFacts, title: str, shown: pl.DataFrame, headings: Mapping[str, str], notes: tuple[str, ...]
) -> Table:
    return Table(title, shown, headings, notes, frozenset({"fill_rate"}))
