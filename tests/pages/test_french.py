"""The rule « French and only French » finds English wherever a page may say it; pages are held to it in `test_pages`."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.ui.forms.entries.editing import EntryForm
from dashboard.ui.forms.entries.subjects import ENTRY_FORMS
from tests.application import opened
from tests.pages.french import faults_of, note_downloads, texts


def _in_english() -> None:
    import altair as alt
    import polars as pl
    import streamlit as st

    rows = pl.DataFrame({"centre_code": ["MURAT"], "Postes": ["open_space"], "Taux": [0.5]})
    from dashboard.figures.model import Table
    from dashboard.ui import components

    components.table(Table("Postes", rows, {name: name for name in rows.columns}))
    st.dataframe(
        rows.select("Taux"), column_config={"Taux": st.column_config.NumberColumn("Fill rate", help="Half days")}
    )
    st.button("Choose", help="The weeks of your centre")
    st.selectbox("Postes", ["Tous", "office"], placeholder="Select")
    st.text_input("Nom", placeholder="Search")
    with st.expander("Missing weeks"):
        st.metric("Taux", "nan", delta="+1", delta_description="last week", help="Share of seats")
    st.html(
        "<p>1\N{NO-BREAK SPACE}autres lieux, soit -3\N{NO-BREAK SPACE}h depuis le 30 mai 2017, réglage CYBERCANTAL_HOST.</p>"
    )
    st.html(
        "<p title='skipped'>Semaine du 29\u00a0mai</p><style>.year {}</style><p>Il reste 3 places\N{NO-BREAK SPACE}!</p>"
    )
    components.file("CSV", lambda: "week_start;Télécentre\r\n;".encode(), "a.csv", "text/csv")
    base = alt.Chart(rows.with_columns(number=pl.lit(1)))
    unnamed = base.mark_bar().encode(x="Taux:Q", y="centre_code:N", color="Postes:N", tooltip=["number:Q"])
    named = base.mark_text().encode(
        x=alt.X("number:Q", axis=None), y=alt.Y("centre_code:N", title="Lieu"), text="Postes:N"
    )
    st.altair_chart(unnamed, alt="Members by month")
    st.altair_chart(named + base.mark_rule().encode(y="centre_code:N"))


def _in_french() -> None:
    import altair as alt
    import polars as pl
    import streamlit as st

    rows = pl.DataFrame({"centre_code": ["MURAT"], "rate": [0.5]})
    st.dataframe(rows, column_config={"centre_code": "Télécentre", "rate": None})
    axis = alt.Axis(title=None, labelExpr="slice(datum.label, 0, 1)")
    chart = alt.Chart(rows).mark_point().encode(y=alt.Y("centre_code:N", axis=axis), x=alt.X("rate:Q", axis=None))
    st.altair_chart(chart.encode(tooltip=[alt.Tooltip("rate:Q", title="Taux")]), alt="Le taux d’un lieu")


def test_english_is_found_wherever_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it in one list."""
    downloads = note_downloads(monkeypatch)
    app = AppTest.from_function(_in_english, default_timeout=60).run()
    assert not app.exception

    found = faults_of("overview", app, downloads)

    assert found == [
        "heading: 'centre_code' (centre_code)",
        "column 'Postes': 'open_space' (open_space)",
        "heading: 'Fill rate' (rate)",
        "help of 'Fill rate': 'Half days' (Half, days)",
        "button label: 'Choose' (Choose)",
        "button help: 'The weeks of your centre' (The, of, your)",
        "selectbox options: 'office' (office)",
        "selectbox placeholder: 'Select' (Select)",
        "text_input placeholder: 'Search' (Search)",
        "expander label: 'Missing weeks' (Missing)",
        "metric body: 'nan' (nan)",
        "metric help: 'Share of seats' (Share, of, seats)",
        "metric delta_description: 'last week' (week)",
        "html body: '1\\xa0autres lieux, soit -3\\xa0h depuis le 30 mai 2017, réglage CYBERCANTAL_HOST.' "
        "(typography, a day parted from its month, a hyphen for a minus, a plural of one)",
        "html body: 'Il reste 3 places\\xa0!' (typography)",
        "vega_lite_chart alt: 'Members by month' (Members, month)",
        "chart tooltip: 'number' (number)",
        "chart y: 'centre_code' (centre_code)",
        "chart values of Postes: 'open_space' (open_space)",
        "file cybercantal-a.csv: 'week_start' (week_start)",
        "html body: '1\\xa0autres lieux, soit -3\\xa0h depuis le 30 mai 2017, réglage CYBERCANTAL_HOST.' (jargon)",
    ]


def test_what_is_for_programs_alone_is_no_fault() -> None:
    app = AppTest.from_function(_in_french, default_timeout=60).run()

    assert not app.exception
    assert "Le taux d’un lieu" in [each.text for each in texts(app)]
    assert faults_of("overview", app, []) == []


@pytest.mark.parametrize("form", ENTRY_FORMS, ids=lambda form: form.key)
def test_every_entry_form_is_french(form: EntryForm, demonstration_settings: None) -> None:
    app = opened("other_entries", saisie=form.key)

    assert not app.exception
    assert faults_of("other_entries", app, []) == []


def test_the_week_of_the_network_is_french(demonstration_settings: None) -> None:
    app = opened("weekly_entry", vue="reseau")

    assert app.get("bidi_component")
    assert faults_of("weekly_entry", app, []) == []
