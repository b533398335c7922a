"""The figures of the Pass over time: the members, who comes and goes, and what the free months lead to."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from dashboard.charts.pass_cohorts import pass_cohorts, pass_cohorts_in_words
from dashboard.charts.pass_flows import pass_flows, pass_flows_in_words
from dashboard.charts.pass_members import PublishedPoint, pass_members, pass_members_in_words
from dashboard.charts.pass_months import every_month, span_label
from dashboard.exports.tables import Table
from dashboard.indicators import passes
from dashboard.indicators.model import Indicator, measure
from dashboard.ui import store
from dashboard.ui.components import Figure
from dashboard.ui.views.pass_perimeter import Club
from dashboard.ui.views.passes import published_members
from dashboard.wording import dates
from dashboard.wording.numbers import integer
from dashboard.wording.plurals import count
from dashboard.wording.typography import capital
from data_access.periods import Period, month_start

# Columns of movements and rows of cohorts that can be read in one drawing.
_MOST_COLUMNS: Final = 36
_MOST_COHORTS: Final = 24
# With fewer people a share swings by more than it tells: several months are put together.
_LEAST_COHORT: Final = 5
# Over more months than this they are cut at the quarters and years of the calendar.
_ALIGNED_BEYOND: Final = 36
_GROUPS: Final = (1, 3, 12)
_SAID_GROUPS: Final = {1: "par mois", 3: "par trois mois", 12: "par douze mois"}


def members_curve(club: Club) -> Figure:
    """The members since the first one joined, the months of the period in green, and the published figure."""
    figures = members_by_month(club)
    published = _published_point() if club.status is None and club.centre_code is None else None
    ring = (
        " Le rond : le seul nombre publié ; on ignore s’il compte aussi les personnes déjà parties."
        if published
        else ""
    )
    return figure(
        club,
        key="adherents",
        headline="Les adhérents, mois après mois",
        subtitle=f"Nombre d’adhérents à la fin du mois. {capital(club.who)}. En vert : {club.spoken_period}.{ring}",
        draw=pass_members,
        figures=figures,
        spoken=pass_members_in_words(figures, published=published),
        headings={"counted_on": "Au", "members": "Adhérents"},
        options={"published": published},
    )


def members_by_month(club: Club) -> pl.DataFrame:
    """One row per month since the first joining: `counted_on` its last day, or today; `chosen` = looked at."""
    today, began = club.as_of, store.first_joining()
    whole = Period.months(min(began or today, today), today)
    last_chosen = today if club.on == today else club.period.last
    return (
        measure(store.pass_facts(whole, **club.kept), [passes.PASS_MEMBERS], by="month_start")
        .rename({"pass_members": "members"})
        .with_columns(
            # The running month is counted today, not at an end that is still to come.
            members=pl.when(pl.col("month_start") == month_start(today))
            .then(measure(store.pass_members(on=today, **club.kept), [passes.PASS_MEMBERS]).item())
            .otherwise("members"),
            counted_on=pl.min_horizontal(pl.col("month_start").dt.month_end(), pl.lit(today)),
            chosen=pl.col("month_start").is_between(club.period.first, last_chosen),
        )
    )


def flows(club: Club) -> Figure:
    """Joins, departures and their net."""
    size = flow_size(club)
    figures = flows_by(club, size)
    return figure(
        club,
        key="mouvements",
        headline="Adhésions et départs",
        subtitle=f"Nombre de personnes, {_SAID_GROUPS[size]}. {capital(club.who)}, {club.spoken_period}."
        f"{_running_month(club)}",
        draw=pass_flows,
        figures=figures,
        spoken=pass_flows_in_words(figures),
        headings={
            "span": "Période",
            "pass_joins": "Adhésions",
            "pass_losses": "Départs",
            "pass_own_premises": "Partis dans leurs propres locaux",
            "pass_net": "Solde",
        },
    )


def flow_size(club: Club) -> int:
    """How many months a column stands for: the fewest that leave columns one can read."""
    return next((size for size in _GROUPS if club.months <= size * _MOST_COLUMNS), _GROUPS[-1])


def flows_by(club: Club, size: int) -> pl.DataFrame:
    """One row per `size` months of the period: joins, departures for premises of their own, the other ones, and the net."""
    wanted = (passes.PASS_JOINS, passes.PASS_LOSSES, passes.PASS_OWN_PREMISES, passes.PASS_NET)
    return _by_span(store.pass_facts(club.period, **club.kept), wanted, club, size)


def cohorts(club: Club) -> Figure:
    """Who stays once the six free months end, by when they joined."""
    size = cohort_size(club)
    figures = cohorts_by(club, size)
    return figure(
        club,
        key="septieme-mois",
        headline="Après les six mois gratuits",
        subtitle=f"Ce que font, au septième mois, les personnes ayant adhéré ensemble ({_SAID_GROUPS[size]}). "
        f"{capital(club.who)}, {club.spoken_period}.",
        draw=pass_cohorts,
        figures=figures,
        spoken=pass_cohorts_in_words(figures),
        headings={
            "span": "Adhésions de",
            "joined": "Adhésions",
            "trials_over": "Six mois passés",
            "kept": "Restés",
            "left_own_premises": "Partis dans leurs propres locaux",
            "kept_share": "Part restée",
            "state": "État",
        },
        shares=frozenset({"kept_share"}),
    )


def cohort_size(club: Club) -> int:
    """How many months of joining are put together: the fewest that make cohorts of several people, few enough to be read."""
    joined = measure(store.pass_facts(club.period, **club.kept), [passes.PASS_JOINS]).item()
    return next(
        (
            size
            for size in _GROUPS
            if size * joined >= _LEAST_COHORT * club.months and club.months <= size * _MOST_COHORTS
        ),
        _GROUPS[-1],
    )


def cohorts_by(club: Club, size: int) -> pl.DataFrame:
    """One row per `size` months with somebody who joined; the share is null while one of them is in the free months."""
    wanted = (
        passes.PASS_JOINS,
        passes.PASS_TRIALS_OVER,
        passes.PASS_KEPT,
        passes.PASS_TRIALS_OWN_PREMISES,
        passes.PASS_KEPT_SHARE,
    )
    over = pl.col("joined") == pl.col("trials_over")
    return (
        _by_span(store.pass_cohorts(club.period, as_of=club.as_of, **club.kept), wanted, club, size)
        .rename(
            {
                "pass_joins": "joined",
                "pass_trials_over": "trials_over",
                "pass_kept": "kept",
                "pass_trials_own_premises": "left_own_premises",
                "pass_kept_share": "kept_share",
            }
        )
        .with_columns(
            kept_share=pl.when(over).then("kept_share"),
            state=pl.when(over).then(pl.lit("six mois passés")).otherwise(pl.lit("en cours")),
        )
    )


def figure(
    club: Club,
    *,
    key: str,
    headline: str,
    subtitle: str,
    draw: Callable[..., Any],
    figures: pl.DataFrame,
    spoken: str,
    listed: pl.DataFrame | None = None,
    headings: Mapping[str, str],
    shares: frozenset[str] = frozenset(),
    options: Mapping[str, Any] | None = None,
) -> Figure:
    """A figure of the club, whose table says in its files what it is about; `listed` are its rows if not `figures`."""
    notes = (
        f"Périmètre : {club.who}. Période : {club.spoken_period}.",
        f"Situation connue au {dates.long_date(club.as_of)}.",
    )
    rows = figures if listed is None else listed
    table = Table(headline, rows, headings, notes, shares=shares, demonstration=store.is_demonstration())
    return Figure(f"pass-{key}", headline, subtitle, draw, figures, spoken, table, options or {})


def _by_span(facts: pl.DataFrame, wanted: tuple[Indicator, ...], club: Club, size: int) -> pl.DataFrame:
    """Facts by month, measured over `size` months at a time; `span` is how to say them.

    They are counted from the first month of the period, or over a long one by quarters and years of the calendar, where
    the first and the last may be shorter.
    """
    months = every_month(club.period.first, club.period.last)
    skipped = (club.period.first.month - 1) % size if club.months > _ALIGNED_BEYOND else 0
    groups = [(place + skipped) // size for place in range(len(months))]
    firsts = dict(zip(reversed(groups), reversed(months), strict=True))
    lasts = dict(zip((firsts[group] for group in groups), months, strict=True))
    starts = {month: firsts[group] for month, group in zip(months, groups, strict=True)}
    figures = measure(
        facts.with_columns(pl.col("month_start").replace_strict(starts, return_dtype=pl.Date)), wanted, by="month_start"
    ).rename({"month_start": "first_month"})
    last_months = [lasts[first] for first in figures["first_month"]]
    spans = [span_label(first, last) for first, last in zip(figures["first_month"], last_months, strict=True)]
    return figures.with_columns(
        last_month=pl.Series(last_months, dtype=pl.Date), span=pl.Series(spans, dtype=pl.String)
    )


def _published_point() -> PublishedPoint | None:
    found = published_members()
    if found is None:
        return None
    year, value = found
    return PublishedPoint(date(year, 12, 1), value, f"{integer(value)} (évaluation {year})")


def _running_month(club: Club) -> str:
    """What already came and went in the month that runs: it is in no column, since half a month compares with nothing."""
    today = club.as_of
    if club.on != today or club.period.last >= month_start(today):
        return ""
    row = measure(
        store.pass_facts(Period.months(today, today), **club.kept), (passes.PASS_JOINS, passes.PASS_ENDS)
    ).row(0, named=True)
    return (
        f" En {dates.month(today)}, au {today.day} : {count(row['pass_joins'], 'adhésion')} "
        f"et {count(row['pass_ends'], 'départ')}."
    )
