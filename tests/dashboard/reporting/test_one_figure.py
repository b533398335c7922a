"""One figure, one number, one word, whoever reads it: page, file, report, note, show, command and open data."""

import csv as csv_files
import io
from dataclasses import replace
from datetime import date

import openpyxl
import polars as pl
import pytest

from dashboard.command.report import _as_table, _figures
from dashboard.exports.tables import csv, xlsx
from dashboard.figures import evaluation, use
from dashboard.figures.model import STAFF, Perimeter
from dashboard.figures.places import with_figures
from dashboard.figures.show import Show
from dashboard.indicators.catalogue import EVALUATION, indicator
from dashboard.publication import published_facts, published_figures
from dashboard.reporting import centre_note, year_report
from data_access.engine import reading
from data_access.facts import ReportFacts
from data_access.periods import Period
from data_access.reads.presentation import presentation_facts
from data_access.reads.subjects import report_facts
from data_access.rights import COMMAND_LINE
from tests.dashboard.reporting.conftest import TODAY
from tests.demonstrations import demonstration

SHOWN = ("centres", "seats", "users", "pass_members")
"""What the show gives of a day, on the last one of a year."""


@pytest.fixture(scope="module")
def facts_2016() -> ReportFacts:
    with reading(demonstration(TODAY), TODAY, COMMAND_LINE) as connection:
        return report_facts(connection, 2016, as_of=TODAY)


@pytest.fixture(scope="module")
def opened(facts_2016: ReportFacts) -> pl.DataFrame:
    """The rows of the open data."""
    with reading(demonstration(TODAY), TODAY, COMMAND_LINE) as connection:
        return published_figures(published_facts(connection, today=TODAY))


def test_every_reader_of_a_year_has_one_number(facts_2016: ReportFacts, opened: pl.DataFrame) -> None:
    """Each line of each year: the years side by side, the open data; and of the last, page, files, report and command."""
    every = {each.year: each.values for each in evaluation.every_year(facts_2016.evaluated, STAFF)}
    table = evaluation.years(evaluation.every_year(facts_2016.evaluated, STAFF), 2016).table.frame
    page = evaluation.evaluation(facts_2016.evaluated, STAFF).figures["lines"].table
    report = year_report(facts_2016).lines
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx(page)))["Données"]
    told = _figures(evaluation.evaluated(facts_2016.evaluation, facts_2016.evaluated.published, STAFF))

    assert list(every) == list(range(2007, 2018))
    for year, values in every.items():
        row = table.row(by_predicate=pl.col("year") == year, named=True)
        annual = opened.filter(
            pl.col("every") == "year", pl.col("insee_code") == "15", pl.col("ends_on") == date(year, 12, 31)
        )
        given = dict(annual.select("key", "value").iter_rows())
        for key, value in values.items():
            assert row[key] == (value and pytest.approx(value, abs=0.5)), (year, key)
            assert key not in given or given[key] == pytest.approx(value), (year, key)
    now = every[2016]
    for lines in (page, report):
        assert dict(lines.frame.select("key", "value").iter_rows()) == pytest.approx(now)
    assert {key: value for key, value in told.items() if key != "year"} == pytest.approx(now)
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == pytest.approx([now[each.key] for each in EVALUATION])


def test_the_show_has_the_numbers_of_the_evaluation(facts_2016: ReportFacts) -> None:
    last = date(2016, 12, 31)
    values = evaluation.evaluated(facts_2016.evaluation, facts_2016.evaluated.published, STAFF).values
    with reading(demonstration(TODAY), TODAY, COMMAND_LINE) as connection:
        shown = Show(presentation_facts(connection, on=last, today=TODAY))

    assert {key: shown.value(indicator(key)) for key in SHOWN} == {key: values[key] for key in SHOWN}
    if shown.facts.period == Period.year(2016):
        assert shown.value(indicator("hours")) == pytest.approx(values["hours"])


def test_every_reader_of_a_place_has_one_number(facts_2016: ReportFacts) -> None:
    """Its note, the list of the report and the ranking of the page; and the places add up to the network."""
    of = Perimeter(facts_2016.use.period, TODAY, None, None)
    ranking = use.ranking(facts_2016.use, of).table.frame
    listed = with_figures(facts_2016.network).filter("of_period")
    hours = 0.0
    for code, name in facts_2016.place_names.items():
        note = dict(centre_note(facts_2016, code).lines.frame.select("key", "value").iter_rows())
        row = listed.row(by_predicate=pl.col("code") == code, named=True)
        ranked = ranking.row(by_predicate=pl.col("name") == name, named=True)
        hours += note["hours"] or 0
        for key in ("hours", "fill_rate", "occupied_half_days", "offered_half_days", "completeness"):
            assert note[key] == (row[key] and pytest.approx(row[key])), (code, key)
        assert ranked["fill_rate"] == note["fill_rate"]

    assert hours == pytest.approx(
        evaluation.evaluated(facts_2016.evaluation, facts_2016.evaluated.published, STAFF).values["hours"]
    )


def test_numbers_are_plain_in_the_file_and_their_unit_stands_beside(facts_2016: ReportFacts) -> None:
    """No apostrophe before a rise: a spreadsheet would show it."""
    table = evaluation.evaluation(facts_2016.evaluated, STAFF).figures["lines"].table
    rows = list(csv_files.DictReader(io.StringIO(csv(table).decode("utf-8-sig")), delimiter=";"))
    told = {row["Indicateur"]: (row["2016"], row["Écart"], row["Unité"]) for row in rows}

    assert "'+" not in csv(table).decode()
    assert told["Nombre de télécentres"] == ("12", "+2", "télécentres")
    assert told["Nombre d’heures d’utilisation"][2] == "heures"
    assert float(told["Taux moyen de remplissage"][1].replace(",", ".")) > 0


def test_a_word_changed_in_one_file_is_changed_for_every_reader(
    monkeypatch: pytest.MonkeyPatch, facts_2016: ReportFacts
) -> None:
    """The page with its tiles and its file, the report with its years, the command."""
    renamed = tuple(
        replace(each, label="Heures servies") if each.key == "hours" else each for each in evaluation.EVALUATION
    )
    monkeypatch.setattr(evaluation, "EVALUATION", renamed)
    facts = facts_2016.evaluated
    page, report = evaluation.evaluation(facts, STAFF), year_report(facts_2016)
    [years] = [subject for subject in report.subjects if subject.key.startswith("bilan-")]

    assert "Heures servies" in [tile.indicator.label for tile in page.tiles]
    assert "Heures servies" in csv(page.figures["lines"].table).decode()
    assert "Heures servies" in report.lines.texts["Indicateur"].to_list()
    assert "Heures servies" in years.spoken
    assert "Heures servies" in page.figures["years"].spoken
    assert "Heures servies" in _as_table(evaluation.evaluated(facts.asked, facts.published, STAFF))
