"""The buttons that give a figure as a file; a file is made when its button is pressed, not before."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.charts.palette import LIGHT
from dashboard.charts.theme import Titles
from dashboard.exports import tables
from dashboard.exports.tables import Table

if TYPE_CHECKING:
    from dashboard.ui.components import Figure

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def files(
    table: Table, *, key: str, picture: "Callable[[], tuple[Callable[[], bytes], Callable[[], bytes]]] | None" = None
) -> None:
    """CSV and XLSX of a table, and PNG and SVG of its chart where there is one."""
    with st.container(horizontal=True):
        button("CSV", lambda: tables.csv(table), f"{key}.csv", "text/csv")
        button("XLSX", lambda: tables.xlsx(table), f"{key}.xlsx", _WORKBOOK)
        if picture is not None:
            png, svg = picture()
            button("PNG", png, f"{key}.png", "image/png")
            button("SVG", svg, f"{key}.svg", "image/svg+xml")


def picture(figure: "Figure") -> tuple[Callable[[], bytes], Callable[[], bytes]]:
    """The makers of a figure's two pictures: on white, with its titles and what its table says of it."""

    def chart() -> object:
        source = " · ".join(figure.table.all_notes)
        subtitle = f"{figure.subtitle} {source}" if source else figure.subtitle
        options = dict(figure.options)
        if "geometry" in options:
            # A picture has no server to ask for the map's outlines.
            options["geometry"] = "inline"
        return figure.draw(figure.figures, palette=LIGHT, titles=Titles(figure.headline, subtitle), **options)

    # The renderer is slow to load, and most visits ask for no picture.
    def png() -> bytes:
        from dashboard.exports import images

        return images.png(chart())  # type: ignore[arg-type]

    def svg() -> bytes:
        from dashboard.exports import images

        return images.svg(chart()).encode()  # type: ignore[arg-type]

    return png, svg


def button(kind: str, make: Callable[[], bytes], file_name: str, mime: str, *, what: str = "Télécharger") -> None:
    """One button; the address of the file is the product's name and `file_name`."""
    st.download_button(
        f"{what} ({kind})",
        data=make,
        file_name=f"cybercantal-{file_name}",
        mime=mime,
        key=f"download-{file_name}",
        on_click="ignore",
        icon=":material/download:",
    )
