"""Files made to harm: each is a French sentence, soon and for little memory, and whoever reads it goes on."""

import io
import resource
import zipfile

import openpyxl
import pytest

from dashboard.imports import reading
from dashboard.imports.reading import Unreadable, read_apart, read_file

_ONE = '<row r="1"><c r="A1" t="inlineStr"><is><t>Nom</t></is></c></row>'
_FAR, _FAR_COLUMN, _FAR_OTHERWISE = 'r="XFD1048576"', 'r="XFD3"', 'r = "XFD1048576"'


def workbook(rows: str, end: str = "") -> bytes:
    """A workbook whose one sheet says these rows, right or wrong."""
    honest, file = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(honest)
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{_ONE}{rows}</sheetData>{end}</worksheet>'
    with zipfile.ZipFile(honest) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else source.read(name))
    return file.getvalue()


def text_cell(place: str) -> str:
    return f'<c {place} t="inlineStr"><is><t>x</t></is></c>'


def cell_at(row: int) -> str:
    return f'r="A{row}"'


def seconds_taken() -> float:
    """Of the processor, by this process and those it started: other programs of the machine do not count."""
    taken = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in taken)


def ods(rows: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="F">{rows}</table:table></office:spreadsheet></office:body></office:document-content>',
        )
    return file.getvalue()


HOSTILE = {
    "the far corner": ("a.xlsx", workbook(f'<row r="1048576">{text_cell(_FAR)}</row>')),
    "the far corner of rows that say no column": (
        "a.xlsx",
        workbook(f'<row r="1048576">{text_cell("")}</row><row r="3">{text_cell(_FAR_COLUMN)}</row>'),
    ),
    "the far corner written otherwise": ("a.xlsx", workbook(f'<row r="1048576">{text_cell(_FAR_OTHERWISE)}</row>')),
    "millions of lines": ("a.xlsx", workbook("<row><c><v>1</v></c></row>" * 2_000_000)),
    "cells merged over and over": (
        "a.xlsx",
        workbook(
            "".join(f'<row r="{n}">{text_cell(cell_at(n))}</row>' for n in range(2, 20_000)),
            "<mergeCells>" + '<mergeCell ref="A1:B19999"/>' * 20_000 + "</mergeCells>",
        ),
    ),
    "a space written a billion times": (
        "a.ods",
        ods(
            '<table:table-row><table:table-cell office:value-type="string"><text:p><text:s text:c="900000000"/>x</text:p>'
            "</table:table-cell></table:table-row>"
        ),
    ),
    "a text of millions of lines": ("a.csv", b"Nom;P\n" + b"A;B\n" * 2_400_000),
    "a text of millions of columns": ("a.csv", b"Nom;P\n" + b";" * 4_800_000 + b"\n"),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", list(HOSTILE))
def test_a_hostile_file_is_a_sentence_within_five_seconds_and_300_megabytes(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, look = [0], reading._taken
    monkeypatch.setattr(reading, "_taken", lambda pid: seen.append(look(pid)) or seen[-1])  # type: ignore[func-returns-value]
    began = seconds_taken()

    with pytest.raises(Unreadable) as refusal:
        read_apart(*HOSTILE[what])

    assert seconds_taken() - began < 5
    assert max(seen) < 300_000_000
    assert str(refusal.value).endswith(".")


def test_a_process_of_its_own_reads_what_would_be_read_here() -> None:
    content = workbook(f'<row r="2">{text_cell(cell_at(2))}</row>')

    assert read_apart("a.xlsx", content, ["nom"]) == read_file("a.xlsx", content, ["nom"])


def test_one_cell_far_away_ends_its_own_process_alone() -> None:
    with pytest.raises(Unreadable, match="trop de mémoire"):
        read_apart(*HOSTILE["the far corner written otherwise"])
