"""The application works with its own credentials on PostgreSQL, and nobody is shown or given more than they need."""

import inspect
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.engine import open_engine, reading, writing
from data_access.entries import KINDS
from data_access.entries.engine import stored_record
from data_access.entries.undoing import undo_change
from data_access.erasures import finish_erasures, people_back, replay_erasures
from data_access.migrations import downgrade, migrate
from data_access.reads.attendance import sheet_header
from data_access.reads.entries import history, known_people
from data_access.reads.occupancy import visits_of_day
from data_access.records import (
    AccountRecord,
    AgreementRecord,
    ArrivalRecord,
    ClosureRecord,
    DepartureRecord,
    EventRecord,
    MemberServiceRecord,
    PassMembershipRecord,
    PassOutcomeRecord,
)
from data_access.refusals import Refused, Rule
from data_access.rights import RIGHTS, Actor, check_in_of, set_actor
from data_access.row_security import (
    APPLICATION_ROLE,
    MASKED_VIEWS,
    READABLE,
    READABLE_COLUMNS,
    READING_ROLE,
    masked_rows,
)
from data_access.schema import metadata
from data_access.writes.accounts import (
    choose_password,
    issue_code,
    open_session,
    record_account,
    reset_second_factor,
    set_second_factor,
    take_step,
    use_recovery_code,
)
from data_access.writes.attendance import drop_draft, keep_draft, record_attendance_week
from data_access.writes.personal_data import erase_person
from data_access.writes.rows import Change, record_denial
from data_access.writes.sign_in_attempts import Attempt, record_failure, reserve_attempt
from data_access.writes.visits import record_arrival, record_departure, undo_arrival
from data_access.writes.week_rules import week_key
from tests.data_access.credentials import (
    ADMINISTRATION,
    ANIMATOR_OF_C,
    ANIMATOR_OF_MURAT,
    COORDINATION,
    VIEWER,
    acting,
    login,
    refused,
)
from tests.data_access.desks import NOW, TUESDAY, add_person
from tests.data_access.entering import entering
from tests.data_access.test_frames import ARGUMENTS, READS
from tests.data_access.weekly_sheets import NOW as FRIDAY
from tests.data_access.weekly_sheets import add_network, make_sheet
from tests.databases import PostgreSQLServer, engine_at

AGGREGATES = [question for question in READS if getattr(question, "right", None) in RIGHTS["viewer"]]
HOLDS_PEOPLE = re.compile(r"\b(FROM|JOIN) (agreement|visit|person|pass_membership|member_service|support|placement)\b")
SECRETS = ("Delmas", "a@example.org", "Anne")


@pytest.fixture(scope="module")
def network(postgresql_server: PostgreSQLServer) -> Iterator[sa.Engine]:
    """Mauriac and Murat with somebody each, and the application's own credentials."""
    with postgresql_server.database() as url:
        superuser = engine_at(url)
        with writing(superuser) as connection:
            add_network(connection)
            ids = dict(connection.exec_driver_sql("SELECT code, id FROM centre").all())
            add_person(connection, ids["MAURIAC"], "Mercier")
            add_person(connection, ids["MURAT"], "Muller")
        superuser.dispose()
        engine = open_engine(login(url, "application", member_of=APPLICATION_ROLE))
        yield engine
        engine.dispose()


def person_named(engine: sa.Engine, name: str) -> int:
    with acting(engine, COORDINATION) as connection:
        found = connection.exec_driver_sql("SELECT id FROM person WHERE family_name = %s", (name,))
        return int(found.scalar_one())


def answer(connection: sa.Connection, question: Callable[..., Any]) -> str:
    parameters = inspect.signature(question).parameters
    required = [name for name, each in parameters.items() if each.default is inspect.Parameter.empty]
    return str(question(connection, **{name: ARGUMENTS[name] for name in required if name != "connection"}))


