"""The sheet of a place: read by all, changed by who coordinates, seen elsewhere at once, taken back in one press."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard.ui import session
from dashboard.web.routes import ROUTES
from data_access.engine import reading, writing
from data_access.openings import openings_of
from data_access.periods import Period
from data_access.reads.attendance import attendance_facts
from data_access.reads.network import centres, seat_periods
from data_access.rights import COMMAND_LINE, Actor
from data_access.schema import centre, commune, opening_hours
from tests.application import opened, press, run_on
from tests.databases import engine_at
from tests.factories import OPENED_ON, add_centre, add_closure

TODAY = date(2017, 5, 30)


@pytest.fixture
def database(one_centre_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A copy of the network of one centre, Murat, with four offices and two places."""
    return run_on(shutil.copy(one_centre_file, tmp_path / "centres.sqlite"), TODAY, monkeypatch)


def fill(app: AppTest, **texts: str) -> AppTest:
    for label, text in texts.items():
        field = label.replace("_", " ")
        next(each for each in app.text_input if each.label.lower().startswith(field.lower())).set_value(text)
    return app


def seats_form(app: AppTest) -> AppTest:
    """The form of its seats, for offices: nobody chooses in its author's place."""
    press(app, "Modifier les positions")
    next(each for each in app.selectbox if each.label == "Position").set_value("office")
    return app


def seats(url: str) -> list[tuple[str, int]]:
    with reading(engine_at(url), TODAY, COMMAND_LINE) as connection:
        rows = seat_periods(connection, centre_code="MURAT").sort("valid_from", "seat_kind")
    return list(rows.select("seat_kind", "seats").iter_rows())


def test_seats_are_changed_from_a_day_on_and_taken_back(database: str) -> None:
    app = seats_form(opened("centres"))
    fill(app, Nombre="6", À_partir_du="5\u00a0juin 2017")
    press(app, "Enregistrer")

    assert not app.exception
    assert seats(database) == [("office", 4), ("open_space", 2), ("office", 6)]
    assert "enregistré" in app.success[0].value

    press(app, "Annuler ce changement")
    assert seats(database) == [("office", 4), ("open_space", 2)]


def test_the_day_of_a_change_is_asked_and_the_usual_ones_are_taken_at_one_press(database: str) -> None:
    """A change that nobody dated would give the past no offer."""
    app = press(opened("centres"), "Modifier les horaires")

    def day() -> str:
        return next(str(each.value) for each in app.text_input if each.label == "À partir du")

    assert day() == ""
    fill(app, Lundi="8h30-12h")
    press(app, "Enregistrer")
    assert "À partir du" in app.error[0].value
    press(app, "Depuis l’ouverture\u00a0: 4\u00a0janvier 2010")
    assert (day(), next(each.value for each in app.text_input if each.label == "Lundi")) == ("04/01/2010", "8h30-12h")
    press(app, "À partir d’aujourd’hui\u00a0: 30\u00a0mai 2017")
    assert day() == "30/05/2017"


def test_what_is_noted_first_of_a_place_holds_since_it_opened(database: str) -> None:
    with writing(engine_at(database)) as connection:
        add_centre(connection, "YDES", seats_office=None, weekdays=())
    for button in ("Modifier les positions", "Modifier les horaires"):
        app = press(opened("centres", centre="YDES"), button)
        assert next(each.value for each in app.text_input if each.label == "À partir du") == "04/01/2010"


def test_fewer_seats_than_were_taken_are_refused_and_what_was_typed_stays(database: str) -> None:
    app = seats_form(opened("centres"))
    fill(app, Nombre="1", À_partir_du="1er\u00a0mai 2017")
    press(app, "Enregistrer")

    assert "ne suffit pas" in app.error[0].value
    assert [each.value for each in app.text_input if each.label == "Nombre"] == ["1"]
    assert seats(database) == [("office", 4), ("open_space", 2)]


def test_a_change_of_the_past_is_asked_about_then_done(database: str) -> None:
    app = seats_form(opened("centres"))
    fill(app, Nombre="5", À_partir_du="15/05/2017")
    press(app, "Enregistrer")
    assert "taux de remplissage" in app.warning[0].value

    press(app, "Enregistrer quand même")
    with reading(engine_at(database), TODAY, COMMAND_LINE) as connection:
        facts = attendance_facts(connection, Period.weeks(date(2017, 5, 8), date(2017, 5, 22)), by=("week_start",))

    offered = dict(facts.sort("week_start").select("week_start", "offered_half_days").iter_rows())
    # Six seats, then seven; 8 May and Ascension Day are public holidays.
    assert offered == {date(2017, 5, 8): 48, date(2017, 5, 15): 70, date(2017, 5, 22): 56}


