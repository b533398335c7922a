"""What the buttons of the weekly form do: each is one call, made before the page is drawn again.

A button may be pressed twice, or its run cut short and sent again: the record is the same then, and is written once. The
figures typed are kept here until they are recorded, so that a page that could not be drawn does not lose them.
"""

import logging
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, cast

import sqlalchemy as sa
import streamlit as st

from dashboard.ui import clock, session, store
from dashboard.ui.forms.weekly_sheet import Cell, Sheet
from dashboard.ui.forms.weekly_typed import NotWhole, Status, Typed, record_of, typed_as_stored
from dashboard.wording.refusals import refusal_sentence
from data_access.refusals import Refused, Rule, Unconfirmed
from data_access.writes.attendance import record_attendance_week

_EDITING: Final = "weekly_editing"
_SAVED: Final = "weekly_saved"
_NUMBER: Final = "weekly_number"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """Why the figures are not recorded yet: sentences, the fields at fault, and what is asked of their author."""

    sentences: tuple[str, ...] = ()
    faulty: frozenset[str] = frozenset()
    unusual: frozenset[Rule] = frozenset()
    blank_days: frozenset[date] = frozenset()
    database_failed: bool = False


@dataclass(frozen=True)
class Editing:
    """One form being filled in. `number` sets its fields apart from those of the forms before it."""

    centre_code: str
    week_start: date
    number: int
    base_version: int
    typed: Typed
    outcome: Outcome | None = None

    def key(self, field: str) -> str:
        """The name of a field among all fields of the session."""
        return f"weekly-{self.number}-{field}"


def editing_of(sheet: Sheet) -> Editing:
    """The form of this centre and week as it was left, or a new one when nothing of it is left."""
    current = _current(sheet)
    # Streamlit drops the fields of a page that is left; figures that were sent once are still in the form itself.
    if current is not None and (current.outcome is not None or current.key("status") in st.session_state):
        return current
    st.session_state[_NUMBER] = st.session_state.get(_NUMBER, 0) + 1
    typed = typed_as_stored(sheet)
    new = Editing(sheet.centre_code, sheet.week_start, st.session_state[_NUMBER], sheet.header.version, typed)
    st.session_state[_EDITING] = new
    return new


def was_just_saved(sheet: Sheet) -> bool:
    """Whether this session recorded the very version that is stored."""
    return st.session_state.get(_SAVED) == (sheet.centre_code, sheet.week_start, sheet.header.version)


def save(sheet: Sheet) -> None:
    """Records what is on the screen."""
    editing = _as_on_screen(sheet)
    if editing is not None:
        _record(sheet, editing)


def save_unusual(sheet: Sheet) -> None:
    """The author says the odd figures are right; a figure changed since then is looked at again."""
    asked = editing_of(sheet)
    editing = _as_on_screen(sheet)
    if editing is not None and asked.outcome is not None:
        confirmed = asked.outcome.unusual if editing.typed == asked.typed else frozenset()
        _record(sheet, editing, confirmed=confirmed)


def save_with_closed_days(sheet: Sheet) -> None:
    """The author says the blank days were closed days."""
    asked = editing_of(sheet)
    editing = _as_on_screen(sheet)
    if editing is not None and asked.outcome is not None:
        for day in asked.outcome.blank_days:
            st.session_state[editing.key(f"closed-{day}")] = True
        _record(sheet, replace(editing, typed=editing.typed.with_days_closed(asked.outcome.blank_days)))


def save_as_draft(sheet: Sheet) -> None:
    """The author will complete the week later."""
    editing = _as_on_screen(sheet)
    if editing is not None:
        st.session_state[editing.key("status")] = "draft"
        _record(sheet, replace(editing, typed=replace(editing.typed, status="draft")))


def correct(sheet: Sheet) -> None:
    """The author goes back to the fields, as they are."""
    editing = _as_on_screen(sheet)
    if editing is not None:
        st.session_state[_EDITING] = replace(editing, outcome=None)


def take_theirs() -> None:
    """Drops what was typed: the form is drawn anew from what is stored."""
    st.session_state.pop(_EDITING, None)


def keep_mine(sheet: Sheet) -> None:
    """Records what is on the screen over the version that is shown as stored."""
    editing = _as_on_screen(sheet)
    if editing is not None:
        _record(sheet, replace(editing, base_version=sheet.header.version))


def _current(sheet: Sheet) -> Editing | None:
    editing = st.session_state.get(_EDITING)
    if not isinstance(editing, Editing):
        return None
    about = (editing.centre_code, editing.week_start)
    return editing if about == (sheet.centre_code, sheet.week_start) else None


def _as_on_screen(sheet: Sheet) -> Editing | None:
    """The form with what its fields hold now; None when they are gone, as after a second click on the same button."""
    editing = _current(sheet)
    if editing is None:
        return None
    cells: dict[Cell, str] = {
        field.cell: f"{field.day}-{field.seat_kind}" for day in sheet.days for field in day.fields
    }
    days = [day.day for day in sheet.asked]
    names = [*cells.values(), *(f"closed-{day}" for day in days), "people", "remark", "status"]
    on_screen = {name: st.session_state.get(editing.key(name)) for name in names}
    if any(value is None for value in on_screen.values()):
        return None
    typed = Typed(
        numbers={cell: str(on_screen[name]) for cell, name in cells.items()},
        closed=frozenset(day for day in days if on_screen[f"closed-{day}"]),
        people=str(on_screen["people"]),
        remark=str(on_screen["remark"]),
        status=cast(Status, on_screen["status"]),
    )
    return replace(editing, typed=typed, outcome=None)


def _record(sheet: Sheet, editing: Editing, *, confirmed: frozenset[Rule] = frozenset()) -> None:
    try:
        record = record_of(sheet, editing.typed, base_version=editing.base_version, confirmed=confirmed)
        with store.writing() as connection:
            saved = record_attendance_week(connection, session.current_actor(), record, now=clock.now())
    except NotWhole as wrong:
        outcome = Outcome(tuple(wrong.sentences.values()), faulty=frozenset(wrong.sentences))
    except Refused as refusal:
        outcome = _outcome(refusal)
    except sa.exc.SQLAlchemyError:
        _log.exception("the weekly sheet of %s could not be recorded", sheet.centre_code)
        outcome = Outcome(database_failed=True)
    else:
        st.session_state[_SAVED] = (sheet.centre_code, sheet.week_start, saved.version)
        st.session_state.pop(_EDITING, None)
        return
    st.session_state[_EDITING] = replace(editing, outcome=outcome)


def _outcome(refusal: Refused) -> Outcome:
    problems = refusal.problems
    rules = {problem.rule for problem in problems}
    # Who changed the week and when is told from what is stored, on each run.
    sentences = tuple(
        refusal_sentence(problem.rule, problem.values) for problem in problems if problem.rule != Rule.STALE_VERSION
    )
    blank = [day for problem in problems if rules == {Rule.BLANK_DAYS} for day in problem.values["days"]]
    return Outcome(
        sentences,
        faulty=frozenset(problem.field for problem in problems),
        unusual=frozenset(rules) if isinstance(refusal, Unconfirmed) else frozenset(),
        blank_days=frozenset(blank),
    )
