"""The same reader, of the programmes: welcome sessions and their households, information meetings, steps towards a contract.

They share no person with the club nor with one another, so whoever collects all of them knows of each what is attacked here.
"""

import random
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import combinations, product
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.figures import placements as convention
from dashboard.figures import welcome
from dashboard.figures.model import EVERYBODY, Subject
from dashboard.figures.show import OF_INDICATOR
from dashboard.indicators import disclosure
from dashboard.indicators.disclosure import is_small, last_published
from dashboard.presentation.choice import Choice, choice_over
from dashboard.ui import filters, session, store, visitors
from data_access.codes import PLACEMENT_STAGES
from data_access.engine import writing
from data_access.rights import Actor
from data_access.row_security import masked_rows
from data_access.schema import (
    commune,
    information_meeting,
    placement,
    welcome_attendance,
    welcome_household,
    welcome_session,
)
from tests.application import run_on
from tests.databases import engine_at, sqlite_copy
from tests.factories import add_centre
from tests.pages.adding_up import Atom, Known, Part, Wanted

VIEWER: Final = Actor("consultation@localhost", "viewer")
ASKED_ON: Final = (date(2015, 1, 2), date(2016, 1, 2), date(2016, 12, 3), date(2017, 1, 2), date(2018, 1, 2))
PUBLISHED: Final = sorted({last_published(today) for today in ASKED_ON})
HORIZONS: Final = (6, 12, 24)
CENTRES: Final = ("MURAT", "YDES", None)
HOMES: Final = ("15014", "15138", "15187", None)
# In each of them the attack finds somebody once a year is told that hides an earlier one, horizons are masked cell by cell, steps
# forget what they told, totals are told that moved by few, or a view hides small numbers alone.
NETWORKS: Final = (2, 3)


class Household(NamedTuple):
    """One holder or two, and who came along; `home` is where they settled."""

    holders: int
    along: int
    centre: str | None
    settled_on: date | None
    home: str | None


class Session(NamedTuple):
    """A session of three days: its households, or its totals alone; who was absent on each day, where that was noted."""

    starts_on: date
    households: tuple[Household, ...]
    totals: tuple[int, int]
    absent: tuple[int, ...]

    @property
    def ends_on(self) -> date:
        return self.starts_on + timedelta(days=2)

    @property
    def holders(self) -> int:
        return sum(each.holders for each in self.households) or self.totals[0]

    @property
    def along(self) -> int:
        return sum(each.along for each in self.households) if self.households else self.totals[1]


class Meeting(NamedTuple):
    """Who came, and who of them was interested, where somebody noted it."""

    held_on: date
    attendees: int
    interested: int | None


class Candidate(NamedTuple):
    """The days on which somebody reached the steps, and the last one of the contract, which may go on."""

    reached: tuple[date, ...]
    ended_on: date | None

    @property
    def hired_on(self) -> date | None:
        return self.reached[-1] if len(self.reached) == len(PLACEMENT_STAGES) else None


class Network(NamedTuple):
    """The programmes: sessions in their order, meetings, and candidates."""

    sessions: list[Session]
    meetings: list[Meeting]
    candidates: list[Candidate]


def a_network(seed: int) -> Network:
    """Three to four years of small programmes."""
    draw = random.Random(seed)

    def household(ended_on: date) -> Household:
        settled_on = ended_on + timedelta(days=draw.randint(20, 900)) if draw.random() < 0.4 else None
        along = draw.choice((0, 0, 0, 0, 1, 2))
        return Household(draw.choice((1, 1, 1, 2)), along, draw.choice(CENTRES), settled_on, draw.choice(HOMES))

    def a_session(starts_on: date) -> Session:
        households = tuple(household(starts_on + timedelta(days=2)) for _ in range(draw.randint(3, 14)))
        people = sum(each.holders + each.along for each in households)
        absent = tuple(draw.randint(0, min(3, people)) for _ in range(3)) if draw.random() < 0.6 else ()
        if draw.random() < 0.25:
            return Session(starts_on, (), (draw.randint(2, 14), draw.randint(0, 6)), ())
        return Session(starts_on, households, (0, 0), absent)

    days = [date(year, month, 12) for year in range(2014, 2018) for month in (5, 10) if draw.random() < 0.8]
    meetings = []
    for day in (date(year, month, 6) for year in range(2014, 2018) for month in (1, 3, 6, 9, 11)):
        attendees = draw.randint(0, draw.choice((6, 14)))
        interested = draw.randint(0, attendees) if draw.random() < 0.85 else None
        if draw.random() < 0.7:
            meetings.append(Meeting(day, attendees, interested))
    candidates = []
    for _ in range(draw.choice((30, 60))):
        way = [date(2014, 1, 3) + timedelta(days=draw.randint(0, 1400))]
        while len(way) < len(PLACEMENT_STAGES) and draw.random() < 0.75:
            way.append(way[-1] + timedelta(days=draw.randint(3, 200)))
        hired = len(way) == len(PLACEMENT_STAGES)
        ended = way[-1] + timedelta(days=draw.randint(30, 900)) if hired and draw.random() < 0.7 else None
        candidates.append(Candidate(tuple(way), ended))
    return Network([a_session(day) for day in days], meetings, candidates)


