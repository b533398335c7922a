"""The shapes of what is said: a figure with its words, a tile, a table, what they are about and who reads them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from typing import Any, Final, Literal, TypeVar
from weakref import WeakKeyDictionary

import polars as pl

from dashboard.charts.palette import LIGHT, Palette
from dashboard.indicators.model import Indicator
from dashboard.wording.terms import DEMONSTRATION, HIDDEN, short_place_names
from dashboard.wording.typography import typeset
from dashboard.wording.units import cell, format_difference, format_value
from data_access.periods import Period

Facts = TypeVar("Facts")
Said = TypeVar("Said")


def once(make: Callable[[Facts], Said]) -> Callable[[Facts], Said]:
    """What is made of facts alone, and of several things that are said of them: made once, and gone with them."""
    made: WeakKeyDictionary[Facts, Said] = WeakKeyDictionary()

    @wraps(make)
    def found(facts: Facts) -> Said:
        if facts not in made:
            made[facts] = make(facts)
        return made[facts]

    return found


@dataclass(frozen=True)
class Reader:
    """Who reads: whether counts of fewer than five people are shown."""

    sees_small_counts: bool


EVERYBODY: Final = Reader(sees_small_counts=False)
"""What may be published."""
STAFF: Final = Reader(sees_small_counts=True)
"""Who keeps the figures: the report, and the command of who administers the machine."""


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

    `headings` gives the title of each column kept, in order. `shares` are the columns shown in percent. Where each row has
    a unit of its own, by its code in the column `unit` of the frame, `by_unit` are the columns measured in it, and
    `moves` those of them that tell how much a value moved. Numbers are kept whole: who writes or shows them rounds.

    A column `<name>_hidden` of the frame tells where `name` is hidden from who reads, `<name>_words` what stands in its
    place: those words stand there, in files too.
    """

    title: str
    frame: pl.DataFrame
    headings: Mapping[str, str]
    notes: tuple[str, ...] = ()
    shares: frozenset[str] = frozenset()
    demonstration: bool = False
    by_unit: frozenset[str] = frozenset()
    moves: frozenset[str] = frozenset()
    short: str = ""
    """A name of 31 letters at most, for the sheet of a workbook; that of the title where it is as short."""

    @property
    def rows(self) -> pl.DataFrame:
        """The columns kept, under their French headings."""
        return pl.DataFrame([self._column(name).alias(heading) for name, heading in self.headings.items()])

    @property
    def texts(self) -> pl.DataFrame:
        """The same, each value as the county writes it."""
        return pl.DataFrame(
            {heading: pl.Series(self.said(name), dtype=pl.String) for name, heading in self.headings.items()}
        )

    @property
    def units(self) -> list[str]:
        """Row by row, the code of the unit of what is `by_unit`."""
        return self.frame["unit"].to_list() if self.by_unit else [""] * self.frame.height

    def words(self, name: str) -> list[str | None]:
        """Row by row, what stands in this column instead of a value; null where the value does."""
        columns = self.frame.columns
        said = self.frame[f"{name}_words"].to_list() if f"{name}_words" in columns else [None] * self.frame.height
        if f"{name}_hidden" in columns:
            said = [
                HIDDEN if hidden else words for hidden, words in zip(self.frame[f"{name}_hidden"], said, strict=True)
            ]
        return said

    def _column(self, name: str) -> pl.Series:
        said = pl.Series(self.words(name), dtype=pl.String)
        kept = self.frame[name]
        return (
            kept if said.null_count() == said.len() else pl.select(pl.coalesce(said, kept.cast(pl.String))).to_series()
        )

    def said(self, name: str) -> list[str]:
        """Row by row, what is written of this column."""

        def written(value: Any, unit: str) -> str:
            if name == "year":
                return str(value)
            if name not in self.by_unit:
                return cell(value, share=name in self.shares)
            return format_difference(value, unit) if name in self.moves else format_value(value, unit)

        rows = zip(self.frame[name].to_list(), self.words(name), self.units, strict=True)
        return [written(value, unit) if words is None else words for value, words, unit in rows]

    @property
    def all_notes(self) -> tuple[str, ...]:
        """The notes, after the warning that the data are invented where they are."""
        return (f"{DEMONSTRATION} : chiffres inventés", *self.notes) if self.demonstration else self.notes


