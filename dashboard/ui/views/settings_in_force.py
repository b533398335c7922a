"""The settings in force, without their secrets."""

import polars as pl

from dashboard.exports.tables import Table
from dashboard.settings import SECRETS, Settings, load_settings, shown_url, variable
from dashboard.wording.terms import MISSING


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
