"""`cybercantal migrate`."""

from typing import TYPE_CHECKING, Literal

import click

from dashboard.command.database import bring_up_to_date, erase_again, opened

if TYPE_CHECKING:
    import sqlalchemy as sa


@click.command()
@click.option(
    "--roles",
    type=click.Choice(["apply", "print"]),
    metavar="apply|print",
    help="Rôles PostgreSQL de l’application, de la lecture et des autres logiciels : les créer et leur donner leurs "
    "droits (apply), ou en donner le SQL sans rien faire (print).",
)
def migrate(roles: Literal["apply", "print"] | None) -> None:
    """Mettre à jour la base de données.

    Crée ou modifie les tables, puis ajoute les données publiées (lieux, communes, chiffres, sessions). Rien n’est
    effacé ; la commande peut être relancée.
    """
    from dashboard.settings import load_settings, sqlite_file

    settings = load_settings()
    if roles is not None and sqlite_file(settings.database_url) is not None:
        raise click.ClickException("SQLite n’a pas de rôles : l’option --roles ne sert qu’avec PostgreSQL.")
    if roles == "print":
        from data_access.row_security import role_statements

        click.echo(";\n".join(role_statements()) + ";")
        return
    with opened(settings.database_url) as engine:
        revisions = bring_up_to_date(engine)
        if roles == "apply":
            _make_roles(engine)
        erase_again(engine, settings)
    if revisions:
        click.echo(f"Base mise à jour : {', '.join(revisions)}.")
    else:
        click.echo("La base était déjà à jour.")


def _make_roles(engine: "sa.Engine") -> None:
    from data_access.engine import writing
    from data_access.row_security import APPLICATION_ROLE, PARTNER_ROLE, READING_ROLE, apply_roles

    with writing(engine) as connection:
        apply_roles(connection)
    click.echo(f"Rôles à jour : {APPLICATION_ROLE}, {READING_ROLE}, {PARTNER_ROLE}.")
