"""Signing in and out, with the accounts of the database, and one's own account."""

import logging
import secrets
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.configuration.database import database
from dashboard.configuration.settings import load_settings
from dashboard.identity import signing
from dashboard.identity.signing import FORM_COOKIE, new_form, read_form, set_form_cookie
from dashboard.web.document import NEVER_KEPT, page_for_now, render

# Signing in: with an account of the database, with the link that lets one choose its password, or with an identity
# provider. Every form carries a token, signed and dated, that the visitor's own cookie goes with: no other site can
# have it sent. A refusal is one sentence that says nothing of which accounts exist. Nobody gets an account by coming
# from a provider: whom the administrator did not enter is told so.

SIGN_IN: Final = "/connexion"
ACTIVATION: Final = "/activation"
TOO_OLD: Final = "Cette page était ouverte depuis longtemps. Recommencez."
WAIT: Final = "Trop d’essais pour cette adresse. Attendez un quart d’heure, puis recommencez."
_WRONG: Final = "L’adresse ou le mot de passe n’est pas le bon. Vérifiez les deux, puis recommencez."
_SPENT: Final = (
    "Ce lien a déjà servi, ou il a plus de 24 heures. Demandez-en un autre à la personne qui administre les comptes."
)
_NOT_HERE: Final = {
    "demo": "Cette démonstration n’a pas de comptes : choisissez qui vous êtes dans le menu.",
    "oidc": "Les mots de passe se choisissent chez votre fournisseur d’identité, pas ici.",
}
_LONGEST_PATH: Final = 1_000
_log: Final = logging.getLogger(__name__)


async def sign_in(request: Request) -> Response:
    """The form, and what it sends."""
    mode = load_settings().sign_in
    if mode == "demo" or (mode == "oidc" and request.method == "POST"):
        return without_accounts(mode)
    if request.method == "GET":
        return _form(request, onward=local_path(request.query_params.get("suite", "/")))
    sent = await read_form(request)
    if sent is None:
        return _form(request, refusal=TOO_OLD, status=403)
    return await run_in_threadpool(_authenticate, request, sent)


async def choose_password(request: Request) -> Response:
    """What an activation link opens: a password is chosen, once. Opening it uses nothing up: programs open links too."""
    mode = load_settings().sign_in
    if mode != "local":
        return without_accounts(mode)
    if request.method == "GET":
        return await run_in_threadpool(_activation, request, request.query_params.get("code", ""))
    sent = await read_form(request)
    if sent is None:
        return account_message("Page périmée", _REOPEN, status=403)
    return await run_in_threadpool(_activate, request, sent)


_WEEK_OWED: Final = "/saisie"
_REOPEN: Final = "Cette page était ouverte depuis longtemps. Ouvrez de nouveau le lien que l’on vous a donné."


def account_message(title: str, sentence: str, *, status: int) -> Response:
    """A sentence, and the way back to signing in."""
    return page_for_now("account_message.html", status=status, title=title, sentence=sentence)


def form_page(request: Request, template: str, *, status: int, **values: object) -> Response:
    """A page with a form, the token of the form, and the cookie that goes with it."""
    token, nonce = new_form(request)
    answer = page_for_now(template, status=status, token=token, **values)
    set_form_cookie(answer, nonce)
    return answer


def without_accounts(mode: str) -> Response:
    """Says that passwords of the database have no use with this way of signing in."""
    return account_message("Pas de mot de passe ici", _NOT_HERE[mode], status=404)


