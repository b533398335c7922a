"""A page says of what it is made, all of it: a write there has it drawn anew, and a write elsewhere leaves it as it is kept."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa
import time_machine
from streamlit.testing.v1 import AppTest

from dashboard.ui import session, store
from dashboard.ui.navigation import PAGES, PageEntry
from data_access.engine import writing
from data_access.rights import Actor, allows
from data_access.schema import DOMAINS, centre, event, pass_membership, visit
from data_access.triggers import STALE_SOURCES
from tests.application import opened, run_on
from tests.databases import engine_at
from tests.demonstrations import DAY_OF_THE_PROGRAMME

COORDINATOR: Final = session.PERSONAS["coordination"][1]
ADMINISTRATOR: Final = Actor("administration@localhost", "administrator")
DOMAIN_OF: Final = {table: domain for domain, tables in DOMAINS.items() for table in tables}
SUMMED: Final = {DOMAIN_OF[source.table] for source in STALE_SOURCES}
SUMMARIES: Final = {"attendance_summary", "weekday_summary", "week_summary"}


@contextmanager
def asked() -> Iterator[set[str]]:
    """The tables that the application asks, as the statements name them."""
    found: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        # Whether the summaries are fresh is asked before each question.
        if "stale_mark" not in statement and "summary_extent" not in statement:
            found.update(re.findall(r"(?:FROM|JOIN) (\w+)", statement))

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)


def shown(app: AppTest) -> set[str]:
    """What the page says that it is made of."""
    assert not app.exception
    bodies = " ".join(element.proto.body for element in app.get("html"))
    found = re.search(r'class="cc-shown" data-of="([^"]*)"', bodies)
    assert found is not None
    return set(found[1].split(","))


@pytest.mark.parametrize(
    "entry", [entry for entry in PAGES if entry.name not in ("occupancy", "check_in")], ids=lambda entry: entry.name
)
def test_a_page_tells_all_it_is_made_of_read_anew_or_kept(
    entry: PageEntry, demonstration_settings: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = COORDINATOR if allows(COORDINATOR, entry.right) else ADMINISTRATOR
    monkeypatch.setattr(session, "PERSONAS", {**session.PERSONAS, "coordination": ("Essai", actor)})
    store.KEPT.clear()

    # Who is there now is asked again each minute: one begins here.
    with time_machine.travel(datetime(2017, 5, 30, 10, tzinfo=UTC)):
        with asked() as tables:
            app = opened(entry.name)
        told = shown(app)
        with asked() as again:
            app.run()

    assert {DOMAIN_OF[table] for table in tables & DOMAIN_OF.keys()} | (SUMMED if tables & SUMMARIES else set()) <= told
    assert shown(app) == told
    assert again <= {"data_version"}


@pytest.mark.parametrize("name", ["overview", "passes", "attendance", "agenda", "completeness"])
@pytest.mark.parametrize("table", [visit, pass_membership, event, centre], ids=lambda table: str(table.name))
def test_a_page_after_a_write_is_what_it_would_be_without_memory(
    name: str, table: sa.Table, demonstration_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = shutil.copy(demonstration_file, tmp_path / "demonstration.sqlite")
    engine = engine_at(run_on(Path(file), DAY_OF_THE_PROGRAMME, monkeypatch))
    store.KEPT.clear()
    app = opened(name)
    told = shown(app)

    with writing(engine) as connection:
        connection.execute(sa.delete(table).where(table.c.id == sa.select(sa.func.max(table.c.id)).scalar_subquery()))
    with asked() as tables:
        kept = _drawn(app.run)
    store.KEPT.clear()

    assert kept == _drawn(app.run)
    assert (tables <= {"data_version"}) == (DOMAIN_OF[table.name] not in told)
    engine.dispose()


def _drawn(run: Callable[[], AppTest]) -> list[str]:
    """All that a page draws, but the version that it says."""
    app = run()
    assert not app.exception
    drawn = [str(element.proto) for element in app.main]
    return [re.sub(r"data-version=\\?\"\d+", "", text) for text in drawn]


def test_texts_that_follow_each_other_are_one_element_and_keep_their_order(empty_settings: None) -> None:
    """A figure among them stands where it was told: the texts before it are an element, those below it another."""

    def drawn() -> None:
        import polars as pl

        from dashboard.charts.bars import counted_bars
        from dashboard.figures.model import Figure, Table
        from dashboard.ui import components

        rows = pl.DataFrame([{"code": "A", "label": "Murat", "value": 0.5, "said": "50 %"}])
        with components.one_text():
            components.note("Avant")
            components.key_sentence("Juste avant")
            components.figure(Figure("rang", "Le rang", "", counted_bars, rows, "", Table("", rows, {"label": "Lieu"})))
            components.figure(Figure("sans", "Un tableau", "", None, rows, "", Table("", rows, {"label": "Lieu"})))
            components.note("Après")

    app = AppTest.from_function(drawn).run()

    assert not app.exception
    told = [each for each in app.main if each.type in ("html", "vega_lite_chart")]
    assert [each.type for each in told] == ["html", "html", "vega_lite_chart", "html"]
    before, heading, _, after = (
        re.findall(r"Avant|Juste avant|Le rang|Murat|Un tableau|Après", str(each.proto)) for each in told
    )
    assert (before, heading, after) == (
        ["Avant", "Juste avant"],
        ["Le rang"],
        ["Murat", "Un tableau", "Murat", "Après"],
    )
