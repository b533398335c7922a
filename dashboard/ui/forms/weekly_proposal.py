"""What the week's check-ins propose for its sheet: one press fills the empty fields, and their author confirms by saving."""

from dataclasses import replace

import streamlit as st

from dashboard.ui import components, live, store
from dashboard.ui.forms.weekly_editing import Editing, as_on_screen, begin
from dashboard.ui.forms.weekly_sheet import Cell, Sheet
from dashboard.wording.plurals import count


def draw_proposal(sheet: Sheet, editing: Editing) -> None:
    """The proposal and its button, inside the form so that nothing typed is lost; nothing once a week is recorded."""
    proposed = _proposed(sheet)
    empty = [cell for cell in proposed if _is_free(sheet, cell, editing.typed.numbers.get(cell, ""))]
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
    filled = {
        cell: str(max(proposed[cell], sheet.let_by_the_month.get(cell, 0)))
        if cell in proposed and _is_free(sheet, cell, text)
        else text
        for cell, text in editing.typed.numbers.items()
    }
    begin(sheet, replace(editing, typed=replace(editing.typed, numbers=filled)))


def _is_free(sheet: Sheet, cell: Cell, text: str) -> bool:
    """Whether nobody has typed anything there: it is blank, or holds the desks let by the month alone."""
    counted = sheet.let_by_the_month.get(cell)
    return not text.strip() or (counted is not None and text.strip() == str(counted))
