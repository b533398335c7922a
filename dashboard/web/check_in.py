"""Self check-in: a visitor scans the code on the wall, says « J’arrive », and « Je pars » later, from their telephone.

No account, no name. The address carries the centre, signed. A form carries a key of its own, signed and dated: sent twice
it notes one visit, and no other site can have it sent. The telephone keeps the number of its visit, signed, so that it may
end that one and no other. It takes the number written on the door that day (why: `dashboard.identity.signing`), so that a
photograph of the code fills no room from afar. How many may be noted is limited by the seats, by the visits of the last
hour, and by where they come from.
"""

import secrets
import time
from collections import defaultdict, deque
from datetime import timedelta
from threading import Lock
from typing import Final

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.configuration.settings import load_settings, own_address
from dashboard.identity import signing
from dashboard.identity.browsers import source_of
from dashboard.identity.signing import (
    CHECK_IN_ADDRESS,
    FORM_SECONDS,
    POSTER_SUFFIX,
    centre_of_token,
    check_in_path,
    number_of_the_day,
    read_fields,
)
from dashboard.web.document import ASK_AGAIN, NEVER_KEPT, not_found_page, page_for_now
from dashboard.wording.terms import SEAT_KINDS
from dashboard.wording.typography import capital, count

_DONE: Final = {"arrivee": "Arrivée notée. Bienvenue !", "depart": "Départ noté. Bonne fin de journée !"}
_FORM: Final = "check-in form"
_VISIT: Final = "check-in visit"
_COOKIE: Final = "__Host-pointage"
_COOKIE_SECONDS: Final = int(timedelta(hours=18).total_seconds())
_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "[::1]")
_TOO_OLD: Final = "Cette page était ouverte depuis longtemps. Touchez de nouveau le bouton."
_WRONG_NUMBER: Final = "Ce n’est pas le nombre du jour. Il est écrit à l’entrée du télécentre."
_TOO_MANY: Final = "Trop d’essais pour l’instant. Signalez votre arrivée à l’accueil."
_NO_VISIT: Final = "Ce téléphone n’a pas d’arrivée à son compte. Signalez votre départ à l’accueil."


# What is tried from one source and at one centre, of late and in this server: in memory, for there is nothing to keep.

WRONG_NUMBERS_OF_A_SOURCE: Final = 5
WRONG_NUMBERS_OF_A_CENTRE: Final = 30
"""In all, so that many sources together do not guess: one try in 333 finds the number, each hour."""
ARRIVALS_OF_A_SOURCE: Final = 4
_MOST_SOURCES: Final = 10_000


