"""The page of whoever is signed in: another password, signing out of this browser or of all of them."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.configuration.database import database
from dashboard.configuration.settings import load_settings
from dashboard.identity.signing import read_form
from dashboard.web.document import NEVER_KEPT, render
from dashboard.web.sign_in import (
    SIGN_IN,
    TOO_OLD,
    WAIT,
    forget_identity,
    form_page,
    provider_way_out,
    signed_in_answer,
    without_accounts,
)

SIGN_OUT: Final = "/deconnexion"
MY_ACCOUNT: Final = "/compte"
_WRONG: Final = "Le mot de passe actuel n’est pas le bon. Vérifiez-le, puis recommencez."
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
        return _account(request, _WRONG)
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
