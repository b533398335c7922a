"""The club Pass Actifs Mobiles as one reader is told of it: its perimeter in words, and its figures over a span of days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import polars as pl

from dashboard.figures.model import Reader, Table
from dashboard.indicators import passes as indicators
from dashboard.indicators.model import measure
from dashboard.wording import dates
from dashboard.wording.terms import PERSON_STATUSES, distinct_names, short_place_names
from data_access.facts import ClubFacts, ClubSpan
from data_access.periods import Period, month_start

MOVES: Final = (
    indicators.PASS_JOINS,
    indicators.PASS_ENDS,
    indicators.PASS_LOSSES,
    indicators.PASS_OWN_PREMISES,
    indicators.PASS_NET,
)
TRIALS: Final = (indicators.PASS_TRIALS_OVER, indicators.PASS_KEPT, indicators.PASS_KEPT_SHARE)


@dataclass(frozen=True)
class Club:
    """Whose figures are told, over which period in words (`spoken`), and to whom."""

    facts: ClubFacts
    spoken: str
    reader: Reader

    @property
    def period(self) -> Period:
        """The days whose moves are told."""
        return self.facts.now.period

    @property
    def on(self) -> date:
        """The day on which members are counted."""
        return self.facts.now.on

    @property
    def place(self) -> str:
        """« réseau entier », or the centre the page is about."""
        names = dict(self.facts.places.select("code", "name").iter_rows())
        return "réseau entier" if self.facts.centre_code is None else names[self.facts.centre_code]

    @property
    def who(self) -> str:
        """The perimeter, for a sentence: « réseau entier, indépendants »."""
        status = self.facts.status
        return f"{self.place}, {PERSON_STATUSES[status].counted(2)}" if status else self.place

    @property
    def places(self) -> dict[str, str]:
        """The short name of every place, by its code, which tells apart two of one name."""
        places = self.facts.places
        names = short_place_names(places.select("name", "commune_name").rows())
        return distinct_names(dict(zip(places["code"], names, strict=True)))

    @cached_property
    def now(self) -> dict[str, float | None]:
        """The figures of the span, by their keys."""
        return figures_of(self.facts.now)

    @cached_property
    def year_ago(self) -> dict[str, float | None]:
        """The same a year before; nothing where nothing compares."""
        return compared_figures(self.facts.year_ago, self.facts.began)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the files say of a figure."""
        return (
            f"Périmètre : {self.who}. Période : {self.spoken}.",
            f"Situation connue au {dates.long_date(self.facts.as_of)}.",
        )

    def table(self, title: str, frame: pl.DataFrame, headings: Mapping[str, str], *shares: str) -> Table:
        """Rows of the club, which say in their files what they are about."""
        return Table(title, frame, headings, self.notes, shares=frozenset(shares))


def figures_of(span: ClubSpan) -> dict[str, float | None]:
    """Members on the day, joins, departures and their net over the months, and who stayed after the free ones."""
    asked = ((span.members, [indicators.PASS_MEMBERS]), (span.months, MOVES), (span.cohorts, TRIALS))
    return {key: value for frame, wanted in asked for key, value in measure(frame, wanted).row(0, named=True).items()}


def compared_figures(then: ClubSpan | None, began: date | None) -> dict[str, float | None]:
    """The figures of another span; those the club was not yet there for are left out.

    Members need it to have begun by their day. The others need it for all of their days, or a part would be compared with
    a whole.
    """
    if then is None or began is None or then.on < began:
        return {}
    figures = figures_of(then)
    whole = then.period.first >= month_start(began)
    return figures if whole else {key: figures[key] for key in (indicators.PASS_MEMBERS.key,)}
