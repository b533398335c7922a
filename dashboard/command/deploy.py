"""`cybercantal deploy`: the files that put the dashboard on a server, filled with the settings in force."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import click
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard.configuration.settings import Settings, example_of, load_settings

_TEMPLATES: Final = Path(__file__).with_name("deployment")
_TASKS: Final = ("remind", "backup", "retention")
FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "nginx": ("nginx.conf",),
    "systemd": (
        "serveur.env",
        "cybercantal@.service",
        *(f"cybercantal-{task}.{kind}" for task in _TASKS for kind in ("service", "timer")),
    ),
    "compose": ("compose.yaml", "Dockerfile", "serveur.env", "nginx.conf"),
}
"""The files of each way to serve, in the order in which they are read."""
# Under systemd all is on one machine; the containers have a network of their own, where nginx has this address.
_DATA: Final = {"compose": "/donnees"}
_PROXY: Final = {"compose": "172.30.84.2"}
_DATA_OF_A_MACHINE: Final = "/var/lib/cybercantal"
_THIS_MACHINE: Final = "127.0.0.1"


@click.command()
@click.option("--print", "way", type=click.Choice(tuple(FILES)), required=True, help="Les fichiers à donner.")
@click.option(
    "--processes",
    type=click.IntRange(1, 32),
    default=1,
    show_default=True,
    metavar="N",
    help="Combien de processus se partagent les visites ; plusieurs demandent PostgreSQL.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DOSSIER",
    help="Écrire les fichiers dans ce dossier plutôt qu’à l’écran ; un fichier qui s’y trouve n’est pas remplacé.",
)
def deploy(way: str, processes: int, output: Path | None) -> None:
    """Donner les fichiers d’un serveur : nginx, systemd, conteneurs.

    Ils portent le nom de CYBERCANTAL_PUBLIC_ADDRESS et les ports à partir de CYBERCANTAL_PORT. Le chapitre « Sur un serveur »
    du README dit où chacun se place.
    """
    written = dict(server_files(way, load_settings(), processes))
    if output is None:
        for name, content in written.items():
            click.echo(f"# ---- {name}\n{content}" if len(written) > 1 else content)
        return
    output.mkdir(parents=True, exist_ok=True)
    if there := [name for name in written if (output / name).exists()]:
        raise click.ClickException(f"{', '.join(there)} : déjà dans « {output} ». Choisissez un autre dossier.")
    for name, content in written.items():
        (output / name).write_text(content, encoding="utf-8")
        click.echo(output / name)


def server_files(way: str, settings: Settings, processes: int = 1) -> Iterator[tuple[str, str]]:
    """The files of a way to serve, by name, ready to be copied."""
    templates = Environment(
        loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    for name in FILES[way]:
        yield name, templates.get_template(name).render(_values(way, settings, processes))


def _values(way: str, settings: Settings, processes: int) -> dict[str, Any]:
    in_containers = way == "compose"
    own = _THIS_MACHINE if not in_containers else "tableau"
    ports = range(settings.port, settings.port + (1 if in_containers else processes))
    return {
        "host": urlsplit(settings.public_address or example_of("public_address")).hostname,
        "port": settings.port,
        "servers": [f"{own}:{port}" for port in ports],
        "proxy": _PROXY.get(way, _THIS_MACHINE),
        "data": _DATA.get(way, _DATA_OF_A_MACHINE),
        # The program that writes these files is the one that they start.
        "program": sys.prefix,
    }
