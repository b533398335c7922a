"""Nobody finds a hidden count again: not by subtracting, not by comparing two months; and what need not be hidden is shown."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Final

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.indicators.disclosure import (
    THRESHOLD,
    contracts_by_year,
    hidden_with,
    is_small,
    moves_by_few,
    protected,
    protected_nested,
    protected_once,
    protected_parts,
    protected_rows,
)
from tests.dashboard.indicators.differencing import Published, in_succession, one_dimension, two_dimensions
from tests.pages.adding_up import Known, Wanted

CENTRES: Final = ("AURILLAC", "MAURIAC", "MURAT", "RIOM", "SAINT-FLOUR", "YDES")
KINDS: Final = ("office", "open_space", "other")
_MOVES: Final = ("came", "left")
_CLUB: Final = ("year", *_MOVES)


def counts_of_a_network(seed: int) -> pl.DataFrame:
    """People by centre and kind, of a small network or a larger one: mostly few, sometimes nobody."""
    draw = random.Random(seed)
    kinds, centres = KINDS[: draw.randint(1, 3)], CENTRES[: draw.randint(1, 6)]
    most = draw.choice((2, 4, 8, 15))
    rows = [(centre, kind, draw.choice((0, draw.randint(0, most)))) for centre in centres for kind in kinds]
    return pl.DataFrame(rows, schema=["centre", "kind", "people"], orient="row")


def a_month_later(figures: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The same with a few people more here and there."""
    draw = random.Random(f"later {seed}")
    more = [draw.choice((0, 0, 0, 1, 1, 2, 5)) for _ in range(figures.height)]
    return figures.with_columns(people=pl.col("people") + pl.Series(more))


@pytest.fixture(params=[range(60), pytest.param(range(60, 500), marks=pytest.mark.slow)], ids=["few", "hundreds"])
def seeds(request: pytest.FixtureRequest) -> range:
    """Networks to attack."""
    found: range = request.param
    return found


def networks(seeds: range) -> Iterator[tuple[int, pl.DataFrame]]:
    return ((seed, counts_of_a_network(seed)) for seed in seeds)


def by_centre(figures: pl.DataFrame) -> pl.DataFrame:
    return figures.group_by("centre", maintain_order=True).agg(pl.col("people").sum())


def cells_recovered(table: Published) -> set[object]:
    """What was found again, but for what is not a number of a table: how much one grew is nowhere promised."""
    return {name for name in table.recovered() if isinstance(name, tuple) and name[0] != "more"}


def test_the_attack_finds_what_is_only_hidden_one_by_one() -> None:
    """Without complements a subtraction is enough: the attack below is no paper tiger."""
    figures = pl.DataFrame({"centre": ["MURAT", "YDES"], "people": [3, 9]})
    naive = figures.with_columns(pl.when(pl.col("people") >= THRESHOLD).then("people"))

    assert one_dimension(figures, naive, "centre", "people").recovered() == {(0, "MURAT")}


def test_no_hidden_count_is_recovered_from_a_column_and_its_total(seeds: range) -> None:
    hidden = 0
    for seed, network in networks(seeds):
        figures = by_centre(network)
        shown = protected(figures, "people", ["centre"])
        hidden += shown["people_hidden"].sum()

        table = one_dimension(figures, shown, "centre", "people")
        assert table.recovered() == set(), seed
        assert table.few_together() == [], seed
    assert hidden > len(seeds)


def test_no_hidden_count_is_recovered_from_a_table_and_its_margins(seeds: range) -> None:
    for seed, figures in networks(seeds):
        shown = protected(figures, "people", ["centre", "kind"])

        table = two_dimensions(figures, shown, ("centre", "kind"), "people")
        assert table.recovered() == set(), seed
        assert table.few_together() == [], seed


def test_no_hidden_count_is_recovered_from_two_successive_columns(seeds: range) -> None:
    for seed, network in networks(seeds):
        before, now = by_centre(network), by_centre(a_month_later(network, seed))
        first = one_dimension(before, protected(before, "people", ["centre"]), "centre", "people", "before")
        then = protected(now, "people", ["centre"], earlier=[before])
        second = one_dimension(now, then, "centre", "people", "now")

        assert cells_recovered(in_succession(first, second)) == set(), seed


