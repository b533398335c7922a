"""Loads what is published about the network: its places, communes, calendar, figures, sessions, programme and prices.

Nothing here is invented: nobody published the seats, the opening hours or the costs of a centre, so none is loaded.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import holidays
import sqlalchemy as sa

from data_access.periods import PARIS, day_in_paris, monday, month_start
from data_access.schema import (
    calendar_day,
    centre,
    commune,
    course,
    dataset,
    event,
    price,
    published_figure,
    welcome_session,
)

REFERENCE: Final = Path(__file__).parent / "reference"
CALENDAR: Final = (date(2000, 1, 1), date(2060, 12, 31))

_OPENING_PRECISION: Final = {
    "year": "Seule l’année d’ouverture est connue.",
    "month": "Seuls le mois et l’année d’ouverture sont connus.",
}
_CONFIDENCE: Final = {"likely": "Informations recoupées, à confirmer."}

Row = dict[str, Any]


def load_reference(connection: sa.Connection, *, places: bool = False) -> None:
    """Adds the reference rows that are missing, found by their natural key; with `places`, those of 2017, what they asked
    and what took place there, which else are proposed (`published_places`).

    Rows already there are left as they are: somebody may have corrected them. The calendar comes before the centres,
    since a day added to it concerns every centre there is.
    """
    load_calendar(connection)
    _add_missing(connection, commune, ("insee_code",), _communes())
    if places:
        _add_missing(connection, centre, ("code",), [row for row, _ in published_places()])
    _add_missing(
        connection,
        published_figure,
        ("indicator", "year_from", "year_to", "source"),
        reference_rows("published_figures"),
    )
    _add_missing(connection, welcome_session, ("number",), reference_rows("welcome_sessions"))
    _add_missing(connection, course, ("code",), [{**row, "active": True} for row in reference_rows("courses")])
    centres = dict(connection.execute(sa.select(centre.c.code, centre.c.id)).all())
    _add_missing(
        connection,
        price,
        ("centre_id", "period", "formula"),
        [_price(row, centres) for row in reference_rows("prices") if places or not row["centre_code"]],
    )
    if places:
        _add_events(connection, centres)
    _add_missing(connection, dataset, ("id",), [{"id": 1, "demonstration": False}])


def reference_rows(name: str) -> list[Row]:
    """The rows of one reference file, each cell typed by its column; an empty one is None."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            {key: _CELLS.get(key, str)(cell) if cell else None for key, cell in row.items()}
            for row in csv.DictReader(file)
        ]


def _instant(cell: str) -> datetime:
    """The files write the hours of Paris; the database keeps UTC."""
    return datetime.fromisoformat(cell).replace(tzinfo=PARIS).astimezone(UTC)


_CELLS: Final[Mapping[str, Callable[[str], Any]]] = {
    **dict.fromkeys(("number", "people", "project_holders", "year_from", "year_to"), int),
    "value": float,
    **dict.fromkeys(("starts_on", "ends_on", "opened_on"), date.fromisoformat),
    **dict.fromkeys(("starts_at", "ends_at"), _instant),
    "booking_advised": lambda cell: cell == "yes",
}
"""What the cells of a column are, where they are no texts."""


def _add_missing(connection: sa.Connection, table: sa.Table, key: Sequence[str], rows: Sequence[Row]) -> None:
    known = {tuple(row) for row in connection.execute(sa.select(*(table.c[name] for name in key)))}
    missing = [row for row in rows if tuple(row[name] for name in key) not in known]
    if missing:
        # What is returned is not read: it makes a statement of a thousand rows, and a trigger on PostgreSQL runs once for each.
        connection.execute(sa.insert(table).returning(table.c[key[0]]), missing)


def load_calendar(connection: sa.Connection) -> None:
    """One row a day over the whole calendar, with the public holidays of mainland France; nothing when it is there."""
    first, last = CALENDAR
    known = connection.execute(sa.select(sa.func.count()).select_from(calendar_day)).scalar_one()
    if known < (last - first).days + 1:
        _add_missing(connection, calendar_day, ("day",), list(_calendar(first, last)))


def _calendar(first: date, last: date) -> Iterator[Row]:
    public_holidays = holidays.country_holidays("FR", years=range(first.year, last.year + 1), language="fr")
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        name = public_holidays.get(day)
        yield {
            "day": day,
            "weekday": day.isoweekday(),
            "week_start": monday(day),
            "month_start": month_start(day),
            # Two holidays may meet, as Ascension and the 1st of May did in 2008.
            "public_holiday": _typographic(name).replace("; ", " et ") if name else None,
        }


def commune_names() -> list[str]:
    """The names of the communes of the county."""
    return [row["name"] for row in _communes()]


def _communes() -> list[Row]:
    collection = json.loads((REFERENCE / "cantal_communes.geojson").read_text(encoding="utf-8"))
    return [
        {
            "insee_code": place["insee_code"],
            "name": _typographic(place["name"]),
            "population": place["population"],
            "epci_siren": place["epci_siren"],
            "epci_name": _typographic(place["epci_name"]),
            "longitude": place["lon"],
            "latitude": place["lat"],
        }
        for place in (feature["properties"] for feature in collection["features"])
    ]


def published_places() -> list[tuple[Row, str]]:
    """The places as they were published in 2017, each with how surely: `sure`, `sure_exists` (not all of it) or `likely`."""
    return [(_centre(row), row["confidence"]) for row in reference_rows("centres")]


def _centre(row: Row) -> Row:
    operator, since_2017 = row["operator"], row["operator_since_2017"]
    remarks = [
        row["note"],
        f"Jusqu’à la fin de 2016\N{NO-BREAK SPACE}: {operator}." if since_2017 else None,
        _OPENING_PRECISION.get(row["opened_precision"] or ""),
        _CONFIDENCE.get(row["confidence"] or ""),
    ]
    copied = ("code", "name", "kind", "status", "insee_code", "postcode", "address", "operator_kind")
    return {
        **{name: row[name] for name in (*copied, "location_precision")},
        "operator_name": since_2017 or operator,
        "opened_on": row["opened_on"],
        "note": " ".join(remark for remark in remarks if remark) or None,
    }


def _price(row: Row, centres: Mapping[str, int]) -> Row:
    bounds = [float(bound) for bound in (row["price_eur"] or "").split("-") if bound]
    return {
        "centre_id": centres[row["centre_code"]] if row["centre_code"] else None,
        "period": row["period"],
        "formula": row["unit"],
        "lowest_eur": min(bounds, default=None),
        "highest_eur": max(bounds, default=None),
        "note": row["note"],
    }


def _add_events(connection: sa.Connection, centres: Mapping[str, int]) -> None:
    """Adds the open days, then what takes place during one: it belongs to the open day of the same centre and day."""
    rows = [
        {"centre_id": centres[row["centre_code"]], **{key: row[key] for key in row if key != "centre_code"}}
        for row in reference_rows("events_2017")
    ]
    key = ("centre_id", "starts_at")
    open_days = [row for row in rows if row["kind"] == "open_day"]
    _add_missing(connection, event, key, open_days)
    found = connection.execute(
        sa.select(event.c.id, event.c.centre_id, event.c.starts_at).where(event.c.kind == "open_day")
    )
    parents = {(row.centre_id, day_in_paris(row.starts_at)): row.id for row in found}
    within = [
        {**row, "parent_id": parents.get((row["centre_id"], day_in_paris(row["starts_at"])))}
        for row in rows
        if row["kind"] != "open_day"
    ]
    _add_missing(connection, event, key, within)


def _typographic(text: str) -> str:
    return text.replace("'", "’")
