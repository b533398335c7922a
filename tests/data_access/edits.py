"""Writes of other programs, drawn at random: SQL that reads as a script when a law fails."""

from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st

# Four weeks around a new year that falls on a Sunday: few enough for two writes to meet.
FIRST: Final = date(2016, 12, 19)
LAST: Final = date(2017, 1, 15)

days = st.integers(0, (LAST - FIRST).days).map(lambda number: FIRST + timedelta(days=number))
mondays = st.integers(0, 3).map(lambda number: FIRST + timedelta(weeks=number))
_centres = st.sampled_from([1, 2])
_kinds = st.sampled_from(["office", "open_space"])
_weekdays = st.integers(1, 7)
_ends = st.one_of(st.none(), days)
_scope = st.one_of(st.none(), _centres)


def _sql(pattern: str, **values: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    def filled(chosen: dict[str, object]) -> str:
        return pattern.format(**{name: _literal(value) for name, value in chosen.items()})

    return st.fixed_dictionaries(values).map(filled)


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else f"'{value}'"


_SHEETS = (
    _sql(
        "INSERT INTO attendance_week (centre_id, week_start, status) VALUES ({centre}, {monday}, {status})",
        centre=_centres,
        monday=mondays,
        status=st.sampled_from(["complete", "complete", "draft", "closed"]),
    ),
    _sql(
        "UPDATE attendance_week SET status = {status} WHERE centre_id = {centre} AND week_start >= {day}",
        status=st.sampled_from(["complete", "draft", "closed"]),
        centre=_centres,
        day=days,
    ),
    _sql("UPDATE attendance_week SET centre_id = {to} WHERE week_start = {monday}", to=_centres, monday=mondays),
    _sql("UPDATE attendance_week SET week_start = {to} WHERE week_start = {monday}", to=mondays, monday=mondays),
    _sql("DELETE FROM attendance_week WHERE week_start = {monday}", monday=mondays),
    _sql(
        "INSERT INTO attendance_day (attendance_week_id, day, seat_kind, half_days)"
        " SELECT w.id, c.day, {kind}, {half_days} FROM attendance_week w JOIN calendar_day c"
        " ON c.week_start = w.week_start AND c.weekday = {weekday} WHERE w.centre_id = {centre}",
        centre=_centres,
        weekday=_weekdays,
        kind=_kinds,
        half_days=st.integers(0, 4),
    ),
    _sql(
        "UPDATE attendance_day SET half_days = {n}, closed = (1 = 0) WHERE day > {day}", n=st.integers(0, 3), day=days
    ),
    _sql("UPDATE attendance_day SET half_days = 0, closed = (1 = 1) WHERE day = {day}", day=days),
    _sql("DELETE FROM attendance_day WHERE day = {day}", day=days),
)

_OFFERS = (
    _sql(
        "INSERT INTO centre_capacity (centre_id, seat_kind, seats, valid_from) VALUES ({c}, {kind}, {seats}, {day})",
        c=_centres,
        kind=_kinds,
        seats=st.integers(0, 5),
        day=days,
    ),
    _sql("UPDATE centre_capacity SET valid_to = {to} WHERE seat_kind = {kind}", to=_ends, kind=_kinds),
    _sql("UPDATE centre_capacity SET centre_id = {to}, valid_from = {day}", to=_centres, day=days),
    _sql("DELETE FROM centre_capacity WHERE centre_id = {c} AND seat_kind = {kind}", c=_centres, kind=_kinds),
    _sql(
        "INSERT INTO opening_hours (centre_id, weekday, half_day, opens_at, closes_at, valid_from)"
        " VALUES ({c}, {weekday}, {half_day}, '08:30', '12:15', {day})",
        c=_centres,
        weekday=_weekdays,
        half_day=st.sampled_from(["am", "pm"]),
        day=days,
    ),
    _sql(
        "UPDATE opening_hours SET closes_at = '18:45', valid_to = {to} WHERE weekday = {weekday} AND half_day = 'pm'",
        to=_ends,
        weekday=_weekdays,
    ),
    _sql("DELETE FROM opening_hours WHERE centre_id = {c} AND weekday = {weekday}", c=_centres, weekday=_weekdays),
)

_DATES = (
    _sql(
        "INSERT INTO closure (centre_id, starts_on, ends_on, reason) VALUES ({c}, {first}, {last}, 'Travaux')",
        c=_scope,
        first=days,
        last=days,
    ),
    _sql("UPDATE closure SET centre_id = {c}", c=_scope),
    _sql("DELETE FROM closure WHERE ends_on >= {day}", day=days),
    _sql("UPDATE centre SET opened_on = {day} WHERE id = {c}", day=days, c=_centres),
    _sql("UPDATE centre SET closed_on = {day} WHERE id = {c}", day=_ends, c=_centres),
    _sql("UPDATE centre SET status = {status} WHERE id = {c}", status=st.sampled_from(["open", "planned"]), c=_centres),
    _sql("UPDATE calendar_day SET public_holiday = 'Fête' WHERE day = {day}", day=days),
    _sql("UPDATE calendar_day SET public_holiday = NULL WHERE day >= {day} AND day < '2017-02-06'", day=days),
)

EDITS: Final = st.one_of(*_SHEETS, *_OFFERS, *_DATES)
