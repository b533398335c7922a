"""The entry forms about places: what a place is, its seats, its hours, when it shuts, what it costs."""

from typing import Any, Final

from dashboard.configuration import clock
from dashboard.ui.forms.entries import choices
from dashboard.ui.forms.entries.choices import WHOLE_NETWORK, among
from dashboard.ui.forms.entries.editing import EntryForm, Values, entry_form
from dashboard.ui.forms.entries.fields import EntryField
from dashboard.wording import dates, terms
from dashboard.wording.typography import capital, count
from data_access.records import EntryRecord, OpenHalfDay

_WEEK: Final = range(1, 8)


def hours_field(weekday: int) -> str:
    """The name of the field of a weekday's hours."""
    return f"hours_{weekday}"


def _shut_days(values: Values) -> str:
    return f"Fermeture de {count((values['ends_on'] - values['starts_on']).days + 1, 'jour')}."


def _last_year() -> str:
    return str(clock.today().year - 1)


def _gather_week(values: dict[str, Any], stored: EntryRecord | None) -> dict[str, Any]:
    """One line of text a day, morning and afternoon; a day that nobody changed stays as stored."""
    named = {hours_field(weekday): weekday for weekday in _WEEK}
    kept = [each for each in getattr(stored, "half_days", ()) if hours_field(each.weekday) not in values]
    told = [
        OpenHalfDay(weekday=named[name], half_day=half_day, opens_at=opens, closes_at=closes)
        for name, spans in values.items()
        if name in named
        for half_day, (opens, closes) in spans.items()
    ]
    others = {name: value for name, value in values.items() if name not in named}
    if len(others) == len(values):
        return others
    return others | {"half_days": tuple(sorted((*kept, *told), key=lambda each: (each.weekday, each.half_day)))}


def _spread_week(values: dict[str, Any]) -> dict[str, Any]:
    spread: dict[str, Any] = {}
    for each in sorted(values["half_days"], key=lambda each: (each.weekday, each.half_day)):
        spread.setdefault(hours_field(each.weekday), {})[each.half_day] = (each.opens_at, each.closes_at)
    return values | spread


CLOSURE: Final = entry_form(
    "fermeture",
    "closure",
    EntryField("centre_code", choices=choices.closable, nothing=WHOLE_NETWORK, usual=choices.only_centre, repeats=True),
    EntryField("starts_on", usual=choices.today, repeats=True),
    EntryField("ends_on", hint="Le même jour pour une seule journée.", repeats=True),
    EntryField("reason", hint="Par exemple « travaux » ou « congés d’été ».", repeats=True),
    note="Les jours fériés et les jours sans horaires sont déjà pris en compte : ne les notez pas.",
    told=_shut_days,
)
COST: Final = entry_form(
    "cout-annuel",
    "cost",
    EntryField("centre_code", choices=choices.all_centres),
    EntryField("year", usual=_last_year, repeats=True),
    EntryField("cost_eur", hint="Par exemple 5 417,20."),
    EntryField("revenue_eur", optional=True),
    EntryField("source", hint="Par exemple « compte administratif ».", repeats=True),
    note="Un coût par télécentre et par année : le noter de nouveau le corrige.",
)
CAPACITY: Final = entry_form(
    "positions",
    "capacity",
    among("seat_kind", terms.SEAT_KINDS),
    EntryField("seats"),
    EntryField("valid_from", usual=choices.today),
    note="Les semaines d’avant cette date gardent leurs positions et leur taux de remplissage.",
)
HOURS: Final = entry_form(
    "horaires",
    "opening_hours",
    EntryField("valid_from", usual=choices.today),
    *(
        EntryField(
            hours_field(weekday),
            capital(dates.weekday(weekday)),
            "hours",
            hint="Par exemple 9 h – 12 h, 14 h – 18 h. Vide : fermé.",
        )
        for weekday in _WEEK
    ),
    note="Les semaines d’avant cette date gardent leurs horaires et leur taux de remplissage.",
    gathers=_gather_week,
    spreads=_spread_week,
)
CENTRE: Final = entry_form(
    "fiche-du-lieu",
    "centre",
    EntryField("code", hint="Majuscules, chiffres et traits d’union : il figure dans les adresses."),
    EntryField("name"),
    among("kind", terms.CENTRE_KINDS),
    EntryField(
        "status",
        choices=lambda: {code: word.title for code, word in terms.CENTRE_STATUSES.items()},
        usual=lambda: "planned",
    ),
    EntryField("opened_on", optional=True),
    EntryField("closed_on", optional=True),
    EntryField("address", optional=True),
    EntryField("postcode", optional=True),
    EntryField("insee_code", choices=choices.communes),
    EntryField("latitude", optional=True, hint="En degrés, par exemple 45,11."),
    EntryField("longitude", optional=True, hint="En degrés, par exemple 2,87."),
    among("location_precision", terms.LOCATION_PRECISIONS, optional=True),
    EntryField("operator_name", optional=True),
    among("operator_kind", terms.OPERATOR_KINDS, optional=True),
    EntryField("phone", optional=True),
    EntryField("email", optional=True),
    EntryField("website", optional=True, hint="Adresse complète, par exemple https://www.cantal.fr."),
    EntryField("note", widget="long_text", optional=True),
    note="La fiche est publique : n’y notez que des coordonnées professionnelles.",
    ends_with="closed_on",
)

PLACE_FORMS: Final[tuple[EntryForm, ...]] = (CLOSURE, COST)
"""Those of « Autres saisies »."""
PERIOD_FORMS: Final[tuple[EntryForm, ...]] = (CAPACITY, HOURS)
"""What is noted from the sheet of a place alone, and found again in « Autres saisies », period by period."""