def record(url: str, network: Network) -> None:
    engine = engine_at(url)
    with writing(engine) as connection:
        centres = {code: add_centre(connection, code) for code in CENTRES if code}
        somewhere = {"population": 900, "epci_siren": "200066637", "longitude": 2.9, "latitude": 45.1}
        homes = [{"insee_code": home, "name": home, "epci_name": home, **somewhere} for home in HOMES if home]
        connection.execute(sa.insert(commune), homes)

        def added(table: sa.Table, **values: object) -> int:
            key = connection.execute(sa.insert(table).values(values)).inserted_primary_key
            assert key is not None
            return int(key[0])

        for number, held in enumerate(network.sessions, start=1):
            totals = {} if held.households else {"project_holders": held.holders, "people": held.holders + held.along}
            session_id = added(
                welcome_session, number=number, starts_on=held.starts_on, ends_on=held.ends_on, place="Murat", **totals
            )
            missing = list(held.absent)
            for each in held.households:
                people = each.holders + each.along
                household_id = added(
                    welcome_household,
                    welcome_session_id=session_id,
                    project_kind="business_creation",
                    holders=each.holders,
                    people=people,
                    visited_centre_id=each.centre and centres[each.centre],
                    outcome="settled" if each.settled_on else "pending",
                    settled_on=each.settled_on,
                    settled_insee_code=each.home if each.settled_on else None,
                )
                for day, left in enumerate(missing):
                    away = min(people, left)
                    missing[day] -= away
                    there = {"day": held.starts_on + timedelta(days=day), "people_present": people - away}
                    added(welcome_attendance, welcome_household_id=household_id, **there)
        for number, meeting in enumerate(network.meetings):
            added(information_meeting, **meeting._asdict(), place=f"Salle {number}")
        for number, each in enumerate(network.candidates):
            stage = PLACEMENT_STAGES[len(each.reached) - 1]
            dated = {f"{step}_on": day for step, day in zip(PLACEMENT_STAGES, each.reached, strict=False)}
            dated |= {"contract_kind": "permanent", "ended_on": each.ended_on} if each.hired_on else {}
            added(placement, aim=1, candidate_ref=f"C{number}", stage=stage, **dated)
    engine.dispose()


def months_later(day: date, months: int) -> date:
    return pl.Series([day]).dt.offset_by(f"{months}mo").item()


