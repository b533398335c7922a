"""The forms of our own addresses: a signed, dated token in the form, and a cookie that goes with it."""

import re
import secrets
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from dashboard import signing

NEVER_KEPT: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
FORM_COOKIE: Final = "__Host-formulaire"
_FORM: Final = "sign-in form"
_FORM_SECONDS: Final = 30 * 60
_LONGEST_FORM: Final = 4_000
_NONCE_BYTES: Final = 24
_NONCE: Final = re.compile(r"[\w-]{32}", re.ASCII)


def with_token(request: Request, *, status: int = 200) -> tuple[str, HTMLResponse]:
    """A token for a form, and the answer whose cookie goes with it."""
    nonce = request.cookies.get(FORM_COOKIE, "")
    if not _NONCE.fullmatch(nonce):
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
    answer = HTMLResponse("", status_code=status, headers=NEVER_KEPT)
    answer.set_cookie(
        FORM_COOKIE, nonce, path="/", secure=True, httponly=True, samesite="strict", max_age=_FORM_SECONDS
    )
    return signing.signed_for_now(_FORM, nonce), answer


def finished(answer: HTMLResponse) -> HTMLResponse:
    answer.headers["content-length"] = str(len(answer.body))
    return answer


async def sent_fields(request: Request) -> dict[str, str] | None:
    """The fields of a form of ours; None for one that is too long, too old, or was sent from elsewhere."""
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and int(length) <= _LONGEST_FORM):
        return None
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return None
    try:
        async with request.form(max_files=0, max_fields=8) as form:
            sent: dict[str, Any] = {name: str(value) for name, value in form.items()}
    except HTTPException:
        return None
    nonce = signing.unsigned_for_now(_FORM, sent.get("token", ""), seconds=_FORM_SECONDS)
    own = request.cookies.get(FORM_COOKIE, "")
    if not isinstance(nonce, str) or not secrets.compare_digest(nonce.encode(), own.encode()):
        return None
    return sent
