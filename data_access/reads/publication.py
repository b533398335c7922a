"""What is read to be given away: places with what is theirs alone to tell, and counts for a national census."""

from datetime import date, timedelta
from typing import Final

import polars as pl
import sqlalchemy as sa

from data_access.frames import read, runs
from data_access.openings import first_opened_on
from data_access.periods import PARIS, instant_in_paris
from data_access.reads.agenda import agenda_entries
from data_access.reads.network import centres
from data_access.rights import Right, requires
from data_access.schema import (
    account,
    agreement,
    audit_entry,
    centre,
    centre_capacity,
    centre_cost,
    event,
    opening_hours,
    person,
)
from data_access.schema.columns import ranges_of

# A meeting of the team is no appointment for the public.
_NOT_PUBLIC: Final = ("animators_meeting",)
_DAYS_KEPT: Final = 366


@requires(Right.FIGURES)
def announced(connection: sa.Connection, *, on: date) -> pl.DataFrame:
    """The rows of `agenda_entries` that are for the public, from a year before that day on, without who to ask nor how many
    came."""
    entries = agenda_entries(connection, first=on - timedelta(days=_DAYS_KEPT))
    return entries.filter(~pl.col("kind").is_in(_NOT_PUBLIC)).with_columns(
        pl.lit(None, entries.schema[name]).alias(name) for name in ("contact", "attendance", "project_holders")
    )


@requires(Right.FIGURES, counts_people=True)
def published_places(connection: sa.Connection, *, on: date) -> pl.DataFrame:
    """One row per place known to the network that day, in the order of names, as `centres` gives them but for its note.

    `updated_on` is the day of the last change made to the place, its seats or its hours through the application, or the day
    it opened where none was made since. A telephone number or an e-mail address that holds somebody's is null, and so is a
    position out of its plausible range: latitude and longitude were swapped, or one was mistyped.
    """
    changed = (
        sa.select(sa.func.max(audit_entry.c.at, type_=audit_entry.c.at.type))
        .where(
            audit_entry.c.table_name.in_((centre.name, centre_capacity.name, opening_hours.name)),
            audit_entry.c.row_id == centre.c.id,
        )
        .correlate(centre)
        .scalar_subquery()
    )
    private = sa.select(
        centre.c.code,
        changed.label("changed_at"),
        sa.or_(_holds(centre.c.email, person.c.email), _holds(centre.c.email, account.c.email)).label("own_email"),
        _holds(centre.c.phone, person.c.phone).label("own_phone"),
    )
    told = read(connection, private)
    places = centres(connection, on=on).drop("note").join(told, on="code", how="left", maintain_order="left")
    located = pl.all_horizontal(
        pl.col(column.name).is_between(*ranges_of(centre)[column.name])
        for column in (centre.c.latitude, centre.c.longitude)
    )
    return places.with_columns(
        pl.when(~pl.col("own_email")).then("email").alias("email"),
        pl.when(~pl.col("own_phone")).then("phone").alias("phone"),
        *(pl.when(located).then(name).alias(name) for name in ("latitude", "longitude", "location_precision")),
        updated_on=pl.max_horizontal(
            pl.col("changed_at").dt.convert_time_zone(PARIS.key).dt.date(),
            pl.when(pl.col("opened_on") <= on).then("opened_on"),
        ),
    ).drop("own_email", "own_phone", "changed_at")


@requires(Right.FIGURES)
def published_hours(connection: sa.Connection, *, on: date) -> pl.DataFrame:
    """One row per open half-day of each place's week: `centre_code`, `weekday` (1 = Monday), `half_day` and two times.

    The hours are those valid that day; a place that has none yet has its first ones to come, from the day `begins_on`, null
    for all others.
    """
    hours = opening_hours.c
    question = (
        sa.select(
            centre.c.code.label("centre_code"),
            hours.weekday,
            hours.half_day,
            hours.opens_at,
            hours.closes_at,
            sa.case((hours.valid_from > on, hours.valid_from)).label("begins_on"),
        )
        .join(centre, centre.c.id == hours.centre_id)
        .where(sa.or_(hours.valid_to.is_(None), hours.valid_to >= on))
        .order_by(centre.c.code, hours.weekday, hours.opens_at)
    )
    begins = pl.col("begins_on")
    first = pl.when(begins.is_null().any()).then(None).otherwise(begins.min()).over("centre_code")
    return read(connection, question).filter(begins.eq_missing(first))


@requires(Right.COORDINATE)
def census_counts(connection: sa.Connection, *, year: int) -> pl.DataFrame:
    """One row per place opened by the end of a year: what happened there in it.

    `users` are the distinct people with an agreement there on at least one day; `events` began in the year, sub-events
    left out. `cost_eur` and `revenue_eur` are null where nobody told them.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    users = (
        sa.select(sa.func.count(agreement.c.person_id.distinct()))
        .where(
            agreement.c.centre_id == centre.c.id, runs(agreement.c.signed_on, agreement.c.ended_on, first, until=last)
        )
        .correlate(centre)
        .scalar_subquery()
    )
    events = (
        sa.select(sa.func.count())
        .select_from(event)
        .where(
            event.c.centre_id == centre.c.id,
            event.c.parent_id.is_(None),
            event.c.starts_at >= instant_in_paris(first),
            event.c.starts_at < instant_in_paris(date(year + 1, 1, 1)),
        )
        .correlate(centre)
        .scalar_subquery()
    )
    question = (
        sa.select(
            centre.c.code.label("centre_code"),
            users.label("users"),
            events.label("events"),
            centre_cost.c.cost_eur,
            centre_cost.c.revenue_eur,
        )
        .select_from(
            centre.outerjoin(centre_cost, sa.and_(centre_cost.c.centre_id == centre.c.id, centre_cost.c.year == year))
        )
        .where(centre.c.status != "planned", first_opened_on() <= last)
        .order_by(centre.c.code)
    )
    return read(connection, question)


def _holds(value: sa.Column[str], by: sa.Column[str]) -> sa.ColumnElement[bool]:
    """Whether somebody's address or number stands there, alone or among others, however it is spaced."""
    held = sa.exists().where(_bare(value).contains(_bare(by))).correlate(centre)
    # Of a place that has none, nobody's is looked for.
    return sa.case((value.is_(None), sa.false()), else_=sa.func.coalesce(held, sa.false(), type_=sa.Boolean))


def _bare(column: sa.Column[str]) -> sa.ColumnElement[str]:
    bare: sa.ColumnElement[str] = sa.func.lower(column)
    for sign in (" ", ".", "-", "\u00a0"):
        bare = sa.func.replace(bare, sign, "")
    return bare
