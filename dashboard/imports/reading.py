"""A file to rows of texts, with the line each had; what is no plain table is refused before anything looks into it."""

import csv
import io
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import fastexcel

from dashboard.wording.numbers import integer
from dashboard.wording.typography import typeset

LARGEST_FILE: Final = 40_000_000
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 60
LONGEST_CELL: Final = 4_000
_VALUE: Final = re.compile(rb"<v>[^<]")
_LARGEST_UNPACKED: Final = 60_000_000
_SEPARATORS: Final = (";", "\t", ",")
_WORKBOOK: Final = b"PK\x03\x04"
_ENCRYPTED: Final = b"\xd0\xcf\x11\xe0"
_BINARY: Final = (b"\x89PNG", b"%PDF", b"\xff\xd8\xff", b"GIF8", _ENCRYPTED)
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


class Unreadable(ValueError):
    """The file cannot be read as a table; the message is a French sentence with the remedy."""

    def __init__(self, sentence: str) -> None:
        super().__init__(typeset(sentence))


@dataclass(frozen=True)
class Fault:
    """Why a line cannot be imported: its number in the file, the heading of its column, what stood there, the reason.

    A workbook's fault names the sheet and the letter of the column too. With a `doubt` the cell has one likely reading,
    the same question for the whole column: its name is what a confirmation of it gives back.
    """

    line: int
    column: str
    value: str
    reason: str
    sheet: str = ""
    letter: str = ""
    doubt: str = ""
    about: str = ""
    """The record that is meant, in words, where the line makes one."""


