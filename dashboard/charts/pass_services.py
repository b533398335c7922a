"""What the programme gives, year after year: a table whose cells darken with the count printed in them."""

from math import ceil
from typing import Final, TypedDict, cast

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import DIRECT_LABEL_SIZE, Titles, finish
from dashboard.wording.numbers import integer
from dashboard.wording.plurals import enumeration
from dashboard.wording.small_counts import FEWER, FEWER_SIGN
from dashboard.wording.typography import typeset

ROW_HEIGHT: Final = 40


class _Cell(TypedDict):
    label: str
    year: int
    people: int | None


def pass_services(
    cells: pl.DataFrame, *, palette: Palette, titles: Titles | None = None, width: int = 420
) -> alt.LayerChart:
    """Kinds by years, the count printed in each cell; the darkest is the largest of all.

    One row of `cells` is one kind and year, in the order to be shown: label, year, people (0 where nobody, null where there are
    few and who reads may not see how many).
    """
    rows = _rows(cells)
    most = max([row["people"] or 0 for row in rows], default=0)
    drawn = pl.DataFrame(
        [
            {
                "kind": row["label"],
                "year": str(row["year"]),
                "said": FEWER_SIGN if row["people"] is None else integer(row["people"]),
                **_look(row, most, palette),
            }
            for row in rows
        ],
        schema=dict.fromkeys(("kind", "year", "said", "fill", "ink"), pl.String),
    )
    top = alt.Axis(title=None, orient="top", labelAngle=0, ticks=False, domain=False)
    side = alt.Axis(title=None, ticks=False, domain=False, labelColor=palette.text, labelFontSize=DIRECT_LABEL_SIZE)
    gap = alt.Scale(paddingInner=0.06, paddingOuter=0)
    placed = alt.Chart(drawn).encode(
        x=alt.X("year:O", axis=top, scale=gap),
        y=alt.Y("kind:N", axis=side, scale=gap, sort=drawn["kind"].unique(maintain_order=True).to_list()),
    )
    layers = [
        placed.mark_rect(cornerRadius=2).encode(color=alt.Color("fill:N", scale=None)),
        placed.mark_text(fontSize=DIRECT_LABEL_SIZE, fill=alt.expr("datum.ink")).encode(text="said:N"),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=alt.Step(ROW_HEIGHT))
    return finish(chart, palette, titles, width=width + 180)


def pass_services_in_words(cells: pl.DataFrame) -> str:
    """The table for who does not see it: the last year of each kind, and the year before."""
    rows = _rows(cells)
    if all(row["people"] == 0 for row in rows):
        return typeset("Tableau vide : rien n’est enregistré sur ces années.")
    years = sorted({row["year"] for row in rows})[-2:]
    said = []
    for label in dict.fromkeys(row["label"] for row in rows):
        counts = [f"{_said(row)} en {row['year']}" for row in rows if row["label"] == label and row["year"] in years]
        said.append(f"{label} : {enumeration(counts)}")
    return typeset(f"Tableau par année. {' ; '.join(said)}.")


def _rows(cells: pl.DataFrame) -> list[_Cell]:
    return cast("list[_Cell]", cells.select(*_Cell.__annotations__).to_dicts())


def _said(row: _Cell) -> str:
    return FEWER if row["people"] is None else integer(row["people"])


def _look(row: _Cell, most: int, palette: Palette) -> dict[str, str]:
    if not row["people"]:
        return {"fill": palette.background, "ink": palette.secondary_text}
    shade = palette.heat[ceil(row["people"] / most * len(palette.heat)) - 1]
    return {"fill": shade.fill, "ink": shade.ink}
