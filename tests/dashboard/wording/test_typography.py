import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.wording.typography import capital, escape_markdown, typeset


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Semaine 22 : du lundi", "Semaine 22\u00a0: du lundi"),
        ("Est-ce exact ?", "Est-ce exact\u202f?"),
        ("2 demi-journées ; d'habitude 15 !", "2 demi-journées\u202f; d’habitude 15\u202f!"),
        ("« Murat »", "«\u00a0Murat\u00a0»"),
        ("« Où ? »", "«\u00a0Où\u202f?\u00a0»"),
        ("35 % ou 934 €", "35\u00a0% ou 934\u00a0€"),
        ("fablab au n° 2", "fablab au n°\u00a02"),
        ("https://cantal.fr/a?b=1;c", "https://cantal.fr/a?b=1;c"),
        ("Ajouter :material/add: ici", "Ajouter :material/add: ici"),
        ("à 10:30", "à 10:30"),
    ],
)
def test_signs_get_the_space_and_the_apostrophe_of_french(typed: str, expected: str) -> None:
    assert typeset(typed) == expected


@given(st.text(alphabet="a 1'’:;!?«»%€n°\u00a0\u202f"))
def test_typesetting_twice_changes_nothing_more(text: str) -> None:
    once = typeset(text)

    assert typeset(once) == once


def test_a_capital_keeps_its_accent() -> None:
    assert capital("étape suivante") == "Étape suivante"
    assert capital("") == ""


def test_what_streamlit_would_find_in_the_finished_text_is_broken_by_a_joiner() -> None:
    """A backslash is no help there: it is gone when signs by name and addresses are looked for."""
    shown = escape_markdown(":material/home: :home: www.a.fr https://a.fr a@b.fr")

    assert re.search(r":material/|:home:|www\.|https?://|\w@", shown) is None
    assert shown.replace("\u2060", "").replace("\\", "") == ":material/home: :home: www.a.fr https://a.fr a@b.fr"
    assert [escape_markdown(text) for text in ("- l", "1. l", "    code")] == ["\\- l", "1\\. l", "code"]
