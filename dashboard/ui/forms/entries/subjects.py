"""The entry forms about people, programmes and the agenda, and the registry of all."""

from datetime import date, datetime
from typing import Any, Final

from dashboard.ui.forms.entries import model
from dashboard.ui.forms.entries.model import EntryField, EntryForm, Values
from dashboard.ui.forms.entries.places import PLACE_FORMS
from dashboard.wording import dates, terms
from dashboard.wording.typography import count
from data_access.entries.people import free_until
from data_access.records import (
    AgreementRecord,
    CourseRecord,
    EventAttendanceRecord,
    EventRecord,
    InformationMeetingRecord,
    MemberServiceRecord,
    PassMembershipRecord,
    PassOutcomeRecord,
    PlacementRecord,
    PlacementStepRecord,
    SupportRecord,
    WelcomeHouseholdRecord,
    WelcomeSessionRecord,
)
from data_access.rights import Actor
from data_access.writes.agenda import record_course, record_event, record_event_attendance
from data_access.writes.placements import record_information_meeting, record_placement, record_placement_step
from data_access.writes.welcome import record_welcome_household, record_welcome_session

# The entry forms about people: membership, what becomes of it, agreement, service, support.

_NAMES_NOTE: Final = (
    "Notez le nécessaire, rien de plus : ces données ne servent qu’à suivre l’adhésion et les conventions, et ne "
    "paraissent sur aucun écran public."
)
_PERSON: Final = (
    EntryField(
        "person_id",
        "Personne déjà connue",
        "choice",
        optional=True,
        choices=model.people,
        value_of=int,
        hint="Laissez vide pour une nouvelle personne, et remplissez son nom.",
    ),
    EntryField("family_name", "Nom", optional=True),
    EntryField("given_name", "Prénom", optional=True),
    EntryField("status", "Situation", "choice", choices=model.terms(terms.PERSON_STATUSES), repeats=True),
    EntryField("email", "Adresse électronique", optional=True),
    EntryField("phone", "Téléphone", optional=True),
    EntryField(
        "home_insee_code",
        "Code Insee de la commune de résidence",
        optional=True,
        hint="Cinq signes, par exemple 15014.",
    ),
)


def _enters(actor: Actor) -> bool:
    return actor.enters


def _coordinates(actor: Actor) -> bool:
    return actor.coordinates


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _free_until(values: Values) -> str:
    return f"Fin de gratuité : {dates.long_date(free_until(_day(values['joined_on'])))}."


def _agreement_line(document: Values) -> str:
    formula = terms.AGREEMENT_FORMULAS[document["formula"]].label
    return (
        f"{terms.SEAT_KINDS[document['seat_kind']].title}, {formula}, le {dates.long_date(_day(document['signed_on']))}"
    )


def _consent(document: dict[str, Any]) -> dict[str, Any]:
    return document | {"directory": document.get("directory_consent") is not None}


def _outcome_line(document: Values) -> str:
    if document.get("ended_on"):
        reason = terms.PASS_END_REASONS[document["end_reason"]].label if document.get("end_reason") else ""
        return f"Adhérent {document['member_number']}, fin le {dates.long_date(_day(document['ended_on']))}, {reason}"
    renewed = document.get("renewed_on")
    return f"Adhérent {document['member_number']}" + (
        f", renouvelé le {dates.long_date(_day(renewed))}" if renewed else ""
    )


