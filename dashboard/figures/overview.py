"""The first page: what a coordinator looks at each morning, and what a base lacks in its first days.

Ticks follow from what is stored, and so does the end of the list: it goes when all is noted, or once the network has been
entering weeks for a while, when « À faire » and the pages say what lacks. There is no button that sends it away: what is not
noted is missing whether it is read or not, and nobody has to remember who sent it away.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, Literal

import polars as pl

from dashboard.figures import use
from dashboard.figures.completeness import named
from dashboard.figures.model import Perimeter, Subject, Task, Tile, short_names
from dashboard.indicators import attendance as indicators
from dashboard.indicators import network, passes
from dashboard.indicators.model import measure
from dashboard.wording import dates
from dashboard.wording.numbers import percent
from dashboard.wording.terms import distinct_names
from dashboard.wording.typography import count, enumeration, typeset
from data_access.facts import FirstDayFacts, OverviewFacts

_NAMED: Final = 4
# Beyond so many lines of places to do, so many are named.
_MOST_LINES: Final = 14
_LINES_OF_MANY: Final = 10
_STRIP_WEEKS: Final = 12


def overview(
    facts: OverviewFacts,
    perimeter: Perimeter,
    *,
    mine: Collection[str] = (),
    asked: Collection[tuple[str, date]] = (),
    files: Sequence[tuple[str, str, str]] = (),
) -> Subject:
    """What a coordinator looks at each morning.

    `mine` are the places that who reads may enter, `asked` the locked weeks whose reopening they may grant, place by place, and
    `files` those they are asked to check: name, sender, kind.
    """
    now = use.spans_of(facts.use).now["fill_rate"]
    said = "Aucun relevé complet sur cette période."
    if now is not None:
        said = f"Le taux de remplissage du réseau est de {percent(now)}{use.moved_in_a_year(facts.use)}."
    return Subject(
        sentence=" ".join(filter(None, (_last_week(facts), said))),
        tiles=_tiles(facts),
        figures={
            figure.key: figure
            for figure in (
                use.weeks(facts.use, perimeter, published=use.published_rate(facts.published)),
                use.ranking(facts.use, perimeter),
                use.comparison(facts.use, perimeter),
            )
        },
        tasks=(*_files_to_check(files), *_weeks_to_enter(facts, mine, asked)),
        note=use.coverage_sentence(use.spans_of(facts.use).now, perimeter),
    )


def _tiles(facts: OverviewFacts) -> tuple[Tile, ...]:
    """Hours, rate, users of the year and members of the club, each against a year before."""
    now, before = use.spans_of(facts.use).now, use.spans_of(facts.use).year_ago
    course = measure(facts.recent, [indicators.HOURS, indicators.FILL_RATE], by="week_start")
    months = measure(facts.member_months, [passes.PASS_MEMBERS], by="month_start")
    # Who may not see small counts is told of the last year that is over.
    earlier = facts.counted_on != facts.use.as_of
    return (
        *(
            Tile(
                each,
                now[each.key],
                before[each.key],
                "en un an",
                _course(course, each.key),
                use.is_provisional(now),
                page="attendance",
            )
            for each in (indicators.HOURS, indicators.FILL_RATE)
        ),
        Tile(
            network.USERS,
            measure(facts.users, [network.USERS]).item(),
            measure(facts.users_before, [network.USERS]).item(),
            "en un an",
            day=f"en {facts.counted_on.year}" if earlier else "",
            page="evaluation",
        ),
        Tile(
            passes.PASS_MEMBERS,
            measure(facts.members, [passes.PASS_MEMBERS]).item(),
            measure(facts.members_before, [passes.PASS_MEMBERS]).item(),
            "en un an",
            _course(months, passes.PASS_MEMBERS.key),
            day=f"au {dates.long_date(facts.counted_on)}" if earlier else "",
            page="passes",
        ),
    )


@dataclass(frozen=True)
class PlaceRow:
    """A place in the list of the first page: its rate over the period, or `why` it has none, how much it moved in a year, in
    points; the rates of its last twelve weeks, None where no sheet is complete; what became of last week's sheet."""

    code: str
    name: str
    rate: float | None
    why: str
    moved: float | None
    strip: tuple[float | None, ...]
    last_week: str


