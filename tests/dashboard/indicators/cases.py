"""What each indicator gives on facts small enough to be worked by hand. A new indicator needs its case here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import polars as pl

from dashboard.indicators.model import Facts

Rows = Mapping[str, Sequence[object]]

FACT_COLUMNS: Final[Mapping[Facts, Mapping[str, type[pl.DataType]]]] = {
    Facts.ATTENDANCE: {
        "centre_code": pl.String,
        "seat_kind": pl.String,
        "week_start": pl.Date,
        "month_start": pl.Date,
        "year": pl.Int32,
        "weekday": pl.Int8,
        "occupied_half_days": pl.Int64,
        "offered_half_days": pl.Int64,
        "occupied_hours": pl.Float64,
        "unoffered_half_days": pl.Int64,
        "weeks_expected": pl.Int64,
        "weeks_complete": pl.Int64,
        "weeks_draft": pl.Int64,
        "weeks_missing": pl.Int64,
        "weeks_closed": pl.Int64,
    },
    Facts.PUNCTUALITY: {
        "centre_code": pl.String,
        "week_start": pl.Date,
        "weeks_due": pl.Int64,
        "weeks_on_time": pl.Int64,
    },
    Facts.NETWORK: {
        "centre_code": pl.String,
        "as_of": pl.Date,
        "open": pl.Boolean,
        "seats": pl.Int64,
        "seats_office": pl.Int64,
        "seats_open_space": pl.Int64,
        "cost_eur": pl.Float64,
    },
    Facts.OCCUPANCY: {
        "centre_code": pl.String,
        "seat_kind": pl.String,
        "at": pl.Datetime,
        "seats": pl.Int64,
        "seats_taken": pl.Int64,
    },
    Facts.USERS: {"year": pl.Int32, "users": pl.Int64},
    Facts.PASSES: {
        "as_of": pl.Date,
        "month_start": pl.Date,
        "joined": pl.Int64,
        "ended": pl.Int64,
        "ended_own_premises": pl.Int64,
        "active": pl.Int64,
    },
    Facts.PASS_COHORTS: {
        "month_start": pl.Date,
        "joined": pl.Int64,
        "trials_over": pl.Int64,
        "kept": pl.Int64,
        "left_own_premises": pl.Int64,
    },
    Facts.SERVICES: {"year": pl.Int32, "kind": pl.String, "centre_code": pl.String, "holders": pl.Int64},
    Facts.SUPPORTS: {"year": pl.Int32, "kind": pl.String, "centre_code": pl.String, "opened": pl.Int64},
    Facts.PLACEMENTS: {
        "year": pl.Int32,
        "quarter_start": pl.Date,
        "aim": pl.Int64,
        "centre_code": pl.String,
        "placements": pl.Int64,
        "running": pl.Int64,
    },
    Facts.CANDIDATES: {
        "year": pl.Int32,
        "aim": pl.Int64,
        "step": pl.String,
        "candidates": pl.Int64,
        "candidates_before": pl.Int64,
    },
    Facts.MEETINGS: {
        "year": pl.Int32,
        "month_start": pl.Date,
        "attendees": pl.Int64,
        "interested": pl.Int64,
    },
    Facts.WELCOME: {
        "number": pl.Int64,
        "starts_on": pl.Date,
        "ends_on": pl.Date,
        "place": pl.String,
        "project_holders": pl.Int64,
        "people": pl.Int64,
        "followed_holders": pl.Int64,
        "settled_families": pl.Int64,
    },
    Facts.WELCOME_DAYS: {
        "number": pl.Int64,
        "day_number": pl.Int64,
        "people_present": pl.Int64,
        "people_expected": pl.Int64,
    },
    Facts.HOUSEHOLDS: {
        "number": pl.Int64,
        "centre_code": pl.String,
        "households": pl.Int64,
        "settled": pl.Int64,
    },
    Facts.FOLLOW_UP: {
        "number": pl.Int64,
        "aim": pl.Int64,
        "centre_code": pl.String,
        "months_after": pl.Int64,
        "followed": pl.Int64,
        "kept": pl.Int64,
        "settled": pl.Int64,
    },
}
"""The columns that indicators may count on; a frame may have more."""


@dataclass(frozen=True)
class Case:
    """Rows of facts, and the figure a person finds on paper."""

    facts: Rows
    expected: float | None


def frame(kind: Facts, rows: Rows) -> pl.DataFrame:
    """The rows as data_access returns them: typed, also where every value is missing."""
    return pl.DataFrame(dict(rows), schema={name: FACT_COLUMNS[kind][name] for name in rows})


# Murat fills 30 of 40 half-days, Ydes 2 of 60: 32 of 100, where the mean of the two rates would say 39 %.
# Murat kept its four weeks, Ydes one of four with a draft, and was closed a fifth.
TWO_CENTRES: Final[Rows] = {
    "centre_code": ["MURAT", "YDES"],
    "year": [2017, 2017],
    "occupied_half_days": [30, 2],
    "offered_half_days": [40, 60],
    "occupied_hours": [120.0, 8.5],
    "unoffered_half_days": [0, 7],
    "weeks_expected": [4, 4],
    "weeks_complete": [4, 1],
    "weeks_draft": [0, 1],
    "weeks_missing": [0, 2],
    "weeks_closed": [0, 1],
}

# Murat was on time twice, Ydes once late and once never.
TWO_WEEKS_OF_TWO_CENTRES: Final[Rows] = {
    "centre_code": ["MURAT", "MURAT", "YDES", "YDES"],
    "weeks_due": [1, 1, 1, 1],
    "weeks_on_time": [1, 1, 0, 0],
}

# Two open centres, 6 + 4 seats; one still planned and one closed, whose seats do not count but whose last bill does.
# Ydes has not said what it cost.
NETWORK_2013: Final[Rows] = {
    "centre_code": ["MURAT", "YDES", "PIERREFORT", "OLD"],
    "as_of": [date(2013, 12, 31)] * 4,
    "open": [True, True, False, False],
    "seats": [6, 4, 5, 3],
    "seats_office": [4, 1, 5, 3],
    "seats_open_space": [2, 3, 0, 0],
    "cost_eur": [5000.0, None, None, 500.0],
}

# 3 of 6 in Murat; 5 people on 4 seats in Ydes; Cassaniouze gave no news and is left out.
TEN_O_CLOCK: Final[Rows] = {
    "centre_code": ["MURAT", "MURAT", "YDES", "CASSANIOUZE"],
    "seat_kind": ["office", "open_space", "office", "office"],
    "at": [datetime(2017, 5, 30, 8)] * 4,
    "seats": [4, 2, 4, 3],
    "seats_taken": [2, 1, 5, None],
}

# Of three who left, one took premises of their own.
PASS_MAY: Final[Rows] = {
    "month_start": [date(2017, 5, 1)],
    "joined": [4],
    "ended": [3],
    "ended_own_premises": [1],
    "active": [117],
}

# Five of October are past their free months, and four stayed; of November's six, three are, and two stayed: 6 of 8.
TWO_COHORTS: Final[Rows] = {
    "month_start": [date(2016, 10, 1), date(2016, 11, 1)],
    "joined": [5, 6],
    "trials_over": [5, 3],
    "kept": [4, 2],
    "left_own_premises": [1, 0],
}

SERVICES_2016: Final[Rows] = {
    "year": [2016],
    "kind": ["mail"],
    "centre_code": [None],
    "holders": [7],
}

SUPPORTS: Final[Rows] = {
    "year": [2015, 2016],
    "kind": ["housing", "housing"],
    "centre_code": ["MURAT", None],
    "opened": [2, 5],
}

PLACEMENTS: Final[Rows] = {
    "year": [2016, 2016, 2017, 2017],
    "quarter_start": [date(2016, 1, 1), date(2016, 4, 1), date(2017, 1, 1), date(2017, 1, 1)],
    "aim": [1, 2, 1, 3],
    "placements": [3, 1, 2, 4],
    "running": [1, 0, 2, 4],
}

# 16 of the 18 who had reached the step before were trained, under two aims.
TRAINED: Final[Rows] = {
    "year": [2017, 2017],
    "aim": [1, 2],
    "step": ["trained", "trained"],
    "candidates": [10, 6],
    "candidates_before": [12, 6],
}

# Nobody counted the third meeting, and the second noted no interest: 3 of 12 in the first.
THREE_MEETINGS: Final[Rows] = {
    "month_start": [date(2017, 3, 1), date(2017, 4, 1), date(2017, 5, 1)],
    "attendees": [12, 8, None],
    "interested": [3, None, None],
}

# Five rows at twelve months: four horizons are past, three contracts still ran, one family had settled.
TWELVE_MONTHS: Final[Rows] = {
    "aim": [1, 1, 2, 3, 1],
    "months_after": [12] * 5,
    "followed": [1, 1, 1, 1, 0],
    "kept": [1, 1, 0, 1, 0],
    "settled": [0, 1, 0, 0, 0],
}

# The 21st session is not followed yet: its 10 holders are no part of the share of the settled, 9 ÷ 30.
SESSIONS: Final[Rows] = {
    "number": [19, 20, 21],
    "project_holders": [12, 18, 10],
    "people": [15, 24, None],
    "followed_holders": [12, 18, 10],
    "settled_families": [4, 5, None],
}

# A household a row: two visited Murat, one no centre.
THREE_HOUSEHOLDS: Final[Rows] = {
    "number": [21, 22, 22],
    "centre_code": ["MURAT", "MURAT", None],
    "households": [1, 1, 1],
    "settled": [1, 0, 0],
}

# The second day of two sessions: 27 of 36 people.
SECOND_DAY: Final[Rows] = {
    "number": [21, 22],
    "day_number": [2, 2],
    "people_present": [17, 10],
    "people_expected": [20, 16],
}

CASES: Final[Mapping[str, Case]] = {
    "centres": Case(NETWORK_2013, 2),
    "seats": Case(NETWORK_2013, 10),
    "seats_office": Case(NETWORK_2013, 5),
    "seats_open_space": Case(NETWORK_2013, 5),
    "cost": Case(NETWORK_2013, 5500.0),
    "seats_costed": Case(NETWORK_2013, 6),
    "cost_per_seat": Case(NETWORK_2013, 5000 / 6),
    "cost_coverage": Case(NETWORK_2013, 0.6),
    "users": Case({"year": [2013], "users": [214]}, 214),
    "occupied_half_days": Case(TWO_CENTRES, 32),
    "offered_half_days": Case(TWO_CENTRES, 100),
    "unoffered_half_days": Case(TWO_CENTRES, 7),
    "hours": Case(TWO_CENTRES, 128.5),
    "fill_rate": Case(TWO_CENTRES, 0.32),
    "completeness": Case(TWO_CENTRES, 0.625),
    "weeks_expected": Case(TWO_CENTRES, 8),
    "weeks_complete": Case(TWO_CENTRES, 5),
    "weeks_draft": Case(TWO_CENTRES, 1),
    "weeks_missing": Case(TWO_CENTRES, 2),
    "weeks_closed": Case(TWO_CENTRES, 1),
    "on_time_rate": Case(TWO_WEEKS_OF_TWO_CENTRES, 0.5),
    "seats_taken": Case(TEN_O_CLOCK, 8),
    "seats_known": Case(TEN_O_CLOCK, 10),
    "seats_free": Case(TEN_O_CLOCK, 3),
    "occupancy": Case(TEN_O_CLOCK, 0.8),
    "pass_joins": Case(PASS_MAY, 4),
    "pass_ends": Case(PASS_MAY, 3),
    "pass_members": Case(PASS_MAY, 117),
    "pass_own_premises": Case(PASS_MAY, 1),
    "pass_losses": Case(PASS_MAY, 2),
    "pass_net": Case(PASS_MAY, 1),
    "pass_trials_over": Case(TWO_COHORTS, 8),
    "pass_kept": Case(TWO_COHORTS, 6),
    "pass_trials_own_premises": Case(TWO_COHORTS, 1),
    "pass_kept_share": Case(TWO_COHORTS, 0.75),
    "service_holders": Case(SERVICES_2016, 7),
    "supports_opened": Case(SUPPORTS, 7),
    "placements": Case(PLACEMENTS, 10),
    "placements_aim_1": Case(PLACEMENTS, 5),
    "placements_aim_2": Case(PLACEMENTS, 1),
    "placements_aim_3": Case(PLACEMENTS, 4),
    "placements_running": Case(PLACEMENTS, 7),
    "running_share": Case(PLACEMENTS, 0.7),
    "candidates": Case(TRAINED, 16),
    "step_share": Case(TRAINED, 16 / 18),
    "meeting_attendees": Case(THREE_MEETINGS, 20),
    "meeting_interested": Case(THREE_MEETINGS, 3),
    "meeting_interest": Case(THREE_MEETINGS, 0.25),
    "contracts_followed": Case(TWELVE_MONTHS, 4),
    "contracts_kept": Case(TWELVE_MONTHS, 3),
    "contracts_kept_share": Case(TWELVE_MONTHS, 0.75),
    "welcome_sessions": Case(SESSIONS, 3),
    "project_holders": Case(SESSIONS, 40),
    "welcome_people": Case(SESSIONS, 39),
    "settled_families": Case(SESSIONS, 9),
    "settled_share": Case(SESSIONS, 0.3),
    "households": Case(THREE_HOUSEHOLDS, 3),
    "households_followed": Case(TWELVE_MONTHS, 4),
    "households_settled": Case(TWELVE_MONTHS, 1),
    "households_settled_share": Case(TWELVE_MONTHS, 0.25),
    "people_expected": Case(SECOND_DAY, 36),
    "people_present": Case(SECOND_DAY, 27),
    "presence_share": Case(SECOND_DAY, 0.75),
}
