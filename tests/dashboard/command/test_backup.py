"""The whole database to a file and back, and to another engine: from the command line, as whoever keeps the server does."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from dashboard.command import cybercantal
from dashboard.configuration import clock
from dashboard.configuration.database import register_file
from dashboard.configuration.settings import load_settings
from dashboard.identity import signing
from data_access.backups import read_manifest, write_backup
from data_access.contents import DatabaseContent, TableContent
from data_access.engine import writing
from data_access.erasures import finish_erasures
from data_access.migrations import downgrade, schema_state
from data_access.row_security import APPLICATION_ROLE
from data_access.schema import account, person
from data_access.writes.personal_data import erase_person
from tests.dashboard.command.terminal import Run
from tests.data_access.credentials import login
from tests.data_access.people_in_texts import COORDINATOR
from tests.databases import PostgreSQLServer, engine_at
from tests.demonstrations import DAY_OF_THE_PROGRAMME, demonstration_copy

PHRASE = "quatre mots pris au hasard"


@pytest.fixture
def accounts(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of real data, with an account and a person in it."""
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
    run("account", "add", "anne@exemple.fr", "--name", "Anne", "--role", "administrator")
    add_person("Delmas")


def add_person(name: str) -> int:
    engine = engine_at(load_settings().database_url)
    with writing(engine) as connection:
        added = sa.insert(person).values(family_name=name, given_name="Jeanne", status="independent", created_at=NOW)
        number = int(connection.execute(added.returning(person.c.id)).scalar_one())
    engine.dispose()
    return number


NOW = datetime.fromisoformat("2017-05-30T08:00:00+00:00")


def people() -> list[str]:
    engine = engine_at(load_settings().database_url)
    with engine.connect() as connection:
        found = list(connection.scalars(sa.select(person.c.family_name).order_by(person.c.id)))
    engine.dispose()
    return found


def content_of(url: str) -> dict[str, TableContent]:
    engine = engine_at(url)
    with engine.connect() as connection:
        content = DatabaseContent(connection)
        told = {name: content.content(name) for name in content.columns if name != "data_version"}
    engine.dispose()
    return told


