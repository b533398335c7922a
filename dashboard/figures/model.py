"""The shapes of what is said: a figure with its words, a tile, a table, what they are about and who reads them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

import polars as pl

from dashboard.charts.palette import LIGHT, Palette
from dashboard.indicators.model import Indicator
from dashboard.wording.terms import DEMONSTRATION, HIDDEN
from data_access.periods import Period


@dataclass(frozen=True)
class Reader:
    """Who reads: whether counts of fewer than five people are shown."""

    sees_small_counts: bool


EVERYBODY: Final = Reader(sees_small_counts=False)
"""What may be published."""


@dataclass(frozen=True)
class Perimeter:
    """What the figures are about: a period, and the whole network or one centre."""

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


# Told apart by which they are, not by what they hold: what is drawn of one is kept as long as it is.
@dataclass(frozen=True, eq=False)
class Table:
    """Rows under French headings, for reading and for files, and the lines that say what they are.

    `headings` gives the title of each column kept, in order. `shares` are the columns shown in percent. A column
    `<name>_hidden` of the frame tells where `name` is hidden from who reads: the word for it stands there, in files too.
    """

    title: str
    frame: pl.DataFrame
    headings: Mapping[str, str]
    notes: tuple[str, ...] = ()
    shares: frozenset[str] = frozenset()
    demonstration: bool = False

    @property
    def rows(self) -> pl.DataFrame:
        """The columns kept, under their French headings."""
        return self.frame.select(self._column(name).alias(heading) for name, heading in self.headings.items())

    def hides(self, name: str) -> list[bool]:
        """Row by row, whether this column is hidden from who reads."""
        told = f"{name}_hidden"
        return self.frame[told].to_list() if told in self.frame.columns else [False] * self.frame.height

    def _column(self, name: str) -> pl.Expr:
        if not any(self.hides(name)):
            return pl.col(name)
        return pl.when(f"{name}_hidden").then(pl.lit(HIDDEN)).otherwise(pl.col(name).cast(pl.String))

    @property
    def all_notes(self) -> tuple[str, ...]:
        """The notes, after the warning that the data are invented where they are."""
        return (f"{DEMONSTRATION} : chiffres inventés", *self.notes) if self.demonstration else self.notes


@dataclass(frozen=True)
class NativeChart:
    """The same figures as a chart that an office program draws and edits itself.

    `series` has one value per category under each name, null where there is none; `share` says they are percentages, and
    without `labelled` their figures are not written.
    """

    shape: Literal["bars", "columns", "stacked_columns", "line"]
    categories: tuple[str, ...]
    series: Mapping[str, tuple[float | None, ...]]
    share: bool = False
    labelled: bool = True


@dataclass(frozen=True, eq=False)
class Figure:
    """One drawing with what makes it readable without seeing it, wherever it is shown.

    `draw` makes the chart from `figures` for a palette, with `options`; None where there is nothing to draw. `spoken` says
    the chart in a sentence or two, `finding` its point, `table` holds the same data for reading and for files, and
    `nothing` says why where the table has no row. Documents also take `paper` (options that fit a page), `native`, what
    the figures rest on (`period`, `indicators`, `gaps`), and `details`: tables too long for a page, which workbooks carry.
    """

    key: str
    headline: str
    subtitle: str
    draw: Callable[..., Any] | None
    figures: pl.DataFrame
    spoken: str
    table: Table
    options: Mapping[str, Any] = field(default_factory=dict)
    nothing: str = ""
    finding: str = ""
    paper: Mapping[str, Any] = field(default_factory=dict)
    native: NativeChart | None = None
    period: str = ""
    indicators: tuple[Indicator, ...] = ()
    gaps: str = ""
    details: tuple[Table, ...] = ()

    def drawn(self, palette: Palette, **more: Any) -> Any:
        """The chart on a screen of that palette."""
        assert self.draw is not None, "nothing to draw"
        return self.draw(self.figures, palette=palette, **{**self.options, **more})

    def on_paper(self, **more: Any) -> Any:
        """The chart for a file: on white, at its size on a page, with all it needs inside."""
        # A picture has no server to ask for the map's outlines.
        whole = {"geometry": "inline"} if "geometry" in self.options else {}
        return self.drawn(LIGHT, **{**whole, **self.paper, **more})

    @property
    def method(self) -> tuple[str, ...]:
        """What each figure means and how it is computed."""
        return tuple(
            f"{each.label} : {each.definition} Formule : {each.formula}. Source : {each.source}."
            for each in self.indicators
        )


@dataclass(frozen=True)
class Tile:
    """One figure of the top row: its value, what it is compared with, and its recent course."""

    indicator: Indicator
    value: float | None
    previous: float | None = None
    compared_with: str = ""
    course: tuple[float | None, ...] = ()
    provisional: bool = False
    hidden: str = ""
    """The words in place of a value hidden from who reads, of `terms.hidden_words`: it stands in no other field either."""


@dataclass(frozen=True)
class Task:
    """One thing to do: a sentence, the page that settles it (empty where nothing has to be opened) and that page's filters."""

    said: str
    page: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """All that is said of a subject to one reader: one value, kept as it is for the whole of a look.

    `figures` by their keys, in the order of the page; `tasks` are what is to be done; `note` says perimeter, period and
    completeness.
    """

    sentence: str
    tiles: tuple[Tile, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
    note: str = ""
