"""A backup: one file that holds a whole database as it was at one instant, whichever engine it came from.

It is a ZIP archive, which any tool opens: `manifest.json`, and `tables/<name>.jsonl` with one row a line, its values in the
order of the columns that the manifest names. The comment of the archive is the SHA-256 of all that stands before it, so
that no byte of the file changes unseen; it tells damage, and no forger, who would write it anew.

The schema goes with it, as SQLite says it: rows of an earlier revision are put back into the tables of that revision, in
a file aside, and migrated there as the database would have been. Tables that are not declared any more are not read.
"""

import hashlib
import json
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime
from importlib.metadata import version
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final, Literal

import sqlalchemy as sa
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from data_access import migrations
from data_access.contents import (
    CONTENT_TABLES,
    DatabaseContent,
    Print,
    Progress,
    Row,
    Source,
    TableContent,
    load,
    read,
    snapshot,
    told,
)
from data_access.engine import is_demonstration, open_engine, writing
from data_access.schema import activation, metadata, sign_in_session

Reason = Literal["asked", "before_migration", "before_restore"]
Damage = Literal["missing", "unreadable", "rows", "content"]

# Whatever a file says, no other statement of it is ever run.
SchemaStatement = Annotated[str, StringConstraints(pattern=r"^CREATE (?:TABLE|(?:UNIQUE )?INDEX)\b")]

_PRODUCT: Final = "cybercantal"
_FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_KEY: Final = "key.json"
_SEAL_LENGTH: Final = 64
_LINES_AT_ONCE: Final = 2000
_PIECE: Final = 1 << 20
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, NotImplementedError, OSError)


class BackupRefused(migrations.MigrationRefused):
    """Nothing was written, or nothing was touched; the message says why and what to do, in French."""


class Origin(BaseModel):
    """Where the content comes from."""

    model_config = ConfigDict(frozen=True)

    engine: str
    """« sqlite 3.40.1 », « postgresql 15.18 »."""
    database: str
    """The address without who signs in there: backups of one database are told from those of another by it."""
    demonstration: bool


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(frozen=True)

    product: Literal["cybercantal"]
    format: int
    version: str
    """Of the program that made it."""
    revision: str
    """Of the schema."""
    made_at: AwareDatetime
    """The instant at which the database was as it tells."""
    reason: Reason
    origin: Origin
    with_key: bool
    tables: Mapping[str, TableContent]
    next_ids: Mapping[str, int]
    """The first identifier never given, for tables that give some: what was given once is not given again."""
    schema_statements: tuple[SchemaStatement, ...]
    """What makes the tables and their indexes on SQLite; none where only an earlier program could have told."""

    @property
    def rows(self) -> int:
        """How many rows it holds in all."""
        return sum(table.rows for table in self.tables.values())


class Verified(BaseModel):
    """What reading a backup whole found: `whole` is whether no byte of it changed."""

    model_config = ConfigDict(frozen=True)

    manifest: Manifest
    whole: bool
    damaged: Mapping[str, Damage]

    @property
    def sound(self) -> bool:
        """Whether all that it says of itself is so."""
        return self.whole and not self.damaged


def database_of(url: sa.URL) -> str:
    """The address of a database without who signs in there, nor how."""
    where = {name: value for name, value in url.query.items() if name in ("host", "port")}
    return url.set(drivername=url.get_backend_name(), username=None, password=None, query=where).render_as_string()


# Writing.


