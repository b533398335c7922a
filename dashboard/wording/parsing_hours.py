"""The opening hours of a day that a person typed, back to its half-days."""

import re
from datetime import time
from typing import Final

from dashboard.wording.typography import typeset

_TIME: Final = r"([0-9]{1,2})(?: ?(?:h|:) ?([0-9]{2})?)?"
_SPAN: Final = re.compile(rf"(?:de )?{_TIME} ?(?:-|–|—|à|/) ?{_TIME}", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"\s*(?:[,;+]|\bet\b)\s*")
_SHUT: Final = frozenset({"", "fermé", "ferme", "-", "–"})
_NOON: Final = time(12)
_EARLY_AFTERNOON: Final = time(14)

Span = tuple[time, time]


class NotHours(ValueError):
    """The text cannot be read as opening hours; the message is the French sentence to show beside the field."""


def parse_hours_fr(text: str) -> dict[str, Span]:
    """The half-days (`am`, `pm`) of « 9 h – 12 h 30, 14 h – 18 h »; none for a blank or « fermé ».

    One span is the morning when it begins before noon. One that holds both is refused: the two half-days are counted
    apart, and where one ends is not to be guessed.
    """
    plain = re.sub(r"\s+", " ", text.strip())
    if plain.lower() in _SHUT:
        return {}
    spans = [_span(part, plain) for part in _BETWEEN.split(plain)]
    if len(spans) > 2:
        raise NotHours(typeset(f"« {plain} » : indiquez au plus une matinée et un après-midi."))
    if len(spans) == 2:
        return dict(zip(("am", "pm"), spans, strict=True))
    opens, closes = spans[0]
    if opens < _NOON and closes > _EARLY_AFTERNOON:
        raise NotHours(typeset(f"« {plain} » : séparez les deux demi-journées, par exemple 9 h – 12 h, 12 h – 18 h."))
    return {"am" if opens < _NOON else "pm": spans[0]}


def _span(part: str, whole: str) -> Span:
    found = _SPAN.fullmatch(part)
    if not found:
        raise NotHours(typeset(f"« {whole} » ne dit pas des horaires. Indiquez par exemple 9 h – 12 h, 14 h – 18 h."))
    try:
        return time(int(found[1]), int(found[2] or 0)), time(int(found[3]), int(found[4] or 0))
    except ValueError:
        raise NotHours(typeset(f"« {whole} » : cette heure n’existe pas. Indiquez par exemple 9 h – 12 h.")) from None
