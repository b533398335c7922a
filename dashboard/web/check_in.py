"""Self check-in: a visitor scans the code on the wall, says « J’arrive », and « Je pars » later, from their telephone.

No account, no name. The address carries the centre, signed. A form carries a key of its own, signed and dated: sent twice
it notes one visit, and no other site can have it sent. The telephone keeps the number of its visit, signed, so that it may
end that one and no other. How many may be noted is limited by the seats and by the visits of the last hour.
"""

import secrets
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard import signing
from dashboard.check_in_address import ADDRESS, POSTER_SUFFIX, centre_of, check_in_path
from dashboard.web.assets import ASK_AGAIN
from dashboard.web.document import not_found_page

_FORM: Final = "check-in form"
_VISIT: Final = "check-in visit"
_COOKIE: Final = "pointage"
_FORM_SECONDS: Final = 30 * 60
_COOKIE_SECONDS: Final = int(timedelta(hours=18).total_seconds())
_NEVER_KEPT: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
_LONGEST_FORM: Final = 2_000
_TOO_OLD: Final = "Cette page était ouverte depuis longtemps. Touchez de nouveau le bouton."
_NO_VISIT: Final = "Ce téléphone n’a pas d’arrivée à son compte. Signalez votre départ à l’accueil."


async def check_in(request: Request) -> Response:
    """The page of a centre, and what its buttons send."""
    centre_code = centre_of(request.path_params["token"])
    if centre_code is None:
        return _unknown(request)
    if request.method == "POST":
        if _is_from_elsewhere(request) or not _is_short(request):
            return await run_in_threadpool(_page, request, centre_code, "Ce bouton n’a pas été reconnu.", 403)
        async with request.form(max_files=0, max_fields=6) as form:
            sent = {name: str(value) for name, value in form.items()}
        return await run_in_threadpool(_take, request, centre_code, sent)
    return await run_in_threadpool(_page, request, centre_code)


def poster(request: Request) -> Response:
    """The sheet to print and put on the wall."""
    from dashboard.web import check_in_pages, check_in_visits

    centre_code = centre_of(request.path_params["token"])
    name = check_in_visits.centre_name(centre_code) if centre_code else None
    if centre_code is None or name is None:
        return _unknown(request)
    address = str(request.url.replace(path=check_in_path(centre_code), query=""))
    return HTMLResponse(check_in_pages.poster(name, address), headers=_NEVER_KEPT)


def _take(request: Request, centre_code: str, sent: dict[str, str]) -> Response:
    """Notes what was sent, then leads back to the page, so that refreshing it sends nothing again."""
    from dashboard.web import check_in_visits

    key = signing.unsigned_for_now(_FORM, sent.get("cle", ""), seconds=_FORM_SECONDS)
    if not isinstance(key, list) or key[0] != centre_code:
        return _page(request, centre_code, _TOO_OLD, 403)
    here = check_in_path(centre_code)
    mine = _visit_of(request, centre_code)
    if "depart" in sent:
        refusal = check_in_visits.leave(centre_code, mine, str(key[1])) if mine is not None else _NO_VISIT
        if refusal:
            return _page(request, centre_code, refusal, 409, forget=True)
        answer = RedirectResponse(f"{here}?fait=depart", status_code=303, headers=_NEVER_KEPT)
        answer.delete_cookie(_COOKIE, path=here)
        return answer
    if mine is not None and check_in_visits.goes_on(centre_code, mine):
        return RedirectResponse(here, status_code=303, headers=_NEVER_KEPT)
    visit_id, refusal = check_in_visits.arrive(centre_code, sent.get("poste", ""), str(key[1]))
    if visit_id is None:
        return _page(request, centre_code, refusal, 409)
    answer = RedirectResponse(f"{here}?fait=arrivee", status_code=303, headers=_NEVER_KEPT)
    answer.set_cookie(
        _COOKIE,
        signing.signed(_VISIT, [centre_code, visit_id]),
        max_age=_COOKIE_SECONDS,
        path=here,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return answer


def _page(
    request: Request, centre_code: str, refusal: str = "", status: int = 200, *, forget: bool = False
) -> Response:
    from dashboard.web import check_in_pages, check_in_visits

    state = check_in_visits.state_of(centre_code, None if forget else _visit_of(request, centre_code))
    if state is None:
        return _unknown(request)
    done = request.query_params.get("fait", "") if request.method == "GET" else ""
    # Letters and figures only: the key of a request is kept in the audit.
    key = signing.signed_for_now(_FORM, [centre_code, secrets.token_hex(16)])
    answer = HTMLResponse(
        check_in_pages.check_in(state, key=key, path=check_in_path(centre_code), refusal=refusal, done=done),
        status_code=status,
        headers=_NEVER_KEPT,
    )
    if forget:
        answer.delete_cookie(_COOKIE, path=check_in_path(centre_code))
    return answer


def _visit_of(request: Request, centre_code: str) -> int | None:
    """The visit this telephone has begun at this centre."""
    kept = signing.unsigned(_VISIT, request.cookies.get(_COOKIE, ""))
    if isinstance(kept, list) and len(kept) == 2 and kept[0] == centre_code and isinstance(kept[1], int):
        return kept[1]
    return None


def _is_from_elsewhere(request: Request) -> bool:
    """Whether another site's page sent this: browsers say where a form comes from."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


def _is_short(request: Request) -> bool:
    """Whether what is sent says its length, and is no longer than this form can be."""
    length = request.headers.get("content-length", "")
    return length.isascii() and length.isdigit() and int(length) <= _LONGEST_FORM


def _unknown(request: Request) -> Response:
    return not_found_page().response(request, ASK_AGAIN, status=404)


CHECK_IN_ROUTES: Final = (
    Route(ADDRESS, check_in, methods=["GET", "POST"]),
    Route(f"{ADDRESS}{POSTER_SUFFIX}", poster),
)
