"""Work contracts under the convention with Pôle Emploi: the way to them, how many, by which aim, and how long they last."""

from dataclasses import replace
from datetime import date
from typing import Final

import polars as pl

from dashboard.indicators.model import Facts, Indicator, Unit, at_horizons, ratio, total, within_one

STEPS: Final = ("informed", "interested", "trained", "applied", "hired")
_CONVENTION: Final = "Suivi de la convention avec Pôle Emploi"
_MEETINGS: Final = "Réunions d’information de Pôle Emploi"

PLACEMENTS: Final = Indicator(
    key="placements",
    label="Contrats conclus",
    unit=Unit.CONTRACT,
    definition="Contrats de travail conclus dans le cadre de la convention avec Pôle Emploi, à la date d’embauche.",
    formula="nombre d’embauches dans la période",
    source=_CONVENTION,
    facts=Facts.PLACEMENTS,
    expression=total("placements"),
    limits="La publication de 2017 donne un ordre de grandeur, une trentaine depuis fin 2013, et non un compte. Un contrat "
    "daté d’avant 2013 n’est pas de la convention\u00a0: il n’est pas compté.",
)


def _of_aim(aim: int, label: str, definition: str) -> Indicator:
    of_this_aim = pl.col("placements").filter(pl.col("aim") == aim)
    return replace(
        PLACEMENTS,
        key=f"placements_aim_{aim}",
        label=label,
        definition=definition,
        formula=f"nombre d’embauches du volet {aim} dans la période",
        expression=total(of_this_aim),
        limits="",
    )


PLACEMENTS_AIM_1: Final = _of_aim(
    1,
    "Contrats du volet 1",
    "Demandeurs d’emploi du Cantal embauchés en télétravail par un employeur d’un autre département.",
)
PLACEMENTS_AIM_2: Final = _of_aim(
    2,
    "Contrats du volet 2",
    "Personnes venues dans le Cantal avec leur conjoint, qui y exercent à distance l’emploi salarié qu’elles avaient.",
)
PLACEMENTS_AIM_3: Final = _of_aim(
    3,
    "Contrats du volet 3",
    "Offres d’employeurs du Cantal restées sans candidat, pourvues par un télétravailleur d’un autre département.",
)
PLACEMENTS_RUNNING: Final = replace(
    PLACEMENTS,
    key="placements_running",
    label="Contrats en cours",
    definition="Contrats conclus dans la période et qui n’avaient pas pris fin avant la date de référence.",
    formula="contrats conclus − contrats terminés avant la date",
    expression=total("running"),
    limits="Un contrat dont personne n’a noté la fin compte comme en cours.",
)
RUNNING_SHARE: Final = replace(
    PLACEMENTS_RUNNING,
    key="running_share",
    label="Part des contrats en cours",
    unit=Unit.RATIO,
    definition="Contrats en cours à la date de référence, parmi ceux qui ont été conclus dans la période.",
    formula="contrats en cours ÷ contrats conclus",
    expression=ratio(total("running"), total("placements")),
)

CANDIDATES: Final = Indicator(
    key="candidates",
    label="Candidats parvenus à une étape",
    unit=Unit.PERSON,
    definition="Personnes parvenues à une étape : informées, intéressées, formées, candidates, embauchées. Qui a atteint une "
    "étape compte aussi à toutes celles qui la précèdent, même si leur date n’a pas été notée.",
    formula="nombre de candidats à cette étape ou à une étape suivante",
    source=_CONVENTION,
    facts=Facts.CANDIDATES,
    expression=within_one("step", total("candidates")),
    limits="Un candidat compte dans l’année de sa première étape. Les derniers informés n’ont pas encore eu le temps d’aller "
    "au bout. Les étapes ne s’additionnent pas : ce sont les mêmes personnes.",
)
STEP_SHARE: Final = replace(
    CANDIDATES,
    key="step_share",
    label="Part de l’étape précédente",
    unit=Unit.RATIO,
    definition="Part des personnes parvenues à l’étape précédente qui sont aussi parvenues à celle-ci.",
    formula="candidats parvenus à l’étape ÷ candidats parvenus à l’étape précédente",
    expression=within_one("step", ratio(total("candidates"), total("candidates_before"))),
)

