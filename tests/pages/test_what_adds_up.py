"""What a reader who may not see small counts works out of all they are given: pages, show and open data, month after month.

Each number that is shown is a sum of unknown numbers: who came or left between two days, by what they are. A hidden one is
found by subtraction when it is made of those that are shown, and by bounds when no other numbers, none of them negative, fit
them all. Nothing here knows how they were hidden.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pytest
import sqlalchemy as sa

from dashboard.figures import passes
from dashboard.figures import placements as convention
from dashboard.figures.model import EVERYBODY, Subject
from dashboard.figures.pass_people import Club
from dashboard.figures.show import OF_INDICATOR
from dashboard.indicators.disclosure import is_small, last_published
from dashboard.presentation.choice import Choice, choice_over
from dashboard.publication import published_facts, published_figures
from dashboard.ui import filters, session, store, visitors
from data_access.engine import reading, writing
from data_access.rights import PUBLICATION, Actor
from data_access.schema import placement
from tests.application import run_on
from tests.data_access.club import add_membership, add_person
from tests.databases import engine_at, sqlite_copy
from tests.factories import add_centre

VIEWER: Final = Actor("consultation@localhost", "viewer")
BEGUN: Final = date(2014, 1, 1)
# The first after each year is over; in one of them two months that follow one another as well.
ASKED_ON: Final = (date(2015, 1, 10), date(2016, 1, 10), date(2016, 6, 10), date(2016, 7, 10), date(2017, 1, 10))
DAYS: Final = 1090
STATUSES: Final = ("independent", "employee", "founder")
REASONS: Final = ("own_premises", "not_renewed", None)
CENTRES: Final = ("MURAT", "YDES", None)
KINDS: Final = ("permanent", "fixed_term")
# The first told something by its slides, the last by a tile beside its table.
NETWORKS: Final = (0, 12, 13)


class Person(NamedTuple):
    """Who joined the club, and who left it: `left_on` is the first day without them."""

    status: str
    joined_on: date
    left_on: date | None
    reason: str | None


class Contract(NamedTuple):
    """A contract of the convention; `over_on` is the first day after it."""

    aim: int
    centre: str | None
    kind: str
    hired_on: date
    over_on: date | None


# What somebody is (status and reason, or aim, centre and kind), and what they do between two days.
Atom = tuple[str, int, str | int | None, str | None, str | None]
Wanted = Callable[[str, date, Sequence[str | int | None]], bool]


@dataclass
class Known:
    """The numbers that nobody is told one by one, and the sums of them that somebody was shown, or was not, on a day."""

    atoms: dict[Atom, int]
    spans: list[tuple[date, date]]
    on: date = date.min
    shown: list[tuple[date, np.ndarray]] = field(default_factory=list)
    hidden: dict[tuple[date, str], np.ndarray] = field(default_factory=dict)

    @property
    def truth(self) -> np.ndarray:
        return np.array(list(self.atoms.values()), dtype=float)

    def tell(self, name: str, value: float | None, *parts: tuple[int, Wanted]) -> None:
        """A sum of atoms, each counted as often as its part says; None where it is hidden."""
        row = np.zeros(len(self.atoms))
        for sign, wanted in parts:
            for place, (deed, span, *about) in enumerate(self.atoms):
                if wanted(deed, self.spans[span][1], about):
                    row[place] += sign
        if value is None:
            self.hidden[self.on, name] = row
        else:
            assert value == row @ self.truth, f"{name} on {self.on}: {value} is shown, {row @ self.truth} was meant"
            self.shown.append((self.on, row))

    def few(self, on: date) -> list[str]:
        """The counts of one to four people that were hidden on that day."""
        return [name for (day, name), row in self.hidden.items() if day == on and is_small(row @ self.truth)]

    def found(self, on: date, told_on: Sequence[date]) -> list[str]:
        """Those of that day that can only be what they are, for who was told what is shown on these days."""
        shown = np.array([row for day, row in self.shown if day in told_on])
        rows = {name: self.hidden[on, name] for name in self.few(on)}
        return [name for name, row in rows.items() if not any(_another(shown, row, self.truth, up) for up in (1, -1))]


def _another(shown: np.ndarray, row: np.ndarray, truth: np.ndarray, up: int) -> bool:
    """Whether the numbers may move so that all that is shown stays, this sum moves up or down, and none is negative."""
    moves = np.hstack([np.eye(len(truth)), -np.eye(len(truth))[:, truth > 0]])
    equations = np.vstack([shown, row]) @ moves
    wanted = np.zeros(len(equations))
    wanted[-1] = up
    return bool(np.abs(equations @ _least_squares(equations, wanted) - wanted).max() < 1e-6)


def _least_squares(matrix: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The solution without negative numbers that comes nearest (Lawson and Hanson)."""
    solution, free = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1], dtype=bool)
    for _ in range(3 * matrix.shape[1]):
        slope = matrix.T @ (wanted - matrix @ solution)
        slope[free] = -np.inf
        if slope.max() < 1e-9:
            break
        free[slope.argmax()] = True
        while True:
            tried = np.zeros_like(solution)
            tried[free] = np.linalg.lstsq(matrix[:, free], wanted, rcond=None)[0]
            if (tried[free] > 1e-12).all():
                break
            stopped = free & (tried <= 1e-12)
            step = (solution[stopped] / (solution[stopped] - tried[stopped] + 1e-300)).min()
            solution += step * (tried - solution)
            free &= solution > 1e-12
        solution = tried
    return solution


