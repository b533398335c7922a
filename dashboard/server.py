"""The server: Streamlit's application of `dashboard/app.py`, with our own addresses, headers and French around it.

`streamlit run dashboard/server.py` finds `app` here; `cybercantal` does the same after preparing the database.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import streamlit as st
from starlette.middleware import Middleware

from dashboard.configuration.settings import load_settings
from dashboard.web.health import show_failure
from dashboard.web.middleware import Bounds, KnownHosts, SecurityHeaders, StartsClosed, StreamlitAccess, StreamlitFiles
from dashboard.web.routes import EXCEPTION_HANDLERS, ROUTES
from dashboard.web.warm_up import start_warming

SCRIPT: Final = Path(__file__).with_name("app.py")


@asynccontextmanager
async def _lifespan(_app: st.App) -> AsyncIterator[dict[str, object]]:
    """Visitors are answered at once; the slow imports go on in a thread meanwhile."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for room in ("dashboard", "data_access"):
        logging.getLogger(room).setLevel(load_settings().log_level.upper())
    start_warming()
    yield {}


app = st.App(
    SCRIPT,
    routes=ROUTES,
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(KnownHosts),
        Middleware(StartsClosed),
        Middleware(Bounds),
        Middleware(StreamlitAccess),
        Middleware(StreamlitFiles),
    ],
    exception_handlers=EXCEPTION_HANDLERS,
    on_script_error=show_failure,
    lifespan=_lifespan,
)
