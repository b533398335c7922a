"""From an instant to the day it is in the county."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")


def day_in_paris(moment: datetime) -> date:
    """The calendar day in Europe/Paris; raises ValueError for a datetime without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {moment!r}")
    return moment.astimezone(PARIS).date()
