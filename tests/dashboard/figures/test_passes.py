"""The Pass: its figures found again by plain loops, its comparisons, and what is said of it at every date."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.figures import pass_people, passes
from dashboard.figures.model import EVERYBODY, Reader
from dashboard.figures.pass_people import Club
from data_access.engine import reading
from data_access.facts import ClubFacts
from data_access.periods import Period, month_end, months_before
from data_access.reads.subjects import club_facts
from data_access.rights import COMMAND_LINE
from data_access.schema import agreement, centre, member_service, pass_membership, person, support
from data_access.triggers import triggers_disabled
from tests.data_access.club import Row, add_membership, add_person, centre_of, members_on, rows, stays_of, undone
from tests.databases import engine_at, reference_copy
from tests.demonstrations import demonstration

TODAY = date(2017, 5, 30)
OVER = date(2017, 4, 1)
SEES = Reader(sees_small_counts=True)
TWO_YEARS = Period.months(date(2015, 5, 1), OVER)
# The period, the day members are counted, the status and the centre kept.
ASKED = {
    "two-years": (TWO_YEARS, TODAY, None, None),
    "independents": (TWO_YEARS, TODAY, "independent", None),
    "murat": (TWO_YEARS, TODAY, None, "MURAT"),
    "2013": (Period.year(2013), date(2013, 12, 31), None, None),
    "2017": (Period.year(2017).so_far(TODAY + timedelta(days=1)), TODAY, None, None),
    "days": (Period.days(date(2016, 3, 10), date(2016, 4, 20)), date(2016, 4, 20), None, None),
    "ever": (Period.since(date(2012, 2, 1), TODAY), TODAY, None, None),
}


def asked(connection: sa.Connection, period: Period, on: date, status: str | None, centre_code: str | None) -> Club:
    facts = club_facts(connection, period, on=on, as_of=TODAY, status=status, centre_code=centre_code)
    return Club(facts, "sur la période", SEES)


@pytest.fixture(scope="module")
def clubs() -> dict[str, Club]:
    with reading(demonstration(TODAY), TODAY, COMMAND_LINE) as connection:
        return {name: asked(connection, *question) for name, question in ASKED.items()}


@pytest.fixture(params=ASKED)
def club(clubs: dict[str, Club], request: pytest.FixtureRequest) -> Club:
    return clubs[request.param]


@pytest.fixture(scope="module")
def reference(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """What was published, and nobody in the club."""
    engine = engine_at(f"sqlite:///{reference_copy(sqlite_template, tmp_path_factory.mktemp('reference'))}")
    yield engine
    engine.dispose()


class Books:
    """The rows of the demonstration, cut by plain Python."""

    def __init__(self, connection: sa.Connection) -> None:
        self.memberships = rows(connection, pass_membership)
        self.stays = stays_of(self.memberships)
        self.services, self.supports = rows(connection, member_service), rows(connection, support)
        self.status = {row["id"]: row["status"] for row in rows(connection, person)}
        codes = {row["id"]: row["code"] for row in rows(connection, centre)}
        self.centre = centre_of(rows(connection, agreement), codes)

    def of(self, club: Club, day_of: str) -> list[Row]:
        """The stays of the people of the club who joined, or left, in its period."""
        return [
            row
            for row in self.stays
            if row[day_of]
            and club.period.first <= row[day_of] <= club.period.last
            and self.keeps(club, row, row["ended_on" if day_of == "left_on" else day_of])
        ]

    def keeps(self, club: Club, row: Row, day: date) -> bool:
        who, facts = row["person_id"], club.facts
        return facts.status in (None, self.status[who]) and facts.centre_code in (None, self.centre(who, day))

    def members(self, club: Club, day: date) -> int:
        return len({row["person_id"] for row in members_on(self.memberships, day) if self.keeps(club, row, day)})


@pytest.fixture(scope="module")
def books() -> Books:
    with demonstration(TODAY).connect() as connection:
        return Books(connection)


def test_the_figures_are_those_of_the_rows(club: Club, books: Books) -> None:
    joined, ended = books.of(club, "joined_on"), books.of(club, "left_on")
    over = [row for row in joined if row["free_until"] < TODAY]
    stayed = [row for row in over if row["ended_on"] is None or row["ended_on"] > row["free_until"]]
    grown = sum(row["end_reason"] == "own_premises" for row in ended)

    assert club.now == {
        "pass_members": books.members(club, club.on),
        "pass_joins": len(joined),
        "pass_ends": len(ended),
        "pass_own_premises": grown,
        "pass_losses": len(ended) - grown,
        "pass_net": len(joined) - len(ended),
        "pass_trials_over": len(over),
        "pass_kept": len(stayed),
        "pass_kept_share": len(stayed) / len(over) if over else None,
    }


def test_the_end_of_2013_is_the_published_figure(clubs: dict[str, Club]) -> None:
    of_2013 = clubs["2013"]

    assert of_2013.now["pass_members"] == of_2013.facts.published["value"].item() == 111


def test_the_curve_counts_every_month_at_its_end_and_the_running_one_today(club: Club, books: Books) -> None:
    curve = passes.members(club).figures
    last_days = [
        min(TODAY, first.replace(day=monthrange(first.year, first.month)[1])) for first in curve["month_start"]
    ]

    assert curve["counted_on"].to_list() == last_days
    assert curve["members"].to_list() == [books.members(club, day) for day in last_days]
    assert last_days[-1] == TODAY


def test_tile_curve_and_table_end_with_the_members_of_the_same_day(club: Club) -> None:
    curve, tile = passes.members(club), passes.tiles(club)[0]
    last = curve.table.frame.row(-1, named=True)

    if club.on in (last["counted_on"], month_end(last["counted_on"])):
        assert tile.course[-1] == last["members"] == tile.value


@pytest.mark.parametrize("size", [1, 3, 12])
def test_columns_of_several_months_add_up_to_the_period(club: Club, size: int) -> None:
    whole, columns = club.now, passes.flows_by(club.facts.now, size)

    assert columns["pass_joins"].sum() == whole["pass_joins"]
    assert columns["pass_losses"].sum() + columns["pass_own_premises"].sum() == whole["pass_ends"]
    assert (columns["pass_joins"] - columns["pass_losses"] - columns["pass_own_premises"]).equals(columns["pass_net"])
    assert columns["first_month"][0] == club.period.first.replace(day=1)
    assert columns["last_month"][-1] == club.period.last.replace(day=1)


def test_cohorts_add_up_to_the_joins_and_say_when_they_are_not_over(club: Club) -> None:
    cohorts = passes.cohorts(club).table.frame
    running = cohorts.filter(pl.col("joined") > pl.col("trials_over"))

    assert cohorts["joined"].sum() == club.now["pass_joins"]
    assert cohorts["kept"].sum() == club.now["pass_kept"]
    assert cohorts["kept_share"].null_count() == running["kept_share"].null_count() == running.height
    assert set(running["state"]) <= {"en cours"}


def test_the_months_of_a_small_club_are_put_together_until_a_share_means_something(clubs: dict[str, Club]) -> None:
    sizes = [passes.cohort_size(clubs[name].facts.now) for name in ("2013", "two-years", "murat")]

    assert sizes == [1, 3, 12]


def test_a_long_period_is_cut_at_the_years_of_the_calendar_and_a_short_one_from_its_first_month(
    clubs: dict[str, Club],
) -> None:
    ever, short = (passes.flows_by(clubs[name].facts.now, 12)["span"] for name in ("ever", "two-years"))

    assert ever.to_list() == ["févr.–déc.\u00a02012", "2013", "2014", "2015", "2016", "janv.–mai\u00a02017"]
    assert short.to_list() == ["mai\u00a02015\u00a0–\u00a0avr.\u00a02016", "mai\u00a02016\u00a0–\u00a0avr.\u00a02017"]


def test_departures_by_reason_make_all_departures_and_own_premises_is_a_result(club: Club, books: Books) -> None:
    figure = pass_people.reasons(club)
    parts, shown = figure.table.frame, figure.figures

    assert counts(parts) == Counter(row["end_reason"] for row in books.of(club, "left_on"))
    assert set(shown.filter(pl.col("role") == "result")["code"]) <= {"own_premises"}
    assert all("un résultat" in said for said in shown.filter(pl.col("role") == "result")["said"])


def test_members_by_status_and_by_centre_are_those_of_the_rows(club: Club, books: Books) -> None:
    facts, there = club.facts, {row["person_id"] for row in members_on(books.memberships, club.on)}
    of_centre = [who for who in there if facts.centre_code in (None, books.centre(who, club.on))]
    of_status = [who for who in there if facts.status in (None, books.status[who])]

    assert counts(pass_people.by_status(club).table.frame) == Counter(books.status[who] for who in of_centre)
    assert counts(pass_people.by_centre(club).table.frame) == Counter(books.centre(who, club.on) for who in of_status)


def test_members_without_an_agreement_are_said_and_have_no_bar(clubs: dict[str, Club]) -> None:
    figure = pass_people.by_centre(clubs["two-years"])
    (alone,) = figure.table.frame.filter(pl.col("code").is_null())["people"]

    assert f"Sans convention en cours : {alone}." in figure.subtitle
    assert figure.figures["code"].null_count() == 0


def test_services_and_support_are_counted_by_year(clubs: dict[str, Club], books: Books) -> None:
    held = {
        (row["service"], year, row["person_id"])
        for row in books.services
        for year in range(2012, 2018)
        if row["starts_on"] <= min(TODAY, date(year, 12, 31))
        and (row["ends_on"] is None or row["ends_on"] >= date(year, 1, 1))
    }
    opened = Counter((row["kind"], row["opened_on"].year) for row in books.supports)
    club = clubs["two-years"]

    assert by_year(pass_people.services(club).figures) == Counter((kind, year) for kind, year, _ in held)
    supports = by_year(pass_people.supports(club).figures)
    assert supports == {key: number for key, number in opened.items() if key[1] > 2010}


def test_spans_are_compared_like_for_like(clubs: dict[str, Club], books: Books) -> None:
    club = clubs["two-years"]
    table = passes.comparison(club)
    assert table is not None
    assert club.facts.before is not None
    row = table.table.frame.row(0, named=True)

    assert club.facts.before.period == Period.months(date(2013, 5, 1), date(2015, 4, 1))
    assert club.facts.before.on == date(2015, 5, 30)
    assert (row["now"], row["then_0"]) == (books.members(club, TODAY), books.members(club, date(2015, 5, 30)))
    assert list(table.table.headings.values())[1:4:2] == ["Du 01/05/2015 au 30/04/2017", "Écart"]


def test_a_year_that_runs_is_compared_with_the_same_days_and_once(clubs: dict[str, Club], books: Books) -> None:
    club = clubs["2017"]
    figure = passes.comparison(club)
    assert figure is not None

    assert list(figure.table.headings) == ["label", "now", "then_0", "since_0"]
    assert figure.table.headings["then_0"] == "Du 01/01/2016 au 30/05/2016"
    assert not [cell for row in figure.table.texts.rows() for cell in row if cell.endswith(".0")]
    same_days = [row for row in books.stays if date(2016, 1, 1) <= row["joined_on"] <= date(2016, 5, 30)]
    assert club.year_ago["pass_joins"] == len(same_days)
    assert club.year_ago["pass_members"] == books.members(club, date(2016, 5, 30))


def test_who_was_kept_is_compared_as_it_was_known_on_the_same_day_of_the_year_before() -> None:
    """At the end of November those who joined from June on are in their free months, in the year before as well."""
    today, then = date(2016, 11, 26), date(2015, 11, 26)
    with reading(demonstration(TODAY), TODAY, COMMAND_LINE) as connection:
        period = Period.year(2016).so_far(today + timedelta(days=1))
        club = Club(club_facts(connection, period, on=today, as_of=today), "", SEES)
        joined = [row for row in Books(connection).stays if date(2015, 1, 1) <= row["joined_on"] <= then]
    over = [row for row in joined if row["free_until"] < then]
    stayed = [row for row in over if row["ended_on"] is None or row["ended_on"] > row["free_until"]]

    assert 0 < len(over) < len(joined)
    assert (club.year_ago["pass_trials_over"], club.year_ago["pass_kept"]) == (len(over), len(stayed))


def test_all_since_the_beginning_is_compared_with_nothing(clubs: dict[str, Club]) -> None:
    club = clubs["ever"]

    assert (club.year_ago, passes.comparison(club)) == ({}, None)
    assert "qu’un an avant" not in passes.sentence(club)
    assert {tile.previous for tile in passes.tiles(club)} == {None}


def test_what_the_club_was_not_yet_there_for_is_not_compared(clubs: dict[str, Club]) -> None:
    """In 2012 it began in February: its members at the end of the year compare, its movements do not."""
    assert set(clubs["2013"].year_ago) == {"pass_members"}


NEW_YEAR, LEAP_DAY, LONG_AGO = date(2027, 1, 2), date(2028, 2, 29), date(216, 3, 1)
OTHER_DAYS = (date(2026, 12, 3), date(2026, 12, 31), date(2027, 1, 1), date(2035, 6, 30))


def periods(today: date, began: date) -> list[tuple[Period, date]]:
    """What may be asked on a day, as the filters ask it: spans, what runs, days, all."""
    tomorrow, over = today + timedelta(days=1), today.replace(day=1) - timedelta(days=1)
    wholes = (Period.month(today), Period.quarter(today), Period.year(today.year), Period.days(began, today))
    running = [each.so_far(tomorrow) for each in (*wholes, Period.since(began, today))]
    span = Period.months(months_before(over.replace(day=1), 35), over)
    return [(span, today), *((each, each.last) for each in running)]


@pytest.mark.parametrize(
    ("today", "joined_on"),
    [
        (NEW_YEAR, None),
        (LEAP_DAY, LONG_AGO),
        *(
            pytest.param(day, joined_on, marks=pytest.mark.slow)
            for day in (NEW_YEAR, LEAP_DAY, *OTHER_DAYS)
            for joined_on in (date(2012, 2, 1), day)
        ),
    ],
)
def test_all_is_said_on_every_day_of_no_row_and_of_one(
    today: date, joined_on: date | None, reference: sa.Engine
) -> None:
    """The year 216 stands for a row of before the database refused it."""
    with undone(reference) as connection:
        connection = connection.execution_options(actor=COMMAND_LINE)
        if joined_on is not None:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
            free_until = months_before(joined_on, -6) - timedelta(days=1)
            with triggers_disabled(connection):
                add_membership(connection, add_person(connection), "X-1", joined_on, free_until)
        for period, on in periods(today, date(2012, 2, 1)):
            facts = club_facts(connection, period, on=on, as_of=today)
            assert (passes.nobody_yet(facts) != "") == (joined_on in (None, LONG_AGO))
            for reader in (SEES, EVERYBODY):
                said = passes.passes(Club(facts, "", reader))
                assert said.sentence.endswith(".")
                assert max(figure.figures.height for figure in said.figures.values()) < 500


def counts(parts: pl.DataFrame) -> dict[str | None, int]:
    return dict(parts.select("code", "people").iter_rows())


def by_year(cells: pl.DataFrame) -> dict[tuple[str, int], int]:
    return {(kind, year): people for kind, year, people in cells.select("kind", "year", "people").rows() if people}


def test_who_sees_no_small_counts_is_told_by_year_and_offered_no_filter() -> None:
    with reading(demonstration(TODAY), TODAY, COMMAND_LINE) as connection:
        facts: ClubFacts = club_facts(
            connection, Period.since(date(2012, 2, 1), date(2017, 4, 30)), on=date(2017, 4, 30), as_of=date(2017, 4, 30)
        )
    said = passes.passes(Club(facts, "depuis février 2012", EVERYBODY))

    assert {"pass-septieme-mois", "pass-comparaison"}.isdisjoint(said.figures)
    assert not any("selection_name" in figure.options for figure in said.figures.values())
    assert said.figures["pass-statuts"].table.frame["label"].is_sorted()