PEOPLE_FORMS: Final = (
    EntryForm(
        key="adhesion",
        title="Adhésion au Pass",
        table="pass_membership",
        action="record_pass_membership",
        fields=(
            *_PERSON,
            EntryField("joined_on", "Date d’adhésion", "day", usual=model.today, repeats=True),
            EntryField(
                "member_number", "Numéro d’adhérent", optional=True, hint="Laissez vide pour le numéro suivant."
            ),
            EntryField("directory", "Accepte de figurer à l’annuaire", "flag"),
        ),
        record=PassMembershipRecord,
        write=model.entering("membership"),
        summary=lambda d: f"Adhérent {d['member_number']}, depuis le {dates.long_date(_day(d['joined_on']))}",
        note=_NAMES_NOTE,
        allowed=_enters,
        loads=_consent,
        told=_free_until,
    ),
    EntryForm(
        key="suite-adhesion",
        title="Renouvellement ou fin d’adhésion",
        table="pass_membership",
        action="record_pass_outcome",
        fields=(
            EntryField("membership_id", "Adhésion", "choice", choices=model.memberships, value_of=int),
            EntryField("renewed_on", "Renouvelée le", "day", optional=True),
            EntryField("ended_on", "Terminée le", "day", optional=True),
            EntryField(
                "end_reason", "Motif de fin", "choice", optional=True, choices=model.terms(terms.PASS_END_REASONS)
            ),
        ),
        record=PassOutcomeRecord,
        write=model.entering("membership_outcome"),
        summary=_outcome_line,
        note="Un départ vers ses propres locaux dans le Cantal est un résultat : notez-le comme motif.",
        allowed=_enters,
    ),
    EntryForm(
        key="convention",
        title="Convention d’utilisation",
        table="agreement",
        action="record_agreement",
        fields=(
            EntryField("centre_code", "Télécentre", "choice", choices=model.own_centres, repeats=True),
            *_PERSON,
            EntryField("seat_kind", "Position", "choice", choices=model.terms(terms.SEAT_KINDS), repeats=True),
            EntryField("formula", "Formule", "choice", choices=model.terms(terms.AGREEMENT_FORMULAS), repeats=True),
            EntryField("signed_on", "Signée le", "day", usual=model.today, repeats=True),
            EntryField("ended_on", "Dernier jour", "day", optional=True),
            EntryField(
                "exit_reason",
                "Motif de départ",
                "choice",
                optional=True,
                choices=model.terms(terms.AGREEMENT_EXIT_REASONS),
            ),
        ),
        record=AgreementRecord,
        write=model.entering("agreement"),
        summary=_agreement_line,
        note=_NAMES_NOTE,
        allowed=_enters,
    ),
    EntryForm(
        key="service",
        title="Service au titulaire",
        table="member_service",
        action="record_member_service",
        fields=(
            EntryField("person_id", "Titulaire", "choice", choices=model.people, value_of=int),
            EntryField("service", "Service", "choice", choices=model.terms(terms.MEMBER_SERVICES), repeats=True),
            EntryField("centre_code", "Télécentre", "choice", optional=True, choices=model.own_centres, repeats=True),
            EntryField("starts_on", "Début", "day", usual=model.today, repeats=True),
            EntryField("ends_on", "Fin", "day", optional=True),
        ),
        record=MemberServiceRecord,
        write=model.entering("service"),
        summary=lambda d: (
            f"{terms.MEMBER_SERVICES[d['service']].title}, depuis le {dates.long_date(_day(d['starts_on']))}"
        ),
        note="Une personne de plus se déclare d’abord par son adhésion ou sa convention.",
        allowed=_enters,
    ),
    EntryForm(
        key="accompagnement",
        title="Accompagnement",
        table="support",
        action="record_support",
        fields=(
            EntryField("person_id", "Personne", "choice", optional=True, choices=model.people, value_of=int),
            EntryField(
                "welcome_household_id",
                "Ou foyer d’une session d’accueil",
                "choice",
                optional=True,
                choices=model.households,
                value_of=int,
            ),
            EntryField("kind", "Accompagnement", "choice", choices=model.terms(terms.SUPPORT_KINDS), repeats=True),
            EntryField("opened_on", "Ouvert le", "day", usual=model.today, repeats=True),
            EntryField("closed_on", "Terminé le", "day", optional=True),
            EntryField("outcome", "Résultat", "choice", optional=True, choices=model.terms(terms.SUPPORT_OUTCOMES)),
        ),
        record=SupportRecord,
        write=model.entering("support"),
        summary=lambda d: f"{terms.SUPPORT_KINDS[d['kind']].title}, ouvert le {dates.long_date(_day(d['opened_on']))}",
        note="Ne notez ni la situation de santé ni les ressources : la nature de l’aide et son résultat suffisent.",
        allowed=_coordinates,
    ),
)


# The entry forms of the programmes: contracts, meetings, welcome sessions.

_PRESENCES: Final = ("presence_1", "presence_2", "presence_3")
_YES_NO: Final = {"1": "Oui", "0": "Non"}


def _day_in_words(value: Any) -> str:
    return dates.long_date(value if isinstance(value, date) else date.fromisoformat(value))


