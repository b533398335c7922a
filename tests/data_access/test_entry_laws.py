"""What holds for every kind of record, on both engines: nothing is written that its author did not mean.

Each law is asked of every kind in the registry; a kind that is added is asked too, and fails until it has records here.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from data_access import summaries
from data_access.entries import KINDS
from data_access.entries.engine import delete_entry, find_entries, record_entry, stored_record
from data_access.entries.undoing import undo_change
from data_access.refusals import Refused, Rule
from data_access.schema import FACT_TABLES, audit_entry
from data_access.writes.rows import Change
from tests.data_access.entry_records import COORDINATOR, NOW, RECORDS, Network, add_network
from tests.databases import ENGINES

UNDO: Final = Change(COORDINATOR, NOW, "take_back")
_WRITTEN: Final = [table for table in FACT_TABLES if table.name not in ("calendar_day", "commune", "price", "dataset")]
"""The tables that somebody's entry can change."""
# Nothing names these rows by their number: they are known by what they belong to and the day they hold.
_PARTS: Final = {"former_opening", "welcome_attendance", "attendance_day", "centre_capacity", "opening_hours"}
_ABOUT_A_RECORD: Final = ("membership_outcome", "placement_step", "event_attendance")
"""They say something more of a record of another kind, with which they come and go."""
_KEPT_BY_DAY: Final = ("capacity", "opening_hours")
"""What holds from a day on: known by its centre and its days, which may come back."""
_EVERYTHING: Final = {table.name: [column.name for column in table.c] for table in _WRITTEN}
# What the database itself keeps of a row is nothing that its author says.
_OWN: Final = {"version", "closed_before"}
_CONTENT: Final = {
    name: [column for column in columns if column not in _OWN and (column != "id" or name not in _PARTS)]
    for name, columns in _EVERYTHING.items()
    if name not in ("audit_entry", "import_batch")
}
_NUMBERS: Final = {
    name: ["id"] for name, columns in _EVERYTHING.items() if "id" in columns and name not in (*_PARTS, "audit_entry")
}
_STALE: Final = (Rule.RECORD_CHANGED, Rule.STALE_VERSION)

# Ten laws of twenty kinds on two engines: each takes a third of the examples that others do, and goes on when most of the
# records drawn are there already.
a_third = settings(
    max_examples=max(settings.get_profile("gate").max_examples, settings.default.max_examples) // 3,
    suppress_health_check=[*settings.get_profile("gate").suppress_health_check, HealthCheck.filter_too_much],
)


def _each(keys: set[str], engines: Sequence[str] = ENGINES) -> pytest.MarkDecorator:
    """Each of these kinds on each engine: the laws are those of our own code, so that one engine is enough in a hurry."""
    cases = [
        pytest.param(engine, key, marks=[pytest.mark.slow] if engine == "postgresql" else [])
        for engine in engines
        for key in sorted(keys)
    ]
    return pytest.mark.parametrize(("shared_engine", "key"), cases, indirect=["shared_engine"])


every_kind = _each(set(RECORDS))
kinds_of_their_own = _each(set(RECORDS) - set(_ABOUT_A_RECORD))
numbered_kinds = _each(set(RECORDS) - {*_ABOUT_A_RECORD, *_KEPT_BY_DAY})
# These laws ask PostgreSQL for nothing that the others do not: recording, reading again, correcting, deleting.
every_kind_on_one_engine = _each(set(RECORDS), ["sqlite"])
kinds_of_their_own_on_one_engine = _each(set(RECORDS) - set(_ABOUT_A_RECORD), ["sqlite"])


@pytest.fixture
def network(connection: sa.Connection, key: str) -> Network:
    added = add_network(connection)
    if key == "attendance_week":
        # A sheet is compared with what was counted before it: once for all examples, which each takes it back.
        summaries.refresh(connection, through=NOW.date())
    return added


def test_every_kind_is_asked() -> None:
    assert sorted(KINDS) == sorted(RECORDS)


