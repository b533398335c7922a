"""Saisie hebdomadaire: one centre and week, entered in less than a minute; the whole network on one sheet to coordinate."""

import streamlit as st

from dashboard.configuration import clock
from dashboard.ui import components, filters, guard
from dashboard.ui.forms import network_form, weekly_form, weekly_sheet
from dashboard.ui.forms.weekly_sheet import sheet_of
from dashboard.ui.journal import draw_history
from dashboard.ui.place_choice import chosen_own_centre
from dashboard.wording import dates
from dashboard.wording.typography import escape_markdown

guard.enter("weekly_entry")

components.page_title("weekly_entry")
view = weekly_sheet.chosen_view()
if view == "reseau":
    week = weekly_sheet.chosen_network_week()
    weekly_sheet.draw_legend(week, network=True)
    st.header(f"{dates.week_title(week)} — tous les télécentres", anchor=False)
    network_form.draw_network_week(week)
else:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        place = chosen_own_centre(filters.own_centres(), width=260, on_change=weekly_sheet.forget_week)
        week = weekly_sheet.chosen_week(place[0]) if place else None
    if place and week:
        code, name = place
        weekly_sheet.draw_legend(week)
        st.header(escape_markdown(f"{dates.week_title(week)} — {name}"), anchor=False)
        sheet = sheet_of(code, name, week, clock.today())
        weekly_form.draw_form(sheet)
        draw_history("attendance_week", sheet.journal_key)
