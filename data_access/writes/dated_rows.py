"""Rows that hold from a day to a day, such as seats and opening hours: changed from a day on, stored, and put back.

A change reaches until the next one already known, and touches no day before it nor after. Periods of one thing never
overlap, at any moment of the transaction. One document a centre is audited and undone as a whole.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access.documents import Document, changes_of
from data_access.refusals import Problem, Refused, Rule
from data_access.schema import attendance_day, attendance_week, centre
from data_access.writes.rows import Change, Saved, UndoableRecord, audit_change, database_errors_refused, record_changed

_ONE_DAY: Final = timedelta(days=1)
_NO_END: Final = ".."
Values = tuple[Any, ...]


@dataclass(frozen=True)
class DatedRow:
    """One thing (`key`: a seat kind, or a weekday and half-day), what it is (`value`), and from when to when."""

    key: Values
    value: Values
    valid_from: date
    valid_to: date | None = None

    @property
    def end(self) -> date:
        """The last day, the end of the calendar for what has none."""
        return self.valid_to or date.max


Check = Callable[[sa.Connection, int, Sequence[DatedRow]], list[Problem]]


@dataclass(frozen=True)
class DatedTable:
    """A table of dated rows of a centre: the columns that name a thing, and those that say what it is."""

    table: sa.Table
    keys: tuple[str, ...]
    values: tuple[str, ...]


def changed_from(
    rows: Iterable[DatedRow], day: date, wanted: Mapping[Values, Values], *, among: Iterable[Values] | None = None
) -> list[DatedRow]:
    """The rows once each thing is as `wanted` from `day` on, until the next change among them; what is not wanted stops.

    `among` keeps the change to some things; the others stay as they are.
    """
    every, kept_to = list(rows), None if among is None else set(among)
    touched = [row for row in every if kept_to is None or row.key in kept_to]
    turns = [row.valid_from for row in touched] + [row.end + _ONE_DAY for row in touched if row.end < date.max]
    following = min((turn for turn in turns if turn > day), default=None)
    last = None if following is None else following - _ONE_DAY
    result = [row for row in every if row not in touched]
    for row in touched:
        if row.valid_from < day:
            result.append(replace(row, valid_to=min(row.end, day - _ONE_DAY)))
        if following is not None and row.end >= following:
            result.append(replace(row, valid_from=max(row.valid_from, following)))
    result += [DatedRow(key, value, day, last) for key, value in wanted.items()]
    return joined(result)


def joined(rows: Iterable[DatedRow]) -> list[DatedRow]:
    """The same with as few rows as possible: what goes on unchanged the day after is one row."""
    result: list[DatedRow] = []
    for row in sorted(rows, key=lambda each: (each.key, each.valid_from)):
        last = result[-1] if result else None
        if last and _goes_on(last, row):
            result[-1] = replace(last, valid_to=row.valid_to)
        else:
            result.append(row)
    return result


def stored_rows(connection: sa.Connection, dated: DatedTable, centre_id: int) -> list[DatedRow]:
    """The rows of a centre, of all times."""
    table = dated.table
    found = connection.execute(sa.select(table).where(table.c.centre_id == centre_id)).mappings()
    rows = [
        DatedRow(
            tuple(row[name] for name in dated.keys),
            tuple(row[name] for name in dated.values),
            row["valid_from"],
            row["valid_to"],
        )
        for row in found
    ]
    return sorted(rows, key=lambda each: (each.key, each.valid_from))


def store_rows(connection: sa.Connection, dated: DatedTable, centre_id: int, wanted: Iterable[DatedRow]) -> None:
    """Makes the rows of a centre those wanted; what ends earlier is stored before what begins, so that none overlap."""
    table = dated.table
    before = {(row.key, row.valid_from): row for row in stored_rows(connection, dated, centre_id)}
    after = {(row.key, row.valid_from): row for row in wanted}
    for place, row in before.items():
        if place not in after:
            connection.execute(sa.delete(table).where(*_same_row(dated, centre_id, row)))
    changed = [row for place, row in after.items() if place in before and row != before[place]]
    for row in sorted(changed, key=lambda each: each.end > before[each.key, each.valid_from].end):
        values = dict(zip(dated.values, row.value, strict=True)) | {"valid_to": row.valid_to}
        connection.execute(sa.update(table).where(*_same_row(dated, centre_id, row)).values(**values))
    for place, row in after.items():
        if place not in before:
            connection.execute(sa.insert(table).values(centre_id=centre_id, **_columns(dated, row)))


def rows_as_document(code: str, rows: Iterable[DatedRow]) -> Document:
    """What the audit keeps of them: « 2015-01-01/.. office » : « 4 »."""
    return {
        "centre": code,
        "periods": {
            f"{row.valid_from}/{row.valid_to or _NO_END} {' '.join(map(str, row.key))}": "/".join(
                map(_as_text, row.value)
            )
            for row in rows
        },
    }


def rows_from_document(dated: DatedTable, document: Mapping[str, Any]) -> list[DatedRow]:
    """The rows the audit kept."""
    rows = []
    for place, value in document["periods"].items():
        span, *key = place.split(" ")
        first, last = span.split("/")
        rows.append(
            DatedRow(
                tuple(_from_text(dated, name, text) for name, text in zip(dated.keys, key, strict=True)),
                tuple(_from_text(dated, name, text) for name, text in zip(dated.values, value.split("/"), strict=True)),
                date.fromisoformat(first),
                None if last == _NO_END else date.fromisoformat(last),
            )
        )
    return rows


def lock_centre(connection: sa.Connection, code: str | None) -> int:
    """The id of a centre, whose row is the turn of those who change it; Refused when there is none of that code."""
    if code is None:
        raise Refused([Problem(Rule.MISSING_VALUE, "centre_code")])
    found = connection.execute(
        # Its key stays free, which every sheet and summary refers to.
        sa.select(centre.c.id).where(centre.c.code == code).with_for_update(key_share=True)
    ).scalar_one_or_none()
    if found is None:
        raise Refused([Problem(Rule.UNKNOWN_CENTRE, "centre_code", {"centre_code": code})])
    return int(found)


def store_dated(
    connection: sa.Connection,
    change: Change,
    dated: DatedTable,
    *,
    code: str,
    centre_id: int,
    wanted: Sequence[DatedRow],
    base_version: int,
) -> Saved:
    """Makes the periods of a centre those wanted, with one audit entry; the version is the number of changes so far."""
    before = stored_rows(connection, dated, centre_id)
    version = changes_of(connection, dated.table, centre_id)
    if joined(before) == joined(wanted):
        return Saved(centre_id, version, already_recorded=True)
    if base_version != version:
        raise Refused([record_changed(connection, dated.table, centre_id)])
    with database_errors_refused():
        store_rows(connection, dated, centre_id, wanted)
    audit_id = audit_change(
        connection,
        change,
        dated.table.name,
        row_key=code,
        row_id=centre_id,
        before=rows_as_document(code, before),
        after=rows_as_document(code, stored_rows(connection, dated, centre_id)),
    )
    return Saved(centre_id, version + 1, already_recorded=False, audit_id=audit_id)


def undoable_periods(dated: DatedTable, check: Check) -> UndoableRecord:
    """How the periods of a centre are read and put back; `check` says why they may not be as they were."""

    def content(connection: sa.Connection, centre_id: int) -> Document | None:
        code = connection.execute(
            sa.select(centre.c.code).where(centre.c.id == centre_id).with_for_update(key_share=True)
        ).scalar_one_or_none()
        return None if code is None else rows_as_document(code, stored_rows(connection, dated, centre_id))

    def restore(connection: sa.Connection, change: Change, centre_id: int, document: Document | None) -> None:
        wanted = rows_from_document(dated, document or {"periods": {}})
        problems = check(connection, centre_id, wanted)
        if problems:
            raise Refused(problems)
        store_rows(connection, dated, centre_id, wanted)

    return UndoableRecord(content, restore)


def seats_taken_above(connection: sa.Connection, centre_id: int, rows: Sequence[DatedRow]) -> list[Problem]:
    """The first week in which more was entered than these seats can hold; nothing is said of days without a row."""
    week, day = attendance_week.c, attendance_day.c
    found: list[tuple[date, Problem]] = []
    for row in rows:
        (seat_kind,), (seats,) = row.key, row.value
        first = connection.execute(
            sa.select(week.week_start, day.half_days)
            .join(attendance_week, week.id == day.attendance_week_id)
            .where(
                week.centre_id == centre_id,
                day.seat_kind == seat_kind,
                day.half_days > 2 * seats,
                day.day >= row.valid_from,
                day.day <= row.end,
            )
            .order_by(day.day)
            .limit(1)
        ).one_or_none()
        if first is not None:
            values = {"seat_kind": seat_kind, "seats": seats, "half_days": first.half_days}
            problem = Problem(Rule.SEATS_ALREADY_TAKEN, "seats", {**values, "week_start": first.week_start})
            found.append((first.week_start, problem))
    return [problem for _week, problem in sorted(found, key=lambda each: each[0])[:1]]


def rates_changed(connection: sa.Connection, centre_id: int, since: date) -> list[Problem]:
    """Complete weeks whose fill rate a change from that day on would alter."""
    week = attendance_week.c
    complete = sa.select(sa.func.count()).where(
        week.centre_id == centre_id, week.status == "complete", week.week_start > since - timedelta(days=7)
    )
    weeks = connection.execute(complete).scalar_one()
    return [Problem(Rule.CHANGES_PAST_RATES, "valid_from", {"weeks": weeks, "day": since})] if weeks else []


def _goes_on(row: DatedRow, following: DatedRow) -> bool:
    same = (row.key, row.value) == (following.key, following.value)
    return same and row.end < following.valid_from and row.end + _ONE_DAY == following.valid_from


def _columns(dated: DatedTable, row: DatedRow) -> dict[str, Any]:
    return {
        **dict(zip(dated.keys, row.key, strict=True)),
        **dict(zip(dated.values, row.value, strict=True)),
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def _same_row(dated: DatedTable, centre_id: int, row: DatedRow) -> list[sa.ColumnElement[bool]]:
    table = dated.table
    same = [table.c[name] == value for name, value in zip(dated.keys, row.key, strict=True)]
    return [table.c.centre_id == centre_id, table.c.valid_from == row.valid_from, *same]


def _as_text(value: Any) -> str:
    return value.strftime("%H:%M") if hasattr(value, "strftime") else str(value)


def _from_text(dated: DatedTable, name: str, text: str) -> Any:
    kind = dated.table.c[name].type.python_type
    return kind.fromisoformat(text) if hasattr(kind, "fromisoformat") else kind(text)
