"""An entry form being filled in: what a session holds of it between two clicks, and what its buttons do."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
import streamlit as st

from dashboard.configuration import clock
from dashboard.ui import session, store
from dashboard.ui.forms.entries.model import EntryForm
from dashboard.wording.dates import time_of_day
from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.typography import typeset
from data_access.refusals import Problem, Refused, Rule, Unconfirmed
from data_access.writes.rows import Change, Saved
from data_access.writes.undoing import undo_change

_MEMORY: Final = "entry_memory"
_DATABASE_FAILED: Final = (
    "La base de données ne répond pas. Rien n’a été enregistré ; ce que vous avez tapé reste affiché ici."
)
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class EntryEditing:
    """One form: a new record (`row_id` None) or one that is corrected. `number` sets its fields apart from others."""

    form: str
    number: int
    typed: Mapping[str, str]
    request_key: str
    row_id: int | None = None
    base_version: int = 0
    wrong: tuple[tuple[str, str], ...] = ()
    unusual: frozenset[Rule] = frozenset()

    def key(self, field: str) -> str:
        """The name of a field among all fields of the session."""
        return f"entry-{self.form}-{self.number}-{field}"


@dataclass
class EntryMemory:
    """One object, found before a write and changed after it: a run may end at any look into the session state."""

    editing: dict[str, EntryEditing]
    said: dict[str, str]
    forms: int = 0


def memory() -> EntryMemory:
    """What this session knows of its entry forms."""
    if _MEMORY not in st.session_state:
        st.session_state[_MEMORY] = EntryMemory({}, {})
    found: EntryMemory = st.session_state[_MEMORY]
    return found


def editing_of(form: EntryForm) -> EntryEditing:
    """The form as it was left, or a new one."""
    return memory().editing.get(form.key) or begin(form, {field.name: _usual(field) for field in form.fields})


def begin(form: EntryForm, typed: Mapping[str, str], **about: Any) -> EntryEditing:
    """A form with fields of its own, from what they hold."""
    known = memory()
    known.forms += 1
    editing = EntryEditing(form.key, known.forms, dict(typed), secrets.token_urlsafe(12), **about)
    known.editing[form.key] = editing
    return editing


def save(form: EntryForm, *, another: bool = False, confirmed: bool = False) -> None:
    """Records what is on the screen; with `another` the next form keeps what repeats."""
    known, actor, now = memory(), session.current_actor(), clock.now()
    asked = editing_of(form)
    editing = replace(asked, typed=_on_screen(form, asked))
    agreed = asked.unusual if confirmed and editing.typed == asked.typed else frozenset()
    try:
        record = _record(form, editing, agreed)
        with store.writing() as connection:
            saved: Saved = form.write(connection, actor, record, now=now, row_id=editing.row_id)
    except _Unreadable as unreadable:
        known.editing[form.key] = replace(editing, wrong=unreadable.wrong, unusual=frozenset())
    except Refused as refusal:
        rules = frozenset(problem.rule for problem in refusal.problems) if isinstance(refusal, Unconfirmed) else None
        wrong = tuple((problem.field, sentence(form, problem)) for problem in refusal.problems)
        known.editing[form.key] = replace(editing, wrong=wrong, unusual=rules or frozenset())
    except sa.exc.SQLAlchemyError:
        _log.exception("an entry of %s could not be recorded", form.key)
        known.editing[form.key] = replace(editing, wrong=(("", typeset(_DATABASE_FAILED)),), unusual=frozenset())
    else:
        known.said[form.key] = _acknowledged(form, record, saved, now)
        kept = {
            field.name: editing.typed[field.name] if another and field.repeats else _usual(field)
            for field in form.fields
        }
        begin(form, kept)


def correct(form: EntryForm, row_id: int) -> None:
    """Opens a record that is stored, to correct it."""
    document = store.record_content(table=form.table, row_id=row_id)
    known = memory()
    known.said.pop(form.key, None)
    if document is None:
        known.said[form.key] = refusal_sentence("unknown_record", {})
        return
    values = form.loads(_with_centre_codes(document))
    if form.action != "record_" + form.table and "_id" in form.fields[0].name:
        values |= {form.fields[0].name: row_id}
    typed = {field.name: field.typed(values.get(field.name)) for field in form.fields}
    begin(form, typed, row_id=row_id, base_version=document["version"])


def undo(form: EntryForm, audit_id: int) -> None:
    """Takes back an entry; a second press says that it was taken back already."""
    known, actor, now = memory(), session.current_actor(), clock.now()
    try:
        with store.writing() as connection:
            undo_change(connection, Change(actor, now, "take_back"), audit_id)
    except Refused as refusal:
        known.said[form.key] = " ".join(sentence(form, problem) for problem in refusal.problems)
    else:
        known.said[form.key] = "Saisie annulée."


def give_up(form: EntryForm) -> None:
    """Leaves a correction: the form is new again."""
    memory().editing.pop(form.key, None)


def sentence(form: EntryForm, problem: Problem) -> str:
    """A problem in French, with the name the screen gives its field."""
    return refusal_sentence(problem.rule, {**problem.values, "label": form.label_of(problem.field)})


class _Unreadable(ValueError):
    def __init__(self, wrong: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(said for _field, said in wrong))
        self.wrong = tuple(wrong)


def _record(form: EntryForm, editing: EntryEditing, confirmed: frozenset[Rule]) -> Any:
    values: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for field in form.fields:
        try:
            value = field.parsed(editing.typed[field.name])
        except ValueError as problem:
            wrong.append((field.name, str(problem)))
            continue
        if value is None and not field.optional and field.kind == "choice":
            wrong.append((field.name, refusal_sentence("missing_value", {"label": field.label})))
        values[field.name] = value
    if wrong:
        raise _Unreadable(wrong)
    meta: dict[str, Any] = {
        "base_version": editing.base_version,
        "request_key": editing.request_key,
        "confirmed": confirmed,
    }
    return form.record(**form.gathers(values), **meta)


def _on_screen(form: EntryForm, editing: EntryEditing) -> dict[str, str]:
    shown = {}
    for field in form.fields:
        value = st.session_state.get(editing.key(field.name), editing.typed.get(field.name, ""))
        shown[field.name] = ("1" if value else "") if field.kind == "flag" else str(value or "")
    return shown


def _usual(field: Any) -> str:
    return field.usual() if field.usual else ""


def _with_centre_codes(document: dict[str, Any]) -> dict[str, Any]:
    """Centres are stored by their id, and chosen by their code."""
    codes = {row["id"]: row["code"] for row in store.centre_codes().iter_rows(named=True)}
    named = {
        f"{name.removesuffix('_id')}_code": codes.get(value) for name, value in document.items() if "centre_id" in name
    }
    return document | named


def _acknowledged(form: EntryForm, record: Any, saved: Saved, now: datetime) -> str:
    if saved.already_recorded:
        return typeset(f"{form.title} : c’était déjà enregistré, rien n’a changé.")
    said = f"{form.title} : enregistré à {time_of_day(now)}."
    return typeset(f"{said} {form.told(record.model_dump())}" if form.told else said)
