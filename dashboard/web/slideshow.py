"""The show for fairs: a document of ours that runs by itself, from the database as it is or from a frozen file."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit import file_util

from dashboard.presentation import ADDRESS
from dashboard.web import document
from dashboard.web.document import ASK_AGAIN, FOREVER, NEVER_KEPT, Asset, page_for_now
from dashboard.web.health import NAME
from dashboard.web.middleware import KnownHosts, SecurityHeaders
from dashboard.web.warm_up import wait_until_warm
from dashboard.wording.typography import typeset

if TYPE_CHECKING:
    # Loaded with the first show: the server listens before that.
    from dashboard.figures.show import Deck, Place, Slide
    from dashboard.presentation.choice import Choice

SCRIPT: Final = f"{ADDRESS}/marche.js"
FONT: Final = f"{ADDRESS}/police.woff2"
LIVE: Final = f"{ADDRESS}/direct"
LOOPBACK: Final = "127.0.0.1"
# The room of the map, in hundredths of a lying screen's height, and of what stands for it on one that is upright.
_LYING: Final = (90, 60)
_STANDING: Final = (72, 57)


def show(request: Request) -> Response:
    """The show that an address or a saved name describes."""
    # Imported late: the server listens before they are loaded.
    wait_until_warm()
    from dashboard.presentation.choice import Choice, choice_over
    from dashboard.ui import visitors

    name = request.query_params.get("nom")
    saved = Choice() if name is None else visitors.saved_choice(name)
    if saved is None:
        unknown = "Aucune présentation ne porte ce nom. Elle a pu être renommée : demandez son lien à la coordination."
        return document.message_page("Cette présentation n’existe pas", unknown).response(
            request, ASK_AGAIN, status=404
        )
    choice = choice_over(saved, request.query_params)
    return slideshow_answer(visitors.deck_of(choice.slides), choice)


def live(_request: Request) -> Response:
    """What the slide of live occupancy says at this instant; 204 while nobody gives news."""
    wait_until_warm()
    from dashboard.ui import visitors

    slide = visitors.slide_of_this_instant()
    if slide is None:
        return Response(status_code=204, headers=NEVER_KEPT)
    texts = {"number": slide.number, "unit": slide.unit, "caption": slide.caption}
    return JSONResponse({**texts, "share": slide.gauge and slide.gauge.share}, headers=NEVER_KEPT)


def slideshow_answer(deck: "Deck", choice: "Choice") -> Response:
    """A show as its reader's browser takes it: all its slides at once."""
    from dashboard.wording.dates import numeric_date
    from dashboard.wording.terms import DEMONSTRATION

    slides = [_titled(deck.slides[key], choice) for key in choice.slides if key in deck.slides]
    addresses = [address for slide in slides for address in slide.addresses]
    return page_for_now(
        "slideshow.html",
        deck=deck,
        choice=choice,
        day=numeric_date(deck.on),
        demonstration=DEMONSTRATION,
        slides=slides,
        maps={slide.key: _maps(slide.places) for slide in slides if slide.places},
        addresses=[each.removeprefix("https://").removeprefix("http://").rstrip("/") for each in addresses],
        code=_code(next((each for each in addresses if each.startswith("http")), "")),
        script=f"{SCRIPT}?v={_file(SCRIPT).fingerprint}",
        live=LIVE,
    )


def _titled(slide: "Slide", choice: "Choice") -> "Slide":
    title = choice.titles.get(slide.key)
    return replace(slide, title=typeset(title)) if title else slide


def _maps(places: "tuple[Place, ...]") -> Markup:
    """The map of a lying screen, and that of a standing one."""
    import polars as pl

    from dashboard.charts.map_drawing import fair_map

    rows = pl.DataFrame([vars(place) for place in places])
    sizes = {"lying": _LYING, "standing": _STANDING}
    return Markup("".join(fair_map(rows, size, look=f' class="{name}"') for name, size in sizes.items()))


def _code(site: str) -> Markup:
    """The address of a site for a telephone to aim at; nothing where there is none."""
    import segno

    return Markup(segno.make(site, error="m", micro=False).svg_inline(border=0, omitsize=True) if site else "")


def part(request: Request) -> Response:
    """The script and the letters of the show."""
    file = _file(request.url.path)
    return file.response(request, FOREVER if request.query_params.get("v") == file.fingerprint else ASK_AGAIN)


@cache
def _file(address: str) -> Asset:
    if address == FONT:
        # The letters of the pages, which come with Streamlit under a name that changes.
        return Asset.read(next(Path(file_util.get_static_dir()).rglob("SourceSansVF-Upright*.woff2")))
    return Asset.read(Path(__file__).with_name("slideshow.js"))


PARTS: Final = (Route(SCRIPT, part), Route(FONT, part))
SLIDESHOW_ROUTES: Final = (Route(ADDRESS, show), Route(LIVE, live), *PARTS)


# The server of a show frozen in a file: that show, and nothing else; no database, no account, no form.


def salon_application(file: Path) -> Starlette:
    """The application of a frozen show; NotASalonFile when the file holds none."""
    from dashboard.presentation.choice import choice_over, salon_show

    deck, frozen = salon_show(file)
    favicon_file = Asset.read(document.STATIC / "favicon.png")

    def show(request: Request) -> Response:
        return slideshow_answer(deck, choice_over(frozen, request.query_params))

    def home(_request: Request) -> Response:
        return RedirectResponse(ADDRESS)

    def health(_request: Request) -> Response:
        state = {"application": NAME, "status": "ok", "database": "salon"}
        return JSONResponse(state, headers={"Cache-Control": "no-store"})

    def favicon(request: Request) -> Response:
        return favicon_file.response(request, ASK_AGAIN)

    def elsewhere(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return document.not_found_page().response(request, ASK_AGAIN, status=status)

    return Starlette(
        routes=[
            Route("/", home),
            Route(ADDRESS, show),
            Route("/sante", health),
            Route(document.FAVICON_ADDRESS, favicon),
            Route("/favicon.ico", favicon),
            *PARTS,
        ],
        middleware=[Middleware(SecurityHeaders), Middleware(KnownHosts)],
        exception_handlers={HTTPException: elsewhere},
    )


def serve_salon(application: Starlette, port: int) -> None:
    """Serves it to this machine only, until it is stopped."""
    import uvicorn

    uvicorn.run(application, host=LOOPBACK, port=port, log_level="warning", access_log=False)
