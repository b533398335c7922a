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
    after = _counted(connection, events, timedelta(0))
    before = _counted(connection, events, -_WATCHED)
    return (
        events.join(after, on="key", how="left")
        .join(before, on="key", how="left", suffix="_before")
        .with_columns(pl.when("over").then(name).alias(name) for name in _COUNTS)
        .sort("starts_on", "key", descending=[True, False])
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


def _counted(connection: sa.Connection, events: pl.DataFrame, shift: timedelta) -> pl.DataFrame:
    """One row per event: the counts of the 56 days that begin `shift` after its first day."""
    if events.is_empty():
        return pl.DataFrame(schema={"key": pl.String, **dict.fromkeys(_COUNTS, pl.Int64)})
    span = _spans(events, shift)
    question = (
        sa.select(
            span.c.key,
            _known(_first(agreement.c.signed_on) <= span.c.first_day, _agreements(span)).label("agreements"),
            _known(_first_visit_recorded() < span.c.recorded_before, _newcomers(span)).label("first_visits"),
            _known(_first(pass_membership.c.joined_on) <= span.c.first_day, _joins(span)).label("pass_joins"),
        )
        .select_from(span.join(centre, centre.c.code == span.c.centre_code))
        .order_by(span.c.key)
    )
    return read(connection, question)


def _spans(events: pl.DataFrame, shift: timedelta) -> sa.CTE:
    """The spans as a table: its days as days and as instants of midnight in Paris; the first
    visit recorded must come before `recorded_before`, the end of the day eight weeks earlier."""
    columns = (
        sa.column("key", sa.Text),
        sa.column("centre_code", sa.Text),
        sa.column("first_day", Day),
        sa.column("end_day", Day),
        sa.column("first_at", Instant),
        sa.column("end_at", Instant),
        sa.column("recorded_before", Instant),
    )
    rows: list[tuple[Any, ...]] = []
    for key, centre_code, starts_on in events.select("key", "centre_code", "starts_on").iter_rows():
        first, end = starts_on + shift, starts_on + shift + _WATCHED
        instants = (instant_in_paris(day) for day in (first, end, first - _WATCHED + timedelta(days=1)))
        rows.append((key, centre_code, first, end, *instants))
    return sa.values(*columns, name="span").data(rows).cte("span")


def _known(condition: sa.ColumnElement[bool], counted: sa.ScalarSelect[int]) -> sa.ColumnElement[int]:
    return sa.case((condition, sa.func.coalesce(counted, 0))).cast(sa.Integer)


def _first(day: sa.Column[date]) -> sa.ScalarSelect[date]:
    return sa.select(sa.func.min(day, type_=Day)).scalar_subquery()


def _first_visit_recorded() -> sa.ScalarSelect[Any]:
    recorded = sa.select(sa.func.min(visit.c.started_at, type_=Instant)).where(visit.c.centre_id == centre.c.id)
    return recorded.correlate(centre).scalar_subquery()


def _agreements(span: sa.CTE) -> sa.ScalarSelect[int]:
    signed_on = agreement.c.signed_on
    return (
        sa.select(sa.func.count())
        .select_from(agreement)
        .where(agreement.c.centre_id == centre.c.id, signed_on >= span.c.first_day, signed_on < span.c.end_day)
        .correlate(centre, span)
        .scalar_subquery()
    )


def _newcomers(span: sa.CTE) -> sa.ScalarSelect[int]:
    """Grouped once for all spans: asked span by span, every visit of the centre would be read again for each."""
    first_visit = (
        sa.select(visit.c.centre_id, visit.c.person_id, sa.func.min(visit.c.started_at, type_=Instant).label("at"))
        .where(visit.c.person_id.is_not(None))
        .group_by(visit.c.centre_id, visit.c.person_id)
        .subquery("first_visit")
    )
    place, asked = centre.alias("visited"), span.alias("asked")
    counts = (
        sa.select(asked.c.key, sa.func.count().label("newcomers"))
        .select_from(
            asked.join(place, place.c.code == asked.c.centre_code).join(
                first_visit,
                sa.and_(
                    first_visit.c.centre_id == place.c.id,
                    first_visit.c.at >= asked.c.first_at,
                    first_visit.c.at < asked.c.end_at,
                ),
            )
        )
        .group_by(asked.c.key)
        .cte("newcomers")
    )
    return sa.select(counts.c.newcomers).where(counts.c.key == span.c.key).correlate(span).scalar_subquery()


def _joins(span: sa.CTE) -> sa.ScalarSelect[int]:
    joining = (
        sa.select(
            pass_membership.c.joined_on,
            running_centre_code(pass_membership.c.person_id, pass_membership.c.joined_on).label("centre_code"),
        )
        .select_from(pass_membership)
        .cte("joining")
    )
    return (
        sa.select(sa.func.count())
        .select_from(joining)
        .where(
            joining.c.centre_code == span.c.centre_code,
            joining.c.joined_on >= span.c.first_day,
            joining.c.joined_on < span.c.end_day,
        )
        .correlate(span)
        .scalar_subquery()
    )
