"""A day of visits in little: `python -m tests.soak [--minutes N] [--sessions N]`.

A real server on the demonstration; 25 sessions that open a page by chance, stay a moment and close, over and over, while
another program saves a week every second. Prints the server's memory as it goes, the pages drawn and those that failed, and
ends badly where the memory of the last quarter is more than a tenth above that of the quarter before.
"""

import argparse
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import psutil
import sqlalchemy as sa
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from dashboard.configuration.settings import DATABASE_FILE
from dashboard.ui.navigation import PAGES
from data_access.engine import open_engine, writing
from data_access.schema import attendance_day
from tests.browser.server import TODAY, started_server

SAMPLES: Final = 40
STAYS_SECONDS: Final = 4.0
PATIENCE_SECONDS: Final = 120
# How any page tells that it failed.
BROKEN: Final = re.compile(r"Référence\s: [0-9A-F]{6}")


def visit(address: str, page: str, stays: float) -> bool:
    """Whether a page was drawn whole, to a session of its own that stays for a moment."""
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    options: dict[str, Any] = {"origin": Origin(address), "subprotocols": [Subprotocol("streamlit")], "max_size": None}
    with connect(stream, **options) as socket:
        asked = BackMsg()
        asked.rerun_script.page_name = page
        socket.send(asked.SerializeToString())
        sound = True
        while True:
            message = ForwardMsg()
            message.ParseFromString(socket.recv(PATIENCE_SECONDS, decode=False))
            if message.WhichOneof("type") == "delta":
                sound = sound and not BROKEN.search(str(message.delta))
            if message.WhichOneof("type") == "script_finished":
                break
        time.sleep(stays)
    return sound


def save(engine: sa.Engine, number: int) -> None:
    """Moves a figure of the last months: what many pages rest on is made anew."""
    day = attendance_day.c
    last = date.fromisoformat(TODAY) - timedelta(days=30 + number % 60)
    # One that falls and comes back fits the seats.
    change = sa.update(attendance_day).where(day.day == last, day.half_days.between(0, 1), day.closed.is_(False))
    with writing(engine) as connection:
        connection.execute(change.values(half_days=1 - day.half_days))


def write(url: str, seconds: float) -> Counter[str]:
    """Saves every second; in a process of its own, which keeps the database no longer than another program would."""
    engine, end, done = open_engine(url), time.monotonic() + seconds, Counter[str]()
    while time.monotonic() < end:
        try:
            save(engine, done.total())
            done["saved"] += 1
        except sa.exc.SQLAlchemyError as error:
            done[f"not saved: {type(error).__name__}"] += 1
        time.sleep(1)
    engine.dispose()
    return done


def soak(address: str, server: psutil.Process, url: str, *, seconds: float, sessions: int) -> list[float]:
    """The memory of the server in megabytes, sampled all along, while sessions come and go."""
    end, drawn, chance = time.monotonic() + seconds, Counter[str](), random.Random(2017)

    def come_and_go(seed: int) -> None:
        mine = random.Random(seed)
        while time.monotonic() < end:
            page = mine.choice(PAGES)
            try:
                sound = visit(address, page.address, mine.uniform(0, STAYS_SECONDS))
                drawn["drawn" if sound else f"broken: {page.name}"] += 1
            except Exception as error:
                drawn[f"failed: {type(error).__name__}"] += 1

    threads = [threading.Thread(target=come_and_go, args=(chance.randrange(1 << 30),)) for _ in range(sessions)]
    memory = []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as writer:
        written = writer.submit(write, url, seconds)
        for thread in threads:
            thread.start()
        while time.monotonic() < end:
            time.sleep(seconds / SAMPLES)
            memory.append(server.memory_info().rss / 1e6)
            print(f"{len(memory) / SAMPLES:4.0%}  {memory[-1]:7.1f} MB  {dict(drawn)}", flush=True)
        for thread in threads:
            thread.join()
        print(dict(written.result()))
    return memory


def main() -> None:
    """The samples, then the quarters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--sessions", type=int, default=25)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, started_server(Path(folder)) as (address, process):
        server, url = psutil.Process(process.pid), f"sqlite:///{Path(folder) / DATABASE_FILE}"
        memory = soak(address, server, url, seconds=60 * asked.minutes, sessions=asked.sessions)
    quarter = max(1, len(memory) // 4)
    third, last = statistics.median(memory[-2 * quarter : -quarter]), statistics.median(memory[-quarter:])
    print(f"third quarter {third:.0f} MB, last quarter {last:.0f} MB, x{last / third:.2f}")
    sys.exit(0 if last <= 1.1 * third else 1)


if __name__ == "__main__":
    main()
