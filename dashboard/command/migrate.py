"""`cybercantal migrate`."""

import click

from dashboard.command.database import bring_up_to_date, erase_again, opened


@click.command()
def migrate() -> None:
    """Mettre à jour la base de données.

    Crée ou modifie les tables, puis ajoute les données publiées (lieux, communes, chiffres, sessions). Rien n’est
    effacé ; la commande peut être relancée.
    """
    from dashboard.settings import load_settings

    settings = load_settings()
    with opened(settings.database_url) as engine:
        revisions = bring_up_to_date(engine)
        erase_again(engine, settings)
    if revisions:
        click.echo(f"Base mise à jour : {', '.join(revisions)}.")
    else:
        click.echo("La base était déjà à jour.")