def atoms_of(network: Network) -> Known:
    """What there is to know of each session, each meeting, and of the steps reached between two publications."""
    atoms: dict[Atom, int] = {}

    def span(day: date, ends: Iterable[date]) -> date:
        return next(end for end in [*sorted(ends), date.max] if day <= end)

    for number, held in enumerate(network.sessions, start=1):
        cuts = {*PUBLISHED, *(months_later(held.ends_on, months) for months in HORIZONS)}
        if held.households:
            ends = [*cuts, date.max]
            atoms |= dict.fromkeys(
                [("stays away", number, None, None), *product(("family",), (number,), ends, HOMES)], 0
            )
            atoms |= dict.fromkeys(product(("visit",), (number,), CENTRES), 0)
        atoms["more holders", number] = held.holders - len(held.households)
        atoms["along", number] = held.along
        for each in held.households:
            settled = ("family", number, span(each.settled_on, cuts), each.home) if each.settled_on else None
            atoms[settled or ("stays away", number, None, None)] += 1
            atoms["visit", number, each.centre] += 1
    for number, meeting in enumerate(network.meetings):
        atoms["interested", number] = meeting.interested or 0
        atoms["others", number] = 0 if meeting.interested is None else meeting.attendees - meeting.interested
        atoms["apart", number] = meeting.attendees if meeting.interested is None else 0
    steps = range(len(PLACEMENT_STAGES))
    atoms |= dict.fromkeys(product(("reaches",), steps, [*PUBLISHED, date.max]), 0)
    for someone in network.candidates:
        for step, day in enumerate(someone.reached):
            atoms["reaches", step, span(day, PUBLISHED)] += 1
    atoms |= contracts_of(network)
    for day, step in product(PUBLISHED, steps[:-1]):
        atoms["stopped", step, day] = sum(
            number * (1 if what[1] == step else -1)
            for what, number in atoms.items()
            if what[0] == "reaches" and what[1] in (step, step + 1) and what[2] <= day
        )
    known = Known(atoms)
    for number in range(1, len(network.sessions) + 1):
        known.bind((1, families(number)), (-1, which("visit", number)))
    for day, step in product(PUBLISHED, steps[:-1]):
        stopped = (-1, which("stopped", step, day))
        known.bind((1, reached(step, day)), (-1, reached(step + 1, day)), stopped)
    for day in PUBLISHED:
        known.bind((1, reached(steps[-1], day)), (-1, contracts(day)))
    return known


def contracts_of(network: Network) -> dict[Atom, int]:
    """Contracts by the horizons that fell by each publication, and at how many of them they went on."""
    atoms: dict[Atom, int] = {}
    for each in network.candidates:
        if (hired := each.hired_on) is None:
            continue
        horizons = [months_later(hired, months) for months in HORIZONS]
        falls = dict(zip((0, *HORIZONS), (hired, *horizons), strict=True))
        due = frozenset((day, months) for day in PUBLISHED for months, fell in falls.items() if fell <= day)
        kept = sum(each.ended_on is None or each.ended_on >= horizon for horizon in horizons)
        for place in range(len(HORIZONS) + 1):
            atoms.setdefault(("contract", due, place), 0)
        atoms["contract", due, kept] += 1
    return atoms


def contracts(on: date, months: int = 0, *kept: int) -> Wanted:
    """The contracts whose horizon fell by a day, of those that went on at so many of them."""
    return lambda atom: bool(atom[0] == "contract" and (on, months) in atom[1] and (not kept or atom[2] in kept))


def which(*told: object) -> Wanted:
    """The atoms that begin so."""
    return lambda atom: atom[: len(told)] == told


def families(*numbers: int, until: date | None = None, after: date = date.min, home: object = ...) -> Wanted:
    """The households of these sessions, or those settled by a day."""

    def wanted(atom: Atom) -> bool:
        what, number, *rest = atom
        if what not in ("family", "stays away") or number not in numbers:
            return False
        settled = what == "family" and (until is None or after < rest[0] <= until) and (home is ... or rest[1] == home)
        return bool(settled or (what == "stays away" and until is None))

    return wanted


def reached(step: int, until: date, after: date = date.min) -> Wanted:
    return lambda atom: bool(atom[0] == "reaches" and atom[1] == step and after < atom[2] <= until)


def holders(*numbers: int) -> tuple[Part, ...]:
    return (1, families(*numbers)), *((1, which("more holders", number)) for number in numbers)


def people(*numbers: int) -> tuple[Part, ...]:
    return *holders(*numbers), *((1, which("along", number)) for number in numbers)


def held_by(network: Network, day: date) -> dict[int, Session]:
    return {number: held for number, held in enumerate(network.sessions, start=1) if held.starts_on <= day}


