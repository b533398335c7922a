"""An arrival and a departure, as they are noted at the desk of a centre or on a visitor's own telephone."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from data_access.refusals import Rule

RequestKey = Annotated[str, Field(min_length=8, max_length=80, pattern=r"^[A-Za-z0-9_.-]+$")]
"""Made once for each thing a person wants noted: noting it twice under one key notes it once."""


class ArrivalRecord(BaseModel):
    """Somebody takes a seat, anonymous unless `person_id` says who.

    `source` is desk for the animator, qr for a visitor who has nobody to ask. `confirmed` are the unusual things the
    author has already said are right.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    centre_code: str
    seat_kind: Literal["office", "open_space"]
    person_id: int | None = None
    source: Literal["desk", "qr"] = "desk"
    request_key: RequestKey
    confirmed: frozenset[Rule] = Field(default_factory=frozenset)


class DepartureRecord(BaseModel):
    """The person of a visit leaves."""

    model_config = ConfigDict(frozen=True, strict=True)

    centre_code: str
    visit_id: int
    request_key: RequestKey
