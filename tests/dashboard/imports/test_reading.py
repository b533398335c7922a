"""What a file may be: a plain table in any common dress; anything else is refused in a sentence, and nothing is run."""

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from dashboard.imports.reading import MOST_ROWS, Rows, Unreadable, read_file
from dashboard.imports.workbooks import _has_uncomputed_formula

HEAD = "Nom;Prénom"


def csv(*lines: str, end: str = "\n", encoding: str = "utf-8") -> bytes:
    return end.join((HEAD, *lines)).encode(encoding)


def workbook(fill: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


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
}


@pytest.mark.parametrize("dress", list(ACCEPTED))
def test_a_table_is_read_in_every_common_dress(dress: str) -> None:
    rows = read_file("fichier.csv", ACCEPTED[dress])

    assert rows.headings == ("Nom", "Prénom")
    assert cells(rows) == [("Delmas", "Élise")]


def test_a_quoted_separator_is_part_of_its_cell() -> None:
    assert cells(read_file("a.csv", csv('"Delmas; fils";Élise'))) == [("Delmas; fils", "Élise")]


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
    "too many rows": ("a.csv", csv(*["A;B"] * (MOST_ROWS + 1)), "20\u202f000 lignes"),
    "too many columns": ("a.csv", b";".join([b"A"] * 61) + b"\n" + b";".join([b"B"] * 61), "60 colonnes"),
    "a huge cell": ("a.csv", csv("A" * 5000 + ";B"), "caractères"),
    "too large": ("a.csv", b"A" * 5_000_001, "5 Mo"),
    "decimal commas between commas": ("a.csv", b"Nom,Heures\nA,3,5\n", "plus de cellules"),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_what_is_no_plain_table_is_refused_with_the_remedy(what: str) -> None:
    name, content, told = REFUSED[what]

    with pytest.raises(Unreadable) as refusal:
        read_file(name, content)

    assert told in str(refusal.value)


def test_a_zip_bomb_is_refused_by_what_it_declares() -> None:
    bomb = with_part(workbook(two_cells), "xl/media/image1.png", b"")
    file = io.BytesIO(bomb)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/big.bin", b"0" * 70_000_000)

    with pytest.raises(Unreadable, match="trop grand"):
        read_file("a.xlsx", file.getvalue())


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
    from datetime import date

    def fill(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.parent.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        sheet.append(["Jour", "Nombre"])
        sheet.append([date(2017, 5, 30), "012"])

    assert cells(read_file("a.xlsx", workbook(fill))) == [("2017-05-30", "012")]


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "../../x.csv", "a\r\nb.csv"]))
def test_no_file_is_a_surprise(content: bytes, name: str) -> None:
    sentence, rows = "", None
    try:
        rows = read_file(name, content)
    except Unreadable as refusal:
        sentence = str(refusal)

    assert sentence.endswith(".") or rows is not None
    assert rows is None or all(len(row) == len(rows.headings) for _line, row in rows.rows)
