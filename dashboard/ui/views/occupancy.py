"""Occupation en direct: seats taken and free at this moment, centre by centre, and the course of the day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from html import escape
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.lines import occupancy_day, occupancy_day_in_words
from dashboard.configuration import clock
from dashboard.figures.masking import masked, masked_counts, masked_means
from dashboard.figures.model import Figure, Table
from dashboard.indicators.disclosure import is_small
from dashboard.indicators.model import measure
from dashboard.indicators.occupancy import OCCUPANCY, SEATS_FREE, SEATS_KNOWN, SEATS_TAKEN, against_usual
from dashboard.ui import components, disclosure, filters, session, store
from dashboard.ui.filters import short_names
from dashboard.wording import dates
from dashboard.wording.numbers import integer
from dashboard.wording.terms import SEAT_KINDS, hidden_words
from dashboard.wording.typography import capital, count, enumeration, harvey_ball, seats_fraction, typeset
from data_access.reads.occupancy import USUAL_DAYS

# The cards of live occupancy, as one piece of markup: what changes together is drawn together.

_LOOK: Final = """<style>
.cc-live { list-style: none; margin: .75rem 0 0 !important; padding: 0 !important; display: grid; gap: .75rem;
  grid-template-columns: repeat(auto-fill, minmax(13.5rem, 1fr)); }
.cc-live li { margin: 0 !important; border: 1px solid rgba(128, 140, 132, .5); border-radius: .5rem; padding: .6rem .8rem; }
.cc-live h3 { font-size: 1.0625rem; margin: 0; padding: 0; }
.cc-live p { margin: 0; font-size: .875rem; }
.cc-live p > span { display: inline-block; white-space: nowrap; margin-right: .35rem; }
.cc-live .cc-seats > span { margin-right: 0; }
.cc-live .cc-seats { font-size: 1.5rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.cc-live .cc-seats small { font-size: 1rem; font-weight: 400; }
@media (max-width: 640px) { .cc-live { grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); } }
.cc-ball { font-family: "DejaVu Sans", "Segoe UI Symbol", "Apple Symbols", "Noto Sans Symbols 2", sans-serif; }
.cc-live-aside { margin: .75rem 0 0; font-size: .9375rem; }
</style>"""


@dataclass(frozen=True)
class Place:
    """One place at an instant. `kinds` are (kind, seats, taken); `taken` and `free` are None without news for a day.

    `closed` says why it does not open today, nothing when it does; `left_open` counts departures nobody noted. Not `counted`
    to who may not see small counts: a place then only says whether it is full.
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
    def gives_news(self) -> bool:
        """Whether its seats count in what is taken and free: it opens today, and somebody came or left since a day."""
        return not self.closed and self.taken is not None


def places_markup(sentence: str, places: list[Place], at: datetime, *, only_free: bool) -> str:
    """Everything that moves: the sentence, the cards, and the places that have none, with the reason."""
    known = [place for place in places if place.gives_news]
    shown = [place for place in known if place.free] if only_free else known
    parts = [_LOOK, f'<p class="cc-key">{_text(sentence)}</p>']
    if shown:
        parts += ['<ul class="cc-live">', *(_card(place, at) for place in shown), "</ul>"]
    elif known:
        parts.append(_aside("Toutes les positions de travail suivies sont occupées."))
    parts += [_aside(line) for line in _without_card(places)]
    return "".join(parts)


def hours_in_words(opens_at: time | None, closes_at: time | None, at: datetime) -> str:
    """The hours of the day; outside them, when the place opens or since when it is shut; nothing when they are not known."""
    if opens_at is None or closes_at is None:
        return ""
    now = dates.in_paris(at).time()
    if now < opens_at:
        return f"ouvre à {dates.time_of_day(opens_at)}"
    return dates.time_range(opens_at, closes_at) if now < closes_at else f"fermé depuis {dates.time_of_day(closes_at)}"


