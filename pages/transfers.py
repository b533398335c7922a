"""Import et export: files in, files out, whole or not at all."""

from dashboard.ui import components, guard
from dashboard.ui.forms import import_file as form
from dashboard.ui.views import open_data

guard.enter("transfers")

components.page_title("transfers")
kind = form.chosen_kind()
if kind is not None:
    form.draw_import(kind)
    form.draw_export(kind)
    form.draw_history()
open_data.draw()
