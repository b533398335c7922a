"""`cybercantal report`: the report of a year, or the notes of its places, as files."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.command.database import opened
from dashboard.command.progress import progress_bar

if TYPE_CHECKING:
    from dashboard.reporting.facts import ReportFacts
    from dashboard.reporting.files import Form

_FORMS = ("pdf", "pptx", "xlsx", "docx")


@click.command(epilog="Codes de sortie : 0 fait, 1 refusé : rien n’a été écrit, 2 commande mal écrite.")
@click.argument("year", type=click.IntRange(2007, 2100), metavar="ANNÉE")
@click.option("--centre", "code", metavar="CODE", help="La note d’une page d’un lieu, au lieu du bilan du réseau.")
@click.option("--all-centres", is_flag=True, help="La note de chaque lieu ouvert à la fin de l’année.")
@click.option(
    "--format", "form", type=click.Choice(_FORMS), default="pdf", show_default=True, help="Nature des fichiers."
)
@click.option(
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="DOSSIER",
    help="Dossier où écrire. Par défaut, celui où vous êtes.",
)
def report(year: int, code: str | None, all_centres: bool, form: "Form", folder: Path) -> None:
    """Écrire le bilan d’une année, ou la note de ses lieux.

    PDF à imprimer et à diffuser, PPTX et DOCX à modifier, XLSX à calculer. Aucun fichier ne contient de nom de personne.
    """
    from dashboard.reporting.centre_note import UnknownPlace
    from dashboard.reporting.files import every_note, note_file, year_file

    if code is not None and all_centres:
        raise click.UsageError("Choisissez un lieu avec --centre, ou tous avec --all-centres.")
    facts = _facts(year)
    if all_centres:
        with progress_bar("Notes des lieux", file=sys.stderr) as tell:
            _write(every_note(facts, form, tell), folder)
        return
    try:
        _write([year_file(facts, form) if code is None else note_file(facts, code.upper(), form)], folder)
    except UnknownPlace:
        known = ", ".join(facts.place_names) or "aucun"
        raise click.ClickException(
            f"Aucun lieu ouvert fin {year} n’a le code « {code} ». Codes connus : {known}."
        ) from None


def _facts(year: int) -> "ReportFacts":
    from dashboard.reporting.facts import report_facts
    from dashboard.settings import load_settings
    from dashboard.ui import clock
    from data_access.engine import reading
    from data_access.rights import COMMAND_LINE

    today = clock.today()
    with opened(load_settings().database_url) as engine, reading(engine, today, COMMAND_LINE) as connection:
        return report_facts(connection, year, as_of=today)


def _write(files: Iterable[tuple[str, bytes]], folder: Path) -> None:
    """Each file whole, under its name; what stood there under the same name is replaced."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files:
            (folder / name).write_bytes(content)
            click.echo(str(folder / name))
    except OSError as error:
        raise click.ClickException(
            f"Impossible d’écrire dans « {folder} » : {error.strerror}. Choisissez un autre dossier avec --output."
        ) from error
