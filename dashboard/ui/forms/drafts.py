"""What is typed in a form and not recorded: the right to keep it on the server, which the page's script is given."""

from html import escape
from typing import Final

import streamlit as st

from dashboard.identity.signing import sign_timed
from dashboard.ui import session

PURPOSE: Final = "draft"
"""What the tokens of drafts are signed for."""


def draft_token(form: str, about: str, version: int) -> str:
    """The right to keep what is typed in a form on a subject, over a version of it."""
    actor = session.current_actor()
    claims = {"actor": actor.name, "role": actor.role, "form": form, "about": about, "version": version}
    return sign_timed(PURPOSE, claims)


def draw_marker(token: str, *, prefix: str, request_key: str) -> None:
    """Asks the page's script to keep the fields of the form it stands in: those whose key begins with `prefix`."""
    st.html(
        f'<p class="cc-draft cc-note" role="status" data-token="{escape(token)}" data-prefix="{escape(prefix)}" '
        f'data-request-key="{escape(request_key)}"></p>'
    )
