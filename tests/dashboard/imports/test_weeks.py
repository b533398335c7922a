"""Attendance in files: what each small file is read as, the sheets that centres keep, and history that is not punished."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.exports.tables import csv
from dashboard.imports.kinds import KINDS, stored_table
from dashboard.imports.reading import Unreadable
from dashboard.imports.running import ImportReport, counted, run_import
from dashboard.imports.wide import heading_of, week_of
from dashboard.wording.parsing import WrongCell
from data_access import summaries
from data_access.engine import reading, writing
from data_access.entries.exporting import file_rows
from data_access.entries.importing import import_records, undo_import
from data_access.periods import Period
from data_access.reads.attendance import completeness_weeks
from data_access.records import AttendanceWeekRecord
from data_access.refusals import Rule
from data_access.rights import COMMAND_LINE, Actor
from data_access.schema import attendance_day, attendance_week, audit_entry, entry_draft, week_reopening
from tests.databases import on_sqlite
from tests.factories import add_centre

COORDINATOR = Actor("coordination@example.org", "coordinator")
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
CASES = Path(__file__).parent / "cases"
UNUSUAL = frozenset(Rule)
HEAD = "Télécentre;Date;Position;Demi-journées;Fermé;Personnes différentes;Remarque;État\n"
WEEK = [date(2026, 11, day) for day in range(16, 21)]
PLAIN = "".join(f"MONTMURAT;{day:%d/%m/%Y};{kind};1;;;;\n" for day in WEEK for kind in ("bureaux", "open space"))


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], None]:
    def places(connection: sa.Connection) -> None:
        for code in ("MONTMURAT", "YDES"):
            add_centre(connection, code, opened_on=date(2015, 1, 5), seats_office=4, seats_open_space=4)
        summaries.refresh(connection, through=NOW.date())

    return places


@pytest.fixture
def network(engine: sa.Engine) -> sa.Engine:
    return engine


def bring(engine: sa.Engine, content: str | bytes, name: str = "f.csv", **options: Any) -> ImportReport:
    content = content.encode() if isinstance(content, str) else content
    told = {"now": NOW, "rehearsal": False, "confirmed": UNUSUAL} | options
    return run_import(engine, COORDINATOR, KINDS["attendance"], name, content, **told)


def case(engine: sa.Engine, name: str, **options: Any) -> ImportReport:
    return bring(engine, (CASES / f"attendance-{name}").read_bytes(), name, **options)


def stored(engine: sa.Engine) -> dict[date, tuple[str, str | None, dict[str, Any]]]:
    """The state, the remark and the days of each week."""
    with engine.connect() as connection:
        days: dict[int, dict[str, Any]] = {}
        for row in connection.execute(sa.select(attendance_day).order_by(attendance_day.c.day)):
            said = "F" if row.closed else row.half_days
            days.setdefault(row.attendance_week_id, {})[f"{row.day:%d/%m} {row.seat_kind}"] = said
        weeks = connection.execute(sa.select(attendance_week)).all()
        return {row.week_start: (row.status, row.comment, days.get(row.id, {})) for row in weeks}


def faults(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.column, fault.value) for fault in report.faults]


@on_sqlite
@pytest.mark.parametrize(
    ("name", "status", "comment", "friday"),
    [
        ("closed-day-blank.csv", "complete", "pont", "F"),
        ("closed-week.csv", "closed", "Congés", None),
        ("date-and-jour.csv", "complete", None, 1),
        ("sep-line.csv", "complete", None, 1),
        ("title-above.csv", "complete", None, 1),
        ("base.ods", "complete", None, 1),
        ("base.xls", "complete", None, 1),
        ("bool-cells.xlsx", "complete", "pont", "F"),
    ],
)
def test_a_file_that_people_have_is_read_as_they_see_it(
    network: sa.Engine, name: str, status: str, comment: str | None, friday: object
) -> None:
    report = case(network, name)

    assert report.done, report.faults
    [(found, said, days)] = stored(network).values()
    assert (found, said, days.get("20/11 office")) == (status, comment, friday)


@on_sqlite
def test_a_closed_day_with_a_number_is_told_at_its_cell_as_the_form_does(network: sa.Engine) -> None:
    report = case(network, "closed-with-number.csv")

    assert faults(report) == [(10, "Demi-journées", "2")]
    assert "indiquez « non » dans « Fermé »".replace(" ", "") in report.faults[0].reason.replace("\u00a0", "").replace(
        " ", ""
    )


@on_sqlite
def test_a_day_that_a_file_leaves_out_or_leaves_blank_stays(network: sa.Engine) -> None:
    case(network, "with-saturday.csv")
    again = case(network, "without-saturday.csv")
    one_day = bring(network, HEAD + "MONTMURAT;17/11/2026;bureaux;3;;;;\nMONTMURAT;18/11/2026;bureaux;;;;;\n")

    assert (counted(again.outcome)["unchanged"], counted(one_day.outcome)["changed"]) == (1, 1)
    days = stored(network)[WEEK[0]][2]
    assert [days[f"{day}/11 office"] for day in (17, 18, 21)] == [3, 1, 1]


@on_sqlite
def test_one_day_of_a_stored_week_is_closed_alone(network: sa.Engine) -> None:
    bring(network, HEAD + PLAIN)
    friday = "".join(f"MONTMURAT;20/11/2026;{kind};;oui;;pont;\n" for kind in ("bureaux", "open space"))

    assert bring(network, HEAD + friday).done
    status, comment, days = stored(network)[WEEK[0]]
    assert (status, comment, days["20/11 office"], days["19/11 office"]) == ("complete", "pont", "F", 1)


@on_sqlite
def test_a_draft_stays_one_until_no_day_is_blank(network: sa.Engine) -> None:
    bring(network, HEAD + "MONTMURAT;16/11/2026;bureaux;1;;;;brouillon\n")
    states = []
    for lines in ("MONTMURAT;17/11/2026;bureaux;1;;;;\n", PLAIN):
        assert bring(network, HEAD + lines).done
        states.append(stored(network)[WEEK[0]][0])

    assert states == ["draft", "complete"]


@on_sqlite
def test_days_without_a_line_are_refused_unless_the_file_calls_the_week_complete(network: sa.Engine) -> None:
    lines = "MONTMURAT;16/11/2026;bureaux;1;;;;{}\nMONTMURAT;16/11/2026;open space;1;;;;\n"
    refused = bring(network, HEAD + lines.format(""))
    asked = bring(network, HEAD + lines.format("complète"), confirmed=frozenset())

    assert faults(refused) == [(2, "Télécentre", "")]
    assert asked.unusual == {Rule.BLANK_DAYS}
    assert bring(network, HEAD + lines.format("complète")).done


@on_sqlite
def test_a_week_that_runs_is_refused_in_words_of_the_file_or_comes_as_a_draft(network: sa.Engine) -> None:
    lines = "".join(f"MONTMURAT;{day}/11/2026;{kind};1;;;;\n" for day in (23, 24) for kind in ("bureaux", "open space"))
    refused = bring(network, HEAD + lines)

    assert "colonne" in refused.faults[0].reason
    assert bring(network, HEAD + lines.replace(";1;;;;", ";1;;;;brouillon")).done


@on_sqlite
def test_a_fault_of_a_week_is_told_once_and_at_its_cell(network: sa.Engine) -> None:
    """A line that cannot be read does not make its week lack a day, too."""
    wrong = PLAIN.replace("20/11/2026;bureaux;1", "20/11/2026;bureau;abc").replace(
        "18/11/2026;bureaux;1", "18/11/2026;bureaux;9"
    )

    assert faults(bring(network, HEAD + wrong)) == [(10, "Demi-journées", "abc")]
    assert faults(bring(network, HEAD + wrong.replace("abc", "1"))) == [(6, "Demi-journées", "9")]
    assert faults(bring(network, HEAD + PLAIN + PLAIN[:40].split("\n")[0] + "\n"))[0][:2] == (12, "Date")
    people = PLAIN.replace("16/11/2026;bureaux;1;;;", "16/11/2026;bureaux;1;;4;").replace(
        "17/11/2026;bureaux;1;;;", "17/11/2026;bureaux;1;;5;"
    )
    assert faults(bring(network, HEAD + people)) == [(4, "Personnes différentes", "5")]
    assert faults(bring(network, HEAD + PLAIN.replace("16/11/2026;bureaux;1;;;", "16/11/2026;bureaux;1;oui;;."))) == [
        (2, "Demi-journées", "1"),
        (2, "Remarque", "."),
    ]


DAYS = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi")
KINDS_OF_SEATS = ("bureaux", "open space")


def titles(days: Sequence[str], of_each: Sequence[str]) -> str:
    return ";".join(f"{day} {each}" for day in days for each in of_each)


def line_of_day(day: date) -> str:
    number, closed = ("", "oui") if day.day == 20 else ("1", "")
    return f"MONTMURAT;{day:%d/%m/%Y};{number};{number};{closed}"


WIDE = {
    "names": (f"Télécentre;Semaine;{titles(DAYS, KINDS_OF_SEATS)}", "MONTMURAT;S47 2026;1;1;1;1;1;1;1;1;F;F"),
    "letters": (
        f"Centre;Date;{titles(('Lu 16', 'Ma 17', 'Me 18', 'Je 19', 'Ve 20'), 'BO')}",
        "Montmurat;16/11/2026;1;1;1;1;1;1;1;1;fermé;fermé",
    ),
    "dates": (
        "Télécentre;"
        + titles([f"{name} {day.day} novembre 2026," for name, day in zip(DAYS, WEEK, strict=True)], KINDS_OF_SEATS),
        "MONTMURAT;1;1;1;1;1;1;1;1;F;F",
    ),
    "a line a kind": (
        f"Télécentre;Semaine;Année;Position;{';'.join(DAYS)}",
        "MONTMURAT;semaine 47;2026;bureaux;1;1;1;1;F\nMONTMURAT;47;2026;open space;1;1;1;1;F",
    ),
    "halves": (
        f"Télécentre;Semaine;Position;{titles(DAYS, ('matin', 'après-midi'))}",
        "MONTMURAT;du 16 au 22 novembre 2026;bureaux;1;0;0;1;1;0;1;0;F;F\nMONTMURAT;16/11/2026;open space;1;0;0;1;1;0;1;0;F;F",
    ),
    "a line a day of a week": (
        "Télécentre;Semaine;Jour;Bureaux occupés;Demi-journées open space",
        "\n".join(f"MONTMURAT;S47 2026;{name};{number};{number}" for name, number in zip(DAYS, "1111F", strict=True)),
    ),
    "a line a day": ("Télécentre;Date;Bureaux;Open space;Fermé", "\n".join(map(line_of_day, WEEK))),
}


@on_sqlite
@pytest.mark.parametrize("layout", WIDE)
def test_the_sheets_that_centres_keep_say_the_same_week(network: sa.Engine, layout: str) -> None:
    head, lines = WIDE[layout]
    remark = "\n".join([f"{head};Remarque", *(f"{line};pont" for line in lines.split("\n"))])

    report = bring(network, remark)

    assert report.done, report.faults
    assert report.notes[-1].startswith("Feuille reconnue")
    expected = {f"{day:%d/%m} {kind}": "F" if day.day == 20 else 1 for day in WEEK for kind in ("office", "open_space")}
    assert stored(network) == {WEEK[0]: ("complete", "pont", expected)}


@pytest.mark.parametrize(
    ("head", "line", "told"),
    [
        ("Télécentre;Semaine;Lundi;Mardi", "MONTMURAT;S47 2026;1;2", "Position"),
        ("Télécentre;Lundi bureaux", "MONTMURAT;1", "quelle semaine"),
        ("Télécentre;Semaine;Lundi bureaux;Bureaux", "MONTMURAT;S47 2026;1;2", "sans jour"),
    ],
)
def test_a_sheet_that_does_not_say_what_it_counts_is_refused(
    network: sa.Engine, head: str, line: str, told: str
) -> None:
    with pytest.raises(Unreadable, match=told):
        bring(network, f"{head}\n{line}\n")


@on_sqlite
def test_a_cell_of_a_wide_sheet_is_told_under_its_heading(network: sa.Engine) -> None:
    head, line = WIDE["letters"]
    other_week = bring(network, f"{head}\n{line.replace('16/11/2026', '09/11/2026')}\n")
    wrong = bring(network, f"{head}\n{line.replace(';1;1;1;1;', ';abc;1;1;1;', 1)}\n")

    assert {column for _line, column, _value in faults(other_week)} == set(head.split(";")[2:])
    assert faults(wrong) == [(2, "Lu 16 B", "abc")]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("S47 2026", None), ("2026-S47", None), ("semaine 47", 2026), ("47", 2026), ("sem. 47 de 2026", None),
        ("du 16 au 22 novembre 2026", None), ("16/11 au 20/11/2026", None), ("semaine du 16 novembre 2026", None),
        ("Semaine 47 (16/11/2026 au 22/11/2026)", None), ("S47 du 16 au 20 novembre 2026", None),
        ("18/11/2026", None),
    ],
)  # fmt: skip
def test_a_week_is_named_in_many_ways(text: str, year: int | None) -> None:
    assert week_of(text, year) == WEEK[0]


def test_a_week_over_two_years_or_that_is_none() -> None:
    assert (
        week_of("du 28 décembre 2026 au 3 janvier 2027")
        == week_of("du 28 décembre au 3 janvier 2027")
        == date(2026, 12, 28)
    )
    for text in (
        "47",
        "semaine 54",
        "S53 2025",
        "du 17 au 22 novembre 2026",
        "hiver",
        "",
        "S46 du 16 au 22 novembre 2026",
    ):
        with pytest.raises(WrongCell):
            week_of(text)


def test_a_heading_that_says_more_than_a_day_and_a_position_is_not_read() -> None:
    assert [
        heading_of(text) for text in ("Lundi météo", "Total bureaux", "Semaine", "Remarque", "Matin", "12 34 bureaux")
    ] == [None] * 6


# History is not punished.

OLD_WEEK = "".join(
    f"MONTMURAT;{day}/11/2020;{kind};1;;;;\n" for day in range(16, 21) for kind in ("bureaux", "open space")
)


@on_sqlite
def test_an_imported_week_is_neither_on_time_nor_late_be_it_corrected_since(network: sa.Engine) -> None:
    bring(network, HEAD + OLD_WEEK)
    bring(network, HEAD + OLD_WEEK.replace(";1;;;;", ";2;;;;", 1), reason="Erreur de report")
    week = date(2020, 11, 16)
    with reading(network, NOW.date(), COMMAND_LINE) as connection:
        rows = completeness_weeks(connection, Period.weeks(week, week), as_of=NOW.date(), centres=["MONTMURAT"])

    assert rows.select("state", "weeks_expected", "weeks_due", "weeks_on_time").rows() == [("imported", 1, 0, 0)]


@on_sqlite
def test_locked_weeks_are_corrected_by_a_file_for_one_reason_and_undone(network: sa.Engine) -> None:
    bring(network, HEAD + OLD_WEEK)
    corrected = HEAD + OLD_WEEK.replace(";1;;;;", ";2;;;;", 1)
    before = stored(network)

    refused = bring(network, corrected)
    assert (refused.asks_reason, "contactez" in refused.faults[0].reason) == (True, False)
    report = bring(network, corrected, reason="Erreur de report")

    assert counted(report.outcome)["changed"] == 1
    with network.connect() as connection:
        assert connection.execute(sa.select(week_reopening.c.reason, week_reopening.c.open_until)).all() == [
            ("Erreur de report", NOW.date())
        ]
    with writing(network) as connection:
        assert undo_import(connection, COORDINATOR, report.outcome.batch_id or 0, now=NOW.replace(day=28)) == 1
    assert stored(network) == before
    with network.connect() as connection:
        assert connection.execute(sa.select(week_reopening)).all() == []


@on_sqlite
def test_what_a_file_asks_is_verified_by_who_confirms_it(network: sa.Engine) -> None:
    bring(network, HEAD + OLD_WEEK.replace(";1;;;;", ";0;;;;"))

    with network.connect() as connection:
        found = connection.execute(sa.select(attendance_week.c.doubts, attendance_week.c.verified_by)).one()
        assert found == ("all_zero", COORDINATOR.name)
        assert connection.execute(sa.select(audit_entry.c.action)).scalars().all() == ["record_attendance_week"]


@on_sqlite
def test_an_unusual_week_of_a_file_is_asked_about_with_its_value_and_what_is_usual(network: sa.Engine) -> None:
    mondays = [date(2026, 9, 7) + timedelta(weeks=number) for number in range(9)]
    numbers = [2, 3, 2, 1, 2, 3, 2, 1, 8]
    lines = [
        f"MONTMURAT;{monday + timedelta(days=day):%d/%m/%Y};{kind};{number if kind == 'bureaux' else 0};;;;"
        for monday, number in zip(mondays, numbers, strict=True)
        for day in range(5)
        for kind in ("bureaux", "open space")
    ]

    asked = bring(network, HEAD + "\n".join(lines), rehearsal=True, confirmed=frozenset()).questions

    told = [(each.line, each.value, each.about, each.reason.replace("\u00a0", " ")) for each in asked]
    assert [(line, value, about) for line, value, about, _reason in told] == [
        (82, "40", "Télécentre MONTMURAT, semaine 45 du 02/11/2026")
    ]
    assert "compte 40 demi-journées" in told[0][3]
    assert "d’habitude entre 0 et 20" in told[0][3]


@pytest.mark.slow
def test_drafts_closed_weeks_and_blank_days_are_exported_and_imported_again(network: sa.Engine) -> None:
    bring(network, HEAD + OLD_WEEK + PLAIN.replace("1;;;;", "1;;;;complète"))
    bring(network, HEAD + "YDES;16/11/2026;bureaux;1;;;;brouillon\nYDES;9/11/2026;bureaux;;oui;;Congés;fermée\n")
    with reading(network, NOW.date(), COMMAND_LINE) as connection:
        rows = file_rows(connection, kind="attendance", first=date(2015, 1, 1))
    content = csv(stored_table(KINDS["attendance"], rows, demonstration=False))
    before = stored(network)

    again = bring(network, content)

    assert (again.faults, counted(again.outcome)["unchanged"]) == ((), 4)
    with writing(network) as connection:
        connection.execute(sa.delete(attendance_week))
    assert bring(network, content).done
    assert stored(network) == before


@on_sqlite
@pytest.mark.parametrize(
    ("headings", "numbers"),
    [
        (";;Lundi;;Mardi;;\nTélécentre;Semaine;Bureaux;Open space;Bureaux;Open space;Personnes;État", "1;2;3;4;5"),
        ("Télécentre;Semaine;Bureau individuel;;Open space;;Personnes;État\n;;Lundi;Mardi;Lundi;Mardi;;", "1;3;2;4;5"),
        (";;Lundi;;Mardi;;\nTélécentre;Semaine;B;O;B;O;Personnes;État", "1;2;3;4;5"),
    ],
    ids=["positions under days", "days under positions", "letters under days"],
)
def test_titles_on_two_lines_are_read_together(network: sa.Engine, headings: str, numbers: str) -> None:
    report = bring(network, f"Relevé du réseau\n{headings}\nMONTMURAT;S47 2026;{numbers};brouillon\n")

    assert report.faults == ()
    assert "deux lignes, 2 et 3, lues ensemble" in report.notes[0].replace("\u00a0", " ")
    days = {"16/11 office": 1, "16/11 open_space": 2, "17/11 office": 3, "17/11 open_space": 4}
    assert stored(network)[WEEK[0]] == ("draft", None, days)


@on_sqlite
def test_a_line_of_numbers_is_no_second_line_of_titles(network: sa.Engine) -> None:
    with pytest.raises(Unreadable, match="positions"):
        bring(network, "Télécentre;Semaine;Lundi;Mardi\nMONTMURAT;S47 2026;O;O\n")


def test_many_weeks_of_a_file_are_brought_by_few_questions_and_leave_no_draft(network: sa.Engine) -> None:
    mondays = [date(2025, 1, 6) + timedelta(weeks=number) for number in range(40)]
    weeks = [
        (number, AttendanceWeekRecord(centre_code="MONTMURAT", week_start=monday, status="closed", comment="Travaux"))
        for number, monday in enumerate(mondays)
    ]
    asked: list[str] = []
    with writing(network, COORDINATOR) as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2]))
        outcome = import_records(connection, COORDINATOR, "attendance", weeks, file_name="f.csv", now=NOW)

    assert len(outcome.added) == len(weeks)
    assert len(asked) < 8 * len(weeks)
    with network.connect() as connection:
        assert connection.execute(sa.select(entry_draft)).all() == []


@on_sqlite
def test_a_long_file_names_its_days_by_week_and_weekday(network: sa.Engine) -> None:
    lines = [f"MONTMURAT;S47 2026;{name};{kind};1" for name in DAYS for kind in KINDS_OF_SEATS]
    report = bring(network, "\n".join(["Télécentre;Semaine;Jour;Position;Demi-journées", *lines]))
    lost = bring(network, "\n".join(["Télécentre;Semaine;Jour;Position;Demi-journées", lines[0].replace(" 2026", "")]))

    assert (report.done, report.notes, len(stored(network)[WEEK[0]][2])) == (True, (), 10)
    assert faults(lost) == [(2, "Semaine", "S47")]


@on_sqlite
def test_a_model_that_nobody_filled_says_nothing(network: sa.Engine) -> None:
    report = bring(network, HEAD + "".join(line.replace(";1;", ";;", 1) + "\n" for line in PLAIN.splitlines()))

    assert (report.faults, counted(report.outcome)["added"], stored(network)) == ((), 0, {})
    assert report.notes[-1] == "Sans aucun chiffre, laissées de côté\u00a0: 1\u00a0semaine."
