"""The page a coordinator opens each morning: how the network does, and what is missing."""

from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.bars import ranked_centres, ranked_centres_in_words
from dashboard.charts.fill_by_week import Reference, fill_by_week, fill_by_week_in_words
from dashboard.configuration import clock
from dashboard.figures.model import Figure, Perimeter, Table, Tile
from dashboard.indicators import attendance, network, passes
from dashboard.indicators.model import measure
from dashboard.ui import filters, session, store
from dashboard.ui.disclosure import counting_day
from dashboard.ui.filters import short_names
from dashboard.ui.navigation import page_entry, streamlit_page
from dashboard.ui.views.attendance import (
    coverage,
    coverage_sentence,
    is_provisional,
    moved_in_a_year,
    use_before,
    use_of,
)
from dashboard.wording import dates
from dashboard.wording.numbers import percent
from dashboard.wording.typography import count, enumeration
from data_access.periods import Period, months_before

# The network's rate in the published evaluation: the line every later year is read against.
PUBLISHED_RATE: Final = ("fill_rate", 2013)
_SPARK_WEEKS: Final = 26
_NAMES_SAID: Final = 4
RANKING: Final = "lieux-classes"
_ASKED_FOR: Final = "overview-centre-asked-for"


def chosen_perimeter() -> Perimeter:
    """The whole network over the period the reader wants."""
    period, spoken = filters.chosen_period()
    return Perimeter(period, clock.today(), None, None, spoken_period=spoken)


def sentence(perimeter: Perimeter) -> str:
    """The fill rate of the network, and how it moved in a year."""
    now = use_of(perimeter)["fill_rate"]
    if now is None:
        return "Aucun relevé complet sur cette période."
    said = f"Le taux de remplissage du réseau est de {percent(now)}"
    before = use_before(perimeter)["fill_rate"]
    return f"{said}." if before is None else f"{said}, {moved_in_a_year(now - before)}."


def tiles(perimeter: Perimeter) -> list[Tile]:
    """Hours, fill rate, users of the year and members of the club, each against a year before."""
    today = perimeter.as_of
    counted_on = counting_day(today)
    a_year_ago = months_before(counted_on, 12)
    now, before = use_of(perimeter), use_before(perimeter)
    course = measure(_recent_weeks(today), [attendance.HOURS, attendance.FILL_RATE], by="week_start")
    provisional = is_provisional(coverage(perimeter))
    months = measure(store.pass_facts(_last_months(counted_on)), [passes.PASS_MEMBERS], by="month_start")
    return [
        Tile(attendance.HOURS, now["hours"], before["hours"], "en un an", _course(course, "hours"), provisional),
        Tile(
            attendance.FILL_RATE,
            now["fill_rate"],
            before["fill_rate"],
            "en un an",
            _course(course, "fill_rate"),
            provisional,
        ),
        Tile(
            network.USERS,
            _only(measure(store.users_facts(year=counted_on.year, as_of=counted_on), [network.USERS])),
            _only(measure(store.users_facts(year=a_year_ago.year, as_of=a_year_ago), [network.USERS])),
            "en un an",
        ),
        Tile(
            passes.PASS_MEMBERS,
            _only(measure(store.pass_members(on=counted_on), [passes.PASS_MEMBERS])),
            _only(measure(store.pass_members(on=a_year_ago), [passes.PASS_MEMBERS])),
            "en un an",
            _course(months, "pass_members"),
        ),
    ]


def published_rate() -> float | None:
    """The published fill rate of 2013, for the line of reference."""
    key, year = PUBLISHED_RATE
    found = store.published_figures().filter((pl.col("indicator") == key) & (pl.col("year_from") == year))
    return None if found.is_empty() else float(found["value"][0])


def by_week(perimeter: Perimeter) -> pl.DataFrame:
    """One row per week that is over: `week_start`, `fill_rate`, and `fill_rate_last_year`, that of 52 weeks earlier."""
    period = perimeter.period.so_far(perimeter.as_of, by_week=True).weeks_within()
    now = measure(store.attendance_facts(period, by=("week_start",)), [attendance.FILL_RATE], by="week_start")
    year_ago = period.year_before()
    if year_ago is None:
        return now.with_columns(fill_rate_last_year=pl.lit(None, pl.Float64)).sort("week_start")
    before = measure(
        store.attendance_facts(year_ago, by=("week_start",)), [attendance.FILL_RATE], by="week_start"
    ).select(pl.col("week_start").dt.offset_by("52w"), fill_rate_last_year="fill_rate")
    return now.join(before, on="week_start", how="left").sort("week_start")


def rate_by_week(perimeter: Perimeter) -> Figure:
    """The line of the network's rate, the year before in grey."""
    figures, published = by_week(perimeter), published_rate()
    reference = Reference(published, f"{percent(published)} (évaluation {PUBLISHED_RATE[1]})") if published else None
    return Figure(
        key="remplissage-par-semaine",
        headline="Remplissage du réseau, semaine après semaine",
        subtitle=f"Taux de remplissage, en %. Réseau entier, {perimeter.spoken_period}. En gris : un an avant.",
        draw=fill_by_week,
        figures=figures,
        spoken=fill_by_week_in_words(figures, reference=reference),
        table=Table(
            "Taux de remplissage du réseau par semaine",
            figures,
            {"week_start": "Semaine du", "fill_rate": "Taux de remplissage", "fill_rate_last_year": "Un an avant"},
            notes=(coverage_sentence(perimeter),),
            shares=frozenset({"fill_rate", "fill_rate_last_year"}),
            demonstration=store.is_demonstration(),
        ),
        options={"reference": reference},
    )


