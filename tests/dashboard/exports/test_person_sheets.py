"""The copy a person is given: JSON that a program reads, a workbook they read, the same in both."""

import io
import json
from datetime import UTC, date, datetime

import openpyxl
import pytest
import sqlalchemy as sa

from dashboard.exports.person_sheets import PersonFile, person_json, person_workbook
from dashboard.wording.personal_data import SECTIONS
from data_access.reads.personal_data import person_file
from data_access.rights import COMMAND_LINE
from data_access.writes.personal_data import erase_person
from tests.data_access.people_in_texts import EMAIL, add_known_person
from tests.factories import add_centre

NOW = datetime(2017, 5, 30, 8, 12, tzinfo=UTC)


@pytest.fixture
def known(connection: sa.Connection) -> PersonFile:
    add_centre(connection, "MURAT", seats_open_space=3)
    found = person_file(connection, person_id=add_known_person(connection, "MURAT", date(2017, 5, 29), NOW))
    assert found is not None
    return found


def test_json_has_every_part_with_dates_as_iso_writes_them(known: PersonFile) -> None:
    read = json.loads(person_json(known, made_at=NOW))

    assert set(read) == {"made_at", *SECTIONS}
    assert read["person"]["email"] == EMAIL
    assert read["person"]["directory_consent"] == "2017-05-30"
    assert read["visits"][0]["started_at"] == "2017-05-29T02:12:00+00:00"
    assert {name: len(rows) for name, rows in read.items() if isinstance(rows, list)} == {
        name: len(known[name]) for name in SECTIONS if name != "person"
    }


def test_the_workbook_has_a_sheet_in_french_for_each_part_there_is(known: PersonFile) -> None:
    book = openpyxl.load_workbook(io.BytesIO(person_workbook(known, made_at=NOW)), read_only=True)

    expected = [SECTIONS[name] for name in SECTIONS if known[name]]
    assert book.sheetnames == [*expected, "À propos"]
    identity = dict(list(book["Identité"].iter_rows(values_only=True))[1:])
    assert (identity["Nom"], identity["Adresse électronique"]) == ("Quatrefages-Zwygart", EMAIL)
    visit = list(book["Pointages"].iter_rows(values_only=True))
    assert visit[0] == ("Télécentre", "Position", "Arrivée", "Départ", "Noté par")
    assert len(visit) == 2
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_what_is_left_of_an_erased_person_is_told_in_french(connection: sa.Connection, known: PersonFile) -> None:
    number = known["person"]["id"]
    erase_person(connection, COMMAND_LINE, person_id=number, reason="mistake", now=NOW)
    found = person_file(connection, person_id=number)
    assert found is not None

    book = openpyxl.load_workbook(io.BytesIO(person_workbook(found, made_at=NOW)), read_only=True)

    identity = dict(list(book["Identité"].iter_rows(values_only=True))[1:])
    assert identity["Motif de l’effacement"] == "fiche créée par erreur"
    assert "Nom" not in identity
    assert (
        "Motif : n.\N{NO-BREAK SPACE}d. → fiche créée par erreur"
        in list(book["Journal"].iter_rows(values_only=True))[-1][4]
    )


def test_a_copy_of_invented_data_says_so(known: PersonFile) -> None:
    book = openpyxl.load_workbook(io.BytesIO(person_workbook(known, made_at=NOW, demonstration=True)), read_only=True)

    told = [row[0] for row in book["À propos"].iter_rows(values_only=True)]
    assert any("Données de démonstration" in str(line) for line in told)
