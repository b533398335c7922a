"""The form of a centre's week: one line of text a day, morning and afternoon, from a day on."""

from typing import Any, Final

import polars as pl

from dashboard.ui import store
from dashboard.ui.forms import centre_opening
from dashboard.ui.forms.entries import choices
from dashboard.ui.forms.entries.model import EntryField, EntryForm
from dashboard.wording import dates
from dashboard.wording.parsing_hours import NotHours, parse_hours_fr
from dashboard.wording.typography import capital, typeset
from data_access.records import OpenHalfDay, OpeningHoursRecord
from data_access.writes.centres import hours_field, record_opening_hours

_WEEK: Final = range(1, 8)


class HoursField(EntryField):
    """The hours of one weekday, as « 9 h – 12 h, 14 h – 18 h »; blank = shut."""

    def parsed(self, typed: str) -> Any:
        """Its half-days with their times."""
        try:
            return parse_hours_fr(typed)
        except NotHours as wrong:
            raise ValueError(typeset(f"{self.label} : {wrong}")) from None


def _gather(values: dict[str, Any]) -> dict[str, Any]:
    half_days = tuple(
        OpenHalfDay(weekday=weekday, half_day=half_day, opens_at=opens, closes_at=closes)
        for weekday in _WEEK
        for half_day, (opens, closes) in values[hours_field(weekday)].items()
    )
    return {"centre_code": centre_opening.open_code(), "valid_from": values["valid_from"], "half_days": half_days}


def typed_week(hours: pl.DataFrame) -> dict[str, str]:
    """What the fields hold for the hours valid on a day."""
    spoken: dict[str, list[str]] = {}
    for row in hours.iter_rows(named=True):
        span = f"{dates.time_of_day(row['opens_at'])} – {dates.time_of_day(row['closes_at'])}"
        spoken.setdefault(hours_field(row["weekday"]), []).append(span)
    return {field: ", ".join(spans) for field, spans in spoken.items()} | {"valid_from": choices.today()}


OPENING_HOURS: Final = EntryForm(
    key="horaires",
    title="Horaires d’ouverture",
    table="opening_hours",
    action="record_opening_hours",
    fields=(
        EntryField("valid_from", "À partir du", "day", usual=choices.today),
        *(
            HoursField(
                hours_field(weekday),
                capital(dates.weekday(weekday)),
                hint="Par exemple 9 h – 12 h, 14 h – 18 h. Vide : fermé.",
            )
            for weekday in _WEEK
        ),
    ),
    record=OpeningHoursRecord,
    write=record_opening_hours,
    summary=lambda document: str(document["centre"]),
    note="Les semaines d’avant cette date gardent leurs horaires et leur taux de remplissage.",
    allowed=lambda actor: actor.coordinates,
    gathers=_gather,
)


def begin_hours(code: str, day: Any) -> None:
    """Opens the form on the hours valid today."""
    entry = store.place_entry(centre_code=code)
    if entry is not None:
        typed = typed_week(store.centre_hours(centre_code=code, on=day))
        blank = {field.name: "" for field in OPENING_HOURS.fields}
        centre_opening.open_form(
            OPENING_HOURS, code, blank | typed, row_id=entry.row_id, base_version=entry.hours_version
        )
