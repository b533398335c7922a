"""What is looked at beside a weekly sheet when it is recorded: read at once for the sheets of a file, true as each is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access import summaries
from data_access.engine import data_version
from data_access.openings import Opening, openings_of
from data_access.reads.attendance import sheet_days
from data_access.records import AttendanceWeekRecord
from data_access.rights import Actor
from data_access.schema import attendance_week, audit_entry
from data_access.weeks import A_YEAR, SEASON, WeekUse, complete_weeks
from data_access.writes.entry_rules import Place, locked_centre

Offers = dict[tuple[date, str], dict[str, Any]]
"""What a centre offers on the days of a week, by day and seat kind: rows of `sheet_days`."""
Cells = dict[tuple[date, str], int]
"""The half-days of a week as entered, by day and seat kind; days marked closed left out."""

READ_AHEAD: Final = 26
"""How many weeks of a centre are read at once for a file, which mostly brings them one after the other."""
_A_WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True)
class EnteredWeek:
    """What must be known of a stored sheet before it is read whole."""

    id: int
    status: str
    distinct_people: int | None


@dataclass(frozen=True)
class _Span:
    """The weeks of one centre that were read: from a Monday to the last one."""

    first: date
    last: date
    offers: dict[date, Offers]
    cells: dict[date, Cells]
    complete: dict[date, WeekUse]
    entered: dict[date, EnteredWeek]
    changes: dict[date, int]


class KnownWeeks:
    """What is known of centres and their weeks in one transaction, whose sheets are all recorded by way of it.

    Each centre is locked when it is first asked about: nobody else writes its weeks before the transaction ends. A next
    transaction that has locked them may go on with it, unless somebody else wrote between the two.
    """

    def __init__(self, connection: sa.Connection, actor: Actor, *, today: date, ahead: int = 1) -> None:
        """`ahead` is how many weeks of a centre are read at once."""
        self._connection, self._actor, self._today, self._ahead = connection, actor, today, ahead
        self._version: int | None = None
        self._places: dict[str, tuple[Place, list[Opening]]] = {}
        self._spans: dict[str, _Span] = {}

    def keep(self) -> None:
        """Called last in a transaction, for the next one."""
        self._version = data_version(self._connection)

    def goes_on(self, connection: sa.Connection) -> bool:
        """Whether it still holds in this transaction, for which it is then used."""
        self._connection = connection
        return self._version == data_version(connection)

    def place(self, code: str) -> Place:
        """The centre; Refused for who may not enter its figures, and for a code that none has."""
        return self._known_place(code)[0]

    def openings(self, code: str) -> list[Opening]:
        """When the centre was open."""
        return self._known_place(code)[1]

    def offers(self, record: AttendanceWeekRecord) -> Offers:
        """What the centre of a sheet offers that week."""
        return self._span(record).offers.get(record.week_start, {})

    def complete(self, record: AttendanceWeekRecord) -> Mapping[date, WeekUse]:
        """The complete weeks of its centre since a year and a season before it; later ones may be among them."""
        return self._span(record).complete

    def cells_before(self, record: AttendanceWeekRecord) -> Cells:
        """What was entered the week before it."""
        return self._span(record).cells.get(record.week_start - _A_WEEK, {})

    def entered(self, record: AttendanceWeekRecord) -> EnteredWeek | None:
        """The sheet of that centre and week that is stored; None when nobody entered one."""
        return self._span(record).entered.get(record.week_start)

    def next_version(self, record: AttendanceWeekRecord) -> int:
        """A version that nobody has read of the sheet, not even of one that was undone since: one more than its changes."""
        return 1 + self._span(record).changes.get(record.week_start, 0)

    def note(self, record: AttendanceWeekRecord, week_id: int) -> None:
        """Says that a sheet was stored, with its audit entry."""
        span, monday = self._span(record), record.week_start
        span.entered[monday] = EnteredWeek(week_id, record.status, record.distinct_people)
        span.changes[monday] = span.changes.get(monday, 0) + 1
        span.cells[monday] = {
            (day.day, day.seat_kind): day.half_days or 0 for day in record.filled_days if not day.closed
        }
        span.complete.pop(monday, None)
        if record.status == "complete":
            span.complete[monday] = WeekUse(offered_half_days(record, self.offers(record)), record.total)

    def _known_place(self, code: str) -> tuple[Place, list[Opening]]:
        if code not in self._places:
            place = locked_centre(self._connection, self._actor, code)
            self._places[code] = place, openings_of(self._connection, place.id)
        return self._places[code]

    def _span(self, record: AttendanceWeekRecord) -> _Span:
        code, monday = record.centre_code, record.week_start
        span = self._spans.get(code)
        if span is None or not span.first <= monday <= span.last:
            span = self._spans[code] = self._read(code, monday)
        return span

    def _read(self, code: str, monday: date) -> _Span:
        place, week = self.place(code), attendance_week.c
        # The usual weeks are read from the summaries, which what was written before has made stale.
        summaries.refresh(self._connection, through=self._today)
        last = monday + min((self._ahead - 1) * _A_WEEK, date.max - monday)
        before = monday - min(_A_WEEK, monday - date.min)
        offers: dict[date, Offers] = {}
        cells: dict[date, Cells] = {}
        days = sheet_days(self._connection, centre_code=code, week_start=before, last_week=last)
        for row in days.iter_rows(named=True):
            of_week = row["day"] - timedelta(days=row["day"].weekday())
            cell = row["day"], row["seat_kind"]
            offers.setdefault(of_week, {})[cell] = row
            if row["half_days"] is not None and not row["closed"]:
                cells.setdefault(of_week, {})[cell] = row["half_days"]
        stored = self._connection.execute(
            sa.select(week.week_start, week.id, week.status, week.distinct_people).where(
                week.centre_id == place.id, week.week_start.between(monday, last)
            )
        )
        weeks = [monday + number * _A_WEEK for number in range((last - monday).days // 7 + 1)]
        keys = {week_key(code, each): each for each in weeks}
        changes = self._connection.execute(
            sa.select(audit_entry.c.row_key, sa.func.count())
            .where(audit_entry.c.table_name == attendance_week.name, audit_entry.c.row_key.in_(keys))
            .group_by(audit_entry.c.row_key)
        )
        year_before = monday - min(A_YEAR + SEASON, monday - date.min)
        complete = complete_weeks(self._connection, [code], first=year_before, last=last)[code]
        return _Span(
            first=monday,
            last=last,
            offers=offers,
            cells=cells,
            complete=complete,
            entered={row.week_start: EnteredWeek(row.id, row.status, row.distinct_people) for row in stored},
            changes={keys[key]: int(number) for key, number in changes},
        )


def offered_half_days(record: AttendanceWeekRecord, offers: Offers) -> int:
    """What the centre offers on the days that the sheet does not mark as closed."""
    shut = {(day.day, day.seat_kind) for day in record.days if day.closed}
    return int(sum(offer["offered_half_days"] for cell, offer in offers.items() if cell not in shut))


def week_key(centre_code: str, week_start: date) -> str:
    """« MURAT 2017-S22 »: how the audit names a sheet."""
    return f"{centre_code} {week_start:%G-S%V}"
