"""Records a place of the network: what it is, its seats and hours from a day on, when it is shut, what it costs.

What cannot be is refused, what is unusual is asked about once.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access import codes
from data_access.documents import Document, as_document, changes_of, from_document
from data_access.records import CapacityRecord, CentreCostRecord, CentreRecord, ClosureRecord, OpeningHoursRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor
from data_access.schema import (
    BOOKKEEPING,
    attendance_day,
    attendance_week,
    centre,
    centre_capacity,
    centre_cost,
    closure,
    commune,
    metadata,
    opening_hours,
)
from data_access.writes.dated_rows import (
    DatedTable,
    changed_from,
    joined,
    lock_centre,
    rates_changed,
    seats_taken_above,
    store_dated,
    stored_rows,
    undoable_periods,
)
from data_access.writes.entry_rules import (
    as_values,
    missing,
    out_of_calendar,
    out_of_order,
    out_of_range,
    require_coordinator,
    require_entry_right,
    unreadable,
    validate,
)
from data_access.writes.rows import Change, Saved, UndoableRecord, database_errors_refused, saved_before, store_row

_CODE: Final = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_SHAPES: Final = (
    ("postcode", re.compile(r"[0-9]{5}"), Rule.NOT_A_POSTCODE),
    ("phone", re.compile(r"\+?[0-9](?:[ .\-\u00a0\u202f]?[0-9]){8,13}"), Rule.NOT_A_PHONE),
    ("email", re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s.,;<>]{2,}"), Rule.NOT_AN_EMAIL),
    ("website", re.compile(r"https?://[^\s<>\"'.]+(?:\.[^\s<>\"'.]+)+"), Rule.NOT_A_WEBSITE),
)
_LISTS: Final = {
    "kind": codes.CENTRE_KINDS,
    "status": codes.CENTRE_STATUSES,
    "location_precision": codes.LOCATION_PRECISIONS,
    "operator_kind": codes.OPERATOR_KINDS,
}
_DEGREES_AROUND: Final = 0.15
"""How far from its town halls the county reaches, in degrees: about fifteen kilometres."""
CENTRE_FIELDS: Final = tuple(column.name for column in centre.c if column.name not in ("id", "version"))
"""The columns a record fills, under the same names."""
CAPACITIES: Final = DatedTable(centre_capacity, ("seat_kind",), ("seats",))
UNDOABLE_CAPACITIES: Final = undoable_periods(CAPACITIES, seats_taken_above)
MOST_SEATS: Final = 200
HOURS: Final = DatedTable(opening_hours, ("weekday", "half_day"), ("opens_at", "closes_at"))
UNDOABLE_HOURS: Final = undoable_periods(HOURS, lambda connection, centre_id, rows: [])
WHOLE_NETWORK: Final = "RESEAU"
"""How the audit names a closure of all centres."""
LONGEST_CLOSURE_DAYS: Final = 366
FIRST_COST_YEAR: Final = 1998
HIGHEST_COST_EUR: Final = 10_000_000


def record_centre(
    connection: sa.Connection,
    actor: Actor,
    record: CentreRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores a place, new or corrected.

    Raises Refused when it cannot be true, or its code names figures already; Unconfirmed for a point out of the county,
    or weeks entered before its opening or after its closing. `connection` must come from `writing`.
    """
    require_coordinator(actor)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    stored = None
    if row_id is not None:
        stored = connection.execute(
            sa.select(centre).where(centre.c.id == row_id).with_for_update(key_share=True)
        ).mappings().one_or_none()  # fmt: skip
        if stored is None:
            raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    validate(record, centre_problems(connection, record, stored), centre_doubts(connection, record, stored))
    return store_row(
        connection,
        Change(actor, now, "record_centre", record.request_key, import_batch_id),
        centre,
        row_key=record.code or "",
        values=as_values(record, *CENTRE_FIELDS),
        row_id=row_id,
        base_version=record.base_version,
    )


