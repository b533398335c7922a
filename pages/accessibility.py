"""Accessibilité: what was checked, what is missing, and whom to tell."""

import streamlit as st

from dashboard.ui import components, guard
from dashboard.ui.views import accessibility as view

guard.enter("accessibility")

components.page_title("accessibility")
components.key_sentence(view.STATE)
st.subheader("Ce qui est vérifié", anchor=False)
components.notes(view.CHECKED)
st.subheader("Ce qui manque encore", anchor=False)
components.notes(view.MISSING)
components.note(view.whom_to_tell())
