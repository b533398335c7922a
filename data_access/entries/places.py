"""The kinds of the places: what a place is, when it is shut, what it costs."""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access import codes
from data_access.entries.engine import hangs_on
from data_access.entries.kind import Entry, Kind, Row
from data_access.openings import NotOpenings, Opening, former_openings, openings_from_text
from data_access.records import CentreCostRecord, CentreRecord, ClosureRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Right
from data_access.schema import (
    attendance_day,
    attendance_week,
    audit_entry,
    centre,
    centre_cost,
    closure,
    commune,
    former_opening,
)
from data_access.schema.columns import EARLIEST, plausible_range
from data_access.writes.entry_rules import (
    before_opening,
    implausible,
    missing,
    out_of_order,
    out_of_range,
    unreadable,
)
from data_access.writes.rows import Change

# What a place is.

_CODE: Final = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_WEB_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'.]+(?:\.[^\s<>\"'.]+)+")
_SHAPES: Final = (
    ("postcode", re.compile(r"[0-9]{5}"), Rule.NOT_A_POSTCODE),
    ("phone", re.compile(r"\+?[0-9](?:[ .\-\u00a0\u202f]?[0-9]){8,13}"), Rule.NOT_A_PHONE),
    ("email", re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s.,;<>]{2,}"), Rule.NOT_AN_EMAIL),
    ("website", _WEB_ADDRESS, Rule.NOT_A_WEBSITE),
    ("booking_page", _WEB_ADDRESS, Rule.NOT_A_WEBSITE),
)
_LISTS: Final = {
    "kind": codes.CENTRE_KINDS,
    "status": codes.CENTRE_STATUSES,
    "location_precision": codes.LOCATION_PRECISIONS,
    "operator_kind": codes.OPERATOR_KINDS,
}
_DEGREES_AROUND: Final = 0.15
"""How far from its town halls the county reaches, in degrees: about fifteen kilometres."""


def _centre_problems(entry: Entry) -> Iterator[Problem]:
    """Everything that cannot be, at once."""
    connection, record = entry.connection, entry.record
    yield from entry.declared_problems()
    yield from out_of_order(record, "opened_on", "closed_on")
    yield from _openings_problems(entry)
    if record.code is not None and (entry.row is None or entry.row["code"] != record.code):
        if not _CODE.fullmatch(record.code):
            yield Problem(Rule.NOT_A_CODE, "code", {"value": record.code})
        elif CENTRE.same(connection, record) is not None:
            yield Problem(Rule.ALREADY_EXISTS, "code", {"value": record.code})
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
    if record.status == "planned" and entry.row is not None:
        first, _last = _entered_weeks(connection, entry.row["id"], date.min)
        if first is not None:
            yield Problem(Rule.PLANNED_BUT_USED, "status", {"week_start": first})


def _former(record: Any) -> list[Opening]:
    """The former periods that a record says; Refused for a text that says none."""
    try:
        return openings_from_text(record.former_openings)
    except NotOpenings:
        raise Refused([Problem(Rule.NOT_OPENINGS, "former_openings")]) from None


def _openings_problems(entry: Entry) -> Iterator[Problem]:
    """Former periods out of the calendar, or that run into the last one."""
    record, former = entry.record, _former(entry.record)
    lowest, highest = plausible_range(former_opening.c.opened_on) or (date.min, date.max)
    if any(not lowest <= day <= highest for each in former for day in (each.opened_on, each.closed_on or highest)):
        yield Problem(Rule.NOT_OPENINGS, "former_openings")
    if former and record.opened_on is None:
        yield from missing(record, "opened_on")
        return
    for each in former:
        assert each.closed_on is not None
        covered = record.opened_on <= each.opened_on and each.closed_on <= (record.closed_on or date.max)
        # What the last period covers again is no period of its own, unless its author says so.
        if each.closed_on >= record.opened_on and (entry.changes("former_openings") or not covered):
            earliest = each.closed_on + timedelta(days=1)
            yield Problem(Rule.DAY_TOO_EARLY, "opened_on", {"day": record.opened_on, "earliest": earliest})


def _closed_before(entry: Entry) -> date | None:
    """The last day of a place that was closed and opens again after it; None for another."""
    opened = entry.record.opened_on
    closed: date | None = (entry.row["closed_on"] or entry.row["closed_before"]) if entry.row else None
    return closed if closed is not None and opened is not None and opened > closed else None


def _centre_filled(entry: Entry) -> Mapping[str, Any]:
    """A place that opens again has no last day until its author says one: a file cannot empty that of the period before."""
    again = _closed_before(entry)
    return {"closed_on": None} if again is not None and entry.record.closed_on == again else {}