def record_capacity(
    connection: sa.Connection,
    actor: Actor,
    record: CapacityRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores the seats of a kind from a day on; answers the centre's id and the number of changes of its seats.

    Raises Refused when it cannot be true, when more half-days were entered since than these seats hold, or when
    somebody changed the seats meanwhile; Unconfirmed when rates already published would change. `row_id` is of no use:
    a period is named by its centre, kind and first day. `connection` must come from `writing`.
    """
    require_coordinator(actor)
    change = Change(actor, now, "record_capacity", record.request_key, import_batch_id)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    problems = [
        *missing(record, "centre_code", "seat_kind", "seats", "valid_from"),
        *out_of_range(record, 0, MOST_SEATS, "seats"),
        *out_of_calendar(record),
    ]
    if record.seat_kind is not None and record.seat_kind not in codes.SEAT_KINDS:
        problems.append(Problem(Rule.NOT_IN_LIST, "seat_kind"))
    validate(record, problems)
    code, day, seats = record.centre_code, record.valid_from, record.seats
    assert code is not None
    assert day is not None
    centre_id = lock_centre(connection, code)
    before, key = stored_rows(connection, CAPACITIES, centre_id), (record.seat_kind,)
    wanted = changed_from(before, day, {key: (seats,)}, among=[key])
    fresh = [
        replace(row, valid_from=day)
        for row in wanted
        if row.key == key and row.valid_from <= day <= row.end and row not in joined(before)
    ]
    validate(
        record,
        seats_taken_above(connection, centre_id, fresh),
        rates_changed(connection, centre_id, day) if fresh else (),
    )
    return store_dated(
        connection,
        change,
        CAPACITIES,
        code=code,
        centre_id=centre_id,
        wanted=wanted,
        base_version=record.base_version,
    )


def record_opening_hours(
    connection: sa.Connection,
    actor: Actor,
    record: OpeningHoursRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores the hours of a whole week from a day on; answers the centre's id and the number of changes of its hours.

    Raises Refused when it cannot be true or somebody changed the hours meanwhile; Unconfirmed when rates already
    published would change, or when the centre would never open. `row_id` is of no use: hours are named by their centre
    and first day. `connection` must come from `writing`.
    """
    require_coordinator(actor)
    change = Change(actor, now, "record_opening_hours", record.request_key, import_batch_id)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    validate(
        record, [*missing(record, "centre_code", "valid_from"), *out_of_calendar(record), *_hours_problems(record)]
    )
    code, day = record.centre_code, record.valid_from
    assert code is not None
    assert day is not None
    centre_id = lock_centre(connection, code)
    before = stored_rows(connection, HOURS, centre_id)
    week = {(each.weekday, each.half_day): (each.opens_at, each.closes_at) for each in record.half_days}
    wanted = changed_from(before, day, week)
    unusual = [] if record.half_days else [Problem(Rule.NEVER_OPEN, "half_days", {"day": day})]
    if joined(wanted) != joined(before):
        unusual += rates_changed(connection, centre_id, day)
    validate(record, (), unusual)
    return store_dated(
        connection,
        change,
        HOURS,
        code=code,
        centre_id=centre_id,
        wanted=wanted,
        base_version=record.base_version,
    )


def record_closure(
    connection: sa.Connection,
    actor: Actor,
    record: ClosureRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores a closure, new or corrected; the same one again changes nothing.

    Raises Refused when it cannot be true or is not this person's to note; Unconfirmed when half-days were entered for
    those days, or another closure touches them. `connection` must come from `writing`.
    """
    require_entry_right(actor, record.centre_code)
    if record.centre_code is None:
        require_coordinator(actor)
    _require_centre_of_closure(connection, actor, row_id)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    problems = [
        *missing(record, "starts_on", "ends_on", "reason"),
        *out_of_order(record, "starts_on", "ends_on"),
        *out_of_calendar(record),
        *unreadable(record, "closure"),
        *_closure_too_long(record),
    ]
    validate(record, problems)
    assert record.starts_on
    centre_id = None if record.centre_code is None else lock_centre(connection, record.centre_code)
    values = {
        "centre_id": centre_id,
        "starts_on": record.starts_on,
        "ends_on": record.ends_on,
        "reason": record.reason,
    }
    same = sa.select(closure.c.id, closure.c.version).where(
        *(closure.c[name].is_not_distinct_from(value) for name, value in values.items())
    )
    stored = connection.execute(same.limit(1)).one_or_none()
    if stored is not None and row_id is None:
        return Saved(stored.id, stored.version, already_recorded=True)
    validate(
        record,
        (),
        [
            *_closure_over_attendance(connection, record, centre_id),
            *_closure_overlaps(connection, record, centre_id, row_id),
        ],
    )
    return store_row(
        connection,
        Change(actor, now, "record_closure", record.request_key, import_batch_id),
        closure,
        row_key=f"{record.centre_code or WHOLE_NETWORK} {record.starts_on}",
        values=values,
        row_id=row_id,
        base_version=record.base_version,
    )


def record_centre_cost(
    connection: sa.Connection,
    actor: Actor,
    record: CentreCostRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores the cost of a centre in a year, new or corrected.

    Raises Refused when it cannot be true; Unconfirmed when that year was noted already and its author has not seen it.
    `connection` must come from `writing`.
    """
    require_coordinator(actor)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    amounts = [name for name in ("cost_eur", "revenue_eur") if getattr(record, name) is not None]
    blurred = [name for name in amounts if not math.isfinite(getattr(record, name))]
    problems = [
        *missing(record, "centre_code", "year", "cost_eur", "source"),
        *out_of_range(record, FIRST_COST_YEAR, now.year, "year"),
        *out_of_range(record, 0, HIGHEST_COST_EUR, *(name for name in amounts if name not in blurred)),
        *unreadable(record, "centre_cost"),
        *(Problem(Rule.MISSING_VALUE, name) for name in blurred),
    ]
    validate(record, problems)
    centre_id = lock_centre(connection, record.centre_code)
    values = {"centre_id": centre_id, **as_values(record, "year", "cost_eur", "revenue_eur", "source")}
    noted = (
        connection.execute(
            sa.select(centre_cost).where(centre_cost.c.centre_id == centre_id, centre_cost.c.year == record.year)
        )
        .mappings()
        .one_or_none()
    )
    base_version = record.base_version
    if noted is not None and noted["id"] != row_id and any(noted[name] != value for name, value in values.items()):
        about = {"year": record.year, "cost_eur": noted["cost_eur"]}
        # Another row of that year was opened: it cannot become this one.
        taken = [Problem(Rule.ALREADY_EXISTS, "year", {"value": record.year})] if row_id is not None else []
        validate(record, taken, [Problem(Rule.COST_ALREADY_NOTED, "year", about)])
        base_version = noted["version"]
    return store_row(
        connection,
        Change(actor, now, "record_centre_cost", record.request_key, import_batch_id),
        centre_cost,
        row_key=f"{record.centre_code} {record.year}",
        values=values,
        row_id=noted["id"] if noted is not None else row_id,
        base_version=base_version,
    )


def hours_field(weekday: int) -> str:
    """How a problem names the day at fault: « day_3 »."""
    return f"day_{weekday}"


def centre_problems(connection: sa.Connection, record: CentreRecord, stored: sa.RowMapping | None) -> Iterator[Problem]:
    """Everything that cannot be, at once."""
    yield from missing(record, "code", "name", "kind", "status", "insee_code")
    yield from unreadable(record, "centre")
    yield from out_of_calendar(record)
    yield from out_of_order(record, "opened_on", "closed_on")
    yield from out_of_range(record, -90, 90, "latitude")
    yield from out_of_range(record, -180, 180, "longitude")
    yield from _code_problems(connection, record, stored)
    for field, known in _LISTS.items():
        if getattr(record, field) is not None and getattr(record, field) not in known:
            yield Problem(Rule.NOT_IN_LIST, field)
    for field, shape, rule in _SHAPES:
        text = getattr(record, field)
        if text is not None and not shape.fullmatch(text):
            yield Problem(rule, field, {"value": text})
    in_county = sa.select(commune.c.insee_code).where(commune.c.insee_code == record.insee_code)
    if record.insee_code is not None and connection.execute(in_county).first() is None:
        yield Problem(Rule.NOT_IN_LIST, "insee_code")
    for status, field in (("open", "opened_on"), ("closed", "closed_on")):
        if record.status == status:
            yield from missing(record, field)
    if record.latitude is not None or record.longitude is not None:
        yield from missing(record, "latitude", "longitude", "location_precision")
    if record.status == "planned" and stored is not None:
        first, _last = _entered_weeks(connection, stored["id"])
        if first is not None:
            yield Problem(Rule.PLANNED_BUT_USED, "status", {"week_start": first})


def centre_doubts(connection: sa.Connection, record: CentreRecord, stored: sa.RowMapping | None) -> Iterator[Problem]:
    """What may be true, and is asked about: a point out of the county, weeks entered out of the days of opening."""
    if record.latitude is not None and record.longitude is not None:
        bounds = connection.execute(
            sa.select(
                sa.func.min(commune.c.latitude),
                sa.func.max(commune.c.latitude),
                sa.func.min(commune.c.longitude),
                sa.func.max(commune.c.longitude),
            )
        ).one()
        south, north, west, east = bounds
        inside = south is None or (
            south - _DEGREES_AROUND <= record.latitude <= north + _DEGREES_AROUND
            and west - _DEGREES_AROUND <= record.longitude <= east + _DEGREES_AROUND
        )
        if not inside:
            yield Problem(Rule.OUTSIDE_THE_COUNTY, "latitude")
    if stored is None:
        return
    first, last = _entered_weeks(connection, stored["id"])
    if last is not None and record.closed_on is not None and record.closed_on < last:
        yield Problem(Rule.CLOSED_AFTER_ENTRIES, "closed_on", {"week_start": last, "closed_on": record.closed_on})
    if first is not None and record.opened_on is not None and record.opened_on > first:
        yield Problem(Rule.OPENED_AFTER_ENTRIES, "opened_on", {"week_start": first, "opened_on": record.opened_on})


def is_used(connection: sa.Connection, centre_id: int) -> bool:
    """Whether anything was noted of a place, by anybody."""
    for table in metadata.sorted_tables:
        if table in BOOKKEEPING:
            continue
        for key in table.foreign_keys:
            if key.column is centre.c.id:
                of_it = sa.select(sa.literal(1)).select_from(table).where(key.parent == centre_id).limit(1)
                if connection.execute(of_it).first() is not None:
                    return True
    return False


def _code_problems(connection: sa.Connection, record: CentreRecord, stored: sa.RowMapping | None) -> Iterator[Problem]:
    if record.code is None or (stored is not None and stored["code"] == record.code):
        return
    if not _CODE.fullmatch(record.code):
        yield Problem(Rule.NOT_A_CODE, "code", {"value": record.code})
    elif stored is not None and is_used(connection, stored["id"]):
        yield Problem(Rule.CODE_IN_USE, "code", {"value": stored["code"]})
    elif connection.execute(sa.select(centre.c.id).where(centre.c.code == record.code)).first() is not None:
        yield Problem(Rule.ALREADY_EXISTS, "code", {"value": record.code})


def _entered_weeks(connection: sa.Connection, centre_id: int) -> tuple[Any, Any]:
    """The first and the last day with half-days entered for a place."""
    found = connection.execute(
        sa.select(sa.func.min(attendance_day.c.day), sa.func.max(attendance_day.c.day))
        .join(attendance_week, attendance_week.c.id == attendance_day.c.attendance_week_id)
        .where(attendance_week.c.centre_id == centre_id, attendance_day.c.half_days > 0)
    ).one()
    return found[0], found[1]


def _centre_content(connection: sa.Connection, centre_id: int) -> Document | None:
    row = connection.execute(
        sa.select(centre).where(centre.c.id == centre_id).with_for_update(key_share=True)
    ).mappings().one_or_none()  # fmt: skip
    return None if row is None else as_document(dict(row))


def _restore_centre(connection: sa.Connection, change: Change, centre_id: int, document: Document | None) -> None:
    if document is None:
        # Its seats and hours would go with it, without a word.
        if is_used(connection, centre_id):
            raise Refused([Problem(Rule.STILL_USED)])
        connection.execute(sa.delete(centre).where(centre.c.id == centre_id))
        return
    values = from_document(centre, document)
    version = connection.execute(sa.select(centre.c.version).where(centre.c.id == centre_id)).scalar_one_or_none()
    with database_errors_refused():
        if version is None:
            # A version no reader of the place that was gone has seen.
            again = changes_of(connection, centre, centre_id) + 1
            connection.execute(sa.insert(centre).values(id=centre_id, version=again, **values))
        else:
            connection.execute(sa.update(centre).where(centre.c.id == centre_id).values(version=version + 1, **values))


def _hours_problems(record: OpeningHoursRecord) -> Iterator[Problem]:
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


def _require_centre_of_closure(connection: sa.Connection, actor: Actor, row_id: int | None) -> None:
    """Who corrects a closure keeps the centre it was noted for, too."""
    if row_id is None or actor.coordinates:
        return
    code = connection.execute(
        sa.select(centre.c.code).join(closure, closure.c.centre_id == centre.c.id).where(closure.c.id == row_id)
    ).scalar_one_or_none()
    if code is None or not actor.may_enter(code):
        raise Refused([Problem(Rule.NOT_ALLOWED, "centre_code", {"centre_code": code})])


def _closure_too_long(record: ClosureRecord) -> Iterator[Problem]:
    if record.starts_on and record.ends_on and record.ends_on.year <= 2100:
        latest = record.starts_on + timedelta(days=LONGEST_CLOSURE_DAYS - 1)
        if record.ends_on > latest:
            yield Problem(Rule.DAY_TOO_LATE, "ends_on", {"day": record.ends_on, "latest": latest})


def _closure_over_attendance(
    connection: sa.Connection, record: ClosureRecord, centre_id: int | None
) -> Iterator[Problem]:
    """The weeks in which half-days were entered on these days."""
    week, day = attendance_week.c, attendance_day.c
    weeks = (
        connection.execute(
            sa.select(week.week_start)
            .distinct()
            .join(attendance_day, day.attendance_week_id == week.id)
            .where(day.half_days > 0, day.day.between(record.starts_on, record.ends_on))
            .where(sa.true() if centre_id is None else week.centre_id == centre_id)
            .order_by(week.week_start)
        )
        .scalars()
        .all()
    )
    if weeks:
        yield Problem(Rule.CLOSURE_OVER_ATTENDANCE, "starts_on", {"weeks": list(weeks)})


def _closure_overlaps(
    connection: sa.Connection, record: ClosureRecord, centre_id: int | None, row_id: int | None
) -> Iterator[Problem]:
    """Another closure of the same centre, or of the whole network, on some of these days."""
    other = connection.execute(
        sa.select(closure.c.starts_on, closure.c.ends_on, closure.c.reason)
        .where(
            closure.c.starts_on <= record.ends_on,
            closure.c.ends_on >= record.starts_on,
            sa.or_(closure.c.centre_id.is_(None), closure.c.centre_id == centre_id),
            sa.true() if row_id is None else closure.c.id != row_id,
        )
        .order_by(closure.c.starts_on)
        .limit(1)
    ).one_or_none()
    if other is not None:
        yield Problem(Rule.CLOSURE_OVERLAPS, "starts_on", dict(other._mapping))


UNDOABLE_CENTRE: Final = UndoableRecord(_centre_content, _restore_centre)
