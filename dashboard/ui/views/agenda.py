"""Agenda et formations: what is to come, day by day, what came of it, and the courses."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from itertools import groupby
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.agenda_timeline import agenda_timeline, agenda_timeline_in_words, family_of
from dashboard.configuration import clock
from dashboard.exports.calendar import worded
from dashboard.figures.masking import masked
from dashboard.figures.model import Figure, Table
from dashboard.indicators.disclosure import THRESHOLD
from dashboard.ui import disclosure, filters, store
from dashboard.ui.filters import short_names
from dashboard.wording import dates, typography
from dashboard.wording.agenda import KINDS, brief, details, summary
from dashboard.wording.numbers import ordinal
from dashboard.wording.terms import MISSING, NOT_APPLICABLE
from dashboard.wording.typography import capital, count, typeset
from dashboard.wording.units import cell

# The agenda day by day, as a list that any reader or printer can take.

Row = dict[str, Any]
Within = dict[str | None, list[Row]]

# More entries than this and every year but the nearest is folded.
_ENTRIES_UNFOLDED: Final = 60
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_STYLE: Final = """<style>
.cc-agenda h4 { font-size: 1.125rem; margin: 1.1rem 0 .25rem; padding: 0; break-after: avoid; }
.cc-agenda ul { list-style: none; margin: 0; padding: 0; }
.cc-agenda li { margin: 0; padding: 0; }
.cc-entry { display: grid; grid-template-columns: 8.5rem 1fr; column-gap: 1rem; break-inside: avoid;
  border-top: 1px solid rgba(128, 140, 132, .35); padding: .45rem 0; }
