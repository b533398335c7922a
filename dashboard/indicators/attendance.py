"""How much the seats are used: over weeks, by the sheets, with how complete and punctual these are; and at an instant."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

import polars as pl

from dashboard.indicators.model import Dimension, Facts, Indicator, Unit, ratio, total

_WEEKLY_SHEETS: Final = "Relevés hebdomadaires des télécentres"
# A week counts once per centre, whatever the seats: its rows must not be added over seat kinds.
_PER_CENTRE_AND_WEEK: Final = frozenset({Dimension.CENTRE, Dimension.TIME})
_of_sheets: Final = partial(Indicator, source=_WEEKLY_SHEETS, facts=Facts.ATTENDANCE)

OCCUPIED_HALF_DAYS: Final = _of_sheets(
    key="occupied_half_days",
    label="Demi-journées occupées",
    unit=Unit.HALF_DAY,
    definition="Une position de travail occupée un matin ou un après-midi compte pour une demi-journée. "
    "Seules les semaines complètes sont retenues, et les jours où le lieu offrait quelque chose.",
    formula="somme des demi-journées occupées des semaines complètes, les jours offerts",
    expression=total("occupied_half_days"),
    limits="Dans une semaine complète, un jour sans saisie compte pour zéro.",
)
OFFERED_HALF_DAYS: Final = _of_sheets(
    key="offered_half_days",
    label="Demi-journées offertes",
    unit=Unit.HALF_DAY,
    definition="Ce que les télécentres pouvaient accueillir selon leurs horaires, sans les jours fériés de métropole, "
    "les fermetures, ni les jours qui précèdent l’ouverture du lieu ou suivent sa fermeture. "
    "Seules les semaines complètes sont retenues.",
    formula="somme, jour par jour, de positions de travail du jour × demi-journées ouvertes du jour",
    source="Capacités, horaires et fermetures des télécentres",
    expression=total("offered_half_days"),
    limits="Une semaine fermée ou un jour marqué fermé n’offre rien.",
)
UNOFFERED_HALF_DAYS: Final = _of_sheets(
    key="unoffered_half_days",
    label="Demi-journées sans capacité connue",
    unit=Unit.HALF_DAY,
    definition="Demi-journées saisies dans des semaines complètes pour des jours où le lieu n’offrait rien\u00a0: positions de "
    "travail ou horaires inconnus, jour férié, fermeture, jour avant l’ouverture du lieu ou après sa fermeture.",
    formula="demi-journées saisies des semaines complètes − demi-journées occupées",
    expression=total("unoffered_half_days"),
    limits="Dites à part, elles n’entrent dans aucun taux ni dans les heures\u00a0: rien ne dit ce qui était offert.",
)
HOURS: Final = _of_sheets(
    key="hours",
    label="Heures d’utilisation",
    unit=Unit.HOUR,
    definition="Temps d’occupation des positions de travail. Une demi-journée occupée vaut les heures d’ouverture du "
    "télécentre ce jour-là, divisées par ses demi-journées ouvertes.",
    formula="somme de demi-journées occupées × (heures ouvertes du jour ÷ demi-journées ouvertes du jour)",
    expression=total("occupied_hours"),
    limits="Les 43\u202f800\u202fh publiées pour 2013 forment un chiffre rond, sans détail par télécentre. "
    "Elles servent de repère, pas de série.",
)
FILL_RATE: Final = _of_sheets(
    key="fill_rate",
    label="Taux de remplissage",
    unit=Unit.RATIO,
    definition="Part des demi-journées offertes qui ont été occupées, sur les semaines complètes. "
    "Celui du réseau est le total occupé sur le total offert, jamais la moyenne des taux des télécentres.",
    formula="demi-journées occupées ÷ demi-journées offertes, des mêmes lieux et des mêmes jours",
    expression=ratio(total("occupied_half_days"), total("offered_half_days")),
    limits="À lire avec la complétude. Une semaine à cheval sur deux mois ou deux années est partagée jour par jour. "
    "Les 35\u00a0% publiés pour 2013 supposent environ 2\u202f158 heures offertes par position de travail et par an.",
)
COMPLETENESS: Final = _of_sheets(
    key="completeness",
    label="Complétude",
    unit=Unit.RATIO,
    definition="Part des semaines attendues qui ont été saisies et marquées complètes.",
    formula="semaines complètes ÷ semaines attendues",
    expression=ratio(total("weeks_complete"), total("weeks_expected")),
    adds_over=_PER_CENTRE_AND_WEEK,
    limits="Les semaines fermées, à venir, ou qui précèdent l’ouverture du télécentre ne sont pas attendues. "
    "Un brouillon est attendu mais n’est pas complet.",
)

WEEKS_EXPECTED: Final = _of_sheets(
    key="weeks_expected",
    label="Semaines attendues",
    unit=Unit.WEEK,
    definition="Semaines pour lesquelles chaque télécentre ouvert doit un relevé.",
    formula="semaines complètes + brouillons + semaines manquantes",
    expression=total("weeks_expected"),
    adds_over=_PER_CENTRE_AND_WEEK,
    limits="Les semaines fermées ou à venir ne sont pas attendues.",
)


def _weeks(key: str, label: str, definition: str, formula: str) -> Indicator:
    return replace(
        WEEKS_EXPECTED, key=key, label=label, definition=definition, formula=formula, expression=total(key), limits=""
    )


WEEKS_COMPLETE: Final = _weeks(
    "weeks_complete",
    "Semaines complètes",
    "Relevés que l’animateur a marqués complets. Eux seuls comptent dans les autres chiffres de fréquentation.",
    "nombre de relevés complets",
)
WEEKS_DRAFT: Final = _weeks(
    "weeks_draft",
    "Brouillons",
    "Relevés commencés et non encore marqués complets.",
    "nombre de relevés en brouillon",
)
WEEKS_MISSING: Final = _weeks(
    "weeks_missing",
    "Semaines manquantes",
    "Semaines attendues pour lesquelles personne n’a rien saisi. Elles ne valent pas zéro.",
    "semaines attendues − semaines complètes − brouillons",
)
WEEKS_CLOSED: Final = _weeks(
    "weeks_closed",
    "Semaines fermées",
    "Semaines pendant lesquelles un télécentre n’a pas ouvert, avec un motif. Elles n’offrent rien et ne manquent pas.",
    "nombre de semaines fermées",
)

USE: Final = (OCCUPIED_HALF_DAYS, OFFERED_HALF_DAYS, HOURS, FILL_RATE)
"""What can be measured along any dimension, seat kinds and weekdays included."""
COVERAGE: Final = (COMPLETENESS, WEEKS_EXPECTED, WEEKS_COMPLETE, WEEKS_DRAFT, WEEKS_MISSING, WEEKS_CLOSED)
"""What only whole weeks can say: their columns are absent from facts cut by seat kind or weekday."""


ON_TIME: Final = Indicator(
    key="on_time_rate",
    label="Saisies à temps",
    unit=Unit.RATIO,
    definition="Part des semaines attendues dont l’échéance est passée, hors semaines importées, qui étaient complètes au plus "
    "tard le vendredi qui suit leur dimanche.",
    formula="semaines complètes à leur échéance ÷ (semaines attendues à échéance passée − semaines importées)",
    source="Relevés hebdomadaires saisis par les animateurs",
    facts=Facts.PUNCTUALITY,
    expression=ratio(total("weeks_on_time"), total("weeks_due")),
    adds_over=_PER_CENTRE_AND_WEEK,
    limits="Une semaine corrigée après son échéance compte à la date de sa dernière saisie.",
)


# Seats taken at an instant. A centre without news is left out of both terms, never counted as empty.

_at_an_instant: Final = partial(
    Indicator,
    source="Pointages en cours",
    facts=Facts.OCCUPANCY,
    # A stock: people present at ten and at eleven are partly the same.
    adds_over=frozenset({Dimension.CENTRE, Dimension.SEAT_KIND}),
)
_KNOWN_SEATS: Final = pl.col("seats").filter(pl.col("seats_taken").is_not_null())

SEATS_TAKEN: Final = _at_an_instant(
    key="seats_taken",
    label="Positions occupées",
    unit=Unit.SEAT,
    definition="Positions de travail occupées à l’instant choisi, d’après les arrivées et les départs pointés.",
    formula="nombre de pointages en cours",
    expression=total("seats_taken"),
    limits="Une arrivée ou un départ non pointé fausse le nombre jusqu’à sa correction.",
)
SEATS_KNOWN: Final = _at_an_instant(
    key="seats_known",
    label="Positions suivies",
    unit=Unit.SEAT,
    definition="Positions de travail des télécentres dont l’occupation est connue à l’instant choisi.",
    formula="somme des positions des télécentres qui pointent",
    expression=total(_KNOWN_SEATS),
)
SEATS_FREE: Final = _at_an_instant(
    key="seats_free",
    label="Positions libres",
    unit=Unit.SEAT,
    definition="Positions de travail suivies que personne n’occupe à l’instant choisi.",
    formula="positions suivies − positions occupées",
    # Row by row: one more visitor than seats here frees no seat elsewhere.
    expression=total((pl.col("seats") - pl.col("seats_taken")).clip(lower_bound=0)),
)
OCCUPANCY: Final = _at_an_instant(
    key="occupancy",
    label="Occupation en direct",
    unit=Unit.RATIO,
    definition="Part des positions de travail suivies qui sont occupées à l’instant choisi.",
    formula="positions occupées ÷ positions suivies",
    expression=ratio(total("seats_taken"), total(_KNOWN_SEATS)),
    limits="À ne pas confondre avec le taux de remplissage, qui porte sur une période.",
)

ALL: Final = (*USE, UNOFFERED_HALF_DAYS, *COVERAGE, ON_TIME, SEATS_TAKEN, SEATS_KNOWN, SEATS_FREE, OCCUPANCY)


def against_usual(slots: pl.DataFrame, day: date) -> pl.DataFrame:
    """One row per half-hour, in order: `slot`, the `seats_taken` of the day and the `usual` ones.

    `slots` has one row per day and half-hour. What is usual is the mean of the other days, each of which counts alike;
    both are null where there is nothing to tell: half-hours still to come, no other day.
    """
    others = pl.col("day") != day
    return (
        slots.group_by("slot")
        .agg(
            seats_taken=pl.col("seats_taken").filter(~others).first(),
            usual=pl.col("seats_taken").filter(others).mean().cast(pl.Float64),
        )
        .sort("slot")
    )
