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


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("8.0B", "8\u00a0o"),
        ("1.5MB", "1,5\u00a0Mo"),
        ("Error: image/png files are not allowed.", "Ce fichier n’est pas d’une sorte qui convienne ici."),
        ("Error: File must be 40.0MB or smaller.", "Le fichier dépasse 40\u00a0Mo."),
        ("Press Ctrl+Enter to submit form", "Ctrl + Entrée pour enregistrer"),
        ("Selected Date: May 01, 2017", "Date choisie : 1er\u00a0mai 2017"),
    ],
)
def test_what_a_component_says_of_a_file_or_a_day_is_said_in_french(english: str, french: str) -> None:
    rules = [(re.compile(pattern), re.sub(r"\$(\d)", r"\\\1", said)) for pattern, said in document.PATTERNS]

    assert next(rule.sub(said, english) for rule, said in rules if rule.search(english)) == typeset(french)


@pytest.mark.parametrize(("pattern", "replacement"), document.PATTERNS)
def test_a_pattern_keeps_every_value_it_reads(pattern: str, replacement: str) -> None:
    values = {int(number) for number in re.findall(r"\$(\d)", replacement)}

    assert values <= set(range(1, re.compile(pattern).groups + 1))
