"""How the server is, for a monitor, for pages that ask whether theirs is the last, for a visitor whose page broke."""

import hmac
import logging
import math
import secrets
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.configuration.database import BACKUP_HOURS, backup_age, database
from dashboard.configuration.settings import SettingsError, load_settings
from dashboard.web.document import ASK_AGAIN, not_found_page
from dashboard.web.middleware import OPEN_PAGES, known_actor
from dashboard.web.warm_up import wait_until_warm
from dashboard.wording.refusals import DATABASE_FAULTS
from data_access.rights import NotPermitted

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

# What a monitor reads: whether the database answers and is up to date.

NAME: Final = "cybercantal"
HEALTH_ADDRESS: Final = "/sante"
READY_ADDRESS: Final = "/pret"
# A write at each request of anybody would be a way to wear the disk.
_TRIED_EVERY_SECONDS: Final = 5
_log = logging.getLogger(__name__)


def health(_request: Request) -> JSONResponse:
    """200 when the server and its database answer, 503 otherwise; nothing is written. No address, version or figure: anyone
    may read this."""
    return _told(database_state())


def ready(_request: Request) -> JSONResponse:
    """The same once the database was written in, a moment ago at most, with the age of the last backup: `ok`, `late`, `none`.

    A late backup is no reason to send visitors elsewhere.
    """
    state = database_state()
    return _told(_written_state() if state == "ok" else state, backup=_backup_state())


def _told(database: str, **more: str) -> JSONResponse:
    healthy = database == "ok"
    return JSONResponse(
        {"application": NAME, "status": "ok" if healthy else "unavailable", "database": database, **more},
        status_code=200 if healthy else 503,
        headers={"Cache-Control": "no-store"},
    )


def database_state(error: Exception | None = None) -> str:
    """`ok`, `outdated` (a migration is due), or what ails the database: `full`, `locked`, `gone`…, `unreachable` where it is
    not known; by an `error` it just answered with, if it tells."""
    # Imported late: the server listens before they are loaded.
    wait_until_warm()
    from sqlalchemy.exc import SQLAlchemyError

    from data_access.engine import database_fault, file_fault
    from data_access.migrations import schema_state

    try:
        fault = (error and database_fault(error)) or file_fault(database())
        state = None if fault else schema_state(database())
    except (SettingsError, SQLAlchemyError, OSError) as failure:
        _log.warning("health check: %s", failure)
        state, fault = None, database_fault(failure)
    if state is None:
        return fault.value.removeprefix(_FAULT) if fault else "unreachable"
    return "ok" if state.is_current else "outdated"


_FAULT: Final = "database_"
_TRIED: Final[dict[str, tuple[float, str]]] = {}
_TRYING: Final = threading.Lock()


def _written_state() -> str:
    """What a writer meets; one tries, the others are told."""
    from sqlalchemy.exc import SQLAlchemyError

    from data_access.engine import write_trial

    with _TRYING:
        engine = database()
        key, now = str(engine.url), time.monotonic()
        last = _TRIED.get(key)
        if last is None or now - last[0] > _TRIED_EVERY_SECONDS:
            try:
                write_trial(engine)
                state = "ok"
            except SQLAlchemyError as error:
                state = database_state(error)
                state = "unreachable" if state == "ok" else state
            last = _TRIED[key] = (now, state)
        return last[1]


def _backup_state() -> str:
    age = backup_age(load_settings())
    return "none" if age is None else "late" if age > timedelta(hours=BACKUP_HOURS) else "ok"


# Which state of the data is stored now, for the pages that ask whether theirs is still the last.

NEWS_ADDRESS: Final = "/nouveautes"


def news(request: Request) -> PlainTextResponse:
    """A number that grows with every write in the domains asked for, in any where none is; 503 without it.

    For who is signed in: asked over and over, it tells at which second somebody writes, which is nobody else's business.
    """
    # Imported late: the server listens before they are loaded.
    wait_until_warm()
    from sqlalchemy.exc import SQLAlchemyError

    from data_access.engine import data_versions

    try:
        # A page left open is no sign that somebody is there.
        if known_actor(request, acts=False) is None:
            return PlainTextResponse("", status_code=403, headers={"Cache-Control": "no-store"})
        with database().connect() as connection:
            versions = data_versions(connection)
        asked = [domain for domain in request.query_params.get("de", "").split(",") if domain in versions]
        version, status = str(sum(versions[domain] for domain in asked or ("n",))), 200
    except (SettingsError, SQLAlchemyError, OSError) as error:
        _log.warning("no data version: %s", error)
        version, status = "", 503
    return PlainTextResponse(version, status_code=status, headers={"Cache-Control": "no-store"})


# What Prometheus gathers, for who has the secret of the settings: figures of the server, none of the network.

