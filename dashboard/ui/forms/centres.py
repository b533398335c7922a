"""The forms of a centre: its week of opening hours, its seats, its record."""

from collections.abc import Callable
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.ui import filters, session, store
from dashboard.ui.forms.entries import model, places
from dashboard.ui.forms.entries.drawing import draw_form
from dashboard.ui.forms.entries.model import EntryField, EntryForm, editing_of, give_up, memory, today, undo
from dashboard.ui.forms.entries.places import CAPACITY, CENTRE, CLOSURE, COST
from dashboard.wording import dates
from dashboard.wording.parsing import NotHours, parse_hours_fr
from dashboard.wording.typography import capital, escape_markdown, typeset
from data_access.records import OpenHalfDay, OpeningHoursRecord
from data_access.writes.centres import hours_field, record_opening_hours

# The form of a centre's week: one line of text a day, morning and afternoon, from a day on.

_WEEK: Final = range(1, 8)


class HoursField(EntryField):
    """The hours of one weekday, as « 9 h – 12 h, 14 h – 18 h »; blank = shut."""

    def parsed(self, typed: str) -> Any:
        """Its half-days with their times."""
        try:
            return parse_hours_fr(typed)
        except NotHours as wrong:
            raise ValueError(typeset(f"{self.label} : {wrong}")) from None


def _gather(values: dict[str, Any]) -> dict[str, Any]:
    half_days = tuple(
        OpenHalfDay(weekday=weekday, half_day=half_day, opens_at=opens, closes_at=closes)
        for weekday in _WEEK
        for half_day, (opens, closes) in values[hours_field(weekday)].items()
    )
    return {"centre_code": places.open_code(), "valid_from": values["valid_from"], "half_days": half_days}


def typed_week(hours: pl.DataFrame) -> dict[str, str]:
    """What the fields hold for the hours valid on a day."""
    spoken: dict[str, list[str]] = {}
    for row in hours.iter_rows(named=True):
        span = f"{dates.time_of_day(row['opens_at'])} – {dates.time_of_day(row['closes_at'])}"
        spoken.setdefault(hours_field(row["weekday"]), []).append(span)
    return {field: ", ".join(spans) for field, spans in spoken.items()} | {"valid_from": model.today()}


OPENING_HOURS: Final = EntryForm(
    key="horaires",
    title="Horaires d’ouverture",
    table="opening_hours",
    action="record_opening_hours",
    fields=(
        EntryField("valid_from", "À partir du", "day", usual=model.today),
        *(
            HoursField(
                hours_field(weekday),
                capital(dates.weekday(weekday)),
                hint="Par exemple 9 h – 12 h, 14 h – 18 h. Vide : fermé.",
            )
            for weekday in _WEEK
        ),
    ),
    record=OpeningHoursRecord,
    write=record_opening_hours,
    summary=lambda document: str(document["centre"]),
    note="Les semaines d’avant cette date gardent leurs horaires et leur taux de remplissage.",
    allowed=lambda actor: actor.coordinates,
    gathers=_gather,
)


def begin_hours(code: str, day: Any) -> None:
    """Opens the form on the hours valid today."""
    entry = store.place_entry(centre_code=code)
    if entry is not None:
        typed = typed_week(store.centre_hours(centre_code=code, on=day))
        blank = {field.name: "" for field in OPENING_HOURS.fields}
        places.open_form(OPENING_HOURS, code, blank | typed, row_id=entry.row_id, base_version=entry.hours_version)


# The forms of the sheet of a place: the buttons that open them, the one that is open, and the way back after saving.

_FORMS: Final = (CENTRE, OPENING_HOURS, CAPACITY, CLOSURE, COST)
_NEW: Final = ""


def draw_open_form(code: str) -> None:
    """The form that is open for this place, or what came of the last one, which can be taken back."""
    for form in _FORMS:
        if any(places.is_open(form, place) for place in (code, _NEW)):
            st.subheader(form.title, anchor=False)
            draw_form(form, last=False)
            if editing_of(form).row_id is None:
                st.button("Fermer le formulaire", on_click=give_up, args=(form,), key=f"place-close-{form.key}")
            return
    if places.open_code() in (code, _NEW):
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
    return lambda: places.open_correction(form, code, row_id)


def _begin_new() -> None:
    typed = {field.name: field.usual() if field.usual else "" for field in CENTRE.fields}
    places.open_form(CENTRE, _NEW, typed)


def _begin_sheet(code: str) -> None:
    entry = store.place_entry(centre_code=code)
    if entry is not None:
        typed = {field.name: field.typed(entry.values[field.name]) for field in CENTRE.fields}
        places.open_form(CENTRE, code, typed, row_id=entry.row_id, base_version=entry.version)


def _begin_seats(code: str) -> None:
    entry = store.place_entry(centre_code=code)
    if entry is not None:
        typed = {"seat_kind": "", "seats": "", "valid_from": today()}
        places.open_form(CAPACITY, code, typed, row_id=entry.row_id, base_version=entry.seats_version)


def _begin_closure(code: str) -> None:
    typed = {"centre_code": code, "starts_on": today(), "ends_on": "", "reason": ""}
    places.open_form(CLOSURE, code, typed)


def _begin_cost(code: str) -> None:
    typed = {field.name: field.usual() if field.usual else "" for field in COST.fields}
    places.open_form(COST, code, typed | {"centre_code": code})


def _draw_result(form: EntryForm) -> None:
    said = memory().said.get(form.key)
    if not said:
        return
    st.success(escape_markdown(said), icon=":material/check_circle:")
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
