"""What a column holds: types that mean the same on SQLite and PostgreSQL, and the values between which each makes sense.

SQLite keeps dates as text: the types below write ISO text that sorts as dates do, and `strict_table` adds, on SQLite
only, the checks that refuse any other text. A strict table refuses 'abc' in an integer column, as PostgreSQL does.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

metadata = sa.MetaData(naming_convention=NAMING)


class Day(TypeDecorator[date]):
    """A calendar day; `YYYY-MM-DD` text on SQLite."""

    impl = sa.Date
    cache_ok = True

    @property
    def python_type(self) -> type[date]:
        return date

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        if isinstance(value, datetime):
            raise TypeError(f"a day is expected, not an instant: {value!r}")
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if isinstance(value, str) else value


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, to the second; `YYYY-MM-DD HH:MM:SS` text on SQLite, as its CURRENT_TIMESTAMP writes it.

    Naive datetimes are refused: SQLite would lose their zone without a word.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError(f"an instant needs a time zone: {value!r}")
        moment = value.astimezone(UTC).replace(microsecond=0)
        return moment.strftime("%Y-%m-%d %H:%M:%S") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if isinstance(value, str):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        return value.astimezone(UTC) if value is not None else None


class ClockTime(TypeDecorator[time]):
    """An hour of the day in Europe/Paris, as on the door of a centre; `HH:MM` text on SQLite."""

    impl = sa.Time
    cache_ok = True

    @property
    def python_type(self) -> type[time]:
        return time

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.Time())

    def process_bind_param(self, value: time | None, dialect: Dialect) -> Any:
        return value.strftime("%H:%M") if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> time | None:
        return time.fromisoformat(value) if isinstance(value, str) else value


class Flag(TypeDecorator[bool]):
    """Yes or no; 1 or 0 on SQLite."""

    impl = sa.Boolean
    cache_ok = True

    @property
    def python_type(self) -> type[bool]:
        return bool

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sa.Integer() if dialect.name == "sqlite" else sa.Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        return int(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class Number(TypeDecorator[float]):
    """A number with decimals, in double precision on both engines."""

    impl = sa.Double
    cache_ok = True

    @property
    def python_type(self) -> type[float]:
        return float

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sa.REAL() if dialect.name == "sqlite" else sa.Double())


class Document(TypeDecorator[dict[str, Any]]):
    """A JSON object; text on SQLite, jsonb on PostgreSQL."""

    impl = sa.JSON
    cache_ok = True

    @property
    def python_type(self) -> type[dict[str, Any]]:
        return dict

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else postgresql.JSONB())

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return json.dumps(value, ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, Any] | None:
        document: dict[str, Any] | None = json.loads(value) if isinstance(value, str) else value
        return document


def identifier() -> sa.Column[int]:
    """The surrogate key every table has."""
    return sa.Column("id", sa.Integer, sa.Identity(), primary_key=True)


def reference_to(
    table: str, column: str | None = None, *, nullable: bool = False, ondelete: str | None = None
) -> sa.Column[int]:
    """A foreign key to `table.id`, named `<table>_id` unless told otherwise."""
    return sa.Column(
        column or f"{table}_id", sa.Integer, sa.ForeignKey(f"{table}.id", ondelete=ondelete), nullable=nullable
    )


def coded(
    name: str, codes: Iterable[str], comment: str, *, nullable: bool = False
) -> tuple[sa.Column[str], sa.CheckConstraint]:
    """A text column that holds one of `codes`; the comment says what they mean."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return sa.Column(name, sa.Text, nullable=nullable, comment=comment), check(f"{name} IN ({listed})", name)


def text(
    name: str, longest: int, *, nullable: bool = True, comment: str | None = None
) -> tuple[sa.Column[str], sa.CheckConstraint]:
    """A text column of 1 to `longest` characters: an empty text is no text, so it must be NULL."""
    return (
        sa.Column(name, sa.Text, nullable=nullable, comment=comment),
        check(f"length({name}) BETWEEN 1 AND {longest}", f"{name}_length"),
    )


def version() -> sa.Column[int]:
    """Counts the corrections of a row, so that a write made on an older reading is refused."""
    return sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1"))


def check(condition: str, name: str, *, only: str | None = None) -> sa.CheckConstraint:
    """A named rule; `only` keeps it to one engine where the two write it differently."""
    rule = sa.CheckConstraint(condition, name=name)
    return rule.ddl_if(dialect=only) if only else rule


def strict_table(name: str, *items: SchemaItem | tuple[SchemaItem, ...], comment: str) -> sa.Table:
    """A table with its checks; on SQLite it is STRICT and its days, instants, hours and flags are checked too."""
    flat: list[SchemaItem] = []
    for item in items:
        flat.extend(item) if isinstance(item, tuple) else flat.append(item)
    for column in [item for item in flat if isinstance(item, sa.Column)]:
        flat.extend(_format_checks(column))
    return sa.Table(name, metadata, *flat, comment=comment, sqlite_strict=True)


