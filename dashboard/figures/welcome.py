"""The welcome sessions: which are known, what they have given, and what has become of the households received.

Sessions are numbered without a gap, so a number nobody has described is still a session held: unknown, not absent. Who may
not see small counts is told all of the sessions, cut one way at a time, up to the last year that is over: no session is
opened alone, and families are told by intercommunality, since in a commune there are few.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

import polars as pl

from dashboard.charts.bars import Parts
from dashboard.charts.columns import COUNTS, welcome_by_session, welcome_by_session_in_words
from dashboard.charts.welcome_map import welcome_map, welcome_map_in_words
from dashboard.figures.masking import (
    counted,
    followed,
    last_told,
    leading,
    masked_counts,
    masked_parts,
    masked_rows,
    masked_tile,
    shared_out,
)
from dashboard.figures.model import Figure, NativeChart, Reader, Subject, Table, Tile, short_names
from dashboard.indicators import welcome
from dashboard.indicators.disclosure import (
    hidden_with,
    is_small,
    last_published,
    moves_by_few,
    protected_once,
    published_before,
)
from dashboard.indicators.model import Indicator, measure
from dashboard.wording import dates
from dashboard.wording.numbers import NO_BREAK, integer, ordinal, percent, rounded
from dashboard.wording.terms import HIDDEN, MISSING, hidden_words
from dashboard.wording.typography import capital, count, enumeration, plural
from data_access.facts import WelcomeFacts

ALL_SESSIONS: Final = "toutes"
LAST_TEN: Final = "dix"
NO_SESSION: Final = "Aucune session n’est encore enregistrée."
_NO_HOUSEHOLD: Final = "Ces sessions n’ont pas de foyers détaillés : on ne sait pas encore ce qu’ils sont devenus."
_NO_PRESENCE: Final = "Aucune présence n’a été notée pour ces sessions."
_NO_FAMILY: Final = "Aucune famille de ces sessions n’est encore enregistrée comme installée dans une commune."
_NO_VISIT: Final = "Aucune visite de télécentre n’a été notée pour ces sessions."
_COUNTS: Final = ("project_holders", "people", "settled_families")
_COLUMN_OF: Final = dict(zip((each.key for each in welcome.COUNTS), _COUNTS, strict=True))
_OUTCOME: Final = Parts("installés", "pas installés", "en cours, échéance à venir")
_HOLDERS: Final = ("porteur de projet", "porteurs de projet")
_FAMILIES: Final = ("famille", "familles")
_PRESENCE: Final = Parts("présents", "absents", "")
# More columns than this and none is wide enough to be read; the table keeps them all.
_DRAWN: Final = 60
_DRAWN_ON_PAPER: Final = 8
# Cut off, or the names that follow would not be seen.
_KIND_OF_PLACE: Final = r"^Communauté (de communes|d’agglomération) (du |de la |de )?"


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
    def unknown(self) -> list[int]:
        """The numbers of those held of which no holder is known."""
        return self.held.filter(pl.col("project_holders").is_null())["number"].to_list()

    @cached_property
    def names(self) -> dict[str, str]:
        """« 22e session » by the number of each, the last one first."""
        return {str(number): session_name(number) for number in reversed(self.rows["number"].to_list())}

    @cached_property
    def last_known(self) -> str:
        """The number of the last one held of which something is known; of the last of all where there is none."""
        known = self.held.filter(pl.col("project_holders").is_not_null())["number"].to_list()
        return str(known[-1]) if known else next(iter(self.names), "")

    def of_them(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of a frame that belong to those held."""
        return frame.filter(pl.col("number").is_in(self.held["number"].to_list()))


def session_name(number: int) -> str:
    """« 22e session »"""
    return f"{ordinal(number, feminine=True)} session"


def sessions(facts: WelcomeFacts, span: str = ALL_SESSIONS) -> Sessions:
    """All the sessions, or the last ten with the ten before them; each with its dates in words, `dates_text`."""
    rows = welcome.every_session(facts.sessions, as_of=facts.as_of).with_columns(
        dates_text=pl.struct("starts_on", "ends_on").map_elements(_spoken_dates, return_dtype=pl.String)
    )
    if span == ALL_SESSIONS:
        return Sessions(facts.as_of, span, rows, rows.clear())
    held = rows.filter("held")
    kept = held.tail(10)
    before = held.head(max(0, held.height - kept.height)).tail(10)
    first = kept["number"].min() if kept.height else None
    return Sessions(facts.as_of, span, rows if first is None else rows.filter(pl.col("number") >= first), before)


