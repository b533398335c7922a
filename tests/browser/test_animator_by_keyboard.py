"""An animator on a Friday at 17:50: a whole week without touching the mouse, from the page opened to the week saved."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import wait_until_drawn
from tests.browser.weekly_form import WeeklyForm

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

# For five days of two kinds: ten figures, nine times « Entrée », one save. An odd week is confirmed by one more.
MOST_KEYS = 25


@pytest.fixture
def form(page: Page, data_folder: Path) -> WeeklyForm:
    """A week of five days that nobody has entered, and that no other test writes in."""
    form = WeeklyForm(page, data_folder, "YDES", "2017-S20")
    form.forget()
    return form


def saved(form: WeeklyForm) -> float:
    """Saves with the keyboard, says yes to what is odd; how long the machine took."""
    took = 0.0
    for key in ("Control+Enter", "Enter"):
        started = time.monotonic()
        form.press(key)
        expect(form.answer.locator("p")).to_contain_text("enregistrée" if key == "Enter" else "emaine")
        took += time.monotonic() - started
        if form.answer.get_attribute("data-kind") == "done":
            break
        wait_until_drawn(form.page)
        assert form.focus == "Enregistrer quand même"
    return took


def test_five_days_of_two_kinds(form: WeeklyForm) -> None:
    started = time.monotonic()
    form.open()
    expect(form.fields[0]).to_be_focused()
    opened = time.monotonic() - started

    form.type_figures("1213121312")
    took = saved(form)

    assert form.stored[0::2] == ("complete", "1213121312")
    assert form.focus.startswith("Saisir la semaine") or "enregistrée" in form.answer.inner_text()
    assert form.keys <= MOST_KEYS
    print(f"{form.keys} keys for ten figures; page {opened:.1f} s, answers {took:.2f} s")


def test_a_closed_day_and_faults_all_at_once(form: WeeklyForm) -> None:
    """« F » closes a day; every fault is told beside its field, and a link of the summary leads to it."""
    page = form.open().page
    kinds = len(page.locator(".cc-week tbody tr").nth(0).locator("td input:not([type=checkbox])").all())

    form.press("f")
    for text in ("abc", "99", "2,5", "-1"):
        for sign in text:
            page.keyboard.type(sign)
        form.press("Enter")
    form.press("Control+Enter")
    expect(form.answer).to_contain_text("5 points à revoir")

    wrong = page.locator('.cc-week [aria-invalid="true"]').all()
    # The last is the reason of the closed day.
    assert [field.input_value() for field in wrong] == ["abc", "99", "2,5", "-1", ""]
    for field in wrong:
        beside = page.locator(f"#fault-{field.get_attribute('name')}")
        expect(beside).not_to_be_empty()
        assert (beside.get_attribute("id") or "") in (field.get_attribute("aria-describedby") or "")
    form.press("Enter")
    expect(wrong[0]).to_be_focused()
    assert page.locator(".cc-week tr.cc-week-shut input:disabled").count() == kinds
    assert form.stored[0] == "missing"


def test_an_unusual_week_costs_one_key_more(form: WeeklyForm) -> None:
    form.open().type_figures("6464646464")

    took = saved(form)

    assert form.stored[0::2] == ("complete", "6464646464")
    assert form.keys == MOST_KEYS - 4
    print(f"{form.keys} keys for an unusual week; answers {took:.2f} s")
