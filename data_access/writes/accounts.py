"""Accounts, and who is signed in: fingerprints of secrets are kept, never the secrets.

Only who administers opens, changes and closes accounts, and what they do is written down.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access.records import AccountRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import RIGHTS, Actor, Right
from data_access.schema import (
    account,
    account_centre,
    activation,
    centre,
    recovery_code,
    second_factor,
    sign_in_session,
)
from data_access.writes.entry_rules import missing, require_right, unreadable, validate
from data_access.writes.rows import Change, Saved, audit_change, saved_before

CODE_LASTS: Final = timedelta(hours=24)
_IN_CHARGE: Final = tuple(role for role, rights in RIGHTS.items() if Right.ACCOUNTS in rights)
"""The roles that open accounts: one of them must remain."""
_EMAIL: Final = re.compile(r"[^@\s<>\"(),;:\\\[\]]+@(?:[^@\s.<>\"(),;:\\\[\]]+\.)*[^\W_]+")


def record_account(
    connection: sa.Connection, actor: Actor, record: AccountRecord, *, now: datetime, row_id: int | None = None
) -> Saved:
    """Stores an account, new or changed; one that is disabled, or goes to another address, is signed out everywhere.

    Whoever had the address before is not who has it now: their password, links, identity at the provider and second factor
    open the account no more. The links of an account that is disabled are worth nothing, even once it is enabled again.

    Raises Refused for who does not administer, and when the last administrator would lose their rights. `connection` must
    come from `writing`.
    """
    require_right(actor, Right.ACCOUNTS)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    record = record.model_copy(update={"email": record.email.lower() if record.email else None})
    before = None if row_id is None else administered_account(connection, actor, row_id)
    validate(record, _problems(connection, record, row_id, before))
    values = {"email": record.email, "display_name": record.display_name, "role": record.role, "active": record.active}
    centres = tuple(sorted(record.centres)) if record.role == "animator" else ()
    if before is not None and before == values | {"centres": list(centres)}:
        assert row_id is not None
        return Saved(row_id, record.base_version, already_recorded=True)
    if row_id is None:
        row_id = int(connection.execute(sa.insert(account).values(**values).returning(account.c.id)).scalar_one())
    else:
        changed = connection.execute(
            sa.update(account)
            .where(account.c.id == row_id, account.c.version == record.base_version)
            .values(**values, version=account.c.version + 1)
        )
        if not changed.rowcount:
            raise Refused([Problem(Rule.RECORD_CHANGED, "version")])
    connection.execute(sa.delete(account_centre).where(account_centre.c.account_id == row_id))
    for code in centres:
        centre_id = sa.select(centre.c.id).where(centre.c.code == code).scalar_subquery()
        connection.execute(sa.insert(account_centre).values(account_id=row_id, centre_id=centre_id))
    changes_hands = before is not None and before["email"] != record.email
    if changes_hands:
        # What only the person who had the account before knows or holds opens it no more.
        held = sa.update(account).where(account.c.id == row_id)
        connection.execute(held.values(password_hash=None, oidc_subject=None))
        forget_second_factor(connection, account_id=row_id)
    if changes_hands or not record.active:
        revoke_all_sessions(connection, account_id=row_id, now=now)
        _use_up_codes(connection, row_id, now)
    change, after = Change(actor, now, "record_account", record.request_key), _document(connection, row_id)
    audit_id = audit_change(
        connection, change, "account", row_key=str(record.email), row_id=row_id, before=before, after=after
    )
    return Saved(row_id, record.base_version + 1, already_recorded=False, audit_id=audit_id)


def issue_code(connection: sa.Connection, actor: Actor, *, account_id: int, code_hash: str, now: datetime) -> datetime:
    """Lets somebody choose a password with a code, until the instant answered; codes given before are worth nothing now.

    Raises Refused for who does not administer, and for an account that is disabled. The password they had stays until then.
    """
    document = administered_account(connection, actor, account_id)
    if not document["active"]:
        raise Refused([Problem(Rule.ACCOUNT_DISABLED)])
    _use_up_codes(connection, account_id, now)
    until = now + CODE_LASTS
    connection.execute(
        sa.insert(activation).values(account_id=account_id, code_hash=code_hash, created_at=now, expires_at=until)
    )
    _audit_deed(connection, Change(actor, now, "issue_code"), account_id, document)
    return until


def sign_out_account(connection: sa.Connection, actor: Actor, *, account_id: int, now: datetime) -> int:
    """Signs every browser of an account out, and answers how many there were.

    Raises Refused for who does not administer. The account stays open: its holder may sign in again.
    """
    document = administered_account(connection, actor, account_id)
    closed = revoke_all_sessions(connection, account_id=account_id, now=now)
    _audit_deed(connection, Change(actor, now, "sign_out_account"), account_id, document)
    return closed


def open_session(
    connection: sa.Connection,
    *,
    account_id: int,
    token_hash: str,
    now: datetime,
    lasts: timedelta,
    browser: str | None = None,
) -> None:
    """A browser is signed in until then, or until it says otherwise."""
    connection.execute(
        sa.insert(sign_in_session).values(
            account_id=account_id,
            token_hash=token_hash,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lasts,
            browser=browser,
        )
    )
    audit_sign_in(connection, account_id, "sign_in", now)


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
        audit_sign_in(connection, found, "sign_out", now)


def end_one_session(connection: sa.Connection, *, account_id: int, session_id: int, now: datetime) -> bool:
    """Somebody signs out one browser of their own account; False for one that is not theirs, or is out already."""
    ended = connection.execute(
        sa.update(sign_in_session)
        .where(
            sign_in_session.c.id == session_id,
            sign_in_session.c.account_id == account_id,
            sign_in_session.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    if ended.rowcount:
        audit_sign_in(connection, account_id, "end_session", now)
    return bool(ended.rowcount)


def sign_out_everywhere(connection: sa.Connection, *, account_id: int, now: datetime) -> None:
    """Somebody signs out every browser of their own account."""
    revoke_all_sessions(connection, account_id=account_id, now=now)
    audit_sign_in(connection, account_id, "sign_out_everywhere", now)


def revoke_all_sessions(connection: sa.Connection, *, account_id: int, now: datetime) -> int:
    """Every browser of an account is signed out, as part of another write that says why; answers how many there were."""
    revoked = connection.execute(
        sa.update(sign_in_session)
        .where(sign_in_session.c.account_id == account_id, sign_in_session.c.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(sign_in_session.c.id)
    ).scalars()
    return len(revoked.all())


def change_password(connection: sa.Connection, *, account_id: int, password_hash: str, now: datetime) -> None:
    """Another password for an account, by who knew the last one; every browser is signed out."""
    _store_password(connection, account_id, password_hash, now)
    audit_sign_in(connection, account_id, "change_password", now)


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
        audit_sign_in(connection, account_id, "choose_password", now)
    return account_id


def link_identity(connection: sa.Connection, *, account_id: int, subject: str, now: datetime) -> None:
    """From now on the account is that of this subject of the identity provider, whatever becomes of its address."""
    bound = connection.execute(
        sa.update(account)
        .where(account.c.id == account_id, account.c.oidc_subject.is_(None))
        .values(oidc_subject=subject, version=account.c.version + 1)
    )
    if bound.rowcount:
        audit_sign_in(connection, account_id, "bind_identity", now)


def _store_password(connection: sa.Connection, account_id: int, password_hash: str, now: datetime) -> None:
    """The password, with the codes that could still choose another one used up, and what was open with the old one shut."""
    connection.execute(
        sa.update(account)
        .where(account.c.id == account_id)
        .values(password_hash=password_hash, version=account.c.version + 1)
    )
    _use_up_codes(connection, account_id, now)
    revoke_all_sessions(connection, account_id=account_id, now=now)


def forget_second_factor(connection: sa.Connection, *, account_id: int) -> None:
    """Nothing is left of the second factor of an account, as part of another write that says why."""
    for table in (second_factor, recovery_code):
        connection.execute(sa.delete(table).where(table.c.account_id == account_id))


def _use_up_codes(connection: sa.Connection, account_id: int, now: datetime) -> None:
    """The links of access given until now are worth nothing."""
    unused = sa.update(activation).where(activation.c.account_id == account_id, activation.c.used_at.is_(None))
    connection.execute(unused.values(used_at=now))


def audit_sign_in(connection: sa.Connection, account_id: int, action: str, now: datetime) -> None:
    """Writes down what the holder of an account did about signing in, in their name."""
    email, role = connection.execute(sa.select(account.c.email, account.c.role).where(account.c.id == account_id)).one()
    audit_change(connection, Change(Actor(email, role), now, action), "account", row_key=email, after={"role": role})


def _audit_deed(connection: sa.Connection, change: Change, account_id: int, document: dict[str, Any]) -> None:
    """Writes down what was done with an account that stays what it is."""
    about = {"row_key": document["email"], "row_id": account_id, "before": document, "after": document}
    audit_change(connection, change, "account", **about)


def _problems(
    connection: sa.Connection, record: AccountRecord, row_id: int | None, before: dict[str, Any] | None
) -> Iterator[Problem]:
    yield from missing(record, "email", "display_name")
    yield from unreadable(record, "account")
    if record.email is not None:
        if not _EMAIL.fullmatch(record.email):
            yield Problem(Rule.NOT_AN_EMAIL, "email")
            return
        found = connection.execute(sa.select(account.c.id).where(account.c.email == record.email)).scalar_one_or_none()
        if found is not None and found != row_id:
            yield Problem(Rule.ALREADY_EXISTS, "email", {"value": record.email})
    known = set(connection.execute(sa.select(centre.c.code)).scalars())
    if record.role == "animator" and (not record.centres or not set(record.centres) <= known):
        yield Problem(Rule.MISSING_VALUE if not record.centres else Rule.NOT_IN_LIST, "centres")
    was_in_charge = before is not None and before["role"] in _IN_CHARGE and before["active"]
    if was_in_charge and not (record.role in _IN_CHARGE and record.active):
        others = connection.execute(
            sa.select(sa.func.count())
            .select_from(account)
            .where(account.c.role.in_(_IN_CHARGE), account.c.active, account.c.id != row_id)
        ).scalar_one()
        if not others:
            yield Problem(Rule.LAST_ADMINISTRATOR, "role")


def administered_account(connection: sa.Connection, actor: Actor, account_id: int) -> dict[str, Any]:
    """What is stored of an account, for who administers it; Refused for others, and for an account that is not there."""
    require_right(actor, Right.ACCOUNTS)
    document = _document(connection, account_id)
    if document is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    return document


def _document(connection: sa.Connection, account_id: int) -> dict[str, Any] | None:
    row = connection.execute(
        sa.select(account.c.email, account.c.display_name, account.c.role, account.c.active)
        .where(account.c.id == account_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        return None
    codes = connection.execute(
        sa.select(centre.c.code)
        .join(account_centre)
        .where(account_centre.c.account_id == account_id)
        .order_by(centre.c.code)
    ).scalars()
    return {**row._mapping, "centres": list(codes)}


# The second factor of an account: the secret its application shares, and the codes for when it is lost.


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