def _former_rows(entry: Entry) -> list[dict[str, Any]] | None:
    """The former periods that its author said; None as they are, with the one that a reopening adds (trigger)."""
    if not entry.changes("former_openings"):
        return None
    former = _former(entry.record)
    return [{"opened_on": each.opened_on, "closed_on": each.closed_on} for each in former]


def _read_former(connection: sa.Connection, row: Row) -> Mapping[str, Any]:
    return {"former_openings": former_openings(connection).get(row["id"])}


def _centre_doubts(entry: Entry) -> Iterator[Problem]:
    """What may be true, and is asked about: a point out of the county, a code that links bear, weeks entered out of the
    days of opening."""
    connection, record = entry.connection, entry.record
    if record.latitude is not None and record.longitude is not None and not _in_county(connection, record):
        yield Problem(Rule.OUTSIDE_THE_COUNTY, "latitude")
    if entry.row is None:
        return
    if record.code != entry.row["code"] and hangs_on(connection, centre, entry.row["id"]):
        yield Problem(Rule.CODE_IN_USE, "code", {"value": entry.row["code"]})
    former = _former(record)
    before = [closed for closed in (_closed_before(entry), *(each.closed_on for each in former)) if closed]
    first, last = _entered_weeks(connection, entry.row["id"], max(before, default=date.min))
    if last is not None and record.closed_on is not None and record.closed_on < last:
        yield Problem(Rule.CLOSED_AFTER_ENTRIES, "closed_on", {"week_start": last, "closed_on": record.closed_on})
    if first is not None and record.opened_on is not None and record.opened_on > first:
        yield Problem(Rule.OPENED_AFTER_ENTRIES, "opened_on", {"week_start": first, "opened_on": record.opened_on})


def _in_county(connection: sa.Connection, record: Any) -> bool:
    place = commune.c
    south, north, west, east = connection.execute(
        sa.select(
            sa.func.min(place.latitude),
            sa.func.max(place.latitude),
            sa.func.min(place.longitude),
            sa.func.max(place.longitude),
        )
    ).one()
    return south is None or (
        south - _DEGREES_AROUND <= record.latitude <= north + _DEGREES_AROUND
        and west - _DEGREES_AROUND <= record.longitude <= east + _DEGREES_AROUND
    )


def _entered_weeks(connection: sa.Connection, centre_id: int, after: date) -> tuple[Any, Any]:
    """The first and the last day with half-days entered for a place, after the end of its former periods."""
    found = connection.execute(
        sa.select(sa.func.min(attendance_day.c.day), sa.func.max(attendance_day.c.day))
        .join(attendance_week, attendance_week.c.id == attendance_day.c.attendance_week_id)
        .where(attendance_week.c.centre_id == centre_id, attendance_day.c.half_days > 0, attendance_day.c.day > after)
    ).one()
    return found[0], found[1]


_KEYED_BY_CODE: Final = (
    "centre", "centre_capacity", "opening_hours", "closure", "centre_cost", "attendance_week", "week_reopening",
    "agreement",
)  # fmt: skip


def follow_code(connection: sa.Connection, old: str, new: str) -> None:
    """Has the audit name a place by its new code, so that what was recorded of it is found, and can be undone."""
    entries = sa.select(audit_entry.c.id, audit_entry.c.row_key, audit_entry.c.before, audit_entry.c.after).where(
        audit_entry.c.table_name.in_(_KEYED_BY_CODE),
        sa.or_(audit_entry.c.row_key == old, audit_entry.c.row_key.startswith(f"{old} ", autoescape=True)),
    )
    for row in connection.execute(entries).all():
        renamed = {
            name: document | {"centre": new}
            for name, document in (("before", row.before), ("after", row.after))
            if document is not None and document.get("centre") == old
        }
        key = f"{new}{row.row_key.removeprefix(old)}"
        connection.execute(sa.update(audit_entry).where(audit_entry.c.id == row.id).values(row_key=key, **renamed))


def _code_followed(entry: Entry, change: Change) -> None:
    if entry.row is not None and entry.row["code"] != entry.record.code:
        follow_code(entry.connection, entry.row["code"], entry.record.code)


CENTRE: Final = Kind(
    key="centre",
    title="Lieu du réseau",
    table=centre,
    record=CentreRecord,
    action="record_centre",
    right=Right.COORDINATE,
    row_key=lambda entry: entry.record.code or "",
    told=lambda row: f"{row['name']} ({row['code']})",
    day="opened_on",
    impossible=_centre_problems,
    unusual=_centre_doubts,
    same_fields=("code",),
    filled=_centre_filled,
    rows=_former_rows,
    reads=_read_former,
    also=_code_followed,
)


