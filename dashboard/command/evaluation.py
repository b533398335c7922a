"""`cybercantal evaluation`."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Final

import click

from dashboard.command.database import opened

Figures = Mapping[str, float | None]


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
    click.echo(_SHAPES[shape](year, _figures(year)))


def _figures(year: int) -> Figures:
    """The figures by key of indicator, those that are whole numbers as such."""
    from dashboard.indicators.evaluation import evaluation as measured
    from dashboard.settings import load_settings
    from dashboard.ui import clock
    from data_access.engine import reading
    from data_access.reads.evaluation import evaluation_facts
    from data_access.rights import COMMAND_LINE

    today = clock.today()
    with opened(load_settings().database_url) as engine, reading(engine, today, COMMAND_LINE) as connection:
        row = measured(evaluation_facts(connection, year, as_of=today)).row(0, named=True)
    return {key: int(value) if isinstance(value, float) and value.is_integer() else value for key, value in row.items()}


def _as_json(year: int, figures: Figures) -> str:
    return json.dumps({"year": year, **figures}, separators=(",", ":"))


def _as_csv(year: int, figures: Figures) -> str:
    """Semicolons and decimal commas, as a French spreadsheet expects."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(["year", *figures])
    writer.writerow([year, *("" if value is None else str(value).replace(".", ",") for value in figures.values())])
    return text.getvalue().rstrip("\n")


def _as_table(year: int, figures: Figures) -> str:
    from dashboard.indicators.evaluation import EVALUATION
    from dashboard.wording.units import format_value

    width = max(len(indicator.label) for indicator in EVALUATION)
    lines = (f"{line.label:<{width}}  {format_value(figures[line.key], line.unit)}" for line in EVALUATION)
    return "\n".join([f"Bilan {year}", *lines])


_SHAPES: Final[dict[str, Callable[[int, Figures], str]]] = {"json": _as_json, "csv": _as_csv, "table": _as_table}
