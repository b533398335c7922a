"""The places of the network: what each is, its seats and hours from a day on, when it is shut, what it costs."""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from data_access.documents import changes_of
from data_access.entries.kind import Field, Kind, Row
from data_access.records import (
    CapacityRecord,
    CentreCostRecord,
    CentreRecord,
    ClosureRecord,
    OpenHalfDay,
    OpeningHoursRecord,
)
from data_access.rights import Right
from data_access.schema import centre, centre_capacity, centre_cost, closure, opening_hours
from data_access.writes.centres import (
    record_capacity,
    record_centre,
    record_centre_cost,
    record_closure,
    record_opening_hours,
)

CENTRE: Final = Kind(
    key="centre",
    title="Fiche du lieu",
    table=centre,
    record=CentreRecord,
    fields=(
        Field("code", "Code"),
        Field("name", "Nom"),
        Field("kind", "Nature"),
        Field("status", "État"),
        Field("opened_on", "Ouvert le"),
        Field("closed_on", "Dernier jour ouvert"),
        Field("address", "Adresse"),
        Field("postcode", "Code postal"),
        Field("insee_code", "Commune"),
        Field("latitude", "Latitude"),
        Field("longitude", "Longitude"),
        Field("location_precision", "Précision de la position"),
        Field("operator_name", "Gestionnaire"),
        Field("operator_kind", "Nature du gestionnaire"),
        Field("phone", "Téléphone"),
        Field("email", "Courriel"),
        Field("website", "Site"),
        Field("note", "À savoir"),
    ),
    action="record_centre",
    right=Right.COORDINATE,
    told=lambda row: f"{row['name']} ({row['code']})",
    day="opened_on",
    same_fields=("code",),
    stores=record_centre,
)


def _periods_version(connection: sa.Connection, row: Row, table: sa.Table) -> Mapping[str, Any]:
    """The periods of a centre are counted together."""
    return {"base_version": changes_of(connection, table, row["centre_id"])}


CAPACITY: Final = Kind(
    key="capacity",
    title="Positions de travail",
    table=centre_capacity,
    record=CapacityRecord,
    fields=(
        Field("centre_code", "Télécentre"),
        Field("seat_kind", "Position"),
        Field("seats", "Nombre"),
        Field("valid_from", "À partir du"),
    ),
    action="record_capacity",
    right=Right.COORDINATE,
    told=lambda row: f"{row['centre_name']}, {row['seats']}, à partir du {row['valid_from']:%d/%m/%Y}",
    day="valid_from",
    reads=lambda connection, row: _periods_version(connection, row, centre_capacity),
    stores=record_capacity,
)


def _week(connection: sa.Connection, row: Row) -> Mapping[str, Any]:
    """The hours of the whole week on the first day of a period."""
    day, hours = row["valid_from"], opening_hours.c
    held = connection.execute(
        sa.select(opening_hours)
        .where(hours.centre_id == row["centre_id"], hours.valid_from <= day)
        .where(sa.or_(hours.valid_to.is_(None), hours.valid_to >= day))
        .order_by(hours.weekday, hours.half_day)
    )
    week = tuple(
        OpenHalfDay(weekday=each.weekday, half_day=each.half_day, opens_at=each.opens_at, closes_at=each.closes_at)
        for each in held
    )
    return {"half_days": week, **_periods_version(connection, row, opening_hours)}


OPENING_HOURS: Final = Kind(
    key="opening_hours",
    title="Horaires",
    table=opening_hours,
    record=OpeningHoursRecord,
    fields=(
        Field("centre_code", "Télécentre"),
        Field("valid_from", "À partir du"),
        Field("half_days", "Demi-journées ouvertes", None),
    ),
    action="record_opening_hours",
    right=Right.COORDINATE,
    told=lambda row: f"{row['centre_name']}, à partir du {row['valid_from']:%d/%m/%Y}",
    day="valid_from",
    one_of=("centre_id", "valid_from"),
    reads=_week,
    stores=record_opening_hours,
)
CLOSURE: Final = Kind(
    key="closure",
    title="Fermeture",
    table=closure,
    record=ClosureRecord,
    fields=(
        Field("centre_code", "Télécentre"),
        Field("starts_on", "Premier jour fermé"),
        Field("ends_on", "Dernier jour fermé"),
        Field("reason", "Motif"),
    ),
    action="record_closure",
    right=Right.ENTER,
    told=lambda row: f"{row['centre_name'] or 'Tout le réseau'}, {row['starts_on']:%d/%m/%Y}, {row['reason']}",
    day="starts_on",
    same_fields=("centre_code", "starts_on", "ends_on"),
    stores=record_closure,
)
COST: Final = Kind(
    key="cost",
    title="Coût annuel",
    table=centre_cost,
    record=CentreCostRecord,
    fields=(
        Field("centre_code", "Télécentre"),
        Field("year", "Année"),
        Field("cost_eur", "Coût en euros"),
        Field("revenue_eur", "Recettes en euros"),
        Field("source", "Source"),
    ),
    action="record_centre_cost",
    right=Right.COORDINATE,
    told=lambda row: f"{row['centre_name']}, {row['year']}",
    day="year",
    same_fields=("centre_code", "year"),
    stores=record_centre_cost,
)
PLACES: Final = (CENTRE, CAPACITY, OPENING_HOURS, CLOSURE, COST)
