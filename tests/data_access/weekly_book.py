"""What must be stored of the weekly sheets, kept in memory: the same rules as the database's, told in the simplest way."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from data_access.periods import day_in_paris
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.refusals import Rule
from data_access.rights import Actor

Where = tuple[str, date]
Document = dict[str, Any]
RecordKey = tuple[str, int]

DONE: Final = "done"
NOTHING_CHANGED: Final = "nothing changed"
SHEET: Final = "attendance_week"
REOPENING: Final = "week_reopening"
NOBODY_ENTERED_IT: Final = 0


class Impossible(Exception):
    """The book refuses, for one rule."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True)
class Entry:
    """One accepted change."""

    record: RecordKey
    actor: str
    before: Document | None
    after: Document | None
    undoes: int | None = None
    batch: int | None = None


@dataclass
class Book:
    """The records as they must be, and every change that was accepted.

    A telling is what somebody has read when they look at a sheet: another one each time that its figures change.
    `row_ids` are the numbers the database gave to the changes of the current step, which nobody can foresee.
    """

    centre_ids: dict[str, int]
    now: datetime
    records: dict[RecordKey, Document] = field(default_factory=dict)
    tellings: dict[Where, int] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    undone_batches: set[int] = field(default_factory=set)
    row_ids: list[int] = field(default_factory=list)
    told: int = 0
    started: int = 0

    def sheet(self, where: Where) -> Document | None:
        """The sheet of a centre and week; None when nobody entered it."""
        return next((self.records[key] for key in self._sheets(where)), None)

    def telling(self, where: Where) -> int:
        """What somebody who looks now has read."""
        return self.tellings[where] if self.sheet(where) else NOBODY_ENTERED_IT

    def is_locked(self, where: Where) -> bool:
        """Four weeks after its Sunday a sheet is locked, but for a reopening that still runs."""
        today = day_in_paris(self.now)
        reopened = any(
            (each["centre_id"], each["week_start"]) == (self.centre_ids[where[0]], str(where[1]))
            and str(today) <= each["open_until"]
            for (table, _), each in self.records.items()
            if table == REOPENING
        )
        return today >= where[1] + timedelta(days=34) and not reopened

    def save(self, actor: Actor, sheet: AttendanceWeekRecord, *, read: int | None, batch: int | None = None) -> str:
        """A sheet is stored by who has read the last telling; a file (`read` None) has always read it."""
        where = (sheet.centre_code, sheet.week_start)
        stored = self.sheet(where)
        if stored and read is None:
            sheet = _completed(sheet, stored)
        said = _said(sheet)
        if stored and all(stored[name] == value for name, value in said.items()):
            return NOTHING_CHANGED
        if read is not None and read != self.telling(where):
            raise Impossible(Rule.STALE_VERSION)
        if self.is_locked(where) and not (batch is not None and stored is None):
            raise Impossible(Rule.WEEK_LOCKED)
        document = said | {
            "centre": where[0],
            "week_start": str(where[1]),
            "doubts": self._doubts(sheet),
            "entered_by": actor.name,
            "entered_at": self._moment(),
            "completed_at": self._completed_at(sheet, stored, from_file=batch is not None),
            "verified_by": None,
            "verified_at": None,
        }
        if batch is not None and document["doubts"]:
            document |= {"verified_by": actor.name, "verified_at": self._moment()}
        self._change(actor, self._key(SHEET, where), document, batch=batch)
        return DONE

    def _completed_at(self, sheet: AttendanceWeekRecord, stored: Document | None, *, from_file: bool) -> str | None:
        """Nobody knows when an imported week was completed, be it corrected since; a file leaves what was known."""
        if sheet.status == "draft":
            return None
        known: str | None = stored["completed_at"] if stored and stored["status"] != "draft" else None
        imported = stored is not None and stored["status"] != "draft" and known is None
        return known if from_file or imported else self._moment()

    def verify(self, actor: Actor, where: Where, *, read: int) -> str:
        """Doubts are looked at once, by who has read the last telling; no figure changes."""
        stored = self.sheet(where)
        if stored is None or read != self.telling(where):
            raise Impossible(Rule.STALE_VERSION)
        if stored["doubts"] is None or stored["verified_by"]:
            return NOTHING_CHANGED
        telling = self.telling(where)
        looked_at = stored | {"verified_by": actor.name, "verified_at": self._moment()}
        self._change(actor, self._key(SHEET, where), looked_at)
        self.tellings[where] = telling
        return DONE

    def reopen(self, actor: Actor, where: Where, reason: str) -> str:
        """A coordinator opens a locked week for seven days more."""
        if not actor.coordinates:
            raise Impossible(Rule.NOT_YOUR_ROLE)
        if not self.is_locked(where):
            return NOTHING_CHANGED
        document = {
            "centre_id": self.centre_ids[where[0]],
            "week_start": str(where[1]),
            "reopened_at": self._moment(),
            "reopened_by": actor.name,
            "reason": reason,
            "open_until": str(day_in_paris(self.now) + timedelta(days=7)),
        }
        self._change(actor, (REOPENING, self._new_row_id()), document)
        return DONE

    def take_back(self, actor: Actor, number: int, *, with_its_import: bool = False) -> str:
        """A change is taken back once, while the record is as the change left it."""
        entry = self.entries[number]
        if not actor.coordinates and entry.actor != actor.name:
            raise Impossible(Rule.NOT_YOUR_ROLE)
        if any(each.undoes == number for each in self.entries):
            raise Impossible(Rule.ALREADY_TAKEN_BACK)
        if self.records.get(entry.record) != entry.after:
            raise Impossible(Rule.CHANGED_SINCE)
        if entry.record[0] == SHEET:
            document = entry.before or entry.after or {}
            where = (document["centre"], date.fromisoformat(document["week_start"]))
            figures_stay = bool(entry.before and entry.after) and all(
                (entry.before or {})[name] == (entry.after or {})[name]
                for name in ("status", "distinct_people", "comment", "days")
            )
            if self.is_locked(where) and not with_its_import and not figures_stay:
                raise Impossible(Rule.WEEK_LOCKED)
            if entry.before and any(key != entry.record for key in self._sheets(where)):
                raise Impossible(Rule.STILL_USED)
        self._change(actor, entry.record, entry.before, undoes=number)
        return DONE

    def undo_import(self, actor: Actor, batch: int) -> str:
        """Every change of an import that stands is taken back, the last first, or none."""
        if not actor.coordinates:
            raise Impossible(Rule.NOT_YOUR_ROLE)
        if batch in self.undone_batches:
            raise Impossible(Rule.ALREADY_TAKEN_BACK)
        for number in reversed(range(len(self.entries))):
            standing = self._last_word(number)
            if self.entries[number].batch == batch and self.entries[number].undoes is None and standing is not None:
                self.take_back(actor, standing, with_its_import=True)
        self.undone_batches.add(batch)
        return DONE

    def _last_word(self, number: int) -> int | None:
        """The entry that makes a change stand; None once it was taken back."""
        stands = True
        while (later := next((at for at, each in enumerate(self.entries) if each.undoes == number), None)) is not None:
            number, stands = later, not stands
        return number if stands else None

    def _change(
        self,
        actor: Actor,
        record: RecordKey,
        after: Document | None,
        *,
        undoes: int | None = None,
        batch: int | None = None,
    ) -> None:
        before = self.records.pop(record, None)
        self.entries.append(Entry(record, actor.name, before, after, undoes, batch))
        self.told += 1
        if after is not None:
            self.records[record] = after
            if record[0] == SHEET:
                self.tellings[after["centre"], date.fromisoformat(after["week_start"])] = self.told

    def _sheets(self, where: Where) -> list[RecordKey]:
        told = (where[0], str(where[1]))
        return [
            key
            for key, each in self.records.items()
            if key[0] == SHEET and (each["centre"], each["week_start"]) == told
        ]

    def _key(self, table: str, where: Where) -> RecordKey:
        return next(iter(self._sheets(where)), (table, self._new_row_id()))

    def _new_row_id(self) -> int:
        """The number the database gave to the record of the next change; 0, which none has, where it accepted none."""
        already = self.told - self.started
        return self.row_ids[already] if already < len(self.row_ids) else 0

    def begin(self, row_ids: list[int]) -> None:
        """A step of the history begins, of whose changes the database gave these numbers to the records."""
        self.row_ids, self.started = row_ids, self.told

    def _doubts(self, sheet: AttendanceWeekRecord) -> str | None:
        if sheet.status != "complete":
            return None
        if sheet.total == 0:
            return Rule.ALL_ZERO.value
        before = self.sheet((sheet.centre_code, sheet.week_start - timedelta(weeks=1)))
        then = before["days"] if before and before["status"] == "complete" else {}
        earlier = {
            f"{date.fromisoformat(key[:10]) + timedelta(weeks=1)}{key[10:]}": value
            for key, value in then.items()
            if value != "closed"
        }
        numbers = {key: value for key, value in _said(sheet)["days"].items() if value != "closed"}
        return Rule.SAME_AS_BEFORE.value if numbers == earlier else None

    def _moment(self) -> str:
        return self.now.astimezone(UTC).isoformat()


