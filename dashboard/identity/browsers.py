"""The browser before us: where it comes from, what it says it is, and whether somebody signed in with it before."""

import re
import secrets
from ipaddress import ip_address, ip_network
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from dashboard.configuration.settings import load_settings
from dashboard.identity import signing

# An IPv6 address is one of the many that a house has to itself.
_HOUSE: Final = 64
_THIS_MACHINE: Final = "127.0.0.1"


def source_of(request: Request) -> str:
    """The network address of a browser, as the server sees it, or as a proxy that the settings trust says it.

    What a browser itself writes in the header of proxies is believed of nobody else.
    """
    trusted = set(load_settings().trusted_proxies)
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    # Port 0 is how uvicorn says that it took the address from that header, since the other end is this machine.
    peer = request.client.host if request.client and request.client.port else _THIS_MACHINE
    while peer in trusted and hops:
        peer = hops.pop()
    return _shared(peer)


def _shared(peer: str) -> str:
    try:
        address = ip_address(peer)
    except ValueError:
        return "inconnue"
    if address.version == 6:
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((address, _HOUSE), strict=False))
    return str(address)


_NAMES: Final = (
    ("Edge", "Edg"),
    ("Opera", "OPR/"),
    ("Firefox", "Firefox/|FxiOS/"),
    ("Chrome", "Chrome/|CriOS/"),
    ("Safari", "Safari/"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone ou iPad", "iPhone|iPad"),
    ("Mac", "Mac OS X|Macintosh"),
    ("Linux", "Linux|X11"),
)


def browser_name(request: Request) -> str | None:
    """« Firefox, Windows », from what the browser says it is; None where it says nothing that is known."""
    told = request.headers.get("user-agent", "")[:1_000]
    found = [next((name for name, mark in marks if re.search(mark, told)), "") for marks in (_NAMES, _SYSTEMS)]
    return ", ".join(part for part in found if part) or None


# A browser that somebody signed in with is known again for a year: what others try about their account does not slow it down.
# The cookie opens nothing.

KNOWN_COOKIE: Final = "__Host-navigateur"
_KNOWN: Final = "known browser"
_KNOWN_SECONDS: Final = 365 * 24 * 3600
_MOST_PEOPLE: Final = 6
"""Those of one counter, who take turns at one machine."""


def known_as(request: Request, account_id: int) -> str | None:
    """The print of the browser with that account, if its holder signed in with it before; None otherwise."""
    name, people = _kept(request)
    return signing.keyed_print(_KNOWN, f"{name} {account_id}") if account_id in people else None


def is_known(request: Request) -> bool:
    """Whether anybody signed in with this browser before."""
    return bool(_kept(request)[1])


def remember(answer: Response, request: Request, account_id: int) -> None:
    """From now on this browser is known as one of the holder of that account."""
    name, people = _kept(request)
    kept = [name, [account_id, *(each for each in people if each != account_id)][:_MOST_PEOPLE]]
    signed = signing.sign_timed(_KNOWN, kept)
    signing.keep_cookie(answer, KNOWN_COOKIE, signed, same_site="strict", seconds=_KNOWN_SECONDS)


def _kept(request: Request) -> tuple[str, list[int]]:
    kept = signing.unsign_timed(_KNOWN, request.cookies.get(KNOWN_COOKIE, ""), seconds=_KNOWN_SECONDS)
    return (kept[0], kept[1]) if isinstance(kept, list) else (secrets.token_urlsafe(16), [])
