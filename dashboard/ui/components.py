"""The parts every page is made of: a title and its question, a sentence, tiles, figures with their table and files, notes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from typing import Any, Final
from urllib.parse import quote
from weakref import WeakKeyDictionary

import polars as pl
import streamlit as st

from dashboard.charts.palette import DARK, LIGHT, Palette
from dashboard.charts.theme import Titles
from dashboard.configuration import clock
from dashboard.configuration.settings import load_settings
from dashboard.exports import tables
from dashboard.figures import overview
from dashboard.figures.masking import masked_tile
from dashboard.figures.model import Figure, Subject, Table, Task, Tile
from dashboard.figures.overview import Needed, Step
from dashboard.indicators.model import Indicator
from dashboard.ui import disclosure, session, store
from dashboard.ui.downloads import offer
from dashboard.ui.filters import take_clicked
from dashboard.ui.navigation import address_of, door, link, page_entry
from dashboard.wording.numbers import MINUS, integer
from dashboard.wording.terms import SMALL_COUNTS_HIDDEN
from dashboard.wording.typography import escape_markdown, typeset
from dashboard.wording.units import format_difference, format_value
from data_access.facts import FirstDayFacts
from data_access.mentions import words
from data_access.rights import Right, allows

# Texts that follow each other are one element: Streamlit and the browser take as long for each, whatever it holds.


@dataclass(frozen=True)
class _Markup:
    """HTML as it is: of a text Streamlit would look for a file of that name and for blanks to take away, line by line."""

    body: str

    def _repr_html_(self) -> str:
        return self.body


_SAYING: Final[ContextVar[list[str] | None]] = ContextVar("saying", default=None)


@contextmanager
def one_text() -> Iterator[None]:
    """What these parts say until the block ends is one element; a figure among them, or a long table, stands between two.

    Nothing that Streamlit draws may be in it by itself: it would stand before what was said.
    """
    if _SAYING.get() is not None:
        yield
        return
    token = _SAYING.set([])
    try:
        yield
        _draw_said()
    finally:
        _SAYING.reset(token)


@contextmanager
def _drawn_by_streamlit() -> Iterator[None]:
    """What stands in the block is drawn after what was said, each by itself."""
    _draw_said()
    token = _SAYING.set(None)
    try:
        yield
    finally:
        _SAYING.reset(token)


def _draw_said() -> None:
    said = _SAYING.get()
    if said:
        parts = said if len(said) == 1 else [f"<div>{part}</div>" for part in said]
        st.html(_Markup(f'<div class="cc-parts">{"".join(parts)}</div>'))
        said.clear()


def html(markup: str) -> None:
    """Draws markup of our own, whose texts are escaped."""
    if not markup:
        return
    said = _SAYING.get()
    if said is None:
        st.html(_Markup(markup))
    else:
        said.append(markup)


def link_to(name: str, label: str, *, query: Mapping[str, str] | None = None) -> None:
    """Draws a link to another page, with its filters; nothing when that page is not for who looks."""
    html(link(name, label, query=query))


# The links that give a figure as a file; a file is made when its link is followed, not before.

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def files(table: Table | Callable[[], Table], *, key: str, of_facts: bool = False) -> None:
    """CSV and XLSX of a table, or of that which is made when a file is asked for.

    One `of_facts` says that they are invented where they are, as those of figures do.
    """
    make = table if callable(table) else lambda: table
    html(_files((lambda: _warned(make())) if of_facts else make, key))


def _warned(table: Table) -> Table:
    return replace(table, demonstration=store.is_demonstration())


def _files(make: Callable[[], Table], key: str, *pictures: str) -> str:
    return "".join(
        (
            '<p class="cc-files">',
            _file("CSV", lambda: tables.csv(make()), f"{key}.csv", "text/csv"),
            _file("XLSX", lambda: tables.xlsx(make()), f"{key}.xlsx", _WORKBOOK),
            *pictures,
            "</p>",
        )
    )


def _file(kind: str, make: Callable[[], bytes], file_name: str, mime: str, what: str = "Télécharger") -> str:
    address = offer(f"cybercantal-{file_name}", mime, make)
    return f'<a class="cc-file" href="{escape(address)}">{escape(typeset(f"{what} ({kind})"))}</a>'


_PICTURES: Final = {"png": "image/png", "svg": "image/svg+xml"}


def _picture(figure: Figure, kind: str) -> bytes:
    """A picture of a figure: on white, with its titles and what its table says of it."""
    # The renderer is slow to load, and most visits ask for no picture.
    from dashboard.exports import images

    subtitle = f"{figure.subtitle} {' · '.join(_warned(figure.table).all_notes)}".strip()
    chart = figure.on_paper(titles=Titles(figure.headline, subtitle))
    return images.png(chart) if kind == "png" else images.svg(chart).encode()


def file(kind: str, make: Callable[[], bytes], file_name: str, mime: str, *, what: str = "Télécharger") -> None:
    """One more file, made when its link is followed; its name is the product's and `file_name`."""
    st.html(_Markup(f'<p class="cc-files">{_file(kind, make, file_name, mime, what)}</p>'), width="content")


