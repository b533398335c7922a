"""What is typed and not recorded is kept, in every form that writes: here as the page's script sends it."""

import ast
import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard.identity import accounts
from dashboard.web.routes import ROUTES
from data_access.engine import writing
from data_access.refusals import Rule
from data_access.rights import Actor
from data_access.schema import account, entry_draft
from data_access.writes.attendance import record_attendance_week
from tests.application import opened, press, run_on
from tests.dashboard.sign_in.visitors import HELENE
from tests.data_access.weekly_sheets import COORDINATOR, NOW, make_days, make_sheet
from tests.databases import engine_at
from tests.pages.conftest import TODAY

ROOT = Path(__file__).parents[2]
# Where text is typed by hand and not kept, each for a reason.
NOT_KEPT = {
    "dashboard/ui/components.py searched": "a search",
    "dashboard/ui/filters.py place": "a search",
    "dashboard/ui/filters.py text": "in the address",
    "dashboard/ui/forms/entries/finding.py _typed": "a search",
    "dashboard/ui/forms/entries/finding.py draw_door": "a search",
    "dashboard/ui/forms/person_requests.py draw_merge": "the number of a sheet, looked up",
    "dashboard/ui/forms/person_requests.py _chosen": "a search",
    "dashboard/ui/forms/person_requests.py _draw_erasure": "what cannot be taken back is confirmed at the moment",
}
KEEPS = ("draw_marker", "draw_sheet")
TYPED_IN = ("text_input", "text_area", "number_input", "data_editor", "chat_input")


def calls(tree: ast.AST) -> set[str]:
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in called}


def test_every_text_field_is_of_a_form_that_keeps_what_is_typed() -> None:
    """By file: a form that is drawn asks the page's script to keep it, or is in the list above."""
    not_kept = []
    for file in sorted([*(ROOT / "dashboard").rglob("*.py"), *(ROOT / "pages").glob("*.py")]):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        typed_in = {each.name for each in functions if calls(each) & set(TYPED_IN)}
        exempt = {key.split(" ")[1] for key in NOT_KEPT if key.startswith(f"{file.relative_to(ROOT)} ")}
        not_kept += [f"{file.relative_to(ROOT)} {name}" for name in exempt - typed_in]
        if not calls(tree) & set(KEEPS):
            not_kept += [f"{file.relative_to(ROOT)} {name}" for name in typed_in - exempt]

    assert not_kept == []


def test_no_secret_is_typed_where_drafts_are_kept() -> None:
    """They are typed on pages of their own, whose script keeps nothing."""
    screens = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "dashboard" / "ui").rglob("*.py"))
    templates = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "dashboard/web/templates").iterdir())

    assert 'type="password"' not in screens
    assert "password" in templates
    assert "cc-draft" not in templates
    assert "drafts.js" not in templates


def marker(app: AppTest) -> dict[str, str]:
    """What the form tells the page's script."""
    drawn = next(str(each.proto.body) for each in app.get("html") if "cc-draft" in each.proto.body)
    return {name: unescape(value) for name, value in re.findall(r'data-([a-z-]+)="([^"]*)"', drawn)}


def leave(app: AppTest, told: dict[str, str] | None = None, **fields: str) -> None:
    """What the page's script sends while one types; `told` is what an earlier drawing of the form asked of it."""
    told = told or marker(app)
    sent = {"request_key": told["request-key"], **fields, **json.loads(told["known"])}
    script = TestClient(Starlette(routes=ROUTES), base_url="http://127.0.0.1:8501")
    assert script.post("/brouillon", json={"token": told["token"], "fields": sent}).status_code == 200


def text(app: AppTest, label: str) -> str:
    return next(str(each.value) for each in app.text_input if each.label.startswith(label))


def entry(form: str) -> AppTest:
    return opened("other_entries", saisie=form, geste="noter")


def test_an_entry_is_there_when_its_author_comes_back(database: sa.Engine) -> None:
    """The menu, the way back, another form, a session that ended: all open the form anew. A list is known by its words."""
    leave(entry("contrat"), prescribed_on="2/5/2017", aim="")
    leave(entry("convention"), family_name="Delmas", formula="À la journée")

    app = entry("convention")

    assert text(app, "Nom") == "Delmas"
    press(app, "Effacer cette reprise")
    assert text(app, "Nom") == ""
    assert text(entry("convention"), "Nom") == ""


