"""`cybercantal export`, typed on a machine where nothing is set."""

from pathlib import Path

import fastexcel
import polars as pl
import pytest

from tests.dashboard.command.terminal import Run
from tests.dashboard.publication.test_open_data import TODAY
from tests.demonstrations import demonstration

OPEN_DATA = {"lieux.csv", "indicateurs.csv", "reseau.geojson", "rendez-vous.ics", "datapackage.json"}
CENSUS = {"recensement.csv", "recensement.xlsx"}


@pytest.fixture
def out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is not there yet, beside the demonstration."""
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", str(demonstration(TODAY).url))
    return folder / "sortie" / "2017"


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_everything_is_written(run: Run, out: Path) -> None:
    result = run("export", str(out))

    assert result.exit_code == 0
    assert names(out) == OPEN_DATA | CENSUS
    assert all(str(out / name) in result.output for name in OPEN_DATA | CENSUS)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["lieux"], {"lieux.csv"}),
        (["recensement"], CENSUS),
        (["reseau", "rendez-vous"], {"reseau.geojson", "rendez-vous.ics"}),
    ],
)
def test_only_what_is_asked_for_is_written(run: Run, out: Path, kinds: list[str], expected: set[str]) -> None:
    assert run("export", str(out), *(word for kind in kinds for word in ("--kind", kind))).exit_code == 0
    assert names(out) == expected


def test_a_line_of_the_census_has_an_answer_or_says_what_is_missing(run: Run, out: Path) -> None:
    run("export", str(out), "--kind", "recensement")
    lines = pl.read_csv(out / "recensement.csv", separator=";", infer_schema=False)
    answers = {(row["Code"], row["Question"]): row["Réponse"] for row in lines.iter_rows(named=True)}

    assert lines.filter(pl.col("Réponse").is_null() == pl.col("Ce qui manque").is_null()).is_empty()
    assert set(lines["Avertissement"]) == {"Données de démonstration"}
    assert answers["MURAT", "Date d’ouverture"] == "1er\u00a0janvier 2007"
    assert answers["MURAT", "Surface en m²"] is None
    assert {"PIERREFORT", "MONTSALVY"}.isdisjoint(code for code, _question in answers)
    assert fastexcel.read_excel(out / "recensement.xlsx").sheet_names == ["Données", "À propos"]


def test_few_users_of_a_place_are_not_told_exactly(run: Run, out: Path) -> None:
    run("export", str(out), "--kind", "recensement")
    lines = pl.read_csv(out / "recensement.csv", separator=";", infer_schema=False)
    users = lines.filter(pl.col("Question") == "Usagers différents dans l’année")["Réponse"].drop_nulls()

    assert {"1", "2", "3", "4"}.isdisjoint(users)
    assert len(users) > 5
