"""Records the seats of a centre from a day on: what came before keeps its days, what is known to come keeps its own."""

from dataclasses import replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from data_access import codes
from data_access.actors import Actor
from data_access.records import CapacityRecord
from data_access.refusals import Problem, Rule
from data_access.schema import centre_capacity
from data_access.writes.dated_rows import DatedTable, changed_from, joined, stored_rows
from data_access.writes.entry_rules import missing, out_of_calendar, out_of_range, refuse_unless_coordinates, settle
from data_access.writes.place_changes import keeper_of, place_in_turn, rates_changed, seats_taken_above, store_dated
from data_access.writes.rows import Change, Saved, saved_by_request

CAPACITIES: Final = DatedTable(centre_capacity, ("seat_kind",), ("seats",))
CAPACITY_KEEPER: Final = keeper_of(CAPACITIES, seats_taken_above)
MOST_SEATS: Final = 200


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
    refuse_unless_coordinates(actor)
    change = Change(actor, now, "record_capacity", record.request_key, import_batch_id)
    sent_before = saved_by_request(connection, record.request_key)
    if sent_before is not None:
        return sent_before
    problems = [
        *missing(record, "centre_code", "seat_kind", "seats", "valid_from"),
        *out_of_range(record, 0, MOST_SEATS, "seats"),
        *out_of_calendar(record),
    ]
    if record.seat_kind is not None and record.seat_kind not in codes.SEAT_KINDS:
        problems.append(Problem(Rule.NOT_IN_LIST, "seat_kind"))
    settle(record, problems)
    code, day, seats = record.centre_code, record.valid_from, record.seats
    assert code is not None
    assert day is not None
    centre_id = place_in_turn(connection, code)
    before, key = stored_rows(connection, CAPACITIES, centre_id), (record.seat_kind,)
    wanted = changed_from(before, day, {key: (seats,)}, among=[key])
    fresh = [
        replace(row, valid_from=day)
        for row in wanted
        if row.key == key and row.valid_from <= day <= row.end and row not in joined(before)
    ]
    settle(
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
