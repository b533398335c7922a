"""The kinds of the places: what a place is, its seats and hours from a day on, when it is shut, what it costs."""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access import codes
from data_access.documents import changes_of
from data_access.entries.engine import hangs_on
from data_access.entries.kind import Entry, Field, Kind, Row
from data_access.records import (
    CapacityRecord,
    CentreCostRecord,
    CentreRecord,
    ClosureRecord,
    OpenHalfDay,
    OpeningHoursRecord,
)
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Right
from data_access.schema import (
    attendance_day,
    attendance_week,
    audit_entry,
    centre,
    centre_capacity,
    centre_cost,
    closure,
    commune,
    opening_hours,
)
from data_access.writes.dated_rows import (
    DatedRow,
    DatedTable,
    changed_from,
    joined,
    lock_centre,
    rates_changed,
    seats_taken_above,
    store_dated,
    stored_rows,
)
from data_access.writes.entry_rules import missing, out_of_calendar, out_of_order, out_of_range, unreadable
from data_access.writes.rows import Change, Saved, record_changed

_ONE_DAY: Final = timedelta(days=1)

# What a place is.

_CODE: Final = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_SHAPES: Final = (
    ("postcode", re.compile(r"[0-9]{5}"), Rule.NOT_A_POSTCODE),
    ("phone", re.compile(r"\+?[0-9](?:[ .\-\u00a0\u202f]?[0-9]){8,13}"), Rule.NOT_A_PHONE),
    ("email", re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s.,;<>]{2,}"), Rule.NOT_AN_EMAIL),
    ("website", re.compile(r"https?://[^\s<>\"'.]+(?:\.[^\s<>\"'.]+)+"), Rule.NOT_A_WEBSITE),
)
_LISTS: Final = {
    "kind": codes.CENTRE_KINDS,
    "status": codes.CENTRE_STATUSES,
    "location_precision": codes.LOCATION_PRECISIONS,
    "operator_kind": codes.OPERATOR_KINDS,
}
_DEGREES_AROUND: Final = 0.15
"""How far from its town halls the county reaches, in degrees: about fifteen kilometres."""


def _centre_problems(entry: Entry) -> Iterator[Problem]:
    """Everything that cannot be, at once."""
    connection, record = entry.connection, entry.record
    yield from missing(record, "code", "name", "kind", "status", "insee_code")
    yield from unreadable(record, "centre")
    yield from out_of_calendar(record)
    yield from out_of_order(record, "opened_on", "closed_on")
    yield from out_of_range(record, -90, 90, "latitude")
    yield from out_of_range(record, -180, 180, "longitude")
    if record.code is not None and (entry.row is None or entry.row["code"] != record.code):
        if not _CODE.fullmatch(record.code):
            yield Problem(Rule.NOT_A_CODE, "code", {"value": record.code})
        elif _same_centre(connection, record) is not None:
            yield Problem(Rule.ALREADY_EXISTS, "code", {"value": record.code})
    for field, known in _LISTS.items():
        if getattr(record, field) is not None and getattr(record, field) not in known:
            yield Problem(Rule.NOT_IN_LIST, field)
    for field, shape, rule in _SHAPES:
        text = getattr(record, field)
        if text is not None and not shape.fullmatch(text):
            yield Problem(rule, field, {"value": text})
    in_county = sa.select(commune.c.insee_code).where(commune.c.insee_code == record.insee_code)
    if record.insee_code is not None and connection.execute(in_county).first() is None:
        yield Problem(Rule.NOT_IN_LIST, "insee_code")
    for status, field in (("open", "opened_on"), ("closed", "closed_on")):
        if record.status == status:
            yield from missing(record, field)
    if record.latitude is not None or record.longitude is not None:
        yield from missing(record, "latitude", "longitude", "location_precision")
    if record.status == "planned" and entry.row is not None:
        first, _last = _entered_weeks(connection, entry.row["id"])
        if first is not None:
            yield Problem(Rule.PLANNED_BUT_USED, "status", {"week_start": first})


