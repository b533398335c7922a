"""The kinds of files: columns that follow from the declarations of records, models, and what is stored in the same columns."""

import dataclasses
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import NoneType
from typing import Any, Final, get_args

import polars as pl
import sqlalchemy as sa

from dashboard.exports import tables
from dashboard.exports.tables import ods
from dashboard.figures.model import Table
from dashboard.wording import terms
from dashboard.wording.dates import PARIS, numeric_date
from dashboard.wording.parsing import (
    Read,
    amount,
    day,
    flag,
    moment,
    one_of,
    parse_hours_fr,
    parse_week_fr,
    phone,
    plain,
    text,
    whole,
)
from dashboard.wording.terms import Term
from dashboard.wording.typography import typeset
from data_access.entries import KINDS as ENTRY_KINDS
from data_access.entries.exporting import file_rows
from data_access.entries.files import FILE_KINDS, MOST_PRESENCES, file_fields
from data_access.entries.kind import Field
from data_access.records import AttendanceDayRecord, PersonRecord
from data_access.schema.columns import EARLIEST

# One column of a file, and one kind of file.

Words = Mapping[Any, Term]
WHOLE_NETWORK: Final = "Tout le réseau"
"""Stands for no centre, where that means all of them."""


@dataclass(frozen=True)
class Column:
    """One column: its heading, the field of the line, how a cell is read, and what the model says of it.

    `words` are those that may stand in a cell, `synonyms` other headings that people write. What is not `usual` is left out
    of the model, and of an export where it is blank.
    """

    heading: str
    field: str
    read: Read
    meaning: str
    example: str = ""
    needed: bool = False
    synonyms: tuple[str, ...] = ()
    words: Words = dataclasses.field(default_factory=dict, hash=False)
    usual: bool = True

    @property
    def names_a_centre(self) -> bool:
        """Whether a cell names a centre, which a file does by its name or its code."""
        return self.field.endswith("centre_code")

    @property
    def forms(self) -> frozenset[str]:
        """The headings it goes by, as `plain` writes them."""
        return frozenset(map(plain, (self.heading, *self.synonyms)))


@dataclass(frozen=True)
class ImportKind:
    """One kind of file."""

    key: str
    columns: tuple[Column, ...]

    @property
    def title(self) -> str:
        """What the file holds."""
        return terms.IMPORT_KINDS[self.key].title

    def column(self, field: str) -> Column:
        """The column of a field."""
        return next(column for column in self.columns if column.field == field)

    @property
    def headings(self) -> frozenset[str]:
        """Every heading that a column goes by, as `plain` writes it."""
        return frozenset().union(*(column.forms for column in self.columns))


# What the declarations of the records do not say: other headings, an example, what a file must tell that a form fills by
# itself. By kind of file and field, or by field for all of them.


@dataclass(frozen=True)
class _Said:
    example: str = ""
    synonyms: tuple[str, ...] = ()
    needed: bool | None = None
    meaning: str = ""


