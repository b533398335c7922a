"""What a reader who may not see small counts works out of all they are given: pages, show and open data, month after month.

Each number that is shown is a sum of unknown numbers: who came or left between two days, by what they are. A hidden one is
found by subtraction when it is made of those that are shown, and by bounds when no other numbers, none of them negative, fit
them all. Nothing here knows how they were hidden.
"""

import random
import re
from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.figures import passes
from dashboard.figures import placements as convention
from dashboard.figures.evaluation import place_table
from dashboard.figures.model import EVERYBODY, Subject
from dashboard.figures.pass_people import Club
from dashboard.figures.show import OF_INDICATOR
from dashboard.indicators.disclosure import last_published
from dashboard.presentation.choice import Choice, choice_over
from dashboard.publication import published_facts, published_figures
from dashboard.ui import filters, session, visitors
from dashboard.wording.terms import CONTRACT_KINDS
from data_access.engine import reading, writing
from data_access.facts import ReportFacts
from data_access.reads.subjects import report_facts
from data_access.rights import PUBLICATION, Actor
from data_access.schema import placement
from tests.application import run_on
from tests.data_access.club import add_agreement, add_membership, add_person
from tests.databases import engine_at, sqlite_copy
from tests.factories import add_centre
from tests.pages.adding_up import Atom, Known, Part, Wanted

VIEWER: Final = Actor("consultation@localhost", "viewer")
BEGUN: Final = date(2014, 1, 1)
# The first days after each year is over; in one of them spring and December as well.
ASKED_ON: Final = (date(2015, 1, 2), date(2016, 1, 2), date(2016, 4, 15), date(2016, 12, 3), date(2017, 1, 2))
DAYS: Final = 1090
STATUSES: Final = ("independent", "employee", "founder")
REASONS: Final = ("own_premises", "not_renewed", None)
CENTRES: Final = ("MURAT", "YDES", None)
KINDS: Final = ("permanent", "fixed_term")
# Each was found out once: by a tile beside its table, by the notes of places.
NETWORKS: Final = (0, 4)


class Person(NamedTuple):
    """Who joined the club, and who left it: `left_on` is the first day without them; they signed at `centre`, or nowhere.

    Without a status they only signed.
    """

    status: str | None
    centre: str | None
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


def a_network(seed: int) -> tuple[list[Person], list[Contract]]:
    """A small club and a small convention, of two and a half years."""
    draw = random.Random(seed)

    def later(day: date) -> date | None:
        after = day + timedelta(days=draw.randint(40, 700))
        return after if draw.random() < 0.6 and after < ASKED_ON[-1] else None

    people, contracts = [], []
    for _ in range(draw.choice((30, 60, 100))):
        joined = BEGUN + timedelta(days=draw.randint(0, DAYS))
        left = later(joined)
        if left and (left.month, left.day) == (1, 1):
            # Nobody is both gone on the last day of a year and still counted in the next.
            left += timedelta(days=1)
        status, centre = draw.choice((*STATUSES, None)), draw.choice(CENTRES)
        people.append(Person(status, centre, joined, left, draw.choice(REASONS) if left else None))
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
        for number, (status, centre, joined, left, reason) in enumerate(people):
            person_id = add_person(connection, status=status or "employee")
            last = left and left - timedelta(days=1)
            if centre:
                add_agreement(connection, person_id, centres[centre], joined, ended_on=last)
            if status:
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
    """What there is to know: what is done, up to which of the days that any publication speaks of, and what they are."""
    days = {date(year, 12, 31) for year in range(BEGUN.year, ASKED_ON[-1].year)}
    days |= {last_published(day) for day in ASKED_ON} | {a_year_before(last_published(day)) for day in ASKED_ON}
    ends = [*sorted(days), date.max]

    def span(day: date) -> date:
        return next(end for end in ends if day <= end)

    atoms: dict[Atom, int] = dict.fromkeys(
        [
            *product(("joins",), ends, STATUSES, (None,), (None,)),
            *product(("leaves",), ends, STATUSES, REASONS, (None,)),
            *product(("comes to", "goes from", "signs at", "stops at"), ends, CENTRES, (None,), (None,)),
            *product(("hired",), ends, (1, 2, 3), CENTRES, KINDS),
            *product(("over",), ends, (None,), (None,), KINDS),
        ],
        0,
    )
    for who in people:
        comes, goes = ("comes to", "goes from") if who.status else ("signs at", "stops at")
        atoms[comes, span(who.joined_on), who.centre, None, None] += 1
        if who.status:
            atoms["joins", span(who.joined_on), who.status, None, None] += 1
        if who.left_on:
            atoms[goes, span(who.left_on), who.centre, None, None] += 1
            if who.status:
                atoms["leaves", span(who.left_on), who.status, who.reason, None] += 1
    for each in contracts:
        atoms["hired", span(each.hired_on), each.aim, each.centre, each.kind] += 1
        if each.over_on:
            atoms["over", span(each.over_on), None, None, each.kind] += 1
    known = Known(atoms)
    for last, then in pairwise([date.min, *ends]):
        for what, where in (("joins", "comes to"), ("leaves", "goes from")):
            known.bind((1, deed(what, after=last, until=then)), (-1, deed(where, after=last, until=then)))
    return known


