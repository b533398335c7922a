"""How the network is used: how full, when, which places, compared with before, and on how many of the sheets it rests."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, NamedTuple

import polars as pl

from dashboard.charts.bars import counted_bars, ranking_in_words
from dashboard.charts.columns import fill_by_weekday, fill_by_weekday_in_words
from dashboard.charts.heat import fill_heatmap, fill_heatmap_in_words
from dashboard.charts.lines import (
    Reference,
    centre_versus_network,
    centre_versus_network_in_words,
    fill_by_week,
    fill_by_week_in_words,
    weeks_above,
)
from dashboard.figures.completeness import STATES, weeks_missing, worded
from dashboard.figures.model import (
    Figure,
    NativeChart,
    Perimeter,
    Subject,
    Table,
    Tile,
    once,
    short_names,
    side_by_side,
)
from dashboard.figures.places import with_figures
from dashboard.indicators import attendance as indicators
from dashboard.indicators.model import measure
from dashboard.wording import dates
from dashboard.wording.numbers import integer, percent, points, rounded
from dashboard.wording.terms import SEAT_KINDS, distinct_names
from dashboard.wording.typography import capital, count, plural
from dashboard.wording.units import gains
from data_access.facts import DetailedUse, PlacesFacts, UseFacts

RANKING: Final = "lieux-classes"
HEAT_MAP: Final = "remplissage-par-lieu-et-semaine"
WEEKS: Final = "remplissage-par-semaine"
# Under this share of entered weeks a total says little: it is marked as provisional.
PROVISIONAL_UNDER: Final = 0.8
PUBLISHED_RATE: Final = ("fill_rate", 2013)
"""The network's rate in the published evaluation: the line every later year is read against."""
USE_HEADINGS: Final = {
    "occupied_half_days": "Demi-journées occupées",
    "offered_half_days": "Demi-journées offertes",
    "hours": "Heures",
    "fill_rate": "Remplissage",
}
_SHARES: Final = frozenset({"fill_rate", "fill_rate_last_year", "network_rate", "completeness"})
_COMPARED: Final = (indicators.FILL_RATE, indicators.OCCUPIED_HALF_DAYS, indicators.HOURS, indicators.COMPLETENESS)
_STABLE_WITHIN: Final = Decimal("0.005")
_WIDE: Final = 620
Row = Mapping[str, Any]


def attendance(facts: DetailedUse, perimeter: Perimeter) -> Subject:
    """Which places fill up, when, and against the rest of the network."""
    now, before = spans_of(facts).now, spans_of(facts).year_ago
    kind = f", {SEAT_KINDS[perimeter.seat_kind].plural}" if perimeter.seat_kind else ""
    who = f"{perimeter.place}{kind}"
    said = f"Aucun relevé complet pour {who} sur cette période."
    if now["fill_rate"] is not None:
        said = f"Taux de remplissage pour {who} : {percent(now['fill_rate'])}{moved_in_a_year(facts)}."
    provisional = is_provisional(now)
    return Subject(
        sentence=said,
        tiles=tuple(
            Tile(
                each,
                now[each.key],
                previous=None if each is indicators.COMPLETENESS else before[each.key],
                compared_with="en un an",
                provisional=provisional and each is not indicators.COMPLETENESS,
            )
            for each in _COMPARED
        ),
        figures=_by_key(
            heat_map(facts, perimeter),
            against_network(facts, perimeter),
            weekdays(facts, perimeter),
            comparison(facts, perimeter),
        ),
        note=coverage_sentence(now, perimeter),
    )


# On how many of the sheets that were expected the figures rest.


def coverage_sentence(row: Row, perimeter: Perimeter) -> str:
    """« Périmètre : … Période : … Complétude : 96 % (138 semaines sur 144), 2 fermées. », and what no rate could count.

    The row has the figures of the span, as `figures_of` tells them.
    """
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
    said += "). " + ("Les totaux sont provisoires. " if is_provisional(row) else "")
    if aside := row["unoffered_half_days"]:
        said += (
            f"{capital(count(aside, 'demi-journée'))} d’un jour ou d’un lieu sans capacité connue "
            f"{plural(aside, 'est dite', 'sont dites')} à part, hors des heures et du taux."
        )
    return said.strip()


def is_provisional(row: Row) -> bool:
    """Whether too few weeks were entered for totals to be taken as they are."""
    completeness = row["completeness"]
    return completeness is None or completeness < PROVISIONAL_UNDER


# The places from the fullest to the emptiest, and those without a rate, each with its reason.


