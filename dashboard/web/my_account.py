"""One's own account: another password, the browsers that are signed in, signing out of this one or of all of them."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.configuration.database import database
from dashboard.configuration.settings import load_settings
from dashboard.identity.browsers import known_as
from dashboard.identity.signing import read_form
from dashboard.web.account_pages import (
    MY_ACCOUNT,
    SIGN_IN,
    TOO_OLD,
    checked,
    form_page,
    signed_in_answer,
    without_accounts,
)
from dashboard.web.document import NEVER_KEPT, render
from dashboard.web.lanes import in_lane
from dashboard.web.sign_in import forget_identity, provider_way_out

SIGN_OUT: Final = "/deconnexion"
_SESSIONS: Final = f"{MY_ACCOUNT}/navigateurs"
_WRONG_CURRENT_PASSWORD: Final = "Le mot de passe actuel n’est pas le bon. Vérifiez-le, puis recommencez."
_LONGEST_NUMBER: Final = 10
_ENDED: Final = "Navigateur déconnecté."
_WITHOUT: Final = "Second facteur retiré : votre mot de passe suffit de nouveau."
_CHANGED: Final = "Mot de passe changé. Vos autres navigateurs sont déconnectés."
_ONWARD: Final = "Vous êtes déconnecté du tableau de bord. Votre fournisseur d’identité vous déconnecte à son tour."
_DONE: Final = {"change": _CHANGED, "sans": _WITHOUT, "deconnecte": _ENDED}
# What the browser keeps of the site may hold figures.
_FORGET: Final = {"Clear-Site-Data": '"cache", "storage"'}


async def my_account(request: Request) -> Response:
    """The page, and the new password it sends."""
    mode = load_settings().sign_in
    if mode == "demo" or (mode == "oidc" and request.method == "POST"):
        return without_accounts(mode)
    if request.method == "GET":
        done = next((said for name, said in _DONE.items() if name in request.query_params), "")
        return await run_in_threadpool(_account, request, done=done)
    sent = await read_form(request)
    if sent is None:
        return await run_in_threadpool(_account, request, TOO_OLD)
    return await in_lane(request, lambda: _change(request, sent))


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


async def end_session(request: Request) -> Response:
    """Another browser of the account is signed out."""
    if load_settings().sign_in == "demo":
        return without_accounts("demo")
    sent = await read_form(request)
    if sent is None:
        return await run_in_threadpool(_account, request, TOO_OLD)
    return await run_in_threadpool(_end_session, request, sent.get("numero", ""))


def _end_session(request: Request, number: str) -> Response:
    from dashboard.identity import accounts
    from data_access.engine import writing
    from data_access.writes.accounts import end_one_session

    found = accounts.signed_in_account(request.cookies.get(accounts.COOKIE, ""))
    if found is None:
        return RedirectResponse(SIGN_IN, status_code=303, headers=NEVER_KEPT)
    if number.isascii() and number.isdigit() and len(number) < _LONGEST_NUMBER:
        with writing(database()) as connection:
            end_one_session(connection, account_id=found.account_id, session_id=int(number), now=accounts.real_now())
    return RedirectResponse(f"{MY_ACCOUNT}?deconnecte=oui", status_code=303, headers=NEVER_KEPT)


def _account(request: Request, refusal: str = "", done: str = "", status: int = 403) -> Response:
    from dashboard.identity import accounts
    from dashboard.wording.dates import date_and_time
    from data_access.reads.accounts import factor_of, open_sessions

    found = accounts.signed_in_account(request.cookies.get(accounts.COOKIE, ""))
    if found is None:
        return RedirectResponse(f"{SIGN_IN}?suite={MY_ACCOUNT}", status_code=303, headers=NEVER_KEPT)
    with database().connect() as connection:
        factor = factor_of(connection, account_id=found.account_id)
        sessions = open_sessions(connection, account_id=found.account_id, now=accounts.real_now(), idle=accounts.IDLE)
    return form_page(
        request,
        "my_account.html",
        status=status if refusal else 200,
        name=found.display_name,
        email=found.actor.name,
        local=load_settings().sign_in == "local",
        factor=factor is not None,
        sessions=[
            {
                "number": str(each.session_id),
                "browser": each.browser or "Navigateur inconnu",
                "said": f"depuis le {date_and_time(each.created_at)}, vu le {date_and_time(each.last_seen_at)}",
                "here": each.session_id == found.session_id,
            }
            for each in sessions
        ],
        refusal=refusal,
        done=done,
    )


def _change(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import accounts
    from dashboard.identity.passwords import confirmation_fault, password_fault
    from data_access.engine import writing
    from data_access.reads.accounts import credentials
    from data_access.writes.accounts import change_password

    found = accounts.signed_in_account(request.cookies.get(accounts.COOKIE, ""))
    if found is None:
        return RedirectResponse(SIGN_IN, status_code=303, headers=NEVER_KEPT)
    email, new = found.actor.name, sent.get("nouveau", "")
    with database().connect() as connection:
        kept = credentials(connection, email=email)
    # Guessed here as on the page of signing in, by who found a browser left open: counted together.
    refusal = checked(
        request,
        lambda: accounts.verify_password(sent.get("mot_de_passe", ""), kept.password_hash if kept else None),
        lambda sentence, status: _account(request, sentence, status=status),
        wrong=_WRONG_CURRENT_PASSWORD,
        typed=email,
        account=(found.account_id, email),
        known_as=known_as(request, found.account_id),
    )
    if refusal is not None:
        return refusal
    fault = password_fault(new, email, found.display_name) or confirmation_fault(new, sent.get("encore", ""))
    if fault:
        return _account(request, fault)
    hashed = accounts.hash_password(new)
    with writing(database()) as connection:
        change_password(connection, account_id=found.account_id, password_hash=hashed, now=accounts.real_now())
    return signed_in_answer(request, found.account_id, f"{MY_ACCOUNT}?change=oui")


MY_ACCOUNT_ROUTES: Final = (
    Route(SIGN_OUT, sign_out, methods=["POST"]),
    Route(_SESSIONS, end_session, methods=["POST"]),
    Route(MY_ACCOUNT, my_account, methods=["GET", "POST"]),
)
