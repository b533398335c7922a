"""The agenda as an iCalendar file, which every diary opens and merges by its stable names."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import polars as pl
from icalendar import Calendar, Event, vText

from dashboard.wording.terms import DEMONSTRATION, PROGRAMME

_PRODUCT: Final = f"-//{PROGRAMME}//Agenda//FR"
_DOMAIN: Final = "telecentres.cantal.fr"


def ics(entries: pl.DataFrame, *, name: str, stamp: datetime, demonstration: bool) -> bytes:
    """One VEVENT per row, its hours in UTC; an entry without hours takes whole days. `stamp` is when the file is made.

    One row of `entries`: key, parent_key, starts_on, ends_on (days in Paris), starts_at, ends_at (instants, may be null),
    summary, where, description, kind_label, contact (texts, may be null).
    """
    own_name = identity("agenda", demonstration=demonstration)
    calendar = Calendar.new(name=name, prodid=_PRODUCT, language="fr", method="PUBLISH", uid=own_name)
    calendar.add("x-wr-timezone", "Europe/Paris")
    if demonstration:
        calendar.description = DEMONSTRATION
    for row in entries.iter_rows(named=True):
        calendar.add_component(_event(row, stamp.astimezone(UTC).replace(microsecond=0), demonstration))
    return bytes(calendar.to_ical())


def identity(key: str, *, demonstration: bool) -> str:
    """The name of an entry for every diary, the same in each file; invented entries never replace real ones."""
    return f"{'demonstration-' if demonstration else ''}{key}@{_DOMAIN}"


def _event(row: dict[str, Any], stamp: datetime, demonstration: bool) -> Event:
    event = Event()
    event.add("uid", identity(row["key"], demonstration=demonstration))
    event.add("dtstamp", stamp)
    for name, value in _span(row):
        event.add(name, value)
    lines = [row["description"], f"{DEMONSTRATION}." if demonstration else None]
    texts = {
        "summary": row["summary"],
        "location": row["where"],
        "description": "\n".join(line for line in lines if line),
        "contact": row["contact"],
    }
    for name, text in texts.items():
        if text:
            event.add(name, text)
    event.add("categories", [row["kind_label"]])
    if row["parent_key"] is not None:
        parent = vText(identity(row["parent_key"], demonstration=demonstration))
        parent.params["RELTYPE"] = "PARENT"
        event.add("related-to", parent)
    return event


def _span(row: dict[str, Any]) -> list[tuple[str, date]]:
    """Its two ends; an end that is not known is left out, and the last of whole days is the day after, as the format wants."""
    if row["starts_at"] is None:
        return [("dtstart", row["starts_on"]), ("dtend", row["ends_on"] + timedelta(days=1))]
    ends = [("dtend", row["ends_at"].astimezone(UTC))] if row["ends_at"] is not None else []
    return [("dtstart", row["starts_at"].astimezone(UTC)), *ends]
