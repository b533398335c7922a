"""The way to a contract: contracts by quarter, the steps of candidates, the information meetings."""

from typing import Final

import polars as pl

from dashboard.charts.counted_bars import counted_bars, counted_bars_in_words
from dashboard.charts.placement_meetings import placement_meetings, placement_meetings_in_words
from dashboard.charts.placement_quarters import aim_name, every_quarter, placement_quarters, placement_quarters_in_words
from dashboard.exports.tables import Table
from dashboard.indicators import placements
from dashboard.indicators.model import measure
from dashboard.ui import address, store
from dashboard.ui.components import Figure
from dashboard.ui.views.placements import SOURCE, Asked, about, contracts, meetings, picked, share
from dashboard.wording import dates
from dashboard.wording.numbers import NO_BREAK
from dashboard.wording.terms import JOB_CENTRE, PLACEMENT_AIMS, PLACEMENT_STAGES
from dashboard.wording.typography import capital

QUARTERS: Final = "contrats-par-trimestre"
YEAR_PICKED: Final = "annee_du_contrat"
# More columns than this and none is wide enough to be read; the table keeps them all.
_MONTHS_DRAWN: Final = 36


def by_quarter(shown: Asked) -> Figure:
    """Contracts by quarter and aim."""
    figures = quarters(shown)
    frame = figures.with_columns(
        quarter=pl.col("quarter_start").map_elements(dates.quarter, return_dtype=pl.String),
        aim_name=pl.col("aim").map_elements(aim_name, return_dtype=pl.String),
    )
    unfinished = f" Le {dates.quarter(shown.as_of)} est en cours." if shown.last == shown.as_of else ""
    return Figure(
        key=QUARTERS,
        headline="Les contrats, trimestre après trimestre",
        subtitle=f"Nombre de contrats conclus, par volet de la convention, {shown.period}.{unfinished}",
        draw=placement_quarters,
        figures=figures,
        spoken=placement_quarters_in_words(figures),
        table=Table(
            "Contrats conclus par trimestre et par volet",
            frame,
            {"quarter": "Trimestre", "aim_name": "Volet", "placements": "Contrats conclus"},
            notes=(about(shown), *(f"Volet {aim} : {term.label}." for aim, term in PLACEMENT_AIMS.items())),
            demonstration=store.is_demonstration(),
        ),
        options={"selection_name": YEAR_PICKED},
    )


def take_year_from_chart() -> None:
    """Clicking a column shows its year alone; clicking beside the columns changes nothing."""
    years = [point["year"] for point in picked(QUARTERS, YEAR_PICKED) if point.get("year")]
    if years:
        address.take("annees", str(years[0]))


def quarters(shown: Asked) -> pl.DataFrame:
    """One row per quarter and aim asked for, from the first contract to the last day looked at; zeros are zeros."""
    counted = measure(contracts(shown), [placements.PLACEMENTS], by=("quarter_start", "aim"))
    if counted.is_empty():
        return counted
    last = pl.Series([shown.last]).dt.truncate("1q").item()
    every = pl.DataFrame({"quarter_start": every_quarter([*counted["quarter_start"], last])})
    aims = pl.DataFrame({"aim": [shown.aim] if shown.aim else list(PLACEMENT_AIMS)}, schema={"aim": pl.Int64})
    return (
        every.join(aims, how="cross")
        .join(counted, on=("quarter_start", "aim"), how="left")
        .with_columns(pl.col("placements").fill_null(0))
        .sort("quarter_start", "aim")
    )


def steps(shown: Asked) -> pl.DataFrame:
    """One row per step, in order: step, label, candidates and step_share; none when no candidate is known."""
    furthest = shown.keeps(store.candidate_facts(as_of=shown.as_of))
    if furthest.is_empty():
        schema = {"step": pl.String, "candidates": pl.Int64, "step_share": pl.Float64, "label": pl.String}
        return pl.DataFrame(schema=schema)
    reached = placements.candidates_by_step(furthest)
    labels = {step: capital(term.counted(2)) for step, term in PLACEMENT_STAGES.items()}
    return measure(reached, [placements.CANDIDATES, placements.STEP_SHARE], by="step").with_columns(
        label=pl.col("step").replace_strict(labels)
    )


def by_step(shown: Asked) -> Figure:
    """From informed to hired: how many, and which share of the step before."""
    found = steps(shown)
    said = [
        f"{number} · {share(of_previous)}" if of_previous is not None else str(number)
        for number, of_previous in found.select("candidates", "step_share").iter_rows()
    ]
    bars = found.select("label", value="candidates", code=pl.lit(None, pl.String)).with_columns(
        said=pl.Series(said, dtype=pl.String)
    )
    everywhere = " Tous les lieux : le lieu n’est noté qu’avec le contrat." if shown.centre_code else ""
    return Figure(
        key="etapes-vers-le-contrat",
        headline="De l’information au contrat",
        subtitle=f"Candidats dont la première étape date de la période ({shown.period}) ; en % : part de l’étape "
        f"précédente.{everywhere}",
        draw=counted_bars,
        figures=bars,
        spoken=counted_bars_in_words(bars, subject="candidats parvenus à chaque étape"),
        table=Table(
            "Candidats par étape",
            found,
            {"label": "Étape", "candidates": "Candidats", "step_share": "Part de l’étape précédente"},
            notes=(
                f"{capital(shown.period)}, tous les lieux. {SOURCE}",
                placements.CANDIDATES.definition,
                placements.CANDIDATES.limits,
            ),
            shares=frozenset({"step_share"}),
            demonstration=store.is_demonstration(),
        ),
    )


def by_month(shown: Asked) -> Figure:
    """The meetings: who came, who was interested."""
    held = meetings(shown)
    months = held.group_by("month_start").agg(uncounted=pl.col("attendees").is_null().sum().cast(pl.Int64))
    two = [placements.MEETING_ATTENDEES, placements.MEETING_INTERESTED]
    counted = measure(held, two, by="month_start").rename(
        {"meeting_attendees": "attendees", "meeting_interested": "interested"}
    )
    figures = counted.join(months, on="month_start").sort("month_start")
    drawn = figures.tail(_MONTHS_DRAWN)
    cut = f" Les {_MONTHS_DRAWN} derniers mois sont dessinés." if figures.height > drawn.height else ""
    gap = f" ◌{NO_BREAK}: effectif non noté." if drawn["uncounted"].sum() else ""
    return Figure(
        key="reunions-d-information",
        headline="Les réunions d’information mensuelles",
        subtitle=f"Participants notés, {shown.period}.{cut}{gap} Un mois sans colonne n’a pas eu de réunion.",
        draw=placement_meetings,
        figures=drawn,
        spoken=placement_meetings_in_words(drawn),
        table=Table(
            "Réunions d’information",
            held.sort("held_on", descending=True),
            {"held_on": "Date", "place": "Lieu", "attendees": "Présents", "interested": "Intéressés"},
            notes=(f"{capital(shown.period)}, {JOB_CENTRE}.", placements.MEETING_ATTENDEES.limits),
            demonstration=store.is_demonstration(),
        ),
    )
