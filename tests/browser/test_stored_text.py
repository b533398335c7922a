"""A text escaped for Streamlit is shown letter by letter, wherever Streamlit reads Markdown: no link, sign, formula or list."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from tests.browser.server import ROOT, _wait_for, free_port

pytestmark = pytest.mark.slow

TYPED: Final = (
    "[x](//e.fr) ![i](//e.fr/a.png) [a]: //e.fr [^1]",
    "**g** _i_ ~~s~~ `c` $a$ $$b$$ \\(c\\)",
    ":material/home: :home: :red[r] :streamlit: ::note",
    "<b>h</b> &lt;b&gt; <https://e.fr>",
    "www.evil.example WWW.e.fr https://evil.example HTTP://e.fr a.b@evil.example",
    "# t",
    "- l",
    "1. l",
    "> q",
    "=?utf-8?q?x=0ABcc:_evil@evil?=",
    "10:30 a:b c :d http://x.fr/:home:/",
)
SCRIPT: Final = f"""
import streamlit as st
from dashboard.wording.typography import escape_markdown as shown
for place, text in enumerate({TYPED!r}):
    with st.container(key=f"text-{{place}}"):
        st.markdown(shown(text)); st.subheader(shown(text), anchor=False); st.caption(shown(text)); st.info(shown(text))
        st.button(shown(text), key=f"b{{place}}"); st.checkbox(shown(text), key=f"c{{place}}"); st.expander(shown(text))
        st.radio(shown(text), [text], format_func=shown, key=f"r{{place}}")
st.write("Fin")
"""


def test_a_stored_text_is_shown_as_it_was_typed(browser: Browser, tmp_path: Path) -> None:
    script, log, port = tmp_path / "texts.py", tmp_path / "log", free_port()
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true", f"--server.port={port}"]
    with log.open("w") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=output, env=os.environ | {"PYTHONPATH": str(ROOT)}
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server, log)
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}")
        page.get_by_text("Fin", exact=True).wait_for()
        for place, text in enumerate(TYPED):
            drawn = page.locator(f".st-key-text-{place}")
            said = drawn.locator("[data-testid=stMarkdownContainer]").all_inner_texts()

            assert {each.replace("\u2060", "").strip() for each in said if each.strip()} == {text}
            assert drawn.locator("a, .katex, strong, em, del, code, ul, ol, blockquote, img").count() == 0, text
    finally:
        server.terminate()
        server.wait(20)
