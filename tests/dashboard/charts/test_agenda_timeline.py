"""The timeline of the agenda: every entry once, at its day, dots apart, the same in every theme."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.agenda_timeline import (
    FAMILIES,
    _levels,
    _ticks,
    agenda_timeline,
    agenda_timeline_in_words,
    family_of,
)
from dashboard.charts.palette import PALETTES, Palette
from dashboard.charts.theme import Titles
from dashboard.exports.images import png
from dashboard.wording.agenda import KINDS
from dashboard.wording.typography import typeset

SCHEMA = {
    "starts_on": pl.Date,
    "ends_on": pl.Date,
    "kind": pl.String,
    "kind_label": pl.String,
    "title": pl.String,
    "where": pl.String,
    "hours": pl.String,
}
MAY_30 = date(2017, 5, 30)
each_palette = pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)


def entry(day: date, kind: str = "open_day", days: int = 1) -> dict[str, Any]:
    return {
        "starts_on": day,
        "ends_on": day + timedelta(days=days - 1),
        "kind": kind,
        "kind_label": KINDS[kind].title,
        "title": f"Rendez-vous du {day}",
        "where": "Murat",
        "hours": "9\u00a0h",
    }


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=SCHEMA)


ENTRIES = frame(entry(MAY_30), entry(MAY_30, "talk"), entry(date(2017, 6, 1)), entry(date(2017, 8, 29), "fair", days=3))


def drawn(chart: Any) -> list[dict[str, Any]]:
    """The rows behind the dots."""
    rows: list[dict[str, Any]] = max(chart.to_dict()["datasets"].values(), key=lambda rows: len(rows[0]))
    return rows


@each_palette
def test_it_is_drawn_with_its_titles_in_both_themes(palette: Palette) -> None:
    chart = agenda_timeline(ENTRIES, palette=palette, today=date(2017, 6, 10), titles=Titles("Agenda", "Par jour"))

    assert chart.to_dict()["config"]["background"] == palette.background
    assert png(chart, scale=1).startswith(b"\x89PNG")


@pytest.mark.parametrize("entries", [frame(), frame(entry(MAY_30))], ids=["none", "one"])
def test_it_can_be_drawn_with_little_to_show(entries: pl.DataFrame) -> None:
    assert png(agenda_timeline(entries, palette=PALETTES[0]), scale=1).startswith(b"\x89PNG")


def test_each_entry_is_one_dot_at_its_day() -> None:
    rows = drawn(agenda_timeline(ENTRIES, palette=PALETTES[0]))

    assert [row["day"] for row in rows] == ["2017-05-30", "2017-05-30", "2017-06-01", "2017-08-29"]
    assert [row["end"] - row["x"] for row in rows] == [0, 0, 0, 2]
    assert rows[2]["x"] - rows[0]["x"] == 2


def test_a_click_gives_the_day_by_its_code() -> None:
    parameters = agenda_timeline(ENTRIES, palette=PALETTES[0], selection_name="jour").to_dict()["params"]

    assert [(one["name"], one["select"]["fields"]) for one in parameters] == [("jour", ["day"])]


def test_every_kind_of_entry_has_one_family() -> None:
    kinds = [kind for family in FAMILIES for kind in family.kinds]

    assert sorted(kinds) == sorted(KINDS)
    assert family_of("forum").label == "Forums et salons"


def test_families_are_told_apart_by_shape_as_well_as_colour() -> None:
    assert len({family.shape for family in FAMILIES}) == len({family.glyph for family in FAMILIES}) == len(FAMILIES)


@given(st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), max_size=60), st.integers(1, 20))
def test_two_dots_of_one_row_never_touch(days: list[date], apart: int) -> None:
    days.sort()
    levels = _levels(days, apart)

    for level in set(levels):
        row = [day for day, found in zip(days, levels, strict=True) if found == level]
        assert all(after - before >= timedelta(days=apart) for before, after in pairwise(row))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 20_000))
def test_labels_are_few_and_inside(first: date, span: int) -> None:
    last = first + timedelta(days=span)
    ticks = _ticks(first, last)

    assert len(ticks) <= 12
    assert all(first <= tick <= last for tick in ticks)


def test_its_words_give_the_span_and_the_families() -> None:
    said = agenda_timeline_in_words(ENTRIES)

    assert said == typeset(
        "Frise de 4 rendez-vous sur 3 jours, du 30 mai au 31 août 2017. "
        "Par famille : portes ouvertes : 2, conférences et tables rondes : 1, forums et salons : 1."
    ).replace("4 rendez", "4\u00a0rendez").replace("3 jours", "3\u00a0jours")
    assert agenda_timeline_in_words(frame()) == "Frise vide\u00a0: aucun rendez-vous."


def test_the_same_entries_always_give_the_same_description() -> None:
    once, again = (agenda_timeline(ENTRIES, palette=PALETTES[0]).to_dict() for _ in range(2))

    assert once == again
