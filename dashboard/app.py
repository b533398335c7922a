"""The script Streamlit runs at each visit and each click: what every page has, and the page asked for."""

import streamlit as st

from dashboard.web.document import icon
from dashboard.web.warm_up import wait_until_warm


def draw() -> None:
    """Draws the side bar, what stands around the page, and the page."""
    # Imported here, after the wait: at the first visit the server may still be loading them.
    from dashboard.ui.navigation import page_asked_for
    from dashboard.ui.session import one_look
    from dashboard.ui.shell import close_page, draw_side_bar, open_page

    # Only the icon and the width: a title given here would be that of every page.
    st.set_page_config(page_icon=icon(), layout="wide")
    with one_look():
        draw_side_bar()
        page = page_asked_for()
        versions = open_page()
        page.run()
        close_page(page.url_path, versions)


wait_until_warm()
draw()
