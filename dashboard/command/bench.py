"""`cybercantal bench`: how fast pages are, as ratios within one run. Seconds are never compared across machines.

What it measures it makes: databases of invented data in a folder of its own, servers of its own, an empty page started with the
same options to compare with. Rounds are interleaved, so that a machine that slows down slows all alike; medians are told.
"""

import json
import logging
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from socket import create_server
from typing import Any, Final
from unittest.mock import patch

import click
import sqlalchemy as sa

from dashboard.command.database import bring_up_to_date, opened
from dashboard.command.run import ROOT
from data_access.demonstration import load_demonstration
from data_access.engine import writing
from data_access.schema import metadata

_TODAY: Final = "2026-11-20"
_EMPTY: Final = "import streamlit as st\nst.title('Rien')\n"
_PATIENCE_SECONDS: Final = 120
_CLICKS: Final = 12
_PERIODS: Final = ("4s", "12s", "52s")
# A check-in that moves no figure of another page, and a sheet that moves those of most: a half-day less in the latest one.
_WRITTEN: Final = {
    "visit": "UPDATE visit SET id = id WHERE id = (SELECT max(id) FROM visit)",
    "attendance_week": "UPDATE attendance_day SET half_days = half_days - 1 WHERE id = (SELECT d.id FROM attendance_day d"
    " JOIN attendance_week w ON w.id = d.attendance_week_id WHERE w.status = 'complete' AND d.half_days > 1"
    " ORDER BY d.day DESC, d.id DESC LIMIT 1)",
}


def _whole_numbers(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[int, ...]:
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if not numbers or not all(1 <= number <= 100 for number in numbers):
        raise click.BadParameter("des nombres de 1 à 100, séparés par des virgules.")
    return numbers


@click.command()
@click.option(
    "--scale",
    default="1",
    metavar="N,N",
    callback=_whole_numbers,
    help="Multiples du nombre de lieux, par exemple 1,10.",
)
@click.option(
    "--sessions", default="1,10", metavar="N,N", callback=_whole_numbers, help="Nombres de personnes à la fois."
)
@click.option(
    "--url", default="", metavar="ADRESSE", help="Base vide, PostgreSQL par exemple, où mesurer au lieu de SQLite."
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    default=_TODAY,
    show_default=True,
    metavar="AAAA-MM-JJ",
    help="Jour auquel les données s’arrêtent : plus tôt, elles sont plus vite faites.",
)
@click.option("--page", "names", multiple=True, metavar="NOM", help="Seulement cette page ; peut être répété.")
@click.option("--browser", is_flag=True, help="Mesurer aussi dans un navigateur (Chromium et Playwright installés).")
@click.option(
    "--rounds", type=click.IntRange(3, 50), default=9, show_default=True, metavar="N", help="Mesures par page."
)
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="Présentation."
)
def bench(
    scale: tuple[int, ...],
    sessions: tuple[int, ...],
    url: str,
    as_of: datetime,
    names: tuple[str, ...],
    browser: bool,
    rounds: int,
    form: str,
) -> None:
    """Mesurer la rapidité des pages, en rapports à une page vide.

    Sur des bases d’essai, faites puis effacées : leur taille et le temps de les faire. Processeur et questions posées par
    page, chaude et froide ; clics par seconde de plusieurs personnes à la fois ; avec --browser, ce que voit un navigateur.
    """
    day = as_of.date()
    found: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cœurs, Python {platform.python_version()}"
    }
    with tempfile.TemporaryDirectory() as folder, ExitStack() as closing:
        bases, found["bases"] = {}, []
        for times in scale:
            began = time.process_time()
            bases[times] = _database(Path(folder), times, url if times == scale[0] else "", day)
            found["bases"].append({"scale": times, "seconds": time.process_time() - began, **sizes(bases[times])})
        with _scripts_compiled_once():
            found["pages"] = [line for times, base in bases.items() for line in pages(base, times, day, rounds, names)]
        base = bases[scale[0]]
        ours = closing.enter_context(_server(Path(folder), base, day))
        empty = closing.enter_context(_server(Path(folder), "", day))
        found["sessions"] = [
            {"sessions": many, "clicks_per_second": _clicks(ours, many), "empty": _clicks(empty, many)}
            for many in sessions
        ]
        if browser:
            found["browser"] = list(in_a_browser(ours, empty))
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if form == "json" else "\n".join(_told(found)))


