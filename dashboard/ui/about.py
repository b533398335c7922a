"""What the application says of itself: what its figures mean, who may do what, how it is set, what it knows of people."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

import polars as pl
import sqlalchemy as sa
import streamlit as st

from dashboard import wording
from dashboard.configuration import clock
from dashboard.configuration.database import last_backup, links_found, summaries_found
from dashboard.configuration.settings import SECRETS, Settings, load_settings, shown_url, variable
from dashboard.figures.model import Table
from dashboard.indicators import catalogue
from dashboard.ui import components, session, store
from dashboard.ui.navigation import PAGES
from dashboard.wording.dates import full_date
from dashboard.wording.personal_data import RECORDED, RIGHTS_OF_PEOPLE, THEN, WHAT, Recorded, duration, how_long
from dashboard.wording.refusals import DATABASE_FAULTS
from dashboard.wording.terms import ACTORS, MISSING, NOT_APPLICABLE, READERS
from dashboard.wording.terms import RIGHTS as WORDS
from dashboard.wording.typography import capital, count, typeset
from dashboard.wording.units import format_value
from data_access.engine import is_sound
from data_access.reads.personal_data import Due
from data_access.retention_rules import RULES as RETENTION_RULES
from data_access.rights import RIGHTS, Right
from data_access.triggers import rows_of_before

# What is new in the product, in its users' words.


@cache
def news() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The day and what came with it, in sentences, the newest first, as `dashboard/wording/news.csv` tells it."""
    with (Path(wording.__file__).parent / "news.csv").open(encoding="utf-8", newline="") as file:
        lines = [(date.fromisoformat(line["le"]), line["quoi"]) for line in csv.DictReader(file, delimiter=";")]
    days = groupby(sorted(lines, key=itemgetter(0), reverse=True), key=itemgetter(0))
    return tuple((capital(full_date(day)), tuple(what for _, what in told)) for day, told in days)


# Every indicator in full, and the figures that were published, with what they contradict.

_INDICATOR_HEADINGS: Final = {
    "label": "Indicateur",
    "definition": "Définition",
    "formula": "Formule",
    "unit": "Unité",
    "adds": "Addition",
    "source": "Source",
    "limits": "Limites",
}
RULES: Final = tuple(
    typeset(rule)
    for rule in (
        "**Manquant, fermé, zéro** sont trois choses : personne n’a saisi ; le lieu était fermé, avec un motif ; "
        "le lieu était ouvert et personne n’est venu.",
        "**Un taux ne se moyenne pas.** Celui du réseau est le total occupé divisé par le total offert.",
        "**Des personnes ne s’additionnent pas** d’une semaine à l’autre ni d’un lieu à l’autre : la même peut revenir.",
        "**Un brouillon** ne compte dans aucun total. Il est attendu, mais n’est pas complet.",
        "**Une semaine** va du lundi au dimanche, selon la norme ISO 8601. À cheval sur deux mois ou deux années, elle est "
        "partagée jour par jour ; pour la complétude, elle compte une fois, dans le mois de son jeudi.",
        "**Les demi-journées offertes** suivent les horaires du lieu, les positions de travail du jour, les jours fériés "
        "de métropole et les fermetures.",
    )
)


def indicators_table() -> Table:
    """Every indicator in the order of the catalogue, as a table to download."""
    return Table("Définition des indicateurs", catalogue.methodology_table(), _INDICATOR_HEADINGS)


def published_table() -> Table:
    """The figures as they were published, never recomputed."""
    figures = store.published_figures()
    frame = figures.with_columns(
        value_text=pl.Series(
            [
                _published_value(value, unit, precision)
                for value, unit, precision in figures.select("value", "unit", "precision").iter_rows()
            ],
            dtype=pl.String,
        ),
        years=pl.Series(
            [_years(*years) for years in figures.select("year_from", "year_to").iter_rows()], dtype=pl.String
        ),
    )
    headings = {
        "label": "Chiffre publié",
        "years": "Année",
        "value_text": "Valeur",
        "precision": "Précision",
        "source": "Source",
    }
    return Table("Chiffres publiés", frame, headings)


def _published_value(value: float, unit: str, precision: str) -> str:
    shown = format_value(value, unit)
    return f"environ {shown}" if "about" in precision or "une trentaine" in precision else shown


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


# Who may do what, printed from the very table that the pages, the reads and the writes obey.


def rights_table() -> Table:
    """One row per right, one column per role."""
    rows: list[dict[str, str]] = [dict(right=WORDS[right].title, **_marks(right, ACTORS)) for right in Right]
    headings: dict[str, str] = {"right": "Droit", **{role: term.brief for role, term in ACTORS.items()}}
    return Table("Qui peut quoi", pl.DataFrame(rows), headings)


def pages_table() -> Table:
    """One row per page of the menu, one column per role."""
    rows: list[dict[str, str]] = [dict(page=entry.title, **_marks(entry.right, READERS)) for entry in PAGES]
    headings: dict[str, str] = {"page": "Page", **{role: term.brief for role, term in READERS.items()}}
    return Table("Qui ouvre quelle page", pl.DataFrame(rows), headings)


