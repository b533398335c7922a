"""The parts every page is made of: a title and its question, a sentence, tiles, figures with their table and files, notes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.palette import DARK, LIGHT, Palette
from dashboard.charts.theme import Titles
from dashboard.exports import tables
from dashboard.figures.masking import masked_tile
from dashboard.figures.model import Figure, Subject, Table, Tile
from dashboard.indicators.model import Indicator
from dashboard.ui import disclosure, store
from dashboard.ui.downloads import promise
from dashboard.ui.filters import take_clicked
from dashboard.ui.navigation import link_to as link_to
from dashboard.ui.navigation import page_entry
from dashboard.wording.terms import MISSING, SMALL_COUNTS_HIDDEN
from dashboard.wording.typography import escape_markdown, typeset
from dashboard.wording.units import format_value, metric_delta

# The buttons that give a figure as a file; a file is made when its button is pressed, not before.

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def files(
    table: Table, *, key: str, picture: "Callable[[], tuple[Callable[[], bytes], Callable[[], bytes]]] | None" = None
) -> None:
    """CSV and XLSX of a table, and PNG and SVG of its chart where there is one."""
    with st.container(horizontal=True):
        button("CSV", lambda: tables.csv(table), f"{key}.csv", "text/csv")
        button("XLSX", lambda: tables.xlsx(table), f"{key}.xlsx", _WORKBOOK)
        if picture is not None:
            png, svg = picture()
            button("PNG", png, f"{key}.png", "image/png")
            button("SVG", svg, f"{key}.svg", "image/svg+xml")


def picture(figure: Figure) -> tuple[Callable[[], bytes], Callable[[], bytes]]:
    """The makers of a figure's two pictures: on white, with its titles and what its table says of it."""

    def chart() -> Any:
        source = " · ".join(figure.table.all_notes)
        subtitle = f"{figure.subtitle} {source}" if source else figure.subtitle
        return figure.on_paper(titles=Titles(figure.headline, subtitle))

    # The renderer is slow to load, and most visits ask for no picture.
    def png() -> bytes:
        from dashboard.exports import images

        return images.png(chart())

    def svg() -> bytes:
        from dashboard.exports import images

        return images.svg(chart()).encode()

    return png, svg


def button(kind: str, make: Callable[[], bytes], file_name: str, mime: str, *, what: str = "Télécharger") -> None:
    """One button; the address of the file is the product's name and `file_name`."""
    st.download_button(
        f"{what} ({kind})",
        data=promise(make),
        file_name=f"cybercantal-{file_name}",
        mime=mime,
        key=f"download-{file_name}",
        on_click="ignore",
        icon=":material/download:",
    )


# The parts every page is made of: a title and its question, a sentence, tiles, figures with their table and files,
# notes.

_ROWS_AS_HTML: Final = 40
# What it does is in the pages' script: it works where the browser gives no access to its clipboard.
_SHARE: Final = (
    '<span class="cc-share"><span class="cc-share-said" role="status"></span>'
    '<button type="button" class="cc-share-button">Copier le lien</button></span>'
)


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
            _tile(masked_tile(tile, disclosure.reader()))


def _tile(tile: Tile) -> None:
    unit = tile.indicator.unit
    course = [value for value in tile.course if value is not None]
    difference = None if tile.value is None or tile.previous is None else tile.value - tile.previous
    delta = metric_delta(difference, unit)
    shown = tile.hidden or format_value(tile.value, unit)
    compared = tile.compared_with if delta else (f"stable {tile.compared_with}" if difference is not None else "")
    st.metric(
        f"{tile.indicator.label}, {tile.day}" if tile.day else tile.indicator.label,
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
        # What nobody noted is no point of the course.
        chart_data=course if len(course) > 1 else None,
    )


