"""A place, its closures and its yearly cost: stored as said, refused when impossible, asked about when unusual."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_access.entries import KINDS
from data_access.entries.engine import delete_entry, record_entry, stored_record
from data_access.entries.undoing import undo_change
from data_access.openings import openings_of
from data_access.records import CapacityRecord, CentreCostRecord, CentreRecord, ClosureRecord
from data_access.refusals import Refused, Rule, Unconfirmed
from data_access.rights import Actor
from data_access.schema import audit_entry, centre, centre_capacity, centre_cost, closure, commune, former_opening
from data_access.writes.rows import Change, Saved
from tests.data_access.entering import entering
from tests.factories import OPENED_ON, add_capacity, add_centre, add_closure, add_week

NOW = datetime(2017, 5, 30, 8, 0, tzinfo=UTC)
CLAIRE = Actor("claire@cantal.fr", "coordinator")
ELISE = Actor("elise@cantal.fr", "animator", frozenset({"MURAT"}))
SARA = Actor("sara@cantal.fr", "viewer")
MAY_22, MAY_29 = date(2017, 5, 22), date(2017, 5, 29)
CENTRE: dict[str, Any] = {
    "code": "CONDAT",
    "name": "Télécentre de Condat",
    "kind": "telecentre",
    "status": "planned",
    "insee_code": "15054",
}
CLOSURE: dict[str, Any] = {"centre_code": "MURAT", "starts_on": MAY_29, "ends_on": MAY_29, "reason": "Travaux"}
COST: dict[str, Any] = {"centre_code": "MURAT", "year": 2016, "cost_eur": 5417.25, "source": "Compte administratif"}


@pytest.fixture(autouse=True)
def murat(connection: sa.Connection) -> int:
    """Two offices since 2010, in a county of two communes."""
    places = {"15014": ("Aurillac", 44.92, 2.44), "15054": ("Condat", 45.34, 2.75)}
    for code, (name, latitude, longitude) in places.items():
        about = {"population": 1000, "epci_siren": "200000000", "epci_name": "Hautes Terres Communauté"}
        point = {"latitude": latitude, "longitude": longitude}
        connection.execute(sa.insert(commune).values(insee_code=code, name=name, **about, **point))
    return add_centre(connection, "MURAT")


def place(connection: sa.Connection, *, actor: Actor = CLAIRE, row_id: int | None = None, **fields: Any) -> Saved:
    return entering("centre")(connection, actor, CentreRecord(**CENTRE | fields), now=NOW, row_id=row_id)


def shut(connection: sa.Connection, *, actor: Actor = CLAIRE, row_id: int | None = None, **fields: Any) -> Saved:
    return entering("closure")(connection, actor, ClosureRecord(**CLOSURE | fields), now=NOW, row_id=row_id)


def cost(connection: sa.Connection, *, actor: Actor = CLAIRE, row_id: int | None = None, **fields: Any) -> Saved:
    return entering("cost")(connection, actor, CentreCostRecord(**COST | fields), now=NOW, row_id=row_id)


def undo(connection: sa.Connection, saved: Saved) -> None:
    undo_change(connection, Change(CLAIRE, NOW, "x"), saved.audit_id or 0)


def problems_of(problem: pytest.ExceptionInfo[Refused]) -> set[tuple[Rule, str]]:
    return {(each.rule, each.field) for each in problem.value.problems}


def how_many(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_a_place_in_project_is_stored_as_it_was_said_and_taken_back(connection: sa.Connection) -> None:
    saved = place(connection, website="https://condat.fr", phone="04 71 78 50 23", postcode="15190", note="  ")

    row = connection.execute(sa.select(centre).where(centre.c.id == saved.row_id)).mappings().one()
    assert {name: row[name] for name in CENTRE} == CENTRE
    assert (row["phone"], row["note"], row["version"]) == ("04 71 78 50 23", None, 1)

    undo(connection, saved)
    assert connection.execute(sa.select(centre.c.code)).scalars().all() == ["MURAT"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (dict.fromkeys(CENTRE), {(Rule.MISSING_VALUE, name) for name in CENTRE}),
        ({"code": "Condat"}, {(Rule.NOT_A_CODE, "code")}),
        ({"code": "CONDAT'; DROP TABLE"}, {(Rule.NOT_A_CODE, "code")}),
        ({"code": "MURAT"}, {(Rule.ALREADY_EXISTS, "code")}),
        ({"insee_code": "75056"}, {(Rule.NOT_IN_LIST, "insee_code")}),
        ({"kind": "café"}, {(Rule.NOT_IN_LIST, "kind")}),
        ({"status": "open"}, {(Rule.MISSING_VALUE, "opened_on")}),
        ({"status": "closed", "opened_on": OPENED_ON}, {(Rule.MISSING_VALUE, "closed_on")}),
        (
            {"status": "closed", "opened_on": OPENED_ON, "closed_on": date(2009, 1, 1)},
            {(Rule.DAY_TOO_EARLY, "closed_on")},
        ),
        ({"postcode": "1519O"}, {(Rule.NOT_A_POSTCODE, "postcode")}),
        ({"phone": "demander à la mairie"}, {(Rule.NOT_A_PHONE, "phone")}),
        ({"email": "condat(at)cantal.fr"}, {(Rule.NOT_AN_EMAIL, "email")}),
        ({"website": "javascript:alert(1)"}, {(Rule.NOT_A_WEBSITE, "website")}),
        ({"booking_page": "RDV à la mairie"}, {(Rule.NOT_A_WEBSITE, "booking_page")}),
        (
            {"latitude": 45.3},
            {(Rule.MISSING_VALUE, "longitude"), (Rule.MISSING_VALUE, "location_precision")},
        ),
        (
            {"latitude": 95.0, "longitude": 2.0, "location_precision": "address"},
            {(Rule.OUT_OF_RANGE, "latitude")},
        ),
        ({"name": "T" * 161}, {(Rule.TOO_LONG, "name")}),
        ({"name": "Con\x00dat"}, {(Rule.UNREADABLE_TEXT, "name")}),
    ],
)
def test_a_place_that_cannot_be_is_refused(
    connection: sa.Connection, fields: dict[str, Any], expected: set[tuple[Rule, str]]
) -> None:
    with pytest.raises(Refused) as problem:
        place(connection, **fields)

    assert problems_of(problem) == expected


def test_a_point_out_of_the_county_is_asked_about_once(connection: sa.Connection) -> None:
    far = {"latitude": 48.85, "longitude": 2.35, "location_precision": "address"}

    with pytest.raises(Unconfirmed) as problem:
        place(connection, **far)

    assert problems_of(problem) == {(Rule.OUTSIDE_THE_COUNTY, "latitude")}
    assert place(connection, **far, confirmed=frozenset({Rule.OUTSIDE_THE_COUNTY})).version == 1


def test_swapped_coordinates_are_refused_in_words(connection: sa.Connection) -> None:
    with pytest.raises(Refused) as problem:
        place(connection, latitude=2.75, longitude=45.34, location_precision="address")

    assert problems_of(problem) == {(Rule.OUT_OF_RANGE, "latitude"), (Rule.OUT_OF_RANGE, "longitude")}


@pytest.fixture
def closed_place(connection: sa.Connection) -> int:
    """Open from 2010 to June 2016, with a week of May 2016; looked at in May 2017."""
    add_week(connection, murat := add_centre(connection, "CLOSED"), date(2016, 5, 30), office=(1,))
    connection.execute(
        sa.update(centre)
        .where(centre.c.id == murat)
        .values(status="closed", closed_on=date(2016, 6, 30), insee_code="15014")
    )
    return murat


def openings(connection: sa.Connection, centre_id: int) -> list[tuple[date, date | None]]:
    return [(each.opened_on, each.closed_on) for each in openings_of(connection, centre_id)]


def test_a_place_opens_again_and_the_reopening_is_taken_back(connection: sa.Connection, closed_place: int) -> None:
    """The period before it stays, asks for nothing, and comes back as it was."""
    before = openings(connection, closed_place)
    stored = stored_record(connection, CLAIRE, KINDS["centre"], closed_place)
    again = stored.model_copy(update={"status": "open", "opened_on": MAY_22, "closed_on": None})

    saved = record_entry(connection, CLAIRE, KINDS["centre"], again, now=NOW, row_id=closed_place)

    assert openings(connection, closed_place) == [*before, (MAY_22, None)]

    undo(connection, saved)

    assert openings(connection, closed_place) == before
    assert how_many(connection, former_opening) == 0


def test_a_reopening_whose_author_says_the_former_periods_keeps_those_alone(
    connection: sa.Connection, closed_place: int
) -> None:
    """The period that the database keeps by itself is said already, or is none of theirs."""
    stored = stored_record(connection, CLAIRE, KINDS["centre"], closed_place)
    said = {"status": "open", "opened_on": MAY_22, "closed_on": None, "former_openings": "04/01/2010 – 30/06/2016"}

    record_entry(connection, CLAIRE, KINDS["centre"], stored.model_copy(update=said), now=NOW, row_id=closed_place)

    assert openings(connection, closed_place) == [(date(2010, 1, 4), date(2016, 6, 30)), (MAY_22, None)]


def test_former_openings_are_typed_and_refused_where_they_cannot_be(
    connection: sa.Connection, closed_place: int
) -> None:
    def typed(text: str) -> Saved:
        stored = stored_record(connection, CLAIRE, KINDS["centre"], closed_place)
        changed = stored.model_copy(update={"former_openings": text})
        return record_entry(connection, CLAIRE, KINDS["centre"], changed, now=NOW, row_id=closed_place)

    typed("01/03/2008 – 31/12/2008 ; 01/02/2007 – 30/06/2007")

    assert openings(connection, closed_place)[:2] == [
        (date(2007, 2, 1), date(2007, 6, 30)),
        (date(2008, 3, 1), date(2008, 12, 31)),
    ]
    for text, expected in (
        ("depuis 2008", (Rule.NOT_OPENINGS, "former_openings")),
        ("01/03/0208 – 31/12/2008", (Rule.NOT_OPENINGS, "former_openings")),
        ("01/03/2008 – 31/12/2008 ; 01/06/2008 – 30/06/2009", (Rule.NOT_OPENINGS, "former_openings")),
        ("01/03/2008 – 31/12/2010", (Rule.DAY_TOO_EARLY, "opened_on")),
    ):
        with pytest.raises(Refused) as problem:
            typed(text)
        assert problems_of(problem) == {expected}


def test_the_code_of_a_place_in_use_changes_once_its_author_says_so_and_its_history_follows(
    connection: sa.Connection,
) -> None:
    saved = place(connection)
    seats = entering("capacity")(
        connection,
        CLAIRE,
        CapacityRecord(centre_code="CONDAT", seat_kind="office", seats=2, valid_from=MAY_29),
        now=NOW,
    )
    closed = shut(connection, centre_code="CONDAT")
    new = {"row_id": saved.row_id, "code": "CONDAT-EN-FENIERS", "base_version": 1}

    with pytest.raises(Unconfirmed) as problem:
        place(connection, **new)
    renamed = place(connection, **new, confirmed=frozenset({Rule.CODE_IN_USE}))

    assert problems_of(problem) == {(Rule.CODE_IN_USE, "code")}
    keys = connection.execute(sa.select(audit_entry.c.row_key).order_by(audit_entry.c.id)).scalars().all()
    assert keys == ["CONDAT-EN-FENIERS"] * 2 + ["CONDAT-EN-FENIERS 2017-05-29", "CONDAT-EN-FENIERS"]
    # What was noted under the former code is undone still, and under it again once the place has it again.
    undo(connection, closed)
    undo(connection, renamed)
    assert "CONDAT 2017-05-29" in connection.execute(sa.select(audit_entry.c.row_key)).scalars().all()
    undo(connection, seats)
    assert how_many(connection, centre_capacity) == 2 - 1


def test_a_place_is_renamed(connection: sa.Connection, murat: int) -> None:
    read = stored_record(connection, CLAIRE, KINDS["centre"], murat)

    saved = record_entry(
        connection, CLAIRE, KINDS["centre"], read.model_copy(update={"name": "La Forge"}), now=NOW, row_id=murat
    )

    stored = connection.execute(sa.select(centre)).mappings().one()
    assert (stored["name"], stored["code"], saved.version) == ("La Forge", "MURAT", 2)


def test_a_place_is_deleted_if_nothing_hangs_on_it(connection: sa.Connection, murat: int) -> None:
    saved = place(connection)

    with pytest.raises(Refused) as problem:
        delete_entry(connection, CLAIRE, KINDS["centre"], murat, base_version=1, now=NOW)
    deleted = delete_entry(connection, CLAIRE, KINDS["centre"], saved.row_id, base_version=1, now=NOW)

    assert problems_of(problem) == {(Rule.STILL_USED, "")}
    assert connection.execute(sa.select(centre.c.code)).scalars().all() == ["MURAT"]
    undo_change(connection, Change(CLAIRE, NOW, "x"), deleted)
    assert sorted(connection.execute(sa.select(centre.c.code)).scalars()) == ["CONDAT", "MURAT"]


def test_a_place_that_bears_seats_is_not_taken_back_with_them(connection: sa.Connection) -> None:
    saved = place(connection)
    add_capacity(connection, saved.row_id, "office", 2)

    with pytest.raises(Refused) as problem:
        undo(connection, saved)

    assert problems_of(problem) == {(Rule.STILL_USED, "")}


def test_days_of_opening_that_leave_out_what_was_entered_are_asked_about(connection: sa.Connection, murat: int) -> None:
    add_week(connection, murat, MAY_22, office=[1, 1])
    known = {"code": "MURAT", "insee_code": "15014", "row_id": murat, "base_version": 1, "opened_on": OPENED_ON}

    with pytest.raises(Unconfirmed) as closing:
        place(connection, **known, status="closed", closed_on=MAY_22)
    with pytest.raises(Unconfirmed) as opening:
        place(connection, **known | {"status": "open", "opened_on": MAY_29})
    with pytest.raises(Refused) as planning:
        place(connection, **known | {"status": "planned"})

    assert problems_of(closing) == {(Rule.CLOSED_AFTER_ENTRIES, "closed_on")}
    assert problems_of(opening) == {(Rule.OPENED_AFTER_ENTRIES, "opened_on")}
    assert problems_of(planning) == {(Rule.PLANNED_BUT_USED, "status")}


def test_a_place_changed_meanwhile_is_refused(connection: sa.Connection) -> None:
    saved = place(connection)
    place(connection, row_id=saved.row_id, base_version=1, note="Ouvre en septembre")

    with pytest.raises(Refused) as problem:
        place(connection, row_id=saved.row_id, base_version=1, note="Ouvre en octobre")

    assert problems_of(problem) == {(Rule.RECORD_CHANGED, "version")}


@pytest.mark.parametrize("write", [place, cost])
@pytest.mark.parametrize("actor", [ELISE, SARA], ids=["animator", "viewer"])
def test_only_who_coordinates_records_a_place_or_its_cost(connection: sa.Connection, write: Any, actor: Actor) -> None:
    with pytest.raises(Refused) as problem:
        write(connection, actor=actor)

    assert problems_of(problem) == {(Rule.NOT_YOUR_ROLE, "")}


def test_an_animator_records_the_closures_of_her_own_centre(connection: sa.Connection) -> None:
    other = add_centre(connection, "MAURIAC")
    of_another = add_closure(connection, other, MAY_22, MAY_22)

    assert shut(connection, actor=ELISE).version == 1
    for fields in ({"centre_code": "MAURIAC"}, {"centre_code": None}, {"row_id": of_another}):
        with pytest.raises(Refused):
            shut(connection, actor=ELISE, **fields)
    with pytest.raises(Refused):
        shut(connection, actor=SARA)


def test_the_same_closure_again_changes_nothing(connection: sa.Connection) -> None:
    first = shut(connection)

    assert shut(connection) == Saved(first.row_id, 1, already_recorded=True)
    assert how_many(connection, closure) == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"ends_on": MAY_22}, {(Rule.DAY_TOO_EARLY, "ends_on")}),
        ({"reason": " \u200b "}, {(Rule.MISSING_VALUE, "reason")}),
        ({"ends_on": date(2027, 5, 29)}, {(Rule.DAY_TOO_LATE, "ends_on")}),
        ({"starts_on": None, "ends_on": None}, {(Rule.MISSING_VALUE, "starts_on"), (Rule.MISSING_VALUE, "ends_on")}),
        ({"centre_code": "PARIS"}, {(Rule.UNKNOWN_CENTRE, "centre_code")}),
    ],
)
def test_a_closure_that_cannot_be_is_refused(
    connection: sa.Connection, fields: dict[str, Any], expected: set[tuple[Rule, str]]
) -> None:
    with pytest.raises(Refused) as problem:
        shut(connection, **fields)

    assert problems_of(problem) == expected


@pytest.mark.parametrize("code", ["MURAT", None], ids=["centre", "whole network"])
def test_a_closure_of_days_with_half_days_is_asked_about_with_the_weeks(
    connection: sa.Connection, murat: int, code: str | None
) -> None:
    add_week(connection, murat, MAY_22, office=[1])
    add_week(connection, murat, MAY_29, office=[0, 2])
    fields = {"centre_code": code, "starts_on": MAY_22, "ends_on": date(2017, 6, 4)}

    with pytest.raises(Unconfirmed) as problem:
        shut(connection, **fields)
    saved = shut(connection, **fields, confirmed=frozenset({Rule.CLOSURE_OVER_ATTENDANCE}))

    assert problem.value.problems[0].values == {"weeks": [MAY_22, MAY_29]}
    undo(connection, saved)
    assert how_many(connection, closure) == 0


def test_a_closure_over_another_is_asked_about(connection: sa.Connection) -> None:
    add_closure(connection, None, MAY_22, MAY_29)

    with pytest.raises(Unconfirmed) as problem:
        shut(connection)

    assert problem.value.problems[0].values == {"starts_on": MAY_22, "ends_on": MAY_29, "reason": "Travaux"}


def test_a_cost_noted_again_keeps_its_revenue(connection: sa.Connection) -> None:
    first = cost(connection, revenue_eur=4212.0)

    cost(connection, cost_eur=20000.0, confirmed=frozenset({Rule.COST_ALREADY_NOTED}))
    assert connection.execute(sa.select(centre_cost.c.cost_eur, centre_cost.c.revenue_eur)).all() == [(20000.0, 4212.0)]

    # Who opened it and emptied it meant it.
    read = stored_record(connection, CLAIRE, KINDS["cost"], first.row_id)
    emptied = read.model_copy(update={"revenue_eur": None})
    record_entry(connection, CLAIRE, KINDS["cost"], emptied, now=NOW, row_id=first.row_id)
    assert connection.execute(sa.select(centre_cost.c.revenue_eur)).scalars().all() == [None]


def test_a_cost_is_noted_once_a_centre_and_year(connection: sa.Connection) -> None:
    first = cost(connection)

    assert cost(connection).already_recorded
    with pytest.raises(Unconfirmed) as problem:
        cost(connection, cost_eur=6000.0)
    second = cost(connection, cost_eur=6000.0, confirmed=frozenset({Rule.COST_ALREADY_NOTED}))

    assert problem.value.problems[0].values == {"year": 2016, "cost_eur": 5417.25}
    assert (second.row_id, second.version) == (first.row_id, 2)
    undo(connection, second)
    assert connection.execute(sa.select(centre_cost.c.cost_eur)).scalars().all() == [5417.25]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"cost_eur": -1.0}, {(Rule.OUT_OF_RANGE, "cost_eur")}),
        ({"cost_eur": float("nan")}, {(Rule.MISSING_VALUE, "cost_eur")}),
        ({"revenue_eur": float("inf")}, {(Rule.MISSING_VALUE, "revenue_eur")}),
        ({"year": 2018}, {(Rule.OUT_OF_RANGE, "year")}),
        ({"year": 17}, {(Rule.OUT_OF_RANGE, "year")}),
        ({"source": None}, {(Rule.MISSING_VALUE, "source")}),
    ],
)
def test_a_cost_that_cannot_be_is_refused(
    connection: sa.Connection, fields: dict[str, Any], expected: set[tuple[Rule, str]]
) -> None:
    with pytest.raises(Refused) as problem:
        cost(connection, **fields)

    assert problems_of(problem) == expected


def test_a_double_click_writes_once(connection: sa.Connection) -> None:
    for _time in range(3):
        place(connection, request_key="place-1234")
        cost(connection, request_key="cost-1234")
        shut(connection, request_key="closure-1234")

    assert [how_many(connection, table) for table in (centre, centre_cost, closure, audit_entry)] == [2, 1, 1, 3]


@given(text=st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_is_stored_or_refused_in_words(connection: sa.Connection, text: str) -> None:
    for write, field in ((place, "name"), (place, "code"), (place, "phone"), (shut, "reason"), (cost, "source")):
        attempt, told = connection.begin_nested(), set[str]()
        try:
            write(connection, **{field: text})
        except Refused as refusal:
            told = {problem.field for problem in refusal.problems}
        attempt.rollback()
        assert told <= {field}
