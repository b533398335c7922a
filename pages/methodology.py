"""Méthodologie: what each figure means, and what was published."""

import streamlit as st

from dashboard.indicators.catalogue import ALL
from dashboard.ui import about, components, guard

guard.enter("methodology")

components.page_title("methodology")
components.key_sentence(
    f"{len(ALL)} indicateurs, chacun avec sa définition, sa formule et sa source : les mêmes dans toutes les pages."
)
st.header("Les indicateurs", anchor=False)
indicators = about.indicators_table()
with components.one_text():
    for indicator in indicators.frame.iter_rows(named=True):
        components.definition(indicator)
    components.files(indicators, key="indicateurs")
st.header("Les chiffres publiés", anchor=False)
components.note(
    "Deux sources donnent pour 2013 des positions de travail différentes : 58 dans le dossier du Département, "
    "47 dans un article d’octobre 2013. Le tableau de bord retient 58 et garde les deux en vue."
)
published = about.published_table()
with components.one_text():
    components.table(published)
    components.files(published, key="chiffres-publies")
st.header("Règles communes", anchor=False)
for rule in about.RULES:
    st.markdown(f"- {rule}")
