"""Centres: what is known of each place, with its dates, and the forms that change it."""

import streamlit as st

from dashboard.figures import places as sheet
from dashboard.ui import components, guard, place_choice
from dashboard.ui.forms import centres as forms
from dashboard.ui.forms.entries.finding import draw_door
from dashboard.ui.forms.entries.subjects import PERIOD_FORMS, PLACE_FORMS
from dashboard.ui.journal import draw_history

guard.enter("centres")

components.page_title("centres")
forms.follow_saved()
with st.container(horizontal=True, vertical_alignment="bottom"):
    place = place_choice.chosen_sheet()
    forms.draw_new_place()

forms.draw_open_form(place.code if place else "")
forms.draw_published_places()
if place:
    components.key_sentence(sheet.place_sentence(place))
    left, right = st.columns(2, gap="large")
    with left:
        components.sheet(place.row["name"], sheet.identity(place.row, place.former_openings))
        forms.draw_sheet_button(place.code)
        if place.row["status"] == "closed":
            forms.draw_reopening_button(place.code)
        draw_history("centre", place.code)
    with right:
        st.header("Horaires", anchor=False)
        components.table_or_note(sheet.week_table(place), "")
        components.notes(
            sheet.hours_history(place)
            or [forms.not_noted("Aucun horaire n’est noté : le lieu n’offre aucune demi-journée.")]
        )
        forms.draw_hours_button(place.code)
        draw_history("opening_hours", place.code)
        st.header("Positions de travail", anchor=False)
        components.table_or_note(sheet.seats_table(place), forms.not_noted("Aucune position de travail n’est notée."))
        forms.draw_seats_button(place.code)
        draw_history("centre_capacity", place.code)
    left, right = st.columns(2, gap="large")
    with left:
        st.header("Fermetures à venir", anchor=False)
        components.notes(sheet.closure_lines(place) or ["Aucune fermeture n’est prévue."])
        forms.draw_closure_buttons(place.code, sheet.correctable_closures(place))
    with right:
        st.header("Coûts", anchor=False)
        components.table_or_note(sheet.costs_table(place), forms.not_noted("Aucun coût n’est noté."))
        forms.draw_cost_buttons(place.code, sheet.correctable_costs(place))
    draw_door(*PERIOD_FORMS, *PLACE_FORMS, centre_code=place.code)