METRICS_ADDRESS: Final = "/metrics"


def metrics(request: Request) -> Response:
    """The figures as text; 404 where the settings have no secret for it, 401 without that secret."""
    secret = load_settings().metrics_token
    if secret is None:
        return not_found_page().response(request, ASK_AGAIN, status=404)
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), secret.get_secret_value().encode()):
        return PlainTextResponse(
            "", status_code=401, headers={"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"}
        )
    wait_until_warm()
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    told = generate_latest(_registry())
    return Response(told, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


@cache
def _registry() -> "CollectorRegistry":
    from prometheus_client import CollectorRegistry, Gauge, ProcessCollector

    from dashboard.ui.store import KEPT
    from data_access.engine import writers_waiting

    registry = CollectorRegistry()
    # Processor, memory, open files, since when.
    ProcessCollector(namespace=NAME, registry=registry)

    def gauge(name: str, meaning: str, value: Callable[[], float]) -> None:
        Gauge(name, meaning, namespace=NAME, registry=registry).set_function(value)

    gauge("database_up", "1 when the database answers and is up to date", lambda: float(database_state() == "ok"))
    gauge("database_connections", "Connections to the database in use", lambda: _connections(database().pool))
    gauge("writers_waiting", "Writers that wait for their turn", lambda: writers_waiting(database()))
    gauge("answers_bytes", "What is kept of answers of the database", lambda: KEPT.bytes)
    gauge("backup_age_seconds", "Age of the last backup; NaN for none", _backup_seconds)
    pages = Gauge("open_pages", "Pages that are open now", ["who"], namespace=NAME, registry=registry)
    for who in ("account", "visitor"):
        pages.labels(who).set_function(partial(OPEN_PAGES.__getitem__, who))
    return registry


def _connections(pool: object) -> float:
    """Only what keeps connections counts them; a database in memory does not."""
    return float(getattr(pool, "checkedout", lambda: 0)())


def _backup_seconds() -> float:
    age = backup_age(load_settings())
    return math.nan if age is None else age.total_seconds()


HEALTH_ROUTES: Final = (
    Route(HEALTH_ADDRESS, health),
    Route(READY_ADDRESS, ready),
    Route(METRICS_ADDRESS, metrics),
    Route(NEWS_ADDRESS, news),
)


# What a visitor reads when a page breaks: a French sentence and a number to give; the details go to the log alone.

_PAGE_SENTENCE: Final = "Cette page n’a pas pu s’afficher."
_DENIED_SENTENCE: Final = "Cette page montre des données que votre compte ne permet pas de voir."
_OUTDATED_SENTENCE: Final = "La base de données n’est pas à jour : lancez « cybercantal migrate » sur le serveur."


def show_failure(error: Exception) -> bool:
    """Called by Streamlit for an error that no page has caught. True: its own message, in English, is not shown."""
    if isinstance(error, NotPermitted) and (error.actor is None or error.actor.role == "public"):
        # A press after the session ended, before the page itself could say so.
        _ask_to_sign_in()
        return True
    reference = secrets.token_hex(3).upper()
    # Streamlit has just logged the whole of it; this line says which one it was.
    _log.error("page failed, reference %s: %s", reference, type(error).__name__)
    st.error(f"{_sentence(error)} {_remedy()} Référence : {reference}.", icon=":material/error:")
    # Any click runs the page again.
    st.button("Réessayer", key=f"retry_{reference}")
    return True


def _ask_to_sign_in() -> None:
    from dashboard.ui.guard import ask_to_sign_in

    asked = urlsplit(str(st.context.url or "/"))
    query = urlencode(st.query_params.to_dict(), doseq=True)
    ask_to_sign_in(f"{asked.path or '/'}?{query}" if query else asked.path or "/")


def _sentence(error: Exception) -> str:
    if isinstance(error, SettingsError):
        return f"Un réglage est à corriger : {error}"
    if isinstance(error, NotPermitted):
        return _DENIED_SENTENCE
    # By name, so that a page that breaks does not have to import SQLAlchemy.
    if any(parent.__module__.startswith("sqlalchemy.") for parent in type(error).__mro__):
        return _database_sentence(database_state(error))
    return _PAGE_SENTENCE


def _database_sentence(state: str) -> str:
    if state in ("ok", "outdated"):
        return _PAGE_SENTENCE if state == "ok" else _OUTDATED_SENTENCE
    cause, _remedy = DATABASE_FAULTS["database_failed" if state == "unreachable" else f"{_FAULT}{state}"]
    return cause


def _remedy() -> str:
    try:
        contact = load_settings().contact_email
    except SettingsError:
        contact = ""
    coordination = f"la coordination du réseau ({contact})" if contact else "la coordination du réseau"
    return f"Réessayez ; si cela se répète, écrivez à {coordination} en donnant la référence."
