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
    NETWORK = "network"
    """One row per centre and date of reference."""
    OCCUPANCY = "occupancy"
    """One row per centre and seat kind, at one instant; ``seats_taken`` is null for a centre without news."""
    USERS = "users"
    """One row per year: distinct persons, counted where the names are."""
    PASSES = "passes"
    """One row per month, ``active`` at its end, or the row of one date."""
    PLACEMENTS = "placements"
    """One row per aim and quarter."""
    WELCOME = "welcome"
    """One row per session."""


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
            "active": pl.Int64,
        },
        Facts.PLACEMENTS: {
            "year": pl.Int32,
            "quarter_start": pl.Date,
            "aim": pl.Int64,
            "placements": pl.Int64,
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
    }
)
