"""A base that was just begun: what it lacks is said, to each with what they may do about it, and goes when it is there."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.ui import session, store
from data_access.engine import writing
from data_access.entries.importing import undo_whole_import
from data_access.reference_data import load_reference
from data_access.rights import COMMAND_LINE, Actor
from data_access.schema import account, account_centre, centre, import_batch, published_figure
from tests.application import links, opened, press, run_on, said
from tests.data_access.weekly_sheets import NOW
from tests.databases import engine_at, sqlite_copy, sqlite_file
from tests.factories import add_centre, add_closure, add_week

TODAY = date(2017, 5, 30)
MANAGER = Actor("responsable@cantal.fr", "manager")
ADMINISTRATOR = Actor("helene@cantal.fr", "administrator")
COORDINATOR = Actor("claire@cantal.fr", "coordinator")
ANIMATOR = Actor("elise@cantal.fr", "animator", frozenset({"MURAT"}))
VIEWER = Actor("elu@cantal.fr", "viewer")


@pytest.fixture(scope="module")
def begun_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `cybercantal migrate` makes: the county, and nothing of the network."""
    url = sqlite_copy(sqlite_template, tmp_path_factory.mktemp("begun"))
    engine = engine_at(url)
    with writing(engine) as connection:
        load_reference(connection)
    engine.dispose()
    return sqlite_file(url)


