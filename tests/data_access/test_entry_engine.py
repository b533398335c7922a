"""One engine records every kind: what it reads it stores again unchanged, a record of several rows is one, ids are new."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.entries import KINDS
from data_access.entries.engine import (
    delete_entry,
    find_entries,
    record_entry,
    stored_record,
)
from data_access.entries.importing import NotImported, import_records, undo_import
from data_access.entries.kind import Kind
from data_access.entries.people import merge_people, merge_preview
from data_access.entries.undoing import undo_change
from data_access.records import AttendanceDayRecord
from data_access.refusals import Refused, Rule, Unconfirmed
from data_access.rights import Actor
from data_access.schema import agreement, event, member_service, pass_membership, person, visit
from data_access.writes.rows import Change
from tests.data_access.club import add_agreement, add_membership, add_person
from tests.demonstrations import DAY_OF_THE_PROGRAMME, demonstration
from tests.factories import add_centre

COORDINATOR = Actor("coordination@example.org", "coordinator")
ANIMATOR = Actor("murat@example.org", "animator", frozenset({"MURAT"}))
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
EVERYTHING = frozenset(Rule)


def record(
    kind: str, actor: Actor = COORDINATOR, /, *, connection: sa.Connection, row_id: int | None = None, **said: Any
) -> Any:
    """What somebody types, stored."""
    declared = KINDS[kind]
    return record_entry(connection, actor, declared, declared.record(**said), now=NOW, row_id=row_id)


def refused(connection: sa.Connection, kind: str, actor: Actor = COORDINATOR, /, **said: Any) -> list[tuple[str, str]]:
    """The rules and fields for which it is not stored."""
    with pytest.raises(Refused) as refusal, connection.begin_nested():
        record(kind, actor, connection=connection, **said)
    return [(problem.rule, problem.field) for problem in refusal.value.problems]


def corrected(connection: sa.Connection, kind: str, row_id: int, actor: Actor = COORDINATOR, /, **said: Any) -> Any:
    """A record opened, some fields of it changed, saved."""
    opened = stored_record(connection, actor, KINDS[kind], row_id)
    return record_entry(connection, actor, KINDS[kind], opened.model_copy(update=said), now=NOW, row_id=row_id)


def row(connection: sa.Connection, table: sa.Table, row_id: int) -> dict[str, Any]:
    return dict(connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().one())


def person_of(connection: sa.Connection, membership: int) -> int:
    return int(row(connection, pass_membership, membership)["person_id"])


def count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


@pytest.fixture
def tardieu(connection: sa.Connection) -> int:
    """PAM-0788, Rachel Tardieu (invented), not listed."""
    known = add_person(
        connection, family_name="Tardieu", given_name="Rachel", email="rachel@example.org", created_at=NOW
    )
    return add_membership(connection, known, "PAM-0788", date(2026, 9, 1), date(2027, 3, 1))


# A record of several rows is one.


def test_a_new_address_is_no_already_recorded(connection: sa.Connection, tardieu: int) -> None:
    saved = corrected(connection, "membership", tardieu, email="tardieu@example.org")

    assert not saved.already_recorded
    assert row(connection, person, person_of(connection, tardieu))["email"] == "tardieu@example.org"
    assert corrected(connection, "membership", tardieu).already_recorded


def test_two_who_change_the_person_and_the_membership_do_not_lose_one(connection: sa.Connection, tardieu: int) -> None:
    opened = stored_record(connection, COORDINATOR, KINDS["membership"], tardieu)
    corrected(connection, "membership", tardieu, email="tardieu@example.org")

    late = opened.model_copy(update={"phone": "0471462026"})
    with pytest.raises(Refused) as refusal:
        record_entry(connection, COORDINATOR, KINDS["membership"], late, now=NOW, row_id=tardieu)

    assert refusal.value.problems[0].rule == Rule.RECORD_CHANGED


def test_undoing_a_new_member_takes_the_person_it_brought(connection: sa.Connection) -> None:
    saved = record(
        "membership", connection=connection, family_name="Vernhes", given_name="Inès", joined_on=date(2026, 11, 2)
    )
    assert count(connection, person) == 1

    undo_change(connection, Change(COORDINATOR, NOW, "take_back"), saved.audit_id)

    assert count(connection, pass_membership) == 0
    assert count(connection, person) == 0


def test_undoing_leaves_a_person_something_else_hangs_on(connection: sa.Connection) -> None:
    place = add_centre(connection, "MURAT")
    saved = record(
        "membership", connection=connection, family_name="Vernhes", given_name="Inès", joined_on=date(2026, 11, 2)
    )
    add_agreement(connection, row(connection, pass_membership, saved.row_id)["person_id"], place, date(2026, 11, 3))

    undo_change(connection, Change(COORDINATOR, NOW, "take_back"), saved.audit_id)

    assert count(connection, pass_membership) == 0
    assert count(connection, person) == 1


def test_undoing_a_correction_puts_the_person_back_and_can_be_undone(connection: sa.Connection, tardieu: int) -> None:
    saved = corrected(connection, "membership", tardieu, email="t@example.org", joined_on=date(2026, 9, 2))
    undone = undo_change(connection, Change(COORDINATOR, NOW, "take_back"), saved.audit_id)

    assert row(connection, person, person_of(connection, tardieu))["email"] == "rachel@example.org"
    assert row(connection, pass_membership, tardieu)["joined_on"] == date(2026, 9, 1)

    undo_change(connection, Change(COORDINATOR, NOW, "take_back"), undone)

    assert row(connection, person, person_of(connection, tardieu))["email"] == "t@example.org"
    assert row(connection, pass_membership, tardieu)["joined_on"] == date(2026, 9, 2)


# What its author did not touch stays.


def test_a_known_person_keeps_what_is_typed_with_them(connection: sa.Connection) -> None:
    known = add_person(connection, family_name="Vernhes", given_name="Inès", phone="04 71 46 20 26", status="employee")

    record(
        "membership",
        connection=connection,
        person_id=known,
        joined_on=date(2026, 11, 2),
        email="Ines@Example.org",
        directory=True,
        phone=None,
        status="independent",
    )

    stored = row(connection, person, known)
    assert (stored["email"], stored["phone"], stored["status"]) == ("ines@example.org", "04 71 46 20 26", "independent")
    assert stored["directory_consent"] == date(2026, 11, 26)


def test_another_name_of_a_known_person_is_asked_about(connection: sa.Connection) -> None:
    known = add_person(connection, family_name="Vernhes", given_name="Inès")
    said = {"person_id": known, "joined_on": date(2026, 11, 2), "family_name": "Bouchardon", "given_name": "Marius"}

    with pytest.raises(Unconfirmed):
        record("membership", connection=connection, **said)

    record("membership", connection=connection, **said, confirmed=frozenset({Rule.OTHER_NAME}))
    assert row(connection, person, known)["family_name"] == "Bouchardon"


def test_ending_a_membership_leaves_its_renewal(connection: sa.Connection, tardieu: int) -> None:
    record("membership_outcome", connection=connection, membership_id=tardieu, renewed_on=date(2026, 11, 20))

    record(
        "membership_outcome",
        connection=connection,
        membership_id=tardieu,
        renewed_on=None,
        ended_on=date(2026, 11, 25),
        end_reason="moved",
    )

    assert row(connection, pass_membership, tardieu)["renewed_on"] == date(2026, 11, 20)
    corrected(connection, "membership_outcome", tardieu, renewed_on=None)
    assert row(connection, pass_membership, tardieu)["renewed_on"] is None


def test_the_agreement_of_a_person_corrects_the_person(connection: sa.Connection) -> None:
    place, known = add_centre(connection, "MURAT"), add_person(connection)
    signed = add_agreement(connection, known, place, date(2026, 1, 5))

    corrected(connection, "agreement", signed, phone="0471462026", status="employee")

    stored = row(connection, person, known)
    assert (stored["phone"], stored["status"]) == ("04 71 46 20 26", "employee")
    assert stored["version"] == 2


def test_a_second_agreement_of_the_same_days_is_asked_about(connection: sa.Connection) -> None:
    place, known = add_centre(connection, "MURAT"), add_person(connection)
    add_agreement(connection, known, place, date(2026, 1, 5), ended_on=date(2026, 6, 30))
    said = {"centre_code": "MURAT", "person_id": known}

    assert refused(connection, "agreement", **said, signed_on=date(2026, 6, 30)) == [
        (Rule.OVERLAPPING_AGREEMENT, "signed_on")
    ]
    record("agreement", connection=connection, **said, signed_on=date(2026, 7, 1))


def test_a_number_that_follows_follows_its_series(connection: sa.Connection, tardieu: int) -> None:
    saved = record(
        "membership", connection=connection, family_name="Vernhes", given_name="Inès", joined_on=date(2026, 11, 2)
    )

    assert row(connection, pass_membership, saved.row_id)["member_number"] == "PAM-0789"


def test_a_person_is_a_kind_of_record(connection: sa.Connection) -> None:
    saved = record(
        "person", connection=connection, family_name="Vernhes", given_name="Inès", directory_consent=date(2026, 11, 1)
    )
    corrected(connection, "person", saved.row_id, directory_consent=None, phone="+33 4 71 46 20 26")

    stored = row(connection, person, saved.row_id)
    assert (stored["directory_consent"], stored["phone"]) == (None, "04 71 46 20 26")
    assert [found.label for found in find_entries(connection, COORDINATOR, KINDS["person"], text="ines vernhes")] == [
        "Vernhes Inès, 04 71 46 20 26"
    ]


def test_a_record_is_found_by_its_words_its_day_and_its_place(connection: sa.Connection) -> None:
    murat, ydes = add_centre(connection, "MURAT", name="Télécentre de Murat"), add_centre(connection, "YDES")
    lecoeur = add_person(connection, family_name="Le Bras-Lecœur", given_name="Édith")
    first = add_agreement(connection, lecoeur, murat, date(2025, 12, 31))
    second = add_agreement(connection, lecoeur, ydes, date(2026, 1, 1))
    add_agreement(connection, add_person(connection), ydes, date(2026, 1, 5))
    cost = record("cost", connection=connection, centre_code="MURAT", year=2025, cost_eur=5417.2, source="Comptes")

    def found(kind: str = "agreement", **asked: Any) -> list[int]:
        return [each.row_id for each in find_entries(connection, COORDINATOR, KINDS[kind], **asked)]

    assert found(text="lecoeur EDITH") == found(text="LE BRAS édith convention") == [second, first]
    assert found(text="édith murat") == found(text="telecentre 31/12/2025") == found(centre_code="MURAT") == [first]
    assert found(last=date(2025, 12, 31)) == found(first=date(2025, 12, 31), count=5, text="murat") == [first]
    assert found(text="lecoeur", count=1) == found(text="lecoeur", row_ids=[second]) == [second]
    assert found(text="100 %") == found(text="mauriac") == []
    assert found("cost", last=date(2025, 12, 31)) == found("cost", first=date(2025, 6, 1), text="2025") == [cost.row_id]
    assert found("cost", last=date(2025, 12, 30)) == found("cost", first=date(2026, 1, 1)) == []


# Whose it is.


def test_an_animator_chooses_the_people_they_know(connection: sa.Connection, tardieu: int) -> None:
    place, other = add_centre(connection, "MURAT"), add_centre(connection, "YDES")
    theirs, seen = add_person(connection), add_person(connection, family_name="Vue")
    add_agreement(connection, theirs, place, date(2026, 1, 5))
    rachel = person_of(connection, tardieu)
    elsewhere = add_agreement(connection, rachel, other, date(2026, 1, 5))
    connection.execute(
        sa.insert(visit).values(centre_id=place, person_id=seen, seat_kind="office", started_at=NOW, source="desk")
    )
    said = {"starts_on": date(2026, 11, 2), "service": "mail"}

    for known in (theirs, seen):
        record("service", ANIMATOR, connection=connection, person_id=known, **said)
    forged = [
        refused(connection, "service", ANIMATOR, person_id=rachel, **said),
        refused(connection, "agreement", ANIMATOR, person_id=rachel, centre_code="MURAT", signed_on=date(2026, 2, 2)),
        refused(connection, "membership", ANIMATOR, person_id=rachel, joined_on=date(2026, 2, 2)),
        refused(connection, "membership_outcome", ANIMATOR, membership_id=tardieu, renewed_on=date(2026, 11, 2)),
        refused(connection, "membership", ANIMATOR, row_id=tardieu, email="x@example.org"),
        refused(connection, "agreement", ANIMATOR, row_id=elsewhere, formula="week"),
        refused(connection, "person", ANIMATOR, row_id=rachel, family_name="X"),
    ]
    assert {problems[0][0] for problems in forged} == {Rule.NOT_ALLOWED}
    for kind, row_id in (("membership", tardieu), ("agreement", elsewhere), ("person", rachel)):
        with pytest.raises(Refused):
            stored_record(connection, ANIMATOR, KINDS[kind], row_id)
        assert all(found.row_id != row_id for found in find_entries(connection, ANIMATOR, KINDS[kind]))


@pytest.mark.parametrize("is_corrected", [True, False], ids=["the record left", "the animator left"])
def test_an_animator_undoes_nothing_that_is_not_theirs_any_more(connection: sa.Connection, is_corrected: bool) -> None:
    add_centre(connection, "MURAT"), add_centre(connection, "YDES")
    saved = record(
        "agreement",
        ANIMATOR,
        connection=connection,
        centre_code="MURAT",
        family_name="Vernhes",
        given_name="Inès",
        signed_on=date(2026, 11, 2),
    )
    if is_corrected:
        corrected(connection, "agreement", saved.row_id, centre_code="YDES")
    moved = Actor(ANIMATOR.name, "animator", frozenset({"MAURIAC"}))

    with pytest.raises(Refused) as refusal:
        undo_change(connection, Change(moved, NOW, "take_back"), saved.audit_id)

    assert refusal.value.problems[0].rule == Rule.NOT_ALLOWED
    assert count(connection, agreement) == 1


# Deleted, and never confused.


def test_what_something_hangs_on_is_not_deleted(connection: sa.Connection, tardieu: int) -> None:
    with pytest.raises(Refused) as refusal:
        delete_entry(connection, COORDINATOR, KINDS["person"], person_of(connection, tardieu), base_version=1, now=NOW)
    assert refusal.value.problems[0].rule == Rule.STILL_USED

    opened = stored_record(connection, COORDINATOR, KINDS["membership"], tardieu)
    audit_id = delete_entry(
        connection, COORDINATOR, KINDS["membership"], tardieu, base_version=opened.base_version, now=NOW
    )
    assert count(connection, pass_membership) == 0
    undo_change(connection, Change(COORDINATOR, NOW, "take_back"), audit_id)
    assert row(connection, pass_membership, tardieu)["member_number"] == "PAM-0788"


def test_a_sheet_is_deleted_with_its_days_and_comes_back_with_them(connection: sa.Connection) -> None:
    add_centre(connection, "MURAT")
    monday = date(2026, 11, 16)
    days = tuple(AttendanceDayRecord(day=monday, seat_kind="office", half_days=number) for number in (2,))
    saved = record("attendance_week", connection=connection, centre_code="MURAT", week_start=monday, days=days)
    opened = stored_record(connection, ANIMATOR, KINDS["attendance_week"], saved.row_id)

    audit_id = delete_entry(
        connection, ANIMATOR, KINDS["attendance_week"], saved.row_id, base_version=opened.base_version, now=NOW
    )
    assert find_entries(connection, ANIMATOR, KINDS["attendance_week"]) == []

    undo_change(connection, Change(ANIMATOR, NOW, "take_back"), audit_id)
    again = stored_record(connection, ANIMATOR, KINDS["attendance_week"], saved.row_id)
    assert again.days == days
    assert again.base_version > opened.base_version


def test_the_id_of_what_was_removed_is_not_given_again(connection: sa.Connection) -> None:
    known = add_person(connection)
    said = {"person_id": known, "service": "mail"}
    first = record("service", connection=connection, **said, starts_on=date(2026, 11, 2))
    undo_change(connection, Change(COORDINATOR, NOW, "take_back"), first.audit_id)

    second = record("service", connection=connection, **said, starts_on=date(2026, 11, 3))

    assert second.row_id > first.row_id
    assert count(connection, member_service) == 1


# Two sheets of one person.


def everything(connection: sa.Connection) -> dict[str, list[dict[str, Any]]]:
    """What is stored of people, versions apart."""
    tables = (person, agreement, pass_membership, member_service, visit)
    return {
        table.name: [
            {name: value for name, value in found.items() if name != "version"}
            for found in connection.execute(sa.select(table).order_by(table.c.id)).mappings()
        ]
        for table in tables
    }


def test_two_sheets_of_one_person_are_merged_and_undone_as_one(connection: sa.Connection, tardieu: int) -> None:
    place = add_centre(connection, "MURAT")
    kept = person_of(connection, tardieu)
    twin = add_person(
        connection,
        family_name="Tardieu",
        given_name="Rachel",
        phone="04 71 46 20 26",
        email="r@example.org",
        created_at=NOW,
    )
    for known in (kept, twin):
        add_agreement(connection, known, place, date(2026, 1, 5))
    add_agreement(connection, twin, place, date(2026, 3, 2))
    for minutes in (0, 30):
        connection.execute(
            sa.insert(visit).values(
                centre_id=place,
                person_id=twin,
                seat_kind="office",
                source="desk",
                started_at=NOW.replace(minute=minutes),
            )
        )
    before = everything(connection)
    preview = merge_preview(connection, COORDINATOR, kept_id=kept, merged_id=twin)
    assert (preview.filled, preview.moved["agreement"], preview.left_out["agreement"], preview.moved["visit"]) == (
        {"phone": "04 71 46 20 26"}, 1, 1, 2,
    )  # fmt: skip

    assert preview.given_up["email"] == ("rachel@example.org", "r@example.org")
    with pytest.raises(Refused, match="record_changed"):
        merge_people(connection, COORDINATOR, kept_id=kept, merged_id=twin, base_version=99, now=NOW)

    seen = preview.version
    saved = merge_people(connection, COORDINATOR, kept_id=kept, merged_id=twin, base_version=seen, now=NOW)

    after = everything(connection)
    assert [each["id"] for each in after["person"]] == [kept]
    assert {each["person_id"] for table in ("agreement", "visit") for each in after[table]} == {kept}
    assert (after["person"][0]["phone"], after["person"][0]["email"]) == ("04 71 46 20 26", "rachel@example.org")

    undone = undo_change(connection, Change(COORDINATOR, NOW, "take_back"), saved.audit_id or 0)
    assert everything(connection) == before
    undo_change(connection, Change(COORDINATOR, NOW, "take_back"), undone)
    assert everything(connection) == after


def test_only_who_coordinates_merges(connection: sa.Connection, tardieu: int) -> None:
    twin = add_person(connection)
    for actor, merged in ((ANIMATOR, twin), (COORDINATOR, person_of(connection, tardieu)), (COORDINATOR, 10**6)):
        kept = person_of(connection, tardieu)
        with pytest.raises(Refused):
            merge_people(connection, actor, kept_id=kept, merged_id=merged, base_version=2, now=NOW)


def test_two_memberships_that_run_at_once_are_settled_before_a_merge(connection: sa.Connection, tardieu: int) -> None:
    twin = add_person(connection, directory_consent=date(2026, 1, 5))
    days = {"joined_on": date(2026, 1, 1), "free_until": date(2026, 7, 1)}
    connection.execute(sa.insert(pass_membership).values(person_id=twin, member_number="12", **days))
    kept = person_of(connection, tardieu)
    preview = merge_preview(connection, COORDINATOR, kept_id=kept, merged_id=twin)

    assert [problem.rule for problem in preview.problems] == [Rule.STILL_A_MEMBER]
    assert "directory_consent" not in preview.filled
    with pytest.raises(Refused, match="still_a_member"):
        merge_people(connection, COORDINATOR, kept_id=kept, merged_id=twin, base_version=preview.version, now=NOW)


# Files.


def bring(connection: sa.Connection, kind: str, record_of_line: Any, **about: Any) -> Any:
    """One line of a file, imported."""
    return import_records(connection, COORDINATOR, kind, [(2, record_of_line)], file_name="a.csv", now=NOW, **about)


def test_each_import_has_its_own_number_and_undoes_what_it_did(connection: sa.Connection, tardieu: int) -> None:
    """An e-mail changed by one file, an event brought by the next: each is one change, and each is undone alone."""
    line = {
        "member_number": "PAM-0788",
        "family_name": "Tardieu",
        "given_name": "Rachel",
        "joined_on": date(2026, 9, 1),
    }
    people = bring(connection, "members", KINDS["membership"].record(**line, email="new@example.org"))
    assert len(people.changed) == 1
    assert people.changed[0][1]["email"] == "rachel@example.org"
    assert bring(connection, "members", KINDS["membership"].record(**line)).batch_id is None

    events = bring(connection, "events", KINDS["event"].record(title="Portes ouvertes", starts_at=NOW))

    assert events.batch_id != people.batch_id
    assert undo_import(connection, COORDINATOR, events.batch_id, now=NOW) == 1
    assert row(connection, person, person_of(connection, tardieu))["email"] == "new@example.org"
    assert undo_import(connection, COORDINATOR, people.batch_id, now=NOW) == 1
    assert row(connection, person, person_of(connection, tardieu))["email"] == "rachel@example.org"


def test_the_number_of_another_is_asked_about(connection: sa.Connection, tardieu: int) -> None:
    line = {
        "member_number": "pam 0788",
        "family_name": "Bouchardon",
        "given_name": "Marius",
        "joined_on": date(2026, 9, 1),
    }

    with pytest.raises(NotImported) as asked, connection.begin_nested():
        bring(connection, "members", KINDS["membership"].record(**line))

    assert {problem.rule for _line, problem in asked.value.outcome.unusual} == {Rule.OTHER_NAME}
    assert row(connection, person, person_of(connection, tardieu))["family_name"] == "Tardieu"


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Lecœur", "LECOEUR"),
        ("Étoile", "ETOILE"),
        ("Œuvrard", "oeuvrard"),
        ("Oeuvrard", "Œuvrard"),
        ("Škoda", "Skoda"),
        ("’t Hooft", "T Hooft"),
    ],
)
def test_another_writing_of_a_name_is_the_same_member(connection: sa.Connection, stored: str, typed: str) -> None:
    known = add_person(connection, family_name=stored, given_name="Élise")
    add_membership(connection, known, "PAM-0001", date(2026, 9, 1), date(2027, 3, 1))
    line = KINDS["membership"].record(family_name=typed, given_name="Elise", joined_on=date(2026, 9, 1))

    assert bring(connection, "members", line).unchanged == [2]
    assert row(connection, person, known)["family_name"] == stored


def test_two_places_hold_the_same_open_day(connection: sa.Connection) -> None:
    for code in ("MURAT", "YDES"):
        add_centre(connection, code)
        day = KINDS["event"].record(title="Portes ouvertes", starts_at=NOW, centre_code=code, attendance=12)
        assert bring(connection, "events", day).added == [2]
    assert count(connection, event) == 2
    elsewhere = sa.insert(event).values(title="X", starts_at=NOW, kind="talk", place="Mairie")
    connection.execute(elsewhere)
    with pytest.raises(sa.exc.IntegrityError), connection.begin_nested():
        connection.execute(elsewhere)


# The very day counts.


def test_who_is_a_member_until_a_day_joins_again_the_day_after(connection: sa.Connection, tardieu: int) -> None:
    """The last day of a membership is still one of it."""
    last = date(2026, 10, 31)
    corrected(connection, "membership_outcome", tardieu, ended_on=last, end_reason="moved")
    known = person_of(connection, tardieu)

    assert refused(connection, "membership", person_id=known, joined_on=last) == [(Rule.STILL_A_MEMBER, "joined_on")]
    again = record("membership", connection=connection, person_id=known, joined_on=date(2026, 11, 1))
    assert not again.already_recorded


def test_a_membership_may_end_on_the_day_it_began_and_no_earlier(connection: sa.Connection, tardieu: int) -> None:
    joined = date(2026, 9, 1)

    assert refused(
        connection, "membership_outcome", membership_id=tardieu, ended_on=date(2026, 8, 31), end_reason="moved"
    ) == [(Rule.DAY_TOO_EARLY, "ended_on")]
    assert not corrected(
        connection, "membership_outcome", tardieu, ended_on=joined, end_reason="moved"
    ).already_recorded


def test_a_number_like_another_is_asked_about(connection: sa.Connection, tardieu: int) -> None:
    said = {"family_name": "Vernhes", "given_name": "Inès", "joined_on": date(2026, 11, 2), "member_number": "788"}

    assert refused(connection, "membership", **said) == [(Rule.LIKE_ANOTHER_NUMBER, "member_number")]


def test_what_is_dated_before_a_place_opened_is_asked_about_once(connection: sa.Connection) -> None:
    add_centre(connection, "MURAT", opened_on=date(2010, 1, 5))
    known = add_person(connection)
    agreement_of_2005 = {"centre_code": "MURAT", "person_id": known, "signed_on": date(2005, 3, 1)}
    cost_of_2009 = {"centre_code": "MURAT", "year": 2009, "cost_eur": 100.0, "source": "travaux"}

    assert refused(connection, "agreement", **agreement_of_2005) == [(Rule.BEFORE_OPENING, "signed_on")]
    assert refused(connection, "cost", **cost_of_2009) == [(Rule.BEFORE_OPENING, "year")]
    agreed = frozenset({Rule.BEFORE_OPENING})
    signed = record("agreement", connection=connection, **agreement_of_2005, confirmed=agreed).row_id
    corrected(connection, "agreement", signed, phone="0471462026")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.key)
def test_a_record_is_found_by_what_is_told_of_it(kind: Kind) -> None:
    """Whoever copies a line of the list into the search finds that record again."""
    with demonstration(DAY_OF_THE_PROGRAMME).connect() as connection:
        told = find_entries(connection, COORDINATOR, kind, count=200)
        for each in told[:: max(1, len(told) // 10)]:
            again = find_entries(connection, COORDINATOR, kind, text=each.label, count=200)
            assert each.row_id in {found.row_id for found in again}, each.label