def ranking(facts: UseFacts, perimeter: Perimeter) -> Figure:
    """The places from the fullest to the emptiest, and the network."""
    rate = spans_of(facts).now["fill_rate"]
    rows = ranked(facts.network).with_columns(why=pl.when(pl.col("fill_rate").is_null()).then("said"))
    said = rows["fill_rate"].map_elements(percent, return_dtype=pl.String)
    drawn = rows.select("code", label="name", value="fill_rate", said=pl.coalesce(said, "why"))
    drawn = drawn.filter(pl.col("code").is_in(_drawn_of(rows)))
    return Figure(
        key=RANKING,
        headline=_fullest_and_emptiest(rows) or "Les lieux, du plus rempli au moins rempli",
        subtitle=f"Taux de remplissage, en %, {perimeter.spoken_period}. Le trait est le taux du réseau. " + _cut(rows),
        draw=counted_bars,
        figures=drawn,
        spoken=ranking_in_words(drawn, network_rate=rate),
        table=_table(
            facts,
            "Utilisation de chaque lieu",
            rows.with_columns(pl.col("why").fill_null("")),
            {"name": "Lieu", **USE_HEADINGS, "completeness": "Complétude", **_why_heading(rows)},
            perimeter,
        ),
        options={"reference": None if rate is None else (rate, f"réseau {percent(rate)}")},
        nothing="Aucun lieu n’était ouvert sur la période.",
        paper={"width": _WIDE - 200},
        native=NativeChart("bars", tuple(rows["name"]), {"Taux de remplissage": tuple(rows["fill_rate"])}, share=True),
        period=perimeter.spoken_period,
        indicators=(indicators.FILL_RATE, indicators.HOURS),
        gaps=weeks_missing(rows),
    )


# Of many places a drawing holds the two ends; the table and its files hold all.
_MOST_DRAWN: Final = 40
_FULLEST: Final = 12
_EMPTIEST: Final = 13


def _drawn_of(ranked: pl.DataFrame) -> list[str]:
    """The codes of the places that a drawing holds, of those ranked from the fullest down: all, or both ends."""
    if ranked.height <= _MOST_DRAWN:
        return ranked["code"].to_list()
    rated = ranked.drop_nulls("fill_rate")
    return pl.concat([rated.head(_FULLEST), rated.tail(_EMPTIEST)])["code"].to_list()


def _cut(ranked: pl.DataFrame) -> str:
    """What is said of a drawing that does not hold all places."""
    if ranked.height <= _MOST_DRAWN:
        return ""
    return (
        f" Les {_FULLEST} lieux les plus remplis et les {_EMPTIEST} moins remplis sont dessinés ; les "
        f"{integer(ranked.height)} sont dans le tableau."
    )


def _fullest_and_emptiest(ranked: pl.DataFrame) -> str:
    """« Murat est le lieu le plus rempli (82 %), Ydes le moins (20 %) »; nothing of places that nobody can compare."""
    known = ranked.drop_nulls("fill_rate").select("label", "fill_rate")
    if known.height < 2:
        return ""
    (first, most), (last, least) = known.row(0), known.row(-1)
    if percent(most) == percent(least):
        return f"Tous les lieux sont remplis à {percent(most)}"
    return f"{first} est le lieu le plus rempli ({percent(most)}), {last} le moins ({percent(least)})"


def ranked(network: PlacesFacts) -> pl.DataFrame:
    """The places from the fullest down."""
    return with_figures(network).sort("fill_rate", descending=True, nulls_last=True, maintain_order=True)


def _why_heading(rows: pl.DataFrame) -> dict[str, str]:
    return {"why": "Sans taux"} if rows["why"].drop_nulls().len() else {}


# The rate, week after week, and month by month.