def plain(text: str) -> str:
    """The text with ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def only_backup(folder: Path) -> Path:
    (file,) = (folder / "sauvegardes").glob("*.zip")
    return file


# There and back.


@pytest.mark.usefixtures("accounts")
def test_what_was_lost_since_comes_back_and_what_was_there_is_kept_aside(run: Run, folder: Path) -> None:
    assert "Sauvegarde écrite et relue" in run("backup").output
    add_person("Vidal")

    result = run("restore", str(only_backup(folder)), "--yes")

    assert result.exit_code == 0, result.output
    assert "Base restaurée" in result.output
    assert "relues égales à la sauvegarde" in result.output
    assert people() == ["Delmas"]
    (aside,) = folder.glob("cybercantal.sqlite.avant-*")
    assert len(content_of(f"sqlite:///{aside}")["person"].columns) > 1
    assert content_of(f"sqlite:///{aside}")["person"].rows == 2
    assert sorted(path.name for path in folder.glob("*restauration*")) == []


@pytest.mark.usefixtures("accounts")
def test_a_restore_asks_before_it_replaces_anything(run: Run, folder: Path) -> None:
    run("backup")
    add_person("Vidal")

    refused = CliRunner().invoke(cybercantal, ["restore", str(only_backup(folder))], input="non\n")

    assert (refused.exit_code, people()) == (1, ["Delmas", "Vidal"])
    assert "Rien n’a été restauré." in refused.output


@pytest.mark.usefixtures("accounts")
def test_a_lost_database_is_restored_where_there_is_none(run: Run, folder: Path) -> None:
    run("backup")
    (folder / "cybercantal.sqlite").unlink()

    assert run("restore", str(only_backup(folder)), "--yes").exit_code == 0
    assert people() == ["Delmas"]


@pytest.mark.usefixtures("accounts")
def test_a_database_that_no_program_reads_any_more_is_replaced(run: Run, folder: Path) -> None:
    """It is what one restores for."""
    run("backup")
    (folder / "cybercantal.sqlite").write_bytes(b"a letter" * 1000)

    assert run("restore", str(only_backup(folder)), "--yes").exit_code == 0
    assert people() == ["Delmas"]
    (aside,) = folder.glob("cybercantal.sqlite.avant-*")
    assert aside.read_bytes() == b"a letter" * 1000


@pytest.mark.usefixtures("accounts")
def test_a_damaged_backup_touches_nothing(run: Run, folder: Path) -> None:
    run("backup")
    file = only_backup(folder)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    add_person("Vidal")

    verified, restored = run("verify", str(file)), run("restore", str(file), "--yes")

    assert (verified.exit_code, restored.exit_code) == (1, 1)
    assert "✘ " in verified.output
    assert "Rien n’a été touché" in restored.output
    assert people() == ["Delmas", "Vidal"]
    assert "vérifiée" not in run("doctor").output


@pytest.mark.usefixtures("accounts")
def test_a_sound_backup_is_told_so(run: Run, folder: Path) -> None:
    run("backup", str(folder / "depart.zip"))

    result = run("verify", str(folder / "depart.zip"))

    assert result.exit_code == 0
    assert "données réelles de sqlite:///" in result.output
    assert "comme à l’écriture ; clé non jointe" in plain(result.output)


@pytest.mark.usefixtures("accounts")
def test_who_was_erased_since_stays_so(run: Run, folder: Path) -> None:
    """The register stays beside, and is obeyed before anybody sees what came back."""
    number = add_person("Vidal")
    run("backup")
    engine = engine_at(load_settings().database_url)
    with writing(engine, COORDINATOR) as connection:
        erase_person(connection, COORDINATOR, person_id=number, reason="request", now=NOW)
    finish_erasures(engine, register_file(load_settings()))
    engine.dispose()

    result = run("restore", str(only_backup(folder)), "--yes")

    assert "personne effacée à nouveau" in plain(result.output)
    assert "Vidal" not in people()


class _WellServer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"application": "cybercantal"}).encode())

    def log_message(self, *_: object) -> None:
        """Nothing is told."""


@pytest.fixture
def server(folder: Path) -> Iterator[None]:
    """The dashboard listens."""
    with HTTPServer(("127.0.0.1", load_settings().port), _WellServer) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield
        listening.shutdown()
        thread.join()


@pytest.mark.usefixtures("accounts", "server")
def test_a_restore_waits_until_the_dashboard_is_stopped(run: Run, folder: Path) -> None:
    run("backup")

    result = run("restore", str(only_backup(folder)), "--yes")

    assert result.exit_code == 1
    assert "Arrêtez-le, puis recommencez" in result.output


@pytest.mark.usefixtures("accounts")
def test_a_restore_waits_until_nobody_writes(run: Run, folder: Path) -> None:
    run("backup")
    engine = engine_at(load_settings().database_url)

    with writing(engine):
        result = run("restore", str(only_backup(folder)), "--yes")

    engine.dispose()
    assert result.exit_code == 1
    assert "Arrêtez-le, puis recommencez" in result.output


# The key.


@pytest.mark.usefixtures("accounts")
def test_the_key_comes_back_with_its_passphrase_only(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the settings when it is made, typed when it is put back."""
    poster = signing.check_in_path("MURAT")
    monkeypatch.setenv("CYBERCANTAL_BACKUP_PASSPHRASE", PHRASE)
    run("backup", "--with-key")
    monkeypatch.delenv("CYBERCANTAL_BACKUP_PASSPHRASE")
    file = only_backup(folder)
    (folder / signing.KEY_FILE).write_bytes(b"another")
    assert PHRASE.encode() not in file.read_bytes()

    wrong = CliRunner().invoke(cybercantal, ["restore", str(file), "--yes", "--with-key"], input="une autre phrase\n")
    assert "Ce n’est pas la phrase secrète de cette sauvegarde" in wrong.output
    assert (folder / signing.KEY_FILE).read_bytes() == b"another"

    right = CliRunner().invoke(cybercantal, ["restore", str(file), "--yes", "--with-key"], input=f"{PHRASE}\n")

    assert right.exit_code == 0, right.output
    assert (folder / signing.KEY_FILE).stat().st_mode & 0o777 == 0o600
    signing._key_of_file.cache_clear()
    assert signing.check_in_path("MURAT") == poster
    (before,) = folder.glob(f"{signing.KEY_FILE}.avant-*")
    assert before.read_bytes() == b"another"


