"""What became of each line of a file, as rows: for the screen, for a file, and for a program."""

from collections.abc import Mapping
from typing import Any

from dashboard.imports.kinds import ImportKind
from dashboard.imports.matching import Fault
from dashboard.wording.journal import changes
from dashboard.wording.refusals import refusal_sentence
from data_access.refusals import Problem
from data_access.writes.importing import ImportOutcome


def faults_of(kind: ImportKind, problems: list[tuple[int, Problem]]) -> list[Fault]:
    """The refusals of the writes, under the headings of the file."""
    headings = {column.field: column.heading for column in kind.columns}
    return [
        Fault(
            line,
            headings.get(problem.field, kind.columns[0].heading),
            str(problem.values.get("value", "")),
            refusal_sentence(problem.rule, {"label": headings.get(problem.field, kind.title), **problem.values}),
        )
        for line, problem in problems
    ]


def differences(outcome: ImportOutcome, table_name: str) -> list[dict[str, Any]]:
    """One row per field that changes: line, field, before, after."""
    return [
        {"line": line, "field": name, "before": old, "after": new}
        for line, before, after in outcome.changed
        for name, old, new in changes({"table_name": table_name, "before": before, "after": after})
    ]


def counted(outcome: ImportOutcome) -> Mapping[str, int]:
    """How many lines of each sort."""
    return {
        "added": len(outcome.added),
        "changed": len(outcome.changed),
        "unchanged": len(outcome.unchanged),
        "refused": len({line for line, _problem in outcome.refused}),
        "unusual": len({line for line, _problem in outcome.unusual}),
    }