def _card(place: Place, at: datetime) -> str:
    if not place.counted:
        said = f'<p class="cc-seats"><small>{_text(capital(place.fullness))}</small></p>'
        return f"<li><h3>{_text(place.name)}</h3>{said}{_line([_text(place.hours)])}</li>"
    taken = place.taken or 0
    free = "complet" if not place.free else count(place.free, "libre")
    kinds = [
        f"{_text(capital(SEAT_KINDS[kind].short))} {_ball(occupied or 0, seats)} {seats_fraction(occupied or 0, seats)}"
        for kind, seats, occupied in place.kinds
    ]
    news = dates.short_ago(at - place.last_news_at) if place.last_news_at else ""
    lines = [
        f'<li><h3>{_text(place.name)}</h3><p class="cc-seats">{_ball(taken, place.seats)} '
        f"{seats_fraction(taken, place.seats)} <small>{_text(free)}</small></p>",
        _line(kinds),
        _line([_text(part) for part in (capital(news), place.hours) if part]),
    ]
    if place.left_open:
        said = count(place.left_open, "départ d’un jour passé non noté", "départs de jours passés non notés")
        lines.append(f"<p>{_text(said)}</p>")
    return "".join([*lines, "</li>"])


def _line(parts: list[str]) -> str:
    """Parts side by side where there is room, else one under the other, none cut in two."""
    return f"<p>{' '.join(f'<span>{part}</span>' for part in parts)}</p>"


def _ball(taken: int, seats: int) -> str:
    """The share as a mark; the fraction beside it says the same in figures."""
    return f'<span class="cc-ball" aria-hidden="true">{harvey_ball(taken, seats)}</span>'


def _without_card(places: list[Place]) -> Iterator[str]:
    closed = [
        f"{place.name} ({place.closed}{_present(place)})" for place in sorted(places, key=_by_name) if place.closed
    ]
    if closed:
        yield f"Fermé aujourd’hui : {', '.join(closed)}."
    rest = [place for place in sorted(places, key=_by_name) if not place.closed and place.taken is None]
    silent = [place.name for place in rest if place.seats]
    if silent:
        yield f"◌ Sans information depuis 24 heures : {enumeration(silent)}."
    unknown = [place.name for place in rest if not place.seats]
    if unknown:
        yield f"Positions de travail non renseignées : {enumeration(unknown)}."


def _present(place: Place) -> str:
    if not place.taken or not place.counted:
        return ""
    return f", {count(place.taken, 'pointage en cours', 'pointages en cours')}"


def _by_name(place: Place) -> str:
    return place.name


def _aside(said: str) -> str:
    return f'<p class="cc-live-aside">{_text(said)}</p>'


def _text(said: str) -> str:
    return escape(typeset(said))


# Live occupancy: the seats taken and free in each place, now, and today's course against a usual day.

EVERYWHERE: Final = "toutes"
# Well under the five seconds in which a check-in made elsewhere must show.
CARDS_EVERY_SECONDS: Final = 2
COURSE_EVERY_SECONDS: Final = 60
_DRAWN: Final = "occupancy-drawn"
_AT_AN_INSTANT: Final = (SEATS_TAKEN, SEATS_KNOWN, SEATS_FREE, OCCUPANCY)


@dataclass(frozen=True)
class Scope:
    """What the reader wants to see: one intercommunality or all, all places or those with a free seat, moving or not."""

    epci: str
    epci_name: str
    only_free: bool
    paused: bool

    def every(self, seconds: int) -> int | None:
        """How often a part of the page is looked at again; None while paused."""
        return None if self.paused else seconds


@dataclass(frozen=True)
class Now:
    """What is known at an instant: one row per place in service, and the facts of those that give news and open today."""

    at: datetime
    places: list[Place]
    figures: dict[str, float | None]


def chosen_scope() -> Scope:
    """The filters, kept in the address."""
    known = store.live_centres(at=store.end_of_minute(store.live_now())).drop_nulls("epci_siren").unique("epci_siren")
    named = known.sort("epci_name").select("epci_siren", "epci_name")
    names, epci = {EVERYWHERE: "Toutes"} | dict(named.iter_rows()), EVERYWHERE
    # A part of the network subtracted from the whole would count the people of the other one.
    if disclosure.sees_small_counts():
        epci = filters.choice(st.selectbox, "Intercommunalité", names, key="epci", usual=EVERYWHERE, width=320)
    only_free = filters.switch("Avec une place libre", key="libre")
    paused = filters.switch("Pause", key="pause")
    return Scope(epci, "" if epci == EVERYWHERE else names[epci], only_free, paused)