def test_no_hidden_count_is_recovered_from_two_successive_tables(seeds: range) -> None:
    """By no cell, that is: a total of its own that moved by one tells of one newcomer, whatever is hidden inside."""
    by = ("centre", "kind")
    for seed, network in networks(seeds):
        before = network.filter(pl.col("centre").is_in(CENTRES[:3]))
        now = a_month_later(before, seed)
        first = two_dimensions(before, protected(before, "people", by), by, "people", "before")
        then = protected(now, "people", by, earlier=[before])
        both = in_succession(first, two_dimensions(now, then, by, "people", "now", earlier=[before]))
        if found := cells_recovered(both):
            nothing = now.with_columns(people=pl.lit(None, pl.Int64))
            margins = in_succession(first, two_dimensions(now, nothing, by, "people", "now", earlier=[before]))
            assert found <= margins.recovered(), seed


def test_every_small_count_is_hidden_and_nothing_more_than_it_takes() -> None:
    figures = pl.DataFrame({"centre": list("abcd"), "people": [3, 0, 7, 20]})

    assert protected(figures, "people", ["centre"])["people"].to_list() == [None, 0, None, 20]
    # Nothing is told of the whole: nothing can be subtracted.
    assert protected(figures, "people", ["centre"], totals=())["people"].to_list() == [None, 0, 7, 20]


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        pytest.param([1, 1, 9], [None, None, None], id="two that add up to two are both one: a third is hidden"),
        pytest.param([4, 4, 9], [None, None, None], id="two that add up to eight are both four"),
        pytest.param([1, 2, 9, 20], [None, None, None, 20], id="1 + 2 are a group of three people"),
        pytest.param([1, 4, 9, 20], [None, None, 9, 20], id="1 + 4 are five"),
        pytest.param([5, 0, 0], [5, 0, 0], id="five and nobody are shown"),
        pytest.param([3, 0, 0], [None, 0, 0], id="their total is hidden as well"),
    ],
)
def test_the_sum_of_hidden_counts_does_not_give_them_away(people: list[int], shown: list[int | None]) -> None:
    figures = pl.DataFrame({"centre": list("abcd")[: len(people)], "people": people})

    assert protected(figures, "people", ["centre"])["people"].to_list() == shown


def test_a_zero_is_hidden_where_it_is_the_only_complement() -> None:
    figures = pl.DataFrame({"centre": list("ab") * 2, "kind": list("xxyy"), "people": [3, 9, 8, 0]})

    assert protected(figures, "people", ["centre", "kind"])["people"].to_list() == [None] * 4


@pytest.mark.parametrize(
    ("years", "shown"),
    [
        pytest.param([[9, 6, 20], [12, 6, 20]], [None, None, 20], id="three came: two years would tell of three"),
        pytest.param([[9, 6, 20], [12, 6, 20], [14, 11, 20]], [14, 11, 20], id="five came in two years"),
        pytest.param(
            [[9, 6, 20], [12, 6, 20], [14, 6, 20]],
            [None, None, 20],
            id="the six would tell of the three of the second year",
        ),
        pytest.param([[9, 6, 20], [12, 6, 20], [9, 6, 20]], [9, 6, 20], id="and left again"),
        pytest.param([[4, 6, 20], [6, 5, 20]], [6, 5, 20], id="it was told to nobody: nothing is subtracted"),
        pytest.param(
            [[4, 6, 20], [6, 6, 20]], [None, None, 20], id="who knows that nobody leaves would know the six of then"
        ),
    ],
)
def test_a_count_moves_by_steps_that_tell_of_no_few_people(years: list[list[int]], shown: list[int | None]) -> None:
    *before, now = (pl.DataFrame({"centre": list("abc"), "people": people}) for people in years)

    assert protected(now, "people", ["centre"], earlier=before)["people"].to_list() == shown


