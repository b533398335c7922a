"""The frames of facts that indicators read: the columns they may count on, and what one row is. A frame may have more."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import polars as pl


class Facts(StrEnum):
    """The kinds of facts, one frame each."""

    ATTENDANCE = "attendance"
    """Attendance of the complete weeks, by whichever dimensions were asked for."""
    PUNCTUALITY = "punctuality"
    """One row per centre and week over; ``weeks_on_time`` is 1 when it was entered by its deadline, of those that were due:
    closed and imported weeks are not."""
    NETWORK = "network"
    """One row per centre and date of reference."""
    OCCUPANCY = "occupancy"
    """One row per centre and seat kind, at one instant; ``seats_taken`` is null for a centre without news."""
    USERS = "users"
    """One row per year: distinct persons, counted where the names are."""
    PASSES = "passes"
    """One row per month, ``active`` at its end, or the row of one date."""
    PASS_COHORTS = "pass_cohorts"
    """One row per month of joining; ``kept`` and ``left_own_premises`` are part of ``trials_over``, part of ``joined``."""
    SERVICES = "services"
    """One row per year, kind of service and centre: distinct holders."""
    SUPPORTS = "supports"
    """One row per year, kind of support and centre."""
    PLACEMENTS = "placements"
    """One row per contract, or one per aim and quarter."""
    CANDIDATES = "candidates"
    """One row per step towards a contract, by year and aim: who reached it, and who had reached the step before."""
    MEETINGS = "meetings"
    """One row per information meeting; null = not noted."""
    WELCOME = "welcome"
    """One row per session."""
    WELCOME_DAYS = "welcome_days"
    """One row per session and day with a presence noted; ``day_number`` is 1 on the first day."""
    HOUSEHOLDS = "households"
    """One row per household received in a session."""
    FOLLOW_UP = "follow_up"
    """One row per contract or household, and horizon: ``followed`` is 1 once the horizon is past, else 0."""


FACT_COLUMNS: Final[Mapping[Facts, Mapping[str, type[pl.DataType]]]] = MappingProxyType(
    {
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
)
