"""The figures of attendance as the next reading gives them, for cases worked by hand.

The centre of these cases has two offices, open from Monday to Friday, 9 to 12 and 14 to 17: it offers 4 half-days of
3 hours a day, 20 a week.
"""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from data_access import summaries
from data_access.periods import Period
from data_access.reads.attendance import attendance_facts, completeness_facts

MONDAY = date(2017, 6, 12)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=number) for number in (1, 2, 3, 4))
NEXT_MONDAY = MONDAY + timedelta(weeks=1)
WEEK = Period.weeks(MONDAY, MONDAY)
TODAY = date(2017, 7, 31)
FULL = (4, 4, 4, 4, 4)


def facts(connection: sa.Connection, period: Period = WEEK, *, today: date = TODAY, **options: Any) -> dict[str, Any]:
    """The one row of facts of a period, as the next reading gives it."""
    summaries.refresh(connection, through=today)
    return attendance_facts(connection, period, **options).row(0, named=True)


def counts(connection: sa.Connection, period: Period = WEEK, **options: Any) -> tuple[int | None, int]:
    """Occupied and offered half-days, the two terms of the fill rate; nothing entered is None, not zero."""
    row = facts(connection, period, **options)
    return row["occupied_half_days"], row["offered_half_days"]


def weeks_by_state(connection: sa.Connection, period: Period, *, as_of: date = TODAY) -> dict[str, int]:
    """How many weeks there are of each state, those with none left out."""
    summaries.refresh(connection, through=as_of)
    row = completeness_facts(connection, period, as_of=as_of).row(0, named=True)
    return {name.removeprefix("weeks_"): number for name, number in row.items() if number}
