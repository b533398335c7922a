"""Filters kept in the address of the page: `?centre=MURAT&periode=12s` opens the same view for whoever receives it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.figures import model
from dashboard.figures.placements import SIGNED_IN
from dashboard.indicators.disclosure import last_published, published_before
from dashboard.ui import guard, session, store
from dashboard.wording import dates
from dashboard.wording.terms import PERSON_STATUSES, SEAT_KINDS, distinct_names
from dashboard.wording.typography import count
from data_access.facts import ClubFacts, ConventionFacts
from data_access.periods import Period, month_start, months_before
from data_access.words import same_text

# Filters kept in the address of the page: `?centre=MURAT&periode=12s` opens the same view for whoever receives it.
# The address carries codes, not what the screen says, so that links hold when wording changes. A filter that has its
# usual value is left out of the address. From page to page a filter keeps its value within a session.


def choice(
    widget: Callable[..., Any],
    label: str,
    options: Mapping[str, str] | Sequence[str],
    *,
    key: str,
    usual: str,
    **looks: Any,
) -> str:
    """One of `options` (code to what is shown), by `widget`, a Streamlit function that takes options and a `format_func`.

    A code in the address that is not an option is not followed.
    """
    names = dict(options) if isinstance(options, Mapping) else {option: option for option in options}
    _restore(key, usual, accepts=names.__contains__)
    chosen = widget(label, list(names), format_func=names.__getitem__, key=key, **looks)
    return _keep(key, chosen if chosen is not None else usual, usual)


_MOST_PLACES: Final = 40
_PLACES_FOUND: Final = 20


def place(
    label: str, names: Mapping[str, str], *, key: str, usual: str, apart: tuple[str, ...] = (), **looks: Any
) -> str:
    """One of `names` (code to what is shown), in a list; beyond forty, in the short list of those whose name has the first
    letters typed beside it, after those that stand `apart`."""
    if len(names) <= _MOST_PLACES:
        return choice(st.selectbox, label, names, key=key, usual=usual, **looks)
    _restore(key, usual, accepts=names.__contains__)
    searching = f"search-{key}"
    typed = st.text_input(
        f"{label} : premières lettres",
        key=searching,
        max_chars=80,
        autocomplete="off",
        placeholder="puis Entrée",
        width=200,
    )
    found = list(places_named(names, typed))[:_PLACES_FOUND] if typed.strip() else []
    offered = dict.fromkeys((*apart, usual, str(st.session_state[key]), *found))
    chosen = st.selectbox(label, list(offered), format_func=names.__getitem__, key=key, **looks)
    return _keep(key, chosen if chosen is not None else usual, usual)


def number(widget: Callable[..., Any], label: str, *, key: str, first: int, last: int, usual: int, **looks: Any) -> int:
    """A whole number from `first` to `last`, by a slider or the like."""
    _restore(key, usual, accepts=lambda value: first <= value <= last, read=_whole)
    chosen = widget(label, first, last, key=key, **looks)
    return int(_keep(key, str(chosen), str(usual)))


def switch(label: str, *, key: str) -> bool:
    """On or off; off at first."""
    _restore(key, False, accepts=lambda value: isinstance(value, bool), read=lambda text: text == "oui")
    return _keep(key, "oui" if st.toggle(label, key=key) else "non", "non") == "oui"


def text(label: str, *, key: str, longest: int, **looks: Any) -> str:
    """Words typed by the reader, without the spaces around them; none at first."""
    _restore(key, "", accepts=lambda value: isinstance(value, str) and len(value) <= longest)
    return _keep(key, st.text_input(label, key=key, max_chars=longest, **looks).strip(), "")


def take(key: str, value: str) -> None:
    """Sets a filter from elsewhere on the page, as a click on a map does; to be called before the filter is drawn."""
    st.session_state[key] = value
    st.session_state[_drawn_on(key)] = st.session_state.get(guard.PAGE)


def _restore(
    key: str, usual: Any, *, accepts: Callable[[Any], bool], read: Callable[[str], Any] = lambda text: text
) -> None:
    """Before the widget is drawn: what the address says, else what was chosen on another page, else the usual value."""
    # A page that Back returns to finds the value of the page before under the same name: its own widget has none yet.
    here = st.session_state.get(_drawn_on(key)) == st.session_state.get(guard.PAGE)
    if here and key in st.session_state and accepts(st.session_state[key]):
        return
    asked = st.query_params.get(key)
    wanted = read(asked) if asked is not None else st.session_state.get(_remembered(key), usual)
    st.session_state[key] = wanted if wanted is not None and accepts(wanted) else usual


def _keep(key: str, chosen: str, usual: str) -> str:
    st.session_state[_remembered(key)] = st.session_state[key]
    st.session_state[_drawn_on(key)] = st.session_state.get(guard.PAGE)
    if chosen != usual:
        st.query_params[key] = chosen
    elif key in st.query_params:
        del st.query_params[key]
    return chosen


def _remembered(key: str) -> str:
    # Streamlit forgets a widget's value when its page is left; this copy stays.
    return f"filter-{key}"


def _drawn_on(key: str) -> str:
    return f"filter-page-{key}"


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# The filters of the pages, the same in the same place everywhere, and kept in the address so that a view can be
# shared.

FIRST_YEAR: Final = 2007
WHOLE_NETWORK: Final = "reseau"

_WEEKS: Final = {"4s": 4, "12s": 12, "52s": 52}
CALENDAR: Final = {"mois": "Mois", "trimestre": "Trimestre", "annee": "Année", "dates": "Dates", "tout": "Tout"}
"""The spans of the calendar that every page with a period offers, after its own."""
_SPANS: Final = {**{code: count(weeks, "semaine") for code, weeks in _WEEKS.items()}, **CALENDAR}
_NOW: Final = "en-cours"


def chosen_period() -> tuple[Period, str]:
    """The period the reader wants, so far as its weeks are over, and how to say it."""
    today = clock.today()
    span = choice(st.segmented_control, "Période", _SPANS, key="periode", usual="12s", required=True)
    if span in _WEEKS:
        period = Period.last_weeks(_WEEKS[span], today)
        return period, f"{_SPANS[span]}, {dates.date_range(period.first, period.last)}"
    return calendar_period(span, today, first_opening(store.centres(on=today), today), by_week=True)


def calendar_period(span: str, today: date, beginning: date, *, by_week: bool = False) -> tuple[Period, str]:
    """The month, quarter, year, days or all time that the reader wants, of which `span` says the kind, and how to say it.

    One that runs goes up to today, or `by_week` to the last Sunday, as sheets are known; `beginning` is the first day there is.
    """
    first = min(beginning, today)
    if span == "mois":
        return _of_the_calendar("Mois", "mois_de", Period.month, "%Y-%m", dates.month, first, today, by_week=by_week)
    if span == "trimestre":
        key = "trimestre_de"
        return _of_the_calendar("Trimestre", key, Period.quarter, "%Y-%m", dates.quarter, first, today, by_week=by_week)
    if span == "annee":
        year = chosen_year()
        period = _so_far(Period.year(year), today, by_week=by_week)
        return period, spoken(period, f"année {year}")
    if span == "dates":
        days = sorted(_chosen_day(label, key, first, today) for label, key in (("Du", "du"), ("Au", "au")))
        period = _so_far(Period.days(*days), today, by_week=by_week)
        return period, spoken(period, dates.from_to(*days))
    period = _so_far(Period.since(beginning, today), today, by_week=by_week)
    return period, f"depuis {dates.month(beginning)}"


def _so_far(period: Period, today: date, *, by_week: bool) -> Period:
    return period.so_far(today, by_week=True) if by_week else period.so_far(today + timedelta(days=1))


def spoken(period: Period, whole: str) -> str:
    """« année 2016 » where it is over, « année 2017 en cours, du 1er janvier au 28 mai 2017 », « année 2018, qui commence »."""
    if not period.runs:
        return whole
    return (
        f"{whole}, qui commence" if period.is_empty else f"{whole} en cours, {dates.from_to(period.first, period.last)}"
    )


def _of_the_calendar(
    label: str,
    key: str,
    holding: Callable[[date], Period],
    code: str,
    name: Callable[[date], str],
    first: date,
    today: date,
    *,
    by_week: bool,
) -> tuple[Period, str]:
    """A month or a quarter from the first day to today; the one that runs at first, which moves with the day."""
    starts, span = [], holding(today)
    while span.last >= first:
        starts.append(span.first)
        span = holding(span.first - timedelta(days=1))
    options = {_NOW: f"Ce {label.lower()}{'-ci' if key == 'mois_de' else ''}"}
    options |= {start.strftime(code): name(start) for start in starts}
    chosen = choice(st.selectbox, label, options, key=key, usual=_NOW, width=210)
    start = today if chosen == _NOW else date.fromisoformat(f"{chosen}-01")
    period = _so_far(holding(start), today, by_week=by_week)
    return period, spoken(period, name(start))


def _chosen_day(label: str, key: str, first: date, today: date) -> date:
    usual = max(first, month_start(today)) if key == "du" else today
    _restore(key, usual, accepts=lambda day: isinstance(day, date) and first <= day <= today, read=_day)
    shown = st.date_input(label, min_value=first, max_value=today, key=key, format="DD/MM/YYYY", width=140)
    day = shown if isinstance(shown, date) else usual
    _keep(key, day.isoformat(), "")
    return day


def chosen_year(until: date | None = None) -> int:
    """A year from the first centre to this one, or that of a day before; last year at first, since it is whole."""
    this_year = clock.today().year
    years = [str(year) for year in range(until.year if until else this_year, FIRST_YEAR - 1, -1)]
    return int(choice(st.selectbox, "Année", years, key="annee", usual=str(this_year - 1), width=140))


def chosen_centre() -> tuple[str | None, str | None]:
    """The code and name of one centre, or a pair of None for the whole network."""
    names = centre_names()
    options = {WHOLE_NETWORK: "Tout le réseau", **names}
    code = place("Télécentre", options, key="centre", usual=WHOLE_NETWORK, width=320)
    return (None, None) if code == WHOLE_NETWORK else (code, names[code])


def chosen_seat_kind() -> str | None:
    """One kind of seat, or None for both."""
    options = {"tous": "Tous", **{code: term.brief for code, term in SEAT_KINDS.items()}}
    kind = choice(st.segmented_control, "Positions de travail", options, key="postes", usual="tous", required=True)
    return None if kind == "tous" else kind


def places_named(names: Mapping[str, str], text: str) -> dict[str, str]:
    """Those whose name has words that begin so, whatever accents and case."""
    asked = same_text(text).split()
    return {code: name for code, name in names.items() if all(f" {word}" in f" {same_text(name)}" for word in asked)}


def centre_names() -> dict[str, str]:
    """Names by code of the places that have opened, in the order of names; two of one name are told apart by their codes."""
    return dict(store.said(_names_of_the_opened, store.centres(on=clock.today())))


def _names_of_the_opened(centres: pl.DataFrame) -> dict[str, str]:
    opened = centres.filter(pl.col("status") != "planned")
    return distinct_names(dict(opened.select("code", "name").iter_rows()))


def own_centres() -> dict[str, str]:
    """Those the actor enters figures for."""
    actor = session.current_actor()
    return {code: name for code, name in centre_names().items() if actor.may_enter(code)}


def first_opening(centres: pl.DataFrame, fallback: date) -> date:
    """The day the first centre opened."""
    opened = centres["first_opened_on"].drop_nulls()
    first = opened.min()
    return first if isinstance(first, date) else fallback


def short_names() -> dict[str, str]:
    """The short name of every place, by its code, where room is short."""
    return dict(store.said(model.short_names, store.centres(on=clock.today())))


# What is asked of the Pass: which members, over which period, counted on which day.

_MONTHS: Final = {"12m": 12, "24m": 24, "36m": 36}
_ALL: Final = "tous"


def chosen_club() -> tuple[ClubFacts, str]:
    """The club over the period, at the centre and of the status that the reader wants, and how to say the period.

    Members are counted on its last day; those of a span, which is of months that are over, today.
    """
    today = clock.today()
    spans = {**{code: f"{months} mois" for code, months in _MONTHS.items()}, **CALENDAR}
    span = choice(st.segmented_control, "Période", spans, key="mois", usual="24m", required=True)
    if span in _MONTHS:
        over = today.replace(day=1) - timedelta(days=1)
        period, on = Period.months(months_before(over.replace(day=1), _MONTHS[span] - 1), over), today
        said = f"{spans[span]}, de {dates.month(period.first)} à {dates.month(period.last)}"
    else:
        period, said = calendar_period(span, today, store.first_joining() or today)
        on = period.last
    centre_code, _ = chosen_centre()
    options = {_ALL: "Tous", **{code: term.title for code, term in PERSON_STATUSES.items()}}
    status = choice(st.selectbox, "Statut", options, key="statut", usual=_ALL, width=220)
    kept = None if status == _ALL else status
    return store.club_facts(period, on=on, as_of=today, status=kept, centre_code=centre_code), said


def published_club() -> tuple[ClubFacts, str]:
    """The whole club from its first day to the last year that is over, as who may not see small counts is told of it."""
    over, first = last_published(clock.today()), store.first_joining()
    period = Period.since(min(first or over, over), over)
    facts = store.club_facts(period, on=over, as_of=over, earlier=tuple(published_before(over, first)))
    return facts, dates.from_to(period.first, over)


def published_convention() -> ConventionFacts:
    """The convention up to the last year that is over, as who may not see small counts is told of it."""
    over = last_published(clock.today())
    return store.convention_facts(as_of=over, earlier=tuple(published_before(over, date(SIGNED_IN, 12, 31))))


def _clicked(figure: str, key: str) -> str | None:
    """What the mark clicked in a figure holds, under the name of its selection; None beside a mark."""
    event = st.session_state.get(f"chart-{figure}") or {}
    picked = event.get("selection", {}).get(key) or []
    return next((str(value) for point in picked for value in point.values() if value), None)


def take_clicked(figure: str, key: str) -> None:
    """Sets the filter that the selection of a figure is named for to what its mark holds; nothing beside a mark."""
    if (picked := _clicked(figure, key)) is not None:
        take(key, picked)
