"""A place in the words of the national schema: its week, its telephone number, its summary."""

from datetime import date, time
from typing import Any

import polars as pl
import pytest

from dashboard.exports.opendata import NO_NUMBER, international, opening_hours, places_csv

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
    hours = pl.DataFrame([{"centre_code": "C", **half_day(2, MORNING)}])
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
    ],
)
def test_a_week_is_told_as_openstreetmap_does(week: list[tuple[int, tuple[time, time]]], expected: str | None) -> None:
    assert opening_hours(half_day(*each) for each in week) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("04 71 00 00 00", "+33471000000"),
        ("+33 (4) 71.00.00.00", "+33471000000"),
        ("0033 4 71 00 00 00", "+33471000000"),
        ("36 46", None),
        ("demander à l’accueil", None),
        (None, None),
    ],
)
def test_a_number_is_international_or_is_not_told(typed: str | None, expected: str | None) -> None:
    assert international(typed) == expected


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


def test_a_place_that_the_schema_cannot_tell_is_left_out() -> None:
    assert published(PLACE, {**PLACE, "code": "D", "postcode": None})["id"].to_list() == ["C"]
