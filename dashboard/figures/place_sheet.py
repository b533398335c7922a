"""What is known of one place: where it is and who runs it, its week, its seats, its closures and its costs, with their dates."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from dashboard.figures.model import Table
from dashboard.wording import dates, terms
from dashboard.wording.numbers import decimal
from dashboard.wording.typography import capital, count
from data_access.facts import PlaceFacts

_WEEK: Final = range(1, 8)


def sentence(place: PlaceFacts) -> str:
    """Whether it is open, since when, with how many seats and hours a week."""
    row = place.row
    if row["status"] == "planned":
        return f"{row['name']} est en projet."
    if not row["open"]:
        ended = f" depuis le {dates.long_date(row['closed_on'])}" if row["closed_on"] else ""
        return f"{row['name']} n’est pas ouvert{ended}."
    seats = count(row["seats"], "position de travail", "positions de travail") if row["seats"] else "positions à noter"
    weekly = count(place.hours.height, "demi-journée") if place.hours.height else "aucune demi-journée"
    return f"{row['name']} est ouvert : {seats}, {weekly} par semaine."


def identity(row: Mapping[str, Any], former: pl.DataFrame | None = None) -> Iterator[tuple[str, str]]:
    """What is known of a place, a row of `centres` and the periods before its last, as names and values; what is not known
    says so."""
    town = " ".join(part for part in (row["postcode"], row["commune_name"]) if part)
    where = ", ".join(part for part in (row["address"], town) if part)
    precision = terms.LOCATION_PRECISIONS[row["location_precision"]].label if row["location_precision"] else None
    operator = row["operator_name"]
    kind = f" ({terms.OPERATOR_KINDS[row['operator_kind']].label})" if operator and row["operator_kind"] else ""
    earlier = [] if former is None else [dates.from_to(*period) for period in former.iter_rows()]
    lines = {
        "Code": row["code"],
        "Nature": terms.CENTRE_KINDS[row["kind"]].title,
        "État": terms.CENTRE_STATUSES[row["status"]].title,
        "Ouvert le": _day(row["opened_on"]),
        "Dernier jour ouvert": _day(row["closed_on"]),
        "Ouvertures antérieures": " ; ".join(earlier) or None,
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


def week_table(place: PlaceFacts) -> Table:
    """The hours valid that day, a row a weekday; none where nobody noted any: hours unknown are not a place that is shut."""
    spans = {
        (row["weekday"], row["half_day"]): dates.time_range(row["opens_at"], row["closes_at"])
        for row in place.hours.iter_rows(named=True)
    }
    rows = [
        {"day": capital(dates.weekday(day)), **{half: spans.get((day, half), "fermé") for half in ("am", "pm")}}
        for day in _WEEK
        if spans
    ]
    headings = {"day": "Jour", "am": "Matin", "pm": "Après-midi"}
    frame = pl.DataFrame(rows, schema=dict.fromkeys(headings, pl.String))
    return Table(f"Horaires au {dates.long_date(place.on)}", frame, headings)


def hours_history(place: PlaceFacts) -> list[str]:
    """Each week of hours there was, is or will be, newest first, in words."""
    periods = place.hour_periods
    starts = set(periods["valid_from"]) | {day + timedelta(days=1) for day in periods["valid_to"].drop_nulls()}
    said = []
    for day in sorted(starts, reverse=True):
        valid = periods.filter(
            pl.col("valid_from") <= day, pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
        ).sort("weekday", "half_day")
        said.append(f"À partir du {dates.long_date(day)} : {spoken_hours(valid) or 'fermé toute la semaine'}.")
    return said


def spoken_hours(hours: pl.DataFrame) -> str:
    """« du lundi au vendredi 9 h – 12 h et 14 h – 17 h »; empty without any."""
    spoken: dict[str, list[int]] = {}
    for (weekday,), half_days in hours.group_by("weekday", maintain_order=True):
        spans = (dates.time_range(row["opens_at"], row["closes_at"]) for row in half_days.iter_rows(named=True))
        spoken.setdefault(" et ".join(spans), []).append(int(str(weekday)))
    return " ; ".join(f"{_days(days)} {span}" for span, days in spoken.items())


def seats_table(place: PlaceFacts) -> Table:
    """Its seats by period, newest first."""
    rows = [
        {
            "kind": terms.SEAT_KINDS[row["seat_kind"]].title,
            "seats": row["seats"],
            "since": dates.long_date(row["valid_from"]),
            "until": dates.long_date(row["valid_to"]) if row["valid_to"] else "sans fin",
        }
        for row in place.seat_periods.iter_rows(named=True)
    ]
    schema = {"kind": pl.String, "seats": pl.Int64, "since": pl.String, "until": pl.String}
    headings = {"kind": "Position", "seats": "Nombre", "since": "À partir du", "until": "Jusqu’au"}
    return Table("Positions de travail", pl.DataFrame(rows, schema=schema), headings)


def closure_lines(place: PlaceFacts) -> list[str]:
    """The closures that are not over, in words."""
    return [
        capital(dates.from_to(row["starts_on"], row["ends_on"]))
        + f" : {row['reason']}"
        + (" (tout le réseau)." if row["whole_network"] else ".")
        for row in place.closures.iter_rows(named=True)
    ]


def correctable_closures(place: PlaceFacts) -> dict[int, str]:
    """Those of this place alone, by their id, with a short name."""
    own = place.closures.filter(~pl.col("whole_network"))
    return {row["id"]: dates.date_range(row["starts_on"], row["ends_on"]) for row in own.iter_rows(named=True)}


def costs_table(place: PlaceFacts) -> Table:
    """What it cost, by year, newest first."""
    rows = [
        {
            "year": str(row["year"]),
            "cost": _euros(row["cost_eur"]),
            "revenue": _euros(row["revenue_eur"]),
            "source": row["source"],
        }
        for row in place.costs.iter_rows(named=True)
    ]
    headings = {"year": "Année", "cost": "Coût", "revenue": "Recettes", "source": "Source"}
    return Table("Coûts par année", pl.DataFrame(rows, schema=dict.fromkeys(headings, pl.String)), headings)


def correctable_costs(place: PlaceFacts) -> dict[int, str]:
    """The last costs, by their id, with their year."""
    return dict(place.costs.head(3).select("id", pl.col("year").cast(pl.String)).iter_rows())


def _day(day: date | None) -> str | None:
    return dates.long_date(day) if day else None


def _euros(amount: float | None) -> str:
    return terms.MISSING if amount is None else f"{decimal(amount, 2)}\u00a0€"


def _days(numbers: list[int]) -> str:
    names = [dates.weekday(number) for number in numbers]
    follow = len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1))
    return f"du {names[0]} au {names[-1]}" if follow else ", ".join(names)
