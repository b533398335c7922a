"""The agenda: what takes place, where and when, what followed, and the courses."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from dashboard.charts.agenda_timeline import agenda_timeline, agenda_timeline_in_words
from dashboard.figures.masking import masked
from dashboard.figures.model import Figure, Reader, Table, short_names
from dashboard.indicators.disclosure import THRESHOLD
from dashboard.wording import dates
from dashboard.wording.agenda import KINDS, TEXTS, brief, summary, texts
from dashboard.wording.numbers import ordinal
from dashboard.wording.terms import MISSING, NOT_APPLICABLE
from dashboard.wording.typography import count, enumeration
from dashboard.wording.units import cell
from data_access.facts import AgendaFacts

Row = dict[str, Any]
NEXT_DAYS: Final = 60
# Beyond, dots of one month would touch: the table has them all.
_DAYS_DRAWN: Final = 366
WHEN: Final = {
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
WHOLE_NETWORK: Final = "reseau"
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


def for_reader(entries: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    """Who may not see small counts sees each event's own, from five on, and no total to subtract it from.

    Those of sessions and information meetings are on pages of their own, hidden there with what would give them away.
    """
    if reader.sees_small_counts:
        return entries
    elsewhere = pl.col("kind").is_in(["welcome_session", "information_meeting"])
    few = pl.col("attendance").is_between(1, THRESHOLD - 1)
    return masked(masked(entries, "project_holders"), "attendance", where=elsewhere | few)


def worded(entries: pl.DataFrame, *, today: date) -> pl.DataFrame:
    """The entries with texts beside: `kind_label`, `title`, `summary` (both in one), `hours`, `where`, `until`,
    `course`, `came`, `booking` and `description` (all but the title, over several lines).

    A session to come may carry a count that was published about it later: it is not shown before its first day.
    """
    known = entries.with_columns(
        pl.when((pl.col("kind") != "welcome_session") | (pl.col("starts_on") <= today)).then(name).alias(name)
        for name in ("attendance", "project_holders")
    )
    rows = [texts(row) for row in known.iter_rows(named=True)]
    columns = {name: pl.Series(name, [row[name] for row in rows], dtype=pl.String) for name in TEXTS}
    return known.with_columns(**columns)


def entries_of(facts: AgendaFacts, choice: Choice, reader: Reader) -> pl.DataFrame:
    """The entries chosen, with the words of the page."""
    today, starts, ends = facts.as_of, pl.col("starts_on"), pl.col("ends_on")
    within = {
        "60j": [ends >= today, starts <= today + timedelta(days=NEXT_DAYS)],
        "a-venir": [ends >= today],
        "passes": [ends < today],
    }
    found = facts.entries.filter(pl.lit(True), *within.get(choice.when, []), *choice.keeps())
    return worded(for_reader(found, reader), today=today)


def sentence(facts: AgendaFacts, choice: Choice, entries: pl.DataFrame, reader: Reader) -> str:
    """How many, in how many places, and the next one; or how many people came."""
    if entries.is_empty():
        return f"Aucun rendez-vous {_SPOKEN[choice.when]} avec ces filtres."
    places = entries["where"].n_unique()
    said = f"{count(entries.height, 'rendez-vous', 'rendez-vous')} {_SPOKEN[choice.when]}, "
    said += f"dans {count(places, 'lieu', 'lieux')}"
    if choice.when == "passes" and reader.sees_small_counts:
        known = entries["attendance"].drop_nulls()
        came = count(int(known.sum()), "participation comptée", "participations comptées")
        return f"{said}. {came}, sur les {known.len()} dont la présence est connue." if known.len() else f"{said}."
    comes = entries.filter(pl.col("starts_on") >= facts.as_of).head(1)
    if comes.is_empty():
        return f"{said}."
    row = comes.row(0, named=True)
    announced = f"{brief(row, short_names(facts.places))}, le {dates.full_date(row['starts_on'])}"
    return f"{said}. Le prochain : {announced}."


def timeline(facts: AgendaFacts, choice: Choice, entries: pl.DataFrame) -> Figure:
    """The entries on one row of time, with their table."""
    drawn = _drawn(facts, entries)
    cut = "" if drawn.height == entries.height else " Une année est dessinée ; le tableau contient tout."
    columns = ("starts_on", "ends_on", "kind", "kind_label", "title", "where", "hours")
    figures = drawn.select(columns)
    return Figure(
        key="frise",
        headline=_busiest_in_words(figures),
        subtitle=f"Un repère par rendez-vous, à son premier jour.{cut}",
        draw=agenda_timeline,
        figures=figures,
        spoken=agenda_timeline_in_words(figures),
        table=table(facts, choice, entries),
        options={"today": facts.as_of, "selection_name": "jour"},
    )


def _busiest_in_words(entries: pl.DataFrame) -> str:
    """« Le jour le plus chargé : mardi 30 mai 2017, 2 rendez-vous », or that no day has two."""
    days = entries["starts_on"].value_counts().sort("count", "starts_on", descending=[True, False])
    if days.is_empty() or days["count"][0] == 1:
        return "Un rendez-vous par jour au plus"
    day, most = days.row(0)
    return f"Le jour le plus chargé : {dates.full_date(day)}, {count(most, 'rendez-vous', 'rendez-vous')}"


def table(facts: AgendaFacts, choice: Choice, entries: pl.DataFrame) -> Table:
    """The entries as rows: days and hours of Paris."""
    at = (pl.col(name).dt.convert_time_zone(dates.PARIS.key).dt.time() for name in ("starts_at", "ends_at"))
    rows = entries.with_columns(
        *(moment.alias(name) for moment, name in zip(at, ("starts_time", "ends_time"), strict=True)),
        within=pl.col("parent_title").fill_null(NOT_APPLICABLE),
        course_code=pl.col("course_code").fill_null(NOT_APPLICABLE),
        booking_text=pl.when("booking_advised").then(pl.lit("recommandée")).otherwise(pl.lit(NOT_APPLICABLE)),
    )
    notes = (
        f"Rendez-vous {_SPOKEN[choice.when]} : état au {dates.long_date(facts.as_of)}.",
        "Heures de Paris. Sans heure de fin, elle n’a pas été annoncée.",
    )
    return Table("Agenda", rows, _HEADINGS, notes)


def on_day(entries: pl.DataFrame, day: str) -> pl.DataFrame:
    """The entries of the one day picked, `YYYY-MM-DD`, or all of them."""
    if day == EVERY_DAY:
        return entries
    return entries.filter(pl.lit(date.fromisoformat(day)).is_between("starts_on", "ends_on"))


def days_of(entries: pl.DataFrame) -> dict[str, str]:
    """The days on which something begins, in words."""
    days = entries["starts_on"].unique().sort().to_list()
    return {EVERY_DAY: "Tous, ou cliquez sur la frise", **{day.isoformat(): dates.full_date(day) for day in days}}


def notes(facts: AgendaFacts) -> list[str]:
    """What the list holds, and what it leaves out."""
    lines = [
        f"Heures de Paris. Un rendez-vous reste à venir jusqu’à la fin de son dernier jour. "
        f"État au {dates.long_date(facts.as_of)}.",
        "Pour imprimer cette page : Ctrl + P.",
    ]
    left_out = facts.inexact_sessions
    if left_out:
        named = [f"la {ordinal(number, feminine=True)}" for number in left_out]
        said = count(len(left_out), "session d’accueil n’est", "sessions d’accueil ne sont")
        lines.append(f"{said} pas dans l’agenda, faute de jours exacts : {enumeration(named)}.")
    return lines


def everything() -> dict[str, str]:
    """The filters that let everything through."""
    return {"quand": "tous", "type": EVERY_KIND, "centre": WHOLE_NETWORK, "jour": EVERY_DAY}


def coming_up(facts: AgendaFacts, number: int = 4, place: str | None = None) -> list[tuple[str, dict[str, str]]]:
    """The next entries, at one place or anywhere, sub-events left out: « mar. 30 mai : portes ouvertes à Mauriac », and the
    filters that show them."""
    today, here = facts.as_of, [] if place is None else [pl.col("centre_code") == place]
    coming = facts.entries.filter(pl.col("starts_on") >= today, pl.col("parent_key").is_null(), *here).head(number)
    names = short_names(facts.places)
    lines = []
    for row in worded(coming, today=today).iter_rows(named=True):
        day: date = row["starts_on"]
        when = "60j" if day <= today + timedelta(days=NEXT_DAYS) else "a-venir"
        query = {**everything(), "quand": when, "jour": day.isoformat()}
        lines.append((f"{dates.day_and_month(day)} : {brief(row, names)}", query))
    return lines


def _drawn(facts: AgendaFacts, entries: pl.DataFrame) -> pl.DataFrame:
    """The entries of a year or so: what comes within one, and the last one of what is past."""
    last = entries["starts_on"].max()
    if not isinstance(last, date):
        return entries
    until = min(last, facts.as_of + timedelta(days=_DAYS_DRAWN))
    since = min(facts.as_of, until) - timedelta(days=_DAYS_DRAWN)
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


def followed(follow_ups: pl.DataFrame, choice: Choice, today: date) -> pl.DataFrame:
    """The events held at a centre, by kind and place as chosen; of the last year unless the past is asked for."""
    found = follow_ups.filter(*choice.keeps())
    if choice.newest_first:
        return found
    return found.filter(pl.col("starts_on") > pl.lit(today).dt.offset_by("-1y"))


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
    return Table("Ce qui a suivi les rendez-vous", rows, headings, FOLLOWED_NOTES)


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
    )


def courses(facts: AgendaFacts, reader: Reader) -> Table:
    """The catalogue, with the trainings held and those who came."""
    found = facts.courses.filter("active")
    notes = (
        f"Catalogue et formations, état au {dates.long_date(facts.as_of)}.",
        "Présence connue : formations tenues dont la présence est connue, celles que comptent les participations.",
    )
    shown = dict(_COURSES)
    if not reader.sees_small_counts:
        # A total of participations, less those of the trainings shown, would give the others.
        found = found.with_columns(attendance=pl.lit(None, pl.Int64))
        shown.pop("attendance")
    return Table("Catalogue des formations", found, shown, notes)


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
