"""Rows of the club for tests, inserted as any other program would, and the same rows read back as plain Python."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from data_access.schema import agreement, member_service, pass_membership, person, support

Row = dict[str, Any]


@contextmanager
def undone(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose writes are all taken back, so that many examples can use one database."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


def add_person(connection: sa.Connection, **columns: Any) -> int:
    """An independent worker of Aurillac, who has not agreed to be listed."""
    values = {"family_name": "Vidal", "given_name": "Jeanne", "status": "independent", "home_insee_code": "15014"}
    return _added(connection, person, {**values, **columns})


def add_membership(
    connection: sa.Connection, person_id: int, number: str, joined_on: date, free_until: date, **columns: Any
) -> int:
    """A membership of the club, still running unless `ended_on` is given."""
    values = {"person_id": person_id, "member_number": number, "joined_on": joined_on, "free_until": free_until}
    return _added(connection, pass_membership, {**values, **columns})


def add_agreement(connection: sa.Connection, person_id: int, centre_id: int, signed_on: date, **columns: Any) -> int:
    """A right to use an office by the day, still running unless `ended_on` is given."""
    values = {"seat_kind": "office", "formula": "day", "signed_on": signed_on}
    return _added(connection, agreement, {"person_id": person_id, "centre_id": centre_id, **values, **columns})


def add_service(connection: sa.Connection, person_id: int, service: str, starts_on: date, **columns: Any) -> int:
    """A service held by a person, at no centre unless `centre_id` is given."""
    return _added(
        connection, member_service, {"person_id": person_id, "service": service, "starts_on": starts_on, **columns}
    )


def add_support(connection: sa.Connection, kind: str, opened_on: date, **columns: Any) -> int:
    """Support for the person or the household given in `columns`."""
    return _added(connection, support, {"kind": kind, "opened_on": opened_on, **columns})


def rows(connection: sa.Connection, table: sa.Table) -> list[Row]:
    """Every row of a table, in the order of its key."""
    return [dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings()]


def members_on(memberships: list[Row], day: date) -> list[Row]:
    """The memberships begun by that day and not ended before it."""
    return [
        row for row in memberships if row["joined_on"] <= day and (row["ended_on"] is None or row["ended_on"] >= day)
    ]


def stays_of(memberships: list[Row]) -> list[Row]:
    """Each person's memberships put together where no day lies between: `left_on` is the first day without them."""
    found: dict[int, list[Row]] = {}
    for row in sorted(memberships, key=lambda row: (row["joined_on"], row["id"])):
        stays = found.setdefault(row["person_id"], [])
        if stays and (stays[-1]["left_on"] is None or row["joined_on"] <= stays[-1]["left_on"]):
            stay = stays[-1]
        else:
            stays.append(stay := {**row, "left_on": date.min})
        left_on = row["ended_on"] and row["ended_on"] + timedelta(days=1)
        if stay["left_on"] is not None and (left_on is None or left_on >= stay["left_on"]):
            stay |= {"ended_on": row["ended_on"], "left_on": left_on, "end_reason": row["end_reason"]}
    return [stay for stays in found.values() for stay in stays]


def centre_of(agreements: list[Row], codes: dict[int, str]) -> Callable[[int, date], str | None]:
    """The centre of a person on a day, by going through their agreements from the oldest to the latest."""
    by_person: dict[int, list[Row]] = {}
    for row in sorted(agreements, key=lambda row: (row["signed_on"], row["id"])):
        by_person.setdefault(row["person_id"], []).append(row)

    def found(person_id: int, day: date) -> str | None:
        code = None
        for row in by_person.get(person_id, []):
            if row["signed_on"] <= day and (row["ended_on"] is None or row["ended_on"] >= day):
                code = codes[row["centre_id"]]
        return code

    return found


def _added(connection: sa.Connection, table: sa.Table, values: Row) -> int:
    key = connection.execute(sa.insert(table).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])
