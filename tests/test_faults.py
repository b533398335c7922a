"""What becomes of each fault that was foreseen: `faults.csv`, whose table is in the README, names the test that proves it."""

import csv
from typing import Final, NamedTuple

from tests.test_asvs import ROOT, functions_of

VERDICTS: Final = ("test", "command", "partly", "not")


class Fault(NamedTuple):
    """A row of the file: `proof` is a test of the suite, `remark` what it does not prove, or the command that does more."""

    fault: str
    what: str
    verdict: str
    proof: str
    remark: str


def faults() -> list[Fault]:
    """The rows, in order."""
    with (ROOT / "tests" / "faults.csv").open(encoding="utf-8", newline="") as file:
        return [Fault(**row) for row in csv.DictReader(file)]


def test_each_fault_is_answered_by_a_test_that_is_there_or_says_why_not() -> None:
    rows = faults()

    assert [row.fault for row in rows] == [f"F{number:02}" for number in range(1, 37)]
    for row in rows:
        file, _, name = row.proof.partition("::")
        assert row.verdict in VERDICTS
        assert row.remark or row.verdict == "test", row.fault
        assert row.verdict == "not" or name in functions_of(file), row.fault