class Tries:
    """How often each did something in the last hour."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._at: defaultdict[tuple[str, ...], deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def take(self, *who: str) -> bool:
        """Counts one more, unless there were as many as may be; whether it was counted."""
        now = time.time()
        with self._lock:
            if len(self._at) > _MOST_SOURCES:
                self._forget(now)
            done = self._at[who]
            while done and done[0] <= now - 3600:
                done.popleft()
            if len(done) >= self.most:
                return False
            done.append(now)
            return True

    def give_back(self, *who: str) -> None:
        """Counts one less: what was tried was right."""
        with self._lock:
            if self._at[who]:
                self._at[who].pop()

    def forget_all(self) -> None:
        """Begins anew."""
        with self._lock:
            self._at.clear()

    def _forget(self, now: float) -> None:
        for who in [who for who, done in self._at.items() if not done or done[-1] <= now - 3600]:
            del self._at[who]


_WRONG_BY_SOURCE: Final = Tries(WRONG_NUMBERS_OF_A_SOURCE)
_WRONG_BY_CENTRE: Final = Tries(WRONG_NUMBERS_OF_A_CENTRE)
_ARRIVALS: Final = Tries(ARRIVALS_OF_A_SOURCE)
TRIES: Final = (_WRONG_BY_SOURCE, _WRONG_BY_CENTRE, _ARRIVALS)


def _is_number_of_the_day(request: Request, centre_code: str, typed: str) -> str:
    """Nothing when it is; else what to answer. A try is counted before it is compared: many at once are no way around."""
    from dashboard.configuration import clock

    source = source_of(request)
    if not _WRONG_BY_SOURCE.take(source) or not _WRONG_BY_CENTRE.take(centre_code):
        return _TOO_MANY
    wanted = number_of_the_day(centre_code, clock.today())
    if not secrets.compare_digest(typed.strip().encode("utf-8", "replace"), wanted.encode()):
        return _WRONG_NUMBER
    _WRONG_BY_SOURCE.give_back(source)
    _WRONG_BY_CENTRE.give_back(centre_code)
    return "" if _ARRIVALS.take(centre_code, source) else _TOO_MANY


async def check_in(request: Request) -> Response:
    """The page of a centre, and what its buttons send."""
    centre_code = centre_of_token(request.path_params["token"])
    if centre_code is None:
        return _unknown(request)
    if request.method == "POST":
        sent = await read_fields(request)
        if sent is None:
            return await run_in_threadpool(_page, request, centre_code, "Ce bouton n’a pas été reconnu.", 403)
        return await run_in_threadpool(_take, request, centre_code, sent)
    return await run_in_threadpool(_page, request, centre_code)


def poster(request: Request) -> Response:
    """The sheet to print and put on the wall."""
    import segno

    from dashboard.ui import visitors

    centre_code = centre_of_token(request.path_params["token"])
    name = visitors.centre_name(centre_code) if centre_code else None
    if centre_code is None or name is None:
        return _unknown(request)
    address = f"{own_address(load_settings())}{check_in_path(centre_code)}"
    return page_for_now(
        "poster.html",
        centre_name=name,
        code=Markup(segno.make(address, error="m", micro=False).svg_inline(border=4, omitsize=True)),
        address=address,
        only_here=any(f"//{host}" in address for host in _THIS_MACHINE),
    )


def _take(request: Request, centre_code: str, sent: dict[str, str]) -> Response:
    """Notes what was sent, then leads back to the page, so that refreshing it sends nothing again."""
    from dashboard.ui import visitors

    key = signing.unsign_timed(_FORM, sent.get("cle", ""), seconds=FORM_SECONDS)
    if not isinstance(key, list) or key[0] != centre_code:
        return _page(request, centre_code, _TOO_OLD, 403)
    here = check_in_path(centre_code)
    mine = _visit_of(request, centre_code)
    if "depart" in sent:
        refusal = visitors.check_out(centre_code, mine, str(key[1])) if mine is not None else _NO_VISIT
        if refusal:
            return _page(request, centre_code, refusal, 409, forget=True)
        answer = RedirectResponse(f"{here}?fait=depart", status_code=303, headers=NEVER_KEPT)
        signing.forget_cookie(answer, _COOKIE)
        return answer
    if mine is not None and visitors.visit_is_open(centre_code, mine):
        return RedirectResponse(here, status_code=303, headers=NEVER_KEPT)
    refusal = _is_number_of_the_day(request, centre_code, sent.get("nombre", ""))
    if refusal:
        return _page(request, centre_code, refusal, 429 if refusal == _TOO_MANY else 403)
    visit_id, refusal = visitors.check_in(centre_code, sent.get("poste", ""), str(key[1]))
    if visit_id is None:
        return _page(request, centre_code, refusal, 409)
    answer = RedirectResponse(f"{here}?fait=arrivee", status_code=303, headers=NEVER_KEPT)
    signing.keep_cookie(answer, _COOKIE, signing.sign(_VISIT, [centre_code, visit_id]), seconds=_COOKIE_SECONDS)
    return answer


def _page(
    request: Request, centre_code: str, refusal: str = "", status: int = 200, *, forget: bool = False
) -> Response:
    """What was just recorded or refused, then the buttons: one a kind of seat that is free, or the one to leave."""
    from dashboard.ui import visitors
    from dashboard.wording import dates

    state = visitors.check_in_state(centre_code, None if forget else _visit_of(request, centre_code))
    if state is None:
        return _unknown(request)
    done = request.query_params.get("fait", "") if request.method == "GET" else ""
    since = ""
    if state.visit_kind is not None and state.visit_since is not None:
        kind = SEAT_KINDS[state.visit_kind].label
        since = f"Vous êtes là depuis {dates.time_of_day(state.visit_since)} ({kind})."
    answer = page_for_now(
        "check_in.html",
        status=status,
        state=state,
        day=capital(dates.full_date(dates.in_paris(state.now).date())),
        hour=dates.time_of_day(state.now),
        refusal=refusal,
        done=_DONE.get(done, ""),
        path=check_in_path(centre_code),
        # Letters and figures only: the key of a request is kept in the audit.
        key=signing.sign_timed(_FORM, [centre_code, secrets.token_hex(16)]),
        since=since,
        seats=[
            (kind, SEAT_KINDS[kind], free, count(free, "position libre", "positions libres"))
            for kind, free in state.free.items()
        ],
    )
    if forget:
        signing.forget_cookie(answer, _COOKIE)
    return answer


def _visit_of(request: Request, centre_code: str) -> int | None:
    """The visit this telephone has begun at this centre."""
    kept = signing.unsign(_VISIT, request.cookies.get(_COOKIE, ""))
    if isinstance(kept, list) and len(kept) == 2 and kept[0] == centre_code and isinstance(kept[1], int):
        return kept[1]
    return None


def _unknown(request: Request) -> Response:
    return not_found_page().response(request, ASK_AGAIN, status=404)


CHECK_IN_ROUTES: Final = (
    Route(CHECK_IN_ADDRESS, check_in, methods=["GET", "POST"]),
    Route(f"{CHECK_IN_ADDRESS}{POSTER_SUFFIX}", poster),
)
