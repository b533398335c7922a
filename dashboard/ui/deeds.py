"""What a button did or was refused, in French, kept until the next drawing says it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from dashboard.configuration import clock
from dashboard.ui import session, store
from dashboard.wording.refusals import refusal_sentences
from dashboard.wording.typography import escape_markdown, typeset
from data_access.entries.undoing import undo_change
from data_access.refusals import Refused
from data_access.writes.rows import Change


@dataclass
class Outcome:
    """What was done, what was refused, the link to hand over, the row it was about, and the change that can be taken back."""

    said: str = ""
    wrong: str = ""
    link: str = ""
    row_id: int | None = None
    audit_id: int | None = None


def begin(about: str) -> Outcome:
    """The outcome of a deed that begins, in the place of the last one: in the session before anything is written, since a
    run may end at any look into it."""
    outcome = st.session_state[f"outcome-{about}"] = Outcome()
    return outcome


def last(about: str) -> Outcome:
    """What came of the last deed; nothing without any."""
    outcome: Outcome = st.session_state.get(f"outcome-{about}") or Outcome()
    return outcome


@contextmanager
def telling(about: str, label: str | Callable[[str], str] = "") -> Iterator[Outcome]:
    """The outcome of a deed, for who does it to fill; a refusal ends the deed, and is its outcome."""
    outcome = begin(about)
    try:
        yield outcome
    except Refused as refusal:
        outcome.said, outcome.wrong = "", refusal_sentences(refusal, label)


def undo(about: str, audit_id: int, said: str, label: str | Callable[[str], str] = "") -> None:
    """Takes back a change; a second press says that it was taken back already."""
    change = Change(session.current_actor(), clock.now(), "take_back")
    with telling(about, label) as outcome:
        with store.writing() as connection:
            undo_change(connection, change, audit_id)
        outcome.said = said


def draw(about: str, *, icon: str = "", once: bool = True) -> Outcome:
    """Says what came of the last button, `once` or until the next; with an `icon`, what was refused looks like what was done."""
    outcome = last(about)
    if once:
        begin(about)
    said, wrong = (escape_markdown(typeset(text)) for text in (outcome.said, outcome.wrong))
    if icon and (said or wrong):
        st.info(said or wrong, icon=icon)
        return outcome
    if said:
        st.success(said, icon=":material/check_circle:")
    if wrong:
        st.error(wrong, icon=":material/error:")
    return outcome
