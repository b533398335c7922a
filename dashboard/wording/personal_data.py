"""What is known of people, how long it is kept and what is done at their request, in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dashboard.wording.typography import count, enumeration, typeset

# The words of what is known of one person, and of what is done about it.

SECTIONS: Final[Mapping[str, str]] = {
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
"""The parts of a person's file; they name the sheets of its workbook too."""
OWN_FIELDS: Final[Mapping[str, str]] = {
    "id": "Numéro de la fiche",
    "centre_code": "Télécentre",
    "commune_name": "Commune",
    "home_insee_code": "Commune de résidence (code)",
    "erasure_reason": "Motif de l’effacement",
    "status": "Situation",
    "welcome_household_id": "Foyer (numéro)",
    "source": "Noté par",
}
"""What the journal calls otherwise, or not at all."""
OTHER_TABLES: Final[Mapping[str, str]] = {"import_batch": "Import", "price": "Tarif"}
"""Records that may name somebody and whose changes the journal does not tell."""
_COUNTED: Final[Mapping[str, tuple[str, str]]] = {
    "agreements": ("convention", "conventions"),
    "memberships": ("adhésion", "adhésions"),
    "services": ("service", "services"),
    "supports": ("accompagnement", "accompagnements"),
    "visits": ("pointage", "pointages"),
    "mentions": ("texte qui la cite", "textes qui la citent"),
    "drafts": ("brouillon qui la cite", "brouillons qui la citent"),
    "changes": ("ligne du journal", "lignes du journal"),
}


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


# How long each kind of record is kept, and what happens then, in the words of the pages and of the command.

WHAT: Final[Mapping[str, str]] = {
    "people": "personnes que plus rien ne lie au réseau",
    "visits": "pointages liés à une personne",
    "candidates": "candidats sans nouvelle",
    "connections": "connexions et accès refusés notés au journal",
    "reminders": "relances envoyées",
    "drafts": "brouillons abandonnés",
    "sign_in": "connexions finies, essais de mot de passe, liens d’accès",
}
"""What each rule is about, by its key."""
THEN: Final[Mapping[str, str]] = {
    "erase": "nom et coordonnées effacés",
    "unlink": "lien avec la personne supprimé",
    "unname": "référence remplacée",
    "remove": "supprimés",
}
"""What happens after the duration."""
_SAID: Final[Mapping[str, Callable[[str], str]]] = {
    "people": lambda kept: f"{kept} après la fin de tout ce qui lie la personne au réseau ; puis sans nom",
    "visits": lambda kept: f"{kept}, puis sans aucun lien avec une personne",
    "candidates": lambda kept: f"{kept} après le dernier contact ; puis sans numéro",
    "connections": lambda kept: f"{kept} pour les connexions et les accès refusés",
    "reminders": lambda kept: kept,
    "drafts": lambda kept: kept,
    "sign_in": lambda kept: f"les connexions, {kept} après leur fin, sauf la dernière de chaque compte",
}


