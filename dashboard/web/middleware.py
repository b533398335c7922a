"""What every request and its answer go through: who is answered, how much they may ask, headers, Streamlit's addresses."""

import asyncio
import logging
import sys
import time
from collections import Counter
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config as streamlit_config
from streamlit import file_util

from dashboard.configuration.database import reason_not_to_serve_now
from dashboard.configuration.settings import LOOPBACK, Settings, SettingsError, load_settings, own_address
from dashboard.web.document import ASK_AGAIN, FOREVER, Asset, message_page, not_found_page
from dashboard.wording.typography import typeset
from data_access.rights import Actor

# Nothing is fetched from elsewhere and no script stands in a page. Streamlit needs inline styles, WebAssembly for its
# tables, and `blob:` for workers and the scripts of its components.
CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' blob: data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# A file that is published says itself that pages of other sites may read it, a page to be framed who may frame it.
_DECIDED_BY_THE_ANSWER: Final = ("Cross-Origin-Resource-Policy", "Content-Security-Policy")
# Older browsers than those who read the policy know no list of sites.
_FRAMES: Final = "X-Frame-Options"
# For a year, browsers that came by https never try without: said only where the site is served so.
ALWAYS_ENCRYPTED: Final = {"Strict-Transport-Security": "max-age=31536000"}
STREAMLIT_FILES: Final = "/static/"


class KnownHosts:
    """Answers under the names of the server alone: another site that has its own name lead here reads nothing by it, but
    how the server is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A load balancer knows the machine by its address alone.
        told_to_all = scope["type"] == "http" and scope["path"] in FOR_MONITORS
        if scope["type"] == "lifespan" or told_to_all or _is_own_host(Headers(scope=scope)):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _REFUSED})
        else:
            page = message_page("Ce nom n’est pas celui du tableau de bord", _where_it_is())
            await page.response(Request(scope), _NEVER_KEPT, status=400)(scope, receive, send)


def _is_own_host(headers: Headers) -> bool:
    """Whether a browser asked for a name of the settings, or for this machine."""
    asked = headers.getlist("host")
    try:
        name = urlsplit(f"//{asked[0]}").hostname if len(asked) == 1 else None
    except ValueError:
        return False
    settings, named = _settings(), set[str | None]()
    if settings is not None:
        named = {settings.host, *settings.public_hosts, urlsplit(settings.public_address).hostname}
    return name is not None and name.rstrip(".") in {*LOOPBACK, *(each.lower() for each in named if each)}


def _where_it_is() -> str:
    settings = _settings()
    remedy = f"Ouvrez {own_address(settings)}" if settings else "Demandez son adresse à la coordination du réseau"
    return typeset(f"{remedy}. Si ce nom doit y mener aussi, ajoutez-le au réglage CYBERCANTAL_PUBLIC_HOSTS.")


def _settings() -> Settings | None:
    """The settings in force; None where one cannot be used, which pages say to who can mend it."""
    try:
        return load_settings()
    except SettingsError:
        return None


class StartsClosed:
    """Answers nobody while the settings do not fit the data: real data without accounts, or any data to other machines.

    However the server was started, it ends before it listens, with one sentence; and it closes while it runs when data become
    real. An open page is closed at its next message.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_while_open() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and await run_in_threadpool(_fault, scope):
                await send({"type": "websocket.close", "code": _TRY_LATER})
                return {"type": "websocket.disconnect", "code": _TRY_LATER}
            return message

        fault = await run_in_threadpool(_fault, scope)
        # How the database is says nothing of what it holds, and a monitor asks it just then.
        if not fault or (scope["type"] == "http" and scope["path"] in FOR_MONITORS):
            await self.app(scope, receive_while_open if scope["type"] == "websocket" else receive, send)
        elif scope["type"] == "lifespan":
            await receive()
            # Who started it reads this sentence alone, not what the libraries say of it.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            print(fault, file=sys.stderr)
            await send({"type": "lifespan.startup.failed", "message": fault})
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _TRY_LATER})
        else:
            page = message_page("Le tableau de bord est fermé", fault)
            await page.response(Request(scope), "no-store", status=503)(scope, receive, send)


