"""What is shown to anybody at a fair: sums of the network, its places and its agenda, and no row about a person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import polars as pl
import sqlalchemy as sa

from data_access.facts import PresentationFacts, PresentOccupancy
from data_access.openings import first_opened_on
from data_access.periods import Period, end_of_minute, months_before
from data_access.reads.agenda import agenda_entries
from data_access.reads.attendance import attendance_facts, completeness_facts
from data_access.reads.network import centres, network_facts
from data_access.reads.occupancy import live_centres, moment_shown, occupancy_facts
from data_access.reads.passes import pass_members
from data_access.reads.people import users_facts
from data_access.reads.programmes import convention_facts, welcome_facts
from data_access.reads.subjects import club_span, evaluated_years
from data_access.rights import Right, requires
from data_access.schema import centre, presentation

_PLACE: Final = ("code", "name", "commune_name", "latitude", "longitude", "seats")
_MEETING: Final = (
    "kind",
    "title",
    "number",
    "starts_on",
    "ends_on",
    "starts_at",
    "centre_name",
    "commune_name",
    "place",
)


# The figures are summed or stripped before they are answered.
@requires(Right.PRESENTATION, counts_people=True, grants=[Right.FIGURES])
def presentation_facts(connection: sa.Connection, *, on: date, today: date | None = None) -> PresentationFacts:
    """The sums of the network: people as they are counted on a day, all else `today`, the same day unless told."""
    today = today or on
    period, members_period = _twelve_months(today), _twelve_months(on)
    before = Period.months(months_before(period.first, 12), months_before(period.last, 12))
    club = club_span(connection, members_period, on=on, as_of=on)
    began = connection.execute(sa.select(sa.func.min(first_opened_on())).select_from(centre)).scalar()
    return PresentationFacts(
        on=on,
        today=today,
        period=period,
        members_period=members_period,
        places=centres(connection, on=today).filter("open").select(_PLACE),
        network=network_facts(connection, on=today),
        attendance=_attendance(connection, period, today),
        attendance_before=_attendance(connection, before, today) if began and began <= before.first else None,
        attendance_months=attendance_facts(connection, period, by=("month_start",)),
        users=users_facts(connection, year=on.year, as_of=on),
        club=replace(
            club,
            months=club.months.select(pl.col("joined", "ended", "ended_own_premises").sum()),
            cohorts=club.cohorts.drop("month_start").sum(),
        ),
        members_before=pass_members(connection, on=months_before(on, 12)),
        evaluated=evaluated_years(connection, on.year, as_of=on),
        convention=convention_facts(connection, as_of=on),
        welcome=welcome_facts(connection, as_of=on),
        events=agenda_entries(connection, first=today).select(_MEETING),
    )


# The figures are summed or stripped before they are answered.
@requires(Right.PRESENTATION, counts_people=True, grants=[Right.FIGURES])
def present_occupancy(connection: sa.Connection, *, at: datetime) -> PresentOccupancy:
    """The seats taken in the whole network; where a replay has carried invented visits beyond `at`, at that moment."""
    minute = end_of_minute(moment_shown(connection, at))
    today = live_centres(connection, at=minute)
    facts = occupancy_facts(connection, at=minute)
    counted = facts.filter(
        pl.col("centre_code").is_in(today.filter(~pl.col("shut"))["centre_code"].to_list()),
        pl.col("seats_taken").is_not_null(),
    )
    seats, taken = pl.col("seats"), pl.min_horizontal("seats_taken", "seats")
    summed = counted.select(seats.sum(), seats_taken=pl.when(pl.len() > 0).then(taken.sum()))
    return PresentOccupancy(minute, summed)


@dataclass(frozen=True)
class SavedPresentation:
    """A show that somebody composed: the codes of its slides, in order, and the titles that were changed, by code."""

    row_id: int
    version: int
    name: str
    slides: tuple[str, ...]
    seconds: int
    theme: str
    titles: Mapping[str, str]


@requires(Right.PRESENTATION)
def saved_presentations(connection: sa.Connection) -> list[SavedPresentation]:
    """The shows that can be opened by their name, in the order of names."""
    kept = presentation.c
    question = sa.select(kept.id, kept.version, kept.name, kept.slides, kept.seconds, kept.theme, kept.titles)
    return [
        SavedPresentation(row_id, version, name, tuple(slides.split(",")), seconds, theme, titles or {})
        for row_id, version, name, slides, seconds, theme, titles in connection.execute(question.order_by(kept.name))
    ]


def _attendance(connection: sa.Connection, period: Period, on: date) -> pl.DataFrame:
    return attendance_facts(connection, period).hstack(completeness_facts(connection, period, as_of=on))


def _twelve_months(on: date) -> Period:
    """The last twelve months that are over at the end of the day."""
    after = (on + timedelta(days=1)).replace(day=1)
    return Period.months(after.replace(year=after.year - 1), after - timedelta(days=1))
