"""What animators write of each week: complete sheets, drafts, closed weeks, and weeks nobody entered."""

import statistics
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from data_access.demonstration.accounts import COORDINATOR
from data_access.demonstration.attendance import Week
from data_access.demonstration.days import paris_instant
from data_access.demonstration.scene import Scene
from data_access.demonstration.year_2013 import YEAR, year_is_over
from data_access.schema import attendance_day, attendance_week

_USUAL_WEEKS: Final = 8
_VERIFIED_AFTER_DAYS: Final = 35
_NO_DOUBTS: Final = {"doubts": None, "verified_by": None, "verified_at": None}
_SHUT_REASONS: Final = (
    "Agent d’accueil en arrêt",
    "Dégât des eaux",
    "Panne de la connexion",
    "Locaux prêtés à la commune",
)
_COMMENTS: Final = (
    "Une réunion d’élus a occupé l’open space jeudi matin.",
    "Panne de la fibre mardi après-midi.",
    "Deux visites de porteurs de projet.",
    "Neige\N{NO-BREAK SPACE}: peu de monde lundi.",
    "Effectifs relevés sur le planning papier.",
    "Un stagiaire présent toute la semaine.",
)
# At the day the data are made for, one place is weeks behind, one keeps its last weeks as drafts, others forgot one week.
_LATE_WEEKS: Final = {"CHAUDES-AIGUES": 5, "MONTMURAT": 1, "RIOM-ES-MONTAGNES": 1}
_DRAFT_WEEKS: Final = {"CASSANIOUZE": 2}


def decide_statuses(scene: Scene, weeks: Sequence[Week]) -> None:
    """Says of each week of a place what its animator wrote of it, over the years."""
    by_year: dict[int, list[Week]] = {}
    for week in weeks:
        # The first week of 2013 begins in 2012; its Thursday tells the year of a week.
        by_year.setdefault((week.monday + timedelta(days=3)).year, []).append(week)
    for year, found in by_year.items():
        draws = scene.draws("sheets", found[0].place.code, year)
        place = found[0].place
        gaps = place.gaps_2013 if year == YEAR else max(0, round(draws.gauss(place.gaps, 0.9)))
        shut = place.shut_2013 if year == YEAR else int(draws.random() < 0.25)
        unusual = draws.sample(found, min(gaps + shut, len(found) // 4))
        for week in unusual[:gaps]:
            week.status = "draft" if draws.random() < 0.15 else "missing"
        for week in unusual[gaps:]:
            week.status, week.comment = "closed", draws.choice(_SHUT_REASONS)
        for week in found:
            if week.status == "complete":
                _remark(week, draws)


def leave_last_weeks_open(scene: Scene, weeks: Sequence[Week]) -> None:
    """Leaves the gaps of the last weeks before `as_of`; once 2013 is over, none of them reaches back into it."""
    last_monday = scene.as_of - timedelta(days=scene.as_of.weekday() + 7)
    for week in weeks:
        if year_is_over(scene.as_of) and week.monday <= date(YEAR, 12, 31):
            continue
        age = (last_monday - week.monday).days // 7
        if 0 <= age < _LATE_WEEKS.get(week.place.code, 0):
            week.status, week.comment = "missing", None
        elif 0 <= age < _DRAFT_WEEKS.get(week.place.code, 0):
            week.status = "draft"


def write_sheets(scene: Scene, weeks: Sequence[Week], closed_weeks: Mapping[date, str], keeper: str) -> None:
    """Keeps the sheets of the weeks that are over; `closed_weeks` are those a closure covers, with its reason."""
    centre_id = scene.centres[weeks[0].place.code]
    over = scene.as_of - timedelta(days=scene.as_of.weekday() + 7)
    written = {week.monday: week for week in weeks if week.monday <= over and week.status != "missing"}
    odd = weeks_far_from_usual([week for week in written.values() if week.status == "complete"])
    for start in sorted(written.keys() | {start for start in closed_weeks if start <= over}):
        draws = scene.draws("sheet", weeks[0].place.code, start)
        entered_at = _entered_at(scene, start, draws)
        week = written.get(start)
        status = week.status if week else "closed"
        # The number of people may be left out of a sheet.
        counted = status == "complete" and draws.random() < 0.96
        week_id = scene.rows.add(
            attendance_week,
            centre_id=centre_id,
            week_start=start,
            status=status,
            distinct_people=distinct_people(scene, week) if week and counted else None,
            comment=week.comment if week else closed_weeks[start],
            entered_by=keeper,
            entered_at=entered_at,
            completed_at=None if status == "draft" else entered_at,
            **(_doubts(scene, start, entered_at) if start in odd else _NO_DOUBTS),
        )
        if week and status != "closed":
            _write_days(scene, week, week_id, draws)


def weeks_far_from_usual(complete: Sequence[Week]) -> set[date]:
    """The Mondays of complete weeks beyond two deviations of the eight before them, as the weekly form tells them."""
    odd = set()
    for place, week in enumerate(complete):
        before = [earlier.total for earlier in complete[max(place - _USUAL_WEEKS, 0) : place]]
        if len(before) == _USUAL_WEEKS and week.total:
            spread = max(2 * statistics.pstdev(before), 1)
            if abs(week.total - statistics.mean(before)) > spread:
                odd.add(week.monday)
    return odd


def _doubts(scene: Scene, start: date, entered_at: datetime) -> dict[str, object]:
    """The animator said the figures were right; the coordinator has looked at those of more than a month ago."""
    looked_at = (scene.as_of - start).days > _VERIFIED_AFTER_DAYS
    return {
        "doubts": "far_from_usual",
        "verified_by": COORDINATOR if looked_at else None,
        "verified_at": entered_at + timedelta(days=2) if looked_at else None,
    }


def _write_days(scene: Scene, week: Week, week_id: int, draws: Random) -> None:
    # A draft stops in the middle of the week.
    last_day = week.monday + timedelta(days=1 if week.status == "draft" else 6)
    for presence in week.presences:
        closed = presence.day in week.closed_days
        total = 0 if closed else presence.total
        # Some animators write nothing for a day without anybody: in a complete week that counts as zero.
        if presence.day <= last_day and (total or closed or draws.random() < 0.5):
            scene.rows.add(
                attendance_day,
                attendance_week_id=week_id,
                day=presence.day,
                seat_kind=presence.seat_kind,
                half_days=total,
                closed=closed,
            )


def distinct_people(scene: Scene, week: Week) -> int:
    """The different people behind the half-days of a week: some stay all week, others half a day."""
    half_days = week.total
    each = scene.draws("people of the week", week.place.code, week.monday).uniform(3.0, 4.6)
    return min(half_days, max(1, round(half_days / each))) if half_days else 0


def _entered_at(scene: Scene, start: date, draws: Random) -> datetime:
    """On Friday evening, or in the days that follow; always before the moment the data are made for."""
    day = start + timedelta(days=draws.choice((4, 4, 4, 7, 7, 8, 11)))
    day = min(day, scene.as_of - timedelta(days=1))
    return paris_instant(day, time(draws.choice((8, 9, 16, 17)), draws.randint(0, 59)))


def _remark(week: Week, draws: Random) -> None:
    if draws.random() < 0.05:
        week.comment = draws.choice(_COMMENTS)
    if draws.random() < 0.02:
        week.closed_days.add(draws.choice(week.presences).day)
        week.comment = "Fermé un jour\N{NO-BREAK SPACE}: agent d’accueil absent."
