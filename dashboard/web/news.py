"""Which state of the data is stored now, for the pages that ask whether theirs is still the last."""

import logging
from functools import cache
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dashboard.configuration.settings import SettingsError, load_settings
from dashboard.web.warm_up import wait_until_warm

if TYPE_CHECKING:
    import sqlalchemy as sa

NEWS_ADDRESS: Final = "/nouveautes"
_log = logging.getLogger(__name__)


def news(_request: Request) -> PlainTextResponse:
    """The data version, a number that grows with every write and says nothing of what was written; 503 without it."""
    # Imported late: the server listens before they are loaded.
    wait_until_warm()
    from sqlalchemy.exc import SQLAlchemyError

    from data_access.engine import data_version

    try:
        with _engine(load_settings().database_url).connect() as connection:
            told, status = str(data_version(connection)), 200
    except (SettingsError, SQLAlchemyError, OSError) as error:
        _log.warning("no data version: %s", error)
        told, status = "", 503
    return PlainTextResponse(told, status_code=status, headers={"Cache-Control": "no-store"})


@cache
def _engine(url: str) -> "sa.Engine":
    from data_access.engine import open_engine

    return open_engine(url)


NEWS_ROUTES: Final = (Route(NEWS_ADDRESS, news),)
