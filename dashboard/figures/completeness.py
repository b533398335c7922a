"""Completeness: which weeks were entered, in time or not, which are missing, and why a place was shut."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import polars as pl

from dashboard.charts.bars import counted_bars, counted_bars_in_words
from dashboard.figures.model import Figure, NativeChart, Subject, Table, Task, Tile
from dashboard.indicators.attendance import COMPLETENESS, COVERAGE, ON_TIME, WEEKS_CLOSED
from dashboard.indicators.model import measure
from dashboard.wording import dates
from dashboard.wording.numbers import integer, percent
from dashboard.wording.terms import MISSING, PLACE_STATES, WEEK_STATES, distinct_names
from dashboard.wording.typography import capital, count, enumeration
from data_access.facts import CompletenessFacts
from data_access.periods import monday

KEY: Final = "completude"
STATES: Final[Mapping[str, str]] = {
    **{code: term.label for code, term in WEEK_STATES.items()},
    "late": "complète, en retard",
    "imported": "complète, importée",
    "without_seats": PLACE_STATES["without_seats"].label,
    "not_open": PLACE_STATES["not_open"].label,
    "ended": "fermé définitivement",
}
_COMPLETE: Final = ("complete", "late", "imported")
_ENTERED: Final = (*_COMPLETE, "draft", "closed")
OWED: Final = frozenset({*_ENTERED, "missing"})
"""The states of a week that has a sheet, or should have one: it can be opened."""
_NOT_THERE: Final = ("not_open", "ended")
_SILENCE_WEEKS: Final = 3
_SILENT_NAMED: Final = 12
_NAMED: Final = 4
_DRAWN: Final = 25
_COUNTS: Final = {
    "weeks_expected": "Attendues",
    "weeks_complete": "Complètes",
    "weeks_draft": "Brouillons",
    "weeks_missing": "Manquantes",
    "weeks_closed": "Fermées",
    "completeness": "Complétude",
}


def completeness(facts: CompletenessFacts, *, spoken: str) -> Subject:
    """The page: whether the figures can be trusted, who gives no news, and the weeks that each place lacks; every week of
    theirs, as the grid draws it, is in the details of that figure."""
    weeks = worded(facts)
    by_place = _by_place(weeks)
    drawn = of_places(by_place, spoken=spoken)
    silent = _silent(facts, weeks)
    return Subject(
        sentence=sentence(by_place),
        tiles=(Tile(COMPLETENESS, _rate_of(weeks)), Tile(ON_TIME, _on_time(weeks))),
        figures={KEY: replace(drawn, details=(_week_table(weeks, spoken=spoken),))},
        tasks=(Task(silent),) if silent else (),
        note=f"{COMPLETENESS.label} : {COMPLETENESS.formula}. {ON_TIME.label} : {ON_TIME.formula}. "
        "Les semaines importées ne sont ni à temps, ni en retard. "
        "Les semaines fermées ou qui précèdent l’ouverture d’un lieu ne sont pas attendues.",
    )


def of_places(places: pl.DataFrame, *, spoken: str) -> Figure:
    """Which weeks are missing, and where: a row per place, with `name` and its weeks counted by what is known of them."""
    lacking = places.with_columns(lacking=pl.col("weeks_missing") + pl.col("weeks_draft")).sort(
        "lacking", "name", descending=[True, False], nulls_last=True
    )
    drawn = lacking.head(_DRAWN).select(
        label="name",
        value="lacking",
        said=pl.col("lacking").map_elements(integer, return_dtype=pl.String),
        code=pl.lit(None, pl.String),
    )
    expected = bool(places["weeks_expected"].sum())
    return Figure(
        key=KEY,
        headline=_lack(places) or "La complétude : sur quoi reposent ces chiffres",
        subtitle=f"Semaines manquantes ou en brouillon, par lieu, {spoken}."
        + (f" Les {_DRAWN} premiers lieux sur {integer(lacking.height)}." if lacking.height > _DRAWN else ""),
        draw=counted_bars if expected else None,
        figures=drawn,
        spoken=counted_bars_in_words(drawn, subject="semaines manquantes ou en brouillon"),
        table=Table(
            "Semaines attendues et reçues, par lieu",
            lacking,
            {"name": "Lieu", **_COUNTS},
            shares=frozenset({"completeness"}),
        ),
        paper={"width": 420},
        native=NativeChart(
            "bars", tuple(drawn["label"]), {"Semaines manquantes ou en brouillon": tuple(drawn["value"])}
        )
        if expected
        else None,
        period=spoken,
        indicators=(COMPLETENESS, WEEKS_CLOSED),
        gaps=weeks_missing(places),
    )


def sentence(places: pl.DataFrame) -> str:
    """Whether the figures can be trusted, and who is missing."""
    row = measure(places, COVERAGE).row(0, named=True)
    expected, complete = int(row["weeks_expected"] or 0), int(row["weeks_complete"] or 0)
    if not expected:
        return "Aucune semaine n’était attendue sur cette période."
    said = f"{percent(row['completeness'])} des semaines attendues sont complètes ({integer(complete)} sur {integer(expected)})"
    return f"{said}. {_lack(places)}."


def _lack(places: pl.DataFrame) -> str:
    """« Il manque 6 semaines, à Murat et Ydes », « Il ne manque aucune semaine »; nothing where none was expected."""
    row = measure(places, COVERAGE).row(0, named=True)
    expected, complete = int(row["weeks_expected"] or 0), int(row["weeks_complete"] or 0)
    if expected == complete:
        return "Il ne manque aucune semaine" if expected else ""
    owed = places.filter(pl.col("weeks_missing") + pl.col("weeks_draft") > 0)["name"].to_list()
    where = "dans" if len(owed) > _NAMED else "à"
    return f"Il manque {count(expected - complete, 'semaine')}, {where} {named(owed)}"


def to_enter(owed: date | None, weeks: pl.DataFrame, today: date) -> tuple[str, date]:
    """What the animator of a place has to enter: a sentence, and the Monday of the week owed, else of the one that runs.

    `owed` is the oldest week that may be entered still; `weeks` are the last ones of the place, with their `state`.
    """
    locked = weeks.filter(pl.col("state").is_in(["missing", "draft"])).height
    if owed is None and locked:
        said = count(
            locked,
            "semaine plus ancienne manque et est verrouillée",
            "semaines plus anciennes manquent et sont verrouillées",
        )
        return f"Aucune semaine n’est à saisir. {said} : la coordination peut les rouvrir.", monday(today)
    if owed is None:
        return "Vos douze dernières semaines sont toutes saisies.", monday(today)
    return f"La semaine {dates.from_to(owed, owed + timedelta(days=6))} reste à saisir.", owed


def weeks_missing(places: pl.DataFrame) -> str:
    """Which weeks the figures lack, and where: a row of `places` is one place, with `name` and its weeks."""
    owed = places.filter((pl.col("weeks_missing") > 0) | (pl.col("weeks_draft") > 0)).sort("name")
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
    return f"Manques : {enumeration(parts)} ({named(owed['name'].to_list())}). {_NOT_ZERO[missing + drafts > 1]}"


_NOT_ZERO: Final = ("Elle ne vaut pas zéro.", "Elles ne valent pas zéro.")


def named(places: Sequence[str]) -> str:
    """The names of places, or their number when they are many."""
    return enumeration(places) if len(places) <= _NAMED else count(len(places), "lieu", "lieux")


def worded(facts: CompletenessFacts) -> pl.DataFrame:
    """The weeks with why one is not expected (`state`), why a place was shut (`reason`) and both `said` in words."""
    names = distinct_names(dict(facts.weeks.select("centre_code", "centre_name").iter_rows()))
    weeks = facts.weeks.with_columns(centre_name=pl.col("centre_code").replace_strict(names, return_dtype=pl.String))
    weeks = weeks.join(facts.places, left_on="centre_code", right_on="code", how="left", maintain_order="left")
    beside = pl.col("state") == "not_expected"
    weeks = weeks.with_columns(
        state=pl.when(beside & (pl.col("opened_on") > pl.col("week_start").dt.offset_by("6d")))
        .then(pl.lit("not_open"))
        .when(beside & (pl.col("closed_on") < pl.col("week_start")))
        .then(pl.lit("ended"))
        .when(beside & pl.col("seats_office").is_null() & pl.col("seats_open_space").is_null())
        .then(pl.lit("without_seats"))
        .otherwise("state")
    )
    reasons = [
        _reason(facts.closures, code, week) if state == "closed" else None
        for code, week, state in weeks.select("centre_code", "week_start", "state").iter_rows()
    ]
    weeks = weeks.with_columns(reason=pl.Series(reasons, dtype=pl.String))
    words = pl.col("state").replace_strict(STATES, return_dtype=pl.String)
    because = pl.when(pl.col("reason").is_not_null()).then(pl.format("{} : {}", words, "reason")).otherwise(words)
    return weeks.with_columns(said=because)


Line = tuple[str, str, pl.DataFrame]


def grid(weeks: pl.DataFrame) -> list[Line]:
    """The lines of the grid, name, code and weeks: each place that was there on one of them, shut all along or not; who
    lacks most weeks comes first."""
    there = weeks.filter((~pl.col("state").is_in(_NOT_THERE)).any().over("centre_code"))
    lacking = pl.col("state").is_in(("missing", "draft")).sum().over("centre_code")
    groups = there.sort(lacking, descending=True, maintain_order=True).group_by(
        "centre_name", "centre_code", maintain_order=True
    )
    return [(str(name), str(code), rows) for (name, code), rows in groups]


def rates(weeks: pl.DataFrame) -> tuple[str, str]:
    """Completeness and promptness of these weeks, in words."""
    return _in_words(_rate_of(weeks)), _in_words(_on_time(weeks))


def closures_in_words(weeks: pl.DataFrame) -> list[str]:
    """Reason by reason, which place was shut in which weeks."""
    shut = weeks.filter((pl.col("state") == "closed") & pl.col("reason").is_not_null())
    lines = []
    for (reason,), rows in shut.group_by("reason", maintain_order=True):
        where = [
            f"{name} ({_weeks_in_words(own['week_start'].to_list())})"
            for (_code, name), own in rows.group_by("centre_code", "centre_name", maintain_order=True)
        ]
        lines.append(f"{capital(str(reason))} : {', '.join(where)}.")
    return lines


def _week_table(weeks: pl.DataFrame, *, spoken: str) -> Table:
    """Every week as a row: what the grid draws, and what files hold."""
    frame = weeks.with_columns(
        week=pl.Series([dates.week_key(day) for day in weeks["week_start"]], dtype=pl.String),
        completed_on=pl.col("completed_at").dt.convert_time_zone("Europe/Paris").dt.date(),
    )
    headings = {"centre_name": "Lieu", "week": "Semaine", "said": "État", "completed_on": "Complétée le"}
    notes = (f"Période : {spoken}", "À temps : au plus tard le vendredi qui suit la semaine, hors semaines importées")
    return Table("Complétude par lieu et par semaine", frame, headings, notes)


def _by_place(weeks: pl.DataFrame) -> pl.DataFrame:
    counted = {
        "weeks_expected": pl.col("weeks_expected").cast(pl.Boolean),
        "weeks_complete": pl.col("state").is_in(_COMPLETE),
        **{f"weeks_{state}": pl.col("state") == state for state in ("draft", "missing", "closed")},
    }
    there = weeks.filter((~pl.col("state").is_in(_NOT_THERE)).any().over("centre_code"))
    places = there.group_by("centre_code", pl.col("centre_name").alias("name"), maintain_order=True).agg(
        each.cast(pl.Int64).sum().alias(name) for name, each in counted.items()
    )
    return places.join(measure(places, [COMPLETENESS], by="centre_code"), on="centre_code", maintain_order="left")


def _silent(facts: CompletenessFacts, weeks: pl.DataFrame) -> str:
    """The places without news for more than three weeks; an empty text when there is none."""
    recent = weeks.filter(pl.col("week_start") >= facts.as_of - timedelta(weeks=_SILENCE_WEEKS + 1))
    heard = recent.filter(pl.col("state").is_in(_ENTERED))["centre_code"].unique().to_list()
    silent = recent.filter((pl.col("weeks_expected") > 0) & ~pl.col("centre_code").is_in(heard))
    names = dict(silent.select("centre_code", "centre_name").iter_rows())
    told = enumeration(list(names.values()), most=_SILENT_NAMED)
    return f"Sans nouvelles depuis plus de trois semaines : {told}." if names else ""


def _rate_of(weeks: pl.DataFrame) -> float | None:
    """The share of expected weeks that are complete, late and imported ones included."""
    complete = pl.col("state").is_in(_COMPLETE).cast(pl.Int64)
    rate: float | None = measure(weeks.with_columns(weeks_complete=complete), [COMPLETENESS]).item()
    return rate


def _on_time(weeks: pl.DataFrame) -> float | None:
    rate: float | None = measure(weeks, [ON_TIME]).item()
    return rate


def _in_words(share: float | None) -> str:
    return MISSING if share is None else percent(share)


def _reason(closures: pl.DataFrame, code: str, week: date) -> str | None:
    own = closures.filter(
        (pl.col("centre_code") == code) | pl.col("centre_code").is_null(),
        pl.col("starts_on") <= week + timedelta(days=6),
        pl.col("ends_on") >= week,
    )
    return "; ".join(dict.fromkeys(own["reason"])) or None


def _weeks_in_words(mondays: Sequence[date]) -> str:
    """« S32 à S34, S51 »"""
    spans: list[list[date]] = []
    for week in sorted(mondays):
        if spans and week - spans[-1][-1] == timedelta(weeks=1):
            spans[-1].append(week)
        else:
            spans.append([week])
    ends = ([dates.short_week(each[0]), dates.short_week(each[-1])] for each in spans)
    return ", ".join(" à ".join(dict.fromkeys(pair)) for pair in ends)
