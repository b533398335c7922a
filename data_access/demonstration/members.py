"""The Pass Actifs Mobiles: who joins, who leaves and why, and the services members hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from data_access.demonstration.days import any_day, any_weekday, months_after
from data_access.demonstration.places import PLACES
from data_access.demonstration.published import published
from data_access.demonstration.scene import Scene
from data_access.demonstration.users import Agreement, Person

FREE_MONTHS: Final = 6
_FIRST_DAY: Final = date(2012, 2, 6)
# Members at the end of the year; 2013 is the published figure.
_MEMBERS: Final = {
    2012: 54, 2014: 133, 2015: 152, 2016: 169, 2017: 188, 2018: 206, 2019: 223, 2020: 211, 2021: 236, 2022: 259, 2023: 277,
    2024: 292, 2025: 305,
}  # fmt: skip
_MORE_EACH_YEAR: Final = 9
_SHARE_LEAVING: Final = 0.17
_SHARE_OF_USERS: Final = 0.75
_REASONS: Final = {"own_premises": 15, "moved": 25, "job_change": 25, "not_renewed": 30, "other": 5}


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
        return months_after(self.joined_on, FREE_MONTHS)


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
        joining = _planned(year) - len(present) + leaving
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


def _planned(year: int) -> int:
    if year == 2013:
        return int(published("pass_members", 2013))
    last = max(_MEMBERS)
    return _MEMBERS[year] if year <= last else _MEMBERS[last] + _MORE_EACH_YEAR * (year - last)


def _leave(draws: Random, membership: Membership, own_premises_on: date | None, year: int) -> None:
    """Ends a membership in the year: for premises of their own, at the end of the free months, or for another reason."""
    first, last = date(year, 1, 2), date(year, 12, 30)
    if own_premises_on and first <= own_premises_on <= last and own_premises_on >= membership.joined_on:
        membership.ended_on, membership.end_reason = own_premises_on, "own_premises"
    elif first <= membership.free_until <= last and draws.random() < 0.6:
        membership.ended_on, membership.end_reason = membership.free_until, "end_of_free_period"
    else:
        membership.ended_on = any_day(draws, first, last)
        membership.end_reason = draws.choices(list(_REASONS), list(_REASONS.values()))[0]


def _users_joining(
    draws: Random, agreements: Sequence[Agreement], members: set[Person], year: int, joining: int
) -> Iterator[Membership]:
    """People who use a centre that year and join on the way; who signs in the last weeks may join the year after."""
    first, last = max(_FIRST_DAY, date(year, 1, 2)), date(year, 12, 28)
    stays: dict[Person, Agreement] = {}
    for agreement in agreements:
        signed_in_time = agreement.signed_on <= date(year, 10, 31)
        if agreement.person not in members and signed_in_time and agreement.ended_on >= first:
            stays.setdefault(agreement.person, agreement)
    chosen = draws.sample(list(stays.values()), min(len(stays), round(joining * _SHARE_OF_USERS)))
    for agreement in chosen:
        begins = max(first, agreement.signed_on)
        ends = min(last, max(begins, agreement.ended_on), begins + timedelta(days=320))
        yield Membership(agreement.person, any_weekday(draws, begins, ends))


def _joining_from_home(draws: Random, year: int, number: int) -> Membership:
    """Members who work at home and use no centre."""
    joined_on = any_weekday(draws, max(_FIRST_DAY, date(year, 1, 2)), date(year, 12, 28))
    status = draws.choices(("independent", "employee", "mobile", "founder"), (50, 20, 15, 15))[0]
    around = draws.choice([place.code for place in PLACES if place.first_day <= joined_on])
    return Membership(Person(f"home/{year}/{number}", around, status, joined_on), joined_on)