@dataclass(frozen=True)
class Rows:
    """The headings and the rows of a file, each with the line the file itself has for it.

    `heading_line` is where the headings stood, `sheet` the name of the sheet read (none for a text); `notes` say what
    was done to read it; `faults` are lines that are no record at all (a total), left out of `rows`.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    notes: tuple[str, ...] = ()
    sheet: str = ""
    heading_line: int = 1
    faults: tuple[Fault, ...] = ()

    def fault(self, line: int, place: int, column: str, reason: str, *, value: str = "", doubt: str = "") -> Fault:
        """A fault of the cell at this place (0 for the first column), under the name its column has in the product."""
        return Fault(line, column, value, reason, self.sheet, _letter(place) if self.sheet else "", doubt)


def _letter(place: int) -> str:
    """The letter of a column, A for the first."""
    return chr(65 + place) if place < 26 else _letter(place // 26 - 1) + _letter(place % 26)


def read_file(name: str, content: bytes, known: Collection[str] = ()) -> Rows:
    """The rows of a text or workbook; raises Unreadable.

    `known` are the headings that may be there, in the spelling of `plain`: the line and the sheet that have most of them
    are read; without them, the first line of the first visible sheet.
    """
    if len(content) > LARGEST_FILE:
        raise Unreadable(
            f"Ce fichier dépasse {integer(LARGEST_FILE // 1_000_000)} Mo. Découpez-le en plusieurs fichiers."
        )
    if not content.strip():
        raise Unreadable("Ce fichier est vide. Téléchargez le modèle pour partir d’un fichier prêt à remplir.")
    is_workbook = name.lower().endswith((".xlsx", ".xlsm", ".xls"))
    if is_workbook:
        return _checked(*_workbook(name, content))
    if content.startswith(_WORKBOOK) or content.startswith(_BINARY):
        raise Unreadable("Ce fichier porte le nom d’un CSV sans en être un. Enregistrez-le au format CSV ou XLSX.")
    return _checked(*_text(content))


def _checked(lines: list[tuple[int, tuple[str, ...]]], notes: tuple[str, ...]) -> Rows:
    filled = [(line, cells) for line, cells in lines if any(cell.strip() for cell in cells)]
    if not filled:
        raise Unreadable("Ce fichier ne contient aucune ligne.")
    (_line, headings), rows = filled[0], filled[1:]
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"Ce fichier compte plus de {integer(MOST_ROWS)} lignes. Découpez-le en plusieurs fichiers.")
    if len(headings) > MOST_COLUMNS:
        raise Unreadable(f"Ce fichier compte plus de {MOST_COLUMNS} colonnes. Gardez celles du modèle.")
    if not rows:
        raise Unreadable("Ce fichier n’a que des titres de colonnes : il n’y a rien à importer.")
    for line, cells in rows:
        if len(cells) > len(headings) and any(cell.strip() for cell in cells[len(headings) :]):
            raise Unreadable(f"Ligne {line} : il y a plus de cellules que de colonnes. Vérifiez le séparateur.")
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise Unreadable(f"Ligne {line} : une cellule dépasse {integer(LONGEST_CELL)} caractères.")
    whole = tuple((line, (*cells, *[""] * (len(headings) - len(cells)))[: len(headings)]) for line, cells in rows)
    return Rows(tuple(heading.strip() for heading in headings), whole, notes)


def _text(content: bytes) -> tuple[list[tuple[int, tuple[str, ...]]], tuple[str, ...]]:
    if content.startswith(_UTF_16):
        raise Unreadable("Ce fichier est en UTF-16. Enregistrez-le au format « CSV UTF-8 ».")
    if b"\x00" in content:
        raise Unreadable("Ce fichier contient des octets qui ne sont pas du texte. Enregistrez-le de nouveau en CSV.")
    notes: tuple[str, ...] = ()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
        notes = ("Le fichier n’est pas en UTF-8 : il a été lu comme un fichier Windows. Vérifiez les accents.",)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator = _separator(text)
    try:
        reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
        lines = [(reader.line_num, tuple(_undefused(cell) for cell in row)) for row in reader]
    except csv.Error:
        raise Unreadable("Un guillemet n’est pas fermé. Enregistrez le fichier de nouveau depuis un tableur.") from None
    return lines, notes


def _separator(text: str) -> str:
    first = text.lstrip("\n").split("\n", 1)[0]
    counts = {separator: first.count(separator) for separator in _SEPARATORS}
    return max(_SEPARATORS, key=lambda separator: (counts[separator], -_SEPARATORS.index(separator)))


def _undefused(cell: str) -> str:
    """What our own files write with an apostrophe before it, so that no spreadsheet runs it."""
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip(" ")[:1] in "=+-@\t\r\n＝＋－＠" and len(cell) > 1 else cell


def _workbook(name: str, content: bytes) -> tuple[list[tuple[int, tuple[str, ...]]], tuple[str, ...]]:
    if name.lower().endswith(".xlsm"):
        raise Unreadable("Ce classeur contient des macros. Enregistrez-le au format XLSX, sans macros.")
    if content.startswith(_ENCRYPTED):
        raise Unreadable("Ce classeur est protégé ou d’un format ancien. Enregistrez-le en XLSX, sans mot de passe.")
    if not content.startswith(_WORKBOOK):
        raise Unreadable("Ce fichier porte le nom d’un classeur sans en être un. Enregistrez-le au format XLSX.")
    _refuse_what_is_more_than_cells(content)
    try:
        reader = fastexcel.read_excel(content)
        sheet = reader.load_sheet(0, header_row=None, dtypes="string")
        frame = sheet.to_polars()
    except Exception:
        raise Unreadable("Ce classeur est endommagé. Ouvrez-le dans un tableur et enregistrez-le de nouveau.") from None
    notes = (
        (f"Le classeur a plusieurs feuilles : seule « {sheet.name} » est lue.",) if len(reader.sheet_names) > 1 else ()
    )
    lines = [(place, tuple(_day_alone(cell) for cell in row)) for place, row in enumerate(frame.iter_rows(), start=1)]
    return lines, notes


def _day_alone(cell: str | None) -> str:
    """A date of a spreadsheet comes with its midnight."""
    return "" if cell is None else cell.removesuffix(" 00:00:00").removesuffix("T00:00:00")


def _refuse_what_is_more_than_cells(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > _LARGEST_UNPACKED:
                raise Unreadable("Ce classeur est trop grand une fois ouvert. Gardez la feuille à importer.")
            for sentence in _dangers(archive, entries):
                raise Unreadable(sentence)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        raise Unreadable("Ce classeur est endommagé. Ouvrez-le dans un tableur et enregistrez-le de nouveau.") from None


def _dangers(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[str]:
    for entry in entries:
        path = entry.filename.lower()
        if "vbaproject" in path or (path.endswith(".bin") and "macro" in path):
            yield "Ce classeur contient des macros. Enregistrez-le au format XLSX, sans macros."
        if "externallinks/" in path:
            yield "Ce classeur est lié à d’autres fichiers. Collez les valeurs dans un classeur neuf."
        if not path.endswith((".xml", ".rels")):
            continue
        with archive.open(entry) as part:
            text = part.read(_LARGEST_UNPACKED)
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            yield "Ce classeur contient des instructions qui ne sont pas lues. Enregistrez-le de nouveau depuis un tableur."
        if "worksheets/" in path and _has_uncomputed_formula(text):
            yield "Ce classeur contient des formules sans résultat. Ouvrez-le dans un tableur, puis enregistrez-le."


def _has_uncomputed_formula(sheet: bytes) -> bool:
    """Whether a cell has a formula and no value; formulas themselves are never computed here.

    A text that is empty is a result; a number that is empty is none, be it left out or written as nothing.
    """
    for cell in sheet.split(b"<c ")[1:]:
        body = cell.split(b"</c>", 1)[0]
        opening = body.split(b">", 1)[0]
        if b"<f" in body and b"<is>" not in body and not (_VALUE.search(body) or b't="str"' in opening):
            return True
    return False
