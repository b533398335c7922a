"""`cybercantal import`: brings a file into the database, whole or not at all."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from dashboard.command.database import TEXT_OR_JSON, opened, progress_bar
from dashboard.configuration import clock
from dashboard.exports.tables import csv
from dashboard.imports.kinds import KINDS
from dashboard.imports.matching import grouped
from dashboard.imports.reading import LARGEST_FILE, Unreadable
from dashboard.imports.running import ABOUT_PEOPLE, ImportReport, counted, differences, errors_table, run_import, told
from dashboard.wording.parsing import ASKED, plain
from dashboard.wording.typography import capital, count, typeset
from data_access.entries.importing import undo_whole_import
from data_access.refusals import Rule
from data_access.rights import Actor


@click.command(
    "import",
    help=f"""Importer un fichier CSV, XLSX, ODS ou XLS, en entier ou pas du tout.

    NATURE est, dans l’ordre où une base neuve se remplit : {", ".join(KINDS)}. Importer deux fois le même fichier ne change
    rien.
    """,
    epilog="Codes de sortie : 0 importé ou rien à changer, 1 refusé : rien n’a été écrit, 2 commande mal écrite.",
)
@click.argument("kind", type=click.Choice(tuple(KINDS)), metavar="NATURE", required=False)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FICHIER", required=False)
@click.option("--dry-run", is_flag=True, help="Dire ce qui changerait, sans rien écrire.")
@click.option("--accept-unusual", is_flag=True, help="Importer aussi ce qui est inhabituel, sans demander.")
@click.option("--accept-people", is_flag=True, help="Importer aussi ce qui change le nom ou l’accord d’une personne.")
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FICHIER",
    help="Fichier CSV où écrire les lignes refusées ou à confirmer, avec leur motif.",
)
@click.option("--reason", metavar="MOTIF", help="Motif pour corriger des semaines clôturées.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="TITRE=COLONNE",
    help="Colonne du modèle pour un titre du fichier, rien pour la laisser de côté ; l’option se répète.",
)
@click.option("--undo", type=int, metavar="N", help="Annuler en entier l’import numéro N.")
@TEXT_OR_JSON
def import_file(
    kind: str | None,
    file: Path | None,
    dry_run: bool,
    accept_unusual: bool,
    accept_people: bool,
    errors: Path | None,
    reason: str | None,
    columns: tuple[str, ...],
    undo: int | None,
    shape: str,
) -> None:
    """Rehearses or imports a file, or undoes an import, and tells what came of it."""
    actor = Actor("cybercantal import", "coordinator")
    if undo is not None:
        with opened() as engine:
            undone = undo_whole_import(engine, actor, undo, now=clock.now())
        click.echo(f"Import {undo} annulé : {count(undone, 'changement')}.")
        return
    if kind is None or file is None:
        raise click.UsageError(
            "Indiquez la nature et le fichier, par exemple : cybercantal import members adhesions.csv"
        )
    if not file.is_file():
        raise click.ClickException(f"Le fichier « {file.name} » n’existe pas.")
    with file.open("rb") as source:
        content = source.read(LARGEST_FILE + 1)
    confirmed = frozenset(Rule) - ABOUT_PEOPLE if accept_unusual else frozenset[Rule]()
    confirmed |= ABOUT_PEOPLE if accept_people else frozenset()
    # A log is no place for a line per line.
    counts = sys.stderr.isatty()
    headings = _headings(kind, columns)
    with opened() as engine, progress_bar("Lecture du fichier", file=sys.stderr) as tell:
        try:
            report = run_import(
                engine,
                actor,
                KINDS[kind],
                file.name,
                content,
                now=clock.now(),
                rehearsal=dry_run,
                confirmed=confirmed,
                accepted=frozenset(ASKED) if accept_unusual else frozenset(),
                headings=headings,
                reason=reason,
                progress=lambda done, total: tell(f"{done} sur {total}" if counts else "Import", done / max(total, 1)),
            )
        except Unreadable as unreadable:
            raise click.ClickException(str(unreadable)) from None
    told = json.dumps(_as_json(kind, report), ensure_ascii=False) if shape == "json" else _as_text(kind, report)
    click.echo(told)
    if errors is not None and (report.faults or report.questions):
        errors.write_bytes(csv(errors_table(report)))
    if report.faults or report.questions:
        raise SystemExit(1)


def _headings(kind: str, columns: tuple[str, ...]) -> dict[str, str | None]:
    """The fields that `--column` gives to headings of the file, None for one left aside."""
    fields = {form: column.field for column in KINDS[kind].columns for form in column.forms}
    given: dict[str, str | None] = {}
    for each in columns:
        heading, separator, name = each.partition("=")
        if not separator or (name.strip() and plain(name) not in fields):
            known = ", ".join(column.heading for column in KINDS[kind].columns)
            raise click.UsageError(f"« {each} » : indiquez TITRE=COLONNE. Colonnes du modèle : {known}.")
        given[plain(heading)] = fields[plain(name)] if name.strip() else None
    return given


def _as_json(kind: str, report: ImportReport) -> dict[str, Any]:
    return {
        "kind": kind,
        "imported": report.done,
        "import": report.outcome.batch_id if report.done else None,
        **counted(report.outcome),
        "changes": differences(KINDS[kind], report.outcome),
        "errors": [vars(fault) for fault in report.faults],
        "causes": [
            {"where": cause.where, "column": cause.column, "reason": cause.reason, "lines": list(cause.lines)}
            for cause in grouped(report.faults)
        ],
        "questions": [vars(fault) for fault in report.questions],
        "notes": list(report.notes),
    }


def _as_text(kind: str, report: ImportReport) -> str:
    head = f"{'Importé' if report.done else 'Rien n’a été écrit'} : {told(counted(report.outcome), done=report.done)}."
    if report.done and report.outcome.batch_id is not None:
        head += f" Pour l’annuler : cybercantal import --undo {report.outcome.batch_id}"
    changed = [
        f"Ligne {each['line']}, {each['field']} : {each['before']} → {each['after']}"
        for each in differences(KINDS[kind], report.outcome)
    ]
    refused = [
        f"{capital(cause.where)}, {cause.column}{_valued(cause.values)} : {cause.reason}"
        for cause in grouped(report.faults)
    ]
    asked = [
        f"Ligne {fault.line} ({fault.about}), {fault.column}, « {fault.value} » : {fault.reason}"
        for fault in report.questions
    ]
    doubted = {fault.doubt for fault in report.faults}
    asked += [f"{ASKED[doubt]} ? Pour le confirmer : --accept-unusual." for doubt in ASKED if doubt in doubted]
    if report.asks_reason:
        asked.append("Pour corriger les semaines clôturées : --reason « le motif ».")
    if report.about_people:
        asked.append("Pour confirmer les noms et les accords : --accept-people.")
    if len(report.questions) > len(report.about_people):
        asked.append("Pour confirmer ce qui est inhabituel : --accept-unusual.")
    return "\n".join(typeset(line) for line in (head, *report.notes, *changed, *refused, *asked))


def _valued(values: tuple[str, ...]) -> str:
    more = f" et {count(len(values) - 3, 'autre')}" if len(values) > 3 else ""
    return f", {', '.join(f'« {value} »' for value in values[:3])}{more}" if values else ""
