"""Autres saisies: everything that is noted beside the weekly sheet, and every record found again to correct it."""

from dashboard.ui import components, guard
from dashboard.ui.forms.entries import finding

guard.enter("other_entries")

components.page_title("other_entries")
finding.draw()
