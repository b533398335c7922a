"""`cybercantal doctor`: what is wrong with settings, database and data, and how to mend it."""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from dashboard.command.database import opened, refusal_sentence
from dashboard.command.run import address, answers, is_free
from dashboard.configuration.database import (
    holds_demonstration,
    last_backup,
    links_found,
    register_file,
    summaries_found,
)
from dashboard.configuration.settings import (
    Settings,
    SettingsError,
    inconsistency,
    load_settings,
    shown_url,
    sqlite_file,
    unknown_variables,
    variable,
)
from dashboard.wording.dates import long_date
from dashboard.wording.journal import TABLES, field
from dashboard.wording.refusals import DATABASE_FAULTS
from dashboard.wording.typography import count
from data_access.engine import (
    database_fault,
    demonstration_as_of,
    file_fault,
    is_demonstration,
    is_sound,
    write_trial,
)
from data_access.erasures import RegisterUnreadable, people_back
from data_access.migrations import schema_state
from data_access.refusals import Rule
from data_access.rights import Actor
from data_access.row_security import APPLICATION_ROLE, connected_role, unsecured_tables
from data_access.triggers import rows_of_before

# What `cybercantal doctor` looks at in a database: its tables, its data, and what each engine can say of itself.


@dataclass(frozen=True)
class Finding:
    """One line of the report. `remedy` is empty when all is well."""

    subject: str
    found: str
    remedy: str = ""

    @property
    def line(self) -> str:
        mark = "✘" if self.remedy else "✔"
        return f"{mark} {self.subject} : {self.found}" + (f"\n  → {self.remedy}" if self.remedy else "")


def _schema(engine: sa.Engine) -> Finding:
    state = schema_state(engine)
    if state.is_current:
        return Finding("Tables", f"à jour ({state.current})")
    if state.refusal:
        return Finding("Tables", "d’un autre logiciel ou d’une autre version", str(state.refusal))
    found = "aucune" if state.is_empty else f"version {state.current}, le logiciel attend {state.head}"
    return Finding("Tables", found, "Lancez « cybercantal migrate ».")


def _data(engine: sa.Engine) -> Finding:
    if not schema_state(engine).is_current:
        return Finding("Données", "à voir une fois les tables à jour")
    with engine.connect() as connection:
        if not is_demonstration(connection):
            return Finding("Données", "réelles")
        as_of = demonstration_as_of(connection)
        return Finding("Données", f"de démonstration, arrêtées au {long_date(as_of)}" if as_of else "de démonstration")


def _links(engine: sa.Engine) -> Finding:
    return Finding("Liens entre tables", *links_found(engine))


def _sqlite(engine: sa.Engine) -> Finding:
    with engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    found = f"{sqlite3.sqlite_version}, journal {mode}"
    if is_sound(engine):
        return Finding("SQLite", found)
    return Finding("SQLite", f"{found}, fichier abîmé", DATABASE_FAULTS["database_damaged"][1])


def _writable(engine: sa.Engine) -> Finding:
    """What a writer would meet now."""
    if not schema_state(engine).is_current:
        return Finding("Écriture", "à voir une fois les tables à jour")
    try:
        write_trial(engine)
        fault = file_fault(engine)
    except SQLAlchemyError as error:
        fault = database_fault(error) or Rule.DATABASE_FAILED
    return Finding("Écriture", *DATABASE_FAULTS[fault]) if fault else Finding("Écriture", "possible")


def _postgresql_role(engine: sa.Engine) -> Finding:
    with engine.connect() as connection:
        role = connected_role(connection)
    remedy = f"Connectez l’application avec un rôle membre de {APPLICATION_ROLE} : « cybercantal migrate --roles apply » le crée."
    if role.passes_by:
        return Finding("Rôle PostgreSQL", f"{role.name}, que la sécurité par ligne ne retient pas", remedy)
    if role.owns:
        # Held to the policies like any other, but able to take them away.
        return Finding("Rôle PostgreSQL", f"{role.name}, propriétaire des tables ; {APPLICATION_ROLE} suffirait")
    return Finding("Rôle PostgreSQL", role.name)


