"""`cybercantal backup`, `verify`, `restore` and `copy`: the whole database to a file, back from it, and to another database."""

import base64
import json
import secrets
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import click
import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic import ValidationError

from dashboard.command.database import JOURNALS, erase_again, opened, progress_bar, remove
from dashboard.command.run import address, answers
from dashboard.configuration import clock
from dashboard.configuration.database import register_file
from dashboard.configuration.settings import Settings, load_settings, shown_url, sqlite_file
from dashboard.identity.signing import KEY_FILE, POSTERS_FILE
from dashboard.wording.dates import date_and_time, in_paris
from dashboard.wording.numbers import integer
from dashboard.wording.typography import count
from data_access import migrations
from data_access.backups import (
    BackupRefused,
    Manifest,
    Verified,
    backup_file,
    database_of,
    keep_newest,
    read_key,
    refuse_unusable,
    restore_backup,
    verify_backup,
    write_backup,
)
from data_access.contents import DatabaseContent, TableContent, holds_entries, load, snapshot
from data_access.engine import is_open_elsewhere, writing
from data_access.erasures import read_register
from data_access.row_security import connected_role

_CODES: Final = "Codes de sortie : 0 fait, 1 refusé ou échoué, 2 commande mal écrite."
_FILE: Final = click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path, exists=True, dir_okay=False))


# `cybercantal backup`, and `verify`.


@click.command(epilog=_CODES)
@click.argument("file", metavar="[FICHIER|DOSSIER]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(1),
    metavar="N",
    help="Ne garder dans ce dossier que les N dernières sauvegardes de cette base, et rien de plus ancien qu’elles.",
)
@click.option(
    "--with-key",
    is_flag=True,
    help="Joindre la clé de l’application (affiches, codes à usage unique), chiffrée par une phrase secrète : celle de "
    "CYBERCANTAL_BACKUP_PASSPHRASE, ou celle qui est demandée.",
)
def backup(file: Path | None, keep: int | None, with_key: bool) -> None:
    """Sauvegarder la base de données dans un fichier.

    Tout y est comme à un même instant, même si l’on saisit pendant ce temps, et le fichier est relu avant d’être gardé. Dans
    un dossier, le nom est daté ; sans rien, le dossier est CYBERCANTAL_BACKUP_FOLDER.
    """
    settings = load_settings()
    moment = clock.machine_now()
    file = file or settings.backup_folder
    folder = file if file.is_dir() or not file.suffix else None
    if keep and folder is None:
        raise click.UsageError("--keep fait le ménage d’un dossier : indiquez un dossier, ou rien.")
    if folder is not None:
        file = backup_file(folder, in_paris(moment))
    key = _sealed_key(settings, _passphrase(settings, confirmed=True)) if with_key else None
    _refuse_absent(settings.database_url)
    with opened(settings.database_url) as engine, progress_bar("Sauvegarde") as tell:
        made = write_backup(engine, file, now=moment, reason="asked", key=key, tell=partial(tell, "Sauvegarde"))
    click.echo(f"Sauvegarde écrite et relue : {file} ({_size(file)}, {_rows(made.manifest)}).")
    if keep and folder is not None:
        gone = keep_newest(folder, database=made.manifest.origin.database, keep=keep)
        if gone:
            click.echo(
                f"{count(len(gone), 'sauvegarde plus ancienne retirée', 'sauvegardes plus anciennes retirées')}."
            )


@click.command(epilog=_CODES)
@_FILE
def verify(file: Path) -> None:
    """Vérifier une sauvegarde.

    Tout est lu et recompté. Rien n’est restauré ; le code de sortie est 1 si quelque chose a changé depuis l’écriture.
    """
    verified = _verified(file)
    click.echo(_origin(verified.manifest))
    for line in _faults(verified):
        click.echo(f"✘ {line}")
    try:
        refuse_unusable(verified.manifest)
    except BackupRefused as refused:
        raise click.ClickException(str(refused)) from None
    if not verified.sound:
        raise click.ClickException("Cette sauvegarde n’est plus comme elle a été écrite. Prenez-en une autre.")
    key = "jointe, chiffrée" if verified.manifest.with_key else "non jointe"
    click.echo(f"✔ {_rows(verified.manifest)}, comme à l’écriture ; clé {key}.")


_FAULTS: Final = {
    "missing": "absente",
    "unreadable": "illisible",
    "rows": "des lignes manquent ou sont en trop",
    "content": "des lignes ont changé",
}


