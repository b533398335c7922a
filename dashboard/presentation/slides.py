"""What one slide says, and all of them at one instant: plain values that a file can keep and a document can show."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True)


class Course(_Plain):
    """How a figure moved: the share of the highest that each month reaches, the first and the last month named."""

    shares: tuple[float, ...]
    first: str
    last: str


class Gauge(_Plain):
    """A share of a whole, and the one it is compared with, if any."""

    share: float
    mark: float | None = None


class Place(_Plain):
    """A point of the map: the name written beside it, and how many places are there."""

    name: str
    latitude: float
    longitude: float
    places: int = 1


class Line(_Plain):
    """One thing to come: its day, what it is, and where."""

    when: str
    what: str
    where: str


class Slide(_Plain):
    """One idea. `number` is large, `unit` follows it, `caption` compares it; then at most one picture or list."""

    key: str
    title: str
    number: str = ""
    unit: str = ""
    caption: str = ""
    course: Course | None = None
    gauge: Gauge | None = None
    places: tuple[Place, ...] = ()
    lines: tuple[Line, ...] = ()
    addresses: tuple[str, ...] = ()
    live: bool = False


class Deck(_Plain):
    """The slides that have something to say, by key, as the data were on the day `on`.

    `frozen_at` is when they were written to a file; None for those made from the database as it is.
    """

    on: date
    demonstration: bool
    slides: dict[str, Slide]
    frozen_at: datetime | None = None
