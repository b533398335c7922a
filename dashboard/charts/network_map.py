"""The map of the network, drawn as it is: the county, its places with their name and rate, insets where they crowd, the legend.

An SVG drawing of our own rather than a chart of Altair: a page ties it to its list and shows one year after the other; files
and paper take the same.
"""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from math import pi, sqrt
from typing import Final

import polars as pl

from dashboard.charts.map_drawing import cross, disc, land, paper, text
from dashboard.charts.map_ground import (
    INTERCOMMUNALITIES,
    TOO_NEAR_M,
    Align,
    At,
    Box,
    Frame,
    LabelPlace,
    Spot,
    extent_of,
    features,
    gathered,
    groups_of_near,
    on_county,
    place_labels,
    text_width,
    to_lambert93,
)
from dashboard.charts.palette import Palette
from dashboard.charts.theme import Row, Titles, whole_percent
from dashboard.indicators.attendance import FILL_RATE
from dashboard.indicators.model import measure
from dashboard.wording.numbers import NO_BREAK, percent
from dashboard.wording.terms import MISSING, PLACE_STATES
from dashboard.wording.typography import count, enumeration, typeset

WIDE: Final = (620, 430)
NARROW: Final = (358, 500)
"""What a screen gives to the map beside its list, and a telephone under it: width and height in pixels."""

_LABEL: Final = 13
_SMALL: Final = 11
_NOTE: Final = 12
# The legend stands in the corner of a wide picture, under the county on a narrow one.
_LEGEND: Final = (178, 166)
_STANDING_BELOW: Final = 500


def network_map(
    centres: pl.DataFrame,
    *,
    palette: Palette,
    area: str = "",
    show_names: bool = False,
    titles: Titles | None = None,
    width: int = 760,
    height: int = 520,
) -> str:
    """The map as a picture that stands by itself, its `titles` above it: one circle a centre, its area its seats, its colour its
    fill rate, beside it its name and its rate.

    One row of `centres` is one centre: code, name, label (short), commune_name, latitude, longitude, status (open,
    planned, closed), seats, fill_rate (share), and where there is none `state` (of `PLACE_STATES`) and `said`, that at
    length. `area` is the number of the intercommunality that the picture shows, all of whose centres are then in it. Each
    circle bears the code of its centre as `data-place`.

    Centres that share a point are drawn once, with their number, and each in an inset. Beyond `MOST_ONE_BY_ONE` centres
    circles are smaller, and those that would cover each other are one (see `gathering`), which bears as `data-epci` the
    number of its intercommunality.
    """
    drawn = screen_map(centres, palette, (width, height), area=area, show_names=show_names)
    return paper(drawn.land + drawn.places, drawn.width, drawn.height, palette, titles)


@dataclass(frozen=True)
class ScreenMap:
    """The map as a page draws it: its size in pixels, the land, and what stands on it, which changes from year to year."""

    width: float
    height: float
    land: str
    places: str


def screen_map(
    centres: pl.DataFrame, palette: Palette, size: tuple[int, int], *, area: str = "", show_names: bool = False
) -> ScreenMap:
    """The map for a screen of that size, `WIDE` or `NARROW`."""
    frame = picture(*size, area)
    laid, marks = _laid(centres, frame, palette, show_names=show_names and not area)
    return ScreenMap(laid.width, laid.height, land(laid, palette, area), marks)


def picture(width: float, height: float, area: str = "") -> Frame:
    """What the map shows: the county, or one intercommunality, beside which the legend has a column of its own."""
    if width < _STANDING_BELOW:
        return Frame(width, height, below=_LEGEND[1], shown=extent_of(area))
    return Frame(width, height, aside=_LEGEND[0] if area else 0, shown=extent_of(area))


def _laid(centres: pl.DataFrame, frame: Frame, palette: Palette, *, show_names: bool) -> tuple[Frame, str]:
    """What stands on the land, and the picture that it takes."""
    many = centres.height > MOST_ONE_BY_ONE
    if many and not frame.aside and frame.width >= _STANDING_BELOW:
        # So many stand on all of the land that some would stand under the legend.
        frame = replace(frame, aside=_LEGEND[0] / 2)
    laid = _of_many(centres, frame, palette) if many else _one_by_one(centres, frame, palette)
    states = [*(["group"] if laid.gathers else []), *_statuses_without_rate(centres)]
    panels = "".join(_panel(panel, palette) for panel in laid.panels)
    names = _names(laid, palette) if show_names else ""
    key = legend(states, laid.frame, palette, drawn_as(centres)[0] if many else 1)
    return laid.frame, names + "".join(laid.circles) + panels + key


