"""People: their agreements, memberships, services and support, and those who may sign in."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import cos, hypot, radians
from random import Random
from typing import Final

from data_access.codes import SEAT_KINDS
from data_access.demonstration.places import LOCKDOWN, PLACES, Place
from data_access.demonstration.scene import (
    FAMILY_NAMES,
    GIVEN_NAMES,
    ONE_DAY,
    Commune,
    Scene,
    address,
    any_day,
    any_weekday,
    published,
    telephone,
    use_of_year,
)
from data_access.periods import instant_in_paris, monday, months_before
from data_access.schema import account, account_centre, agreement, member_service, pass_membership, person, support

# People who sign an agreement with a centre, and how long they stay.

# Distinct people with an agreement running in the year; 2013 is the published one.
_USERS: Final = {
    2007: 11, 2008: 17, 2009: 62, 2010: 98, 2011: 131, 2012: 176, 2014: 238, 2015: 261, 2016: 283, 2017: 314, 2018: 338,
    2019: 359, 2020: 317, 2021: 358, 2022: 401, 2023: 427, 2024: 446, 2025: 462,
}  # fmt: skip
_MORE_AGREEMENTS_EACH_YEAR: Final = 12
_STATUSES: Final = {"independent": 44, "employee": 25, "mobile": 13, "founder": 12, "job_seeker": 3, "other": 3}
_FORMULAS: Final = {"half_day": 30, "day": 26, "week": 10, "month": 34}
_OTHER_FORMULAS: Final = {formula: _FORMULAS[formula] for formula in ("half_day", "day")}
_DAYS_STAYED: Final = {"half_day": (40, 400), "day": (40, 420), "week": (6, 45), "month": (90, 800)}
_EXIT_REASONS: Final = {
    "own_premises": 20,
    "moved": 22,
    "job_change": 24,
    "project_stopped": 16,
    "price": 8,
    "other": 10,
}
LONGEST_STAY: Final = max(days for _, days in _DAYS_STAYED.values())


@dataclass(eq=False, slots=True)
class Person:
    """Somebody, before a row is made of them. `around` is the place they live near."""

    key: str
    around: str
    status: str
    since: date
    directory_consent: date | None = None
    identifier: int = 0


@dataclass(slots=True)
class Agreement:
    """A right to use a place, to its last day; no reason for the end when another agreement follows."""

    place: str
    person: Person
    seat_kind: str
    formula: str
    signed_on: date
    ended_on: date
    exit_reason: str | None


def agreements(scene: Scene, last_year: int) -> list[Agreement]:
    """The agreements signed by the end of `last_year`; each year has exactly the people planned for it."""
    found: list[Agreement] = []
    for year in range(PLACES[0].first_day.year, last_year + 1):
        draws = scene.draws("users", year)
        present = {agreement.person for agreement in found if agreement.ended_on >= date(year, 1, 1)}
        gone = [person for person in {a.person: None for a in found} if person not in present]
        places = [place for place in PLACES if place.first_day <= date(year, 12, 1)]
        weights = [_attraction(place, year) for place in places]
        for number in range(_planned(_USERS, _MORE_AGREEMENTS_EACH_YEAR, year, "users") - len(present)):
            place = draws.choices(places, weights)[0]
            signed_on = any_weekday(draws, max(place.first_day, date(year, 1, 2)), date(year, 12, 30))
            if LOCKDOWN.starts_on <= signed_on <= LOCKDOWN.ends_on:
                signed_on = LOCKDOWN.ends_on + timedelta(days=draws.randint(1, 40))
            if gone and draws.random() < 0.07:
                person = gone.pop(draws.randrange(len(gone)))
            else:
                person = Person(f"{year}/{number}", place.code, _drawn(draws, _STATUSES), signed_on)
            found.extend(_stay(draws, place, person, signed_on))
    return found


def fit_formulas(
    scene: Scene, signed: Iterable[Agreement], desks: Mapping[str, Mapping[str, Mapping[date, int]]]
) -> None:
    """Lets no desk by the month beyond those that people were seen at in each of its weeks: the other agreements go by the
    day or the half-day. `desks` are the desks taken by place, seat kind and Monday.
    """
    let: Counter[tuple[str, str, date]] = Counter()
    for held in sorted(signed, key=lambda held: held.signed_on):
        if held.formula != "month":
            continue
        taken = desks.get(held.place, {}).get(held.seat_kind, {})
        first = monday(held.signed_on)
        its_weeks = (first + timedelta(days=days) for days in range(0, (held.ended_on - first).days + 1, 7))
        weeks = [start for start in its_weeks if start in taken]
        if all(let[held.place, held.seat_kind, start] < taken[start] for start in weeks):
            let.update((held.place, held.seat_kind, start) for start in weeks)
        else:
            held.formula = _drawn(scene.draws("formula", held.person.key, held.signed_on), _OTHER_FORMULAS)


def people_on(running: Sequence[Agreement], day: date) -> list[Agreement]:
    """The agreements in force that day among those of one place, in order of signature."""
    begun = bisect_left(running, day + ONE_DAY, key=lambda agreement: agreement.signed_on)
    return [agreement for agreement in running[:begun] if agreement.ended_on >= day]


def _planned(numbers: Mapping[int, int], more_each_year: int, year: int, indicator: str) -> int:
    """How many there are in a year: as published, as told here, or more each year after those."""
    if year == 2013:
        return int(published(indicator, 2013))
    last = max(numbers)
    return numbers[year] if year <= last else numbers[last] + more_each_year * (year - last)


def _attraction(place: Place, year: int) -> float:
    day = date(year, 12, 1)
    capacity = place.capacity(day)
    seats = capacity.office + capacity.open_space if capacity else 0
    return seats * (place.level + 0.1) * use_of_year(day)


def _stay(draws: Random, place: Place, person: Person, signed_on: date) -> list[Agreement]:
    """One agreement, sometimes followed by another at the same place."""
    stay: list[Agreement] = []
    begins: date | None = signed_on
    while begins:
        formula = _drawn(draws, _FORMULAS)
        ends = begins + timedelta(days=draws.randint(*_DAYS_STAYED[formula]))
        renewed = draws.random() < 0.22
        reason = None if renewed else _drawn(draws, _EXIT_REASONS)
        stay.append(Agreement(place.code, person, _seat_kind(draws, place, begins), formula, begins, ends, reason))
        begins = ends + ONE_DAY if renewed else None
    return stay


def _seat_kind(draws: Random, place: Place, day: date) -> str:
    capacity = place.capacity(day)
    weights = [capacity.seats(kind) if capacity else 0 for kind in SEAT_KINDS]
    kind: str = draws.choices(SEAT_KINDS, weights)[0]
    return kind


def _drawn(draws: Random, weights: dict[str, int]) -> str:
    return draws.choices(list(weights), list(weights.values()))[0]


# The Pass Actifs Mobiles: who joins, who leaves and why, and the services members hold.

FREE_MONTHS: Final = 6
_FIRST_DAY: Final = date(2012, 2, 6)
# Members at the end of the year; 2013 is the published figure.
_MEMBERS: Final = {
    2012: 54, 2014: 133, 2015: 152, 2016: 169, 2017: 188, 2018: 206, 2019: 223, 2020: 211, 2021: 236, 2022: 259, 2023: 277,
    2024: 292, 2025: 305,
}  # fmt: skip
_MORE_MEMBERS_EACH_YEAR: Final = 9
_SHARE_LEAVING: Final = 0.17
_SHARE_OF_USERS: Final = 0.75
_END_REASONS: Final = {"own_premises": 15, "moved": 25, "job_change": 25, "not_renewed": 30, "other": 5}


@dataclass(slots=True)
class Membership:
    """A membership of the club, from joining to its last day."""

    person: Person
    joined_on: date
    ended_on: date | None = None
    end_reason: str | None = None

    @property
    def free_until(self) -> date:
        """The first six months are free."""
        return months_before(self.joined_on, -FREE_MONTHS)


@dataclass(slots=True)
class Service:
    """Something a member holds for a time."""

    membership: Membership
    service: str
    starts_on: date


def memberships(scene: Scene, agreements: Sequence[Agreement], last_year: int) -> list[Membership]:
    """The memberships begun by the end of `last_year`, in the order of joining; each year ends with the planned members."""
    found: list[Membership] = []
    grown = {
        agreement.person: agreement.ended_on for agreement in agreements if agreement.exit_reason == "own_premises"
    }
    for year in range(_FIRST_DAY.year, last_year + 1):
        draws = scene.draws("members", year)
        present = [membership for membership in found if membership.ended_on is None]
        leaving = round(len(present) * _SHARE_LEAVING * draws.uniform(0.8, 1.2))
        joining = _planned(_MEMBERS, _MORE_MEMBERS_EACH_YEAR, year, "pass_members") - len(present) + leaving
        members = {membership.person for membership in found}
        for membership in draws.sample(present, leaving):
            _leave(draws, membership, grown.get(membership.person), year)
        joined = [*_users_joining(draws, agreements, members, year, joining)]
        joined += [_joining_from_home(draws, year, number) for number in range(joining - len(joined))]
        found.extend(sorted(joined, key=lambda membership: (membership.joined_on, membership.person.key)))
    return found


def services(scene: Scene, all_memberships: Sequence[Membership]) -> Iterator[Service]:
    """What members hold; being listed in the directory needs their consent, which is dated the same day."""
    for membership in all_memberships:
        draws = scene.draws("services", membership.person.key)
        for service, share in (("directory", 0.55), ("domiciliation", 0.13), ("mail", 0.08), ("webinar", 0.30)):
            if draws.random() < share:
                starts_on = membership.joined_on + timedelta(days=draws.randint(0, 60))
                if membership.ended_on is None or starts_on <= membership.ended_on:
                    yield Service(membership, service, starts_on)


def _leave(draws: Random, membership: Membership, own_premises_on: date | None, year: int) -> None:
    """Ends a membership in the year: for premises of their own, at the end of the free months, or for another reason."""
    first, last = date(year, 1, 2), date(year, 12, 30)
    if own_premises_on and first <= own_premises_on <= last and own_premises_on >= membership.joined_on:
        membership.ended_on, membership.end_reason = own_premises_on, "own_premises"
    elif first <= membership.free_until <= last and draws.random() < 0.6:
        membership.ended_on, membership.end_reason = membership.free_until, "end_of_free_period"
    else:
        membership.ended_on = any_day(draws, first, last)
        membership.end_reason = draws.choices(list(_END_REASONS), list(_END_REASONS.values()))[0]


def _users_joining(
    draws: Random, agreements: Sequence[Agreement], members: set[Person], year: int, joining: int
) -> Iterator[Membership]:
    """People who use a centre that year and join on the way; who signs in the last weeks may join the year after."""
    first, last = max(_FIRST_DAY, date(year, 1, 2)), date(year, 12, 28)
    stays: dict[Person, Agreement] = {}
    for held in agreements:
        signed_in_time = held.signed_on <= date(year, 10, 31)
        if held.person not in members and signed_in_time and held.ended_on >= first:
            stays.setdefault(held.person, held)
    chosen = draws.sample(list(stays.values()), min(len(stays), round(joining * _SHARE_OF_USERS)))
    for held in chosen:
        begins = max(first, held.signed_on)
        ends = min(last, max(begins, held.ended_on), begins + timedelta(days=320))
        yield Membership(held.person, any_weekday(draws, begins, ends))


def _joining_from_home(draws: Random, year: int, number: int) -> Membership:
    """Members who work at home and use no centre."""
    joined_on = any_weekday(draws, max(_FIRST_DAY, date(year, 1, 2)), date(year, 12, 28))
    status = draws.choices(("independent", "employee", "mobile", "founder"), (50, 20, 15, 15))[0]
    around = draws.choice([place.code for place in PLACES if place.first_day <= joined_on])
    return Membership(Person(f"home/{year}/{number}", around, status, joined_on), joined_on)


# Rows of people, agreements and memberships, cut at the day the data are made for.

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
            created_at=min(instant_in_paris(somebody.since, time(9, draws.randint(0, 59))), scene.until),
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
    day = months_before(left, -_MONTHS_KEPT) + timedelta(days=draws.randint(1, 90))
    return instant_in_paris(day, time(10, 30)) if day < scene.as_of else None


def _home(draws: Random, around: Neighbourhood) -> str:
    if draws.random() < _SHARE_OUTSIDE:
        return draws.choice(_OUTSIDE)
    return draws.choices(around.insee_codes, around.weights)[0]


def _ended(day: date | None, as_of: date) -> date | None:
    return day if day and day <= as_of else None


def _kilometres(one: Commune, other: Commune) -> float:
    east = (one.longitude - other.longitude) * cos(radians(one.latitude))
    return _KILOMETRES_A_DEGREE * hypot(east, one.latitude - other.latitude)


# Support given to members of the club: finding a home, creating a business, a residence for entrepreneurs.

_SHARE: Final = 0.16
_KINDS: Final = {"business_creation": 50, "housing": 32, "entrepreneur_residence": 18}
_OUTCOMES: Final = {"achieved": 58, "redirected": 22, "dropped": 20}


def write_supports(scene: Scene, memberships: Sequence[Membership]) -> None:
    """Keeps the supports opened by `as_of`; their members are already rows."""
    for membership in memberships:
        draws = scene.draws("support", membership.person.key)
        opened_on = membership.joined_on + timedelta(days=draws.randint(0, 200))
        closed_on = opened_on + timedelta(days=draws.randint(30, 420))
        if draws.random() < _SHARE and opened_on <= scene.as_of:
            over = closed_on <= scene.as_of
            scene.rows.add(
                support,
                person_id=membership.person.identifier,
                welcome_household_id=None,
                kind=draws.choices(list(_KINDS), list(_KINDS.values()))[0],
                opened_on=opened_on,
                closed_on=closed_on if over else None,
                outcome=draws.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0] if over else None,
            )


# The people who may sign in to the demonstration, one of each role and an animator for each place; no passwords.


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in, and the places they keep."""

    given_name: str
    family_name: str
    role: str
    places: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """Their address, which reaches nobody."""
        return address(self.given_name, self.family_name)


