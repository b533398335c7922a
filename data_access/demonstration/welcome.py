"""Welcome sessions: three days for people who want to settle. The published ones keep their dates and their holders."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from data_access.demonstration.days import weekday_of_month
from data_access.demonstration.scene import Scene
from data_access.reference_data import welcome_session_rows
from data_access.schema import welcome_session

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
    known = {row["number"]: row for row in welcome_session_rows()}
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
