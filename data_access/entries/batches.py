"""The imports that are made: who, when, which file, what became of it; and the files that wait to be checked by another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor, Right, requires
from data_access.schema import import_batch, import_file
from data_access.writes.entry_rules import require_right
from data_access.writes.rows import fresh_id

SILENT: Final = timedelta(minutes=2)
"""An import at work writes every second; one that has not for so long was interrupted."""
_batch: Final = import_batch.c


@dataclass(frozen=True)
class FileSource:
    """The file that an import comes from: its name, its SHA-256, and the headings that a person set otherwise."""

    name: str
    sha256: str | None = None
    headings: Mapping[str, str | None] | None = None


def open_batch(
    connection: sa.Connection,
    actor: Actor,
    kind: str,
    source: FileSource,
    *,
    now: datetime,
    state: str = "running",
    counts: Mapping[str, int] | None = None,
) -> int:
    """Writes down that an import begins, or waits, and answers its number, which no other import has or had."""
    require_right(actor, Right.COORDINATE)
    number: int = connection.execute(
        sa.insert(import_batch)
        .values(
            kind=kind,
            file_name=_plain_name(source.name),
            file_hash=source.sha256,
            headings=dict(source.headings) if source.headings else None,
            imported_at=now,
            imported_by=actor.name,
            state=state,
            written_at=now,
            **{"added": 0, "changed": 0, "unchanged": 0, **(counts or {})},
            **fresh_id(connection, import_batch),
        )
        .returning(import_batch.c.id)
    ).scalar_one()
    return number


def send_file(
    connection: sa.Connection,
    actor: Actor,
    kind: str,
    source: FileSource,
    *,
    content: bytes,
    counts: Mapping[str, int],
    now: datetime,
) -> int:
    """Keeps a file until another coordinator has decided on it, and answers the number the import will have.

    `counts` are what its rehearsal found. Raises Refused for who may not import. `connection` must come from `writing`.
    """
    number = open_batch(connection, actor, kind, source, now=now, state="waiting", counts=counts)
    connection.execute(sa.insert(import_file).values(import_batch_id=number, content=content, sent_at=now))
    return number


def return_file(connection: sa.Connection, actor: Actor, batch_id: int, *, now: datetime) -> None:
    """Sends a file back without importing it, or takes one's own back; Refused when somebody decided already."""
    _decide(connection, actor, batch_id, now=now)
    connection.execute(sa.update(import_batch).where(_batch.id == batch_id).values(state="returned"))


def take_up(connection: sa.Connection, actor: Actor, batch_id: int, *, now: datetime) -> int:
    """Begins the import of a file that waited; Refused when somebody decided already, and for who sent it."""
    author = connection.execute(sa.select(_batch.imported_by).where(_batch.id == batch_id)).scalar_one_or_none()
    if author == actor.name:
        raise Refused([Problem(Rule.OWN_FILE)])
    return _decide(connection, actor, batch_id, now=now)


def _decide(connection: sa.Connection, actor: Actor, batch_id: int, *, now: datetime) -> int:
    """What was kept of a file goes."""
    require_right(actor, Right.COORDINATE)
    # Who comes second waits for the first, and finds no file.
    if not connection.execute(sa.delete(import_file).where(import_file.c.import_batch_id == batch_id)).rowcount:
        raise Refused([Problem(Rule.ALREADY_DECIDED)])
    decided = {"state": "running", "checked_at": now, "checked_by": actor.name, "written_at": now}
    decided |= dict.fromkeys(("added", "changed", "unchanged"), 0)
    connection.execute(sa.update(import_batch).where(_batch.id == batch_id).values(**decided))
    return batch_id


def note_work(connection: sa.Connection, batch_id: int, counts: Mapping[str, int], *, now: datetime) -> None:
    """Adds what a slice did."""
    more = {name: _batch[name] + number for name, number in counts.items()}
    connection.execute(sa.update(import_batch).where(_batch.id == batch_id).values(written_at=now, **more))


