"""The figures of the club, found again by plain loops over the rows, and what holds of any memberships."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_access.periods import Period
from data_access.reads.passes import (
    ending_free_periods,
    first_joining,
    pass_cohorts,
    pass_endings,
    pass_facts,
    pass_members,
)
from data_access.schema import agreement, centre, pass_membership, person
from tests.data_access.club import (
    Row,
    add_agreement,
    add_membership,
    add_person,
    centre_of,
    members_on,
    rows,
    stays_of,
    undone,
)
from tests.demonstrations import demonstration
from tests.factories import add_centre

AS_OF = date(2017, 5, 30)
SINCE_2012 = Period.months(date(2012, 1, 1), AS_OF)
FILTERS = [
    {},
    {"status": "independent"},
    {"status": "job_seeker"},
    {"centre_code": "MURAT"},
    {"status": "independent", "centre_code": "MAURIAC"},
]
each_filter = pytest.mark.parametrize("kept", FILTERS, ids=lambda kept: "-".join(kept.values()) or "all")


class Club:
    """The club of a database as lists of rows, cut by plain Python."""

    def __init__(self, connection: sa.Connection) -> None:
        self.memberships = rows(connection, pass_membership)
        self.stays = stays_of(self.memberships)
        self.began = min((row["joined_on"] for row in self.memberships), default=date.max)
        self.status = {row["id"]: row["status"] for row in rows(connection, person)}
        codes = {row["id"]: row["code"] for row in rows(connection, centre)}
        self.centre = centre_of(rows(connection, agreement), codes)

    def keeps(self, row: Row, day: date, status: str | None = None, centre_code: str | None = None) -> bool:
        who = row["person_id"]
        if status is not None and self.status[who] != status:
            return False
        return centre_code is None or self.centre(who, day) == centre_code

    def active(self, day: date, **kept: str) -> set[int]:
        return {row["person_id"] for row in members_on(self.memberships, day) if self.keeps(row, day, **kept)}

    def joined(self, first: date, last: date, **kept: str) -> list[Row]:
        return [
            row for row in self.stays if first <= row["joined_on"] <= last and self.keeps(row, row["joined_on"], **kept)
        ]

    def ended(self, first: date, last: date, **kept: str) -> list[Row]:
        return [
            row
            for row in self.stays
            if row["left_on"] and first <= row["left_on"] <= last and self.keeps(row, row["ended_on"], **kept)
        ]


def months_of(period: Period) -> Iterator[tuple[date, date]]:
    day = period.first
    while day <= period.last:
        last = day.replace(day=monthrange(day.year, day.month)[1])
        yield day, last
        day = last + timedelta(days=1)


@pytest.fixture(scope="module")
def demo() -> Iterator[sa.Connection]:
    with demonstration(AS_OF).connect() as connection:
        yield connection


@pytest.fixture(scope="module")
def club(demo: sa.Connection) -> Club:
    return Club(demo)


@each_filter
def test_each_month_counts_those_who_came_left_and_stayed(
    demo: sa.Connection, club: Club, kept: dict[str, str]
) -> None:
    expected = [
        {
            "month_start": first,
            "joined": len(club.joined(first, last, **kept)),
            "ended": len(club.ended(first, last, **kept)),
            "ended_own_premises": sum(row["end_reason"] == "own_premises" for row in club.ended(first, last, **kept)),
            "active": len(club.active(last, **kept)) if club.began <= last else None,
        }
        for first, last in months_of(SINCE_2012)
    ]

    assert pass_facts(demo, SINCE_2012, **kept).to_dicts() == expected
    assert sum(row["joined"] for row in expected) > 0


@each_filter
@pytest.mark.parametrize("day", [date(2011, 12, 31), date(2013, 12, 31), AS_OF])
def test_members_at_a_date_are_counted_whole_by_status_and_by_centre(
    demo: sa.Connection, club: Club, day: date, kept: dict[str, str]
) -> None:
    people = club.active(day, **kept)
    known = len(people) if club.began <= day else None
    by_status = Counter(club.status[who] for who in people)
    by_centre = Counter(club.centre(who, day) for who in people)

    assert pass_members(demo, on=day, **kept).to_dicts() == [{"as_of": day, "active": known}]
    assert counted(pass_members(demo, on=day, by=("status",), **kept), "status") == by_status
    assert counted(pass_members(demo, on=day, by=("centre_code",), **kept), "centre_code") == by_centre


def test_the_members_at_the_end_of_2013_are_those_of_the_published_evaluation(demo: sa.Connection) -> None:
    assert pass_members(demo, on=date(2013, 12, 31))["active"].item() == 111


@each_filter
@pytest.mark.parametrize("as_of", [date(2016, 5, 30), AS_OF])
def test_a_cohort_says_what_became_of_the_free_months(
    demo: sa.Connection, club: Club, as_of: date, kept: dict[str, str]
) -> None:
    expected = []
    for first, last in months_of(SINCE_2012):
        cohort = club.joined(first, min(last, as_of), **kept)
        # Known from the day after the last free day on.
        over = [row for row in cohort if row["free_until"] + timedelta(days=1) <= as_of]
        the_day_after = {row["id"]: row["free_until"] + timedelta(days=1) for row in over}
        stayed = [row for row in over if row in members_on([row], the_day_after[row["id"]])]
        gone = [row for row in over if row not in stayed]
        if cohort:
            expected.append(
                {
                    "month_start": first,
                    "joined": len(cohort),
                    "trials_over": len(over),
                    "kept": len(stayed),
                    "left_own_premises": sum(row["end_reason"] == "own_premises" for row in gone),
                }
            )

    assert pass_cohorts(demo, SINCE_2012, as_of=as_of, **kept).to_dicts() == expected


@each_filter
def test_departures_are_counted_by_reason(demo: sa.Connection, club: Club, kept: dict[str, str]) -> None:
    period = Period.months(date(2015, 6, 1), date(2017, 4, 30))
    expected = Counter(row["end_reason"] for row in club.ended(period.first, period.last, **kept))

    assert counted(pass_endings(demo, period, **kept), "end_reason", "ended") == expected


def test_free_periods_about_to_end_are_listed_without_names_unless_asked_for(demo: sa.Connection, club: Club) -> None:
    last = AS_OF + timedelta(days=30)
    expected = sorted(
        (row["free_until"], row["member_number"], club.centre(row["person_id"], AS_OF))
        for row in club.memberships
        if AS_OF <= row["free_until"] <= last and row["ended_on"] is None
    )
    listed = ending_free_periods(demo, first=AS_OF, last=last)

    assert listed.select("free_until", "member_number", "centre_code").rows() == expected
    assert listed["given_name"].null_count() == listed["family_name"].null_count() == listed.height > 0


def counted(facts: pl.DataFrame, by: str, what: str = "active") -> dict[Any, int]:
    return dict(facts.select(by, what).iter_rows())


def test_an_animator_reads_only_the_names_of_people_of_their_centre(engine: sa.Engine) -> None:
    with undone(engine) as connection:
        murat, ydes = add_centre(connection, "MURAT"), add_centre(connection, "YDES")
        for number, (name, place) in enumerate((("Anne", murat), ("Bruno", ydes), ("Chloé", None)), start=1):
            somebody = add_person(connection, given_name=name)
            add_membership(connection, somebody, f"PAM-{number}", date(2016, 12, 5), date(2017, 6, 5))
            if place is not None:
                add_agreement(connection, somebody, place, date(2016, 12, 5))
        days = {"first": AS_OF, "last": date(2017, 6, 29)}
        names = {
            who: ending_free_periods(connection, named_at=named_at, **days)["given_name"].to_list()
            for who, named_at in {"coordinator": None, "animator": ("MURAT",), "viewer": ()}.items()
        }

    assert names == {
        "coordinator": ["Anne", "Bruno", "Chloé"],
        "animator": ["Anne", None, None],
        "viewer": [None, None, None],
    }


def test_a_membership_that_already_has_an_end_is_no_longer_to_be_renewed(engine: sa.Engine) -> None:
    with undone(engine) as connection:
        somebody = add_person(connection)
        add_membership(connection, somebody, "PAM-1", date(2016, 12, 5), date(2017, 6, 5), ended_on=date(2017, 6, 5))

        assert ending_free_periods(connection, first=AS_OF, last=date(2017, 6, 29)).is_empty()


def test_the_last_free_day_is_not_yet_the_seventh_month(engine: sa.Engine) -> None:
    with undone(engine) as connection:
        leaves, stays = add_person(connection), add_person(connection)
        joined_on, free_until = date(2016, 11, 30), date(2017, 5, 30)
        add_membership(connection, leaves, "PAM-1", joined_on, free_until, ended_on=free_until)
        add_membership(connection, stays, "PAM-2", joined_on, free_until)
        period = Period.months(joined_on, joined_on)
        on_the_day, the_day_after = (
            pass_cohorts(connection, period, as_of=free_until + timedelta(days=days)).row(0, named=True)
            for days in (0, 1)
        )

    assert (on_the_day["joined"], on_the_day["trials_over"], on_the_day["kept"]) == (2, 0, 0)
    assert (the_day_after["joined"], the_day_after["trials_over"], the_day_after["kept"]) == (2, 2, 1)


def test_of_two_agreements_running_the_latest_says_the_centre(engine: sa.Engine) -> None:
    with undone(engine) as connection:
        murat, ydes = add_centre(connection, "MURAT"), add_centre(connection, "YDES")
        somebody = add_person(connection)
        add_agreement(connection, somebody, ydes, date(2016, 9, 1))
        add_agreement(connection, somebody, murat, date(2016, 1, 4))
        add_agreement(connection, somebody, murat, date(2016, 12, 1), ended_on=date(2017, 5, 29))
        add_membership(connection, somebody, "PAM-1", date(2016, 9, 1), date(2017, 3, 1))

        assert pass_members(connection, on=AS_OF, by=("centre_code",))["centre_code"].to_list() == ["YDES"]


def test_before_anybody_joined_there_is_no_first_day_and_nobody_is_known(engine: sa.Engine) -> None:
    period = Period.year(2016)
    with engine.connect() as connection:
        assert first_joining(connection) is None
        assert pass_members(connection, on=AS_OF)["active"].to_list() == [None]
        assert pass_members(connection, on=AS_OF, by=("status",)).is_empty()
        assert pass_facts(connection, period)["active"].to_list() == [None] * 12
        assert pass_cohorts(connection, period, as_of=AS_OF).is_empty()
        assert pass_endings(connection, period).is_empty()


FIRST_DAY = date(2016, 1, 1)
DAYS = st.integers(0, 500).map(lambda days: FIRST_DAY + timedelta(days=days))
# Of three people, so that memberships of one overlap and follow each other; most lengths end with a month or near.
SPANS = st.lists(st.tuples(st.integers(0, 2), DAYS, st.none() | st.integers(0, 400)), max_size=8)
Spans = list[tuple[int, date, int | None]]


def add_spans(connection: sa.Connection, spans: Spans) -> list[Row]:
    """Memberships of three people, as another program writes them: the rows that are stored."""
    people = [add_person(connection) for _ in range(3)]
    for number, (who, joined_on, length) in enumerate(spans):
        left = {} if length is None else {"ended_on": joined_on + timedelta(days=length), "end_reason": "own_premises"}
        free_until = joined_on + timedelta(days=183)
        add_membership(connection, people[who], f"PAM-{number}", joined_on, free_until, **left)
    return rows(connection, pass_membership)


@given(spans=SPANS)
def test_members_of_a_month_are_those_before_and_who_came_less_who_left(engine: sa.Engine, spans: Spans) -> None:
    """Members are also those of a plain count of people, and who left those of a plain walk over each one's memberships."""
    period = Period.months(FIRST_DAY, date(2018, 12, 31))
    with undone(engine) as connection:
        memberships = add_spans(connection, spans)
        facts = pass_facts(connection, period)
        endings = pass_endings(connection, period)

    before = 0
    for row, (_, last) in zip(facts.fill_null(0).to_dicts(), months_of(period), strict=True):
        assert row["active"] == before + row["joined"] - row["ended"]
        assert row["active"] == len({each["person_id"] for each in members_on(memberships, last)})
        before = row["active"]
    assert facts["joined"].sum() == len(stays_of(memberships))
    assert facts["ended"].sum() == endings["ended"].sum()