def later(ask: Callable[..., bytes], *args: object) -> Callable[[], bytes]:
    """What this answers of a day, `as_of`, once asked for: by then no screen says who asks, nor when, so both are noted now."""
    actor, today = session.current_actor(), clock.today()

    def make() -> bytes:
        with session.acting(actor):
            return ask(*args, as_of=today)

    return make


# The parts every page is made of: a title and its question, a sentence, tiles, figures with their table and files,
# notes.

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
    html(
        f'<h1 class="cc-title" data-page="{entry.address}">{escape(entry.title)}</h1>'
        f'<div class="cc-head"><p class="cc-question">{escape(typeset(entry.question))}</p>{_SHARE}</div>'
    )
    needed = overview.NEEDED.get(name)
    if needed is None or (facts := store.first_day()) is None or (name == "overview" and looks_after_network()):
        return
    lacks(facts, needed)
    if store.centres(on=clock.today()).is_empty():
        st.stop()


def looks_after_network() -> bool:
    """Whether the home tells who looks all that a base needs at first: who administers, and who coordinates."""
    actor = session.current_actor()
    return actor.coordinates or allows(actor, Right.ACCOUNTS)


def lacks(facts: FirstDayFacts, needed: Needed, centre_code: str | None = None) -> bool:
    """Says the first thing that lacks of what is needed, with the way to note it, or who does; False when nothing lacks."""
    step = overview.lacking(facts, needed, centre_code)
    if step is None:
        return False
    ways = _ways(step)
    empty(step.lacks if ways else f"{step.lacks} {_who_does(step, facts)}")
    if ways:
        html(f'<p class="cc-links">{" ".join(ways)}</p>')
    return True


def nothing_to_enter(message: str, needed: Needed, centre_code: str | None = None) -> None:
    """What lacks, where something does, before figures of a place can be entered; else why there is nothing to enter."""
    if not lacks(store.first_day_facts(), needed, centre_code):
        empty(message)


def _ways(step: Step) -> list[str]:
    """Links to where who looks may do it."""
    actor = session.current_actor()
    may = {
        "administration": allows(actor, Right.ACCOUNTS),
        "coordination": actor.coordinates,
        "saisie": actor.enters,
    }
    return [drawn for way in step.ways if may[step.who] and (drawn := link(way.page, way.said, query=way.query))]


def _who_does(step: Step, facts: FirstDayFacts) -> str:
    return overview.said_by(step.who, facts, opens_accounts=allows(session.current_actor(), Right.ACCOUNTS))


