"""`cybercantal salon`: a show frozen in a file, for a fair without network."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import click
import sqlalchemy as sa

from dashboard.command.database import opened
from dashboard.configuration import clock
from dashboard.configuration.settings import load_settings
from dashboard.figures.show import Deck, compose_deck
from dashboard.indicators.disclosure import last_published
from dashboard.presentation.choice import Choice, NotASalonFile, choice_saved, contact_addresses, freeze, named
from dashboard.wording.dates import long_date
from dashboard.wording.typography import count
from data_access.engine import is_demonstration, reading
from data_access.reads.presentation import presentation_facts, saved_presentations
from data_access.rights import VISITOR


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
