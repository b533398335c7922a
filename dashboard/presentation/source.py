"""Where the slides of a running server come from: the database, asked as a visitor without an account asks."""

from collections.abc import Iterable

from dashboard.configuration import clock
from dashboard.configuration.settings import load_settings
from dashboard.presentation.choice import Choice, choice_saved, named
from dashboard.presentation.composing import deck, live_slide
from dashboard.presentation.slides import Deck, Slide
from dashboard.ui import session, store
from dashboard.wording.terms import OWNER
from data_access.reads.presentation import PresentOccupancy
from data_access.rights import VISITOR


def deck_of(keys: Iterable[str]) -> Deck:
    """The slides of these codes, now; the contact alone where there is nothing to say."""
    with session.acting(VISITOR):
        facts = store.presentation_facts(on=clock.today())
        made = deck(facts, _occupancy(), keys, addresses=contact_addresses(), demonstration=store.is_demonstration())
        return made if made.slides else deck_of(("contact",))


def editable_show(choice: Choice) -> bytes:
    """The show as a PowerPoint file, its slides as a visitor sees them now."""
    # The writer is slow to load, and most shows are only looked at.
    from dashboard.presentation.editable import editable
    from dashboard.presentation.notes import notes_of

    made = deck_of(choice.slides)
    with session.acting(VISITOR):
        facts = store.presentation_facts(on=clock.today())
    return editable(made, choice, notes_of(facts, choice.slides))


def slide_of_this_instant() -> Slide | None:
    """The slide of live occupancy; None while nobody gives news."""
    with session.acting(VISITOR):
        return live_slide(_occupancy())


def saved_choice(name: str) -> Choice | None:
    """The choice saved under a name; None when there is none."""
    with session.acting(VISITOR):
        found = named(store.saved_presentations(), name)
    return None if found is None else choice_saved(found)


def contact_addresses() -> tuple[str, ...]:
    """Where to write and what to visit, as the settings say; else whom to ask for."""
    settings = load_settings()
    return tuple(each for each in (settings.contact_email, settings.public_address) if each) or (OWNER,)


def _occupancy() -> PresentOccupancy:
    # Whoever asks within a minute gets the same answer, until something is written.
    return store.present_occupancy(at=clock.now().replace(second=0, microsecond=0))
