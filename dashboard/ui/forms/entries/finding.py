"""Any record found, opened and corrected: the search of « Autres saisies », and the doors to it from other pages."""

from datetime import date
from typing import Any, Final

import streamlit as st

from dashboard.configuration import clock
from dashboard.ui import components, filters, session, store
from dashboard.ui.forms.entries.editing import (
    EntryForm,
    draw_deletion,
    draw_form,
    draw_said,
    editing_of,
    link_to_record,
    opened_row,
    read_again,
    show_record,
    undo,
)
from dashboard.ui.forms.entries.subjects import ENTRY_FORMS, PERIOD_FORMS
from dashboard.ui.journal import draw_history
from dashboard.wording import dates
from dashboard.wording.parsing import NotADay, parse_day_fr
from dashboard.wording.typography import count, escape_markdown, typeset
from data_access.entries.engine import find_entries
from data_access.entries.kind import FoundEntry

# Any record found again: by its words, its days and its centre, imported ones too; corrected, ended, removed, taken
# back.

NEW: Final = "noter"
FIND: Final = "retrouver"
_DEEDS: Final = {NEW: "Noter", FIND: "Retrouver et corriger"}
_EVERYWHERE: Final = "reseau"
_MOST_SHOWN: Final = 20
_LAST_SHOWN: Final = 5


def draw() -> None:
    """Which kind, then a new record of it, or those that there are."""
    form = _chosen_form()
    if form is None:
        return
    row_id = opened_row()
    if row_id is not None:
        # Whoever leaves the record is back at the search.
        filters.take("geste", FIND)
        _draw_record(form, row_id)
        return
    draw_said(form)
    if form in PERIOD_FORMS:
        components.note("De nouvelles positions ou de nouveaux horaires se notent sur la page Centres.")
        _draw_search(form)
    elif _chosen_deed(form) == FIND:
        _draw_search(form)
    else:
        editing = editing_of(form)
        if editing is not None:
            draw_form(editing)
        _draw_last(form)


def _draw_record(form: EntryForm, row_id: int) -> None:
    """One record: its form, its end, its removal, its history."""
    found = find(form, row_ids=[row_id])
    editing = editing_of(form, row_id)
    if editing is not None and found:
        editing = read_again(editing, found[0].version)
    draw_said(form)
    if editing is None:
        st.button("Revenir à la recherche", icon=":material/arrow_back:", on_click=_leave_record, key="entry-back")
        return
    st.header(escape_markdown(typeset(", ".join(each.label for each in found) or form.kind.title)), anchor=False)
    components.note("Vous corrigez une fiche enregistrée : seul ce que vous changez est écrit.")
    draw_form(editing)
    with st.container(horizontal=True):
        _draw_ending(form, row_id)
        if not form.kind.about:
            draw_deletion(editing)
    if form in PERIOD_FORMS:
        # The journal tells the periods of a place together.
        draw_history(form.kind.table.name, found[0].centre_code if found else "")
    else:
        draw_history(form.kind.table.name, row_id=row_id)


def find(form: EntryForm, **conditions: Any) -> list[FoundEntry]:
    """The records of this kind that who looks may correct, newest first; never kept, since names are among them."""
    with store.asking() as connection:
        return find_entries(connection, session.current_actor(), form.kind, **conditions)


def _chosen_form() -> EntryForm | None:
    """The form asked for by the address (`?saisie=convention`), among those this person may use."""
    actor = session.current_actor()
    forms = {form.key: form for form in (*ENTRY_FORMS, *PERIOD_FORMS) if form.allowed(actor)}
    if not forms:
        components.empty("Vous consultez les chiffres : il n’y a rien à saisir ici.")
        return None
    titles = {key: form.kind.title for key, form in forms.items()}
    usual = next(iter(titles))
    key = filters.choice(
        st.selectbox, typeset("Que notez-vous ?"), titles, key="saisie", usual=usual, width=420, on_change=_leave_record
    )
    return forms.get(key, forms[usual])


def _leave_record() -> None:
    """The number of a record means nothing among those of another kind."""
    st.query_params.pop("fiche", None)


def _chosen_deed(form: EntryForm) -> str:
    return filters.choice(
        st.segmented_control,
        "Que faire",
        _DEEDS,
        key="geste",
        usual=FIND if form.kind.key == "person" else NEW,
        required=True,
        label_visibility="collapsed",
    )


