"""What a report says, whatever file it becomes: its lines, then one subject after the other. Writers only lay it out."""

from dataclasses import dataclass
from datetime import date

from dashboard.figures.model import Figure, Table
from dashboard.indicators.model import Indicator
from dashboard.wording import dates, terms
from dashboard.wording.terms import DEMONSTRATION
from dashboard.wording.units import cell


@dataclass(frozen=True)
class ReportLine:
    """One figure of the report: the number for a workbook and how it reads, beside the one it is compared with."""

    label: str
    unit: str
    value: float | None
    text: str
    compared_value: float | None
    compared_text: str
    difference: str
    rests_on: str


@dataclass(frozen=True)
class Report:
    """The whole. `brief` is the note of one place, on one page; a report has a title page and one page per subject."""

    title: str
    subtitle: str
    made_on: date
    perimeter: str
    period: str
    filters: str
    sentence: str
    lines_title: str
    headings: tuple[str, str, str, str]
    """Over the lines: what is compared (this year), with what, their difference, and what each rests on; empty = left out."""
    lines: tuple[ReportLine, ...]
    line_notes: tuple[str, ...]
    subjects: tuple[Figure, ...]
    defined: tuple[Indicator, ...]
    demonstration: bool
    brief: bool = False

    @property
    def about(self) -> tuple[str, ...]:
        """What every file says of itself: where, when, which filters, made when."""
        return (
            f"Périmètre : {self.perimeter}.",
            f"Période : {self.period}.",
            f"Filtres : {self.filters}.",
            f"Document établi le {dates.long_date(self.made_on)} à partir des lignes enregistrées.",
        )

    @property
    def warning(self) -> str:
        """What stands on each page when the data are invented; empty otherwise."""
        return f"{DEMONSTRATION} : chiffres inventés" if self.demonstration else ""

    @property
    def footing(self) -> str:
        """The line at the foot of each page."""
        return " · ".join((terms.OWNER, terms.PROGRAMME, self.title))

    def rows(self) -> list[list[str]]:
        """The lines as a table to read: headings, then one row a line; a column without a heading is left out."""
        table = [["Indicateur", *self.headings]]
        table += [[line.label, line.text, line.compared_text, line.difference, line.rests_on] for line in self.lines]
        kept = [place for place, heading in enumerate(table[0]) if heading]
        return [[row[place] for place in kept] for row in table]


def readable(table: Table) -> list[list[str]]:
    """A table as text: headings, then rows, each value as the county writes it."""
    columns = [
        [heading, *(cell(value, share=name in table.shares) for value in table.frame[name].to_list())]
        for name, heading in table.headings.items()
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def numeric_columns(table: Table) -> list[bool]:
    """Which columns hold numbers: they are set to the right."""
    return [table.frame.schema[name].is_numeric() for name in table.headings]
