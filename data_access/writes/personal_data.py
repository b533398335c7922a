"""Erases who a person was wherever they are told, by request or because the time is over; the figures stay.

Beside it, what a person asks for: to leave the directory at once, to have a copy.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa

from data_access import codes
from data_access.documents import Document
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
from data_access.reads.personal_data import UNNAMED, Due, affected, retention_due
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor, Right, set_actor
from data_access.schema import (
    account,
    audit_entry,
    entry_draft,
    erasure,
    import_file,
    metadata,
    person,
    placement,
    visit,
)
from data_access.writes.entry_rules import require_right
from data_access.writes.rows import Change, audit_change

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
    require_right(actor, Right.PERSONAL_DATA)
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
    require_right(actor, Right.PERSONAL_DATA)
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
    _unlink_visits(connection, visit.c.person_id.in_(ids))
    changed = _leave_out_of_texts(connection, found) + _leave_out_of_audit(connection, found, set(ids))
    addresses = [row.email for row in rows if row.email]
    accounts = connection.scalar(sa.select(sa.func.count()).where(account.c.email.in_(addresses)))
    known = set(connection.scalars(sa.select(erasure.c.person_id).where(erasure.c.person_id.in_(ids))))
    for row in rows:
        if action == "erase_person" or row.id not in known:
            _register_erasure(connection, row, reason, moment)
        # Without its number a change cannot be undone.
        erased = {"erased_at": moment.isoformat(), "reason": reason}
        audit_change(connection, Change(actor, now, action), "person", row_key=row_key_of(row.id), after=erased)
    return Erased(len(rows), changed, int(accounts or 0))


def fingerprint(salt: str, person_id: int, created_at: datetime) -> str:
    """What tells an erased person in a restored copy: their number, and the instant it was given to them."""
    return hashlib.sha256(f"{salt} {person_id} {created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()).hexdigest()


def withdraw_consent(connection: sa.Connection, actor: Actor, *, person_id: int, now: datetime) -> bool:
    """The person is in the directory no longer, from the next read on; False when they were not.

    It cannot be undone from the journal: only the person agrees anew. Raises Refused for who may not, or an unknown
    person. `connection` must come from `writing`.
    """
    require_right(actor, Right.PERSONAL_DATA)
    consent = _consent(connection, person_id)
    if consent is None:
        return False
    connection.execute(
        sa.update(person).where(person.c.id == person_id).values(directory_consent=None, version=person.c.version + 1)
    )
    audit_change(
        connection,
        Change(actor, now, "withdraw_consent"),
        "person",
        row_key=row_key_of(person_id),
        before={"directory_consent": consent.isoformat()},
        after={"directory_consent": None},
    )
    return True


def record_copy(connection: sa.Connection, actor: Actor, *, person_id: int, now: datetime) -> None:
    """Writes down that everything about a person was taken out, by whom. `connection` must come from `writing`."""
    require_right(actor, Right.PERSONAL_DATA)
    _consent(connection, person_id)
    audit_change(connection, Change(actor, now, "copy_person"), "person", row_key=row_key_of(person_id), after={})


def apply_retention(
    connection: sa.Connection, actor: Actor, *, durations: Mapping[str, int], now: datetime, visa: str | None = None
) -> list[Due]:
    """Does all that is due, and answers what was done, rule by rule; each leaves one line in the audit, without any name.

    `visa` is the reference by which the county's archives agreed, since these are public records; it stands in that line.

    Raises Refused for who may not. Again at once it finds nothing to do. `connection` must come from `writing`; the file
    of erasures must then be settled.
    """
    require_right(actor, Right.PERSONAL_DATA)
    done = [found for found in retention_due(set_actor(connection, actor), durations=durations, now=now) if found.count]
    for found in done:
        _apply(connection, actor, found, now)
        told = {"rows": found.count, "until": found.limit.isoformat()} | ({"visa": visa} if visa else {})
        change = Change(actor, now, "apply_retention")
        audit_change(connection, change, found.rule.tables[0], row_key=found.rule.key, after=told)
    return done


def _register_erasure(connection: sa.Connection, row: Any, reason: str, moment: datetime) -> None:
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
    # A file that waits to be checked is not searched, but forgotten: who sent it has it.
    return changed + connection.execute(sa.delete(import_file)).rowcount


def _leave_out_of_audit(connection: sa.Connection, found: Mentions, ids: set[int]) -> int:
    """The audit keeps what was done, no longer to whom; answers how many changes were rewritten."""
    changed = 0
    others = set(connection.scalars(sa.select(person.c.id))) - ids
    for entry in list(audit_entries(connection)):
        if entry.table_name == "person":
            # The rows of others, namesakes too, stay as they are; one that was removed may have been these people's.
            if entry.row_id in others or not (entry.row_id in ids or _names_one_of(found, entry)):
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


def _names_one_of(found: Mentions, entry: Any) -> bool:
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


def _consent(connection: sa.Connection, person_id: int) -> date | None:
    found = connection.execute(
        sa.select(person.c.directory_consent).where(person.c.id == person_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    return found.directory_consent  # type: ignore[no-any-return]


def _apply(connection: sa.Connection, actor: Actor, found: Due, now: datetime) -> None:
    if found.rule.deed == "erase":
        erase_people(connection, actor, found.ids, reason="retention", now=now)
        return
    if found.rule.deed == "unname":
        for row_id in found.ids:
            _unname(connection, row_id)
        return
    for table, condition in affected(found.rule, found.limit).items():
        if found.rule.deed == "unlink":
            _unlink_visits(connection, condition)
        else:
            connection.execute(sa.delete(table).where(condition))


def _unlink_visits(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> None:
    """Visits are nobody's any more, neither here nor where the audit tells of two sheets that were merged."""
    visits = sa.select(visit.c.id).where(condition)
    of_them = sa.and_(audit_entry.c.table_name == visit.name, audit_entry.c.row_id.in_(visits))
    connection.execute(sa.update(audit_entry).where(of_them).values(before=None, after=None))
    connection.execute(sa.update(visit).where(condition).values(person_id=None))


def _unname(connection: sa.Connection, row_id: int) -> None:
    """A candidate's reference, here and in the audit, no longer leads to the list of who they are."""
    new = f"{UNNAMED}{row_id}"
    connection.execute(
        sa.update(placement).where(placement.c.id == row_id).values(candidate_ref=new, version=placement.c.version + 1)
    )
    entries = sa.select(audit_entry).where(audit_entry.c.table_name == "placement", audit_entry.c.row_id == row_id)
    for entry in connection.execute(entries).all():
        documents = {
            name: None if document is None else {**document, "candidate_ref": new}
            for name, document in (("before", entry.before), ("after", entry.after))
        }
        connection.execute(sa.update(audit_entry).where(audit_entry.c.id == entry.id).values(row_key=new, **documents))
