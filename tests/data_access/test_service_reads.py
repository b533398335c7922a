"""Services held and support given, found again by plain loops over the rows."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest
import sqlalchemy as sa

from data_access.reads.people import service_facts, support_facts
from data_access.schema import agreement, centre, member_service, support, welcome_household, welcome_session
from tests.data_access.club import add_agreement, add_person, add_service, add_support, centre_of, rows, undone
from tests.demonstrations import demonstration
from tests.factories import add_centre

AS_OF = date(2017, 5, 30)
SINCE_2000 = {"first": date(2000, 1, 1), "last": AS_OF}
IN_2016 = {"first": date(2016, 1, 1), "last": date(2016, 12, 31)}


@pytest.fixture(scope="module")
def demo() -> Iterator[sa.Connection]:
    with demonstration(AS_OF).connect() as connection:
        yield connection


def test_a_service_counts_its_holders_in_each_year_it_was_held(demo: sa.Connection) -> None:
    codes = {row["id"]: row["code"] for row in rows(demo, centre)}
    centre_on = centre_of(rows(demo, agreement), codes)
    holders: dict[tuple[int, str, str | None], set[int]] = {}
    for row in rows(demo, member_service):
        code = codes[row["centre_id"]] if row["centre_id"] else centre_on(row["person_id"], row["starts_on"])
        last = row["ends_on"] or date.max
        for year in range(2000, 2018):
            if row["starts_on"] <= min(date(year, 12, 31), AS_OF) and last >= date(year, 1, 1):
                holders.setdefault((year, row["service"], code), set()).add(row["person_id"])
    expected = {key: len(people) for key, people in holders.items()}

    assert by_key(service_facts(demo, **SINCE_2000, by=("centre_code",)), "holders") == expected
    assert {kind for _, kind, _ in expected} == {"directory", "domiciliation", "mail", "webinar"}


def test_support_counts_in_the_year_it_was_opened(demo: sa.Connection) -> None:
    codes = {row["id"]: row["code"] for row in rows(demo, centre)}
    visited = {row["id"]: codes.get(row["visited_centre_id"]) for row in rows(demo, welcome_household)}
    centre_on = centre_of(rows(demo, agreement), codes)
    expected = Counter(
        (
            row["opened_on"].year,
            row["kind"],
            visited[row["welcome_household_id"]]
            if row["welcome_household_id"]
            else centre_on(row["person_id"], row["opened_on"]),
        )
        for row in rows(demo, support)
        if row["opened_on"] <= AS_OF
    )

    assert by_key(support_facts(demo, **SINCE_2000), "opened") == expected
    assert sum(expected.values()) == len(rows(demo, support))


def test_a_service_given_at_a_centre_counts_there_and_another_where_its_holder_works(engine: sa.Engine) -> None:
    with undone(engine) as connection:
        murat, ydes = add_centre(connection, "MURAT"), add_centre(connection, "YDES")
        works_in_ydes, from_home = add_person(connection), add_person(connection)
        add_agreement(connection, works_in_ydes, ydes, date(2016, 1, 4))
        add_service(connection, works_in_ydes, "domiciliation", date(2016, 12, 31), centre_id=murat)
        add_service(connection, works_in_ydes, "webinar", date(2016, 3, 1), ends_on=date(2016, 12, 31))
        add_service(connection, from_home, "webinar", date(2017, 1, 1))

        assert by_key(
            service_facts(connection, first=date(2016, 1, 1), last=AS_OF, by=("centre_code",)), "holders"
        ) == {
            (2016, "domiciliation", "MURAT"): 1,
            (2017, "domiciliation", "MURAT"): 1,
            (2016, "webinar", "YDES"): 1,
            (2017, "webinar", None): 1,
        }


def test_a_service_taken_again_in_the_year_still_has_one_holder(engine: sa.Engine) -> None:
    with undone(engine) as connection:
        somebody = add_person(connection)
        add_service(connection, somebody, "mail", date(2016, 1, 4), ends_on=date(2016, 2, 1))
        add_service(connection, somebody, "mail", date(2016, 9, 1))

        assert service_facts(connection, **IN_2016)["holders"].to_list() == [1]


def test_who_holds_a_service_at_two_centres_is_one_person_of_the_network(engine: sa.Engine) -> None:
    with undone(engine) as connection:
        somebody = add_person(connection)
        for code, starts_on, ends_on in (
            ("MURAT", date(2016, 1, 4), date(2016, 6, 30)),
            ("YDES", date(2016, 7, 1), None),
        ):
            place = add_centre(connection, code)
            add_service(connection, somebody, "domiciliation", starts_on, ends_on=ends_on, centre_id=place)

        assert service_facts(connection, **IN_2016)["holders"].to_list() == [1]
        assert service_facts(connection, **IN_2016, by=("centre_code",))["holders"].to_list() == [1, 1]


def test_support_of_a_household_counts_at_the_centre_it_visited(engine: sa.Engine) -> None:
    with undone(engine) as connection:
        murat = add_centre(connection, "MURAT")
        session = connection.execute(sa.insert(welcome_session).values(number=1)).inserted_primary_key
        values = {"project_kind": "telework", "holders": 1, "people": 2, "outcome": "pending"}
        household = connection.execute(
            sa.insert(welcome_household).values(welcome_session_id=session[0], visited_centre_id=murat, **values)
        ).inserted_primary_key
        add_support(connection, "housing", date(2016, 5, 2), welcome_household_id=household[0])
        add_support(connection, "housing", date(2016, 5, 2), person_id=add_person(connection))

        assert by_key(support_facts(connection, **IN_2016), "opened") == {
            (2016, "housing", "MURAT"): 1,
            (2016, "housing", None): 1,
        }


def by_key(facts: pl.DataFrame, count: str) -> dict[tuple[int, str, str | None], int]:
    return {
        (year, kind, code): number
        for year, kind, code, number in facts.select("year", "kind", "centre_code", count).rows()
    }
