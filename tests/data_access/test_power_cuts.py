"""A power cut loses no acknowledged save: the command of every step, of a few."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from tests import power_cuts
from tests.burst import fill as network
from tests.databases import on_sqlite
from tests.faults import FAULTS
from tests.recorded_disk import NotShown

pytestmark = on_sqlite


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], None]:
    return network


def faults_after_cuts(url: str, pragma: str) -> dict[str, int]:
    try:
        found = power_cuts.cuts(url, 2017, saves=3, pragma=pragma, every=50)
    except NotShown as error:
        pytest.skip(f"this Python shows nothing of its SQLite: {error}")
    assert found["runs"] > 5
    return {what: found[what] for what in FAULTS if found[what]}


@pytest.mark.parametrize("journal", power_cuts.JOURNALS)
def test_a_power_cut_loses_nothing_that_was_acknowledged(database_url: str, journal: str) -> None:
    """Whatever is left of what was not synchronised: the name of a journal that was removed included."""
    assert faults_after_cuts(database_url, f"journal_mode = {journal}") == {}


def test_what_the_disk_is_not_asked_to_keep_is_lost(database_url: str) -> None:
    """With what many are content with: the cuts are such that it shows."""
    assert faults_after_cuts(database_url, "synchronous = NORMAL") != {}