_LAST_WEEK: Final = {"complete": "complète", "draft": "brouillon", "missing": "à saisir"}
OWED: Final = frozenset({"brouillon", "à saisir"})
"""What is said of a sheet that waits."""


def place_rows(facts: OverviewFacts) -> tuple[PlaceRow, ...]:
    """The places of the period, from the fullest to the emptiest."""
    last = facts.last_week
    weeks = [last - timedelta(weeks=back) for back in reversed(range(_STRIP_WEEKS))]
    strips = _rates(facts.place_weeks, "centre_code", "week_start")
    before = _rates(facts.places_year_ago, "centre_code")
    states = dict(facts.owed.filter(pl.col("week_start") == last).select("centre_code", "state").iter_rows())
    places = use.ranked(facts.use.network)
    names = distinct_names(short_names(places))
    return tuple(
        PlaceRow(
            code=row["code"],
            name=names[row["code"]],
            rate=row["fill_rate"],
            why="" if row["fill_rate"] is not None else row["said"],
            moved=_gap(row["fill_rate"], before.get((row["code"],))),
            strip=tuple(strips.get((row["code"], week)) for week in weeks),
            last_week=_LAST_WEEK.get(states.get(row["code"], ""), "non attendue"),
        )
        for row in places.iter_rows(named=True)
    )


def _rates(facts: pl.DataFrame | None, *by: str) -> dict[tuple[Any, ...], float | None]:
    if facts is None:
        return {}
    rows = measure(facts, [indicators.FILL_RATE], by=by)
    return {tuple(keys): rate for *keys, rate in rows.select(*by, "fill_rate").iter_rows()}


