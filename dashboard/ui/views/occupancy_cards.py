"""The cards of live occupancy, as one piece of markup: what changes together is drawn together."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from html import escape
from typing import Final

from dashboard.wording import dates
from dashboard.wording.glyphs import harvey_ball, seats_fraction
from dashboard.wording.plurals import count, enumeration
from dashboard.wording.terms import SEAT_KINDS
from dashboard.wording.typography import capital, typeset

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
        lines.append(f"<p>{_text(f'Dont {said}')}</p>")
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
