"""`cybercantal export`: writes the open data, and the answers for the national census, into a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from dashboard.command.database import opened

if TYPE_CHECKING:
    import sqlalchemy as sa

_CENSUS: Final = "recensement"
_KINDS: Final = ("lieux", "indicateurs", "reseau", "rendez-vous", _CENSUS)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DOSSIER")
@click.option(
    "--kind", "kinds", type=click.Choice(_KINDS), multiple=True, help="N’écrire que ce fichier ; l’option se répète."
)
def export(folder: Path, kinds: tuple[str, ...]) -> None:
    """Écrire les données ouvertes dans un dossier.

    Lieux et indicateurs suivent les schémas nationaux ; un datapackage.json décrit l’ensemble. Le recensement prépare les
    réponses au recensement national des tiers-lieux, en CSV et en XLSX. Aucun fichier ne nomme personne.
    """
    from dashboard.settings import load_settings

    with opened(load_settings().database_url) as engine:
        files = {**_open_data(engine, kinds), **(_census(engine) if not kinds or _CENSUS in kinds else {})}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        click.echo(f"{folder / name}  ({len(content)} octets)")


def _open_data(engine: "sa.Engine", kinds: tuple[str, ...]) -> Mapping[str, bytes]:
    """The files asked for, and their description when all are."""
    if kinds == (_CENSUS,):
        return {}
    from dashboard.exports.opendata.package import RESOURCES
    from dashboard.publication.files import publication
    from dashboard.ui import clock

    files = publication(engine, today=clock.today()).files
    wanted = {resource.file_name for resource in RESOURCES if resource.kind in kinds}
    return {name: content for name, content in files.items() if not kinds or name in wanted}


def _census(engine: "sa.Engine") -> Mapping[str, bytes]:
    from dashboard.exports import tables
    from dashboard.publication.census import census
    from dashboard.ui import clock
    from data_access.engine import reading
    from data_access.rights import COMMAND_LINE

    today = clock.today()
    with reading(engine, today, COMMAND_LINE) as connection:
        table = census(connection, today=today)
    return {f"{_CENSUS}.csv": tables.csv(table), f"{_CENSUS}.xlsx": tables.xlsx(table)}