def _same_centre(connection: sa.Connection, record: Any) -> int | None:
    return connection.execute(sa.select(centre.c.id).where(centre.c.code == record.code)).scalar_one_or_none()


def _centre_doubts(entry: Entry) -> Iterator[Problem]:
    """What may be true, and is asked about: a point out of the county, a code that links bear, weeks entered out of the
    days of opening."""
    connection, record = entry.connection, entry.record
    if record.latitude is not None and record.longitude is not None and not _in_county(connection, record):
        yield Problem(Rule.OUTSIDE_THE_COUNTY, "latitude")
    if entry.row is None:
        return
    if record.code != entry.row["code"] and hangs_on(connection, centre, entry.row["id"]):
        yield Problem(Rule.CODE_IN_USE, "code", {"value": entry.row["code"]})
    first, last = _entered_weeks(connection, entry.row["id"])
    if last is not None and record.closed_on is not None and record.closed_on < last:
        yield Problem(Rule.CLOSED_AFTER_ENTRIES, "closed_on", {"week_start": last, "closed_on": record.closed_on})
    if first is not None and record.opened_on is not None and record.opened_on > first:
        yield Problem(Rule.OPENED_AFTER_ENTRIES, "opened_on", {"week_start": first, "opened_on": record.opened_on})


def _in_county(connection: sa.Connection, record: Any) -> bool:
    place = commune.c
    south, north, west, east = connection.execute(
        sa.select(
            sa.func.min(place.latitude),
            sa.func.max(place.latitude),
            sa.func.min(place.longitude),
            sa.func.max(place.longitude),
        )
    ).one()
    return south is None or (
        south - _DEGREES_AROUND <= record.latitude <= north + _DEGREES_AROUND
        and west - _DEGREES_AROUND <= record.longitude <= east + _DEGREES_AROUND
    )


def _entered_weeks(connection: sa.Connection, centre_id: int) -> tuple[Any, Any]:
    """The first and the last day with half-days entered for a place."""
    found = connection.execute(
        sa.select(sa.func.min(attendance_day.c.day), sa.func.max(attendance_day.c.day))
        .join(attendance_week, attendance_week.c.id == attendance_day.c.attendance_week_id)
        .where(attendance_week.c.centre_id == centre_id, attendance_day.c.half_days > 0)
    ).one()
    return found[0], found[1]


_KEYED_BY_CODE: Final = (
    "centre", "centre_capacity", "opening_hours", "closure", "centre_cost", "attendance_week", "week_reopening",
    "agreement",
)  # fmt: skip


def follow_code(connection: sa.Connection, old: str, new: str) -> None:
    """Has the audit name a place by its new code, so that what was recorded of it is found, and can be undone."""
    entries = sa.select(audit_entry.c.id, audit_entry.c.row_key, audit_entry.c.before, audit_entry.c.after).where(
        audit_entry.c.table_name.in_(_KEYED_BY_CODE),
        sa.or_(audit_entry.c.row_key == old, audit_entry.c.row_key.startswith(f"{old} ", autoescape=True)),
    )
    for row in connection.execute(entries).all():
        renamed = {
            name: document | {"centre": new}
            for name, document in (("before", row.before), ("after", row.after))
            if document is not None and document.get("centre") == old
        }
        key = f"{new}{row.row_key.removeprefix(old)}"
        connection.execute(sa.update(audit_entry).where(audit_entry.c.id == row.id).values(row_key=key, **renamed))


def _code_followed(entry: Entry, change: Change) -> None:
    if entry.row is not None and entry.row["code"] != entry.record.code:
        follow_code(entry.connection, entry.row["code"], entry.record.code)


CENTRE: Final = Kind(
    key="centre",
    title="Lieu du réseau",
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
        Field("email", "Adresse électronique"),
        Field("website", "Site"),
        Field("note", "Remarque"),
    ),
    action="record_centre",
    right=Right.COORDINATE,
    row_key=lambda entry: entry.record.code or "",
    told=lambda row: f"{row['name']} ({row['code']})",
    day="opened_on",
    impossible=_centre_problems,
    unusual=_centre_doubts,
    same=_same_centre,
    same_fields=("code",),
    also=_code_followed,
)

