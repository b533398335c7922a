"""The fields of the weekly form: days as columns where there is room, one under the other on a phone.

Numbers are typed as text: a number field of the browser turns « 2,5 » into 25 and « abc » into nothing without a word.
"""

from html import escape
from typing import Final

import streamlit as st

from dashboard.ui import components
from dashboard.ui.forms.weekly_answers import draw_answers
from dashboard.ui.forms.weekly_drafts import draw_token
from dashboard.ui.forms.weekly_editing import Editing, editing_of, was_just_saved
from dashboard.ui.forms.weekly_lock import closing_sentence, draw_locked
from dashboard.ui.forms.weekly_proposal import draw_proposal
from dashboard.ui.forms.weekly_readback import draw_weeks_before, state_sentence
from dashboard.ui.forms.weekly_saving import save, start_again
from dashboard.ui.forms.weekly_sheet import Sheet, SheetDay, day_title
from dashboard.ui.forms.weekly_shortcuts import draw_shortcuts
from dashboard.ui.forms.weekly_typed import STATUSES
from dashboard.wording import dates
from dashboard.wording.refusals import PEOPLE
from dashboard.wording.typography import typeset

_HINT: Final = (
    "Demi-journées occupées : comptez-en une par poste occupé le matin ou l’après-midi. "
    "Laissez vide si vous ne savez pas : une case vide n’est pas un zéro."
)
_LOOK: Final = """<style>
[class*="st-key-weekly-day-"] .stTextInput label p { white-space: pre-line; line-height: 1.4; }
[class*="st-key-weekly-day-"] .stTextInput label p::first-line { font-weight: 600; }
/* The day is said by each field, and shown once a column. */
[class*="st-key-weekly-day-"] > .stElementContainer:not(:first-child) .stTextInput label { overflow: hidden; }
[class*="st-key-weekly-day-"] > .stElementContainer:not(:first-child) .stTextInput label p { margin-top: -1.4em; }
.cc-day-off { font-size: .875rem; margin: 0; opacity: .85; }
.cc-day-off strong { display: block; }
.cc-to-correct { font-size: .8125rem; font-weight: 600; margin: -.75rem 0 0; }
</style>"""
_NARROWEST_DAY: Final = 132


def draw_form(sheet: Sheet) -> None:
    """The whole form, or why there is nothing to enter; nothing is sent before a button is pressed."""
    if not sheet.has_seats:
        components.empty("Ce télécentre n’avait pas encore de poste cette semaine-là : il n’y a rien à saisir.")
        return
    if sheet.lock.is_locked:
        draw_locked(sheet)
        return
    if not sheet.asked and sheet.header.status is None:
        components.empty(_nothing_asked(sheet))
        return
    editing = editing_of(sheet)
    st.html(_LOOK)
    with st.form(f"weekly-form-{editing.number}", enter_to_submit=False, border=False):
        draw_answers(sheet, editing)
        components.notes((f"{state_sentence(sheet)} {closing_sentence(sheet)}", _HINT))
        _draw_resumed(sheet, editing)
        draw_shortcuts(sheet, editing)
        draw_proposal(sheet, editing)
        with st.grid(max(len(sheet.days), 1), min_column_width=_NARROWEST_DAY):
            for day in sheet.days:
                _draw_day(day, editing)
        week_side, before_side = st.columns([5, 3], gap="large")
        with week_side:
            _draw_rest(sheet, editing)
        with before_side:
            draw_weeks_before(sheet)


def _draw_resumed(sheet: Sheet, editing: Editing) -> None:
    """Says that the fields hold what their author left, and offers what is stored instead."""
    if editing.resumed_from is None:
        return
    when = dates.date_and_time(editing.resumed_from)
    components.note(f"Reprise de votre saisie du {when}, qui n’est pas enregistrée.")
    st.form_submit_button(
        "Repartir de ce qui est enregistré",
        icon=":material/restart_alt:",
        on_click=start_again,
        args=(sheet,),
        key="weekly-start-again",
    )


def _draw_day(day: SheetDay, editing: Editing) -> None:
    with st.container(key=f"weekly-day-{day.day.isoweekday()}", gap="small"):
        if not day.fields:
            title, reason = escape(day_title(day.day)), escape(typeset(day.not_asked))
            st.html(f'<p class="cc-day-off"><strong>{title}</strong>{reason}</p>')
            return
        for field in day.fields:
            typed = editing.typed.numbers.get(field.cell, "")
            _draw_number(editing, field.label, f"{field.day}-{field.seat_kind}", typed)
            _mark_faulty(editing, f"{field.day} {field.seat_kind}")
        closed = editing.key(f"closed-{day.day}")
        st.session_state.setdefault(closed, day.day in editing.typed.closed)
        st.checkbox(f"Fermé {dates.weekday(day.day.isoweekday())}", key=closed)


def _draw_rest(sheet: Sheet, editing: Editing) -> None:
    people_side, remark_side = st.columns([2, 3])
    with people_side:
        _draw_number(editing, f"{PEOPLE} (facultatif)", "people", editing.typed.people)
        _mark_faulty(editing, "distinct_people")
    with remark_side:
        remark = editing.key("remark")
        st.session_state.setdefault(remark, editing.typed.remark)
        st.text_area("Remarque (facultative), ou motif de fermeture", key=remark, height=68)
        _mark_faulty(editing, "comment")
    status = editing.key("status")
    st.session_state.setdefault(status, editing.typed.status)
    st.radio("État de la semaine", list(STATUSES), format_func=lambda code: STATUSES[code], key=status, horizontal=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.form_submit_button(
            "Enregistrer la semaine",
            type="primary",
            icon=":material/save:",
            shortcut="Ctrl+Enter",
            on_click=save,
            args=(sheet,),
            key="weekly-save-week",
        )
        _draw_result(sheet, editing)
    draw_token(sheet, prefix=editing.key(""), base_version=editing.base_version)


def _draw_result(sheet: Sheet, editing: Editing) -> None:
    """What came of it, in a word beside the button: the sentences above the fields may be out of sight there."""
    if editing.outcome is not None or sheet.header.version != editing.base_version:
        components.note("▲ Rien n’est enregistré : voyez la remarque en haut du formulaire.")
    elif was_just_saved(sheet) and sheet.header.entered_at is not None:
        components.note(f"✔ Enregistré à {dates.time_of_day(sheet.header.entered_at)}.")


def _draw_number(editing: Editing, label: str, name: str, typed: str) -> None:
    key = editing.key(name)
    st.session_state.setdefault(key, typed)
    # The type brings the keypad of phones; nothing else of a telephone number is wanted.
    st.text_input(label, key=key, type="phone", icon="", placeholder="", autocomplete="off")


def _mark_faulty(editing: Editing, field: str) -> None:
    if editing.outcome is not None and field in editing.outcome.faulty:
        st.html('<p class="cc-to-correct">▲ À corriger</p>')


def _nothing_asked(sheet: Sheet) -> str:
    reasons = list(dict.fromkeys(day.not_asked for day in sheet.days if day.not_asked))
    if reasons:
        return f"Rien à saisir cette semaine. {' ; '.join(reasons)}."
    return "Le télécentre n’ouvrait pas cette semaine-là : il n’y a rien à saisir."
