"""The page of imports: what a file would change is shown before it is written, asked about where it must, and undone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from data_access.engine import writing
from data_access.schema import import_batch, import_file, person
from tests.application import links, opened, press, run_on, tables
from tests.data_access.club import add_membership, add_person
from tests.databases import engine_at, sqlite_copy

JOINED = date(2017, 5, 15)
FILE = """Numéro d’adhérent;Nom;Prénom;Adresse électronique;Date d’adhésion
PAM-0788;{name};Rachel;nouvelle.adresse@example.org;15/05/2017
"""


@pytest.fixture
def database(small_network_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """Rachel Tardieu, number PAM-0788, in a small network."""
    engine = engine_at(run_on(sqlite_copy(small_network_file, tmp_path), date(2017, 6, 9), monkeypatch))
    with writing(engine) as connection:
        rachel = add_person(connection, family_name="Tardieu", given_name="Rachel", email="rachel@example.org")
        add_membership(connection, rachel, "PAM-0788", JOINED, date(2017, 11, 15))
    yield engine
    engine.dispose()


def given(text: str) -> AppTest:
    app = opened("transfers", nature="members")
    app.file_uploader[0].set_value(("membres.csv", text.encode(), "text/csv"))
    app.run()
    assert not app.exception
    return app


def rachel(engine: sa.Engine) -> tuple[str, str]:
    with engine.connect() as connection:
        return tuple(connection.execute(sa.select(person.c.family_name, person.c.email)).one())  # type: ignore[return-value]


def shown(app: AppTest) -> list[tuple[str, str, str]]:
    return [
        row for each in tables(app) if "Avant" in each.columns for row in each.select("Champ", "Avant", "Après").rows()
    ]


def test_a_new_address_is_shown_imported_and_undone(database: sa.Engine) -> None:
    app = given(FILE.format(name="Tardieu"))
    assert shown(app) == [("Adresse électronique", "rachel@example.org", "nouvelle.adresse@example.org")]
    assert rachel(database) == ("Tardieu", "rachel@example.org")

    press(app, "Importer 1\u00a0fiche")
    assert "1 modification" in app.info[0].value.replace("\u00a0", " ")
    assert rachel(database) == ("Tardieu", "nouvelle.adresse@example.org")

    press(app, "Annuler l’import")
    assert rachel(database) == ("Tardieu", "rachel@example.org")


def test_the_century_of_a_column_is_asked_once(database: sa.Engine) -> None:
    app = given(FILE.format(name="Tardieu").replace("15/05/2017", "15/05/17"))
    assert [button.label for button in app.button if button.label.startswith("Importer")] == []

    next(box for box in app.checkbox if "deux chiffres" in box.label).check()
    app.run()
    press(app, "Importer 1\u00a0fiche")

    assert rachel(database) == ("Tardieu", "nouvelle.adresse@example.org")


def test_another_name_is_shown_and_asked_about(database: sa.Engine) -> None:
    app = given(FILE.format(name="Bouchardon"))

    assert ("Nom", "Tardieu", "Bouchardon") in shown(app)
    assert "nom ou l’accord de personnes" in app.warning[0].value
    [go] = [each for each in app.button if each.key == "import-now"]
    assert go.disabled
    app.checkbox[0].check()
    app.run()
    press(app, "Importer 1\u00a0fiche quand même")
    assert rachel(database) == ("Bouchardon", "nouvelle.adresse@example.org")


def test_a_file_is_sent_to_be_checked_found_by_another_and_imported(database: sa.Engine) -> None:
    app = given(FILE.format(name="Tardieu"))
    press(app, "Envoyer à relire")
    assert "Envoyé à relire" in app.info[0].value
    assert [each.label for each in app.button if each.label in ("Reprendre", "Relire")] == ["Reprendre"]

    with writing(database) as connection:
        connection.execute(sa.update(import_batch).values(imported_by="lucie@example.org"))
    home = opened("overview")
    assert any("Relire" in label for label in links(home))
    other = opened("transfers", nature="members")
    press(other, "Relire")
    assert shown(other) == [("Adresse électronique", "rachel@example.org", "nouvelle.adresse@example.org")]
    press(other, "Importer 1\u00a0fiche")

    assert rachel(database) == ("Tardieu", "nouvelle.adresse@example.org")
    with database.connect() as connection:
        assert connection.execute(sa.select(import_batch.c.state)).scalar_one() == "done"
        assert connection.execute(sa.select(import_file)).all() == []


def test_a_heading_is_given_its_column_and_remembered(database: sa.Engine) -> None:
    text = FILE.format(name="Tardieu").replace("Adresse électronique", "Messagerie")
    app = given(text)
    [box] = [each for each in app.selectbox if "Messagerie" in each.label]
    assert box.value == ""

    box.set_value("email").run()
    press(app, "Importer 1\u00a0fiche")
    assert rachel(database) == ("Tardieu", "nouvelle.adresse@example.org")

    again = given(text.replace("nouvelle", "autre"))
    assert [each.value for each in again.selectbox if "Messagerie" in each.label] == ["email"]
    assert shown(again) == [("Adresse électronique", "nouvelle.adresse@example.org", "autre.adresse@example.org")]
