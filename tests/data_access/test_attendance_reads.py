"""Attendance at every grain: parts add up to the whole, a perimeter leaves the others out, and plans stay short."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data_access import summaries
from data_access.frames import read
from data_access.periods import Period
from data_access.reads.attendance import (
    Grain,
    attendance_facts,
    attendance_weeks,
    completeness_facts,
    completeness_weeks,
)
from data_access.reads.occupancy import occupancy_facts
from data_access.schema import calendar_day
from data_access.summaries import day_facts, of_days
from tests.data_access.plans import plans_of
from tests.factories import add_centre, add_week

TODAY = date(2018, 1, 31)
YEAR = Period.year(2017)
GRAINS: tuple[Grain, ...] = ("centre_code", "seat_kind", "week_start", "month_start", "year")
MEASURES = ["offered_half_days", "occupied_half_days", "occupied_hours", "unoffered_half_days"]


@pytest.fixture(scope="module")
def network(module_engine: sa.Engine) -> Iterator[sa.Connection]:
    """Two centres entered from mid-December 2016 to mid-January 2018, but for gaps and drafts, and a third without.

    Tests here only read: one transaction does for all of them, undone at the end.
    """
    with module_engine.connect().execution_options(immediate=True) as connection:
        transaction = connection.begin()
        for number, code in enumerate(("AURILLAC", "MURAT")):
            centre_id = add_centre(connection, code, seats_open_space=3, opened_on=date(2016, 12, 12))
            for week in (week for week in range(57) if week % 9 != 4):
                add_week(
                    connection,
                    centre_id,
                    date(2016, 12, 12) + timedelta(weeks=week),
                    status="draft" if week % 10 == 7 else "complete",
                    office=(1 + number, 2, week % 4, 0, 3),
                    open_space=(week % 3,),
                )
        add_centre(connection, "YDES", opened_on=date(2017, 6, 1))
        summaries.refresh(connection, through=TODAY)
        yield connection
        transaction.rollback()


def total(frame: pl.DataFrame) -> list[float]:
    """The sum of each measure over the rows, nothing entered counting for nothing."""
    return [round(float(value or 0), 6) for value in frame.select(pl.col(MEASURES).sum()).row(0)]


@pytest.mark.parametrize("grain", GRAINS)
def test_parts_add_up_to_the_whole(network: sa.Connection, grain: Grain) -> None:
    """Split by centre, seat kind, week, month or year, a year stays what it is."""
    assert total(attendance_facts(network, YEAR, by=[grain])) == total(attendance_facts(network, YEAR))


def test_weekdays_add_up_to_the_whole(network: sa.Connection) -> None:
    """They are kept apart, by month: the same rows are counted."""
    assert total(attendance_facts(network, YEAR, by=["weekday"])) == total(attendance_facts(network, YEAR))


@pytest.mark.parametrize("by", [["month_start"], ["centre_code", "week_start"], ["year", "seat_kind"]])
def test_rows_come_in_the_order_of_their_keys(network: sa.Connection, by: Sequence[Grain]) -> None:
    """A chart or a table needs no sort of its own."""
    rows = attendance_facts(network, YEAR, by=by)

    assert_frame_equal(rows, rows.sort(by))
    assert rows.select(by).is_unique().all()


def test_a_period_of_weeks_keeps_whole_weeks(network: sa.Connection) -> None:
    """The week that straddles two months is there once, with all its days."""
    straddling = Period.weeks(date(2017, 1, 30), date(2017, 1, 30))
    by_month = attendance_facts(network, straddling, by=["week_start", "month_start"])

    assert by_month["month_start"].to_list() == [date(2017, 1, 1), date(2017, 2, 1)]
    assert attendance_facts(network, straddling, by=["week_start"])["week_start"].to_list() == [date(2017, 1, 30)]


def test_months_of_a_year_count_each_week_once_in_completeness(network: sa.Connection) -> None:
    """In the month of its Thursday; the twelve months make the year."""
    by_month = completeness_facts(network, YEAR, as_of=TODAY, by=["month_start"])
    whole = completeness_facts(network, YEAR, as_of=TODAY)

    assert by_month.drop("month_start").sum().rows() == whole.rows()
    assert whole["weeks_expected"].item() == sum(whole.select("weeks_complete", "weeks_draft", "weeks_missing").row(0))


def test_the_weeks_tell_what_completeness_counts(network: sa.Connection) -> None:
    """The same states, one by one and counted."""
    weeks = Period.weeks(date(2017, 1, 2), date(2017, 12, 31))
    listed = attendance_weeks(network, weeks, as_of=TODAY).group_by("state").len()
    counted = completeness_facts(network, weeks, as_of=TODAY).row(0, named=True)

    states = dict(listed.filter(pl.col("state") != "not_expected").rows())

    assert states == {state: counted[f"weeks_{state}"] for state in ("complete", "draft", "missing")}


def test_a_week_to_come_is_not_expected(network: sa.Connection) -> None:
    """Nor is the one that is not over yet."""
    january = Period.months(date(2018, 1, 1), date(2018, 1, 31))

    assert completeness_facts(network, january, as_of=date(2018, 1, 7))["weeks_expected"].item() == 0
    assert completeness_facts(network, january, as_of=date(2018, 1, 8))["weeks_expected"].item() == 3


def test_weeks_are_listed_for_each_centre_up_to_the_current_one(network: sa.Connection) -> None:
    """Before its opening a centre is not expected to say anything."""
    weeks = attendance_weeks(network, Period.weeks(date(2017, 5, 22), date(2017, 7, 2)), as_of=date(2017, 6, 7))
    ydes = weeks.filter(pl.col("centre_code") == "YDES")

    assert ydes.select("week_start", "state").rows() == [
        (date(2017, 5, 22), "not_expected"),
        (date(2017, 5, 29), "missing"),
        (date(2017, 6, 5), "missing"),
    ]


def test_weekdays_are_not_kept_by_week(network: sa.Connection) -> None:
    """They are summarised by months."""
    with pytest.raises(ValueError, match="weekdays are summarised by months"):
        attendance_facts(network, YEAR, by=["weekday", "week_start"])


@given(
    st.lists(st.dates(date(2016, 12, 1), date(2018, 2, 20)), min_size=3, max_size=3).map(sorted),
    st.sampled_from([*GRAINS, "weekday"]),
)
@example([date(2017, 1, 30), date(2017, 2, 1), date(2017, 2, 2)], "week_start")
@example([date(2017, 2, 1), date(2017, 2, 15), date(2017, 3, 1)], "weekday")
def test_any_days_are_the_sum_of_their_days(network: sa.Connection, bounds: list[date], grain: Grain) -> None:
    """Whole weeks and months from the summaries, the rest from the rows: none twice, none left out, at every grain."""
    first, cut, last = bounds
    whole = attendance_facts(network, Period.days(first, last))
    facts = day_facts(sa.true(), calendar_day.c.day.between(first, last))
    by_day = read(network, sa.select(*(sa.func.sum(facts.c[name], type_=sa.Double).label(name) for name in MEASURES)))
    parts = [Period.days(first, cut), Period.days(cut + timedelta(days=1), last)] if cut < last else []

    assert total(whole) == total(by_day)
    assert total(attendance_facts(network, Period.days(first, last), by=[grain])) == total(whole)
    assert not parts or total(pl.concat([attendance_facts(network, part) for part in parts])) == total(whole)
    assert not parts or sum(
        completeness_facts(network, part, as_of=TODAY)["weeks_expected"].item() for part in parts
    ) == (completeness_facts(network, Period.days(first, last), as_of=TODAY)["weeks_expected"].item())


@given(st.dates(date(2016, 12, 1), date(2018, 2, 20)), st.dates(date(2016, 12, 1), date(2018, 2, 20)))
def test_weeks_listed_and_weeks_counted_agree_whatever_the_period(
    network: sa.Connection, one: date, other: date
) -> None:
    """A straddling week is where its Thursday is, for the page of weeks as for the evaluation."""
    period = Period.days(min(one, other), max(one, other))
    listed = completeness_weeks(network, period, as_of=TODAY)["weeks_expected"].sum()

    assert listed == completeness_facts(network, period, as_of=TODAY)["weeks_expected"].item()


def test_before_a_day_is_over_there_is_nothing(network: sa.Connection) -> None:
    """No row, or null figures: on 1 January a year opens on nothing, and does not fail."""
    empty = Period.year(2018).so_far(date(2018, 1, 1))
    weeks = empty.weeks_within()

    assert attendance_facts(network, empty)["occupied_half_days"].to_list() == [None]
    assert attendance_facts(network, empty, by=["weekday"]).is_empty()
    assert attendance_facts(network, weeks, by=["week_start"]).schema["week_start"] == pl.Date
    assert completeness_weeks(network, empty, as_of=date(2018, 1, 1)).is_empty()


def test_a_year_is_read_from_its_summary(network: sa.Connection) -> None:
    """Ten years of days stay unread, however many there are, and of the summary only the time asked for."""
    with plans_of(network) as plans:
        attendance_facts(network, YEAR)
        attendance_facts(network, YEAR, by=["weekday"])
        completeness_facts(network, YEAR, as_of=TODAY)

    # A year bounds weeks and months alike: which of the two the engine looks up is its own choice.
    indexes = ("attendance_summary_(?:week|month)", "weekday_summary_month", "week_summary_week")
    for plan, index in zip(plans, indexes, strict=True):
        assert re.search(f"ix_{index}_start", plan)
        assert "attendance_day" not in plan


def test_a_recount_reads_only_the_days_of_its_weeks(network: sa.Connection) -> None:
    """A sheet saved is counted at once, and days at the ends of a period, however many years came before."""
    with plans_of(network) as plans:
        network.execute(sa.select(day_facts()), of_days(1, date(2017, 6, 5), date(2017, 6, 11)))
        attendance_facts(network, Period.days(date(2017, 1, 12), date(2017, 11, 8)), centres=["MURAT"])

    for plan in plans:
        assert not re.search(r"SCAN (attendance_\w+|calendar_day|opening_hours|centre_capacity)\b(?! USING)", plan)
        assert not re.search(r"Seq Scan on (attendance_\w+|calendar_day|opening_hours|centre_capacity)", plan)


def test_who_is_there_now_is_found_by_an_index_of_open_visits(network: sa.Connection) -> None:
    """Visits that ended, nearly all, are not even looked at."""
    with plans_of(network) as plans:
        occupancy_facts(network, at=datetime(2017, 6, 7, 9, tzinfo=UTC))

    assert "ix_visit_open" in plans[0]
    assert "SCAN visit\n" not in plans[0]
    assert "Seq Scan on visit" not in plans[0]
