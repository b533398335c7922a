"""The calendar file, opened again by its library, says what the agenda says."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from icalendar import Calendar

from dashboard.exports.calendar import ics, identity

STAMP = datetime(2017, 5, 29, 12, 0, 30, 999, tzinfo=UTC)
SCHEMA = {
    "key": pl.String,
    "parent_key": pl.String,
    "starts_on": pl.Date,
    "ends_on": pl.Date,
    "starts_at": pl.Datetime("us", "UTC"),
    "ends_at": pl.Datetime("us", "UTC"),
    "summary": pl.String,
    "where": pl.String,
    "description": pl.String,
    "kind_label": pl.String,
    "contact": pl.String,
}
OPEN_DAY = {
    "key": "event-1",
    "starts_on": date(2017, 5, 30),
    "ends_on": date(2017, 5, 30),
    "starts_at": datetime(2017, 5, 30, 7, tzinfo=UTC),
    "ends_at": datetime(2017, 5, 30, 16, tzinfo=UTC),
    "summary": "Portes ouvertes\u00a0– Visite guidée, et mini-exposition; gratuite",
    "where": "Télécentre du pays de Mauriac, Médiathèque",
    "description": "Tout public\nInscription recommandée",
    "kind_label": "Portes ouvertes",
    "contact": "contact@example.org",
}
ROUND_TABLE = {
    **OPEN_DAY,
    "key": "event-8",
    "parent_key": "event-1",
    "starts_at": datetime(2017, 5, 30, 8, tzinfo=UTC),
    "ends_at": None,
    "kind_label": "Table ronde",
    "contact": None,
}
SESSION = {
    **OPEN_DAY,
    "key": "welcome-session-23",
    "starts_on": date(2017, 10, 18),
    "ends_on": date(2017, 10, 20),
    "starts_at": None,
    "ends_at": None,
    "description": None,
}


def written(*rows: dict[str, Any], demonstration: bool = False) -> bytes:
    frame = pl.DataFrame([{name: row.get(name) for name in SCHEMA} for row in rows], schema=SCHEMA)
    return ics(frame, name="Agenda", stamp=STAMP, demonstration=demonstration)


def events(file: bytes) -> list[Any]:
    return list(Calendar.from_ical(file).walk("VEVENT"))


def test_every_entry_comes_back_with_its_words() -> None:
    """Commas, semicolons, accents and line breaks included."""
    found = events(written(OPEN_DAY, ROUND_TABLE, SESSION))

    assert [str(event["SUMMARY"]) for event in found] == [OPEN_DAY["summary"]] * 3
    assert str(found[0]["LOCATION"]) == OPEN_DAY["where"]
    assert str(found[0]["DESCRIPTION"]) == OPEN_DAY["description"]
    assert str(found[0]["CONTACT"]) == OPEN_DAY["contact"]
    assert "DESCRIPTION" not in found[2]


def test_hours_are_in_utc() -> None:
    file = written(OPEN_DAY)

    assert b"DTSTART:20170530T070000Z" in file
    assert b"DTEND:20170530T160000Z" in file


def test_an_end_that_was_not_announced_is_not_made_up() -> None:
    assert "DTEND" not in events(written(ROUND_TABLE))[0]


def test_whole_days_end_on_the_day_after_the_last() -> None:
    """As the format counts: the end is left out."""
    file = written(SESSION)

    assert b"DTSTART;VALUE=DATE:20171018" in file
    assert b"DTEND;VALUE=DATE:20171021" in file


def test_names_are_stable_and_tell_entries_apart() -> None:
    once, again = (written(OPEN_DAY, SESSION) for _ in range(2))

    assert once == again
    assert len({str(event["UID"]) for event in events(once)}) == 2


def test_an_invented_entry_never_replaces_a_real_one_and_says_so() -> None:
    real, invented = events(written(OPEN_DAY))[0], events(written(OPEN_DAY, demonstration=True))[0]

    assert real["UID"] != invented["UID"]
    assert str(invented["DESCRIPTION"]).endswith("Données de démonstration.")


def test_the_stamp_is_the_one_given_to_the_second() -> None:
    assert STAMP.replace(microsecond=0) == events(written(OPEN_DAY))[0].DTSTAMP


def test_a_sub_event_names_its_parent() -> None:
    related = events(written(ROUND_TABLE))[0]["RELATED-TO"]

    assert str(related) == identity("event-1", demonstration=False)
    assert related.params["RELTYPE"] == "PARENT"


def test_an_empty_agenda_is_a_calendar_without_event() -> None:
    assert events(written()) == []


def test_lines_are_folded_and_end_as_the_format_wants() -> None:
    file = written({**OPEN_DAY, "description": "é" * 300})

    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert str(events(file)[0]["DESCRIPTION"]) == "é" * 300


def test_the_calendar_bears_its_name_once() -> None:
    file = written(OPEN_DAY)

    assert file.count(b"\r\nNAME:Agenda\r\n") == file.count(b"\r\nX-WR-CALNAME:Agenda\r\n") == 1
