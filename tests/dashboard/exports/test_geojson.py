"""The network as GeoJSON, read again by geopandas."""

import io

import geopandas
import polars as pl

from dashboard.exports.opendata import places_geojson

PLACES = pl.DataFrame(
    {
        "code": ["MURAT", "X"],
        "name": ["La COcotte", "Sans position"],
        "latitude": [45.11, None],
        "longitude": [2.87, None],
    }
)


def test_each_place_with_a_position_is_a_point_with_its_properties() -> None:
    """A place whose position is not known is told without a point, rather than put at sea or dropped."""
    read = geopandas.read_file(
        io.BytesIO(places_geojson(PLACES, properties={"code": "code", "name": "nom"}, demonstration=True))
    )

    assert read["code"].to_list() == ["MURAT", "X"]
    assert set(read["avertissement"]) == {"Données de démonstration"}
    assert (read.geometry[0].x, read.geometry[0].y) == (2.87, 45.11)
    assert read.geometry[1] is None