def signed_in_answer(request: Request, account_id: int, onward: str) -> Response:
    """Leads a browser that has just signed in to where it wanted to go, with a cookie never used before.

    Who keeps a centre and asked for nothing in particular comes for the week they owe.
    """
    from dashboard.identity import accounts

    token = accounts.start_session(account_id, replacing=request.cookies.get(accounts.COOKIE, ""))
    actor, where = accounts.actor_of_cookie(token), local_path(onward)
    if where == "/" and actor is not None and actor.role == "animator":
        where = _WEEK_OWED
    answer = RedirectResponse(where, status_code=303, headers=NEVER_KEPT)
    answer.set_cookie(accounts.COOKIE, token, path="/", secure=True, httponly=True, samesite="lax")
    answer.delete_cookie(FORM_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return answer


def local_path(text: str) -> str:
    """The address if it is one of this site, else its first page: nobody is led elsewhere."""
    # Browsers read a second slash, either way up, as the name of another site, and skip signs that cannot be seen.
    is_local = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    return text if is_local and len(text) < _LONGEST_PATH else "/"


def _authenticate(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import accounts
    from dashboard.identity.signing import fingerprint
    from data_access.engine import writing
    from data_access.reads.accounts import credentials, must_wait
    from data_access.writes.accounts import record_attempt

    email, onward = sent.get("adresse", "").strip(), local_path(sent.get("suite", "/"))
    email_hash, now = fingerprint(email.lower()), accounts.real_now()
    with database().connect() as connection:
        if must_wait(connection, email_hash=email_hash, now=now):
            return _form(request, onward=onward, email=email, refusal=WAIT, status=429)
        # PostgreSQL refuses to be asked about some signs, which no address has.
        found = credentials(connection, email=email) if email.isprintable() else None
    good = accounts.verify_password(sent.get("mot_de_passe", ""), found.password_hash if found else None)
    succeeded = bool(good and found and found.active)
    with writing(database()) as connection:
        record_attempt(connection, email_hash=email_hash, succeeded=succeeded, now=now)
    if not succeeded or found is None:
        _log.warning("a sign-in was refused")
        return _form(request, onward=onward, email=email, refusal=_WRONG, status=403)
    return signed_in_answer(request, found.account_id, onward)


def _activation(request: Request, code: str, refusal: str = "") -> Response:
    from dashboard.identity import accounts
    from dashboard.identity.signing import fingerprint
    from data_access.reads.accounts import account_of_code

    with database().connect() as connection:
        found = account_of_code(connection, code_hash=fingerprint(code), now=accounts.real_now())
    if found is None:
        return _spent()
    return form_page(
        request, "choose_password.html", status=403 if refusal else 200, code=code, email=found[1], refusal=refusal
    )


def _activate(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import accounts
    from dashboard.identity.signing import fingerprint
    from data_access.engine import writing
    from data_access.reads.accounts import account_of_code
    from data_access.writes.accounts import choose_password as store_password

    code, new = sent.get("code", ""), sent.get("nouveau", "")
    code_hash, now = fingerprint(code), accounts.real_now()
    with database().connect() as connection:
        found = account_of_code(connection, code_hash=code_hash, now=now)
    if found is None:
        return _spent()
    fault = accounts.password_fault(new, found[1]) or accounts.confirmation_fault(new, sent.get("encore", ""))
    if fault:
        return _activation(request, code, fault)
    kept = accounts.hash_password(new)
    with writing(database()) as connection:
        account_id = store_password(connection, code_hash=code_hash, password_hash=kept, now=now)
    return _spent() if account_id is None else signed_in_answer(request, account_id, "/")


def _spent() -> Response:
    return account_message("Lien périmé", _SPENT, status=410)


def _form(request: Request, *, onward: str = "/", email: str = "", refusal: str = "", status: int = 200) -> Response:
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


SIGN_IN_ROUTES: Final = (
    Route(SIGN_IN, sign_in, methods=["GET", "POST"]),
    Route(ACTIVATION, choose_password, methods=["GET", "POST"]),
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
    _keep(answer, TRAVEL_COOKIE, signing.sign_timed(_TRAVEL, kept), max_age=_TRAVEL_SECONDS)
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
    _forget(answer, TRAVEL_COOKIE)
    if len(identity.id_token) <= _LONGEST_COOKIE:
        # The provider asks for it when the person signs out; it opens nothing here.
        _keep(answer, IDENTITY_COOKIE, identity.id_token)
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


def forget_identity(answer: Response) -> None:
    """The browser keeps nothing of what the provider said."""
    _forget(answer, IDENTITY_COOKIE)


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


# The page of whoever is signed in: another password, signing out of this browser or of all of them.

SIGN_OUT: Final = "/deconnexion"
MY_ACCOUNT: Final = "/compte"
_WRONG_CURRENT_PASSWORD: Final = "Le mot de passe actuel n’est pas le bon. Vérifiez-le, puis recommencez."
_CHANGED: Final = "Mot de passe changé. Vos autres navigateurs sont déconnectés."
_ONWARD: Final = "Vous êtes déconnecté du tableau de bord. Votre fournisseur d’identité vous déconnecte à son tour."
# What the browser keeps of the site may hold figures.
_FORGET: Final = {"Clear-Site-Data": '"cache", "storage"'}


async def my_account(request: Request) -> Response:
    """The page, and the new password it sends."""
    mode = load_settings().sign_in
    if mode == "demo" or (mode == "oidc" and request.method == "POST"):
        return without_accounts(mode)
    if request.method == "GET":
        done = _CHANGED if "change" in request.query_params else ""
        return await run_in_threadpool(_account, request, done=done)
    sent = await read_form(request)
    if sent is None:
        return await run_in_threadpool(_account, request, TOO_OLD)
    return await run_in_threadpool(_change, request, sent)


async def sign_out(request: Request) -> Response:
    """This browser, or all those of the account, are signed out; the browser forgets what it kept of the site."""
    from dashboard.identity import accounts

    if await read_form(request) is None:
        return RedirectResponse(MY_ACCOUNT, status_code=303, headers=NEVER_KEPT)
    cookie = request.cookies.get(accounts.COOKIE, "")
    await run_in_threadpool(accounts.end_session, cookie, everywhere="partout" in request.query_params)
    further, headers = await provider_way_out(request), {**NEVER_KEPT, **_FORGET}
    answer: Response
    if further is None:
        answer = RedirectResponse(f"{SIGN_IN}?sortie=oui", status_code=303, headers=headers)
    else:
        # A page, not a redirection: browsers do not let a form of ours lead to another site.
        answer = HTMLResponse(
            render("onward.html", title="Déconnexion", sentence=_ONWARD, address=further), headers=headers
        )
    answer.delete_cookie(accounts.COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    forget_identity(answer)
    return answer


def _account(request: Request, refusal: str = "", done: str = "", status: int = 403) -> Response:
    from dashboard.identity import accounts

    found = accounts.signed_in_account(request.cookies.get(accounts.COOKIE, ""))
    if found is None:
        return RedirectResponse(f"{SIGN_IN}?suite={MY_ACCOUNT}", status_code=303, headers=NEVER_KEPT)
    return form_page(
        request,
        "my_account.html",
        status=status if refusal else 200,
        name=found.display_name,
        email=found.actor.name,
        local=load_settings().sign_in == "local",
        refusal=refusal,
        done=done,
    )


def _change(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import accounts
    from dashboard.identity.signing import fingerprint
    from data_access.engine import writing
    from data_access.reads.accounts import credentials, must_wait
    from data_access.writes.accounts import change_password, record_attempt

    found = accounts.signed_in_account(request.cookies.get(accounts.COOKIE, ""))
    if found is None:
        return RedirectResponse(SIGN_IN, status_code=303, headers=NEVER_KEPT)
    # Guessed here as on the page of signing in, by who found a browser left open: counted together.
    email_hash, now, new = fingerprint(found.actor.name), accounts.real_now(), sent.get("nouveau", "")
    with database().connect() as connection:
        if must_wait(connection, email_hash=email_hash, now=now):
            return _account(request, WAIT, status=429)
        kept = credentials(connection, email=found.actor.name)
    knows = accounts.verify_password(sent.get("mot_de_passe", ""), kept.password_hash if kept else None)
    with writing(database()) as connection:
        record_attempt(connection, email_hash=email_hash, succeeded=knows, now=now)
    if not knows:
        return _account(request, _WRONG_CURRENT_PASSWORD)
    fault = accounts.password_fault(new, found.actor.name) or accounts.confirmation_fault(new, sent.get("encore", ""))
    if fault:
        return _account(request, fault)
    hashed = accounts.hash_password(new)
    with writing(database()) as connection:
        change_password(connection, account_id=found.account_id, password_hash=hashed, now=now)
    return signed_in_answer(request, found.account_id, f"{MY_ACCOUNT}?change=oui")


MY_ACCOUNT_ROUTES: Final = (
    Route(SIGN_OUT, sign_out, methods=["POST"]),
    Route(MY_ACCOUNT, my_account, methods=["GET", "POST"]),
)
