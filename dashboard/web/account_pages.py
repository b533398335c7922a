"""What the pages of signing in and of one's account share: forms, messages, how often one may try, the cookie of a session."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.configuration.database import database
from dashboard.configuration.settings import load_settings
from dashboard.identity import browsers
from dashboard.identity.signing import FORM_COOKIE, keyed_print, new_form, set_form_cookie
from dashboard.web.document import NEVER_KEPT, page_for_now
from dashboard.wording.typography import count

SIGN_IN: Final = "/connexion"
MY_ACCOUNT: Final = "/compte"
TOO_OLD: Final = "Cette page était ouverte depuis longtemps. Recommencez."
_NOT_HERE: Final = {
    "demo": "Cette démonstration n’a pas de comptes : choisissez qui vous êtes dans le menu.",
    "oidc": "Les mots de passe se choisissent chez votre fournisseur d’identité, pas ici.",
}
_WEEK_OWED: Final = "/saisie"
_LONGEST_PATH: Final = 1_000


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


def local_path(text: str) -> str:
    """The address if it is one of this site, else its first page: nobody is led elsewhere."""
    # Browsers read a second slash, either way up, as the name of another site, and skip signs that cannot be seen.
    is_local = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    return text if is_local and len(text) < _LONGEST_PATH else "/"


def signed_in_answer(request: Request, account_id: int, onward: str) -> Response:
    """Leads a browser that has just signed in to where it wanted to go, with a cookie never used before."""
    answer = RedirectResponse(where_to(account_id, onward), status_code=303, headers=NEVER_KEPT)
    give_session(request, answer, account_id)
    answer.delete_cookie(FORM_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return answer


def where_to(account_id: int, onward: str) -> str:
    """Where somebody wanted to go; who keeps a centre and asked for nothing in particular comes for the week they owe."""
    from data_access.reads.accounts import account_in_use

    where = local_path(onward)
    if where != "/":
        return where
    with database().connect() as connection:
        found = account_in_use(connection, account_id=account_id)
    return _WEEK_OWED if found is not None and found[2] == "animator" else where


def give_session(request: Request, answer: Response, account_id: int) -> None:
    """The browser is signed in from this answer on, and known from now on."""
    from dashboard.identity import accounts

    token = accounts.start_session(
        account_id,
        replacing=request.cookies.get(accounts.COOKIE, ""),
        browser=browsers.browser_name(request),
    )
    answer.set_cookie(accounts.COOKIE, token, path="/", secure=True, httponly=True, samesite="lax")
    if load_settings().sign_in == "local":
        browsers.remember(answer, request, account_id)


# How often one may try: what is checked is counted first, and what was in vain is written down.

Refuse = Callable[[str, int], Response]


def checked(
    request: Request,
    check: Callable[[], bool],
    refuse: Refuse,
    *,
    wrong: str,
    typed: str,
    account: tuple[int, str] | None,
    known_as: str | None = None,
    action: str = "sign_in_failed",
) -> Response | None:
    """None when what was typed is right; else why it is not taken, as `refuse` says it (the sentence, and the status).

    `typed` is what the try is about, `account` the id and address of the account it is, if it is one. `known_as` is the print
    by which the tries of this browser are counted alone.
    """
    from dashboard.identity.accounts import real_now
    from data_access.engine import writing
    from data_access.writes import sign_in_attempts as attempts

    now, source = real_now(), browsers.source_of(request)
    about = email_print(typed)
    attempt = attempts.Attempt(known_as or about, None if known_as else source)
    with writing(database()) as connection:
        reserved = attempts.reserve_attempt(connection, attempt, now=now)
        if reserved is None:
            return _slowed(refuse, attempts.free_from(connection, attempt, now=now), now)
        if account is not None and not known_as:
            attempts.record_easing(connection, about=account[1], source=source, now=now)
    if check():
        with writing(database()) as connection:
            attempts.count_as_succeeded(connection, reserved)
        return None
    with writing(database()) as connection:
        # Enough to tell one address from another, not to know which it is.
        named = account[1] if account else f"adresse sans compte {about[:8]}"
        attempts.record_failure(connection, attempt, about=named, source=source, now=now, action=action)
    return refuse(wrong, 403)


def email_print(email: str) -> str:
    """What tries about an address are counted by: the address itself is kept nowhere."""
    return keyed_print("sign-in", email.strip().lower())


def _slowed(refuse: Refuse, until: datetime, now: datetime) -> Response:
    seconds = max(1, math.ceil((until - now).total_seconds()))
    minutes = count(math.ceil(seconds / 60), "minute")
    answer = refuse(f"Trop d’essais en peu de temps. Attendez {minutes}, puis recommencez.", 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer
