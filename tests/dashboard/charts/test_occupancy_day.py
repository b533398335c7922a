"""The course of a day keeps to the hours people come, says both lines, and is drawn in both themes."""

from datetime import time

import polars as pl
import pytest

from dashboard.charts.lines import occupancy_day, occupancy_day_in_words
from dashboard.charts.palette import PALETTES, Palette
from dashboard.exports.images import png
from dashboard.wording.typography import typeset
from tests.dashboard.charts.owed import check_what_is_owed

USUAL = "un mardi habituel"
each_palette = pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)


@pytest.fixture
def slots() -> pl.DataFrame:
    """Twelve people at ten, where nine are usual; the afternoon is still to come."""
    return pl.DataFrame(
        {
            "slot": [time(7), time(9), time(10), time(14), time(18), time(21)],
            "seats_taken": [0, 12, 11, None, None, None],
            "usual": [0.0, 8.5, 9.0, 10.25, 0.5, 0.0],
        }
    )


def test_it_owes_nothing(slots: pl.DataFrame) -> None:
    check_what_is_owed(occupancy_day, occupancy_day_in_words, slots)


@each_palette
@pytest.mark.parametrize("columns", [["seats_taken"], ["usual"], ["seats_taken", "usual"]])
def test_it_can_be_drawn_without_a_day_or_without_what_is_usual(
    slots: pl.DataFrame, palette: Palette, columns: list[str]
) -> None:
    blank = slots.with_columns(pl.lit(None, slots.schema[name]).alias(name) for name in columns)

    assert png(occupancy_day(blank, palette=palette), scale=1).startswith(b"\x89PNG")
    assert png(occupancy_day(blank.clear(), palette=palette), scale=1).startswith(b"\x89PNG")


def test_it_is_drawn_over_the_hours_somebody_comes(slots: pl.DataFrame) -> None:
    chart = occupancy_day(slots, palette=PALETTES[0]).to_dict()

    assert chart["layer"][0]["encoding"]["x"]["scale"]["domain"] == [8, 18.5]
    assert chart["layer"][0]["encoding"]["y"]["scale"]["domain"] == [0, 20]


def test_it_is_said_in_one_french_paragraph(slots: pl.DataFrame) -> None:
    expected = (
        "Courbe des positions occupées par demi-heure. À 10\u00a0h, 11\u00a0positions occupées\u202f; "
        "au plus haut 12\u00a0positions occupées à 9\u00a0h. À la même heure un mardi habituel\u00a0: 9,0. "
        "La courbe grise (un mardi habituel) est au plus haut à 14\u00a0h, avec 10,3."
    )
    said = occupancy_day_in_words(slots, usual_name=USUAL)

    assert said == expected == typeset(said)
    assert occupancy_day_in_words(slots.clear()).startswith("Courbe vide")
