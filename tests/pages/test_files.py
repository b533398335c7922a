"""Every table of every page, as a file opened again by another library, holds what the page shows."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.exports import tables
from dashboard.exports.tables import Table
from dashboard.ui import components
from dashboard.ui.navigation import PageEntry, present_pages
from dashboard.wording.terms import DEMONSTRATION

APP = Path(__file__).parents[2] / "dashboard" / "app.py"


@pytest.fixture
def shown_tables(monkeypatch: pytest.MonkeyPatch) -> list[Table]:
    """The tables a page offers as files, noted on their way to the real buttons."""
    st.cache_data.clear()
    st.cache_resource.clear()
    noted: list[Table] = []
    draw_buttons = components.files

    def note(table: Table, **others: object) -> None:
        noted.append(table)
        draw_buttons(table, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(components, "files", note)
    return noted


@pytest.mark.parametrize("entry", list(present_pages()), ids=lambda entry: entry.name)
def test_files_hold_the_rows_of_the_page(
    entry: PageEntry, shown_tables: list[Table], demonstration_settings: None
) -> None:
    """The same headings, as many rows, each with its warning over invented data."""
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    if entry.address:
        shown_tables.clear()
        app.switch_page(str(entry.file)).run()

    assert not app.exception
    for table in shown_tables:
        lines = list(csv.reader(io.StringIO(tables.csv(table).decode("utf-8-sig"), newline=""), delimiter=";"))
        sheet = openpyxl.load_workbook(io.BytesIO(tables.xlsx(table)), read_only=True)["Données"]
        rows = list(sheet.iter_rows(values_only=True))
        headings = list(table.headings.values())

        assert [heading for heading in lines[0] if heading != "Avertissement"] == headings == list(rows[0])
        assert len(lines) - 1 == table.frame.height == len(rows) - 1
        assert all(DEMONSTRATION in line for line in lines[1:]) is table.demonstration or not lines[1:]
