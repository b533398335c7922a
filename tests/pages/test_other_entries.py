"""Every entry form on its page: what is typed is recorded once, told, corrected and taken back."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from dashboard.ui import session
from dashboard.ui.forms.entries.subjects import ENTRY_FORMS
from data_access.rights import Actor
from data_access.schema import audit_entry, metadata, person
from tests.application import run_on
from tests.databases import engine_at
from tests.pages.conftest import TODAY

PAGE = Path(__file__).parents[2] / "pages" / "other_entries.py"
ANIMATOR = Actor("elise@example.org", "animator", frozenset({"MURAT"}))

# What somebody types in a form of each kind; lists are chosen by what they show.
TYPED: dict[str, dict[str, str]] = {
    "personne": {"Nom": "Vaissière-Ô", "Prénom": "Élise", "Adresse électronique": "elise@example.org"},
    "adhesion": {
        "Nom": "Delmas-Ô",
        "Prénom": "Élise",
        "Téléphone": "+33 4 71 46 20 26",
        "Date d’adhésion": "15/05/2017",
    },
    "convention": {"Télécentre": "MURAT", "Nom": "O’Brien", "Prénom": "Ægir", "Signée le": "2 mai 2017"},
    "contrat": {"Volet": "1", "Informé le": "2/5/2017", "Intéressé le": "9/5/2017"},
    "reunion": {"Date": "9 mai 2017", "Lieu": "Mauriac", "Présents": "14", "Intéressés": "6"},
    "session": {"Premier jour": "18/10/2017", "Dernier jour": "20/10/2017", "Lieu": "Pays de Salers"},
    "foyer": {
        "Session": "FIRST",
        "Porteurs de projet": "1",
        "Personnes du foyer": "3",
        "Présents le premier jour": "3",
    },
    "rendez-vous": {"Titre": "Les objets connectés", "Télécentre": "MURAT", "Début": "12/06/2017 14 h"},
    "formation": {"Code": "TRI-1", "Titre": "Trier ses courriels", "Durée en heures": "3,5"},
    "service": {"Titulaire": "FIRST", "Service": "mail", "Début": "2/05/2017"},
    "accompagnement": {"Personne": "FIRST", "Accompagnement": "housing", "Ouvert le": "2/05/2017"},
    "suite-adhesion": {"Adhésion": "FIRST", "Renouvelée le": "29/05/2017"},
    "etape": {
        "Candidature": "FIRST",
        "Étape atteinte": "hired",
        "Le": "29/05/2017",
        "Contrat": "fixed_term",
        "Employeur": "A",
    },
    "presents": {"Rendez-vous": "FIRST", "Présents": "12"},
}


class Screen:
    """The page of one session, driven by what its reader sees."""

    def __init__(self, form: str) -> None:
        self.app = AppTest.from_file(str(PAGE), default_timeout=30)
        self.app.query_params["saisie"] = form
        self.app.query_params["geste"] = "noter"
        self.app.run()
        assert not self.app.exception

    def type(self, texts: Mapping[str, str]) -> "Screen":
        for label, text in texts.items():
            fields = [*self.app.text_input, *self.app.selectbox, *self.app.checkbox]
            field: Any = next(each for each in fields if each.label.removesuffix(" (facultatif)").strip() == label)
            if field.type == "selectbox":
                field.select_index(0) if text == "FIRST" else field.set_value(text)
            else:
                field.set_value(text)
        return self

    def press(self, label: str, place: int = 0) -> "Screen":
        [button for button in self.app.button if button.label == label][place].click().run()
        assert not self.app.exception
        return self

    @property
    def said(self) -> str:
        return " ".join(box.value for box in (*self.app.success, *self.app.error, *self.app.warning))

    @property
    def fields(self) -> dict[str, str]:
        return {field.label: field.value for field in self.app.text_input}


@pytest.fixture
def database(demonstration_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    """The demonstration, of which somebody may be chosen in each list."""
    return engine_at(run_on(shutil.copy(demonstration_file, tmp_path / "cybercantal.sqlite"), TODAY, monkeypatch))


def count_of(database: sa.Engine, table: str) -> int:
    with database.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(metadata.tables[table])).scalar_one())


def traces(database: sa.Engine) -> list[str]:
    with database.connect() as connection:
        return list(connection.execute(sa.select(audit_entry.c.action).order_by(audit_entry.c.id)).scalars())


def test_every_form_has_something_typed_above() -> None:
    assert set(TYPED) == {form.key for form in ENTRY_FORMS if form.key not in ("fermeture", "cout-annuel")}


@pytest.mark.parametrize("key", list(TYPED))
def test_what_is_typed_is_recorded_told_listed_taken_back_and_corrected(database: sa.Engine, key: str) -> None:
    """And a correction that changes nothing writes nothing."""
    form = next(form for form in ENTRY_FORMS if form.key == key)
    before = count_of(database, form.kind.table.name)
    screen = Screen(key).type(TYPED[key]).press("Enregistrer")
    assert "enregistré à" in screen.said, screen.said
    assert traces(database)[-1] == form.kind.action
    assert "Corriger" in [button.label for button in screen.app.button]

    screen.press("Annuler")
    assert "Saisie annulée." in screen.said
    assert count_of(database, form.kind.table.name) == before

    # The person stays, and somebody of the same name would be asked about.
    another = {"Nom": "Vaissière"} if "Nom" in TYPED[key] else {}
    screen = Screen(key).type(TYPED[key] | another).press("Enregistrer")
    written = len(traces(database))
    screen.press("Corriger").press("Enregistrer")
    # A stage reached is not a row of its own: its form then holds the whole candidate.
    assert key == "etape" or "rien n’a changé" in screen.said
    assert len(traces(database)) == written


def test_an_empty_form_names_each_field_that_is_missing(database: sa.Engine) -> None:
    screen = Screen("adhesion").press("Enregistrer")

    assert "Nom\u00a0: indiquez une valeur." in screen.said
    assert "Prénom\u00a0: indiquez une valeur." in screen.said


def test_what_was_typed_stays_when_it_is_refused(database: sa.Engine) -> None:
    screen = Screen("reunion").type({"Lieu": "Mauriac", "Présents": "deux"}).press("Enregistrer")

    assert "Présents\u00a0: " in screen.said
    assert (screen.fields["Lieu"], screen.fields["Présents (facultatif)"]) == ("Mauriac", "deux")


def test_saving_and_entering_another_keeps_what_repeats(database: sa.Engine) -> None:
    screen = Screen("reunion").type(TYPED["reunion"]).press("Enregistrer et saisir un autre")

    assert (screen.fields["Lieu"], screen.fields["Présents (facultatif)"]) == ("Mauriac", "")


def test_the_end_of_the_free_period_is_told(database: sa.Engine) -> None:
    screen = Screen("adhesion").type(TYPED["adhesion"]).press("Enregistrer")

    assert "Fin de gratuité\u00a0: 15 novembre 2017." in screen.said


def test_somebody_of_the_same_name_is_asked_about_once(database: sa.Engine) -> None:
    Screen("adhesion").type(TYPED["adhesion"]).press("Enregistrer")
    twin = TYPED["adhesion"] | {"Nom": "DELMAS O", "Prénom": "elise", "Date d’adhésion": "16/05/2017"}
    screen = Screen("adhesion").type(twin).press("Enregistrer")

    assert "Une adhésion existe déjà à ce nom depuis le 15 mai 2017." in screen.said
    screen.press("Enregistrer quand même")
    assert "enregistré à" in screen.said


def test_a_telephone_number_is_kept_in_one_form(database: sa.Engine) -> None:
    Screen("adhesion").type(TYPED["adhesion"]).press("Enregistrer")

    with database.connect() as connection:
        assert (
            connection.execute(sa.select(person.c.phone).order_by(person.c.id.desc())).scalars().first()
            == "04 71 46 20 26"
        )


def test_the_presences_of_a_household_are_taken_back_with_it(database: sa.Engine) -> None:
    before = count_of(database, "welcome_attendance")
    screen = Screen("foyer").type(TYPED["foyer"]).press("Enregistrer")
    assert count_of(database, "welcome_attendance") == before + 1

    screen.press("Annuler")

    assert count_of(database, "welcome_attendance") == before


def test_an_animator_chooses_among_the_people_of_their_centre(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = len(next(box for box in Screen("service").app.selectbox if box.label == "Titulaire").options)
    monkeypatch.setattr(session, "current_actor", lambda: ANIMATOR)

    theirs = next(box for box in Screen("service").app.selectbox if box.label == "Titulaire").options
    assert 0 < len(theirs) < everybody


def test_an_animator_is_not_offered_what_the_coordination_records(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "current_actor", lambda: ANIMATOR)

    offered = next(box for box in Screen("contrat").app.selectbox if box.label == "Que notez-vous\u202f?").options
    assert "Candidature et contrat (Pôle Emploi)" not in offered
    assert "Adhésion au Pass" in offered
