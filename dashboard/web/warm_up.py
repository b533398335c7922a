"""Done once, while the first visitor's browser loads: the slow imports, then the garbage collector put at rest."""

import gc
import importlib
import logging
import threading
from typing import Final

_log = logging.getLogger(__name__)

# What the first pages need. The last four are loaded by Streamlit itself at its first table or image, and must be whole
# before two visitors draw at once (see wait_until_warm).
MODULES: Final = (
    "dashboard.ui.shell",
    "dashboard.ui.components",
    "data_access.migrations",
    "pyarrow",
    "numpy",
    "pandas",
    "PIL.Image",
)

# Set while nothing is being loaded, so also where nobody starts warming.
_warm = threading.Event()
_warm.set()


def start_warming() -> None:
    """Loads in a thread; whoever is about to import the same modules calls `wait_until_warm` first."""
    _warm.clear()
    threading.Thread(target=_load_and_freeze, name="warm-up", daemon=True).start()


def wait_until_warm() -> None:
    """Returns once nothing is being loaded.

    Two threads that import at once do not wait for each other everywhere: Altair looks whether NumPy or pandas is loaded,
    and would take one that another visitor's thread has only begun to load.
    """
    _warm.wait()


def _load_and_freeze() -> None:
    try:
        for module in MODULES:
            try:
                importlib.import_module(module)
            except Exception:
                # The page itself will fail with the same error, and show it to the visitor as it should.
                _log.exception("cannot import %s ahead of time", module)
        # Objects that live as long as the process are never looked at again by the collector. Without it each collection
        # walks 200,000 of them and holds every session for a tenth of a second.
        gc.collect()
        gc.freeze()
    finally:
        _warm.set()
