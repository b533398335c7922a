"""Import et export: files in, files out, whole or not at all."""

from dashboard.ui import components, guard
from dashboard.ui.forms import importing, transfers
from dashboard.ui.forms import transfers as form

guard.enter("transfers")

components.page_title("transfers")
kind = form.chosen_kind()
if kind is not None:
    importing.draw_review()
    form.draw_import(kind)
    importing.draw_history()
    form.draw_export(kind)
transfers.draw()
