"""The lines of an attendance file, gathered into the weekly sheet of each centre."""

from datetime import date, timedelta
from typing import Any

from dashboard.imports.reading import Fault
from dashboard.wording.typography import typeset
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord


def weeks(rows: list[tuple[int, dict[str, Any]]]) -> tuple[list[tuple[int, AttendanceWeekRecord]], list[Fault]]:
    """One sheet per centre and week, complete; the line told is that of its first row."""
    weeks: dict[tuple[str, date], list[tuple[int, dict[str, Any]]]] = {}
    seen: dict[tuple[str, date, str], int] = {}
    faults: list[Fault] = []
    for line, values in rows:
        cell = (values["centre_code"], values["day"], values["seat_kind"])
        if cell in seen:
            reason = typeset(
                f"ce jour et cette position sont déjà à la ligne {seen[cell]}. Gardez l’une des lignes {seen[cell]} et {line}."
            )
            faults.append(Fault(line, "Jour", f"{values['day']:%d/%m/%Y}", reason))
            continue
        seen[cell] = line
        monday = values["day"] - timedelta(days=values["day"].weekday())
        weeks.setdefault((values["centre_code"], monday), []).append((line, values))
    records: list[tuple[int, AttendanceWeekRecord]] = []
    for (code, monday), found in weeks.items():
        people = {values["distinct_people"] for _line, values in found if values.get("distinct_people") is not None}
        comments = dict.fromkeys(values["comment"] for _line, values in found if values.get("comment"))
        if len(people) > 1:
            reason = typeset("plusieurs nombres pour la même semaine. Gardez-en un.")
            faults.append(Fault(found[0][0], "Personnes différentes", ", ".join(map(str, sorted(people))), reason))
            continue
        days = tuple(
            AttendanceDayRecord(
                day=values["day"],
                seat_kind=values["seat_kind"],
                half_days=values["half_days"],
                closed=bool(values.get("closed")),
            )
            for _line, values in found
        )
        record = AttendanceWeekRecord(
            centre_code=code,
            week_start=monday,
            status="complete",
            days=days,
            distinct_people=next(iter(people), None),
            comment=" ; ".join(comments) or None,
        )
        records.append((found[0][0], record))
    return records, faults
