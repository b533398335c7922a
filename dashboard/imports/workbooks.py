"""A workbook to its sheets of texts: XLSX, ODS and XLS; what is more than cells is refused before anything looks into it."""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import fastexcel
import polars as pl

from dashboard.wording.numbers import integer
from dashboard.wording.typography import typeset

WORKBOOK_NAMES: Final = (".xlsx", ".xlsm", ".xls", ".ods")
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_LARGEST_UNPACKED: Final = 150_000_000
_UNPACKED_OF_A_BYTE: Final = 50
_LEAST_UNPACKED: Final = 20_000_000
"""What holds many more than fifty times its size is no table that somebody filled."""
MOST_ROWS: Final = 200_000
_MOST_PARTS: Final = 2_000
MOST_CELLS: Final = 3_000_000
"""The library keeps every cell of the rectangle around what is filled: one cell at the far end would take the memory."""

Line = tuple[int, tuple[str, ...]]
"""The number the file has for a line, and its cells."""


class Unreadable(ValueError):
    """The file cannot be read as a table; the message is a French sentence with the remedy."""

    def __init__(self, sentence: str) -> None:
        super().__init__(typeset(sentence))


@dataclass(frozen=True)
class Sheet:
    """One sheet: its lines, blank ones too; `merged` are the cells that share the number of another: line, place, number.

    A text has one, without a name. `first_column` is how many columns stand before its first cell.
    """

    name: str
    lines: list[Line]
    visible: bool = True
    first_column: int = 0
    merged: list[tuple[int, int, str]] = field(default_factory=list)


def is_workbook(content: bytes) -> bool:
    """Whether these are the bytes of a workbook, whatever its name."""
    return content.startswith((_ZIP, _OLE))


def workbook(name: str, content: bytes) -> list[Sheet]:
    """The sheets of a workbook, in their order; raises Unreadable."""
    if name.lower().endswith(".xlsm"):
        raise Unreadable("Ce classeur contient des macros. Enregistrez-le au format XLSX, sans macros.")
    merges: dict[str, list[str]] = {}
    if content.startswith(_OLE):
        _refuse_what_an_old_workbook_hides(content)
    elif content.startswith(_ZIP):
        content, merges = _checked(content)
    else:
        raise Unreadable("Ce fichier porte le nom d’un classeur sans en être un. Enregistrez-le au format XLSX ou ODS.")
    try:
        reader = fastexcel.read_excel(content)
        return [_sheet(reader, place, merges) for place in range(len(reader.sheet_names))]
    except BaseException as failed:
        if isinstance(failed, (KeyboardInterrupt, SystemExit, MemoryError, Unreadable)):
            raise
        # The library may panic, which is no Exception.
        raise Unreadable(
            "Ce classeur est endommagé ou protégé. Ouvrez-le dans un tableur, et enregistrez-le en XLSX sans mot de passe."
        ) from None


_ERRORS: Final = {
    "Div0": "#DIV/0!", "NA": "#N/A", "Name": "#NOM?", "Null": "#NUL!", "Num": "#NOMBRE!", "Ref": "#REF!",
    "Value": "#VALEUR!",
}  # fmt: skip
_ERROR: Final = re.compile(r"'Error\((\w+)\)'")
_DURATION: Final = re.compile(r"PT(\d+)H(\d+)M(\d+)")


def _sheet(reader: fastexcel.ExcelReader, place: int, merges: dict[str, list[str]]) -> Sheet:
    sheet = reader.load_sheet(place, header_row=None, skip_rows=0, dtypes="string")
    columns = sheet.available_columns()
    batch, wrong = sheet.to_arrow_with_errors()
    frame: Any = pl.from_arrow(batch)
    cells = [[_as_typed(cell) for cell in row] for row in frame.iter_rows()]
    # What is no text for the library: an error, which is told as the spreadsheet shows it, or a time of LibreOffice.
    for error in wrong.errors if wrong else ():
        row, column = error.offset_position
        cells[row][column] = _sign(error.detail)
    _write_numbers_out(reader, place, cells)
    first = columns[0].absolute_index if columns else 0
    merged = list(_spread(cells, merges.get(sheet.name, []), first))
    lines = [(number, tuple(row)) for number, row in enumerate(cells, start=1)]
    return Sheet(sheet.name, lines, sheet.visible == "visible", first, merged)


