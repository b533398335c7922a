"""Where a visitor checks in alone: the address printed on the wall of a centre, which nobody can make for another one.

It stands above the rooms that share it: the screens print it, the server answers at it.
"""

from typing import Final

from dashboard import signing

ADDRESS: Final = "/pointer/{token}"
POSTER_SUFFIX: Final = "/affiche"

_PURPOSE: Final = "check-in centre"


def check_in_path(centre_code: str) -> str:
    """The path to print for a centre."""
    return ADDRESS.format(token=signing.signed(_PURPOSE, centre_code))


def centre_of(token: str) -> str | None:
    """The code of the centre an address was made for; None for an address that was made up."""
    code = signing.unsigned(_PURPOSE, token)
    return code if isinstance(code, str) else None
