"""The page of one person: found without their name in the address, told whole, withdrawn or erased at their request."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from dashboard.ui import session
from data_access.engine import writing
from data_access.reads.people import directory_people
from data_access.rights import COMMAND_LINE, VISITOR, Actor
from data_access.schema import audit_entry, person
from tests.application import opened, press, run_on, said
from tests.data_access.people_in_texts import NAME, TRACES, add_known_person, told
from tests.databases import engine_at

TODAY = date(2017, 5, 30)
NOW = datetime(2017, 5, 30, 6, tzinfo=UTC)


@pytest.fixture
def file(one_centre_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the network of one centre."""
    file = Path(shutil.copy(one_centre_file, tmp_path / "persons.sqlite"))
    run_on(file, TODAY, monkeypatch)
    return file


@pytest.fixture
def engine(file: Path) -> sa.Engine:
    return engine_at(f"sqlite:///{file}")


@pytest.fixture
def known(engine: sa.Engine) -> int:
    with writing(engine, COMMAND_LINE) as connection:
        return add_known_person(connection, "MURAT", date(2017, 5, 29), NOW)


def found(text: str = "quatrefages ludi") -> AppTest:
    app = opened("persons")
    app.text_input(key="person-search").set_value(text).run()
    assert not app.exception
    return app


def test_a_person_is_found_and_told_whole_without_their_name_in_the_address(known: int) -> None:
    app = found()

    assert "Le tableau de bord garde de cette personne 1\N{NO-BREAK SPACE}convention" in said(app)
    assert [button.proto.label for button in app.get("download_button")] == ["Télécharger (JSON)", "Télécharger (XLSX)"]
    assert app.query_params["personne"] == str(known)


def test_the_address_of_a_person_opens_their_page(known: int) -> None:
    app = opened("persons", personne=str(known))

    assert "Ludivine Quatrefages-Zwygart" in [title.value for title in app.subheader]


def test_nobody_found_is_said(known: int) -> None:
    assert "Personne ne correspond" in " ".join(info.value for info in found("xyzzy").info)


def test_a_person_is_erased_once_the_words_are_typed(engine: sa.Engine, file: Path, known: int) -> None:
    app = found()
    app.text_input(key=f"erase-typed-{known}").set_value(f"effacer {known}")
    press(app, "Effacer pour toujours")

    assert "1\N{NO-BREAK SPACE}personne effacée" in app.success[0].value
    assert not any(trace in said(app).lower() for trace in TRACES)
    assert "Effacée le 30 mai 2017" in " ".join(info.value for info in app.info)
    with engine.connect() as connection:
        assert told(connection) == []
    engine.dispose()
    files = b"".join(each.read_bytes() for each in file.parent.iterdir()).lower()
    assert not any(trace.encode() in files for trace in TRACES)
    assert len(file.with_suffix(".effacements.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize("typed", ["", "EFFACER", "EFFACER 999"])
def test_other_words_erase_nothing(engine: sa.Engine, known: int, typed: str) -> None:
    app = found()
    app.text_input(key=f"erase-typed-{known}").set_value(typed)
    press(app, "Effacer pour toujours")

    assert "Rien n’a été effacé" in app.error[0].value
    with engine.connect() as connection:
        assert connection.scalars(sa.select(person.c.erased_at).where(person.c.id == known)).one() is None


def test_what_the_register_could_not_take_is_told_with_the_remedy(
    known: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person is erased all the same."""
    monkeypatch.setenv("CYBERCANTAL_ERASURES_FILE", str(tmp_path / "persons.sqlite" / "x.jsonl"))
    app = found()
    app.text_input(key=f"erase-typed-{known}").set_value(f"EFFACER {known}")
    press(app, "Effacer pour toujours")

    assert "personne effacée" in app.success[0].value
    assert "cybercantal person replay" in app.error[0].value


def test_a_consent_withdrawn_on_the_page_leaves_the_directory_at_once(engine: sa.Engine, known: int) -> None:
    def listed() -> list[str]:
        with engine.connect() as connection:
            return directory_people(connection, on=TODAY)["family_name"].to_list()

    assert listed() == [NAME["family_name"]]

    app = press(found(), "Retirer de l’annuaire")

    assert listed() == []
    assert "n’est plus dans l’annuaire" in app.success[0].value


@pytest.mark.parametrize(
    "actor", [Actor("murat@example.org", "animator", frozenset({"MURAT"})), Actor("elu@example.org", "viewer"), VISITOR]
)
def test_who_has_not_the_right_sees_nothing_and_the_denial_is_written_down(
    engine: sa.Engine, known: int, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "PERSONAS", {"coordination": ("Coordination", actor)})

    app = opened("persons")

    assert not app.text_input
    assert not any(trace in said(app).lower() for trace in TRACES)
    # The demonstration may have been looked at by others before.
    denied = sa.select(audit_entry.c.actor).where(audit_entry.c.action == "denied", audit_entry.c.actor == actor.name)
    with engine.connect() as connection:
        expected = [] if actor is VISITOR else [actor.name]
        assert connection.scalars(denied).all() == expected
