"""The entry forms of every kind: people, programmes, agenda and places; and the registry of all."""

from dataclasses import replace
from typing import Any, Final

from dashboard.configuration import clock
from dashboard.ui.forms.entries import fields
from dashboard.ui.forms.entries.editing import EntryForm, Values, entry_form
from dashboard.ui.forms.entries.fields import WHOLE_NETWORK, EntryField, among
from dashboard.wording import dates, terms
from dashboard.wording.typography import capital, count
from data_access.entries.people import free_until
from data_access.records import EntryRecord, OpenHalfDay

# The entry forms about places: what a place is, its seats, its hours, when it shuts, what it costs.

_WEEK: Final = range(1, 8)


def hours_field(weekday: int) -> str:
    """The name of the field of a weekday's hours."""
    return f"hours_{weekday}"


def _shut_days(values: Values) -> str:
    return f"Fermeture de {count((values['ends_on'] - values['starts_on']).days + 1, 'jour')}."


def _last_year() -> str:
    return str(clock.today().year - 1)


def _gather_week(values: dict[str, Any], stored: EntryRecord | None) -> dict[str, Any]:
    """One line of text a day, morning and afternoon; a day that nobody changed stays as stored."""
    named = {hours_field(weekday): weekday for weekday in _WEEK}
    kept = [each for each in getattr(stored, "half_days", ()) if hours_field(each.weekday) not in values]
    told = [
        OpenHalfDay(weekday=named[name], half_day=half_day, opens_at=opens, closes_at=closes)
        for name, spans in values.items()
        if name in named
        for half_day, (opens, closes) in spans.items()
    ]
    others = {name: value for name, value in values.items() if name not in named}
    if len(others) == len(values):
        return others
    return others | {"half_days": tuple(sorted((*kept, *told), key=lambda each: (each.weekday, each.half_day)))}


def _spread_week(values: dict[str, Any]) -> dict[str, Any]:
    spread: dict[str, Any] = {}
    for each in sorted(values["half_days"], key=lambda each: (each.weekday, each.half_day)):
        spread.setdefault(hours_field(each.weekday), {})[each.half_day] = (each.opens_at, each.closes_at)
    return values | spread


