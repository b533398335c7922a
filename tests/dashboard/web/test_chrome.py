"""The translation of Streamlit's own words cannot run in circles, and is well written."""

import re

import pytest

from dashboard.web import chrome
from dashboard.wording.typography import typeset


def test_no_translation_is_itself_translated() -> None:
    """Otherwise the script would answer its own changes without end."""
    exact = {**chrome.TEXTS, **chrome.LABELS}
    french = [*exact.values(), *(replacement for _, replacement in chrome.PATTERNS)]

    assert not set(french) & set(exact)
    assert not [text for text in french for pattern, _ in chrome.PATTERNS if re.search(pattern, text)]


def test_translations_are_typeset() -> None:
    french = [*chrome.TEXTS.values(), *chrome.LABELS.values(), *(text for _, text in chrome.PATTERNS)]

    assert [text for text in french if typeset(text) != text] == []


@pytest.mark.parametrize(("pattern", "replacement"), chrome.PATTERNS)
def test_a_pattern_keeps_every_value_it_reads(pattern: str, replacement: str) -> None:
    values = {int(number) for number in re.findall(r"\$(\d)", replacement)}

    assert values <= set(range(1, re.compile(pattern).groups + 1))
