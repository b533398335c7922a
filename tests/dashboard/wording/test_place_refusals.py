"""Why something about a place was not recorded, in words that say what to do."""

from datetime import date
from typing import Any

import pytest

from dashboard.wording.refusals import PLACE_SENTENCES, refusal_sentence
from dashboard.wording.typography import typeset

MAY_22, MAY_29 = date(2017, 5, 22), date(2017, 5, 29)

# Ordinary spaces stand for the no-break ones: typeset() puts them where French wants them.
SENTENCES: list[tuple[str, dict[str, Any], str]] = [
    (
        "not_a_code",
        {"label": "Code"},
        "Code : utilisez des majuscules sans accent, des chiffres et des traits d’union, "
        "par exemple RIOM-ES-MONTAGNES.",
    ),
    (
        "code_in_use",
        {"label": "Code", "value": "MURAT"},
        "« MURAT » figure dans les adresses de ce lieu et sur son code QR, qui n’y mèneront plus. "
        "Changer ce code quand même ?",
    ),
    (
        "not_openings",
        {"label": "Ouvertures antérieures"},
        "Ouvertures antérieures : indiquez le premier et le dernier jour de chaque période, par exemple "
        "01/06/2010 – 30/06/2024, sans qu’elles se chevauchent, et un point-virgule entre deux périodes.",
    ),
    (
        "not_a_website",
        {"label": "Site"},
        "Site : indiquez une adresse complète, par exemple https://www.cantal.fr.",
    ),
    (
        "planned_but_used",
        {"week_start": MAY_22},
        "Des demi-journées ont été notées pour ce lieu dès le 22\u00a0mai 2017 : "
        "il n’est plus en projet. Choisissez « Ouvert » ou « Fermé ».",
    ),
    (
        "hours_reversed",
        {"weekday": 3, "half_day": "pm"},
        "Mercredi après-midi : la fermeture doit suivre l’ouverture. Corrigez les horaires.",
    ),
    (
        "hours_overlap",
        {"weekday": 1},
        "Lundi : l’après-midi commence avant la fin de la matinée. Corrigez les horaires.",
    ),
    (
        "seats_already_taken",
        {"seat_kind": "office", "seats": 1, "half_days": 4, "week_start": MAY_29},
        "4\u00a0demi-journées d’occupation ont été notées un même jour de la semaine 22 de 2017 : "
        "1\u00a0bureau individuel ne suffit pas. Indiquez davantage de positions, ou une date plus tardive.",
    ),
    (
        "seats_already_taken",
        {"seat_kind": "open_space", "seats": 2, "half_days": 5, "week_start": MAY_29},
        "5\u00a0demi-journées d’occupation ont été notées un même jour de la semaine 22 de 2017 : "
        "2\u00a0places en open space ne suffisent pas. Indiquez davantage de positions, ou une date plus tardive.",
    ),
    (
        "changes_past_rates",
        {"weeks": 3, "day": date(2017, 5, 1)},
        "Ce changement à partir du 1er\u00a0mai 2017 recalcule le taux de remplissage de "
        "3\u00a0semaines déjà complètes. Est-ce voulu ?",
    ),
    (
        "never_open",
        {"day": MAY_29},
        "À partir du 29\u00a0mai 2017, le lieu n’ouvrirait plus aucun jour. Est-ce exact ?",
    ),
    (
        "closed_after_entries",
        {"week_start": MAY_29, "closed_on": MAY_22},
        "Des demi-journées ont été notées jusqu’au 29\u00a0mai 2017, après la fermeture du 22\u00a0mai 2017. "
        "Cette date est-elle exacte ?",
    ),
    (
        "opened_after_entries",
        {"week_start": MAY_22, "opened_on": MAY_29},
        "Des demi-journées ont été notées dès le 22\u00a0mai 2017, avant l’ouverture du 29\u00a0mai 2017. "
        "Cette date est-elle exacte ?",
    ),
    (
        "outside_the_county",
        {},
        "Cette position est hors du Cantal. Est-elle exacte ? "
        "Vérifiez que latitude et longitude ne sont pas inversées.",
    ),
    (
        "closure_over_attendance",
        {"weeks": [MAY_22, MAY_29]},
        "Des demi-journées ont déjà été notées ces jours-là, dans les semaines 21 de 2017 et 22 de 2017. "
        "Cette fermeture est-elle exacte ?",
    ),
    (
        "closure_overlaps",
        {"starts_on": MAY_22, "ends_on": MAY_29, "reason": "travaux"},
        "Une fermeture est déjà notée, du 22 au 29\u00a0mai 2017 (travaux). Enregistrer aussi celle-ci ?",
    ),
    (
        "cost_already_noted",
        {"year": 2016, "cost_eur": 5417.25},
        "5\u202f417,25\u00a0€ sont déjà notés pour 2016. Les remplacer ?",
    ),
]


@pytest.mark.parametrize(("rule", "values", "expected"), SENTENCES)
def test_a_rule_of_places_is_told_with_its_values(rule: str, values: dict[str, Any], expected: str) -> None:
    assert refusal_sentence(rule, values) == typeset(expected)


def test_every_rule_of_places_has_an_example_above() -> None:
    assert {rule for rule, _values, _sentence in SENTENCES} == set(PLACE_SENTENCES)
