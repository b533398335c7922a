"""Who is in front of the screen: the persona of a demonstration, or the account this browser signed in to."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Final

import streamlit as st

from dashboard.configuration.settings import load_settings
from data_access.rights import VISITOR, Actor

PERSONAS: Final[Mapping[str, tuple[str, Actor]]] = MappingProxyType(
    {
        "coordination": ("Coordination", Actor("coordination@localhost", "coordinator")),
        "animation": ("Animation", Actor("animation@localhost", "animator", frozenset({"MURAT"}))),
        "visite": ("Visite", VISITOR),
    }
)
"""Who one may play in a demonstration: the label of the switch, and the rights that come with it."""

PERSONA_KEY: Final = "persona"
_ACTING: Final[ContextVar[Actor | None]] = ContextVar("acting", default=None)


def current_actor() -> Actor:
    """The person who acts; a visitor when nobody said who they are.

    Asked anew at each run and each click: a session that was revoked, or an account that was disabled, has no right left.
    """
    acting = _ACTING.get()
    if acting is not None:
        return acting
    if load_settings().sign_in == "demo":
        return PERSONAS[str(st.session_state.get(PERSONA_KEY, "coordination"))][1]
    # Not before it is needed: the menu is known before anything slow is loaded.
    from dashboard.identity.accounts import COOKIE, actor_of_cookie

    return actor_of_cookie(st.context.cookies.get(COOKIE, "")) or VISITOR


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Outside of a screen: an address of the server acts for this person until the block ends."""
    token = _ACTING.set(actor)
    try:
        yield
    finally:
        _ACTING.reset(token)
