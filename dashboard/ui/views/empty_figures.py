"""A figure, or the reason why there is nothing to draw: an empty frame of axes tells nobody anything."""

from collections.abc import Callable

import streamlit as st

from dashboard.ui import components
from dashboard.ui.components import Figure
from dashboard.wording.typography import typeset


def figure_or(reason: str, shown: Figure, *, on_select: Callable[[], None] | None = None) -> None:
    """Draws the figure when its table has a row; else its headline and the reason."""
    if shown.table.frame.height:
        components.figure(shown, on_select=on_select)
    else:
        st.subheader(typeset(shown.headline), anchor=False)
        components.note(reason)
