"""Who is listed in the directory: those who agreed, and nobody else, from the day they agreed to the day they do not."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_access.codes import PERSON_STATUSES
from data_access.reads.people import directory_people
from data_access.schema import agreement, centre, commune, pass_membership, person
from tests.data_access.club import add_agreement, add_membership, add_person, centre_of, members_on, rows, undone
from tests.demonstrations import demonstration
from tests.factories import add_centre

TODAY = date(2017, 5, 30)
AGREED = date(2017, 1, 9)


@pytest.mark.parametrize("as_of", [TODAY, date(2026, 11, 20)])
def test_the_directory_of_the_demonstration_holds_exactly_those_who_agreed(as_of: date) -> None:
    with demonstration(as_of).connect() as connection:
        members = {row["person_id"] for row in members_on(rows(connection, pass_membership), as_of)}
        names = {row["insee_code"]: row["name"] for row in rows(connection, commune)}
        codes = {row["id"]: row["code"] for row in rows(connection, centre)}
        centre_on = centre_of(rows(connection, agreement), codes)
        expected = {
            (
                row["email"],
                row["family_name"],
                row["phone"],
                names.get(row["home_insee_code"]),
                centre_on(row["id"], as_of),
                row["directory_consent"],
            )
            for row in rows(connection, person)
            if row["directory_consent"]
            and row["directory_consent"] <= as_of
            and row["erased_at"] is None
            and (row["id"] in members or row["status"] in ("independent", "employee", "mobile"))
        }
        listed = directory_people(connection, on=as_of)

    columns = ("email", "family_name", "phone", "commune_name", "centre_code", "directory_consent")
    assert set(listed.select(columns).rows()) == expected
    assert listed.height == len(expected) > 0


def test_a_consent_taken_back_is_followed_by_the_next_question(engine: sa.Engine) -> None:
    with undone(engine) as connection:
        somebody = add_person(connection, directory_consent=AGREED)
        before = directory_people(connection, on=TODAY).height
        connection.execute(sa.update(person).where(person.c.id == somebody).values(directory_consent=None))

        assert (before, directory_people(connection, on=TODAY).height) == (1, 0)


def test_an_erased_person_is_not_listed_even_with_a_consent(engine: sa.Engine) -> None:
    with undone(engine) as connection:
        erased = {"family_name": None, "given_name": None, "erased_at": datetime(2017, 2, 1, tzinfo=UTC)}
        add_person(connection, directory_consent=AGREED, **erased)

        assert directory_people(connection, on=TODAY).is_empty()


def test_a_consent_of_tomorrow_does_not_hold_today(engine: sa.Engine) -> None:
    with undone(engine) as connection:
        add_person(connection, directory_consent=TODAY + timedelta(days=1))

        assert directory_people(connection, on=TODAY).is_empty()


def test_each_person_is_listed_once_with_the_latest_centre(engine: sa.Engine) -> None:
    with undone(engine) as connection:
        murat, ydes = add_centre(connection, "MURAT"), add_centre(connection, "YDES")
        somebody = add_person(connection, directory_consent=AGREED, home_insee_code="75056")
        for centre_id, signed_on in ((ydes, date(2017, 3, 1)), (murat, date(2016, 1, 4))):
            add_agreement(connection, somebody, centre_id, signed_on)
        for number, joined_on in enumerate((date(2015, 1, 5), date(2017, 1, 9))):
            add_membership(connection, somebody, f"PAM-{number}", joined_on, joined_on + timedelta(days=181))
        (listed,) = directory_people(connection, on=TODAY).to_dicts()

    assert (listed["centre_code"], listed["centre_name"]) == ("YDES", "Télécentre YDES")
    assert (listed["commune_name"], listed["member"]) == (None, True)


@given(
    status=st.sampled_from(PERSON_STATUSES),
    consent=st.none() | st.integers(-30, 30),
    membership=st.none() | st.tuples(st.integers(-400, 30), st.none() | st.integers(0, 400)),
)
def test_nobody_is_listed_without_a_consent_and_a_reason(
    engine: sa.Engine, status: str, consent: int | None, membership: tuple[int, int | None] | None
) -> None:
    agreed_on = None if consent is None else TODAY + timedelta(days=consent)
    is_member = False
    with undone(engine) as connection:
        somebody = add_person(connection, status=status, directory_consent=agreed_on)
        if membership is not None:
            joined_on = TODAY + timedelta(days=membership[0])
            ended_on = None if membership[1] is None else joined_on + timedelta(days=membership[1])
            add_membership(connection, somebody, "PAM-1", joined_on, joined_on + timedelta(days=181), ended_on=ended_on)
            is_member = joined_on <= TODAY and (ended_on is None or ended_on >= TODAY)
        listed = directory_people(connection, on=TODAY)
    expected = (
        agreed_on is not None and agreed_on <= TODAY and (is_member or status in ("independent", "employee", "mobile"))
    )

    assert (listed.height == 1) == expected
