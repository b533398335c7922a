"""Rows that hold from a day to a day, such as seats and opening hours: changed from a day on, stored, and put back.

A change reaches until the next one already known, and touches no day before it nor after. Periods of one thing never
overlap, at any moment of the transaction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access.writes.keepers import Document

_ONE_DAY: Final = timedelta(days=1)
_NO_END: Final = ".."

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


def _goes_on(row: DatedRow, following: DatedRow) -> bool:
    same = (row.key, row.value) == (following.key, following.value)
    return same and row.end < following.valid_from and row.end + _ONE_DAY == following.valid_from


def stored_rows(connection: sa.Connection, dated: DatedTable, centre_id: int) -> list[DatedRow]:
    """The rows of a centre, of all times."""
    table = dated.table
    found = connection.execute(sa.select(table).where(table.c.centre_id == centre_id)).mappings()
    rows = [
        DatedRow(
            tuple(row[name] for name in dated.keys),
            tuple(row[name] for name in dated.values),
            row["valid_from"],
            row["valid_to"],
        )
        for row in found
    ]
    return sorted(rows, key=lambda each: (each.key, each.valid_from))


def store_rows(connection: sa.Connection, dated: DatedTable, centre_id: int, wanted: Iterable[DatedRow]) -> None:
    """Makes the rows of a centre those wanted; what ends earlier is stored before what begins, so that none overlap."""
    table = dated.table
    before = {(row.key, row.valid_from): row for row in stored_rows(connection, dated, centre_id)}
    after = {(row.key, row.valid_from): row for row in wanted}
    for place, row in before.items():
        if place not in after:
            connection.execute(sa.delete(table).where(*_is(dated, centre_id, row)))
    changed = [row for place, row in after.items() if place in before and row != before[place]]
    for row in sorted(changed, key=lambda each: each.end > before[each.key, each.valid_from].end):
        values = dict(zip(dated.values, row.value, strict=True)) | {"valid_to": row.valid_to}
        connection.execute(sa.update(table).where(*_is(dated, centre_id, row)).values(**values))
    for place, row in after.items():
        if place not in before:
            connection.execute(sa.insert(table).values(centre_id=centre_id, **_columns(dated, row)))


def rows_as_document(code: str, rows: Iterable[DatedRow]) -> Document:
    """What the audit keeps of them: « 2015-01-01/.. office » : « 4 »."""
    return {
        "centre": code,
        "periods": {
            f"{row.valid_from}/{row.valid_to or _NO_END} {' '.join(map(str, row.key))}": "/".join(map(_told, row.value))
            for row in rows
        },
    }


def rows_from_document(dated: DatedTable, document: Mapping[str, Any]) -> list[DatedRow]:
    """The rows the audit kept."""
    rows = []
    for place, value in document["periods"].items():
        span, *key = place.split(" ")
        first, last = span.split("/")
        rows.append(
            DatedRow(
                tuple(_typed(dated, name, text) for name, text in zip(dated.keys, key, strict=True)),
                tuple(_typed(dated, name, text) for name, text in zip(dated.values, value.split("/"), strict=True)),
                date.fromisoformat(first),
                None if last == _NO_END else date.fromisoformat(last),
            )
        )
    return rows


def _columns(dated: DatedTable, row: DatedRow) -> dict[str, Any]:
    return {
        **dict(zip(dated.keys, row.key, strict=True)),
        **dict(zip(dated.values, row.value, strict=True)),
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def _is(dated: DatedTable, centre_id: int, row: DatedRow) -> list[sa.ColumnElement[bool]]:
    table = dated.table
    same = [table.c[name] == value for name, value in zip(dated.keys, row.key, strict=True)]
    return [table.c.centre_id == centre_id, table.c.valid_from == row.valid_from, *same]


def _told(value: Any) -> str:
    return value.strftime("%H:%M") if hasattr(value, "strftime") else str(value)


def _typed(dated: DatedTable, name: str, text: str) -> Any:
    kind = dated.table.c[name].type.python_type
    return kind.fromisoformat(text) if hasattr(kind, "fromisoformat") else kind(text)
