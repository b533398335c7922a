"""Files made for somebody: a button holds a promise, pressing it gives a ticket, and the ticket is worth a file to its browser.

Streamlit would keep the file, under an address anybody who is signed in could ask for. It keeps the ticket instead; the
server makes the file when it is asked for, if the browser is the same and its person may still do what they could.
"""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

import streamlit as st

from dashboard.configuration.settings import load_settings
from dashboard.ui import session
from data_access.rights import VISITOR, Actor


class NoLongerTheirs(Exception):
    """Who asked for a file signed out since, or has other rights."""


_SECONDS: Final = 600
_MOST_TICKETS: Final = 500


@dataclass(frozen=True)
class Promise:
    """What a button holds: called, it answers with a ticket; `make` makes the file itself."""

    make: Callable[[], bytes]
    actor: Actor
    cookie: str

    def __call__(self) -> bytes:
        self.refuse_unless_same()
        ticket = secrets.token_urlsafe(32)
        with _GIVING:
            _TICKETS[ticket] = (self, time.monotonic() + _SECONDS)
            while len(_TICKETS) > _MOST_TICKETS:
                _TICKETS.popitem(last=False)
        return ticket.encode()

    def refuse_unless_same(self) -> None:
        """Raises NoLongerTheirs once its person is no more who they were: signed out, or with other rights."""
        if _actor_of(self.cookie, self.actor) != self.actor:
            raise NoLongerTheirs


_TICKETS: "Final[OrderedDict[str, tuple[Promise, float]]]" = OrderedDict()
_GIVING: Final = threading.Lock()


def promise(make: Callable[[], bytes]) -> Promise:
    """A file for who looks now, made when it is asked for."""
    return Promise(make, session.current_actor(), _cookie_of_the_page())


def redeemed(ticket: str, cookie: str) -> bytes | None:
    """The file a ticket is worth to this browser, made now; None for a ticket of nobody, of another, or of long ago.

    Raises NoLongerTheirs once its person may no more have it.
    """
    with _GIVING:
        promised, until = _TICKETS.get(ticket, (None, 0.0))
    if promised is None or time.monotonic() > until or not compare_digest(cookie.encode(), promised.cookie.encode()):
        return None
    promised.refuse_unless_same()
    with session.acting(promised.actor):
        return promised.make()


def _cookie_of_the_page() -> str:
    if load_settings().sign_in == "demo":
        return ""
    from dashboard.identity.accounts import COOKIE

    return str(st.context.cookies.get(COOKIE, ""))


def _actor_of(cookie: str, promised: Actor) -> Actor:
    """Who has this cookie now; in a demonstration, everybody is who they play."""
    if load_settings().sign_in == "demo":
        return promised
    from dashboard.identity.accounts import actor_of_cookie

    return actor_of_cookie(cookie) or VISITOR
