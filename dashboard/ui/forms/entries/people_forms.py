"""The entry forms about people: membership, what becomes of it, agreement, service, support."""

from datetime import date
from typing import Any, Final

from dashboard.ui.forms.entries import choices
from dashboard.ui.forms.entries.model import EntryField, EntryForm, Values
from dashboard.wording import dates, terms
from data_access.actors import Actor
from data_access.records import (
    AgreementRecord,
    MemberServiceRecord,
    PassMembershipRecord,
    PassOutcomeRecord,
    SupportRecord,
)
from data_access.writes.passes import free_until, record_pass_membership, record_pass_outcome
from data_access.writes.people import record_agreement, record_member_service, record_support

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
        choices=choices.people,
        value_of=int,
        hint="Laissez vide pour une nouvelle personne, et remplissez son nom.",
    ),
    EntryField("family_name", "Nom", optional=True),
    EntryField("given_name", "Prénom", optional=True),
    EntryField("status", "Situation", "choice", choices=choices.terms(terms.PERSON_STATUSES), repeats=True),
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


def _agreement_told(document: Values) -> str:
    formula = terms.AGREEMENT_FORMULAS[document["formula"]].label
    return (
        f"{terms.SEAT_KINDS[document['seat_kind']].title}, {formula}, le {dates.long_date(_day(document['signed_on']))}"
    )


def _consent(document: dict[str, Any]) -> dict[str, Any]:
    return document | {"directory": document.get("directory_consent") is not None}


def _outcome_told(document: Values) -> str:
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
            EntryField("joined_on", "Date d’adhésion", "day", usual=choices.today, repeats=True),
            EntryField(
                "member_number", "Numéro d’adhérent", optional=True, hint="Laissez vide pour le numéro suivant."
            ),
            EntryField("directory", "Accepte de figurer à l’annuaire", "flag"),
        ),
        record=PassMembershipRecord,
        write=record_pass_membership,
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
            EntryField("membership_id", "Adhésion", "choice", choices=choices.memberships, value_of=int),
            EntryField("renewed_on", "Renouvelée le", "day", optional=True),
            EntryField("ended_on", "Terminée le", "day", optional=True),
            EntryField(
                "end_reason", "Motif de fin", "choice", optional=True, choices=choices.terms(terms.PASS_END_REASONS)
            ),
        ),
        record=PassOutcomeRecord,
        write=record_pass_outcome,
        summary=_outcome_told,
        note="Un départ vers ses propres locaux dans le Cantal est un résultat : notez-le comme motif.",
        allowed=_enters,
    ),
    EntryForm(
        key="convention",
        title="Convention d’utilisation",
        table="agreement",
        action="record_agreement",
        fields=(
            EntryField("centre_code", "Télécentre", "choice", choices=choices.own_centres, repeats=True),
            *_PERSON,
            EntryField("seat_kind", "Position", "choice", choices=choices.terms(terms.SEAT_KINDS), repeats=True),
            EntryField("formula", "Formule", "choice", choices=choices.terms(terms.AGREEMENT_FORMULAS), repeats=True),
            EntryField("signed_on", "Signée le", "day", usual=choices.today, repeats=True),
            EntryField("ended_on", "Dernier jour", "day", optional=True),
            EntryField(
                "exit_reason",
                "Motif de départ",
                "choice",
                optional=True,
                choices=choices.terms(terms.AGREEMENT_EXIT_REASONS),
            ),
        ),
        record=AgreementRecord,
        write=record_agreement,
        summary=_agreement_told,
        note=_NAMES_NOTE,
        allowed=_enters,
    ),
    EntryForm(
        key="service",
        title="Service au titulaire",
        table="member_service",
        action="record_member_service",
        fields=(
            EntryField("person_id", "Titulaire", "choice", choices=choices.people, value_of=int),
            EntryField("service", "Service", "choice", choices=choices.terms(terms.MEMBER_SERVICES), repeats=True),
            EntryField("centre_code", "Télécentre", "choice", optional=True, choices=choices.own_centres, repeats=True),
            EntryField("starts_on", "Début", "day", usual=choices.today, repeats=True),
            EntryField("ends_on", "Fin", "day", optional=True),
        ),
        record=MemberServiceRecord,
        write=record_member_service,
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
            EntryField("person_id", "Personne", "choice", optional=True, choices=choices.people, value_of=int),
            EntryField(
                "welcome_household_id",
                "Ou foyer d’une session d’accueil",
                "choice",
                optional=True,
                choices=choices.households,
                value_of=int,
            ),
            EntryField("kind", "Accompagnement", "choice", choices=choices.terms(terms.SUPPORT_KINDS), repeats=True),
            EntryField("opened_on", "Ouvert le", "day", usual=choices.today, repeats=True),
            EntryField("closed_on", "Terminé le", "day", optional=True),
            EntryField("outcome", "Résultat", "choice", optional=True, choices=choices.terms(terms.SUPPORT_OUTCOMES)),
        ),
        record=SupportRecord,
        write=record_support,
        summary=lambda d: f"{terms.SUPPORT_KINDS[d['kind']].title}, ouvert le {dates.long_date(_day(d['opened_on']))}",
        note="Ne notez ni la situation de santé ni les ressources : la nature de l’aide et son résultat suffisent.",
        allowed=_coordinates,
    ),
)
