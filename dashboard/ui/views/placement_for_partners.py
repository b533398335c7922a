"""Pôle Emploi as partners see it: no filter, one cut at a time, small counts masked."""

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.figures.model import Figure, Tile
from dashboard.indicators import placements
from dashboard.indicators.disclosure import (
    THRESHOLD,
    contracts_by_year,
    hidden_with,
    is_small,
    last_published,
    month_ends,
)
from dashboard.indicators.model import measure
from dashboard.ui import components, store
from dashboard.ui.disclosure import masked_for_reader, masked_parts_for_reader
from dashboard.ui.filters import short_names
from dashboard.ui.views.partners import bars, figure_or
from dashboard.ui.views.placements import NO_CONTRACT, NO_MEETING, NOTHING, SINCE, SOURCE, Asked, nothing_entered, steps
from dashboard.wording import dates
from dashboard.wording.terms import CONTRACT_KINDS, JOB_CENTRE, PLACEMENT_AIMS, hidden_words
from dashboard.wording.typography import capital, count

# The way to a contract as partners see it: the steps of candidates, the information meetings.


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
    parts = masked_parts_for_reader(rows.sort("year"), ["interested", "others"], "year")
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


# The convention with Pôle Emploi for who may not see small counts: since its beginning, and cut one way at a time. No
# filter is offered: the same contracts cut by year, aim and place at once would be told apart one by one.

_AIMS: Final = {f"aim_{aim}": f"{aim}. {term.brief}" for aim, term in PLACEMENT_AIMS.items()}


def draw() -> None:
    """The page: its sentence, its tiles, its figures."""
    shown = Asked(last_published(clock.today()), None, None, None, None)
    components.key_sentence(sentence(shown))
    components.tiles(tiles(shown))
    if nothing_entered(shown):
        components.empty(NOTHING)
    else:
        for row in ((by_year, by_step), (by_duration, by_kind), (meetings, by_centre)):
            for place, figure in zip(st.columns(2, gap="large"), row, strict=True):
                with place:
                    figure_or(NO_MEETING if figure is meetings else NO_CONTRACT, figure(shown))
    components.note(
        f"Périmètre : les trois volets, tous les lieux, {SINCE}, au {_day(shown)}. Aucun nom ni pseudonyme n’est affiché."
    )


def sentence(shown: Asked) -> str:
    """How many contracts there were, and how many of them run."""
    if nothing_entered(shown):
        return f"Le suivi de la convention avec {JOB_CENTRE} n’a pas encore été saisi."
    state = _by_state(shown)
    number, running = int(state["whole"].item()), state["running"].item()
    if not number:
        return f"Aucun contrat {SINCE}."
    if is_small(number):
        return f"{capital(hidden_words(few=True))} contrats conclus {SINCE}."
    said = f"{count(number, 'contrat conclu', 'contrats conclus')} {SINCE}"
    return f"{said}." if running is None else f"{said}, dont {running or 'aucun'} en cours au {_day(shown)}."


def tiles(shown: Asked) -> list[Tile]:
    """Contracts, those still running, and the meetings, since the convention."""
    state, held = _by_state(shown), store.information_meetings(as_of=shown.as_of)
    counted = measure(held, placements.MEETINGS).row(0, named=True) if held.height else {}
    entered = not nothing_entered(shown)
    return [
        Tile(placements.PLACEMENTS, state["whole"].item() if entered else None),
        Tile(
            placements.PLACEMENTS_RUNNING,
            state["running"].item() if entered else None,
            hidden=hidden_words(few=False) if _hides(state) else "",
        ),
        Tile(placements.MEETING_ATTENDEES, counted.get("meeting_attendees")),
        Tile(placements.MEETING_INTEREST, counted.get("meeting_interest")),
    ]


def by_year(shown: Asked) -> Figure:
    """Contracts by year; the table cuts them by aim as well."""

    years = contracts_by_year(_contracts(shown.as_of), on=shown.as_of)

    def of_years_and_aims(as_of: date) -> pl.DataFrame:
        cells = measure(_contracts(as_of), [placements.PLACEMENTS], by=("year", "aim"))
        every = years.select("year").join(pl.DataFrame({"aim": list(PLACEMENT_AIMS)}), how="cross")
        return every.join(cells, on=("year", "aim"), how="left").with_columns(pl.col("placements").fill_null(0))

    cells = _masked(of_years_and_aims, shown, ["year", "aim"])
    for name, aim in zip(_AIMS, PLACEMENT_AIMS, strict=True):
        of_aim = cells.filter(pl.col("aim") == aim).select(
            "year", pl.col("placements").alias(name), pl.col("placements_hidden").alias(f"{name}_hidden")
        )
        years = years.join(of_aim, on="year", how="left")
    return bars(
        years.with_columns(label=pl.col("year").cast(pl.String)),
        "placements",
        key="contrats-par-annee",
        headline="Les contrats, année après année",
        subtitle=f"Contrats conclus {SINCE}, par année d’embauche. {shown.as_of.year} : jusqu’au {_day(shown)}.",
        subject="contrats par année",
        headings={"label": "Année", "placements": "Contrats conclus", **_AIMS},
        notes=(f"Contrats conclus {SINCE}. {SOURCE}",),
    )


