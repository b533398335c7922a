"""Signing in with an identity provider: the way there, the way back, and the way out of it.

What must be known on return travels in a signed cookie of ten minutes. Nobody gets an account by coming: whom the
administrator did not enter is told so.
"""

import logging
import secrets
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard import signing
from dashboard.settings import load_settings
from dashboard.web import sign_in_pages as pages
from dashboard.web.form_tokens import NEVER_KEPT
from dashboard.web.sign_in import SIGN_IN, local_path, signed_in_answer, without_accounts

TO_PROVIDER: Final = f"{SIGN_IN}/oidc"
FROM_PROVIDER: Final = f"{TO_PROVIDER}/retour"
SIGNED_OUT: Final = "/deconnexion/retour"
TRAVEL_COOKIE: Final = "__Host-voyage"
IDENTITY_COOKIE: Final = "__Host-identite"
_TRAVEL: Final = "oidc sign-in"
_LEAVING: Final = "oidc sign-out"
_TRAVEL_SECONDS: Final = 600
# Browsers drop a cookie that is longer.
_LONGEST_COOKIE: Final = 3_800
_UNKNOWN: Final = (
    "Votre fournisseur d’identité vous a reconnu, mais aucun compte n’est ouvert ici à votre adresse vérifiée. "
    "Demandez-le à la personne qui administre les comptes."
)
_FAILED: Final = "Le fournisseur d’identité n’a pas pu confirmer qui vous êtes. Recommencez dans un instant."
_LOST: Final = "Cette connexion a été commencée dans un autre navigateur, ou il y a plus de dix minutes. Recommencez."
_log: Final = logging.getLogger(__name__)


async def to_provider(request: Request) -> Response:
    """Sends the browser to the provider."""
    settings = load_settings()
    if settings.sign_in != "oidc":
        return _elsewhere()
    from dashboard.identity import provider

    session: dict[str, Any] = {}
    try:
        address = await provider.way_in(_travelling(request, session), settings, back=_here(FROM_PROVIDER))
    except provider.ProviderFailed as failure:
        return _failed(failure)
    kept = {"session": session, "onward": local_path(request.query_params.get("suite", "/"))}
    answer = RedirectResponse(address, status_code=303, headers=NEVER_KEPT)
    _keep(answer, TRAVEL_COOKIE, signing.signed_for_now(_TRAVEL, kept), max_age=_TRAVEL_SECONDS)
    return answer


async def from_provider(request: Request) -> Response:
    """Signs the browser in when the provider vouches for the holder of an account."""
    settings = load_settings()
    if settings.sign_in != "oidc":
        return _elsewhere()
    from dashboard.identity import provider

    kept = signing.unsigned_for_now(_TRAVEL, request.cookies.get(TRAVEL_COOKIE, ""), seconds=_TRAVEL_SECONDS)
    if not isinstance(kept, dict):
        return _told("Connexion à recommencer", _LOST, 403)
    try:
        identity = await provider.identify(_travelling(request, kept["session"]), settings)
    except provider.ProviderFailed as failure:
        return _failed(failure)
    account_id = await run_in_threadpool(_account_of, identity)
    if account_id is None:
        return _told("Aucun compte à votre nom", _UNKNOWN, 403)
    answer = await run_in_threadpool(signed_in_answer, request, account_id, kept["onward"])
    _forget(answer, TRAVEL_COOKIE)
    if len(identity.id_token) <= _LONGEST_COOKIE:
        # The provider asks for it when the person signs out; it opens nothing here.
        _keep(answer, IDENTITY_COOKIE, identity.id_token)
    return answer


async def way_out(request: Request) -> str | None:
    """Where a browser that has just signed out here is to sign out of the provider; None where it cannot."""
    settings = load_settings()
    if settings.sign_in != "oidc":
        return None
    from dashboard.identity import provider

    id_token, state = request.cookies.get(IDENTITY_COOKIE, ""), secrets.token_urlsafe(32)
    signed = signing.signed_for_now(_LEAVING, state)
    return await provider.way_out(settings, id_token=id_token, back=_here(SIGNED_OUT), state=signed)


def signed_out(request: Request) -> Response:
    """Where the provider leads back to; the state says that we had sent the browser there."""
    state = request.query_params.get("state", "")
    ours = signing.unsigned_for_now(_LEAVING, state, seconds=_TRAVEL_SECONDS) is not None
    return RedirectResponse(f"{SIGN_IN}?sortie=oui" if ours else SIGN_IN, status_code=303, headers=NEVER_KEPT)


def forget_identity(answer: Response) -> None:
    """The browser keeps nothing of what the provider said."""
    _forget(answer, IDENTITY_COOKIE)


def _travelling(request: Request, session: dict[str, Any]) -> Request:
    """The request with a session of its own, beside the one that Streamlit keeps."""
    return Request({**request.scope, "session": session}, request.receive)


def _account_of(identity: Any) -> int | None:
    """The account of somebody the provider vouches for, bound to them from now on; the others are written down."""
    from dashboard.identity import sessions
    from dashboard.identity.tokens import fingerprint
    from data_access.actors import VISITOR
    from data_access.engine import writing
    from data_access.reads.accounts import account_of_identity
    from data_access.writes.accounts import link_identity
    from data_access.writes.rows import record_denial

    now = sessions.real_now()
    with writing(sessions.database()) as connection:
        account_id = account_of_identity(connection, subject=identity.subject, email=identity.email)
        if account_id is not None:
            link_identity(connection, account_id=account_id, subject=identity.subject, now=now)
    if account_id is None:
        # Enough to tell one person from another in the journal, not to know who they are.
        about = f"identity {fingerprint(identity.subject)[:12]}"
        record_denial(sessions.database(), VISITOR, about, at=now)
    return account_id


def _failed(failure: Exception) -> Response:
    _log.warning("a sign-in by the identity provider failed: %s", failure)
    return _told("Connexion impossible", _FAILED, 502)


def _told(title: str, sentence: str, status: int) -> Response:
    answer = HTMLResponse(pages.message(title, sentence), status_code=status, headers=NEVER_KEPT)
    _forget(answer, TRAVEL_COOKIE)
    return answer


def _elsewhere() -> Response:
    mode = load_settings().sign_in
    return without_accounts(mode) if mode == "demo" else RedirectResponse(SIGN_IN, 303, headers=NEVER_KEPT)


def _here(path: str) -> str:
    return f"{load_settings().public_address.rstrip('/')}{path}"


def _keep(answer: Response, name: str, value: str, max_age: int | None = None) -> None:
    # Not strict: the browser comes back from another site.
    answer.set_cookie(name, value, path="/", secure=True, httponly=True, samesite="lax", max_age=max_age)


def _forget(answer: Response, name: str) -> None:
    answer.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")


OIDC_ROUTES: Final = (
    Route(TO_PROVIDER, to_provider),
    Route(FROM_PROVIDER, from_provider),
    Route(SIGNED_OUT, signed_out),
)
