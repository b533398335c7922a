"""What a monitor reads: whether the database answers and is up to date."""

import logging
from functools import cache
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import JSONResponse

from dashboard.configuration.settings import SettingsError, load_settings
from dashboard.web.warm_up import wait_until_warm

if TYPE_CHECKING:
    import sqlalchemy as sa

NAME: Final = "cybercantal"
_log = logging.getLogger(__name__)


def health(_request: Request) -> JSONResponse:
    """200 when all is well, 503 otherwise. No address, version or figure: anyone may read this."""
    database = database_state()
    healthy = database == "ok"
    return JSONResponse(
        {"application": NAME, "status": "ok" if healthy else "unavailable", "database": database},
        status_code=200 if healthy else 503,
        headers={"Cache-Control": "no-store"},
    )


def database_state() -> str:
    """`ok`, `outdated` (a migration is due) or `unreachable`."""
    # Imported late: the server listens before they are loaded.
    wait_until_warm()
    from sqlalchemy.exc import SQLAlchemyError

    from data_access.migrations import schema_state

    try:
        state = schema_state(_engine(load_settings().database_url))
    except (SettingsError, SQLAlchemyError, OSError) as error:
        _log.warning("health check: %s", error)
        return "unreachable"
    return "ok" if state.is_current else "outdated"


@cache
def _engine(url: str) -> "sa.Engine":
    from data_access.engine import open_engine

    return open_engine(url)
