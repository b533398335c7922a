"""Documents read back by other programs than those that wrote them."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import openpyxl
import pytest
from docx import Document
from pptx import Presentation


def lacking(what: str) -> NoReturn:
    """Ends a test that lacks a program: skipped, but in CI, where it fails."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


def plain(text: str) -> str:
    """The words with one ordinary space between them, wherever lines end and whatever spaces the file has."""
    return " ".join(text.split())


def on_each_page(pdf: Path) -> list[str]:
    """The text of each page, line by line as on paper."""
    return _said("pdftotext", "-layout", str(pdf), "-").split("\f")[:-1]


def pdf_facts(pdf: Path) -> dict[str, str]:
    """What a PDF says of itself: title, tags, pages."""
    lines = (line.partition(":") for line in _said("pdfinfo", str(pdf)).splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


@cache
def pdf_structure(pdf: Path) -> str:
    """The tags of a PDF, with their text."""
    return _said("pdfinfo", "-struct-text", str(pdf))


def slides_of(file: Path) -> list[Any]:
    return list(Presentation(str(file)).slides)


def text_of_slide(slide: Any) -> str:
    """All a slide shows as text, tables and charts included; not its notes."""
    parts = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            parts.append(shape.text_frame.text)
        if shape.has_table:
            parts += [cell.text for row in shape.table.rows for cell in row.cells]
        if shape.has_chart:
            parts += [str(name) for plot in shape.chart.plots for name in plot.categories]
    return "\n".join(parts)


def rows_of_table(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


@cache
def text_of(file: Path) -> str:
    """Every word of a file, notes, headers and words of pictures included."""
    return plain("\n".join(_words(file)))


def _words(file: Path) -> Iterator[str]:
    if file.suffix == ".pdf":
        yield from on_each_page(file)
        yield pdf_structure(file)
    elif file.suffix == ".pptx":
        for slide in slides_of(file):
            yield text_of_slide(slide)
            yield slide.notes_slide.notes_text_frame.text
            yield from (str(name) for name in slide.element.xpath(".//p:cNvPr/@descr"))
    elif file.suffix == ".docx":
        document = Document(str(file))
        yield from (paragraph.text for paragraph in document.paragraphs)
        for table in document.tables:
            yield from (cell for row in rows_of_table(table) for cell in row)
        yield from (paragraph.text for paragraph in document.sections[0].header.paragraphs)
        yield from (str(words) for words in document.element.body.xpath(".//wp:docPr/@descr"))
    else:
        for sheet in openpyxl.load_workbook(file).worksheets:
            yield from (str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
            yield f"{sheet.title} {sheet.oddHeader.right.text or ''}"


def _said(*command: str) -> str:
    if shutil.which(command[0]) is None:
        lacking(f"{command[0]} is not installed")
    # Words of pictures come out in another encoding than the rest.
    said = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    return said.decode("utf-8", errors="replace")
