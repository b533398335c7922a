"""Passwords: what makes one good enough, and Argon2id to keep it."""

import re
import threading
import unicodedata
from functools import cache
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from dashboard.wording.typography import typeset

SHORTEST: Final = 12
LONGEST: Final = 200
_TOO_KNOWN: Final = frozenset(
    {
        "motdepasse",
        "password",
        "azertyuiop",
        "qwertyuiop",
        "cybercantal",
        "telecentre",
        "cantal",
        "123456789",
        "000000000",
    }
)


# Each check takes 64 MB and a core for a moment: many sign-ins at once wait for one another rather than fill the memory.
_AT_ONCE: Final = threading.BoundedSemaphore(4)


def password_fault(password: str, email: str) -> str:
    """Why a password is not taken, with the remedy; empty for a good one."""
    if len(password) < SHORTEST:
        return typeset(f"Choisissez au moins {SHORTEST} caractères : une phrase de plusieurs mots convient bien.")
    if len(password) > LONGEST:
        return typeset(f"Choisissez au plus {LONGEST} caractères.")
    bare = _letters_and_figures(password)
    own = re.split(r"[\W_]+", email.split("@")[0])
    known = {word for word in (*_TOO_KNOWN, *map(_letters_and_figures, own)) if len(word) > 3}
    # What is left once the words everybody tries are taken out, the longest first: some hold others.
    rest = bare
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(set(bare)) < 5 or len(rest) < SHORTEST // 2:
        return typeset(
            "Ce mot de passe se devine facilement. Choisissez une phrase de plusieurs mots sans lien entre eux."
        )
    return ""


def unlike(new: str, again: str) -> str:
    """What to say when the two times a password was typed differ; empty when they do not."""
    return "" if new == again else typeset("Les deux mots de passe ne sont pas les mêmes. Tapez deux fois le même.")


def hashed(password: str) -> str:
    """The Argon2id hash to keep."""
    with _AT_ONCE:
        return _hasher().hash(_as_typed_anywhere(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether it is the password; takes as long for an account that has none, so that time tells nothing."""
    with _AT_ONCE:
        good = _hasher().verify(_as_typed_anywhere(password[:LONGEST]), kept or _decoy())
    return good and kept is not None and len(password) <= LONGEST


def _letters_and_figures(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _as_typed_anywhere(password: str) -> str:
    """Keyboards do not all send the same signs for one accented letter."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _decoy() -> str:
    return _hasher().hash("nobody has this password")