def _placement_line(document: Values) -> str:
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
                choices=model.terms(terms.PLACEMENT_AIMS),
                value_of=int,
                repeats=True,
            ),
            EntryField(
                "candidate_ref", "Référence", optional=True, hint="Un numéro, jamais un nom. Vide : le suivant."
            ),
            EntryField("informed_on", "Informé le", "day", optional=True, usual=model.today, repeats=True),
            EntryField("interested_on", "Intéressé le", "day", optional=True),
            EntryField("trained_on", "Formé le", "day", optional=True),
            EntryField("applied_on", "Candidat le", "day", optional=True),
            EntryField("hired_on", "Embauché le", "day", optional=True),
            EntryField("contract_kind", "Contrat", "choice", optional=True, choices=model.terms(terms.CONTRACT_KINDS)),
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
            EntryField("centre_code", "Télécentre", "choice", optional=True, choices=model.all_centres, repeats=True),
        ),
        record=PlacementRecord,
        write=record_placement,
        summary=_placement_line,
        note="Aucun nom de demandeur d’emploi n’est conservé : la référence suffit à suivre le parcours.",
        allowed=_coordinates,
    ),
    EntryForm(
        key="etape",
        title="Étape suivante d’une candidature",
        table="placement",
        action="record_placement_step",
        fields=(
            EntryField("placement_id", "Candidature", "choice", choices=model.placements, value_of=int),
            EntryField("stage", "Étape atteinte", "choice", choices=model.terms(terms.PLACEMENT_STAGES), repeats=True),
            EntryField("reached_on", "Le", "day", usual=model.today, repeats=True),
            EntryField("contract_kind", "Contrat", "choice", optional=True, choices=model.terms(terms.CONTRACT_KINDS)),
            EntryField("employer", "Employeur", optional=True),
        ),
        record=PlacementStepRecord,
        write=record_placement_step,
        summary=_placement_line,
        note="Une embauche demande le contrat et l’employeur.",
        allowed=_coordinates,
    ),
    EntryForm(
        key="reunion",
        title="Réunion d’information",
        table="information_meeting",
        action="record_information_meeting",
        fields=(
            EntryField("held_on", "Date", "day", usual=model.today),
            EntryField("place", "Lieu", repeats=True),
            EntryField("attendees", "Présents", "whole", optional=True),
            EntryField("interested", "Intéressés", "whole", optional=True),
        ),
        record=InformationMeetingRecord,
        write=record_information_meeting,
        summary=lambda d: f"{_day_in_words(d['held_on'])}, {d['place']}",
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
        summary=lambda d: f"Session n° {d['number']}, {_day_in_words(d['starts_on'])}",
        note="Les totaux servent tant que les foyers ne sont pas saisis un à un.",
        allowed=_coordinates,
    ),
    EntryForm(
        key="foyer",
        title="Foyer accueilli et présences",
        table="welcome_household",
        action="record_welcome_household",
        fields=(
            EntryField("session_id", "Session", "choice", choices=model.sessions, value_of=int, repeats=True),
            EntryField("project_kind", "Projet", "choice", choices=model.terms(terms.PROJECT_KINDS)),
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
                choices=model.all_centres,
                repeats=True,
            ),
            EntryField("outcome", "Suite", "choice", choices=model.terms(terms.HOUSEHOLD_OUTCOMES)),
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


# The entry forms of the agenda: events, who came, and the training catalogue.


def _event_line(document: Values) -> str:
    came = document.get("attendance")
    return f"{document['title']}, {dates.date_and_time(datetime.fromisoformat(document['starts_at']))}" + (
        f", {count(came, 'personne')}" if came is not None else ""
    )


AGENDA_FORMS: Final = (
    EntryForm(
        key="rendez-vous",
        title="Rendez-vous de l’agenda",
        table="event",
        action="record_event",
        fields=(
            EntryField("kind", "Nature", "choice", choices=model.terms(terms.EVENT_KINDS), repeats=True),
            EntryField("title", "Titre"),
            EntryField("centre_code", "Télécentre", "choice", optional=True, choices=model.own_centres, repeats=True),
            EntryField("place", "Lieu, s’il est ailleurs", optional=True, repeats=True),
            EntryField("starts_at", "Début", "moment", hint="Par exemple 30/05/2017 9 h 30."),
            EntryField("ends_at", "Fin", "moment", optional=True),
            EntryField(
                "course_id", "Formation du catalogue", "choice", optional=True, choices=model.courses, value_of=int
            ),
            EntryField("audience", "Public", optional=True),
            EntryField("booking_advised", "Inscription recommandée", "flag"),
            EntryField("contact", "Contact", optional=True, hint="Un service, plutôt qu’une personne."),
            EntryField("attendance", "Présents", "whole", optional=True),
        ),
        record=EventRecord,
        write=record_event,
        summary=_event_line,
        note="L’agenda est public : n’y mettez aucune donnée personnelle.",
        allowed=_enters,
    ),
    EntryForm(
        key="presents",
        title="Présents à un rendez-vous",
        table="event",
        action="record_event_attendance",
        fields=(
            EntryField("event_id", "Rendez-vous", "choice", choices=model.events, value_of=int),
            EntryField("attendance", "Présents", "whole"),
        ),
        record=EventAttendanceRecord,
        write=record_event_attendance,
        summary=_event_line,
        note="Seulement un nombre : aucune liste de présence n’est conservée.",
        allowed=_enters,
    ),
    EntryForm(
        key="formation",
        title="Formation du catalogue",
        table="course",
        action="record_course",
        fields=(
            EntryField("code", "Code"),
            EntryField("title", "Titre"),
            EntryField("theme", "Thème", optional=True, repeats=True),
            EntryField("duration_hours", "Durée en heures", "decimal", optional=True, repeats=True),
            EntryField(
                "provider_centre_code",
                "Proposée par",
                "choice",
                optional=True,
                choices=model.all_centres,
                repeats=True,
            ),
            EntryField("active", "Toujours proposée", "flag", usual=lambda: "1"),
        ),
        record=CourseRecord,
        write=record_course,
        summary=lambda d: f"{d['title']} ({d['code']})",
        note="Une formation retirée du catalogue garde ses dates passées : décochez « Toujours proposée ».",
        allowed=_coordinates,
    ),
)


# Every entry form, once.

ENTRY_FORMS: Final[tuple[EntryForm, ...]] = (*PEOPLE_FORMS, *PROGRAMME_FORMS, *AGENDA_FORMS, *PLACE_FORMS)
"""In the order of the page."""
