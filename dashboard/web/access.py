"""The addresses of Streamlit that are shut: those meant for programs to everybody, files to who is not signed in."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.configuration.settings import load_settings
from dashboard.web.assets import ASK_AGAIN
from dashboard.web.document import message_page, not_found_page

# How many visitors there are, how much memory is taken, how pages are driven without a browser: nobody here needs it.
SHUT: Final = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
# What a page gave to be downloaded, what a form was given.
FOR_ACCOUNTS: Final = ("/media", "/_stcore/upload_file")


class StreamlitAccess:
    """Answers in the place of Streamlit where it would tell too much, or to anybody."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_under(scope["path"], SHUT):
            await not_found_page().response(Request(scope), ASK_AGAIN, status=404)(scope, receive, send)
        elif scope["type"] == "http" and _is_under(scope["path"], FOR_ACCOUNTS) and not await _is_known(Request(scope)):
            page = message_page("Connectez-vous d’abord", "Ce fichier n’est donné qu’à une personne connectée.")
            await page.response(Request(scope), "no-store", status=403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _is_under(path: str, addresses: tuple[str, ...]) -> bool:
    return any(path == address or path.startswith(f"{address}/") for address in addresses)


async def _is_known(request: Request) -> bool:
    """Whether the browser is signed in; a demonstration knows everybody."""
    if load_settings().sign_in == "demo":
        return True
    from dashboard.identity.sessions import COOKIE, actor_of_cookie

    return await run_in_threadpool(actor_of_cookie, request.cookies.get(COOKIE, "")) is not None
