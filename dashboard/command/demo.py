"""`cybercantal demo`: loads the demonstration; `demo replay` plays a day of it, faster than time."""

import time
from datetime import datetime, timedelta
from typing import Final

import click

from dashboard.command.database import SEED, bring_up_to_date, load_demonstration, opened, progress_bar
from dashboard.configuration import clock
from dashboard.wording.dates import full_date, long_date, time_of_day
from dashboard.wording.typography import count
from data_access.demonstration import visits as played

# `cybercantal demo replay`: a day of the demonstration, faster than time, for a fair or a trial.

_STEP_SECONDS: Final = 0.5
_FIRST_STEP_OF_REPLAY: Final = "Préparation de la journée"


@click.command()
@click.option(
    "--speed",
    type=click.IntRange(1, 3600),
    default=60,
    show_default=True,
    metavar="N",
    help="Vitesse : à 60, une heure de la journée dure une minute.",
)
@click.option(
    "--minutes",
    type=click.IntRange(1, 240),
    default=15,
    show_default=True,
    metavar="N",
    help="Durée au bout de laquelle s’arrêter, même si la journée n’est pas finie.",
)
def replay(speed: int, minutes: int) -> None:
    """Rejouer une journée de la démonstration, plus vite que le temps.

    Les arrivées et les départs d’un jour chargé sont pointés un à un, à la place de ceux d’aujourd’hui : la page
    « Occupation en direct » bouge sous les yeux du public. Une base qui contient de vraies données est refusée. La commande
    s’arrête d’elle-même, au plus tard après --minutes ; Ctrl + C l’arrête avant.
    """
    day = clock.today()
    with opened() as engine:
        try:
            shown = played.begin_replay(engine, day=day)
        except played.NotADemonstration:
            raise click.ClickException(
                "Cette base n’est pas une démonstration : on n’y rejoue pas de journée. Indiquez une base de démonstration "
                "avec CYBERCANTAL_DATABASE_URL, ou préparez-en une avec « cybercantal demo »."
            ) from None
        except played.NobodyComes:
            raise click.ClickException(
                f"Il n’y a personne à faire venir le {full_date(day)} : jour de fermeture, ou démonstration trop ancienne. "
                "Indiquez un jour d’ouverture avec CYBERCANTAL_TODAY, ou relancez « cybercantal demo »."
            ) from None
        moment = shown.first
        with progress_bar(_FIRST_STEP_OF_REPLAY) as tell:
            started = time.monotonic()
            while not shown.is_over and (elapsed := time.monotonic() - started) < minutes * 60:
                moment = min(shown.first + timedelta(seconds=elapsed * speed), shown.last)
                shown.advance(moment)
                tell(
                    f"{time_of_day(moment)}, {count(shown.arrivals, 'arrivée')}, {count(shown.departures, 'départ')}",
                    (moment - shown.first) / (shown.last - shown.first),
                )
                if not shown.is_over:
                    time.sleep(_STEP_SECONDS)
    done = "Journée rejouée" if shown.is_over else f"Journée arrêtée à {time_of_day(moment)}"
    click.echo(f"{done} : {count(shown.arrivals, 'arrivée')} et {count(shown.departures, 'départ')}.")


# `cybercantal demo`.

_FIRST_STEP: Final = "Mise à jour des tables et des données publiées"


@click.group(invoke_without_command=True, subcommand_metavar="[replay]")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="AAAA-MM-JJ",
    help="Jour auquel les données s’arrêtent ; par défaut, aujourd’hui.",
)
@click.option(
    "--seed",
    type=int,
    default=SEED,
    show_default=True,
    metavar="N",
    help="Graine du hasard : la même donne les mêmes données.",
)
@click.option(
    "--scale",
    type=click.IntRange(1, 1000),
    default=1,
    show_default=True,
    metavar="N",
    help="Nombre de copies du réseau, pour les essais de charge.",
)
@click.pass_context
def demo(context: click.Context, as_of: datetime | None, seed: int, scale: int) -> None:
    """Charger des données de démonstration.

    Elles sont inventées, et remplacent celles d’une démonstration précédente. Une base qui contient de vraies données est
    refusée.
    """
    if context.invoked_subcommand:
        return
    day = as_of.date() if as_of else clock.today()
    with opened() as engine, progress_bar(_FIRST_STEP) as tell:
        bring_up_to_date(engine)
        load_demonstration(engine, as_of=day, now=clock.now(), seed=seed, scale=scale, tell=tell)
    click.echo(f"Données de démonstration chargées, arrêtées au {long_date(day)}.")


demo.add_command(replay)
