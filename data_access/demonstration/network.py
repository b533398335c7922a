"""One network: its places, its people, and the use the ones make of the others."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from data_access.demonstration.accounts import keeper, write_reminders
from data_access.demonstration.attendance import Week, weeks
from data_access.demonstration.closures import Closure, closures, shut_days, write_closures
from data_access.demonstration.costs import write_costs
from data_access.demonstration.members import memberships, services
from data_access.demonstration.offer import write_offer
from data_access.demonstration.opening import open_days
from data_access.demonstration.people import Neighbourhood, write_people
from data_access.demonstration.places import PLACES, Place
from data_access.demonstration.published import MATCHES, published
from data_access.demonstration.scene import Scene
from data_access.demonstration.sheets import decide_statuses, leave_last_weeks_open, write_sheets
from data_access.demonstration.supports import write_supports
from data_access.demonstration.users import Agreement, agreements
from data_access.demonstration.visits import write_visits
from data_access.demonstration.year_2013 import YEAR, fit_hours
from data_access.periods import monday

# A closed week is not always entered: nothing is expected of it.
_SHARE_OF_CLOSED_WEEKS_ENTERED: Final = 0.8
# Inside the bounds of the published rate, so that rounding cannot leave them.
_RATE_MARGIN: Final = 0.0004


def write_network(scene: Scene, around: Mapping[str, Neighbourhood]) -> None:
    """Keeps everything about the places and their people up to `as_of`.

    Facts are invented to the end of the year, then cut: a later day only adds to what an earlier one had.
    """
    opened = [place for place in PLACES if place.first_day <= scene.as_of]
    last_year = scene.as_of.year
    all_closures = closures(scene, last_year)
    write_closures(scene, all_closures)
    signed = agreements(scene, last_year)
    joined = memberships(scene, signed, last_year)
    write_people(scene, signed, joined, services(scene, joined), around)
    write_supports(scene, [membership for membership in joined if membership.joined_on <= scene.as_of])
    attendance = _attendance(scene, all_closures)
    for place in opened:
        found = attendance[place.code]
        write_offer(scene, place)
        write_sheets(scene, found, _closed_weeks(scene, place, found, all_closures), keeper(place.code))
        write_reminders(scene, found)
        write_visits(scene, found, _known_agreements(scene, place, signed))
    write_costs(scene)


def _attendance(scene: Scene, all_closures: Sequence[Closure]) -> dict[str, list[Week]]:
    """The weeks of each place to the end of the year, also of places that open later in the year."""
    last = date(scene.as_of.year, 12, 31)
    attendance = {}
    for place in (place for place in PLACES if place.first_day <= last):
        shut = shut_days(all_closures, place, scene.public_holidays)
        attendance[place.code] = weeks(scene, place, open_days(place, last, shut))
        decide_statuses(scene, attendance[place.code])
    if scene.as_of.year >= YEAR:
        rate = next(match for match in MATCHES if match.indicator == "fill_rate")
        fit_hours(
            [week for found in attendance.values() for week in found],
            published("hours", YEAR),
            ((rate.lowest or 0.0) + _RATE_MARGIN, (rate.highest or 1.0) - _RATE_MARGIN),
            scene.draws("hours of 2013"),
        )
    for found in attendance.values():
        leave_last_weeks_open(scene, found)
    return attendance


def _closed_weeks(
    scene: Scene, place: Place, found: Sequence[Week], all_closures: Sequence[Closure]
) -> dict[date, str]:
    """The weeks in which a closure leaves no open day, with its reason, as far as animators entered them."""
    opened = {week.monday for week in found}
    draws = scene.draws("closed weeks", place.code)
    closed: dict[date, str] = {}
    for closure in all_closures:
        if closure.place not in (None, place.code):
            continue
        day = max(monday(closure.starts_on), monday(place.first_day))
        while day <= closure.ends_on:
            entered = draws.random() < _SHARE_OF_CLOSED_WEEKS_ENTERED
            if entered and day not in opened and day <= scene.as_of:
                closed.setdefault(day, closure.reason)
            day += timedelta(days=7)
    return closed


def _known_agreements(scene: Scene, place: Place, signed: Sequence[Agreement]) -> list[Agreement]:
    known = [found for found in signed if found.place == place.code and found.signed_on <= scene.as_of]
    return sorted(known, key=lambda found: found.signed_on)
