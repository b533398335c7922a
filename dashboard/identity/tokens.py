"""Secrets that are given once, and the fingerprints by which the database knows them again."""

import hashlib
import secrets
from typing import Final

_TOKEN_BYTES: Final = 32


def new_secret() -> str:
    """A secret nobody can guess: 256 bits, fit for a cookie or an address."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def fingerprint(secret: str) -> str:
    """What is stored in place of a secret, or of an address that was typed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
