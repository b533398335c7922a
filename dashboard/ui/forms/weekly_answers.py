"""Why a weekly sheet is not recorded yet, and the buttons that answer: they are part of the form, so nothing typed is lost."""

import re
from collections.abc import Callable
from typing import Final

import streamlit as st

from dashboard.ui.forms.weekly_editing import Editing, Outcome
from dashboard.ui.forms.weekly_saving import (
    correct,
    keep_mine,
    save,
    save_as_draft,
    save_unusual,
    save_with_closed_days,
    take_theirs,
)
from dashboard.ui.forms.weekly_sheet import Sheet
from dashboard.wording.plurals import count
from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.terms import WEEK_STATUSES
from dashboard.wording.typography import typeset

_DATABASE_FAILED: Final = (
    "La base de données ne répond pas. Vos chiffres n’ont pas été enregistrés ; ils restent affichés ici."
)
_MARKDOWN_SIGNS: Final = re.compile(r"([\\`*_\[\]<>#|~$])|:(?=\w)")

Button = tuple[str, Callable[..., None], tuple[Sheet, ...]]


def draw_answers(sheet: Sheet, editing: Editing) -> None:
    """What is wrong or asked, above the fields; nothing when all is well."""
    outcome = editing.outcome
    if sheet.header.version != editing.base_version:
        st.warning(_conflict(sheet), icon=":material/group:")
        _buttons(("Voir ses chiffres", take_theirs, (sheet,)), ("Garder les miens", keep_mine, (sheet,)))
    elif outcome is None:
        return
    elif outcome.database_failed:
        st.error(typeset(_DATABASE_FAILED), icon=":material/cloud_off:")
        _buttons(("Réessayer", save, (sheet,)))
    elif outcome.unusual:
        st.warning(_told(outcome), icon=":material/help:")
        _buttons(("Enregistrer quand même", save_unusual, (sheet,)), ("Corriger", correct, (sheet,)))
    elif outcome.blank_days:
        st.warning(f"{_told(outcome)} Si oui, dites pourquoi dans la remarque.", icon=":material/help:")
        closed = "Oui, fermé ces jours-là" if len(outcome.blank_days) > 1 else "Oui, fermé ce jour-là"
        later = "Non, je complèterai plus tard"
        _buttons((closed, save_with_closed_days, (sheet,)), (later, save_as_draft, (sheet,)))
    else:
        st.error(_told(outcome), icon=":material/error:")


def as_plain_text(text: str) -> str:
    """The text with its Markdown signs shown as they are: it may hold what somebody typed."""
    return _MARKDOWN_SIGNS.sub(lambda sign: "\\" + sign.group(), text)


def _told(outcome: Outcome) -> str:
    sentences = [as_plain_text(sentence) for sentence in outcome.sentences]
    if len(sentences) == 1:
        return sentences[0]
    return typeset(f"{count(len(sentences), 'point')} à revoir :\n") + "".join(f"\n- {said}" for said in sentences)


def _conflict(sheet: Sheet) -> str:
    header = sheet.header
    said = refusal_sentence("stale_version", {"entered_by": header.entered_by, "entered_at": header.entered_at})
    if header.status is None:
        return as_plain_text(said)
    state = WEEK_STATUSES[header.status].label
    theirs = typeset(f" Ses chiffres : {count(sheet.stored_total, 'demi-journée')}, semaine {state}.")
    return as_plain_text(said + theirs)


def _buttons(*buttons: Button) -> None:
    with st.container(horizontal=True):
        for label, action, about in buttons:
            st.form_submit_button(label, on_click=action, args=about, key=f"weekly-{action.__name__}")
