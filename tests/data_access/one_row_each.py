"""One row of every table that a program may write, as plain SQL takes it."""

from typing import Any, Final

# In the order of their dependencies.
ROWS: Final[dict[str, dict[str, Any]]] = {
    "account": {"id": 1, "email": "a@example.org", "display_name": "Anne", "role": "viewer", "active": True},
    "audit_entry": {"id": 1, "at": "2017-05-29 08:00:00", "actor": "a", "action": "b", "table_name": "c", "row_key": "d"},
    "centre": {"id": 1, "code": "C", "name": "C", "kind": "telecentre", "status": "planned", "insee_code": "15014"},
    "commune": {
        "insee_code": "15014", "name": "Aurillac", "population": 25000, "epci_siren": "241500230",
        "epci_name": "CABA", "longitude": 2.4, "latitude": 44.9,
    },
    "dataset": {"id": 1, "demonstration": True},
    "import_batch": {
        "id": 1, "kind": "members", "file_name": "a.csv", "imported_at": "2017-05-29 08:00:00", "imported_by": "a",
        "added": 1, "changed": 0, "unchanged": 0,
    },
    "information_meeting": {"id": 1, "held_on": "2017-05-29", "place": "Aurillac"},
    "person": {"id": 1, "family_name": "Delmas", "status": "independent"},
    "published_figure": {
        "id": 1, "indicator": "seats", "label": "Positions", "year_from": 2013, "year_to": 2013, "value": 58,
        "unit": "seat", "precision": "exact", "source": "Dossier",
    },
    "welcome_session": {"id": 1, "number": 1},
    "account_centre": {"account_id": 1, "centre_id": 1},
    "agreement": {
        "id": 1, "centre_id": 1, "person_id": 1, "seat_kind": "office", "formula": "day", "signed_on": "2017-05-29",
    },
    "attendance_week": {"id": 1, "centre_id": 1, "week_start": "2017-05-29", "status": "complete"},
    "centre_capacity": {"id": 1, "centre_id": 1, "seat_kind": "office", "seats": 2, "valid_from": "2017-01-01"},
    "former_opening": {"id": 1, "centre_id": 1, "opened_on": "2008-01-01", "closed_on": "2010-06-30"},
    "centre_cost": {"id": 1, "centre_id": 1, "year": 2017, "cost_eur": 4000, "source": "Compte administratif"},
    "closure": {"id": 1, "starts_on": "2017-05-29", "ends_on": "2017-05-29", "reason": "Travaux"},
    "course": {"id": 1, "code": "X", "title": "X", "active": True},
    "member_service": {"id": 1, "person_id": 1, "service": "mail", "starts_on": "2017-05-29"},
    "opening_hours": {
        "id": 1, "centre_id": 1, "weekday": 1, "half_day": "am", "opens_at": "09:00", "closes_at": "12:00",
        "valid_from": "2017-01-01",
    },
    "pass_membership": {
        "id": 1, "person_id": 1, "member_number": "1", "joined_on": "2017-05-29", "free_until": "2017-11-29",
    },
    "placement": {"id": 1, "aim": 1, "candidate_ref": "C1", "stage": "informed"},
    "presentation": {"id": 1, "name": "Ruralitic", "slides": "carte,heures", "seconds": 12, "theme": "auto"},
    "price": {"id": 1, "period": "2017", "formula": "day"},
    "reminder": {
        "id": 1, "centre_id": 1, "week_start": "2017-05-29", "sent_at": "2017-06-06 08:00:00", "recipient": "a",
        "channel": "email",
    },
    "visit": {"id": 1, "centre_id": 1, "seat_kind": "office", "started_at": "2017-05-29 08:00:00", "source": "desk"},
    "welcome_household": {
        "id": 1, "welcome_session_id": 1, "project_kind": "telework", "holders": 1, "people": 2, "outcome": "pending",
    },
    "week_reopening": {
        "id": 1, "centre_id": 1, "week_start": "2017-03-06", "reopened_at": "2017-05-29 08:00:00", "reopened_by": "a",
        "reason": "Oubli", "open_until": "2017-06-05",
    },
    "attendance_day": {"id": 1, "attendance_week_id": 1, "day": "2017-05-29", "seat_kind": "office", "half_days": 1},
    "event": {"id": 1, "kind": "open_day", "title": "X", "starts_at": "2017-05-30 07:00:00"},
    "support": {"id": 1, "person_id": 1, "kind": "housing", "opened_on": "2017-05-29"},
    "welcome_attendance": {"id": 1, "welcome_household_id": 1, "day": "2017-05-29", "people_present": 2},
    "calendar_day": {"day": "1999-12-31", "weekday": 5, "week_start": "1999-12-27", "month_start": "1999-12-01"},
}  # fmt: skip


def insert_statement(table: str) -> str:
    """The statement another program would write."""
    row = ROWS[table]
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(map(_literal, row.values()))})"


def condition(table: str, columns: list[str]) -> str:
    """What finds the row by some of its columns."""
    return " AND ".join(f"{column} = {_literal(ROWS[table][column])}" for column in columns)


def _literal(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower()
