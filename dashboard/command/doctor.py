"""`cybercantal doctor`: what could stop the product from working, and the remedy."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from dashboard.command.database import opened
from dashboard.command.doctor_findings import CHECKS, Finding
from dashboard.command.refusal import refusal_sentence
from dashboard.command.run import address, answers, is_free

if TYPE_CHECKING:
    import sqlalchemy as sa

    from dashboard.settings import Settings

OLDEST_PYTHON: Final = (3, 11)


@click.command()
def doctor() -> None:
    """Vérifier l’installation et donner les remèdes.

    Le code de sortie est 1 dès qu’un point est à corriger.
    """
    sound = True
    for finding in findings():
        click.echo(finding.line)
        sound = sound and not finding.remedy
    if not sound:
        raise click.exceptions.Exit(1)


def findings() -> Iterator[Finding]:
    """Every check, in an order where each relies on those before it."""
    from dashboard.settings import SettingsError, load_settings

    yield _python()
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding("Réglages", "à corriger", str(error))
        return
    yield _settings()
    yield _network(settings)
    yield _port(settings)
    yield from _database(settings)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    remedy = "" if sys.version_info >= OLDEST_PYTHON else "Installez Python 3.11 ou plus récent."
    return Finding("Python", version, remedy)


def _settings() -> Finding:
    from dashboard.settings import Settings, variable
    from dashboard.settings_table import unknown_variables

    unknown = unknown_variables(os.environ)
    if unknown:
        known = ", ".join(variable(name) for name in Settings.model_fields)
        return Finding("Réglages", f"{', '.join(unknown)} : inconnu", f"Les réglages possibles sont {known}.")
    given = [name for name in Settings.model_fields if os.environ.get(variable(name))]
    return Finding("Réglages", ", ".join(map(variable, given)) or "tous par défaut")


def _network(settings: "Settings") -> Finding:
    local = settings.host in {"127.0.0.1", "localhost", "::1"}
    if local or settings.public_hosts:
        return Finding("Réseau", "cette machine seulement" if local else ", ".join(settings.public_hosts))
    return Finding(
        "Réseau",
        f"le serveur écoute sur {settings.host}, mais refusera les navigateurs des autres machines",
        "Indiquez dans CYBERCANTAL_PUBLIC_HOSTS le nom par lequel ils le joignent.",
    )


def _port(settings: "Settings") -> Finding:
    here = address(settings.host, settings.port)
    if is_free(settings.host, settings.port):
        return Finding("Port", f"{here} est libre")
    if answers(here):
        return Finding("Port", f"le tableau de bord est en marche, {here}")
    remedy = "Arrêtez le programme qui l’occupe, ou indiquez un autre port avec CYBERCANTAL_PORT."
    return Finding("Port", f"{settings.port} ne peut pas être ouvert sur {settings.host}", remedy)


def _database(settings: "Settings") -> Iterator[Finding]:
    from dashboard.settings import shown_url, sqlite_file

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
            yield _sign_in(settings, engine)
            yield _erasures(settings, engine)
    except Exception as error:
        sentence = refusal_sentence(error)
        if sentence is None:
            raise
        yield Finding("Base de données", "injoignable", sentence)


def _sign_in(settings: "Settings", engine: "sa.Engine") -> Finding:
    from sqlalchemy.exc import SQLAlchemyError

    from dashboard.command.database import holds_demonstration
    from dashboard.identity.modes import inconsistency

    try:
        fault = inconsistency(settings, demonstration=holds_demonstration(engine))
    except SQLAlchemyError:
        return Finding("Connexion", f"{settings.sign_in}, non vérifiée : la base n’est pas à jour")
    said = {"demo": "démonstration sans comptes", "local": "comptes de la base", "oidc": "fournisseur d’identité"}
    return Finding("Connexion", said[settings.sign_in], fault)


def _erasures(settings: "Settings", engine: "sa.Engine") -> Finding:
    from dashboard.erasure_register import register_file
    from dashboard.wording.plurals import count
    from data_access.erasures import RegisterUnreadable, people_back
    from data_access.migrations import schema_state

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


def _folder(folder: Path) -> Finding:
    """The nearest folder that exists is the one that must accept files."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return Finding("Dossier de données", str(folder))
    remedy = "Donnez-vous le droit d’y écrire, ou indiquez un autre dossier avec CYBERCANTAL_DATA_FOLDER."
    return Finding("Dossier de données", f"{folder} n’accepte pas de fichier", remedy)