@pytest.mark.usefixtures("accounts")
def test_a_short_passphrase_or_no_key_is_refused(run: Run, folder: Path) -> None:
    short = CliRunner().invoke(cybercantal, ["backup", "--with-key"], input="court\n")
    absent = CliRunner().invoke(cybercantal, ["backup", "--with-key"], input=f"{PHRASE}\n")

    assert "au moins 12 caractères" in short.output
    assert "Il n’y a pas encore de clé" in absent.output
    assert not (folder / "sauvegardes").exists()


# Kept, and told where its keeper looks.


@pytest.mark.usefixtures("accounts")
def test_the_doctor_tells_the_age_of_the_newest_backup(run: Run, folder: Path) -> None:
    before = plain(run("doctor").output)
    run("backup", "--keep", "2")
    after = plain(run("doctor").output)
    only_backup(folder).unlink()
    engine = engine_at(load_settings().database_url)
    long_ago = clock.machine_now() - timedelta(days=3)
    write_backup(engine, folder / "sauvegardes/cybercantal-a.zip", now=long_ago, reason="asked", tell=lambda _: None)
    engine.dispose()
    late = plain(run("doctor").output)

    assert "✘ Dernière sauvegarde : aucune connue" in before
    assert "→ Lancez « cybercantal backup »" in before
    assert "✔ Dernière sauvegarde : aujourd’hui à" in after
    assert "✘ Dernière sauvegarde : le " in late


def test_invented_data_need_no_backup(run: Run) -> None:
    run("demo", "--as-of", "2008-06-30")

    assert "sauvegarde" not in run("doctor").output


@pytest.mark.usefixtures("accounts")
def test_backups_are_rotated_in_a_folder_only(run: Run, folder: Path) -> None:
    result = run("backup", str(folder / "a.zip"), "--keep", "3")

    assert result.exit_code == 2
    assert "indiquez un dossier" in result.output


# Before a migration.


@pytest.fixture
def of_an_older_version(accounts: None) -> sa.Engine:
    engine = engine_at(load_settings().database_url)
    downgrade(engine, "0010")
    return engine


def test_real_data_are_backed_up_before_they_are_migrated(
    of_an_older_version: sa.Engine, run: Run, folder: Path
) -> None:
    result = run("migrate")

    assert result.exit_code == 0, result.output
    file = only_backup(folder)
    assert f"Sauvegarde faite avant la mise à jour : {file}." in result.output
    assert (read_manifest(file).revision, read_manifest(file).reason) == ("0010", "before_migration")
    assert schema_state(of_an_older_version).is_current


def test_real_data_that_cannot_be_backed_up_are_not_migrated(
    of_an_older_version: sa.Engine, run: Run, folder: Path
) -> None:
    (folder / "sauvegardes").write_text("a file in the place of the folder", encoding="utf-8")

    for command in (["migrate"], ["--no-browser"]):
        result = run(*command)

        assert result.exit_code == 1
        assert "La base n’a pas été mise à jour" in result.output
        assert "CYBERCANTAL_BACKUP_FOLDER" in result.output
        assert schema_state(of_an_older_version).current == "0010"


# To the other engine, and back.


def figures_of_2013(run: Run, monkeypatch: pytest.MonkeyPatch, url: str) -> str:
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", url)
    return run("evaluation", "2013", "--format", "json").output


