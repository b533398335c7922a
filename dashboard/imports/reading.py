"""A file to rows of texts, with the line the file itself has for each; what is no plain table is refused beforehand.

`python -m dashboard.imports.reading` reads a file on its standard input, and writes its rows or why there are none: what
somebody sends is read in a process of its own, where what it costs, in memory and in time, is bounded.
"""

import csv
import io
import json
import os
import re
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from dashboard.imports.workbooks import (
    MOST_CELLS,
    WORKBOOK_NAMES,
    Line,
    Sheet,
    column_letter,
    is_workbook,
    too_many_rows,
    workbook,
)
from dashboard.imports.workbooks import MOST_ROWS as MOST_ROWS
from dashboard.imports.workbooks import Unreadable as Unreadable
from dashboard.wording.numbers import integer
from dashboard.wording.parsing import any_form, plain
from dashboard.wording.typography import typeset

LARGEST_FILE: Final = 40_000_000
MOST_COLUMNS: Final = 60
LONGEST_CELL: Final = 4_000
_BLANK_LINES: Final = 100_000
"""How many lines that hold nothing may be among those of a text."""
_WIDEST: Final = 20_000
_HEADINGS_WITHIN: Final = 20
"""How many lines may stand above the headings: a title, a week, a logo."""
_SEPARATORS: Final = (";", "\t", ",")
_SAID_SEPARATOR: Final = re.compile(r'\n*"?sep=(?P<sign>[;,\t|])"?[;,\t| ]*\n', re.IGNORECASE)
_TEXT_NAMES: Final = (".csv", ".txt", ".tsv")
_BINARY: Final = (b"\x89PNG", b"%PDF", b"\xff\xd8\xff", b"GIF8")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Fault:
    """Why a line cannot be imported: its number in the file, the heading of its column, what stood there, the reason.

    A workbook's fault names the sheet and the letter of the column too. With a `doubt`, those of a column are one cause; one
    of `parsing.ASKED` can be confirmed for the whole file.
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

    `heading_line` is where the headings stood, `sheet` the name of the sheet read (none for a text), `first_column` how
    many columns of it stand before the first; `notes` say what was done to read it; `faults` are what is no record at all
    (a total, a cell merged over several lines). The lines of totals are left out of `rows`.
    """

    headings: tuple[str, ...]
    rows: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    sheet: str = ""
    heading_line: int = 1
    first_column: int = 0
    faults: tuple[Fault, ...] = ()

    def fault(self, line: int, place: int, column: str, reason: str, *, value: str = "", doubt: str = "") -> Fault:
        """A fault of the cell at this place (0 for the first column), under the name its column has in the product."""
        letter = column_letter(self.first_column + place) if self.sheet else ""
        return Fault(line, column, value, reason, self.sheet, letter, doubt)


def read_file(name: str, content: bytes, known: Collection[str] = ()) -> Rows:
    """The rows of a text or workbook; raises Unreadable.

    `known` are the headings that may be there, in any spelling: the sheet and the line that have most of them are read;
    where none is there, the first line of the first visible sheet.
    """
    if len(content) > LARGEST_FILE:
        raise Unreadable(
            f"Ce fichier dépasse {integer(LARGEST_FILE // 1_000_000)} Mo. Découpez-le en plusieurs fichiers."
        )
    if not content.strip():
        raise Unreadable("Ce fichier est vide. Téléchargez le modèle pour partir d’un fichier prêt à remplir.")
    words = frozenset(any_form(heading) for heading in known) - {""}
    says_text = name.lower().endswith(_TEXT_NAMES)
    if name.lower().endswith(WORKBOOK_NAMES) or (is_workbook(content) and not says_text):
        return _table(workbook(name, content), words, ())
    if is_workbook(content) or content.startswith(_BINARY):
        what = "porte le nom d’un CSV sans en être un" if says_text else "n’est ni un CSV ni un classeur"
        raise Unreadable(f"Ce fichier {what}. Enregistrez-le au format CSV, XLSX ou ODS.")
    text, notes = _decoded(content)
    return _table([Sheet("", _separated(text, words))], words, notes)


