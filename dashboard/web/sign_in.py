"""Signing in with an account of the database, choosing a password, signing out: the addresses and their cookie.

Every form carries a token, signed and dated, that the visitor's own cookie goes with: no other site can have it sent. What
is wrong is told in one sentence that says nothing of which accounts exist.
"""

import logging
from typing import Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.settings import load_settings
from dashboard.web import sign_in_pages as pages
from dashboard.web.form_tokens import FORM_COOKIE, NEVER_KEPT, finished, sent_fields, with_token

SIGN_IN: Final = "/connexion"
SIGN_OUT: Final = "/deconnexion"
ACTIVATION: Final = "/activation"
MY_ACCOUNT: Final = "/compte"
_WRONG: Final = "L’adresse ou le mot de passe n’est pas le bon. Vérifiez les deux, puis recommencez."
_TOO_OLD: Final = "Cette page était ouverte depuis longtemps. Recommencez."
_WAIT: Final = "Trop d’essais pour cette adresse. Attendez un quart d’heure, puis recommencez."
_SPENT: Final = (
    "Ce lien a déjà servi, ou il a plus de 24 heures. Demandez-en un autre à la personne qui administre les comptes."
)
_NOT_HERE: Final = "Cette démonstration n’a pas de comptes : choisissez qui vous êtes dans le menu."
_log: Final = logging.getLogger(__name__)


async def sign_in(request: Request) -> Response:
    """The form, and what it sends."""
    if load_settings().sign_in == "demo":
        return HTMLResponse(pages.message("Démonstration", _NOT_HERE), headers=NEVER_KEPT)
    if request.method == "GET":
        return _form(request, onward=local_path(request.query_params.get("suite", "/")))
    if load_settings().sign_in != "local":
        return HTMLResponse(pages.message("Connexion", _WRONG), status_code=403, headers=NEVER_KEPT)
    sent = await sent_fields(request)
    if sent is None:
        return _form(request, refusal=_TOO_OLD, status=403)
    return await run_in_threadpool(_try, request, sent)


async def choose_password(request: Request) -> Response:
    """What an activation link opens: a password is chosen, once."""
    if request.method == "GET":
        return await run_in_threadpool(_activation, request, request.query_params.get("code", ""))
    sent = await sent_fields(request)
    if sent is None:
        return await run_in_threadpool(_activation, request, "", _TOO_OLD)
    return await run_in_threadpool(_activate, request, sent)


async def my_account(request: Request) -> Response:
    """The page of whoever is signed in."""
    if request.method == "GET":
        return await run_in_threadpool(_account, request)
    sent = await sent_fields(request)
    if sent is None:
        return await run_in_threadpool(_account, request, _TOO_OLD)
    return await run_in_threadpool(_change, request, sent)