@given(spans=SPANS)
def test_cohorts_never_lose_anybody(engine: sa.Engine, spans: Spans) -> None:
    """Cohorts add up to the joins; kept and left for premises never exceed the free periods that are over."""
    period, as_of = Period.months(FIRST_DAY, date(2018, 12, 31)), date(2017, 1, 15)
    with undone(engine) as connection:
        stays = stays_of(add_spans(connection, spans))
        cohorts = pass_cohorts(connection, period, as_of=as_of)

    assert cohorts["joined"].sum() == sum(stay["joined_on"] <= as_of for stay in stays)
    assert (cohorts["trials_over"] <= cohorts["joined"]).all()
    assert (cohorts["kept"] + cohorts["left_own_premises"] == cohorts["trials_over"]).all()


def test_who_comes_back_the_next_day_never_left(engine: sa.Engine) -> None:
    """Four people: one ended and joined again the next day, one has two memberships at a time, one joined again the day
    after the free months, and one left: three members, whom the curve reaches from none."""
    period = Period.months(date(2024, 12, 1), date(2026, 10, 31))
    with undone(engine) as connection:
        again, twice, goes_on, leaves = (add_person(connection) for _ in range(4))
        for who, joined_on, ended_on in (
            (again, date(2025, 1, 6), date(2026, 3, 31)),
            (again, date(2026, 4, 1), None),
            (twice, date(2025, 2, 3), date(2025, 12, 31)),
            (twice, date(2025, 6, 2), None),
            (goes_on, date(2025, 3, 10), date(2025, 9, 10)),
            (goes_on, date(2025, 9, 11), None),
            (leaves, date(2025, 5, 5), date(2025, 10, 1)),
        ):
            number = f"PAM-{joined_on}"
            add_membership(connection, who, number, joined_on, joined_on + timedelta(days=183), ended_on=ended_on)
        facts = pass_facts(connection, period)
        trials = pass_cohorts(connection, period, as_of=date(2026, 11, 26)).sum()

    assert facts.select(pl.col("joined", "ended").sum()).row(0) == (4, 1)
    assert facts["active"].gather([0, -1]).to_list() == [None, 3]
    assert trials.select("joined", "trials_over", "kept").row(0) == (4, 4, 3)


