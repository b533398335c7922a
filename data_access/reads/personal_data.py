"""What is known of one person, wherever it stands, and what has been kept long enough."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access.mentions import (
    Mentions,
    audit_entries,
    concerns,
    documents,
    drafts,
    mentions_of,
    texts,
    words,
)
from data_access.periods import day_in_paris, instant_in_paris, months_before
from data_access.retention_rules import RULES, RetentionRule
from data_access.rights import Right, requires
from data_access.schema import (
    activation,
    agreement,
    audit_entry,
    centre,
    commune,
    entry_draft,
    erasure,
    import_file,
    member_service,
    pass_membership,
    person,
    placement,
    reminder,
    sign_in_attempt,
    sign_in_session,
    support,
    visit,
)
from data_access.words import same_text, spoken

# What is kept no longer: one condition per table of each rule, asked alike by the plan and by the deed.

CONNECTIONS: Final = (
    "sign_in",
    "sign_out",
    "denied",
    "sign_in_failed",
    "second_factor_failed",
    "sign_in_slowed",
    "sign_in_eased",
)
"""What the audit tells of comings and goings, rather than of changes."""
UNNAMED: Final = "anonyme-"
"""Begins the reference of a candidate whose own was taken away."""
_DATES: Final = ("informed_on", "interested_on", "trained_on", "applied_on", "hired_on", "ended_on")


@dataclass(frozen=True)
class Due:
    """What a rule has to do: the rows of each table from before `limit`; `ids` those that are done one by one."""

    rule: RetentionRule
    limit: date
    rows: Mapping[str, int]
    ids: tuple[int, ...] = field(default=())

    @property
    def count(self) -> int:
        """How many rows, of all tables."""
        return sum(self.rows.values())


@requires(Right.PERSONAL_DATA)
def retention_due(connection: sa.Connection, *, durations: Mapping[str, int], now: datetime) -> list[Due]:
    """What each rule of retention has to do now, in their order; nothing is written. `durations` by the key of the rule."""
    return [_due(connection, rule, limit_of(rule, durations[rule.key], now)) for rule in RULES.values()]


def limit_of(rule: RetentionRule, duration: int, now: datetime) -> date:
    """The first day that is still kept."""
    today = day_in_paris(now)
    if rule.unit == "days":
        return today - timedelta(days=duration)
    return months_before(today, duration)


def affected(rule: RetentionRule, limit: date) -> dict[sa.Table, sa.ColumnElement[bool]]:
    """The tables a rule writes in, and which of their rows."""
    return _AFFECTED[rule.key](limit, instant_in_paris(limit))


def _due(connection: sa.Connection, rule: RetentionRule, limit: date) -> Due:
    rows, ids = {}, []
    for table, condition in affected(rule, limit).items():
        if rule.deed in ("erase", "unname"):
            ids = list(connection.scalars(sa.select(table.c.id).where(condition).order_by(table.c.id)))
            rows[table.name] = len(ids)
        else:
            rows[table.name] = int(
                connection.execute(sa.select(sa.func.count()).select_from(table).where(condition)).scalar_one()
            )
    return Due(rule, limit, rows, tuple(ids))


def _people(limit: date, instant: datetime) -> dict[sa.Table, sa.ColumnElement[bool]]:
    ends = (
        (agreement, agreement.c.ended_on),
        (pass_membership, pass_membership.c.ended_on),
        (member_service, member_service.c.ends_on),
        (support, support.c.closed_on),
    )
    # Each table is read once, whatever the number of people.
    tied = [
        person.c.id.in_(
            sa.select(table.c.person_id).where(table.c.person_id.is_not(None), sa.or_(end.is_(None), end >= limit))
        )
        for table, end in ends
    ]
    return {person: sa.and_(person.c.erased_at.is_(None), person.c.created_at < instant, *(~each for each in tied))}


def _visits(_limit: date, instant: datetime) -> dict[sa.Table, sa.ColumnElement[bool]]:
    return {visit: sa.and_(visit.c.person_id.is_not(None), visit.c.started_at < instant)}


def _candidates(limit: date, _instant: datetime) -> dict[sa.Table, sa.ColumnElement[bool]]:
    rows = placement.c
    running = sa.and_(rows.stage == "hired", rows.ended_on.is_(None))
    recent = [sa.and_(rows[name].is_not(None), rows[name] >= limit) for name in _DATES]
    dated = sa.or_(*(rows[name].is_not(None) for name in _DATES))
    named = sa.not_(rows.candidate_ref.startswith(UNNAMED, autoescape=True))
    return {placement: sa.and_(named, dated, ~running, *(~each for each in recent))}


def _connections(_limit: date, instant: datetime) -> dict[sa.Table, sa.ColumnElement[bool]]:
    # SQLite would give the number of the last entry again.
    last = sa.select(sa.func.max(audit_entry.alias("later").c.id)).scalar_subquery()
    old = sa.and_(audit_entry.c.action.in_(CONNECTIONS), audit_entry.c.at < instant)
    return {audit_entry: sa.and_(old, audit_entry.c.id < last)}


def _reminders(_limit: date, instant: datetime) -> dict[sa.Table, sa.ColumnElement[bool]]:
    return {reminder: reminder.c.sent_at < instant}


def _drafts(_limit: date, instant: datetime) -> dict[sa.Table, sa.ColumnElement[bool]]:
    return {entry_draft: entry_draft.c.saved_at < instant, import_file: import_file.c.sent_at < instant}


def _sign_in(_limit: date, instant: datetime) -> dict[sa.Table, sa.ColumnElement[bool]]:
    session, later = sign_in_session.c, sign_in_session.alias("later")
    # The last one of an account says when its holder came last.
    followed = sa.exists().where(later.c.account_id == session.account_id, later.c.created_at > session.created_at)
    over = sa.or_(session.expires_at < instant, session.revoked_at < instant)
    return {
        sign_in_session: sa.and_(over, followed),
        sign_in_attempt: sign_in_attempt.c.at < instant,
        activation: sa.or_(activation.c.expires_at < instant, activation.c.used_at < instant),
    }


_AFFECTED: Final[Mapping[str, Callable[[date, datetime], dict[sa.Table, sa.ColumnElement[Any]]]]] = {
    "people": _people,
    "visits": _visits,
    "candidates": _candidates,
    "connections": _connections,
    "reminders": _reminders,
    "drafts": _drafts,
    "sign_in": _sign_in,
}


# What is known of one person.

Rows = list[dict[str, Any]]
PersonFile = dict[str, Any]
MOST_FOUND: Final = 20
_TELLING: Final = 4
"""So many digits of a telephone are looked for within it."""


@requires(Right.PERSONAL_DATA)
def people_found(connection: sa.Connection, *, text: str) -> Rows:
    """At most twenty people whose name, e-mail, telephone, number or member number holds all the words of a text: `id`,
    `family_name`, `given_name`, `email`, `status`, `member_number` (the last, or null), `directory_consent`,
    `erased_at`. Who has just this number or address comes first; an erased person is found by their numbers alone."""
    wanted = same_text(text).split()
    if not wanted:
        return []
    number = (
        sa.select(sa.func.max(pass_membership.c.member_number))
        .where(pass_membership.c.person_id == person.c.id)
        .correlate(person)
        .scalar_subquery()
    )
    columns = (person.c.id, person.c.family_name, person.c.given_name, person.c.email, person.c.status)
    known, phone = spoken(person.c.family_name, person.c.given_name, person.c.email), _digits(person.c.phone)
    numbers = spoken(person.c.id.cast(sa.Text), number)
    says = [
        sa.or_(
            known.contains(f" {word}"),
            numbers.contains(f" {word} "),
            phone.contains(word) if word.isdigit() and len(word) >= _TELLING else sa.false(),
        )
        for word in wanted
    ]
    exact = sa.or_(person.c.id.cast(sa.Text) == text.strip(), person.c.email == text.strip().lower())
    found = connection.execute(
        sa.select(*columns, person.c.directory_consent, person.c.erased_at, number.label("member_number"))
        .where(sa.or_(sa.and_(*says), sa.and_(phone != "", phone == "".join(wanted))))
        .order_by(sa.func.coalesce(exact, sa.false()).desc(), person.c.family_name, person.c.given_name, person.c.id)
        .limit(MOST_FOUND)
    )
    return [dict(row) for row in found.mappings()]


def _digits(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The digits of a telephone, however it is written."""
    told: sa.ColumnElement[str] = sa.func.coalesce(column, "")
    for sign in " .-/()+\u00a0\u202f":
        told = sa.func.replace(told, sign, "")
    return told


