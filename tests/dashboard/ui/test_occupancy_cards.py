"""A card says when its place is open, and does not let free seats be taken for open doors."""

from datetime import UTC, datetime, time

import polars as pl
import pytest

from dashboard.figures.model import Table
from dashboard.figures.occupancy import Now, Place, hours_in_words
from dashboard.ui.live import places_markup

MORNING, EVENING = time(8, 30), time(18, 0)


@pytest.mark.parametrize(
    ("hour", "said"),
    [(5, "ouvre à 8 h 30"), (8, "8 h 30 – 18 h"), (16, "fermé depuis 18 h"), (20, "fermé depuis 18 h")],
)
def test_outside_its_hours_a_place_says_when_it_opens_or_since_when_it_is_shut(hour: int, said: str) -> None:
    """The hour is that of Paris, two hours after UTC in May."""
    at = datetime(2017, 5, 30, hour, tzinfo=UTC)

    assert hours_in_words(MORNING, EVENING, at).replace("\u00a0", " ") == said


def test_unknown_hours_are_not_said() -> None:
    assert hours_in_words(None, None, datetime(2017, 5, 30, 8, tzinfo=UTC)) == ""


@pytest.mark.parametrize(("free", "fullness"), [(0, "Complet"), (3, "Places libres")])
def test_who_may_not_see_small_counts_is_told_whether_a_place_is_full(free: int, fullness: str) -> None:
    """One arrival in a place of few seats is one person: neither how many are there, nor when one came."""
    at = datetime(2017, 5, 30, 8, tzinfo=UTC)
    place = Place(
        "MURAT", "Murat", (("office", 4, 4 - free),), 4, 4 - free, free, 1, at, "", "8 h – 18 h", counted=False
    )
    said = Now(at, "", (place,), Table("", pl.DataFrame(), {}))
    card = places_markup(said, only_free=False).rpartition("<ul")[2]

    assert fullness in card
    assert not any(word in card for word in ("/4", "Dont", "libre<", "il y a"))


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize(("free", "closed", "offered"), [(3, "", True), (0, "", False), (4, "fermé le mardi", False)])
def test_a_seat_is_booked_where_one_is_free(free: int, closed: str, offered: bool, counted: bool) -> None:
    """By whoever takes the bookings of that place, in another tab; the page of a full place leads nowhere."""
    at = datetime(2017, 5, 30, 8, tzinfo=UTC)
    page = "https://example.org/reserver?lieu=murat&jour=1"
    place = Place(
        "MURAT", "Murat", (("office", 4, 4 - free),), 4, 4 - free, free, 0, at, closed, "", page, counted=counted
    )
    said = places_markup(Now(at, "", (place,), Table("", pl.DataFrame(), {})), only_free=False)

    link = 'href="https://example.org/reserver?lieu=murat&amp;jour=1" target="_blank" rel="noopener noreferrer"'
    assert (link in said) is offered
