"""The product as a user starts it: the real command, on a folder of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
# The day the network's own programme speaks of: one week is running, one is late, events are to come.
TODAY = "2017-05-30"
# A server that never starts is told from one that starts on a busy machine; how quick it is, is measured elsewhere.
FIRST_START_SECONDS = 600


class ServerNotStarted(Exception):
    """The command ended, or did not answer in time; the message is what it printed."""


@contextmanager
def running_server(folder: Path, *arguments: str, **options: Any) -> Iterator[str]:
    """The address of `started_server`."""
    with started_server(folder, *arguments, **options) as (address, _server):
        yield address


@contextmanager
def started_server(
    folder: Path,
    *arguments: str,
    today: str = TODAY,
    ready_when: str = "/sante",
    settings: Mapping[str, str] | None = None,
    port: int = 0,
    program: Sequence[str] = (sys.executable, "-c", "from dashboard.command import main; main()"),
    started_in: Path = ROOT,
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address and the process of a server on demonstration data, made in the folder if it is empty.

    It is stopped by its own number. It is ready when `/sante` answers, all being loaded; `/` answers as soon as it listens.
    """
    port = port or free_port()
    log = folder / "server.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CYBERCANTAL_")}
    environment |= {"CYBERCANTAL_DATA_FOLDER": str(folder), "CYBERCANTAL_TODAY": today, **(settings or {})}
    with log.open("w", encoding="utf-8") as output:
        server = subprocess.Popen(
            [*program, *arguments, "--port", str(port), "--no-browser"],
            cwd=started_in,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}{ready_when}", server, log)
        yield address, server
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + FIRST_START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=60):
            return
        time.sleep(0.2)
    raise ServerNotStarted(log.read_text(encoding="utf-8"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