_CENTRE: Final = _Said("MURAT", ("centre", "lieu", "telecentre"))
_SAID: Final[Mapping[str, _Said]] = {
    "centre_code": _CENTRE,
    "family_name": _Said("Delmas"),
    "given_name": _Said("Élise"),
    "email": _Said("elise.delmas@example.org", ("courriel", "email", "e mail", "mail", "adresse mail")),
    "phone": _Said("04 71 46 20 26", ("tel", "numero de telephone")),
    "home_insee_code": _Said("15014", ("commune code insee", "commune", "code insee")),
    "joined_on": _Said("15/05/2017", ("adhesion", "date adhesion", "adhere le"), meaning="dit de qui il s’agit"),
    "session_number": _Said("23", ("session n", "numero de session"), meaning="le numéro de la session"),
    "household_number": _Said("1", meaning="son rang dans la session : 1 pour le premier enregistré"),
    "attendance.day": _Said("30/05/2017", ("jour",)),
    "attendance.half_days": _Said("4", ("demi journees occupees",), needed=False),
    "attendance.closed": _Said("non", ("ferme oui non",)),
    "attendance.distinct_people": _Said(
        "9", ("personnes",), meaning="le même nombre sur toutes les lignes de la semaine"
    ),
    "attendance.comment": _Said("", ("remarque ou motif", "motif"), meaning="le motif, si la semaine est fermée"),
    "attendance.status": _Said("complète", meaning="vide : complète, ou fermée si tous les jours sont fermés"),
    "members.member_number": _Said("PAM-0112", ("n d adherent",)),
    "members.family_name": _Said("Delmas", needed=True),
    "members.given_name": _Said("Élise", needed=True),
    "members.status": _Said("indépendant", ("statut",)),
    "members.joined_on": _Said("15/05/2017", ("adhesion", "date adhesion", "adhere le")),
    "members.directory": _Said("non", ("annuaire",)),
    "members.ended_on": _Said("", ("fin", "fin d adhesion", "fin le")),
    "members.end_reason": _Said("", ("motif",)),
    "agreements.family_name": _Said("Delmas", needed=True),
    "agreements.given_name": _Said("Élise", needed=True),
    "agreements.status": _Said("indépendant", ("statut",)),
    "agreements.seat_kind": _Said(needed=True),
    "agreements.formula": _Said(needed=True),
    "agreements.signed_on": _Said("01/06/2017", ("debut", "date de signature")),
    "agreements.ended_on": _Said("", ("fin", "terminee le")),
    "agreements.exit_reason": _Said("", ("motif",)),
    "services.service": _Said(needed=True),
    "services.starts_on": _Said("01/06/2017"),
    "supports.kind": _Said(needed=True),
    "supports.session_number": _Said("", ("session n", "numero de session"), meaning="si c’est un foyer qui est aidé"),
    "supports.household_number": _Said("", meaning="son rang dans la session, si c’est un foyer qui est aidé"),
    "supports.opened_on": _Said("01/06/2017", ("debut",)),
    "placements.aim": _Said("1", ("volet",), needed=True),
    "placements.candidate_ref": _Said("C-2017-0037", ("candidat", "numero"), needed=True),
    "placements.informed_on": _Said("02/05/2017"),
    "placements.contract_kind": _Said("", ("type de contrat",)),
    "sessions.number": _Said("23", ("n", "n de session"), needed=True),
    "sessions.starts_on": _Said("18/10/2017"),
    "sessions.ends_on": _Said("20/10/2017"),
    "sessions.place": _Said("Pays de Salers"),
    "households.project_kind": _Said(needed=True),
    "households.holders": _Said("1"),
    "households.people": _Said("3", ("personnes",)),
    "meetings.held_on": _Said("02/05/2017", ("jour",)),
    "meetings.place": _Said("Aurillac"),
    "events.title": _Said("Les objets connectés"),
    "events.kind": _Said("atelier", needed=True),
    "events.place": _Said("", ("lieu",)),
    "events.centre_code": _Said("LA-FORGE", ("centre",)),
    "events.starts_at": _Said("30/05/2017 14 h"),
    "events.ends_at": _Said("30/05/2017 15 h"),
    "events.course_code": _Said("", ("formation",), meaning="son code, si c’est une formation"),
    "courses.code": _Said("TABLEURS"),
    "courses.title": _Said("Les tableurs"),
    "courses.provider_centre_code": _Said("", ("telecentre",)),
    "centres.code": _Said("EXEMPLE", meaning="un mot court, en capitales"),
    "centres.name": _Said("Télécentre d’Exemple"),
    "centres.kind": _Said("télécentre", needed=False, meaning="vide : télécentre"),
    "centres.status": _Said(
        "ouvert", ("statut",), needed=False, meaning="vide : ouvert, ou en projet s’il n’a pas de date"
    ),
    "centres.opened_on": _Said("01/06/2017"),
    "centres.former_openings": _Said("", meaning="par exemple 01/06/2010 – 30/06/2024"),
    "centres.insee_code": _Said("Aurillac", ("code insee",), meaning="le nom de la commune, ou son code Insee"),
    "centres.seats_office": _Said("4", ("bureaux individuels",), meaning="combien, à partir du jour dit"),
    "centres.seats_open_space": _Said("2", ("places en open space",), meaning="combien, à partir du jour dit"),
    "centres.week": _Said("lun-ven 8h30-12h30 / 13h30-17h", ("heures d ouverture", "horaires d ouverture")),
    "centres.valid_from": _Said(
        "", ("depuis", "depuis le"), meaning="le jour d’où valent positions et horaires ; vide : celui de l’ouverture"
    ),
    "centres.email": _Said("", ("courriel", "email", "mail")),
    "centres.phone": _Said(""),
    "centres.booking_page": _Said("https://www.cantal.fr", ("reservation", "reserver")),
    "capacities.seats": _Said("4", ("places", "postes", "positions")),
    "capacities.valid_from": _Said("01/06/2017"),
    "hours.valid_from": _Said("01/06/2017"),
    **{f"hours.day_{number}": _Said("9 h – 12 h, 14 h – 18 h") for number in range(1, 6)},
    "closures.centre_code": _Said("MURAT", ("centre", "lieu"), needed=True, meaning=f"ou « {WHOLE_NETWORK} »"),
    "closures.starts_on": _Said("24/12/2017", ("premier jour", "debut")),
    "closures.ends_on": _Said("02/01/2018", ("dernier jour", "fin")),
    "closures.reason": _Said("Congés de fin d’année"),
    "costs.year": _Said("2016"),
    "costs.cost_eur": _Said("20 000", ("cout",)),
    "costs.revenue_eur": _Said("", ("recettes",)),
    "costs.source": _Said("Compte administratif"),
    "published.indicator": _Said(needed=True),
    "published.year_from": _Said("2014", ("premiere annee",)),
    "published.year_to": _Said("", meaning="si le total porte sur plusieurs années"),
    "published.value": _Said("43 800", meaning="un taux s’écrit 0,35"),
    "published.precision": _Said("exact"),
    "published.source": _Said("Rapport d’activité 2014"),
}
_ALSO: Final[Mapping[str, Mapping[str, Any]]] = {
    "placements.aim": {f"{word} {number}": number for word in ("volet", "n") for number in terms.PLACEMENT_AIMS}
}
"""Other words for a code."""
_TYPES: Final[Mapping[str, type]] = {
    **dict.fromkeys(("session_number", "household_number", "seats_office", "seats_open_space"), int),
    "course_code": str,
}
"""What stands for another record, or a reference to one, which no record has."""
_IN_OTHER_FILES: Final = frozenset({"seats_office", "seats_open_space", "week", "valid_from"})
"""What a line of places may say of its seats and hours, and goes out, each change with its day, in files of their own."""
_USUAL_PRESENCES: Final = 3
_UNUSUAL: Final = {
    *(f"households.presence_{number}" for number in range(_USUAL_PRESENCES + 1, MOST_PRESENCES + 1)),
    *(f"centres.day_{number}" for number in range(1, 8)),
}
"""What the models leave out: files may have it."""


