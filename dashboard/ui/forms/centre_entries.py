"""The forms of the sheet of a place: the buttons that open them, the one that is open, and the way back after saving."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from dashboard.ui import clock, filters, session, store
from dashboard.ui.forms import centre_opening
from dashboard.ui.forms.centre_hours import OPENING_HOURS, begin_hours
from dashboard.ui.forms.entries.choices import today
from dashboard.ui.forms.entries.drawing import draw_form
from dashboard.ui.forms.entries.editing import editing_of, give_up, memory, undo
from dashboard.ui.forms.entries.model import EntryForm
from dashboard.ui.forms.entries.place_forms import CAPACITY, CENTRE, CLOSURE, COST
from dashboard.ui.forms.weekly_answers import as_plain_text
from dashboard.wording.typography import typeset

_FORMS: Final = (CENTRE, OPENING_HOURS, CAPACITY, CLOSURE, COST)
_NEW: Final = ""


def draw_open_form(code: str) -> None:
    """The form that is open for this place, or what came of the last one, which can be taken back."""
    for form in _FORMS:
        if any(centre_opening.is_open(form, place) for place in (code, _NEW)):
            st.subheader(form.title, anchor=False)
            draw_form(form, last=False)
            if editing_of(form).row_id is None:
                st.button("Fermer le formulaire", on_click=give_up, args=(form,), key=f"place-close-{form.key}")
            return
    if centre_opening.open_code() in (code, _NEW):
        for form in _FORMS:
            _draw_result(form)


def draw_new_place() -> None:
    """The way to a place that is not known yet; in project at first."""
    _button(CENTRE, "Nouveau lieu", ":material/add_location:", _begin_new, "new-place")


def draw_sheet_button(code: str) -> None:
    """The way to the form of the place itself."""
    _button(CENTRE, "Modifier la fiche", ":material/edit:", lambda: _begin_sheet(code), "edit-sheet")


def draw_hours_button(code: str) -> None:
    """The way to the form of its hours."""
    _button(
        OPENING_HOURS,
        "Modifier les horaires",
        ":material/edit:",
        lambda: begin_hours(code, clock.today()),
        "edit-hours",
    )


def draw_seats_button(code: str) -> None:
    """The way to the form of its seats."""
    _button(CAPACITY, "Modifier les positions", ":material/edit:", lambda: _begin_seats(code), "edit-seats")


def draw_closure_buttons(code: str, correctable: dict[int, str]) -> None:
    """The ways to a new closure, and to those of this place that are not over."""
    if code not in filters.centre_names() or not session.current_actor().may_enter(code):
        return
    with st.container(horizontal=True):
        _button(CLOSURE, "Noter une fermeture", ":material/add:", lambda: _begin_closure(code), "add-closure")
        for row_id, label in correctable.items():
            _button(CLOSURE, f"Modifier : {label}", ":material/edit:", _correction(CLOSURE, code, row_id), f"c{row_id}")


def draw_cost_buttons(code: str, correctable: dict[int, str]) -> None:
    """The ways to the cost of another year, and to those that are noted."""
    if code not in filters.centre_names():
        return
    with st.container(horizontal=True):
        _button(COST, "Noter un coût annuel", ":material/add:", lambda: _begin_cost(code), "add-cost")
        for row_id, label in correctable.items():
            _button(COST, f"Modifier : {label}", ":material/edit:", _correction(COST, code, row_id), f"k{row_id}")


def _button(form: EntryForm, label: str, icon: str, opens: Callable[[], None], key: str) -> None:
    if form.allowed(session.current_actor()):
        st.button(typeset(label), icon=icon, on_click=opens, key=f"place-{key}")


def _correction(form: EntryForm, code: str, row_id: int) -> Callable[[], None]:
    return lambda: centre_opening.open_correction(form, code, row_id)


def _begin_new() -> None:
    typed = {field.name: field.usual() if field.usual else "" for field in CENTRE.fields}
    centre_opening.open_form(CENTRE, _NEW, typed)


def _begin_sheet(code: str) -> None:
    entry = store.place_entry(centre_code=code)
    if entry is not None:
        typed = {field.name: field.typed(entry.values[field.name]) for field in CENTRE.fields}
        centre_opening.open_form(CENTRE, code, typed, row_id=entry.row_id, base_version=entry.version)


def _begin_seats(code: str) -> None:
    entry = store.place_entry(centre_code=code)
    if entry is not None:
        typed = {"seat_kind": "", "seats": "", "valid_from": today()}
        centre_opening.open_form(CAPACITY, code, typed, row_id=entry.row_id, base_version=entry.seats_version)


def _begin_closure(code: str) -> None:
    typed = {"centre_code": code, "starts_on": today(), "ends_on": "", "reason": ""}
    centre_opening.open_form(CLOSURE, code, typed)


def _begin_cost(code: str) -> None:
    typed = {field.name: field.usual() if field.usual else "" for field in COST.fields}
    centre_opening.open_form(COST, code, typed | {"centre_code": code})


def _draw_result(form: EntryForm) -> None:
    said = memory().said.get(form.key)
    if not said:
        return
    st.success(as_plain_text(said), icon=":material/check_circle:")
    last = store.last_entries(
        actor_name=session.current_actor().name, tables=(form.table,), actions=(form.action,), count=1
    )
    for entry in last:
        st.button(
            "Annuler ce changement",
            icon=":material/undo:",
            on_click=undo,
            args=(form, entry["audit_id"]),
            key=f"place-undo-{entry['audit_id']}",
        )
