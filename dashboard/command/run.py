"""`cybercantal run`: the database made ready, the server started, the browser opened."""

import http.client
import json
import os
import socket
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Final

import click

from dashboard.command.database import prepare, refuse_inconsistent
from dashboard.configuration.settings import Settings, load_settings
from dashboard.presentation.choice import NotASalonFile

ROOT: Final = Path(__file__).parents[2]
_LOOPBACK: Final = "127.0.0.1"
_EVERYWHERE: Final = {"0.0.0.0", "::"}
_PATIENCE_SECONDS: Final = 60
_ANSWER_SECONDS: Final = 2


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), metavar="N", help="Port du serveur ; par défaut, CYBERCANTAL_PORT."
)
@click.option("--no-browser", is_flag=True, help="Ne pas ouvrir le navigateur.")
@click.option(
    "--salon",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FICHIER",
    help="Présenter ce fichier gelé par « cybercantal salon », et rien d’autre, à cette machine seulement.",
)
def run(port: int | None, no_browser: bool, salon: Path | None) -> None:
    """Démarrer le tableau de bord (commande par défaut).

    À la première utilisation, crée la base de données et y charge des données de démonstration. Ctrl + C arrête le serveur.
    """
    settings = load_settings()
    if port is not None:
        settings = settings.model_copy(update={"port": port})
    if salon is not None:
        _present(salon, settings.port, browser=not no_browser)
        return
    refuse_busy_port(settings.host, settings.port)
    prepare(settings)
    refuse_inconsistent(settings)
    _serve(settings, browser=not no_browser)


def refuse_busy_port(host: str, port: int) -> None:
    """Ends the command, with the remedy, when another program listens there."""
    if is_free(host, port):
        return
    here, other = address(host, port), port % 65535 + 1
    if answers(here):
        found = f"Le tableau de bord est déjà en marche : ouvrez {here}. Pour en lancer un second"
    else:
        found = f"Le port {port} est pris par un autre programme. Arrêtez-le, ou"
    raise click.ClickException(f"{found}, choisissez un autre port : cybercantal --port {other}.")


def is_free(host: str, port: int) -> bool:
    """Whether the server could listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        # As the server does: a port left by a server just stopped is free.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True


def answers(here: str) -> bool:
    """Whether the program that listens at this address is the dashboard, be it well or not."""
    try:
        try:
            answer = urllib.request.urlopen(f"{here}/sante", timeout=_ANSWER_SECONDS)
        except urllib.error.HTTPError as unwell:
            answer = unwell
        with answer:
            health = json.load(answer)
    except (OSError, ValueError, http.client.HTTPException):
        return False
    return isinstance(health, dict) and health.get("application") == "cybercantal"


def address(host: str, port: int) -> str:
    """What to type in a browser of this machine."""
    name = _LOOPBACK if host in _EVERYWHERE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _serve(settings: Settings, *, browser: bool) -> None:
    """Starts Streamlit in this very process, so that stopping the command stops the server."""
    import uvicorn.config
    from streamlit.web import cli

    # Streamlit looks for its configuration in the current folder; settings already read must not move with it.
    os.environ["CYBERCANTAL_DATABASE_URL"] = settings.database_url
    # Links that are given name the port that is listened on.
    os.environ["CYBERCANTAL_PORT"] = str(settings.port)
    os.chdir(ROOT)
    uvicorn.config.LOGGING_CONFIG["loggers"]["uvicorn"]["level"] = "WARNING"
    here = address(settings.host, settings.port)
    threading.Thread(target=_announce, args=(here, browser), daemon=True).start()
    with suppress(click.Abort, KeyboardInterrupt):
        cli.main(
            [
                "run",
                "dashboard/server.py",
                f"--server.address={settings.host}",
                f"--server.port={settings.port}",
                "--server.headless=true",
                f"--browser.serverAddress={settings.public_hosts[0] if settings.public_hosts else _LOOPBACK}",
            ],
            standalone_mode=False,
        )
    click.echo("Tableau de bord arrêté.")


def _present(file: Path, port: int, *, browser: bool) -> None:
    """Serves a frozen show; no database is opened, none is made."""
    refuse_busy_port(_LOOPBACK, port)
    from dashboard.web.slideshow import salon_application, serve_salon

    try:
        application = salon_application(file)
    except NotASalonFile:
        raise click.ClickException(
            f"« {file} » n’est pas une présentation gelée. Préparez-la avec « cybercantal salon {file} »."
        ) from None
    here = address(_LOOPBACK, port)
    threading.Thread(target=_announce, args=(here, browser), kwargs={"what": "Présentation prête"}, daemon=True).start()
    with suppress(KeyboardInterrupt):
        serve_salon(application, port)
    click.echo("Présentation arrêtée.")


def _announce(here: str, browser: bool, what: str = "Tableau de bord prêt") -> None:
    """Waits until the server answers, then says so and opens the browser."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"{here}/", timeout=_PATIENCE_SECONDS):
            break
        time.sleep(0.05)
    else:
        return
    click.echo(f"{what} : {here}  (Ctrl + C pour arrêter)")
    if browser:
        click.launch(here)
