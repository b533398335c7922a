"""The households of welcome sessions: who came, what they visited, and what became of them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from data_access.demonstration.people import Neighbourhood
from data_access.demonstration.places import PLACES
from data_access.demonstration.scene import Scene
from data_access.demonstration.welcome import Session, sessions, settling_days, write_session
from data_access.reference_data import welcome_session_rows
from data_access.schema import support, welcome_attendance, welcome_household

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
    known = {row["number"]: row for row in welcome_session_rows()}
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
