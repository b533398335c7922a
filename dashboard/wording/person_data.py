"""The words of what is known of one person, and of what is done about it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from dashboard.wording.plurals import count, enumeration
from dashboard.wording.typography import typeset

SECTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "person": "Identité",
        "agreements": "Conventions d’utilisation",
        "memberships": "Adhésions au Pass",
        "services": "Services",
        "supports": "Accompagnements",
        "visits": "Pointages",
        "mentions": "Textes qui la citent",
        "drafts": "Brouillons qui la citent",
        "changes": "Journal",
    }
)
"""The parts of a person's file; they name the sheets of its workbook too."""
OWN_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id": "Numéro de la fiche",
        "centre_code": "Télécentre",
        "commune_name": "Commune",
        "home_insee_code": "Commune de résidence (code)",
        "erasure_reason": "Motif de l’effacement",
        "status": "Situation",
        "welcome_household_id": "Foyer (numéro)",
        "source": "Noté par",
    }
)
"""What the journal calls otherwise, or not at all."""
OTHER_TABLES: Final[Mapping[str, str]] = MappingProxyType({"import_batch": "Import", "price": "Tarif"})
"""Records that may name somebody and whose changes the journal does not tell."""
_COUNTED: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "agreements": ("convention", "conventions"),
        "memberships": ("adhésion", "adhésions"),
        "services": ("service", "services"),
        "supports": ("accompagnement", "accompagnements"),
        "visits": ("pointage", "pointages"),
        "mentions": ("texte qui la cite", "textes qui la citent"),
        "drafts": ("brouillon qui la cite", "brouillons qui la citent"),
        "changes": ("ligne du journal", "lignes du journal"),
    }
)


def name_of(person: Mapping[str, Any]) -> str:
    """« Jeanne Vidal », or « Personne 12, effacée »."""
    names = " ".join(part for part in (person["given_name"], person["family_name"]) if part)
    return names or f"Personne {person['id']}, effacée"


def confirmation_of(person_id: int) -> str:
    """What is typed to erase for good: nobody types it by accident, and it holds no name."""
    return f"EFFACER {person_id}"


def erased_sentence(people: int, texts: int, accounts: int) -> str:
    """What an erasure did."""
    if not people:
        return typeset("Cette personne était déjà effacée.")
    told = [
        f"{count(people, 'personne effacée', 'personnes effacées')}. Aucun chiffre n’a changé.",
        f"{count(texts, 'texte ou ligne du journal repris', 'textes ou lignes du journal repris')}." if texts else "",
        "Un compte porte la même adresse : il sert à se connecter et n’a pas changé ; fermez-le à part."
        if accounts
        else "",
    ]
    return typeset(" ".join(part for part in told if part))


def known_sentence(counts: Mapping[str, int]) -> str:
    """« Le tableau de bord garde d’elle 1 adhésion, 2 conventions et 14 pointages. »"""
    told = [count(number, *_COUNTED[key]) for key, number in counts.items() if number]
    if not told:
        return "Le tableau de bord ne garde rien d’autre que cette fiche."
    return f"Le tableau de bord garde de cette personne {enumeration(told)}."


def still_running(file: Mapping[str, Any]) -> str:
    """What goes on, and would be counted for ever once nobody can be found to end it; empty when nothing does."""
    told = [
        count(running, *_COUNTED[key])
        for key, end in (("memberships", "ended_on"), ("agreements", "ended_on"), ("services", "ends_on"))
        if (running := sum(row[end] is None for row in file[key]))
    ]
    if not told:
        return ""
    return f"Sans date de fin : {enumeration(told)}. Notez-la d’abord si c’est fini, ou cela restera compté."
