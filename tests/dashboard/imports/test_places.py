"""Twelve places with their seats and hours come from one spreadsheet, a line each, judged and undone as one import."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import partial

import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.exports.tables import csv, xlsx
from dashboard.figures.model import Table
from dashboard.imports.kinds import KINDS, stored_table
from dashboard.imports.running import ImportReport, counted, differences, run_import
from data_access.engine import reading, writing
from data_access.entries.exporting import file_rows
from data_access.entries.importing import undo_whole_import
from data_access.reads.network import centre_hours, centres, seat_periods
from data_access.reference_data import load_reference
from data_access.rights import COMMAND_LINE, Actor
from data_access.schema import audit_entry, centre, centre_capacity, opening_hours
from data_access.schema.columns import EARLIEST
from tests.databases import on_sqlite

COORDINATOR = Actor("coordination@example.org", "coordinator")
TODAY = date(2017, 6, 9)
NOW = datetime(2017, 6, 9, 14, 42, tzinfo=UTC)
HEADINGS = ("Nom", "Code", "Commune", "Adresse", "Ouvert le", "Bureaux", "Open space", "Horaires", "Depuis")
WEEK = "lun-ven 8h30-12h30 / 13h30-17h"
TWELVE: tuple[tuple[str, ...], ...] = (
    ("Télécentre de Murat", "MURAT", "Murat", "4 rue du Faubourg", "01/03/2008", "4", "2", WEEK, ""),
    ("Télécentre d’Ydes", "YDES", "Ydes", "", "15/09/2010", "3", "", "8h-12h et 14h-18h", ""),
    ("Télécentre de Mauriac", "MAURIAC", "15120", "", "02/05/2013", "5", "4", "lun, mar, jeu 9h-12h ; ven 14h-18h", ""),
    ("La Forge", "LA-FORGE", "Aurillac", "", "01/12/2014", "", "10", "9h-12h, 14h-18h", "04/05/2015"),
    *((f"Lieu {n}", f"LIEU-{n}", "Saint-Flour", "", "01/01/2016", "2", "1", WEEK, "") for n in range(5, 13)),
)  # fmt: skip


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], object]:
    return partial(load_reference, places=False)


def sheet(*lines: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> Table:
    frame = pl.DataFrame([dict(zip(headings, line, strict=True)) for line in lines])
    return Table("Nos lieux", frame, {name: name for name in headings})


def bring(engine: sa.Engine, table: Table, *, rehearsal: bool = False, name: str = "lieux.csv") -> ImportReport:
    content = csv(table) if name.endswith("csv") else xlsx(table)
    return run_import(engine, COORDINATOR, KINDS["centres"], name, content, now=NOW, rehearsal=rehearsal)


def rows_of(engine: sa.Engine, *tables: sa.Table) -> list[int]:
    with engine.connect() as connection:
        return [connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables]


@pytest.mark.parametrize("name", ["lieux.csv", "lieux.xlsx"])
def test_twelve_places_come_at_once_with_their_seats_and_hours(engine: sa.Engine, name: str) -> None:
    rehearsed = bring(engine, sheet(*TWELVE), rehearsal=True, name=name)
    assert (rehearsed.faults, rehearsed.questions, counted(rehearsed.outcome)["added"]) == ((), (), 12)
    assert rows_of(engine, centre, centre_capacity, opening_hours) == [0, 0, 0]

    report = bring(engine, sheet(*TWELVE), name=name)

    assert report.done
    with reading(engine, TODAY, COMMAND_LINE) as connection:
        found = centres(connection, on=TODAY).sort("code")
        mauriac = centre_hours(connection, centre_code="MAURIAC", on=TODAY)
        forge = seat_periods(connection, centre_code="LA-FORGE")
    assert found.height == 12
    assert set(found["status"]) == {"open"}
    murat = found.row(by_predicate=pl.col("code") == "MURAT", named=True)
    told = ("kind", "insee_code", "address", "opened_on", "seats_office", "seats_open_space")
    assert [murat[name] for name in told] == ["telecentre", "15138", "4 rue du Faubourg", date(2008, 3, 1), 4, 2]
    assert [(row["weekday"], row["half_day"], row["opens_at"]) for row in mauriac.iter_rows(named=True)] == [
        (1, "am", time(9)),
        (2, "am", time(9)),
        (4, "am", time(9)),
        (5, "pm", time(14)),
    ]
    # A day of their own where the sheet says one; else the day the place opened.
    assert forge.select("seat_kind", "seats", "valid_from").rows() == [("open_space", 10, date(2015, 5, 4))]


def test_the_import_is_undone_whole(engine: sa.Engine) -> None:
    batch = bring(engine, sheet(*TWELVE)).outcome.batch_id
    assert batch is not None

    undo_whole_import(engine, COORDINATOR, batch, now=NOW)

    assert rows_of(engine, centre, centre_capacity, opening_hours) == [0, 0, 0]


def test_importing_again_changes_nothing_and_a_correction_is_told_seat_by_seat(engine: sa.Engine) -> None:
    bring(engine, sheet(*TWELVE))
    written = rows_of(engine, audit_entry)
    assert counted(bring(engine, sheet(*TWELVE)).outcome)["unchanged"] == 12
    assert rows_of(engine, audit_entry) == written

    ydes = ("Télécentre du pays d’Ydes", "YDES", "", "", "", "6", "", "", "")
    report = bring(engine, sheet(ydes), rehearsal=True)

    assert counted(report.outcome) == {"added": 0, "changed": 1, "unchanged": 0, "refused": 0, "unusual": 0}
    told = {(row["before"], row["after"]) for row in differences(KINDS["centres"], report.outcome)}
    assert ("Télécentre d’Ydes", "Télécentre du pays d’Ydes") in told
    assert ("3", "6") in told


@on_sqlite
def test_the_hours_of_a_day_stand_in_a_column_of_their_own_too(engine: sa.Engine) -> None:
    headings = ("Code", "Nom", "Commune", "Ouvert le", "Lundi", "Mardi", "Horaires")
    bring(engine, sheet(("YDES", "Ydes", "Ydes", "15/09/2010", "9h-12h", "fermé", ""), headings=headings))
    with reading(engine, TODAY, COMMAND_LINE) as connection:
        hours = centre_hours(connection, centre_code="YDES", on=TODAY)

    assert hours.select("weekday", "half_day").rows() == [(1, "am")]


@on_sqlite
@pytest.mark.parametrize(
    ("lines", "at"),
    [
        ([("Lieu", "LIEU-2", "Ydes", "", "01/01/2016", "deux", "", "9h-18h", "")], [(3, "Bureaux"), (3, "Horaires")]),
        (
            [
                ("Lieu", "LIEU-1", "Nulle-Part", "", "01/01/2016", "2", "", "", ""),
                ("Lieu en projet", "LIEU-3", "Ydes", "", "", "2", "", "", ""),
            ],
            [(3, "Commune"), (4, "À partir du")],
        ),
    ],
    ids=["cells", "records"],
)
def test_what_is_wrong_in_a_line_is_told_at_its_cell_and_nothing_is_written(
    engine: sa.Engine, lines: list[tuple[str, ...]], at: list[tuple[int, str]]
) -> None:
    report = bring(engine, sheet(TWELVE[0], *lines))

    assert [(fault.line, fault.column) for fault in report.faults] == at
    assert rows_of(engine, centre, centre_capacity) == [0, 0]


@on_sqlite
def test_what_goes_out_has_no_column_for_what_other_files_keep(engine: sa.Engine) -> None:
    """Each change of seats and hours goes out with its day; coming in again erases nothing of them."""
    bring(engine, sheet(*TWELVE))
    with writing(engine, COORDINATOR) as connection:
        rows = file_rows(connection, kind="centres", first=EARLIEST)
    out = stored_table(KINDS["centres"], rows, demonstration=False)

    assert not {"Bureaux", "Open space", "Horaires", "À partir du"} & set(out.headings.values())
    assert counted(bring(engine, out).outcome)["unchanged"] == 12
