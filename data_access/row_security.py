"""Row-level security on PostgreSQL, made of `data_access.row_rules`, and forced on the owner of the tables too.

The policies decide by who acts, told at the beginning of each transaction (`data_access.transaction_settings`):

- an animator, and the check-in by QR code, read and write the rows of `row_rules`; a coordinator or an administrator, all;
- where nobody was told, the owner of the tables reaches all of them, so that migrations, published data and repairs work,
  and so do the members of the role `cybercantal_partner`, for the other systems of the county, which know nothing of these
  settings and answer for their own users. Anybody else, the application's own role first, reaches nothing but what
  everybody may read: a transaction that forgot to say who acts fails at once, and does not pass for a coordinator's.

What this stops: a forged number, a mistake in a form or in a question, a write that forgot its check. What it cannot stop:
a superuser, who passes by every policy (`cybercantal doctor` says so), and statements of somebody else's that reach the
database whole, since these may tell it any role.
"""

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa

from data_access.row_rules import EVERYBODY, KNOWN_PERSON, NOBODY, ROW_RULES, RowRule

PARTNER_ROLE: Final = "cybercantal_partner"
_NETWORK: Final = "(SELECT row_reach()) = 'network'"
_EVERYWHERE: Final = "coalesce(current_setting('cybercantal.everywhere', true), '') = 'on'"

# A setting of an earlier transaction comes back as an empty text, not as NULL. The partners' role may not exist: it is
# looked for, where naming it would fail.
_CENTRES_OF: Final = (
    "CREATE OR REPLACE FUNCTION {name}() RETURNS integer[] LANGUAGE sql STABLE AS $$\n"
    "  SELECT coalesce(array_agg(id), '{{}}') FROM centre WHERE row_reach() = '{reach}'\n"
    "    AND code = ANY (string_to_array(current_setting('cybercantal.centres', true), ','))\n$$"
)
_FUNCTIONS: Final = (
    "CREATE OR REPLACE FUNCTION row_reach() RETURNS text LANGUAGE sql STABLE AS $$\n"
    "  SELECT CASE coalesce(current_setting('cybercantal.role', true), '')\n"
    "    WHEN 'coordinator' THEN 'network'\n"
    "    WHEN 'administrator' THEN 'network'\n"
    "    WHEN 'animator' THEN 'centres'\n"
    "    WHEN 'check_in' THEN 'check_in'\n"
    "    WHEN '' THEN CASE WHEN\n"
    "      pg_has_role((SELECT relowner FROM pg_class WHERE oid = 'centre'::regclass), 'MEMBER')\n"
    f"      OR EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{PARTNER_ROLE}' AND pg_has_role(oid, 'MEMBER'))\n"
    "      THEN 'network' ELSE 'nothing' END\n"
    "    ELSE 'nothing' END\n$$",
    _CENTRES_OF.format(name="own_centres", reach="centres"),
    _CENTRES_OF.format(name="check_in_centres", reach="check_in"),
    "CREATE OR REPLACE FUNCTION keeps_person(known integer) RETURNS boolean LANGUAGE plpgsql STABLE AS $$\n"
    f"BEGIN RETURN {KNOWN_PERSON.format('known')}; END $$",
)


def secure(connection: sa.Connection) -> None:
    """Puts row-level security on the tables, in place of what they had of it."""
    _drop_policies(connection)
    for statement in (*_FUNCTIONS, *secure_statements()):
        connection.exec_driver_sql(statement)


def unsecure(connection: sa.Connection) -> None:
    """Leaves the tables without it."""
    _drop_policies(connection)
    for rule in ROW_RULES:
        connection.exec_driver_sql(f"ALTER TABLE {rule.table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
    for function in reversed(_FUNCTIONS):
        connection.exec_driver_sql(f"DROP FUNCTION {function.split()[4].split('(')[0]}")


def secure_statements(tables: Collection[str] | None = None) -> list[str]:
    """The policies of the tables, all unless told; the functions they ask are taken to be there."""
    return [
        statement
        for rule in ROW_RULES
        if tables is None or rule.table in tables
        for statement in (
            f"ALTER TABLE {rule.table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
            *(f"CREATE POLICY {name} ON {rule.table} {what}" for name, what in _policies(rule).items()),
        )
    ]


def _drop_policies(connection: sa.Connection) -> None:
    """Those that are there, whatever revision made them."""
    policies = connection.exec_driver_sql(
        "SELECT policyname, tablename FROM pg_policies WHERE schemaname = current_schema()"
    )
    for name, table in policies.all():
        connection.exec_driver_sql(f"DROP POLICY {name} ON {table}")


def _policies(rule: RowRule) -> dict[str, str]:
    """One policy a kind of statement: a statement that locks a row is held to the rows it may change."""
    added = rule.writable if rule.insertable is None else rule.insertable
    removed = rule.writable if rule.deletable is None else rule.deletable
    locked = rule.writable if rule.lockable is None else rule.lockable
    return {
        f"{rule.table}_shown": f"FOR SELECT USING ({_read(rule.readable)})",
        f"{rule.table}_added": f"FOR INSERT WITH CHECK ({_written(added)})",
        f"{rule.table}_changed": f"FOR UPDATE USING ({_written(locked)}) WITH CHECK ({_written(rule.writable)})",
        f"{rule.table}_removed": f"FOR DELETE USING ({_written(removed)})",
    }


def _read(condition: str) -> str:
    if condition == EVERYBODY:
        return EVERYBODY
    return " OR ".join([_NETWORK, _EVERYWHERE, *([] if condition == NOBODY else [condition])])


def _written(condition: str) -> str:
    return " OR ".join([_NETWORK, *([] if condition == NOBODY else [condition])])
