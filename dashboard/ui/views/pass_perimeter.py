"""What the reader asks of the Pass: which members, which months, counted on which day."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, TypedDict

import streamlit as st

from dashboard.ui import address, clock, filters, store
from dashboard.wording import dates
from dashboard.wording.terms import PERSON_STATUSES
from data_access.periods import Period, month_end, month_start

_ALL: Final = "tous"
_SPANS: Final = {"12m": 12, "24m": 24, "36m": 36}
_SPAN_LABELS: Final = {"12m": "12 mois", "24m": "24 mois", "36m": "36 mois", "annee": "Année", "tout": "Tout"}


class Kept(TypedDict):
    """The people a question keeps; None for all."""

    status: str | None
    centre_code: str | None


@dataclass(frozen=True)
class Club:
    """The members the figures are about: who they are, where they work, the months looked at, the day they are counted.

    What became of the free months is told as it is known on `as_of`, also for people who joined long ago.
    """

    period: Period
    spoken_period: str
    on: date
    as_of: date
    status: str | None = None
    centre_code: str | None = None
    centre_name: str | None = None

    @property
    def months(self) -> int:
        """How many months the period has."""
        return (
            (self.period.last.year - self.period.first.year) * 12 + self.period.last.month - self.period.first.month + 1
        )

    @property
    def kept(self) -> "Kept":
        """The two filters, as questions take them."""
        return {"status": self.status, "centre_code": self.centre_code}

    @property
    def who(self) -> str:
        """The perimeter, for a sentence: « réseau entier, indépendants »."""
        names = [self.centre_name or "réseau entier"]
        if self.status:
            names.append(PERSON_STATUSES[self.status].counted(2))
        return ", ".join(names)

    def earlier(self, months: int) -> "Club":
        """The same question asked that many months before."""
        first, last = months_before(self.period.first, months), months_before(self.period.last.replace(day=1), months)
        return replace(self, period=Period.months(first, last), on=months_before(self.on, months))


def chosen_club() -> Club:
    """The period, the centre and the status the reader wants. A running month compares with nothing: spans leave it out."""
    today = clock.today()
    span = address.choice(st.segmented_control, "Période", _SPAN_LABELS, key="mois", usual="24m", required=True)
    over = month_start(today) - timedelta(days=1)
    on = today
    if span in _SPANS:
        period = Period.months(months_before(over, _SPANS[span] - 1), over)
        spoken = f"{_SPANS[span]} mois, {_from_to(period)}"
    elif span == "annee":
        period, spoken = filters.year_to_date(filters.chosen_year(), today)
        on = min(today, date(period.first.year, 12, 31))
    else:
        period = Period.months(min(store.first_joining() or over, over), over)
        spoken = _from_to(period)
    centre_code, centre_name = filters.chosen_centre()
    options = {_ALL: "Tous", **{code: term.title for code, term in PERSON_STATUSES.items()}}
    status = address.choice(st.selectbox, "Statut", options, key="statut", usual=_ALL, width=220)
    return Club(period, spoken, on, today, None if status == _ALL else status, centre_code, centre_name)


def months_before(day: date, months: int) -> date:
    """The same day that many months before, or the last one of a shorter month."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def _from_to(period: Period) -> str:
    first, last = dates.month(period.first), dates.month(period.last)
    return first if first == last else f"de {first} à {last}"