def _told(found: dict[str, Any]) -> Iterator[str]:
    yield f"Machine : {found['machine']}. Rapports à une page vide, médianes d’une même mesure."
    yield f"{'base':<10}{'lieux':>8}{'personnes':>12}{'relevés':>10}{'pointages':>12}{'Mo':>8}{'processeur (s)':>16}"
    for line in found["bases"]:
        counts = f"{line['centre']:>8}{line['person']:>12}{line['attendance_week']:>10}{line['visit']:>12}"
        yield f"{'×' + str(line['scale']):<10}{counts}{line['bytes'] / 1e6:>8.0f}{line['seconds']:>16.0f}"
    yield ""
    yield f"{'page':<22}{'lieux':>7}{'inchangée':>11}{'pointage':>10}{'relevé':>9}{'à froid':>9}{'requêtes':>10}"
    for line in found["pages"]:
        yield (
            f"{line['page']:<22}{'×' + str(line['scale']):>7}{_decimal(line['warm']):>11}{_decimal(line['visit']):>10}"
            f"{_decimal(line['attendance_week']):>9}{_decimal(line['cold']):>9}{line['statements']:>10}"
        )
    yield ""
    yield f"{'personnes':<12}{'clics par seconde':>20}{'page vide':>12}{'rapport':>10}"
    for line in found["sessions"]:
        share = line["clicks_per_second"] / line["empty"]
        rates = f"{_decimal(line['clicks_per_second']):>20}{_decimal(line['empty']):>12}"
        yield f"{line['sessions']:<12}{rates}{_decimal(share):>10}"
    for line in found.get("browser", ()):
        yield f"{line['what']:<64}{_decimal(line['ratio']):>10}"


