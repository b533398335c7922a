"""Whatever two people do in turn on the same weekly sheets, nothing is lost and the audit tells exactly what is stored."""

import copy
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from data_access import summaries
from data_access.documents import as_document
from data_access.entries.importing import NotImported, import_records, undo_import
from data_access.entries.undoing import undo_change
from data_access.periods import day_in_paris
from data_access.reads.attendance import sheet_header
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.refusals import Refused, Rule
from data_access.rights import Actor
from data_access.schema import (
    attendance_day,
    attendance_summary,
    attendance_week,
    audit_entry,
    centre,
    import_batch,
    week_reopening,
    week_summary,
)
from data_access.writes.attendance import record_attendance_week, reopen_week, verify_weeks
from data_access.writes.rows import Change
from tests.data_access.weekly_book import (
    DONE,
    NOBODY_ENTERED_IT,
    NOTHING_CHANGED,
    REOPENING,
    SHEET,
    Book,
    Document,
    Impossible,
    RecordKey,
    Where,
)
from tests.data_access.weekly_sheets import COORDINATOR, NOW, add_network

ANIMATOR = Actor("animatrice@example.org", "animator", frozenset({"MAURIAC", "MURAT"}))
WEEKS = (date(2017, 6, 12), date(2017, 6, 19))  # neither has a public holiday
BEGINNING = NOW + timedelta(days=20)  # the second Thursday after them

users = st.sampled_from([ANIMATOR, COORDINATOR])
wheres = st.tuples(st.sampled_from(["MAURIAC", "MURAT"]), st.sampled_from(WEEKS))


@st.composite
def drafts(draw: st.DrawFn, where: Where) -> AttendanceWeekRecord:
    """Some days of a week, the others not known yet."""
    values = draw(st.lists(st.sampled_from([None, 0, 2]), min_size=2, max_size=4))
    people = draw(st.sampled_from([1, 2]))
    return _sheet(where, status="draft", days=_days(where[1], values), distinct_people=people)


@st.composite
def complete_weeks(draw: st.DrawFn, where: Where) -> AttendanceWeekRecord:
    """The ten figures of a week, all zero now and then; a Tuesday may have been closed."""
    number = draw(st.sampled_from([0, 1, 3]))
    days = _days(where[1], [number] * 5)
    if draw(st.booleans()):
        tuesday = where[1] + timedelta(days=1)
        days = tuple(day if day.day != tuesday else _closed(day) for day in days)
    return _sheet(where, status="complete", days=days, distinct_people=min(number, 1), comment="relevé du planning")


@st.composite
def closed_weeks(draw: st.DrawFn, where: Where) -> AttendanceWeekRecord:
    """A week in which the centre was shut."""
    return _sheet(where, status="closed", comment=draw(st.sampled_from(["congés", "travaux"])))


sheets = wheres.flatmap(lambda where: st.one_of(drafts(where), complete_weeks(where), closed_weeks(where)))
files = st.lists(
    wheres.flatmap(lambda where: st.one_of(drafts(where), complete_weeks(where))),
    min_size=1,
    max_size=3,
    unique_by=lambda sheet: (sheet.centre_code, sheet.week_start),
)


