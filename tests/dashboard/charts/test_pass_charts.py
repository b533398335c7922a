"""What every chart of the Pass owes its reader: both themes, titles, letters, an empty state, and its point in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import altair as alt
import polars as pl
import pytest

from dashboard.charts.bars import pass_cohorts, pass_cohorts_in_words
from dashboard.charts.columns import pass_flows, pass_flows_in_words
from dashboard.charts.heat import pass_services, pass_services_in_words
from dashboard.charts.lines import PublishedPoint, pass_members, pass_members_in_words
from dashboard.charts.palette import LIGHT, PALETTES, Palette
from dashboard.charts.theme import Titles
from dashboard.exports.images import png
from dashboard.wording.typography import typeset

TITLES = Titles("Le club grandit", "Nombre d’adhérents à la fin du mois")
PUBLISHED = PublishedPoint(date(2013, 12, 1), 111, "111 (évaluation 2013)")
# From November 2013 to May 2017, whose end is still to come.
MONTHS = [date(2013, 11, 1), date(2013, 12, 1), date(2014, 1, 1), date(2014, 2, 1)]
MEMBERS = pl.DataFrame(
    {
        "month_start": MONTHS,
        "counted_on": [date(2013, 11, 30), date(2013, 12, 31), date(2014, 1, 31), date(2014, 2, 12)],
        "members": [104, 111, 109, 114],
        "chosen": [False, True, True, True],
    }
)
FLOWS = pl.DataFrame(
    {
        "first_month": MONTHS,
        "last_month": MONTHS,
        "pass_joins": [4, 7, 0, 6],
        "pass_losses": [1, 0, 1, 0],
        "pass_own_premises": [0, 0, 1, 1],
        "pass_net": [3, 7, -2, 5],
    }
)
# The first cohort is past its free months; two of the second are still in them; the third has just begun.
COHORTS = pl.DataFrame(
    {
        "first_month": [date(2016, 5, 1), date(2016, 11, 1), date(2017, 2, 1)],
        "last_month": [date(2016, 7, 1), date(2017, 1, 1), date(2017, 4, 1)],
        "joined": [12, 5, 4],
        "trials_over": [12, 3, 0],
        "kept": [9, 3, 0],
        "left_own_premises": [1, 0, 0],
        "kept_share": [0.75, None, None],
    }
)
SERVICES = pl.DataFrame(
    {
        "label": ["Domiciliation", "Domiciliation", "Courrier", "Courrier"],
        "year": [2016, 2017, 2016, 2017],
        "people": [27, 30, 0, 3],
    }
)


@dataclass(frozen=True)
class Case:
    """One chart: what it is drawn from, how it is drawn and how it is said."""

    figures: pl.DataFrame
    draw: Callable[..., Any]
    say: Callable[..., str]


CASES = {
    "pass_members": Case(
        MEMBERS, partial(pass_members, published=(PUBLISHED,)), partial(pass_members_in_words, published=(PUBLISHED,))
    ),
    "pass_flows": Case(FLOWS, pass_flows, pass_flows_in_words),
    "pass_cohorts": Case(COHORTS, pass_cohorts, pass_cohorts_in_words),
    "pass_services": Case(SERVICES, pass_services, pass_services_in_words),
}
each_chart = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
each_palette = pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)


@each_chart
@each_palette
def test_it_is_drawn_with_its_titles(case: Case, palette: Palette) -> None:
    chart = case.draw(case.figures, palette=palette, titles=TITLES)
    description = chart.to_dict()

    assert description["title"]["text"] == [TITLES.headline]
    assert description["config"]["background"] == palette.background
    assert png(chart, scale=1).startswith(b"\x89PNG")


@each_chart
def test_it_can_be_drawn_with_nothing_to_show(case: Case) -> None:
    assert png(case.draw(case.figures.clear(), palette=LIGHT), scale=1).startswith(b"\x89PNG")


@each_chart
def test_it_is_said_in_one_french_paragraph(case: Case) -> None:
    for said in (case.say(case.figures), case.say(case.figures.clear())):
        assert said.endswith(".")
        assert said == typeset(said)
        assert "None" not in said


@each_chart
@each_palette
def test_it_uses_no_colour_but_those_of_the_palette(case: Case, palette: Palette) -> None:
    heat = {colour for one in palette.heat for colour in (one.fill, one.ink)}
    inks = {palette.background, palette.text, palette.secondary_text, palette.border, palette.context}

    assert colours_in(case.draw(case.figures, palette=palette).to_dict()) <= {*inks, *palette.categorical, *heat}


def test_the_published_figure_is_a_point_with_its_words_and_no_part_of_the_line() -> None:
    chart = pass_members(MEMBERS, palette=LIGHT, published=(PUBLISHED,))
    expected = [{"month": "déc.\u00a02013", "members": 111, "label": "111 (évaluation 2013)"}]

    assert expected in [found for found in datasets(chart) if found and "label" in found[0]]


def test_a_published_figure_older_than_the_first_member_leaves_the_line_where_it_begins() -> None:
    older = PublishedPoint(date(2012, 12, 1), 54, "54")
    chart = pass_members(MEMBERS, palette=LIGHT, published=(older,))
    (line,) = [found for found in datasets(chart) if found and "chosen" in found[0] and len(found) > 1]

    assert [point["members"] for point in line] == [104, 111, 109, 114]


def test_in_words_the_members_are_given_at_both_ends_of_the_months_chosen() -> None:
    expected = typeset(
        "Courbe des adhérents par mois : 111\u00a0adhérents au 31 décembre 2013, 114\u00a0adhérents au 12 février 2014 ; "
        "au plus bas 109\u00a0adhérents au 31 janvier 2014, au plus haut 114\u00a0adhérents au 12 février 2014. "
        "Repère publié : 111 (évaluation 2013)."
    )

    assert pass_members_in_words(MEMBERS, published=(PUBLISHED,)) == expected


def test_departures_for_premises_of_their_own_have_their_own_part_below_the_others() -> None:
    parts = next(found for found in datasets(pass_flows(FLOWS, palette=LIGHT)) if found and "part" in found[0])
    january = [(part["part"], part["from"], part["to"]) for part in parts if part["span"] == "janv.\u00a02014"]

    assert january == [("départs", -1, 0), ("partis dans leurs propres locaux", -2, -1)]


def test_in_words_premises_of_their_own_are_no_departure() -> None:
    expected = typeset(
        "Colonnes des mouvements du Pass : 17\u00a0adhésions, 2\u00a0départs et 2\u00a0installations dans ses propres locaux, "
        "soit un solde de +13. Meilleur solde : +7 (déc.\u00a02013) ; le plus bas : −2 (janv.\u00a02014)."
    )

    assert pass_flows_in_words(FLOWS) == expected


def test_a_cohort_still_in_its_free_months_has_no_share() -> None:
    words = next(found for found in datasets(pass_cohorts(COHORTS, palette=LIGHT)) if found and "known" in found[0])
    expected = ["75\u00a0% (9 sur 12)", "en cours\u00a0: 2 sur 5", "en cours\u00a0: 4 sur 4"]

    assert [row["said"] for row in words] == expected


def test_the_parts_of_a_cohort_make_the_whole_of_it() -> None:
    parts = next(found for found in datasets(pass_cohorts(COHORTS, palette=LIGHT)) if found and "part" in found[0])
    first = [(part["part"], part["people"]) for part in parts if part["cohort"] == "mai–juil.\u00a02016"]

    assert first == [("restés", 9), ("partis dans leurs propres locaux", 1), ("partis", 2)]
    assert sum(part["people"] for part in parts) == COHORTS["joined"].sum()


def test_in_words_the_cohorts_give_their_best_their_worst_and_what_is_not_known_yet() -> None:
    expected = typeset(
        "Barres de 3\u00a0cohortes : 75 % (mai–juil.\u00a02016) restés au septième mois ; "
        "1\u00a0personne partie dans leurs propres locaux. 6\u00a0personnes sont encore dans les six mois gratuits."
    )

    assert pass_cohorts_in_words(COHORTS) == expected


def test_a_year_without_anybody_is_a_zero_and_no_hole() -> None:
    cells = next(found for found in datasets(pass_services(SERVICES, palette=LIGHT)) if found)

    assert [cell["said"] for cell in cells] == ["27", "30", "0", "3"]
    assert cells[2]["fill"] == LIGHT.background


def datasets(chart: alt.LayerChart) -> list[list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = chart.to_dict()["datasets"]
    return list(found.values())


def colours_in(value: object) -> set[str]:
    if isinstance(value, dict):
        return {colour for part in value.values() for colour in colours_in(part)}
    if isinstance(value, list):
        return {colour for part in value for colour in colours_in(part)}
    return {value} if isinstance(value, str) and len(value) == 7 and value.startswith("#") else set()
