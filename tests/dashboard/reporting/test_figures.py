"""The figures of every file are those of the evaluation, read back by another program."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from dashboard.indicators.catalogue import EVALUATION, evaluation
from dashboard.wording.units import format_value
from data_access.facts import ReportFacts
from tests.dashboard.reporting.reading_back import on_each_page, plain, rows_of_table, slides_of

# Names and figures of 2013, as published.
PUBLISHED = {
    "Nombre de télécentres": "10",
    "Positions de travail": "58",
    "dont bureaux individuels": "34",
    "dont places en open space": "24",
    "Fréquentation des télécentres": "214",
    "Nombre d’heures d’utilisation": "43\u202f800\u202fh",
    "Taux moyen de remplissage": "35\u00a0%",
    "Nombre d’inscrits au Pass Actifs Mobiles": "111",
    "Coût moyen annuel d’un poste de télétravail": "934\u00a0€",
}


def lines_of_slides(file: Path) -> list[list[str]]:
    return next(rows_of_table(shape.table) for slide in slides_of(file) for shape in slide.shapes if shape.has_table)


def lines_of_document(file: Path) -> list[list[str]]:
    return rows_of_table(Document(str(file)).tables[0])


@pytest.fixture
def evaluated(facts_2013: ReportFacts) -> dict[str, str]:
    """The lines as the command `evaluation` prints them."""
    figures = evaluation(facts_2013.evaluation).row(0, named=True)
    return {line.label: format_value(figures[line.key], line.unit) for line in EVALUATION}


def test_the_evaluation_is_the_published_one(evaluated: dict[str, str]) -> None:
    assert {label: evaluated[label] for label in PUBLISHED} == PUBLISHED


@pytest.mark.parametrize(("form", "lines"), [("pptx", lines_of_slides), ("docx", lines_of_document)])
def test_the_seven_lines_read_as_the_evaluation(
    form: str, lines: Callable[[Path], list[list[str]]], files_2013: dict[str, Path], evaluated: dict[str, str]
) -> None:
    heading, *rows = lines(files_2013[form])

    assert heading[:2] == ["Indicateur", "2013"]
    assert {row[0]: row[1] for row in rows} == evaluated


def test_the_pdf_reads_as_the_evaluation(files_2013: dict[str, Path], evaluated: dict[str, str]) -> None:
    """A long name takes two lines on paper: its beginning and its figure stand on one of them."""
    [page] = [page for page in on_each_page(files_2013["pdf"]) if "2013 2012" in plain(page)]
    lines = [plain(line) for line in page.splitlines()]

    for label, figure in evaluated.items():
        beginning = " ".join(label.split()[:3])
        assert [line for line in lines if line.startswith(beginning) and f" {plain(figure)} " in f"{line} "], label


def test_the_workbook_holds_numbers(files_2013: dict[str, Path], facts_2013: ReportFacts) -> None:
    """Not rounded and not text: who computes further starts from the figures themselves."""
    sheet = openpyxl.load_workbook(files_2013["xlsx"])["Lignes du bilan"]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    figures = evaluation(facts_2013.evaluation).row(0, named=True)

    assert [cell.value for cell in sheet[1] if cell.value] == ["Les sept lignes du bilan 2013"], (
        "a title, above the headings"
    )
    assert [row[0] for row in rows] == [line.label for line in EVALUATION]
    assert [row[1] for row in rows] == pytest.approx([figures[line.key] for line in EVALUATION])


def test_a_sheet_per_table_and_what_each_figure_means(files_2013: dict[str, Path], facts_2013: ReportFacts) -> None:
    book = openpyxl.load_workbook(files_2013["xlsx"])
    places = list(book["Lieux, positions et coûts"].iter_rows(min_row=3, values_only=True))
    defined = [row[0].value for row in book["Définitions"].iter_rows(min_row=2)]

    assert len(places) == 10
    assert sum(row[4] for row in places) == 58
    assert {line.label for line in EVALUATION} <= set(defined)
    assert len(book.sheetnames) == len(set(book.sheetnames)) > 8
    assert "Filtres : aucun" in plain(" ".join(str(row[0].value) for row in book["À propos"].iter_rows()))


def test_places_add_up_to_the_network(facts_2013: ReportFacts, files_2013: dict[str, Path]) -> None:
    """What the slide draws is in its chart: whoever edits it finds the figures there."""
    [chart] = [
        shape.chart
        for slide in slides_of(files_2013["pptx"])
        for shape in slide.shapes
        if shape.has_chart and shape.name == "Utilisation de chaque lieu"
    ]
    figures = dict(zip(chart.plots[0].categories, chart.plots[0].series[0].values, strict=True))
    occupied, offered = (facts_2013.by_centre[f"{what}_half_days"] for what in ("occupied", "offered"))

    assert len(figures) == 10
    assert occupied.sum() / offered.sum() == pytest.approx(0.35, abs=0.005)
    assert min(figures.values()) < occupied.sum() / offered.sum() < max(figures.values())
