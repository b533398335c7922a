"""The places of the network: what each offers on a given day, what is known of one at all times; and a year's evaluation."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
import sqlalchemy as sa

from data_access.documents import changes_of
from data_access.facts import CompletenessFacts, FirstDayFacts, PlaceFacts, PlacesFacts, YearFacts
from data_access.frames import read, valid
from data_access.openings import first_opened_on, opening_on, was_open
from data_access.periods import Period
from data_access.reads.attendance import Grain, attendance_facts, completeness_facts, completeness_weeks
from data_access.reads.passes import pass_members
from data_access.reads.people import users_facts
from data_access.reference_data import reference_rows
from data_access.rights import RIGHTS, Right, requires
from data_access.schema import (
    account,
    account_centre,
    attendance_week,
    centre,
    centre_capacity,
    centre_cost,
    closure,
    commune,
    former_opening,
    opening_hours,
    price,
    published_figure,
)


@requires(Right.FIGURES)
def centres(connection: sa.Connection, *, on: date) -> pl.DataFrame:
    """One row per place known to the network, in the order of names, with its seats on that day.

    `open` tells whether the place is open that day, by its dates; a planned place has `status` planned and no seats.
    Null seats: nobody recorded any. `opened_on` and `closed_on` are those of the period that runs that day, else of the one
    before it; `first_opened_on` is the first day of all.
    """
    opened_on, closed_on = opening_on(on)
    office, open_space = _seats_on(on, "office"), _seats_on(on, "open_space")
    question = (
        sa.select(
            centre.c.code,
            centre.c.name,
            centre.c.kind,
            centre.c.status,
            was_open(on).label("open"),
            centre.c.insee_code,
            commune.c.name.label("commune_name"),
            commune.c.epci_siren,
            commune.c.epci_name,
            centre.c.address,
            centre.c.postcode,
            sa.func.coalesce(centre.c.latitude, commune.c.latitude).cast(sa.Double).label("latitude"),
            sa.func.coalesce(centre.c.longitude, commune.c.longitude).cast(sa.Double).label("longitude"),
            centre.c.location_precision,
            centre.c.operator_name,
            centre.c.operator_kind,
            centre.c.phone,
            centre.c.email,
            centre.c.website,
            centre.c.booking_page,
            opened_on.label("opened_on"),
            closed_on.label("closed_on"),
            first_opened_on().label("first_opened_on"),
            centre.c.note,
            office.label("seats_office"),
            open_space.label("seats_open_space"),
            _all_seats(office, open_space).label("seats"),
        )
        .select_from(centre.outerjoin(commune, commune.c.insee_code == centre.c.insee_code))
        .order_by(centre.c.name)
    )
    return read(connection, question)


@requires(Right.FIGURES)
def network_facts(connection: sa.Connection, *, on: date) -> pl.DataFrame:
    """One row per place opened by that day: open or not, its seats, and what it cost in the year of that day.

    Seats count only where the place is open, and are null where nobody recorded any of either kind; where one kind is
    recorded, none of the other is 0. `cost_eur` is null where no cost was recorded for the year.
    """
    costs = sa.select(centre.c.code, centre_cost.c.cost_eur).join(centre, centre.c.id == centre_cost.c.centre_id)
    # Nobody sits where it is shut; where one kind of seat is known, the other has none.
    seats = (
        pl.when(~pl.col("open")).then(0).when(pl.col("seats").is_not_null()).then(pl.col(name).fill_null(0)).alias(name)
        for name in ("seats", "seats_office", "seats_open_space")
    )
    return (
        centres(connection, on=on)
        .filter(pl.col("status") != "planned", pl.col("first_opened_on") <= on)
        .join(
            read(connection, costs.where(centre_cost.c.year == on.year)), on="code", how="left", maintain_order="left"
        )
        .select(pl.lit(on).alias("as_of"), "open", *seats, "cost_eur", centre_code="code")
        .sort("centre_code")
    )


@requires(Right.FIGURES)
def places_facts(
    connection: sa.Connection, period: Period, *, as_of: date, on: date | None = None, seat_kind: str | None = None
) -> PlacesFacts:
    """The places on a day (the last of the period unless told), with their use and completeness over the period."""
    on = on or period.last
    by: tuple[Grain, ...] = ("centre_code",)
    use = attendance_facts(connection, period, by=by, seat_kind=seat_kind)
    weeks = completeness_facts(connection, period, as_of=as_of, by=by)
    cost = network_facts(connection, on=on).select("centre_code", "cost_eur")
    there = read(connection, sa.select(centre.c.code, was_open(period.first, until=period.last).label("there")))
    places = centres(connection, on=on)
    for figures in (use, weeks, cost):
        places = places.join(figures, left_on="code", right_on="centre_code", how="left", maintain_order="left")
    counted = [column for column in weeks.columns if column not in by]
    found = pl.col("weeks_expected") + pl.col("weeks_closed") + pl.col("occupied_half_days").fill_null(0) > 0
    places = (
        places.join(there, on="code", how="left", maintain_order="left")
        .with_columns(pl.col(counted).fill_null(0))
        .with_columns(of_period=pl.col("there") | found | pl.col("cost_eur").is_not_null())
        .drop("there")
    )
    return PlacesFacts(period, on, as_of, places, closures(connection, period))


@requires(Right.FIGURES)
def weeks_of_places(connection: sa.Connection, period: Period, *, as_of: date) -> CompletenessFacts:
    """Each week of each place over the period, and why one was shut."""
    weeks = completeness_weeks(connection, period, as_of=as_of)
    known = ("code", "opened_on", "closed_on", "seats_office", "seats_open_space")
    places = centres(connection, on=as_of).select(known)
    return CompletenessFacts(period, as_of, weeks, closures(connection, period), places)


@requires(Right.FIGURES, counts_people=True)
def first_day_facts(connection: sa.Connection) -> FirstDayFacts:
    """What a base holds already of what it needs, in one question."""
    place, week = centre.c, attendance_week.c
    published = {row["source"] for row in reference_rows("published_figures")}
    coordinating = [role for role, rights in RIGHTS.items() if Right.COORDINATE in rights]
    animators = (
        sa.select(sa.func.count())
        .select_from(account_centre.join(account, account.c.id == account_centre.c.account_id))
        .where(account_centre.c.centre_id == place.id, account.c.active)
    )
    of_network = {
        "coordinators": sa.select(sa.func.count()).where(account.c.role.in_(coordinating), account.c.active),
        "has_closures": sa.select(sa.exists().where(closure.c.id.is_not(None))),
        "has_totals": sa.select(sa.exists().where(published_figure.c.source.not_in(published))),
        "first_week": sa.select(sa.func.min(week.week_start)),
        "since": sa.select(sa.func.min(week.entered_at)),
    }
    # A base without places has one row all the same: that of the network.
    network = sa.select(*(asked.scalar_subquery().label(name) for name, asked in of_network.items())).subquery()
    question = sa.select(
        place.code,
        place.name,
        *(
            sa.exists().where(table.c.centre_id == place.id).label(name)
            for name, table in (("seats", centre_capacity), ("hours", opening_hours), ("weeks", attendance_week))
        ),
        animators.scalar_subquery().label("animators"),
        *network.c,
    ).select_from(network.outerjoin(centre, place.status == "open"))
    found = read(connection, question.order_by(place.name))
    about = found.select(list(of_network)).row(0, named=True)
    return FirstDayFacts(found.drop(list(of_network)).drop_nulls("code"), **about)


@requires(Right.CENTRES)
def place_facts(connection: sa.Connection, *, centre_code: str, on: date) -> PlaceFacts:
    """All that the sheet of a place says; KeyError when there is no such place."""
    found = centres(connection, on=on).filter(pl.col("code") == centre_code)
    if found.is_empty():
        raise KeyError(centre_code)
    hours, costs, former = opening_hours.c, centre_cost.c, former_opening.c
    earlier = sa.select(former.opened_on, former.closed_on).order_by(former.opened_on)
    shut = (
        sa.select(
            closure.c.id,
            closure.c.version,
            closure.c.centre_id.is_(None).label("whole_network"),
            closure.c.starts_on,
            closure.c.ends_on,
            closure.c.reason,
        )
        .select_from(closure.outerjoin(centre, centre.c.id == closure.c.centre_id))
        .where(closure.c.ends_on >= on, sa.or_(closure.c.centre_id.is_(None), centre.c.code == centre_code))
        .order_by(closure.c.starts_on)
    )
    every_hour = (hours.weekday, hours.half_day, hours.opens_at, hours.closes_at, hours.valid_from, hours.valid_to)
    every_cost = (costs.id, costs.version, costs.year, costs.cost_eur, costs.revenue_eur, costs.source)
    return PlaceFacts(
        on=on,
        row=found.row(0, named=True),
        former_openings=_of_place(connection, centre_code, former_opening, earlier),
        hours=centre_hours(connection, centre_code=centre_code, on=on),
        hour_periods=_of_place(
            connection,
            centre_code,
            opening_hours,
            sa.select(*every_hour).order_by(hours.valid_from, hours.weekday, hours.half_day),
        ),
        seat_periods=seat_periods(connection, centre_code=centre_code),
        closures=read(connection, shut),
        costs=_of_place(connection, centre_code, centre_cost, sa.select(*every_cost).order_by(costs.year.desc())),
    )


@requires(Right.FIGURES)
def closures(connection: sa.Connection, period: Period) -> pl.DataFrame:
    """One row per closure, or week entered as closed, that touches the period, in the order of days: `centre_code` (null =
    the whole network), `starts_on`, `ends_on`, `reason`."""
    week = attendance_week.c
    announced = (
        sa.select(centre.c.code.label("centre_code"), closure.c.starts_on, closure.c.ends_on, closure.c.reason)
        .select_from(closure.outerjoin(centre, centre.c.id == closure.c.centre_id))
        .where(closure.c.starts_on <= period.last, closure.c.ends_on >= period.first)
    )
    entered = (
        sa.select(centre.c.code.label("centre_code"), week.week_start, week.comment)
        .join(centre, centre.c.id == week.centre_id)
        .where(week.status == "closed", week.comment.is_not(None))
        .where(week.week_start.between(period.first - timedelta(days=6), period.last))
    )
    sheets = read(connection, entered).select(
        "centre_code",
        starts_on="week_start",
        ends_on=pl.col("week_start").dt.offset_by("6d"),
        reason="comment",
    )
    return pl.concat([read(connection, announced), sheets]).sort("starts_on", "centre_code", nulls_last=True)


@requires(Right.FIGURES)
def centre_hours(connection: sa.Connection, *, centre_code: str, on: date) -> pl.DataFrame:
    """One row per open half-day of a centre's week, as valid that day: `weekday` (1 = Monday), `half_day`, two times."""
    rows = opening_hours.c
    question = sa.select(rows.weekday, rows.half_day, rows.opens_at, rows.closes_at).where(valid(opening_hours, on))
    return _of_place(connection, centre_code, opening_hours, question.order_by(rows.weekday, rows.half_day))


