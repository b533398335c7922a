"""Seats and opening hours: what holds in a centre from a day on, until the next change that is known.

A change touches no day before it, nor any after the next one. Periods of one thing never overlap, at any moment of the
transaction. One document a centre is audited and undone as a whole; each change of it is a record of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from data_access import codes
from data_access.documents import Document, as_document, changes_of, from_document
from data_access.entries.kind import Entry, Kind, Row
from data_access.records import CapacityRecord, OpenHalfDay, OpeningHoursRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Right
from data_access.schema import attendance_day, attendance_week, audit_entry, centre, centre_capacity, opening_hours
from data_access.writes.rows import Change, Saved, UndoableRecord, audit_change, database_errors_refused, record_changed

# Rows that hold from a day to a day: changed from a day on, stored, and put back.

_ONE_DAY: Final = timedelta(days=1)
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
    return sorted((_dated_row(dated, dict(row)) for row in found), key=lambda each: (each.key, each.valid_from))


def store_rows(connection: sa.Connection, dated: DatedTable, centre_id: int, wanted: Iterable[DatedRow]) -> None:
    """Makes the rows of a centre those wanted; what changes is taken out before it is written, so that none overlap."""
    table = dated.table
    before = {(row.key, row.valid_from): row for row in stored_rows(connection, dated, centre_id)}
    after = {(row.key, row.valid_from): row for row in wanted}
    numbers: dict[tuple[Values, date], int] = {}
    for place, row in before.items():
        if after.get(place) != row:
            gone = sa.delete(table).where(*_same_row(dated, centre_id, row)).returning(table.c.id)
            numbers[place] = connection.execute(gone).scalar_one()
    # The numbers that were known first: SQLite would give one of them to a new row.
    for place, row in sorted(after.items(), key=lambda each: each[0] not in numbers):
        if before.get(place) != row:
            kept = {"id": numbers[place]} if place in numbers else {}
            connection.execute(sa.insert(table).values(centre_id=centre_id, **kept, **_columns(dated, row)))


def rows_as_document(dated: DatedTable, code: str, rows: Iterable[DatedRow]) -> Document:
    """What the audit keeps of them, in their order."""
    return {"centre": code, "periods": [as_document(_columns(dated, row)) for row in rows]}


def rows_from_document(dated: DatedTable, document: Mapping[str, Any]) -> list[DatedRow]:
    """The rows the audit kept."""
    return [_dated_row(dated, from_document(dated.table, each)) for each in document["periods"]]


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
        before=rows_as_document(dated, code, before),
        after=rows_as_document(dated, code, stored_rows(connection, dated, centre_id)),
    )
    return Saved(centre_id, version + 1, already_recorded=False, audit_id=audit_id)


def undoable_periods(dated: DatedTable, check: Check) -> UndoableRecord:
    """How the periods of a centre are read and put back; `check` says why they may not be as they were."""

    def content(connection: sa.Connection, centre_id: int) -> Document | None:
        code = connection.execute(
            sa.select(centre.c.code).where(centre.c.id == centre_id).with_for_update(key_share=True)
        ).scalar_one_or_none()
        return None if code is None else rows_as_document(dated, code, stored_rows(connection, dated, centre_id))

    def restore(connection: sa.Connection, change: Change, centre_id: int, document: Document | None) -> None:
        wanted = rows_from_document(dated, document or {"periods": []})
        problems = check(connection, centre_id, wanted)
        if problems:
            raise Refused(problems)
        store_rows(connection, dated, centre_id, wanted)

    return UndoableRecord(content, restore)


def seats_taken_above(connection: sa.Connection, centre_id: int, rows: Sequence[DatedRow]) -> list[Problem]:
    """The first week in which more was entered than these seats can hold; nothing is said of days without a row."""
    hours = stored_rows(connection, HOURS, centre_id)
    return _first_week(_taken_above(connection, centre_id, rows, hours), "seats")


def hours_used_above(connection: sa.Connection, centre_id: int, rows: Sequence[DatedRow]) -> list[Problem]:
    """The first week in which more was entered than the seats can hold with these hours, and held with those stored."""
    seats = stored_rows(connection, CAPACITIES, centre_id)
    before, after = (
        _taken_above(connection, centre_id, seats, hours) for hours in (stored_rows(connection, HOURS, centre_id), rows)
    )
    return _first_week({cell: values for cell, values in after.items() if cell not in before}, "half_days")


def _taken_above(
    connection: sa.Connection, centre_id: int, seats: Sequence[DatedRow], hours: Sequence[DatedRow]
) -> dict[tuple[date, str], dict[str, Any]]:
    """The days and seat kinds where more was entered than the seats × the half-days open that weekday, which are two where
    there are no hours (`triggers.REFUSALS`)."""
    week, day = attendance_week.c, attendance_day.c
    found: dict[tuple[date, str], dict[str, Any]] = {}
    for row in seats:
        (seat_kind,), (number,) = row.key, row.value
        entered = connection.execute(
            sa.select(week.week_start, day.day, day.half_days)
            .join(attendance_week, week.id == day.attendance_week_id)
            .where(
                week.centre_id == centre_id,
                day.seat_kind == seat_kind,
                day.half_days > number,
                day.day >= row.valid_from,
                day.day <= row.end,
            )
        )
        for each in entered:
            opens = sum(
                half.key[0] == each.day.isoweekday() and half.valid_from <= each.day <= half.end for half in hours
            )
            if each.half_days > number * (opens or 2):
                about = {"seats": number, "half_days": each.half_days, "week_start": each.week_start}
                found[each.day, seat_kind] = {"seat_kind": seat_kind, "open_half_days": opens, **about}
    return found


def _first_week(taken: Mapping[tuple[date, str], dict[str, Any]], field: str) -> list[Problem]:
    return [
        Problem(Rule.SEATS_ALREADY_TAKEN, field, {**taken[cell], "of_hours": field == "half_days"})
        for cell in sorted(taken)[:1]
    ]


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


def _dated_row(dated: DatedTable, row: Mapping[str, Any]) -> DatedRow:
    key, value = (tuple(row[name] for name in names) for names in (dated.keys, dated.values))
    return DatedRow(key, value, row["valid_from"], row["valid_to"])


# The seats and the hours: each change is a record.

CAPACITIES: Final = DatedTable(centre_capacity, ("seat_kind",), ("seats",))
HOURS: Final = DatedTable(opening_hours, ("weekday", "half_day"), ("opens_at", "closes_at"))
_DAYS: Final = 1_000_000


def _listed_capacities(connection: sa.Connection) -> list[Row]:
    """A period of seats of one kind a row, with the version of all periods of its centre."""
    return [dict(row) for row in connection.execute(_periods(centre_capacity)).mappings()]


def _listed_hours(connection: sa.Connection) -> list[Row]:
    """A row each time the week of a centre changes, numbered by its centre and day, with the version of all its weeks."""
    weeks: dict[int, Row] = {}
    for row in connection.execute(_periods(opening_hours)).mappings():
        turns = [row["valid_from"], *([row["valid_to"] + _ONE_DAY] if row["valid_to"] else [])]
        for day in turns:
            number = row["centre_id"] * _DAYS + day.toordinal()
            named = {name: row[name] for name in ("centre_id", "centre_code", "centre_name", "version")}
            weeks[number] = {"id": number, "valid_from": day, **named}
    return list(weeks.values())


def _same_hours(connection: sa.Connection, record: OpeningHoursRecord) -> int | None:
    """The change of the week of the same centre on the same day."""
    same = (record.centre_code, record.valid_from)
    return next(
        (row["id"] for row in _listed_hours(connection) if (row["centre_code"], row["valid_from"]) == same), None
    )


def _periods(table: sa.Table) -> sa.Select[Any]:
    entry = audit_entry.c
    changes = (
        sa.select(sa.func.count())
        .where(entry.table_name == table.name, entry.row_id == table.c.centre_id)
        .scalar_subquery()
    )
    named = (centre.c.code.label("centre_code"), centre.c.name.label("centre_name"), changes.label("version"))
    return sa.select(table, *named).join(centre, centre.c.id == table.c.centre_id)


def _capacity_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    wrong = list(entry.declared_problems())
    if record.seat_kind is not None and record.seat_kind not in codes.SEAT_KINDS:
        wrong.append(Problem(Rule.NOT_IN_LIST, "seat_kind"))
    yield from wrong
    if not wrong:
        centre_id = _its_centre(entry)
        yield from seats_taken_above(entry.connection, centre_id, _fresh(entry, centre_id, CAPACITIES))


def _its_centre(entry: Entry) -> int:
    """The centre of a period, whose turn is taken; what holds in one centre does not become another's."""
    centre_id = entry.locked_centre_id()
    if entry.row is not None and entry.row["centre_id"] != centre_id:
        raise Refused([Problem(Rule.NOT_IN_LIST, "centre_code")])
    return centre_id