def draw_now(scope: Scope) -> None:
    """The sentence and the cards. Looked at again and again: made anew only when something was written, or a minute ended."""
    key = (store.version(), store.end_of_minute(clock.now()), clock.today(), scope, disclosure.sees_small_counts())
    drawn = st.session_state.get(_DRAWN)
    if drawn is None or drawn[0] != key:
        with session.one_look():
            now = now_in(scope)
            drawn = (key, places_markup(sentence(now, scope), now.places, now.at, only_free=scope.only_free))
        st.session_state[_DRAWN] = drawn
    st.html(drawn[1])


def draw_course(scope: Scope) -> None:
    """The course of the day, and the snapshot as a table with its files."""
    components.figure(course(scope))
    with st.expander("Positions de chaque lieu", icon=":material/table:"):
        shown = table(scope)
        components.table(shown)
        components.files(shown, key="occupation")


def now_in(scope: Scope) -> Now:
    """The places of the scope, those with most free seats first, and their totals."""
    at = store.live_now()
    minute = store.end_of_minute(at)
    centres, facts = _within(store.live_centres(at=minute), scope), store.occupancy_facts(at=minute)
    names = short_names()
    by_centre = facts.partition_by("centre_code", as_dict=True)
    places = [
        _place(row, by_centre.get((row["centre_code"],), facts.clear()), names, at)
        for row in centres.iter_rows(named=True)
    ]
    open_now = [place.code for place in places if place.gives_news]
    figures = measure(facts.filter(pl.col("centre_code").is_in(open_now)), _AT_AN_INSTANT).row(0, named=True)
    return Now(at, sorted(places, key=lambda place: (-(place.free or 0) * place.counted, place.name)), figures)


def sentence(now: Now, scope: Scope) -> str:
    """« Mardi 30 mai 2017, 10 h 12 : 18 positions occupées sur 58, 40 libres. »"""
    when = f"{capital(dates.full_date(dates.in_paris(now.at).date()))}, {dates.time_of_day(now.at)}"
    where = f", {scope.epci_name}" if scope.epci_name else ""
    if not now.figures["seats_known"]:
        return f"{when}{where} : aucun télécentre ouvert n’a donné de nouvelles depuis 24 heures."
    if is_small(now.figures["seats_taken"]) and not disclosure.sees_small_counts():
        return f"{when}{where} : {hidden_words(few=True)} positions occupées sur {integer(now.figures['seats_known'])}."
    taken = count(now.figures["seats_taken"] or 0, "position occupée", "positions occupées")
    free = count(now.figures["seats_free"] or 0, "libre")
    return f"{when}{where} : {taken} sur {integer(now.figures['seats_known'])}, {free}."


def course(scope: Scope) -> Figure:
    """Today half-hour by half-hour, against the same weekday of the last weeks."""
    at = store.live_now()
    today = clock.today()
    centres = None if scope.epci == EVERYWHERE else _codes(scope, at)
    slots = store.occupancy_by_half_hour(day=today, until=store.end_of_minute(at), centres=centres)
    # Half-hours are never added up: what is small is hidden alone.
    reader = disclosure.reader()
    taken = masked_counts(against_usual(slots, today), "seats_taken", ["slot"], reader, totals=())
    figures = masked_means(taken, "usual", reader)
    weekday = dates.weekday(today.isoweekday())
    usual_days = slots.filter(pl.col("day") != today)["day"].n_unique()
    usual_name = f"un {weekday} habituel"
    usual = (
        f"En gris : la moyenne des {usual_days} derniers {weekday}s où l’on a pointé."
        if usual_days > 1
        else f"Pas assez de {weekday}s pointés pour dire ce qui est habituel."
        if usual_days == 0
        else f"En gris : le dernier {weekday} où l’on a pointé."
    )
    where = capital(scope.epci_name) or "Tout le réseau"
    return Figure(
        key="occupation-du-jour",
        headline=f"{capital(weekday)} au fil des heures",
        subtitle=f"Positions occupées, par demi-heure. {where}, {dates.long_date(today)}. {usual}",
        draw=occupancy_day,
        figures=figures,
        spoken=occupancy_day_in_words(figures, usual_name=usual_name),
        table=Table(
            f"Positions occupées par demi-heure, {dates.full_date(today)}",
            figures,
            {"slot": "Heure", "seats_taken": "Positions occupées", "usual": capital(usual_name)},
            notes=(f"Périmètre : {where}. {usual}", f"Au plus les {USUAL_DAYS} derniers jours pointés de même nom."),
            demonstration=store.is_demonstration(),
        ),
        options={"usual_name": usual_name},
    )


