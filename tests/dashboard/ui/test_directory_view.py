"""The directory as a reader searches it: words in any order, whatever accents; and nobody who took their consent back."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st_

from dashboard.exports import tables
from dashboard.ui import directory
from dashboard.ui.directory import Search, folded
from data_access.engine import writing
from data_access.schema import person
from tests.application import opened, run_on, said
from tests.databases import engine_at
from tests.demonstrations import demonstration_copy

TODAY = date(2017, 5, 30)
EVERYBODY = Search((), None, None)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demonstration_copy(tmp_path_factory.mktemp("directory"), TODAY)


@pytest.fixture(scope="module", autouse=True)
def _open(file: Path) -> Iterator[None]:
    """The application runs on a copy of the demonstration, which a test may write in."""
    with pytest.MonkeyPatch.context() as patch:
        run_on(file, TODAY, patch)
        yield


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Saint-Flour", ("saint", "flour")),
        ("  ÉTIENNE  d’Ydes ", ("etienne", "d", "ydes")),
        ("", ()),
        ("%_*", ("_",)),
    ],
)
def test_words_are_compared_without_case_accents_or_signs(text: str, expected: tuple[str, ...]) -> None:
    assert folded(text) == expected


@given(st_.data())
def test_anybody_listed_is_found_by_their_own_words_in_any_order(data: st_.DataObject) -> None:
    people = directory.listed()
    row = people.row(data.draw(st_.integers(0, people.height - 1)), named=True)
    words = [row["family_name"], row["given_name"], row["status_text"], row["commune_text"]]
    asked = data.draw(st_.permutations([word.upper() for word in words if word != "–"]))
    found = directory.found(Search(folded(" ".join(asked)), None, None))

    assert row["email"] in found["email"]


@given(st_.text(max_size=20), st_.sampled_from(["independent", "employee", None]), st_.sampled_from(["MURAT", None]))
def test_a_search_only_ever_takes_people_away(typed: str, status: str | None, centre_code: str | None) -> None:
    everybody = set(directory.listed()["email"])
    found = directory.found(Search(folded(typed), status, centre_code))

    assert set(found["email"]) <= everybody
    assert status is None or set(found["status"]) <= {status}
    assert centre_code is None or set(found["centre_code"]) <= {centre_code}


def test_names_are_in_the_order_of_a_french_dictionary() -> None:
    names = [folded(name) for name in directory.listed()["family_name"]]

    assert names == sorted(names)


def test_a_consent_taken_back_is_gone_at_the_next_run(file: Path) -> None:
    app = opened("directory")
    before = directory.listed()
    gone = before["email"][0]
    engine = engine_at(f"sqlite:///{file}")
    with writing(engine) as connection:
        connection.execute(sa.update(person).where(person.c.email == gone).values(directory_consent=None))
    engine.dispose()
    app.run()

    assert gone in shown(before)
    assert not app.exception
    assert gone not in said(app)
    assert f"sur {before.height - 1}" in said(app)


def test_the_files_hold_the_people_shown_and_the_date_of_each_consent() -> None:
    found = directory.found(Search((), "mobile", None))
    table = directory.table(found)
    written = pl.read_excel(BytesIO(tables.xlsx(table)), sheet_name="Données")

    assert written.columns == list(table.headings.values())
    assert written["Courriel"].to_list() == found["email"].to_list()
    assert written["Accord donné le"].to_list() == found["directory_consent"].to_list()
    assert any("accord" in note for note in table.all_notes)


def test_a_search_without_an_answer_says_so_and_can_be_cleared() -> None:
    app = opened("directory", recherche="zzz")
    assert "ne correspond à tous ces critères" in said(app)
    assert "Courriel" not in said(app)
    app.button[0].click().run()
    assert "recherche" not in app.query_params
    assert f"Lignes 1 à 25 sur {directory.listed().height}" in said(app)


def shown(people: pl.DataFrame) -> list[str]:
    return directory.table(people).rows["Courriel"].to_list()
