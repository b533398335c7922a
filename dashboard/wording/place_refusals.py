"""Why something about a place was not recorded, or is asked about; `label` is the name of the field on the screen."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from dashboard.wording import dates
from dashboard.wording.numbers import decimal
from dashboard.wording.plurals import count, enumeration
from dashboard.wording.terms import SEAT_KINDS, Term

Values = Mapping[str, Any]

_WEEKS_NAMED: Final = 4


def _seats_already_taken(values: Values) -> str:
    term = SEAT_KINDS[values["seat_kind"]]
    return (
        f"{count(values['half_days'], 'demi-journée')} d’occupation ont été notées un même jour de la semaine "
        f"{_week(values['week_start'])} : {_not_enough(values['seats'], term)}. "
        "Indiquez davantage de positions, ou une date plus tardive."
    )


def _not_enough(seats: int, term: Term) -> str:
    if not seats:
        return "ces positions existaient donc encore"
    return f"{count(seats, term.label, term.plural)} ne {'suffit' if seats == 1 else 'suffisent'} pas"


def _closed_after_entries(values: Values) -> str:
    return (
        f"Des demi-journées ont été notées jusqu’au {dates.long_date(values['week_start'])}, après la fermeture du "
        f"{dates.long_date(values['closed_on'])}. Cette date est-elle exacte ?"
    )


def _opened_after_entries(values: Values) -> str:
    return (
        f"Des demi-journées ont été notées dès le {dates.long_date(values['week_start'])}, avant l’ouverture du "
        f"{dates.long_date(values['opened_on'])}. Cette date est-elle exacte ?"
    )


def _closure_over_attendance(values: Values) -> str:
    weeks = values["weeks"]
    named = enumeration([_week(week) for week in weeks[:_WEEKS_NAMED]])
    if len(weeks) > _WEEKS_NAMED:
        named += f" et {count(len(weeks) - _WEEKS_NAMED, 'autre semaine', 'autres semaines')}"
    several = "les semaines" if len(weeks) > 1 else "la semaine"
    return (
        f"Des demi-journées ont déjà été notées ces jours-là, dans {several} {named}. Cette fermeture est-elle exacte ?"
    )


def _week(monday: date) -> str:
    year, number, _weekday = monday.isocalendar()
    return f"{number} de {year}"


PLACE_SENTENCES: Final[Mapping[str, Callable[[Values], str]]] = MappingProxyType(
    {
        "not_a_code": lambda v: (
            f"{v['label']} : utilisez des majuscules sans accent, des chiffres et des traits d’union, "
            "par exemple RIOM-ES-MONTAGNES."
        ),
        "code_in_use": lambda v: (
            f"{v['label']} : « {v['value']} » désigne déjà des données de ce lieu et ne change plus. Remettez ce code."
        ),
        "not_a_website": lambda v: f"{v['label']} : indiquez une adresse complète, par exemple https://www.cantal.fr.",
        "planned_but_used": lambda v: (
            f"Des demi-journées ont été notées pour ce lieu dès le {dates.long_date(v['week_start'])} : "
            "il n’est plus en projet. Choisissez « Ouvert » ou « Fermé »."
        ),
        "hours_reversed": lambda v: (
            f"{dates.weekday(v['weekday']).capitalize()} {_half_day(v['half_day'])} : "
            "la fermeture doit suivre l’ouverture. Corrigez les horaires."
        ),
        "hours_overlap": lambda v: (
            f"{dates.weekday(v['weekday']).capitalize()} : l’après-midi commence avant la fin de la matinée. "
            "Corrigez les horaires."
        ),
        "seats_already_taken": _seats_already_taken,
        "changes_past_rates": lambda v: (
            f"Ce changement à partir du {dates.long_date(v['day'])} recalcule le taux de remplissage de "
            f"{count(v['weeks'], 'semaine déjà complète', 'semaines déjà complètes')}. Est-ce voulu ?"
        ),
        "never_open": lambda v: (
            f"À partir du {dates.long_date(v['day'])}, le lieu n’ouvrirait plus aucun jour. Est-ce exact ?"
        ),
        "closed_after_entries": _closed_after_entries,
        "opened_after_entries": _opened_after_entries,
        "outside_the_county": lambda v: (
            "Cette position est hors du Cantal. Est-elle exacte ? Vérifiez que latitude et longitude ne sont pas inversées."
        ),
        "closure_over_attendance": _closure_over_attendance,
        "closure_overlaps": lambda v: (
            f"Une fermeture est déjà notée, {dates.from_to(v['starts_on'], v['ends_on'])} ({v['reason']}). "
            "Enregistrer aussi celle-ci ?"
        ),
        "cost_already_noted": lambda v: (
            f"{decimal(v['cost_eur'], 2)}\u00a0€ sont déjà notés pour {v['year']}. Les remplacer ?"
        ),
    }
)


def _half_day(half_day: str) -> str:
    return {"am": "matin", "pm": "après-midi"}[half_day]
