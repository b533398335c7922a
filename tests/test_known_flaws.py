"""What the last step of the CI says of the packages, and when it ends badly."""

from typing import Any

import pytest

from tests.known_flaws import told

SOUND: dict[str, Any] = {"name": "polars", "version": "2.1.0", "vulns": []}
MENDED = {**SOUND, "vulns": [{"id": "CVE-1", "fix_versions": ["2.1.1"]}]}
UNMENDED = {**SOUND, "vulns": [{"id": "CVE-2", "fix_versions": []}]}


@pytest.mark.parametrize(
    ("packages", "last_line", "well"),
    [
        ([], "NOT CHECKED, their list was out of reach. This run says nothing of them.", True),
        ([SOUND], "0, of 1 packages looked up.", True),
        ([SOUND, UNMENDED], "polars 2.1.0: CVE-2, not mended yet", True),
        ([SOUND, MENDED], "polars 2.1.0: CVE-1, mended in 2.1.1", False),
    ],
)
def test_a_flaw_that_can_be_mended_ends_badly(packages: list[dict[str, Any]], last_line: str, well: bool) -> None:
    lines, ended_well = told(packages)

    assert lines[-1].endswith(last_line)
    assert ended_well == well
