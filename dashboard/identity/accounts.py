"""The holder of an account: their password and the link that lets them choose it, their second factor, and the cookie of
their browser.
"""

import secrets
import unicodedata
from datetime import datetime, timedelta
from functools import cache
from typing import Final

import pyotp
import segno
import sqlalchemy as sa
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from dashboard.configuration import clock
from dashboard.configuration.database import database
from dashboard.configuration.settings import load_settings, own_address
from dashboard.identity import signing
from dashboard.identity.passwords import LONGEST
from dashboard.identity.signing import fingerprint, new_secret
from data_access.engine import writing
from data_access.reads.accounts import SignedIn, factor_of, signed_in
from data_access.rights import Actor
from data_access.writes.accounts import (
    issue_code,
    open_session,
    revoke_session,
    set_second_factor,
    sign_out_everywhere,
    take_step,
    touch_session,
    use_recovery_code,
)

# Passwords are kept by Argon2id, of which each takes 64 MB and a core for a moment: few are checked at once
# (`dashboard.web.account_pages`).


def hash_password(password: str) -> str:
    """The Argon2id hash to keep."""
    return _hasher().hash(_normalized(password))


def verify_password(password: str, kept: str | None) -> bool:
    """Whether it is the password; takes as long for an account that has none, so that time tells nothing."""
    good = _hasher().verify(_normalized(password[:LONGEST]), kept or _decoy())
    return good and kept is not None and len(password) <= LONGEST


def _normalized(password: str) -> str:
    """Keyboards do not all send the same signs for one accented letter."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher() -> PasswordHash:
    # As much work as usual, in one thread of the four: who checks a password does not take the processors of everybody.
    return PasswordHash((Argon2Hasher(parallelism=1),))


@cache
def _decoy() -> str:
    return _hasher().hash("nobody has this password")


# The cookie of a browser that signed in, and whom it stands for.

COOKIE: Final = "__Host-cybercantal"
"""The prefix has browsers refuse it without Secure, with a domain, or for part of the site."""
LASTS: Final = timedelta(hours=10)
IDLE: Final = timedelta(minutes=30)
_SEEN_EVERY: Final = timedelta(minutes=1)


def start_session(account_id: int, *, replacing: str = "", browser: str | None = None) -> str:
    """Signs a browser in, and answers the secret of its cookie; the one it may have had is good for nothing any more."""
    token, now = new_secret(), real_now()
    with writing(database()) as connection:
        if replacing:
            revoke_session(connection, token_hash=fingerprint(replacing), now=now)
        open_session(
            connection, account_id=account_id, token_hash=fingerprint(token), now=now, lasts=LASTS, browser=browser
        )
    return token


def end_session(cookie: str, *, everywhere: bool = False) -> None:
    """Signs a browser out; with `everywhere`, all those of its account."""
    found = signed_in_account(cookie)
    if found is None:
        return
    with writing(database()) as connection:
        if everywhere:
            sign_out_everywhere(connection, account_id=found.account_id, now=real_now())
        else:
            revoke_session(connection, token_hash=fingerprint(cookie), now=real_now())


def signed_in_account(cookie: str, *, acts: bool = True) -> SignedIn | None:
    """Whom a cookie stands for now; None for an unknown, old, revoked or idle one, or a disabled account.

    It is idle no more from now on, unless nobody `acts`: a page that only asks for news.
    """
    if not cookie:
        return None
    now, token_hash = real_now(), fingerprint(cookie)
    with database().connect() as connection:
        found = signed_in(connection, token_hash=token_hash, now=now, idle=IDLE)
    if acts and found is not None and now - found.last_seen_at > _SEEN_EVERY:
        with writing(database()) as connection:
            touch_session(connection, token_hash=token_hash, now=now)
    return found


def actor_of_cookie(cookie: str, *, acts: bool = True) -> Actor | None:
    """Whose rights go with this cookie; None for nobody."""
    found = signed_in_account(cookie, acts=acts)
    return None if found is None else found.actor


def real_now() -> datetime:
    """The instant of the machine: a day held for today moves no expiry."""
    return clock.machine_now()


# The link with which somebody chooses the password of their account, once, within a day.


def new_link(engine: sa.Engine, actor: Actor, account_id: int) -> tuple[str, datetime]:
    """The link to hand over, and until when it is good; links given before are worth nothing any more."""
    secret = new_secret()
    with writing(engine, actor) as connection:
        until = issue_code(connection, actor, account_id=account_id, code_hash=fingerprint(secret), now=real_now())
    return f"{own_address(load_settings())}/activation?code={secret}", until


# The second factor: a secret that an application on one's telephone shares, its codes, and those for when it is lost.

ISSUER: Final = "CyberCantal"
_PURPOSE: Final = "second factor"
_STEP_SECONDS: Final = 30
# A telephone may be late or early by half a minute.
_STEPS: Final = (-1, 0, 1)
_RECOVERY_CODES: Final = 10
# Without the letters and figures that are taken for one another. 16 of 32 signs: nobody guesses one.
_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS: Final = 4
_GROUP: Final = 4


def new_shared_secret() -> str:
    """A secret to share with an application: 160 bits, in base 32."""
    return pyotp.random_base32()


def qr_code(secret: str, email: str) -> str:
    """The picture that an application reads, as SVG."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    return str(
        segno.make(address, error="m", micro=False).svg_inline(
            scale=4, border=4, dark="#000000", light="#FFFFFF", title="Code QR de la clé", omitsize=True
        )
    )


def new_recovery_codes() -> list[str]:
    """Codes to print and put away."""
    return [
        "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(_RECOVERY_CODES)
    ]


def set_up_factor(account_id: int, secret: str, code: str, *, now: datetime) -> list[str] | None:
    """Makes a secret the second factor of an account once a code proves that it is shared, and answers the recovery codes."""
    step = _step_of(secret, code, now)
    if step is None:
        return None
    codes = new_recovery_codes()
    with writing(database()) as connection:
        set_second_factor(
            connection,
            account_id=account_id,
            secret=signing.seal(_PURPOSE, secret),
            step=step,
            code_hashes=[recovery_print(account_id, code) for code in codes],
            now=now,
        )
    return codes


def is_right(account_id: int, typed: str, *, now: datetime) -> bool:
    """Whether somebody typed the code of now, or one of their recovery codes; either is good for once."""
    code = _plain(typed)
    with writing(database()) as connection:
        factor = factor_of(connection, account_id=account_id)
        if factor is None:
            return False
        if not (code.isascii() and code.isdigit()):
            return use_recovery_code(
                connection, account_id=account_id, code_hash=recovery_print(account_id, code), now=now
            )
        secret = signing.unseal(_PURPOSE, factor.secret)
        step = None if secret is None else _step_of(secret, code, now)
        return step is not None and take_step(connection, account_id=account_id, step=step)


def recovery_print(account_id: int, code: str) -> str:
    """What is stored in the place of a recovery code."""
    return fingerprint(f"{account_id} {_plain(code)}")


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The half minute whose code it is; None for none near now."""
    # Counted in half minutes from now, so that a code of the half minute before is known as such.
    current, made = int(now.timestamp()) // _STEP_SECONDS, pyotp.HOTP(secret)
    return next((current + late for late in _STEPS if made.verify(_plain(code), current + late)), None)


def _plain(typed: str) -> str:
    return "".join(sign for sign in typed.upper() if sign.isalnum())[:40]