@dataclass(frozen=True)
class Laid:
    """The circles of a picture with their words, what they cover, the insets, and whether some stand for several places."""

    frame: Frame
    circles: tuple[str, ...]
    taken: tuple[Box, ...]
    panels: tuple["Panel", ...] = ()
    gathers: bool = False


# From centres to the circles of the map: one a centre, and one for each group of centres that share a point.

AREA_OF_A_SEAT: Final = 50.0
"""In square pixels: a circle of ten seats is twenty-five pixels wide, and twice the seats is twice the ink."""
# A place whose seats are not known yet is drawn as one of four seats.
SEATS_WHEN_UNKNOWN: Final = 4

# How many places are named one after the other.
_MOST_TOLD: Final = 8
# Pixels between two circles that cover each other.
_APART: Final = 19
# What a name is cut at beside its circle; it is whole in the list, and where a circle is pointed at.
_LONGEST_LABEL: Final = 36

STATUS_WORDS: Final = {"open": "sans taux", "planned": "en projet", "closed": "fermé", "group": "groupe"}
"""The circles that carry no rate, by status; at an open place stands why, of `PLACE_STATES`."""


@dataclass(frozen=True)
class Circle:
    """One circle: a centre (`code`), or a group drawn once (`members`); its point in metres of Lambert-93, its area in
    square pixels, and its words already in French: `state` is what is written, `told` what is said of it at length."""

    label: str
    state: str
    x: float
    y: float
    area: float
    fill: str
    stroke: str
    commune: str = ""
    code: str | None = None
    told: str = ""
    dashed: bool = False
    crossed: bool = False
    members: int | None = None
    epci: str | None = None

    @property
    def key(self) -> str:
        """What tells it from the others: two groups may bear one name."""
        return self.code or f"{self.label} {self.x} {self.y}"

    @property
    def radius(self) -> float:
        """In pixels."""
        return sqrt(self.area / pi)

    @property
    def at(self) -> At:
        """Its point on the county."""
        return on_county(self.x, self.y)

    def width(self, size: int, *, with_state: bool = True) -> float:
        """That of its words, in pixels."""
        state = text_width(f" {self.state}", size) if with_state and self.state else 0.0
        return text_width(self.label, size, bold=True) + state


@dataclass(frozen=True)
class Places:
    """What is drawn on the county, then what is drawn in the insets: each group with its own heading."""

    on_the_county: tuple[Circle, ...]
    in_the_inset: tuple[tuple[str, tuple[Circle, ...]], ...]


def places(centres: pl.DataFrame, palette: Palette, near: float = TOO_NEAR_M) -> Places:
    """The circles of these centres; a centre without a position is left to the list beside the map."""
    circles = {row["code"]: circle for row in centres.to_dicts() if (circle := _circle(row, palette)) is not None}
    groups = groups_of_near({code: (circle.x, circle.y) for code, circle in circles.items()}, near)
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


def colour_of(status: str, rate: float | None, palette: Palette) -> str:
    """What a circle is filled with: nothing where there is no rate."""
    return palette.background if rate is None or status != "open" else palette.rate_classes[rate_class(rate)]


def said_of(status: str, rate: float | None, state: str | None) -> str:
    """What is written beside its name: its rate, or why there is none, in a word or two."""
    if status != "open":
        return STATUS_WORDS[status]
    return percent(rate) if rate is not None else PLACE_STATES[state or "missing"].label