.cc-agenda li li .cc-entry { border-top: 0; padding: .3rem 0 0; }
.cc-agenda li li { border-left: 3px solid rgba(128, 140, 132, .5); padding-left: .75rem; margin-left: 9.5rem; }
.cc-agenda li li .cc-entry { grid-template-columns: 7rem 1fr; }
.cc-agenda p { margin: 0; }
.cc-hours { font-variant-numeric: tabular-nums; font-weight: 600; }
.cc-small { font-size: .875rem; opacity: .9; }
.cc-agenda summary { font-weight: 600; padding: .5rem 0; cursor: pointer; }
@media (max-width: 640px) {
  .cc-entry, .cc-agenda li li .cc-entry { grid-template-columns: 1fr; }
  .cc-agenda li li { margin-left: .5rem; }
}
@media print { .cc-agenda details::details-content { content-visibility: visible; } }
</style>"""


def draw_days(entries: pl.DataFrame, *, today: date, newest_first: bool) -> None:
    """Draws the worded entries under their days."""
    st.html(f"{_STYLE}{days_html(entries, today=today, newest_first=newest_first)}")


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
        f"<h4>{escape(capital(dates.full_date(day)))}</h4>{_list(found, within, day)}" for day, found in days
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


# The agenda: what takes place, where and when, what followed, and the courses.

NEXT_DAYS: Final = 60
# Beyond, dots of one month would touch: the table has them all.
_DAYS_DRAWN: Final = 366
_WHEN: Final = {
    "60j": f"{NEXT_DAYS} prochains jours",
    "a-venir": "À venir",
    "passes": "Passés",
    "tous": "Tous",
}
_SPOKEN: Final = {
    "60j": f"dans les {NEXT_DAYS} prochains jours",
    "a-venir": "à venir",
    "passes": "déjà passés",
    "tous": "en tout",
}
EVERY_KIND: Final = "tous"
ELSEWHERE: Final = "ailleurs"
EVERY_DAY: Final = "tous"
SELECTION: Final = "jour"
_TIMELINE: Final = "frise"
_HEADINGS: Final = {
    "starts_on": "Jour",
    "ends_on": "Dernier jour",
    "starts_time": "Début",
    "ends_time": "Fin",
    "kind_label": "Type",
    "title": "Titre",
    "where": "Lieu",
    "audience": "Public",
    "booking_text": "Inscription",
    "contact": "Contact",
    "attendance": "Participants",
    "within": "Pendant",
    "course_code": "Cours",
}


@dataclass(frozen=True)
class Choice:
    """What the reader wants to see; `place` is the code of a centre, `ELSEWHERE`, or None for everywhere."""

    when: str
    kind: str | None
    place: str | None
    today: date

    @property
    def newest_first(self) -> bool:
        """What is past is read backwards, what comes is read forwards."""
        return self.when in ("passes", "tous")

    def keeps(self) -> list[pl.Expr]:
        """The conditions on an entry: its kind and its place."""
        place = pl.col("centre_code")
        return [
            *([pl.col("kind") == self.kind] if self.kind else []),
            *([place.is_null() if self.place == ELSEWHERE else place == self.place] if self.place else []),
        ]


def for_reader(entries: pl.DataFrame) -> pl.DataFrame:
    """Who may not see small counts sees each event's own, from five on, and no total to subtract it from.

    Those of sessions and information meetings are on pages of their own, hidden there with what would give them away.
    """
    if disclosure.sees_small_counts():
        return entries
    elsewhere = pl.col("kind").is_in(["welcome_session", "information_meeting"])
    return masked(
        masked(entries, "project_holders"),
        "attendance",
        where=elsewhere | pl.col("attendance").is_between(1, THRESHOLD - 1),
    )


def chosen() -> Choice:
    """The period, the kind and the place the reader wants."""
    when = filters.choice(st.segmented_control, "Période", _WHEN, key="quand", usual="60j", required=True)
    kinds = {EVERY_KIND: "Tous les types", **{code: term.title for code, term in KINDS.items()}}
    kind = filters.choice(st.selectbox, "Type", kinds, key="type", usual=EVERY_KIND, width=240)
    # The same key as on the other pages: a centre chosen there stays chosen here.
    whole = filters.WHOLE_NETWORK
    places = {whole: "Tous les lieux", **filters.centre_names(), ELSEWHERE: "Hors des télécentres"}
    place = filters.choice(st.selectbox, "Lieu", places, key="centre", usual=whole, width=320)
    return Choice(when, None if kind == EVERY_KIND else kind, None if place == whole else place, clock.today())


def entries_of(choice: Choice) -> pl.DataFrame:
    """The entries chosen, with the words of the page."""
    today, last = choice.today, {"60j": choice.today + timedelta(days=NEXT_DAYS), "passes": choice.today}
    first = today if choice.when in ("60j", "a-venir") else None
    found = store.agenda_entries(first=first, last=last.get(choice.when))
    if choice.when == "passes":
        found = found.filter(pl.col("ends_on") < today)
    return worded(for_reader(found.filter(*choice.keeps()) if choice.keeps() else found), today=today)


def sentence(choice: Choice, entries: pl.DataFrame) -> str:
    """How many, in how many places, and the next one; or how many people came."""
    if entries.is_empty():
        return f"Aucun rendez-vous {_SPOKEN[choice.when]} avec ces filtres."
    places = entries["where"].n_unique()
    said = f"{typography.count(entries.height, 'rendez-vous', 'rendez-vous')} {_SPOKEN[choice.when]}, "
    said += f"dans {typography.count(places, 'lieu', 'lieux')}"
    if choice.when == "passes" and disclosure.sees_small_counts():
        known = entries["attendance"].drop_nulls()
        came = typography.count(int(known.sum()), "participation comptée", "participations comptées")
        return f"{said}. {came}, sur les {known.len()} dont la présence est connue." if known.len() else f"{said}."
    comes = entries.filter(pl.col("starts_on") >= choice.today).head(1)
    if comes.is_empty():
        return f"{said}."
    row = comes.row(0, named=True)
    announced = f"{brief(row, short_names())}, le {dates.full_date(row['starts_on'])}"
    return f"{said}. Le prochain : {announced}."


def timeline(choice: Choice, entries: pl.DataFrame) -> Figure:
    """The entries on one row of time, with their table."""
    drawn = _drawn(choice, entries)
    cut = "" if drawn.height == entries.height else " Une année est dessinée ; le tableau contient tout."
    columns = ("starts_on", "ends_on", "kind", "kind_label", "title", "where", "hours")
    figures = drawn.select(columns)
    return Figure(
        key=_TIMELINE,
        headline="Frise de tous les rendez-vous"
        if choice.when == "tous"
        else f"Frise des rendez-vous {_SPOKEN[choice.when]}",
        subtitle=f"Un repère par rendez-vous, à son premier jour.{cut}",
        draw=agenda_timeline,
        figures=figures,
        spoken=agenda_timeline_in_words(figures),
        table=table(choice, entries),
        options={"today": choice.today, "selection_name": SELECTION},
    )


def table(choice: Choice, entries: pl.DataFrame) -> Table:
    """The entries as rows: days and hours of Paris."""
    at = (pl.col(name).dt.convert_time_zone(dates.PARIS.key).dt.time() for name in ("starts_at", "ends_at"))
    rows = entries.with_columns(
        *(moment.alias(name) for moment, name in zip(at, ("starts_time", "ends_time"), strict=True)),
        within=pl.col("parent_title").fill_null(NOT_APPLICABLE),
        course_code=pl.col("course_code").fill_null(NOT_APPLICABLE),
        booking_text=pl.when("booking_advised").then(pl.lit("recommandée")).otherwise(pl.lit(NOT_APPLICABLE)),
    )
    notes = (
        f"Rendez-vous {_SPOKEN[choice.when]} : état au {dates.long_date(choice.today)}.",
        "Heures de Paris. Sans heure de fin, elle n’a pas été annoncée.",
    )
    return Table("Agenda", rows, _HEADINGS, notes, demonstration=store.is_demonstration())


def chosen_day(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries of the one day picked in the list or on the timeline, or all of them."""
    days = entries["starts_on"].unique().sort().to_list()
    options = {EVERY_DAY: "Tous, ou cliquez sur la frise", **{day.isoformat(): dates.full_date(day) for day in days}}
    day = filters.choice(st.selectbox, "Jour", options, key="jour", usual=EVERY_DAY, width=260)
    if day == EVERY_DAY:
        return entries
    asked = date.fromisoformat(day)
    return entries.filter(pl.lit(asked).is_between("starts_on", "ends_on"))


