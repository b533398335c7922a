"""The weekly form being filled in: what a session holds of it between two clicks, and what its fields say now.

The figures typed are kept here until they are recorded, so that a page that could not be drawn does not lose them.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, cast

import streamlit as st

from dashboard.ui.forms.weekly_drafts import resumed_typing
from dashboard.ui.forms.weekly_sheet import Cell, Sheet
from dashboard.ui.forms.weekly_typed import Status, Typed, typed_as_stored, with_monthly_desks
from data_access.refusals import Rule

_MEMORY: Final = "weekly_memory"


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
    resumed_from: datetime | None = None

    def key(self, field: str) -> str:
        """The name of a field among all fields of the session."""
        return f"weekly-{self.number}-{field}"


@dataclass
class Memory:
    """What this session knows of its weekly forms.

    One object, found before a write and changed after it: Streamlit may end a run at any look into its session state, and
    a week could be recorded without its author being told.
    """

    editing: Editing | None = None
    saved: tuple[str, date, int] | None = None
    # The trace of what was saved last, to take it back; None once it was, or when nothing changed.
    to_take_back: int | None = None
    taken_back: tuple[str, date] | None = None
    forms: int = 0


def editing_of(sheet: Sheet) -> Editing:
    """The form of this centre and week as it was left, or a new one when nothing of it is left."""
    memory = session_memory()
    current = _current(memory, sheet)
    # Streamlit drops the fields of a page that is left; figures that were sent once are still in the form itself.
    if current is not None and (current.outcome is not None or current.key("status") in st.session_state):
        return current
    return begin(sheet, resumed(sheet) or new_editing(sheet))


def begin(sheet: Sheet, editing: Editing) -> Editing:
    """Draws this form from now on, with fields of its own: those of the forms before it keep what they hold."""
    memory = session_memory()
    memory.forms += 1
    memory.editing = replace(editing, number=memory.forms)
    # A form none of whose fields is on the screen is taken for one that was left: this one is about to be drawn.
    st.session_state[memory.editing.key("status")] = editing.typed.status
    return memory.editing


def new_editing(sheet: Sheet) -> Editing:
    """The form as stored; the desks let by the month are counted in a week nobody entered."""
    typed = typed_as_stored(sheet)
    return Editing(sheet.centre_code, sheet.week_start, 0, sheet.header.version, with_monthly_desks(sheet, typed))


def resumed(sheet: Sheet) -> Editing | None:
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


def session_memory() -> Memory:
    """The memory of this session, begun at the first look."""
    if _MEMORY not in st.session_state:
        st.session_state[_MEMORY] = Memory()
    memory: Memory = st.session_state[_MEMORY]
    return memory


def _current(memory: Memory, sheet: Sheet) -> Editing | None:
    editing = memory.editing
    if editing is None or (editing.centre_code, editing.week_start) != (sheet.centre_code, sheet.week_start):
        return None
    return editing


def as_on_screen(sheet: Sheet) -> Editing | None:
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
