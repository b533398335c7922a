"""What is said of the agenda is what the rows hold: on the published programme alone, and on the demonstration."""

import re
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from icalendar import Calendar

from dashboard.exports import tables
from dashboard.exports.calendar import ics
from dashboard.figures import agenda as figures
from dashboard.figures.agenda import ELSEWHERE, Choice
from dashboard.figures.model import Reader
from dashboard.ui.agenda_days import days_html
from dashboard.wording.typography import typeset
from data_access.facts import AgendaFacts
from data_access.reads import agenda as reads
from data_access.rights import Actor, set_actor
from tests.databases import engine_at, reference_copy
from tests.demonstrations import demonstration_copy

PARIS = ZoneInfo("Europe/Paris")
EVE = date(2017, 5, 29)
AS_OF = date(2017, 5, 30)
ALL = Reader(sees_small_counts=True)
COORDINATOR = Actor("coordination@localhost", "coordinator")
TAG = re.compile(r"<[^>]+>")

# The published programme of 2017, as a person writes it down from the paper: day, hours, what, and under what.
PROGRAMME = """
Mardi 30 mai 2017
9 h – 12 h | Portes ouvertes | A2EX
9 h – 18 h | Portes ouvertes | Mauriac
  10 h | Table ronde sur l’emploi
14 h – 15 h | Conférence | La Forge
15 h 30 – 16 h | Démonstration | La Forge
Mercredi 31 mai 2017
9 h – 17 h | Portes ouvertes | Ydes
Jeudi 1er juin 2017
9 h – 17 h | Portes ouvertes | Riom-ès-Montagnes
Samedi 3 juin 2017
10 h – 12 h | Portes ouvertes | Cassaniouze
Samedi 10 juin 2017
10 h – 16 h | Portes ouvertes | Montmurat
Jeudi 15 juin 2017
18 h | Portes ouvertes du coworking | Murat | Inscription recommandée
  18 h 30 – 19 h | Conférence | Start’Up Chef | Inscription recommandée
Vendredi 16 juin 2017
13 h – 15 h | Atelier | Modélisation 2D et 3D (1re session) | Inscription recommandée
15 h 30 – 17 h 30 | Atelier | Modélisation 2D et 3D (2e session) | Inscription recommandée
Samedi 17 juin 2017
10 h – 12 h 30 | Atelier | Utilisation des machines (1re session) | Inscription recommandée
13 h 30 – 16 h | Atelier | Utilisation des machines (2e session) | Inscription recommandée
"""


@pytest.fixture(scope="module")
def reference_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was published, and nothing entered."""
    return reference_copy(sqlite_template, tmp_path_factory.mktemp("reference"))


@pytest.fixture(scope="module")
def demonstration_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration of the first open day of 2017."""
    return demonstration_copy(tmp_path_factory.mktemp("demonstration"), AS_OF)


@pytest.fixture(scope="module")
def published(reference_file: Path) -> AgendaFacts:
    """The agenda that was published, on the eve of the first open day."""
    return asked(reference_file, EVE)


@pytest.fixture(scope="module")
def invented(demonstration_file: Path) -> AgendaFacts:
    """The agenda of the demonstration."""
    return asked(demonstration_file, AS_OF)


def asked(file: Path, day: date) -> AgendaFacts:
    engine = engine_at(f"sqlite:///{file}")
    with engine.connect() as connection:
        found = reads.agenda_facts(set_actor(connection, COORDINATOR), as_of=day)
    engine.dispose()
    return found


def follow_ups(file: Path) -> pl.DataFrame:
    engine = engine_at(f"sqlite:///{file}")
    with engine.connect() as connection:
        found: pl.DataFrame = reads.follow_ups(set_actor(connection, COORDINATOR), as_of=AS_OF)
    engine.dispose()
    return found


def rows(file: Path, question: str) -> list[tuple[Any, ...]]:
    """An answer of the database, without the application."""
    with sqlite3.connect(file) as connection:
        return connection.execute(question).fetchall()


def entries_of(facts: AgendaFacts, choice: Choice) -> pl.DataFrame:
    return figures.entries_of(facts, choice, ALL)


def file_of(entries: pl.DataFrame, facts: AgendaFacts) -> bytes:
    return ics(entries, name="Agenda", stamp=datetime.now(UTC), demonstration=True)


def shown_lines(entries: pl.DataFrame, **options: Any) -> list[str]:
    """The list as a person reads it, one line a heading or an entry, a sub-event set in."""
    html = days_html(entries, **options)
    lines = []
    depth = 0
    for piece in re.split(r"(<ul>|</ul>|<h3>.*?</h3>|<div class=\"cc-entry\">.*?</div></div>)", html):
        if piece in ("<ul>", "</ul>"):
            depth += 1 if piece == "<ul>" else -1
        elif piece.startswith("<h3>"):
            lines.append(unescape(TAG.sub("", piece)))
        elif piece.startswith("<div"):
            lines.append("  " * (depth - 1) + unescape(TAG.sub(" ", piece)).strip())
    return lines


