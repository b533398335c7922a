"""What each slide of a show says: the figures anybody may read, the words around them, and a speaker's notes."""

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

import polars as pl

from dashboard.charts.columns import ORIGINS
from dashboard.figures import evaluation, use
from dashboard.figures import passes as club
from dashboard.figures import placements as convention
from dashboard.figures import welcome as sessions
from dashboard.figures.masking import masked_tile
from dashboard.figures.model import EVERYBODY, Figure, Tile, once
from dashboard.figures.occupancy import seats_told
from dashboard.figures.pass_people import figures_of
from dashboard.figures.places import points
from dashboard.indicators import attendance, catalogue, network, passes, placements, welcome
from dashboard.indicators.attendance import OCCUPANCY
from dashboard.indicators.catalogue import indicator
from dashboard.indicators.model import Facts, Indicator, Unit, measure
from dashboard.wording import dates
from dashboard.wording.agenda import KINDS
from dashboard.wording.numbers import integer, percent, rounded
from dashboard.wording.terms import JOB_CENTRE, MISSING, PASS, hidden_words
from dashboard.wording.typography import capital, count, enumeration, plural, typeset
from dashboard.wording.units import format_value, gains, wording_of
from data_access.facts import PresentationFacts, PresentOccupancy

OF_INDICATOR: Final = "indicateur."
"""What the code of a slide of any other indicator begins with."""

# What one slide says, and all of them at one instant: plain values that a file can keep and a document can show.


@dataclass(frozen=True)
class Columns:
    """A figure over months or years, one column each: its values, null where there is none, and where each comes from, a key
    of `charts.columns.ORIGINS`, or `chosen` where it is the one that is said."""

    names: tuple[str, ...]
    values: tuple[float | None, ...]
    origins: tuple[str, ...]
    label: str = ""
    said: str = ""
    ends: tuple[str, str] = ("", "")
    """What the first and the last column say, beside their names."""

    @property
    def shares(self) -> tuple[float, ...]:
        """Of the highest column, the share that each reaches."""
        known = [value or 0.0 for value in self.values]
        return tuple(round(value / (max(known) or 1), 4) for value in known)


@dataclass(frozen=True)
class Gauge:
    """A share of a whole."""

    share: float


@dataclass(frozen=True)
class Place:
    """A point of the map: the name written beside it, and how many places are there."""

    name: str
    latitude: float
    longitude: float
    places: int = 1


@dataclass(frozen=True)
class AgendaLine:
    """One thing to come: its day, its name, and what kind it is and where."""

    when: str
    what: str
    where: str


@dataclass(frozen=True)
class Slide:
    """One idea: its `title` says what happened, `number` is large with its `unit`, `caption` says over which days, `foot` where
    it comes from; beside it, at most one picture or list."""

    key: str
    title: str
    number: str = ""
    unit: str = ""
    caption: str = ""
    foot: str = ""
    trend: Columns | None = None
    gauge: Gauge | None = None
    places: tuple[Place, ...] = ()
    yearly: tuple[Columns, ...] = ()
    """The lines of the evaluation, over its years."""
    lines: tuple[AgendaLine, ...] = ()
    addresses: tuple[str, ...] = ()
    live: bool = False


@dataclass(frozen=True)
class Deck:
    """The slides that have something to say, by key, as the data were on the day `on`.

    `frozen_at` is when they were written to a file; None for those made from the database as it is.
    """

    on: date
    demonstration: bool
    slides: dict[str, Slide]
    frozen_at: datetime | None = None


# The indicators that may be shown to anybody: for the whole network, through the one mask.

