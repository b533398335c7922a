"""Accounts: who may open, change and close them, what is refused, and what is written down."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.reads.accounts import account_of_code, accounts, credentials, signed_in
from data_access.records import AccountRecord
from data_access.refusals import Refused, Rule
from data_access.rights import Actor, Role, set_actor
from data_access.schema import account, activation, audit_entry, recovery_code, second_factor
from data_access.writes.accounts import (
    CODE_LASTS,
    issue_code,
    open_session,
    record_account,
    set_second_factor,
    sign_out_account,
)
from data_access.writes.rows import Saved
from tests.factories import add_centre

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HELENE = Actor("helene@example.org", "administrator")
OTHERS: tuple[Role, ...] = ("coordinator", "animator", "viewer", "public")
ELISE: dict[str, Any] = {"email": "Elise@Example.org", "display_name": "Élise Chassang", "role": "animator"}
ELISE |= {"centres": ("MURAT",)}
FINGERPRINT = "f" * 64


@pytest.fixture(autouse=True)
def network(connection: sa.Connection) -> None:
    """Two places, and one administrator."""
    add_centre(connection, "MURAT")
    add_centre(connection, "YDES")
    helene = {"email": HELENE.name, "display_name": "Hélène Vaurs", "role": "administrator"}
    connection.execute(sa.insert(account).values(**helene))


def save(
    connection: sa.Connection, *, actor: Actor = HELENE, row_id: int | None = None, version: int = 0, **fields: Any
) -> Saved:
    record = AccountRecord(**ELISE | fields, base_version=version)
    return record_account(connection, actor, record, now=NOW, row_id=row_id)


def number(connection: sa.Connection, email: str) -> int:
    return int(connection.execute(sa.select(account.c.id).where(account.c.email == email)).scalar_one())


def refused(problem: pytest.ExceptionInfo[Refused]) -> list[tuple[Rule, str]]:
    return [(each.rule, each.field) for each in problem.value.problems]


def traces(connection: sa.Connection) -> list[str]:
    return list(connection.execute(sa.select(audit_entry.c.action).order_by(audit_entry.c.id)).scalars())


def test_an_account_is_opened_without_a_password_and_written_down(connection: sa.Connection) -> None:
    saved = save(connection)

    [elise, helene] = accounts(set_actor(connection, HELENE)).to_dicts()
    assert helene["email"] == HELENE.name
    assert (elise["email"], elise["role"], elise["centres"]) == ("elise@example.org", "animator", "MURAT")
    assert (elise["active"], elise["has_password"], elise["last_sign_in_at"]) == (True, False, None)
    entry = connection.execute(sa.select(audit_entry)).one()
    assert (entry.actor, entry.action, entry.row_key) == (HELENE.name, "record_account", "elise@example.org")
    assert entry.row_id == saved.row_id
    assert entry.after["centres"] == ["MURAT"]


def test_the_same_again_changes_nothing(connection: sa.Connection) -> None:
    saved = save(connection)

    assert save(connection, row_id=saved.row_id, version=saved.version).already_recorded
    assert traces(connection) == ["record_account"]


def test_a_change_made_on_an_older_version_is_refused(connection: sa.Connection) -> None:
    saved = save(connection)
    save(connection, row_id=saved.row_id, version=saved.version, display_name="Élise")

    with pytest.raises(Refused) as problem:
        save(connection, row_id=saved.row_id, version=saved.version, display_name="Elisa")
    assert refused(problem) == [(Rule.RECORD_CHANGED, "version")]


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_writes_about_accounts(connection: sa.Connection, role: Role) -> None:
    elise, other = save(connection).row_id, Actor("x@example.org", role, frozenset({"MURAT"}))
    attempts = [
        lambda: save(connection, actor=other, email="x@example.org"),
        lambda: issue_code(connection, other, account_id=elise, code_hash=FINGERPRINT, now=NOW),
        lambda: sign_out_account(connection, other, account_id=elise, now=NOW),
    ]

    for attempt in attempts:
        with pytest.raises(Refused) as problem:
            attempt()
        assert refused(problem) == [(Rule.NOT_YOUR_ROLE, "")]
    assert traces(connection) == ["record_account"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"email": ""}, (Rule.MISSING_VALUE, "email")),
        ({"display_name": "  "}, (Rule.MISSING_VALUE, "display_name")),
        ({"email": "elise"}, (Rule.NOT_AN_EMAIL, "email")),
        ({"email": "a@b@c.fr"}, (Rule.NOT_AN_EMAIL, "email")),
        ({"email": '"<x>"@example.org'}, (Rule.NOT_AN_EMAIL, "email")),
        ({"email": HELENE.name.upper()}, (Rule.ALREADY_EXISTS, "email")),
        ({"centres": ()}, (Rule.MISSING_VALUE, "centres")),
        ({"centres": ("MURAT", "NULLE-PART")}, (Rule.NOT_IN_LIST, "centres")),
    ],
)
def test_what_cannot_be_an_account_is_refused(
    connection: sa.Connection, fields: dict[str, Any], expected: tuple[Rule, str]
) -> None:
    with pytest.raises(Refused) as problem:
        save(connection, **fields)

    assert expected in refused(problem)


@pytest.mark.parametrize("other", ["administrator", "manager"])
@pytest.mark.parametrize("change", [{"role": "coordinator"}, {"role": "manager", "active": False}])
def test_the_last_who_opens_accounts_stays(connection: sa.Connection, change: dict[str, Any], other: str) -> None:
    helene = number(connection, HELENE.name)
    about = {"email": HELENE.name, "display_name": "Hélène Vaurs", "centres": (), **change}

    with pytest.raises(Refused) as problem:
        save(connection, row_id=helene, version=1, **about)
    assert refused(problem) == [(Rule.LAST_ADMINISTRATOR, "role")]

    save(connection, email="second@example.org", role=other)
    assert not save(connection, row_id=helene, version=1, **about).already_recorded


def test_an_account_that_is_not_there_is_neither_changed_nor_signed_out(connection: sa.Connection) -> None:
    attempts = [
        lambda: save(connection, row_id=987, version=1),
        lambda: issue_code(connection, HELENE, account_id=987, code_hash=FINGERPRINT, now=NOW),
        lambda: sign_out_account(connection, HELENE, account_id=987, now=NOW),
    ]

    for attempt in attempts:
        with pytest.raises(Refused) as problem:
            attempt()
        assert refused(problem) == [(Rule.UNKNOWN_RECORD, "")]


def test_only_an_animator_keeps_centres(connection: sa.Connection) -> None:
    saved = save(connection)
    save(connection, row_id=saved.row_id, version=saved.version, role="viewer")

    [elise, _] = accounts(set_actor(connection, HELENE)).to_dicts()
    assert (elise["role"], elise["centres"]) == ("viewer", "")


def open_for(connection: sa.Connection, account_id: int, token_hash: str) -> None:
    open_session(connection, account_id=account_id, token_hash=token_hash, now=NOW, lasts=timedelta(hours=10))


def is_open(connection: sa.Connection, token_hash: str) -> bool:
    return signed_in(connection, token_hash=token_hash, now=NOW, idle=timedelta(minutes=30)) is not None


def test_disabling_an_account_ends_its_sessions(connection: sa.Connection) -> None:
    saved = save(connection)
    open_for(connection, saved.row_id, FINGERPRINT)
    assert is_open(connection, FINGERPRINT)

    save(connection, row_id=saved.row_id, version=saved.version, active=False)

    assert not is_open(connection, FINGERPRINT)
    found = credentials(connection, email="ELISE@example.org")
    assert found is not None
    assert not found.active


def test_signing_an_account_out_ends_its_sessions_alone_and_is_written_down(connection: sa.Connection) -> None:
    saved = save(connection)
    for token_hash in ("a" * 64, "b" * 64):
        open_for(connection, saved.row_id, token_hash)
    open_for(connection, number(connection, HELENE.name), FINGERPRINT)

    assert sign_out_account(connection, HELENE, account_id=saved.row_id, now=NOW) == 2

    assert [is_open(connection, token_hash) for token_hash in ("a" * 64, "b" * 64, FINGERPRINT)] == [False, False, True]
    entry = connection.execute(sa.select(audit_entry).order_by(audit_entry.c.id.desc()).limit(1)).one()
    assert (entry.actor, entry.action, entry.row_key) == (HELENE.name, "sign_out_account", "elise@example.org")


def test_a_new_code_makes_the_last_one_worth_nothing(connection: sa.Connection) -> None:
    saved = save(connection)
    until = issue_code(connection, HELENE, account_id=saved.row_id, code_hash="a" * 64, now=NOW)
    issue_code(connection, HELENE, account_id=saved.row_id, code_hash="b" * 64, now=NOW)

    assert until == NOW + CODE_LASTS == NOW + timedelta(hours=24)
    usable = sa.select(activation.c.code_hash).where(activation.c.used_at.is_(None))
    assert connection.execute(usable).scalars().all() == ["b" * 64]
    assert traces(connection)[-1] == "issue_code"


def test_a_disabled_account_is_given_no_code(connection: sa.Connection) -> None:
    saved = save(connection, active=False)

    with pytest.raises(Refused) as problem:
        issue_code(connection, HELENE, account_id=saved.row_id, code_hash=FINGERPRINT, now=NOW)
    assert refused(problem) == [(Rule.ACCOUNT_DISABLED, "")]


def test_a_link_is_worth_nothing_once_its_account_was_disabled_even_if_it_is_enabled_again(
    connection: sa.Connection,
) -> None:
    saved = save(connection)
    issue_code(connection, HELENE, account_id=saved.row_id, code_hash=FINGERPRINT, now=NOW)
    disabled = save(connection, row_id=saved.row_id, version=saved.version, active=False)
    save(connection, row_id=saved.row_id, version=disabled.version, active=True)

    assert account_of_code(connection, code_hash=FINGERPRINT, now=NOW) is None


def test_an_account_that_goes_to_another_address_is_opened_by_nothing_of_who_had_it(connection: sa.Connection) -> None:
    saved = save(connection)
    connection.execute(
        sa.update(account).where(account.c.id == saved.row_id).values(password_hash="$argon2id$1", oidc_subject="s1")
    )
    set_second_factor(connection, account_id=saved.row_id, secret="x", step=1, code_hashes=["a" * 64], now=NOW)
    issue_code(connection, HELENE, account_id=saved.row_id, code_hash=FINGERPRINT, now=NOW)
    open_for(connection, saved.row_id, FINGERPRINT)

    same = save(connection, row_id=saved.row_id, version=saved.version, display_name="Élise Vidal")
    assert is_open(connection, FINGERPRINT)
    save(connection, row_id=saved.row_id, version=same.version, email="successor@example.org")

    assert not is_open(connection, FINGERPRINT)
    kept = sa.select(account.c.password_hash, account.c.oidc_subject).where(account.c.id == saved.row_id)
    assert tuple(connection.execute(kept).one()) == (None, None)
    assert account_of_code(connection, code_hash=FINGERPRINT, now=NOW) is None
    for table in (second_factor, recovery_code):
        assert connection.execute(sa.select(table)).all() == []
