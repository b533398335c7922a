"""The holder of an account: their password, the link that lets them choose it, and the cookie of their browser."""

import unicodedata
from datetime import datetime, timedelta
from functools import cache
from typing import Final

import sqlalchemy as sa
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from dashboard.configuration import clock
from dashboard.configuration.database import database
from dashboard.configuration.settings import load_settings, own_address
from dashboard.identity.passwords import LONGEST
from dashboard.identity.signing import fingerprint, new_secret
from data_access.engine import writing
from data_access.reads.accounts import SignedIn, signed_in
from data_access.rights import Actor
from data_access.writes.accounts import issue_code, open_session, revoke_session, sign_out_everywhere, touch_session

# Passwords are kept by Argon2id, of which each takes 64 MB and a core for a moment: `dashboard.web.lanes` has few at once.


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
