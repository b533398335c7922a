"""Méthodologie: what each figure means, and what was published."""

import streamlit as st

from dashboard.ui import components, guard
from dashboard.ui.views import methodology as view

guard.enter("methodology")

components.page_title("methodology")
components.key_sentence(view.opening_sentence())
st.subheader("Les indicateurs", anchor=False)
for indicator in view.indicators():
    components.definition(indicator)
components.files(view.indicators_table(), key="indicateurs")
st.subheader("Les chiffres publiés", anchor=False)
components.note(view.published_note())
components.table(view.published_table())
components.files(view.published_table(), key="chiffres-publies")
st.subheader("Règles communes", anchor=False)
for rule in view.RULES:
    st.markdown(f"- {rule}")