def method(*indicators: Indicator) -> tuple[str, ...]:
    """What each figure means and how it is computed."""
    return tuple(
        f"{each.label} : {each.definition} Formule : {each.formula}. Source : {each.source}." for each in indicators
    )


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

    `headline` says what happened, or what the figure is about where nothing can be said of it; `subtitle` what is drawn,
    `spoken` the rest of it for who does not see it, `hint` what a click does. `draw` makes the chart from `figures` for a
    palette, with `options`; None where there is nothing to draw. `table` holds the same data for reading and for files, and
    `nothing` says why where it has no row. Documents also take `paper` (options that fit a page), `native`, what the figures
    rest on (`period`, `indicators`, `gaps`), and `details`: tables too long for a page, which workbooks carry.
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
    hint: str = ""
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
    def alternative(self) -> str:
        """The chart for who does not see it: what it says, then the figures it draws."""
        return typeset(f"{self.headline}. {self.spoken}")

    @property
    def method(self) -> tuple[str, ...]:
        """What each figure means and how it is computed."""
        return method(*self.indicators)


@dataclass(frozen=True, eq=False)
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
    day: str = ""
    """The day or the year it is of, where others are shown another: two screens never give two numbers unsaid."""
    page: str = ""
    """The page that tells it in full, if the figure leads there."""


@dataclass(frozen=True)
class Task:
    """One thing to do: a sentence, the page that settles it (empty where nothing has to be opened) and that page's filters."""

    said: str
    page: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
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


def short_names(places: pl.DataFrame) -> dict[str, str]:
    """The short name of each place by its code, from their code, name and commune_name."""
    names = short_place_names(places.select("name", "commune_name").rows())
    return dict(zip(places["code"].to_list(), names, strict=True))


def side_by_side(
    title: str,
    wanted: Sequence[Indicator],
    now: tuple[str, Mapping[str, float | None]],
    spans: Mapping[str, tuple[str, Mapping[str, float | None]]],
    notes: tuple[str, ...],
    *,
    absent: str | None = None,
) -> Table:
    """One row per indicator: its value now and over other spans, each with how much it moved since; no row without a span.

    A span is a heading and its figures by their keys; `spans` are by the headings of how much moved. `absent` are the words
    for a figure that a span does not have, and for a move that nobody knows; else both are missing.
    """
    heading, values = now
    headings = {"label": "Indicateur", "now": heading}
    columns: dict[str, list[Any]] = {
        "label": [each.label for each in wanted],
        "unit": [each.unit.value for each in wanted],
        "now": [values[each.key] for each in wanted],
    }
    for place, (moved, (heading, then)) in enumerate(spans.items()):
        told, since = f"then_{place}", f"since_{place}"
        headings |= {told: heading, since: moved}
        columns[told] = [then.get(each.key) for each in wanted]
        columns[since] = [
            None if new is None or old is None else new - old
            for new, old in zip(columns["now"], columns[told], strict=True)
        ]
        columns[f"{told}_words"] = [None if each.key in then else absent for each in wanted]
        columns[f"{since}_words"] = [absent if gap is None else None for gap in columns[since]]
    numbers = headings.keys() - {"label"}
    schema = {name: pl.Float64 if name in numbers else pl.String for name in columns}
    return Table(
        title,
        pl.DataFrame(columns if spans else None, schema=schema, strict=False),
        headings,
        notes,
        by_unit=frozenset(numbers),
        moves=frozenset(name for name in numbers if name.startswith("since_")),
    )