@every_kind_on_one_engine
@a_third
@given(data=st.data())
def test_saving_a_record_as_it_is_stored_writes_nothing(
    connection: sa.Connection, network: Network, key: str, data: st.DataObject
) -> None:
    with taken_back(connection):
        saved = _record(connection, key, data.draw(RECORDS[key](network)))
        before = everything(connection)

        stored = stored_record(connection, COORDINATOR, KINDS[key], saved.row_id)
        again = record_entry(connection, COORDINATOR, KINDS[key], stored, now=NOW, row_id=saved.row_id)

        assert (again.already_recorded, again.row_id, again.version) == (True, saved.row_id, saved.version)
        assert everything(connection) == before


@every_kind
@a_third
@given(data=st.data())
def test_what_is_stored_is_what_was_recorded(
    connection: sa.Connection, network: Network, key: str, data: st.DataObject
) -> None:
    """A number left blank is given, and a day on which nobody noted who was there says nothing."""
    with taken_back(connection):
        record = data.draw(RECORDS[key](network))
        saved = _record(connection, key, record)

        told = said(stored_record(connection, COORDINATOR, KINDS[key], saved.row_id))

        given_here = {"candidate_ref", "member_number", "number", "person_id", "year_to"}
        wanted = said(record)
        kept = {name for name, value in wanted.items() if value is not None or name not in given_here}
        assert {name: told[name] for name in kept} == {name: wanted[name] for name in kept}


@every_kind_on_one_engine
@a_third
@given(data=st.data())
def test_correcting_a_field_changes_that_field_only(
    connection: sa.Connection, network: Network, key: str, data: st.DataObject
) -> None:
    with taken_back(connection):
        saved = _record(connection, key, data.draw(RECORDS[key](network)))
        stored = stored_record(connection, COORDINATOR, KINDS[key], saved.row_id)
        other = data.draw(RECORDS[key](network))
        before = content(connection)
        differing = [name for name, value in said(other).items() if value != said(stored)[name]]
        assume(differing)
        field = data.draw(st.sampled_from(differing))
        corrected = stored.model_copy(update={field: getattr(other, field), "confirmed": frozenset(Rule)})

        changed = _store(connection, key, corrected, row_id=saved.row_id)

        now = stored_record(connection, COORDINATOR, KINDS[key], changed.row_id)
        if key in _KEPT_BY_DAY and now.valid_from < corrected.valid_from:
            # It held already from an earlier day on, which is that record: going back is undoing, not correcting it.
            return
        blank_number = getattr(corrected, field) is None and said(now)[field] == said(stored)[field]
        assert said(now) == said(corrected) or blank_number
        back = stored.model_copy(update={"base_version": now.base_version, "confirmed": frozenset(Rule)})
        _store(connection, key, back, row_id=changed.row_id)
        assert content(connection) == before


@every_kind
@a_third
@given(data=st.data())
def test_undoing_a_change_gives_the_database_as_it_was(
    connection: sa.Connection, network: Network, key: str, data: st.DataObject
) -> None:
    with taken_back(connection):
        nothing = content(connection)
        saved = _record(connection, key, data.draw(RECORDS[key](network)))
        first = content(connection)
        assume(saved.audit_id is not None)

        base = stored_record(connection, COORDINATOR, KINDS[key], saved.row_id)
        other = _about(data.draw(RECORDS[key](network)), base)
        changed = _store(connection, key, other, row_id=saved.row_id)
        second = content(connection)

        if changed.audit_id is not None:
            undone = undo_change(connection, UNDO, changed.audit_id)
            assert content(connection) == first
            undo_change(connection, UNDO, undone)
            assert content(connection) == second
            undo_change(connection, UNDO, _last_entry(connection))
        undone = undo_change(connection, UNDO, saved.audit_id)
        assert content(connection) == nothing
        undo_change(connection, UNDO, undone)
        assert content(connection) == first


