"""What the pages of signing in and of one's account share: forms, messages, how often one may try, the cookie of a session."""

import asyncio
import math
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.configuration.database import database
from dashboard.configuration.settings import load_settings
from dashboard.identity import browsers, signing
from dashboard.identity.signing import FORM_COOKIE, forget_cookie, keep_cookie, keyed_print, new_form, read_form
from dashboard.web.document import NEVER_KEPT, page_for_now
from dashboard.wording.typography import count
from data_access.rights import RIGHTS, Right, Role

if TYPE_CHECKING:
    # Loaded with the first account: the server listens before that.
    from data_access.reads.accounts import SignedIn

SIGN_IN: Final = "/connexion"
MY_ACCOUNT: Final = "/compte"
MINE: Final = f"{MY_ACCOUNT}/second-facteur"
REQUIRED: Final = f"{SIGN_IN}/second-facteur"
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


Taken = Callable[[Request, dict[str, str]], Response]


def form_route(
    path: str,
    *,
    taken: Taken,
    stale: Callable[[Request], Response],
    shown: Callable[[Request], Response] | None = None,
    shown_with: Collection[str] = ("local",),
    taken_with: Collection[str] = ("local",),
    costly: bool = False,
) -> Route:
    """The address of a form: the page `shown`, what is answered to what it sends, and to a page that is too old.

    Each with the ways of signing in that have a use for it. What is `costly` is done in the lanes of passwords.
    """

    async def answered(request: Request) -> Response:
        mode = load_settings().sign_in
        sends = request.method == "POST"
        if mode not in (taken_with if sends else shown_with):
            return without_accounts(mode)
        if shown is not None and not sends:
            return await run_in_threadpool(shown, request)
        sent = await read_form(request)
        if sent is None:
            return await run_in_threadpool(stale, request)
        if costly:
            return await _in_lane(request, lambda: taken(request, sent))
        return await run_in_threadpool(taken, request, sent)

    return Route(path, answered, methods=["POST"] if shown is None else ["GET", "POST"])


def holder_of(request: Request) -> "SignedIn | None":
    """Whose browser it is; None where nobody is signed in."""
    from dashboard.identity import accounts

    return accounts.signed_in_account(request.cookies.get(accounts.COOKIE, ""))


def to_sign_in(onward: str) -> Response:
    """The way to sign in, then on."""
    return RedirectResponse(f"{SIGN_IN}?suite={onward}", status_code=303, headers=NEVER_KEPT)


def form_page(request: Request, template: str, *, status: int, **values: object) -> Response:
    """A page with a form, the token of the form, and the cookie that goes with it."""
    token, nonce = new_form(request)
    answer = page_for_now(template, status=status, token=token, **values)
    keep_cookie(answer, FORM_COOKIE, nonce, same_site="strict", seconds=signing.FORM_SECONDS)
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
    forget_cookie(answer, FORM_COOKIE, same_site="strict")
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
    keep_cookie(answer, accounts.COOKIE, token)
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


# The lanes in which passwords are checked: apart from the threads that answer everybody else, and few at once. Checking a
# password takes a core and 64 MB for a moment, and anybody may ask for it. Each lane checks one at a time and lets a few
# wait; whoever comes beyond is told at once to come back. Who signed in with their browser before has a lane of their own, in
# which strangers are not.

_WAITING: Final = 16
_RETRY_SECONDS: Final = 10
_CROWDED: Final = "Beaucoup de monde se connecte en ce moment. Attendez dix secondes, puis recommencez."


class Lane:
    """One thread, and a bounded queue before it."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._places = threading.BoundedSemaphore(_WAITING)

    async def answer(self, work: Callable[[], Response]) -> Response:
        """What the work answers when its turn has come; that there are too many, when no place is left."""
        if not self._places.acquire(blocking=False):
            return _crowded()
        begun = self._thread.submit(work)
        # However it ends, and even if the browser is gone.
        begun.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(begun)


_KNOWN: Final = Lane("known-browsers")
_STRANGERS: Final = Lane("sign-in")


async def _in_lane(request: Request, work: Callable[[], Response]) -> Response:
    """Does what checks a password, in the lane of this browser."""
    return await (_KNOWN if browsers.is_known(request) else _STRANGERS).answer(work)


def _crowded() -> Response:
    answer = account_message("Un instant", _CROWDED, status=503)
    answer.headers["Retry-After"] = str(_RETRY_SECONDS)
    return answer


# The second factor, as it is set up by who must have one to sign in, and by who wants one on their own page.

_OFFERED: Final = "second factor offered"
NOT_SHARED: Final = (
    "Ce code n’est pas celui de la clé. Vérifiez l’heure de votre téléphone, puis tapez le code affiché maintenant."
)
_WRONG_CODE: Final = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, ou prenez un code de secours."


def is_required(role: Role) -> bool:
    """Whether the settings ask for a second factor of this role."""
    asked = load_settings().second_factor
    return asked == "everybody" or (asked == "administrators" and Right.ACCOUNTS in RIGHTS[role])


def refused_code(
    request: Request, account_id: int, email: str, sent: dict[str, str], refuse: Refuse
) -> Response | None:
    """None for the code of now, or a recovery code; else why it is not taken."""
    from dashboard.identity import accounts

    return checked(
        request,
        lambda: accounts.is_right(account_id, sent.get("code", ""), now=accounts.real_now()),
        refuse,
        wrong=_WRONG_CODE,
        typed=email,
        account=(account_id, email),
        known_as=signing.keyed_print("second factor", str(account_id)),
        action="second_factor_failed",
    )


def offer_factor(
    request: Request,
    account_id: int,
    email: str,
    *,
    pending: str = "",
    secret: str | None = None,
    refusal: str = "",
    status: int = 403,
) -> Response:
    """The page with the picture to read with an application; the secret is the one shown before, where there was one."""
    from dashboard.identity import accounts

    secret = secret or accounts.new_shared_secret()
    return form_page(
        request,
        "second_factor_set_up.html",
        status=status if refusal else 200,
        pending=pending,
        action=REQUIRED if pending else MINE,
        picture=accounts.qr_code(secret, email),
        key=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        offered=signing.sign_timed(_OFFERED, [account_id, secret]),
        refusal=refusal,
    )


def offered_secret(account_id: int, sent: dict[str, str]) -> str | None:
    """The secret that the page showed to this account."""
    kept = signing.unsign_timed(_OFFERED, sent.get("cle", ""), seconds=signing.FORM_SECONDS)
    return str(kept[1]) if isinstance(kept, list) and kept[0] == account_id else None


def set_up_factor(account_id: int, secret: str | None, sent: dict[str, str]) -> Sequence[str] | None:
    """The recovery codes, once the code that was typed proves that the secret is shared; None until then."""
    from dashboard.identity import accounts

    if secret is None:
        return None
    return accounts.set_up_factor(account_id, secret, sent.get("code", ""), now=accounts.real_now())


def recovery_codes_page(codes: Sequence[str], onward: str) -> Response:
    """The codes, shown once."""
    return page_for_now("recovery_codes.html", codes=codes, onward=local_path(onward))
