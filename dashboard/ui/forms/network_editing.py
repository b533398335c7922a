"""The week of all centres being entered: what was typed, then one save for all of it or none, and its taking back."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

import streamlit as st

from dashboard.imports.reading import Unreadable
from dashboard.ui import clock, session, store
from dashboard.ui.forms.network_pasting import pasted_into
from dashboard.ui.forms.network_review import Editing, touched, tried
from dashboard.ui.forms.network_sheet import NetworkSheet, Row
from dashboard.wording.refusals import refusal_sentence
from data_access.refusals import Refused
from data_access.writes.attendance import SavedWeek
from data_access.writes.rows import Change
from data_access.writes.undoing import undo_change

_MEMORY: Final = "network_memory"


@dataclass(frozen=True)
class SavedNetwork:
    """What this session saved last: when, how many sheets, and the traces to take it back."""

    week_start: date
    at: datetime
    centres: tuple[str, ...]
    audit_ids: tuple[int, ...]
    taken_back: bool = False
    refused: str = ""


@dataclass
class Memory:
    """What this session knows of its sheets of the network."""

    editing: Editing | None = None
    saved: SavedNetwork | None = None
    drawn: int = 0


def memory() -> Memory:
    """The memory of this session, begun at the first look."""
    if _MEMORY not in st.session_state:
        st.session_state[_MEMORY] = Memory()
    kept: Memory = st.session_state[_MEMORY]
    return kept


def editing_of(network: NetworkSheet) -> Editing:
    """The table of this week as it was left, or a new one on what is stored."""
    current = memory().editing
    if current is not None and current.week_start == network.week_start:
        return current
    stored = network.stored_rows()
    return _drawn(Editing(network.week_start, 0, _versions(network), stored, stored))


def _drawn(editing: Editing) -> Editing:
    """This table from now on, with widgets of its own."""
    kept = memory()
    kept.drawn += 1
    kept.editing = replace(editing, number=kept.drawn)
    return kept.editing


def _versions(network: NetworkSheet) -> dict[str, int]:
    return {sheet.centre_code: sheet.header.version for sheet in network.sheets}


def start_again(network: NetworkSheet) -> None:
    """Forgets what was typed: the table shows what is stored."""
    memory().editing = None


def keep_mine(network: NetworkSheet) -> None:
    """Lays what was typed over what others have stored meanwhile, and reviews the differences anew."""
    editing, stored = editing_of(network), network.stored_rows()
    rows = _on_screen(network, editing)
    mine = {code: rows[code] if touched(editing, rows, code) else row for code, row in stored.items()}
    drawn = _drawn(replace(editing, versions=_versions(network), base=stored, rows=mine, review=None))
    memory().editing = replace(drawn, review=tried(network, drawn, mine))


def review(network: NetworkSheet) -> None:
    """Says what saving would change, what cannot be saved, and what is asked."""
    editing = editing_of(network)
    memory().editing = replace(editing, review=tried(network, editing, _on_screen(network, editing)), refused_paste="")


def paste(network: NetworkSheet) -> None:
    """Lays the pasted table over what is on the screen, and reviews it."""
    editing = editing_of(network)
    text = str(st.session_state.get(editing.key("pasted"), ""))
    rows = _on_screen(network, editing)
    try:
        pasted = pasted_into(network, rows, text)
    except Unreadable as unreadable:
        memory().editing = replace(editing, refused_paste=str(unreadable))
        return
    drawn = _drawn(replace(editing, rows=pasted.rows, notes=pasted.notes, refused_paste=""))
    memory().editing = replace(drawn, review=tried(network, drawn, pasted.rows))


def save(network: NetworkSheet) -> None:
    """Stores every sheet that was reviewed, or none; what changed since the review is reviewed first."""
    editing, kept, now = editing_of(network), memory(), clock.now()
    asked, rows = editing.review, _on_screen(network, editing)
    if asked is None or rows != asked.rows or asked.faults:
        review(network)
        return
    saved: dict[str, SavedWeek] = {}
    outcome = tried(network, editing, rows, confirmed=asked.unusual, saved=saved)
    if outcome.faults or outcome.questions or outcome.database_failed:
        kept.editing = replace(editing, review=outcome)
        return
    traces = tuple(week.audit_id for week in saved.values() if week.audit_id is not None)
    kept.saved, kept.editing = SavedNetwork(network.week_start, now, tuple(saved), traces), None


def take_back_all(network: NetworkSheet) -> None:
    """Every sheet that was saved together is again as before, or none; a second press finds nothing left to do."""
    kept, change = memory(), Change(session.current_actor(), clock.now(), "take_back")
    saved = kept.saved
    if saved is None or saved.taken_back:
        return
    try:
        with store.writing() as connection:
            for audit_id in reversed(saved.audit_ids):
                undo_change(connection, change, audit_id)
    except Refused as refusal:
        said = " ".join(refusal_sentence(problem.rule, problem.values) for problem in refusal.problems)
        kept.saved = replace(saved, refused=said)
        return
    kept.saved, kept.editing = replace(saved, taken_back=True, refused=""), None


def _on_screen(network: NetworkSheet, editing: Editing) -> dict[str, Row]:
    """The rows as they were drawn, with what was typed in the cells since."""
    rows = dict(editing.rows)
    edited = st.session_state.get(editing.key("table"), {}).get("edited_rows", {})
    for at, cells in edited.items():
        code = network.sheets[int(at)].centre_code
        rows[code] = {**rows[code], **{column: str(text or "").strip() for column, text in cells.items()}}
    return rows
