"""What an entry form is, declared once, drawn, read and saved as every other; and the choices its fields offer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from dashboard.configuration import clock
from dashboard.ui import filters, live, session, store
from dashboard.wording import dates
from dashboard.wording.dates import PARIS, numeric_date
from dashboard.wording.parsing import NotADay, NotANumber, parse_day_fr, parse_fr, parse_moment_fr, parse_whole_fr
from dashboard.wording.terms import PLACEMENT_STAGES, PROJECT_KINDS, Term
from dashboard.wording.typography import count, typeset
from data_access.records import EntryRecord
from data_access.rights import Actor

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