def figure(shown: Figure, *, on_select: Callable[[], None] | None = None) -> None:
    """A chart under its headline, its table and files folded below it; `on_select` is called when a mark is clicked.

    Where the table has no row and the figure says why, that stands instead: an empty frame of axes tells nobody anything.
    A figure without a chart is its table, unfolded.
    """
    # Together, also on paper.
    with st.container(key=f"figure-{shown.key}"):
        st.subheader(escape_markdown(typeset(shown.headline)), anchor=False)
        if shown.nothing and shown.table.frame.is_empty():
            note(shown.nothing)
            return
        if shown.draw is None:
            table(shown.table)
            files(shown.table, key=shown.key)
            note(shown.subtitle)
            return
        note(shown.subtitle)
        st.vega_lite_chart(
            store.drawing(shown.draw, shown.figures, palette(), dict(shown.options)),
            theme=None,
            key=f"chart-{shown.key}",
            on_select=on_select or "ignore",
            alt=typeset(f"{shown.spoken} Données dans le tableau ci-dessous."),
            width="stretch",
        )
    with st.expander("Tableau et téléchargements", icon=":material/table:"):
        table(shown.table)
        files(shown.table, key=shown.key, picture=lambda: picture(shown))
        for number, more in enumerate(shown.details, start=1):
            st.markdown(f"**{escape_markdown(typeset(more.title))}**")
            table(more)
            files(more, key=f"{shown.key}-{number}")


def figures(said: Subject, *keys: str) -> None:
    """Those of the subject's figures that there are, side by side; a click on a mark sets the filter named as its selection."""
    shown = [said.figures[key] for key in keys if key in said.figures]
    for place, each in zip(st.columns(len(keys), gap="large"), shown, strict=False):
        with place:
            on = each.options.get("selection_name")
            figure(each, on_select=partial(take_clicked, each.key, on) if on else None)


def table(shown: Table) -> None:
    """The rows under French headings: as plain HTML when short, which every reader and printer can take."""
    if shown.frame.height <= _ROWS_AS_HTML:
        st.html(_as_html(shown.texts, typeset(shown.title)))
    else:
        st.dataframe(
            shown.rows,
            hide_index=True,
            alt=typeset(shown.title),
            column_config=_column_formats(shown),
            placeholder=MISSING,
        )


def table_or_note(shown: Table, nothing: str) -> None:
    """The table, or why it would be empty; nothing at all where that is said elsewhere."""
    if not shown.frame.is_empty():
        table(shown)
    elif nothing:
        note(nothing)


def _as_html(rows: pl.DataFrame, title: str) -> str:
    # Not `st.table`: it reads each cell as Markdown, and the cells hold what people typed.
    headings = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in rows.columns)
    lines = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows.iter_rows())
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f'<div class="cc-table" role="region" tabindex="0" aria-label="{escape(title)}"><table>'
        f"<thead><tr>{headings}</tr></thead><tbody>{body}</tbody></table></div>"
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
    button(kind, make, file_name, mime)


def sheet(name: str, lines: Iterable[tuple[str, str]]) -> None:
    """What is known of one thing, as a list of terms and values."""
    items = "".join(f"<dt>{escape(term)}</dt><dd>{escape(typeset(value))}</dd>" for term, value in lines)
    st.html(f'<section class="cc-sheet"><h3>{escape(name)}</h3><dl>{items}</dl></section>')


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
        st.markdown(escape_markdown(typeset(said)))


def compared(shown: Figure) -> None:
    """A table of periods side by side, and its files; what stands instead where nothing compares."""
    st.subheader(shown.headline, anchor=False)
    if shown.table.frame.is_empty():
        note(shown.nothing)
        return
    table(shown.table)
    files(shown.table, key=shown.key)


def links(*pages: tuple[str, str]) -> None:
    """Links to the pages where the figures above are told in full; they open with the filters of this session."""
    with st.container(horizontal=True):
        for name, label in pages:
            link_to(name, label)


def empty(message: str) -> None:
    """Says why there is nothing to show, and ends the page there."""
    st.info(escape_markdown(typeset(message)), icon=":material/info:")
