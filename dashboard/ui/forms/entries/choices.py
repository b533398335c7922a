"""What the lists of entry forms offer: codes with their French words, and the records an entry may refer to."""

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.ui import clock, filters, live, session, store
from dashboard.wording import dates
from dashboard.wording.plurals import count
from dashboard.wording.term import Term
from dashboard.wording.terms import PLACEMENT_STAGES, PROJECT_KINDS

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
