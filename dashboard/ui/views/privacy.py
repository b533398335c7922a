"""What the product knows of people, as a table and a few sentences."""

import polars as pl

from dashboard.exports.tables import Table
from dashboard.settings import load_settings
from dashboard.wording.privacy import RECORDED, RIGHTS_OF_PEOPLE


def recorded_table() -> Table:
    """One row per kind of record."""
    rows = [{"what": each.what, "why": each.why, "how_long": each.how_long, "who": each.who} for each in RECORDED]
    headings = {"what": "Ce qui est noté", "why": "Pourquoi", "how_long": "Combien de temps", "who": "Qui le voit"}
    return Table("Données sur les personnes", pl.DataFrame(rows), headings)


def sentence() -> str:
    """What the page says first."""
    return "Le tableau de bord compte des places et des semaines ; il ne connaît des personnes que ce que leur accueil demande."


def lines() -> tuple[str, ...]:
    """What people may ask, and whom."""
    contact = load_settings().contact_email
    whom = f"Écrivez à {contact}." if contact else "Écrivez à la coordination du réseau de télécentres."
    return (*RIGHTS_OF_PEOPLE, f"Pour exercer vos droits : {whom}")
