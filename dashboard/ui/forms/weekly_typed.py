"""What a person typed in the weekly form, and the record it makes. A blank is nothing entered; nothing is rounded."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, cast

from dashboard.ui.forms.weekly_sheet import Cell, Sheet
from dashboard.wording.parsing import NotANumber, parse_whole_fr
from dashboard.wording.refusals import PEOPLE, field_name, not_a_whole_number
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.refusals import Rule

Status = Literal["draft", "complete", "closed"]

STATUSES: Final[Mapping[Status, str]] = {
    "complete": "Semaine complète",
    "draft": "Brouillon, à compléter plus tard",
    "closed": "Fermé toute la semaine",
}
# Longer than any number of people; Python itself refuses to read numbers of thousands of digits.
_LONGEST_NUMBER: Final = 12


class NotWhole(ValueError):
    """Some fields hold no whole number; `sentences` says which, by field."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__(" ".join(sentences.values()))
        self.sentences = dict(sentences)


@dataclass(frozen=True)
class Typed:
    """The texts and ticks of the form, as they stand on the screen."""

    numbers: Mapping[Cell, str]
    closed: frozenset[date]
    people: str
    remark: str
    status: Status
    closed_cells: frozenset[Cell] = frozenset()
    """Fields closed on a day when another one is not: the form of one centre closes whole days, the network's sheet any field."""

    def with_days_closed(self, days: frozenset[date]) -> "Typed":
        """The same with these days ticked as closed."""
        return replace(self, closed=self.closed | days)


def typed_as_stored(sheet: Sheet) -> Typed:
    """The form as it is when it is opened: what is stored, or blanks and the state most likely wanted."""
    header = sheet.header
    status = header.status or ("complete" if sheet.is_over else "draft")
    # Another program may leave days without anybody out of a complete week: there they count as zero, and are shown so.
    unsaid = "0" if header.status == "complete" else ""
    return Typed(
        numbers={
            field.cell: "" if field.closed else _text(field.half_days) or unsaid
            for day in sheet.days
            for field in day.fields
        },
        closed=frozenset(day.day for day in sheet.days if day.closed),
        people=_text(header.distinct_people),
        remark=header.comment or "",
        status=cast(Status, status),
    )


def with_monthly_desks(sheet: Sheet, typed: Typed) -> Typed:
    """The blank fields of a week nobody entered begin with the desks let by the month, which are taken every day."""
    if sheet.header.status is not None:
        return typed
    counted = {cell: text or _text(sheet.let_by_the_month.get(cell)) for cell, text in typed.numbers.items()}
    return replace(typed, numbers=counted)


def record_of(
    sheet: Sheet, typed: Typed, *, base_version: int, confirmed: frozenset[Rule] = frozenset()
) -> AttendanceWeekRecord:
    """The record that says what was typed; raises NotWhole when a field holds something else than a whole number."""
    numbers: dict[Cell, int | None] = {}
    wrong: dict[str, str] = {}
    for cell, text in typed.numbers.items():
        try:
            numbers[cell] = whole_number(text)
        except NotANumber:
            wrong[f"{cell[0]} {cell[1]}"] = not_a_whole_number(field_name(*cell))
    try:
        people = whole_number(typed.people)
    except NotANumber:
        wrong["distinct_people"] = not_a_whole_number(PEOPLE)
    if wrong:
        raise NotWhole(wrong)
    return AttendanceWeekRecord(
        centre_code=sheet.centre_code,
        week_start=sheet.week_start,
        status=typed.status,
        days=tuple(
            AttendanceDayRecord(
                day=day,
                seat_kind=cast(Literal["office", "open_space"], kind),
                half_days=value,
                closed=day in typed.closed
                or (value is None and (day, kind) in typed.closed_cells | _closed_alone(sheet)),
            )
            for (day, kind), value in numbers.items()
        ),
        distinct_people=people,
        comment=unicodedata.normalize("NFC", typed.remark).strip() or None,
        base_version=base_version,
        confirmed=confirmed,
    )


def whole_number(text: str) -> int | None:
    """The number of a field, None for a blank; NotANumber for « 2,5 », « abc », « 3 € »."""
    if len(text) > _LONGEST_NUMBER or "€" in text:
        raise NotANumber(text)
    return parse_whole_fr(text)


def _closed_alone(sheet: Sheet) -> frozenset[Cell]:
    """Fields stored as closed on a day that is open: another program may say so, this form cannot, and must not lose it."""
    return frozenset(field.cell for day in sheet.days for field in day.fields if field.closed and not day.closed)


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
