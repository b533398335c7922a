"""A week that is locked: what is stored of it, and for who coordinates the way to open it again."""

from typing import Final

import polars as pl
import streamlit as st

from dashboard.exports.tables import Table
from dashboard.ui import clock, components, session, store
from dashboard.ui.forms.weekly_readback import state_sentence
from dashboard.ui.forms.weekly_sheet import Sheet, day_title
from dashboard.wording import dates
from dashboard.wording.plurals import count
from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.terms import SEAT_KINDS
from dashboard.wording.typography import typeset
from data_access.refusals import Refused
from data_access.writes.attendance import reopen_week

_REASON: Final = "weekly-reopening-reason"
_WRONG: Final = "weekly-reopening-wrong"


def draw_locked(sheet: Sheet) -> None:
    """Says since when nothing can be entered, shows what is stored, and offers to open the week again."""
    values = {"week_start": sheet.week_start, "locked_on": sheet.lock.locked_on}
    coordinates = session.current_actor().coordinates
    said = refusal_sentence("week_locked", values)
    if coordinates:
        said = said.split(". ")[0] + ". Vous pouvez la rouvrir pour sept jours, en disant pourquoi."
    st.warning(typeset(said), icon=":material/lock:")
    components.notes((state_sentence(sheet),))
    _draw_stored(sheet)
    if coordinates:
        _draw_reopening(sheet)


def closing_sentence(sheet: Sheet) -> str:
    """How long the week may still be entered."""
    if sheet.lock.open_until is not None and sheet.today >= sheet.lock.locked_on:
        return f"Semaine rouverte par la coordination jusqu’au {dates.full_date(sheet.lock.open_until)} compris."
    left = (sheet.lock.locked_on - sheet.today).days
    return f"Clôture dans {count(left, 'jour')}, le {dates.full_date(sheet.lock.locked_on)}."


def _draw_stored(sheet: Sheet) -> None:
    rows = [
        {
            "day": day_title(field.day),
            "seat_kind": SEAT_KINDS[field.seat_kind].brief,
            "half_days": "fermé" if field.closed else ("" if field.half_days is None else str(field.half_days)),
        }
        for day in sheet.days
        for field in day.fields
        if field.closed or field.half_days is not None
    ]
    if rows:
        headings = {"day": "Jour", "seat_kind": "Positions", "half_days": "Demi-journées"}
        components.table(Table("Demi-journées enregistrées", pl.DataFrame(rows), headings))


def _draw_reopening(sheet: Sheet) -> None:
    with st.form("weekly-reopening", enter_to_submit=False):
        if st.session_state.get(_WRONG):
            st.error(st.session_state[_WRONG], icon=":material/error:")
        st.text_input("Motif de la réouverture", key=_REASON, placeholder="", max_chars=None)
        st.form_submit_button("Rouvrir la semaine", icon=":material/lock_open:", on_click=_reopen, args=(sheet,))


def _reopen(sheet: Sheet) -> None:
    actor, now = session.current_actor(), clock.now()
    reason = str(st.session_state.get(_REASON, ""))
    wrong = ""
    try:
        with store.writing() as connection:
            reopen_week(
                connection,
                actor,
                centre_code=sheet.centre_code,
                week_start=sheet.week_start,
                reason=reason,
                now=now,
            )
    except Refused as refusal:
        label = {"label": "Motif de la réouverture"}
        wrong = " ".join(refusal_sentence(problem.rule, {**problem.values, **label}) for problem in refusal.problems)
    st.session_state[_WRONG] = wrong