def first_steps(facts: FirstDayFacts) -> None:
    """All that a base needs at first, ticked by what it holds; nothing once it has all."""
    listed = overview.steps(facts, clock.today(), has_mail=bool(load_settings().mail_server))
    done = sum(step.done for step in listed)
    if done == len(listed):
        return
    st.header(f"Premiers pas : {done} sur {len(listed)}", anchor=False)
    lines = []
    for step in listed:
        said = f"<strong>{escape(typeset(step.title))}</strong>"
        if step.done:
            lines.append(f'<li class="cc-done">{said}<span class="cc-unseen"> : fait</span></li>')
            continue
        ways = _ways(step)
        rest = "" if ways else f" {_who_does(step, facts)}"
        lines.append(f"<li>{said}<br>{escape(typeset(step.lacks + rest))} {' '.join(ways)}</li>")
    html(f'<ul class="cc-steps">{"".join(lines)}</ul>')


def masking_note() -> None:
    """That small counts are hidden, said to whom they are hidden from."""
    if not disclosure.sees_small_counts():
        note(SMALL_COUNTS_HIDDEN)


def key_sentence(text: str) -> None:
    """The sentence a reader should leave with."""
    html(_key_sentence(text))


def opening(said: Subject, *, brief: bool = False) -> None:
    """The sentence of a subject, and its tiles; `brief` where much stands under them."""
    html(_key_sentence(said.sentence) + _tiles(said.tiles, brief=brief))


def heading(text: str, part: str = "") -> None:
    """The headline of a part of the page, which `contents` may name."""
    html(_heading(text, part))


def contents(said: Subject | None, *parts: tuple[str, str]) -> None:
    """Links to the parts of a long page: the figures of its subject, then others, each the id of its heading and a name."""
    named = [(_part(each), each.table.title) for each in said.figures.values()] if said else []
    lines = "".join(
        f'<li><a href="#{escape(part)}">{escape(typeset(name))}</a></li>' for part, name in (*named, *parts)
    )
    html(f'<nav class="cc-contents" aria-label="Sur cette page"><strong>Sur cette page</strong><ul>{lines}</ul></nav>')


def _part(shown: Figure) -> str:
    return f"figure-{shown.key}"


def note(text: str) -> None:
    """A line of small text: perimeter, period, completeness, a limit."""
    html(_note(text))


def _note(text: str, hint: str = "") -> str:
    """Small text; a hint of what a click does is not for paper."""
    rest = hint and f' <span class="cc-hint">{escape(typeset(hint))}</span>'
    return f'<p class="cc-note">{escape(typeset(text))}{rest}</p>'


def _heading(text: str, part: str = "") -> str:
    named = f' id="{escape(part)}"' if part else ""
    return f'<h2 class="cc-heading"{named}>{escape(typeset(text))}</h2>'


def _key_sentence(text: str) -> str:
    return f'<p class="cc-key">{escape(typeset(text))}</p>'


def tiles(row: Sequence[Tile]) -> None:
    """At most four figures side by side, each with its definition and its comparison."""
    html(_tiles(row))


def _tiles(row: Sequence[Tile], *, brief: bool = False) -> str:
    return f'<div class="cc-tiles{" cc-brief" if brief else ""}">{"".join(map(_tile, row))}</div>'


_TILES: Final[WeakKeyDictionary[Tile, dict[tuple[str, bool], str]]] = WeakKeyDictionary()


def _tile(tile: Tile) -> str:
    reader = disclosure.reader()
    drawn, look = _TILES.setdefault(tile, {}), (palette().name, reader.sees_small_counts)
    if look not in drawn:
        drawn[look] = _tile_markup(masked_tile(tile, reader))
    return drawn[look]