_TRY_LATER: Final = 1013
FOR_MONITORS: Final = frozenset({"/sante", "/pret", "/metrics"})


def _fault(scope: Scope) -> str:
    """Why nobody, or not this browser, may be answered with the settings in force; empty when it may."""
    try:
        settings = load_settings()
    except SettingsError as error:
        # Pages say it themselves, to who can mend it; there is nothing to read without settings.
        return str(error) if scope["type"] == "lifespan" else ""
    # Whatever the server was told to listen to, it is open to others once one of them asks.
    heard_at = _EVERYWHERE if _is_from_elsewhere(scope) else streamlit_config.get_option("server.address")
    return reason_not_to_serve_now(settings.model_copy(update={"host": heard_at or _EVERYWHERE}))


def _is_from_elsewhere(scope: Scope) -> bool:
    try:
        return not ip_address((scope.get("client") or ("",))[0]).is_loopback
    except ValueError:
        return False


_EVERYWHERE: Final = "0.0.0.0"


# How much one browser may ask: sockets, their messages, addresses; who is not signed in may ask less. A page of Streamlit's
# speaks to the server by one socket. Its messages are looked at before Streamlit sees them.

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
OPEN_PAGES: Final[Counter[str]] = Counter()
"""How many are open now, of accounts and of visitors."""
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

        who = "visitor" if actor is None else "account"
        self._open.update(at for at, _most in places)
        OPEN_PAGES[who] += 1
        try:
            await self.app(scope, receive_within_bounds, send)
        finally:
            self._open.subtract(at for at, _most in places)
            self._open += Counter()
            OPEN_PAGES[who] -= 1

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
    settings = _settings()
    public = urlsplit(settings.public_address if settings else "")
    return origin.netloc == headers.get("host") or (origin.scheme, origin.netloc) == (public.scheme, public.netloc)


def known_actor(connection: HTTPConnection, *, acts: bool = True) -> Actor | None:
    """Who is signed in in this browser, None for a visitor; a demonstration knows everybody.

    `acts` says whether somebody did something, which keeps them signed in.
    """
    settings = _settings()
    if settings is None:
        return None
    if settings.sign_in == "demo":
        from dashboard.ui.session import PERSONAS

        return PERSONAS["coordination"][1]
    from dashboard.identity.accounts import COOKIE, actor_of_cookie

    return actor_of_cookie(connection.cookies.get(COOKIE, ""), acts=acts)


# What is said with every answer, whoever wrote it.


class SecurityHeaders:
    """Adds the headers to every answer, whoever wrote it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                decided = {name: headers[name] for name in _DECIDED_BY_THE_ANSWER if name in headers}
                headers.update({**HEADERS, **_encryption(), **decided})
                if "Content-Security-Policy" in decided:
                    del headers[_FRAMES]
                message["headers"] = [(name, _secured(name, value)) for name, value in message["headers"]]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _secured(name: bytes, value: bytes) -> bytes:
    """Streamlit's own cookie goes over encrypted connections alone, as ours do; its script reads it, so it is no secret.

    A demonstration, on this machine and without accounts, is for every browser: some take none without encryption, even here.
    """
    if name.lower() != b"set-cookie" or b"; secure" in value.lower():
        return value
    settings = _settings()
    return value if settings is None or settings.sign_in == "demo" else value + b"; Secure"


def _encryption() -> dict[str, str]:
    settings = _settings()
    return ALWAYS_ENCRYPTED if settings and settings.public_address.startswith("https://") else {}


class StreamlitFiles:
    """Gives Streamlit's scripts, styles and fonts from memory, compressed once for all visitors.

    Streamlit compresses none of them (3 MB at the first visit instead of 1) and answers a missing one with its shell.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(STREAMLIT_FILES):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        file = _streamlit_files().get(scope["path"])
        if file is None or request.method not in {"GET", "HEAD"}:
            response = not_found_page().response(request, ASK_AGAIN, status=404)
        else:
            response = _read(file).response(request, FOREVER, compress=_is_far(request))
        await response(scope, receive, send)