_TWO_READINGS: Final = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")


def _write_numbers_out(reader: fastexcel.ExcelReader, place: int, cells: list[list[str]]) -> None:
    """A number of three decimals is written with a fourth: as text it might be thousands, as the cell it is it cannot."""
    doubtful = [
        (row, column)
        for row, line in enumerate(cells)
        for column, cell in enumerate(line)
        if _TWO_READINGS.fullmatch(cell)
    ]
    if doubtful:
        # Asked for what is true, the library takes a number for it, and no text.
        batch, _texts = reader.load_sheet(place, header_row=None, skip_rows=0, dtypes="boolean").to_arrow_with_errors()
        is_number: Any = pl.from_arrow(batch)
        for row, column in doubtful:
            if is_number[row, column] is not None:
                cells[row][column] += "0"


def _sign(detail: str) -> str:
    if found := _ERROR.search(detail):
        return _ERRORS.get(found[1], "#VALEUR!")
    if found := _DURATION.search(detail):
        return ":".join(f"{int(part):02d}" for part in found.groups())
    return "#VALEUR!"


def _as_typed(cell: str | None) -> str:
    """A day of a spreadsheet comes with its midnight, and an hour with the first of its days."""
    if cell is None:
        return ""
    return re.sub(
        r"^(?:1899-12-3[01]|1904-01-01)[ T](?=\d\d:)", "", re.sub(r"(?<=^\d{4}-\d\d-\d\d)[ T]00:00:00$", "", cell)
    )


def _spread(cells: list[list[str]], merges: list[str], first_column: int) -> Iterator[tuple[int, int, str]]:
    """Writes the word of a merged column of cells in each of them, as it is seen; a number is told, it may be one for all."""
    left_over = MOST_CELLS
    for ref in merges:
        top, left, bottom, right = _corners(ref)
        left, right = left - first_column, right - first_column
        if not (left >= 0 and top <= len(cells) and left < len(cells[top - 1])) or not cells[top - 1][left].strip():
            continue
        left_over -= (min(bottom, len(cells)) - top + 1) * (min(right, len(cells[top - 1])) - left + 1)
        if left_over < 0:
            raise Unreadable("Trop de cellules sont fusionnées. Annulez les fusions du tableau à importer.")
        value = cells[top - 1][left]
        for row in range(top, min(bottom, len(cells)) + 1):
            for column in range(left, min(right, len(cells[row - 1]) - 1) + 1):
                if (row, column) == (top, left):
                    continue
                if column == left and not re.fullmatch(r"-?[0-9.]+", value):
                    cells[row - 1][column] = value
                else:
                    yield row, column, value


def _corners(ref: str) -> tuple[int, int, int, int]:
    """The first and last row, from 1, and column, from 0, of « A2:C4 »: top, left, bottom, right."""
    start, _, end = ref.partition(":")
    (left, top), (right, bottom) = _cell(start), _cell(end or start)
    return top, left, bottom, right


def _cell(ref: str) -> tuple[int, int]:
    """The column, from 0, and the row, from 1, of « C4 »."""
    letters = ref.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1, int(ref[len(letters) :] or 1)


