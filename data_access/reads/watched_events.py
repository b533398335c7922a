"""What followed an event at a centre, beside what came before it: never more than that one came after the other."""

from datetime import date, timedelta
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.reads.agenda import agenda_entries, midnight_in_paris
from data_access.reads.people import running_centre_code
from data_access.rights import Right, requires
from data_access.schema import agreement, centre, pass_membership, visit
from data_access.schema.columns import Day, Instant

WEEKS_WATCHED: Final = 8
_WATCHED: Final = timedelta(weeks=WEEKS_WATCHED)
_COUNTS: Final = ("agreements", "first_visits", "pass_joins")


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
        instants = (midnight_in_paris(day) for day in (first, end, first - _WATCHED + timedelta(days=1)))
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
