"""A backup is the whole database at one instant: put back on either engine it is equal, and no damage to it goes unseen."""

import json
import os
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access import backups
from data_access.backups import (
    BackupRefused,
    Verified,
    keep_newest,
    opened_backup,
    read_manifest,
    restore_backup,
    verify_backup,
    write_backup,
)
from data_access.contents import CONTENT_TABLES, ContentRefused, DatabaseContent, TableContent, load
from data_access.engine import data_version, writing
from data_access.migrations import migrate, schema_state
from data_access.schema import (
    account,
    agreement,
    audit_entry,
    centre,
    centre_cost,
    person,
    sign_in_session,
    stale_mark,
)
from data_access.schema.columns import ClockTime, Day, Document, Flag, Instant, Number
from data_access.triggers import drop_statements, triggers_disabled
from tests.data_access.one_row_each import ROWS, insert_statement
from tests.data_access.test_migrations import restore as restore_dump
from tests.databases import ENGINES, PostgreSQLServer, engine_at, on_postgresql, sqlite_copy

NIGHT = datetime(2017, 5, 29, 21, 5, tzinfo=UTC)
TODAY = date(2017, 5, 30)
# It counts the writes of a database: those of the load too.
COUNTER = "data_version"

AND_THESE = (
    "INSERT INTO sign_in_session (id, account_id, token_hash, created_at, last_seen_at, expires_at) VALUES"
    " (1, 1, 't', '2017-05-29 08:00:00', '2017-05-29 08:00:00', '2017-05-29 18:00:00')",
    "INSERT INTO sign_in_attempt (id, email_hash, at, succeeded) VALUES (1, 'e', '2017-05-29 08:00:00', {true})",
    "INSERT INTO activation (id, account_id, code_hash, created_at, expires_at) VALUES"
    " (1, 1, 'c', '2017-05-29 08:00:00', '2017-05-30 08:00:00')",
    "INSERT INTO second_factor (id, account_id, secret, set_up_at) VALUES (1, 1, 's', '2017-05-29 08:00:00')",
    "INSERT INTO recovery_code (id, account_id, code_hash) VALUES (1, 1, 'r')",
    "INSERT INTO erasure (id, person_id, salt, fingerprint, erased_at, reason) VALUES"
    " (1, 7, 's', 'f', '2017-05-29 08:00:00', 'request')",
    "INSERT INTO entry_draft (id, actor, form, about, base_version, typed, saved_at) VALUES"
    " (1, 'a', 'f', 'x', 1, '{{}}', '2017-05-29 08:00:00')",
    "INSERT INTO import_file (id, import_batch_id, content, sent_at) VALUES (1, 1, {content}, '2017-05-29 08:00:00')",
)
SAID = {
    "sqlite": {"true": "1", "content": "x'00ff'"},
    "postgresql": {"true": "true", "content": "'\\x00ff'::bytea"},
}


# A rule of files, whatever the engine.
of_a_file = pytest.mark.parametrize("blank_engine", ["sqlite"], indirect=True)


def quiet(_done: float) -> None:
    """Nobody waits."""


def fill(connection: sa.Connection) -> None:
    """One row in every table, and no calendar."""
    with triggers_disabled(connection):
        connection.exec_driver_sql("DELETE FROM dataset")
        for table in ROWS:
            connection.exec_driver_sql(insert_statement(table))
        for statement in AND_THESE:
            connection.exec_driver_sql(statement.format(**SAID[connection.dialect.name]))


def content_of(engine: sa.Engine) -> dict[str, TableContent]:
    """What tells all that a database holds, but the number of its writes."""
    with engine.connect() as connection:
        content = DatabaseContent(connection)
        return {name: content.content(name) for name in content.columns if name != COUNTER}


def back_up(
    engine: sa.Engine, folder: Path, *, made_at: datetime = NIGHT, name: str | None = None
) -> tuple[Path, Verified]:
    file = folder / name if name else backups.backup_file(folder, made_at)
    return file, write_backup(engine, file, now=made_at, reason="asked", tell=quiet)


def put_back(engine: sa.Engine, file: Path, folder: Path) -> Mapping[str, TableContent]:
    return restore_backup(engine, file, read_manifest(file), folder=folder, through=TODAY, tell=quiet)


@contextmanager
def rewritten(file: Path, **changed: bytes | None) -> Iterator[Path]:
    """A copy whose members are replaced or left out, sealed anew: what a program at fault would have written."""
    aside = file.with_suffix(".rewritten.zip")
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as after:
        after.comment = b"0" * 64
        for name in before.namelist():
            content = changed.get(Path(name).stem, before.read(name))
            if content is not None:
                after.writestr(name, content)
    seal = backups._seal_of(aside)
    with aside.open("r+b") as written:
        written.seek(-64, os.SEEK_END)
        written.write(seal)
    yield aside
    aside.unlink()


