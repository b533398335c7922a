"""Everything known of a person as files: JSON that a program reads, and a workbook that the person reads."""

import json
from collections.abc import Mapping
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
    found = {"person": _identity(file["person"])}
    for key, table in _TABLE_OF.items():
        found[key] = _rows(key, table, file[key])
    return found | {
        "mentions": _mentions(file["mentions"]),
        "drafts": _drafts(file["drafts"]),
        "changes": _changes(file["changes"]),
    }


def _identity(person: Mapping[str, Any]) -> Table:
    rows = [
        {"field": OWN_FIELDS.get(name) or field(name), "value": _shown("person", name, stored)}
        for name, stored in person.items()
        if name not in ("version",) and stored is not None
    ]
    return _table("person", rows, {"field": "Ce qui est noté", "value": "Valeur"})


def _rows(key: str, table: str, rows: list[Mapping[str, Any]]) -> Table:
    shown = [{name: _shown(table, name, stored) for name, stored in row.items() if name != "id"} for row in rows]
    headings = {name: OWN_FIELDS.get(name) or field(name) for name in (shown[0] if shown else {})}
    return _table(key, shown, headings)


def _mentions(rows: list[Mapping[str, Any]]) -> Table:
    shown = [
        {
            "what": f"{_NAMES[row['table_name']]} {row['row_id']}",
            "field": field(row["field"]),
            "text": row["text"],
        }
        for row in rows
    ]
    return _table("mentions", shown, {"what": "Fiche", "field": "Champ", "text": "Texte"})


def _drafts(rows: list[Mapping[str, Any]]) -> Table:
    shown = [
        {
            "actor": row["actor"],
            "about": row["about"],
            "saved_at": cell(row["saved_at"]),
            "typed": " ; ".join(f"{name} : {text}" for name, text in row["typed"].items() if text),
        }
        for row in rows
    ]
    headings = {"actor": "Par", "about": "À propos de", "saved_at": "Le", "typed": "Ce qui est tapé"}
    return _table("drafts", shown, headings)


def _changes(rows: list[Mapping[str, Any]]) -> Table:
    shown = [
        {
            "at": cell(row["at"]),
            "actor": row["actor"],
            "deed": deed(row),
            "what": f"{TABLES.get(row['table_name'], row['table_name'])} {row['row_key']}",
            "changes": " ; ".join(f"{name} : {old} → {new}" for name, old, new in changes(row)),
        }
        for row in rows
    ]
    headings = {"at": "Date", "actor": "Par", "deed": "Action", "what": "Fiche", "changes": "Changements"}
    return _table("changes", shown, headings)


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
