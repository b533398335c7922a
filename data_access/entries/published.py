"""Published totals of past years, as facts: what an evaluation said where no rows are, with its source and how sure it is."""

import math
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from data_access.entries.kind import Entry, Kind
from data_access.records import PublishedFigureRecord
from data_access.reference_data import reference_rows
from data_access.refusals import Problem, Rule
from data_access.rights import Right
from data_access.schema import published_figure
from data_access.writes.entry_rules import missing, out_of_range, row_of_text, unreadable

FIRST_YEAR: Final = 2003
"""That of the first welcome session: nothing was counted before."""
_HIGHEST: Final = 1e9


@cache
def publishable() -> Mapping[str, Mapping[str, Any]]:
    """The indicators of which a total can be recorded, those of the reference, each with its `label` and `unit`."""
    return {row["indicator"]: row for row in reversed(reference_rows("published_figures"))}


def _filled(entry: Entry) -> Mapping[str, Any]:
    """A total is of one year unless its last one is told."""
    return {"year_to": entry.record.year_from} if entry.record.year_to is None else {}


def _derived(entry: Entry) -> Mapping[str, Any]:
    """Its words and its unit: as its source had them where it is recorded already, else those of the reference."""
    column = published_figure.c
    said = sa.select(column.label, column.unit).where(column.indicator == entry.record.indicator)
    stored = entry.connection.execute(said.where(column.id == (entry.row_id or 0))).mappings().one_or_none()
    known = stored or publishable().get(entry.record.indicator or "", {})
    return {name: known[name] for name in ("label", "unit") if known}


def _problems(entry: Entry) -> Iterator[Problem]:
    record, this_year = entry.record, entry.today.year
    yield from missing(record, *entry.kind.needed)
    yield from unreadable(record, "published_figure")
    known = publishable().get(record.indicator or "")
    if record.indicator is not None and known is None:
        yield Problem(Rule.NOT_IN_LIST, "indicator")
    yield from out_of_range(record, FIRST_YEAR, this_year, "year_from")
    yield from out_of_range(record, max(record.year_from or FIRST_YEAR, FIRST_YEAR), this_year, "year_to")
    if record.value is not None and not math.isfinite(record.value):
        yield Problem(Rule.MISSING_VALUE, "value")
    elif known is not None:
        yield from out_of_range(record, 0, 1 if known["unit"] == "ratio" else _HIGHEST, "value")
    if _same(entry.connection, record) not in (None, entry.row_id):
        yield Problem(Rule.ALREADY_EXISTS, "indicator", {"value": _told(_derived(entry), record)})


def _same(connection: sa.Connection, record: PublishedFigureRecord) -> int | None:
    """The same total of the same years, by the same source."""
    column = published_figure.c
    year_to = record.year_from if record.year_to is None else record.year_to
    years = (column.year_from == record.year_from, column.year_to == year_to)
    return row_of_text(connection, column.source, record.source, column.indicator == record.indicator, *years)


def _told(derived: Mapping[str, Any], record: PublishedFigureRecord) -> str:
    return f"{derived.get('label', record.indicator)}, {years(record.year_from, record.year_to)}, {record.source}"


def years(first: int | None, last: int | None) -> str:
    """« 2014 », « 2003-2017 »."""
    return str(first) if last in (None, first) else f"{first}-{last}"


PUBLISHED_FIGURE: Final = Kind(
    key="published_figure",
    title="Total publié",
    table=published_figure,
    record=PublishedFigureRecord,
    action="record_published_figure",
    right=Right.COORDINATE,
    row_key=lambda entry: _told(_derived(entry), entry.record)[:200],
    told=lambda row: f"{row['label']}, {years(row['year_from'], row['year_to'])}, {row['source']}",
    day="year_to",
    impossible=_problems,
    filled=_filled,
    derived=_derived,
    finds=_same,
    same_fields=("indicator", "year_from", "year_to", "source"),
)
