"""The fields of an entry form: how each kind of value is typed and read back, and the choices that lists offer."""

import functools
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import islice
from types import NoneType
from typing import Any, Final, Literal, ParamSpec, get_args

import polars as pl

from dashboard.configuration import clock
from dashboard.ui import filters, session, store
from dashboard.wording import dates
from dashboard.wording.dates import PARIS, numeric_date, time_of_day
from dashboard.wording.parsing import (
    NotADay,
    NotANumber,
    NotHours,
    parse_day_fr,
    parse_fr,
    parse_hours_fr,
    parse_moment_fr,
    parse_whole_fr,
)
from dashboard.wording.terms import PLACEMENT_STAGES, PROJECT_KINDS, Term
from dashboard.wording.typography import count, typeset
from data_access.entries.kind import Kind
from data_access.periods import end_of_minute
from data_access.reads.entries import MOST_OFFERED
from data_access.records import EntryRecord

# One field of an entry form: its label and widget from the declaration of its kind, and how what is typed is read.

Widget = Literal["text", "long_text", "whole", "decimal", "day", "moment", "hours", "choice", "flag"]
Choices = Mapping[str, str]
P = ParamSpec("P")
_LONGEST_NUMBER: Final = 14
_NUMBERED: Final = re.compile(r"\b(?:adhérent|fiche)\s([\w-]+)")
_BY_TYPE: Final[Mapping[type, Widget]] = {
    bool: "flag", int: "whole", float: "decimal", date: "day", datetime: "moment", str: "text",
}  # fmt: skip


@dataclass(frozen=True)
class Finder:
    """A list that is too long to be sent whole: its first choices that have some words, and the choice of a code."""

    having: Callable[[str], Choices]
    of: Callable[[str], Choices]

    @property
    def is_long(self) -> bool:
        """Whether words have to be typed: a short list is offered whole."""
        return len(self.having("")) > MOST_OFFERED


class NotOffered(ValueError):
    """A choice that the screen did not offer: the message was made by hand."""


@dataclass(frozen=True)
class EntryField:
    """One field: its name in the record and how it is typed.

    `label`, `widget` and `holds`, the type that a chosen code stands for, come from the kind of record where nothing is
    said. `choices` answers the codes and their words, `finder` those of a list that grows with the network. `nothing` is
    the code that stands for no value. `repeats` says that « Enregistrer et saisir un autre » keeps it; `usual` what it holds
    in a new form; `once` that a record which is corrected does not ask it again; `unless` is the field that makes this one
    useless once it is chosen.
    """

    name: str
    label: str = ""
    widget: Widget | None = None
    optional: bool = False
    choices: Callable[[], Choices] | None = None
    finder: Finder | None = None
    holds: type = str
    nothing: str = ""
    hint: str = ""
    repeats: bool = False
    usual: Callable[[], str] | None = None
    once: bool = False
    unless: str = ""

    @property
    def shown_label(self) -> str:
        """The label as drawn: what may be left out says so."""
        return typeset(f"{self.label} (facultatif)") if self.optional and self.widget != "flag" else typeset(self.label)

    def offered(self, code: str) -> Choices:
        """The choices among which a code is looked for."""
        if self.finder is not None:
            return self.finder.of(code) if code else {}
        return self.choices() if self.choices else {}

    def parsed(self, typed: str) -> Any:
        """The value of what was typed; ValueError with a French sentence for what cannot be read, NotOffered for a choice
        that is not one."""
        text = typed.strip()
        if self.widget == "flag":
            return text == "1"
        if self.widget == "hours":
            return self._read(parse_hours_fr, typed)
        if not text:
            return None
        if self.widget == "choice":
            return self._chosen(text)
        if self.widget in ("text", "long_text"):
            return typed
        return self._read(self._number_or_day, text)

    def _chosen(self, code: str) -> Any:
        if code not in self.offered(code):
            raise NotOffered(self.name)
        if code == self.nothing:
            return None
        return code == "1" if self.holds is bool else self.holds(code)

    def _read(self, read: Callable[[str], Any], text: str) -> Any:
        try:
            return read(text)
        except (NotANumber, NotADay, NotHours) as wrong:
            raise ValueError(typeset(f"{self.label} : {wrong}")) from None

    def _number_or_day(self, text: str) -> Any:
        if self.widget == "day":
            return parse_day_fr(text)
        if self.widget == "moment":
            return parse_moment_fr(text)
        if len(text) > _LONGEST_NUMBER:
            raise NotANumber(f"« {text} » est trop long pour un nombre.")
        if self.widget == "whole":
            return parse_whole_fr(text)
        number = parse_fr(text)
        return None if number is None else float(number)

    def shown(self, typed: str) -> str:
        """What the field says, in words: a chosen code by its label."""
        if self.widget == "flag":
            return "oui" if typed == "1" else "non"
        return self.offered(typed).get(typed, typed)

    def left(self, said: str) -> str:
        """What the field holds for what the page said it shows: a choice is known there by its words."""
        if self.widget != "choice":
            return said
        if self.finder is not None:
            number = _NUMBERED.search(said)
            offered = self.finder.having(number[1] if number else said)
        else:
            offered = self.choices() if self.choices else {}
        return next((code for code, words in offered.items() if typeset(words) == said), "")

    def typed(self, stored: Any) -> str:
        """What the field holds for a stored value: read again, it is that value."""
        if self.widget == "hours":
            return ", ".join(_span(*span) for span in (stored or {}).values())
        if stored is None:
            return self.nothing
        if isinstance(stored, bool):
            return "1" if stored else ("0" if self.widget == "choice" else "")
        if isinstance(stored, datetime):
            local = stored.astimezone(PARIS)
            return typeset(f"{numeric_date(local.date())} {local.hour} h {local.minute:02d}")
        if isinstance(stored, date):
            return numeric_date(stored)
        if isinstance(stored, float):
            return f"{stored:.10g}".replace(".", ",")
        return str(stored)


