"""The members of the Pass cut one way: by reason, status or centre, and the services they hold."""

from collections.abc import Mapping
from math import ceil
from typing import Final, Literal

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import DIRECT_LABEL_SIZE, Row, Titles, finish, names_axis
from dashboard.wording.numbers import integer, percent
from dashboard.wording.terms import FEWER_SIGN, hidden_words
from dashboard.wording.typography import enumeration, plural, typeset

# People of the club cut one way (by reason for leaving, by status, by centre): bars in order, each with its count.

PART_ROW: Final = 30
RESULT: Final = "un résultat"
_COLUMNS: Final = ("code", "label", "people", "share", "role")
Role = Literal["subject", "result", "loss", "context"]


def pass_breakdown(
    parts: pl.DataFrame,
    *,
    palette: Palette,
    selection_name: str | None = None,
    titles: Titles | None = None,
    width: int = 420,
) -> alt.LayerChart:
    """One bar a part, in the order given. With `selection_name`, a click on a row selects `{selection_name: [{"code": …}]}`.

    One row of `parts` is one part: code (null for what is not one, which cannot be picked), label, people, share (of all
    the parts), role: the subject of the figure (green), a result (blue), a loss (orange), or context (grey).
    """
    rows = _part_rows(parts)
    drawn = pl.DataFrame(
        [{**row, "said": _part_in_words(row)} for row in rows],
        schema={**dict.fromkeys(_COLUMNS, pl.String), "people": pl.Int64, "share": pl.Float64, "said": pl.String},
    )
    colours = _colours(palette)
    # These stand two abreast, and their names say all: half of the width is theirs.
    y = names_axis("label", drawn["label"].to_list(), palette, limit=190)
    # Room for the words after the longest bar: more of it where the chart is narrow.
    longest = max([row["people"] for row in rows], default=1)
    scale = alt.Scale(domainMin=0, domainMax=alt.expr(f"{longest} * (width < 260 ? 2.4 : 1.55)"))
    bars = alt.Chart(drawn).encode(y=y, x=alt.X("people:Q", axis=None, scale=scale))
    layers = [
        bars.mark_bar(cornerRadiusEnd=2).encode(
            color=alt.Color("role:N", legend=None, scale=alt.Scale(domain=list(colours), range=list(colours.values())))
        ),
        bars.mark_text(align="left", dx=6, fontWeight="bold").encode(text="said:N"),
    ]
    if selection_name is not None:
        layers.append(_whole_rows(drawn, y, selection_name))
    chart = alt.LayerChart(layer=layers, width=width, height=alt.Step(PART_ROW))
    return finish(chart, palette, titles, width=width + 180)


def pass_breakdown_in_words(parts: pl.DataFrame, *, of: tuple[str, str]) -> str:
    """The bars for who does not see them: all of them, in order; `of` names what is counted, in the singular and plural."""
    rows = _part_rows(parts)
    whole = sum(row["people"] for row in rows)
    if not whole:
        return typeset(f"Barres vides : aucun {of[0]}.")
    listed = ", ".join(f"{row['label']} {_part_in_words(row)}" for row in rows)
    return typeset(f"Barres, {integer(whole)} {plural(whole, *of)} : {listed}.")


def _part_in_words(row: Row) -> str:
    result = f", {RESULT}" if row["role"] == "result" else ""
    return typeset(f"{integer(row['people'])} ({percent(row['share'])}{result})")


def _part_rows(parts: pl.DataFrame) -> list[Row]:
    return parts.select(_COLUMNS).to_dicts()


def _colours(palette: Palette) -> Mapping[Role, str]:
    return {
        "subject": palette.accent,
        "result": palette.categorical[2],
        "loss": palette.categorical[1],
        "context": palette.context,
    }


def _whole_rows(drawn: pl.DataFrame, y: alt.Y, name: str) -> alt.Chart:
    """The rows from edge to edge, unseen: a bar of one person is too short to be hit."""
    rows: alt.Chart = (
        alt.Chart(drawn.drop_nulls("code"))
        .mark_bar(opacity=0, cursor="pointer")
        .encode(y=y, x=alt.value(0), x2=alt.value("width"))
        .add_params(alt.selection_point(name=name, fields=["code"], empty=False))
    )
    return rows


# What the programme gives, year after year: a table whose cells darken with the count printed in them.

SERVICE_ROW: Final = 40


def pass_services(
    cells: pl.DataFrame, *, palette: Palette, titles: Titles | None = None, width: int = 420
) -> alt.LayerChart:
    """Kinds by years, the count printed in each cell; the darkest is the largest of all.

    One row of `cells` is one kind and year, in the order to be shown: label, year, people (0 where nobody, null where there are
    few and who reads may not see how many).
    """
    rows = cells.to_dicts()
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
    chart = alt.LayerChart(layer=layers, width=width, height=alt.Step(SERVICE_ROW))
    return finish(chart, palette, titles, width=width + 180)


def pass_services_in_words(cells: pl.DataFrame) -> str:
    """The table for who does not see it: the last year of each kind, and the year before."""
    rows = cells.to_dicts()
    if all(row["people"] == 0 for row in rows):
        return typeset("Tableau vide : rien n’est enregistré sur ces années.")
    years = sorted({row["year"] for row in rows})[-2:]
    said = []
    for label in dict.fromkeys(row["label"] for row in rows):
        counts = [
            f"{_service_in_words(row)} en {row['year']}"
            for row in rows
            if row["label"] == label and row["year"] in years
        ]
        said.append(f"{label} : {enumeration(counts)}")
    return typeset(f"Tableau par année. {' ; '.join(said)}.")


def _service_in_words(row: Row) -> str:
    return hidden_words(few=True) if row["people"] is None else integer(row["people"])


def _look(row: Row, most: int, palette: Palette) -> dict[str, str]:
    if not row["people"]:
        return {"fill": palette.background, "ink": palette.secondary_text}
    shade = palette.heat[ceil(row["people"] / most * len(palette.heat)) - 1]
    return {"fill": shade.fill, "ink": shade.ink}