def _circle(centre: Row, palette: Palette, smaller: float = 1) -> Circle | None:
    latitude, longitude, seats = centre["latitude"], centre["longitude"], centre["seats"]
    if latitude is None or longitude is None:
        return None
    x, y = to_lambert93(latitude, longitude)
    status = centre["status"]
    rate = centre["fill_rate"] if status == "open" else None
    label = centre["label"]
    told = (
        centre["name"],
        *((centre["commune_name"],) if centre["commune_name"] else ()),
        "positions : " + MISSING if seats is None else count(seats, "position"),
        (said_of(status, None, centre["state"]) if status != "open" else centre["said"])
        if rate is None
        else percent(rate),
    )
    return Circle(
        label=label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…",
        state=said_of(status, rate, centre["state"]),
        x=x,
        y=y,
        area=(seats or SEATS_WHEN_UNKNOWN) * AREA_OF_A_SEAT * smaller,
        fill=colour_of(status, rate, palette),
        stroke=palette.secondary_text if rate is None else palette.accent,
        commune=centre["commune_name"] or "",
        code=centre["code"],
        told=typeset(" · ".join(str(each) for each in told if each)),
        dashed=status != "open",
        crossed=status == "planned",
    )


def _together(members: Sequence[Circle], palette: Palette) -> Circle:
    """One circle for places that share a point. It has no rate: rates are not averaged, and the inset shows each."""
    communes = list(dict.fromkeys(member.commune for member in members))
    where = communes[0] if len(communes) == 1 else f"{communes[0]} et alentours"
    label = f"{where}{NO_BREAK}: {count(len(members), 'lieu', 'lieux')}"
    return Circle(
        label=label,
        state="",
        x=sum(member.x for member in members) / len(members),
        y=sum(member.y for member in members) / len(members),
        area=sum(member.area for member in members),
        fill=palette.background,
        stroke=palette.text,
        told=typeset(f"{label} : {enumeration([member.label for member in members], most=_MOST_TOLD)}"),
        members=len(members),
    )


# A few centres, each with its name and its rate.


def _one_by_one(centres: pl.DataFrame, frame: Frame, palette: Palette) -> Laid:
    shown = places(centres, palette, _APART * frame.metres_of_a_pixel)
    panels, whole = insets(shown, frame)
    labels = county_labels(shown.on_the_county, whole, panels)
    drawn, taken = [], circle_boxes(shown.on_the_county, whole)
    for circle in shown.on_the_county:
        x, y = whole.point(circle.at)
        label, with_state = labels[circle.key]
        words = ""
        if label.free:
            words = _words(
                circle, x + label.dx, y + label.dy, palette, label.align, with_state=with_state, size=label_size(whole)
            )
            taken.append(label.box)
        drawn.append(_drawn(circle, x, y, palette, words))
    return Laid(whole, tuple(drawn), tuple(taken), panels)


def county_labels(
    circles: Sequence[Circle], frame: Frame, around: Sequence["Panel"]
) -> dict[str, tuple[LabelPlace, bool]]:
    """Where each label of the county goes, away from the other ones, the circles, insets and legend, and whether its rate is in
    it; where both do not fit the name stands alone, and where that does not either nothing is written: the list says it."""
    stand = [*(panel.box for panel in around), legend_box(frame)]
    room = Box(0, 0, frame.width, frame.foot)
    size = label_size(frame)
    placed: dict[str, tuple[LabelPlace, bool]] = {}
    for with_state in (True, False):
        # Those that have a place already are kept as circles: their label stands in the way of the others.
        spots = [
            Spot(each.key, *frame.point(each.at), each.radius + 1, each.width(size, with_state=with_state), size + 3)
            for each in circles
            if each.key not in placed
        ]
        others = [label.box for label, _with_state in placed.values()]
        others += circle_boxes([each for each in circles if each.key in placed], frame)
        found = place_labels(spots, [*stand, *others], room)
        last = not with_state
        placed |= {key: (label, with_state) for key, label in found.items() if label.free or last}
    return placed


def label_size(frame: Frame) -> int:
    """In pixels: smaller on a narrow picture."""
    return _SMALL if frame.width < _STANDING_BELOW else _LABEL


def circle_boxes(circles: Sequence[Circle], frame: Frame) -> list[Box]:
    """What the circles of the county cover in a picture of this size."""
    return [Spot(each.key, *frame.point(each.at), each.radius, 0, 0).box.grown(4) for each in circles]


def legend_box(frame: Frame) -> Box:
    """The room of the legend: the corner of a wide picture, all that is under the county of a narrow one."""
    (wide, high), narrow = _LEGEND, frame.width < _STANDING_BELOW
    foot = frame.height if narrow else frame.foot
    return Box(0 if narrow else frame.width - wide, foot - high, frame.width, foot)


