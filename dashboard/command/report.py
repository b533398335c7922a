"""`cybercantal evaluation`, `report`, `export` and `salon`: figures of a year, documents, open data, a show in a file."""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

import click
import sqlalchemy as sa

from dashboard.command.database import opened, progress_bar
from dashboard.configuration import clock
from dashboard.configuration.settings import load_settings
from dashboard.exports import tables
from dashboard.exports.opendata import RESOURCES
from dashboard.figures.evaluation import Evaluation, evaluated
from dashboard.figures.model import STAFF
from dashboard.figures.show import Deck, compose_deck
from dashboard.imports.kinds import every_file
from dashboard.indicators.disclosure import last_published
from dashboard.presentation.choice import Choice, NotASalonFile, choice_saved, contact_addresses, freeze, named
from dashboard.publication import census, publication
from dashboard.reporting import Form, UnknownPlace, every_note, note_file, year_file
from dashboard.wording.dates import long_date
from dashboard.wording.typography import count
from data_access.engine import is_demonstration, reading
from data_access.facts import ReportFacts
from data_access.reads.network import evaluation_facts, published_figures
from data_access.reads.presentation import presentation_facts, saved_presentations
from data_access.reads.subjects import report_facts
from data_access.rights import COMMAND_LINE, VISITOR

# `cybercantal evaluation`.


@click.command()
@click.argument("year", type=click.IntRange(2007, 2100), metavar="ANNÉE")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="Présentation du résultat.",
)
def evaluation(year: int, shape: str) -> None:
    """Donner les sept lignes du bilan d’une année.

    Les chiffres sont calculés à partir des lignes de la base, jamais relus d’un résultat enregistré.
    """
    click.echo(_SHAPES[shape](_evaluated(year)))


def _evaluated(year: int) -> Evaluation:
    """The year as all readers of it have it; a year that has not begun is refused."""
    today = clock.today()
    _refuse_to_come(year, today, counted_on=today)
    with opened() as engine, reading(engine, today, COMMAND_LINE) as connection:
        facts, published = evaluation_facts(connection, year, as_of=today), published_figures(connection)
    return evaluated(facts, published, STAFF)


def _figures(said: Evaluation) -> dict[str, float | None]:
    """The year and its figures by key of indicator, those that are whole numbers as such."""
    whole = {
        key: int(value) if value is not None and float(value).is_integer() else value
        for key, value in said.values.items()
    }
    return {"year": said.year, **whole}


def _as_json(said: Evaluation) -> str:
    """Which lines come from what was published is told apart, where some do."""
    published = [key for key, line in said.lines.items() if line.origin == "published"]
    return json.dumps(_figures(said) | ({"published": published} if published else {}), separators=(",", ":"))


def _as_csv(said: Evaluation) -> str:
    """Semicolons and decimal commas, as a French spreadsheet expects."""
    figures = _figures(said)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(figures)
    writer.writerow("" if value is None else str(value).replace(".", ",") for value in figures.values())
    return text.getvalue().rstrip("\n")


def _as_table(said: Evaluation) -> str:
    lines = [(line.indicator.label, line.text, line.rests_on) for line in said.lines.values()]
    names, figures = (max(len(line[column]) for line in lines) for column in (0, 1))
    return "\n".join(
        [f"Bilan {said.year}", *(f"{name:<{names}}  {text:<{figures}}  {why}" for name, text, why in lines)]
    )


_SHAPES: Final[dict[str, Callable[[Evaluation], str]]] = {"json": _as_json, "csv": _as_csv, "table": _as_table}


# `cybercantal report`: the report of a year, or the notes of its places, as files.

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
def report(year: int, code: str | None, all_centres: bool, form: Form, folder: Path) -> None:
    """Écrire le bilan d’une année, ou la note de ses lieux.

    PDF à imprimer et à diffuser, PPTX et DOCX à modifier, XLSX à calculer. Aucun fichier ne contient de nom de personne.
    """
    if code is not None and all_centres:
        raise click.UsageError("Choisissez un lieu avec --centre, ou tous avec --all-centres.")
    facts = _facts(year, public=all_centres or code is not None)
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


def _facts(year: int, *, public: bool) -> ReportFacts:
    today = clock.today()
    as_of = last_published(today) if public else today
    _refuse_to_come(year, today, counted_on=as_of)
    with opened() as engine, reading(engine, today, COMMAND_LINE) as connection:
        return report_facts(connection, year, as_of=as_of)


