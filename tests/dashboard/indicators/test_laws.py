"""What holds of any facts: totals over totals, parts that make the whole, and refusals."""

from datetime import date, timedelta
from itertools import product

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboard.indicators import attendance
from dashboard.indicators.catalogue import ALL
from dashboard.indicators.model import Dimension, Facts, Indicator, NotAdditive, Unit, measure
from tests.dashboard.indicators.cases import FACT_COLUMNS

FIRST_MONDAY = date(2017, 1, 2)
CENTRES = ("MURAT", "YDES", "MAURIAC")


@st.composite
def attendance_facts(draw: st.DrawFn) -> pl.DataFrame:
    """Up to three centres over up to eight weeks, one row per centre and week, some offering nothing."""
    cells = draw(st.sets(st.tuples(st.sampled_from(CENTRES), st.integers(0, 7)), min_size=1, max_size=20))
    rows = []
    for centre, week in sorted(cells):
        offered = draw(st.integers(0, 60))
        occupied = draw(st.integers(0, offered))
        states = [draw(st.integers(0, 1)) for _ in range(4)]
        monday = FIRST_MONDAY + timedelta(weeks=week)
        rows.append(
            (centre, monday, occupied, offered, occupied * 4.25, draw(st.integers(0, 9)), sum(states[:3]), *states)
        )
    measures = ["occupied_half_days", "offered_half_days", "occupied_hours", "unoffered_half_days"]
    weeks = [f"weeks_{state}" for state in ("expected", "complete", "draft", "missing", "closed")]
    names = ["centre_code", "week_start", *measures, *weeks]
    return pl.DataFrame(rows, schema={name: FACT_COLUMNS[Facts.ATTENDANCE][name] for name in names}, orient="row")


OF_WEEKS = [each for each in attendance.ALL if each.facts is Facts.ATTENDANCE]
ADDITIVE = [each for each in OF_WEEKS if each.additive]


@given(attendance_facts())
def test_the_rate_of_the_network_lies_in_its_totals_and_never_in_its_rates(facts: pl.DataFrame) -> None:
    offered, occupied = facts["offered_half_days"].sum(), facts["occupied_half_days"].sum()
    expected = occupied / offered if offered else None

    assert measure(facts, [attendance.FILL_RATE]).item() == expected


@given(attendance_facts())
def test_the_rate_of_the_network_is_the_rates_of_centres_weighted_by_what_they_offer(facts: pl.DataFrame) -> None:
    assume(facts["offered_half_days"].sum() > 0)
    by_centre = measure(facts, attendance.USE, by="centre_code").filter(pl.col("offered_half_days") > 0)
    weighted = (by_centre["fill_rate"] * by_centre["offered_half_days"]).sum() / by_centre["offered_half_days"].sum()

    assert measure(facts, [attendance.FILL_RATE]).item() == pytest.approx(weighted)


@given(attendance_facts(), st.integers(0, 8))
def test_a_period_split_in_two_adds_up_to_the_whole(facts: pl.DataFrame, cut: int) -> None:
    before = pl.col("week_start") < FIRST_MONDAY + timedelta(weeks=cut)
    first, second = measure(facts.filter(before), ADDITIVE), measure(facts.filter(~before), ADDITIVE)

    for key in first.columns:
        assert first[key].item() + second[key].item() == measure(facts, ADDITIVE)[key].item()


@given(attendance_facts(), st.sampled_from([["centre_code"], ["week_start"], ["centre_code", "week_start"]]))
def test_a_finer_grain_adds_up_to_the_coarser_one(facts: pl.DataFrame, grain: list[str]) -> None:
    finer = measure(facts, ADDITIVE, by=grain).drop(grain)

    assert finer.sum().equals(measure(facts, ADDITIVE))


@given(attendance_facts())
def test_the_order_of_the_rows_changes_no_figure(facts: pl.DataFrame) -> None:
    assert measure(facts.reverse(), OF_WEEKS).equals(measure(facts, OF_WEEKS))


REFUSALS = [(each, dimension) for each in ALL for dimension in sorted(set(Dimension) - each.adds_over)]


def rolled_up(facts: pl.DataFrame, each: Indicator) -> bool:
    """Whether one figure comes of all rows; a refusal names the indicator."""
    try:
        measure(facts, [each])
    except NotAdditive as refusal:
        return each.key not in str(refusal)
    return True


def test_what_does_not_add_over_a_dimension_refuses_to_be_rolled_up_along_it() -> None:
    added = []
    for each, dimension in REFUSALS:
        for column, size in product(sorted(dimension.columns), (2, 4)):
            measured = {name: [1] * size for name in each.reads}
            facts = pl.DataFrame({column: [f"value {row}" for row in range(size)], **measured})
            apart = measure(facts.with_columns(pl.lit(True).alias("open")), [each], by=column)
            if rolled_up(facts, each) or apart.height != size:
                added.append((each.key, column, size))

    assert REFUSALS
    assert added == []


def test_every_ratio_is_computed_from_parts() -> None:
    ratios = [each for each in ALL if each.unit is Unit.RATIO]

    assert all(len(each.reads) >= 2 for each in ratios)
