"""The show that a salon file holds: read as a visitor without an account reads it, and told of its day."""

from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa

from dashboard.configuration.settings import load_settings
from dashboard.figures.show import Deck, compose_deck
from dashboard.indicators.disclosure import last_published
from dashboard.presentation.choice import Choice, choice_saved, contact_addresses, named
from data_access.engine import is_demonstration, reading
from data_access.reads.presentation import presentation_facts, saved_presentations
from data_access.rights import VISITOR


def frozen_show(engine: sa.Engine, name: str | None, *, on: date, now: datetime) -> tuple[Deck, Choice] | None:
    """The slides of a saved show, or of the usual one; None when no show has that name."""
    with reading(engine, on, VISITOR) as connection:
        found = None if name is None else named(saved_presentations(connection), name)
        if name is not None and found is None:
            return None
        choice = Choice() if found is None else choice_saved(found)
        made = compose_deck(
            presentation_facts(connection, on=last_published(on), today=on),
            None,
            choice.slides,
            addresses=contact_addresses(load_settings()),
            demonstration=is_demonstration(connection),
        )
    return replace(made, frozen_at=now), choice
