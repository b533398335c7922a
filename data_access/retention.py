"""Which rows are kept no longer: one condition per table of each rule, asked alike by the plan and by the deed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access.periods import day_in_paris, instant_in_paris, months_before
from data_access.retention_rules import RULES, RetentionRule
from data_access.schema import (
    activation,
    agreement,
    audit_entry,
    entry_draft,
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


def due(connection: sa.Connection, *, durations: Mapping[str, int], now: datetime) -> list[Due]:
    """What each rule has to do, in the order of the rules; `durations` by the key of the rule."""
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
    tied = [
        sa.exists().where(table.c.person_id == person.c.id, sa.or_(end.is_(None), end >= limit)) for table, end in ends
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
