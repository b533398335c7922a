"""The kinds of files that can be imported: their columns, how each is read, the record a row makes, and their template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import polars as pl

from dashboard.exports.tables import Table
from dashboard.wording import terms
from dashboard.wording.dates import PARIS, numeric_date
from dashboard.wording.parsing import Read, day, flag, moment, one_of, text, whole
from dashboard.wording.terms import Term
from data_access.records import EntryRecord, EventRecord, PassMembershipRecord, PlacementRecord, WelcomeSessionRecord

# The kinds of files that can be imported: their columns, how each is read, and the record a row makes.


@dataclass(frozen=True)
class Column:
    """One column: its heading, the record's field, how a cell is read, and an example for the model file."""

    heading: str
    field: str
    read: Read
    example: str = ""
    needed: bool = False
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportKind:
    """One kind of file. `record` is None for attendance, whose rows are gathered into weekly sheets."""

    key: str
    columns: tuple[Column, ...]
    record: type[EntryRecord] | None

    @property
    def title(self) -> str:
        """What the file holds."""
        return terms.IMPORT_KINDS[self.key].title

    def column(self, field: str) -> Column:
        """The column of a field."""
        return next(column for column in self.columns if column.field == field)


def _column(heading: str, field: str, read: Read = text, example: str = "", **about: Any) -> Column:
    return Column(heading, field, read, example, **about)


KINDS: Final[Mapping[str, ImportKind]] = {
    kind.key: kind
    for kind in (
        ImportKind(
            "attendance",
            (
                _column("Télécentre", "centre_code", text, "MURAT", needed=True, synonyms=("centre", "lieu")),
                _column("Jour", "day", day, "30/05/2017", needed=True, synonyms=("date",)),
                _column("Position", "seat_kind", one_of(terms.SEAT_KINDS), "bureaux", needed=True),
                _column("Demi-journées", "half_days", whole, "4", needed=True, synonyms=("demi journees occupees",)),
                _column("Fermé", "closed", flag, "non"),
                _column("Personnes différentes", "distinct_people", whole, "9"),
                _column("Remarque", "comment"),
            ),
            None,
        ),
        ImportKind(
            "members",
            (
                _column("Numéro d’adhérent", "member_number", text, "112", synonyms=("numero",)),
                _column("Nom", "family_name", text, "Delmas", needed=True),
                _column("Prénom", "given_name", text, "Élise", needed=True),
                _column("Situation", "status", one_of(terms.PERSON_STATUSES), "indépendant", synonyms=("statut",)),
                _column("Adresse électronique", "email", synonyms=("courriel", "email", "mail")),
                _column("Téléphone", "phone", text, "04 71 46 20 26"),
                _column("Commune (code Insee)", "home_insee_code", text, "15014"),
                _column("Date d’adhésion", "joined_on", day, "15/05/2017", needed=True, synonyms=("adhesion",)),
                _column("Annuaire", "directory", flag, "non"),
            ),
            PassMembershipRecord,
        ),
        ImportKind(
            "placements",
            (
                _column("Référence", "candidate_ref", text, "C037", needed=True),
                _column("Volet", "aim", whole, "1", needed=True),
                _column("Informé le", "informed_on", day, "02/05/2017"),
                _column("Intéressé le", "interested_on", day),
                _column("Formé le", "trained_on", day),
                _column("Candidat le", "applied_on", day),
                _column("Embauché le", "hired_on", day),
                _column("Contrat", "contract_kind", one_of(terms.CONTRACT_KINDS), "CDD"),
                _column("Employeur", "employer"),
                _column("Employeur du Cantal", "employer_in_cantal", flag, "oui"),
                _column("Fin du contrat", "ended_on", day),
                _column("Télécentre", "centre_code", text, "MURAT"),
            ),
            PlacementRecord,
        ),
        ImportKind(
            "sessions",
            (
                _column("Numéro", "number", whole, "23", needed=True),
                _column("Premier jour", "starts_on", day, "18/10/2017", needed=True),
                _column("Dernier jour", "ends_on", day, "20/10/2017", needed=True),
                _column("Lieu", "place", text, "Pays de Salers"),
                _column("Candidatures reçues", "applications", whole),
                _column("Candidatures retenues", "selected", whole),
                _column("Porteurs de projet", "project_holders", whole),
                _column("Personnes", "people", whole),
            ),
            WelcomeSessionRecord,
        ),
        ImportKind(
            "events",
            (
                _column("Titre", "title", text, "Les objets connectés", needed=True),
                _column("Nature", "kind", one_of(terms.EVENT_KINDS), "atelier", needed=True),
                _column("Début", "starts_at", moment, "30/05/2017 14 h", needed=True),
                _column("Fin", "ends_at", moment, "30/05/2017 15 h"),
                _column("Télécentre", "centre_code", text, "LA-FORGE"),
                _column("Lieu", "place"),
                _column("Public", "audience"),
                _column("Inscription recommandée", "booking_advised", flag, "non"),
                _column("Contact", "contact"),
                _column("Présents", "attendance", whole),
            ),
            EventRecord,
        ),
    )
}


# The model file of each kind, and what is stored in the same columns: a file made here is imported again as it is.

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
    texts = [
        {column.field: _exported_cell(column, row[column.field]) for column in kind.columns} for row in rows.to_dicts()
    ]
    frame = pl.DataFrame(texts, schema=dict.fromkeys((column.field for column in kind.columns), pl.String))
    return Table(kind.title, frame, _headings(kind), demonstration=demonstration)


def _headings(kind: ImportKind) -> dict[str, str]:
    return {column.field: column.heading for column in kind.columns}


def _exported_cell(column: Column, value: Any) -> str | None:
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
