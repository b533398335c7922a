"""The rules and marks that hold whoever writes, declared once and made as triggers of each engine.

Six kinds: the data version, whole and of the table's domain, grows with every write; a write that changes what a centre
offers or received marks its days stale; a column that follows from another is set from it; dates, numbers and coordinates
lie in their plausible range; periods of capacity, opening and opening hours may not overlap, a day lies in its week, and a
day's half-days fit the seats and the half-days open; a place that opens again keeps the period in which it was open before.
A refusal carries the name of its rule (`rule: capacity_exceeded`), which the writes turn into a French sentence.

A rule is asked of what is written, and of nothing else: rows of before it stay as they are, and what one of them says
beside it can be corrected (`rows_of_before` finds them).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from data_access.schema import DOMAINS, FACT_TABLES, data_version, metadata
from data_access.schema.columns import ranges_of


@dataclass(frozen=True)
class StaleSource:
    """A table whose writes make summaries stale.

    `columns` are those that tell which, the place and the first and last day unless `question` says how they are found: it
    selects (centre_id, first_day, last_day) from the rows written, which it names `{rows}`.
    """

    table: str
    columns: tuple[str, ...]
    question: str = ""

    def days(self, **named: str) -> str:
        """The question of one engine."""
        asked = "SELECT r.centre_id, r.{first} AS first_day, r.{last} AS last_day FROM {rows} r"
        return (self.question or asked).format(first=(*self.columns, "")[1], last=self.columns[-1], **named)


STALE_SOURCES: Final = (
    StaleSource("attendance_week", ("centre_id", "week_start")),
    StaleSource(
        "attendance_day",
        ("attendance_week_id",),
        "SELECT w.centre_id, w.week_start AS first_day, w.week_start AS last_day"
        " FROM {rows} r JOIN attendance_week w ON w.id = r.attendance_week_id",
    ),
    StaleSource("opening_hours", ("centre_id", "valid_from", "valid_to")),
    StaleSource("centre_capacity", ("centre_id", "valid_from", "valid_to")),
    StaleSource(
        "closure",
        ("centre_id", "starts_on", "ends_on"),
        "SELECT c.id AS centre_id, r.starts_on AS first_day, r.ends_on AS last_day"
        " FROM {rows} r JOIN centre c ON c.id = r.centre_id OR r.centre_id IS NULL",
    ),
    StaleSource(
        "centre",
        ("id",),
        "SELECT c.id AS centre_id, {ever} AS first_day, {never} AS last_day FROM {rows} r JOIN centre c ON c.id = r.id",
    ),
    StaleSource("former_opening", ("centre_id", "opened_on", "closed_on")),
    StaleSource(
        "calendar_day",
        ("day",),
        "SELECT c.id AS centre_id, r.day AS first_day, r.day AS last_day FROM {rows} r CROSS JOIN centre c",
    ),
)

_OVERLAP: Final = (
    "EXISTS (SELECT 1 FROM {table} o WHERE o.centre_id = NEW.centre_id AND o.id <> NEW.id AND {same}"
    " AND o.valid_from <= coalesce(NEW.valid_to, {end}) AND NEW.valid_from <= coalesce(o.valid_to, {end}))"
)


@dataclass(frozen=True)
class Refusal:
    """A rule a plain check cannot state, since it looks at other rows: the write is refused when `condition` holds."""

    table: str
    rule: str
    condition: str


REFUSALS: Final = (
    Refusal(
        "centre_capacity",
        "capacity_overlaps",
        _OVERLAP.format(table="centre_capacity", same="o.seat_kind = NEW.seat_kind", end="{end}"),
    ),
    Refusal(
        "opening_hours",
        "opening_hours_overlap",
        _OVERLAP.format(
            table="opening_hours", same="o.weekday = NEW.weekday AND o.half_day = NEW.half_day", end="{end}"
        ),
    ),
    Refusal(
        "attendance_day",
        "day_outside_week",
        "NOT EXISTS (SELECT 1 FROM attendance_week w WHERE w.id = NEW.attendance_week_id"
        " AND NEW.day >= w.week_start AND NEW.day <= {week_end})",
    ),
    Refusal(
        "attendance_week",
        "day_outside_week",
        "EXISTS (SELECT 1 FROM attendance_day d JOIN attendance_week w ON w.id = d.attendance_week_id"
        " WHERE w.id = NEW.id AND NOT (d.day >= w.week_start AND d.day <= {week_end}))",
    ),
    Refusal(
        "opening_hours",
        "hours_overlap",
        "EXISTS (SELECT 1 FROM opening_hours o WHERE o.centre_id = NEW.centre_id AND o.weekday = NEW.weekday"
        " AND ((NEW.half_day = 'am' AND o.half_day = 'pm' AND o.opens_at < NEW.closes_at)"
        " OR (NEW.half_day = 'pm' AND o.half_day = 'am' AND NEW.opens_at < o.closes_at))"
        " AND o.valid_from <= coalesce(NEW.valid_to, {end}) AND NEW.valid_from <= coalesce(o.valid_to, {end}))",
    ),
    Refusal(
        "former_opening",
        "openings_overlap",
        "EXISTS (SELECT 1 FROM former_opening o WHERE o.centre_id = NEW.centre_id AND o.id <> NEW.id"
        " AND o.opened_on <= NEW.closed_on AND NEW.opened_on <= o.closed_on)"
        " OR EXISTS (SELECT 1 FROM centre c WHERE c.id = NEW.centre_id AND c.opened_on <= NEW.closed_on"
        " AND NEW.opened_on <= coalesce(c.closed_on, {end}))",
    ),
    Refusal(
        "attendance_day",
        "capacity_exceeded",
        # On a weekday without hours nothing is offered and no rate is counted: whoever came all the same had two half-days.
        "NEW.half_days > (SELECT c.seats * coalesce(nullif((SELECT count(*) FROM opening_hours h"
        " WHERE h.centre_id = c.centre_id AND h.weekday = {weekday} AND NEW.day >= h.valid_from"
        " AND NEW.day <= coalesce(h.valid_to, {end})), 0), 2) FROM centre_capacity c"
        " JOIN attendance_week w ON w.centre_id = c.centre_id"
        " WHERE w.id = NEW.attendance_week_id AND c.seat_kind = NEW.seat_kind AND NEW.day >= c.valid_from"
        " AND NEW.day <= coalesce(c.valid_to, {end}))",
    ),
)

_ENGINES: Final = {
    "sqlite": {
        "end": "'9999-12-31'",
        "week_end": "date(w.week_start, '+6 days')",
        "weekday": "1 + (strftime('%w', NEW.day) + 6) % 7",
    },
    "postgresql": {
        "end": "DATE '9999-12-31'",
        "week_end": "w.week_start + 6",
        "weekday": "extract(isodow FROM NEW.day)",
    },
}
"""How each engine writes what the conditions name."""

# A program may write a reopening in two statements: first no last day any more, then another first one.
_CLOSED: Final = "coalesce(OLD.closed_on, OLD.closed_before)"
_REOPENED: Final = (
    # What the period of the place covers again is no period of its own: a reopening that is taken back, an older beginning.
    "DELETE FROM former_opening WHERE centre_id = NEW.id AND opened_on >= NEW.opened_on"
    " AND closed_on <= coalesce(NEW.closed_on, {end})",
    "INSERT INTO former_opening (centre_id, opened_on, closed_on)"
    f" SELECT NEW.id, OLD.opened_on, {_CLOSED} WHERE {_CLOSED} < NEW.opened_on",
    f"UPDATE centre SET closed_before = CASE WHEN NEW.closed_on IS NULL AND NEW.opened_on = OLD.opened_on THEN {_CLOSED} END"
    " WHERE id = NEW.id",
)
"""A place that opens again after the day it closed keeps the period it was open before, whoever writes its dates."""
_CUTS_A_FORMER_OPENING: Final = (
    "EXISTS (SELECT 1 FROM former_opening o WHERE o.centre_id = NEW.id"
    " AND o.closed_on >= NEW.opened_on AND o.opened_on <= coalesce(NEW.closed_on, {end}))"
)


@dataclass(frozen=True)
class Derivation:
    """A column that follows from another of its row: whatever a program writes there, the database sets it.

    `value` is said for each engine: from `{of}`, the column it follows from.
    """

    table: str
    column: str
    of: str
    value: Mapping[str, str]


DERIVATIONS: Final = (
    Derivation(
        "pass_membership",
        "free_until",
        "joined_on",
        {
            # « + 6 months » of SQLite goes over the end of a month: 31 August would be 3 March.
            "sqlite": "min(date({of}, '+6 months'), date({of}, 'start of month', '+7 months', '-1 day'))",
            "postgresql": "({of} + interval '6 months')::date",
        },
    ),
)


_EVER: Final = "'1900-01-01'"
_KEYS: Final = (sa.PrimaryKeyConstraint, sa.UniqueConstraint)
_EVENTS: Final = ("INSERT", "UPDATE", "DELETE")


def create_statements(dialect: str) -> list[str]:
    """The statements that make every trigger of one engine, in the order to run them."""
    return _sqlite_statements() if dialect == "sqlite" else _postgresql_statements()


def derivation_statements(dialect: str) -> list[str]:
    """The statements that make the triggers of derived columns."""
    statements = []
    for derived in DERIVATIONS:
        table, column = derived.table, derived.column
        value = derived.value[dialect].format(of=f"NEW.{derived.of}")
        if dialect == "postgresql":
            statements += [
                f"CREATE FUNCTION derive_{table}_{column}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
                f"BEGIN NEW.{column} := {value}; RETURN NEW; END $$",
                f"CREATE TRIGGER {table}_{column} BEFORE INSERT OR UPDATE ON {table}\n"
                f"FOR EACH ROW EXECUTE FUNCTION derive_{table}_{column}()",
            ]
            continue
        for event, of in (("INSERT", ""), ("UPDATE", f" OF {derived.of}, {column}")):
            statements.append(
                f"CREATE TRIGGER {table}_{event.lower()}_{column} AFTER {event}{of} ON {table}\n"
                f"WHEN NEW.{column} IS NOT {value}\nBEGIN\n"
                f"  UPDATE {table} SET {column} = {value} WHERE id = NEW.id;\nEND"
            )
    return statements


def drop_statements(dialect: str) -> list[str]:
    """The statements that remove every trigger of one engine."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {statement.split()[2]}" for statement in _sqlite_statements()]
    functions = [
        statement.split()[2] for statement in _postgresql_statements() if statement.startswith("CREATE FUNCTION")
    ]
    return [f"DROP FUNCTION IF EXISTS {name} CASCADE" for name in functions]