def write_backup(
    engine: sa.Engine, file: Path, *, now: datetime, reason: Reason, key: bytes | None = None, tell: Progress
) -> Verified:
    """Writes a backup of a database, which others may write in meanwhile, and answers with what reading it again found.

    It is written beside, for its owner alone, and gets its name once it has been read again and found right. `key` is
    what the caller sealed of what is kept beside the database. Raises BackupRefused.
    """
    refuse_without_tables(engine)
    if file.exists():
        raise BackupRefused(f"« {file} » existe déjà. Indiquez un autre nom, ou un dossier.")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.partial")
    aside.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as written:
            with (
                snapshot(engine, file.parent) as connection,
                zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive,
            ):
                archive.comment = b"0" * _SEAL_LENGTH
                content = DatabaseContent(connection)
                tables = {}
                for done, name in enumerate(content.columns):
                    tell(0.6 * done / len(content.columns))
                    tables[name] = _write_table(archive, content, name)
                if key is not None:
                    archive.writestr(_KEY, key)
                manifest = _manifest(engine, connection, content, tables, now, reason, with_key=key is not None)
                archive.writestr(_MANIFEST, manifest.model_dump_json(indent=1))
            written.flush()
            seal = _seal_of(aside)
            written.seek(-_SEAL_LENGTH, os.SEEK_END)
            written.write(seal)
            written.flush()
            os.fsync(written.fileno())
        verified = verify_backup(aside, tell=lambda done: tell(0.6 + 0.4 * done))
        if not verified.sound:
            raise BackupRefused(
                f"La sauvegarde écrite sur « {file.parent} » ne se relit pas comme elle a été écrite : rien n’en est gardé. "
                "Vérifiez ce disque, ou indiquez un autre dossier."
            )
        aside.replace(file)
        _sync_folder(file.parent)
    except OSError as error:
        # A full disk is told without the name of the file.
        raise OSError(error.errno, error.strerror, error.filename or str(file)) from error
    finally:
        aside.unlink(missing_ok=True)
    return verified


def refuse_without_tables(engine: sa.Engine) -> None:
    """Raises BackupRefused for a database that this program does not know how to read."""
    state = migrations.schema_state(engine)
    if state.refusal:
        raise state.refusal
    if state.current is None:
        raise BackupRefused("Cette base n’a pas encore de tables : il n’y a rien à sauvegarder.")


def _write_table(archive: zipfile.ZipFile, content: DatabaseContent, name: str) -> TableContent:
    counted = Print(content.columns[name])
    with archive.open(_member(name), "w", force_zip64=True) as member:
        lines: list[bytes] = []
        for row in content.rows(name):
            line = told(row)
            counted.add(line)
            lines.append(line + b"\n")
            if len(lines) == _LINES_AT_ONCE:
                member.write(b"".join(lines))
                lines.clear()
        member.write(b"".join(lines))
    return counted.content()


def _manifest(
    engine: sa.Engine,
    connection: sa.Connection,
    content: DatabaseContent,
    tables: Mapping[str, TableContent],
    now: datetime,
    reason: Reason,
    *,
    with_key: bool,
) -> Manifest:
    server = connection.dialect.server_version_info or ()
    origin = Origin(
        engine=f"{engine.dialect.name} {'.'.join(map(str, server))}",
        database=database_of(engine.url),
        demonstration=is_demonstration(connection),
    )
    revision = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
    return Manifest(
        product=_PRODUCT,
        format=_FORMAT,
        version=version(_PRODUCT),
        revision=revision,
        made_at=now,
        reason=reason,
        origin=origin,
        with_key=with_key,
        tables=tables,
        next_ids=content.next_ids,
        schema_statements=_schema_statements(connection, revision),
    )


def _schema_statements(connection: sa.Connection, revision: str) -> tuple[str, ...]:
    """What makes these tables on SQLite, summaries too; none for tables of PostgreSQL that only an earlier program knew."""
    if connection.dialect.name == "sqlite":
        return _sqlite_statements(connection)
    if revision != migrations.head():
        return ()
    engine = open_engine("sqlite://")
    migrations.migrate(engine)
    with engine.connect() as made:
        return _sqlite_statements(made)


def _sqlite_statements(connection: sa.Connection) -> tuple[str, ...]:
    made = connection.exec_driver_sql(
        "SELECT tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC, name"
    )
    return tuple(statement for name, statement in made if name in metadata.tables)


