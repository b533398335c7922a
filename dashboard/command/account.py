"""`cybercantal account`: who may sign in; the first is made here, never on an open page."""

from typing import Any, Final

import click
import sqlalchemy as sa

from dashboard.command.database import opened_up_to_date
from dashboard.configuration.settings import load_settings
from dashboard.identity.accounts import new_link, real_now
from dashboard.reminders import hand_over, invitation
from dashboard.wording.dates import date_and_time
from dashboard.wording.terms import ROLES
from data_access.engine import writing
from data_access.reads.accounts import accounts
from data_access.records import AccountRecord
from data_access.rights import Actor, set_actor
from data_access.writes.accounts import record_account, reset_second_factor

_ADMINISTRATOR: Final = Actor("commande@localhost", "administrator")
"""Who runs a command on the server has its database in hand anyway."""


@click.group(subcommand_metavar="COMMANDE [OPTIONS]")
def account() -> None:
    """Gérer qui peut se connecter, et avec quels droits."""


@account.command(epilog="Codes de sortie : 0 fait, 1 refusé, 2 commande mal écrite.")
@click.argument("email", metavar="ADRESSE")
@click.option("--name", required=True, metavar="NOM", help="Nom affiché.")
@click.option("--role", type=click.Choice(tuple(ROLES)), required=True, help="Droits du compte.")
@click.option(
    "--centre", "centres", multiple=True, metavar="CODE", help="Télécentre tenu ; à répéter s’il y en a plusieurs."
)
def add(email: str, name: str, role: str, centres: tuple[str, ...]) -> None:
    """Ouvrir un compte et donner, ou envoyer, le lien avec lequel son titulaire choisit son mot de passe."""
    record = AccountRecord.model_validate(
        {"email": email, "display_name": name, "role": role, "centres": tuple(code.upper() for code in centres)}
    )
    with opened_up_to_date() as engine:
        with writing(engine, _ADMINISTRATOR) as connection:
            saved = record_account(connection, _ADMINISTRATOR, record, now=real_now())
        click.echo(f"Compte ouvert : {email.lower()}, {ROLES[role].label}.")
        _give_link(engine, saved.row_id, record)


@account.command(name="list")
def list_accounts() -> None:
    """Lister les comptes."""
    with opened_up_to_date() as engine, engine.connect() as connection:
        found = accounts(set_actor(connection, _ADMINISTRATOR))
    if found.is_empty():
        click.echo("Aucun compte. Ouvrez le premier : cybercantal account add ADRESSE --name NOM --role manager.")
    for row in found.iter_rows(named=True):
        state = "actif" if row["active"] else "désactivé"
        seen = f"connecté le {date_and_time(row['last_sign_in_at'])}" if row["last_sign_in_at"] else "jamais connecté"
        centres = f", {row['centres']}" if row["centres"] else ""
        click.echo(f"{row['email']} : {row['display_name']}, {ROLES[row['role']].label}{centres}, {state}, {seen}")


@account.command()
@click.argument("email", metavar="ADRESSE")
def disable(email: str) -> None:
    """Désactiver un compte, qui est déconnecté partout aussitôt."""
    with opened_up_to_date() as engine:
        row = _account(engine, email)
        record = AccountRecord(
            email=row["email"],
            display_name=row["display_name"],
            role=row["role"],
            centres=tuple(code for code in row["centres"].split(", ") if code),
            active=False,
            base_version=row["version"],
        )
        with writing(engine, _ADMINISTRATOR) as connection:
            record_account(connection, _ADMINISTRATOR, record, now=real_now(), row_id=row["account_id"])
    click.echo(f"Compte désactivé : {email.lower()}.")


@account.command()
@click.argument("email", metavar="ADRESSE")
@click.option("--second-factor", is_flag=True, help="Retirer aussi le second facteur, pour qui l’a perdu.")
def reset(email: str, second_factor: bool) -> None:
    """Donner, ou envoyer, un nouveau lien pour choisir un mot de passe."""
    with opened_up_to_date() as engine:
        row = _account(engine, email)
        account_id = row["account_id"]
        if second_factor:
            with writing(engine, _ADMINISTRATOR) as connection:
                reset_second_factor(connection, _ADMINISTRATOR, account_id=account_id, now=real_now())
            click.echo("Second facteur retiré.")
        holder = AccountRecord(email=row["email"], display_name=row["display_name"])
        _give_link(engine, account_id, holder, again=row["has_password"])


def _give_link(engine: sa.Engine, account_id: int, holder: AccountRecord, *, again: bool = False) -> None:
    if load_settings().sign_in == "oidc":
        click.echo("La personne se connecte avec son fournisseur d’identité : il n’y a pas de lien à transmettre.")
        return
    link, until = new_link(engine, _ADMINISTRATOR, account_id)
    message = invitation(holder.display_name or "", str(holder.email).lower(), link, until, again=again)
    click.echo(hand_over(load_settings(), message, until))
    click.echo(link)


def _account(engine: sa.Engine, email: str) -> dict[str, Any]:
    with engine.connect() as connection:
        rows = accounts(set_actor(connection, _ADMINISTRATOR)).to_dicts()
    found = next((row for row in rows if row["email"] == email.strip().lower()), None)
    if found is None:
        raise click.ClickException(f"Aucun compte n’a l’adresse {email}. Voyez la liste : cybercantal account list.")
    return found
