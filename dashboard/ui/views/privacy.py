"""What the product knows of people, as a table and a few sentences."""

import polars as pl

from dashboard.exports.tables import Table
from dashboard.settings import load_settings
from dashboard.wording.privacy import RECORDED, RIGHTS_OF_PEOPLE, Recorded
from dashboard.wording.retention import how_long
from data_access.retention_rules import RULES


def recorded_table() -> Table:
    """One row per kind of record."""
    rows = [{"what": each.what, "why": each.why, "how_long": _how_long(each), "who": each.who} for each in RECORDED]
    headings = {"what": "Ce qui est noté", "why": "Pourquoi", "how_long": "Combien de temps", "who": "Qui le voit"}
    return Table("Données sur les personnes", pl.DataFrame(rows), headings)


def _how_long(record: Recorded) -> str:
    """What the settings in force say, so that the page promises what the product does."""
    if record.rule is None:
        return record.how_long
    rule = RULES[record.rule]
    said = how_long(rule.key, rule.unit, load_settings().retention[rule.key])
    return f"{record.how_long} ; {said[0].lower()}{said[1:]}" if record.how_long else said


def sentence() -> str:
    """What the page says first."""
    return "Le tableau de bord compte des places et des semaines ; il ne connaît des personnes que ce que leur accueil demande."


def lines() -> tuple[str, ...]:
    """What people may ask, and whom."""
    contact = load_settings().contact_email
    whom = f"Écrivez à {contact}." if contact else "Écrivez à la coordination du réseau de télécentres."
    return (*RIGHTS_OF_PEOPLE, f"Pour exercer vos droits : {whom}")