def welcome_sessions(
    facts: WelcomeFacts, reader: Reader, *, span: str = ALL_SESSIONS, selected: int | None = None
) -> Subject:
    """The whole subject; who may not see small counts is told all sessions, whatever is asked."""
    now = sessions(facts, span)
    if not reader.sees_small_counts:
        facts = known_on(facts, last_published(facts.as_of))
        shown = sessions(facts)
    else:
        shown = now
    figures = (
        by_session(shown, selected=selected) if reader.sees_small_counts else sessions_in_bars(facts, reader),
        outcomes(facts, shown, reader),
        presence(facts, shown, reader) if reader.sees_small_counts else presence_shares(facts, reader),
        settled_map(facts, shown) if reader.sees_small_counts else by_intercommunality(facts, reader),
        visits(facts, shown, reader),
    )
    hidden = frozenset() if reader.sees_small_counts else not_told(facts)
    given = "" if welcome.PROJECT_HOLDERS in hidden else result(shown, hidden)
    return Subject(
        sentence=NO_SESSION if now.rows.is_empty() else f"{next_session(now)} {given}".strip(),
        tiles=tiles(facts, shown, reader),
        figures={figure.key: figure for figure in figures},
        note=_closing_note(facts, shown),
    )


# In words and in tiles.


def result(shown: Sessions, hidden: Collection[Indicator] = ()) -> str:
    """What the sessions held have given; no family where they are hidden."""
    held = measure(shown.held, welcome.ALL[:5]).row(0, named=True)
    number, holders, families = (held[key] for key in ("welcome_sessions", "project_holders", "settled_families"))
    if not number:
        return "Aucune n’a encore été tenue."
    if holders is None:
        return f"{count(number, 'session tenue', 'sessions tenues')}, sans effectif connu."
    known = number - len(shown.unknown)
    of = f" {plural(known, 'connue')} sur {number}" if shown.unknown else ""
    received = count(holders, "porteur de projet accueilli", "porteurs de projet accueillis")
    said = f"{count(known, 'session')}{of} : {received}"
    return (
        f"{said}."
        if families is None or welcome.SETTLED_FAMILIES in hidden
        else f"{said}, {count(families, 'famille installée', 'familles installées')}."
    )


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


def not_told(facts: WelcomeFacts) -> frozenset[Indicator]:
    """The totals that partners are not told: small, so near the next that they would tell of few people, or moved by few
    since they were told last, as sessions are held and families settle."""
    before = [known_on(facts, day) for day in _published_before(facts)]
    published = [*before, facts]
    held = [_who_came(each) for each in published]
    hidden = set()
    if moves_by_few(rows.select(pl.col(_CAME).sum()).row(0) for rows in held):
        hidden |= {welcome.PROJECT_HOLDERS, welcome.WELCOME_PEOPLE, welcome.SETTLED_SHARE}
    holders, families = held[-1].select(pl.col("project_holders", "settled_families").sum()).row(0)
    settled = (rows.select(pl.col("settled_families").sum()).row(0) for rows in held)
    if is_small(holders - families) or moves_by_few(settled):
        hidden |= {welcome.SETTLED_FAMILIES, welcome.SETTLED_SHARE}
    households = facts.households.height
    if not is_small(households) and moves_by_few((each.households.height,) for each in published):
        hidden.add(welcome.HOUSEHOLDS)
    return frozenset(hidden)


_CAME: Final = ("project_holders", "with_them", "people")


def _who_came(facts: WelcomeFacts) -> pl.DataFrame:
    """One row per session held: its holders, who came with them, and both together."""
    return sessions(facts).held.with_columns(with_them=pl.col("people") - pl.col("project_holders"))