def end_batch(connection: sa.Connection, batch_id: int, counts: Mapping[str, int], *, now: datetime) -> None:
    """Says that an import is done."""
    done = {"state": "done", "written_at": now, **counts}
    connection.execute(sa.update(import_batch).where(_batch.id == batch_id).values(**done))


def drop_batch(connection: sa.Connection, batch_id: int) -> None:
    """Forgets an import that changed nothing."""
    connection.execute(sa.delete(import_batch).where(_batch.id == batch_id))


def take_to_undo(
    connection: sa.Connection, actor: Actor, batch_id: int, *, now: datetime, unfinished: bool = False
) -> None:
    """Says that an import is being undone. Refused when it is undone, was never done, or is at work still.

    `unfinished` is said by who was writing it, and writes no more.
    """
    require_right(actor, Right.COORDINATE)
    question = sa.select(_batch.state, _batch.written_at).where(_batch.id == batch_id).with_for_update()
    batch = connection.execute(question).one_or_none()
    if batch is None or batch.state in ("waiting", "returned"):
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    if batch.state == "undone":
        raise Refused([Problem(Rule.ALREADY_TAKEN_BACK)])
    if not unfinished and _at_work(batch.state, batch.written_at, now):
        raise Refused([Problem(Rule.IMPORT_RUNNING)])
    values = {"state": "undoing", "written_at": now}
    connection.execute(sa.update(import_batch).where(_batch.id == batch_id).values(**values))


def note_undone(connection: sa.Connection, actor: Actor, batch_id: int, *, now: datetime) -> None:
    """Says that an import is undone."""
    values = {"state": "undone", "undone_at": now, "undone_by": actor.name, "written_at": now}
    connection.execute(sa.update(import_batch).where(_batch.id == batch_id).values(**values))


@requires(Right.COORDINATE)
def imports(connection: sa.Connection, *, now: datetime, count: int = 200) -> list[dict[str, Any]]:
    """The last imports, newest first: who, when, which file, how many lines of each sort, and who checked it.

    `state` is that of the row, `interrupted` for one that was being written or undone and has fallen silent, or `lapsed`
    for a file that waited too long to be kept.
    """
    kept = import_file.c.id.is_not(None).label("kept")
    question = sa.select(import_batch, kept).outerjoin(import_file, import_file.c.import_batch_id == _batch.id)
    rows = connection.execute(question.order_by(_batch.id.desc()).limit(count)).mappings()
    return [{**row, "state": _state(dict(row), now)} for row in rows]


@requires(Right.COORDINATE)
def remembered_headings(connection: sa.Connection, *, kind: str) -> dict[str, str | None]:
    """The columns that people gave to headings of files of that kind, by the `plain` writing of these, the newest last said;
    None = set aside."""
    question = sa.select(import_batch.c.headings).where(import_batch.c.kind == kind).order_by(import_batch.c.id)
    given: dict[str, str | None] = {}
    for headings in connection.scalars(question):
        given |= headings or {}
    return given


@requires(Right.COORDINATE)
def waiting_file(connection: sa.Connection, *, batch_id: int) -> bytes | None:
    """The content of a file that waits to be checked; None once somebody has decided."""
    content = sa.select(import_file.c.content).where(import_file.c.import_batch_id == batch_id)
    return connection.execute(content).scalar_one_or_none()


def _state(row: Mapping[str, Any], now: datetime) -> str:
    state: str = row["state"]
    if state in ("running", "undoing") and not _at_work(state, row["written_at"], now):
        return "interrupted"
    return "lapsed" if state == "waiting" and not row["kept"] else state


def _at_work(state: str, written_at: datetime | None, now: datetime) -> bool:
    return state in ("running", "undoing") and written_at is not None and now - written_at < SILENT


def _plain_name(name: str) -> str:
    """The name of a file without its folders or anything that is no ordinary sign; it opens nothing."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(filter(str.isprintable, last))[:200].strip() or "fichier"
