"""The colours of the product, in light and in dark.

The hues are those of the county: volcano green, lava orange, gentian blue, heather violet, basalt grey. They were
chosen so that any two stay apart for the three kinds of colour blindness. A centre never has a colour of its own: twelve
centres would need twelve hues, so the centre looked at is green and the rest of the network is grey.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class HeatClass:
    """One class of the heat map: the colour of the cell, and that of the figure printed in it."""

    fill: str
    ink: str


@dataclass(frozen=True)
class Palette:
    """Every colour a chart may use, as `#RRGGBB`.

    `categorical` is in order of use; `sequential` and `heat` go from the least to the most; `diverging` goes from under
    the network, through equal, to over it. `context` is the grey of what is shown for comparison.
    """

    name: Literal["light", "dark"]
    primary: str
    link: str
    background: str
    secondary_background: str
    text: str
    secondary_text: str
    border: str
    context: str
    categorical: tuple[str, ...]
    sequential: tuple[str, ...]
    heat: tuple[HeatClass, ...]
    diverging: tuple[str, ...]

    @property
    def accent(self) -> str:
        """The green of what the chart is about."""
        return self.categorical[0]

    @property
    def rate_classes(self) -> tuple[str, ...]:
        """Five colours for the fill rate by steps of 20 %, one in two of the ten sequential ones."""
        return self.sequential[1::2]


# Under and over the network. Not orange and green, whose ends are one colour to some eyes; and the sign is always printed.
ORANGE_TO_BLUE = (
    "#8F4A0A", "#B46521", "#D98038", "#E5A46E", "#F0C9A5",
    "#B3CFEE", "#87B6E6", "#5B9BDD", "#3C75B2", "#1C4F86",
)  # fmt: skip
_GREENS = (
    "#E3F0E6", "#C2DDCA", "#9DCBAD", "#7CB892", "#65A47D",
    "#4D8F68", "#357B53", "#1E6841", "#175334", "#0F3F27",
)  # fmt: skip
_DARK_GREENS = (
    "#1E2F26", "#264333", "#2C5840", "#2E6E4D", "#42835F",
    "#569872", "#6BAE86", "#7FC49A", "#A0D8B4", "#C5EBD1",
)  # fmt: skip

LIGHT = Palette(
    name="light",
    primary="#1F5C3A",
    link="#1F5C3A",
    background="#FFFFFF",
    secondary_background="#F2F5F0",
    text="#1B2420",
    secondary_text="#4A544E",
    border="#C3CCC5",
    context="#7B8285",
    categorical=("#1F5C3A", "#CF6310", "#2E86DE", "#64197A", "#7B8285"),
    sequential=_GREENS,
    heat=(
        HeatClass("#E3F0E6", "#1B2420"),
        HeatClass("#B7DAC2", "#1B2420"),
        HeatClass("#84C09A", "#1B2420"),
        HeatClass("#4FA076", "#1B2420"),
        HeatClass("#1F6B43", "#FFFFFF"),
        HeatClass("#0F3F27", "#FFFFFF"),
    ),
    diverging=ORANGE_TO_BLUE,
)

DARK = Palette(
    name="dark",
    primary="#2C7F50",
    link="#7DD894",
    background="#111814",
    secondary_background="#1B2520",
    text="#E8EFEA",
    secondary_text="#AEBBB3",
    border="#3E4C44",
    context="#8A978F",
    categorical=("#7DD894", "#E8730C", "#6A96F5", "#A56290", "#E4ECE8"),
    sequential=_DARK_GREENS,
    heat=(
        HeatClass("#1E2F26", "#E8EFEA"),
        HeatClass("#264B38", "#E8EFEA"),
        HeatClass("#2E6E4D", "#E8EFEA"),
        HeatClass("#569872", "#111814"),
        HeatClass("#7FC49A", "#111814"),
        HeatClass("#C5EBD1", "#111814"),
    ),
    diverging=ORANGE_TO_BLUE,
)

PALETTES = (LIGHT, DARK)
