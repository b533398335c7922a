"""A person who stands everywhere, as the application writes it, and the search of a name in a whole database."""

from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access.records import AgreementRecord, AttendanceWeekRecord, MemberServiceRecord, PassMembershipRecord
from data_access.refusals import Rule
from data_access.rights import Actor
from data_access.schema import attendance_week, event, metadata, presentation, visit
from data_access.schema.columns import Document
from data_access.writes.attendance import keep_draft, record_attendance_week
from tests.data_access.entering import entering

COORDINATOR: Final = Actor("coordination@example.org", "coordinator")
NAME: Final = {"family_name": "Quatrefages-Zwygart", "given_name": "Ludivine"}
EMAIL: Final = "ludivine.qz@example.org"
PHONE: Final = "07 99 11 22 33"
TRACES: Final = ("quatrefages", "zwygart", "ludivine", EMAIL, PHONE, "07.99.11.22.33")
"""What tells the person, in lower case; no other row of a database has any of it."""


def add_known_person(connection: sa.Connection, centre_code: str, monday: date, now: datetime) -> int:
    """Records the person by the writes of the forms: joined, listed, with an agreement, a service, visits, and named in a
    weekly remark, a draft, an event; answers their number."""
    joined = monday - timedelta(days=90)
    membership = entering("membership")(
        connection,
        COORDINATOR,
        PassMembershipRecord(
            **NAME, email=EMAIL, phone=PHONE, home_insee_code="15014", joined_on=joined, directory=True
        ),
        now=now,
    )
    person_id = int(
        connection.execute(
            sa.text("SELECT person_id FROM pass_membership WHERE id = :id"), {"id": membership.row_id}
        ).scalar_one()
    )
    entering("agreement")(
        connection,
        COORDINATOR,
        AgreementRecord(person_id=person_id, centre_code=centre_code, signed_on=joined),
        now=now,
    )
    entering("service")(
        connection,
        COORDINATOR,
        MemberServiceRecord(person_id=person_id, centre_code=centre_code, service="mail", starts_on=joined),
        now=now,
    )
    centre_id = connection.execute(
        sa.text("SELECT id FROM centre WHERE code = :code"), {"code": centre_code}
    ).scalar_one()
    connection.execute(
        sa.insert(visit).values(
            centre_id=centre_id,
            seat_kind="open_space",
            person_id=person_id,
            started_at=now - timedelta(hours=30),
            ended_at=now - timedelta(hours=27),
            source="desk",
        )
    )
    for comment in ("Clé rendue par Mme Quatrefages Zwygart", "Ludivine QUATREFAGES-ZWYGART a rendu la clé"):
        record_attendance_week(
            connection, COORDINATOR, _sheet(connection, centre_id, centre_code, monday, comment), now=now
        )
    keep_draft(
        connection,
        COORDINATOR,
        form="attendance_week",
        about=f"{centre_code} {monday}",
        base_version=1,
        typed={"comment": "rappeler L. Quatrefages-Zwygart au 07.99.11.22.33", "distinct_people": "3"},
        now=now,
    )
    connection.execute(
        sa.insert(event).values(
            kind="talk",
            title="Témoignage de Ludivine Quatrefages-Zwygart",
            starts_at=now + timedelta(days=9),
            contact=EMAIL,
            booking_advised=False,
        )
    )
    connection.execute(
        sa.insert(presentation).values(
            name="Salon avec L. Quatrefages Zwygart",
            slides="overview",
            seconds=8,
            theme="auto",
            titles={"overview": "Le projet de Ludivine Quatrefages-Zwygart"},
        )
    )
    return person_id


def _sheet(
    connection: sa.Connection, centre_id: int, centre_code: str, monday: date, comment: str
) -> AttendanceWeekRecord:
    stored = connection.execute(
        sa.select(attendance_week.c.version).where(
            attendance_week.c.centre_id == centre_id, attendance_week.c.week_start == monday
        )
    ).scalar_one_or_none()
    return AttendanceWeekRecord(
        centre_code=centre_code,
        week_start=monday,
        status="draft",
        distinct_people=3,
        comment=comment,
        base_version=stored or 0,
        confirmed=frozenset(Rule),
    )


def told(connection: sa.Connection) -> list[tuple[str, str, Any]]:
    """Every text of every table that tells the person: table, column, text. The documents of the audit are texts too."""
    found = []
    for table in metadata.sorted_tables:
        columns = [column for column in table.c if isinstance(column.type, sa.Text | Document)]
        if not columns:
            continue
        for row in connection.execute(sa.select(*columns)):
            for column, value in zip(columns, row, strict=True):
                if any(trace in str(value).lower() for trace in TRACES):
                    found.append((table.name, column.name, value))
    return found
