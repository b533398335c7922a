"""What a place of the network cannot be, and what is asked about once."""

import re
from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from data_access import codes
from data_access.records import CentreRecord
from data_access.refusals import Problem, Rule
from data_access.schema import BOOKKEEPING, attendance_day, attendance_week, centre, commune, metadata
from data_access.writes.entry_rules import (
    missing,
    out_of_calendar,
    out_of_order,
    out_of_range,
    unreadable,
)

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


def impossible(connection: sa.Connection, record: CentreRecord, stored: sa.RowMapping | None) -> Iterator[Problem]:
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


def unusual(connection: sa.Connection, record: CentreRecord, stored: sa.RowMapping | None) -> Iterator[Problem]:
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
