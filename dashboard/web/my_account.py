"""One's own account: another password, a second factor, the browsers that are signed in, signing out of one or of all."""

from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.configuration.database import database
from dashboard.configuration.settings import load_settings
from dashboard.identity.browsers import known_as
from dashboard.identity.signing import forget_cookie, read_form
from dashboard.web.account_pages import (
    MINE,
    MY_ACCOUNT,
    NOT_SHARED,
    SIGN_IN,
    TOO_OLD,
    Refuse,
    checked,
    form_page,
    form_route,
    holder_of,
    is_required,
    offer_factor,
    offered_secret,
    recovery_codes_page,
    refused_code,
    set_up_factor,
    signed_in_answer,
    to_sign_in,
)
from dashboard.web.document import NEVER_KEPT, render
from dashboard.web.sign_in import IDENTITY_COOKIE, provider_way_out

if TYPE_CHECKING:
    # Loaded with the first account: the server listens before that.
    from data_access.reads.accounts import SignedIn

SIGN_OUT: Final = "/deconnexion"
_SESSIONS: Final = f"{MY_ACCOUNT}/navigateurs"
_WRONG_PASSWORD: Final = "Le mot de passe actuel n’est pas le bon. Vérifiez-le, puis recommencez."
_ASKED: Final = "Votre rôle demande un second facteur : il se change, mais ne se retire pas."
_LONGEST_NUMBER: Final = 10
_ENDED: Final = "Navigateur déconnecté."
_WITHOUT: Final = "Second facteur retiré : votre mot de passe suffit de nouveau."
_CHANGED: Final = "Mot de passe changé. Vos autres navigateurs sont déconnectés."
_ONWARD: Final = "Vous êtes déconnecté du tableau de bord. Votre fournisseur d’identité vous déconnecte à son tour."
_DONE: Final = {"change": _CHANGED, "sans": _WITHOUT, "deconnecte": _ENDED}
# What the browser keeps of the site may hold figures.
_FORGET: Final = {"Clear-Site-Data": '"cache", "storage"'}


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
    for name in (accounts.COOKIE, IDENTITY_COOKIE):
        forget_cookie(answer, name)
    return answer


def _end_session(request: Request, sent: dict[str, str]) -> Response:
    """Another browser of the account is signed out."""
    from dashboard.identity import accounts
    from data_access.engine import writing
    from data_access.writes.accounts import end_one_session

    found, number = holder_of(request), sent.get("numero", "")
    if found is None:
        return to_sign_in(MY_ACCOUNT)
    if number.isascii() and number.isdigit() and len(number) < _LONGEST_NUMBER:
        with writing(database()) as connection:
            end_one_session(connection, account_id=found.account_id, session_id=int(number), now=accounts.real_now())
    return RedirectResponse(f"{MY_ACCOUNT}?deconnecte=oui", status_code=303, headers=NEVER_KEPT)


def _account(request: Request, refusal: str = "", status: int = 403) -> Response:
    from dashboard.identity import accounts
    from dashboard.wording.dates import date_and_time
    from data_access.reads.accounts import factor_of, open_sessions

    found = holder_of(request)
    if found is None:
        return to_sign_in(MY_ACCOUNT)
    done = next((said for name, said in _DONE.items() if name in request.query_params and not refusal), "")
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
    from data_access.writes.accounts import change_password

    found = holder_of(request)
    if found is None:
        return to_sign_in(MY_ACCOUNT)
    email, new = found.actor.name, sent.get("nouveau", "")
    # Guessed here as on the page of signing in, by who found a browser left open: counted together.
    refusal = _wrong_password(request, found, sent, lambda said, status: _account(request, said, status))
    if refusal is not None:
        return refusal
    fault = password_fault(new, email, found.display_name) or confirmation_fault(new, sent.get("encore", ""))
    if fault:
        return _account(request, fault)
    hashed = accounts.hash_password(new)
    with writing(database()) as connection:
        change_password(connection, account_id=found.account_id, password_hash=hashed, now=accounts.real_now())
    return signed_in_answer(request, found.account_id, f"{MY_ACCOUNT}?change=oui")


