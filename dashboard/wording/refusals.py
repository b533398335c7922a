"""Why something was not recorded, or is asked about, in a French sentence that names the field and the remedy."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from string import Formatter
from typing import Any, Final

from dashboard.wording import dates
from dashboard.wording.numbers import decimal, integer
from dashboard.wording.terms import HALF_DAYS, IMPORT_KINDS, PLACEMENT_STAGES, SEAT_KINDS, Term
from dashboard.wording.typography import capital, count, enumeration, typeset

# Why something about a place was not recorded, or is asked about; `label` is the name of the field on the screen.

Values = Mapping[str, Any]
Sentence = str | Callable[[Values], str]
"""A sentence whose fields say how they read, or what makes one where it depends on more."""

_WEEKS_NAMED: Final = 4


def _seats_already_taken(values: Values) -> str:
    term = SEAT_KINDS[values["seat_kind"]]
    remedy = "Gardez ces horaires" if values.get("of_hours") else "Indiquez davantage de positions"
    return (
        f"{count(values['half_days'], 'demi-journée')} d’occupation ont été notées un même jour de la semaine "
        f"{_week(values['week_start'])} : {_not_enough(values, term)}. {remedy}, ou une date plus tardive."
    )


def _not_enough(values: Values, term: Term) -> str:
    seats = values["seats"]
    if not seats:
        return "ces positions existaient donc encore"
    half = ", avec une seule demi-journée d’ouverture," if values.get("open_half_days") == 1 else ""
    return f"{count(seats, term.label, term.plural)}{half} ne {'suffit' if seats == 1 else 'suffisent'} pas"


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


DATABASE_FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "database_busy": (
        "La base est occupée par un autre enregistrement.",
        "Attendez la fin de ce qui s’écrit (un import, une sauvegarde restaurée).",
    ),
    "database_locked": (
        "La base est verrouillée par un autre programme.",
        "Fermez le programme qui a ouvert le fichier pour y écrire (un outil SQL, une copie en cours).",
    ),
    "database_full": ("Le disque de la base est plein.", "Libérez de la place sur ce disque."),
    "database_read_only": (
        "La base est en lecture seule.",
        "Donnez-vous le droit d’y écrire, ou remontez son disque en écriture.",
    ),
    "database_gone": (
        "Le fichier de la base a disparu.",
        "Remettez-le à sa place, ou restaurez une sauvegarde avec « cybercantal restore ».",
    ),
    "database_closed": (
        "Le fichier de la base ne peut pas être ouvert.",
        "Donnez-vous le droit de le lire, et d’écrire dans son dossier.",
    ),
    "database_damaged": (
        "Le fichier de la base est abîmé.",
        "Restaurez une sauvegarde avec « cybercantal restore » ; s’il n’est pas la base, corrigez CYBERCANTAL_DATABASE_URL.",
    ),
    "database_slow": (
        "La base met trop longtemps à répondre.",
        "Regardez ce qui occupe le serveur PostgreSQL (pg_stat_activity).",
    ),
    "database_failed": (
        "La base de données ne répond pas.",
        "Vérifiez qu’elle est en marche et que CYBERCANTAL_DATABASE_URL est juste.",
    ),
}
"""What may ail the database, and what who keeps it can do; the server goes on by itself once it is done."""

PLACE_SENTENCES: Final[Mapping[str, Sentence]] = {
    "not_a_code": "{label} : utilisez des majuscules sans accent, des chiffres et des traits d’union, par exemple "
    "RIOM-ES-MONTAGNES.",
    "code_in_use": "« {value} » figure dans les adresses de ce lieu et sur son code QR, qui n’y mèneront plus. "
    "Changer ce code quand même ?",
    "not_a_website": "{label} : indiquez une adresse complète, par exemple https://www.cantal.fr.",
    "not_openings": "{label} : indiquez le premier et le dernier jour de chaque période, par exemple 01/06/2010 – "
    "30/06/2024, sans qu’elles se chevauchent, et un point-virgule entre deux périodes.",
    "planned_but_used": "Des demi-journées ont été notées pour ce lieu dès le {week_start:date} : il n’est plus en "
    "projet. Choisissez « Ouvert » ou « Fermé ».",
    "hours_reversed": "{weekday:Weekday} {half_day:half-day} : la fermeture doit suivre l’ouverture. Corrigez les "
    "horaires.",
    "hours_overlap": "{weekday:Weekday} : l’après-midi commence avant la fin de la matinée. Corrigez les horaires.",
    "seats_already_taken": _seats_already_taken,
    "changes_past_rates": "Ce changement à partir du {day:date} recalcule le taux de remplissage de "
    "{weeks:semaine déjà complète|semaines déjà complètes}. Est-ce voulu ?",
    "never_open": "À partir du {day:date}, le lieu n’ouvrirait plus aucun jour. Est-ce exact ?",
    "closed_after_entries": "Des demi-journées ont été notées jusqu’au {week_start:date}, après la fermeture du "
    "{closed_on:date}. Cette date est-elle exacte ?",
    "opened_after_entries": "Des demi-journées ont été notées dès le {week_start:date}, avant l’ouverture du "
    "{opened_on:date}. Cette date est-elle exacte ?",
    "outside_the_county": "Cette position est hors du Cantal. Est-elle exacte ? Vérifiez que latitude et longitude "
    "ne sont pas inversées.",
    "closure_over_attendance": _closure_over_attendance,
    "closure_overlaps": lambda v: (
        f"Une fermeture est déjà notée, {dates.from_to(v['starts_on'], v['ends_on'])} ({v['reason']}). "
        "Enregistrer aussi celle-ci ?"
    ),
    "cost_already_noted": lambda v: (
        f"{decimal(v['cost_eur'], 2)}\u00a0€ sont déjà notés pour {v['year']}. Les remplacer ?"
    ),
}


# Why the record of a person, of a programme or of a contract was not made, or is asked about.


def _same_name(values: Values) -> str:
    since = f" depuis le {dates.long_date(values['joined_on'])}" if values.get("joined_on") else ""
    known = "Une adhésion existe déjà à ce nom" if since else "Une personne de ce nom est déjà connue"
    return f"{known}{since}. Est-ce bien quelqu’un d’autre ? Sinon, choisissez-la dans la liste des personnes connues."


def _presences_move(values: Values) -> str:
    days = values["days"]
    noted = count(values["presences"], "présence notée suivra", "présences notées suivront")
    return f"{noted} la session, {count(abs(days), 'jour')} plus {'tard' if days > 0 else 'tôt'}. Est-ce exact ?"


RECORD_SENTENCES: Final[Mapping[str, Sentence]] = {
    "not_begun": "{label} : ce rendez-vous commence le {starts_at:moment}. Laissez la case vide.",
    "one_of_two": "Indiquez une personne ou un foyer, l’un des deux seulement.",
    "too_personal": lambda v: (
        f"{v.get('label', 'Remarque')} : ne notez ni numéro de sécurité sociale ni compte bancaire. Effacez ce numéro."
    ),
    "not_an_email": "{label} : il manque quelque chose, par exemple prenom.nom@exemple.fr.",
    "not_a_phone": "{label} : indiquez dix chiffres, par exemple 04 71 46 20 26.",
    "not_a_postcode": "{label} : indiquez cinq signes, par exemple 15014.",
    "still_a_member": "Cette personne est déjà adhérente depuis le {joined_on:date} (numéro {member_number}). "
    "Modifiez cette adhésion, ou notez d’abord sa fin.",
    "step_not_further": lambda v: (
        f"{v['label']} : cette personne en est déjà à « {PLACEMENT_STAGES[v['stage']].label} ». "
        "Choisissez une étape suivante."
    ),
    "more_than_present": "{label} : {value:personne présente|personnes présentes} pour un foyer de {people}. "
    "Vérifiez ces nombres.",
    "presences_move": _presences_move,
    "presences_outside": "{presences:présence notée tombe|présences notées tombent} hors de ces dates. Corrigez "
    "d’abord les foyers de cette session, ou choisissez d’autres dates.",
    "course_without_training": "{label} : seule une formation suit le catalogue. Choisissez « Formation », ou "
    "effacez ce choix.",
    "last_administrator": "Ce compte est le seul qui administre. Donnez d’abord ce rôle à un autre compte.",
    "account_disabled": "Ce compte est désactivé. Rendez-le d’abord actif en page Comptes.",
    "same_name": _same_name,
    "sensitive_word": "{label} : « {value} » touche à la santé ou aux convictions. Est-ce nécessaire ?",
    "unusual_length": "Cette session dure {days:jour}, au lieu de {usual} d’habitude. Est-ce exact ?",
}


# Why a record of any kind, or the taking back of a change, was not done: `label` is the name of the field on the
# screen.


def _out_of_range(values: Values) -> str:
    if values.get("year"):
        return f"{values['label']} : {values['value']} n’est pas possible. De {values['lowest']} à {values['highest']}."
    return (
        f"{values['label']} : {integer(values['value'])} n’est pas possible. "
        f"Indiquez un nombre de {integer(values['lowest'])} à {integer(values['highest'])}."
    )


def _day_too_early(values: Values) -> str:
    day, earliest = values["day"], values["earliest"]
    if isinstance(day, datetime):
        return (
            f"{values['label']} : {dates.date_and_time(day)} est trop tôt. "
            f"Indiquez une heure à partir de {dates.time_of_day(earliest)}."
        )
    return (
        f"{values['label']} : {dates.long_date(day)} est trop tôt. "
        f"Indiquez une date à partir du {dates.long_date(earliest)}."
    )


def _record_changed(values: Values) -> str:
    who = values.get("actor") or "Quelqu’un"
    when = f" le {dates.date_and_time(values['at'])}" if values.get("at") else ""
    said = f"{who} a modifié cette fiche{when}, après que vous l’avez ouverte. Rien n’a été enregistré : "
    if not values.get("read_again"):
        return f"{said}rouvrez-la."
    both = "".join(f" {label} : « {now} » est enregistré." for label, now in values.get("both", ()))
    return f"{said}elle est relue ici, avec ce que vous avez tapé. Vérifiez, puis enregistrez.{both}"


ENTRY_SENTENCES: Final[Mapping[str, Sentence]] = {
    "not_your_role": "Seule la coordination du réseau enregistre cela. Adressez-vous à elle.",
    "unknown_record": "Cette fiche n’existe plus : quelqu’un l’a annulée entre-temps.",
    "missing_value": lambda v: f"{v.get('label', 'Remarque')} : indiquez une valeur.",
    "too_long": lambda v: (
        f"{v.get('label', 'Remarque')} : {count(v['length'], 'caractère')}. Raccourcissez à {integer(v['maximum'])} au plus."
    ),
    "unreadable_text": lambda v: (
        f"{v.get('label', 'Remarque')} : ce texte contient un signe invisible. Effacez-le et tapez-le de nouveau."
    ),
    "not_in_list": "{label} : choisissez une des valeurs proposées.",
    "unknown_reference": lambda v: (
        f"{v['label']} : « {v['value']} » n’est pas enregistré. Importez d’abord le fichier "
        f"« {IMPORT_KINDS[v['file']].brief} », ou corrigez la cellule."
    ),
    "several_people": "{people:personne} ont le nom « {value} ». Ajoutez l’adresse électronique, le téléphone ou la "
    "date d’adhésion de celle dont il s’agit.",
    "out_of_range": _out_of_range,
    "day_too_early": _day_too_early,
    "like_another_number": "{label} : « {value} » ressemble à « {other} », déjà donné. Est-ce un autre numéro ?",
    "name_for_number": "{label} : « {value} » n’a pas de chiffre. Indiquez un numéro, jamais un nom.",
    "before_opening": "{label} : ce lieu n’a ouvert que le {opened_on:date}. Est-ce bien avant ?",
    "day_too_late": "{label} : {day:date} est trop tard. Indiquez une date jusqu’au {latest:date}.",
    "other_name": "Cette personne est connue sous le nom de {value}. Est-ce bien elle, et faut-il changer son nom ?",
    "consent_changes": lambda v: (
        "Cette personne figurerait désormais à l’annuaire. A-t-elle donné son accord ?"
        if v["value"]
        else "Cette personne ne figurerait plus à l’annuaire. A-t-elle retiré son accord ?"
    ),
    "overlapping_agreement": "Une convention de cette personne court déjà dans ce télécentre depuis le "
    "{signed_on:date}. En faut-il une seconde ?",
    "already_exists": "{label} : « {value} » existe déjà. Modifiez la fiche existante.",
    "record_changed": _record_changed,
    "already_taken_back": "Ce changement a déjà été annulé.",
    "import_running": "Cet import est en cours. Attendez qu’il soit fini, puis rechargez la page.",
    "own_file": "Ce fichier attend le regard d’une autre personne que vous. Vous pouvez le reprendre.",
    "already_decided": "Quelqu’un a déjà décidé de ce fichier. Rechargez la page.",
    **{
        fault: f"{cause} Rien n’est enregistré, ce que vous avez tapé reste affiché ici : réessayez dans un instant."
        for fault, (cause, _remedy) in DATABASE_FAULTS.items()
    },
    "changed_since": "Cette fiche a été modifiée depuis : annuler effacerait ce changement plus récent. Corrigez-la "
    "plutôt.",
    "still_used": "Cette fiche sert ailleurs : annulez d’abord ce qui a été noté après elle.",
}


# Why something was not recorded, or is asked about: one sentence per rule, with the values at fault and the remedy.
# Rules are known here by their text, as in `data_access.refusals.Rule`; a contract test checks that each has its
# sentence and brings the values it needs.

PEOPLE: Final = "Personnes différentes"
_NOUNS: Final = {"office": ("bureau", "bureaux"), "open_space": ("place", "places")}


def refusal_sentence(rule: str, values: Values) -> str:
    """The sentence of a rule; KeyError for a rule without one, or when a value it needs is missing."""
    sentence = _SENTENCES[rule]
    return typeset(_FIELDS.vformat(sentence, (), values) if isinstance(sentence, str) else sentence(values))


class _Fields(Formatter):
    """« {day:date} », « {value:number} », « {weeks:semaine|semaines} », and « {field} » for a field of the weekly sheet."""

    _READ: Final[Mapping[str, Callable[[Any], str]]] = {
        "": str,
        "date": dates.long_date,
        "full date": dates.full_date,
        "half-day": lambda half_day: HALF_DAYS[half_day].label,
        "moment": dates.date_and_time,
        "number": integer,
        "time": dates.time_of_day,
        "week": _week,
        "weekday": lambda day: dates.weekday(day.isoweekday()),
        "Weekday": lambda number: capital(dates.weekday(number)),
    }

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Values) -> Any:
        return _field(kwargs) if key == "field" else kwargs[str(key)]

    def format_field(self, value: Any, format_spec: str) -> str:
        read = self._READ.get(format_spec)
        return read(value) if read else count(value, *format_spec.split("|"))


_FIELDS: Final = _Fields()


def refusal_sentences(refusal: Any, label: str | Callable[[str], str] = "") -> str:
    """Those of a `Refused`, one after the other; `label` is what the screen calls the field, or answers it for each name."""
    return " ".join(
        refusal_sentence(each.rule, {"label": label if isinstance(label, str) else label(each.field), **each.values})
        for each in refusal.problems
    )


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
    opens = ", avec une seule demi-journée d’ouverture" if values.get("open_half_days") == 1 else ""
    return f"{_field(values)} : {half_days} pour {count(seats, one, more)}{opens}. Le maximum est {values['maximum']}."


def _week_locked(values: Values) -> str:
    """Who coordinates opens a week again, or corrects many of them by a file: nobody else is to be asked."""
    locked = f"La semaine {_week(values['week_start'])} est clôturée depuis le {dates.long_date(values['locked_on'])}. "
    if not values.get("coordinates"):
        return f"{locked}Pour la corriger, contactez la coordination du réseau."
    if values.get("in_file"):
        # The same for all weeks of a file, so that it is told once.
        return "Cette semaine est clôturée. Pour la corriger par ce fichier, indiquez un motif de correction."
    return f"{locked}Pour la corriger, rouvrez-la."


def _closed_but_occupied(values: Values) -> str:
    if values.get("in_file"):
        remedy = "indiquez « complète » dans « État »" if values["whole_week"] else "indiquez « non » dans « Fermé »"
    else:
        remedy = "choisissez un autre état pour la semaine" if values["whole_week"] else "décochez « Fermé »"
    return f"{_field(values)} : {_half_days(values['value'])} alors que c’est fermé. Effacez ce nombre, ou {remedy}."


def _not_over(values: Values) -> str:
    days = values["days"]
    coming = _several(days, "est encore à venir", "sont encore à venir")
    remedy = "Enregistrez-la comme brouillon."
    if values.get("in_file"):
        remedy = "Importez-la quand elle le sera, ou indiquez « brouillon » dans la colonne « État »."
    return f"La semaine n’est pas finie : {_day_names(days).lower()} {coming}. {remedy}"


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
    if values.get("counts_zero"):
        return f"{_day_names(days)} : aucun nombre dans le fichier. Personne n’est-il venu {when} ?"
    if values.get("in_file"):
        return f"{_day_names(days)} : aucun nombre. Indiquez 0 si personne n’est venu, ou « oui » dans « Fermé »."
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


_SENTENCES: Final[Mapping[str, Sentence]] = {
    "not_allowed": "Ce télécentre ne fait pas partie des vôtres. Demandez à la coordination du réseau de vous le confier.",
    "unknown_centre": "Ce télécentre n’existe plus. Choisissez-en un dans la liste.",
    "not_a_monday": "Une semaine commence un lundi, pas un {day:weekday}. Choisissez une autre semaine.",
    "week_in_future": "Cette semaine commence le {week_start:full date}. Vous pourrez la saisir à partir de ce jour.",
    "centre_not_open": _centre_not_open,
    "day_outside_week": "Le {day:full date} n’est pas dans cette semaine. Choisissez la sienne.",
    "day_in_future": "{field} : ce jour est encore à venir. Laissez la case vide.",
    "week_not_over": _not_over,
    "negative": "{field} : {value:number} n’est pas possible. Indiquez 0 ou davantage.",
    "above_capacity": _above_capacity,
    "closed_but_occupied": _closed_but_occupied,
    "people_without_half_days": "{value:personne différente|personnes différentes} pour {total:demi-journée} : "
    "chacune en occupe au moins une. Vérifiez ces nombres.",
    "half_days_without_people": lambda v: (
        f"{PEOPLE} : 0, pour {_half_days(v['total'])}. Indiquez combien sont venues, ou laissez la case vide."
    ),
    "too_many_people": lambda v: (
        f"{PEOPLE} : {integer(v['value'])}, alors que la semaine ne compte que "
        f"{integer(v['maximum'])} demi-journées au plus. Vérifiez ce nombre."
    ),
    "all_days_closed": lambda v: (
        "Tous les jours sont marqués fermés. "
        + (
            "Indiquez « fermée » dans la colonne « État », et pourquoi dans « Remarque »."
            if v.get("in_file")
            else "Choisissez « Fermé toute la semaine » et indiquez pourquoi."
        )
    ),
    "reason_missing": _reason_missing,
    "stale_version": _stale,
    "week_locked": _week_locked,
    "refused_by_database": "La base de données a refusé ces chiffres (règle {rule}). Rien n’a été enregistré. "
    "Signalez-le à la coordination du réseau.",
    "blank_field": lambda v: (
        f"{_field(v)} : aucun nombre dans le fichier. Personne n’est-il venu ?"
        if v.get("counts_zero")
        else f"{_field(v)} : indiquez un nombre, 0 si personne n’est venu."
    ),
    "blank_days": _blank_days,
    "above_offer": _above_offer,
    "far_from_usual": _far_from_usual,
    "all_zero": "D’après ces chiffres, personne n’est venu de la semaine. Est-ce exact ?",
    "same_as_before": lambda v: (
        f"Ces chiffres sont exactement ceux de la semaine {v['week_start'].isocalendar().week}. Est-ce exact ?"
    ),
    "centre_not_receiving": _centre_not_receiving,
    "no_seat_of_kind": lambda v: (
        f"Le télécentre n’a pas de {SEAT_KINDS[v['seat_kind']].label} aujourd’hui. Choisissez une autre position."
    ),
    "already_present": "Cette personne est déjà là, depuis le {started_at:moment}. Notez d’abord son départ.",
    "present_elsewhere": lambda v: (
        f"Cette personne est notée présente dans un autre lieu{' (' + v['centre_name'] + ')' if v['centre_name'] else ''} "
        f"depuis {dates.time_of_day(v['started_at'])}. Est-elle ici maintenant ?"
    ),
    "no_running_agreement": "Cette personne n’a pas de convention en cours dans ce télécentre. Notez son arrivée "
    "sans nom.",
    "unknown_visit": "Ce pointage n’existe plus : quelqu’un l’a annulé entre-temps.",
    "already_left": "Ce départ était déjà noté, le {ended_at:moment}.",
    "no_seat_left": lambda v: f"{_all_taken(v)}. Adressez-vous à l’accueil du télécentre.",
    "too_many_check_ins": "Trop d’arrivées ont été pointées depuis une heure. Adressez-vous à l’accueil du télécentre.",
    "over_capacity": lambda v: f"{_all_taken(v)}. Enregistrer une arrivée de plus ?",
    "closed_today": _closed_today,
    **ENTRY_SENTENCES,
    **PLACE_SENTENCES,
    **RECORD_SENTENCES,
}

RULES: Final = frozenset(_SENTENCES)
"""The rules that have a sentence."""
