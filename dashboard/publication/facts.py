"""The questions asked for a publication, all in one look at the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl
import sqlalchemy as sa

from data_access.metadata import is_demonstration
from data_access.periods import Period, month_start
from data_access.reads.agenda import agenda_entries
from data_access.reads.attendance import attendance_facts, completeness_facts
from data_access.reads.evaluation import YearFacts, evaluation_facts
from data_access.reads.programmes import placement_facts
from data_access.reads.publication import published_hours, published_places

# A meeting of the team is no appointment for the public.
_NOT_PUBLIC: Final = ("animators_meeting",)
_DAYS_KEPT: Final = 366


@dataclass(frozen=True)
class Facts:
    """What was known on the evening before `today`: years and months are those that are over."""

    today: date
    demonstration: bool
    places: pl.DataFrame
    hours: pl.DataFrame
    years: tuple[YearFacts, ...]
    months: pl.DataFrame
    places_by_year: pl.DataFrame
    placements: pl.DataFrame
    agenda: pl.DataFrame


def published_facts(connection: sa.Connection, *, today: date) -> Facts:
    """What may be published, read with the rights of whoever asks."""
    places = published_places(connection, on=today)
    years = range(_first_year(places, today), today.year)
    return Facts(
        today=today,
        demonstration=is_demonstration(connection),
        places=places,
        hours=published_hours(connection, on=today),
        years=tuple(evaluation_facts(connection, year, as_of=today) for year in years),
        months=_months(connection, years, today),
        places_by_year=_places_by_year(connection, years),
        placements=placement_facts(connection, as_of=today),
        agenda=_agenda(connection, today),
    )


def _first_year(places: pl.DataFrame, today: date) -> int:
    opened = places["opened_on"].min()
    return opened.year if isinstance(opened, date) else today.year


def _months(connection: sa.Connection, years: Iterable[int], today: date) -> pl.DataFrame:
    """One row per month that is over: half-days, hours and weeks."""
    first = date(min(years, default=today.year), 1, 1)
    last = month_start(today) - timedelta(days=1)
    period = Period.months(first, max(first, last))
    used = attendance_facts(connection, period, by=("month_start",))
    weeks = completeness_facts(connection, period, as_of=today, by=("month_start",))
    return used.join(weeks, on="month_start", how="left", maintain_order="left").filter(pl.col("month_start") <= last)


def _places_by_year(connection: sa.Connection, years: range) -> pl.DataFrame:
    """One row per place and year that is over: half-days and hours."""
    if not years:
        return pl.DataFrame(schema={"year": pl.Int32, "centre_code": pl.String})
    period = Period(date(years.start, 1, 1), date(years.stop - 1, 12, 31), "month")
    return attendance_facts(connection, period, by=("year", "centre_code"))


def _agenda(connection: sa.Connection, today: date) -> pl.DataFrame:
    """What is announced to the public, without who to ask nor how many came."""
    entries = agenda_entries(connection, first=today - timedelta(days=_DAYS_KEPT))
    return entries.filter(~pl.col("kind").is_in(_NOT_PUBLIC)).with_columns(
        pl.lit(None, entries.schema[name]).alias(name) for name in ("contact", "attendance", "project_holders")
    )
