"""What was kept long enough goes, on the day its rule says and not before; the figures stay."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.reads.occupancy import occupancy_facts, proposed_days, visits_of_day
from data_access.reads.personal_data import Due, limit_of, retention_due
from data_access.refusals import Refused, Rule
from data_access.retention_rules import RULES
from data_access.rights import Actor, NotPermitted, set_actor
from data_access.schema import (
    account,
    activation,
    agreement,
    audit_entry,
    entry_draft,
    metadata,
    pass_membership,
    person,
    placement,
    reminder,
    sign_in_attempt,
    sign_in_session,
    visit,
)
from data_access.writes.personal_data import apply_retention
from tests.data_access.club import add_agreement, add_membership, add_person, add_service, add_support
from tests.data_access.desks import ANIMATOR, COORDINATOR, NOW, TUESDAY, VIEWER, add_network, add_visit, at

USUAL = {rule.key: rule.usual for rule in RULES.values()}
TODAY = TUESDAY  # 30 May 2017
TWO_YEARS_AGO = date(2015, 5, 30)
LONG_AGO = datetime(2010, 1, 4, 9, tzinfo=UTC)


def plan(connection: sa.Connection, **durations: int) -> dict[str, Due]:
    return {each.rule.key: each for each in retention_due(connection, durations=USUAL | durations, now=NOW)}


def apply(connection: sa.Connection, **durations: int) -> list[str]:
    done = apply_retention(connection, COORDINATOR, durations=USUAL | durations, now=NOW)
    return [each.rule.key for each in done]


def somebody(connection: sa.Connection, **columns: Any) -> int:
    return add_person(connection, created_at=LONG_AGO, **columns)


@pytest.mark.parametrize(
    ("unit", "duration", "limit"),
    [("months", 13, date(2016, 4, 30)), ("months", 24, TWO_YEARS_AGO), ("days", 30, date(2017, 4, 30))],
)
def test_the_limit_is_the_same_day_some_months_before(unit: str, duration: int, limit: date) -> None:
    rule = next(rule for rule in RULES.values() if rule.unit == unit)

    assert limit_of(rule, duration, NOW) == limit


def test_a_month_without_that_day_ends_earlier() -> None:
    """13 months before 29 March 2018 is 28 February 2017."""
    assert limit_of(RULES["visits"], 13, at(9, day=date(2018, 3, 29))) == date(2017, 2, 28)


def test_nothing_to_do_on_a_new_database(connection: sa.Connection) -> None:
    assert [each.count for each in plan(connection).values()] == [0] * len(RULES)
    assert apply(connection) == []
    assert connection.execute(sa.select(audit_entry)).all() == []


def test_a_visit_loses_its_person_after_thirteen_months_and_counts_as_before(connection: sa.Connection) -> None:
    """Occupancy, proposed days and the list of the day: the same rows, without the name."""
    murat = add_network(connection)["MURAT"]
    who = somebody(connection)
    add_agreement(connection, who, murat, date(2010, 1, 4))
    old, kept = date(2016, 4, 29), date(2016, 5, 2)
    add_visit(connection, murat, at(9, 5, old), at(11, 50, old), person_id=who)
    add_visit(connection, murat, at(9, 5, kept), at(11, 50, kept), person_id=who)

    def seen() -> list[Any]:
        monday = old - timedelta(days=old.weekday())
        return [
            occupancy_facts(connection, at=at(10, day=old)).rows(),
            proposed_days(connection, centre_code="MURAT", week_start=monday, now=NOW).rows(),
            visits_of_day(connection, COORDINATOR, centre_code="MURAT", on=old).drop("person_name").rows(),
        ]

    before = seen()
    assert plan(connection)["visits"].count == 1

    assert apply(connection) == ["visits"]

    assert connection.scalars(sa.select(visit.c.person_id).order_by(visit.c.id)).all() == [None, who]
    assert seen() == before


def test_a_person_is_erased_two_years_after_all_that_tied_them_ended(connection: sa.Connection) -> None:
    murat = add_network(connection)["MURAT"]
    before, after = TWO_YEARS_AGO - timedelta(days=1), TWO_YEARS_AGO
    joined, free = date(2012, 1, 2), date(2012, 7, 2)
    gone = somebody(connection, family_name="Partie")
    add_membership(connection, gone, "1", joined, free, ended_on=before)
    add_agreement(connection, gone, murat, joined, ended_on=before)
    add_service(connection, gone, "mail", joined, ends_on=before)
    add_support(connection, "housing", joined, person_id=gone, closed_on=before)
    never_tied = somebody(connection, family_name="Seule")
    tied = [
        add_agreement(connection, somebody(connection), murat, joined),
        add_agreement(connection, somebody(connection), murat, joined, ended_on=after),
        add_membership(connection, somebody(connection), "2", joined, free),
        add_service(connection, somebody(connection), "mail", joined),
        add_support(connection, "housing", joined, person_id=somebody(connection)),
        add_person(connection, created_at=at(9, day=after)),
    ]

    assert plan(connection)["people"].ids == (gone, never_tied)
    assert apply(connection) == ["people"]

    erased = connection.scalars(sa.select(person.c.id).where(person.c.erased_at.is_not(None))).all()
    assert sorted(erased) == [gone, never_tied]
    assert len(tied) == connection.scalars(sa.select(sa.func.count()).where(person.c.family_name.is_not(None))).one()
    assert connection.scalars(sa.select(sa.func.count()).select_from(pass_membership)).one() == 2
    assert connection.scalars(sa.select(sa.func.count()).select_from(agreement)).one() == 3


def test_a_candidate_without_news_for_two_years_keeps_the_way_and_loses_the_reference(
    connection: sa.Connection,
) -> None:
    old = TWO_YEARS_AGO - timedelta(days=1)
    rows: list[dict[str, Any]] = [
        {"candidate_ref": "C1", "stage": "informed", "informed_on": old},
        {"candidate_ref": "C2", "stage": "interested", "informed_on": old, "interested_on": TWO_YEARS_AGO},
        {"candidate_ref": "C3", "stage": "hired", "hired_on": old, "contract_kind": "permanent"},
        {"candidate_ref": "C4", "stage": "hired", "hired_on": old, "ended_on": old, "contract_kind": "fixed_term"},
    ]
    ids = [
        connection.execute(sa.insert(placement).values(aim=1, **row).returning(placement.c.id)).scalar_one()
        for row in rows
    ]

    assert apply(connection) == ["candidates"]

    kept = connection.scalars(sa.select(placement.c.candidate_ref).order_by(placement.c.id)).all()
    assert kept == [f"anonyme-{ids[0]}", "C2", "C3", f"anonyme-{ids[3]}"]
    assert apply(connection) == []


def test_old_bookkeeping_goes(connection: sa.Connection) -> None:
    """Drafts, reminders, connections and what is left of signing in; changes of figures stay in the journal."""
    murat = add_network(connection)["MURAT"]
    whose = connection.execute(
        sa.insert(account).values(email="a@example.org", display_name="A", role="viewer").returning(account.c.id)
    ).scalar_one()
    for moment, name in ((at(9, day=date(2016, 5, 29)), "old"), (at(9), "new")):
        connection.execute(
            sa.insert(entry_draft).values(actor="a", form="f", about=name, base_version=0, typed={}, saved_at=moment)
        )
        connection.execute(
            sa.insert(reminder).values(
                centre_id=murat, week_start=date(2016, 5, 23), sent_at=moment, recipient=name, channel="email"
            )
        )
        for action in ("sign_in", "record_event"):
            connection.execute(
                sa.insert(audit_entry).values(at=moment, actor=name, action=action, table_name="event", row_key="x")
            )
        end = moment + timedelta(hours=1)
        connection.execute(
            sa.insert(sign_in_session).values(
                account_id=whose, token_hash=name, created_at=moment, last_seen_at=moment, expires_at=end
            )
        )
        connection.execute(sa.insert(sign_in_attempt).values(email_hash=name, at=moment, succeeded=True))
        connection.execute(
            sa.insert(activation).values(account_id=whose, code_hash=name, created_at=moment, expires_at=end)
        )

    assert apply(connection) == ["connections", "reminders", "drafts", "sign_in"]

    assert connection.scalars(sa.select(entry_draft.c.about)).all() == ["new"]
    assert connection.scalars(sa.select(reminder.c.recipient)).all() == ["new"]
    told = connection.execute(sa.select(audit_entry.c.actor, audit_entry.c.action).order_by(audit_entry.c.id)).all()
    assert told[:3] == [("old", "record_event"), ("new", "sign_in"), ("new", "record_event")]
    for column in (sign_in_session.c.token_hash, sign_in_attempt.c.email_hash, activation.c.code_hash):
        assert connection.scalars(sa.select(column)).all() == ["new"]


def test_the_last_session_of_an_account_says_when_its_holder_came(connection: sa.Connection) -> None:
    whose = connection.execute(
        sa.insert(account).values(email="a@example.org", display_name="A", role="viewer").returning(account.c.id)
    ).scalar_one()
    moment = at(9, day=date(2016, 1, 4))
    connection.execute(
        sa.insert(sign_in_session).values(
            account_id=whose,
            token_hash="x",
            created_at=moment,
            last_seen_at=moment,
            expires_at=moment + timedelta(hours=1),
        )
    )

    assert apply(connection) == []


def test_what_was_done_is_in_the_journal_without_a_name(connection: sa.Connection) -> None:
    somebody(connection, family_name="Partie", email="partie@example.org")

    apply_retention(connection, COORDINATOR, durations=USUAL, now=NOW, visa="AD15-2017-12")

    entries = connection.execute(sa.select(audit_entry).order_by(audit_entry.c.id)).all()
    assert [entry.action for entry in entries] == ["erase_person", "apply_retention"]
    assert entries[-1].after == {"rows": 1, "until": "2015-05-30", "visa": "AD15-2017-12"}
    assert "Partie" not in str(entries)


def test_a_plan_writes_nothing(connection: sa.Connection) -> None:
    somebody(connection)
    before = connection.execute(sa.select(person).order_by(person.c.id)).all()

    assert plan(connection)["people"].count == 1

    assert connection.execute(sa.select(person).order_by(person.c.id)).all() == before
    assert connection.execute(sa.select(audit_entry)).all() == []


def test_a_duration_set_otherwise_is_obeyed(connection: sa.Connection) -> None:
    somebody(connection)

    assert plan(connection, people=120)["people"].count == 0


@pytest.mark.parametrize("stranger", [ANIMATOR, VIEWER, Actor("visite", "public")], ids=lambda actor: actor.role)
def test_who_has_not_the_right_plans_and_applies_nothing(connection: sa.Connection, stranger: Actor) -> None:
    somebody(connection)

    with pytest.raises(Refused, match=Rule.NOT_YOUR_ROLE):
        apply_retention(connection, stranger, durations=USUAL, now=NOW)
    with pytest.raises(NotPermitted):
        retention_due(set_actor(connection, stranger), durations=USUAL, now=NOW)

    assert connection.scalars(sa.select(person.c.erased_at)).all() == [None]


def test_every_rule_is_about_tables_that_exist_and_usual_within_its_limits() -> None:
    for rule in RULES.values():
        assert set(rule.tables) <= set(metadata.tables)
        assert rule.least <= rule.usual <= rule.most