# Which sheet and which line hold the headings, and the rows below them.


def _table(sheets: list[Sheet], words: frozenset[str], notes: tuple[str, ...]) -> Rows:
    filled = [
        replace(sheet, lines=[line for line in sheet.lines if any(cell.strip() for cell in line[1])])
        for sheet in sheets
    ]
    visible = [sheet for sheet in filled if sheet.lines and sheet.visible]
    if not visible:
        hidden = any(sheet.lines for sheet in filled)
        raise Unreadable(
            "Ce classeur n’a que des feuilles masquées. Affichez celle à importer."
            if hidden
            else "Ce fichier ne contient aucune ligne."
        )
    best = max(max(_known_in(line, words) for line in sheet.lines[:_HEADINGS_WITHIN]) for sheet in visible)
    sheet = next(
        sheet
        for sheet in visible
        if any(_known_in(line, words) * 2 > best or not best for line in sheet.lines[:_HEADINGS_WITHIN])
    )
    at = max(range(len(sheet.lines[:_HEADINGS_WITHIN])), key=lambda place: _known_in(sheet.lines[place], words))
    heading_line, headings = sheet.lines[at]
    two = _two_lines(sheet.lines[:_HEADINGS_WITHIN], words)
    if two is not None:
        at, headings = two
        heading_line = sheet.lines[at][0]
    if len(sheets) > 1:
        notes = (*notes, typeset(f"Le classeur a plusieurs feuilles : seule « {sheet.name} » est lue."))
    if two is not None:
        first = sheet.lines[at - 1][0]
        aside = " ; les lignes au-dessus sont laissées de côté" if at > 1 else ""
        told = f"Les titres de colonnes sont sur deux lignes, {first} et {heading_line}, lues ensemble{aside}."
        notes = (*notes, typeset(told))
    elif at:
        told = f"Les titres de colonnes ont été trouvés à la ligne {heading_line} : les lignes au-dessus sont laissées de côté."
        notes = (*notes, typeset(told))
    body = sheet.lines[at + 1 :]
    _refuse_what_is_too_much(headings, body)
    _refuse_spoilt_accents(sheet.lines[at:])
    width = max((place + 1 for place, heading in enumerate(headings) if heading.strip()), default=1)
    width = max(width, *(_filled_width(cells) for _line, cells in body))
    cut = tuple((line, (*cells, *[""] * (width - len(cells)))[:width]) for line, cells in body)
    titles = tuple(heading.strip() for heading in (*headings, *[""] * width)[:width])
    table = Rows(titles, cut, notes, sheet.name, heading_line, sheet.first_column)
    totals = {line for line, cells in cut if _is_total(cells)}
    faults = tuple(_total_fault(table, line, cells) for line, cells in cut if line in totals)
    kept = tuple(row for row in cut if row[0] not in totals)
    return replace(table, rows=kept, faults=(*faults, *_merged_faults(table, sheet)))


def _known_in(line: Line, words: frozenset[str]) -> int:
    """How many of the known headings a line holds; one that stands alone in its line may be a word of a title."""
    found = len({any_form(cell) for cell in line[1]} & words)
    return found if found > 1 or len([cell for cell in line[1] if cell.strip()]) == 1 else 0


def _two_lines(lines: list[Line], words: frozenset[str]) -> tuple[int, tuple[str, ...]] | None:
    """The second of two lines of headings, and what both say of each column: « Lundi » once over its positions, or a position
    once over its days. None where two columns are not named by both, or one line alone names as many: the other is then no
    heading."""
    for at, ((_above, upper), (_line, lower)) in enumerate(pairwise(lines), start=1):
        group, titles, joined = "", [], 0
        for over, own in zip_longest(upper, lower, fillvalue=""):
            group = over.strip() or group
            orders = (f"{group} {own.strip()}", f"{own.strip()} {group}") if group and own.strip() else ()
            both = next((order for order in orders if any_form(order) in words), None)
            joined += both is not None
            titles.append(both or own.strip() or over.strip())
        alone = max(_known_in(line, words) for line in lines[at - 1 : at + 1])
        if joined > 1 and _known_in((at, tuple(titles)), words) > alone:
            return at, tuple(titles)
    return None


