"""`cybercantal salon`: a show frozen in a file, for a fair without network."""

from pathlib import Path

import click


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
    from dashboard.command.database import opened
    from dashboard.command.frozen import frozen_show
    from dashboard.configuration import clock
    from dashboard.configuration.settings import load_settings
    from dashboard.presentation.choice import NotASalonFile, freeze
    from dashboard.wording.dates import long_date
    from dashboard.wording.typography import count

    settings = load_settings()
    with opened(settings.database_url) as engine:
        found = frozen_show(engine, name, on=clock.today(), now=clock.machine_now())
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
