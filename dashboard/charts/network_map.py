"""The map of the network: the county, its places, their names at two widths of screen, insets where places crowd, and the
legend."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import pi, sqrt
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts.map_ground import (
    EXTENT_HEIGHT_M,
    EXTENT_WIDTH_M,
    FOOT,
    INTERCOMMUNALITIES,
    TOO_NEAR_M,
    Align,
    At,
    Box,
    Frame,
    LabelPlace,
    Points,
    Spot,
    Where,
    a_text,
    extent_of,
    features,
    gathered,
    ground,
    groups_of_near,
    on_county,
    place_labels,
    placed,
    point_marks,
    text_width,
    to_lambert93,
    written,
)
from dashboard.charts.marks import Layers
from dashboard.charts.palette import Palette
from dashboard.charts.theme import ACROSS, DOWN, Row, Titles, told, whole_percent
from dashboard.indicators.attendance import FILL_RATE
from dashboard.indicators.model import measure
from dashboard.wording.numbers import NO_BREAK, percent
from dashboard.wording.terms import MISSING, PLACE_STATES
from dashboard.wording.typography import capital, count, enumeration, typeset

HEIGHT = 640

_NARROW_BELOW: Final = 600
# Widths for which labels are placed: the narrowest wide screen, and a telephone of 390 pixels without its margins.
WIDE_REFERENCE: Final = 700
NARROW_REFERENCE: Final = 358
# On a narrow screen, room for the legend above the county, and between the county and the insets.
_HEADER: Final = 84
_GAP: Final = 34
_CORNER_MARGIN: Final = 4
# Room the legend takes in its corner of a wide screen.
_LEGEND_SIZE: Final = (178, 166)

_LABEL_SIZES: Final = {"wide": 13, "narrow": 11}
_STATE_SIZE: Final = 12
_LINE: Final = 15


def network_map(
    centres: pl.DataFrame,
    *,
    palette: Palette,
    geometry: Where = "address",
    show_names: bool = False,
    area: str = "",
    selection_name: str = "centre",
    titles: Titles | None = None,
    width: int = 760,
    height: int = HEIGHT,
) -> Layers:
    """One circle a centre: its area is its seats, its colour its fill rate; a ring without colour has no rate.

    One row of `centres` is one centre: code, name, label (short), commune_name, latitude, longitude, status (open,
    planned, closed), seats, fill_rate (share), and where there is none `state` (of `PLACE_STATES`) and `said`, that at
    length. Selecting a circle gives `{selection_name: [{"code": …}]}`. `show_names` writes the names of the intercommunalities;
    `area` is the number of the one that the picture shows, all of whose centres are then in it.

    Centres that share a point are drawn once on the county, with their number, and each in an inset, where it can be
    read and selected. One drawing serves a wide screen and a telephone. Beyond `MOST_ONE_BY_ONE` centres circles are smaller,
    those that would cover each other are one (see `gathering`), and none has an inset.
    """
    base = picture(height, area)
    if centres.height > MOST_ONE_BY_ONE:
        return _of_many(centres, base, palette, geometry, area, selection_name, titles, width, show_names=show_names)
    shown = places(centres, palette, TOO_NEAR_M * base.metres_of_a_pixel / _COUNTY_METRES_OF_A_PIXEL)
    panels, frame = insets(shown, base)
    wide, narrow = (replace(frame, width=width) for width in (WIDE_REFERENCE, NARROW_REFERENCE))
    labels, narrow_labels = (county_labels(shown.on_the_county, each, panels) for each in (wide, narrow))
    circles: list[Row] = []
    words: list[Row] = []
    for circle in shown.on_the_county:
        circles.append({**asdict(circle), "wide": circle.at, "narrow": circle.at})
        label, short = labels[circle.key], narrow_labels[circle.key]
        # Nothing is written where it would cover something: the list says it. On a narrow screen, the name alone.
        if label.free:
            words += _said(circle, {"wide": circle.at.moved(label.dx, label.dy)}, palette, label.align)
        if short.free:
            words.append(_name(circle, "narrow", circle.at.moved(short.dx, short.dy), palette, short.align))
    for panel in panels:
        heading = panel.inner(_PADDING, _HEADING / 2 + 3)
        words.append(a_text(panel.heading, _STATE_SIZE, palette.secondary_text, heading))
        for circle, right, down in panel.inside:
            circles.append({**asdict(circle), **panel.inner(right, down)})
            words += _said(circle, panel.inner(right + panel.widest + _BESIDE, down), palette)
    groups = [circle for circle in circles if circle["members"]]
    for group in groups:
        points = {"wide": group["wide"], "narrow": group["narrow"]}
        words.append(a_text(str(group["members"]), 13, palette.text, points, align="center", bold=True))
    crosses = [{**circle, "shape": _CROSS, "area": 130, "dashed": False} for circle in circles if circle["crossed"]]
    key, key_words = legend(_statuses_without_rate(centres), palette)
    layers = [
        *ground(palette, geometry, area),
        *(_names(shown.on_the_county, panels, labels, wide, palette) if show_names and not area else ()),
        _rectangles(panels, palette),
        # Halos under everything; groups, which select nothing; then the centres, which do.
        placed(circles)
        .mark_point(fill=palette.background, stroke=palette.background, strokeWidth=4)
        .encode(x=ACROSS, y=DOWN, size=alt.Size("area:Q", scale=None)),
        point_marks(groups),
        _centres([circle for circle in circles if circle["code"]], palette, selection_name),
        point_marks([*crosses, *key]),
        *written([*words, *key_words], palette),
    ]
    return Layers(layers, palette, titles, width=width, height=frame.height, parameters=frame.parameters)


def picture(height: float, area: str = "") -> Frame:
    """What the map shows: the county, or one intercommunality, beside which the legend then has a column of its own."""
    whole = Frame(WIDE_REFERENCE, height, _NARROW_BELOW, _HEADER)
    return replace(whole, aside=_LEGEND_SIZE[0], shown=extent_of(area)) if area else whole


def network_map_in_words(centres: pl.DataFrame) -> str:
    """The map for who does not see it: how many places, the extremes of the fill rate, and what is missing."""
    open_ones = centres.filter(pl.col("status") == "open")
    planned = centres.filter(pl.col("status") == "planned").height
    rated = open_ones.filter(pl.col("fill_rate").is_not_null()).sort("fill_rate", maintain_order=True)
    sentences = [f"Carte du Cantal : {count(open_ones.height, 'lieu ouvert', 'lieux ouverts')}"]
    if planned:
        sentences[0] += f" et {count(planned, 'lieu en projet', 'lieux en projet')}"
    if rated.height:
        lowest, highest = rated.row(0, named=True), rated.row(-1, named=True)
        sentences.append(
            f"Le taux de remplissage va de {percent(lowest['fill_rate'])} ({lowest['label']}) "
            f"à {percent(highest['fill_rate'])} ({highest['label']})"
        )
    for state, term in PLACE_STATES.items():
        if without := open_ones.filter(pl.col("fill_rate").is_null() & (pl.col("state") == state))["label"].to_list():
            sentences.append(f"{capital(term.counted(len(without)))} : {enumeration(without, most=_MOST_TOLD)}")
    if lost := centres.filter(pl.col("latitude").is_null() | pl.col("longitude").is_null())["label"].to_list():
        sentences.append(f"Absent de la carte, faute de position : {enumeration(lost, most=_MOST_TOLD)}")
    return typeset(". ".join(sentences) + ".")


# From centres to the circles of the map: one a centre, and one for each group of centres that share a point.

# A circle of ten seats is thirty pixels wide.
AREA_OF_A_SEAT: Final = 70.7
# A place whose seats are not known yet is drawn as one of four seats.
SEATS_WHEN_UNKNOWN: Final = 4

# How many places are named one after the other.
_MOST_TOLD: Final = 8
# What a name is cut at beside its circle; it is whole in the list, and where a circle is pointed at.
_LONGEST_LABEL: Final = 36

STATUS_WORDS: Final = {"open": "sans taux", "planned": "en projet", "closed": "fermé", "group": "groupe"}
"""The circles that carry no rate, by status; at an open place stands why, of `PLACE_STATES`."""


@dataclass(frozen=True)
class Circle:
    """One circle: a centre (`code`), or a group drawn once (`members`); its point in metres of Lambert-93, its area in
    square pixels, and its words already in French: `state` is what is written, `told` the same at length."""

    commune: str
    label: str
    state: str
    x: float
    y: float
    area: float
    fill: str
    stroke: str
    code: str | None = None
    name: str | None = None
    told: str = ""
    seats: str = ""
    dashed: bool = False
    crossed: bool = False
    members: int | None = None
    shape: str = "circle"
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


@dataclass(frozen=True)
class Places:
    """What is drawn on the county, then what is drawn in the inset: each group with its own heading."""

    on_the_county: tuple[Circle, ...]
    in_the_inset: tuple[tuple[str, tuple[Circle, ...]], ...]


def places(centres: pl.DataFrame, palette: Palette, near: float = TOO_NEAR_M) -> Places:
    """The circles of these centres; a centre without a position is left to the list under the map."""
    rows = centres.to_dicts()
    circles = {row["code"]: circle for row in rows if (circle := _circle(row, palette)) is not None}
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


def circle_area(seats: float) -> float:
    """Square pixels for this many seats: twice the seats is twice the ink."""
    return seats * AREA_OF_A_SEAT


def _circle(centre: Row, palette: Palette, smaller: float = 1) -> Circle | None:
    latitude, longitude, seats = centre["latitude"], centre["longitude"], centre["seats"]
    if latitude is None or longitude is None:
        return None
    x, y = to_lambert93(latitude, longitude)
    status, rate = centre["status"], centre["fill_rate"]
    if status != "open":
        rate, why = None, STATUS_WORDS[status]
    else:
        why = PLACE_STATES[centre["state"] or "missing"].label
    return Circle(
        code=centre["code"],
        name=centre["name"],
        commune=centre["commune_name"],
        label=textwrap.shorten(centre["label"], _LONGEST_LABEL, placeholder="…"),
        state=why if rate is None else percent(rate),
        told=centre["said"] if rate is None else percent(rate),
        seats=MISSING if seats is None else count(seats, "poste"),
        x=x,
        y=y,
        area=circle_area(seats or SEATS_WHEN_UNKNOWN) * smaller,
        fill=palette.background if rate is None else palette.rate_classes[rate_class(rate)],
        stroke=palette.secondary_text if rate is None else palette.accent,
        dashed=status != "open",
        crossed=status == "planned",
    )


def _together(members: Sequence[Circle], palette: Palette) -> Circle:
    """One circle for places that share a point. It has no rate: rates are not averaged, and the inset shows each."""
    communes = list(dict.fromkeys(member.commune for member in members))
    where = communes[0] if len(communes) == 1 else f"{communes[0]} et alentours"
    return Circle(
        commune=where,
        label=f"{where}{NO_BREAK}: {count(len(members), 'lieu', 'lieux')}",
        state="voir l’encart",
        x=sum(member.x for member in members) / len(members),
        y=sum(member.y for member in members) / len(members),
        area=sum(member.area for member in members),
        fill=palette.background,
        stroke=palette.text,
        members=len(members),
    )


def _said(circle: Circle, points: Points, palette: Palette, align: Align = "left") -> list[Row]:
    """Its name, and under it the rate or why there is none."""
    under = {screen: at.moved(0, _LINE / 2) for screen, at in points.items()}
    return [
        *(_name(circle, screen, at.moved(0, -_LINE / 2), palette, align) for screen, at in points.items()),
        a_text(circle.state, _STATE_SIZE, palette.secondary_text, under, align=align),
    ]


def _name(circle: Circle, screen: str, at: At, palette: Palette, align: Align) -> Row:
    return a_text(circle.label, _LABEL_SIZES[screen], palette.text, {screen: at}, align=align, bold=True)


def _centres(rows: Sequence[Row], palette: Palette, selection_name: str) -> alt.Chart:
    """The circles that are pointed at and selected."""
    about = {"seats:N": "Positions de travail", "told:N": "Taux de remplissage"}
    return _selected(rows, palette, selection_name, "code", "centres", {"commune:N": "Commune", **about})


def _selected(
    rows: Sequence[Row], palette: Palette, selection_name: str, field: str, name: str, about: Mapping[str, str]
) -> alt.Chart:
    when_selected = {"param": selection_name, "empty": False}
    chosen: alt.Chart = (
        point_marks(rows, cursor="pointer")
        .encode(
            stroke=alt.Stroke("stroke:N", scale=None, condition={**when_selected, "value": palette.categorical[1]}),
            strokeWidth=alt.StrokeWidthValue(1.5, condition={**when_selected, "value": 4}),
            tooltip=told({"name:N": "Nom", **about}),
        )
        .add_params(alt.selection_point(name=selection_name, fields=[field], empty=False))
        # Named, so that the same centres always give the same description: Altair would number it anew.
        .properties(name=name)
    )
    return chosen


# More centres than can be drawn one by one: smaller circles, and one for those that would cover each other, at each width.

MOST_ONE_BY_ONE: Final = 16
_MOST_OF_SOME: Final = 60
_SMALL_LABEL: Final = 11
# How circles are drawn against the usual size, and the pixels under which two are not drawn apart, so that none touches:
# for some centres, and for more. A group is smaller, and no circle of a centre is larger.
_SOME: Final = (0.5, 32)
_MORE: Final = (0.4, 30)
_GROUP_AREA: Final = 620
_INSIDE_A_GROUP: Final = 350
_ABOUT_A_GROUP: Final = {"seats:N": "Lieux", "told:N": "Taux de remplissage"}
_COUNTY_METRES_OF_A_PIXEL: Final = EXTENT_HEIGHT_M / HEIGHT


def gathering(centres: pl.DataFrame, palette: Palette, frame: Frame) -> tuple[list[Circle], list[Circle]]:
    """The circles of the centres that stand apart in this frame, and one for those around each other, with their number and
    their rate together: that of all their half-days. Selecting one gives its intercommunality."""
    rows = {row["code"]: row for row in centres.sort("seats", descending=True, nulls_last=True).iter_rows(named=True)}
    smaller, apart = _drawn_as(centres)
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


def _drawn_as(centres: pl.DataFrame) -> tuple[float, int]:
    return _SOME if centres.height <= _MOST_OF_SOME else _MORE


def _group(members: Sequence[Circle], first: Row, rates: Mapping[str, float | None], palette: Palette) -> Circle:
    rate = rates[first["code"]]
    return replace(
        _together(members, palette),
        x=members[0].x,
        y=members[0].y,
        area=_GROUP_AREA,
        fill=palette.background if rate is None else palette.rate_classes[rate_class(rate)],
        stroke=palette.secondary_text if rate is None else palette.accent,
        told=STATUS_WORDS["open"] if rate is None else f"{percent(rate)} ensemble",
        seats=enumeration([member.label for member in members], most=_MOST_TOLD),
        epci=first["epci_siren"],
    )


def _of_many(
    centres: pl.DataFrame,
    base: Frame,
    palette: Palette,
    geometry: Where,
    area: str,
    selection_name: str,
    titles: Titles | None,
    width: int,
    *,
    show_names: bool,
) -> Layers:
    names: list[alt.Chart] = []
    circles: list[Row] = []
    groups: list[Row] = []
    words: list[Row] = []
    for screen, frame in (("wide", base), ("narrow", replace(base, width=NARROW_REFERENCE))):
        alone, together = gathering(centres, palette, frame)
        circles += [{**asdict(circle), screen: circle.at} for circle in alone]
        groups += [{**asdict(circle), screen: circle.at, "name": circle.label} for circle in together]
        words += [
            a_text(str(circle.members), _SMALL_LABEL, palette.text, {screen: circle.at}, align="center", bold=True)
            for circle in together
        ]
        spots = [
            Spot(each.key, *frame.point(each.at), each.radius, text_width(each.label, _SMALL_LABEL), _SMALL_LABEL + 2)
            for each in alone
        ]
        top = _HEADER - _LINE if frame.narrow else 0
        stand = circle_boxes(together, frame) + ([] if frame.narrow else [legend_box(frame)])
        labels = place_labels(spots, stand, Box(0, top, frame.width, frame.height))
        free = {key: label for key, label in labels.items() if label.free}
        if show_names and not area and not frame.narrow:
            names = _names([*alone, *together], (), free, frame, palette)
        for circle in alone:
            if label := free.get(circle.key):
                at = {screen: circle.at.moved(label.dx, label.dy)}
                words.append(a_text(circle.label, _SMALL_LABEL, palette.text, at, align=label.align))
    discs = [
        {**group, "area": _INSIDE_A_GROUP, "fill": palette.background, "stroke": palette.background} for group in groups
    ]
    crosses = [{**circle, "shape": _CROSS, "area": 60, "dashed": False} for circle in circles if circle["crossed"]]
    statuses = [*(["group"] if groups else []), *_statuses_without_rate(centres)]
    key, key_words = legend(statuses, palette, _drawn_as(centres)[0])
    layers = [
        *ground(palette, geometry, area),
        *names,
        _selected(groups, palette, "epci", "epci", "groupes", _ABOUT_A_GROUP),
        point_marks(discs, tooltip=None),
        _centres(circles, palette, selection_name),
        point_marks([*crosses, *key]),
        *written([*words, *key_words], palette),
    ]
    return Layers(layers, palette, titles, width=width, height=base.height, parameters=base.parameters)


# What is written beside the circles, and where: the labels of the county, then the names of the intercommunalities,
# where the centres and their labels leave room.

_NAME_SIZE: Final = 12
_NAME_LINE: Final = 14
_LONGEST_LINE: Final = 15


def county_labels(circles: Sequence[Circle], frame: Frame, around: Sequence["Panel"]) -> dict[str, LabelPlace]:
    """Where each label of the county goes in this frame, away from the other ones, the circles, insets and legend."""
    lines = 1 if frame.narrow else 2
    spots = []
    for circle in circles:
        name = text_width(circle.label, _LABEL_SIZES["narrow" if frame.narrow else "wide"], bold=True)
        width = name if frame.narrow else max(name, text_width(circle.state, _STATE_SIZE))
        spots.append(Spot(circle.key, *frame.point(circle.at), circle.radius + 2, width, _LINE * lines))
    top = _HEADER - _LINE if frame.narrow else 0
    stand = [panel.box(frame) for panel in around] + ([] if frame.narrow else [legend_box(frame)])
    return place_labels(spots, stand, Box(0, top, frame.width, frame.height))


def circle_boxes(circles: Sequence[Circle], frame: Frame) -> list[Box]:
    """What the circles of the county cover in a picture of this size."""
    return [Spot(each.key, *frame.point(each.at), each.radius, 0, 0).box.grown(4) for each in circles]


def legend_box(frame: Frame) -> Box:
    """The corner that the legend of a wide picture takes."""
    wide, high = _LEGEND_SIZE
    return Box(frame.width - wide, frame.foot - high, frame.width, frame.foot)


def _names(
    circles: Sequence[Circle],
    panels: Sequence["Panel"],
    labels: Mapping[str, LabelPlace],
    frame: Frame,
    palette: Palette,
) -> list[alt.Chart]:
    """Each name on a wide picture; of its possible points, the first that covers nothing, or the least."""
    used = [legend_box(frame), *(panel.box(frame) for panel in panels), *circle_boxes(circles, frame)]
    used += [label.box for label in labels.values()]
    rows = []
    for area in features(INTERCOMMUNALITIES):
        lines = textwrap.wrap(area["properties"]["short_name"], _LONGEST_LINE)
        wide, high = max(text_width(line, _NAME_SIZE) for line in lines) / 2, _NAME_LINE * len(lines) / 2
        boxes = {}
        for at in (on_county(x, y) for x, y in area["properties"]["name_spots"]):
            x, y = frame.point(at)
            boxes[at] = Box(x - wide, y - high, x + wide, y + high)
        best = min(boxes, key=lambda at: sum(boxes[at].overlap(other) for other in used))
        used.append(boxes[best])
        text = "\n".join(lines)
        rows.append(a_text(text, _NAME_SIZE, palette.secondary_text, {"wide": best}, align="center"))
    return written(rows, palette, lineBreak="\n", lineHeight=_NAME_LINE, fontStyle="italic")


# The insets: places that share a point, spread one under the other in a corner that holds no place, or else under the
# county, where each can be read.

_PADDING: Final = 12
# From the edge of the largest circle to the words beside it.
_BESIDE: Final = 7
_ROW: Final = 40
_HEADING: Final = 30


@dataclass(frozen=True)
class Panel:
    """One group in its inset, whose top left corner is there on a wide picture, and there on a narrow one."""

    heading: str
    members: tuple[Circle, ...]
    wide: At
    narrow: At

    @property
    def widest(self) -> float:
        """The radius of its largest circle: the circles are centred under one another."""
        return max(circle.radius for circle in self.members)

    @property
    def width(self) -> float:
        """As large as its longest line."""
        words = [text_width(circle.label, _LABEL_SIZES["wide"], bold=True) for circle in self.members]
        words += [text_width(circle.state, _STATE_SIZE) for circle in self.members]
        return max(2 * self.widest + _BESIDE + max(words), text_width(self.heading, _STATE_SIZE)) + 2 * _PADDING

    @property
    def height(self) -> float:
        """One row a place, under the heading."""
        return _HEADING + _ROW * len(self.members) + 4

    @property
    def inside(self) -> list[tuple[Circle, float, float]]:
        """Each place with its point: from the left side of the panel, and from its top."""
        left = _PADDING + self.widest
        return [(each, left, _HEADING + _ROW * (rank + 0.5)) for rank, each in enumerate(self.members)]

    def inner(self, right: float, down: float) -> Points:
        """A point so far from its corner."""
        return {"wide": self.wide.moved(right, down), "narrow": self.narrow.moved(right, down)}

    def box(self, frame: Frame) -> Box:
        """What it hides in a picture of this size."""
        left, top = frame.point(self.narrow if frame.narrow else self.wide)
        return Box(left, top, left + self.width, top + self.height)


def insets(places: Places, base: Frame) -> tuple[tuple[Panel, ...], Frame]:
    """One panel a group, over no place and no other panel; the picture grows where there is no such room in its corners."""
    stacked, panels = 0.0, []
    for heading, members in places.in_the_inset:
        panels.append(Panel(heading, members, At(), At(right=_CORNER_MARGIN, level=FOOT, down=_GAP + stacked)))
        stacked += panels[-1].height + _CORNER_MARGIN
    under, below = _GAP + stacked, 0.0
    least = max(base.height, _HEADER + EXTENT_HEIGHT_M * NARROW_REFERENCE / EXTENT_WIDTH_M + under)
    while True:
        frame = replace(base, height=max(least, base.height + below), under=under, below=below)
        placed, needed = _in_corners(panels, places, frame)
        if needed <= below:
            return placed, frame
        below = needed


def _in_corners(panels: Sequence[Panel], places: Places, frame: Frame) -> tuple[tuple[Panel, ...], float]:
    """The panels where they hide nothing, and how high those are that have to stand under the county."""
    frames = [replace(frame, width=_NARROW_BELOW), frame]
    taken = [[legend_box(each), *circle_boxes(places.on_the_county, each)] for each in frames]
    needed, placed = 0.0, []
    for panel in panels:
        tops = (_CORNER_MARGIN, frame.foot - panel.height - _CORNER_MARGIN)
        sides = (At(right=_CORNER_MARGIN), At(across=1, right=-panel.width - _CORNER_MARGIN))
        for at in (side.moved(0, top) for top in tops for side in sides):
            chosen = replace(panel, wide=at)
            if not any(
                chosen.box(each).overlap(box) for each, boxes in zip(frames, taken, strict=True) for box in boxes
            ):
                break
        else:
            chosen = replace(panel, wide=sides[0].moved(0, frame.foot + _GAP + needed))
            needed += panel.height + _CORNER_MARGIN
        placed.append(chosen)
        for each, boxes in zip(frames, taken, strict=True):
            boxes.append(chosen.box(each))
    return tuple(placed), needed + _GAP if needed else 0.0


def _rectangles(panels: Sequence[Panel], palette: Palette) -> alt.Chart:
    rows = [{"wide": each.wide, "narrow": each.narrow, "wide_by": each.width, "high": each.height} for each in panels]
    corners = placed(rows).transform_calculate(end="datum.px + datum.wide_by", lower="datum.py + datum.high")
    rectangles: alt.Chart = corners.mark_rect(fill=palette.background, stroke=palette.context, cornerRadius=4)
    return rectangles.encode(x=ACROSS, x2=alt.X2("end:Q"), y=DOWN, y2=alt.Y2("lower:Q"))


# The legend, drawn in the map: how many seats, how full, and the circles that carry no rate.

_SEATS_SHOWN: Final = (2, 5, 10)
_CROSS: Final = "M-.5,-.5L.5,.5M-.5,.5L.5,-.5"
_SWATCH: Final = "M-1.6,-.6H1.6V.6H-1.6Z"
_SWATCH_WIDTH: Final = 32
_KEY_AREA: Final = 150


def legend(statuses: Sequence[str], palette: Palette, smaller: float = 1) -> tuple[list[Row], list[Row]]:
    """Its marks and its texts; `statuses` are those of the circles without a rate that the map shows, `smaller` how circles
    are drawn against the usual size."""
    marks: list[Row] = []
    words: list[Row] = []
    hollow = {"shape": "circle", "fill": palette.background, "stroke": palette.secondary_text, "dashed": False}

    def at(right: float, down: float, narrow_right: float, narrow_down: float) -> Points:
        """From the bottom left of the corner of a wide screen, from the top left of a narrow one."""
        corner = At(across=1, right=-_LEGEND_SIZE[0], level=FOOT)
        return {"wide": corner.moved(right, down), "narrow": At(right=narrow_right, down=narrow_down)}

    def say(text: str, points: Points, align: Align = "left") -> None:
        words.append(a_text(text, _STATE_SIZE, palette.secondary_text, points, align=align))

    left = 4.0
    for seats in _SEATS_SHOWN:
        area, last = circle_area(seats) * smaller, seats == _SEATS_SHOWN[-1]
        radius = sqrt(area / pi)
        middle = left + radius
        marks.append({**at(middle, -72 - radius, middle, 34 - radius), **hollow, "area": area})
        # The last one also says the noun, and runs to the right of its circle.
        begins = middle - 8 if last else middle
        say(count(seats, "poste") if last else str(seats), at(begins, -62, begins, 44), "left" if last else "center")
        left += 2 * radius + 8
    say("Taux de remplissage, en %", at(4, -40, 164, 10))
    for step, colour in enumerate(palette.rate_classes):
        middle = _SWATCH_WIDTH * (step + 0.5)
        swatch = {"shape": _SWATCH, "area": 400, "fill": colour, "stroke": palette.background}
        marks.append({**at(4 + middle, -23, 164 + middle, 26), **hollow, **swatch})
    for step in range(6):
        edge = _SWATCH_WIDTH * step
        say(
            str(20 * step),
            at(4 + edge, -8, 164 + edge, 42),
            "left" if step == 0 else "right" if step == 5 else "center",
        )
    for rank, status in enumerate(statuses):
        up, along = -118 - 20 * rank, 12 + (110 if len(statuses) < 4 else 84) * rank
        marks.append({**at(12, up, along, 68), **hollow, "area": _KEY_AREA, "dashed": status not in ("open", "group")})
        if status == "group":
            dot = palette.rate_classes[2]
            marks.append(
                {**at(12, up, along, 68), **hollow, "area": _KEY_AREA * 1.4, "fill": dot, "stroke": palette.accent}
            )
            marks.append({**at(12, up, along, 68), **hollow, "area": _KEY_AREA * 0.6, "stroke": palette.background})
        if status == "planned":
            marks.append({**at(12, up, along, 68), **hollow, "area": _KEY_AREA / 2, "shape": _CROSS})
        say(STATUS_WORDS[status], at(26, up, along + 14, 68))
    return marks, words


def _statuses_without_rate(centres: pl.DataFrame) -> list[str]:
    """In the order of the legend, which is built from the bottom up."""
    silent = centres.filter((pl.col("status") != "open") | pl.col("fill_rate").is_null())["status"].unique().to_list()
    return [status for status in ("closed", "planned", "open") if status in silent]