def _wrong_password(request: Request, found: "SignedIn", sent: dict[str, str], refuse: Refuse) -> Response | None:
    """None when the current password was typed; else why it is not taken."""
    from dashboard.identity import accounts
    from data_access.reads.accounts import credentials

    email = found.actor.name
    with database().connect() as connection:
        kept = credentials(connection, email=email)
    return checked(
        request,
        lambda: accounts.verify_password(sent.get("mot_de_passe", ""), kept.password_hash if kept else None),
        refuse,
        wrong=_WRONG_PASSWORD,
        typed=email,
        account=(found.account_id, email),
        known_as=known_as(request, found.account_id),
    )


# One's own second factor: how it stands, how to set one up, other recovery codes.


def _mine(request: Request, refusal: str = "", status: int = 200) -> Response:
    from dashboard.wording.dates import date_and_time
    from data_access.reads.accounts import factor_of

    found = holder_of(request)
    if found is None:
        return to_sign_in(MINE)
    with database().connect() as connection:
        factor = factor_of(connection, account_id=found.account_id)
    if factor is None:
        return offer_factor(request, found.account_id, found.actor.name, refusal=refusal)
    return form_page(
        request,
        "second_factor.html",
        status=status,
        since=date_and_time(factor.set_up_at),
        left=factor.codes_left,
        required=is_required(found.actor.role),
        refusal=refusal,
    )


def _set_up_mine(request: Request, sent: dict[str, str]) -> Response:
    from data_access.reads.accounts import factor_of

    found = holder_of(request)
    if found is None:
        return to_sign_in(MINE)
    with database().connect() as connection:
        if factor_of(connection, account_id=found.account_id) is not None:
            return RedirectResponse(MINE, 303, headers=NEVER_KEPT)
    secret = offered_secret(found.account_id, sent)

    def refuse(sentence: str, status: int) -> Response:
        return offer_factor(request, found.account_id, found.actor.name, secret=secret, refusal=sentence, status=status)

    wrong = _wrong_password(request, found, sent, refuse)
    if wrong is not None:
        return wrong
    codes = set_up_factor(found.account_id, secret, sent)
    return refuse(NOT_SHARED, 403) if codes is None else recovery_codes_page(codes, MY_ACCOUNT)


def _change_mine(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import accounts
    from data_access.engine import writing
    from data_access.writes.accounts import remove_second_factor, renew_recovery_codes

    found = holder_of(request)
    if found is None:
        return to_sign_in(MINE)
    account_id, now = found.account_id, accounts.real_now()
    removes = sent.get("faire", "") == "retirer"
    if removes and is_required(found.actor.role):
        return _mine(request, _ASKED, 403)
    wrong = refused_code(request, account_id, found.actor.name, sent, lambda said, status: _mine(request, said, status))
    if wrong is not None:
        return wrong
    if removes:
        with writing(database()) as connection:
            remove_second_factor(connection, account_id=account_id, now=now)
        return RedirectResponse(f"{MY_ACCOUNT}?sans=oui", 303, headers=NEVER_KEPT)
    codes = accounts.new_recovery_codes()
    prints = [accounts.recovery_print(account_id, each) for each in codes]
    with writing(database()) as connection:
        renew_recovery_codes(connection, account_id=account_id, code_hashes=prints, now=now)
    return recovery_codes_page(codes, MINE)


MY_ACCOUNT_ROUTES: Final = (
    Route(SIGN_OUT, sign_out, methods=["POST"]),
    form_route(
        _SESSIONS,
        taken=_end_session,
        stale=lambda request: _account(request, TOO_OLD),
        taken_with=("local", "oidc"),
    ),
    form_route(
        MY_ACCOUNT,
        shown=_account,
        taken=_change,
        stale=lambda request: _account(request, TOO_OLD),
        shown_with=("local", "oidc"),
        costly=True,
    ),
    form_route(MINE, shown=_mine, taken=_set_up_mine, stale=lambda request: _mine(request, TOO_OLD, 403), costly=True),
    form_route(f"{MINE}/changer", taken=_change_mine, stale=lambda request: _mine(request, TOO_OLD, 403)),
)
