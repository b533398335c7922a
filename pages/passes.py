"""Pass Actifs Mobiles: does the club grow, and do the six free months lead anywhere?"""

import streamlit as st

from dashboard.indicators.passes import ALL as PASS_INDICATORS
from dashboard.ui import components, disclosure, guard
from dashboard.ui.forms.entries.finding import draw_door
from dashboard.ui.forms.entries.subjects import AGREEMENT, MEMBERSHIP, OUTCOME, PERSON, SERVICE, SUPPORT
from dashboard.ui.views import pass_for_partners, pass_people, passes
from dashboard.ui.views import passes as view
from dashboard.ui.views.partners import figure_or

guard.enter("passes")

components.page_title("passes")
if nothing := view.nobody_yet():
    components.empty(nothing)
    components.link_to("other_entries", "Noter une adhésion")
elif not disclosure.sees_small_counts():
    components.masking_note()
    pass_for_partners.draw()
else:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        club = passes.chosen_club()

    components.key_sentence(view.sentence(club))
    components.tiles(view.tiles(club))
    curve_side, task_side = st.columns([7, 4], gap="large")
    with curve_side:
        components.figure(passes.members_curve(club))
    with task_side:
        st.subheader("À faire", anchor=False)
        components.sheet(*view.ending_soon(club))
        components.link_to("other_entries", "Noter une adhésion ou un départ")
        draw_door(MEMBERSHIP, OUTCOME, AGREEMENT, SERVICE, SUPPORT, PERSON)
    components.figure(passes.flows(club))
    trial_side, reason_side = st.columns(2, gap="large")
    with trial_side:
        figure_or(view.NOBODY_JOINED, passes.cohorts(club))
    with reason_side:
        figure_or(view.NOBODY_LEFT, pass_people.reasons(club))
    status_side, centre_side = st.columns(2, gap="large")
    with status_side:
        figure_or(view.NOBODY_THERE, pass_people.by_status(club), on_select=pass_people.take_status)
    with centre_side:
        figure_or(view.NOBODY_IN_A_CENTRE, pass_people.by_centre(club), on_select=pass_people.take_centre)
    components.note(pass_people.HOW_TO_FILTER)
    service_side, support_side = st.columns(2, gap="large")
    with service_side:
        figure_or(pass_people.NO_SERVICE, pass_people.services(club))
    with support_side:
        figure_or(pass_people.NO_SUPPORT, pass_people.supports(club))
    if compared := view.comparison(club):
        st.subheader("Par rapport aux périodes précédentes", anchor=False)
        components.table(compared)
        components.files(compared, key="pass-comparaison")
        components.notes(compared.notes)
    components.note(view.closing_note(club))
    components.formulas(PASS_INDICATORS)