# What could be written and never read is refused: PostgreSQL goes to infinity, and knows the hour 24; SQLite goes to the
# year 0, and takes 30 February as it is unless it has to count from it ('+0 days').
_FORMATS: dict[type[TypeEngine[Any]], dict[str, str]] = {
    Day: {
        "sqlite": "{0} IS date({0}, '+0 days') AND {0} >= '0001-01-01'",
        "postgresql": "{0} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'",
    },
    Instant: {
        "sqlite": "{0} IS datetime({0}, '+0 days') AND {0} >= '0001-01-02' AND {0} < '9999-12-31'",
        "postgresql": "{0} >= TIMESTAMPTZ '0001-01-02 00:00:00Z' AND {0} < TIMESTAMPTZ '9999-12-31 00:00:00Z'",
    },
    ClockTime: {
        "sqlite": "{0} IS strftime('%H:%M', {0}, '+0 days')",
        "postgresql": "{0} < TIME '24:00'",
    },
    Flag: {"sqlite": "{0} IN (0, 1)"},
    Document: {"sqlite": "{0} IS NULL OR json_valid({0})"},
}


def _format_checks(column: sa.Column[Any]) -> list[sa.CheckConstraint]:
    formats = _FORMATS.get(type(column.type), {})
    return [check(rule.format(column.name), f"{column.name}_format", only=engine) for engine, rule in formats.items()]


# Between which values each date, number and coordinate makes sense: what the database refuses beyond, whoever writes.
#
# A year typed 0216 for 2016, a year in the place of a number, latitude and longitude swapped are mistakes and no facts.
# The triggers refuse them as they are written (`data_access.triggers`); rows of before stay as they are until somebody
# corrects them, and `cybercantal doctor` tells them. Forms and files refuse the same, in words.

Range = tuple[Any, Any]

EARLIEST: Final = date(1998, 1, 1)
"""Before the first telecentre of the county; a year typed with two digits falls before it."""
LATEST: Final = date(2100, 12, 31)
FIRST_OPENINGS: Final = date(1990, 1, 1)
"""A place may be older than what it offers the network: what it says of itself may go further back."""
_OPENINGS: Final = (FIRST_OPENINGS, LATEST)
_NO_END: Final = date(9999, 12, 31)
"""Other programs write so what never ends, beside NULL."""
_YEARS: Final = (EARLIEST.year, LATEST.year)
_LATITUDES: Final = (41, 52)
_LONGITUDES: Final = (-6, 10)
"""Mainland France: the two do not meet, so that a point whose coordinates are swapped lies outside."""
_EUROS: Final = (0, 10_000_000)
_PEOPLE: Final = (0, 500)
_HOUSEHOLD: Final = (1, 15)

# A number stands here, or has no range: keys, versions, flags and the like. Days and instants have one by themselves.
_OF_NUMBERS: Final[Mapping[str, Mapping[str, Range]]] = {
    "commune": {"population": (0, 5_000_000), "latitude": _LATITUDES, "longitude": _LONGITUDES},
    "centre": {
        "latitude": _LATITUDES, "longitude": _LONGITUDES,
        "opened_on": _OPENINGS, "closed_on": _OPENINGS, "closed_before": _OPENINGS,
    },
    "former_opening": {"opened_on": _OPENINGS, "closed_on": _OPENINGS},
    "centre_capacity": {"seats": (0, 200), "valid_from": _OPENINGS, "valid_to": (FIRST_OPENINGS, _NO_END)},
    "opening_hours": {"weekday": (1, 7), "valid_from": _OPENINGS, "valid_to": (FIRST_OPENINGS, _NO_END)},
    "closure": {"ends_on": (EARLIEST, _NO_END)},
    "centre_cost": {"year": _YEARS, "cost_eur": _EUROS, "revenue_eur": _EUROS},
    "price": {"lowest_eur": _EUROS, "highest_eur": _EUROS},
    "attendance_week": {"distinct_people": (0, 3_000)},
    "attendance_day": {"half_days": (0, 400)},
    "placement": {"aim": (1, 3)},
    "information_meeting": {"attendees": (0, 1_000), "interested": (0, 1_000)},
    "welcome_session": {
        "number": (1, 999), "applications": _PEOPLE, "selected": _PEOPLE, "project_holders": _PEOPLE, "people": _PEOPLE,
    },
    "welcome_household": {"holders": _HOUSEHOLD, "people": _HOUSEHOLD},
    "welcome_attendance": {"people_present": (0, 15)},
    "course": {"duration_hours": (0.5, 400)},
    "event": {"attendance": (0, 100_000)},
    "published_figure": {"year_from": _YEARS, "year_to": _YEARS, "value": (0, 1_000_000_000)},
}  # fmt: skip
# What the application writes of itself, by its own clock; and the calendar, which nobody enters.
_OF_THE_APPLICATION: Final = (
    "audit_entry", "import_batch", "import_file", "reminder", "dataset", "presentation", "calendar_day",
)  # fmt: skip


def plausible_range(column: sa.Column[Any]) -> Range | None:
    """The lowest and the highest value of a column, both included; None for what any value may be."""
    told = _OF_NUMBERS.get(column.table.name, {}).get(column.name)
    if told is not None:
        return told
    if isinstance(column.type, Day):
        return EARLIEST, LATEST
    if isinstance(column.type, Instant):
        return datetime(EARLIEST.year, 1, 1, tzinfo=UTC), datetime(LATEST.year, 12, 31, tzinfo=UTC)
    return None


def ranges_of(table: sa.Table) -> Mapping[str, Range]:
    """The columns of a table that have a plausible range, with it; none where the application writes of itself."""
    if table.name in _OF_THE_APPLICATION:
        return {}
    found = {column.name: plausible_range(column) for column in table.c}
    return {name: limits for name, limits in found.items() if limits is not None}