def _marks(right: Right, roles: Iterable[str]) -> dict[str, str]:
    return {role: "oui" if right in rights else NOT_APPLICABLE for role, rights in RIGHTS.items() if role in roles}


# The settings in force, without their secrets.


def draw_last_backup() -> None:
    """When the database was last backed up, and what to do where it was not; nothing is lost with invented data."""
    if store.is_demonstration():
        return
    found, remedy = last_backup(load_settings())
    said = f"Dernière sauvegarde : {found}."
    if remedy:
        st.warning(typeset(f"{said} {remedy}"), icon=":material/backup:")
    else:
        components.note(said)


def draw_check() -> None:
    """On demand, whether the database is what it should be: its file, its links, its values, its summaries."""
    if not st.button(
        "Vérifier la base", icon=":material/fact_check:", help=typeset("Tout est recompté : quelques secondes.")
    ):
        return
    for subject, found, remedy in _checked(session.current_engine()):
        said = typeset(f"{subject} : {found}." + (f" {remedy}" if remedy else ""))
        (st.warning if remedy else st.success)(said)


def _checked(engine: sa.Engine) -> Iterator[tuple[str, str, str]]:
    damaged, remedy = DATABASE_FAULTS["database_damaged"]
    yield ("Fichier", "entier", "") if is_sound(engine) else ("Fichier", damaged.rstrip("."), remedy)
    yield "Liens entre tables", *links_found(engine)
    with store.asking() as connection:
        wrong = len(rows_of_before(connection))
    remedy = "« cybercantal doctor » dit lesquelles." if wrong else ""
    yield "Valeurs", f"{wrong} à corriger" if wrong else "vraisemblables", remedy
    yield "Résumés", *summaries_found(engine)


def settings_table() -> Table:
    """One row per setting: what it is for and its value now; a secret only says whether it is set."""
    settings = load_settings()
    rows = [
        {"variable": variable(name), "meaning": field.description, "value": _shown(name, getattr(settings, name))}
        for name, field in Settings.model_fields.items()
    ]
    headings = {"variable": "Variable", "meaning": "Rôle", "value": "Valeur"}
    return Table("Réglages en vigueur", pl.DataFrame(rows), headings)


def _shown(name: str, value: object) -> str:
    if name in SECRETS:
        return "réglé, non montré" if value else MISSING
    if isinstance(value, bool):
        # As the variable is written.
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or MISSING
    return shown_url(str(value)) if value not in ("", None) else MISSING


# What the product knows of people, as a table and a few sentences.


def recorded_table() -> Table:
    """One row per kind of record."""
    rows = [
        {"what": typeset(each.what), "why": typeset(each.why), "how_long": typeset(_how_long(each)), "who": each.who}
        for each in RECORDED
    ]
    headings = {"what": "Ce qui est noté", "why": "Pourquoi", "how_long": "Combien de temps", "who": "Qui le voit"}
    return Table("Données sur les personnes", pl.DataFrame(rows), headings)


def _how_long(record: Recorded) -> str:
    """What the settings in force say, so that the page promises what the product does."""
    if record.rule is None:
        return record.how_long
    rule = RETENTION_RULES[record.rule]
    said = how_long(rule.key, rule.unit, load_settings().retention[rule.key])
    return f"{record.how_long} ; {said[0].lower()}{said[1:]}" if record.how_long else said


def rights_of_people() -> tuple[str, ...]:
    """What people may ask, and whom."""
    contact = load_settings().contact_email
    whom = f"Écrivez à {contact}." if contact else "Écrivez à la coordination du réseau de télécentres."
    return (*RIGHTS_OF_PEOPLE, f"Pour exercer vos droits : {whom}")


# What has been kept long enough today: the rules, their durations in force, and how much each has to do.


def draw_retention() -> None:
    """The sentence, the table, and how it is done."""
    st.header("Durées de conservation", anchor=False)
    # Whoever asks within a minute gets the same answer: a draft that is given up is written in no data version.
    durations, minute = load_settings().retention, clock.now().replace(second=0, microsecond=0)
    found = store.retention_due(durations=durations, now=minute)
    late = sum(each.count for each in found)
    components.key_sentence(
        f"{count(late, 'ligne a été gardée', 'lignes ont été gardées')} assez longtemps."
        if late
        else "Rien n’a été gardé trop longtemps."
    )
    components.table(store.said(_retention_table, found, durations, demonstration=store.is_demonstration()))
    components.note(
        "Ce qui a été gardé assez longtemps est effacé chaque nuit si le serveur en est chargé, sinon quand qui l’exploite le "
        "demande. Aucun chiffre ne change."
    )


def _retention_table(found: list[Due], durations: Mapping[str, int], *, demonstration: bool) -> Table:
    """One row per rule."""
    rows = [
        {
            "what": capital(WHAT[each.rule.key]),
            "kept": duration(each.rule.unit, durations[each.rule.key]),
            "then": capital(THEN[each.rule.deed]),
            "limit": each.limit,
            "count": each.count,
        }
        for each in found
    ]
    headings = {
        "what": "Ce qui est gardé",
        "kept": "Durée",
        "then": "Ensuite",
        "limit": "Antérieur au",
        "count": "À faire",
    }
    return Table("Durées de conservation", pl.DataFrame(rows), headings, demonstration=demonstration)
