"""Erases who a person was, wherever they are told, and leaves every figure as it is."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from data_access import codes
from data_access.mentions import (
    DOCUMENTS,
    IDENTITY,
    REMARKS,
    TITLES,
    Mentions,
    audit_entries,
    documents,
    drafts,
    mentions_of,
    row_key_of,
    texts,
)
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor, Right, allows
from data_access.schema import account, audit_entry, entry_draft, erasure, metadata, person, visit
from data_access.writes.audit import record_audit_entry

Document = dict[str, Any]
TABLES_REWRITTEN: Final = tuple(
    sorted({"person", "audit_entry", *(table for table, _column in DOCUMENTS | REMARKS | TITLES)})
)
"""The tables whose former rows may still hold a name, on an engine that keeps them for a while."""


@dataclass(frozen=True)
class Erased:
    """What an erasure did: `people` erased, `texts` in which they were left out, `accounts` that have one of their
    addresses and remain, since one signs in with them. None erased: it was done already."""

    people: int
    texts: int
    accounts: int


def erase_person(connection: sa.Connection, actor: Actor, *, person_id: int, reason: str, now: datetime) -> Erased:
    """Erases a person's names, address, telephone and commune, takes them out of visits, remarks, drafts and audit, and
    notes it in the register of erasures.

    Their agreements, memberships, services and supports stay, nameless: the counts do not change. Erasing again changes
    nothing. Raises Refused for who may not, an unknown person or reason. `connection` must come from `writing`; the file
    must then be settled (`data_access.erasures`).
    """
    _refuse_strangers(actor)
    if reason not in codes.ERASURE_REASONS:
        raise Refused([Problem(Rule.NOT_IN_LIST, "reason")])
    found = connection.execute(sa.select(person.c.erased_at).where(person.c.id == person_id)).one_or_none()
    if found is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    return erase_people(connection, actor, [person_id], reason=reason, now=now)


def erase_people(
    connection: sa.Connection,
    actor: Actor,
    people: Sequence[int],
    *,
    reason: str,
    now: datetime,
    action: str = "erase_person",
) -> Erased:
    """Erases several people at once, as `erase_person` does; raises Refused for who may not."""
    _refuse_strangers(actor)
    rows = connection.execute(
        sa.select(person).where(person.c.id.in_(people), person.c.erased_at.is_(None)).with_for_update()
    ).all()
    if not rows:
        return Erased(0, 0, 0)
    ids = [row.id for row in rows]
    found = mentions_of(connection, rows)
    moment = now.replace(microsecond=0)
    connection.execute(
        sa.update(person)
        .where(person.c.id.in_(ids))
        .values(**dict.fromkeys(IDENTITY), directory_consent=None, erased_at=moment, version=person.c.version + 1)
    )
    connection.execute(sa.update(visit).where(visit.c.person_id.in_(ids)).values(person_id=None))
    changed = _leave_out_of_texts(connection, found) + _leave_out_of_audit(connection, found, set(ids))
    addresses = [row.email for row in rows if row.email]
    accounts = connection.scalar(sa.select(sa.func.count()).where(account.c.email.in_(addresses)))
    known = set(connection.scalars(sa.select(erasure.c.person_id).where(erasure.c.person_id.in_(ids))))
    for row in rows:
        if action == "erase_person" or row.id not in known:
            _note(connection, row, reason, moment)
        record_audit_entry(
            connection,
            actor,
            at=now,
            action=action,
            table_name="person",
            row_key=row_key_of(row.id),
            before=None,
            after={"erased_at": moment.isoformat(), "reason": reason},
            # Without its number a change cannot be taken back.
            row_id=None,
        )
    return Erased(len(rows), changed, int(accounts or 0))


def fingerprint(salt: str, person_id: int, created_at: datetime) -> str:
    """What tells an erased person in a restored copy: their number, and the instant it was given to them."""
    return hashlib.sha256(f"{salt} {person_id} {created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()).hexdigest()


def _note(connection: sa.Connection, row: Any, reason: str, moment: datetime) -> None:
    salt = secrets.token_hex(16)
    connection.execute(
        sa.insert(erasure).values(
            person_id=row.id,
            salt=salt,
            fingerprint=fingerprint(salt, row.id, row.created_at),
            erased_at=moment,
            reason=reason,
        )
    )


def _leave_out_of_texts(connection: sa.Connection, found: Mentions) -> int:
    """The texts of others and the drafts, with these people left out; answers how many changed."""
    changed = 0
    for each in list(texts(connection)):
        kept = found.without(each.text, remark=each.remark)
        if kept != each.text:
            rows = metadata.tables[each.table]
            connection.execute(sa.update(rows).where(rows.c.id == each.row_id).values({each.column: kept}))
            changed += 1
    for table, column, row_id, document in documents(connection):
        cleaned = found.cleaned(table, document)
        if cleaned != document:
            rows = metadata.tables[table]
            connection.execute(sa.update(rows).where(rows.c.id == row_id).values({column: cleaned}))
            changed += 1
    for draft in drafts(connection):
        typed = {name: found.without(str(text), remark=True) for name, text in draft.typed.items()}
        about = found.without(draft.about, remark=False)
        if typed != draft.typed or about != draft.about:
            connection.execute(
                sa.update(entry_draft).where(entry_draft.c.id == draft.id).values(typed=typed, about=about)
            )
            changed += 1
    return changed


def _leave_out_of_audit(connection: sa.Connection, found: Mentions, ids: set[int]) -> int:
    """The audit keeps what was done, no longer to whom; answers how many changes were rewritten."""
    changed = 0
    others = set(connection.scalars(sa.select(person.c.id))) - ids
    for entry in list(audit_entries(connection)):
        if entry.table_name == "person":
            # The rows of others, namesakes too, stay as they are; one that was removed may have been these people's.
            if entry.row_id in others or not (entry.row_id in ids or _tells(found, entry)):
                continue
            before, after, row_key = _nameless(entry.before), _nameless(entry.after), entry.row_key
        else:
            before, after = (found.cleaned(entry.table_name, each) for each in (entry.before, entry.after))
            row_key = found.without(entry.row_key, remark=False)
        if (before, after, row_key) != (entry.before, entry.after, entry.row_key):
            connection.execute(
                sa.update(audit_entry)
                .where(audit_entry.c.id == entry.id)
                .values(before=before, after=after, row_key=row_key)
            )
            changed += 1
    return changed


def _tells(found: Mentions, entry: Any) -> bool:
    told = [
        f"{document.get('given_name') or ''} {document.get('family_name') or ''}, {document.get('email') or ''}"
        for document in (entry.before, entry.after)
        if document
    ]
    return any(found.are_in(text, remark=True) for text in told)


def _nameless(document: Mapping[str, Any] | None) -> Document | None:
    if document is None:
        return None
    return {name: None if name in IDENTITY else value for name, value in document.items()}


def _refuse_strangers(actor: Actor) -> None:
    if not allows(actor, Right.PERSONAL_DATA):
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)])
