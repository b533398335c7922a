"""The report of 2013 and its files, written once for all tests, as other programs read them."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from dashboard.reporting import FORMS, note_file, year_file
from data_access.engine import reading
from data_access.facts import ReportFacts
from data_access.reads.subjects import report_facts
from data_access.rights import COMMAND_LINE
from tests.dashboard.reporting.reading_back import lacking, on_each_page
from tests.demonstrations import demonstration, of_the_run

TODAY = date(2017, 5, 30)


@pytest.fixture(scope="session")
def facts_2013() -> ReportFacts:
    with reading(demonstration(TODAY), TODAY, COMMAND_LINE) as connection:
        return report_facts(connection, 2013, as_of=TODAY)


@pytest.fixture(scope="session")
def files_2013(facts_2013: ReportFacts, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report in its four forms, and the note of one place, `note-pdf` and so on: by the first worker who asks, for all."""
    folder = of_the_run(tmp_path_factory) / "report"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            begun = tmp_path_factory.mktemp("begun")
            for form in FORMS:
                for key, (name, content) in {
                    form: year_file(facts_2013, form),
                    f"note-{form}": note_file(facts_2013, "MURAT", form),
                }.items():
                    (begun / key).mkdir()
                    (begun / key / name).write_bytes(content)
            begun.rename(folder)
    return {file.parent.name: file for file in folder.glob("*/*")}


@pytest.fixture(scope="session")
def drawn_by_libreoffice(files_2013: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The text of each page of the slides and of the text document, as LibreOffice lays them out."""
    if shutil.which("soffice") is None:
        lacking("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("libreoffice")
    sources = []
    for form in ("pptx", "docx"):
        # Both at once, since it is the start that takes time; each under a name of its own.
        sources.append(folder / f"{form}.{form}")
        shutil.copy(files_2013[form], sources[-1])
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
         "--outdir", str(folder), *map(str, sources)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    if not all((folder / f"{form}.pdf").exists() for form in ("pptx", "docx")):
        lacking("LibreOffice lacks Impress or Writer")
    return {form: on_each_page(folder / f"{form}.pdf") for form in ("pptx", "docx")}
