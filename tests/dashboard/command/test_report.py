"""`cybercantal report` writes the files it names, and says what it cannot."""

from pathlib import Path

import pytest

from dashboard.configuration.settings import load_settings
from tests.dashboard.command.terminal import Run
from tests.dashboard.reporting.conftest import TODAY
from tests.demonstrations import demonstration_copy


@pytest.fixture
def network(run: Run, folder: Path) -> Run:
    """The command, on the demonstration."""
    copy = demonstration_copy(folder, TODAY)
    copy.rename(load_settings().database_url.removeprefix("sqlite:///"))
    return run


def test_the_report_of_a_year_is_written(network: Run, folder: Path) -> None:
    result = network("report", "2013", "--format", "xlsx", "--output", str(folder / "bilans"))

    assert result.exit_code == 0, result.output
    assert Path(result.output.strip()).read_bytes()[:2] == b"PK"
    assert Path(result.output.strip()) == folder / "bilans" / "cybercantal-bilan-complet-2013.xlsx"


def test_the_note_of_a_place_is_written_whatever_the_case_of_its_code(network: Run, folder: Path) -> None:
    result = network("report", "2013", "--centre", "murat", "--output", str(folder))

    assert result.exit_code == 0, result.output
    assert (folder / "cybercantal-note-2013-murat.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_all_places_come_at_once_with_a_progress_bar_aside(network: Run, folder: Path) -> None:
    """The bar is for who watches: what the command prints are the files, one a line."""
    result = network("report", "2016", "--all-centres", "--format", "docx", "--output", str(folder))
    files = sorted(path.name for path in folder.glob("cybercantal-note-2016-*.docx"))

    assert result.exit_code == 0, result.output
    assert len(files) == 12
    assert sorted(Path(line).name for line in result.stdout.splitlines()) == files
    assert "Terminé" in result.stderr or "Notes des lieux" in result.stderr


def test_a_place_that_was_not_open_is_refused_with_those_that_were(network: Run, folder: Path) -> None:
    result = network("report", "2013", "--centre", "PARIS", "--output", str(folder))

    assert result.exit_code == 1
    assert "Aucun lieu ouvert fin 2013 n’a le code « PARIS »" in result.output
    assert "MURAT" in result.output
    assert list(folder.glob("*.pdf")) == []


def test_one_place_and_all_of_them_is_a_command_not_written_right(network: Run) -> None:
    assert network("report", "2013", "--centre", "MURAT", "--all-centres").exit_code == 2


def test_a_folder_that_cannot_be_written_in_is_told(network: Run, folder: Path) -> None:
    (folder / "fichier").write_text("", encoding="utf-8")
    result = network("report", "2013", "--format", "xlsx", "--output", str(folder / "fichier" / "dedans"))

    assert result.exit_code == 1
    assert "Choisissez un autre dossier avec --output." in result.output
