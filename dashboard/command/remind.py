"""`cybercantal remind`: ends the days that nobody ended, writes to the centres whose weeks are not entered; for a timer."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import click
import sqlalchemy as sa

from dashboard.command.database import TEXT_OR_JSON, opened
from dashboard.configuration import clock
from dashboard.configuration.settings import Settings, load_settings
from dashboard.reminders import Message, NotSent, mail_server, reminder_message, send
from dashboard.wording.dates import parse_week_key, week_key
from dashboard.wording.typography import count
from data_access.engine import reading, writing
from data_access.periods import day_in_paris
from data_access.reads.attendance import weeks_owed
from data_access.rights import COMMAND_LINE, Actor
from data_access.writes.attendance import record_reminders, release_reminders
from data_access.writes.visits import end_forgotten_days

_TIMER: Final = Actor("cybercantal remind", "coordinator")
_STATES: Final = {
    "sent": "envoyé",
    "already": "déjà relancé aujourd’hui",
    "no_address": "aucune adresse électronique connue",
    "not_sent": "le serveur de courrier n’a pas pris le message",
    "dry_run": "à envoyer",
}


@click.command(
    epilog="Codes de sortie : 0 tout est parti ou rien n’était à faire, 1 un message n’est pas parti, 2 usage."
)
@click.option("--week", metavar="SEMAINE", help="Ne relancer que pour cette semaine, par exemple 2017-S22.")
@click.option("--dry-run", is_flag=True, help="Dire ce qui partirait, sans rien envoyer ni noter.")
@TEXT_OR_JSON
def remind(week: str | None, dry_run: bool, shape: str) -> None:
    """Noter les départs oubliés, relancer les télécentres dont une semaine n’est pas saisie.

    Un départ oublié est noté à l’heure de fermeture : celui d’un autre jour, ou d’une heure après la fermeture.

    Un centre n’est relancé, par courriel, qu’une fois par jour pour une semaine, même si la commande est lancée deux
    fois : elle convient à une tâche planifiée. Le serveur de courrier vient des réglages CYBERCANTAL_MAIL_….
    """
    settings = load_settings()
    wanted = parse_week_key(week) if week else None
    if week and wanted is None:
        raise click.UsageError("Indiquez une semaine comme 2017-S22.")
    with opened(settings.database_url) as engine:
        ended = [] if dry_run else _ended(engine)
    if shape == "text":
        for line in ended:
            departures = count(line["departures"], "départ oublié noté", "départs oubliés notés")
            click.echo(f"{line['centre']} : {departures} à l’heure de fermeture")
    if not dry_run and not (settings.mail_server and settings.mail_sender):
        raise click.ClickException(
            "Aucun serveur de courrier n’est réglé. Indiquez CYBERCANTAL_MAIL_SERVER et CYBERCANTAL_MAIL_SENDER, "
            "ou essayez avec --dry-run."
        )
    with opened(settings.database_url) as engine:
        told = list(_reminded(engine, settings, wanted, clock.today(), dry_run=dry_run))
    if shape == "json":
        click.echo(json.dumps([*ended, *told], ensure_ascii=False))
    else:
        for line in told:
            weeks = ", ".join(line["weeks"])
            click.echo(f"{line['centre']} ({weeks}) : {_STATES[line['state']]}")
        if not told:
            click.echo("Toutes les semaines attendues sont saisies : personne à relancer.")
    if any(line["state"] == "not_sent" for line in told):
        raise SystemExit(1)


def _ended(engine: sa.Engine) -> list[dict[str, Any]]:
    """One line per centre where departures were forgotten: how many are noted now."""
    with writing(engine, _TIMER) as connection:
        ended = end_forgotten_days(connection, _TIMER, now=clock.now())
    return [{"centre": code, "departures": number, "state": "ended"} for code, number in ended.items()]


def _reminded(
    engine: sa.Engine, settings: Settings, wanted: date | None, today: date, *, dry_run: bool
) -> Iterator[dict[str, Any]]:
    """One line per centre: its code, its weeks, whom it was sent to, and what came of it."""
    with reading(engine, today, COMMAND_LINE) as connection:
        owed = weeks_owed(connection, as_of=today)
    for (code,), rows in owed.group_by("centre_code", maintain_order=True):
        weeks = [day for day in rows["week_start"].to_list() if wanted in (None, day)]
        if not weeks:
            continue
        first = rows.row(0, named=True)
        message = reminder_message(
            first["centre_name"],
            first["recipient"],
            weeks,
            as_of=today,
            centre_code=str(code),
            address=settings.public_address,
        )
        state = "dry_run" if dry_run else _send(engine, settings, str(code), weeks, message)
        if not first["recipient"]:
            state = "no_address"
        yield {
            "centre": str(code),
            "weeks": [week_key(day) for day in weeks],
            "recipient": first["recipient"],
            "state": state,
        }


def _send(engine: sa.Engine, settings: Settings, code: str, weeks: list[date], message: Message) -> str:
    """Notes the reminder, then sends it; what could not be sent is not noted."""
    if not message.recipient:
        return "no_address"
    now = clock.now()
    with writing(engine, _TIMER) as connection:
        noted = record_reminders(
            connection, _TIMER, centre_code=code, weeks=weeks, recipient=message.recipient, channel="email", now=now
        )
    if not noted:
        return "already"
    try:
        with mail_server(settings) as server:
            send(server, settings, message)
    except NotSent:
        with writing(engine, _TIMER) as connection:
            release_reminders(
                connection,
                centre_code=code,
                weeks=noted,
                recipient=message.recipient,
                sent_on=day_in_paris(now),
            )
        return "not_sent"
    return "sent"
