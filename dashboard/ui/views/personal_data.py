"""What the product knows of people, how long it is kept, and what has been kept long enough."""

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.configuration.settings import load_settings
from dashboard.figures.model import Table
from dashboard.ui import components, session, store
from dashboard.wording.personal_data import RECORDED, RIGHTS_OF_PEOPLE, THEN, WHAT, Recorded, duration, how_long
from dashboard.wording.typography import capital, count
from data_access.engine import reading
from data_access.reads.personal_data import Due, retention_due
from data_access.retention_rules import RULES

# What the product knows of people, as a table and a few sentences.


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


# What has been kept long enough today: the rules, their durations in force, and how much each has to do.


def draw() -> None:
    """The sentence, the table, and how it is done."""
    st.subheader("Durées de conservation", anchor=False)
    with reading(session.current_engine(), clock.today(), session.current_actor()) as connection:
        found = retention_due(connection, durations=load_settings().retention, now=clock.now())
    late = sum(each.count for each in found)
    components.key_sentence(
        f"{count(late, 'ligne a été gardée', 'lignes ont été gardées')} assez longtemps."
        if late
        else "Rien n’a été gardé trop longtemps."
    )
    components.table(table(found))
    components.note(
        "Sur le serveur, « cybercantal retention plan » dit ce qui serait fait et « cybercantal retention apply » le fait ; "
        "une tâche planifiée le lance avec --yes. Aucun chiffre ne change."
    )


def table(found: list[Due]) -> Table:
    """One row per rule."""
    durations = load_settings().retention
    rows = [
        {
            "what": capital(WHAT[each.rule.key]),
            "kept": duration(each.rule.unit, durations[each.rule.key]),
            "then": capital(THEN[each.rule.deed]),
            "limit": each.limit,
            "count": each.count,
        }
        for each in found
    ]
    headings = {
        "what": "Ce qui est gardé",
        "kept": "Durée",
        "then": "Ensuite",
        "limit": "Antérieur au",
        "count": "À faire",
    }
    return Table("Durées de conservation", pl.DataFrame(rows), headings, demonstration=store.is_demonstration())
