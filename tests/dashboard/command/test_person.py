"""`cybercantal person` and `cybercantal retention`: told before, confirmed, done whole, the same the second time."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from dashboard.command import cybercantal
from dashboard.configuration.settings import load_settings
from data_access.engine import writing
from data_access.rights import COMMAND_LINE, set_actor
from data_access.schema import audit_entry, person
from tests.dashboard.command.terminal import Run
from tests.data_access.club import add_person
from tests.data_access.people_in_texts import EMAIL, TRACES, add_known_person, told
from tests.databases import Templates, engine_at, sqlite_copy
from tests.factories import add_centre

NOW = datetime(2017, 5, 30, 6, tzinfo=UTC)


def somebody_who_stands_everywhere(connection: sa.Connection) -> None:
    add_centre(connection, "MURAT", seats_open_space=3)
    add_known_person(set_actor(connection, COMMAND_LINE), "MURAT", date(2017, 5, 29), NOW)


@pytest.fixture(scope="module")
def known_person(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to copy, where one person stands everywhere."""
    return Templates(somebody_who_stands_everywhere, tmp_path_factory.mktemp("person")).sqlite(sqlite_template)


@pytest.fixture
def engine(
    request: pytest.FixtureRequest, folder: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[sa.Engine]:
    """The database of the command, with that person for who asks for them."""
    file: Path = request.getfixturevalue("known_person") if "known" in request.fixturenames else sqlite_template
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", sqlite_copy(file, folder))
    engine = engine_at(load_settings().database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def file(engine: sa.Engine) -> Path:
    return Path(str(engine.url.database))


@pytest.fixture
def known(engine: sa.Engine) -> int:
    """The person's number."""
    with engine.connect() as connection:
        return int(connection.scalars(sa.select(person.c.id).where(person.c.given_name == "Ludivine")).one())


def typed(answer: str, *arguments: str) -> tuple[int, str]:
    """What comes of a command that asks, and is answered."""
    result = CliRunner().invoke(cybercantal, list(arguments), input=f"{answer}\n", prog_name="cybercantal")
    return result.exit_code, result.output


def test_a_person_is_found_by_name(run: Run, known: int) -> None:
    result = run("person", "find", "quatrefages")

    assert result.exit_code == 0
    assert result.output.startswith(f"{known} : Ludivine Quatrefages-Zwygart, {EMAIL}")
    assert run("person", "find", "xyzzy").exit_code == 1


@pytest.mark.parametrize("who", ["number", "address"])
def test_everything_known_is_exported_and_that_is_written_down(
    run: Run, engine: sa.Engine, known: int, folder: Path, who: str
) -> None:
    target = folder / "copie.json"

    result = run("person", "export", str(known) if who == "number" else EMAIL.upper(), str(target))

    assert result.exit_code == 0, result.output
    assert json.loads(target.read_text(encoding="utf-8"))["person"]["id"] == known
    with engine.connect() as connection:
        last = connection.execute(sa.select(audit_entry).order_by(audit_entry.c.id.desc())).first()
    assert last is not None
    assert (last.action, last.row_key) == ("copy_person", f"personne {known}")


def test_the_sheet_is_a_workbook(run: Run, known: int, folder: Path) -> None:
    assert run("person", "export", str(known), str(folder / "copie.xlsx")).exit_code == 0
    assert "Identité" in openpyxl.load_workbook(folder / "copie.xlsx").sheetnames


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("export", "999", "x.json"), 1), (("export", "nobody@example.org", "x.json"), 1), (("export", "1", "x.pdf"), 2)],
)
def test_what_cannot_be_exported_is_refused_with_the_remedy(
    run: Run, known: int, arguments: tuple[str, ...], code: int
) -> None:
    result = run("person", *arguments)

    assert result.exit_code == code
    assert "Erreur" in result.output


def test_two_people_of_one_address_are_told_apart_by_number(run: Run, engine: sa.Engine, known: int) -> None:
    with writing(engine) as connection:
        other = add_person(connection, email=EMAIL)

    result = run("person", "erase", EMAIL, "--yes")

    assert result.exit_code == 1
    assert f"{known}, {other}" in result.output or f"{other}, {known}" in result.output