@pytest.mark.parametrize(
    ("years", "shown"),
    [
        pytest.param([9, 3, 7], [9, None, None], id="the nine were told already: they hide nobody"),
        pytest.param([9, 3], [9, None], id="nor is the total told: that of before would give the three"),
        pytest.param([9, 3, 1, 2, 8], [9, None, None, None, 8], id="three years together are six people"),
        pytest.param([9, 0, 7], [9, 0, 7], id="nobody is told at once"),
        pytest.param([3, 9, 8], [None, None, 8], id="the first year waits for the second"),
    ],
)
def test_a_year_that_was_told_cannot_hide_a_later_one(years: list[int], shown: list[int | None]) -> None:
    """Year by year each is told once, and a reader has the total of each publication."""
    frame = pl.DataFrame({"year": range(2010, 2010 + len(years)), "people": years})
    *earlier, now = (frame.head(number) for number in range(1, len(years) + 1))

    assert protected_once(now, ["people"], ["year"], earlier=earlier)["people"].to_list() == shown


@st.composite
def a_club(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Who came and who left, year by year: nobody often, and no more than were there."""
    some, years, there = st.just(0) | st.integers(0, 9), list[tuple[int, int]](), 0
    for _ in range(draw(st.integers(2, 5))):
        came = draw(some)
        left = draw(some.filter(lambda number, most=there + came: number <= most))
        there += came - left
        years.append((came, left))
    return years


@given(a_club())
@example([(11, 0), (4, 0), (6, 0)])
@example([(12, 1), (3, 0), (9, 6), (7, 0)])
def test_who_came_in_a_year_is_not_the_difference_of_two_totals_of_members(club: list[tuple[int, int]]) -> None:
    """Each year tells who is there, who came and left year by year, and both in all: nobody finds a small one of a year."""
    years = range(2010, 2010 + len(club))
    frame = pl.DataFrame([(year, *moved) for year, moved in zip(years, club, strict=True)], _CLUB, orient="row")
    known = Known(
        {(what, year): number for year, *moved in frame.rows() for what, number in zip(_MOVES, moved, strict=True)}
    )

    def done(what: str, *, first: int = years[0], last: int) -> Wanted:
        return lambda atom: atom[0] == what and first <= atom[1] <= last

    earlier = list[pl.DataFrame]()
    for number, year in enumerate(years, start=1):
        known.on, now = date(year, 12, 31), frame.head(number)
        there = now["came"].sum() - now["left"].sum()
        came, left = (done(what, last=year) for what in _MOVES)
        known.tell("there", None if is_small(there) else there, (1, came), (-1, left))
        few = moves_by_few((each.select(pl.col(_MOVES).sum()).row(0) for each in (*earlier, now)), difference_told=True)
        shown = protected_once(now, _MOVES, ["year"], earlier=earlier, difference_told=True)
        for what in _MOVES:
            known.tell(f"{what} in all", None if few else now[what].sum(), (1, done(what, last=year)))
            for of_year, moved in shown.select("year", what).iter_rows():
                known.tell(f"{what} in {of_year}", moved, (1, done(what, first=of_year, last=of_year)))
        earlier.append(now)

    days = [date(year, 12, 31) for year in years]
    for day in days:
        assert [*known.found(day, [day]), *known.found(day, days)] == []


def test_counts_told_together_wait_for_one_another() -> None:
    """Three were not interested: who were is hidden with them until both totals have moved by five."""
    frame = pl.DataFrame({"year": [2014, 2015, 2016], "interested": [20, 30, 25], "others": [40, 3, 35]})

    told = protected_once(frame.head(2), ["interested", "others"], ["year"], earlier=[frame.head(1)])
    assert told.select("interested", "others").rows() == [(20, 40), (None, None)]
    told = protected_once(frame, ["interested", "others"], ["year"], earlier=[frame.head(1), frame.head(2)])
    assert told.select("interested", "others").rows() == [(20, 40), (30, None), (25, None)]


@pytest.mark.parametrize(
    ("before", "now", "shown"),
    [
        pytest.param([], [60, 40, 38, 20], [60, 40, None, 20], id="two stopped between the second and the third"),
        pytest.param([60, 40, 30, 20], [72, 43, 36, 20], [72, None, 36, 20], id="three more came to the second"),
        pytest.param([60, 40, 30, 20], [60, 40, 30, 23], [60, 40, 30, None], id="three more came to the end"),
    ],
)
def test_a_step_near_another_or_near_what_it_was_is_not_told(
    before: list[int], now: list[int], shown: list[int | None]
) -> None:
    earlier, steps = (pl.DataFrame({"step": list("abcd")[: len(each)], "people": each}) for each in (before, now))
    earlier = earlier.cast({"step": pl.String, "people": pl.Int64})

    assert protected_nested(steps, "people", "step", earlier=[earlier])["people"].to_list() == shown


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        pytest.param([], [(9, 20, 11), (12, 8, 20)], [True, True], id="groups of five and more"),
        pytest.param([], [(3, 20, 17), (12, 8, 20)], [False, True], id="three settled"),
        pytest.param([], [(9, 20, 11), (12, 15, 13)], [True, False], id="two came between the two days"),
        pytest.param(
            [], [(9, 20, 11), (12, 17, 11)], [True, False], id="three of the same settled between the two days"
        ),
        pytest.param([(9, 20, 11)], [(12, 28, 0), (20, 14, 6)], [False, True], id="three settled since"),
        pytest.param([(9, 20, 11)], [(14, 25, 4), (20, 10, 13)], [False, False], id="all together, three more"),
    ],
)
def test_a_row_of_what_became_of_people_is_told_whole_or_not_at_all(
    before: list[tuple[int, ...]], now: list[tuple[int, ...]], told: list[bool]
) -> None:
    names = {"label": pl.String, **dict.fromkeys(("yes", "no", "waiting"), pl.Int64)}
    earlier, rows = (
        pl.DataFrame([(str(place), *row) for place, row in enumerate(each)], schema=names, orient="row")
        for each in (before, now)
    )

    masked = protected_rows(rows, ["yes", "no"], ["waiting"], "label", earlier=[earlier])
    assert masked["yes"].is_not_null().to_list() == told
    assert masked["waiting"].is_not_null().to_list() == told


@pytest.mark.parametrize(
    ("publications", "few"),
    [
        ([(4,)], True),
        ([(4,), (6,)], False),
        ([(9,), (12,)], True),
        ([(9,), (12,), (14,)], False),
        ([(9, 20), (14, 21)], True),
        ([(9, None), (14, None)], False),
    ],
)
def test_a_total_that_moves_by_few_is_not_told(publications: list[tuple[int | None, ...]], few: bool) -> None:
    assert moves_by_few(publications) is few


def test_the_order_of_rows_changes_nothing(seeds: range) -> None:
    for _, figures in networks(seeds):
        shown = protected(figures, "people", ["centre", "kind"])

        assert protected(figures.reverse(), "people", ["centre", "kind"]).equals(shown.reverse())


def test_what_is_not_known_is_not_hidden() -> None:
    shown = protected(pl.DataFrame({"centre": list("abc"), "people": [None, 2, 30]}), "people", ["centre"])

    assert shown["people"].to_list() == [None, None, None]
    assert shown["people_hidden"].to_list() == [False, True, True]


def test_a_share_goes_with_its_base_and_parts_hide_one_another() -> None:
    figures = pl.DataFrame({"label": ["CDI", "CDD"], "yes": [9, 6], "no": [3, 8], "share": [0.75, 0.43]})
    shown = protected_parts(figures, ["yes", "no"], "label")

    assert hidden_with(shown, ["share"], "yes", "no")["share"].to_list() == [None, None]
    assert shown.select("yes", "no").rows() == [(None, None)] * 2


def test_two_rows_for_one_cell_are_refused() -> None:
    with pytest.raises(ValueError, match="one count of people"):
        protected(pl.DataFrame({"centre": ["a", "a"], "people": [1, 2]}), "people", ["centre"])


@pytest.mark.parametrize(("count", "small"), [(None, False), (0, False), (1, True), (4, True), (5, False)])
def test_a_single_number_is_small_from_one_to_four(count: int | None, small: bool) -> None:
    assert is_small(count) is small


def test_a_contract_of_the_very_day_is_counted_that_day() -> None:
    day = date(2016, 12, 31)
    contracts = pl.DataFrame({"year": [2016] * 20, "hired_on": [day] * 20, "placements": [1] * 20}).cast(
        {"year": pl.Int32}
    )

    assert contracts_by_year(contracts, on=day).rows() == [(2016, 20, False)]
