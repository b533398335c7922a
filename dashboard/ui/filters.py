"""The filters of the pages, the same in the same place everywhere, and kept in the address so that a view can be shared."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.ui import address, clock, store
from dashboard.wording import dates
from dashboard.wording.plurals import count
from dashboard.wording.terms import SEAT_KINDS
from data_access.periods import Period

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


@dataclass(frozen=True)
class Perimeter:
    """What the figures of a page are about: a period, and the whole network or one centre."""

    period: Period
    as_of: date
    centre_code: str | None
    centre_name: str | None
    seat_kind: str | None = None
    spoken_period: str = ""

    @property
    def centres(self) -> tuple[str, ...] | None:
        """The centres to ask for; None for all."""
        return None if self.centre_code is None else (self.centre_code,)

    @property
    def place(self) -> str:
        """The place, for a sentence."""
        return self.centre_name or "le réseau"


def chosen_period(*, usual: str = "12s") -> tuple[Period, str]:
    """The period the reader wants, and how to say it; a span ends with the last week that is over."""
    today = clock.today()
    span = address.choice(st.segmented_control, "Période", _SPAN_LABELS, key="periode", usual=usual, required=True)
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
    return int(address.choice(st.selectbox, "Année", years, key="annee", usual=str(this_year - 1), width=140))


def chosen_centre() -> tuple[str | None, str | None]:
    """The code and name of one centre, or a pair of None for the whole network."""
    names = centre_names()
    options = {WHOLE_NETWORK: "Tout le réseau", **names}
    code = address.choice(st.selectbox, "Télécentre", options, key="centre", usual=WHOLE_NETWORK, width=320)
    return (None, None) if code == WHOLE_NETWORK else (code, names[code])


def chosen_seat_kind() -> str | None:
    """One kind of seat, or None for both."""
    options = {"tous": "Tous", **{code: term.brief for code, term in SEAT_KINDS.items()}}
    kind = address.choice(st.segmented_control, "Postes", options, key="postes", usual="tous", required=True)
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
        address.take("centre", code)
    return code


def first_opening(centres: pl.DataFrame, fallback: date) -> date:
    """The day the first centre opened."""
    opened = centres["opened_on"].drop_nulls()
    first = opened.min()
    return first if isinstance(first, date) else fallback