# More centres than can be drawn one by one: smaller circles, and one for those that would cover each other.

MOST_ONE_BY_ONE: Final = 16
_MOST_OF_SOME: Final = 60
# How circles are drawn against the usual size, and the pixels under which two are not drawn apart, so that none touches:
# for some centres, and for more. A group is smaller, and no circle of a centre is larger.
_SOME: Final = (0.6, 30)
_MORE: Final = (0.5, 28)
_GROUP_AREA: Final = 540
_INSIDE_A_GROUP: Final = 310


def gathering(centres: pl.DataFrame, palette: Palette, frame: Frame) -> tuple[list[Circle], list[Circle]]:
    """The circles of the centres that stand apart in this frame, and one for those around each other, with their number and
    their rate together: that of all their half-days. It leads to its intercommunality."""
    rows = {row["code"]: row for row in centres.sort("seats", descending=True, nulls_last=True).iter_rows(named=True)}
    smaller, apart = drawn_as(centres)
    circles = {code: circle for code, row in rows.items() if (circle := _circle(row, palette, smaller)) is not None}
    largest = pi * (apart / 2 - 2) ** 2
    circles = {code: replace(circle, area=min(circle.area, largest)) for code, circle in circles.items()}
    near = apart * frame.metres_of_a_pixel
    groups = gathered({code: (circle.x, circle.y) for code, circle in circles.items()}, near)
    first = {code: group[0] for group in groups for code in group}
    together = centres.filter(pl.col("code").is_in(list(first))).with_columns(
        group=pl.col("code").replace_strict(first, default=None, return_dtype=pl.String)
    )
    rates = dict(measure(together, [FILL_RATE], by="group").select("group", FILL_RATE.key).iter_rows())
    alone = [circles[group[0]] for group in groups if len(group) == 1]
    several = [group for group in groups if len(group) > 1]
    return alone, [_group([circles[code] for code in group], rows[group[0]], rates, palette) for group in several]


def drawn_as(centres: pl.DataFrame) -> tuple[float, int]:
    """How many centres are drawn: how much smaller, and how many pixels apart."""
    return _SOME if centres.height <= _MOST_OF_SOME else _MORE


def _group(members: Sequence[Circle], first: Row, rates: Mapping[str, float | None], palette: Palette) -> Circle:
    rate = rates[first["code"]]
    together = _together(members, palette)
    said = STATUS_WORDS["open"] if rate is None else f"{percent(rate)} ensemble"
    return replace(
        together,
        x=members[0].x,
        y=members[0].y,
        area=_GROUP_AREA,
        fill=colour_of("open", rate, palette),
        stroke=palette.secondary_text if rate is None else palette.accent,
        told=typeset(f"{together.told} · {said}"),
        epci=first["epci_siren"],
    )


def _of_many(centres: pl.DataFrame, frame: Frame, palette: Palette) -> Laid:
    alone, together = gathering(centres, palette, frame)
    spots = [
        Spot(each.key, *frame.point(each.at), each.radius, each.width(_SMALL, with_state=False), _SMALL + 2)
        for each in alone
    ]
    taken = circle_boxes([*together, *alone], frame)
    stand = [*circle_boxes(together, frame), legend_box(frame)]
    labels = place_labels(spots, stand, Box(0, 0, frame.width, frame.foot))
    drawn = []
    for circle in (*alone, *together):
        x, y = frame.point(circle.at)
        words = ""
        if circle.members is None and (label := labels[circle.key]).free:
            words = text(circle.label, x + label.dx, y + label.dy, _SMALL, palette.text, palette, label.align)
            taken.append(label.box)
        drawn.append(_drawn(circle, x, y, palette, words))
    return Laid(frame, tuple(drawn), tuple(taken), gathers=bool(together))


# The marks of a picture, as SVG.


