"""The page of the Pass: its figures found again by plain loops, its filters, its comparisons, and who may read names."""

from calendar import monthrange
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.ui import session
from dashboard.ui.views import pass_people, passes
from dashboard.ui.views.passes import Club
from data_access.engine import writing
from data_access.periods import Period
from data_access.rights import Actor, Role
from data_access.schema import agreement, centre, member_service, pass_membership, person, support
from tests.application import opened, run_on
from tests.data_access.club import Row, centre_of, members_on, rows, stays_of
from tests.databases import engine_at
from tests.demonstrations import demonstration, demonstration_copy

TODAY = date(2017, 5, 30)
TWO_YEARS = Period.months(date(2015, 5, 1), date(2017, 4, 1))
WHOLE = Club(TWO_YEARS, "24 mois", TODAY, TODAY)
CLUBS = {
    "two-years": WHOLE,
    "independents": Club(TWO_YEARS, "24 mois", TODAY, TODAY, status="independent"),
    "murat": Club(TWO_YEARS, "24 mois", TODAY, TODAY, centre_code="MURAT", centre_name="La COcotte numérique"),
    "2013": Club(Period.year(2013), "année 2013", date(2013, 12, 31), TODAY),
    "ever": Club(Period.months(date(2012, 2, 1), date(2017, 4, 1)), "depuis février 2012", TODAY, TODAY),
}
each_club = pytest.mark.parametrize("club", CLUBS.values(), ids=CLUBS)


class Books:
    """The rows of the demonstration, cut by plain Python."""

    def __init__(self, connection: sa.Connection) -> None:
        self.memberships = rows(connection, pass_membership)
        self.stays = stays_of(self.memberships)
        self.services, self.supports = rows(connection, member_service), rows(connection, support)
        self.status = {row["id"]: row["status"] for row in rows(connection, person)}
        self.names = {row["id"]: (row["given_name"], row["family_name"]) for row in rows(connection, person)}
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
        who = row["person_id"]
        return club.status in (None, self.status[who]) and club.centre_code in (None, self.centre(who, day))

    def members(self, club: Club, day: date) -> int:
        return len({row["person_id"] for row in members_on(self.memberships, day) if self.keeps(club, row, day)})


@pytest.fixture(scope="module")
def books() -> Books:
    with demonstration(TODAY).connect() as connection:
        return Books(connection)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demonstration_copy(tmp_path_factory.mktemp("passes"), TODAY)


