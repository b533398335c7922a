"""What a speaker says under each slide of a show: where its figure comes from, over which days, and what it means."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from dashboard.indicators import attendance, network, passes, placements, welcome
from dashboard.indicators.catalogue import indicator
from dashboard.indicators.model import Indicator
from dashboard.indicators.occupancy import OCCUPANCY
from dashboard.presentation.choice import OF_INDICATOR
from dashboard.presentation.figures import covers
from data_access.reads.presentation import PresentationFacts

_FIGURES: Final[Mapping[str, Indicator]] = MappingProxyType(
    {
        "carte": network.CENTRES,
        "heures": attendance.HOURS,
        "remplissage": attendance.FILL_RATE,
        "pass": passes.PASS_MEMBERS,
        "contrats": placements.PLACEMENTS,
        "sessions": welcome.WELCOME_SESSIONS,
        "direct": OCCUPANCY,
    }
)
_AGENDA: Final = ("Source : agenda du réseau.",)


def notes_of(facts: PresentationFacts, keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The lines of each slide; a slide without a figure has none, but the agenda."""
    notes: dict[str, tuple[str, ...]] = {"agenda": _AGENDA}
    for key in keys:
        of = indicator(key.removeprefix(OF_INDICATOR)) if key.startswith(OF_INDICATOR) else _FIGURES.get(key)
        if of is not None:
            period = "à l’instant où le fichier a été fait" if key == "direct" else covers(facts, of)
            meaning = f"{of.label} : {of.definition} Formule : {of.formula}."
            notes[key] = (f"Source : {of.source}.", f"Période : {period}.", meaning)
    return notes
