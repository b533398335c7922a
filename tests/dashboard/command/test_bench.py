"""The benchmark measures what it says, on databases and servers of its own, and stops by itself."""

import json

import pytest

from tests.dashboard.command.terminal import Run

# Two servers are started and a database is made.
pytestmark = pytest.mark.slow


def test_a_page_and_the_clicks_of_somebody_are_told_over_an_empty_page(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It measures in this process, on its own database.
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", "")
    result = run("bench", "--page", "methodology", "--sessions", "1", "--rounds", "3", "--format", "json")

    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    (page,) = found["pages"]
    assert (page["page"], page["statements"]) == ("methodology", 1)
    assert 1 < page["warm"] <= page["cold"] * 1.5
    (line,) = found["sessions"]
    assert line["clicks_per_second"] > 0 < line["empty"]


@pytest.mark.parametrize("numbers", ["0", "un", "1,,2", "1000"])
def test_what_is_no_number_is_told(run: Run, numbers: str) -> None:
    result = run("bench", "--sessions", numbers)

    assert result.exit_code == 2
    assert "nombres de 1 à 100" in result.output
