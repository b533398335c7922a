"""What the programme does: contracts, information meetings, welcome sessions, events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from data_access.codes import PLACEMENT_STAGES
from data_access.demonstration.people import Neighbourhood
from data_access.demonstration.places import LOCKDOWN, PLACES
from data_access.demonstration.scene import CANTAL_EMPLOYERS, OUTSIDE_EMPLOYERS, Scene, any_weekday, weekday_of_month
from data_access.periods import instant_in_paris
from data_access.reference_data import reference_rows
from data_access.schema import (
    event,
    information_meeting,
    placement,
    support,
    welcome_attendance,
    welcome_household,
    welcome_session,
)

# The convention with Pôle emploi: monthly information meetings, candidates, and the contracts some of them conclude.

_FIRST_MONTH: Final = (2013, 12)
_TOWNS: Final = ("Aurillac", "Aurillac", "Mauriac", "Saint-Flour")
# Contracts concluded a year; thirty by May 2017, as published: nine a year, then three in the first four months.
_HIRED: Final = {
    2013: 0,
    2014: 9,
    2015: 9,
    2016: 9,
    2017: 9,
    2018: 11,
    2019: 12,
    2020: 7,
    2021: 12,
    2022: 13,
    2023: 12,
    2024: 11,
}
_HIRED_BY_APRIL_2017: Final = 3
_HIRED_LATER: Final = 12
_SHORTEST_WAY: Final = timedelta(days=20)
_LONGEST_WAY: Final = timedelta(days=400)
_AIMS: Final = {1: 62, 2: 23, 3: 15}
_CONTRACTS: Final = {"permanent": 42, "fixed_term": 40, "temporary": 10, "other": 8}


@dataclass(slots=True)
class Meeting:
    """An information meeting: those who came, and the candidates it brought."""

    held_on: date
    place: str
    attendees: int
    candidates: list["Candidate"]


@dataclass(slots=True)
class Candidate:
    """A job seeker on the way to a contract; a date that is None was never reached."""

    informed_on: date
    interested_on: date | None = None
    trained_on: date | None = None
    applied_on: date | None = None
    hired_on: date | None = None


def write_placements(scene: Scene, last_year: int) -> None:
    """Keeps the meetings and the steps reached by `as_of`."""
    meetings = list(_meetings(scene, last_year))
    _hire(scene, [candidate for meeting in meetings for candidate in meeting.candidates], last_year)
    number = 0
    for meeting in meetings:
        if meeting.held_on > scene.as_of:
            break
        scene.rows.add(
            information_meeting,
            held_on=meeting.held_on,
            place=meeting.place,
            attendees=meeting.attendees,
            interested=sum(candidate.interested_on is not None for candidate in meeting.candidates),
        )
        for candidate in meeting.candidates:
            number += 1
            _write_candidate(scene, candidate, number)


def _meetings(scene: Scene, last_year: int) -> Iterator[Meeting]:
    """Every month but August, none during the lockdown; online for a year after it."""
    year, month = _FIRST_MONTH
    while year <= last_year:
        draws = scene.draws("meetings", year, month)
        held_on = weekday_of_month(year, month, 2, 3)
        if month != 8 and not LOCKDOWN.starts_on <= held_on <= LOCKDOWN.ends_on:
            online = LOCKDOWN.ends_on < held_on < date(2021, 6, 1)
            agency = "Pôle emploi" if year < 2024 else "France Travail"
            place = f"{agency}, en visioconférence" if online else f"{agency}, {draws.choice(_TOWNS)}"
            attendees = draws.randint(4, 15)
            candidates = [_candidate(held_on, draws) for _ in range(draws.randint(2, min(5, attendees)))]
            yield Meeting(held_on, place, attendees, candidates)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _candidate(held_on: date, draws: Random) -> Candidate:
    reached = [held_on]
    steps = draws.choices((0, 1, 2, 3), (12, 38, 28, 22))[0]
    for soonest, latest in ((0, 12), (8, 30), (5, 25))[:steps]:
        reached.append(reached[-1] + timedelta(days=draws.randint(soonest, latest)))
    return Candidate(*reached)


def _hire(scene: Scene, candidates: list[Candidate], last_year: int) -> None:
    """Gives each planned contract to a candidate informed in the months before, an older one if there is none left.

    Each meeting brings two candidates at least, more than the contracts of any year: there is always one.
    """
    for year in range(_FIRST_MONTH[0], last_year + 1):
        draws = scene.draws("contracts", year)
        for hired_on in sorted(_hiring_days(draws, year)):
            waiting = [
                candidate
                for candidate in candidates
                if candidate.hired_on is None and candidate.informed_on <= hired_on - _SHORTEST_WAY
            ]
            recent = [candidate for candidate in waiting if candidate.informed_on >= hired_on - _LONGEST_WAY]
            _put_steps_before(draws.choice(recent or waiting), hired_on)


def _put_steps_before(candidate: Candidate, hired_on: date) -> None:
    """Every step comes before the contract, in order."""
    span = (hired_on - candidate.informed_on).days
    candidate.interested_on = candidate.informed_on + timedelta(days=min(4, span // 5))
    candidate.trained_on = candidate.informed_on + timedelta(days=span * 2 // 5)
    candidate.applied_on = candidate.informed_on + timedelta(days=span * 4 // 5)
    candidate.hired_on = hired_on


def _hiring_days(draws: Random, year: int) -> list[date]:
    count = _HIRED.get(year, _HIRED_LATER)
    if year == 2017:
        early = [any_weekday(draws, date(2017, 1, 9), date(2017, 4, 28)) for _ in range(_HIRED_BY_APRIL_2017)]
        return early + [any_weekday(draws, date(2017, 6, 5), date(2017, 12, 18)) for _ in range(count - len(early))]
    # The convention was signed at the end of 2013: its first contracts come after half a year of meetings.
    first = date(year, 6, 2) if year == 2014 else date(year, 1, 4)
    return [any_weekday(draws, first, date(year, 12, 18)) for _ in range(count)]


def _write_candidate(scene: Scene, candidate: Candidate, number: int) -> None:
    draws = scene.draws("candidate", number)
    steps = {stage: getattr(candidate, f"{stage}_on") for stage in PLACEMENT_STAGES}
    reached = {stage: day for stage, day in steps.items() if day and day <= scene.as_of}
    aim = draws.choices(list(_AIMS), list(_AIMS.values()))[0]
    contract = draws.choices(list(_CONTRACTS), list(_CONTRACTS.values()))[0]
    employer = draws.choice(CANTAL_EMPLOYERS if aim == 3 else OUTSIDE_EMPLOYERS)
    lasts = timedelta(days=draws.randint(90, 540) if contract != "permanent" else draws.randint(120, 2400))
    places = [place.code for place in PLACES if place.first_day <= candidate.informed_on]
    centre_id = scene.centres[draws.choice(places)] if aim != 3 and draws.random() < 0.6 else None
    hired_on = reached.get("hired")
    ended_on = hired_on + lasts if hired_on and (contract != "permanent" or draws.random() < 0.3) else None
    scene.rows.add(
        placement,
        aim=aim,
        candidate_ref=f"C-{candidate.informed_on.year}-{number:04}",
        employer=employer if hired_on else None,
        employer_in_cantal=aim == 3 if hired_on else None,
        contract_kind=contract if hired_on else None,
        stage=list(reached)[-1],
        **{f"{stage}_on": reached.get(stage) for stage in steps},
        ended_on=ended_on if ended_on and ended_on <= scene.as_of else None,
        centre_id=centre_id if hired_on else None,
    )


# Welcome sessions: three days for people who want to settle. The published ones keep their dates and their holders.

PRECISION: Final = "démonstration"
SOURCE: Final = "Données de démonstration"
_LATER_PLACES: Final = (
    "Hautes Terres", "Châtaigneraie cantalienne", "Pays Gentiane", "Saint-Flour Communauté", "Pays de Mauriac",
    "Bassin d’Aurillac", "Carladès",
)  # fmt: skip


@dataclass(frozen=True)
class Session:
    """One session: project holders, people in all, and families settled.

    `settled` families settle before the summer of 2017, `settled_later` after it. Sessions that are not `detailed` keep
    their totals only. No dates: they were not published.
    """

    number: int
    starts_on: date | None
    place: str
    holders: int
    people: int
    settled: int
    settled_later: int = 0
    detailed: bool = True


# Twenty-two sessions: 412 holders, 530 people, 103 families settled. Sessions 9 and 20 are published, so are the sums
# (more than 400, 530, about a hundred).
_FIRST_SESSIONS: Final = (
    Session(1, date(2003, 10, 8), "Pays de Mauriac", 12, 16, 0, detailed=False),
    Session(2, date(2004, 5, 12), "Pays de Saint-Flour", 14, 18, 0, detailed=False),
    Session(3, date(2004, 10, 13), "Châtaigneraie", 15, 19, 0, detailed=False),
    Session(4, date(2005, 5, 18), "Pays de Murat", 16, 21, 0, detailed=False),
    Session(5, date(2005, 10, 12), "Pays Gentiane", 16, 21, 6),
    Session(6, date(2006, 5, 17), "Cézallier", 17, 22, 6),
    Session(7, date(2006, 10, 11), "Pays de Salers", 17, 22, 6),
    Session(8, date(2007, 5, 23), "Pays de Mauriac", 18, 29, 6),
    Session(9, date(2007, 11, 14), "Vic-sur-Cère (Carladès)", 20, 25, 7),
    Session(10, date(2008, 5, 14), "Pays de Saint-Flour", 18, 22, 6),
    Session(11, date(2008, 10, 15), "Sumène Artense", 18, 22, 6),
    Session(12, date(2009, 5, 13), "Châtaigneraie", 18, 22, 6),
    Session(13, date(2009, 10, 14), "Pays de Murat", 19, 24, 6),
    Session(14, date(2010, 5, 19), "Pays de Pierrefort", 18, 23, 5),
    Session(15, date(2010, 10, 13), "Pays de Montsalvy", 19, 24, 6),
    Session(16, date(2011, 5, 18), "Pays de Mauriac", 18, 23, 5),
    Session(17, date(2011, 10, 12), "Bassin d’Aurillac", 19, 24, 6),
    Session(18, date(2012, 10, 10), "Pays Gentiane", 18, 23, 6),
    Session(19, date(2013, 10, 16), "Caldaguès-Aubrac", 16, 20, 4, 1),
    Session(20, None, "Vic-sur-Cère (tout le département)", 30, 39, 8, 1),
    Session(21, date(2015, 10, 14), "Pays de Saint-Flour", 28, 36, 5, 3),
    Session(22, date(2016, 10, 12), "Pays de Murat", 28, 35, 3, 4),
)
_HELD_UNTIL: Final = date(2017, 5, 12)


def sessions(scene: Scene) -> Iterator[Session]:
    """The sessions over by `as_of`: the first twenty-two, then one every October but that of 2020."""
    known = {row["number"]: row for row in reference_rows("welcome_sessions")}
    for session in _FIRST_SESSIONS:
        starts_on = session.starts_on or known[session.number]["starts_on"]
        if starts_on + timedelta(days=2) <= scene.as_of:
            yield session
    for number, year in enumerate((year for year in range(2017, scene.as_of.year + 1) if year != 2020), start=23):
        starts_on = weekday_of_month(year, 10, 3, 3)
        if starts_on + timedelta(days=2) <= scene.as_of:
            draws = scene.draws("session", number)
            holders = known[number]["project_holders"] if number in known else draws.randint(13, 21)
            people = round(holders * draws.uniform(1.22, 1.4))
            place = known[number]["place"] if number in known else draws.choice(_LATER_PLACES)
            yield Session(number, starts_on, place, holders, people, 0, round(holders * draws.uniform(0.2, 0.3)))


def write_session(scene: Scene, session: Session, identifiers: dict[int, int]) -> int:
    """Keeps a session and gives its identifier; `identifiers` are those of the published sessions, left as they are."""
    if session.number in identifiers:
        return identifiers[session.number]
    draws = scene.draws("selection", session.number)
    selected = session.holders + draws.randint(0, 3)
    starts_on = session.starts_on
    return scene.rows.add(
        welcome_session,
        number=session.number,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=2) if starts_on else None,
        place=session.place,
        applications=round(selected * draws.uniform(2.6, 3.3)),
        selected=selected,
        project_holders=None if session.detailed else session.holders,
        people=None if session.detailed else session.people,
        precision=PRECISION,
        source=SOURCE,
    )


def settling_days(session: Session, starts_on: date, draws: Random) -> list[date]:
    """The days the families of a session settle: three to thirty months later."""
    before = [
        min(starts_on + timedelta(days=draws.randint(90, 900)), _HELD_UNTIL - timedelta(days=draws.randint(0, 60)))
        for _ in range(session.settled)
    ]
    after = max(starts_on + timedelta(days=90), date(2017, 9, 1))
    later = [after + timedelta(days=draws.randint(0, 700)) for _ in range(session.settled_later)]
    return before + later


# The households of welcome sessions: who came, what they visited, and what became of them.

_PROJECTS: Final = {
    "business_creation": 30,
    "business_takeover": 24,
    "farming": 16,
    "employment": 14,
    "telework": 12,
    "other": 4,
}
_SHARE_OF_COUPLES: Final = 0.08
_COMPANIONS: Final = 4
_DAYS_UNTIL_DROPPED: Final = (200, 900)


def write_welcome(scene: Scene, published_sessions: Mapping[int, int], around: Mapping[str, Neighbourhood]) -> None:
    """Keeps the sessions over by `as_of`, their households, and the support given to some of those who settled."""
    known = {row["number"]: row for row in reference_rows("welcome_sessions")}
    for session in sessions(scene):
        session_id = write_session(scene, session, dict(published_sessions))
        if session.detailed:
            # A session whose day is not published has no list of who was there which day.
            days = [session.starts_on + timedelta(days=number) for number in range(3)] if session.starts_on else []
            starts_on = session.starts_on or known[session.number]["starts_on"]
            _write_households(scene, session, session_id, starts_on, days, around)


def _write_households(
    scene: Scene,
    session: Session,
    session_id: int,
    starts_on: date,
    days: Sequence[date],
    around: Mapping[str, Neighbourhood],
) -> None:
    draws = scene.draws("households", session.number)
    households = _sizes(session, draws)
    settling: list[date | None] = [*settling_days(session, starts_on, draws)]
    settling += [None] * (len(households) - len(settling))
    draws.shuffle(settling)
    places = [place for place in PLACES if place.first_day < starts_on]
    for (holders, people), settles_on in zip(households, settling, strict=True):
        project = draws.choices(list(_PROJECTS), list(_PROJECTS.values()))[0]
        teleworker = project == "telework" or draws.random() < 0.12
        visited = draws.choice(places) if places and (teleworker or draws.random() < 0.25) else None
        home = draws.choice(list(around.values()))
        insee_code = draws.choices(home.insee_codes, home.weights)[0]
        gives_up_on = starts_on + timedelta(days=draws.randint(*_DAYS_UNTIL_DROPPED))
        settled = settles_on is not None and settles_on <= scene.as_of
        dropped = settles_on is None and gives_up_on <= scene.as_of
        household_id = scene.rows.add(
            welcome_household,
            welcome_session_id=session_id,
            project_kind=project,
            holders=holders,
            people=people,
            teleworker=teleworker,
            visited_centre_id=scene.centres[visited.code] if visited else None,
            outcome="settled" if settled else "dropped" if dropped else "pending",
            settled_on=settles_on if settled else None,
            settled_insee_code=insee_code if settled else None,
        )
        for day in days:
            absent = draws.random() < 0.06
            scene.rows.add(
                welcome_attendance,
                welcome_household_id=household_id,
                day=day,
                people_present=draws.randint(0, people - 1) if absent else people,
            )
        if settles_on and draws.random() < 0.6:
            _write_support(scene, household_id, project, starts_on, settles_on, draws)


def _sizes(session: Session, draws: Random) -> list[tuple[int, int]]:
    """Holders and people of each household; they add up to those of the session."""
    couples = round(session.holders * _SHARE_OF_COUPLES)
    holders = [2] * couples + [1] * (session.holders - 2 * couples)
    companions = [0] * len(holders)
    for _ in range(session.people - session.holders):
        index = draws.randrange(len(holders))
        while companions[index] == _COMPANIONS:
            index = draws.randrange(len(holders))
        companions[index] += 1
    return [(count, count + more) for count, more in zip(holders, companions, strict=True)]


def _write_support(
    scene: Scene, household_id: int, project: str, starts_on: date, settles_on: date, draws: Random
) -> None:
    opened_on = starts_on + timedelta(days=draws.randint(5, 40))
    closed_on = settles_on + timedelta(days=draws.randint(0, 90))
    kind = "business_creation" if project.startswith("business") and draws.random() < 0.5 else "housing"
    if opened_on <= scene.as_of:
        over = closed_on <= scene.as_of
        scene.rows.add(
            support,
            person_id=None,
            welcome_household_id=household_id,
            kind=kind,
            opened_on=opened_on,
            closed_on=closed_on if over else None,
            outcome="achieved" if over else None,
        )


# The agenda: a forum every October, open days, courses, fairs, webinars; past ones with those who came.

# How far ahead the agenda is known.
_DAYS_AHEAD: Final = 150
# The year without gatherings, and the year whose open days are those published.
_NO_GATHERING: Final = 2020
_PUBLISHED_OPEN_DAYS: Final = 2017
_WEBINARS: Final = (
    "Trouver ses premiers clients à distance",
    "Protéger ses données en télétravail",
    "Fixer ses tarifs d’indépendant",
    "Se faire connaître sur les réseaux sociaux",
    "Le statut de micro-entrepreneur",
    "Organiser sa semaine de télétravail",
    "Répondre à un appel d’offres en groupement",
    "Facturation électronique\N{NO-BREAK SPACE}: ce qui change",
)
_BOOKING: Final = "inscriptions@example.org"


@dataclass(frozen=True)
class Course:
    """A course of the catalogue."""

    identifier: int
    title: str


@dataclass(frozen=True)
class Event:
    """Something on the agenda; `crowd` is the least and the most people who come, None when they are not counted."""

    kind: str
    title: str
    first: datetime
    last: datetime
    place: str | None = None
    audience: str = "Tout public"
    crowd: tuple[int, int] | None = None
    centre: str | None = None
    course: str | None = None
    booking: bool = False


def write_events(scene: Scene, courses: Mapping[str, Course], names: Mapping[str, str]) -> None:
    """Keeps what has taken place by `as_of` and what is announced for the months after; `names` are those of places."""
    known: set[tuple[str, datetime]] = set()
    horizon = scene.as_of + timedelta(days=_DAYS_AHEAD)
    for year in range(PLACES[0].first_day.year, horizon.year + 1):
        for found in sorted(_events(scene, year, courses, names), key=lambda found: (found.first, found.title)):
            day = found.first.date()
            if day > horizon or day in scene.public_holidays or (found.title, found.first) in known:
                continue
            known.add((found.title, found.first))
            draws = scene.draws("crowd", found.title, day)
            over = found.last.date() < scene.as_of
            scene.rows.add(
                event,
                centre_id=scene.centres[found.centre] if found.centre else None,
                course_id=courses[found.course].identifier if found.course else None,
                kind=found.kind,
                title=found.title,
                starts_at=found.first,
                ends_at=found.last,
                place=found.place,
                audience=found.audience,
                booking_advised=found.booking,
                contact=_BOOKING if found.booking else None,
                attendance=draws.randint(*found.crowd) if over and found.crowd else None,
            )


def _events(scene: Scene, year: int, courses: Mapping[str, Course], names: Mapping[str, str]) -> Iterator[Event]:
    draws = scene.draws("events", year)
    if year != _NO_GATHERING:
        yield from _gatherings(year, draws)
        yield from _open_days(year, names, draws)
    yield from _courses(year, courses, names, draws)
    yield from _webinars(year, draws)


def _gatherings(year: int, draws: Random) -> Iterator[Event]:
    """The forum of Murat, the fairs, and the yearly meeting of the animators."""
    if year >= 2011:
        first = weekday_of_month(year, 10, 4, 1)
        title = f"Forum national du télétravail, du coworking et des startups {year}"
        yield Event(
            "forum", title, *_span(first, "09:30", "17:00", 2), "Murat", crowd=(160, 420), centre="MURAT", booking=True
        )
    if year >= 2009:
        first = weekday_of_month(year, 11, 4, 3)
        yield Event(
            "animators_meeting", f"Rencontre annuelle des animateurs {year}", *_span(first, "09:30", "16:30"),
            "Hôtel du Département, Aurillac", "Animateurs du réseau", (9, 19),
        )  # fmt: skip
        ruralitic = weekday_of_month(year, 8, 2, -1)
        yield Event(
            "fair", f"Ruralitic {year}", *_span(ruralitic, "09:00", "18:00", 3), "Aurillac", "Élus et professionnels"
        )
        provemplot = weekday_of_month(year, 10, 2, 2)
        yield Event("fair", f"Provemplot {year}", *_span(provemplot, "10:00", "18:00"), "Paris", crowd=(25, 90))
    if year >= 2012 and year != 2021:
        first = weekday_of_month(year, 2, 6, -1)
        title = f"Salon international de l’agriculture {year}"
        yield Event("fair", title, *_span(first, "09:00", "19:00", 9), "Paris", crowd=(120, 400))
    if year >= 2016 and draws.random() < 0.8:
        day = any_weekday(draws, date(year, 3, 1), date(year, 4, 30))
        title = f"Start’Up Chef\N{NO-BREAK SPACE}: concours à la création d’entreprise {year}"
        yield Event(
            "workshop", title, *_span(day, "09:00", "18:00"), "Murat", "Créateurs d’entreprise", (12, 40), "MURAT"
        )


def _open_days(year: int, names: Mapping[str, str], draws: Random) -> Iterator[Event]:
    if year < 2012 or year == _PUBLISHED_OPEN_DAYS:
        return
    for place in PLACES:
        if place.first_day < date(year, 5, 1) and draws.random() < 0.75:
            day = any_weekday(draws, date(year, 5, 21), date(year, 6, 20))
            title = f"Portes ouvertes\N{NO-BREAK SPACE}: {names[place.code]}"
            crowd = (4, 15) if place.level < 0.25 else (12, 60)
            yield Event("open_day", title, *_span(day, "09:00", "17:00"), crowd=crowd, centre=place.code)


def _courses(year: int, courses: Mapping[str, Course], names: Mapping[str, str], draws: Random) -> Iterator[Event]:
    """Each course of the catalogue, two or three times a year, in the larger places."""
    hosts = [place for place in PLACES if place.level > 0.25 and place.first_day < date(year, 1, 1)]
    if not hosts:
        return
    for code in sorted(courses):
        for first, last in ((date(year, 1, 15), date(year, 6, 25)), (date(year, 9, 5), date(year, 12, 12))):
            if date(2020, 3, 1) <= first <= date(2020, 8, 31) or draws.random() < 0.3:
                continue
            place = draws.choice(hosts)
            title = f"Formation\N{NO-BREAK SPACE}: {courses[code].title}"
            day = any_weekday(draws, first, last)
            yield Event(
                "training", title, *_span(day, "09:00", "17:00"), names[place.code], "Actifs et demandeurs d’emploi",
                (4, 12), place.code, code, booking=True,
            )  # fmt: skip


def _webinars(year: int, draws: Random) -> Iterator[Event]:
    if year < 2014:
        return
    for number in range(8 if year >= 2020 else 4):
        month = 1 + (number * 12) // (8 if year >= 2020 else 4)
        day = weekday_of_month(year, month, 4, 2)
        yield Event(
            "webinar", draws.choice(_WEBINARS), *_span(day, "12:30", "13:30"), "En ligne", "Titulaires du Pass",
            (6, 45) if year >= 2020 else (4, 18),
        )  # fmt: skip


def _span(first: date, opens: str, closes: str, days: int = 1) -> tuple[datetime, datetime]:
    last = first + timedelta(days=days - 1)
    return instant_in_paris(first, time.fromisoformat(opens)), instant_in_paris(last, time.fromisoformat(closes))