def column_letter(place: int) -> str:
    """The letter of a column, A for the first."""
    return chr(65 + place) if place < 26 else column_letter(place // 26 - 1) + column_letter(place % 26)


# What may not be in a workbook, looked for in its archive before the library opens it.


def _refuse_what_an_old_workbook_hides(content: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable("Ce classeur est protégé. Enregistrez-le en XLSX, sans mot de passe.")
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise Unreadable("Ce classeur contient des macros. Enregistrez-le au format XLSX, sans macros.")


def _checked(content: bytes) -> tuple[bytes, dict[str, list[str]]]:
    """The workbook as it may be opened, and the merged cells of each of its sheets by name.

    What is opened is an archive of our own: two libraries may read one archive in two ways, and what was checked is what is
    read.
    """
    try:
        parts = _unpacked(content)
        is_ods = b"opendocument.spreadsheet" in parts.get("mimetype", b"")
        if not is_ods and "xl/workbook.xml" not in parts:
            raise Unreadable("Ce fichier n’est pas un classeur qui se lit ici. Enregistrez-le au format XLSX ou ODS.")
        for sentence in _dangers(parts):
            raise Unreadable(sentence)
        if is_ods:
            merges = _merges_of_ods(parts["content.xml"])
            parts["content.xml"] = _as_shown(parts["content.xml"])
        else:
            merges = _merges_of_xlsx(parts)
        return _packed(parts), merges
    except (Unreadable, MemoryError):
        raise
    except Exception:  # A damaged archive fails in many ways.
        raise Unreadable("Ce classeur est endommagé. Ouvrez-le dans un tableur et enregistrez-le de nouveau.") from None


def _unpacked(content: bytes) -> dict[str, bytes]:
    """What the parts of an archive really hold, counted as it is read: the sizes that it declares may lie."""
    left = min(_LARGEST_UNPACKED, _LEAST_UNPACKED + _UNPACKED_OF_A_BYTE * len(content))
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_PARTS:
            raise _too_large()
        for entry in entries:
            # Pictures are no cells; their names are looked at all the same.
            if not entry.filename.lower().endswith((".xml", ".rels")) and entry.filename != "mimetype":
                parts[entry.filename] = b""
                continue
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zipfile.BadZipFile
            # Read to its end, wherever it is said to end; the sum of control then tells what was added.
            entry.file_size = left + 2
            with archive.open(entry) as part:
                parts[entry.filename] = part.read(left + 1)
            left -= len(parts[entry.filename])
            if left < 0:
                raise _too_large()
    return parts


def _packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        while parts:
            # Let go one by one: the workbook is not held twice.
            name = next(iter(parts))
            archive.writestr(name, parts.pop(name))
    return file.getvalue()


def too_many_rows() -> str:
    """The sentence for a table that is too long."""
    return f"Ce fichier compte plus de {integer(MOST_ROWS)} lignes. Découpez-le en plusieurs fichiers."


def _too_large() -> Unreadable:
    return Unreadable("Ce classeur est trop grand une fois ouvert. Gardez la feuille à importer.")


_MACROS: Final = "Ce classeur contient des macros. Enregistrez-le sans macros, au format XLSX ou ODS."
_LINKED: Final = "Ce classeur est lié à d’autres fichiers. Collez les valeurs dans un classeur neuf."
_SCRIPT: Final = re.compile(r"(?:^|/)vbaproject|^scripts/.+|^basic/.+/(?!script-l)[^/]+\.xml$|macro.*\.bin$")


def _dangers(parts: dict[str, bytes]) -> Iterator[str]:
    for name, text in parts.items():
        path = name.lower()
        if _SCRIPT.search(path):
            yield _MACROS
        if "externallinks/" in path:
            yield _LINKED
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            yield "Ce classeur contient des instructions qui ne sont pas lues. Enregistrez-le de nouveau depuis un tableur."
        if path == "meta-inf/manifest.xml" and b"encryption-data" in text:
            yield "Ce classeur est protégé. Enregistrez-le en ODS, sans mot de passe."
        if path == "content.xml" and b"<table:table-source" in text:
            yield _LINKED
        # Lines that hold nothing are often there by the million, and are none.
        if text.count(b"</row>") > MOST_ROWS < text.count(b"</c>"):
            yield too_many_rows()
        if (path == "content.xml" and _is_vast_ods(text)) or (path.startswith("xl/") and _is_vast_xlsx(text)):
            yield "Une cellule est remplie très loin des autres. Gardez seulement le tableau à importer."
        if (path == "content.xml" and _UNCOMPUTED_ODS.search(text)) or (
            path.startswith("xl/") and _has_uncomputed_formula(text)
        ):
            yield "Ce classeur contient des formules sans résultat. Ouvrez-le dans un tableur, puis enregistrez-le."


_VALUE: Final = re.compile(rb"<v>[^<]")
_FILLED: Final = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r=[\"']([A-Za-z]{1,3}[0-9]{1,7})[\"'][^>]*(?<!/)>")


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


def _is_vast_xlsx(sheet: bytes) -> bool:
    rows = columns = 0
    for place in _FILLED.finditer(sheet):
        column, row = _cell(place[1].decode())
        rows, columns = max(rows, row), max(columns, column + 1)
    return rows * columns > MOST_CELLS


_UNCOMPUTED_ODS: Final = re.compile(rb"<table:table-cell(?=[^>]*\stable:formula=)(?![^>]*\soffice:value-type=)[^>]*>")
_ODS_ROW: Final = re.compile(rb"<table:table-row\b([^>]*?)(?:/>|>(.*?)</table:table-row>)", re.DOTALL)
_ODS_CELL: Final = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*?)(/?)>")
_ODS_ROWS: Final = re.compile(rb'table:number-rows-repeated="(\d+)"')
_ODS_COLUMNS: Final = re.compile(rb'table:number-columns-repeated="(\d+)"')
_ODS_DOWN: Final = re.compile(rb'table:number-rows-spanned="(\d+)"')
_ODS_ACROSS: Final = re.compile(rb'table:number-columns-spanned="(\d+)"')


def _times(pattern: re.Pattern[bytes], opening: bytes) -> int:
    found = pattern.search(opening)
    return int(found[1]) if found else 1


def _is_vast_ods(text: bytes) -> bool:
    for sheet in text.split(b"<table:table ")[1:]:
        rows = columns = 0
        for opening, last_row, last_column in _ods_cells(sheet):
            if b"office:value-type" in opening:
                rows, columns = last_row, max(columns, last_column)
        if rows * columns > MOST_CELLS:
            return True
    return False


def _ods_cells(sheet: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The cells of a sheet of an ODS: what is said of each, and the last row and column, from 1, that it is repeated in."""
    at = 0
    for row in _ODS_ROW.finditer(sheet):
        at += _times(_ODS_ROWS, row[1])
        place = 0
        for cell in _ODS_CELL.finditer(row[2] or b""):
            place += _times(_ODS_COLUMNS, cell[1])
            yield cell[1], at, place


_SAID_AS_EMPTY: Final = re.compile(
    rb'(<table:table-cell(?=[^>]*calcext:value-type="error")[^>]*?)\soffice:string-value=""', re.DOTALL
)
_BLANK: Final = re.compile(rb"<text:(?:tab|line-break)\b[^>]*/>")


def _as_shown(text: bytes) -> bytes:
    """The content of an ODS with the texts that it shows: LibreOffice writes an empty text beside an error, and the library
    would read that; nor has it tabs."""
    return _BLANK.sub(b" ", _SAID_AS_EMPTY.sub(rb"\1", text))


# Where cells are merged, sheet by sheet, as « A2:A5 ».


def _merges_of_xlsx(parts: dict[str, bytes]) -> dict[str, list[str]]:
    if "xl/_rels/workbook.xml.rels" not in parts:
        return {}
    links = parts["xl/_rels/workbook.xml.rels"].decode("utf-8", "replace")
    targets = {
        _attribute(link, "Id"): _attribute(link, "Target") for link in re.findall(r"<Relationship\b[^>]*>", links)
    }
    found = {}
    for sheet in re.findall(r"<sheet\b[^>]*>", parts["xl/workbook.xml"].decode("utf-8", "replace")):
        target = targets.get(_attribute(sheet, r"\w+:id"), "")
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        text = parts.get(path, b"").decode("utf-8", "replace")
        found[html.unescape(_attribute(sheet, "name"))] = re.findall(
            r'<mergeCell\b[^>]*\bref="([A-Z]+\d+:[A-Z]+\d+)"', text
        )
    return found


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return found[1] if found else ""


def _merges_of_ods(text: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for sheet in text.split(b"<table:table ")[1:]:
        title = sheet.split(b">", 1)[0].decode("utf-8", "replace")
        refs = found.setdefault(html.unescape(_attribute(f" {title}", "table:name")), [])
        for opening, row, column in _ods_cells(sheet):
            down, across = _times(_ODS_DOWN, opening), _times(_ODS_ACROSS, opening)
            if down * across > 1:
                # A cell that spans others is there once.
                refs.append(f"{column_letter(column - 1)}{row}:{column_letter(column + across - 2)}{row + down - 1}")
    return found
