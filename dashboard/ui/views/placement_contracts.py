"""The contracts themselves: how long they last, which still run, and where."""

from typing import Final

import polars as pl

from dashboard.charts.counted_bars import counted_bars, counted_bars_in_words
from dashboard.charts.follow_up import Parts, follow_up, follow_up_in_words
from dashboard.exports.tables import Table
from dashboard.indicators import placements
from dashboard.indicators.model import measure
from dashboard.ui import address, store
from dashboard.ui.components import Figure
from dashboard.ui.views.placements import SOURCE, Asked, about, contracts, picked
from dashboard.ui.views.places import short_names
from dashboard.wording import dates
from dashboard.wording.terms import CONTRACT_KINDS
from dashboard.wording.typography import capital

CENTRES: Final = "contrats-par-lieu"
CENTRE_PICKED: Final = "lieu_du_contrat"
_KEPT: Final = Parts("encore en cours", "terminés", "échéance à venir")
_RUNNING: Final = Parts("en cours", "terminés", "")


def by_duration(shown: Asked) -> Figure:
    """Contracts still running 6, 12 and 24 months after they began."""
    rows = contracts(shown)
    at = placements.contracts_at_horizons(rows, as_of=shown.as_of)
    figures = (
        measure(at, placements.FOLLOW_UP, by="months_after")
        .sort("months_after")
        .select(
            label=pl.format("après {} mois", "months_after"),
            yes="contracts_kept",
            no=pl.col("contracts_followed") - pl.col("contracts_kept"),
            waiting=rows.height - pl.col("contracts_followed"),
            share="contracts_kept_share",
        )
    )
    return Figure(
        key="duree-des-contrats",
        headline="Combien de temps durent les contrats",
        subtitle=f"Contrats conclus {shown.period}. En % : encore en cours, parmi ceux dont l’échéance est passée.",
        draw=follow_up,
        figures=figures,
        spoken=follow_up_in_words(figures, parts=_KEPT, subject="contrats encore en cours"),
        table=Table(
            "Contrats encore en cours 6, 12 et 24 mois après l’embauche",
            figures.with_columns(pl.col("label").map_elements(capital, return_dtype=pl.String)),
            {
                "label": "Échéance",
                "yes": "Encore en cours",
                "no": "Terminés",
                "waiting": "Échéance à venir",
                "share": "Part encore en cours",
            },
            notes=(about(shown), placements.CONTRACTS_KEPT_SHARE.definition),
            shares=frozenset({"share"}),
            demonstration=store.is_demonstration(),
        ),
        options={"parts": _KEPT},
    )


def by_kind(shown: Asked) -> Figure:
    """Each kind of contract: how many run, how many have ended."""
    two = [placements.PLACEMENTS, placements.PLACEMENTS_RUNNING, placements.RUNNING_SHARE]
    order = {kind: place for place, kind in enumerate(CONTRACT_KINDS)}
    figures = (
        measure(contracts(shown), two, by="contract_kind")
        .sort(pl.col("contract_kind").replace_strict(order, return_dtype=pl.Int64))
        .select(
            label=pl.col("contract_kind").replace_strict(
                {kind: term.title for kind, term in CONTRACT_KINDS.items()}, return_dtype=pl.String
            ),
            yes="placements_running",
            no=pl.col("placements") - pl.col("placements_running"),
            waiting=pl.lit(0, pl.Int64),
            share="running_share",
        )
    )
    return Figure(
        key="contrats-par-type",
        headline="Les contrats en cours, par type",
        subtitle=f"Contrats conclus {shown.period}, tels qu’ils sont au {dates.long_date(shown.as_of)}.",
        draw=follow_up,
        figures=figures,
        spoken=follow_up_in_words(figures, parts=_RUNNING, subject="contrats en cours par type"),
        table=Table(
            "Contrats en cours et terminés, par type",
            figures,
            {"label": "Type de contrat", "yes": "En cours", "no": "Terminés", "share": "Part en cours"},
            notes=(about(shown), placements.PLACEMENTS_RUNNING.limits),
            shares=frozenset({"share"}),
            demonstration=store.is_demonstration(),
        ),
        options={"parts": _RUNNING},
    )


def by_centre(shown: Asked) -> Figure:
    """The centres where the people hired work, and the contracts for which none was noted."""
    counted = measure(contracts(shown, centre=False), [placements.PLACEMENTS], by="centre_code")
    names = short_names()
    bars = (
        counted.with_columns(
            label=pl.col("centre_code").replace_strict(names, default="Lieu non noté", return_dtype=pl.String),
            said=pl.col("placements").cast(pl.String),
        )
        .sort(pl.col("centre_code").is_null(), -pl.col("placements"), "label")
        .select("label", "said", value="placements", code="centre_code")
    )
    return Figure(
        key=CENTRES,
        headline="Où travaillent les personnes embauchées",
        subtitle=f"Contrats conclus {shown.period}, par télécentre. Un clic sur une barre choisit le lieu.",
        draw=counted_bars,
        figures=bars,
        spoken=counted_bars_in_words(bars, subject="contrats par télécentre"),
        table=Table(
            "Contrats conclus par télécentre",
            bars,
            {"label": "Télécentre", "value": "Contrats conclus"},
            notes=(f"{capital(shown.period)}. {SOURCE}",),
            demonstration=store.is_demonstration(),
        ),
        options={"selection_name": CENTRE_PICKED},
    )


def take_centre_from_chart() -> None:
    """Clicking a bar keeps its centre; that of contracts without a centre changes nothing."""
    codes = [point["code"] for point in picked(CENTRES, CENTRE_PICKED) if point.get("code")]
    if codes:
        address.take("centre", codes[0])
