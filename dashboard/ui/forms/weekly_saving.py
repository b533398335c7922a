"""Saving the weekly sheet: drafts kept and taken up, answers to what the server says, undo."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from html import escape
from typing import Final, cast

import sqlalchemy as sa
import streamlit as st

from dashboard.configuration import clock
from dashboard.identity.signing import sign_timed
from dashboard.ui import session, store
from dashboard.ui.forms.weekly_sheet import (
    STATUSES,
    Cell,
    NotWhole,
    Sheet,
    Status,
    Typed,
    record_of,
    typed_as_stored,
    with_monthly_desks,
)
from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.terms import WEEK_STATUSES
from dashboard.wording.typography import count, escape_markdown, typeset
from data_access.entries.undoing import undo_change
from data_access.refusals import Busy, Refused, Rule, Unconfirmed
from data_access.writes.attendance import WEEKLY_FORM, drop_draft, record_attendance_week
from data_access.writes.rows import Change

# What is typed in the weekly form and not recorded: kept on the server by the page's script, and taken up again. The
# script sends the texts of the fields as they are typed, under their names; here is what they mean.

PURPOSE: Final = "draft"
"""What the tokens of drafts are signed for."""
_STATUSES: Final[tuple[Status, ...]] = tuple(STATUSES)


def resumed_typing(sheet: Sheet, plain: Typed) -> tuple[Typed, int, datetime] | None:
    """What the author left of this sheet, the version they saw, and when; None for nothing but what is shown anyway."""
    kept = store.draft(form=WEEKLY_FORM, about=sheet.journal_key)
    if kept is None:
        return None
    typed = _typed(plain, kept.typed)
    return None if typed == plain else (typed, kept.base_version, kept.saved_at)


def draw_token(sheet: Sheet, *, prefix: str, base_version: int) -> None:
    """What the script needs to keep this form: which fields are its own, and the right to keep a draft of this sheet."""
    actor = session.current_actor()
    token = sign_timed(
        PURPOSE,
        {
            "actor": actor.name,
            "role": actor.role,
            "form": WEEKLY_FORM,
            "about": sheet.journal_key,
            "version": base_version,
        },
    )
    st.html(
        f'<p class="cc-draft cc-note" role="status" data-token="{escape(token)}" data-prefix="{escape(prefix)}"></p>'
    )


def _typed(plain: Typed, texts: Mapping[str, str]) -> Typed:
    """Fields the form no longer has are left out; those the draft does not name stay as they are."""
    # A radio button tells which of its choices is taken by its place.
    place = texts.get("status", "")
    status = _STATUSES[int(place)] if place in {str(n) for n in range(len(_STATUSES))} else plain.status
    days = {day for day, _kind in plain.numbers}
    return Typed(
        numbers={(day, kind): texts.get(f"{day}-{kind}", text) for (day, kind), text in plain.numbers.items()},
        closed=frozenset(
            day for day in days | plain.closed if texts.get(f"closed-{day}", "1" if day in plain.closed else "") == "1"
        ),
        people=texts.get("people", plain.people),
        remark=texts.get("remark", plain.remark),
        status=status,
    )


# The weekly form being filled in: what a session holds of it between two clicks, and what its fields say now. The
# figures typed are kept here until they are recorded, so that a page that could not be drawn does not lose them.

_MEMORY: Final = "weekly_memory"


@dataclass(frozen=True)
class SaveOutcome:
    """Why the figures are not recorded yet: sentences, the fields at fault, and what is asked of their author."""

    sentences: tuple[str, ...] = ()
    faulty: frozenset[str] = frozenset()
    unusual: frozenset[Rule] = frozenset()
    blank_days: frozenset[date] = frozenset()
    database_failed: bool = False


@dataclass(frozen=True)
class WeekEditing:
    """One form being filled in. `number` sets its fields apart from those of the forms before it."""

    centre_code: str
    week_start: date
    number: int
    base_version: int
    typed: Typed
    outcome: SaveOutcome | None = None
    resumed_from: datetime | None = None

    def key(self, field: str) -> str:
        """The name of a field among all fields of the session."""
        return f"weekly-{self.number}-{field}"


@dataclass
class WeekMemory:
    """What this session knows of its weekly forms.

    One object, found before a write and changed after it: Streamlit may end a run at any look into its session state, and
    a week could be recorded without its author being told.
    """

    editing: WeekEditing | None = None
    saved: tuple[str, date, int] | None = None
    # The trace of what was saved last, to take it back; None once it was, or when nothing changed.
    to_take_back: int | None = None
    taken_back: tuple[str, date] | None = None
    forms: int = 0


def editing_of(sheet: Sheet) -> WeekEditing:
    """The form of this centre and week as it was left, or a new one when nothing of it is left."""
    memory = session_memory()
    current = _current(memory, sheet)
    # Streamlit drops the fields of a page that is left; figures that were sent once are still in the form itself.
    if current is not None and (current.outcome is not None or current.key("status") in st.session_state):
        return current
    return begin(sheet, resumed(sheet) or new_editing(sheet))


def begin(sheet: Sheet, editing: WeekEditing) -> WeekEditing:
    """Draws this form from now on, with fields of its own: those of the forms before it keep what they hold."""
    memory = session_memory()
    memory.forms += 1
    memory.editing = replace(editing, number=memory.forms)
    # A form none of whose fields is on the screen is taken for one that was left: this one is about to be drawn.
    st.session_state[memory.editing.key("status")] = editing.typed.status
    return memory.editing


def new_editing(sheet: Sheet) -> WeekEditing:
    """The form as stored; the desks let by the month are counted in a week nobody entered."""
    typed = typed_as_stored(sheet)
    return WeekEditing(sheet.centre_code, sheet.week_start, 0, sheet.header.version, with_monthly_desks(sheet, typed))


def resumed(sheet: Sheet) -> WeekEditing | None:
    """The form as its author left it elsewhere or before; None when they left nothing that is not recorded."""
    plain = new_editing(sheet)
    found = resumed_typing(sheet, plain.typed)
    if found is None:
        return None
    typed, base_version, saved_at = found
    return replace(plain, typed=typed, base_version=base_version, resumed_from=saved_at)


def was_just_saved(sheet: Sheet) -> bool:
    """Whether this session recorded the very version that is stored."""
    return session_memory().saved == (sheet.centre_code, sheet.week_start, sheet.header.version)


def session_memory() -> WeekMemory:
    """The memory of this session, begun at the first look."""
    if _MEMORY not in st.session_state:
        st.session_state[_MEMORY] = WeekMemory()
    memory: WeekMemory = st.session_state[_MEMORY]
    return memory


def _current(memory: WeekMemory, sheet: Sheet) -> WeekEditing | None:
    editing = memory.editing
    if editing is None or (editing.centre_code, editing.week_start) != (sheet.centre_code, sheet.week_start):
        return None
    return editing


def as_on_screen(sheet: Sheet) -> WeekEditing | None:
    """The form with what its fields hold now; None when they are gone, as after a second click on the same button."""
    editing = _current(session_memory(), sheet)
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


# What the buttons of the weekly form do: each is one call, made before the page is drawn again. A button may be
# pressed twice, or its run cut short and sent again: the record is the same then, and is written once.

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
    try:
        with store.writing() as connection:
            drop_draft(connection, session.current_actor(), form=WEEKLY_FORM, about=sheet.journal_key)
    except Busy as busy:
        session_memory().editing = replace(editing_of(sheet), outcome=SaveOutcome(_sentences(busy)))
        return
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
        memory.editing = replace(editing_of(sheet), outcome=SaveOutcome(_sentences(refusal)))
        return
    memory.saved, memory.editing, memory.taken_back = None, None, (sheet.centre_code, sheet.week_start)


def keep_mine(sheet: Sheet) -> None:
    """Records what is on the screen over the version that is shown as stored."""
    editing = as_on_screen(sheet)
    if editing is not None:
        _record(sheet, replace(editing, base_version=sheet.header.version))


def _record(sheet: Sheet, editing: WeekEditing, *, confirmed: frozenset[Rule] = frozenset()) -> None:
    memory, actor, now = session_memory(), session.current_actor(), clock.now()
    try:
        record = record_of(sheet, editing.typed, base_version=editing.base_version, confirmed=confirmed)
        with store.writing() as connection:
            saved = record_attendance_week(connection, actor, record, now=now)
    except NotWhole as wrong:
        outcome = SaveOutcome(tuple(wrong.sentences.values()), faulty=frozenset(wrong.sentences))
    except Busy as busy:
        outcome = SaveOutcome(_sentences(busy), database_failed=True)
    except Refused as refusal:
        outcome = _outcome(refusal)
    except sa.exc.SQLAlchemyError:
        _log.exception("the weekly sheet of %s could not be recorded", sheet.centre_code)
        outcome = SaveOutcome(database_failed=True)
    else:
        memory.saved, memory.editing = (sheet.centre_code, sheet.week_start, saved.version), None
        memory.to_take_back, memory.taken_back = saved.audit_id or memory.to_take_back, None
        return
    memory.editing = replace(editing, outcome=outcome)


def _sentences(refusal: Refused) -> tuple[str, ...]:
    return tuple(refusal_sentence(problem.rule, problem.values) for problem in refusal.problems)


def _outcome(refusal: Refused) -> SaveOutcome:
    problems = refusal.problems
    rules = {problem.rule for problem in problems}
    # Who changed the week and when is told from what is stored, on each run.
    sentences = tuple(
        refusal_sentence(problem.rule, problem.values) for problem in problems if problem.rule != Rule.STALE_VERSION
    )
    blank = [day for problem in problems if rules == {Rule.BLANK_DAYS} for day in problem.values["days"]]
    return SaveOutcome(
        sentences,
        faulty=frozenset(problem.field for problem in problems),
        unusual=frozenset(rules) if isinstance(refusal, Unconfirmed) else frozenset(),
        blank_days=frozenset(blank),
    )


# Why a weekly sheet is not recorded yet, and the buttons that answer: they are part of the form, so nothing typed is
# lost.

_DATABASE_FAILED: Final = (
    "La base de données ne répond pas. Vos chiffres n’ont pas été enregistrés ; ils restent affichés ici."
)

Button = tuple[str, Callable[..., None], tuple[Sheet, ...]]


def draw_answers(sheet: Sheet, editing: WeekEditing) -> None:
    """What is wrong or asked, above the fields; nothing when all is well."""
    outcome = editing.outcome
    if sheet.header.version != editing.base_version:
        st.warning(_conflict(sheet), icon=":material/group:")
        _buttons(("Voir ses chiffres", take_theirs, (sheet,)), ("Garder les miens", keep_mine, (sheet,)))
    elif outcome is None:
        return
    elif outcome.database_failed:
        st.error(" ".join(outcome.sentences) or typeset(_DATABASE_FAILED), icon=":material/cloud_off:")
        _buttons(("Réessayer", save, (sheet,)))
    elif outcome.unusual:
        st.warning(_problem_list(outcome), icon=":material/help:")
        _buttons(("Enregistrer quand même", save_unusual, (sheet,)), ("Corriger", correct, (sheet,)))
    elif outcome.blank_days:
        st.warning(f"{_problem_list(outcome)} Si oui, dites pourquoi dans la remarque.", icon=":material/help:")
        closed = "Oui, fermé ces jours-là" if len(outcome.blank_days) > 1 else "Oui, fermé ce jour-là"
        later = "Non, je complèterai plus tard"
        _buttons((closed, save_with_closed_days, (sheet,)), (later, save_as_draft, (sheet,)))
    else:
        st.error(_problem_list(outcome), icon=":material/error:")


def _problem_list(outcome: SaveOutcome) -> str:
    sentences = [escape_markdown(sentence) for sentence in outcome.sentences]
    if len(sentences) == 1:
        return sentences[0]
    return typeset(f"{count(len(sentences), 'point')} à revoir :\n") + "".join(f"\n- {said}" for said in sentences)


def _conflict(sheet: Sheet) -> str:
    header = sheet.header
    said = refusal_sentence("stale_version", {"entered_by": header.entered_by, "entered_at": header.entered_at})
    if header.status is None:
        return escape_markdown(said)
    state = WEEK_STATUSES[header.status].label
    theirs = typeset(f" Ses chiffres : {count(sheet.stored_total, 'demi-journée')}, semaine {state}.")
    return escape_markdown(said + theirs)


def _buttons(*buttons: Button) -> None:
    with st.container(horizontal=True):
        for label, action, about in buttons:
            st.form_submit_button(label, on_click=action, args=about, key=f"weekly-{action.__name__}")
