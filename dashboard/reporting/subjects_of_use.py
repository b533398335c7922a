"""The pages on the places and their use: where they are, how full, when, and which weeks are missing."""

from functools import partial
from typing import Final

import polars as pl

from dashboard.charts.counted_bars import counted_bars, counted_bars_in_words
from dashboard.charts.fill_by_week import fill_by_week, fill_by_week_in_words
from dashboard.charts.network_map import network_map, network_map_in_words
from dashboard.charts.palette import LIGHT
from dashboard.charts.ranked_centres import ranked_centres, ranked_centres_in_words
from dashboard.exports.report.model import Drawing, NativeChart, Subject
from dashboard.exports.tables import Table
from dashboard.indicators import attendance, network
from dashboard.indicators.model import measure
from dashboard.reporting.facts import ReportFacts
from dashboard.reporting.wordings import in_the_year, method, named, on_the_day, spoken_year, weeks_missing
from dashboard.wording import dates
from dashboard.wording.numbers import integer, percent
from dashboard.wording.place_names import short_place_names
from dashboard.wording.plurals import count, plural

_WIDE: Final = 620
_MAP: Final = {"width": 760, "height": 520}


def places_with_figures(facts: ReportFacts) -> pl.DataFrame:
    """One row per open place, in the order of names: what it is, its seats, its use and its completeness, its cost."""
    by = "centre_code"
    use = measure(facts.by_centre, attendance.USE, by=by)
    owed = measure(facts.by_centre, attendance.COVERAGE, by=by).with_columns(
        pl.col("weeks_missing", "weeks_draft").fill_null(0)
    )
    cost = facts.evaluation.network.select("centre_code", "cost_eur")
    labels = short_place_names(facts.places.select("name", "commune_name").rows())
    frame = facts.places.with_columns(label=pl.Series(labels, dtype=pl.String), centre_code="code")
    for figures in (use, owed, cost):
        frame = frame.join(figures, on="centre_code", how="left")
    return frame


def network_subject(facts: ReportFacts) -> Subject:
    """Where the places are, how large and how full."""
    places = places_with_figures(facts)
    columns = ["code", "name", "label", "commune_name", "latitude", "longitude", "seats", "fill_rate"]
    drawn = places.select(columns).with_columns(status=pl.lit("open"), seats=pl.when(pl.col("seats") > 0).then("seats"))
    seats = int(places["seats"].sum())
    without = places.filter(pl.col("cost_eur").is_null())["name"].to_list()
    return Subject(
        title="Les lieux et leurs positions de travail",
        sentence=f"{on_the_day(facts)}, {count(places.height, 'lieu ouvert offre', 'lieux ouverts offrent')} "
        f"{count(seats, 'position de travail', 'positions de travail')} dans "
        f"{count(places['commune_name'].n_unique(), 'commune')}.",
        drawing=Drawing(
            partial(network_map, drawn, palette=LIGHT, geometry="inline", **_MAP),  # type: ignore[arg-type]
            network_map_in_words(drawn),
        ),
        table=_table(
            facts,
            "Lieux ouverts, positions de travail et coûts",
            places,
            {
                "name": "Lieu",
                "commune_name": "Commune",
                "seats_office": "Bureaux",
                "seats_open_space": "Open space",
                "seats": "Positions",
                "cost_eur": f"Coût {facts.on.year} (€)",
            },
        ),
        period=f"situation {on_the_day(facts).lower()}",
        method=method(network.SEATS, network.COST),
        gaps=f"Manques : coût non saisi pour {named(without)}." if without else "Manques : aucun.",
    )


def ranking_subject(facts: ReportFacts) -> Subject:
    """The places from the fullest to the emptiest."""
    places = places_with_figures(facts).sort("fill_rate", descending=True, nulls_last=True)
    rate = measure(facts.evaluation.attendance, [attendance.FILL_RATE]).item()
    drawn = places.select("fill_rate", centre_name="name")
    known = places.drop_nulls("fill_rate")
    sentence = f"{in_the_year(facts)}, aucun taux de remplissage ne peut être calculé."
    if known.height:
        first, last = known.row(0, named=True), known.row(-1, named=True)
        sentence = (
            f"{in_the_year(facts)}, le réseau est rempli à {percent(rate or 0)} : de {percent(last['fill_rate'])} "
            f"({last['name']}) à {percent(first['fill_rate'])} ({first['name']})."
        )
    return Subject(
        title="Le remplissage, lieu par lieu",
        sentence=sentence,
        drawing=Drawing(
            partial(ranked_centres, drawn, palette=LIGHT, network_rate=rate, width=_WIDE - 200),
            ranked_centres_in_words(drawn, network_rate=rate),
            NativeChart("bars", tuple(places["name"]), {"Taux de remplissage": tuple(places["fill_rate"])}, share=True),
        )
        if known.height
        else None,
        table=_table(
            facts,
            "Utilisation de chaque lieu",
            whole_hours(places),
            {
                "name": "Lieu",
                "occupied_half_days": "Demi-journées occupées",
                "offered_half_days": "Demi-journées offertes",
                "hours": "Heures",
                "fill_rate": "Remplissage",
                "completeness": "Complétude",
            },
        ),
        period=spoken_year(facts),
        method=method(attendance.FILL_RATE, attendance.HOURS),
        gaps=weeks_missing(facts, places),
    )


