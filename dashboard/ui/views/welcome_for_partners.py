"""The welcome sessions for who may not see small counts: all of them, and each cut shown with what it takes to hide them.

No session is opened alone, and families are told by intercommunality: in a commune there are few.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.figures.model import Figure
from dashboard.indicators import welcome
from dashboard.indicators.disclosure import hidden_with, is_small, last_published, month_ends
from dashboard.indicators.model import measure
from dashboard.ui import components, store
from dashboard.ui.disclosure import masked_for_reader, masked_parts_for_reader
from dashboard.ui.filters import short_names
from dashboard.ui.views import welcome as published
from dashboard.ui.views import welcome as view
from dashboard.ui.views.partners import bars, figure_or
from dashboard.ui.views.welcome import Sessions
from dashboard.wording import dates
from dashboard.wording.numbers import ordinal
from dashboard.wording.typography import capital

# Cut off, or the names that follow would not be seen.
_KIND_OF_PLACE: Final = r"^Communauté (de communes|d’agglomération) (du |de la |de )?"
_PARTS: Final = ("yes", "no", "waiting")


def draw() -> None:
    """The page: its sentence, its tiles, its figures, and the published totals."""
    now, shown = sessions_on(clock.today()), sessions_on(last_published(clock.today()))
    families = measure(shown.held, [welcome.SETTLED_FAMILIES]).item() if shown.held.height else None
    given = "" if is_small(families) else view.result(shown)
    components.key_sentence(view.NO_SESSION if now.rows.is_empty() else f"{view.next_session(now)} {given}")
    components.tiles(view.tiles(shown))
    figures = (
        (view.NO_SESSION, by_session),
        (view.NO_HOUSEHOLD, outcomes),
        (view.NO_PRESENCE, presence),
        (view.NO_FAMILY, by_intercommunality),
        (view.NO_VISIT, visits),
    )
    figure_or(figures[0][0], figures[0][1](shown))
    for row in (figures[1:3], figures[3:]):
        for place, (nothing, figure) in zip(st.columns(2, gap="large"), row, strict=True):
            with place:
                figure_or(nothing, figure(shown))
    table = published.table(shown)
    if table.frame.height:
        st.subheader("Les totaux publiés en juillet 2017, et ceux de la base", anchor=False)
        components.table(table)
        components.files(table, key="totaux-publies")
        components.notes(table.notes)
    components.note(view.closing_note(shown))


def sessions_on(day: date) -> Sessions:
    """Every session, as known on a day."""
    rows = view.every_session(store.welcome_sessions(as_of=day), as_of=day)
    return view.sessions_of(rows, view.ALL_SESSIONS, as_of=day)


def by_session(shown: Sessions) -> Figure:
    """Holders, people and settled families of each session held; people are hidden too where few came with the holders."""
    held = shown.held.with_columns(with_them=pl.col("people") - pl.col("project_holders"))
    key = ["number"]
    rows = masked_for_reader(held, "project_holders", key)
    rows = masked_for_reader(rows, "with_them", key)
    rows = masked_for_reader(rows, "people", key).with_columns(
        people_hidden=pl.col("people_hidden") | pl.col("with_them_hidden")
    )
    before = [sessions_on(day).held for day in month_ends(shown.as_of)]
    rows = masked_for_reader(rows, "settled_families", key, earlier=before).with_columns(
        people=pl.when(~pl.col("people_hidden")).then("people"),
        label=pl.col("number").map_elements(lambda n: f"{ordinal(n, feminine=True)}", return_dtype=pl.String),
    )
    return bars(
        rows.drop("with_them", "with_them_hidden").sort("number", descending=True),
        "project_holders",
        key="sessions-par-numero",
        headline="Les sessions, une par une",
        subtitle="Porteurs de projet ; personnes et familles installées sont dans le tableau, et ne s’additionnent pas.",
        subject="porteurs de projet par session",
        headings={
            "label": "Session",
            "dates_text": "Dates",
            "place": "Lieu",
            "project_holders": "Porteurs de projet",
            "people": "Personnes",
            "settled_families": "Familles installées",
        },
        said={"project_holders": "{} porteurs", "people": "{} personnes", "settled_families": "{} familles installées"},
        notes=(f"Sessions tenues au {dates.long_date(shown.as_of)}. Un effectif inconnu n’est pas nul.",),
    )


def outcomes(shown: Sessions) -> Figure:
    """Households settled 6, 12 and 24 months after their session."""

    def of_horizons(as_of: date) -> pl.DataFrame:
        dated = _households(as_of).filter(pl.col("session_ended_on").is_not_null())
        return (
            measure(welcome.households_at_horizons(dated, as_of=as_of), welcome.FOLLOW_UP, by="months_after")
            .sort("months_after")
            .select(
                label=pl.format("après {} mois", "months_after"),
                yes="households_settled",
                no=pl.col("households_followed") - pl.col("households_settled"),
                waiting=dated.height - pl.col("households_followed"),
                share="households_settled_share",
            )
        )

    told = masked_parts_for_reader(of_horizons(shown.as_of), _PARTS, "label", earlier=_before(of_horizons, shown))
    return bars(
        hidden_with(told, ["share"], "yes", "no").with_columns(
            pl.col("label").map_elements(capital, return_dtype=pl.String)
        ),
        "yes",
        key="installations",
        headline="Que deviennent les foyers reçus",
        subtitle="Foyers installés au plus tard 6, 12 et 24 mois après leur session.",
        subject="foyers installés",
        headings={
            "label": "Échéance",
            "yes": "Installés",
            "no": "Pas installés",
            "waiting": "En cours",
            "share": "Part installée",
        },
        notes=(welcome.HOUSEHOLDS_SETTLED_SHARE.definition,),
        shares=frozenset({"share"}),
    )


def presence(shown: Sessions) -> Figure:
    """Who was there on each of the three days, all sessions together."""
    days = measure(shown.of_them(store.welcome_days()), welcome.DAYS, by="day_number").sort("day_number")
    parts = days.select(
        label=pl.col("day_number").map_elements(lambda day: f"{ordinal(day)} jour", return_dtype=pl.String),
        yes="people_present",
        no=pl.col("people_expected") - pl.col("people_present"),
        share="presence_share",
    )
    told = hidden_with(masked_parts_for_reader(parts, ["yes", "no"], "label"), ["share"], "yes", "no")
    return bars(
        told,
        "yes",
        key="presence",
        headline="La présence, jour après jour",
        subtitle="Personnes présentes, toutes les sessions dont la présence a été notée.",
        subject="personnes présentes",
        headings={"label": "Jour", "yes": "Présents", "no": "Absents", "share": "Taux de présence"},
        notes=(welcome.PEOPLE_EXPECTED.definition, welcome.PEOPLE_EXPECTED.limits),
        shares=frozenset({"share"}),
    )


def by_intercommunality(shown: Sessions) -> Figure:
    """Where the families settled."""

    def of_places(as_of: date) -> pl.DataFrame:
        settled = _households(as_of).filter(pl.col("settled") == 1)
        return measure(settled, [welcome.HOUSEHOLDS], by="epci_name")

    told = masked_for_reader(of_places(shown.as_of), "households", ["epci_name"], earlier=_before(of_places, shown))
    # In the order of names: that of counts would tell what is hidden.
    named = told.with_columns(label=pl.col("epci_name").str.replace(_KIND_OF_PLACE, "").fill_null("Commune non notée"))
    return bars(
        named.sort(pl.col("epci_name").is_null(), "label"),
        "households",
        key="familles-par-intercommunalite",
        headline="Où les familles se sont installées",
        subtitle=f"Familles installées au {dates.long_date(shown.as_of)}, par intercommunalité.",
        subject="familles installées par intercommunalité",
        headings={"label": "Intercommunalité", "households": "Familles installées"},
    )


def visits(shown: Sessions) -> Figure:
    """The centres that households visited during their session, and the households that visited none."""

    def of_centres(as_of: date) -> pl.DataFrame:
        return measure(_households(as_of), [welcome.HOUSEHOLDS], by="centre_code")

    told = masked_for_reader(of_centres(shown.as_of), "households", ["centre_code"], earlier=_before(of_centres, shown))
    name = pl.col("centre_code").replace_strict(short_names(), default="Aucune visite notée", return_dtype=pl.String)
    return bars(
        told.with_columns(label=name).sort(pl.col("centre_code").is_null(), "label"),
        "households",
        key="telecentres-visites",
        headline="Les télécentres visités en session",
        subtitle=f"Foyers reçus en session au {dates.long_date(shown.as_of)}.",
        subject="foyers par télécentre visité",
        headings={"label": "Télécentre", "households": "Foyers"},
    )


def _households(as_of: date) -> pl.DataFrame:
    return store.welcome_households(as_of=as_of)


def _before(counted: Callable[[date], pl.DataFrame], shown: Sessions) -> list[pl.DataFrame]:
    """The same figures as they were published at the ends of the months before."""
    return [counted(day) for day in month_ends(shown.as_of)]
