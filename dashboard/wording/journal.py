"""The journal in French: what was done, to what, and each field before and after."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

from dashboard.wording import dates, terms
from dashboard.wording.terms import HALF_DAYS, MISSING, SEAT_KINDS
from dashboard.wording.typography import capital, typeset
from dashboard.wording.units import cell

# What stands under one name of a document as rows: the seats and hours of a place, period by period, and the days of a week.


def period_in_words(period: Mapping[str, Any]) -> str:
    """« Bureaux, à partir du 1er janvier 2015 », « Lundi matin, du 1er janvier 2015 au 29 mai 2017 »."""
    if "seats" in period:
        thing = SEAT_KINDS[period["seat_kind"]].short
    else:
        thing = f"{dates.weekday(period['weekday'])} {HALF_DAYS[period['half_day']].label}"
    begun, last = date.fromisoformat(period["valid_from"]), period["valid_to"]
    when = f"à partir du {dates.long_date(begun)}" if last is None else dates.from_to(begun, date.fromisoformat(last))
    return f"{capital(thing)}, {when}"


def period_value(period: Mapping[str, Any]) -> str:
    """« 4 », « 9 h – 12 h »."""
    if "seats" in period:
        return str(period["seats"])
    return dates.time_range(time.fromisoformat(period["opens_at"]), time.fromisoformat(period["closes_at"]))


# The French names of what the journal tells of, by column; one that belongs to several tables fits each.

FIELDS: Final[Mapping[str, str]] = {
    "display_name": "Nom affiché",
    "role": "Rôle",
    "password_hash": "Mot de passe",
    "network_address": "Adresse de réseau",
    "oidc_subject": "Identité chez le fournisseur",
    "centres": "Télécentres",
    "active": "Toujours proposée",
    "address": "Adresse",
    "aim": "Volet",
    "applications": "Candidatures reçues",
    "applied_on": "Candidat le",
    "attendance": "Présents",
    "attendees": "Présents",
    "audience": "Public",
    "booking_advised": "Inscription recommandée",
    "booking_page": "Page de réservation",
    "candidate_ref": "Référence",
    "centre": "Télécentre",
    "centre_id": "Télécentre (numéro)",
    "closed_before": "Fermé auparavant le",
    "closed_on": "Fermé ou terminé le",
    "closes_at": "Fermeture",
    "code": "Code",
    "comment": "Remarque",
    "completed_at": "Complétée le",
    "contact": "Contact",
    "contract_kind": "Contrat",
    "cost_eur": "Coût",
    "course_id": "Formation (numéro)",
    "created_at": "Créée le",
    "directory_consent": "Accord pour l’annuaire",
    "distinct_people": "Personnes différentes",
    "doubts": "Valeurs inhabituelles confirmées",
    "duration_hours": "Durée en heures",
    "email": "Adresse électronique",
    "employer": "Employeur",
    "employer_in_cantal": "Employeur du Cantal",
    "end_reason": "Motif de fin",
    "ended_at": "Départ",
    "ended_on": "Fin",
    "ends_at": "Fin",
    "ends_on": "Dernier jour",
    "entered_at": "Saisie le",
    "entered_by": "Saisie par",
    "erased_at": "Effacée le",
    "file_name": "Fichier",
    "exit_reason": "Motif de départ",
    "family_name": "Nom",
    "former_openings": "Ouvertures antérieures",
    "formula": "Formule",
    "free_until": "Fin de gratuité",
    "given_name": "Prénom",
    "half_day": "Demi-journée",
    "held_on": "Date",
    "hired_on": "Embauché le",
    "holders": "Porteurs de projet",
    "home_insee_code": "Commune de résidence",
    "hours": "Horaires",
    "indicator": "Indicateur",
    "informed_on": "Informé le",
    "insee_code": "Commune",
    "interested": "Intéressés",
    "interested_on": "Intéressé le",
    "joined_on": "Adhésion",
    "kind": "Nature",
    "label": "Intitulé",
    "latitude": "Latitude",
    "location_precision": "Précision de la position",
    "longitude": "Longitude",
    "member_number": "Numéro d’adhérent",
    "name": "Nom",
    "note": "Note",
    "number": "Numéro",
    "open_until": "Ouverte jusqu’au",
    "opened_on": "Ouvert le",
    "opens_at": "Ouverture",
    "operator_kind": "Nature du gestionnaire",
    "operator_name": "Gestionnaire",
    "outcome": "Suite",
    "parent_id": "Rendez-vous parent (numéro)",
    "people": "Personnes",
    "periods": "Périodes",
    "person_id": "Personne (numéro)",
    "phone": "Téléphone",
    "place": "Lieu",
    "postcode": "Code postal",
    "precision": "Précision",
    "presences": "Présences",
    "project_holders": "Porteurs de projet",
    "project_kind": "Projet",
    "provider_centre_id": "Proposée par (numéro)",
    "reason": "Motif",
    "renewed_on": "Renouvelée le",
    "reopened_at": "Rouverte le",
    "reopened_by": "Rouverte par",
    "request": "Demande",
    "revenue_eur": "Recettes",
    "rows": "Lignes",
    "said_of_change": "Note",
    "seat_kind": "Position",
    "seats": "Positions",
    "seconds": "Secondes par vue",
    "selected": "Candidatures retenues",
    "service": "Service",
    "settled_insee_code": "Commune d’installation",
    "settled_on": "Installé le",
    "signed_on": "Signée le",
    "slides": "Vues",
    "source": "Source",
    "stage": "Étape",
    "started_at": "Arrivée",
    "starts_at": "Début",
    "starts_on": "Premier jour",
    "status": "État",
    "teleworker": "Télétravailleur",
    "theme": "Thème",
    "title": "Titre",
    "titles": "Titres",
    "trained_on": "Formé le",
    "unit": "Unité",
    "until": "Antérieures au",
    "valid_from": "À partir du",
    "valid_to": "Jusqu’au",
    "value": "Valeur",
    "verified_at": "Vérifiée le",
    "verified_by": "Vérifiée par",
    "visa": "Visa des Archives",
    "visited_centre_id": "Télécentre visité (numéro)",
    "website": "Site",
    "week_start": "Semaine du",
    "weekday": "Jour",
    "welcome_household_id": "Foyer (numéro)",
    "welcome_session_id": "Session (numéro)",
    "year": "Année",
    "year_from": "Année",
    "year_to": "Dernière année",
}


# A change of the journal in French: what was done, to what, and each field that changed, from what to what.

Document = Mapping[str, Any]

TABLES: Final[Mapping[str, str]] = {
    "attendance_week": "Relevé hebdomadaire",
    "week_reopening": "Réouverture d’une semaine",
    "visit": "Pointage",
    "person": "Personne",
    "agreement": "Convention d’utilisation",
    "pass_membership": "Adhésion au Pass",
    "member_service": "Service au titulaire",
    "support": "Accompagnement",
    "placement": "Candidature ou contrat",
    "information_meeting": "Réunion d’information",
    "welcome_session": "Session d’accueil",
    "welcome_household": "Foyer accueilli",
    "course": "Formation du catalogue",
    "event": "Rendez-vous",
    "centre": "Centre",
    "centre_capacity": "Positions de travail",
    "opening_hours": "Horaires",
    "closure": "Fermeture",
    "centre_cost": "Coût annuel",
    "published_figure": "Total publié",
    "account": "Compte",
    "presentation": "Présentation",
}
ACTIONS: Final[Mapping[str, str]] = {
    "record_attendance_week": "a enregistré",
    "verify_week": "a vérifié",
    "reopen_week": "a rouvert",
    "ask_reopening": "a demandé",
    "record_arrival": "a noté une arrivée",
    "record_departure": "a noté un départ",
    "close_day": "a clos la journée",
    "sign_in": "s’est connecté",
    "sign_out": "s’est déconnecté",
    "sign_out_everywhere": "s’est déconnecté partout",
    "sign_out_account": "a déconnecté tous les navigateurs",
    "choose_password": "a choisi un mot de passe",
    "change_password": "a changé de mot de passe",
    "end_session": "a déconnecté un de ses navigateurs",
    "sign_in_failed": "a donné un mauvais mot de passe",
    "second_factor_failed": "a donné un mauvais code de second facteur",
    "sign_in_slowed": "doit attendre avant d’essayer encore",
    "sign_in_eased": "peut essayer de nouveau",
    "set_second_factor": "a ajouté un second facteur",
    "remove_second_factor": "a retiré son second facteur",
    "reset_second_factor": "a retiré le second facteur d’un compte",
    "renew_recovery_codes": "a pris d’autres codes de secours",
    "use_recovery_code": "s’est connecté avec un code de secours",
    "bind_identity": "a été reconnu par le fournisseur d’identité",
    "issue_code": "a donné un lien d’accès",
    "erase_person": "a effacé une personne",
    "replay_erasure": "a effacé à nouveau une personne, après une restauration",
    "withdraw_consent": "a retiré une personne de l’annuaire",
    "copy_person": "a pris une copie des données d’une personne",
    "apply_retention": "a appliqué les durées de conservation",
    "denied": "s’est vu refuser un accès",
    "remove_presentation": "a supprimé",
    "take_back_import": "a annulé un import",
    "take_back_arrival": "a annulé une arrivée",
    "restore_arrival": "a rétabli une arrivée",
    "replace_check_in_code": "a remplacé le code de pointage affiché",
    "take_back_departure": "a annulé un départ",
}
# What a denial was about, by its first word: what `record_denial` is told.
_DENIED: Final[Mapping[str, str]] = {
    "read": "à une lecture réservée",
    "write": "à un enregistrement réservé",
    "not_your_role": "à un enregistrement réservé à un autre rôle",
    "not_allowed": "à une fiche que ce compte ne tient pas",
    "form": "à une valeur qui n’était pas proposée",
    "identity": "à un compte, avec une identité inconnue",
}
_OF_ROWS: Final = ("days", "periods")
# Who and when stand at the head of the line.
_TOLD_ELSEWHERE: Final = frozenset(
    {"entered_by", "entered_at", "completed_at", "request", "centre", "attendance_week.centre_id", "week_start"}
)


def deed(entry: Document) -> str:
    """What was done: « a enregistré », « a corrigé », « a annulé un changement »."""
    if entry.get("undoes_id") is not None:
        return "a annulé un changement"
    told = ACTIONS.get(entry["action"])
    if told and entry["action"] != "record_attendance_week":
        return told
    if entry["before"] is None:
        return "a enregistré"
    return "a supprimé" if entry["after"] is None else "a corrigé"


def kind_of_record(entry: Document) -> str:
    """What the change is about: « Centre »; « Accès » for a denial."""
    return "Accès" if entry["action"] == "denied" else TABLES.get(entry["table_name"], entry["table_name"])


def reference(entry: Document, pages: Mapping[str, str]) -> str:
    """Which one: its key; for a denial what was asked for, `pages` being the titles of pages by name."""
    if entry["action"] != "denied":
        return str(entry["row_key"])
    word, _, rest = entry["row_key"].partition(" ")
    if word == "page":
        return typeset(f"à la page « {pages.get(rest, rest)} »")
    # A read, a form and its field are named as a programmer names them; a centre's code is everybody's.
    code = {"read": rest.partition(" ")[2], "form": ""}.get(word, rest)
    return typeset(f"{_DENIED.get(word, 'à une opération')} {code}".strip())


def changes(entry: Document) -> list[tuple[str, str, str]]:
    """Each field that changed: its name, what it said, what it says."""
    before, after = entry["before"] or {}, entry["after"] or {}
    table = entry["table_name"]
    told = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old != new and not {name, f"{table}.{name}"} & _TOLD_ELSEWHERE and name not in _OF_ROWS:
            told.append((field(name), value(table, name, old), value(table, name, new)))
    # A day without a row is not known; a period without one is no more.
    absent = MISSING if table == "attendance_week" else "–"
    then, now = (_rows(entry[name] or {}) for name in ("before", "after"))
    told += [
        (typeset(name), then.get(name, absent), now.get(name, absent))
        for name in dict.fromkeys((*then, *now))
        if then.get(name) != now.get(name)
    ]
    return told


def field(name: str) -> str:
    """The French name of a field."""
    return FIELDS.get(name, name)


def value(table: str, name: str, stored: Any) -> str:
    """A stored value as it is read on screen."""
    words = terms.words_of(table, name)
    if stored is None:
        return MISSING
    if words and stored in words:
        return words[stored].label
    if name == "former_openings":
        periods = sorted((each["opened_on"], each["closed_on"]) for each in stored)
        return ", ".join(dates.from_to(*map(date.fromisoformat, period)) for period in periods) or MISSING
    if isinstance(stored, list | dict):
        return ", ".join(sorted(str(each) for each in (stored.values() if isinstance(stored, dict) else stored)))
    if isinstance(stored, str):
        return _written(stored)
    return cell(stored)


def _written(text: str) -> str:
    try:
        return dates.long_date(date.fromisoformat(text))
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return dates.date_and_time(moment) if moment.tzinfo else text


def _rows(document: Document) -> dict[str, str]:
    """What the rows of a document say, by the days they are of."""
    told = {period_in_words(each): period_value(each) for each in document.get("periods", ())}
    for each in document.get("days", ()):
        day, seats = dates.day_and_month(date.fromisoformat(each["day"])), SEAT_KINDS[each["seat_kind"]].short
        told[f"{day}, {seats}"] = "fermé" if each["closed"] else cell(each["half_days"])
    return told
