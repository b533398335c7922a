"""The entry forms about places: centre, capacity, closure, cost; one open at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import streamlit as st

from dashboard.configuration import clock
from dashboard.ui import filters, session, store
from dashboard.ui.forms.entries import model
from dashboard.ui.forms.entries.model import EntryField, EntryForm, Values, begin, correct, memory
from dashboard.wording import dates, terms
from dashboard.wording.numbers import decimal
from dashboard.wording.typography import count
from data_access.records import CapacityRecord, CentreCostRecord, CentreRecord, ClosureRecord
from data_access.rights import Actor
from data_access.writes.centres import record_capacity, record_centre, record_centre_cost, record_closure

# Which form of a place is open: one at a time, until it is saved or given up.

_OPEN: Final = "place_form"


@dataclass(frozen=True)
class OpenForm:
    """The form that was opened, for which place, and the number of its fields: another one means it was saved."""

    form: str
    code: str
    number: int


def open_form(form: EntryForm, code: str, typed: Mapping[str, str], **about: Any) -> None:
    """Opens a form on what its fields hold."""
    memory().said.pop(form.key, None)
    editing = begin(form, typed, **about)
    st.session_state[_OPEN] = OpenForm(form.key, code, editing.number)


def open_correction(form: EntryForm, code: str, row_id: int) -> None:
    """Opens a form on a row that is stored."""
    correct(form, row_id)
    editing = memory().editing.get(form.key)
    if editing is not None:
        st.session_state[_OPEN] = OpenForm(form.key, code, editing.number)


def open_code() -> str | None:
    """The place of the form that is open."""
    opened: OpenForm | None = st.session_state.get(_OPEN)
    return opened.code if opened else None


def is_open(form: EntryForm, code: str) -> bool:
    """Whether this form is open for this place, and neither saved nor given up."""
    editing = memory().editing.get(form.key)
    return editing is not None and st.session_state.get(_OPEN) == OpenForm(form.key, code, editing.number)


# The entry forms about places: what a place is, its seats, its hours, when it shuts, what it costs.

_WHOLE_NETWORK: Final = "*"


def _coordinates(actor: Actor) -> bool:
    return actor.coordinates


def _enters(actor: Actor) -> bool:
    return actor.enters


def _as_chosen(code: str) -> str:
    """The code as it is; the first of these lists is never chosen for somebody."""
    return code


def _only_centre() -> str:
    """The centre of an animator who keeps one."""
    codes = list(_closable())
    return codes[0] if len(codes) == 1 else ""


def _closable() -> Mapping[str, str]:
    """The actor's own centres; the whole network for who coordinates it."""
    whole = {_WHOLE_NETWORK: "Tout le réseau"} if session.current_actor().coordinates else dict[str, str]()
    return {**model.own_centres(), **whole}


def _without_centre(values: dict[str, Any]) -> dict[str, Any]:
    """The whole network is a closure of no centre in particular."""
    return values | {"centre_code": None} if values["centre_code"] == _WHOLE_NETWORK else values


def _with_code(document: dict[str, Any]) -> dict[str, Any]:
    """A stored row names its centre by id; the form by its code."""
    centre_id = document.get("centre_id")
    code = _WHOLE_NETWORK if centre_id is None else store.place_code(centre_id=centre_id)
    return document | {"centre_code": document.get("centre_code") or code}


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _closure_line(document: Values) -> str:
    place = filters.centre_names().get(_with_code(dict(document))["centre_code"], "Tout le réseau")
    return f"{place}, {dates.from_to(_day(document['starts_on']), _day(document['ends_on']))} : {document['reason']}"


def _cost_line(document: Values) -> str:
    place = filters.centre_names().get(_with_code(dict(document))["centre_code"], "")
    return f"{place}, {document['year']} : {decimal(document['cost_eur'], 2)}\u00a0€"


def _shut_days(values: Values) -> str:
    days = (_day(values["ends_on"]) - _day(values["starts_on"])).days + 1
    return f"Fermeture de {count(days, 'jour')}."


def _communes() -> Mapping[str, str]:
    return dict(store.communes().iter_rows())


def _last_year() -> str:
    return str(clock.today().year - 1)


