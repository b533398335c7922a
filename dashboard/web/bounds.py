"""How much one browser may ask: sockets, their messages, addresses, files sent; who is not signed in may ask less.

A page of Streamlit's speaks to the server by one socket. Its messages are looked at before Streamlit sees them.
"""

import asyncio
import time
from collections import Counter
from typing import Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.configuration.settings import SettingsError, load_settings
from dashboard.web.document import message_page
from data_access.rights import Actor

LONGEST_QUERY: Final = 8_000
LARGEST_MESSAGE: Final = 2_000_000
LARGEST_OF_A_VISITOR: Final = 64_000
LONGEST_TEXT: Final = 50_000
"""No field of a form takes more; a table that is pasted is the longest."""
SOCKETS_OF_AN_ACCOUNT: Final = 30
SOCKETS_OF_VISITORS: Final = 60
SOCKETS_OF_A_SOURCE: Final = 15
"""From one address that is not signed in: a room of people who open the page before they sign in."""
SOCKETS: Final = 400
_REFUSED: Final = 1008
_TOO_BIG: Final = 1009
# What pages send. The others are for who develops: to clear the cache of everybody, to stop the server.
_SENT_BY_PAGES: Final = frozenset({"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"})
_ASKED_BY_PAGES: Final = frozenset({"dataframe_chunk"})


class _Pace:
    """So many messages a second after a first burst: who sends more waits, and is not refused."""

    def __init__(self, a_second: float, burst: int) -> None:
        self._a_second, self._burst = a_second, burst
        self._free_at = 0.0

    async def wait(self) -> None:
        now = time.monotonic()
        self._free_at = max(self._free_at, now - self._burst / self._a_second) + 1 / self._a_second
        if self._free_at > now:
            await asyncio.sleep(self._free_at - now)


class Bounds:
    """Refuses what is beyond the bounds, before anything costly is done for it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._open: Counter[str] = Counter()
        self._pace_of_visitors = _Pace(10, 60)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http" and len(scope.get("query_string", b"")) > LONGEST_QUERY:
            page = message_page(
                "Cette adresse est trop longue", "Revenez à l’accueil, et choisissez de nouveau vos filtres."
            )
            await page.response(Request(scope), "no-store", status=414)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        actor = await run_in_threadpool(known_actor, connection)
        places = self._places(connection, actor)
        too_long = len(scope.get("query_string", b"")) > LONGEST_QUERY
        if too_long or not is_own_origin(connection.headers) or any(self._open[at] >= most for at, most in places):
            await send({"type": "websocket.close", "code": _REFUSED})
            return
        largest = LARGEST_OF_A_VISITOR if actor is None else LARGEST_MESSAGE
        pace = self._pace_of_visitors if actor is None else _Pace(20, 200)

        async def receive_within_bounds() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                await pace.wait()
                content = message.get("bytes")
                if content is None:
                    # A text is none of Streamlit's messages: it says so itself.
                    return message
                if len(content) > largest or (judged := _judged(content)) is None:
                    await send({"type": "websocket.close", "code": _TOO_BIG})
                    return {"type": "websocket.disconnect", "code": _TOO_BIG}
                if judged:
                    return message

        self._open.update(at for at, _most in places)
        try:
            await self.app(scope, receive_within_bounds, send)
        finally:
            self._open.subtract(at for at, _most in places)
            self._open += Counter()

    def _places(self, connection: HTTPConnection, actor: Actor | None) -> list[tuple[str, int]]:
        """What a socket is counted under, and how many there may be."""
        if actor is not None:
            # Everybody is the same account in a demonstration.
            own = SOCKETS if load_settings().sign_in == "demo" else SOCKETS_OF_AN_ACCOUNT
            return [("all", SOCKETS), (f"account {actor.name}", own)]
        source = connection.client.host if connection.client else ""
        return [("visitors", SOCKETS_OF_VISITORS), (f"source {source}", SOCKETS_OF_A_SOURCE)]


def _judged(content: bytes) -> bool | None:
    """Whether a message is passed on; False for one that pages never send, None for one that holds too much."""
    # Late: the server listens before it is loaded.
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    try:
        message.ParseFromString(content)
    except Exception:  # Streamlit closes the socket of who sends what is no message.
        return True
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in _ASKED_BY_PAGES
    asked = message.rerun_script
    if len(asked.query_string) > LONGEST_QUERY or len(asked.page_name) > LONGEST_QUERY:
        return None
    if any(len(widget.string_value) > LONGEST_TEXT for widget in asked.widget_states.widgets):
        return None
    return kind in _SENT_BY_PAGES


def is_own_origin(headers: Headers) -> bool:
    """Whether a page of this very server asks, its port included: cookies of a name go to all its ports."""
    origin = urlsplit(headers.get("origin", ""))
    if not origin.netloc:
        return False
    try:
        public = urlsplit(load_settings().public_address)
    except SettingsError:
        public = urlsplit("")
    return origin.netloc == headers.get("host") or (origin.scheme, origin.netloc) == (public.scheme, public.netloc)


def known_actor(connection: HTTPConnection) -> Actor | None:
    """Who is signed in in this browser, None for a visitor; a demonstration knows everybody."""
    try:
        if load_settings().sign_in == "demo":
            from dashboard.ui.session import PERSONAS

            return PERSONAS["coordination"][1]
    except SettingsError:
        return None
    from dashboard.identity.accounts import COOKIE, actor_of_cookie

    return actor_of_cookie(connection.cookies.get(COOKIE, ""))