def by_duration(shown: Asked) -> Figure:
    """Contracts still running 6, 12 and 24 months after they began."""

    def of_horizons(as_of: date) -> pl.DataFrame:
        rows = _contracts(as_of)
        at = placements.contracts_at_horizons(rows, as_of=as_of)
        return (
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

    told = hidden_with(_masked_parts(of_horizons, shown, ["yes", "no", "waiting"], "label"), ["share"], "yes", "no")
    return bars(
        told.with_columns(pl.col("label").map_elements(capital, return_dtype=pl.String)),
        "yes",
        key="duree-des-contrats",
        headline="Combien de temps durent les contrats",
        subtitle=f"Contrats conclus {SINCE}, encore en cours 6, 12 et 24 mois après l’embauche.",
        subject="contrats encore en cours",
        headings={
            "label": "Échéance",
            "yes": "Encore en cours",
            "no": "Terminés",
            "waiting": "Échéance à venir",
            "share": "Part encore en cours",
        },
        notes=(f"Contrats conclus {SINCE}. {SOURCE}",),
        shares=frozenset({"share"}),
    )


def by_kind(shown: Asked) -> Figure:
    """Each kind of contract: how many run, how many have ended."""
    two = [placements.PLACEMENTS, placements.PLACEMENTS_RUNNING, placements.RUNNING_SHARE]
    names = {kind: term.title for kind, term in CONTRACT_KINDS.items()}

    def of_kinds(as_of: date) -> pl.DataFrame:
        return (
            measure(_contracts(as_of), two, by="contract_kind")
            .select(
                label=pl.col("contract_kind").replace_strict(names, return_dtype=pl.String),
                yes="placements_running",
                no=pl.col("placements") - pl.col("placements_running"),
                share="running_share",
            )
            .sort("label")
        )

    told = hidden_with(_masked_parts(of_kinds, shown, ["yes", "no"], "label"), ["share"], "yes", "no")
    return bars(
        told,
        "yes",
        key="contrats-par-type",
        headline="Les contrats en cours, par type",
        subtitle=f"Contrats conclus {SINCE}, tels qu’ils sont au {_day(shown)}.",
        subject="contrats en cours par type",
        headings={"label": "Type de contrat", "yes": "En cours", "no": "Terminés", "share": "Part en cours"},
        notes=(f"Contrats conclus {SINCE}. {SOURCE}",),
        shares=frozenset({"share"}),
    )


def by_centre(shown: Asked) -> Figure:
    """The centres where the people hired work, and the contracts for which none was noted."""

    def of_centres(as_of: date) -> pl.DataFrame:
        return measure(_contracts(as_of), [placements.PLACEMENTS], by="centre_code")

    told = _masked(of_centres, shown, ["centre_code"]).with_columns(
        label=pl.col("centre_code").replace_strict(short_names(), default="Lieu non noté", return_dtype=pl.String)
    )
    return bars(
        # In the order of names: that of counts would tell what is hidden.
        told.sort(pl.col("centre_code").is_null(), "placements_hidden", "label"),
        "placements",
        key="contrats-par-lieu",
        headline="Où travaillent les personnes embauchées",
        subtitle=f"Contrats conclus {SINCE}, par télécentre.",
        subject="contrats par télécentre",
        headings={"label": "Télécentre", "placements": "Contrats conclus"},
        notes=(f"Contrats conclus {SINCE}. {SOURCE}",),
    )


def _contracts(as_of: date) -> pl.DataFrame:
    return store.placement_facts(as_of=as_of)


def _masked(counted: Callable[[date], pl.DataFrame], shown: Asked, by: list[str]) -> pl.DataFrame:
    """The figures of the day, hidden as they were in those of each month end before."""
    return masked_for_reader(
        counted(shown.as_of), "placements", by, earlier=[counted(day) for day in month_ends(shown.as_of)]
    )


def _masked_parts(counted: Callable[[date], pl.DataFrame], shown: Asked, parts: list[str], by: str) -> pl.DataFrame:
    return masked_parts_for_reader(
        counted(shown.as_of), parts, by, earlier=[counted(day) for day in month_ends(shown.as_of)]
    )


def _by_state(shown: Asked) -> pl.DataFrame:
    """One row: how many contracts in all, running and ended, the latter hidden together where one of them is small."""

    def of_states(as_of: date) -> pl.DataFrame:
        return measure(_contracts(as_of), [placements.PLACEMENTS, placements.PLACEMENTS_RUNNING]).select(
            whole=pl.col("placements").fill_null(0),
            running=pl.col("placements_running").fill_null(0),
            ended=pl.col("placements").fill_null(0) - pl.col("placements_running").fill_null(0),
            of=pl.lit("all"),
        )

    return _masked_parts(of_states, shown, ["running", "ended"], "of")


def _hides(state: pl.DataFrame) -> bool:
    return bool(state["running_hidden"].item())


def _day(shown: Asked) -> str:
    return dates.long_date(shown.as_of)
