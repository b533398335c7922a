"""Tries at signing in: each is written down before it is checked, so that tries at once count one another.

A try that comes from a browser its holder signed in with before is counted alone, and passes whatever others try. The
others are counted by address and source together, by address, by source, and in all: who guesses is slowed, wherever from,
and nobody's account is ever shut by what somebody else typed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from data_access.rights import VISITOR
from data_access.schema import audit_entry, sign_in_attempt
from data_access.writes.rows import Change, audit_change, lock_subject

WITHIN: Final = timedelta(minutes=15)
PER_ADDRESS_AND_SOURCE: Final = 10
"""Also for one known browser, and for the second factor of one account."""
PER_ADDRESS: Final = 20
PER_SOURCE: Final = 30
"""The people of one building often share a network address."""
IN_ALL: Final = 300
_KEPT: Final = timedelta(days=1)
SLOWED: Final = "sign_in_slowed"
EASED: Final = "sign_in_eased"


@dataclass(frozen=True)
class Attempt:
    """What a try is counted by: a print of the address that was typed, and where it came from.

    `source` is None for a known browser, whose own print stands in the place of the address.
    """

    email_hash: str
    source: str | None


def reserve_attempt(connection: sa.Connection, attempt: Attempt, *, now: datetime) -> int | None:
    """The number of a try that may be checked, already counted as one in vain; None when it must wait, and nothing is written.

    `connection` must come from `writing`. Tries of the day before are forgotten.
    """
    # PostgreSQL does not show a statement the rows of others that are not committed: they take turns.
    lock_subject(connection, "sign-in attempts")
    connection.execute(sa.delete(sign_in_attempt).where(sign_in_attempt.c.at < now - _KEPT))
    within = [
        sa.select(sa.func.count()).where(*counted, *_lately(now)).scalar_subquery() < most
        for counted, most in _limits(attempt)
    ]
    columns = ["email_hash", "at", "succeeded", "source"]
    typed = sign_in_attempt.c
    new = sa.select(
        sa.literal(attempt.email_hash, typed.email_hash.type),
        sa.literal(now, typed.at.type),
        sa.literal(False, typed.succeeded.type),
        sa.literal(attempt.source, typed.source.type),
    ).where(*within)
    reserved: int | None = connection.execute(
        sa.insert(sign_in_attempt).from_select(columns, new).returning(sign_in_attempt.c.id)
    ).scalar_one_or_none()
    return reserved


def free_from(connection: sa.Connection, attempt: Attempt, *, now: datetime) -> datetime:
    """When the next try may be checked: now, unless there were too many in vain."""
    waits = [now]
    for counted, most in _limits(attempt):
        # The oldest of those that must have gone by.
        last = sa.select(sign_in_attempt.c.at).where(*counted, *_lately(now))
        at = connection.execute(last.order_by(sign_in_attempt.c.at.desc()).offset(most - 1).limit(1)).scalar()
        waits += [] if at is None else [at + WITHIN]
    return max(waits)


def count_as_succeeded(connection: sa.Connection, reserved: int) -> None:
    """The try was right: it slows nobody down."""
    connection.execute(sa.update(sign_in_attempt).where(sign_in_attempt.c.id == reserved).values(succeeded=True))


def forget_attempts(connection: sa.Connection, *, email_hash: str) -> None:
    """Nothing was tried in vain for this address, as far as the next try is concerned."""
    connection.execute(sa.delete(sign_in_attempt).where(sign_in_attempt.c.email_hash == email_hash))


def record_failure(
    connection: sa.Connection,
    attempt: Attempt,
    *,
    about: str,
    source: str,
    now: datetime,
    action: str = "sign_in_failed",
) -> None:
    """Writes down that a try was in vain, and that the next one must wait where it must.

    `about` is the address of an account, or a text that names nobody: what was typed is not kept.
    """
    _note(connection, action, about, source, now)
    if free_from(connection, attempt, now=now) > now and _last_turn(connection, about) != SLOWED:
        _note(connection, SLOWED, about, source, now)


def record_easing(connection: sa.Connection, *, about: str, source: str, now: datetime) -> None:
    """Writes down that tries about somebody who was slowed down are checked again."""
    if _last_turn(connection, about) == SLOWED:
        _note(connection, EASED, about, source, now)


def _limits(attempt: Attempt) -> Iterator[tuple[list[sa.ColumnElement[bool]], int]]:
    tried = sign_in_attempt.c
    about = tried.email_hash == attempt.email_hash
    if attempt.source is None:
        yield [about, tried.source.is_(None)], PER_ADDRESS_AND_SOURCE
        return
    yield [about, tried.source == attempt.source], PER_ADDRESS_AND_SOURCE
    yield [about, tried.source.is_not(None)], PER_ADDRESS
    yield [tried.source == attempt.source], PER_SOURCE
    yield [tried.source.is_not(None)], IN_ALL


def _lately(now: datetime) -> list[sa.ColumnElement[bool]]:
    return [sign_in_attempt.c.at > now - WITHIN, sa.not_(sign_in_attempt.c.succeeded)]


def _last_turn(connection: sa.Connection, about: str) -> str | None:
    entry = audit_entry.c
    turns = sa.select(entry.action).where(
        entry.table_name == "account", entry.row_key == about, entry.action.in_((SLOWED, EASED))
    )
    action: str | None = connection.execute(turns.order_by(entry.id.desc()).limit(1)).scalar()
    return action


def _note(connection: sa.Connection, action: str, about: str, source: str, now: datetime) -> None:
    change = Change(VISITOR, now, action)
    audit_change(connection, change, "account", row_key=about, after={"network_address": source})
