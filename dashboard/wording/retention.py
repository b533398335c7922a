"""How long each kind of record is kept, and what happens then, in the words of the pages and of the command."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from dashboard.wording.plurals import count
from dashboard.wording.typography import typeset

WHAT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "people": "personnes que plus rien ne lie au réseau",
        "visits": "pointages liés à une personne",
        "candidates": "candidats sans nouvelle",
        "connections": "connexions et accès refusés notés au journal",
        "reminders": "relances envoyées",
        "drafts": "brouillons abandonnés",
        "sign_in": "connexions finies, essais de mot de passe, liens d’accès",
    }
)
"""What each rule is about, by its key."""
THEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "erase": "nom et coordonnées effacés",
        "unlink": "lien avec la personne supprimé",
        "unname": "référence remplacée",
        "remove": "supprimés",
    }
)
"""What happens after the duration."""
_SAID: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "people": lambda kept: f"{kept} après la fin de tout ce qui lie la personne au réseau ; puis sans nom",
        "visits": lambda kept: f"{kept}, puis sans aucun lien avec une personne",
        "candidates": lambda kept: f"{kept} après le dernier contact ; puis sans numéro",
        "connections": lambda kept: f"{kept} pour les connexions et les accès refusés",
        "reminders": lambda kept: kept,
        "drafts": lambda kept: kept,
        "sign_in": lambda kept: f"les connexions, {kept} après leur fin, sauf la dernière de chaque compte",
    }
)


def duration(unit: str, number: int) -> str:
    """« 13 mois », « 2 ans », « 30 jours »: whole years are told as years."""
    if unit == "days":
        return count(number, "jour")
    return count(number // 12, "an") if number % 12 == 0 else count(number, "mois", "mois")


def how_long(key: str, unit: str, number: int) -> str:
    """How long what a rule is about is kept, as a cell of a table says it."""
    said = typeset(_SAID[key](duration(unit, number)))
    return said[0].upper() + said[1:]