class Histories(RuleBasedStateMachine):
    """Each step is asked of the database and of the book, which must give the same answer and hold the same records."""

    connection: ClassVar[sa.Connection]

    def __init__(self) -> None:
        super().__init__()
        self.history = self.connection.begin_nested()
        ids = self.connection.execute(sa.select(centre.c.code, centre.c.id)).all()
        self.book = Book({row.code: row.id for row in ids}, BEGINNING)
        self.first_entry = self._last_entry()
        # What each user has read last: the version the database told, and the telling it stood for.
        self.readings: dict[tuple[str, Where], tuple[int, int]] = {}

    def teardown(self) -> None:
        self.history.rollback()

    # What people do.

    @rule(days=st.sampled_from([1, 3, 6, 20]))
    def time_passes(self, days: int) -> None:
        self.book.now += timedelta(days=days)

    @rule(user=users, where=wheres)
    def somebody_looks_at_a_sheet(self, user: Actor, where: Where) -> None:
        version = sheet_header(self.connection, centre_code=where[0], week_start=where[1]).version
        self.readings[user.name, where] = (version, self.book.telling(where))

    @rule(user=users, sheet=sheets, looks_first=st.booleans())
    def somebody_saves_a_sheet(self, user: Actor, sheet: AttendanceWeekRecord, looks_first: bool) -> None:
        where = (sheet.centre_code, sheet.week_start)
        if looks_first:
            self.somebody_looks_at_a_sheet(user, where)
        version, telling = self._read_by(user, where)
        sheet = sheet.model_copy(update={"base_version": version, "confirmed": frozenset(Rule)})
        answer = self._both(
            lambda: record_attendance_week(self.connection, user, sheet, now=self.book.now),
            lambda book: book.save(user, sheet, read=telling),
        )
        if answer == DONE:
            # The form stays open on what it has just recorded.
            self.somebody_looks_at_a_sheet(user, where)

    @rule(user=users, where=wheres)
    def somebody_verifies_a_sheet(self, user: Actor, where: Where) -> None:
        version, telling = self._read_by(user, where)
        self._both(
            lambda: verify_weeks(self.connection, user, [(*where, version)], now=self.book.now),
            lambda book: book.verify(user, where, read=telling),
        )

    @rule(user=users, where=wheres)
    def somebody_reopens_a_week(self, user: Actor, where: Where) -> None:
        reason = "planning retrouvé"
        self._both(
            lambda: reopen_week(
                self.connection, user, centre_code=where[0], week_start=where[1], reason=reason, now=self.book.now
            ),
            lambda book: book.reopen(user, where, reason),
        )

    @rule(file=files)
    def the_coordinator_imports_a_file(self, file: list[AttendanceWeekRecord]) -> None:
        batch = 1 + max((entry.batch or 0 for entry in self.book.entries), default=0)

        def put_down(book: Book) -> str:
            return max((book.save(COORDINATOR, sheet, read=None, batch=batch) for sheet in file), key=_did_something)

        self._both(
            lambda: import_records(
                self.connection,
                COORDINATOR,
                "attendance",
                list(enumerate(file, start=2)),
                file_name="relevés.csv",
                now=self.book.now,
                confirmed=frozenset(Rule),
            ),
            put_down,
        )

    @rule(user=users, back=st.integers(1, 4))
    def somebody_takes_a_change_back(self, user: Actor, back: int) -> None:
        if back <= len(self.book.entries):
            audit_id = self._entries()[-back].id
            self._both(
                lambda: undo_change(self.connection, Change(user, self.book.now, "take_back"), audit_id),
                lambda book: book.take_back(user, len(book.entries) - back),
            )

    @rule(user=users, back=st.integers(1, 2))
    def somebody_undoes_an_import(self, user: Actor, back: int) -> None:
        batches = sorted({entry.batch for entry in self.book.entries if entry.batch})
        kept = self.connection.execute(sa.select(import_batch.c.id).order_by(import_batch.c.id)).scalars().all()
        if back <= len(batches):
            self._both(
                lambda: undo_import(self.connection, user, kept[-back], now=self.book.now),
                lambda book: book.undo_import(user, batches[-back]),
            )

    @rule()
    def somebody_reads_the_figures(self) -> None:
        """The summaries of each week are what its sheet says."""
        today = day_in_paris(self.book.now)
        summaries.refresh(self.connection, through=today)

        expected = {where: _figures(self.book.sheet(where)) for where in self._all_weeks()}

        assert {where: self._summary(where) for where in self._all_weeks()} == expected

    # What holds after each step.

    @invariant()
    def the_stored_rows_are_those_of_the_book(self) -> None:
        assert self._stored() == self.book.records

    @invariant()
    def a_centre_has_one_sheet_a_week(self) -> None:
        keys = self.connection.execute(sa.select(attendance_week.c.centre_id, attendance_week.c.week_start)).all()

        assert len(set(keys)) == len(keys)

    @invariant()
    def there_is_one_trace_for_each_accepted_change(self) -> None:
        assert len(self._entries()) == len(self.book.entries)

    @invariant()
    def the_audit_read_from_its_beginning_tells_what_is_stored(self) -> None:
        told: dict[RecordKey, Document] = {}
        for entry in self._entries():
            key = (entry.table_name, entry.row_id)
            before, after = (self._in_words_of_the_book(key, document) for document in (entry.before, entry.after))
            assert told.pop(key, None) == before
            if after is not None:
                told[key] = after

        assert told == self._stored()

    # How it is asked.

    def _both(self, ask: Callable[[], object], put_down: Callable[[Book], str]) -> str:
        """The answer of the database, which must be that of the book; a refused write leaves nothing behind."""
        before = self._last_entry()
        step = self.connection.begin_nested()
        try:
            answer = _answer(ask())
            step.commit()
        except (Refused, NotImported) as refusal:
            step.rollback()
            answer = _refusal(refusal)
        new = self.connection.execute(
            sa.select(audit_entry.c.row_id).where(audit_entry.c.id > before).order_by(audit_entry.c.id)
        ).scalars()
        book = copy.deepcopy(self.book)
        book.begin(list(new))
        try:
            expected = put_down(book)
            self.book = book
        except Impossible as impossible:
            expected = impossible.rule

        assert answer == expected
        return answer

    def _read_by(self, user: Actor, where: Where) -> tuple[int, int]:
        return self.readings.get((user.name, where), (0, NOBODY_ENTERED_IT))

    def _all_weeks(self) -> list[Where]:
        return [(code, week) for code in ("MAURIAC", "MURAT") for week in WEEKS]

    def _last_entry(self) -> int:
        return int(self.connection.execute(sa.select(sa.func.max(audit_entry.c.id))).scalar_one() or 0)

    def _entries(self) -> list[Any]:
        question = sa.select(audit_entry).where(audit_entry.c.id > self.first_entry).order_by(audit_entry.c.id)
        return list(self.connection.execute(question))

    def _stored(self) -> dict[RecordKey, Document]:
        """The sheets and the reopenings as they are in the tables."""
        days: dict[int, list[Document]] = {}
        for row in self.connection.execute(sa.select(attendance_day)).mappings():
            days.setdefault(row["attendance_week_id"], []).append(as_document(dict(row)))
        stored: dict[RecordKey, Document] = {}
        for week in self.connection.execute(sa.select(attendance_week)).mappings():
            key = (SHEET, week["id"])
            told = self._in_words_of_the_book(key, as_document(dict(week)) | {"days": days.get(week["id"], [])})
            stored[key] = told or {}
        for reopening in self.connection.execute(sa.select(week_reopening)).mappings():
            stored[REOPENING, reopening["id"]] = as_document(dict(reopening))
        return stored

    def _in_words_of_the_book(self, key: RecordKey, document: Document | None) -> Document | None:
        """A sheet by the code of its centre, its days by « 2017-06-12 office »."""
        if document is None or key[0] != SHEET:
            return document
        codes = {number: code for code, number in self.book.centre_ids.items()}
        days = {
            f"{day['day']} {day['seat_kind']}": "closed" if day["closed"] else day["half_days"]
            for day in document["days"]
        }
        kept = {name: value for name, value in document.items() if name not in ("centre_id", "days")}
        return kept | {"centre": codes[document["centre_id"]], "days": days}

    def _summary(self, where: Where) -> tuple[str, int]:
        keys = {"centre_id": self.book.centre_ids[where[0]], "week_start": where[1]}
        state = self.connection.execute(sa.select(week_summary.c.state).filter_by(**keys)).scalar_one()
        occupied = sa.select(sa.func.sum(attendance_summary.c.occupied_half_days)).filter_by(**keys)
        return state, int(self.connection.execute(occupied).scalar_one() or 0)


