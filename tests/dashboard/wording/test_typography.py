import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.wording.typography import capital, typeset


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
