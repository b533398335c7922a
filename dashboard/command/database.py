"""The database of a command: opened, migrated, filled at the first start; failures told as one French sentence."""

import errno
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final, Literal, TextIO

import click
import sqlalchemy as sa

from dashboard.configuration import clock
from dashboard.configuration.database import holds_demonstration, reason_not_to_serve, register_file, replay_erasures
from dashboard.configuration.settings import (
    Settings,
    SettingsError,
    inconsistency,
    load_settings,
    shown_url,
    sqlite_file,
)
from dashboard.wording import refusals as wording
from dashboard.wording.dates import in_paris
from dashboard.wording.typography import count
from data_access import demonstration, migrations
from data_access.backups import BackupRefused, backup_file, write_backup
from data_access.contents import ContentRefused
from data_access.engine import database_fault, is_sound, open_engine, writing
from data_access.erasures import remove_demonstration_erasures
from data_access.reference_data import load_reference
from data_access.refusals import Refused
from data_access.row_security import (
    APPLICATION_ROLE,
    PARTNER_ROLE,
    READING_ROLE,
    apply_roles,
    has_roles,
    rights_lacking,
    role_statements,
)

# Failures a person at a terminal can do something about, as one French sentence each; others crash loudly.

_REASONS: Final = {
    errno.EACCES: "vous n’en avez pas le droit",
    errno.EPERM: "vous n’en avez pas le droit",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.ENOENT: "ce fichier n’existe pas",
    errno.ENOTDIR: "un fichier occupe la place d’un dossier",
}
_LABELS: Final = {
    "email": "Adresse", "display_name": "Nom", "centres": "Télécentres", "role": "Rôle", "reason": "Motif",
}  # fmt: skip
"""What a refusal may name of what was typed in a command."""
_INSUFFICIENT_PRIVILEGE: Final = "42501"
_UNDEFINED_TABLE: Final = "42P01"


def refusal_sentence(error: Exception) -> str | None:
    """The sentence that says what is wrong and the remedy, None for an error nobody foresaw."""
    if isinstance(error, SettingsError | migrations.MigrationRefused):
        return str(error)
    if isinstance(error, Refused):
        return wording.refusal_sentences(error, lambda field: _LABELS.get(field, ""))
    if isinstance(error, ContentRefused):
        return _content_sentence(error)
    if isinstance(error, OSError) and error.filename:
        reason = _REASONS.get(error.errno or 0, error.strerror)
        return f"« {error.filename} » n’a pas pu être lu ou écrit : {reason}. Voyez « cybercantal doctor »."
    if "no such table" in str(error) or getattr(getattr(error, "orig", None), "sqlstate", None) == _UNDEFINED_TABLE:
        return (
            "Cette base n’a pas encore de tables. Lancez « cybercantal migrate » pour une base vide, ou « cybercantal demo » "
            "pour des données inventées."
        )
    if type(error) in (sa.exc.OperationalError, sa.exc.DatabaseError, sa.exc.TimeoutError):
        return _database_sentence(error)
    if getattr(getattr(error, "orig", None), "sqlstate", None) == _INSUFFICIENT_PRIVILEGE:
        return (
            "Le rôle PostgreSQL avec lequel la commande se connecte n’a pas ce droit. Relancez-la avec le propriétaire des "
            "tables dans CYBERCANTAL_DATABASE_URL."
        )
    return None


def _content_sentence(refused: ContentRefused) -> str:
    said = {
        "values": "une valeur que cette base-ci n’accepte pas",
        "links": "une ligne qui en cite une autre, absente",
        "content": "d’autres lignes une fois écrites qu’avant",
    }
    if refused.reason == "referred":
        return (
            "Une table d’un autre programme cite celles de CyberCantal : rien n’a été écrit. Retirez ce lien le temps de la "
            "restauration, ou indiquez une base vide dans CYBERCANTAL_DATABASE_URL."
        )
    return (
        f"La table {refused.table} contient {said[refused.reason]} : rien n’a été écrit. Corrigez cette ligne dans la base "
        "d’origine, puis recommencez."
    )


def _database_sentence(error: Exception) -> str:
    where, fault = shown_url(load_settings().database_url), database_fault(error)
    if fault is not None:
        cause, remedy = wording.DATABASE_FAULTS[fault]
        return f"{cause} {remedy} La base est « {where} »."
    reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
    _cause, remedy = wording.DATABASE_FAULTS["database_failed"]
    return f"La base de données « {where} » ne répond pas ({reason}). {remedy}"


