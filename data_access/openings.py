"""When a place was open: the last period, which its own row tells, and those before it (`former_opening`).

A place that closed and opened again was open in both: what was true of a year does not move when a place opens again.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from data_access.frames import runs
from data_access.schema import centre, former_opening
from data_access.schema.columns import FIRST_OPENINGS


@dataclass(frozen=True, order=True)
class Opening:
    """From the first day open to the last, both included; `closed_on` None = still open."""

    opened_on: date
    closed_on: date | None = None


def was_open(on: Any, *, until: Any = None) -> sa.ColumnElement[bool]:
    """Whether the place of a row of `centre` is in service and was open that day, or on one day of a span up to `until`."""
    before = sa.exists().where(
        former_opening.c.centre_id == centre.c.id,
        runs(former_opening.c.opened_on, former_opening.c.closed_on, on, until),
    )
    now = runs(centre.c.opened_on, centre.c.closed_on, on, until)
    in_service = sa.and_(centre.c.status != "planned", sa.or_(now, before.correlate_except(former_opening)))
    return sa.func.coalesce(in_service, sa.false(), type_=sa.Boolean)


def first_opened_on() -> sa.ColumnElement[date]:
    """The first day on which the place of a row of `centre` ever was open, none before its plausible range; null for one
    that was not yet."""
    former = sa.select(sa.func.min(former_opening.c.opened_on)).where(former_opening.c.centre_id == centre.c.id)
    kind, lowest = centre.c.opened_on.type, FIRST_OPENINGS
    first = sa.func.coalesce(former.scalar_subquery(), centre.c.opened_on, type_=kind)
    return sa.type_coerce(sa.case((first < lowest, sa.literal(lowest, kind)), else_=first), kind)


def opening_on(on: date) -> tuple[sa.ColumnElement[date], sa.ColumnElement[date]]:
    """First and last day of the period of a place that runs that day, else of the one before it, else of its first."""
    former = former_opening.c
    begun = sa.case((former.opened_on <= on, former.opened_on))

    def of_former(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
        ordered = sa.select(column).where(former.centre_id == centre.c.id)
        return ordered.order_by(begun.desc().nulls_last(), former.opened_on).limit(1).scalar_subquery()

    has_former = sa.exists().where(former.centre_id == centre.c.id).correlate_except(former_opening)
    is_last = sa.or_(centre.c.opened_on <= on, ~has_former)
    kind = centre.c.opened_on.type
    opened, closed = (
        sa.case((is_last, centre.c[name]), else_=of_former(former[name])) for name in ("opened_on", "closed_on")
    )
    return sa.type_coerce(opened, kind), sa.type_coerce(closed, kind)


def openings_of(connection: sa.Connection, centre_id: int) -> list[Opening]:
    """The periods of a place in their order; none for one that never opened."""
    former = former_opening.c
    rows = connection.execute(
        sa.select(former.opened_on, former.closed_on)
        .where(former.centre_id == centre_id)
        .union_all(sa.select(centre.c.opened_on, centre.c.closed_on).where(centre.c.id == centre_id))
    )
    return sorted(Opening(row.opened_on, row.closed_on) for row in rows if row.opened_on is not None)


def why_not_open(
    openings: Iterable[Opening], first: date, last: date | None = None
) -> Mapping[str, date | None] | None:
    """None for days on one of which a place was open; else since when it was closed, or when it opened first."""
    known = list(openings)
    if any(each.opened_on <= (last or first) and (each.closed_on or date.max) >= first for each in known):
        return None
    ended = [each.closed_on for each in known if each.closed_on is not None and each.closed_on < first]
    if ended:
        return {"closed_on": max(ended)}
    return {"opened_on": known[0].opened_on if known else None}


def former_openings(connection: sa.Connection) -> dict[int, str]:
    """The former periods of each place that has some, as a text, by its id."""
    found: dict[int, list[Opening]] = {}
    for row in connection.execute(sa.select(former_opening)):
        found.setdefault(row.centre_id, []).append(Opening(row.opened_on, row.closed_on))
    return {centre_id: openings_as_text(openings) or "" for centre_id, openings in found.items()}


# The former periods as a person reads and types them, and as files carry them.

_PERIOD: Final = re.compile(r"(\d{2}/\d{2}/\d{4})\s*[-–]\s*(\d{2}/\d{2}/\d{4})")


class NotOpenings(ValueError):
    """A text that says no periods."""


def openings_as_text(openings: Iterable[Opening]) -> str | None:
    """« 01/01/2010 – 30/06/2024 ; 01/09/2025 – 31/12/2025 »; None for none."""
    return " ; ".join(f"{each.opened_on:%d/%m/%Y} – {each.closed_on:%d/%m/%Y}" for each in sorted(openings)) or None


def openings_from_text(text: str | None) -> list[Opening]:
    """The periods a text says; raises NotOpenings for another text, a period that ends before it begins, or two that
    overlap."""
    found = []
    for part in (text or "").split(";"):
        if not part.strip():
            continue
        said = _PERIOD.fullmatch(part.strip())
        try:
            first, last = (datetime.strptime(day, "%d/%m/%Y").date() for day in said.groups())  # type: ignore[union-attr]
        except (AttributeError, ValueError):
            raise NotOpenings(part) from None
        found.append(Opening(first, last))
    found.sort()
    ends = [date.min, *(each.closed_on or date.max for each in found)]
    if any(each.closed_on is not None and each.closed_on < each.opened_on for each in found) or any(
        each.opened_on <= end for each, end in zip(found, ends, strict=False)
    ):
        raise NotOpenings(text)
    return found
