"""Opening hours as people write them, back to half-days; what is ambiguous is told, never guessed."""

import contextlib
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.wording.parsing import NotHours, parse_hours_fr

MORNING, AFTERNOON = (time(9), time(12, 30)), (time(14), time(18))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("  fermé ", {}),
        ("9 h – 12 h 30", {"am": MORNING}),
        ("9h-12h30", {"am": MORNING}),
        ("de 9:00 à 12:30", {"am": MORNING}),
        ("9\u00a0h\u00a0–\u00a012\u00a0h\u00a030", {"am": MORNING}),
        ("14h-18h", {"pm": AFTERNOON}),
        ("9 h – 12 h 30, 14 h – 18 h", {"am": MORNING, "pm": AFTERNOON}),
        ("9h-12h30 et 14h-18h", {"am": MORNING, "pm": AFTERNOON}),
        ("9h-12h30;14-18", {"am": MORNING, "pm": AFTERNOON}),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, expected: dict[str, tuple[time, time]]) -> None:
    assert parse_hours_fr(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bientôt", "ne dit pas des horaires"),
        ("9h", "ne dit pas des horaires"),
        ("25h-26h", "cette heure n’existe pas"),
        ("9h60-12h", "cette heure n’existe pas"),
        ("9h-18h", "séparez les deux demi-journées"),
        ("8h-9h, 10h-11h, 14h-15h", "au plus une matinée et un après-midi"),
        ("\u0669h-12h", "ne dit pas des horaires"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, said: str) -> None:
    with pytest.raises(NotHours, match=said):
        parse_hours_fr(text)


@given(st.text(max_size=40))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    with contextlib.suppress(NotHours):
        assert set(parse_hours_fr(text)) <= {"am", "pm"}
