"""What the buttons of the weekly form do: each is one call, made before the page is drawn again.

A button may be pressed twice, or its run cut short and sent again: the record is the same then, and is written once.
"""

import logging
from dataclasses import replace
from typing import Final

import sqlalchemy as sa
import streamlit as st

from dashboard.ui import clock, session, store
from dashboard.ui.forms.weekly_editing import Editing, Outcome, as_on_screen, editing_of, session_memory
from dashboard.ui.forms.weekly_sheet import Sheet
from dashboard.ui.forms.weekly_typed import NotWhole, record_of
from dashboard.wording.refusals import refusal_sentence
from data_access.refusals import Refused, Rule, Unconfirmed
from data_access.writes.attendance import WEEKLY_FORM, drop_draft, record_attendance_week
from data_access.writes.rows import Change
from data_access.writes.undoing import undo_change

_log: Final = logging.getLogger(__name__)


def save(sheet: Sheet) -> None:
    """Records what is on the screen."""
    editing = as_on_screen(sheet)
    if editing is not None:
        _record(sheet, editing)


def save_unusual(sheet: Sheet) -> None:
    """The author says the odd figures are right; a figure changed since then is looked at again."""
    asked = editing_of(sheet)
    editing = as_on_screen(sheet)
    if editing is not None and asked.outcome is not None:
        confirmed = asked.outcome.unusual if editing.typed == asked.typed else frozenset()
        _record(sheet, editing, confirmed=confirmed)


def save_with_closed_days(sheet: Sheet) -> None:
    """The author says the blank days were closed days."""
    asked = editing_of(sheet)
    editing = as_on_screen(sheet)
    if editing is not None and asked.outcome is not None:
        for day in asked.outcome.blank_days:
            st.session_state[editing.key(f"closed-{day}")] = True
        _record(sheet, replace(editing, typed=editing.typed.with_days_closed(asked.outcome.blank_days)))


def save_as_draft(sheet: Sheet) -> None:
    """The author will complete the week later."""
    editing = as_on_screen(sheet)
    if editing is not None:
        st.session_state[editing.key("status")] = "draft"
        _record(sheet, replace(editing, typed=replace(editing.typed, status="draft")))


def correct(sheet: Sheet) -> None:
    """The author goes back to the fields, as they are."""
    editing = as_on_screen(sheet)
    if editing is not None:
        session_memory().editing = editing


def take_theirs(sheet: Sheet) -> None:
    """Drops what was typed: the form is drawn anew from what is stored."""
    start_again(sheet)


def start_again(sheet: Sheet) -> None:
    """Forgets what was typed and kept, here and elsewhere."""
    with store.writing() as connection:
        drop_draft(connection, session.current_actor(), form=WEEKLY_FORM, about=sheet.journal_key)
    session_memory().editing = None


def take_back_saved(sheet: Sheet) -> None:
    """The week is again as it was before it was saved here last; a second press finds nothing left to take back."""
    memory, actor, now = session_memory(), session.current_actor(), clock.now()
    audit_id, memory.to_take_back = memory.to_take_back, None
    if audit_id is None:
        return
    try:
        with store.writing() as connection:
            undo_change(connection, Change(actor, now, "take_back"), audit_id)
    except Refused as refusal:
        sentences = tuple(refusal_sentence(problem.rule, problem.values) for problem in refusal.problems)
        memory.editing = replace(editing_of(sheet), outcome=Outcome(sentences))
        return
    memory.saved, memory.editing, memory.taken_back = None, None, (sheet.centre_code, sheet.week_start)


def keep_mine(sheet: Sheet) -> None:
    """Records what is on the screen over the version that is shown as stored."""
    editing = as_on_screen(sheet)
    if editing is not None:
        _record(sheet, replace(editing, base_version=sheet.header.version))


def _record(sheet: Sheet, editing: Editing, *, confirmed: frozenset[Rule] = frozenset()) -> None:
    memory, actor, now = session_memory(), session.current_actor(), clock.now()
    try:
        record = record_of(sheet, editing.typed, base_version=editing.base_version, confirmed=confirmed)
        with store.writing() as connection:
            saved = record_attendance_week(connection, actor, record, now=now)
    except NotWhole as wrong:
        outcome = Outcome(tuple(wrong.sentences.values()), faulty=frozenset(wrong.sentences))
    except Refused as refusal:
        outcome = _outcome(refusal)
    except sa.exc.SQLAlchemyError:
        _log.exception("the weekly sheet of %s could not be recorded", sheet.centre_code)
        outcome = Outcome(database_failed=True)
    else:
        memory.saved, memory.editing = (sheet.centre_code, sheet.week_start, saved.version), None
        memory.to_take_back, memory.taken_back = saved.audit_id or memory.to_take_back, None
        return
    memory.editing = replace(editing, outcome=outcome)


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
