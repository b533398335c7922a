"""Every entry form on its page: what is typed is recorded once, told, corrected and taken back."""

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.ui import session
from dashboard.ui.forms.entries.fields import NotOffered
from dashboard.ui.forms.entries.subjects import ENTRY_FORMS
from dashboard.wording.typography import typeset
from data_access.reads.people import people_of
from data_access.rights import Actor
from data_access.schema import audit_entry, metadata, person
from tests.application import links, opened, run_on
from tests.databases import engine_at
from tests.pages.conftest import TODAY

ANIMATOR = Actor("elise@example.org", "animator", frozenset({"MURAT"}))

# What somebody types in a form of each kind; lists are chosen by what they show.
TYPED: dict[str, dict[str, str]] = {
    "personne": {
        "Nom": "Vaissière-Ô",
        "Prénom": "Élise",
        "Situation": "other",
        "Adresse électronique": "elise@example.org",
    },
    "adhesion": {
        "Nom": "Delmas-Ô",
        "Prénom": "Élise",
        "Situation": "independent",
        "Téléphone": "+33 4 71 46 20 26",
        "Date d’adhésion": "15/05/2017",
    },
    "convention": {
        "Télécentre": "MURAT",
        "Nom": "O’Brien",
        "Prénom": "Ægir",
        "Situation": "mobile",
        "Position": "office",
        "Formule": "day",
        "Signée le": "2\u00a0mai 2017",
    },
    "contrat": {"Volet de la convention": "1", "Informé le": "2/5/2017", "Intéressé le": "9/5/2017"},
    "total-publie": {
        "Indicateur": "hours",
        "Année": "2015",
        "Valeur": "41 250",
        "Précision": "arrondi à 50 h",
        "Source": "Rapport d’activité 2015",
    },
    "reunion": {"Date": "9\u00a0mai 2017", "Lieu": "Mauriac", "Présents": "14", "Intéressés": "6"},
    "session": {"Premier jour": "18/10/2017", "Dernier jour": "20/10/2017", "Lieu": "Pays de Salers"},
    "foyer": {
        # Held already: who was there is known.
        "Session": "LAST",
        "Projet": "farming",
        "Porteurs de projet": "1",
        "Personnes du foyer": "3",
        "Présents le premier jour": "3",
    },
    "rendez-vous": {
        "Nature": "workshop",
        "Titre": "Les objets connectés",
        "Télécentre": "MURAT",
        "Début": "12/06/2017 14 h",
    },
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

    def __init__(self, form: str, **address: str) -> None:
        self.app = opened("other_entries", saisie=form, **({"geste": "noter"} | address))
        assert not self.app.exception

    def type(self, texts: Mapping[str, str]) -> "Screen":
        for label, text in texts.items():
            fields = [*self.app.text_input, *self.app.selectbox, *self.app.checkbox]
            field: Any = next(each for each in fields if each.label.removesuffix(" (facultatif)").strip() == label)
            if field.type == "selectbox" and text == "FIRST" and not field.options:
                field = self.find(label, "a")
            if field.type == "selectbox":
                place = {"FIRST": 0, "LAST": len(field.options) - 1}.get(text)
                field.set_value(text) if place is None else field.select_index(place)
            else:
                field.set_value(text)
        return self

    def find(self, label: str, text: str) -> Any:
        """The list of that field, once these letters are looked for."""
        searches = [box for box in self.app.text_input if box.label == typeset(f"Chercher : {label}")]
        searches[0].set_value(text).run()
        assert not self.app.exception
        return next(box for box in self.app.selectbox if box.label.removesuffix(" (facultatif)").strip() == label)

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
    assert "Situation\u00a0: indiquez une valeur." in screen.said


def test_what_was_typed_stays_when_it_is_refused(database: sa.Engine) -> None:
    screen = Screen("reunion").type({"Lieu": "Mauriac", "Présents": "deux"}).press("Enregistrer")

    assert "Présents\u00a0: " in screen.said
    assert (screen.fields["Lieu"], screen.fields["Présents (facultatif)"]) == ("Mauriac", "deux")


def test_saving_and_entering_another_keeps_what_repeats(database: sa.Engine) -> None:
    screen = Screen("reunion").type(TYPED["reunion"]).press("Enregistrer et saisir un autre")

    assert (screen.fields["Lieu"], screen.fields["Présents (facultatif)"]) == ("Mauriac", "")


def test_the_end_of_the_free_period_is_told(database: sa.Engine) -> None:
    screen = Screen("adhesion").type(TYPED["adhesion"]).press("Enregistrer")

    assert "Fin de gratuité\u00a0: 15\u00a0novembre 2017." in screen.said


def test_somebody_of_the_same_name_is_asked_about_once(database: sa.Engine) -> None:
    Screen("adhesion").type(TYPED["adhesion"]).press("Enregistrer")
    twin = TYPED["adhesion"] | {"Nom": "DELMAS O", "Prénom": "elise", "Date d’adhésion": "16/05/2017"}
    screen = Screen("adhesion").type(twin).press("Enregistrer")

    assert "Une adhésion existe déjà à ce nom depuis le 15\u00a0mai 2017." in screen.said
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


def test_who_is_looked_for_is_found_by_any_name_or_number_and_the_list_never_travels_whole(database: sa.Engine) -> None:
    known = one(database, "pass_membership", ended_on=None)
    who = one(database, "person", id=known["person_id"])
    screen = Screen("service")

    assert next(box for box in screen.app.selectbox if box.label == "Titulaire").options == []
    for text in (f"{who['given_name'][:3]} {who['family_name']}".upper(), known["member_number"], str(who["id"])):
        offered = screen.find("Titulaire", text).options
        assert 0 < len(offered) <= 21
        assert any(known["member_number"] in each for each in offered)
    assert screen.find("Titulaire", "personne de ce nom").options == []
    assert "Rien ne correspond" in "".join(element.proto.body for element in screen.app.get("html"))


def test_an_animator_finds_the_people_of_their_centre_alone(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.connect() as connection:
        everybody = set(connection.scalars(sa.select(metadata.tables["person"].c.id)))
        theirs = set(connection.scalars(people_of(ANIMATOR)))
    monkeypatch.setattr(session, "actor_now", lambda: ANIMATOR)
    screen = Screen("service")

    def offered(person_id: int) -> list[str]:
        return [
            each for each in screen.find("Titulaire", str(person_id)).options if each.endswith(f"fiche {person_id}")
        ]

    unnumbered = everybody - set(rows_of_members(database))
    assert offered(min(theirs & unnumbered))
    assert not offered(min(unnumbered - theirs))


def rows_of_members(database: sa.Engine) -> list[int]:
    with database.connect() as connection:
        return list(connection.scalars(sa.select(metadata.tables["pass_membership"].c.person_id)))


@pytest.mark.parametrize(("form", "name"), [("service", "person_id"), ("suite-adhesion", "membership_id")])
def test_who_was_chosen_is_known_again_by_what_the_page_shows(database: sa.Engine, form: str, name: str) -> None:
    """A draft holds the words of a list that is not on the page any more."""
    field = next(each for entry in ENTRY_FORMS if entry.key == form for each in entry.fields if each.name == name)
    assert field.finder is not None
    with session.acting(Actor("c@example.org", "coordinator")):
        offered = field.finder.having("a")

        assert {field.left(typeset(words)): field.shown(code) for code, words in offered.items()} == dict(offered)
        with pytest.raises(NotOffered):
            field.parsed("999999999")


def test_an_animator_is_not_offered_what_the_coordination_records(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "actor_now", lambda: ANIMATOR)

    offered = next(box for box in Screen("contrat").app.selectbox if box.label == "Que notez-vous\u202f?").options
    assert "Candidature et contrat (Pôle Emploi)" not in offered
    assert "Adhésion au Pass" in offered


def one(database: sa.Engine, table: str, **where: Any) -> dict[str, Any]:
    rows = metadata.tables[table]
    with database.connect() as connection:
        question = sa.select(rows).where(*(rows.c[name] == value for name, value in where.items())).order_by(rows.c.id)
        return dict(connection.execute(question).mappings().first() or {})


def fiche(form: str, row_id: int) -> Screen:
    return Screen(form, fiche=str(row_id))


def test_an_old_record_is_found_by_a_name_and_a_day_and_opened_by_its_address(database: sa.Engine) -> None:
    known = one(database, "agreement")
    who = one(database, "person", id=known["person_id"])
    screen = Screen("convention", geste="retrouver")
    screen.type({"Chercher": f"{who['given_name']} {who['family_name']}".lower()}).app.run()
    day = f"{known['signed_on']:%d/%m/%Y}"
    screen.type({"Du": day, "Au": day}).app.run()

    found = links(screen.app)
    assert f"/autres-saisies?saisie=convention&fiche={known['id']}" in found.values()
    assert all(who["family_name"] in label and day in label for label, query in found.items() if "fiche=" in query)


def test_no_name_that_is_searched_stands_in_the_address(database: sa.Engine) -> None:
    screen = Screen("personne", geste="retrouver").type({"Chercher": "Delmas"})
    screen.app.run()

    assert "Delmas" not in str(dict(screen.app.query_params))


def test_correcting_one_field_writes_that_field(database: sa.Engine) -> None:
    before = one(database, "placement", employer_in_cantal=True)
    screen = fiche("contrat", before["id"]).type({"Employeur": "Laiterie du Plomb"}).press("Enregistrer")

    assert "enregistré à" in screen.said
    after = one(database, "placement", id=before["id"])
    assert after == before | {"employer": "Laiterie du Plomb", "version": before["version"] + 1}

    screen.press("Annuler ce changement")
    assert one(database, "placement", id=before["id"])["employer"] == before["employer"]


def test_what_is_there_already_is_opened_from_its_refusal(database: sa.Engine) -> None:
    meeting = one(database, "information_meeting")
    typed = {"Date": f"{meeting['held_on']:%d/%m/%Y}", "Lieu": meeting["place"], "Présents": "3"}
    screen = Screen("reunion").type(typed).press("Enregistrer")

    assert "existe déjà" in screen.said
    assert links(screen.app)["Ouvrir la fiche existante"] == f"/autres-saisies?saisie=reunion&fiche={meeting['id']}"


def test_ending_a_membership_that_is_chosen_keeps_its_renewal(database: sa.Engine) -> None:
    renewed = one(database, "pass_membership", ended_on=None)
    screen = fiche("suite-adhesion", renewed["id"]).type({"Renouvelée le": "29/05/2017"}).press("Enregistrer")
    assert "enregistré à" in screen.said, screen.said

    screen = Screen("suite-adhesion")
    screen.find("Adhésion", renewed["member_number"])
    screen.type({"Adhésion": str(renewed["id"]), "Terminée le": "30/05/2017", "Motif de fin": "moved"})
    assert "enregistré à" in screen.press("Enregistrer").said
    after = one(database, "pass_membership", id=renewed["id"])
    assert (after["renewed_on"], after["ended_on"]) == (date(2017, 5, 29), TODAY)


def test_a_change_taken_back_in_the_history_is_read_again(database: sa.Engine) -> None:
    meeting = one(database, "information_meeting")
    fiche("reunion", meeting["id"]).type({"Présents": "99"}).press("Enregistrer")
    screen = fiche("reunion", meeting["id"])
    assert screen.fields["Présents (facultatif)"] == "99"

    screen.press("Annuler ce changement")
    assert screen.fields["Présents (facultatif)"] == str(meeting["attendees"])


def test_the_outcome_of_a_household_of_last_year_is_noted_and_its_presences_stay(database: sa.Engine) -> None:
    presences = metadata.tables["welcome_attendance"].c
    noted = sa.select(presences.welcome_household_id, presences.day, presences.people_present).order_by(
        presences.welcome_household_id, presences.day
    )
    with database.connect() as connection:
        before = connection.execute(noted).all()
    household_id = before[0].welcome_household_id
    screen = fiche("foyer", household_id)
    screen.type({"Suite": "settled", "Installé le": "01/03/2017"}).press("Enregistrer")

    assert "enregistré à" in screen.said, screen.said
    assert one(database, "welcome_household", id=household_id)["outcome"] == "settled"
    with database.connect() as connection:
        assert connection.execute(noted).all() == before


@pytest.mark.parametrize(
    ("form", "table", "reason"),
    [
        ("convention", "agreement", {}),
        ("adhesion", "pass_membership", {"Motif de fin": "moved"}),
        ("service", "member_service", {}),
    ],
)
def test_what_goes_on_is_ended_in_two_presses(
    database: sa.Engine, form: str, table: str, reason: dict[str, str]
) -> None:
    end = "ends_on" if table == "member_service" else "ended_on"
    running = one(database, table, **{end: None})
    screen = fiche(form, running["id"]).press("Terminer").type(reason).press("Enregistrer")

    assert "enregistré à" in screen.said, screen.said
    assert one(database, table, id=running["id"])[end] == TODAY


def test_a_record_is_removed_where_nothing_hangs_on_it_and_put_back(database: sa.Engine) -> None:
    meeting = one(database, "information_meeting")
    screen = fiche("reunion", meeting["id"]).press("Oui, supprimer la fiche")

    assert "fiche supprimée" in screen.said
    assert one(database, "information_meeting", id=meeting["id"]) == {}
    assert "fiche" not in screen.app.query_params

    screen.press("Annuler ce changement")
    back = one(database, "information_meeting", id=meeting["id"])
    assert {**back, "version": 0} == {**meeting, "version": 0}


def test_a_session_that_has_households_is_not_removed(database: sa.Engine) -> None:
    session_id = one(database, "welcome_household")["welcome_session_id"]
    screen = fiche("session", session_id).press("Oui, supprimer la fiche")

    assert "sert ailleurs" in screen.said
    assert one(database, "welcome_session", id=session_id)


def test_a_period_of_seats_is_corrected_and_taken_back(database: sa.Engine) -> None:
    """Of a place that has nothing entered since: no rate changes."""
    found = links(Screen("positions", geste="retrouver").app)
    query = next(query for label, query in found.items() if "fiche=" in query)
    row_id = int(query.rpartition("=")[2])
    before = one(database, "centre_capacity", id=row_id)
    screen = fiche("positions", row_id).type({"Nombre": str(before["seats"] + 5)}).press("Enregistrer")
    if "Enregistrer quand même" in [button.label for button in screen.app.button]:
        screen.press("Enregistrer quand même")

    assert "enregistré à" in screen.said, screen.said
    about = {name: before[name] for name in ("centre_id", "seat_kind", "valid_from")}
    assert one(database, "centre_capacity", **about)["seats"] == before["seats"] + 5

    screen.press("Annuler ce changement")
    assert one(database, "centre_capacity", **about)["seats"] == before["seats"]


def test_the_hours_of_a_past_period_are_shown_as_they_are(database: sa.Engine) -> None:
    found = links(Screen("horaires", geste="retrouver").app)
    row_id = int(next(query for query in found.values() if "fiche=" in query).rpartition("=")[2])

    screen = fiche("horaires", row_id).press("Enregistrer")

    assert "rien n’a changé" in screen.said, screen.said


@pytest.mark.parametrize("form", [form.key for form in ENTRY_FORMS])
def test_a_search_where_nothing_is_noted_says_so(
    form: str, empty_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_on(shutil.copy(empty_file, tmp_path / "empty.sqlite"), TODAY, monkeypatch)

    screen = Screen(form, geste="retrouver")

    html = " ".join(element.proto.body for element in screen.app.get("html"))
    assert "Aucune fiche n’est enregistrée." in html.replace("\u00a0", " ")


def test_a_record_that_is_gone_is_told_and_left(database: sa.Engine) -> None:
    screen = fiche("reunion", 999_999)

    assert screen.said
    screen.press("Revenir à la recherche")
    assert links(screen.app)


def test_the_record_of_another_centre_is_not_opened_by_its_number(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "actor_now", lambda: ANIMATOR)
    with database.connect() as connection:
        rows, centre = metadata.tables["agreement"], metadata.tables["centre"]
        other = connection.scalars(
            sa.select(rows.c.id).join(centre, centre.c.id == rows.c.centre_id).where(centre.c.code != "MURAT")
        ).first()
    screen = fiche("convention", int(other or 0))

    assert "Enregistrer" not in [button.label for button in screen.app.button]
    assert traces(database)[-1] == "denied"


@pytest.mark.parametrize(
    ("form", "label"), [("convention", "Télécentre"), ("service", "Titulaire"), ("convention", "Position")]
)
def test_a_value_that_was_not_offered_is_refused_and_written_down(
    database: sa.Engine, form: str, label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "actor_now", lambda: ANIMATOR)
    before = count_of(database, "agreement") + count_of(database, "member_service")
    screen = Screen(form).type(TYPED[form] | {"Position": "office"} if form == "convention" else TYPED[form])
    box = next(each for each in screen.app.selectbox if each.label == label)
    forged = "999999" if form == "service" else "YDES"
    box.options.append(forged)
    box.set_value(forged)
    screen.press("Enregistrer")

    assert "choisissez une des valeurs proposées" in screen.said
    assert count_of(database, "agreement") + count_of(database, "member_service") == before
    assert traces(database)[-1] == "denied"


@pytest.mark.parametrize(
    ("page", "forms"),
    [
        ("agenda", "rendez-vous-presents-formation"),
        ("welcome", "session-foyer"),
        ("placements", "contrat-reunion"),
        ("passes", "adhesion-suite-adhesion-convention-service-accompagnement-personne"),
        ("directory", "personne-adhesion"),
        ("centres", "positions-horaires-fermeture-cout-annuel"),
    ],
)
def test_each_page_that_shows_records_opens_one(database: sa.Engine, page: str, forms: str) -> None:
    app = opened(page)
    app.session_state[f"door-{forms}"] = True
    app.run()

    assert not app.exception
    assert any(f"saisie={forms.split('-')[0]}" in query and "fiche=" in query for query in links(app).values())


@pytest.mark.parametrize("page", ["agenda", "welcome", "placements", "passes", "directory", "centres"])
@pytest.mark.parametrize("role", ["viewer", "administrator"])
def test_who_corrects_nothing_has_no_door(
    database: sa.Engine, page: str, role: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "PERSONAS", {"coordination": ("Coordination", Actor("elu@example.org", role))})

    app = opened(page)

    assert not app.exception
    assert not [block for block in app.get("popover") if "Corriger" in block.proto.popover.label]


def test_what_is_typed_in_a_record_that_somebody_else_changed_is_kept_to_be_read_over(database: sa.Engine) -> None:
    with database.connect() as connection:
        known = connection.execute(sa.select(person.c.id).where(person.c.erased_at.is_(None)).limit(1)).scalar_one()
    screen = Screen("personne", geste="retrouver", fiche=str(known))
    with database.begin() as connection:
        connection.execute(
            sa.update(person).where(person.c.id == known).values(phone="04 71 00 00 02", email="autre@example.org",
                                                                  version=person.c.version + 1)
        )  # fmt: skip

    screen.type({"Téléphone": "04 71 46 20 26", "Prénom": "Inès"}).press("Enregistrer")
    assert typeset("puis enregistrez. Téléphone : « 04 71 00 00 02 » est enregistré.") in screen.said
    screen.press("Enregistrer")

    with database.connect() as connection:
        stored = connection.execute(sa.select(person).where(person.c.id == known)).one()
    assert (stored.phone, stored.given_name, stored.email) == ("04 71 46 20 26", "Inès", "autre@example.org")
