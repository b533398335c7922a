"""The register of erasures kept outside of the database, and what is erased again after a restore.

A backup is older than the last erasures: restored, it would bring the names back. So each erasure is also one line of a
file beside the database (number of the person, salt, fingerprint, date, reason; no name), which is never restored with it.
"""

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from data_access.engine import is_demonstration, vacuum, writing
from data_access.migrations import MigrationRefused
from data_access.rights import Actor
from data_access.schema import erasure, person
from data_access.writes.personal_data import TABLES_REWRITTEN, erase_people, fingerprint

REPLAYER: Final = Actor("registre des effacements", "administrator")


class RegisterUnreadable(MigrationRefused):
    """A line of the file cannot be read: starting without it would show names that were erased."""

    def __init__(self, file: Path, line: int) -> None:
        super().__init__(
            f"La ligne {line} du registre des effacements « {file} » est illisible. Remettez une copie de ce fichier, ou "
            "retirez cette ligne si la personne a été effacée à nouveau."
        )


@dataclass(frozen=True)
class RegisteredErasure:
    """One erasure; `demonstration` when the data were invented, and go with the next ones."""

    person_id: int
    salt: str
    fingerprint: str
    erased_at: str
    reason: str
    demonstration: bool = False


def finish_erasures(engine: sa.Engine, file: Path) -> int:
    """After an erasure: the file has all the register has, and the engine keeps no former page; answers the lines added.

    Doing it again is harmless, and repairs what an interruption left undone.
    """
    added = _write_missing(engine, file)
    vacuum(engine, TABLES_REWRITTEN)
    return added


def replay_erasures(engine: sa.Engine, file: Path, *, now: datetime) -> int:
    """Erases again the people whom a restored copy brought back, and answers how many; reads little when nobody came back."""
    lines = read_register(file)
    with _answering_for_people(engine) as connection:
        stored = {row.fingerprint: row for row in connection.execute(sa.select(erasure))}
        lacking = list({line.fingerprint: line for line in lines if line.fingerprint not in stored}.values())
        back = _back(connection, [*lines, *map(_registered, stored.values())])
    if lacking or back:
        with writing(engine, REPLAYER) as connection:
            for line in lacking:
                values = {**asdict(line), "erased_at": datetime.fromisoformat(line.erased_at)}
                values.pop("demonstration")
                connection.execute(sa.insert(erasure).values(**values))
            for reason in {line.reason for line in back}:
                people = [line.person_id for line in back if line.reason == reason]
                erase_people(connection, REPLAYER, people, reason=reason, now=now, action="replay_erasure")
    if back or not stored.keys() <= {line.fingerprint for line in lines}:
        finish_erasures(engine, file)
    return len({line.person_id for line in back})


def people_back(engine: sa.Engine, file: Path) -> int:
    """How many erased people have their names again, which only a copy put back explains; nothing is written."""
    with _answering_for_people(engine) as connection:
        stored = connection.execute(sa.select(erasure)).all()
        return len({line.person_id for line in _back(connection, [*read_register(file), *map(_registered, stored)])})


def remove_demonstration_erasures(file: Path) -> None:
    """Invented people are invented anew, with the same numbers: their erasures go with them."""
    lines = read_register(file)
    kept = [line for line in lines if not line.demonstration]
    if len(kept) < len(lines):
        aside = file.with_name(f"{file.name}.partial")
        aside.unlink(missing_ok=True)
        _append(aside, kept)
        if kept:
            aside.replace(file)
        else:
            file.unlink()


def _answering_for_people(engine: sa.Engine) -> sa.Connection:
    """A connection told who asks: to nobody, row-level security shows no name, and those put back would pass for erased."""
    return engine.connect().execution_options(actor=REPLAYER)


def _back(connection: sa.Connection, lines: list[RegisteredErasure]) -> list[RegisteredErasure]:
    """The erasures of people who have names again."""
    if not lines:
        return []
    named = sa.select(person.c.id, person.c.created_at).where(person.c.erased_at.is_(None))
    created = {row.id: row.created_at for row in connection.execute(named)}
    return [
        line
        for line in lines
        if line.person_id in created
        and fingerprint(line.salt, line.person_id, created[line.person_id]) == line.fingerprint
    ]


def _write_missing(engine: sa.Engine, file: Path) -> int:
    written = {line.fingerprint for line in read_register(file)}
    with _answering_for_people(engine) as connection:
        invented = is_demonstration(connection)
        rows = connection.execute(sa.select(erasure).order_by(erasure.c.id)).all()
    lines = [_registered(row, demonstration=invented) for row in rows if row.fingerprint not in written]
    _append(file, lines)
    return len(lines)


def _registered(row: Any, *, demonstration: bool = False) -> RegisteredErasure:
    when = row.erased_at.astimezone(UTC).isoformat()
    return RegisteredErasure(row.person_id, row.salt, row.fingerprint, when, row.reason, demonstration)


def read_register(file: Path) -> list[RegisteredErasure]:
    """The lines of the file; none where there is no file. A last line cut short by a power cut is in the database still."""
    if not file.exists():
        return []
    whole = file.read_text(encoding="utf-8").split("\n")
    lines = []
    for number, text in enumerate(whole[:-1], start=1):
        try:
            lines.append(RegisteredErasure(**json.loads(text)))
        except (ValueError, TypeError):
            if text.strip():
                raise RegisterUnreadable(file, number) from None
    return lines


def _append(file: Path, lines: list[RegisteredErasure]) -> None:
    """Adds the lines, on the disk before it answers; whoever keeps the server reads them, nobody else."""
    if not lines:
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as written:
        # What a power cut left of a line goes.
        written.truncate(written.read().rfind(b"\n") + 1)
        written.seek(0, os.SEEK_END)
        written.writelines(json.dumps(asdict(line), ensure_ascii=False).encode() + b"\n" for line in lines)
        written.flush()
        os.fsync(written.fileno())
