"""The committed boundaries are those of the reference, whole, without a gap or an overlap, and light."""

import json
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from dashboard.charts.map_ground import COMMUNES, INTERCOMMUNALITIES, STATIC, features
from tests.boundaries import REFERENCE, Boundaries, prepare, short_epci_name


@pytest.fixture(scope="module")
def rebuilt() -> Boundaries:
    return prepare()


def shapes(file_name: str) -> list[Any]:
    return [shape(feature["geometry"]) for feature in features(file_name)]


def test_the_committed_files_are_what_the_reference_gives(rebuilt: Boundaries) -> None:
    assert (STATIC / COMMUNES).read_text(encoding="utf-8") == rebuilt.communes
    assert (STATIC / INTERCOMMUNALITIES).read_text(encoding="utf-8") == rebuilt.intercommunalities


@pytest.mark.parametrize(("file_name", "most"), [(COMMUNES, 150_000), (INTERCOMMUNALITIES, 60_000)])
def test_a_file_stays_light_enough_for_a_slow_line(file_name: str, most: int) -> None:
    assert (STATIC / file_name).stat().st_size <= most


def test_every_commune_is_there_with_its_names() -> None:
    reference = json.loads(REFERENCE.read_text(encoding="utf-8"))["features"]
    expected = {
        (one["properties"]["insee_code"], one["properties"]["name"], one["properties"]["epci_name"])
        for one in reference
    }
    found = [tuple(feature["properties"].values()) for feature in features(COMMUNES)]

    assert len(found) == 246
    assert set(found) == expected


@pytest.mark.parametrize("file_name", [COMMUNES, INTERCOMMUNALITIES])
def test_neighbours_share_their_border(file_name: str) -> None:
    drawn = shapes(file_name)
    whole = shapely.union_all(drawn)

    assert all(one.is_valid and not one.is_empty for one in drawn)
    assert shapely.coverage_is_valid(drawn)
    assert whole.area == pytest.approx(sum(one.area for one in drawn), rel=1e-12)
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0


def test_the_county_keeps_its_size() -> None:
    assert sum(one.area for one in shapes(COMMUNES)) / 1e6 == pytest.approx(5768, abs=3)


def test_an_intercommunality_is_the_sum_of_its_communes() -> None:
    members: dict[str, list[Any]] = {}
    for feature in features(COMMUNES):
        members.setdefault(feature["properties"]["epci_name"], []).append(shape(feature["geometry"]))
    found = {feature["properties"]["epci_name"]: shape(feature["geometry"]) for feature in features(INTERCOMMUNALITIES)}

    assert found.keys() == members.keys()
    for name, whole in found.items():
        assert whole.equals(shapely.union_all(members[name])), name


def test_a_name_is_written_inside_its_intercommunality() -> None:
    for feature in features(INTERCOMMUNALITIES):
        spots = feature["properties"]["name_spots"]

        assert spots
        assert all(shape(feature["geometry"]).contains(shapely.Point(spot)) for spot in spots)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Communauté de communes du Pays de Salers", "Pays de Salers"),
        ("Communauté de communes de la Châtaigneraie Cantalienne", "Châtaigneraie Cantalienne"),
        ("Communauté d'agglomération Aurillac Agglomération", "Aurillac Agglomération"),
        ("Saint-Flour Communauté", "Saint-Flour Communauté"),
    ],
)
def test_the_map_writes_only_what_tells_an_intercommunality_from_the_others(name: str, expected: str) -> None:
    assert short_epci_name(name) == expected
