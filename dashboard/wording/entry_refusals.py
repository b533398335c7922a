"""Why a record of any kind, or the taking back of a change, was not done: `label` is the name of the field on the screen."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from dashboard.wording import dates
from dashboard.wording.numbers import integer
from dashboard.wording.plurals import count

Values = Mapping[str, Any]


def _out_of_range(values: Values) -> str:
    return (
        f"{values['label']} : {integer(values['value'])} n’est pas possible. "
        f"Indiquez un nombre de {integer(values['lowest'])} à {integer(values['highest'])}."
    )


def _record_changed(values: Values) -> str:
    who = values.get("actor") or "Quelqu’un"
    when = f" le {dates.date_and_time(values['at'])}" if values.get("at") else ""
    return f"{who} a modifié cette fiche{when}, après que vous l’avez ouverte. Rien n’a été enregistré : rouvrez-la."


ENTRY_SENTENCES: Final[Mapping[str, Callable[[Values], str]]] = MappingProxyType(
    {
        "not_your_role": lambda v: "Seule la coordination du réseau enregistre cela. Adressez-vous à elle.",
        "unknown_record": lambda v: "Cette fiche n’existe plus : quelqu’un l’a annulée entre-temps.",
        "missing_value": lambda v: f"{v['label']} : indiquez une valeur.",
        "too_long": lambda v: (
            f"{v['label']} : {count(v['length'], 'caractère')}. Raccourcissez à {integer(v['maximum'])} au plus."
        ),
        "unreadable_text": lambda v: (
            f"{v['label']} : ce texte contient un signe invisible. Effacez-le et tapez-le de nouveau."
        ),
        "not_in_list": lambda v: f"{v['label']} : choisissez une des valeurs proposées.",
        "out_of_range": _out_of_range,
        "day_too_early": lambda v: (
            f"{v['label']} : {dates.long_date(v['day'])} est trop tôt. "
            f"Indiquez une date à partir du {dates.long_date(v['earliest'])}."
        ),
        "day_too_late": lambda v: (
            f"{v['label']} : {dates.long_date(v['day'])} est trop tard. "
            f"Indiquez une date jusqu’au {dates.long_date(v['latest'])}."
        ),
        "already_exists": lambda v: f"{v['label']} : « {v['value']} » existe déjà. Modifiez la fiche existante.",
        "record_changed": _record_changed,
        "already_taken_back": lambda v: "Ce changement a déjà été annulé.",
        "changed_since": lambda v: (
            "Cette fiche a été modifiée depuis : annuler effacerait ce changement plus récent. Corrigez-la plutôt."
        ),
        "still_used": lambda v: "Cette fiche sert ailleurs : annulez d’abord ce qui a été noté après elle.",
        "week_locked": lambda v: (
            f"La semaine {v['week_start'].isocalendar().week} est clôturée depuis le {dates.long_date(v['locked_on'])}. "
            "Pour la corriger, contactez la coordination du réseau."
        ),
    }
)
