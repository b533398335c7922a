"""The lines of a year: where each figure comes from, what it rests on, and what is not known is never zero."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.figures import evaluation
from dashboard.figures.model import EVERYBODY, STAFF
from dashboard.wording.numbers import NO_BREAK
from data_access.facts import YearFacts
from tests.dashboard.indicators.test_evaluation import YEAR_2013

HEADINGS = ("indicator", "year_from", "year_to", "value", "precision", "source")


def year_of(**changed: Any) -> YearFacts:
    """A year entered to the last week, of ten places."""
    frames = {name: getattr(YEAR_2013, name) for name in ("network", "attendance", "users", "passes")}
    return YearFacts(**{"year": 2015, "on": date(2015, 12, 31), **frames, **changed})


def nothing_entered(year: int) -> YearFacts:
    """A year as the reads answer it on a database without a row."""
    empty = {name: getattr(YEAR_2013, name).clear() for name in ("network", "attendance", "users", "passes")}
    none = pl.DataFrame([dict.fromkeys(YEAR_2013.attendance.columns)], schema=YEAR_2013.attendance.schema)
    return year_of(year=year, on=date(year, 12, 31), **{**empty, "attendance": none})


def published(*rows: tuple[str, int, float, str, str]) -> pl.DataFrame:
    """What was published: indicator, year, value, precision, source."""
    told = [(key, year, year, value, precision, source) for key, year, value, precision, source in rows]
    return pl.DataFrame(told, schema=HEADINGS, orient="row", schema_overrides={"value": pl.Float64})


NOTHING_PUBLISHED = published(("seats", 1990, 1, "exact", "ailleurs"))
FACTS_2014 = published(
    ("hours", 2014, 45000, "à la centaine", "Rapport d’activité 2014"), ("hours", 2014, 1, "exact", "Un journal"),
    ("users", 2014, 230, "exact", "Rapport d’activité 2014"), ("centres", 2014, 11, "exact", "Rapport d’activité 2014"),
)  # fmt: skip


def test_what_was_published_stands_where_no_rows_are_and_says_so() -> None:
    """By the first source; a year with rows keeps its own figures."""
    said = evaluation.evaluated(nothing_entered(2014), FACTS_2014, EVERYBODY)
    lines = {key: (line.text, line.origin) for key, line in said.lines.items()}

    assert lines["hours"] == ("45\u202f000\u202fh", "published")
    assert lines["users"] == ("230", "published")
    assert lines["seats"] == ("n.\u00a0d.", "missing")
    assert said.lines["hours"].rests_on == "publié, à la centaine (Rapport d’activité 2014)"
    assert "45\u202f000\u202fh" in evaluation.sentence(said, EVERYBODY)
    assert "chiffres publiés" in evaluation.sentence(said, EVERYBODY)
    assert evaluation.evaluated(year_of(year=2014), FACTS_2014, EVERYBODY).values["hours"] == 43800


def test_the_years_tell_apart_what_is_computed_published_provisional_and_missing() -> None:
    facts = [nothing_entered(2014), year_of(), year_of(year=2016, on=date(2016, 6, 30))]
    every = [evaluation.evaluated(each, FACTS_2014, STAFF) for each in facts]
    figure = evaluation.years(every, 2015)
    origins = dict(figure.figures.filter(pl.col("key") == "hours").select("year", "origin").iter_rows())
    told = dict(figure.table.frame.select("year", "remarks").iter_rows())

    assert origins == {2014: "published", 2015: "computed", 2016: "provisional"}
    assert "publié : télécentres, utilisateurs, heures" in told[2014]
    assert "sans donnée : positions" in told[2014]
    assert told[2016].startswith("année en cours")
    assert "2014 (publié)" in figure.spoken.replace(NO_BREAK, " ")


def test_the_cost_of_a_seat_says_for_how_many_seats_it_is_known() -> None:
    known = pl.col("centre_code") == "C9"
    network = YEAR_2013.network.with_columns(cost_eur=pl.when(known).then(900.0))
    said = evaluation.evaluated(year_of(network=network), NOTHING_PUBLISHED, STAFF).lines["cost_per_seat"]
    whole = evaluation.evaluated(year_of(), NOTHING_PUBLISHED, STAFF).lines["cost_per_seat"]
    running = evaluation.evaluated(year_of(on=date(2015, 6, 30)), NOTHING_PUBLISHED, STAFF).lines["cost_per_seat"]

    assert said.rests_on == "coûts saisis, sur 3 postes des 58"
    assert (said.text, whole.text) == ("300\u00a0€", "934\u00a0€")
    assert whole.rests_on == "coûts saisis"
    assert running.rests_on == "coûts saisis, provisoire"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (year_of(on=date(2014, 11, 26)), "L’année 2015 n’a pas commencé."),
        (nothing_entered(2015), "Aucun télécentre n’était ouvert en 2015."),
        (
            year_of(attendance=nothing_entered(2015).attendance),
            "En 2015, 10 télécentres et 58 positions de travail étaient à disposition ; aucun relevé complet ne dit leur "
            "utilisation.",
        ),
    ],
)
def test_a_sentence_says_what_is_not_known(facts: YearFacts, sentence: str) -> None:
    said = evaluation.sentence(evaluation.evaluated(facts, NOTHING_PUBLISHED, STAFF), STAFF)

    assert said.replace(NO_BREAK, " ") == sentence


def test_part_of_a_year_is_not_set_against_a_whole_one() -> None:
    """What a day has compares: places, seats, members, a rate. What a whole year brings does not."""
    running = evaluation.evaluated(year_of(on=date(2015, 6, 30)), NOTHING_PUBLISHED, STAFF)
    table = evaluation.year_table(running, evaluation.evaluated(year_of(year=2013), NOTHING_PUBLISHED, STAFF), "2013")
    moved = dict(table.frame.select("key", "difference").iter_rows())

    assert {key for key, difference in moved.items() if difference is None} == {"hours", "users", "cost_per_seat"}


def test_few_people_are_hidden_from_who_may_not_see_them() -> None:
    facts = year_of(users=YEAR_2013.users.with_columns(users=pl.lit(3)))
    line = evaluation.evaluated(facts, NOTHING_PUBLISHED, EVERYBODY).lines["users"]

    assert (line.value, line.text) == (None, "moins de 5")
    assert evaluation.evaluated(facts, NOTHING_PUBLISHED, STAFF).lines["users"].text == "3"