def _decimal(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


# A page in this process: what a run costs the processor, over what an empty script costs it, and what it asks.


def pages(url: str, times: int, day: date, rounds: int, names: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """One line a page: processor of an unchanged rerun, of the first one after a check-in, after a weekly sheet, and with
    nothing kept, over an empty script's."""
    from streamlit.testing.v1 import AppTest
    from streamlit.util import calc_hash

    from dashboard.ui import store
    from dashboard.ui.navigation import PAGES

    # Streamlit says of each page that it has no browser.
    logging.getLogger("streamlit").setLevel(logging.ERROR)
    asked: list[str] = []
    os.environ.update(CYBERCANTAL_DATABASE_URL=url, CYBERCANTAL_TODAY=day.isoformat())
    counted = (sa.engine.Engine, "before_cursor_execute", lambda _c, _cursor, sent, *_others: asked.append(sent))
    sa.event.listen(*counted)
    empty = AppTest.from_string(_EMPTY, default_timeout=_PATIENCE_SECONDS)
    empty.run()
    for entry in (entry for entry in PAGES if not names or entry.name in names):
        app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=_PATIENCE_SECONDS)
        app._page_hash = calc_hash(entry.address)
        app.run()
        spent: dict[str, list[float]] = {"empty": [], "warm": [], "cold": [], **{what: [] for what in _WRITTEN}}
        for _ in range(rounds):
            spent["empty"].append(_processor(empty.run))
            asked.clear()
            spent["warm"].append(_processor(app.run))
            statements = sum(statement.lstrip().upper().startswith("SELECT") for statement in asked)
        for _ in range(max(3, rounds // 3)):
            for what, statement in _WRITTEN.items():
                with opened(url) as engine, writing(engine) as connection:
                    connection.exec_driver_sql(statement)
                spent[what].append(_processor(app.run))
            store.KEPT.clear()
            spent["cold"].append(_processor(app.run))
        empty_run = statistics.median(spent.pop("empty"))
        ratios = {name: statistics.median(values) / empty_run for name, values in spent.items()}
        yield {"page": entry.name, "scale": times, **ratios, "statements": statements}
    sa.event.remove(*counted)


@contextmanager
def _scripts_compiled_once() -> Iterator[None]:
    """As on a server: AppTest compiles the application and its page at each run."""
    from streamlit.runtime.scriptrunner.script_cache import ScriptCache
    from streamlit.testing.v1 import app_test, local_script_runner

    compiled = ScriptCache()
    with ExitStack() as restored:
        for module in (app_test, local_script_runner):
            restored.enter_context(patch.object(module, "ScriptCache", lambda: compiled))
        yield


def _processor(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


# Several people at once, over real sockets: each presses the filter of the period as soon as the last answer is whole.


def _clicks(address: str, many: int) -> float:
    """Clicks answered in a second, all sessions together."""
    ready, start, answered = threading.Barrier(many + 1), threading.Event(), [0] * many

    def visit(place: int) -> None:
        with _socket(address) as socket:
            filter_id = _loaded(socket)
            ready.wait(_PATIENCE_SECONDS)
            start.wait(_PATIENCE_SECONDS)
            for turn in range(_CLICKS):
                _press(socket, filter_id, _PERIODS[turn % len(_PERIODS)])
                answered[place] += 1

    threads = [threading.Thread(target=visit, args=(place,), daemon=True) for place in range(many)]
    for thread in threads:
        thread.start()
    ready.wait(_PATIENCE_SECONDS)
    began = time.perf_counter()
    start.set()
    for thread in threads:
        thread.join(_PATIENCE_SECONDS)
    return sum(answered) / (time.perf_counter() - began)


def _socket(address: str) -> Any:
    from websockets.sync.client import connect
    from websockets.typing import Origin, Subprotocol

    return connect(
        f"{address.replace('http', 'ws', 1)}/_stcore/stream",
        origin=Origin(address),
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
    )


def _loaded(socket: Any) -> str:
    """Opens the home page; the filter of its period, empty for a page that has none."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    opening = BackMsg()
    opening.rerun_script.query_string = ""
    socket.send(opening.SerializeToString())
    found = ""
    for message in _answer(socket):
        if message.WhichOneof("type") == "delta" and message.delta.new_element.WhichOneof("type") == "button_group":
            found = found or message.delta.new_element.button_group.id
    return found


def _press(socket: Any, filter_id: str, period: str) -> None:
    from streamlit.proto.BackMsg_pb2 import BackMsg

    pressed = BackMsg()
    if filter_id:
        widget = pressed.rerun_script.widget_states.widgets.add()
        widget.id = filter_id
        widget.string_array_value.data.append(period)
    else:
        pressed.rerun_script.query_string = ""
    socket.send(pressed.SerializeToString())
    for _message in _answer(socket):
        pass


def _answer(socket: Any) -> Iterator[Any]:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    while True:
        message = ForwardMsg()
        message.ParseFromString(socket.recv(_PATIENCE_SECONDS, decode=False))
        yield message
        if message.WhichOneof("type") == "script_finished":
            return


# A browser: how long until a page shows something else, and until it has settled, over an empty page.

_WATCHED: Final = """(press) => new Promise((done) => {
  const began = performance.now(); let last = began, first = null;
  const watch = new MutationObserver((changes) => {
    last = performance.now();
    if (first === null && changes.some((each) => each.type !== 'attributes')) first = last;
  });
  watch.observe(document.querySelector("[data-testid='stMain']") || document.body,
    {subtree: true, childList: true, attributes: true, characterData: true});
  if (press) document.querySelector(press)?.click();
  const wait = () => performance.now() - last > 400
    ? (watch.disconnect(), done([(first ?? last) - began, last - began])) : setTimeout(wait, 40);
  setTimeout(wait, 40);
})"""
_FILTER: Final = "button[data-variant='segmented_control']:not([data-selected='true'])"
_IN_A_BROWSER: Final = ("overview", "attendance", "passes")


def in_a_browser(ours: str, empty: str) -> Iterator[dict[str, Any]]:
    """Reload of a page, and a press of its filter of the period, over the same of an empty page with a button."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise click.ClickException(
            "Playwright n’est pas installé : lancez « uv sync », ou retirez --browser."
        ) from None
    from dashboard.ui.navigation import page_entry

    pages = {name: f"{ours}/{page_entry(name).address}" for name in _IN_A_BROWSER} | {"empty": empty}
    spent: dict[tuple[str, str], list[float]] = {}
    executable = next((path for path in _CHROMIUM if Path(path).exists()), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        tabs = {name: chromium.new_page() for name in pages}
        for name, tab in tabs.items():
            tab.goto(pages[name])
            tab.wait_for_selector("h1")
        for _ in range(_LOOKS):
            for name, tab in tabs.items():
                began = time.perf_counter()
                tab.reload()
                tab.wait_for_selector("h1")
                tab.evaluate(_WATCHED, "")
                spent.setdefault((name, "reload"), []).append((time.perf_counter() - began) * 1000 - 400)
                # What was already looked at, as in the figures of a rerun.
                for number in range(1 + len(_PERIODS)):
                    found = tab.evaluate(_WATCHED, "[data-testid='stButton'] button" if name == "empty" else _FILTER)
                    if number:
                        for what, milliseconds in zip(("changed", "settled"), found, strict=True):
                            spent.setdefault((name, what), []).append(milliseconds)
        chromium.close()
    told = {
        "reload": "rechargement",
        "changed": "clic sur la période, premier changement",
        "settled": "clic sur la période, stabilisé",
    }
    for name in _IN_A_BROWSER:
        for what, said in told.items():
            yield {
                "what": f"{page_entry(name).title} : {said}",
                "milliseconds": statistics.median(spent[name, what]),
                "ratio": statistics.median(spent[name, what]) / statistics.median(spent["empty", what]),
            }


_LOOKS: Final = 5
_CHROMIUM: Final = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


# What is measured: a demonstration, with as many times its places as asked for, and servers as users start them.


def _database(folder: Path, times: int, url: str, day: date) -> str:
    url = url or f"sqlite:///{folder / f'{times}.sqlite'}"
    with opened(url) as engine:
        bring_up_to_date(engine)
        load_demonstration(engine, as_of=day, scale=times)
    return url


_COUNTED: Final = ("centre", "person", "attendance_week", "visit")


def sizes(url: str) -> dict[str, int]:
    """The rows that grow with the network, by table, and the `bytes` that the whole base takes."""
    with opened(url) as engine, engine.connect() as connection:
        counts = {
            name: connection.execute(sa.select(sa.func.count()).select_from(metadata.tables[name])).scalar_one()
            for name in _COUNTED
        }
        if engine.dialect.name == "sqlite":
            pages_of, each = (
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size")
            )
            return {**counts, "bytes": pages_of * each}
        return {
            **counts,
            "bytes": connection.execute(sa.select(sa.func.pg_database_size(sa.func.current_database()))).scalar_one(),
        }


@contextmanager
def _server(folder: Path, url: str, day: date) -> Iterator[str]:
    """The address of the product on this database, or of an empty page with the product's options; stopped at the end."""
    with create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    environment = {
        **os.environ,
        "CYBERCANTAL_DATABASE_URL": url,
        "CYBERCANTAL_TODAY": day.isoformat(),
        "CYBERCANTAL_DATA_FOLDER": str(folder),
    }
    if url:
        command = ["-c", "from dashboard.command import main; main()", "--port", str(port), "--no-browser"]
    else:
        script = folder / "empty.py"
        # Each press shows something else.
        script.write_text(f"import time\n{_EMPTY}st.button('Rien')\nst.text(time.time())\n", encoding="utf-8")
        command = ["-m", "streamlit", "run", str(script), f"--server.port={port}", "--server.address=127.0.0.1"]
        command += ["--server.headless=true"]
    server = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline and server.poll() is None:
            with suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=10):
                break
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(20)