def a_year_before(day: date) -> date:
    return (day + timedelta(days=1)).replace(year=day.year - 1 if day.month < 12 else day.year) - timedelta(days=1)


def deed(name: str, *about: str | int | None, after: date = date.min, until: date) -> Wanted:
    """Those who did it, of whom all that is told is this; `...` stands for whatever."""
    told = [*about, *([...] * (3 - len(about)))]

    def wanted(atom: Atom) -> bool:
        done, day, *is_ = atom
        same = all(one is ... or one == other for one, other in zip(told, is_, strict=True))
        return bool(done == name and after < day <= until and same)

    return wanted


def members(on: date, *about: str) -> tuple[Part, ...]:
    return (1, deed("joins", *about, until=on)), (-1, deed("leaves", *about, until=on))


def at(centre: str | None, on: date) -> tuple[Part, ...]:
    return (1, deed("comes to", centre, until=on)), (-1, deed("goes from", centre, until=on))


def users(year: int, *centres: str) -> list[Part]:
    """Who had an agreement on a day of the year, members or not."""
    came = [deed(what, each, until=date(year, 12, 31)) for what in ("comes to", "signs at") for each in centres]
    gone = [deed(what, each, until=date(year - 1, 12, 31)) for what in ("goes from", "stops at") for each in centres]
    return [*((1, wanted) for wanted in came), *((-1, wanted) for wanted in gone)]


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
        for year, joins, ends in moves.select("year", "pass_joins", "pass_ends").iter_rows():
            known.tell(f"joins {year}", joins, (1, deed("joins", **year_of(year, on))))
            known.tell(f"ends {year}", ends, (1, deed("leaves", **year_of(year, on))))
            for why in REASONS:
                known.tell(f"left for {why} in {year}", None, (1, deed("leaves", ..., why, **year_of(year, on))))
    for why, left in said.figures["pass-motifs"].table.frame.select("code", "people").iter_rows():
        known.tell(f"left for {why}", left, (1, deed("leaves", ..., why, until=on)))
    for code, there in said.figures["pass-telecentres"].table.frame.select("code", "people").iter_rows():
        known.tell(f"members at {code}", there, *at(code, on))
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
    for year, number in frames["contrats-par-annee"].select("year", "placements").iter_rows():
        known.tell(f"contracts {year}", number, (1, deed("hired", **year_of(year, on))))
    kinds = {CONTRACT_KINDS[kind].title: kind for kind in KINDS}
    for label, runs, over in (
        frames["contrats-par-type"].select(pl.col("label").str.to_uppercase(), "yes", "no").iter_rows()
    ):
        kind = kinds[label]
        known.tell(f"{kind} over", over, (1, deed("over", ..., ..., kind, until=on)))
        known.tell(
            f"{kind} running",
            runs,
            (1, deed("hired", ..., ..., kind, until=on)),
            (-1, deed("over", ..., ..., kind, until=on)),
        )


def tell_of_the_notes(known: Known, facts: ReportFacts) -> None:
    """What the files of the report say of each place, beside the network."""
    places, day = [code for code in CENTRES if code], date(facts.year, 12, 31)
    for place in places:
        lines = {row["key"]: row for row in place_table(facts, place).frame.to_dicts()}
        for key, at_place, in_network in (
            ("users", users(facts.year, place), users(facts.year, *places)),
            ("pass_members", at(place, day), members(day)),
        ):
            known.tell(f"note of {place}, {key} {facts.year}", lines[key]["value"], *at_place)
            known.tell(f"network, {key} {facts.year}", lines[key]["compared"], *in_network)


def tell_of_the_show(known: Known, on: date) -> None:
    """The slides that anybody may ask for, each with a figure of its own."""
    lately = {"after": a_year_before(on), "until": on}
    sums: dict[str, tuple[Part, ...]] = {
        "users": tuple(users(on.year, *(code for code in CENTRES if code))),
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
        facts = filters.published_convention()
        tell_of_the_convention(known, convention.convention(facts, convention.Asked(on), EVERYBODY), on)
    tell_of_the_show(known, on)
    tell_of_the_open_data(known, url, today)
    if before == on:
        return
    engine = engine_at(url)
    with reading(engine, today, VIEWER) as connection:
        for year in {BEGUN.year, on.year}:
            tell_of_the_notes(known, report_facts(connection, year, as_of=on))
    engine.dispose()
    if before != date.min:
        for name in ("joins", "leaves", "hired", "over"):
            known.tell(f"{name} since {before}", None, (1, deed(name, after=before, until=on)))


def test_the_attack_finds_what_two_pages_tell_together() -> None:
    """It is no paper tiger: one page tells the whole, and another all of it but four; or hides two who are all there are."""
    known = atoms_of([Person(status, None, BEGUN, None, None) for status in ("employee",) * 9 + ("founder",) * 4], [])
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
