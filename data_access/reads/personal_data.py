"""What is known of one person, wherever it stands, and what has been kept long enough."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from data_access.mentions import (
    Mentions,
    audit_entries,
    concerns,
    documents,
    drafts,
    identity_of,
    mentions_of,
    texts,
    words,
)
from data_access.retention import Due, due
from data_access.rights import Right, requires
from data_access.schema import (
    agreement,
    centre,
    commune,
    erasure,
    member_service,
    pass_membership,
    person,
    support,
    visit,
)

Rows = list[dict[str, Any]]
PersonFile = dict[str, Any]
MOST_FOUND: Final = 20


@requires(Right.PERSONAL_DATA)
def people_found(connection: sa.Connection, *, text: str) -> Rows:
    """At most twenty people whose name, e-mail, telephone, number or member number holds all the words of a text: `id`,
    `family_name`, `given_name`, `email`, `status`, `member_number` (the last, or null), `directory_consent`,
    `erased_at`. Who has just this number or address comes first; an erased person is found by their numbers alone."""
    wanted = words(text)
    if not wanted:
        return []
    number = (
        sa.select(sa.func.max(pass_membership.c.member_number))
        .where(pass_membership.c.person_id == person.c.id)
        .correlate(person)
        .scalar_subquery()
        .label("member_number")
    )
    columns = (person.c.id, person.c.family_name, person.c.given_name, person.c.email, person.c.phone, person.c.status)
    question = sa.select(*columns, person.c.directory_consent, person.c.erased_at, number)
    found = []
    for row in connection.execute(question.order_by(person.c.family_name, person.c.given_name, person.c.id)).mappings():
        numbers = {str(row["id"]), row["member_number"]}
        known = words(f"{row['family_name'] or ''} {row['given_name'] or ''} {row['email'] or ''}")
        digits = "".join(sign for sign in row["phone"] or "" if sign.isdigit())
        if all(
            word in numbers or any(each.startswith(word) for each in known) or (len(word) >= 4 and word in digits)
            for word in wanted
        ) or (digits and "".join(wanted) == digits):
            found.append({name: value for name, value in row.items() if name != "phone"})
    exact = text.strip().lower()
    found.sort(key=lambda row: exact not in (str(row["id"]), row["email"]))
    return found[:MOST_FOUND]


@requires(Right.PERSONAL_DATA)
def person_file(connection: sa.Connection, *, person_id: int) -> PersonFile | None:
    """Everything recorded about a person, None for a number nobody has.

    `person` is their row; `agreements`, `memberships`, `services`, `supports` and `visits` are theirs; `mentions` the texts
    of others that name them; `drafts` what is typed about them and not recorded; `changes` what the audit keeps.
    """
    row = connection.execute(
        sa.select(person, commune.c.name.label("commune_name"))
        .outerjoin(commune, commune.c.insee_code == person.c.home_insee_code)
        .where(person.c.id == person_id)
    ).one_or_none()
    if row is None:
        return None
    found = mentions_of(connection, [row])
    reasons = sa.select(erasure.c.reason).where(erasure.c.person_id == person_id).order_by(erasure.c.id.desc())
    reason = connection.scalars(reasons).first() if row.erased_at else None
    return {
        "person": dict(row._mapping) | {"erasure_reason": reason},
        "agreements": _of(connection, agreement, person_id, agreement.c.signed_on),
        "memberships": _of(connection, pass_membership, person_id, pass_membership.c.joined_on),
        "services": _of(connection, member_service, person_id, member_service.c.starts_on),
        "supports": _of(connection, support, person_id, support.c.opened_on),
        "visits": _of(connection, visit, person_id, visit.c.started_at),
        "mentions": [*_mentions(connection, found)],
        "drafts": [dict(each._mapping) for each in drafts(connection) if _draft_names(each, found)],
        "changes": [
            dict(entry._mapping)
            for entry in audit_entries(connection)
            if concerns(entry, person_id, row.created_at) or _entry_names(entry, found)
        ],
    }


@requires(Right.PERSONAL_DATA)
def namesakes(connection: sa.Connection, *, person_id: int) -> list[int]:
    """The other people who have the same full name or the same address: perhaps a second record of the same person."""
    rows = connection.execute(sa.select(person).where(person.c.erased_at.is_(None)).order_by(person.c.id)).all()
    who = next((row for row in rows if row.id == person_id), None)
    if who is None:
        return []
    identity = identity_of(who)
    name = sorted(words(f"{identity.family_name} {identity.given_name or ''}"))
    return [
        row.id
        for row in rows
        if row.id != person_id
        and (
            sorted(words(f"{row.family_name} {row.given_name or ''}")) == name
            or (row.email is not None and row.email == identity.email)
        )
    ]


@requires(Right.PERSONAL_DATA)
def retention_due(connection: sa.Connection, *, durations: Mapping[str, int], now: datetime) -> list[Due]:
    """What each rule of retention has to do now, in their order; nothing is written. `durations` by the key of the rule."""
    return due(connection, durations=durations, now=now)


def _of(connection: sa.Connection, table: sa.Table, person_id: int, order: sa.ColumnElement[Any]) -> Rows:
    """The rows of a table that belong to a person, each with the code of its centre where it has one."""
    columns = [column for column in table.c if column.name not in ("version", "person_id", "centre_id")]
    question: sa.Select[Any] = sa.select(*columns)
    if "centre_id" in table.c:
        place = table.outerjoin(centre, centre.c.id == table.c.centre_id)
        question = sa.select(centre.c.code.label("centre_code"), *columns).select_from(place)
    theirs = question.where(table.c.person_id == person_id).order_by(order)
    return [dict(row) for row in connection.execute(theirs).mappings()]


def _mentions(connection: sa.Connection, found: Mentions) -> Iterator[dict[str, Any]]:
    for each in texts(connection):
        if found.are_in(each.text, remark=each.remark):
            yield {"table_name": each.table, "row_id": each.row_id, "field": each.column, "text": each.text}
    for table, column, row_id, document in documents(connection):
        told = [str(text) for text in document.values() if found.are_in(str(text), remark=False)]
        yield from ({"table_name": table, "row_id": row_id, "field": column, "text": text} for text in told)


def _draft_names(draft: Any, found: Mentions) -> bool:
    return any(found.are_in(str(text), remark=True) for text in (draft.about, *draft.typed.values()))


def _entry_names(entry: Any, found: Mentions) -> bool:
    if entry.table_name == "person":
        # The row of somebody else, be it a namesake.
        return False
    documents = (entry.before, entry.after)
    return found.are_in(entry.row_key, remark=False) or any(
        found.cleaned(entry.table_name, each) != each for each in documents
    )