ACCOUNTS: Final = (
    Account("Hélène", "Vaurs", "administrator"),
    Account("Benoît", "Salat", "coordinator"),
    Account("Claire", "Meyniel", "coordinator"),
    Account("Élise", "Chassang", "animator", ("MURAT",)),
    Account("Guillaume", "Besse", "animator", ("MURAT", "ALLANCHE")),
    Account("Nathalie", "Rigaud", "animator", ("SAINT-FLOUR",)),
    Account("Pascal", "Estival", "animator", ("CHAUDES-AIGUES",)),
    Account("Brigitte", "Puech", "animator", ("MONTMURAT", "CASSANIOUZE")),
    Account("Sylvain", "Fontanges", "animator", ("YDES",)),
    Account("Karine", "Lapeyre", "animator", ("AURILLAC-CCI",)),
    Account("Laure", "Jarrige", "animator", ("RIOM-ES-MONTAGNES",)),
    Account("Olivier", "Tissandier", "animator", ("MAURIAC",)),
    Account("Inès", "Courbon", "animator", ("LA-FORGE",)),
    Account("Rémi", "Delpuech", "animator", ("A2EX",)),
    Account("Sophie", "Garrouste", "viewer"),
    Account("Denis", "Roussilhe", "viewer"),
)
COORDINATOR: Final = ACCOUNTS[1].email
"""Who verifies what was unusual."""


def animator_of(place: str) -> str:
    """The address of the animator who enters the figures of a place."""
    return next(known.email for known in ACCOUNTS if place in known.places)


def write_accounts(scene: Scene, claimed: Mapping[str, int]) -> None:
    """Adds the accounts that are missing; `claimed` are those somebody has taken over, which stay as they are."""
    for known in ACCOUNTS:
        if known.email in claimed:
            account_id = claimed[known.email]
        else:
            account_id = scene.rows.add(
                account,
                email=known.email,
                display_name=f"{known.given_name} {known.family_name}",
                role=known.role,
                password_hash=None,
                oidc_subject=None,
                active=True,
            )
        for place in known.places:
            scene.rows.add(account_centre, account_id=account_id, centre_id=scene.centres[place])
