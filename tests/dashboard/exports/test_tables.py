"""Files opened again by another program hold what the page shows, and nothing that a spreadsheet would run."""

import io
from csv import reader as csv_reader
from datetime import date

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dashboard.exports.tables import csv, xlsx
from dashboard.figures.model import Table
from dashboard.wording.terms import DEMONSTRATION, HIDDEN

HEADINGS = {"name": "Télécentre", "week_start": "Semaine du", "fill_rate": "Taux", "hours": "Heures (h)"}
FRAME = pl.DataFrame(
    {
        "name": ["Télécentre d’Ydes", "La COcotte"],
        "week_start": [date(2017, 5, 29), date(2017, 5, 29)],
        "fill_rate": [0.354, None],
        "hours": [43800.0, 12.5],
        "hidden": [1, 2],
    }
)


def table(frame: pl.DataFrame = FRAME, *, demonstration: bool = False) -> Table:
    return Table("Essai", frame, HEADINGS, ("Période : mai 2017.",), frozenset({"fill_rate"}), demonstration)


def test_a_french_spreadsheet_reads_the_csv_as_it_is() -> None:
    """Byte order mark, semicolons, decimal comma, French headings, and no column that was not asked for."""
    text = csv(table()).decode("utf-8")

    assert text.startswith("\ufeffTélécentre;Semaine du;Taux;Heures (h)")
    assert "0,354;43800,0" in text
    assert "hidden" not in text


def test_the_csv_reads_back_equal() -> None:
    back = pl.read_csv(csv(table()), separator=";", decimal_comma=True, try_parse_dates=True)

    assert_frame_equal(back, table().rows)


def test_the_workbook_reads_back_equal() -> None:
    """Numbers are numbers, dates are dates, a missing value is an empty cell."""
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx(table())))["Données"]
    rows = list(sheet.iter_rows(values_only=True))

    assert rows[0] == tuple(HEADINGS.values())
    assert rows[1][0] == "Télécentre d’Ydes"
    assert rows[1][1].date() == date(2017, 5, 29)
    assert rows[1][2:] == (0.354, 43800)
    assert rows[2][2] is None


@pytest.mark.parametrize("demonstration", [True, False])
def test_invented_data_say_so_in_every_file(demonstration: bool) -> None:
    about = openpyxl.load_workbook(io.BytesIO(xlsx(table(demonstration=demonstration))))["À propos"]
    said = " ".join(str(cell.value) for row in about.iter_rows() for cell in row)

    assert (DEMONSTRATION in csv(table(demonstration=demonstration)).decode()) is demonstration
    assert (DEMONSTRATION in said) is demonstration
    assert "Période\u00a0: mai 2017." in said


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+33 6", "-2+3", "@SUM", "\t=1", "＝1", "  =1+1"])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    """An apostrophe in the CSV, a text cell in the workbook; a true negative number stays a number."""
    frame = FRAME.with_columns(name=pl.lit(text), hours=pl.lit(-2.5))
    first = openpyxl.load_workbook(io.BytesIO(xlsx(table(frame))))["Données"]["A2"]

    assert f"'{text}" in csv(table(frame)).decode().replace('""', '"')
    assert (first.data_type, first.value) == ("s", text)
    assert "-2,5" in csv(table(frame)).decode()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_no_text_ever_begins_a_cell_as_a_formula(text: str) -> None:
    frame = pl.DataFrame({"name": [text]})
    file = io.StringIO(csv(Table("", frame, {"name": "Nom"})).decode("utf-8-sig"), newline="")
    [_heading, [row]] = list(csv_reader(file, delimiter=";"))

    assert row in (text, f"'{text}")
    assert not row.lstrip(" ").startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def test_a_hidden_count_is_a_word_in_both_files_and_the_others_stay_numbers() -> None:
    """A blank would read as zero, a zero would be false."""
    frame = pl.DataFrame({"centre": ["Murat", "Ydes"], "people": [None, 12], "people_hidden": [True, False]})
    shown = Table("Personnes", frame, {"centre": "Télécentre", "people": "Personnes"})
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx(shown)))["Données"]

    assert csv(shown).decode("utf-8-sig").splitlines()[1:] == [f"Murat;{HIDDEN}", "Ydes;12"]
    assert [sheet["B2"].value, sheet["B3"].value] == [HIDDEN, 12]
