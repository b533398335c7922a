"""Signing in: with an account of the database and its second factor, with a link, with an identity provider."""

import logging
import secrets
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.configuration.database import database
from dashboard.configuration.settings import load_settings
from dashboard.identity import signing
from dashboard.identity.browsers import known_as
from dashboard.identity.signing import forget_cookie, keep_cookie
from dashboard.web.account_pages import (
    NOT_SHARED,
    REQUIRED,
    SIGN_IN,
    TOO_OLD,
    account_message,
    checked,
    email_print,
    form_page,
    form_route,
    give_session,
    is_required,
    local_path,
    offer_factor,
    offered_secret,
    recovery_codes_page,
    refused_code,
    set_up_factor,
    signed_in_answer,
    where_to,
    without_accounts,
)
from dashboard.web.document import NEVER_KEPT

# Signing in: with an account of the database, with the link that lets one choose its password, or with an identity
# provider. Every form carries a token, signed and dated, that the visitor's own cookie goes with: no other site can
# have it sent. A refusal is one sentence that says nothing of which accounts exist. Nobody gets an account by coming
# from a provider: whom the administrator did not enter is told so.

ACTIVATION: Final = "/activation"
_WRONG: Final = "L’adresse ou le mot de passe n’est pas le bon. Vérifiez les deux, puis recommencez."
_SPENT: Final = (
    "Ce lien a déjà servi, ou il a plus de 24 heures. Demandez-en un autre à la personne qui administre les comptes."
)
_REOPEN: Final = "Cette page était ouverte depuis longtemps. Ouvrez de nouveau le lien que l’on vous a donné."
_log: Final = logging.getLogger(__name__)


