"""The Pass Actifs Mobiles: what the reader asks about, the figures that answer, and the free periods about to end."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, TypedDict

import polars as pl
import streamlit as st

from dashboard.exports.tables import Table
from dashboard.indicators import passes
from dashboard.indicators.model import measure
from dashboard.ui import address, clock, filters, session, store
from dashboard.ui.components import Tile
from dashboard.ui.views.places import short_names
from dashboard.wording import dates
from dashboard.wording.numbers import percent
from dashboard.wording.plurals import count
from dashboard.wording.terms import NOT_APPLICABLE, PERSON_STATUSES
from dashboard.wording.units import format_difference, format_value
from data_access.periods import Period, month_end, month_start

DAYS_AHEAD: Final = 30
WITHOUT_AGREEMENT: Final = "sans convention en cours"
_ALL: Final = "tous"
_SPANS: Final = {"12m": 12, "24m": 24, "36m": 36}
_SPAN_LABELS: Final = {"12m": "12 mois", "24m": "24 mois", "36m": "36 mois", "annee": "Année", "tout": "Tout"}
_MOVES: Final = (passes.PASS_JOINS, passes.PASS_ENDS, passes.PASS_OWN_PREMISES, passes.PASS_NET)
_COMPARED: Final = (passes.PASS_MEMBERS, *_MOVES, passes.PASS_KEPT_SHARE)


class Kept(TypedDict):
    """The people a question keeps; None for all."""

    status: str | None
    centre_code: str | None


@dataclass(frozen=True)
class Club:
    """The members the figures are about: who they are, where they work, the months looked at, the day they are counted."""

    period: Period
    spoken_period: str
    on: date
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

    def earlier(self, months: int) -> "Club | None":
        """The same question asked that many months before, when the club was already there for all of it."""
        first, last = months_before(self.period.first, months), months_before(self.period.last.replace(day=1), months)
        began = store.first_joining()
        if began is None or first < month_start(began):
            return None
        return replace(self, period=Period.months(first, last), on=months_before(self.on, months))


def chosen_club() -> Club:
    """The period, the centre and the status the reader wants. A running month compares with nothing: spans leave it out."""
    today = clock.today()
    span = address.choice(st.segmented_control, "Période", _SPAN_LABELS, key="mois", usual="24m", required=True)
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
    status = address.choice(st.selectbox, "Statut", options, key="statut", usual=_ALL, width=220)
    return Club(period, spoken, on, None if status == _ALL else status, centre_code, centre_name)


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
    trials = measure(store.pass_cohorts(club.period, as_of=club.on, **club.kept), [passes.PASS_KEPT_SHARE])
    return {**members.row(0, named=True), **moves.row(0, named=True), **trials.row(0, named=True)}


def sentence(club: Club) -> str:
    """How many members, how that moved in a year, and how many stay once the free months end."""
    now, then = figures_of(club), club.earlier(12)
    verb = "compte" if club.on == clock.today() else "comptait"
    perimeter = f" ({club.who})" if club.status or club.centre_code else ""
    said = f"Au {dates.long_date(club.on)}, le Pass {verb} {count(now['pass_members'] or 0, 'adhérent')}{perimeter}"
    before = figures_of(then)["pass_members"] if then else None
    if before is not None:
        said += f", {_moved((now['pass_members'] or 0) - before)}"
    if now["pass_kept_share"] is None:
        return f"{said}."
    return f"{said}. {percent(now['pass_kept_share'])} sont restés une fois leurs six mois gratuits passés."


def tiles(club: Club) -> list[Tile]:
    """Members, joins, who stayed, and who left for premises of their own, against the same a year before."""
    now = figures_of(club)
    earlier = club.earlier(12)
    before = figures_of(earlier) if earlier else {}
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


def comparison(club: Club) -> Table:
    """The figures beside those of the span before and of the same span a year before, each known as it was then."""
    spans = {"before": club.earlier(club.months), "year": club.earlier(12)}
    if club.months == 12:
        # The span before is the same span a year before: said once.
        del spans["before"]
    headings = {"label": "Indicateur", "now": f"Du {_short(club)}"}
    now = figures_of(club)
    columns: dict[str, list[str]] = {
        "label": [indicator.label for indicator in _COMPARED],
        "now": [format_value(now[indicator.key], indicator.unit) for indicator in _COMPARED],
    }
    for name, span in spans.items():
        headings[name] = f"Du {_short(span)}" if span else {"before": "Période précédente", "year": "Un an avant"}[name]
        headings[f"{name}_gap"] = {"before": "Écart", "year": "Écart en un an"}[name]
        then = figures_of(span) if span else {}
        columns[name] = [
            format_value(then.get(indicator.key), indicator.unit) if span else NOT_APPLICABLE for indicator in _COMPARED
        ]
        columns[f"{name}_gap"] = [_gap(now[each.key], then.get(each.key), each.unit) for each in _COMPARED]
    notes = (
        f"Périmètre : {club.who}.",
        f"Les adhérents sont comptés au {dates.long_date(club.on)}, puis au même jour des périodes comparées.",
        "« – » : le Pass n’existait pas encore pendant toute la période comparée.",
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
    return f"{said} d’ici le {dates.long_date(last)}", list(_ending_lines(ending))


def closing_note(club: Club) -> str:
    """Perimeter, period, and what the figures rest on."""
    began = store.first_joining()
    since = f" Première adhésion enregistrée : {dates.long_date(began)}." if began else ""
    known = store.pass_endings(club.period, **club.kept)
    ended, reasoned = known["ended"].sum(), known.drop_nulls("end_reason")["ended"].sum()
    reasons = f" Motif saisi pour {reasoned} départs sur {ended}." if ended else ""
    return (
        f"Périmètre : {club.who}. Période : {club.spoken_period} ; adhérents au {dates.long_date(club.on)}.{since}{reasons} "
        "Le télécentre d’une personne est celui de sa convention en cours le jour compté. "
        "Le mois en cours compte dans les adhérents, pas dans les mouvements."
    )


def months_before(day: date, months: int) -> date:
    """The same day that many months before, or the last one of a shorter month."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


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


def _from_to(period: Period) -> str:
    first, last = dates.month(period.first), dates.month(period.last)
    return first if first == last else f"de {first} à {last}"


def _short(club: Club) -> str:
    return f"{dates.numeric_date(club.period.first)} au {dates.numeric_date(club.period.last)}"
