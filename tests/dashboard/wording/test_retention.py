"""The page « Confidentialité » promises what the rules do, with the durations in force."""

import pytest

from dashboard.ui.about import recorded_table
from dashboard.wording import personal_data
from dashboard.wording.journal import ACTIONS, FIELDS, TABLES
from dashboard.wording.personal_data import OTHER_TABLES, RECORDED
from dashboard.wording.typography import typeset
from data_access.mentions import DOCUMENTS, REMARKS, TITLES
from data_access.retention_rules import RULES
from data_access.schema import metadata


def test_every_rule_has_its_words() -> None:
    assert set(personal_data.WHAT) == set(RULES)
    assert {rule.deed for rule in RULES.values()} == set(personal_data.THEN)
    assert {"erase_person", "replay_erasure", "withdraw_consent", "copy_person", "apply_retention"} <= set(ACTIONS)
    for rule in RULES.values():
        said = personal_data.how_long(rule.key, rule.unit, rule.usual)
        assert typeset(said) == said


@pytest.mark.parametrize(
    ("unit", "number", "said"), [("months", 13, "13 mois"), ("months", 24, "2 ans"), ("days", 30, "30 jours")]
)
def test_whole_years_are_told_as_years(unit: str, number: int, said: str) -> None:
    assert personal_data.duration(unit, number) == said.replace(" ", "\N{NO-BREAK SPACE}")


def test_the_page_tells_each_rule_where_its_tables_are_told() -> None:
    """What a rule writes in is told with that rule's duration, and no duration is told that no rule keeps."""
    for rule in RULES.values():
        told = {table for record in RECORDED if record.rule == rule.key for table in record.tables}
        assert set(rule.tables) <= told
    assert all(record.rule or record.how_long for record in RECORDED)
    assert {table for record in RECORDED for table in record.tables} <= set(metadata.tables)


def test_the_page_tells_the_duration_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    assert any("13\N{NO-BREAK SPACE}mois, puis sans aucun lien" in row for row in recorded_table().frame["how_long"])

    monkeypatch.setenv("CYBERCANTAL_KEEP_VISITS_MONTHS", "6")

    assert any("6\N{NO-BREAK SPACE}mois, puis sans aucun lien" in row for row in recorded_table().frame["how_long"])


def test_every_text_in_which_a_person_may_be_told_has_its_words() -> None:
    """What the file of a person says of where they are named."""
    for table, column in (REMARKS | TITLES | DOCUMENTS) - {("audit_entry", "row_key")}:
        if table != "entry_draft":
            assert table in TABLES or table in OTHER_TABLES
            assert column in FIELDS
