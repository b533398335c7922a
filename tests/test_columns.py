"""A column of the schema is known wherever a column has to be: journal, forms, files, the role that reads figures.

Each test lists all columns that lack their place. What has none on purpose stands below, with the reason.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

import pytest
import sqlalchemy as sa

from dashboard.imports.kinds import KINDS
from dashboard.wording.journal import FIELDS, TABLES
from data_access.entries import KINDS as ENTRY_KINDS
from data_access.entries.exporting import file_rows
from data_access.entries.files import FILE_KINDS
from data_access.row_security import READABLE, READABLE_COLUMNS
from data_access.schema import BOOKKEEPING, metadata
from tests.databases import rolled_back_on_sqlite

# Kept by the storing itself, or given by another record.
OF_THE_STORING: Final = {
    "id", "version", "created_at", "erased_at", "entered_by", "entered_at", "completed_at", "closed_before",
}  # fmt: skip
BY_ITS_WORD: Final = "a file names it in words"
NOT_IN_FILES: Final = {
    "members": {
        "person_id": "a file names people",
        "directory_consent": "« Annuaire » answers yes or no; its day is that of the import",
        "free_until": "six months after joining",
    },
    "agreements": {
        "person_id": "a file names people",
        "centre_id": BY_ITS_WORD,
        "directory_consent": "said with a membership",
    },
    "services": {"person_id": "a file names people", "centre_id": BY_ITS_WORD},
    "supports": {"person_id": "a file names people", "welcome_household_id": BY_ITS_WORD},
    "placements": {"centre_id": BY_ITS_WORD, "stage": "the furthest step that has a date"},
    "sessions": {"precision": "said of published sessions only", "source": "said of published sessions only"},
    "households": {
        "welcome_session_id": BY_ITS_WORD,
        "visited_centre_id": BY_ITS_WORD,
        "welcome_household_id": "a line is a household",
        "day": "« Jour 1 » is the first day of the session",
        "people_present": "what stands under « Jour 1 »",
    },
    "events": {
        "centre_id": BY_ITS_WORD,
        "course_id": BY_ITS_WORD,
        "parent_id": "of the programme of 2017, which every base has",
    },
    "courses": {"provider_centre_id": BY_ITS_WORD},
    "closures": {"centre_id": BY_ITS_WORD},
    "costs": {"centre_id": BY_ITS_WORD},
    "published": dict.fromkeys(("label", "unit"), "follows from the indicator"),
    "capacities": {"centre_id": BY_ITS_WORD, "valid_to": "the eve of the next change"},
    "hours": {
        "centre_id": BY_ITS_WORD,
        "valid_to": "the eve of the next change",
        "weekday": "a column a day",
        "half_day": "the hours say it",
        "opens_at": "what stands under « Lundi »",
        "closes_at": "what stands under « Lundi »",
    },
    "attendance": {
        "centre_id": BY_ITS_WORD,
        "week_start": "the Monday of the day",
        "attendance_week_id": "a file has days",
        "doubts": "asked about when the file is imported",
        "verified_by": "who has looked at an unusual week",
        "verified_at": "who has looked at an unusual week",
    },
}
PARTS_OF_FILES: Final = {
    "members": ("person",),
    "agreements": ("person",),
    "households": ("welcome_attendance",),
    "attendance": ("attendance_day",),
}
TABLES_OF_FILES: Final = {
    nature: (ENTRY_KINDS[key].table.name, *PARTS_OF_FILES.get(nature, ())) for nature, key in FILE_KINDS.items()
}
PEOPLE: Final = "names people, or follows one of them"
OF_THE_APPLICATION: Final = "how the application works, or who did what with it"
NOT_READ_BY_TOOLS: Final = {
    **dict.fromkeys(
        ("person", "agreement", "member_service", "pass_membership", "placement", "support", "visit"), PEOPLE
    ),
    **dict.fromkeys(
        ("account", "account_centre", "audit_entry", "import_batch", "presentation", "reminder"), OF_THE_APPLICATION
    ),
    "week_reopening": OF_THE_APPLICATION,
    "centre.phone": "reaches somebody",
    "centre.email": "reaches somebody",
    "centre.operator_name": "may be a person",
    "centre.note": "free text, may name somebody",
    "centre.version": "how the application works",
    "centre.closed_before": "what the database remembers of a place being written",
    "attendance_week.comment": "free text, may name somebody",
    "attendance_week.entered_by": "names who entered it",
    "attendance_week.entered_at": "says when somebody worked",
    "attendance_week.completed_at": "says when somebody worked",
    "attendance_week.doubts": "what its author was asked",
    "attendance_week.verified_by": "names who verified it",
    "attendance_week.verified_at": "says when somebody worked",
    "attendance_week.version": "how the application works",
    "event.contact": "reaches somebody",
    "event.version": "how the application works",
    "information_meeting.version": "how the application works",
    "welcome_session.version": "how the application works",
    **dict.fromkeys(("welcome_household", "welcome_attendance"), "a row is one family"),
    **dict.fromkeys(
        (
            "attendance_week.distinct_people",
            "event.attendance",
            *(f"information_meeting.{count}" for count in ("attendees", "interested")),
            *(f"welcome_session.{count}" for count in ("applications", "selected", "project_holders", "people")),
        ),
        "counts people: read in the masked view",
    ),
}


def columns_of(table: str) -> set[str]:
    return {column.name for column in metadata.tables[table].columns}


def told(lacking: Iterable[str]) -> None:
    if found := sorted(lacking):
        pytest.fail("\n".join(found), pytrace=False)


def test_every_column_of_a_table_of_the_journal_has_a_french_name() -> None:
    told(
        f"{table}.{column}: wording/journal.py has no French name"
        for table in TABLES
        for column in columns_of(table) - {"id", "version"} - set(FIELDS)
    )


def test_every_column_can_come_in_a_file_or_says_why_not() -> None:
    told(
        f"{table}.{column}: imports/kinds.py has no column for it in « {kind} »"
        for kind, tables in TABLES_OF_FILES.items()
        for table in tables
        for column in columns_of(table)
        - OF_THE_STORING
        - set(NOT_IN_FILES.get(kind, ()))
        - {each.field for each in KINDS[kind].columns}
    )


@rolled_back_on_sqlite
def test_what_can_come_in_a_file_goes_out_in_one(connection: sa.Connection) -> None:
    told(
        f"{field}: entries/files.py does not export it in « {kind} »"
        for kind in KINDS
        for field in {each.field for each in KINDS[kind].columns}
        - set(file_rows(connection, kind=kind, first=date(2007, 1, 1)).columns)
    )


def test_every_table_and_column_is_read_by_tools_or_says_why_not() -> None:
    facts = {table.name for table in metadata.tables.values() if table not in BOOKKEEPING}
    columns = {
        f"{table}.{column}" for table, given in READABLE_COLUMNS.items() for column in columns_of(table) - set(given)
    }
    told(
        f"{name}: row_security.py neither gives it to the role that reads figures, nor is it said here why not"
        for name in (facts - set(READABLE) - set(READABLE_COLUMNS) | columns) - set(NOT_READ_BY_TOOLS)
    )