def _draw_search(form: EntryForm) -> None:
    """The words stay out of the address: they may be a name."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = _typed("Chercher", f"find-{form.key}-text", placeholder="Nom, titre, numéro, lieu…", width=300)
        conditions: dict[str, Any] = {"text": asked}
        centres = filters.own_centres()
        if len(centres) > 1 and any(field.is_centre for field in form.kind.fields):
            code = filters.place(
                "Télécentre",
                {_EVERYWHERE: "Tout le réseau", **centres},
                key="lieu",
                usual=_EVERYWHERE,
                width=280,
            )
            conditions["centre_code"] = code if code in centres else None
        for name, label in (("first", "Du"), ("last", "Au")) if form.kind.day else ():
            conditions[name] = _day(label, f"find-{form.key}-{name}")
    found = find(form, **conditions, count=_MOST_SHOWN + 1)
    if not found:
        components.note(
            "Aucune fiche ne correspond." if any(conditions.values()) else "Aucune fiche n’est enregistrée."
        )
        return
    if len(found) > _MOST_SHOWN:
        components.note(f"Les {_MOST_SHOWN} fiches les plus récentes. Précisez la recherche pour en trouver d’autres.")
    else:
        components.note(f"{count(len(found), 'fiche')}, la plus récente d’abord.")
    with st.container(gap="xxsmall", key="found-records"):
        for each in found[:_MOST_SHOWN]:
            link_to_record(form, each.row_id, each.label)


def _typed(label: str, key: str, **looks: Any) -> str:
    """What is typed, kept while a record is open, and out of the address."""
    st.session_state.setdefault(key, st.session_state.get(f"kept-{key}", ""))
    typed: str = st.text_input(label, key=key, max_chars=80, autocomplete="off", **looks)
    st.session_state[f"kept-{key}"] = typed
    return typed.strip()


def _day(label: str, key: str) -> date | None:
    typed = _typed(label, key, placeholder="jj/mm/aaaa", width=130)
    try:
        return parse_day_fr(typed) if typed else None
    except NotADay as wrong:
        st.error(typeset(f"{label} : {wrong}"))
        return None


def _draw_ending(form: EntryForm, row_id: int) -> None:
    """A press away from the last day, today, which is then read over and recorded."""
    ending = next((each for each in ENTRY_FORMS if each.ends_with and each.kind.table is form.kind.table), None)
    editing = editing_of(ending, row_id) if ending else None
    if ending is None or editing is None or editing.opened[ending.ends_with]:
        return
    st.button("Terminer", icon=":material/event_busy:", on_click=_end, args=(ending, row_id), key="entry-end")


def _end(form: EntryForm, row_id: int) -> None:
    filters.take("saisie", form.key)
    show_record(form, row_id, {form.ends_with: dates.numeric_date(clock.today())})


def _draw_last(form: EntryForm) -> None:
    """The last records that this person entered, to correct them or to take them back at once."""
    last = store.last_entries(
        actor_name=session.current_actor().name,
        tables=(form.kind.table.name,),
        actions=(form.kind.action,),
        count=_LAST_SHOWN,
    )
    if not last:
        return
    labels = {each.row_id: each.label for each in find(form, row_ids=[entry["row_id"] for entry in last])}
    st.markdown("**Vos dernières saisies**")
    for entry in last:
        with st.container(horizontal=True, vertical_alignment="center", key=f"entry-last-{entry['audit_id']}"):
            told = labels.get(entry["row_id"], entry["row_key"])
            st.markdown(escape_markdown(typeset(f"{told} — {dates.date_and_time(entry['at'])}")), width="stretch")
            if entry["row_id"] in labels:
                st.button(
                    "Corriger",
                    icon=":material/edit:",
                    on_click=show_record,
                    args=(form, entry["row_id"]),
                    key=f"entry-correct-{entry['audit_id']}",
                )
            st.button(
                "Annuler",
                icon=":material/undo:",
                on_click=undo,
                args=(form, entry["audit_id"]),
                key=f"entry-undo-{entry['audit_id']}",
            )


# From a page that shows records to the one its reader wants to correct.

_SHOWN: Final = 8


def draw_door(*forms: EntryForm, text: str = "", **conditions: Any) -> None:
    """« Corriger une fiche », folded, for who may: the records of these kinds, searched, each a link to its form.

    `text` is what the search holds at first; `conditions` are those of `find_entries` that the page already made. Nothing
    is asked of the database before it is unfolded.
    """
    actor = session.current_actor()
    offered = {form.key: form for form in forms if form.allowed(actor)}
    if not offered:
        return
    name = "-".join(offered)
    with st.popover(
        "Corriger une fiche", icon=":material/edit:", on_change="rerun", key=f"door-{name}", width="content"
    ) as door:
        if not door.open:
            return
        titles = {key: form.kind.title for key, form in offered.items()}
        key = next(iter(titles))
        if len(titles) > 1:
            chosen = st.selectbox("Fiches", list(titles), format_func=titles.__getitem__, key=f"door-kind-{name}")
            key = chosen if chosen in offered else key
        asked = st.text_input(
            "Chercher",
            value=text,
            max_chars=80,
            placeholder="Nom, titre, numéro, lieu…",
            key=f"door-text-{name}-{text}",
        )
        _draw_found(offered[key], text=asked, **conditions)


def _draw_found(form: EntryForm, **conditions: Any) -> None:
    found = find(form, **conditions, count=_SHOWN + 1)
    if not found:
        components.note("Aucune fiche ne correspond.")
    for each in found[:_SHOWN]:
        link_to_record(form, each.row_id, each.label)
    if len(found) > _SHOWN:
        components.note("Précisez la recherche pour en trouver d’autres.")
