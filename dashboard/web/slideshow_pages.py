"""The document of a show: all its slides at once, sized by the screen's height; a script shows one at a time."""

from html import escape
from typing import Final

import polars as pl
import segno

from dashboard.charts.fair_map import fair_map
from dashboard.presentation.choice import Choice
from dashboard.presentation.slides import Course, Deck, Gauge, Line, Place, Slide
from dashboard.wording.dates import numeric_date
from dashboard.wording.terms import DEMONSTRATION, PROGRAMME
from dashboard.wording.typography import typeset

# The room left to the map by title and foot, in hundredths of the screen's height: lying, then standing.
_LYING: Final = (120, 70)
_STANDING: Final = (52, 33)
_WIDEST_NUMBER: Final = 8

_DOCUMENT: Final = """<!DOCTYPE html>
<html lang="fr" data-theme="{theme}">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="/favicon.png">
<link rel="stylesheet" href="{style}">
<title>{title}</title>
</head>
<body>
<main class="show" data-seconds="{seconds}" data-moves="{moves}" data-live="{live}" aria-roledescription="diaporama"
 aria-label="{programme}">
<header class="top">{top}</header>
<ol class="slides" aria-live="off">
{slides}
</ol>
<footer class="bottom">
<ol class="dots" aria-hidden="true">{dots}</ol>
<div class="controls">
<button class="back" aria-label="Précédente (flèche gauche)"><svg viewBox="0 0 24 24"><path d="M15 5l-7 7 7 7"/></svg></button>
<button class="pause" aria-label="Pause (espace)" aria-pressed="false"><svg viewBox="0 0 24 24">\
<path class="stop" d="M9 5v14M15 5v14"/><path class="go" d="M8 5l11 7-11 7z"/></svg></button>
<button class="on" aria-label="Suivante (flèche droite)"><svg viewBox="0 0 24 24"><path d="M9 5l7 7-7 7"/></svg></button>
<button class="whole" aria-label="Plein écran (F)"><svg viewBox="0 0 24 24">\
<path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"/></svg></button>
</div>
</footer>
</main>
<script src="{script}"></script>
</body>
</html>
"""


def slideshow(deck: Deck, choice: Choice, *, style: str, script: str, live: str) -> str:
    """The whole document; `style`, `script` and `live` are addresses."""
    shown = [_titled(deck.slides[key], choice) for key in choice.slides if key in deck.slides]
    return _DOCUMENT.format(
        theme=choice.theme,
        style=style,
        title=escape(f"Présentation – {PROGRAMME}"),
        seconds=choice.seconds,
        moves="non" if deck.frozen_at else "oui",
        live=live,
        programme=escape(PROGRAMME),
        top=_top(deck),
        slides="\n".join(_slide(slide, rank, len(shown)) for rank, slide in enumerate(shown)),
        dots="".join('<li class="shown"></li>' if rank == 0 else "<li></li>" for rank, _ in enumerate(shown)),
        script=script,
    )


def _titled(slide: Slide, choice: Choice) -> Slide:
    title = choice.titles.get(slide.key)
    return slide.model_copy(update={"title": typeset(title)}) if title else slide


def _top(deck: Deck) -> str:
    parts = [f'<span class="programme">{escape(PROGRAMME)}</span>']
    if deck.demonstration:
        parts.append(f'<strong class="badge">{escape(DEMONSTRATION)}</strong>')
    parts.append(f"<span>Données du {numeric_date(deck.on)}</span>")
    return "".join(parts)


def _slide(slide: Slide, rank: int, count: int) -> str:
    body = "".join(
        part
        for part in (
            _figure(slide) if slide.number else "",
            _map(slide.places) if slide.places else "",
            _lines(slide.lines) if slide.lines else "",
            _addresses(slide.addresses) if slide.key == "contact" else "",
        )
        if part
    )
    state = " shown" if rank == 0 else ""
    live = " data-live" if slide.live else ""
    return (
        f'<li class="slide{state}" id="{escape(slide.key)}" aria-roledescription="vue" '
        f'aria-label="{rank + 1} sur {count}"{live}><h1>{escape(slide.title)}</h1>{body}</li>'
    )


def _figure(slide: Slide) -> str:
    words = " words" if len(slide.number) > _WIDEST_NUMBER else ""
    parts = [f'<p class="count"><span class="number narrow{words}">{escape(slide.number)}</span>']
    parts.append(f' <span class="unit">{escape(slide.unit)}</span></p>')
    parts += [_course(slide.course)] if slide.course else []
    parts += [_gauge(slide.gauge)] if slide.gauge else []
    parts.append(f'<p class="caption">{escape(slide.caption)}</p>')
    alone = "" if slide.course or slide.gauge else " alone"
    return f'<div class="figure{alone}">{"".join(parts)}</div>'


def _course(course: Course) -> str:
    bars = "".join(f'<i style="height:{share * 100:.1f}%"></i>' for share in course.shares)
    ends = f"<span>{escape(course.first)}</span><span>{escape(course.last)}</span>"
    return f'<div class="course" aria-hidden="true">{bars}</div><p class="ends">{ends}</p>'


def _gauge(gauge: Gauge) -> str:
    mark = "" if gauge.mark is None else f'<b style="left:{gauge.mark * 100:.1f}%"></b>'
    return f'<div class="gauge" aria-hidden="true"><i style="width:{gauge.share * 100:.1f}%"></i>{mark}</div>'


def _map(places: tuple[Place, ...]) -> str:
    """Names on the map of a lying screen; numbers on that of a standing one, with the list of names under it."""
    rows = pl.DataFrame([place.model_dump() for place in places])
    named = fair_map(rows, width=_LYING[0], height=_LYING[1], numbered=False)
    numbered = fair_map(rows, width=_STANDING[0], height=_STANDING[1], numbered=True)
    names = "".join(f"<li>{escape(place.name)}</li>" for place in places)
    return f'<div class="map">{named}{numbered}<ol class="places">{names}</ol></div>'


def _lines(lines: tuple[Line, ...]) -> str:
    rows = (
        f'<li><span class="when">{escape(line.when)}</span><span><span class="what">{escape(line.what)}</span><br>'
        f'<span class="where">{escape(line.where)}</span></span></li>'
        for line in lines
    )
    return f'<ul class="lines">{"".join(rows)}</ul>'


def _addresses(addresses: tuple[str, ...]) -> str:
    """What to write down, and the same to be aimed at with a telephone when it is a site."""
    site = next((each for each in addresses if each.startswith("http")), None)
    code = f'<div class="code">{_code(site)}</div>' if site else ""
    plain = (each.removeprefix("https://").removeprefix("http://").rstrip("/") for each in addresses)
    told = "".join(f'<p><span class="narrow">{escape(each)}</span></p>' for each in plain)
    return f'<div class="addresses">{code}<div>{told}</div></div>'


def _code(site: str) -> str:
    return segno.make(site, error="m", micro=False).svg_inline(border=0, omitsize=True)
