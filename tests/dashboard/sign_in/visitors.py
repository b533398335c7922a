"""A browser before the addresses of signing in, and the people whose accounts it may open."""

import re
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from httpx import Response
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dashboard.identity.accounts import COOKIE, hash_password
from dashboard.web.middleware import SecurityHeaders
from dashboard.web.routes import EXCEPTION_HANDLERS, ROUTES
from data_access.engine import writing
from data_access.schema import account, account_centre, centre

ADDRESS: Final = "https://tableau.exemple.fr"
NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ELISE: Final = "elise.chassang@example.org"
HELENE: Final = "helene.vaurs@example.org"
SOURCE: Final = "192.0.2.7"
GOOD: Final = "trois vaches rouges au col"
_TOKEN: Final = re.compile(r'name="token" value="([^"]+)"')


class Visitor(TestClient):
    """Somebody's browser, which keeps its cookies; nothing of Streamlit is served to it."""

    def __init__(self, source: str = SOURCE) -> None:
        # The routes alone: the clock is moved here, and a server of sessions would wait for it.
        alone = Starlette(
            routes=ROUTES, middleware=[Middleware(SecurityHeaders)], exception_handlers=dict(EXCEPTION_HANDLERS)
        )
        super().__init__(alone, base_url=ADDRESS, follow_redirects=False, client=(source, 50_000))

    def token(self, path: str) -> str:
        """What the form of a page carries."""
        found = _TOKEN.search(self.get(path).text)
        assert found is not None
        return found[1]

    def fill(self, path: str, *, page: str = "", **fields: str) -> Response:
        """Opens a page and sends its form to `path`."""
        return self.post(path, data={"token": self.token(page or path), **fields})

    def sign_in(self, email: str, password: str = GOOD, **fields: str) -> Response:
        return self.fill("/connexion", adresse=email, mot_de_passe=password, **fields)

    @property
    def cookie(self) -> str:
        """The session's secret, as the browser keeps it."""
        return self.cookies.get(COOKIE, "")

    @property
    def is_signed_in(self) -> bool:
        """Whether the page of one's account opens: asked of the server at each action."""
        return self.get("/compte").status_code == 200


def add_account(
    engine: sa.Engine, email: str, role: str = "animator", *, password: str | None = GOOD, centre_code: str = "MURAT"
) -> int:
    """An account as any other program would write it."""
    kept = None if password is None else hash_password(password)
    with writing(engine) as connection:
        account_id = connection.execute(
            sa.insert(account)
            .values(email=email, display_name=email.split("@")[0], role=role, password_hash=kept)
            .returning(account.c.id)
        ).scalar_one()
        if role == "animator":
            kept_centre = sa.select(centre.c.id).where(centre.c.code == centre_code).scalar_subquery()
            connection.execute(sa.insert(account_centre).values(account_id=account_id, centre_id=kept_centre))
    return int(account_id)