def tell_of_the_sessions(known: Known, network: Network, said: Subject, on: date) -> None:
    """The page, and what nobody is told of each session."""
    held = held_by(network, on)
    tiles = {tile.indicator.key: tile.value for tile in said.tiles}
    known.tell("holders", tiles["project_holders"], *holders(*held))
    known.tell("people", tiles["welcome_people"], *people(*held))
    known.tell("families", tiles["settled_families"], (1, families(*held, until=on)))
    frames = {key: figure.table.frame for key, figure in said.figures.items()}
    for number, of_holders, of_people, settled in (
        frames["sessions-par-numero"].select("number", "project_holders", "people", "settled_families").iter_rows()
    ):
        known.tell(f"holders of {number}", of_holders, *holders(number))
        known.tell(f"people of {number}", of_people, *people(number))
        known.tell(f"along with {number}", None, (1, which("along", number)))
        known.tell(f"households of {number}", None, (1, families(number)))
        if held[number].households:
            known.tell(f"families of {number}", settled, (1, families(number, until=on)))
    for months, *parts in (
        frames["installations"]
        .select(pl.col("label").str.extract(r"(\d+)").cast(pl.Int64), "yes", "no", "waiting")
        .iter_rows()
    ):
        due = {
            n: months_later(each.ends_on, months)
            for n, each in held.items()
            if months_later(each.ends_on, months) <= on
        }
        in_time = [(1, families(number, until=horizon)) for number, horizon in due.items()]
        late = [(-1, wanted) for _, wanted in in_time]
        for name, value, sums in zip(
            ("settled", "not settled", "waiting"),
            parts,
            (in_time, [(1, families(*due)), *late], [(1, families(*(number for number in held if number not in due)))]),
            strict=True,
        ):
            known.tell(f"{name} after {months} months", value, *sums)
    for code, number in frames["telecentres-visites"].select("centre_code", "households").iter_rows():
        known.tell(f"visited {code}", number, *((1, which("visit", each, code)) for each in held))
    # Each commune is an intercommunality of its own.
    for home, number in frames["familles-par-intercommunalite"].select("epci_name", "households").iter_rows():
        known.tell(f"settled in {home}", number, (1, families(*held, until=on, home=home)))


def tell_of_the_meetings(known: Known, network: Network, said: Subject, on: date) -> None:
    """The page of Pôle Emploi: who came to meetings, and how far candidates went."""
    held = {number: each for number, each in enumerate(network.meetings) if each.held_on <= on}

    def came(*what: str, year: int | None = None) -> list[Part]:
        kept = [number for number, each in held.items() if year in (None, each.held_on.year)]
        return [(1, which(each, number)) for number in kept for each in what]

    tiles = {tile.indicator.key: tile.value for tile in said.tiles}
    known.tell("attendees", tiles["meeting_attendees"], *came("interested", "others", "apart"))
    share = tiles["meeting_interest"]
    for what in ("interested", "others"):
        # Of a share and a total, both.
        total = sum(known.atoms[what, number] for number in held)
        known.tell(f"{what}", None if share is None else total, *came(what))
    for year, *parts in (
        said.figures["reunions-d-information"].table.frame.select("year", "interested", "others").iter_rows()
    ):
        for what, number in zip(("interested", "others"), parts, strict=True):
            known.tell(f"{what} in {year}", number, *came(what, year=year))
    for number in held:
        for what in ("interested", "others", "apart"):
            known.tell(f"{what} of meeting {number}", None, (1, which(what, number)))
    for step, number in enumerate(said.figures["etapes-vers-le-contrat"].table.frame["candidates"]):
        known.tell(f"step {step}", number, (1, reached(step, on)))
    for first, last in combinations(range(len(PLACEMENT_STAGES)), 2):
        known.tell(
            f"stopped from {first} to {last}", None, *((1, which("stopped", step, on)) for step in range(first, last))
        )
    for place, (yes, no, waiting) in enumerate(
        said.figures["duree-des-contrats"].table.frame.select("yes", "no", "waiting").iter_rows()
    ):
        months = HORIZONS[place]
        for_long = range(place + 1, len(HORIZONS) + 1)
        known.tell(f"kept {months} months", yes, (1, contracts(on, months, *for_long)))
        known.tell(f"over within {months} months", no, (1, contracts(on, months, *range(place + 1))))
        known.tell(f"{months} months to come", waiting, (1, contracts(on)), (-1, contracts(on, months)))
    hired = len(PLACEMENT_STAGES) - 1
    known.tell("contracts", tiles["placements"], (1, reached(hired, on)))
    for year, number in said.figures["contrats-par-annee"].table.frame.select("year", "placements").iter_rows():
        known.tell(f"contracts {year}", number, (1, reached(hired, date(year, 12, 31), date(year - 1, 12, 31))))


