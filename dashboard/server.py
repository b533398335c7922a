"""The server: Streamlit's application of `dashboard/app.py`, with our own addresses, headers and French around it.

`streamlit run dashboard/server.py` finds `app` here; `cybercantal` does the same after preparing the database.
"""

import json
import logging
import secrets
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Final

import streamlit as st
import streamlit.logger
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.configuration.database import end_writing
from dashboard.configuration.settings import load_settings
from dashboard.web.health import show_failure
from dashboard.web.middleware import Bounds, KnownHosts, SecurityHeaders, StartsClosed, StreamlitAccess, StreamlitFiles
from dashboard.web.routes import EXCEPTION_HANDLERS, ROUTES
from dashboard.web.warm_up import start_warming

SCRIPT: Final = Path(__file__).with_name("app.py")

# The technical log: one line an event, on the standard error, whichever library it comes from.

_REQUEST: Final[ContextVar[str]] = ContextVar("request", default="")


class References:
    """Each request and each socket has a reference of its own, which the lines it causes bear."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = _REQUEST.set(secrets.token_hex(4))
        try:
            await self.app(scope, receive, send)
        finally:
            _REQUEST.reset(token)


class OneLine(logging.Formatter):
    """An event as one line of text, or of JSON: when, how grave, where, what, for which request and which open page.

    An error is its types and places; its words, which may quote what somebody typed, are told at the level « debug » alone.
    """

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self.as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        page = get_script_run_ctx(suppress_warning=True)
        event = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": _REQUEST.get(),
            # Who knows the identifier of an open page could act in it: the log has only its mark.
            "session": blake2b(page.session_id.encode(), digest_size=4).hexdigest() if page else "",
            "error": _error(record.exc_info[1]) if record.exc_info and record.exc_info[1] else "",
        }
        event = {name: said for name, said in event.items() if said}
        if self.as_json:
            return json.dumps(event, ensure_ascii=False)
        words = [event.pop(name) for name in ("time", "level", "logger", "message")]
        told = " ".join([*words, *(f"{name}={said}" for name, said in event.items())])
        return told.replace("\r", "\\r").replace("\n", "\\n")


def _error(error: BaseException) -> str:
    if logging.getLogger("dashboard").isEnabledFor(logging.DEBUG):
        return "".join(traceback.format_exception(error))
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    told = f"{type(error).__qualname__} at {' > '.join(places)}"
    return f"{told}, from {_error(cause)}" if cause else told


def keep_log() -> None:
    """Every line of the log in one form, those of the libraries too, which write in colours of their own otherwise."""
    settings = load_settings()
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine(as_json=settings.log_format == "json"))
    logging.basicConfig(handlers=[handler])
    logging.captureWarnings(True)
    # Streamlit gives each logger a handler, now and later.
    streamlit.logger.setup_formatter = _to_the_root
    for name in (*streamlit.logger._loggers, "uvicorn", "uvicorn.error", "uvicorn.access"):
        _to_the_root(logging.getLogger(name))
    # What it says in passing is addresses of visitors, and English around the greeting of the command.
    for name in ("uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for room in ("dashboard", "data_access"):
        logging.getLogger(room).setLevel(settings.log_level.upper())


def _to_the_root(logger: logging.Logger) -> None:
    logger.handlers.clear()
    logger.propagate = True


@asynccontextmanager
async def _lifespan(_app: st.App) -> AsyncIterator[dict[str, object]]:
    """Visitors are answered at once; the slow imports go on in a thread meanwhile."""
    keep_log()
    start_warming()
    yield {}
    # Pages have been told: what is typed there is kept by their browser, and goes on by itself with the next server.
    await run_in_threadpool(end_writing)


app = st.App(
    SCRIPT,
    routes=ROUTES,
    middleware=[
        Middleware(References),
        Middleware(SecurityHeaders),
        Middleware(KnownHosts),
        Middleware(StartsClosed),
        Middleware(Bounds),
        Middleware(StreamlitAccess),
        Middleware(StreamlitFiles),
    ],
    exception_handlers=EXCEPTION_HANDLERS,
    on_script_error=show_failure,
    lifespan=_lifespan,
)
