"""What comes of the welcome sessions: who was there, what they visited, who settled, and where."""

from typing import Final

import polars as pl

from dashboard.charts.bars import counted_bars, counted_bars_in_words
from dashboard.charts.follow_up import Parts, follow_up, follow_up_in_words
from dashboard.charts.welcome_map import welcome_map, welcome_map_in_words
from dashboard.figures.model import Figure, Table
from dashboard.indicators import welcome
from dashboard.indicators.model import measure
from dashboard.ui import store
from dashboard.ui.filters import short_names
from dashboard.ui.views.welcome import Sessions
from dashboard.wording import dates
from dashboard.wording.numbers import ordinal
from dashboard.wording.typography import count

_OUTCOME: Final = Parts("installés", "pas installés", "en cours, échéance à venir")
_PRESENCE: Final = Parts("présents", "absents", "")


def outcomes(shown: Sessions) -> Figure:
    """Households settled 6, 12 and 24 months after their session."""
    households = shown.of_them(store.welcome_households(as_of=shown.as_of))
    dated = households.filter(pl.col("session_ended_on").is_not_null())
    at = welcome.households_at_horizons(dated, as_of=shown.as_of)
    figures = (
        measure(at, welcome.FOLLOW_UP, by="months_after")
        .sort("months_after")
        .select(
            label=pl.format("après {} mois", "months_after"),
            yes="households_settled",
            no=pl.col("households_followed") - pl.col("households_settled"),
            waiting=dated.height - pl.col("households_followed"),
            share="households_settled_share",
        )
    )
    undated = households.height - dated.height
    without = (
        f"Hors des barres : {count(undated, 'foyer')} d’une session dont les jours ne sont pas connus."
        if undated
        else ""
    )
    settled, dropped = int(households["settled"].sum()), int(households["dropped"].sum())
    today = (
        f"À ce jour : {count(settled, 'installé')}, {count(dropped, 'abandon')}, "
        f"{households.height - settled - dropped} en cours. "
        if households.height
        else ""
    )
    return Figure(
        key="installations",
        headline="Que deviennent les foyers reçus",
        subtitle=f"Foyers installés au plus tard 6, 12 et 24 mois après leur session. {today}{without}",
        draw=follow_up,
        figures=figures,
        spoken=follow_up_in_words(figures, parts=_OUTCOME, subject="foyers installés"),
        table=Table(
            "Foyers installés 6, 12 et 24 mois après leur session",
            figures.with_columns(pl.col("label").str.replace("après", "Après")),
            {
                "label": "Échéance",
                "yes": "Installés",
                "no": "Pas installés",
                "waiting": "En cours",
                "share": "Part installée",
            },
            notes=(welcome.HOUSEHOLDS_SETTLED_SHARE.definition, welcome.HOUSEHOLDS_FOLLOWED.limits),
            shares=frozenset({"share"}),
            demonstration=store.is_demonstration(),
        ),
        options={"parts": _OUTCOME},
    )


def presence(shown: Sessions) -> Figure:
    """Who was there on each of the three days."""
    noted = shown.of_them(store.welcome_days())
    figures = (
        measure(noted, welcome.DAYS, by="day_number")
        .sort("day_number")
        .select(
            label=pl.col("day_number").map_elements(lambda day: f"{ordinal(day)} jour", return_dtype=pl.String),
            yes="people_present",
            no=pl.col("people_expected") - pl.col("people_present"),
            waiting=pl.lit(0, pl.Int64),
            share="presence_share",
        )
    )
    sessions = noted["number"].n_unique()
    by_session_and_day = noted.with_columns(
        day=pl.col("day_number").map_elements(lambda day: f"{ordinal(day)} jour", return_dtype=pl.String),
        share=measure(noted, [welcome.PRESENCE_SHARE], by=("number", "day_number"))["presence_share"],
    ).sort("number", "day_number", descending=[True, False])
    return Figure(
        key="presence",
        headline="La présence, jour après jour",
        subtitle=f"Personnes présentes, sur les {count(sessions, 'session')} dont la présence a été notée.",
        draw=follow_up,
        figures=figures,
        spoken=follow_up_in_words(figures, parts=_PRESENCE, subject="personnes présentes"),
        table=Table(
            "Présence par session et par jour",
            by_session_and_day,
            {
                "number": "Session",
                "day": "Jour",
                "people_present": "Présents",
                "people_expected": "Attendus",
                "share": "Taux de présence",
            },
            notes=(welcome.PEOPLE_EXPECTED.definition, welcome.PEOPLE_EXPECTED.limits),
            shares=frozenset({"share"}),
            demonstration=store.is_demonstration(),
        ),
        options={"parts": _PRESENCE},
    )


def settled_map(shown: Sessions) -> Figure:
    """Where the families settled, commune by commune."""
    settled = shown.of_them(store.welcome_households(as_of=shown.as_of)).filter(pl.col("settled") == 1)
    located = settled.filter(pl.col("commune_name").is_not_null())
    keys = ("commune_name", "latitude", "longitude")
    figures = (
        measure(located, [welcome.HOUSEHOLDS], by=keys)
        .rename({"households": "families"})
        .sort("families", "commune_name", descending=[True, False])
    )
    elsewhere = settled.height - located.height
    lost = f" {count(elsewhere, 'famille')} sans commune connue." if elsewhere else ""
    return Figure(
        key="familles-par-commune",
        headline="Où les familles se sont installées",
        subtitle=f"Surface du cercle : familles installées dans la commune, à la mairie. Aucun foyer n’est nommé.{lost}",
        draw=welcome_map,
        figures=figures,
        spoken=welcome_map_in_words(figures),
        table=Table(
            "Familles installées par commune",
            figures,
            {"commune_name": "Commune", "families": "Familles installées"},
            notes=(f"État au {dates.long_date(shown.as_of)}.{lost}", "Cercles placés à la mairie de la commune."),
            demonstration=store.is_demonstration(),
        ),
        options={"geometry": "address"},
    )


def visits(shown: Sessions) -> Figure:
    """The centres that households visited during their session."""
    households = shown.of_them(store.welcome_households(as_of=shown.as_of))
    visited = households.filter(pl.col("centre_code").is_not_null())
    bars = (
        measure(visited, [welcome.HOUSEHOLDS], by="centre_code")
        .select(
            pl.col("centre_code").replace_strict(short_names(), default="", return_dtype=pl.String).alias("label"),
            pl.col("households").alias("value"),
            pl.col("households").cast(pl.String).alias("said"),
            pl.lit(None, pl.String).alias("code"),
        )
        .sort("value", "label", descending=[True, False])
    )
    return Figure(
        key="telecentres-visites",
        headline="Les télécentres visités en session",
        subtitle=f"Foyers qui ont visité un télécentre : {visited.height} sur {households.height}.",
        draw=counted_bars,
        figures=bars,
        spoken=counted_bars_in_words(bars, subject="foyers par télécentre visité"),
        table=Table(
            "Foyers par télécentre visité",
            bars,
            {"label": "Télécentre", "value": "Foyers"},
            notes=(f"{visited.height} foyers sur {households.height}, au {dates.long_date(shown.as_of)}.",),
            demonstration=store.is_demonstration(),
        ),
    )
