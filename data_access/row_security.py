"""What PostgreSQL itself lets whom do: the rows that each may reach, by policies, and the roles that may reach tables at all.

The policies are made of the rules below, and forced on the owner of the tables too. They decide by who acts, told at the
beginning of each transaction (`data_access.rights`):

- an animator, and the check-in by QR code, read and write the rows of the rules; who coordinates or administers, all;
- where nobody was told, the owner of the tables reaches all of them, so that migrations, published data and repairs work,
  and so do the members of the role `cybercantal_partner`, for the other systems of the county, which know nothing of these
  settings and answer for their own users. Anybody else, the application's own role first, reaches nothing but what
  everybody may read: a transaction that forgot to say who acts fails at once, and does not pass for a coordinator's.

What this stops: a forged number, a mistake in a form or in a question, a write that forgot its check. What it cannot stop:
a superuser, who passes by every policy (`cybercantal doctor` says so), and statements of somebody else's that reach the
database whole, since these may tell it any role.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from data_access.reads.programmes import sessions_counted
from data_access.schema import attendance_week, event, information_meeting, metadata

# Animators and the check-in by QR code are those whom row-level security holds to some rows. Coordinators and
# administrators reach the whole network, and what each of them may do is said by `data_access.rights`; viewers, visitors
# and the open data write nothing, and read people in counts only.
_EVERYBODY: Final = "true"
_NOBODY: Final = "false"

# Asked once a statement, as `(SELECT ...)`, and not once a row.
_OWN: Final = "ANY ((SELECT own_centres())::integer[])"
_CHECKED_IN: Final = "ANY ((SELECT check_in_centres())::integer[])"
_OWN_CENTRE: Final = f"centre_id = {_OWN}"
_CURRENT_ACTOR: Final = "current_setting('cybercantal.actor', true)"
# Who signs in is not known yet; once somebody acts, accounts are not theirs to look at.
_NO_ACTOR: Final = "coalesce(current_setting('cybercantal.role', true), '') = ''"
_IS_ANIMATOR: Final = "(SELECT row_reach()) = 'centres'"
_IS_CHECK_IN: Final = "(SELECT row_reach()) = 'check_in'"
_KNOWN_PERSON: Final = (
    "{0} IN (SELECT person_id FROM agreement WHERE " + _OWN_CENTRE + ")"
    " OR {0} IN (SELECT person_id FROM visit WHERE person_id IS NOT NULL AND " + _OWN_CENTRE + ")"
    " OR {0} IN (SELECT row_id FROM audit_entry"
    " WHERE table_name = 'person' AND row_id IS NOT NULL AND actor = " + _CURRENT_ACTOR + ")"
)
"""A person who signed at one of their centres or was seen there, or whom they recorded themselves."""
# As a function: a policy of agreements may not ask a question about agreements.
_KNOWS_PERSON: Final = "keeps_person(person_id)"
_OWN_VISIT: Final = f"{_OWN_CENTRE} AND (person_id IS NULL OR {_KNOWS_PERSON})"
_CHECKED_IN_VISIT: Final = f"centre_id = {_CHECKED_IN} AND source = 'qr' AND person_id IS NULL"
# Their changes quote names, addresses and life stories.
_ABOUT_PEOPLE: Final = "'person', 'agreement', 'pass_membership', 'member_service', 'support', 'placement', 'account'"

# Signing in is audited before anybody is known, and whoever was denied something is audited under their name.
_OWN_ENTRY: Final = f"actor = {_CURRENT_ACTOR} OR ({_NO_ACTOR} AND table_name = 'account')"
_ADDED_ENTRY: Final = (
    f"(actor = {_CURRENT_ACTOR} OR {_NO_ACTOR}) AND table_name = 'account'"
    f" OR actor = {_CURRENT_ACTOR} AND ({_IS_ANIMATOR} OR ({_IS_CHECK_IN} AND table_name = 'visit'))"
)


# Who signed in when is no fact of the network, and a partner answers for its own name only, whatever it says it is.
_SIGNED_IN: Final = "table_name IN ('account', 'account_centre')"
_PARTNER: Final = "(SELECT is_partner())"


@dataclass(frozen=True)
class RowRule:
    """The rows of one table that who is held may read (`readable`) and write (`writable`).

    `insertable` and `deletable` replace `writable` for new rows and for those removed, `lockable` for the rows a write may
    lock without changing them. `always_read` and `always_added` hold even for who reaches the whole network.
    """

    table: str
    readable: str = _EVERYBODY
    writable: str = _NOBODY
    insertable: str | None = None
    deletable: str | None = None
    lockable: str | None = None
    always_read: str = ""
    always_added: str = ""


ROW_RULES: Final = (
    # A sheet, a visit and a day of works are written in turn, and the centre's row is the turn.
    RowRule("centre", lockable=f"id = {_OWN} OR id = {_CHECKED_IN}"),
    RowRule("former_opening"),
    RowRule("centre_capacity"),
    RowRule("opening_hours"),
    RowRule("centre_cost"),
    RowRule("closure", writable=_OWN_CENTRE),
    RowRule("event", writable=_OWN_CENTRE),
    # The figures of all centres are on every page: attendance is read by all, and holds nobody's name.
    RowRule("attendance_week", writable=_OWN_CENTRE),
    RowRule(
        "attendance_day",
        writable=f"EXISTS (SELECT 1 FROM attendance_week w WHERE w.id = attendance_week_id AND w.{_OWN_CENTRE})",
    ),
    RowRule("week_reopening"),
    RowRule("reminder", readable=_OWN_CENTRE),
    RowRule(
        "entry_draft", readable=f"actor = {_CURRENT_ACTOR}", writable=f"actor = {_CURRENT_ACTOR} AND {_IS_ANIMATOR}"
    ),
    # Linking somebody to a centre shows their name to its animators: it takes knowing them already.
    RowRule(
        "visit",
        readable=f"{_OWN_CENTRE} OR ({_CHECKED_IN_VISIT})",
        writable=f"({_OWN_VISIT}) OR ({_CHECKED_IN_VISIT})",
        deletable=_OWN_VISIT,
    ),
    RowRule("agreement", readable=_OWN_CENTRE, writable=f"{_OWN_CENTRE} AND {_KNOWS_PERSON}"),
    RowRule(
        "person", readable=_KNOWN_PERSON.format("id"), writable=_KNOWN_PERSON.format("id"), insertable=_IS_ANIMATOR
    ),
    RowRule("pass_membership", readable=_KNOWN_PERSON.format("person_id"), writable=_KNOWS_PERSON),
    RowRule(
        "member_service",
        readable=f"{_OWN_CENTRE} OR {_KNOWN_PERSON.format('person_id')}",
        writable=f"(centre_id IS NULL OR {_OWN_CENTRE}) AND {_KNOWS_PERSON}",
    ),
    RowRule("support", readable=_NOBODY),
    RowRule("placement", readable=_NOBODY),
    RowRule("information_meeting"),
    RowRule("welcome_session"),
    RowRule("welcome_household"),
    RowRule("welcome_attendance"),
    RowRule("course"),
    RowRule("presentation"),
    RowRule("price"),
    RowRule("published_figure"),
    RowRule("import_batch", readable=_NOBODY),
    RowRule("import_file", readable=_NOBODY),
    RowRule(
        "audit_entry",
        readable=f"{_OWN_ENTRY} OR ({_IS_ANIMATOR} AND table_name NOT IN ({_ABOUT_PEOPLE}))",
        insertable=_ADDED_ENTRY,
        always_read=f"NOT ({_PARTNER} AND {_SIGNED_IN})",
        always_added=f"NOT {_PARTNER} OR actor = session_user",
    ),
    RowRule("account", readable=f"{_NO_ACTOR} OR email = {_CURRENT_ACTOR}", writable=_NO_ACTOR),
    RowRule("account_centre", readable=f"{_NO_ACTOR} OR account_id IN (SELECT id FROM account)", writable=_NO_ACTOR),
    RowRule("sign_in_session", readable=_NO_ACTOR, writable=_NO_ACTOR),
    RowRule("sign_in_attempt", readable=_NO_ACTOR, writable=_NO_ACTOR),
    RowRule("activation", readable=_NO_ACTOR, writable=_NO_ACTOR),
    RowRule("second_factor", readable=_NO_ACTOR, writable=_NO_ACTOR),
    RowRule("recovery_code", readable=_NO_ACTOR, writable=_NO_ACTOR),
    # Who was erased is for those who answer people; it names nobody.
    RowRule("erasure", readable=_NOBODY),
)
NOT_SECURED: Final = frozenset(
    {
        # Whoever writes marks them, by triggers, and whoever reads refreshes them: they follow from the rows above.
        "data_version",
        "stale_mark",
        "summary_extent",
        "attendance_summary",
        "weekday_summary",
        "week_summary",
        # Written by the owner of the database only, and nobody's: the grants below are enough.
        "calendar_day",
        "commune",
        "dataset",
    }
)
"""The tables without row-level security, each for a reason: a table more is a decision to take."""

PARTNER_ROLE: Final = "cybercantal_partner"
_NETWORK: Final = "(SELECT row_reach()) = 'network'"
_EVERYWHERE: Final = "coalesce(current_setting('cybercantal.everywhere', true), '') = 'on'"

# A setting of an earlier transaction comes back as an empty text, not as NULL. The partners' role may not exist: it is
# looked for, where naming it would fail.
_OWNS: Final = "pg_has_role((SELECT relowner FROM pg_class WHERE oid = 'centre'::regclass), 'MEMBER')"
_IS_PARTNER: Final = f"EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{PARTNER_ROLE}' AND pg_has_role(oid, 'MEMBER'))"
# A temporary table of the same name comes before those of the schema, unless told otherwise.
_PATH: Final = "SET search_path = pg_catalog, public, pg_temp"
_CENTRES_OF: Final = (
    "CREATE OR REPLACE FUNCTION {name}() RETURNS integer[] LANGUAGE sql STABLE {path} AS $$\n"
    "  SELECT coalesce(array_agg(id), '{{}}') FROM centre WHERE row_reach() = '{reach}'\n"
    "    AND code = ANY (string_to_array(current_setting('cybercantal.centres', true), ','))\n$$"
)
_FUNCTIONS: Final = (
    f"CREATE OR REPLACE FUNCTION row_reach() RETURNS text LANGUAGE sql STABLE {_PATH} AS $$\n"
    "  SELECT CASE coalesce(current_setting('cybercantal.role', true), '')\n"
    "    WHEN 'manager' THEN 'network'\n"
    "    WHEN 'coordinator' THEN 'network'\n"
    "    WHEN 'administrator' THEN 'network'\n"
    "    WHEN 'animator' THEN 'centres'\n"
    "    WHEN 'check_in' THEN 'check_in'\n"
    "    WHEN '' THEN CASE WHEN\n"
    f"      {_OWNS} OR {_IS_PARTNER}\n"
    "      THEN 'network' ELSE 'nothing' END\n"
    "    ELSE 'nothing' END\n$$",
    f"CREATE OR REPLACE FUNCTION is_partner() RETURNS boolean LANGUAGE sql STABLE {_PATH} AS $$\n"
    f"  SELECT {_IS_PARTNER} AND NOT {_OWNS}\n$$",
    _CENTRES_OF.format(name="own_centres", reach="centres", path=_PATH),
    _CENTRES_OF.format(name="check_in_centres", reach="check_in", path=_PATH),
    f"CREATE OR REPLACE FUNCTION keeps_person(known integer) RETURNS boolean LANGUAGE plpgsql STABLE {_PATH} AS $$\n"
    f"BEGIN RETURN {_KNOWN_PERSON.format('known')}; END $$",
)


def secure(connection: sa.Connection) -> None:
    """Puts row-level security on the tables that are there, in place of what they had of it."""
    _drop_policies(connection)
    there = sa.inspect(connection).get_table_names()
    for statement in (*_FUNCTIONS, *secure_statements(there)):
        connection.exec_driver_sql(statement)


def unsecure(connection: sa.Connection) -> None:
    """Leaves the tables without it."""
    _drop_policies(connection)
    there = sa.inspect(connection).get_table_names()
    for rule in ROW_RULES:
        if rule.table not in there:
            continue
        connection.exec_driver_sql(f"ALTER TABLE {rule.table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
    for function in reversed(_FUNCTIONS):
        connection.exec_driver_sql(f"DROP FUNCTION {function.split()[4].split('(')[0]}")


@contextmanager
def owner_passes_by(connection: sa.Connection) -> Iterator[None]:
    """Within it the owner of the tables is not held to the policies: PostgreSQL copies rows into no table where it is.

    The tables are locked for everybody else until the transaction ends, and a failure takes it back whole.
    """
    tables = [rule.table for rule in ROW_RULES] if connection.dialect.name == "postgresql" else []
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


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
        f"{rule.table}_shown": f"FOR SELECT USING ({_held(rule.always_read, _read(rule.readable))})",
        f"{rule.table}_added": f"FOR INSERT WITH CHECK ({_held(rule.always_added, _written(added))})",
        f"{rule.table}_changed": f"FOR UPDATE USING ({_written(locked)}) WITH CHECK ({_written(rule.writable)})",
        f"{rule.table}_removed": f"FOR DELETE USING ({_written(removed)})",
    }


def _held(always: str, condition: str) -> str:
    return f"({always}) AND ({condition})" if always else condition


def _read(condition: str) -> str:
    if condition == _EVERYBODY:
        return _EVERYBODY
    return " OR ".join([_NETWORK, _EVERYWHERE, *([] if condition == _NOBODY else [condition])])


def _written(condition: str) -> str:
    return " OR ".join([_NETWORK, *([] if condition == _NOBODY else [condition])])


# The roles of PostgreSQL: who owns the tables, who runs the application, who only reads figures, who else writes. The
# owner is whoever runs the migrations; it needs no role of its own here. The others are made without a password and
# cannot sign in: the administrator of the server grants them to users of theirs.

APPLICATION_ROLE: Final = "cybercantal_app"
READING_ROLE: Final = "cybercantal_read"
ROLES: Final = (APPLICATION_ROLE, READING_ROLE, PARTNER_ROLE)
_ALL_STATEMENTS: Final = "SELECT, INSERT, UPDATE, DELETE"

# What the application may do where it may not do everything: what must be kept is kept from it too.
_LIMITED: Final[dict[str, str]] = {
    # An erasure leaves somebody out of what a change quotes; who changed what, and when, stays as it was written.
    "audit_entry": "SELECT, INSERT, UPDATE (before, after, row_key)",
    "erasure": "SELECT, INSERT",
    "account": "SELECT, INSERT, UPDATE",
    "data_version": "SELECT, UPDATE",
    "calendar_day": "SELECT",
    "commune": "SELECT",
    "dataset": "SELECT",
    "price": "SELECT",
}
READABLE: Final = (
    "attendance_day",
    "attendance_summary",
    "calendar_day",
    "centre_capacity",
    "centre_cost",
    "closure",
    "commune",
    "course",
    "data_version",
    "dataset",
    "former_opening",
    "opening_hours",
    "price",
    "published_figure",
    "summary_extent",
    "week_summary",
    "weekday_summary",
)
"""Whole tables that say nothing of a person: figures, places and programmes."""
READABLE_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "centre": (
        "id", "code", "name", "kind", "status", "insee_code", "address", "postcode", "latitude", "longitude",
        "location_precision", "operator_kind", "website", "booking_page", "opened_on", "closed_on",
    ),
    "attendance_week": ("id", "centre_id", "week_start", "status"),
    "event": (
        "id", "centre_id", "course_id", "kind", "title", "starts_at", "ends_at", "place", "audience", "booking_advised",
        "parent_id",
    ),
    "information_meeting": ("id", "held_on", "place"),
    "welcome_session": ("id", "number", "starts_on", "ends_on", "place", "precision", "source"),
}  # fmt: skip
"""Of tables where somebody may be named, reached or counted, the columns that do not."""


@dataclass(frozen=True)
class _Masked:
    """The counts of people in the rows of a table, and when these were. Where a page adds them up by year, `looked_at` are the
    numbers of which none may be small, with what counts leave of one another."""

    rows: sa.FromClause
    day: sa.ColumnElement[date]
    counts: tuple[str, ...]
    looked_at: tuple[sa.ColumnElement[Any], ...] = ()


def _masked_tables() -> dict[str, _Masked]:
    sessions, meetings = sessions_counted().order_by(None).cte("counted"), information_meeting.alias("counted")
    came, interested = meetings.c.attendees, meetings.c.interested
    asked, holders, people = (
        (sessions.c.applications, sessions.c.selected),
        sessions.c.project_holders,
        sessions.c.people,
    )
    of_paris = sa.func.timezone("Europe/Paris", event.c.starts_at)
    return {
        "attendance_week": _Masked(attendance_week, attendance_week.c.week_start, ("distinct_people",)),
        "event": _Masked(event, sa.cast(of_paris, sa.Date), ("attendance",)),
        "information_meeting": _Masked(
            meetings,
            meetings.c.held_on,
            ("attendees", "interested"),
            (interested, came - interested, sa.case((interested.is_(None), came))),
        ),
        "welcome_session": _Masked(
            sessions,
            sessions.c.starts_on,
            ("applications", "selected", "project_holders", "people"),
            (*asked, holders, people - holders, people),
        ),
    }


MASKED_VIEWS: Final = {table: f"{table}_masked" for table in _masked_tables()}
"""The same columns of these tables with their counts of people, as partners are told them on the pages: up to the last year
that is over, null where there are one to four of them, or where others of the year are so few."""
_LAST_PUBLISHED: Final = sa.literal_column(
    "(date_trunc('year', now() AT TIME ZONE 'Europe/Paris') - interval '1 day')::date", sa.Date
)


def masked_rows(table: str, until: sa.ColumnElement[date] = _LAST_PUBLISHED) -> sa.Select[Any]:
    """The rows of a masked view, as it is on the day when people are counted up to `until`.

    What is added up by year is told whole or not at all: the counts of a year are null where one of them is small, and where
    one was in the last year before that counted anybody. So nothing is told that a page hides, whichever it takes to hide.
    """
    masked = _masked_tables()[table]
    rows, year, source = masked.rows.c, sa.extract("year", masked.day), masked.rows
    told: dict[str, sa.ColumnElement[bool]] = {name: ~rows[name].between(1, 4) for name in masked.counts}
    if masked.looked_at:
        years = _years_told(masked, year, until).subquery("years")
        source = source.outerjoin(years, years.c.year == year)
        # Told with a year that nobody knows: while there is such a row, nothing is.
        others = masked.rows.alias("others")
        undated = sa.exists().where(
            others.c[masked.day.name].is_(None), sa.or_(*(others.c[name].is_not(None) for name in masked.counts))
        )
        told = {name: sa.and_(years.c.told, ~undated) for name in masked.counts}
    counts = (sa.case((sa.and_(masked.day <= until, may), rows[name])).label(name) for name, may in told.items())
    columns: list[sa.ColumnElement[Any]] = [*(rows[name] for name in READABLE_COLUMNS[table]), *counts]
    return sa.select(*columns).select_from(source)


def _years_told(masked: _Masked, year: sa.ColumnElement[int], until: sa.ColumnElement[date]) -> sa.Select[Any]:
    """One row per year: whether the counts of its rows are told."""
    small = sa.func.max(sa.case((sa.or_(*(each.between(1, 4) for each in masked.looked_at)), 1), else_=0))
    few_before: list[sa.ColumnElement[bool]] = []
    for total in map(sa.func.sum, masked.looked_at):
        few, anybody = (
            sa.func.max(sa.case((such, year))).over(order_by=year, rows=(None, -1))
            for such in (total.between(1, 4), total > 0)
        )
        few_before.append(sa.func.coalesce(few == anybody, sa.false()))
    told = sa.and_(small == 0, *map(sa.not_, few_before)).label("told")
    kept: list[sa.ColumnElement[Any]] = [year.label("year"), told]
    return sa.select(*kept).select_from(masked.rows).where(masked.day <= until).group_by(year)


def role_statements() -> list[str]:
    """The statements that make the roles and give them what they need; run again, they change nothing.

    They are run by the owner of the tables, who must be allowed to make roles the first time. Run after a migration that
    adds tables, they give the roles what they need there.
    """
    return [
        *(_create_role(role) for role in ROLES),
        *(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}" for role in ROLES),
        f"GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE}, {READING_ROLE}, {PARTNER_ROLE}",
        *(
            f"GRANT {_LIMITED.get(table, _ALL_STATEMENTS)} ON {table} TO {APPLICATION_ROLE}"
            for table in sorted(metadata.tables)
        ),
        f"GRANT SELECT ON alembic_version TO {APPLICATION_ROLE}",
        f"GRANT SELECT ON {', '.join(READABLE)} TO {READING_ROLE}",
        *(
            f"GRANT SELECT ({', '.join(columns)}) ON {table} TO {READING_ROLE}"
            for table, columns in READABLE_COLUMNS.items()
        ),
        *masked_views(),
        f"GRANT SELECT ON {', '.join(MASKED_VIEWS.values())} TO {READING_ROLE}",
        *(
            f"GRANT {_partner_grant(table)} ON {table} TO {PARTNER_ROLE}"
            for table in sorted(metadata.tables)
            if _partner_grant(table)
        ),
    ]


def masked_views() -> list[str]:
    """The statements that make the masked views, or make them again as they are declared, each on one line."""
    dialect: sa.Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    selects = {
        name: str(masked_rows(table).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        for table, name in MASKED_VIEWS.items()
    }
    return [f"CREATE OR REPLACE VIEW {name} AS {' '.join(select.split())}" for name, select in selects.items()]


def has_roles(engine: sa.Engine) -> bool:
    """Whether the application's role reads this database already; SQLite has none."""
    if engine.dialect.name != "postgresql":
        return False
    with engine.connect() as connection:
        reads = sa.text("SELECT has_table_privilege(oid, 'centre', 'SELECT') FROM pg_roles WHERE rolname = :name")
        return bool(connection.execute(reads, {"name": APPLICATION_ROLE}).scalar())


