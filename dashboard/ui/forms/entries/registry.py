"""Every entry form, once."""

from typing import Final

from dashboard.ui.forms.entries.agenda_forms import AGENDA_FORMS
from dashboard.ui.forms.entries.model import EntryForm
from dashboard.ui.forms.entries.people_forms import PEOPLE_FORMS
from dashboard.ui.forms.entries.place_forms import PLACE_FORMS
from dashboard.ui.forms.entries.programme_forms import PROGRAMME_FORMS

ENTRY_FORMS: Final[tuple[EntryForm, ...]] = (*PEOPLE_FORMS, *PROGRAMME_FORMS, *AGENDA_FORMS, *PLACE_FORMS)
"""In the order of the page."""
