"""The page of whoever is signed in: another password, signing out of this browser or of all of them."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.settings import load_settings
from dashboard.web import oidc
from dashboard.web import sign_in_pages as pages
from dashboard.web.form_tokens import NEVER_KEPT, finished, sent_fields, with_token
from dashboard.web.sign_in import SIGN_IN, TOO_OLD, WAIT, signed_in_answer, without_accounts

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
        said = _CHANGED if "change" in request.query_params else ""
        return await run_in_threadpool(_account, request, said=said)
    sent = await sent_fields(request)
    if sent is None:
        return await run_in_threadpool(_account, request, TOO_OLD)
    return await run_in_threadpool(_change, request, sent)


async def sign_out(request: Request) -> Response:
    """This browser, or all those of the account, are signed out; the browser forgets what it kept of the site."""
    from dashboard.identity import sessions

    if await sent_fields(request) is None:
        return RedirectResponse(MY_ACCOUNT, status_code=303, headers=NEVER_KEPT)
    cookie = request.cookies.get(sessions.COOKIE, "")
    await run_in_threadpool(sessions.end, cookie, everywhere="partout" in request.query_params)
    further, headers = await oidc.way_out(request), {**NEVER_KEPT, **_FORGET}
    answer: Response
    if further is None:
        answer = RedirectResponse(f"{SIGN_IN}?sortie=oui", status_code=303, headers=headers)
    else:
        # A page, not a redirection: browsers do not let a form of ours lead to another site.
        answer = HTMLResponse(pages.onward("Déconnexion", _ONWARD, further), headers=headers)
    answer.delete_cookie(sessions.COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    oidc.forget_identity(answer)
    return answer


def _account(request: Request, refusal: str = "", said: str = "", status: int = 403) -> Response:
    from dashboard.identity import sessions

    found = sessions.who(request.cookies.get(sessions.COOKIE, ""))
    if found is None:
        return RedirectResponse(f"{SIGN_IN}?suite={MY_ACCOUNT}", status_code=303, headers=NEVER_KEPT)
    token, answer = with_token(request, status=status if refusal else 200)
    local = load_settings().sign_in == "local"
    body = pages.my_account(
        token=token, name=found.display_name, email=found.actor.name, local=local, refusal=refusal, said=said
    )
    answer.body = answer.render(body)
    return finished(answer)


def _change(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import passwords, sessions
    from dashboard.identity.tokens import fingerprint
    from data_access.engine import writing
    from data_access.reads.accounts import credentials, must_wait
    from data_access.writes.accounts import change_password, record_attempt

    found = sessions.who(request.cookies.get(sessions.COOKIE, ""))
    if found is None:
        return RedirectResponse(SIGN_IN, status_code=303, headers=NEVER_KEPT)
    # Guessed here as on the page of signing in, by who found a browser left open: counted together.
    email_hash, now, new = fingerprint(found.actor.name), sessions.real_now(), sent.get("nouveau", "")
    with sessions.database().connect() as connection:
        if must_wait(connection, email_hash=email_hash, now=now):
            return _account(request, WAIT, status=429)
        kept = credentials(connection, email=found.actor.name)
    knows = passwords.matches(sent.get("mot_de_passe", ""), kept.password_hash if kept else None)
    with writing(sessions.database()) as connection:
        record_attempt(connection, email_hash=email_hash, succeeded=knows, now=now)
    if not knows:
        return _account(request, _WRONG)
    fault = passwords.password_fault(new, found.actor.name) or passwords.unlike(new, sent.get("encore", ""))
    if fault:
        return _account(request, fault)
    hashed = passwords.hashed(new)
    with writing(sessions.database()) as connection:
        change_password(connection, account_id=found.account_id, password_hash=hashed, now=now)
    return signed_in_answer(request, found.account_id, f"{MY_ACCOUNT}?change=oui")


MY_ACCOUNT_ROUTES: Final = (
    Route(SIGN_OUT, sign_out, methods=["POST"]),
    Route(MY_ACCOUNT, my_account, methods=["GET", "POST"]),
)