def _refuse_what_is_too_much(headings: tuple[str, ...], body: list[Line]) -> None:
    if len(body) > MOST_ROWS:
        raise Unreadable(too_many_rows())
    if len(headings) > MOST_COLUMNS:
        raise Unreadable(f"Ce fichier compte plus de {MOST_COLUMNS} colonnes. Gardez celles du modèle.")
    if not body:
        raise Unreadable("Ce fichier n’a que des titres de colonnes : il n’y a rien à importer.")
    for line, cells in body:
        if _filled_width(cells) > len(headings):
            raise Unreadable(f"Ligne {line} : il y a plus de cellules que de colonnes. Vérifiez le séparateur.")
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise Unreadable(f"Ligne {line} : une cellule dépasse {integer(LONGEST_CELL)} caractères.")


def _filled_width(cells: tuple[str, ...]) -> int:
    return max((place + 1 for place, cell in enumerate(cells) if cell.strip()), default=0)


# What is no record: a line of totals, a number merged over several cells.

_TOTAL: Final = re.compile(r"(?:sous |grand )?tota(?:l|ux)\b(?: general| generaux)?")
_FIGURE: Final = re.compile(r"[-+]?[0-9][0-9 \u00a0\u202f.,%€h]*")


def _is_total(cells: tuple[str, ...]) -> bool:
    """Whether a line is « Total », or begins like « Total semaine 47 » and says nothing but numbers: « Total immersion » with
    a day and a place is the name of something."""
    first, *others = [cell.strip() for cell in cells if cell.strip()]
    if _TOTAL.fullmatch(plain(first)):
        return True
    return _TOTAL.match(f"{plain(first)} ") is not None and all(_FIGURE.fullmatch(other) for other in others)


def _total_fault(table: Rows, line: int, cells: tuple[str, ...]) -> Fault:
    place = next(place for place, cell in enumerate(cells) if cell.strip())
    reason = typeset("c’est une ligne de total, pas une fiche. Supprimez-la du fichier.")
    return table.fault(line, place, table.headings[place], reason, value=cells[place].strip())


def _merged_faults(table: Rows, sheet: Sheet) -> Iterator[Fault]:
    read = {line for line, _cells in table.rows}
    for line, place, value in sheet.merged:
        if line in read and place < len(table.headings) and table.headings[place]:
            reason = typeset(
                "cette cellule est fusionnée avec d’autres. Annulez la fusion, et indiquez une valeur par cellule."
            )
            yield table.fault(line, place, table.headings[place], reason, value=value)


# A text: its encoding, its separator, its lines.


def _decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    if content.startswith(_UTF_16):
        try:
            return _lines_alike(content.decode("utf-16")), ()
        except UnicodeDecodeError:
            raise Unreadable("Ce fichier est abîmé. Enregistrez-le de nouveau au format « CSV UTF-8 ».") from None
    if b"\x00" in content:
        raise Unreadable("Ce fichier contient des octets qui ne sont pas du texte. Enregistrez-le de nouveau en CSV.")
    try:
        return _lines_alike(content.decode("utf-8-sig")), ()
    except UnicodeDecodeError:
        _refuse_two_encodings(content)
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as odd:
        raise _odd_byte(content, odd.start) from None
    if odd_sign := _OF_ANOTHER_CODE_PAGE.search(text):
        raise _odd_byte(content, len(text[: odd_sign.start()].encode("cp1252")))
    return _lines_alike(text), (
        "Le fichier n’est pas en UTF-8 : il a été lu comme un fichier Windows. Vérifiez les accents.",
    )