def tiles(facts: WelcomeFacts, shown: Sessions, reader: Reader) -> tuple[Tile, ...]:
    """Sessions, then three counts that are never added up, against the ten sessions before where there are ten."""
    four = (welcome.WELCOME_SESSIONS, *welcome.COUNTS)
    now = measure(shown.held, four).row(0, named=True)
    before = measure(shown.before, four).row(0, named=True) if shown.before.height == shown.held.height else {}
    incomplete = {name for name in _COUNTS if shown.held[name].null_count()}
    gaps = incomplete | {name for name in _COUNTS if shown.before[name].null_count()}
    hidden = frozenset[Indicator]() if reader.sees_small_counts else not_told(facts)
    made = []
    for each in four:
        column = _COLUMN_OF.get(each.key)
        tile = Tile(
            each,
            now[each.key] if shown.held.height else None,
            previous=None if column in gaps else before.get(each.key),
            compared_with="par rapport aux dix précédentes",
            # Sessions apart are not a course: none is drawn over a gap.
            course=tuple(shown.held[column].to_list()) if column and column not in incomplete else (),
            provisional=column in incomplete,
            hidden=hidden_words(few=is_small(now[each.key])) if each in hidden else "",
        )
        made.append(masked_tile(tile, reader))
    return tuple(made)


def _closing_note(facts: WelcomeFacts, shown: Sessions) -> str:
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
    mistyped = [integer(number) for number in facts.sessions["number"] if number > welcome.HIGHEST_NUMBER]
    if mistyped:
        said += f"Hors des comptes, numéro impossible : {enumeration(mistyped)}. "
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


def by_session(shown: Sessions, *, selected: int | None = None) -> Figure:
    """Holders, people and settled families, session after session; for who may see small counts."""
    figures = shown.rows.select("number", "held", *_COUNTS, "dates_text", "place").tail(_DRAWN)
    unknown = figures.filter("held").select(_COUNTS).null_count().sum_horizontal().sum()
    gap = f" ◌{NO_BREAK}: compte inconnu." if unknown else ""
    cut = f" Les {_DRAWN} dernières sont dessinées." if shown.rows.height > _DRAWN else ""
    known = pl.col("place").is_not_null() | pl.col("project_holders").is_not_null()
    state = (
        pl.when("upcoming")
        .then(pl.lit("à venir"))
        .when(known)
        .then(pl.lit("tenue"))
        .otherwise(pl.lit("non renseignée"))
    )
    mean = shown.held.select(pl.col("project_holders").mean()).item()
    return Figure(
        key="sessions-par-numero",
        headline="Les sessions d’accueil, une par une"
        if mean is None
        else f"Une session accueille {count(rounded(mean), *_HOLDERS)} en moyenne",
        subtitle="Session par session : porteurs de projet, personnes et familles installées, trois comptes à la même échelle, "
        f"qui ne s’additionnent pas.{gap}{cut}",
        draw=welcome_by_session,
        figures=figures,
        spoken=welcome_by_session_in_words(figures),
        table=Table(
            "Les sessions d’accueil d’actifs",
            shown.rows.with_columns(state=state).sort("number", descending=True),
            {
                **_HEADINGS,
                "state": "État",
                "applications": "Candidatures",
                "selected": "Dossiers retenus",
                "precision": "Précision",
                "source": "Source",
            },
            notes=(
                f"État au {dates.long_date(shown.as_of)}. Porteurs, personnes et familles ne s’additionnent pas.",
                "Une session non renseignée a été tenue : son numéro le dit. Ses effectifs sont inconnus, et non nuls.",
            ),
        ),
        options={"selected": selected, "selection_name": "session"},
        nothing=NO_SESSION,
        hint="Touchez une colonne pour ouvrir la fiche de la session.",
        paper={"selected": None, "selection_name": None, "width": 620, "height": 350},
        native=NativeChart(
            "columns",
            tuple(map(session_name, figures["number"])),
            {label: tuple(figures[key]) for key, label in COUNTS.items()},
        ),
        indicators=welcome.COUNTS[:2],
    )


_HEADINGS: Final = {
    "number": "Session",
    "dates_text": "Dates",
    "place": "Lieu",
    "project_holders": "Porteurs de projet",
    "people": "Personnes",
    "settled_families": "Familles installées",
}


