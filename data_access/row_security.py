"""Row-level security on PostgreSQL, made of `data_access.row_rules`, and forced on the owner of the tables too.

The policies decide by who acts, told at the beginning of each transaction (`data_access.transaction_settings`):

- an animator reads and writes the rows of `row_rules`; a coordinator or an administrator, all;
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

from data_access.row_rules import EVERYBODY, KEPT_PERSON, NOBODY, ROW_RULES, RowRule

PARTNER_ROLE: Final = "cybercantal_partner"
_NETWORK: Final = "(SELECT row_reach()) = 'network'"
_EVERYWHERE: Final = "coalesce(current_setting('cybercantal.everywhere', true), '') = 'on'"

# A setting of an earlier transaction comes back as an empty text, not as NULL. The partners' role may not exist: it is
# looked for, where naming it would fail.
_FUNCTIONS: Final = (
    "CREATE FUNCTION row_reach() RETURNS text LANGUAGE sql STABLE AS $$\n"
    "  SELECT CASE coalesce(current_setting('cybercantal.role', true), '')\n"
    "    WHEN 'coordinator' THEN 'network'\n"
    "    WHEN 'administrator' THEN 'network'\n"
    "    WHEN 'animator' THEN 'centres'\n"
    "    WHEN '' THEN CASE WHEN\n"
    "      pg_has_role((SELECT relowner FROM pg_class WHERE oid = 'centre'::regclass), 'MEMBER')\n"
    f"      OR EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{PARTNER_ROLE}' AND pg_has_role(oid, 'MEMBER'))\n"
    "      THEN 'network' ELSE 'nothing' END\n"
    "    ELSE 'nothing' END\n$$",
    "CREATE FUNCTION own_centres() RETURNS integer[] LANGUAGE sql STABLE AS $$\n"
    "  SELECT coalesce(array_agg(id), '{}') FROM centre WHERE row_reach() = 'centres'\n"
    "    AND code = ANY (string_to_array(current_setting('cybercantal.centres', true), ','))\n$$",
    "CREATE FUNCTION keeps_person(known integer) RETURNS boolean LANGUAGE plpgsql STABLE AS $$\n"
    f"BEGIN RETURN {KEPT_PERSON.format('known')}; END $$",
)


def create_statements() -> list[str]:
    """The statements that put row-level security on all tables, in the order to run them."""
    return [*_FUNCTIONS, *secure_statements([rule.table for rule in ROW_RULES])]


def secure_statements(tables: Collection[str]) -> list[str]:
    """The same for some tables alone: the functions are taken to be there."""
    return [statement for rule in ROW_RULES if rule.table in tables for statement in _secured(rule)]


def drop_statements() -> list[str]:
    """The statements that leave the tables without it."""
    removed = [
        statement
        for rule in ROW_RULES
        for statement in (
            *(f"DROP POLICY {name} ON {rule.table}" for name in _policies(rule)),
            f"ALTER TABLE {rule.table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY",
        )
    ]
    return [*removed, *(f"DROP FUNCTION {statement.split()[2].split('(')[0]}" for statement in reversed(_FUNCTIONS))]


def _secured(rule: RowRule) -> list[str]:
    policies = [f"CREATE POLICY {name} ON {rule.table} {what}" for name, what in _policies(rule).items()]
    return [f"ALTER TABLE {rule.table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY", *policies]


def _policies(rule: RowRule) -> dict[str, str]:
    """One policy a kind of statement: a statement that waits on a row is held to the rows it may change."""
    added = rule.takes if rule.adds is None else rule.adds
    waited_on = rule.takes if rule.locks is None else rule.locks
    return {
        f"{rule.table}_shown": f"FOR SELECT USING ({_read(rule.shows)})",
        f"{rule.table}_added": f"FOR INSERT WITH CHECK ({_written(added)})",
        f"{rule.table}_changed": f"FOR UPDATE USING ({_written(waited_on)}) WITH CHECK ({_written(rule.takes)})",
        f"{rule.table}_removed": f"FOR DELETE USING ({_written(rule.takes)})",
    }


def _read(condition: str) -> str:
    if condition == EVERYBODY:
        return EVERYBODY
    return " OR ".join([_NETWORK, _EVERYWHERE, *([] if condition == NOBODY else [condition])])


def _written(condition: str) -> str:
    return " OR ".join([_NETWORK, *([] if condition == NOBODY else [condition])])
