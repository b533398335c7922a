"""Who was there, half-day by half-day, and what animators write of it in their weekly sheets."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from data_access.codes import SEAT_KINDS
from data_access.demonstration.people import COORDINATOR, animator_of
from data_access.demonstration.places import OpenDay, Place
from data_access.demonstration.scene import Scene, use_of_day, use_of_year
from data_access.periods import instant_in_paris, monday
from data_access.schema import attendance_day, attendance_week, reminder
from data_access.weeks import WeekUse, usual_band

_KINDS: Final = {"office": 1.06, "open_space": 0.94}
_FULL: Final = 0.92
# A place fills up over its first year and a half.
_BEGINNER: Final = (0.65, 540)


@dataclass(slots=True)
class Presence:
    """The seats of one kind taken on one day, in the morning and in the afternoon; no half-day goes above `seats`."""

    day: date
    seat_kind: str
    seats: int
    half_days: dict[str, tuple[time, time]]
    hours_per_half_day: float
    taken: dict[str, int]

    @property
    def total(self) -> int:
        """Half-days occupied."""
        return sum(self.taken.values())

    @property
    def offered(self) -> int:
        """Half-days offered."""
        return self.seats * len(self.half_days)


@dataclass(slots=True)
class Week:
    """One week of one place in which it opens: what happened, and what its animator wrote of it.

    `status` is complete, draft, closed or missing (nothing written); `closed_days` are those marked closed in the sheet.
    """

    place: Place
    monday: date
    presences: list[Presence] = field(default_factory=list)
    status: str = "complete"
    comment: str | None = None
    closed_days: set[date] = field(default_factory=set)

    @property
    def total(self) -> int:
        """Half-days occupied, on the days not marked closed."""
        return sum(presence.total for presence in self.presences if presence.day not in self.closed_days)

    @property
    def offered(self) -> int:
        """Half-days offered, on the same days."""
        opened = (presence for presence in self.presences if presence.day not in self.closed_days)
        return sum(presence.seats * len(presence.half_days) for presence in opened)


def weeks(scene: Scene, place: Place, opened: Iterable[OpenDay]) -> list[Week]:
    """The weeks of a place, in order."""
    found: dict[date, Week] = {}
    draws = scene.draws("attendance", place.code)
    level = 0.0
    for day in opened:
        start = monday(day.day)
        if start not in found:
            found[start] = Week(place, start)
            # Random numbers of each week are its own, so that a longer history begins as a shorter one.
            draws = scene.draws("attendance", place.code, start)
            level = (
                place.level * use_of_year(start) * _beginner(place, start) * min(max(draws.gauss(1.0, 0.17), 0.4), 1.7)
            )
        found[start].presences.extend(_presences(scene, place, day, level, draws))
    return list(found.values())


def _presences(scene: Scene, place: Place, day: OpenDay, level: float, draws: Random) -> Iterable[Presence]:
    capacity = place.capacity(day.day)
    use = {half_day: level * use_of_day(day.day, half_day, scene.public_holidays) for half_day in day.half_days}
    for seat_kind in SEAT_KINDS:
        seats = capacity.seats(seat_kind) if capacity else 0
        if seats:
            taken = {
                half_day: _taken(draws, seats, min(share * _KINDS[seat_kind], _FULL)) for half_day, share in use.items()
            }
            yield Presence(day.day, seat_kind, seats, day.half_days, day.hours_per_half_day, taken)


def desks_taken(all_weeks: Iterable[Week]) -> dict[str, dict[date, int]]:
    """How many desks of each kind the half-days of a week would fill all week long, by Monday; closed weeks left out."""
    found: dict[str, dict[date, int]] = {kind: {} for kind in SEAT_KINDS}
    for week in all_weeks:
        for kind, desks in found.items():
            there = [each for each in week.presences if each.seat_kind == kind and each.day not in week.closed_days]
            if there and week.status != "closed":
                desks[week.monday] = sum(each.total for each in there) // sum(len(each.half_days) for each in there)
    return found


def _taken(draws: Random, seats: int, share: float) -> int:
    return sum([draws.random() < share for _ in range(seats)])


def _beginner(place: Place, day: date) -> float:
    start, days = _BEGINNER
    age = (day - place.first_day).days
    return 1.0 if age >= days or place.first_day.year == 2007 else start + (1 - start) * age / days


# Makes the hours of 2013 those that were published, to the quarter of an hour.

YEAR: Final = 2013
# Hours of a half-day are the mean of two spans in quarters of an hour: whole numbers of eighths.
_EIGHTHS: Final = 8
_NEAR: Final = 60
# About forty half-days at a time.
_MOVED: Final = 1400
_MOVES: Final = 50


def fit_hours(all_weeks: Iterable[Week], hours: float, rates: tuple[float, float], draws: Random) -> None:
    """Adds or takes away a half-day here and there until the complete weeks of 2013 come to `hours`.

    The fill rate then lies between `rates`: when it is too high, half-days move to places whose half-days are longer.
    """
    presences = counted(all_weeks)
    offered = sum(presence.offered for presence in presences)
    wanted = round(hours * _EIGHTHS)
    _approach(presences, wanted - _occupied_eighths(presences), draws)
    mean = wanted / sum(presence.total for presence in presences)
    shorter = [presence for presence in presences if _eighths(presence) < mean]
    longer = [presence for presence in presences if _eighths(presence) > mean]
    for _ in range(_MOVES):
        rate = sum(presence.total for presence in presences) / offered
        if rates[0] < rate < rates[1]:
            break
        _approach(shorter, _MOVED if rate <= rates[0] else -_MOVED, draws)
        _approach(longer, wanted - _occupied_eighths(presences), draws)
    else:
        raise ValueError("no attendance gives both the hours and the fill rate that were published")
    rest = wanted - _occupied_eighths(presences)
    for change, eighths in _steps(rest, sorted({_eighths(presence) for presence in presences})):
        alike = [presence for presence in presences if _eighths(presence) == eighths]
        while not _change(draws.choice(alike), change, draws):
            pass


def counted(all_weeks: Iterable[Week]) -> list[Presence]:
    """The presences of 2013 that count: in complete weeks, on days not marked closed."""
    return [
        presence
        for week in all_weeks
        if week.status == "complete"
        for presence in week.presences
        if presence.day.year == YEAR and presence.day not in week.closed_days
    ]


def _approach(presences: Sequence[Presence], rest: int, draws: Random) -> None:
    """Brings the occupied time of some presences near `rest` eighths of an hour more; busy ones change most."""
    while abs(rest) > _NEAR:
        presence = draws.choice(presences)
        if draws.random() < presence.total / presence.offered:
            rest -= _change(presence, 1 if rest > 0 else -1, draws) * _eighths(presence)


def _occupied_eighths(presences: Iterable[Presence]) -> int:
    return sum(presence.total * _eighths(presence) for presence in presences)


def _change(presence: Presence, change: int, draws: Random) -> int:
    """Changes one half-day if it may, and gives what was done: 1, -1 or 0."""
    half_day = draws.choice(list(presence.taken))
    if not 0 <= presence.taken[half_day] + change <= presence.seats:
        return 0
    presence.taken[half_day] += change
    return change


def _eighths(presence: Presence) -> int:
    return round(presence.hours_per_half_day * _EIGHTHS)


def _steps(rest: int, units: Sequence[int]) -> list[tuple[int, int]]:
    """The fewest half-days to add (1) or take away (-1), each of some length in eighths of an hour, that come to `rest`."""
    bound = _NEAR + max(units)
    paths: dict[int, list[tuple[int, int]]] = {0: []}
    waiting = deque([0])
    while waiting:
        reached = waiting.popleft()
        if reached == rest:
            return paths[reached]
        for change in (1, -1):
            for unit in units:
                then = reached + change * unit
                if abs(then) <= bound and then not in paths:
                    paths[then] = [*paths[reached], (change, unit)]
                    waiting.append(then)
    raise ValueError("the opening hours cannot add up to the published hours")


# What animators write of each week: complete sheets, drafts, closed weeks, and weeks nobody entered.

# How many weeks back the coordinator writes to animators.
_WEEKS_REMINDED: Final = 6
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
# And how many weeks before the last one a place was entered after the deadline, or brought by a file.
_LATE_ENTRIES: Final = {"YDES": (3,), "SAINT-FLOUR": (5, 6)}
_IMPORTED: Final = {"LA-FORGE": (4, 5, 6)}
_LATE_BY_DAYS: Final = 17


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
        if week.monday <= date(YEAR, 12, 31) <= scene.as_of:
            continue
        age = (last_monday - week.monday).days // 7
        if 0 <= age < _LATE_WEEKS.get(week.place.code, 0):
            week.status, week.comment = "missing", None
        elif 0 <= age < _DRAFT_WEEKS.get(week.place.code, 0):
            week.status = "draft"


def write_reminders(scene: Scene, weeks: list[Week]) -> None:
    """Keeps the reminders sent on Wednesdays for the last weeks of a place that are not entered."""
    for week in weeks:
        sent_on = week.monday + timedelta(days=9)
        recent = scene.as_of - week.monday <= timedelta(weeks=_WEEKS_REMINDED)
        if week.status in ("missing", "draft") and recent and sent_on < scene.as_of:
            scene.rows.add(
                reminder,
                centre_id=scene.centres[week.place.code],
                week_start=week.monday,
                sent_at=instant_in_paris(sent_on, time(9, 5)),
                recipient=animator_of(week.place.code),
                channel="email" if week.monday.day % 2 else "copied",
                sent_on=sent_on,
            )


def write_sheets(scene: Scene, weeks: Sequence[Week], closed_weeks: Mapping[date, str], author: str) -> None:
    """Keeps the sheets of the weeks that are over; `closed_weeks` are those a closure covers, with its reason."""
    centre_id = scene.centres[weeks[0].place.code]
    over = scene.as_of - timedelta(days=scene.as_of.weekday() + 7)
    written = {week.monday: week for week in weeks if week.monday <= over and week.status != "missing"}
    odd = weeks_far_from_usual([week for week in written.values() if week.status == "complete"])
    for start in sorted(written.keys() | {start for start in closed_weeks if start <= over}):
        draws = scene.draws("sheet", weeks[0].place.code, start)
        entered_at = _entered_at(scene, start, draws)
        age, code = (over - start).days // 7, weeks[0].place.code
        if age in _LATE_ENTRIES.get(code, ()):
            entered_at = instant_in_paris(start + timedelta(days=_LATE_BY_DAYS), time(9, 40))
        imported = age in _IMPORTED.get(code, ())
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
            entered_by=author,
            entered_at=entered_at,
            completed_at=None if status == "draft" or (status == "complete" and imported) else entered_at,
            **(_doubts(scene, start, entered_at) if start in odd else _NO_DOUBTS),
        )
        if week and status != "closed":
            _write_days(scene, week, week_id)


def weeks_far_from_usual(complete: Sequence[Week]) -> set[date]:
    """The Mondays of the complete weeks that the weekly form asks about."""
    used = {week.monday: WeekUse(week.offered, week.total) for week in complete}
    odd = set()
    for week in complete:
        usual = usual_band(used, week.monday, offered=week.offered)
        if usual is not None and week.total and not usual.holds(week.total):
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


def _write_days(scene: Scene, week: Week, week_id: int) -> None:
    # A draft stops in the middle of the week.
    last_day = week.monday + timedelta(days=1 if week.status == "draft" else 6)
    for presence in week.presences:
        closed = presence.day in week.closed_days
        if presence.day <= last_day:
            scene.rows.add(
                attendance_day,
                attendance_week_id=week_id,
                day=presence.day,
                seat_kind=presence.seat_kind,
                half_days=0 if closed else presence.total,
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
    return instant_in_paris(day, time(draws.choice((8, 9, 16, 17)), draws.randint(0, 59)))


def _remark(week: Week, draws: Random) -> None:
    if draws.random() < 0.05:
        week.comment = draws.choice(_COMMENTS)
    if draws.random() < 0.02:
        day = draws.choice(week.presences).day
        if {presence.day for presence in week.presences} == {day}:
            # A week whose only day was closed is a closed week.
            return
        week.closed_days.add(day)
        week.comment = "Fermé un jour\N{NO-BREAK SPACE}: agent d’accueil absent."
