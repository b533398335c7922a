"""The only clock of the screens: everything below is told what day it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from typing import Final

from dashboard.configuration.settings import load_settings
from data_access.periods import PARIS, day_in_paris


def now() -> datetime:
    """This instant, in UTC; on the day the settings hold for today, at the present hour of Paris."""
    real = machine_now()
    frozen = load_settings().today
    if frozen is None:
        return real
    local: time = real.astimezone(PARIS).time()
    return datetime.combine(frozen, local, PARIS).astimezone(UTC)


def machine_now() -> datetime:
    """The instant of the machine, in UTC, whatever day is held for today: sessions and codes end by it."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is in the county; within `day_held`, the one it was when the block began."""
    return _HELD.get() or day_in_paris(now())


_HELD: Final[ContextVar[date | None]] = ContextVar("today", default=None)


@contextmanager
def day_held() -> Iterator[None]:
    """One day until the block ends, even past midnight."""
    token = _HELD.set(today())
    try:
        yield
    finally:
        _HELD.reset(token)
