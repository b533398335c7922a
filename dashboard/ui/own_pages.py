"""Links to the addresses of the server that Streamlit does not draw: signing in, one's account."""

from html import escape

import streamlit as st

from dashboard.wording.typography import typeset


def link(label: str, address: str, *, primary: bool = False) -> None:
    """A link that looks like a button and stays in this tab: the one it leaves would keep the rights it was opened with."""
    look = "cc-door cc-door-primary" if primary else "cc-door"
    st.html(f'<a class="{look}" target="_self" href="{escape(address)}">{escape(typeset(label))}</a>')
