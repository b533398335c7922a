"""The addresses of the files that pages offer: given to the browser they were offered to, and kept nowhere."""

from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.configuration.settings import load_settings
from dashboard.web.document import NEVER_KEPT, message_page, not_found_page
from dashboard.web.middleware import CONNECT, known_actor
from dashboard.web.warm_up import wait_until_warm
from data_access.rights import NotPermitted

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


FILE_ROUTES: Final = (Route("/fichiers/{token}/{name}", offered_file),)
