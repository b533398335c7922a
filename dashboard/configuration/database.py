"""The application's database: one engine for an address in the whole process, given to whoever asks something of it."""

import threading
from typing import TYPE_CHECKING, Final

from dashboard.configuration.settings import load_settings

if TYPE_CHECKING:
    # Loaded with the first question: the server listens before that.
    import sqlalchemy as sa

_ENGINES: "Final[dict[str, sa.Engine]]" = {}
_OPENING: Final = threading.Lock()


def database() -> "sa.Engine":
    """The engine of the database that the settings name now."""
    return engine_of(load_settings().database_url)


def engine_of(url: str) -> "sa.Engine":
    """The engine of an address, opened by the first who needs it: its connections are shared by all the others."""
    from data_access.engine import open_engine

    with _OPENING:
        if url not in _ENGINES:
            _ENGINES[url] = open_engine(url)
        return _ENGINES[url]