def _faults(verified: Verified) -> list[str]:
    lines = [f"table {table} : {_FAULTS[damage]}" for table, damage in verified.damaged.items()]
    return lines if lines or verified.whole else ["le fichier a changé, hors de ses tables"]


def _verified(file: Path) -> Verified:
    with progress_bar("Vérification") as tell:
        return verify_backup(file, tell=partial(tell, "Vérification"))


def _origin(manifest: Manifest) -> str:
    data = "de démonstration" if manifest.origin.demonstration else "réelles"
    return (
        f"Sauvegarde du {date_and_time(manifest.made_at)}, données {data} de {manifest.origin.database} "
        f"({manifest.origin.engine}), version {manifest.version}, révision {manifest.revision}."
    )


def _rows(manifest: Manifest) -> str:
    return f"{count(len(manifest.tables), 'table')}, {count(manifest.rows, 'ligne')}"


def _size(file: Path) -> str:
    return f"{integer(max(1, round(file.stat().st_size / 1000)))} ko"


# `cybercantal restore`: verified before anything is touched, and what was there kept aside.


@click.command(epilog=_CODES)
@_FILE
@click.option("--yes", is_flag=True, help="Ne pas demander de confirmation.")
@click.option(
    "--with-key", is_flag=True, help="Remettre aussi la clé de l’application ; la phrase secrète est demandée."
)
def restore(file: Path, yes: bool, with_key: bool) -> None:
    """Restaurer une sauvegarde.

    Elle est vérifiée avant que rien ne change, et la base présente est mise de côté. Au moindre échec, tout reste comme
    avant. Les personnes effacées depuis la sauvegarde le sont à nouveau, d’après le registre. Arrêtez d’abord le serveur.
    """
    settings = load_settings()
    verified = _verified(file)
    click.echo(_origin(verified.manifest))
    if not verified.sound:
        raise click.ClickException("\n".join([*_faults(verified), "Rien n’a été touché. Prenez une autre sauvegarde."]))
    refuse_unusable(verified.manifest)
    key = _opened_key(file, settings) if with_key else {}
    # A register that cannot be read is told now, rather than once names are back.
    read_register(register_file(settings))
    _refuse_open(settings)
    if not yes:
        click.echo(f"Elle remplacera tout ce que contient {shown_url(settings.database_url)}.")
        if click.prompt(f"Écrivez « {_CONFIRMATION} »", default="", show_default=False) != _CONFIRMATION:
            raise click.ClickException("Rien n’a été restauré.")
    moment = clock.machine_now()
    present = sqlite_file(settings.database_url)
    if present is None:
        loaded, aside = _restore_postgresql(settings, file, verified.manifest, moment)
    else:
        loaded, aside = _restore_sqlite(settings, present, file, verified.manifest, moment)
    if aside:
        click.echo(
            f"La base d’avant est gardée : {aside}. Supprimez-la quand elle ne sert plus : elle nomme des personnes."
        )
    for name in _put_key_back(settings, key, moment):
        click.echo(f"Clé : {name} remis en place.")
    rows = sum(table.rows for table in loaded.values())
    click.echo(
        f"Base restaurée : {count(len(loaded), 'table')}, {count(rows, 'ligne')}, relues égales à la sauvegarde. "
        "Chacun doit se connecter à nouveau. Comptes et mots de passe sont ceux de la sauvegarde : désactivez ceux qui "
        "l’avaient été depuis."
    )


_CONFIRMATION: Final = "restaurer"


def _refuse_open(settings: Settings) -> None:
    """Ends the command while a server may write in what is about to be replaced."""
    here = address(settings.host, settings.port)
    file = sqlite_file(settings.database_url)
    is_open = answers(here)
    if not is_open and (file is None or file.exists()):
        with opened(settings.database_url) as engine:
            is_open = is_open_elsewhere(engine)
    if is_open:
        raise click.ClickException(
            "Le tableau de bord est en marche, ou un autre programme de CyberCantal a cette base ouverte. Arrêtez-le, puis "
            "recommencez : rien n’a été touché."
        )


