"""Opening hours as people write them, back to half-days; what is ambiguous is told, never guessed."""

import contextlib
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.wording.parsing import NotHours, parse_hours_fr, parse_week_fr

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
        ("9h-12h30 / 14h-18h", {"am": MORNING, "pm": AFTERNOON}),
        ("9h00-12h30 - 14h00-18h00", {"am": MORNING, "pm": AFTERNOON}),
        ("9.00-12.30|14:00-18:00", {"am": MORNING, "pm": AFTERNOON}),
        ("9/12h30", {"am": MORNING}),
        ("de 9h à 12h30 puis de 14h à 18h", {"am": MORNING, "pm": AFTERNOON}),
        ("matin : 9h-12h30, après-midi : 14h-18h", {"am": MORNING, "pm": AFTERNOON}),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, expected: dict[str, tuple[time, time]]) -> None:
    assert parse_hours_fr(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bientôt", "ne dit pas des horaires"),
        ("9h", "ne dit pas des horaires"),
        ("9h-12h sur rendez-vous", "ne dit pas des horaires"),
        ("le soir 9h-12h", "ne dit pas des horaires"),
        ("9h-12h-14h", "ne dit pas des horaires"),
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


BOTH = {"am": MORNING, "pm": AFTERNOON}
MORNINGS = {"am": MORNING}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("fermé", {}),
        ("9h-12h30 et 14h-18h", dict.fromkeys(range(1, 6), BOTH)),
        ("lun-ven 9h-12h30 / 14h-18h", dict.fromkeys(range(1, 6), BOTH)),
        ("du lundi au vendredi, de 9 h à 12 h 30 et de 14 h à 18 h", dict.fromkeys(range(1, 6), BOTH)),
        ("Lun. au jeu. : 9h-12h30, 14h-18h ; ven. 9h-12h30", {**dict.fromkeys(range(1, 5), BOTH), 5: {"am": MORNING}}),
        ("lundi, mardi et jeudi : 9h-12h30\nsamedi 14h-18h", {1: MORNINGS, 2: MORNINGS, 4: MORNINGS, 6: {"pm": AFTERNOON}}),
        ("mercredi fermé, jeudi 14h-18h", {4: {"pm": AFTERNOON}}),
    ],
)  # fmt: skip
def test_the_hours_of_a_week_are_read_from_one_cell(
    text: str, expected: dict[int, dict[str, tuple[time, time]]]
) -> None:
    """Without a day they are those of Monday to Friday, as the model says; a day that is not named is shut."""
    assert parse_week_fr(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mardi", "ne dit pas des horaires"),
        ("sauf mercredi 9h-12h", "ne dit pas des horaires"),
        ("tous les jours 9h-12h", "ne dit pas des horaires"),
        ("lun-ven 9h-18h", "séparez les deux demi-journées"),
        ("lun-mer 9h-12h, mar 14h-18h", "deux fois le mardi"),
        ("marché 9h-12h", "ne dit pas des horaires"),
    ],
)
def test_a_week_that_cannot_be_read_is_told(text: str, said: str) -> None:
    with pytest.raises(NotHours, match=said):
        parse_week_fr(text)


@given(st.text(max_size=40) | st.text(alphabet="lunmarevdi 0189h:-/,;à", max_size=40))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    with contextlib.suppress(NotHours):
        assert set(parse_hours_fr(text)) <= {"am", "pm"}
    with contextlib.suppress(NotHours):
        assert set(parse_week_fr(text)) <= set(range(1, 8))
