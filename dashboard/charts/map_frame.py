"""How the county sits in the picture, whatever the width of the screen, in Vega's words and in Python's.

The scale and the positions are expressions that the browser works out again when its window changes. On a wide screen
the legend and the inset stand in the empty corners of the county; on a narrow one, above and below it.
"""

from dataclasses import dataclass
from typing import Final

import altair as alt

# The county measures 103 by 96 km, and circles on its edge need a little room.
EXTENT_WIDTH_M: Final = 104_000
EXTENT_HEIGHT_M: Final = 100_000
# The middle of its bounding box, in Lambert-93.
MIDDLE_X_M: Final = 677_700
MIDDLE_Y_M: Final = 6_439_130

NARROW_BELOW: Final = 600
# Widths for which labels are placed: the narrowest wide screen, and a telephone of 390 pixels without its margins.
WIDE_REFERENCE: Final = 700
NARROW_REFERENCE: Final = 358
# On a narrow screen, room for the legend above the county, and between the county and the inset.
NARROW_HEADER: Final = 84
NARROW_GAP: Final = 34
CORNER_MARGIN: Final = 4
# Room the legend takes in its corner of a wide screen.
LEGEND_SIZE: Final = (178, 166)


@dataclass(frozen=True)
class Frame:
    """A picture of one size: where a point of the county falls in it."""

    width: float
    height: float

    @property
    def narrow(self) -> bool:
        """Whether the legend and the inset leave the corners."""
        return self.width < NARROW_BELOW

    @property
    def pixels_per_metre(self) -> float:
        """The scale of the drawing."""
        return min(self.width / EXTENT_WIDTH_M, self.height / EXTENT_HEIGHT_M)

    @property
    def inset_top(self) -> float:
        """Where the inset begins."""
        return NARROW_HEADER + EXTENT_HEIGHT_M * self.pixels_per_metre + NARROW_GAP if self.narrow else CORNER_MARGIN

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        """Right and down, in pixels, of a point in metres of Lambert-93."""
        scale = self.pixels_per_metre
        middle = NARROW_HEADER + EXTENT_HEIGHT_M * scale / 2 if self.narrow else self.height / 2
        return self.width / 2 + (x - MIDDLE_X_M) * scale, middle - (y - MIDDLE_Y_M) * scale


def parameters() -> list[alt.VariableParameter]:
    """The expressions the layers of the map are written with; the twin of `Frame`."""
    return [
        alt.VariableParameter(name="narrow", expr=f"width < {NARROW_BELOW}"),
        alt.VariableParameter(name="scale_m", expr=f"min(width / {EXTENT_WIDTH_M}, height / {EXTENT_HEIGHT_M})"),
        alt.VariableParameter(
            name="middle", expr=f"narrow ? {NARROW_HEADER} + {EXTENT_HEIGHT_M} * scale_m / 2 : height / 2"
        ),
        alt.VariableParameter(
            name="inset_top",
            expr=f"narrow ? {NARROW_HEADER} + {EXTENT_HEIGHT_M} * scale_m + {NARROW_GAP} : {CORNER_MARGIN}",
        ),
    ]


def projection() -> alt.Projection:
    """The same frame for boundaries, whose coordinates are already metres."""
    return alt.Projection(
        type="identity",
        reflectY=True,
        scale=alt.expr("scale_m"),
        translate=alt.expr(f"[width / 2 - {MIDDLE_X_M} * scale_m, middle + {MIDDLE_Y_M} * scale_m]"),
    )


def across(x: str) -> str:
    """The expression of a column of metres in pixels to the right."""
    return f"width / 2 + ({x} - {MIDDLE_X_M}) * scale_m"


def down(y: str) -> str:
    """The expression of a column of metres in pixels downwards."""
    return f"middle - ({y} - {MIDDLE_Y_M}) * scale_m"