TEXT_OR_JSON: Final = click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Présentation."
)


# A progress bar that names the step it is at.

Progress = Callable[[str, float], None]

_STEPS: Final = 1000


@contextmanager
def progress_bar(first_step: str, *, file: TextIO | None = None) -> Iterator[Progress]:
    """Draws a bar until the block ends; what it gives is called with the step's name and the share done, 0 to 1.

    A command whose output is read by a program draws its bar on another `file`.
    """
    template = "  [%(bar)s] %(info)s  %(label)s"
    bar = click.progressbar(length=_STEPS, label=first_step, show_eta=False, bar_template=template, width=30, file=file)
    with bar:

        def tell(step: str, done: float) -> None:
            bar.label = step
            bar.update(max(0, round(done * _STEPS) - bar.pos))

        yield tell


# Making a database ready: its tables, what is published about the network, and invented data to try the product with.

SEED: Final = 2017
_FIRST_STEP: Final = "Création des tables et des données publiées"
# Journals SQLite may leave beside a file when it is interrupted.
JOURNALS: Final = ("", "-journal", "-wal", "-shm")


def prepare(settings: Settings) -> None:
    """Called before the server starts: a SQLite file is made or brought up to date, PostgreSQL is only checked.

    A PostgreSQL database is shared: bringing it up to date is decided by whoever keeps it.
    """
    file = sqlite_file(settings.database_url)
    if file is not None and (not file.exists() or file.stat().st_size == 0):
        _refuse_to_begin_without_data(settings)
        _make_with_demonstration(settings, file)
        return
    with opened(settings.database_url) as engine:
        refuse_damaged(engine)
        state = migrations.schema_state(engine)
        if not state.is_current and file is None:
            raise click.ClickException(
                "La base PostgreSQL n’est pas à jour. Lancez « cybercantal migrate », puis, pour essayer avec des "
                "données inventées, « cybercantal demo »."
            )
        if not state.is_current:
            bring_up_to_date(engine)
        erase_again(engine, settings)


def refuse_damaged(engine: sa.Engine) -> None:
    """Ends the command where the file of the database is not whole: nothing is written in it, and what it shows may be wrong."""
    if not is_sound(engine):
        cause, remedy = wording.DATABASE_FAULTS["database_damaged"]
        raise click.ClickException(f"{cause} {remedy} La base est « {shown_url(load_settings().database_url)} ».")


def _refuse_to_begin_without_data(settings: Settings) -> None:
    """A demonstration begins by itself; with accounts, a database that is not there may be one that was lost."""
    # Without accounts, what is about to be made is a demonstration.
    fault = inconsistency(settings, demonstration=True)
    if fault:
        raise click.ClickException(fault)
    if settings.sign_in != "demo":
        raise click.ClickException(
            f"Il n’y a pas de base de données à l’adresse {shown_url(settings.database_url)}. Vérifiez CYBERCANTAL_DATABASE_URL, "
            "restaurez une sauvegarde, ou créez une base vide : cybercantal migrate."
        )


def refuse_inconsistent(settings: Settings) -> None:
    """Ends the command when who may sign in and what is served do not go together."""
    fault = reason_not_to_serve(settings)
    if fault:
        raise click.ClickException(fault)


def bring_up_to_date(engine: sa.Engine) -> list[str]:
    """Applies the migrations that are due and adds what is published; gives the revisions applied.

    Real data are backed up before their tables change; where they cannot be, nothing changes.
    """
    state = migrations.schema_state(engine)
    if state.current is not None and not state.is_current and not state.refusal and not holds_demonstration(engine):
        _back_up_before_migrating(engine)
    revisions = migrations.migrate(engine)
    with writing(engine) as connection:
        load_reference(connection)
    return revisions


def _back_up_before_migrating(engine: sa.Engine) -> None:
    moment = clock.machine_now()
    file = backup_file(load_settings().backup_folder, in_paris(moment))
    try:
        with progress_bar("Sauvegarde avant la mise à jour") as tell:
            step = partial(tell, "Sauvegarde avant la mise à jour")
            write_backup(engine, file, now=moment, reason="before_migration", tell=step)
    except (OSError, BackupRefused) as error:
        raise click.ClickException(
            "La base n’a pas été mise à jour : la sauvegarde qui doit la précéder n’a pas pu être écrite. "
            f"{refusal_sentence(error) or error} Le dossier des sauvegardes est CYBERCANTAL_BACKUP_FOLDER."
        ) from error
    click.echo(f"Sauvegarde faite avant la mise à jour : {file}.")


