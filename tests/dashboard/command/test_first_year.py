"""The first year of a county, from nothing: places from a spreadsheet, a year of weeks in a file and by hand, corrections, a
place that closes, totals of the past; then the year's figures, a backup made while somebody writes, the loss of the database,
its restoration, and the move to PostgreSQL. The same content and the same figures all along.
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from holidays import France

from dashboard.configuration.settings import DATABASE_FILE
from data_access.contents import DatabaseContent, TableContent
from data_access.engine import writing
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.refusals import Rule
from data_access.rights import Actor
from data_access.writes.attendance import record_attendance_week
from tests.dashboard.command.terminal import Run
from tests.databases import PostgreSQLServer, engine_at

# A year of twelve places, then three databases read whole.
pytestmark = pytest.mark.slow

YEAR: Final = 2025
TODAY: Final = date(2026, 1, 12)
NOW: Final = datetime(2026, 1, 12, 9, tzinfo=UTC)
FIRST_MONDAY: Final = date(2025, 1, 6)
WEEKS: Final = [FIRST_MONDAY + timedelta(weeks=n) for n in range(51)]
CLOSING: Final = ("LIEU-12", date(2025, 6, 29))
"""Who closes in summer, and its last day."""
BY_HAND: Final = ("LIEU-01", date(2025, 12, 15))
SEATS: Final = {"office": 2, "open_space": 1}
HOURS_OF_A_HALF_DAY: Final = 3
NOT_WORKED: Final = France(years=YEAR)
ANIMATOR: Final = Actor("elise@exemple.fr", "animator", frozenset({"LIEU-01"}))


@dataclass
class Year:
    """What was entered, counted as one counts on paper."""

    occupied: dict[tuple[str, date, str], int] = field(default_factory=dict)

    def enter(self, code: str, day: date, kind: str, half_days: int) -> int:
        self.occupied[code, day, kind] = half_days
        return half_days

    @property
    def hours(self) -> int:
        return HOURS_OF_A_HALF_DAY * sum(self.occupied.values())

    @property
    def fill_rate(self) -> float:
        """A place offers its seats each half-day of each working day."""
        offered = sum(2 * SEATS[kind] for _code, _day, kind in self.occupied)
        return sum(self.occupied.values()) / offered


CODES: Final = [f"LIEU-{n:02}" for n in range(1, 13)]


def written(folder: Path, name: str, *lines: str) -> str:
    file = folder / name
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(file)


def places(folder: Path) -> str:
    headings = "Code;Nom;Commune;Ouvert le;Bureaux;Open space;Horaires"
    return written(
        folder,
        "lieux.csv",
        headings,
        *(f"{code};Télécentre {code};Aurillac;06/01/2025;2;1;lun-ven 9h-12h / 14h-17h" for code in CODES),
    )


def weeks(folder: Path, year: Year) -> str:
    """As centres keep them: a line a week, a column a day and position; nothing on a public holiday."""
    days = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi")
    lines = ["Télécentre;Semaine;" + ";".join(f"{day} {kind}" for day in days for kind in ("bureaux", "open space"))]
    for place, code in enumerate(CODES):
        for number, monday in enumerate(WEEKS):
            if (code, monday) == BY_HAND or (code == CLOSING[0] and monday > CLOSING[1]):
                continue
            cells = [
                "" if day in NOT_WORKED else str(year.enter(code, day, kind, (place + number + at) % (seats + 2)))
                for at, day in enumerate(monday + timedelta(days=n) for n in range(5))
                for kind, seats in SEATS.items()
            ]
            lines.append(f"{code};S{monday.isocalendar().week} {YEAR};{';'.join(cells)}")
    return written(folder, "semaines.csv", *lines)


def by_hand(engine: Any, year: Year, half_days: int, *, version: int) -> None:
    """The week that no file has, as its form sends it."""
    code, monday = BY_HAND
    days = [
        AttendanceDayRecord(day=day, seat_kind=kind, half_days=year.enter(code, day, kind, half_days))
        for day in (monday + timedelta(days=n) for n in range(5))
        for kind in SEATS
    ]
    with writing(engine, ANIMATOR) as connection:
        sheet = AttendanceWeekRecord(
            centre_code=code,
            week_start=monday,
            status="complete",
            days=tuple(days),
            base_version=version,
            confirmed=frozenset(Rule),
        )
        record_attendance_week(connection, ANIMATOR, sheet, now=NOW)


def content_of(url: str) -> dict[str, TableContent]:
    engine = engine_at(url)
    with engine.connect() as connection:
        content = DatabaseContent(connection)
        told = {name: content.content(name) for name in content.columns if name not in PASSING}
    engine.dispose()
    return told


PASSING: Final = ("data_version", "sign_in_session", "activation")
"""What says which look is fresh and who is signed in: it begins anew in a database that is put in place."""


@pytest.fixture
def shared_database(postgresql_server: PostgreSQLServer) -> Iterator[str]:
    """An empty one, which has no table yet."""
    with postgresql_server.database(migrated=False) as url:
        yield url


def test_a_first_year_from_nothing_to_a_shared_database(
    run: Run, folder: Path, tmp_path: Path, shared_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CYBERCANTAL_TODAY", TODAY.isoformat())
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
    embedded, year = f"sqlite:///{folder / DATABASE_FILE}", Year()

    def done(*line: str) -> str:
        result = run(*line)
        assert result.exit_code == 0, (line, result.output)
        return result.output

    def figures() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(done("evaluation", str(YEAR), "--format", "json"))
        return found

    # The first day: one account, the places, who keeps one of them.
    done("migrate")
    done("account", "add", "anne@exemple.fr", "--name", "Anne", "--role", "manager")
    done("import", "centres", places(tmp_path))
    done("account", "add", ANIMATOR.name, "--name", "Élise", "--role", "animator", "--centre", "LIEU-01")
    done("import", "published", written(tmp_path, "totaux.csv", "Indicateur;Année;Valeur;Précision;Source",
         "télécentres;2024;11;exact;Rapport 2024"))  # fmt: skip

    # The year.
    done("import", "attendance", weeks(tmp_path, year), "--accept-unusual")
    engine = engine_at(embedded)
    by_hand(engine, year, 2, version=0)
    by_hand(engine, year, 1, version=1)
    corrected = date(2025, 3, 4)
    year.enter("LIEU-05", corrected, "office", 4)
    done("import", "attendance", written(tmp_path, "correction.csv", "Télécentre;Date;Position;Demi-journées",
         "LIEU-05;04/03/2025;bureau individuel;4"), "--reason", "Feuille relue", "--accept-unusual")  # fmt: skip
    done("import", "centres", written(tmp_path, "fermeture.csv", "Code;Nom;Commune;État;Dernier jour ouvert",
         f"{CLOSING[0]};Télécentre {CLOSING[0]};Aurillac;fermé;{CLOSING[1]:%d/%m/%Y}"))  # fmt: skip

    told = figures()
    assert told["centres"] == 11
    assert told["hours"] == year.hours
    assert told["fill_rate"] == pytest.approx(year.fill_rate)
    done("report", str(YEAR), "--output", str(tmp_path))

    # A backup while an animator goes on entering.
    stop, saved = threading.Event(), []

    def write_on() -> None:
        while not stop.is_set():
            saved.append(len(saved))
            by_hand(engine, year, (len(saved) + 1) % 3, version=len(saved) + 1)

    author = threading.Thread(target=write_on)
    author.start()
    try:
        done("backup", str(tmp_path / "pendant.zip"))
    finally:
        stop.set()
        author.join()
    engine.dispose()
    done("verify", str(tmp_path / "pendant.zip"))
    done("backup", str(tmp_path / "apres.zip"))
    before, told = content_of(embedded), figures()
    assert saved

    # The loss.
    for file in folder.glob(f"{DATABASE_FILE}*"):
        file.unlink()
    done("restore", str(tmp_path / "apres.zip"), "--yes")
    assert content_of(embedded) == before
    assert figures() == told

    # The move.
    done("copy", embedded, shared_database)
    assert content_of(shared_database) == before
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", shared_database)
    assert figures() == told