def completed(field: EntryField, kind: Kind) -> EntryField:
    """The field with what its kind of record already says of it; those beside the record say it themselves."""
    declared = kind.record.model_fields.get(field.name)
    if declared is None:
        return field
    labels = {each.name: each.label for each in kind.fields}
    held = _held(declared.annotation)
    widget: Widget = field.widget or ("choice" if field.choices or field.finder else _BY_TYPE[held])
    return replace(field, label=field.label or labels[field.name], widget=widget, holds=held)


def record_values(record: EntryRecord) -> dict[str, Any]:
    """What a record says, by the name of its field."""
    return {name: getattr(record, name) for name in type(record).model_fields if name not in EntryRecord.model_fields}


def _held(annotation: Any) -> type:
    """The type of a field of a record, none apart; that of its words for a list of them."""
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and each is not NoneType:
            return each
        if get_args(each) and not isinstance(get_args(each)[0], type) and get_args(each)[0] is not None:
            first = get_args(each)[0]
            return _held(first) if get_args(first) else type(first)
    raise TypeError(f"a form has no field for {annotation}")


def _span(opens: time, closes: time) -> str:
    return f"{time_of_day(opens)} – {time_of_day(closes)}"


# What the lists of entry forms offer: codes with their French words, and the records an entry may refer to.

WHOLE_NETWORK: Final = "*"
YES_NO: Final = {"1": "Oui", "0": "Non"}


def among(name: str, words: Mapping[Any, Term], *, optional: bool = False, **adds: Any) -> EntryField:
    """A field that takes one word of a list: nobody chooses it in their author's place."""
    offered = {str(code): word.title for code, word in words.items()}
    return EntryField(name, choices=lambda: offered, optional=optional, **adds)


def told_apart(ask: Callable[P, Choices]) -> Callable[P, Choices]:
    """The same choices, those of one name told apart by their number: the browser knows a choice by what it says."""

    @functools.wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> Choices:
        found = ask(*args, **kwargs)
        said = Counter(found.values())
        return {code: f"{name}, fiche {code}" if said[name] > 1 else name for code, name in found.items()}

    return asked


def only_centre() -> str:
    """The centre of an animator who keeps one."""
    codes = list(filters.own_centres())
    return codes[0] if len(codes) == 1 else ""


def _closable() -> Choices:
    """The actor's own centres; the whole network for who coordinates it."""
    whole = {WHOLE_NETWORK: "Tout le réseau"} if session.current_actor().coordinates else dict[str, str]()
    return {**filters.own_centres(), **whole}


def communes() -> Choices:
    """The communes of the county."""
    return dict(store.communes().iter_rows())


def _people(**asked: Any) -> Choices:
    return store.said(_people_named, store.known_people(session.current_actor(), **asked))


def _people_named(known: pl.DataFrame) -> Choices:
    return {
        str(row["person_id"]): f"{row['family_name']} {row['given_name'] or ''}".strip()
        + (f" (adhérent {row['member_number']})" if row["member_number"] else f", fiche {row['person_id']}")
        for row in known.iter_rows(named=True)
    }


def _memberships(**asked: Any) -> Choices:
    return store.said(_memberships_told, store.open_memberships(session.current_actor(), **asked))


def _memberships_told(running: pl.DataFrame) -> Choices:
    return {
        str(row["membership_id"]): f"{row['family_name']} {row['given_name'] or ''}, adhérent {row['member_number']}, "
        f"depuis le {dates.long_date(row['joined_on'])}"
        for row in running.iter_rows(named=True)
    }


def _whole(code: str) -> int:
    """A row has such a number; none has 0."""
    return int(code) if code.isascii() and code.isdigit() and len(code) <= _LONGEST_NUMBER else 0


PEOPLE: Final = Finder(lambda text: _people(text=text), lambda code: _people(person_id=_whole(code)))
"""The people the actor may choose, by name, with their number."""
MEMBERSHIPS: Final = Finder(lambda text: _memberships(text=text), lambda code: _memberships(membership_id=_whole(code)))
"""The memberships that have not ended."""


def among_places(places: Callable[[], Choices]) -> Finder:
    """Those of these places that have some words."""

    def having(text: str) -> Choices:
        return dict(islice(filters.places_named(places(), text).items(), MOST_OFFERED + 1))

    return Finder(having, lambda code: {code: places()[code]} if code in places() else {})


CLOSABLE: Final = among_places(_closable)
ALL_CENTRES: Final = among_places(filters.centre_names)
"""Every centre of the network."""
OWN_CENTRES: Final = among_places(filters.own_centres)
"""Those the actor enters figures for."""


@told_apart
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


@told_apart
def courses() -> Choices:
    """The courses of the catalogue."""
    return {str(row["course_id"]): row["title"] for row in store.course_choices().iter_rows(named=True)}


@told_apart
def events() -> Choices:
    """The last events the actor may complete."""
    return {
        str(row["event_id"]): f"{dates.numeric_date(row['starts_at'].astimezone(dates.PARIS).date())}, {row['title']}"
        for row in store.event_choices(session.current_actor(), until=end_of_minute(clock.now())).iter_rows(named=True)
    }


def today() -> str:
    """The day it is, as it would be typed."""
    return dates.numeric_date(clock.today())
