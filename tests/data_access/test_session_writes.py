"""Sessions, attempts, codes and identities, as both databases keep them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from data_access.engine import writing
from data_access.reads.accounts import (
    account_of_code,
    account_of_identity,
    credentials,
    signed_in,
)
from data_access.schema import account, activation, audit_entry, sign_in_session
from data_access.writes.accounts import (
    change_password,
    choose_password,
    link_identity,
    open_session,
    revoke_session,
    sign_out_everywhere,
    touch_session,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LASTS, IDLE = timedelta(hours=10), timedelta(minutes=30)
TOKEN, CODE, EMAIL = "a" * 64, "c" * 64, "e" * 64


def add_account(connection: sa.Connection, email: str = "elise@example.org", **columns: object) -> int:
    values = {"email": email, "display_name": "Élise", "role": "viewer", **columns}
    return int(connection.execute(sa.insert(account).values(**values).returning(account.c.id)).scalar_one())


def add_code(connection: sa.Connection, account_id: int, code_hash: str = CODE) -> None:
    about = {"account_id": account_id, "code_hash": code_hash, "created_at": NOW}
    connection.execute(sa.insert(activation).values(**about, expires_at=NOW + timedelta(hours=24)))


@pytest.fixture
def elise(connection: sa.Connection) -> int:
    """An account that is signed in in one browser since now."""
    account_id = add_account(connection)
    open_session(connection, account_id=account_id, token_hash=TOKEN, now=NOW, lasts=LASTS)
    return account_id


def is_open(connection: sa.Connection, now: datetime = NOW, token_hash: str = TOKEN) -> bool:
    return signed_in(connection, token_hash=token_hash, now=now, idle=IDLE) is not None


def traces(connection: sa.Connection) -> list[str]:
    return list(connection.execute(sa.select(audit_entry.c.action).order_by(audit_entry.c.id)).scalars())


def test_a_session_stands_for_its_account(connection: sa.Connection, elise: int) -> None:
    found = signed_in(connection, token_hash=TOKEN, now=NOW, idle=IDLE)

    assert found is not None
    assert (found.account_id, found.actor.name, found.actor.role) == (elise, "elise@example.org", "viewer")
    assert not is_open(connection, token_hash="b" * 64)


@pytest.mark.usefixtures("elise")
def test_a_session_ends_after_a_while_without_a_sign_of_life(connection: sa.Connection) -> None:
    assert is_open(connection, NOW + IDLE - timedelta(seconds=1))
    assert not is_open(connection, NOW + IDLE)
    touch_session(connection, token_hash=TOKEN, now=NOW + timedelta(minutes=20))
    assert is_open(connection, NOW + IDLE)


@pytest.mark.usefixtures("elise")
def test_a_session_ends_on_its_hour_however_busy(connection: sa.Connection) -> None:
    touch_session(connection, token_hash=TOKEN, now=NOW + LASTS - timedelta(seconds=2))

    assert is_open(connection, NOW + LASTS - timedelta(seconds=1))
    assert not is_open(connection, NOW + LASTS)


@pytest.mark.usefixtures("elise")
def test_a_session_is_revoked_once(connection: sa.Connection) -> None:
    for _ in range(2):
        revoke_session(connection, token_hash=TOKEN, now=NOW)
    revoke_session(connection, token_hash="b" * 64, now=NOW)

    assert not is_open(connection)
    assert traces(connection) == ["sign_in", "sign_out"]


def test_leaving_everywhere_ends_every_session_of_that_account(connection: sa.Connection, elise: int) -> None:
    other = add_account(connection, "other@example.org")
    open_session(connection, account_id=elise, token_hash="b" * 64, now=NOW, lasts=LASTS)
    open_session(connection, account_id=other, token_hash="d" * 64, now=NOW, lasts=LASTS)

    sign_out_everywhere(connection, account_id=elise, now=NOW)

    assert [is_open(connection, token_hash=token) for token in (TOKEN, "b" * 64, "d" * 64)] == [False, False, True]
    assert traces(connection)[-1] == "sign_out_everywhere"


@pytest.mark.usefixtures("elise")
def test_a_disabled_account_stands_for_nobody(connection: sa.Connection) -> None:
    connection.execute(sa.update(account).values(active=False))

    assert not is_open(connection)


def test_a_code_is_used_once_and_ends_what_was_open(connection: sa.Connection, elise: int) -> None:
    add_code(connection, elise)
    add_code(connection, elise, "d" * 64)
    assert account_of_code(connection, code_hash=CODE, now=NOW) == (elise, "elise@example.org", "Élise")

    assert choose_password(connection, code_hash=CODE, password_hash="$argon2id$1", now=NOW) == elise
    assert choose_password(connection, code_hash=CODE, password_hash="$argon2id$2", now=NOW) is None

    found = credentials(connection, email="elise@example.org")
    assert found is not None
    assert found.password_hash == "$argon2id$1"
    assert not is_open(connection)
    assert account_of_code(connection, code_hash="d" * 64, now=NOW) is None
    assert traces(connection)[-1] == "choose_password"


@pytest.mark.parametrize(
    ("code_hash", "at", "active"),
    [("d" * 64, NOW, True), (CODE, NOW + timedelta(hours=24), True), (CODE, NOW, False)],
    ids=["unknown", "too old", "of a disabled account"],
)
def test_a_code_that_opens_nothing_stores_nothing(
    connection: sa.Connection, elise: int, code_hash: str, at: datetime, active: bool
) -> None:
    add_code(connection, elise)
    connection.execute(sa.update(account).values(active=active))

    assert account_of_code(connection, code_hash=code_hash, now=at) is None
    assert choose_password(connection, code_hash=code_hash, password_hash="$argon2id$1", now=at) is None
    assert connection.execute(sa.select(account.c.password_hash)).scalar_one() is None
    assert connection.execute(sa.select(activation.c.used_at)).scalar_one() is None


def test_of_two_who_send_the_same_code_at_once_one_chooses(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        account_id = add_account(connection)
        add_code(connection, account_id)

    def choose(number: int) -> int | None:
        with writing(engine) as connection:
            return choose_password(connection, code_hash=CODE, password_hash=f"$argon2id${number}", now=NOW)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(choose, range(4)))

    assert sorted(answers, key=str) == [account_id, None, None, None]


def test_another_password_ends_what_was_open_with_the_last(connection: sa.Connection, elise: int) -> None:
    change_password(connection, account_id=elise, password_hash="$argon2id$2", now=NOW)

    assert not is_open(connection)
    assert traces(connection)[-1] == "change_password"


def test_an_identity_is_known_by_its_subject_then_by_its_address(connection: sa.Connection, elise: int) -> None:
    assert account_of_identity(connection, subject="s1", email="Elise@Example.org") == elise
    assert account_of_identity(connection, subject="s1", email=None) is None
    link_identity(connection, account_id=elise, subject="s1", now=NOW)

    assert account_of_identity(connection, subject="s1", email=None) == elise
    assert account_of_identity(connection, subject="s1", email="new-address@example.org") == elise
    assert account_of_identity(connection, subject="s2", email="elise@example.org") is None
    assert traces(connection)[-1] == "bind_identity"


def test_an_account_is_bound_once(connection: sa.Connection, elise: int) -> None:
    for subject in ("s1", "s2"):
        link_identity(connection, account_id=elise, subject=subject, now=NOW)

    assert connection.execute(sa.select(account.c.oidc_subject)).scalar_one() == "s1"
    assert traces(connection).count("bind_identity") == 1


def test_the_identity_of_a_disabled_account_is_nobody(connection: sa.Connection, elise: int) -> None:
    link_identity(connection, account_id=elise, subject="s1", now=NOW)
    connection.execute(sa.update(account).values(active=False))
    add_account(connection, "other@example.org")

    assert account_of_identity(connection, subject="s1", email="elise@example.org") is None
    assert account_of_identity(connection, subject="s1", email="other@example.org") is None


def test_sessions_and_codes_go_with_their_account(connection: sa.Connection, elise: int) -> None:
    add_code(connection, elise)
    connection.execute(sa.delete(account))

    assert connection.execute(sa.select(sign_in_session)).all() == []
    assert connection.execute(sa.select(activation)).all() == []