def test_the_programme_of_2017_reads_as_it_was_published(published: AgendaFacts) -> None:
    """Every line in its order, with its hours, its kind, its place and its words; nothing more."""
    choice = Choice("60j", None, None)
    lines = shown_lines(entries_of(published, choice), today=EVE, newest_first=False)
    expected = PROGRAMME.strip().splitlines()

    assert len(lines) == len(expected)
    for line, wanted in zip(lines, expected, strict=True):
        assert line.startswith("  ") == wanted.startswith("  ")
        plain = " ".join(line.replace("\u00a0", " ").replace("\u202f", " ").split())
        parts = wanted.strip().split(" | ")
        assert plain.startswith(parts[0])
        assert [part for part in parts if part not in plain] == []
        assert ("Inscription recommandée" in plain) == ("Inscription recommandée" in wanted)


def test_the_sentence_counts_and_names_the_next_one(published: AgendaFacts) -> None:
    choice = Choice("60j", None, None)

    said = figures.sentence(published, choice, entries_of(published, choice), ALL)

    assert said.replace("\u00a0", " ") == (
        "15 rendez-vous dans les 60 prochains jours, dans 8 lieux. "
        "Le prochain : portes ouvertes à Aurillac (A2EX), le mardi 30 mai 2017."
    )


def test_kind_and_place_filter_the_list(published: AgendaFacts) -> None:
    talks = entries_of(published, Choice("60j", "talk", None))
    murat = entries_of(published, Choice("60j", None, "MURAT"))
    elsewhere = entries_of(published, Choice("tous", None, ELSEWHERE))

    assert talks["centre_code"].to_list() == ["LA-FORGE", "MURAT"]
    assert murat.height == 6
    # The sessions whose days are known.
    assert elsewhere["number"].to_list() == [9, 23, 29]


def test_a_sub_event_without_its_parent_says_what_it_belongs_to(published: AgendaFacts) -> None:
    lines = shown_lines(entries_of(published, Choice("60j", "talk", None)), today=EVE, newest_first=False)

    assert [("Pendant\u00a0: Portes ouvertes du coworking" in line) for line in lines[1::2]] == [False, True]


def test_a_count_published_later_is_not_shown_before_the_session(published: AgendaFacts) -> None:
    entries = entries_of(published, Choice("tous", "welcome_session", None))

    assert dict(entries.select("number", "came").iter_rows()) == {9: "20\u00a0porteurs de projet", 23: None, 29: None}


def test_what_comes_up_is_said_in_a_few_words_and_leads_to_its_day(published: AgendaFacts) -> None:
    """The line that the overview shows."""
    lines = figures.coming_up(published)

    assert len(lines) == 4
    assert [said for said, _ in lines][:3] == [
        "mar. 30\u00a0mai : portes ouvertes à Aurillac (A2EX)",
        "mar. 30\u00a0mai : portes ouvertes à Mauriac",
        "mar. 30\u00a0mai : conférence à Aurillac (La Forge)",
    ]
    assert lines[0][1]["jour"] == "2017-05-30"
    assert figures.coming_up(replace(published, as_of=date(2018, 1, 1)), number=1) == [
        (
            "mer. 16\u00a0oct. : 29e session d’accueil d’actifs (Sumène Artense)",
            {**figures.everything(), "quand": "a-venir", "jour": "2024-10-16"},
        )
    ]


def test_the_calendar_file_holds_what_the_page_shows(published: AgendaFacts) -> None:
    """Opened again by the library: same entries, same hours in Paris, same words."""
    entries = entries_of(published, Choice("60j", None, None))

    events = Calendar.from_ical(ics(entries, name="Agenda", stamp=datetime.now(UTC), demonstration=False)).walk(
        "VEVENT"
    )

    expected = [
        (row["summary"], row["where"], row["starts_on"], row["hours"].split("\u00a0–")[0])
        for row in entries.iter_rows(named=True)
    ]
    assert [
        (
            str(event["SUMMARY"]),
            str(event["LOCATION"]),
            event.DTSTART.astimezone(PARIS).date(),
            _spoken(event.DTSTART.astimezone(PARIS).time()),
        )
        for event in events
    ] == expected


def _spoken(at: time) -> str:
    return f"{at.hour}\u00a0h" + (f"\u00a0{at.minute:02}" if at.minute else "")