def hours(cell: str) -> Mapping[str, Any] | None:
    """The half-days of a day of the week: None for a blank, nothing for « fermé »."""
    return parse_hours_fr(cell) if cell.strip() else None


def week(cell: str) -> Mapping[int, Any] | None:
    """The half-days of each day of a week; None for a blank."""
    return parse_week_fr(cell) if cell.strip() else None


_READERS: Final[Mapping[type, tuple[Read, str]]] = {
    bool: (flag, "oui ou non"),
    int: (whole, "un nombre entier"),
    float: (amount, "un nombre"),
    date: (day, "une date"),
    datetime: (moment, "un jour et une heure"),
    str: (text, "un texte"),
}


def _cell_of(words: Words, code: Any) -> str:
    """The word of a code as a cell has it: a number stays one."""
    return str(code) if isinstance(code, int) else words[code].label


def _column(nature: str, field: Field) -> Column:
    said = _SAID.get(f"{nature}.{field.name}", _SAID.get(field.name, _Said()))
    table = ENTRY_KINDS[FILE_KINDS[nature]].table.name
    words: Words = terms.PLACEMENT_AIMS if field.name == "aim" else terms.words_of(table, field.name)
    read: Read
    if field.name.startswith("day_"):
        read, meaning = hours, "les heures d’ouverture, ou « fermé »"
    elif field.name == "week":
        read, meaning = week, "les heures d’ouverture de la semaine, du lundi au vendredi si aucun jour n’est dit"
    elif words:
        read, meaning = one_of(words, also=_ALSO.get(f"{nature}.{field.name}")), "un mot de la liste"
    elif field.name == "phone":
        read, meaning = phone, "un numéro de téléphone"
    else:
        read, meaning = _READERS[_type_of(nature, field.name)]
    if field.name.endswith("centre_code"):
        meaning = "le nom ou le code d’un lieu du réseau"
    needed = field.needed if said.needed is None else said.needed
    example = said.example or (_cell_of(words, next(iter(words))) if words and needed else "")
    return Column(
        field.label,
        field.name,
        read,
        typeset(", ".join(filter(None, (meaning, said.meaning)))),
        example,
        needed,
        said.synonyms,
        words,
        usual=f"{nature}.{field.name}" not in _UNUSUAL,
    )


def _type_of(nature: str, name: str) -> type:
    """The type of a field: that of the record, of one of its days, or of who it is about."""
    if name in _TYPES or name.startswith("presence_"):
        return _TYPES.get(name, int)
    kind = ENTRY_KINDS[FILE_KINDS[nature]]
    for record in (kind.record, AttendanceDayRecord, PersonRecord):
        if name in record.model_fields and not name.endswith("half_days"):
            return _held(record.model_fields[name].annotation)
    return int if name == "half_days" else date