def ranked_figure(perimeter: Perimeter) -> Figure:
    """The centres from the fullest to the emptiest, and the network."""
    figures, network = ranked(perimeter), use_of(perimeter)["fill_rate"]
    return Figure(
        key=RANKING,
        headline="Les lieux, du plus rempli au moins rempli",
        subtitle=f"Taux de remplissage, en %, {perimeter.spoken_period}. Le trait est le taux du réseau. "
        "Un clic sur une barre ouvre la fréquentation du lieu.",
        draw=ranked_centres,
        figures=figures,
        spoken=ranked_centres_in_words(figures, network_rate=network),
        table=Table(
            "Taux de remplissage et heures par lieu",
            figures,
            {"centre_name": "Télécentre", "fill_rate": "Taux de remplissage", "hours": "Heures d’utilisation (h)"},
            notes=(coverage_sentence(perimeter),),
            shares=frozenset({"fill_rate"}),
            demonstration=store.is_demonstration(),
        ),
        options={"network_rate": network, "selection_name": filters.CENTRE_CLICKED},
    )


def ask_for_a_centre() -> None:
    """Notes the centre of the bar clicked, for `open_what_was_asked`: a click cannot open a page by itself."""
    code = filters.take_centre_from(RANKING)
    if code is not None:
        st.session_state[_ASKED_FOR] = code


def open_what_was_asked() -> None:
    """Opens the attendance of the centre whose bar was clicked; nothing otherwise."""
    code = st.session_state.pop(_ASKED_FOR, None)
    if code is not None:
        st.switch_page(streamlit_page(page_entry("attendance")), query_params={"centre": code})


def ranked(perimeter: Perimeter) -> pl.DataFrame:
    """One row per centre that offered something: code, name, `fill_rate`, `hours`, from the fullest down."""
    facts = store.attendance_facts(perimeter.period, by=("centre_code",))
    return (
        measure(facts, [attendance.FILL_RATE, attendance.HOURS], by="centre_code")
        .with_columns(centre_name=pl.col("centre_code").replace_strict(filters.centre_names(), default=""))
        .sort("fill_rate", "centre_name", descending=[True, False], nulls_last=True)
    )


def to_do(today: date) -> list[tuple[str, str, dict[str, str]]]:
    """What waits: a sentence, the page that settles it, and that page's filters."""
    return [*_files_to_check(), *_weeks_to_enter(today)]


def _files_to_check() -> list[tuple[str, str, dict[str, str]]]:
    """The files that others sent to be checked before they are imported."""
    actor = session.current_actor()
    if not actor.coordinates:
        return []
    made = store.imports(now=clock.now().replace(second=0, microsecond=0))
    return [
        (f"Relire « {batch['file_name']} », envoyé par {batch['imported_by']}", "transfers", {"nature": batch["kind"]})
        for batch in made
        if batch["state"] == "waiting" and batch["imported_by"] != actor.name
    ]


def _weeks_to_enter(today: date) -> list[tuple[str, str, dict[str, str]]]:
    last_week = Period.last_weeks(1, today)
    weeks = store.attendance_weeks(last_week, as_of=today)
    expected = weeks.filter(pl.col("state").is_in(["complete", "draft", "missing"]))
    done = expected.filter(pl.col("state") == "complete").height
    if expected.is_empty():
        return []
    week = dates.short_week(last_week.first)
    lines: list[tuple[str, str, dict[str, str]]] = [
        (f"{week} : {count(done, 'relevé complet', 'relevés complets')} sur {expected.height}", "", {})
    ]
    late = store.attendance_weeks(Period.last_weeks(8, today), as_of=today).filter(
        pl.col("state").is_in(["missing", "draft"])
    )
    if session.current_actor().coordinates:
        lines += [
            (f"{short_names()[code]} : réouverture demandée de {dates.short_week(week)}", "completeness", {})
            for code, weeks in sorted(store.asked_reopenings().items())
            for week in sorted(weeks)
        ]
    by_centre = late.group_by("centre_code").agg(pl.col("week_start").sort())
    names = short_names()
    for code, mondays in sorted(by_centre.iter_rows(), key=lambda row: names[row[0]]):
        spoken = [dates.short_week(day) for day in mondays[:_NAMES_SAID]]
        more = len(mondays) - len(spoken)
        said = enumeration([*spoken, f"{more} autres"] if more > 0 else spoken)
        lines.append(
            (
                f"{names[code]} : {said} à saisir",
                "weekly_entry",
                {"centre": code, "semaine": dates.week_key(mondays[0])},
            )
        )
    return lines


def _recent_weeks(today: date) -> pl.DataFrame:
    return store.attendance_facts(Period.last_weeks(_SPARK_WEEKS, today), by=("week_start",))


def _last_months(today: date) -> Period:
    return Period.months(months_before(today, 12), today)


def _course(figures: pl.DataFrame, key: str) -> tuple[float, ...]:
    return tuple(figures[key].drop_nulls().to_list())


def _only(figures: pl.DataFrame) -> float | None:
    value: float | None = figures.item()
    return value