def _fresh(entry: Entry, centre_id: int, dated: DatedTable) -> list[DatedRow]:
    """The periods that would be stored and are not."""
    before = joined(stored_rows(entry.connection, dated, centre_id))
    return [row for row in _wanted(entry, centre_id, dated) if row not in before]


def _wanted(entry: Entry, centre_id: int, dated: DatedTable) -> list[DatedRow]:
    """The periods of a centre once the record is stored: what a corrected period said before is no more."""
    rows, record = stored_rows(entry.connection, dated, centre_id), entry.record
    if entry.row is not None:
        rows = _without(rows, entry.row, dated)
    if dated is CAPACITIES:
        key = (record.seat_kind,)
        return changed_from(rows, record.valid_from, {key: (record.seats,)}, among=[key])
    week = {(each.weekday, each.half_day): (each.opens_at, each.closes_at) for each in record.half_days}
    return changed_from(rows, record.valid_from, week)


def _without(rows: list[DatedRow], period: Row, dated: DatedTable) -> list[DatedRow]:
    """The periods once a change is taken out: what held before it holds on."""
    keys = None if dated is HOURS else [(period["seat_kind"],)]
    eve = period["valid_from"] - _ONE_DAY
    held = {
        row.key: row.value for row in rows if row.valid_from <= eve <= row.end and (keys is None or row.key in keys)
    }
    return changed_from(rows, period["valid_from"], held, among=keys)


