"""What is known of one place: where it is and who runs it, its week, its seats, its closures and its costs, with their dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.figures.model import Table
from dashboard.ui import components, filters, store
from dashboard.wording import dates, terms
from dashboard.wording.numbers import decimal
from dashboard.wording.typography import capital, count

_WEEK: Final = range(1, 8)


@dataclass(frozen=True)
class Place:
    """A place on a day: its row of `centres`, and that day."""

    row: dict[str, Any]
    on: date

    @property
    def code(self) -> str:
        """Its code."""
        return str(self.row["code"])


def chosen_place() -> Place | None:
    """The place chosen in the address, planned ones among them; None, with the reason on the page, when there is none."""
    today = clock.today()
    places = store.centres(on=today)
    if places.is_empty():
        components.empty("Aucun lieu n’est encore enregistré.")
        return None
    names = dict(places.select("code", "name").iter_rows())
    code = filters.choice(st.selectbox, "Lieu", names, key="centre", usual=next(iter(names)), width=360)
    return Place(places.row(by_predicate=pl.col("code") == code, named=True), today)


def sentence(place: Place) -> str:
    """Whether it is open, since when, with how many seats and hours a week."""
    row = place.row
    if row["status"] == "planned":
        return f"{row['name']} est en projet."
    if not row["open"]:
        ended = f" depuis le {dates.long_date(row['closed_on'])}" if row["closed_on"] else ""
        return f"{row['name']} n’est pas ouvert{ended}."
    seats = count(row["seats"], "position de travail", "positions de travail") if row["seats"] else "positions à noter"
    hours = store.centre_hours(centre_code=place.code, on=place.on)
    weekly = count(hours.height, "demi-journée", "demi-journées") if hours.height else "aucune demi-journée"
    return f"{row['name']} est ouvert : {seats}, {weekly} par semaine."


def identity(place: Place) -> Iterator[tuple[str, str]]:
    """What is known of it, as names and values; what is not known says so."""
    row = place.row
    town = " ".join(part for part in (row["postcode"], row["commune_name"]) if part)
    where = ", ".join(part for part in (row["address"], town) if part)
    precision = terms.LOCATION_PRECISIONS[row["location_precision"]].label if row["location_precision"] else None
    operator = row["operator_name"]
    kind = f" ({terms.OPERATOR_KINDS[row['operator_kind']].label})" if operator and row["operator_kind"] else ""
    former = store.place_former_openings(centre_code=place.code)
    lines = {
        "Code": row["code"],
        "Nature": terms.CENTRE_KINDS[row["kind"]].title,
        "État": terms.CENTRE_STATUSES[row["status"]].title,
        "Ouvert le": _day(row["opened_on"]),
        "Dernier jour ouvert": _day(row["closed_on"]),
        "Ouvertures antérieures": " ; ".join(dates.from_to(*period) for period in former.iter_rows()) or None,
        "Adresse": where or None,
        "Intercommunalité": row["epci_name"],
        "Position sur la carte": capital(precision) if precision else None,
        "Gestionnaire": f"{operator}{kind}" if operator else None,
        "Téléphone": row["phone"],
        "Courriel": row["email"],
        "Site": row["website"],
        "À savoir": row["note"],
    }
    hidden = {"Dernier jour ouvert", "Ouvertures antérieures", "À savoir"}
    return ((name, value or terms.MISSING) for name, value in lines.items() if value or name not in hidden)


def week_table(place: Place) -> Table:
    """The hours valid that day, a row a weekday."""
    hours = store.centre_hours(centre_code=place.code, on=place.on)
    spans = {
        (row["weekday"], row["half_day"]): dates.time_range(row["opens_at"], row["closes_at"])
        for row in hours.iter_rows(named=True)
    }
    rows = [
        {
            "day": capital(dates.weekday(day)),
            "am": spans.get((day, "am"), "fermé"),
            "pm": spans.get((day, "pm"), "fermé"),
        }
        for day in _WEEK
    ]
    headings = {"day": "Jour", "am": "Matin", "pm": "Après-midi"}
    return Table(f"Horaires au {dates.long_date(place.on)}", pl.DataFrame(rows), headings)


def has_hours(place: Place) -> bool:
    """Whether anybody noted hours for that day: a place nobody knows the hours of is not one that is shut."""
    return not store.centre_hours(centre_code=place.code, on=place.on).is_empty()


def hours_history(place: Place) -> list[str]:
    """Each week of hours there was, is or will be, newest first, in words."""
    periods = store.hour_periods(centre_code=place.code)
    starts = set(periods["valid_from"]) | {day + timedelta(days=1) for day in periods["valid_to"].drop_nulls()}
    said = []
    for day in sorted(starts, reverse=True):
        valid = periods.filter(
            pl.col("valid_from") <= day, pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
        ).sort("weekday", "half_day")
        said.append(f"À partir du {dates.long_date(day)} : {_in_words(valid)}.")
    return said


def seats_table(place: Place) -> Table:
    """Its seats by period, newest first."""
    rows = [
        {
            "kind": terms.SEAT_KINDS[row["seat_kind"]].title,
            "seats": row["seats"],
            "since": dates.long_date(row["valid_from"]),
            "until": dates.long_date(row["valid_to"]) if row["valid_to"] else "sans fin",
        }
        for row in store.seat_periods(centre_code=place.code).iter_rows(named=True)
    ]
    schema = {"kind": pl.String, "seats": pl.Int64, "since": pl.String, "until": pl.String}
    headings = {"kind": "Position", "seats": "Nombre", "since": "À partir du", "until": "Jusqu’au"}
    return Table("Positions de travail", pl.DataFrame(rows, schema=schema), headings)


def closures(place: Place) -> pl.DataFrame:
    """The closures that are not over."""
    return store.place_closures(centre_code=place.code, on=place.on)


def closure_lines(place: Place) -> list[str]:
    """The same in words."""
    return [
        capital(dates.from_to(row["starts_on"], row["ends_on"]))
        + f" : {row['reason']}"
        + (" (tout le réseau)." if row["whole_network"] else ".")
        for row in closures(place).iter_rows(named=True)
    ]


def correctable_closures(place: Place) -> dict[int, str]:
    """Those of this place alone, by their id, with a short name."""
    own = closures(place).filter(~pl.col("whole_network"))
    return {row["id"]: dates.date_range(row["starts_on"], row["ends_on"]) for row in own.iter_rows(named=True)}


def costs_table(place: Place) -> Table:
    """What it cost, by year, newest first."""
    rows = [
        {
            "year": str(row["year"]),
            "cost": _euros(row["cost_eur"]),
            "revenue": _euros(row["revenue_eur"]),
            "source": row["source"],
        }
        for row in store.place_costs(centre_code=place.code).iter_rows(named=True)
    ]
    schema = {"year": pl.String, "cost": pl.String, "revenue": pl.String, "source": pl.String}
    headings = {"year": "Année", "cost": "Coût", "revenue": "Recettes", "source": "Source"}
    return Table("Coûts par année", pl.DataFrame(rows, schema=schema), headings)


def correctable_costs(place: Place) -> dict[int, str]:
    """The last costs, by their id, with their year."""
    return dict(
        store.place_costs(centre_code=place.code).head(3).select("id", pl.col("year").cast(pl.String)).iter_rows()
    )


def draw_table(shown: Table, nothing: str) -> None:
    """The table, or why it would be empty."""
    if shown.frame.is_empty():
        components.note(nothing)
    else:
        components.table(shown)


def _day(day: date | None) -> str | None:
    return dates.long_date(day) if day else None


def _euros(amount: float | None) -> str:
    return terms.MISSING if amount is None else f"{decimal(amount, 2)}\u00a0€"


def _in_words(hours: pl.DataFrame) -> str:
    spoken: dict[str, list[str]] = {}
    for (weekday,), half_days in hours.group_by("weekday", maintain_order=True):
        spans = (dates.time_range(row["opens_at"], row["closes_at"]) for row in half_days.iter_rows(named=True))
        spoken.setdefault(" et ".join(spans), []).append(dates.weekday(int(str(weekday))))
    return " ; ".join(f"{_days(days)} {span}" for span, days in spoken.items()) or "fermé toute la semaine"


def _days(names: list[str]) -> str:
    week = [dates.weekday(number) for number in _WEEK]
    first = week.index(names[0])
    follow = len(names) > 2 and week[first : first + len(names)] == names
    return f"du {names[0]} au {names[-1]}" if follow else ", ".join(names)
