"""The cache gives each question its own answer, and a new one as soon as anything is written."""

from datetime import date
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.charts.bars import counted_bars
from dashboard.charts.palette import LIGHT
from dashboard.configuration import clock
from dashboard.figures.model import Figure, Table
from dashboard.ui import session, store
from dashboard.ui.session import acting
from data_access.engine import writing
from data_access.facts import OverviewFacts
from data_access.periods import Period
from data_access.rights import VISITOR, Actor, NotPermitted
from data_access.schema import audit_entry
from tests.application import run_on
from tests.data_access.club import add_membership, add_person
from tests.databases import on_sqlite
from tests.demonstrations import DAY_OF_THE_PROGRAMME
from tests.factories import add_centre, add_week

MONDAY = date(2017, 5, 22)
# What is kept is decided above the engine; that every write moves the data version is proved on both in `data_access`.
pytestmark = on_sqlite


@pytest.fixture(autouse=True)
def _settings(database_url: str, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run_on(database_url, DAY_OF_THE_PROGRAMME, monkeypatch)


def test_two_questions_with_the_same_arguments_have_two_answers(engine: sa.Engine) -> None:
    """Functions wrapped in one place could share one cache, and one would be answered with the other's rows."""
    with writing(engine) as connection:
        add_centre(connection)

    assert store.follow_ups(as_of=MONDAY).columns != store.weeks_to_verify(as_of=MONDAY).columns


def test_an_answer_is_kept_while_nothing_is_written(engine: sa.Engine) -> None:
    """The very same frame comes back: nothing was asked of the database."""
    assert store.centres(on=MONDAY) is store.centres(on=MONDAY)


def test_a_row_written_by_another_program_is_seen_at_the_next_question(engine: sa.Engine) -> None:
    """Nobody tells the application: the database does."""
    period = Period.weeks(MONDAY, MONDAY)
    with writing(engine) as connection:
        centre_id = add_centre(connection)
    before = store.attendance_facts(period)
    with writing(engine) as connection:
        add_week(connection, centre_id, MONDAY, office=[3])

    after = store.attendance_facts(period)

    assert before["occupied_half_days"].to_list() == [None]
    assert after["occupied_half_days"].to_list() == [3]


def test_a_page_shows_one_state(engine: sa.Engine) -> None:
    """What is written while a page is drawn shows at its next run, whole: two figures of one page agree."""
    with session.one_look():
        before = store.centres(on=MONDAY).height
        with writing(engine) as connection:
            add_centre(connection)
        during = store.centres(on=MONDAY).height

    assert (before, during, store.centres(on=MONDAY).height) == (0, 0, 1)


def test_what_a_page_writes_itself_is_in_what_it_asks_next(engine: sa.Engine) -> None:
    """A form saved in a run that then draws."""
    with session.one_look(), acting(Actor("claire@example.org", "coordinator")):
        before = store.centres(on=MONDAY).height
        with store.writing() as connection:
            add_centre(connection)

        assert (before, store.centres(on=MONDAY).height) == (0, 1)


def test_who_writes_is_asked_again(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A right taken away while a page is drawn is gone when it writes."""
    asked = [Actor("claire@example.org", "coordinator"), Actor("claire@example.org", "viewer")]
    monkeypatch.setattr(session, "actor_now", lambda: asked.pop(0))
    with session.one_look():
        assert session.current_actor().role == "coordinator"
        with store.writing() as connection:
            assert connection.get_execution_options()["actor"].role == "viewer"


def test_a_page_that_is_drawn_past_midnight_keeps_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    with session.one_look() as look:
        monkeypatch.setenv("CYBERCANTAL_TODAY", "2017-05-31")

        assert clock.today() == look.today == DAY_OF_THE_PROGRAMME
    assert clock.today() == date(2017, 5, 31)


def test_periods_are_told_apart(engine: sa.Engine) -> None:
    """A period is part of the key of an answer."""
    first, second = Period.year(2016), Period.year(2017)

    assert store.attendance_facts(first) is not store.attendance_facts(second)


def test_who_is_given_another_centre_is_asked_for_anew(engine: sa.Engine) -> None:
    """Which rows a form is filled from goes with the centres of who asks, whatever is written elsewhere."""
    name = "awa@example.org"

    def choices(*centres: str) -> object:
        with acting(Actor(name, "animator", frozenset(centres))):
            return store.weeks_to_verify(as_of=MONDAY)

    assert choices("MURAT") is choices("MURAT")
    assert choices("MURAT") is not choices("MURAT", "YDES")


def test_a_question_that_may_not_be_asked_is_written_down(engine: sa.Engine) -> None:
    """Whatever was answered to somebody else before."""
    administrator, viewer = Actor("helene@example.org", "administrator"), Actor("sara@example.org", "viewer")
    with acting(administrator):
        assert store.accounts().is_empty()

    with acting(viewer), pytest.raises(NotPermitted):
        store.accounts()

    with engine.connect() as connection:
        entry = connection.execute(sa.select(audit_entry)).one()
    assert (entry.actor, entry.action, entry.row_key) == (viewer.name, "denied", "read accounts")


def test_a_write_has_only_those_parts_asked_again_that_read_of_its_domain(engine: sa.Engine) -> None:
    """A sheet saved counts no person anew; what it says of is read again, in the whole and by itself."""
    period = Period.weeks(MONDAY, MONDAY)
    with writing(engine) as connection:
        centre_id = add_centre(connection)

    def overview() -> OverviewFacts:
        return store.overview_facts(period, as_of=DAY_OF_THE_PROGRAMME, counted_on=DAY_OF_THE_PROGRAMME)

    before = overview()
    with writing(engine) as connection:
        add_week(connection, centre_id, MONDAY, office=[3])
    after = overview()

    assert after.members is before.members
    assert before.use.by_week["occupied_half_days"].to_list() == [None]
    assert after.use.by_week["occupied_half_days"].to_list() == [3]
    assert after.use.by_week is store.attendance_facts(period, by=("week_start",), centres=None, seat_kind=None)


def test_what_is_read_at_once_is_of_one_state(engine: sa.Engine) -> None:
    """A part that was read before another program wrote is not put beside one that was read after."""
    with session.one_look():
        assert store.first_joining() is None
        with writing(engine) as connection:
            add_membership(connection, add_person(connection), "P-1", MONDAY, date(2017, 11, 30))
        club = store.club_facts(Period.month(MONDAY), on=DAY_OF_THE_PROGRAMME, as_of=DAY_OF_THE_PROGRAMME)

    assert (club.began, club.now.members["active"].to_list()) == (MONDAY, [1])


def test_a_part_of_what_somebody_is_told_is_not_theirs_by_itself(engine: sa.Engine) -> None:
    """The slides tell a visitor sums that are kept, and that they may not ask."""
    with acting(VISITOR):
        shown = store.presentation_facts(on=DAY_OF_THE_PROGRAMME)
        with pytest.raises(NotPermitted):
            store.attendance_facts(shown.period)


def test_a_drawing_of_other_rows_is_described_as_if_it_were_the_first() -> None:
    """The description of before is taken again where nothing but the rows differs: never one that has become false."""

    def ranking(*rates: float) -> Figure:
        names = ("Murat", "Ydes")
        rows = [
            {"code": name, "label": name, "value": rate, "said": str(rate)}
            for name, rate in zip(names, rates, strict=True)
        ]
        bars = pl.DataFrame(rows)
        return Figure("rang", "", "", counted_bars, bars, "", Table("", bars, {}))

    def drawn(figure: Figure) -> tuple[object, list[list[dict[str, Any]]]]:
        spec = dict(store.drawing(figure, LIGHT))
        rows = spec.pop("datasets").values()
        return spec, [pl.read_ipc_stream(each).to_dicts() for each in rows]

    for rates in ((0.5, 0.25), (0.5, 0.3), (0.5, 0.75)):
        found = drawn(ranking(*rates))
        store.forget_answers()
        assert found == drawn(ranking(*rates))