_UTF_8_SIGN: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_OF_ANOTHER_CODE_PAGE: Final = re.compile(r"(?<=[a-z])[‚ƒ„†‡ˆŠŽ]|[‚ƒ†‡ˆ](?=[a-z])")
"""What the letters with accents of an old Macintosh or of MS-DOS become when they are read as Windows’ own."""


def _refuse_two_encodings(content: bytes) -> None:
    """A file that is UTF-8 but for an odd byte, or Windows text with a piece of UTF-8: told at the odd one out."""
    signs = [found.start() for found in _UTF_8_SIGN.finditer(content)]
    if not signs:
        return
    alone = [
        found.start()
        for found in re.finditer(rb"[\x80-\xff]", _UTF_8_SIGN.sub(lambda sign: b" " * len(sign[0]), content))
    ]
    raise _odd_byte(content, alone[0] if len(alone) <= len(signs) else signs[0])


def _odd_byte(content: bytes, at: int) -> Unreadable:
    line = len(re.findall(rb"\r\n|\r|\n", content[:at])) + 1
    return Unreadable(
        f"Ligne {line} : un caractère n’est pas du même encodage que le reste du fichier. "
        "Corrigez-le, puis enregistrez le fichier au format « CSV UTF-8 »."
    )


def _lines_alike(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


_SPOILT: Final = re.compile(
    r"\w*(?:Ã[\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|Â[\u00a0°«»²³·]|â€[\u0080-\u00bfœ™˜“”¦š]|Å[“’]|\ufffd)\w*"
)
"""What UTF-8 becomes when it is read as Windows text: « Ã‰lise », « câ€™est ». No French word has these."""


def _refuse_spoilt_accents(lines: list[Line]) -> None:
    for line, cells in lines:
        if spoilt := _SPOILT.search(" ".join(cells)):
            raise Unreadable(
                f"Ligne {line} : « {spoilt[0]} », les accents de ce fichier sont abîmés. "
                "Repartez du fichier d’origine, et enregistrez-le au format « CSV UTF-8 »."
            )


def _separated(text: str, words: frozenset[str]) -> list[Line]:
    said = _SAID_SEPARATOR.match(text)
    before = said[0].count("\n") if said else 0
    separator = said["sign"] if said else _separator(text, words)
    reader = csv.reader(io.StringIO(text[said.end() :] if said else text), delimiter=separator, strict=True)
    lines: list[Line] = []
    last, cells = before, 0
    try:
        for row in reader:
            # A cell may run over several lines: the row is where it begins.
            lines.append((last + 1, tuple(_undefused(cell) for cell in row)))
            cells += len(row)
            if len(lines) > MOST_ROWS + _BLANK_LINES:
                raise Unreadable(too_many_rows())
            if cells > MOST_CELLS or len(row) > _WIDEST:
                raise Unreadable("Ce fichier compte trop de cellules. Gardez seulement le tableau à importer.")
            last = before + reader.line_num
    except csv.Error:
        raise Unreadable("Un guillemet n’est pas fermé. Enregistrez le fichier de nouveau depuis un tableur.") from None
    return lines


def _separator(text: str, words: frozenset[str]) -> str:
    """The sign that cuts a line into most known headings; else the commonest of the first line that has any."""
    first = [line[:_WIDEST] for line in text.split("\n", 5 * _HEADINGS_WITHIN)[: 5 * _HEADINGS_WITHIN] if line.strip()][
        :_HEADINGS_WITHIN
    ]

    def merit(sign: str) -> tuple[int, int]:
        known = max((_known_in((0, tuple(line.split(sign))), words) for line in first), default=0)
        cut = next((line for line in first if any(each in line for each in _SEPARATORS)), "")
        return known, cut.count(sign)

    return max(_SEPARATORS, key=merit)


def _undefused(cell: str) -> str:
    """What our own files write with an apostrophe before it, so that no spreadsheet runs it."""
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip(" ")[:1] in "=+-@\t\r\n＝＋－＠" and len(cell) > 1 else cell


# The same, in a process of its own.

_ROOT: Final = Path(__file__).parents[2]
_SMALL_TEXT: Final = 1_000_000
"""A text of this size is read where it is: it cannot grow by being read."""
_ADDRESSABLE: Final = 4_000_000_000
"""The libraries reserve much that they never fill; one cell at the far end of a sheet makes them ask for far more."""
_LOOK_SECONDS: Final = 0.01
_PATIENCE_SECONDS: Final = 60
_READINGS: Final = threading.BoundedSemaphore(2)
# Nothing of the settings is its business, least of all the secrets; one thread is enough for one file.
_PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "SYSTEMROOT")
_ONE_THREAD: Final = {"POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}


@dataclass(frozen=True)
class _Answer:
    rows: Rows | None = None
    refusal: str = ""


_ANSWER: Final = TypeAdapter(_Answer)


def read_apart(name: str, content: bytes, known: Collection[str] = ()) -> Rows:
    """As `read_file`, in a process of its own for a workbook or a long text; raises Unreadable, also for what costs too much.

    Memory and time go by the size of the file: what is small and asks for much of either was made to harm.
    """
    is_table = name.lower().endswith(WORKBOOK_NAMES) or is_workbook(content)
    if len(content) > LARGEST_FILE or not (is_table or len(content) > _SMALL_TEXT):
        return read_file(name, content, known)
    environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ} | _ONE_THREAD
    request = json.dumps([name, list(known)]).encode() + b"\n" + content
    with _READINGS:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.imports.reading", str(_seconds(content))],
            cwd=_ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        # The processor's seconds are bounded there; a machine at work otherwise may take long to give them.
        limits = (_memory(content), time.monotonic() + _PATIENCE_SECONDS + 3 * _seconds(content))
        threading.Thread(target=_watch, args=(process, *limits), daemon=True).start()
        told = process.communicate(request)[0]
    if process.returncode or not told:
        raise Unreadable(
            "Ce fichier demande trop de mémoire ou de temps pour sa taille. "
            "Copiez le tableau à importer dans un classeur neuf, et enregistrez-le en XLSX."
        )
    answer = _ANSWER.validate_json(told)
    if answer.rows is None:
        raise Unreadable(answer.refusal)
    return answer.rows