def _is_far(request: Request) -> bool:
    """Whether the browser is on another machine: from this one, compressing 3 MB only delays the first page."""
    from_here = request.client is not None and request.client.host in {"127.0.0.1", "::1"}
    return not from_here or "x-forwarded-for" in request.headers


@cache
def _streamlit_files() -> dict[str, Path]:
    """The files of Streamlit by address; nothing outside this list is ever opened."""
    folder = Path(file_util.get_static_dir())
    files = (folder / "static").rglob("*")
    return {f"/{file.relative_to(folder).as_posix()}": file for file in files if file.is_file()}


@cache
def _read(file: Path) -> Asset:
    return Asset.read(file)


# The addresses of Streamlit that are shut: those meant for programs to everybody, files to who is not signed in.

# How many visitors there are, how much memory is taken, how pages are driven without a browser, pictures and files that
# Streamlit would keep: nobody here needs it.
SHUT: Final = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/media")
# What a form was given.
UPLOADS: Final = ("/_stcore/upload_file",)
UPLOADED_BY_A_SESSION: Final = 100_000_000
UPLOADED: Final = 400_000_000
"""How many bytes of files are kept in memory, of a page and of all: two of the largest, and those of four people."""


class StreamlitAccess:
    """Answers in the place of Streamlit where it would tell too much, or to anybody."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._coming = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif _is_under(scope["path"], SHUT):
            await not_found_page().response(Request(scope), ASK_AGAIN, status=404)(scope, receive, send)
        elif _is_under(scope["path"], UPLOADS):
            await self._take(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A file for a form of import: from who may import, and as long as there is room."""
        request = Request(scope)
        actor = await run_in_threadpool(known_actor, request)
        if actor is None or not actor.coordinates:
            await _refuse(CONNECT if actor is None else _NOT_YOURS, scope, receive, send)
            return
        if request.method != "PUT":
            await self.app(scope, receive, send)
            return
        size = request.headers.get("content-length", "")
        kept = _uploaded()
        own = kept.get(scope["path"].removeprefix(f"{UPLOADS[0]}/").partition("/")[0], 0)
        if (
            not size.isdecimal()
            or own + int(size) > UPLOADED_BY_A_SESSION
            or (sum(kept.values()) + self._coming + int(size) > UPLOADED)
        ):
            page = message_page(
                "Ce fichier ne peut pas être reçu", "Actualisez la page, puis envoyez un fichier à la fois."
            )
            await page.response(request, _NEVER_KEPT, status=413)(scope, receive, send)
            return
        self._coming += int(size)
        try:
            await self.app(scope, receive, send)
        finally:
            self._coming -= int(size)


_NEVER_KEPT: Final = "no-store"
CONNECT: Final = ("Connectez-vous d’abord", "Ce fichier n’est donné qu’à une personne connectée.")
_NOT_YOURS: Final = ("Envoi refusé", "Votre compte n’importe pas de fichier. Demandez-le à la coordination du réseau.")


async def _refuse(said: tuple[str, str], scope: Scope, receive: Receive, send: Send) -> None:
    await message_page(*said).response(Request(scope), _NEVER_KEPT, status=403)(scope, receive, send)


def _uploaded() -> dict[str, int]:
    """How many bytes each session of Streamlit's keeps of what it was sent."""
    from streamlit.runtime import Runtime

    if not Runtime.exists():
        return {}
    kept = Runtime.instance()._uploaded_file_mgr.file_storage  # type: ignore[attr-defined]
    return {name: sum(len(file.data) for file in list(files.values())) for name, files in list(kept.items())}


def _is_under(path: str, addresses: tuple[str, ...]) -> bool:
    return any(path == address or path.startswith(f"{address}/") for address in addresses)
