"""A show composed on its page: slides, order and titles make a link; who coordinates saves it under a name."""

import re
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard.presentation.choice import MOST_SLIDES, slide_names
from dashboard.ui.navigation import PAGES, page_entry
from dashboard.web.slideshow import SLIDESHOW_ROUTES
from dashboard.wording.terms import PROGRAMME, WHAT_THIS_IS
from dashboard.wording.typography import typeset
from data_access.reads.presentation import SavedPresentation, saved_presentations
from data_access.rights import COMMAND_LINE, VISITOR, allows
from data_access.schema import person, placement, presentation
from tests.application import opened, run_on, said, titles
from tests.databases import engine_at
from tests.demonstrations import DAY_OF_THE_PROGRAMME


@pytest.fixture
def engine(one_centre_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    """A copy of the network of one centre."""
    return engine_at(run_on(shutil.copy(one_centre_file, tmp_path / "fair.sqlite"), DAY_OF_THE_PROGRAMME, monkeypatch))


def link(app: AppTest) -> str:
    return str(app.code[0].value)


def saved(engine: sa.Engine) -> list[SavedPresentation]:
    with engine.connect().execution_options(actor=COMMAND_LINE) as connection:
        return saved_presentations(connection)


def compose(app: AppTest) -> AppTest:
    """Pass first, without the map, thirty seconds, dark, and a title of one's own."""
    for _ in range(4):
        app.button(key="show--1-pass").click().run()
    app.checkbox(key="show-on-carte").uncheck().run()
    app.text_input(key="show-title-pass").set_value("Le club").run()
    app.slider(key="show-seconds").set_value(30).run()
    app.segmented_control(key="show-theme").set_value("dark")
    return app.run()


def test_the_page_opens_on_the_usual_show(engine: sa.Engine) -> None:
    app = opened("presentation")

    assert link(app).endswith("/diaporama")
    assert [box.value for box in app.checkbox] == [True] * 10


def test_what_is_composed_is_in_the_link(engine: sa.Engine) -> None:
    app = compose(opened("presentation"))

    expected = "?vues=pass,heures,remplissage,annees,contrats,sessions,direct,agenda,contact&secondes=30&theme=sombre"
    assert link(app).endswith(f"/diaporama{expected}&titre.pass=Le+club")


def test_any_indicator_can_be_a_slide(engine: sa.Engine) -> None:
    app = opened("presentation")
    app.multiselect(key="show-added").select("indicateur.users").run()

    assert link(app).endswith("contact,indicateur.users")


def test_nothing_ticked_shows_nothing(engine: sa.Engine) -> None:
    app = opened("presentation")
    for box in app.checkbox:
        box.uncheck()
    app.run()

    assert not app.code
    assert "Cochez au moins une vue" in app.info[0].value


def test_who_coordinates_saves_a_show_and_finds_it_again(engine: sa.Engine) -> None:
    app = compose(opened("presentation"))
    app.text_input(key="show-name").set_value("Ruralitic 2017")
    app.button(key="show-save").click().run()

    assert "enregistrée" in app.success[0].value
    assert link(app).endswith("/diaporama?nom=Ruralitic+2017")
    (kept,) = saved(engine)
    assert (kept.slides[0], kept.seconds, kept.theme, kept.titles) == ("pass", 30, "dark", {"pass": "Le club"})

    again = opened("presentation")
    again.selectbox(key="nom").select("Ruralitic 2017").run()
    assert again.text_input(key="show-title-pass").value == "Le club"
    again.slider(key="show-seconds").set_value(20).run()
    assert "secondes=20" in link(again)
    again.button(key="show-save").click().run()
    assert [(each.name, each.seconds, each.version) for each in saved(engine)] == [("Ruralitic 2017", 20, 2)]

    again.button(key="show-remove").click().run()
    assert "supprimée" in again.success[0].value
    assert saved(engine) == []
    assert link(again).endswith("/diaporama")


def test_a_show_without_a_name_is_not_saved(engine: sa.Engine) -> None:
    app = opened("presentation")
    app.button(key="show-save").click().run()

    assert "Nom : indiquez une valeur" in app.error[0].value.replace("\u00a0", " ")
    assert saved(engine) == []


def test_another_name_makes_another_show(engine: sa.Engine) -> None:
    app = opened("presentation")
    for name in ("Ruralitic", "Provemplot"):
        app.text_input(key="show-name").set_value(name)
        app.button(key="show-save").click().run()

    assert [each.name for each in saved(engine)] == ["Provemplot", "Ruralitic"]


def test_an_animator_composes_and_launches_and_saves_nothing(engine: sa.Engine) -> None:
    app = compose(opened("presentation", persona="animation"))

    assert "vues=pass" in link(app)
    assert not [button for button in app.button if button.label == "Enregistrer"]
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(presentation)).scalar_one() == 0


@pytest.mark.parametrize("page", ["overview", "presentation"])
def test_a_visitor_is_told_what_this_is_and_led_to_the_show(engine: sa.Engine, page: str) -> None:
    """At the door of the product and on the page of shows, where others compose theirs."""
    app = opened(page, persona="visite")

    assert titles(app) == [PROGRAMME if page == "overview" else page_entry(page).title]
    assert typeset(WHAT_THIS_IS) in said(app)
    assert any('href="/diaporama"' in element.proto.body for element in app.get("html"))
    assert (len(app.checkbox), len(app.code)) == (0, 0)


def test_no_page_of_the_public_names_a_person(demonstration_file: Path, demonstration_settings: None) -> None:
    """Every page a visitor may open, and every slide there is, searched for what is said of each person."""
    engine = engine_at(f"sqlite:///{demonstration_file}")
    with engine.connect() as connection:
        told = [
            str(value)
            for column in (person.c.family_name, person.c.email, person.c.phone, placement.c.candidate_ref)
            for value in connection.execute(sa.select(column).distinct()).scalars()
            if value
        ]
    screen, keys = TestClient(Starlette(routes=SLIDESHOW_ROUTES)), list(slide_names())
    parts = [",".join(keys[start : start + MOST_SLIDES]) for start in range(0, len(keys), MOST_SLIDES)]
    shown = "".join(screen.get("/diaporama", params={"vues": part}).text for part in parts)
    for entry in PAGES:
        if allows(VISITOR, entry.right):
            page = opened(entry.name, persona="visite").main
            # What is sent to the browser, to the last byte.
            shown += "".join(node.proto.SerializeToString().decode(errors="replace") for node in page if node.proto)

    assert len(told) > 300
    assert "Confidentialité" in shown
    # All of them, but for the live one, which is left out while nobody gives news.
    drawn = re.findall(r'<li class="slide[^"]*" id="([^"]+)"', shown)
    assert [key for key in drawn if key != "direct"] == [key for key in keys if key != "direct"]
    # Found as letters first: a word of its own is looked for in what little is left.
    assert [value for value in told if value in shown and re.search(rf"\b{re.escape(value)}\b", shown)] == []