@pytest.mark.parametrize("question", AGGREGATES, ids=lambda question: question.__name__)
@pytest.mark.parametrize("actor", [VIEWER, ANIMATOR_OF_MURAT], ids=lambda actor: actor.role)
def test_a_figure_is_the_same_for_all_who_may_read_it(
    application: sa.Engine, filled: str, question: Callable[..., Any], actor: Actor
) -> None:
    """Counted over the whole network, row-level security or not; and a read that looks at people says so."""
    asked: list[tuple[str, Any]] = []
    superuser = engine_at(filled)
    with acting(superuser, actor) as connection:
        expected = answer(connection, question)
    superuser.dispose()
    with acting(application, actor) as connection:

        @sa.event.listens_for(connection, "before_cursor_execute")
        def _note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
            asked.append((statement, parameters))

        told = answer(connection, question)
        left = connection.exec_driver_sql("SELECT current_setting('cybercantal.everywhere')").scalar_one()

    assert told == expected
    assert left == "", "what comes after it in the transaction is held again"
    people = [place for place, (statement, _) in enumerate(asked) if HOLDS_PEOPLE.search(statement)]
    widened = [place for place, (statement, _) in enumerate(asked) if "'cybercantal.everywhere', 'on'" in statement]
    assert not people or (widened and min(widened) < min(people))


def test_an_animator_enters_a_week_with_the_credentials_of_the_application(network: sa.Engine) -> None:
    sheet = make_sheet(centre_code="MURAT", confirmed=frozenset(Rule))
    with acting(network, ANIMATOR_OF_MURAT) as connection:
        saved = record_attendance_week(connection, ANIMATOR_OF_MURAT, sheet, now=FRIDAY)
        corrected = sheet.model_copy(update={"base_version": saved.version, "distinct_people": 8})
        again = record_attendance_week(connection, ANIMATOR_OF_MURAT, corrected, now=FRIDAY)

        assert sheet_header(connection, centre_code="MURAT", week_start=sheet.week_start).version == again.version
        assert again.audit_id is not None
        undo_change(connection, Change(ANIMATOR_OF_MURAT, FRIDAY, "take_back"), again.audit_id)
        traces = history(connection, table_name="attendance_week", row_key=week_key("MURAT", sheet.week_start))
        assert [trace["undone"] for trace in traces] == [False, True, False]
        with pytest.raises(Refused, match="not_allowed"):
            record_attendance_week(connection, ANIMATOR_OF_MURAT, make_sheet(centre_code="MAURIAC"), now=FRIDAY)


def test_an_animator_notes_who_comes_and_leaves(network: sa.Engine) -> None:
    known = person_named(network, "Muller")
    with acting(network, ANIMATOR_OF_MURAT) as connection:
        arrival = {"centre_code": "MURAT", "seat_kind": "office"}
        come = record_arrival(
            connection, ANIMATOR_OF_MURAT, ArrivalRecord(**arrival, person_id=known, request_key="arrival-1"), now=NOW
        )
        leaving = DepartureRecord(centre_code="MURAT", visit_id=come.visit_id, request_key="departure-1")
        record_departure(connection, ANIMATOR_OF_MURAT, leaving, now=NOW + timedelta(hours=1))
        other = record_arrival(
            connection, ANIMATOR_OF_MURAT, ArrivalRecord(**arrival, request_key="arrival-2"), now=NOW
        )
        undo_arrival(connection, ANIMATOR_OF_MURAT, centre_code="MURAT", visit_id=other.visit_id, now=NOW)

        day = visits_of_day(connection, ANIMATOR_OF_MURAT, centre_code="MURAT", on=TUESDAY)
        assert day["person_name"].to_list() == ["Marie Muller"]


def test_a_visitor_checks_in_and_out_by_the_code_of_the_centre(network: sa.Engine) -> None:
    """As themselves: seats taken at the desk are counted, which they do not see."""
    visitor = check_in_of("MURAT")
    with acting(network, ANIMATOR_OF_MURAT) as connection:
        offices = "SELECT seats FROM centre_capacity c JOIN centre ON centre.id = centre_id WHERE code = 'MURAT'"
        seats = connection.exec_driver_sql(f"{offices} AND seat_kind = 'office'").scalar_one()
        for number in range(1, seats):
            there = ArrivalRecord(centre_code="MURAT", seat_kind="office", request_key=f"at-the-desk-{number}")
            record_arrival(connection, ANIMATOR_OF_MURAT, there, now=NOW)
        set_actor(connection, visitor)
        arrival = ArrivalRecord(centre_code="MURAT", seat_kind="office", source="qr", request_key="arrival-1")
        come = record_arrival(connection, visitor, arrival, now=NOW)

        assert record_arrival(connection, visitor, arrival, now=NOW).already_recorded
        with pytest.raises(Refused, match="no_seat_left"):
            record_arrival(connection, visitor, arrival.model_copy(update={"request_key": "arrival-2"}), now=NOW)
        assert connection.exec_driver_sql("SELECT id FROM visit").scalars().all() == [come.visit_id]
        leaving = DepartureRecord(centre_code="MURAT", visit_id=come.visit_id, request_key="departure-1")
        assert record_departure(connection, visitor, leaving, now=NOW).ended_at == NOW


