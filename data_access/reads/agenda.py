"""The agenda, as one list, the courses of the catalogue, and what followed an event at a centre.

What followed stands beside what came before: never more than that one came after the other.
"""

from datetime import date, timedelta
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from data_access.facts import AgendaFacts
from data_access.frames import read
from data_access.periods import PARIS, instant_in_paris
from data_access.reads.network import centres
from data_access.reads.people import running_centre_code
from data_access.rights import Right, requires
from data_access.schema import (
    agreement,
    centre,
    commune,
    course,
    event,
    information_meeting,
    pass_membership,
    visit,
    welcome_household,
    welcome_session,
)
from data_access.schema.columns import Day, Instant

WEEKS_WATCHED: Final = 8
_WATCHED: Final = timedelta(weeks=WEEKS_WATCHED)
_COUNTS: Final = ("agreements", "first_visits", "pass_joins")


@requires(Right.FIGURES)
def agenda_entries(connection: sa.Connection, *, first: date | None = None, last: date | None = None) -> pl.DataFrame:
    """One row per entry that touches these days (None = without bound), by day, then hour, a sub-event after its parent.

    `key` and `parent_key` name an entry for good (« event-12 »). `kind` is an event's kind, `information_meeting` or
    `welcome_session`. `starts_on` and `ends_on` are days in Europe/Paris; `starts_at` and `ends_at` are instants, null
    where no hour is recorded. `attendance` is the people who came, null = not known; for a session, holders and those who
    came with them. Sessions whose days are not known exactly are left out.
    """
    question = sa.union_all(_events(first, last), _meetings(first, last), _sessions(first, last))
    return _in_order(_with_days(read(connection, question)))


@requires(Right.FIGURES)
def inexact_sessions(connection: sa.Connection) -> pl.DataFrame:
    """One row per welcome session that the agenda leaves out, since its days are not known exactly: its `number`."""
    return read(
        connection, sa.select(welcome_session.c.number).where(~_exact_days()).order_by(welcome_session.c.number)
    )


@requires(Right.FIGURES)
def courses(connection: sa.Connection, *, as_of: date) -> pl.DataFrame:
    """One row per course of the catalogue, in the order of titles, with its trainings.

    `trainings_held` began before `as_of`, `trainings_coming` did not; `attendance` is the people of those held whose
    attendance is known, `trainings_counted` of them, and null when there are none.
    """
    held = event.c.starts_at < instant_in_paris(as_of)
    question = (
        sa.select(
            course.c.code,
            course.c.title,
            course.c.theme,
            course.c.duration_hours,
            centre.c.name.label("provider_name"),
            course.c.active,
            sa.func.count(sa.case((held, event.c.id))).label("trainings_held"),
            sa.func.count(sa.case((~held, event.c.id))).label("trainings_coming"),
            sa.func.count(sa.case((held, event.c.attendance))).label("trainings_counted"),
            sa.func.sum(sa.case((held, event.c.attendance))).cast(sa.Integer).label("attendance"),
        )
        .select_from(course.outerjoin(event).outerjoin(centre, centre.c.id == course.c.provider_centre_id))
        .group_by(*course.c, centre.c.name)
        .order_by(course.c.title)
    )
    return read(connection, question)


@requires(Right.FIGURES, counts_people=True)
def follow_ups(connection: sa.Connection, *, as_of: date) -> pl.DataFrame:
    """One row per event at a centre begun by `as_of`, sub-events left out, the latest first.

    The eight weeks after are the 56 days from its first day on, that day included, up to `watched_until`; the eight weeks
    before are the 56 days that end on the eve. In each span, for that centre: `agreements` signed; `first_visits`, the
    known people whose first visit there ever falls in it; `pass_joins`, the memberships of the club begun by people who
    belonged to that centre on the day they joined. Counts of the span before end in `_before`. `over` tells whether the
    eight weeks after are over by `as_of`; until then the counts after are null.

    Missing is not zero. Agreements and memberships are null for a span that begins before the first one recorded in the
    network. First visits are null for a span that does not come after eight weeks of visits recorded at that centre: a
    regular would pass for a newcomer.
    """
    held = agenda_entries(connection, last=as_of).filter(
        pl.col("key").str.starts_with("event-") & pl.col("centre_code").is_not_null() & pl.col("parent_key").is_null()
    )
    watched_until = pl.col("starts_on") + _WATCHED - timedelta(days=1)
    columns = ("key", "kind", "title", "starts_on", "centre_code", "centre_name", "attendance")
    events = held.select(*columns, watched_until=watched_until, over=watched_until < as_of)
    signed, joined, came = agreement_days(connection), joining_days(connection), first_visits(connection)
    recorded = events.select("centre_code").join(
        came.group_by("centre_code").agg(pl.col("day").min()), on="centre_code", how="left", maintain_order="left"
    )["day"]
    counted = {
        "agreements": (signed, pl.lit(signed["day"].min(), pl.Date)),
        "first_visits": (came.filter("of_somebody"), pl.lit(recorded) + _WATCHED),
        "pass_joins": (joined, pl.lit(joined["day"].min(), pl.Date)),
    }
    return (
        events.with_columns(
            _fallen(events, days, begun, shift).alias(name + suffix)
            for shift, suffix in ((timedelta(0), ""), (-_WATCHED, "_before"))
            for name, (days, begun) in counted.items()
        )
        .with_columns(pl.when("over").then(name).alias(name) for name in _COUNTS)
        .sort("starts_on", "key", descending=[True, False])
    )


