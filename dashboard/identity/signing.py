"""What the application signs, and knows again: links, forms and cookies of its own, and secrets given once.

The key is made at first use and kept beside the data: a code printed on a wall must still be known after a restart.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import time
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dashboard.configuration.settings import load_settings

KEY_FILE: Final = "signature.key"
_KEY_BYTES: Final = 32


def sign(purpose: str, value: Any) -> str:
    """The value as a text fit for an address; it can be read by anyone, but not made up, nor used for another purpose."""
    return str(URLSafeSerializer(_key(), salt=purpose).dumps(value))


def unsign(purpose: str, text: str) -> Any:
    """The value that was signed; None for anything that was not signed here for that purpose."""
    try:
        return URLSafeSerializer(_key(), salt=purpose).loads(text)
    except BadSignature:
        return None


def sign_timed(purpose: str, value: Any) -> str:
    """The same, with the moment it was signed."""
    return str(URLSafeTimedSerializer(_key(), salt=purpose).dumps(value))


def unsign_timed(purpose: str, text: str, *, seconds: int) -> Any:
    """The value if it was signed less than so many seconds ago; None otherwise."""
    try:
        return URLSafeTimedSerializer(_key(), salt=purpose).loads(text, max_age=seconds)
    except BadSignature:
        return None


def keyed_print(purpose: str, text: str) -> str:
    """What is stored in place of a text that could be guessed, as an address: nobody makes it without the key."""
    return hmac.new(_key(), f"{purpose} {text}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def seal(purpose: str, text: str) -> str:
    """The text so that it can be stored: nobody reads it without the key."""
    return _sealer(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str | None:
    """The text that was sealed; None for one that was sealed with another key."""
    try:
        return _sealer(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _sealer(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(_key(), f"seal {purpose}".encode(), "sha256")))


def _key() -> bytes:
    return _key_of_file(load_settings().data_folder / KEY_FILE)


@lru_cache(maxsize=8)
def _key_of_file(file: Path) -> bytes:
    if not file.exists():
        _make_key(file)
    return file.read_bytes()


def _make_key(file: Path) -> None:
    """Made aside and put in place whole: of two servers that start at once, the second keeps the key of the first."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(secrets.token_bytes(_KEY_BYTES))
    try:
        os.link(aside, file)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


# Secrets that are given once, and the fingerprints by which the database knows them again.

_TOKEN_BYTES: Final = 32


def new_secret() -> str:
    """A secret nobody can guess: 256 bits, fit for a cookie or an address."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def fingerprint(secret: str) -> str:
    """What is stored in place of a secret, or of an address that was typed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


# Our cookies go over encrypted connections alone, for the whole site, and no script reads them.

SameSite = Literal["lax", "strict"]


def keep_cookie(
    answer: Response, name: str, value: str, *, same_site: SameSite = "lax", seconds: int | None = None
) -> None:
    """The browser keeps it for so long, or until it is closed."""
    answer.set_cookie(name, value, path="/", secure=True, httponly=True, samesite=same_site, max_age=seconds)


def forget_cookie(answer: Response, name: str, *, same_site: SameSite = "lax") -> None:
    """The browser keeps it no more."""
    answer.delete_cookie(name, path="/", secure=True, httponly=True, samesite=same_site)


# The forms of our own addresses: a signed, dated token in the form, and a cookie that goes with it. A token is good for a few
# sendings, as those of a hurried double click: a program that sends a form over and over has to ask for it over and over.

FORM_COOKIE: Final = "__Host-formulaire"
FORM_SECONDS: Final = 30 * 60
_FORM: Final = "sign-in form"
_LONGEST_FORM: Final = 4_000
_MOST_FIELDS: Final = 8
_SENDINGS: Final = 5
_MOST_TOKENS: Final = 20_000
_SENT: Final[dict[str, tuple[float, int]]] = {}
_NONCE_BYTES: Final = 24
_NONCE: Final = re.compile(r"[\w-]{32}", re.ASCII)


def new_form(request: Request) -> tuple[str, str]:
    """The token to write in a form, and the value of the cookie that goes with it."""
    nonce = request.cookies.get(FORM_COOKIE, "")
    if not _NONCE.fullmatch(nonce):
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
    return sign_timed(_FORM, [nonce, secrets.token_urlsafe(6)]), nonce