def test_an_animator_records_new_people_and_finds_them_again(network: sa.Engine) -> None:
    """Somebody who signs, somebody who joins the club; both are theirs from then on, and may be corrected."""
    with acting(network, ANIMATOR_OF_MURAT) as connection:
        signing = AgreementRecord(
            family_name="Neuve", given_name="Line", centre_code="MURAT", signed_on=date(2017, 5, 29)
        )
        signed = entering("agreement")(connection, ANIMATOR_OF_MURAT, signing, now=NOW)
        moved = signing.model_copy(update={"base_version": signed.version, "formula": "week"})
        assert entering("agreement")(connection, ANIMATOR_OF_MURAT, moved, now=NOW, row_id=signed.row_id).version == 3

        joining = PassMembershipRecord(family_name="Clerc", given_name="Paul", joined_on=date(2017, 5, 29))
        joined = entering("membership")(connection, ANIMATOR_OF_MURAT, joining, now=NOW)
        content = stored_record(connection, ANIMATOR_OF_MURAT, KINDS["membership"], joined.row_id)
        assert content.family_name == "Clerc"
        renewal = PassOutcomeRecord(membership_id=joined.row_id, renewed_on=date(2017, 5, 30))
        entering("membership_outcome")(connection, ANIMATOR_OF_MURAT, renewal, now=NOW)
        service = MemberServiceRecord(person_id=content.person_id, service="mail", starts_on=date(2017, 5, 30))
        entering("service")(connection, ANIMATOR_OF_MURAT, service, now=NOW)

        assert known_people(connection, ANIMATOR_OF_MURAT)["family_name"].to_list() == ["Clerc", "Muller", "Neuve"]
        assert [change["action"] for change in history(connection, table_name="agreement", row_id=signed.row_id)] == [
            "record_agreement",
            "record_agreement",
        ]


def test_an_animator_takes_back_a_new_member_with_the_person_it_brought(network: sa.Engine) -> None:
    """The database lets them remove whom they recorded, and nobody else."""
    with acting(network, ANIMATOR_OF_MURAT) as connection:
        joining = PassMembershipRecord(family_name="Clerc", given_name="Paul", joined_on=date(2017, 5, 29))
        joined = entering("membership")(connection, ANIMATOR_OF_MURAT, joining, now=NOW)
        assert "Clerc" in known_people(connection, ANIMATOR_OF_MURAT)["family_name"].to_list()

        undo_change(connection, Change(ANIMATOR_OF_MURAT, NOW, "take_back"), joined.audit_id or 0)

        assert "Clerc" not in known_people(connection, ANIMATOR_OF_MURAT)["family_name"].to_list()


def test_a_namesake_of_another_centre_is_still_asked_about(network: sa.Engine) -> None:
    """And the number of a new member follows the highest of the whole club."""
    with acting(network, COORDINATION) as connection:
        member = connection.exec_driver_sql("SELECT id FROM person WHERE family_name = 'Mercier'").scalar_one()
        number = (
            "INSERT INTO pass_membership (person_id, member_number, joined_on, free_until) VALUES (%s, '41', %s, %s)"
        )
        connection.exec_driver_sql(number, (member, date(2017, 1, 2), date(2017, 7, 2)))
        connection.execution_options(actor=ANIMATOR_OF_MURAT)
        joining = PassMembershipRecord(family_name="Mercier", given_name="Marie", joined_on=date(2017, 5, 29))
        with pytest.raises(Refused, match="same_name"):
            entering("membership")(connection, ANIMATOR_OF_MURAT, joining, now=NOW)
        confirmed = joining.model_copy(update={"confirmed": frozenset(Rule)})
        entering("membership")(connection, ANIMATOR_OF_MURAT, confirmed, now=NOW)

        assert connection.exec_driver_sql("SELECT max(member_number) FROM pass_membership").scalar_one() == "42"


