"""Who looks, as figures are made for them: whether they may see counts of few people."""

from datetime import date

from dashboard.figures.model import Reader
from dashboard.indicators import disclosure
from dashboard.ui import session
from data_access.rights import Right, allows


def sees_small_counts() -> bool:
    """Whether who looks may see counts of fewer than five people."""
    return allows(session.current_actor(), Right.SMALL_COUNTS)


def reader() -> Reader:
    """Who looks, as figures are made for them."""
    return Reader(sees_small_counts())


def counting_day(today: date) -> date:
    """The day on which people are counted for who looks: today, or that of all that is published.

    Two pages of two days, or one page on two, would tell apart who came in between.
    """
    return today if sees_small_counts() else disclosure.last_published(today)