# One frame for each kind of facts that is known for the whole network, beside those of use and of the Pass, whose figures are
# read as their pages say them; and what its flows cover.
_FRAMES: Final[Mapping[Facts, Callable[[PresentationFacts], pl.DataFrame]]] = {
    Facts.NETWORK: lambda facts: facts.network,
    Facts.ATTENDANCE: lambda facts: facts.attendance,
    Facts.USERS: lambda facts: facts.users,
    Facts.PASSES: lambda facts: facts.club.months,
    Facts.PASS_COHORTS: lambda facts: facts.club.cohorts,
    Facts.PLACEMENTS: lambda facts: facts.convention.contracts,
    Facts.MEETINGS: lambda facts: facts.convention.meetings,
    Facts.WELCOME: lambda facts: sessions_held(facts),
    Facts.HOUSEHOLDS: lambda facts: facts.welcome.households,
}
_NOT_PEOPLE: Final = (Facts.NETWORK, Facts.ATTENDANCE)
_OVER_TWELVE_MONTHS: Final = frozenset({Facts.ATTENDANCE, Facts.PASSES, Facts.PASS_COHORTS})
# What moved in twelve months: in January these are a year of their page, where one may be hidden for another's sake, and
# what joins less what leaves would tell one of them when the other is hidden.
_MOVES: Final = (passes.PASS_JOINS, passes.PASS_ENDS, passes.PASS_OWN_PREMISES, passes.PASS_LOSSES, passes.PASS_NET)
# The shares of people whose parts are hidden with them.
_SHARES: Final = (passes.PASS_KEPT_SHARE, placements.RUNNING_SHARE, welcome.SETTLED_SHARE)


def choosable() -> tuple[Indicator, ...]:
    """The indicators that can be a slide, in the order of the catalogue."""
    return tuple(
        each
        for each in catalogue.ALL
        if each.facts in _FRAMES
        and each not in _MOVES
        and (each.unit != Unit.RATIO or each in _SHARES or each.facts in _NOT_PEOPLE)
    )


def sessions_held(facts: PresentationFacts) -> pl.DataFrame:
    """One row per welcome session that has taken place."""
    return welcome.every_session(facts.welcome.sessions, as_of=facts.on).filter("held")


def coverage(facts: PresentationFacts, indicator: Indicator) -> str:
    """« de mai 2016 à avril 2017 », « en 2017 », « au 30 mai 2017 »."""
    if indicator.facts == Facts.USERS:
        return f"en {facts.on.year}"
    if indicator.facts not in _OVER_TWELVE_MONTHS or indicator == passes.PASS_MEMBERS:
        return f"au {dates.long_date(facts.today if indicator.facts == Facts.NETWORK else facts.on)}"
    if indicator.facts != Facts.ATTENDANCE:
        return f"de {dates.month(facts.members_period.first)} à {dates.month(facts.members_period.last)}"
    # What began within the twelve months is not said of months before it.
    known = _hours_by_month(facts).drop_nulls("hours")["month_start"].min()
    first = known if isinstance(known, date) else facts.period.first
    return f"de {dates.month(first)} à {dates.month(facts.period.last)}"


@dataclass(frozen=True)
class Show:
    """The figures of the network as anybody may read them."""

    facts: PresentationFacts

    @cached_property
    def _of_pages(self) -> Mapping[str, float | None]:
        return {**use.figures_of(self.facts.attendance), **figures_of(self.facts.club)}

    def value(self, of: Indicator) -> float | None:
        """The figure of the network, with nothing hidden; None when it is not known."""
        if of.key in self._of_pages:
            return self._of_pages[of.key]
        found: float | None = measure(_FRAMES[of.facts](self.facts), [of]).item()
        return found

    @cached_property
    def not_told(self) -> frozenset[Indicator]:
        """The figures of few people, or so near others that are shown that they would tell of few, as on their pages."""
        moved = {each.key: self.value(each) for each in passes.ALL if each.facts in _FRAMES}
        return (
            club.not_told(moved)
            | convention.not_told(self.facts.convention, convention.Asked(self.facts.on))
            | sessions.not_told(self.facts.welcome)
        )

    def tile(self, of: Indicator) -> Tile:
        """The figure of the network, hidden where it tells of few people."""
        hidden = hidden_words(few=False) if of in self.not_told else ""
        return masked_tile(Tile(of, self.value(of), hidden=hidden), EVERYBODY)

    def slide(self, of: Indicator, key: str, title: str, caption: str) -> Slide:
        """The figure as a slide writes it: the number and its unit."""
        tile, words = self.tile(of), wording_of(of.unit)
        if tile.hidden:
            number, unit = tile.hidden, "" if of.unit == Unit.RATIO else words.plural
        elif tile.value is None or words.symbol in ("%", "€"):
            number, unit = MISSING if tile.value is None else format_value(tile.value, of.unit), ""
        else:
            number = format_value(tile.value, of.unit).removesuffix(words.symbol).strip()
            unit = words.singular if abs(tile.value) < 2 else words.plural
        return Slide(
            key=key,
            title=typeset(title),
            number=number,
            unit=unit,
            caption=typeset(caption),
            foot=typeset(f"Source : {of.source[0].lower()}{of.source[1:]}"),
        )


