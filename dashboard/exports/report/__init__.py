"""One document, written as PDF, slides, text document or workbook: what it says, declared once, which writers only lay out."""

from dataclasses import dataclass
from datetime import date

from dashboard.figures.model import Figure, Table
from dashboard.indicators.model import Indicator
from dashboard.wording import dates, terms
from dashboard.wording.terms import DEMONSTRATION


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
    lines: Table
    """The seven lines, or those of a place; its title stands over them."""
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


def readable(table: Table) -> list[list[str]]:
    """A table as text: headings, then rows, each value as the county writes it."""
    texts = table.texts
    return [texts.columns, *map(list, texts.iter_rows())]


def numeric_columns(table: Table) -> list[bool]:
    """Which columns hold numbers: they are set to the right."""
    return [table.frame.schema[name].is_numeric() for name in table.headings]