def _memory(content: bytes) -> int:
    """How many bytes may be taken: a workbook of 100,000 lines of ten cells weighs 4.6 MB, and takes 450."""
    return min(190_000_000 + 100 * len(content), 1_500_000_000)


def _seconds(content: bytes) -> int:
    """How many seconds of the processor may be taken; the same workbook takes six."""
    return min(4 + 4 * len(content) // 1_000_000, 60)


def _watch(process: "subprocess.Popen[bytes]", memory: int, until: float) -> None:
    """Ends the process when it takes too much."""
    while process.poll() is None:
        if time.monotonic() > until or _taken(process.pid) > memory:
            process.kill()
        time.sleep(_LOOK_SECONDS)


def _taken(pid: int) -> int:
    """The bytes of memory that a process holds now; 0 where the system does not say."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    return 0


def _read(seconds: int) -> None:
    """The other side: limits first, then the file."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSABLE, _ADDRESSABLE))
        # What is left of a process that ended badly would be the file of somebody.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    name, known = json.loads(sys.stdin.buffer.readline())
    try:
        answer = _Answer(rows=read_file(name, sys.stdin.buffer.read(), known))
    except Unreadable as refusal:
        answer = _Answer(refusal=str(refusal))
    sys.stdout.buffer.write(_ANSWER.dump_json(answer))


if __name__ == "__main__":
    _read(int(sys.argv[1]))
