"""What the demonstration is drawn from: its days, its seed, its names, its seasons, and the figures it has to meet."""

import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

import sqlalchemy as sa

from data_access.periods import instant_in_paris, month_end
from data_access.reference_data import reference_rows
from data_access.schema import FACT_TABLES, metadata

# Days, months and hours of Paris, as the invented facts need them.

ONE_DAY: Final = timedelta(days=1)


def any_day(draws: Random, first: date, last: date) -> date:
    """A day from `first` to `last`, both included."""
    return first + timedelta(days=draws.randint(0, (last - first).days))


def any_weekday(draws: Random, first: date, last: date) -> date:
    """A day from Monday to Friday; any day when the span is too short to be sure of one."""
    day = any_day(draws, first, last)
    while day.weekday() >= 5 and (last - first).days >= 2:
        day = any_day(draws, first, last)
    return day


def weekday_of_month(year: int, month: int, weekday: int, rank: int) -> date:
    """The `rank`-th such weekday (1 = Monday) of a month, from 1; -1 = the last one."""
    first = date(year, month, 1)
    if rank < 0:
        last = month_end(first)
        return last - timedelta(days=(last.isoweekday() - weekday) % 7)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (rank - 1))


# Names of people and employers who do not exist; addresses at example.org, telephone numbers kept for fiction.

GIVEN_NAMES: Final = (
    "Adèle", "Alain", "Alice", "Amandine", "Anaïs", "André", "Antoine", "Aurélie", "Baptiste", "Béatrice",
    "Benoît", "Brigitte", "Camille", "Caroline", "Cédric", "Chloé", "Christophe", "Claire", "Clément", "Corinne",
    "Damien", "Delphine", "Denis", "Élise", "Élodie", "Émilie", "Étienne", "Fabien", "Florence", "Franck",
    "Gaëlle", "Gérard", "Guillaume", "Hélène", "Hugo", "Inès", "Isabelle", "Jérôme", "Jeanne", "Julien", "Karine",
    "Laure", "Léa", "Lionel", "Louise", "Lucas", "Magali", "Manon", "Marc", "Marion", "Mathilde", "Maxime",
    "Mélanie", "Nathalie", "Nicolas", "Océane", "Olivier", "Pascal", "Pauline", "Quentin", "Rachel", "Rémi",
    "Romain", "Sabine", "Samuel", "Sandrine", "Sophie", "Stéphane", "Sylvain", "Thibault", "Valérie", "Xavier",
)  # fmt: skip
FAMILY_NAMES: Final = (
    "Albaret", "Amblard", "Andraud", "Bastide", "Besse", "Boissière", "Bonnafous", "Bouygues", "Cantournet",
    "Carrier", "Chabrier", "Charbonnel", "Chassang", "Combes", "Couderc", "Courbon", "Delmas", "Delpuech",
    "Dufayet", "Estival", "Fabre", "Falgoux", "Farges", "Fontanges", "Froment", "Garrouste", "Gauzens", "Gibert",
    "Griffoul", "Jarrige", "Joanny", "Labrunie", "Lacombe", "Lafarge", "Lapeyre", "Lavergne", "Lescure", "Lours",
    "Malbec", "Malroux", "Mazet", "Meyniel", "Miquel", "Mourgues", "Nozières", "Pagès", "Papon", "Pélissier",
    "Peuch", "Piganiol", "Pradel", "Puech", "Raynal", "Rieutort", "Rigaud", "Roche", "Roussilhe", "Salat",
    "Sarrazin", "Serre", "Soubrier", "Tardieu", "Tissandier", "Tourde", "Trémouille", "Valadier", "Vaurs",
    "Vernhes", "Veyssière", "Vidal", "Vigier", "Vizet",
)  # fmt: skip
OUTSIDE_EMPLOYERS: Final = (
    "Assistance Horizon", "Bleu Nacre Conseil", "Cartotech", "Dactyl’Express", "Éditions du Parvis",
    "Fidelis Relation client", "Groupe Meridia", "Mutuelle des Deux Rives", "Novalog", "Orion Traductions",
    "Prisme Comptabilité", "Secrétariat Plume", "Solvia Assurances", "Telvox", "Urbanéo", "Webatelier Lumière",
)  # fmt: skip
CANTAL_EMPLOYERS: Final = (
    "Ateliers du Lioran", "Bureau d’études Cézallier", "Coopérative des Monts", "Laiterie de la Truyère",
    "Transports Cantalès",
)  # fmt: skip


def address(given_name: str, family_name: str, number: int = 1) -> str:
    """An electronic address that reaches nobody; namesakes are numbered."""
    plain = unicodedata.normalize("NFKD", f"{given_name}.{family_name}".lower()).encode("ascii", "ignore").decode()
    return f"{plain}{number if number > 1 else ''}@example.org"


def telephone(draws: Random) -> str:
    """A number of the range that is kept for works of fiction in France."""
    return f"06 39 98 {draws.randint(0, 99):02} {draws.randint(0, 99):02}"


# How much work comes to the network: over the years, through the year, over the week.

