"""What people enter, as they see it when saving: one class a form.

A blank field is None. Records take any value of the right type: the writes say what is wrong with it, all at once.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from data_access.codes import (
    AccountRole,
    AgreementExitReason,
    AgreementFormula,
    ContractKind,
    EventKind,
    HouseholdOutcome,
    MemberService,
    PassEndReason,
    PersonStatus,
    PlacementAim,
    PlacementStage,
    PresentationTheme,
    ProjectKind,
    SeatKind,
    SupportKind,
    SupportOutcome,
    WeekStatus,
)
from data_access.refusals import Rule

RequestKey = Annotated[str, Field(min_length=8, max_length=80, pattern=r"^[A-Za-z0-9_.-]+$")]
"""Made once for each thing a person wants noted: noting it twice under one key notes it once."""
_UNSEEN: Final = dict.fromkeys(map(ord, "\u200b\u200c\u2060\ufeff\u00ad"))
# No database stores them, nor can be asked about them.
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
LOST_SIGN: Final = "\ufffd"
"""Stands where a sign could not be kept; a text that holds one is refused."""


def plain_text(text: object) -> object:
    """A text in composed form, without what nobody sees at its ends or inside; None for one that says nothing."""
    if not isinstance(text, str):
        return text
    seen = unicodedata.normalize("NFC", text).translate(_UNSEEN).strip()
    return _UNSTORABLE.sub(LOST_SIGN, seen) or None


OptionalText = Annotated[str | None, BeforeValidator(plain_text)]
"""A text, None for a blank."""


def asked(label: str, default: Any = None, *, needed: bool = False, column: str = "") -> Any:
    """A field that people fill under this French label; a record without it is refused where it is `needed`.

    `column` is where it is kept, where that bears another name.
    """
    return Field(default, title=label, json_schema_extra={"needed": needed, "column": column})


class EntryRecord(BaseModel):
    """One entry as its author sees it when saving.

    `base_version` is the version that was read before correcting, 0 for a new entry; `request_key` is made once for each
    thing that somebody wants recorded: sent twice, it is recorded once. `confirmed` are the unusual things the author has
    already said are right.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    base_version: int = 0
    request_key: RequestKey | None = None
    confirmed: frozenset[Rule] = Field(default_factory=frozenset)


class AttendanceDayRecord(BaseModel):
    """Occupied half-days of one day and seat kind; null = not known yet, which is not zero."""

    model_config = ConfigDict(frozen=True, strict=True)

    day: date
    seat_kind: SeatKind
    half_days: int | None = None
    closed: bool = False


class AttendanceWeekRecord(EntryRecord):
    """One centre and week, as its author sees it when saving.

    `status` is what the author wants: draft, complete, or closed for a centre shut all week (then `comment` says why).
    A write made on an older reading than `base_version` is refused. Of a week that comes in a file, `status_said` is
    whether the file has its state, and `reason` why it is corrected though it is locked.
    """

    centre_code: str = asked("Télécentre", ..., needed=True)
    week_start: date = asked("Semaine du", ..., needed=True)
    status: WeekStatus = asked("État", "draft")
    days: tuple[AttendanceDayRecord, ...] = asked("Demi-journées", ())
    distinct_people: int | None = asked("Personnes différentes")
    comment: OptionalText = asked("Remarque")
    status_said: bool = True
    reason: OptionalText = None

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        if len({(day.day, day.seat_kind) for day in self.days}) < len(self.days):
            raise ValueError("a day and seat kind stands twice in the sheet")
        return self

    @property
    def filled_days(self) -> tuple[AttendanceDayRecord, ...]:
        """The days that say something, in order; none in a closed week."""
        if self.status == "closed":
            return ()
        said = (day for day in self.days if day.closed or day.half_days is not None)
        return tuple(sorted(said, key=lambda day: (day.day, day.seat_kind)))

    @property
    def total(self) -> int:
        """Occupied half-days of the week, over the days that were filled in."""
        return sum(day.half_days or 0 for day in self.days)

    @property
    def last_day(self) -> date:
        """The Sunday of the week."""
        return self.week_start + timedelta(days=6)


