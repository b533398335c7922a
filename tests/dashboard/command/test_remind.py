"""Reminders by mail: a real server receives them, once a day for a week, and what could not leave is not noted."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.configuration.settings import load_settings
from data_access.engine import writing
from data_access.periods import day_in_paris
from data_access.schema import account, account_centre, centre, reminder, visit
from tests.dashboard.command.terminal import Run
from tests.data_access.desks import add_visit
from tests.data_access.weekly_sheets import MONDAY, NOW, add_network, make_sheet, store_usual_weeks, store_week
from tests.databases import engine_at, sqlite_copy
from tests.letterbox import Letterbox, open_letterbox


@pytest.fixture
def letterbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Letterbox]:
    with open_letterbox(monkeypatch) as box:
        yield box


@pytest.fixture
def engine(folder: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    """On Tuesday 6 June 2017 Mauriac owes week 22, which is not late yet; Murat, which has no address, owes nothing."""
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", sqlite_copy(sqlite_template, folder))
    monkeypatch.setenv("CYBERCANTAL_TODAY", "2017-06-06")
    engine = engine_at(load_settings().database_url)
    with writing(engine) as connection:
        add_network(connection)
        store_usual_weeks(connection, [20] * 8)
        for back in range(9):
            shut = {"status": "closed", "comment": "congés", "days": (), "distinct_people": None}
            monday = MONDAY - timedelta(weeks=back)
            store_week(connection, make_sheet(centre_code="MURAT", week_start=monday, **shut))
        values = {"email": "olivier@example.org", "display_name": "Olivier", "role": "animator"}
        account_id = connection.execute(sa.insert(account).values(values).returning(account.c.id)).scalar_one()
        connection.execute(sa.insert(account_centre).values(account_id=account_id, centre_id=1))
    return engine


def reminded(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(reminder)).scalar_one())


def test_the_animator_receives_one_polite_message(run: Run, engine: sa.Engine, letterbox: Letterbox) -> None:
    result = run("remind")

    assert result.exit_code == 0
    [letter] = letterbox.letters
    assert letter["To"] == "olivier@example.org"
    assert "semaine 22 à saisir" in letter["Subject"]
    body = letter.get_content()
    assert "attendu au plus tard le vendredi 9\u00a0juin 2017" in body
    assert "https://tableau.example.org/saisie?centre=MAURIAC&semaine=2017-S22" in body
    assert "veuillez" not in body.lower()


def test_a_second_run_the_same_day_sends_nothing(run: Run, engine: sa.Engine, letterbox: Letterbox) -> None:
    run("remind")
    result = run("remind", "--format", "json")

    assert [line["state"] for line in json.loads(result.stdout)] == ["already"]
    assert (len(letterbox.letters), reminded(engine)) == (1, 1)


def test_a_message_that_could_not_leave_is_sent_by_the_next_run(
    run: Run, engine: sa.Engine, letterbox: Letterbox
) -> None:
    letterbox.full = True
    assert run("remind").exit_code == 1
    assert reminded(engine) == 0

    letterbox.full = False
    assert run("remind").exit_code == 0
    assert (len(letterbox.letters), reminded(engine)) == (1, 1)


def test_a_dry_run_sends_and_notes_nothing(run: Run, engine: sa.Engine) -> None:
    result = run("remind", "--dry-run", "--format", "json")

    expected = [{"centre": "MAURIAC", "weeks": ["2017-S22"], "recipient": "olivier@example.org", "state": "dry_run"}]
    assert json.loads(result.stdout) == expected
    assert reminded(engine) == 0


def test_departures_that_nobody_noted_are_noted_where_nobody_opens_the_desk(run: Run, engine: sa.Engine) -> None:
    """At closing time, once, and whether mail can leave or not; a dry run notes none."""
    arrived = NOW - timedelta(days=7)
    with writing(engine) as connection:
        add_visit(connection, 1, arrived, None)

    assert "départ" not in run("remind", "--dry-run").output
    result = run("remind")

    assert "MAURIAC : 1 départ oublié noté à l’heure de fermeture" in result.output.replace("\u00a0", " ")
    with engine.connect() as connection:
        (ended_at,) = connection.execute(sa.select(visit.c.ended_at)).scalars().all()
    assert day_in_paris(ended_at) == day_in_paris(arrived)
    assert "départ" not in run("remind").output


def test_after_the_deadline_the_message_says_what_is_missing(
    run: Run, engine: sa.Engine, letterbox: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CYBERCANTAL_TODAY", "2017-06-12")
    run("remind", "--week", "2017-S22")

    assert "Il manque encore le relevé" in letterbox.letters[0].get_content()


def test_a_week_that_is_none_is_told(run: Run, engine: sa.Engine, letterbox: Letterbox) -> None:
    result = run("remind", "--week", "2017-S53")

    assert result.exit_code == 2
    assert "2017-S22" in result.output


def test_without_a_mail_server_the_remedy_is_told(run: Run, engine: sa.Engine) -> None:
    result = run("remind")

    assert result.exit_code == 1
    assert "CYBERCANTAL_MAIL_SERVER" in result.output


def test_the_name_of_a_centre_adds_no_line_to_the_head_of_a_message(
    run: Run, engine: sa.Engine, letterbox: Letterbox
) -> None:
    """Python 3.11 reads an encoded word in a subject, and writes the line break that it stands for."""
    name = "=?utf-8?q?x=0ABcc:_evil@evil.example?="
    with writing(engine) as connection:
        connection.execute(sa.update(centre).where(centre.c.code == "MAURIAC").values(name=name))

    assert run("remind").exit_code == 0
    (letter,) = letterbox.letters
    assert letter["Bcc"] is None
    assert letter["Subject"].replace("\u2060", "").startswith(name)
