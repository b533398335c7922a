"""The server of a show frozen in a file: that show, and nothing else; no database, no account, no form."""

from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.presentation import ADDRESS
from dashboard.presentation.choice import choice_over
from dashboard.presentation.salon_file import read
from dashboard.web import document, slideshow
from dashboard.web.assets import ASK_AGAIN, Asset
from dashboard.web.health import NAME
from dashboard.web.middleware import SecurityHeaders

LOOPBACK: Final = "127.0.0.1"


def salon_application(file: Path) -> Starlette:
    """The application of a frozen show; NotASalonFile when the file holds none."""
    deck, frozen = read(file)
    favicon_file = Asset.read(document.STATIC / "favicon.png")

    def show(request: Request) -> Response:
        return slideshow.document(deck, choice_over(frozen, request.query_params))

    def home(_request: Request) -> Response:
        return RedirectResponse(ADDRESS)

    def health(_request: Request) -> Response:
        told = {"application": NAME, "status": "ok", "database": "salon"}
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

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
            *slideshow.PARTS,
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={HTTPException: elsewhere},
    )


def serve_salon(application: Starlette, port: int) -> None:
    """Serves it to this machine only, until it is stopped."""
    uvicorn.run(application, host=LOOPBACK, port=port, log_level="warning", access_log=False)
