"""What is typed in a field of numbers, days or moments: read as it was meant, or told with the remedy, never guessed."""

from datetime import UTC, date, datetime
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.imports.kinds import KINDS, ImportKind
from dashboard.ui.forms.entries.fields import EntryField, Widget
from dashboard.ui.forms.weekly_sheet import whole_number
from dashboard.wording.parsing import NotANumber, WrongCell

REFUSED: Final = "refused"
NARROW: Final = "\u202f"

COUNTS: Final = {
    "12": 12,
    "3.0": 3,
    "3,0": 3,
    " 4 ": 4,
    f"1{NARROW}234": 1234,
    "0": 0,
    "": None,
    "   ": None,
    "-1": -1,  # a number, which the rules of the sheet refuse
    "3,7": REFUSED,
    "2.5": REFUSED,
    "1e3": REFUSED,
    "0x10": REFUSED,
    "١٢": REFUSED,
    "１２": REFUSED,  # full-width digits are told rather than guessed
    "NaN": REFUSED,
    "Infinity": REFUSED,
    "True": REFUSED,
    "12abc": REFUSED,
    "12 50": REFUSED,
    "²": REFUSED,
    "½": REFUSED,
    "=1+1": REFUSED,
    "--3": REFUSED,
    "9223372036854775808": REFUSED,
    "9" * 5000: REFUSED,
}
DAYS: Final = {
    "30/05/2017": date(2017, 5, 30),
    "02/03/2026": date(2026, 3, 2),  # the day first
    "1er juin 2026": date(2026, 6, 1),
    "jeudi 1er\u00a0juin 2017": date(2017, 6, 1),
    "2017-05-30": date(2017, 5, 30),
    "29/02/2028": date(2028, 2, 29),
    "": None,
    "31/02/2026": REFUSED,
    "29/02/2027": REFUSED,
    "30/05/17": REFUSED,
    "46350": REFUSED,
    "10000-01-01": REFUSED,
    "2026-W53": REFUSED,
    "٣٠/٠٥/٢٠١٧": REFUSED,
    "demain": REFUSED,
    "00/00/0000": REFUSED,
}
MOMENTS: Final = {
    "30/05/2017 9 h 30": datetime(2017, 5, 30, 7, 30, tzinfo=UTC),
    "30 mai 2017 à 9:30": datetime(2017, 5, 30, 7, 30, tzinfo=UTC),
    "29/03/2026 2 h 30": REFUSED,  # clocks go forward over it
    "25/10/2026 2 h 30": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # it comes twice: the first of the two
    "30/05/2017 24 h": REFUSED,
    "30/05/2017 9 h 61": REFUSED,
    "30/05/2017": REFUSED,
}


def read(kind: Widget, text: str) -> object:
    """What the field makes of a text; a refusal must name the field and say what is wrong."""
    told = ""
    try:
        return EntryField("field", "Champ", kind).parsed(text)
    except ValueError as wrong:
        told = str(wrong)
    assert told.startswith("Champ")
    assert "Indiquez" in told or "n’existe pas" in told or "trop long" in told
    return REFUSED


@pytest.mark.parametrize(("text", "expected"), COUNTS.items(), ids=lambda value: repr(value)[:20])
def test_a_number_is_read_as_it_was_meant_or_told(text: str, expected: object) -> None:
    found = read("whole", text)

    assert found == expected


@pytest.mark.parametrize(("text", "expected"), COUNTS.items(), ids=lambda value: repr(value)[:20])
def test_the_weekly_sheet_reads_the_same_numbers(text: str, expected: object) -> None:
    try:
        found: object = whole_number(text)
    except NotANumber:
        found = REFUSED

    assert found == expected


@pytest.mark.parametrize(("text", "expected"), DAYS.items(), ids=repr)
def test_a_day_is_read_day_first_or_told(text: str, expected: object) -> None:
    assert read("day", text) == expected


@pytest.mark.parametrize(("text", "expected"), MOMENTS.items(), ids=repr)
def test_a_moment_is_one_of_the_clocks_of_paris_or_told(text: str, expected: object) -> None:
    assert read("moment", text) == expected


digits = st.text(alphabet="0123456789+-.,eE/: \u202f\u00a0hH٣²ⅷ", max_size=24)


@pytest.mark.parametrize("kind", ["whole", "decimal", "day", "moment"])
@given(text=st.text(max_size=60) | digits)
@example(text="1" * 4301)
@example(text="a\ud800")
@example(text="\x00")
def test_any_text_is_read_or_refused_with_a_sentence(kind: Widget, text: str) -> None:
    """And what was read, typed again, is the same."""
    field = EntryField("field", "Champ", kind)

    found = read(kind, text)

    if found != REFUSED:
        assert read(kind, field.typed(found)) == found


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@given(text=st.text(max_size=60) | digits)
@example(text="1" * 4301)
@example(text="a\ud800")
def test_any_cell_of_a_file_is_read_or_refused_with_a_sentence(kind: ImportKind, text: str) -> None:
    for column in kind.columns:
        told = "read"
        try:
            column.read(text)
        except WrongCell as wrong:
            told = str(wrong)
        assert told
