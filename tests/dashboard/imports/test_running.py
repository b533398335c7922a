"""A file is imported whole or not at all, once, and undone whole; what is exported is imported again as it is."""

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from dashboard.exports.tables import csv, xlsx
from dashboard.imports.kinds import KINDS, model_table, stored_table
from dashboard.imports.reading import Unreadable
from dashboard.imports.running import ImportReport, counted, run_import
from data_access.engine import reading, writing
from data_access.entries.exporting import file_lines, file_rows
from data_access.entries.importing import undo_import
from data_access.refusals import Refused, Rule
from data_access.rights import COMMAND_LINE, Actor
from data_access.schema import attendance_week, audit_entry, import_batch, pass_membership, person, welcome_session
from tests.dashboard.reporting.reading_back import lacking
from tests.data_access.weekly_sheets import small_network
from tests.databases import engine_at, on_sqlite
from tests.demonstrations import demonstration_copy

COORDINATOR = Actor("coordination@example.org", "coordinator")
NOW = datetime(2017, 6, 9, 14, 42, tzinfo=UTC)
SESSIONS = "Numéro;Premier jour;Dernier jour;Lieu\n"


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], None]:
    return small_network


@pytest.fixture
def network(engine: sa.Engine) -> sa.Engine:
    return engine


def bring(
    engine: sa.Engine, kind: str, text: str | bytes, *, rehearsal: bool = False, name: str = "fichier.csv",
    confirmed: frozenset[Rule] = frozenset(), actor: Actor = COORDINATOR,
) -> ImportReport:  # fmt: skip
    content = text.encode() if isinstance(text, str) else text
    return run_import(engine, actor, KINDS[kind], name, content, now=NOW, rehearsal=rehearsal, confirmed=confirmed)


def rows_of(engine: sa.Engine, table: sa.Table) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def told(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.column, fault.reason) for fault in report.faults]


@on_sqlite
def test_columns_may_be_in_any_order_and_headings_without_accents(network: sa.Engine) -> None:
    report = bring(network, "sessions", "lieu;DERNIER JOUR;premier jour;numero\nSalers;20/10/2017;18 oct. 2017;23\n")

    assert (report.done, counted(report.outcome)["added"]) == (True, 1)
    with network.connect() as connection:
        assert connection.execute(sa.select(welcome_session.c.starts_on)).scalar_one() == date(2017, 10, 18)


def test_importing_twice_changes_nothing(network: sa.Engine) -> None:
    text = SESSIONS + "23;18/10/2017;20/10/2017;Salers\n"
    bring(network, "sessions", text)
    again = bring(network, "sessions", text)

    assert counted(again.outcome) == {"added": 0, "changed": 0, "unchanged": 1, "refused": 0, "unusual": 0}
    assert (rows_of(network, audit_entry), rows_of(network, import_batch)) == (1, 1)


def test_a_changed_line_is_told_from_what_to_what(network: sa.Engine) -> None:
    bring(network, "sessions", SESSIONS + "23;18/10/2017;20/10/2017;Salers\n")
    report = bring(network, "sessions", SESSIONS + "23;18/10/2017;20/10/2017;Mauriac\n", rehearsal=True)

    [(line, before, after)] = report.outcome.changed
    assert (line, before["place"], after["place"]) == (2, "Salers", "Mauriac")


def test_a_blank_cell_or_a_column_left_out_erases_nothing(network: sa.Engine) -> None:
    bring(network, "sessions", SESSIONS + "23;18/10/2017;20/10/2017;Salers\n")
    blank = bring(network, "sessions", SESSIONS + "23;18/10/2017;20/10/2017;\n")
    short = bring(network, "sessions", "Numéro;Premier jour;Dernier jour\n23;18/10/2017;20/10/2017\n")

    assert [counted(report.outcome)["unchanged"] for report in (blank, short)] == [1, 1]


def test_a_rehearsal_writes_nothing(network: sa.Engine) -> None:
    report = bring(network, "sessions", SESSIONS + "23;18/10/2017;20/10/2017;Salers\n", rehearsal=True)

    assert (report.done, counted(report.outcome)["added"]) == (False, 1)
    assert [rows_of(network, table) for table in (welcome_session, audit_entry, import_batch)] == [0, 0, 0]


def test_five_hundred_good_lines_and_a_bad_one_import_nothing(network: sa.Engine) -> None:
    good = "".join(f"{number};18/10/2017;20/10/2017;Salers\n" for number in range(1, 501))
    report = bring(network, "sessions", SESSIONS + good + "501;20/10/2017;18/10/2017;Salers\n")

    assert not report.done
    assert [(line, column) for line, column, _reason in told(report)] == [(502, "Dernier jour")]
    assert rows_of(network, welcome_session) == 0