def test_an_animator_shuts_their_centre_announces_an_event_and_keeps_a_draft(network: sa.Engine) -> None:
    with acting(network, ANIMATOR_OF_MURAT) as connection:
        works = ClosureRecord(
            centre_code="MURAT", starts_on=date(2017, 6, 12), ends_on=date(2017, 6, 13), reason="Travaux"
        )
        assert entering("closure")(connection, ANIMATOR_OF_MURAT, works, now=NOW).version == 1
        day = EventRecord(title="Portes ouvertes", centre_code="MURAT", starts_at=NOW)
        assert entering("event")(connection, ANIMATOR_OF_MURAT, day, now=NOW).version == 1
        about = {"form": "attendance_week", "about": "MURAT 2017-05-29"}
        for typed in ({"monday": "3"}, {"monday": "4"}):
            keep_draft(connection, ANIMATOR_OF_MURAT, **about, base_version=0, typed=typed, now=NOW)
        drop_draft(connection, ANIMATOR_OF_MURAT, **about)


def test_a_number_made_up_reaches_nobody_of_another_centre(network: sa.Engine) -> None:
    """The form of an agreement sends the number of a person, whom the animator of another centre does not know."""
    stranger = person_named(network, "Mercier")
    with acting(network, ANIMATOR_OF_MURAT) as connection:
        drawn = AgreementRecord(person_id=stranger, centre_code="MURAT", signed_on=date(2017, 5, 29))
        with pytest.raises(Refused, match=Rule.NOT_ALLOWED):
            entering("agreement")(connection, ANIMATOR_OF_MURAT, drawn, now=NOW)
    with acting(network, ANIMATOR_OF_MURAT) as connection:
        with pytest.raises(Refused, match=Rule.NOT_ALLOWED):
            stored_record(connection, ANIMATOR_OF_MURAT, KINDS["person"], stranger)
        assert history(connection, table_name="person", row_id=stranger) == []


def test_accounts_are_opened_and_people_sign_in(network: sa.Engine) -> None:
    """Before anybody is known, the application says nobody, and signing in is all that it can do."""
    record = AccountRecord(email="ydes@example.org", display_name="Zoé", role="animator", centres=("MURAT",))
    with writing(network, ADMINISTRATION) as connection:
        saved = record_account(connection, ADMINISTRATION, record, now=NOW)
        issue_code(connection, ADMINISTRATION, account_id=saved.row_id, code_hash="c" * 64, now=NOW)
    with writing(network) as connection:
        choose_password(connection, password_hash="x", now=NOW, code_hash="c" * 64)
        open_session(connection, account_id=saved.row_id, token_hash="t" * 64, now=NOW, lasts=timedelta(hours=1))
    record_denial(network, VIEWER, "page accounts", at=NOW)

    with acting(network, COORDINATION) as connection:
        actions = connection.exec_driver_sql("SELECT action FROM audit_entry ORDER BY id").scalars().all()
    assert actions == ["record_account", "issue_code", "choose_password", "sign_in", "denied"]


def test_tries_and_second_factors_are_kept_with_the_credentials_of_the_application(network: sa.Engine) -> None:
    attempt = Attempt("e" * 64, "192.0.2.1")
    with writing(network, ADMINISTRATION) as connection:
        record = AccountRecord(email="lea@example.org", display_name="Léa", role="viewer")
        lea = record_account(connection, ADMINISTRATION, record, now=NOW).row_id
    with writing(network) as connection:
        for _ in range(11):
            if reserve_attempt(connection, attempt, now=NOW) is not None:
                record_failure(connection, attempt, about="lea@example.org", source="192.0.2.1", now=NOW)
        set_second_factor(connection, account_id=lea, secret="sealed", step=5, code_hashes=["a" * 64], now=NOW)
        assert not take_step(connection, account_id=lea, step=5)
        assert take_step(connection, account_id=lea, step=6)
        assert use_recovery_code(connection, account_id=lea, code_hash="a" * 64, now=NOW)
        assert not use_recovery_code(connection, account_id=lea, code_hash="a" * 64, now=NOW)
    with writing(network, ADMINISTRATION) as connection:
        reset_second_factor(connection, ADMINISTRATION, account_id=lea, now=NOW)
    with network.connect() as connection:
        told = sa.select(metadata.tables["audit_entry"].c.action).where(
            metadata.tables["audit_entry"].c.row_key == "lea@example.org"
        )
        assert connection.execute(told).scalars().all().count("sign_in_failed") == 10
    with acting(network, ANIMATOR_OF_MURAT) as connection:
        assert connection.execute(sa.select(metadata.tables["second_factor"])).all() == []