def test_the_hours_of_a_week_are_typed_a_day_a_line(database: str) -> None:
    app = press(opened("centres"), "Modifier les horaires")
    assert [each.value for each in app.text_input if each.label == "Lundi"] == [
        "9\u00a0h – 12\u00a0h, 14\u00a0h – 17\u00a0h"
    ]

    fill(app, À_partir_du="05/06/2017", Lundi="9h-18h", Mardi="bientôt")
    press(app, "Enregistrer")
    assert "2" in app.error[0].value

    fill(app, Lundi="8h30-12h", Mardi="", Mercredi="14:00 à 18:30")
    press(app, "Enregistrer")
    assert not app.error
    assert "enregistré" in app.success[0].value


def test_a_form_that_was_left_is_open_again_in_another_session_with_what_was_typed(database: str) -> None:
    """Its address leads back to it, after signing in too."""
    app = press(opened("centres"), "Modifier les horaires")
    marker = next(html.value for html in app.get("html") if "data-token" in html.value)
    token = re.findall(r'data-token="([^"]+)" data-prefix', marker)[0]
    monday = next(each.key for each in app.text_input if each.label == "Lundi").rsplit("-", 1)[1]
    script = TestClient(Starlette(routes=ROUTES), base_url="http://127.0.0.1:8501")
    assert script.post("/brouillon", json={"token": token, "fields": {monday: "8 h – 11 h"}}).status_code == 200

    again = opened("centres", **{name: "".join(value) for name, value in app.query_params.items()})

    assert [each.value for each in again.text_input if each.label == "Lundi"] == ["8 h – 11 h"]
    press(again, "Fermer le formulaire")
    assert "formulaire" not in again.query_params


def test_a_new_place_is_in_project_at_first(database: str) -> None:
    app = press(opened("centres"), "Nouveau lieu")
    fill(app, Code="condat", Nom="Télécentre de Condat")
    press(app, "Enregistrer")

    # One centre, no commune: what is missing is told with the name of its field.
    assert "Commune" in app.error[0].value
    with reading(engine_at(database), TODAY, COMMAND_LINE) as connection:
        assert centres(connection, on=TODAY)["code"].to_list() == ["MURAT"]


