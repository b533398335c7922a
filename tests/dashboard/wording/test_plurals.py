import pytest

from dashboard.wording.typography import count, enumeration, plural


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0\u00a0adhésion"),
        (1, "1\u00a0adhésion"),
        (1.5, "1,5\u00a0adhésion"),
        (1.96, "2\u00a0adhésions"),
        (2, "2\u00a0adhésions"),
        (1200, "1\u202f200\u00a0adhésions"),
        (1_000_000, "1\u202f000\u202f000\u00a0adhésions"),
    ],
)
def test_the_word_follows_the_number_shown(value: float, expected: str) -> None:
    assert count(value, "adhésion") == expected


def test_an_irregular_plural_is_given() -> None:
    assert plural(1, "bureau", "bureaux") == "bureau"
    assert plural(2, "bureau", "bureaux") == "bureaux"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ""),
        (["Mauriac"], "Mauriac"),
        (["Mauriac", "Ydes"], "Mauriac et Ydes"),
        (["Mauriac", "Ydes", "Murat"], "Mauriac, Ydes et Murat"),
    ],
)
def test_a_list_ends_with_et(names: list[str], expected: str) -> None:
    assert enumeration(names) == expected
