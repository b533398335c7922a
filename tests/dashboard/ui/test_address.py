"""Filters are kept in the address by code, and an address nobody wrote does no harm."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.application import PATIENCE_SECONDS


def _page() -> None:
    import streamlit as st

    from dashboard.ui import filters

    place = filters.choice(st.selectbox, "Lieu", {"tous": "Tous", "MURAT": "Murat"}, key="lieu", usual="tous")
    year = filters.number(st.slider, "Année", key="vue", first=2007, last=2017, usual=2017)
    names = filters.switch("Noms", key="noms")
    st.text(f"{place} {year} {names}")


def _opened(**query: str) -> AppTest:
    app = AppTest.from_function(_page, default_timeout=PATIENCE_SECONDS)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def _shown(app: AppTest) -> str:
    assert not app.exception
    return app.text[0].value


def test_without_a_word_in_the_address_filters_have_their_usual_value() -> None:
    app = _opened()

    assert _shown(app) == "tous 2017 False"
    assert not app.query_params


def test_the_address_sets_the_filters() -> None:
    """The code is in the address, its French name on the screen."""
    app = _opened(lieu="MURAT", vue="2013", noms="oui")

    assert _shown(app) == "MURAT 2013 True"
    assert app.selectbox[0].value == "MURAT"


@pytest.mark.parametrize(
    "query", [{"lieu": "PARIS"}, {"vue": "1789"}, {"vue": "douze"}, {"vue": "-1"}, {"noms": "<b>"}]
)
def test_a_value_that_is_no_option_is_not_followed(query: dict[str, str]) -> None:
    assert _shown(_opened(**query)) == "tous 2017 False"


def test_a_choice_is_written_in_the_address_and_taken_out_when_usual_again() -> None:
    app = _opened()
    app.selectbox[0].select("MURAT").run()
    chosen = dict(app.query_params)
    app.selectbox[0].select("tous").run()

    assert chosen == {"lieu": "MURAT"}
    assert not app.query_params


def _period() -> None:
    from datetime import date

    import streamlit as st

    from dashboard.ui import filters

    span = st.query_params.get("periode", "mois")
    period, said = filters.calendar_period(span, date(2026, 12, 3), date(2025, 11, 17), by_week=True)
    st.text(f"{period.first} {period.last} {said}")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, "2026-12-01 2026-11-30 décembre 2026, qui commence"),
        ({"mois_de": "2026-11"}, "2026-11-01 2026-11-29 novembre 2026 en cours, du 1er au 29\u00a0novembre 2026"),
        ({"mois_de": "2025-11"}, "2025-11-01 2025-11-30 novembre 2025"),
        ({"mois_de": "2025-10"}, "2026-12-01 2026-11-30 décembre 2026, qui commence"),
        (
            {"periode": "trimestre"},
            "2026-10-01 2026-11-29 4e trimestre 2026 en cours, du 1er\u00a0octobre au 29\u00a0novembre 2026",
        ),
        ({"periode": "trimestre", "trimestre_de": "2025-10"}, "2025-10-01 2025-12-31 4e trimestre 2025"),
        (
            {"periode": "dates", "du": "2026-10-12", "au": "2026-03-04"},
            "2026-03-04 2026-10-12 du 4\u00a0mars au 12\u00a0octobre 2026",
        ),
        (
            {"periode": "dates", "du": "le 5", "au": "2026-13-01"},
            "2026-12-01 2026-11-30 du 1er au 3\u00a0décembre 2026, qui commence",
        ),
        ({"periode": "tout"}, "2025-11-17 2026-11-29 depuis novembre 2025"),
    ],
)
def test_months_quarters_and_free_dates_are_periods_that_say_whether_they_run(
    query: dict[str, str], shown: str
) -> None:
    """On Thursday 3 December 2026, of a network that opened on 17 November 2025."""
    app = AppTest.from_function(_period, default_timeout=PATIENCE_SECONDS)
    app.query_params.update(query)

    assert _shown(app.run()) == shown
