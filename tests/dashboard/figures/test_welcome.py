"""What is said of the welcome sessions is what the rows give, each figure worked out again in plain Python."""

import calendar
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.figures import welcome as figures
from dashboard.figures.model import EVERYBODY, Reader
from dashboard.figures.published import session_totals
from dashboard.figures.welcome import ALL_SESSIONS, LAST_TEN, sessions
from dashboard.wording.typography import typeset
from data_access.facts import WelcomeFacts
from data_access.reads.programmes import welcome_facts
from data_access.rights import Actor, set_actor
from data_access.schema import (
    centre,
    commune,
    welcome_attendance,
    welcome_household,
    welcome_session,
)
from tests.databases import engine_at
from tests.demonstrations import demonstration_copy

TODAY: Final = date(2017, 5, 30)
ALL: Final = Reader(sees_small_counts=True)
COORDINATOR: Final = Actor("coordination@localhost", "coordinator")
Row = dict[str, Any]
_KNOWN: Final = {
    "number": pl.Int64, "starts_on": pl.Date, "ends_on": pl.Date, "place": pl.String, "held": pl.Boolean,
    "detailed": pl.Boolean, "applications": pl.Int64, "selected": pl.Int64, "project_holders": pl.Int64,
    "people": pl.Int64, "followed_holders": pl.Int64, "settled_families": pl.Int64, "precision": pl.String, "source": pl.String,
}  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demonstration of that day."""
    return demonstration_copy(tmp_path_factory.mktemp("welcome"), TODAY)


@pytest.fixture(scope="module")
def rows(file: Path) -> dict[str, list[Row]]:
    """Every session, household and presence; a household with its session, its commune and the centre it visited."""
    engine = engine_at(f"sqlite:///{file}")
    with engine.connect() as connection:
        found = {
            table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for table in (welcome_session, welcome_household, welcome_attendance)
        }
        codes = dict(connection.execute(sa.select(centre.c.id, centre.c.code)).all())
        names = dict(connection.execute(sa.select(commune.c.insee_code, commune.c.name)).all())
    engine.dispose()
    sessions = {row["id"]: row for row in found["welcome_session"]}
    for row in found["welcome_household"]:
        row["session"] = sessions[row["welcome_session_id"]]
        row["centre_code"] = codes.get(row["visited_centre_id"])
        row["commune_name"] = names.get(row["settled_insee_code"])
    return found


@pytest.fixture(scope="module")
def facts(file: Path) -> WelcomeFacts:
    """What is known of the sessions that day."""
    engine = engine_at(f"sqlite:///{file}")
    with engine.connect() as connection:
        found = welcome_facts(set_actor(connection, COORDINATOR), as_of=TODAY)
    engine.dispose()
    return found


def known(*rows: Row, as_of: date = TODAY) -> WelcomeFacts:
    """Sessions as the database answers, from what matters of each."""
    frame = pl.DataFrame([{**dict.fromkeys(_KNOWN), "detailed": False, **row} for row in rows], schema=_KNOWN)
    return WelcomeFacts(as_of, frame, *[pl.DataFrame()] * 4)


def in_span(rows: dict[str, list[Row]], span: str) -> list[Row]:
    """The households of the sessions shown: of all 22, or of the last ten."""
    first = 1 if span == ALL_SESSIONS else 13
    return [row for row in rows["welcome_household"] if row["session"]["number"] >= first]


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


each_span = pytest.mark.parametrize("span", [ALL_SESSIONS, LAST_TEN])


def test_a_number_nobody_described_is_a_session_held_and_unknown() -> None:
    """Sessions are numbered without a gap: the 3rd to come means that the first two were held."""
    found = sessions(
        known(
            {"number": 2, "starts_on": date(2016, 10, 12), "ends_on": date(2016, 10, 14), "project_holders": 20},
            {"number": 4, "starts_on": date(2017, 10, 18), "ends_on": date(2017, 10, 20), "project_holders": 18},
        )
    ).rows

    assert list(found.select("number", "held", "project_holders").iter_rows()) == [
        (1, True, None),
        (2, True, 20),
        (3, True, None),
        (4, False, None),
    ]


def test_what_is_told_of_a_session_to_come_is_not_counted() -> None:
    coming = known({"number": 1, "starts_on": date(2017, 10, 18), "project_holders": 20, "people": 26})

    assert sessions(coming).rows.select("project_holders", "people").row(0) == (None, None)


def test_a_session_far_ahead_does_not_make_those_between_held() -> None:
    """The 29th is dated too: the 24th to the 28th are neither held nor announced."""
    ahead = known(
        {"number": 23, "starts_on": date(2017, 10, 18)},
        {"number": 24, "starts_on": date(2018, 10, 17)},
        {"number": 29, "starts_on": date(2024, 10, 16)},
    )

    found = sessions(ahead).rows

    assert (found.filter("held").height, found.filter("upcoming")["number"].to_list()) == (22, [23, 24])


def test_no_session_at_all_is_no_row() -> None:
    assert sessions(known()).rows.is_empty()
    assert figures.welcome_sessions(empty(), ALL).sentence == figures.NO_SESSION


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (date(2017, 10, 18), date(2017, 10, 20), "du 18 au 20\u00a0octobre 2017"),
        (date(2017, 10, 18), None, "le 18\u00a0octobre 2017"),
        (date(2014, 1, 1), None, "en 2014, jours inconnus"),
        (None, None, "n.\u00a0d."),
    ],
)
def test_dates_are_said_in_words_as_surely_as_they_are_known(
    starts_on: date | None, ends_on: date | None, expected: str
) -> None:
    session = {"number": 1, "starts_on": starts_on, "ends_on": ends_on, "detailed": True}

    assert sessions(known(session, as_of=date(2018, 1, 1))).rows["dates_text"].to_list() == [expected]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2017, 5, 30), "Prochaine session : la 23e, du 18 au 20\u00a0octobre 2017, Pays de Salers (J-141)."),
        (date(2017, 10, 17), "Prochaine session : la 23e, du 18 au 20\u00a0octobre 2017, Pays de Salers (J-1)."),
        (date(2017, 10, 18), "La 23e session a lieu en ce moment, du 18 au 20\u00a0octobre 2017, Pays de Salers."),
        (date(2017, 10, 20), "La 23e session a lieu en ce moment, du 18 au 20\u00a0octobre 2017, Pays de Salers."),
        (date(2017, 10, 21), "Aucune session n’est annoncée."),
    ],
)
def test_the_next_session_has_its_countdown(today: date, expected: str) -> None:
    session = {"starts_on": date(2017, 10, 18), "ends_on": date(2017, 10, 20), "place": "Pays de Salers"}

    assert figures.next_session(sessions(known({"number": 23, **session}, as_of=today))) == expected


def test_three_counts_are_kept_apart_for_each_session(rows: dict[str, list[Row]], facts: WelcomeFacts) -> None:
    expected = []
    for session in sorted(rows["welcome_session"], key=lambda row: row["number"]):
        if session["starts_on"] is None or session["starts_on"] > TODAY:
            continue
        households = [row for row in rows["welcome_household"] if row["session"] is session]
        detail = (sum(row["holders"] for row in households), sum(row["people"] for row in households))
        settled = sum(row["settled_on"] is not None for row in households)
        totals = (session["project_holders"], session["people"])
        expected.append((session["number"], *(detail if households else totals), settled if households else None))

    held = sessions(facts).held.select("number", "project_holders", "people", "settled_families")

    assert list(held.iter_rows()) == expected


@each_span
def test_households_are_followed_6_12_and_24_months_where_the_time_has_come(
    rows: dict[str, list[Row]], facts: WelcomeFacts, span: str
) -> None:
    dated = [row for row in in_span(rows, span) if row["session"]["ends_on"]]
    expected = []
    for months in (6, 12, 24):
        due = [row for row in dated if months_later(row["session"]["ends_on"], months) <= TODAY]
        settled = [
            row
            for row in due
            if row["settled_on"] and row["settled_on"] <= months_later(row["session"]["ends_on"], months)
        ]
        part = (len(settled), len(due) - len(settled), len(dated) - len(due), len(settled) / len(due))
        expected.append((f"après {months} mois", *part))

    assert (
        list(
            figures.outcomes(facts, sessions(facts, span), ALL)
            .figures.select("label", "yes", "no", "waiting", "share")
            .iter_rows()
        )
        == expected
    )


def test_the_households_of_a_session_without_days_are_said_to_be_left_out(
    rows: dict[str, list[Row]], facts: WelcomeFacts
) -> None:
    undated = [row for row in rows["welcome_household"] if row["session"]["ends_on"] is None]

    assert (
        f"{len(undated)}\u00a0foyers d’une session dont les jours"
        in figures.outcomes(facts, sessions(facts), ALL).subtitle
    )


@each_span
def test_presence_is_counted_day_by_day(rows: dict[str, list[Row]], facts: WelcomeFacts, span: str) -> None:
    households = {row["id"]: row for row in in_span(rows, span)}
    present, awaited = Counter[int](), Counter[int]()
    for row in rows["welcome_attendance"]:
        household = households.get(row["welcome_household_id"])
        if household:
            number = (row["day"] - household["session"]["starts_on"]).days + 1
            present[number] += row["people_present"]
            awaited[number] += household["people"]
    expected = [
        (label, present[day], awaited[day] - present[day], 0, present[day] / awaited[day])
        for day, label in ((1, "1er jour"), (2, "2e jour"), (3, "3e jour"))
    ]

    assert (
        list(
            figures.presence(facts, sessions(facts, span), ALL)
            .figures.select("label", "yes", "no", "waiting", "share")
            .iter_rows()
        )
        == expected
    )


@each_span
def test_families_are_counted_by_the_commune_they_chose(
    rows: dict[str, list[Row]], facts: WelcomeFacts, span: str
) -> None:
    expected = Counter(row["commune_name"] for row in in_span(rows, span) if row["settled_on"])

    found = figures.settled_map(facts, sessions(facts, span)).figures

    assert dict(found.select("commune_name", "families").iter_rows()) == expected


@each_span
def test_visits_are_counted_by_centre(rows: dict[str, list[Row]], facts: WelcomeFacts, span: str) -> None:
    expected = Counter(Counter(row["centre_code"] for row in in_span(rows, span) if row["centre_code"]).values())

    bars = figures.visits(facts, sessions(facts, span), ALL).figures

    assert Counter(bars["value"].to_list()) == expected
    assert bars["value"].to_list() == sorted(bars["value"].to_list(), reverse=True)


def test_the_last_ten_sessions_are_compared_with_the_ten_before(
    rows: dict[str, list[Row]], facts: WelcomeFacts
) -> None:
    """Sessions 13 to 22 against 3 to 12; the families of the 3rd and the 4th are not known, so they are not compared."""
    tiles = {tile.indicator.key: tile for tile in figures.tiles(facts, sessions(facts, LAST_TEN), ALL)}
    last, before = (
        sum(row["holders"] for row in rows["welcome_household"] if row["session"]["number"] in numbers)
        + sum(row["project_holders"] for row in rows["welcome_session"] if row["number"] in numbers & {1, 2, 3, 4})
        for numbers in (set(range(13, 23)), set(range(3, 13)))
    )

    assert (tiles["project_holders"].value, tiles["project_holders"].previous) == (last, before)
    assert tiles["settled_families"].previous is None


def test_a_total_over_sessions_that_are_not_all_known_is_marked(facts: WelcomeFacts) -> None:
    marked = {tile.indicator.key: tile.provisional for tile in figures.tiles(facts, sessions(facts), ALL)}

    assert marked == {
        "welcome_sessions": False,
        "project_holders": False,
        "welcome_people": False,
        "settled_families": True,
    }


def test_the_published_totals_are_reconciled_with_the_reason_of_each_difference(
    rows: dict[str, list[Row]], facts: WelcomeFacts
) -> None:
    families = sum(row["settled_on"] is not None for row in rows["welcome_household"])
    holders = sum(row["holders"] for row in rows["welcome_household"])
    first_four = sum(row["project_holders"] for row in rows["welcome_session"] if row["number"] <= 4)

    found = {row[0]: row[1:] for row in session_totals(facts, ALL).frame.iter_rows()}

    assert {label: cells[:2] for label, cells in found.items()} == {
        "Sessions d’accueil d’actifs": ("22\u00a0sessions", "22\u00a0sessions"),
        "Porteurs de projets accueillis": ("plus de 400\u00a0personnes", f"{holders + first_four}\u00a0personnes"),
        "Personnes accueillies": ("530\u00a0personnes", "530\u00a0personnes"),
        "Part des porteurs installés": ("environ 25\u00a0%", f"{round(100 * families / holders)}\u00a0%"),
        "Familles installées": ("une centaine de familles", f"{families}\u00a0familles"),
    }
    assert found["Personnes accueillies"][2] == "Identique."
    assert "18\u00a0sessions sur 22" in found["Part des porteurs installés"][2]
    assert f"font {round(100 * families / (holders + first_four))}" in found["Part des porteurs installés"][2]


def test_a_total_that_lacks_sessions_is_said_to_be_partial(facts: WelcomeFacts) -> None:
    three = facts.sessions.filter(pl.col("number").is_in([9, 20, 23])).with_columns(
        detailed=False, project_holders=pl.lit(25), people=None, settled_families=None
    )
    facts = replace(facts, sessions=three, households=facts.households.clear())

    found = {row[0]: row[2:] for row in session_totals(facts, ALL).frame.iter_rows()}

    assert found["Sessions d’accueil d’actifs"] == ("22\u00a0sessions", "Identique.")
    assert found["Porteurs de projets accueillis"][0] == "50\u00a0personnes"
    assert "20\u00a0sessions sur 22 sont sans ce compte" in found["Porteurs de projets accueillis"][1]
    assert found["Personnes accueillies"][0] == "n.\u00a0d."
    said = figures.welcome_sessions(facts, ALL).sentence
    assert said.endswith(" 2\u00a0sessions connues sur 22 : 50\u00a0porteurs de projet accueillis.")


def test_a_total_that_differs_without_a_gap_asks_to_be_checked(facts: WelcomeFacts) -> None:
    six_hundred = pl.when(pl.col("indicator") == "welcome_people").then(600.0).otherwise("value")
    told = replace(facts, published=facts.published.with_columns(value=six_hundred))

    found = {row[0]: row[3] for row in session_totals(told, ALL).frame.iter_rows()}

    assert found["Personnes accueillies"].startswith("Écart sans cause connue")


def test_a_session_numbered_by_its_year_is_counted_nowhere_and_said(facts: WelcomeFacts) -> None:
    """2026 typed for the 23rd does not make 2 003 sessions that nobody described."""
    typed = facts.sessions.with_columns(number=pl.col("number").replace(22, 2026))

    said = figures.welcome_sessions(replace(facts, sessions=typed), ALL)

    assert said.tiles[0].value == 22
    assert "numéro impossible : 2\u202f026" in said.note


def test_what_partners_are_told_gives_away_no_few_people() -> None:
    """Three families of twenty, and two who came with the holders."""
    few = known(
        {
            "number": 1,
            "starts_on": date(2016, 10, 12),
            "detailed": True,
            "project_holders": 20,
            "people": 22,
            "settled_families": 3,
        }
    )
    few = replace(empty(), sessions=few.sessions)

    told = {tile.indicator.key: tile.value for tile in figures.tiles(few, sessions(few), EVERYBODY)}

    assert told == {"welcome_sessions": 1, "project_holders": None, "welcome_people": None, "settled_families": None}


@pytest.mark.parametrize("reader", [ALL, EVERYBODY], ids=["coordinator", "partner"])
def test_it_is_said_on_every_day_with_no_row_one_row_or_many(facts: WelcomeFacts, reader: Reader) -> None:
    first = facts.households.head(1)
    one = replace(facts, sessions=facts.sessions.head(1), households=first)
    for found in (facts, one, empty()) if reader == ALL else (one, empty()):
        for day in (date(2007, 1, 1), date(2016, 2, 29), date(2026, 12, 31), date(2027, 1, 2), date(2035, 12, 3)):
            said = figures.welcome_sessions(replace(found, as_of=day), reader)
            assert all(figure.figures.height < 1500 for figure in said.figures.values())


def empty() -> WelcomeFacts:
    """A network that has welcomed nobody."""
    households = {
        **dict.fromkeys(("number", "holders", "people", "teleworker", "households", "settled", "dropped"), pl.Int64),
        **dict.fromkeys(("session_ended_on", "settled_on"), pl.Date),
        **dict.fromkeys(("centre_code", "insee_code", "commune_name", "epci_name"), pl.String),
        **dict.fromkeys(("latitude", "longitude"), pl.Float64),
    }
    days = dict.fromkeys(("number", "day_number", "people_present", "people_expected"), pl.Int64)
    places = dict.fromkeys(("code", "name", "commune_name"), pl.String)
    return replace(
        known(),
        households=pl.DataFrame(schema=households),
        days=pl.DataFrame(schema=days),
        published=pl.DataFrame(schema={"indicator": pl.String, "source": pl.String}),
        places=pl.DataFrame(schema=places),
    )


@each_span
def test_every_figure_is_said_in_well_typeset_french(facts: WelcomeFacts, span: str) -> None:
    for figure in figures.welcome_sessions(facts, ALL, span=span).figures.values():
        assert figure.spoken == typeset(figure.spoken)
        assert "None" not in figure.spoken + figure.subtitle


def test_the_sheet_of_a_session_holds_what_is_known_of_it(facts: WelcomeFacts) -> None:
    last, coming = (dict(figures.sheet(facts, number)) for number in (22, 23))

    assert last["Dates"] == "du 12 au 14\u00a0octobre 2016"
    assert last["Présence"].startswith("1er jour ")
    assert coming["État"] == "à venir (J-141)"
    assert "Porteurs de projet" not in coming
