"""Everything that is stored, as files that another base imports one after the other."""

import io
import zipfile
from collections.abc import Iterator

import sqlalchemy as sa

from dashboard.exports import tables
from dashboard.imports.kinds import KINDS, stored_table
from data_access.entries.exporting import file_rows
from data_access.schema.ranges import EARLIEST


def every_file(connection: sa.Connection, *, demonstration: bool) -> Iterator[tuple[str, bytes]]:
    """« 01-centres.csv » and those after it that have lines, in the order in which a new base is filled."""
    for number, kind in enumerate(KINDS.values(), start=1):
        rows = file_rows(connection, kind=kind.key, first=EARLIEST)
        if rows.is_empty():
            continue
        yield f"{number:02d}-{kind.key}.csv", tables.csv(stored_table(kind, rows, demonstration=demonstration))


def archive(connection: sa.Connection, *, demonstration: bool) -> bytes:
    """All of them in one ZIP."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in every_file(connection, demonstration=demonstration):
            whole.writestr(name, content)
    return file.getvalue()