def test_who_does_not_coordinate_reads_and_changes_nothing_but_their_closures(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    elise = Actor("elise@cantal.fr", "animator", frozenset({"MURAT"}))
    monkeypatch.setattr(session, "actor_now", lambda: elise)

    labels = [button.label for button in opened("centres").button]

    assert "Noter une fermeture" in labels
    assert not any("Modifier" in label or "Nouveau" in label or "coût" in label for label in labels)


def test_a_place_whose_history_is_shown_can_be_edited_again(database: str) -> None:
    """The page under the form tells its changes, once."""
    app = opened("centres")
    for seats_from in ("5 juin 2017", "12 juin 2017"):
        seats_form(app)
        fill(app, Nombre=seats_from.partition(" ")[0], À_partir_du=seats_from)
        press(app, "Enregistrer")

    seats_form(app)

    assert len([each for each in app.expander if "Historique" in each.label]) == 1


def test_who_administers_reads_the_whole_sheet_without_its_history(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = seats_form(opened("centres"))
    fill(app, Nombre="6", À_partir_du="5\u00a0juin 2017")
    press(app, "Enregistrer")
    monkeypatch.setattr(session, "actor_now", lambda: Actor("helene@cantal.fr", "administrator"))

    app = opened("centres")

    assert not app.exception
    assert [each.value for each in app.header][-2:] == ["Fermetures à venir", "Coûts"]
    assert not app.expander


def test_a_closure_of_the_whole_network_is_told_on_the_sheet_of_each_place(database: str) -> None:
    app = press(opened("centres"), "Noter une fermeture")
    fill(app, Premier_jour="31/07/2017", Dernier_jour="20/08/2017", Motif="congés d’été")
    next(each for each in app.selectbox if each.label == "Télécentre").set_value("*")
    press(app, "Enregistrer")

    assert not app.exception
    html = " ".join(element.proto.body for element in app.get("html"))
    assert "tout le réseau" in html


@pytest.mark.parametrize("page", ["overview", "network_map", "attendance", "occupancy", "weekly_entry"])
def test_pages_hold_with_the_whole_network_shut_and_no_hours(database: str, page: str) -> None:
    """Nothing is offered any more: no page divides by it, and none fails."""
    with writing(engine_at(database)) as connection:
        connection.execute(sa.delete(opening_hours))
        add_closure(connection, None, date(2017, 1, 1), date(2017, 12, 31))

    assert not opened(page).exception


def test_a_saved_change_is_on_the_other_pages_at_the_next_look(database: str) -> None:
    before = opened("network_map")
    assert any("6\u00a0positions" in str(element.proto.body) for element in before.get("html"))

    app = seats_form(opened("centres"))
    fill(app, Nombre="7", À_partir_du="29/05/2017")
    press(app, "Enregistrer")

    assert any("9\u00a0positions" in str(element.proto.body) for element in before.run().get("html"))


@pytest.fixture
def with_its_commune(database: str) -> None:
    """The town hall of the place, that its record names."""
    point = {"longitude": 2.44, "latitude": 44.93}
    about = {"population": 25_000, "epci_siren": "241500230", "epci_name": "Aurillac Agglomération"}
    with writing(engine_at(database)) as connection:
        connection.execute(sa.insert(commune).values(insee_code="15014", name="Aurillac", **about, **point))


def codes(url: str) -> list[str]:
    with reading(engine_at(url), TODAY, COMMAND_LINE) as connection:
        return list(centres(connection, on=TODAY)["code"])


@pytest.mark.usefixtures("with_its_commune")
def test_one_field_of_a_place_is_corrected_and_the_others_stay(database: str) -> None:
    with reading(engine_at(database), TODAY, COMMAND_LINE) as connection:
        before = centres(connection, on=TODAY).row(0, named=True)

    app = press(opened("centres"), "Modifier la fiche")
    fill(app, Téléphone="04 71 20 00 00")
    press(app, "Enregistrer")

    assert "enregistré" in app.success[0].value
    with reading(engine_at(database), TODAY, COMMAND_LINE) as connection:
        after = centres(connection, on=TODAY).row(0, named=True)
    assert after == before | {"phone": "04 71 20 00 00"}


@pytest.mark.usefixtures("with_its_commune")
def test_a_place_is_recoded_followed_and_removed(database: str) -> None:
    with writing(engine_at(database)) as connection:
        add_centre(connection, "ZONE", status="planned", opened_on=None, seats_office=None, weekdays=())
    app = press(opened("centres", centre="ZONE"), "Modifier la fiche")
    fill(app, Code="ZONE-2")
    press(app, "Enregistrer")

    assert next(each.value for each in app.selectbox if each.label == "Lieu") == "ZONE-2"
    assert codes(database) == ["MURAT", "ZONE-2"]

    app = press(press(app, "Modifier la fiche"), "Oui, supprimer la fiche")
    assert "fiche supprimée" in app.success[0].value
    assert codes(database) == ["MURAT"]

    press(app, "Annuler ce changement")
    assert codes(database) == ["MURAT", "ZONE-2"]


def test_a_place_on_which_something_hangs_is_not_removed(database: str) -> None:
    app = press(press(opened("centres"), "Modifier la fiche"), "Oui, supprimer la fiche")

    assert "sert ailleurs" in app.error[0].value
    assert codes(database) == ["MURAT"]


@pytest.mark.usefixtures("with_its_commune")
def test_a_closed_place_opens_again_with_its_date_and_keeps_the_period_before(database: str) -> None:
    with writing(engine_at(database)) as connection:
        connection.execute(sa.update(centre).values(status="closed", closed_on=date(2017, 5, 26)))

    app = press(opened("centres"), "Rouvrir")
    fill(app, Ouvert_le="29\u00a0mai 2017")
    press(app, "Enregistrer")

    assert not app.exception
    assert "Rouvrir" not in [button.label for button in app.button]
    with reading(engine_at(database), TODAY, COMMAND_LINE) as connection:
        openings = [(each.opened_on, each.closed_on) for each in openings_of(connection, 1)]
    assert openings == [(OPENED_ON, date(2017, 5, 26)), (date(2017, 5, 29), None)]
    assert any("Ouvertures antérieures" in element.proto.body for element in app.get("html"))

    press(app, "Annuler ce changement")
    assert "Rouvrir" in [button.label for button in app.button]
