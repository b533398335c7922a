"""The places of the network as GeoJSON, which any map program opens."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from dashboard.wording.terms import DEMONSTRATION


def places_geojson(places: pl.DataFrame, *, properties: Mapping[str, str], demonstration: bool) -> bytes:
    """One point per place, in WGS 84, with the columns of `properties` under their names; a place without a point is left out."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]},
            "properties": {name: _plain(row[column]) for column, name in properties.items()}
            | ({"avertissement": DEMONSTRATION} if demonstration else {}),
        }
        for row in places.iter_rows(named=True)
        if row["longitude"] is not None and row["latitude"] is not None
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1).encode()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