def _refuse_to_come(year: int, today: date, *, counted_on: date) -> None:
    """Raises ClickException for a year of which nothing can be said yet."""
    if today.year < year:
        raise click.ClickException(f"L’année {year} n’a pas commencé.")
    if counted_on.year < year:
        raise click.ClickException(f"L’année {year} n’est pas finie : les notes des lieux attendent sa fin.")


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


# `cybercantal export`: writes the open data, and the answers for the national census, into a folder.

_CENSUS: Final = "recensement"
_KINDS: Final = ("lieux", "indicateurs", "reseau", "rendez-vous", _CENSUS)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DOSSIER")
@click.option(
    "--kind", "kinds", type=click.Choice(_KINDS), multiple=True, help="N’écrire que ce fichier ; l’option se répète."
)
@click.option(
    "--records",
    is_flag=True,
    help="Écrire plutôt tout ce qui est enregistré, noms compris, un fichier par nature, pour une autre base.",
)
def export(folder: Path, kinds: tuple[str, ...], records: bool) -> None:
    """Écrire les données ouvertes dans un dossier.

    Lieux et indicateurs suivent les schémas nationaux ; un datapackage.json décrit l’ensemble. Le recensement prépare les
    réponses au recensement national des tiers-lieux, en CSV et en XLSX. Aucun de ces fichiers ne nomme personne.
    Avec --records, les fichiers que `cybercantal import` relit, numérotés dans l’ordre où une base neuve se remplit.
    """
    with opened() as engine:
        if records:
            with reading(engine, clock.today(), COMMAND_LINE) as connection:
                files: Mapping[str, bytes] = dict(every_file(connection, demonstration=False))
        else:
            files = {**_open_data(engine, kinds), **(_census(engine) if not kinds or _CENSUS in kinds else {})}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        click.echo(f"{folder / name}  ({len(content)} octets)")


def _open_data(engine: sa.Engine, kinds: tuple[str, ...]) -> Mapping[str, bytes]:
    """The files asked for, and their description when all are."""
    if kinds == (_CENSUS,):
        return {}
    made = publication(engine, today=clock.today())
    for sentence in made.left_out:
        click.echo(sentence, err=True)
    wanted = {resource.file_name for resource in RESOURCES if resource.kind in kinds}
    return {name: content for name, content in made.files.items() if not kinds or name in wanted}


def _census(engine: sa.Engine) -> Mapping[str, bytes]:
    today = clock.today()
    with reading(engine, today, COMMAND_LINE) as connection:
        table = census(connection, today=today)
    return {f"{_CENSUS}.csv": tables.csv(table), f"{_CENSUS}.xlsx": tables.xlsx(table)}


# `cybercantal salon`: a show frozen in a file, for a fair without network.


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FICHIER")
@click.option(
    "--name", metavar="NOM", help="Présentation enregistrée à geler ; par défaut, la présentation habituelle."
)
def salon(file: Path, name: str | None) -> None:
    """Geler une présentation dans un fichier, pour un salon sans réseau.

    Le fichier ne contient que ce que les vues affichent : des totaux, datés, et aucune donnée sur une personne. L’occupation
    en direct n’y est pas, puisque rien n’y bouge. « cybercantal run --salon FICHIER » le présente.
    """
    settings = load_settings()
    with opened(settings.database_url) as engine:
        found = _frozen_show(engine, name, on=clock.today(), now=clock.machine_now())
    if found is None:
        raise click.ClickException(f"Aucune présentation ne s’appelle « {name} ». Voyez la page Présentation.")
    deck, choice = found
    try:
        freeze(file, deck, choice)
    except NotASalonFile:
        raise click.ClickException(
            f"« {file} » existe et n’est pas une présentation gelée : il n’a pas été touché. Choisissez un autre nom."
        ) from None
    click.echo(
        f"Présentation gelée : {count(len(deck.slides), 'vue')}, données du {long_date(deck.on)}. "
        f"Pour la lancer : cybercantal run --salon {file}"
    )


def _frozen_show(engine: sa.Engine, name: str | None, *, on: date, now: datetime) -> tuple[Deck, Choice] | None:
    """The slides of a saved show, or of the usual one; None when no show has that name."""
    with reading(engine, on, VISITOR) as connection:
        found = None if name is None else named(saved_presentations(connection), name)
        if name is not None and found is None:
            return None
        choice = Choice() if found is None else choice_saved(found)
        made = compose_deck(
            presentation_facts(connection, on=last_published(on), today=on),
            None,
            choice.slides,
            addresses=contact_addresses(load_settings()),
            demonstration=is_demonstration(connection),
        )
    return replace(made, frozen_at=now), choice
