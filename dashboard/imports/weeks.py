"""The lines of an attendance file, gathered into the weekly sheet of each centre."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dashboard.imports.reading import Fault, Rows
from dashboard.imports.wide import DayCell
from dashboard.wording.typography import count, typeset
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord


@dataclass(frozen=True)
class Weeks:
    """The sheets that lines make, each with its first line; `cells` is where their fields stand, as a fault of each would
    say it: by that line, then by the field as a refusal names it, "" for the sheet as a whole."""

    records: tuple[tuple[int, AttendanceWeekRecord], ...]
    faults: tuple[Fault, ...]
    cells: Mapping[int, Mapping[str, Fault]]
    notes: tuple[str, ...]


def long_cells(
    lines: Iterable[tuple[int, Mapping[str, Any]]], places: Mapping[str, int], headings: Mapping[str, str]
) -> list[DayCell]:
    """What the lines of a long file say, each of one day and position."""
    return [DayCell(line, places["half_days"], headings["half_days"], values) for line, values in lines]


def weeks(
    told: Iterable[DayCell],
    rows: Rows,
    places: Mapping[str, int],
    headings: Mapping[str, str],
    *,
    faulty: Collection[int],
) -> Weeks:
    """One sheet per centre and week. One of whose lines is `faulty` is left out: it is refused for that already.

    A blank number says nothing, beside a closed day too. The state is said by who wrote it, else it follows from the days
    (`status_said`).
    """
    found: dict[tuple[str, date], list[DayCell]] = {}
    seen: dict[tuple[str, date, str], DayCell] = {}
    faults: list[Fault] = []
    spoilt: set[tuple[str, date]] = set()
    for cell in told:
        code, day, kind = (cell.values.get(name) for name in ("centre_code", "day", "seat_kind"))
        if code is None or day is None:
            continue
        week = (code, day - timedelta(days=day.weekday()))
        if cell.line in faulty or kind is None:
            spoilt.add(week)
            continue
        first = seen.setdefault((code, day, kind), cell)
        if first is not cell:
            at = places.get("day", cell.place)
            reason = (
                f"ce jour et cette position sont déjà à la ligne {first.line}. "
                f"Gardez l’une des lignes {first.line} et {cell.line}."
            )
            faults.append(
                rows.fault(cell.line, at, headings.get("day", cell.heading), typeset(reason), value=f"{day:%d/%m/%Y}")
            )
            spoilt.add(week)
            continue
        found.setdefault(week, []).append(cell)
    silent = {week for week, theirs in found.items() if not any(map(_says_something, theirs))}
    records: list[tuple[int, AttendanceWeekRecord]] = []
    cells: dict[int, Mapping[str, Fault]] = {}
    for week, theirs in found.items():
        if week in spoilt or week in silent:
            continue
        several = _several(theirs, rows, places, headings)
        faults += several
        if not several:
            line = theirs[0].line
            records.append((line, _record(*week, theirs)))
            cells[line] = _cells(theirs, rows, places, headings)
    told_aside = f"Sans aucun chiffre, laissées de côté : {count(len(silent), 'semaine')}."
    return Weeks(tuple(records), tuple(faults), cells, (typeset(told_aside),) if silent else ())


def _says_something(cell: DayCell) -> bool:
    """Whether a line is more than a row of a model that nobody filled."""
    named = ("half_days", "distinct_people", "comment", "status")
    return bool(cell.values.get("closed")) or any(cell.values.get(name) is not None for name in named)


def _several(theirs: list[DayCell], rows: Rows, places: Mapping[str, int], headings: Mapping[str, str]) -> list[Fault]:
    """The week is said in one way by all of its lines."""
    faults = []
    for name, what in (("distinct_people", "plusieurs nombres"), ("status", "plusieurs états")):
        said = {cell.values[name]: cell for cell in theirs if cell.values.get(name) is not None}
        if len(said) > 1:
            other = list(said.values())[1]
            reason = typeset(f"{what} pour la même semaine (ligne {theirs[0].line}). Gardez-en un.")
            value = str(other.values[name])
            faults.append(rows.fault(other.line, places.get(name, 0), headings.get(name, ""), reason, value=value))
    return faults


def _record(code: str, monday: date, theirs: list[DayCell]) -> AttendanceWeekRecord:
    people = next(
        (cell.values["distinct_people"] for cell in theirs if cell.values.get("distinct_people") is not None), None
    )
    status = next((cell.values["status"] for cell in theirs if cell.values.get("status")), None)
    comments = dict.fromkeys(cell.values["comment"] for cell in theirs if cell.values.get("comment"))
    days = tuple(
        AttendanceDayRecord(
            day=cell.values["day"],
            seat_kind=cell.values["seat_kind"],
            half_days=cell.values.get("half_days"),
            closed=bool(cell.values.get("closed")),
        )
        for cell in theirs
    )
    return AttendanceWeekRecord(
        centre_code=code,
        week_start=monday,
        status=status or "complete",
        status_said=status is not None,
        days=days,
        distinct_people=people,
        comment=" ; ".join(comments) or None,
    )


def _cells(
    theirs: list[DayCell], rows: Rows, places: Mapping[str, int], headings: Mapping[str, str]
) -> dict[str, Fault]:
    line = theirs[0].line
    found = {"": rows.fault(line, places["centre_code"], headings["centre_code"], "")}
    for cell in theirs:
        values = cell.values
        field = f"{values['day']} {values['seat_kind']}"
        found[field] = rows.fault(cell.line, cell.place, cell.heading, "", value=_text(values.get("half_days")))
        for name in ("distinct_people", "comment", "status"):
            if name in places and (name not in found or not found[name].value):
                said = _text(values.get(name))
                if said or name not in found:
                    found[name] = rows.fault(cell.line, places[name], headings[name], "", value=said)
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value)
