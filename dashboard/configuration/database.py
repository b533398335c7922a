"""The application's database: one engine for an address in the whole process, and the register of erasures kept beside it."""

import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.configuration.settings import Settings, inconsistency, load_settings, sqlite_file
from dashboard.wording.dates import recently

if TYPE_CHECKING:
    # Loaded with the first question: the server listens before that.
    import sqlalchemy as sa

# The application's database: one engine for an address in the whole process, given to whoever asks something of it,
# and whether it may be served with the settings in force.

_ENGINES: "Final[dict[str, sa.Engine]]" = {}
_OPENING: Final = threading.Lock()


def database() -> "sa.Engine":
    """The engine of the database that the settings name now."""
    return engine_of(load_settings().database_url)


def engine_of(url: str) -> "sa.Engine":
    """The engine of an address, opened by the first who needs it: its connections are shared by all the others."""
    from data_access.engine import STATEMENT_SECONDS, open_engine

    with _OPENING:
        if url not in _ENGINES:
            _ENGINES[url] = open_engine(url, statement_seconds=STATEMENT_SECONDS)
        return _ENGINES[url]


def end_writing() -> None:
    """The server ends: what is being written is written to its end before."""
    from data_access.engine import let_writers_end

    for engine in _ENGINES.values():
        let_writers_end(engine, within=_ENDING_SECONDS)


# Less than what systemd leaves a service to end.
_ENDING_SECONDS: Final = 15


# Asked before anybody is answered, however the server is started.


def reason_not_to_serve(settings: Settings) -> str:
    """Why what the database holds may not be served with these settings, with the remedy; empty when it may."""
    return inconsistency(settings, demonstration=_held(settings) if settings.sign_in == "demo" else None)


_JUDGED: "Final[dict[tuple[Settings, tuple[int, ...]], str]]" = {}


def reason_not_to_serve_now(settings: Settings) -> str:
    """As `reason_not_to_serve`, judged again only once the file has changed: cheap enough to be asked at each answer."""
    state = (settings, _state_of_file(settings) if settings.sign_in == "demo" else ())
    reason = _JUDGED.get(state)
    if reason is None:
        held = _held(settings) if settings.sign_in == "demo" else None
        reason = inconsistency(settings, demonstration=held)
        before = next((said for (judged, _), said in _JUDGED.items() if judged == settings), None)
        if reason and held is None and before == "" and not _is_there(settings):
            # A demonstration that does not answer now is shown by nobody; pages say what ails it, and keep what is typed.
            return before
        _JUDGED.clear()
        _JUDGED[state] = reason
    return reason


def _is_there(settings: Settings) -> bool:
    """Whether the database answers at all."""
    from sqlalchemy.exc import SQLAlchemyError

    from data_access.migrations import schema_state

    file = sqlite_file(settings.database_url)
    # To open it would make it.
    if file is not None and not file.is_file():
        return False
    try:
        return schema_state(engine_of(settings.database_url)).current is not None
    except SQLAlchemyError:
        return False


def _state_of_file(settings: Settings) -> tuple[int, ...]:
    """Which file the database is and when it was last written, its journal too; nothing for a database that is no file."""
    file = sqlite_file(settings.database_url)
    told: list[int] = []
    for part in (file, Path(f"{file}-wal")) if file else ():
        with suppress(OSError):
            found = part.stat()
            told += (found.st_ino, found.st_mtime_ns, found.st_size)
    return tuple(told)


def _held(settings: Settings) -> bool | None:
    """What `holds_demonstration` says; None too for a database that is not there or does not answer: it is no demonstration."""
    from sqlalchemy.exc import SQLAlchemyError

    from data_access.engine import open_engine

    file = sqlite_file(settings.database_url)
    # To open it would make it.
    if file is not None and not file.is_file():
        return None
    engine = open_engine(settings.database_url)
    try:
        return holds_demonstration(engine)
    except SQLAlchemyError:
        return None
    finally:
        engine.dispose()


def holds_demonstration(engine: "sa.Engine") -> bool | None:
    """Whether the data are invented; None while nothing was entered."""
    import sqlalchemy as sa

    from data_access.rights import COMMAND_LINE
    from data_access.schema import attendance_week, dataset, person

    # Who may see everybody: where row-level security hides people, real data would pass for none.
    with engine.connect().execution_options(actor=COMMAND_LINE) as connection:
        if connection.execute(sa.select(dataset.c.demonstration)).scalar_one_or_none():
            return True
        entered = sa.select(sa.exists().select_from(attendance_week), sa.exists().select_from(person))
        return False if any(connection.execute(entered).one()) else None


