"""Autres saisies: everything that is noted beside the weekly sheet, one form at a time."""

from dashboard.ui import components, guard
from dashboard.ui.forms.entries import drawing

guard.enter("other_entries")

components.page_title("other_entries")
form = drawing.chosen_form()
if form is not None:
    drawing.draw_form(form)