def a_network(seed: int) -> tuple[list[Person], list[Contract]]:
    """A small club and a small convention, of two and a half years."""
    draw = random.Random(seed)

    def later(day: date) -> date | None:
        after = day + timedelta(days=draw.randint(40, 700))
        return after if draw.random() < 0.6 and after < ASKED_ON[-1] else None

    people, contracts = [], []
    for _ in range(draw.choice((25, 45, 80))):
        joined = BEGUN + timedelta(days=draw.randint(0, DAYS))
        left = later(joined)
        people.append(Person(draw.choice(STATUSES), joined, left, draw.choice(REASONS) if left else None))
    for _ in range(draw.choice((15, 30, 60))):
        hired = BEGUN + timedelta(days=draw.randint(0, DAYS))
        contracts.append(
            Contract(draw.choice((1, 1, 1, 2, 3)), draw.choice(CENTRES), draw.choice(KINDS), hired, later(hired))
        )
    return people, contracts


def record(url: str, people: list[Person], contracts: list[Contract]) -> None:
    engine = engine_at(url)
    with writing(engine) as connection:
        centres = {code: add_centre(connection, code) for code in CENTRES if code}
        for number, (status, joined, left, reason) in enumerate(people):
            person_id = add_person(connection, status=status)
            last = left and left - timedelta(days=1)
            free = joined + timedelta(days=180)
            add_membership(connection, person_id, f"P{number}", joined, free, ended_on=last, end_reason=reason)
        for number, (aim, centre, kind, hired, over) in enumerate(contracts):
            values = {
                "aim": aim,
                "contract_kind": kind,
                "hired_on": hired,
                "ended_on": over and over - timedelta(days=1),
            }
            values |= {"candidate_ref": f"C{number}", "stage": "hired", "centre_id": centre and centres[centre]}
            connection.execute(sa.insert(placement).values(values))
    engine.dispose()


def atoms_of(people: list[Person], contracts: list[Contract]) -> Known:
    """What there is to know, between the days that any publication speaks of."""
    days = {date(year, 12, 31) for year in range(BEGUN.year, ASKED_ON[-1].year)}
    days |= {last_published(day) for day in ASKED_ON} | {a_year_before(last_published(day)) for day in ASKED_ON}
    ends = sorted(days)
    spans = list(zip([date.min, *(day + timedelta(days=1) for day in ends)], [*ends, date.max], strict=True))

    def span(day: date) -> int:
        return next(number for number, (first, last) in enumerate(spans) if first <= day <= last)

    every = range(len(spans))
    atoms: dict[Atom, int] = dict.fromkeys(
        [
            *product(("joins",), every, STATUSES, (None,), (None,)),
            *product(("leaves",), every, STATUSES, REASONS, (None,)),
            *product(("hired",), every, (1, 2, 3), CENTRES, KINDS),
            *product(("over",), every, (None,), (None,), KINDS),
        ],
        0,
    )
    for who in people:
        atoms["joins", span(who.joined_on), who.status, None, None] += 1
        if who.left_on:
            atoms["leaves", span(who.left_on), who.status, who.reason, None] += 1
    for each in contracts:
        atoms["hired", span(each.hired_on), each.aim, each.centre, each.kind] += 1
        if each.over_on:
            atoms["over", span(each.over_on), None, None, each.kind] += 1
    return Known(atoms, spans)


def a_year_before(day: date) -> date:
    return (day + timedelta(days=1)).replace(year=day.year - 1 if day.month < 12 else day.year) - timedelta(days=1)