@dataclass(frozen=True)
class RightLacking:
    """What the role of a connection may not do, and must to make the other roles: `create_role`, or `own` these tables.

    `remedy` is the SQL that gives it, run by whoever keeps the server.
    """

    right: Literal["create_role", "own"]
    role: str
    tables: str
    remedy: str


def rights_lacking(connection: sa.Connection) -> list[RightLacking]:
    """What the role of this connection lacks to make the roles and give them what they need."""
    asked = sa.text(
        "SELECT quote_ident(current_user), rolcreaterole OR rolsuper,"
        " (SELECT count(*) FROM pg_roles WHERE rolname = ANY (:roles)) FROM pg_roles WHERE rolname = current_user"
    )
    role, may_create, there = connection.execute(asked, {"roles": list(ROLES)}).one()
    others = connection.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'v')"
        " AND NOT pg_has_role(relowner, 'USAGE') ORDER BY relname"
    ).scalars()
    foreign = [name for name in others if name in {*metadata.tables, *MASKED_VIEWS.values(), "alembic_version"}]
    lacking = []
    if there < len(ROLES) and not may_create:
        lacking.append(RightLacking("create_role", role, "", f"ALTER ROLE {role} CREATEROLE;"))
    if foreign:
        given = " ".join(f"ALTER TABLE {name} OWNER TO {role};" for name in foreign)
        lacking.append(RightLacking("own", role, ", ".join(foreign), given))
    return lacking


