"""What the week's check-ins propose for its sheet: one press fills the empty fields, and their author confirms by saving."""

from dataclasses import replace

import streamlit as st

from dashboard.ui import components, live, store
from dashboard.ui.forms.weekly_editing import Editing, as_on_screen, session_memory
from dashboard.ui.forms.weekly_sheet import Cell, Sheet
from dashboard.wording.plurals import count


def draw_proposal(sheet: Sheet, editing: Editing) -> None:
    """The proposal and its button, inside the form so that nothing typed is lost; nothing once a week is recorded."""
    proposed = _proposed(sheet)
    empty = {cell: half_days for cell, half_days in proposed.items() if not editing.typed.numbers.get(cell, "").strip()}
    if sheet.header.version or not empty:
        return
    said = count(sum(proposed.values()), "demi-journée")
    components.note(
        f"Les pointages de la semaine comptent {said}. Vous pouvez les reprendre dans les cases vides, puis les relire."
    )
    st.form_submit_button(
        "Reprendre les pointages",
        icon=":material/input:",
        on_click=_take,
        args=(sheet, proposed),
        key="weekly-take-visits",
    )


def _proposed(sheet: Sheet) -> dict[Cell, int]:
    asked = {field.cell for day in sheet.asked for field in day.fields}
    days = store.proposed_days(
        centre_code=sheet.centre_code, week_start=sheet.week_start, now=live.end_of_minute(live.now())
    )
    cells = {(day, seat_kind): half_days for day, seat_kind, half_days in days.iter_rows()}
    return {cell: half_days for cell, half_days in cells.items() if cell in asked}


def _take(sheet: Sheet, proposed: dict[Cell, int]) -> None:
    """A new form with the proposal in the fields left empty; what was typed stays."""
    editing = as_on_screen(sheet)
    if editing is None:
        return
    memory = session_memory()
    memory.forms += 1
    typed = editing.typed.numbers
    filled = {cell: text if text.strip() else str(proposed.get(cell, "")) for cell, text in typed.items()}
    memory.editing = replace(editing, number=memory.forms, typed=replace(editing.typed, numbers=filled))
    # A form none of whose fields is on the screen is taken for one that was left: this one is about to be drawn.
    st.session_state[memory.editing.key("status")] = editing.typed.status
