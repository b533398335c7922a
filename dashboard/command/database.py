"""Making a database ready: its tables, what is published about the network, and invented data to try the product with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from dashboard.command.progress import Progress, progress_bar

if TYPE_CHECKING:
    import sqlalchemy as sa

    from dashboard.settings import Settings

SEED: Final = 2017
_FIRST_STEP: Final = "Création des tables et des données publiées"
# Journals SQLite may leave beside a file when it is interrupted.
_JOURNALS: Final = ("", "-journal", "-wal", "-shm")


def prepare(settings: "Settings") -> None:
    """Called before the server starts: a SQLite file is made or brought up to date, PostgreSQL is only checked.

    A PostgreSQL database is shared: bringing it up to date is decided by whoever keeps it.
    """
    from dashboard.settings import sqlite_file

    file = sqlite_file(settings.database_url)
    if file is not None and (not file.exists() or file.stat().st_size == 0):
        _refuse_to_begin_without_data(settings)
        _make_with_demonstration(settings, file)
        return
    with opened(settings.database_url) as engine:
        from data_access.migrations import schema_state

        state = schema_state(engine)
        if not state.is_current and file is None:
            raise click.ClickException(
                "La base PostgreSQL n’est pas à jour. Lancez « cybercantal migrate », puis, pour essayer avec des "
                "données inventées, « cybercantal demo »."
            )
        if not state.is_current:
            bring_up_to_date(engine)
        erase_again(engine, settings)


def _refuse_to_begin_without_data(settings: "Settings") -> None:
    """A demonstration begins by itself; with accounts, a database that is not there may be one that was lost."""
    from dashboard.identity.modes import inconsistency

    fault = inconsistency(settings, demonstration=None)
    if fault:
        raise click.ClickException(fault)
    if settings.sign_in != "demo":
        raise click.ClickException(
            f"Il n’y a pas de base de données à l’adresse {settings.database_url}. Vérifiez CYBERCANTAL_DATABASE_URL, "
            "restaurez une sauvegarde, ou créez une base vide : cybercantal migrate."
        )


def refuse_inconsistent(settings: "Settings") -> None:
    """Ends the command when who may sign in and what is served do not go together."""
    from dashboard.identity.modes import inconsistency

    with opened(settings.database_url) as engine:
        fault = inconsistency(settings, demonstration=holds_demonstration(engine))
    if fault:
        raise click.ClickException(fault)


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


def bring_up_to_date(engine: "sa.Engine") -> list[str]:
    """Applies the migrations that are due and adds what is published; gives the revisions applied."""
    from data_access.engine import writing
    from data_access.migrations import migrate
    from data_access.reference_data import load_reference

    revisions = migrate(engine)
    with writing(engine) as connection:
        load_reference(connection)
    return revisions


def erase_again(engine: "sa.Engine", settings: "Settings") -> int:
    """Erases the people whom a restored copy brought back, says so, and answers how many."""
    from dashboard.erasure_register import replay
    from dashboard.wording.plurals import count

    erased = replay(engine, settings)
    if erased:
        people = count(erased, "personne effacée", "personnes effacées")
        click.echo(f"Base restaurée d’une copie plus ancienne : {people} à nouveau, d’après le registre.")
    return erased


def load_demonstration(
    engine: "sa.Engine", *, as_of: date, now: datetime, seed: int, scale: int, tell: Progress
) -> None:
    """Fills a database with invented data; refuses one that holds real data."""
    from dashboard.erasure_register import register_file
    from dashboard.settings import load_settings
    from data_access import demonstration
    from data_access.erasures import remove_demonstration_erasures

    try:
        demonstration.load_demonstration(engine, as_of=as_of, seed=seed, scale=scale, now=now, progress=tell)
    except demonstration.RealDataPresent as refusal:
        raise click.ClickException(f"{refusal} Le réglage est CYBERCANTAL_DATABASE_URL.") from refusal
    remove_demonstration_erasures(register_file(load_settings()))


@contextmanager
def opened(url: str) -> "Iterator[sa.Engine]":
    """An engine for the time of a block."""
    from data_access.engine import open_engine

    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def opened_up_to_date(settings: "Settings") -> "Iterator[sa.Engine]":
    """The same, on tables that are there: a SQLite file is made or brought up to date, without a row of data."""
    from dashboard.settings import sqlite_file
    from data_access.migrations import schema_state

    with opened(settings.database_url) as engine:
        if not schema_state(engine).is_current:
            if sqlite_file(settings.database_url) is None:
                raise click.ClickException(
                    "La base PostgreSQL n’est pas à jour. Lancez d’abord « cybercantal migrate »."
                )
            bring_up_to_date(engine)
        yield engine


def _make_with_demonstration(settings: "Settings", file: Path) -> None:
    """Makes the file aside and puts it in place once whole, so that an interrupted first start leaves nothing."""
    from dashboard.ui import clock

    aside = file.with_name(f"{file.name}.partial")
    _remove(aside)
    click.echo("Première utilisation : préparation de la base de données, avec des données de démonstration.")
    try:
        with (
            opened(settings.database_url.replace(str(file), str(aside), 1)) as engine,
            progress_bar(_FIRST_STEP) as tell,
        ):
            bring_up_to_date(engine)
            load_demonstration(engine, as_of=clock.today(), now=clock.now(), seed=SEED, scale=1, tell=tell)
        aside.replace(file)
    finally:
        _remove(aside)


def _remove(file: Path) -> None:
    for journal in _JOURNALS:
        file.with_name(file.name + journal).unlink(missing_ok=True)
