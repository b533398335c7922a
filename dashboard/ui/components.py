"""The parts every page is made of: a title and its question, a sentence, tiles, figures with their table and files, notes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.palette import DARK, LIGHT, Palette
from dashboard.exports.tables import Table
from dashboard.indicators.model import Indicator, Unit
from dashboard.ui import disclosure, downloads, store
from dashboard.ui.navigation import link_to as link_to
from dashboard.ui.navigation import page_entry
from dashboard.wording.cells import cell
from dashboard.wording.small_counts import FEWER, HIDDEN, SMALL_COUNTS_HIDDEN
from dashboard.wording.terms import MISSING
from dashboard.wording.typography import typeset
from dashboard.wording.units import format_value, metric_delta

_ROWS_AS_HTML: Final = 40
# What it does is in the pages' script: it works where the browser gives no access to its clipboard.
_SHARE: Final = (
    '<span class="cc-share"><span class="cc-share-said" role="status"></span>'
    '<button type="button" class="cc-share-button">Copier le lien</button></span>'
)


@dataclass(frozen=True)
class Tile:
    """One figure of the top row: its value, what it is compared with, and its recent course."""

    indicator: Indicator
    value: float | None
    previous: float | None = None
    compared_with: str = ""
    course: tuple[float, ...] = ()
    provisional: bool = False
    hidden: bool = False
    """The value is small, and hidden from who reads: it stands in no other field either."""


@dataclass(frozen=True)
class Figure:
    """One chart with what makes it readable without seeing it.

    `draw` makes the chart from `figures` for a palette; `spoken` says the point of the chart in a sentence or two;
    `table` holds the same data for reading and for files.
    """

    key: str
    headline: str
    subtitle: str
    draw: Callable[..., Any]
    figures: pl.DataFrame
    spoken: str
    table: Table
    options: Mapping[str, Any] = field(default_factory=dict)


def palette() -> Palette:
    """The colours of the theme the reader sees."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def page_title(name: str) -> None:
    """The title of a page, the question it answers, and the button that copies its address, filters included."""
    entry = page_entry(name)
    st.title(entry.title, anchor=False)
    st.html(f'<div class="cc-head"><p class="cc-question">{escape(typeset(entry.question))}</p>{_SHARE}</div>')


def masking_note() -> None:
    """That small counts are hidden, said to whom they are hidden from."""
    if not disclosure.sees_small_counts():
        note(SMALL_COUNTS_HIDDEN)


def key_sentence(text: str) -> None:
    """The sentence a reader should leave with."""
    st.html(f'<p class="cc-key">{escape(typeset(text))}</p>')


def note(text: str) -> None:
    """A line of small text: perimeter, period, completeness, a limit."""
    st.html(f'<p class="cc-note">{escape(typeset(text))}</p>')


def tiles(row: Sequence[Tile]) -> None:
    """At most four figures side by side, each with its definition and its comparison."""
    for place, tile in zip(st.columns(len(row), gap="small"), row, strict=True):
        with place:
            _tile(disclosure.tile_for_reader(tile))


def _tile(tile: Tile) -> None:
    unit = tile.indicator.unit
    difference = None if tile.value is None or tile.previous is None else tile.value - tile.previous
    delta = metric_delta(difference, unit)
    shown = FEWER if tile.hidden else format_value(tile.value, unit)
    compared = tile.compared_with if delta else (f"stable {tile.compared_with}" if difference is not None else "")
    st.metric(
        tile.indicator.label,
        f"{shown} *" if tile.provisional and tile.value is not None else shown,
        delta=delta,
        # A rise is not always good news, nor a fall bad: no green, no red.
        delta_color="off",
        delta_description=compared or None,
        help=typeset(
            f"{tile.indicator.definition}\n\nFormule : {tile.indicator.formula}. Source : {tile.indicator.source}."
        ),
        border=True,
        height="stretch",
        chart_data=list(tile.course) if len(tile.course) > 1 else None,
    )


def figure(shown: Figure, *, on_select: Callable[[], None] | None = None) -> None:
    """A chart under its headline, its table and files folded below it; `on_select` is called when a mark is clicked."""
    spoken = typeset(f"{shown.spoken} Données dans le tableau ci-dessous.")
    # Together, also on paper.
    with st.container(key=f"figure-{shown.key}"):
        st.subheader(typeset(shown.headline), anchor=False)
        note(shown.subtitle)
        st.vega_lite_chart(
            store.drawing(shown.draw, shown.figures, palette(), dict(shown.options)),
            theme=None,
            key=f"chart-{shown.key}",
            on_select=on_select or "ignore",
            alt=spoken,
            width="stretch",
        )
    with st.expander("Tableau et téléchargements", icon=":material/table:"):
        table(shown.table)
        downloads.files(shown.table, key=shown.key, picture=lambda: downloads.picture(shown))