def weeks(
    facts: UseFacts, perimeter: Perimeter, *, published: float | None = None, name: str = "réseau", height: int = 300
) -> Figure:
    """The rate of the network or of a place, beside the year before; its months for documents."""
    rows, months = by_week(facts), _by_month(facts)
    nothing = "Aucune semaine n’est terminée sur la période."
    if rows.height and all(
        rows[name].null_count() == rows.height for name in ("occupied_half_days", "fill_rate_last_year")
    ):
        # Axes without a curve, and a table without a figure.
        rows, nothing = rows.clear(), "Aucun relevé complet sur la période, ni un an avant."
    reference = Reference(published, f"{percent(published)} (évaluation {PUBLISHED_RATE[1]})") if published else None
    lines = {capital(name): tuple(rows["fill_rate"])}
    if rows["fill_rate_last_year"].drop_nulls().len():
        lines["Un an avant"] = tuple(rows["fill_rate_last_year"])
    return Figure(
        key=WEEKS,
        headline=_year_in_words(facts) or _months_in_words(months) or "Le remplissage, semaine après semaine",
        subtitle=f"Taux de remplissage, en %. {capital(perimeter.place)}, {perimeter.spoken_period}."
        + (" En gris : un an avant." if rows["fill_rate_last_year"].drop_nulls().len() else ""),
        draw=fill_by_week,
        figures=rows.select("week_start", "fill_rate", "fill_rate_last_year"),
        spoken=fill_by_week_in_words(rows, reference=reference, name=name),
        table=_table(
            facts,
            "Utilisation par semaine",
            rows,
            {"week_start": "Semaine du", **USE_HEADINGS, "fill_rate_last_year": "Un an avant"},
            perimeter,
            "Semaines entières : chacune est de la période qui contient son jeudi.",
        ),
        options={"reference": reference, "name": name},
        nothing=nothing,
        paper={"width": _WIDE, "height": height},
        native=NativeChart("line", tuple(map(dates.short_week, rows["week_start"])), lines, share=True),
        period=perimeter.spoken_period,
        indicators=(indicators.FILL_RATE,),
        gaps=f"{weeks_missing(with_figures(facts.network))} Une semaine sans relevé complet interrompt la courbe.",
        details=(_table(facts, "Utilisation par mois", months, {"month": "Mois", **USE_HEADINGS}),),
    )


def _months_in_words(months: pl.DataFrame) -> str:
    """« Le mois le plus rempli est mai 2016 (58 %), le moins rempli août 2016 (20 %) »; nothing of a single month."""
    known = months.drop_nulls("fill_rate").sort("fill_rate", maintain_order=True).select("month", "fill_rate")
    if known.height < 2:
        return ""
    (low, least), (high, most) = known.row(0), known.row(-1)
    if percent(least) == percent(most):
        return f"Chaque mois est rempli à {percent(most)}"
    return f"Le mois le plus rempli est {high} ({percent(most)}), le moins rempli {low} ({percent(least)})"


def weeks_on_paper(facts: UseFacts, perimeter: Perimeter, *, name: str = "réseau", height: int = 260) -> Figure:
    """The same for a page of paper, which has room for the months; the weeks are for who computes further."""
    made = weeks(facts, perimeter, name=name, height=height)
    drawn = made.draw if made.figures["fill_rate"].drop_nulls().len() else None
    (months,) = made.details
    return replace(made, draw=drawn, table=months, details=(made.table,))


def of_place(facts: DetailedUse, code: str) -> UseFacts:
    """The use of one place, out of that of the network; its weeks are compared with no other."""
    own = pl.col("centre_code") == code
    return replace(
        facts,
        network=replace(facts.network, places=facts.network.places.filter(pl.col("code") == code)),
        now=facts.network.places.filter(pl.col("code") == code),
        before=None,
        year_ago=None,
        by_month=facts.by_centre_and_month.filter(own),
        by_week=facts.by_centre_and_week.filter(own),
        weeks_year_ago=None,
    )


def by_week(facts: UseFacts) -> pl.DataFrame:
    """One row per week that is over: its use, and `fill_rate_last_year`, that of 52 weeks earlier."""
    rows = measure(facts.by_week, indicators.USE, by="week_start").sort("week_start")
    if facts.weeks_year_ago is None:
        return rows.with_columns(fill_rate_last_year=pl.lit(None, pl.Float64))
    earlier = measure(facts.weeks_year_ago, [indicators.FILL_RATE], by="week_start").select(
        pl.col("week_start").dt.offset_by("52w"), fill_rate_last_year="fill_rate"
    )
    return rows.join(earlier, on="week_start", how="left", maintain_order="left")


def _by_month(facts: UseFacts) -> pl.DataFrame:
    """One row per month begun, with its French name: half-days, hours and rate."""
    rows = measure(facts.by_month, indicators.USE, by="month_start").filter(pl.col("month_start") <= facts.as_of)
    return rows.with_columns(month=pl.col("month_start").map_elements(dates.month, return_dtype=pl.String))


def published_rate(published: pl.DataFrame) -> float | None:
    """The fill rate that the county published for the year of its evaluation; None where it did not."""
    key, year = PUBLISHED_RATE
    of_year = (pl.col("year_from") == year) & (pl.col("year_to") == year)
    found = published.filter(of_year & (pl.col("indicator") == key) & pl.col("source").str.starts_with("Dossier"))
    return None if found.is_empty() else float(found["value"][0])