# From the sums of the network to what each slide says.

LINES: Final = 3
_LONGEST_NAME: Final = 80
_MOST_PLACES: Final = 3


def compose_deck(
    facts: PresentationFacts,
    occupancy: PresentOccupancy | None,
    keys: Iterable[str],
    *,
    addresses: tuple[str, ...],
    demonstration: bool,
) -> Deck:
    """The slides asked for that have something to say. `occupancy` None: nothing moves, as in a file."""
    show, still, made = Show(facts), _still_slides(facts), dict[str, Slide]()
    for key in keys:
        if key == "direct":
            slide = live_slide(occupancy) if occupancy else None
        elif key == "contact":
            slide = Slide(key=key, title="Venez essayer un télécentre", addresses=addresses)
        else:
            if key not in still:
                still[key] = _still_slide(show, key)
            slide = still[key]
        if slide is not None:
            made[key] = slide
    return Deck(on=facts.today, demonstration=demonstration, slides=made)


@once
def _still_slides(_facts: PresentationFacts) -> dict[str, Slide | None]:
    """Those made so far of these facts: who comes or goes moves one slide, not the others."""
    return {}


def _still_slide(show: Show, key: str) -> Slide | None:
    if not key.startswith(OF_INDICATOR):
        return _SLIDES[key](show)
    of = indicator(key.removeprefix(OF_INDICATOR))
    return show.slide(of, key, of.label, capital(coverage(show.facts, of)))


def live_slide(now: PresentOccupancy) -> Slide | None:
    """The seats free in the whole network at this instant; None while nobody gives news."""
    seats = seats_told(now.facts, EVERYBODY)
    if not seats.known:
        return None
    taken = f"{hidden_words(few=True)} occupées" if seats.few else count(seats.taken or 0, "occupée")
    number, unit = integer(seats.least_free), plural(seats.least_free, "place libre", "places libres")
    if seats.few:
        unit += " ou plus"
    if seats.few and not seats.least_free:
        # Of so few seats nothing is sure to be free.
        number, unit, taken = hidden_words(few=True), "places occupées", ""
    said = f"{taken} sur {integer(seats.known)}, à {dates.time_of_day(now.at)}".strip()
    gauge = None if seats.share is None else Gauge(share=seats.share)
    title = "Des places libres en ce moment"
    return Slide(
        key="direct",
        title=title,
        number=number,
        unit=unit,
        caption=typeset(said),
        foot=typeset("Source : pointages en cours"),
        gauge=gauge,
        live=True,
    )


def _map(show: Show) -> Slide | None:
    open_places = show.facts.places
    shown = points(open_places)
    if shown.is_empty():
        return None
    lost = open_places.height - int(shown["places"].sum())
    title = f"{count(open_places.height, 'lieu', 'lieux')} pour télétravailler"
    communes = count(open_places["commune_name"].drop_nulls().n_unique(), "commune")
    slide = show.slide(
        network.SEATS, "carte", f"{title}, dont {integer(lost)} hors de la carte" if lost else title, f"dans {communes}"
    )
    # Seats that nobody noted are not a number to be read from afar.
    slide = (
        replace(slide, unit="positions de travail") if show.value(network.SEATS) else replace(slide, number="", unit="")
    )
    return replace(slide, places=tuple(Place(**row) for row in shown.iter_rows(named=True)))


def _hours(show: Show) -> Slide | None:
    facts, of = show.facts, attendance.HOURS
    now = show.value(of)
    if now is None:
        return None
    before = use.figures_of(facts.attendance_before)[of.key]
    title = "Les heures passées dans les télécentres"
    if before:
        moved = rounded((now / before - 1) * 100, 0)
        title = f"L’utilisation des télécentres {gains(moved, f'{integer(abs(moved))} %')} en un an"
    return replace(show.slide(of, "heures", title, coverage(facts, of)), trend=_trend(_hours_by_month(facts)))