def _tile_markup(tile: Tile) -> str:
    unit = tile.indicator.unit
    difference = None if tile.value is None or tile.previous is None else tile.value - tile.previous
    moved = "" if difference is None else format_difference(difference, unit)
    shown = tile.hidden or format_value(tile.value, unit)
    label = f"{tile.indicator.label}, {tile.day}" if tile.day else tile.indicator.label
    if moved.startswith(("+", MINUS)):
        # A rise is not always good news, nor a fall bad: no green, no red.
        compared = f"{'↑' if moved.startswith('+') else '↓'} {moved} {tile.compared_with}"
    else:
        compared = f"stable {tile.compared_with}" if moved else ""
    meaning = f"{tile.indicator.definition} Formule : {tile.indicator.formula}. Source : {tile.indicator.source}."
    value = escape(shown) + (" *" if tile.provisional and tile.value is not None else "")
    if tile.page:
        value = f'<a class="cc-plain" href="{escape(address_of(tile.page))}">{value}</a>'
    return (
        f'<div class="cc-tile"><details><summary><span class="cc-tile-label">{escape(typeset(label))}</span>'
        f'<span class="cc-tile-mark" aria-hidden="true">?</span><span class="cc-unseen"> : définition</span></summary>'
        f"<p>{escape(typeset(meaning))}</p></details>"
        f'<p class="cc-tile-value">{value}</p>'
        f'<p class="cc-tile-moved">{escape(typeset(compared))}</p>{_course(tile.course)}</div>'
    )


_COURSE: Final = (240, 36)


def _course(course: Sequence[float | None]) -> str:
    """The recent course as a line without axes, silent for who does not see it: its end is the figure above.

    What nobody noted is no point of it.
    """
    values = [value for value in course if value is not None]
    if len(values) < 2:
        return ""
    across, high = _COURSE
    low, span = min(values), (max(values) - min(values)) or 1.0
    points = " ".join(
        f"{place * across / (len(values) - 1):.1f},{high - 3 - (value - low) / span * (high - 6):.1f}"
        for place, value in enumerate(values)
    )
    line = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {high}" preserveAspectRatio="none">'
        f'<polyline points="{points}" fill="none" stroke="{palette().accent}" stroke-width="2" '
        'vector-effect="non-scaling-stroke"/></svg>'
    )
    return f'<img class="cc-course" alt="" src="data:image/svg+xml,{quote(line)}">'


def figure(shown: Figure, *, drawn: str = "", folded: bool = False) -> None:
    """A chart under its headline, with its table and its files as the other tabs of one block (tabs.js).

    When a mark is clicked, the filter named as the selection is set. `drawn` is the picture itself where it is no chart of
    Vega: markup, under which the subtitle stands as its key.

    Where the table has no row and the figure says why, that stands instead: an empty frame of axes tells nobody anything.
    A figure without a chart is its table, unfolded unless it is asked for folded.
    """
    if shown.nothing and shown.table.frame.is_empty():
        html(_heading(shown.headline, _part(shown)) + _note(shown.nothing))
        return
    if folded:
        fold(shown.headline, shown.table, shown.key)
        return
    if shown.draw is None:
        rows = _as_html(shown.table) + _files(partial(_warned, shown.table), shown.key)
        html(_heading(shown.headline, _part(shown)) + rows + (shown.subtitle and _note(shown.subtitle)))
        return
    filtered = shown.options.get("selection_name")
    # Together, also on paper.
    with _drawn_by_streamlit(), st.container(key=f"figure-{shown.key}"):
        top = f'<div class="cc-top">{_heading(shown.headline, _part(shown))}{_tabs(shown.key)}</div>'
        if drawn:
            html(f'{top}<div class="cc-drawn">{drawn}{_note(shown.subtitle)}</div>')
        else:
            html(top + _note(shown.subtitle, shown.hint))
            st.vega_lite_chart(
                store.drawing(shown, palette()),
                theme=None,
                key=f"chart-{shown.key}",
                on_select=partial(take_clicked, shown.key, filtered) if filtered else "ignore",
                alt=typeset(f"{shown.alternative} Données dans l’onglet « Tableau »."),
                width="stretch",
            )
    with one_text():
        _other_tabs(shown)


_TABS: Final = {"chart": "Graphique", "table": "Tableau", "files": "Fichiers"}


