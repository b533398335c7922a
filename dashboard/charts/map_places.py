"""From centres to the circles of the map: one a centre, and one for each group of centres that share a point."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt
from typing import Final, TypedDict, cast

import polars as pl

from dashboard.charts.lambert93 import to_lambert93
from dashboard.charts.map_layout import groups_of_near
from dashboard.charts.palette import Palette
from dashboard.charts.rates import whole_percent
from dashboard.wording.numbers import NO_BREAK, percent
from dashboard.wording.plurals import count
from dashboard.wording.terms import MISSING

# A circle of ten seats is thirty pixels wide.
AREA_OF_A_SEAT: Final = 70.7
# A place whose seats are not known yet is drawn as one of four seats.
SEATS_WHEN_UNKNOWN: Final = 4

STATE_WORDS: Final = {"open": "sans relevé", "planned": "en projet", "closed": "fermé"}
"""What is written instead of a fill rate, by status: an open centre without one has entered nothing."""


class Centre(TypedDict):
    """One row that the map takes."""

    code: str
    name: str
    label: str
    commune_name: str
    latitude: float | None
    longitude: float | None
    status: str
    seats: int | None
    fill_rate: float | None


@dataclass(frozen=True)
class Circle:
    """One circle: a centre (`code`), or a group drawn once (`members`); its point in metres of Lambert-93, its area in
    square pixels, and its words already in French."""

    code: str | None
    name: str | None
    commune: str
    label: str
    state: str
    seats: str
    x: float
    y: float
    area: float
    fill: str
    stroke: str
    dashed: bool
    crossed: bool
    members: int | None = None

    @property
    def key(self) -> str:
        """What tells it from the others."""
        return self.code or self.label

    @property
    def radius(self) -> float:
        """In pixels."""
        return sqrt(self.area / pi)


@dataclass(frozen=True)
class Places:
    """What is drawn on the county, then what is drawn in the inset: each group with its own heading."""

    on_the_county: tuple[Circle, ...]
    in_the_inset: tuple[tuple[str, tuple[Circle, ...]], ...]


def places(centres: pl.DataFrame, palette: Palette) -> Places:
    """The circles of these centres; a centre without a position is left to the list under the map."""
    rows = cast("list[Centre]", centres.to_dicts())
    circles = {row["code"]: circle for row in rows if (circle := _circle(row, palette)) is not None}
    groups = groups_of_near({code: (circle.x, circle.y) for code, circle in circles.items()})
    grouped = {code for group in groups for code in group}
    members = [tuple(circles[code] for code in group) for group in groups]
    together = [_together(group, palette) for group in members]
    alone = [circle for code, circle in circles.items() if code not in grouped]
    return Places(
        on_the_county=(*alone, *together),
        in_the_inset=tuple((one.label, group) for one, group in zip(together, members, strict=True)),
    )


def rate_class(rate: float) -> int:
    """Which of the five steps of 20 % a fill rate is in, from 0 to 4, as it is printed; a full centre is in the last."""
    return min(whole_percent(rate) // 20, 4)


def circle_area(seats: float) -> float:
    """Square pixels for this many seats: twice the seats is twice the ink."""
    return seats * AREA_OF_A_SEAT


def _circle(centre: Centre, palette: Palette) -> Circle | None:
    latitude, longitude, seats = centre["latitude"], centre["longitude"], centre["seats"]
    if latitude is None or longitude is None:
        return None
    x, y = to_lambert93(latitude, longitude)
    rate = centre["fill_rate"] if centre["status"] == "open" else None
    return Circle(
        code=centre["code"],
        name=centre["name"],
        commune=centre["commune_name"],
        label=centre["label"],
        state=STATE_WORDS[centre["status"]] if rate is None else percent(rate),
        seats=MISSING if seats is None else count(seats, "poste"),
        x=x,
        y=y,
        area=circle_area(seats or SEATS_WHEN_UNKNOWN),
        fill=palette.background if rate is None else palette.rate_classes[rate_class(rate)],
        stroke=palette.secondary_text if rate is None else palette.accent,
        dashed=centre["status"] != "open",
        crossed=centre["status"] == "planned",
    )


def _together(members: Sequence[Circle], palette: Palette) -> Circle:
    """One circle for places that share a point. It has no rate: rates are not averaged, and the inset shows each."""
    communes = list(dict.fromkeys(member.commune for member in members))
    where = communes[0] if len(communes) == 1 else f"{communes[0]} et alentours"
    return Circle(
        code=None,
        name=None,
        commune=where,
        label=f"{where}{NO_BREAK}: {count(len(members), 'lieu', 'lieux')}",
        state="voir l’encart",
        seats="",
        x=sum(member.x for member in members) / len(members),
        y=sum(member.y for member in members) / len(members),
        area=sum(member.area for member in members),
        fill=palette.background,
        stroke=palette.text,
        dashed=False,
        crossed=False,
        members=len(members),
    )
