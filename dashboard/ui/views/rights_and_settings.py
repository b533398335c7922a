"""Who may do what, and the settings in force, printed from the tables that the product obeys."""

from collections.abc import Iterable

import polars as pl

from dashboard.configuration.settings import SECRETS, Settings, load_settings, shown_url, variable
from dashboard.figures.model import Table
from dashboard.ui.navigation import PAGES
from dashboard.wording.terms import ACTORS, MISSING, READERS
from dashboard.wording.terms import RIGHTS as WORDS
from data_access.rights import RIGHTS, Right

# Who may do what, printed from the very table that the pages, the reads and the writes obey.

_YES, _NO = "oui", "–"


def rights_table() -> Table:
    """One row per right, one column per role."""
    rows: list[dict[str, str]] = [dict(right=WORDS[right].title, **_marks(right, ACTORS)) for right in Right]
    headings: dict[str, str] = {"right": "Droit", **{role: term.brief for role, term in ACTORS.items()}}
    return Table("Qui peut quoi", pl.DataFrame(rows), headings)


def pages_table() -> Table:
    """One row per page of the menu, one column per role."""
    rows: list[dict[str, str]] = [dict(page=entry.title, **_marks(entry.right, READERS)) for entry in PAGES]
    headings: dict[str, str] = {"page": "Page", **{role: term.brief for role, term in READERS.items()}}
    return Table("Qui ouvre quelle page", pl.DataFrame(rows), headings)


def _marks(right: Right, roles: Iterable[str]) -> dict[str, str]:
    return {role: _YES if right in rights else _NO for role, rights in RIGHTS.items() if role in roles}


def sentence() -> str:
    """What the page says first."""
    return "Chacun ne voit que ce que son travail demande ; l’animation ne saisit que pour ses propres télécentres."


# The settings in force, without their secrets.


def settings_table() -> Table:
    """One row per setting: what it is for and its value now; a secret only says whether it is set."""
    settings = load_settings()
    rows = [
        {"variable": variable(name), "meaning": field.description, "value": _shown(name, getattr(settings, name))}
        for name, field in Settings.model_fields.items()
    ]
    headings = {"variable": "Variable", "meaning": "Rôle", "value": "Valeur"}
    return Table("Réglages en vigueur", pl.DataFrame(rows), headings)


def _shown(name: str, value: object) -> str:
    if name in SECRETS:
        return "réglé, non montré" if value else MISSING
    if isinstance(value, bool):
        # As the variable is written.
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or MISSING
    return shown_url(str(value)) if value not in ("", None) else MISSING
