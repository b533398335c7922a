"""An entry form being filled in: what a session holds of it between two clicks, what its buttons do, how it is drawn."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import streamlit as st

from dashboard.configuration import clock
from dashboard.ui import components, deeds, session, store
from dashboard.ui.forms.entries.fields import EntryField, NotOffered, completed, record_values
from dashboard.ui.forms.filling import Filling, draw_marker, draw_resumed
from dashboard.wording.dates import time_of_day
from dashboard.wording.refusals import refusal_sentence, refusal_sentences
from dashboard.wording.typography import count, escape_markdown, typeset
from data_access.entries import KINDS
from data_access.entries.engine import delete_entry, record_entry, stored_record
from data_access.entries.kind import Kind
from data_access.records import EntryRecord
from data_access.refusals import Problem, Refused, Rule, Unconfirmed
from data_access.rights import Actor, allows
from data_access.writes.rows import Saved, record_denial

# A record being entered or corrected: what a session holds of it between two clicks, and what its buttons do.

Values = Mapping[str, Any]
MOST_TYPED: Final = 4_000
_ADDRESS: Final = "fiche"


@dataclass(frozen=True)
class EntryForm:
    """What a screen adds to a kind of record: the word of its address, its fields in order, and a note under them.

    `gathers` turns what the fields say, and the record as stored, into values of the record, and `spreads` a record into
    what the fields say, where a field is not one of the record. `ends_with` is the field of the last day. `told` says
    something computed from what was saved.
    """

    key: str
    kind: Kind
    fields: tuple[EntryField, ...]
    note: str
    gathers: Callable[[dict[str, Any], EntryRecord | None], dict[str, Any]] = lambda values, _stored: values
    spreads: Callable[[dict[str, Any]], dict[str, Any]] = dict
    ends_with: str = ""
    told: Callable[[Values], str] | None = None

    @property
    def about(self) -> str:
        """Where what came of its buttons is told."""
        return f"entry-{self.key}"

    def allowed(self, actor: Actor) -> bool:
        """Whether somebody may record this kind at all."""
        return allows(actor, self.kind.right)

    def label_of(self, name: str) -> str:
        """How the screen names a field of the record."""
        return next((each.label for each in self.fields if each.name == name), self.kind.label_of(name))

    def typed(self, record: EntryRecord) -> dict[str, str]:
        """What the fields hold for a record."""
        values = self.spreads(record_values(record))
        return {each.name: each.typed(values.get(each.name)) for each in self.fields}


def entry_form(key: str, kind: str, *fields: EntryField, **adds: Any) -> EntryForm:
    """The form of a kind of record, its fields completed from the declaration."""
    declared = KINDS[kind]
    return EntryForm(key, declared, tuple(completed(each, declared) for each in fields), **adds)


@dataclass(frozen=True)
class Editing:
    """One form on the screen: a new record (`stored` None) or one that is corrected.

    `opened` is what the fields held when it opened: what differs from it is what its author changed. `given` are values of
    the record that the screen gives and no field asks. `existing` is the record that says the same already. `number` sets
    its fields apart from those of other forms.
    """

    form: EntryForm
    number: int
    opened: Mapping[str, str]
    typed: Mapping[str, str]
    request_key: str
    row_id: int | None = None
    stored: EntryRecord | None = None
    given: Values = field(default_factory=dict)
    wrong: tuple[tuple[str, str], ...] = ()
    existing: int | None = None
    unusual: frozenset[Rule] = frozenset()
    resumed_from: datetime | None = None
    """When its author left in it what the fields hold, here or elsewhere."""

    @property
    def filling(self) -> Filling:
        """What the texts of its fields are kept under."""
        about = f"new {sorted(self.given.items())}" if self.row_id is None else str(self.row_id)
        return Filling(f"entry-{self.form.key}"[:60], about[:200], self.stored.base_version if self.stored else 0)

    def key(self, name: str) -> str:
        """The name of a field among all fields of the session."""
        return f"entry-{self.form.key}-{self.number}-{name}"


@dataclass
class _Memory:
    editing: dict[tuple[str, int | None], Editing] = field(default_factory=dict)
    forms: int = 0


def is_edited(form: EntryForm, row_id: int | None, number: int) -> bool:
    """Whether that very form is still on the screen: it ends when it is saved or given up."""
    known = session.memory(_Memory).editing.get((form.key, row_id))
    return known is not None and known.number == number


def editing_of(form: EntryForm, row_id: int | None = None) -> Editing | None:
    """The form as it was left, or opened anew; None, with the reason in what is said, for a record that cannot be."""
    known = session.memory(_Memory).editing.get((form.key, row_id))
    # Streamlit drops the fields of a page that is left.
    if known is not None and any(known.key(each.name) in st.session_state for each in form.fields):
        return known
    opened = known or (begin(form) if row_id is None else open_record(form, row_id))
    return None if opened is None else _resumed(opened)


def _resumed(editing: Editing) -> Editing:
    """The form with what its author typed and did not record, unless the record was changed since."""
    kept = editing.filling.left()
    if kept is None:
        return editing
    left = {each.name: each.left(kept.typed[each.name]) for each in editing.form.fields if each.name in kept.typed}
    typed = {**editing.typed, **left}
    if typed == dict(editing.typed):
        return editing
    key = kept.typed.get("request_key") or editing.request_key
    editing = replace(editing, typed=typed, request_key=key, resumed_from=kept.saved_at)
    session.memory(_Memory).editing[editing.form.key, editing.row_id] = editing
    return editing


def begin(form: EntryForm, typed: Mapping[str, str] | None = None, **given: Any) -> Editing:
    """A new record, from what its fields hold; their usual values where nothing is said."""
    usual = {each.name: each.usual() if each.usual else "" for each in form.fields}
    return _keep(form, {}, usual | dict(typed or {}), given=given)


def open_record(form: EntryForm, row_id: int, typed: Mapping[str, str] | None = None) -> Editing | None:
    """A stored record, to correct it; with `typed` some fields already say something else."""
    actor = session.current_actor()
    try:
        with store.asking() as connection:
            stored = stored_record(connection, actor, form.kind, row_id)
    except Refused as refusal:
        deeds.begin(form.about).wrong = refusal_sentences(refusal, form.label_of)
        return None
    opened = form.typed(stored)
    return _keep(form, opened, opened | dict(typed or {}), row_id=row_id, stored=stored)


def _keep(form: EntryForm, opened: Mapping[str, str], typed: Mapping[str, str], **about: Any) -> Editing:
    known = session.memory(_Memory)
    known.forms += 1
    editing = Editing(form, known.forms, dict(opened), dict(typed), secrets.token_urlsafe(12), **about)
    known.editing[form.key, editing.row_id] = editing
    return editing


def read_again(editing: Editing, version: int) -> Editing | None:
    """The record as it is by now, when somebody changed it and nothing was typed in the form meanwhile."""
    if editing.stored is None or editing.stored.base_version == version or _on_screen(editing) != dict(editing.opened):
        return editing
    return open_record(editing.form, editing.row_id or 0)


def opened_row() -> int | None:
    """The record that the address asks for (`?fiche=123`)."""
    asked = st.query_params.get(_ADDRESS, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 15 else None


def show_record(form: EntryForm, row_id: int, typed: Mapping[str, str] | None = None) -> None:
    """Opens a record, in the address too."""
    deeds.begin(form.about)
    if open_record(form, row_id, typed) is not None:
        st.query_params[_ADDRESS] = str(row_id)


def give_up(editing: Editing) -> None:
    """Leaves a form without recording it, or after."""
    session.memory(_Memory).editing.pop((editing.form.key, editing.row_id), None)
    if editing.row_id is not None and opened_row() == editing.row_id:
        del st.query_params[_ADDRESS]


def _close(editing: Editing) -> None:
    """Leaves a record as it is stored; what was typed over it is given up."""
    editing.filling.give_up(editing.request_key)
    give_up(editing)


def start_again(editing: Editing) -> None:
    """Forgets what was typed, here and elsewhere: the fields are again as they were first."""
    editing.filling.give_up(editing.request_key)
    session.memory(_Memory).editing.pop((editing.form.key, editing.row_id), None)
    if editing.row_id is None:
        begin(editing.form, **editing.given)


def save(asked: Editing, *, another: bool = False, confirmed: bool = False) -> None:
    """Records what is on the screen; with `another` the next form keeps what repeats."""
    known, actor, now, form = session.memory(_Memory), session.current_actor(), clock.now(), asked.form
    editing = replace(asked, typed=_on_screen(asked), wrong=(), existing=None, unusual=frozenset())
    agreed = asked.unusual if confirmed and editing.typed == asked.typed else frozenset()
    where = (form.key, editing.row_id)
    outcome = deeds.begin(form.about)
    try:
        record = _record(editing, agreed)
        with store.writing() as connection:
            saved: Saved = record_entry(connection, actor, form.kind, record, now=now, row_id=editing.row_id)
            editing.filling.forget(connection)
    except _Unreadable as unreadable:
        known.editing[where] = replace(editing, wrong=unreadable.wrong)
        for name in unreadable.forged:
            record_denial(session.current_engine(), actor, f"form {form.key} {name}", at=now)
    except Refused as refusal:
        rules = frozenset(each.rule for each in refusal.problems) if isinstance(refusal, Unconfirmed) else frozenset()
        if editing.row_id is not None and any(each.rule is Rule.RECORD_CHANGED for each in refusal.problems):
            _read_again_as_typed(editing, refusal)
            return
        wrong = tuple((each.field, _sentence(form, each)) for each in refusal.problems)
        known.editing[where] = replace(editing, wrong=wrong, unusual=rules, existing=_existing(form, record, refusal))
    else:
        outcome.said = _acknowledged(form, record, saved)
        outcome.audit_id, outcome.row_id = saved.audit_id, saved.row_id
        give_up(editing)
        if another:
            begin(form, {each.name: editing.typed[each.name] for each in form.fields if each.repeats})


def _read_again_as_typed(editing: Editing, refusal: Refused) -> None:
    """The record as somebody else made it meanwhile, with what was typed over it, to be read over and saved."""
    form, opened = editing.form, editing.opened
    changed = {name: typed for name, typed in editing.typed.items() if typed != opened[name]}
    fresh = open_record(form, editing.row_id or 0, changed)
    if fresh is None:
        return
    both = [
        (each.label, each.shown(fresh.opened[each.name]))
        for each in form.fields
        if each.name in changed and fresh.opened[each.name] not in (opened[each.name], changed[each.name])
    ]
    problem = replace(refusal.problems[0], values={**refusal.problems[0].values, "read_again": True, "both": both})
    session.memory(_Memory).editing[form.key, fresh.row_id] = replace(fresh, wrong=(("", _sentence(form, problem)),))


def delete(editing: Editing) -> None:
    """Removes the record that is open, where nothing hangs on it."""
    actor, now, form = session.current_actor(), clock.now(), editing.form
    assert editing.row_id is not None
    assert editing.stored is not None
    with deeds.telling(form.about, form.label_of) as outcome:
        with store.writing() as connection:
            outcome.audit_id = delete_entry(
                connection, actor, form.kind, editing.row_id, base_version=editing.stored.base_version, now=now
            )
        outcome.said = f"{form.kind.title} : fiche supprimée."
        give_up(editing)


def undo(form: EntryForm, audit_id: int) -> None:
    """Takes back a change; a second press says that it was taken back already."""
    known = session.memory(_Memory)
    deeds.undo(form.about, audit_id, "Saisie annulée.", form.label_of)
    if not deeds.last(form.about).wrong:
        # What is open may be the very record: it is read again.
        known.editing = {where: each for where, each in known.editing.items() if each.row_id is None}


class _Unreadable(ValueError):
    def __init__(self, wrong: list[tuple[str, str]], forged: list[str]) -> None:
        super().__init__("; ".join(said for _field, said in wrong))
        self.wrong, self.forged = tuple(wrong), tuple(forged)


def _read(editing: Editing) -> dict[str, Any]:
    """The values of what was typed, those alone that their author changed where a record is corrected; the one place
    where what comes from a screen is weighed against what it offered."""
    form = editing.form
    values: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    forged: list[str] = []
    for each in form.fields:
        typed = editing.typed[each.name]
        if editing.stored is not None and typed == editing.opened[each.name]:
            continue
        try:
            value = each.parsed(typed)
        except NotOffered:
            forged.append(each.name)
            wrong.append((each.name, refusal_sentence(Rule.NOT_IN_LIST, {"label": each.label})))
            continue
        except ValueError as problem:
            wrong.append((each.name, str(problem)))
            continue
        if value is None and not each.optional and each.nothing == "":
            if each.unless and editing.typed.get(each.unless):
                continue
            wrong.append((each.name, refusal_sentence(Rule.MISSING_VALUE, {"label": each.label})))
        values[each.name] = value
    if wrong:
        raise _Unreadable(wrong, forged)
    return values


def _record(editing: Editing, confirmed: frozenset[Rule]) -> EntryRecord:
    """The record to store: one that is corrected says what it said, but for what its author changed."""
    form, stored = editing.form, editing.stored
    told = form.gathers(_read(editing), stored)
    told |= {"request_key": editing.request_key, "confirmed": confirmed, **editing.given}
    return form.kind.record(**told) if stored is None else stored.model_copy(update=told)


def _existing(form: EntryForm, record: EntryRecord, refusal: Refused) -> int | None:
    """The record that a refusal speaks of, when it is refused for being there already."""
    if all(problem.rule is not Rule.ALREADY_EXISTS for problem in refusal.problems):
        return None
    with store.asking() as connection:
        return form.kind.same(connection, record)


def _on_screen(editing: Editing) -> dict[str, str]:
    shown = {}
    for each in editing.form.fields:
        value = st.session_state.get(editing.key(each.name), editing.typed.get(each.name, ""))
        shown[each.name] = ("1" if value else "") if each.widget == "flag" else str(value or "")
    return shown


def _sentence(form: EntryForm, problem: Problem) -> str:
    """A problem in French, with the name the screen gives its field."""
    return refusal_sentence(problem.rule, {**problem.values, "label": form.label_of(problem.field)})


def _acknowledged(form: EntryForm, record: EntryRecord, saved: Saved) -> str:
    if saved.already_recorded:
        return typeset(f"{form.kind.title} : c’était déjà enregistré, rien n’a changé.")
    said = f"{form.kind.title} : enregistré à {time_of_day(clock.now())}."
    return typeset(f"{said} {form.told(record.model_dump())}" if form.told else said)


# Draws any entry form: what is wrong above and beside the fields, the fields, and the buttons of a stored record.


def draw_said(form: EntryForm) -> None:
    """What came of the last button, and the way to take that back."""
    outcome = deeds.draw(form.about, once=False)
    if outcome.said and outcome.audit_id is not None:
        st.button(
            "Annuler ce changement",
            icon=":material/undo:",
            on_click=undo,
            args=(form, outcome.audit_id),
            key=f"entry-undo-said-{form.key}",
        )


def draw_form(editing: Editing, offers: Mapping[str, tuple[str, str]] = MappingProxyType({})) -> None:
    """The fields and their buttons; `offers` are by their label what a field may take at one press."""
    _draw_finders(editing)
    with st.form(f"entry-form-{editing.form.key}-{editing.number}", enter_to_submit=False):
        _draw_wrong(editing)
        draw_resumed(editing.resumed_from, lambda: start_again(editing), key=editing.key("start-again"))
        with st.grid(3, min_column_width=230):
            for field in _asked(editing):
                with st.container(key=f"cell-{editing.key(field.name)}", gap="small"):
                    _draw_field(field, editing)
        _draw_offers(editing, offers)
        components.note(editing.form.note)
        _draw_buttons(editing)
        draw_marker(editing.filling.token, prefix=editing.key(""), request_key=editing.request_key)


def _draw_offers(editing: Editing, offers: Mapping[str, tuple[str, str]]) -> None:
    with st.container(horizontal=True):
        for number, (label, (name, text)) in enumerate(offers.items()):
            st.form_submit_button(
                typeset(label), on_click=_take, args=(editing, name, text), key=editing.key(f"offer-{number}")
            )


def _take(editing: Editing, name: str, text: str) -> None:
    st.session_state[editing.key(name)] = text


def draw_deletion(editing: Editing) -> None:
    """The way to remove the record that is open, confirmed once."""
    with st.popover("Supprimer la fiche", icon=":material/delete:"):
        st.markdown(typeset("Cette fiche ne comptera plus dans aucun chiffre. Vous pourrez annuler la suppression."))
        st.button(
            "Oui, supprimer la fiche",
            on_click=delete,
            args=(editing,),
            key=f"entry-delete-{editing.key('')}",
        )


def link_to_record(form: EntryForm, row_id: int, label: str) -> None:
    """The way to the form of one record, for who may correct that kind."""
    if form.allowed(session.current_actor()):
        query = {"saisie": form.key, "fiche": str(row_id)}
        components.link_to("other_entries", typeset(label), query=query)


def _draw_wrong(editing: Editing) -> None:
    if not editing.wrong:
        return
    sentences = list(dict.fromkeys(escape_markdown(said) for _field, said in editing.wrong))
    told = (
        sentences[0]
        if len(sentences) == 1
        else typeset(f"{count(len(sentences), 'point')} à revoir :\n") + "".join(f"\n- {said}" for said in sentences)
    )
    if editing.unusual:
        st.warning(told, icon=":material/help:")
        st.form_submit_button(
            "Enregistrer quand même",
            on_click=save,
            args=(editing,),
            kwargs={"confirmed": True},
            key=editing.key("anyway"),
        )
        return
    st.error(told, icon=":material/error:")
    if editing.existing is not None and editing.existing != editing.row_id:
        link_to_record(editing.form, editing.existing, "Ouvrir la fiche existante")


def _draw_field(field: EntryField, editing: Editing) -> None:
    key, typed = editing.key(field.name), editing.typed.get(field.name, "")
    hint = typeset(field.hint) or None
    if field.widget == "flag":
        st.session_state.setdefault(key, typed == "1")
        st.checkbox(field.shown_label, key=key)
    elif field.widget == "choice":
        _draw_choice(field, editing, key, hint)
    else:
        st.session_state.setdefault(key, typed)
        # A text too long for its column is told by a sentence; far beyond, the browser takes none of it.
        st.text_input(field.shown_label, key=key, placeholder="", autocomplete="off", help=hint, max_chars=MOST_TYPED)
    if any(name == field.name for name, _said in editing.wrong):
        st.html('<p class="cc-to-correct">▲ À corriger</p>')


def _draw_finders(editing: Editing) -> None:
    """Above the form, since what is typed there must be answered at once: the words that shorten its long lists."""
    asked = [each for each in _asked(editing) if each.finder is not None and each.finder.is_long]
    if not asked:
        return
    with st.container(horizontal=True):
        for field in asked:
            text = st.text_input(
                typeset(f"Chercher : {field.label}"),
                key=_finder_key(field, editing),
                max_chars=80,
                placeholder="Premières lettres, puis Entrée",
                autocomplete="off",
                width=300,
            )
            assert field.finder is not None
            if text.strip() and not field.finder.having(text):
                components.note(
                    "Personne ne correspond." if field.label.startswith("Personne") else "Rien ne correspond."
                )


def _finder_key(field: EntryField, editing: Editing) -> str:
    # Not a field of the record: its key does not begin as theirs.
    return f"find-{editing.key(field.name)}"


def _asked(editing: Editing) -> list[EntryField]:
    return [each for each in editing.form.fields if not each.once or editing.stored is None]


def _draw_choice(field: EntryField, editing: Editing, key: str, hint: str | None) -> None:
    typed = editing.typed.get(field.name, "")
    placeholder = "Choisir"
    if field.finder is None:
        choices = dict(field.choices() if field.choices else {})
    elif not field.finder.is_long:
        choices = dict(field.finder.having(""))
    else:
        text = str(st.session_state.get(_finder_key(field, editing), "")).strip()
        chosen = str(st.session_state.get(key, typed) or "")
        choices = {**field.offered(field.nothing), **field.offered(chosen)}
        choices |= field.finder.having(text) if text else {}
        placeholder = "Choisir" if text else "Cherchez d’abord, au-dessus"
    opened = editing.opened.get(field.name, "")
    if opened and opened not in choices:
        # A code of a record that is corrected may not be offered any more; it stays what it was.
        choices[opened] = field.offered(opened).get(opened, "Choix enregistré")
    names = store.said(_typeset, tuple(choices.items()))
    if key not in st.session_state:
        st.session_state[key] = typed or None
    st.selectbox(
        field.shown_label,
        list(names),
        format_func=lambda code: names.get(code, code),
        key=key,
        index=None,
        placeholder=placeholder,
        help=hint,
    )


def _typeset(choices: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {code: typeset(name) for code, name in choices}


def _draw_buttons(editing: Editing) -> None:
    with st.container(horizontal=True):
        st.form_submit_button(
            "Enregistrer",
            type="primary",
            icon=":material/save:",
            shortcut="Ctrl+Enter",
            on_click=save,
            args=(editing,),
            key=editing.key("save"),
        )
        if editing.stored is None:
            st.form_submit_button(
                "Enregistrer et saisir un autre",
                icon=":material/playlist_add:",
                on_click=save,
                args=(editing,),
                kwargs={"another": True},
                key=editing.key("another"),
            )
        else:
            st.form_submit_button("Fermer sans corriger", on_click=_close, args=(editing,), key=editing.key("give-up"))
