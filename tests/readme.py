"""The parts of the README that are derived from registries: `python -m tests.readme --write` refreshes them."""

import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dashboard.configuration.settings import settings_table
from dashboard.indicators.catalogue import ALL
from dashboard.ui.navigation import present_pages
from tests.test_asvs import VERDICTS, requirements

README: Final = Path(__file__).parents[1] / "README.md"


def pages_table() -> str:
    """One line per page that is there."""
    lines = ["| Section | Page | Ce qu’elle répond |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {page.section} | {page.title} | {page.question} |" for page in present_pages())])


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


PARTS: Final[dict[str, Callable[[], str]]] = {
    "pages": pages_table,
    "indicators": indicators_table,
    "settings": settings_table,
    "asvs": asvs_table,
}


def with_fresh_parts(text: str) -> str:
    """The text with every derived part as its registry says it today."""
    for name, part in PARTS.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text, found = pattern.subn(lambda match, part=part: f"{match[1]}{part().strip()}\n{match[2]}", text)
        assert found == 1, f"README has no part {name}"
    return text


if __name__ == "__main__" and "--write" in sys.argv:
    README.write_text(with_fresh_parts(README.read_text(encoding="utf-8")), encoding="utf-8")
