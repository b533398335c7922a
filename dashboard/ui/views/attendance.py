"""Fréquentation: how full, when, compared with before, and on how much of what should have been entered it rests."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from dashboard.charts.fill_by_week import centre_versus_network, centre_versus_network_in_words
from dashboard.charts.fill_heatmap import fill_by_weekday, fill_by_weekday_in_words, fill_heatmap, fill_heatmap_in_words
from dashboard.configuration import clock
from dashboard.figures.model import Figure, Perimeter, Table, Tile
from dashboard.indicators import attendance
from dashboard.indicators.model import Indicator, measure
from dashboard.ui import filters, store
from dashboard.ui.components import note
from dashboard.ui.filters import short_names
from dashboard.wording import dates
from dashboard.wording.numbers import percent, points
from dashboard.wording.terms import SEAT_KINDS, WEEK_STATES
from dashboard.wording.typography import capital, count
from dashboard.wording.units import format_difference, format_value
from data_access.periods import Period, monday

# How much of what should have been entered the figures of a page rest on.

# Under this share of entered weeks a total says little: it is marked as provisional.
PROVISIONAL_UNDER = 0.8


def coverage(perimeter: Perimeter) -> dict[str, float | None]:
    """The completeness of a perimeter and the counts it comes from."""
    facts = store.completeness_facts(perimeter.period, as_of=perimeter.as_of, centres=perimeter.centres)
    return measure(facts, attendance.COVERAGE).row(0, named=True)


def is_provisional(row: dict[str, float | None]) -> bool:
    """Whether too few weeks were entered for totals to be taken as they are."""
    completeness = row["completeness"]
    return completeness is None or completeness < PROVISIONAL_UNDER


def coverage_note(perimeter: Perimeter, *, seat_kind: str = "") -> None:
    """The line under a page: perimeter, period, completeness."""
    note(coverage_sentence(perimeter))


def coverage_sentence(perimeter: Perimeter) -> str:
    """« Périmètre : … Période : … Complétude : 96 % (138 semaines sur 144), 2 fermées. »"""
    row = coverage(perimeter)
    said = f"Périmètre : {perimeter.place}. Période : {perimeter.spoken_period}. "
    if not row["weeks_expected"]:
        return said + "Aucun relevé n’était attendu."
    said += (
        f"Complétude : {percent(row['completeness'] or 0)} "
        f"({count(row['weeks_complete'] or 0, 'relevé complet', 'relevés complets')} "
        f"sur {count(row['weeks_expected'], 'attendu')}"
    )
    if row["weeks_closed"]:
        said += f" ; {count(row['weeks_closed'], 'semaine fermée', 'semaines fermées')}"
    said += "). "
    return said + ("Les totaux sont provisoires." if is_provisional(row) else "")


# A period beside the one just before it and the same one a year earlier, like for like.

COMPARED: Final = (attendance.FILL_RATE, attendance.OCCUPIED_HALF_DAYS, attendance.HOURS, attendance.COMPLETENESS)


def comparison(perimeter: Perimeter) -> Table:
    """One row per indicator of use, and its value over three spans of the same length.

    Where fewer weeks were entered in one span than in another its totals are smaller for that alone: completeness stands
    in the last row for that reason.
    """
    now = _figures(perimeter, perimeter.period)
    spans = (perimeter.period.before(), perimeter.period.year_before())
    before, year_ago = (_figures(perimeter, span) if span else dict.fromkeys(now) for span in spans)
    rows = [
        {
            "label": indicator.label,
            "now": format_value(now[indicator.key], indicator.unit),
            "before": format_value(before[indicator.key], indicator.unit),
            "since_before": _moved(now, before, indicator),
            "year_ago": format_value(year_ago[indicator.key], indicator.unit),
            "since_year_ago": _moved(now, year_ago, indicator),
        }
        for indicator in _wanted(perimeter)
    ]
    said = [dates.date_range(span.first, span.last) if span else "—" for span in (perimeter.period, *spans)]
    return Table(
        f"Comparaison de périodes, {perimeter.place}",
        pl.DataFrame(rows),
        {
            "label": "Indicateur",
            "now": said[0],
            "before": f"{said[1]} (juste avant)",
            "since_before": "Écart",
            "year_ago": f"{said[2]} (un an avant)",
            "since_year_ago": "Écart en un an",
        },
        (f"Périmètre : {perimeter.place}. Trois périodes de même longueur.",),
        demonstration=store.is_demonstration(),
    )


def moved_in_a_year(difference: float) -> str:
    """« 3 points de plus qu’un an avant », « autant qu’un an avant »."""
    if abs(difference) < 0.005:
        return "autant qu’un an avant"
    return f"{points(abs(difference)).lstrip('+')} de {'plus' if difference > 0 else 'moins'} qu’un an avant"


def _wanted(perimeter: Perimeter) -> Sequence[Indicator]:
    # Weeks are complete for a centre, not for a kind of seat.
    return COMPARED if perimeter.seat_kind is None else COMPARED[:-1]


def _figures(perimeter: Perimeter, span: Period) -> dict[str, float | None]:
    facts = store.attendance_facts(span, centres=perimeter.centres, seat_kind=perimeter.seat_kind)
    if perimeter.seat_kind is None:
        facts = facts.hstack(store.completeness_facts(span, as_of=perimeter.as_of, centres=perimeter.centres))
    return measure(facts, _wanted(perimeter)).row(0, named=True)


def _moved(now: dict[str, float | None], then: dict[str, float | None], indicator: Indicator) -> str:
    current, earlier = now[indicator.key], then[indicator.key]
    return format_difference(None if current is None or earlier is None else current - earlier, indicator.unit)


# Attendance: which centres fill up, when, and against the rest of the network.

_TILES: Final = (attendance.FILL_RATE, attendance.OCCUPIED_HALF_DAYS, attendance.HOURS, attendance.COMPLETENESS)
# More columns than this and a cell is too narrow to be read; the figures stay whole in the table.
WEEKS_DRAWN: Final = 26
HEAT_MAP: Final = "remplissage-par-lieu-et-semaine"
_STATES: Final = {code: term.title for code, term in WEEK_STATES.items()}


def chosen_perimeter() -> Perimeter:
    """The centre, the kind of seat and the period the reader wants."""
    centre_code, centre_name = filters.chosen_centre()
    seat_kind = filters.chosen_seat_kind()
    period, spoken = filters.chosen_period()
    return Perimeter(period, clock.today(), centre_code, centre_name, seat_kind, spoken)


def use_of(perimeter: Perimeter, period: Period | None = None) -> dict[str, float | None]:
    """The figures of use of a perimeter, as one row, for its period or another."""
    facts = store.attendance_facts(period or perimeter.period, centres=perimeter.centres, seat_kind=perimeter.seat_kind)
    return measure(facts, attendance.USE).row(0, named=True)


def use_before(perimeter: Perimeter) -> dict[str, float | None]:
    """The same a year before; of a period that nothing compares with, nothing."""
    year_ago = perimeter.period.year_before()
    return use_of(perimeter, year_ago) if year_ago else dict.fromkeys(use_of(perimeter))


def sentence(perimeter: Perimeter) -> str:
    """The fill rate, and how it moved in a year."""
    now = use_of(perimeter)["fill_rate"]
    who = perimeter.centre_name or "le réseau"
    kind = f", {SEAT_KINDS[perimeter.seat_kind].plural}" if perimeter.seat_kind else ""
    if now is None:
        return f"Aucun relevé complet pour {who}{kind} sur cette période."
    said = f"Taux de remplissage pour {who}{kind} : {percent(now)}"
    before = use_before(perimeter)["fill_rate"]
    if before is None:
        return f"{said}."
    return f"{said}, {moved_in_a_year(now - before)}."


def tiles(perimeter: Perimeter) -> list[Tile]:
    """Rate, half-days, hours and completeness, against the same span a year before."""
    row = use_of(perimeter)
    before = use_before(perimeter)
    cover = coverage(perimeter)
    provisional = is_provisional(cover)
    return [
        Tile(
            indicator,
            row[indicator.key] if indicator.key in row else cover[indicator.key],
            previous=before.get(indicator.key),
            compared_with="en un an",
            provisional=provisional and indicator is not attendance.COMPLETENESS,
        )
        for indicator in _TILES
    ]


def heat_map(perimeter: Perimeter) -> Figure:
    """Centres by weeks, where missing, closed and zero are told apart."""
    figures = by_week_and_centre(perimeter)
    drawn = figures["week_start"].n_unique()
    cut = (
        f" Les {drawn} dernières semaines sont dessinées."
        if perimeter.period.first < _drawn_weeks(perimeter).first
        else ""
    )
    return Figure(
        key=HEAT_MAP,
        headline="Le remplissage, lieu par lieu et semaine par semaine",
        subtitle=f"Taux de remplissage, en %, du lieu le plus rempli au moins rempli. {_spoken(perimeter)}.{cut}",
        draw=fill_heatmap,
        figures=figures,
        spoken=fill_heatmap_in_words(figures),
        table=Table(
            "Taux de remplissage par lieu et par semaine",
            figures.with_columns(state=pl.col("state").replace_strict(_STATES)),
            {
                "centre_name": "Télécentre",
                "week_start": "Semaine du",
                "week_label": "Semaine",
                "state": "État du relevé",
                "fill_rate": "Taux de remplissage",
            },
            notes=(coverage_sentence(perimeter),),
            shares=frozenset({"fill_rate"}),
            demonstration=store.is_demonstration(),
        ),
        options={"selection_name": filters.CENTRE_CLICKED},
    )


def follow_the_heat_map() -> None:
    """The page keeps to the centre of the cell clicked."""
    filters.take_centre_from(HEAT_MAP)


def against_network(perimeter: Perimeter) -> Figure:
    """Each centre and the network without it, week after week."""
    figures = centre_and_rest(perimeter)
    return Figure(
        key="lieux-face-au-reseau",
        headline="Chaque lieu face au reste du réseau",
        subtitle=f"Taux de remplissage, en %. En vert : le lieu. En gris : le réseau sans lui. {_spoken(perimeter)}.",
        draw=centre_versus_network,
        figures=figures,
        spoken=centre_versus_network_in_words(figures),
        table=Table(
            "Taux de remplissage de chaque lieu et du réseau sans lui",
            figures,
            {
                "centre_name": "Télécentre",
                "week_start": "Semaine du",
                "fill_rate": "Taux du lieu",
                "network_rate": "Taux du réseau sans lui",
            },
            notes=(coverage_sentence(perimeter),),
            shares=frozenset({"fill_rate", "network_rate"}),
            demonstration=store.is_demonstration(),
        ),
    )


def weekdays(perimeter: Perimeter) -> Figure:
    """The days of the week, over the months the period touches."""
    figures, months = by_weekday(perimeter), _months(perimeter)
    return Figure(
        key="jours-de-la-semaine",
        headline="Les jours de la semaine",
        subtitle=f"Taux de remplissage, en %. {capital(perimeter.place)}, {_spoken_months(months)}.",
        draw=fill_by_weekday,
        figures=figures,
        spoken=fill_by_weekday_in_words(figures),
        table=Table(
            "Taux de remplissage par jour de la semaine",
            figures,
            {"weekday_name": "Jour", "fill_rate": "Taux de remplissage"},
            notes=(coverage_sentence(perimeter),),
            shares=frozenset({"fill_rate"}),
            demonstration=store.is_demonstration(),
        ),
    )


def by_week_and_centre(perimeter: Perimeter) -> pl.DataFrame:
    """One row per centre and week: name, week, its label, state and fill rate; centres from the fullest down."""
    drawn = _drawn_weeks(perimeter)
    states = store.attendance_weeks(drawn, as_of=perimeter.as_of, centres=perimeter.centres).filter(
        pl.col("week_start") <= _last_monday(perimeter.as_of)
    )
    facts = store.attendance_facts(
        drawn, by=("centre_code", "week_start"), centres=perimeter.centres, seat_kind=perimeter.seat_kind
    )
    rates = measure(facts, [attendance.FILL_RATE], by=("centre_code", "week_start"))
    ranks = measure(facts, [attendance.FILL_RATE], by="centre_code").rename({"fill_rate": "rank"})
    return (
        states.join(rates, on=("centre_code", "week_start"), how="left")
        .join(ranks, on="centre_code", how="left")
        .with_columns(
            fill_rate=pl.when(pl.col("state") == "complete").then("fill_rate"),
            week_label=pl.col("week_start").map_elements(dates.short_week, return_dtype=pl.String),
        )
        .sort("rank", "centre_name", "week_start", descending=[True, False, False], nulls_last=True)
        .select("centre_name", "centre_code", "week_start", "week_label", "state", "fill_rate")
    )


def centre_and_rest(perimeter: Perimeter) -> pl.DataFrame:
    """One row per centre and week: its rate, and that of the network without it."""
    drawn = _drawn_weeks(perimeter)
    terms = ("occupied_half_days", "offered_half_days")
    own = store.attendance_facts(drawn, by=("centre_code", "week_start"), seat_kind=perimeter.seat_kind)
    whole = own.group_by("week_start").agg(pl.col("occupied_half_days", "offered_half_days", "occupied_hours").sum())
    rest = own.join(whole, on="week_start", suffix="_all").select(
        "centre_code",
        "week_start",
        *((pl.col(f"{term}_all") - pl.col(term).fill_null(0)).alias(term) for term in (*terms, "occupied_hours")),
    )
    keys = ("centre_code", "week_start")
    rates = measure(own, [attendance.FILL_RATE], by=keys).join(
        measure(rest, [attendance.FILL_RATE], by=keys).rename({"fill_rate": "network_rate"}), on=keys
    )
    if perimeter.centres is not None:
        rates = rates.filter(pl.col("centre_code").is_in(perimeter.centres))
    return (
        rates.filter(pl.col("week_start") <= _last_monday(perimeter.as_of))
        .with_columns(centre_name=pl.col("centre_code").replace_strict(short_names(), default=""))
        .sort("centre_name", "week_start")
    )


def by_weekday(perimeter: Perimeter) -> pl.DataFrame:
    """One row per weekday with something offered: its number, its name and its rate, over the months of the period."""
    facts = store.attendance_facts(
        _months(perimeter), by=("weekday",), centres=perimeter.centres, seat_kind=perimeter.seat_kind
    )
    return (
        measure(facts, [attendance.FILL_RATE], by="weekday")
        .drop_nulls("fill_rate")
        .with_columns(weekday_name=pl.col("weekday").map_elements(dates.weekday, return_dtype=pl.String))
    )


def _months(perimeter: Perimeter) -> Period:
    """The whole months a period touches: weekdays are summarised by months."""
    return Period.months(perimeter.period.first, min(perimeter.period.last, perimeter.as_of))


def _spoken_months(months: Period) -> str:
    first, last = dates.month(months.first), dates.month(months.last)
    return first if first == last else f"de {first} à {last}"


def _spoken(perimeter: Perimeter) -> str:
    """The perimeter of a figure: place, kind of seat, period."""
    kind = f", {SEAT_KINDS[perimeter.seat_kind].plural}" if perimeter.seat_kind else ""
    return f"{capital(perimeter.place)}{kind}, {perimeter.spoken_period}"


def _drawn_weeks(perimeter: Perimeter) -> Period:
    """The weeks of the period that fit in a drawing: its last ones."""
    last = min(perimeter.period.last, _last_monday(perimeter.as_of) + timedelta(days=6))
    first = max(perimeter.period.first, last - timedelta(weeks=WEEKS_DRAWN) + timedelta(days=1))
    return Period.weeks(min(first, last), last)


def _last_monday(as_of: date) -> date:
    """The Monday of the last week that is over."""
    return monday(as_of) - timedelta(weeks=1)
