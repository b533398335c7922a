"""How soon the weeks are entered."""

from typing import Final

from dashboard.indicators.facts import Facts
from dashboard.indicators.model import Dimension, Indicator, Unit, ratio, total

ON_TIME: Final = Indicator(
    key="on_time_rate",
    label="Saisies à temps",
    unit=Unit.RATIO,
    definition="Part des semaines attendues qui étaient complètes au plus tard le vendredi qui suit leur dimanche.",
    formula="semaines complètes avant leur échéance ÷ semaines attendues",
    source="Relevés hebdomadaires saisis par les animateurs",
    facts=Facts.PUNCTUALITY,
    expression=ratio(total("weeks_on_time"), total("weeks_expected")),
    adds_over=frozenset({Dimension.CENTRE, Dimension.TIME}),
    additive=False,
    limits="Une semaine corrigée après son échéance compte à la date de sa dernière saisie.",
)

ALL: Final = (ON_TIME,)
