"""The technical log: one line an event, whoever writes it, without a word that somebody typed."""

import asyncio
import json
import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.types import Message, Receive, Scope, Send

from dashboard.server import OneLine, References

ROOT = Path(__file__).parents[2]
NAME = "jeanne.vidal@exemple.fr"
# Streamlit and uvicorn have handlers and colours of their own, before and after ours; a warning of Python has none.
EVERYBODY = f"""
import logging, logging.config, warnings
import streamlit.logger, uvicorn.config
early = streamlit.logger.get_logger("streamlit.early")
logging.config.dictConfig(uvicorn.config.LOGGING_CONFIG)
from dashboard.server import keep_log
keep_log()
early.warning("one\\ntwo")
streamlit.logger.get_logger("streamlit.late").warning("late")
logging.getLogger("uvicorn.error").error("socket")
logging.getLogger("uvicorn.access").info("127.0.0.1 - GET /?nom={NAME}")
warnings.warn("old")
try:
    raise ValueError("{NAME}")
except ValueError:
    logging.getLogger("dashboard.web").exception("a page failed")
"""


def lines_of(form: str) -> list[str]:
    settings = {**os.environ, "CYBERCANTAL_LOG_FORMAT": form, "FORCE_COLOR": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", EVERYBODY], cwd=ROOT, env=settings, capture_output=True, text=True, check=True
    )
    return ran.stderr.splitlines()


def test_every_event_is_one_line_of_json() -> None:
    events = [json.loads(line) for line in lines_of("json")]

    written = ["streamlit.early", "streamlit.late", "uvicorn.error", "py.warnings", "dashboard.web"]
    assert [event["logger"] for event in events] == written
    assert events[0]["message"] == "one\ntwo"
    assert {"time", "level", "message"} <= set(events[0])
    assert events[-1]["error"].startswith("ValueError at ")
    assert NAME not in json.dumps(events)


def test_every_event_is_one_line_of_text_without_colour() -> None:
    lines = lines_of("text")

    assert len(lines) == 5
    assert " warning streamlit.early one\\ntwo" in lines[0]
    assert not any("\x1b" in line or NAME in line for line in lines)


def test_what_a_request_causes_bears_its_reference() -> None:
    told: list[str] = []

    async def application(_scope: Scope, _receive: Receive, _send: Send) -> None:
        record = logging.LogRecord("dashboard", logging.WARNING, "", 1, "said", (), None)
        told.append(json.loads(OneLine(as_json=True).format(record)).get("request", ""))

    async def nothing(*_: Message) -> Message:
        return {}

    # In a thread of its own: a browser of another test may have left its loop in this one.
    with ThreadPoolExecutor(1) as apart:
        for _ in range(2):
            apart.submit(asyncio.run, References(application)({"type": "http"}, nothing, nothing)).result()

    first, second = told
    assert first
    assert second
    assert first != second


def test_the_words_of_an_error_are_told_for_who_asks(caplog: pytest.LogCaptureFixture) -> None:
    """And those of the error that it follows."""
    try:
        try:
            raise KeyError(NAME)
        except KeyError as error:
            raise RuntimeError("no such person") from error
    except RuntimeError as error:
        record = logging.LogRecord("dashboard", logging.ERROR, "", 1, "said", (), (type(error), error, None))
    form = OneLine(as_json=False)

    assert "RuntimeError at test_log.py:" in form.format(record)
    assert ", from KeyError at " in form.format(record)
    assert NAME not in form.format(record)
    with caplog.at_level(logging.DEBUG, "dashboard"):
        assert NAME in form.format(record)
