"""What spares the animator time: desks let by the month, last week's figures, one press for a shut week, the draft kept."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.ui import session
from dashboard.web.routes import ROUTES
from data_access.engine import writing
from data_access.reads.entries import draft
from data_access.rights import Actor, set_actor
from data_access.schema import agreement, attendance_week, entry_draft, person, week_reopening
from data_access.writes.attendance import record_attendance_week
from tests.application import links, opened, press
from tests.data_access.weekly_sheets import MONDAY, make_sheet, store_usual_weeks, store_week
from tests.pages.weekly_screen import Screen

ANIMATOR = Actor("olivier@example.org", "animator", frozenset({"MAURIAC"}))
TUESDAY = MONDAY + timedelta(days=1)
AT = datetime(2017, 6, 9, 15, 48, tzinfo=UTC)


def let_by_the_month(database: sa.Engine, seat_kind: str, since: date) -> None:
    with writing(database) as connection:
        values = {"family_name": "Delmas", "status": "independent"}
        person_id = connection.execute(sa.insert(person).values(values).returning(person.c.id)).scalar_one()
        signed = {"seat_kind": seat_kind, "formula": "month", "signed_on": since, "person_id": person_id}
        connection.execute(sa.insert(agreement).values(centre_id=1, **signed))


def numbers(screen: Screen) -> dict[str, str]:
    return screen.fields


def kept(database: sa.Engine) -> dict[str, str]:
    with database.connect() as connection:
        rows = connection.execute(sa.select(entry_draft.c.typed)).scalars().all()
    return rows[0] if rows else {}


def weeks(database: sa.Engine) -> list[tuple[str, int]]:
    with database.connect() as connection:
        found = connection.execute(sa.select(attendance_week.c.status, attendance_week.c.version))
        return [(row.status, row.version) for row in found]


# What nobody counted is a hint: taken at one press, into the empty fields, and recorded by its author.


def test_desks_let_by_the_month_are_a_hint(database: sa.Engine) -> None:
    let_by_the_month(database, "office", date(2017, 1, 2))
    let_by_the_month(database, "open_space", TUESDAY)

    screen = Screen(centre="MAURIAC", semaine="2017-S22")

    assert set(numbers(screen).values()) == {""}
    monday, tuesday = (row["cells"] for row in screen.data["rows"][:2])
    assert [cell["hint"] for cell in monday] == ["louées\u00a0: 2", ""]
    assert tuesday[1]["hint"] == "louées\u00a0: 2"
    screen.take("Reprendre les positions louées au mois")
    assert numbers(screen)["Lundi 29\u00a0mai, bureaux (4)"] == "2"
    assert weeks(database) == []


def test_a_week_already_complete_has_no_hint(database: sa.Engine) -> None:
    with writing(database) as connection:
        store_week(connection, make_sheet())
    let_by_the_month(database, "office", date(2017, 1, 2))

    screen = Screen(centre="MAURIAC", semaine="2017-S22")

    assert screen.data["suggestions"] == []
    assert numbers(screen)["Lundi 29\u00a0mai, bureaux (4)"] == "3"


def test_last_week_is_a_hint_with_its_name(database: sa.Engine) -> None:
    with writing(database) as connection:
        store_usual_weeks(connection, [23])

    screen = Screen(centre="MAURIAC", semaine="2017-S22")
    screen.type(MONDAY, "office", "1")
    screen.take("Comme la S21 (23)")

    offices = [value for label, value in numbers(screen).items() if "bureaux" in label]
    assert offices == ["1", "8", "7", "0", "0"]
    assert screen.data["rows"][1]["cells"][0]["hint"] == "S21\u00a0: 8"
    assert weeks(database) == [("complete", 1)]


def test_shut_all_week_is_one_press_then_its_reason(database: sa.Engine) -> None:
    screen = Screen(centre="MAURIAC", semaine="2017-S22").press("Fermé toute la semaine")
    screen.remark("congés d’été")
    screen.press("Enregistrer, semaine fermée")

    assert weeks(database) == [("closed", 1)]


# Taking back.


def test_a_first_entry_is_taken_back_with_one_press(database: sa.Engine) -> None:
    screen = Screen(centre="MAURIAC", semaine="2017-S22")
    screen.type_week(people="9")
    screen.save().press("Annuler cet enregistrement")

    assert weeks(database) == []
    assert "Enregistrement annulé" in screen.thanks[0]
    assert "Annuler cet enregistrement" not in screen.buttons


def test_a_correction_taken_back_shows_the_figures_before_it(database: sa.Engine) -> None:
    with writing(database) as connection:
        store_week(connection, make_sheet())
    screen = Screen(centre="MAURIAC", semaine="2017-S22")
    screen.type(TUESDAY, "office", "1")
    screen.save().press("Annuler cet enregistrement")

    assert numbers(screen)["Mardi 30\u00a0mai, bureaux (4)"] == "4"
    assert weeks(database) == [("complete", 3)]


# Locked weeks.


def test_a_locked_week_says_so_and_asks_for_nothing(database: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "actor_now", lambda: ANIMATOR)
    with writing(database) as connection:
        store_usual_weeks(connection, [23] * 8)

    screen = Screen(centre="MAURIAC", semaine="2017-S15")

    assert "clôturée depuis le 14\u00a0mai 2017" in screen.questions[0]
    assert "La coordination peut la rouvrir" in screen.questions[0]
    assert numbers(screen) == {}
    assert "Rouvrir la semaine" not in screen.buttons


def test_a_reopening_is_asked_for_at_one_press_and_given_at_another(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as as_animator:
        as_animator.setattr(session, "actor_now", lambda: ANIMATOR)
        screen = Screen(centre="MAURIAC", semaine="2017-S15").press("Demander la réouverture")
        assert "Demander la réouverture" not in screen.buttons

    overview = opened("overview")
    assert any("réouverture demandée de S15" in label for label in links(overview))
    press(opened("completeness"), "Rouvrir pour sept jours")

    assert Screen(centre="MAURIAC", semaine="2017-S15").has_form
    assert not [button for button in opened("completeness").button if button.label == "Rouvrir pour sept jours"]


def test_who_coordinates_reopens_with_a_reason(database: sa.Engine) -> None:
    screen = Screen(centre="MAURIAC", semaine="2017-S15").press("Rouvrir la semaine")
    assert "Motif de la réouverture\u00a0: indiquez une valeur." in screen.errors[0]

    screen.app.text_input[0].set_value("Planning papier retrouvé")
    screen.press("Rouvrir la semaine")

    assert len(numbers(screen)) == 10
    with database.connect() as connection:
        assert connection.execute(sa.select(week_reopening.c.reason)).scalar_one() == "Planning papier retrouvé"


# The draft.


def token(screen: Screen) -> str:
    return str(screen.data["token"])


@pytest.fixture
def script(database: sa.Engine) -> TestClient:
    """What the page's script speaks to: the routes alone, beside the pages that are played here."""
    return TestClient(Starlette(routes=ROUTES), base_url="http://127.0.0.1:8501")


