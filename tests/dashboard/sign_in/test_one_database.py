"""A server has one engine for its database: all that it answers shares its connections."""

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.configuration import clock
from dashboard.configuration.database import database, engine_of
from dashboard.identity import signing
from dashboard.ui import session, store
from dashboard.web.drafts import DRAFT_ADDRESS, PURPOSE
from data_access.rights import Actor
from tests.dashboard.sign_in.visitors import ELISE, Visitor

ROOT = Path(__file__).parents[3]


def test_pages_sign_in_drafts_news_open_data_and_health_share_one_engine(
    visitor: Visitor, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CYBERCANTAL_OPEN_DATA", "true")
    opened: list[str] = []
    create_engine = sa.create_engine

    def counted(address: Any, **options: Any) -> sa.Engine:
        opened.append(str(address))
        return create_engine(address, **options)

    monkeypatch.setattr(sa, "create_engine", counted)

    assert visitor.get("/sante").json()["database"] == "ok"
    assert visitor.get("/donnees/lieux.csv").status_code == 200
    assert visitor.get(signing.check_in_path("MURAT")).status_code == 200
    assert visitor.sign_in(ELISE).status_code == 303
    assert visitor.is_signed_in
    assert visitor.get("/nouveautes").status_code == 200
    claims = {"actor": ELISE, "role": "animator", "form": "semaine", "about": "MURAT", "version": 0}
    token = signing.sign_timed(PURPOSE, claims)
    assert visitor.post(DRAFT_ADDRESS, json={"token": token, "fields": {"commentaire": "oui"}}).status_code == 200
    with session.acting(Actor(ELISE, "animator", frozenset({"MURAT"}))):
        assert not store.centres(on=clock.today()).is_empty()

    assert opened == [str(engine.url)]


def test_another_address_has_an_engine_of_its_own(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    first = database()
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", f"sqlite:///{engine.url.database}.other")

    assert database() is not first
    assert engine_of(str(engine.url)) is first


def test_nobody_else_opens_an_engine() -> None:
    """But the commands on the database, which begin and end with it."""
    openers = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "dashboard").rglob("*.py")
        if re.search(r"\b(open_engine|create_engine)\(", file.read_text(encoding="utf-8"))
    }

    assert openers == {"dashboard/configuration/database.py", "dashboard/command/database.py"}
