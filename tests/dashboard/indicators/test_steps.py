"""Candidates who reached a step, from the furthest step of each."""

import polars as pl

from dashboard.indicators.placements import STEPS, candidates_by_step


def test_who_reached_a_step_passed_all_those_before_it() -> None:
    """Five only informed, three trained, two hired: ten informed, five interested and trained, two applied and hired."""
    furthest = pl.DataFrame(
        {"year": [2016] * 3, "aim": [1] * 3, "stage": ["informed", "trained", "hired"], "candidates": [5, 3, 2]}
    )

    reached = candidates_by_step(furthest)

    totals = {
        step: (
            rows["candidates"].sum(),
            rows["candidates_before"].to_list() != [None] * 3 and rows["candidates_before"].sum(),
        )
        for (step,), rows in reached.group_by("step", maintain_order=True)
    }
    expected = {"informed": (10, False), "interested": (5, 10), "trained": (5, 5), "applied": (2, 5), "hired": (2, 2)}
    assert list(totals) == list(STEPS)
    assert totals == expected