@pytest.fixture
def filled(blank_engine: sa.Engine) -> sa.Engine:
    """A database with one row in every table."""
    migrate(blank_engine)
    with writing(blank_engine) as connection:
        fill(connection)
    return blank_engine


@pytest.fixture
def targets(postgresql_server: PostgreSQLServer, tmp_path: Path) -> Iterator[dict[str, sa.Engine]]:
    """An empty migrated database of each engine."""
    with postgresql_server.database(migrated=False) as url:
        engines = {"sqlite": engine_at(f"sqlite:///{tmp_path}/target.sqlite"), "postgresql": engine_at(url)}
        for engine in engines.values():
            migrate(engine)
        yield engines
        for engine in engines.values():
            engine.dispose()


# What is written comes back.

# PostgreSQL keeps no sign NUL and SQLite no NaN: what only one of them can hold is refused by the other, whole.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
).flatmap(lambda value: st.just({"dit": value}))
OF_TYPE: dict[type, st.SearchStrategy[Any]] = {
    Day: st.dates(),
    Instant: st.datetimes(timezones=st.just(UTC)),
    ClockTime: st.times().map(lambda hour: hour.replace(second=0, microsecond=0)),
    Flag: st.booleans(),
    Number: st.floats(allow_nan=False),
    Document: DOCUMENTS,
    sa.Integer: st.integers(-(2**31), 2**31 - 1),
    sa.Text: TEXTS | st.sampled_from(["'", '"', "\\N", "\t", "\n", "\r\n", "é\u0301", "\U0001f3d4", "\\", ";--"]),
    sa.LargeBinary: st.binary(min_size=1, max_size=40),
}
COLUMNS = [
    column
    for table in CONTENT_TABLES
    if table.name != COUNTER
    for column in table.c
    if not column.foreign_keys and not column.primary_key
    # SQLite takes « É » for a small letter.
    if column is not account.c.email
]


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[sa.Column[Any], Any]]:
    """Odd values, or none, for some columns of each type."""
    chosen = draw(st.lists(st.sampled_from(COLUMNS), min_size=60, max_size=120, unique=True))
    return [
        (column, None if column.nullable and draw(st.integers(0, 5)) == 0 else draw(OF_TYPE[type(column.type)]))
        for column in chosen
    ]


def write_what_may_be(engine: sa.Engine, changes: list[tuple[sa.Column[Any], Any]]) -> int:
    """Writes the values that the database takes, and answers how many they were."""
    written = 0
    with writing(engine) as connection:
        for column, value in changes:
            try:
                with connection.begin_nested():
                    connection.execute(sa.update(column.table).values({column: value}))
                written += 1
            except sa.exc.DBAPIError:
                pass
    return written


@pytest.fixture
def generated(filled: sa.Engine, targets: dict[str, sa.Engine], tmp_path: Path) -> tuple[Any, ...]:
    """A database that takes what it took before there were ranges, where to put it back, and a folder."""
    with writing(filled) as connection:
        for statement in drop_statements(connection.dialect.name):
            connection.exec_driver_sql(statement)
    return filled, targets, tmp_path


