"""Whatever is stored is drawn as it was typed: never as Markdown, as HTML, as a formula, as a sign or as a link."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from dashboard.ui import session
from dashboard.ui.navigation import PAGES
from data_access.rights import Actor, allows
from data_access.schema import metadata
from tests.application import opened, run_on
from tests.databases import engine_at
from tests.demonstrations import DAY_OF_THE_PROGRAMME, demonstration_copy

COORDINATOR: Final = session.PERSONAS["coordination"][1]
ADMINISTRATOR: Final = Actor("administration@localhost", "administrator")

PARTS: Final = (
    "[x](//e.fr)",
    "**g**",
    "$a$",
    ":material/home:",
    "<b>h</b>",
    "www.evil.example",
    "https://evil.example",
)
"""What Streamlit makes something of, each as it stands in the database."""
MARKUP: Final = "<b>h</b>"

# What the application itself writes there, and reads as a code.
CODES: Final = frozenset(
    {
        ("audit_entry", "action"), ("audit_entry", "table_name"), ("audit_entry", "row_key"), ("audit_entry", "request_key"),
        ("entry_draft", "form"), ("entry_draft", "about"), ("entry_draft", "actor"), ("import_batch", "kind"),
        ("import_batch", "file_hash"), ("published_figure", "indicator"), ("published_figure", "unit"),
        ("presentation", "slides"), ("price", "period"), ("commune", "epci_siren"), ("week_summary", "state"),
        ("attendance_week", "doubts"),
    }
)  # fmt: skip
SECRETS: Final = ("_hash", "salt", "fingerprint", "oidc_subject")

# What a browser shows as it is, by the kind of element: no other field is drawn without reading it as Markdown.
PLAIN: Final = frozenset(
    {
        ("selectbox", "options"), ("selectbox", "raw_value"), ("selectbox", "placeholder"), ("multiselect", "options"),
        ("multiselect", "raw_values"), ("text_input", "default"), ("text_input", "value"), ("text_area", "default"),
        ("text_area", "value"), ("link_button", "url"),
        ("code", "code_text"), ("bidi_component", "json"), ("vega_lite_chart", "spec"),
        ("vega_lite_chart", "alt"), ("dataframe", "columns"),
        ("dataframe", "alt"),
        ("arrow_data_frame", "columns"), ("arrow_data_frame", "alt"), ("data_editor", "columns"),
    }
)  # fmt: skip
FOR_PROGRAMS: Final = frozenset({"id", "form_id", "element_id", "page_script_hash", "user_key", "user_id"})


def payload(number: int, most: int) -> str:
    """As many of the parts as fit, each of them the first in its turn."""
    turn = number % len(PARTS)
    said = str(number)
    for part in PARTS[turn:] + PARTS[:turn]:
        if len(said) + len(part) < most:
            said += f" {part}"
    return said


def free_columns() -> list[sa.Column[Any]]:
    """The columns of all tables that hold what somebody typed."""
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.Text)
        and (table.name, column.name) not in CODES
        and not column.name.endswith(SECRETS)
        and not any(f"{column.name} IN (" in str(check.sqltext) for check in checks(table))
        and not any(f"length({column.name}) = " in str(check.sqltext) for check in checks(table))
        and not column.name.endswith("insee_code")
    ]


def checks(table: sa.Table) -> list[sa.CheckConstraint]:
    return [each for each in table.constraints if isinstance(each, sa.CheckConstraint)]


def longest(column: sa.Column[Any]) -> int:
    """How many letters the database takes."""
    bound = f"length({column.name}) BETWEEN 1 AND "
    found = [str(check.sqltext) for check in checks(column.table) if str(check.sqltext).startswith(bound)]
    return int(found[0].removeprefix(bound)) if found else 200


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, with the parts in each text of each row."""
    file = demonstration_copy(tmp_path_factory.mktemp("filled"), DAY_OF_THE_PROGRAMME)
    engine = engine_at(f"sqlite:///{file}")
    columns = free_columns()
    with engine.begin() as connection:
        for column in columns:
            numbers = connection.exec_driver_sql(
                f"SELECT rowid FROM {column.table.name} WHERE {column.name} IS NOT NULL"
            ).scalars()
            texts = [(payload(number, longest(column)), number) for number in numbers]
            if texts:
                lower = "lower(?)" if column.name == "email" else "?"
                connection.exec_driver_sql(
                    f"UPDATE {column.table.name} SET {column.name} = {lower} WHERE rowid = ?", texts
                )
        _fill_documents(connection, {column.name for column in columns})
    engine.dispose()
    return file


def _fill_documents(connection: sa.Connection, names: set[str]) -> None:
    """The texts of the journal, which tells of records by what they held."""
    for side in ("before", "after"):
        rows = connection.exec_driver_sql(f"SELECT id, {side} FROM audit_entry WHERE {side} IS NOT NULL").all()
        told = [
            (json.dumps({k: payload(n, 120) if k in names and isinstance(v, str) else v for k, v in held.items()}), n)
            for n, held in ((number, json.loads(text)) for number, text in rows)
            if isinstance(held, dict)
        ]
        if told:
            connection.exec_driver_sql(f"UPDATE audit_entry SET {side} = ? WHERE id = ?", told)


def fields(message: Message, kind: str) -> Iterator[tuple[str, str, str]]:
    """Every text of an element: its kind, its field, the text."""
    for field, value in message.ListFields():
        if field.name in FOR_PROGRAMS or (field.message_type and field.message_type.GetOptions().map_entry):
            continue
        for each in value if field.is_repeated else [value]:
            if field.type == field.TYPE_MESSAGE:
                yield from fields(each, kind)
            elif field.type == field.TYPE_STRING:
                yield kind, field.name, each


def read_as_more(app: AppTest) -> set[tuple[str, str, str]]:
    """The texts in which a browser would see more than letters."""
    found = set()
    # A table of Streamlit reads its cells as Markdown.
    assert not app.table
    for node in [*app.main, *app.sidebar]:
        proto = getattr(node, "proto", None)
        for kind, field, text in fields(proto, node.type) if proto is not None else ():
            if kind == "html":
                if MARKUP in text:
                    found.add((kind, field, text[max(0, text.index(MARKUP) - 80) :][:160]))
            elif (kind, field) not in PLAIN and any(part in text for part in PARTS):
                found.add((kind, field, text[:160]))
    return found


QUERIES: Final[dict[str, tuple[dict[str, str], ...]]] = {
    "persons": ({"fiche": "1"},),
    "other_entries": tuple({"saisie": kind} for kind in ("convention", "adhesion", "placement", "rendez-vous")),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", [entry.name for entry in PAGES])
def test_no_page_reads_more_in_a_text_than_its_letters(
    name: str, filled_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (entry,) = (each for each in PAGES if each.name == name)
    actor = COORDINATOR if allows(COORDINATOR, entry.right) else ADMINISTRATOR
    monkeypatch.setattr(session, "PERSONAS", {**session.PERSONAS, "coordination": ("Essai", actor)})
    run_on(shutil.copy(filled_file, tmp_path / "filled.sqlite"), DAY_OF_THE_PROGRAMME, monkeypatch)

    for query in ({}, *QUERIES.get(name, ())):
        app = opened(name, **query)

        assert not app.exception
        assert read_as_more(app) == set()
