"""The projection of the points is the one of the boundaries."""

import json

import geopandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.map_ground import to_lambert93
from tests.boundaries import REFERENCE

A_CENTIMETRE = 0.01


def test_every_town_hall_falls_where_geopandas_puts_it() -> None:
    features = json.loads(REFERENCE.read_text(encoding="utf-8"))["features"]
    halls = [(feature["properties"]["lon"], feature["properties"]["lat"]) for feature in features]
    expected = geopandas.GeoSeries.from_xy(*zip(*halls, strict=True), crs="EPSG:4326").to_crs("EPSG:2154")

    for (longitude, latitude), point in zip(halls, expected, strict=True):
        assert to_lambert93(latitude, longitude) == pytest.approx((point.x, point.y), abs=A_CENTIMETRE)


# The first call loads the projection library, which takes longer than the usual deadline.
@given(st.floats(41, 51), st.floats(-5, 10))
def test_it_holds_over_the_whole_of_france(latitude: float, longitude: float) -> None:
    expected = geopandas.GeoSeries.from_xy([longitude], [latitude], crs="EPSG:4326").to_crs("EPSG:2154").iloc[0]

    assert to_lambert93(latitude, longitude) == pytest.approx((expected.x, expected.y), abs=A_CENTIMETRE)