# Its seats and hours: each period is a record, which holds until the next one that is known.

CAPACITIES: Final = DatedTable(centre_capacity, ("seat_kind",), ("seats",))
HOURS: Final = DatedTable(opening_hours, ("weekday", "half_day"), ("opens_at", "closes_at"))
MOST_SEATS: Final = 200
_DAYS: Final = 1_000_000


def _listed_capacities(connection: sa.Connection) -> list[Row]:
    """A period of seats of one kind a row, with the version of all periods of its centre."""
    return [dict(row) for row in connection.execute(_periods(centre_capacity)).mappings()]


def _listed_hours(connection: sa.Connection) -> list[Row]:
    """A row each time the week of a centre changes, numbered by its centre and day, with the version of all its weeks."""
    weeks: dict[int, Row] = {}
    for row in connection.execute(_periods(opening_hours)).mappings():
        turns = [row["valid_from"], *([row["valid_to"] + _ONE_DAY] if row["valid_to"] else [])]
        for day in turns:
            number = row["centre_id"] * _DAYS + day.toordinal()
            named = {name: row[name] for name in ("centre_id", "centre_code", "centre_name", "version")}
            weeks[number] = {"id": number, "valid_from": day, **named}
    return list(weeks.values())


def _periods(table: sa.Table) -> sa.Select[Any]:
    entry = audit_entry.c
    changes = (
        sa.select(sa.func.count())
        .where(entry.table_name == table.name, entry.row_id == table.c.centre_id)
        .scalar_subquery()
    )
    named = (centre.c.code.label("centre_code"), centre.c.name.label("centre_name"), changes.label("version"))
    return sa.select(table, *named).join(centre, centre.c.id == table.c.centre_id)


def _capacity_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    wrong = [
        *missing(record, "centre_code", "seat_kind", "seats", "valid_from"),
        *out_of_range(record, 0, MOST_SEATS, "seats"),
        *out_of_calendar(record),
    ]
    if record.seat_kind is not None and record.seat_kind not in codes.SEAT_KINDS:
        wrong.append(Problem(Rule.NOT_IN_LIST, "seat_kind"))
    yield from wrong
    if not wrong:
        centre_id = _its_centre(entry)
        yield from seats_taken_above(entry.connection, centre_id, _fresh(entry, centre_id, CAPACITIES))


def _its_centre(entry: Entry) -> int:
    """The centre of a period, whose turn is taken; what holds in one centre does not become another's."""
    centre_id = lock_centre(entry.connection, entry.record.centre_code)
    if entry.row is not None and entry.row["centre_id"] != centre_id:
        raise Refused([Problem(Rule.NOT_IN_LIST, "centre_code")])
    return centre_id


def _fresh(entry: Entry, centre_id: int, dated: DatedTable) -> list[DatedRow]:
    """The periods that would be stored and are not."""
    before = joined(stored_rows(entry.connection, dated, centre_id))
    return [row for row in _wanted(entry, centre_id, dated) if row not in before]


def _wanted(entry: Entry, centre_id: int, dated: DatedTable) -> list[DatedRow]:
    """The periods of a centre once the record is stored: what a corrected period said before is no more."""
    rows, record = stored_rows(entry.connection, dated, centre_id), entry.record
    if entry.row is not None:
        rows = _without(rows, entry.row, dated)
    if dated is CAPACITIES:
        key = (record.seat_kind,)
        return changed_from(rows, record.valid_from, {key: (record.seats,)}, among=[key])
    week = {(each.weekday, each.half_day): (each.opens_at, each.closes_at) for each in record.half_days}
    return changed_from(rows, record.valid_from, week)


