"""The product with local accounts, on a clock that can be moved."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from dashboard.identity import accounts
from data_access.engine import writing
from tests.dashboard.sign_in.visitors import ADDRESS, ELISE, HELENE, NOW, Visitor, add_account
from tests.data_access.desks import add_network
from tests.databases import engine_at


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of the machine, at 10 h in Paris when the test begins."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id as in the product, but quick: what it costs there is proved by a test of its own."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
    decoy = quick.hash("nobody has this password")
    monkeypatch.setattr(accounts, "_hasher", lambda: quick)
    monkeypatch.setattr(accounts, "_decoy", lambda: decoy)


@pytest.fixture
def engine(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> Iterator[sa.Engine]:
    """A network of two centres; Élise keeps Murat, Hélène administers."""
    file = shutil.copy(sqlite_template, tmp_path / "cybercantal.sqlite")
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setenv("CYBERCANTAL_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
    monkeypatch.setenv("CYBERCANTAL_PUBLIC_ADDRESS", ADDRESS)
    engine = engine_at(f"sqlite:///{file}")
    with writing(engine) as connection:
        add_network(connection)
    add_account(engine, ELISE)
    add_account(engine, HELENE, "administrator")
    yield engine
    engine.dispose()


@pytest.fixture
def visitor(engine: sa.Engine) -> Visitor:
    """A browser that never came."""
    return Visitor()
