"""The map shows every centre once, in its state, and nothing covers anything."""

import json
import re
from itertools import combinations
from math import hypot
from random import Random
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest

from dashboard.charts.map_drawing import outlines
from dashboard.charts.map_ground import on_county
from dashboard.charts.network_map import (
    NARROW,
    WIDE,
    Circle,
    circle_boxes,
    county_labels,
    gathering,
    insets,
    legend_box,
    network_map,
    picture,
    places,
    rate_class,
)
from dashboard.charts.palette import DARK, LIGHT, Palette
from dashboard.charts.theme import Titles
from dashboard.exports.images import png, svg
from dashboard.figures.places import map_in_words
from dashboard.wording.numbers import percent
from dashboard.wording.typography import typeset
from data_access.reference_data import REFERENCE


def circles(centres: pl.DataFrame) -> dict[str, Circle]:
    """Every circle that stands for one centre, on the county or in an inset, by its code."""
    shown = places(centres, LIGHT)
    inside = [each for _heading, members in shown.in_the_inset for each in members]
    return {each.code: each for each in (*shown.on_the_county, *inside) if each.code}


def drawn(centres: pl.DataFrame, **options: Any) -> str:
    return network_map(centres, palette=LIGHT, **options)


def test_every_centre_is_pointed_at_once_by_its_code(centres: pl.DataFrame) -> None:
    assert sorted(re.findall(r'data-place="([^"]+)"', drawn(centres))) == sorted(centres["code"])


def test_a_circle_is_labelled_with_its_name_and_its_rate(centres: pl.DataFrame) -> None:
    label = re.search(r">Murat<tspan[^>]*>([^<]+)</tspan></text>", drawn(centres))

    assert label is not None
    assert label[1] == "62\u00a0%"


def test_twice_the_seats_is_twice_the_ink(centres: pl.DataFrame) -> None:
    assert circles(centres)["MURAT"].area == pytest.approx(4 * circles(centres)["ALLANCHE"].area)


@pytest.mark.parametrize(
    ("rate", "expected"), [(0.0, 0), (0.194, 0), (0.196, 1), (0.20, 1), (0.599, 3), (0.8, 4), (1.0, 4)]
)
def test_a_rate_is_classed_as_it_is_printed(rate: float, expected: int) -> None:
    assert rate_class(rate) == expected


def test_an_empty_centre_is_coloured_and_a_silent_one_is_not(centres: pl.DataFrame) -> None:
    found = circles(centres)

    assert (found["MONTMURAT"].fill, found["MONTMURAT"].state) == (LIGHT.rate_classes[0], "0\u00a0%")
    assert (found["CASSANIOUZE"].fill, found["CASSANIOUZE"].state) == (LIGHT.background, "relevé manquant")


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
    found = circles(centres)[code]

    assert (found.dashed, found.crossed, found.state) == (dashed, crossed, state)


def test_a_closed_centre_shows_no_rate_even_if_it_had_one(centres: pl.DataFrame) -> None:
    assert circles(centres.with_columns(fill_rate=pl.lit(0.5)))["YDES"].state == "fermé"


def test_places_that_share_a_point_are_one_circle_on_the_county_and_each_a_row_of_the_inset(
    centres: pl.DataFrame,
) -> None:
    shown = places(centres, LIGHT)
    ((heading, members),) = shown.in_the_inset

    assert heading == "Aurillac\u00a0: 3\u00a0lieux"
    assert [member.code for member in members] == ["LA-FORGE", "A2EX", "AURILLAC-CCI"]
    assert [one.members for one in shown.on_the_county if one.members] == [3]
    assert [len(panel.members) for panel in insets(shown, picture(*WIDE))[0]] == [3]


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
    (first, second), _ = insets(shown, picture(*WIDE))

    assert [heading for heading, _ in shown.in_the_inset] == [
        "Aurillac\u00a0: 3\u00a0lieux",
        "Murat et alentours\u00a0: 2\u00a0lieux",
    ]
    assert first.box.overlap(second.box) == 0


def test_a_network_whose_places_are_apart_needs_no_inset(centres: pl.DataFrame) -> None:
    apart = centres.filter(pl.col("commune_name") != "Aurillac")

    assert insets(places(apart, LIGHT), picture(*WIDE))[0] == ()


@pytest.mark.parametrize("size", [WIDE, NARROW, (760, 520)], ids=["wide", "narrow", "paper"])
def test_no_label_covers_another_a_circle_an_inset_or_the_legend(centres: pl.DataFrame, size: tuple[int, int]) -> None:
    shown = places(centres, LIGHT)
    panels, frame = insets(shown, picture(*size))
    labels = county_labels(shown.on_the_county, frame, panels)
    boxes = [label.box for label, _with_state in labels.values() if label.free]

    assert len(boxes) >= len(labels) - (1 if size == NARROW else 0)
    for one, other in combinations([*boxes, *(panel.box for panel in panels), legend_box(frame)], 2):
        assert one.overlap(other) == 0


