"""The journal says each change in French: every table, action and column that the writes can name has its words."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import data_access.writes
from dashboard.wording.journal import ACTIONS, FIELDS, TABLES, changes, deed, kind_of_record, reference
from dashboard.wording.typography import typeset

WRITES = Path(data_access.writes.__file__).parent
ACTIONS_WRITTEN = {
    action
    for file in WRITES.glob("*.py")
    for action in re.findall(
        r'(?:Change\(actor, now, |action=|connection, actor, )"([a-z_]+)"', file.read_text("utf-8")
    )
}


def entry(table: str, before: dict[str, Any] | None, after: dict[str, Any] | None, **about: Any) -> dict[str, Any]:
    at = datetime(2017, 5, 30, 8, tzinfo=UTC)
    return {"table_name": table, "before": before, "after": after, "action": "x", "at": at, "undoes_id": None} | about


def test_actions_that_are_no_plain_entry_have_their_own_words() -> None:
    plain = {action for action in ACTIONS_WRITTEN if action.startswith("record_")}

    assert ACTIONS_WRITTEN - plain - {"take_back"} <= set(ACTIONS)


def test_names_and_words_are_well_typeset() -> None:
    for text in (*TABLES.values(), *ACTIONS.values(), *FIELDS.values()):
        assert typeset(text) == text


def test_a_correction_is_told_field_by_field() -> None:
    day = {"day": "2017-05-30", "seat_kind": "office", "half_days": 4, "closed": False}
    before = {"status": "draft", "distinct_people": None, "days": [day], "entered_by": "a"}
    after = {"status": "complete", "distinct_people": 9, "days": [day | {"half_days": 5}], "entered_by": "b"}

    told = changes(entry("attendance_week", before, after, action="record_attendance_week"))

    expected = [
        ("État", "brouillon", "complète"),
        ("Personnes différentes", "n.\u00a0d.", "9"),
        ("mar. 30\u00a0mai, bureaux", "4", "5"),
    ]
    assert told == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"before": None, "after": {}}, "a enregistré"),
        ({"before": {}, "after": {}}, "a corrigé"),
        ({"before": {}, "after": None}, "a supprimé"),
        ({"before": {}, "after": {}, "undoes_id": 3}, "a annulé un changement"),
        ({"before": {}, "after": {}, "action": "reopen_week"}, "a rouvert"),
    ],
)
def test_what_was_done_is_one_verb(change: dict[str, Any], expected: str) -> None:
    assert deed(entry("centre", None, None) | change) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("page accounts", "à la page « Comptes »"),
        ("read history", "à une lecture réservée"),
        ("read sheet_days MURAT", "à une lecture réservée MURAT"),
        ("not_allowed MURAT", "à une fiche que ce compte ne tient pas MURAT"),
        ("not_your_role", "à un enregistrement réservé à un autre rôle"),
        ("form convention person_id", "à une valeur qui n’était pas proposée"),
        ("identity 0123456789ab", "à un compte, avec une identité inconnue 0123456789ab"),
    ],
)
def test_a_denial_says_in_french_what_was_asked_for(asked: str, expected: str) -> None:
    denial = entry("account", None, {"role": "viewer"}, action="denied", row_key=asked)

    assert kind_of_record(denial) == "Accès"
    assert reference(denial, {"accounts": "Comptes"}) == typeset(expected)