def _fill_rate(show: Show) -> Slide | None:
    of = attendance.FILL_RATE
    rate, published = show.value(of), use.published_rate(show.facts.evaluated.published)
    if rate is None:
        return None
    title = f"Les positions de travail sont remplies à {percent(rate)}"
    if published is not None:
        title = f"{percent(rate)} de remplissage, contre {percent(published)} en {use.PUBLISHED_RATE[1]}"
    return replace(show.slide(of, "remplissage", title, coverage(show.facts, of)), trend=_by_year(show, of))


def _years(show: Show) -> Slide | None:
    """The seven lines of every year; no slide before there are two whole years to compare."""
    figure, chosen = _evaluated_years(show.facts)
    if chosen is None:
        return None
    drawn = figure.figures.with_columns(
        origin=pl.when((pl.col("year") == chosen) & pl.col("value").is_not_null())
        .then(pl.lit("chosen"))
        .otherwise("origin")
    )
    years = tuple(map(str, drawn["year"].unique(maintain_order=True)))
    lines = [
        Columns(
            years,
            tuple(own["value"]),
            tuple(own["origin"]),
            label=figure.table.headings[str(key)].removesuffix(" (€)"),
            said=typeset(own.row(by_predicate=pl.col("year") == chosen, named=True)["text"]),
        )
        for (key,), own in drawn.group_by("key", maintain_order=True)
    ]
    found = set(drawn["origin"])
    legend = [f"En vert : {chosen}."]
    for look, origins in (("Contour", ("published", "provisional")), ("Pointillé", ("missing", "hidden"))):
        if told := [ORIGINS[each] for each in origins if each in found]:
            legend.append(f"{look} : {' ou '.join(told)}.")
    return Slide(
        key="annees",
        title=typeset(figure.headline),
        caption=typeset(" ".join(legend)),
        foot=typeset("Source : bilans annuels"),
        yearly=tuple(lines),
    )


def _evaluated_years(facts: PresentationFacts) -> tuple[Figure, int | None]:
    """The years side by side as anybody reads them, and the last whole one; None before there are two to compare."""
    every = evaluation.every_year(facts.evaluated, EVERYBODY)
    whole = evaluation.whole_years(every)
    chosen = whole[-1].year if len(whole) > 1 else None
    return evaluation.years(every, chosen or facts.on.year), chosen


def _by_year(show: Show, of: Indicator) -> Columns | None:
    """A line of the evaluation, from the first year that has it, as anybody reads it; None before two are known."""
    figure, chosen = _evaluated_years(show.facts)
    if chosen is None:
        return None
    own = figure.figures.filter(key=of.key).with_columns(
        origin=pl.when((pl.col("year") == chosen) & pl.col("value").is_not_null())
        .then(pl.lit("chosen"))
        .otherwise("origin")
    )
    known = own.drop_nulls("value")
    if known.height < 2:
        return None
    own = own.filter(pl.col("year") >= known["year"].min())
    ends = (typeset(own["text"][0]), typeset(own["text"][-1]))
    return Columns(tuple(map(str, own["year"])), tuple(own["value"]), tuple(own["origin"]), ends=ends)


def _pass(show: Show) -> Slide | None:
    of = passes.PASS_MEMBERS
    now, before = show.value(of), measure(show.facts.members_before, [of]).item()
    if not now:
        return None
    tile = masked_tile(club.members_tile(now, before), EVERYBODY)
    title = f"Le {PASS}"
    if tile.value is not None and tile.previous is not None:
        moved = tile.value - tile.previous
        title = f"{title} {gains(moved, count(abs(moved), 'adhérent'))} {tile.compared_with}"
    slide = show.slide(of, "pass", title, coverage(show.facts, of))
    return replace(slide, unit=plural(now, "adhérent"), trend=_by_year(show, of))


def _placements(show: Show) -> Slide | None:
    of = placements.PLACEMENTS
    if not show.value(of):
        return None
    since = f"depuis {min(show.facts.convention.contracts['year'])}"
    slide = show.slide(of, "contrats", f"Des contrats de télétravail avec {JOB_CENTRE}", since)
    years = convention.by_year(show.facts.convention).table.frame.sort("year")
    hidden = years["placements_hidden"].to_list()
    values = [None if out else value for value, out in zip(years["placements"], hidden, strict=True)]
    origins = tuple("hidden" if out else "computed" for out in hidden)
    if len(values) < 2 or not any(values):
        return slide
    first, last = (hidden_words(few=False) if value is None else integer(value) for value in (values[0], values[-1]))
    return replace(slide, trend=Columns(tuple(map(str, years["year"])), tuple(values), origins, ends=(first, last)))


