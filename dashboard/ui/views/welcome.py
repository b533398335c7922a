"""The welcome sessions: which are known, what the reader asks for, and what answers in words and in tiles.

Sessions are numbered without a gap, so a number nobody has described is still a session held: unknown, not absent.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.indicators import welcome
from dashboard.indicators.model import measure
from dashboard.ui import address, clock, store
from dashboard.ui.components import Tile
from dashboard.wording import dates
from dashboard.wording.numbers import ordinal
from dashboard.wording.plurals import count
from dashboard.wording.terms import MISSING

ALL_SESSIONS: Final = "toutes"
LAST_TEN: Final = "dix"
_SPANS: Final = {ALL_SESSIONS: "Toutes", LAST_TEN: "Les dix dernières"}
NO_SESSION: Final = "Aucune session n’est encore enregistrée."
NO_HOUSEHOLD: Final = "Ces sessions n’ont pas de foyers détaillés : on ne sait pas encore ce qu’ils sont devenus."
NO_PRESENCE: Final = "Aucune présence n’a été notée pour ces sessions."
NO_FAMILY: Final = "Aucune famille de ces sessions n’est encore enregistrée comme installée dans une commune."
NO_VISIT: Final = "Aucune visite de télécentre n’a été notée pour ces sessions."
_COUNTS: Final = ("project_holders", "people", "settled_families")


@dataclass(frozen=True)
class Sessions:
    """Every session of a span, one row a number: those held, known or not, then those announced."""

    as_of: date
    span: str
    rows: pl.DataFrame
    before: pl.DataFrame
    """The ten sessions before the span; no row when the span begins with the first one."""

    @property
    def held(self) -> pl.DataFrame:
        """The sessions that have begun."""
        return self.rows.filter("held")

    @property
    def numbers(self) -> list[int]:
        """The numbers of those held."""
        return self.held["number"].to_list()

    @property
    def unknown(self) -> list[int]:
        """The numbers of those held of which no holder is known."""
        return self.held.filter(pl.col("project_holders").is_null())["number"].to_list()

    def of_them(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of a frame that belong to these sessions."""
        return frame.filter(pl.col("number").is_in(self.numbers))


def chosen_sessions() -> Sessions:
    """All the sessions, or the last ten, as the reader wants."""
    today = clock.today()
    span = address.choice(st.segmented_control, "Sessions", _SPANS, key="sessions", usual=ALL_SESSIONS, required=True)
    return sessions_of(every_session(store.welcome_sessions(as_of=today), as_of=today), span, as_of=today)


def sessions_of(rows: pl.DataFrame, span: str, *, as_of: date) -> Sessions:
    """The sessions of a span among all of them."""
    if span == ALL_SESSIONS:
        return Sessions(as_of, span, rows, rows.clear())
    held = rows.filter("held")
    kept = held.tail(10)
    before = held.head(max(0, held.height - kept.height)).tail(10)
    first = kept["number"].min() if kept.height else None
    return Sessions(as_of, span, rows if first is None else rows.filter(pl.col("number") >= first), before)