# Places by weeks, where missing, draft, closed, without seats, not open and zero are told apart.


def heat_map(facts: DetailedUse, perimeter: Perimeter) -> Figure:
    """Each of the last weeks of each place: its rate, or why it has none."""
    rows, places = _cells(facts, perimeter), ranked(facts.network)
    names = distinct_names(short_names(places))
    short = pl.col("centre_code").replace_strict(names, default=pl.col("centre_name"), return_dtype=pl.String)
    drawn = rows.with_columns(centre_name=short)
    return Figure(
        key=HEAT_MAP,
        headline=(_fullest_and_emptiest(places) if perimeter.centres is None else _weeks_in_words(rows))
        or "Le remplissage, lieu par lieu et semaine par semaine",
        subtitle=f"Taux de remplissage, en %, du lieu le plus rempli au moins rempli. {_spoken(perimeter)}."
        + _last_weeks(facts, rows)
        + (_cut(places) if perimeter.centres is None else ""),
        draw=fill_heatmap,
        figures=drawn.filter(pl.col("centre_code").is_in(_drawn_of(places))) if perimeter.centres is None else drawn,
        spoken=fill_heatmap_in_words(drawn),
        table=_table(
            facts,
            "Taux de remplissage par lieu et par semaine",
            rows.with_columns(
                state=pl.col("state").replace_strict(STATES, return_dtype=pl.String),
                reason=pl.col("reason").fill_null(""),
            ),
            {
                "centre_name": "Télécentre",
                "week_start": "Semaine du",
                "week_label": "Semaine",
                "state": "État du relevé",
                "reason": "Motif",
                "fill_rate": "Taux de remplissage",
            },
            perimeter,
        ),
        options={"selection_name": "centre"},
        nothing="Aucune semaine n’est terminée sur la période.",
    )


def _weeks_in_words(cells: pl.DataFrame) -> str:
    """« De 40 % à 82 % selon les semaines », of one place; nothing of a single week."""
    known = cells["fill_rate"].drop_nulls().sort()
    if known.len() < 2:
        return ""
    least, most = percent(known[0]), percent(known[-1])
    return f"{most} chaque semaine" if least == most else f"De {least} à {most} selon les semaines"


def _last_weeks(facts: UseFacts, rows: pl.DataFrame) -> str:
    """What is said of a drawing that does not hold all weeks of the period."""
    weeks = facts.period.so_far(facts.as_of, by_week=True).weeks_within()
    drawn, over = rows["week_start"].n_unique(), ((weeks.last - weeks.first).days + 1) // 7
    return f" Les {drawn} dernières semaines sont dessinées." if 0 < drawn < over else ""


def _cells(facts: DetailedUse, perimeter: Perimeter) -> pl.DataFrame:
    """One row per place and week drawn: names, week, state, reason and rate; places from the fullest down."""
    keys = ("centre_code", "week_start")
    complete = pl.col("state").is_in(["complete", "late", "imported"])
    rates = measure(facts.by_centre_and_week, [indicators.FILL_RATE], by=keys)
    ranks = with_figures(facts.network).select("centre_code", rank="fill_rate")
    weeks = worded(facts.weeks).join(ranks, on="centre_code")
    if perimeter.centres is not None:
        weeks = weeks.filter(pl.col("centre_code").is_in(perimeter.centres))
    return (
        weeks.join(rates, on=keys, how="left")
        .with_columns(
            # A complete week whose place offered nothing of what is looked at.
            state=pl.when(complete & pl.col("fill_rate").is_null())
            .then(pl.lit("without_seats"))
            .when(complete)
            .then(pl.lit("complete"))
            .otherwise("state"),
            fill_rate=pl.when(complete).then("fill_rate"),
            week_label=pl.col("week_start").map_elements(dates.short_week, return_dtype=pl.String),
        )
        .sort(
            "rank", "centre_name", "centre_code", "week_start", descending=[True, False, False, False], nulls_last=True
        )
        .select("centre_name", "centre_code", "week_start", "week_label", "state", "reason", "fill_rate")
    )