def erase_again(engine: sa.Engine, settings: Settings) -> int:
    """Erases the people whom a restored copy brought back, says so, and answers how many."""
    erased = replay_erasures(engine, settings)
    if erased:
        people = count(erased, "personne effacée", "personnes effacées")
        click.echo(f"Base restaurée d’une copie plus ancienne : {people} à nouveau, d’après le registre.")
    return erased


def load_demonstration(engine: sa.Engine, *, as_of: date, now: datetime, seed: int, scale: int, tell: Progress) -> None:
    """Fills a database with invented data; refuses one that holds real data."""
    try:
        demonstration.load_demonstration(engine, as_of=as_of, seed=seed, scale=scale, now=now, progress=tell)
    except demonstration.RealDataPresent as refusal:
        raise click.ClickException(f"{refusal} Le réglage est CYBERCANTAL_DATABASE_URL.") from refusal
    remove_demonstration_erasures(register_file(load_settings()))


@contextmanager
def opened(url: str | None = None) -> Iterator[sa.Engine]:
    """An engine for the time of a block, on the database of the settings unless told."""
    engine = open_engine(url or load_settings().database_url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def opened_up_to_date() -> Iterator[sa.Engine]:
    """The same, on tables that are there: a SQLite file is made or brought up to date, without a row of data."""
    with opened() as engine:
        if not migrations.schema_state(engine).is_current:
            if engine.dialect.name != "sqlite":
                raise click.ClickException(
                    "La base PostgreSQL n’est pas à jour. Lancez d’abord « cybercantal migrate »."
                )
            bring_up_to_date(engine)
        yield engine


def _make_with_demonstration(settings: Settings, file: Path) -> None:
    """Makes the file aside and puts it in place once whole, so that an interrupted first start leaves nothing."""
    aside = file.with_name(f"{file.name}.partial")
    remove(aside)
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
        remove(aside)


def remove(file: Path) -> None:
    """A SQLite database with what an interruption left beside it, if there is one."""
    for journal in JOURNALS:
        file.with_name(file.name + journal).unlink(missing_ok=True)


# `cybercantal migrate`.


def _apply_roles(engine: sa.Engine) -> None:
    """Makes the roles and gives them what they need, or says which right lacks and who gives it."""
    with writing(engine) as connection:
        lacking = rights_lacking(connection)
        if lacking:
            raise click.ClickException(
                "Rôles non créés : "
                + " ; ".join(
                    f"{_LACKING[each.right].format(each)}. SQL qui le donne : {each.remedy}" for each in lacking
                )
                + " Qui administre le serveur peut aussi exécuter lui-même ce que donne « cybercantal migrate --roles print »."
            )
        apply_roles(connection)


_LACKING: Final[Mapping[str, str]] = {
    "create_role": "le rôle PostgreSQL « {0.role} » n’a pas le droit de créer des rôles (CREATEROLE)",
    "own": "le rôle PostgreSQL « {0.role} » n’est pas le propriétaire de {0.tables}",
}


@click.command()
@click.option(
    "--roles",
    type=click.Choice(["apply", "print"]),
    metavar="apply|print",
    help="Rôles PostgreSQL de l’application, de la lecture et des autres logiciels : les créer et leur donner leurs "
    "droits (apply), ou en donner le SQL sans rien faire (print).",
)
def migrate(roles: Literal["apply", "print"] | None) -> None:
    """Mettre à jour la base de données.

    Crée ou modifie les tables, puis ajoute les données publiées (communes, chiffres, sessions). Les lieux de 2017 sont
    proposés en page Centres. Rien n’est
    effacé ; la commande peut être relancée.
    """
    settings = load_settings()
    if roles is not None and sqlite_file(settings.database_url) is not None:
        raise click.ClickException("SQLite n’a pas de rôles : l’option --roles ne sert qu’avec PostgreSQL.")
    if roles == "print":
        click.echo(";\n".join(role_statements()) + ";")
        return
    with opened(settings.database_url) as engine:
        refuse_damaged(engine)
        revisions = bring_up_to_date(engine)
        # New tables are nobody's but the owner's until the roles that are there are given what they need of them.
        if roles == "apply" or (revisions and has_roles(engine)):
            _apply_roles(engine)
            click.echo(f"Rôles à jour : {APPLICATION_ROLE}, {READING_ROLE}, {PARTNER_ROLE}.")
        erase_again(engine, settings)
    if revisions:
        click.echo(f"Base mise à jour : {', '.join(revisions)}.")
    else:
        click.echo("La base était déjà à jour.")
