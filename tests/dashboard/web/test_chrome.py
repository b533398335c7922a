"""The translation of Streamlit's own words cannot run in circles, and is well written."""

import re

import pytest

from dashboard.web import document
from dashboard.wording.typography import typeset


def test_no_translation_is_itself_translated() -> None:
    """Otherwise the script would answer its own changes without end."""
    exact = {**document.TEXTS, **document.LABELS}
    french = [*exact.values(), *(replacement for _, replacement in document.PATTERNS)]

    assert not set(french) & set(exact)
    assert not [text for text in french for pattern, _ in document.PATTERNS if re.search(pattern, text)]


def test_translations_are_typeset() -> None:
    french = [*document.TEXTS.values(), *document.LABELS.values(), *(text for _, text in document.PATTERNS)]

    assert [text for text in french if typeset(text) != text] == []


@pytest.mark.parametrize(("pattern", "replacement"), document.PATTERNS)
def test_a_pattern_keeps_every_value_it_reads(pattern: str, replacement: str) -> None:
    values = {int(number) for number in re.findall(r"\$(\d)", replacement)}

    assert values <= set(range(1, re.compile(pattern).groups + 1))
