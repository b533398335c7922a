"""Who may do what, printed from the very table that the pages, the reads and the writes obey."""

from collections.abc import Iterable

import polars as pl

from dashboard.exports.tables import Table
from dashboard.ui.navigation import present_pages
from dashboard.wording.terms import ACTORS, READERS
from dashboard.wording.terms import RIGHTS as WORDS
from data_access.rights import RIGHTS, Right

_YES, _NO = "oui", "–"


def rights_table() -> Table:
    """One row per right, one column per role."""
    rows: list[dict[str, str]] = [dict(right=WORDS[right].title, **_marks(right, ACTORS)) for right in Right]
    headings: dict[str, str] = {"right": "Droit", **{role: term.brief for role, term in ACTORS.items()}}
    return Table("Qui peut quoi", pl.DataFrame(rows), headings)


def pages_table() -> Table:
    """One row per page of the menu, one column per role."""
    rows: list[dict[str, str]] = [dict(page=entry.title, **_marks(entry.right, READERS)) for entry in present_pages()]
    headings: dict[str, str] = {"page": "Page", **{role: term.brief for role, term in READERS.items()}}
    return Table("Qui ouvre quelle page", pl.DataFrame(rows), headings)


def _marks(right: Right, roles: Iterable[str]) -> dict[str, str]:
    return {role: _YES if right in rights else _NO for role, rights in RIGHTS.items() if role in roles}


def sentence() -> str:
    """What the page says first."""
    return "Chacun ne voit que ce que son travail demande ; l’animation ne saisit que pour ses propres télécentres."
