"""Tries at signing in, as both databases count them: before they are checked, and however many come at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from data_access.engine import writing
from data_access.schema import audit_entry, sign_in_attempt
from data_access.writes import sign_in_attempts as attempts
from data_access.writes.sign_in_attempts import Attempt, count_as_succeeded, free_from, record_failure, reserve_attempt

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ELISE, HERE, ELSEWHERE = "e" * 64, "192.0.2.1", "192.0.2.2"


def tries(
    connection: sa.Connection, times: int, email_hash: str = ELISE, source: str | None = HERE, at: datetime = NOW
) -> int:
    """How many of so many tries may be checked."""
    attempt = Attempt(email_hash, source)
    return sum(reserve_attempt(connection, attempt, now=at) is not None for _ in range(times))


def test_an_address_is_tried_ten_times_from_one_place_and_twenty_from_all(connection: sa.Connection) -> None:
    assert tries(connection, 15) == attempts.PER_ADDRESS_AND_SOURCE
    assert tries(connection, 15, source=ELSEWHERE) == attempts.PER_ADDRESS_AND_SOURCE
    assert tries(connection, 1, source="192.0.2.3") == 0
    assert tries(connection, 1, email_hash="f" * 64, source="192.0.2.3") == 1


def test_who_sprays_many_addresses_is_slowed_by_where_they_are(connection: sa.Connection) -> None:
    assert sum(tries(connection, 1, email_hash=f"{number:064}") for number in range(40)) == attempts.PER_SOURCE
    assert tries(connection, 1, source=ELSEWHERE) == 1


def test_who_sprays_from_everywhere_is_slowed_in_all(
    connection: sa.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "IN_ALL", 25)

    spread = [tries(connection, 1, f"{number:064}", f"192.0.2.{number}") for number in range(40)]

    assert sum(spread) == 25


def test_a_known_browser_is_counted_alone(connection: sa.Connection) -> None:
    tries(connection, 40)

    assert tries(connection, 15, email_hash="k" * 64, source=None) == attempts.PER_ADDRESS_AND_SOURCE
    assert tries(connection, 1, email_hash="l" * 64, source=None) == 1
    assert tries(connection, 1, email_hash="k" * 64, source=ELSEWHERE) == 1


def test_one_waits_until_the_oldest_try_is_a_quarter_of_an_hour_old(connection: sa.Connection) -> None:
    attempt = Attempt(ELISE, HERE)
    for minute in range(attempts.PER_ADDRESS_AND_SOURCE):
        tries(connection, 1, at=NOW + timedelta(minutes=minute))
    later = NOW + timedelta(minutes=10)

    assert free_from(connection, attempt, now=later) == NOW + attempts.WITHIN
    assert tries(connection, 1, at=later) == 0
    assert tries(connection, 1, at=NOW + attempts.WITHIN) == 1


def test_a_right_password_slows_nobody(connection: sa.Connection) -> None:
    for _ in range(30):
        reserved = reserve_attempt(connection, Attempt(ELISE, HERE), now=NOW)
        assert reserved is not None
        count_as_succeeded(connection, reserved)


def test_tries_of_the_day_before_are_forgotten(connection: sa.Connection) -> None:
    tries(connection, 3)
    tries(connection, 1, at=NOW + timedelta(days=1, seconds=1))

    assert len(connection.execute(sa.select(sign_in_attempt)).all()) == 1


def test_of_many_tries_at_once_no_more_are_checked_than_one_after_the_other(engine: sa.Engine) -> None:
    def attempt(_: int) -> bool:
        with writing(engine) as connection:
            return reserve_attempt(connection, Attempt(ELISE, HERE), now=NOW) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(40))) == attempts.PER_ADDRESS_AND_SOURCE


def test_failures_are_told_with_the_turn_they_take_once(connection: sa.Connection) -> None:
    attempt = Attempt(ELISE, HERE)
    for _ in range(12):
        if reserve_attempt(connection, attempt, now=NOW) is not None:
            record_failure(connection, attempt, about="elise@example.org", source=HERE, now=NOW)
    for _ in range(2):
        attempts.record_easing(connection, about="elise@example.org", source=HERE, now=NOW)

    told = connection.execute(sa.select(audit_entry.c.action).order_by(audit_entry.c.id)).scalars().all()
    assert told == ["sign_in_failed"] * 10 + ["sign_in_slowed", "sign_in_eased"]
