"""The second factor on its pages: the code after the password, the application that gives it, the codes for when it is lost."""

from collections.abc import Sequence
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.configuration.database import database
from dashboard.configuration.settings import load_settings
from dashboard.identity import signing
from dashboard.identity.signing import read_form
from dashboard.web.account_pages import (
    MY_ACCOUNT,
    SIGN_IN,
    TOO_OLD,
    Refuse,
    account_message,
    checked,
    form_page,
    give_session,
    local_path,
    signed_in_answer,
    where_to,
    without_accounts,
)
from dashboard.web.document import NEVER_KEPT
from dashboard.web.lanes import in_lane

CODE: Final = f"{SIGN_IN}/code"
REQUIRED: Final = f"{SIGN_IN}/second-facteur"
MINE: Final = f"{MY_ACCOUNT}/second-facteur"
_PENDING: Final = "password known"
_OFFERED: Final = "second factor offered"
_SECONDS: Final = 600
_WRONG_CODE: Final = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, ou prenez un code de secours."
_NOT_SHARED: Final = (
    "Ce code n’est pas celui de la clé. Vérifiez l’heure de votre téléphone, puis tapez le code affiché maintenant."
)
_WRONG_PASSWORD: Final = "Le mot de passe actuel n’est pas le bon. Vérifiez-le, puis recommencez."
_STALE: Final = "Plus de dix minutes ont passé depuis le mot de passe. Connectez-vous de nouveau."
_ASKED: Final = "Votre rôle demande un second facteur : il se change, mais ne se retire pas."


def after_password(request: Request, account_id: int, onward: str) -> Response:
    """What comes once the password is known to be right: the code, the second factor to set up, or the page asked for."""
    from data_access.reads.accounts import account_in_use, factor_of

    with database().connect() as connection:
        factor = factor_of(connection, account_id=account_id)
        found = account_in_use(connection, account_id=account_id)
    if found is None:
        return _stale()
    pending = signing.sign_timed(_PENDING, [account_id, local_path(onward)])
    if factor is not None:
        return form_page(request, "second_factor_code.html", status=200, pending=pending, refusal="")
    if is_required(found[2]):
        return _offer(request, account_id, found[0], pending=pending)
    return signed_in_answer(request, account_id, onward)


def is_required(role: str) -> bool:
    """Whether the settings ask for a second factor of this role."""
    asked = load_settings().second_factor
    return asked == "everybody" or (asked == "administrators" and role == "administrator")


async def code(request: Request) -> Response:
    """The code that was asked for after the password."""
    sent = await _form(request)
    return sent if isinstance(sent, Response) else await run_in_threadpool(_check_code, request, sent)


async def required(request: Request) -> Response:
    """The code that proves that an application was set up, for who may not sign in without one."""
    sent = await _form(request)
    return sent if isinstance(sent, Response) else await run_in_threadpool(_set_up_required, request, sent)


async def mine(request: Request) -> Response:
    """One's own second factor: how it stands, or how to set one up."""
    if load_settings().sign_in != "local":
        return without_accounts(load_settings().sign_in)
    if request.method == "GET":
        return await run_in_threadpool(_mine, request)
    sent = await read_form(request)
    if sent is None:
        return await run_in_threadpool(_mine, request, TOO_OLD, 403)
    return await in_lane(request, lambda: _set_up_mine(request, sent))


async def renew(request: Request) -> Response:
    """Other recovery codes, or no second factor any more, for who gives a code."""
    if load_settings().sign_in != "local":
        return without_accounts(load_settings().sign_in)
    sent = await read_form(request)
    if sent is None:
        return await run_in_threadpool(_mine, request, TOO_OLD, 403)
    return await run_in_threadpool(_change_mine, request, sent)


async def _form(request: Request) -> dict[str, str] | Response:
    mode = load_settings().sign_in
    if mode != "local":
        return without_accounts(mode)
    sent = await read_form(request)
    return _stale() if sent is None else sent


def _check_code(request: Request, sent: dict[str, str]) -> Response:
    kept = _pending(sent)
    if kept is None:
        return _stale()
    account_id, email, onward = kept

    def refuse(sentence: str, status: int) -> Response:
        return form_page(
            request, "second_factor_code.html", status=status, pending=sent.get("suivi", ""), refusal=sentence
        )

    return _refused(request, account_id, email, sent, refuse) or signed_in_answer(request, account_id, onward)


def _refused(request: Request, account_id: int, email: str, sent: dict[str, str], refuse: Refuse) -> Response | None:
    from dashboard.identity import second_factor
    from dashboard.identity.accounts import real_now

    return checked(
        request,
        lambda: second_factor.is_right(account_id, sent.get("code", ""), now=real_now()),
        refuse,
        wrong=_WRONG_CODE,
        typed=email,
        account=(account_id, email),
        known_as=signing.keyed_print("second factor", str(account_id)),
        action="second_factor_failed",
    )