def _seal_of(file: Path) -> bytes:
    """The SHA-256 of all of a file but the end, where it stands."""
    digest = hashlib.sha256()
    left = file.stat().st_size - _SEAL_LENGTH
    with file.open("rb") as opened:
        while left > 0 and (piece := opened.read(min(_PIECE, left))):
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest().encode()


def _sync_folder(folder: Path) -> None:
    """The name too is on the disk, where the system can be asked."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


# Reading.


def read_manifest(file: Path) -> Manifest:
    """What a backup says of itself, without its rows. Raises BackupRefused for a file that is none."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _read_manifest(file, archive)
    except _BROKEN as error:
        raise _unread(file, error) from None


def is_whole(file: Path) -> bool:
    """Whether no byte of the file has changed since it was written, which was then found right."""
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - _SEAL_LENGTH))
        return opened.read() == _seal_of(file)


def verify_backup(file: Path, *, tell: Progress) -> Verified:
    """Reads a backup whole and counts everything anew. Raises BackupRefused for a file that is none, or cannot be read."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _read_manifest(file, archive)
            damaged: dict[str, Damage] = {}
            if manifest.revision == migrations.head():
                damaged |= {table.name: "missing" for table in CONTENT_TABLES if table.name not in manifest.tables}
            for done, (name, expected) in enumerate(manifest.tables.items()):
                tell(done / len(manifest.tables))
                damage = _damage(archive, name, expected)
                if damage:
                    damaged[name] = damage
    except _BROKEN as error:
        raise _unread(file, error) from None
    return Verified(manifest=manifest, whole=is_whole(file), damaged=damaged)


def read_key(file: Path) -> bytes | None:
    """What was sealed of what was kept beside the database; None when it was not taken."""
    with zipfile.ZipFile(file) as archive:
        return archive.read(_KEY) if _KEY in archive.namelist() else None


def _read_manifest(file: Path, archive: zipfile.ZipFile) -> Manifest:
    known = json.loads(archive.read(_MANIFEST))
    if isinstance(known, dict) and known.get("product") == _PRODUCT and known.get("format", 0) > _FORMAT:
        raise BackupRefused(
            f"« {file} » a été écrit par une version plus récente du logiciel ({known.get('version')}). Mettez le logiciel à "
            "jour."
        )
    return Manifest.model_validate(known)


def _unread(file: Path, error: Exception) -> Exception:
    """What to say of a file that could not be opened as a backup: one that is not there, or not to be read, says it itself."""
    if isinstance(error, OSError) and error.filename:
        return error
    return BackupRefused(
        f"« {file} » n’est pas une sauvegarde de CyberCantal, ou elle est tronquée ou abîmée au point de ne plus s’ouvrir. "
        "Prenez-en une autre."
    )


def _damage(archive: zipfile.ZipFile, name: str, expected: TableContent) -> Damage | None:
    if _member(name) not in archive.namelist():
        return "missing"
    counted = Print(expected.columns)
    try:
        with archive.open(_member(name)) as lines:
            for line in lines:
                counted.add(line.removesuffix(b"\n"))
    except _BROKEN:
        return "unreadable"
    found = counted.content()
    if found.rows != expected.rows:
        return "rows"
    return None if found == expected else "content"


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"


class BackupContent:
    """The rows of a backup, as a source to load."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.columns: Mapping[str, tuple[str, ...]] = {name: table.columns for name, table in manifest.tables.items()}
        self.next_ids: Mapping[str, int] = manifest.next_ids

    def rows(self, table: str) -> Iterator[Row]:
        with self._archive.open(_member(table)) as lines:
            for line in lines:
                yield read(line)


