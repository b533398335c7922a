"""The second factor of an account: the secret its application shares, and the codes for when it is lost."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from data_access.rights import Actor
from data_access.schema import recovery_code, second_factor
from data_access.writes.accounts import (
    administered_account,
    audit_sign_in,
    forget_second_factor,
    revoke_all_sessions,
)
from data_access.writes.rows import Change, audit_change


def set_second_factor(
    connection: sa.Connection, *, account_id: int, secret: str, step: int, code_hashes: Sequence[str], now: datetime
) -> None:
    """The account has this second factor from now on, and these recovery codes, in the place of any it had.

    `step` is that of the code by which its holder proved that their application knows the secret.
    """
    forget_second_factor(connection, account_id=account_id)
    connection.execute(
        sa.insert(second_factor).values(account_id=account_id, secret=secret, set_up_at=now, last_step=step)
    )
    _store_codes(connection, account_id, code_hashes)
    audit_sign_in(connection, account_id, "set_second_factor", now)


def renew_recovery_codes(
    connection: sa.Connection, *, account_id: int, code_hashes: Sequence[str], now: datetime
) -> None:
    """Other recovery codes; those given before are worth nothing any more."""
    connection.execute(sa.delete(recovery_code).where(recovery_code.c.account_id == account_id))
    _store_codes(connection, account_id, code_hashes)
    audit_sign_in(connection, account_id, "renew_recovery_codes", now)


def remove_second_factor(connection: sa.Connection, *, account_id: int, now: datetime) -> None:
    """The holder of an account does without a second factor again."""
    forget_second_factor(connection, account_id=account_id)
    audit_sign_in(connection, account_id, "remove_second_factor", now)


def reset_second_factor(connection: sa.Connection, actor: Actor, *, account_id: int, now: datetime) -> None:
    """The second factor of somebody who lost it is taken away, and every browser of theirs is signed out.

    Raises Refused for who does not administer.
    """
    email = administered_account(connection, actor, account_id)["email"]
    forget_second_factor(connection, account_id=account_id)
    revoke_all_sessions(connection, account_id=account_id, now=now)
    change = Change(actor, now, "reset_second_factor")
    audit_change(connection, change, "account", row_key=email, row_id=account_id, before={}, after={})


def take_step(connection: sa.Connection, *, account_id: int, step: int) -> bool:
    """Whether a code of that half minute may still be taken, which it is: each once, and none older than the last."""
    taken = connection.execute(
        sa.update(second_factor)
        .where(
            second_factor.c.account_id == account_id,
            sa.or_(second_factor.c.last_step.is_(None), second_factor.c.last_step < step),
        )
        .values(last_step=step)
    )
    return bool(taken.rowcount)


def use_recovery_code(connection: sa.Connection, *, account_id: int, code_hash: str, now: datetime) -> bool:
    """Whether it is a recovery code of the account that was not used; it is now."""
    used = connection.execute(
        sa.update(recovery_code)
        .where(
            recovery_code.c.account_id == account_id,
            recovery_code.c.code_hash == code_hash,
            recovery_code.c.used_at.is_(None),
        )
        .values(used_at=now)
    )
    if used.rowcount:
        audit_sign_in(connection, account_id, "use_recovery_code", now)
    return bool(used.rowcount)


def _store_codes(connection: sa.Connection, account_id: int, code_hashes: Sequence[str]) -> None:
    connection.execute(
        sa.insert(recovery_code), [{"account_id": account_id, "code_hash": code_hash} for code_hash in code_hashes]
    )
