"""Pass Actifs Mobiles: does the club grow, and do the six free months lead anywhere?"""

import streamlit as st

from dashboard.figures import passes as figures
from dashboard.figures.pass_people import Club
from dashboard.indicators.passes import ALL as PASS_INDICATORS
from dashboard.ui import components, disclosure, filters, guard, store
from dashboard.ui.forms.entries.finding import draw_door
from dashboard.ui.forms.entries.subjects import AGREEMENT, MEMBERSHIP, OUTCOME, PERSON, SERVICE, SUPPORT

guard.enter("passes")

components.page_title("passes")
sees = disclosure.sees_small_counts()
with st.container(horizontal=True, vertical_alignment="bottom"):
    asked = filters.chosen_club() if sees else filters.published_club()
club = Club(*asked, disclosure.reader())
if nothing := figures.nobody_yet(club.facts):
    components.empty(nothing)
    components.link_to("other_entries", "Noter une adhésion")
else:
    said = store.said(figures.passes, club)
    with components.one_text():
        components.masking_note()
        components.opening(said)
        components.contents(said)
    curve_side, task_side = st.columns([7, 4], gap="large") if sees else st.columns(2, gap="large")
    with curve_side:
        components.figures(said, "pass-adherents")
    with task_side:
        if sees:
            st.header("À faire", anchor=False)
            with components.one_text():
                components.sheet(*store.said(figures.ending_soon, store.ending_free_periods(club.facts), club))
                components.link_to("other_entries", "Noter une adhésion ou un départ")
            draw_door(MEMBERSHIP, OUTCOME, AGREEMENT, SERVICE, SUPPORT, PERSON)
        else:
            components.figures(said, "pass-mouvements")
    if sees:
        components.figures(said, "pass-mouvements")
    components.figures(said, "pass-septieme-mois", "pass-motifs")
    components.figures(said, "pass-statuts", "pass-telecentres")
    components.figures(said, "pass-services", "pass-accompagnements")
    with components.one_text():
        components.figures(said, "pass-comparaison")
        components.note(said.note)
    components.formulas(PASS_INDICATORS)
