"""An import is rehearsed aside, written in slices and undone as one; nobody waits, and a file may be checked by another."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.imports.kinds import KINDS
from dashboard.imports.running import ABOUT_PEOPLE, ImportReport, counted, differences, errors_table, run_import
from data_access.engine import reading, writing
from data_access.entries import importing
from data_access.entries.batches import FileSource, imports, return_file, send_file, waiting_file
from data_access.entries.importing import undo_whole_import
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor
from data_access.schema import import_file, information_meeting, pass_membership, person, welcome_session
from tests.data_access.club import add_membership, add_person
from tests.databases import on_sqlite
from tests.factories import add_centre

CLAIRE = Actor("claire@example.org", "coordinator")
OMAR = Actor("omar@example.org", "coordinator")
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
JOINED = date(2026, 11, 25)
SESSIONS = "Numéro;Premier jour;Dernier jour;Lieu\n"
TEN = SESSIONS + "".join(f"{number};18/10/2017;20/10/2017;Salers\n" for number in range(1, 11))
NAMES = ("Tardieu;Rachel", "Bouchardon;Marius", "Vidal;Jeanne")


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], None]:
    def write(connection: sa.Connection) -> None:
        add_centre(connection, "MURAT")
        for number, name in enumerate(NAMES[:2], start=1):
            family_name, given_name = name.split(";")
            member = add_person(connection, family_name=family_name, given_name=given_name)
            add_membership(connection, member, f"PAM-{number}", JOINED, date(2027, 5, 25))

    return write


@pytest.fixture
def line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line is a slice."""
    monkeypatch.setattr(importing, "SLICE_SECONDS", 0)
    monkeypatch.setattr(importing, "PAUSE_SECONDS", 0)


def bring(
    engine: sa.Engine,
    text: str,
    kind: str = "sessions",
    *,
    rehearsal: bool = False,
    actor: Actor = CLAIRE,
    confirmed: frozenset[Rule] = frozenset(),
    **about: Any,
) -> ImportReport:
    return run_import(
        engine, actor, KINDS[kind], "a.csv", text.encode(), now=NOW, rehearsal=rehearsal, confirmed=confirmed, **about
    )


def content(engine: sa.Engine) -> dict[str, dict[int, dict[str, Any]]]:
    """What is stored of members and sessions, but for ids and versions that only count."""
    with engine.connect() as connection:
        return {
            table.name: {
                row["id"]: {name: value for name, value in row.items() if name not in ("version", "created_at")}
                for row in connection.execute(sa.select(table)).mappings()
            }
            for table in (person, pass_membership, welcome_session)
        }


def made(engine: sa.Engine, now: datetime = NOW) -> list[dict[str, Any]]:
    with reading(engine, NOW.date(), CLAIRE) as connection:
        return imports(connection, now=now)


def add_meeting(engine: sa.Engine) -> None:
    with writing(engine, OMAR) as connection:
        connection.execute(
            sa.insert(information_meeting).values(held_on=JOINED, place="Murat", attendees=1, interested=0)
        )


def test_somebody_saves_while_a_file_is_rehearsed(engine: sa.Engine) -> None:
    saved = []

    def at(done: int, _total: int) -> None:
        if done == 5:
            add_meeting(engine)
            saved.append(done)

    before = content(engine)
    report = bring(engine, TEN, rehearsal=True, progress=at)

    assert (saved, counted(report.outcome)["added"], content(engine), made(engine)) == ([5], 10, before, [])


def test_somebody_saves_between_two_slices(engine: sa.Engine, line_by_line: None) -> None:
    report = bring(engine, TEN, progress=lambda done, total: add_meeting_once(engine, done))

    assert (report.done, counted(report.outcome)["added"]) == (True, 10)
    [batch] = made(engine)
    assert (batch["state"], batch["added"], batch["file_hash"]) == ("done", 10, sha256(TEN.encode()).hexdigest())


def add_meeting_once(engine: sa.Engine, done: int) -> None:
    with engine.connect() as connection:
        there = connection.execute(sa.select(sa.func.count()).select_from(information_meeting)).scalar_one()
    if done == 5 and not there:
        add_meeting(engine)