def _without(rows: list[DatedRow], period: Row, dated: DatedTable) -> list[DatedRow]:
    """The periods once a change is taken out: what held before it holds on."""
    keys = None if dated is HOURS else [(period["seat_kind"],)]
    eve = period["valid_from"] - _ONE_DAY
    held = {
        row.key: row.value for row in rows if row.valid_from <= eve <= row.end and (keys is None or row.key in keys)
    }
    return changed_from(rows, period["valid_from"], held, among=keys)


def _capacity_doubts(entry: Entry) -> Iterator[Problem]:
    centre_id = _its_centre(entry)
    if _fresh(entry, centre_id, CAPACITIES):
        yield from rates_changed(entry.connection, centre_id, _first_day(entry))


def _first_day(entry: Entry) -> date:
    """The first day that a change touches."""
    days = [entry.record.valid_from, *([entry.row["valid_from"]] if entry.row else [])]
    return min(days)


def _hours_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    yield from missing(record, "centre_code", "valid_from")
    yield from out_of_calendar(record)
    seen = set()
    for each in record.half_days:
        field, about = hours_field(each.weekday), {"weekday": each.weekday, "half_day": each.half_day}
        if not 1 <= each.weekday <= 7 or each.half_day not in codes.HALF_DAYS or (field, each.half_day) in seen:
            yield Problem(Rule.NOT_IN_LIST, "half_days")
        elif each.closes_at <= each.opens_at:
            yield Problem(Rule.HOURS_REVERSED, field, about)
        seen.add((field, each.half_day))
    mornings = {each.weekday: each.closes_at for each in record.half_days if each.half_day == "am"}
    for each in record.half_days:
        ends = mornings.get(each.weekday)
        if each.half_day == "pm" and ends is not None and each.opens_at < ends:
            yield Problem(Rule.HOURS_OVERLAP, hours_field(each.weekday), {"weekday": each.weekday})


def hours_field(weekday: int) -> str:
    """How a problem names the day at fault: « day_3 »."""
    return f"day_{weekday}"


def _hours_doubts(entry: Entry) -> Iterator[Problem]:
    centre_id = _its_centre(entry)
    if not entry.record.half_days:
        yield Problem(Rule.NEVER_OPEN, "half_days", {"day": entry.record.valid_from})
    if joined(_wanted(entry, centre_id, HOURS)) != joined(stored_rows(entry.connection, HOURS, centre_id)):
        yield from rates_changed(entry.connection, centre_id, _first_day(entry))


def _read_week(connection: sa.Connection, row: Row) -> Mapping[str, Any]:
    """The half-days open from the day of a period on."""
    rows = stored_rows(connection, HOURS, row["centre_id"])
    return {
        "half_days": tuple(
            OpenHalfDay(weekday=each.key[0], half_day=each.key[1], opens_at=each.value[0], closes_at=each.value[1])
            for each in rows
            if each.valid_from <= row["valid_from"] <= each.end
        )
    }


def _store_capacity(entry: Entry, change: Change) -> Saved:
    return _store_periods(entry, change, CAPACITIES)


def _store_hours(entry: Entry, change: Change) -> Saved:
    return _store_periods(entry, change, HOURS)


def _store_periods(entry: Entry, change: Change, dated: DatedTable) -> Saved:
    """Stores the periods of a centre as one, and answers the period that holds on the day of the record."""
    centre_id = _its_centre(entry)
    version = changes_of(entry.connection, dated.table, centre_id)
    saved = store_dated(
        entry.connection,
        change,
        dated,
        code=entry.record.centre_code,
        centre_id=centre_id,
        wanted=_wanted(entry, centre_id, dated),
        # A file says what holds from a day on, whoever changed it last.
        base_version=version if entry.imported and not entry.record.base_version else entry.record.base_version,
    )
    return Saved(_period_on(entry, centre_id), saved.version, saved.already_recorded, saved.audit_id)


def _period_on(entry: Entry, centre_id: int) -> int:
    listed = entry.kind.listed
    assert listed is not None
    periods = [
        row
        for row in listed(entry.connection)
        if row["centre_id"] == centre_id
        and row["valid_from"] <= entry.record.valid_from
        and row.get("seat_kind") == getattr(entry.record, "seat_kind", None)
    ]
    return int(max(periods, key=lambda row: row["valid_from"])["id"]) if periods else 0


