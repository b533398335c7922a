"""Days of the county, and the spans of time figures are asked for and compared with: one rule for every screen."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")
_DAY: Final = timedelta(days=1)


def day_in_paris(moment: datetime) -> date:
    """The calendar day in Europe/Paris; raises ValueError for a datetime without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {moment!r}")
    return moment.astimezone(PARIS).date()


def instant_in_paris(day: date, moment: time = time.min) -> datetime:
    """A moment of a day in Europe/Paris, its beginning if none is told, in UTC."""
    return datetime.combine(day, moment, PARIS).astimezone(UTC)


def end_of_minute(moment: datetime) -> datetime:
    """The last instant of a minute: what is asked within one minute shares its answer, and is of the same day."""
    return moment.replace(second=59, microsecond=0)


def monday(day: date) -> date:
    """The Monday of the ISO week of a day: the key of a week everywhere."""
    return day - timedelta(days=day.weekday())


def last_sunday(as_of: date) -> date:
    """The last day of the last week that is over when `as_of` begins."""
    return monday(as_of) - _DAY


def month_start(day: date) -> date:
    """The first day of the month of a day."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the month of a day."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def months_before(day: date, months: int) -> date:
    """The same day that many months before, or the last one of a shorter month: the 28th for the 29th of February."""
    index = day.year * 12 + day.month - 1 - months
    start = date(index // 12, index % 12 + 1, 1)
    return start.replace(day=min(day.day, month_end(start).day))


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both included; the days asked for, and of which whole they are a part.

    A period of weeks goes from a Monday to a Sunday, one of months (a month, a quarter, a year) from a first to a last day
    of month, one of days from any day to any other. Where it still runs, `last` is the last day that is over and `runs_to`
    the day the whole will end: it is then compared with the same days of the whole before. Before its first day is over it
    is empty: `last` is the day before `first`, and every question about it is answered by nothing.
    """

    first: date
    last: date
    unit: Literal["day", "week", "month"]
    runs_to: date | None = None
    since_beginning: bool = False
    """From the first day there is: nothing comes before it."""

    def __post_init__(self) -> None:
        if self.last < self.first - _DAY or (self.runs_to is not None and self.runs_to <= self.last):
            raise ValueError(f"a period ends after it begins: {self.first} – {self.last} – {self.runs_to}")
        whole_weeks = self.first.weekday() == 0 and self.ends.weekday() == 6
        whole_months = self.first.day == 1 and self.ends == month_end(self.ends)
        if not {"day": True, "week": whole_weeks, "month": whole_months}[self.unit]:
            raise ValueError(f"not whole {self.unit}s: {self.first} – {self.ends}")

    @classmethod
    def days(cls, first: date, last: date) -> "Period":
        """Any days from one to another."""
        return cls(first, last, "day")

    @classmethod
    def weeks(cls, first: date, last: date) -> "Period":
        """The weeks of two days and all between."""
        return cls(monday(first), monday(last) + timedelta(days=6), "week")

    @classmethod
    def last_weeks(cls, count: int, today: date) -> "Period":
        """The last `count` weeks that are over at `today`."""
        sunday = last_sunday(today)
        return cls(sunday - timedelta(days=7 * count - 1), sunday, "week")

    @classmethod
    def months(cls, first: date, last: date) -> "Period":
        """The months of two days and all between."""
        return cls(month_start(first), month_end(last), "month")

    @classmethod
    def month(cls, day: date) -> "Period":
        """The calendar month of a day."""
        return cls.months(day, day)

    @classmethod
    def quarter(cls, day: date) -> "Period":
        """The calendar quarter of a day."""
        start = (day.month - 1) // 3 * 3 + 1
        return cls.months(date(day.year, start, 1), date(day.year, start + 2, 1))

    @classmethod
    def year(cls, year: int) -> "Period":
        """A calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31), "month")

    @classmethod
    def since(cls, beginning: date, last: date) -> "Period":
        """From the network's beginning to a day; empty where it has not begun by then. Nothing compares with it."""
        return cls(beginning, max(last, beginning - _DAY), "day", since_beginning=True)

    @property
    def ends(self) -> date:
        """The last day of the whole, whether it is over or runs."""
        return self.runs_to or self.last

    @property
    def runs(self) -> bool:
        """Whether it is the part of a whole that is over so far."""
        return self.runs_to is not None

    @property
    def is_empty(self) -> bool:
        """Whether not one of its days is over."""
        return self.last < self.first

    def so_far(self, as_of: date, *, by_week: bool = False) -> "Period":
        """What is over of it when `as_of` begins; `by_week`, up to the last Sunday, as weekly sheets are known."""
        over = last_sunday(as_of) if by_week else as_of - _DAY
        if over >= self.last:
            return self
        last = max(over, self.first - _DAY)
        return replace(self, last=last, runs_to=None if self.since_beginning else self.ends)

    def weeks_within(self) -> "Period":
        """The whole weeks that are counted in it: those whose Thursday it holds, as ISO 8601 gives a week to a year."""
        first = monday(self.first + timedelta(days=3))
        last = max(monday(self.last - timedelta(days=3)) + timedelta(days=6), first - _DAY)
        return Period(first, last, "week", since_beginning=self.since_beginning)

    def before(self) -> "Period | None":
        """The span as long that ends where this one begins, cut at the same day where this one runs.

        A month, a quarter, a year is compared with the one before. None for what has no before.
        """
        if self.since_beginning:
            return None
        if self.unit == "month":
            return self._months_earlier(_months_between(self.first, self.ends))
        return self._days_earlier((self.ends - self.first).days + 1)

    def year_before(self) -> "Period | None":
        """The same span a year before: 52 weeks for weeks, so that a Monday meets a Monday; else the same months or days.

        Whole months meet whole months; the days of a month that runs meet the same days, the 29th of February the 28th.
        None for what has no before.
        """
        if self.since_beginning:
            return None
        if self.unit == "week":
            return self._days_earlier(7 * 52)
        return self._months_earlier(12)

    def same_day_of(self, earlier: "Period", day: date) -> date:
        """The day that is to `earlier`, a span this one is compared with, what `day` is to this one: its last to its last.

        What is known of a span on a day compares with what was known of the earlier one on that day.
        """
        if day == self.last:
            return earlier.last
        months = _months_between(earlier.first, self.first) - 1
        if months_before(self.first, months) == earlier.first:
            return months_before(day, months)
        return day - (self.first - earlier.first)

    def _days_earlier(self, count: int) -> "Period":
        shift = timedelta(days=count)
        return Period(self.first - shift, self.last - shift, "day" if self.runs else self.unit)

    def _months_earlier(self, count: int) -> "Period":
        first = months_before(self.first, count)
        if self.is_empty:
            return Period.days(first, first - _DAY)
        last = months_before(self.last, count)
        if self.unit == "month" and not self.runs:
            return Period.months(first, last)
        return Period.days(first, last)


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1
