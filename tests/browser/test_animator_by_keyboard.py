"""An animator on a Friday at 17:50: a whole week without touching the mouse, and nothing lost when the machine fails."""

import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.configuration.settings import DATABASE_FILE
from tests.browser.visits import open_page, wait_until_drawn

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

# A week that nobody has entered in the demonstration, and that no other test writes in.
ADDRESS = "/saisie?centre=RIOM-ES-MONTAGNES&semaine=2017-S21"
MONDAY = "2017-05-22"
FIRST_FIELD = re.compile(r"^Lundi\s\d+\s\w+\sbureaux")
# Measured: 23 for eight figures, the number of people and the save. More would mean that the way has grown.
MOST_KEYS = 30


class Keyboard:
    """The keys somebody presses, counted; there is no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    @property
    def focus(self) -> str:
        """What a screen reader says of the field that has the focus."""
        said: str = self.page.evaluate(
            "((document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || '')"
            ".replace(/\\s+/g, ' '))"
        )
        return said


def stored(data_folder: Path) -> tuple[str, list[int]]:
    """The state of the week in the database, and its half-days in order."""
    with closing(sqlite3.connect(data_folder / DATABASE_FILE)) as database:
        weeks = database.execute(
            """SELECT w.id, w.status FROM attendance_week w JOIN centre c ON c.id = w.centre_id
               WHERE c.code = 'RIOM-ES-MONTAGNES' AND w.week_start = ?""",
            (MONDAY,),
        ).fetchall()
        if not weeks:
            return "missing", []
        days = database.execute(
            "SELECT half_days FROM attendance_day WHERE attendance_week_id = ? ORDER BY day, seat_kind", (weeks[0][0],)
        )
        return weeks[0][1], [value for (value,) in days]


def test_a_week_is_entered_and_completed_without_a_mouse(page: Page, data_folder: Path) -> None:
    open_page(page, ADDRESS)
    started = time.monotonic()
    keyboard = Keyboard(page)

    # The first focus is the reader's own; from there on nothing but keys.
    page.get_by_label(FIRST_FIELD).first.focus()
    # The desks let by the month are counted there already; Tab selects what a field holds, a focus set from afar does not.
    keyboard.press("Control+A")
    typed = []
    while "facultatif" not in keyboard.focus:
        if not keyboard.focus.startswith("Fermé"):
            digit = str(len(typed) % 3 + 1)
            keyboard.press(digit)
            typed.append(int(digit))
        keyboard.press("Tab")
    keyboard.press("2")
    keyboard.press("Control+Enter")
    expect(page.get_by_text(re.compile("enregistrée|Sont-ils exacts|Est-ce exact|inhabituel")).first).to_be_visible()
    wait_until_drawn(page)
    if page.get_by_role("button", name="Enregistrer quand même").count():
        while keyboard.focus != "Enregistrer quand même":
            keyboard.press("Tab")
        keyboard.press("Enter")
    expect(page.get_by_text("Semaine 21 enregistrée")).to_be_visible()

    assert stored(data_folder) == ("complete", typed)
    assert keyboard.pressed <= MOST_KEYS
    print(f"{keyboard.pressed} keys, {time.monotonic() - started:.1f} s of machine time for {len(typed)} figures")