# What is counted around events, each by itself: a write has those alone asked again that it may have changed.


@requires(Right.FIGURES, counts_people=True)
def agreement_days(connection: sa.Connection) -> pl.DataFrame:
    """One row per agreement: the `centre_code` it is with, and the `day` it was signed."""
    question = sa.select(centre.c.code.label("centre_code"), agreement.c.signed_on.label("day")).join(centre)
    return read(connection, question)


@requires(Right.FIGURES, counts_people=True)
def joining_days(connection: sa.Connection) -> pl.DataFrame:
    """One row per membership of the club: the `day` it began, and the `centre_code` its member belonged to then, if any."""
    joined_on = pass_membership.c.joined_on
    belonged_to = running_centre_code(pass_membership.c.person_id, joined_on)
    return read(connection, sa.select(belonged_to.label("centre_code"), joined_on.label("day")))


@requires(Right.FIGURES, counts_people=True)
def first_visits(connection: sa.Connection) -> pl.DataFrame:
    """One row per centre and known person: the `day` of their first visit there; one more row per centre for all others,
    who are not `of_somebody`."""
    of_somebody = visit.c.person_id.is_not(None)
    question = (
        sa.select(
            centre.c.code.label("centre_code"),
            of_somebody.label("of_somebody"),
            sa.func.min(visit.c.started_at, type_=Instant).label("at"),
        )
        .join(centre)
        .group_by(centre.c.code, visit.c.person_id)
    )
    return read(connection, question).select(
        "centre_code", "of_somebody", day=pl.col("at").dt.convert_time_zone(PARIS.key).dt.date()
    )


@requires(Right.FIGURES)
def agenda_facts(connection: sa.Connection, *, as_of: date) -> AgendaFacts:
    """All that is said of the agenda on a day."""
    return AgendaFacts(
        as_of=as_of,
        entries=agenda_entries(connection),
        inexact_sessions=tuple(inexact_sessions(connection)["number"]),
        courses=courses(connection, as_of=as_of),
        places=centres(connection, on=as_of).select("code", "name", "commune_name"),
    )


def _events(first: date | None, last: date | None) -> sa.Select[Any]:
    parent = event.alias("parent")
    ends_at = sa.func.coalesce(event.c.ends_at, event.c.starts_at)
    question = sa.select(
        _key("event", event.c.id).label("key"),
        event.c.kind,
        event.c.title,
        sa.null().cast(sa.Integer).label("number"),
        sa.null().cast(Day).label("starts_on"),
        sa.null().cast(Day).label("ends_on"),
        event.c.starts_at,
        event.c.ends_at,
        centre.c.code.label("centre_code"),
        centre.c.name.label("centre_name"),
        centre.c.address,
        commune.c.name.label("commune_name"),
        event.c.place,
        event.c.audience,
        event.c.booking_advised,
        event.c.contact,
        event.c.attendance,
        sa.null().cast(sa.Integer).label("project_holders"),
        _key("event", event.c.parent_id).label("parent_key"),
        parent.c.title.label("parent_title"),
        course.c.code.label("course_code"),
        course.c.title.label("course_title"),
        course.c.theme.label("course_theme"),
        course.c.duration_hours.label("course_hours"),
    ).select_from(
        event.outerjoin(centre, centre.c.id == event.c.centre_id)
        .outerjoin(commune, commune.c.insee_code == centre.c.insee_code)
        .outerjoin(course, course.c.id == event.c.course_id)
        .outerjoin(parent, parent.c.id == event.c.parent_id)
    )
    return question.where(
        *([ends_at >= instant_in_paris(first)] if first else []),
        *([event.c.starts_at < instant_in_paris(last + timedelta(days=1))] if last else []),
    )


