"""Sessions d'accueil: who comes, and who settles."""

import streamlit as st

from dashboard.configuration import clock
from dashboard.figures import welcome as figures
from dashboard.figures.published import session_totals
from dashboard.ui import components, disclosure, filters, guard, store
from dashboard.ui.forms.entries.finding import draw_door
from dashboard.ui.forms.entries.subjects import HOUSEHOLD, SESSION

guard.enter("welcome")

PUBLISHED = ("totaux-publies", "Les totaux publiés en juillet 2017, et ceux de la base")
SPANS = {figures.ALL_SESSIONS: "Toutes", figures.LAST_TEN: "Les dix dernières"}

components.page_title("welcome")
reader = disclosure.reader()
facts = store.welcome_facts(as_of=clock.today())
span, picked = figures.ALL_SESSIONS, ""
if reader.sees_small_counts:
    span = filters.choice(
        st.segmented_control, "Sessions", SPANS, key="sessions", usual=figures.ALL_SESSIONS, required=True
    )
components.masking_note()
above = st.container()
chart_side, sheet_side = st.columns([5, 2], gap="medium") if reader.sees_small_counts else (st.container(), None)
every = store.said(figures.sessions, facts, span)
if sheet_side is not None and every.names:
    with sheet_side:
        picked = filters.choice(st.selectbox, "Fiche d’une session", every.names, key="session", usual=every.last_known)
        components.sheet(every.names[picked], store.said(figures.sheet, facts, int(picked)))
        draw_door(SESSION, HOUSEHOLD, text=f"session n° {picked}")
said = store.said(figures.welcome_sessions, facts, reader, span=span, selected=int(picked) if picked else None)
table = store.said(session_totals, facts, reader)
with above, components.one_text():
    components.opening(said)
    components.contents(said, *((PUBLISHED,) if table.frame.height else ()))
keys = list(said.figures)
with chart_side:
    components.figures(said, keys[0])
for pair in (keys[1:3], keys[3:]):
    components.figures(said, *pair)
if table.frame.height:
    with components.one_text():
        components.heading(PUBLISHED[1], PUBLISHED[0])
        components.table(table)
        components.files(table, key="totaux-publies", of_facts=True)
        components.notes(table.notes)
        components.note(said.note)
else:
    components.note(said.note)
