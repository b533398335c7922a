"""A place in the words of the national schema: its week, its telephone number, its summary."""

from datetime import date, time
from typing import Any

import polars as pl
import pytest

from dashboard.exports.opendata import (
    NO_NUMBER,
    international,
    left_out,
    one_email,
    opening_hours,
    places_csv,
    spans_of,
    web_address,
)
from dashboard.wording.typography import typeset

MORNING, AFTERNOON = (time(8, 30), time(12)), (time(14), time(17, 30))
PLACE: dict[str, Any] = {
    "code": "C",
    "name": "Télécentre, dit « le Lieu »",
    "kind": "telecentre_coworking_fablab",
    "commune_name": "Murat",
    "insee_code": "15138",
    "postcode": "15300",
    "address": None,
    "latitude": 45.11,
    "longitude": 2.87,
    "phone": "04 71 00 00 00",
    "email": None,
    "website": None,
    "operator_name": "=SOMME(A1)",
    "seats": 6,
    "seats_office": 1,
    "updated_on": date(2017, 5, 2),
}
TEXTS = dict.fromkeys(("phone", "email", "website", "address", "postcode"), pl.String)


def half_day(weekday: int, hours: tuple[time, time]) -> dict[str, Any]:
    return {"weekday": weekday, "opens_at": hours[0], "closes_at": hours[1]}


def published(*places: dict[str, Any], demonstration: bool = False) -> pl.DataFrame:
    hours = pl.DataFrame(
        [
            {"centre_code": "C", **half_day(2, MORNING), "begins_on": None},
            {"centre_code": "LATER", **half_day(2, MORNING), "begins_on": date(2017, 7, 1)},
        ],
        schema_overrides={"begins_on": pl.Date},
    )
    frame = pl.DataFrame(places, schema_overrides=TEXTS)
    return pl.read_csv(places_csv(frame, hours, on=date(2017, 5, 30), demonstration=demonstration), infer_schema=False)


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        ([], None),
        ([(1, MORNING)], "Mo 08:30-12:00; PH off"),
        (
            [(day, hours) for day in (1, 2, 3, 4, 5) for hours in (AFTERNOON, MORNING)],
            "Mo-Fr 08:30-12:00,14:00-17:30; PH off",
        ),
        ([(1, MORNING), (2, MORNING), (4, MORNING)], "Mo-Tu 08:30-12:00; Th 08:30-12:00; PH off"),
        ([(1, MORNING), (2, AFTERNOON), (3, MORNING)], "Mo 08:30-12:00; Tu 14:00-17:30; We 08:30-12:00; PH off"),
        ([(6, MORNING), (6, (time(12), time(13)))], "Sa 08:30-13:00; PH off"),
        ([(2, (time(9), time(17))), (2, (time(13), time(18)))], "Tu 09:00-18:00; PH off"),
        ([(2, (time(8), time(20))), (2, (time(13), time(18)))], "Tu 08:00-20:00; PH off"),
        ([(5, (time(14), time(23, 59)))], "Fr 14:00-24:00; PH off"),
    ],
)
def test_a_week_is_told_as_openstreetmap_does(week: list[tuple[int, tuple[time, time]]], expected: str | None) -> None:
    assert opening_hours(spans_of(half_day(*each) for each in week)) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("04 71 00 00 00", "+33471000000"),
        ("+33 (4) 71.00.00.00", "+33471000000"),
        ("0033 4 71 00 00 00", "+33471000000"),
        ("04 71 20 48 43 / 06 00 00 00 00", "+33471204843"),
        ("+33 (0)4 71 20 48 43 ou 06 00 00 00 00", "+33471204843"),
        ("36 46", None),
        ("demander à l’accueil", None),
        (None, None),
    ],
)
def test_a_number_is_international_or_is_not_told(typed: str | None, expected: str | None) -> None:
    assert international(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("contact@allanche.fr, accueil@allanche.fr", "contact@allanche.fr"),
        ("Mairie <mairie.murat@hautes-terres.fr>", "mairie.murat@hautes-terres.fr"),
        ("à demander", None),
        (None, None),
    ],
)
def test_one_address_is_told(typed: str | None, expected: str | None) -> None:
    assert one_email(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("www.allanche.fr", "https://www.allanche.fr"),
        ("http://allanche.fr/tiers-lieu?a=1 ; www.autre.fr", "http://allanche.fr/tiers-lieu?a=1"),
        ("en construction", None),
        ("contact@allanche.fr", None),
        (None, None),
    ],
)
def test_a_site_has_its_protocol(typed: str | None, expected: str | None) -> None:
    assert web_address(typed) == expected


def test_a_place_is_told_field_by_field() -> None:
    line = published(PLACE).row(0, named=True)

    assert line["pivot"] == NO_NUMBER
    assert line["adresse"] == line["commune"] == "Murat"
    assert line["typologie"] == "TIERS_LIEUX|FABLAB"
    assert line["telephone"] == "+33471000000"
    assert line["horaires"] == "Tu 08:30-12:00; PH off"
    assert line["date_maj"] == "2017-05-02"
    assert line["presentation_resume"].endswith("6\u00a0positions de travail, dont 1\u00a0bureau individuel.")
    assert line["structure_parente"] == "'=SOMME(A1)", "a spreadsheet would compute it"


def test_invented_places_say_so_and_real_ones_do_not() -> None:
    assert "démonstration" in published(PLACE, demonstration=True)["presentation_resume"].item()
    assert not any("démonstration" in (value or "") for value in published(PLACE).row(0))


def test_an_address_of_two_lines_is_on_one_and_hours_to_come_are_announced() -> None:
    line = published({**PLACE, "code": "LATER", "address": "Mairie,\nPlace du Cézallier"}).row(0, named=True)

    assert line["adresse"] == "Mairie, Place du Cézallier"
    assert line["horaires"] is None
    assert line["presentation_detail"] == typeset("Horaires connus à partir du 1er\u00a0juillet 2017.")


def test_a_place_that_the_schema_cannot_tell_is_left_out_with_a_word() -> None:
    lacking = [
        {**PLACE, "code": "D", "name": "Mauriac", "postcode": None},
        {**PLACE, "code": "E", "name": "Riom", "insee_code": "99999", "commune_name": None, "latitude": None},
    ]

    assert published(PLACE, *lacking)["id"].to_list() == ["C"]
    assert left_out(pl.DataFrame([PLACE, *lacking], schema_overrides=TEXTS).with_columns(open=True)) == (
        "Mauriac n’est pas dans lieux.csv\u00a0: code postal non renseigné.",
        "Riom n’est pas dans lieux.csv\u00a0: commune inconnue (code INSEE 99999).",
        "Riom est sans point dans reseau.geojson\u00a0: position inconnue, ou hors de France.",
    )
