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
from tests.application import files, links, opened, press, run_on, said
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
    assert files(app) == ["Télécharger (JSON)", "Télécharger (XLSX)"]
    assert app.query_params["personne"] == str(known)


def test_the_address_of_a_person_opens_their_page(known: int) -> None:
    app = opened("persons", personne=str(known))

    assert "Ludivine Quatrefages-Zwygart" in [title.value for title in app.header]


def test_nobody_found_is_said(known: int) -> None:
    assert "Personne ne correspond" in " ".join(info.value for info in found("xyzzy").info)


def test_a_person_is_erased_once_the_words_are_typed(engine: sa.Engine, file: Path, known: int) -> None:
    app = found()
    app.text_input(key=f"erase-typed-{known}").set_value(f"effacer {known}")
    press(app, "Effacer pour toujours")

    assert "1\N{NO-BREAK SPACE}personne effacée" in app.success[0].value
    assert not any(trace in said(app).lower() for trace in TRACES)
    assert "Effacée le 30\u00a0mai 2017" in " ".join(info.value for info in app.info)
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


def typed_in(app: AppTest, **texts: str) -> AppTest:
    for label, text in texts.items():
        next(each for each in app.text_input if each.label.startswith(label.replace("_", " "))).set_value(text)
    return app


def columns_of(engine: sa.Engine, person_id: int) -> dict[str, object]:
    with engine.connect() as connection:
        row = connection.execute(sa.select(person).where(person.c.id == person_id)).mappings().one()
    return {name: value for name, value in row.items() if name != "version"}


def test_a_sheet_is_corrected_one_field_and_taken_back(engine: sa.Engine, known: int) -> None:
    before = columns_of(engine, known)
    app = press(opened("persons", personne=str(known)), "Corriger la fiche")
    press(typed_in(app, Adresse_électronique="nouvelle@example.org"), "Enregistrer")

    assert "enregistré à" in app.success[0].value
    assert columns_of(engine, known) == before | {"email": "nouvelle@example.org"}

    press(app, "Annuler ce changement")
    assert columns_of(engine, known) == before


def test_consent_is_given_with_its_day_and_withdrawn(engine: sa.Engine, known: int) -> None:
    for typed, stored in (("12/05/2017", date(2017, 5, 12)), ("", None)):
        app = press(opened("persons", personne=str(known)), "Corriger la fiche")
        press(typed_in(app, Accord_pour=typed), "Enregistrer")

        assert columns_of(engine, known)["directory_consent"] == stored


def test_what_is_tied_to_a_person_opens_its_form(known: int) -> None:
    app = opened("persons", personne=str(known))

    found = links(app).items()
    assert any(label.startswith("Ouvrir\u00a0: ") and "saisie=convention" in address for label, address in found)


def test_two_sheets_are_merged_after_a_look_and_taken_back(engine: sa.Engine, known: int) -> None:
    with writing(engine, COMMAND_LINE) as connection:
        values = {"family_name": "Quatrefages", "status": "independent", "email": None, "created_at": NOW}
        other = connection.execute(sa.insert(person).values(**values, phone="04 71 00 00 00").returning(person.c.id))
        twin = other.scalar_one()
    app = opened("persons", personne=str(twin))
    next(each for each in app.text_input if each.label == "Numéro de l’autre fiche").set_value(str(known)).run()

    told = " ".join(each.value for each in app.markdown)
    assert "1\u00a0convention" in told
    assert "Repris de l’autre fiche" in told

    press(app, "Réunir les deux fiches")
    assert f"Fiche {known} réunie à la fiche {twin}" in app.success[0].value
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).where(person.c.id == known)) == 0

    press(app, "Annuler ce changement")
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).where(person.c.id == known)) == 1


def test_an_administrator_reads_a_sheet_and_corrects_nothing(
    engine: sa.Engine, known: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = Actor("administration@example.org", "administrator")
    monkeypatch.setattr(session, "PERSONAS", {"coordination": ("Coordination", actor)})

    app = opened("persons", personne=str(known))

    assert not app.exception
    labels = {button.label for button in app.button}
    assert labels.isdisjoint({"Corriger la fiche", "Réunir les deux fiches"})
