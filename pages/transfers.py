"""Import et export: files in, files out, whole or not at all."""

from dashboard.ui import components, guard
from dashboard.ui.forms import transfers

guard.enter("transfers")

components.page_title("transfers")
kind = transfers.chosen_kind()
if kind is not None:
    transfers.draw_review()
    transfers.draw_import(kind)
    transfers.draw_history()
    transfers.draw_export(kind)
transfers.draw()
