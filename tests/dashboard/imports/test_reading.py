"""What a file may be: a plain table in any common dress; anything else is refused in a sentence, and nothing is run."""

import csv as csv_files
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Final

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from dashboard.imports.kinds import KINDS
from dashboard.imports.matching import grouped, match
from dashboard.imports.reading import LARGEST_FILE, MOST_ROWS, Rows, Unreadable, read_file
from dashboard.imports.workbooks import _has_uncomputed_formula
from dashboard.wording.parsing import ASKED, NotANumber, parse_fr

HEAD = "Nom;Prénom"


def csv(*lines: str, end: str = "\n", encoding: str = "utf-8") -> bytes:
    return end.join((HEAD, *lines)).encode(encoding)


def workbook(fill: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zipped(name: str, part: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, part)
    return file.getvalue()


def ods(rows: bytes = b"") -> bytes:
    """The least that LibreOffice would take for a spreadsheet."""
    content = b'<office:spreadsheet><table:table table:name="A">' + rows + b"</table:table></office:spreadsheet>"
    return with_part(zipped("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), "content.xml", content)


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The workbook with one more part in its archive."""
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(name, part)
    return file.getvalue()


def two_cells(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    sheet.append(["Nom", "Prénom"])
    sheet.append(["Delmas", "Élise"])


def cells(rows: Rows) -> list[tuple[str, ...]]:
    return [row for _line, row in rows.rows]


def _hidden() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet("Vide")
        sheet = book.add_worksheet("Listes")
        sheet.write_row(0, 0, ["Nom", "Prénom"])
        sheet.hide()
    return file.getvalue()


ACCEPTED = {
    "utf-8": csv("Delmas;Élise"),
    "a byte order mark": b"\xef\xbb\xbf" + csv("Delmas;Élise"),
    "windows text": csv("Delmas;Élise", encoding="cp1252"),
    "utf-16": csv("Delmas;Élise", encoding="utf-16"),
    "windows line ends": csv("Delmas;Élise", end="\r\n"),
    "old mac line ends": csv("Delmas;Élise", end="\r"),
    "tabs": csv("Delmas;Élise").replace(b";", b"\t"),
    "commas": csv("Delmas;Élise").replace(b";", b","),
    "quotes": csv('"Delmas";"Élise"'),
    "blank lines": csv("", "Delmas;Élise", ";"),
    "a separator line": b"sep=;\r\n" + csv("Delmas;Élise"),
    "a separator line saved again": b'"sep=,";\n' + csv("Delmas;Élise").replace(b";", b","),
    "titles above": "Adhérents, 2026\n\nListe;;\n".encode() + csv("Delmas;Élise"),
    "empty columns": csv("Delmas;Élise;;").replace(b"nom\n", b"nom;;\n"),
}


@pytest.mark.parametrize("dress", list(ACCEPTED))
def test_a_table_is_read_in_every_common_dress(dress: str) -> None:
    rows = read_file("fichier.csv", ACCEPTED[dress], ["prenom", "nom"])

    assert rows.headings == ("Nom", "Prénom")
    assert cells(rows) == [("Delmas", "Élise")]


def test_a_quoted_separator_is_part_of_its_cell() -> None:
    assert cells(read_file("a.csv", csv('"Delmas; fils";Élise'))) == [("Delmas; fils", "Élise")]


def test_a_row_of_several_lines_is_where_it_begins() -> None:
    rows = read_file("a.csv", b"sep=;\n" + csv('"A\nB";C', "D;E"))

    assert rows.rows == ((3, ("A\nB", "C")), (5, ("D", "E")))


def test_windows_text_says_so() -> None:
    assert "Windows" in read_file("a.csv", ACCEPTED["windows text"]).notes[0]


def test_each_row_knows_its_line() -> None:
    rows = read_file("a.csv", csv("A;B", "", "C;D"))

    assert [line for line, _cells in rows.rows] == [2, 4]


REFUSED = {
    "nothing": ("a.csv", b"", "vide"),
    "blanks": ("a.csv", b" \n ", "vide"),
    "headings alone": ("a.csv", csv(), "titres de colonnes"),
    "null bytes": ("a.csv", csv("A\x00;B"), "pas du texte"),
    "an open quote": ("a.csv", csv('"A;B'), "guillemet"),
    "a picture": ("a.csv", b"\x89PNG\r\n\x1a\n;", "nom d’un CSV"),
    "a pdf": ("a.csv", b"%PDF-1.7;", "nom d’un CSV"),
    "a word processor's": ("a.docx", zipped("word/document.xml", b"<a/>"), "n’est pas un classeur"),
    "a pdf as it is": ("a.pdf", b"%PDF-1.7;", "ni un CSV ni un classeur"),
    "a binary workbook": ("a.xlsx", zipped("xl/workbook.bin", b"x"), "n’est pas un classeur"),
    "macros of LibreOffice": ("a.ods", with_part(ods(), "Basic/Standard/Module1.xml", b"<a/>"), "macros"),
    "entities in ODS": ("a.ods", with_part(ods(), "settings.xml", b"<!DOCTYPE a>"), "instructions"),
    "a locked ODS": ("a.ods", with_part(ods(), "META-INF/manifest.xml", b"<a:encryption-data/>"), "mot de passe"),
    "an uncomputed ODS": ("a.ods", ods(b'<table:table-cell table:formula="of:=1+1"/>'), "formules sans"),
    "a vast ODS": (
        "a.ods",
        ods(
            b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="string" '
            b'table:number-columns-repeated="1000"><text:p>x</text:p></table:table-cell></table:table-row>'
        ),
        "très loin",
    ),
    "macros of an old workbook": ("a.xls", b"\xd0\xcf\x11\xe0" + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
    "a workbook named csv": ("a.csv", workbook(two_cells), "nom d’un CSV"),
    "a csv named workbook": ("a.xlsx", csv("A;B"), "nom d’un classeur"),
    "macros": ("a.xlsm", workbook(two_cells), "macros"),
    "macros hidden": ("a.xlsx", with_part(workbook(two_cells), "xl/vbaProject.bin", b"x"), "macros"),
    "a password": ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"0" * 600, "mot de passe"),
    "entities": (
        "a.xlsx",
        with_part(workbook(two_cells), "xl/evil.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        "instructions",
    ),
    "external links": (
        "a.xlsx",
        with_part(workbook(two_cells), "xl/externalLinks/externalLink1.xml", b"<a/>"),
        "autres fichiers",
    ),
    "a broken archive": ("a.xlsx", workbook(two_cells)[:300], "endommagé"),
    "too many rows": ("a.csv", csv(*["A;B"] * (MOST_ROWS + 1)), "200\u202f000 lignes"),
    "too many columns": ("a.csv", b";".join([b"A"] * 61) + b"\n" + b";".join([b"B"] * 61), "60 colonnes"),
    "a huge cell": ("a.csv", csv("A" * 5000 + ";B"), "caractères"),
    "too large": ("a.csv", b"A" * (LARGEST_FILE + 1), "40 Mo"),
    "an odd byte in UTF-8": ("a.csv", csv("Étoile;Élise", "Zoé;José").replace("José".encode(), b"Jos\xe9"), "Ligne 3"),
    "UTF-8 in windows text": ("a.csv", csv("Zoé;Éva", "Noé;José", encoding="cp1252") + "\né;A".encode(), "Ligne 4"),
    "a byte of no sign": ("a.csv", csv("é;A", encoding="cp1252") + b"\ncaf\x81;A", "Ligne 3"),
    "MS-DOS": (
        "a.csv",
        csv("A;B", "C;D", "Zoé;Hélène", end="\r\n", encoding="cp850").replace("Prénom".encode("cp850"), b"B"),
        "Ligne 4",
    ),
    "Macintosh": ("a.csv", csv("Zoé;Élise", encoding="mac-roman"), "Ligne 1"),
    "spoilt accents": ("a.csv", csv("A;B", "Ã‰lise;c"), "Ligne 3 : « Ã‰lise »"),
    "a lost sign": ("a.csv", csv("caf\ufffd;B"), "Ligne 2"),
    "a cell at the far end": (
        "a.xlsx",
        workbook(lambda sheet: (two_cells(sheet), sheet.cell(1048576, 16384, "x"))),
        "très loin",
    ),
    "hidden sheets alone": ("a.xlsx", _hidden(), "masquées"),
    "decimal commas between commas": ("a.csv", b"Nom,Heures\nA,3,5\n", "plus de cellules"),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_what_is_no_plain_table_is_refused_with_the_remedy(what: str) -> None:
    name, content, told = REFUSED[what]

    with pytest.raises(Unreadable) as refusal:
        read_file(name, content)

    assert told in str(refusal.value).replace("\u00a0", " ")


@pytest.mark.parametrize("lies", [False, True])
def test_a_zip_bomb_is_refused_by_what_it_holds(lies: bool) -> None:
    file = io.BytesIO(workbook(two_cells))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/big.xml", b" " * 30_000_000)
    content = file.getvalue()
    if lies:
        content = content.replace((30_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))

    with pytest.raises(Unreadable, match="trop grand"):
        read_file("a.xlsx", content)


def test_a_part_that_goes_on_beyond_its_said_end_is_refused() -> None:
    """What is checked is what is read: nothing stands beyond."""
    content = with_part(workbook(two_cells), "xl/more.xml", b"<a/>" + b" " * 996 + b"<!DOCTYPE a>")

    with pytest.raises(Unreadable):
        read_file("a.xlsx", content.replace((1008).to_bytes(4, "little"), (1000).to_bytes(4, "little")))


def test_a_formula_without_a_result_is_refused_and_never_computed() -> None:
    def fill(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.append(["Nom", "Prénom"])
        sheet.append(["=1+1", "Élise"])

    with pytest.raises(Unreadable, match="formules sans résultat"):
        read_file("a.xlsx", workbook(fill))


@pytest.mark.parametrize("nothing", ["<v></v>", "<v/>", "<v />", ""])
def test_an_empty_text_is_a_result_of_a_formula_and_an_empty_number_is_none(nothing: str) -> None:
    """Libraries write « no value » in their own ways; a spreadsheet leaves an empty text where it computed one."""
    number, text = (f'<c r="B2"{kind}><f>A1</f>{nothing}</c>'.encode() for kind in ("", ' t="str"'))

    assert _has_uncomputed_formula(number)
    assert not _has_uncomputed_formula(text)


def test_workbooks_of_two_libraries_are_read_alike() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Données")
        sheet.write_row(0, 0, ["Nom", "Prénom"])
        sheet.write_row(1, 0, ["Delmas", "Élise"])

    expected = [("Delmas", "Élise")]
    assert cells(read_file("a.xlsx", workbook(two_cells))) == expected
    assert cells(read_file("a.xlsx", file.getvalue())) == expected


def test_dates_of_either_epoch_and_numbers_kept_as_text_are_read_as_seen() -> None:
    def fill(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.parent.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        sheet.append(["Jour", "Nombre"])
        sheet.append([date(2017, 5, 30), "012"])

    assert cells(read_file("a.xlsx", workbook(fill))) == [("2017-05-30", "012")]


CASES: Final = Path(__file__).parent / "cases"
ATTENDANCE: Final = ("Télécentre", "Jour", "Position", "Demi-journées", "Fermé", "Personnes différentes", "Remarque")


def case(name: str) -> Rows:
    """A file that people have, read for the headings of attendance."""
    return read_file(name, (CASES / name).read_bytes(), ATTENDANCE)


@pytest.mark.parametrize(
    ("name", "heading_line", "first"),
    [
        ("attendance-sep-line.csv", 2, "16/11/2026"),
        ("attendance-title-above.csv", 3, "16/11/2026"),
        ("attendance-base.ods", 1, "2026-11-16"),
        ("attendance-base.xls", 1, "2026-11-16"),
        ("attendance-hidden-first-sheet.xlsx", 1, "2026-11-16"),
        ("attendance-bool-cells.xlsx", 1, "2026-11-16"),
    ],
)
def test_the_files_that_people_have_are_read(name: str, heading_line: int, first: str) -> None:
    rows = case(name)

    assert (rows.headings, rows.heading_line, rows.faults) == (ATTENDANCE, heading_line, ())
    assert len(rows.rows) == 10
    assert rows.rows[0] == (heading_line + 1, ("MONTMURAT", first, "bureaux", "1", rows.rows[0][1][4], "", ""))
    assert [note for note in rows.notes if f"ligne {heading_line}" in note or "Feuil1" in note] or heading_line < 3


def test_true_and_false_are_words_of_a_cell() -> None:
    assert [row[4] for row in cells(case("attendance-bool-cells.xlsx"))][-2:] == ["true", "true"]


def test_a_fault_names_the_sheet_the_line_and_the_letter_that_the_workbook_has() -> None:
    rows = case("attendance-blank-rows-above.xlsx")

    line = next(line for line, row in rows.rows if row[1] == "xx")
    fault = rows.fault(line, 1, "Jour", "", value="xx")

    assert (fault.sheet, fault.line, fault.letter) == ("Feuil1", 8, "D")


def test_a_total_is_one_fault_and_no_row() -> None:
    rows = case("attendance-total-row.csv")

    assert [(fault.line, fault.value) for fault in rows.faults] == [(12, "Total")]
    assert len(rows.rows) == 10


@pytest.mark.parametrize(
    ("line", "is_total"),
    [
        ("Sous-total;MURAT;3", True),
        ("TOTAL GÉNÉRAL;;1 234,5 €", True),
        ("Total semaine 47;;10", True),
        (";Totaux;10", True),
        ("Total immersion;atelier;3", False),
        ("TotalEnergies;;3", False),
    ],
)
def test_a_name_that_begins_like_a_total_is_a_name(line: str, is_total: bool) -> None:
    assert bool(read_file("a.csv", f"Titre;Nature;Présents\n{line}\nA;B;3\n".encode()).faults) == is_total


@pytest.mark.parametrize("name", ["attendance-error-cells.xlsx", "members-mixed-encoding.csv"])
def test_nothing_is_read_in_silence(name: str) -> None:
    said = ""
    try:
        said = " ".join(cells(case(name))[0])
    except Unreadable as refused:
        said = str(refused)

    assert "#DIV/0! #N/A" in said or "Ligne 4" in said


def test_a_doubt_is_one_cause_for_the_column_and_is_read_once_confirmed() -> None:
    rows = case("attendance-short-dates.csv")
    centres = {"MONTMURAT": "Montmurat"}

    doubted = match(KINDS["attendance"], rows, centres=centres)
    confirmed = match(KINDS["attendance"], rows, centres=centres, accepted=frozenset(ASKED))

    assert [(len(cause.lines), cause.faults[0].doubt) for cause in grouped(doubted.faults)] == [(10, "short-year")]
    assert (len(confirmed.records), confirmed.faults) == (1, ())


def test_a_number_of_three_decimals_is_no_thousands_and_a_text_may_be() -> None:
    def fill(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.append([None, "Texte", "Nombre"])
        sheet.append([None, "12.125", 12.125])
        sheet.append([None, "x", 1000])

    first = cells(read_file("a.xlsx", workbook(fill)))[0]

    with pytest.raises(NotANumber, match="peut se lire"):
        parse_fr(first[0])
    assert parse_fr(first[1]) == Decimal("12.125")


def test_a_word_of_merged_cells_is_in_each_and_a_number_is_asked_about() -> None:
    def fill(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for row in (["Relevé", None], ["Lieu", "Présents"], ["MURAT", 3], [None, None], ["YDES", 4]):
            sheet.append(row)
        for cells_of_one in ("A1:B1", "A3:A4", "B3:B4"):
            sheet.merge_cells(cells_of_one)

    rows = read_file("a.xlsx", workbook(fill), ["lieu", "présents"])

    assert cells(rows) == [("MURAT", "3"), ("MURAT", ""), ("YDES", "4")]
    assert [(fault.line, fault.letter, fault.value) for fault in rows.faults] == [(4, "B", "3")]


def test_the_first_visible_sheet_that_has_the_headings_is_read() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Mode d’emploi"])
    book.active.append(["Nom"])
    for title in ("2025", "2026"):
        two_cells(book.create_sheet(title))
    file = io.BytesIO()
    book.save(file)

    assert read_file("a.xlsx", file.getvalue(), ["Nom", "Prénom"]).sheet == "2025"


def _rich() -> bytes:
    """Every kind of cell that a spreadsheet has."""

    def fill(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.append([])
        sheet.append([None, "Nombre", "Jour", "Moment", "Heure", "Vrai", "Texte", "Erreur"])
        sheet.append(
            [None, 1234.5, date(2026, 11, 16), datetime(2026, 11, 16, 14), time(9, 30), True, "012", "#DIV/0!"]
        )
        sheet["H3"].data_type = "e"
        sheet.append([None, 0.1 + 0.2, None, None, None, False, "é\nœ", None])

    return workbook(fill)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["xlsx", "ods", "xls"])
def test_libreoffice_writes_what_is_read_alike(tmp_path: Path, form: str) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "rich.xlsx").write_bytes(_rich())
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", form,
         "--outdir", f"{tmp_path}/out", f"{tmp_path}/rich.xlsx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    rows = read_file(f"a.{form}", (tmp_path / "out" / f"rich.{form}").read_bytes())

    first, second = cells(rows)
    assert (rows.heading_line, rows.first_column) == (2, 1)
    assert first[:2] == ("1234.5", "2026-11-16")
    assert first[2].replace("T", " ") == "2026-11-16 14:00:00"
    assert first[3] == "09:30:00"
    assert (first[4], second[4]) in (("true", "false"), ("1", "0"))
    assert (first[5], second[5]) == ("012", "é\nœ")
    assert first[6] == "#DIV/0!"
    assert second[0] == "0.3"


# Whatever a table says, written by any library, is what is read.

WORDS: Final = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp"), exclude_characters="ÃÂâÅ\ufffd"
    ),
    min_size=1,
    max_size=8,
).filter(lambda text: text == text.strip() and not text.startswith("'") and "_x" not in text)
TABLES: Final = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(WORDS, min_size=width, max_size=width), min_size=1, max_size=4)
)


def _as_text(table: list[list[str]], separator: str, encoding: str) -> bytes:
    file = io.StringIO(newline="")
    csv_files.writer(file, delimiter=separator).writerows(table)
    return file.getvalue().encode(encoding)


def _by_xlsxwriter(table: list[list[str]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Données")
        for line, row in enumerate(table):
            for place, text in enumerate(row):
                sheet.write_string(line, place, text)
    return file.getvalue()


@given(TABLES, st.sampled_from([";", "\t", ","]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_table_written_as_text_is_read_as_it_was(table: list[list[str]], separator: str, encoding: str) -> None:
    width = len(table[0])
    headings = [f"Titre {place}" for place in range(width)]

    rows = read_file("a.csv", _as_text([headings, *table], separator, encoding), headings)

    assert rows.headings == tuple(headings)
    assert cells(rows) == [tuple(row) for row in table] or rows.faults


@given(TABLES)
def test_a_table_written_as_a_workbook_is_read_as_it_was(table: list[list[str]]) -> None:
    headings = [f"Titre {place}" for place in range(len(table[0]))]

    rows = read_file("a.xlsx", _by_xlsxwriter([headings, *table]), headings)

    assert cells(rows) == [tuple(row) for row in table] or rows.faults


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.ods", "a.xls", "../../x.csv", "a\r\nb.csv"]))
def test_no_file_is_a_surprise(content: bytes, name: str) -> None:
    sentence, rows = "", None
    try:
        rows = read_file(name, content)
    except Unreadable as refusal:
        sentence = str(refusal)

    assert sentence.endswith(".") or rows is not None
    assert rows is None or all(len(row) == len(rows.headings) for _line, row in rows.rows)


@given(st.sampled_from(sorted(path.name for path in CASES.iterdir())), st.data())
def test_no_damage_is_a_surprise(name: str, data: st.DataObject) -> None:
    content = bytearray((CASES / name).read_bytes())
    for _time in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    sentence, rows = "", None
    try:
        rows = read_file(name, bytes(content), ATTENDANCE)
    except Unreadable as refusal:
        sentence = str(refusal)

    assert sentence.endswith(".") or rows is not None