@requires(Right.FIGURES)
def hours_of_places(connection: sa.Connection, *, on: date) -> pl.DataFrame:
    """The same of every centre, with its `centre_code`."""
    rows = opening_hours.c
    question = (
        sa.select(centre.c.code.label("centre_code"), rows.weekday, rows.half_day, rows.opens_at, rows.closes_at)
        .join_from(opening_hours, centre, centre.c.id == rows.centre_id)
        .where(valid(opening_hours, on))
    )
    return read(connection, question.order_by(centre.c.code, rows.weekday, rows.half_day))


@requires(Right.FIGURES)
def published_prices(connection: sa.Connection) -> pl.DataFrame:
    """One row per price found published, as it was: `centre_code` (null for the whole network), `period`, `formula`, its
    bounds, null where no amount was, and `note`; the last period of each centre first."""
    rows = price.c
    question = (
        sa.select(
            centre.c.code.label("centre_code"), rows.period, rows.formula, rows.lowest_eur, rows.highest_eur, rows.note
        )
        .join_from(price, centre, centre.c.id == rows.centre_id, isouter=True)
        .order_by(rows.period.desc(), rows.id)
    )
    return read(connection, question)


@dataclass(frozen=True)
class PlaceEntry:
    """A place as a form opens it; the versions are those a change of its seats or hours is made on."""

    row_id: int
    seats_version: int
    hours_version: int


