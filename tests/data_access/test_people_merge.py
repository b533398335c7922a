"""Two sheets of one person: seen before, merged as one, taken back as one, and nothing of it by who does not coordinate."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from data_access.engine import writing
from data_access.entries.people_merge import merge_people, merge_preview
from data_access.entries.undoing import undo_change
from data_access.refusals import Refused, Rule
from data_access.rights import COMMAND_LINE, Actor
from data_access.schema import agreement, pass_membership, person, visit
from data_access.writes.rows import Change
from tests.factories import add_centre

NOW = datetime(2017, 5, 30, 8, tzinfo=UTC)


def add_person(connection: sa.Connection, **about: object) -> int:
    values = {"family_name": "Serre", "given_name": "Agathe", "status": "independent", "created_at": NOW} | about
    return int(connection.execute(sa.insert(person).values(**values).returning(person.c.id)).scalar_one())


@pytest.fixture
def two(engine: sa.Engine) -> tuple[int, int]:
    """One sheet with an agreement, another with a visit, an agreement and an address."""
    with writing(engine, COMMAND_LINE) as connection:
        centre_id = add_centre(connection, "MURAT")
        kept, other = add_person(connection), add_person(connection, given_name="Agathe M.", email="a@example.org")
        for person_id, day in ((kept, date(2016, 1, 5)), (other, date(2017, 1, 5))):
            connection.execute(
                sa.insert(agreement).values(
                    centre_id=centre_id, person_id=person_id, seat_kind="office", formula="day", signed_on=day
                )
            )
        connection.execute(
            sa.insert(visit).values(
                centre_id=centre_id, seat_kind="office", person_id=other, started_at=NOW, source="desk"
            )
        )
    return kept, other


def tied(connection: sa.Connection, table: sa.Table) -> list[int]:
    return list(connection.scalars(sa.select(table.c.person_id).order_by(table.c.id)))


def sheets(connection: sa.Connection) -> list[dict[str, object]]:
    rows = connection.execute(sa.select(person).order_by(person.c.id)).mappings()
    return [{name: value for name, value in row.items() if name != "version"} for row in rows]


def merged(engine: sa.Engine, kept: int, other: int) -> int:
    with writing(engine, COMMAND_LINE) as connection:
        seen = merge_preview(connection, COMMAND_LINE, kept_id=kept, merged_id=other)
        saved = merge_people(
            connection, COMMAND_LINE, kept_id=kept, merged_id=other, base_version=seen.version, now=NOW
        )
    assert saved.audit_id is not None
    return saved.audit_id


def test_the_preview_says_what_moves_what_is_filled_and_what_is_given_up(
    engine: sa.Engine, two: tuple[int, int]
) -> None:
    with writing(engine, COMMAND_LINE) as connection:
        seen = merge_preview(connection, COMMAND_LINE, kept_id=two[0], merged_id=two[1])

    assert seen.moved == {"agreement": 1, "visit": 1}
    assert seen.filled == {"email": "a@example.org"}
    assert seen.given_up == {"given_name": ("Agathe", "Agathe M.")}
    assert seen.problems == ()


def test_a_merge_moves_all_and_is_taken_back_whole(engine: sa.Engine, two: tuple[int, int]) -> None:
    kept, other = two
    with engine.connect() as connection:
        before = (sheets(connection), tied(connection, agreement), tied(connection, visit))

    audit_id = merged(engine, kept, other)
    with engine.connect() as connection:
        assert [sheet["email"] for sheet in sheets(connection)] == ["a@example.org"]
        assert (tied(connection, agreement), tied(connection, visit)) == ([kept, kept], [kept])

    with writing(engine, COMMAND_LINE) as connection:
        undo_change(connection, Change(COMMAND_LINE, NOW, "take_back"), audit_id)
    with engine.connect() as connection:
        assert (sheets(connection), tied(connection, agreement), tied(connection, visit)) == before


def test_what_was_seen_is_what_is_merged(engine: sa.Engine, two: tuple[int, int]) -> None:
    with pytest.raises(Refused) as refused, writing(engine, COMMAND_LINE) as connection:
        merge_people(connection, COMMAND_LINE, kept_id=two[0], merged_id=two[1], base_version=99, now=NOW)

    assert refused.value.problems[0].rule is Rule.RECORD_CHANGED


def test_two_memberships_that_run_at_once_are_settled_first(engine: sa.Engine, two: tuple[int, int]) -> None:
    with writing(engine, COMMAND_LINE) as connection:
        for number, person_id in enumerate(two):
            values = {"member_number": str(number), "joined_on": date(2017, 1, 1 + number)}
            free = {"free_until": date(2017, 7, 1 + number)}
            connection.execute(sa.insert(pass_membership).values(person_id=person_id, **values, **free))
        seen = merge_preview(connection, COMMAND_LINE, kept_id=two[0], merged_id=two[1])

    assert [problem.rule for problem in seen.problems] == [Rule.STILL_A_MEMBER]


@pytest.mark.parametrize("role", ["animator", "administrator", "viewer"])
def test_who_does_not_coordinate_merges_and_sees_nothing(engine: sa.Engine, two: tuple[int, int], role: str) -> None:
    actor = Actor("elise@example.org", role, frozenset({"MURAT"}))  # type: ignore[arg-type]

    with pytest.raises(Refused) as refused, writing(engine, actor) as connection:
        merge_preview(connection, actor, kept_id=two[0], merged_id=two[1])

    assert refused.value.problems[0].rule is Rule.NOT_YOUR_ROLE


def test_a_sheet_is_not_merged_with_itself(engine: sa.Engine, two: tuple[int, int]) -> None:
    with pytest.raises(Refused), writing(engine, COMMAND_LINE) as connection:
        merge_preview(connection, COMMAND_LINE, kept_id=two[0], merged_id=two[0])
