"""The programmes beside the centres: Pôle Emploi convention, information meetings, welcome sessions and their households."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from data_access.entries.kind import Field, Kind, Row
from data_access.records import (
    InformationMeetingRecord,
    PlacementRecord,
    PlacementStepRecord,
    WelcomeHouseholdRecord,
    WelcomeSessionRecord,
)
from data_access.rights import Right
from data_access.schema import information_meeting, placement, welcome_attendance, welcome_household, welcome_session
from data_access.writes.entry_rules import row_of_text
from data_access.writes.placements import record_information_meeting, record_placement, record_placement_step
from data_access.writes.welcome import record_welcome_household, record_welcome_session


def _day(day: date | None) -> str:
    return "sans date" if day is None else f"{day:%d/%m/%Y}"


def _same_placement(connection: sa.Connection, record: PlacementRecord) -> int | None:
    return row_of_text(connection, placement.c.candidate_ref, record.candidate_ref)


def _same_session(connection: sa.Connection, record: WelcomeSessionRecord) -> int | None:
    same = sa.select(welcome_session.c.id).where(welcome_session.c.number == record.number)
    return connection.execute(same).scalar_one_or_none()


def _same_meeting(connection: sa.Connection, record: InformationMeetingRecord) -> int | None:
    same_day = information_meeting.c.held_on == record.held_on
    return row_of_text(connection, information_meeting.c.place, record.place, same_day)


PLACEMENT: Final = Kind(
    key="placement",
    title="Candidature ou contrat",
    table=placement,
    record=PlacementRecord,
    fields=(
        Field("candidate_ref", "Référence"),
        Field("aim", "Volet"),
        Field("informed_on", "Informé le"),
        Field("interested_on", "Intéressé le"),
        Field("trained_on", "Formé le"),
        Field("applied_on", "Candidat le"),
        Field("hired_on", "Embauché le"),
        Field("contract_kind", "Contrat"),
        Field("employer", "Employeur"),
        Field("employer_in_cantal", "Employeur du Cantal"),
        Field("ended_on", "Fin du contrat"),
        Field("centre_code", "Télécentre"),
    ),
    action="record_placement",
    right=Right.COORDINATE,
    told=lambda row: ", ".join(filter(None, (row["candidate_ref"], row["employer"], row["centre_name"]))),
    day="informed_on",
    same=_same_placement,
    same_fields=("candidate_ref",),
    stores=record_placement,
)


def _step(connection: sa.Connection, row: Row) -> Mapping[str, Any]:
    return {"reached_on": row[f"{row['stage']}_on"]}


PLACEMENT_STEP: Final = Kind(
    key="placement_step",
    title="Étape d’une candidature",
    table=placement,
    record=PlacementStepRecord,
    fields=(
        Field("placement_id", "Candidature", None),
        Field("stage", "Étape atteinte"),
        Field("reached_on", "Le", None),
        Field("contract_kind", "Contrat"),
        Field("employer", "Employeur"),
    ),
    action="record_placement_step",
    right=Right.COORDINATE,
    told=lambda row: f"{row['candidate_ref']}, étape du {_day(row[row['stage'] + '_on'])}",
    day="informed_on",
    about="placement_id",
    reads=_step,
    stores=record_placement_step,
)
INFORMATION_MEETING: Final = Kind(
    key="information_meeting",
    title="Réunion d’information",
    table=information_meeting,
    record=InformationMeetingRecord,
    fields=(
        Field("held_on", "Date"),
        Field("place", "Lieu"),
        Field("attendees", "Présents"),
        Field("interested", "Intéressés"),
    ),
    action="record_information_meeting",
    right=Right.COORDINATE,
    told=lambda row: f"{row['place']}, {_day(row['held_on'])}",
    day="held_on",
    same=_same_meeting,
    same_fields=("held_on", "place"),
    stores=record_information_meeting,
)
WELCOME_SESSION: Final = Kind(
    key="welcome_session",
    title="Session d’accueil",
    table=welcome_session,
    record=WelcomeSessionRecord,
    fields=(
        Field("number", "Numéro"),
        Field("starts_on", "Premier jour"),
        Field("ends_on", "Dernier jour"),
        Field("place", "Lieu"),
        Field("applications", "Candidatures reçues"),
        Field("selected", "Candidatures retenues"),
        Field("project_holders", "Porteurs de projet"),
        Field("people", "Personnes"),
    ),
    action="record_welcome_session",
    right=Right.COORDINATE,
    told=lambda row: ", ".join(filter(None, (f"Session n° {row['number']}", _day(row["starts_on"]), row["place"]))),
    day="starts_on",
    same=_same_session,
    same_fields=("number",),
    stores=record_welcome_session,
)


def _presences(connection: sa.Connection, row: Row) -> Mapping[str, Any]:
    """Who was there each day of the session, None where nobody noted it, up to the last day noted."""
    begins = connection.execute(
        sa.select(welcome_session.c.starts_on).where(welcome_session.c.id == row["welcome_session_id"])
    ).scalar_one()
    noted = connection.execute(
        sa.select(welcome_attendance.c.day, welcome_attendance.c.people_present).where(
            welcome_attendance.c.welcome_household_id == row["id"]
        )
    ).all()
    if begins is None:
        return {"presences": ()}
    by_day = {(each.day - begins).days: each.people_present for each in noted}
    days = max(by_day, default=-1) + 1
    return {"presences": tuple(by_day.get(place) for place in range(days))}


HOUSEHOLD: Final = Kind(
    key="household",
    title="Foyer accueilli",
    table=welcome_household,
    record=WelcomeHouseholdRecord,
    fields=(
        Field("session_id", "Session", "welcome_session_id"),
        Field("project_kind", "Projet"),
        Field("holders", "Porteurs de projet"),
        Field("people", "Personnes du foyer"),
        Field("presences", "Présences", None),
        Field("teleworker", "Télétravailleur"),
        Field("visited_centre_code", "Télécentre visité"),
        Field("outcome", "Suite"),
        Field("settled_on", "Installé le"),
        Field("settled_insee_code", "Code Insee de la commune d’installation"),
    ),
    action="record_welcome_household",
    right=Right.COORDINATE,
    told=lambda row: (
        f"Session n° {row['session_number']} ({_day(row['starts_on'])}), foyer {row['id']}, {row['people']} personnes"
    ),
    day="starts_on",
    reads=_presences,
    stores=record_welcome_household,
)
PROGRAMMES: Final = (PLACEMENT, PLACEMENT_STEP, INFORMATION_MEETING, WELCOME_SESSION, HOUSEHOLD)
