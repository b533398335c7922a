"""Which form of a place is open: one at a time, until it is saved or given up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from dashboard.ui.forms.entries.editing import begin, correct, memory
from dashboard.ui.forms.entries.model import EntryForm

_OPEN: Final = "place_form"


@dataclass(frozen=True)
class OpenForm:
    """The form that was opened, for which place, and the number of its fields: another one means it was saved."""

    form: str
    code: str
    number: int


def open_form(form: EntryForm, code: str, typed: Mapping[str, str], **about: Any) -> None:
    """Opens a form on what its fields hold."""
    memory().said.pop(form.key, None)
    editing = begin(form, typed, **about)
    st.session_state[_OPEN] = OpenForm(form.key, code, editing.number)


def open_correction(form: EntryForm, code: str, row_id: int) -> None:
    """Opens a form on a row that is stored."""
    correct(form, row_id)
    editing = memory().editing.get(form.key)
    if editing is not None:
        st.session_state[_OPEN] = OpenForm(form.key, code, editing.number)


def open_code() -> str | None:
    """The place of the form that is open."""
    opened: OpenForm | None = st.session_state.get(_OPEN)
    return opened.code if opened else None


def is_open(form: EntryForm, code: str) -> bool:
    """Whether this form is open for this place, and neither saved nor given up."""
    editing = memory().editing.get(form.key)
    return editing is not None and st.session_state.get(_OPEN) == OpenForm(form.key, code, editing.number)
