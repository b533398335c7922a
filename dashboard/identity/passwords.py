"""Passwords: what makes one good enough, and Argon2id to keep it."""

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


def password_fault(password: str, email: str) -> str:
    """Why a password is not taken, with the remedy; empty for a good one."""
    if len(password) < SHORTEST:
        return typeset(f"Choisissez au moins {SHORTEST} caractères : une phrase de plusieurs mots convient bien.")
    if len(password) > LONGEST:
        return typeset(f"Choisissez au plus {LONGEST} caractères.")
    bare = "".join(sign for sign in password.casefold() if sign.isalnum())
    known = {word for word in (*_TOO_KNOWN, email.split("@")[0].casefold()) if len(word) > 3}
    # What is left once the words everybody tries are taken out.
    rest = bare
    for word in known:
        rest = rest.replace(word, "")
    if len(set(bare)) < 5 or len(rest) < SHORTEST // 2:
        return typeset(
            "Ce mot de passe se devine facilement. Choisissez une phrase de plusieurs mots sans lien entre eux."
        )
    return ""


def hashed(password: str) -> str:
    """The Argon2id hash to keep."""
    return _hasher().hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether it is the password; takes as long for an account that has none, so that time tells nothing."""
    return _hasher().verify(password[:LONGEST], kept or _decoy()) and kept is not None


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _decoy() -> str:
    return _hasher().hash("nobody has this password")
