"""Fills a database with the demonstration data of a day, in one transaction."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa

from data_access import summaries, triggers
from data_access.demonstration.accounts import write_accounts
from data_access.demonstration.events import Course, write_events
from data_access.demonstration.households import write_welcome
from data_access.demonstration.network import write_network
from data_access.demonstration.people import Neighbourhood, neighbourhoods
from data_access.demonstration.placements import write_placements
from data_access.demonstration.places import PLACES
from data_access.demonstration.rows import Rows
from data_access.demonstration.scene import Commune, Scene, moment_reached
from data_access.demonstration.standing import COPY_MARK, refuse_real_data, remove_demonstration
from data_access.engine import writing
from data_access.reference_data import CALENDAR, load_reference
from data_access.schema import account, calendar_day, centre, commune, course, dataset, welcome_session

Progress = Callable[[str, float], None]

# The calendar must reach beyond the agenda that is known ahead.
_LAST_DAY: Final = date(CALENDAR[1].year - 1, 12, 31)


def _silent(_step: str, _share: float) -> None:
    """Says nothing."""


def load_demonstration(
    engine: sa.Engine,
    *,
    as_of: date,
    now: datetime | None = None,
    seed: int = 2017,
    scale: int = 1,
    progress: Progress = _silent,
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
        load_reference(connection)
        refuse_real_data(connection)
        with triggers.triggers_disabled(connection):
            progress("Retrait de la démonstration précédente", 0.1)
            remove_demonstration(connection)
            _load(connection, as_of, now, seed, scale, progress)
            connection.execute(sa.update(dataset).values(demonstration=True, as_of=as_of, seed=seed))
        progress("Calcul des synthèses", 0.8)
        summaries.mark_all_stale(connection)
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
        centres = _centres(connection, rows, copy)
        scene = Scene(as_of, until, seed, copy, rows, centres, communes, public_holidays)
        write_network(scene, around)
        if copy == 1:
            _write_programmes(connection, scene, around)
        progress("Écriture dans la base", 0.15 + 0.6 * (copy - 0.5) / scale)
        rows.write(connection)
    rows.settle(connection)


_COMMUNE: Final = ("insee_code", "name", "population", "epci_name", "longitude", "latitude")


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


def _centres(connection: sa.Connection, rows: Rows, copy: int) -> dict[str, int]:
    """The identifier of each place; those of a further copy of the network are rows of their own."""
    published = {row["code"]: row for row in connection.execute(sa.select(centre)).mappings()}
    identifiers = {}
    for place in PLACES:
        row = published[place.code]
        if copy == 1:
            identifiers[place.code] = row["id"]
        else:
            values = {name: value for name, value in row.items() if name not in ("id", "code", "name")}
            code, name = f"{place.code}{COPY_MARK}{copy}", f"{row['name']} (copie\N{NO-BREAK SPACE}{copy})"
            identifiers[place.code] = rows.add(centre, code=code, name=name, **values)
    return identifiers
