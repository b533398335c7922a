"""Import et export: files in, files out, whole or not at all."""

from dashboard.ui import components, guard
from dashboard.ui.forms import transfers
from dashboard.ui.forms import transfers as form

guard.enter("transfers")

components.page_title("transfers")
kind = form.chosen_kind()
if kind is not None:
    form.draw_import(kind)
    form.draw_export(kind)
    form.draw_history()
transfers.draw()
