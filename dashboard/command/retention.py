"""`cybercantal retention`: what has been kept long enough, told first, then done; made for a timer too."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from dashboard.command.database import opened

if TYPE_CHECKING:
    from data_access.retention import Due

_CODES: Final = "Codes de sortie : 0 fait ou rien à faire, 1 refusé ou échoué, 2 commande mal écrite."
_FORMAT: Final = click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Présentation."
)
_LISTED: Final = 20


@click.group(subcommand_metavar="COMMANDE [OPTIONS]")
def retention() -> None:
    """Appliquer les durées de conservation.

    Elles viennent des réglages CYBERCANTAL_KEEP_…, et la page « Confidentialité » les annonce. Aucun chiffre ne change.
    """


@retention.command(epilog=_CODES)
@_FORMAT
def plan(shape: str) -> None:
    """Dire ce qui a été gardé assez longtemps, sans rien écrire."""
    from dashboard.settings import load_settings
    from dashboard.ui import clock
    from data_access.actors import COMMAND_LINE
    from data_access.reads.personal_data import retention_due
    from data_access.rights import bind

    settings = load_settings()
    with opened(settings.database_url) as engine, engine.connect() as connection:
        found = retention_due(bind(connection, COMMAND_LINE), durations=settings.retention, now=clock.now())
    _tell(found, shape)


@retention.command(epilog=_CODES)
@click.option("--yes", is_flag=True, help="Ne pas demander de confirmation, pour une tâche planifiée.")
@click.option(
    "--visa",
    metavar="RÉFÉRENCE",
    help="Visa d’élimination des Archives départementales, noté au journal avec ce qui est fait.",
)
@_FORMAT
def apply(yes: bool, visa: str | None, shape: str) -> None:
    """Effacer, détacher ou supprimer ce qui a été gardé assez longtemps, après confirmation.

    Avec --format json, la liste de ce qui a été fait donne des numéros, jamais de nom : elle peut servir de bordereau.
    """
    from dashboard.erasure_register import settle
    from dashboard.settings import load_settings
    from dashboard.ui import clock
    from data_access.actors import COMMAND_LINE
    from data_access.engine import writing
    from data_access.reads.personal_data import retention_due
    from data_access.rights import bind
    from data_access.writes.personal_data import apply_retention

    settings = load_settings()
    with opened(settings.database_url) as engine:
        if not yes:
            with engine.connect() as connection:
                found = retention_due(bind(connection, COMMAND_LINE), durations=settings.retention, now=clock.now())
            _tell(found, "text")
            if not any(each.count for each in found):
                return
            if click.prompt("Tapez APPLIQUER pour continuer", default="", show_default=False) != "APPLIQUER":
                raise click.ClickException("Rien n’a été fait.")
        with writing(engine, COMMAND_LINE) as connection:
            done = apply_retention(connection, COMMAND_LINE, durations=settings.retention, now=clock.now(), visa=visa)
        if shape == "json":
            click.echo(json.dumps([_as_row(each) for each in done], ensure_ascii=False))
        else:
            click.echo("Fait. Aucun chiffre n’a changé." if done else "Rien n’a été gardé trop longtemps.")
        if done:
            settle(engine, settings)


def _tell(found: "Sequence[Due]", shape: str) -> None:
    from dashboard.wording.dates import long_date
    from dashboard.wording.numbers import integer
    from dashboard.wording.retention import THEN, WHAT
    from dashboard.wording.typography import capital, typeset

    if shape == "json":
        click.echo(json.dumps([_as_row(each) for each in found], ensure_ascii=False))
        return
    for each in found:
        rule = each.rule
        said = (
            f"{capital(WHAT[rule.key])} d’avant le {long_date(each.limit)} : {integer(each.count)} ; {THEN[rule.deed]}."
        )
        click.echo(typeset(said))
        if each.ids:
            more = f" et {len(each.ids) - _LISTED} autres" if len(each.ids) > _LISTED else ""
            click.echo(f"  numéros {', '.join(map(str, each.ids[:_LISTED]))}{more}")
    if not any(each.count for each in found):
        click.echo("Rien n’a été gardé trop longtemps.")


def _as_row(each: "Due") -> dict[str, Any]:
    """What a program reads; numbers of rows, never a name."""
    return {
        "rule": each.rule.key,
        "deed": each.rule.deed,
        "before": each.limit.isoformat(),
        "rows": dict(each.rows),
        "ids": list(each.ids),
    }
