"""Where the register of erasures is kept, and the two moments it is needed: after an erasure, and before a start."""

from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.configuration.settings import Settings, sqlite_file

if TYPE_CHECKING:
    import sqlalchemy as sa


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