@requires(Right.CENTRES)
def place_entry(connection: sa.Connection, *, centre_code: str) -> PlaceEntry | None:
    """A place by its code; None when there is none."""
    centre_id = connection.scalar(sa.select(centre.c.id).where(centre.c.code == centre_code))
    if centre_id is None:
        return None
    seats, hours = (changes_of(connection, table, centre_id) for table in (centre_capacity, opening_hours))
    return PlaceEntry(centre_id, seats, hours)


@requires(Right.CENTRES)
def place_code(connection: sa.Connection, *, centre_id: int) -> str | None:
    """The code of a place by its id."""
    return connection.execute(sa.select(centre.c.code).where(centre.c.id == centre_id)).scalar_one_or_none()


@requires(Right.CENTRES)
def seat_periods(connection: sa.Connection, *, centre_code: str) -> pl.DataFrame:
    """One row per kind and period: `seat_kind`, `seats`, `valid_from`, `valid_to` (null = still so), newest first."""
    rows = centre_capacity.c
    question = sa.select(rows.seat_kind, rows.seats, rows.valid_from, rows.valid_to)
    ordered = question.order_by(rows.valid_from.desc(), rows.seat_kind)
    return _of_place(connection, centre_code, centre_capacity, ordered)


@requires(Right.FIGURES)
def communes(connection: sa.Connection) -> pl.DataFrame:
    """One row per commune of the county: `insee_code`, `name`."""
    return read(connection, sa.select(commune.c.insee_code, commune.c.name).order_by(commune.c.name))


