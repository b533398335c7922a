"""The invented data hold together: nothing from the future, nothing impossible, every state to be seen, good French."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from data_access.periods import PARIS, Period, month_end
from data_access.reads.attendance import completeness_weeks, weeks_to_verify
from data_access.reference_data import reference_rows
from data_access.schema import FACT_TABLES
from data_access.schema.columns import Day, Instant
from data_access.weeks import locks_on
from tests.demonstrations import NOW, demonstration

# Columns that speak of the future by nature, and rows that were published.
MAY_BE_LATER = {
    ("calendar_day", None),
    ("centre", None),
    ("event", "starts_at"),
    ("event", "ends_at"),
    ("closure", "ends_on"),
    ("pass_membership", "free_until"),
}


def rows(engine: sa.Engine, question: str, **values: Any) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(question), values)]


@pytest.fixture(scope="module")
def today() -> sa.Engine:
    """The demonstration of the 20th of November 2026, at 15:20."""
    return demonstration(NOW.date())


@pytest.mark.parametrize("as_of", [pytest.param(date(2014, 6, 30), marks=pytest.mark.slow), NOW.date()], ids=str)
def test_nothing_happened_after_the_day_the_data_are_made_for(as_of: date) -> None:
    engine = demonstration(as_of, 7 if as_of.year == 2014 else 2017)
    published = [row["number"] for row in reference_rows("welcome_sessions")]
    later = []
    for table in FACT_TABLES:
        for column in table.c:
            if {(table.name, None), (table.name, column.name)} & MAY_BE_LATER or not isinstance(
                column.type, Day | Instant
            ):
                continue
            question = sa.select(sa.func.max(column))
            if table.name == "welcome_session":
                question = question.where(table.c.number.not_in(published))
            with engine.connect() as connection:
                latest = connection.execute(question).scalar()
            day = latest.astimezone(PARIS).date() if isinstance(latest, datetime) else latest
            if day and day > as_of:
                later.append((table.name, column.name, day))

    assert later == []


def test_planned_events_are_announced_and_nobody_is_counted_there_yet(today: sa.Engine) -> None:
    found = rows(today, "SELECT count(*), count(attendance) FROM event WHERE starts_at > '2026-11-21'")

    assert found[0][0] > 3
    assert found[0][1] == 0


def test_a_membership_is_free_for_six_months(today: sa.Engine) -> None:
    for joined_on, free_until in rows(today, "SELECT joined_on, free_until FROM pass_membership"):
        first, last = date.fromisoformat(joined_on), date.fromisoformat(free_until)

        assert (last.year - first.year) * 12 + last.month - first.month == 6
        assert last.day == min(first.day, month_end(last).day)


def test_no_day_takes_more_half_days_than_it_offers(today: sa.Engine) -> None:
    question = """
        SELECT count(*) FROM attendance_day a JOIN attendance_week w ON w.id = a.attendance_week_id
        LEFT JOIN centre_capacity c ON c.centre_id = w.centre_id AND c.seat_kind = a.seat_kind
             AND c.valid_from <= a.day AND coalesce(c.valid_to, '9999-12-31') >= a.day
        WHERE a.half_days > coalesce(c.seats, 0) * (
            SELECT count(*) FROM opening_hours h WHERE h.centre_id = w.centre_id AND h.weekday = strftime('%w', a.day)
            AND h.valid_from <= a.day AND coalesce(h.valid_to, '9999-12-31') >= a.day)"""

    assert rows(today, question) == [(0,)]


def test_nobody_is_counted_on_a_day_the_place_is_shut(today: sa.Engine) -> None:
    question = """
        SELECT count(*) FROM attendance_day a JOIN attendance_week w ON w.id = a.attendance_week_id
        JOIN calendar_day d ON d.day = a.day WHERE d.public_holiday IS NOT NULL OR EXISTS (
            SELECT 1 FROM closure x WHERE coalesce(x.centre_id, w.centre_id) = w.centre_id
            AND a.day BETWEEN x.starts_on AND x.ends_on)"""

    assert rows(today, question) == [(0,)]


def test_there_are_never_more_visits_at_once_than_seats(today: sa.Engine) -> None:
    visits = rows(
        today,
        "SELECT v.centre_id, v.seat_kind, v.started_at, coalesce(v.ended_at, '9999') AS ended_at, c.seats FROM visit v"
        " JOIN centre_capacity c ON c.centre_id = v.centre_id AND c.seat_kind = v.seat_kind"
        " AND c.valid_from <= date(v.started_at) AND coalesce(c.valid_to, '9999-12-31') >= date(v.started_at)"
        " ORDER BY v.centre_id, v.seat_kind, v.started_at",
    )
    for _, group in groupby(visits, key=lambda visit: visit[:2]):
        leaving: list[str] = []
        for _, _, started_at, ended_at, seats in group:
            leaving = [*(other for other in leaving if other > started_at), ended_at]

            assert len(leaving) <= seats


def test_visits_and_complete_sheets_count_the_same_half_days(today: sa.Engine) -> None:
    counted: Counter[tuple[int, str]] = Counter()
    for centre_id, started_at, ended_at in rows(
        today, "SELECT centre_id, started_at, ended_at FROM visit WHERE ended_at IS NOT NULL"
    ):
        started, ended = (
            datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(PARIS) for text in (started_at, ended_at)
        )
        monday = started.date() - timedelta(days=started.weekday())
        counted[centre_id, monday.isoformat()] += 2 if started.hour < 12 and ended.hour >= 15 else 1
    sheets = rows(
        today,
        "SELECT w.centre_id, w.week_start, sum(a.half_days) FROM attendance_week w"
        " JOIN attendance_day a ON a.attendance_week_id = w.id"
        " WHERE w.status = 'complete' AND w.week_start > '2025-10-20' GROUP BY w.id",
    )

    assert len(sheets) > 500
    assert {(centre, week): counted[centre, week] for centre, week, _ in sheets} == {
        (centre, week): total for centre, week, total in sheets
    }


def test_nobody_visits_a_place_that_says_it_was_shut_all_week(today: sa.Engine) -> None:
    question = """
        SELECT count(*) FROM visit v JOIN attendance_week w ON w.centre_id = v.centre_id
        AND date(v.started_at) BETWEEN w.week_start AND date(w.week_start, '+6 days')
        WHERE w.status = 'closed' AND w.week_start > '2025-10-01'"""

    assert rows(today, question) == [(0,)]


def test_people_who_say_who_they_are_are_fewer_than_the_people_of_the_sheet(today: sa.Engine) -> None:
    question = """
        SELECT w.distinct_people, count(DISTINCT v.person_id) FROM attendance_week w
        JOIN visit v ON v.centre_id = w.centre_id AND date(v.started_at) BETWEEN w.week_start AND date(w.week_start, '+6 days')
        WHERE w.status = 'complete' AND w.distinct_people IS NOT NULL AND w.week_start > '2025-10-01' GROUP BY w.id"""

    assert all(known <= people for people, known in rows(today, question))


def test_people_of_a_week_are_at_most_its_half_days(today: sa.Engine) -> None:
    question = """
        SELECT w.distinct_people, coalesce(sum(a.half_days), 0) FROM attendance_week w
        LEFT JOIN attendance_day a ON a.attendance_week_id = w.id WHERE w.status = 'complete' GROUP BY w.id"""
    sheets = rows(today, question)

    assert all(people is None or (people > 0) == (total > 0) for people, total in sheets)
    assert all(people is None or people <= total for people, total in sheets)


def test_people_are_there_now_only_where_it_is_open(today: sa.Engine) -> None:
    question = """
        SELECT p.code, max(h.closes_at) FROM visit v JOIN centre p ON p.id = v.centre_id
        LEFT JOIN opening_hours h ON h.centre_id = p.id AND h.weekday = 5 AND h.half_day = 'pm' AND h.valid_to IS NULL
        WHERE v.ended_at IS NULL AND v.started_at >= '2026-11-20' GROUP BY p.code"""
    found = dict(rows(today, question))

    assert len(found) >= 5
    assert all(closes_at > "15:20" for closes_at in found.values())
    # Chaudes-Aigues and Riom close on Friday afternoons.
    assert not {"CHAUDES-AIGUES", "RIOM-ES-MONTAGNES"} & found.keys()


def test_without_a_moment_the_day_has_not_begun() -> None:
    question = (
        "SELECT count(*), max(started_at) < '2017-05-30' FROM visit WHERE ended_at IS NULL OR started_at > '2017-05-01'"
    )
    still_there = "SELECT count(*) FROM visit WHERE ended_at IS NULL"

    assert rows(demonstration(date(2017, 5, 30)), question)[0][1] == 1
    assert rows(demonstration(date(2017, 5, 30)), still_there) == [(0,)]


def test_contracts_come_after_the_convention_and_every_step_before_the_contract(today: sa.Engine) -> None:
    question = """
        SELECT informed_on, interested_on, trained_on, applied_on, hired_on FROM placement"""
    found = rows(today, question)

    assert min(hired_on for *_, hired_on in found if hired_on) > "2013-12-01"
    assert all([day for day in steps if day] == sorted(day for day in steps if day) for steps in found)
    assert all(None not in steps for steps in found if steps[-1])


def test_candidates_interested_are_those_of_their_meeting(today: sa.Engine) -> None:
    question = """
        SELECT m.held_on, m.interested, m.attendees, count(c.interested_on) FROM information_meeting m
        LEFT JOIN placement c ON c.informed_on = m.held_on
        WHERE m.held_on < '2026-10-01' GROUP BY m.id"""

    assert all(interested == candidates <= attendees for _, interested, attendees, candidates in rows(today, question))


def test_the_published_sessions_keep_their_dates_and_holders(today: sa.Engine) -> None:
    expected = {
        row["number"]: (row["starts_on"], row["ends_on"], row["project_holders"])
        for row in reference_rows("welcome_sessions")
    }
    question = "SELECT number, starts_on, ends_on, project_holders FROM welcome_session"
    found = {number: tuple(known) for number, *known in rows(today, question)}

    def text(day: date | None) -> str | None:
        return day.isoformat() if day else None

    assert {number: found[number] for number in expected} == {
        number: (text(starts_on), text(ends_on), holders) for number, (starts_on, ends_on, holders) in expected.items()
    }
    detailed = rows(
        today,
        "SELECT s.number, sum(h.holders) FROM welcome_session s JOIN welcome_household h ON h.welcome_session_id = s.id"
        " WHERE s.project_holders IS NOT NULL GROUP BY s.id",
    )
    assert detailed == [(number, holders) for number, (_, _, holders) in sorted(expected.items())]


def test_the_network_was_shut_in_the_spring_of_2020_and_used_little_afterwards(today: sa.Engine) -> None:
    assert rows(today, "SELECT starts_on, ends_on, reason FROM closure WHERE centre_id IS NULL") == [
        ("2020-03-17", "2020-05-10", "Confinement")
    ]
    question = """
        SELECT 1.0 * sum(occupied_half_days) / sum(offered_half_days) FROM attendance_summary
        WHERE month_start BETWEEN :first AND :last"""
    (before,), (after,) = (
        rows(today, question, first=f"{year}-05-01", last=f"{year}-07-01")[0] for year in (2019, 2020)
    )
    assert after < before / 2


def test_desks_let_by_the_month_fit_the_half_days_of_each_week(today: sa.Engine) -> None:
    let = """
        SELECT count(*) FROM agreement g WHERE g.centre_id = w.centre_id AND g.formula = 'month'
        AND g.seat_kind = a.seat_kind AND g.signed_on <= date(w.week_start, '+6 days')
        AND coalesce(g.ended_on, '9999') >= w.week_start"""
    half_days = """
        SELECT count(*) FROM opening_hours h WHERE h.centre_id = w.centre_id AND h.weekday = strftime('%w', a.day)
        AND h.valid_from <= a.day AND coalesce(h.valid_to, '9999-12-31') >= a.day"""
    found = rows(
        today,
        f"SELECT ({let}), sum(a.half_days), sum(({half_days})) FROM attendance_week w"
        " JOIN attendance_day a ON a.attendance_week_id = w.id"
        " WHERE w.status = 'complete' AND a.closed = 0 AND w.week_start >= '2025-01-01' GROUP BY w.id, a.seat_kind",
    )

    assert max(desks for desks, _, _ in found) >= 3
    assert all(desks * offered <= taken for desks, taken, offered in found)


def test_a_complete_week_says_its_zeros(today: sa.Engine) -> None:
    question = """
        SELECT count(*) FROM attendance_week w JOIN calendar_day d ON d.day BETWEEN w.week_start AND date(w.week_start, '+6 days')
        JOIN centre_capacity c ON c.centre_id = w.centre_id AND c.valid_from <= d.day
             AND coalesce(c.valid_to, '9999-12-31') >= d.day
        WHERE w.status = 'complete' AND w.week_start >= '2025-09-01' AND d.public_holiday IS NULL
        AND EXISTS (SELECT 1 FROM opening_hours h WHERE h.centre_id = w.centre_id AND h.weekday = d.weekday
                    AND h.valid_from <= d.day AND coalesce(h.valid_to, '9999-12-31') >= d.day)
        AND NOT EXISTS (SELECT 1 FROM closure x WHERE coalesce(x.centre_id, w.centre_id) = w.centre_id
                        AND d.day BETWEEN x.starts_on AND x.ends_on)
        AND NOT EXISTS (SELECT 1 FROM attendance_day a WHERE a.attendance_week_id = w.id AND a.day = d.day
                        AND a.seat_kind = c.seat_kind)"""

    assert rows(today, question) == [(0,)]


def test_every_state_of_a_week_can_be_seen(today: sa.Engine) -> None:
    with today.connect() as connection:
        weeks = completeness_weeks(connection, Period.weeks(date(2026, 8, 31), date(2026, 11, 9)), as_of=NOW.date())
        to_verify = weeks_to_verify(connection, as_of=NOW.date())
    found = set(weeks.select("centre_code", "state", "week_start").rows())
    owed = {start for code, state, start in found if (code, state) == ("CHAUDES-AIGUES", "missing")}

    assert weeks.filter(pl.col("state") == "draft").select("centre_code", "week_start").rows() == [
        ("CASSANIOUZE", date(2026, 11, 2)),
        ("CASSANIOUZE", date(2026, 11, 9)),
    ]
    assert {state for _, state, _ in found} == {"complete", "late", "imported", "draft", "missing", "closed"}
    assert ("ALLANCHE", "closed", date(2026, 10, 26)) in found
    assert {locks_on(start) <= NOW.date() for start in owed} == {True, False}
    assert date(2026, 9, 28) <= to_verify["week_start"].max() <= date(2026, 11, 9)
    last_week = rows(
        today, "SELECT count(*) FROM attendance_week WHERE week_start = '2026-11-09' AND status = 'complete'"
    )
    assert 12 - 5 <= last_week[0][0] < 12
    assert rows(today, "SELECT count(*) FROM attendance_week WHERE week_start > '2026-11-09'") == [(0,)]
    closed = "SELECT count(*), count(comment) FROM attendance_week WHERE status = 'closed'"
    weeks_closed, reasons = rows(today, closed)[0]
    assert weeks_closed == reasons > 100


def test_each_place_has_an_animator_and_no_account_has_a_password(today: sa.Engine) -> None:
    roles = dict(rows(today, "SELECT role, count(*) FROM account GROUP BY role"))
    kept = "SELECT count(DISTINCT centre_id) FROM account_centre"

    assert roles == {"administrator": 1, "coordinator": 2, "animator": 11, "viewer": 2}
    assert rows(today, kept) == [(12,)]
    assert rows(
        today, "SELECT count(*) FROM account WHERE password_hash IS NOT NULL OR email NOT LIKE '%@example.org'"
    ) == [(0,)]


def test_names_and_addresses_reach_nobody(today: sa.Engine) -> None:
    assert rows(today, "SELECT count(*) FROM person WHERE email NOT LIKE '%@example.org'") == [(0,)]
    assert rows(today, "SELECT count(*) FROM person WHERE phone NOT LIKE '06 39 98 %'") == [(0,)]


def test_there_is_room_for_the_demonstration(today: sa.Engine) -> None:
    assert rows(today, "SELECT count(*) FROM attendance_day")[0][0] <= 175_000


MISPRINTS = re.compile(r"'| [:;!?»]|« |\.\.\.|--")


def test_texts_follow_french_typography(today: sa.Engine) -> None:
    misprints = []
    for table in FACT_TABLES:
        for column in (column for column in table.c if isinstance(column.type, sa.Text)):
            with today.connect() as connection:
                texts = connection.execute(sa.select(column).where(column.is_not(None)).distinct()).scalars()
                misprints += [(table.name, column.name, text) for text in texts if MISPRINTS.search(text)]

    assert misprints == []