def _set_up_required(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import second_factor
    from dashboard.identity.accounts import real_now
    from data_access.reads.accounts import factor_of

    kept = _pending(sent)
    if kept is None:
        return _stale()
    account_id, email, onward = kept
    with database().connect() as connection:
        # Who knows the password alone does not replace the second factor of its holder.
        if factor_of(connection, account_id=account_id) is not None:
            return _stale()
    secret = _offered(sent, account_id)
    codes = second_factor.set_up(account_id, secret, sent.get("code", ""), now=real_now()) if secret else None
    if codes is None:
        return _offer(request, account_id, email, pending=sent["suivi"], secret=secret, refusal=_NOT_SHARED)
    answer = _recovery_codes(codes, where_to(account_id, onward))
    give_session(request, answer, account_id)
    return answer


def _mine(request: Request, refusal: str = "", status: int = 200) -> Response:
    from dashboard.identity.accounts import COOKIE, signed_in_account
    from dashboard.wording.dates import date_and_time
    from data_access.reads.accounts import factor_of

    found = signed_in_account(request.cookies.get(COOKIE, ""))
    if found is None:
        return _to_sign_in()
    with database().connect() as connection:
        factor = factor_of(connection, account_id=found.account_id)
    if factor is None:
        return _offer(request, found.account_id, found.actor.name, refusal=refusal)
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
    from dashboard.identity import accounts, second_factor
    from dashboard.identity.browsers import known_as
    from data_access.reads.accounts import credentials, factor_of

    found = accounts.signed_in_account(request.cookies.get(accounts.COOKIE, ""))
    if found is None:
        return _to_sign_in()
    account_id, email = found.account_id, found.actor.name
    with database().connect() as connection:
        kept = credentials(connection, email=email)
        if factor_of(connection, account_id=account_id) is not None:
            return RedirectResponse(MINE, 303, headers=NEVER_KEPT)
    secret = _offered(sent, account_id)

    def refuse(sentence: str, status: int) -> Response:
        return _offer(request, account_id, email, secret=secret, refusal=sentence, status=status)

    wrong = checked(
        request,
        lambda: accounts.verify_password(sent.get("mot_de_passe", ""), kept.password_hash if kept else None),
        refuse,
        wrong=_WRONG_PASSWORD,
        typed=email,
        account=(account_id, email),
        known_as=known_as(request, account_id),
    )
    if wrong is not None:
        return wrong
    codes = second_factor.set_up(account_id, secret, sent.get("code", ""), now=accounts.real_now()) if secret else None
    return refuse(_NOT_SHARED, 403) if codes is None else _recovery_codes(codes, MY_ACCOUNT)


def _change_mine(request: Request, sent: dict[str, str]) -> Response:
    from dashboard.identity import accounts, second_factor
    from data_access.engine import writing
    from data_access.writes.accounts import remove_second_factor, renew_recovery_codes

    found = accounts.signed_in_account(request.cookies.get(accounts.COOKIE, ""))
    if found is None:
        return _to_sign_in()
    account_id, now = found.account_id, accounts.real_now()
    removes = sent.get("faire", "") == "retirer"
    if removes and is_required(found.actor.role):
        return _mine(request, _ASKED, 403)
    wrong = _refused(request, account_id, found.actor.name, sent, lambda said, status: _mine(request, said, status))
    if wrong is not None:
        return wrong
    if removes:
        with writing(database()) as connection:
            remove_second_factor(connection, account_id=account_id, now=now)
        return RedirectResponse(f"{MY_ACCOUNT}?sans=oui", 303, headers=NEVER_KEPT)
    codes = second_factor.new_recovery_codes()
    prints = [second_factor.recovery_print(account_id, each) for each in codes]
    with writing(database()) as connection:
        renew_recovery_codes(connection, account_id=account_id, code_hashes=prints, now=now)
    return _recovery_codes(codes, MINE)


def _offer(
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
    from dashboard.identity import second_factor

    secret = secret or second_factor.new_shared_secret()
    return form_page(
        request,
        "second_factor_set_up.html",
        status=status if refusal else 200,
        pending=pending,
        action=REQUIRED if pending else MINE,
        picture=second_factor.qr_code(secret, email),
        key=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        offered=signing.sign_timed(_OFFERED, [account_id, secret]),
        refusal=refusal,
    )


def _offered(sent: dict[str, str], account_id: int) -> str | None:
    """The secret that the page showed to this account."""
    kept = signing.unsign_timed(_OFFERED, sent.get("cle", ""), seconds=signing.FORM_SECONDS)
    return str(kept[1]) if isinstance(kept, list) and kept[0] == account_id else None


def _pending(sent: dict[str, str]) -> tuple[int, str, str] | None:
    """The account whose password was right a moment ago: its id, its address, and where it was going."""
    from data_access.reads.accounts import account_in_use

    kept = signing.unsign_timed(_PENDING, sent.get("suivi", ""), seconds=_SECONDS)
    if not isinstance(kept, list):
        return None
    with database().connect() as connection:
        found = account_in_use(connection, account_id=kept[0])
    return None if found is None else (kept[0], found[0], kept[1])


def _recovery_codes(codes: Sequence[str], onward: str) -> Response:
    from dashboard.web.document import page_for_now

    return page_for_now("recovery_codes.html", codes=codes, onward=local_path(onward))


def _stale() -> Response:
    return account_message("Connexion à recommencer", _STALE, status=403)


def _to_sign_in() -> Response:
    return RedirectResponse(f"{SIGN_IN}?suite={MINE}", status_code=303, headers=NEVER_KEPT)


SECOND_FACTOR_ROUTES: Final = (
    Route(CODE, code, methods=["POST"]),
    Route(REQUIRED, required, methods=["POST"]),
    Route(MINE, mine, methods=["GET", "POST"]),
    Route(f"{MINE}/changer", renew, methods=["POST"]),
)
