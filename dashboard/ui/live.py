"""Occupation en direct on a screen: its filters, and its two parts that are looked at again and again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from dashboard.figures import occupancy
from dashboard.figures.model import Figure, Reader
from dashboard.figures.occupancy import Now, Place
from dashboard.ui import components, disclosure, filters, session, store
from dashboard.ui.place_choice import EVERYWHERE
from dashboard.wording import dates
from dashboard.wording.numbers import integer
from dashboard.wording.terms import MISSING, SEAT_KINDS
from dashboard.wording.typography import capital, count, enumeration, harvey_ball, seats_fraction, typeset
from data_access.facts import OccupancyFacts
from data_access.periods import day_in_paris, end_of_minute
from data_access.reads.occupancy import USUAL_DAYS

# Well under the five seconds in which a check-in made elsewhere must show.
CARDS_EVERY_SECONDS: Final = 2
COURSE_EVERY_SECONDS: Final = 60


@dataclass(frozen=True)
class Scope:
    """What the reader wants to see: one intercommunality (its number and its name) or all, all places or those with a free
    seat, moving or not."""

    epci: tuple[str, str] | None = None
    only_free: bool = False
    paused: bool = False

    def every(self, seconds: int) -> int | None:
        """How often a part of the page is looked at again; None while paused."""
        return None if self.paused else seconds


def chosen_scope() -> Scope:
    """The filters, kept in the address."""
    known = store.live_occupancy(at=_minute()).centres.drop_nulls("epci_siren").unique("epci_siren")
    named = known.sort("epci_name").select("epci_siren", "epci_name")
    names, epci = {EVERYWHERE: "Toutes"} | dict(named.iter_rows()), EVERYWHERE
    # A part of the network subtracted from the whole would count the people of the other one.
    if disclosure.sees_small_counts():
        epci = filters.choice(st.selectbox, "Intercommunalité", names, key="epci", usual=EVERYWHERE, width=320)
    only_free = filters.switch("Avec une place libre", key="libre")
    paused = filters.switch("Pause", key="pause")
    return Scope(None if epci == EVERYWHERE else (epci, names[epci]), only_free, paused)


def draw_now(scope: Scope) -> None:
    """The sentence and the cards: made anew only when something was written, or a minute ended."""
    with session.one_look():
        minute = _minute()
        length = len(_with_card(now(scope, minute), only_free=scope.only_free))
        components.paged(
            length, "cartes", lambda part: components.html(cards(scope, minute, part.start, part.stop)), whose="Lieux"
        )


def draw_place(centre_code: str) -> None:
    """The card of one place at this minute, or why it has none."""
    said = now(Scope(), _minute())
    components.html(_places(replace(said, places=tuple(place for place in said.places if place.code == centre_code))))


def draw_course(scope: Scope) -> None:
    """The course of the day, and the snapshot as a table with its files."""
    with session.one_look():
        minute = _minute()
        components.figure(course(scope, minute))
        with st.expander("Positions de chaque lieu", icon=":material/table:"):
            shown = now(scope, minute).table
            components.table(shown)
            components.files(shown, key="occupation")


def free_seats() -> dict[str, str]:
    """What is free at this minute in each place in service, in words, by its code."""
    said = now(Scope(), _minute())
    return {place.code: _free(place, said.at) for place in said.places}


def _free(place: Place, at: datetime) -> str:
    if place.closed:
        return f"fermé aujourd’hui ({place.closed})"
    if not place.gives_news:
        return f"{MISSING}, sans information depuis 24 heures"
    if not place.counted:
        return place.fullness
    free = f"{integer(place.free or 0)} sur {integer(place.seats)}" if place.free else "complet"
    return f"{free}, dernier pointage {dates.short_ago(at - place.last_news_at)}" if place.last_news_at else free


def now(scope: Scope, minute: datetime) -> Now:
    """What is said of that minute."""
    return store.said(occupancy.now, store.live_occupancy(at=minute), scope.epci, disclosure.reader())


def cards(scope: Scope, minute: datetime, first: int = 0, last: int | None = None) -> str:
    """All that moves: the sentence, the cards of a page, and the places that have none, with the reason."""
    return store.said(places_markup, now(scope, minute), first, last, only_free=scope.only_free)


def course(scope: Scope, minute: datetime) -> Figure:
    """The day up to that minute: one clock for the sentence and the curve."""
    return store.said(_course, store.live_occupancy(at=minute), scope.epci, minute, disclosure.reader())


def _course(facts: OccupancyFacts, epci: tuple[str, str] | None, minute: datetime, reader: Reader) -> Figure:
    codes = None if epci is None else tuple(facts.centres.filter(epci_siren=epci[0])["centre_code"])
    return occupancy.course(
        store.occupancy_by_half_hour(day=day_in_paris(minute), until=minute, centres=codes),
        day_in_paris(minute),
        epci,
        reader,
        usual_days=USUAL_DAYS,
        demonstration=facts.demonstration,
    )


def note(scope: Scope) -> str:
    """Where the figures come from, and how fresh they are."""
    moving = (
        "En pause : la page ne bouge plus jusqu’à ce que vous repreniez."
        if scope.paused
        else "La page se tient à jour d’elle-même ; une arrivée ou un départ y paraît en quelques secondes."
    )
    return (
        f"Périmètre : {scope.epci[1] if scope.epci else 'le réseau'}, à l’instant. Les positions occupées sont les arrivées "
        f"pointées par les animateurs ou les visiteurs et non suivies d’un départ. {moving}"
    )


def _minute() -> datetime:
    return end_of_minute(store.live_now())


# The cards, as one piece of markup: what changes together is drawn together.


def _with_card(said: Now, *, only_free: bool) -> list[Place]:
    return [place for place in said.places if place.gives_news and (place.free or not only_free)]


def places_markup(said: Now, first: int = 0, last: int | None = None, *, only_free: bool) -> str:
    """The sentence, the cards of these places, and the places that have none, with the reason."""
    return f'<p class="cc-key">{_text(said.sentence)}</p>{_places(said, first, last, only_free=only_free)}'


def _places(said: Now, first: int = 0, last: int | None = None, *, only_free: bool = False) -> str:
    shown = _with_card(said, only_free=only_free)[first:last]
    parts = []
    if shown:
        parts += ['<ul class="cc-live">', *(_card(place, said.at) for place in shown), "</ul>"]
    elif any(place.gives_news for place in said.places):
        parts.append(_aside("Toutes les positions de travail suivies sont occupées."))
    parts += [_aside(line) for line in _without_card(said.places)]
    return "".join(parts)


def _card(place: Place, at: datetime) -> str:
    if not place.counted:
        said = f'<p class="cc-seats"><small>{_text(capital(place.fullness))}</small></p>'
        return f"<li><h2>{_text(place.name)}</h2>{said}{_line([_text(place.hours)])}{_booking(place)}</li>"
    taken = place.taken or 0
    free = "complet" if not place.free else count(place.free, "libre")
    kinds = [
        f"{_text(capital(SEAT_KINDS[kind].short))} {_ball(occupied or 0, seats)} {seats_fraction(occupied or 0, seats)}"
        for kind, seats, occupied in place.kinds
    ]
    news = dates.short_ago(at - place.last_news_at) if place.last_news_at else ""
    lines = [
        f'<li><h2>{_text(place.name)}</h2><p class="cc-seats">{_ball(taken, place.seats)} '
        f"{seats_fraction(taken, place.seats)} <small>{_text(free)}</small></p>",
        _line(kinds),
        _line([_text(part) for part in (capital(news), place.hours) if part]),
    ]
    if place.left_open:
        said = count(place.left_open, "départ d’un jour passé non noté", "départs de jours passés non notés")
        lines.append(f"<p>{_text(said)}</p>")
    return "".join([*lines, _booking(place), "</li>"])


def _booking(place: Place) -> str:
    """The way to where a seat is booked, in another tab: this page goes on telling who is there."""
    if place.books_at is None:
        return ""
    return (
        f'<p><a href="{escape(place.books_at)}" target="_blank" rel="noopener noreferrer">'
        f'{_text("Réserver une place")}<span class="cc-unseen"> {_text(f"à {place.name}, dans un autre onglet")}</span></a></p>'
    )


def _line(parts: list[str]) -> str:
    """Parts side by side where there is room, else one under the other, none cut in two."""
    return f"<p>{' '.join(f'<span>{part}</span>' for part in parts)}</p>"


def _ball(taken: int, seats: int) -> str:
    """The share as a mark; the fraction beside it says the same in figures."""
    return f'<span class="cc-ball" aria-hidden="true">{harvey_ball(taken, seats)}</span>'


def _without_card(places: Sequence[Place]) -> Iterator[str]:
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
