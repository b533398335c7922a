"""Méthodologie: what each figure means, and what was published."""

import streamlit as st

from dashboard.indicators.catalogue import ALL, SUBJECTS
from dashboard.ui import about, components, guard

guard.enter("methodology")

components.page_title("methodology")
components.key_sentence(
    f"{len(ALL)} indicateurs, chacun avec sa définition, sa formule et sa source : les mêmes dans toutes les pages."
)
subjects = {f"sujet-{number}": name for number, name in enumerate(SUBJECTS, start=1)}
others = {"publies": "Les chiffres publiés", "regles": "Les règles communes"}
indicators = about.indicators_table()
rows = {indicator["key"]: indicator for indicator in indicators.frame.iter_rows(named=True)}
with components.one_text():
    components.contents(None, *subjects.items(), *others.items())
    for part, name in subjects.items():
        components.heading(name, part)
        for indicator in SUBJECTS[name]:
            components.definition(rows[indicator.key])
    components.files(indicators, key="indicateurs")
components.heading(others["publies"], "publies")
components.note(
    "Deux sources donnent pour 2013 des positions de travail différentes : 58 dans le dossier du Département, "
    "47 dans un article d’octobre 2013. Le tableau de bord retient 58 et garde les deux en vue."
)
published = about.published_table()
with components.one_text():
    components.table(published)
    components.files(published, key="chiffres-publies")
components.heading(others["regles"], "regles")
for rule in about.RULES:
    st.markdown(f"- {rule}")
