"""Each page of the menu draws without a failure: with the demonstration, with one centre, with nothing, in French."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import polars as pl
import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from dashboard.configuration.clock import machine_now
from dashboard.configuration.settings import load_settings
from dashboard.identity import accounts
from dashboard.ui import session
from dashboard.ui.components import ROWS_OF_A_PAGE, ROWS_ON_ONE_PAGE
from dashboard.ui.navigation import PAGES, PAGES_FOLDER, PageEntry
from dashboard.wording.terms import DEMONSTRATION
from dashboard.wording.typography import typeset
from data_access.backups import write_backup
from data_access.codes import ROLES
from data_access.rights import Actor, allows
from data_access.schema import audit_entry
from tests.application import opened, run_on, said, tables, through_the_menu, titles
from tests.dashboard.sign_in.visitors import add_account
from tests.databases import engine_at
from tests.demonstrations import DAY_OF_THE_PROGRAMME
from tests.pages.french import OF_A_NATIONAL_SCHEMA, Download, faults_of, note_downloads

PRESENT: Final = list(PAGES)
COORDINATOR: Final = session.PERSONAS["coordination"][1]
ADMINISTRATOR: Final = Actor("administration@localhost", "administrator")
# What is said on them was invented by nobody: the meaning of figures, who may do what, how the product is set.
NOTHING_INVENTED: Final = frozenset({"methodology", "who_sees_what", "privacy", "settings_in_force"})
each_page = pytest.mark.parametrize("entry", PRESENT, ids=lambda entry: entry.name)


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[Download]:
    """The files that the pages opened by the test offer."""
    return note_downloads(monkeypatch)


@pytest.fixture
def look_as(monkeypatch: pytest.MonkeyPatch) -> Callable[[Actor], None]:
    """Makes somebody of who opens the pages of a demonstration."""

    def becomes(actor: Actor) -> None:
        monkeypatch.setattr(session, "PERSONAS", {**session.PERSONAS, "coordination": ("Essai", actor)})

    return becomes


@each_page
def test_a_page_with_the_demonstration(
    entry: PageEntry, demonstration_settings: None, downloads: list[Download], look_as: Callable[[Actor], None]
) -> None:
    """No failure, its own title, the warning over invented data, French alone, words for each chart, files as it shows."""
    look_as(COORDINATOR if allows(COORDINATOR, entry.right) else ADMINISTRATOR)

    app = opened(entry.name)

    assert not app.exception
    assert titles(app) == [entry.title]
    assert DEMONSTRATION in said(app)
    assert not [info.value for info in app.info if "réservée" in info.value]
    assert faults_of(entry.name, app, downloads) == []
    charts = app.get("vega_lite_chart")
    # Without a text alternative a chart is closed to who does not see it.
    assert [chart.proto.alt for chart in charts if len(chart.proto.alt) <= 40] == []
    # Rows travel as Arrow, of which a browser reads no list.
    rows = [pl.read_ipc_stream(each.data.data) for chart in charts for each in chart.proto.datasets]
    assert [dtype for each in rows for dtype in each.dtypes if dtype.is_nested()] == []
    _files_hold_what_is_shown(app, downloads, invented=entry.name not in NOTHING_INVENTED)


def _files_hold_what_is_shown(app: AppTest, downloads: list[Download], *, invented: bool) -> None:
    """CSV and XLSX have the same headings and rows, those of the page where it shows that table, each row with its warning."""
    shown: dict[tuple[str, ...], set[int]] = {}
    for each in tables(app):
        shown.setdefault(tuple(map(str, each.columns)), set()).add(len(each))
    files = {file.name: file for file in downloads if file.name not in OF_A_NATIONAL_SCHEMA}
    for name in files:
        if not name.endswith(".csv") or name.replace(".csv", ".xlsx") not in files:
            continue
        headings, *lines = files[name].table or [[]]
        kept = [heading for heading in headings if heading != "Avertissement"]
        book_headings, *rows = files[name.replace(".csv", ".xlsx")].table or [[]]

        assert book_headings == kept, name
        assert len(rows) == len(lines), name
        # What is folded is not drawn, its files are numbered after the figure; of what is long, a page is.
        drawn = len(lines) if len(lines) <= ROWS_ON_ONE_PAGE else ROWS_OF_A_PAGE
        assert re.search(r"-\d+\.csv$", name) or drawn in shown.get(tuple(kept), {drawn}), name
        warned = invented and "-modele-" not in name
        assert all((DEMONSTRATION in line) is warned for line in lines), name


@pytest.mark.parametrize(
    "network",
    [
        pytest.param("demonstration_file", marks=pytest.mark.slow),
        pytest.param("reference_file", marks=pytest.mark.slow),
        "one_centre_file",
        "empty_file",
    ],
)
def test_every_page_stands_for_every_role(
    network: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With accounts, on invented data, on what was published alone, on one centre (nothing to rank), and on nothing at all.

    What somebody may not ask is not asked in their place: a page that they may open is whole, and no denial is written.
    """
    file = shutil.copy(request.getfixturevalue(network), tmp_path / "cybercantal.sqlite")
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
    engine = engine_at(run_on(file, DAY_OF_THE_PROGRAMME, monkeypatch))
    add_account(engine, "nadia@example.org", "administrator", password=None)
    fallen = []
    for role in ROLES:
        actor = Actor(f"{role}@example.org", role, frozenset({"MURAT"}) if role == "animator" else frozenset())
        monkeypatch.setattr(accounts, "actor_of_cookie", lambda _cookie, actor=actor: actor)
        for entry in PRESENT:
            if allows(actor, entry.right):
                app = opened(entry.name)
                wrong = [str(each.value) for each in app.exception] + [
                    each.value for each in app.error if "Référence" in each.value
                ]
                whole = (DEMONSTRATION in said(app)) is (network == "demonstration_file")
                fallen += [f"{entry.name} for {role}: {why}" for why in wrong]
                fallen += [] if whole else [f"{entry.name} for {role}: invented data, told wrong"]
    with engine.connect() as connection:
        denied = connection.execute(sa.select(audit_entry.c.row_key).where(audit_entry.c.action == "denied"))
        fallen += [f"denied: {about}" for about in denied.scalars()]
    engine.dispose()

    assert fallen == []


