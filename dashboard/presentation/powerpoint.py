"""The slides of a show as a PowerPoint file: the same words and figures, to be changed and carried anywhere."""

import io
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import polars as pl
import segno
import vl_convert
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Emu, Inches

from dashboard.charts.map_drawing import fair_map
from dashboard.charts.palette import LIGHT
from dashboard.exports.report.slides import (
    ACROSS,
    LEFT,
    Page,
    TextLine,
    add_native_chart,
    add_text,
    colour,
    deck_file,
    say,
)
from dashboard.figures.model import NativeChart
from dashboard.figures.show import Columns, Deck, Gauge, Place, Slide
from dashboard.presentation.choice import Choice
from dashboard.wording.dates import long_date
from dashboard.wording.numbers import percent
from dashboard.wording.terms import DEMONSTRATION, OWNER, PROGRAMME
from dashboard.wording.typography import enumeration

TITLE: Final = "Les télécentres du Cantal"
_MAP: Final = (90, 60)
_MAP_LOOK: Final = (
    f"<style>.land{{fill:{LIGHT.sequential[0]};stroke:{LIGHT.context};stroke-width:.25}}"
    f".points{{fill:{LIGHT.accent};stroke:#FFFFFF;stroke-width:.4}}"
    f".names{{fill:{LIGHT.text};font-family:'Source Sans',sans-serif;font-weight:600}}</style>"
)
# The number stands on the left, what is drawn on the right.
_NUMBER: Final = Inches(5.4)
_DRAWN: Final = (Emu(LEFT + Inches(5.7)), Inches(1.5), Emu(ACROSS - Inches(5.7)), Inches(4.6))
_FOOT: Final = (LEFT, Inches(6.25), ACROSS, Inches(0.5))


def powerpoint_file(deck: Deck, choice: Choice, notes: Mapping[str, tuple[str, ...]]) -> bytes:
    """The file: the county's title slide, then those of the show in its order, under its titles.

    `notes` are the lines of the notes by slide: source and period of its figure. None is there for what has no figure.
    """
    warning = f"{DEMONSTRATION} : chiffres inventés" if deck.demonstration else ""
    about = (f"Données du {long_date(deck.on)}.", "Périmètre : tous les lieux du réseau.")
    lines = [(PROGRAMME, 24, False), (OWNER, 18, False), (about[0], 16, False)]
    pages = [
        Page(choice.titles.get(key) or slide.title, (*notes.get(key, ()), *about), partial(_fill, slide))
        for key in choice.slides
        if (slide := deck.slides.get(key))
    ]
    footing = f"{OWNER} · {PROGRAMME} · {about[0].rstrip('.')}"
    return deck_file(TITLE, lines, about, pages, deck.on, warning, footing)


def _fill(slide: Slide, shown: Any) -> None:
    if slide.number:
        _figure(shown, slide)
    if slide.yearly:
        _yearly(shown, slide)
    if slide.trend:
        _trend(shown, slide.trend)
    if slide.gauge:
        _gauge(shown, slide.gauge)
    if slide.places:
        _map(shown, slide.places)
    if slide.lines:
        for rank, line in enumerate(slide.lines):
            top = Inches(1.5 + 1.55 * rank)
            add_text(shown, line.when, [(line.when, 32, True)], (LEFT, top, Inches(3.6), Inches(1.4)), LIGHT.accent)
            lines: list[TextLine] = [(line.what, 26, True), (line.where, 20, False)]
            add_text(shown, line.what, lines, (Inches(4.4), top, Inches(8.2), Inches(1.4)))
    if slide.addresses:
        _addresses(shown, slide.addresses)
    if slide.foot and not slide.yearly:
        add_text(shown, "Source", [(slide.foot, 16, False)], _FOOT, LIGHT.secondary_text)


def _figure(shown: Any, slide: Slide) -> None:
    drawn = slide.trend or slide.gauge or slide.places
    wide = _NUMBER if drawn else ACROSS
    # Whatever letters the machine has, a bold one is not nearly as wide as it is high.
    size = min(130, int(wide / Inches(1) * 72 / (len(slide.number) * 0.85)))
    add_text(shown, "Chiffre", [(slide.number, size, True)], (LEFT, Inches(1.4), wide, Inches(2.2)), LIGHT.accent)
    add_text(shown, "Unité", [(slide.unit, 32, True)], (LEFT, Inches(3.7), wide, Inches(0.7)))
    add_text(shown, "Période", [(slide.caption, 24, False)], (LEFT, Inches(4.4), wide, Inches(1)), LIGHT.secondary_text)


