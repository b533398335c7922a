"""No page falls on what other programs wrote before the database refused it."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.ui.navigation import PAGES, PageEntry
from data_access.engine import writing
from data_access.triggers import rows_of_before, triggers_disabled
from tests.application import opened, run_on, said
from tests.databases import engine_at
from tests.demonstrations import DAY_OF_THE_PROGRAMME, demonstration_copy

_PLACEMENT = "INSERT INTO placement (aim, candidate_ref, stage, contract_kind, informed_on, hired_on) VALUES"
_MISTYPED = (
    f"{_PLACEMENT} (1, 'TYPO-1', 'hired', 'permanent', '0216-01-01', '0216-03-01')",
    "UPDATE pass_membership SET joined_on = '0216-03-01', free_until = '0216-09-01', ended_on = '0217-01-01'"
    " WHERE id = (SELECT min(id) FROM pass_membership)",
    "INSERT INTO welcome_session (number, project_holders, people) VALUES (2026, 30, 40)",
    "UPDATE welcome_session SET starts_on = '0214-01-01', ends_on = NULL WHERE number = 20",
    "INSERT INTO information_meeting (held_on, place, attendees) VALUES ('0216-03-01', 'Aurillac', 3)",
    "INSERT INTO event (kind, title, starts_at) VALUES ('talk', 'Ancien', '0216-03-01 08:00:00')",
    "UPDATE centre SET latitude = longitude, longitude = latitude WHERE code = 'MURAT'",
    "UPDATE centre SET opened_on = '0207-01-01' WHERE code = 'MURAT'",
    "UPDATE agreement SET signed_on = '0216-03-01' WHERE id = (SELECT min(id) FROM agreement)",
    "UPDATE visit SET started_at = '0216-03-01 08:00:00' WHERE id = (SELECT min(id) FROM visit)",
    "UPDATE centre_cost SET cost_eur = 90000000 WHERE id = (SELECT min(id) FROM centre_cost)",
    "UPDATE opening_hours SET closes_at = '15:00' WHERE half_day = 'am' AND weekday = 2",
)


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = demonstration_copy(tmp_path_factory.mktemp("spoiled"), DAY_OF_THE_PROGRAMME)
    engine = engine_at(f"sqlite:///{file}")
    with writing(engine) as connection:
        with triggers_disabled(connection):
            for statement in _MISTYPED:
                connection.exec_driver_sql(statement)
        connection.execute(sa.text("INSERT INTO stale_mark (centre_id, first_day) SELECT id, '1900-01-01' FROM centre"))
        assert len(rows_of_before(connection)) > len(_MISTYPED)
    engine.dispose()
    return file


@pytest.mark.slow
@pytest.mark.parametrize("query", [{}, {"periode": "tout", "mois": "tout"}], ids=["as it opens", "everything"])
@pytest.mark.parametrize("entry", list(PAGES), ids=lambda entry: entry.name)
def test_no_page_falls_on_rows_of_before(
    spoiled: Path, entry: PageEntry, query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_on(spoiled, DAY_OF_THE_PROGRAMME, monkeypatch)

    app = opened(entry.name, **query)

    assert not app.exception
    assert "pas pu s’afficher" not in said(app)
