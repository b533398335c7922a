"""The French word of every coded value, in its forms, the short names of places, and what hides a small count."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.wording.numbers import Number
from dashboard.wording.typography import capital, plural

# The French word of one coded value, in its forms.


@dataclass(frozen=True)
class Term:
    """One coded value in French: in a sentence, in the plural, and where room is short."""

    label: str
    plural: str = ""
    short: str = ""

    @property
    def title(self) -> str:
        """The label with a capital."""
        return capital(self.label)

    @property
    def brief(self) -> str:
        """The short form with a capital; the title when there is none."""
        return capital(self.short) or self.title

    def counted(self, value: Number) -> str:
        """The label in the number that goes with this value: « bureaux individuels » for 2."""
        return plural(value, self.label, self.plural or None)


Terms = Mapping[str, Term]
"""The words of one list of codes."""


# The French words of the coded values, one registry per list of codes, under the same name as in the database's list.
# Labels are lower case, ready for a sentence; ``Term.title`` begins a cell or a button. Every code the database
# accepts has its term: a contract test compares the two lists.

MISSING: Final = "n.\u00a0d."
"""Nobody entered it, or it cannot be computed."""
NOT_APPLICABLE: Final = "–"
"""It has no meaning here, as the week of a centre not yet open."""

PROGRAMME: Final = "CyberCantal Télécentres"
WHAT_THIS_IS: Final = (
    "Les télécentres du Cantal : où ils sont, combien ils servent, et ce qu’ils changent. Le Conseil départemental en présente "
    "les chiffres à tous ; le tableau de bord est réservé à ceux qui le tiennent et à ceux qui le lisent."
)
"""What a visitor, or whoever reads without keeping anything, is told first."""
OWNER: Final = "Conseil départemental du Cantal"
PASS: Final = "Pass Actifs Mobiles"
JOB_CENTRE: Final = "Pôle Emploi"
"""The agency took another name in 2024; the convention bears this one."""
DEMONSTRATION: Final = "Données de démonstration"


SEAT_KINDS: Final[Terms] = {
    "office": Term("bureau individuel", "bureaux individuels", "bureaux"),
    "open_space": Term("place en open space", "places en open space", "open space"),
}
HALF_DAYS: Final[Terms] = {"am": Term("matin", "matins"), "pm": Term("après-midi", "après-midi")}

CENTRE_KINDS: Final[Terms] = {
    "telecentre": Term("télécentre"),
    "coworking": Term("espace de coworking", "espaces de coworking", "coworking"),
    "telecentre_coworking_fablab": Term(
        "télécentre, coworking et fablab", "télécentres, coworking et fablab", "télécentre et fablab"
    ),
}
CENTRE_STATUSES: Final[Terms] = {
    "open": Term("ouvert"),
    "planned": Term("en projet", "en projet"),
    "closed": Term("fermé"),
}
LOCATION_PRECISIONS: Final[Terms] = {
    "address": Term("à l’adresse"),
    "street": Term("dans la rue"),
    "commune": Term("à la mairie de la commune", short="mairie"),
}
OPERATOR_KINDS: Final[Terms] = {
    "intercommunality": Term("intercommunalité"),
    "commune": Term("commune"),
    "chamber": Term("chambre consulaire", "chambres consulaires"),
    "association": Term("association"),
    "university": Term("université"),
    "department": Term("Département"),
    "other": Term("autre gestionnaire", "autres gestionnaires", "autre"),
}

PERSON_STATUSES: Final[Terms] = {
    "independent": Term("indépendant"),
    "employee": Term("salarié"),
    "mobile": Term("travailleur mobile", "travailleurs mobiles"),
    "founder": Term("créateur d’entreprise", "créateurs d’entreprise"),
    "job_seeker": Term("demandeur d’emploi", "demandeurs d’emploi"),
    "other": Term("autre situation", "autres situations", "autre"),
}
AGREEMENT_FORMULAS: Final[Terms] = {
    "half_day": Term("à la demi-journée", short="demi-journée"),
    "day": Term("à la journée", short="journée"),
    "week": Term("à la semaine", short="semaine"),
    "month": Term("au mois", short="mois"),
}
_END_REASONS: Final = {
    "own_premises": Term("installation dans ses propres locaux", short="propres locaux"),
    "moved": Term("déménagement"),
    "job_change": Term("changement d’emploi"),
    "other": Term("autre motif", "autres motifs", "autre"),
}
AGREEMENT_EXIT_REASONS: Final[Terms] = {
    **_END_REASONS,
    "project_stopped": Term("projet arrêté"),
    "price": Term("tarif"),
}
PASS_END_REASONS: Final[Terms] = {
    **_END_REASONS,
    "end_of_free_period": Term("fin des six mois gratuits", short="fin de gratuité"),
    "not_renewed": Term("adhésion non renouvelée", short="non renouvelée"),
}
MEMBER_SERVICES: Final[Terms] = {
    "domiciliation": Term("domiciliation d’entreprise", short="domiciliation"),
    "directory": Term("inscription à l’annuaire", short="annuaire"),
    "mail": Term("réception et envoi du courrier", short="courrier"),
    "webinar": Term("webinaire"),
}
SUPPORT_KINDS: Final[Terms] = {
    "housing": Term("recherche de logement", short="logement"),
    "business_creation": Term("aide à la création d’entreprise", short="création d’entreprise"),
    "entrepreneur_residence": Term("résidence d’entrepreneur", short="résidence"),
}
SUPPORT_OUTCOMES: Final[Terms] = {
    "achieved": Term("abouti"),
    "redirected": Term("réorienté"),
    "dropped": Term("abandonné"),
}

VISIT_SOURCES: Final[Terms] = {
    "desk": Term("pointage par l’animateur", short="animateur"),
    "qr": Term("pointage par code QR", short="code QR"),
    "import": Term("import de fichier", short="import"),
    "sensor": Term("capteur"),
}
WEEK_STATUSES: Final[Terms] = {
    "draft": Term("brouillon"),
    "complete": Term("complète"),
    "closed": Term("fermée"),
}
WEEK_STATES: Final[Terms] = {
    "complete": Term("complète"),
    "draft": Term("brouillon"),
    "missing": Term("manquante"),
    "closed": Term("fermée"),
    "not_expected": Term("non attendue"),
}
PLACE_STATES: Final[Terms] = {
    "missing": Term("relevé manquant", "relevés manquants", "manquant"),
    "draft": Term("brouillon"),
    "closed": Term("fermé"),
    "without_seats": Term("sans capacité connue", "sans capacité connue"),
    "not_open": Term("pas encore ouvert", "pas encore ouverts"),
}
"""Why a place has no rate over a span: five things that are never said with one word, nor with a zero."""

PLACEMENT_AIMS: Final[Mapping[int, Term]] = {
    1: Term(
        "recrutement en télétravail de demandeurs d’emploi du Cantal par des employeurs d’autres départements",
        short="Cantaliens recrutés à distance",
    ),
    2: Term(
        "maintien à distance de l’emploi de personnes venues dans le Cantal avec leur conjoint",
        short="Conjoints gardant leur emploi",
    ),
    3: Term(
        "offres d’employeurs du Cantal pourvues par des télétravailleurs d’autres départements",
        short="Offres cantaliennes pourvues à distance",
    ),
}
CONTRACT_KINDS: Final[Terms] = {
    "permanent": Term("CDI", "CDI"),
    "fixed_term": Term("CDD", "CDD"),
    "temporary": Term("intérim", "intérim"),
    "other": Term("autre contrat", "autres contrats", "autre"),
}
PLACEMENT_STAGES: Final[Terms] = {
    "informed": Term("informé"),
    "interested": Term("intéressé"),
    "trained": Term("formé"),
    "applied": Term("candidat"),
    "hired": Term("embauché"),
}
PROJECT_KINDS: Final[Terms] = {
    "business_creation": Term("création d’entreprise", "créations d’entreprise"),
    "business_takeover": Term("reprise d’entreprise", "reprises d’entreprise"),
    "farming": Term("projet agricole", "projets agricoles"),
    "employment": Term("emploi salarié", "emplois salariés"),
    "telework": Term("télétravail", "télétravail"),
    "other": Term("autre projet", "autres projets", "autre"),
}
HOUSEHOLD_OUTCOMES: Final[Terms] = {
    "pending": Term("en cours", "en cours"),
    "settled": Term("installé"),
    "dropped": Term("abandonné"),
}

EVENT_KINDS: Final[Terms] = {
    "open_day": Term("portes ouvertes", "portes ouvertes"),
    "round_table": Term("table ronde", "tables rondes"),
    "talk": Term("conférence"),
    "demonstration": Term("démonstration"),
    "workshop": Term("atelier"),
    "training": Term("formation"),
    "webinar": Term("webinaire"),
    "forum": Term("forum"),
    "fair": Term("salon"),
    "animators_meeting": Term("rencontre des animateurs", "rencontres des animateurs"),
}

ROLES: Final[Terms] = {
    "manager": Term("responsable\N{NO-BREAK SPACE}: coordination et administration", short="responsable"),
    "administrator": Term("administration"),
    "coordinator": Term("coordination du réseau", short="coordination"),
    "animator": Term("animation de télécentre", short="animation"),
    "viewer": Term("consultation"),
}
READERS: Final[Terms] = {**ROLES, "public": Term("visite sans compte", short="visite")}
"""Everybody who may look at a page: the roles of accounts, and who has none."""
ACTORS: Final[Terms] = {
    **READERS,
    "check_in": Term("pointage par le code affiché", short="code QR"),
    "open_data": Term("données ouvertes"),
}
"""Everybody who has rights, in front of a page or not."""
RIGHTS: Final[Terms] = {
    "presentation": Term("voir la présentation publique"),
    "check_in": Term("pointer avec le code affiché dans un télécentre"),
    "figures": Term("voir les chiffres du réseau et de chaque télécentre"),
    "drafts": Term("retrouver ce qui a été tapé et pas encore enregistré"),
    "small_counts": Term("voir les effectifs de moins de 5 personnes"),
    "directory": Term("voir l’annuaire des personnes qui y consentent"),
    "enter": Term("saisir pour ses télécentres : relevés, pointages, adhésions, conventions, rendez-vous"),
    "coordinate": Term("saisir pour tout le réseau, importer, exporter, rouvrir une semaine, relancer"),
    "centres": Term("voir la fiche de chaque lieu, ses horaires et ses coûts"),
    "journal": Term("lire le journal des changements"),
    "personal_data": Term("répondre aux demandes des personnes : copie et effacement"),
    "accounts": Term("gérer les comptes, voir les réglages"),
}
ERASURE_REASONS: Final[Terms] = {
    "request": Term("demande de la personne"),
    "mistake": Term("fiche créée par erreur"),
    "retention": Term("durée de conservation passée"),
}
PRESENTATION_THEMES: Final[Terms] = {"auto": Term("comme l’appareil"), "light": Term("clair"), "dark": Term("sombre")}
REMINDER_CHANNELS: Final[Terms] = {"email": Term("courriel"), "copied": Term("message copié")}
IMPORT_STATES: Final[Terms] = {
    "waiting": Term("à relire"),
    "returned": Term("renvoyé"),
    "running": Term("en cours"),
    "done": Term("importé"),
    "undoing": Term("annulation en cours"),
    "undone": Term("annulé"),
}
PUBLISHED_FIGURES: Final[Terms] = {
    "centres": Term("télécentres"),
    "seats": Term("positions de travail"),
    "seats_office": Term("dont bureaux individuels"),
    "seats_open_space": Term("dont places en open space"),
    "users": Term("utilisateurs"),
    "hours": Term("heures d’utilisation"),
    "fill_rate": Term("taux moyen de remplissage"),
    "pass_members": Term("inscrits au Pass Actifs Mobiles"),
    "cost_per_seat": Term("coût moyen annuel d’un poste"),
    "placements": Term("contrats conclus (convention Pôle Emploi)"),
    "teleworking_agents": Term("agents du Département en télétravail"),
    "welcome_sessions": Term("sessions d’accueil d’actifs"),
    "welcome_project_holders": Term("porteurs de projets accueillis"),
    "welcome_people": Term("personnes accueillies"),
    "welcome_settled_share": Term("part des porteurs installés"),
}
"""What totals were published of, under the names of the reference."""
IMPORT_OUTCOMES: Final[Terms] = {**IMPORT_STATES, "lapsed": Term("périmé"), "interrupted": Term("interrompu")}
"""What is shown of an import: its state, or what time has made of it."""
IMPORT_KINDS: Final[Terms] = {
    "centres": Term("lieux, avec leurs positions et leurs horaires", short="lieux"),
    "capacities": Term("positions de travail", "positions de travail", "positions"),
    "hours": Term("horaires d’ouverture", "horaires d’ouverture", "horaires"),
    "closures": Term("fermetures", "fermetures"),
    "costs": Term("coûts annuels", "coûts annuels", "coûts"),
    "published": Term("totaux publiés", "totaux publiés"),
    "members": Term("adhésions au Pass Actifs Mobiles", "adhésions au Pass Actifs Mobiles", "adhésions"),
    "agreements": Term("conventions d’utilisation", "conventions d’utilisation", "conventions"),
    "services": Term("services aux titulaires", "services aux titulaires", "services"),
    "courses": Term("formations du catalogue", "formations du catalogue", "formations"),
    "events": Term("rendez-vous de l’agenda", "rendez-vous de l’agenda", "rendez-vous"),
    "placements": Term("contrats de la convention Pôle Emploi", "contrats de la convention Pôle Emploi", "contrats"),
    "meetings": Term("réunions d’information", "réunions d’information", "réunions"),
    "sessions": Term("sessions d’accueil", "sessions d’accueil", "sessions"),
    "households": Term("foyers accueillis", "foyers accueillis", "foyers"),
    "supports": Term("accompagnements", "accompagnements"),
    "attendance": Term("relevés hebdomadaires", "relevés hebdomadaires", "relevés"),
}


# The words of the columns that hold one of a list of codes.

_OF_COLUMNS: Final[Mapping[str, Terms]] = {
    "account.role": ROLES,
    "attendance_week.status": WEEK_STATUSES,
    "centre.kind": CENTRE_KINDS,
    "centre.status": CENTRE_STATUSES,
    "contract_kind": CONTRACT_KINDS,
    "end_reason": PASS_END_REASONS,
    "event.kind": EVENT_KINDS,
    "exit_reason": AGREEMENT_EXIT_REASONS,
    "formula": AGREEMENT_FORMULAS,
    "location_precision": LOCATION_PRECISIONS,
    "operator_kind": OPERATOR_KINDS,
    "person.erasure_reason": ERASURE_REASONS,
    "person.reason": ERASURE_REASONS,
    "presentation.theme": PRESENTATION_THEMES,
    "project_kind": PROJECT_KINDS,
    "published_figure.indicator": PUBLISHED_FIGURES,
    "seat_kind": SEAT_KINDS,
    "service": MEMBER_SERVICES,
    "stage": PLACEMENT_STAGES,
    # An agreement, a membership and their person are told as one.
    "status": PERSON_STATUSES,
    "support.kind": SUPPORT_KINDS,
    "support.outcome": SUPPORT_OUTCOMES,
    "welcome_household.outcome": HOUSEHOLD_OUTCOMES,
}


def words_of(table: str, column: str) -> Terms:
    """The words of a column of a table, by their code; none for one that takes any value."""
    return _OF_COLUMNS.get(f"{table}.{column}", _OF_COLUMNS.get(column, {}))


# Short names for the places, where room is short: the commune, or what tells apart the places of one commune.


def short_place_names(places: Sequence[tuple[str, str]]) -> list[str]:
    """The short name of each place, given with its commune, in their order."""
    in_commune = Counter(commune for _, commune in places)
    # A place may have no commune yet.
    return [commune if commune and in_commune[commune] == 1 else _distinct_name(name) for name, commune in places]


def _distinct_name(name: str) -> str:
    inside = name.rpartition("(")[2].rstrip(")") if name.endswith(")") else ""
    return inside or name.removeprefix("Télécentre ").removeprefix("Espace de coworking ")


def distinct_names(names: Mapping[str, str]) -> dict[str, str]:
    """The names of places by their codes, the code said with a name that several bear: « Tiers-lieu (ARPAJON) »."""
    borne = Counter(names.values())
    return {code: name if borne[name] == 1 else f"{name} ({code})" for code, name in names.items()}


# What stands where a count of few people is hidden: words, never a blank that would read as zero.

HIDDEN: Final = "masqué"
"""In a cell of a table: the count is small, or would give a small one away; which of the two is not said."""
FEWER: Final = "moins de 5"
"""For a number that stands alone: it is from one to four."""
FEWER_SIGN: Final = "<\u00a05"
"""The same where a word has no room."""
SMALL_COUNTS_HIDDEN: Final = (
    "Pour protéger les personnes, les effectifs de 1 à 4 sont masqués, ainsi que ceux qui permettraient de les retrouver, "
    "et les parts calculées sur eux. «\u00a0masqué\u00a0» ne veut pas dire zéro."
)
"""Said on each page of who may not see small counts."""


def hidden_words(*, few: bool) -> str:
    """What stands for a hidden figure, by the reason: « moins de 5 » of a count that its own smallness hides.

    One that would give another away is « masqué », as is one that has a part or a whole beside it: « moins de 5 » of 18
    would be false, and said of one of two complements it would tell which of them is small.
    """
    return FEWER if few else HIDDEN