def _row_security(engine: sa.Engine) -> Finding:
    with engine.connect() as connection:
        without = unsecured_tables(connection)
    if not without:
        return Finding("Sécurité par ligne", "active, imposée aussi au propriétaire")
    return Finding(
        "Sécurité par ligne",
        f"absente de {', '.join(without)}",
        "Lancez « cybercantal migrate » ; si elle a été retirée à la main, restaurez une sauvegarde du schéma.",
    )


_BROKEN: Final = {
    "capacity_overlaps": "positions notées deux fois les mêmes jours",
    "opening_hours_overlap": "demi-journée ouverte deux fois",
    "hours_overlap": "l’après-midi commence avant la fin de la matinée",
    "openings_overlap": "périodes d’ouverture qui se chevauchent",
    "day_outside_week": "jour hors de sa semaine",
    "capacity_exceeded": "plus de demi-journées que de positions ouvertes",
}
"""What a rule of the database forbids, where several rows are at fault; else it is a value out of its range."""
_KEYS: Final = ("code", "candidate_ref", "member_number", "number")
_ROWS_TOLD: Final = 20


def _values(engine: sa.Engine) -> Finding:
    """The rows that the database would refuse today: written before there was a rule, or without its triggers."""
    if not schema_state(engine).is_current:
        return Finding("Valeurs", "à voir une fois les tables à jour")
    # To nobody, row-level security shows no row of people, whose dates would then pass for right.
    with engine.connect().execution_options(actor=Actor("doctor", "administrator")) as connection:
        wrong = rows_of_before(connection)
    if not wrong:
        return Finding("Valeurs", "vraisemblables")
    lines = []
    for table, rule, row in wrong[:_ROWS_TOLD]:
        known = row._mapping
        key = next((f" ({known[name]})" for name in _KEYS if known.get(name) is not None), "")
        said = _BROKEN.get(rule) or f"{field(rule)} ({rule}), {known[rule]}"
        lines.append(f"{TABLES.get(table.name, table.comment)}, {table.name} n° {known.get('id', '?')}{key} : {said}")
    more = [f"et {len(wrong) - _ROWS_TOLD} de plus"] if len(wrong) > _ROWS_TOLD else []
    return Finding(
        "Valeurs",
        "\n    ".join([count(len(wrong), "à corriger", "à corriger"), *lines, *more]),
        "Corrigez-les dans le tableau de bord, ou dans le programme qui les a écrites : la base n’en accepte plus de telles.",
    )


CHECKS: Final[dict[str, tuple[Callable[[sa.Engine], Finding], ...]]] = {
    "sqlite": (_sqlite, _links, _schema, _writable, _data, _values),
    "postgresql": (_schema, _writable, _data, _values, _postgresql_role, _row_security),
}


# `cybercantal doctor`: what could stop the product from working, and the remedy.

OLDEST_PYTHON: Final = (3, 11)


@click.command()
@click.option("--deep", is_flag=True, help="Recompter aussi tous les résumés depuis les lignes ; plus long.")
def doctor(deep: bool) -> None:
    """Vérifier l’installation et donner les remèdes.

    Le code de sortie est 1 dès qu’un point est à corriger.
    """
    sound = True
    for finding in findings(deep=deep):
        click.echo(finding.line)
        sound = sound and not finding.remedy
    if not sound:
        raise click.exceptions.Exit(1)


def findings(*, deep: bool = False) -> Iterator[Finding]:
    """Every check, in an order where each relies on those before it."""
    yield _python()
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding("Réglages", "à corriger", str(error))
        return
    yield _settings()
    yield _network(settings)
    yield _port(settings)
    yield from _database(settings, deep=deep)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    remedy = "" if sys.version_info >= OLDEST_PYTHON else "Installez Python 3.11 ou plus récent."
    return Finding("Python", version, remedy)


def _settings() -> Finding:
    unknown = unknown_variables(os.environ)
    if unknown:
        known = ", ".join(variable(name) for name in Settings.model_fields)
        return Finding("Réglages", f"{', '.join(unknown)} : inconnu", f"Les réglages possibles sont {known}.")
    given = [name for name in Settings.model_fields if os.environ.get(variable(name))]
    return Finding("Réglages", ", ".join(map(variable, given)) or "tous par défaut")