def _delete_capacity(entry: Entry, change: Change) -> int:
    return _delete_period(entry, change, CAPACITIES)


def _delete_hours(entry: Entry, change: Change) -> int:
    return _delete_period(entry, change, HOURS)


def _delete_period(entry: Entry, change: Change, dated: DatedTable) -> int:
    """Takes a change out of the periods of a centre: what held before it holds on."""
    assert entry.row is not None
    centre_id = _its_centre(entry)
    rows = stored_rows(entry.connection, dated, centre_id)
    wanted = _without(rows, entry.row, dated)
    if dated is CAPACITIES:
        problems = seats_taken_above(entry.connection, centre_id, [row for row in wanted if row not in joined(rows)])
        if problems:
            raise Refused(problems)
    saved = store_dated(
        entry.connection,
        change,
        dated,
        code=entry.record.centre_code,
        centre_id=centre_id,
        wanted=wanted,
        base_version=entry.record.base_version,
    )
    if saved.audit_id is None:
        raise Refused([record_changed(entry.connection, dated.table, centre_id)])
    return saved.audit_id


_SEATS: Final = {"office": "bureaux", "open_space": "open space"}

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
    told=lambda row: f"{row['centre_name']}, {_SEATS[row['seat_kind']]} : {row['seats']}, {_from(row)}",
    day="valid_from",
    impossible=_capacity_problems,
    unusual=_capacity_doubts,
    listed=_listed_capacities,
    writes=_store_capacity,
    deletes=_delete_capacity,
)
OPENING_HOURS: Final = Kind(
    key="opening_hours",
    title="Horaires d’ouverture",
    table=opening_hours,
    record=OpeningHoursRecord,
    fields=(
        Field("centre_code", "Télécentre"),
        Field("valid_from", "À partir du"),
        Field("half_days", "Demi-journées", column=None),
    ),
    action="record_opening_hours",
    right=Right.COORDINATE,
    told=lambda row: f"{row['centre_name']}, {_from(row)}",
    day="valid_from",
    impossible=_hours_problems,
    unusual=_hours_doubts,
    reads=_read_week,
    listed=_listed_hours,
    writes=_store_hours,
    deletes=_delete_hours,
)


def _from(row: Row) -> str:
    return f"à partir du {row['valid_from']:%d/%m/%Y}"


# When it is shut.

WHOLE_NETWORK: Final = "RESEAU"
"""How the audit names a closure of all centres."""
LONGEST_CLOSURE_DAYS: Final = 366


def _closure_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    yield from missing(record, "starts_on", "ends_on", "reason")
    yield from out_of_order(record, "starts_on", "ends_on")
    yield from out_of_calendar(record)
    yield from unreadable(record, "closure")
    if record.starts_on and record.ends_on and record.ends_on.year <= 2100:
        latest = record.starts_on + timedelta(days=LONGEST_CLOSURE_DAYS - 1)
        if record.ends_on > latest:
            yield Problem(Rule.DAY_TOO_LATE, "ends_on", {"day": record.ends_on, "latest": latest})


def _same_closure(connection: sa.Connection, record: Any) -> int | None:
    """The same days of the same centre, for the same reason."""
    same = (
        sa.select(closure.c.id)
        .outerjoin(centre, centre.c.id == closure.c.centre_id)
        .where(
            centre.c.code.is_not_distinct_from(record.centre_code),
            *(closure.c[name] == getattr(record, name) for name in ("starts_on", "ends_on", "reason")),
        )
        .order_by(closure.c.id)
        .limit(1)
    )
    return connection.execute(same).scalar_one_or_none()