CLOSURE: Final = entry_form(
    "fermeture",
    "closure",
    EntryField("centre_code", finder=fields.CLOSABLE, nothing=WHOLE_NETWORK, usual=fields.only_centre, repeats=True),
    EntryField("starts_on", usual=fields.today, repeats=True),
    EntryField("ends_on", hint="Le même jour pour une seule journée.", repeats=True),
    EntryField("reason", hint="Par exemple « travaux » ou « congés d’été ».", repeats=True),
    note="Les jours fériés et les jours sans horaires sont déjà pris en compte : ne les notez pas.",
    told=_shut_days,
)
COST: Final = entry_form(
    "cout-annuel",
    "cost",
    EntryField("centre_code", finder=fields.ALL_CENTRES),
    EntryField("year", usual=_last_year, repeats=True),
    EntryField("cost_eur", hint="Par exemple 5 417,20."),
    EntryField("revenue_eur", optional=True),
    EntryField("source", hint="Par exemple « compte administratif ».", repeats=True),
    note="Un coût par télécentre et par année : le noter de nouveau le corrige.",
)
PUBLISHED: Final = entry_form(
    "total-publie",
    "published_figure",
    among("indicator", terms.PUBLISHED_FIGURES),
    EntryField("year_from", usual=_last_year, repeats=True),
    EntryField("year_to", optional=True, hint="Pour un total de plusieurs années."),
    EntryField("value", hint="Par exemple 43 800. Un taux s’écrit 0,35."),
    EntryField("precision", usual=lambda: "exact", hint="Par exemple « exact » ou « arrondi à 1 % ».", repeats=True),
    EntryField("source", hint="Par exemple « rapport d’activité 2014 ».", repeats=True),
    note="Le bilan et les courbes s’en servent pour les années dont les relevés ne sont pas dans la base.",
)
CAPACITY: Final = entry_form(
    "positions",
    "capacity",
    among("seat_kind", terms.SEAT_KINDS),
    EntryField("seats"),
    EntryField("valid_from"),
    note="Les semaines d’avant cette date gardent leurs positions et leur taux de remplissage.",
)
HOURS: Final = entry_form(
    "horaires",
    "opening_hours",
    EntryField("valid_from"),
    *(
        EntryField(
            hours_field(weekday),
            capital(dates.weekday(weekday)),
            "hours",
            hint="Par exemple 9 h – 12 h, 14 h – 18 h. Vide : fermé.",
        )
        for weekday in _WEEK
    ),
    note="Les semaines d’avant cette date gardent leurs horaires et leur taux de remplissage.",
    gathers=_gather_week,
    spreads=_spread_week,
)
CENTRE: Final = entry_form(
    "fiche-du-lieu",
    "centre",
    EntryField("code", hint="Majuscules, chiffres et traits d’union : il figure dans les adresses."),
    EntryField("name"),
    among("kind", terms.CENTRE_KINDS),
    EntryField(
        "status",
        choices=lambda: {code: word.title for code, word in terms.CENTRE_STATUSES.items()},
        usual=lambda: "planned",
    ),
    EntryField("opened_on", optional=True),
    EntryField("closed_on", optional=True),
    EntryField("former_openings", optional=True, hint="Par exemple 01/06/2010 – 30/06/2024 ; vide s’il n’y en a pas."),
    EntryField("address", optional=True),
    EntryField("postcode", optional=True),
    EntryField("insee_code", choices=fields.communes),
    EntryField("latitude", optional=True, hint="En degrés, par exemple 45,11."),
    EntryField("longitude", optional=True, hint="En degrés, par exemple 2,87."),
    among("location_precision", terms.LOCATION_PRECISIONS, optional=True),
    EntryField("operator_name", optional=True),
    among("operator_kind", terms.OPERATOR_KINDS, optional=True),
    EntryField("phone", optional=True),
    EntryField("email", optional=True),
    EntryField("website", optional=True, hint="Adresse complète, par exemple https://www.cantal.fr."),
    EntryField(
        "booking_page",
        optional=True,
        hint="L’adresse complète de la page où l’on réserve, chez qui s’en charge : RDV Service Public, Cobot… "
        "Elle est proposée là où une place est libre.",
    ),
    EntryField("note", widget="long_text", optional=True),
    note="La fiche est publique : n’y notez que des coordonnées professionnelles.",
    ends_with="closed_on",
)

PLACE_FORMS: Final[tuple[EntryForm, ...]] = (CLOSURE, COST)
"""Those of « Autres saisies »."""
PERIOD_FORMS: Final[tuple[EntryForm, ...]] = (CAPACITY, HOURS)
"""What is noted from the sheet of a place alone, and found again in « Autres saisies », period by period."""


# The entry forms about people, programmes and the agenda, and the registry of all.

# People: who they are, their membership and what becomes of it, their agreements, services and supports.

_NAMES_NOTE: Final = (
    "Notez le nécessaire, rien de plus : ces données ne servent qu’à suivre l’adhésion et les conventions, et ne "
    "paraissent sur aucun écran public."
)
_WHO: Final = (
    EntryField("family_name"),
    EntryField("given_name"),
    among("status", terms.PERSON_STATUSES, repeats=True),
    EntryField("email", optional=True),
    EntryField("phone", optional=True),
    EntryField("home_insee_code", optional=True, hint="Cinq signes, par exemple 15014."),
)
_PERSON: Final = (
    EntryField(
        "person_id",
        "Personne déjà connue",
        optional=True,
        once=True,
        finder=fields.PEOPLE,
        hint="Laissez vide pour une nouvelle personne, et remplissez son nom. Sinon, laissez le nom vide.",
    ),
    *(replace(each, unless="person_id") for each in _WHO),
)


def _free_until(values: Values) -> str:
    return f"Fin de gratuité : {dates.long_date(free_until(values['joined_on']))}."


