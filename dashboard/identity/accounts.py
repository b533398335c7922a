"""The holder of an account: their password, the link that lets them choose it, and the cookie of their browser."""

import re
import threading
import unicodedata
from datetime import datetime, timedelta
from functools import cache
from typing import Final

import sqlalchemy as sa
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from dashboard.configuration import clock
from dashboard.configuration.database import database
from dashboard.configuration.settings import load_settings
from dashboard.identity.signing import fingerprint, new_secret
from dashboard.wording.typography import typeset
from data_access.engine import writing
from data_access.reads.accounts import SignedIn, signed_in
from data_access.rights import Actor
from data_access.writes.accounts import issue_code, open_session, revoke_session, sign_out_everywhere, touch_session

# Passwords: what makes one good enough, and Argon2id to keep it.

SHORTEST: Final = 12
LONGEST: Final = 200
_COMMON: Final = frozenset(
    {
        "motdepasse",
        "password",
        "azertyuiop",
        "qwertyuiop",
        "cybercantal",
        "telecentre",
        "cantal",
        "123456789",
        "000000000",
    }
)


# Each check takes 64 MB and a core for a moment: many sign-ins at once wait for one another rather than fill the memory.
_AT_ONCE: Final = threading.BoundedSemaphore(4)


def password_fault(password: str, email: str) -> str:
    """Why a password is not taken, with the remedy; empty for a good one."""
    if len(password) < SHORTEST:
        return typeset(f"Choisissez au moins {SHORTEST} caractères : une phrase de plusieurs mots convient bien.")
    if len(password) > LONGEST:
        return typeset(f"Choisissez au plus {LONGEST} caractères.")
    bare = _alphanumeric(password)
    own = re.split(r"[\W_]+", email.split("@")[0])
    known = {word for word in (*_COMMON, *map(_alphanumeric, own)) if len(word) > 3}
    # What is left once the words everybody tries are taken out, the longest first: some hold others.
    rest = bare
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(set(bare)) < 5 or len(rest) < SHORTEST // 2:
        return typeset(
            "Ce mot de passe se devine facilement. Choisissez une phrase de plusieurs mots sans lien entre eux."
        )
    return ""


def confirmation_fault(new: str, again: str) -> str:
    """What to say when the two times a password was typed differ; empty when they do not."""
    return "" if new == again else typeset("Les deux mots de passe ne sont pas les mêmes. Tapez deux fois le même.")


def hash_password(password: str) -> str:
    """The Argon2id hash to keep."""
    with _AT_ONCE:
        return _hasher().hash(_normalized(password))


def verify_password(password: str, kept: str | None) -> bool:
    """Whether it is the password; takes as long for an account that has none, so that time tells nothing."""
    with _AT_ONCE:
        good = _hasher().verify(_normalized(password[:LONGEST]), kept or _decoy())
    return good and kept is not None and len(password) <= LONGEST


def _alphanumeric(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _normalized(password: str) -> str:
    """Keyboards do not all send the same signs for one accented letter."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _decoy() -> str:
    return _hasher().hash("nobody has this password")


# The cookie of a browser that signed in, and whom it stands for.

COOKIE: Final = "__Host-cybercantal"
"""The prefix has browsers refuse it without Secure, with a domain, or for part of the site."""
LASTS: Final = timedelta(hours=10)
IDLE: Final = timedelta(minutes=30)
_SEEN_EVERY: Final = timedelta(minutes=1)


def start_session(account_id: int, *, replacing: str = "") -> str:
    """Signs a browser in, and answers the secret of its cookie; the one it may have had is good for nothing any more."""
    token, now = new_secret(), real_now()
    with writing(database()) as connection:
        if replacing:
            revoke_session(connection, token_hash=fingerprint(replacing), now=now)
        open_session(connection, account_id=account_id, token_hash=fingerprint(token), now=now, lasts=LASTS)
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


def signed_in_account(cookie: str) -> SignedIn | None:
    """Whom a cookie stands for now; None for an unknown, old, revoked or idle one, or a disabled account."""
    if not cookie:
        return None
    now, token_hash = real_now(), fingerprint(cookie)
    with database().connect() as connection:
        found = signed_in(connection, token_hash=token_hash, now=now, idle=IDLE)
    if found is not None and now - found.last_seen_at > _SEEN_EVERY:
        with writing(database()) as connection:
            touch_session(connection, token_hash=token_hash, now=now)
    return found


def actor_of_cookie(cookie: str) -> Actor | None:
    """Who acts with this cookie; None for nobody."""
    found = signed_in_account(cookie)
    return None if found is None else found.actor


def real_now() -> datetime:
    """The instant of the machine: a day held for today moves no expiry."""
    return clock.machine_now()


# The link with which somebody chooses the password of their account, once, within a day.


def new_link(engine: sa.Engine, actor: Actor, account_id: int) -> tuple[str, datetime]:
    """The link to hand over, and until when it is good; links given before are worth nothing any more."""
    secret, settings = new_secret(), load_settings()
    with writing(engine, actor) as connection:
        until = issue_code(connection, actor, account_id=account_id, code_hash=fingerprint(secret), now=real_now())
    here = settings.address
    return f"{here}/activation?code={secret}", until
