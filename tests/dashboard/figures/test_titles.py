"""The title of a figure says what its figures say, whatever they are."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures import passes, placements, use, welcome
from dashboard.figures.masking import leading, masked_counts
from dashboard.figures.model import EVERYBODY, STAFF, Figure, Perimeter, Reader
from dashboard.figures.pass_people import Club
from dashboard.wording.dates import weekday
from dashboard.wording.numbers import integer, percent, points
from dashboard.wording.typography import count
from data_access.engine import reading, writing
from data_access.facts import DetailedUse
from data_access.periods import Period
from data_access.reads.subjects import club_facts, convention_facts, detailed_use, welcome_facts
from data_access.rights import COMMAND_LINE
from tests.databases import engine_at, sqlite_copy
from tests.demonstrations import demonstration
from tests.factories import add_centre

TODAY: Final = date(2026, 10, 19)
PERIMETER: Final = Perimeter(Period.last_weeks(12, TODAY), TODAY, None, None, spoken_period="12 semaines")
SHEETS: Final = st.integers(0, 60).flatmap(lambda offered: st.tuples(st.integers(0, offered), st.just(offered)))


@pytest.fixture(scope="module")
def facts(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DetailedUse]:
    """Twelve weeks of a place that has entered nothing: the figures of each example take the place of these."""
    engine = engine_at(sqlite_copy(sqlite_template, tmp_path_factory.mktemp("titles")))
    with writing(engine) as connection:
        add_centre(connection, "MURAT")
    with reading(engine, TODAY, COMMAND_LINE) as connection:
        yield detailed_use(connection, PERIMETER.period, as_of=TODAY)
    engine.dispose()


def used(facts: DetailedUse, sheet: tuple[int, int]) -> pl.DataFrame:
    """The facts of a span in which so many of the half-days offered were occupied."""
    occupied, offered = sheet
    return facts.now.with_columns(
        occupied_half_days=pl.lit(occupied, pl.Int64),
        offered_half_days=pl.lit(offered, pl.Int64),
        weeks_expected=pl.lit(12, pl.Int64),
        weeks_complete=pl.lit(12, pl.Int64),
    )


@given(now=SHEETS, year_ago=SHEETS)
def test_the_rate_is_said_to_rise_only_where_it_rises(
    facts: DetailedUse, now: tuple[int, int], year_ago: tuple[int, int]
) -> None:
    """By as many points as it moved; within half a point it is stable, and of an unknown rate nothing is said."""
    drawn = replace(facts, now=used(facts, now), year_ago=used(facts, year_ago))
    title = use.weeks(drawn, PERIMETER).headline

    if not (now[1] and year_ago[1]):
        assert not any(verb in title for verb in ("gagne", "perd", "stable"))
        return
    moved = now[0] / now[1] - year_ago[0] / year_ago[1]
    verb = "reste stable" if abs(moved) < 0.0055 else "gagne" if moved > 0 else "perd"
    amount = "" if verb == "reste stable" else f" {points(abs(moved)).removeprefix('+')}"
    assert title == f"Le remplissage {verb}{amount} en un an"


@given(sheets=st.dictionaries(st.integers(1, 5), SHEETS, max_size=5))
def test_the_fullest_day_is_the_fullest(facts: DetailedUse, sheets: dict[int, tuple[int, int]]) -> None:
    rates = {weekday(day): occupied / offered for day, (occupied, offered) in sheets.items() if offered}
    columns = {
        "weekday": list(sheets),
        "occupied_half_days": [occupied for occupied, _ in sheets.values()],
        "offered_half_days": [offered for _, offered in sheets.values()],
    }
    drawn = replace(facts, by_weekday=pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Int64)))
    title = use.weekdays(drawn, PERIMETER).headline

    if len(rates) < 2:
        assert title == "Les jours de la semaine"
        return
    most, least = max(rates.values()), min(rates.values())
    assert percent(most) in title
    if percent(most) != percent(least):
        fullest, emptiest = title.removeprefix("Le ").split(" est ")[0], title.split(", le ")[1].split(" le ")[0]
        assert (rates[fullest], rates[emptiest]) == (most, least)


COUNTS: Final = st.lists(st.integers(0, 40), min_size=1, max_size=6)


@given(counts=COUNTS, reader=st.sampled_from([STAFF, EVERYBODY]))
def test_who_comes_first_is_said_of_counts_that_are_all_shown(counts: list[int], reader: Reader) -> None:
    """Beside one that is hidden it would be said to be larger, and all together would give it back."""
    rows = pl.DataFrame({"code": [str(number) for number in range(len(counts))], "people": counts})
    told = masked_counts(rows, "people", ["code"], reader).with_columns(label="code")
    title = leading(told, "people", "code", ("personne", "personnes"))
    assert leading(told.with_columns(people=pl.lit(None, pl.Int64)), "people", "code", ("", "")) == ""

    if told["people_hidden"].any() or len(counts) < 2 or counts.count(max(counts)) > 1:
        assert title == ""
    else:
        first = count(max(counts), "personne")
        assert title == f"{counts.index(max(counts))} en tête : {first} sur {sum(counts)}"


def test_a_title_tells_partners_no_number_that_its_table_hides() -> None:
    """Of each programme, at the end of a year: a number of a title is one of its table, or their sum where all are shown."""
    day = date(2016, 12, 31)
    with reading(demonstration(date(2017, 5, 30)), day, COMMAND_LINE) as connection:
        club = club_facts(connection, Period.since(date(2012, 2, 1), day), on=day, as_of=day)
        told = [
            passes.passes(Club(club, "depuis février 2012", EVERYBODY)),
            placements.convention(convention_facts(connection, as_of=day), placements.Asked(day), EVERYBODY),
            welcome.welcome_sessions(welcome_facts(connection, as_of=day), EVERYBODY),
        ]
    figures = [figure for subject in told for figure in subject.figures.values()]

    assert {figure.key: untold(figure) for figure in figures if untold(figure)} == {}
    assert sum(bool(NUMBER.search(figure.headline)) for figure in figures) >= 8


NUMBER: Final = re.compile(r"\d+(?:\u202f\d{3})*")


def untold(figure: Figure) -> set[str]:
    """The numbers of a title that its table does not show, nor make."""
    table = figure.table
    shown = " ".join(cell or "" for row in table.texts.rows() for cell in row)
    made = set()
    for name in table.headings:
        values = table.frame[name]
        if values.dtype.is_integer() and not values.null_count():
            made |= {int(values.sum()), int(values.max() or 0) - int(values.min() or 0)}
            made |= {abs(step) for step in values.diff().drop_nulls().to_list()}
    if {"yes", "no"} <= set(table.frame.columns):
        made |= set(table.frame.select(pl.col("yes") + pl.col("no")).drop_nulls().to_series().to_list())
    return set(NUMBER.findall(figure.headline)) - set(NUMBER.findall(shown)) - {integer(number) for number in made}