@on_sqlite
def test_cells_that_cannot_be_read_are_told_with_line_column_and_value(network: sa.Engine) -> None:
    report = bring(network, "sessions", SESSIONS + "abc;31/02/2017;46350;Salers\n", rehearsal=True)

    assert [(fault.line, fault.column, fault.value) for fault in report.faults] == [
        (2, "Numéro", "abc"),
        (2, "Premier jour", "31/02/2017"),
        (2, "Dernier jour", "46350"),
    ]


@on_sqlite
def test_the_same_record_twice_names_both_lines(network: sa.Engine) -> None:
    line = "23;18/10/2017;20/10/2017;Salers\n"
    report = bring(network, "sessions", SESSIONS + line + line)

    assert "lignes 2 et 3" in told(report)[0][2]


@on_sqlite
def test_a_missing_column_and_a_double_one_are_refused_an_unknown_one_told(network: sa.Engine) -> None:
    with pytest.raises(Unreadable, match="Il manque"):
        bring(network, "sessions", "Numéro;Lieu\n23;Salers\n")
    with pytest.raises(Unreadable, match="deux fois"):
        bring(network, "sessions", "Numéro;numero;Premier jour;Dernier jour\n1;1;1/1/2017;3/1/2017\n")
    report = bring(network, "sessions", "Numéro;Premier jour;Dernier jour;Météo\n23;18/10/2017;20/10/2017;beau\n")
    assert report.done
    assert "Météo" in report.notes[0]


def test_what_is_unusual_is_asked_about_once_for_the_whole_file(network: sa.Engine) -> None:
    text = SESSIONS + "23;18/10/2017;23/10/2017;Salers\n24;18/11/2017;23/11/2017;Salers\n"
    asked = bring(network, "sessions", text)
    assert (asked.done, [fault.line for fault in asked.questions]) == (False, [2, 3])

    assert bring(network, "sessions", text, confirmed=asked.unusual).done


def test_an_import_is_undone_whole_and_once(network: sa.Engine) -> None:
    bring(network, "sessions", SESSIONS + "23;18/10/2017;20/10/2017;Salers\n")
    report = bring(network, "sessions", SESSIONS + "23;18/10/2017;20/10/2017;Murat\n24;1/11/2017;3/11/2017;Ydes\n")
    batch_id = report.outcome.batch_id or 0

    with writing(network) as connection:
        assert undo_import(connection, COORDINATOR, batch_id, now=NOW) == 2

    with network.connect() as connection:
        assert connection.execute(sa.select(welcome_session.c.number, welcome_session.c.place)).all() == [
            (23, "Salers")
        ]
    with pytest.raises(Refused), writing(network) as connection:
        undo_import(connection, COORDINATOR, batch_id, now=NOW)


WEEKS = "Télécentre;Jour;Position;Demi-journées;Personnes différentes\n" + "".join(
    f"Télécentre MAURIAC;{day}/05/2013;{kind};{value};5\n"
    for day in (13, 14, 15, 16, 17)
    for kind, value in (("bureaux", 2), ("open space", 1))
)


def test_rows_of_days_make_one_complete_sheet_however_old(network: sa.Engine) -> None:
    report = bring(network, "attendance", WEEKS)

    assert counted(report.outcome)["added"] == 1
    with network.connect() as connection:
        assert connection.execute(sa.select(attendance_week.c.status, attendance_week.c.distinct_people)).one() == (
            "complete",
            5,
        )
    with writing(network) as connection:
        undo_import(connection, COORDINATOR, report.outcome.batch_id or 0, now=NOW)
    assert rows_of(network, attendance_week) == 0


def test_a_closed_day_with_a_number_is_refused_as_the_form_does(network: sa.Engine) -> None:
    head, *lines = WEEKS.splitlines()
    closed = [f"{line};oui;travaux" if line.startswith("Télécentre MAURIAC;17") else f"{line};;" for line in lines]
    report = bring(network, "attendance", "\n".join([f"{head};Fermé;Remarque", *closed]))

    assert not report.done
    assert any("alors que c’est fermé" in reason for _line, _column, reason in told(report))


def test_a_week_entered_long_ago_is_not_corrected_by_a_file(network: sa.Engine) -> None:
    bring(network, "attendance", WEEKS)
    report = bring(network, "attendance", WEEKS.replace("bureaux;2", "bureaux;3"))

    assert "clôturée" in told(report)[0][2]


