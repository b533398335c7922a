"""A report of any year says what it can: nothing entered, a year that runs, figures on both engines."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.reporting import FORMS, Form, UnknownPlace, centre_note, report_file, year_file, year_report
from dashboard.wording.typography import typeset
from data_access.engine import reading, writing
from data_access.facts import ReportFacts
from data_access.reads.subjects import report_facts
from data_access.rights import COMMAND_LINE, VISITOR, NotPermitted, set_actor
from tests.dashboard.reporting.conftest import TODAY
from tests.dashboard.reporting.reading_back import text_of
from tests.data_access.weekly_sheets import add_network, store_usual_weeks
from tests.databases import on_sqlite
from tests.demonstrations import demonstration


def facts_of(engine: sa.Engine, year: int, *, today: date = TODAY) -> ReportFacts:
    with reading(engine, today, COMMAND_LINE) as connection:
        return report_facts(connection, year, as_of=today)


@on_sqlite
@pytest.mark.parametrize("form", FORMS)
def test_without_any_data_the_report_says_so(engine: sa.Engine, tmp_path: Path, form: Form) -> None:
    """And does not say that data are invented: there is none."""
    name, content = year_file(facts_of(engine, 2013), form)
    (tmp_path / name).write_bytes(content)
    said = text_of(tmp_path / name)

    assert "Aucun télécentre n’était ouvert en 2013" in said
    assert "démonstration" not in said


@pytest.mark.slow
def test_a_small_real_network_has_its_report_on_both_engines(engine: sa.Engine, tmp_path: Path) -> None:
    """Two places open, one closed since; nothing is said of programmes without data, but that they have none."""
    with writing(engine) as connection:
        add_network(connection)
        store_usual_weeks(connection, [20, 24, 22])
    facts = facts_of(engine, 2017, today=date(2017, 6, 9))
    report = year_report(facts)
    name, content = year_file(facts, "pdf")
    (tmp_path / name).write_bytes(content)

    assert report.lines.texts["2017"][:4].to_list() == ["2", "12", "8", "4"]
    assert facts.running
    assert "Chiffres provisoires : l’année n’est pas finie." in report.line_notes
    assert any("le Pass Actifs Mobiles" in note for note in report.line_notes)
    assert "du 1er janvier au 9 juin 2017" in text_of(tmp_path / name)
    assert centre_note(facts, "MURAT").lines.texts["Ce lieu"][0] == "6"
    # It closed in the year: it has its note, and no seat at the end.
    assert centre_note(facts, "YDES").sentence.startswith("Fermé le 30\u00a0avril 2017. ")
    with pytest.raises(UnknownPlace):
        centre_note(facts, "PIERREFORT")


@pytest.mark.parametrize("year", [2008, 2012, 2014, 2016, 2017])
def test_every_year_of_the_demonstration_has_a_report(year: int) -> None:
    report = year_report(facts_of(demonstration(TODAY), year))

    assert report.lines.frame["label"][0] == "Nombre de télécentres"
    texts = [report.sentence, *report.line_notes, *(subject.headline for subject in report.subjects)]
    assert all("None" not in text and "nan" not in text.lower() for text in texts)
    for subject in report.subjects:
        assert subject.draw is None or typeset(subject.alternative) == subject.alternative


def test_a_year_that_runs_is_not_compared_with_a_whole_one() -> None:
    running, over = (year_report(facts_of(demonstration(TODAY), year)) for year in (2017, 2016))

    assert running.lines.texts.columns == ["Indicateur", "2017", "Repose sur"]
    assert over.lines.texts.columns == ["Indicateur", "2016", "2015", "Écart", "Repose sur"]


def test_who_may_see_no_figure_gets_no_report() -> None:
    with demonstration(TODAY).connect() as connection, pytest.raises(NotPermitted):
        report_file(set_actor(connection, VISITOR), 2013, "pdf", as_of=TODAY)
