"""What the application signs, so that it tells its own links and forms from those that somebody made up.

The key is made at first use and kept beside the data: a code printed on a wall must still be known after a restart.
"""

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

from dashboard.configuration.settings import load_settings

KEY_FILE: Final = "signature.key"
_KEY_BYTES: Final = 32


def signed(purpose: str, value: Any) -> str:
    """The value as a text fit for an address; it can be read by anyone, but not made up, nor used for another purpose."""
    return str(URLSafeSerializer(_key(), salt=purpose).dumps(value))


def unsigned(purpose: str, text: str) -> Any:
    """The value that was signed; None for anything that was not signed here for that purpose."""
    try:
        return URLSafeSerializer(_key(), salt=purpose).loads(text)
    except BadSignature:
        return None


def signed_for_now(purpose: str, value: Any) -> str:
    """The same, with the moment it was signed."""
    return str(URLSafeTimedSerializer(_key(), salt=purpose).dumps(value))


def unsigned_for_now(purpose: str, text: str, *, seconds: int) -> Any:
    """The value if it was signed less than so many seconds ago; None otherwise."""
    try:
        return URLSafeTimedSerializer(_key(), salt=purpose).loads(text, max_age=seconds)
    except BadSignature:
        return None


def _key() -> bytes:
    return _kept_key(load_settings().data_folder / KEY_FILE)


@lru_cache(maxsize=8)
def _kept_key(file: Path) -> bytes:
    if not file.exists():
        _make_key(file)
    return file.read_bytes()


def _make_key(file: Path) -> None:
    """Made aside and put in place whole: of two servers that start at once, the second keeps the key of the first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(secrets.token_bytes(_KEY_BYTES))
    try:
        os.link(aside, file)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
