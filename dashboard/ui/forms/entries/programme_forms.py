"""The entry forms of the programmes: contracts, meetings, welcome sessions."""

from datetime import date
from typing import Any, Final

from dashboard.ui.forms.entries import choices
from dashboard.ui.forms.entries.model import EntryField, EntryForm, Values
from dashboard.wording import dates, terms
from dashboard.wording.plurals import count
from data_access.actors import Actor
from data_access.records import (
    InformationMeetingRecord,
    PlacementRecord,
    PlacementStepRecord,
    WelcomeHouseholdRecord,
    WelcomeSessionRecord,
)
from data_access.writes.placements import record_information_meeting, record_placement, record_placement_step
from data_access.writes.welcome import record_welcome_household, record_welcome_session

_PRESENCES: Final = ("presence_1", "presence_2", "presence_3")
_YES_NO: Final = {"1": "Oui", "0": "Non"}


def _coordinates(actor: Actor) -> bool:
    return actor.coordinates


def _told_day(value: Any) -> str:
    return dates.long_date(value if isinstance(value, date) else date.fromisoformat(value))


def _placement_told(document: Values) -> str:
    return f"Candidature {document['candidate_ref']}, {terms.PLACEMENT_STAGES[document['stage']].label}"


def _gather_presences(values: dict[str, Any]) -> dict[str, Any]:
    present = tuple(values.pop(name) for name in _PRESENCES)
    return values | {"presences": present}


def _load_presences(document: dict[str, Any]) -> dict[str, Any]:
    presences = sorted(document.get("presences", []), key=lambda each: str(each["day"]))
    return document | {
        "session_id": document.get("welcome_session_id"),
        **{name: each["people_present"] for name, each in zip(_PRESENCES, presences, strict=False)},
    }


