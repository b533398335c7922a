"""The words of what is known of one person, and of what is done about it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from dashboard.wording.plurals import count
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
