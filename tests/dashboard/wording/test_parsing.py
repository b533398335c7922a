"""What people type and what their files hold: read where it has one reading, else told, or asked about once."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.wording import terms
from dashboard.wording.numbers import decimal
from dashboard.wording.parsing import (
    NotADay,
    NotANumber,
    Read,
    WrongCell,
    amount,
    any_form,
    flag,
    one_of,
    parse_day_fr,
    parse_fr,
    parse_moment_fr,
    parse_whole_fr,
    phone,
    plain,
    text,
    whole,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12,5", Decimal("12.5")),
        ("12.5", Decimal("12.5")),
        ("1 234,50", Decimal("1234.50")),
        ("1 234", Decimal(1234)),
        ("1\u202f234", Decimal(1234)),
        ("1\u00a0234,5", Decimal("1234.5")),
        ("43800", Decimal(43800)),
        (" 7 ", Decimal(7)),
        ("0", Decimal(0)),
        ("-3", Decimal(-3)),
        ("−3,2", Decimal("-3.2")),
        ("+3", Decimal(3)),
        ("934 €", Decimal(934)),
        ("934\u00a0€", Decimal(934)),
        ("1.234,50", Decimal("1234.50")),
        ("1,234.50", Decimal("1234.50")),
        ("1.234.567", Decimal(1234567)),
        ("1 234,500", Decimal("1234.5")),
        ("1234,500", Decimal("1234.5")),
        ("0,500", Decimal("0.5")),
    ],
)
def test_a_number_is_read_as_french_people_type_it(text: str, expected: Decimal) -> None:
    assert parse_fr(text) == expected


@pytest.mark.parametrize("text", ["", " ", "\u00a0"])
def test_a_blank_is_nothing_not_zero(text: str) -> None:
    assert parse_fr(text) is None
    assert parse_whole_fr(text) is None


@pytest.mark.parametrize(
    "text", ["abc", "12 50", "1,2,3", "12,", ",5", "--3", "NaN", "inf", "1e3", "٣", "€", "3 h", "1234 567"]
)
def test_what_is_not_a_number_is_refused_with_what_to_type(text: str) -> None:
    expected = f"«\u00a0{text}\u00a0» n’est pas un nombre. Indiquez par exemple 12,5."

    with pytest.raises(NotANumber) as refusal:
        parse_fr(text)
    assert str(refusal.value) == expected


def test_a_decimal_is_not_rounded_into_a_whole_number() -> None:
    assert parse_whole_fr("1 234") == 1234
    assert parse_whole_fr("3,0") == 3
    with pytest.raises(NotANumber, match="n’est pas un nombre entier"):
        parse_whole_fr("2,5")


@given(st.decimals(-(10**9), 10**9, places=2))
def test_what_we_write_we_can_read(value: Decimal) -> None:
    assert parse_fr(decimal(value, 2)) == value


@pytest.mark.parametrize("written", ["12.500", "12,125", "-12.500 €", "1.000"])
def test_a_number_of_two_readings_is_refused_with_both(written: str) -> None:
    with pytest.raises(NotANumber, match="peut se lire") as refusal:
        parse_fr(written)

    remedies = str(refusal.value).rsplit("Indiquez ", 1)[1].rstrip(".").split(" ou ")
    assert len({parse_fr(remedy) for remedy in remedies}) == 2


@pytest.mark.parametrize("written", ["abc", "2,5", "12.500", "1.000", "1e3", "3 €x"])
def test_what_a_field_of_whole_numbers_advises_is_whole(written: str) -> None:
    with pytest.raises(NotANumber) as refusal:
        parse_whole_fr(written)

    remedies = str(refusal.value).rsplit("ndiquez ", 1)[1].removeprefix("par exemple ").rstrip(".").split(" ou ")
    assert all(isinstance(parse_whole_fr(remedy), int) for remedy in remedies)


def test_the_rank_of_a_session_is_its_number() -> None:
    assert [whole(written) for written in ("n° 31", "N°31", "31,0")] == [31, 31, 31]


@pytest.mark.parametrize(
    "written",
    [
        "16/11/2026", "2026-11-16", "2026/11/16", "16.11.2026", "16-nov-2026", "16 nov. 2026", "lundi 16/11/2026",
        "lun. 16 novembre 2026", "le 16 novembre 2026", "16/11/2026 00:00", "16/11/2026 0 h 00", "2026-11-16T00:00:00",
        "2026-11-16T00:00:00.000Z",
    ],
)  # fmt: skip
def test_a_day_is_read_in_the_dress_of_any_spreadsheet(written: str) -> None:
    assert parse_day_fr(written) == date(2026, 11, 16)


@pytest.mark.parametrize(
    ("written", "doubt"),
    [("16/11/26", "short-year"), ("16-nov.-26", "short-year"), ("lun. 16/11/26", "short-year"), ("46342", "serial")],
)
def test_a_day_that_needs_a_guess_is_asked_about(written: str, doubt: str) -> None:
    with pytest.raises(NotADay, match="16/11/2026") as asked:
        parse_day_fr(written)

    assert (asked.value.doubt, asked.value.reading) == (doubt, date(2026, 11, 16))


@pytest.mark.parametrize(
    "written",
    ["mardi 16/11/2026", "mar. 16/11/26", "16/11/2026 14:00", "31/02/2026", "11/16/2026", "demain", "16 nov."],
)
def test_an_impossible_day_is_told_and_asked_of_nobody(written: str) -> None:
    with pytest.raises(NotADay) as told:
        parse_day_fr(written)

    assert told.value.doubt == ""


@pytest.mark.parametrize(
    "written",
    [
        "14/11/2026 14 h", "14/11/2026 14h00", "14/11/2026 14:00:00", "14/11/2026 à 14 heures", "14 nov. 2026, 14:00",
        "samedi 14 novembre 2026 à 14h", "2026-11-14T14:00", "2026-11-14 14:00:00", "2026-11-14T13:00:00.000Z",
        "2026-11-14T14:00:00+01:00", "14/11/2026 14:00:00.4",
    ],
)  # fmt: skip
def test_a_moment_is_read_in_the_dress_of_any_program(written: str) -> None:
    assert parse_moment_fr(written) == datetime(2026, 11, 14, 13, tzinfo=UTC)


def test_a_moment_that_lacks_its_hour_or_its_century_is_told() -> None:
    for written in ("14/11/2026", "2026-11-14"):
        with pytest.raises(NotADay, match="il manque l’heure"):
            parse_moment_fr(written)
    for written, doubt in {"14/11/26 14 h": "short-year", "46340.583333333": "serial"}.items():
        with pytest.raises(NotADay) as asked:
            parse_moment_fr(written)
        assert (asked.value.doubt, asked.value.reading) == (doubt, datetime(2026, 11, 14, 13, tzinfo=UTC))
    assert parse_moment_fr("14/11/2026 00:00") == datetime(2026, 11, 13, 23, tzinfo=UTC)


@pytest.mark.parametrize("words", [terms.PERSON_STATUSES, terms.SEAT_KINDS, terms.EVENT_KINDS, terms.CONTRACT_KINDS])
def test_every_word_shown_is_understood_in_any_form(words: dict[str, terms.Term]) -> None:
    read = one_of(words)

    for code, word in words.items():
        for form in (code, word.label, word.title, word.brief, word.plural, word.label.upper()):
            assert not form or read(form) == code


@pytest.mark.parametrize(
    ("words", "written", "code"),
    [
        (terms.PERSON_STATUSES, "indépendante", "independent"),
        (terms.PERSON_STATUSES, "Indépendants", "independent"),
        (terms.PERSON_STATUSES, "salarié(e)", "employee"),
        (terms.PERSON_STATUSES, "demandeuse d’emploi", "job_seeker"),
        (terms.PERSON_STATUSES, "créatrice d'entreprise", "founder"),
        (terms.SEAT_KINDS, "bureau", "office"),
        (terms.SEAT_KINDS, "openspace", "open_space"),
        (terms.EVENT_KINDS, "porte ouverte", "open_day"),
        (terms.CONTRACT_KINDS, "C.D.D.", "fixed_term"),
    ],
)
def test_words_are_understood_as_people_write_them(words: dict[str, terms.Term], written: str, code: str) -> None:
    assert one_of(words)(written) == code


def test_a_word_that_is_not_one_is_told_with_the_choices() -> None:
    with pytest.raises(WrongCell, match="CDI, CDD, intérim"):
        one_of(terms.CONTRACT_KINDS)("CDD 6 mois")
    assert one_of(terms.CONTRACT_KINDS, also={"apprentissage": "other"})("Apprentissages") == "other"


def test_two_writings_of_a_word_are_one() -> None:
    assert plain("LECŒUR") == plain("Lecoeur")
    assert any_form("Demi-journées") == any_form("demi journée")


@pytest.mark.parametrize("read", [text, whole, amount, flag, phone, one_of(terms.EVENT_KINDS)])
@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!", "#NOM ?", "#VALEUR !", "Err:502", "########"])
def test_an_error_of_a_spreadsheet_is_no_blank_and_no_word(read: Read, error: str) -> None:
    with pytest.raises(WrongCell, match="erreur de calcul"):
        read(error)


def test_a_telephone_gets_back_the_zero_that_a_spreadsheet_took() -> None:
    assert [phone(cell) for cell in ("471462026", "04 71 46 20 26", "+33471462026", "")] == [
        "04 71 46 20 26", "04 71 46 20 26", "+33471462026", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "answer"), [("VRAI", True), ("false", False), ("x", True), ("Non", False), ("", None)]
)
def test_yes_and_no_are_cells_too(cell: str, answer: bool | None) -> None:
    assert flag(cell) is answer


@given(st.text(max_size=30))
def test_no_text_is_a_surprise(written: str) -> None:
    for read in (text, whole, amount, flag, phone, parse_day_fr, parse_moment_fr, one_of(terms.EVENT_KINDS)):
        told = ""
        try:
            read(written)
        except WrongCell as wrong:
            told = str(wrong)
        assert not told or told.endswith(".")
