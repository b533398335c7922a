"""Each rule of the writes has its sentence, with the values it needs and the remedy."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.wording.refusals import RULES, field_name, not_a_whole_number, refusal_sentence
from dashboard.wording.typography import typeset
from data_access import summaries
from data_access.engine import writing
from data_access.periods import day_in_paris
from data_access.refusals import Problem, Refused, Rule
from tests.data_access.weekly_sheets import NOW, REFUSAL_CASES, RefusalCase, add_network, provoke, weekly_rules
from tests.databases import engine_at, sqlite_copy

MONDAY = date(2017, 5, 29)
TUESDAY = date(2017, 5, 30)
THURSDAY = date(2017, 6, 1)
FRIDAY = date(2017, 6, 2)
OFFICE = {"day": TUESDAY, "seat_kind": "office"}

# Ordinary spaces stand for the no-break ones: typeset() puts them where French wants them.
LOCKED = {"week_start": date(2017, 4, 10), "locked_on": date(2017, 5, 14)}
SENTENCES: list[tuple[str, dict[str, Any], str]] = [
    (
        "not_allowed",
        {},
        "Ce télécentre ne fait pas partie des vôtres. Demandez à la coordination du réseau de vous le confier.",
    ),
    ("unknown_centre", {}, "Ce télécentre n’existe plus. Choisissez-en un dans la liste."),
    ("not_a_monday", {"day": TUESDAY}, "Une semaine commence un lundi, pas un mardi. Choisissez une autre semaine."),
    (
        "week_in_future",
        {"week_start": date(2017, 6, 12)},
        "Cette semaine commence le lundi 12\u00a0juin 2017. Vous pourrez la saisir à partir de ce jour.",
    ),
    ("centre_not_open", {}, "Le télécentre n’est pas encore ouvert : il n’y a rien à saisir."),
    (
        "centre_not_open",
        {"opened_on": date(2013, 5, 1)},
        "Le télécentre a ouvert le 1er\u00a0mai 2013. Choisissez une semaine plus récente.",
    ),
    (
        "centre_not_open",
        {"closed_on": date(2017, 4, 30)},
        "Le télécentre a fermé le 30\u00a0avril 2017. Choisissez une semaine plus ancienne.",
    ),
    (
        "week_locked",
        LOCKED,
        "La semaine 15 de 2017 est clôturée depuis le 14\u00a0mai 2017. Pour la corriger, contactez la coordination du réseau.",
    ),
    (
        "week_locked",
        LOCKED | {"coordinates": True},
        "La semaine 15 de 2017 est clôturée depuis le 14\u00a0mai 2017. Pour la corriger, rouvrez-la.",
    ),
    (
        "week_locked",
        LOCKED | {"coordinates": True, "in_file": True},
        "Cette semaine est clôturée. Pour la corriger par ce fichier, indiquez un motif de correction.",
    ),
    ("day_outside_week", OFFICE, "Le mardi 30\u00a0mai 2017 n’est pas dans cette semaine. Choisissez la sienne."),
    ("day_in_future", OFFICE, "Mardi, bureaux : ce jour est encore à venir. Laissez la case vide."),
    (
        "week_not_over",
        {"days": [FRIDAY]},
        "La semaine n’est pas finie : vendredi est encore à venir. Enregistrez-la comme brouillon.",
    ),
    (
        "week_not_over",
        {"days": [THURSDAY, FRIDAY]},
        "La semaine n’est pas finie : jeudi et vendredi sont encore à venir. Enregistrez-la comme brouillon.",
    ),
    ("negative", OFFICE | {"value": -3}, "Mardi, bureaux : −3 n’est pas possible. Indiquez 0 ou davantage."),
    ("negative", {"value": -3}, "Personnes différentes : −3 n’est pas possible. Indiquez 0 ou davantage."),
    (
        "above_capacity",
        OFFICE | {"value": 9, "seats": 4, "maximum": 8},
        "Mardi, bureaux : 9\u00a0demi-journées pour 4\u00a0bureaux. Le maximum est 8.",
    ),
    (
        "above_capacity",
        {"day": TUESDAY, "seat_kind": "open_space", "value": 3, "seats": 1, "maximum": 2},
        "Mardi, open space : 3\u00a0demi-journées pour 1\u00a0place. Le maximum est 2.",
    ),
    (
        "above_capacity",
        OFFICE | {"value": 1, "seats": 0, "maximum": 0},
        "Mardi, bureaux : le télécentre n’a pas de bureau ce jour-là. Effacez ce nombre.",
    ),
    (
        "closed_but_occupied",
        OFFICE | {"value": 1, "whole_week": False},
        "Mardi, bureaux : 1\u00a0demi-journée alors que c’est fermé. Effacez ce nombre, ou décochez « Fermé ».",
    ),
    (
        "closed_but_occupied",
        OFFICE | {"value": 2, "whole_week": True},
        "Mardi, bureaux : 2\u00a0demi-journées alors que c’est fermé. "
        "Effacez ce nombre, ou choisissez un autre état pour la semaine.",
    ),
    (
        "people_without_half_days",
        {"value": 12, "total": 9},
        "12\u00a0personnes différentes pour 9\u00a0demi-journées : chacune en occupe au moins une. Vérifiez ces nombres.",
    ),
    (
        "half_days_without_people",
        {"total": 9},
        "Personnes différentes : 0, pour 9\u00a0demi-journées. Indiquez combien sont venues, ou laissez la case vide.",
    ),
    (
        "too_many_people",
        {"value": 500, "maximum": 60},
        "Personnes différentes : 500, alors que la semaine ne compte que 60 demi-journées au plus. Vérifiez ce nombre.",
    ),
    (
        "all_days_closed",
        {},
        "Tous les jours sont marqués fermés. Choisissez « Fermé toute la semaine » et indiquez pourquoi.",
    ),
    (
        "reason_missing",
        {"days": []},
        "Indiquez pourquoi le télécentre était fermé, par exemple « congés d’été ».",
    ),
    (
        "reason_missing",
        {"days": [TUESDAY]},
        "Mardi est marqué fermé : indiquez pourquoi dans la remarque, par exemple « travaux ».",
    ),
    ("missing_value", {}, "Remarque : indiquez une valeur."),
    ("unreadable_text", {}, "Remarque : ce texte contient un signe invisible. Effacez-le et tapez-le de nouveau."),
    (
        "too_long",
        {"length": 1250, "maximum": 1000},
        "Remarque : 1\u202f250\u00a0caractères. Raccourcissez à 1\u202f000 au plus.",
    ),
    (
        "too_personal",
        {},
        "Remarque : ne notez ni numéro de sécurité sociale ni compte bancaire. Effacez ce numéro.",
    ),
    (
        "stale_version",
        {"entered_by": "o@example.org", "entered_at": datetime(2017, 6, 9, 14, 40, tzinfo=UTC)},
        "o@example.org a modifié cette semaine le 9\u00a0juin 2017 à 16\u00a0h\u00a040, après que vous l’avez ouverte.",
    ),
    (
        "stale_version",
        {"entered_by": None, "entered_at": datetime(2017, 6, 9, 14, 40, tzinfo=UTC)},
        "Quelqu’un a modifié cette semaine le 9\u00a0juin 2017 à 16\u00a0h\u00a040, après que vous l’avez ouverte.",
    ),
    ("stale_version", {}, "Quelqu’un a effacé cette semaine pendant votre saisie. Rien n’a été enregistré."),
    (
        "refused_by_database",
        {"rule": "capacity_exceeded"},
        "La base de données a refusé ces chiffres (règle capacity_exceeded). Rien n’a été enregistré. "
        "Signalez-le à la coordination du réseau.",
    ),
    ("blank_field", OFFICE, "Mardi, bureaux : indiquez un nombre, 0 si personne n’est venu."),
    ("blank_days", {"days": [THURSDAY]}, "Jeudi est vide. Le télécentre était-il fermé ce jour-là ?"),
    (
        "blank_days",
        {"days": [THURSDAY, FRIDAY]},
        "Jeudi et vendredi sont vides. Le télécentre était-il fermé ces jours-là ?",
    ),
    (
        "above_offer",
        OFFICE | {"value": 6, "offered_half_days": 4},
        "Mardi, bureaux : 6\u00a0demi-journées, alors que le télécentre en offrait 4. Est-ce exact ?",
    ),
    (
        "above_offer",
        OFFICE | {"value": 2, "offered_half_days": 0, "public_holiday": "Ascension", "closure_reason": None},
        "Mardi, bureaux : 2\u00a0demi-journées, un jour de fermeture (Ascension). Est-ce exact ?",
    ),
    (
        "above_offer",
        OFFICE | {"value": 2, "offered_half_days": 0},
        "Mardi, bureaux : 2\u00a0demi-journées, un jour où le télécentre n’ouvre pas. Est-ce exact ?",
    ),
    (
        "far_from_usual",
        {"total": 2, "lowest": 15, "highest": 25},
        "Cette semaine compte 2\u00a0demi-journées ; vous en saisissez d’habitude entre 15 et 25. Est-ce exact ?",
    ),
    ("all_zero", {}, "D’après ces chiffres, personne n’est venu de la semaine. Est-ce exact ?"),
    (
        "same_as_before",
        {"week_start": date(2017, 5, 22)},
        "Ces chiffres sont exactement ceux de la semaine 21. Est-ce exact ?",
    ),
]


@pytest.mark.parametrize(("rule", "values", "expected"), SENTENCES)
def test_a_refusal_is_told_with_its_values(rule: str, values: dict[str, Any], expected: str) -> None:
    assert refusal_sentence(rule, values) == typeset(expected)


def test_a_field_is_named_by_its_day_and_kind() -> None:
    assert field_name(date(2017, 5, 31), "open_space") == "Mercredi, open space"


def test_a_text_where_a_number_is_wanted_is_told_with_an_example() -> None:
    expected = "Mercredi, open space\u00a0: indiquez un nombre entier, par exemple 3."

    assert not_a_whole_number("Mercredi, open space") == expected


def test_every_rule_of_the_writes_has_its_sentence_and_no_sentence_is_left_over() -> None:
    assert set(Rule) == RULES


def test_every_rule_of_the_weekly_sheet_has_an_example_above() -> None:
    assert weekly_rules() <= {rule for rule, _values, _sentence in SENTENCES}


@pytest.fixture
def connection(sqlite_template: Path, tmp_path: Path) -> Iterator[sa.Connection]:
    """The small network, in a transaction that may write."""
    engine = engine_at(sqlite_copy(sqlite_template, tmp_path))
    with writing(engine) as connection:
        add_network(connection)
        # Done here once, rather than in each case that is undone.
        summaries.refresh(connection, through=day_in_paris(NOW))
        yield connection
    engine.dispose()


def _provoked(connection: sa.Connection, case: RefusalCase) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refusal, connection.begin_nested():
        provoke(connection, case)
    return refusal.value.problems


def test_no_refusal_lacks_a_value_its_sentence_needs(connection: sa.Connection) -> None:
    """The values are those the writes really give, not those of the table above."""
    for case in REFUSAL_CASES:
        for problem in _provoked(connection, case):
            sentence = refusal_sentence(problem.rule, problem.values)

            assert sentence == typeset(sentence)
            assert "None" not in sentence
            assert sentence[0].isupper() or sentence[0].isdigit() or "@" in sentence
            assert sentence[-1] in ".?"