# When it is shut.

WHOLE_NETWORK: Final = "RESEAU"
"""How the audit names a closure of all centres."""
LONGEST_CLOSURE_DAYS: Final = 366


def _closure_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    yield from entry.declared_problems()
    yield from out_of_order(record, "starts_on", "ends_on")
    if record.starts_on and record.ends_on and record.ends_on.year <= 2100:
        latest = record.starts_on + timedelta(days=LONGEST_CLOSURE_DAYS - 1)
        if record.ends_on > latest:
            yield Problem(Rule.DAY_TOO_LATE, "ends_on", {"day": record.ends_on, "latest": latest})


def _closure_doubts(entry: Entry) -> Iterator[Problem]:
    """Half-days entered on these days, and another closure of the same centre or of the whole network."""
    connection, record = entry.connection, entry.record
    centre_id = None if record.centre_code is None else entry.locked_centre_id()
    week, day = attendance_week.c, attendance_day.c
    weeks = connection.execute(
        sa.select(week.week_start)
        .distinct()
        .join(attendance_day, day.attendance_week_id == week.id)
        .where(day.half_days > 0, day.day.between(record.starts_on, record.ends_on))
        .where(sa.true() if centre_id is None else week.centre_id == centre_id)
        .order_by(week.week_start)
    ).scalars()
    found = list(weeks)
    if found:
        yield Problem(Rule.CLOSURE_OVER_ATTENDANCE, "starts_on", {"weeks": found})
    other = connection.execute(
        sa.select(closure.c.starts_on, closure.c.ends_on, closure.c.reason)
        .where(
            closure.c.starts_on <= record.ends_on,
            closure.c.ends_on >= record.starts_on,
            sa.or_(closure.c.centre_id.is_(None), closure.c.centre_id == centre_id),
            sa.true() if entry.row_id is None else closure.c.id != entry.row_id,
        )
        .order_by(closure.c.starts_on)
        .limit(1)
    ).one_or_none()
    if other is not None:
        yield Problem(Rule.CLOSURE_OVERLAPS, "starts_on", dict(other._mapping))


CLOSURE: Final = Kind(
    key="closure",
    title="Fermeture",
    table=closure,
    record=ClosureRecord,
    action="record_closure",
    right=Right.ENTER,
    row_key=lambda entry: f"{entry.record.centre_code or WHOLE_NETWORK} {entry.record.starts_on}",
    told=lambda row: (
        f"{row['centre_name'] or 'Tout le réseau'}, du {row['starts_on']:%d/%m/%Y} au {row['ends_on']:%d/%m/%Y}, "
        f"{row['reason']}"
    ),
    day="starts_on",
    impossible=_closure_problems,
    unusual=_closure_doubts,
    same_fields=("centre_code", "starts_on", "ends_on", "reason"),
    overwrites=True,
)

# What it costs.


def _cost_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    amounts = [name for name in ("cost_eur", "revenue_eur") if getattr(record, name) is not None]
    blurred = [name for name in amounts if not math.isfinite(getattr(record, name))]
    yield from missing(record, *entry.kind.needed)
    yield from implausible(record, entry.kind.columns, apart=("year", *blurred))
    yield from out_of_range(record, EARLIEST.year, entry.now.year, "year")
    yield from unreadable(record, "centre_cost")
    yield from (Problem(Rule.MISSING_VALUE, name) for name in blurred)
    if record.centre_code is not None:
        entry.locked_centre_id()
    yield from entry.taken("year", record.year)


def _cost_doubts(entry: Entry) -> Iterator[Problem]:
    """A year that was noted already, by who has not seen it."""
    # What says the same is not asked about: nothing would be replaced.
    record = entry.record
    if entry.row is not None and not entry.opened:
        yield Problem(Rule.COST_ALREADY_NOTED, "year", {"year": record.year, "cost_eur": entry.row["cost_eur"]})
    if entry.changes("year", "centre_code"):
        last_day = date(record.year, 12, 31)
        yield from before_opening(entry.connection, record.centre_code, last_day, field="year")


COST: Final = Kind(
    key="cost",
    title="Coût annuel",
    table=centre_cost,
    record=CentreCostRecord,
    action="record_centre_cost",
    right=Right.COORDINATE,
    row_key=lambda entry: f"{entry.record.centre_code} {entry.record.year}",
    told=lambda row: f"{row['centre_name']}, {row['year']}",
    day="year",
    impossible=_cost_problems,
    unusual=_cost_doubts,
    same_fields=("centre_code", "year"),
    overwrites=True,
)

PLACES: Final = (CENTRE, CLOSURE, COST)
