"""Signing in and out, as the database keeps it: fingerprints of secrets, never the secrets."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from data_access.rights import Actor
from data_access.schema import account, activation, sign_in_attempt, sign_in_session
from data_access.writes.audit import record_audit_entry

_ATTEMPTS_KEPT = timedelta(days=1)


def open_session(
    connection: sa.Connection, *, account_id: int, token_hash: str, now: datetime, lasts: timedelta
) -> None:
    """A browser is signed in until then, or until it says otherwise."""
    connection.execute(
        sa.insert(sign_in_session).values(
            account_id=account_id, token_hash=token_hash, created_at=now, last_seen_at=now, expires_at=now + lasts
        )
    )
    _trace(connection, account_id, "sign_in", now)


def touch_session(connection: sa.Connection, *, token_hash: str, now: datetime) -> None:
    """The browser is still there."""
    connection.execute(
        sa.update(sign_in_session).where(sign_in_session.c.token_hash == token_hash).values(last_seen_at=now)
    )


def revoke_session(connection: sa.Connection, *, token_hash: str, now: datetime) -> None:
    """This browser is signed out."""
    found = connection.execute(
        sa.update(sign_in_session)
        .where(sign_in_session.c.token_hash == token_hash, sign_in_session.c.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(sign_in_session.c.account_id)
    ).scalar_one_or_none()
    if found is not None:
        _trace(connection, found, "sign_out", now)


def leave_everywhere(connection: sa.Connection, *, account_id: int, now: datetime) -> None:
    """Somebody signs out every browser of their own account."""
    revoke_all_sessions(connection, account_id=account_id, now=now)
    _trace(connection, account_id, "sign_out_everywhere", now)


def revoke_all_sessions(connection: sa.Connection, *, account_id: int, now: datetime) -> int:
    """Every browser of an account is signed out, as part of another write that says why; answers how many there were."""
    revoked = connection.execute(
        sa.update(sign_in_session)
        .where(sign_in_session.c.account_id == account_id, sign_in_session.c.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(sign_in_session.c.id)
    ).scalars()
    return len(revoked.all())


def record_attempt(connection: sa.Connection, *, email_hash: str, succeeded: bool, now: datetime) -> None:
    """One try with a password; those of the day before are forgotten."""
    connection.execute(sa.delete(sign_in_attempt).where(sign_in_attempt.c.at < now - _ATTEMPTS_KEPT))
    connection.execute(sa.insert(sign_in_attempt).values(email_hash=email_hash, at=now, succeeded=succeeded))


def change_password(connection: sa.Connection, *, account_id: int, password_hash: str, now: datetime) -> None:
    """Another password for an account, by who knew the last one; every browser is signed out."""
    _store_password(connection, account_id, password_hash, now)
    _trace(connection, account_id, "change_password", now)


def choose_password(connection: sa.Connection, *, code_hash: str, password_hash: str, now: datetime) -> int | None:
    """A password for the account that a code opens, whose id is answered; every browser of it is signed out.

    None, and nothing is stored, for a code that is unknown, used or too old: of two who send the same one, one chooses.
    """
    still_active = sa.select(account.c.id).where(account.c.active)
    account_id: int | None = connection.execute(
        sa.update(activation)
        .where(
            activation.c.code_hash == code_hash,
            activation.c.used_at.is_(None),
            activation.c.expires_at > now,
            activation.c.account_id.in_(still_active),
        )
        .values(used_at=now)
        .returning(activation.c.account_id)
    ).scalar_one_or_none()
    if account_id is not None:
        _store_password(connection, account_id, password_hash, now)
        _trace(connection, account_id, "choose_password", now)
    return account_id


def bind_subject(connection: sa.Connection, *, account_id: int, subject: str, now: datetime) -> None:
    """From now on the account is that of this subject of the identity provider, whatever becomes of its address."""
    bound = connection.execute(
        sa.update(account)
        .where(account.c.id == account_id, account.c.oidc_subject.is_(None))
        .values(oidc_subject=subject, version=account.c.version + 1)
    )
    if bound.rowcount:
        _trace(connection, account_id, "bind_identity", now)


def _store_password(connection: sa.Connection, account_id: int, password_hash: str, now: datetime) -> None:
    """The password, with the codes that could still choose another one used up, and what was open with the old one shut."""
    connection.execute(
        sa.update(account)
        .where(account.c.id == account_id)
        .values(password_hash=password_hash, version=account.c.version + 1)
    )
    unused = sa.update(activation).where(activation.c.account_id == account_id, activation.c.used_at.is_(None))
    connection.execute(unused.values(used_at=now))
    revoke_all_sessions(connection, account_id=account_id, now=now)


def _trace(connection: sa.Connection, account_id: int, action: str, now: datetime) -> None:
    email, role = connection.execute(sa.select(account.c.email, account.c.role).where(account.c.id == account_id)).one()
    record_audit_entry(
        connection,
        Actor(email, role),
        at=now,
        action=action,
        table_name="account",
        row_key=email,
        before=None,
        after={"role": role},
    )