def take_day_from_timeline() -> None:
    """Keeps in the address the day clicked on the timeline; clicking beside the dots keeps the last one."""
    event = st.session_state.get(f"chart-{_TIMELINE}") or {}
    picked = event.get("selection", {}).get(SELECTION) or []
    days = [point["day"] for point in picked if point.get("day")]
    if days:
        filters.take("jour", days[0])


def show_days(choice: Choice, entries: pl.DataFrame) -> None:
    """The entries under their days."""
    draw_days(entries, today=choice.today, newest_first=choice.newest_first)


def ics(entries: pl.DataFrame) -> bytes:
    """The entries shown, as a file for a diary."""
    # Loaded when the button is pressed: most visits ask for no file.
    from dashboard.exports import calendar

    return calendar.ics(
        entries, name="Agenda des télécentres du Cantal", stamp=clock.now(), demonstration=store.is_demonstration()
    )


def notes(choice: Choice) -> list[str]:
    """What the list holds, and what it leaves out."""
    lines = [
        f"Heures de Paris. Un rendez-vous reste à venir jusqu’à la fin de son dernier jour. "
        f"État au {dates.long_date(choice.today)}.",
        "Pour imprimer cette page : Ctrl + P.",
    ]
    left_out = store.inexact_sessions()["number"].to_list()
    if left_out:
        said = typography.count(len(left_out), "session d’accueil n’est", "sessions d’accueil ne sont")
        lines.append(f"{said} pas dans l’agenda, faute de jours exacts : {_sessions(left_out)}.")
    return lines


def everything() -> dict[str, str]:
    """The filters that let everything through."""
    return {"quand": "tous", "type": EVERY_KIND, "centre": filters.WHOLE_NETWORK, "jour": EVERY_DAY}


def coming_up(today: date, count: int = 4) -> list[tuple[str, dict[str, str]]]:
    """The next entries, sub-events left out: « mar. 30 mai : portes ouvertes à Mauriac », and the filters that show them."""
    entries = worded(store.agenda_entries(first=today), today=today).filter(
        pl.col("starts_on") >= today, pl.col("parent_key").is_null()
    )
    names = short_names()
    lines = []
    for row in entries.head(count).iter_rows(named=True):
        day: date = row["starts_on"]
        when = "60j" if day <= today + timedelta(days=NEXT_DAYS) else "a-venir"
        query = {**everything(), "quand": when, "jour": day.isoformat()}
        lines.append((f"{dates.day_and_month(day)} : {brief(row, names)}", query))
    return lines


def _sessions(numbers: list[int]) -> str:
    return typography.enumeration([f"la {ordinal(number, feminine=True)}" for number in numbers])


def _drawn(choice: Choice, entries: pl.DataFrame) -> pl.DataFrame:
    """The entries of a year or so: what comes within one, and the last one of what is past."""
    last = entries["starts_on"].max()
    if not isinstance(last, date):
        return entries
    until = min(last, choice.today + timedelta(days=_DAYS_DRAWN))
    since = min(choice.today, until) - timedelta(days=_DAYS_DRAWN)
    return entries.filter(pl.col("starts_on").is_between(since, until))


# What followed the events held at a centre, and the courses of the catalogue with their trainings.

_COUNTS: Final = {
    "agreements": "Conventions signées",
    "first_visits": "Premières visites",
    "pass_joins": "Adhésions au Pass",
}
FOLLOWED_NOTES: Final = (
    "Après : les 56 jours qui commencent le premier jour du rendez-vous, ce jour compris. Avant : les 56 jours qui finissent "
    "la veille. Tout est compté dans ce télécentre.",
    "Premières visites : personnes connues dont le tout premier pointage dans ce télécentre tombe dans la période ; les "
    f"pointages anonymes ne comptent pas. « {MISSING} » tant que les pointages de ce télécentre ne remontent pas à huit "
    "semaines avant la période.",
    "Adhésions au Pass : personnes qui avaient, le jour de leur adhésion, une convention en cours dans ce télécentre.",
    "Ces nombres disent ce qui a suivi, non ce que le rendez-vous a provoqué. Deux rendez-vous proches partagent les mêmes "
    "semaines : ils ne s’additionnent pas.",
)
_COURSES: Final = {
    "title": "Cours",
    "code": "Code",
    "theme": "Thème",
    "duration_hours": "Durée (h)",
    "provider_name": "Proposé par",
    "trainings_held": "Tenues",
    "trainings_coming": "À venir",
    "attendance": "Participations",
    "trainings_counted": "Présence connue",
}


