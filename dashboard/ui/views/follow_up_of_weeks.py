"""What to do about the weeks: figures to verify, and centres to remind."""

from datetime import date, datetime
from typing import Any, Final, cast

import polars as pl
import streamlit as st

from dashboard.reminders.messages import Message, reminder_message
from dashboard.settings import load_settings
from dashboard.ui import clock, components, navigation, session, store
from dashboard.ui.forms.weekly_answers import as_plain_text
from dashboard.wording import dates
from dashboard.wording.plurals import count, enumeration
from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.typography import typeset
from data_access.refusals import Refused
from data_access.writes.attendance import verify_week
from data_access.writes.reminders import record_reminders

_SAID: Final = "completeness_said"
_DOUBTS: Final = {
    "above_offer": "plus que ce qui était offert",
    "far_from_usual": "loin de l’habitude des huit semaines précédentes",
    "all_zero": "personne de la semaine",
    "same_as_before": "les mêmes chiffres que la semaine d’avant",
}


def draw_to_verify() -> None:
    """The weeks whose author said an unusual figure was right, each with its two answers."""
    weeks = store.weeks_to_verify(as_of=clock.today())
    actor = session.current_actor()
    said = st.session_state.pop(_SAID, None)
    if said:
        st.info(as_plain_text(said), icon=":material/info:")
    mine = [row for row in weeks.iter_rows(named=True) if actor.may_enter(row["centre_code"])]
    if not mine:
        components.note("Aucune valeur à vérifier.")
        return
    for row in mine:
        told, yes, no = st.columns([6, 1.6, 1.4], vertical_alignment="center")
        told.markdown(_told(row))
        with yes:
            st.button(
                "Confirmer",
                icon=":material/check:",
                key=f"verify-{row['centre_code']}-{row['week_start']}",
                on_click=_confirm,
                args=(row["centre_code"], row["week_start"], row["version"]),
            )
        with no:
            query = {"centre": row["centre_code"], "semaine": dates.week_key(row["week_start"])}
            navigation.link_to("weekly_entry", "Corriger", query=query)


def draw_reminders() -> None:
    """One ready message per centre that owes a week, to copy or to open in the mail program."""
    owed = store.weeks_owed(as_of=clock.today())
    if owed.is_empty():
        components.note("Toutes les semaines attendues sont saisies : personne à relancer.")
        return
    for (code, name), rows in owed.group_by("centre_code", "centre_name", maintain_order=True):
        _draw_reminder(str(code), str(name), rows)


def _draw_reminder(code: str, name: str, rows: pl.DataFrame) -> None:
    weeks = rows["week_start"].to_list()
    message = _message(code, name, rows)
    named = enumeration([dates.short_week(week) for week in weeks])
    with st.expander(typeset(f"{name} : {named}"), icon=":material/mail:"):
        last = cast("datetime | None", rows["last_reminded_at"].max())
        to = message.recipient or "aucune adresse électronique connue"
        components.note(f"À : {to}." + (f" Dernière relance le {dates.date_and_time(last)}." if last else ""))
        st.code(f"{message.subject}\n\n{message.body}", language=None, wrap_lines=True)
        with st.container(horizontal=True):
            st.link_button("Ouvrir dans la messagerie", message.mail_link, icon=":material/outgoing_mail:")
            st.button(
                "Noter cette relance",
                icon=":material/done_all:",
                key=f"reminded-{code}",
                on_click=_note,
                args=(code, weeks, message.recipient),
            )


def _message(code: str, name: str, rows: pl.DataFrame) -> Message:
    return reminder_message(
        name,
        rows["recipient"][0],
        rows["week_start"].to_list(),
        as_of=clock.today(),
        centre_code=code,
        address=load_settings().public_address,
    )


def _told(row: dict[str, Any]) -> str:
    doubts = enumeration([_DOUBTS.get(code, code) for code in str(row["doubts"]).split()])
    week = dates.short_week(row["week_start"])
    return as_plain_text(typeset(f"{row['centre_name']}, {week} : {doubts}."))


def _confirm(centre_code: str, week_start: date, version: int) -> None:
    actor, now = session.current_actor(), clock.now()
    try:
        with store.writing() as connection:
            verify_week(
                connection, actor, centre_code=centre_code, week_start=week_start, base_version=version, now=now
            )
    except Refused as refusal:
        st.session_state[_SAID] = " ".join(
            refusal_sentence(problem.rule, problem.values) for problem in refusal.problems
        )
    else:
        st.session_state[_SAID] = f"Semaine {week_start.isocalendar().week} vérifiée."


def _note(code: str, weeks: list[date], recipient: str | None) -> None:
    actor, now = session.current_actor(), clock.now()
    with store.writing() as connection:
        noted = record_reminders(
            connection,
            actor,
            centre_code=code,
            weeks=weeks,
            recipient=recipient or actor.name,
            channel="copied",
            now=now,
        )
    st.session_state[_SAID] = (
        f"Relance notée pour {count(len(noted), 'semaine')}."
        if noted
        else "Cette relance était déjà notée aujourd’hui."
    )
