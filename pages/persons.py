"""Données d’une personne: what is known of one person, and what they may ask: a copy, to leave the directory, to be erased."""

from dashboard.ui import about, components, guard
from dashboard.ui.forms import person_requests as form

guard.enter("persons")

components.page_title("persons")
form.draw()
about.draw_retention()