def test_the_menu_leads_from_page_to_page(empty_settings: None) -> None:
    """In one visit, as a reader goes through it; tests otherwise open pages by their address."""
    app = opened("overview")

    found = {entry.name: titles(through_the_menu(app, entry.name)) for entry in PRESENT}

    assert found == {entry.name: [entry.title] for entry in PRESENT}


def test_the_menu_holds_each_page_once() -> None:
    """Names, titles and addresses tell pages apart; the home page alone has no address."""
    for texts in (
        [entry.name for entry in PAGES],
        [entry.title for entry in PAGES],
        [entry.address for entry in PAGES],
    ):
        assert len(texts) == len(set(texts))


def test_every_page_file_is_in_the_menu() -> None:
    """A file nobody can reach is a file nobody tests."""
    files = {file.stem for file in PAGES_FOLDER.glob("*.py")} - {"__init__"}

    assert files == {entry.name for entry in PRESENT}


def test_a_list_of_nothing_says_so(empty_settings: None) -> None:
    """A title over an empty space looks like a page that failed."""
    app = opened("overview")

    assert "Rien n’attend, pour le moment." in said(app)
    assert "Aucun rendez-vous n’est noté." in said(app)


def test_settings_tell_the_last_backup_and_what_to_do_without_one(
    one_centre_settings: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look_as: Callable[[Actor], None]
) -> None:
    monkeypatch.setenv("CYBERCANTAL_BACKUP_FOLDER", str(tmp_path))
    look_as(ADMINISTRATOR)

    app = opened("settings_in_force")
    assert [warning.value for warning in app.warning] == [
        typeset(
            f"Dernière sauvegarde : aucune connue dans {tmp_path}. Lancez « cybercantal backup », ou la minuterie qui le fait "
            "chaque nuit."
        )
    ]

    engine = engine_at(load_settings().database_url)
    write_backup(engine, tmp_path / "cybercantal-a.zip", now=machine_now(), reason="asked", tell=lambda _: None)
    engine.dispose()
    app.run()

    assert not app.warning
    assert re.search(r"Dernière sauvegarde\s: aujourd’hui à .*, vérifiée", said(app))


def test_the_page_of_settings_checks_the_database_on_demand(
    one_centre_settings: None, look_as: Callable[[Actor], None]
) -> None:
    """What `cybercantal doctor --deep` says, for who does not sit at the server."""
    look_as(ADMINISTRATOR)
    app = opened("settings_in_force")
    assert app.success == []

    next(button for button in app.button if button.label == "Vérifier la base").click()
    app.run()

    assert [said.value for said in app.warning if "sauvegarde" not in said.value] == []
    assert [said.value.split("\u00a0")[0] for said in app.success] == [
        "Fichier",
        "Liens entre tables",
        "Valeurs",
        "Résumés",
    ]
