"""The three ways to know who somebody is, and what each asks of the other settings."""

from typing import Final
from urllib.parse import urlsplit

from dashboard.configuration.settings import Settings, sqlite_file
from dashboard.wording.typography import typeset

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def inconsistency(settings: Settings, *, demonstration: bool | None) -> str:
    """Why these settings cannot go together, with the remedy; empty when they can.

    `demonstration` says whether the database holds invented data, None when it holds none yet.
    """
    if settings.sign_in == "demo":
        return _of_a_demonstration(settings, demonstration)
    if settings.host not in LOOPBACK or settings.public_hosts:
        if not settings.public_address.startswith("https://"):
            return typeset(
                "CYBERCANTAL_PUBLIC_ADDRESS doit commencer par https:// : sans chiffrement, un mot de passe ou un cookie "
                "pourrait être lu en chemin. Indiquez par exemple https://tableau.exemple.fr."
            )
        if urlsplit(settings.public_address).hostname not in settings.public_hosts:
            return typeset(
                "CYBERCANTAL_PUBLIC_HOSTS doit contenir le nom de CYBERCANTAL_PUBLIC_ADDRESS, pour que les navigateurs "
                "soient reçus sous ce nom."
            )
    if settings.sign_in == "oidc":
        needed = ("oidc_issuer", "oidc_client_id", "oidc_client_secret", "public_address")
        missing = [f"CYBERCANTAL_{name.upper()}" for name in needed if not getattr(settings, name)]
        if missing:
            return typeset(f"CYBERCANTAL_SIGN_IN vaut oidc : indiquez aussi {', '.join(missing)}.")
        issuer = urlsplit(settings.oidc_issuer)
        if issuer.scheme != "https" and issuer.hostname not in LOOPBACK:
            return typeset(
                "CYBERCANTAL_OIDC_ISSUER doit commencer par https:// : sans chiffrement, n’importe qui pourrait se faire "
                "passer pour le fournisseur d’identité."
            )
    return ""


def _of_a_demonstration(settings: Settings, demonstration: bool | None) -> str:
    remedy = "Réglez CYBERCANTAL_SIGN_IN=local, puis créez un compte : cybercantal account add."
    if settings.host not in LOOPBACK or settings.public_hosts:
        return typeset(f"Sans comptes, le tableau de bord n’est servi qu’à cette machine. {remedy}")
    if demonstration is False:
        return typeset(f"Cette base contient de vraies données : il faut des comptes. {remedy}")
    if sqlite_file(settings.database_url) is None:
        return typeset(f"La démonstration sans comptes se fait sur la base embarquée. {remedy}")
    return ""
