"""The weekly form as somebody at a keyboard finds it: its fields, what it answers, and what became of it in the database."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from dashboard.configuration.settings import DATABASE_FILE
from tests.browser.visits import open_page, wait_until

SAVE = "Enregistrer, semaine complète"
DRAFT = "Garder en brouillon"


@dataclass
class WeeklyForm:
    """One centre and week in a page; every key pressed is counted."""

    page: Page
    data_folder: Path
    centre: str
    week: str
    keys: int = 0

    def open(self) -> "WeeklyForm":
        open_page(self.page, f"/saisie?centre={self.centre}&semaine={self.week}")
        expect(self.page.locator(".cc-week table")).to_be_visible()
        return self

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type_figures(self, figures: str) -> None:
        """One figure a field, from the one that has the focus; Enter goes on to the next."""
        for place, figure in enumerate(figures):
            self.press(*([] if place == 0 else ["Enter"]), figure)

    @property
    def fields(self) -> list[Locator]:
        """The numbers of the days, in the order of the Tab key."""
        return self.page.locator(".cc-week td input:not([type=checkbox])").all()

    @property
    def figures(self) -> str:
        """What the fields hold, a sign for each; « · » for a blank."""
        return "".join(field.input_value() or "·" for field in self.fields)

    @property
    def answer(self) -> Locator:
        return self.page.locator(".cc-week-answer")

    @property
    def focus(self) -> str:
        """What a screen reader says of what has the focus."""
        said: str = self.page.evaluate(
            "() => (document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || '')"
        )
        return said

    @property
    def stored(self) -> tuple[str, int, str]:
        """The state of the week in the database, its version, and its half-days in the order of the form."""
        question = """
            SELECT w.status, w.version, coalesce(group_concat(d.half_days, ''), '') FROM attendance_week w
            JOIN centre c ON c.id = w.centre_id
            LEFT JOIN (SELECT * FROM attendance_day ORDER BY day, seat_kind) d ON d.attendance_week_id = w.id
            WHERE c.code = ? AND w.week_start = ? GROUP BY w.id"""
        found = self._ask(question, self._monday)
        return found[0] if found else ("missing", 0, "")

    @property
    def draft(self) -> str:
        """What is kept of it, as it was typed."""
        question = "SELECT typed FROM entry_draft WHERE about = ? || ' ' || ?"
        found = self._ask(question, self.week)
        return str(found[0][0]) if found else ""

    @property
    def _monday(self) -> str:
        year, number = self.week.split("-S")
        return date.fromisocalendar(int(year), int(number), 1).isoformat()

    def forget(self) -> None:
        """Nobody has entered it, nor typed anything of it."""
        with closing(sqlite3.connect(self.data_folder / DATABASE_FILE, timeout=10)) as database, database:
            centre = "(SELECT id FROM centre WHERE code = ?)"
            days = f"SELECT id FROM attendance_week WHERE centre_id = {centre} AND week_start = ?"
            database.execute(
                f"DELETE FROM attendance_day WHERE attendance_week_id IN ({days})", (self.centre, self._monday)
            )
            database.execute(f"DELETE FROM attendance_week WHERE id IN ({days})", (self.centre, self._monday))
            database.execute("DELETE FROM entry_draft WHERE about = ? || ' ' || ?", (self.centre, self.week))

    def _ask(self, question: str, about: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.data_folder / DATABASE_FILE, timeout=10)) as database:
            return database.execute(question, (self.centre, about)).fetchall()

    def wait_for_draft(self, text: str) -> None:
        wait_until(self.page, lambda: text in self.draft, f"« {text} » never reached the server")
