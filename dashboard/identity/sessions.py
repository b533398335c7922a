"""The cookie of a browser that signed in, and whom it stands for."""

from datetime import datetime, timedelta
from functools import cache
from typing import Final

import sqlalchemy as sa

from dashboard.identity.tokens import fingerprint, new_secret
from dashboard.settings import load_settings
from dashboard.ui import clock
from data_access.actors import Actor
from data_access.engine import open_engine, writing
from data_access.reads.accounts import SignedIn, signed_in
from data_access.writes.accounts import open_session, revoke_session, sign_out_everywhere, touch_session

COOKIE: Final = "__Host-cybercantal"
"""The prefix has browsers refuse it without Secure, with a domain, or for part of the site."""
LASTS: Final = timedelta(hours=10)
IDLE: Final = timedelta(minutes=30)
_SEEN_EVERY: Final = timedelta(minutes=1)


def begin(account_id: int, *, replacing: str = "") -> str:
    """Signs a browser in, and answers the secret of its cookie; the one it may have had is good for nothing any more."""
    token, now = new_secret(), real_now()
    with writing(database()) as connection:
        if replacing:
            revoke_session(connection, token_hash=fingerprint(replacing), now=now)
        open_session(connection, account_id=account_id, token_hash=fingerprint(token), now=now, lasts=LASTS)
    return token


def end(cookie: str, *, everywhere: bool = False) -> None:
    """Signs a browser out; with `everywhere`, all those of its account."""
    found = who(cookie)
    if found is None:
        return
    with writing(database()) as connection:
        if everywhere:
            sign_out_everywhere(connection, account_id=found.account_id, now=real_now())
        else:
            revoke_session(connection, token_hash=fingerprint(cookie), now=real_now())


def who(cookie: str) -> SignedIn | None:
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
    found = who(cookie)
    return None if found is None else found.actor


def real_now() -> datetime:
    """The instant of the machine: a day held for today moves no expiry."""
    return clock.machine_now()


def database() -> sa.Engine:
    """The engine of the application's database."""
    return _engine(load_settings().database_url)


@cache
def _engine(url: str) -> sa.Engine:
    return open_engine(url)