def weeks_subject(facts: ReportFacts) -> Subject:
    """The network week after week, beside the year before; its table is by month."""
    weeks = rates_by_week(facts)
    months = measure(facts.by_month, attendance.USE, by="month_start").filter(pl.col("month_start") <= facts.on)
    months = months.with_columns(month=pl.col("month_start").map_elements(dates.month, return_dtype=pl.String))
    known = months.drop_nulls("fill_rate").sort("fill_rate")
    sentence = "Aucun relevé complet ne permet de suivre l’année."
    if known.height:
        low, high = known.row(0, named=True), known.row(-1, named=True)
        sentence = (
            f"Le mois le plus rempli est {high['month']} ({percent(high['fill_rate'])}), "
            f"le moins rempli {low['month']} ({percent(low['fill_rate'])})."
        )
    return Subject(
        title="Le remplissage, au fil de l’année",
        sentence=sentence,
        drawing=weeks_drawing(weeks, "réseau"),
        table=_table(
            facts,
            "Utilisation du réseau par mois",
            whole_hours(months),
            {
                "month": "Mois",
                "occupied_half_days": "Demi-journées occupées",
                "offered_half_days": "Demi-journées offertes",
                "hours": "Heures",
                "fill_rate": "Remplissage",
            },
        ),
        period=spoken_year(facts),
        method=method(attendance.FILL_RATE),
        gaps="Manques : une semaine sans relevé complet interrompt la courbe, elle ne vaut pas zéro.",
        details=(weeks_table(facts, weeks),),
    )


def completeness_subject(facts: ReportFacts) -> Subject:
    """Which weeks are missing, and where."""
    places = places_with_figures(facts)
    row = measure(facts.evaluation.attendance, attendance.COVERAGE).row(0, named=True)
    lacking = places.with_columns(lacking=pl.col("weeks_missing") + pl.col("weeks_draft").fill_null(0)).sort(
        "lacking", "name", descending=[True, False], nulls_last=True
    )
    drawn = lacking.select(
        label="name",
        value=pl.col("lacking").fill_null(0),
        said=pl.col("lacking").fill_null(0).map_elements(integer, return_dtype=pl.String),
        code=pl.lit(None, pl.String),
    )
    sentence = "Aucun relevé n’était attendu."
    if row["weeks_expected"]:
        sentence = (
            f"{percent(row['completeness'] or 0)} des relevés attendus sont complets : {integer(row['weeks_complete'] or 0)} "
            f"{plural(row['weeks_complete'] or 0, 'semaine')} sur {integer(row['weeks_expected'])}."
        )
    return Subject(
        title="La complétude : sur quoi reposent ces chiffres",
        sentence=sentence,
        drawing=Drawing(
            partial(counted_bars, drawn, palette=LIGHT, width=_WIDE - 200),
            counted_bars_in_words(drawn, subject="semaines manquantes ou en brouillon"),
            NativeChart("bars", tuple(drawn["label"]), {"Semaines manquantes ou en brouillon": tuple(drawn["value"])}),
        )
        if row["weeks_expected"]
        else None,
        table=_table(
            facts,
            "Semaines attendues et reçues, par lieu",
            lacking,
            {
                "name": "Lieu",
                "weeks_expected": "Attendues",
                "weeks_complete": "Complètes",
                "weeks_draft": "Brouillons",
                "weeks_missing": "Manquantes",
                "weeks_closed": "Fermées",
                "completeness": "Complétude",
            },
        ),
        period=spoken_year(facts),
        method=method(attendance.COMPLETENESS, attendance.WEEKS_CLOSED),
        gaps=weeks_missing(facts, places),
    )


def rates_by_week(facts: ReportFacts, code: str | None = None) -> pl.DataFrame:
    """One row per week over: `fill_rate`, of the network or of one place, and for the network that of the year before."""
    own = facts.by_week if code is None else facts.by_centre_and_week.filter(pl.col("centre_code") == code)
    rates = measure(own, attendance.USE, by="week_start")
    if code is not None:
        return rates
    earlier = measure(facts.weeks_before, [attendance.FILL_RATE], by="week_start").select(
        pl.col("week_start").dt.offset_by("52w"), fill_rate_last_year="fill_rate"
    )
    return rates.join(earlier, on="week_start", how="left")


def whole_hours(figures: pl.DataFrame) -> pl.DataFrame:
    """Hours to the unit, as the lines of the report give them: tenths would pretend to more than sheets know."""
    return figures.with_columns(pl.col("hours").round(0, mode="half_away_from_zero"))


def weeks_drawing(weeks: pl.DataFrame, name: str, *, height: int = 260) -> Drawing | None:
    """The line of the weeks; none without any rate."""
    if weeks["fill_rate"].drop_nulls().is_empty():
        return None
    lines = {name.capitalize(): tuple(weeks["fill_rate"])}
    if "fill_rate_last_year" in weeks.columns and weeks["fill_rate_last_year"].drop_nulls().len():
        lines["Un an avant"] = tuple(weeks["fill_rate_last_year"])
    return Drawing(
        partial(fill_by_week, weeks, palette=LIGHT, name=name, width=_WIDE, height=height),
        fill_by_week_in_words(weeks, name=name),
        NativeChart("line", tuple(map(dates.short_week, weeks["week_start"])), lines, share=True),
    )


def weeks_table(facts: ReportFacts, weeks: pl.DataFrame) -> Table:
    """Every week, for who computes further."""
    headings = {
        "week_start": "Semaine du",
        "occupied_half_days": "Demi-journées occupées",
        "offered_half_days": "Demi-journées offertes",
        "hours": "Heures",
        "fill_rate": "Remplissage",
    }
    return _table(facts, "Utilisation par semaine", weeks, headings)


def _table(facts: ReportFacts, title: str, frame: pl.DataFrame, headings: dict[str, str]) -> Table:
    shares = frozenset({"fill_rate", "completeness"})
    return Table(title, frame, headings, shares=shares, demonstration=facts.demonstration)
