"""A machine where nothing is set, and the command as one types it there."""

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner

from dashboard.command import cybercantal, speak_french
from tests.dashboard.command.terminal import Run, free_port


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, as on a machine where nothing is set."""
    for name in [name for name in os.environ if name.startswith("CYBERCANTAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CYBERCANTAL_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("CYBERCANTAL_TODAY", "2017-05-30")
    monkeypatch.setenv("CYBERCANTAL_PORT", str(free_port()))
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """The command, typed there."""
    speak_french()
    return lambda *arguments: CliRunner().invoke(cybercantal, [*arguments], prog_name="cybercantal")


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which a mail server listens: it speaks first, and not as a web server does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_greet_who_comes, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def _greet_who_comes(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            visitor, _ = server.accept()
            with visitor:
                visitor.sendall(b"220 mail.example.org ESMTP\r\n")


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port on which another program listens, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