@pytest.mark.slow
@settings(max_examples=max(settings.get_profile("gate").max_examples, settings.default.max_examples) // 6)
@given(changes=edits())
def test_whatever_a_database_holds_is_equal_once_restored_on_either_engine(
    generated: tuple[Any, ...], changes: list[tuple[sa.Column[Any], Any]]
) -> None:
    source, targets, folder = generated
    assert write_what_may_be(source, changes)
    (folder / "a.zip").unlink(missing_ok=True)
    file, made = back_up(source, folder, name="a.zip")
    wanted = content_of(source)
    assert {name: table for name, table in made.manifest.tables.items() if name != COUNTER} == wanted

    for target in targets.values():
        with opened_backup(file, made.manifest, folder) as rows, writing(target) as connection:
            load(connection, rows, through=TODAY, tell=quiet)
        assert content_of(target) == wanted


def test_what_the_other_engine_cannot_hold_is_refused_whole(
    filled: sa.Engine, targets: dict[str, sa.Engine], tmp_path: Path
) -> None:
    only_here = {
        "sqlite": "UPDATE person SET family_name = 'a' || char(0)",
        "postgresql": "UPDATE visit SET started_at = now()",
    }
    with writing(filled) as connection:
        connection.exec_driver_sql(only_here[filled.dialect.name])
    file, _made = back_up(filled, tmp_path)

    if filled.dialect.name == "sqlite":
        with pytest.raises(ContentRefused, match="person: values"):
            put_back(targets["postgresql"], file, tmp_path)
        assert content_of(targets["postgresql"])["centre"].rows == 0
    else:
        # An instant is told to the second, whatever another program has written.
        assert put_back(targets["sqlite"], file, tmp_path)["visit"].rows == 1


def test_every_table_is_in_a_backup(filled: sa.Engine, tmp_path: Path) -> None:
    _file, made = back_up(filled, tmp_path)

    assert {name for name, table in made.manifest.tables.items() if not table.rows} == set()
    assert set(made.manifest.tables) == {table.name for table in CONTENT_TABLES}
    assert made.sound


def test_summaries_are_made_anew_and_no_trigger_adds_a_second_effect(
    filled: sa.Engine, targets: dict[str, sa.Engine], tmp_path: Path
) -> None:
    file, _made = back_up(filled, tmp_path)

    for target in targets.values():
        put_back(target, file, tmp_path)
        with target.connect() as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(stale_mark)).scalar() == 0
            assert connection.execute(sa.select(sa.func.count()).select_from(audit_entry)).scalar() == 1


def test_the_data_version_goes_beyond_every_number_told_before(
    filled: sa.Engine, targets: dict[str, sa.Engine], tmp_path: Path
) -> None:
    """What a session read at a number must not pass for what is there now."""
    with writing(filled) as connection:
        connection.exec_driver_sql("UPDATE data_version SET n = 500")
    file, _made = back_up(filled, tmp_path)

    for target in targets.values():
        with writing(target) as connection:
            connection.exec_driver_sql("UPDATE data_version SET n = 900, visits = 40")
        put_back(target, file, tmp_path)
        with target.connect() as connection:
            assert data_version(connection) > 900
            assert connection.exec_driver_sql("SELECT visits FROM data_version").scalar_one() > 40


def test_nobody_is_signed_in_after_a_restore(filled: sa.Engine, tmp_path: Path) -> None:
    """Who signed out since, or was made to, would be signed in again."""
    file, _made = back_up(filled, tmp_path)

    put_back(filled, file, tmp_path)

    with filled.connect() as connection:
        assert connection.execute(sa.select(sign_in_session)).all() == []
        assert connection.execute(sa.select(account.c.email)).scalar_one() == "a@example.org"


@on_postgresql
def test_an_identifier_given_once_is_not_given_again(engine: sa.Engine, tmp_path: Path) -> None:
    """The last row of before the backup was removed; then one was added, and lost with the restore."""
    entry = {"at": NIGHT, "actor": "a", "action": "b", "table_name": "c", "row_key": "d"}
    added = sa.insert(audit_entry).values(**entry).returning(audit_entry.c.id)
    with writing(engine) as connection:
        removed = connection.execute(added).scalar_one()
        connection.execute(sa.delete(audit_entry))
    file, _made = back_up(engine, tmp_path)
    with writing(engine) as connection:
        lost = connection.execute(added).scalar_one()
    assert lost > removed

    put_back(engine, file, tmp_path)

    with writing(engine) as connection:
        assert connection.execute(added).scalar_one() > lost


# Consistent, whoever writes meanwhile.


@pytest.mark.slow
def test_a_backup_is_of_one_instant_while_others_write(engine: sa.Engine, tmp_path: Path) -> None:
    """A writer adds a person with an agreement, and the sum of what they pay, in one transaction each time."""
    with writing(engine) as connection:
        connection.execute(sa.insert(centre).values(**ROWS["centre"]))
        connection.execute(sa.insert(centre_cost).values(id=1, centre_id=1, year=2017, cost_eur=0, source="x"))
    over, written = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not over.is_set():
            number += 1
            with writing(engine) as connection:
                connection.execute(sa.insert(person).values(id=number, family_name="D", status="independent"))
                signed = {**ROWS["agreement"], "id": number, "person_id": number, "signed_on": TODAY}
                connection.execute(sa.insert(agreement).values(**signed))
                connection.execute(sa.update(centre_cost).values(cost_eur=number))
            written.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        written.wait()
        files = [back_up(engine, tmp_path, made_at=NIGHT + timedelta(seconds=n))[0] for n in range(3)]
    finally:
        over.set()
        writer.join()

    counted = []
    for file in files:
        put_back(engine, file, tmp_path)
        with engine.connect() as connection:
            people, links, total = connection.execute(
                sa.select(
                    sa.select(sa.func.count()).select_from(person).scalar_subquery(),
                    sa.select(sa.func.count())
                    .select_from(agreement)
                    .join(person, agreement.c.person_id == person.c.id)
                    .scalar_subquery(),
                    sa.select(centre_cost.c.cost_eur).scalar_subquery(),
                )
            ).one()
        assert people == links == total
        counted.append(people)
    assert counted[0] >= 1
    assert counted == sorted(counted)