def _capacity_doubts(entry: Entry) -> Iterator[Problem]:
    centre_id = _its_centre(entry)
    if _fresh(entry, centre_id, CAPACITIES):
        yield from rates_changed(entry.connection, centre_id, _first_day(entry))


def _first_day(entry: Entry) -> date:
    """The first day that a change touches."""
    first: date = entry.record.valid_from
    return first if entry.row is None else min(first, entry.row["valid_from"])


def _hours_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    yield from entry.declared_problems()
    seen = set()
    for each in record.half_days:
        field, about = hours_field(each.weekday), {"weekday": each.weekday, "half_day": each.half_day}
        if not 1 <= each.weekday <= 7 or each.half_day not in codes.HALF_DAYS or (field, each.half_day) in seen:
            yield Problem(Rule.NOT_IN_LIST, "half_days")
        elif each.closes_at <= each.opens_at:
            yield Problem(Rule.HOURS_REVERSED, field, about)
        seen.add((field, each.half_day))
    mornings = {each.weekday: each.closes_at for each in record.half_days if each.half_day == "am"}
    for each in record.half_days:
        ends = mornings.get(each.weekday)
        if each.half_day == "pm" and ends is not None and each.opens_at < ends:
            yield Problem(Rule.HOURS_OVERLAP, hours_field(each.weekday), {"weekday": each.weekday})
    if record.valid_from is not None and record.centre_code is not None:
        centre_id = _its_centre(entry)
        yield from hours_used_above(entry.connection, centre_id, _wanted(entry, centre_id, HOURS))


def hours_field(weekday: int) -> str:
    """How a problem names the day at fault: « day_3 »."""
    return f"day_{weekday}"


def _hours_doubts(entry: Entry) -> Iterator[Problem]:
    centre_id = _its_centre(entry)
    if not entry.record.half_days:
        yield Problem(Rule.NEVER_OPEN, "half_days", {"day": entry.record.valid_from})
    if joined(_wanted(entry, centre_id, HOURS)) != joined(stored_rows(entry.connection, HOURS, centre_id)):
        yield from rates_changed(entry.connection, centre_id, _first_day(entry))


