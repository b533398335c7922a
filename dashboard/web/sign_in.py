"""Signing in with an account of the database, and choosing its password with the link that was given.

Every form carries a token, signed and dated, that the visitor's own cookie goes with: no other site can have it sent. What
is wrong is told in one sentence that says nothing of which accounts exist.
"""

import logging
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.settings import load_settings
from dashboard.web import sign_in_pages as pages
from dashboard.web.form_tokens import FORM_COOKIE, NEVER_KEPT, finished, sent_fields, with_token

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
    sent = await sent_fields(request)
    if sent is None:
        return _form(request, refusal=TOO_OLD, status=403)
    return await run_in_threadpool(_try, request, sent)


async def choose_password(request: Request) -> Response:
    """What an activation link opens: a password is chosen, once. Opening it uses nothing up: programs open links too."""
    mode = load_settings().sign_in
    if mode != "local":
        return without_accounts(mode)
    if request.method == "GET":
        return await run_in_threadpool(_activation, request, request.query_params.get("code", ""))
    sent = await sent_fields(request)
    if sent is None:
        return HTMLResponse(pages.message("Page périmée", _REOPEN), status_code=403, headers=NEVER_KEPT)
    return await run_in_threadpool(_activate, request, sent)


_REOPEN: Final = "Cette page était ouverte depuis longtemps. Ouvrez de nouveau le lien que l’on vous a donné."


def without_accounts(mode: str) -> Response:
    """Says that passwords of the database have no use with this way of signing in."""
    return HTMLResponse(pages.message("Pas de mot de passe ici", _NOT_HERE[mode]), status_code=404, headers=NEVER_KEPT)


def signed_in_answer(request: Request, account_id: int, onward: str) -> Response:
    """Leads a browser that has just signed in to where it wanted to go, with a cookie never used before."""
    from dashboard.identity import sessions

    token = sessions.begin(account_id, replacing=request.cookies.get(sessions.COOKIE, ""))
    answer = RedirectResponse(local_path(onward), status_code=303, headers=NEVER_KEPT)
    answer.set_cookie(sessions.COOKIE, token, path="/", secure=True, httponly=True, samesite="lax")
    answer.delete_cookie(FORM_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return answer


def local_path(text: str) -> str:
    """The address if it is one of this site, else its first page: nobody is led elsewhere."""
    # Browsers read a second slash, either way up, as the name of another site, and skip signs that cannot be seen.
    is_local = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    return text if is_local and len(text) < _LONGEST_PATH else "/"


def _try(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import passwords, sessions
    from dashboard.identity.tokens import fingerprint
    from data_access.engine import writing
    from data_access.reads.accounts import credentials, must_wait
    from data_access.writes.accounts import record_attempt

    email, onward = sent.get("adresse", "").strip(), local_path(sent.get("suite", "/"))
    email_hash, now = fingerprint(email.lower()), sessions.real_now()
    with sessions.database().connect() as connection:
        if must_wait(connection, email_hash=email_hash, now=now):
            return _form(request, onward=onward, email=email, refusal=WAIT, status=429)
        # PostgreSQL refuses to be asked about some signs, which no address has.
        found = credentials(connection, email=email) if email.isprintable() else None
    good = passwords.matches(sent.get("mot_de_passe", ""), found.password_hash if found else None)
    succeeded = bool(good and found and found.active)
    with writing(sessions.database()) as connection:
        record_attempt(connection, email_hash=email_hash, succeeded=succeeded, now=now)
    if not succeeded or found is None:
        _log.warning("a sign-in was refused")
        return _form(request, onward=onward, email=email, refusal=_WRONG, status=403)
    return signed_in_answer(request, found.account_id, onward)


def _activation(request: Request, code: str, refusal: str = "") -> Response:
    from dashboard.identity import sessions
    from dashboard.identity.tokens import fingerprint
    from data_access.reads.accounts import account_of_code

    with sessions.database().connect() as connection:
        found = account_of_code(connection, code_hash=fingerprint(code), now=sessions.real_now())
    if found is None:
        return _spent()
    token, answer = with_token(request, status=403 if refusal else 200)
    answer.body = answer.render(pages.choose_password(token=token, code=code, email=found[1], refusal=refusal))
    return finished(answer)


def _activate(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import passwords, sessions
    from dashboard.identity.tokens import fingerprint
    from data_access.engine import writing
    from data_access.reads.accounts import account_of_code
    from data_access.writes.accounts import choose_password as store_password

    code, new = sent.get("code", ""), sent.get("nouveau", "")
    code_hash, now = fingerprint(code), sessions.real_now()
    with sessions.database().connect() as connection:
        found = account_of_code(connection, code_hash=code_hash, now=now)
    if found is None:
        return _spent()
    fault = passwords.password_fault(new, found[1]) or passwords.unlike(new, sent.get("encore", ""))
    if fault:
        return _activation(request, code, fault)
    kept = passwords.hashed(new)
    with writing(sessions.database()) as connection:
        account_id = store_password(connection, code_hash=code_hash, password_hash=kept, now=now)
    return _spent() if account_id is None else signed_in_answer(request, account_id, "/")


def _spent() -> Response:
    return HTMLResponse(pages.message("Lien périmé", _SPENT), status_code=410, headers=NEVER_KEPT)


def _form(request: Request, *, onward: str = "/", email: str = "", refusal: str = "", status: int = 200) -> Response:
    token, answer = with_token(request, status=status)
    provider = load_settings().sign_in == "oidc"
    said = "Vous êtes déconnecté." if "sortie" in request.query_params else ""
    answer.body = answer.render(
        pages.sign_in(token=token, onward=onward, email=email, refusal=refusal, said=said, provider=provider)
    )
    return finished(answer)


SIGN_IN_ROUTES: Final = (
    Route(SIGN_IN, sign_in, methods=["GET", "POST"]),
    Route(ACTIVATION, choose_password, methods=["GET", "POST"]),
)
