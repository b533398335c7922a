"""Données d’une personne: what is known of one person, and what they may ask: a copy, to leave the directory, to be erased."""

from dashboard.ui import components, guard
from dashboard.ui.forms import person_requests as form
from dashboard.ui.views import personal_data

guard.enter("persons")

components.page_title("persons")
form.draw()
personal_data.draw()