async def sign_out(request: Request) -> Response:
    """This browser, or all those of the account, are signed out; the browser forgets what it kept of the site."""
    from dashboard.identity import sessions

    if await sent_fields(request) is None:
        return RedirectResponse(MY_ACCOUNT, status_code=303, headers=NEVER_KEPT)
    cookie = request.cookies.get(sessions.COOKIE, "")
    await run_in_threadpool(_end, cookie, everywhere="partout" in request.query_params)
    answer = RedirectResponse(SIGN_IN, status_code=303, headers={**NEVER_KEPT, "Clear-Site-Data": '"cache", "storage"'})
    answer.delete_cookie(sessions.COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def signed_in_answer(account_id: int, onward: str) -> Response:
    """Leads a browser that has just signed in to where it wanted to go, with its cookie."""
    from dashboard.identity import sessions

    answer = RedirectResponse(local_path(onward), status_code=303, headers=NEVER_KEPT)
    answer.set_cookie(sessions.COOKIE, sessions.begin(account_id), path="/", secure=True, httponly=True, samesite="lax")
    answer.delete_cookie(FORM_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return answer


def local_path(text: str) -> str:
    """The address if it is one of this site, else its first page: nobody is led elsewhere."""
    parts = urlsplit(text)
    plain = text.startswith("/") and not text.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return text if plain and text.isprintable() and "\\" not in text and len(text) < 1_000 else "/"


def _try(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import passwords, sessions
    from dashboard.identity.tokens import fingerprint
    from data_access.engine import writing
    from data_access.reads.accounts import credentials, must_wait
    from data_access.writes.sessions import record_attempt

    email, onward = sent.get("adresse", "").strip(), local_path(sent.get("suite", "/"))
    email_hash, now = fingerprint(email.lower()), sessions.real_now()
    with sessions.database().connect() as connection:
        if must_wait(connection, email_hash=email_hash, now=now):
            return _form(request, onward=onward, email=email, refusal=_WAIT, status=429)
        found = credentials(connection, email=email)
    good = passwords.matches(sent.get("mot_de_passe", ""), found.password_hash if found else None)
    succeeded = bool(good and found and found.active)
    with writing(sessions.database()) as connection:
        record_attempt(connection, email_hash=email_hash, succeeded=succeeded, now=now)
    if not succeeded or found is None:
        _log.warning("a sign-in was refused")
        return _form(request, onward=onward, email=email, refusal=_WRONG, status=403)
    return signed_in_answer(found.account_id, onward)


def _activation(request: Request, code: str, refusal: str = "") -> Response:
    from dashboard.identity import sessions
    from dashboard.identity.tokens import fingerprint
    from data_access.reads.accounts import account_of_code

    with sessions.database().connect() as connection:
        found = account_of_code(connection, code_hash=fingerprint(code), now=sessions.real_now())
    if found is None:
        return HTMLResponse(pages.message("Lien périmé", _SPENT), status_code=410, headers=NEVER_KEPT)
    token, answer = with_token(request)
    answer.body = answer.render(pages.choose_password(token=token, code=code, email=found[1], refusal=refusal))
    return finished(answer)


def _activate(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import passwords, sessions
    from dashboard.identity.tokens import fingerprint
    from data_access.engine import writing
    from data_access.reads.accounts import account_of_code
    from data_access.writes.sessions import choose_password as store_password

    code, new = sent.get("code", ""), sent.get("nouveau", "")
    code_hash, now = fingerprint(code), sessions.real_now()
    with sessions.database().connect() as connection:
        found = account_of_code(connection, code_hash=code_hash, now=now)
    if found is None:
        return HTMLResponse(pages.message("Lien périmé", _SPENT), status_code=410, headers=NEVER_KEPT)
    fault = passwords.password_fault(new, found[1]) or _unlike(sent)
    if fault:
        return _activation(request, code, fault)
    kept = passwords.hashed(new)
    with writing(sessions.database()) as connection:
        # Asked again with the database held: of two who send the same code, one chooses.
        if account_of_code(connection, code_hash=code_hash, now=now) is None:
            return HTMLResponse(pages.message("Lien périmé", _SPENT), status_code=410, headers=NEVER_KEPT)
        store_password(connection, account_id=found[0], password_hash=kept, now=now, code_hash=code_hash)
    return signed_in_answer(found[0], "/")


def _account(request: Request, refusal: str = "", said: str = "") -> Response:
    from dashboard.identity import sessions

    found = sessions.who(request.cookies.get(sessions.COOKIE, ""))
    if found is None:
        return RedirectResponse(f"{SIGN_IN}?suite={MY_ACCOUNT}", status_code=303, headers=NEVER_KEPT)
    token, answer = with_token(request, status=403 if refusal else 200)
    local = load_settings().sign_in == "local"
    body = pages.my_account(
        token=token, name=found.display_name, email=found.actor.name, local=local, refusal=refusal, said=said
    )
    answer.body = answer.render(body)
    return finished(answer)


def _change(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import passwords, sessions
    from data_access.engine import writing
    from data_access.reads.accounts import credentials
    from data_access.writes.sessions import choose_password as store_password

    found = sessions.who(request.cookies.get(sessions.COOKIE, ""))
    if found is None or load_settings().sign_in != "local":
        return RedirectResponse(SIGN_IN, status_code=303, headers=NEVER_KEPT)
    with sessions.database().connect() as connection:
        kept = credentials(connection, email=found.actor.name)
    if kept is None or not passwords.matches(sent.get("mot_de_passe", ""), kept.password_hash):
        return _account(request, "Le mot de passe actuel n’est pas le bon. Vérifiez-le, puis recommencez.")
    fault = passwords.password_fault(sent.get("nouveau", ""), found.actor.name) or _unlike(sent)
    if fault:
        return _account(request, fault)
    new = passwords.hashed(sent["nouveau"])
    with writing(sessions.database()) as connection:
        store_password(connection, account_id=found.account_id, password_hash=new, now=sessions.real_now())
    return signed_in_answer(found.account_id, MY_ACCOUNT)


def _end(cookie: str, *, everywhere: bool) -> None:
    from dashboard.identity import sessions
    from data_access.engine import writing
    from data_access.writes.sessions import revoke_all_sessions

    found = sessions.who(cookie)
    sessions.end(cookie)
    if everywhere and found is not None:
        with writing(sessions.database()) as connection:
            revoke_all_sessions(connection, account_id=found.account_id, now=sessions.real_now())


def _unlike(sent: dict[str, str]) -> str:
    same = sent.get("nouveau", "") == sent.get("encore", "")
    return "" if same else "Les deux mots de passe ne sont pas les mêmes. Tapez deux fois le même."


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
    Route(SIGN_OUT, sign_out, methods=["POST"]),
    Route(ACTIVATION, choose_password, methods=["GET", "POST"]),
    Route(MY_ACCOUNT, my_account, methods=["GET", "POST"]),
)
