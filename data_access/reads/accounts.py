"""Who may sign in, and whom a session stands for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.rights import Actor, Right, Role, requires
from data_access.schema import (
    account,
    account_centre,
    activation,
    centre,
    recovery_code,
    second_factor,
    sign_in_session,
)


@dataclass(frozen=True)
class SignedIn:
    """The account a browser is signed in to, by which session, and when it was last seen."""

    session_id: int
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


@dataclass(frozen=True)
class OpenSession:
    """A browser that is signed in; `browser` is None where it did not say which it is."""

    session_id: int
    browser: str | None
    created_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True)
class Factor:
    """The second factor of an account: its sealed secret, since when, and how many recovery codes are left."""

    secret: str
    set_up_at: datetime
    codes_left: int


@requires(Right.ACCOUNTS)
def accounts(connection: sa.Connection) -> pl.DataFrame:
    """One row per account: `account_id`, `version`, `email`, `display_name`, `role`, `active`, `has_password`,
    `has_second_factor`, `centres` (codes, a comma between), `last_sign_in_at` (null = never)."""
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
            sa.exists().where(second_factor.c.account_id == account.c.id).label("has_second_factor"),
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
        sa.select(
            session.id.label("session_id"),
            account.c.id,
            account.c.email,
            account.c.display_name,
            account.c.role,
            session.last_seen_at,
        )
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
    actor = Actor(found.email, found.role, frozenset(codes))
    return SignedIn(found.session_id, found.id, found.display_name, actor, found.last_seen_at)


def open_sessions(connection: sa.Connection, *, account_id: int, now: datetime, idle: timedelta) -> list[OpenSession]:
    """The browsers that are signed in to an account, the last one seen first."""
    session = sign_in_session.c
    rows = connection.execute(
        sa.select(session.id, session.browser, session.created_at, session.last_seen_at)
        .where(
            session.account_id == account_id,
            session.revoked_at.is_(None),
            session.expires_at > now,
            session.last_seen_at > now - idle,
        )
        .order_by(session.last_seen_at.desc(), session.id.desc())
    )
    return [OpenSession(*row) for row in rows]


def factor_of(connection: sa.Connection, *, account_id: int) -> Factor | None:
    """The second factor of an account; None without one."""
    left = sa.select(sa.func.count()).where(recovery_code.c.account_id == account_id, recovery_code.c.used_at.is_(None))
    found = connection.execute(
        sa.select(second_factor.c.secret, second_factor.c.set_up_at, left.scalar_subquery()).where(
            second_factor.c.account_id == account_id
        )
    ).one_or_none()
    return None if found is None else Factor(*found)


def account_in_use(connection: sa.Connection, *, account_id: int) -> tuple[str, str, Role] | None:
    """The address, name and role of an account; None for one that is disabled or gone."""
    found = connection.execute(
        sa.select(account.c.email, account.c.display_name, account.c.role).where(
            account.c.id == account_id, account.c.active
        )
    ).one_or_none()
    return None if found is None else (found.email, found.display_name, found.role)


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


def account_of_code(connection: sa.Connection, *, code_hash: str, now: datetime) -> tuple[int, str, str] | None:
    """The id, address and name of the account that an activation code opens; None for one that is unknown, used or too old."""
    found = connection.execute(
        sa.select(account.c.id, account.c.email, account.c.display_name)
        .join(activation, activation.c.account_id == account.c.id)
        .where(
            activation.c.code_hash == code_hash,
            activation.c.used_at.is_(None),
            activation.c.expires_at > now,
            account.c.active,
        )
    ).one_or_none()
    return None if found is None else (found.id, found.email, found.display_name)
