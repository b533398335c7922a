from collections.abc import Mapping

import pytest

from dashboard.wording import terms, typography
from dashboard.wording.terms import Term
from dashboard.wording.typography import typeset
from data_access import codes

REGISTRIES = {name: value for name, value in vars(terms).items() if isinstance(value, Mapping) and name.isupper()}
CODE_LISTS = {name: value for name, value in vars(codes).items() if isinstance(value, tuple) and name.isupper()}


@pytest.mark.parametrize("name", CODE_LISTS)
def test_every_code_of_the_database_has_a_french_term(name: str) -> None:
    expected = set(CODE_LISTS[name])

    assert set(REGISTRIES[name]) == expected


def test_week_states_are_the_statuses_entered_and_those_deduced() -> None:
    expected = {*codes.WEEK_STATUSES, "missing", "not_expected"}

    assert set(terms.WEEK_STATES) == expected
    assert set(typography.WEEK_STATE_GLYPHS) == expected


@pytest.mark.parametrize("name", [name for name in REGISTRIES if not name.startswith("_")])
def test_terms_are_told_apart_by_their_words_and_well_typeset(name: str) -> None:
    words: list[Term] = list(REGISTRIES[name].values())

    assert len({term.title for term in words}) == len(words)
    assert len({term.brief for term in words}) == len(words)
    for text in (text for term in words for text in (term.label, term.plural, term.short)):
        assert typeset(text) == text


def test_a_term_begins_a_cell_with_a_capital_and_agrees_with_its_number() -> None:
    office = terms.SEAT_KINDS["office"]

    assert (office.title, office.brief) == ("Bureau individuel", "Bureaux")
    assert [office.counted(value) for value in (0, 1, 2)] == [office.label, office.label, office.plural]
    assert terms.EVENT_KINDS["workshop"].counted(2) == "ateliers"
    assert terms.EVENT_KINDS["workshop"].brief == "Atelier"
