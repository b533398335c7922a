"""The moment it is for who comes and goes: the clock's, but for a demonstration that is being replayed."""

from datetime import datetime, timedelta

from dashboard.configuration import clock
from dashboard.ui import store


def now() -> datetime:
    """This instant, in UTC; where a replay has carried invented visits beyond the clock, the moment it has reached."""
    real = clock.now()
    if not store.is_demonstration():
        return real
    reached = store.last_movement(on=clock.today())
    return real if reached is None else max(real, reached)


def end_of_minute(moment: datetime) -> datetime:
    """The instant a minute ends: questions asked within one minute share their answer."""
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