def test_somebody_is_erased_and_stays_so_after_a_restore(postgresql_server: PostgreSQLServer, tmp_path: Path) -> None:
    """Their names leave the audit too; and where a copy brings them back, the application sees it before it serves."""
    register = tmp_path / "register.jsonl"
    with postgresql_server.database() as url:
        engine = open_engine(login(url, "application", member_of=APPLICATION_ROLE))
        with writing(engine, COORDINATION) as connection:
            joining = PassMembershipRecord(family_name="Zeller", given_name="Odile", joined_on=date(2017, 5, 29))
            entering("membership")(connection, COORDINATION, joining, now=NOW)
            person_id = connection.exec_driver_sql("SELECT id FROM person").scalar_one()
        with writing(engine, ADMINISTRATION) as connection:
            erase_person(connection, ADMINISTRATION, person_id=person_id, reason="request", now=NOW)
            told = connection.exec_driver_sql("SELECT before, after FROM audit_entry").all()
            assert "Zeller" not in str(told)
        finish_erasures(engine, register)
        with writing(engine, COORDINATION) as connection:
            connection.exec_driver_sql("UPDATE person SET family_name = 'Zeller', erased_at = NULL")

        assert people_back(engine, register) == 1
        assert replay_erasures(engine, register, now=NOW) == 1
        assert people_back(engine, register) == 0
        engine.dispose()


def test_a_page_reads_with_the_credentials_of_the_application(network: sa.Engine) -> None:
    """Summaries that are behind are made good first, whoever reads."""
    with reading(network, date(2017, 6, 30), VIEWER) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM week_summary").scalar_one() > 0


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id integer)",
        "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY person_shown ON person",
        "ALTER TABLE attendance_day DISABLE TRIGGER ALL",
        "TRUNCATE visit",
        "DELETE FROM audit_entry",
        "UPDATE audit_entry SET actor = 'nobody'",
        "DELETE FROM account",
        "DELETE FROM erasure",
        "UPDATE calendar_day SET public_holiday = NULL",
        "UPDATE alembic_version SET version_num = '0001'",
    ],
)
def test_the_application_changes_neither_tables_nor_what_must_be_kept(application: sa.Engine, statement: str) -> None:
    """Not even in the name of a coordinator."""
    with acting(application, COORDINATION) as connection:
        assert refused(connection, statement)


def test_who_reads_figures_reads_no_name(filled: str) -> None:
    """Every table and column is tried; nothing it may read holds a name or an address of the rows."""
    engine = open_engine(login(filled, "reader", member_of=READING_ROLE))
    readable: dict[str, list[str]] = {}
    with acting(engine, None) as connection:
        for table in metadata.sorted_tables:
            may = [
                column.name
                for column in table.columns
                if connection.exec_driver_sql(
                    "SELECT has_column_privilege(%s, %s, 'SELECT')", (table.name, column.name)
                ).scalar_one()
            ]
            if may:
                readable[table.name] = may
                said = str(connection.exec_driver_sql(f"SELECT {', '.join(may)} FROM {table.name}").all())
                assert not [secret for secret in SECRETS if secret in said], table.name
        for table in metadata.tables:
            assert refused(connection, f"DELETE FROM {table}")
            if table not in readable:
                assert refused(connection, f"SELECT * FROM {table}")
    engine.dispose()

    assert set(readable) == {*READABLE, *READABLE_COLUMNS}
    assert readable["attendance_week"] == list(READABLE_COLUMNS["attendance_week"])


