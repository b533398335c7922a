"""Tables as a spreadsheet of LibreOffice (ODS), one sheet a table."""

import io
from collections.abc import Iterable, Mapping

from odfdo import Cell, Column, Document, Row
from odfdo import Table as Sheet

from dashboard.exports.tables import Table

_HEADING = (
    '<style:style style:name="heading" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
)
_WIDTH = (
    '<style:style style:name="wide" style:family="table-column">'
    '<style:table-column-properties style:column-width="4.5cm"/></style:style>'
)


def ods(sheets: Mapping[str, Table]) -> bytes:
    """A workbook of several tables of texts, each on the sheet of its name, under bold headings."""
    document = Document("spreadsheet")
    for style in (_HEADING, _WIDTH):
        document.insert_style(style, automatic=True)
    document.body.clear()
    for name, table in sheets.items():
        sheet = Sheet(name)
        for _heading in table.headings:
            sheet.append(Column(style="wide"))
        sheet.append_row(_row(table.headings.values(), style="heading"))
        for values in table.rows.rows():
            sheet.append_row(_row(values))
        document.body.append(sheet)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _row(values: Iterable[str | None], style: str | None = None) -> Row:
    row = Row()
    row.extend_cells([Cell(value, style=style) for value in values])
    return row
