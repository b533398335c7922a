"""Saisie hebdomadaire, as a person uses it: what is typed is recorded as it is, or they are told why it is not."""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.ui import session
from data_access.engine import writing
from data_access.rights import Actor
from data_access.schema import attendance_day, attendance_week, audit_entry, centre, centre_capacity
from data_access.writes.attendance import record_attendance_week
from tests.data_access.weekly_sheets import (
    MONDAY,
    NOW,
    TUESDAY,
    WHIT_MONDAY,
    make_days,
    make_sheet,
    shut,
    store_usual_weeks,
    store_week,
)
from tests.pages.weekly_screen import SAVE, Screen

COLLEAGUE = Actor("olivier@example.org", "animator", frozenset({"MAURIAC"}))


@pytest.fixture
def week_22(database: sa.Engine) -> Screen:
    """The form of Mauriac and week 22, blank."""
    return Screen(centre="MAURIAC", semaine="2017-S22")


def stored(database: sa.Engine) -> list[dict[str, Any]]:
    """Every week entered, with its days as « office » and « open_space » by weekday."""
    weeks = []
    with database.connect() as connection:
        for week in connection.execute(sa.select(attendance_week).order_by(attendance_week.c.week_start)).mappings():
            days = connection.execute(
                sa.select(attendance_day)
                .where(attendance_day.c.attendance_week_id == week["id"])
                .order_by(attendance_day.c.day)
            ).mappings()
            said: dict[str, dict[int, object]] = {"office": {}, "open_space": {}}
            for day in days:
                said[day["seat_kind"]][day["day"].isoweekday()] = "closed" if day["closed"] else day["half_days"]
            weeks.append({name: week[name] for name in ("status", "distinct_people", "comment", "version")} | said)
    return weeks


def trace_count(database: sa.Engine) -> int:
    with database.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(audit_entry)).scalar_one())


def test_a_week_is_recorded_and_read_back(database: sa.Engine, week_22: Screen) -> None:
    week_22.type_week(people="9")

    week_22.save()

    expected = [
        {
            "status": "complete",
            "distinct_people": 9,
            "comment": None,
            "version": 1,
            "office": {1: 3, 2: 4, 3: 2, 4: 3, 5: 2},
            "open_space": {1: 2, 2: 2, 3: 1, 4: 2, 5: 2},
        }
    ]

    assert stored(database) == expected
    assert week_22.errors == week_22.questions == []
    assert "Semaine 22 enregistrée à" in week_22.thanks[0]
    assert "Total\u00a0: 23\u00a0demi-journées sur 60, soit 69\u202fh." in week_22.thanks[0]
    assert "Taux de remplissage\u00a0: 38\u00a0%." in week_22.thanks[0]


def test_a_blank_is_not_a_zero(database: sa.Engine, week_22: Screen) -> None:
    week_22.type(MONDAY, "office", "0")

    week_22.draft()

    assert stored(database)[0]["office"] == {1: 0}
    assert week_22.fields["Lundi 29\u00a0mai, bureaux (4)"] == "0"
    assert week_22.fields["Mardi 30\u00a0mai, bureaux (4)"] == ""


def test_what_is_no_whole_number_is_told_and_kept_as_typed(database: sa.Engine, week_22: Screen) -> None:
    week_22.type_week()
    for text in ("2,5", "abc", "12 50", "1e3", "3 €", "1" * 5000, "٣", "--3"):
        week_22.type(MONDAY + timedelta(days=2), "open_space", text)

        week_22.save()

        assert week_22.errors == ["Mercredi, open space\u00a0: indiquez un nombre entier, par exemple 3."]
        assert week_22.fields["Mercredi 31\u00a0mai, open space (2)"] == text
    assert stored(database) == []


def test_an_impossible_number_is_told_with_its_limit(database: sa.Engine, week_22: Screen) -> None:
    sentences = {
        "9": "Mardi, bureaux\u00a0: 9\u00a0demi-journées pour 4\u00a0bureaux. Le maximum est 8.",
        "1 234": "Mardi, bureaux\u00a0: 1\u202f234\u00a0demi-journées pour 4\u00a0bureaux. Le maximum est 8.",
        "-3": "Mardi, bureaux\u00a0: −3 n’est pas possible. Indiquez 0 ou davantage.",
    }
    week_22.type_week()
    for text, sentence in sentences.items():
        week_22.type(TUESDAY, "office", text)

        week_22.save()

        assert week_22.errors == [sentence]
        assert week_22.fields["Mardi 30\u00a0mai, bureaux (4)"] == text
    assert stored(database) == []