@contextmanager
def triggers_disabled(connection: sa.Connection) -> Iterator[None]:
    """Loads in bulk without the triggers; the caller marks stale what it loaded and answers for the rules."""
    dialect = connection.dialect.name
    _run(connection, drop_statements(dialect))
    yield
    _run(connection, create_statements(dialect))
    connection.exec_driver_sql(f"UPDATE data_version SET {_grown(*DOMAINS)}")


def number_domains(connection: sa.Connection) -> None:
    """Gives a database of before the numbers of its domains, which the triggers below count."""
    there = {column["name"] for column in sa.inspect(connection).get_columns(data_version.name)}
    for domain in DOMAINS:
        if domain not in there:
            connection.exec_driver_sql(f"ALTER TABLE data_version ADD COLUMN {domain} INTEGER DEFAULT 0 NOT NULL")


def _grown(*domains: str) -> str:
    return ", ".join(f"{name} = {name} + 1" for name in ("n", *domains))


_DOMAIN_OF: Final = {table: domain for domain, tables in DOMAINS.items() for table in tables}


def _run(connection: sa.Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def _sqlite_statements() -> list[str]:
    statements = []
    for table in FACT_TABLES:
        for event in _EVENTS:
            statements.append(
                f"CREATE TRIGGER {table.name}_{event.lower()}_version AFTER {event} ON {table.name} BEGIN\n"
                f"  UPDATE data_version SET {_grown(_DOMAIN_OF[table.name])};\nEND"
            )
    for source in STALE_SOURCES:
        for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            marks = "\n".join(_sqlite_mark(source, _sqlite_row(source, row)) for row in rows)
            statements.append(
                f"CREATE TRIGGER {source.table}_{event.lower()}_stale AFTER {event} ON {source.table} BEGIN\n{marks}\nEND"
            )
        statements.append(
            f"CREATE TRIGGER {source.table}_replace_stale BEFORE INSERT ON {source.table} BEGIN\n"
            f"{_sqlite_mark(source, _sqlite_replaced(source))}\nEND"
        )
    statements += derivation_statements("sqlite")
    for refusal in REFUSALS:
        condition = refusal.condition.format(**_ENGINES["sqlite"])
        for event in ("INSERT", "UPDATE"):
            # AFTER, not BEFORE: NEW.id is only known then; the statement is undone all the same.
            statements.append(
                f"CREATE TRIGGER {refusal.table}_{event.lower()}_{refusal.rule} AFTER {event} ON {refusal.table}\n"
                f"WHEN {condition}\nBEGIN\n  SELECT RAISE(ABORT, 'rule: {refusal.rule}');\nEND"
            )
    for table in FACT_TABLES:
        for event in ("INSERT", "UPDATE"):
            tests = "\n".join(
                f"  SELECT RAISE(ABORT, 'rule: {table.name}_{column}_range') WHERE {outside}"
                f"{f' AND NEW.{column} IS NOT OLD.{column}' if event == 'UPDATE' else ''};"
                for column, outside in _outside(table, "NEW.", "sqlite")
            )
            if tests:
                statements.append(
                    f"CREATE TRIGGER {table.name}_{event.lower()}_range AFTER {event} ON {table.name} BEGIN\n{tests}\nEND"
                )
    follows = "".join(f"  {statement};\n" for statement in _REOPENED).format(**_ENGINES["sqlite"])
    cuts = _CUTS_A_FORMER_OPENING.format(**_ENGINES["sqlite"])
    statements.append(
        "CREATE TRIGGER centre_update_reopened AFTER UPDATE OF opened_on, closed_on ON centre BEGIN\n"
        f"{follows}  SELECT RAISE(ABORT, 'rule: openings_overlap') WHERE {cuts};\nEND"
    )
    return statements


def rows_of_before(connection: sa.Connection) -> list[tuple[sa.Table, str, sa.Row[Any]]]:
    """The rows that would be refused today: their table, the column out of its range or the rule that is broken, and the row.

    They were written before there was a rule, and stay as they are until somebody corrects them.
    """
    dialect = connection.dialect.name
    found = [(table, column, outside) for table in FACT_TABLES for column, outside in _outside(table, "", dialect)]
    for refusal in REFUSALS:
        condition = refusal.condition.format(**_ENGINES[dialect]).replace("NEW.", f"{refusal.table}.")
        found.append((metadata.tables[refusal.table], refusal.rule, condition))
    return [
        (table, rule, row)
        for table, rule, condition in found
        for row in connection.execute(sa.select(table).where(sa.text(condition)).order_by(*table.primary_key))
    ]


def _outside(table: sa.Table, row: str, dialect: str) -> Iterator[tuple[str, str]]:
    """The columns of a table with what is true of a value out of their range."""
    for column, (lowest, highest) in ranges_of(table).items():
        low, high = _literal(lowest, dialect), _literal(highest, dialect)
        yield column, f"{row}{column} NOT BETWEEN {low} AND {high}"


def _literal(value: Any, dialect: str) -> str:
    if isinstance(value, datetime):
        return f"'{value:%Y-%m-%d %H:%M:%S}'" if dialect == "sqlite" else f"TIMESTAMPTZ '{value:%Y-%m-%d %H:%M:%S}Z'"
    if isinstance(value, date):
        return f"'{value}'" if dialect == "sqlite" else f"DATE '{value}'"
    return str(value)


def _sqlite_row(source: StaleSource, row: str) -> str:
    # SQLite fires once a row and knows no set of rows: the row stands in for the set, one column at a time.
    return "(SELECT " + ", ".join(f"{row}.{column} AS {column}" for column in source.columns) + ")"


def _sqlite_replaced(source: StaleSource) -> str:
    # REPLACE removes the rows in its way without firing the triggers of a removal: they are those with the same keys.
    keys = [
        constraint.columns for constraint in metadata.tables[source.table].constraints if isinstance(constraint, _KEYS)
    ]
    same = [" AND ".join(f"{column.name} = NEW.{column.name}" for column in key) for key in keys]
    return f"(SELECT * FROM {source.table} WHERE ({') OR ('.join(sorted(same))}))"


def _sqlite_mark(source: StaleSource, rows: str) -> str:
    days = source.days(rows=rows, ever=_EVER, never="NULL")
    return (
        "  INSERT INTO stale_mark (centre_id, first_day, last_day)\n"
        f"  SELECT s.centre_id, s.first_day, s.last_day FROM ({days}) s\n"
        "  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id"
        " AND m.first_day = s.first_day AND m.last_day IS s.last_day);"
    )


def _postgresql_statements() -> list[str]:
    statements = [
        "CREATE FUNCTION mark_version() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        "BEGIN EXECUTE 'UPDATE data_version SET n = n + 1, ' || TG_ARGV[0] || ' = ' || TG_ARGV[0] || ' + 1'; RETURN NULL; END $$",
        "CREATE FUNCTION mark_everything() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN INSERT INTO stale_mark (centre_id, first_day) SELECT id, DATE {_EVER} FROM centre; RETURN NULL; END $$",
    ]
    for table in FACT_TABLES:
        statements.append(
            f"CREATE TRIGGER {table.name}_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table.name}\n"
            f"FOR EACH STATEMENT EXECUTE FUNCTION mark_version('{_DOMAIN_OF[table.name]}')"
        )
    for source in STALE_SOURCES:
        for event in _EVENTS:
            statements += _postgresql_mark(source, event)
        statements.append(
            f"CREATE TRIGGER {source.table}_truncate_stale AFTER TRUNCATE ON {source.table}\n"
            "FOR EACH STATEMENT EXECUTE FUNCTION mark_everything()"
        )
    statements += derivation_statements("postgresql")
    for refusal in REFUSALS:
        condition = refusal.condition.format(**_ENGINES["postgresql"])
        # Two transactions could each miss the other's period: the centre's row makes them wait in turn. Its key is not
        # locked, since every sheet refers to it.
        turn = (
            "  PERFORM 1 FROM centre WHERE id = NEW.centre_id FOR NO KEY UPDATE;\n" if "overlap" in refusal.rule else ""
        )
        body = f"{turn}{_raises(condition, refusal.rule)}"
        name = f"refuse_{refusal.table}_{refusal.rule}"
        statements += _postgresql_row_trigger(name, refusal.table, "INSERT OR UPDATE", body)
    for table in FACT_TABLES:
        tests = "\n".join(
            _raises(f"NEW.{column} IS DISTINCT FROM OLD.{column} AND {outside}", f"{table.name}_{column}_range")
            for column, outside in _outside(table, "NEW.", "postgresql")
        )
        if tests:
            statements += _postgresql_row_trigger(f"{table.name}_range", table.name, "INSERT OR UPDATE", tests)
    follows = "".join(f"  {statement};\n" for statement in _REOPENED).format(**_ENGINES["postgresql"])
    cuts = _CUTS_A_FORMER_OPENING.format(**_ENGINES["postgresql"])
    statements += _postgresql_row_trigger(
        "centre_reopened",
        "centre",
        "UPDATE OF opened_on, closed_on",
        follows + _raises(cuts, "openings_overlap"),
    )
    return statements


def _raises(condition: str, rule: str) -> str:
    return f"  IF {condition} THEN\n    RAISE EXCEPTION 'rule: {rule}' USING ERRCODE = 'check_violation';\n  END IF;"


def _postgresql_row_trigger(name: str, table: str, events: str, body: str) -> list[str]:
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n{body}\n  RETURN NULL;\nEND $$",
        f"CREATE TRIGGER {name} AFTER {events} ON {table}\nFOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _postgresql_mark(source: StaleSource, event: str) -> list[str]:
    """A function and its trigger: one insert for the whole statement, from its transition tables."""
    transitions = {"INSERT": ("written",), "UPDATE": ("replaced", "written"), "DELETE": ("replaced",)}[event]
    inserts = "\n".join(
        "  INSERT INTO stale_mark (centre_id, first_day, last_day)\n  SELECT DISTINCT s.centre_id, s.first_day, s.last_day"
        f" FROM ({source.days(rows=rows, ever='DATE ' + _EVER, never='CAST(NULL AS date)')}) s;"
        for rows in transitions
    )
    tables = {"written": "NEW TABLE AS written", "replaced": "OLD TABLE AS replaced"}
    referencing = " ".join(tables[rows] for rows in transitions)
    name = f"mark_{source.table}_{event.lower()}"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n{inserts}\n  RETURN NULL;\nEND $$",
        f"CREATE TRIGGER {source.table}_{event.lower()}_stale AFTER {event} ON {source.table} REFERENCING {referencing}\n"
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ]
