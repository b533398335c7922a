"""Whatever weeks are stored, their file says them; and a wide sheet says the same weeks as the lines of a long one."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from dashboard.exports.tables import csv
from dashboard.imports.kinds import KINDS, stored_table
from dashboard.imports.matching import Matched, match
from dashboard.imports.reading import read_file
from dashboard.wording.dates import full_date
from dashboard.wording.terms import SEAT_KINDS, WEEK_STATUSES
from data_access import summaries
from data_access.entries.exporting import file_rows
from data_access.entries.importing import ImportOutcome, import_records
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.refusals import Rule
from data_access.rights import Actor
from data_access.schema import attendance_day, attendance_week
from data_access.writes.attendance import record_attendance_week
from tests.databases import rolled_back_on_sqlite
from tests.factories import add_centre

COORDINATOR = Actor("coordination@example.org", "coordinator")
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
MONDAYS = [date(2026, 11, 16) - timedelta(weeks=back) for back in range(3)]
CELLS = [(offset, kind) for offset in range(5) for kind in SEAT_KINDS]
REMARKS = st.sampled_from([None, "pont", "« guillemets » ; et point-virgule", "=SOMME(1)", "deux\nlignes"])
numbers = st.sampled_from([0, 1, 2, 8])


@st.composite
def sheets(draw: st.DrawFn, monday: date) -> AttendanceWeekRecord:
    status = draw(st.sampled_from(["draft", "complete", "closed"]))
    cells: dict[tuple[int, str], Any] = {}
    if status == "draft":
        cells = draw(st.dictionaries(st.sampled_from(CELLS), st.one_of(st.just("closed"), numbers)))
    elif status == "complete":
        cells = {cell: draw(st.one_of(st.just("closed"), numbers)) for cell in CELLS} | {(0, "office"): draw(numbers)}
    days = tuple(
        AttendanceDayRecord(
            day=monday + timedelta(days=offset),
            seat_kind=kind,
            half_days=None if value == "closed" else value,
            closed=value == "closed",
        )
        for (offset, kind), value in cells.items()
    )
    total = sum(day.half_days or 0 for day in days)
    people = draw(st.sampled_from([None, min(total, 2)])) if status == "complete" else None
    needs_reason = status == "closed" or (status == "complete" and any(day.closed for day in days))
    comment = draw(REMARKS) or ("travaux" if needs_reason else None)
    return AttendanceWeekRecord(
        centre_code="MONTMURAT", week_start=monday, status=status, days=days, distinct_people=people, comment=comment,
        confirmed=frozenset(Rule),
    )  # fmt: skip


def read_back(content: bytes) -> Matched:
    kind = KINDS["attendance"]
    found = match(kind, read_file("f.csv", content, kind.headings), centres={"MONTMURAT": "Télécentre de Montmurat"})
    assert found.faults == ()
    return found


def bring(connection: sa.Connection, content: bytes) -> ImportOutcome:
    records = read_back(content).records
    return import_records(
        connection, COORDINATOR, "attendance", records, file_name="f.csv", now=NOW, confirmed=frozenset(Rule)
    )


def content_of(connection: sa.Connection) -> set[tuple[Any, ...]]:
    week, day = attendance_week.c, attendance_day.c
    question = sa.select(
        week.week_start,
        week.status,
        week.distinct_people,
        week.comment,
        day.day,
        day.seat_kind,
        day.half_days,
        day.closed,
    ).select_from(attendance_week.outerjoin(attendance_day))
    return {tuple(row) for row in connection.execute(question)}


@pytest.mark.slow
@rolled_back_on_sqlite
@given(stored=st.tuples(*map(sheets, MONDAYS)))
def test_what_is_exported_changes_nothing_and_makes_the_same_weeks_elsewhere(
    connection: sa.Connection, stored: tuple[AttendanceWeekRecord, ...]
) -> None:
    undone = connection.begin_nested()
    try:
        add_centre(connection, "MONTMURAT", opened_on=date(2015, 1, 5), seats_office=4, seats_open_space=4)
        summaries.refresh(connection, through=NOW.date())
        for sheet in stored:
            record_attendance_week(connection, COORDINATOR, sheet, now=NOW)
        rows = file_rows(connection, kind="attendance", first=date(2015, 1, 1))
        content = csv(stored_table(KINDS["attendance"], rows, demonstration=False))
        before = content_of(connection)

        assert len(bring(connection, content).unchanged) == len(stored)
        connection.execute(sa.delete(attendance_week))
        assert len(bring(connection, content).added) == len(stored)
        assert content_of(connection) == before
    finally:
        undone.rollback()


@given(weeks=st.lists(st.sampled_from(MONDAYS), unique=True, min_size=1), data=st.data())
def test_a_wide_sheet_says_what_the_lines_of_a_long_one_say(weeks: list[date], data: st.DataObject) -> None:
    cell = st.sampled_from(["", "0", "3", "fermé"])
    status = st.sampled_from(["", *(term.label for term in WEEK_STATUSES.values())])
    long = ["Télécentre;Date;Position;Demi-journées;Fermé;État"]
    wide = ["Télécentre;Semaine;" + ";".join(f"{DAYS[at]} {SEAT_KINDS[kind].short}" for at, kind in CELLS) + ";État"]
    for monday in weeks:
        said, state = [data.draw(cell) for _ in CELLS], data.draw(status)
        wide.append(";".join(["MONTMURAT", f"S{monday.isocalendar().week} 2026", *said, state]))
        for (offset, kind), text in zip(CELLS, said, strict=True):
            number, closed = ("", "oui") if text == "fermé" else (text, "")
            day = monday + timedelta(days=offset)
            long.append(f"MONTMURAT;{day:%d/%m/%Y};{SEAT_KINDS[kind].short};{number};{closed};{state}")

    found = [read_back("\n".join(lines).encode()).records for lines in (wide, long)]

    assert [record for _line, record in found[0]] == [record for _line, record in found[1]]


DAYS = [full_date(MONDAYS[0] + timedelta(days=offset)).split(" ")[0] for offset in range(5)]
