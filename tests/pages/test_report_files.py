"""The buttons of the yearly evaluation give the report: made once for all, for who was in front of the screen."""

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from dashboard.figures import passes
from dashboard.figures.model import EVERYBODY
from dashboard.figures.pass_people import Club
from dashboard.reporting import FORMS
from dashboard.ui import components, filters, session, store
from data_access.rights import VISITOR, Actor, NotPermitted
from tests.application import opened


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch, demonstration_settings: None) -> dict[str, Callable[[], bytes]]:
    """What the page offers, by name of file, noted on its way to the real buttons."""
    noted: dict[str, Callable[[], bytes]] = {}
    draw_button = components.file

    def note(kind: str, make: Callable[[], bytes], name: str, mime: str, **others: str) -> None:
        noted[name] = make
        draw_button(kind, make, name, mime, **others)

    monkeypatch.setattr(components, "file", note)
    assert not opened("evaluation").exception
    return noted


def test_the_page_offers_the_report_and_the_notes_in_four_forms(
    offered: dict[str, Callable[[], bytes]],
) -> None:
    """And the workbook, asked for after the page is drawn, holds the year that it showed."""
    assert {f"bilan-complet-2016.{form}" for form in FORMS} <= set(offered)
    assert {f"notes-2016-{form}.zip" for form in FORMS} <= set(offered)

    book = openpyxl.load_workbook(io.BytesIO(offered["bilan-complet-2016.xlsx"]()))
    assert [row[0].value for row in book["Lignes du bilan"].iter_rows(min_row=3, max_row=4)] == [
        "Nombre de télécentres",
        "Positions de travail",
    ]


def test_the_notes_tell_of_members_what_the_page_of_the_pass_tells(
    offered: dict[str, Callable[[], bytes]],
) -> None:
    """Read in the files: somebody who has all of them, and the page, works out no more than from the page alone."""
    in_notes: dict[str, int | None] = {}
    with zipfile.ZipFile(io.BytesIO(offered["notes-2016-xlsx.zip"]())) as archive:
        for name in archive.namelist():
            book = openpyxl.load_workbook(io.BytesIO(archive.read(name)))
            lines = {row[0].value: row[1].value for row in book["Lignes du bilan"].iter_rows(min_row=2)}
            told = lines["Adhérents au Pass Actifs Mobiles"]
            in_notes[name.split("-2016-")[1].removesuffix(".xlsx").upper()] = told if isinstance(told, int) else None
    with session.acting(Actor("consultation@localhost", "viewer")):
        page = passes.passes(Club(*filters.published_club(), EVERYBODY)).figures["pass-telecentres"].table.frame

    assert len(in_notes) == 12
    assert None in in_notes.values()
    # A place without a member is in no row of the page.
    on_page = dict(page.drop_nulls("code").select("code", "people").iter_rows())
    assert in_notes == {code: on_page.get(code, 0) for code in in_notes}


def test_a_file_is_made_once_until_something_is_written(offered: dict[str, Callable[[], bytes]]) -> None:
    first = offered["bilan-complet-2016.xlsx"]()

    assert offered["bilan-complet-2016.xlsx"]() is first


@pytest.mark.parametrize("actor", [VISITOR, Actor("consultation@localhost", "viewer")], ids=lambda actor: actor.role)
def test_who_may_not_see_its_figures_gets_no_file(actor: Actor, demonstration_settings: None) -> None:
    """Also when somebody who may has just had it: the cache is asked after the right."""
    with session.acting(actor):
        make = components.later(store.report_file, 2013, "xlsx")

    with pytest.raises(NotPermitted):
        make()