def duration(unit: str, number: int) -> str:
    """« 13 mois », « 2 ans », « 30 jours »: whole years are told as years."""
    if unit == "days":
        return count(number, "jour")
    return count(number // 12, "an") if number % 12 == 0 else count(number, "mois", "mois")


def how_long(key: str, unit: str, number: int) -> str:
    """How long what a rule is about is kept, as a cell of a table says it."""
    said = typeset(_SAID[key](duration(unit, number)))
    return said[0].upper() + said[1:]


# What is recorded of people, why, for how long, and who sees it: one entry per kind of record.


@dataclass(frozen=True)
class Recorded:
    """One kind of record about people; `tables` are those of the database that hold it.

    `how_long` is what no rule of retention says; `rule` is the key of the one that says the rest, with its duration.
    """

    what: str
    why: str
    who: str
    tables: tuple[str, ...]
    rule: str | None = None
    how_long: str = ""


_COORDINATION: Final = "coordination"
_CENTRE: Final = "coordination, animation du télécentre concerné"

RECORDED: Final[tuple[Recorded, ...]] = (
    Recorded(
        "Adhésion au Pass Actifs Mobiles : nom, prénom, un moyen de contact, statut, dates",
        "Gérer l’adhésion et ses services",
        _CENTRE,
        ("person", "pass_membership"),
        "people",
    ),
    Recorded(
        "Convention d’utilisation : télécentre, formule, dates",
        "Donner accès au lieu et compter les utilisateurs",
        _CENTRE,
        ("agreement",),
        "people",
    ),
    Recorded(
        "Services et accompagnements : nature et dates",
        "Rendre le service demandé",
        _CENTRE,
        ("member_service", "support"),
        "people",
    ),
    Recorded(
        "Pointage : télécentre, heure d’arrivée et de départ, sans nom le plus souvent",
        "Connaître l’occupation en direct",
        _CENTRE,
        ("visit",),
        "visits",
    ),
    Recorded(
        "Demandeur d’emploi : un numéro, les étapes et le contrat, jamais de nom",
        "Suivre la convention avec Pôle Emploi",
        _COORDINATION,
        ("placement",),
        "candidates",
    ),
    Recorded(
        "Foyer reçu en session : nombre de personnes, nature du projet, installation, jamais de nom",
        "Savoir si les sessions débouchent sur des installations",
        _COORDINATION,
        ("welcome_household", "welcome_attendance"),
        how_long="Sans limite : aucun nom ni adresse n’y est noté, et les bilans en dépendent",
    ),
    Recorded(
        "Compte : adresse électronique, nom affiché, rôle, connexions et essais, avec l’adresse de réseau, second facteur",
        "Savoir qui saisit et qui consulte",
        "administration",
        (
            "account",
            "account_centre",
            "sign_in_session",
            "sign_in_attempt",
            "activation",
            "second_factor",
            "recovery_code",
        ),
        "sign_in",
        how_long="La durée du compte",
    ),
    Recorded(
        "Journal : qui a changé quoi, quand",
        "Corriger une erreur, répondre d’un chiffre",
        "coordination, administration",
        ("audit_entry",),
        "connections",
        how_long="La durée du service ; les noms en sont retirés quand une personne est effacée",
    ),
    Recorded(
        "Relance : l’adresse à laquelle une semaine manquante a été signalée",
        "Ne pas relancer deux fois le même jour",
        _COORDINATION,
        ("reminder",),
        "reminders",
    ),
    Recorded(
        "Brouillon : ce qui est tapé et pas encore enregistré",
        "Ne rien perdre d’une saisie interrompue",
        "son auteur",
        ("entry_draft",),
        "drafts",
    ),
    Recorded(
        "Fichier envoyé à relire : son contenu, effacé dès que quelqu’un a décidé",
        "Faire vérifier un import avant qu’il soit fait",
        _COORDINATION,
        ("import_file",),
        "drafts",
    ),
    Recorded(
        "Effacement : le numéro de la fiche, une empreinte et la date, jamais de nom",
        "Effacer à nouveau une personne qu’une sauvegarde ferait revenir",
        "administration",
        ("erasure",),
        how_long="Sans limite : le registre protège la personne effacée",
    ),
)

RIGHTS_OF_PEOPLE: Final = tuple(
    typeset(line)
    for line in (
        "Vous pouvez demander une copie de ce qui vous concerne, une correction ou l’effacement : la réponse vient en un "
        "mois au plus.",
        "L’annuaire ne montre que les personnes qui l’ont demandé ; un retrait prend effet aussitôt.",
        "Effacer une personne ne change aucun chiffre publié : les comptes restent, le nom disparaît partout.",
        "Les effectifs de moins de 5 personnes ne sont montrés qu’à l’animation et à la coordination.",
        "Aucune donnée ne sort du serveur : ni mesure d’audience, ni carte ou police prise ailleurs. Les seuls cookies "
        "servent à se connecter, à reconnaître le navigateur où l’on s’est connecté, à pointer et à protéger ce que l’on envoie.",
        "Votre navigateur retient, pour lui seul, les rubriques du menu que vous avez repliées et, le temps qu’il parvienne au "
        "serveur, ce que vous tapez.",
    )
)