def _tabs(key: str) -> str:
    drawn = "".join(
        f'<button type="button" role="tab" id="tab-{key}-{name}" data-panel="{name}" aria-controls="panel-{key}-{name}">'
        f"{words}</button>"
        for name, words in _TABS.items()
    )
    return f'<div class="cc-tabs" role="tablist" aria-label="Affichage" data-figure="{key}">{drawn}</div>'


def _other_tabs(shown: Figure) -> None:
    """The tables and the files of a figure: plain HTML, but for a long table, drawn when it is opened."""
    tables_shown = (shown.table, *shown.details)
    keys = [shown.key, *(f"{shown.key}-{number}" for number in range(1, len(tables_shown)))]
    pictures = [
        _file(kind.upper(), partial(_picture, shown, kind), f"{shown.key}.{kind}", mime)
        for kind, mime in _PICTURES.items()
    ]
    written, files_of, long = "", "", []
    for key, each in zip(keys, tables_shown, strict=True):
        caption = f'<h3 class="cc-caption">{escape(typeset(each.title))}</h3>' if len(tables_shown) > 1 else ""
        files_of += caption + _files(partial(_warned, each), key, *(pictures if key == shown.key else ()))
        if each.frame.height <= ROWS_ON_ONE_PAGE:
            written += caption + _as_html(each)
        else:
            long.append((key, each))
    html(_panel(shown.key, "table", written) + _panel(shown.key, "files", files_of))
    if long:
        with _drawn_by_streamlit(), st.container(key=f"panel-{shown.key}"):
            for key, each in long:
                _long(each.title, each, key)


def _panel(key: str, name: str, inside: str) -> str:
    """A tab that is not shown; the browser looks for words in a table all the same."""
    hidden = 'hidden="until-found"' if name == "table" else "hidden"
    return inside and (
        f'<div class="cc-panel" role="tabpanel" id="panel-{key}-{name}" data-figure="{key}" '
        f'aria-labelledby="tab-{key}-{name}" {hidden}>{inside}</div>'
    )


def _long(title: str, shown: Table, key: str, links: str = "") -> None:
    """A long table under its title, drawn when it is opened."""
    folded = st.expander(
        escape_markdown(typeset(title)), icon=":material/table:", key=f"folded-{key}", on_change="rerun"
    )
    if folded.open:
        with folded:
            table(shown, key=key)
            html(links)


def fold(title: str, shown: Table, key: str) -> None:
    """A table and its files, folded: as plain HTML when short, else drawn when it is opened."""
    links = _files(partial(_warned, shown), key)
    if shown.frame.height <= ROWS_ON_ONE_PAGE:
        said = escape(typeset(title))
        html(f'<details class="cc-details"><summary>{said}</summary>{_as_html(shown)}{links}</details>')
        return
    with _drawn_by_streamlit():
        _long(title, shown, key, links)


def figures(said: Subject, *keys: str) -> None:
    """Those of the subject's figures that there are, side by side."""
    shown = [said.figures[key] for key in keys if key in said.figures]
    if len(keys) == 1 and shown:
        figure(shown[0])
        return
    with _drawn_by_streamlit():
        for place, each in zip(st.columns(len(keys), gap="large"), shown, strict=False):
            with place:
                figure(each)


def table(shown: Table, *, key: str = "", has_search: bool = False) -> None:
    """The rows under French headings, as plain HTML which every reader and printer can take; a long table is searched,
    sorted and read page by page. `key` where two of one title stand on a page; `has_search` where the page has its own."""
    if shown.frame.height <= ROWS_ON_ONE_PAGE:
        html(_as_html(shown))
        return
    with _drawn_by_streamlit():
        key = key or shown.title
        orders = _orders(shown)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            asked = () if has_search else searched("Chercher dans ce tableau", key)
            order = st.selectbox(
                "Trier par", list(orders), format_func=orders.__getitem__, key=f"order-{key}", width=300
            )
        found = store.said(_found, shown, asked, order)
        if found.frame.is_empty():
            note("Aucune ligne ne correspond à cette recherche.")
        paged(found.frame.height, key, lambda part: html(_markup(replace(found, frame=found.frame[part]))))


