"""The parts of the README that are derived: `python -m tests.readme --write` refreshes those of registries, and
`cybercantal bench … | python -m tests.readme --bench`, or `--scale`, that of a measure."""

import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dashboard.configuration.settings import settings_table
from dashboard.imports import reading
from dashboard.imports.kinds import KINDS
from dashboard.indicators.catalogue import ALL
from dashboard.ui.navigation import PAGES
from dashboard.web import check_in, middleware
from tests.test_asvs import VERDICTS, requirements
from tests.test_faults import faults

README: Final = Path(__file__).parents[1] / "README.md"


def pages_table() -> str:
    """One line per page that is there."""
    lines = ["| Section | Page | Ce qu’elle répond |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {page.section} | {page.title} | {page.question} |" for page in PAGES)])


def indicators_table() -> str:
    """One line per indicator."""
    titles = ("Indicateur", "Clé", "Définition", "Formule", "Unité", "Source")
    rows = [(each.label, f"`{each.key}`", each.definition, each.formula, each.unit.label, each.source) for each in ALL]
    lines = [titles, ("---",) * len(titles), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def asvs_table() -> str:
    """How many requirements of each level are met, and how many are not or are not proved."""
    lines = ["| Level | Met, with a test | Met, by reading alone | Not met | Not applicable |", "|---|---|---|---|---|"]
    for level in ("1", "2"):
        counts = Counter(each.verdict for each in requirements() if each.level == level)
        lines.append(f"| {level} | " + " | ".join(str(counts[verdict]) for verdict in VERDICTS) + " |")
    return "\n".join(lines)


def bounds_table() -> str:
    """How much of what costs is done at once, and for whom."""
    rows = (
        (
            "Open pages of who is not signed in, from one address and in all",
            f"{middleware.SOCKETS_OF_A_SOURCE}, {middleware.SOCKETS_OF_VISITORS}",
        ),
        ("Open pages of an account and of all accounts", f"{middleware.SOCKETS_OF_AN_ACCOUNT}, {middleware.SOCKETS}"),
        (
            "A message of a page, of who is not signed in and of an account",
            f"{middleware.LARGEST_OF_A_VISITOR:,}, {middleware.LARGEST_MESSAGE:,} bytes",
        ),
        (
            "A text of a message, the query of an address",
            f"{middleware.LONGEST_TEXT:,}, {middleware.LONGEST_QUERY:,} signs",
        ),
        (
            "Files sent to forms of import, by one page and by all",
            f"{middleware.UPLOADED_BY_A_SESSION:,}, {middleware.UPLOADED:,} bytes",
        ),
        ("A file to import, read in a process of its own", f"{reading.LARGEST_FILE:,} bytes"),
        ("Passwords checked at once, by known browsers and by others", "1, 1"),
        ("Arrivals by the code of a wall, by hour and address", str(check_in.ARRIVALS_OF_A_SOURCE)),
    )
    return "\n".join(["| What | At most |", "|---|---|", *(f"| {what} | {most} |" for what, most in rows)])


def faults_table() -> str:
    """Each fault that was foreseen, with the test that proves what becomes of it, or why there is none."""
    said = {"test": "test", "command": "test, and more by a command", "partly": "in part", "not": "no test"}
    lines = ["| | Fault | Proved by | Test | |", "|---|---|---|---|---|"]
    for each in faults():
        name = each.proof.partition("::")[2]
        lines.append(
            f"| {each.fault} | {each.what} | {said[each.verdict]} | {f'`{name}`' if name else ''} | {each.remark} |"
        )
    return "\n".join(lines)


def kinds_of_files() -> str:
    """Each kind of file, in the order in which an empty database is filled."""
    return f"Une base neuve se remplit dans l’ordre où les fichiers se citent : {', '.join(KINDS)}."


PARTS: Final[dict[str, Callable[[], str]]] = {
    "pages": pages_table,
    "indicators": indicators_table,
    "settings": settings_table,
    "asvs": asvs_table,
    "bounds": bounds_table,
    "faults": faults_table,
    "files": kinds_of_files,
}


def with_fresh_parts(text: str) -> str:
    """The text with every derived part as its registry says it today."""
    for name, part in PARTS.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text, found = pattern.subn(lambda match, part=part: f"{match[1]}{part().strip()}\n{match[2]}", text)
        assert found == 1, f"README has no part {name}"
    return text


def with_measure(text: str, part: str, told: str) -> str:
    """The text with the table of a benchmark."""
    before, rest = text.split(f"<!-- {part} -->\n")
    after = rest.split(f"<!-- /{part} -->")[1]
    return f"{before}<!-- {part} -->\n```text\n{told.strip()}\n```\n<!-- /{part} -->{after}"


MEASURES: Final = ("bench", "scale")

if __name__ == "__main__":
    for part in MEASURES:
        if f"--{part}" in sys.argv:
            README.write_text(
                with_measure(README.read_text(encoding="utf-8"), part, sys.stdin.read()), encoding="utf-8"
            )
if __name__ == "__main__" and "--write" in sys.argv:
    README.write_text(with_fresh_parts(README.read_text(encoding="utf-8")), encoding="utf-8")