def _authenticate(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import accounts
    from data_access.reads.accounts import credentials

    email, onward = sent.get("adresse", "").strip(), local_path(sent.get("suite", "/"))
    with database().connect() as connection:
        # PostgreSQL refuses to be asked about some signs, which no address has.
        found = credentials(connection, email=email) if email.isprintable() else None

    def check() -> bool:
        good = accounts.verify_password(sent.get("mot_de_passe", ""), found.password_hash if found else None)
        return bool(good and found and found.active)

    refusal = checked(
        request,
        check,
        lambda sentence, status: _form(request, onward=onward, email=email, refusal=sentence, status=status),
        wrong=_WRONG,
        typed=email,
        account=(found.account_id, email.lower()) if found else None,
        known_as=known_as(request, found.account_id) if found else None,
    )
    if refusal is not None or found is None:
        _log.warning("a sign-in was refused")
        return refusal or _form(request, refusal=_WRONG, status=403)
    return _after_password(request, found.account_id, onward)


def _activation(request: Request, code: str | None = None, refusal: str = "") -> Response:
    from dashboard.identity import accounts
    from dashboard.identity.signing import fingerprint
    from data_access.reads.accounts import account_of_code

    code = request.query_params.get("code", "") if code is None else code
    with database().connect() as connection:
        found = account_of_code(connection, code_hash=fingerprint(code), now=accounts.real_now())
    if found is None:
        return _spent()
    return form_page(
        request, "choose_password.html", status=403 if refusal else 200, code=code, email=found[1], refusal=refusal
    )


def _activate(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import accounts
    from dashboard.identity.passwords import confirmation_fault, password_fault
    from dashboard.identity.signing import fingerprint
    from data_access.engine import writing
    from data_access.reads.accounts import account_of_code
    from data_access.writes.accounts import choose_password as store_password
    from data_access.writes.sign_in_attempts import forget_attempts

    code, new = sent.get("code", ""), sent.get("nouveau", "")
    code_hash, now = fingerprint(code), accounts.real_now()
    with database().connect() as connection:
        found = account_of_code(connection, code_hash=code_hash, now=now)
    if found is None:
        return _spent()
    fault = password_fault(new, found[1], found[2]) or confirmation_fault(new, sent.get("encore", ""))
    if fault:
        return _activation(request, code, fault)
    kept = accounts.hash_password(new)
    with writing(database()) as connection:
        account_id = store_password(connection, code_hash=code_hash, password_hash=kept, now=now)
        if account_id is not None:
            # Whoever asked for a link was told to by the tries of others, or by their own: it is the way out.
            forget_attempts(connection, email_hash=email_print(found[1]))
    return _spent() if account_id is None else _after_password(request, account_id, "/")


def _spent() -> Response:
    return account_message("Lien périmé", _SPENT, status=410)


def _form(
    request: Request, *, onward: str | None = None, email: str = "", refusal: str = "", status: int = 200
) -> Response:
    if onward is None:
        onward = local_path(request.query_params.get("suite", "/"))
    done = "Vous êtes déconnecté." if "sortie" in request.query_params else ""
    provider = load_settings().sign_in == "oidc"
    return form_page(
        request,
        "sign_in.html",
        status=status,
        onward=onward,
        email=email,
        refusal=refusal,
        done=done,
        provider=provider,
    )


# After the password: the code of the second factor, or the second factor to set up for who may not sign in without one.

CODE: Final = f"{SIGN_IN}/code"
_PENDING: Final = "password known"
_SECONDS: Final = 600
_STALE: Final = "Plus de dix minutes ont passé depuis le mot de passe. Connectez-vous de nouveau."


def _after_password(request: Request, account_id: int, onward: str) -> Response:
    """What comes once the password is known to be right: the code, the second factor to set up, or the page asked for."""
    from data_access.reads.accounts import account_in_use, factor_of

    with database().connect() as connection:
        factor = factor_of(connection, account_id=account_id)
        found = account_in_use(connection, account_id=account_id)
    if found is None:
        return _stale(request)
    pending = signing.sign_timed(_PENDING, [account_id, local_path(onward)])
    if factor is not None:
        return form_page(request, "second_factor_code.html", status=200, pending=pending, refusal="")
    if is_required(found[2]):
        return offer_factor(request, account_id, found[0], pending=pending)
    return signed_in_answer(request, account_id, onward)


def _check_code(request: Request, sent: dict[str, str]) -> Response:
    kept = _pending(sent)
    if kept is None:
        return _stale(request)
    account_id, email, onward = kept

    def refuse(sentence: str, status: int) -> Response:
        return form_page(
            request, "second_factor_code.html", status=status, pending=sent.get("suivi", ""), refusal=sentence
        )

    return refused_code(request, account_id, email, sent, refuse) or signed_in_answer(request, account_id, onward)


def _set_up_required(request: Request, sent: dict[str, str]) -> Response:
    from data_access.reads.accounts import factor_of

    kept = _pending(sent)
    if kept is None:
        return _stale(request)
    account_id, email, onward = kept
    with database().connect() as connection:
        # Who knows the password alone does not replace the second factor of its holder.
        if factor_of(connection, account_id=account_id) is not None:
            return _stale(request)
    secret = offered_secret(account_id, sent)
    codes = set_up_factor(account_id, secret, sent)
    if codes is None:
        return offer_factor(request, account_id, email, pending=sent["suivi"], secret=secret, refusal=NOT_SHARED)
    answer = recovery_codes_page(codes, where_to(account_id, onward))
    give_session(request, answer, account_id)
    return answer


def _pending(sent: dict[str, str]) -> tuple[int, str, str] | None:
    """The account whose password was right a moment ago: its id, its address, and where it was going."""
    from data_access.reads.accounts import account_in_use

    kept = signing.unsign_timed(_PENDING, sent.get("suivi", ""), seconds=_SECONDS)
    if not isinstance(kept, list):
        return None
    with database().connect() as connection:
        found = account_in_use(connection, account_id=kept[0])
    return None if found is None else (kept[0], found[0], kept[1])


def _stale(_request: Request) -> Response:
    return account_message("Connexion à recommencer", _STALE, status=403)


SIGN_IN_ROUTES: Final = (
    form_route(
        SIGN_IN,
        shown=_form,
        taken=_authenticate,
        stale=lambda request: _form(request, refusal=TOO_OLD, status=403),
        shown_with=("local", "oidc"),
        costly=True,
    ),
    # A link is opened by programs too: opening it uses nothing up.
    form_route(
        ACTIVATION,
        shown=_activation,
        taken=_activate,
        stale=lambda _request: account_message("Page périmée", _REOPEN, status=403),
        costly=True,
    ),
    form_route(CODE, taken=_check_code, stale=_stale),
    form_route(REQUIRED, taken=_set_up_required, stale=_stale),
)


# Signing in with an identity provider: the way there, the way back, and the way out of it. What must be known on
# return travels in a signed cookie of ten minutes.

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
    # Not strict, as all that is asked for here: the browser comes back from another site.
    keep_cookie(answer, TRAVEL_COOKIE, signing.sign_timed(_TRAVEL, kept), seconds=_TRAVEL_SECONDS)
    return answer


async def from_provider(request: Request) -> Response:
    """Signs the browser in when the provider vouches for the holder of an account."""
    settings = load_settings()
    if settings.sign_in != "oidc":
        return _elsewhere()
    from dashboard.identity import provider

    kept = signing.unsign_timed(_TRAVEL, request.cookies.get(TRAVEL_COOKIE, ""), seconds=_TRAVEL_SECONDS)
    if not isinstance(kept, dict):
        return _provider_refusal("Connexion à recommencer", _LOST, 403)
    try:
        identity = await provider.identify(_travelling(request, kept["session"]), settings)
    except provider.ProviderFailed as failure:
        return _failed(failure)
    account_id = await run_in_threadpool(_account_of, identity)
    if account_id is None:
        return _provider_refusal("Aucun compte à votre nom", _UNKNOWN, 403)
    answer = await run_in_threadpool(signed_in_answer, request, account_id, kept["onward"])
    forget_cookie(answer, TRAVEL_COOKIE)
    if len(identity.id_token) <= _LONGEST_COOKIE:
        # The provider asks for it when the person signs out; it opens nothing here.
        keep_cookie(answer, IDENTITY_COOKIE, identity.id_token)
    return answer


async def provider_way_out(request: Request) -> str | None:
    """Where a browser that has just signed out here is to sign out of the provider; None where it cannot."""
    settings = load_settings()
    if settings.sign_in != "oidc":
        return None
    from dashboard.identity import provider

    id_token, state = request.cookies.get(IDENTITY_COOKIE, ""), secrets.token_urlsafe(32)
    signed = signing.sign_timed(_LEAVING, state)
    return await provider.way_out(settings, id_token=id_token, back=_here(SIGNED_OUT), state=signed)


def signed_out(request: Request) -> Response:
    """Where the provider leads back to; the state says that we had sent the browser there."""
    state = request.query_params.get("state", "")
    ours = signing.unsign_timed(_LEAVING, state, seconds=_TRAVEL_SECONDS) is not None
    return RedirectResponse(f"{SIGN_IN}?sortie=oui" if ours else SIGN_IN, status_code=303, headers=NEVER_KEPT)


def _travelling(request: Request, session: dict[str, Any]) -> Request:
    """The request with a session of its own, beside the one that Streamlit keeps."""
    return Request({**request.scope, "session": session}, request.receive)


def _account_of(identity: Any) -> int | None:
    """The account of somebody the provider vouches for, bound to them from now on; the others are written down."""
    from dashboard.identity import accounts
    from dashboard.identity.signing import fingerprint
    from data_access.engine import writing
    from data_access.reads.accounts import account_of_identity
    from data_access.rights import VISITOR
    from data_access.writes.accounts import link_identity
    from data_access.writes.rows import record_denial

    now = accounts.real_now()
    with writing(database()) as connection:
        account_id = account_of_identity(connection, subject=identity.subject, email=identity.email)
        if account_id is not None:
            link_identity(connection, account_id=account_id, subject=identity.subject, now=now)
    if account_id is None:
        # Enough to tell one person from another in the journal, not to know who they are.
        about = f"identity {fingerprint(identity.subject)[:12]}"
        record_denial(database(), VISITOR, about, at=now)
    return account_id


def _failed(failure: Exception) -> Response:
    _log.warning("a sign-in by the identity provider failed: %s", failure)
    return _provider_refusal("Connexion impossible", _FAILED, 502)


def _provider_refusal(title: str, sentence: str, status: int) -> Response:
    answer = account_message(title, sentence, status=status)
    forget_cookie(answer, TRAVEL_COOKIE)
    return answer


def _elsewhere() -> Response:
    mode = load_settings().sign_in
    return without_accounts(mode) if mode == "demo" else RedirectResponse(SIGN_IN, 303, headers=NEVER_KEPT)


def _here(path: str) -> str:
    return f"{load_settings().public_address.rstrip('/')}{path}"


OIDC_ROUTES: Final = (
    Route(TO_PROVIDER, to_provider),
    Route(FROM_PROVIDER, from_provider),
    Route(SIGNED_OUT, signed_out),
)
