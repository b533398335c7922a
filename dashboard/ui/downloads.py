"""Files made for somebody: a page offers them under addresses of its own session, and each is made when it is asked for.

The right is asked again then: the browser must be the same, and its person still able to do what they could.
"""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final
from weakref import WeakValueDictionary

import streamlit as st

from dashboard.configuration.settings import load_settings
from dashboard.ui import session
from data_access.rights import VISITOR, Actor


class NoLongerTheirs(Exception):
    """Who asked for a file signed out since, or has other rights."""


FILES: Final = "/fichiers"
_OF_THE_SESSION: Final = "files"


@dataclass(frozen=True)
class Offer:
    """A file that a page offers: how it is made, for whom, in which browser."""

    mime: str
    make: Callable[[], bytes]
    actor: Actor
    cookie: str


class _Offers(dict[str, Offer]):
    """What the pages of one session offer, by name. The session alone holds it: the rows of its files go with it."""

    def __init__(self) -> None:
        super().__init__()
        self.token = secrets.token_urlsafe(32)


_OFFERED: Final[WeakValueDictionary[str, _Offers]] = WeakValueDictionary()
_OFFERING: Final = threading.Lock()


def offer(name: str, mime: str, make: Callable[[], bytes]) -> str:
    """The address of a file for who looks now; offered again under its name, it takes the place of the last one."""
    offers = st.session_state.get(_OF_THE_SESSION)
    if offers is None:
        offers = st.session_state[_OF_THE_SESSION] = _Offers()
    offered = Offer(mime, make, session.current_actor(), _cookie_of_the_page())
    with _OFFERING:
        offers[name] = offered
        _OFFERED[offers.token] = offers
    return f"{FILES}/{offers.token}/{name}"


def withdraw_offers() -> None:
    """Forgets all that pages offer: the next look at each offers what there is then."""
    with _OFFERING:
        for offers in list(_OFFERED.values()):
            offers.clear()


def redeem(token: str, name: str, cookie: str) -> tuple[bytes, str] | None:
    """The file and its media type, made now; None for what was offered to nobody, or to another browser.

    Raises NoLongerTheirs once its person may no more have it.
    """
    with _OFFERING:
        offers = _OFFERED.get(token)
        offered = offers.get(name) if offers is not None else None
    if offered is None or not compare_digest(cookie.encode(), offered.cookie.encode()):
        return None
    if _actor_of(cookie, offered.actor) != offered.actor:
        raise NoLongerTheirs
    with session.acting(offered.actor), session.one_look():
        return offered.make(), offered.mime


def _cookie_of_the_page() -> str:
    if load_settings().sign_in == "demo":
        return ""
    from dashboard.identity.accounts import COOKIE

    return str(st.context.cookies.get(COOKIE, ""))


def _actor_of(cookie: str, offered: Actor) -> Actor:
    """Who has this cookie now; in a demonstration, everybody is who they play."""
    if load_settings().sign_in == "demo":
        return offered
    from dashboard.identity.accounts import actor_of_cookie

    return actor_of_cookie(cookie) or VISITOR
