"""What is said of the seats taken and free at an instant, and of the course of the day: for the page and the show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

import polars as pl

from dashboard.charts.lines import occupancy_day, occupancy_day_in_words
from dashboard.figures.masking import masked, masked_counts, masked_means
from dashboard.figures.model import Figure, Reader, Table
from dashboard.indicators.attendance import OCCUPANCY, SEATS_FREE, SEATS_KNOWN, SEATS_TAKEN, against_usual
from dashboard.indicators.disclosure import THRESHOLD, is_small
from dashboard.indicators.model import measure
from dashboard.wording import dates
from dashboard.wording.numbers import decimal, integer
from dashboard.wording.terms import SEAT_KINDS, distinct_names, hidden_words, short_place_names
from dashboard.wording.typography import capital, count
from data_access.facts import OccupancyFacts

_HEADINGS: Final = {
    "centre_name": "Télécentre",
    "seat_kind": "Positions de travail",
    "seats": "Nombre",
    "seats_taken": "Occupées",
    "seats_free": "Libres",
    "last_news_at": "Dernière information",
    "state": "État",
}
_SCHEMA: Final[dict[str, Any]] = {
    **dict.fromkeys(("centre_name", "seat_kind"), pl.String),
    **dict.fromkeys(("seats", "seats_taken", "seats_free"), pl.Int64),
    "last_news_at": pl.Datetime("us", "UTC"),
    "state": pl.String,
}


@dataclass(frozen=True)
class Seats:
    """Seats followed at an instant, how many of them are taken and free, and which share that is, as a reader may know them.

    All but `known` are None where nobody gives news, and where `few` people are there; `least_free` may be told even so.
    """

    known: int
    taken: int | None
    free: int | None
    share: float | None
    few: bool

    @property
    def least_free(self) -> int:
        """How many are free at least; with the true number anybody would count the few people who are there."""
        return max(self.known - THRESHOLD + 1, 0) if self.few else self.free or 0

    @property
    def taken_words(self) -> str:
        """« 18 positions occupées », « moins de 5 positions occupées »"""
        if self.few:
            return f"{hidden_words(few=True)} positions occupées"
        return count(self.taken or 0, "position occupée", "positions occupées")


def seats_told(facts: pl.DataFrame, reader: Reader) -> Seats:
    """The seats of places that open and give news: rows of `seats` and `seats_taken`. Who has no seat takes none."""
    told = facts.with_columns(pl.col("seats_taken").clip(upper_bound=pl.col("seats")))
    row = measure(told, (SEATS_KNOWN, SEATS_TAKEN, SEATS_FREE, OCCUPANCY)).row(0, named=True)
    known, few = int(row["seats_known"] or 0), is_small(row["seats_taken"]) and not reader.sees_small_counts
    taken, free, share = (None if few else row[each.key] for each in (SEATS_TAKEN, SEATS_FREE, OCCUPANCY))
    return Seats(known, taken, free, share, few)


@dataclass(frozen=True)
class Place:
    """One place at an instant. `kinds` are (kind, seats, taken); `taken` and `free` are None without news for a day.

    `closed` says why it does not open today, nothing when it does; `left_open` counts departures nobody noted. Not `counted`
    to who may not see small counts: a place then only says whether it is full. `booking_page` is where its seats are
    booked, None where nobody takes bookings.
    """

    code: str
    name: str
    kinds: tuple[tuple[str, int, int | None], ...]
    seats: int
    taken: int | None
    free: int | None
    left_open: int
    last_news_at: datetime | None
    closed: str
    hours: str
    booking_page: str | None = None
    counted: bool = True

    @property
    def fullness(self) -> str:
        """What is said of a place whose people are not counted."""
        return "places libres" if self.free else "complet"

    @property
    def state(self) -> str:
        """Open, closed or silent, for a row of a table."""
        if self.closed or not self.gives_news:
            return self.closed or "sans information depuis 24 heures"
        return "ouvert" if self.counted else self.fullness

    @property
    def books_at(self) -> str | None:
        """Where one of its free seats is booked."""
        return self.booking_page if self.free and self.gives_news else None

    @property
    def gives_news(self) -> bool:
        """Whether its seats count in what is taken and free: it opens today, and somebody came or left since a day."""
        return not self.closed and self.taken is not None


@dataclass(frozen=True, eq=False)
class Now:
    """What is said of an instant: the sentence, the places in service, those with most free seats first, and their table."""

    at: datetime
    sentence: str
    places: tuple[Place, ...]
    table: Table


def now(facts: OccupancyFacts, epci: tuple[str, str] | None, reader: Reader) -> Now:
    """The network, or one intercommunality of it: its number and its name."""
    at = facts.at.replace(second=0, microsecond=0)
    short = short_place_names(facts.names.select("name", "commune_name").rows())
    names = distinct_names(dict(zip(facts.names["code"], short, strict=True)))
    seats = facts.seats.partition_by("centre_code", as_dict=True)
    here = facts.centres if epci is None else facts.centres.filter(pl.col("epci_siren") == epci[0])
    places = [
        _place(row, seats.get((row["centre_code"],), facts.seats.clear()), names, at, reader)
        for row in here.iter_rows(named=True)
    ]
    places.sort(key=lambda place: (-(place.free or 0) * place.counted, place.name))
    counted = pl.col("centre_code").is_in([place.code for place in places if place.gives_news])
    said = f"{_moment(at, epci)} : {_in_words(seats_told(facts.seats.filter(counted), reader))}"
    return Now(at, said, tuple(places), _table(places, at, said, reader, demonstration=facts.demonstration))


def course(
    slots: pl.DataFrame,
    day: date,
    epci: tuple[str, str] | None,
    reader: Reader,
    *,
    usual_days: int,
    demonstration: bool,
) -> Figure:
    """The day half-hour by half-hour, against the same weekday of the last weeks, of which `usual_days` at most."""
    # Half-hours are never added up: what is small is hidden alone.
    taken = masked_counts(against_usual(slots, day), "seats_taken", ["slot"], reader, totals=())
    figures = masked_means(taken, "usual", reader)
    weekday = dates.weekday(day.isoweekday())
    days = slots.filter(pl.col("day") != day)["day"].n_unique()
    usual_name = f"un {weekday} habituel"
    usual = (
        f"En gris : la moyenne des {days} derniers {weekday}s où l’on a pointé."
        if days > 1
        else f"Pas assez de {weekday}s pointés pour dire ce qui est habituel."
        if days == 0
        else f"En gris : le dernier {weekday} où l’on a pointé."
    )
    where = capital(epci[1]) if epci else "Tout le réseau"
    return Figure(
        key="occupation-du-jour",
        headline=_against_usual_in_words(figures) or f"{capital(weekday)} au fil des heures",
        subtitle=f"Positions occupées, par demi-heure. {where}, {dates.long_date(day)}. {usual}",
        draw=occupancy_day,
        figures=figures,
        spoken=occupancy_day_in_words(figures, usual_name=usual_name),
        table=Table(
            f"Positions occupées par demi-heure, {dates.full_date(day)}",
            figures,
            {"slot": "Heure", "seats_taken": "Positions occupées", "usual": capital(usual_name)},
            notes=(f"Périmètre : {where}. {usual}", f"Au plus les {usual_days} derniers jours pointés de même nom."),
            demonstration=demonstration,
        ),
        options={"usual_name": usual_name},
    )


def _against_usual_in_words(slots: pl.DataFrame) -> str:
    """« À 10 h 30, 18 positions occupées, contre 19,6 d’habitude », at the last half-hour; nothing where it is hidden."""
    begun = slots.sort("slot").filter(pl.col("seats_taken").is_not_null() | pl.col("seats_taken_hidden")).tail(1)
    if begun.is_empty() or begun["seats_taken_hidden"][0]:
        return ""
    at, taken, usual = begun.select("slot", "seats_taken", "usual").row(0)
    beside = "" if usual is None else f", contre {decimal(usual)} d’habitude"
    return f"À {dates.time_of_day(at)}, {count(taken, 'position occupée', 'positions occupées')}{beside}"


def hours_in_words(opens_at: time | None, closes_at: time | None, at: datetime) -> str:
    """The hours of the day; outside them, when the place opens or since when it is shut; nothing when they are not known."""
    if opens_at is None or closes_at is None:
        return ""
    clock = dates.in_paris(at).time()
    if clock < opens_at:
        return f"ouvre à {dates.time_of_day(opens_at)}"
    return (
        dates.time_range(opens_at, closes_at) if clock < closes_at else f"fermé depuis {dates.time_of_day(closes_at)}"
    )


def _moment(at: datetime, epci: tuple[str, str] | None) -> str:
    """« Mardi 30 mai 2017, 10 h 12 »"""
    when = f"{capital(dates.full_date(dates.in_paris(at).date()))}, {dates.time_of_day(at)}"
    return f"{when}, {epci[1]}" if epci else when


def _in_words(seats: Seats) -> str:
    """« 18 positions occupées sur 58, 40 libres. »"""
    if not seats.known:
        return "aucun télécentre ouvert n’a donné de nouvelles depuis 24 heures."
    free = "" if seats.few else f", {count(seats.free or 0, 'libre')}"
    return f"{seats.taken_words} sur {integer(seats.known)}{free}."


def _table(places: list[Place], at: datetime, sentence: str, reader: Reader, *, demonstration: bool) -> Table:
    """The snapshot as rows: one per place and kind of seat."""
    rows = [
        (
            place.name,
            capital(SEAT_KINDS[kind].plural),
            seats,
            taken if place.gives_news else None,
            max(0, seats - taken) if place.gives_news and taken is not None else None,
            place.last_news_at,
            place.state,
        )
        for place in places
        for kind, seats, taken in place.kinds
    ]
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    if not reader.sees_small_counts:
        frame = masked(frame, "seats_taken", "seats_free", "last_news_at")
    title = f"Positions occupées et libres, {dates.date_and_time(at)}"
    return Table(title, frame, _HEADINGS, notes=(sentence,), demonstration=demonstration)


def _place(
    row: Mapping[str, Any], seats: pl.DataFrame, names: Mapping[str, str], at: datetime, reader: Reader
) -> Place:
    figures = measure(seats, (SEATS_TAKEN, SEATS_FREE)).row(0, named=True) if not seats.is_empty() else {}
    return Place(
        code=row["centre_code"],
        name=names[row["centre_code"]],
        kinds=tuple(seats.select("seat_kind", "seats", "seats_taken").iter_rows()),
        seats=int(seats["seats"].sum()),
        taken=figures.get("seats_taken"),
        free=figures.get("seats_free"),
        left_open=int(seats["left_open"].sum()),
        last_news_at=row["last_news_at"],
        closed=_closed(row, at) if row["shut"] else "",
        hours=hours_in_words(row["opens_at"], row["closes_at"], at),
        booking_page=row["booking_page"],
        counted=reader.sees_small_counts,
    )


def _closed(row: Mapping[str, Any], at: datetime) -> str:
    """Why the place does not open today."""
    weekly = f"fermé le {dates.weekday(dates.in_paris(at).isoweekday())}"
    return str(row["public_holiday"] or row["closure_reason"] or weekly)