@of_a_file
def test_an_interrupted_backup_leaves_nothing(filled: sa.Engine, tmp_path: Path) -> None:
    def interrupted(done: float) -> None:
        if done > 0.3:
            raise KeyboardInterrupt

    folder = tmp_path / "sauvegardes"
    with pytest.raises(KeyboardInterrupt):
        write_backup(filled, folder / "a.zip", now=NIGHT, reason="asked", tell=interrupted)

    assert list(folder.iterdir()) == []


@of_a_file
def test_a_backup_is_for_its_owner_alone_and_replaces_no_file(filled: sa.Engine, tmp_path: Path) -> None:
    file, _made = back_up(filled, tmp_path)

    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BackupRefused, match="existe déjà"):
        back_up(filled, tmp_path, name=file.name)
    assert [path.name for path in tmp_path.glob("*.zip")] == [file.name]


# Damage is told.


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> bytes:
    """The bytes of a small backup."""
    folder = tmp_path_factory.mktemp("sound")
    engine = engine_at(sqlite_copy(sqlite_template, folder))
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM calendar_day")
        fill(connection)
    file, _made = back_up(engine, folder)
    engine.dispose()
    return file.read_bytes()


def is_sound(content: bytes, folder: Path) -> bool:
    file = folder / "copie.zip"
    file.write_bytes(content)
    try:
        return verify_backup(file, tell=quiet).sound
    except BackupRefused:
        return False


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_byte_changed_anywhere_is_told(sound: bytes, tmp_path: Path, place: float, bit: int) -> None:
    changed = bytearray(sound)
    changed[int(place * len(sound))] ^= 1 << bit

    assert is_sound(sound, tmp_path)
    assert not is_sound(bytes(changed), tmp_path)


@given(kept=st.floats(0, 1, exclude_max=True))
def test_a_truncated_file_is_told(sound: bytes, tmp_path: Path, kept: float) -> None:
    assert not is_sound(sound[: int(kept * len(sound))], tmp_path)