def in_year(facts: WelcomeFacts, year: int) -> Figure | None:
    """The same in the report of a year: its sessions, drawn after the last ones before them; None without one."""
    every = sessions(facts)
    of_year = every.held.filter(pl.col("starts_on").dt.year() == year)
    if of_year.is_empty():
        return None
    figure = by_session(replace(every, rows=every.held.tail(_DRAWN_ON_PAPER)))
    holders, people = measure(of_year, welcome.COUNTS[:2]).row(0)
    said = f"{count(of_year.height, 'session')} d’accueil"
    if holders is not None and people is not None:
        said += f" : {count(holders, *_HOLDERS)} et {count(people, 'personne')} en tout"
    unknown = of_year.filter(pl.col("project_holders").is_null() | pl.col("people").is_null()).height
    gaps = f"effectifs inconnus pour {count(unknown, 'session')}, ils ne valent pas zéro" if unknown else "aucun connu"
    ended = facts.as_of >= date(year, 12, 31)
    when = f"en {year}" if ended else dates.from_to(date(year, 1, 1), facts.as_of)
    return replace(
        figure,
        table=replace(figure.table, title=f"Sessions tenues en {year}", frame=of_year, headings=_HEADINGS, notes=()),
        headline=f"{capital(when)}, {said}",
        period=f"année {year}" if ended else when,
        gaps=f"Manques : {gaps}.",
    )


def sessions_in_bars(facts: WelcomeFacts, reader: Reader) -> Figure:
    """The twin of `by_session` for who may not see small counts; people are hidden too where few came with the holders."""
    key = ["number"]
    before = [_who_came(known_on(facts, day)) for day in _published_before(facts)]
    rows = protected_once(_who_came(facts), _CAME, key, earlier=before).with_columns(
        people_hidden=pl.col("people_hidden") | pl.col("with_them_hidden")
    )
    rows = masked_counts(rows, "settled_families", key, reader, earlier=before).with_columns(
        people=pl.when(~pl.col("people_hidden")).then("people"),
        label=pl.col("number").map_elements(lambda number: ordinal(number, feminine=True), return_dtype=pl.String),
    )
    return counted(
        rows.drop("with_them", "with_them_hidden").sort("number", descending=True),
        "project_holders",
        key="sessions-par-numero",
        headline=last_told(rows.sort("number"), "project_holders", _HOLDERS, by="label", at="à la {} session")
        or "Les sessions d’accueil, une par une",
        subtitle="Porteurs de projet ; personnes et familles installées sont dans le tableau, et ne s’additionnent pas.",
        subject="porteurs de projet par session",
        title="Les sessions d’accueil d’actifs",
        headings={"label": "Session", **{name: heading for name, heading in _HEADINGS.items() if name != "number"}},
        said={
            "project_holders": ("porteur", "porteurs"),
            "people": ("personne", "personnes"),
            "settled_families": ("famille installée", "familles installées"),
        },
        notes=(f"Sessions tenues au {dates.long_date(facts.as_of)}. Un effectif inconnu n’est pas nul.",),
        nothing=NO_SESSION,
    )


def sheet(facts: WelcomeFacts, number: int) -> tuple[tuple[str, str], ...]:
    """What is known of a session, as names and values; what is not known is not listed."""
    row = sessions(facts).rows.row(by_predicate=pl.col("number") == number, named=True)
    households = facts.households.filter(pl.col("number") == number)
    days = measure(facts.days.filter(pl.col("number") == number), welcome.DAYS, by="day_number")
    names = short_names(facts.places)
    visited = sorted(names[code] for code in households["centre_code"].drop_nulls().unique() if code in names)
    coming = row["upcoming"]
    lines = {
        "Dates": row["dates_text"],
        "Lieu": row["place"],
        "État": f"à venir ({countdown(row['starts_on'], facts.as_of)})" if coming else None,
        "Candidatures": _number(row["applications"]),
        "Dossiers retenus": _number(row["selected"]),
        "Porteurs de projet": _number(row["project_holders"]),
        "Personnes": _number(row["people"]),
        "Familles installées à ce jour": _number(row["settled_families"]),
        "Foyers saisis": "pas encore tous : les totaux notés valent" if row.get("partial") else None,
        "Présence": enumeration(
            [
                f"{ordinal(day)} jour {present} sur {expected} ({percent(share)})"
                for day, expected, present, share in days.sort("day_number").iter_rows()
            ]
        ),
        "Télécentres visités": enumeration(visited),
        "Foyers avec un télétravailleur": _number(int(households["teleworker"].sum())) if households.height else None,
        "Précision": row["precision"],
        "Source": row["source"],
    }
    if not coming and row["place"] is None and row["project_holders"] is None:
        lines["État"] = "Session tenue, que personne n’a encore renseignée."
    return tuple((name, value) for name, value in lines.items() if value)


