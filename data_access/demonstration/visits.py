"""Single visits of the last months: the same presences as the weekly sheets, person by person, up to the minute."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from data_access.demonstration.attendance import Presence, Week
from data_access.demonstration.days import months_after, paris_instant
from data_access.demonstration.places import AM, PM
from data_access.demonstration.scene import Scene
from data_access.demonstration.sheets import distinct_people
from data_access.demonstration.users import Agreement, people_on
from data_access.schema import visit

_MONTHS: Final = 13
_SHARE_ALL_DAY: Final = 0.75
# Of the people of a week, those who ever say who they are; and how often these do.
_SHARE_KNOWN: Final = 0.8
_SHARE_NAMED: Final = 0.8
_SOURCES: Final = {"desk": 60, "qr": 40}
# Two places have no animator to check people in all day.
_OTHER_SOURCES: Final = {"A2EX": {"sensor": 70, "qr": 30}, "LA-FORGE": {"import": 80, "desk": 20}}


def first_visit_day(as_of: date) -> date:
    """Visits are kept one by one for thirteen months, so that a month can be set against the year before."""
    return months_after(as_of, -_MONTHS)


def write_visits(scene: Scene, weeks: Iterable[Week], agreements: Sequence[Agreement]) -> None:
    """Keeps the visits begun by the moment the data are made for; those that end later are still open.

    `agreements` are those of the place, in order of signature.
    """
    first = first_visit_day(scene.as_of)
    for week in weeks:
        if week.monday + timedelta(days=6) < first or week.monday > scene.as_of or week.status == "closed":
            continue
        draws = scene.draws("visits", week.place.code, week.monday)
        regulars = _regulars(scene, week, agreements, draws)
        for presence in week.presences:
            if first <= presence.day <= scene.as_of and presence.day not in week.closed_days:
                _write_day(scene, week, presence, regulars, draws)


def _regulars(scene: Scene, week: Week, agreements: Sequence[Agreement], draws: Random) -> list[Agreement]:
    """The people of the week who say who they are: fewer than the different people of the weekly sheet."""
    running = people_on(agreements, week.monday)
    return draws.sample(running, min(len(running), int(distinct_people(scene, week) * _SHARE_KNOWN)))


def _write_day(scene: Scene, week: Week, presence: Presence, regulars: Sequence[Agreement], draws: Random) -> None:
    """Each regular comes at most once a day, to the kind of seat of their agreement."""
    sources = _OTHER_SOURCES.get(week.place.code, _SOURCES)
    known = [
        agreement.person
        for agreement in regulars
        if agreement.seat_kind == presence.seat_kind and agreement.ended_on >= presence.day
    ]
    draws.shuffle(known)
    for arrives, leaves in _stays(presence, draws):
        somebody = known.pop() if known and draws.random() < _SHARE_NAMED else None
        source = draws.choices(list(sources), list(sources.values()))[0]
        if arrives <= scene.until:
            scene.rows.add(
                visit,
                centre_id=scene.centres[week.place.code],
                seat_kind=presence.seat_kind,
                person_id=somebody.identifier if somebody else None,
                started_at=arrives,
                ended_at=leaves if leaves <= scene.until else None,
                source=source,
            )


def _stays(presence: Presence, draws: Random) -> Iterator[tuple[datetime, datetime]]:
    """Arrivals and departures that take the half-days of a presence: many people stay all day."""
    morning, afternoon = presence.taken.get(AM, 0), presence.taken.get(PM, 0)
    all_day = round(min(morning, afternoon) * _SHARE_ALL_DAY)
    for from_half_day, to_half_day, count in (
        (AM, PM, all_day),
        (AM, AM, morning - all_day),
        (PM, PM, afternoon - all_day),
    ):
        for _ in range(count):
            arrives = _minutes_from(presence.half_days[from_half_day][0], draws.randint(0, 50))
            leaves = _minutes_from(presence.half_days[to_half_day][1], -draws.randint(0, 35))
            yield paris_instant(presence.day, arrives), paris_instant(presence.day, leaves)


def _minutes_from(moment: time, minutes: int) -> time:
    index = moment.hour * 60 + moment.minute + minutes
    return time(index // 60, index % 60)
