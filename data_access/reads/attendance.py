"""The weekly sheets: use and completeness, one sheet and what is proposed for it, and who owes a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final, Literal

import polars as pl
import sqlalchemy as sa

from data_access import codes
from data_access.frames import read, runs, valid
from data_access.openings import was_open
from data_access.periods import PARIS, Period, month_end, month_start
from data_access.rights import Right, requires
from data_access.schema import (
    account,
    account_centre,
    agreement,
    attendance_day,
    attendance_summary,
    attendance_week,
    calendar_day,
    centre,
    centre_capacity,
    closure,
    opening_hours,
    reminder,
    week_summary,
    weekday_summary,
)
from data_access.schema.columns import Day
from data_access.summaries import CENTRE, FIRST_DAY, LAST_DAY, day_facts, of_days
from data_access.weeks import A_YEAR, SEASON, UsualBand, complete_weeks, locks_on, reopened_weeks, usual_band

# What came of attendance, at the grain asked for, and each week: what it offers, says, and who is late with it. The
# database adds up, and only small frames come back.

Grain = Literal["centre_code", "seat_kind", "week_start", "month_start", "year", "weekday"]
_DAY: Final = timedelta(days=1)
_SUMMED: Final = (
    "calendar_half_days",
    "offered_half_days",
    "occupied_half_days",
    "occupied_hours",
    "unoffered_half_days",
)
_WEEK_STATES: Final = ("complete", "draft", "missing", "closed")
DEADLINE_DAYS: Final = 11
"""From the Monday of a week to the Friday after its Sunday: the last day to be on time."""


@requires(Right.FIGURES)
def attendance_facts(
    connection: sa.Connection,
    period: Period,
    *,
    by: Sequence[Grain] = (),
    centres: Sequence[str] | None = None,
    seat_kind: str | None = None,
) -> pl.DataFrame:
    """One row per combination of `by`: half-days and hours of complete weeks, to be added up or divided as totals.

    `occupied_half_days` and `offered_half_days` are the two terms of the fill rate, of the same days; occupied ones and
    hours are null where nothing was offered in complete weeks. `unoffered_half_days` were occupied where nothing was
    offered, null where no week was entered. `calendar_half_days` is what the calendar offered, entered or not; by weekday
    it is not kept. A week that straddles two months, or the end of the period, has its days in each. Raises ValueError
    for weekdays by week.
    """
    if "weekday" in by and "week_start" in by:
        raise ValueError("weekdays are summarised by months")
    table = weekday_summary if "weekday" in by else attendance_summary
    first, last, ragged = _summarised(period, by_week="week_start" in table.c)
    question = _attendance(
        table,
        tuple(by),
        whole=first <= last,
        ragged=bool(ragged),
        some_centres=centres is not None,
        one_kind=seat_kind is not None,
    )
    asked = {
        "first_day": first - first.weekday() * _DAY,
        "first_month": month_start(first),
        "last_day": last,
        "ragged_days": ragged,
        "of_centres": centres,
        "of_kind": seat_kind,
    }
    return read(connection, question, asked)


@requires(Right.FIGURES)
def completeness_facts(
    connection: sa.Connection,
    period: Period,
    *,
    as_of: date,
    by: Sequence[Grain] = (),
    centres: Sequence[str] | None = None,
) -> pl.DataFrame:
    """One row per combination of `by`: weeks over before `as_of`, counted by what is known of them.

    `weeks_expected` = complete + draft + missing; a closed week is not expected. A week counts once, in the period, the
    month and the year of its Thursday, as ISO 8601 does.
    """
    asked = {**_of_weeks(period), "of_centres": centres, "as_of": as_of - timedelta(days=7)}
    return read(connection, _completeness(tuple(by), some_centres=centres is not None), asked)


@cache
def _completeness(by: tuple[Grain, ...], *, some_centres: bool) -> sa.Select[Any]:
    keys = [_grain(week_summary, grain) for grain in by]
    state = week_summary.c.state
    counted = {"expected": state != "closed", **{known: state == known for known in _WEEK_STATES}}
    counts = (
        sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0).cast(sa.Integer).label(f"weeks_{name}")
        for name, condition in counted.items()
    )
    question = (
        sa.select(*keys, *counts)
        .select_from(week_summary.join(centre, centre.c.id == week_summary.c.centre_id))
        .where(
            week_summary.c.week_start.between(FIRST_DAY, LAST_DAY),
            week_summary.c.week_start <= _AS_OF,
            *_perimeter(some_centres),
        )
    )
    return _grouped(question, keys)


@requires(Right.FIGURES)
def attendance_weeks(
    connection: sa.Connection, period: Period, *, as_of: date, centres: Sequence[str] | None = None
) -> pl.DataFrame:
    """One row per centre and week begun by `as_of` whose Thursday is in the period, in the order of names and weeks.

    `state` is complete, draft, missing, closed (entered so, or shut by closures of the calendar alone, and then without a
    `version`), or not_expected when the centre offered nothing. Half-days and hours are those of complete weeks, null
    otherwise, `unoffered_half_days` those among them of days without an offer; `distinct_people` is what was entered.
    """
    asked = {**_of_weeks(period), "of_centres": centres, "as_of": as_of}
    return read(connection, _weeks(some_centres=centres is not None), asked)


@cache
def _weeks(*, some_centres: bool) -> sa.Select[Any]:
    sums = (
        sa.select(
            attendance_summary.c.centre_id,
            attendance_summary.c.week_start,
            *(sa.func.sum(attendance_summary.c[name]).label(name) for name in _SUMMED),
        )
        .where(attendance_summary.c.week_start.between(FIRST_DAY, LAST_DAY))
        .group_by(attendance_summary.c.centre_id, attendance_summary.c.week_start)
        .subquery("sums")
    )
    weeks = (
        sa.select(calendar_day.c.day.label("week_start"), calendar_day.c.month_start)
        .where(
            calendar_day.c.weekday == 1, calendar_day.c.day <= _AS_OF, calendar_day.c.day.between(FIRST_DAY, LAST_DAY)
        )
        .subquery("weeks")
    )
    complete = week_summary.c.state == "complete"
    return (
        sa.select(
            centre.c.code.label("centre_code"),
            centre.c.name.label("centre_name"),
            weeks.c.week_start,
            sa.case(
                (week_summary.c.state.is_not(None), week_summary.c.state),
                (_shut_by_a_closure(weeks), "closed"),
                else_="not_expected",
            )
            .cast(sa.Text)
            .label("state"),
            sums.c.calendar_half_days.cast(sa.Integer).label("calendar_half_days"),
            sa.case((complete, sums.c.offered_half_days)).cast(sa.Integer).label("offered_half_days"),
            sa.case((complete, sums.c.occupied_half_days)).cast(sa.Integer).label("occupied_half_days"),
            sa.case((complete, sums.c.occupied_hours)).cast(sa.Double).label("occupied_hours"),
            sa.case((complete, sums.c.unoffered_half_days)).cast(sa.Integer).label("unoffered_half_days"),
            attendance_week.c.distinct_people,
            attendance_week.c.comment,
            attendance_week.c.version,
            attendance_week.c.entered_by,
            attendance_week.c.entered_at,
            attendance_week.c.completed_at,
        )
        .select_from(
            centre.join(weeks, sa.true())
            .outerjoin(
                week_summary,
                sa.and_(week_summary.c.centre_id == centre.c.id, week_summary.c.week_start == weeks.c.week_start),
            )
            .outerjoin(sums, sa.and_(sums.c.centre_id == centre.c.id, sums.c.week_start == weeks.c.week_start))
            .outerjoin(
                attendance_week,
                sa.and_(attendance_week.c.centre_id == centre.c.id, attendance_week.c.week_start == weeks.c.week_start),
            )
        )
        .where(centre.c.status != "planned", *_perimeter(some_centres))
        .order_by(centre.c.name, weeks.c.week_start)
    )


def _shut_by_a_closure(weeks: sa.Subquery) -> sa.ColumnElement[bool]:
    """Whether closures alone keep shut a week in which the centre would have received people."""
    day = calendar_day.alias("shut_day")
    return sa.exists(
        sa.select(sa.literal(1))
        .select_from(day)
        .join(opening_hours, sa.and_(opening_hours.c.weekday == day.c.weekday, valid(opening_hours, day.c.day)))
        .join(
            centre_capacity,
            sa.and_(centre_capacity.c.centre_id == opening_hours.c.centre_id, valid(centre_capacity, day.c.day)),
        )
        .join(
            closure,
            sa.and_(
                sa.or_(closure.c.centre_id == opening_hours.c.centre_id, closure.c.centre_id.is_(None)),
                day.c.day.between(closure.c.starts_on, closure.c.ends_on),
            ),
        )
        .where(
            opening_hours.c.centre_id == centre.c.id,
            day.c.week_start == weeks.c.week_start,
            day.c.public_holiday.is_(None),
            centre_capacity.c.seats > 0,
            was_open(day.c.day),
        )
        .correlate(centre, weeks)
    )


@requires(Right.FIGURES)
def completeness_weeks(
    connection: sa.Connection, period: Period, *, as_of: date, centres: Sequence[str] | None = None
) -> pl.DataFrame:
    """One row per centre and week over by `as_of`: columns of `attendance_weeks`, and `weeks_expected`, `weeks_on_time`.

    `state` is also `late`: complete, but after the Friday that follows its Sunday; and `imported`: complete, but brought by a
    file or by another program, so that nobody knows when it was (`completed_at` is null). Expected are the weeks that are
    complete, late, imported, drafts or missing; `weeks_due` leaves out the imported, which are neither on time nor late, and
    those whose Friday has not passed: they still have their time, entered or not.
    """
    weeks = attendance_weeks(connection, period, as_of=as_of, centres=centres).filter(
        pl.col("week_start") <= as_of - timedelta(days=7)
    )
    completed_on = pl.col("completed_at").dt.convert_time_zone(PARIS.key).dt.date()
    late = completed_on > pl.col("week_start") + pl.duration(days=DEADLINE_DAYS)
    complete = pl.col("state") == "complete"
    imported = complete & pl.col("completed_at").is_null()
    expected = pl.col("state").is_in(["complete", "draft", "missing"])
    due = expected & ~imported & (pl.col("week_start") < as_of - timedelta(days=DEADLINE_DAYS))
    return weeks.with_columns(
        state=pl.when(imported)
        .then(pl.lit("imported"))
        .when(complete & late)
        .then(pl.lit("late"))
        .otherwise(pl.col("state")),
        weeks_expected=expected.cast(pl.Int64),
        weeks_due=due.cast(pl.Int64),
        weeks_on_time=(due & complete & ~late.fill_null(False)).cast(pl.Int64),
    )


@requires(Right.ENTER)
def weeks_to_verify(connection: sa.Connection, *, as_of: date) -> pl.DataFrame:
    """One row per complete week that its author said was right though unusual, and nobody has looked at since.

    `centre_code`, `centre_name`, `week_start`, `doubts` (codes, space between), `version`, `entered_by`, `entered_at`,
    `occupied_half_days` and `offered_half_days`, and `usual_lowest` and `usual_highest`, between which it usually is (null
    where too little is known), newest first.
    """
    week = attendance_week.c
    question = (
        sa.select(
            centre.c.code.label("centre_code"),
            centre.c.name.label("centre_name"),
            week.week_start,
            week.doubts,
            week.version,
            week.entered_by,
            week.entered_at,
        )
        .join(centre, centre.c.id == week.centre_id)
        .where(week.doubts.is_not(None), week.verified_at.is_(None), week.week_start <= as_of)
        .order_by(week.week_start.desc(), centre.c.name)
    )
    weeks = read(connection, question)
    if weeks.is_empty():
        first = last = as_of
    else:
        first, last = weeks["week_start"].min(), weeks["week_start"].max()  # type: ignore[assignment]
    used = complete_weeks(connection, sorted(set(weeks["centre_code"])), first=first - A_YEAR - SEASON, last=last)
    told: list[tuple[int | None, int | None, UsualBand | None]] = []
    for code, week_start in weeks.select("centre_code", "week_start").iter_rows():
        use = used[code].get(week_start)
        band = usual_band(used[code], week_start, offered=use.offered) if use else None
        told.append((use.occupied, use.offered, band) if use else (None, None, None))
    return weeks.with_columns(
        occupied_half_days=pl.Series([total for total, _offered, _band in told], dtype=pl.Int64),
        offered_half_days=pl.Series([offered for _total, offered, _band in told], dtype=pl.Int64),
        usual_lowest=pl.Series([band and band.lowest for *_use, band in told], dtype=pl.Int64),
        usual_highest=pl.Series([band and band.highest for *_use, band in told], dtype=pl.Int64),
    )


@dataclass(frozen=True)
class SheetHeader:
    """The weekly sheet as recorded; version 0 = nobody entered it."""

    status: str | None
    version: int
    distinct_people: int | None
    comment: str | None
    entered_by: str | None
    entered_at: datetime | None


@requires(Right.ENTER, own_centre=True)
def sheet_header(connection: sa.Connection, *, centre_code: str, week_start: date) -> SheetHeader:
    """The recorded state of one centre and week."""
    week = attendance_week.c
    row = connection.execute(
        sa.select(week.status, week.version, week.distinct_people, week.comment, week.entered_by, week.entered_at)
        .join(centre, centre.c.id == week.centre_id)
        .where(centre.c.code == centre_code, week.week_start == week_start)
    ).one_or_none()
    return SheetHeader(None, 0, None, None, None, None) if row is None else SheetHeader(*row)


@requires(Right.ENTER, own_centre=True)
def sheet_days(
    connection: sa.Connection, *, centre_code: str, week_start: date, last_week: date | None = None
) -> pl.DataFrame:
    """One row per day of the week and seat kind the centre has seats of that day, or had recorded; with `last_week`, of all
    weeks from the one to the other.

    `usual_half_days` are the half-days its opening hours give that weekday; `offered_half_days` also follows holidays,
    closures and the seats; `public_holiday` and `closure_reason` say why a usual day offers nothing. `half_days` null =
    not entered, `closed` null = no row.
    """
    centre_id = connection.execute(sa.select(centre.c.id).where(centre.c.code == centre_code)).scalar_one()
    last = last_week or week_start
    return read(connection, _sheet_question(), of_days(centre_id, week_start, last + timedelta(days=6)))


@cache
def _sheet_question() -> sa.Select[Any]:
    facts = day_facts()
    offers = (
        sa.select(facts.c.day, facts.c.seat_kind, sa.func.sum(facts.c.calendar_half_days).label("offered_half_days"))
        .group_by(facts.c.day, facts.c.seat_kind)
        .subquery("offers")
    )
    recorded = (
        sa.select(attendance_day.c.day, attendance_day.c.seat_kind, attendance_day.c.half_days, attendance_day.c.closed)
        .join(attendance_week, attendance_week.c.id == attendance_day.c.attendance_week_id)
        .where(attendance_week.c.centre_id == CENTRE, attendance_week.c.week_start.between(FIRST_DAY, LAST_DAY))
        .subquery("recorded")
    )
    closure_reason = (
        sa.select(sa.func.min(closure.c.reason))
        .where(
            sa.or_(closure.c.centre_id == CENTRE, closure.c.centre_id.is_(None)),
            calendar_day.c.day.between(closure.c.starts_on, closure.c.ends_on),
        )
        .scalar_subquery()
    )
    usual = (
        sa.select(sa.func.count())
        .select_from(opening_hours)
        .where(
            opening_hours.c.centre_id == CENTRE,
            opening_hours.c.weekday == calendar_day.c.weekday,
            valid(opening_hours, calendar_day.c.day),
        )
        .scalar_subquery()
    )
    seats = sa.func.coalesce(centre_capacity.c.seats, 0)
    # SQLite cannot name the columns of VALUES.
    kinds = sa.union_all(*(sa.select(sa.literal(kind).label("seat_kind")) for kind in codes.SEAT_KINDS)).subquery()
    return (
        sa.select(
            calendar_day.c.day,
            kinds.c.seat_kind,
            seats.cast(sa.Integer).label("seats"),
            usual.cast(sa.Integer).label("usual_half_days"),
            sa.func.coalesce(offers.c.offered_half_days, 0).cast(sa.Integer).label("offered_half_days"),
            calendar_day.c.public_holiday,
            closure_reason.cast(sa.Text).label("closure_reason"),
            recorded.c.half_days,
            recorded.c.closed,
        )
        .select_from(
            calendar_day.join(kinds, sa.true())
            .outerjoin(
                centre_capacity,
                sa.and_(
                    centre_capacity.c.centre_id == CENTRE,
                    centre_capacity.c.seat_kind == kinds.c.seat_kind,
                    valid(centre_capacity, calendar_day.c.day),
                ),
            )
            .outerjoin(offers, sa.and_(offers.c.day == calendar_day.c.day, offers.c.seat_kind == kinds.c.seat_kind))
            .outerjoin(
                recorded, sa.and_(recorded.c.day == calendar_day.c.day, recorded.c.seat_kind == kinds.c.seat_kind)
            )
        )
        .where(
            calendar_day.c.day.between(FIRST_DAY, LAST_DAY),
            sa.or_(seats > 0, recorded.c.half_days.is_not(None)),
        )
        .order_by(kinds.c.seat_kind, calendar_day.c.day)
    )


@requires(Right.ENTER, own_centre=True)
def weeks_before(connection: sa.Connection, *, centre_code: str, week_start: date, count: int) -> pl.DataFrame:
    """The last `count` complete weeks of a centre before a week, newest first; columns of `attendance_weeks`."""
    # Closures and gaps may lie between: twice the span nearly always holds enough complete weeks.
    span = Period.weeks(week_start - timedelta(weeks=2 * count + 4), week_start - timedelta(weeks=1))
    weeks = attendance_weeks(connection, span, as_of=week_start, centres=[centre_code])
    # A complete week that offered nothing and received nobody has no total to compare with.
    counted = weeks.filter(pl.col("state") == "complete", pl.col("occupied_half_days").is_not_null())
    return counted.sort("week_start", descending=True).head(count)


@requires(Right.ENTER, own_centre=True)
def usual_week(connection: sa.Connection, *, centre_code: str, week_start: date) -> UsualBand | None:
    """Between how many half-days a week of a centre usually lies, all that it offers taken; None while too little is known."""
    offered = sheet_days(connection, centre_code=centre_code, week_start=week_start)["offered_half_days"].sum()
    last = week_start - timedelta(days=1)
    before = complete_weeks(connection, [centre_code], first=week_start - A_YEAR - SEASON, last=last)
    return usual_band(before[centre_code], week_start, offered=int(offered or 0))


@requires(Right.ENTER, own_centre=True)
def oldest_missing_week(connection: sa.Connection, *, centre_code: str, as_of: date) -> date | None:
    """The Monday of the oldest week, of the last twelve, that is not complete and may still be entered; None without."""
    states = attendance_weeks(connection, Period.last_weeks(12, as_of), as_of=as_of, centres=[centre_code])
    missing = states.filter(pl.col("state").is_in(["missing", "draft"]))["week_start"].sort().to_list()
    reopened = reopened_weeks(connection, as_of=as_of)
    return next((week for week in missing if locks_on(week) > as_of or (centre_code, week) in reopened), None)


@requires(Right.ENTER, own_centre=True)
def monthly_desks(connection: sa.Connection, *, centre_code: str, week_start: date) -> pl.DataFrame:
    """One row per day of the week and seat kind on which desks are let by the month: `desks`, and their `half_days`.

    Half-days are those the centre offers that day, for as many desks as agreements run, at most its seats; a day on which
    it offers nothing has no row.
    """
    question = (
        sa.select(calendar_day.c.day, agreement.c.seat_kind, sa.func.count().label("desks"))
        .select_from(agreement)
        .join(centre, centre.c.id == agreement.c.centre_id)
        .join(calendar_day, runs(agreement.c.signed_on, agreement.c.ended_on, calendar_day.c.day))
        .where(
            centre.c.code == centre_code,
            agreement.c.formula == "month",
            calendar_day.c.day.between(week_start, week_start + timedelta(days=6)),
        )
        .group_by(calendar_day.c.day, agreement.c.seat_kind)
    )
    let = read(connection, question)
    offered = sheet_days(connection, centre_code=centre_code, week_start=week_start).filter(
        pl.col("offered_half_days") > 0, pl.col("seats") > 0
    )
    desks = pl.min_horizontal("desks", "seats")
    return (
        let.join(offered, on=["day", "seat_kind"])
        .select("day", "seat_kind", desks=desks, half_days=desks * (pl.col("offered_half_days") // pl.col("seats")))
        .sort("day", "seat_kind")
    )


def _summarised(period: Period, *, by_week: bool) -> tuple[date, date, list[date]]:
    """The first and last of the days whose rows of a summary lie wholly in the period, and the days at its ends that those
    would leave out; without such a row, the last before the first."""
    first, last = period.first, period.last
    ragged: list[date] = []
    start, end = _summarised_with(first, by_week=by_week)
    if start < first or last < end:
        ragged += _days(first, min(end, last))
        first = end + _DAY
    start, end = _summarised_with(last, by_week=by_week)
    if first <= last < end:
        ragged += _days(max(start, first), last)
        last = start - _DAY
    return first, last, ragged


# Questions are built once, whatever days and places they are asked of: building one takes longer than its answer.
_AS_OF: Final = sa.bindparam("as_of", type_=Day)
_FIRST_MONTH: Final = sa.bindparam("first_month", type_=Day)
_RAGGED_DAYS: Final = sa.bindparam("ragged_days", type_=Day, expanding=True)
_OF_CENTRES: Final = sa.bindparam("of_centres", type_=sa.Text, expanding=True)
_OF_KIND: Final = sa.bindparam("of_kind", type_=sa.Text)


@cache
def _attendance(
    summary: sa.Table, by: tuple[Grain, ...], *, whole: bool, ragged: bool, some_centres: bool, one_kind: bool
) -> sa.Select[Any]:
    """The sums of the rows of a summary that lie wholly in the period, if any, and of the ragged days at its ends.

    Those days are counted as the summary counts them, however many rows lie between.
    """
    names = [column.name for column in summary.c]
    within = [summary.c.month_start.between(_FIRST_MONTH, LAST_DAY)]
    if "week_start" in summary.c:
        within.append(summary.c.week_start.between(FIRST_DAY, LAST_DAY))
    rows = sa.select(*(summary.c[name] for name in names)).where(*(within if whole else [sa.false()]))
    if ragged:
        facts = day_facts(sa.and_(sa.true(), *_perimeter(some_centres)), calendar_day.c.day.in_(_RAGGED_DAYS))
        table = rows.union_all(sa.select(*(facts.c[name] for name in names))).subquery("summed")
    else:
        table = rows.subquery("summed")
    keys = [_grain(table, grain) for grain in by]
    question = (
        sa.select(*keys, *_measures(table))
        .select_from(table.join(centre, centre.c.id == table.c.centre_id))
        .where(*_perimeter(some_centres))
    )
    if one_kind:
        question = question.where(table.c.seat_kind == _OF_KIND)
    return _grouped(question, keys)


def _summarised_with(day: date, *, by_week: bool) -> tuple[date, date]:
    """The first and last of the days that are summarised in one row with a day: of its month, or of its week too."""
    start, end = month_start(day), month_end(day)
    if by_week:
        start, end = max(start, day - day.weekday() * _DAY), min(end, day + (6 - day.weekday()) * _DAY)
    return start, end


def _days(first: date, last: date) -> list[date]:
    return [first + number * _DAY for number in range((last - first).days + 1)]


def _measures(table: sa.Subquery) -> list[sa.ColumnElement[Any]]:
    offered, occupied, unoffered = (
        sa.func.coalesce(sa.func.sum(table.c[f"{what}_half_days"]), 0) for what in ("offered", "occupied", "unoffered")
    )
    # Nothing offered in complete weeks and nobody in them: no week was entered. That is missing, not zero.
    entered = sa.or_(offered > 0, unoffered > 0)
    measures: list[sa.ColumnElement[Any]] = [
        offered.cast(sa.Integer).label("offered_half_days"),
        sa.case((offered > 0, occupied)).cast(sa.Integer).label("occupied_half_days"),
        sa.case((offered > 0, sa.func.sum(table.c.occupied_hours))).cast(sa.Double).label("occupied_hours"),
        sa.case((entered, unoffered)).cast(sa.Integer).label("unoffered_half_days"),
    ]
    if "calendar_half_days" in table.c:
        calendar = sa.func.coalesce(sa.func.sum(table.c.calendar_half_days), 0)
        measures.insert(0, calendar.cast(sa.Integer).label("calendar_half_days"))
    return measures


def _grain(table: sa.FromClause, grain: Grain) -> sa.ColumnElement[Any]:
    if grain == "centre_code":
        return centre.c.code.label("centre_code")
    if grain == "year":
        return sa.extract("year", table.c.month_start).cast(sa.Integer).label("year")
    return table.c[grain]


def _grouped(question: sa.Select[Any], keys: list[sa.ColumnElement[Any]]) -> sa.Select[Any]:
    return question.group_by(*keys).order_by(*keys) if keys else question


def _of_weeks(period: Period) -> dict[str, date]:
    """The Mondays whose Thursday the period holds, as parameters: each week is counted in one period and in no other."""
    return {"first_day": period.first - 3 * _DAY, "last_day": period.last - 3 * _DAY}


def _perimeter(some_centres: bool) -> list[sa.ColumnElement[bool]]:
    return [centre.c.code.in_(_OF_CENTRES)] if some_centres else []


# What each centre owes, whom to write to, and when they were last reminded.


@requires(Right.COORDINATE)
def weeks_owed(connection: sa.Connection, *, as_of: date) -> pl.DataFrame:
    """One row per centre and week over, of the last six, missing or a draft, that may still be entered, oldest first.

    `centre_code`, `centre_name`, `week_start`, `state`, `recipient` (the animators' addresses, a comma between, else the
    centre's own; null for none), `last_reminded_at`.
    """
    owed = attendance_weeks(connection, Period.last_weeks(6, as_of), as_of=as_of).filter(
        pl.col("state").is_in(["missing", "draft"]), pl.col("week_start") <= as_of - timedelta(days=7)
    )
    owed = owed.filter(pl.Series([locks_on(week) > as_of for week in owed["week_start"]], dtype=pl.Boolean))
    names = owed.select("centre_code", "centre_name", "week_start", "state")
    return (
        names.join(_recipients(connection), on="centre_code", how="left")
        .join(_last(connection), on=["centre_code", "week_start"], how="left")
        .sort("centre_name", "week_start")
    )


def _recipients(connection: sa.Connection) -> pl.DataFrame:
    animators = read(
        connection,
        sa.select(centre.c.code.label("centre_code"), account.c.email)
        .join(account_centre, account_centre.c.centre_id == centre.c.id)
        .join(account, account.c.id == account_centre.c.account_id)
        .where(account.c.active, account.c.role == "animator")
        .order_by(account.c.email),
    )
    joined = animators.group_by("centre_code", maintain_order=True).agg(animators=pl.col("email").str.join(", "))
    own = read(connection, sa.select(centre.c.code.label("centre_code"), centre.c.email))
    return own.join(joined, on="centre_code", how="left").select(
        "centre_code", recipient=pl.coalesce("animators", "email")
    )


def _last(connection: sa.Connection) -> pl.DataFrame:
    question = (
        sa.select(
            centre.c.code.label("centre_code"),
            reminder.c.week_start,
            sa.func.max(reminder.c.sent_at, type_=reminder.c.sent_at.type).label("last_reminded_at"),
        )
        .join(centre, centre.c.id == reminder.c.centre_id)
        .group_by(centre.c.code, reminder.c.week_start)
    )
    return read(connection, question)