def _drawn(circle: Circle, x: float, y: float, palette: Palette, words: str) -> str:
    """A circle with its words, its halo under it: one thing to point at."""
    bears = f' data-place="{escape(circle.code)}"' if circle.code else ""
    bears += f' data-epci="{escape(circle.epci)}"' if circle.epci and circle.members else ""
    inside = ""
    if circle.members:
        if circle.epci:
            inside = disc(x, y, sqrt(_INSIDE_A_GROUP / pi), palette.background, palette.background)
        inside += text(str(circle.members), x, y, _NOTE, palette.text, palette, "center", bold=True)
    if circle.crossed:
        inside = cross(x, y, palette)
    halo = disc(x, y, circle.radius + 2, palette.background, "none")
    mark = disc(x, y, circle.radius, circle.fill, circle.stroke, dashed=circle.dashed)
    return f"<g{bears}><title>{escape(circle.told)}</title>{halo}{mark}{inside}{words}</g>"


def _words(
    circle: Circle, x: float, y: float, palette: Palette, align: Align, *, with_state: bool = True, size: int = _LABEL
) -> str:
    """« Murat 82 % », the name stronger."""
    state = f'<tspan dx=".3em" font-weight="normal" fill="{palette.secondary_text}">{escape(circle.state)}</tspan>'
    said = escape(circle.label) + (state if with_state and circle.state else "")
    return text(said, x, y, size, palette.text, palette, align, bold=True, whole=True)


_NAME_LINE: Final = 14
_LONGEST_LINE: Final = 15


def _names(laid: Laid, palette: Palette) -> str:
    """The intercommunalities by their names; of its possible points each takes the first that covers nothing, or the least."""
    used = [legend_box(laid.frame), *(panel.box for panel in laid.panels), *laid.taken]
    drawn = []
    for area in features(INTERCOMMUNALITIES):
        lines = textwrap.wrap(area["properties"]["short_name"], _LONGEST_LINE)
        wide, high = max(text_width(line, _NOTE) for line in lines) / 2, _NAME_LINE * len(lines) / 2
        points = [laid.frame.point(on_county(x, y)) for x, y in area["properties"]["name_spots"]]
        boxes = {(x, y): Box(x - wide, y - high, x + wide, y + high) for x, y in points}
        x, y = min(boxes, key=lambda at: sum(boxes[at].overlap(other) for other in used))
        used.append(boxes[x, y])
        for rank, line in enumerate(lines):
            level = y - high + _NAME_LINE * (rank + 0.5)
            drawn.append(text(line, x, level, _NOTE, palette.secondary_text, palette, "center", italic=True))
    return "".join(drawn)


# The insets: places that share a point, spread one under the other in a corner that holds no place, or else under the
# county, where each can be read.

_PADDING: Final = 10
# From the edge of the largest circle to the words beside it.
_BESIDE: Final = 6
_ROW: Final = 30
_HEADING: Final = 26
_MARGIN: Final = 2
_GAP: Final = 12


@dataclass(frozen=True)
class Panel:
    """One group in its inset, whose top left corner is at `left` and `top`."""

    heading: str
    members: tuple[Circle, ...]
    left: float = 0.0
    top: float = 0.0

    @property
    def widest(self) -> float:
        """The radius of its largest circle: the circles are centred under one another."""
        return max(circle.radius for circle in self.members)

    @property
    def width(self) -> float:
        """As large as its longest line."""
        words = max(circle.width(_LABEL) for circle in self.members)
        return max(2 * self.widest + _BESIDE + words, text_width(self.heading, _NOTE)) + 2 * _PADDING

    @property
    def height(self) -> float:
        """One row a place, under the heading."""
        return _HEADING + _ROW * len(self.members) + 4

    @property
    def box(self) -> Box:
        """What it hides."""
        return Box(self.left, self.top, self.left + self.width, self.top + self.height)


def insets(places: Places, base: Frame) -> tuple[tuple[Panel, ...], Frame]:
    """One panel a group, over no place and no other panel; the picture grows where there is no such room in its corners."""
    taken = [legend_box(base), *circle_boxes(places.on_the_county, base)]
    found, waiting = [], []
    for heading, members in places.in_the_inset:
        panel = Panel(heading, members)
        right, foot = base.width - panel.width - _MARGIN, base.foot - panel.height - _MARGIN
        corners = [replace(panel, left=left, top=top) for top in (_MARGIN, foot) for left in (_MARGIN, right)]
        free = [each for each in corners if each.top >= 0 and not any(each.box.overlap(box) for box in taken)]
        if free:
            found.append(free[0])
            taken.append(free[0].box)
        else:
            waiting.append(panel)
    if not waiting:
        return tuple(found), base
    # Under the land, which keeps its scale: over the legend of a narrow picture, under a wide one.
    below = _GAP + sum(panel.height + _MARGIN for panel in waiting)
    whole = replace(base, height=base.height + below, below=base.below + below)
    top = whole.foot + _GAP
    for panel in waiting:
        found.append(replace(panel, left=_MARGIN, top=top))
        top += panel.height + _MARGIN
    return tuple(found), whole


