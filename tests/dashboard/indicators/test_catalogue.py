"""Contracts of the registry: each test walks every indicator."""

import pytest

from dashboard.indicators import catalogue
from dashboard.indicators.catalogue import ALL, UnknownIndicator, how_it_adds, indicator, methodology_table
from dashboard.indicators.model import EVERYTHING, Dimension, measure
from dashboard.wording.typography import typeset
from tests.dashboard.indicators.cases import CASES, FACT_COLUMNS, frame
from tests.readme import indicators_table


def test_every_indicator_has_a_case_worked_by_hand() -> None:
    assert set(CASES) == {each.key for each in ALL}


def test_an_indicator_gives_what_the_hand_found() -> None:
    found = {each.key: measure(frame(each.facts, CASES[each.key].facts), [each])[each.key] for each in ALL}

    assert {key: values.to_list() for key, values in found.items()} == {key: [CASES[key].expected] for key in CASES}
    assert {each.key: found[each.key].dtype for each in ALL} == {each.key: each.unit.dtype for each in ALL}


def test_keys_and_labels_are_unique() -> None:
    assert len({each.key for each in ALL}) == len(ALL)
    assert len({each.label for each in ALL}) == len(ALL)


def test_an_indicator_explains_itself_in_well_typeset_french() -> None:
    silent = [each.key for each in ALL if not all((each.label, each.definition, each.formula, each.source))]
    misprinted = [
        text
        for each in ALL
        for text in (each.label, each.definition, each.formula, each.source, each.limits)
        if typeset(text) != text
    ]
    no_sentence = [each.key for each in ALL if not (each.definition[:1].isupper() and each.definition.endswith("."))]

    assert (silent, misprinted, no_sentence) == ([], [], [])
    assert [each.key for each in ALL if each.formula.endswith(".")] == []


def test_an_indicator_reads_only_columns_of_its_facts() -> None:
    unknown = {each.key: each.reads - set(FACT_COLUMNS[each.facts]) for each in ALL}

    assert {key: columns for key, columns in unknown.items() if columns} == {}
    assert [each.key for each in ALL if not each.reads] == []


def test_without_facts_a_count_is_zero_and_what_cannot_be_known_is_null() -> None:
    nothing = {each.key: frame(each.facts, CASES[each.key].facts).clear() for each in ALL}
    found = {each.key: measure(nothing[each.key], [each])[each.key] for each in ALL}
    by_column = {each.key: measure(nothing[each.key], [each], by=nothing[each.key].columns[0]) for each in ALL}

    assert {key: values.to_list() for key, values in found.items()} == {
        each.key: [0 if each.additive else None] for each in ALL
    }
    for types in (
        {key: values.dtype for key, values in found.items()},
        {key: measured.schema[key] for key, measured in by_column.items()},
    ):
        assert types == {each.key: each.unit.dtype for each in ALL}


def test_a_key_finds_its_indicator() -> None:
    assert [each.key for each in ALL if indicator(each.key) is not each] == []


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(UnknownIndicator, match="taux"):
        indicator("taux")


def test_the_methodology_page_has_one_row_per_indicator_in_order() -> None:
    table = methodology_table()

    assert table["key"].to_list() == [each.key for each in ALL]
    assert table.null_count().sum_horizontal().item() == 0


def test_the_readme_table_is_markdown_with_every_indicator() -> None:
    title, rule, *rows = indicators_table().splitlines()

    assert title == "| Indicateur | Clé | Définition | Formule | Unité | Source |"
    assert rule == "| --- | --- | --- | --- | --- | --- |"
    assert [row.split(" | ")[1] for row in rows] == [f"`{each.key}`" for each in ALL]
    assert {row.count("|") for row in rows} == {7}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("hours", "S’additionne"),
        ("fill_rate", "Se recalcule sur les totaux"),
        ("weeks_complete", "S’additionne entre télécentres et dans le temps"),
        ("seats", "S’additionne entre télécentres, pas dans le temps"),
        ("pass_members", "S’additionne entre télécentres, pas dans le temps"),
        ("users", "Ne s’additionne pas"),
    ],
)
def test_a_reader_is_told_what_adds(key: str, expected: str) -> None:
    assert how_it_adds(indicator(key)) == expected


def test_the_words_about_adding_cover_every_set_of_dimensions_in_use() -> None:
    expected = {
        frozenset(),
        frozenset({Dimension.CENTRE}),
        frozenset({Dimension.CENTRE, Dimension.TIME}),
        frozenset({Dimension.CENTRE, Dimension.SEAT_KIND}),
        EVERYTHING,
    }

    assert {each.adds_over for each in catalogue.ALL} == expected
