"""What stands around every page: the warning over invented data, and the foot that says where figures come from."""

from html import escape
from pathlib import Path
from typing import Final

import streamlit as st

from dashboard.ui import clock, store
from dashboard.wording import dates
from dashboard.wording.terms import DEMONSTRATION, PROGRAMME
from dashboard.wording.typography import typeset

_LOOK: Final = Path(__file__).with_name("assets") / "look.css"
# The licence of the boundaries asks that their producers be named.
ATTRIBUTION: Final = (
    "Limites et populations : IGN (ADMIN EXPRESS COG), Insee, DILA, sous Licence Ouverte 2.0. "
    "Chiffres publiés : sources citées en page Méthodologie."
)


def open_page() -> None:
    """Draws what stands above the page."""
    st.html(_LOOK)
    if store.is_demonstration():
        as_of = store.demonstration_as_of()
        made = f", composées pour le {dates.long_date(as_of)}" if as_of else ""
        st.html(
            f'<p class="cc-ribbon" role="note"><strong>{DEMONSTRATION}</strong>{made}. '
            + escape(
                typeset("Les chiffres sont inventés, sauf ceux de l’évaluation publiée pour 2013 et les faits sourcés.")
            )
            + "</p>"
        )


def close_page() -> None:
    """Draws what stands below the page."""
    today = clock.today()
    st.html(
        '<footer class="cc-footer">'
        f"<p>{PROGRAMME} · Conseil départemental du Cantal · état au {escape(dates.full_date(today))}.</p>"
        f"<p>{escape(typeset(ATTRIBUTION))}</p></footer>"
    )
