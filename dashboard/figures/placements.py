"""The convention with Pôle Emploi: contracts by aim, the way to them, how long they last, and where.

Everything is a count: the pseudonyms of candidates stay in the database. Who may not see small counts is told all of the
convention, cut one way at a time: the same contracts cut by year, aim and place at once would be told apart one by one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import polars as pl

from dashboard.charts.bars import Parts
from dashboard.charts.columns import (
    aim_name,
    every_quarter,
    placement_meetings,
    placement_meetings_in_words,
    placement_quarters,
    placement_quarters_in_words,
)
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
from dashboard.figures.model import EVERYBODY, Figure, NativeChart, Reader, Subject, Table, Tile, short_names
from dashboard.indicators import placements
from dashboard.indicators.disclosure import (
    contracts_by_year,
    is_small,
    moves_by_few,
    protected_nested,
    protected_once,
    published_before,
)
from dashboard.indicators.model import Indicator, measure
from dashboard.wording import dates
from dashboard.wording.numbers import NO_BREAK, integer, percent
from dashboard.wording.terms import CONTRACT_KINDS, HIDDEN, JOB_CENTRE, PLACEMENT_AIMS, PLACEMENT_STAGES, hidden_words
from dashboard.wording.typography import capital, count
from data_access.facts import ConventionFacts
from data_access.periods import months_before

# The convention was signed at the end of that year.
SIGNED_IN: Final = 2013
SINCE: Final = f"depuis fin {SIGNED_IN}"
NOTHING: Final = "Rien n’a encore été saisi : ni candidat, ni contrat, ni réunion d’information."
_SOURCE: Final = f"Source : suivi de la convention avec {JOB_CENTRE}."
_NO_CONTRACT: Final = "Aucun contrat ne correspond. Choisissez un autre volet, un autre lieu ou une autre période."
_NO_CANDIDATE: Final = "Aucun candidat ne correspond. Choisissez un autre volet ou une autre période."
_NO_MEETING: Final = "Aucune réunion n’est enregistrée sur cette période."
_NOT_ENTERED: Final = f"Le suivi de la convention avec {JOB_CENTRE} n’a pas encore été saisi."
_CONTRACTS: Final = ("contrat conclu", "contrats conclus")
# More columns than this and none is wide enough to be read; the table keeps them all.
_MONTHS_DRAWN: Final = 36
_KEPT: Final = Parts("encore en cours", "terminés", "échéance à venir")
_RUNNING: Final = Parts("en cours", "terminés", "")
_TWO: Final = (placements.PLACEMENTS, placements.PLACEMENTS_RUNNING)


@dataclass(frozen=True)
class Asked:
    """What the figures are about: contracts of an aim or a centre, since the convention or in one year."""

    as_of: date
    year: int | None = None
    aim: int | None = None
    centre_code: str | None = None
    centre_name: str | None = None

    @property
    def last(self) -> date:
        """The last day looked at."""
        return self.as_of if self.year is None else min(self.as_of, date(self.year, 12, 31))

    @property
    def year_before(self) -> "Asked | None":
        """The same days of the year before, as they were known a year ago; None where there is no whole year before."""
        if self.year is None or self.year <= SIGNED_IN + 1:
            return None
        return replace(self, as_of=months_before(self.as_of, 12), year=self.year - 1)

    @property
    def period(self) -> str:
        """The period, for a sentence: « depuis fin 2013 », « en 2016 », « du 1er janvier au 30 mai 2017 »."""
        if self.year is None:
            return SINCE
        if self.last == date(self.year, 12, 31):
            return f"en {self.year}"
        return dates.from_to(date(self.year, 1, 1), self.last)

    @property
    def perimeter(self) -> str:
        """Who is looked at, for a sentence."""
        aim = f"volet {self.aim}" if self.aim else "les trois volets"
        return f"{aim}, {self.centre_name or 'tous les lieux'}"

    @property
    def aims(self) -> tuple[int, ...]:
        """The aims asked for."""
        return (self.aim,) if self.aim else tuple(PLACEMENT_AIMS)

    def keeps(self, frame: pl.DataFrame, *, centre: bool = True) -> pl.DataFrame:
        """The rows of a frame asked for, by the columns it has; without `centre`, those of every centre."""
        asked = {"year": self.year, "aim": self.aim, "centre_code": self.centre_code if centre else None}
        return frame.filter(
            pl.lit(True), *(pl.col(name) == value for name, value in asked.items() if value and name in frame.columns)
        )

    def about(self) -> str:
        """Perimeter, period and source, for the foot of a table."""
        return f"{capital(self.perimeter)}, {self.period}. {_SOURCE}"


def convention(facts: ConventionFacts, asked: Asked, reader: Reader) -> Subject:
    """The whole subject; who may not see small counts is told all aims, places and years, whatever is asked."""
    if not reader.sees_small_counts:
        asked = Asked(facts.as_of)
    figures = (
        by_aim(facts, asked, reader),
        by_quarter(facts, asked) if reader.sees_small_counts else by_year(facts),
        by_step(facts, asked, reader),
        by_month(facts, asked) if reader.sees_small_counts else meetings_by_year(facts),
        by_duration(facts, asked, reader),
        by_centre(facts, asked, reader),
        by_kind(facts, asked, reader),
    )
    return Subject(
        sentence=sentence(facts, asked, reader),
        tiles=tiles(facts, asked, reader),
        figures={} if nothing_entered(facts) else {figure.key: figure for figure in figures},
        note=_closing_note(facts, asked, reader),
    )


def nothing_entered(facts: ConventionFacts) -> bool:
    """Whether nobody has entered anything of the convention: that is not zero contracts."""
    return facts.candidates.is_empty() and facts.meetings.is_empty()


# In words and in tiles.


def sentence(facts: ConventionFacts, asked: Asked, reader: Reader) -> str:
    """How many contracts, of which aims, how many of them run, and compared with what."""
    if nothing_entered(facts):
        return _NOT_ENTERED
    state = _by_state(facts, asked, reader).row(0, named=True)
    number, running = int(state["whole"]), state["running"]
    of_whom = f" ({asked.perimeter})" if asked.aim or asked.centre_code else ""
    if not number:
        said = f"Aucun contrat {asked.period}{of_whom}"
    elif is_small(number) and not reader.sees_small_counts:
        return f"{capital(hidden_words(few=True))} contrats conclus {asked.period}."
    elif not reader.sees_small_counts and placements.PLACEMENTS in not_told(facts, asked):
        return f"Contrats conclus {asked.period} : {HIDDEN}."
    else:
        said = f"{count(number, *_CONTRACTS)} {asked.period}{of_whom}{_aims_in_words(facts, asked, reader)}"
        when = "aujourd’hui" if reader.sees_small_counts else f"au {dates.long_date(asked.as_of)}"
        said += "" if running is None else f", dont {running or 'aucun'} en cours {when}"
    if not reader.sees_small_counts:
        return f"{said}."
    before = asked.year_before
    if before is not None:
        return f"{said} ; {number_of(_contracts(facts, before)) or 'aucun'} {before.period}."
    if asked.year is not None:
        return f"{said}."
    lately, earlier = (number_of(_between(facts, asked, months, months - 12)) for months in (12, 24))
    return f"{said}. Ces douze derniers mois : {lately} ; les douze précédents : {earlier}."


def _aims_in_words(facts: ConventionFacts, asked: Asked, reader: Reader) -> str:
    """« (volet 1 : 78 ; volet 2 : 31 ; volet 3 : 27) »; nothing of one aim, nor where one of them is hidden."""
    aims = _by_aim(facts, asked, reader)
    if asked.aim or aims["placements_hidden"].any():
        return ""
    return f" ({' ; '.join(f'volet {aim} : {number}' for aim, number in aims.select('aim', 'placements').iter_rows())})"


def tiles(facts: ConventionFacts, asked: Asked, reader: Reader) -> tuple[Tile, ...]:
    """Contracts, those still running, and the meetings, against the same days a year before."""
    entered = not nothing_entered(facts)
    now, before = _measured(facts, asked), _measured(facts, asked.year_before)
    hidden = frozenset[Indicator]() if reader.sees_small_counts else not_told(facts, asked)
    return tuple(
        masked_tile(
            Tile(
                each,
                None if each in hidden or not (entered or each in placements.MEETINGS) else now[each.key],
                previous=before.get(each.key),
                compared_with="en un an",
                hidden=hidden_words(few=False) if each in hidden else "",
            ),
            reader,
        )
        for each in (*_TWO, placements.MEETING_ATTENDEES, placements.MEETING_INTEREST)
    )


def not_told(facts: ConventionFacts, asked: Asked) -> frozenset[Indicator]:
    """The figures that the public is not told: of few people, or so near one that is told that few are left."""
    aims = _by_aim(facts, asked, EVERYBODY).filter("placements_hidden")["aim"].to_list()
    hidden = {placements.BY_AIM[aim - 1] for aim in aims}
    if _by_state(facts, asked, EVERYBODY)["running_hidden"].item():
        hidden |= {placements.PLACEMENTS_RUNNING, placements.RUNNING_SHARE}
    begun = (*_published_before(facts.contracts["hired_on"], asked.as_of), asked.as_of)
    numbers = [known_on(facts, day).height for day in begun]
    if moves_by_few((number,) for number in numbers) and not is_small(numbers[-1]):
        hidden.add(placements.PLACEMENTS)
    if moves_by_few(
        came.select(pl.col(_CAME).sum()).row(0)
        for came in (*_came_before(facts, asked.as_of), _came(facts, asked.as_of))
    ):
        hidden |= {placements.MEETING_ATTENDEES, placements.MEETING_INTERESTED, placements.MEETING_INTEREST}
    return frozenset(hidden)


def _measured(facts: ConventionFacts, asked: Asked | None) -> dict[str, float | None]:
    if asked is None:
        return {}
    rows = measure(_contracts(facts, asked), _TWO).row(0, named=True)
    held = _meetings(facts, asked)
    counted_ = [None] * len(placements.MEETINGS) if held.is_empty() else measure(held, placements.MEETINGS).row(0)
    return {**rows, **dict(zip((each.key for each in placements.MEETINGS), counted_, strict=True))}


def _closing_note(facts: ConventionFacts, asked: Asked, reader: Reader) -> str:
    """Perimeter, period, and what the counts rest on."""
    if not reader.sees_small_counts:
        return (
            f"Périmètre : {asked.perimeter}, {SINCE}, au {dates.long_date(asked.as_of)}. Aucun nom ni pseudonyme n’est "
            "affiché."
        )
    held, rows = _meetings(facts, asked), _contracts(facts, asked)
    uncounted = held["attendees"].null_count()
    placeless = rows["centre_code"].null_count()
    said = f"Périmètre : {asked.perimeter}. Période : {asked.period}. "
    said += count(held.height, "réunion tenue", "réunions tenues")
    said += f", dont {uncounted} sans effectif noté. " if uncounted else ". "
    if placeless:
        said += f"{count(placeless, 'contrat')} sans lieu noté. "
    if facts.misdated:
        said += f"{count(facts.misdated, 'contrat daté', 'contrats datés')} d’avant la convention : hors des comptes. "
    return said + "Aucun nom ni pseudonyme de candidat n’est affiché."


# Contracts by aim and by quarter; by year for who may not see small counts.


def by_aim(facts: ConventionFacts, asked: Asked, reader: Reader) -> Figure:
    """What each aim of the convention has given."""
    rows = _by_aim(facts, asked, reader)
    brief = rows.with_columns(
        label=pl.col("aim").map_elements(lambda aim: PLACEMENT_AIMS[aim].brief, return_dtype=pl.String)
    )
    return counted(
        # A period without any contract is said, and not drawn as three zeros.
        rows if rows["placements"].sum() or rows["placements_hidden"].any() else rows.clear(),
        "placements",
        key="contrats-par-volet",
        headline=leading(brief, "placements", "aim", _CONTRACTS) or "Les contrats, par volet de la convention",
        subtitle=f"Contrats conclus {asked.period}, par volet de la convention.",
        subject="contrats conclus par volet",
        title="Contrats conclus par volet",
        headings={"label": "Volet", "placements": "Contrats conclus"},
        notes=(asked.about(), *_aims()),
        nothing=_NO_CONTRACT,
    )


def _by_aim(facts: ConventionFacts, asked: Asked, reader: Reader) -> pl.DataFrame:
    """One row per aim asked for: aim, label, placements and placements_hidden."""
    every = pl.DataFrame({"aim": asked.aims}, schema={"aim": pl.Int64})

    def of_aims(contracts: pl.DataFrame) -> pl.DataFrame:
        found = measure(contracts, [placements.PLACEMENTS], by="aim")
        return every.join(found, on="aim", how="left", maintain_order="left").with_columns(
            pl.col("placements").fill_null(0)
        )

    return _masked(of_aims, facts, asked, ["aim"], reader).with_columns(
        label=pl.col("aim").map_elements(aim_name, return_dtype=pl.String)
    )


def by_quarter(facts: ConventionFacts, asked: Asked) -> Figure:
    """Contracts by quarter and aim, and their years as a table; for who may see small counts."""
    figures = quarters(facts, asked)
    every = figures["quarter_start"].unique(maintain_order=True).to_list()
    unfinished = f" Le {dates.quarter(asked.as_of)} est en cours." if asked.last == asked.as_of else ""
    rows = _contracts(facts, asked)
    by_aims = (placements.PLACEMENTS, *(placements.BY_AIM[aim - 1] for aim in asked.aims))
    headings = {"placements": "Contrats"} | {f"placements_aim_{aim}": f"Volet {aim}" for aim in asked.aims}

    def table(title: str, by: str, heading: str, name: Callable[[Any], str]) -> Table:
        found = measure(rows, by_aims, by=by)
        found = found.with_columns(label=pl.Series(map(name, found[by]), dtype=pl.String))
        notes = (asked.about(), *_aims())
        return Table(title, found, {"label": heading, **headings}, notes)

    return Figure(
        key="contrats-par-trimestre",
        headline=_last_year_in_words(facts, asked) or f"Les contrats avec {JOB_CENTRE}, trimestre après trimestre",
        subtitle=f"Nombre de contrats conclus, par volet de la convention, {asked.period}.{unfinished}",
        draw=placement_quarters,
        figures=figures,
        spoken=placement_quarters_in_words(figures),
        table=table("Contrats par année et par volet", "year", "Année", str),
        details=(table("Contrats par trimestre et volet", "quarter_start", "Trimestre", dates.quarter),),
        # The filters that a click sets.
        options={"selection_name": "annees"},
        nothing=_NO_CONTRACT,
        paper={"selection_name": None, "width": 620, "height": 240},
        native=NativeChart(
            "stacked_columns",
            tuple(map(dates.short_quarter, every)),
            {aim_name(aim): tuple(figures.filter(pl.col("aim") == aim)["placements"].to_list()) for aim in asked.aims},
        ),
        period=f"{asked.period}, au {dates.long_date(asked.last)}",
        indicators=by_aims,
        gaps="Manques : un contrat dont la date d’embauche n’est pas notée n’est pas compté.",
    )


def _last_year_in_words(facts: ConventionFacts, asked: Asked) -> str:
    """« 12 contrats conclus en 2017, 136 depuis fin 2013 »: the last year looked at, beside all that was asked for."""
    year, whole = replace(asked, year=asked.last.year), number_of(_contracts(facts, asked))
    of_year = f"{count(number_of(_contracts(facts, year)), *_CONTRACTS)} {year.period}"
    if not whole:
        return ""
    return of_year if year == asked else f"{of_year}, {integer(whole)} {asked.period}"


def quarters(facts: ConventionFacts, asked: Asked) -> pl.DataFrame:
    """One row per quarter and aim asked for, from the first contract to the last day looked at; zeros are zeros."""
    found = measure(_contracts(facts, asked), [placements.PLACEMENTS], by=("quarter_start", "aim"))
    if found.is_empty():
        return found
    last = pl.Series([asked.last]).dt.truncate("1q").item()
    every = pl.DataFrame({"quarter_start": every_quarter([*found["quarter_start"], last])})
    aims = pl.DataFrame({"aim": asked.aims}, schema={"aim": pl.Int64})
    return (
        every.join(aims, how="cross")
        .join(found, on=("quarter_start", "aim"), how="left")
        .with_columns(pl.col("placements").fill_null(0))
        .sort("quarter_start", "aim")
    )


def by_year(facts: ConventionFacts) -> Figure:
    """The twin of `by_quarter` for who may not see small counts: by year. Cut by aim as well, years would
    be of few people each."""
    years = contracts_by_year(facts.contracts, on=facts.as_of)
    day = dates.long_date(facts.as_of)
    return counted(
        # A convention without any contract is said, and not drawn as a row of zeros.
        years.with_columns(label=pl.col("year").cast(pl.String)).head(years.height if facts.contracts.height else 0),
        "placements",
        key="contrats-par-annee",
        headline=last_told(years, "placements", _CONTRACTS) or "Les contrats, année après année",
        subtitle=f"Contrats conclus {SINCE}, par année d’embauche. {facts.as_of.year} : jusqu’au {day}.",
        subject="contrats par année",
        title="Contrats par année",
        headings={"label": "Année", "placements": "Contrats conclus"},
        notes=(f"Contrats conclus {SINCE}. {_SOURCE}",),
        nothing=_NO_CONTRACT,
    )


# The way to a contract: the steps of candidates, the information meetings.


def _steps(furthest: pl.DataFrame) -> pl.DataFrame:
    """One row per step, in order: step, label, candidates and step_share; none when no candidate is known."""
    if furthest.is_empty():
        schema = {"step": pl.String, "candidates": pl.Int64, "step_share": pl.Float64, "label": pl.String}
        return pl.DataFrame(schema=schema)
    labels = {step: capital(term.counted(2)) for step, term in PLACEMENT_STAGES.items()}
    reached = placements.candidates_by_step(furthest)
    return measure(reached, [placements.CANDIDATES, placements.STEP_SHARE], by="step").with_columns(
        label=pl.col("step").replace_strict(labels)
    )


def by_step(facts: ConventionFacts, asked: Asked, reader: Reader) -> Figure:
    """From informed to hired: how many, and which share of the step before, where every step may be told."""
    found = _steps(asked.keeps(facts.candidates))
    headings, shares = {"label": "Étape", "candidates": "Candidats"}, frozenset[str]()
    subtitle = f"Candidats parvenus à chaque étape, {asked.period}."
    if reader.sees_small_counts:
        headings, shares = {**headings, "step_share": "Part de l’étape précédente"}, frozenset({"step_share"})
        everywhere = " Tous les lieux : le lieu n’est noté qu’avec le contrat." if asked.centre_code else ""
        subtitle = (
            f"Candidats dont la première étape date de la période ({asked.period}) ; en % : part de l’étape "
            f"précédente.{everywhere}"
        )
        words = [
            f"{number} · {percent(of_previous)}" if of_previous is not None else str(number)
            for number, of_previous in found.select("candidates", "step_share").iter_rows()
        ]
        found = found.with_columns(words=pl.Series(words, dtype=pl.String))
    else:
        found = protected_nested(found, "candidates", "step", earlier=map(_steps, facts.candidates_before))
    return counted(
        found,
        "candidates",
        key="etapes-vers-le-contrat",
        headline=_way_in_words(found) or "De l’information au contrat",
        subtitle=subtitle,
        subject="candidats parvenus à chaque étape",
        title="Candidats par étape",
        headings=headings,
        notes=(
            f"{capital(asked.period)}, tous les lieux. {_SOURCE}",
            placements.CANDIDATES.definition,
            placements.CANDIDATES.limits,
        ),
        shares=shares,
        nothing=_NO_CANDIDATE,
    )


def _way_in_words(steps: pl.DataFrame) -> str:
    """« Sur 480 candidats informés, 136 embauchés », of the first and the last step; nothing where one is hidden."""
    if steps.height < 2:
        return ""
    (first, informed), (last, hired) = (steps.select("step", "candidates").row(end) for end in (0, -1))
    if informed is None or hired is None:
        return ""
    before, then = PLACEMENT_STAGES[first].counted(informed), PLACEMENT_STAGES[last].counted(hired)
    return f"Sur {count(informed, 'candidat')} {before}, {integer(hired)} {then}"


def by_month(facts: ConventionFacts, asked: Asked) -> Figure:
    """The meetings: who came, who was interested; for who may see small counts."""
    held = _meetings(facts, asked)
    months = held.group_by("month_start").agg(uncounted=pl.col("attendees").is_null().sum().cast(pl.Int64))
    two = [placements.MEETING_ATTENDEES, placements.MEETING_INTERESTED]
    figures = (
        measure(held, two, by="month_start")
        .rename({"meeting_attendees": "attendees", "meeting_interested": "interested"})
        .join(months, on="month_start")
        .sort("month_start")
    )
    last = pl.col("month_start").max().dt.offset_by(f"-{_MONTHS_DRAWN - 1}mo")
    drawn = figures.filter(pl.col("month_start") >= last)
    cut = f" Les {_MONTHS_DRAWN} derniers mois sont dessinés." if figures.height > drawn.height else ""
    gap = f" ◌{NO_BREAK}: effectif non noté." if drawn["uncounted"].sum() else ""
    return Figure(
        key="reunions-d-information",
        headline=_meetings_in_words(held) or "Les réunions d’information mensuelles",
        subtitle=f"Participants notés, {asked.period}.{cut}{gap} Un mois sans colonne n’a pas eu de réunion.",
        draw=placement_meetings,
        figures=drawn,
        spoken=placement_meetings_in_words(drawn),
        table=Table(
            "Réunions d’information",
            held.sort("held_on", descending=True),
            {"held_on": "Date", "place": "Lieu", "attendees": "Présents", "interested": "Intéressés"},
            notes=(f"{capital(asked.period)}, {JOB_CENTRE}.", placements.MEETING_ATTENDEES.limits),
        ),
        nothing=_NO_MEETING,
    )


def _meetings_in_words(held: pl.DataFrame) -> str:
    """« 320 présents à 24 réunions d’information », of those where it was noted; nothing where it never was."""
    noted = held.drop_nulls("attendees")
    if noted.is_empty():
        return ""
    came = count(int(noted["attendees"].sum()), "présent")
    return f"{came} à {count(noted.height, 'réunion d’information', 'réunions d’information')}"


def meetings_by_year(facts: ConventionFacts) -> Figure:
    """The twin of `by_month` for who may not see small counts: who came in a year, and who was interested."""
    rows = protected_once(_came(facts, facts.as_of), _CAME, ["year"], earlier=_came_before(facts, facts.as_of))
    told = rows.filter(pl.any_horizontal(pl.col("interested").is_not_null(), "interested_hidden"))
    return counted(
        told.with_columns(label=pl.col("year").cast(pl.String)),
        "interested",
        key="reunions-d-information",
        headline=last_told(told, "interested", ("participant intéressé", "participants intéressés"))
        or "Les réunions d’information",
        subtitle=f"Participants intéressés, {SINCE}, aux réunions où tout a été noté ; les autres sont dans le tableau.",
        subject="participants intéressés par année",
        title="Réunions d’information par année",
        headings={"label": "Année", "interested": "Intéressés", "others": "Autres participants"},
        said={
            "interested": ("intéressé", "intéressés"),
            "others": ("autre participant", "autres participants"),
        },
        notes=(f"Réunions d’information {SINCE}, {JOB_CENTRE}.", placements.MEETING_ATTENDEES.limits),
        nothing=_NO_MEETING,
    )


_CAME: Final = ("interested", "others", "apart")


def _came(facts: ConventionFacts, day: date) -> pl.DataFrame:
    """One row per year with a meeting by that day: who was interested, the others, and who came where interest was not noted."""
    interested, attendees = pl.col("interested"), pl.col("attendees")
    held = facts.meetings.filter(pl.col("held_on") <= day)
    noted = interested.is_not_null() & attendees.is_not_null()
    who = (interested.filter(noted), (attendees - interested).filter(noted), attendees.filter(~noted))
    # A sum of nothing is zero: nobody noted is not nobody.
    summed = (pl.when(each.count() > 0).then(each.sum()) for each in who)
    return held.group_by("year").agg(**dict(zip(_CAME, summed, strict=True))).sort("year")


def _came_before(facts: ConventionFacts, day: date) -> list[pl.DataFrame]:
    """The same as it was published before."""
    return [_came(facts, each) for each in _published_before(facts.meetings["held_on"], day)]


# The contracts themselves: how long they last, which still run, and where.


def by_duration(facts: ConventionFacts, asked: Asked, reader: Reader) -> Figure:
    """Contracts still running 6, 12 and 24 months after they began."""

    def of_horizons(contracts: pl.DataFrame, as_of: date) -> pl.DataFrame:
        at = placements.contracts_at_horizons(contracts, as_of=as_of)
        found = measure(at, placements.FOLLOW_UP, by="months_after").sort("months_after")
        named = found.with_columns(label=pl.format("après {} mois", "months_after"))
        return shared_out(named, placements.FOLLOW_UP, contracts.height)

    return followed(
        masked_rows(
            of_horizons(_contracts(facts, asked), asked.as_of),
            ("waiting",),
            reader,
            earlier=_earlier(of_horizons, facts, asked),
        ),
        _KEPT,
        subject="contrats encore en cours",
        key="duree-des-contrats",
        finding="{label}, {share} des contrats courent encore",
        last=True,
        headline="Combien de temps durent les contrats",
        subtitle=f"Contrats conclus {asked.period}. En % : encore en cours, parmi ceux dont l’échéance est passée.",
        title="Contrats encore en cours 6, 12 et 24 mois après l’embauche",
        rows_are="Échéance",
        share_is="Part encore en cours",
        notes=(asked.about(), placements.CONTRACTS_KEPT_SHARE.definition),
        nothing=_NO_CONTRACT,
    )


def by_kind(facts: ConventionFacts, asked: Asked, reader: Reader) -> Figure:
    """Each kind of contract: how many run, how many have ended."""
    order = {kind: place for place, kind in enumerate(CONTRACT_KINDS)}
    names = {kind: term.title for kind, term in CONTRACT_KINDS.items()}

    def of_kinds(contracts: pl.DataFrame, _as_of: date) -> pl.DataFrame:
        kind, told = pl.col("contract_kind"), (*_TWO, placements.RUNNING_SHARE)
        found = measure(contracts, told, by="contract_kind").sort(kind.replace_strict(order, return_dtype=pl.Int64))
        return shared_out(found.with_columns(label=kind.replace_strict(names, return_dtype=pl.String)), told)

    return followed(
        _masked_parts(of_kinds, facts, asked, ["yes", "no"], "label", reader),
        _RUNNING,
        subject="contrats en cours par type",
        key="contrats-par-type",
        finding="{label} : {share} des contrats courent encore",
        headline="Les contrats en cours, par type",
        subtitle=f"Contrats conclus {asked.period}, tels qu’ils sont au {dates.long_date(asked.as_of)}.",
        title="Contrats en cours et terminés, par type",
        rows_are="Type de contrat",
        share_is="Part en cours",
        notes=(asked.about(), placements.PLACEMENTS_RUNNING.limits),
        nothing=_NO_CONTRACT,
    )


def by_centre(facts: ConventionFacts, asked: Asked, reader: Reader) -> Figure:
    """The centres where the people hired work, and the contracts for which none was noted."""

    def of_centres(contracts: pl.DataFrame) -> pl.DataFrame:
        return measure(contracts, [placements.PLACEMENTS], by="centre_code")

    told = _masked(of_centres, facts, asked, ["centre_code"], reader, centre=False).with_columns(
        code="centre_code",
        label=pl.col("centre_code").replace_strict(
            short_names(facts.places), default="Lieu non noté", return_dtype=pl.String
        ),
    )
    # The order of counts would tell what is hidden: then in that of names.
    order = ["label"] if told["placements_hidden"].any() else [-pl.col("placements"), "label"]
    return counted(
        told.sort(pl.col("centre_code").is_null(), "placements_hidden", *order),
        "placements",
        key="contrats-par-lieu",
        headline=leading(told, "placements", "centre_code", _CONTRACTS) or "Où travaillent les personnes embauchées",
        subtitle=f"Contrats conclus {asked.period}, par télécentre.",
        subject="contrats par télécentre",
        title="Contrats conclus par télécentre",
        headings={"label": "Télécentre", "placements": "Contrats conclus"},
        notes=(f"{capital(asked.period)}. {_SOURCE}",),
        nothing=_NO_CONTRACT,
        selection_name="centre" if reader.sees_small_counts else None,
        hint="Touchez une barre pour choisir le lieu.",
    )


# The contracts asked for, as they were known on a day, and their counts as the reader may see them.


def known_on(facts: ConventionFacts, day: date) -> pl.DataFrame:
    """The contracts begun by a day; `running` is that of the day."""
    runs = pl.col("ended_on").is_null() | (pl.col("ended_on") >= day)
    return facts.contracts.filter(pl.col("hired_on") <= day).with_columns(running=runs.cast(pl.Int64))


def _published_before(begun: pl.Series, day: date) -> list[date]:
    first = begun.min()
    return published_before(day, first if isinstance(first, date) else None)


def _contracts(facts: ConventionFacts, asked: Asked, *, centre: bool = True) -> pl.DataFrame:
    """One row per contract asked for, as known at the end of its period."""
    return asked.keeps(known_on(facts, asked.as_of), centre=centre)


def _meetings(facts: ConventionFacts, asked: Asked) -> pl.DataFrame:
    """One row per meeting of the period; meetings have neither aim nor centre."""
    return asked.keeps(facts.meetings.filter(pl.col("held_on") <= asked.as_of))


def _between(facts: ConventionFacts, asked: Asked, from_months_ago: int, to_months_ago: int) -> pl.DataFrame:
    """Contracts begun after the day so many months ago, up to the day so many months ago."""
    day = pl.lit(asked.as_of)
    after, until = (day.dt.offset_by(f"-{months}mo") for months in (from_months_ago, to_months_ago))
    return _contracts(facts, asked).filter((pl.col("hired_on") > after) & (pl.col("hired_on") <= until))


def number_of(contracts: pl.DataFrame) -> int:
    return int(measure(contracts, [placements.PLACEMENTS]).item() or 0)


def _masked(
    made: Callable[[pl.DataFrame], pl.DataFrame],
    facts: ConventionFacts,
    asked: Asked,
    by: list[str],
    reader: Reader,
    *,
    centre: bool = True,
) -> pl.DataFrame:
    """Counts of the contracts asked for, which move by steps from one publication to the next."""
    earlier = (made(known_on(facts, day)) for day in _published_before(facts.contracts["hired_on"], asked.as_of))
    return masked_counts(made(_contracts(facts, asked, centre=centre)), "placements", by, reader, earlier=earlier)


def _masked_parts(
    made: Callable[[pl.DataFrame, date], pl.DataFrame],
    facts: ConventionFacts,
    asked: Asked,
    parts: list[str],
    by: str,
    reader: Reader,
) -> pl.DataFrame:
    """The same of counts that add up."""
    earlier = _earlier(made, facts, asked)
    return masked_parts(made(_contracts(facts, asked), asked.as_of), parts, by, reader, earlier=earlier)


def _earlier(
    made: Callable[[pl.DataFrame, date], pl.DataFrame], facts: ConventionFacts, asked: Asked
) -> Iterator[pl.DataFrame]:
    """The same figures as they were published before."""
    days = _published_before(facts.contracts["hired_on"], asked.as_of)
    return (made(known_on(facts, day), day) for day in days)


def _by_state(facts: ConventionFacts, asked: Asked, reader: Reader) -> pl.DataFrame:
    """One row: how many contracts in all, running and ended, the latter hidden together where one of them is small."""

    def of_states(contracts: pl.DataFrame, _as_of: date) -> pl.DataFrame:
        whole, running = (pl.col(each.key).fill_null(0) for each in _TWO)
        return measure(contracts, _TWO).select(whole=whole, running=running, ended=whole - running, of=pl.lit("all"))

    return _masked_parts(of_states, facts, asked, ["running", "ended"], "of", reader)


def _aims() -> tuple[str, ...]:
    return tuple(f"Volet {aim} : {term.label}." for aim, term in PLACEMENT_AIMS.items())
