"""The model file of each kind, and what is stored in the same columns: a file made here is imported again as it is."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import polars as pl

from dashboard.exports.tables import Table
from dashboard.imports.kinds import Column, ImportKind
from dashboard.wording import terms
from dashboard.wording.dates import PARIS, numeric_date
from dashboard.wording.term import Term

_WORDS: Final[Mapping[str, Mapping[Any, Term]]] = {
    "seat_kind": terms.SEAT_KINDS,
    "status": terms.PERSON_STATUSES,
    "contract_kind": terms.CONTRACT_KINDS,
    "kind": terms.EVENT_KINDS,
}


def model_table(kind: ImportKind) -> Table:
    """The columns of a kind with one example line, and what each column is for."""
    row = {column.field: column.example or None for column in kind.columns}
    frame = pl.DataFrame([row], schema=dict.fromkeys(row, pl.String))
    notes = tuple(
        f"{column.heading} : {'obligatoire' if column.needed else 'facultatif'}"
        + (f", par exemple {column.example}" if column.example else "")
        for column in kind.columns
    )
    return Table(f"Modèle d’import : {kind.title}", frame, _headings(kind), notes)


def stored_table(kind: ImportKind, rows: pl.DataFrame, *, demonstration: bool) -> Table:
    """What is stored, as texts a person reads and the import understands."""
    texts = [{column.field: _told(column, row[column.field]) for column in kind.columns} for row in rows.to_dicts()]
    frame = pl.DataFrame(texts, schema=dict.fromkeys((column.field for column in kind.columns), pl.String))
    return Table(kind.title, frame, _headings(kind), demonstration=demonstration)


def _headings(kind: ImportKind) -> dict[str, str]:
    return {column.field: column.heading for column in kind.columns}


def _told(column: Column, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "oui" if value else "non"
    if column.field in _WORDS and value in _WORDS[column.field]:
        return _WORDS[column.field][value].label
    if isinstance(value, datetime):
        local = value.astimezone(PARIS)
        return f"{numeric_date(local.date())} {local.hour} h {local.minute:02d}"
    return numeric_date(value) if isinstance(value, date) else str(value)
