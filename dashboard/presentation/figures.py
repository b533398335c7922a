"""The indicators that may be shown to anybody: for the whole network, and hidden where they would tell of a few people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import polars as pl

from dashboard.indicators import catalogue, passes, placements, welcome
from dashboard.indicators.disclosure import THRESHOLD
from dashboard.indicators.facts import Facts
from dashboard.indicators.model import Indicator, Unit, measure
from dashboard.ui.views.welcome import every_session
from dashboard.wording import dates
from dashboard.wording.terms import MISSING
from dashboard.wording.units import format_value, wording_of
from data_access.reads.presentation import PresentationFacts

FEWEST_PEOPLE: Final = THRESHOLD
"""Under it, a count of people is not shown to anybody: those counted would be known by name in a village."""
FEW: Final = f"moins de {FEWEST_PEOPLE}"
_NOT_PEOPLE: Final = (Facts.NETWORK, Facts.ATTENDANCE)
_PEOPLE: Final = frozenset({Unit.PERSON, Unit.FAMILY, Unit.CONTRACT})

# One frame for each kind of facts that is known for the whole network, and what its flows cover.
_FRAMES: Final[Mapping[Facts, Callable[[PresentationFacts], pl.DataFrame]]] = MappingProxyType(
    {
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
)
_OVER_TWELVE_MONTHS: Final = frozenset({Facts.ATTENDANCE, Facts.PASSES, Facts.PASS_COHORTS})
# What is a part of a whole that is shown too: by subtraction it tells the rest, so both are looked at.
_WHOLES: Final[Mapping[str, tuple[Indicator, Indicator]]] = MappingProxyType(
    {
        "pass_own_premises": (passes.PASS_OWN_PREMISES, passes.PASS_ENDS),
        "pass_losses": (passes.PASS_LOSSES, passes.PASS_ENDS),
        "pass_kept": (passes.PASS_KEPT, passes.PASS_TRIALS_OVER),
        "pass_kept_share": (passes.PASS_KEPT, passes.PASS_TRIALS_OVER),
        "placements_running": (placements.PLACEMENTS_RUNNING, placements.PLACEMENTS),
        "running_share": (placements.PLACEMENTS_RUNNING, placements.PLACEMENTS),
        "meeting_interested": (placements.MEETING_INTERESTED, placements.MEETING_ATTENDEES),
        "settled_share": (welcome.SETTLED_FAMILIES, welcome.PROJECT_HOLDERS),
    }
)
_AIMS: Final = (placements.PLACEMENTS_AIM_1, placements.PLACEMENTS_AIM_2, placements.PLACEMENTS_AIM_3)
# It is what joins less what leaves: shown, it would tell one of them when the other is hidden.
_NEVER: Final = frozenset({passes.PASS_NET})


@dataclass(frozen=True)
class Shown:
    """A figure as a slide writes it: the number, its unit, and what it covers."""

    number: str
    unit: str
    covers: str


def choosable() -> tuple[Indicator, ...]:
    """The indicators that can be a slide, in the order of the catalogue."""
    return tuple(
        each
        for each in catalogue.ALL
        if each.facts in _FRAMES
        and each not in _NEVER
        and (each.unit != Unit.RATIO or each.key in _WHOLES or each.facts in _NOT_PEOPLE)
    )


def value(facts: PresentationFacts, indicator: Indicator) -> float | None:
    """The figure of the network, with nothing hidden; None when it is not known."""
    found: float | None = measure(_FRAMES[indicator.facts](facts), [indicator]).item()
    return found


def shown(facts: PresentationFacts, indicator: Indicator) -> Shown:
    """The figure of the network as anybody may read it."""
    return Shown(
        *_written(indicator, value(facts, indicator), hidden=_is_hidden(facts, indicator)), covers(facts, indicator)
    )


def is_few(count: float | None) -> bool:
    """Whether a count of people is too small to be shown."""
    return count is not None and count < FEWEST_PEOPLE


def covers(facts: PresentationFacts, indicator: Indicator) -> str:
    """« de mai 2016 à avril 2017 », « en 2017 », « au 30 mai 2017 »."""
    if indicator.facts == Facts.USERS:
        return f"en {facts.on.year}"
    if indicator.facts in _OVER_TWELVE_MONTHS and indicator != passes.PASS_MEMBERS:
        return f"de {dates.month(facts.period.first)} à {dates.month(facts.period.last)}"
    return f"au {dates.long_date(facts.on)}"


def sessions_held(facts: PresentationFacts) -> pl.DataFrame:
    """One row per welcome session that has taken place."""
    return every_session(facts.sessions, as_of=facts.on).filter("held")


def _is_hidden(facts: PresentationFacts, indicator: Indicator) -> bool:
    if indicator in _AIMS:
        return any(is_few(value(facts, aim)) for aim in _AIMS)
    if indicator.key in _WHOLES:
        part, whole = (value(facts, each) for each in _WHOLES[indicator.key])
        return part is None or whole is None or is_few(part) or is_few(whole - part)
    return indicator.unit in _PEOPLE and is_few(value(facts, indicator))


def _written(indicator: Indicator, known: float | None, *, hidden: bool) -> tuple[str, str]:
    words = wording_of(indicator.unit)
    if hidden and indicator.unit == Unit.RATIO:
        return MISSING, ""
    if hidden:
        return FEW, words.plural
    if known is None:
        return MISSING, ""
    if words.symbol in ("%", "€"):
        return format_value(known, indicator.unit), ""
    number = format_value(known, indicator.unit).removesuffix(words.symbol).strip()
    return number, words.singular if abs(known) < 2 else words.plural
