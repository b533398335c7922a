"""What already stands in the database: figures somebody entered, which are refused, or a former demonstration, removed."""

from typing import Final

import sqlalchemy as sa

from data_access.reference_data import event_rows, reference_rows, welcome_session_rows
from data_access.schema import (
    account,
    account_centre,
    agreement,
    attendance_day,
    attendance_week,
    audit_entry,
    centre,
    centre_capacity,
    centre_cost,
    closure,
    course,
    dataset,
    erasure,
    event,
    information_meeting,
    member_service,
    opening_hours,
    pass_membership,
    person,
    placement,
    reminder,
    support,
    visit,
    welcome_attendance,
    welcome_household,
    welcome_session,
)

COPY_MARK: Final = "-COPIE-"
_DEMONSTRATION_MAIL: Final = "%@example.org"

# Tables whose every row is a figure somebody entered, or was invented; the French names are those of the refusal.
_ENTERED: Final = {
    attendance_week: "relevés hebdomadaires",
    visit: "pointages",
    person: "personnes",
    agreement: "conventions",
    pass_membership: "adhésions au Pass",
    member_service: "services aux titulaires",
    support: "accompagnements",
    placement: "candidatures",
    information_meeting: "réunions d’information",
    welcome_household: "foyers accueillis",
    centre_cost: "coûts",
    centre_capacity: "capacités",
    opening_hours: "horaires",
    closure: "fermetures",
    reminder: "relances",
    event: "rendez-vous",
    welcome_session: "sessions d’accueil",
}
_REMOVED_FIRST: Final = (
    attendance_day,
    attendance_week,
    visit,
    reminder,
    audit_entry,
    erasure,
    member_service,
    support,
    welcome_attendance,
    welcome_household,
    pass_membership,
    agreement,
    placement,
    information_meeting,
    person,
    centre_cost,
    centre_capacity,
    opening_hours,
    closure,
)


class RealDataPresent(Exception):
    """The database holds figures that people entered: the demonstration is not loaded over them."""


def refuse_real_data(connection: sa.Connection) -> None:
    """Raises RealDataPresent, with a French sentence, unless the database is empty or holds a demonstration."""
    if connection.execute(sa.select(dataset.c.demonstration).where(dataset.c.id == 1)).scalar():
        return
    found = []
    for table, french in _ENTERED.items():
        count = sa.select(sa.func.count()).select_from(table)
        kept = _reference_rows(table)
        number = connection.execute(count if kept is None else count.where(~kept)).scalar_one()
        if number:
            found.append(f"{french} ({number})")
    if found:
        raise RealDataPresent(
            f"Cette base contient des données saisies\N{NO-BREAK SPACE}: {', '.join(found)}. "
            "Les données de démonstration les remplaceraient\N{NARROW NO-BREAK SPACE}; indiquez une base vide."
        )


def remove_demonstration(connection: sa.Connection) -> None:
    """Removes what was invented, and leaves the reference rows and the accounts somebody has taken over."""
    for table in _REMOVED_FIRST:
        connection.execute(sa.delete(table))
    for table in (event, welcome_session):
        kept = _reference_rows(table)
        connection.execute(sa.delete(table) if kept is None else sa.delete(table).where(~kept))
    codes = [row["code"] for row in reference_rows("courses")]
    connection.execute(sa.delete(course).where(course.c.code.not_in(codes)))
    invented = sa.and_(
        account.c.email.like(_DEMONSTRATION_MAIL), account.c.password_hash.is_(None), account.c.oidc_subject.is_(None)
    )
    connection.execute(
        sa.delete(account_centre).where(
            account_centre.c.account_id.in_(sa.select(account.c.id).where(account.c.email.like(_DEMONSTRATION_MAIL)))
        )
    )
    connection.execute(sa.delete(account).where(invented))
    connection.execute(sa.delete(centre).where(centre.c.code.contains(COPY_MARK)))


def _reference_rows(table: sa.Table) -> sa.ColumnElement[bool] | None:
    """The rows of a table that come from the reference files; None when it has none."""
    if table is welcome_session:
        return welcome_session.c.number.in_([row["number"] for row in welcome_session_rows()])
    if table is event:
        programme = [
            sa.and_(centre.c.code == row["centre_code"], event.c.starts_at == row["starts_at"]) for row in event_rows()
        ]
        return sa.exists().where(centre.c.id == event.c.centre_id, sa.or_(*programme))
    return None