def send(script: TestClient, signed: str, **fields: str) -> int:
    named = {
        name.replace("_open_space", "-open_space").replace("_office", "-office"): text for name, text in fields.items()
    }
    return script.post("/brouillon", json={"token": signed, "fields": named}).status_code


def test_what_is_typed_is_taken_up_again_by_another_session(database: sa.Engine, script: TestClient) -> None:
    first = Screen(centre="MAURIAC", semaine="2017-S22")
    fields = {f"{TUESDAY}-office": "3", "remark": "à finir", f"closed-{MONDAY}": "1"}
    answer = script.post("/brouillon", json={"token": token(first), "fields": fields})
    assert answer.status_code == 200

    second = Screen(centre="MAURIAC", semaine="2017-S22")

    assert numbers(second)["Mardi 30\u00a0mai, bureaux (4)"] == "3"
    assert (second.typed["remark"], second.typed[f"closed-{MONDAY}"]) == ("à finir", "1")
    assert "gardée, pas enregistrée" in second.data["resumed"]
    assert weeks(database) == []


def test_a_draft_is_dropped_once_the_week_is_recorded(database: sa.Engine, script: TestClient) -> None:
    screen = Screen(centre="MAURIAC", semaine="2017-S22")
    send(script, token(screen), people="4")
    assert kept(database) == {"people": "4"}
    screen.type_week(people="9")

    screen.save()

    assert kept(database) == {}


