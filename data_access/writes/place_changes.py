"""What the changes of a place from a day on share: one turn at a time, one document a centre, taken back as a whole."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from data_access.refusals import Problem, Refused, Rule
from data_access.schema import attendance_day, attendance_week, audit_entry, centre
from data_access.writes.database_refusals import told_as_refusals
from data_access.writes.dated_rows import (
    DatedRow,
    DatedTable,
    joined,
    rows_as_document,
    rows_from_document,
    store_rows,
    stored_rows,
)
from data_access.writes.keepers import Document, Keeper
from data_access.writes.rows import Change, Saved, trace

Check = Callable[[sa.Connection, int, Sequence[DatedRow]], list[Problem]]


def place_in_turn(connection: sa.Connection, code: str | None) -> int:
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
    """Makes the periods of a centre those wanted, with one trace; the version is the number of changes traced so far."""
    before = stored_rows(connection, dated, centre_id)
    version = changes_of(connection, dated.table, centre_id)
    if joined(before) == joined(wanted):
        return Saved(centre_id, version, already_recorded=True)
    if base_version != version:
        raise Refused([_stale(connection, dated.table, centre_id)])
    with told_as_refusals():
        store_rows(connection, dated, centre_id, wanted)
    audit_id = trace(
        connection,
        change,
        dated.table.name,
        row_key=code,
        row_id=centre_id,
        before=rows_as_document(code, before),
        after=rows_as_document(code, stored_rows(connection, dated, centre_id)),
    )
    return Saved(centre_id, version + 1, already_recorded=False, audit_id=audit_id)


def changes_of(connection: sa.Connection, table: sa.Table, centre_id: int) -> int:
    """How many changes of these periods were traced: their version, 0 for those nobody changed here."""
    counted = sa.select(sa.func.count()).where(
        audit_entry.c.table_name == table.name, audit_entry.c.row_id == centre_id
    )
    return int(connection.execute(counted).scalar_one())


def keeper_of(dated: DatedTable, check: Check) -> Keeper:
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

    return Keeper(content, restore)


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


def _stale(connection: sa.Connection, table: sa.Table, centre_id: int) -> Problem:
    last = connection.execute(
        sa.select(audit_entry.c.actor, audit_entry.c.at)
        .where(audit_entry.c.table_name == table.name, audit_entry.c.row_id == centre_id)
        .order_by(audit_entry.c.id.desc())
        .limit(1)
    ).one_or_none()
    return Problem(Rule.RECORD_CHANGED, "version", {} if last is None else {"actor": last.actor, "at": last.at})