def _number(value: int | None) -> str | None:
    return None if value is None else integer(value)


# What comes of the sessions: who was there, what they visited, who settled, and where.


def outcomes(facts: WelcomeFacts, shown: Sessions, reader: Reader) -> Figure:
    """Households settled 6, 12 and 24 months after their session."""
    households = shown.of_them(facts.households)

    def of_horizons(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
        dated = rows.filter(pl.col("session_ended_on").is_not_null())
        at = welcome.households_at_horizons(dated, as_of=as_of)
        found = measure(at, welcome.FOLLOW_UP, by="months_after").sort("months_after")
        named = found.with_columns(label=pl.format("après {} mois", "months_after"))
        # Of all households some are in no bar.
        undated = pl.lit(rows.height - dated.height, pl.Int64)
        return shared_out(named, welcome.FOLLOW_UP, dated.height).with_columns(undated=undated)

    earlier = _earlier(of_horizons, facts)
    return followed(
        masked_rows(of_horizons(households, facts.as_of), ("waiting", "undated"), reader, earlier=earlier),
        _OUTCOME,
        subject="foyers installés",
        key="installations",
        finding="{label}, {share} des foyers sont installés",
        last=True,
        headline="Que deviennent les foyers reçus",
        subtitle="Foyers installés au plus tard 6, 12 et 24 mois après leur session."
        + (_today_in_words(households) if reader.sees_small_counts else ""),
        title="Foyers installés 6, 12 et 24 mois après leur session",
        rows_are="Échéance",
        share_is="Part installée",
        notes=(welcome.HOUSEHOLDS_SETTLED_SHARE.definition, welcome.HOUSEHOLDS_FOLLOWED.limits),
        nothing=_NO_HOUSEHOLD,
    )


def _today_in_words(households: pl.DataFrame) -> str:
    """What has become of them by now, and which of them no bar holds."""
    if households.is_empty():
        return ""
    settled, dropped = int(households["settled"].sum()), int(households["dropped"].sum())
    undated = households["session_ended_on"].null_count()
    said = f" À ce jour : {count(settled, 'installé')}, {count(dropped, 'abandon')}, "
    said += f"{households.height - settled - dropped} en cours."
    if undated:
        said += f" Hors des barres : {count(undated, 'foyer')} d’une session dont les jours ne sont pas connus."
    return said


def presence(facts: WelcomeFacts, shown: Sessions, reader: Reader) -> Figure:
    """Who was there on each of the three days, session by session too; for who may see small counts."""
    noted = shown.of_them(facts.days).with_columns(_day_in_words())
    days = _presence_by_day(noted)
    notes = (welcome.PEOPLE_EXPECTED.definition, welcome.PEOPLE_EXPECTED.limits)
    by_session_and_day = Table(
        "Présence par session et par jour",
        measure(noted, welcome.DAYS, by=("number", "day_number", "label")).sort(
            "number", "day_number", descending=[True, False]
        ),
        {
            "number": "Session",
            "label": "Jour",
            "people_present": "Présents",
            "people_expected": "Attendus",
            "presence_share": "Taux de présence",
        },
        notes=notes,
        shares=frozenset({"presence_share"}),
    )
    number = noted["number"].n_unique()
    return followed(
        masked_parts(days, ["yes", "no"], "label", reader),
        _PRESENCE,
        subject="personnes présentes",
        key="presence",
        finding="{label} : {share} des personnes attendues sont présentes",
        headline="La présence, jour après jour",
        subtitle=f"Personnes présentes, {plural(number, 'sur la', 'sur les')} {count(number, 'session')} dont la présence a "
        "été notée.",
        title="Présence par jour",
        rows_are="Jour",
        share_is="Taux de présence",
        notes=notes,
        nothing=_NO_PRESENCE,
        details=(by_session_and_day,),
    )


def presence_shares(facts: WelcomeFacts, reader: Reader) -> Figure:
    """The twin of `presence` for who may not see small counts: shares alone, since who was expected is told by no session."""

    def by_day(then: WelcomeFacts) -> pl.DataFrame:
        return _presence_by_day(sessions(then).of_them(then.days).with_columns(_day_in_words()))

    earlier = (by_day(known_on(facts, day)) for day in _published_before(facts))
    told = hidden_with(
        masked_parts(by_day(facts), ["yes", "no"], "label", reader, earlier=earlier), ["share"], "yes", "no"
    )
    shares = told.select("label", "share_hidden", pl.col("share").round(2))
    words = [
        HIDDEN if hidden else percent(share) for hidden, share in shares.select("share_hidden", "share").iter_rows()
    ]
    return counted(
        shares.with_columns(words=pl.Series(words, dtype=pl.String)),
        "share",
        key="presence",
        headline=_presence_in_words(shares) or "La présence, jour après jour",
        subtitle="Taux de présence, sur les sessions dont la présence a été notée.",
        subject="taux de présence",
        title="Présence par jour",
        headings={"label": "Jour", "share": "Taux de présence"},
        shares=frozenset({"share"}),
        notes=(welcome.PEOPLE_EXPECTED.limits,),
        nothing=_NO_PRESENCE,
    )


def _presence_in_words(days: pl.DataFrame) -> str:
    """« 95 % de présence le 1er jour, 88 % le 3e jour », of the first and the last, as they may be read."""
    told = days.drop_nulls("share").select("label", "share")
    if told.height < 2:
        return ""
    (first, at_first), (last, at_last) = told.row(0), told.row(-1)
    return f"{percent(at_first)} de présence le {first}, {percent(at_last)} le {last}"


def _day_in_words() -> pl.Expr:
    return pl.col("day_number").map_elements(lambda day: f"{ordinal(day)} jour", return_dtype=pl.String).alias("label")


def _presence_by_day(noted: pl.DataFrame) -> pl.DataFrame:
    return shared_out(measure(noted, welcome.DAYS, by=("day_number", "label")).sort("day_number"), welcome.DAYS)


def settled_map(facts: WelcomeFacts, shown: Sessions) -> Figure:
    """Where the families settled, commune by commune; for who may see small counts."""
    settled = shown.of_them(facts.households).filter(pl.col("settled") == 1)
    located = settled.filter(pl.col("commune_name").is_not_null())
    keys = ("insee_code", "commune_name", "latitude", "longitude")
    figures = (
        measure(located, [welcome.HOUSEHOLDS], by=keys)
        .rename({"households": "families"})
        .sort("families", "commune_name", descending=[True, False])
    )
    named = figures.with_columns(label="commune_name", families_hidden=pl.lit(False))
    elsewhere = settled.height - located.height
    lost = f" {count(elsewhere, 'famille')} sans commune connue." if elsewhere else ""
    return Figure(
        key="familles-par-commune",
        headline=leading(named, "families", "insee_code", _FAMILIES) or "Où les familles se sont installées",
        subtitle=f"Surface du cercle : familles installées dans la commune au {dates.long_date(shown.as_of)}, à la mairie. "
        f"Aucun foyer n’est nommé.{lost}",
        draw=welcome_map,
        figures=figures,
        spoken=welcome_map_in_words(figures),
        table=Table(
            "Familles installées par commune",
            figures,
            {"commune_name": "Commune", "families": "Familles installées"},
            notes=(f"État au {dates.long_date(shown.as_of)}.{lost}", "Cercles placés à la mairie de la commune."),
        ),
        options={"geometry": "address"},
        nothing=_NO_FAMILY,
    )


def by_intercommunality(facts: WelcomeFacts, reader: Reader) -> Figure:
    """The twin of `settled_map` for who may not see small counts."""

    def of_places(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
        return measure(rows.filter(pl.col("settled") == 1), [welcome.HOUSEHOLDS], by="epci_name")

    told = masked_counts(
        of_places(facts.households, facts.as_of),
        "households",
        ["epci_name"],
        reader,
        earlier=_earlier(of_places, facts),
    )
    # In the order of names: that of counts would tell what is hidden.
    named = told.with_columns(label=pl.col("epci_name").str.replace(_KIND_OF_PLACE, "").fill_null("Commune non notée"))
    return counted(
        named.sort(pl.col("epci_name").is_null(), "label"),
        "households",
        key="familles-par-intercommunalite",
        headline=leading(named, "households", "epci_name", _FAMILIES) or "Où les familles se sont installées",
        subtitle=f"Familles installées au {dates.long_date(facts.as_of)}, par intercommunalité.",
        subject="familles installées par intercommunalité",
        title="Familles installées par intercommunalité",
        headings={"label": "Intercommunalité", "households": "Familles installées"},
        nothing=_NO_FAMILY,
    )


def visits(facts: WelcomeFacts, shown: Sessions, reader: Reader) -> Figure:
    """The centres that households visited during their session; among those who visited none, where counts are hidden."""

    def of_centres(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
        return measure(rows, [welcome.HOUSEHOLDS], by="centre_code")

    households = shown.of_them(facts.households)
    visited = households.filter(pl.col("centre_code").is_not_null())
    day = dates.long_date(facts.as_of)
    subtitle = f"Foyers reçus en session au {day}."
    note: tuple[str, ...] = ()
    if reader.sees_small_counts:
        subtitle = f"Foyers qui ont visité un télécentre : {visited.height} sur {households.height}."
        note = (f"{count(visited.height, 'foyer')} sur {households.height}, au {day}.",)
    told = masked_counts(
        of_centres(visited if reader.sees_small_counts else households, facts.as_of),
        "households",
        ["centre_code"],
        reader,
        earlier=_earlier(of_centres, facts),
    )
    names = short_names(facts.places)
    label = pl.col("centre_code").replace_strict(names, default="Aucune visite notée", return_dtype=pl.String)
    order = [-pl.col("households")] if reader.sees_small_counts else []
    told = told.with_columns(label=label)
    return counted(
        told.sort(pl.col("centre_code").is_null(), *order, "label"),
        "households",
        key="telecentres-visites",
        headline=leading(told, "households", "centre_code", ("foyer", "foyers"))
        or "Les télécentres visités en session",
        subtitle=subtitle,
        subject="foyers par télécentre visité",
        title="Foyers par télécentre visité",
        headings={"label": "Télécentre", "households": "Foyers"},
        notes=note,
        nothing=_NO_VISIT,
    )


# The sessions and households as they were known on a day: what was published then.


def known_on(facts: WelcomeFacts, day: date) -> WelcomeFacts:
    """The same facts as they stood on an earlier day."""
    if day >= facts.as_of:
        return facts
    settled = pl.col("settled_on").is_not_null() & (pl.col("settled_on") <= day)
    after = ("settled_on", "insee_code", "commune_name", "epci_name", "latitude", "longitude")
    begun = facts.sessions.filter(pl.col("starts_on").is_null() | (pl.col("starts_on") <= day))["number"].to_list()
    households = facts.households.filter(pl.col("number").is_in(begun)).with_columns(
        settled=settled.cast(pl.Int64), **{name: pl.when(settled).then(name) for name in after}
    )
    families = households.group_by("number").agg(then=pl.col("settled").sum())
    known = facts.sessions.join(families, on="number", how="left", maintain_order="left").with_columns(
        held=pl.col("starts_on") <= day,
        settled_families=pl.when(pl.col("settled_families").is_not_null()).then(pl.col("then").fill_null(0)),
    )
    return replace(facts, as_of=day, sessions=known.drop("then"), households=households)


def _earlier(made: Callable[[pl.DataFrame, date], pl.DataFrame], facts: WelcomeFacts) -> Iterator[pl.DataFrame]:
    """The same figures as they were published before."""
    return (made(known_on(facts, day).households, day) for day in _published_before(facts))


def _published_before(facts: WelcomeFacts) -> list[date]:
    first = facts.sessions["starts_on"].min()
    return published_before(facts.as_of, first if isinstance(first, date) else None)