def table(shown: Table) -> None:
    """The rows under French headings: as plain HTML when short, which every reader and printer can take."""
    rows = shown.rows
    if rows.height <= _ROWS_AS_HTML:
        st.table(spoken_rows(shown), hide_index=True, alt=typeset(shown.title), border="horizontal")
    else:
        st.dataframe(
            rows, hide_index=True, alt=typeset(shown.title), column_config=_column_formats(shown), placeholder=MISSING
        )


def spoken_rows(shown: Table) -> pl.DataFrame:
    """The rows as text, each value as the county writes it."""
    return shown.frame.select(
        pl.Series(
            heading,
            [
                HIDDEN if hidden else cell(value, share=name in shown.shares)
                for value, hidden in zip(shown.frame[name].to_list(), shown.hides(name), strict=True)
            ],
            dtype=pl.String,
        )
        for name, heading in shown.headings.items()
    )


def _column_formats(shown: Table) -> dict[str, Any]:
    formats: dict[str, Any] = {}
    for name, heading in shown.headings.items():
        kind = shown.frame.schema[name]
        if name in shown.shares:
            formats[heading] = st.column_config.NumberColumn(heading, format="percent")
        elif kind.is_numeric() and name != "year":
            formats[heading] = st.column_config.NumberColumn(heading, format="localized")
        elif kind == pl.Date:
            formats[heading] = st.column_config.DateColumn(heading, format="DD/MM/YYYY")
    return formats


def file(kind: str, make: Callable[[], bytes], file_name: str, mime: str) -> None:
    """One more file, made when its button is pressed."""
    downloads.button(kind, make, file_name, mime)


def sheet(name: str, lines: Iterable[tuple[str, str]]) -> None:
    """What is known of one thing, as a list of terms and values."""
    items = "".join(f"<dt>{escape(term)}</dt><dd>{escape(typeset(value))}</dd>" for term, value in lines)
    st.html(f'<section class="cc-sheet"><h3>{escape(name)}</h3><dl>{items}</dl></section>')


def files(shown: Table, *, key: str) -> None:
    """The files of a table that goes with no chart."""
    downloads.files(shown, key=key)


def notes(lines: Sequence[str]) -> None:
    """Several lines of small text."""
    st.html(f'<p class="cc-note">{"<br>".join(escape(typeset(line)) for line in lines)}</p>')


def definition(indicator: Mapping[str, str]) -> None:
    """One indicator in full; its key is the anchor other pages link to."""
    meaning = f"({indicator['unit']}). {indicator['definition']}"
    rest = f"Formule : {indicator['formula']}. {indicator['adds']}. Source : {indicator['source']}."
    if indicator["limits"]:
        rest += f" Limites : {indicator['limits']}"
    st.html(
        f'<p id="{escape(indicator["key"])}" class="cc-term"><strong>{escape(indicator["label"])}</strong> '
        f'{escape(typeset(meaning))}</p><p class="cc-note">{escape(typeset(rest))}</p>'
    )


def formulas(indicators: Iterable[Indicator]) -> None:
    """Folded under a table: what each of its figures means and how it is computed."""
    with st.expander("Définitions et formules", icon=":material/menu_book:"):
        for indicator in indicators:
            said = f"{indicator.definition} Formule : {indicator.formula}."
            st.html(f"<p><strong>{escape(indicator.label)}.</strong> {escape(typeset(said))}</p>")


def task(said: str, page: str, query: Mapping[str, str]) -> None:
    """One thing to do, as a link to the page that settles it; plain text when nothing has to be opened."""
    if page and page_entry(page).exists:
        link_to(page, typeset(said), query=dict(query))
    else:
        st.markdown(typeset(said))


def compared(shown: Table, *, key: str) -> None:
    """A table of periods side by side, and its files."""
    st.subheader("Par rapport à d’autres périodes", anchor=False)
    table(shown)
    files(shown, key=key)


def links(*pages: tuple[str, str]) -> None:
    """Links to the pages where the figures above are told in full; they open with the filters of this session."""
    with st.container(horizontal=True):
        for name, label in pages:
            link_to(name, label)


def empty(message: str) -> None:
    """Says why there is nothing to show, and ends the page there."""
    st.info(typeset(message), icon=":material/info:")


def is_share(indicator: Indicator) -> bool:
    """Whether the figure is shown in percent."""
    return indicator.unit is Unit.RATIO
