"""Vue d'ensemble: how the network does, and what waits this week."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

import streamlit as st

from dashboard.configuration import clock
from dashboard.figures import overview, use
from dashboard.figures.agenda import coming_up
from dashboard.figures.model import Perimeter, Task
from dashboard.figures.overview import PlaceRow
from dashboard.ui import components, disclosure, filters, guard, session, store
from dashboard.ui.navigation import address_of, keeps_centres, page_entry, streamlit_page
from dashboard.wording import dates
from dashboard.wording.numbers import percent, points
from dashboard.wording.typography import typeset

guard.enter("overview")

BEGUN = "home-begun"
ACROSS, HIGH = 96, 20

# Who keeps some centres begins at theirs; the network is a line of their menu.
if keeps_centres() and not st.query_params and not st.session_state.get(BEGUN):
    st.session_state[BEGUN] = True
    st.switch_page(streamlit_page(page_entry("own_centre")))


def files_to_check() -> tuple[tuple[str, str, str], ...]:
    """The files that others sent to be checked before they are imported."""
    actor = session.current_actor()
    made = store.imports(now=clock.now().replace(second=0, microsecond=0)) if actor.coordinates else []
    waiting = [each for each in made if each["state"] == "waiting" and each["imported_by"] != actor.name]
    return tuple((each["file_name"], each["imported_by"], each["kind"]) for each in waiting)


def list_of(rows: Sequence[PlaceRow], week: str, accent: str) -> str:
    """The places, a line each, the whole of which leads to its attendance."""
    heads = ("Lieu", "12 semaines", "Remplissage", "En un an", week)
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    return (
        '<div class="cc-table" role="region" tabindex="0" aria-label="Les lieux">'
        f'<table class="cc-places"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(line_of(row, accent) for row in rows)}</tbody></table></div>"
    )


def line_of(row: PlaceRow, accent: str) -> str:
    """Its name, the rates of its last weeks, its rate and how it moved, and what became of last week."""
    address = escape(address_of("attendance", {"centre": row.code}))
    moved = "" if row.moved is None else points(row.moved)
    rate = row.why if row.rate is None else percent(row.rate)
    owed = ' class="cc-owed"' if row.last_week in overview.OWED else ""
    cells = "".join(f"<td>{escape(typeset(said))}</td>" for said in (rate, moved))
    cells += f"<td{owed}>{escape(row.last_week)}</td>"
    return (
        f'<tr><th scope="row"><a href="{address}">{escape(typeset(row.name))}</a></th>'
        f"<td>{strip_of(row.strip, accent)}</td>{cells}</tr>"
    )


def strip_of(rates: Sequence[float | None], accent: str) -> str:
    """A bar a week, as high as its rate out of all seats; a dash where no sheet is complete."""
    known = [rate for rate in rates if rate is not None]
    wide = ACROSS / len(rates)
    bars = "".join(
        f'<rect x="{place * wide + 1:.1f}" y="{HIGH - max(high, 1.5):.1f}" width="{wide - 2:.1f}" height="{max(high, 1.5):.1f}"'
        f' fill="{accent if rate is not None else "#808C84"}"/>'
        for place, (rate, high) in enumerate((rate, (rate or 0) * HIGH) for rate in rates)
    )
    said = f"de {percent(min(known))} à {percent(max(known))}" if known else "aucun relevé complet"
    if known and len(known) < len(rates):
        said += f", {len(rates) - len(known)} sans relevé complet"
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {ACROSS} {HIGH}">{bars}</svg>'
    return (
        f'<img alt="{escape(typeset(said))}" width="{ACROSS}" height="{HIGH}" src="data:image/svg+xml,{quote(drawn)}">'
    )


components.page_title("overview")
if components.looks_after_network() and (begun := store.first_day()) is not None:
    components.first_steps(begun)
period, spoken = filters.chosen_period()
today, actor = clock.today(), session.current_actor()
facts = store.overview_facts(period, as_of=today, counted_on=disclosure.counting_day(today))
said = store.said(
    overview.overview,
    facts,
    Perimeter(period, today, None, None, spoken_period=spoken),
    mine=tuple(code for code in filters.centre_names() if actor.may_enter(code)),
    asked=tuple((code, week) for code, weeks in store.asked_reopenings().items() for week in weeks)
    if actor.coordinates
    else (),
    files=files_to_check(),
)

components.opening(said, brief=True)
place_side, task_side = st.columns([7, 4], gap="large")
with place_side, components.one_text():
    ranking = said.figures[use.RANKING]
    components.heading(ranking.headline)
    rows = store.said(overview.place_rows, facts)
    week, accent = dates.short_week(facts.last_week), components.palette().accent
    if rows:
        components.paged(
            len(rows),
            "lieux",
            lambda part: components.html(store.said(list_of, rows[part], week, accent)),
            whose="Lieux",
        )
        components.fold("Tableau et téléchargements", ranking.table, ranking.key)
    else:
        components.note(ranking.nothing)
with task_side, components.one_text():
    components.tasks("À faire", said.tasks, nothing="Rien n’attend, pour le moment.")
    coming = [Task(line, "agenda", query) for line, query in store.said(coming_up, store.agenda_facts(as_of=today))]
    components.tasks("À venir", coming, nothing="Aucun rendez-vous n’est noté.")
with components.one_text():
    components.figure(said.figures[use.WEEKS])
    components.compared(said.figures["comparaison"], folded=True)
    components.note(said.note)