def test_several_faults_are_told_together(week_22: Screen) -> None:
    week_22.type_week(people="-1")
    week_22.type(MONDAY, "office", "9")

    week_22.save()

    expected = [
        "Lundi, bureaux\u00a0: 9\u00a0demi-journées pour 4\u00a0bureaux. Le maximum est 8.",
        "Personnes différentes\u00a0: −1 n’est pas possible. Indiquez 0 ou davantage.",
    ]

    assert week_22.errors == expected
    assert "2\u00a0points à revoir" in week_22.data["answer"]["sentence"]


def test_what_cannot_be_read_and_what_cannot_be_are_told_together(database: sa.Engine, week_22: Screen) -> None:
    week_22.type_week(office=["abc", "9", "2,5", "-1", ""], open_space=["2", "2", "1", "2", ""], people="x")
    week_22.tick_closed(MONDAY + timedelta(days=4))

    week_22.save()

    told = [(name, said.split("\u00a0:")[0]) for name, said in week_22.data["answer"]["faults"]]
    days = ["Lundi", "Mardi", "Mercredi", "Jeudi"]
    assert told == [
        *((f"{MONDAY + timedelta(days=place)}-office", f"{day}, bureaux") for place, day in enumerate(days)),
        ("people", "Personnes différentes"),
        ("remark", "Vendredi est marqué fermé"),
    ]
    assert stored(database) == []
    assert trace_count(database) == 0


def test_the_same_button_pressed_twice_records_once(database: sa.Engine, week_22: Screen) -> None:
    week_22.type_week()

    week_22.save().save()

    assert [week["version"] for week in stored(database)] == [1]
    assert trace_count(database) == 1
    assert len(week_22.thanks) == 1


def test_a_form_sent_again_by_another_session_records_once(database: sa.Engine) -> None:
    """After the server was started again, the browser sends what it holds to a new session."""
    for _ in range(2):
        screen = Screen(centre="MAURIAC", semaine="2017-S22")
        screen.type_week()
        screen.save()

    assert [week["version"] for week in stored(database)] == [1]
    assert trace_count(database) == 1


def test_blank_days_are_asked_about_then_closed_with_a_reason(database: sa.Engine, week_22: Screen) -> None:
    week_22.type_week(office=["3", "4", "2"], open_space=["2", "2", "1"])

    week_22.save()
    assert week_22.questions[0].startswith(
        "Jeudi et vendredi sont vides. Le télécentre était-il fermé ces jours-là\u202f?"
    )
    week_22.press("Oui, fermé ces jours-là")
    assert week_22.errors[0].startswith("Jeudi et vendredi sont marqués fermés")
    assert stored(database) == []
    week_22.remark("Formation de l’animatrice")
    week_22.save()

    week = stored(database)[0]
    assert (week["status"], week["comment"]) == ("complete", "Formation de l’animatrice")
    assert week["office"] == {1: 3, 2: 4, 3: 2, 4: "closed", 5: "closed"}


def test_blank_days_may_be_left_for_later(database: sa.Engine, week_22: Screen) -> None:
    week_22.type_week(office=["3", "4", "2"], open_space=["2", "2", "1"])

    week_22.save().press("Non, je complèterai plus tard")

    week = stored(database)[0]
    assert (week["status"], week["office"]) == ("draft", {1: 3, 2: 4, 3: 2})
    assert "Brouillon de la semaine 22 enregistré" in week_22.thanks[0]


def test_a_day_half_blank_is_asked_for_a_number(week_22: Screen) -> None:
    week_22.type_week()
    week_22.type(TUESDAY, "open_space", "")

    week_22.save()

    assert week_22.errors == ["Mardi, open space\u00a0: indiquez un nombre, 0 si personne n’est venu."]


def test_an_unusual_week_is_asked_about_once(database: sa.Engine) -> None:
    with writing(database) as connection:
        store_usual_weeks(connection, (15, 17, 19, 20, 21, 22, 24, 25))
    screen = Screen(centre="MAURIAC", semaine="2017-S22")
    screen.type_week(office=["1", "0", "0", "0", "1"], open_space=["0"] * 5)

    screen.save()
    expected = (
        "Cette semaine compte 2\u00a0demi-journées\u202f; vous en saisissez d’habitude entre 8 et 38. "
        "Est-ce exact\u202f?"
    )
    assert screen.questions == [expected]
    assert len(stored(database)) == 8
    screen.press("Enregistrer quand même")

    assert stored(database)[-1]["office"] == {1: 1, 2: 0, 3: 0, 4: 0, 5: 1}
    assert screen.questions == []


