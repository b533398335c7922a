"""What is said of the convention with Pôle Emploi is what the rows give, each figure worked out again in plain Python."""

import calendar
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.exports import tables
from dashboard.figures import placements as figures
from dashboard.figures.model import EVERYBODY, Figure, Reader
from dashboard.figures.placements import Asked
from dashboard.figures.published import published_sentence, published_words
from dashboard.indicators import placements
from dashboard.indicators.model import measure
from dashboard.wording.typography import typeset
from data_access.codes import PLACEMENT_STAGES
from data_access.facts import ConventionFacts
from data_access.reads.programmes import convention_facts
from data_access.rights import Actor, set_actor
from data_access.schema import centre, information_meeting, placement
from tests.databases import engine_at
from tests.demonstrations import demonstration_copy

TODAY: Final = date(2017, 5, 30)
ALL: Final = Reader(sees_small_counts=True)
COORDINATOR: Final = Actor("coordination@localhost", "coordinator")
Row = dict[str, Any]
ASKED: Final = {
    "since the convention": Asked(TODAY),
    "the running year": Asked(TODAY, 2017),
    "a year that is over": Asked(TODAY, 2015),
    "one aim": Asked(TODAY, None, 3),
    "one aim in one centre": Asked(TODAY, 2016, 1, "SAINT-FLOUR", "Saint-Flour"),
}
each_asked = pytest.mark.parametrize("shown", ASKED.values(), ids=ASKED)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demonstration of that day."""
    return demonstration_copy(tmp_path_factory.mktemp("placements"), TODAY)


@pytest.fixture(scope="module")
def rows(file: Path) -> dict[str, list[Row]]:
    """Every candidate and meeting, as they are in the database; a candidate with the code of their centre."""
    engine = engine_at(f"sqlite:///{file}")
    with engine.connect() as connection:
        found = {
            table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for table in (placement, information_meeting)
        }
        codes = dict(connection.execute(sa.select(centre.c.id, centre.c.code)).all())
    engine.dispose()
    for row in found["placement"]:
        row["centre_code"] = codes.get(row["centre_id"])
    return found


@pytest.fixture(scope="module")
def facts(file: Path) -> ConventionFacts:
    """What is known of the convention that day."""
    engine = engine_at(f"sqlite:///{file}")
    with engine.connect() as connection:
        found = convention_facts(set_actor(connection, COORDINATOR), as_of=TODAY)
    engine.dispose()
    return found


def contracts_of(rows: dict[str, list[Row]], shown: Asked, *, centre: bool = True) -> list[Row]:
    """The contracts asked for, picked one by one."""
    return [
        row
        for row in rows["placement"]
        if row["hired_on"] is not None
        and row["hired_on"] <= shown.as_of
        and shown.year in (None, row["hired_on"].year)
        and shown.aim in (None, row["aim"])
        and (not centre or shown.centre_code in (None, row["centre_code"]))
    ]


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def by_label(figure: Figure, *columns: str) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in figure.figures.select("label", *columns).iter_rows()}


@each_asked
def test_contracts_are_stacked_by_quarter_and_aim(
    rows: dict[str, list[Row]], facts: ConventionFacts, shown: Asked
) -> None:
    expected = Counter(
        (date(row["hired_on"].year, (row["hired_on"].month - 1) // 3 * 3 + 1, 1), row["aim"])
        for row in contracts_of(rows, shown)
    )

    found = {row[:2]: row[2] for row in figures.quarters(facts, shown).iter_rows()}

    assert {key: number for key, number in found.items() if number} == expected


def test_no_quarter_is_left_out_up_to_the_running_one_and_a_zero_is_a_zero(facts: ConventionFacts) -> None:
    quarters = figures.quarters(facts, ASKED["since the convention"])
    first = quarters["quarter_start"].min()
    expected = [date(year, month, 1) for year in range(2013, 2018) for month in (1, 4, 7, 10)]
    expected = [day for day in expected if first <= day <= date(2017, 4, 1)]

    assert quarters["quarter_start"].unique(maintain_order=True).to_list() == expected
    assert quarters["aim"].to_list() == [1, 2, 3] * len(expected)
    assert 0 in quarters["placements"].to_list()
    assert quarters["placements"].null_count() == 0


def test_the_last_of_february_is_compared_with_the_28th() -> None:
    before = Asked(date(2016, 2, 29), 2016).year_before

    assert before == Asked(date(2015, 2, 28), 2015)


@each_asked
def test_steps_count_who_reached_them_or_a_later_one(
    rows: dict[str, list[Row]], facts: ConventionFacts, shown: Asked
) -> None:
    expected = []
    known = []
    for row in rows["placement"]:
        days = [row[f"{stage}_on"] for stage in PLACEMENT_STAGES]
        first = next(day for day in days if day)
        if first <= shown.as_of and shown.year in (None, first.year) and shown.aim in (None, row["aim"]):
            known.append(max(place for place, day in enumerate(days) if day and day <= shown.as_of))
    reached = [sum(furthest >= place for furthest in known) for place in range(5)]
    for place, stage in enumerate(PLACEMENT_STAGES):
        share = reached[place] / reached[place - 1] if place and reached[place - 1] else None
        expected.append((stage, reached[place], share))

    found = figures.by_step(facts, shown, ALL).table.frame.select("step", "candidates", "step_share")

    assert list(found.iter_rows()) == expected


def test_the_steps_are_those_of_the_database() -> None:
    assert placements.STEPS == PLACEMENT_STAGES


@each_asked
def test_contracts_are_followed_6_12_and_24_months_where_the_time_has_come(
    rows: dict[str, list[Row]], facts: ConventionFacts, shown: Asked
) -> None:
    expected = {}
    contracts = contracts_of(rows, shown)
    for months in (6, 12, 24):
        due = [row for row in contracts if months_later(row["hired_on"], months) <= TODAY]
        kept = [
            row for row in due if row["ended_on"] is None or row["ended_on"] >= months_later(row["hired_on"], months)
        ]
        share = len(kept) / len(due) if due else None
        expected[f"après {months} mois"] = (len(kept), len(due) - len(kept), len(contracts) - len(due), share)

    assert by_label(figures.by_duration(facts, shown, ALL), "yes", "no", "waiting", "share") == (
        expected if contracts else {}
    )


@each_asked
def test_each_kind_of_contract_runs_or_has_ended(
    rows: dict[str, list[Row]], facts: ConventionFacts, shown: Asked
) -> None:
    names = {"permanent": "CDI", "fixed_term": "CDD", "temporary": "Intérim", "other": "Autre contrat"}
    running, ended = Counter[str](), Counter[str]()
    for row in contracts_of(rows, shown):
        runs = row["ended_on"] is None or row["ended_on"] >= TODAY
        (running if runs else ended)[names[row["contract_kind"]]] += 1
    expected = {name: (running[name], ended[name]) for name in {*running, *ended}}

    assert by_label(figures.by_kind(facts, shown, ALL), "yes", "no") == expected


@each_asked
def test_contracts_are_counted_by_centre_whatever_centre_is_chosen(
    rows: dict[str, list[Row]], facts: ConventionFacts, shown: Asked
) -> None:
    expected = Counter(row["centre_code"] for row in contracts_of(rows, shown, centre=False))

    bars = figures.by_centre(facts, shown, ALL).figures

    assert dict(bars.select("code", "value").iter_rows()) == expected
    assert bars["label"].to_list()[-1] == "Lieu non noté" or None not in expected


@each_asked
def test_tiles_compare_with_the_same_days_a_year_before(
    rows: dict[str, list[Row]], facts: ConventionFacts, shown: Asked
) -> None:
    def counted(asked: Asked | None) -> tuple[float | None, ...]:
        if asked is None:
            return (None, None, None, None)
        contracts = contracts_of(rows, asked)
        running = [row for row in contracts if row["ended_on"] is None or row["ended_on"] >= asked.as_of]
        held = [
            row
            for row in rows["information_meeting"]
            if row["held_on"] <= asked.as_of and asked.year in (None, row["held_on"].year)
        ]
        attendees, interested = sum(row["attendees"] for row in held), sum(row["interested"] for row in held)
        return (len(contracts), len(running), attendees, interested / attendees)

    before = None
    if shown.year is not None:
        before = Asked(date(2016, 5, 29), shown.year - 1, shown.aim, shown.centre_code, shown.centre_name)

    found = figures.tiles(facts, shown, ALL)

    assert tuple(tile.value for tile in found) == counted(shown)
    assert tuple(tile.previous for tile in found) == counted(before)


def test_the_sentence_gives_the_contracts_by_aim_and_the_last_twelve_months(
    rows: dict[str, list[Row]], facts: ConventionFacts
) -> None:
    contracts = contracts_of(rows, ASKED["since the convention"])
    days = [row["hired_on"] for row in contracts]
    aims = Counter(row["aim"] for row in contracts)
    last_year, year_before = date(2016, 5, 29), date(2015, 5, 29)
    lately = sum(last_year < day for day in days)
    earlier = sum(year_before < day <= last_year for day in days)

    said = figures.sentence(facts, ASKED["since the convention"], ALL)

    by_aim = " ; ".join(f"volet {aim} : {aims[aim]}" for aim in (1, 2, 3))
    assert said.startswith(f"{len(days)}\u00a0contrats conclus depuis fin 2013 ({by_aim}), dont ")
    assert said.endswith(f"Ces douze derniers mois : {lately} ; les douze précédents : {earlier}.")
    assert next(iter(figures.convention(facts, ASKED["since the convention"], ALL).figures)) == "contrats-par-volet"


def test_the_published_count_stays_in_words_and_is_in_no_chart(facts: ConventionFacts) -> None:
    said = published_sentence(facts)

    assert "une trentaine de contrats depuis fin 2013" in said
    assert "Au 30\u00a0mai 2017" in said
    for figure in figures.convention(facts, ASKED["since the convention"], ALL).figures.values():
        assert "Publié" not in figure.spoken + figure.subtitle + figure.headline


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        ("arrondi (une trentaine), cumul depuis la fin de 2013", "une trentaine de contrats"),
        ("exact", "30\u00a0contrats"),
    ],
)
def test_a_published_figure_is_as_sure_as_its_precision(precision: str, expected: str) -> None:
    assert published_words({"precision": precision, "unit": "contract", "value": 30.0}) == expected


def test_a_meeting_nobody_counted_is_a_gap_and_not_a_zero(facts: ConventionFacts) -> None:
    """May has one meeting without a count; June, which is not over, has none at all."""
    april = facts.meetings.filter(pl.col("held_on") < date(2017, 4, 1))
    may = {"held_on": date(2017, 5, 2), "place": "Murat", "year": 2017, "month_start": date(2017, 5, 1)}
    gap = replace(facts, meetings=pl.concat([april, pl.DataFrame([may]).cast({"year": pl.Int32})], how="diagonal"))

    said = figures.convention(gap, ASKED["the running year"], ALL)
    figure = said.figures["reunions-d-information"]

    assert figure.figures.filter(pl.col("month_start") == date(2017, 5, 1)).to_dicts() == [
        {"month_start": date(2017, 5, 1), "attendees": None, "interested": None, "uncounted": 1}
    ]
    assert date(2017, 4, 1) not in figure.figures["month_start"].to_list()
    assert "effectif non noté" in figure.subtitle
    assert "1 sans effectif noté" in said.note


def test_nobody_entered_anything_is_not_zero_contracts(facts: ConventionFacts) -> None:
    nothing = replace(
        facts, contracts=facts.contracts.clear(), candidates=facts.candidates.clear(), meetings=facts.meetings.clear()
    )

    for reader in (ALL, EVERYBODY):
        said = figures.convention(nothing, ASKED["since the convention"], reader)
        assert said.sentence == "Le suivi de la convention avec Pôle Emploi n’a pas encore été saisi."
        assert [tile.value for tile in said.tiles] == [None] * 4
        assert not said.figures
    assert "une trentaine" in published_sentence(nothing)
    assert "compte" not in published_sentence(nothing)


def test_a_contract_from_before_the_convention_is_in_no_figure_and_said(facts: ConventionFacts, file: Path) -> None:
    engine = engine_at(f"sqlite:///{file}")
    early = {"aim": 1, "candidate_ref": "EARLY", "stage": "hired", "contract_kind": "permanent"}
    with engine.connect() as connection:
        connection.execute(sa.insert(placement).values(**early, hired_on=date(2012, 3, 1)))
        typed = convention_facts(set_actor(connection, COORDINATOR), as_of=TODAY)
        connection.rollback()
    engine.dispose()

    assert typed.contracts.equals(facts.contracts)
    assert "1\u00a0contrat daté d’avant la convention" in figures.convention(typed, Asked(TODAY), ALL).note


def test_a_meeting_of_a_mistyped_year_makes_no_axis_of_centuries(facts: ConventionFacts) -> None:
    early = facts.meetings.head(1).with_columns(held_on=date(216, 3, 1), month_start=date(216, 3, 1))

    drawn = figures.by_month(replace(facts, meetings=pl.concat([early, facts.meetings])), Asked(TODAY)).figures

    assert drawn["month_start"].min() == date(2014, 6, 1)


@pytest.mark.parametrize("reader", [ALL, EVERYBODY], ids=["coordinator", "partner"])
def test_it_is_said_on_every_day_with_no_row_one_row_or_many(facts: ConventionFacts, reader: Reader) -> None:
    one = replace(facts, contracts=facts.contracts.head(1), candidates=facts.candidates.head(1))
    none = replace(facts, contracts=facts.contracts.clear())
    days = (date(2007, 1, 1), date(2016, 2, 29), date(2026, 12, 31), date(2027, 1, 2), date(2035, 12, 3))
    for known in (one, none) if reader == EVERYBODY else (facts, one, none):
        for day in days:
            said = figures.convention(replace(known, as_of=day), Asked(day, day.year), reader)
            assert all(figure.figures.height < 1500 for figure in said.figures.values())


@each_asked
def test_every_figure_has_its_words_and_its_table_without_a_pseudonym(
    rows: dict[str, list[Row]], facts: ConventionFacts, shown: Asked
) -> None:
    references = {row["candidate_ref"] for row in rows["placement"]}
    for figure in figures.convention(facts, shown, ALL).figures.values():
        file_text = tables.csv(figure.table).decode()

        assert figure.spoken == typeset(figure.spoken)
        assert not any(reference in file_text for reference in references)


def test_the_same_candidates_are_never_added_up_over_steps_or_horizons(facts: ConventionFacts) -> None:
    """Without a step or a horizon to group by there is no figure, rather than a wrong one."""
    at_horizons = placements.contracts_at_horizons(facts.contracts, as_of=TODAY)

    assert measure(at_horizons, placements.FOLLOW_UP).row(0) == (None, None, None)
