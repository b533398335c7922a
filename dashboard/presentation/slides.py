"""What each slide of a show says: the figures anybody may read, the words around them, and a speaker's notes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import polars as pl
from pydantic import BaseModel, ConfigDict

from dashboard.configuration.settings import Settings
from dashboard.figures.masking import masked_tile
from dashboard.figures.model import EVERYBODY
from dashboard.figures.passes import members_tile
from dashboard.figures.places import points
from dashboard.figures.use import PUBLISHED_RATE, published_rate
from dashboard.indicators import attendance, catalogue, network, passes, placements, welcome
from dashboard.indicators.catalogue import indicator
from dashboard.indicators.disclosure import THRESHOLD
from dashboard.indicators.model import Facts, Indicator, Unit, measure
from dashboard.indicators.occupancy import OCCUPANCY, SEATS_FREE, SEATS_KNOWN, SEATS_TAKEN
from dashboard.wording import dates
from dashboard.wording.agenda import KINDS
from dashboard.wording.numbers import integer, percent, signed
from dashboard.wording.terms import MISSING, OWNER, PASS, hidden_words
from dashboard.wording.typography import capital, count, enumeration, plural, typeset
from dashboard.wording.units import format_value, wording_of
from data_access.facts import PresentationFacts, PresentOccupancy

OF_INDICATOR: Final = "indicateur."
"""What the code of a slide of any other indicator begins with."""

# What one slide says, and all of them at one instant: plain values that a file can keep and a document can show.


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True)


class Trend(_Plain):
    """How a figure moved: the share of the highest that each month reaches, the first and the last month named."""

    shares: tuple[float, ...]
    first: str
    last: str


class Gauge(_Plain):
    """A share of a whole, and the one it is compared with, if any."""

    share: float
    mark: float | None = None


class Place(_Plain):
    """A point of the map: the name written beside it, and how many places are there."""

    name: str
    latitude: float
    longitude: float
    places: int = 1


class AgendaLine(_Plain):
    """One thing to come: its day, what it is, and where."""

    when: str
    what: str
    where: str


class Slide(_Plain):
    """One idea. `number` is large, `unit` follows it, `caption` compares it; then at most one picture or list."""

    key: str
    title: str
    number: str = ""
    unit: str = ""
    caption: str = ""
    trend: Trend | None = None
    gauge: Gauge | None = None
    places: tuple[Place, ...] = ()
    lines: tuple[AgendaLine, ...] = ()
    addresses: tuple[str, ...] = ()
    live: bool = False


class Deck(_Plain):
    """The slides that have something to say, by key, as the data were on the day `on`.

    `frozen_at` is when they were written to a file; None for those made from the database as it is.
    """

    on: date
    demonstration: bool
    slides: dict[str, Slide]
    frozen_at: datetime | None = None


# The indicators that may be shown to anybody: for the whole network, and hidden where they would tell of a few
# people.

FEWEST_PEOPLE: Final = THRESHOLD
"""Under it, a count of people is not shown to anybody: those counted would be known by name in a village."""
_NOT_PEOPLE: Final = (Facts.NETWORK, Facts.ATTENDANCE)
_PEOPLE: Final = frozenset({Unit.PERSON, Unit.FAMILY, Unit.CONTRACT})

# One frame for each kind of facts that is known for the whole network, and what its flows cover.
_FRAMES: Final[Mapping[Facts, Callable[[PresentationFacts], pl.DataFrame]]] = {
    Facts.NETWORK: lambda facts: facts.network,
    Facts.ATTENDANCE: lambda facts: facts.attendance,
    Facts.USERS: lambda facts: facts.users,
    Facts.PASSES: lambda facts: facts.passes,
    Facts.PASS_COHORTS: lambda facts: facts.pass_cohorts,
    Facts.PLACEMENTS: lambda facts: facts.placements,
    Facts.MEETINGS: lambda facts: facts.meetings,
    Facts.WELCOME: lambda facts: sessions_held(facts),
    Facts.HOUSEHOLDS: lambda facts: facts.households,
}
_OVER_TWELVE_MONTHS: Final = frozenset({Facts.ATTENDANCE, Facts.PASSES, Facts.PASS_COHORTS})


@dataclass(frozen=True)
class _Split:
    """Figures that a reader adds up: all are hidden with the smallest of them, and with what is left of the whole."""

    parts: tuple[Indicator, ...]
    whole: Indicator | None = None
    """The figure shown of which they leave a rest; None where they leave none, or are known by their difference."""


_SPLITS: Final = (
    _Split((passes.PASS_OWN_PREMISES, passes.PASS_LOSSES)),
    # A year's difference of members is shown.
    _Split((passes.PASS_JOINS, passes.PASS_ENDS)),
    _Split((passes.PASS_KEPT, passes.PASS_TRIALS_OWN_PREMISES), passes.PASS_TRIALS_OVER),
    _Split((placements.PLACEMENTS_RUNNING,), placements.PLACEMENTS),
    _Split((placements.PLACEMENTS_AIM_1, placements.PLACEMENTS_AIM_2, placements.PLACEMENTS_AIM_3)),
    _Split((placements.MEETING_INTERESTED,), placements.MEETING_ATTENDEES),
    _Split((welcome.SETTLED_FAMILIES,), welcome.PROJECT_HOLDERS),
    _Split((welcome.PROJECT_HOLDERS,), welcome.WELCOME_PEOPLE),
)
_SHARES: Final[Mapping[str, Indicator]] = {
    "pass_kept_share": passes.PASS_KEPT,
    "running_share": placements.PLACEMENTS_RUNNING,
    "settled_share": welcome.SETTLED_FAMILIES,
}
# It is what joins less what leaves: shown, it would tell one of them when the other is hidden.
_NEVER: Final = frozenset({passes.PASS_NET})


@dataclass(frozen=True)
class PublicFigure:
    """A figure as a slide writes it: the number, its unit, and what it covers."""

    number: str
    unit: str
    coverage: str


def choosable() -> tuple[Indicator, ...]:
    """The indicators that can be a slide, in the order of the catalogue."""
    return tuple(
        each
        for each in catalogue.ALL
        if each.facts in _FRAMES
        and each not in _NEVER
        and (each.unit != Unit.RATIO or each.key in _SHARES or each.facts in _NOT_PEOPLE)
    )


def network_value(facts: PresentationFacts, indicator: Indicator) -> float | None:
    """The figure of the network, with nothing hidden; None when it is not known."""
    found: float | None = measure(_FRAMES[indicator.facts](facts), [indicator]).item()
    return found


def public_figure(facts: PresentationFacts, indicator: Indicator) -> PublicFigure:
    """The figure of the network as anybody may read it."""
    number, unit = _number_and_unit(indicator, network_value(facts, indicator), hidden=_hidden(facts, indicator))
    return PublicFigure(number, unit, coverage(facts, indicator))


def is_few(count: float | None) -> bool:
    """Whether a count of people is too small to be shown."""
    return count is not None and count < FEWEST_PEOPLE


def coverage(facts: PresentationFacts, indicator: Indicator) -> str:
    """« de mai 2016 à avril 2017 », « en 2017 », « au 30 mai 2017 »."""
    if indicator.facts == Facts.USERS:
        return f"en {facts.on.year}"
    if indicator.facts in _OVER_TWELVE_MONTHS and indicator != passes.PASS_MEMBERS:
        return f"de {dates.month(facts.period.first)} à {dates.month(facts.period.last)}"
    return f"au {dates.long_date(facts.on)}"


def sessions_held(facts: PresentationFacts) -> pl.DataFrame:
    """One row per welcome session that has taken place."""
    return welcome.every_session(facts.sessions, as_of=facts.on).filter("held")


def _hidden(facts: PresentationFacts, indicator: Indicator) -> str:
    """The words in place of a figure that nobody is told; nothing where it is told."""
    counted = _SHARES.get(indicator.key, indicator)
    if any(_tells_of_few(facts, split) for split in _SPLITS if counted in split.parts):
        return hidden_words(few=False)
    few = indicator.unit in _PEOPLE and is_few(network_value(facts, indicator))
    return hidden_words(few=True) if few else ""


def _tells_of_few(facts: PresentationFacts, split: _Split) -> bool:
    parts = [network_value(facts, part) for part in split.parts]
    whole = None if split.whole is None else network_value(facts, split.whole)
    rest = None if whole is None else whole - sum(part or 0 for part in parts)
    return any(is_few(count) for count in (*parts, rest))


def _number_and_unit(indicator: Indicator, known: float | None, *, hidden: str) -> tuple[str, str]:
    words = wording_of(indicator.unit)
    if hidden:
        return hidden, "" if indicator.unit == Unit.RATIO else words.plural
    if known is None:
        return MISSING, ""
    if words.symbol in ("%", "€"):
        return format_value(known, indicator.unit), ""
    number = format_value(known, indicator.unit).removesuffix(words.symbol).strip()
    return number, words.singular if abs(known) < 2 else words.plural


# From the sums of the network to what each slide says.

LINES: Final = 3
_LONGEST_NAME: Final = 30
_MOST_PLACES: Final = 3
_FEWEST: Final = FEWEST_PEOPLE - 1


def compose_deck(
    facts: PresentationFacts,
    occupancy: PresentOccupancy | None,
    keys: Iterable[str],
    *,
    addresses: tuple[str, ...],
    demonstration: bool,
) -> Deck:
    """The slides asked for that have something to say. `occupancy` None: nothing moves, as in a file."""
    made: dict[str, Slide] = {}
    for key in keys:
        if key == "direct":
            slide = live_slide(occupancy) if occupancy else None
        elif key == "contact":
            slide = _contact(addresses)
        elif key.startswith(OF_INDICATOR):
            slide = _of_indicator(facts, key)
        else:
            slide = _SLIDES[key](facts)
        if slide is not None:
            made[key] = slide
    return Deck(on=facts.on, demonstration=demonstration, slides=made)


def contact_addresses(settings: Settings) -> tuple[str, ...]:
    """Where to write and what to visit, as the settings say; else whom to ask for."""
    return tuple(each for each in (settings.contact_email, settings.public_address) if each) or (OWNER,)


def live_slide(now: PresentOccupancy) -> Slide | None:
    """The seats free in the whole network at this instant; None while nobody gives news."""
    figures = measure(now.facts, [SEATS_FREE, SEATS_TAKEN, SEATS_KNOWN, OCCUPANCY]).row(0, named=True)
    free, taken, seats = figures["seats_free"], figures["seats_taken"], figures["seats_known"]
    if not seats or free is None or taken is None:
        return None
    few = is_few(taken)
    # With the free ones, anybody would count the few people who are there.
    number = integer(max(seats - _FEWEST, 0)) if few else integer(free)
    taken_text = f"{hidden_words(few=True)} occupées" if few else count(taken, "occupée")
    return Slide(
        key="direct",
        title="Des places libres en ce moment",
        number=number,
        unit="places libres ou plus" if few else plural(free, "place libre", "places libres"),
        caption=typeset(f"{taken_text} sur {integer(seats)}, à {dates.time_of_day(now.at)}"),
        gauge=Gauge(share=0.0 if few else figures["occupancy"]),
        live=True,
    )


def _map(facts: PresentationFacts) -> Slide | None:
    shown = points(facts.places)
    if shown.is_empty():
        return None
    lost = facts.places.height - int(shown["places"].sum())
    title = f"{count(facts.places.height, 'lieu', 'lieux')} pour télétravailler"
    return Slide(
        key="carte",
        title=f"{title}, dont {integer(lost)} hors de la carte" if lost else title,
        places=tuple(Place(**row) for row in shown.iter_rows(named=True)),
    )


def _hours(facts: PresentationFacts) -> Slide | None:
    now = network_value(facts, attendance.HOURS)
    before = measure(facts.attendance_before, [attendance.HOURS]).item()
    if now is None:
        return None
    moved = f"{_signed_percent(now / before - 1)} en un an" if before else ""
    months = measure(facts.attendance_months, [attendance.HOURS], by="month_start").sort("month_start")
    return _figure_slide(facts, attendance.HOURS, "heures", "Heures d’utilisation", moved, _trend(months, "hours"))


def _fill_rate(facts: PresentationFacts) -> Slide | None:
    rate = network_value(facts, attendance.FILL_RATE)
    if rate is None:
        return None
    published = published_rate(facts.published)
    comparison = f"{percent(published)} en {PUBLISHED_RATE[1]}" if published is not None else ""
    slide = _figure_slide(
        facts, attendance.FILL_RATE, "remplissage", "Les positions de travail se remplissent", comparison
    )
    return slide.model_copy(update={"gauge": Gauge(share=rate, mark=published)})


def _pass(facts: PresentationFacts) -> Slide | None:
    now = network_value(facts, passes.PASS_MEMBERS)
    if not now:
        return None
    tile = masked_tile(members_tile(now, measure(facts.passes_before, [passes.PASS_MEMBERS]).item()), EVERYBODY)
    moved = ""
    if tile.value is not None and tile.previous is not None:
        moved = f"{signed(tile.value - tile.previous, 0)} {tile.compared_with}"
    slide = _figure_slide(facts, passes.PASS_MEMBERS, "pass", f"Le {PASS}", moved)
    return slide.model_copy(update={"unit": plural(now, "adhérent")})


def _placements(facts: PresentationFacts) -> Slide | None:
    now = network_value(facts, placements.PLACEMENTS)
    if not now:
        return None
    first = min(facts.placements["year"])
    since = f"avec Pôle Emploi, depuis {first}"
    return _figure_slide(facts, placements.PLACEMENTS, "contrats", "Des contrats de télétravail", since)


def _sessions(facts: PresentationFacts) -> Slide | None:
    held = sessions_held(facts)
    if held.is_empty():
        return None
    people, first = network_value(facts, welcome.WELCOME_PEOPLE), held["starts_on"].min()
    people_text = "" if people is None or is_few(people) else f"{count(people, 'personne')}"
    since = f" depuis {first.year}" if isinstance(first, date) else ""
    slide = _figure_slide(
        facts, welcome.WELCOME_SESSIONS, "sessions", "Accueillir de nouveaux actifs", f"{people_text}{since}"
    )
    return slide.model_copy(update={"unit": plural(held.height, "session d’accueil", "sessions d’accueil")})


def _agenda(facts: PresentationFacts) -> Slide | None:
    """The next days on which something takes place: the first thing of each, and where it does."""
    until = facts.today.replace(year=facts.today.year + 1, day=1)
    coming = facts.events.filter((pl.col("starts_on") >= facts.today) & (pl.col("starts_on") <= until))
    days: dict[date, dict[str, list[str]]] = {}
    for row in coming.iter_rows(named=True):
        where = days.setdefault(row["starts_on"], {}).setdefault(_event_name(row), [])
        where.append(row["commune_name"] or row["place"] or "")
    lines = [_line(day, happening) for day, happening in list(days.items())[:LINES]]
    return Slide(key="agenda", title="Prochains rendez-vous", lines=tuple(lines)) if lines else None


def _line(day: date, happening: Mapping[str, Sequence[str]]) -> AgendaLine:
    what, where = next(iter(happening.items()))
    places = list(dict.fromkeys(filter(None, where)))[:_MOST_PLACES]
    return AgendaLine(when=dates.day_and_month(day), what=what, where=enumeration(places))


def _event_name(row: Mapping[str, Any]) -> str:
    """The kind of a meeting; a fair or a forum has a name that people know it by."""
    if row["kind"] in ("fair", "forum") and len(row["title"]) <= _LONGEST_NAME:
        return typeset(row["title"])
    return KINDS[row["kind"]].title


def _contact(addresses: tuple[str, ...]) -> Slide:
    return Slide(key="contact", title="Venez essayer un télécentre", addresses=addresses)


_SLIDES: Final[Mapping[str, Callable[[PresentationFacts], Slide | None]]] = {
    "carte": _map,
    "heures": _hours,
    "remplissage": _fill_rate,
    "pass": _pass,
    "contrats": _placements,
    "sessions": _sessions,
    "agenda": _agenda,
}


def _of_indicator(facts: PresentationFacts, key: str) -> Slide:
    chosen = indicator(key.removeprefix(OF_INDICATOR))
    figure = public_figure(facts, chosen)
    return Slide(key=key, title=chosen.label, number=figure.number, unit=figure.unit, caption=capital(figure.coverage))


def _figure_slide(
    facts: PresentationFacts, of: Indicator, key: str, title: str, caption: str, trend: Trend | None = None
) -> Slide:
    figure = public_figure(facts, of)
    return Slide(key=key, title=title, number=figure.number, unit=figure.unit, caption=typeset(caption), trend=trend)


def _trend(months: pl.DataFrame, key: str) -> Trend | None:
    """None where a month is not known: a hole would be read as a zero."""
    values, days = months[key].to_list(), months["month_start"].to_list()
    if len(values) < 2 or None in values or not max(values):
        return None
    shares = tuple(round(each / max(values), 4) for each in values)
    return Trend(shares=shares, first=dates.short_month(days[0]), last=dates.short_month(days[-1]))


def _signed_percent(share: float) -> str:
    return f"{signed(share * 100, 0)} %"


# What a speaker says under each slide of a show: where its figure comes from, over which days, and what it means.

_FIGURES: Final[Mapping[str, Indicator]] = {
    "carte": network.CENTRES,
    "heures": attendance.HOURS,
    "remplissage": attendance.FILL_RATE,
    "pass": passes.PASS_MEMBERS,
    "contrats": placements.PLACEMENTS,
    "sessions": welcome.WELCOME_SESSIONS,
    "direct": OCCUPANCY,
}
_AGENDA: Final = ("Source : agenda du réseau.",)


def speaker_notes(facts: PresentationFacts, keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The lines of each slide; a slide without a figure has none, but the agenda."""
    notes: dict[str, tuple[str, ...]] = {"agenda": _AGENDA}
    for key in keys:
        of = indicator(key.removeprefix(OF_INDICATOR)) if key.startswith(OF_INDICATOR) else _FIGURES.get(key)
        if of is not None:
            period = "à l’instant où le fichier a été fait" if key == "direct" else coverage(facts, of)
            meaning = f"{of.label} : {of.definition} Formule : {of.formula}."
            notes[key] = (f"Source : {of.source}.", f"Période : {period}.", meaning)
    return notes
