"""Who entered what and when: late is complete after the Friday that follows, and what is unusual stays to verify."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from data_access import summaries
from data_access.periods import Period
from data_access.reads.attendance import completeness_weeks, weeks_owed, weeks_to_verify
from data_access.reads.entries import history, journal, journal_count
from data_access.refusals import Rule
from data_access.writes.attendance import record_attendance_week, record_reminders, verify_weeks
from tests.data_access.weekly_sheets import COORDINATOR, MONDAY, NOW, add_network, make_days, make_sheet

TODAY = NOW.date()
WEEK = Period.weeks(MONDAY, MONDAY)


@pytest.fixture
def network(connection: sa.Connection) -> sa.Connection:
    add_network(connection)
    return connection


def states(connection: sa.Connection, as_of: date = TODAY) -> dict[str, tuple[str, int, int]]:
    summaries.refresh(connection, through=as_of)
    rows = completeness_weeks(connection, WEEK, as_of=as_of)
    return {row["centre_code"]: (row["state"], row["weeks_expected"], row["weeks_on_time"]) for row in rows.to_dicts()}


@pytest.mark.parametrize(("days", "state"), [(11, "complete"), (12, "late")])
def test_a_week_is_on_time_until_the_friday_after_it(network: sa.Connection, days: int, state: str) -> None:
    moment = NOW + timedelta(days=days - 11)
    record_attendance_week(network, COORDINATOR, make_sheet(), now=moment)

    expected = {"MAURIAC": (state, 1, int(state == "complete")), "MURAT": ("missing", 1, 0)}
    found = states(network, as_of=MONDAY + timedelta(days=12))
    assert {code: found[code] for code in expected} == expected


@pytest.mark.parametrize(("days", "due"), [(7, 0), (11, 0), (12, 1)])
def test_a_week_is_due_once_its_friday_has_passed(network: sa.Connection, days: int, due: int) -> None:
    """Until then it is neither on time nor late, entered or not."""
    record_attendance_week(network, COORDINATOR, make_sheet(), now=NOW)
    as_of = MONDAY + timedelta(days=days)
    summaries.refresh(network, through=as_of)
    rows = completeness_weeks(network, WEEK, as_of=as_of)

    assert {row["centre_code"]: (row["weeks_due"], row["weeks_on_time"]) for row in rows.to_dicts()} == {
        "MAURIAC": (due, due),
        "MURAT": (due, 0),
        "YDES": (0, 0),
    }


def test_a_closed_centre_is_not_expected(network: sa.Connection) -> None:
    assert states(network)["YDES"] == ("not_expected", 0, 0)


def test_a_week_not_over_is_not_looked_at(network: sa.Connection) -> None:
    assert states(network, as_of=MONDAY + timedelta(days=6)) == {}


def test_what_its_author_confirmed_is_listed_until_it_is_verified(network: sa.Connection) -> None:
    zeros = make_sheet(days=make_days([0] * 5, [0] * 5), distinct_people=0, confirmed=frozenset({Rule.ALL_ZERO}))
    record_attendance_week(network, COORDINATOR, zeros, now=NOW)

    assert weeks_to_verify(network, as_of=TODAY).select("centre_code", "doubts").rows() == [("MAURIAC", "all_zero")]
    verify_weeks(network, COORDINATOR, [("MAURIAC", MONDAY, 1)], now=NOW)
    assert weeks_to_verify(network, as_of=TODAY).is_empty()


def test_weeks_owed_are_those_that_may_still_be_entered(network: sa.Connection) -> None:
    summaries.refresh(network, through=TODAY)
    owed = weeks_owed(network, as_of=TODAY).filter(centre_code="MURAT")["week_start"].to_list()

    assert owed == [MONDAY - timedelta(weeks=back) for back in (3, 2, 1, 0)]


def test_a_reminder_is_noted_once_a_day_and_told(network: sa.Connection) -> None:
    def note(now: datetime) -> list[date]:
        about = {"centre_code": "MURAT", "weeks": [MONDAY], "recipient": "a@example.org"}
        return record_reminders(network, COORDINATOR, channel="copied", now=now, **about)  # type: ignore[arg-type]

    assert note(NOW) == [MONDAY]
    assert note(NOW + timedelta(minutes=1)) == []
    assert note(NOW + timedelta(days=1)) == [MONDAY]
    summaries.refresh(network, through=TODAY)
    last = weeks_owed(network, as_of=TODAY).filter(centre_code="MURAT", week_start=MONDAY)["last_reminded_at"]
    assert last.to_list() == [NOW + timedelta(days=1)]


# The journal.


def test_the_journal_is_read_newest_first_and_by_what_is_asked(network: sa.Connection) -> None:
    record_attendance_week(network, COORDINATOR, make_sheet(), now=NOW - timedelta(days=1))
    record_attendance_week(network, COORDINATOR, make_sheet(centre_code="MURAT"), now=NOW)
    span = {"since": NOW - timedelta(days=2), "until": NOW + timedelta(days=1)}

    assert [each["row_key"] for each in journal(network, **span)] == ["MURAT 2017-S22", "MAURIAC 2017-S22"]
    assert [each["row_key"] for each in journal(network, **span, text="mauriac")] == ["MAURIAC 2017-S22"]
    assert [each["row_key"] for each in journal(network, **span, limit=1, offset=1)] == ["MAURIAC 2017-S22"]
    assert journal_count(network, **span, actor="nobody") == 0
    assert journal_count(network, since=NOW, until=NOW + timedelta(days=1)) == 1


def test_a_sign_of_the_search_is_no_pattern(network: sa.Connection) -> None:
    record_attendance_week(network, COORDINATOR, make_sheet(), now=NOW)

    assert journal_count(network, since=NOW, until=NOW + timedelta(days=1), text="%") == 0


def test_the_history_is_that_of_one_record(network: sa.Connection) -> None:
    record_attendance_week(network, COORDINATOR, make_sheet(), now=NOW)
    record_attendance_week(network, COORDINATOR, make_sheet(base_version=1, distinct_people=8), now=NOW)

    told = history(network, table_name="attendance_week", row_key="MAURIAC 2017-S22")
    assert [each["after"]["distinct_people"] for each in told] == [8, 9]
    assert told[0]["before"] == told[1]["after"]