@requires(Right.PERSONAL_DATA)
def person_file(connection: sa.Connection, *, person_id: int, drafts_kept: object = None) -> PersonFile | None:
    """Everything recorded about a person, None for a number nobody has; whoever keeps the answer asks again once there are
    other `drafts_kept` (`drafts_now`).

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
    who = connection.execute(sa.select(person).where(person.c.id == person_id)).one_or_none()
    if who is None or who.erased_at is not None:
        return []
    name = sorted(words(f"{who.family_name} {who.given_name or ''}"))
    said = spoken(person.c.family_name, person.c.given_name)
    alike = sa.and_(*(said.contains(f" {word} ") for word in same_text(" ".join(name)).split()))
    others = connection.execute(
        sa.select(person)
        .where(person.c.erased_at.is_(None), person.c.id != person_id, sa.or_(alike, person.c.email == who.email))
        .order_by(person.c.id)
    )
    return [
        row.id
        for row in others
        if sorted(words(f"{row.family_name} {row.given_name or ''}")) == name
        or (row.email is not None and row.email == who.email)
    ]


@requires(Right.PERSONAL_DATA)
def drafts_now(connection: sa.Connection) -> tuple[int, datetime | None]:
    """How many drafts there are, and when one was last kept: a draft is no news for whoever keeps what a person's file says."""
    row = connection.execute(sa.select(sa.func.count(), sa.func.max(entry_draft.c.saved_at))).one()
    return int(row[0]), row[1]


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