def every_session(known: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """One row a number, from 1 to the last one announced: `held`, `upcoming`, `dates_text` and what is known of it.

    All the numbers before an announced session, or before one held, were held. What is told of a session to come is not
    counted, and one that does not follow the next in number is left out: its elder has not been described yet.
    """
    ahead = known.filter(pl.col("starts_on") > as_of).sort("starts_on")
    held = known.filter((pl.col("starts_on") <= as_of) | (pl.col("starts_on").is_null() & pl.col("detailed")))
    last_held = max([*held["number"].to_list(), *((ahead["number"][0] - 1,) if ahead.height else ())], default=0)
    announced: list[int] = []
    for number in ahead["number"]:
        if number == (announced[-1] if announced else last_held) + 1:
            announced.append(number)
    numbers = pl.DataFrame({"number": range(1, (announced[-1] if announced else last_held) + 1)})
    counted = [pl.when("held").then(name).alias(name) for name in (*_COUNTS, "applications", "selected")]
    return (
        numbers.with_columns(held=pl.col("number") <= last_held)
        .join(known.drop("held"), on="number", how="left")
        .with_columns(
            *counted,
            upcoming=~pl.col("held"),
            dates_text=pl.struct("starts_on", "ends_on").map_elements(_spoken_dates, return_dtype=pl.String),
        )
        .sort("number")
    )


def sentence(shown: Sessions) -> str:
    """The next session and its countdown, then what the sessions held have given."""
    return NO_SESSION if shown.rows.is_empty() else f"{next_session(shown)} {result(shown)}"


def result(shown: Sessions) -> str:
    """What the sessions held have given."""
    held = measure(shown.held, welcome.ALL[:5]).row(0, named=True)
    number, holders, families = (held[key] for key in ("welcome_sessions", "project_holders", "settled_families"))
    if not number:
        return "Aucune n’a encore été tenue."
    if holders is None:
        return f"{count(number, 'session tenue', 'sessions tenues')}, sans effectif connu."
    known = number - len(shown.unknown)
    of = f" connues sur {number}" if shown.unknown else ""
    received = count(holders, "porteur de projet accueilli", "porteurs de projet accueillis")
    said = f"{count(known, 'session')}{of} : {received}"
    return f"{said}." if families is None else f"{said}, {count(families, 'famille installée', 'familles installées')}."


def next_session(shown: Sessions) -> str:
    """« Prochaine session : la 23e, du 18 au 20 octobre 2017, Pays de Salers (J-141). », or that none is announced."""
    running = shown.held.filter((pl.col("starts_on") <= shown.as_of) & (pl.col("ends_on") >= shown.as_of))
    if running.height:
        row = running.row(-1, named=True)
        return f"La {ordinal(row['number'], feminine=True)} session a lieu en ce moment, {row['dates_text']}{_at(row)}."
    coming = shown.rows.filter("upcoming")
    if coming.is_empty():
        return "Aucune session n’est annoncée."
    row = coming.row(0, named=True)
    when = countdown(row["starts_on"], shown.as_of)
    return f"Prochaine session : la {ordinal(row['number'], feminine=True)}, {row['dates_text']}{_at(row)} ({when})."


def countdown(day: date, today: date) -> str:
    """« J-141 »: days from today to a day to come."""
    return f"J-{(day - today).days}"


def tiles(shown: Sessions) -> list[Tile]:
    """Sessions, then three counts that are never added up, against the ten sessions before where there are ten."""
    four = (welcome.WELCOME_SESSIONS, *welcome.COUNTS)
    now = measure(shown.held, four).row(0, named=True)
    before = measure(shown.before, four).row(0, named=True) if shown.before.height == shown.held.height else {}
    incomplete = {name for name in _COUNTS if shown.held[name].null_count()}
    gaps = incomplete | {name for name in _COUNTS if shown.before[name].null_count()}
    columns = {"project_holders": "project_holders", "welcome_people": "people", "settled_families": "settled_families"}
    return [
        Tile(
            each,
            now[each.key] if shown.held.height else None,
            previous=None if columns.get(each.key) in gaps else before.get(each.key),
            compared_with="par rapport aux dix précédentes",
            # Sessions apart are not a course: none is drawn over a gap.
            course=tuple(shown.held[columns[each.key]].drop_nulls().to_list())
            if each.key in columns and columns[each.key] not in incomplete
            else (),
            provisional=columns.get(each.key) in incomplete,
        )
        for each in four
    ]


def closing_note(shown: Sessions) -> str:
    """Perimeter, period, and which sessions are not known."""
    held = shown.held
    if held.is_empty():
        return "Périmètre : toutes les sessions d’accueil d’actifs. Aucune n’a encore été tenue."
    said = f"Périmètre : {'les dix dernières sessions' if shown.span == LAST_TEN else 'toutes les sessions'}, "
    said += f"au {dates.long_date(shown.as_of)}. "
    gaps = {name: held[name].null_count() for name in _COUNTS}
    words = {"project_holders": "porteurs", "people": "personnes", "settled_families": "familles installées"}
    missing = [f"{words[name]}, {number}" for name, number in gaps.items() if number]
    if missing:
        said += (
            f"Sessions tenues dont un compte n’est pas connu : {' ; '.join(missing)} (sur {held.height}). "
            "Un total marqué * ne porte que sur les sessions connues. "
        )
    return said + "Porteurs, personnes et familles sont trois comptes, qui ne s’additionnent pas."


def _at(row: dict[str, Any]) -> str:
    return f", {row['place']}" if row["place"] else ""


def _spoken_dates(days: dict[str, date | None]) -> str:
    """« du 18 au 20 octobre 2017 »; the year alone where nothing more is known."""
    starts_on, ends_on = days["starts_on"], days["ends_on"]
    if starts_on is None:
        return MISSING
    if ends_on is None and (starts_on.month, starts_on.day) == (1, 1):
        # A public holiday, and no end: whoever entered it knew the year only.
        return f"en {starts_on.year}, jours inconnus"
    return dates.from_to(starts_on, ends_on or starts_on)
