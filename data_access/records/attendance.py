"""The weekly sheet as an animator fills it in."""

from datetime import date, timedelta
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_access.refusals import Rule


class AttendanceDayRecord(BaseModel):
    """Occupied half-days of one day and seat kind; null = not known yet, which is not zero."""

    model_config = ConfigDict(frozen=True, strict=True)

    day: date
    seat_kind: Literal["office", "open_space"]
    half_days: int | None = None
    closed: bool = False


class AttendanceWeekRecord(BaseModel):
    """One centre and week, as its author sees it when saving.

    `status` is what the author wants: draft, complete, or closed for a centre shut all week (then `comment` says why).
    `base_version` is the version that was read before editing, 0 for a week nobody had entered: a write made on an older
    reading is refused. `confirmed` are the unusual things the author has already said are right.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    centre_code: str
    week_start: date
    status: Literal["draft", "complete", "closed"] = "draft"
    days: tuple[AttendanceDayRecord, ...] = ()
    distinct_people: int | None = None
    comment: str | None = None
    base_version: int = 0
    confirmed: frozenset[Rule] = Field(default_factory=frozenset)

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        if len({(day.day, day.seat_kind) for day in self.days}) < len(self.days):
            raise ValueError("a day and seat kind stands twice in the sheet")
        return self

    @property
    def filled_days(self) -> tuple[AttendanceDayRecord, ...]:
        """The days that say something, in order; none in a closed week."""
        if self.status == "closed":
            return ()
        said = (day for day in self.days if day.closed or day.half_days is not None)
        return tuple(sorted(said, key=lambda day: (day.day, day.seat_kind)))

    @property
    def total(self) -> int:
        """Occupied half-days of the week, over the days that were filled in."""
        return sum(day.half_days or 0 for day in self.days)

    @property
    def last_day(self) -> date:
        """The Sunday of the week."""
        return self.week_start + timedelta(days=6)