@pytest.fixture
def base(begun_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """Such a base, on which the application runs, with accounts."""
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
    engine = engine_at(run_on(sqlite_copy(begun_file, tmp_path), TODAY, monkeypatch))
    yield engine
    engine.dispose()


def look_as(monkeypatch: pytest.MonkeyPatch, actor: Actor) -> None:
    monkeypatch.setattr(session, "actor_now", lambda: actor)


def hold(engine: sa.Engine, actor: Actor) -> None:
    """Opens the account of somebody."""
    with writing(engine) as connection:
        row = {"email": actor.name, "display_name": actor.name, "role": actor.role}
        account_id = connection.execute(sa.insert(account).values(row).returning(account.c.id)).scalar_one()
        for code in actor.centres:
            known = sa.select(centre.c.id).where(centre.c.code == code).scalar_subquery()
            connection.execute(sa.insert(account_centre).values(account_id=account_id, centre_id=known))


def add_murat(engine: sa.Engine, **about: Any) -> int:
    with writing(engine) as connection:
        return add_centre(connection, "MURAT", name="Télécentre de Murat", **about)


def test_an_empty_base_tells_who_looks_after_it_what_it_needs(base: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(base, MANAGER)
    look_as(monkeypatch, MANAGER)
    app = opened("overview")

    assert "Premiers pas : 1 sur 9" in said(app).replace("\u00a0", " ")
    led = links(app)
    assert led["Importer les lieux d’un tableur"] == "/import-export?nature=centres"
    assert led["Les noter ou choisir parmi ceux de 2017"] == "/centres"
    assert led["Ouvrir un compte"] == "/comptes"


def test_who_administers_alone_is_told_to_open_an_account_for_the_coordination(
    base: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may note no place themselves: a list of dead ends would help nobody."""
    hold(base, ADMINISTRATOR)
    look_as(monkeypatch, ADMINISTRATOR)
    app = opened("overview")

    assert "À faire par la coordination : ouvrez-lui un compte." in said(app).replace("\u00a0", " ")
    assert "Importer les lieux d’un tableur" not in links(app)

    hold(base, COORDINATOR)
    assert "ouvrez-lui un compte" not in said(app.run())


def test_the_list_goes_with_what_is_noted(base: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(base, COORDINATOR)
    centre_id = add_murat(base)
    hold(base, ANIMATOR)
    monkeypatch.setenv("CYBERCANTAL_MAIL_SERVER", "localhost")
    look_as(monkeypatch, COORDINATOR)
    app = opened("overview")
    assert "Aucune semaine n’est encore saisie pour Télécentre de Murat." in said(app)
    assert "Premiers pas : 6 sur 9" in said(app).replace("\u00a0", " ")

    with writing(base) as connection:
        add_week(connection, centre_id, date(2017, 5, 22), entered_at=NOW)
        add_closure(connection, centre_id, date(2017, 7, 1), date(2017, 7, 10))
        same = sa.select(published_figure).limit(1)
        total = dict(connection.execute(same).mappings().one()) | {"id": 900, "source": "Rapport d’activité 2016"}
        connection.execute(sa.insert(published_figure).values(total))
    assert "Premiers pas" not in said(app.run())


def test_the_list_goes_once_weeks_have_been_entered_for_two_months(
    base: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lacks still is then said where it is missed: nobody has to send the list away."""
    centre_id = add_murat(base)
    with writing(base) as connection:
        add_week(connection, centre_id, date(2017, 3, 6), entered_at=NOW - timedelta(days=90))
    look_as(monkeypatch, COORDINATOR)

    assert "Premiers pas" not in said(opened("overview"))


def test_a_network_that_runs_is_asked_about_its_first_day_once(base: sa.Engine) -> None:
    """Whatever is written then: the list costs no statement any more."""
    centre_id = add_murat(base)
    with writing(base) as connection:
        add_week(connection, centre_id, date(2017, 3, 6), entered_at=NOW - timedelta(days=90))
    asked: list[str] = []
    with session.acting(COORDINATOR):
        assert store.first_day() is None
        sa.event.listen(session.current_engine(), "before_cursor_execute", lambda *told: asked.append(told[2]))
        with writing(base) as connection:
            add_week(connection, centre_id, date(2017, 3, 13), entered_at=NOW)
        assert store.first_day() is None

    assert asked == []


@pytest.mark.parametrize("page", ["network_map", "occupancy", "attendance", "evaluation", "completeness"])
def test_a_page_that_cannot_work_without_places_says_so_and_who_adds_them(
    base: sa.Engine, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    hold(base, COORDINATOR)
    look_as(monkeypatch, VIEWER)
    [told] = [message.value for message in opened(page).info]
    assert told == "Aucun lieu ouvert n’est encore noté. À faire par la coordination."

    look_as(monkeypatch, COORDINATOR)
    app = opened(page)
    assert [message.value for message in app.info] == ["Aucun lieu ouvert n’est encore noté."]
    assert "Importer les lieux d’un tableur" in links(app)


@pytest.mark.parametrize(
    ("about", "lacks", "form"),
    [
        ({"seats_office": None, "weekdays": ()}, "Les positions de travail ne sont pas encore notées", "positions."),
        ({"weekdays": ()}, "Les horaires ne sont pas encore notés", "horaires."),
    ],
    ids=["seats", "hours"],
)
def test_a_place_without_seats_or_hours_is_named_on_the_page_of_its_week(
    base: sa.Engine, monkeypatch: pytest.MonkeyPatch, about: dict[str, Any], lacks: str, form: str
) -> None:
    """Who keeps it is told who notes them; who may note them is led to the very form."""
    hold(base, COORDINATOR)
    add_murat(base, **about)
    look_as(monkeypatch, ANIMATOR)
    assert f"{lacks} pour Télécentre de Murat. À faire par la coordination." in [
        message.value for message in opened("weekly_entry").info
    ]

    look_as(monkeypatch, COORDINATOR)
    app = opened("weekly_entry")
    assert f"{lacks} pour Télécentre de Murat." in [message.value for message in app.info]
    assert links(app)["Les noter"] == f"/centres?centre=MURAT&formulaire={form}"


def test_the_places_of_2017_are_added_when_they_are_chosen_and_taken_back_as_one(
    base: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_as(monkeypatch, COORDINATOR)
    app = opened("centres")
    assert [box.value for box in app.checkbox] == [False] * 14, "proposed, and none chosen"
    assert "ouvert en 2013, Médiathèque, rue du 11-Novembre, 15200" in said(app)

    press(app, "Ajouter les lieux choisis")
    assert "Cochez au moins un lieu" in app.error[0].value
    for name in ("Télécentre d’Ydes", "Télécentre de Montsalvy"):
        next(box for box in app.checkbox if box.label == name).check()
    press(app, "Ajouter les lieux choisis")

    assert "2\u00a0lieux ajoutés" in app.success[0].value
    assert len(app.checkbox) == 12
    with base.connect() as connection:
        assert sorted(connection.scalars(sa.select(centre.c.code))) == ["MONTSALVY", "YDES"]
        batch = connection.scalars(sa.select(import_batch.c.id)).one()
    assert undo_whole_import(base, COMMAND_LINE, batch, now=NOW) == 2


def test_all_the_places_of_2017_can_be_added(base: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a record that the rules of places take, of closed ones too."""
    look_as(monkeypatch, COORDINATOR)
    app = opened("centres")
    for box in app.checkbox:
        box.check()
    press(app, "Ajouter les lieux choisis")

    assert not app.error
    with base.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(centre)) == 14
