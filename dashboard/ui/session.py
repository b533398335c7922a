"""Who is in front of the screen, and what a run looks at: the settings, the day, the data version, resolved once."""

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar
from weakref import WeakSet

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.configuration import clock
from dashboard.configuration.database import engine_of
from dashboard.configuration.settings import load_settings, settings_held
from data_access.rights import VISITOR, Actor

if TYPE_CHECKING:
    import sqlalchemy as sa

PERSONAS: Final[Mapping[str, tuple[str, Actor]]] = MappingProxyType(
    {
        "coordination": ("Coordination", Actor("coordination@localhost", "coordinator")),
        "animation": ("Animation", Actor("animation@localhost", "animator", frozenset({"MURAT"}))),
        "visite": ("Visite", VISITOR),
    }
)
"""Who one may play in a demonstration: the label of the switch, and the rights that come with it."""

PERSONA_KEY: Final = "persona"
# What the switch says is forgotten when a page sends to another; this is not.
_PERSONA_KEPT: Final = "persona-kept"
Remembered = TypeVar("Remembered")
_ACTING: Final[ContextVar[Actor | None]] = ContextVar("acting", default=None)


@dataclass
class Look:
    """What one run of a page, of a part of it or of an address looks at."""

    today: date
    engine: "sa.Engine"
    actor: Actor
    read_at: Mapping[str, int] | None = None
    shown: set[str] = field(default_factory=set)
    """The domains of what was read so far."""
    failure: Exception | None = None
    """Why the database does not answer: what is looked at is then what this session saw last."""

    @property
    def versions(self) -> Mapping[str, int]:
        """The data versions that are looked at, the whole one and by domain: the same for the whole run, but what the run
        itself writes is in what it asks next."""
        from sqlalchemy.exc import SQLAlchemyError

        from data_access.engine import data_versions

        if self.read_at is None:
            try:
                with self.engine.connect() as connection:
                    self.read_at = data_versions(connection)
                _note_seen(versions=self.read_at)
            except SQLAlchemyError as error:
                self.failure = error
                self.read_at = _last_seen(error).versions
        return self.read_at


@dataclass
class LastSeen:
    """Whom a session was, and what it looked at, when the database last answered."""

    actor: Actor | None = None
    versions: Mapping[str, int] = field(default_factory=dict)
    at: float = -math.inf


# What is on a screen stays there while the database is away, with what is being typed; not for longer than that.
_SEEN_SECONDS: Final = 600


def _note_seen(*, actor: Actor | None = None, versions: Mapping[str, int] | None = None) -> None:
    """Only for a screen: an address of the server is asked once."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return
    seen = memory(LastSeen)
    seen.actor, seen.versions, seen.at = actor or seen.actor, versions or seen.versions, time.monotonic()


def _last_seen(error: Exception) -> LastSeen:
    """What to go on with; raises the error where there is nothing, or nothing recent."""
    seen = LastSeen() if get_script_run_ctx(suppress_warning=True) is None else memory(LastSeen)
    if time.monotonic() - seen.at > _SEEN_SECONDS or not seen.versions:
        raise error
    return seen


_LOOK: Final[ContextVar[Look | None]] = ContextVar("look", default=None)


@contextmanager
def one_look() -> Iterator[Look]:
    """Inside, all is asked of one state, by one person, on one day; within another look it is that one."""
    held = _LOOK.get()
    if held is not None:
        yield held
        return
    with settings_held(), clock.day_held():
        from dashboard.ui.cache import reads_into

        held = _look_anew()
        _watch_writes(held.engine)
        token = _LOOK.set(held)
        try:
            with reads_into(held.shown):
                yield held
        finally:
            _LOOK.reset(token)


def look() -> Look:
    """What is looked at: as held for this run, or as it is now."""
    held, acting = _LOOK.get(), _ACTING.get()
    if held is None:
        return _look_anew()
    return held if acting is None else replace(held, actor=acting, read_at=held.versions)


def current_engine() -> "sa.Engine":
    """The engine of the application's database, for what opens its own transactions."""
    held = _LOOK.get()
    return held.engine if held else engine_of(load_settings().database_url)


def _look_anew() -> Look:
    return Look(clock.today(), engine_of(load_settings().database_url), _actor_seen())


_WATCHED: "Final[WeakSet[sa.Engine]]" = WeakSet()


def _watch_writes(engine: "sa.Engine") -> None:
    from sqlalchemy import event

    if engine not in _WATCHED:
        event.listen(engine, "commit", _look_again_after_a_write)
        _WATCHED.add(engine)


def _look_again_after_a_write(connection: "sa.Connection") -> None:
    held = _LOOK.get()
    if held is not None and connection.get_execution_options().get("immediate"):
        held.read_at = None


def memory(of: type[Remembered]) -> Remembered:
    """What this session remembers in an object of that class, begun at the first look.

    An object, found before a write and changed after it: Streamlit may end a run at any look into its session state.
    """
    kept: Remembered = st.session_state.setdefault(f"memory-{of.__qualname__}", of())
    return kept


def current_actor() -> Actor:
    """The person who acts; a visitor when nobody said who they are.

    Asked anew at each run and each click: a session that was revoked, or an account that was disabled, has no right left.
    """
    acting, held = _ACTING.get(), _LOOK.get()
    return acting or (held.actor if held else _actor_seen())


def _actor_seen() -> Actor:
    """Who acts; who it was a moment ago while the database does not say: they see what they saw, and write nothing."""
    if load_settings().sign_in == "demo" or _ACTING.get() is not None:
        return actor_now()
    from sqlalchemy.exc import SQLAlchemyError

    try:
        actor = actor_now()
    except SQLAlchemyError as error:
        return _last_seen(error).actor or VISITOR
    _note_seen(actor=actor)
    return actor


def chosen_persona() -> str:
    """Who is played in a demonstration: what the switch says, or said before a page sent to another."""
    kept = st.session_state.get(_PERSONA_KEPT, "coordination")
    persona = str(st.session_state.setdefault(PERSONA_KEY, kept))
    if persona != kept:
        st.session_state[_PERSONA_KEPT] = persona
    return persona


def actor_now() -> Actor:
    """The same, whatever a run holds: who writes is asked again, since their rights may just have been taken away."""
    acting = _ACTING.get()
    if acting is not None:
        return acting
    if load_settings().sign_in == "demo":
        return PERSONAS[chosen_persona()][1]
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