PERSON: Final = entry_form(
    "personne",
    "person",
    *_WHO,
    EntryField("directory_consent", optional=True, hint="Vide : la personne n’est pas dans l’annuaire."),
    note="Chacun peut demander à lire et à faire corriger ce qui est noté de lui.",
)
MEMBERSHIP: Final = entry_form(
    "adhesion",
    "membership",
    *_PERSON,
    EntryField("joined_on", usual=fields.today, repeats=True),
    EntryField("member_number", optional=True, hint="Laissez vide pour le numéro suivant."),
    EntryField("directory"),
    note=_NAMES_NOTE,
    told=_free_until,
)
OUTCOME: Final = entry_form(
    "suite-adhesion",
    "membership_outcome",
    EntryField("membership_id", once=True, finder=fields.MEMBERSHIPS),
    EntryField("renewed_on", optional=True),
    EntryField("ended_on", optional=True),
    among("end_reason", terms.PASS_END_REASONS, optional=True),
    note="Un départ vers ses propres locaux dans le Cantal est un résultat : notez-le comme motif.",
    ends_with="ended_on",
)
AGREEMENT: Final = entry_form(
    "convention",
    "agreement",
    EntryField("centre_code", finder=fields.OWN_CENTRES, usual=fields.only_centre, repeats=True),
    *_PERSON,
    among("seat_kind", terms.SEAT_KINDS, repeats=True),
    among("formula", terms.AGREEMENT_FORMULAS, repeats=True),
    EntryField("signed_on", usual=fields.today, repeats=True),
    EntryField("ended_on", optional=True),
    among("exit_reason", terms.AGREEMENT_EXIT_REASONS, optional=True),
    note=_NAMES_NOTE,
    ends_with="ended_on",
)
SERVICE: Final = entry_form(
    "service",
    "service",
    EntryField("person_id", finder=fields.PEOPLE),
    among("service", terms.MEMBER_SERVICES, repeats=True),
    EntryField("centre_code", optional=True, finder=fields.OWN_CENTRES, repeats=True),
    EntryField("starts_on", usual=fields.today, repeats=True),
    EntryField("ends_on", optional=True),
    note="Une personne de plus se déclare d’abord par son adhésion ou sa convention.",
    ends_with="ends_on",
)
SUPPORT: Final = entry_form(
    "accompagnement",
    "support",
    EntryField("person_id", optional=True, finder=fields.PEOPLE),
    EntryField("welcome_household_id", optional=True, choices=fields.households),
    among("kind", terms.SUPPORT_KINDS, repeats=True),
    EntryField("opened_on", usual=fields.today, repeats=True),
    EntryField("closed_on", optional=True),
    among("outcome", terms.SUPPORT_OUTCOMES, optional=True),
    note="Ne notez ni la situation de santé ni les ressources : la nature de l’aide et son résultat suffisent.",
    ends_with="closed_on",
)

# Programmes: contracts, meetings, welcome sessions.

_PRESENCES: Final = {
    "presence_1": "Présents le premier jour",
    "presence_2": "Présents le deuxième jour",
    "presence_3": "Présents le troisième jour",
}


def _gather_presences(values: dict[str, Any], stored: EntryRecord | None) -> dict[str, Any]:
    """The presences day by day; those of a day that the form does not show stay."""
    noted = list(getattr(stored, "presences", ()))
    noted += [None] * (len(_PRESENCES) - len(noted))
    for place, name in enumerate(_PRESENCES):
        if name in values:
            noted[place] = values[name]
    others = {name: value for name, value in values.items() if name not in _PRESENCES}
    return others | {"presences": tuple(noted)} if len(others) < len(values) else others


def _spread_presences(values: dict[str, Any]) -> dict[str, Any]:
    return values | dict(zip(_PRESENCES, values["presences"], strict=False))


