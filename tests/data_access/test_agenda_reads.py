"""The agenda holds what was announced, and what followed an event is what a person counts by hand in the rows."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import sqlalchemy as sa

from data_access.reads.agenda import agenda_entries, courses, follow_ups, inexact_sessions
from data_access.reference_data import load_reference
from data_access.schema import (
    agreement,
    course,
    event,
    information_meeting,
    pass_membership,
    person,
    visit,
    welcome_household,
    welcome_session,
)
from tests.factories import add_centre

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2017, 5, 30)
EIGHT_WEEKS = timedelta(days=56)

# The published programme, read on paper: place, kind, day, begins, ends, booking advised, during another one.
PROGRAMME_2017 = {
    ("MAURIAC", "open_day", "05-30", "09:00", "18:00", False, False),
    ("MAURIAC", "round_table", "05-30", "10:00", None, False, True),
    ("A2EX", "open_day", "05-30", "09:00", "12:00", False, False),
    ("LA-FORGE", "talk", "05-30", "14:00", "15:00", False, False),
    ("LA-FORGE", "demonstration", "05-30", "15:30", "16:00", False, False),
    ("YDES", "open_day", "05-31", "09:00", "17:00", False, False),
    ("RIOM-ES-MONTAGNES", "open_day", "06-01", "09:00", "17:00", False, False),
    ("CASSANIOUZE", "open_day", "06-03", "10:00", "12:00", False, False),
    ("MONTMURAT", "open_day", "06-10", "10:00", "16:00", False, False),
    ("MURAT", "open_day", "06-15", "18:00", None, True, False),
    ("MURAT", "talk", "06-15", "18:30", "19:00", True, True),
    ("MURAT", "workshop", "06-16", "13:00", "15:00", True, False),
    ("MURAT", "workshop", "06-16", "15:30", "17:30", True, False),
    ("MURAT", "workshop", "06-17", "10:00", "12:30", True, False),
    ("MURAT", "workshop", "06-17", "13:30", "16:00", True, False),
}


def added(connection: sa.Connection, table: sa.Table, **values: Any) -> int:
    key = connection.execute(sa.insert(table).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def paris(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), PARIS).astimezone(UTC)


def add_event(connection: sa.Connection, day: date, title: str = "Visite", **columns: Any) -> int:
    values = {"kind": "open_day", "title": title, "starts_at": paris(day), **columns}
    return added(connection, event, **values)


def add_person(connection: sa.Connection) -> int:
    return added(connection, person, family_name="Delmas", status="independent")


def join(connection: sa.Connection, person_id: int, day: date, number: str) -> None:
    added(
        connection,
        pass_membership,
        person_id=person_id,
        member_number=number,
        joined_on=day,
        free_until=day + timedelta(days=183),
    )


def sign(connection: sa.Connection, centre_id: int, person_id: int, day: date, ended_on: date | None = None) -> None:
    values = {"centre_id": centre_id, "person_id": person_id, "seat_kind": "office", "formula": "day"}
    added(connection, agreement, **values, signed_on=day, ended_on=ended_on)


def come(connection: sa.Connection, centre_id: int, person_id: int | None, at: datetime) -> None:
    values = {"centre_id": centre_id, "person_id": person_id, "seat_kind": "office", "source": "desk"}
    added(connection, visit, **values, started_at=at, ended_at=at + timedelta(hours=2))


def test_the_agenda_holds_the_published_programme_of_2017(connection: sa.Connection) -> None:
    load_reference(connection, places=True)

    found = {
        (
            row["centre_code"],
            row["kind"],
            f"{row['starts_on']:%m-%d}",
            f"{row['starts_at'].astimezone(PARIS):%H:%M}",
            row["ends_at"] and f"{row['ends_at'].astimezone(PARIS):%H:%M}",
            row["booking_advised"],
            row["parent_key"] is not None,
        )
        for row in agenda_entries(connection, first=date(2017, 5, 1), last=date(2017, 7, 31)).iter_rows(named=True)
    }

    assert found == PROGRAMME_2017


def test_a_sub_event_comes_right_after_its_parent(connection: sa.Connection) -> None:
    """Whatever begins in between elsewhere."""
    forum = add_event(connection, TODAY, "Forum")
    add_event(connection, TODAY, "Ailleurs", starts_at=paris(TODAY, 10))
    add_event(connection, TODAY, "Débat", starts_at=paris(TODAY, 11), parent_id=forum)

    titles = agenda_entries(connection)["title"].to_list()

    assert titles == ["Forum", "Débat", "Ailleurs"]


def test_an_entry_is_on_the_days_of_paris(connection: sa.Connection) -> None:
    """Half past midnight in Paris is still the eve in UTC."""
    night = datetime(2017, 6, 1, 0, 30, tzinfo=PARIS).astimezone(UTC)
    add_event(connection, TODAY, "Nuit", starts_at=night)

    assert agenda_entries(connection)["starts_on"].to_list() == [date(2017, 6, 1)]
    assert agenda_entries(connection, last=date(2017, 5, 31)).is_empty()
    assert agenda_entries(connection, first=date(2017, 6, 1)).height == 1


def test_the_bounds_keep_what_touches_them(connection: sa.Connection) -> None:
    add_event(connection, TODAY, "Salon", ends_at=paris(TODAY + timedelta(days=2), 18))
    around = {-1: 0, 0: 1, 1: 1, 2: 1, 3: 0}

    found = {
        shift: agenda_entries(
            connection, first=TODAY + timedelta(days=shift), last=TODAY + timedelta(days=shift)
        ).height
        for shift in around
    }

    assert found == around


def test_meetings_and_sessions_are_entries_without_hours(connection: sa.Connection) -> None:
    """A session counts the people of its households, unless its total says more: not all may be entered yet."""
    added(connection, information_meeting, held_on=TODAY, place="Murat", attendees=14, interested=4)
    session = added(
        connection, welcome_session, number=7, starts_on=TODAY, ends_on=TODAY + timedelta(days=2), people=99
    )
    for people in (2, 3):
        added(
            connection,
            welcome_household,
            welcome_session_id=session,
            project_kind="telework",
            holders=1,
            people=people,
            outcome="pending",
        )
    expected = [
        ("information_meeting", None, TODAY, 14, None),
        ("welcome_session", 7, TODAY + timedelta(days=2), 99, 2),
    ]

    rows = agenda_entries(connection).sort("kind")

    assert rows.select("kind", "number", "ends_on", "attendance", "project_holders").rows() == expected
    assert rows["starts_at"].null_count() == 2


def test_a_session_without_exact_days_is_no_entry(connection: sa.Connection) -> None:
    added(connection, welcome_session, number=20, starts_on=date(2014, 1, 1), precision="année supposée")
    added(connection, welcome_session, number=5)
    added(connection, welcome_session, number=24, starts_on=date(2018, 10, 17))

    assert agenda_entries(connection)["number"].to_list() == [24]
    assert inexact_sessions(connection)["number"].to_list() == [5, 20]


def test_an_empty_agenda_keeps_its_types(connection: sa.Connection) -> None:
    empty = agenda_entries(connection)
    add_event(connection, TODAY, attendance=3)

    assert empty.schema == agenda_entries(connection).schema
    assert follow_ups(connection, as_of=TODAY).schema["agreements"] == pl.Int64


def test_a_course_counts_its_trainings(connection: sa.Connection) -> None:
    """Held before the day or to come; people of those counted only."""
    course_id = added(connection, course, code="WEB", title="Webmarketing", theme="Numérique", duration_hours=7)
    added(connection, course, code="VIDE", title="Autre")
    for shift, people in ((-30, 8), (-20, None), (-10, 5), (0, None), (9, None)):
        day = TODAY + timedelta(days=shift)
        add_event(connection, day, f"F{shift}", kind="training", course_id=course_id, attendance=people)

    rows = {row["code"]: row for row in courses(connection, as_of=TODAY).iter_rows(named=True)}

    counts = ("trainings_held", "trainings_coming", "trainings_counted", "attendance")
    assert [rows["WEB"][name] for name in counts] == [3, 2, 2, 13]
    assert [rows["VIDE"][name] for name in counts] == [0, 0, 0, None]


@pytest.mark.parametrize("seed", range(4))
def test_what_followed_is_what_a_person_counts_in_the_rows(connection: sa.Connection, seed: int) -> None:
    """Against plain Python over rows drawn at random: the same counts, after and before, for each event."""
    draws = Random(seed)
    centres = {code: add_centre(connection, code) for code in ("MURAT", "YDES")}
    people = [add_person(connection) for _ in range(25)]
    signed, visits, joined = [], [], []
    for number in range(60):
        code, somebody = draws.choice(list(centres)), draws.choice(people)
        day = TODAY - timedelta(days=draws.randint(0, 500))
        ended = day + timedelta(days=draws.randint(0, 200)) if draws.random() < 0.7 else None
        if (code, somebody, day) not in {(one[0], one[1], one[2]) for one in signed}:
            signed.append((code, somebody, day, ended))
            sign(connection, centres[code], somebody, day, ended)
        if number % 3 == 0:
            joining = TODAY - timedelta(days=draws.randint(0, 400))
            joined.append((somebody, joining))
            join(connection, somebody, joining, f"P{number}")
    for _ in range(200):
        code, somebody = draws.choice(list(centres)), draws.choice([*people, None])
        at = paris(TODAY - timedelta(days=draws.randint(0, 420)), draws.choice([0, 9, 23]))
        visits.append((code, somebody, at))
        come(connection, centres[code], somebody, at)
    events = {}
    for number in range(12):
        code, day = draws.choice(list(centres)), TODAY - timedelta(days=draws.randint(0, 330))
        key = add_event(connection, day, f"E{number}", centre_id=centres[code])
        events[f"event-{key}"] = (code, day)

    def counted(code: str, first: date) -> tuple[int | None, int | None, int | None]:
        span = [first + timedelta(days=number) for number in range(56)]
        seen: dict[int, date] = {}
        for place, somebody, at in sorted(visits, key=lambda one: one[2]):
            if place == code and somebody is not None:
                seen.setdefault(somebody, at.astimezone(PARIS).date())
        recorded = min(at.astimezone(PARIS).date() for place, _, at in visits if place == code)
        belongs = [_centre_on(signed, somebody, day) for somebody, day in joined if day in span]
        return (
            sum(place == code and day in span for place, _, day, _ in signed)
            if min(day for _, _, day, _ in signed) <= first
            else None,
            sum(day in span for day in seen.values()) if recorded <= first - EIGHT_WEEKS else None,
            belongs.count(code) if min(day for _, day in joined) <= first else None,
        )

    found = follow_ups(connection, as_of=TODAY)

    assert set(found["key"]) == set(events)
    for row in found.iter_rows(named=True):
        code, day = events[row["key"]]
        over = day + EIGHT_WEEKS <= TODAY
        names = ("agreements", "first_visits", "pass_joins")
        assert row["over"] == over
        assert tuple(row[name] for name in names) == (counted(code, day) if over else (None, None, None))
        assert tuple(row[f"{name}_before"] for name in names) == counted(code, day - EIGHT_WEEKS)


def _centre_on(signed: list[tuple[str, int, date, date | None]], somebody: int, day: date) -> str | None:
    running = [
        (first, place)
        for place, holder, first, last in signed
        if holder == somebody and first <= day and (last is None or last >= day)
    ]
    # Signed last, the same day recorded last: the list is in the order of recording, and max keeps the first of equals.
    return max(reversed(running), key=lambda one: one[0])[1] if running else None


def test_what_was_never_recorded_is_missing_and_not_zero(connection: sa.Connection) -> None:
    """Without one agreement, one visit, one membership in the database, nobody can say that none came."""
    centre_id = add_centre(connection, "MURAT")
    add_event(connection, date(2017, 1, 10), centre_id=centre_id)

    row = follow_ups(connection, as_of=TODAY).row(0, named=True)

    assert row["over"]
    assert _counts(row) == [None] * 6


def test_sub_events_and_events_elsewhere_are_not_watched(connection: sa.Connection) -> None:
    """The open day is; the talk during it would count the same people twice, a fair in Paris has no centre."""
    centre_id = add_centre(connection, "MURAT")
    parent = add_event(connection, date(2017, 1, 10), "Portes ouvertes", centre_id=centre_id)
    add_event(connection, date(2017, 1, 10), "Débat", centre_id=centre_id, parent_id=parent)
    add_event(connection, date(2017, 1, 10), "Salon", kind="fair", place="Paris")
    add_event(connection, TODAY + timedelta(days=1), "Demain", centre_id=centre_id)

    assert follow_ups(connection, as_of=TODAY)["title"].to_list() == ["Portes ouvertes"]


def _counts(row: Mapping[str, Any]) -> list[int | None]:
    return [row[f"{name}{end}"] for name in ("agreements", "first_visits", "pass_joins") for end in ("", "_before")]
