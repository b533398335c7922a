"""Who may not see small counts sees none: on no page, in no table, no file, no chart, no sentence; the coordinator sees all."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.charts.palette import LIGHT
from dashboard.exports import tables
from dashboard.figures import passes, welcome
from dashboard.figures import placements as convention
from dashboard.figures.model import EVERYBODY, Figure, Table
from dashboard.figures.pass_people import Club
from dashboard.figures.placements import Asked
from dashboard.indicators import placements
from dashboard.indicators.disclosure import last_published
from dashboard.indicators.model import measure
from dashboard.ui import components, disclosure, filters, session, store, visitors
from dashboard.wording.terms import HIDDEN, SMALL_COUNTS_HIDDEN
from data_access.rights import Actor
from tests.application import files, opened, said
from tests.dashboard.indicators.differencing import one_dimension
from tests.pages.conftest import TODAY
from tests.pages.french import faults_of

VIEWER: Final = Actor("consultation@localhost", "viewer")
COORDINATOR: Final = Actor("coordination@localhost", "coordinator")
MASKED: Final = ("placements", "passes", "welcome", "occupancy", "agenda")
UNCUT: Final = ("placements", "passes", "welcome")
WITH_PEOPLE: Final = (*MASKED, "overview", "evaluation")
# Since the first membership, up to the last year that is over.
_WHOLE: Final = (date(2012, 2, 1), date(2016, 12, 31))
# What small numbers may stand for, people apart: any other column has to be without one.
NO_PEOPLE: Final = frozenset(
    {
        *("Nombre", "Tenues", "À venir", "Présence connue", "Durée (h)", "Complétude", "Remplissage", "Centres"),
        *("Télécentres", "Positions", "Bureaux", "Open space", "Heures d’utilisation (h)"),
    }
)
A_FEW_PEOPLE: Final = re.compile(
    r"(?<![\d,.\u202f])[1-4]\s(personne|adhérent|adhésion|contrat|départ|porteur|famille|foyer|participant|participation|"
    r"intéressé|position occupée|positions occupées|pointage|candidat|période gratuite|abandon|utilisateur)"
)


@pytest.fixture
def as_viewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a page may see figures, and no small count."""
    monkeypatch.setattr(session, "PERSONAS", {**session.PERSONAS, "coordination": ("Consultation", VIEWER)})


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Table]:
    """Every table shown on the page opened, be it for reading or for a file."""
    seen: list[Table] = []

    def noting(function: Callable[..., Any]) -> Callable[..., Any]:
        def noted(shown: Table | Callable[[], Table], *args: Any, **kwargs: Any) -> Any:
            seen.append(shown() if callable(shown) else shown)
            return function(shown, *args, **kwargs)

        return noted

    monkeypatch.setattr(components, "table", noting(components.table))
    monkeypatch.setattr(components, "_files", noting(components._files))
    return seen


def few_people(shown: Table) -> list[tuple[str, str]]:
    """The cells of a table's file that count from one to four people."""
    found = csv.DictReader(io.StringIO(tables.csv(shown).decode("utf-8-sig")), delimiter=";")
    return [
        (heading, value)
        for row in found
        for heading, value in row.items()
        if heading not in NO_PEOPLE and value.split(",")[0] in {"1", "2", "3", "4"}
    ]


def every_text(app: AppTest) -> str:
    """What the page says, and what it says in place of its charts."""
    return " ".join([said(app), *(chart.proto.alt for chart in app.get("vega_lite_chart"))])


@pytest.mark.parametrize("name", WITH_PEOPLE)
def test_no_table_file_sentence_or_tile_counts_few_people(
    name: str, demonstration_settings: None, as_viewer: None, drawn: list[Table]
) -> None:
    app = opened(name)

    assert not app.exception
    assert drawn
    # What is drawn for partners is not what `test_pages` has read.
    assert faults_of(name, app, []) == []
    assert {cell for shown in drawn for cell in few_people(shown)} == set()
    assert A_FEW_PEOPLE.findall(every_text(app)) == []
    assert (SMALL_COUNTS_HIDDEN in said(app)) == (name in MASKED)
    if name in UNCUT:
        # The same people cut by place, status and year at once would be told apart one by one.
        assert [choice.key for choice in app.selectbox] == ["persona"]
        assert not app.get("button_group")


@pytest.mark.parametrize("name", MASKED)
def test_who_may_see_them_is_told_nothing_and_sees_them(
    name: str, demonstration_settings: None, drawn: list[Table]
) -> None:
    app = opened(name)

    assert SMALL_COUNTS_HIDDEN not in said(app)
    assert HIDDEN not in " ".join(tables.csv(shown).decode() for shown in drawn)
    # Who is there now depends on the hour, and what is to come has counted nobody yet.
    if name in UNCUT:
        assert any(few_people(shown) for shown in drawn)


