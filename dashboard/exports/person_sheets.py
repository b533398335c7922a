"""Everything known of a person as files: JSON that a program reads, and a workbook that the person reads."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import polars as pl

from dashboard.exports.tables import workbook
from dashboard.figures.model import Table
from dashboard.wording.journal import TABLES, changes, deed, field, value
from dashboard.wording.personal_data import OTHER_TABLES, OWN_FIELDS, SECTIONS
from dashboard.wording.terms import DEMONSTRATION, VISIT_SOURCES
from dashboard.wording.typography import typeset
from dashboard.wording.units import cell

PersonFile = Mapping[str, Any]

_NAMES: Final[Mapping[str, str]] = {**TABLES, **OTHER_TABLES}
_TABLE_OF: Final[Mapping[str, str]] = {
    "agreements": "agreement",
    "memberships": "pass_membership",
    "services": "member_service",
    "supports": "support",
    "visits": "visit",
}
# What a sheet says of records that are no rows of one table, by its heading.
_LISTED: Final[Mapping[str, Mapping[str, Callable[[Any], str]]]] = {
    "person": {
        "Ce qui est noté": lambda own: OWN_FIELDS.get(own[0]) or field(own[0]),
        "Valeur": lambda own: _shown("person", *own),
    },
    "mentions": {
        "Fiche": lambda row: f"{_NAMES[row['table_name']]} {row['row_id']}",
        "Champ": lambda row: field(row["field"]),
        "Texte": lambda row: row["text"],
    },
    "drafts": {
        "Par": lambda row: row["actor"],
        "À propos de": lambda row: row["about"],
        "Le": lambda row: cell(row["saved_at"]),
        "Ce qui est tapé": lambda row: " ; ".join(f"{name} : {text}" for name, text in row["typed"].items() if text),
    },
    "changes": {
        "Date": lambda row: cell(row["at"]),
        "Par": lambda row: row["actor"],
        "Action": lambda row: deed(row),
        "Fiche": lambda row: f"{TABLES.get(row['table_name'], row['table_name'])} {row['row_key']}",
        "Changements": lambda row: " ; ".join(f"{name} : {old} → {new}" for name, old, new in changes(row)),
    },
}


def person_json(file: PersonFile, *, made_at: datetime) -> bytes:
    """The names of the database, dates as ISO writes them, lists even where there is nothing."""
    document = {"made_at": made_at, **file}
    return json.dumps(document, ensure_ascii=False, indent=2, default=_iso).encode()


def person_workbook(file: PersonFile, *, made_at: datetime, demonstration: bool = False) -> bytes:
    """One sheet for each kind of record that there is, in French."""
    notes = (
        f"Copie faite le {cell(made_at)}.",
        "Tout ce que le tableau de bord sait de cette personne est dans ces feuilles ; ce qui n’y figure pas n’est pas noté.",
    )
    warned = (f"{DEMONSTRATION} : données inventées", *notes) if demonstration else notes
    sheets = {SECTIONS[key]: table for key, table in person_tables(file).items() if table.frame.height}
    title = f"Données de la personne {file['person']['id']}"
    return workbook(sheets, title=title, notes=tuple(map(typeset, warned)))


def person_tables(file: PersonFile) -> dict[str, Table]:
    """The same as tables, section by section; one that has no row holds nothing about this person."""
    own = [(name, stored) for name, stored in file["person"].items() if name != "version" and stored is not None]
    found = {"person": _listed("person", own)}
    for key, table in _TABLE_OF.items():
        columns = [name for name in (file[key][0] if file[key] else ()) if name != "id"]
        said = {name: OWN_FIELDS.get(name) or field(name) for name in columns}
        rows = [{name: _shown(table, name, row[name]) for name in columns} for row in file[key]]
        found[key] = _table(key, rows, said)
    return found | {key: _listed(key, file[key]) for key in ("mentions", "drafts", "changes")}


def _listed(key: str, records: Sequence[Any]) -> Table:
    columns = _LISTED[key]
    rows = [{heading: say(record) for heading, say in columns.items()} for record in records]
    return _table(key, rows, dict(zip(columns, columns, strict=True)))


def _table(key: str, rows: list[dict[str, str]], headings: Mapping[str, str]) -> Table:
    return Table(SECTIONS[key], pl.DataFrame(rows, schema=dict.fromkeys(headings, pl.String)), headings)


def _shown(table: str, name: str, stored: Any) -> str:
    if isinstance(stored, date):
        return cell(stored)
    if name == "source":
        return VISIT_SOURCES[stored].label
    return str(stored) if name == "id" else value(table, name, stored)


def _iso(stored: object) -> str:
    if isinstance(stored, date):
        return stored.isoformat()
    raise TypeError(f"{type(stored).__name__} has no place in the file")
