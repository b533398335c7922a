"""From a page that shows records to the one its reader wants to correct."""

from typing import Any, Final

import streamlit as st

from dashboard.ui import components, session
from dashboard.ui.forms.entries.drawing import link_to_record
from dashboard.ui.forms.entries.editing import EntryForm
from dashboard.ui.forms.entries.finding import find

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
        titles = {key: form.title for key, form in offered.items()}
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