def test_who_reads_figures_reads_no_count_of_few_people(filled: str) -> None:
    """Of the last years that are over; the counts of a year together or not at all, nor after a year of few people."""
    this = date.today().year
    of_years = [
        (this - 4, [(2, 9), (7, 12)]),
        (this - 3, [(9, 30), (20, 42)]),
        (this - 2, [(3, 3)]),
        (this - 1, [(12, 20), (0, 0)]),
        (this, [(30, 60)]),
    ]
    superuser = engine_at(filled)
    with superuser.begin() as connection:
        connection.exec_driver_sql("DELETE FROM welcome_session")
        every = [(year, *counts) for year, sessions in of_years for counts in sessions]
        for number, (year, holders, people) in enumerate(every, start=1):
            connection.exec_driver_sql(
                "INSERT INTO welcome_session (number, starts_on, project_holders, people) VALUES (%s, %s, %s, %s)",
                (number, date(year, 1, 1), holders, people),
            )
        connection.exec_driver_sql(
            "UPDATE attendance_week SET distinct_people = CASE WHEN mod(id, 2) = 0 THEN 3 ELSE 7 END"
        )
        published = sa.literal(date(this - 1, 12, 31), sa.Date)
        on_that_day = {table: set(connection.execute(masked_rows(table, published))) for table in MASKED_VIEWS}
        weeks = connection.exec_driver_sql("SELECT id, week_start, distinct_people FROM attendance_week").all()
    superuser.dispose()
    engine = open_engine(login(filled, "reader", member_of=READING_ROLE))
    with acting(engine, None) as connection:
        sessions = connection.exec_driver_sql(
            "SELECT project_holders, people FROM welcome_session_masked ORDER BY number"
        )
        nobody = (None, None)
        assert sessions.all() == [nobody, nobody, (9, 30), (20, 42), nobody, nobody, nobody, nobody]
        told = connection.exec_driver_sql("SELECT id, distinct_people FROM attendance_week_masked").all()
        assert set(told) == {(id_, people if people > 4 and week.year < this else None) for id_, week, people in weeks}
        assert {
            table: set(connection.exec_driver_sql(f"SELECT * FROM {view}")) for table, view in MASKED_VIEWS.items()
        } == on_that_day
        for hidden in ("SELECT people FROM welcome_session", "SELECT distinct_people FROM attendance_week"):
            assert refused(connection, hidden)
    engine.dispose()


def test_the_roles_are_made_once_and_given_again_what_they_need(filled: str) -> None:
    """A grant taken away by hand comes back, and nothing is given twice."""
    for _ in range(2):
        login(filled, "application", member_of=APPLICATION_ROLE)
    superuser = engine_at(filled)
    with superuser.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = %s AND table_name = 'audit_entry' ORDER BY 1",
            (APPLICATION_ROLE,),
        ).scalars()
        assert list(found) == ["INSERT", "SELECT"]
    superuser.dispose()


def test_one_of_another_centre_is_not_in_the_lists_of_an_animator(application: sa.Engine) -> None:
    with acting(application, ANIMATOR_OF_C) as connection:
        assert known_people(connection, ANIMATOR_OF_C).height == 1
    with acting(application, ANIMATOR_OF_MURAT) as connection:
        # Even a read that would ask for everybody's.
        assert known_people(connection, Actor("murat@example.org", "coordinator")).height == 0


def test_views_of_before_are_made_again_by_the_update(filled: str) -> None:
    """A view that told a day of this year tells none once the database is at the revision of today."""
    # With the roles come the views.
    login(filled, "application", member_of=APPLICATION_ROLE)
    superuser = engine_at(filled)
    downgrade(superuser, "0011")
    with superuser.begin() as connection:
        connection.exec_driver_sql(
            "CREATE OR REPLACE VIEW event_masked AS SELECT id, centre_id, course_id, kind, title, starts_at, ends_at, place,"
            " audience, booking_advised, parent_id, attendance FROM event"
        )
        connection.exec_driver_sql("UPDATE event SET attendance = 3")
    migrate(superuser)
    with superuser.begin() as connection:
        assert set(connection.exec_driver_sql("SELECT attendance FROM event_masked").scalars()) == {None}
    superuser.dispose()
