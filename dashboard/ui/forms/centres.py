"""The forms of a place, one open at a time: what it is, its week of opening hours, its seats, when it shuts, what it costs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.figures import places
from dashboard.ui import components, deeds, filters, session, store
from dashboard.ui.forms.entries.editing import (
    Editing,
    EntryForm,
    begin,
    draw_deletion,
    draw_form,
    draw_said,
    editing_of,
    give_up,
    is_edited,
    open_record,
)
from dashboard.ui.forms.entries.subjects import CAPACITY, CENTRE, CLOSURE, COST, HOURS, hours_field
from dashboard.wording import dates
from dashboard.wording.typography import count, escape_markdown, typeset
from data_access.entries.importing import import_records
from data_access.records import CentreRecord
from data_access.reference_data import published_places

_OPEN: Final = "place_form"
_FORMS: Final = {form.key: form for form in (CENTRE, HOURS, CAPACITY, CLOSURE, COST)}
_NEW: Final = ""
_PUBLISHED: Final = "published-places"
_ADDRESS: Final = "formulaire"
"""The form that is open, in the address."""


@dataclass(frozen=True)
class OpenForm:
    """The form that was opened last, for which place, and the number of its fields: it ends when it is saved."""

    form: str
    code: str
    row_id: int | None
    number: int


def follow_saved() -> None:
    """A place that was just entered or given another code is the one looked at; to be called before it is chosen."""
    opened: OpenForm | None = st.session_state.get(_OPEN)
    row_id = deeds.last(CENTRE.about).row_id
    if opened is None or opened.form != CENTRE.key or row_id is None:
        return
    code = store.place_code(centre_id=row_id)
    if code is not None and code != opened.code:
        filters.take("centre", code)
        st.session_state[_OPEN] = replace(opened, code=code)


def draw_open_form(code: str) -> None:
    """The form that is open for this place, or what came of the last one, which can be taken back."""
    opened: OpenForm | None = st.session_state.get(_OPEN) or _asked_for(code)
    # What is said of a place that was removed is told beside the next one.
    if opened is None or (opened.code not in (code, _NEW) and store.place_entry(centre_code=opened.code) is not None):
        return
    form = _FORMS[opened.form]
    draw_said(form)
    if not is_edited(form, opened.row_id, opened.number):
        st.query_params.pop(_ADDRESS, None)
        return
    editing = editing_of(form, opened.row_id)
    assert editing is not None
    st.header(form.kind.title, anchor=False)
    draw_form(editing, _days_offered(form, opened.code) if editing.stored is None else {})
    with st.container(horizontal=True):
        if editing.stored is None:
            st.button("Fermer le formulaire", on_click=give_up, args=(editing,), key=f"place-close-{form.key}")
        else:
            draw_deletion(editing)


def draw_new_place() -> None:
    """The way to a place that is not known yet; in project at first."""
    _button(CENTRE, "Nouveau lieu", ":material/add_location:", lambda: _open(_NEW, begin(CENTRE)), "new-place")


def draw_published_places() -> None:
    """Those of 2017 that are not noted, to be chosen by who coordinates while the base is young; they are proposed, no more."""
    deeds.draw(_PUBLISHED)
    known = set(store.centres(on=clock.today())["code"])
    offered = [(row, sure) for row, sure in published_places() if row["code"] not in known]
    if not offered or not session.current_actor().coordinates or store.first_day() is None:
        return
    with (
        st.expander("Lieux publiés en 2017", icon=":material/playlist_add_check:", expanded=not known),
        st.form("published-places"),
    ):
        components.note(
            "Cochez ceux qui existent encore : ils s’ajoutent sans positions ni horaires, que personne n’a publiés, et se "
            "corrigent ensuite."
        )
        with st.grid(2, min_column_width=320):
            for row, sure in offered:
                with st.container(gap="xxsmall"):
                    st.checkbox(escape_markdown(row["name"]), key=_ticked(row["code"]))
                    components.note(places.published(row, sure))
        st.form_submit_button("Ajouter les lieux choisis", type="primary", on_click=_add_published, args=(offered,))


def _ticked(code: str) -> str:
    return f"published-{code}"


def _add_published(offered: Sequence[tuple[Mapping[str, Any], str]]) -> None:
    """As one import: undone whole, from the page of imports."""
    lines = [
        (number, CentreRecord.model_validate(row))
        for number, (row, _sure) in enumerate(offered, start=1)
        if st.session_state.get(_ticked(row["code"]))
    ]
    with deeds.telling(_PUBLISHED, CENTRE.label_of) as outcome:
        if not lines:
            outcome.wrong = "Cochez au moins un lieu."
            return
        with store.writing() as connection:
            import_records(
                connection,
                session.current_actor(),
                "centres",
                lines,
                file_name="Lieux publiés en 2017",
                now=clock.now(),
            )
        outcome.said = typeset(
            f"{count(len(lines), 'lieu ajouté', 'lieux ajoutés')}. Notez maintenant leurs positions et leurs horaires. "
            "L’ajout s’annule en entier en page « Import et export »."
        )


def draw_sheet_button(code: str) -> None:
    """The way to the form of the place itself."""
    _button(CENTRE, "Modifier la fiche", ":material/edit:", lambda: _open_sheet(code), "edit-sheet")


def draw_reopening_button(code: str) -> None:
    """The way to open a closed place again: its sheet with a new first day; the period before it stays."""
    _button(CENTRE, "Rouvrir", ":material/door_open:", lambda: _open_again(code), "reopen")


def not_noted(lacks: str) -> str:
    """What is not noted of a place, with who notes it for who may not."""
    return lacks if session.current_actor().coordinates else f"{lacks} La coordination du réseau le note ici."


def draw_hours_button(code: str) -> None:
    """The way to the form of its hours."""
    _button(HOURS, "Modifier les horaires", ":material/edit:", lambda: _open_hours(code), "edit-hours")


def draw_seats_button(code: str) -> None:
    """The way to the form of its seats."""
    _button(CAPACITY, "Modifier les positions", ":material/edit:", lambda: _open_seats(code), "edit-seats")


def draw_closure_buttons(code: str, correctable: Mapping[int, str]) -> None:
    """The ways to a new closure, and to those of this place that are not over."""
    if code in filters.own_centres():
        _draw_buttons(CLOSURE, code, "Noter une fermeture", correctable)


def draw_cost_buttons(code: str, correctable: Mapping[int, str]) -> None:
    """The ways to the cost of another year, and to those that are noted."""
    if code in filters.centre_names():
        _draw_buttons(COST, code, "Noter un coût annuel", correctable)


def typed_week(hours: pl.DataFrame) -> dict[str, str]:
    """What the fields hold for the hours valid on a day."""
    spans: dict[str, dict[str, Any]] = {}
    for row in hours.iter_rows(named=True):
        spans.setdefault(hours_field(row["weekday"]), {})[row["half_day"]] = (row["opens_at"], row["closes_at"])
    return {field.name: field.typed(spans.get(field.name)) for field in HOURS.fields if field.widget == "hours"}


def _draw_buttons(form: EntryForm, code: str, new: str, correctable: Mapping[int, str]) -> None:
    with st.container(horizontal=True):
        _button(form, new, ":material/add:", lambda: _open(code, begin(form, {"centre_code": code})), f"add-{form.key}")
        for row_id, label in correctable.items():
            _button(
                form,
                f"Modifier : {label}",
                ":material/edit:",
                lambda row_id=row_id: _open(code, open_record(form, row_id)),  # type: ignore[misc]
                f"{form.key}-{row_id}",
            )


def _button(form: EntryForm, label: str, icon: str, opens: Callable[[], None], key: str) -> None:
    if form.allowed(session.current_actor()):
        st.button(typeset(label), icon=icon, on_click=opens, key=f"place-{key}")


def _open(code: str, editing: Editing | None) -> None:
    if editing is not None:
        deeds.begin(editing.form.about)
        st.session_state[_OPEN] = OpenForm(editing.form.key, code, editing.row_id, editing.number)
        st.query_params[_ADDRESS] = f"{editing.form.key}.{editing.row_id or ''}"


def _asked_for(code: str) -> OpenForm | None:
    """The form that the address asks for: whoever had to sign in again finds it as they left it."""
    key, _, row = st.query_params.get(_ADDRESS, "").partition(".")
    form = _FORMS.get(key)
    if form is None or not form.allowed(session.current_actor()):
        return None
    if form in (CLOSURE, COST) and row.isascii() and row.isdigit():
        _open(code, open_record(form, int(row)))
    elif form in (CLOSURE, COST):
        _open(code, begin(form, {"centre_code": code}))
    elif form is CENTRE and not row:
        _open(_NEW, begin(CENTRE))
    else:
        {CENTRE.key: _open_sheet, CAPACITY.key: _open_seats, HOURS.key: _open_hours}[key](code)
    opened: OpenForm | None = st.session_state.get(_OPEN)
    return opened


def _open_sheet(code: str) -> None:
    entry = store.place_entry(centre_code=code)
    if entry is not None:
        _open(code, open_record(CENTRE, entry.row_id))


def _open_again(code: str) -> None:
    entry = store.place_entry(centre_code=code)
    if entry is not None:
        typed = {"status": "open", "opened_on": dates.numeric_date(clock.today()), "closed_on": ""}
        _open(code, open_record(CENTRE, entry.row_id, typed))


def _open_seats(code: str) -> None:
    entry = store.place_entry(centre_code=code)
    if entry is not None:
        typed = _first_day(CAPACITY, code)
        _open(code, begin(CAPACITY, typed, centre_code=code, base_version=entry.seats_version))


def _open_hours(code: str) -> None:
    """On the hours valid today."""
    entry = store.place_entry(centre_code=code)
    if entry is not None:
        typed = typed_week(store.centre_hours(centre_code=code, on=clock.today())) | _first_day(HOURS, code)
        _open(code, begin(HOURS, typed, centre_code=code, base_version=entry.hours_version))


def _first_day(form: EntryForm, code: str) -> dict[str, str]:
    """What is noted first of a place holds since it opened; from what day a change does, nobody says in its author's place."""
    place = store.place_facts(centre_code=code, on=clock.today())
    noted = place.seat_periods if form is CAPACITY else place.hour_periods
    opened: date | None = place.row["opened_on"]
    return {"valid_from": dates.numeric_date(opened)} if opened is not None and noted.is_empty() else {}


def _days_offered(form: EntryForm, code: str) -> dict[str, tuple[str, str]]:
    """The days from which seats and hours are most often noted, each taken at one press."""
    if form not in (CAPACITY, HOURS):
        return {}
    opened: date | None = store.place_facts(centre_code=code, on=clock.today()).row["opened_on"]
    days = {"Depuis l’ouverture": opened, "À partir d’aujourd’hui": clock.today()}
    return {
        f"{label} : {dates.long_date(day)}": ("valid_from", dates.numeric_date(day))
        for label, day in days.items()
        if day is not None
    }
