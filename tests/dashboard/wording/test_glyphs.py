import pytest

from dashboard.wording.typography import harvey_ball, seats_fraction


@pytest.mark.parametrize(
    ("taken", "seats", "expected"),
    [(0, 5, "○"), (1, 5, "◔"), (1, 100, "◔"), (3, 6, "◑"), (3, 5, "◑"), (6, 8, "◕"), (99, 100, "◕"), (5, 5, "●")],
)
def test_only_none_is_empty_and_only_all_is_full(taken: int, seats: int, expected: str) -> None:
    assert harvey_ball(taken, seats) == expected


def test_a_centre_without_seats_has_an_empty_ball() -> None:
    assert harvey_ball(0, 0) == "○"


def test_the_fraction_goes_with_the_ball() -> None:
    assert seats_fraction(3, 5) == "3/5"