def tell_of_the_views(known: Known, network: Network, connection: sa.Connection, on: date) -> None:
    """What the reading role of PostgreSQL is given, asked here as its views ask."""
    until = sa.literal(on, sa.Date)
    for row in connection.execute(masked_rows("welcome_session", until)).mappings():
        if row["number"] in held_by(network, on):
            known.tell(f"view: holders of {row['number']}", row["project_holders"], *holders(row["number"]))
            known.tell(f"view: people of {row['number']}", row["people"], *people(row["number"]))
    for row in connection.execute(masked_rows("information_meeting", until)).mappings():
        number = int(row["place"].removeprefix("Salle "))
        if network.meetings[number].held_on <= on:
            came = [(1, which(what, number)) for what in ("interested", "others", "apart")]
            known.tell(f"view: attendees of {number}", row["attendees"], *came)
            if network.meetings[number].interested is not None:
                known.tell(f"view: interested of {number}", row["interested"], came[0])


def tell_of_the_show(known: Known, network: Network, on: date) -> None:
    """The slides that anybody may ask for."""
    held = held_by(network, on)
    meetings = [number for number, each in enumerate(network.meetings) if each.held_on <= on]

    def came(*what: str) -> list[Part]:
        return [(1, which(each, number)) for number in meetings for each in what]

    sums: dict[str, Iterable[Part]] = {
        "project_holders": holders(*held),
        "welcome_people": people(*held),
        "settled_families": [(1, families(*held, until=on))],
        "households": [(1, families(*held))],
        "meeting_attendees": came("interested", "others", "apart"),
        "meeting_interested": came("interested"),
        "placements": [(1, reached(len(PLACEMENT_STAGES) - 1, on))],
    }
    asked = {"vues": ",".join(f"{OF_INDICATOR}{key}" for key in sums)}
    slides = visitors.deck_of(choice_over(Choice(), asked).slides).slides
    for key, parts in sums.items():
        number = slides[f"{OF_INDICATOR}{key}"].number
        known.tell(f"slide {key}", float(number) if number.isdecimal() else None, *parts)


def tell_all(known: Known, network: Network, engine: sa.Engine, today: date) -> None:
    before, on = known.on, last_published(today)
    known.on = on
    with session.acting(VIEWER):
        said = welcome.welcome_sessions(store.welcome_facts(as_of=today), EVERYBODY)
        tell_of_the_sessions(known, network, said, on)
        of_convention = convention.convention(filters.published_convention(), convention.Asked(on), EVERYBODY)
        tell_of_the_meetings(known, network, of_convention, on)
    if before == on:
        return
    tell_of_the_show(known, network, on)
    with engine.connect() as connection:
        tell_of_the_views(known, network, connection, on)
    for step in range(len(PLACEMENT_STAGES)):
        known.tell(f"step {step} since {before}", None, (1, reached(step, on, before)))
    came = [number for number in held_by(network, on) if number not in held_by(network, before)]
    for name, parts in (
        ("holders", holders(*came)),
        ("people", people(*came)),
        ("households", [(1, families(*came))]),
        ("families", [(1, families(*held_by(network, on), until=on, after=before))]),
    ):
        known.tell(f"{name} since {before}", None, *parts)


@pytest.fixture(scope="module", params=NETWORKS)
def known(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Known:
    """All that a reader is given of generated programmes, on each of the days asked."""
    return attacked(request.param, sqlite_copy(sqlite_template, tmp_path_factory.mktemp("attacked")))


def attacked(seed: int, url: str) -> Known:
    network = a_network(seed)
    known = atoms_of(network)
    record(url, network)
    engine = engine_at(url)
    for today in ASKED_ON:
        with pytest.MonkeyPatch.context() as patch:
            run_on(url, today, patch)
            tell_all(known, network, engine, today)
    engine.dispose()
    return known


def test_no_small_count_of_the_programmes_is_worked_out_of_all_that_is_shown_on_a_day(known: Known) -> None:
    assert all(known.few(day) for day in PUBLISHED)
    assert {day: known.found(day, [day]) for day in PUBLISHED} == {day: [] for day in PUBLISHED}


def test_nor_by_who_collects_it_year_after_year(known: Known) -> None:
    assert {day: known.found(day, PUBLISHED) for day in PUBLISHED} == {day: [] for day in PUBLISHED}


def test_the_attack_finds_who_is_told_without_steps(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rule broken on purpose: small numbers are hidden, and moves by few are told."""
    monkeypatch.setattr(disclosure, "tells_few", lambda count, _told: is_small(count))
    known = attacked(NETWORKS[-1], sqlite_copy(sqlite_template, tmp_path))

    assert any(known.found(day, PUBLISHED) for day in reversed(PUBLISHED))
