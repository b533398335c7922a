"""The map shows every centre once, in its state, and nothing covers anything."""

import json
from dataclasses import replace
from itertools import combinations
from math import hypot
from random import Random
from typing import Any

import polars as pl
import pytest

from dashboard.charts.map_ground import INTERCOMMUNALITIES, features, on_county
from dashboard.charts.network_map import (
    HEIGHT,
    NARROW_REFERENCE,
    WIDE_REFERENCE,
    circle_boxes,
    county_labels,
    gathering,
    insets,
    legend_box,
    network_map,
    network_map_in_words,
    picture,
    places,
    rate_class,
)
from dashboard.charts.palette import DARK, LIGHT, Palette
from dashboard.wording.numbers import percent
from dashboard.wording.typography import typeset
from data_access.reference_data import REFERENCE


def described(centres: pl.DataFrame, **options: Any) -> dict[str, Any]:
    description: dict[str, Any] = network_map(centres, palette=LIGHT, **options).to_dict()
    return description


def selectable(description: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows behind the layer that carries the selection."""
    (selection,) = [one for one in description["params"] if "select" in one]
    (layer,) = [one for one in description["layer"] if one.get("name") in selection["views"]]
    rows: list[dict[str, Any]] = description["datasets"][layer["data"]["name"]]
    return rows


def circle(centres: pl.DataFrame, code: str) -> dict[str, Any]:
    (row,) = [row for row in selectable(described(centres)) if row["code"] == code]
    return row


def test_every_centre_can_be_selected_once_by_its_code(centres: pl.DataFrame) -> None:
    description = described(centres, selection_name="place")
    (selection,) = [one for one in description["params"] if "select" in one]

    assert (selection["name"], selection["select"]["fields"]) == ("place", ["code"])
    assert sorted(row["code"] for row in selectable(description)) == sorted(centres["code"].to_list())


def test_twice_the_seats_is_twice_the_ink(centres: pl.DataFrame) -> None:
    assert circle(centres, "MURAT")["area"] == pytest.approx(4 * circle(centres, "ALLANCHE")["area"])


@pytest.mark.parametrize(
    ("rate", "expected"), [(0.0, 0), (0.194, 0), (0.196, 1), (0.20, 1), (0.599, 3), (0.8, 4), (1.0, 4)]
)
def test_a_rate_is_classed_as_it_is_printed(rate: float, expected: int) -> None:
    assert rate_class(rate) == expected


def test_an_empty_centre_is_coloured_and_a_silent_one_is_not(centres: pl.DataFrame) -> None:
    assert circle(centres, "MONTMURAT")["fill"] == LIGHT.rate_classes[0]
    assert circle(centres, "MONTMURAT")["state"] == "0\u00a0%"
    assert circle(centres, "CASSANIOUZE")["fill"] == LIGHT.background
    assert circle(centres, "CASSANIOUZE")["state"] == "relevé manquant"


@pytest.mark.parametrize(
    ("code", "dashed", "crossed", "state"),
    [
        ("MURAT", False, False, "62\u00a0%"),
        ("CASSANIOUZE", False, False, "relevé manquant"),
        ("PIERREFORT", True, True, "en projet"),
        ("YDES", True, False, "fermé"),
    ],
)
def test_a_state_is_told_by_a_shape_and_a_word(
    centres: pl.DataFrame, code: str, dashed: bool, crossed: bool, state: str
) -> None:
    row = circle(centres, code)

    assert (row["dashed"], row["crossed"], row["state"]) == (dashed, crossed, state)


def test_a_closed_centre_shows_no_rate_even_if_it_had_one(centres: pl.DataFrame) -> None:
    closed = centres.with_columns(fill_rate=pl.lit(0.5))

    assert circle(closed, "YDES")["state"] == "fermé"


def test_places_that_share_a_point_are_one_circle_on_the_county_and_each_a_row_of_the_inset(
    centres: pl.DataFrame,
) -> None:
    shown = places(centres, LIGHT)
    ((heading, members),) = shown.in_the_inset

    assert heading == "Aurillac\u00a0: 3\u00a0lieux"
    assert [member.code for member in members] == ["LA-FORGE", "A2EX", "AURILLAC-CCI"]
    assert [one.members for one in shown.on_the_county if one.members] == [3]
    assert len({down for panel in insets(shown, picture(HEIGHT))[0] for _, _, down in panel.inside}) == 3


def test_a_group_shows_no_rate_of_its_own(centres: pl.DataFrame) -> None:
    (together,) = [one for one in places(centres, LIGHT).on_the_county if one.members]

    assert together.code is None
    assert together.fill == LIGHT.background
    assert "%" not in together.state


def test_any_place_may_be_in_a_group(centres: pl.DataFrame) -> None:
    beside_murat = centres.filter(pl.col("code") == "MURAT").with_columns(
        code=pl.lit("FABLAB"), commune_name=pl.lit("Chastel"), latitude=pl.col("latitude") + 0.02
    )
    shown = places(pl.concat([centres, beside_murat]), LIGHT)
    (left, right), _ = insets(shown, picture(HEIGHT))

    assert [heading for heading, _ in shown.in_the_inset] == [
        "Aurillac\u00a0: 3\u00a0lieux",
        "Murat et alentours\u00a0: 2\u00a0lieux",
    ]
    assert (left.wide.across, right.wide.across) == (0, 1)


def test_a_network_whose_places_are_apart_needs_no_inset(centres: pl.DataFrame) -> None:
    apart = centres.filter(pl.col("commune_name") != "Aurillac")

    assert insets(places(apart, LIGHT), picture(HEIGHT))[0] == ()


@pytest.mark.parametrize("width", [WIDE_REFERENCE, 760, 900])
def test_no_label_covers_another_a_circle_an_inset_or_the_legend_on_a_wide_screen(
    centres: pl.DataFrame, width: int
) -> None:
    shown = places(centres, LIGHT)
    panels, frame = insets(shown, picture(HEIGHT))
    labels = county_labels(shown.on_the_county, replace(frame, width=width), panels)

    assert all(label.free for label in labels.values())
    for one, other in combinations(labels.values(), 2):
        assert one.box.overlap(other.box) == 0


@pytest.mark.parametrize("members", [2, 4, 7, 15])
@pytest.mark.parametrize("width", [320, NARROW_REFERENCE, 599, 600, WIDE_REFERENCE, 1100])
def test_an_inset_covers_no_place_however_many_it_holds(centres: pl.DataFrame, members: int, width: int) -> None:
    """Nor the legend, nor another inset, and it stands within the picture."""
    pleaux = pl.DataFrame({"code": ["PLEAUX"], "label": ["Pleaux"], "latitude": [45.135], "longitude": [2.226]})
    murat, aurillac = (centres.filter(code=code) for code in ("MURAT", "A2EX"))
    crowd = [
        each.with_columns(code=pl.lit(f"{number}{each['code'][0]}"))
        for each in (aurillac, murat)
        for number in range(members)
    ]
    shown = places(pl.concat([centres, pleaux, *crowd], how="diagonal").with_columns(status=pl.lit("open")), LIGHT)
    panels, any_width = insets(shown, picture(HEIGHT))
    frame = replace(any_width, width=width)
    boxes = [panel.box(frame) for panel in panels]

    for one, other in combinations([*boxes, *([] if frame.narrow else [legend_box(frame)])], 2):
        assert one.overlap(other) == 0
    for box in boxes:
        assert box.bottom <= frame.height
        assert not any(box.overlap(circle) for circle in circle_boxes(shown.on_the_county, frame))


def test_on_a_telephone_a_label_that_would_cover_something_is_left_out(centres: pl.DataFrame) -> None:
    shown = places(centres, LIGHT)
    panels, frame = insets(shown, picture(HEIGHT))
    labels = county_labels(shown.on_the_county, replace(frame, width=NARROW_REFERENCE), panels)
    datasets = described(centres)["datasets"].values()
    written = {row["text"] for rows in datasets for row in rows if "text" in row and "narrow_level" in row}

    for one in shown.on_the_county:
        assert (one.label in written) == labels[one.key].free
    assert sum(label.free for label in labels.values()) >= len(labels) - 1


def test_names_of_intercommunalities_are_off_unless_asked_for(centres: pl.DataFrame) -> None:
    assert "Pays de Salers" not in json.dumps(described(centres), ensure_ascii=False)
    assert "Pays de Salers" in json.dumps(described(centres, show_names=True), ensure_ascii=False)


def test_a_page_gets_the_boundaries_by_address_and_a_light_description(centres: pl.DataFrame) -> None:
    text = json.dumps(described(centres))

    assert "/carte/communes.json" in text
    assert "/carte/intercommunalities.json" in text
    assert len(text) < 60_000


def test_a_picture_carries_its_boundaries(centres: pl.DataFrame) -> None:
    text = json.dumps(described(centres, geometry="inline"))

    assert "/carte/" not in text
    assert '"15014"' in text


def test_a_centre_without_a_position_is_left_to_the_list_and_said(centres: pl.DataFrame) -> None:
    lost = centres.with_columns(
        latitude=pl.when(pl.col("code") == "MURAT").then(None).otherwise(pl.col("latitude")),
    )

    assert "MURAT" not in [row["code"] for row in selectable(described(lost))]
    assert "faute de position\u00a0: Murat." in network_map_in_words(lost)


def test_the_legend_names_only_the_states_shown(centres: pl.DataFrame) -> None:
    rated = centres.filter(pl.col("fill_rate").is_not_null())
    text = json.dumps(described(rated), ensure_ascii=False)

    assert "sans relevé" not in text
    assert "en projet" not in text
    assert "10\u00a0postes" in text


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_full_centre_has_the_last_colour_of_its_theme(centres: pl.DataFrame, palette: Palette) -> None:
    (full,) = [one for _, members in places(centres, palette).in_the_inset for one in members if one.code == "LA-FORGE"]

    assert full.fill == palette.rate_classes[-1]


def test_in_words_it_gives_the_counts_the_extremes_and_the_silent_ones(centres: pl.DataFrame) -> None:
    expected = typeset(
        "Carte du Cantal : 8\u00a0lieux ouverts et 2\u00a0lieux en projet. Le taux de remplissage va de 0 % (Montmurat) "
        "à 100 % (La Forge). Relevé manquant : Cassaniouze."
    )

    assert network_map_in_words(centres) == expected


def test_in_words_a_network_without_any_sheet_gives_no_extreme(centres: pl.DataFrame) -> None:
    silent = centres.filter(pl.col("code") == "CASSANIOUZE")
    expected = typeset("Carte du Cantal : 1\u00a0lieu ouvert. Relevé manquant : Cassaniouze.")

    assert network_map_in_words(silent) == expected


@pytest.fixture(scope="module", params=[20, 120, 1200])
def many(request: pytest.FixtureRequest) -> pl.DataFrame:
    """As many places, in communes of the county drawn at random, several in one."""
    communes = [feature["properties"] for feature in features_of_the_county()]
    draws = Random(request.param)
    rows = []
    for number in range(request.param):
        commune = draws.choice(communes)
        row = (f"P{number}", f"Télécentre {number}", f"Lieu {number}", commune["name"], commune["lat"], commune["lon"])
        offered, seats = draws.choice([0, 40, 100]), draws.choice([None, 2, 9, 19])
        occupied = draws.randint(0, offered)
        rate = occupied / offered if offered else None
        rows.append(
            (*row, "open", seats, rate, occupied, offered, commune["epci_siren"], None if offered else "missing")
        )
    columns = ["code", "name", "label", "commune_name", "latitude", "longitude", "status", "seats", "fill_rate"]
    columns += ["occupied_half_days", "offered_half_days", "epci_siren", "state"]
    return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None).with_columns(said=pl.lit("…"))


def features_of_the_county() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((REFERENCE / "cantal_communes.geojson").read_text("utf-8"))["features"]
    return found


@pytest.mark.parametrize("width", [NARROW_REFERENCE, WIDE_REFERENCE])
def test_however_many_places_none_covers_another_and_none_is_lost(many: pl.DataFrame, width: int) -> None:
    frame = replace(picture(HEIGHT), width=width)
    alone, together = gathering(many, LIGHT, frame)

    assert len(alone) + sum(one.members or 0 for one in together) == many.height
    drawn = [(*frame.point(one.at), one.radius) for one in (*alone, *together)]
    for (x, y, radius), (u, v, other) in combinations(drawn, 2):
        assert hypot(x - u, y - v) > radius + other


def test_a_group_has_the_rate_of_all_its_half_days(many: pl.DataFrame) -> None:
    one_point = many.with_columns(latitude=pl.lit(45.0), longitude=pl.lit(2.7))
    alone, (group,) = gathering(one_point, LIGHT, picture(HEIGHT))

    assert alone == []
    assert group.told == f"{percent(many['occupied_half_days'].sum() / many['offered_half_days'].sum())} ensemble"


def test_a_group_opens_its_intercommunality_and_a_place_its_sheet(many: pl.DataFrame) -> None:
    description = described(many.head(120))
    layers, drawn = {layer.get("name"): layer for layer in description["layer"]}, description["datasets"]

    assert {row["epci"] for row in drawn[layers["groupes"]["data"]["name"]]} <= set(many["epci_siren"])
    assert {row["code"] for row in drawn[layers["centres"]["data"]["name"]]} <= set(many["code"])


def test_a_picture_of_an_intercommunality_holds_it_whole_beside_the_legend() -> None:
    for area in features(INTERCOMMUNALITIES):
        frame = picture(HEIGHT, area["properties"]["epci_siren"])
        shape = area["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for x, y in (frame.point(on_county(*metres)) for part in parts for metres in part[0]):
            assert 0 <= x <= legend_box(frame).left
            assert 0 <= y <= frame.foot