def deed(name: str, *about: str | int | None, after: date = date.min, until: date) -> Wanted:
    """Those who did it, of whom all that is told is this; `...` stands for whatever."""
    told = [*about, *([...] * (3 - len(about)))]

    def wanted(done: str, day: date, is_: Sequence[str | int | None]) -> bool:
        same = all(one is ... or one == other for one, other in zip(told, is_, strict=True))
        return done == name and after < day <= until and same

    return wanted


def members(on: date, *about: str) -> tuple[tuple[int, Wanted], ...]:
    return (1, deed("joins", *about, until=on)), (-1, deed("leaves", *about, until=on))


def year_of(year: int, on: date) -> dict[str, date]:
    return {"after": date(year - 1, 12, 31), "until": min(date(year, 12, 31), on)}


def tell_of_the_club(known: Known, said: Subject, on: date) -> None:
    """The page of the Pass."""
    tiles = {tile.indicator.key: tile.value for tile in said.tiles}
    known.tell("members", tiles["pass_members"], *members(on))
    known.tell("joins to", tiles["pass_joins"], (1, deed("joins", until=on)))
    known.tell("own premises to", tiles["pass_own_premises"], (1, deed("leaves", ..., REASONS[0], until=on)))
    if "pass-adherents" in said.figures:
        for month, there in (
            said.figures["pass-adherents"].table.frame.select("month_start", "pass_members").iter_rows()
        ):
            known.tell(f"members {month}", there, *members(min(on, date(month.year, 12, 31))))
        moves = said.figures["pass-mouvements"].table.frame
        for year, joins, losses, own in moves.select(
            "year", *(f"pass_{each}" for each in ("joins", "losses", "own_premises"))
        ).iter_rows():
            within = year_of(year, on)
            known.tell(f"joins {year}", joins, (1, deed("joins", **within)))
            known.tell(f"own premises {year}", own, (1, deed("leaves", ..., REASONS[0], **within)))
            known.tell(f"losses {year}", losses, *((1, deed("leaves", ..., why, **within)) for why in REASONS[1:]))
    for why, left in said.figures["pass-motifs"].table.frame.select("code", "people").iter_rows():
        known.tell(f"left for {why}", left, (1, deed("leaves", ..., why, until=on)))
    for status, there in said.figures["pass-statuts"].table.frame.select("code", "people").iter_rows():
        known.tell(f"{status} members", there, *members(on, status))


def tell_of_the_convention(known: Known, said: Subject, on: date) -> None:
    """The page of Pôle Emploi."""
    tiles = {tile.indicator.key: tile.value for tile in said.tiles}
    running = (1, deed("hired", until=on)), (-1, deed("over", until=on))
    known.tell("contracts", tiles["placements"], running[0])
    known.tell("running", tiles["placements_running"], *running)
    frames = {key: figure.table.frame for key, figure in said.figures.items()}
    for aim, number in frames["contrats-par-volet"].select("aim", "placements").iter_rows():
        known.tell(f"aim {aim}", number, (1, deed("hired", aim, until=on)))
    for code, number in frames["contrats-par-lieu"].select("code", "placements").iter_rows():
        known.tell(f"contracts in {code}", number, (1, deed("hired", ..., code, until=on)))
    for year, number, *by_aim in (
        frames["contrats-par-annee"].select("year", "placements", "aim_1", "aim_2", "aim_3").iter_rows()
    ):
        known.tell(f"contracts {year}", number, (1, deed("hired", **year_of(year, on))))
        for aim, of_aim in enumerate(by_aim, 1):
            known.tell(f"aim {aim} in {year}", of_aim, (1, deed("hired", aim, **year_of(year, on))))
    for kind, (runs, over) in zip(KINDS, frames["contrats-par-type"].select("yes", "no").iter_rows(), strict=True):
        known.tell(f"{kind} over", over, (1, deed("over", ..., ..., kind, until=on)))
        known.tell(
            f"{kind} running",
            runs,
            (1, deed("hired", ..., ..., kind, until=on)),
            (-1, deed("over", ..., ..., kind, until=on)),
        )