@pytest.mark.parametrize(
    ("joined_on", "wrong", "free_until"),
    [
        (date(2025, 8, 31), date(2026, 3, 3), date(2026, 2, 28)),
        (date(2023, 8, 31), date(2024, 3, 2), date(2024, 2, 29)),
        (date(2025, 12, 31), date(2026, 7, 1), date(2026, 6, 30)),
        (date(2025, 3, 15), date(2025, 9, 15), date(2025, 9, 15)),
    ],
)
def test_the_last_free_day_follows_from_the_first_whoever_writes_it(
    engine: sa.Engine, joined_on: date, wrong: date, free_until: date
) -> None:
    """« + 6 months » of SQLite goes over the end of a short month; a change of the first day moves the last one too."""
    with undone(engine) as connection:
        somebody = add_person(connection)
        add_membership(connection, somebody, "PAM-1", joined_on, wrong, ended_on=free_until + timedelta(days=1))
        add_membership(connection, somebody, "PAM-2", joined_on - timedelta(days=9), wrong)
        connection.execute(
            sa.update(pass_membership).where(pass_membership.c.member_number == "PAM-2").values(joined_on=joined_on)
        )
        stored = {row["free_until"] for row in rows(connection, pass_membership)}
        connection.execute(sa.delete(pass_membership).where(pass_membership.c.member_number == "PAM-2"))
        cohort = pass_cohorts(connection, Period.months(joined_on, joined_on), as_of=date(2027, 1, 1))

    assert stored == {free_until}
    assert cohort["kept"].to_list() == [1]