# What is too long for a screen, tables and others: a page of it at a time, or all of it, as paper wants it.

ROWS_OF_A_PAGE: Final = 25
ROWS_ON_ONE_PAGE: Final = 40
_MOST_AT_ONCE: Final = 2_000


def searched(label: str, key: str, **looks: Any) -> tuple[str, ...]:
    """The words typed to be looked for, as `has_words` compares them; out of the address: they may be a name."""
    typed = st.text_input(label, key=f"search-{key}", max_chars=80, autocomplete="off", width=300, **looks)
    return tuple(words(typed))


def has_words(texts: pl.Expr, asked: Sequence[str]) -> pl.Expr:
    """Whether a text has all the words, of which there is one at least, or their beginnings, whatever accents and case."""
    folded = _folded_text(texts)
    return pl.all_horizontal(folded.str.contains(rf"(?:^|[^\pL\pN]){word}") for word in asked)


def _folded_text(texts: pl.Expr) -> pl.Expr:
    return texts.str.normalize("NFKD").str.replace_all(r"\pM", "").str.to_lowercase()


def paged(
    length: int, key: str, draw: Callable[[slice], object], *, whose: str = "Lignes", size: int = ROWS_OF_A_PAGE
) -> None:
    """Draws the rows of the page that is open, and under them the ways to the others, and to all at once; all of them where
    a second page would be short."""
    if length <= size * ROWS_ON_ONE_PAGE // ROWS_OF_A_PAGE:
        draw(slice(0, length))
        return
    with _drawn_by_streamlit():
        whole, number = st.session_state.get(f"whole-{key}", False), st.session_state.get(f"page-{key}", 0)
        number = min(number, (length - 1) // size)
        first = 0 if whole else number * size
        last = min(first + (_MOST_AT_ONCE if whole else size), length)
        draw(slice(first, last))
        with st.container(horizontal=True, vertical_alignment="center", key=f"pages-{key}"):
            said = f"{whose} {integer(first + 1)} à {integer(last)} sur {integer(length)}"
            st.html(_Markup(f'<p class="cc-note" role="status">{escape(typeset(said))}</p>'), width="content")
            if not whole:
                _turn("Précédents", ":material/chevron_left:", f"page-{key}", number - 1, possible=number > 0)
                _turn("Suivants", ":material/chevron_right:", f"page-{key}", number + 1, possible=last < length)
            _turn(f"Par {size}" if whole else "Tout afficher", None, f"whole-{key}", not whole)


def _turn(label: str, icon: str | None, state: str, to: int, *, possible: bool = True) -> None:
    st.button(
        label,
        icon=icon,
        key=f"{state}-{label}",
        disabled=not possible,
        on_click=st.session_state.__setitem__,
        args=(state, to),
    )


def _orders(shown: Table) -> dict[str, str]:
    """What its rows may be sorted by; not by what is hidden, whose order would tell it."""
    orders = {"": "Ordre du tableau"}
    for name, heading in shown.headings.items():
        if f"{name}_hidden" in shown.frame.columns or f"{name}_words" in shown.frame.columns or name in shown.by_unit:
            continue
        if shown.frame.schema[name] == pl.String:
            orders[f"+{name}"] = f"{heading}, de A à Z"
        else:
            orders |= {f"+{name}": f"{heading}, croissant", f"-{name}": f"{heading}, décroissant"}
    return orders


def _found(shown: Table, asked: Sequence[str], order: str) -> Table:
    """The rows that have the words, in that order; what has no value comes last."""
    frame = shown.frame
    if asked:
        texts = shown.texts.select(pl.concat_str(pl.all(), separator=" ").alias("text"))
        frame = frame.filter(texts.select(has_words(pl.col("text"), asked)).to_series())
    if order:
        name, descending = order[1:], order.startswith("-")
        by = _folded_text(pl.col(name)) if frame.schema[name] == pl.String else pl.col(name)
        frame = frame.sort(by, descending=descending, nulls_last=True, maintain_order=True)
    return replace(shown, frame=frame)


def table_or_note(shown: Table, nothing: str) -> None:
    """The table, or why it would be empty; nothing at all where that is said elsewhere."""
    if not shown.frame.is_empty():
        table(shown)
    elif nothing:
        note(nothing)


_MARKUP: Final[WeakKeyDictionary[Table, str]] = WeakKeyDictionary()


def _as_html(shown: Table) -> str:
    markup = _MARKUP.get(shown)
    if markup is None:
        markup = _MARKUP[shown] = _markup(shown)
    return markup


def _markup(shown: Table) -> str:
    # Not `st.table`: it reads each cell as Markdown, and the cells hold what people typed.
    headings = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in shown.headings.values())
    rows = zip(*(shown.said(name) for name in shown.headings), strict=True)
    lines = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f'<div class="cc-table" role="region" tabindex="0" aria-label="{escape(typeset(shown.title))}"><table>'
        f"<thead><tr>{headings}</tr></thead><tbody>{body}</tbody></table></div>"
    )


