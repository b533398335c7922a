"""Whatever two people record, correct, delete and take back, nothing is lost: members, their sheets, and households."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Final

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from data_access.documents import record_document
from data_access.entries import KINDS
from data_access.entries.engine import delete_entry, find_entries, record_entry, stored_record
from data_access.entries.undoing import undo_change
from data_access.refusals import Refused, Rule
from data_access.rights import Actor
from data_access.schema import audit_entry, pass_membership, person, welcome_household
from data_access.writes.rows import Change
from tests.data_access.entry_records import COORDINATOR, NOW, add_network
from tests.databases import rolled_back_on_sqlite

OTHER: Final = Actor("adjointe@example.org", "coordinator")
DONE, NOTHING = "done", "nothing changed"
TABLES: Final = {"person": person, "membership": pass_membership, "household": welcome_household}
PERSON: Final = ("family_name", "given_name", "email", "status")
RowKey = tuple[str, int]
Content = dict[str, Any]

users = st.sampled_from([COORDINATOR, OTHER])
kinds = st.sampled_from(sorted(TABLES))
places = st.integers(0, 3)
CHANGES: Final[dict[str, st.SearchStrategy[Content]]] = {
    "person": st.fixed_dictionaries({}, optional={"email": st.sampled_from([None, "a@example.org", "b@example.org"])}),
    "membership": st.fixed_dictionaries(
        {},
        optional={
            "email": st.sampled_from([None, "a@example.org"]),
            "status": st.sampled_from(["independent", "employee"]),
            "joined_on": st.sampled_from([date(2017, 1, 9), date(2017, 2, 6)]),
        },
    ),
    "household": st.fixed_dictionaries(
        {},
        optional={
            "teleworker": st.booleans(),
            "presences": st.lists(st.sampled_from([None, 0, 2]), min_size=4, max_size=4).map(tuple),
        },
    ),
}


class Impossible(Exception):
    """The book refuses a step, for this rule."""


@dataclass
class Past:
    """One change that was accepted: each row it touched, from what to what, in that order."""

    parts: list[tuple[RowKey, Content | None, Content | None]]
    audit_id: int = 0
    undone: bool = False


@dataclass
class Book:
    """What the tables should hold: rows by kind and number, how often each was written, and every change."""

    rows: dict[RowKey, Content] = field(default_factory=dict)
    writings: dict[RowKey, int] = field(default_factory=dict)
    past: list[Past] = field(default_factory=list)

    def said(self, key: RowKey) -> Content:
        """What a record says, with its person."""
        if key not in self.rows:
            raise Impossible(Rule.UNKNOWN_RECORD)
        told = self.rows[key]
        return self.rows["person", told["person_id"]] | told if key[0] == "membership" else told

    def state(self, key: RowKey) -> tuple[int, ...]:
        """What a reader of the record has seen: any writing of it, or of its person, makes another."""
        about = [key, ("person", self.rows[key]["person_id"])] if key[0] == "membership" else [key]
        return tuple(self.writings.get(each, 0) for each in about)

    def write(self, parts: list[tuple[RowKey, Content | None, Content | None]]) -> None:
        for key, _before, after in parts:
            self.writings[key] = self.writings.get(key, 0) + 1
            if after is None:
                del self.rows[key]
            else:
                self.rows[key] = after
        self.past.append(Past(parts))

    def correct(self, key: RowKey, changed: Content, seen: tuple[int, ...]) -> str:
        now = self.said(key)
        wanted = now | changed
        if wanted == now:
            return NOTHING
        if seen != self.state(key):
            raise Impossible(Rule.RECORD_CHANGED)
        whose = ("person", now["person_id"]) if key[0] == "membership" else key
        rows = [whose] if whose == key else [whose, key]
        parts = [(each, self.rows[each], {name: wanted[name] for name in self.rows[each]}) for each in rows]
        self.write([part for part in parts if part[1] != part[2]])
        return DONE

    def delete(self, key: RowKey, seen: tuple[int, ...]) -> str:
        if key not in self.rows:
            raise Impossible(Rule.UNKNOWN_RECORD)
        if self._hangs_on(key):
            raise Impossible(Rule.STILL_USED)
        if seen != self.state(key):
            raise Impossible(Rule.RECORD_CHANGED)
        self.write([(key, self.rows[key], None)])
        return DONE

    def take_back(self, place: int) -> str:
        past = self.past[place]
        if past.undone:
            raise Impossible(Rule.ALREADY_TAKEN_BACK)
        undone: list[tuple[RowKey, Content | None, Content | None]] = []
        rows = dict(self.rows)
        for number, (key, before, after) in reversed(list(enumerate(past.parts))):
            if rows.get(key) != after:
                raise Impossible(Rule.CHANGED_SINCE)
            if before is None and key[0] == "person" and _hangs_on(rows, key):
                # Somebody who was brought by another record stays, if they are needed by now.
                if number == 0 and len(past.parts) > 1:
                    continue
                raise Impossible(Rule.STILL_USED)
            if key[0] == "membership" and before is not None:
                # Its person is gone, or its number was given to another member since.
                others = [row["member_number"] for name, row in rows.items() if name[0] == key[0] and name != key]
                if ("person", before["person_id"]) not in rows or before["member_number"] in others:
                    raise Impossible(Rule.STILL_USED)
            rows = {name: row for name, row in rows.items() if name != key}
            if before is not None:
                rows[key] = before
            undone.append((key, after, before))
        past.undone = True
        self.write(undone)
        return DONE

    def _hangs_on(self, key: RowKey) -> bool:
        return _hangs_on(self.rows, key)


def _hangs_on(rows: dict[RowKey, Content], key: RowKey) -> bool:
    return key[0] == "person" and any(
        kind == "membership" and row["person_id"] == key[1] for (kind, _number), row in rows.items()
    )


class Histories(RuleBasedStateMachine):
    """Each step is asked of the database and of the book, which give the same answer and hold the same records."""

    connection: ClassVar[sa.Connection]

    def __init__(self) -> None:
        super().__init__()
        self.history = self.connection.begin_nested()
        self.network = add_network(self.connection)
        self.book = Book()
        self.seen: dict[tuple[str, RowKey], tuple[Any, tuple[int, ...]]] = {}
        self.given: set[RowKey] = set()
        self.before = {kind: set(self.connection.execute(sa.select(t.c.id)).scalars()) for kind, t in TABLES.items()}

    def teardown(self) -> None:
        self.history.rollback()

    @rule(user=users, email=st.sampled_from([None, "a@example.org"]))
    def somebody_joins(self, user: Actor, email: str | None) -> None:
        """A new member, whose person comes with the membership."""
        name = f"Membre {len(self.book.past)}"
        said = {"family_name": name, "given_name": "Élise", "email": email, "status": "independent"}
        record = KINDS["membership"].record(**said, joined_on=date(2017, 1, 9), confirmed=frozenset(Rule))
        saved = record_entry(self.connection, user, KINDS["membership"], record, now=NOW)
        stored = stored_record(self.connection, user, KINDS["membership"], saved.row_id)
        mine = {"person_id": stored.person_id, "member_number": stored.member_number, "joined_on": date(2017, 1, 9)}
        self._given(("person", stored.person_id), ("membership", saved.row_id))
        parts = [(("person", stored.person_id), None, said), (("membership", saved.row_id), None, mine)]
        self.book.write([*parts])
        self.book.past[-1].audit_id = saved.audit_id or 0
        self.somebody_reads_what_they_know(user, ("membership", saved.row_id))

    @rule(user=users, presences=st.lists(st.sampled_from([None, 1]), min_size=4, max_size=4).map(tuple))
    def a_household_is_received(self, user: Actor, presences: tuple[int | None, ...]) -> None:
        said = {"holders": 1, "people": 2, "teleworker": False, "presences": presences}
        record = KINDS["household"].record(session_id=self.network.session, **said)
        saved = record_entry(self.connection, user, KINDS["household"], record, now=NOW)
        self._given(("household", saved.row_id))
        self.book.write([(("household", saved.row_id), None, said)])
        self.book.past[-1].audit_id = saved.audit_id or 0
        self.somebody_reads_what_they_know(user, ("household", saved.row_id))

    @precondition(lambda self: self.book.rows)
    @rule(user=users, kind=kinds, place=places)
    def somebody_reads(self, user: Actor, kind: str, place: int) -> None:
        live = sorted(key for key in self.book.rows if key[0] == kind)
        if live:
            self.somebody_reads_what_they_know(user, live[place % len(live)])

    @precondition(lambda self: self.seen)
    @rule(user=users, kind=kinds, place=places, data=st.data())
    def somebody_corrects(self, user: Actor, kind: str, place: int, data: st.DataObject) -> None:
        key = self._one_seen(user, kind, place)
        if key is None:
            return
        record, state = self.seen[user.name, key]
        changed = data.draw(CHANGES[kind])
        wanted = KINDS[kind].record(**changed, base_version=record.base_version, confirmed=frozenset(Rule))
        self._both(
            lambda: record_entry(self.connection, user, KINDS[kind], wanted, now=NOW, row_id=key[1]),
            lambda book: book.correct(key, changed, state),
        )

    @precondition(lambda self: self.seen)
    @rule(user=users, kind=kinds, place=places)
    def somebody_deletes(self, user: Actor, kind: str, place: int) -> None:
        key = self._one_seen(user, kind, place)
        if key is None:
            return
        record, state = self.seen[user.name, key]
        self._both(
            lambda: delete_entry(self.connection, user, KINDS[kind], key[1], base_version=record.base_version, now=NOW),
            lambda book: book.delete(key, state),
        )

    @precondition(lambda self: self.book.past)
    @rule(user=users, back=st.integers(1, 4))
    def somebody_takes_a_change_back(self, user: Actor, back: int) -> None:
        if back <= len(self.book.past):
            place = len(self.book.past) - back
            audit_id = self.book.past[place].audit_id
            self._both(
                lambda: undo_change(self.connection, Change(user, NOW, "take_back"), audit_id),
                lambda book: book.take_back(place),
            )

    # What holds after each step.

    @invariant()
    def the_stored_records_are_those_of_the_book(self) -> None:
        for key in self.book.rows:
            stored = stored_record(self.connection, COORDINATOR, KINDS[key[0]], key[1])
            said = self.book.said(key)
            assert {name: getattr(stored, name) for name in said} == said

    @invariant()
    def those_found_are_those_of_the_book(self) -> None:
        for kind in TABLES:
            found = {each.row_id for each in find_entries(self.connection, COORDINATOR, KINDS[kind], count=1000)}
            assert found - self.before[kind] == {number for name, number in self.book.rows if name == kind}

    @invariant()
    def the_audit_read_from_its_beginning_tells_what_is_stored(self) -> None:
        told: dict[RowKey, Any] = {}
        names = {table.name: kind for kind, table in TABLES.items()}
        for entry in self.connection.execute(sa.select(audit_entry).order_by(audit_entry.c.id)):
            if entry.table_name in names:
                key = (names[entry.table_name], entry.row_id)
                assert told.pop(key, None) == entry.before
                if entry.after is not None:
                    told[key] = entry.after
        assert told == {key: self._document(key) for key in self.book.rows}

    # How it is asked.

    def somebody_reads_what_they_know(self, user: Actor, key: RowKey) -> None:
        record = stored_record(self.connection, user, KINDS[key[0]], key[1])
        self.seen[user.name, key] = (record, self.book.state(key))

    def _both(self, ask: Callable[[], Any], put_down: Callable[[Book], str]) -> None:
        """The answer of the database, which must be that of the book; a refused write leaves nothing behind."""
        step, audit_id = self.connection.begin_nested(), 0
        try:
            given = ask()
            step.commit()
            answer = NOTHING if getattr(given, "already_recorded", False) else DONE
            audit_id = given if isinstance(given, int) else given.audit_id or 0
        except Refused as refusal:
            step.rollback()
            answer = refusal.problems[0].rule
        book = copy.deepcopy(self.book)
        try:
            expected = put_down(book)
            if expected == DONE:
                book.past[-1].audit_id = audit_id
            self.book = book
        except Impossible as impossible:
            expected = str(impossible)

        assert answer == expected

    def _given(self, *keys: RowKey) -> None:
        """A number is never given twice."""
        assert not self.given & set(keys)
        self.given |= set(keys)

    def _one_seen(self, user: Actor, kind: str, place: int) -> RowKey | None:
        known = sorted(key for name, key in self.seen if name == user.name and key[0] == kind)
        return known[place % len(known)] if known else None

    def _document(self, key: RowKey) -> Any:
        table = TABLES[key[0]]
        row = self.connection.execute(sa.select(table).where(table.c.id == key[1])).mappings().one()
        return record_document(self.connection, table, dict(row))


def _histories_of(connection: sa.Connection) -> type[Histories]:
    return type("HistoriesOfOneDatabase", (Histories,), {"connection": connection})


def test_a_few_histories_lose_no_record(connection: sa.Connection) -> None:
    few = settings(max_examples=5, stateful_step_count=10)

    run_state_machine_as_test(_histories_of(connection), settings=few)


@pytest.mark.slow
@rolled_back_on_sqlite
def test_no_history_of_records_loses_one_or_leaves_the_audit_apart(connection: sa.Connection) -> None:
    run_state_machine_as_test(_histories_of(connection))