class AccountRecord(EntryRecord):
    """Somebody who may sign in; `centres` are the codes of those an animator keeps."""

    email: OptionalText = None
    display_name: OptionalText = None
    role: AccountRole = "viewer"
    centres: tuple[str, ...] = ()
    active: bool = True


class NamedRecord(EntryRecord):
    """What is said of a person: their names, how to reach them, what they do, where they live."""

    family_name: OptionalText = asked("Nom")
    given_name: OptionalText = asked("Prénom")
    email: OptionalText = asked("Adresse électronique")
    phone: OptionalText = asked("Téléphone")
    status: PersonStatus = asked("Situation", "other")
    home_insee_code: OptionalText = asked("Code Insee de la commune de résidence")


class PersonSheetRecord(NamedRecord):
    """A person by themselves; `directory_consent` is the day they agreed to be listed, None = not listed (withdrawn)."""

    directory_consent: date | None = asked("Accord pour l’annuaire donné le")


class PersonRecord(NamedRecord):
    """A person: one who is known (`person_id`), whose names may then be corrected, or a new one."""

    person_id: int | None = asked("Personne")


class PassMembershipRecord(PersonRecord):
    """Somebody joins the club; free for six months from `joined_on`. `directory` is their consent to be listed.

    `renewed_on`, `ended_on` and `end_reason` are what became of it, which a file tells with it and a form apart.
    """

    member_number: OptionalText = asked("Numéro d’adhérent")
    joined_on: date | None = asked("Date d’adhésion", needed=True)
    directory: bool = asked("Accepte de figurer à l’annuaire", False)
    renewed_on: date | None = asked("Renouvelée le")
    ended_on: date | None = asked("Terminée le")
    end_reason: PassEndReason | None = asked("Motif de fin")


class PassOutcomeRecord(EntryRecord):
    """What becomes of a membership: it goes on, paying, or ends with a reason."""

    membership_id: int | None = asked("Adhésion")
    renewed_on: date | None = asked("Renouvelée le")
    ended_on: date | None = asked("Terminée le")
    end_reason: PassEndReason | None = asked("Motif de fin")


class AgreementRecord(PersonRecord):
    """A person's right to use a centre, from the day it is signed to its last day."""

    centre_code: str | None = asked("Télécentre", needed=True)
    seat_kind: SeatKind = asked("Position", "open_space")
    formula: AgreementFormula = asked("Formule", "half_day")
    signed_on: date | None = asked("Signée le", needed=True)
    ended_on: date | None = asked("Dernier jour")
    exit_reason: AgreementExitReason | None = asked("Motif de départ")


class MemberServiceRecord(EntryRecord):
    """A service held by a known person."""

    person_id: int | None = asked("Titulaire", needed=True)
    service: MemberService = asked("Service", "domiciliation")
    centre_code: str | None = asked("Télécentre")
    starts_on: date | None = asked("Début", needed=True)
    ends_on: date | None = asked("Fin")


class SupportRecord(EntryRecord):
    """Support given to a known person, or to a household of a welcome session: one of the two."""

    person_id: int | None = asked("Personne")
    welcome_household_id: int | None = asked("Foyer accueilli")
    kind: SupportKind = asked("Accompagnement", "housing")
    opened_on: date | None = asked("Ouvert le", needed=True)
    closed_on: date | None = asked("Terminé le")
    outcome: SupportOutcome | None = asked("Résultat")


