"""What an entry form is: declared once, its choices, and what a session holds of it between two clicks."""

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Literal

import sqlalchemy as sa
import streamlit as st

from dashboard.configuration import clock
from dashboard.ui import filters, live, session, store
from dashboard.wording import dates
from dashboard.wording.dates import PARIS, numeric_date, time_of_day
from dashboard.wording.parsing import NotADay, NotANumber, parse_day_fr, parse_fr, parse_moment_fr, parse_whole_fr
from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.terms import PLACEMENT_STAGES, PROJECT_KINDS, Term
from dashboard.wording.typography import count, typeset
from data_access.entries.undoing import undo_change
from data_access.records import EntryRecord
from data_access.refusals import Problem, Refused, Rule, Unconfirmed
from data_access.rights import Actor
from data_access.writes.rows import Change, Saved

# What an entry form is, declared once, drawn, read and saved as every other; and the choices its fields offer.

# What an entry form is: declared once, drawn, read and saved the same way as every other.

Kind = Literal["text", "long_text", "whole", "decimal", "day", "moment", "choice", "flag"]
Values = Mapping[str, Any]
AskChoices = Callable[[], Mapping[str, str]]
_LONGEST_NUMBER: Final = 14


@dataclass(frozen=True)
class EntryField:
    """One field: its name in the record, its label, and how what is typed is read.

    `choices` gives the codes and their labels; a code is turned into the record's value by `value_of`. `repeats` says
    that « Enregistrer et saisir un autre » keeps it; `usual` what it holds in a new form.
    """

    name: str
    label: str
    kind: Kind = "text"
    optional: bool = False
    choices: AskChoices | None = None
    value_of: Callable[[str], Any] = str
    hint: str = ""
    repeats: bool = False
    usual: Callable[[], str] | None = None

    @property
    def shown_label(self) -> str:
        """The label as drawn: what may be left out says so."""
        return typeset(f"{self.label} (facultatif)") if self.optional and self.kind != "flag" else typeset(self.label)

    def parsed(self, typed: str) -> Any:
        """The value of what was typed; ValueError with a French sentence for what cannot be read."""
        text = typed.strip()
        if self.kind == "flag":
            return text == "1"
        if not text:
            return None
        if self.kind == "choice":
            return self.value_of(text)
        if self.kind in ("text", "long_text"):
            return typed
        try:
            return self._number_or_day(text)
        except (NotANumber, NotADay) as wrong:
            raise ValueError(typeset(f"{self.label} : {wrong}")) from None

    def _number_or_day(self, text: str) -> Any:
        if self.kind == "day":
            return parse_day_fr(text)
        if self.kind == "moment":
            return parse_moment_fr(text)
        if len(text) > _LONGEST_NUMBER:
            raise NotANumber(f"« {text} » est trop long pour un nombre.")
        if self.kind == "whole":
            return parse_whole_fr(text)
        number = parse_fr(text)
        return None if number is None else float(number)

    def typed(self, stored: Any) -> str:
        """What the field holds for a stored value."""
        if stored is None:
            return ""
        if self.kind == "flag":
            return "1" if stored else ""
        if self.kind == "day":
            return numeric_date(stored if isinstance(stored, date) else date.fromisoformat(stored))
        if self.kind == "moment":
            moment = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
            local = moment.astimezone(PARIS)
            return typeset(f"{numeric_date(local.date())} {local.hour} h {local.minute:02d}")
        if self.kind == "decimal":
            return f"{stored:.10g}".replace(".", ",")
        return str(stored)


@dataclass(frozen=True)
class EntryForm:
    """One kind of entry: its fields, its record, the write that stores it, and how its last entries are told.

    `table` is the one its audit entries name, `action` the word they give. `loads` turns a stored document into field
    values where their names differ; `told` says something computed from what was saved; `allowed` who may use it.
    """

    key: str
    title: str
    table: str
    action: str
    fields: tuple[EntryField, ...]
    record: type[EntryRecord]
    write: Callable[..., Any]
    summary: Callable[[Values], str]
    note: str
    allowed: Callable[[Actor], bool]
    gathers: Callable[[dict[str, Any]], dict[str, Any]] = dict
    loads: Callable[[dict[str, Any]], dict[str, Any]] = dict
    told: Callable[[Values], str] | None = None

    def label_of(self, name: str) -> str:
        """How the screen names a field of the record."""
        return next((field.label for field in self.fields if field.name == name), self.title)


# What the lists of entry forms offer: codes with their French words, and the records an entry may refer to.

Choices = Mapping[str, str]


def terms(words: Mapping[Any, Term]) -> Callable[[], Choices]:
    """The codes of a list with their words."""
    return lambda: {str(code): word.title for code, word in words.items()}


def own_centres() -> Choices:
    """The centres the actor enters figures for."""
    actor = session.current_actor()
    return {code: name for code, name in filters.centre_names().items() if actor.may_enter(code)}


def all_centres() -> Choices:
    """Every centre of the network."""
    return filters.centre_names()


def people() -> Choices:
    """The people the actor may choose, by name, with their member number."""
    return {
        str(row["person_id"]): f"{row['family_name']} {row['given_name'] or ''}".strip()
        + (f" (adhérent {row['member_number']})" if row["member_number"] else "")
        for row in store.known_people(session.current_actor()).iter_rows(named=True)
    }


def memberships() -> Choices:
    """The memberships that have not ended."""
    return {
        str(row["membership_id"]): f"{row['family_name']} {row['given_name'] or ''}, adhérent {row['member_number']}, "
        f"depuis le {dates.long_date(row['joined_on'])}"
        for row in store.open_memberships(session.current_actor()).iter_rows(named=True)
    }


def placements() -> Choices:
    """The candidates who are not hired yet."""
    return {
        str(row["placement_id"]): f"{row['candidate_ref']} ({PLACEMENT_STAGES[row['stage']].label})"
        for row in store.open_placements().iter_rows(named=True)
    }


def sessions() -> Choices:
    """The welcome sessions, newest first."""
    return {
        str(row["session_id"]): f"Session n° {row['number']}"
        + (f", {dates.long_date(row['starts_on'])}" if row["starts_on"] else "")
        + (f", {row['place']}" if row["place"] else "")
        for row in store.welcome_session_choices().iter_rows(named=True)
    }


def households() -> Choices:
    """The households of the welcome sessions; they have no name."""
    return {
        str(row["household_id"]): f"Session n° {row['number']}, foyer {row['household_id']} : "
        f"{PROJECT_KINDS[row['project_kind']].label}, {count(row['people'], 'personne')}"
        for row in store.household_choices().iter_rows(named=True)
    }


def courses() -> Choices:
    """The courses of the catalogue."""
    return {str(row["course_id"]): row["title"] for row in store.course_choices().iter_rows(named=True)}


def events() -> Choices:
    """The last events the actor may complete."""
    return {
        str(row["event_id"]): f"{dates.numeric_date(row['starts_at'].astimezone(dates.PARIS).date())}, {row['title']}"
        for row in store.event_choices(session.current_actor(), until=live.end_of_minute(clock.now())).iter_rows(
            named=True
        )
    }


def today() -> str:
    """The day it is, as it would be typed."""
    return dates.numeric_date(clock.today())


# An entry form being filled in: what a session holds of it between two clicks, and what its buttons do.

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
