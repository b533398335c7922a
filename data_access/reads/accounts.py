"""Who may sign in, and whom a session stands for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.rights import Actor, Right, requires
from data_access.schema import account, account_centre, activation, centre, sign_in_attempt, sign_in_session

ATTEMPTS_ALLOWED = 10
ATTEMPTS_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True)
class SignedIn:
    """The account a browser is signed in to, and when it was last seen."""

    account_id: int
    display_name: str
    actor: Actor
    last_seen_at: datetime


@dataclass(frozen=True)
class Credentials:
    """What is needed to check a password; `password_hash` None = none was chosen yet."""

    account_id: int
    password_hash: str | None
    active: bool


@requires(Right.ACCOUNTS)
def accounts(connection: sa.Connection) -> pl.DataFrame:
    """One row per account: `account_id`, `version`, `email`, `display_name`, `role`, `active`, `has_password`, `centres`
    (codes, a comma between), `last_sign_in_at` (null = never)."""
    sessions = (
        sa.select(sa.func.max(sign_in_session.c.created_at, type_=sign_in_session.c.created_at.type))
        .where(sign_in_session.c.account_id == account.c.id)
        .scalar_subquery()
    )
    people = read(
        connection,
        sa.select(
            account.c.id.label("account_id"),
            account.c.version,
            account.c.email,
            account.c.display_name,
            account.c.role,
            account.c.active,
            account.c.password_hash.is_not(None).label("has_password"),
            sessions.label("last_sign_in_at"),
        ).order_by(account.c.email),
    )
    kept = read(
        connection,
        sa.select(account_centre.c.account_id, centre.c.code)
        .join(centre, centre.c.id == account_centre.c.centre_id)
        .order_by(centre.c.code),
    )
    centres = kept.group_by("account_id", maintain_order=True).agg(centres=pl.col("code").str.join(", "))
    return people.join(centres, on="account_id", how="left").with_columns(pl.col("centres").fill_null(""))


def signed_in(connection: sa.Connection, *, token_hash: str, now: datetime, idle: timedelta) -> SignedIn | None:
    """Whom a session stands for; None when it is unknown, over, revoked, idle for too long, or its account is disabled."""
    session = sign_in_session.c
    found = connection.execute(
        sa.select(account.c.id, account.c.email, account.c.display_name, account.c.role, session.last_seen_at)
        .select_from(sign_in_session.join(account, account.c.id == session.account_id))
        .where(
            session.token_hash == token_hash,
            session.revoked_at.is_(None),
            session.expires_at > now,
            session.last_seen_at > now - idle,
            account.c.active,
        )
    ).one_or_none()
    if found is None:
        return None
    codes = connection.execute(
        sa.select(centre.c.code).join(account_centre).where(account_centre.c.account_id == found.id)
    ).scalars()
    return SignedIn(found.id, found.display_name, Actor(found.email, found.role, frozenset(codes)), found.last_seen_at)


def credentials(connection: sa.Connection, *, email: str) -> Credentials | None:
    """The account of an e-mail address, written in any case."""
    found = connection.execute(
        sa.select(account.c.id, account.c.password_hash, account.c.active).where(
            account.c.email == email.strip().lower()
        )
    ).one_or_none()
    return None if found is None else Credentials(*found)


def account_of_identity(connection: sa.Connection, *, subject: str, email: str | None) -> int | None:
    """The active account of somebody whom an identity provider vouches for: by subject, else by verified address.

    An account that is bound to another subject is not found by its address, and who is bound to a disabled account is nobody.
    """
    bound = connection.execute(
        sa.select(account.c.id, account.c.active).where(account.c.oidc_subject == subject)
    ).one_or_none()
    if bound is not None:
        return bound.id if bound.active else None
    if email is None:
        return None
    free = sa.select(account.c.id).where(
        account.c.email == email.strip().lower(), account.c.oidc_subject.is_(None), account.c.active
    )
    return connection.execute(free).scalar_one_or_none()


def account_of_code(connection: sa.Connection, *, code_hash: str, now: datetime) -> tuple[int, str] | None:
    """The id and address of the account that an activation code opens; None for one that is unknown, used or too old."""
    found = connection.execute(
        sa.select(account.c.id, account.c.email)
        .join(activation, activation.c.account_id == account.c.id)
        .where(
            activation.c.code_hash == code_hash,
            activation.c.used_at.is_(None),
            activation.c.expires_at > now,
            account.c.active,
        )
    ).one_or_none()
    return None if found is None else (found.id, found.email)


def must_wait(connection: sa.Connection, *, email_hash: str, now: datetime) -> bool:
    """Whether an address was tried in vain too often lately; a success in between counts for nothing."""
    attempt = sign_in_attempt.c
    failed = connection.execute(
        sa.select(sa.func.count())
        .select_from(sign_in_attempt)
        .where(attempt.email_hash == email_hash, attempt.at > now - ATTEMPTS_WITHIN, sa.not_(attempt.succeeded))
    ).scalar_one()
    return int(failed) >= ATTEMPTS_ALLOWED