def test_a_person_is_erased_for_good_and_the_file_says_so(run: Run, engine: sa.Engine, file: Path, known: int) -> None:
    result = run("person", "erase", EMAIL, "--yes")

    assert result.exit_code == 0, result.output
    assert "Aucun chiffre n’a changé" in result.output
    with engine.connect() as connection:
        assert told(connection) == []
    assert not any(trace.encode() in file.read_bytes().lower() for trace in TRACES)
    assert len(file.with_suffix(".effacements.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize(("answer", "code"), [("EFFACER {}", 0), ("oui", 1), ("", 1)])
def test_the_words_are_asked_for(run: Run, engine: sa.Engine, known: int, answer: str, code: int) -> None:
    done, _output = typed(answer.format(known), "person", "erase", str(known))

    assert done == code
    with engine.connect() as connection:
        assert (told(connection) == []) is (code == 0)


@pytest.mark.parametrize("command", [("migrate",), ("person", "replay")])
def test_a_copy_put_back_is_erased_again(
    run: Run, engine: sa.Engine, file: Path, known: int, command: tuple[str, ...]
) -> None:
    copy = shutil.copy(file, file.with_suffix(".copy"))
    run("person", "erase", str(known), "--yes")
    engine.dispose()
    Path(copy).replace(file)
    with engine.connect() as connection:
        assert told(connection)

    result = run(*command)

    assert result.exit_code == 0, result.output
    assert "1\N{NO-BREAK SPACE}personne effacée à nouveau" in result.output
    with engine.connect() as connection:
        assert told(connection) == []


def test_a_start_erases_again_before_anything_is_served(run: Run, engine: sa.Engine, file: Path, known: int) -> None:
    from dashboard.command.database import prepare

    copy = shutil.copy(file, file.with_suffix(".copy"))
    run("person", "erase", str(known), "--yes")
    engine.dispose()
    Path(copy).replace(file)

    prepare(load_settings())

    with engine.connect() as connection:
        assert told(connection) == []


def test_the_doctor_tells_that_somebody_came_back(run: Run, engine: sa.Engine, file: Path, known: int) -> None:
    copy = shutil.copy(file, file.with_suffix(".copy"))
    run("person", "erase", str(known), "--yes")
    assert "Effacements : appliqués" in run("doctor").output.replace("\N{NO-BREAK SPACE}", " ")
    engine.dispose()
    Path(copy).replace(file)

    told_back = run("doctor")

    assert told_back.exit_code == 1
    assert "personne effacée est revenue" in told_back.output


def test_a_register_that_cannot_be_read_stops_the_command_in_french(run: Run, file: Path, known: int) -> None:
    file.with_suffix(".effacements.jsonl").write_text("?\n", encoding="utf-8")

    result = run("migrate")

    assert result.exit_code == 1
    assert "La ligne 1 du registre des effacements" in result.output


def test_a_person_leaves_the_directory(run: Run, known: int) -> None:
    assert "Retirée de l’annuaire" in run("person", "withdraw", str(known)).output
    assert "n’était pas dans l’annuaire" in run("person", "withdraw", str(known)).output


@pytest.fixture
def kept_long(engine: sa.Engine) -> int:
    """Somebody recorded in 2010, whom nothing ties to the network."""
    with writing(engine) as connection:
        return add_person(connection, created_at=datetime(2010, 1, 4, tzinfo=UTC))


def test_the_plan_tells_and_writes_nothing(run: Run, engine: sa.Engine, file: Path, kept_long: int) -> None:
    before = file.read_bytes()

    result = run("retention", "plan")

    assert result.exit_code == 0
    assert "Personnes que plus rien ne lie au réseau d’avant le 30\u00a0mai 2015" in result.output
    assert f"numéros {kept_long}" in result.output
    assert "Vidal" not in result.output
    assert file.read_bytes() == before


def test_the_plan_is_read_by_programs_too(run: Run, kept_long: int) -> None:
    rows = {row["rule"]: row for row in json.loads(run("retention", "plan", "--format", "json").output)}

    assert rows["people"] == {
        "rule": "people", "deed": "erase", "before": "2015-05-30", "rows": {"person": 1}, "ids": [kept_long],
    }  # fmt: skip


@pytest.mark.parametrize(("answer", "code"), [("APPLIQUER", 0), ("oui", 1)])
def test_what_is_due_is_done_once_confirmed(
    engine: sa.Engine, run: Run, kept_long: int, answer: str, code: int
) -> None:
    done, _output = typed(answer, "retention", "apply")

    assert done == code
    with engine.connect() as connection:
        erased = connection.scalars(sa.select(person.c.erased_at)).one()
    assert (erased is not None) is (code == 0)


def test_a_timer_applies_without_being_asked_and_finds_nothing_the_second_time(
    run: Run, file: Path, kept_long: int
) -> None:
    first, second = run("retention", "apply", "--yes"), run("retention", "apply", "--yes", "--format", "json")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output == "Fait. Aucun chiffre n’a changé.\n"
    assert json.loads(second.output) == []
    assert len(file.with_suffix(".effacements.jsonl").read_text().splitlines()) == 1


def test_a_duration_too_short_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERCANTAL_KEEP_PEOPLE_MONTHS", "1")

    result = run("retention", "plan")

    assert result.exit_code == 1
    assert "un nombre de mois entre 6 et 120" in result.output