@kinds_of_their_own
@a_third
@given(data=st.data())
def test_undoing_a_deletion_gives_the_database_as_it_was(
    connection: sa.Connection, network: Network, key: str, data: st.DataObject
) -> None:
    with taken_back(connection):
        saved = _record(connection, key, data.draw(RECORDS[key](network)))
        stored = stored_record(connection, COORDINATOR, KINDS[key], saved.row_id)
        before = content(connection)

        deleted = _delete(connection, key, saved.row_id, stored.base_version)
        assert content(connection) != before

        undo_change(connection, UNDO, deleted)
        assert content(connection) == before
        if key in _KEPT_BY_DAY:
            return
        again = stored_record(connection, COORDINATOR, KINDS[key], saved.row_id)
        assert said(again) == said(stored)
        assert again.base_version != stored.base_version


@every_kind_on_one_engine
@a_third
@given(data=st.data())
def test_a_request_sent_twice_is_recorded_once(
    connection: sa.Connection, network: Network, key: str, data: st.DataObject
) -> None:
    with taken_back(connection):
        record = data.draw(RECORDS[key](network))
        assume("request_key" in type(record).model_fields)
        record = record.model_copy(update={"request_key": "once-only"})
        first = _record(connection, key, record)
        assume(not first.already_recorded)
        before = everything(connection)

        second = _record(connection, key, record)

        assert (second.row_id, second.already_recorded) == (first.row_id, True)
        assert everything(connection) == before


@every_kind
@a_third
@given(data=st.data())
def test_a_correction_of_an_older_version_is_refused(
    connection: sa.Connection, network: Network, key: str, data: st.DataObject
) -> None:
    with taken_back(connection):
        saved = _record(connection, key, data.draw(RECORDS[key](network)))
        read = stored_record(connection, COORDINATOR, KINDS[key], saved.row_id)
        changed = _store(connection, key, _about(data.draw(RECORDS[key](network)), read), row_id=saved.row_id)
        assume(not changed.already_recorded)
        before = everything(connection)
        late = _about(data.draw(RECORDS[key](network)), read)

        savepoint = connection.begin_nested()
        try:
            again = record_entry(connection, COORDINATOR, KINDS[key], late, now=NOW, row_id=changed.row_id)
            assert again.already_recorded
        except Refused as refusal:
            savepoint.rollback()
            # What cannot be true is told first.
            assume({problem.rule for problem in refusal.problems} & set(_STALE))
        assert everything(connection) == before


@kinds_of_their_own_on_one_engine
@a_third
@given(data=st.data())
def test_a_deletion_of_an_older_version_is_refused(
    connection: sa.Connection, network: Network, key: str, data: st.DataObject
) -> None:
    with taken_back(connection):
        saved = _record(connection, key, data.draw(RECORDS[key](network)))
        read = stored_record(connection, COORDINATOR, KINDS[key], saved.row_id)
        changed = _store(connection, key, _about(data.draw(RECORDS[key](network)), read), row_id=saved.row_id)
        assume(not changed.already_recorded)
        before = everything(connection)

        with pytest.raises(Refused), connection.begin_nested():
            delete_entry(connection, COORDINATOR, KINDS[key], changed.row_id, base_version=read.base_version, now=NOW)

        assert everything(connection) == before


@numbered_kinds
@a_third
@given(data=st.data(), undoes=st.booleans())
def test_a_number_is_never_given_twice(
    connection: sa.Connection, network: Network, key: str, data: st.DataObject, undoes: bool
) -> None:
    with taken_back(connection):
        before, traces = _numbers(connection), _last_entry(connection)
        saved = _record(connection, key, data.draw(RECORDS[key](network)))
        assume(saved.audit_id is not None)
        given = _numbers(connection) - before
        if undoes:
            undo_change(connection, UNDO, saved.audit_id)
        else:
            _delete(connection, key, saved.row_id, saved.version)
        gone = given - _numbers(connection)

        _record(connection, key, data.draw(RECORDS[key](network)))

        assert not gone & (_numbers(connection) - before)
        assert _last_entry(connection) > saved.audit_id > traces