def table(scope: Scope) -> Table:
    """The snapshot as rows: one per place and kind of seat."""
    now = now_in(scope)
    rows = [
        {
            "centre_name": place.name,
            "seat_kind": capital(SEAT_KINDS[kind].plural),
            "seats": seats,
            "seats_taken": taken if place.gives_news else None,
            "seats_free": max(0, seats - taken) if place.gives_news and taken is not None else None,
            "last_news_at": place.last_news_at,
            "state": place.state,
        }
        for place in now.places
        for kind, seats, taken in place.kinds
    ]
    schema: dict[str, Any] = {
        "centre_name": pl.String,
        "seat_kind": pl.String,
        "seats": pl.Int64,
        "seats_taken": pl.Int64,
        "seats_free": pl.Int64,
        "last_news_at": pl.Datetime("us", "UTC"),
        "state": pl.String,
    }
    frame = pl.DataFrame(rows, schema=schema)
    if not disclosure.sees_small_counts():
        frame = masked(frame, "seats_taken", "seats_free", "last_news_at")
    return Table(
        f"Positions occupées et libres, {dates.date_and_time(now.at)}",
        frame,
        {
            "centre_name": "Télécentre",
            "seat_kind": "Positions de travail",
            "seats": "Nombre",
            "seats_taken": "Occupées",
            "seats_free": "Libres",
            "last_news_at": "Dernière information",
            "state": "État",
        },
        notes=(sentence(now, scope),),
        demonstration=store.is_demonstration(),
    )


def note(scope: Scope) -> str:
    """Where the figures come from, and how fresh they are."""
    moving = (
        "En pause : la page ne bouge plus jusqu’à ce que vous repreniez."
        if scope.paused
        else "La page se tient à jour d’elle-même ; une arrivée ou un départ y paraît en quelques secondes."
    )
    return (
        f"Périmètre : {scope.epci_name or 'le réseau'}, à l’instant. Les positions occupées sont les arrivées pointées par "
        f"les animateurs ou les visiteurs et non suivies d’un départ. {moving}"
    )


def _within(centres: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    return centres if scope.epci == EVERYWHERE else centres.filter(pl.col("epci_siren") == scope.epci)


def _codes(scope: Scope, at: datetime) -> tuple[str, ...]:
    return tuple(_within(store.live_centres(at=store.end_of_minute(at)), scope)["centre_code"])


def _place(row: dict[str, Any], facts: pl.DataFrame, names: dict[str, str], at: datetime) -> Place:
    figures = measure(facts, _AT_AN_INSTANT).row(0, named=True) if not facts.is_empty() else {}
    return Place(
        code=row["centre_code"],
        name=names.get(row["centre_code"]) or row["centre_name"],
        kinds=tuple(facts.select("seat_kind", "seats", "seats_taken").iter_rows()),
        seats=int(facts["seats"].sum()),
        taken=figures.get("seats_taken"),
        free=figures.get("seats_free"),
        left_open=int(facts["left_open"].sum()),
        last_news_at=row["last_news_at"],
        closed=_closed(row, at),
        hours=hours_in_words(row["opens_at"], row["closes_at"], at),
        counted=disclosure.sees_small_counts(),
    )


def _closed(row: dict[str, Any], at: datetime) -> str:
    """Why the place does not open today; nothing when it does, or when nobody recorded its hours."""
    if row["public_holiday"]:
        return str(row["public_holiday"])
    if row["closure_reason"]:
        return str(row["closure_reason"])
    if row["keeps_hours"] and row["opens_at"] is None:
        return f"fermé le {dates.weekday(dates.in_paris(at).isoweekday())}"
    return ""
