"""Days of the county, and spans of time the figures are asked for: whole weeks, months or years, as summaries are kept."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")


def day_in_paris(moment: datetime) -> date:
    """The calendar day in Europe/Paris; raises ValueError for a datetime without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {moment!r}")
    return moment.astimezone(PARIS).date()


def instant_in_paris(day: date, moment: time = time.min) -> datetime:
    """A moment of a day in Europe/Paris, its beginning if none is told, in UTC."""
    return datetime.combine(day, moment, PARIS).astimezone(UTC)


def monday(day: date) -> date:
    """The Monday of the ISO week of a day: the key of a week everywhere."""
    return day - timedelta(days=day.weekday())


def month_start(day: date) -> date:
    """The first day of the month of a day."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the month of a day."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both included, cut at weeks or at months.

    A period of weeks goes from a Monday to a Sunday; one of months from a first to a last day of month, and a week that
    straddles its bounds is split by day.
    """

    first: date
    last: date
    unit: Literal["week", "month"]

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"a period ends after it begins: {self.first} – {self.last}")
        whole_weeks = self.first.weekday() == 0 and self.last.weekday() == 6
        whole_months = self.first.day == 1 and self.last == month_end(self.last)
        if not (whole_weeks if self.unit == "week" else whole_months):
            raise ValueError(f"not whole {self.unit}s: {self.first} – {self.last}")

    @classmethod
    def weeks(cls, first: date, last: date) -> "Period":
        """The weeks of two days and all between."""
        return cls(monday(first), monday(last) + timedelta(days=6), "week")

    @classmethod
    def last_weeks(cls, count: int, today: date) -> "Period":
        """The last `count` weeks that are over at `today`."""
        last_sunday = monday(today) - timedelta(days=1)
        return cls(last_sunday - timedelta(days=7 * count - 1), last_sunday, "week")

    @classmethod
    def months(cls, first: date, last: date) -> "Period":
        """The months of two days and all between."""
        return cls(month_start(first), month_end(last), "month")

    @classmethod
    def year(cls, year: int) -> "Period":
        """A calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31), "month")

    def year_before(self) -> "Period":
        """The same span a year before: 52 weeks for weeks, so that a Monday meets a Monday; else the same months."""
        if self.unit == "week":
            return Period(self.first - timedelta(weeks=52), self.last - timedelta(weeks=52), "week")
        return Period.months(
            self.first.replace(year=self.first.year - 1), self.last.replace(day=1, year=self.last.year - 1)
        )

    def span_before(self) -> "Period":
        """The span of the same length that ends where this one begins."""
        if self.unit == "week":
            length = self.last - self.first + timedelta(days=1)
            return Period(self.first - length, self.last - length, "week")
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        last = self.first - timedelta(days=1)
        index = last.year * 12 + last.month - count
        return Period.months(date(index // 12, index % 12 + 1, 1), last)
