"""The show for fairs: a document of ours that runs by itself, open to anybody, from the database as it is."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from streamlit import file_util

from dashboard.presentation import ADDRESS
from dashboard.web.assets import ASK_AGAIN, FOREVER, Asset
from dashboard.web.document import message_page
from dashboard.web.warm_up import wait_until_warm

if TYPE_CHECKING:
    from dashboard.presentation.choice import Choice
    from dashboard.presentation.slides import Deck

STYLE: Final = f"{ADDRESS}/habillage.css"
SCRIPT: Final = f"{ADDRESS}/marche.js"
FONT: Final = f"{ADDRESS}/police.woff2"
LIVE: Final = f"{ADDRESS}/direct"
_NEVER_KEPT: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def show(request: Request) -> Response:
    """The show that an address or a saved name describes."""
    # Imported late: the server listens before they are loaded.
    wait_until_warm()
    from dashboard.presentation import source
    from dashboard.presentation.choice import Choice, choice_over

    name = request.query_params.get("nom")
    saved = Choice() if name is None else source.saved_choice(name)
    if saved is None:
        unknown = "Aucune présentation ne porte ce nom. Elle a pu être renommée : demandez son lien à la coordination."
        return message_page("Cette présentation n’existe pas", unknown).response(request, ASK_AGAIN, status=404)
    choice = choice_over(saved, request.query_params)
    return document(source.deck_of(choice.slides), choice)


def live(_request: Request) -> Response:
    """What the slide of live occupancy says at this instant; 204 while nobody gives news."""
    wait_until_warm()
    from dashboard.presentation import source

    slide = source.slide_of_this_instant()
    if slide is None or slide.gauge is None:
        return Response(status_code=204, headers=_NEVER_KEPT)
    told = {**slide.model_dump(include={"number", "unit", "caption"}), "share": slide.gauge.share}
    return JSONResponse(told, headers=_NEVER_KEPT)


def document(deck: "Deck", choice: "Choice") -> Response:
    """A show as its reader's browser takes it."""
    from dashboard.web.slideshow_pages import slideshow

    addresses = {"style": f"{STYLE}?v={_file(STYLE).fingerprint}", "script": f"{SCRIPT}?v={_file(SCRIPT).fingerprint}"}
    return HTMLResponse(slideshow(deck, choice, **addresses, live=LIVE), headers=_NEVER_KEPT)


def part(request: Request) -> Response:
    """The look, the script and the letters of the show."""
    file = _file(request.url.path)
    return file.response(request, FOREVER if request.query_params.get("v") == file.fingerprint else ASK_AGAIN)


@cache
def _file(address: str) -> Asset:
    if address == FONT:
        # The letters of the pages, which come with Streamlit under a name that changes.
        return Asset.read(next(Path(file_util.get_static_dir()).rglob("SourceSansVF-Upright*.woff2")))
    return Asset.read(Path(__file__).with_name("slideshow.css" if address == STYLE else "slideshow.js"))


PARTS: Final = (Route(STYLE, part), Route(SCRIPT, part), Route(FONT, part))
SLIDESHOW_ROUTES: Final = (Route(ADDRESS, show), Route(LIVE, live), *PARTS)
