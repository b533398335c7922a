"""What an import says is what it writes: counted with the person it is about, asked before, and undone, alone."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from dashboard.imports.kinds import KINDS
from dashboard.imports.running import ImportReport, counted, differences, run_import, told
from data_access.engine import writing
from data_access.entries.importing import undo_import
from data_access.refusals import Rule
from data_access.rights import Actor
from data_access.schema import audit_entry, event, import_batch, pass_membership, person, placement
from tests.data_access.club import add_membership, add_person, rows
from tests.factories import add_centre

COORDINATOR = Actor("coordination@example.org", "coordinator")
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
JOINED = date(2026, 11, 25)
WRITTEN = (person, pass_membership, placement, event, audit_entry, import_batch)

NUMBER_OF_ANOTHER = """Numéro d’adhérent;Nom;Prénom;Date d’adhésion;Annuaire
PAM-0788;Bouchardon;Marius;25/11/2026;oui
"""
NEW_EMAIL = """Numéro d’adhérent;Nom;Prénom;Adresse électronique;Date d’adhésion
PAM-0788;Tardieu;Rachel;nouvelle.adresse@example.org;25/11/2026
"""
SAME = "Numéro d’adhérent;Nom;Prénom;Date d’adhésion\nPAM-0788;Tardieu;Rachel;25/11/2026\n"
ONE_EVENT = "Titre;Nature;Début;Télécentre\nAtelier d’essai;atelier;10/12/2026 14 h;MURAT\n"
FIRST_CENTRE = "Titre;Nature;Début;Télécentre\nPermanence emploi;atelier;14/11/2026 10 h;MURAT\n"
SECOND_CENTRE = "Titre;Nature;Début;Télécentre;Présents\nPermanence emploi;atelier;14/11/2026 10 h;YDES;7\n"
PERMANENT_ENDED = (
    "Référence;Volet;Informé le;Intéressé le;Formé le;Candidat le;Embauché le;Contrat;Employeur;Employeur du Cantal;"
    "Fin du contrat;Télécentre\n"
    "C9001;1;02/03/2026;;;;01/04/2026;CDI;Entreprise Exemple;oui;30/05/2026;MURAT\n"
)


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], None]:
    """Two places, and Rachel Tardieu, number PAM-0788, who is not listed."""

    def write(connection: sa.Connection) -> None:
        add_centre(connection, "MURAT")
        add_centre(connection, "YDES")
        rachel = add_person(connection, family_name="Tardieu", given_name="Rachel", email="rachel@example.org")
        add_membership(connection, rachel, "PAM-0788", JOINED, date(2027, 5, 25))

    return write


def bring(
    engine: sa.Engine, kind: str, text: str, *, rehearsal: bool = False, confirmed: frozenset[Rule] = frozenset()
) -> ImportReport:
    return run_import(
        engine,
        COORDINATOR,
        KINDS[kind],
        "fichier.csv",
        text.encode(),
        now=NOW,
        rehearsal=rehearsal,
        confirmed=confirmed,
    )


def take_back(engine: sa.Engine, report: ImportReport) -> int:
    assert report.outcome.batch_id is not None
    with writing(engine, COORDINATOR) as connection:
        return undo_import(connection, COORDINATOR, report.outcome.batch_id, now=NOW)


def member(engine: sa.Engine) -> tuple[str, str, str, bool]:
    with engine.connect() as connection:
        [found] = rows(connection, person)
    return found["family_name"], found["given_name"], found["email"], found["directory_consent"] is not None


def written(engine: sa.Engine) -> list[int]:
    with engine.connect() as connection:
        return [len(rows(connection, table)) for table in WRITTEN]


def counts(report: ImportReport) -> tuple[int, int, int]:
    numbers = counted(report.outcome)
    return numbers["added"], numbers["changed"], numbers["unchanged"]


RACHEL = ("Tardieu", "Rachel", "rachel@example.org", False)


def test_the_number_of_somebody_else_is_a_change_told_field_by_field_and_asked_about(engine: sa.Engine) -> None:
    before = written(engine)

    rehearsed = bring(engine, "members", NUMBER_OF_ANOTHER, rehearsal=True)

    assert counts(rehearsed) == (0, 1, 0)
    assert {(each["field"], each["before"], each["after"]) for each in differences(KINDS["members"], rehearsed.outcome)} == {
        ("Nom", "Tardieu", "Bouchardon"),
        ("Prénom", "Rachel", "Marius"),
        ("Accord pour l’annuaire", "n.\u00a0d.", "26\u00a0novembre 2026"),
    }  # fmt: skip
    assert rehearsed.unusual == {Rule.OTHER_NAME, Rule.CONSENT_CHANGES}
    assert [(each.line, each.column) for each in rehearsed.questions] == [
        (2, "Nom"),
        (2, "Accepte de figurer à l’annuaire"),
    ]
    assert (member(engine), written(engine)) == (RACHEL, before)

    # Not confirmed, it writes nothing either; confirmed, it writes what was counted, and is undone as one.
    assert not bring(engine, "members", NUMBER_OF_ANOTHER).done
    assert (member(engine), written(engine)) == (RACHEL, before)
    done = bring(engine, "members", NUMBER_OF_ANOTHER, confirmed=rehearsed.unusual)
    assert (done.done, counts(done)) == (True, counts(rehearsed))
    assert member(engine) == ("Bouchardon", "Marius", "rachel@example.org", True)
    assert take_back(engine, done) == 1
    assert member(engine) == RACHEL


def test_a_consent_taken_back_by_a_file_is_asked_about(engine: sa.Engine) -> None:
    with writing(engine, COORDINATOR) as connection:
        connection.execute(sa.update(person).values(directory_consent=JOINED))
    text = NUMBER_OF_ANOTHER.replace("Bouchardon;Marius", "Tardieu;Rachel").replace(";oui", ";non")

    asked = bring(engine, "members", text)

    assert (asked.done, counts(asked), asked.unusual) == (False, (0, 1, 0), {Rule.CONSENT_CHANGES})
    assert member(engine)[3]
    assert bring(engine, "members", text, confirmed=asked.unusual).done
    assert not member(engine)[3]


def test_undoing_an_import_leaves_what_another_changed(engine: sa.Engine) -> None:
    email = bring(engine, "members", NEW_EMAIL)
    assert (email.done, counts(email)) == (True, (0, 1, 0))
    assert [(each["field"], each["after"]) for each in differences(KINDS["members"], email.outcome)] == [
        ("Adresse électronique", "nouvelle.adresse@example.org")
    ]
    # A file that changes nothing leaves no import behind, and takes no number of another.
    assert (bring(engine, "members", SAME).outcome.batch_id, counts(bring(engine, "members", SAME))) == (
        None,
        (0, 0, 1),
    )

    added = bring(engine, "events", ONE_EVENT)
    assert (added.done, counts(added)) == (True, (1, 0, 0))
    assert added.outcome.batch_id != email.outcome.batch_id
    assert take_back(engine, added) == 1

    assert member(engine)[2] == "nouvelle.adresse@example.org"
    with engine.connect() as connection:
        assert rows(connection, event) == []
    assert take_back(engine, email) == 1
    assert member(engine) == RACHEL


def test_the_number_of_an_import_is_never_given_twice(engine: sa.Engine) -> None:
    numbers = []
    for name in ("un@example.org", "deux@example.org", "trois@example.org"):
        report = bring(engine, "members", NEW_EMAIL.replace("nouvelle.adresse@example.org", name))
        numbers.append(report.outcome.batch_id)
        # Whoever keeps the database short may remove the old ones; the journal still names them.
        with writing(engine, COORDINATOR) as connection:
            connection.execute(sa.delete(import_batch))

    assert len(set(numbers)) == 3


def test_two_open_days_on_one_day_in_two_places_are_two(engine: sa.Engine) -> None:
    bring(engine, "events", FIRST_CENTRE)
    second = bring(engine, "events", SECOND_CENTRE)

    assert (second.done, counts(second)) == (True, (1, 0, 0))
    with engine.connect() as connection:
        found = rows(connection, event)
    assert sorted((each["attendance"] or 0) for each in found) == [0, 7]
    assert len({each["centre_id"] for each in found}) == 2


def test_the_two_places_of_an_open_day_may_be_in_one_file(engine: sa.Engine) -> None:
    report = bring(engine, "events", FIRST_CENTRE + "Permanence emploi;atelier;14/11/2026 10 h;YDES\n")

    assert (report.done, counts(report)) == (True, (2, 0, 0))


def test_a_permanent_contract_can_end(engine: sa.Engine) -> None:
    report = bring(engine, "placements", PERMANENT_ENDED)

    assert (report.faults, report.done, counts(report)) == ((), True, (1, 0, 0))
    assert counts(bring(engine, "placements", PERMANENT_ENDED)) == (0, 0, 1)


def test_what_is_done_is_told_as_done(engine: sa.Engine) -> None:
    rehearsed = bring(engine, "members", NEW_EMAIL, rehearsal=True)

    assert told(counted(rehearsed.outcome), done=False) == "0 à ajouter, 1 à modifier, 0 sans changement"
    done = bring(engine, "members", NEW_EMAIL)
    assert told(counted(done.outcome), done=True).replace("\u00a0", " ") == "0 ajout, 1 modification, 0 sans changement"