CLOSURE: Final = EntryForm(
    key="fermeture",
    title="Fermeture",
    table="closure",
    action="record_closure",
    fields=(
        EntryField(
            "centre_code",
            "Télécentre",
            "choice",
            choices=_closable,
            value_of=_as_chosen,
            usual=_only_centre,
            repeats=True,
        ),
        EntryField("starts_on", "Premier jour fermé", "day", usual=model.today, repeats=True),
        EntryField("ends_on", "Dernier jour fermé", "day", hint="Le même jour pour une seule journée.", repeats=True),
        EntryField("reason", "Motif", hint="Par exemple « travaux » ou « congés d’été ».", repeats=True),
    ),
    record=ClosureRecord,
    write=record_closure,
    summary=_closure_line,
    note="Les jours fériés et les jours sans horaires sont déjà pris en compte : ne les notez pas.",
    allowed=_enters,
    gathers=_without_centre,
    loads=_with_code,
    told=_shut_days,
)
COST: Final = EntryForm(
    key="cout-annuel",
    title="Coût annuel",
    table="centre_cost",
    action="record_centre_cost",
    fields=(
        EntryField("centre_code", "Télécentre", "choice", choices=model.all_centres, value_of=_as_chosen),
        EntryField("year", "Année", "whole", usual=_last_year, repeats=True),
        EntryField("cost_eur", "Coût en euros", "decimal", hint="Par exemple 5 417,20."),
        EntryField("revenue_eur", "Recettes en euros", "decimal", optional=True),
        EntryField("source", "Source", hint="Par exemple « compte administratif ».", repeats=True),
    ),
    record=CentreCostRecord,
    write=record_centre_cost,
    summary=_cost_line,
    note="Un coût par télécentre et par année : le noter de nouveau le corrige.",
    allowed=_coordinates,
    loads=_with_code,
)
CAPACITY: Final = EntryForm(
    key="positions",
    title="Positions de travail",
    table="centre_capacity",
    action="record_capacity",
    fields=(
        EntryField("seat_kind", "Position", "choice", choices=model.terms(terms.SEAT_KINDS)),
        EntryField("seats", "Nombre", "whole"),
        EntryField("valid_from", "À partir du", "day", usual=model.today),
    ),
    record=CapacityRecord,
    write=record_capacity,
    summary=lambda document: str(document["centre"]),
    note="Les semaines d’avant cette date gardent leurs positions et leur taux de remplissage.",
    allowed=_coordinates,
    gathers=lambda values: values | {"centre_code": open_code()},
)
CENTRE: Final = EntryForm(
    key="fiche",
    title="Fiche du lieu",
    table="centre",
    action="record_centre",
    fields=(
        EntryField("code", "Code", hint="Majuscules, chiffres et traits d’union : il figure dans les adresses."),
        EntryField("name", "Nom"),
        EntryField("kind", "Nature", "choice", choices=model.terms(terms.CENTRE_KINDS)),
        EntryField("status", "État", "choice", choices=model.terms(terms.CENTRE_STATUSES), usual=lambda: "planned"),
        EntryField("opened_on", "Ouvert le", "day", optional=True),
        EntryField("closed_on", "Dernier jour ouvert", "day", optional=True),
        EntryField("address", "Adresse", optional=True),
        EntryField("postcode", "Code postal", optional=True),
        EntryField("insee_code", "Commune", "choice", choices=_communes, value_of=_as_chosen),
        EntryField("latitude", "Latitude", "decimal", optional=True, hint="En degrés, par exemple 45,11."),
        EntryField("longitude", "Longitude", "decimal", optional=True, hint="En degrés, par exemple 2,87."),
        EntryField(
            "location_precision",
            "Précision de la position",
            "choice",
            optional=True,
            choices=model.terms(terms.LOCATION_PRECISIONS),
        ),
        EntryField("operator_name", "Gestionnaire", optional=True),
        EntryField(
            "operator_kind",
            "Nature du gestionnaire",
            "choice",
            optional=True,
            choices=model.terms(terms.OPERATOR_KINDS),
        ),
        EntryField("phone", "Téléphone", optional=True),
        EntryField("email", "Courriel", optional=True),
        EntryField("website", "Site", optional=True, hint="Adresse complète, par exemple https://www.cantal.fr."),
        EntryField("note", "À savoir", "long_text", optional=True),
    ),
    record=CentreRecord,
    write=record_centre,
    summary=lambda document: str(document["name"]),
    note="La fiche est publique : n’y notez que des coordonnées professionnelles.",
    allowed=_coordinates,
)

PLACE_FORMS: Final = (CLOSURE, COST)
"""Those of « Autres saisies »; the others are opened from the sheet of a place."""
