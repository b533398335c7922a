"""The methodology page: every indicator in full, and the figures that were published, with what they contradict."""

import polars as pl

from dashboard.figures.model import Table
from dashboard.indicators import catalogue
from dashboard.ui import store
from dashboard.wording.typography import typeset
from dashboard.wording.units import format_value

INDICATOR_HEADINGS = {
    "label": "Indicateur",
    "definition": "Définition",
    "formula": "Formule",
    "unit": "Unité",
    "adds": "Addition",
    "source": "Source",
    "limits": "Limites",
}


RULES = tuple(
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
    return Table("Définition des indicateurs", catalogue.methodology_table(), INDICATOR_HEADINGS)


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
