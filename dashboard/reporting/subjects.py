"""What the report says of each subject of a year: the facts it is made from, its sentences, lines, tables and drawings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

import polars as pl

from dashboard.charts.bars import counted_bars, counted_bars_in_words, ranked_centres, ranked_centres_in_words
from dashboard.charts.fill_by_week import fill_by_week, fill_by_week_in_words
from dashboard.charts.network_map import network_map, network_map_in_words
from dashboard.charts.palette import LIGHT
from dashboard.charts.pass_members import pass_members, pass_members_in_words
from dashboard.charts.placements import aim_name, every_quarter, placement_quarters, placement_quarters_in_words
from dashboard.charts.welcome_by_session import COUNTS, welcome_by_session, welcome_by_session_in_words
from dashboard.figures.model import Figure, NativeChart, Table
from dashboard.figures.year import in_the_year, on_the_day, spoken_year
from dashboard.indicators import attendance, network, passes, placements, welcome
from dashboard.indicators.model import Indicator, measure
from dashboard.wording import dates
from dashboard.wording.numbers import integer, ordinal, percent
from dashboard.wording.terms import (
    JOB_CENTRE,
    PASS,
    PLACEMENT_AIMS,
    short_place_names,
)
from dashboard.wording.typography import count, enumeration, plural
from data_access.facts import ReportFacts


@dataclass(frozen=True)
class Drawing:
    """A chart and the sentence that stands for it; `native` is null where office programs have no such chart."""

    draw: "partial[Any]"
    words: str
    native: NativeChart | None = None


def _figure(
    *,
    title: str,
    sentence: str,
    drawing: Drawing | None,
    table: Table,
    period: str,
    indicators: tuple[Indicator, ...],
    gaps: str,
    details: tuple[Table, ...] = (),
) -> Figure:
    options = dict(drawing.draw.keywords) if drawing else {}
    options.pop("palette", None)
    return Figure(
        key="",
        headline=title,
        subtitle="",
        draw=drawing.draw.func if drawing else None,
        figures=drawing.draw.args[0] if drawing else pl.DataFrame(),
        spoken=drawing.words if drawing else "",
        table=table,
        finding=sentence,
        paper=options,
        native=drawing.native if drawing else None,
        period=period,
        indicators=indicators,
        gaps=gaps,
        details=details,
    )


# Sentences that several pages of a report need: how a figure is counted, what is missing.

_NAMED = 4


def weeks_missing(facts: ReportFacts, rows: pl.DataFrame) -> str:
    """Which weeks the figures lack, and where."""
    owed = rows.filter((pl.col("weeks_missing") > 0) | (pl.col("weeks_draft") > 0)).sort("name")
    if owed.is_empty():
        return "Manques : aucun, toutes les semaines attendues sont complètes."
    missing, drafts = int(owed["weeks_missing"].sum()), int(owed["weeks_draft"].sum())
    parts = [
        count(number, *words)
        for number, words in (
            (missing, ("semaine manquante", "semaines manquantes")),
            (drafts, ("brouillon", "brouillons")),
        )
        if number
    ]
    return f"Manques : {enumeration(parts)} ({named(owed['name'].to_list())}). Elles ne valent pas zéro."


def named(places: Sequence[str]) -> str:
    """The names of places, or their number when they are many."""
    return enumeration(places) if len(places) <= _NAMED else count(len(places), "lieu", "lieux")


# The pages on the places and their use: where they are, how full, when, and which weeks are missing.

_WIDE: Final = 620
USE_HEADINGS: Final = {
    "occupied_half_days": "Demi-journées occupées",
    "offered_half_days": "Demi-journées offertes",
    "hours": "Heures",
    "fill_rate": "Remplissage",
}


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


def network_subject(facts: ReportFacts) -> Figure:
    """Where the places are, how large and how full."""
    places = places_with_figures(facts)
    columns = ["code", "name", "label", "commune_name", "latitude", "longitude", "seats", "fill_rate"]
    drawn = places.select(columns).with_columns(status=pl.lit("open"), seats=pl.when(pl.col("seats") > 0).then("seats"))
    seats = int(places["seats"].sum())
    without = places.filter(pl.col("cost_eur").is_null())["name"].to_list()
    return _figure(
        title="Les lieux et leurs positions de travail",
        sentence=f"{on_the_day(facts)}, {count(places.height, 'lieu ouvert offre', 'lieux ouverts offrent')} "
        f"{count(seats, 'position de travail', 'positions de travail')} dans "
        f"{count(places['commune_name'].n_unique(), 'commune')}.",
        drawing=Drawing(
            partial(network_map, drawn, palette=LIGHT, geometry="inline", width=760, height=520),
            network_map_in_words(drawn),
        ),
        table=table(
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
        indicators=(
            network.SEATS,
            network.COST,
        ),
        gaps=f"Manques : coût non saisi pour {named(without)}." if without else "Manques : aucun.",
    )


def ranking_subject(facts: ReportFacts) -> Figure:
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
    return _figure(
        title="Le remplissage, lieu par lieu",
        sentence=sentence,
        drawing=Drawing(
            partial(ranked_centres, drawn, palette=LIGHT, network_rate=rate, width=_WIDE - 200),
            ranked_centres_in_words(drawn, network_rate=rate),
            NativeChart("bars", tuple(places["name"]), {"Taux de remplissage": tuple(places["fill_rate"])}, share=True),
        )
        if known.height
        else None,
        table=table(
            facts,
            "Utilisation de chaque lieu",
            whole_hours(places),
            {"name": "Lieu", **USE_HEADINGS, "completeness": "Complétude"},
        ),
        period=spoken_year(facts),
        indicators=(
            attendance.FILL_RATE,
            attendance.HOURS,
        ),
        gaps=weeks_missing(facts, places),
    )


def weeks_subject(facts: ReportFacts) -> Figure:
    """The network week after week, beside the year before; its table is by month."""
    weeks = rates_by_week(facts)
    months = use_by_month(facts, facts.by_month)
    known = months.drop_nulls("fill_rate").sort("fill_rate")
    sentence = "Aucun relevé complet ne permet de suivre l’année."
    if known.height:
        low, high = known.row(0, named=True), known.row(-1, named=True)
        sentence = (
            f"Le mois le plus rempli est {high['month']} ({percent(high['fill_rate'])}), "
            f"le moins rempli {low['month']} ({percent(low['fill_rate'])})."
        )
    return _figure(
        title="Le remplissage, au fil de l’année",
        sentence=sentence,
        drawing=weeks_drawing(weeks, "réseau"),
        table=table(
            facts,
            "Utilisation du réseau par mois",
            whole_hours(months),
            {"month": "Mois", **USE_HEADINGS},
        ),
        period=spoken_year(facts),
        indicators=(attendance.FILL_RATE,),
        gaps="Manques : une semaine sans relevé complet interrompt la courbe, elle ne vaut pas zéro.",
        details=(weeks_table(facts, weeks),),
    )


def completeness_subject(facts: ReportFacts) -> Figure:
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
    return _figure(
        title="La complétude : sur quoi reposent ces chiffres",
        sentence=sentence,
        drawing=Drawing(
            partial(counted_bars, drawn, palette=LIGHT, width=_WIDE - 200),
            counted_bars_in_words(drawn, subject="semaines manquantes ou en brouillon"),
            NativeChart("bars", tuple(drawn["label"]), {"Semaines manquantes ou en brouillon": tuple(drawn["value"])}),
        )
        if row["weeks_expected"]
        else None,
        table=table(
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
        indicators=(
            attendance.COMPLETENESS,
            attendance.WEEKS_CLOSED,
        ),
        gaps=weeks_missing(facts, places),
    )


def use_by_month(facts: ReportFacts, used: pl.DataFrame) -> pl.DataFrame:
    """One row per month begun, with its French name: half-days, hours and rate."""
    months = measure(used, attendance.USE, by="month_start").filter(pl.col("month_start") <= facts.on)
    return months.with_columns(month=pl.col("month_start").map_elements(dates.month, return_dtype=pl.String))


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
    return table(facts, "Utilisation par semaine", weeks, {"week_start": "Semaine du", **USE_HEADINGS})


def table(facts: ReportFacts, title: str, frame: pl.DataFrame, headings: dict[str, str]) -> Table:
    """These columns under these headings, rates in percent."""
    shares = frozenset({"fill_rate", "completeness"})
    return Table(title, frame, headings, shares=shares, demonstration=facts.demonstration)


# The pages on the programmes: the club, the contracts, the welcome sessions. People are counted, never told apart.

_HEIGHT: Final = 240
_MOST_SESSIONS: Final = 8
_NO_GAP: Final = "Manques : aucun connu."


def pass_subject(facts: ReportFacts) -> Figure | None:
    """The members of the club, since the first one joined; None before there was a club."""
    months = measure(facts.pass_months, [passes.PASS_MEMBERS], by="month_start").with_columns(
        counted_on=pl.min_horizontal(pl.col("month_start").dt.month_end(), pl.lit(facts.on)),
        chosen=pl.col("month_start").dt.year() == facts.year,
    )
    # A month that runs is counted today: its end is still to come.
    today = measure(facts.evaluation.passes, [passes.PASS_MEMBERS]).item()
    drawn = months.rename({"pass_members": "members"}).with_columns(
        members=pl.when(pl.col("counted_on") == facts.on).then(pl.lit(today)).otherwise("members")
    )
    year = drawn.filter("chosen")
    if not drawn["members"].sum() or year.is_empty():
        return None
    headings = {"counted_on": "Au", "members": "Adhérents"}
    joined, ended = (int(facts.pass_months.filter(_of_year(facts))[column].sum()) for column in ("joined", "ended"))
    return _figure(
        title=f"Le {PASS}",
        sentence=f"{on_the_day(facts)}, le club compte {count(today, 'adhérent')} ; "
        f"{count(joined, 'adhésion')} et {count(ended, 'départ')} dans l’année.",
        drawing=Drawing(
            partial(pass_members, drawn, palette=LIGHT, width=_WIDE, height=_HEIGHT),
            pass_members_in_words(drawn),
            NativeChart(
                "line", tuple(map(dates.short_month, drawn["month_start"])), {"Adhérents": tuple(drawn["members"])}
            ),
        ),
        table=table(facts, f"Adhérents par mois, {facts.year}", year, headings),
        period=spoken_year(facts),
        indicators=(passes.PASS_MEMBERS,),
        gaps=_NO_GAP,
        details=(table(facts, "Adhérents depuis le début", drawn, headings),),
    )


def placements_subject(facts: ReportFacts) -> Figure | None:
    """The contracts under the convention since it was signed; None before the first."""
    if facts.placements.is_empty():
        return None
    aims = list(PLACEMENT_AIMS)
    quarters = measure(facts.placements, [placements.PLACEMENTS], by=("quarter_start", "aim"))
    every = every_quarter(quarters["quarter_start"].to_list())
    by_quarter = {aim_name(aim): _by_quarter(quarters.filter(pl.col("aim") == aim), every) for aim in aims}
    counted = (placements.PLACEMENTS, *placements.BY_AIM)
    years = measure(facts.placements, counted, by="year").with_columns(year_name=pl.col("year").cast(pl.String))
    of_year = facts.placements.filter(_of_year(facts, "hired_on")).height
    return _figure(
        title=f"La convention avec {JOB_CENTRE}",
        sentence=f"{in_the_year(facts)}, {count(of_year, 'contrat conclu', 'contrats conclus')} ; "
        f"{count(facts.placements.height, 'contrat')} depuis la signature de la convention.",
        drawing=Drawing(
            partial(placement_quarters, quarters, palette=LIGHT, width=_WIDE, height=_HEIGHT),
            placement_quarters_in_words(quarters),
            NativeChart("stacked_columns", tuple(map(dates.short_quarter, every)), by_quarter),
        ),
        table=table(
            facts,
            "Contrats conclus par année et par volet",
            years,
            {"year_name": "Année", "placements": "Contrats"}
            | {f"placements_aim_{aim}": f"Volet {aim}" for aim in aims},
        ),
        period=f"depuis la signature de la convention, {on_the_day(facts).lower()}",
        indicators=(*counted,),
        gaps="Manques : un contrat dont la date d’embauche n’est pas notée n’est pas compté.",
    )


def sessions_subject(facts: ReportFacts) -> Figure | None:
    """The welcome sessions held in the year, drawn after the last ones dated before them; None without one."""
    known = facts.sessions.filter(pl.col("starts_on") <= facts.on).with_columns(
        dates_text=pl.struct("starts_on", "ends_on").map_elements(
            lambda row: dates.date_range(row["starts_on"], row["ends_on"] or row["starts_on"]), return_dtype=pl.String
        )
    )
    held, drawn = known.filter(_of_year(facts, "starts_on")), known.tail(_MOST_SESSIONS)
    if held.is_empty():
        return None
    total = measure(held, [welcome.PROJECT_HOLDERS, welcome.WELCOME_PEOPLE]).row(0, named=True)
    unknown = held.filter(pl.col("project_holders").is_null() | pl.col("people").is_null()).height
    holders, people = total["project_holders"], total["welcome_people"]
    said = f"{in_the_year(facts)}, {count(held.height, 'session')} d’accueil"
    if holders is not None and people is not None:
        said += f" : {count(holders, 'porteur de projet', 'porteurs de projet')} et {count(people, 'personne')} en tout"
    return _figure(
        title="Les sessions d’accueil d’actifs",
        sentence=f"{said}.",
        drawing=Drawing(
            partial(welcome_by_session, drawn, palette=LIGHT, width=_WIDE, height=350),
            welcome_by_session_in_words(drawn),
            NativeChart(
                "columns",
                tuple(f"{ordinal(number, feminine=True)} session" for number in drawn["number"]),
                {label: tuple(drawn[key]) for key, label in COUNTS.items()},
            ),
        ),
        table=table(
            facts,
            f"Sessions tenues en {facts.year}",
            held,
            {
                "number": "Session",
                "dates_text": "Dates",
                "place": "Lieu",
                "project_holders": "Porteurs de projet",
                "people": "Personnes",
                "settled_families": "Familles installées",
            },
        ),
        period=spoken_year(facts),
        indicators=(
            welcome.PROJECT_HOLDERS,
            welcome.WELCOME_PEOPLE,
        ),
        gaps=f"Manques : effectifs inconnus pour {count(unknown, 'session')}, ils ne valent pas zéro."
        if unknown
        else _NO_GAP,
    )


def _of_year(facts: ReportFacts, column: str = "month_start") -> pl.Expr:
    return pl.col(column).dt.year() == facts.year


def _by_quarter(of_aim: pl.DataFrame, every: list[date]) -> tuple[float | None, ...]:
    counts = dict(of_aim.select("quarter_start", "placements").iter_rows())
    return tuple(counts.get(quarter, 0) for quarter in every)
