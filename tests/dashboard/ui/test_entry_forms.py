"""Each entry form and its kind of record agree, and what is stored is shown, read again, and said to be the same."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.ui.forms.entries.editing import EntryForm
from dashboard.ui.forms.entries.fields import EntryField, NotOffered, record_values
from dashboard.ui.forms.entries.subjects import CAPACITY, CENTRE, ENTRY_FORMS, HOURS
from data_access.engine import reading
from data_access.entries import KINDS
from data_access.entries.engine import find_entries, stored_record
from data_access.rights import COMMAND_LINE, Actor
from tests.databases import engine_at
from tests.demonstrations import DAY_OF_THE_PROGRAMME, demonstration_copy

ALL_FORMS = (*ENTRY_FORMS, CENTRE, CAPACITY, HOURS)
each_form = pytest.mark.parametrize("form", ALL_FORMS, ids=lambda form: form.key)
# What a form says otherwise than its record, day by day.
GATHERED = {"presences", "half_days"}
# The kinds that have a screen of their own.
ELSEWHERE = {"attendance_week"}
# The form is opened for a place, or for a person.
# What a form of its own tells of the same record, too.
GIVEN = {
    "adhesion": {"renewed_on", "ended_on", "end_reason"},
    "positions": {"centre_code"},
    "horaires": {"centre_code"},
    "personne": {"person_id"},
}


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Connection]:
    file = demonstration_copy(tmp_path_factory.mktemp("forms"), DAY_OF_THE_PROGRAMME)
    with reading(engine_at(f"sqlite:///{file}"), DAY_OF_THE_PROGRAMME, COMMAND_LINE) as connection:
        yield connection


def test_every_kind_of_record_has_its_form_once() -> None:
    assert sorted(form.kind.key for form in ALL_FORMS) == sorted(set(KINDS) - ELSEWHERE)
    assert len({form.key for form in ALL_FORMS}) == len(ALL_FORMS)
    assert len({form.kind.title for form in ALL_FORMS}) == len(ALL_FORMS)


@each_form
def test_every_field_of_the_record_is_asked_and_nothing_else(form: EntryForm) -> None:
    declared = {field.name for field in form.kind.fields} | ({"person_id"} if form.kind.has_person else set())
    asked = {field.name for field in form.fields if field.name in form.kind.record.model_fields}

    assert asked == declared - GATHERED - GIVEN.get(form.key, set())


@each_form
def test_labels_are_those_of_the_kind_and_tell_fields_apart(form: EntryForm) -> None:
    declared = {field.name: field.label for field in form.kind.fields if field.name != "person_id"}
    labels = [field.label for field in form.fields]

    assert all(field.label == declared.get(field.name, field.label) for field in form.fields)
    assert len(set(labels)) == len(labels)
    assert form.note.endswith(".")


@each_form
def test_a_viewer_uses_none(form: EntryForm) -> None:
    assert not form.allowed(Actor("elu@cantal.fr", "viewer"))
    assert form.allowed(Actor("coordination@cantal.fr", "coordinator"))


@each_form
def test_what_is_stored_is_shown_and_read_again_the_same(form: EntryForm, demonstration: sa.Connection) -> None:
    """Of a sample of what the demonstration holds; a choice is read whether it is still offered or not."""
    found = find_entries(demonstration, COMMAND_LINE, form.kind, count=100_000)
    assert found or form.kind.about
    for each in found[:: max(1, len(found) // 40)]:
        stored = stored_record(demonstration, COMMAND_LINE, form.kind, each.row_id)
        typed = form.typed(stored)

        read = {field.name: _offering(field, typed[field.name]).parsed(typed[field.name]) for field in form.fields}
        said = record_values(stored)
        again = form.gathers(read, stored)

        wrong = {name: (said[name], value) for name, value in again.items() if _plain(said[name]) != _plain(value)}
        assert not wrong, each.label


def _offering(field: EntryField, code: str) -> EntryField:
    return replace(field, choices=lambda: {code: code}, finder=None) if field.widget == "choice" else field


def _plain(value: Any) -> Any:
    """Presences that nobody noted are as many as the form shows."""
    if isinstance(value, tuple) and all(each is None or isinstance(each, int) for each in value):
        return [each for each in value if each is not None], [
            place for place, each in enumerate(value) if each is not None
        ]
    return value or None if isinstance(value, str) else value


def test_a_yes_stays_a_yes() -> None:
    field = EntryField(
        "employer_in_cantal", "Employeur du Cantal", "choice", choices=lambda: {"1": "Oui", "0": "Non"}, holds=bool
    )

    assert [field.parsed(field.typed(value)) for value in (True, False, None)] == [True, False, None]


def test_a_choice_that_was_not_offered_is_no_choice() -> None:
    field = EntryField("centre_code", "Télécentre", "choice", choices=lambda: {"MURAT": "Murat"})

    assert field.parsed("MURAT") == "MURAT"
    with pytest.raises(NotOffered):
        field.parsed("YDES")


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        ("whole", " 12 ", 12),
        ("whole", "", None),
        ("decimal", "1 234,5", 1234.5),
        ("flag", "1", True),
        ("flag", "", False),
        ("text", "", None),
    ],
)
def test_what_is_typed_is_read_by_its_kind(kind: Any, typed: str, expected: object) -> None:
    assert EntryField("n", "Nombre", kind).parsed(typed) == expected


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("whole", "2,5"),
        ("whole", "1e3"),
        ("whole", "0x10"),
        ("whole", "1" * 40),
        ("day", "31/02/2017"),
        ("day", "46350"),
        ("hours", "bientôt"),
    ],
)
def test_what_cannot_be_read_names_its_field(kind: Any, typed: str) -> None:
    with pytest.raises(ValueError, match=r"^Nombre\u00a0: "):
        EntryField("n", "Nombre", kind).parsed(typed)
