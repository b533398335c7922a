"""Fills a database with the demonstration data of a day, in one transaction.

Figures somebody entered are refused; a former demonstration is removed.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from data_access import summaries, triggers
from data_access.demonstration.attendance import (
    YEAR,
    Week,
    decide_statuses,
    desks_taken,
    fit_hours,
    leave_last_weeks_open,
    weeks,
    write_reminders,
    write_sheets,
)
from data_access.demonstration.people import (
    LONGEST_STAY,
    Neighbourhood,
    agreements,
    animator_of,
    fit_formulas,
    memberships,
    neighbourhoods,
    services,
    write_accounts,
    write_people,
    write_supports,
)
from data_access.demonstration.places import (
    PLACES,
    SCHOOL_HOLIDAYS,
    Closure,
    Place,
    closures,
    open_days,
    shut_days,
    write_closures,
    write_costs,
    write_offer,
)
from data_access.demonstration.programmes import Course, write_events, write_placements, write_welcome
from data_access.demonstration.scene import Commune, Rows, Scene, moment_reached, published
from data_access.demonstration.visits import write_visits
from data_access.engine import writing
from data_access.periods import monday
from data_access.reference_data import CALENDAR, load_reference, reference_rows
from data_access.schema import (
    account,
    account_centre,
    calendar_day,
    centre,
    commune,
    course,
    dataset,
    event,
    metadata,
    welcome_session,
)

Progress = Callable[[str, float], None]

# The calendar must reach beyond the agenda that is known ahead.
_LAST_DAY: Final = date(CALENDAR[1].year - 1, 12, 31)


def load_demonstration(
    engine: sa.Engine,
    *,
    as_of: date,
    now: datetime | None = None,
    seed: int = 2017,
    scale: int = 1,
    progress: Progress = lambda step, share: None,
) -> None:
    """Invents the network up to `as_of` and replaces the former demonstration, if any; on failure that one stays.

    `now`, an instant of that day, makes visits that are still open; without it the day has not begun. The same seed and
    day give the same rows. `scale` adds copies of the network for load tests: figures then no longer agree with what was
    published. `progress` is told, in French, what is being done and the share of the work done before it.

    Raises RealDataPresent if people have entered figures, ValueError if the day lies outside the history.
    """
    if not PLACES[0].first_day <= as_of <= _LAST_DAY:
        raise ValueError(f"the demonstration goes from {PLACES[0].first_day} to {_LAST_DAY}, not to {as_of}")
    with writing(engine) as connection:
        progress("Données de référence", 0.0)
        load_reference(connection, places=True)
        refuse_real_data(connection)
        with triggers.triggers_disabled(connection):
            progress("Retrait de la démonstration précédente", 0.1)
            remove_demonstration(connection)
            _load(connection, as_of, now, seed, scale, progress)
            connection.execute(sa.update(dataset).values(demonstration=True, as_of=as_of, seed=seed))
        progress("Calcul des synthèses", 0.8)
        summaries.mark_stale(connection)
        summaries.refresh(connection, through=as_of)
        progress("Terminé", 1.0)


def _load(
    connection: sa.Connection, as_of: date, now: datetime | None, seed: int, scale: int, progress: Progress
) -> None:
    rows = Rows.after_those_of(connection)
    communes = [Commune(*row) for row in connection.execute(sa.select(*(commune.c[name] for name in _COMMUNE)))]
    around = _around(connection, communes)
    holidays = sa.select(calendar_day.c.day).where(calendar_day.c.public_holiday.is_not(None))
    public_holidays = frozenset(connection.execute(holidays).scalars())
    until = moment_reached(as_of, now)
    for copy in range(1, scale + 1):
        progress("Relevés, personnes et pointages", 0.15 + 0.6 * (copy - 1) / scale)
        centres = _centres(connection, rows, copy, communes)
        scene = Scene(as_of, until, seed, copy, rows, centres, public_holidays)
        write_network(scene, around)
        if copy == 1:
            _write_programmes(connection, scene, around)
        progress("Écriture dans la base", 0.15 + 0.6 * (copy - 0.5) / scale)
        rows.write(connection)
    rows.set_sequences(connection)


_COMMUNE: Final = ("insee_code", "name", "population", "longitude", "latitude")


def _write_programmes(connection: sa.Connection, scene: Scene, around: Mapping[str, Neighbourhood]) -> None:
    """What the network has once, whatever the number of its copies."""
    sessions = connection.execute(sa.select(welcome_session.c.number, welcome_session.c.id))
    catalogue = connection.execute(sa.select(course.c.code, course.c.id, course.c.title))
    names = connection.execute(sa.select(centre.c.code, centre.c.name))
    claimed = connection.execute(sa.select(account.c.email, account.c.id))
    write_placements(scene, scene.as_of.year)
    write_welcome(scene, dict(sessions.all()), around)
    write_events(scene, {row.code: Course(row.id, row.title) for row in catalogue}, dict(names.all()))
    write_accounts(scene, dict(claimed.all()))


def _around(connection: sa.Connection, communes: list[Commune]) -> dict[str, Neighbourhood]:
    by_code = {found.insee_code: found for found in communes}
    places = connection.execute(sa.select(centre.c.code, centre.c.insee_code)).all()
    invented = {place.code for place in PLACES}
    return neighbourhoods(communes, {code: by_code[insee] for code, insee in places if code in invented})


def _centres(connection: sa.Connection, rows: Rows, copy: int, communes: Sequence[Commune]) -> dict[str, int]:
    """The identifier of each place; those of a further copy of the network are rows of their own, in other communes: the
    largest first, a second place in each once every one has its own."""
    published = {row["code"]: row for row in connection.execute(sa.select(centre)).mappings()}
    if copy == 1:
        return {place.code: published[place.code]["id"] for place in PLACES}
    served = {row["insee_code"] for row in published.values() if COPY_MARK not in row["code"]}
    others = sorted(
        (each for each in communes if each.insee_code not in served),
        key=lambda each: (-each.population, each.insee_code),
    )
    identifiers = {}
    for number, place in enumerate(PLACES, start=(copy - 2) * len(PLACES)):
        rank, there = divmod(number, len(others))
        name = others[there].name
        elsewhere = {
            "code": f"{place.code}{COPY_MARK}{copy}",
            "name": f"Télécentre {'d’' if name[0] in 'AEÉIOUY' else 'de '}{name}" + (f" n° {rank + 1}" if rank else ""),
            "insee_code": others[there].insee_code,
            "latitude": others[there].latitude,
            "longitude": others[there].longitude,
            "address": None,
            "postcode": None,
        }
        values = {column: value for column, value in published[place.code].items() if column != "id"}
        identifiers[place.code] = rows.add(centre, **{**values, **elsewhere})
    return identifiers


# What already stands in the database: figures somebody entered, which are refused, or a former demonstration,
# removed.

COPY_MARK: Final = "-COPIE-"
_DEMONSTRATION_MAIL: Final = "%@example.org"

# Tables whose every row is a figure somebody entered, or was invented; the French names are those of the refusal.
_ENTERED: Final = {
    "attendance_week": "relevés hebdomadaires",
    "visit": "pointages",
    "person": "personnes",
    "agreement": "conventions",
    "pass_membership": "adhésions au Pass",
    "member_service": "services aux titulaires",
    "support": "accompagnements",
    "placement": "candidatures",
    "information_meeting": "réunions d’information",
    "welcome_household": "foyers accueillis",
    "centre_cost": "coûts",
    "centre_capacity": "capacités",
    "opening_hours": "horaires",
    "former_opening": "ouvertures antérieures",
    "closure": "fermetures",
    "reminder": "relances",
    "event": "rendez-vous",
    "welcome_session": "sessions d’accueil",
}
_WITH_THEM: Final = ("attendance_day", "audit_entry", "erasure", "welcome_attendance")
"""Tables whose rows go with those."""


class RealDataPresent(Exception):
    """The database holds figures that people entered: the demonstration is not loaded over them."""


def refuse_real_data(connection: sa.Connection) -> None:
    """Raises RealDataPresent, with a French sentence, unless the database is empty or holds a demonstration."""
    if connection.execute(sa.select(dataset.c.demonstration).where(dataset.c.id == 1)).scalar():
        return
    found = []
    for name, french in _ENTERED.items():
        table = metadata.tables[name]
        count = sa.select(sa.func.count()).select_from(table).where(~_from_reference(table))
        number = connection.execute(count).scalar_one()
        if number:
            found.append(f"{french} ({number})")
    if found:
        raise RealDataPresent(
            f"Cette base contient des données saisies\N{NO-BREAK SPACE}: {', '.join(found)}. "
            "Les données de démonstration les remplaceraient\N{NARROW NO-BREAK SPACE}; indiquez une base vide."
        )


def remove_demonstration(connection: sa.Connection) -> None:
    """Removes what was invented, and leaves the reference rows and the accounts somebody has taken over."""
    for table in reversed(metadata.sorted_tables):
        if table.name in _ENTERED or table.name in _WITH_THEM:
            connection.execute(sa.delete(table).where(~_from_reference(table)))
    codes = [row["code"] for row in reference_rows("courses")]
    connection.execute(sa.delete(course).where(course.c.code.not_in(codes)))
    invented = sa.and_(
        account.c.email.like(_DEMONSTRATION_MAIL), account.c.password_hash.is_(None), account.c.oidc_subject.is_(None)
    )
    connection.execute(
        sa.delete(account_centre).where(
            account_centre.c.account_id.in_(sa.select(account.c.id).where(account.c.email.like(_DEMONSTRATION_MAIL)))
        )
    )
    connection.execute(sa.delete(account).where(invented))
    connection.execute(sa.delete(centre).where(centre.c.code.contains(COPY_MARK)))


def _from_reference(table: sa.Table) -> sa.ColumnElement[bool]:
    """Whether a row of a table comes from the reference files."""
    if table is welcome_session:
        return welcome_session.c.number.in_([row["number"] for row in reference_rows("welcome_sessions")])
    if table is event:
        programme = [
            sa.and_(centre.c.code == row["centre_code"], event.c.starts_at == row["starts_at"])
            for row in reference_rows("events_2017")
        ]
        return sa.exists().where(centre.c.id == event.c.centre_id, sa.or_(*programme))
    return sa.false()


# One network: its places, its people, and the use the ones make of the others.

# A closed week is not always entered: nothing is expected of it.
_SHARE_OF_CLOSED_WEEKS_ENTERED: Final = 0.8
# Published rounded, as 35 %: inside the bounds of what rounds to it, so that rounding cannot leave them.
_RATES: Final = (0.35 + 0.0004, 0.3549 - 0.0004)


def write_network(scene: Scene, around: Mapping[str, Neighbourhood]) -> None:
    """Keeps everything about the places and their people up to `as_of`.

    Facts are invented to the end of the year, attendance as long as an agreement of that year may run, then cut: a later
    day only adds to what an earlier one had.
    """
    opened = [place for place in PLACES if place.first_day <= scene.as_of]
    last_year = scene.as_of.year
    last_day = date(last_year, 12, 31) + timedelta(days=LONGEST_STAY)
    all_closures = closures(scene, last_day.year)
    write_closures(scene, all_closures)
    signed = agreements(scene, last_year)
    attendance = _attendance(scene, all_closures, date(last_day.year, 12, 31))
    fit_formulas(scene, signed, {code: desks_taken(found) for code, found in attendance.items()})
    joined = memberships(scene, signed, last_year)
    write_people(scene, signed, joined, services(scene, joined), around)
    write_supports(scene, [membership for membership in joined if membership.joined_on <= scene.as_of])
    for place in opened:
        found = attendance[place.code]
        leave_last_weeks_open(scene, found)
        write_offer(scene, place)
        write_sheets(scene, found, _closed_weeks(scene, place, found, all_closures), animator_of(place.code))
        write_reminders(scene, found)
        known = [held for held in signed if held.place == place.code and held.signed_on <= scene.as_of]
        write_visits(scene, found, sorted(known, key=lambda held: held.signed_on))
    write_costs(scene)


def _attendance(scene: Scene, all_closures: Sequence[Closure], last: date) -> dict[str, list[Week]]:
    """The weeks of each place to `last`, the end of a year, also of places that open later."""
    attendance = {}
    for place in (place for place in PLACES if place.first_day <= last):
        shut = shut_days(all_closures, place, scene.public_holidays)
        attendance[place.code] = weeks(scene, place, open_days(place, last, shut))
        decide_statuses(scene, attendance[place.code])
    if last.year >= YEAR:
        fit_hours(
            [week for found in attendance.values() for week in found],
            published("hours", YEAR),
            _RATES,
            scene.draws("hours of 2013"),
        )
    return attendance


def _closed_weeks(
    scene: Scene, place: Place, found: Sequence[Week], all_closures: Sequence[Closure]
) -> dict[date, str]:
    """The weeks in which a closure leaves no open day, with its reason, as far as animators entered them."""
    opened = {week.monday for week in found}
    draws = scene.draws("closed weeks", place.code)
    closed: dict[date, str] = {}
    for shut in all_closures:
        if shut.place not in (None, place.code) or shut.reason == SCHOOL_HOLIDAYS:
            continue
        day = max(monday(shut.starts_on), monday(place.first_day))
        while day <= shut.ends_on:
            entered = draws.random() < _SHARE_OF_CLOSED_WEEKS_ENTERED
            if entered and day not in opened and day <= scene.as_of:
                closed.setdefault(day, shut.reason)
            day += timedelta(days=7)
    return closed