def against_network(facts: DetailedUse, perimeter: Perimeter) -> Figure:
    """Each place and the network without it, week after week."""
    rows, places = _place_and_rest(facts, perimeter), ranked(facts.network)
    whole = perimeter.centres is None
    return Figure(
        key="lieux-face-au-reseau",
        headline=_often_above(rows, whole=whole) or "Chaque lieu face au reste du réseau",
        subtitle=f"Taux de remplissage, en %. En vert : le lieu. En gris : le réseau sans lui. {_spoken(perimeter)}."
        + _last_weeks(facts, rows)
        + (_cut(places) if whole else ""),
        draw=centre_versus_network,
        figures=rows.filter(pl.col("centre_code").is_in(_drawn_of(places))) if whole else rows,
        spoken=centre_versus_network_in_words(rows),
        table=_table(
            facts,
            "Taux de remplissage de chaque lieu et du réseau sans lui",
            rows,
            {
                "centre_name": "Télécentre",
                "week_start": "Semaine du",
                "fill_rate": "Taux du lieu",
                "network_rate": "Taux du réseau sans lui",
            },
            perimeter,
        ),
        nothing="Aucune semaine n’est terminée sur la période.",
    )


def _often_above(rows: pl.DataFrame, *, whole: bool) -> str:
    """« 5 lieux sur 12 dépassent le plus souvent le reste du réseau », or the weeks of the one looked at; nothing of no week."""
    told = [(above, weeks) for _, above, weeks in weeks_above(rows) if weeks]
    if not told:
        return ""
    if not whole:
        ((above, weeks),) = told
        return f"Au-dessus du reste du réseau {above} {plural(above, 'semaine')} sur {weeks}"
    often = sum(above > weeks / 2 for above, weeks in told)
    if not often:
        return "Aucun lieu ne dépasse le plus souvent le reste du réseau"
    verb = plural(often, "dépasse", "dépassent")
    return f"{count(often, 'lieu', 'lieux')} sur {len(told)} {verb} le plus souvent le reste du réseau"


def _place_and_rest(facts: DetailedUse, perimeter: Perimeter) -> pl.DataFrame:
    """One row per place and week drawn: its rate, and that of the network without it."""
    terms = ("occupied_half_days", "offered_half_days")
    own = facts.by_centre_and_week.filter(
        pl.col("week_start").is_in(facts.weeks.weeks["week_start"].unique().to_list())
    )
    whole = own.group_by("week_start").agg(pl.col(terms).sum())
    rest = own.join(whole, on="week_start", suffix="_all").select(
        "centre_code",
        "week_start",
        *((pl.col(f"{term}_all") - pl.col(term).fill_null(0)).alias(term) for term in terms),
    )
    keys = ("centre_code", "week_start")
    places = with_figures(facts.network).select("centre_code", centre_name="label")
    if perimeter.centres is not None:
        places = places.filter(pl.col("centre_code").is_in(perimeter.centres))
    return (
        measure(own, [indicators.FILL_RATE], by=keys)
        .join(measure(rest, [indicators.FILL_RATE], by=keys).rename({"fill_rate": "network_rate"}), on=keys)
        .join(places, on="centre_code")
        .sort("centre_name", "centre_code", "week_start")
    )


def weekdays(facts: DetailedUse, perimeter: Perimeter) -> Figure:
    """The days of the week."""
    rows = (
        measure(facts.by_weekday, [indicators.FILL_RATE], by="weekday")
        .drop_nulls("fill_rate")
        .with_columns(weekday_name=pl.col("weekday").map_elements(dates.weekday, return_dtype=pl.String))
    )
    return Figure(
        key="jours-de-la-semaine",
        headline=_days_in_words(rows) or "Les jours de la semaine",
        subtitle=f"Taux de remplissage, en %. {_spoken(perimeter)}.",
        draw=fill_by_weekday,
        figures=rows,
        spoken=fill_by_weekday_in_words(rows),
        table=_table(
            facts,
            "Taux de remplissage par jour de la semaine",
            rows,
            {"weekday_name": "Jour", "fill_rate": "Taux de remplissage"},
            perimeter,
        ),
        nothing="Aucun relevé complet sur la période.",
    )


def _days_in_words(days: pl.DataFrame) -> str:
    """« Le mardi est le jour le plus rempli (58 %), le vendredi le moins (41 %) »; nothing of a single day."""
    known = days.sort("fill_rate", maintain_order=True).select("weekday_name", "fill_rate")
    if known.height < 2:
        return ""
    (last, least), (first, most) = known.row(0), known.row(-1)
    if percent(least) == percent(most):
        return f"Tous les jours sont remplis à {percent(most)}"
    return f"Le {first} est le jour le plus rempli ({percent(most)}), le {last} le moins ({percent(least)})"


# A period beside the one before it and the same one a year earlier, like for like.


