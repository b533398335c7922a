"""A real mail server, to which the product sends."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller


class Letterbox:
    """What a mail server received; `full` makes it refuse."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.full = False

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        if self.full:
            return "452 4.2.2 Mailbox full"
        self.letters.append(BytesParser(policy=default).parsebytes(envelope.content))  # type: ignore[arg-type]
        return "250 OK"


@contextmanager
def open_letterbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Letterbox]:
    """A server that the settings name, for the time of a block."""
    box = Letterbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    monkeypatch.setenv("CYBERCANTAL_MAIL_SERVER", "127.0.0.1")
    monkeypatch.setenv("CYBERCANTAL_MAIL_PORT", str(port))
    monkeypatch.setenv("CYBERCANTAL_MAIL_SECURITY", "none")
    monkeypatch.setenv("CYBERCANTAL_MAIL_SENDER", "relances@example.org")
    monkeypatch.setenv("CYBERCANTAL_PUBLIC_ADDRESS", "https://tableau.example.org/")
    yield box
    server.stop()
