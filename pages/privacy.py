"""Confidentialité: what is recorded of people, why, for how long, and who sees it."""

from dashboard.ui import components, guard
from dashboard.ui.views import personal_data as view

guard.enter("privacy")

components.page_title("privacy")
components.key_sentence(view.sentence())
components.table(view.recorded_table())
components.files(view.recorded_table(), key="recorded")
components.notes(view.lines())
