"""Records what a centre cost in a year: once a centre and year, corrected and never doubled."""

import math
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from data_access.actors import Actor
from data_access.records import CentreCostRecord
from data_access.refusals import Problem, Rule
from data_access.schema import centre_cost
from data_access.writes.entry_rules import (
    as_values,
    missing,
    out_of_range,
    refuse_unless_coordinates,
    settle,
    unreadable,
)
from data_access.writes.place_changes import place_in_turn
from data_access.writes.rows import Change, Saved, saved_by_request, store_row

FIRST_YEAR: Final = 1998
HIGHEST_EUR: Final = 10_000_000


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
    refuse_unless_coordinates(actor)
    sent_before = saved_by_request(connection, record.request_key)
    if sent_before is not None:
        return sent_before
    amounts = [name for name in ("cost_eur", "revenue_eur") if getattr(record, name) is not None]
    blurred = [name for name in amounts if not math.isfinite(getattr(record, name))]
    problems = [
        *missing(record, "centre_code", "year", "cost_eur", "source"),
        *out_of_range(record, FIRST_YEAR, now.year, "year"),
        *out_of_range(record, 0, HIGHEST_EUR, *(name for name in amounts if name not in blurred)),
        *unreadable(record, "centre_cost"),
        *(Problem(Rule.MISSING_VALUE, name) for name in blurred),
    ]
    settle(record, problems)
    centre_id = place_in_turn(connection, record.centre_code)
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
        settle(record, taken, [Problem(Rule.COST_ALREADY_NOTED, "year", about)])
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
