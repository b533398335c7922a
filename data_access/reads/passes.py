"""The club Pass Actifs Mobiles: who is in it, who came, who left and why, and what becomes of the free months.

People are counted, never named, but in the list of free periods about to end, for those who may see names. What is
counted is a *stay*: the memberships of one person that overlap or follow each other from one day to the next, so that
whoever comes back the next day never left.
`status` keeps one status of person. `centre_code` keeps the people whose agreement was running at that centre on the day
counted: the day they joined, their last day, or the day the members are counted.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, Final, Literal

import polars as pl
import sqlalchemy as sa

from data_access.frames import next_day, read, runs
from data_access.periods import Period
from data_access.reads.people import running_centre_code
from data_access.rights import Right, requires
from data_access.schema import agreement, calendar_day, centre, pass_membership, person
from data_access.schema.columns import EARLIEST, Day

OWN_PREMISES: Final = "own_premises"
_MEMBERSHIP: Final = pass_membership.c
# Stands for the end of what goes on; a day comes after it on both engines.
_FOR_EVER: Final = date(9999, 12, 30)


@requires(Right.FIGURES, counts_people=True)
def pass_members(
    connection: sa.Connection,
    *,
    on: date,
    by: Sequence[Literal["status", "centre_code"]] = (),
    status: str | None = None,
    centre_code: str | None = None,
) -> pl.DataFrame:
    """One row, or one for each value of `by`: the distinct people `active` on that day.

    They joined on or before it and had not ended before it. `centre_code` null: no agreement was running that day. Before
    the first joining ever recorded the one row is null: nobody noted who was a member, which is not nobody.
    """
    day = sa.literal(on, Day)
    members = (
        sa.select(
            _MEMBERSHIP.person_id,
            person.c.status,
            running_centre_code(_MEMBERSHIP.person_id, day).label("centre_code")
            if "centre_code" in by
            else sa.null().cast(sa.Text).label("centre_code"),
        )
        .join(person, person.c.id == _MEMBERSHIP.person_id)
        .where(
            runs(_MEMBERSHIP.joined_on, _MEMBERSHIP.ended_on, day),
            *_kept(_MEMBERSHIP.person_id, status, centre_code, day),
        )
        .subquery("members")
    )
    cuts = [members.c[name] for name in by]
    known = sa.case((_began() <= day, sa.func.count(members.c.person_id.distinct()))).cast(sa.Integer)
    question = sa.select(day.label("as_of"), *cuts, known.label("active"))
    return read(connection, question.group_by(*cuts).order_by(*cuts))


@requires(Right.FIGURES, counts_people=True)
def pass_facts(
    connection: sa.Connection, period: Period, *, status: str | None = None, centre_code: str | None = None
) -> pl.DataFrame:
    """One row per month of the period: people who `joined` in it and `ended` in it, members `active` on its last day.

    `ended_own_premises` are those who left because they took premises of their own: part of `ended`, and a result. The
    last day of a stay is still one: its departure is of the month of the day after, from which its person is missing. So
    `active` is always that of the month before, and `joined` less `ended`, at one centre apart, where members also come
    from and go to other centres. Null `active`: the month was over before the first joining ever recorded. Months begun
    count whole: cut the period to hide what is to come.
    """
    months, stays = _months(period), _stays()
    came = _by_month(stays, stays.c.joined_on, period, sa.func.count().label("joined"))
    grown = _when(stays.c.end_reason == OWN_PREMISES).label("ended_own_premises")
    left = _by_month(stays, stays.c.left_on, period, sa.func.count().label("ended"), grown)
    joined = came.where(*_kept(stays.c.person_id, status, centre_code, stays.c.joined_on)).subquery()
    ended = left.where(*_kept(stays.c.person_id, status, centre_code, stays.c.ended_on)).subquery()
    active = (
        sa.select(months.c.month_start, sa.func.count().label("active"))
        .select_from(months.join(stays, runs(stays.c.joined_on, stays.c.ended_on, months.c.month_end)))
        .where(*_kept(stays.c.person_id, status, centre_code, months.c.month_end))
        .group_by(months.c.month_start)
        .subquery()
    )
    rows: sa.FromClause = months
    for part in (joined, ended, active):
        rows = rows.outerjoin(part, part.c.month_start == months.c.month_start)
    moves = (joined.c.joined, ended.c.ended, ended.c.ended_own_premises)
    members = sa.case((_began() <= months.c.month_end, sa.func.coalesce(active.c.active, 0))).cast(sa.Integer)
    question = (
        sa.select(
            months.c.month_start,
            *(sa.func.coalesce(column, 0).label(column.name) for column in moves),
            members.label("active"),
        )
        .select_from(rows)
        .order_by(months.c.month_start)
    )
    return read(connection, question)


@requires(Right.FIGURES, counts_people=True)
def pass_cohorts(
    connection: sa.Connection,
    period: Period,
    *,
    as_of: date,
    status: str | None = None,
    centre_code: str | None = None,
) -> pl.DataFrame:
    """One row per month of joining, as known on `as_of`: people who `joined`, and what became of the free months.

    `trials_over` had their last free day, that of the first membership of their stay, before `as_of`; of those, `kept`
    were still members the day after it, and `left_own_premises` had left for premises of their own. The others of
    `joined` are still in their free months. A month in which nobody joined has no row.
    """
    stays = _stays()
    over = stays.c.free_until < as_of
    kept = sa.or_(stays.c.ended_on.is_(None), stays.c.ended_on > stays.c.free_until)
    grown = sa.and_(stays.c.ended_on <= stays.c.free_until, stays.c.end_reason == OWN_PREMISES)
    counts = (
        sa.func.count().label("joined"),
        _when(over).label("trials_over"),
        _when(over, kept).label("kept"),
        _when(over, grown).label("left_own_premises"),
    )
    question = _by_month(stays, stays.c.joined_on, period, *counts).where(
        stays.c.joined_on <= as_of, *_kept(stays.c.person_id, status, centre_code, stays.c.joined_on)
    )
    return read(connection, question.order_by(calendar_day.c.month_start))


@requires(Right.FIGURES, counts_people=True)
def pass_endings(
    connection: sa.Connection, period: Period, *, status: str | None = None, centre_code: str | None = None
) -> pl.DataFrame:
    """One row per reason for leaving: people who `ended` in the period, as `pass_facts` counts them.

    `end_reason` is that of their last membership, null where nobody wrote it down.
    """
    stays = _stays()
    question = (
        sa.select(stays.c.end_reason, sa.func.count().label("ended"))
        .where(
            stays.c.left_on.between(period.first, period.last),
            *_kept(stays.c.person_id, status, centre_code, stays.c.ended_on),
        )
        .group_by(stays.c.end_reason)
        .order_by(stays.c.end_reason)
    )
    return read(connection, question)


@requires(Right.FIGURES, counts_people=True)
def ending_free_periods(
    connection: sa.Connection,
    *,
    first: date,
    last: date,
    named_at: Sequence[str] | None = (),
    status: str | None = None,
    centre_code: str | None = None,
) -> pl.DataFrame:
    """One row per membership whose last free day lies in these days and that has no end yet, the earliest first.

    `centre_code` and `centre_name` are those of the agreement running on `first`, null without one. Names are null but for
    members of the centres of `named_at`; None there gives all names, so that a name nobody may see is not even read.
    """
    where = running_centre_code(_MEMBERSHIP.person_id, sa.literal(first, Day))
    visible = sa.true() if named_at is None else where.in_(list(named_at))
    members = (
        sa.select(
            _MEMBERSHIP.member_number,
            _MEMBERSHIP.joined_on,
            _MEMBERSHIP.free_until,
            where.label("centre_code"),
            sa.case((visible, person.c.given_name)).label("given_name"),
            sa.case((visible, person.c.family_name)).label("family_name"),
        )
        .join(person, person.c.id == _MEMBERSHIP.person_id)
        .where(
            _MEMBERSHIP.free_until.between(first, last),
            _MEMBERSHIP.joined_on <= first,
            _MEMBERSHIP.ended_on.is_(None),
            *_kept(_MEMBERSHIP.person_id, status, centre_code, sa.literal(first, Day)),
        )
        .subquery("members")
    )
    question = (
        sa.select(*members.c, centre.c.name.label("centre_name"))
        .select_from(members.outerjoin(centre, centre.c.code == members.c.centre_code))
        .order_by(members.c.free_until, members.c.member_number)
    )
    return read(connection, question)


@requires(Right.FIGURES, counts_people=True)
def first_joining(connection: sa.Connection) -> date | None:
    """The day the first known member joined, mistyped years apart; None while nobody has."""
    found: date | None = connection.execute(sa.select(_began())).scalar()
    return found


@cache
def _began() -> sa.ScalarSelect[date]:
    first = pass_membership.alias("first")
    return (
        sa.select(sa.func.min(first.c.joined_on))
        .where(first.c.joined_on >= EARLIEST)
        .correlate_except(first)
        .scalar_subquery()
    )


def _months(period: Period) -> sa.Subquery:
    return (
        sa.select(calendar_day.c.month_start, sa.func.max(calendar_day.c.day).label("month_end"))
        .where(calendar_day.c.day.between(period.first, period.last))
        .group_by(calendar_day.c.month_start)
        .subquery("months")
    )


@cache
def _stays() -> sa.CTE:
    """One row per stay: `person_id`, `joined_on`, `free_until` of its first membership, `ended_on` and `end_reason` of its
    last, `left_on` the first day without it; the last three null for a stay that goes on."""
    until = sa.func.coalesce(_MEMBERSHIP.ended_on, sa.literal(_FOR_EVER, Day), type_=Day)
    in_order = (_MEMBERSHIP.joined_on, _MEMBERSHIP.id)
    until_then = sa.func.max(until, type_=Day).over(
        partition_by=_MEMBERSHIP.person_id, order_by=in_order, rows=(None, -1)
    )
    spans = sa.select(
        _MEMBERSHIP.id,
        _MEMBERSHIP.person_id,
        _MEMBERSHIP.joined_on,
        _MEMBERSHIP.free_until,
        _MEMBERSHIP.end_reason,
        until.label("until"),
        until_then.label("until_then"),
    ).subquery("spans")
    begins = sa.case((spans.c.joined_on <= next_day(spans.c.until_then), 0), else_=1)
    number = sa.func.sum(begins).over(partition_by=spans.c.person_id, order_by=(spans.c.joined_on, spans.c.id))
    each = sa.select(*spans.c, number.label("stay")).subquery("each")
    of_stay = (each.c.person_id, each.c.stay)
    latest = (each.c.until.desc(), each.c.joined_on.desc(), each.c.id.desc())
    ends = sa.select(
        each.c.person_id,
        each.c.end_reason,
        sa.func.min(each.c.joined_on, type_=Day).over(partition_by=of_stay).label("joined_on"),
        # The first membership's, since it follows from the day of joining.
        sa.func.min(each.c.free_until, type_=Day).over(partition_by=of_stay).label("free_until"),
        sa.func.nullif(each.c.until, sa.literal(_FOR_EVER, Day), type_=Day).label("ended_on"),
        sa.func.row_number().over(partition_by=of_stay, order_by=latest).label("from_last"),
    ).subquery("ends")
    stays = sa.select(ends, next_day(ends.c.ended_on).label("left_on")).where(ends.c.from_last == 1)
    # Once, however many times a question looks at them.
    return stays.cte("stays").prefix_with("MATERIALIZED")


def _kept(
    person_id: sa.ColumnElement[int], status: str | None, centre_code: str | None, day: sa.ColumnElement[Any]
) -> list[sa.ColumnElement[bool]]:
    """The conditions of the two filters, none when neither is asked for."""
    conditions: list[sa.ColumnElement[bool]] = []
    if status is not None:
        conditions.append(person_id.in_(sa.select(person.c.id).where(person.c.status == status)))
    if centre_code is not None:
        # The first condition follows from the second, and spares it for nearly everybody.
        conditions.append(person_id.in_(_ever_at(centre_code)))
        conditions.append(running_centre_code(person_id, day) == centre_code)
    return conditions


def _ever_at(centre_code: str) -> sa.Select[int]:
    return (
        sa.select(agreement.c.person_id)
        .join(centre, centre.c.id == agreement.c.centre_id)
        .where(centre.c.code == centre_code)
        .correlate(None)
    )


def _by_month(
    stays: sa.CTE, day: sa.ColumnElement[Any], period: Period, *counts: sa.ColumnElement[int]
) -> sa.Select[Any]:
    """Stays counted by the month of one of their days."""
    return (
        sa.select(calendar_day.c.month_start, *counts)
        .select_from(stays.join(calendar_day, calendar_day.c.day == day))
        .where(day.between(period.first, period.last))
        .group_by(calendar_day.c.month_start)
    )


def _when(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((sa.and_(*conditions), 1)))
