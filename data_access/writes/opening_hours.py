"""Records the week of a centre from a day on: the hours before it keep their days, a change known to come keeps its own."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from data_access import codes
from data_access.actors import Actor
from data_access.records import OpeningHoursRecord
from data_access.refusals import Problem, Rule
from data_access.schema import opening_hours
from data_access.writes.dated_rows import DatedTable, changed_from, joined, stored_rows
from data_access.writes.entry_rules import missing, out_of_calendar, refuse_unless_coordinates, settle
from data_access.writes.place_changes import keeper_of, place_in_turn, rates_changed, store_dated
from data_access.writes.rows import Change, Saved, saved_by_request

HOURS: Final = DatedTable(opening_hours, ("weekday", "half_day"), ("opens_at", "closes_at"))
HOURS_KEEPER: Final = keeper_of(HOURS, lambda connection, centre_id, rows: [])


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
    refuse_unless_coordinates(actor)
    change = Change(actor, now, "record_opening_hours", record.request_key, import_batch_id)
    sent_before = saved_by_request(connection, record.request_key)
    if sent_before is not None:
        return sent_before
    settle(record, [*missing(record, "centre_code", "valid_from"), *out_of_calendar(record), *_impossible(record)])
    code, day = record.centre_code, record.valid_from
    assert code is not None
    assert day is not None
    centre_id = place_in_turn(connection, code)
    before = stored_rows(connection, HOURS, centre_id)
    week = {(each.weekday, each.half_day): (each.opens_at, each.closes_at) for each in record.half_days}
    wanted = changed_from(before, day, week)
    unusual = [] if record.half_days else [Problem(Rule.NEVER_OPEN, "half_days", {"day": day})]
    if joined(wanted) != joined(before):
        unusual += rates_changed(connection, centre_id, day)
    settle(record, (), unusual)
    return store_dated(
        connection,
        change,
        HOURS,
        code=code,
        centre_id=centre_id,
        wanted=wanted,
        base_version=record.base_version,
    )


def hours_field(weekday: int) -> str:
    """How a problem names the day at fault: « day_3 »."""
    return f"day_{weekday}"


def _impossible(record: OpeningHoursRecord) -> Iterator[Problem]:
    said = set()
    for each in record.half_days:
        field, about = hours_field(each.weekday), {"weekday": each.weekday, "half_day": each.half_day}
        if not 1 <= each.weekday <= 7 or each.half_day not in codes.HALF_DAYS or (field, each.half_day) in said:
            yield Problem(Rule.NOT_IN_LIST, "half_days")
        elif each.closes_at <= each.opens_at:
            yield Problem(Rule.HOURS_REVERSED, field, about)
        said.add((field, each.half_day))
    mornings = {each.weekday: each.closes_at for each in record.half_days if each.half_day == "am"}
    for each in record.half_days:
        ends = mornings.get(each.weekday)
        if each.half_day == "pm" and ends is not None and each.opens_at < ends:
            yield Problem(Rule.HOURS_OVERLAP, hours_field(each.weekday), {"weekday": each.weekday})