@on_sqlite
def test_a_place_that_is_none_of_ours_is_told(network: sa.Engine) -> None:
    report = bring(network, "attendance", WEEKS.replace("Télécentre MAURIAC", "Rodez"), rehearsal=True)

    assert "« Rodez »" in report.faults[0].reason.replace("\u00a0", " ")


def test_text_that_looks_like_a_formula_survives_a_round_trip(network: sa.Engine) -> None:
    name = '=HYPERLINK("http://x")'
    head = "Nom;Prénom;Date d’adhésion;Numéro d’adhérent\n"
    bring(network, "members", head + f'"{name.replace(chr(34), chr(34) * 2)}";+33 6;15/05/2017;7\n')
    with reading(network, NOW.date(), COMMAND_LINE) as connection:
        table = stored_table(
            KINDS["members"], file_rows(connection, kind="members", first=date(2017, 1, 1)), demonstration=False
        )

    for file_name, content in (("a.csv", csv(table)), ("a.xlsx", xlsx(table))):
        report = bring(network, "members", content, name=file_name)
        assert counted(report.outcome)["unchanged"] == 1, (file_name, report)
    assert b"'=HYPERLINK" in csv(table)
    with network.connect() as connection:
        assert connection.execute(sa.select(person.c.family_name)).scalar_one() == name


@on_sqlite
def test_an_animator_imports_nothing(network: sa.Engine) -> None:
    with pytest.raises(Refused):
        bring(network, "sessions", SESSIONS + "23;18/10/2017;20/10/2017;S\n", actor=Actor("a", "animator"))


@pytest.mark.parametrize("shape", ["csv", pytest.param("xlsx", marks=pytest.mark.slow)])
def test_what_is_exported_is_imported_again_without_a_change(shape: str, tmp_path: Path) -> None:
    engine = engine_at(f"sqlite:///{demonstration_copy(tmp_path, date(2017, 5, 30))}")
    differing = {}
    for kind in KINDS:
        with reading(engine, date(2017, 5, 30), COMMAND_LINE) as connection:
            rows = file_rows(connection, kind=kind, first=date(2017, 3, 1))
            assert file_lines(connection, kind=kind, first=date(2017, 3, 1)) == rows.height
        if rows.is_empty():
            continue
        table = stored_table(KINDS[kind], rows, demonstration=True)

        report = run_import(
            engine, COORDINATOR, KINDS[kind], f"a.{shape}", csv(table) if shape == "csv" else xlsx(table),
            now=datetime(2017, 5, 30, 10, tzinfo=UTC), rehearsal=True,
        )  # fmt: skip

        numbers = counted(report.outcome)
        if (rows.is_empty(), numbers["added"], numbers["changed"], report.faults) != (False, 0, 0, ()):
            differing[kind] = (rows.height, numbers, report.faults[:3])

    assert differing == {}


@on_sqlite
def test_the_model_of_each_kind_can_be_read(network: sa.Engine) -> None:
    unread = [
        (kind, fault.column, fault.reason)
        for kind in KINDS
        for fault in bring(network, kind, csv(model_table(KINDS[kind])), rehearsal=True).faults
        if fault.column != "Télécentre" and "reconnu" in fault.reason
    ]

    assert unread == []


@pytest.mark.slow
@on_sqlite
def test_a_workbook_written_by_libreoffice_is_read_as_seen(network: sa.Engine, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        lacking("LibreOffice is not installed")
    source = tmp_path / "sessions.csv"
    source.write_text(SESSIONS + "23;18/10/2017;20/10/2017;Pays de Salers\n", encoding="utf-8")
    filters = "--infilter=CSV:59,34,76,1,,1036,false,true"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", filters, "--convert-to", "xlsx",
         "--outdir", str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    content = (tmp_path / "sessions.xlsx").read_bytes()
    assert openpyxl.load_workbook(io.BytesIO(content)).active["B2"].is_date

    report = bring(network, "sessions", content, name="sessions.xlsx")

    assert report.done, report
    with network.connect() as connection:
        assert connection.execute(sa.select(welcome_session.c.starts_on)).scalar_one() == date(2017, 10, 18)


@on_sqlite
def test_the_report_of_a_program_is_plain(network: sa.Engine) -> None:
    report = bring(network, "members", "Nom;Prénom;Date d’adhésion\nDelmas;Élise;15/05/2017\n")

    assert json.dumps(counted(report.outcome)) == json.dumps(
        {"added": 1, "changed": 0, "unchanged": 0, "refused": 0, "unusual": 0}
    )
    assert rows_of(network, pass_membership) == 1
