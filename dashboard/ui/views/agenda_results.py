"""What followed the events held at a centre, and the courses of the catalogue with their trainings."""

from typing import Any, Final

import polars as pl

from dashboard.exports.tables import Table
from dashboard.ui import disclosure, store
from dashboard.ui.views.agenda import Choice
from dashboard.wording import dates
from dashboard.wording.agenda import KINDS, summary
from dashboard.wording.terms import MISSING
from dashboard.wording.typography import count
from dashboard.wording.units import cell

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