@contextmanager
def opened_backup(file: Path, manifest: Manifest, folder: Path) -> Iterator[Source]:
    """The rows of a backup in the columns of today: those of an earlier revision are migrated first, in a file in `folder`.

    Raises BackupRefused for one that another version of this program restores.
    """
    refuse_unusable(manifest)
    with zipfile.ZipFile(file) as archive:
        content = BackupContent(archive, manifest)
        if manifest.revision == migrations.head():
            yield content
            return
        with TemporaryDirectory(dir=folder, prefix=".cybercantal-") as aside:
            engine = open_engine(f"sqlite:///{aside}/{manifest.revision}.sqlite")
            try:
                _put_back(engine, manifest, content)
                migrations.migrate(engine)
                with engine.connect() as connection:
                    migrated = DatabaseContent(connection)
                    migrated.next_ids = {**migrated.next_ids, **manifest.next_ids}
                    yield migrated
            finally:
                engine.dispose()


def refuse_unusable(manifest: Manifest) -> None:
    """Raises BackupRefused for a backup that another version of this program restores, and not this one."""
    if not migrations.is_known(manifest.revision):
        raise BackupRefused(
            f"Cette sauvegarde vient d’une version plus récente du logiciel ({manifest.version}, révision "
            f"{manifest.revision}). Mettez le logiciel à jour, puis restaurez-la."
        )
    if manifest.revision != migrations.head() and not manifest.schema_statements:
        raise BackupRefused(
            f"Cette sauvegarde d’une base PostgreSQL (révision {manifest.revision}) a été faite juste avant une mise à jour : "
            "restaurez-la avec la version du logiciel qui servait alors, puis mettez à jour."
        )


def restore_backup(
    engine: sa.Engine, file: Path, manifest: Manifest, *, folder: Path, through: date, tell: Progress
) -> Mapping[str, TableContent]:
    """Replaces all that a database of today's revision holds by a backup, whole or not at all; answers what it then holds.

    `folder` is where files aside may be written. Nobody is signed in any more, and no link of an account opens it: those
    that were ended since would be open again. Who was erased since is back (`data_access.erasures`). Raises ContentRefused.
    """
    with opened_backup(file, manifest, folder) as source, writing(engine) as connection:
        loaded = load(connection, source, through=through, tell=tell)
        for table in (sign_in_session, activation):
            connection.execute(sa.delete(table))
    return loaded


def _put_back(engine: sa.Engine, manifest: Manifest, content: BackupContent) -> None:
    """The tables of the revision of a backup, with its rows; links are looked at where they are loaded in the end."""
    with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for statement in manifest.schema_statements:
            connection.execute(statement)
        for name, columns in content.columns.items():
            places = ", ".join("?" * len(columns))
            connection.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({places})", content.rows(name))
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (manifest.revision,))
        connection.execute("COMMIT")


# The backups of a folder.


def backup_file(folder: Path, moment: datetime) -> Path:
    """The file of a backup made at that moment, told on the clocks of whoever reads it; one of the same second has a number."""
    names = (f"cybercantal-{moment:%Y%m%d-%H%M%S}{f'-{number}' if number > 1 else ''}.zip" for number in count(1))
    return next(file for name in names if not (file := folder / name).exists())


def backups_in(folder: Path, *, database: str) -> list[tuple[Path, Manifest]]:
    """The backups of a database in a folder, the newest first; other files are none of ours."""
    found = []
    for file in folder.glob("cybercantal-*.zip") if folder.is_dir() else ():
        with suppress(BackupRefused, OSError):
            manifest = read_manifest(file)
            if manifest.origin.database == database:
                found.append((file, manifest))
    return sorted(found, key=lambda each: each[1].made_at, reverse=True)


def keep_newest(folder: Path, *, database: str, keep: int) -> list[Path]:
    """Removes from a folder the backups of a database that are older than the newest `keep` asked for; answers which.

    What was put aside before a migration or a restore is not counted, and goes with those of its time. What has been
    damaged since is neither counted nor removed.
    """
    sound = [(file, manifest) for file, manifest in backups_in(folder, database=database) if is_whole(file)]
    kept = [manifest.made_at for _, manifest in sound if manifest.reason == "asked"][:keep]
    older = [file for file, manifest in sound if len(kept) == keep and manifest.made_at < kept[-1]]
    for file in older:
        file.unlink()
    return older
