"""What the lists of entry forms offer: codes with their French words, and the records an entry may refer to."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, Final

from dashboard.configuration import clock
from dashboard.ui import filters, live, session, store
from dashboard.ui.forms.entries.fields import Choices, EntryField
from dashboard.wording import dates
from dashboard.wording.terms import PLACEMENT_STAGES, PROJECT_KINDS, Term
from dashboard.wording.typography import count

WHOLE_NETWORK: Final = "*"
YES_NO: Final = {"1": "Oui", "0": "Non"}


def among(name: str, words: Mapping[Any, Term], *, optional: bool = False, **adds: Any) -> EntryField:
    """A field that takes one word of a list; the first of them where one must be."""
    offered = {str(code): word.title for code, word in words.items()}
    return EntryField(name, choices=lambda: offered, optional=optional, chosen_first=not optional, **adds)


def told_apart(ask: Callable[[], Choices]) -> Callable[[], Choices]:
    """The same choices, those of one name told apart by their number: the browser knows a choice by what it says."""

    @functools.wraps(ask)
    def asked() -> Choices:
        found = ask()
        said = list(found.values())
        return {code: f"{name}, fiche {code}" if said.count(name) > 1 else name for code, name in found.items()}

    return asked


def only_centre() -> str:
    """The centre of an animator who keeps one."""
    codes = list(own_centres())
    return codes[0] if len(codes) == 1 else ""


def closable() -> Choices:
    """The actor's own centres; the whole network for who coordinates it."""
    whole = {WHOLE_NETWORK: "Tout le réseau"} if session.current_actor().coordinates else dict[str, str]()
    return {**own_centres(), **whole}


def communes() -> Choices:
    """The communes of the county."""
    return dict(store.communes().iter_rows())


def own_centres() -> Choices:
    """The centres the actor enters figures for."""
    actor = session.current_actor()
    return {code: name for code, name in filters.centre_names().items() if actor.may_enter(code)}


def all_centres() -> Choices:
    """Every centre of the network."""
    return filters.centre_names()


@told_apart
def people() -> Choices:
    """The people the actor may choose, by name, with their member number."""
    return {
        str(row["person_id"]): f"{row['family_name']} {row['given_name'] or ''}".strip()
        + (f" (adhérent {row['member_number']})" if row["member_number"] else "")
        for row in store.known_people(session.current_actor()).iter_rows(named=True)
    }


@told_apart
def memberships() -> Choices:
    """The memberships that have not ended."""
    return {
        str(row["membership_id"]): f"{row['family_name']} {row['given_name'] or ''}, adhérent {row['member_number']}, "
        f"depuis le {dates.long_date(row['joined_on'])}"
        for row in store.open_memberships(session.current_actor()).iter_rows(named=True)
    }


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
        for row in store.event_choices(session.current_actor(), until=live.end_of_minute(clock.now())).iter_rows(
            named=True
        )
    }


def today() -> str:
    """The day it is, as it would be typed."""
    return dates.numeric_date(clock.today())