# Use against an ordinary week of 2013; straight lines between the dates.
_YEARS: Final = (
    (date(2007, 1, 1), 0.55),
    (date(2009, 1, 1), 0.65),
    (date(2012, 1, 1), 0.90),
    (date(2013, 7, 1), 1.00),
    (date(2017, 1, 1), 1.16),
    (date(2020, 3, 1), 1.30),
    (date(2020, 3, 16), 0.55),
    (date(2020, 5, 11), 0.30),
    (date(2020, 9, 1), 0.85),
    (date(2020, 11, 2), 0.55),
    (date(2021, 1, 4), 0.75),
    (date(2021, 9, 1), 1.20),
    (date(2023, 1, 1), 1.40),
    (date(2027, 1, 1), 1.55),
)
_MONTHS: Final = (0.96, 1.00, 1.06, 1.01, 0.95, 1.04, 0.80, 0.55, 1.06, 1.10, 1.08, 0.84)
_WEEKDAYS: Final = (0.96, 1.09, 0.90, 1.10, 0.92, 0.40, 0.0)
_FRIDAY_AFTERNOON: Final = 0.78
_BRIDGE: Final = 0.45
_DAYS: Final = [day for day, _ in _YEARS]


def use_of_year(day: date) -> float:
    """How much the network is used that day against 2013, whatever the season."""
    after = bisect_right(_DAYS, day)
    if after == 0 or after == len(_YEARS):
        return _YEARS[max(after - 1, 0)][1]
    (start, before), (end, then) = _YEARS[after - 1], _YEARS[after]
    return before + (then - before) * ((day - start) / (end - start))


def use_of_day(day: date, half_day: str, public_holidays: Set[date]) -> float:
    """How busy a half-day is against an ordinary one: month, weekday, and days that bridge a holiday and a weekend."""
    use = _MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()]
    if day.weekday() == 4:
        use *= _FRIDAY_AFTERNOON if half_day == "pm" else 1.0
        use *= _BRIDGE if day - timedelta(days=1) in public_holidays else 1.0
    if day.weekday() == 0:
        use *= _BRIDGE if day + timedelta(days=1) in public_holidays else 1.0
    return use


# Rows waiting to be written in bulk, with the identifiers they will have.


class Rows:
    """Collects rows table by table, then writes them in bulk.

    Identifiers are given here, so that a row can refer to another before either is written.
    """

    def __init__(self, last_ids: Mapping[str, int]) -> None:
        self._last_ids: Final = dict(last_ids)
        self._waiting: Final[dict[str, list[dict[str, Any]]]] = {}

    @classmethod
    def after_those_of(cls, connection: sa.Connection) -> "Rows":
        """New rows follow the highest identifiers the database has."""
        tables = [table for table in FACT_TABLES if table.c.keys()[0] == "id"]
        highest = {
            table.name: connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))).scalar_one()
            for table in tables
        }
        return cls(highest)

    def add(self, table: sa.Table, **values: object) -> int:
        """Keeps one row and gives its identifier (0 for a table that has none); all rows of a table name the same columns."""
        identifier = 0
        if table.name in self._last_ids:
            identifier = self._last_ids[table.name] + 1
            self._last_ids[table.name] = identifier
            values["id"] = identifier
        self._waiting.setdefault(table.name, []).append(values)
        return identifier

    def write(self, connection: sa.Connection) -> None:
        """Writes and forgets the rows, the tables that others refer to first."""
        for table in metadata.sorted_tables:
            rows = self._waiting.pop(table.name, [])
            if rows:
                connection.execute(sa.insert(table), rows)

    def set_sequences(self, connection: sa.Connection) -> None:
        """Tells PostgreSQL which identifiers were given here, and how many rows its tables hold now.

        It plans by what it knows of a table, and would still take these for empty. SQLite sees for itself.
        """
        if connection.dialect.name != "postgresql":
            return
        for table, last_id in self._last_ids.items():
            if last_id:
                sequence = sa.func.pg_get_serial_sequence(table, "id")
                connection.execute(sa.select(sa.func.setval(sequence, last_id)))
        connection.exec_driver_sql(f"ANALYZE {', '.join(table.name for table in metadata.sorted_tables)}")


# What every invented fact depends on: the day it is made for, the seed, and the published places around it.


@dataclass(frozen=True)
class Commune:
    """Somewhere people live."""

    insee_code: str
    name: str
    population: int
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Scene:
    """One network to invent. `copy` is 1 for the network of the county, more for its copies in load tests.

    `until` is the moment it is invented at: nothing happened after it. `centres` gives the identifier of each place.
    """

    as_of: date
    until: datetime
    seed: int
    copy: int
    rows: Rows
    centres: Mapping[str, int]
    public_holidays: frozenset[date]

    def draws(self, *about: object) -> Random:
        """Random numbers of their own for each subject: a change in one subject leaves the others as they were."""
        return Random("/".join(str(part) for part in (self.seed, self.copy, *about)))


def moment_reached(as_of: date, now: datetime | None) -> datetime:
    """`now` if it falls on `as_of`, its evening if later; without `now`, the day has not begun."""
    morning, evening = instant_in_paris(as_of), instant_in_paris(as_of, time(23, 59))
    return morning if now is None else min(max(now, morning), evening)


# The published figures the invented data agree with.


def published(indicator: str, year: int) -> float:
    """The published value of an indicator up to a year; that of the first source when two contradict each other."""
    return next(
        float(row["value"])
        for row in reference_rows("published_figures")
        if row["indicator"] == indicator and row["year_to"] == year
    )
