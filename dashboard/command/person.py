"""`cybercantal person` and `retention`: what is known of a person, given, withdrawn, erased; what was kept long enough."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
import sqlalchemy as sa

from dashboard.command.database import TEXT_OR_JSON, erase_again, opened
from dashboard.configuration import clock
from dashboard.configuration.database import record_erasures
from dashboard.configuration.settings import load_settings
from dashboard.exports.person_sheets import person_json, person_workbook
from dashboard.wording.dates import long_date
from dashboard.wording.numbers import integer
from dashboard.wording.personal_data import THEN, WHAT, confirmation_of, erased_sentence, name_of
from dashboard.wording.typography import capital, count, typeset
from data_access.engine import is_demonstration, writing
from data_access.reads.personal_data import Due, people_found, person_file, retention_due
from data_access.rights import COMMAND_LINE, set_actor
from data_access.writes.personal_data import apply_retention, erase_person, record_copy, withdraw_consent

# `cybercantal person`: everything about a person taken out, or erased for good; whom a restore brought back erased
# again.

_CODES_OF_PERSON: Final = "Codes de sortie : 0 fait, 1 refusé ou échoué, 2 commande mal écrite."
_WHO: Final = click.argument("who", metavar="NUMÉRO|ADRESSE")


@click.group(subcommand_metavar="COMMANDE [OPTIONS]")
def person() -> None:
    """Répondre à la demande d’une personne.

    Copie de ses données, retrait de l’annuaire, effacement. Chaque réponse est notée au journal, sans son nom.
    """


@person.command(epilog=_CODES_OF_PERSON)
@click.argument("text", metavar="TEXTE")
def find(text: str) -> None:
    """Chercher une personne par son nom, son adresse, son téléphone ou son numéro d’adhérent."""
    with opened() as engine, engine.connect() as connection:
        found = people_found(set_actor(connection, COMMAND_LINE), text=text)
    if not found:
        raise click.ClickException("Personne ne correspond à cette recherche.")
    for row in found:
        number = f", adhérent {row['member_number']}" if row["member_number"] else ""
        address = f", {row['email']}" if row["email"] else ""
        click.echo(f"{row['id']} : {name_of(row)}{address}{number}")


@person.command(epilog=_CODES_OF_PERSON)
@_WHO
@click.argument("file", metavar="FICHIER", type=click.Path(dir_okay=False, path_type=Path))
def export(who: str, file: Path) -> None:
    """Écrire tout ce qui est connu d’une personne dans un fichier .json ou .xlsx."""
    if file.suffix.lower() not in (".json", ".xlsx"):
        raise click.UsageError("Le nom du fichier doit finir par .json ou .xlsx.")
    now = clock.now()
    with opened() as engine:
        person_id = _person(engine, who)
        with writing(engine, COMMAND_LINE) as connection:
            known = person_file(connection, person_id=person_id)
            assert known is not None
            content = (
                person_json(known, made_at=now)
                if file.suffix.lower() == ".json"
                else person_workbook(known, made_at=now, demonstration=is_demonstration(connection))
            )
            # Read by who asked for it, and nobody else on the machine.
            file.touch(mode=0o600)
            file.write_bytes(content)
            record_copy(connection, COMMAND_LINE, person_id=person_id, now=now)
    click.echo(f"Copie écrite : {file}.")


@person.command(epilog=_CODES_OF_PERSON)
@_WHO
@click.option(
    "--reason",
    type=click.Choice(["request", "mistake"]),
    default="request",
    show_default=True,
    help="Motif : demande de la personne (request), fiche créée par erreur (mistake).",
)
@click.option("--yes", is_flag=True, help="Ne pas demander de confirmation.")
def erase(who: str, reason: str, yes: bool) -> None:
    """Effacer une personne pour toujours.

    Son nom disparaît de la base, du journal et des exports ; aucun chiffre ne change. Le registre des effacements le retient,
    sans nom, pour l’effacer à nouveau si une sauvegarde la faisait revenir.
    """
    settings = load_settings()
    with opened(settings.database_url) as engine:
        person_id = _person(engine, who)
        wanted = confirmation_of(person_id)
        if not yes and click.prompt(f"Tapez {wanted} pour continuer", default="", show_default=False) != wanted:
            raise click.ClickException("Rien n’a été effacé.")
        with writing(engine, COMMAND_LINE) as connection:
            done = erase_person(connection, COMMAND_LINE, person_id=person_id, reason=reason, now=clock.now())
        # Said before what may still fail: the person is erased, whatever becomes of the rest.
        click.echo(erased_sentence(done.people, done.texts, done.accounts))
        record_erasures(engine, settings)


@person.command(epilog=_CODES_OF_PERSON)
@_WHO
def withdraw(who: str) -> None:
    """Retirer aussitôt une personne de l’annuaire."""
    with opened() as engine:
        person_id = _person(engine, who)
        with writing(engine, COMMAND_LINE) as connection:
            listed = withdraw_consent(connection, COMMAND_LINE, person_id=person_id, now=clock.now())
    click.echo("Retirée de l’annuaire." if listed else "Cette personne n’était pas dans l’annuaire.")


@person.command(epilog=_CODES_OF_PERSON)
def replay() -> None:
    """Effacer à nouveau les personnes qu’une sauvegarde restaurée a fait revenir.

    « cybercantal migrate » et « cybercantal run » le font aussi, avant de rien montrer.
    """
    settings = load_settings()
    with opened(settings.database_url) as engine:
        erased = erase_again(engine, settings)
        record_erasures(engine, settings)
        if not erased:
            click.echo("Personne n’est revenu : le registre des effacements est appliqué.")


def _person(engine: sa.Engine, who: str) -> int:
    """The number of a person, told by it or by their whole address; the command ends when nobody or several answer."""
    with engine.connect() as connection:
        found: list[dict[str, Any]] = people_found(set_actor(connection, COMMAND_LINE), text=who)
    address = who.strip().lower()
    wanted = [row["id"] for row in found if str(row["id"]) == address or row["email"] == address]
    if not wanted:
        raise click.ClickException(
            f"Personne n’a le numéro ou l’adresse « {who} ». Cherchez : cybercantal person find NOM."
        )
    if len(wanted) > 1:
        raise click.ClickException(
            f"Plusieurs fiches ont cette adresse : {', '.join(map(str, wanted))}. Indiquez le numéro de l’une d’elles."
        )
    return int(wanted[0])


# `cybercantal retention`: what has been kept long enough, told first, then done; made for a timer too.

_CODES_OF_RETENTION: Final = "Codes de sortie : 0 fait ou rien à faire, 1 refusé ou échoué, 2 commande mal écrite."
_LISTED: Final = 20


@click.group(subcommand_metavar="COMMANDE [OPTIONS]")
def retention() -> None:
    """Appliquer les durées de conservation.

    Elles viennent des réglages CYBERCANTAL_KEEP_…, et la page « Confidentialité » les annonce. Aucun chiffre ne change.
    """


@retention.command(epilog=_CODES_OF_RETENTION)
@TEXT_OR_JSON
def plan(shape: str) -> None:
    """Dire ce qui a été gardé assez longtemps, sans rien écrire."""
    settings = load_settings()
    with opened(settings.database_url) as engine, engine.connect() as connection:
        found = retention_due(set_actor(connection, COMMAND_LINE), durations=settings.retention, now=clock.now())
    _tell(found, shape)


@retention.command(epilog=_CODES_OF_RETENTION)
@click.option("--yes", is_flag=True, help="Ne pas demander de confirmation, pour une tâche planifiée.")
@click.option(
    "--visa",
    metavar="RÉFÉRENCE",
    help="Visa d’élimination des Archives départementales, noté au journal avec ce qui est fait.",
)
@TEXT_OR_JSON
def apply(yes: bool, visa: str | None, shape: str) -> None:
    """Effacer, détacher ou supprimer ce qui a été gardé assez longtemps, après confirmation.

    Avec --format json, la liste de ce qui a été fait donne des numéros, jamais de nom : elle peut servir de bordereau.
    """
    settings = load_settings()
    with opened(settings.database_url) as engine:
        if not yes:
            with engine.connect() as connection:
                found = retention_due(
                    set_actor(connection, COMMAND_LINE), durations=settings.retention, now=clock.now()
                )
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
            record_erasures(engine, settings)


def _tell(found: Sequence[Due], shape: str) -> None:
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
            more = f" et {count(len(each.ids) - _LISTED, 'autre')}" if len(each.ids) > _LISTED else ""
            click.echo(f"  numéros {', '.join(map(str, each.ids[:_LISTED]))}{more}")
    if not any(each.count for each in found):
        click.echo("Rien n’a été gardé trop longtemps.")


def _as_row(each: Due) -> dict[str, Any]:
    """What a program reads; numbers of rows, never a name."""
    return {
        "rule": each.rule.key,
        "deed": each.rule.deed,
        "before": each.limit.isoformat(),
        "rows": dict(each.rows),
        "ids": list(each.ids),
    }