def test_what_is_damaged_is_named(sound: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(sound)
    with zipfile.ZipFile(file) as archive:
        people = archive.read("tables/person.jsonl")
    with rewritten(file, person=people.replace(b"Delmas", b"Dalmas"), centre=None, visit=b"", event=b"{") as changed:
        found = verify_backup(changed, tell=quiet)

    assert found.whole
    assert found.damaged == {"person": "content", "centre": "missing", "visit": "rows", "event": "content"}


@pytest.mark.parametrize("content", [b"", b"a letter", b"PK\x03\x04"])
def test_a_file_that_is_no_backup_is_told(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(content)

    with pytest.raises(BackupRefused, match="n’est pas une sauvegarde"):
        verify_backup(file, tell=quiet)


# Other versions of the program.


@pytest.mark.parametrize("engine_name", ENGINES)
@of_a_file
def test_a_backup_of_an_earlier_schema_is_migrated_as_the_database_would_have_been(
    engine_name: str, targets: dict[str, sa.Engine], blank_engine: sa.Engine, tmp_path: Path
) -> None:
    """To either engine."""
    restore_dump(blank_engine, "0006")
    file, made = back_up(blank_engine, tmp_path)
    assert made.manifest.revision == "0006"

    target = targets[engine_name]
    with opened_backup(file, made.manifest, tmp_path) as rows, writing(target) as connection:
        load(connection, rows, through=TODAY, tell=quiet)
    migrate(blank_engine)

    assert content_of(target) == content_of(blank_engine)
    assert schema_state(target).is_current


def test_the_schema_is_told_alike_from_either_engine(targets: dict[str, sa.Engine], tmp_path: Path) -> None:
    """So that an earlier backup of PostgreSQL is migrated as one of SQLite is."""
    embedded, shared = (
        back_up(engine, tmp_path, name=f"{name}.zip")[1].manifest.schema_statements for name, engine in targets.items()
    )

    assert embedded == shared
    assert len(embedded) > len(CONTENT_TABLES)


@pytest.mark.parametrize("blank_engine", ["postgresql"], indirect=True)
def test_what_is_put_aside_before_a_migration_of_postgresql_goes_back_with_the_program_of_then(
    blank_engine: sa.Engine, tmp_path: Path
) -> None:
    """It holds every row; how its tables were made on SQLite, only that program knows."""
    restore_dump(blank_engine, "0006")
    file, made = back_up(blank_engine, tmp_path)

    assert made.manifest.tables == {**made.manifest.tables, **content_of(blank_engine)}
    with pytest.raises(BackupRefused, match="avec la version du logiciel qui servait alors"):
        put_back(blank_engine, file, tmp_path)


def test_a_backup_of_a_later_schema_is_refused(sound: bytes, filled: sa.Engine, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(sound)
    later = json.dumps(json.loads(read_manifest(file).model_dump_json()) | {"revision": "0999"}).encode()
    before = content_of(filled)

    with rewritten(file, manifest=later) as changed, pytest.raises(BackupRefused, match="plus récente"):
        put_back(filled, changed, tmp_path)

    assert content_of(filled) == before


def test_no_statement_of_a_file_is_run_but_those_that_make_tables(sound: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(sound)
    said = json.loads(read_manifest(file).model_dump_json())
    forged = json.dumps(said | {"revision": "0010", "schema_statements": ["ATTACH DATABASE 'a' AS b"]}).encode()

    with rewritten(file, manifest=forged) as changed, pytest.raises(BackupRefused, match="n’est pas une sauvegarde"):
        verify_backup(changed, tell=quiet)


@pytest.mark.parametrize(
    ("table", "before", "after", "reason"),
    [("centre_capacity", b"[1,", b"[77,", "links"), ("commune", b'"15014"', b"null", "values")],
)
def test_rows_that_the_database_refuses_leave_it_as_it_was(
    sound: bytes, filled: sa.Engine, tmp_path: Path, table: str, before: bytes, after: bytes, reason: str
) -> None:
    """Checks and links hold in a restore too; what a program at fault has sealed is no better for it."""
    file = tmp_path / "a.zip"
    file.write_bytes(sound)
    with zipfile.ZipFile(file) as archive:
        line = archive.read(f"tables/{table}.jsonl")
    wanted = content_of(filled)

    with (
        rewritten(file, **{table: line.replace(before, after, 1)}) as changed,
        pytest.raises(ContentRefused) as refused,
    ):
        put_back(filled, changed, tmp_path)

    assert refused.value.table == table
    # PostgreSQL looks at links as rows come.
    assert refused.value.reason in (reason, "values")
    assert content_of(filled) == wanted


# A folder of backups.


@of_a_file
def test_only_the_newest_are_kept_and_nothing_else_is_touched(filled: sa.Engine, tmp_path: Path) -> None:
    """What was put aside before a migration goes with the backups of its time; damaged and foreign files stay."""
    days = [NIGHT + timedelta(days=n) for n in range(5)]
    files = [back_up(filled, tmp_path, made_at=day)[0] for day in days]
    aside = [backups.backup_file(tmp_path, day + timedelta(hours=1)) for day in (days[0], days[3])]
    for file, day in zip(aside, (days[0], days[3]), strict=True):
        write_backup(filled, file, now=day + timedelta(hours=1), reason="before_migration", tell=quiet)
    files[1].write_bytes(files[1].read_bytes()[:-1] + b"x")
    foreign = tmp_path / "cybercantal-20170101-000000.zip"
    foreign.write_text("not ours", encoding="utf-8")
    database = read_manifest(files[0]).origin.database

    assert keep_newest(tmp_path, database="sqlite:////another", keep=1) == []
    gone = keep_newest(tmp_path, database=database, keep=2)

    assert set(gone) == {files[0], files[2], aside[0]}
    assert set(tmp_path.glob("*.zip")) == {files[1], files[3], files[4], aside[1], foreign}
    assert keep_newest(tmp_path, database=database, keep=3) == []


def test_two_backups_of_one_second_are_two_files(tmp_path: Path) -> None:
    """One is asked for, and a restore sets the present database aside at once."""
    at = datetime(2026, 11, 27, 12, 38, 35)
    first = backups.backup_file(tmp_path, at)
    first.touch()
    second = backups.backup_file(tmp_path, at)
    second.touch()

    assert [each.name for each in (first, second, backups.backup_file(tmp_path, at))] == [
        "cybercantal-20261127-123835.zip",
        "cybercantal-20261127-123835-2.zip",
        "cybercantal-20261127-123835-3.zip",
    ]