@pytest.mark.slow
def test_no_history_of_two_people_loses_an_update_or_leaves_the_audit_apart(connection: sa.Connection) -> None:
    add_network(connection)
    summaries.refresh(connection, through=day_in_paris(BEGINNING))
    histories = type("HistoriesOfOneDatabase", (Histories,), {"connection": connection})

    run_state_machine_as_test(histories)


def test_a_sheet_entered_after_another_was_taken_back_is_not_the_one_that_was_read(connection: sa.Connection) -> None:
    """The reader of the first one would otherwise write over the second without having seen it."""
    add_network(connection)
    where = ("MURAT", WEEKS[0])
    first, second, third = (_sheet(where, distinct_people=people) for people in (1, 2, 3))
    read = record_attendance_week(connection, ANIMATOR, first, now=BEGINNING)
    undo_change(connection, Change(ANIMATOR, BEGINNING, "take_back"), read.audit_id or 0)
    record_attendance_week(connection, ANIMATOR, second, now=BEGINNING)

    correction = third.model_copy(update={"base_version": read.version})
    with pytest.raises(Refused) as refusal:
        record_attendance_week(connection, COORDINATOR, correction, now=BEGINNING)

    assert _refusal(refusal.value) == Rule.STALE_VERSION


def _did_something(answer: str) -> bool:
    return answer == DONE


def _answer(given: object) -> str:
    """What a write says it did."""
    unchanged = given is None or getattr(given, "already_recorded", False) or getattr(given, "batch_id", 0) is None
    return NOTHING_CHANGED if unchanged else DONE


def _refusal(refusal: Refused | NotImported) -> str:
    """The first rule that a write was refused for."""
    problems = refusal.problems if isinstance(refusal, Refused) else [each for _, each in refusal.outcome.refused]
    return problems[0].rule


def _figures(sheet: Document | None) -> tuple[str, int]:
    if sheet is None:
        return "missing", 0
    counted = sheet["days"].values() if sheet["status"] == "complete" else ()
    return sheet["status"], sum(value for value in counted if value != "closed")


def _sheet(where: Where, **said: Any) -> AttendanceWeekRecord:
    return AttendanceWeekRecord(centre_code=where[0], week_start=where[1], **said)


def _days(monday: date, values: list[int | None]) -> tuple[AttendanceDayRecord, ...]:
    return tuple(
        AttendanceDayRecord(day=monday + timedelta(days=offset), seat_kind=kind, half_days=value)
        for kind in ("office", "open_space")
        for offset, value in enumerate(values)
    )


def _closed(day: AttendanceDayRecord) -> AttendanceDayRecord:
    return AttendanceDayRecord(day=day.day, seat_kind=day.seat_kind, closed=True)