@kinds_of_their_own
@a_third
@given(data=st.data())
def test_what_was_recorded_is_found(connection: sa.Connection, network: Network, key: str, data: st.DataObject) -> None:
    with taken_back(connection):
        saved = _record(connection, key, data.draw(RECORDS[key](network)))
        stored = stored_record(connection, COORDINATOR, KINDS[key], saved.row_id)

        found = find_entries(connection, COORDINATOR, KINDS[key], count=200)

        theirs = [each for each in found if each.row_id == saved.row_id]
        assert [each.version for each in theirs] == [stored.base_version]
        assert theirs[0].label
        assert len({each.row_id for each in found}) == len(found)


# How records are stored here, and what the tables say.


@contextmanager
def taken_back(connection: sa.Connection) -> Iterator[None]:
    """What an example writes is not there for the next one."""
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()


def said(record: Any) -> dict[str, Any]:
    """What a record says, but for how it is sent; blank days at the end of a household's presences say nothing."""
    told: dict[str, Any] = record.model_dump(exclude={"base_version", "request_key", "confirmed"})
    if "presences" in told:
        presences = list(told["presences"])
        while presences and presences[-1] is None:
            presences.pop()
        told["presences"] = tuple(presences)
    if "days" in told:
        told["days"] = tuple(day.model_dump() for day in record.filled_days)
    return told


def content(connection: sa.Connection) -> list[tuple[str, str]]:
    """What every table says, but for the audit, the imports and the versions."""
    return _rows(connection, _CONTENT)


def everything(connection: sa.Connection) -> list[tuple[str, str]]:
    """Every row of every table, with its version, and the audit."""
    return _rows(connection, _EVERYTHING)


def _rows(connection: sa.Connection, columns: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """The name of its table, and the values of each row; in one question, for it is asked again after each step."""
    values = "json_array" if connection.dialect.name == "sqlite" else "json_build_array"
    question = " UNION ALL ".join(
        f"SELECT '{name}', CAST({values}({', '.join(each)}) AS text) FROM {name}" for name, each in columns.items()
    )
    return sorted(tuple(row) for row in connection.exec_driver_sql(question))


def _about(record: Any, read: Any) -> Any:
    """Another record as a correction of the one that was read: it stays about the same person and place."""
    kept = {
        name: getattr(read, name)
        for name in ("person_id", "centre_code", "week_start", "seat_kind", "membership_id", "year")
        if name in type(record).model_fields and type(record).__name__ not in ("MemberServiceRecord", "EventRecord")
    }
    return record.model_copy(update={**kept, "base_version": read.base_version, "confirmed": frozenset(Rule)})


def _record(connection: sa.Connection, key: str, record: Any) -> Any:
    return _store(connection, key, record.model_copy(update={"confirmed": frozenset(Rule)}), row_id=None)


def _store(connection: sa.Connection, key: str, record: Any, *, row_id: int | None) -> Any:
    """Stores a record; an example whose record cannot be true is of no use."""
    savepoint = connection.begin_nested()
    try:
        saved = record_entry(connection, COORDINATOR, KINDS[key], record, now=NOW, row_id=row_id)
    except Refused as refusal:
        savepoint.rollback()
        if {problem.rule for problem in refusal.problems} & {*_STALE, Rule.NOT_ALLOWED, Rule.NOT_YOUR_ROLE}:
            raise
        assume(False)
    savepoint.commit()
    return saved


def _delete(connection: sa.Connection, key: str, row_id: int, version: int) -> int:
    return delete_entry(connection, COORDINATOR, KINDS[key], row_id, base_version=version, now=NOW)


def _last_entry(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(sa.func.max(audit_entry.c.id))).scalar_one() or 0)


def _numbers(connection: sa.Connection) -> set[tuple[str, str]]:
    return set(_rows(connection, _NUMBERS))
