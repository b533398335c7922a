"""The Pass Actifs Mobiles in words: the figures, what they are compared with, and the free periods about to end."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

import polars as pl

from dashboard.exports.tables import Table
from dashboard.indicators import passes
from dashboard.indicators.model import Indicator, measure
from dashboard.ui import clock, session, store
from dashboard.ui.components import Tile
from dashboard.ui.views.pass_perimeter import Club
from dashboard.ui.views.places import short_names
from dashboard.wording import dates
from dashboard.wording.numbers import integer, percent
from dashboard.wording.plurals import count, enumeration
from dashboard.wording.terms import NOT_APPLICABLE
from dashboard.wording.units import format_difference, format_value
from data_access.periods import month_start

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
