"""What `cybercantal doctor` looks at in a database: its tables, its data, and what each engine can say of itself."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True)
class Finding:
    """One line of the report. `remedy` is empty when all is well."""

    subject: str
    found: str
    remedy: str = ""

    @property
    def line(self) -> str:
        mark = "✘" if self.remedy else "✔"
        return f"{mark} {self.subject} : {self.found}" + (f"\n  → {self.remedy}" if self.remedy else "")


def _schema(engine: "sa.Engine") -> Finding:
    from data_access.migrations import schema_state

    state = schema_state(engine)
    if state.is_current:
        return Finding("Tables", f"à jour ({state.current})")
    if state.refusal:
        return Finding("Tables", "d’un autre logiciel ou d’une autre version", str(state.refusal))
    found = "aucune" if state.is_empty else f"version {state.current}, le logiciel attend {state.head}"
    return Finding("Tables", found, "Lancez « cybercantal migrate ».")


def _data(engine: "sa.Engine") -> Finding:
    from dashboard.wording.dates import long_date
    from data_access.engine import demonstration_as_of, is_demonstration
    from data_access.migrations import schema_state

    if not schema_state(engine).is_current:
        return Finding("Données", "à voir une fois les tables à jour")
    with engine.connect() as connection:
        if not is_demonstration(connection):
            return Finding("Données", "réelles")
        as_of = demonstration_as_of(connection)
        return Finding("Données", f"de démonstration, arrêtées au {long_date(as_of)}" if as_of else "de démonstration")


def _foreign_keys(engine: "sa.Engine") -> Finding:
    with engine.connect() as connection:
        on = connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if on and broken is None:
        return Finding("Liens entre tables", "respectés")
    return Finding(
        "Liens entre tables",
        "non surveillés" if not on else f"rompus dans la table {broken[0] if broken else ''}",
        "Un autre programme a écrit sans « PRAGMA foreign_keys = ON » : restaurez une sauvegarde ou corrigez ces lignes.",
    )


def _sqlite(engine: "sa.Engine") -> Finding:
    with engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        answer = connection.exec_driver_sql("PRAGMA quick_check").scalar()
    found = f"{sqlite3.sqlite_version}, journal {mode}"
    if answer == "ok":
        return Finding("SQLite", found)
    return Finding("SQLite", f"{found}, fichier abîmé ({answer})", "Restaurez une sauvegarde.")


def _postgresql_role(engine: "sa.Engine") -> Finding:
    from data_access.row_security import APPLICATION_ROLE, connected_role

    with engine.connect() as connection:
        role = connected_role(connection)
    remedy = f"Connectez l’application avec un rôle membre de {APPLICATION_ROLE} : « cybercantal migrate --roles apply » le crée."
    if role.passes_by:
        return Finding("Rôle PostgreSQL", f"{role.name}, que la sécurité par ligne ne retient pas", remedy)
    if role.owns:
        # Held to the policies like any other, but able to take them away.
        return Finding("Rôle PostgreSQL", f"{role.name}, propriétaire des tables ; {APPLICATION_ROLE} suffirait")
    return Finding("Rôle PostgreSQL", role.name)


def _row_security(engine: "sa.Engine") -> Finding:
    from data_access.row_security import unsecured_tables

    with engine.connect() as connection:
        without = unsecured_tables(connection)
    if not without:
        return Finding("Sécurité par ligne", "active, imposée aussi au propriétaire")
    return Finding(
        "Sécurité par ligne",
        f"absente de {', '.join(without)}",
        "Lancez « cybercantal migrate » ; si elle a été retirée à la main, restaurez une sauvegarde du schéma.",
    )


CHECKS: Final[dict[str, tuple[Callable[["sa.Engine"], Finding], ...]]] = {
    "sqlite": (_sqlite, _foreign_keys, _schema, _data),
    "postgresql": (_schema, _data, _postgresql_role, _row_security),
}