@pytest.mark.slow
def test_a_database_goes_to_the_other_engine_and_back(
    run: Run, folder: Path, tmp_path: Path, postgresql_server: PostgreSQLServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way from the embedded database to the shared one: the same content, the same figures."""
    embedded = f"sqlite:///{demonstration_copy(tmp_path, DAY_OF_THE_PROGRAMME)}"
    back = f"sqlite:///{tmp_path}/retour.sqlite"
    with postgresql_server.database(migrated=False) as shared:
        there = run("copy", embedded, shared)
        again = run("copy", embedded, shared)
        home = run("copy", shared, back)

        assert (there.exit_code, home.exit_code) == (0, 0), there.output + home.output
        assert content_of(embedded) == content_of(shared) == content_of(back)
        figures = [figures_of_2013(run, monkeypatch, url) for url in (embedded, shared, back)]
    assert again.exit_code == 1
    assert "contient déjà des données" in again.output
    assert json.loads(figures[0])["hours"] == 43800
    assert figures[0] == figures[1] == figures[2]


def test_a_copy_that_fails_leaves_no_file(run: Run, folder: Path) -> None:
    result = run("copy", f"sqlite:///{folder}/absent.sqlite", f"sqlite:///{folder}/new.sqlite")
    mistyped = run("copy", "oracle://serveur/base", f"sqlite:///{folder}/new.sqlite")

    assert (result.exit_code, mistyped.exit_code) == (1, 2)
    assert "DE doit être l’adresse" in mistyped.output
    assert list(folder.iterdir()) == []


# On PostgreSQL.


@pytest.fixture
def shared(folder: Path, postgresql_server: PostgreSQLServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with postgresql_server.database() as url:
        monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", url)
        monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
        yield url


def test_on_postgresql_what_was_there_is_written_aside_first(run: Run, folder: Path, shared: str) -> None:
    run("account", "add", "anne@exemple.fr", "--name", "Anne", "--role", "administrator")
    run("migrate", "--roles", "apply")
    run("backup")
    file = only_backup(folder)
    add_person("Vidal")

    result = run("restore", str(file), "--yes")

    assert result.exit_code == 0, result.output
    assert people() == []
    (aside,) = set((folder / "sauvegardes").glob("*.zip")) - {file}
    assert read_manifest(aside).reason == "before_restore"
    # And the way back is the same.
    assert run("restore", str(aside), "--yes").exit_code == 0
    assert people() == ["Vidal"]
    assert "absente de" not in run("doctor").output


def test_the_role_of_the_application_backs_up_every_row_and_restores_none(
    run: Run, folder: Path, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row-level security hides nothing from a backup; who replaces all rows owns the tables."""
    run("account", "add", "anne@exemple.fr", "--name", "Anne", "--role", "administrator")
    add_person("Vidal")
    wanted = content_of(shared)
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", login(shared, "application", member_of=APPLICATION_ROLE))

    run("backup")
    refused = run("restore", str(only_backup(folder)), "--yes")

    told = dict(read_manifest(only_backup(folder)).tables)
    told.pop("data_version")
    assert told == wanted
    assert refused.exit_code == 1
    assert "n’est pas le propriétaire des tables" in refused.output


def test_on_postgresql_a_restore_waits_until_no_program_has_it_open(run: Run, folder: Path, shared: str) -> None:
    run("backup")
    engine = engine_at(shared)

    with engine.connect() as connection:
        connection.execute(sa.select(account)).all()
        result = run("restore", str(only_backup(folder)), "--yes")

    engine.dispose()
    assert result.exit_code == 1
    assert "a cette base ouverte" in result.output


def test_a_backup_of_one_engine_is_restored_on_the_other(
    run: Run, folder: Path, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_person("Vidal")
    run("backup")
    monkeypatch.delenv("CYBERCANTAL_DATABASE_URL")

    result = run("restore", str(only_backup(folder)), "--yes")

    assert result.exit_code == 0, result.output
    assert people() == ["Vidal"]