def tell_of_the_show(known: Known, on: date) -> None:
    """The slides that anybody may ask for, each with a figure of its own."""
    lately = {"after": a_year_before(on), "until": on}
    sums: dict[str, tuple[tuple[int, Wanted], ...]] = {
        "pass_members": members(on),
        "pass_joins": ((1, deed("joins", **lately)),),
        "pass_ends": ((1, deed("leaves", **lately)),),
        "pass_own_premises": ((1, deed("leaves", ..., REASONS[0], **lately)),),
        "pass_losses": tuple((1, deed("leaves", ..., why, **lately)) for why in REASONS[1:]),
        "placements": ((1, deed("hired", until=on)),),
        "placements_running": ((1, deed("hired", until=on)), (-1, deed("over", until=on))),
        **{f"placements_aim_{aim}": ((1, deed("hired", aim, until=on)),) for aim in (1, 2, 3)},
    }
    asked = {"vues": ",".join(["pass", *(f"{OF_INDICATOR}{key}" for key in sums)])}
    slides = visitors.deck_of(choice_over(Choice(), asked).slides).slides
    for key, parts in sums.items():
        if (slide := slides.get(f"{OF_INDICATOR}{key}")) is None:
            continue
        number = slide.number
        known.tell(f"slide {key}", float(number) if number.isdecimal() else None, *parts)
    moved = (
        re.match(r"([+−-]?)\s?(\d+) en un an", slides["pass"].caption.replace("\u202f", " "))
        if "pass" in slides
        else None
    )
    if moved:
        less = ((-sign, wanted) for sign, wanted in members(a_year_before(on)))
        known.tell("moved", int(moved[2]) * (1 if moved[1] in ("+", "") else -1), *members(on), *less)


def tell_of_the_open_data(known: Known, url: str, today: date) -> None:
    """The file of indicators."""
    engine = engine_at(url)
    with reading(engine, today, PUBLICATION) as connection:
        told = published_figures(published_facts(connection, today=today))
    engine.dispose()
    for key, value, day in told.select("key", "value", "ends_on").iter_rows():
        if key == "pass_members":
            known.tell(f"open members {day}", value, *members(day))
        elif key == "placements":
            known.tell(f"open contracts {day}", value, (1, deed("hired", **year_of(day.year, day))))


@pytest.fixture(scope="module", params=NETWORKS)
def known(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Known:
    """All that a reader is given of a generated network, on each of the days asked."""
    people, contracts = a_network(request.param)
    known, url = atoms_of(people, contracts), sqlite_copy(sqlite_template, tmp_path_factory.mktemp("attacked"))
    record(url, people, contracts)
    for today in ASKED_ON:
        with pytest.MonkeyPatch.context() as patch:
            run_on(url, today, patch)
            tell_all(known, url, today)
    return known


def tell_all(known: Known, url: str, today: date) -> None:
    """What a viewer reads on the pages, and anybody in the show and in the open data."""
    before, on = known.on, last_published(today)
    known.on = on
    with session.acting(VIEWER):
        tell_of_the_club(known, passes.passes(Club(*filters.published_club(), EVERYBODY)), on)
        facts = store.convention_facts(as_of=on)
        tell_of_the_convention(known, convention.convention(facts, convention.Asked(on), EVERYBODY), on)
    tell_of_the_show(known, on)
    tell_of_the_open_data(known, url, today)
    if before not in (date.min, on):
        for name in ("joins", "leaves", "hired", "over"):
            known.tell(f"{name} since {before}", None, (1, deed(name, after=before, until=on)))


def test_the_attack_finds_what_two_pages_tell_together() -> None:
    """It is no paper tiger: one page tells the whole, and another all of it but four; or hides two who are all there are."""
    known = atoms_of([Person(status, BEGUN, None, None) for status in ("employee",) * 9 + ("founder",) * 4], [])
    day = ASKED_ON[0]
    known.tell("all", 13, *members(day))
    known.tell("founders", None, *members(day, "founder"))
    assert known.found(date.min, [date.min]) == []

    known.tell("employees and founders", 13, *members(day, "employee"), *members(day, "founder"))
    assert known.found(date.min, [date.min]) == []
    known.tell("employees", 9, *members(day, "employee"))
    assert known.found(date.min, [date.min]) == ["founders"]


def test_no_small_count_is_worked_out_of_all_that_is_shown_on_a_day(known: Known) -> None:
    """Pages, slides and open data have one day: none tells what another hides."""
    days = published_days()

    assert all(known.few(day) for day in days)
    assert {day: known.found(day, [day]) for day in days} == {day: [] for day in days}


def test_who_is_patient_works_out_no_more(known: Known) -> None:
    """All that was ever shown, years later as well; nor how few came, left, were hired or went between two publications."""
    days = published_days()

    assert {day: known.found(day, days) for day in days} == {day: [] for day in days}


def published_days() -> list[date]:
    return sorted({last_published(today) for today in ASKED_ON})