def _sessions(show: Show) -> Slide | None:
    held, people = sessions_held(show.facts), show.tile(welcome.WELCOME_PEOPLE).value
    if held.is_empty():
        return None
    begun = [day.year for day in held["starts_on"].drop_nulls()]
    since = f"depuis {min(begun)}" if begun else ""
    title = "Accueillir de nouveaux actifs"
    if people:
        title = f"{count(people, 'personne')} {plural(people, 'accueillie')} {since}".rstrip()
    slide = show.slide(welcome.WELCOME_SESSIONS, "sessions", title, since)
    trend = None
    if len(set(begun)) > 1:
        years = range(min(begun), max(begun) + 1)
        # A year in which none was held is a zero that is known.
        held_in = tuple(map(begun.count, years))
        ends = (integer(held_in[0]), integer(held_in[-1]))
        trend = Columns(tuple(map(str, years)), held_in, ("computed",) * len(years), ends=ends)
    return replace(slide, unit=plural(held.height, "session d’accueil", "sessions d’accueil"), trend=trend)


def _agenda(show: Show) -> Slide | None:
    """The next days on which something takes place: the first thing of each, by its name, and where it does."""
    facts = show.facts
    until = facts.today.replace(year=facts.today.year + 1, day=1)
    coming = facts.events.filter((pl.col("starts_on") >= facts.today) & (pl.col("starts_on") <= until))
    days: dict[date, dict[tuple[str, str], list[str]]] = {}
    for row in coming.iter_rows(named=True):
        kind = KINDS[row["kind"]].title
        where = days.setdefault(row["starts_on"], {}).setdefault((_event_name(row, kind), kind), [])
        where.append(row["commune_name"] or row["place"] or "")
    lines = [_line(day, happening) for day, happening in list(days.items())[:LINES]]
    foot = typeset("Source : agenda du réseau")
    return Slide(key="agenda", title="Prochains rendez-vous", lines=tuple(lines), foot=foot) if lines else None


def _line(day: date, happening: Mapping[tuple[str, str], Sequence[str]]) -> AgendaLine:
    (what, kind), where = next(iter(happening.items()))
    places = enumeration(list(dict.fromkeys(filter(None, where)))[:_MOST_PLACES])
    about = [each for each in (kind if kind not in what else "", places) if each]
    return AgendaLine(when=dates.day_and_month(day), what=what, where=" · ".join(about))


def _event_name(row: Mapping[str, Any], kind: str) -> str:
    """What it is called; doors that are open the same day in several places are one thing."""
    if row["kind"] == "open_day":
        return kind
    return typeset(textwrap.shorten(row["title"], _LONGEST_NAME, placeholder="…")) if row["title"] else kind


_SLIDES: Final[Mapping[str, Callable[[Show], Slide | None]]] = {
    "carte": _map,
    "heures": _hours,
    "remplissage": _fill_rate,
    "annees": _years,
    "pass": _pass,
    "contrats": _placements,
    "sessions": _sessions,
    "agenda": _agenda,
}


def _hours_by_month(facts: PresentationFacts) -> pl.DataFrame:
    return measure(facts.attendance_months, [attendance.HOURS], by="month_start").sort("month_start")


def _trend(months: pl.DataFrame) -> Columns | None:
    """The last month in green; None where one is not known: a hole would be read as a zero."""
    values = months["hours"].to_list()
    if len(values) < 2 or None in values or not max(values):
        return None
    origins = (*["computed"] * (len(values) - 1), "chosen")
    return Columns(tuple(map(dates.short_month, months["month_start"])), tuple(values), origins)


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
        if key == "annees":
            figure, _ = _evaluated_years(facts)
            notes[key] = (f"Période : {figure.period}.", figure.headline, figure.gaps)
        of = indicator(key.removeprefix(OF_INDICATOR)) if key.startswith(OF_INDICATOR) else _FIGURES.get(key)
        if of is not None:
            period = "à l’instant où le fichier a été fait" if key == "direct" else coverage(facts, of)
            meaning = f"{of.label} : {of.definition} Formule : {of.formula}."
            notes[key] = (f"Source : {of.source}.", f"Période : {period}.", meaning)
    return notes