def test_a_slice_that_cannot_be_written_takes_the_others_with_it(
    engine: sa.Engine, line_by_line: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody changes something between the rehearsal and the last slice: nothing of the file stays, and it is said."""
    before, store, calls = content(engine), importing._Import._record, []

    def changed_meanwhile(*about: Any) -> None:
        calls.append(about)
        if len(calls) == 18:
            raise Refused([Problem(Rule.STILL_USED)])
        store(*about)

    monkeypatch.setattr(importing._Import, "_record", changed_meanwhile)
    report = bring(engine, TEN)

    assert (report.done, [fault.line for fault in report.faults]) == (False, [9])
    assert (content(engine), made(engine)[0]["state"]) == (before, "undone")


def test_an_import_that_is_killed_is_told_as_interrupted_and_undone(engine: sa.Engine, line_by_line: None) -> None:
    before, told = content(engine), []

    def at(done: int, _total: int) -> None:
        told.append(done)
        if len(told) == 14:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(engine, TEN, progress=at)

    later = NOW + timedelta(minutes=5)
    [batch] = made(engine)
    assert (batch["state"], batch["added"]) == ("running", 4)
    with pytest.raises(Refused):
        undo_whole_import(engine, CLAIRE, batch["id"], now=NOW)
    assert made(engine, later)[0]["state"] == "interrupted"
    assert undo_whole_import(engine, CLAIRE, batch["id"], now=later) == 4
    assert (content(engine), made(engine, later)[0]["state"]) == (before, "undone")


def test_an_undo_that_is_interrupted_is_taken_up_again(
    engine: sa.Engine, line_by_line: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(engine)
    number = bring(engine, TEN).outcome.batch_id or 0
    slices: list[int] = []

    def stop(_seconds: float) -> None:
        slices.append(1)
        if len(slices) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(importing.time, "sleep", stop)
        with pytest.raises(KeyboardInterrupt):
            undo_whole_import(engine, CLAIRE, number, now=NOW)
    later = NOW + timedelta(minutes=5)

    assert made(engine, later)[0]["state"] == "interrupted"
    assert undo_whole_import(engine, CLAIRE, number, now=later) == 7
    assert content(engine) == before


def test_an_import_of_which_a_record_was_changed_since_is_not_undone_by_half(
    engine: sa.Engine, line_by_line: None
) -> None:
    number = bring(engine, TEN).outcome.batch_id or 0
    bring(engine, SESSIONS + "1;18/10/2017;20/10/2017;Mauriac\n")
    after = content(engine)

    with pytest.raises(Refused):
        undo_whole_import(engine, CLAIRE, number, now=NOW)

    assert content(engine) == after
    assert [each["state"] for each in made(engine)] == ["done", "done"]


def test_a_file_is_checked_by_another_and_then_forgotten(engine: sa.Engine) -> None:
    source = FileSource("a.csv", sha256(TEN.encode()).hexdigest())
    with writing(engine, CLAIRE) as connection:
        number = send_file(connection, CLAIRE, "sessions", source, content=TEN.encode(), counts={"added": 10}, now=NOW)
    with reading(engine, NOW.date(), OMAR) as connection:
        kept = waiting_file(connection, batch_id=number)
    assert (kept, made(engine)[0]["state"]) == (TEN.encode(), "waiting")

    with pytest.raises(Refused) as own:
        bring(engine, TEN, waiting=number)
    assert own.value.problems[0].rule == Rule.OWN_FILE
    report = bring(engine, TEN, waiting=number, actor=OMAR)

    assert (report.done, report.outcome.batch_id) == (True, number)
    [batch] = made(engine)
    assert (batch["state"], batch["imported_by"], batch["checked_by"], batch["added"]) == (
        "done", CLAIRE.name, OMAR.name, 10,
    )  # fmt: skip
    with engine.connect() as connection:
        assert connection.execute(sa.select(import_file)).all() == []
    with pytest.raises(Refused):
        bring(engine, TEN + "11;18/10/2017;20/10/2017;Ydes\n", waiting=number, actor=OMAR)


@on_sqlite
def test_a_file_is_sent_back_or_waits_too_long(engine: sa.Engine) -> None:
    for _ in range(2):
        with writing(engine, CLAIRE) as connection:
            send_file(connection, CLAIRE, "sessions", FileSource("a.csv"), content=b"x", counts={}, now=NOW)
    with writing(engine, OMAR) as connection:
        return_file(connection, OMAR, 1, now=NOW)
    with writing(engine) as connection:
        connection.execute(sa.delete(import_file))

    assert [each["state"] for each in made(engine)] == ["lapsed", "returned"]


@on_sqlite
def test_names_and_consents_are_asked_about_apart_and_each_fault_names_its_record(engine: sa.Engine) -> None:
    text = "Numéro d’adhérent;Nom;Prénom;Date d’adhésion\nPAM-1;Bouchardon;Marius;25/11/2026\n"
    report = bring(engine, text, "members", rehearsal=True, confirmed=frozenset(Rule) - ABOUT_PEOPLE)

    assert {fault.about for fault in report.about_people} == {"PAM-1, Bouchardon, Marius, 25/11/2026"}
    assert errors_table(report).frame["state"].unique().to_list() == ["à confirmer"]


members = st.lists(
    st.tuples(
        st.integers(1, 4), st.sampled_from(NAMES), st.sampled_from(("", "a@example.org", "b@example.org")),
        st.sampled_from(("", "oui", "non")),
    ),
    min_size=1, max_size=4, unique_by=lambda line: line[0],
)  # fmt: skip


def check_what_was_announced(engine: sa.Engine, lines: list[tuple[int, str, str, str]]) -> None:
    """What the rehearsal announces is the difference of contents; undone, the content is as before."""
    text = "Numéro d’adhérent;Nom;Prénom;Adresse électronique;Annuaire;Date d’adhésion\n" + "".join(
        f"PAM-{number};{name};{email};{listed};25/11/2026\n" for number, name, email, listed in lines
    )
    everything = frozenset(Rule)
    before = content(engine)
    rehearsed = bring(engine, text, "members", rehearsal=True, confirmed=everything)
    assert content(engine) == before
    done = bring(engine, text, "members", confirmed=everything)
    assert done.faults == rehearsed.faults
    if not done.done:
        assert content(engine) == before
        return
    assert counted(done.outcome) == counted(rehearsed.outcome)
    assert differences(KINDS["members"], done.outcome) == differences(KINDS["members"], rehearsed.outcome)

    after = content(engine)
    people, memberships = (after[table.name] for table in (person, pass_membership))
    new = memberships.keys() - before["pass_membership"].keys()
    changed = {
        number
        for number, row in before["pass_membership"].items()
        if (row, before["person"][row["person_id"]]) != (memberships[number], people[row["person_id"]])
    }
    assert (len(new), len(changed)) == (len(done.outcome.added), len(done.outcome.changed))
    if done.outcome.batch_id is not None:
        assert undo_whole_import(engine, CLAIRE, done.outcome.batch_id, now=NOW) == len(new) + len(changed)
    assert content(engine) == before


@pytest.mark.slow
@settings(max_examples=12)
@given(lines=members)
def test_what_is_announced_is_what_happens_and_undone_is_as_before(
    module_engine: sa.Engine, lines: list[tuple[int, str, str, str]]
) -> None:
    check_what_was_announced(module_engine, lines)