def _seats_on(on: date, seat_kind: str) -> sa.ScalarSelect[int]:
    return (
        sa.select(centre_capacity.c.seats)
        .where(
            centre_capacity.c.centre_id == centre.c.id,
            centre_capacity.c.seat_kind == seat_kind,
            valid(centre_capacity, on),
        )
        .scalar_subquery()
    )


def _all_seats(office: sa.ScalarSelect[int], open_space: sa.ScalarSelect[int]) -> sa.ColumnElement[int]:
    """The seats of both kinds, null where nobody recorded any."""
    some = sa.func.coalesce(office, open_space)
    return sa.case(
        (some.is_not(None), sa.func.coalesce(office, 0) + sa.func.coalesce(open_space, 0)), else_=sa.null()
    ).cast(sa.Integer)


def _of_place(connection: sa.Connection, centre_code: str, table: sa.Table, question: sa.Select[Any]) -> pl.DataFrame:
    own = question.join(centre, centre.c.id == table.c.centre_id).where(centre.c.code == centre_code)
    return read(connection, own)


# The facts of a year's evaluation, and the figures as they were published.


class YearNotBegun(ValueError):
    """The evaluation of a year was asked for before its first day."""


@requires(Right.FIGURES)
def evaluation_facts(connection: sa.Connection, year: int, *, as_of: date) -> YearFacts:
    """The facts of one year; attendance is one row, with the weeks counted beside the half-days.

    Raises YearNotBegun when `as_of` is before the year.
    """
    if as_of < date(year, 1, 1):
        raise YearNotBegun(f"{year} has not begun by {as_of}")
    on = min(date(year, 12, 31), as_of)
    period = Period.year(year).so_far(as_of, by_week=True)
    attendance = attendance_facts(connection, period).hstack(completeness_facts(connection, period, as_of=as_of))
    return YearFacts(
        year=year,
        on=on,
        network=network_facts(connection, on=on),
        attendance=attendance,
        users=users_facts(connection, year=year, as_of=as_of),
        passes=pass_members(connection, on=on),
    )


@requires(Right.FIGURES)
def published_figures(connection: sa.Connection) -> pl.DataFrame:
    """One row per total as it was published, with its years, unit, precision and source, those of the earliest years first.

    A total of one year (`year_from` = `year_to`) is what an evaluation says of that year where no rows are; where several
    sources published one, the first row of its `indicator` counts: that which was recorded first.
    """
    table = published_figure.c
    names = ("indicator", "label", "year_from", "year_to", "value", "unit", "precision", "source")
    return read(connection, sa.select(*(table[name] for name in names)).order_by(table.year_to, table.id))
