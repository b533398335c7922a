"""The Pass Actifs Mobiles: does the club grow, who comes and goes, and do the six free months lead anywhere?

Who may not see small counts is told of the whole club since it began, up to the last year that is over, cut one way at a
time: by status, place, month and reason at once, members would be told apart one by one. What moves is then told by year,
since a month sees few people come or go.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from dashboard.charts.bars import pass_cohorts, pass_cohorts_in_words
from dashboard.charts.columns import pass_flows, pass_flows_in_words
from dashboard.charts.lines import PublishedPoint, pass_members, pass_members_in_words
from dashboard.charts.theme import every_month, span_label
from dashboard.figures.masking import counted, masked_counts, masked_tile
from dashboard.figures.model import Figure, NativeChart, Subject, Tile, side_by_side
from dashboard.figures.pass_people import (
    MOVES,
    OWN_PREMISES,
    TRIALS,
    Club,
    by_centre,
    by_status,
    compared_figures,
    few_moved,
    figures_of,
    reasons,
    services,
    supports,
)
from dashboard.indicators import passes as indicators
from dashboard.indicators.disclosure import is_small, protected_once
from dashboard.indicators.model import Indicator, measure
from dashboard.wording import dates
from dashboard.wording.numbers import integer, percent, signed
from dashboard.wording.terms import (
    NOT_APPLICABLE,
    hidden_words,
)
from dashboard.wording.typography import capital, count, enumeration
from dashboard.wording.units import gains
from data_access.facts import ClubFacts, ClubSpan
from data_access.periods import Period, month_start

_LAST_YEAR: Final = "en un an"
_COMPARED: Final = (
    indicators.PASS_MEMBERS,
    indicators.PASS_JOINS,
    indicators.PASS_ENDS,
    indicators.PASS_OWN_PREMISES,
    indicators.PASS_NET,
    indicators.PASS_KEPT_SHARE,
)
_MOVES_HEADINGS: Final = {
    "pass_joins": "Adhésions",
    "pass_losses": "Départs",
    "pass_own_premises": "Partis dans leurs propres locaux",
}


def passes(club: Club) -> Subject:
    """All that is said of the club."""
    sees = club.reader.sees_small_counts
    over_time = [members(club), flows(club), cohorts(club)] if sees else year_after_year(club)
    beside = comparison(club)
    figures = (
        *over_time,
        reasons(club),
        by_status(club),
        by_centre(club),
        services(club),
        supports(club),
        *([beside] if beside else ()),
    )
    return Subject(sentence(club), tuple(tiles(club)), {each.key: each for each in figures}, note=note(club))


def nobody_yet(facts: ClubFacts) -> str:
    """What to say while nobody has joined, with what was published; nothing once somebody has."""
    if facts.began is not None:
        return ""
    known = [
        f" L’évaluation publiée comptait {count(point.value, 'inscrit')} en {point.month.year}."
        for point in _published(facts)
    ]
    return f"Aucune adhésion au Pass n’est enregistrée.{''.join(known)}"


def sentence(club: Club) -> str:
    """How many members, how that moved in a year, and how many stay once the free months end."""
    now, sees = club.now, club.reader.sees_small_counts
    there, before = now["pass_members"], club.year_ago.get("pass_members")
    if there is None:
        return f"Au {dates.long_date(club.on)}, aucune adhésion au Pass n’était encore enregistrée."
    few = not sees and is_small(there)
    said = f"Au {dates.long_date(club.on)}, le Pass {'compte' if club.on == club.facts.as_of else 'comptait'} "
    said += f"{hidden_words(few=True)} adhérents" if few else count(there, "adhérent")
    if club.facts.status or club.facts.centre_code:
        said += f" ({club.who})"
    if before is not None and sees:
        said += f", {_moved(there - before)}"
    kept, over = now["pass_kept"] or 0, now["pass_trials_over"] or 0
    if not over or (not sees and indicators.PASS_KEPT_SHARE in _untold(club)):
        return f"{said}."
    share = f"{percent(now['pass_kept_share'] or 0)} ({integer(kept)} sur {integer(over)})"
    return f"{said}. {share} sont restés une fois leurs six mois gratuits passés."


def tiles(club: Club) -> list[Tile]:
    """Members, joins, who stayed, and who left for premises of their own, against the same a year before."""
    now = club.now
    untold = frozenset[Indicator]() if club.reader.sees_small_counts else _untold(club)
    hidden = dict.fromkeys(untold, hidden_words(few=False))
    course = tuple(members_by_month(club.facts).filter("chosen")["members"].to_list())
    made = [
        members_tile(now["pass_members"], club.year_ago.get("pass_members"), course),
        *(
            Tile(
                each,
                now[each.key],
                club.year_ago.get(each.key),
                _LAST_YEAR,
                hidden=hidden_words(few=False) if each in hidden else "",
            )
            for each in (indicators.PASS_JOINS, indicators.PASS_KEPT_SHARE, indicators.PASS_OWN_PREMISES)
        ),
    ]
    return [masked_tile(tile, club.reader) for tile in made]


def _untold(club: Club) -> frozenset[Indicator]:
    """The figures that partners are not told: those of few people, and the totals that moved by few since they were told."""
    untold = set(not_told(club.now))
    # One reason told among those of the figure would give back what is hidden beside it.
    if OWN_PREMISES in reasons(club).table.frame.filter("people_hidden")["code"].to_list():
        untold.add(indicators.PASS_OWN_PREMISES)
    if club.few_moved:
        untold.add(indicators.PASS_JOINS)
    trials = measure(club.facts.now.cohorts, TRIALS, by="month_start").with_columns(
        # The six free months of who joins until June are over at the end of the year.
        pl.col("month_start").dt.offset_by("6mo"),
        left=pl.col("pass_trials_over") - pl.col("pass_kept"),
    )
    if few_moved(trials, ("pass_kept", "left"), club.on):
        untold.add(indicators.PASS_KEPT_SHARE)
    return frozenset(untold)


def not_told(now: Mapping[str, float | None]) -> frozenset[Indicator]:
    """The figures that the public is not told: each is the rest of others, and with few people in one of them tells of it."""
    kept, own = now["pass_kept"] or 0, now.get("pass_trials_own_premises") or 0
    together = (
        (
            (indicators.PASS_KEPT, indicators.PASS_KEPT_SHARE, indicators.PASS_TRIALS_OWN_PREMISES),
            (kept, own, (now["pass_trials_over"] or 0) - kept - own),
        ),
        *(
            (pair, tuple(now[each.key] for each in pair))
            for pair in (
                (indicators.PASS_OWN_PREMISES, indicators.PASS_LOSSES),
                # How many members there are, and were, gives their difference.
                (indicators.PASS_JOINS, indicators.PASS_ENDS),
            )
        ),
    )
    return frozenset(each for told, counts in together if any(map(is_small, counts)) for each in told)


def members_tile(now: float | None, year_ago: float | None, course: tuple[float | None, ...] = ()) -> Tile:
    """The members on a day, against those of a year before."""
    return Tile(indicators.PASS_MEMBERS, now, year_ago, _LAST_YEAR, course)


def ending_soon(ending: pl.DataFrame, club: Club) -> tuple[str, list[tuple[str, str]]]:
    """A title, and one line for each free period that ends in the coming days, with the names that were read."""
    said = count(ending.height, "période gratuite s’achève", "périodes gratuites s’achèvent")
    if ending.is_empty():
        said = "Aucune période gratuite ne s’achève"
    places, lines = club.places, []
    for row in ending.iter_rows(named=True):
        name = " ".join(part for part in (row["given_name"], row["family_name"]) if part)
        place = places.get(row["centre_code"], row["centre_name"]) if row["centre_code"] else "sans convention"
        told = ", ".join(part for part in (row["member_number"], name, place) if part)
        lines.append((dates.day_and_month(row["free_until"]), told))
    return f"{said} d’ici le {dates.long_date(club.facts.soon)}", lines


def note(club: Club) -> str:
    """Perimeter, period, and what the figures rest on."""
    began, known = club.facts.began, club.facts.parts.endings
    since = f" Première adhésion enregistrée : {dates.long_date(began)}." if began else ""
    ended, reasoned = known["ended"].sum(), known.drop_nulls("end_reason")["ended"].sum()
    told = bool(ended) and club.reader.sees_small_counts
    written = f" Motif saisi pour {count(reasoned, 'départ')} sur {integer(ended)}." if told else ""
    running = club.on > club.period.last
    later = " Le mois en cours compte dans les adhérents, pas dans les mouvements." if running else ""
    return (
        f"Périmètre : {club.who}. Période : {club.spoken} ; adhérents au {dates.long_date(club.on)}.{since}{written} "
        f"Le télécentre d’une personne est celui de sa convention en cours le jour compté.{later}"
    )


def _moved(difference: float) -> str:
    if not difference:
        return "autant qu’un an avant"
    return f"{abs(difference):.0f} de {'plus' if difference > 0 else 'moins'} qu’un an avant"


# The club over time: the members, who comes and goes, and what the free months lead to.

# Columns of movements and rows of cohorts that can be read in one drawing.
_MOST_COLUMNS: Final = 36
_MOST_COHORTS: Final = 24
# With fewer people a share swings by more than it tells: several months are put together.
_LEAST_COHORT: Final = 5
# Over more months than this they are cut at the quarters and years of the calendar.
_ALIGNED_BEYOND: Final = 36
_GROUPS: Final = (1, 3, 12)
_SAID_GROUPS: Final = {1: "par mois", 3: "par trois mois", 12: "par douze mois"}


def members(club: Club) -> Figure:
    """The members since the first one joined, the months of the period in green, and the published figures."""
    facts, whole = club.facts, members_by_month(club.facts)
    chosen = whole.filter("chosen")
    of_all = facts.status is None and facts.centre_code is None
    published = _published(facts) if of_all else ()
    ring = " Le rond : un nombre publié ; on ignore s’il compte aussi les personnes déjà parties." if published else ""
    headings = {"counted_on": "Au", "members": "Adhérents"}
    months = tuple(map(dates.short_month, whole["month_start"]))
    return Figure(
        key="pass-adherents",
        headline=_members_in_words(club),
        subtitle=f"Nombre d’adhérents à la fin du mois. {capital(club.who)}. En vert : {club.spoken}.{ring}",
        draw=pass_members,
        figures=whole,
        spoken=pass_members_in_words(whole, published=published),
        table=club.table("Adhérents du Pass, mois après mois", chosen, headings),
        options={"published": published},
        paper={"width": 620, "height": 240},
        native=NativeChart("line", months, {"Adhérents": tuple(whole["members"])}),
        period=club.spoken,
        indicators=(indicators.PASS_MEMBERS, indicators.PASS_JOINS, indicators.PASS_ENDS),
        gaps="Manques : aucun connu.",
        details=(club.table("Adhérents depuis le début", whole, headings),),
    )


def _members_in_words(club: Club) -> str:
    """« Le club gagne 12 adhérents en un an : 165 au 30 mai 2017 », or how many there are where nothing compares."""
    now, before = club.now["pass_members"], club.year_ago.get("pass_members")
    if now is None:
        return "Les adhérents du Pass Actifs Mobiles, mois après mois"
    return _count_in_words(now, before, dates.long_date(club.on))


def _count_in_words(now: float, before: float | None, day: str) -> str:
    there = count(now, "adhérent")
    if before is None:
        return f"Le club compte {there} au {day}"
    if now == before:
        return f"Le club reste à {there} en un an, au {day}"
    return f"Le club {gains(now - before, count(abs(now - before), 'adhérent'))} en un an : {integer(now)} au {day}"


def members_by_month(facts: ClubFacts) -> pl.DataFrame:
    """One row per month since the first joining: `counted_on`, its last day or that up to which it is known, `members` on
    that day; `chosen` = looked at."""
    period, on = facts.now.period, facts.now.on
    last = on if on == facts.as_of else period.last
    return (
        measure(facts.history, [indicators.PASS_MEMBERS], by="month_start")
        .rename({"pass_members": "members"})
        .with_columns(
            counted_on=pl.min_horizontal(pl.col("month_start").dt.month_end(), pl.lit(facts.as_of)),
            chosen=pl.col("month_start").is_between(month_start(period.first), last),
        )
        # Before anybody is known to have joined, nobody knows how many there were.
        .drop_nulls("members")
    )


def flows(club: Club) -> Figure:
    """Joins, departures and their net."""
    size = flow_size(club.period)
    figures = flows_by(club.facts.now, size)
    return Figure(
        key="pass-mouvements",
        headline=_moves_in_words(club.now) or "Adhésions et départs",
        subtitle=f"Nombre de personnes, {_SAID_GROUPS[size]}. {capital(club.who)}, {club.spoken}.{_running_month(club)}",
        draw=pass_flows,
        figures=figures,
        spoken=pass_flows_in_words(figures),
        table=club.table("Adhésions et départs", figures, {"span": "Période", **_MOVES_HEADINGS, "pass_net": "Solde"}),
    )


def _moves_in_words(now: Mapping[str, float | None]) -> str:
    """« 24 adhésions et 12 départs, solde de +12 »"""
    joins, ends = now["pass_joins"] or 0, now["pass_ends"] or 0
    both = f"{count(joins, 'adhésion')} et {count(ends, 'départ')}"
    return f"{both}, solde de {signed(joins - ends, 0)}" if joins or ends else ""


def flow_size(period: Period) -> int:
    """How many months a column stands for: the fewest that leave columns one can read."""
    return next((size for size in _GROUPS if _months(period) <= size * _MOST_COLUMNS), _GROUPS[-1])


def flows_by(span: ClubSpan, size: int) -> pl.DataFrame:
    """One row per `size` months of the period: joins, departures for premises of their own, the other ones, and the net."""
    return _by_span(span.months, MOVES, span.period, size)


def cohorts(club: Club) -> Figure:
    """Who stays once the six free months end, by when they joined."""
    size = cohort_size(club.facts.now)
    figures = cohorts_by(club.facts.now, size)
    return Figure(
        key="pass-septieme-mois",
        headline=_kept_in_words(club.now) or "Après les six mois gratuits",
        subtitle=f"Ce que font, au septième mois, les personnes ayant adhéré ensemble ({_SAID_GROUPS[size]}). "
        f"{capital(club.who)}, {club.spoken}.",
        draw=pass_cohorts,
        figures=figures,
        spoken=pass_cohorts_in_words(figures),
        table=club.table(
            "Après les six mois gratuits",
            figures,
            {
                "span": "Adhésions de",
                "joined": "Adhésions",
                "trials_over": "Six mois passés",
                "kept": "Restés",
                "left_own_premises": "Partis dans leurs propres locaux",
                "kept_share": "Part restée",
                "state": "État",
            },
            "kept_share",
        ),
        nothing="Personne n’a adhéré sur la période.",
    )


def _kept_in_words(now: Mapping[str, float | None]) -> str:
    """« 67 % sont restés après les six mois gratuits (18 sur 27) »; nothing before they are over for somebody."""
    kept, over = now["pass_kept"] or 0, now["pass_trials_over"] or 0
    if not over:
        return ""
    return f"{percent(kept / over)} sont restés après les six mois gratuits ({integer(kept)} sur {integer(over)})"


def cohort_size(span: ClubSpan) -> int:
    """How many months of joining are put together: the fewest that make cohorts of several people, few enough to be read."""
    joined, months = figures_of(span)["pass_joins"] or 0, _months(span.period)
    return next(
        (size for size in _GROUPS if size * joined >= _LEAST_COHORT * months and months <= size * _MOST_COHORTS),
        _GROUPS[-1],
    )


def cohorts_by(span: ClubSpan, size: int) -> pl.DataFrame:
    """One row per `size` months with somebody who joined; the share is null while one of them is in the free months."""
    wanted = (indicators.PASS_JOINS, *TRIALS, indicators.PASS_TRIALS_OWN_PREMISES)
    names = {each.key: each.key.removeprefix("pass_").replace("joins", "joined") for each in wanted}
    names[indicators.PASS_TRIALS_OWN_PREMISES.key] = "left_own_premises"
    over = pl.col("joined") == pl.col("trials_over")
    return (
        _by_span(span.cohorts, wanted, span.period, size)
        .rename(names)
        .with_columns(
            kept_share=pl.when(over).then("kept_share"),
            state=pl.when(over).then(pl.lit("six mois passés")).otherwise(pl.lit("en cours")),
        )
    )


def year_after_year(club: Club) -> list[Figure]:
    """For who may not see small counts: the members at the end of each year, and who came and left in it.

    What remains after each year is shown: who came is hidden with who left, and who left is not cut by reason, which would
    tell of few.
    """
    facts, both = club.facts, [indicators.PASS_JOINS.key, indicators.PASS_ENDS.key]
    moves = protected_once(
        _by_year(facts.history, club.on),
        both,
        ["year"],
        earlier=[_by_year(facts.history, each.on) for each in facts.earlier],
        difference_told=True,
    )
    ends = facts.history.filter(
        (pl.col("month_start").dt.month() == 12) | (pl.col("month_start") == month_start(club.on))
    )
    there = measure(ends, [indicators.PASS_MEMBERS], by="month_start").with_columns(
        label=pl.col("month_start").dt.month_end().map_elements(dates.long_date, return_dtype=pl.String)
    )
    # Members at two dates are not added up: nothing is published that they would be subtracted from.
    counts = masked_counts(there, "pass_members", ["month_start"], club.reader, totals=())
    return [
        counted(
            counts,
            "pass_members",
            key="pass-adherents",
            headline=_last_counts_in_words(counts) or "Les adhérents du Pass Actifs Mobiles, année après année",
            subtitle="Nombre d’adhérents au dernier jour de l’année.",
            subject="adhérents en fin d’année",
            title="Adhérents, année après année",
            headings={"label": "Au", "pass_members": "Adhérents"},
            notes=club.notes,
        ),
        counted(
            moves.with_columns(label=pl.col("year").cast(pl.String)),
            "pass_joins",
            key="pass-mouvements",
            headline=_last_moves_in_words(moves) or "Adhésions et départs",
            subtitle="Adhésions par année ; les départs sont dans le tableau.",
            subject="adhésions et départs par année",
            title="Adhésions et départs par année",
            headings={"label": "Année", "pass_joins": "Adhésions", "pass_ends": "Départs"},
            said={"pass_joins": "{} adhésions", "pass_ends": "{} départs"},
            notes=club.notes,
        ),
    ]


def _last_counts_in_words(counts: pl.DataFrame) -> str:
    """The members at the last day told and at that of the year before, as they may be read; nothing where one is hidden."""
    last = counts.tail(2)
    before, now = (None, *last["pass_members"].to_list())[-2:]
    if now is None:
        return ""
    years = last["month_start"].dt.year().to_list()
    following = last["month_start"].dt.month().to_list() == [12, 12] and years[1] == years[0] + 1
    return _count_in_words(now, before if following else None, last["label"][-1])


def _last_moves_in_words(moves: pl.DataFrame) -> str:
    """« 24 adhésions et 12 départs en 2016 », of the last year; nothing where they are hidden."""
    if moves.is_empty():
        return ""
    year, joins, ends = moves.select("year", "pass_joins", "pass_ends").row(-1)
    return "" if joins is None or ends is None else f"{count(joins, 'adhésion')} et {count(ends, 'départ')} en {year}"


def _by_year(history: pl.DataFrame, on: date) -> pl.DataFrame:
    known = history.filter(pl.col("month_start") <= on).with_columns(year=pl.col("month_start").dt.year())
    return measure(known, MOVES[:2], by="year").sort("year")


def _by_span(facts: pl.DataFrame, wanted: Sequence[Indicator], period: Period, size: int) -> pl.DataFrame:
    """Facts by month, measured over `size` months at a time; `span` is how to say them.

    They are counted from the first month of the period, or over a long one by quarters and years of the calendar, where
    the first and the last may be shorter.
    """
    months = every_month(period.first, period.last)
    skipped = (period.first.month - 1) % size if len(months) > _ALIGNED_BEYOND else 0
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


def _months(period: Period) -> int:
    return len(every_month(period.first, period.last))


def _published(facts: ClubFacts) -> tuple[PublishedPoint, ...]:
    """The figures that the county published, at the ends of their years."""
    return tuple(
        PublishedPoint(date(year, 12, 1), value, f"{integer(value)} (évaluation {year})")
        for year, value in facts.published.select("year_to", "value").iter_rows()
    )


def _running_month(club: Club) -> str:
    """What already came and went in the month that runs: it is in no column, since half a month compares with nothing."""
    today = club.facts.as_of
    if club.on != today or club.period.last >= month_start(today):
        return ""
    row = measure(club.facts.history.tail(1), (indicators.PASS_JOINS, indicators.PASS_ENDS)).row(0, named=True)
    return (
        f" En {dates.month(today)}, au {today.day} : {count(row['pass_joins'], 'adhésion')} "
        f"et {count(row['pass_ends'], 'départ')}."
    )


def comparison(club: Club) -> Figure | None:
    """The figures beside those of the span before and of the same span a year before; None where nothing compares."""
    spans = {"Écart": club.facts.before, "Écart en un an": club.facts.year_ago}
    told = [
        (gap, then, figures)
        for gap, then in spans.items()
        if then is not None and (figures := compared_figures(then, club.facts.began))
    ]
    if not told or not club.reader.sees_small_counts:
        return None
    days = enumeration([dates.long_date(then.on) for _, then, _ in told])
    notes = (
        f"Périmètre : {club.who}.",
        f"Adhérents comptés au {dates.long_date(club.on)}, comparés à ceux du {days}.",
        f"{indicators.PASS_KEPT_SHARE.label} : chaque période telle qu’on la connaissait alors.",
        f"« {NOT_APPLICABLE} » : le Pass n’existait pas encore pendant toute la période comparée.",
    )
    return Figure(
        key="pass-comparaison",
        headline="Par rapport aux périodes précédentes",
        subtitle=" ".join(notes),
        draw=None,
        figures=pl.DataFrame(),
        spoken="",
        table=side_by_side(
            "Le Pass comparé à ses périodes précédentes",
            _COMPARED,
            (_days(club.period), club.now),
            {gap: (_days(then.period), figures) for gap, then, figures in told},
            notes,
            absent=NOT_APPLICABLE,
        ),
    )


def _days(period: Period) -> str:
    return f"Du {dates.numeric_date(period.first)} au {dates.numeric_date(period.last)}"