def test_figures_changed_after_the_question_are_looked_at_again(database: sa.Engine) -> None:
    with writing(database) as connection:
        store_usual_weeks(connection, (15, 17, 19, 20, 21, 22, 24, 25))
    screen = Screen(centre="MAURIAC", semaine="2017-S22")
    screen.type_week(office=["1", "0", "0", "0", "1"], open_space=["0"] * 5)
    screen.save()
    screen.type(TUESDAY, "office", "2")

    screen.press("Enregistrer quand même")

    assert screen.questions[0].startswith("Cette semaine compte 4")
    assert len(stored(database)) == 8


def test_the_author_may_go_back_to_the_fields(database: sa.Engine, week_22: Screen) -> None:
    week_22.type_week(office=["0"] * 5, open_space=["0"] * 5)

    week_22.save().press("Corriger")

    assert week_22.questions == []
    assert week_22.fields["Lundi 29\u00a0mai, bureaux (4)"] == "0"
    assert stored(database) == []


def test_a_week_closed_needs_its_reason(database: sa.Engine, week_22: Screen) -> None:
    week_22.press("Fermé toute la semaine")
    assert week_22.errors == ["Indiquez pourquoi le télécentre était fermé, par exemple «\u00a0congés d’été\u00a0»."]
    week_22.remark("  congés\n")
    week_22.press("Enregistrer, semaine fermée")

    week = stored(database)[0]
    assert (week["status"], week["comment"], week["office"]) == ("closed", "congés", {})
    assert "comme fermée" in week_22.thanks[0]


def _colleague_saves(database: sa.Engine, people: int) -> None:
    with writing(database) as connection:
        record_attendance_week(connection, COLLEAGUE, make_sheet(distinct_people=people), now=NOW)


def test_figures_of_somebody_else_are_not_written_over(database: sa.Engine, week_22: Screen) -> None:
    week_22.type_week(people="5")
    _colleague_saves(database, 8)

    week_22.save()

    assert "olivier@example.org a modifié cette semaine le 9\u00a0juin 2017 à 16\u00a0h\u00a042" in week_22.questions[
        0
    ].replace("\u2060", "")
    assert "23\u00a0demi-journées, semaine complète" in week_22.questions[0]
    assert stored(database)[0]["distinct_people"] == 8
    assert week_22.typed["people"] == "5"


def test_their_figures_may_be_taken(database: sa.Engine, week_22: Screen) -> None:
    week_22.type_week(people="5")
    _colleague_saves(database, 8)

    week_22.save().press("Voir ses chiffres")

    assert week_22.questions == []
    assert week_22.typed["people"] == "8"
    assert [week["version"] for week in stored(database)] == [1]


def test_mine_may_be_kept(database: sa.Engine, week_22: Screen) -> None:
    week_22.type_week(people="5")
    _colleague_saves(database, 8)

    week_22.save().press("Garder les miens")

    week = stored(database)[0]
    assert (week["distinct_people"], week["version"]) == (5, 2)
    assert trace_count(database) == 2


def test_a_form_drawn_again_over_newer_figures_still_refuses_to_replace_them(
    database: sa.Engine, week_22: Screen
) -> None:
    """The version that counts is the one the fields were filled from, not the one stored when the page was last drawn."""
    week_22.type_week(people="5")
    _colleague_saves(database, 8)
    week_22.app.run()

    week_22.save()

    assert stored(database)[0]["distinct_people"] == 8
    assert "Garder les miens" in week_22.buttons


