"""`cybercantal import`: brings a file into the database, whole or not at all."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashboard.command.database import opened, progress_bar

if TYPE_CHECKING:
    from dashboard.imports.running import ImportReport

_KINDS = ("attendance", "members", "placements", "sessions", "events")


@click.command(
    "import",
    epilog="Codes de sortie : 0 importé ou rien à changer, 1 refusé : rien n’a été écrit, 2 commande mal écrite.",
)
@click.argument("kind", type=click.Choice(_KINDS), metavar="NATURE", required=False)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FICHIER", required=False)
@click.option("--dry-run", is_flag=True, help="Dire ce qui changerait, sans rien écrire.")
@click.option("--accept-unusual", is_flag=True, help="Importer aussi ce qui est inhabituel, sans demander.")
@click.option("--undo", type=int, metavar="N", help="Annuler en entier l’import numéro N.")
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Présentation."
)
def import_file(
    kind: str | None, file: Path | None, dry_run: bool, accept_unusual: bool, undo: int | None, shape: str
) -> None:
    """Importer un fichier CSV ou XLSX, en entier ou pas du tout.

    NATURE est attendance, members, placements, sessions ou events. Importer deux fois le même fichier ne change rien.
    """
    from dashboard.configuration import clock
    from dashboard.configuration.settings import load_settings
    from dashboard.imports.kinds import KINDS
    from dashboard.imports.reading import LARGEST_FILE, Unreadable
    from dashboard.imports.running import run_import
    from data_access.refusals import Rule
    from data_access.rights import Actor

    actor = Actor("cybercantal import", "coordinator")
    if undo is not None:
        _undo(actor, undo)
        return
    if kind is None or file is None:
        raise click.UsageError(
            "Indiquez la nature et le fichier, par exemple : cybercantal import members adhesions.csv"
        )
    if not file.is_file():
        raise click.ClickException(f"Le fichier « {file.name} » n’existe pas.")
    with file.open("rb") as source:
        content = source.read(LARGEST_FILE + 1)
    confirmed = frozenset(Rule) if accept_unusual else frozenset()
    with opened(load_settings().database_url) as engine, progress_bar("Lecture du fichier", file=sys.stderr) as tell:
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
                progress=lambda done, total: tell(f"Ligne {done} sur {total}", done / max(total, 1)),
            )
        except Unreadable as unreadable:
            raise click.ClickException(str(unreadable)) from None
    told = json.dumps(_as_json(kind, report), ensure_ascii=False) if shape == "json" else _as_text(kind, report)
    click.echo(told)
    if report.faults or report.questions:
        raise SystemExit(1)


def _undo(actor: Any, batch_id: int) -> None:
    from dashboard.configuration import clock
    from dashboard.configuration.settings import load_settings
    from dashboard.wording.refusals import refusal_sentence
    from dashboard.wording.typography import count
    from data_access.entries.importing import undo_whole_import
    from data_access.refusals import Refused

    try:
        with opened(load_settings().database_url) as engine:
            undone = undo_whole_import(engine, actor, batch_id, now=clock.now())
    except Refused as refusal:
        said = " ".join(refusal_sentence(problem.rule, {**problem.values, "label": ""}) for problem in refusal.problems)
        raise click.ClickException(said) from None
    click.echo(f"Import {batch_id} annulé : {count(undone, 'changement')}.")


def _as_json(kind: str, report: "ImportReport") -> dict[str, Any]:
    from dashboard.imports.kinds import KINDS
    from dashboard.imports.running import counted, differences

    return {
        "kind": kind,
        "imported": report.done,
        "import": report.outcome.batch_id if report.done else None,
        **counted(report.outcome),
        "changes": differences(KINDS[kind], report.outcome),
        "errors": [vars(fault) for fault in report.faults],
        "questions": [vars(fault) for fault in report.questions],
        "notes": list(report.notes),
    }


def _as_text(kind: str, report: "ImportReport") -> str:
    from dashboard.imports.kinds import KINDS
    from dashboard.imports.running import differences, told
    from dashboard.wording.typography import typeset

    head = f"{'Importé' if report.done else 'Rien n’a été écrit'} : {told(report.outcome, done=report.done)}."
    if report.done and report.outcome.batch_id is not None:
        head += f" Pour l’annuler : cybercantal import --undo {report.outcome.batch_id}"
    changed = [
        f"Ligne {each['line']}, {each['field']} : {each['before']} → {each['after']}"
        for each in differences(KINDS[kind], report.outcome)
    ]
    lines = [
        f"Ligne {fault.line}, {fault.column}, « {fault.value} » : {fault.reason}"
        for fault in (*report.faults, *report.questions)
    ]
    return "\n".join(typeset(line) for line in (head, *report.notes, *changed, *lines))
