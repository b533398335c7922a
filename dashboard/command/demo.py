"""`cybercantal demo`."""

from datetime import datetime
from typing import Final

import click

from dashboard.command.database import SEED, bring_up_to_date, load_demonstration, opened
from dashboard.command.progress import progress_bar
from dashboard.command.replay import replay

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
    from dashboard.settings import load_settings
    from dashboard.ui import clock
    from dashboard.wording.dates import long_date

    day = as_of.date() if as_of else clock.today()
    with opened(load_settings().database_url) as engine, progress_bar(_FIRST_STEP) as tell:
        bring_up_to_date(engine)
        load_demonstration(engine, as_of=day, now=clock.now(), seed=seed, scale=scale, tell=tell)
    click.echo(f"Données de démonstration chargées, arrêtées au {long_date(day)}.")


demo.add_command(replay)
