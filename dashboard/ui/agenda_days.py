"""The agenda day by day, as a list that any reader or printer can take."""

import re
from datetime import date
from html import escape
from itertools import groupby
from typing import Any, Final

import polars as pl

from dashboard.charts.agenda_timeline import family_of
from dashboard.ui import components, store
from dashboard.wording import dates
from dashboard.wording.agenda import details
from dashboard.wording.typography import capital, count, typeset

Row = dict[str, Any]
Within = dict[str | None, list[Row]]

# More entries than this and every year but the nearest is folded.
_ENTRIES_UNFOLDED: Final = 60
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


def draw_days(entries: pl.DataFrame, *, today: date, newest_first: bool) -> None:
    """Draws the worded entries under their days."""
    components.html(store.said(days_html, entries, today=today, newest_first=newest_first))


def days_html(entries: pl.DataFrame, *, today: date, newest_first: bool) -> str:
    """The same as HTML. Within a day entries keep the order they come in; a sub-event stands under its parent."""
    rows = list(entries.iter_rows(named=True))
    keys = {row["key"] for row in rows}
    within: dict[str | None, list[Row]] = {}
    for row in rows:
        within.setdefault(row["parent_key"] if row["parent_key"] in keys else None, []).append(row)
    days = [(day, list(found)) for day, found in groupby(within.get(None, []), key=lambda row: row["starts_on"])]
    if newest_first:
        days.reverse()
    years = [(year, list(found)) for year, found in groupby(days, key=lambda day: day[0].year)]
    nearest = min((year for year, _ in years), key=lambda year: abs(year - today.year), default=None)
    folded = len(rows) > _ENTRIES_UNFOLDED and len(years) > 1
    sections = (
        _year(year, found, within, is_open=year == nearest) if folded else _days(found, within) for year, found in years
    )
    return f'<section class="cc-agenda">{"".join(sections)}</section>'


def _year(year: int, days: list[tuple[date, list[Row]]], within: Within, *, is_open: bool) -> str:
    number = sum(1 + len(within.get(row["key"], [])) for _, found in days for row in found)
    said = f"{year}\u00a0: {count(number, 'rendez-vous', 'rendez-vous')}"
    return f"<details{' open' if is_open else ''}><summary>{said}</summary>{_days(days, within)}</details>"


def _days(days: list[tuple[date, list[Row]]], within: Within) -> str:
    return "".join(
        f"<h3>{escape(capital(dates.full_date(day)))}</h3>{_list(found, within, day)}" for day, found in days
    )


def _list(rows: list[Row], within: Within, day: date, *, nested: bool = False) -> str:
    return f"<ul>{''.join(_entry(row, within, day, nested=nested) for row in rows)}</ul>"


def _entry(row: Row, within: Within, day: date, *, nested: bool) -> str:
    family = family_of(row["kind"])
    named = row["summary"] == row["title"]
    name = f"<strong>{_text(row['title'] if named else row['kind_label'])}</strong>"
    # Shown away from its parent, a sub-event says what it belongs to; under it, the place is already said.
    parent = [f"Pendant : {row['parent_title']}"] if row["parent_title"] and not nested else []
    more = [capital(line) for line in (*parent, *details(row))]
    lines = [
        f'<p><span aria-hidden="true">{family.glyph}</span> {name}{"" if named else " " + _text(row["title"])}</p>',
        *([] if nested else [f"<p>{_text(row['where'])}</p>"]),
        *([f'<p class="cc-small">{_text(" · ".join(more))}</p>'] if more else []),
        *([f'<p class="cc-small">{_contact(row["contact"])}</p>'] if row["contact"] else []),
    ]
    inside = within.get(row["key"], [])
    # A sub-event may be on another day than what it belongs to.
    hours = row["hours"] if row["starts_on"] == day else f"{dates.day_and_month(row['starts_on'])}, {row['hours']}"
    return (
        f'<li><div class="cc-entry"><p class="cc-hours">{_text(hours)}</p><div>{"".join(lines)}</div></div>'
        f"{_list(inside, within, day, nested=True) if inside else ''}</li>"
    )


def _contact(contact: str) -> str:
    linked = _ADDRESS.sub(lambda found: f'<a href="mailto:{found[0]}">{found[0]}</a>', _text(contact))
    return f"Contact\u00a0: {linked}"


def _text(text: str) -> str:
    return escape(typeset(text))
