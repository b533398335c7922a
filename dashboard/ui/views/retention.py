"""What has been kept long enough today: the rules, their durations in force, and how much each has to do."""

import polars as pl
import streamlit as st

from dashboard.exports.tables import Table
from dashboard.settings import load_settings
from dashboard.ui import clock, components, session, store
from dashboard.wording.plurals import count
from dashboard.wording.retention import THEN, WHAT, duration
from dashboard.wording.typography import capital
from data_access.engine import reading
from data_access.reads.personal_data import retention_due
from data_access.retention import Due


def draw() -> None:
    """The sentence, the table, and how it is done."""
    st.subheader("Durées de conservation", anchor=False)
    with reading(store.current_engine(), clock.today(), session.current_actor()) as connection:
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
