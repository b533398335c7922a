"""Why something was not recorded, or is asked about: one sentence per rule, with the values at fault and the remedy.

Rules are known here by their text, as in `data_access.refusals.Rule`; a contract test checks that each has its sentence
and brings the values it needs.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from dashboard.wording import dates
from dashboard.wording.entry_refusals import ENTRY_SENTENCES
from dashboard.wording.numbers import integer
from dashboard.wording.place_refusals import PLACE_SENTENCES
from dashboard.wording.plurals import count, enumeration
from dashboard.wording.record_refusals import RECORD_SENTENCES
from dashboard.wording.terms import SEAT_KINDS
from dashboard.wording.typography import capital, typeset

Values = Mapping[str, Any]

PEOPLE: Final = "Personnes différentes"
_NOUNS: Final = {"office": ("bureau", "bureaux"), "open_space": ("place", "places")}


def refusal_sentence(rule: str, values: Values) -> str:
    """The sentence of a rule; KeyError for a rule without one, or when a value it needs is missing."""
    return typeset(_SENTENCES[rule](values))


def field_name(day: date, seat_kind: str) -> str:
    """« Mardi, bureaux »: how a sentence names a field of the weekly sheet."""
    return f"{capital(dates.weekday(day.isoweekday()))}, {SEAT_KINDS[seat_kind].short}"


def not_a_whole_number(field: str) -> str:
    """« Mercredi, open space : indiquez un nombre entier, par exemple 3. »"""
    return typeset(f"{field} : indiquez un nombre entier, par exemple 3.")


def _field(values: Values) -> str:
    return field_name(values["day"], values["seat_kind"]) if "seat_kind" in values else PEOPLE


def _half_days(value: int) -> str:
    return count(value, "demi-journée")


def _day_names(days: Sequence[date]) -> str:
    return capital(enumeration([dates.weekday(day.isoweekday()) for day in days]))


def _several(days: Sequence[date], one: str, more: str) -> str:
    return one if len(days) == 1 else more


def _centre_not_open(values: Values) -> str:
    if values.get("closed_on"):
        return f"Le télécentre a fermé le {dates.long_date(values['closed_on'])}. Choisissez une semaine plus ancienne."
    if values.get("opened_on"):
        return f"Le télécentre a ouvert le {dates.long_date(values['opened_on'])}. Choisissez une semaine plus récente."
    return "Le télécentre n’est pas encore ouvert : il n’y a rien à saisir."


def _above_capacity(values: Values) -> str:
    one, more = _NOUNS[values["seat_kind"]]
    seats = values["seats"]
    if not seats:
        return f"{_field(values)} : le télécentre n’a pas de {one} ce jour-là. Effacez ce nombre."
    half_days = _half_days(values["value"])
    return f"{_field(values)} : {half_days} pour {count(seats, one, more)}. Le maximum est {values['maximum']}."


def _closed_but_occupied(values: Values) -> str:
    remedy = "choisissez un autre état pour la semaine" if values["whole_week"] else "décochez « Fermé »"
    return f"{_field(values)} : {_half_days(values['value'])} alors que c’est fermé. Effacez ce nombre, ou {remedy}."


def _not_over(values: Values) -> str:
    days = values["days"]
    coming = _several(days, "est encore à venir", "sont encore à venir")
    return f"La semaine n’est pas finie : {_day_names(days).lower()} {coming}. Enregistrez-la comme brouillon."


def _people_above_half_days(values: Values) -> str:
    people = count(values["value"], "personne différente", "personnes différentes")
    return f"{people} pour {_half_days(values['total'])} : chacune en occupe au moins une. Vérifiez ces nombres."


def _reason_missing(values: Values) -> str:
    days = values["days"]
    if not days:
        return "Indiquez pourquoi le télécentre était fermé, par exemple « congés d’été »."
    closed = _several(days, "est marqué fermé", "sont marqués fermés")
    return f"{_day_names(days)} {closed} : indiquez pourquoi dans la remarque, par exemple « travaux »."


def _stale(values: Values) -> str:
    if not values.get("entered_at"):
        return "Quelqu’un a effacé cette semaine pendant votre saisie. Rien n’a été enregistré."
    who = values.get("entered_by") or "Quelqu’un"
    return (
        f"{who} a modifié cette semaine le {dates.date_and_time(values['entered_at'])}, après que vous l’avez ouverte."
    )


def _blank_days(values: Values) -> str:
    days = values["days"]
    when = _several(days, "ce jour-là", "ces jours-là")
    empty = _several(days, "est vide", "sont vides")
    return f"{_day_names(days)} {empty}. Le télécentre était-il fermé {when} ?"


def _above_offer(values: Values) -> str:
    half_days, offered = _half_days(values["value"]), values["offered_half_days"]
    if offered:
        return f"{_field(values)} : {half_days}, alors que le télécentre en offrait {integer(offered)}. Est-ce exact ?"
    reason = values.get("public_holiday") or values.get("closure_reason")
    closed = f"un jour de fermeture ({reason})" if reason else "un jour où le télécentre n’ouvre pas"
    return f"{_field(values)} : {half_days}, {closed}. Est-ce exact ?"


def _far_from_usual(values: Values) -> str:
    usual = f"entre {integer(values['lowest'])} et {integer(values['highest'])}"
    return f"Cette semaine compte {_half_days(values['total'])} ; vous en saisissez d’habitude {usual}. Est-ce exact ?"


def _centre_not_receiving(values: Values) -> str:
    if values.get("closed_on"):
        return f"Le télécentre a fermé le {dates.long_date(values['closed_on'])} : il n’y a plus d’arrivée à noter."
    if values.get("opened_on"):
        return (
            f"Le télécentre ouvrira le {dates.long_date(values['opened_on'])} : il n’y a pas encore d’arrivée à noter."
        )
    return "Le télécentre n’est pas encore ouvert : il n’y a pas encore d’arrivée à noter."


def _all_taken(values: Values) -> str:
    one, more = SEAT_KINDS[values["seat_kind"]].label, SEAT_KINDS[values["seat_kind"]].plural
    if values["seats"] == 1:
        return f"L’unique {one} est pris" + ("e" if values["seat_kind"] == "open_space" else "")
    return f"Les {count(values['seats'], one, more)} sont pris" + ("es" if values["seat_kind"] == "open_space" else "")


def _closed_today(values: Values) -> str:
    reason = values.get("public_holiday") or values.get("closure_reason")
    when = f"aujourd’hui ({reason})" if reason else f"le {dates.weekday(values['day'].isoweekday())}"
    return f"Le télécentre n’ouvre pas {when}. Enregistrer quand même cette arrivée ?"


_SENTENCES: Final[Mapping[str, Callable[[Values], str]]] = MappingProxyType(
    {
        "not_allowed": lambda v: (
            "Ce télécentre ne fait pas partie des vôtres. Demandez à la coordination du réseau de vous le confier."
        ),
        "unknown_centre": lambda v: "Ce télécentre n’existe plus. Choisissez-en un dans la liste.",
        "not_a_monday": lambda v: (
            f"Une semaine commence un lundi, pas un {dates.weekday(v['day'].isoweekday())}. Choisissez une autre semaine."
        ),
        "week_in_future": lambda v: (
            f"Cette semaine commence le {dates.full_date(v['week_start'])}. Vous pourrez la saisir à partir de ce jour."
        ),
        "centre_not_open": _centre_not_open,
        "day_outside_week": lambda v: (
            f"Le {dates.full_date(v['day'])} n’est pas dans cette semaine. Choisissez la sienne."
        ),
        "day_in_future": lambda v: f"{_field(v)} : ce jour est encore à venir. Laissez la case vide.",
        "week_not_over": _not_over,
        "negative": lambda v: f"{_field(v)} : {integer(v['value'])} n’est pas possible. Indiquez 0 ou davantage.",
        "above_capacity": _above_capacity,
        "closed_but_occupied": _closed_but_occupied,
        "people_without_half_days": _people_above_half_days,
        "half_days_without_people": lambda v: (
            f"{PEOPLE} : 0, pour {_half_days(v['total'])}. Indiquez combien sont venues, ou laissez la case vide."
        ),
        "too_many_people": lambda v: (
            f"{PEOPLE} : {integer(v['value'])}, alors que la semaine ne compte que "
            f"{integer(v['maximum'])} demi-journées au plus. Vérifiez ce nombre."
        ),
        "all_days_closed": lambda v: (
            "Tous les jours sont marqués fermés. Choisissez « Fermé toute la semaine » et indiquez pourquoi."
        ),
        "reason_missing": _reason_missing,
        "comment_too_long": lambda v: (
            f"La remarque compte {count(v['length'], 'caractère')}. Raccourcissez-la à {integer(v['maximum'])} au plus."
        ),
        "text_not_storable": lambda v: (
            "La remarque contient un signe invisible qui ne peut pas être conservé. Effacez-la, puis tapez-la de nouveau."
        ),
        "stale_version": _stale,
        "refused_by_database": lambda v: (
            f"La base de données a refusé ces chiffres (règle {v['rule']}). Rien n’a été enregistré. "
            "Signalez-le à la coordination du réseau."
        ),
        "blank_field": lambda v: f"{_field(v)} : indiquez un nombre, 0 si personne n’est venu.",
        "blank_days": _blank_days,
        "above_offer": _above_offer,
        "far_from_usual": _far_from_usual,
        "all_zero": lambda v: "D’après ces chiffres, personne n’est venu de la semaine. Est-ce exact ?",
        "same_as_before": lambda v: (
            f"Ces chiffres sont exactement ceux de la semaine {v['week_start'].isocalendar().week}. Est-ce exact ?"
        ),
        "centre_not_receiving": _centre_not_receiving,
        "no_seat_of_kind": lambda v: (
            f"Le télécentre n’a pas de {SEAT_KINDS[v['seat_kind']].label} aujourd’hui. Choisissez une autre position."
        ),
        "already_present": lambda v: (
            f"Cette personne est déjà là, depuis le {dates.date_and_time(v['started_at'])}. Notez d’abord son départ."
        ),
        "no_running_agreement": lambda v: (
            "Cette personne n’a pas de convention en cours dans ce télécentre. Notez son arrivée sans nom."
        ),
        "unknown_visit": lambda v: "Ce pointage n’existe plus : quelqu’un l’a annulé entre-temps.",
        "already_left": lambda v: f"Ce départ était déjà noté, le {dates.date_and_time(v['ended_at'])}.",
        "no_seat_left": lambda v: f"{_all_taken(v)}. Adressez-vous à l’accueil du télécentre.",
        "too_many_check_ins": lambda v: (
            "Trop d’arrivées ont été pointées depuis une heure. Adressez-vous à l’accueil du télécentre."
        ),
        "over_capacity": lambda v: f"{_all_taken(v)}. Enregistrer une arrivée de plus ?",
        "closed_today": _closed_today,
        **ENTRY_SENTENCES,
        **PLACE_SENTENCES,
        **RECORD_SENTENCES,
    }
)

RULES: Final = frozenset(_SENTENCES)
"""The rules that have a sentence."""
