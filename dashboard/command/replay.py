"""`cybercantal demo replay`: a day of the demonstration, faster than time, for a fair or a trial."""

import time
from datetime import timedelta
from typing import Final

import click

from dashboard.command.database import opened
from dashboard.command.progress import progress_bar

_STEP_SECONDS: Final = 0.5
_FIRST_STEP: Final = "Préparation de la journée"


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
    from dashboard.settings import load_settings
    from dashboard.ui import clock
    from dashboard.wording.dates import full_date, time_of_day
    from dashboard.wording.plurals import count
    from data_access.demonstration import visits as played

    day = clock.today()
    with opened(load_settings().database_url) as engine:
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
        with progress_bar(_FIRST_STEP) as tell:
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