def followed(choice: Choice) -> pl.DataFrame:
    """The events held at a centre, by kind and place as chosen; of the last year unless the past is asked for."""
    found = store.follow_ups(as_of=choice.today).filter(*choice.keeps())
    if choice.newest_first:
        return found
    return found.filter(pl.col("starts_on") > pl.lit(choice.today).dt.offset_by("-1y"))


def followed_sentence(choice: Choice, found: pl.DataFrame) -> str:
    """How many are shown, and of how many the eight weeks are over."""
    if found.is_empty():
        return "Aucun rendez-vous tenu dans un télécentre avec ces filtres."
    over = int(found["over"].sum())
    span = "depuis le premier" if choice.newest_first else "depuis un an"
    held = count(found.height, "rendez-vous tenu", "rendez-vous tenus")
    running = found.height - over
    said = f"{held} dans un télécentre {span}. Les huit semaines sont terminées pour {over}"
    return f"{said}, en cours pour {running}." if running else f"{said}."


def followed_on_screen(found: pl.DataFrame) -> Table:
    """« 5 (avant : 3) » in one cell a count: what followed is read beside what came before."""
    rows = _named(found).with_columns(
        pl.Series(name, [_beside(row, name) for row in found.iter_rows(named=True)], dtype=pl.String)
        for name in _COUNTS
    )
    headings = {
        "starts_on": "Jour", "summary": "Rendez-vous", "centre_name": "Télécentre", "attendance": "Participants", **_COUNTS,
    }  # fmt: skip
    return Table(
        "Ce qui a suivi les rendez-vous", rows, headings, FOLLOWED_NOTES, demonstration=store.is_demonstration()
    )


def followed_in_files(found: pl.DataFrame) -> Table:
    """The same with one number a cell, for files."""
    headings = {
        "starts_on": "Jour",
        "kind_label": "Type",
        "title": "Rendez-vous",
        "centre_name": "Télécentre",
        "attendance": "Participants",
        "watched_until": "Fin des huit semaines",
        "state": "Huit semaines",
    }
    for name, heading in _COUNTS.items():
        headings |= {name: f"{heading}, après", f"{name}_before": f"{heading}, avant"}
    state = pl.when("over").then(pl.lit("terminées")).otherwise(pl.lit("en cours"))
    return Table(
        "Ce qui a suivi les rendez-vous",
        _named(found).with_columns(state=state),
        headings,
        FOLLOWED_NOTES,
        demonstration=store.is_demonstration(),
    )


def courses(choice: Choice) -> Table:
    """The catalogue, with the trainings held and those who came."""
    found = store.courses(as_of=choice.today).filter("active")
    notes = (
        f"Catalogue et formations, état au {dates.long_date(choice.today)}.",
        "Présence connue : formations tenues dont la présence est connue, celles que comptent les participations.",
    )
    shown = dict(_COURSES)
    if not disclosure.sees_small_counts():
        # A total of participations, less those of the trainings shown, would give the others.
        found = found.with_columns(attendance=pl.lit(None, pl.Int64))
        shown.pop("attendance")
    return Table("Catalogue des formations", found, shown, notes, demonstration=store.is_demonstration())


def courses_sentence(shown: Table) -> str:
    """How many courses and trainings."""
    rows = shown.frame
    if rows.is_empty():
        return "Le catalogue est vide."
    held, people = int(rows["trainings_held"].sum()), rows["attendance"].drop_nulls()
    said = f"{count(rows.height, 'cours', 'cours')} au catalogue, "
    said += (
        f"{count(held, 'formation tenue', 'formations tenues')} à ce jour" if held else "aucune formation enregistrée"
    )
    return f"{said}, {count(int(people.sum()), 'participation')}." if people.len() else f"{said}."


def _named(found: pl.DataFrame) -> pl.DataFrame:
    labels = {code: term.title for code, term in KINDS.items()}
    summaries = [summary(labels[kind], title) for kind, title in found.select("kind", "title").iter_rows()]
    return found.with_columns(
        pl.Series("summary", summaries, dtype=pl.String), kind_label=pl.col("kind").replace_strict(labels)
    )


def _beside(row: dict[str, Any], name: str) -> str:
    before = cell(row[f"{name}_before"])
    return f"{cell(row[name]) if row['over'] else 'en cours'} (avant\u00a0: {before})"
