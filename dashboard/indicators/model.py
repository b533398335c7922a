"""What an indicator is, the facts it reads, and ``measure``, the only place where a figure is computed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final

import polars as pl


class Facts(StrEnum):
    """The kinds of facts, one frame each."""

    ATTENDANCE = "attendance"
    """Attendance of the complete weeks, by whichever dimensions were asked for."""
    PUNCTUALITY = "punctuality"
    """One row per centre and week over; ``weeks_on_time`` is 1 when it was entered by its deadline, of those that were due:
    closed and imported weeks are not, nor those whose deadline is to come."""
    NETWORK = "network"
    """One row per centre and date of reference."""
    OCCUPANCY = "occupancy"
    """One row per centre and seat kind, at one instant; ``seats_taken`` is null for a centre without news."""
    USERS = "users"
    """One row per year: distinct persons, counted where the names are."""
    PASSES = "passes"
    """One row per month, ``active`` at its end, or the row of one date."""
    PASS_COHORTS = "pass_cohorts"
    """One row per month of joining; ``kept`` and ``left_own_premises`` are part of ``trials_over``, part of ``joined``."""
    SERVICES = "services"
    """One row per year, kind of service and centre: distinct holders."""
    SUPPORTS = "supports"
    """One row per year, kind of support and centre."""
    PLACEMENTS = "placements"
    """One row per contract, or one per aim and quarter."""
    CANDIDATES = "candidates"
    """One row per step towards a contract, by year and aim: who reached it, and who had reached the step before."""
    MEETINGS = "meetings"
    """One row per information meeting; null = not noted."""
    WELCOME = "welcome"
    """One row per session."""
    WELCOME_DAYS = "welcome_days"
    """One row per session and day with a presence noted; ``day_number`` is 1 on the first day."""
    HOUSEHOLDS = "households"
    """One row per household received in a session."""
    FOLLOW_UP = "follow_up"
    """One row per contract or household, and horizon: ``followed`` is 1 once the horizon is past, else 0."""


class Unit(StrEnum):
    """What a figure counts. The code is also that of published figures; the French words for values are in ``wording``."""

    CENTRE = "centre"
    SEAT = "seat"
    PERSON = "person"
    FAMILY = "family"
    CONTRACT = "contract"
    SESSION = "session"
    HALF_DAY = "half_day"
    WEEK = "week"
    HOUR = "hour"
    RATIO = "ratio"
    EURO = "EUR"
    EURO_PER_SEAT = "EUR/seat/year"

    @property
    def label(self) -> str:
        """The French name, for the list of indicators: « demi-journées », « % »."""
        return _UNIT_LABELS[self]

    @property
    def dtype(self) -> type[pl.DataType]:
        """Counts are whole; hours, euros and shares are not."""
        measured = {Unit.HOUR, Unit.RATIO, Unit.EURO, Unit.EURO_PER_SEAT}
        return pl.Float64 if self in measured else pl.Int64


_UNIT_LABELS: Final[Mapping[Unit, str]] = {
    Unit.CENTRE: "télécentres",
    Unit.SEAT: "positions de travail",
    Unit.PERSON: "personnes",
    Unit.FAMILY: "familles",
    Unit.CONTRACT: "contrats",
    Unit.SESSION: "sessions",
    Unit.HALF_DAY: "demi-journées",
    Unit.WEEK: "semaines",
    Unit.HOUR: "heures",
    Unit.RATIO: "%",
    Unit.EURO: "euros",
    Unit.EURO_PER_SEAT: "euros par poste et par an",
}


class Dimension(StrEnum):
    """A way to cut facts. An indicator says over which of them its facts may be added up."""

    CENTRE = "centre"
    SEAT_KIND = "seat_kind"
    TIME = "time"
    AIM = "aim"

    @property
    def columns(self) -> frozenset[str]:
        """The columns of a frame of facts that cut along this dimension."""
        return _DIMENSION_COLUMNS[self]


_DIMENSION_COLUMNS: Final[Mapping[Dimension, frozenset[str]]] = {
    Dimension.CENTRE: frozenset({"centre_code", "centre_name"}),
    Dimension.SEAT_KIND: frozenset({"seat_kind"}),
    Dimension.TIME: frozenset(
        {"at", "as_of", "week_start", "month_start", "quarter_start", "year", "weekday", "starts_on"}
    ),
    Dimension.AIM: frozenset({"aim"}),
}

EVERYTHING: Final = frozenset(Dimension)
NOTHING: Final = frozenset[Dimension]()


@dataclass(frozen=True)
class Indicator:
    """A name, a sentence and an expression: what a figure means and how it is computed, at any grain."""

    key: str
    """Stable: the column of a frame, the header of a file, the anchor on the methodology page."""
    label: str
    unit: Unit
    definition: str
    formula: str
    source: str
    facts: Facts
    expression: pl.Expr = field(compare=False, repr=False)
    adds_over: frozenset[Dimension] = EVERYTHING
    """The dimensions along which rows of facts may be put together. For a ratio: along which both its parts add."""
    limits: str = ""

    @property
    def additive(self) -> bool:
        """Whether a reader may add up the figures shown, along ``adds_over``. Never true of a ratio."""
        return bool(self.adds_over) and self.unit not in (Unit.RATIO, Unit.EURO_PER_SEAT)

    @cached_property
    def reads(self) -> frozenset[str]:
        """The columns of facts that the expression needs."""
        return frozenset(self.expression.meta.root_names())

    @cached_property
    def column(self) -> pl.Expr:
        """The expression as a column of measured figures, under the key and in the type of the unit."""
        return self.expression.cast(self.unit.dtype).alias(self.key)


class NotAdditive(ValueError):
    """The figure asked for would add up what must not be added: distinct people, or a stock at several dates."""


class MissingColumns(ValueError):
    """The frame lacks columns that an indicator reads."""


def total(measured: str | pl.Expr) -> pl.Expr:
    """The sum of what is known: 0 without any row, null when there are rows and not one value (missing is not zero)."""
    values = pl.col(measured) if isinstance(measured, str) else measured
    return pl.when((values.count() > 0) | (values.len() == 0)).then(values.sum())


def ratio(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """Total over total; null when nothing was offered."""
    return pl.when(denominator != 0).then(numerator / denominator)


def measure(facts: pl.DataFrame, indicators: Iterable[Indicator], by: str | Sequence[str] = ()) -> pl.DataFrame:
    """One row per group in order of appearance (one row in all without ``by``), one column per indicator under its key.

    Raises NotAdditive rather than put together rows that do not add, MissingColumns when the facts lack something.
    """
    wanted = tuple(indicators)
    keys = (by,) if isinstance(by, str) else tuple(by)
    _refuse_missing_columns(facts, wanted, keys)
    _refuse_what_does_not_add(facts, wanted, keys)
    expressions = [indicator.column for indicator in wanted]
    return facts.group_by(keys, maintain_order=True).agg(expressions) if keys else facts.select(expressions)


def _refuse_missing_columns(facts: pl.DataFrame, indicators: tuple[Indicator, ...], by: tuple[str, ...]) -> None:
    present = frozenset(facts.columns)
    if unknown := sorted(set(by) - present):
        raise MissingColumns(f"cannot group by {', '.join(unknown)}: not in the facts ({', '.join(facts.columns)})")
    for indicator in indicators:
        if missing := sorted(indicator.reads - present):
            raise MissingColumns(f"{indicator.key} reads {', '.join(missing)}: not in the facts")


def _refuse_what_does_not_add(facts: pl.DataFrame, indicators: tuple[Indicator, ...], by: tuple[str, ...]) -> None:
    several = _columns_with_several_values(facts, by)
    for indicator in indicators:
        if not indicator.adds_over and _rows_in_largest_group(facts, by) > 1:
            raise NotAdditive(
                f"{indicator.key} counts distinct people: it cannot be computed from several rows of facts"
            )
        for dimension in sorted(EVERYTHING - indicator.adds_over):
            if clash := sorted(several & dimension.columns):
                raise NotAdditive(
                    f"{indicator.key} does not add over {dimension}: keep one value of {', '.join(clash)}, or group by it"
                )


def _columns_with_several_values(facts: pl.DataFrame, by: tuple[str, ...]) -> frozenset[str]:
    cuts = frozenset[str]().union(*(dimension.columns for dimension in Dimension))
    columns = sorted((cuts & frozenset(facts.columns)) - frozenset(by))
    if facts.height < 2 or not columns:
        return frozenset()
    distinct = pl.col(columns).n_unique()
    counts = facts.group_by(by).agg(distinct).select(pl.col(columns).max()) if by else facts.select(distinct)
    return frozenset(column for column, count in counts.row(0, named=True).items() if count > 1)


def _rows_in_largest_group(facts: pl.DataFrame, by: tuple[str, ...]) -> int:
    if facts.is_empty() or not by:
        return facts.height
    return int(facts.group_by(by).len("rows").select(pl.col("rows").max()).item())


# What has become of people some months later, where the time has not come for all: the same months for everybody.

HORIZONS: Final = (6, 12, 24)
"""Months after which one looks again."""


def at_horizons(rows: pl.DataFrame, *, since: str, as_of: date, horizons: Sequence[int] = HORIZONS) -> pl.DataFrame:
    """Each row once per horizon, with `months_after`, `horizon` (the day it falls on) and `followed`, 1 once it is past.

    `since` is the column of the day one counts from. Rows without that day are left out: nobody knows when their horizon
    falls. Keep the rows still to be followed out of a share, whatever has happened to them meanwhile: those who settled
    early are known early, and would make the share too high.
    """
    months = pl.DataFrame({"months_after": list(horizons)}, schema={"months_after": pl.Int64})
    return (
        rows.filter(pl.col(since).is_not_null())
        .join(months, how="cross")
        .with_columns(horizon=pl.col(since).dt.offset_by(pl.format("{}mo", "months_after")))
        .with_columns(followed=(pl.col("horizon") <= as_of).cast(pl.Int64))
    )


def within_one(column: str, expression: pl.Expr) -> pl.Expr:
    """The expression, or null where rows have several values of `column`: the same people stand in each of them."""
    return pl.when(pl.col(column).n_unique() <= 1).then(expression)
