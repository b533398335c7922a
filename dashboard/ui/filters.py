"""Filters kept in the address of the page: `?centre=MURAT&periode=12s` opens the same view for whoever receives it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.ui import store
from dashboard.wording import dates
from dashboard.wording.terms import SEAT_KINDS, short_place_names
from dashboard.wording.typography import count
from data_access.periods import Period

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


def _restore(
    key: str, usual: Any, *, accepts: Callable[[Any], bool], read: Callable[[str], Any] = lambda text: text
) -> None:
    """Before the widget is drawn: what the address says, else what was chosen on another page, else the usual value."""
    if key in st.session_state and accepts(st.session_state[key]):
        return
    asked = st.query_params.get(key)
    wanted = read(asked) if asked is not None else st.session_state.get(_remembered(key), usual)
    st.session_state[key] = wanted if wanted is not None and accepts(wanted) else usual


def _keep(key: str, chosen: str, usual: str) -> str:
    st.session_state[_remembered(key)] = st.session_state[key]
    if chosen != usual:
        st.query_params[key] = chosen
    elif key in st.query_params:
        del st.query_params[key]
    return chosen


def _remembered(key: str) -> str:
    # Streamlit forgets a widget's value when its page is left; this copy stays.
    return f"filter-{key}"


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


# The filters of the pages, the same in the same place everywhere, and kept in the address so that a view can be
# shared.

FIRST_YEAR: Final = 2007
WHOLE_NETWORK: Final = "reseau"
CENTRE_CLICKED: Final = "lieu_clique"

_SPANS: Final = {"4s": 4, "12s": 12, "52s": 52}
_SPAN_LABELS: Final = {
    "4s": "4 semaines",
    "12s": "12 semaines",
    "52s": "52 semaines",
    "annee": "Année",
    "tout": "Tout",
}


def chosen_period(*, usual: str = "12s") -> tuple[Period, str]:
    """The period the reader wants, and how to say it; a span ends with the last week that is over."""
    today = clock.today()
    span = choice(st.segmented_control, "Période", _SPAN_LABELS, key="periode", usual=usual, required=True)
    if span in _SPANS:
        period = Period.last_weeks(_SPANS[span], today)
        return period, f"{count(_SPANS[span], 'semaine')}, {dates.date_range(period.first, period.last)}"
    if span == "annee":
        return year_to_date(chosen_year(), today)
    first = first_opening(store.centres(on=today), today)
    return Period.months(first, today), f"depuis {dates.month(first)}"


def year_to_date(year: int, today: date) -> tuple[Period, str]:
    """A year, cut at the last month that is over while it runs: a part of a month compares with nothing."""
    if year != today.year or today.month == 12:
        return Period.year(year), f"année {year}"
    last = today.replace(month=max(1, today.month - 1), day=1)
    period = Period.months(date(year, 1, 1), last)
    return period, f"de janvier à {dates.month(last)}"


def chosen_year() -> int:
    """A year from the first centre to this one; last year at first, since it is whole."""
    this_year = clock.today().year
    years = [str(year) for year in range(this_year, FIRST_YEAR - 1, -1)]
    return int(choice(st.selectbox, "Année", years, key="annee", usual=str(this_year - 1), width=140))


def chosen_centre() -> tuple[str | None, str | None]:
    """The code and name of one centre, or a pair of None for the whole network."""
    names = centre_names()
    options = {WHOLE_NETWORK: "Tout le réseau", **names}
    code = choice(st.selectbox, "Télécentre", options, key="centre", usual=WHOLE_NETWORK, width=320)
    return (None, None) if code == WHOLE_NETWORK else (code, names[code])


def chosen_seat_kind() -> str | None:
    """One kind of seat, or None for both."""
    options = {"tous": "Tous", **{code: term.brief for code, term in SEAT_KINDS.items()}}
    kind = choice(st.segmented_control, "Postes", options, key="postes", usual="tous", required=True)
    return None if kind == "tous" else kind


def centre_names() -> dict[str, str]:
    """Names by code of the places that have opened, in the order of names."""
    places = store.centres(on=clock.today()).filter(pl.col("status") != "planned")
    return dict(places.select("code", "name").iter_rows())


def take_centre_from(figure: str) -> str | None:
    """Keeps in the address the centre clicked in a figure whose marks carry its name; its code, None beside a mark."""
    event = st.session_state.get(f"chart-{figure}") or {}
    picked = event.get("selection", {}).get(CENTRE_CLICKED) or []
    codes = {name: code for code, name in centre_names().items()}
    code = next((codes[point["centre"]] for point in picked if point.get("centre") in codes), None)
    if code is not None:
        take("centre", code)
    return code


def first_opening(centres: pl.DataFrame, fallback: date) -> date:
    """The day the first centre opened."""
    opened = centres["first_opened_on"].drop_nulls()
    first = opened.min()
    return first if isinstance(first, date) else fallback


# Short names for the places, where room is short: the commune, or what tells apart the places of one commune.


def short_names() -> dict[str, str]:
    """The short name of every place, by its code."""
    places = store.centres(on=clock.today())
    return dict(zip(places["code"], labels(places), strict=True))


def labels(places: pl.DataFrame) -> list[str]:
    """The short name of each row of places, in their order."""
    return short_place_names(places.select("name", "commune_name").rows())