def _read_week(connection: sa.Connection, row: Row) -> Mapping[str, Any]:
    """The half-days open from the day of a period on."""
    rows = stored_rows(connection, HOURS, row["centre_id"])
    return {
        "half_days": tuple(
            OpenHalfDay(weekday=each.key[0], half_day=each.key[1], opens_at=each.value[0], closes_at=each.value[1])
            for each in rows
            if each.valid_from <= row["valid_from"] <= each.end
        )
    }


def _store_periods(entry: Entry, change: Change, dated: DatedTable) -> Saved:
    """Stores the periods of a centre as one, and answers the period that holds on the day of the record."""
    centre_id = _its_centre(entry)
    version = changes_of(entry.connection, dated.table, centre_id)
    saved = store_dated(
        entry.connection,
        change,
        dated,
        code=entry.record.centre_code,
        centre_id=centre_id,
        wanted=_wanted(entry, centre_id, dated),
        # A file says what holds from a day on, whoever changed it last.
        base_version=version if entry.imported and not entry.record.base_version else entry.record.base_version,
    )
    return Saved(_period_on(entry, centre_id), saved.version, saved.already_recorded, saved.audit_id)


def _period_on(entry: Entry, centre_id: int) -> int:
    listed = entry.kind.listed
    assert listed is not None
    periods = [
        row
        for row in listed(entry.connection)
        if row["centre_id"] == centre_id
        and row["valid_from"] <= entry.record.valid_from
        and row.get("seat_kind") == getattr(entry.record, "seat_kind", None)
    ]
    return int(max(periods, key=lambda row: row["valid_from"])["id"]) if periods else 0


def _delete_period(entry: Entry, change: Change, dated: DatedTable) -> int:
    """Takes a change out of the periods of a centre: what held before it holds on."""
    assert entry.row is not None
    centre_id = _its_centre(entry)
    rows = stored_rows(entry.connection, dated, centre_id)
    wanted = _without(rows, entry.row, dated)
    if dated is CAPACITIES:
        problems = seats_taken_above(entry.connection, centre_id, [row for row in wanted if row not in joined(rows)])
    else:
        problems = hours_used_above(entry.connection, centre_id, wanted)
    if problems:
        raise Refused(problems)
    saved = store_dated(
        entry.connection,
        change,
        dated,
        code=entry.record.centre_code,
        centre_id=centre_id,
        wanted=wanted,
        base_version=entry.record.base_version,
    )
    if saved.audit_id is None:
        raise Refused([record_changed(entry.connection, dated.table, centre_id)])
    return saved.audit_id


_SEATS: Final = {"office": "bureaux", "open_space": "open space"}

CAPACITY: Final = Kind(
    key="capacity",
    title="Positions de travail",
    table=centre_capacity,
    record=CapacityRecord,
    action="record_capacity",
    right=Right.COORDINATE,
    told=lambda row: f"{row['centre_name']}, {_SEATS[row['seat_kind']]} : {row['seats']}, {_from(row)}",
    day="valid_from",
    impossible=_capacity_problems,
    unusual=_capacity_doubts,
    same_fields=("centre_code", "seat_kind", "valid_from"),
    listed=_listed_capacities,
    writes=partial(_store_periods, dated=CAPACITIES),
    deletes=partial(_delete_period, dated=CAPACITIES),
)
OPENING_HOURS: Final = Kind(
    key="opening_hours",
    title="Horaires d’ouverture",
    table=opening_hours,
    record=OpeningHoursRecord,
    action="record_opening_hours",
    right=Right.COORDINATE,
    told=lambda row: f"{row['centre_name']}, {_from(row)}",
    day="valid_from",
    impossible=_hours_problems,
    unusual=_hours_doubts,
    finds=_same_hours,
    same_fields=("centre_code", "valid_from"),
    reads=_read_week,
    listed=_listed_hours,
    writes=partial(_store_periods, dated=HOURS),
    deletes=partial(_delete_period, dated=HOURS),
)


def _from(row: Row) -> str:
    return f"à partir du {row['valid_from']:%d/%m/%Y}"


UNDOABLE_CAPACITIES: Final = undoable_periods(CAPACITIES, seats_taken_above)
UNDOABLE_HOURS: Final = undoable_periods(HOURS, hours_used_above)
PERIODS: Final = (CAPACITY, OPENING_HOURS)
