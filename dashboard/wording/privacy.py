"""What is recorded of people, why, for how long, and who sees it: one entry per kind of record."""

from dataclasses import dataclass
from typing import Final

from dashboard.wording.typography import typeset


@dataclass(frozen=True)
class Recorded:
    """One kind of record about people; `tables` are those of the database that hold it.

    `how_long` is what no rule of retention says; `rule` is the key of the one that says the rest, with its duration.
    """

    what: str
    why: str
    how_long: str
    who: str
    tables: tuple[str, ...]
    rule: str | None = None


_COORDINATION: Final = "coordination"
_CENTRE: Final = "coordination, animation du télécentre concerné"

RECORDED: Final[tuple[Recorded, ...]] = (
    Recorded(
        "Adhésion au Pass Actifs Mobiles : nom, prénom, un moyen de contact, statut, dates",
        "Gérer l’adhésion et ses services",
        "",
        _CENTRE,
        ("person", "pass_membership"),
        "people",
    ),
    Recorded(
        "Convention d’utilisation : télécentre, formule, dates",
        "Donner accès au lieu et compter les utilisateurs",
        "",
        _CENTRE,
        ("agreement",),
        "people",
    ),
    Recorded(
        "Services et accompagnements : nature et dates",
        "Rendre le service demandé",
        "",
        _CENTRE,
        ("member_service", "support"),
        "people",
    ),
    Recorded(
        "Pointage : télécentre, heure d’arrivée et de départ, sans nom le plus souvent",
        "Connaître l’occupation en direct",
        "",
        _CENTRE,
        ("visit",),
        "visits",
    ),
    Recorded(
        "Demandeur d’emploi : un numéro, les étapes et le contrat, jamais de nom",
        "Suivre la convention avec Pôle Emploi",
        "",
        _COORDINATION,
        ("placement",),
        "candidates",
    ),
    Recorded(
        "Foyer reçu en session : nombre de personnes, nature du projet, installation, jamais de nom",
        "Savoir si les sessions débouchent sur des installations",
        "Sans limite : aucun nom ni adresse n’y est noté, et les bilans en dépendent",
        _COORDINATION,
        ("welcome_household", "welcome_attendance"),
    ),
    Recorded(
        "Compte : adresse électronique, nom affiché, rôle, connexions",
        "Savoir qui saisit et qui consulte",
        "La durée du compte",
        "administration",
        ("account", "account_centre", "sign_in_session", "sign_in_attempt", "activation"),
        "sign_in",
    ),
    Recorded(
        "Journal : qui a changé quoi, quand",
        "Corriger une erreur, répondre d’un chiffre",
        "La durée du service ; les noms en sont retirés quand une personne est effacée",
        "coordination, administration",
        ("audit_entry",),
        "connections",
    ),
    Recorded(
        "Relance : l’adresse à laquelle une semaine manquante a été signalée",
        "Ne pas relancer deux fois le même jour",
        "",
        _COORDINATION,
        ("reminder",),
        "reminders",
    ),
    Recorded(
        "Brouillon : ce qui est tapé et pas encore enregistré",
        "Ne rien perdre d’une saisie interrompue",
        "",
        "son auteur",
        ("entry_draft",),
        "drafts",
    ),
    Recorded(
        "Effacement : le numéro de la fiche, une empreinte et la date, jamais de nom",
        "Effacer à nouveau une personne qu’une sauvegarde ferait revenir",
        "Sans limite : le registre protège la personne effacée",
        "administration",
        ("erasure",),
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
        "servent à se connecter, à pointer et à protéger ce que l’on envoie.",
    )
)