def apply_roles(connection: sa.Connection) -> None:
    """Makes the roles in the transaction of the caller, all or none."""
    for statement in role_statements():
        connection.exec_driver_sql(statement)


@dataclass(frozen=True)
class ConnectedRole:
    """Who the application is for PostgreSQL: `passes_by` row-level security, or `owns` the tables and is held to it."""

    name: str
    passes_by: bool
    owns: bool


def connected_role(connection: sa.Connection) -> ConnectedRole:
    """The role of this connection; of a database without tables, nobody is the owner."""
    row = connection.exec_driver_sql(
        "SELECT current_user, rolsuper OR rolbypassrls, coalesce(pg_has_role((SELECT relowner FROM pg_class"
        " WHERE oid = to_regclass('centre')), 'MEMBER'), false) FROM pg_roles WHERE rolname = current_user"
    ).one()
    return ConnectedRole(*row)


def unsecured_tables(connection: sa.Connection) -> list[str]:
    """The tables that should have row-level security forced on them, and have not."""
    secured = set(
        connection.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND pg_table_is_visible(oid)"
        ).scalars()
    )
    return sorted({rule.table for rule in ROW_RULES} - secured)


def _create_role(role: str) -> str:
    # PostgreSQL has no CREATE ROLE IF NOT EXISTS, and roles are those of the whole server.
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN"
        f" CREATE ROLE {role} NOLOGIN; END IF; END $$"
    )


def _partner_grant(table: str) -> str:
    """Another system writes facts; accounts are the application's own, and so is what is still typed or waits to be checked."""
    if table in (
        "account",
        "account_centre",
        "activation",
        "second_factor",
        "recovery_code",
        "sign_in_session",
        "sign_in_attempt",
        "entry_draft",
        "erasure",
        "import_file",
    ):
        return ""
    if table == "audit_entry":
        return "SELECT, INSERT"
    return _LIMITED.get(table, _ALL_STATEMENTS)
