"""One field of an entry form: its label and widget from the declaration of its kind, and how what is typed is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from types import NoneType
from typing import Any, Final, Literal, get_args

from dashboard.wording.dates import PARIS, numeric_date, time_of_day
from dashboard.wording.parsing import (
    NotADay,
    NotANumber,
    NotHours,
    parse_day_fr,
    parse_fr,
    parse_hours_fr,
    parse_moment_fr,
    parse_whole_fr,
)
from dashboard.wording.typography import typeset
from data_access.entries.kind import Kind
from data_access.records import EntryRecord

Widget = Literal["text", "long_text", "whole", "decimal", "day", "moment", "hours", "choice", "flag"]
Choices = Mapping[str, str]
_LONGEST_NUMBER: Final = 14
_BY_TYPE: Final[Mapping[type, Widget]] = {
    bool: "flag", int: "whole", float: "decimal", date: "day", datetime: "moment", str: "text",
}  # fmt: skip


class NotOffered(ValueError):
    """A choice that the screen did not offer: the message was made by hand."""


@dataclass(frozen=True)
class EntryField:
    """One field: its name in the record and how it is typed.

    `label`, `widget` and `holds`, the type that a chosen code stands for, come from the kind of record where nothing is
    said. `choices` answers the codes and their words. `nothing` is the code that stands for no value. `repeats` says that
    « Enregistrer et saisir un autre » keeps it; `usual` what it holds in a new form; `chosen_first` that the first of its
    choices is taken when nobody chose; `once` that a record which is corrected does not ask it again.
    """

    name: str
    label: str = ""
    widget: Widget | None = None
    optional: bool = False
    choices: Callable[[], Choices] | None = None
    holds: type = str
    nothing: str = ""
    hint: str = ""
    repeats: bool = False
    usual: Callable[[], str] | None = None
    chosen_first: bool = False
    once: bool = False

    @property
    def shown_label(self) -> str:
        """The label as drawn: what may be left out says so."""
        return typeset(f"{self.label} (facultatif)") if self.optional and self.widget != "flag" else typeset(self.label)

    def parsed(self, typed: str) -> Any:
        """The value of what was typed; ValueError with a French sentence for what cannot be read, NotOffered for a choice
        that is not one."""
        text = typed.strip()
        if self.widget == "flag":
            return text == "1"
        if self.widget == "hours":
            return self._read(parse_hours_fr, typed)
        if not text:
            return None
        if self.widget == "choice":
            return self._chosen(text)
        if self.widget in ("text", "long_text"):
            return typed
        return self._read(self._number_or_day, text)

    def _chosen(self, code: str) -> Any:
        if code not in (self.choices() if self.choices else {}):
            raise NotOffered(self.name)
        if code == self.nothing:
            return None
        return code == "1" if self.holds is bool else self.holds(code)

    def _read(self, read: Callable[[str], Any], text: str) -> Any:
        try:
            return read(text)
        except (NotANumber, NotADay, NotHours) as wrong:
            raise ValueError(typeset(f"{self.label} : {wrong}")) from None

    def _number_or_day(self, text: str) -> Any:
        if self.widget == "day":
            return parse_day_fr(text)
        if self.widget == "moment":
            return parse_moment_fr(text)
        if len(text) > _LONGEST_NUMBER:
            raise NotANumber(f"« {text} » est trop long pour un nombre.")
        if self.widget == "whole":
            return parse_whole_fr(text)
        number = parse_fr(text)
        return None if number is None else float(number)

    def typed(self, stored: Any) -> str:
        """What the field holds for a stored value: read again, it is that value."""
        if self.widget == "hours":
            return ", ".join(_span(*span) for span in (stored or {}).values())
        if stored is None:
            return self.nothing
        if isinstance(stored, bool):
            return "1" if stored else ("0" if self.widget == "choice" else "")
        if isinstance(stored, datetime):
            local = stored.astimezone(PARIS)
            return typeset(f"{numeric_date(local.date())} {local.hour} h {local.minute:02d}")
        if isinstance(stored, date):
            return numeric_date(stored)
        if isinstance(stored, float):
            return f"{stored:.10g}".replace(".", ",")
        return str(stored)


def completed(field: EntryField, kind: Kind) -> EntryField:
    """The field with what its kind of record already says of it; those beside the record say it themselves."""
    declared = kind.record.model_fields.get(field.name)
    if declared is None:
        return field
    labels = {each.name: each.label for each in kind.fields}
    held = _held(declared.annotation)
    widget: Widget = field.widget or ("choice" if field.choices else _BY_TYPE[held])
    return replace(field, label=field.label or labels[field.name], widget=widget, holds=held)


def record_values(record: EntryRecord) -> dict[str, Any]:
    """What a record says, by the name of its field."""
    return {name: getattr(record, name) for name in type(record).model_fields if name not in EntryRecord.model_fields}


def _held(annotation: Any) -> type:
    """The type of a field of a record, none apart; that of its words for a list of them."""
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and each is not NoneType:
            return each
        if get_args(each) and not isinstance(get_args(each)[0], type) and get_args(each)[0] is not None:
            first = get_args(each)[0]
            return _held(first) if get_args(first) else type(first)
    raise TypeError(f"a form has no field for {annotation}")


def _span(opens: time, closes: time) -> str:
    return f"{time_of_day(opens)} – {time_of_day(closes)}"