def test_a_draft_that_comes_after_what_its_author_saved_is_dropped(
    database: sa.Engine, script: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved with the keyboard right after the last key; then a correction by somebody else is nobody's conflict."""
    screen = Screen(centre="MAURIAC", semaine="2017-S22")
    typed_before = token(screen)
    screen.type_week(people="9")
    screen.save()
    send(script, typed_before, people="4")
    with writing(database) as connection:
        record_attendance_week(connection, ANIMATOR, make_sheet(distinct_people=7, base_version=1), now=AT)

    send(script, typed_before, people="4")
    assert kept(database) == {}
    again = Screen(centre="MAURIAC", semaine="2017-S22")
    assert (again.typed["people"], again.questions, again.data["resumed"]) == ("7", [], "")
    send(script, token(again), people="8")
    assert kept(database) == {"people": "8"}


def test_a_draft_of_a_week_that_was_taken_back_is_kept(database: sa.Engine, script: TestClient) -> None:
    screen = Screen(centre="MAURIAC", semaine="2017-S22")
    screen.type_week(people="9")
    screen.save().press("Annuler cet enregistrement")

    assert send(script, token(screen), people="4") == 200
    assert kept(database) == {"people": "4"}


def test_a_week_saved_a_moment_ago_is_told_to_who_lost_the_answer(database: sa.Engine) -> None:
    first = Screen(centre="MAURIAC", semaine="2017-S22")
    first.type_week(people="9")
    first.save()

    assert "Semaine 22 enregistrée à" in Screen(centre="MAURIAC", semaine="2017-S22").thanks[0]


def test_what_is_stored_may_be_shown_instead(database: sa.Engine, script: TestClient) -> None:
    send(script, token(Screen(centre="MAURIAC", semaine="2017-S22")), people="4")
    screen = Screen(centre="MAURIAC", semaine="2017-S22").press("Repartir de ce qui est enregistré")

    assert screen.typed["people"] == ""
    assert kept(database) == {}


def test_a_draft_made_before_somebody_else_saved_asks_which_to_keep(database: sa.Engine, script: TestClient) -> None:
    send(script, token(Screen(centre="MAURIAC", semaine="2017-S22")), people="4")
    with writing(database) as connection:
        store_week(connection, make_sheet())

    screen = Screen(centre="MAURIAC", semaine="2017-S22")

    assert screen.typed["people"] == "4"
    assert "Voir ses chiffres" in screen.buttons
    screen.press("Voir ses chiffres")
    assert screen.typed["people"] == "9"


def test_a_draft_is_its_author_s_alone(
    database: sa.Engine, script: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(script, token(Screen(centre="MAURIAC", semaine="2017-S22")), people="4")
    monkeypatch.setattr(session, "actor_now", lambda: ANIMATOR)

    assert Screen(centre="MAURIAC", semaine="2017-S22").typed["people"] == ""


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"token": "x"}', 400),
        (b'{"token": "x", "fields": {"people": "4"}}', 403),
        (b'{"token": "x", "fields": ["people"]}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 20_000, 400),
        (b" " * 40_000, 400),
    ],
    ids=["nothing", "a list", "no fields", "a token made up", "fields in a list", "no text", "nested", "too large"],
)
def test_what_no_form_of_ours_sends_is_refused(
    database: sa.Engine, script: TestClient, body: bytes, status: int
) -> None:
    answer = script.post("/brouillon", content=body)

    assert answer.status_code == status
    assert answer.json()["message"].endswith(".")
    assert kept(database) == {}


def test_a_draft_longer_than_a_form_is_refused(database: sa.Engine, script: TestClient) -> None:
    assert send(script, token(Screen(centre="MAURIAC", semaine="2017-S22")), remark="a" * 5000) == 413
    with database.connect() as connection:
        set_actor(connection, session.PERSONAS["coordination"][1])
        assert draft(connection, form="weekly", about="MAURIAC 2017-S22") is None
