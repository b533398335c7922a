"""The Pass Actifs Mobiles for who may not see small counts: the whole club since it began, up to the last month that is over.

No filter is offered, and the club is cut one way at a time: by status, place, month and reason at once, members would be
told apart one by one. What moves is told by year, since a month sees few people come or go.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.figures.model import Figure, Tile
from dashboard.indicators import passes
from dashboard.indicators.disclosure import hidden_with, is_small, last_published, month_ends, protected_flows
from dashboard.indicators.model import measure
from dashboard.ui import components, store
from dashboard.ui.disclosure import masked_for_reader
from dashboard.ui.filters import short_names
from dashboard.ui.views import pass_people
from dashboard.ui.views.partners import bars, figure_or
from dashboard.ui.views.passes import NOBODY_LEFT, NOBODY_THERE, WITHOUT_AGREEMENT
from dashboard.wording import dates
from dashboard.wording.numbers import integer, percent
from dashboard.wording.terms import PASS_END_REASONS, PERSON_STATUSES, hidden_words
from dashboard.wording.typography import capital, count
from data_access.periods import Period, month_start

_MOVES: Final = (passes.PASS_JOINS, passes.PASS_LOSSES, passes.PASS_OWN_PREMISES)
_TRIALS: Final = (passes.PASS_TRIALS_OVER, passes.PASS_KEPT, passes.PASS_KEPT_SHARE)
_LEAVING: Final = ("pass_losses", "pass_own_premises")


@dataclass(frozen=True)
class MaskedClub:
    """The whole club from its first month to the last one that is over, counted on its last day."""

    period: Period

    @property
    def on(self) -> date:
        """The day on which members are counted."""
        return self.period.last

    @property
    def before(self) -> list["MaskedClub"]:
        """The club as it was published at the ends of the months before, the oldest first."""
        return [
            MaskedClub(Period.months(self.period.first, day)) for day in month_ends(self.on) if day > self.period.first
        ]


def draw() -> None:
    """The page: its sentence, its tiles, its figures."""
    over = last_published(clock.today())
    club = MaskedClub(Period.months(min(store.first_joining() or over, over), over))
    components.key_sentence(sentence(club))
    components.tiles(tiles(club))
    for row in (over_time(club), [reasons(club), by_status(club)], [by_centre(club)], _given(club)):
        for place, figure in zip(st.columns(2, gap="large"), row, strict=False):
            with place:
                figure_or(NOBODY_LEFT if figure.key == "pass-motifs" else NOBODY_THERE, figure)
    components.note(
        f"Périmètre : réseau entier, du {dates.long_date(club.period.first)} au {dates.long_date(club.on)}. "
        "Le télécentre d’une personne est celui de sa convention en cours le jour compté."
    )
    components.formulas(passes.ALL)


def sentence(club: MaskedClub) -> str:
    """How many members, and how many stay once the free months end."""
    members, trials = _members(club), measure(_cohorts(club), _TRIALS).row(0, named=True)
    said = f"Au {dates.long_date(club.on)}, le Pass comptait "
    said += f"{hidden_words(few=True)} adhérents" if is_small(members) else count(members, "adhérent")
    kept, over = trials["pass_kept"] or 0, trials["pass_trials_over"] or 0
    if not over or is_small(kept) or is_small(over - kept):
        return f"{said}."
    share = f"{percent(trials['pass_kept_share'])} ({integer(kept)} sur {integer(over)})"
    return f"{said}. {share} sont restés une fois leurs six mois gratuits passés."


def tiles(club: MaskedClub) -> list[Tile]:
    """Members, joins, who stayed, and who left for premises of their own, since the club began."""
    moves = measure(_facts(club), _MOVES).row(0, named=True)
    trials = measure(_cohorts(club), _TRIALS).row(0, named=True)
    kept, over = trials["pass_kept"] or 0, trials["pass_trials_over"] or 0
    masked = hidden_words(few=False)
    # Those who left and those who stay are the rest of the others.
    few_kept = is_small(kept) or is_small(over - kept)
    few_left = is_small(moves["pass_own_premises"]) or is_small(moves["pass_losses"])
    return [
        Tile(passes.PASS_MEMBERS, _members(club)),
        Tile(passes.PASS_JOINS, moves["pass_joins"]),
        Tile(passes.PASS_KEPT_SHARE, trials["pass_kept_share"], hidden=masked if few_kept else ""),
        Tile(passes.PASS_OWN_PREMISES, moves["pass_own_premises"], hidden=masked if few_left else ""),
    ]


def over_time(club: MaskedClub) -> list[Figure]:
    """Members at the end of each year, and who came and left in it; neither where both together tell of few people."""
    flows = protected_flows(
        _by_year(club), "pass_joins", _LEAVING, "year", earlier=[_by_year(each) for each in club.before]
    )
    if flows is None:
        return []
    ends = _facts(club).filter(
        (pl.col("month_start").dt.month() == 12) | (pl.col("month_start") == month_start(club.on))
    )
    members = measure(ends, [passes.PASS_MEMBERS], by="month_start").with_columns(
        label=pl.col("month_start").dt.month_end().map_elements(dates.long_date, return_dtype=pl.String)
    )
    return [
        bars(
            # Members at two dates are not added up: nothing is published that they would be subtracted from.
            masked_for_reader(members, "pass_members", ["month_start"], totals=()),
            "pass_members",
            key="pass-adherents",
            headline="Les adhérents, année après année",
            subtitle="Nombre d’adhérents au dernier jour de l’année, et du dernier mois achevé.",
            subject="adhérents en fin d’année",
            headings={"label": "Au", "pass_members": "Adhérents"},
            notes=_notes(club),
        ),
        bars(
            flows.with_columns(label=pl.col("year").cast(pl.String)),
            "pass_joins",
            key="pass-mouvements",
            headline="Adhésions et départs",
            subtitle="Adhésions par année ; les départs sont dans le tableau. Partir dans ses propres locaux est ce que vise le "
            "programme.",
            subject="adhésions et départs par année",
            headings={
                "label": "Année",
                "pass_joins": "Adhésions",
                "pass_losses": "Départs",
                "pass_own_premises": "Partis dans leurs propres locaux",
            },
            said={
                "pass_joins": "{} adhésions",
                "pass_losses": "{} départs",
                "pass_own_premises": "{} vers leurs locaux",
            },
            notes=_notes(club),
        ),
    ]


def reasons(club: MaskedClub) -> Figure:
    """Why people leave."""

    def counted(then: MaskedClub) -> pl.DataFrame:
        return measure(store.pass_endings(then.period), [passes.PASS_ENDS], by="end_reason")

    names = {code: term.title for code, term in PASS_END_REASONS.items()}
    return _parts(club, counted, names, "Motif non saisi", key="motifs", headline="Pourquoi l’on quitte le Pass")


def by_status(club: MaskedClub) -> Figure:
    """The members by what they do for a living."""

    def counted(then: MaskedClub) -> pl.DataFrame:
        return measure(store.pass_members(on=then.on, by=("status",)), [passes.PASS_MEMBERS], by="status")

    names = {code: capital(term.counted(2)) for code, term in PERSON_STATUSES.items()}
    return _parts(club, counted, names, "", key="statuts", headline="Que font les adhérents ?")


def by_centre(club: MaskedClub) -> Figure:
    """The members by the centre of their running agreement, and those without one."""

    def counted(then: MaskedClub) -> pl.DataFrame:
        return measure(store.pass_members(on=then.on, by=("centre_code",)), [passes.PASS_MEMBERS], by="centre_code")

    names, without = short_names(), capital(WITHOUT_AGREEMENT)
    return _parts(club, counted, names, without, key="telecentres", headline="Où travaillent les adhérents ?")


def _parts(
    club: MaskedClub,
    counted: Callable[[MaskedClub], pl.DataFrame],
    names: dict[str, str],
    without: str,
    *,
    key: str,
    headline: str,
) -> Figure:
    measured = counted(club)
    code, people = measured.columns
    # In the order of names: that of counts would tell what is hidden.
    parts = measured.with_columns(
        label=pl.col(code).replace_strict(names, default=pl.col(code), return_dtype=pl.String).fill_null(without),
        share=pl.col(people) / pl.col(people).sum(),
    ).sort(pl.col(code).is_null(), "label")
    told = masked_for_reader(parts, people, [code], earlier=[counted(then) for then in club.before])
    who = "Départs" if people == passes.PASS_ENDS.key else "Adhérents"
    return bars(
        hidden_with(told, ["share"], people),
        people,
        key=f"pass-{key}",
        headline=headline,
        subtitle=f"{who}, réseau entier, au {dates.long_date(club.on)}.",
        subject=who.lower(),
        headings={"label": "Libellé", people: who, "share": "Part"},
        notes=_notes(club),
        shares=frozenset({"share"}),
    )


def _given(club: MaskedClub) -> list[Figure]:
    return [pass_people.services_for_partners(club.on), pass_people.supports_for_partners(club.on)]


def _members(club: MaskedClub) -> int:
    return int(measure(store.pass_members(on=club.on), [passes.PASS_MEMBERS]).item() or 0)


def _by_year(club: MaskedClub) -> pl.DataFrame:
    return measure(_facts(club).with_columns(year=pl.col("month_start").dt.year()), _MOVES, by="year").sort("year")


def _facts(club: MaskedClub) -> pl.DataFrame:
    return store.pass_facts(club.period)


def _cohorts(club: MaskedClub) -> pl.DataFrame:
    return store.pass_cohorts(club.period, as_of=club.on)


def _notes(club: MaskedClub) -> tuple[str, ...]:
    return (f"Réseau entier, du {dates.long_date(club.period.first)} au {dates.long_date(club.on)}.",)
