"""Bilan annuel: the seven lines of a year beside those of 2013, and the files to take away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.bars import published_comparison, published_comparison_in_words
from dashboard.configuration import clock
from dashboard.figures.model import Figure, Table, Tile
from dashboard.indicators.catalogue import ALL as CATALOGUE
from dashboard.indicators.catalogue import EVALUATION
from dashboard.indicators.catalogue import evaluation as measured
from dashboard.indicators.disclosure import is_small
from dashboard.indicators.model import Indicator, Unit
from dashboard.reporting.documents import FORMS, Form
from dashboard.ui import components, disclosure, session, store
from dashboard.ui.components import note
from dashboard.ui.views.attendance import PROVISIONAL_UNDER
from dashboard.wording import dates
from dashboard.wording.numbers import percent
from dashboard.wording.terms import hidden_words
from dashboard.wording.units import format_difference, format_value

# The report of the year and the notes of its places, to take away: each file is made when its button is pressed.

_SHOWN: Final[tuple[Form, ...]] = ("pdf", "pptx", "docx", "xlsx")
_ARCHIVE: Final = "application/zip"


def draw(year: int) -> None:
    """The buttons: the report in its four forms, then the notes of all places, one ZIP file for each form."""
    st.subheader("Le bilan en fichiers", anchor=False)
    # It draws the contracts quarter by quarter and the sessions one by one.
    if disclosure.sees_small_counts():
        note(
            "Une page par sujet, avec son graphique, son tableau, sa méthode et ses manques. PDF à imprimer, accessible "
            "aux lecteurs d’écran ; PPTX et DOCX à modifier ; XLSX à calculer. Aucun nom de personne n’y figure. Les contrats "
            "par trimestre et les sessions une à une y comptent parfois moins de 5 personnes : ne le publiez pas tel quel."
        )
        with st.container(horizontal=True):
            for form in _SHOWN:
                make = _later(store.report_file, year, form)
                components.file(form.upper(), make, f"bilan-complet-{year}.{form}", FORMS[form], what="Bilan")
    else:
        note(
            "Le bilan complet détaille des effectifs de moins de 5 personnes : demandez-le à la coordination. Les notes des "
            "lieux ne les donnent pas."
        )
    note("Une note d’une page par lieu ouvert à la fin de la période, tous les lieux dans un fichier ZIP.")
    with st.container(horizontal=True):
        for form in _SHOWN:
            make = _later(store.report_notes_file, year, form)
            components.file(f"{form.upper()}, ZIP", make, f"notes-{year}-{form}.zip", _ARCHIVE, what="Notes des lieux")


def _later(made: Callable[..., bytes], year: int, form: Form) -> Callable[[], bytes]:
    """The file once asked for: by then no screen says who asks, so it is noted now."""
    actor, today = session.current_actor(), clock.today()

    def make() -> bytes:
        with session.acting(actor):
            return made(year, form, as_of=today)

    return make


# The yearly evaluation: the seven lines of a year, beside those published for 2013.

PUBLISHED_YEAR: Final = 2013
LINES: Final = EVALUATION
_TILES: Final = ("hours", "fill_rate", "users", "pass_members")
# Computed from weekly sheets, so only as sure as their completeness.
_RESTS_ON_SHEETS: Final = frozenset({"hours", "fill_rate"})
_DEFINED: Final = {indicator.key: indicator for indicator in CATALOGUE}


@dataclass(frozen=True)
class Evaluation:
    """The figures of one year, those published for 2013, and the day a running year is taken at."""

    year: int
    on: date
    figures: dict[str, float | None]
    published: dict[str, float]
    hidden: frozenset[str] = frozenset()
    """The lines whose count of people is small, and not shown to who looks."""

    @property
    def completeness(self) -> float | None:
        """Weeks entered ÷ weeks expected in the year."""
        return self.figures["completeness"]

    @property
    def running(self) -> bool:
        """Whether the year is not over yet."""
        return self.on < date(self.year, 12, 31)

    @property
    def provisional(self) -> bool:
        """Whether too few weeks were entered, or the year is not over."""
        return self.running or self.completeness is None or self.completeness < PROVISIONAL_UNDER


def evaluation_of(year: int, *, as_of: date) -> Evaluation:
    """The evaluation of one year, computed from the rows, and the published one."""
    counted_on = disclosure.counting_day(as_of)
    if counted_on < date(year, 1, 1):
        nothing = dict[str, float | None].fromkeys(each.key for each in EVALUATION)
        return Evaluation(year, counted_on, nothing, published_of(PUBLISHED_YEAR))
    facts = store.evaluation_facts(year, as_of=counted_on)
    row = measured(facts).row(0, named=True)
    people = (each.key for each in EVALUATION if each.unit is Unit.PERSON and is_small(row[each.key]))
    hidden = frozenset(() if disclosure.sees_small_counts() else people)
    return Evaluation(year, facts.on, {**row, **dict.fromkeys(hidden)}, published_of(PUBLISHED_YEAR), hidden)


def published_of(year: int) -> dict[str, float]:
    """The figures published for one year by the county, by key of indicator; the first source wins over later ones."""
    figures = store.published_figures().filter(
        (pl.col("year_from") == year) & (pl.col("year_to") == year) & pl.col("source").str.starts_with("Dossier")
    )
    return dict(figures.select("indicator", "value").iter_rows())


def sentence(shown: Evaluation) -> str:
    """What one would say of the year in one breath."""
    figures = shown.figures
    if shown.on < date(shown.year, 1, 1):
        return f"Aucun mois de {shown.year} n’est encore écoulé."
    if not figures["centres"]:
        return f"Aucun télécentre n’était ouvert en {shown.year}."
    when = f"Au {dates.long_date(shown.on)}" if shown.running else f"En {shown.year}"
    hours = format_value(figures["hours"], "hour")
    return (
        f"{when}, {format_value(figures['centres'], 'centre')} télécentres et "
        f"{format_value(figures['seats'], 'seat')} positions de travail ont servi {hours}, "
        f"pour un taux de remplissage de {format_value(figures['fill_rate'], 'ratio')}."
    )


def tiles(shown: Evaluation) -> list[Tile]:
    """The four lines people ask for, against the published 2013."""
    return [
        Tile(
            _DEFINED[key],
            shown.figures[key],
            previous=shown.published.get(key) if shown.year != PUBLISHED_YEAR else None,
            compared_with=f"par rapport à {PUBLISHED_YEAR}",
            provisional=shown.provisional and key in _RESTS_ON_SHEETS,
            hidden=hidden_words(few=True) if key in shown.hidden else "",
        )
        for key in _TILES
    ]


def lines(shown: Evaluation) -> pl.DataFrame:
    """One row per line: key, label, published 2013, the year, the difference, and what the figure rests on."""
    rows = []
    for indicator in EVALUATION:
        now, then = shown.figures[indicator.key], shown.published.get(indicator.key)
        difference = None if now is None or then is None else now - then
        rows.append(
            {
                "key": indicator.key,
                "label": indicator.label,
                "published": "–" if indicator.key == "completeness" else format_value(then, indicator.unit),
                "current": _current(shown, indicator.key, _value(shown, indicator)),
                "difference": "–" if difference is None else format_difference(difference, indicator.unit),
                "rests_on": _rests_on(shown, indicator.key),
            }
        )
    return pl.DataFrame(rows)


def lines_table(shown: Evaluation, *, demonstration: bool) -> Table:
    """The lines as the page shows them and as files carry them."""
    headings = {
        "label": "Indicateur",
        "published": f"{PUBLISHED_YEAR} (évaluation publiée)",
        "current": f"{shown.year} au {dates.long_date(shown.on)}" if shown.running else str(shown.year),
        "difference": "Écart",
        "rests_on": "Couverture",
    }
    notes = (
        f"Bilan annuel {shown.year} du réseau, calculé à partir des relevés.",
        f"Complétude des relevés : {percent(shown.completeness or 0)}.",
        f"Valeurs de {PUBLISHED_YEAR} : évaluation de 2014, publiée dans le dossier de présentation de mai 2017.",
    )
    return Table(f"Bilan annuel {shown.year}", lines(shown), headings, notes, demonstration=demonstration)


def has_another_year(shown: Evaluation) -> bool:
    """Whether there is something to put beside the published year."""
    return shown.year != PUBLISHED_YEAR and bool(shown.published) and bool(shown.figures["centres"])


def comparison(shown: Evaluation) -> Figure:
    """The lines both years have, bar against bar."""
    figures = _compared(shown)
    years = {"published_year": PUBLISHED_YEAR, "year": shown.year}
    return Figure(
        key=f"bilan-{shown.year}-et-{PUBLISHED_YEAR}",
        headline=f"{shown.year} à côté de {PUBLISHED_YEAR}",
        subtitle=f"En gris : évaluation publiée pour {PUBLISHED_YEAR}. Chaque ligne a sa propre échelle.",
        draw=published_comparison,
        figures=figures,
        spoken=published_comparison_in_words(figures, **years),
        table=lines_table(shown, demonstration=store.is_demonstration()),
        options=years,
    )


def _compared(shown: Evaluation) -> pl.DataFrame:
    both = [indicator for indicator in EVALUATION if indicator.key in shown.published]
    rows = [
        {
            "label": indicator.label,
            "published": shown.published[indicator.key],
            "current": shown.figures[indicator.key],
            "published_text": format_value(shown.published[indicator.key], indicator.unit),
            "current_text": _value(shown, indicator),
            "provisional": shown.provisional and indicator.key in _RESTS_ON_SHEETS,
        }
        for indicator in both
    ]
    numbers = dict.fromkeys(("published", "current"), pl.Float64)
    texts = dict.fromkeys(("published_text", "current_text"), pl.String)
    schema = {"label": pl.String, **numbers, **texts, "provisional": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, strict=False)


def _value(shown: Evaluation, indicator: Indicator) -> str:
    return (
        hidden_words(few=True)
        if indicator.key in shown.hidden
        else format_value(shown.figures[indicator.key], indicator.unit)
    )


def _current(shown: Evaluation, key: str, value: str) -> str:
    return f"{value} (provisoire)" if shown.provisional and key in _RESTS_ON_SHEETS else value


def _rests_on(shown: Evaluation, key: str) -> str:
    if key in _RESTS_ON_SHEETS:
        return f"{percent(shown.completeness or 0)} des relevés"
    if key == "completeness":
        return "–"
    if key == "cost_per_seat":
        return "coûts saisis" if shown.figures[key] is not None else "coûts non saisis"
    return f"au {dates.long_date(shown.on)}" if key != "users" else f"du 1er janvier au {dates.long_date(shown.on)}"
