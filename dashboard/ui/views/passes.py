"""Pass Actifs Mobiles: which members are asked for, and what answers in words, tiles and curves."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, TypedDict

import polars as pl
import streamlit as st

from dashboard.charts.pass_members import (
    PublishedPoint,
    pass_cohorts,
    pass_cohorts_in_words,
    pass_flows,
    pass_flows_in_words,
    pass_members,
    pass_members_in_words,
)
from dashboard.charts.theme import every_month, span_label
from dashboard.configuration import clock
from dashboard.figures.model import Figure, Table, Tile
from dashboard.indicators import passes
from dashboard.indicators.model import Indicator, measure
from dashboard.ui import filters, session, store
from dashboard.ui.filters import short_names
from dashboard.wording import dates
from dashboard.wording.numbers import integer, percent
from dashboard.wording.terms import NOT_APPLICABLE, PERSON_STATUSES
from dashboard.wording.typography import capital, count, enumeration
from dashboard.wording.units import format_difference, format_value
from data_access.periods import Period, month_start, months_before

# What the reader asks of the Pass: which members, which months, counted on which day.

_ALL: Final = "tous"
_SPANS: Final = {"12m": 12, "24m": 24, "36m": 36}
_SPAN_LABELS: Final = {"12m": "12 mois", "24m": "24 mois", "36m": "36 mois", "annee": "Année", "tout": "Tout"}


class Kept(TypedDict):
    """The people a question keeps; None for all."""

    status: str | None
    centre_code: str | None


@dataclass(frozen=True)
class Club:
    """The members the figures are about: who they are, where they work, the months looked at, the day they are counted.

    What became of the free months is told as it is known on `as_of`, also for people who joined long ago.
    """

    period: Period
    spoken_period: str
    on: date
    as_of: date
    status: str | None = None
    centre_code: str | None = None
    centre_name: str | None = None

    @property
    def months(self) -> int:
        """How many months the period has."""
        return (
            (self.period.last.year - self.period.first.year) * 12 + self.period.last.month - self.period.first.month + 1
        )

    @property
    def kept(self) -> "Kept":
        """The two filters, as questions take them."""
        return {"status": self.status, "centre_code": self.centre_code}

    @property
    def who(self) -> str:
        """The perimeter, for a sentence: « réseau entier, indépendants »."""
        names = [self.centre_name or "réseau entier"]
        if self.status:
            names.append(PERSON_STATUSES[self.status].counted(2))
        return ", ".join(names)

    def earlier(self, months: int) -> "Club":
        """The same question asked that many months before."""
        first, last = months_before(self.period.first, months), months_before(self.period.last.replace(day=1), months)
        return replace(self, period=Period.months(first, last), on=months_before(self.on, months))


def chosen_club() -> Club:
    """The period, the centre and the status the reader wants. A running month compares with nothing: spans leave it out."""
    today = clock.today()
    span = filters.choice(st.segmented_control, "Période", _SPAN_LABELS, key="mois", usual="24m", required=True)
    over = month_start(today) - timedelta(days=1)
    on = today
    if span in _SPANS:
        period = Period.months(months_before(over, _SPANS[span] - 1), over)
        spoken = f"{_SPANS[span]} mois, {_from_to(period)}"
    elif span == "annee":
        period, spoken = filters.year_to_date(filters.chosen_year(), today)
        on = min(today, date(period.first.year, 12, 31))
    else:
        period = Period.months(min(store.first_joining() or over, over), over)
        spoken = _from_to(period)
    centre_code, centre_name = filters.chosen_centre()
    options = {_ALL: "Tous", **{code: term.title for code, term in PERSON_STATUSES.items()}}
    status = filters.choice(st.selectbox, "Statut", options, key="statut", usual=_ALL, width=220)
    return Club(period, spoken, on, today, None if status == _ALL else status, centre_code, centre_name)


def _from_to(period: Period) -> str:
    first, last = dates.month(period.first), dates.month(period.last)
    return first if first == last else f"de {first} à {last}"


# The Pass Actifs Mobiles in words: the figures, what they are compared with, and the free periods about to end.

DAYS_AHEAD: Final = 30
WITHOUT_AGREEMENT: Final = "sans convention en cours"
NOBODY_JOINED: Final = "Personne n’a adhéré sur la période."
NOBODY_LEFT: Final = "Personne n’a quitté le Pass sur la période."
NOBODY_THERE: Final = "Aucun adhérent à cette date."
NOBODY_IN_A_CENTRE: Final = "Aucun adhérent n’a de convention en cours à cette date."
_MOVES: Final = (passes.PASS_JOINS, passes.PASS_ENDS, passes.PASS_OWN_PREMISES, passes.PASS_NET)
_TRIALS: Final = (passes.PASS_TRIALS_OVER, passes.PASS_KEPT, passes.PASS_KEPT_SHARE)
_GAPS: Final = {"before": "Écart", "year": "Écart en un an"}
_COMPARED: Final = (passes.PASS_MEMBERS, *_MOVES, passes.PASS_KEPT_SHARE)


def nobody_yet() -> str | None:
    """What to say while nobody has joined, with the one figure that was published; None once somebody has."""
    if store.first_joining() is not None:
        return None
    published = published_members()
    known = f" L’évaluation publiée comptait {count(published[1], 'inscrit')} en {published[0]}." if published else ""
    return f"Aucune adhésion au Pass n’est enregistrée.{known}"


def published_members() -> tuple[int, float] | None:
    """The year and the number of members that the county published."""
    figures = store.published_figures().filter(pl.col("indicator") == passes.PASS_MEMBERS.key)
    return None if figures.is_empty() else figures.select("year_to", "value").row(0)


def figures_of(club: Club) -> dict[str, float | None]:
    """Members at the day, joins, departures and their net over the months, and who stayed after the free ones."""
    members = measure(store.pass_members(on=club.on, **club.kept), [passes.PASS_MEMBERS])
    moves = measure(store.pass_facts(club.period, **club.kept), _MOVES)
    trials = measure(store.pass_cohorts(club.period, as_of=club.as_of, **club.kept), _TRIALS)
    return {**members.row(0, named=True), **moves.row(0, named=True), **trials.row(0, named=True)}


def figures_before(club: Club, months: int) -> dict[str, float | None]:
    """The same figures that many months before; those the club was not yet there for are left out.

    Members need it to have begun by their day. The others need it for all of their months, or a part would be compared
    with a whole.
    """
    then, began = club.earlier(months), store.first_joining()
    if began is None or then.on < began:
        return {}
    figures = figures_of(then)
    if then.period.first < month_start(began):
        return {key: value for key, value in figures.items() if key == passes.PASS_MEMBERS.key}
    return figures


def sentence(club: Club) -> str:
    """How many members, how that moved in a year, and how many stay once the free months end."""
    now, before = figures_of(club), figures_before(club, 12).get(passes.PASS_MEMBERS.key)
    verb = "compte" if club.on == clock.today() else "comptait"
    perimeter = f" ({club.who})" if club.status or club.centre_code else ""
    said = f"Au {dates.long_date(club.on)}, le Pass {verb} {count(now['pass_members'] or 0, 'adhérent')}{perimeter}"
    if before is not None:
        said += f", {_moved((now['pass_members'] or 0) - before)}"
    if now["pass_kept_share"] is None:
        return f"{said}."
    kept = f"{integer(now['pass_kept'] or 0)} sur {integer(now['pass_trials_over'] or 0)}"
    return f"{said}. {percent(now['pass_kept_share'])} ({kept}) sont restés une fois leurs six mois gratuits passés."


def tiles(club: Club) -> list[Tile]:
    """Members, joins, who stayed, and who left for premises of their own, against the same a year before."""
    now, before = figures_of(club), figures_before(club, 12)
    course = measure(store.pass_facts(club.period, **club.kept), [passes.PASS_MEMBERS], by="month_start")
    return [
        Tile(
            indicator,
            now[indicator.key],
            before.get(indicator.key),
            "en un an",
            tuple(course[indicator.key].to_list()) if indicator is passes.PASS_MEMBERS else (),
        )
        for indicator in (passes.PASS_MEMBERS, passes.PASS_JOINS, passes.PASS_KEPT_SHARE, passes.PASS_OWN_PREMISES)
    ]


def comparison(club: Club) -> Table | None:
    """The figures beside those of the span before and of the same span a year before; None when there was no club yet."""
    # Of twelve months, the span before is the same span a year before: said once.
    lags = {"year": 12} if club.months == 12 else {"before": club.months, "year": 12}
    earlier = {name: figures for name, months in lags.items() if (figures := figures_before(club, months))}
    if not earlier:
        return None
    now = figures_of(club)
    headings = {"label": "Indicateur", "now": _days(club)}
    columns: dict[str, list[str]] = {
        "label": [indicator.label for indicator in _COMPARED],
        "now": [format_value(now[indicator.key], indicator.unit) for indicator in _COMPARED],
    }
    for name, then in earlier.items():
        headings |= {name: _days(club.earlier(lags[name])), f"{name}_gap": _GAPS[name]}
        columns[name] = [_value(then, indicator) for indicator in _COMPARED]
        columns[f"{name}_gap"] = [_gap(now[each.key], then.get(each.key), each.unit) for each in _COMPARED]
    days = [dates.long_date(club.earlier(lags[name]).on) for name in earlier]
    notes = (
        f"Périmètre : {club.who}.",
        f"Adhérents comptés au {dates.long_date(club.on)}, comparés à ceux du {enumeration(days)}.",
        f"« {NOT_APPLICABLE} » : le Pass n’existait pas encore pendant toute la période comparée.",
    )
    return Table(
        "Le Pass comparé à ses périodes précédentes",
        pl.DataFrame(columns),
        headings,
        notes,
        demonstration=store.is_demonstration(),
    )


def ending_soon(club: Club) -> tuple[str, list[tuple[str, str]]]:
    """A title, and one line for each free period that ends in the coming days; names for those who may see them."""
    today, actor = clock.today(), session.current_actor()
    named_at = None if actor.role == "coordinator" else tuple(sorted(actor.centres)) if actor.role == "animator" else ()
    last = today + timedelta(days=DAYS_AHEAD)
    ending = store.ending_free_periods(first=today, last=last, named_at=named_at, **club.kept)
    said = count(ending.height, "période gratuite s’achève", "périodes gratuites s’achèvent")
    if ending.is_empty():
        said = "Aucune période gratuite ne s’achève"
    return f"{said} d’ici le {dates.long_date(last)}", list(_ending_lines(ending))


def closing_note(club: Club) -> str:
    """Perimeter, period, and what the figures rest on."""
    began = store.first_joining()
    since = f" Première adhésion enregistrée : {dates.long_date(began)}." if began else ""
    known = store.pass_endings(club.period, **club.kept)
    ended, reasoned = known["ended"].sum(), known.drop_nulls("end_reason")["ended"].sum()
    reasons = f" Motif saisi pour {count(reasoned, 'départ')} sur {integer(ended)}." if ended else ""
    return (
        f"Périmètre : {club.who}. Période : {club.spoken_period} ; adhérents au {dates.long_date(club.on)}.{since}{reasons} "
        "Le télécentre d’une personne est celui de sa convention en cours le jour compté. "
        "Le mois en cours compte dans les adhérents, pas dans les mouvements."
    )


def _ending_lines(ending: pl.DataFrame) -> Iterator[tuple[str, str]]:
    places = short_names()
    for row in ending.iter_rows(named=True):
        name = " ".join(part for part in (row["given_name"], row["family_name"]) if part)
        place = places.get(row["centre_code"], row["centre_name"]) if row["centre_code"] else "sans convention"
        yield (
            dates.day_and_month(row["free_until"]),
            ", ".join(part for part in (row["member_number"], name, place) if part),
        )


def _moved(difference: float) -> str:
    if not difference:
        return "autant qu’un an avant"
    return f"{abs(difference):.0f} de {'plus' if difference > 0 else 'moins'} qu’un an avant"


def _gap(now: float | None, then: float | None, unit: str) -> str:
    return NOT_APPLICABLE if now is None or then is None else format_difference(now - then, unit)


def _value(figures: Mapping[str, float | None], indicator: Indicator) -> str:
    return format_value(figures[indicator.key], indicator.unit) if indicator.key in figures else NOT_APPLICABLE


def _days(club: Club) -> str:
    return f"Du {dates.numeric_date(club.period.first)} au {dates.numeric_date(club.period.last)}"


# The figures of the Pass over time: the members, who comes and goes, and what the free months lead to.

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
