"""Keeps what is being typed in a form: the page's script sends it here, with the token that the form was drawn with."""

import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from dashboard.configuration.database import database
from dashboard.configuration.settings import SettingsError, load_settings
from dashboard.identity.signing import unsign_timed

if TYPE_CHECKING:
    from data_access.rights import Actor

DRAFT_ADDRESS: Final = "/brouillon"
PURPOSE: Final = "draft"
# A form left open overnight keeps its draft in the morning.
_TOKEN_SECONDS: Final = 18 * 3600
_LARGEST_BODY: Final = 32_768
_log = logging.getLogger(__name__)


async def keep(request: Request) -> JSONResponse:
    """Keeps the texts of one form; says at what time, as the page shows it."""
    try:
        body = await _bounded_body(request)
        sent = json.loads(body)
        claims = unsign_timed(PURPOSE, str(sent["token"]), seconds=_TOKEN_SECONDS)
        fields = {str(name): str(text) for name, text in sent["fields"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ClientDisconnect):
        return _refused(400, "Ce brouillon ne peut pas être lu.")
    if claims is None:
        return _refused(403, "Ce formulaire est trop ancien : rechargez la page.")
    return await run_in_threadpool(_keep, claims, fields, request.cookies)


def _writer(claims: dict[str, Any], cookies: Mapping[str, str]) -> "Actor | None":
    """Who types: the persona of a demonstration, or whoever is signed in now if the form was drawn for them."""
    from data_access.rights import Actor, Right, Role, allows

    if load_settings().sign_in == "demo":
        return Actor(claims["actor"], cast(Role, claims["role"]))
    from dashboard.identity.accounts import COOKIE, actor_of_cookie

    actor = actor_of_cookie(cookies.get(COOKIE, ""))
    return actor if actor is not None and allows(actor, Right.DRAFTS) and actor.name == claims["actor"] else None


def _keep(claims: dict[str, Any], fields: dict[str, str], cookies: Mapping[str, str]) -> JSONResponse:
    from sqlalchemy.exc import SQLAlchemyError

    from dashboard.configuration import clock
    from dashboard.wording.dates import time_of_day
    from dashboard.wording.typography import typeset
    from data_access.engine import writing
    from data_access.refusals import Busy, Refused
    from data_access.writes.attendance import keep_draft

    now = clock.now()
    try:
        writer = _writer(claims, cookies)
        if writer is None:
            return _refused(403, "Connectez-vous de nouveau pour garder ce que vous tapez.")
        with writing(database(), writer) as connection:
            kept = keep_draft(
                connection,
                writer,
                form=claims["form"],
                about=claims["about"],
                base_version=claims["version"],
                typed=fields,
                now=now,
            )
    except Busy:
        return _refused(503, typeset("La base est occupée : votre saisie reste ici, et sera gardée dans un instant."))
    except Refused:
        return _refused(413, "Ce brouillon est trop long pour être gardé.")
    except (SettingsError, SQLAlchemyError, OSError) as error:
        _log.warning("a draft could not be kept: %s", type(error).__name__)
        return _refused(503, "La base de données ne répond pas.")
    # Typed before what its author saved since: there is nothing left to keep.
    return JSONResponse({"kept_at": time_of_day(now) if kept else ""}, headers={"Cache-Control": "no-store"})


async def _bounded_body(request: Request) -> bytes:
    """Reads no more than a form can hold; ValueError beyond."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise ValueError("too large")
    return body


def _refused(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"message": sentence}, status_code=status, headers={"Cache-Control": "no-store"})


DRAFT_ROUTES: Final = (Route(DRAFT_ADDRESS, keep, methods=["POST"]),)
