"""Open data of a network that has just begun, on both engines: valid, and as short as what is known."""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from frictionless import Package, system

from dashboard.exports.opendata import DESCRIPTION_FILE
from dashboard.exports.tables import csv
from dashboard.publication import census, publication
from data_access.engine import reading, writing
from data_access.periods import monday
from data_access.rights import COMMAND_LINE
from tests.factories import add_centre, add_week

TODAY = date(2017, 5, 30)


def faults(engine: sa.Engine, folder: Path) -> list[list[str]]:
    """What the schemas refuse in the publication of a database."""
    for name, content in publication(engine, today=TODAY).files.items():
        (folder / name).write_bytes(content)
    with system.use_context(trusted=True):
        found: list[list[str]] = (
            Package(str(folder / DESCRIPTION_FILE)).validate().flatten(["name", "fieldName", "note"])
        )
    return found


@pytest.fixture
def begun(engine: sa.Engine) -> sa.Engine:
    """One centre that has entered one week this year."""
    with writing(engine) as connection:
        centre_id = add_centre(connection, "MURAT", seats_office=4, seats_open_space=2)
        add_week(connection, centre_id, monday(TODAY) - timedelta(weeks=8), office=[3, 2, 0, 1, 4])
    return engine


def test_a_network_without_a_place_publishes_empty_files(engine: sa.Engine, tmp_path: Path) -> None:
    assert faults(engine, tmp_path) == []
    assert publication(engine, today=TODAY).files["lieux.csv"].count(b"\n") == 1


def test_a_network_that_has_begun_publishes_what_is_known(begun: sa.Engine, tmp_path: Path) -> None:
    found = publication(begun, today=TODAY)

    assert faults(begun, tmp_path) == []
    assert b"monstration" not in b"".join(found.files.values())
    assert not found.demonstration


def test_the_census_of_a_network_that_has_begun_asks_for_the_rest(begun: sa.Engine) -> None:
    with reading(begun, TODAY, COMMAND_LINE) as connection:
        lines = pl.read_csv(StringIO(csv(census(connection, today=TODAY)).decode("utf-8-sig")), separator=";")

    asked = lines.filter(pl.col("Question") == "Taux de remplissage")["Ce qui manque"].to_list()
    assert asked == ["Aucun relevé complet en 2016."]