MEETING_ATTENDEES: Final = Indicator(
    key="meeting_attendees",
    label="Présences aux réunions d’information",
    unit=Unit.PERSON,
    definition="Participants notés à chaque réunion mensuelle d’information sur le télétravail.",
    formula="somme des participants des réunions",
    source=_MEETINGS,
    facts=Facts.MEETINGS,
    expression=total("attendees"),
    limits="Une réunion dont l’effectif n’a pas été noté manque au total. Une personne venue deux fois compte deux fois.",
)
MEETING_INTERESTED: Final = replace(
    MEETING_ATTENDEES,
    key="meeting_interested",
    label="Intéressés à l’issue des réunions",
    definition="Participants qui se sont dits intéressés à l’issue de la réunion.",
    formula="somme des intéressés des réunions",
    expression=total("interested"),
)
MEETING_INTEREST: Final = replace(
    MEETING_ATTENDEES,
    key="meeting_interest",
    label="Part des participants intéressés",
    unit=Unit.RATIO,
    definition="Intéressés rapportés aux participants, sur les réunions où les deux ont été notés.",
    formula="intéressés ÷ participants",
    expression=ratio(
        total(pl.col("interested").filter(pl.col("attendees").is_not_null())),
        total(pl.col("attendees").filter(pl.col("interested").is_not_null())),
    ),
    limits="",
)

CONTRACTS_FOLLOWED: Final = Indicator(
    key="contracts_followed",
    label="Contrats dont l’échéance est passée",
    unit=Unit.CONTRACT,
    definition="Contrats commencés depuis au moins 6, 12 ou 24 mois : les seuls dont on sait s’ils ont duré autant.",
    formula="nombre de contrats dont la date d’embauche + 6, 12 ou 24 mois est passée",
    source=_CONVENTION,
    facts=Facts.FOLLOW_UP,
    expression=within_one("months_after", total("followed")),
    limits="Les échéances ne s’additionnent pas : ce sont les mêmes contrats.",
)
CONTRACTS_KEPT: Final = replace(
    CONTRACTS_FOLLOWED,
    key="contracts_kept",
    label="Contrats encore en cours à l’échéance",
    definition="Contrats qui n’avaient pas pris fin 6, 12 ou 24 mois après l’embauche.",
    formula="contrats à échéance passée − contrats terminés avant l’échéance",
    expression=within_one("months_after", total("kept")),
)
CONTRACTS_KEPT_SHARE: Final = replace(
    CONTRACTS_FOLLOWED,
    key="contracts_kept_share",
    label="Part des contrats encore en cours à l’échéance",
    unit=Unit.RATIO,
    definition="Contrats encore en cours 6, 12 ou 24 mois après l’embauche, parmi ceux dont l’échéance est passée.",
    formula="contrats encore en cours à l’échéance ÷ contrats dont l’échéance est passée",
    expression=within_one("months_after", ratio(total("kept"), total("followed"))),
)

BY_AIM: Final = (PLACEMENTS_AIM_1, PLACEMENTS_AIM_2, PLACEMENTS_AIM_3)
MEETINGS: Final = (MEETING_ATTENDEES, MEETING_INTERESTED, MEETING_INTEREST)
FOLLOW_UP: Final = (CONTRACTS_FOLLOWED, CONTRACTS_KEPT, CONTRACTS_KEPT_SHARE)
ALL: Final = (PLACEMENTS, *BY_AIM, PLACEMENTS_RUNNING, RUNNING_SHARE, CANDIDATES, STEP_SHARE, *MEETINGS, *FOLLOW_UP)


def candidates_by_step(candidates: pl.DataFrame) -> pl.DataFrame:
    """From the furthest step of candidates (`stage`) to all the steps they passed: one row per row and step.

    `candidates_before` counts those who reached the step before; null for the first step, which none precedes.
    """
    rank = pl.col("stage").replace_strict({step: place for place, step in enumerate(STEPS)}, return_dtype=pl.Int64)

    def reached(place: int) -> pl.Expr:
        return pl.when(rank >= place).then("candidates").otherwise(0).cast(pl.Int64)

    return pl.concat(
        candidates.select(
            "year",
            "aim",
            pl.lit(step).alias("step"),
            reached(place).alias("candidates"),
            (reached(place - 1) if place else pl.lit(None, pl.Int64)).alias("candidates_before"),
        )
        for place, step in enumerate(STEPS)
    )


def contracts_at_horizons(contracts: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """Each contract at each horizon: `kept` is 1 when the horizon is past and the contract had not ended before it."""
    lasted = pl.col("ended_on").is_null() | (pl.col("ended_on") >= pl.col("horizon"))
    columns = ["aim", "centre_code", "contract_kind", "hired_on", "ended_on"]
    return at_horizons(contracts.select(columns), since="hired_on", as_of=as_of).with_columns(
        kept=(pl.col("followed") * lasted.cast(pl.Int64))
    )
