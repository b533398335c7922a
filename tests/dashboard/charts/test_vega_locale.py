import altair as alt
import polars as pl
import vl_convert as vlc

from dashboard.wording.dates import vega_locale


def test_months_and_days_are_those_of_french() -> None:
    time = vega_locale()["time"]

    assert time["shortMonths"] == [
        "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
    ]  # fmt: skip
    assert time["days"] == ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"]
    assert time["shortDays"] == ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."]
    assert len(time["months"]) == 12


def test_an_exported_chart_writes_french_numbers_and_months() -> None:
    facts = pl.DataFrame({"month": ["2017-02-01"], "hours": [43800.5], "rate": [0.35], "delta": [-3.2]})
    chart = (
        alt.Chart(facts)
        .transform_calculate(
            label="format(datum.hours, ',.1f') + ' | ' + format(datum.rate, '.0%') + ' | '"
            " + format(datum.delta, '+.1f') + ' | ' + timeFormat(toDate(datum.month), '%b %Y')"
        )
        .mark_text()
        .encode(text="label:N")
        .configure(locale=vega_locale())
    )
    expected = "43\u202f800,5 | 35\u00a0% | −3,2 | févr. 2017"

    assert expected in vlc.vegalite_to_svg(chart.to_dict())
