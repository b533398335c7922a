"""What the product answers to each requirement of OWASP ASVS 5.0, levels 1 and 2, that it could meet: `asvs.csv`.

One row a requirement, by its number: `met` names the test that proves it; `unproved` is met as far as one reads, with no
test of its own; `not met` and `not applicable` say why.
"""

import ast
import csv
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
VERDICTS: Final = ("met", "unproved", "not met", "not applicable")
# How many requirements the standard has at each of the two levels.
WHOLE: Final = {"1": 70, "2": 183}


class Requirement(NamedTuple):
    """A row of the file."""

    requirement: str
    level: str
    verdict: str
    test: str
    remark: str


def requirements() -> list[Requirement]:
    """The rows, in the order of the standard."""
    with (ROOT / "tests" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return [Requirement(**row) for row in csv.DictReader(file)]


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_each_requirement_of_both_levels_is_answered_once() -> None:
    rows = requirements()

    assert len({row.requirement for row in rows}) == len(rows)
    assert {level: sum(row.level == level for row in rows) for level in WHOLE} == WHOLE
    assert {row.verdict for row in rows} == set(VERDICTS)


def test_what_is_met_is_proved_by_a_test_that_is_there_and_the_rest_says_why() -> None:
    unsaid = [row.requirement for row in requirements() if row.verdict != "met" and not row.remark]
    missing = [
        row.test
        for row in requirements()
        if row.verdict == "met"
        if not (file := row.test.partition("::")[0]) or row.test.partition("::")[2] not in functions_of(file)
    ]

    assert (unsaid, missing) == ([], [])
