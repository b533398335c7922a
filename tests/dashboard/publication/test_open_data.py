"""What is published: valid under the national schemas, readable by other programs, and about nobody."""

import json
import re
from datetime import date
from io import BytesIO
from pathlib import Path

import geopandas
import polars as pl
import pytest
import sqlalchemy as sa
from frictionless import Package, system
from icalendar import Calendar

from dashboard.exports.opendata import DESCRIPTION_FILE, RESOURCES
from dashboard.publication import Publication, publication
from data_access.schema import account, centre, event, person, placement
from tests.demonstrations import demonstration

TODAY = date(2017, 5, 30)


@pytest.fixture(scope="module")
def published() -> Publication:
    return publication(demonstration(TODAY), today=TODAY)


@pytest.fixture(scope="module")
def indicators(published: Publication) -> pl.DataFrame:
    return pl.read_csv(published.files["indicateurs.csv"], schema_overrides={"code_insee": pl.String})


def of_network(indicators: pl.DataFrame, label: str, day: str, every: str = "annuelle") -> list[float]:
    asked = pl.col("frequence_monitoring") == every, pl.col("date") == day, pl.col("code_insee") == "15"
    return indicators.filter(pl.col("indicateur") == label, *asked)["valeur"].to_list()


def test_the_package_and_its_tables_follow_their_schemas(published: Publication, tmp_path: Path) -> None:
    for name, content in published.files.items():
        (tmp_path / name).write_bytes(content)

    with system.use_context(trusted=True):
        report = Package(str(tmp_path / DESCRIPTION_FILE)).validate()

    assert report.flatten(["name", "rowNumber", "fieldName", "note"]) == []
    assert {task.name for task in report.tasks} == {resource.kind for resource in RESOURCES}
    assert report.stats["tasks"] == len(RESOURCES)


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [("lieux.csv", "code_postal", "1534"), ("indicateurs.csv", "frequence_monitoring", "jamais")],
)
def test_the_schemas_refuse_what_is_wrong(
    published: Publication, tmp_path: Path, name: str, field: str, value: str
) -> None:
    """A validation that accepts anything proves nothing."""
    for file_name, content in published.files.items():
        (tmp_path / file_name).write_bytes(content)
    rows = pl.read_csv(published.files[name], infer_schema=False)
    rows.with_columns(pl.lit(value).alias(field)).write_csv(tmp_path / name)

    with system.use_context(trusted=True):
        report = Package(str(tmp_path / DESCRIPTION_FILE)).validate()

    assert field in {found[0] for found in report.flatten(["fieldName"])}


def test_each_place_that_is_open_is_published(published: Publication) -> None:
    places = pl.read_csv(published.files["lieux.csv"], infer_schema=False)
    with demonstration(TODAY).connect() as connection:
        opened = connection.scalars(sa.select(centre.c.code).where(centre.c.status == "open")).all()

    assert set(places["id"]) == set(opened)
    assert places["horaires"].str.contains(r"^Mo.*PH off$").all()
    assert places.filter(pl.col("id") == "ALLANCHE")["adresse"].item() == "Allanche"


def test_the_published_year_has_its_figures(indicators: pl.DataFrame) -> None:
    """Those that the county published for 2013, under the words of the schema."""
    labels = (
        "Télécentres",
        "Positions de travail",
        "Utilisateurs",
        "Adhérents au Pass Actifs Mobiles",
        "Coût annuel d’un poste",
    )

    assert [of_network(indicators, label, "2013-12-31") for label in labels] == [[10], [58], [214], [111], [934]]
    assert [round(value) for value in of_network(indicators, "Taux de remplissage", "2013-12-31")] == [35]
    assert set(indicators.filter(pl.col("indicateur") == "Taux de remplissage")["unite_mesure"]) == {"%"}


def test_only_what_is_over_is_published(indicators: pl.DataFrame) -> None:
    assert indicators.filter(pl.col("frequence_monitoring") == "annuelle")["date"].max() == "2016-12-31"
    assert indicators.filter(pl.col("frequence_monitoring") == "mensuelle")["date"].max() == "2017-04-30"


def test_a_commune_has_one_line_for_a_figure_and_a_year(indicators: pl.DataFrame) -> None:
    """Aurillac has three places: they are added up, and rates are those of the totals."""
    keys = ["indicateur", "date", "frequence_monitoring", "code_insee"]

    assert indicators.select(keys).is_duplicated().sum() == 0
    assert "15014" in set(indicators["code_insee"])


def test_the_map_is_read_by_a_program_of_maps(published: Publication) -> None:
    places = geopandas.read_file(BytesIO(published.files["reseau.geojson"]))

    assert len(places) == 14
    assert places.crs.to_epsg() == 4326
    assert places.geometry.x.between(2.0, 3.4).all()
    assert places.geometry.y.between(44.5, 45.6).all()
    assert set(places["statut"]) == {"ouvert", "en projet"}


def test_the_appointments_are_read_by_a_diary(published: Publication) -> None:
    events = Calendar.from_ical(published.files["rendez-vous.ics"]).walk("VEVENT")

    assert len({str(found["uid"]) for found in events}) == len(events) > 20
    assert {"contact", "attendee", "organizer"}.isdisjoint({name.lower() for found in events for name in found})
    assert not any("participant" in str(found.get("description", "")) for found in events)


def test_the_diary_file_keeps_the_rules_of_its_lines(published: Publication) -> None:
    """Read without the library that wrote it: lines of 75 octets at most, ended by CR LF, blocks opened and closed."""
    text = published.files["rendez-vous.ics"]
    lines = text.split(b"\r\n")
    unfolded = text.replace(b"\r\n ", b"").decode().split("\r\n")
    begun = [line[6:] for line in unfolded if line.startswith("BEGIN:")]

    assert max(map(len, lines)) <= 75
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert sorted(begun) == sorted(line[4:] for line in unfolded if line.startswith("END:"))
    assert all(re.match(r"[A-Z-]+[;:]", line) for line in unfolded if line)


def test_every_file_says_that_the_data_are_invented(published: Publication) -> None:
    assert [
        name for name, content in published.files.items() if "Données de démonstration" not in unfolded(content)
    ] == []
    assert json.loads(published.files[DESCRIPTION_FILE])["name"] == "cybercantal-demonstration"


def test_the_same_data_give_the_same_bytes(published: Publication) -> None:
    assert publication(demonstration(TODAY), today=TODAY).files == published.files


def test_no_file_names_anybody(published: Publication) -> None:
    """Every value that is somebody's, looked for as a whole word in every file."""
    everything = "\n".join(unfolded(content) for content in published.files.values())
    with demonstration(TODAY).connect() as connection:
        people = connection.execute(sa.select(person)).all()
        mails = set(connection.scalars(sa.select(account.c.email)))
        references = set(connection.scalars(sa.select(placement.c.candidate_ref)))
        contacts = set(connection.scalars(sa.select(event.c.contact)))
    names = {f"{found.given_name} {found.family_name}" for found in people if found.family_name}
    names |= {f"{found.family_name} {found.given_name}" for found in people if found.family_name}
    families = {found.family_name for found in people if found.family_name}
    private = mails | references | contacts | {found.email for found in people} | {found.phone for found in people}

    assert len(people) > 100
    assert [value for value in sorted((names | private) - {None}) if value in everything] == []
    assert [name for name in sorted(families) if re.search(rf"\b{re.escape(name)}\b", everything)] == []
    assert "@" not in everything.replace("@telecentres.cantal.fr", "")


def unfolded(content: bytes) -> str:
    return content.replace(b"\r\n ", b"").decode()