class CentreRecord(EntryRecord):
    """A place of the network. Coordinates are degrees of WGS 84; `insee_code` is that of its commune.

    `opened_on` and `closed_on` are its last period; `former_openings` those before it (`openings.openings_as_text`).
    """

    code: OptionalText = asked("Code", needed=True)
    name: OptionalText = asked("Nom", needed=True)
    kind: OptionalText = asked("Nature", needed=True)
    status: OptionalText = asked("État", needed=True)
    opened_on: date | None = asked("Ouvert le")
    closed_on: date | None = asked("Dernier jour ouvert")
    former_openings: OptionalText = asked("Ouvertures antérieures")
    address: OptionalText = asked("Adresse")
    postcode: OptionalText = asked("Code postal")
    insee_code: OptionalText = asked("Commune", needed=True)
    latitude: float | None = asked("Latitude")
    longitude: float | None = asked("Longitude")
    location_precision: OptionalText = asked("Précision de la position")
    operator_name: OptionalText = asked("Gestionnaire")
    operator_kind: OptionalText = asked("Nature du gestionnaire")
    phone: OptionalText = asked("Téléphone")
    email: OptionalText = asked("Adresse électronique")
    website: OptionalText = asked("Site")
    booking_page: OptionalText = asked("Page de réservation")
    note: OptionalText = asked("Remarque")


class CapacityRecord(EntryRecord):
    """Seats of one kind from a day on, until the next change that is already known, if any."""

    centre_code: OptionalText = asked("Télécentre", needed=True)
    seat_kind: OptionalText = asked("Position", needed=True)
    seats: int | None = asked("Nombre", needed=True)
    valid_from: date | None = asked("À partir du", needed=True)


class OpenHalfDay(BaseModel):
    """One open half-day of the week; `weekday` 1 = Monday, `half_day` am or pm, hours as on the door."""

    model_config = ConfigDict(frozen=True, strict=True)

    weekday: int
    half_day: str
    opens_at: time
    closes_at: time


class OpeningHoursRecord(EntryRecord):
    """The whole week of a centre from a day on, until the next change that is already known; no half-day = never open."""

    centre_code: OptionalText = asked("Télécentre", needed=True)
    valid_from: date | None = asked("À partir du", needed=True)
    half_days: tuple[OpenHalfDay, ...] = asked("Demi-journées", ())


class ClosureRecord(EntryRecord):
    """Days shut, both ends included; no centre = the whole network."""

    centre_code: OptionalText = asked("Télécentre")
    starts_on: date | None = asked("Premier jour fermé", needed=True)
    ends_on: date | None = asked("Dernier jour fermé", needed=True)
    reason: OptionalText = asked("Motif", needed=True)


class CentreCostRecord(EntryRecord):
    """What a centre cost and earned in a year, in euros; no revenue = not known, which is not zero."""

    centre_code: OptionalText = asked("Télécentre", needed=True)
    year: int | None = asked("Année", needed=True)
    cost_eur: float | None = asked("Coût en euros", needed=True)
    revenue_eur: float | None = asked("Recettes en euros")
    source: OptionalText = asked("Source", needed=True)


class PublishedFigureRecord(EntryRecord):
    """A total that was published for a year, or for the years up to `year_to`, in the unit of its indicator: a rate is a
    fraction. `precision` says how sure it is (« exact », « arrondi à 1 % »)."""

    indicator: OptionalText = asked("Indicateur", needed=True)
    year_from: int | None = asked("Année", needed=True)
    year_to: int | None = asked("Dernière année")
    value: float | None = asked("Valeur", needed=True)
    precision: OptionalText = asked("Précision", needed=True)
    source: OptionalText = asked("Source", needed=True)


class PlacementRecord(EntryRecord):
    """One candidate's way to a work contract; `candidate_ref` is a pseudonym, no name is kept."""

    aim: PlacementAim = asked("Volet de la convention", 1)
    candidate_ref: OptionalText = asked("Référence")
    informed_on: date | None = asked("Informé le")
    interested_on: date | None = asked("Intéressé le")
    trained_on: date | None = asked("Formé le")
    applied_on: date | None = asked("Candidat le")
    hired_on: date | None = asked("Embauché le")
    contract_kind: ContractKind | None = asked("Contrat")
    employer: OptionalText = asked("Employeur")
    employer_in_cantal: bool | None = asked("Employeur du Cantal")
    ended_on: date | None = asked("Fin du contrat")
    centre_code: str | None = asked("Télécentre")


class PlacementStepRecord(EntryRecord):
    """A candidate reaches a further step on a day; a contract says its kind and its employer."""

    placement_id: int | None = asked("Candidature")
    stage: PlacementStage | None = asked("Étape atteinte", needed=True)
    reached_on: date | None = asked("Le", needed=True)
    contract_kind: ContractKind | None = asked("Contrat")
    employer: OptionalText = asked("Employeur")