def comparison(facts: UseFacts, perimeter: Perimeter) -> Figure:
    """A table of one row per indicator of use and its value over up to three spans; of one that nothing compares with, none.

    Where fewer weeks were entered in one span than in another its totals are smaller for that alone: completeness stands
    in the last row for that reason.
    """
    wanted = _COMPARED if perimeter.seat_kind is None else _COMPARED[:-1]
    period, year_before = facts.period, facts.period.year_before()
    before = None if period.before() == year_before else period.before()
    spans = {
        gap: (f"{dates.date_range(span.first, span.last)} ({words})", figures)
        for span, found, figures, words, gap in (
            (before, facts.before, spans_of(facts).before, "juste avant", "Écart"),
            (year_before, facts.year_ago, spans_of(facts).year_ago, "un an avant", "Écart en un an"),
        )
        if span is not None and found is not None and not span.is_empty
    }
    runs = " La période est en cours : elle est comparée aux mêmes jours." if period.runs else ""
    return Figure(
        key="comparaison",
        headline="Par rapport à d’autres périodes",
        subtitle="",
        draw=None,
        figures=pl.DataFrame(),
        spoken="",
        table=side_by_side(
            f"Comparaison de périodes, {perimeter.place}",
            wanted,
            (dates.date_range(period.first, max(period.first, period.last)), spans_of(facts).now),
            spans,
            (f"Périmètre : {perimeter.place}.{runs or ' Périodes de même longueur.'}",),
        ),
        nothing="Rien ne se compare à toute la vie du réseau."
        if period.since_beginning
        else "La période commence : elle ne se compare pas encore.",
    )


def moved_in_a_year(facts: UseFacts) -> str:
    """« , 3 points de plus qu’un an avant », « , autant qu’un an avant », or nothing where nothing compares."""
    difference = _move(facts)
    if not difference:
        return "" if difference is None else ", autant qu’un an avant"
    return f", {_amount(difference)} de {'plus' if difference > 0 else 'moins'} qu’un an avant"


def _year_in_words(facts: UseFacts) -> str:
    """« Le remplissage gagne 2 points en un an », marked where few of the sheets are there; nothing where nothing compares."""
    difference, spans = _move(facts), spans_of(facts)
    if difference is None:
        return ""
    unsure = " (provisoire)" if is_provisional(spans.now) or is_provisional(spans.year_ago) else ""
    return f"Le remplissage {gains(difference, _amount(difference))} en un an{unsure}"


def _move(facts: UseFacts) -> float | None:
    """How much the rate moved in a year: zero within half a point, which says nothing; None where nothing compares."""
    now, before = spans_of(facts).now["fill_rate"], spans_of(facts).year_ago["fill_rate"]
    if now is None or before is None:
        return None
    return 0.0 if abs(rounded(now - before, 3)) <= _STABLE_WITHIN else now - before


def _amount(difference: float) -> str:
    return points(abs(difference)).removeprefix("+")


def figures_of(facts: pl.DataFrame | None) -> dict[str, float | None]:
    """The figures of use and completeness of one span, by their keys; none of a span that there is not."""
    wanted = (*indicators.USE, indicators.UNOFFERED_HALF_DAYS, *indicators.COVERAGE)
    if facts is None:
        return dict.fromkeys(each.key for each in wanted)
    return measure(facts, wanted).row(0, named=True)


class _Spans(NamedTuple):
    """The figures of the period, of the span before and of a year before."""

    now: Row
    before: Row
    year_ago: Row


@once
def spans_of(facts: UseFacts) -> _Spans:
    return _Spans(figures_of(facts.now), figures_of(facts.before), figures_of(facts.year_ago))


# What the figures share.


def _table(
    facts: UseFacts,
    title: str,
    frame: pl.DataFrame,
    headings: dict[str, str],
    perimeter: Perimeter | None = None,
    *notes: str,
) -> Table:
    if perimeter is not None:
        notes = (coverage_sentence(spans_of(facts).now, perimeter), *notes)
    return Table(title, frame, headings, notes, shares=_SHARES)


def _spoken(perimeter: Perimeter) -> str:
    """The perimeter of a figure: place, kind of seat, period."""
    kind = f", {SEAT_KINDS[perimeter.seat_kind].plural}" if perimeter.seat_kind else ""
    return f"{capital(perimeter.place)}{kind}, {perimeter.spoken_period}"


def _by_key(*figures: Figure) -> dict[str, Figure]:
    return {figure.key: figure for figure in figures}