@pytest.mark.parametrize("network", ["reference_settings", "empty_settings", "one_centre_settings"])
def test_a_page_draws_where_little_or_nothing_was_entered(
    network: str, as_viewer: None, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(network)

    for name in WITH_PEOPLE:
        assert not opened(name).exception, name


def test_the_report_with_the_detail_of_programmes_is_not_handed_out(
    demonstration_settings: None, as_viewer: None
) -> None:
    app = opened("evaluation")
    labels = files(app)

    assert not any("Bilan" in label for label in labels)
    assert any("Notes des lieux" in label for label in labels)


def test_no_event_of_the_past_counts_few_people(
    demonstration_settings: None, as_viewer: None, drawn: list[Table]
) -> None:
    app = opened("agenda", quand="tous")

    (agenda,) = {shown.title: shown for shown in drawn if "attendance" in shown.headings}.values()
    assert agenda.frame["attendance"].count() > 10
    assert agenda.frame["attendance_hidden"].any()
    assert {cell for shown in drawn for cell in few_people(shown)} == set()
    assert A_FEW_PEOPLE.findall(every_text(app)) == []


def test_an_address_with_filters_changes_nothing(demonstration_settings: None, as_viewer: None) -> None:
    plain, asked = opened("placements"), opened("placements", annees="2016", volet="3", centre="MURAT")

    assert said(asked) == said(plain)


def test_partners_and_coordinators_are_given_the_same_totals(demonstration_settings: None) -> None:
    """What is hidden is in the parts: the network's own figures are those of everybody. Three families settled in the last
    year: their total would tell of them."""
    totals = {}
    for actor in (VIEWER, COORDINATOR):
        with session.acting(actor):
            day = last_published(TODAY)
            tiles = convention.tiles(store.convention_facts(as_of=day), Asked(day), disclosure.reader())
            facts = welcome.known_on(store.welcome_facts(as_of=TODAY), day)
            tiles += welcome.tiles(facts, welcome.sessions(facts), disclosure.reader())
            totals[actor.role] = [(tile.indicator.key, tile.value) for tile in tiles]

    (moved,) = set(totals["coordinator"]) - set(totals["viewer"])
    assert moved == ("settled_families", 97)
    assert ("settled_families", None) in totals["viewer"]


def test_no_page_slide_or_note_counts_people_on_another_day(
    demonstration_settings: None, as_viewer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two pages of two dates, taken one from the other, would tell who came in between."""
    asked: set[date] = set()
    for name in ("club_facts", "overview_facts", "evaluated_years", "presentation_facts"):
        ask = getattr(store, name)

        def noting(*args: Any, ask: Callable[..., Any] = ask, **days: Any) -> Any:
            asked.add(days.get("on") or days.get("counted_on") or days["as_of"])
            return ask(*args, **days)

        monkeypatch.setattr(store, name, noting)
    shown = said(opened("overview"))
    assert "Utilisateurs, en 2016" in shown
    assert "Adhérents au Pass Actifs Mobiles, au 31\u00a0décembre 2016" in shown
    with session.acting(VIEWER):
        assert not opened("evaluation", annee="2017").exception
        visitors.deck_of(("pass", "indicateur.users"))

    assert asked == {_WHOLE[1]}


def test_nothing_is_recovered_from_the_contracts_of_the_demonstration(demonstration_settings: None) -> None:
    """The attack on generated networks, on what the page itself shows."""
    with session.acting(VIEWER):
        known = store.convention_facts(as_of=TODAY)
        facts = known.contracts
        by_centre = measure(facts, [placements.PLACEMENTS], by="centre_code")
        figure = convention.by_centre(known, Asked(TODAY), EVERYBODY)
        told = by_centre.select("centre_code").join(
            figure.table.frame, on="centre_code", how="left", nulls_equal=True, maintain_order="left"
        )
        by_aim = convention.by_aim(known, Asked(TODAY), EVERYBODY).table.frame

    assert told["placements_hidden"].sum() > 1
    assert one_dimension(by_centre, told, "centre_code", "placements").recovered() == set()

    of_aims = measure(facts, [placements.PLACEMENTS], by="aim")
    assert one_dimension(of_aims, by_aim, "aim", "placements").recovered() == set()


def test_a_hidden_count_is_not_in_the_chart_either(demonstration_settings: None) -> None:
    with session.acting(VIEWER):
        figures: list[Figure] = [
            convention.by_centre(store.convention_facts(as_of=TODAY), Asked(TODAY), EVERYBODY),
            *passes.year_after_year(Club(*filters.published_club(), EVERYBODY)),
        ]

    for figure in figures:
        drawn = [row for rows in figure.drawn(LIGHT).to_dict()["datasets"].values() for row in rows]
        hidden = figure.figures.filter(pl.col("value").is_null())["label"].to_list()
        assert {row["value"] for row in drawn if row.get("label") in hidden} <= {None, 0}
