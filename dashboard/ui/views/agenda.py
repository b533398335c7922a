"""The agenda: what takes place, where and when, what followed, and the courses."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.agenda_timeline import agenda_timeline, agenda_timeline_in_words
from dashboard.configuration import clock
from dashboard.exports.calendar import worded
from dashboard.exports.tables import Table
from dashboard.indicators.disclosure import THRESHOLD
from dashboard.ui import disclosure, filters, store
from dashboard.ui.components import Figure
from dashboard.ui.views import agenda_days
from dashboard.ui.views.places import short_names
from dashboard.wording import dates, typography
from dashboard.wording.agenda import KINDS, brief
from dashboard.wording.numbers import ordinal
from dashboard.wording.terms import NOT_APPLICABLE

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
    return disclosure.masked(
        disclosure.masked(entries, "project_holders"),
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
    agenda_days.show_days(entries, today=choice.today, newest_first=choice.newest_first)


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
