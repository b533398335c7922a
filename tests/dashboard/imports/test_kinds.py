"""Every kind of record has its file, whose columns follow from its declaration; what goes out in one comes in again the same."""

from typing import Any, Final, get_args

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from dashboard.exports.tables import csv
from dashboard.imports.kinds import KINDS, ImportKind, model_files, stored_table
from dashboard.imports.matching import match
from dashboard.imports.reading import read_file
from dashboard.wording.terms import IMPORT_KINDS
from data_access.entries import KINDS as ENTRY_KINDS
from data_access.entries.engine import record_entry, stored_record
from data_access.entries.exporting import file_rows
from data_access.entries.files import FILE_KINDS, found
from data_access.records import EntryRecord
from data_access.refusals import Refused, Rule
from data_access.schema import centre
from data_access.schema.columns import EARLIEST
from tests.data_access.entry_records import COORDINATOR, NOW, RECORDS, Network, add_network
from tests.data_access.test_entry_laws import a_third, said, taken_back
from tests.databases import rolled_back_on_sqlite

# A person comes with a membership or an agreement; the others are in the files of what they complete.
NO_FILE = ("person", "membership_outcome", "placement_step", "event_attendance")

each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.key)
# What a record says of itself that no line does: whom it is about goes by their name, a version by nobody.
NOT_OF_A_LINE: Final = {*EntryRecord.model_fields, "person_id", "welcome_household_id", "status_said", "reason"}


# A record of these kinds needs one of several fields, or is told by a week.
SEVERAL: Final = {"placement", "support", "attendance_week"}


@pytest.fixture
def network(connection: sa.Connection) -> Network:
    return add_network(connection)


def test_every_kind_of_record_has_a_file_or_a_reason() -> None:
    assert sorted({*FILE_KINDS.values(), *NO_FILE}) == sorted(ENTRY_KINDS)
    assert set(IMPORT_KINDS) == set(FILE_KINDS)
    assert tuple(KINDS) == tuple(FILE_KINDS)


@each_kind
def test_a_heading_names_one_column(kind: ImportKind) -> None:
    headings = [column.heading for column in kind.columns]
    forms = [form for column in kind.columns for form in column.forms]

    assert len(set(headings)) == len(headings)
    assert len(set(forms)) == len(forms)
    assert all(column.example for column in kind.columns if column.needed)


@each_kind
def test_the_words_of_a_column_are_those_of_the_record(kind: ImportKind) -> None:
    fields = ENTRY_KINDS[FILE_KINDS[kind.key]].record.model_fields
    for column in kind.columns:
        held = getattr(fields.get(column.field), "annotation", None)
        listed = {word for each in (held, *get_args(held)) for word in get_args(each) if isinstance(word, str | int)}
        assert not listed or set(column.words) == listed, column.field


@rolled_back_on_sqlite
@pytest.mark.parametrize("key", sorted(set(FILE_KINDS.values()) - SEVERAL))
def test_what_a_record_must_say_is_declared(connection: sa.Connection, network: Network, key: str) -> None:
    """A record that says nothing is refused for exactly what its kind declares as needed."""
    kind = ENTRY_KINDS[key]
    with pytest.raises(Refused) as refusal, connection.begin_nested():
        record_entry(connection, COORDINATOR, kind, kind.record(), now=NOW)

    lacking = {each.field for each in refusal.value.problems if each.rule == Rule.MISSING_VALUE}
    of_people = {"family_name", "given_name"} if kind.has_person else set()
    assert lacking == set(kind.needed) | of_people


@each_kind
@pytest.mark.parametrize("ending", ["csv", "xlsx", "ods"])
def test_the_model_is_read_as_it_is(kind: ImportKind, ending: str) -> None:
    rows = read_file(f"modele.{ending}", model_files(kind)[ending], kind.headings)
    matched = match(kind, rows, centres={"MURAT": "Murat", "LA-FORGE": "La Forge"})

    assert (matched.faults, len(matched.records)) == ((), 1)


@rolled_back_on_sqlite
@pytest.mark.parametrize("nature", list(FILE_KINDS))
@a_third
@given(data=st.data())
def test_what_goes_out_in_a_file_comes_in_the_same(
    connection: sa.Connection, network: Network, nature: str, data: st.DataObject
) -> None:
    kind = ENTRY_KINDS[FILE_KINDS[nature]]
    with taken_back(connection):
        record = data.draw(RECORDS[kind.key](network))
        try:
            with connection.begin_nested():
                everything = record.model_copy(update={"confirmed": frozenset(Rule)})
                row_id = record_entry(connection, COORDINATOR, kind, everything, now=NOW).row_id
        except Refused:
            return
        table = stored_table(KINDS[nature], file_rows(connection, kind=nature, first=EARLIEST), demonstration=False)
        rows = read_file("a.csv", csv(table), KINDS[nature].headings)
        places = {row.code: row.name for row in connection.execute(sa.select(centre.c.code, centre.c.name))}

        matched = match(KINDS[nature], rows, centres=places)

        assert matched.faults == ()
        meant = [found(connection, nature, line) for _line, line in matched.records]
        [mine] = [each for each, same in meant if same == row_id]
        stored = stored_record(connection, COORDINATOR, kind, row_id)
        assert told_by(mine) == told_by(stored)


def told_by(record: Any) -> dict[str, Any]:
    """What a record says, a blank and the usual answer apart."""
    fields = type(record).model_fields
    return {
        name: value
        for name, value in said(record).items()
        if name not in NOT_OF_A_LINE and value not in (None, (), fields[name].default)
    }