def _panel(panel: Panel, palette: Palette) -> str:
    frame = (
        f'<rect x="{panel.left:.1f}" y="{panel.top:.1f}" width="{panel.width:.1f}" height="{panel.height:.1f}" rx="4" '
        f'fill="{palette.background}" stroke="{palette.context}"/>'
    )
    left, top = panel.left + _PADDING, panel.top
    heading = text(panel.heading, left, top + _HEADING / 2 + 2, _NOTE, palette.secondary_text, palette)
    drawn = []
    for rank, circle in enumerate(panel.members):
        x, y = left + panel.widest, top + _HEADING + _ROW * (rank + 0.5)
        words = _words(circle, x + panel.widest + _BESIDE, y, palette, "left")
        drawn.append(_drawn(circle, x, y, palette, words))
    return f"{frame}{heading}{''.join(drawn)}"


# The legend, drawn in the map: how many seats, how full, and the circles that carry no rate.

_SEATS_SHOWN: Final = (2, 5, 10)
_SWATCH: Final = (32, 12)
_KEY_RADIUS: Final = 7.0


def legend(statuses: Sequence[str], frame: Frame, palette: Palette, smaller: float = 1) -> str:
    """`statuses` are those of the circles without a rate that the map shows, `smaller` how circles are drawn against the
    usual size."""
    box = legend_box(frame)
    x0, foot = box.left, box.bottom
    drawn: list[str] = []

    def say(words: str, right: float, up: float, align: Align = "left") -> None:
        drawn.append(text(words, x0 + right, foot - up, _NOTE, palette.secondary_text, palette, align))

    def circle(right: float, up: float, radius: float, fill: str = palette.background, **looks: bool) -> None:
        drawn.append(disc(x0 + right, foot - up, radius, fill, palette.secondary_text, **looks))

    left = 4.0
    for seats in _SEATS_SHOWN:
        radius, last = sqrt(seats * AREA_OF_A_SEAT * smaller / pi), seats == _SEATS_SHOWN[-1]
        middle = left + radius
        circle(middle, 72 + radius, radius)
        # The last one also says the noun, and runs to the right of its circle.
        begins = middle - 8 if last else middle
        say(count(seats, "position") if last else str(seats), begins, 62, "left" if last else "center")
        left += 2 * radius + 10
    say("Taux de remplissage, en %", 4, 42)
    wide, high = _SWATCH
    for step, colour in enumerate(palette.rate_classes):
        drawn.append(
            f'<rect x="{x0 + 4 + wide * step:.1f}" y="{foot - 32:.1f}" width="{wide}" height="{high}" fill="{colour}" '
            f'stroke="{palette.background}"/>'
        )
    for step in range(6):
        say(str(20 * step), 4 + wide * step, 10, "left" if step == 0 else "right" if step == 5 else "center")
    for rank, status in enumerate(statuses):
        up = 116 + 19 * rank
        circle(12, up, _KEY_RADIUS, dashed=status not in ("open", "group"))
        if status == "group":
            circle(12, up, _KEY_RADIUS, palette.rate_classes[2])
            circle(12, up, _KEY_RADIUS * 0.7)
        if status == "planned":
            drawn.append(cross(x0 + 12, foot - up, palette))
        say(STATUS_WORDS[status], 26, up)
    return "".join(drawn)


def _statuses_without_rate(centres: pl.DataFrame) -> list[str]:
    """In the order of the legend, which is built from the bottom up."""
    silent = centres.filter((pl.col("status") != "open") | pl.col("fill_rate").is_null())["status"].unique().to_list()
    return [status for status in ("closed", "planned", "open") if status in silent]