@pytest.mark.parametrize("page", ["accounts", "presentation", "other_entries"])
def test_what_is_given_up_does_not_come_back(
    page: str, administered: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The press that gives it up sends it too, and may come first."""
    monkeypatch.setattr(accounts, "actor_of_cookie", lambda _cookie: Actor(HELENE, "manager"))
    query, fields = FILLED_IN[page]
    leave(opened(page, **query), **fields)
    app = opened(page, **query)
    assert set(fields.values()) <= {field.value for field in app.text_input}
    before = marker(app)
    press(app, "Effacer cette reprise")
    leave(app, told=before, **fields)

    for again in (app.run(), opened(page, **query)):
        assert not set(fields.values()) & {field.value for field in again.text_input}
    leave(app, **fields)
    assert set(fields.values()) <= {field.value for field in opened(page, **query).text_input}


FILLED_IN: Final = {
    "accounts": ({}, {"name": "Nadia Roux"}),
    "presentation": ({}, {"title-pass": "Le club"}),
    "other_entries": ({"saisie": "convention", "geste": "noter"}, {"family_name": "Delmas"}),
}


def test_an_entry_is_forgotten_once_it_is_recorded(database: sa.Engine) -> None:
    app = entry("formation")
    leave(app, code="TRI-1")
    before = marker(app)
    for field, typed in zip(app.text_input, ("TRI-1", "Trier ses messages"), strict=False):
        field.set_value(typed)
    press(app, "Enregistrer")
    assert not app.error
    assert text(entry("formation"), "Code") == ""
    # The press sent it too, and it comes after the record.
    leave(app, told=before, code="TRI-1")
    assert text(entry("formation"), "Code") == ""


@pytest.fixture
def administered(one_centre_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """The application with accounts, in front of who administers."""
    file = shutil.copy(one_centre_file, tmp_path / "cybercantal.sqlite")
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
    monkeypatch.setenv("CYBERCANTAL_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr(accounts, "actor_of_cookie", lambda _cookie: Actor(HELENE, "administrator"))
    engine = engine_at(run_on(file, TODAY, monkeypatch))
    yield engine
    engine.dispose()


def test_an_account_is_there_when_its_author_comes_back(administered: sa.Engine) -> None:
    app = opened("accounts")
    role = next(each for each in app.selectbox[1].options if each.startswith("Coordination"))
    words = {"role": role, "centres": app.multiselect[0].options[0], "active": ""}
    leave(app, email="nadia.roux@example.org", name="Nadia Roux", **words)

    app = opened("accounts")

    assert [field.value for field in app.text_input] == ["nadia.roux@example.org", "Nadia Roux"]
    assert (app.selectbox[1].value, app.multiselect[0].value, app.checkbox[0].value) == (
        "coordinator",
        ["MURAT"],
        False,
    )
    before = marker(app)
    press(app, "Ouvrir le compte")
    with administered.connect() as connection:
        assert connection.scalars(sa.select(account.c.email)).all() == ["nadia.roux@example.org"]
    leave(app, told=before, email="nadia.roux@example.org")
    assert [field.value for field in opened("accounts").text_input] == ["", ""]


def test_an_account_that_is_corrected_is_there_too_and_may_be_left_as_it_is(administered: sa.Engine) -> None:
    with writing(administered) as connection:
        connection.execute(
            sa.insert(account).values(email="elise@example.org", display_name="Élise", role="viewer", active=True)
        )
        account_id = str(connection.scalar(sa.select(account.c.id)))
    leave(opened("accounts", compte=account_id), name="Élise Vaissière")

    app = opened("accounts", compte=account_id)
    assert [field.value for field in app.text_input] == ["elise@example.org", "Élise Vaissière"]
    press(app, "Effacer cette reprise")

    assert [field.value for field in app.text_input] == ["elise@example.org", "Élise"]
    assert not [note for note in app.get("html") if "gardée" in note.proto.body]


def test_a_show_being_composed_is_there_when_its_author_comes_back(database: sa.Engine) -> None:
    app = opened("presentation")
    app.button(key="show--1-heures").click().run()
    app.slider(key="show-seconds").set_value(30).run()
    leave(app, **{"title-pass": "Le club", "on-carte": "", "name": "Ruralitic"})

    app = opened("presentation")

    expected = "/diaporama?vues=heures,remplissage,annees,pass,contrats,sessions,direct,agenda,contact&secondes=30"
    assert str(app.code[0].value).endswith(f"{expected}&titre.pass=Le+club")
    assert app.text_input(key="show-name").value == "Ruralitic"
    before = marker(app)
    press(app, "Enregistrer")
    leave(app, told=before, name="Ruralitic")
    with database.connect() as connection:
        assert connection.scalars(sa.select(entry_draft.c.form)).all() == ["show"]
    assert opened("presentation").text_input(key="show-name").value == ""


def test_the_reason_of_a_reopening_is_there_when_its_author_comes_back(database: sa.Engine) -> None:
    week = {"centre": "MAURIAC", "semaine": "2017-S15"}
    leave(opened("weekly_entry", **week), **{"": "Planning papier retrouvé"})

    app = opened("weekly_entry", **week)
    assert text(app, "Motif") == "Planning papier retrouvé"
    press(app, "Rouvrir la semaine")

    with database.connect() as connection:
        assert connection.scalars(sa.select(entry_draft.c.form)).all() == []


def test_the_note_of_weeks_to_verify_is_there_when_its_author_comes_back(database: sa.Engine) -> None:
    with writing(database) as connection:
        for code in ("MAURIAC", "MURAT"):
            zeros = make_sheet(
                centre_code=code,
                days=make_days([0] * 5, [0] * 5),
                distinct_people=0,
                confirmed=frozenset({Rule.ALL_ZERO}),
            )
            record_attendance_week(connection, COORDINATOR, zeros, now=NOW)
    leave(opened("completeness"), **{"": "Foire dans la commune"})

    app = opened("completeness")
    assert text(app, "Pourquoi ces valeurs") == "Foire dans la commune"
    press(app, "Tout confirmer")

    with database.connect() as connection:
        assert "verify-all" not in connection.scalars(sa.select(entry_draft.c.form)).all()