def _restore_sqlite(
    settings: Settings, present: Path, file: Path, manifest: Manifest, moment: datetime
) -> tuple[Mapping[str, TableContent], Path | None]:
    """Makes the database in a file beside and gives it its name once it is whole; the files of before get another."""
    aside = present.with_name(f"{present.name}.restauration")
    before = present.with_name(f"{present.name}.avant-{in_paris(moment):%Y%m%d-%H%M%S}")
    remove(aside)
    try:
        with opened(settings.database_url.replace(str(present), str(aside), 1)) as engine:
            migrations.migrate(engine)
            with progress_bar("Restauration") as tell:
                loaded = restore_backup(
                    engine,
                    file,
                    manifest,
                    folder=present.parent,
                    through=clock.today(),
                    tell=partial(tell, "Restauration"),
                )
                tell("Restauration", 1.0)
            erase_again(engine, settings)
        moved = _rename(present, before)
        try:
            aside.replace(present)
        except OSError:
            _rename(before, present)
            raise
    finally:
        remove(aside)
    return loaded, before if moved else None


def _rename(file: Path, new: Path) -> bool:
    """A database and the journals it may have been left with, which would else be read as those of another file."""
    there = [journal for journal in JOURNALS if file.with_name(file.name + journal).exists()]
    for journal in reversed(there):
        file.with_name(file.name + journal).rename(new.with_name(new.name + journal))
    return "" in there


def _restore_postgresql(
    settings: Settings, file: Path, manifest: Manifest, moment: datetime
) -> tuple[Mapping[str, TableContent], Path | None]:
    """Replaces the rows in one transaction: rights, policies and what other programs have made of the tables stay.

    What was there is first written as a backup, from which it is restored the same way.
    """
    aside = None
    settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with opened(settings.database_url) as engine:
        state = migrations.schema_state(engine)
        if state.refusal:
            raise state.refusal
        if state.current is None:
            migrations.migrate(engine)
        elif not state.is_current:
            raise click.ClickException(
                "La base PostgreSQL n’est pas à jour. Lancez d’abord « cybercantal migrate », ou indiquez une base vide."
            )
        _refuse_other_than_owner(engine)
        with engine.connect() as connection:
            holds = holds_entries(connection)
        with progress_bar("Restauration") as tell:
            if holds:
                aside = backup_file(settings.backup_folder, in_paris(moment))
                write_backup(
                    engine, aside, now=moment, reason="before_restore", tell=lambda done: tell("Mise de côté", done / 2)
                )
            loaded = restore_backup(
                engine,
                file,
                manifest,
                folder=settings.data_folder,
                through=clock.today(),
                tell=lambda done: tell("Restauration", (1 + done) / 2),
            )
            tell("Restauration", 1.0)
        erase_again(engine, settings)
    return loaded, aside