def _meetings(first: date | None, last: date | None) -> sa.Select[Any]:
    table = information_meeting.c
    return _without_event(
        key=_key("information-meeting", table.id),
        kind="information_meeting",
        starts_on=table.held_on,
        ends_on=table.held_on,
        place=table.place,
        attendance=table.attendees,
    ).where(*_touching(table.held_on, table.held_on, first, last))


def _sessions(first: date | None, last: date | None) -> sa.Select[Any]:
    table, household = welcome_session.c, welcome_household.c
    people, holders = (
        sa.select(sa.func.sum(column)).where(household.welcome_session_id == table.id).scalar_subquery()
        for column in (household.people, household.holders)
    )
    ends_on = sa.func.coalesce(table.ends_on, table.starts_on, type_=Day)
    return _without_event(
        key=_key("welcome-session", table.number),
        kind="welcome_session",
        number=table.number,
        starts_on=table.starts_on,
        ends_on=ends_on,
        place=table.place,
        # As on the page of the sessions: a total holds until the households entered one by one reach it.
        attendance=sa.case((table.people > people, table.people), else_=sa.func.coalesce(people, table.people)),
        project_holders=sa.case(
            (table.project_holders > holders, table.project_holders),
            else_=sa.func.coalesce(holders, table.project_holders),
        ),
    ).where(_exact_days(), *_touching(table.starts_on, ends_on, first, last))


def _without_event(**known: Any) -> sa.Select[Any]:
    """A row of the agenda from another table: the columns of an event, null but for those known."""
    columns = _events(None, None).selected_columns
    return sa.select(*(sa.cast(known.get(each.name, sa.null()), each.type).label(each.name) for each in columns))


def _exact_days() -> sa.ColumnElement[bool]:
    """A session with both its days, or with a first day about which nothing is doubted."""
    table = welcome_session.c
    return sa.and_(table.starts_on.is_not(None), sa.or_(table.ends_on.is_not(None), table.precision.is_(None)))


def _touching(
    starts_on: sa.ColumnElement[date], ends_on: sa.ColumnElement[date], first: date | None, last: date | None
) -> list[sa.ColumnElement[bool]]:
    return [*([ends_on >= first] if first else []), *([starts_on <= last] if last else [])]


def _key(prefix: str, number: sa.ColumnElement[int]) -> sa.ColumnElement[str]:
    # Null stays null on both engines, unlike with concat().
    return sa.literal(f"{prefix}-", sa.Text) + number.cast(sa.Text)


def _with_days(entries: pl.DataFrame) -> pl.DataFrame:
    first, last = (pl.col(name).dt.convert_time_zone(PARIS.key).dt.date() for name in ("starts_at", "ends_at"))
    return entries.with_columns(
        starts_on=pl.coalesce("starts_on", first), ends_on=pl.coalesce("ends_on", last, "starts_on", first)
    )


def _in_order(entries: pl.DataFrame) -> pl.DataFrame:
    """By day, hour and place; a sub-event right after its parent when the parent is there."""
    place = pl.coalesce("centre_name", "place")
    shown = ("starts_on", "starts_at", place.alias("where"))
    parents = entries.select(pl.col("key").alias("parent_key"), *shown).rename(
        {"starts_on": "parent_day", "starts_at": "parent_hour", "where": "parent_place"}
    )
    ordered = entries.join(parents, on="parent_key", how="left").sort(
        pl.coalesce("parent_day", "starts_on"),
        pl.coalesce("parent_hour", "starts_at"),
        pl.coalesce("parent_place", place),
        pl.when(pl.col("parent_day").is_null()).then("key").otherwise("parent_key"),
        pl.col("parent_day").is_not_null(),
        "starts_at",
        "key",
    )
    return ordered.select(entries.columns)


def _fallen(events: pl.DataFrame, days: pl.DataFrame, begun: pl.Expr, shift: timedelta) -> pl.Series:
    """Per event, how many of these days fall at its centre in the 56 that begin `shift` after its first; null for a span
    that begins before such days were noted."""
    first = pl.col("starts_on") + shift
    fallen = (
        events.join(days, on="centre_code")
        .filter(pl.col("day").is_between(first, first + _WATCHED, closed="left"))
        .group_by("key")
        .agg(fallen=pl.len().cast(pl.Int64))
    )
    counts = events.join(fallen, on="key", how="left", maintain_order="left")
    return counts.select(pl.when(begun <= first).then(pl.col("fallen").fill_null(0))).to_series()