def test_the_table_gives_days_and_hours_of_paris(published: AgendaFacts) -> None:
    table = figures.table(published, Choice("60j", None, None), entries_of(published, Choice("60j", None, None)))

    lines = tables.csv(table).decode("utf-8-sig").splitlines()

    assert lines[0].startswith("Jour;Dernier jour;Début;Fin;Type;Titre;Lieu")
    assert len(lines) == 16
    assert lines[1].startswith("2017-05-30;2017-05-30;09:00;")


def test_past_and_to_come_share_the_agenda_out(invented: AgendaFacts, demonstration_file: Path) -> None:
    """Each entry of the database is past or to come, never both, and all of them are in all."""
    past, coming, whole = (entries_of(invented, Choice(when, None, None)) for when in ("passes", "a-venir", "tous"))
    expected = rows(
        demonstration_file,
        "SELECT (SELECT count(*) FROM event) + (SELECT count(*) FROM information_meeting) + "
        "(SELECT count(*) FROM welcome_session WHERE ends_on IS NOT NULL)",
    )[0][0]

    assert set(past["key"]) & set(coming["key"]) == set()
    assert past.height + coming.height == whole.height == expected


def test_the_list_shows_every_entry_once(invented: AgendaFacts) -> None:
    """Folded by year as well."""
    entries = entries_of(invented, Choice("tous", None, None))

    html = days_html(entries, today=AS_OF, newest_first=True)

    assert html.count('class="cc-entry"') == entries.height
    assert html.count("<details open>") == 1


def test_the_people_who_came_are_those_of_the_rows(invented: AgendaFacts, demonstration_file: Path) -> None:
    expected = rows(
        demonstration_file, "SELECT title, attendance FROM event WHERE attendance IS NOT NULL AND kind = 'forum'"
    )

    entries = entries_of(invented, Choice("passes", "forum", None))

    assert {(row["title"], row["came"]) for row in entries.iter_rows(named=True)} == {
        (typeset(title), f"{people}\u00a0participants") for title, people in expected
    }


def test_agreements_that_followed_are_those_of_the_rows(demonstration_file: Path) -> None:
    """Counted again by the database itself, for the forum of 2016."""
    found = figures.followed(follow_ups(demonstration_file), Choice("tous", "forum", "MURAT"), AS_OF)
    found = found.filter(pl.col("starts_on").dt.year() == 2016)
    first = found["starts_on"][0]
    count = "SELECT count(*) FROM agreement a JOIN centre c ON c.id = a.centre_id WHERE c.code = 'MURAT' AND "
    after, before = (
        rows(demonstration_file, f"{count} signed_on >= '{start}' AND signed_on < '{start + timedelta(days=56)}'")
        for start in (first, first - timedelta(days=56))
    )

    cell = figures.followed_on_screen(found).frame["agreements"][0]

    assert cell == f"{after[0][0]} (avant\u00a0: {before[0][0]})"


def test_until_the_eight_weeks_are_over_they_run(demonstration_file: Path) -> None:
    found = figures.followed(follow_ups(demonstration_file), Choice("60j", None, "MAURIAC"), AS_OF)
    shown = figures.followed_on_screen(found).frame
    running = shown.filter(~pl.col("over"))

    assert running.height > 0
    assert all(cell.startswith("en cours") for cell in running["agreements"])


def test_courses_and_their_trainings_are_those_of_the_rows(invented: AgendaFacts, demonstration_file: Path) -> None:
    expected = rows(
        demonstration_file,
        "SELECT c.code, count(e.id), sum(e.attendance) FROM course c JOIN event e ON e.course_id = c.id "
        "WHERE e.starts_at < '2017-05-29 22:00:00' GROUP BY c.code ORDER BY c.title",
    )

    shown = figures.courses(invented, ALL).frame

    assert shown.select("code", "trainings_held", "attendance").rows() == expected


def test_invented_entries_say_so_in_the_calendar_file(invented: AgendaFacts) -> None:
    entries = entries_of(invented, Choice("60j", None, None)).head(1)

    event = Calendar.from_ical(ics(entries, name="Agenda", stamp=datetime.now(UTC), demonstration=True)).walk("VEVENT")[
        0
    ]

    assert "Données de démonstration" in str(event["DESCRIPTION"])
    assert datetime.now(UTC) > event.DTSTAMP


def test_markup_in_a_title_stays_text(published: AgendaFacts) -> None:
    """Somebody may type what they like in a title."""
    entries = entries_of(published, Choice("60j", None, None)).head(1)
    typed = entries.with_columns(title=pl.lit("<script>alert(1)</script>"), contact=pl.lit('a@b.fr"><b>'))

    html = days_html(typed, today=EVE, newest_first=False)

    assert "<script>" not in html
    assert "<b>" not in html