def _completed(sheet: AttendanceWeekRecord, stored: Document) -> AttendanceWeekRecord:
    """A file leaves what it has no word of: the remark, the number of people, the days that are not in it."""
    told = {f"{day.day} {day.seat_kind}" for day in sheet.days if day.closed or day.half_days is not None}
    kept = [
        AttendanceDayRecord.model_validate(
            {
                "day": date.fromisoformat(key.split()[0]),
                "seat_kind": key.split()[1],
                "half_days": None if value == "closed" else value,
                "closed": value == "closed",
            }
        )
        for key, value in stored["days"].items()
        if key not in told and sheet.status != "closed"
    ]
    people = stored["distinct_people"] if sheet.distinct_people is None else sheet.distinct_people
    if sheet.status == "closed" and people == stored["distinct_people"]:
        people = None
    filled = tuple(day for day in sheet.days if sheet.status == "closed" or day.closed or day.half_days is not None)
    return sheet.model_copy(
        update={
            "comment": sheet.comment or stored["comment"],
            "distinct_people": people,
            "days": (*filled, *kept),
        }
    )


def _said(sheet: AttendanceWeekRecord) -> Document:
    days = {} if sheet.status == "closed" else {f"{day.day} {day.seat_kind}": day for day in sheet.days}
    return {
        "status": sheet.status,
        "distinct_people": sheet.distinct_people,
        "comment": sheet.comment,
        "days": {
            key: "closed" if day.closed else day.half_days
            for key, day in days.items()
            if day.closed or day.half_days is not None
        },
    }