@pytest.mark.parametrize("members", [2, 4, 7, 15])
@pytest.mark.parametrize("size", [WIDE, NARROW, (760, 520), (1100, 800)])
def test_an_inset_covers_no_place_however_many_it_holds(
    centres: pl.DataFrame, members: int, size: tuple[int, int]
) -> None:
    """Nor the legend, nor another inset, and it stands within the picture."""
    pleaux = pl.DataFrame({"code": ["PLEAUX"], "label": ["Pleaux"], "latitude": [45.135], "longitude": [2.226]})
    murat, aurillac = (centres.filter(code=code) for code in ("MURAT", "A2EX"))
    crowd = [
        each.with_columns(code=pl.lit(f"{number}{each['code'][0]}"))
        for each in (aurillac, murat)
        for number in range(members)
    ]
    shown = places(pl.concat([centres, pleaux, *crowd], how="diagonal").with_columns(status=pl.lit("open")), LIGHT)
    panels, frame = insets(shown, picture(*size))

    for one, other in combinations([*(panel.box for panel in panels), legend_box(frame)], 2):
        assert one.overlap(other) == 0
    for panel in panels:
        assert panel.box.bottom <= frame.height
        assert not any(panel.box.overlap(circle) for circle in circle_boxes(shown.on_the_county, frame))


def test_names_of_intercommunalities_are_off_unless_asked_for(centres: pl.DataFrame) -> None:
    assert "Pays de Salers" not in drawn(centres)
    assert "Pays de Salers" in drawn(centres, show_names=True)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_picture_stands_by_itself_with_its_titles(centres: pl.DataFrame, palette: Palette) -> None:
    picture = network_map(centres, palette=palette, titles=Titles("Les <lieux>", "Teinte : taux"))

    assert ElementTree.fromstring(picture).get("width") == "776"
    assert "Les &lt;lieux&gt;" in picture
    assert svg(picture) == picture
    assert png(picture, scale=1).startswith(b"\x89PNG")
    assert png(network_map(centres.clear(), palette=palette), scale=1).startswith(b"\x89PNG")


def test_a_centre_without_a_position_is_left_to_the_list_and_said(centres: pl.DataFrame) -> None:
    lost = centres.with_columns(
        latitude=pl.when(pl.col("code") == "MURAT").then(None).otherwise(pl.col("latitude")),
    )

    assert "MURAT" not in circles(lost)
    assert "faute de position\u00a0: Murat." in map_in_words(lost)


def test_the_legend_names_only_the_states_shown(centres: pl.DataFrame) -> None:
    said = drawn(centres.filter(pl.col("fill_rate").is_not_null()))

    assert "sans taux" not in said
    assert "en projet" not in said
    assert "10\u00a0positions" in said


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_full_centre_has_the_last_colour_of_its_theme(centres: pl.DataFrame, palette: Palette) -> None:
    (full,) = [one for _, members in places(centres, palette).in_the_inset for one in members if one.code == "LA-FORGE"]

    assert full.fill == palette.rate_classes[-1]


def test_in_words_it_gives_the_counts_the_extremes_and_the_silent_ones(centres: pl.DataFrame) -> None:
    expected = typeset(
        "Carte du Cantal : 8\u00a0lieux ouverts et 2\u00a0lieux en projet. Le taux de remplissage va de 0 % (Montmurat) "
        "à 100 % (La Forge). Relevé manquant : Cassaniouze."
    )

    assert map_in_words(centres) == expected


def test_in_words_a_network_without_any_sheet_gives_no_extreme(centres: pl.DataFrame) -> None:
    silent = centres.filter(pl.col("code") == "CASSANIOUZE")
    expected = typeset("Carte du Cantal : 1\u00a0lieu ouvert. Relevé manquant : Cassaniouze.")

    assert map_in_words(silent) == expected


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


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_however_many_places_none_covers_another_and_none_is_lost(many: pl.DataFrame, size: tuple[int, int]) -> None:
    frame = picture(*size)
    alone, together = gathering(many, LIGHT, frame)

    assert len(alone) + sum(one.members or 0 for one in together) == many.height
    discs = [(*frame.point(one.at), one.radius) for one in (*alone, *together)]
    for (x, y, radius), (u, v, other) in combinations(discs, 2):
        assert hypot(x - u, y - v) > radius + other


def test_a_group_has_the_rate_of_all_its_half_days(many: pl.DataFrame) -> None:
    one_point = many.with_columns(latitude=pl.lit(45.0), longitude=pl.lit(2.7))
    alone, (group,) = gathering(one_point, LIGHT, picture(*WIDE))

    assert alone == []
    rate = many["occupied_half_days"].sum() / many["offered_half_days"].sum()
    assert group.told.endswith(f"{percent(rate)} ensemble")


def test_a_group_leads_to_its_intercommunality_and_a_place_to_its_card(many: pl.DataFrame) -> None:
    said = drawn(many.head(120))

    assert set(re.findall(r'data-epci="([^"]+)"', said)) <= set(many["epci_siren"])
    assert set(re.findall(r'data-place="([^"]+)"', said)) <= set(many["code"])
    assert len(said) < 200_000


def test_a_picture_of_an_intercommunality_holds_it_whole_beside_the_legend() -> None:
    for siren, rings in outlines():
        frame = picture(*WIDE, siren)
        for x, y in (frame.point(on_county(*metres)) for ring in rings for metres in ring):
            assert 0 <= x <= legend_box(frame).left
            assert 0 <= y <= frame.foot
