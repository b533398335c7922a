"""Single presses that fill the weekly form: like the last week, shut all week; nothing is recorded before its author saves."""

from dataclasses import replace
from typing import Final

import streamlit as st

from dashboard.ui import components, store
from dashboard.ui.forms.weekly_editing import Editing, as_on_screen, begin
from dashboard.ui.forms.weekly_sheet import Cell, Sheet
from dashboard.wording import dates
from dashboard.wording.plurals import count

_CLOSED_HINT: Final = "Indiquez le motif de fermeture dans la remarque, puis enregistrez."


def draw_shortcuts(sheet: Sheet, editing: Editing) -> None:
    """The presses that make sense for this week, and what was counted already."""
    if sheet.header.version:
        return
    _say_what_is_let(sheet)
    last = last_week(sheet)
    with st.container(horizontal=True, key="weekly-shortcuts"):
        if last:
            st.form_submit_button(
                "Comme la semaine dernière",
                icon=":material/content_copy:",
                on_click=_like_last_week,
                args=(sheet, last),
                key="weekly-like-last-week",
                help=f"Reprend les chiffres de la {dates.short_week(sheet.before.row(0, named=True)['week_start'])}, à relire.",
            )
        st.form_submit_button(
            "Fermé toute la semaine",
            icon=":material/door_front:",
            on_click=_shut_all_week,
            args=(sheet,),
            key="weekly-shut-all-week",
        )
    if editing.typed.status == "closed" and not editing.typed.remark.strip():
        components.note(_CLOSED_HINT)


def last_week(sheet: Sheet) -> dict[Cell, str]:
    """The figures of the last complete week, on the same weekdays of this one; nothing without one."""
    if sheet.before.is_empty():
        return {}
    start = sheet.before.row(0, named=True)["week_start"]
    stored = store.sheet_days(centre_code=sheet.centre_code, week_start=start)
    then = {
        (row["day"].weekday(), row["seat_kind"]): str(row["half_days"])
        for row in stored.iter_rows(named=True)
        if row["half_days"] is not None and not row["closed"]
    }
    asked = [field.cell for day in sheet.asked for field in day.fields]
    return {cell: then[key] for cell in asked if (key := (cell[0].weekday(), cell[1])) in then}


def _say_what_is_let(sheet: Sheet) -> None:
    total = sum(sheet.let_by_the_month.values())
    if total:
        components.note(
            f"Les postes loués au mois sont déjà comptés dans les cases : {count(total, 'demi-journée')}. "
            "Ajoutez-y les autres."
        )


def _like_last_week(sheet: Sheet, last: dict[Cell, str]) -> None:
    editing = as_on_screen(sheet)
    if editing is not None:
        numbers = {cell: last.get(cell, text) for cell, text in editing.typed.numbers.items()}
        begin(sheet, replace(editing, typed=replace(editing.typed, numbers=numbers)))


def _shut_all_week(sheet: Sheet) -> None:
    editing = as_on_screen(sheet)
    if editing is not None:
        numbers = dict.fromkeys(editing.typed.numbers, "")
        typed = replace(editing.typed, numbers=numbers, people="", closed=frozenset(), status="closed")
        begin(sheet, replace(editing, typed=typed))