def test_a_database_that_does_not_answer_keeps_the_figures_on_screen(
    database: sa.Engine, week_22: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program holds the database for longer than we wait."""
    week_22.type_week(people="9")
    other = database.connect().execution_options(immediate=True)
    transaction = other.begin()
    # An engine of its own, that waits less.
    monkeypatch.setattr("data_access.engine._BUSY_MILLISECONDS", 50)
    monkeypatch.setattr("data_access.engine._LOCK_SECONDS", 0.05)
    monkeypatch.setattr("dashboard.configuration.database._ENGINES", {})

    week_22.save()
    assert week_22.errors[0].startswith("La base est verrouillée par un autre programme. Rien n’est enregistré")
    assert week_22.fields["Lundi 29\u00a0mai, bureaux (4)"] == "3"
    transaction.rollback()
    other.close()
    week_22.press("Réessayer")

    assert stored(database)[0]["distinct_people"] == 9


def test_figures_outlive_a_database_that_is_gone_altogether(
    database: sa.Engine, week_22: Screen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not even the page can be drawn then; once the database is back, the figures are still there to be sent."""
    week_22.type_week(people="9")
    address = os.environ["CYBERCANTAL_DATABASE_URL"]
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", f"sqlite:///{tmp_path / 'gone.sqlite'}")

    week_22.send("complete")
    assert week_22.app.exception
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", address)
    week_22.app.run()

    assert week_22.errors[0].startswith("La base de données ne répond pas. Rien n’est enregistré")
    assert week_22.fields["Lundi 29\u00a0mai, bureaux (4)"] == "3"
    week_22.press("Réessayer")
    assert stored(database)[0]["distinct_people"] == 9


def test_a_rule_of_the_database_alone_is_told(
    database: sa.Engine, week_22: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_access.writes.attendance.sheet_problems", lambda *_args, **_kwargs: [])
    week_22.type(TUESDAY, "office", "9")

    week_22.draft()

    assert "capacity_exceeded" in week_22.errors[0]
    assert stored(database) == []


def test_an_animator_is_offered_their_own_centres_only(database: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "actor_now", lambda: Actor("o@example.org", "animator", frozenset({"MURAT"})))

    screen = Screen(centre="MAURIAC")

    assert list(screen.app.selectbox[0].options) == ["Télécentre MURAT"]


@pytest.mark.parametrize(("role", "told"), [("viewer", "réservée à la coordination"), ("animator", "à votre charge")])
def test_who_may_not_enter_is_told_so(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch, role: Any, told: str
) -> None:
    """By who may not open the page, and by who keeps no centre."""
    monkeypatch.setattr(session, "actor_now", lambda: Actor("elu@example.org", role))

    screen = Screen(centre="MAURIAC")

    assert told in screen.app.info[0].value
    assert not screen.has_form


def test_the_week_is_the_oldest_to_enter_else_the_current_one(database: sa.Engine) -> None:
    with writing(database) as connection:
        store_usual_weeks(connection, [20] * 11)

    assert Screen(centre="MAURIAC").week == "2017-S22"
    with writing(database) as connection:
        store_week(connection, make_sheet())
    assert Screen(centre="MAURIAC").week == "2017-S23"


def test_a_week_that_cannot_be_entered_is_not_followed(database: sa.Engine) -> None:
    """No week 53 in 2017, nothing to come, nothing that is no week."""
    for asked in ("2017-S53", "2017-S24", "hier", "", "0000-S01", "9999-S52"):
        assert Screen(centre="MAURIAC", semaine=asked).week == "2017-S19"


def test_each_week_shows_its_state(database: sa.Engine) -> None:
    with writing(database) as connection:
        store_week(connection, make_sheet())
        week_21 = MONDAY - timedelta(weeks=1)
        store_week(connection, make_sheet(week_start=week_21, status="draft", days=(), distinct_people=None))
        week_20 = MONDAY - timedelta(weeks=2)
        closed = make_sheet(week_start=week_20, status="closed", days=(), distinct_people=None, comment="congés")
        store_week(connection, closed)

    screen = Screen(centre="MAURIAC", semaine="2017-S22")

    weeks = next(group for group in screen.app.segmented_control if group.label == "Semaine")
    assert list(weeks.options) == ["S16 ◌", "S17 ◌", "S18 ◌", "S19 ◌", "S20 F", "S21 ◐", "S22 ✔", "S23 ◌"]


def test_a_holiday_is_named_and_not_asked(database: sa.Engine) -> None:
    with writing(database) as connection:
        shut(connection, TUESDAY + timedelta(weeks=1), TUESDAY + timedelta(weeks=1))

    screen = Screen(centre="MAURIAC", semaine="2017-S23")

    off = [(day["title"], day["off"]) for day in screen.data["rows"] if day["off"]]
    assert off == [("Lundi 5\u00a0juin", "Lundi de Pentecôte"), ("Mardi 6\u00a0juin", "Fermeture\u00a0: Travaux")]
    assert not [label for label in screen.fields if label.startswith(("Lundi", "Mardi", "Samedi"))]


def test_a_day_with_figures_is_shown_though_the_centre_never_opens_then(database: sa.Engine) -> None:
    saturday = MONDAY + timedelta(days=5)
    with writing(database) as connection:
        days = (*make_days([3] * 5, [1] * 5), *make_days([2], [], saturday))
        store_week(connection, make_sheet(days=days))

    screen = Screen(centre="MAURIAC", semaine="2017-S22")

    assert screen.fields["Samedi 3\u00a0juin, bureaux (4)"] == "2"
    assert "Dimanche 4\u00a0juin, bureaux (4)" not in screen.fields
    screen.remark("portes ouvertes samedi")
    screen.save()
    if screen.questions:
        screen.press("Enregistrer quand même")
    assert stored(database)[0]["office"][6] == 2


def test_a_seat_kind_closed_alone_is_not_lost(database: sa.Engine) -> None:
    """Another program may close the offices of a day and not its open space."""
    with writing(database) as connection:
        store_week(connection, make_sheet())
        connection.execute(
            sa.update(attendance_day)
            .where(attendance_day.c.day == TUESDAY, attendance_day.c.seat_kind == "office")
            .values(half_days=0, closed=True)
        )
    screen = Screen(centre="MAURIAC", semaine="2017-S22")
    screen.remark("bureaux repeints mardi")

    screen.save()

    week = stored(database)[0]
    assert (week["office"][2], week["open_space"][2]) == ("closed", 2)


def test_days_to_come_are_not_asked(database: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERCANTAL_TODAY", "2017-06-07")

    screen = Screen(centre="MAURIAC", semaine="2017-S23")

    assert [label for label in screen.fields if "bureaux" in label] == [
        "Mardi 6\u00a0juin, bureaux (4)",
        "Mercredi 7\u00a0juin, bureaux (4)",
    ]
    assert screen.buttons[:2] == ["Garder en brouillon", SAVE]


def test_a_week_of_closure_asks_for_nothing(database: sa.Engine) -> None:
    with writing(database) as connection:
        shut(connection, WHIT_MONDAY, WHIT_MONDAY + timedelta(days=6))

    screen = Screen(centre="MAURIAC", semaine="2017-S23")

    assert "Rien à saisir cette semaine" in screen.app.info[0].value
    assert not screen.has_form


def test_a_centre_without_seats_asks_for_nothing(database: sa.Engine) -> None:
    with writing(database) as connection:
        mauriac = sa.select(centre.c.id).where(centre.c.code == "MAURIAC").scalar_subquery()
        connection.execute(sa.delete(centre_capacity).where(centre_capacity.c.centre_id == mauriac))

    screen = Screen(centre="MAURIAC", semaine="2017-S22")

    assert screen.app.info[0].value == "Les positions de travail ne sont pas encore notées pour Télécentre MAURIAC."


def test_a_remark_is_shown_as_it_was_typed(database: sa.Engine, week_22: Screen) -> None:
    """It is a text, not a layout: no image is fetched, no style applied."""
    week_22.remark("![x](http://example.org/x.png) :red[*fermé*] <b>")

    week_22.press("Fermé toute la semaine")

    assert stored(database)[0]["comment"] == "![x](http://example.org/x.png) :red[*fermé*] <b>"
    assert "![x](http://example.org/x.png) :red[*fermé*] <b>" in week_22.thanks[0]


def test_after_a_save_the_page_stays_on_the_week_and_offers_the_next(database: sa.Engine) -> None:
    screen = Screen(centre="MAURIAC", semaine="2017-S20")
    screen.type_week(monday=date(2017, 5, 15))

    screen.save()

    assert "Semaine 20 enregistrée" in screen.thanks[0]
    assert "Prochaine saisie\u00a0: semaine 19." in screen.thanks[0]
    screen.press("Saisir la semaine 19")
    assert screen.week == "2017-S19"
    assert screen.thanks == []


def test_another_centre_begins_with_its_own_oldest_week(database: sa.Engine) -> None:
    with writing(database) as connection:
        store_usual_weeks(connection, [20] * 11)
    screen = Screen(centre="MAURIAC")

    screen.app.selectbox[0].set_value("MURAT").run()

    assert screen.week == "2017-S19"
