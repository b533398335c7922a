"""Sessions d’accueil: which sessions are known, and what answers in words, tiles and drawings."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.welcome_by_session import welcome_by_session, welcome_by_session_in_words
from dashboard.configuration import clock
from dashboard.figures.model import Figure, Table, Tile
from dashboard.indicators import welcome
from dashboard.indicators.model import Indicator, measure
from dashboard.ui import filters, store
from dashboard.ui.filters import short_names
from dashboard.wording import dates
from dashboard.wording.numbers import NO_BREAK, ordinal, percent
from dashboard.wording.terms import MISSING
from dashboard.wording.typography import count, enumeration, plural
from dashboard.wording.units import format_quantity

# The welcome sessions: which are known, what the reader asks for, and what answers in words and in tiles. Sessions
# are numbered without a gap, so a number nobody has described is still a session held: unknown, not absent.

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
    span = filters.choice(st.segmented_control, "Sessions", _SPANS, key="sessions", usual=ALL_SESSIONS, required=True)
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
    """`indicators.welcome.every_session`, each with its dates in words, `dates_text`."""
    return welcome.every_session(known, as_of=as_of).with_columns(
        dates_text=pl.struct("starts_on", "ends_on").map_elements(_spoken_dates, return_dtype=pl.String)
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


# The sessions one by one: their chart, their table, and the sheet of the one picked.

SESSIONS: Final = "sessions-par-numero"
PICKED: Final = "session_choisie"


def by_session(shown: Sessions, *, selected: int | None) -> Figure:
    """Holders, people and settled families, session after session; its table has one row a session."""
    columns = ["number", "held", *_COUNTS, "dates_text", "place"]
    gap = f" ◌{NO_BREAK}: compte inconnu." if shown.held.select(_COUNTS).null_count().sum_horizontal().item() else ""
    figures = shown.rows.select(columns)
    return Figure(
        key=SESSIONS,
        headline="Les sessions, une par une",
        subtitle=f"Trois comptes à la même échelle, qui ne s’additionnent pas.{gap} Un clic sur une colonne ouvre la fiche de "
        "la session.",
        draw=welcome_by_session,
        figures=figures,
        spoken=welcome_by_session_in_words(figures),
        table=one_row_a_session(shown),
        options={"selected": selected, "selection_name": PICKED},
    )


def one_row_a_session(shown: Sessions) -> Table:
    """Every session, the latest first, with what is known of it."""
    known = pl.col("place").is_not_null() | pl.col("project_holders").is_not_null()
    state = (
        pl.when("upcoming")
        .then(pl.lit("à venir"))
        .when(known)
        .then(pl.lit("tenue"))
        .otherwise(pl.lit("non renseignée"))
    )
    return Table(
        "Les sessions d’accueil d’actifs",
        shown.rows.with_columns(state=state).sort("number", descending=True),
        {
            "number": "Session",
            "dates_text": "Dates",
            "place": "Lieu",
            "state": "État",
            "applications": "Candidatures",
            "selected": "Dossiers retenus",
            "project_holders": "Porteurs de projet",
            "people": "Personnes",
            "settled_families": "Familles installées",
            "precision": "Précision",
            "source": "Source",
        },
        notes=(
            f"État au {dates.long_date(shown.as_of)}. Porteurs, personnes et familles ne s’additionnent pas.",
            "Une session non renseignée a été tenue : son numéro le dit. Ses effectifs sont inconnus, et non nuls.",
        ),
        demonstration=store.is_demonstration(),
    )


def take_session_from_chart() -> None:
    """Clicking a column opens the sheet of its session; clicking beside the columns keeps the last one."""
    event = st.session_state.get(f"chart-{SESSIONS}") or {}
    picked = [point["number"] for point in event.get("selection", {}).get(PICKED) or [] if point.get("number")]
    if picked:
        filters.take("session", str(picked[0]))


def chosen_session(shown: Sessions) -> dict[str, Any] | None:
    """The session picked in the list or on the chart; at first the last one held of which something is known."""
    rows = {str(row["number"]): row for row in shown.rows.sort("number", descending=True).to_dicts()}
    if not rows:
        return None
    known = [number for number in shown.numbers if number not in shown.unknown]
    usual = str(known[-1]) if known else next(iter(rows))
    names = {number: session_name(row) for number, row in rows.items()}
    return rows[filters.choice(st.selectbox, "Fiche d’une session", names, key="session", usual=usual)]


def session_name(row: dict[str, Any]) -> str:
    """« 22e session »"""
    return f"{ordinal(row['number'], feminine=True)} session"


def sheet(row: dict[str, Any], shown: Sessions) -> Iterator[tuple[str, str]]:
    """What is known of a session, as names and values; what is not known is not listed."""
    number = row["number"]
    households = store.welcome_households(as_of=shown.as_of).filter(pl.col("number") == number)
    days = measure(store.welcome_days().filter(pl.col("number") == number), welcome.DAYS, by="day_number")
    coming = row["upcoming"]
    lines = {
        "Dates": row["dates_text"],
        "Lieu": row["place"],
        "État": f"à venir ({countdown(row['starts_on'], shown.as_of)})" if coming else None,
        "Candidatures": _number(row["applications"]),
        "Dossiers retenus": _number(row["selected"]),
        "Porteurs de projet": _number(row["project_holders"]),
        "Personnes": _number(row["people"]),
        "Familles installées à ce jour": _number(row["settled_families"]),
        "Présence": enumeration(
            [
                f"{ordinal(day)} jour {present} sur {expected} ({percent(share)})"
                for day, expected, present, share in days.sort("day_number").iter_rows()
            ]
        ),
        "Télécentres visités": enumeration(_visited(households)),
        "Foyers avec un télétravailleur": _number(int(households["teleworker"].sum())) if households.height else None,
        "Précision": row["precision"],
        "Source": row["source"],
    }
    if not coming and row["place"] is None and row["project_holders"] is None:
        lines["État"] = "Session tenue, que personne n’a encore renseignée."
    return ((name, value) for name, value in lines.items() if value)


def _visited(households: pl.DataFrame) -> list[str]:
    names = short_names()
    return sorted(names[code] for code in households["centre_code"].drop_nulls().unique() if code in names)


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


# The totals published in July 2017 beside those of the database at the same date, each difference with its reason.

# The article is of July 2017: what had been held and settled by its end.
PUBLISHED: Final = date(2017, 7, 31)
_FAMILIES: Final = re.compile(r"\bune centaine de familles\b")
# « environ 25 % »: as many percent as a rounding to the next 5 % may hide.
_ROUNDING: Final = 0.025
_HUNDRED: Final = (75, 125)


@dataclass(frozen=True)
class PublishedTotal:
    """One published total: which indicator gives it, the column of sessions it rests on, and how it was published."""

    published: str
    indicator: Indicator
    column: str


_PUBLISHED_TOTALS: Final = (
    PublishedTotal("welcome_sessions", welcome.WELCOME_SESSIONS, "number"),
    PublishedTotal("welcome_project_holders", welcome.PROJECT_HOLDERS, "project_holders"),
    PublishedTotal("welcome_people", welcome.WELCOME_PEOPLE, "people"),
    PublishedTotal("welcome_settled_share", welcome.SETTLED_SHARE, "settled_families"),
)
_SHARE: Final = "welcome_settled_share"


def sessions_then(as_of: date) -> pl.DataFrame:
    """The sessions held by the date of the publication, or by today where that is earlier."""
    on = min(PUBLISHED, as_of)
    return every_session(store.welcome_sessions(as_of=on), as_of=on).filter("held")


def reconciled(as_of: date) -> pl.DataFrame:
    """One row per published total: label, published, computed, reason; none where nothing was published."""
    published = {row["indicator"]: row for row in store.published_figures().to_dicts()}
    held = sessions_then(as_of)
    rows = []
    for line in _PUBLISHED_TOTALS:
        if line.published in published:
            found = published[line.published]
            rows.append(_compared(line, found, held))
            if line.published == _SHARE and _FAMILIES.search(found["precision"]):
                rows.append(_families(held))
    names = ("label", "published", "computed", "reason")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))


def table(shown: Sessions) -> Table:
    """The comparison as the page shows it and as files carry it."""
    on = min(PUBLISHED, shown.as_of)
    sources = sorted(set(store.published_figures().filter(pl.col("indicator").str.starts_with("welcome_"))["source"]))
    return Table(
        "Totaux publiés en juillet 2017 et totaux de la base",
        reconciled(shown.as_of),
        {
            "label": "Total",
            "published": f"Publié ({dates.month(PUBLISHED)})",
            "computed": f"Calculé au {dates.long_date(on)}",
            "reason": "Rapprochement",
        },
        notes=tuple(f"Source publiée : {source}." for source in sources),
        demonstration=store.is_demonstration(),
    )


def as_published(row: Mapping[str, Any]) -> str:
    """« plus de 400 personnes », « environ 25 % », « 530 personnes »: no more sure than its precision."""
    shown = format_quantity(row["value"], row["unit"])
    for hedge in ("plus de", "environ"):
        if hedge in row["precision"]:
            return f"{hedge} {shown}"
    return shown


def _compared(line: PublishedTotal, published: Mapping[str, Any], held: pl.DataFrame) -> dict[str, str]:
    value = measure(held, [line.indicator]).item() if held.height else None
    return {
        "label": published["label"],
        "published": as_published(published),
        "computed": format_quantity(value, line.indicator.unit),
        "reason": _reason(value, published, held, line.column),
    }


def _reason(value: float | None, published: Mapping[str, Any], held: pl.DataFrame, column: str) -> str:
    unknown = held[column].null_count()
    partial = (
        f"{count(unknown, 'session')} sur {held.height} {plural(unknown, 'est', 'sont')} sans ce compte dans la base : "
    )
    if value is None:
        return f"Rien à calculer : {partial.removesuffix(' : ')}." if held.height else "Aucune session dans la base."
    target, precision = float(published["value"]), published["precision"]
    if "plus de" in precision and value > target:
        return "Conforme : l’article donne un plancher, la base un compte."
    if "environ" in precision and unknown:
        return _of_all_holders(target, held, column)
    if "environ" in precision and abs(value - target) <= _ROUNDING:
        return "Conforme, à l’arrondi près."
    if value == target:
        return "Identique."
    if unknown:
        return f"{partial}le total est partiel."
    return "Écart sans cause connue : à vérifier avec les organisateurs des sessions."


def _of_all_holders(target: float, held: pl.DataFrame, column: str) -> str:
    """Why the share of the sessions followed is not that of all: the article divides by every holder there was."""
    followed = held.height - held[column].null_count()
    least = measure(held.with_columns(pl.col(column).fill_null(0)), [welcome.SETTLED_SHARE]).item()
    said = f"La base suit les foyers de {followed} sessions sur {held.height}. "
    if least is None:
        return said
    said += f"Rapportées à tous les porteurs, les familles connues font {format_quantity(least, 'ratio')}"
    return said + (", comme publié." if abs(least - target) <= _ROUNDING else " au moins.")


def _families(held: pl.DataFrame) -> dict[str, str]:
    value = measure(held, [welcome.SETTLED_FAMILIES]).item() if held.height else None
    unknown = held["settled_families"].null_count()
    without = f"{count(unknown, 'session')} sans suivi dans la base" if unknown else ""
    if value is None:
        reason = f"Rien à calculer : {without}." if held.height else "Aucune session dans la base."
    elif _HUNDRED[0] <= value <= _HUNDRED[1]:
        reason = f"Conforme à l’ordre de grandeur{f', malgré {without}' if without else ''}."
    else:
        reason = f"Partiel : {without}." if without else "Écart sans cause connue : à vérifier."
    return {
        "label": "Familles installées",
        "published": "une centaine de familles",
        "computed": format_quantity(value, welcome.SETTLED_FAMILIES.unit),
        "reason": reason,
    }