@pytest.fixture(autouse=True)
def _open(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application runs on a copy of the demonstration, which a test may write in."""
    run_on(file, TODAY, monkeypatch)


@each_club
def test_the_figures_of_the_page_are_those_of_the_rows(club: Club, books: Books) -> None:
    joined, ended = books.of(club, "joined_on"), books.of(club, "left_on")
    over = [row for row in joined if row["free_until"] < TODAY]
    stayed = [row for row in over if row["ended_on"] is None or row["ended_on"] > row["free_until"]]
    expected = {
        "pass_members": books.members(club, club.on),
        "pass_joins": len(joined),
        "pass_ends": len(ended),
        "pass_own_premises": sum(row["end_reason"] == "own_premises" for row in ended),
        "pass_net": len(joined) - len(ended),
        "pass_trials_over": len(over),
        "pass_kept": len(stayed),
        "pass_kept_share": len(stayed) / len(over),
    }

    assert passes.figures_of(club) == expected


def test_the_end_of_2013_is_the_published_figure() -> None:
    assert passes.figures_of(CLUBS["2013"])["pass_members"] == passes.published_members()[1] == 111


@each_club
def test_the_curve_counts_every_month_at_its_end_and_the_running_one_today(club: Club, books: Books) -> None:
    curve = passes.members_by_month(club)
    last_days = [
        min(TODAY, first.replace(day=monthrange(first.year, first.month)[1])) for first in curve["month_start"]
    ]

    assert curve["counted_on"].to_list() == last_days
    assert curve["members"].to_list() == [books.members(club, day) for day in last_days]
    assert last_days[-1] == TODAY


@each_club
@pytest.mark.parametrize("size", [1, 3, 12])
def test_columns_of_several_months_add_up_to_the_period(club: Club, size: int) -> None:
    whole, columns = passes.figures_of(club), passes.flows_by(club, size)

    assert columns["pass_joins"].sum() == whole["pass_joins"]
    assert columns["pass_losses"].sum() + columns["pass_own_premises"].sum() == whole["pass_ends"]
    assert (columns["pass_joins"] - columns["pass_losses"] - columns["pass_own_premises"]).equals(columns["pass_net"])
    assert columns["first_month"][0] == club.period.first
    assert columns["last_month"][-1] == club.period.last.replace(day=1)


@each_club
def test_cohorts_add_up_to_the_joins_and_say_when_they_are_not_over(club: Club) -> None:
    whole = passes.figures_of(club)
    cohorts = passes.cohorts_by(club, passes.cohort_size(club))
    running = cohorts.filter(pl.col("joined") > pl.col("trials_over"))

    assert cohorts["joined"].sum() == whole["pass_joins"]
    assert cohorts["kept"].sum() == whole["pass_kept"]
    assert running["kept_share"].null_count() == running.height
    assert set(running["state"]) <= {"en cours"}
    assert cohorts["kept_share"].null_count() == running.height


def test_the_months_of_a_small_club_are_put_together_until_a_share_means_something() -> None:
    assert [passes.cohort_size(CLUBS[name]) for name in ("2013", "two-years", "murat")] == [1, 3, 12]


@each_club
def test_departures_by_reason_make_all_departures_and_own_premises_is_a_result(club: Club, books: Books) -> None:
    reasons = pass_people.reasons(club).figures
    expected = Counter(row["end_reason"] for row in books.of(club, "left_on"))

    assert dict(reasons.select("code", "people").iter_rows()) == expected
    assert set(reasons.filter(pl.col("role") == "result")["code"]) <= {"own_premises"}
    assert "own_premises" not in reasons.filter(pl.col("role") == "loss")["code"]


@each_club
def test_members_by_status_and_by_centre_are_those_of_the_rows(club: Club, books: Books) -> None:
    there = {row["person_id"] for row in members_on(books.memberships, club.on)}
    of_centre = [who for who in there if club.centre_code in (None, books.centre(who, club.on))]
    of_status = [who for who in there if club.status in (None, books.status[who])]

    assert counts(pass_people.by_status(club).table.frame) == Counter(books.status[who] for who in of_centre)
    assert counts(pass_people.by_centre(club).table.frame) == Counter(books.centre(who, club.on) for who in of_status)


def test_members_without_an_agreement_are_said_and_have_no_bar(books: Books) -> None:
    figure = pass_people.by_centre(WHOLE)
    (alone,) = figure.table.frame.filter(pl.col("code").is_null())["people"]

    assert f"Sans convention en cours : {alone}." in figure.subtitle
    assert figure.figures["code"].null_count() == 0


def test_services_and_support_are_counted_by_year() -> None:
    with demonstration(TODAY).connect() as connection:
        held = {
            (row["service"], year, row["person_id"])
            for row in rows(connection, member_service)
            for year in range(2012, 2018)
            if row["starts_on"] <= min(TODAY, date(year, 12, 31))
            and (row["ends_on"] is None or row["ends_on"] >= date(year, 1, 1))
        }
        opened = Counter((row["kind"], row["opened_on"].year) for row in rows(connection, support))
    services, supports = pass_people.services(WHOLE).figures, pass_people.supports(WHOLE).figures

    assert by_year(services) == Counter((kind, year) for kind, year, _ in held)
    assert by_year(supports) == {key: number for key, number in opened.items() if key[1] > 2010}


def test_spans_are_compared_like_for_like(books: Books) -> None:
    table = passes.comparison(WHOLE)
    earlier = Club(Period.months(date(2013, 5, 1), date(2015, 4, 1)), "", date(2015, 5, 30), TODAY)
    assert table is not None
    row = table.frame.row(0, named=True)

    assert WHOLE.earlier(24).period == earlier.period
    assert (row["now"], row["before"]) == (str(books.members(WHOLE, TODAY)), str(books.members(earlier, earlier.on)))
    assert list(table.headings.values())[1:4:2] == ["Du 01/05/2015 au 30/04/2017", "Écart"]


def test_of_twelve_months_the_span_before_and_a_year_before_are_one() -> None:
    table = passes.comparison(Club(Period.months(date(2016, 5, 1), date(2017, 4, 1)), "12 mois", TODAY, TODAY))

    assert table is not None
    assert list(table.headings) == ["label", "now", "year", "year_gap"]


def test_what_the_club_was_not_yet_there_for_is_not_compared() -> None:
    """In 2012 it began in February: its members at the end of the year compare, its movements do not."""
    before = passes.figures_before(CLUBS["2013"], 12)

    assert set(before) == {"pass_members"}
    assert passes.figures_before(CLUBS["2013"], 24) == {}


@pytest.mark.parametrize(("role", "named"), [("coordinator", True), ("viewer", False), ("administrator", False)])
def test_names_of_the_list_are_for_who_may_see_people(
    role: Role, named: bool, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "current_actor", lambda: Actor("somebody@localhost", role))
    soon = [
        row
        for row in books.memberships
        if row["ended_on"] is None and TODAY <= row["free_until"] <= TODAY + timedelta(days=30)
    ]
    title, lines = passes.ending_soon(WHOLE)

    assert title == f"{len(soon)}\u00a0périodes gratuites s’achèvent d’ici le 29 juin 2017"
    assert len(lines) == len(soon)
    for row in soon:
        (line,) = [line for _, line in lines if row["member_number"] in line]
        assert (" ".join(books.names[row["person_id"]]) in line) == named


def test_an_animator_sees_the_names_of_their_centre_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "current_actor", lambda: Actor("a@localhost", "animator", frozenset({"LA-FORGE"})))
    _, lines = passes.ending_soon(WHOLE)
    number, place = 0, -1

    for _, line in lines:
        parts = line.split(", ")
        assert (len(parts) == 3) == (parts[place] == "La Forge")
        assert parts[number].startswith("PAM-")


@pytest.mark.parametrize(
    "query",
    [{"mois": "tout"}, {"mois": "annee", "annee": "2012"}, {"centre": "MONTMURAT"}, {"statut": "other", "mois": "12m"}],
    ids=lambda query: "-".join(query.values()),
)
def test_the_page_opens_on_the_filters_of_its_address(query: dict[str, str]) -> None:
    app = opened("passes", **query)

    assert not app.exception
    assert {name: app.query_params[name] for name in query} == query


def test_a_membership_written_by_another_program_shows_at_the_next_run(file: Path) -> None:
    before = passes.figures_of(WHOLE)["pass_members"]
    engine = engine_at(f"sqlite:///{file}")
    with writing(engine) as connection:
        who = connection.execute(sa.insert(person).values(family_name="Vidal", status="mobile")).inserted_primary_key
        connection.execute(
            sa.insert(pass_membership).values(
                person_id=who[0], member_number="X-1", joined_on=TODAY, free_until=date(2017, 11, 30)
            )
        )
    after = passes.figures_of(WHOLE)["pass_members"]
    with writing(engine) as connection:
        connection.execute(sa.delete(pass_membership).where(pass_membership.c.member_number == "X-1"))
        connection.execute(sa.delete(person).where(person.c.id == who[0]))
    engine.dispose()

    assert (after, passes.figures_of(WHOLE)["pass_members"]) == (before + 1, before)


def counts(parts: pl.DataFrame) -> dict[str | None, int]:
    return dict(parts.select("code", "people").iter_rows())


def by_year(cells: pl.DataFrame) -> dict[tuple[str, int], int]:
    return {(kind, year): people for kind, year, people in cells.select("kind", "year", "people").rows() if people}


def test_a_long_period_is_cut_at_the_years_of_the_calendar_and_a_short_one_from_its_first_month() -> None:
    ever, short = passes.flows_by(CLUBS["ever"], 12)["span"], passes.flows_by(WHOLE, 12)["span"]

    assert ever.to_list() == ["févr.–déc.\u00a02012", "2013", "2014", "2015", "2016", "janv.–avr.\u00a02017"]
    assert short.to_list() == ["mai\u00a02015\u00a0–\u00a0avr.\u00a02016", "mai\u00a02016\u00a0–\u00a0avr.\u00a02017"]
