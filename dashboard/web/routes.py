"""The addresses the application answers at, beside Streamlit's own (sessions, media, uploads)."""

from functools import cache
from typing import Final
from urllib.parse import quote, urlencode

from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dashboard.configuration.settings import load_settings
from dashboard.ui.navigation import PAGES, pages_of_reader
from dashboard.web import document
from dashboard.web.check_in import CHECK_IN_ROUTES
from dashboard.web.document import ASK_AGAIN, FOREVER, NEVER_KEPT, Asset, message_page, not_found_page
from dashboard.web.drafts import DRAFT_ROUTES
from dashboard.web.embeds import EMBED_ROUTES
from dashboard.web.health import HEALTH_ROUTES
from dashboard.web.middleware import CONNECT, known_actor
from dashboard.web.my_account import MY_ACCOUNT_ROUTES
from dashboard.web.open_data import OPEN_DATA_ROUTES
from dashboard.web.sign_in import OIDC_ROUTES, SIGN_IN_ROUTES
from dashboard.web.slideshow import SLIDESHOW_ROUTES
from dashboard.web.warm_up import wait_until_warm
from dashboard.wording.typography import typeset
from data_access.rights import VISITOR, NotPermitted, Right, allows

BOUNDARIES_ADDRESS: Final = "/carte/{name}.json"


class _NotStreamlit(Convertor[str]):
    """Any path but those that Streamlit answers itself; its interface for programs is off, and says so in English."""

    regex = r"(?!(?:_stcore(?!/agent)|media|component|static)(?:/|$)).+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("not_streamlit", _NotStreamlit())


def boundaries(request: Request) -> Response:
    """One prepared boundary file, for the maps."""
    file = _boundaries().get(request.path_params["name"])
    return file.response(request, ASK_AGAIN) if file else _not_found(request)


# A file that a page offers: given to the browser it was offered to, and kept nowhere.

_NO_MORE: Final = (
    "Ce fichier n’est plus à vous",
    "Vos droits ont changé. Actualisez la page pour voir ce qui est à vous.",
)


def offered_file(request: Request) -> Response:
    """The file, made now; 404 for another browser than that of the page, 403 once its person may no more have it."""
    # Imported late: the server listens before they are loaded.
    wait_until_warm()
    from dashboard.identity.accounts import COOKIE
    from dashboard.ui.downloads import NoLongerTheirs, redeem

    if known_actor(request) is None:
        return _refuse(request, CONNECT)
    cookie = "" if load_settings().sign_in == "demo" else request.cookies.get(COOKIE, "")
    name = request.path_params["name"]
    try:
        found = redeem(request.path_params["token"], name, cookie)
    except (NoLongerTheirs, NotPermitted):
        return _refuse(request, _NO_MORE)
    if found is None:
        return not_found_page().response(request, NEVER_KEPT["Cache-Control"], status=404)
    content, mime = found
    saved = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=mime, headers={**NEVER_KEPT, "Content-Disposition": saved})


def _refuse(request: Request, said: tuple[str, str]) -> Response:
    return message_page(*said).response(request, NEVER_KEPT["Cache-Control"], status=403)


# What is found by its name, whatever page one is on (search.js).


def names_to_find(request: Request) -> Response:
    """Pages, places and indicators that who asks may open: what each is called, what it is, and its address."""
    wait_until_warm()
    from dashboard.indicators import catalogue
    from dashboard.ui import filters, session

    actor = known_actor(request, acts=False) or VISITOR
    with session.acting(actor), session.one_look():
        found = [(entry.title, entry.question, f"/{entry.address}") for entry in pages_of_reader()]
        if allows(actor, Right.FIGURES):
            found += [
                (name, "Fréquentation du télécentre", f"/frequentation?{urlencode({'centre': code})}")
                for code, name in filters.centre_names().items()
            ]
            found += [(each.label, "Définition d’un chiffre", f"/methodologie#{each.key}") for each in catalogue.ALL]
    return JSONResponse([(typeset(name), typeset(what), address) for name, what, address in found], headers=NEVER_KEPT)


def french_script(request: Request) -> Response:
    return _of_the_shell(document.script(), request)


def look(request: Request) -> Response:
    return _of_the_shell(document.look(), request)


def _of_the_shell(asset: Asset, request: Request) -> Response:
    return asset.response(request, FOREVER if request.query_params.get("v") == asset.fingerprint else ASK_AGAIN)


def favicon(request: Request) -> Response:
    return _favicon().response(request, ASK_AGAIN)


def page(request: Request) -> Response:
    """Streamlit's shell at the address of a page of the menu, a French 404 anywhere else."""
    known = request.path_params["address"].rstrip("/") in {entry.address for entry in PAGES}
    return document.shell().response(request, ASK_AGAIN) if known else _not_found(request)


def home(request: Request) -> Response:
    return document.shell().response(request, ASK_AGAIN)


def refused(request: Request, error: HTTPException) -> Response:
    """Refusals of Streamlit's own routes (unknown media, method not allowed) keep their code, not their English."""
    return document.not_found_page().response(request, ASK_AGAIN, status=error.status_code)


def broken(request: Request, _error: Exception) -> Response:
    return document.breakdown_page().response(request, ASK_AGAIN, status=500)


def _not_found(request: Request) -> Response:
    return document.not_found_page().response(request, ASK_AGAIN, status=404)


@cache
def _boundaries() -> dict[str, Asset]:
    """Prepared files by name: nothing outside this list is ever opened."""
    return {file.stem: Asset.read(file) for file in document.STATIC.glob("*.json")}


@cache
def _favicon() -> Asset:
    return Asset.read(document.STATIC / "favicon.png")


ROUTES: Final = (
    *HEALTH_ROUTES,
    Route(BOUNDARIES_ADDRESS, boundaries),
    Route(document.SCRIPT_ADDRESS, french_script),
    Route(document.LOOK_ADDRESS, look),
    Route(document.FAVICON_ADDRESS, favicon),
    Route("/favicon.ico", favicon),
    Route("/", home),
    *CHECK_IN_ROUTES,
    *DRAFT_ROUTES,
    Route("/fichiers/{token}/{name}", offered_file),
    Route("/noms", names_to_find),
    *SIGN_IN_ROUTES,
    *MY_ACCOUNT_ROUTES,
    *OPEN_DATA_ROUTES,
    *EMBED_ROUTES,
    *SLIDESHOW_ROUTES,
    *OIDC_ROUTES,
    # Last: it takes every address left.
    Route("/{address:not_streamlit}", page),
)
EXCEPTION_HANDLERS: Final = {404: refused, 405: refused, 500: broken}
