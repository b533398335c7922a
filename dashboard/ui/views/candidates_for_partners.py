"""The way to a contract as partners see it: the steps of candidates, the information meetings."""

import polars as pl

from dashboard.indicators import placements
from dashboard.indicators.disclosure import THRESHOLD, is_small
from dashboard.ui import store
from dashboard.ui.components import Figure
from dashboard.ui.disclosure import parts_for_reader
from dashboard.ui.views.counts_for_partners import bars
from dashboard.ui.views.placement_figures import steps
from dashboard.ui.views.placements import SINCE, SOURCE, Asked
from dashboard.wording.terms import JOB_CENTRE


def by_step(shown: Asked) -> Figure:
    """From informed to hired; a step so near the next that few people lie between them is hidden."""
    found = steps(shown)
    numbers = found["candidates"].to_list()
    hidden = [is_small(number) for number in numbers]
    kept = numbers[0] if numbers else 0
    for place, number in enumerate(numbers[1:], start=1):
        last = place == len(numbers) - 1
        ends = () if last else (numbers[-1],)
        hidden[place] |= not last and any(0 < abs(number - other) < THRESHOLD for other in (kept, *ends))
        kept = kept if hidden[place] else number
    told = found.with_columns(candidates_hidden=pl.Series(hidden, dtype=pl.Boolean)).with_columns(
        candidates=pl.when(~pl.col("candidates_hidden")).then("candidates")
    )
    return bars(
        told,
        "candidates",
        key="etapes-vers-le-contrat",
        headline="De l’information au contrat",
        subtitle=f"Candidats parvenus à chaque étape, {SINCE}.",
        subject="candidats parvenus à chaque étape",
        headings={"label": "Étape", "candidates": "Candidats"},
        notes=(f"Candidats {SINCE}. {SOURCE}", placements.CANDIDATES.definition),
    )


def meetings(shown: Asked) -> Figure:
    """Who came to the meetings of a year, and who was interested."""
    held = store.information_meetings(as_of=shown.as_of)
    noted = held.drop_nulls(["attendees", "interested"]).with_columns(others=pl.col("attendees") - pl.col("interested"))
    rows = noted.group_by("year").agg(pl.col("interested", "others").sum())
    parts = parts_for_reader(rows.sort("year"), ["interested", "others"], "year")
    return bars(
        parts.with_columns(label=pl.col("year").cast(pl.String)),
        "interested",
        key="reunions-d-information",
        headline="Les réunions d’information",
        subtitle=f"Participants intéressés, {SINCE}, aux réunions où tout a été noté ; les autres sont dans le tableau.",
        subject="participants intéressés par année",
        headings={"label": "Année", "interested": "Intéressés", "others": "Autres participants"},
        said={"interested": "{} intéressés", "others": "{} autres participants"},
        notes=(f"Réunions d’information {SINCE}, {JOB_CENTRE}.", placements.MEETING_ATTENDEES.limits),
    )