def _trend(shown: Any, trend: Columns) -> None:
    first, *between, last = trend.names
    names = (first, *[" "] * len(between), last)
    figures = NativeChart(
        "columns", names, {"Part de la colonne la plus haute": trend.shares}, share=True, labelled=False
    )
    chart = add_native_chart(shown.shapes, figures, *_DRAWN)
    chart.name = "Évolution"
    say(
        chart,
        f"Colonnes, de {first} à {last}, en part de la plus haute : "
        f"{percent(trend.shares[0])} au début, {percent(trend.shares[-1])} à la fin.",
    )


def _yearly(shown: Any, slide: Slide) -> None:
    """A chart a line, four abreast; its years and its figures are in it."""
    wide, high = Emu(int(ACROSS / 4)), Inches(2.35)
    for rank, line in enumerate(slide.yearly):
        left, top = Emu(LEFT + rank % 4 * wide), Emu(Inches(1.25) + rank // 4 * high)
        add_text(shown, line.label, [(f"{line.label} : {line.said}", 16, True)], (left, top, wide, Inches(0.4)))
        figures = NativeChart("columns", line.names, {line.label: line.values}, labelled=False)
        chart = add_native_chart(shown.shapes, figures, left, Emu(top + Inches(0.4)), wide, Emu(high - Inches(0.5)))
        chart.name = f"{line.label}, année par année"
        say(chart, f"Colonnes de {line.names[0]} à {line.names[-1]}, {line.label}. {slide.caption}")
    box = (LEFT, Inches(6.1), ACROSS, Inches(0.6))
    add_text(shown, "Légende", [(slide.caption, 18, False)], box, LIGHT.secondary_text)


def _gauge(shown: Any, gauge: Gauge) -> None:
    """A bar filled in part: two shapes, of which one speaks for both."""
    left, top, across, _high = _DRAWN
    parts = [("Jauge", across, LIGHT.border), ("Rempli", Emu(int(across * gauge.share)), LIGHT.accent)]
    for name, width, ink in parts:
        shape = shown.shapes.add_shape(MSO_SHAPE.RECTANGLE, left, Emu(top + Inches(1.2)), max(width, 1), Inches(1.2))
        shape.name, shape.shadow.inherit = name, False
        shape.fill.solid()
        shape.fill.fore_color.rgb = colour(ink)
        shape.line.fill.background()
        say(shape, f"Jauge remplie à {percent(gauge.share)}." if name == "Jauge" else "")


def _map(shown: Any, places: tuple[Place, ...]) -> None:
    """The map as a picture: PowerPoint has none of the county."""
    wide, high = _MAP
    drawn = fair_map(pl.DataFrame([vars(place) for place in places]), _MAP)
    namespace = f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide * 12}" height="{high * 12}"'
    picture = vl_convert.svg_to_png(drawn.replace("<svg", namespace, 1).replace("><g", f">{_MAP_LOOK}<g", 1), scale=2)
    left, top, across, _high = _DRAWN
    shape = shown.shapes.add_picture(io.BytesIO(picture), left, top, width=across)
    shape.name = "Carte"
    say(shape, f"Carte du Cantal : {enumeration([place.name for place in places])}.")


def _addresses(shown: Any, addresses: tuple[str, ...]) -> None:
    """What to write down, and the same to be aimed at with a telephone when it is a site."""
    site = next((each for each in addresses if each.startswith("http")), None)
    left = LEFT
    if site:
        code = io.BytesIO()
        segno.make(site, error="m", micro=False).save(code, kind="png", scale=12, border=2)
        code.seek(0)
        shape = shown.shapes.add_picture(code, LEFT, Inches(2), height=Inches(3.6))
        shape.name, left = "Code à viser", Inches(4.8)
        say(shape, f"Code à viser avec un téléphone : {site}")
    plain = [each.removeprefix("https://").removeprefix("http://").rstrip("/") for each in addresses]
    box = (left, Inches(2.6), Emu(LEFT + ACROSS - left), Inches(2.6))
    add_text(shown, "Adresses", [(each, 28, True) for each in plain], box, LIGHT.accent)