# Where the register of erasures is kept, and the two moments it is needed: after an erasure, and before a start.


def register_file(settings: Settings) -> Path:
    """The file beside the database it protects: two databases of a folder have two registers."""
    if settings.erasures_file is not None:
        return settings.erasures_file.absolute()
    file = sqlite_file(settings.database_url)
    return settings.data_folder / "effacements.jsonl" if file is None else file.with_suffix(".effacements.jsonl")


def record_erasures(engine: "sa.Engine", settings: Settings) -> None:
    """After an erasure was committed: it is also in the file, and no former page of the database holds a name."""
    from data_access.erasures import finish_erasures

    finish_erasures(engine, register_file(settings))


def replay_erasures(engine: "sa.Engine", settings: Settings) -> int:
    """Erases again whom a restored copy brought back, and answers how many."""
    from dashboard.configuration import clock
    from data_access.erasures import replay_erasures

    return replay_erasures(engine, register_file(settings), now=clock.now())


# The backups that this installation knows, told where its keeper looks.

BACKUP_HOURS: Final = 26
"""What a backup a night leaves, and two hours for it."""


def backup_age(settings: Settings) -> timedelta | None:
    """How old the newest backup of the database is in the folder of the settings; None where there is none."""
    from sqlalchemy import make_url

    from dashboard.configuration import clock
    from data_access.backups import backups_in, database_of

    known = backups_in(settings.backup_folder, database=database_of(make_url(settings.database_url)))
    return clock.machine_now() - known[0][1].made_at if known else None


def last_backup(settings: Settings) -> tuple[str, str]:
    """What to say of the newest backup of the database in the folder of the settings, and the remedy if it is not enough."""
    from sqlalchemy import make_url

    from dashboard.configuration import clock
    from data_access.backups import backups_in, database_of, is_whole
    from data_access.periods import day_in_paris

    remedy = "Lancez « cybercantal backup », ou la minuterie qui le fait chaque nuit."
    known = backups_in(settings.backup_folder, database=database_of(make_url(settings.database_url)))
    if not known:
        return f"aucune connue dans {settings.backup_folder}", remedy
    file, manifest = known[0]
    now = clock.machine_now()
    when = recently(manifest.made_at, day_in_paris(now))
    if not is_whole(file):
        return f"{when}, abîmée depuis ({file})", remedy
    late = now - manifest.made_at > timedelta(hours=BACKUP_HOURS)
    return f"{when}, vérifiée", remedy if late else ""


# What is looked for beyond the backup: by `cybercantal doctor`, and on the page of settings by who asks for it. Each says what
# was found, and the remedy if all is not well.


def links_found(engine: "sa.Engine") -> tuple[str, str]:
    """Whether each row that another names is there; PostgreSQL lets no such link be broken."""
    if engine.dialect.name != "sqlite":
        return "respectés", ""
    with engine.connect() as connection:
        on = connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if on and broken is None:
        return "respectés", ""
    return (
        "non surveillés" if not on else f"rompus dans la table {broken[0] if broken else ''}",
        "Un autre programme a écrit sans « PRAGMA foreign_keys = ON » : restaurez une sauvegarde ou corrigez ces lignes.",
    )


def summaries_found(engine: "sa.Engine") -> tuple[str, str]:
    """Whether each summary is what its rows give, all being counted anew; those that are not will be at the next reading."""
    from dashboard.configuration import clock
    from data_access.engine import writing
    from data_access.rights import COMMAND_LINE
    from data_access.summaries import mark_stale, wrong_summaries

    with engine.connect().execution_options(actor=COMMAND_LINE) as connection, connection.begin() as transaction:
        wrong = wrong_summaries(connection, through=clock.today())
        transaction.rollback()
    if not wrong:
        return "ceux que donnent les lignes", ""
    with writing(engine) as connection:
        mark_stale(connection, wrong)
    return (
        f"faux pour {', '.join(wrong)} ; ils seront recomptés à la prochaine lecture",
        "Recommencez : s’ils le sont encore, un autre programme écrit dans les tables de résumés.",
    )