PROGRAMME_FORMS: Final = (
    EntryForm(
        key="contrat",
        title="Candidature et contrat (Pôle Emploi)",
        table="placement",
        action="record_placement",
        fields=(
            EntryField(
                "aim",
                "Volet de la convention",
                "choice",
                choices=choices.terms(terms.PLACEMENT_AIMS),
                value_of=int,
                repeats=True,
            ),
            EntryField(
                "candidate_ref", "Référence", optional=True, hint="Un numéro, jamais un nom. Vide : le suivant."
            ),
            EntryField("informed_on", "Informé le", "day", optional=True, usual=choices.today, repeats=True),
            EntryField("interested_on", "Intéressé le", "day", optional=True),
            EntryField("trained_on", "Formé le", "day", optional=True),
            EntryField("applied_on", "Candidat le", "day", optional=True),
            EntryField("hired_on", "Embauché le", "day", optional=True),
            EntryField(
                "contract_kind", "Contrat", "choice", optional=True, choices=choices.terms(terms.CONTRACT_KINDS)
            ),
            EntryField("employer", "Employeur", optional=True),
            EntryField(
                "employer_in_cantal",
                "Employeur du Cantal",
                "choice",
                optional=True,
                choices=lambda: _YES_NO,
                value_of=lambda code: code == "1",
            ),
            EntryField("ended_on", "Fin du contrat", "day", optional=True),
            EntryField("centre_code", "Télécentre", "choice", optional=True, choices=choices.all_centres, repeats=True),
        ),
        record=PlacementRecord,
        write=record_placement,
        summary=_placement_told,
        note="Aucun nom de demandeur d’emploi n’est conservé : la référence suffit à suivre le parcours.",
        allowed=_coordinates,
    ),
    EntryForm(
        key="etape",
        title="Étape suivante d’une candidature",
        table="placement",
        action="record_placement_step",
        fields=(
            EntryField("placement_id", "Candidature", "choice", choices=choices.placements, value_of=int),
            EntryField(
                "stage", "Étape atteinte", "choice", choices=choices.terms(terms.PLACEMENT_STAGES), repeats=True
            ),
            EntryField("reached_on", "Le", "day", usual=choices.today, repeats=True),
            EntryField(
                "contract_kind", "Contrat", "choice", optional=True, choices=choices.terms(terms.CONTRACT_KINDS)
            ),
            EntryField("employer", "Employeur", optional=True),
        ),
        record=PlacementStepRecord,
        write=record_placement_step,
        summary=_placement_told,
        note="Une embauche demande le contrat et l’employeur.",
        allowed=_coordinates,
    ),
    EntryForm(
        key="reunion",
        title="Réunion d’information",
        table="information_meeting",
        action="record_information_meeting",
        fields=(
            EntryField("held_on", "Date", "day", usual=choices.today),
            EntryField("place", "Lieu", repeats=True),
            EntryField("attendees", "Présents", "whole", optional=True),
            EntryField("interested", "Intéressés", "whole", optional=True),
        ),
        record=InformationMeetingRecord,
        write=record_information_meeting,
        summary=lambda d: f"{_told_day(d['held_on'])}, {d['place']}",
        note="Seulement des nombres : aucune liste de présence n’est conservée.",
        allowed=_coordinates,
    ),
    EntryForm(
        key="session",
        title="Session d’accueil",
        table="welcome_session",
        action="record_welcome_session",
        fields=(
            EntryField("number", "Numéro", "whole", optional=True, hint="Vide : le numéro suivant."),
            EntryField("starts_on", "Premier jour", "day"),
            EntryField("ends_on", "Dernier jour", "day"),
            EntryField("place", "Lieu", optional=True),
            EntryField("applications", "Candidatures reçues", "whole", optional=True),
            EntryField("selected", "Candidatures retenues", "whole", optional=True),
            EntryField(
                "project_holders",
                "Porteurs de projet",
                "whole",
                optional=True,
                hint="Total, quand les foyers ne sont pas saisis un à un.",
            ),
            EntryField("people", "Personnes", "whole", optional=True, hint="Porteurs de projet compris."),
        ),
        record=WelcomeSessionRecord,
        write=record_welcome_session,
        summary=lambda d: f"Session n° {d['number']}, {_told_day(d['starts_on'])}",
        note="Les totaux servent tant que les foyers ne sont pas saisis un à un.",
        allowed=_coordinates,
    ),
    EntryForm(
        key="foyer",
        title="Foyer accueilli et présences",
        table="welcome_household",
        action="record_welcome_household",
        fields=(
            EntryField("session_id", "Session", "choice", choices=choices.sessions, value_of=int, repeats=True),
            EntryField("project_kind", "Projet", "choice", choices=choices.terms(terms.PROJECT_KINDS)),
            EntryField("holders", "Porteurs de projet", "whole"),
            EntryField("people", "Personnes du foyer", "whole", hint="Porteurs de projet compris."),
            EntryField("presence_1", "Présents le premier jour", "whole", optional=True),
            EntryField("presence_2", "Présents le deuxième jour", "whole", optional=True),
            EntryField("presence_3", "Présents le troisième jour", "whole", optional=True),
            EntryField("teleworker", "Télétravailleur", "flag"),
            EntryField(
                "visited_centre_code",
                "Télécentre visité",
                "choice",
                optional=True,
                choices=choices.all_centres,
                repeats=True,
            ),
            EntryField("outcome", "Suite", "choice", choices=choices.terms(terms.HOUSEHOLD_OUTCOMES)),
            EntryField("settled_on", "Installé le", "day", optional=True),
            EntryField("settled_insee_code", "Code Insee de la commune d’installation", optional=True),
        ),
        record=WelcomeHouseholdRecord,
        write=record_welcome_household,
        summary=lambda d: f"{terms.PROJECT_KINDS[d['project_kind']].title}, {count(d['people'], 'personne')}",
        note="Aucun nom n’est conservé : un foyer se retrouve par sa session et son projet.",
        allowed=_coordinates,
        gathers=_gather_presences,
        loads=_load_presences,
    ),
)