def _closure_doubts(entry: Entry) -> Iterator[Problem]:
    """Half-days entered on these days, and another closure of the same centre or of the whole network."""
    connection, record = entry.connection, entry.record
    centre_id = None if record.centre_code is None else lock_centre(connection, record.centre_code)
    week, day = attendance_week.c, attendance_day.c
    weeks = connection.execute(
        sa.select(week.week_start)
        .distinct()
        .join(attendance_day, day.attendance_week_id == week.id)
        .where(day.half_days > 0, day.day.between(record.starts_on, record.ends_on))
        .where(sa.true() if centre_id is None else week.centre_id == centre_id)
        .order_by(week.week_start)
    ).scalars()
    found = list(weeks)
    if found:
        yield Problem(Rule.CLOSURE_OVER_ATTENDANCE, "starts_on", {"weeks": found})
    other = connection.execute(
        sa.select(closure.c.starts_on, closure.c.ends_on, closure.c.reason)
        .where(
            closure.c.starts_on <= record.ends_on,
            closure.c.ends_on >= record.starts_on,
            sa.or_(closure.c.centre_id.is_(None), closure.c.centre_id == centre_id),
            sa.true() if entry.row_id is None else closure.c.id != entry.row_id,
        )
        .order_by(closure.c.starts_on)
        .limit(1)
    ).one_or_none()
    if other is not None:
        yield Problem(Rule.CLOSURE_OVERLAPS, "starts_on", dict(other._mapping))


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
    row_key=lambda entry: f"{entry.record.centre_code or WHOLE_NETWORK} {entry.record.starts_on}",
    told=lambda row: (
        f"{row['centre_name'] or 'Tout le réseau'}, du {row['starts_on']:%d/%m/%Y} au {row['ends_on']:%d/%m/%Y}, "
        f"{row['reason']}"
    ),
    day="starts_on",
    impossible=_closure_problems,
    unusual=_closure_doubts,
    same=_same_closure,
    same_fields=("centre_code", "starts_on", "ends_on", "reason"),
    overwrites=True,
)

# What it costs.

FIRST_COST_YEAR: Final = 1998
HIGHEST_COST_EUR: Final = 10_000_000


def _cost_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    amounts = [name for name in ("cost_eur", "revenue_eur") if getattr(record, name) is not None]
    blurred = [name for name in amounts if not math.isfinite(getattr(record, name))]
    yield from missing(record, "centre_code", "year", "cost_eur", "source")
    yield from out_of_range(record, FIRST_COST_YEAR, entry.now.year, "year")
    yield from out_of_range(record, 0, HIGHEST_COST_EUR, *(name for name in amounts if name not in blurred))
    yield from unreadable(record, "centre_cost")
    yield from (Problem(Rule.MISSING_VALUE, name) for name in blurred)
    if record.centre_code is not None:
        lock_centre(entry.connection, record.centre_code)
    # Another row of that year was opened: it cannot become this one.
    if entry.row is not None and _same_cost(entry.connection, record) not in (None, entry.row_id):
        yield Problem(Rule.ALREADY_EXISTS, "year", {"value": record.year})


def _same_cost(connection: sa.Connection, record: Any) -> int | None:
    same = (
        sa.select(centre_cost.c.id)
        .join(centre, centre.c.id == centre_cost.c.centre_id)
        .where(centre.c.code == record.centre_code, centre_cost.c.year == record.year)
    )
    return connection.execute(same).scalar_one_or_none()


def _cost_doubts(entry: Entry) -> Iterator[Problem]:
    """A year that was noted already, by who has not seen it."""
    # What says the same is not asked about: nothing would be replaced.
    if entry.row is not None and not entry.opened:
        yield Problem(Rule.COST_ALREADY_NOTED, "year", {"year": entry.record.year, "cost_eur": entry.row["cost_eur"]})


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
    row_key=lambda entry: f"{entry.record.centre_code} {entry.record.year}",
    told=lambda row: f"{row['centre_name']}, {row['year']}",
    day="year",
    impossible=_cost_problems,
    unusual=_cost_doubts,
    same=_same_cost,
    same_fields=("centre_code", "year"),
    overwrites=True,
)

PLACES: Final = (CENTRE, CAPACITY, OPENING_HOURS, CLOSURE, COST)