def _held(annotation: Any) -> type:
    """The type of a field of a record, none apart."""
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and each is not NoneType:
            return each
    return str


KINDS: Final[Mapping[str, ImportKind]] = {
    key: ImportKind(key, tuple(_column(key, field) for field in file_fields(key))) for key in FILE_KINDS
}
"""Every kind of file, in the order in which a new base is filled."""


# The model file of each kind, and what is stored in the same columns: a file made here is imported again as it is.


def model_table(kind: ImportKind) -> Table:
    """The columns of a kind with one example line, and what each column is for."""
    columns = [column for column in kind.columns if column.usual]
    row = {column.field: column.example or None for column in columns}
    frame = pl.DataFrame([row], schema=dict.fromkeys(row, pl.String))
    notes = tuple(
        f"{column.heading} : {'obligatoire' if column.needed else 'facultatif'}, {column.meaning}" for column in columns
    )
    return Table(f"Modèle d’import : {kind.title}", frame, _headings(columns), notes)


def explained_table(kind: ImportKind) -> Table:
    """One row a column of the model: whether it must be filled, what it takes, an example, the words it may hold."""
    columns = [column for column in kind.columns if column.usual]
    frame = pl.DataFrame(
        [
            {
                "heading": column.heading,
                "needed": "obligatoire" if column.needed else "facultatif",
                "meaning": column.meaning,
                "example": column.example or None,
                "words": ", ".join(_cell_of(column.words, code) for code in column.words) or None,
            }
            for column in columns
        ],
        schema=dict.fromkeys(("heading", "needed", "meaning", "example", "words"), pl.String),
    )
    headings = {
        "heading": "Colonne",
        "needed": "À remplir",
        "meaning": "Ce qu’elle contient",
        "example": "Exemple",
        "words": "Mots possibles",
    }
    return Table(f"Colonnes : {kind.title}", frame, headings)


def model_files(kind: ImportKind) -> Mapping[str, bytes]:
    """The model of a kind as files, by their ending: what it holds, and in workbooks its columns explained beside."""
    model, explained = model_table(kind), explained_table(kind)
    sheets = {"Données": model, "Colonnes": explained}
    return {
        "csv": tables.csv(model),
        "xlsx": tables.workbook(sheets, title=model.title, notes=model.notes),
        "ods": ods(sheets),
    }


def stored_table(kind: ImportKind, rows: pl.DataFrame, *, demonstration: bool) -> Table:
    """What is stored, as texts a person reads and the import understands."""
    apart = _IN_OTHER_FILES if kind.key == "centres" else ()
    columns = [
        column for column in kind.columns if rows[column.field].count() or (column.usual and column.field not in apart)
    ]
    frame = pl.DataFrame(
        {column.field: _exported(column, rows[column.field].to_list()) for column in columns},
        schema=dict.fromkeys((column.field for column in columns), pl.String),
    )
    if kind.key == "closures":
        frame = frame.with_columns(pl.col("centre_code").fill_null(WHOLE_NETWORK))
    return Table(kind.title, frame, _headings(columns), demonstration=demonstration)


def _headings(columns: list[Column]) -> dict[str, str]:
    return {column.field: column.heading for column in columns}


def _exported(column: Column, values: list[Any]) -> list[str | None]:
    """The cells of a column; each value is written once, however many lines have it."""
    cells = {value: _exported_cell(column, value) for value in set(values)}
    return [cells[value] for value in values]


def _exported_cell(column: Column, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "oui" if value else "non"
    if value in column.words:
        return _cell_of(column.words, value)
    if isinstance(value, datetime):
        local = value.astimezone(PARIS)
        return f"{numeric_date(local.date())} {local.hour} h {local.minute:02d}"
    if isinstance(value, float):
        return f"{value:.15g}".replace(".", ",")
    return numeric_date(value) if isinstance(value, date) else str(value)


# Everything that is stored, as files that another base imports one after the other.


def every_file(connection: sa.Connection, *, demonstration: bool) -> Iterator[tuple[str, bytes]]:
    """« 01-centres.csv » and those after it that have lines, in the order in which a new base is filled."""
    for number, kind in enumerate(KINDS.values(), start=1):
        rows = file_rows(connection, kind=kind.key, first=EARLIEST)
        if rows.is_empty():
            continue
        yield f"{number:02d}-{kind.key}.csv", tables.csv(stored_table(kind, rows, demonstration=demonstration))


def archive(connection: sa.Connection, *, demonstration: bool) -> bytes:
    """All of them in one ZIP."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in every_file(connection, demonstration=demonstration):
            whole.writestr(name, content)
    return file.getvalue()