def _refuse_other_than_owner(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            role = connected_role(connection)
            if not role.owns:
                raise click.ClickException(
                    f"Le rôle PostgreSQL « {role.name} » n’est pas le propriétaire des tables, qui seul peut en remplacer "
                    "toutes les lignes. Relancez la commande avec lui dans l’adresse."
                )


# `cybercantal copy`: the way from the embedded database to the shared one, and back.


@click.command(epilog=_CODES)
@click.argument("source", metavar="DE")
@click.argument("target", metavar="VERS")
def copy(source: str, target: str) -> None:
    """Copier la base de données vers une autre, SQLite ou PostgreSQL.

    DE et VERS sont des adresses, comme dans CYBERCANTAL_DATABASE_URL ; mieux vaut un mot de passe dans ~/.pgpass que dans
    l’adresse. Les tables de VERS sont créées ; si quelque chose y a été saisi, la copie est refusée. Tout est relu et comparé
    avant d’être gardé.
    """
    folder = load_settings().data_folder
    origin, destination = _url(source, "DE"), _url(target, "VERS")
    if database_of(sa.make_url(origin)) == database_of(sa.make_url(destination)):
        raise click.ClickException("DE et VERS sont la même base.")
    _refuse_absent(origin)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = sqlite_file(destination)
    made = made if made is not None and not made.exists() else None
    try:
        with opened(origin) as here, opened(destination) as there, progress_bar("Copie") as tell:
            _refuse_outdated(here)
            migrations.migrate(there)
            _refuse_other_than_owner(there)
            with snapshot(here, folder) as connection, writing(there) as written:
                if holds_entries(written):
                    raise click.ClickException(
                        f"{shown_url(destination)} contient déjà des données : rien n’y a été écrit. Indiquez une base vide."
                    )
                loaded = load(
                    written,
                    DatabaseContent(connection),
                    through=clock.today(),
                    tell=partial(tell, "Copie"),
                )
            tell("Copie", 1.0)
    except BaseException:
        if made is not None:
            remove(made)
        raise
    rows = sum(table.rows for table in loaded.values())
    click.echo(f"Base copiée : {count(len(loaded), 'table')}, {count(rows, 'ligne')}, relues égales.")
    click.echo(f"Pour vous en servir : CYBERCANTAL_DATABASE_URL={shown_url(destination)}")


def _url(text: str, place: str) -> str:
    try:
        return Settings(database_url=text).database_url
    except ValidationError:
        raise click.UsageError(
            f"{place} doit être l’adresse d’un fichier SQLite (sqlite:////chemin/fichier.sqlite) ou d’une base PostgreSQL "
            "(postgresql://utilisateur@serveur/base)."
        ) from None


def _refuse_absent(url: str) -> None:
    """To open a SQLite file that is not there would make it."""
    file = sqlite_file(url)
    if file is not None and not file.is_file():
        raise click.ClickException(f"Il n’y a pas de base de données à l’adresse {shown_url(url)}.")


def _refuse_outdated(engine: sa.Engine) -> None:
    state = migrations.schema_state(engine)
    if state.refusal:
        raise state.refusal
    if not state.is_current:
        raise click.ClickException(
            "La base d’origine n’est pas à jour : mettez son adresse dans CYBERCANTAL_DATABASE_URL et lancez « cybercantal "
            "migrate »."
        )


# What is kept beside the database, and signs what the application gives out: in a backup, sealed by a passphrase.

_KEY_FILES: Final = (KEY_FILE, POSTERS_FILE)
_SCRYPT: Final = {"n": 1 << 17, "r": 8, "p": 1}
"""What a guess costs: 128 MB and some tenths of a second."""
_SHORTEST_PASSPHRASE: Final = 12


def _passphrase(settings: Settings, *, confirmed: bool) -> str:
    """From the settings, from whom is at the keyboard, or from the first line of what is piped in; never from an argument."""
    if settings.backup_passphrase is not None:
        return settings.backup_passphrase.get_secret_value()
    if sys.stdin.isatty():
        typed = click.prompt("Phrase secrète", hide_input=True, confirmation_prompt=confirmed)
    else:
        typed = sys.stdin.readline().rstrip("\r\n")
    if len(typed) < _SHORTEST_PASSPHRASE:
        raise click.ClickException(f"La phrase secrète doit avoir au moins {_SHORTEST_PASSPHRASE} caractères.")
    return str(typed)


def _sealed_key(settings: Settings, passphrase: str) -> bytes:
    files = {name: settings.data_folder / name for name in _KEY_FILES}
    if not files[KEY_FILE].exists():
        raise click.ClickException(
            f"Il n’y a pas encore de clé dans {settings.data_folder} : elle est faite au premier démarrage. Retirez --with-key."
        )
    kept = {name: base64.b64encode(file.read_bytes()).decode() for name, file in files.items() if file.exists()}
    salt = secrets.token_bytes(16)
    sealed = _sealer(passphrase, salt, _SCRYPT).encrypt(json.dumps(kept).encode())
    return json.dumps(
        {"scrypt": {**_SCRYPT, "salt": base64.b64encode(salt).decode()}, "fernet": sealed.decode()}
    ).encode()


def _opened_key(file: Path, settings: Settings) -> Mapping[str, bytes]:
    sealed = read_key(file)
    if sealed is None:
        raise click.ClickException("La clé n’est pas jointe à cette sauvegarde. Retirez --with-key.")
    known = json.loads(sealed)
    cost = {name: int(known["scrypt"][name]) for name in _SCRYPT}
    sealer = _sealer(_passphrase(settings, confirmed=False), base64.b64decode(known["scrypt"]["salt"]), cost)
    try:
        kept = json.loads(sealer.decrypt(known["fernet"].encode()))
    except InvalidToken:
        raise click.ClickException(
            "Ce n’est pas la phrase secrète de cette sauvegarde : rien n’a été touché."
        ) from None
    return {name: base64.b64decode(kept[name]) for name in _KEY_FILES if name in kept}


def _sealer(passphrase: str, salt: bytes, cost: Mapping[str, int]) -> Fernet:
    made = Scrypt(salt=salt, length=32, **cost).derive(passphrase.encode())
    return Fernet(base64.urlsafe_b64encode(made))


def _put_key_back(settings: Settings, key: Mapping[str, bytes], moment: datetime) -> list[str]:
    """Those of before are kept beside, under the moment they were replaced; answers the names of what was put back."""
    for name, content in key.items():
        file = settings.data_folder / name
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if file.exists():
            file.rename(file.with_name(f"{name}.avant-{in_paris(moment):%Y%m%d-%H%M%S}"))
        file.touch(mode=0o600)
        file.write_bytes(content)
    return list(key)