class InformationMeetingRecord(EntryRecord):
    """A monthly meeting for job seekers, with how many came and how many are interested."""

    held_on: date | None = asked("Date", needed=True)
    place: OptionalText = asked("Lieu", needed=True)
    attendees: int | None = asked("Présents")
    interested: int | None = asked("Intéressés")


class WelcomeSessionRecord(EntryRecord):
    """A numbered session; its totals hold until the households that are detailed reach them."""

    number: int | None = asked("Numéro")
    starts_on: date | None = asked("Premier jour", needed=True)
    ends_on: date | None = asked("Dernier jour", needed=True)
    place: OptionalText = asked("Lieu")
    applications: int | None = asked("Candidatures reçues")
    selected: int | None = asked("Candidatures retenues")
    project_holders: int | None = asked("Porteurs de projet")
    people: int | None = asked("Personnes")


class WelcomeHouseholdRecord(EntryRecord):
    """A household received in a session; `presences` are its people present on each day of it, None = not noted."""

    session_id: int | None = asked("Session", needed=True, column="welcome_session_id")
    project_kind: ProjectKind = asked("Projet", "other")
    holders: int | None = asked("Porteurs de projet", needed=True)
    people: int | None = asked("Personnes du foyer", needed=True)
    teleworker: bool = asked("Télétravailleur", False)
    visited_centre_code: str | None = asked("Télécentre visité")
    outcome: HouseholdOutcome = asked("Suite", "pending")
    settled_on: date | None = asked("Installé le")
    settled_insee_code: OptionalText = asked("Code Insee de la commune d’installation")
    presences: tuple[int | None, ...] = asked("Présences", ())


class CourseRecord(EntryRecord):
    """A course of the training catalogue."""

    code: OptionalText = asked("Code", needed=True)
    title: OptionalText = asked("Titre", needed=True)
    theme: OptionalText = asked("Thème")
    duration_hours: float | None = asked("Durée en heures")
    provider_centre_code: str | None = asked("Proposée par")
    active: bool = asked("Toujours proposée", True)


class EventRecord(EntryRecord):
    """An event of the agenda; `attendance` are the people who came, None = not known."""

    kind: EventKind = asked("Nature", "open_day")
    title: OptionalText = asked("Titre", needed=True)
    centre_code: str | None = asked("Télécentre")
    place: OptionalText = asked("Lieu, s’il est ailleurs")
    course_id: int | None = asked("Formation du catalogue")
    starts_at: datetime | None = asked("Début", needed=True)
    ends_at: datetime | None = asked("Fin")
    audience: OptionalText = asked("Public")
    booking_advised: bool = asked("Inscription recommandée", False)
    contact: OptionalText = asked("Contact")
    attendance: int | None = asked("Présents")


class EventAttendanceRecord(EntryRecord):
    """How many people came to an event or a training."""

    event_id: int | None = asked("Rendez-vous")
    attendance: int | None = asked("Présents", needed=True)


class PresentationRecord(EntryRecord):
    """Which slides, by their codes, in which order; `titles` are those changed, by code."""

    name: OptionalText = None
    slides: tuple[str, ...] = ()
    seconds: int = 12
    theme: PresentationTheme = "auto"
    titles: Mapping[str, str] = Field(default_factory=dict)


class ArrivalRecord(BaseModel):
    """Somebody takes a seat, anonymous unless `person_id` says who.

    `source` is desk for the animator, qr for a visitor who has nobody to ask. `confirmed` are the unusual things the
    author has already said are right.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    centre_code: str
    seat_kind: SeatKind
    person_id: int | None = None
    source: Literal["desk", "qr"] = "desk"
    request_key: RequestKey
    confirmed: frozenset[Rule] = Field(default_factory=frozenset)


class DepartureRecord(BaseModel):
    """The person of a visit leaves."""

    model_config = ConfigDict(frozen=True, strict=True)

    centre_code: str
    visit_id: int
    request_key: RequestKey
