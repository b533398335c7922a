"""Why the record of a person, of a programme or of a contract was not made, or is asked about."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from dashboard.wording import dates
from dashboard.wording.plurals import count
from dashboard.wording.terms import PLACEMENT_STAGES

Values = Mapping[str, Any]


def _same_name(values: Values) -> str:
    since = f" depuis le {dates.long_date(values['joined_on'])}" if values.get("joined_on") else ""
    known = "Une adhésion existe déjà à ce nom" if since else "Une personne de ce nom est déjà connue"
    return f"{known}{since}. Est-ce bien quelqu’un d’autre ? Sinon, choisissez-la dans la liste des personnes connues."


def _more_than_present(values: Values) -> str:
    present = count(values["value"], "personne présente", "personnes présentes")
    return f"{values['label']} : {present} pour un foyer de {values['people']}. Vérifiez ces nombres."


RECORD_SENTENCES: Final[Mapping[str, Callable[[Values], str]]] = MappingProxyType(
    {
        "not_begun": lambda v: (
            f"{v['label']} : ce rendez-vous commence le {dates.date_and_time(v['starts_at'])}. Laissez la case vide."
        ),
        "one_of_two": lambda v: "Indiquez une personne ou un foyer, l’un des deux seulement.",
        "too_personal": lambda v: (
            f"{v['label']} : ne notez ni numéro de sécurité sociale ni compte bancaire. Effacez ce numéro."
        ),
        "not_an_email": lambda v: f"{v['label']} : il manque quelque chose, par exemple prenom.nom@exemple.fr.",
        "not_a_phone": lambda v: f"{v['label']} : indiquez dix chiffres, par exemple 04 71 46 20 26.",
        "not_a_postcode": lambda v: f"{v['label']} : indiquez cinq signes, par exemple 15014.",
        "still_a_member": lambda v: (
            f"Cette personne est déjà adhérente depuis le {dates.long_date(v['joined_on'])} "
            f"(numéro {v['member_number']}). Modifiez cette adhésion, ou notez d’abord sa fin."
        ),
        "contract_without_end": lambda v: (
            f"{v['label']} : un CDI n’a pas de date de fin. Effacez-la, ou changez le contrat."
        ),
        "step_not_further": lambda v: (
            f"{v['label']} : cette personne en est déjà à « {PLACEMENT_STAGES[v['stage']].label} ». "
            "Choisissez une étape suivante."
        ),
        "more_than_present": _more_than_present,
        "course_without_training": lambda v: (
            f"{v['label']} : seule une formation suit le catalogue. Choisissez « Formation », ou effacez ce choix."
        ),
        "last_administrator": lambda _v: (
            "Ce compte est le seul qui administre. Donnez d’abord ce rôle à un autre compte."
        ),
        "account_disabled": lambda _v: "Ce compte est désactivé. Rendez-le d’abord actif en page Comptes.",
        "same_name": _same_name,
        "sensitive_word": lambda v: (
            f"{v['label']} : « {v['value']} » touche à la santé ou aux convictions. Est-ce nécessaire ?"
        ),
        "unusual_length": lambda v: (
            f"Cette session dure {count(v['days'], 'jour')}, au lieu de {v['usual']} d’habitude. Est-ce exact ?"
        ),
    }
)
