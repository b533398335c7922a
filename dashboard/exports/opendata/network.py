"""The network as GeoJSON: every place known, open or planned, with what is offered there."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from dashboard.exports.geojson import places_geojson
from dashboard.wording.terms import CENTRE_KINDS, CENTRE_STATUSES, LOCATION_PRECISIONS, OPERATOR_KINDS

PROPERTIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "code": "code",
        "name": "nom",
        "kind_label": "type",
        "status_label": "statut",
        "commune_name": "commune",
        "insee_code": "code_insee",
        "epci_name": "intercommunalite",
        "address": "adresse",
        "postcode": "code_postal",
        "precision_label": "precision_du_point",
        "operator_name": "gestionnaire",
        "operator_label": "type_de_gestionnaire",
        "opened_on": "ouvert_le",
        "closed_on": "ferme_le",
        "seats": "positions_de_travail",
        "seats_office": "bureaux_individuels",
        "seats_open_space": "places_en_open_space",
    }
)


def network_geojson(places: pl.DataFrame, *, demonstration: bool) -> bytes:
    """One point per place, in WGS 84; the properties are those of `PROPERTIES`, in French words."""
    words = {
        "kind": ("kind_label", CENTRE_KINDS),
        "status": ("status_label", CENTRE_STATUSES),
        "location_precision": ("precision_label", LOCATION_PRECISIONS),
        "operator_kind": ("operator_label", OPERATOR_KINDS),
    }
    worded = places.with_columns(
        pl.col(code).replace_strict({key: term.label for key, term in terms.items()}, default=None).alias(name)
        for code, (name, terms) in words.items()
    )
    return places_geojson(worded, properties=PROPERTIES, demonstration=demonstration)