CANDIDATE: Final = entry_form(
    "contrat",
    "placement",
    EntryField(
        "aim", choices=lambda: {str(code): word.title for code, word in terms.PLACEMENT_AIMS.items()}, repeats=True
    ),
    EntryField("candidate_ref", optional=True, hint="Un numéro, jamais un nom. Vide : le suivant."),
    EntryField("informed_on", optional=True, usual=fields.today, repeats=True),
    EntryField("interested_on", optional=True),
    EntryField("trained_on", optional=True),
    EntryField("applied_on", optional=True),
    EntryField("hired_on", optional=True),
    among("contract_kind", terms.CONTRACT_KINDS, optional=True),
    EntryField("employer", optional=True),
    EntryField("employer_in_cantal", optional=True, choices=lambda: fields.YES_NO),
    EntryField("ended_on", optional=True),
    EntryField("centre_code", optional=True, finder=fields.ALL_CENTRES, repeats=True),
    note="Aucun nom de demandeur d’emploi n’est conservé : la référence suffit à suivre le parcours.",
    ends_with="ended_on",
)
STEP: Final = entry_form(
    "etape",
    "placement_step",
    EntryField("placement_id", once=True, choices=fields.placements),
    among("stage", terms.PLACEMENT_STAGES, repeats=True),
    EntryField("reached_on", usual=fields.today, repeats=True),
    among("contract_kind", terms.CONTRACT_KINDS, optional=True),
    EntryField("employer", optional=True),
    note="Une embauche demande le contrat et l’employeur.",
)
MEETING: Final = entry_form(
    "reunion",
    "information_meeting",
    EntryField("held_on", usual=fields.today),
    EntryField("place", repeats=True),
    EntryField("attendees", optional=True),
    EntryField("interested", optional=True),
    note="Seulement des nombres : aucune liste de présence n’est conservée.",
)
SESSION: Final = entry_form(
    "session",
    "welcome_session",
    EntryField("number", optional=True, hint="Vide : le numéro suivant."),
    EntryField("starts_on"),
    EntryField("ends_on"),
    EntryField("place", optional=True),
    EntryField("applications", optional=True),
    EntryField("selected", optional=True),
    EntryField("project_holders", optional=True, hint="Total, quand les foyers ne sont pas saisis un à un."),
    EntryField("people", optional=True, hint="Porteurs de projet compris."),
    note="Les totaux servent tant que les foyers ne sont pas saisis un à un.",
)
HOUSEHOLD: Final = entry_form(
    "foyer",
    "household",
    EntryField("session_id", choices=fields.sessions, repeats=True),
    among("project_kind", terms.PROJECT_KINDS),
    EntryField("holders"),
    EntryField("people", hint="Porteurs de projet compris."),
    *(EntryField(name, label, "whole", optional=True) for name, label in _PRESENCES.items()),
    EntryField("teleworker"),
    EntryField("visited_centre_code", optional=True, finder=fields.ALL_CENTRES, repeats=True),
    among("outcome", terms.HOUSEHOLD_OUTCOMES, usual=lambda: "pending"),
    EntryField("settled_on", optional=True),
    EntryField("settled_insee_code", optional=True),
    note="Aucun nom n’est conservé : un foyer se retrouve par sa session et son projet.",
    gathers=_gather_presences,
    spreads=_spread_presences,
)

# The agenda: events, who came, and the training catalogue.

EVENT: Final = entry_form(
    "rendez-vous",
    "event",
    among("kind", terms.EVENT_KINDS, repeats=True),
    EntryField("title"),
    EntryField("centre_code", optional=True, finder=fields.OWN_CENTRES, repeats=True),
    EntryField("place", optional=True, repeats=True),
    EntryField("starts_at", hint="Par exemple 30/05/2017 9 h 30."),
    EntryField("ends_at", optional=True),
    EntryField("course_id", optional=True, choices=fields.courses),
    EntryField("audience", optional=True),
    EntryField("booking_advised"),
    EntryField("contact", optional=True, hint="Un service, plutôt qu’une personne."),
    EntryField("attendance", optional=True),
    note="L’agenda est public : n’y mettez aucune donnée personnelle.",
)
ATTENDANCE: Final = entry_form(
    "presents",
    "event_attendance",
    EntryField("event_id", once=True, choices=fields.events),
    EntryField("attendance"),
    note="Seulement un nombre : aucune liste de présence n’est conservée.",
)
COURSE: Final = entry_form(
    "formation",
    "course",
    EntryField("code"),
    EntryField("title"),
    EntryField("theme", optional=True, repeats=True),
    EntryField("duration_hours", optional=True, repeats=True),
    EntryField("provider_centre_code", optional=True, finder=fields.ALL_CENTRES, repeats=True),
    EntryField("active", usual=lambda: "1"),
    note="Une formation retirée du catalogue garde ses dates passées : décochez « Toujours proposée ».",
)

ENTRY_FORMS: Final[tuple[EntryForm, ...]] = (
    MEMBERSHIP, OUTCOME, AGREEMENT, SERVICE, SUPPORT, PERSON,
    CANDIDATE, STEP, MEETING, SESSION, HOUSEHOLD,
    EVENT, ATTENDANCE, COURSE,
    *PLACE_FORMS, PUBLISHED,
)  # fmt: skip
"""Every entry form of « Autres saisies », once, in the order of the page."""
