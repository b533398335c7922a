"""The convention with Pôle Emploi, each figure beside the same one worked out in plain Python from the rows."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import pytest
import sqlalchemy as sa

from data_access.codes import PLACEMENT_STAGES
from data_access.reads.programmes import candidate_facts, information_meetings, placement_facts
from data_access.schema import centre, information_meeting, placement
from tests.demonstrations import demonstration
from tests.factories import add_centre

AS_OF: Final = date(2017, 5, 30)
Row = dict[str, Any]

# Each row is a way through the steps: whole, cut short, with a date missing, with a date still to come.
CANDIDATES: Final[tuple[Row, ...]] = (
    {
        "aim": 1, "stage": "hired", "informed_on": date(2016, 1, 5), "interested_on": date(2016, 1, 9),
        "trained_on": date(2016, 2, 1), "applied_on": date(2016, 3, 1), "hired_on": date(2016, 3, 31),
        "ended_on": date(2017, 5, 30), "contract_kind": "permanent",
    },
    {"aim": 1, "stage": "hired", "hired_on": date(2016, 4, 1), "ended_on": date(2017, 5, 29), "contract_kind": "other"},
    {"aim": 3, "stage": "hired", "hired_on": date(2017, 5, 30), "contract_kind": "fixed_term"},
    {"aim": 2, "stage": "hired", "informed_on": date(2017, 5, 2), "hired_on": date(2017, 6, 1), "contract_kind": "permanent"},
    {"aim": 2, "stage": "applied", "informed_on": date(2017, 4, 4), "applied_on": date(2017, 6, 2)},
    {"aim": 2, "stage": "trained", "interested_on": date(2015, 12, 31), "trained_on": None},
    {"aim": 1, "stage": "interested", "informed_on": date(2017, 3, 7)},
    {"aim": 1, "stage": "informed", "informed_on": date(2017, 5, 30)},
    {"aim": 1, "stage": "informed", "informed_on": date(2017, 5, 31)},
    {"aim": 3, "stage": "trained"},
)  # fmt: skip


@pytest.fixture
def candidates(connection: sa.Connection) -> sa.Connection:
    """A database with these candidates; the second contract was noted in a centre."""
    centre_id = add_centre(connection, "MURAT")
    columns = dict.fromkeys([f"{stage}_on" for stage in PLACEMENT_STAGES] + ["ended_on", "contract_kind"])
    for number, row in enumerate(CANDIDATES):
        values = {**columns, **row, "candidate_ref": f"C-{number}", "centre_id": centre_id if number == 1 else None}
        connection.execute(sa.insert(placement).values(values))
    return connection


def begun(rows: Sequence[Row], as_of: date) -> list[Row]:
    """The contracts begun by a day, by their first day."""
    return sorted(
        (row for row in rows if row.get("hired_on") and row["hired_on"] <= as_of), key=lambda row: row["hired_on"]
    )


def furthest_step(row: Row, as_of: date) -> str:
    """The last step reached: a date decides where there is one, the noted stage where there is none."""
    noted = PLACEMENT_STAGES.index(row["stage"])
    reached = [
        place
        for place, stage in enumerate(PLACEMENT_STAGES)
        if (day <= as_of if (day := row.get(f"{stage}_on")) else noted >= place)
    ]
    return PLACEMENT_STAGES[max(reached, default=0)]


def first_day(row: Row) -> date | None:
    """The day of the first step that has one."""
    return next((day for stage in PLACEMENT_STAGES if (day := row.get(f"{stage}_on"))), None)


def counted(rows: Sequence[Row], as_of: date) -> Counter[tuple[int | None, int, str]]:
    """Candidates by year of their first step, aim and furthest step."""
    found: Counter[tuple[int | None, int, str]] = Counter()
    for row in rows:
        day = first_day(row)
        if day is None or day <= as_of:
            found[(day.year if day else None, row["aim"], furthest_step(row, as_of))] += 1
    return found


def as_counter(connection: sa.Connection, as_of: date) -> Counter[tuple[int | None, int, str]]:
    """The same, as the database answers."""
    rows = candidate_facts(connection, as_of=as_of).iter_rows()
    return Counter({(year, aim, stage): number for year, aim, stage, number in rows})


def test_a_contract_counts_from_its_first_day_and_runs_until_its_last_one(candidates: sa.Connection) -> None:
    expected = [(date(2016, 3, 31), 1, 1), (date(2016, 4, 1), 0, 1), (date(2017, 5, 30), 1, 1)]

    facts = placement_facts(candidates, as_of=AS_OF)

    assert list(facts.select("hired_on", "running", "placements").iter_rows()) == expected


def test_a_contract_has_the_year_and_the_quarter_of_its_first_day(candidates: sa.Connection) -> None:
    expected = [(2016, date(2016, 1, 1)), (2016, date(2016, 4, 1)), (2017, date(2017, 4, 1))]

    assert list(placement_facts(candidates, as_of=AS_OF).select("year", "quarter_start").iter_rows()) == expected


def test_a_contract_noted_in_no_centre_has_none(candidates: sa.Connection) -> None:
    assert placement_facts(candidates, as_of=AS_OF)["centre_code"].to_list() == [None, "MURAT", None]


def test_nobody_is_told_apart(candidates: sa.Connection) -> None:
    for frame in (placement_facts(candidates, as_of=AS_OF), candidate_facts(candidates, as_of=AS_OF)):
        assert "candidate_ref" not in frame.columns
        assert "employer" not in frame.columns


@pytest.mark.parametrize("as_of", [date(2015, 12, 30), date(2016, 3, 31), date(2017, 5, 29), AS_OF, date(2017, 6, 1)])
def test_candidates_are_counted_at_the_furthest_step_their_dates_or_their_stage_tell(
    candidates: sa.Connection, as_of: date
) -> None:
    assert as_counter(candidates, as_of) == counted(CANDIDATES, as_of)


def test_a_contract_signed_but_not_begun_is_no_hiring_yet(candidates: sa.Connection) -> None:
    """The fourth candidate begins in June: in May the three steps before are implied by the contract signed."""
    assert as_counter(candidates, AS_OF)[(2017, 2, "applied")] == 1
    assert as_counter(candidates, date(2017, 6, 1))[(2017, 2, "hired")] == 1


def test_a_candidate_without_a_date_has_no_year(candidates: sa.Connection) -> None:
    assert as_counter(candidates, AS_OF)[(None, 3, "trained")] == 1


def test_a_meeting_nobody_counted_stays_without_a_count(connection: sa.Connection) -> None:
    meetings = [(date(2017, 4, 18), "Aurillac", None, None), (date(2017, 5, 16), "Mauriac", 0, 0)]
    for held_on, place, attendees, interested in [*meetings, (date(2017, 6, 20), "Murat", None, None)]:
        values = {"held_on": held_on, "place": place, "attendees": attendees, "interested": interested}
        connection.execute(sa.insert(information_meeting).values(values))

    found = information_meetings(connection, as_of=AS_OF)

    assert list(found.select("held_on", "place", "attendees", "interested").iter_rows()) == meetings
    assert found["month_start"].to_list() == [date(2017, 4, 1), date(2017, 5, 1)]
    assert found["year"].to_list() == [2017, 2017]


def test_frames_keep_their_types_without_a_row(connection: sa.Connection) -> None:
    assert (
        placement_facts(connection, as_of=AS_OF).schema["quarter_start"]
        == placement_facts(connection, as_of=AS_OF).schema["hired_on"]
    )
    assert candidate_facts(connection, as_of=AS_OF).is_empty()
    assert information_meetings(connection, as_of=AS_OF).is_empty()


@pytest.mark.parametrize("as_of", [date(2015, 6, 30), date(2017, 5, 29)])
def test_the_demonstration_gives_what_its_rows_give(as_of: date) -> None:
    with demonstration(date(2017, 5, 30)).connect() as connection:
        rows = [dict(row) for row in connection.execute(sa.select(placement)).mappings()]
        codes: dict[int, str] = dict(connection.execute(sa.select(centre.c.id, centre.c.code)).all())
        expected = [
            (
                row["hired_on"],
                row["aim"],
                codes.get(row["centre_id"]),
                row["ended_on"] is None or row["ended_on"] >= as_of,
            )
            for row in begun(rows, as_of)
        ]
        facts = placement_facts(connection, as_of=as_of).select("hired_on", "aim", "centre_code", "running")

        assert sorted(map(str, ((*row[:3], bool(row[3])) for row in facts.iter_rows()))) == sorted(map(str, expected))
        assert as_counter(connection, as_of) == counted(rows, as_of)
