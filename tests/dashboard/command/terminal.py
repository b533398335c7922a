"""What a test of the command types, and where."""

import socket
from collections.abc import Callable

from click.testing import Result

# One typed line, given word by word, and what comes of it.
Run = Callable[..., Result]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