async def read_form(request: Request) -> dict[str, str] | None:
    """The fields of a form that this browser was given; None for any other, and for one that is too old."""
    sent = await read_fields(request)
    if sent is None:
        return None
    token = sent.get("token", "")
    signed = unsign_timed(_FORM, token, seconds=FORM_SECONDS)
    nonce = signed[0] if isinstance(signed, list) else None
    own = request.cookies.get(FORM_COOKIE, "")
    if not isinstance(nonce, str) or not secrets.compare_digest(nonce.encode(), own.encode()):
        return None
    return sent if _is_still_good(fingerprint(token)) else None


def _is_still_good(token: str) -> bool:
    """Counts a sending of a token; the oldest tokens are forgotten, and all of them with the server."""
    now = time.monotonic()
    begun, sendings = _SENT.get(token, (now, 0))
    _SENT[token] = (begun, sendings + 1)
    while _SENT and (len(_SENT) > _MOST_TOKENS or next(iter(_SENT.values()))[0] < now - FORM_SECONDS):
        del _SENT[next(iter(_SENT))]
    return sendings < _SENDINGS


async def read_fields(request: Request) -> dict[str, str] | None:
    """The fields that a page of this site sent; None when they are too many, too long, or come from another site."""
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and int(length) <= _LONGEST_FORM) or _is_from_elsewhere(request):
        return None
    try:
        async with request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
            return {name: str(value) for name, value in form.items()}
    except HTTPException:
        return None


def _is_from_elsewhere(request: Request) -> bool:
    """Whether another site's page sent this: browsers say where a form comes from, older ones by its origin alone."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


# Where a visitor checks in alone: the address printed on the wall of a centre, which nobody can make for another one.
# The screens print it, the server answers at it.

CHECK_IN_ADDRESS: Final = "/pointer/{token}"
POSTER_SUFFIX: Final = "/affiche"

# A photograph of the wall opens that address from anywhere, so it is not enough to arrive: it takes the number of the day
# too, which is written on the door. A code that changes by itself on a screen would need a screen at each desk, and
# somebody there to keep it lit, where an animator is half of the day elsewhere; a number is chalked up for the week. It has
# four figures, not two: a hundred numbers are soon tried.

POSTERS_FILE: Final = "affiches.json"
_CENTRE: Final = "check-in centre"
_FIGURES: Final = 4
_SERIAL_BYTES: Final = 8
_posters = Lock()


def check_in_path(centre_code: str) -> str:
    """The path to print for a centre: it holds until its code is replaced."""
    return CHECK_IN_ADDRESS.format(token=sign(_CENTRE, [centre_code, _serial(centre_code)]))


def centre_of_token(token: str) -> str | None:
    """The code of the centre an address was made for; None for an address that was made up, or replaced since."""
    signed = unsign(_CENTRE, token)
    if not isinstance(signed, list) or len(signed) != 2:
        return None
    code, serial = signed
    return code if isinstance(code, str) and _serial(code) == serial else None


def number_of_the_day(centre_code: str, day: date) -> str:
    """The figures to write on the door of a centre that day; they too change when its code is replaced."""
    told = f"{centre_code} {_serial(centre_code)} {day.isoformat()}".encode()
    drawn = hmac.digest(_key(), told, hashlib.sha256)
    return f"{int.from_bytes(drawn, 'big') % 10**_FIGURES:0{_FIGURES}}"


def replace_check_in_code(centre_code: str) -> None:
    """What is printed for the centre opens nothing any more; the codes of the others stay as they are."""
    with _posters:
        _keep_serials(_serials() | {centre_code: secrets.token_hex(_SERIAL_BYTES)})


def _serial(centre_code: str) -> str:
    """Empty for a code that was never replaced: printing writes nothing, so that two processes print the same."""
    return _serials().get(centre_code, "")


def _serials() -> dict[str, str]:
    """Which code of each centre holds; kept beside the key, and like it lost with the folder: then all are printed anew."""
    file = load_settings().data_folder / POSTERS_FILE
    if not file.exists():
        return {}
    known: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return known


def _keep_serials(known: dict[str, str]) -> None:
    file = load_settings().data_folder / POSTERS_FILE
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
        json.dump(known, written)
    aside.replace(file)
