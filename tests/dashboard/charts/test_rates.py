"""The axis of a rate begins at zero and ends on a round figure above them all."""

import pytest

from dashboard.charts.theme import rate_axis, top_of, whole_percent
from dashboard.wording.numbers import percent


@pytest.mark.parametrize(
    ("rates", "expected"),
    [([], 0.5), ([None], 0.5), ([0.12], 0.5), ([0.5], 0.5), ([0.51], 0.6), ([0.3, None, 1.0], 1.0)],
)
def test_the_axis_ends_on_the_next_tenth_and_never_under_a_half(rates: list[float | None], expected: float) -> None:
    assert top_of(rates) == expected


@pytest.mark.parametrize(("top", "figures"), [(0.5, 6), (0.6, 7), (0.7, 4), (1.0, 6)])
def test_the_axis_begins_at_zero_and_bears_few_figures(top: float, figures: int) -> None:
    axis = rate_axis("rate", top).to_dict()

    assert axis["scale"]["domain"] == [0, top]
    assert axis["axis"]["values"][0] == 0
    assert max(axis["axis"]["values"]) <= top
    assert len(axis["axis"]["values"]) == figures


@pytest.mark.parametrize("rate", [0.0, 0.004, 0.005, 0.145, 0.285, 0.296, 0.575, 0.999, 1.0])
def test_the_whole_percentage_is_the_one_written_in_sentences(rate: float) -> None:
    assert f"{whole_percent(rate)}\u00a0%" == percent(rate)
