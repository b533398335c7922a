"""What is read to be given away: places with what is theirs alone to tell, and counts for a national census."""

from datetime import date

import polars as pl
import sqlalchemy as sa

from data_access.frames import read, runs, valid
from data_access.openings import first_opened_on
from data_access.periods import instant_in_paris
from data_access.reads.network import centres
from data_access.rights import Right, requires
from data_access.schema import account, agreement, audit_entry, centre, centre_cost, event, opening_hours, person


@requires(Right.FIGURES, counts_people=True)
def published_places(connection: sa.Connection, *, on: date) -> pl.DataFrame:
    """One row per place known to the network that day, in the order of names, as `centres` gives them but for its note.

    `updated_on` is the day in UTC of the last change made to the place through the application, null when none was.
    A telephone number or an e-mail address that is also somebody's is null.
    """
    changed = (
        sa.select(sa.func.max(audit_entry.c.at, type_=audit_entry.c.at.type))
        .where(audit_entry.c.table_name == centre.name, audit_entry.c.row_id == centre.c.id)
        .correlate(centre)
        .scalar_subquery()
    )
    private = sa.select(
        centre.c.code,
        changed.label("changed_at"),
        sa.or_(_is_held(centre.c.email, person.c.email), _is_held(centre.c.email, account.c.email)).label("own_email"),
        _is_held(centre.c.phone, person.c.phone).label("own_phone"),
    )
    told = read(connection, private)
    places = centres(connection, on=on).drop("note").join(told, on="code", how="left", maintain_order="left")
    return places.with_columns(
        pl.when(~pl.col("own_email")).then("email").alias("email"),
        pl.when(~pl.col("own_phone")).then("phone").alias("phone"),
        updated_on=pl.col("changed_at").dt.date(),
    ).drop("own_email", "own_phone", "changed_at")


@requires(Right.FIGURES)
def published_hours(connection: sa.Connection, *, on: date) -> pl.DataFrame:
    """One row per open half-day of each place's week, as valid that day: `centre_code`, `weekday` (1 = Monday), `half_day`
    and two times."""
    hours = opening_hours.c
    question = (
        sa.select(centre.c.code.label("centre_code"), hours.weekday, hours.half_day, hours.opens_at, hours.closes_at)
        .join(centre, centre.c.id == hours.centre_id)
        .where(valid(opening_hours, on))
        .order_by(centre.c.code, hours.weekday, hours.opens_at)
    )
    return read(connection, question)


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


def _is_held(value: sa.Column[str], by: sa.Column[str]) -> sa.ColumnElement[bool]:
    """Whether somebody has this address or number, however it is spaced."""
    held = sa.exists().where(_bare(by) == _bare(value))
    return sa.func.coalesce(held.correlate(centre), sa.false(), type_=sa.Boolean)


def _bare(column: sa.Column[str]) -> sa.ColumnElement[str]:
    bare: sa.ColumnElement[str] = sa.func.lower(column)
    for sign in (" ", ".", "-", "\u00a0"):
        bare = sa.func.replace(bare, sign, "")
    return bare
