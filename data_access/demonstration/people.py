"""Rows of people, agreements and memberships, cut at the day the data are made for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import cos, hypot, radians
from random import Random
from typing import Final

from data_access.demonstration.days import months_after, paris_instant
from data_access.demonstration.members import Membership, Service
from data_access.demonstration.names import FAMILY_NAMES, GIVEN_NAMES, address, telephone
from data_access.demonstration.scene import Commune, Scene
from data_access.demonstration.users import Agreement, Person
from data_access.schema import agreement, member_service, pass_membership, person

_KILOMETRES_A_DEGREE: Final = 111.0
_NEAR_KILOMETRES: Final = 18.0
# Clermont-Ferrand, Brive-la-Gaillarde, Rodez, Paris: some people only pass through.
_OUTSIDE: Final = ("63113", "19031", "12202", "75056")
_SHARE_OUTSIDE: Final = 0.06
_SHARE_ERASED: Final = 0.05
_MONTHS_KEPT: Final = 36


@dataclass(frozen=True)
class Neighbourhood:
    """The communes people of a place come from, each with the chance that one of them does."""

    insee_codes: Sequence[str]
    weights: Sequence[float]


def neighbourhoods(communes: Sequence[Commune], places: Mapping[str, Commune]) -> dict[str, Neighbourhood]:
    """The communes around each place: the bigger and the nearer, the likelier."""
    found = {}
    for code, centre in places.items():
        near = [(other, distance) for other in communes if (distance := _kilometres(centre, other)) < _NEAR_KILOMETRES]
        weights = [other.population / (2 + distance) for other, distance in near]
        found[code] = Neighbourhood([other.insee_code for other, _ in near], weights)
    return found


def write_people(
    scene: Scene,
    agreements: Sequence[Agreement],
    memberships: Sequence[Membership],
    services: Iterable[Service],
    around: Mapping[str, Neighbourhood],
) -> None:
    """Keeps what was signed, joined and held by `as_of`; what ends later has no end yet."""
    known_agreements = sorted(
        (found for found in agreements if found.signed_on <= scene.as_of), key=lambda found: found.signed_on
    )
    known_memberships = [found for found in memberships if found.joined_on <= scene.as_of]
    known_services = [found for found in services if found.starts_on <= scene.as_of]
    for service in known_services:
        ended_on = _ended(service.membership.ended_on, scene.as_of)
        if service.service == "directory" and ended_on is None:
            service.membership.person.directory_consent = service.starts_on
    leaving = _last_days(scene, known_agreements, known_memberships)
    _write_persons(scene, leaving, around)
    for found in known_agreements:
        ended_on = _ended(found.ended_on, scene.as_of)
        scene.rows.add(
            agreement,
            centre_id=scene.centres[found.place],
            person_id=found.person.identifier,
            seat_kind=found.seat_kind,
            formula=found.formula,
            signed_on=found.signed_on,
            ended_on=ended_on,
            exit_reason=found.exit_reason if ended_on else None,
        )
    prefix = "PAM" if scene.copy == 1 else f"PAM{scene.copy}"
    for number, membership in enumerate(known_memberships, start=1):
        ended_on = _ended(membership.ended_on, scene.as_of)
        scene.rows.add(
            pass_membership,
            person_id=membership.person.identifier,
            member_number=f"{prefix}-{number:04}",
            joined_on=membership.joined_on,
            free_until=membership.free_until,
            ended_on=ended_on,
            end_reason=membership.end_reason if ended_on else None,
        )
    for service in known_services:
        lodged = service.service in ("domiciliation", "mail")
        scene.rows.add(
            member_service,
            person_id=service.membership.person.identifier,
            centre_id=scene.centres[service.membership.person.around] if lodged else None,
            service=service.service,
            starts_on=service.starts_on,
            ends_on=_ended(service.membership.ended_on, scene.as_of),
        )


def _write_persons(scene: Scene, leaving: Mapping[Person, date | None], around: Mapping[str, Neighbourhood]) -> None:
    namesakes: dict[str, int] = {}
    for somebody, left in sorted(leaving.items(), key=lambda item: (item[0].since, item[0].key)):
        draws = scene.draws("person", somebody.key)
        given_name, family_name = draws.choice(GIVEN_NAMES), draws.choice(FAMILY_NAMES)
        email = address(given_name, family_name)
        namesakes[email] = namesakes.get(email, 0) + 1
        email = address(given_name, family_name, namesakes[email])
        phone = telephone(draws) if draws.random() < 0.6 else None
        home = _home(draws, around[somebody.around])
        erased_at = _erased_at(scene, left, draws)
        named = erased_at is None
        somebody.identifier = scene.rows.add(
            person,
            family_name=family_name if named else None,
            given_name=given_name if named else None,
            email=email if named else None,
            phone=phone if named else None,
            status=somebody.status,
            home_insee_code=home,
            directory_consent=somebody.directory_consent,
            created_at=min(paris_instant(somebody.since, time(9, draws.randint(0, 59))), scene.until),
            erased_at=erased_at,
        )


def _last_days(
    scene: Scene, agreements: Sequence[Agreement], memberships: Sequence[Membership]
) -> dict[Person, date | None]:
    """Everybody, with the day they were last bound by anything; None = still bound."""
    leaving: dict[Person, date | None] = {}
    ends = [(found.person, found.ended_on) for found in agreements]
    ends += [(found.person, found.ended_on or date.max) for found in memberships]
    for somebody, end in ends:
        before = leaving.get(somebody, date.min)
        leaving[somebody] = None if before is None or end > scene.as_of else max(before, end)
    return leaving


def _erased_at(scene: Scene, left: date | None, draws: Random) -> datetime | None:
    """Some people asked for their names to be erased, three years after they left."""
    if draws.random() >= _SHARE_ERASED or left is None:
        return None
    day = months_after(left, _MONTHS_KEPT) + timedelta(days=draws.randint(1, 90))
    return paris_instant(day, time(10, 30)) if day < scene.as_of else None


def _home(draws: Random, around: Neighbourhood) -> str:
    if draws.random() < _SHARE_OUTSIDE:
        return draws.choice(_OUTSIDE)
    return draws.choices(around.insee_codes, around.weights)[0]


def _ended(day: date | None, as_of: date) -> date | None:
    return day if day and day <= as_of else None


def _kilometres(one: Commune, other: Commune) -> float:
    east = (one.longitude - other.longitude) * cos(radians(one.latitude))
    return _KILOMETRES_A_DEGREE * hypot(east, one.latitude - other.latitude)