def _network(settings: Settings) -> Finding:
    local = settings.host in {"127.0.0.1", "localhost", "::1"}
    if local and settings.public_hosts and not settings.trusted_proxies:
        return Finding(
            "Réseau",
            f"{', '.join(settings.public_hosts)}, par un serveur mandataire dont les visiteurs comptent pour un seul",
            "Indiquez son adresse dans CYBERCANTAL_TRUSTED_PROXIES, 127.0.0.1 s’il est sur cette machine.",
        )
    if local or settings.public_hosts:
        return Finding(
            "Réseau",
            "cette machine seulement" if local and not settings.public_hosts else ", ".join(settings.public_hosts),
        )
    return Finding(
        "Réseau",
        f"le serveur écoute sur {settings.host}, mais refusera les navigateurs des autres machines",
        "Indiquez dans CYBERCANTAL_PUBLIC_HOSTS le nom par lequel ils le joignent.",
    )


def _port(settings: Settings) -> Finding:
    here = address(settings.host, settings.port)
    if is_free(settings.host, settings.port):
        return Finding("Port", f"{here} est libre")
    if answers(here):
        return Finding("Port", f"le tableau de bord est en marche, {here}")
    remedy = "Arrêtez le programme qui l’occupe, ou indiquez un autre port avec CYBERCANTAL_PORT."
    return Finding("Port", f"{settings.port} ne peut pas être ouvert sur {settings.host}", remedy)


def _database(settings: Settings, *, deep: bool) -> Iterator[Finding]:
    file = sqlite_file(settings.database_url)
    if file is not None:
        folder = _folder(file.parent)
        yield folder
        if folder.remedy:
            return
        if not file.exists():
            yield Finding("Base de données", f"{file} n’existe pas encore ; « cybercantal » la créera")
            return
    try:
        with opened(settings.database_url) as engine:
            with engine.connect():
                yield Finding("Base de données", shown_url(settings.database_url))
            for check in CHECKS[engine.dialect.name]:
                yield check(engine)
            if deep and schema_state(engine).is_current:
                yield Finding("Résumés", *summaries_found(engine))
            yield _sign_in(settings, engine)
            yield _erasures(settings, engine)
            yield from _backups(settings, engine)
    except Exception as error:
        sentence = refusal_sentence(error)
        if sentence is None:
            raise
        yield Finding("Base de données", "injoignable", sentence)


def _sign_in(settings: Settings, engine: sa.Engine) -> Finding:

    try:
        fault = inconsistency(settings, demonstration=holds_demonstration(engine))
    except SQLAlchemyError:
        return Finding("Connexion", f"{settings.sign_in}, non vérifiée : la base n’est pas à jour")
    said = {"demo": "démonstration sans comptes", "local": "comptes de la base", "oidc": "fournisseur d’identité"}
    return Finding("Connexion", said[settings.sign_in], fault)


def _erasures(settings: Settings, engine: sa.Engine) -> Finding:
    if not schema_state(engine).is_current:
        return Finding("Effacements", "à voir une fois les tables à jour")
    try:
        back = people_back(engine, register_file(settings))
    except RegisterUnreadable as unreadable:
        return Finding("Effacements", "registre illisible", str(unreadable))
    if not back:
        return Finding("Effacements", "appliqués")
    found = count(back, "personne effacée est revenue", "personnes effacées sont revenues")
    return Finding("Effacements", found, "Lancez « cybercantal person replay ».")


def _backups(settings: Settings, engine: sa.Engine) -> Iterator[Finding]:
    """Of data that people entered: what was invented is made again."""
    try:
        entered = holds_demonstration(engine) is False
    except SQLAlchemyError:
        return
    if entered:
        yield Finding("Dernière sauvegarde", *last_backup(settings))


def _folder(folder: Path) -> Finding:
    """The nearest folder that exists is the one that must accept files."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return Finding("Dossier de données", str(folder))
    remedy = "Donnez-vous le droit d’y écrire, ou indiquez un autre dossier avec CYBERCANTAL_DATA_FOLDER."
    return Finding("Dossier de données", f"{folder} n’accepte pas de fichier", remedy)
