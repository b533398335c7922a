"""Each entry form and its record agree: a field of one is a field of the other, and each has its write and its words."""

from inspect import signature
from typing import Any

import pytest
from dashboard.ui.forms.entries.model import EntryField, EntryForm

from dashboard.ui.forms.entries.subjects import ENTRY_FORMS
from data_access.records import EntryRecord
from data_access.rights import Actor
from data_access.schema import metadata

each_form = pytest.mark.parametrize("form", ENTRY_FORMS, ids=lambda form: form.key)
META = set(EntryRecord.model_fields)
GATHERED = {"presence_1", "presence_2", "presence_3"}


@each_form
def test_every_field_of_the_record_is_asked_and_nothing_else(form: EntryForm) -> None:
    asked = {field.name for field in form.fields} - GATHERED
    expected = set(form.record.model_fields) - META - {"presences"}

    assert asked == expected


@each_form
def test_its_write_takes_its_record_and_names_its_action(form: EntryForm) -> None:
    names = list(signature(form.write).parameters)

    assert names == ["connection", "actor", "record", "now", "row_id", "import_batch_id"]
    assert signature(form.write).parameters["record"].annotation is form.record
    assert form.write.__name__ == form.action
    assert form.table in metadata.tables


@each_form
def test_its_note_is_a_sentence(form: EntryForm) -> None:
    assert form.note.endswith(".")


@each_form
def test_labels_tell_fields_apart(form: EntryForm) -> None:
    labels = [field.label for field in form.fields]

    assert len(set(labels)) == len(labels)


@each_form
def test_a_viewer_uses_none(form: EntryForm) -> None:
    assert not form.allowed(Actor("elu@cantal.fr", "viewer"))
    assert form.allowed(Actor("coordination@cantal.fr", "coordinator"))


def test_forms_are_told_apart_by_their_address() -> None:
    assert len({form.key for form in ENTRY_FORMS}) == len(ENTRY_FORMS)
    assert len({form.title for form in ENTRY_FORMS}) == len(ENTRY_FORMS)


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
    ],
)
def test_what_cannot_be_read_names_its_field(kind: Any, typed: str) -> None:

    with pytest.raises(ValueError, match=r"^Nombre\u00a0: "):
        EntryField("n", "Nombre", kind).parsed(typed)