def _gap(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before


def _last_week(facts: OverviewFacts) -> str:
    """« S21 : 8 relevés complets sur 12. », or nothing where none was expected."""
    monday = facts.last_week
    week = facts.owed.filter(pl.col("week_start") == monday)
    if week.is_empty():
        return ""
    done = week.filter(pl.col("state") == "complete").height
    return f"{dates.short_week(monday)} : {count(done, 'relevé complet', 'relevés complets')} sur {week.height}."


def _course(figures: pl.DataFrame, key: str) -> tuple[float, ...]:
    return tuple(figures[key].drop_nulls().to_list())


def _files_to_check(files: Sequence[tuple[str, str, str]]) -> tuple[Task, ...]:
    """The files that others sent to be checked before they are imported."""
    return tuple(
        Task(f"Relire « {name} », envoyé par {sender}", "transfers", {"nature": kind}) for name, sender, kind in files
    )


def _weeks_to_enter(facts: OverviewFacts, mine: Collection[str], asked: Collection[tuple[str, date]]) -> list[Task]:
    """The reopenings asked for, then a line for each place of who reads: its weeks, the locked apart.

    Who owes last week comes first, and each line begins with its latest week.
    """
    weeks = facts.owed
    names = distinct_names(short_names(facts.use.network.places))
    last_monday = facts.last_week
    lines = [
        Task(f"{names.get(code, code)} : réouverture demandée de {dates.short_week(week)}", "completeness")
        for code, week in sorted(asked)
    ]
    owed = weeks.filter(pl.col("state") != "complete", pl.col("centre_code").is_in(list(mine)))
    for locked in (False, True):
        kept = owed.filter(pl.col("locked") == locked).sort("week_start", descending=True)
        by_place = kept.group_by("centre_code", maintain_order=True).agg("week_start")
        if locked and by_place.height > _NAMED:
            said = count(kept.height, "semaine verrouillée", "semaines verrouillées")
            lines.append(Task(f"{count(by_place.height, 'lieu', 'lieux')} : {said}", "completeness"))
            continue
        owing = sorted(by_place.iter_rows(), key=lambda row: (row[1][0] != last_monday, names[row[0]]))
        others: list[tuple[str, list[date]]] = []
        if len(owing) > _MOST_LINES:
            # Who owes most is named; the others are on the page that tells all.
            owing = sorted(owing, key=lambda row: (row[1][0] != last_monday, -len(row[1])))
            owing, others = owing[:_LINES_OF_MANY], owing[_LINES_OF_MANY:]
        for code, mondays in owing:
            deed = "à saisir" if not locked else "verrouillée" if len(mondays) == 1 else "verrouillées"
            query = {"centre": code, "semaine": dates.week_key(mondays[0])}
            lines.append(Task(f"{names[code]} : {_spoken_weeks(mondays)} {deed}", "weekly_entry", query))
        if others:
            said = count(sum(len(mondays) for _code, mondays in others), "semaine")
            lines.append(Task(f"{count(len(others), 'autre lieu', 'autres lieux')} : {said} à saisir", "completeness"))
    return lines


def _spoken_weeks(mondays: Sequence[date]) -> str:
    spoken = [dates.short_week(day) for day in mondays[:_NAMED]]
    more = len(mondays) - len(spoken)
    return enumeration([*spoken, f"{count(more, 'autre')}"] if more > 0 else spoken)


# The first days of a base: what is not noted yet, who notes it and where; and what a page lacks that cannot work without it.

Who = Literal["administration", "coordination", "saisie"]
"""Who does it: accounts and settings are administered, places coordinated, weeks entered by who keeps the place too."""

Needed = Literal["places", "seats", "hours", "weeks"]
"""What figures are made of, each thing after those it needs."""
NEEDED: Final[Mapping[str, Needed]] = {
    "overview": "weeks",
    "network_map": "seats",
    "occupancy": "hours",
    "attendance": "weeks",
    "evaluation": "weeks",
    "completeness": "hours",
}
"""What a page of the whole network cannot work without, by its file name: that step, and those before it."""


@dataclass(frozen=True)
class Step:
    """One thing that a base needs: what it is, whether it is there, what lacks in a sentence, who notes it and where."""

    key: str
    title: str
    done: bool
    lacks: str
    who: Who
    ways: tuple[Task, ...]


def steps(facts: FirstDayFacts, today: date, *, has_mail: bool) -> tuple[Step, ...]:
    """All of them, in the order in which they are done."""
    return (_coordination(facts), *_of_places(facts), *_then(facts, today, has_mail=has_mail))


def lacking(facts: FirstDayFacts, needed: Needed, centre_code: str | None = None) -> Step | None:
    """The first thing that lacks of what a page needs, for one place or for every one; None when nothing does.

    A page of the whole network works as soon as one place has what it needs; of a place that is not open nothing lacks.
    """
    if centre_code is None:
        of = facts.places
        is_enough = of.filter(*_WORKS_WITH[needed]).height > 0
    else:
        of = facts.places.filter(pl.col("code") == centre_code)
        is_enough = of.is_empty()
    if is_enough:
        return None
    every = _of_places(replace(facts, places=of))
    upto = [step.key for step in every].index(needed) + 1
    return next((step for step in every[:upto] if not step.done), None)


_WORKS_WITH: Final[Mapping[Needed, tuple[pl.Expr, ...]]] = {
    "places": (),
    "seats": (pl.col("seats"),),
    "hours": (pl.col("seats"), pl.col("hours")),
    "weeks": (pl.col("weeks"),),
}
"""What one place must have for such a page to work."""


def _coordination(facts: FirstDayFacts) -> Step:
    return Step(
        "coordination",
        "Un compte de coordination",
        facts.coordinators > 0,
        "Personne ne tient encore le réseau : sans coordination, aucun lieu ne peut être noté.",
        "administration",
        (Task("Ouvrir un compte", "accounts"),),
    )


def _of_places(facts: FirstDayFacts) -> tuple[Step, Step, Step, Step]:
    places = facts.places
    return (
        Step(
            "places",
            "Les lieux",
            not places.is_empty(),
            "Aucun lieu ouvert n’est encore noté.",
            "coordination",
            (
                Task("Importer les lieux d’un tableur", "transfers", {"nature": "centres"}),
                Task("Les noter ou choisir parmi ceux de 2017", "centres"),
            ),
        ),
        _dated(places, "seats", "Les positions de travail", "ne sont pas encore notées", "positions"),
        _dated(places, "hours", "Les horaires", "ne sont pas encore notés", "horaires"),
        _weeks(places),
    )


def _dated(places: pl.DataFrame, key: Needed, what: str, lack: str, form: str) -> Step:
    without = places.filter(~pl.col(key))
    first = without["code"][0] if without.height else ""
    return Step(
        key,
        what,
        bool(places.height) and without.is_empty(),
        f"{what} {lack}{_for(without)}.",
        "coordination",
        (Task("Les noter", "centres", {"centre": first, "formulaire": f"{form}."} if first else {}),),
    )


def _weeks(places: pl.DataFrame) -> Step:
    without = places.filter(~pl.col("weeks"))
    first = without["code"][0] if without.height else ""
    return Step(
        "weeks",
        "Les premières semaines",
        bool(places.height) and without.is_empty(),
        f"Aucune semaine n’est encore saisie{_for(without)}.",
        "saisie",
        (
            Task("Saisir une semaine", "weekly_entry", {"centre": first} if first else {}),
            Task("Importer des relevés", "transfers", {"nature": "attendance"}),
        ),
    )


def _for(places: pl.DataFrame) -> str:
    return f" pour {named(places['name'].to_list())}" if places.height else ""


def _then(facts: FirstDayFacts, today: date, *, has_mail: bool) -> tuple[Step, ...]:
    unkept = facts.places.filter(pl.col("animators") == 0)
    past = facts.has_totals or (facts.first_week is not None and facts.first_week.year < today.year)
    return (
        Step(
            "animation",
            "Les comptes d’animation",
            bool(facts.places.height) and unkept.is_empty(),
            f"Personne n’a de compte d’animation{_for(unkept)}.",
            "administration",
            (Task("Ouvrir un compte", "accounts"),),
        ),
        Step(
            "closures",
            "Les fermetures",
            facts.has_closures,
            "Aucune fermeture n’est notée : congés, travaux. Les jours fériés sont connus.",
            "coordination",
            (Task("Noter une fermeture", "other_entries", {"saisie": "fermeture", "geste": "noter"}),),
        ),
        Step(
            "totals",
            "Les années passées",
            past,
            "Aucun total des années passées n’est noté : bilans et courbes commencent avec la première semaine.",
            "coordination",
            (Task("Noter un total publié", "other_entries", {"saisie": "total-publie", "geste": "noter"}),),
        ),
        Step(
            "reminders",
            "Les relances par courriel",
            has_mail,
            "Aucun serveur de courriel n’est réglé : les relances et les invitations se copient à la main.",
            "administration",
            (Task("Voir les réglages", "settings_in_force"),),
        ),
    )


def said_by(who: Who, facts: FirstDayFacts, *, opens_accounts: bool) -> str:
    """Who does what who reads may not: « À faire par la coordination. »; where nobody is it, who opens accounts is told so."""
    if who == "administration":
        return typeset("À faire par l’administration.")
    if who == "saisie":
        return typeset("Chaque télécentre saisit les siennes.")
    if opens_accounts and not facts.coordinators:
        return typeset("À faire par la coordination : ouvrez-lui un compte.")
    return typeset("À faire par la coordination.")