_LINES_OF_A_SHEET: Final = 12


def sheet(name: str, lines: Iterable[tuple[str, str]]) -> None:
    """What is known of one thing, or a list, as terms and values."""
    items = [f"<dt>{escape(term)}</dt><dd>{escape(typeset(value))}</dd>" for term, value in lines]

    def draw(part: slice) -> None:
        html(f'<section class="cc-sheet"><h2>{escape(name)}</h2><dl>{"".join(items[part])}</dl></section>')

    paged(len(items), name, draw, size=_LINES_OF_A_SHEET)


def notes(lines: Sequence[str]) -> None:
    """Several lines of small text."""
    html(f'<p class="cc-note">{"<br>".join(escape(typeset(line)) for line in lines)}</p>')


def definition(indicator: Mapping[str, str]) -> None:
    """One indicator in full; its key is the anchor other pages link to."""
    meaning = f"({indicator['unit']}). {indicator['definition']}"
    rest = f"Formule : {indicator['formula']}. {indicator['adds']}. Source : {indicator['source']}."
    if indicator["limits"]:
        rest += f" Limites : {indicator['limits']}"
    html(
        f'<p id="{escape(indicator["key"])}" class="cc-term"><strong>{escape(indicator["label"])}</strong> '
        f'{escape(typeset(meaning))}</p><p class="cc-note">{escape(typeset(rest))}</p>'
    )


def formulas(indicators: Iterable[Indicator]) -> None:
    """Folded under a table: what each of its figures means and how it is computed."""
    with st.expander("Définitions et formules", icon=":material/menu_book:"):
        html("".join(map(_formula, indicators)))


def _formula(indicator: Indicator) -> str:
    said = f"{indicator.definition} Formule : {indicator.formula}."
    return f"<p><strong>{escape(indicator.label)}.</strong> {escape(typeset(said))}</p>"


def tasks(title: str, listed: Iterable[Task], *, nothing: str) -> None:
    """Things to do, each a link to the page that settles it, plain text when nothing has to be opened; or that there is none."""
    lines = [
        (each.page and link(each.page, each.said, query=each.query)) or escape(typeset(each.said)) for each in listed
    ]
    listed_lines = f'<ul class="cc-tasks">{"".join(f"<li>{line}</li>" for line in lines)}</ul>'
    html(_heading(title) + (listed_lines if lines else _note(nothing)))


def deeds(*ways: tuple[str, str, Mapping[str, str]]) -> None:
    """What one comes for, as large links side by side, the first before all: words, page, filters."""
    drawn = "".join(
        door(words, address_of(name, query), primary=not place) for place, (words, name, query) in enumerate(ways)
    )
    html(f'<p class="cc-deeds">{drawn}</p>')


def empty(message: str) -> None:
    """Says why there is nothing to show, and ends the page there."""
    st.info(escape_markdown(typeset(message)), icon=":material/info:")
