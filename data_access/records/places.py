"""What is noted of a place: what it is, its seats, its hours, when it shuts, what it costs.

A blank field is None. The records take any value of the right type: the writes say what is wrong with it, all at once.
"""

from datetime import date, time

from pydantic import BaseModel, ConfigDict

from data_access.records.entries import EntryRecord, OptionalText


class CentreRecord(EntryRecord):
    """A place of the network. Coordinates are degrees of WGS 84; `insee_code` is that of its commune."""

    code: OptionalText = None
    name: OptionalText = None
    kind: OptionalText = None
    status: OptionalText = None
    insee_code: OptionalText = None
    address: OptionalText = None
    postcode: OptionalText = None
    latitude: float | None = None
    longitude: float | None = None
    location_precision: OptionalText = None
    operator_name: OptionalText = None
    operator_kind: OptionalText = None
    phone: OptionalText = None
    email: OptionalText = None
    website: OptionalText = None
    opened_on: date | None = None
    closed_on: date | None = None
    note: OptionalText = None


class CapacityRecord(EntryRecord):
    """Seats of one kind from a day on, until the next change that is already known, if any."""

    centre_code: OptionalText = None
    seat_kind: OptionalText = None
    seats: int | None = None
    valid_from: date | None = None


class OpenHalfDay(BaseModel):
    """One open half-day of the week; `weekday` 1 = Monday, `half_day` am or pm, hours as on the door."""

    model_config = ConfigDict(frozen=True, strict=True)

    weekday: int
    half_day: str
    opens_at: time
    closes_at: time


class OpeningHoursRecord(EntryRecord):
    """The whole week of a centre from a day on, until the next change that is already known; no half-day = never open."""

    centre_code: OptionalText = None
    valid_from: date | None = None
    half_days: tuple[OpenHalfDay, ...] = ()


class ClosureRecord(EntryRecord):
    """Days shut, both ends included; no centre = the whole network."""

    centre_code: OptionalText = None
    starts_on: date | None = None
    ends_on: date | None = None
    reason: OptionalText = None


class CentreCostRecord(EntryRecord):
    """What a centre cost and earned in a year, in euros; no revenue = not known, which is not zero."""

    centre_code: OptionalText = None
    year: int | None = None
    cost_eur: float | None = None
    revenue_eur: float | None = None
    source: OptionalText = None
