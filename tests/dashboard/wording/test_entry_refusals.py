"""The rules every record shares, told with the name its screen gives the field."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dashboard.wording.refusals import ENTRY_SENTENCES, refusal_sentence
from dashboard.wording.typography import typeset

# Ordinary spaces stand for the no-break ones: typeset() puts them where French wants them.
SENTENCES: list[tuple[str, dict[str, Any], str]] = [
    ("not_your_role", {}, "Seule la coordination du réseau enregistre cela. Adressez-vous à elle."),
    ("unknown_record", {}, "Cette fiche n’existe plus : quelqu’un l’a annulée entre-temps."),
    ("missing_value", {"label": "Nom"}, "Nom : indiquez une valeur."),
    (
        "too_long",
        {"label": "Nom", "length": 121, "maximum": 120},
        "Nom : 121\u00a0caractères. Raccourcissez à 120 au plus.",
    ),
    (
        "unreadable_text",
        {"label": "Nom"},
        "Nom : ce texte contient un signe invisible. Effacez-le et tapez-le de nouveau.",
    ),
    ("not_in_list", {"label": "Statut"}, "Statut : choisissez une des valeurs proposées."),
    (
        "out_of_range",
        {"label": "Participants", "value": -2, "lowest": 0, "highest": 500},
        "Participants : −2 n’est pas possible. Indiquez un nombre de 0 à 500.",
    ),
    (
        "day_too_early",
        {"label": "Fin", "day": date(2017, 5, 30), "earliest": date(2017, 6, 1)},
        "Fin : 30\u00a0mai 2017 est trop tôt. Indiquez une date à partir du 1er\u00a0juin 2017.",
    ),
    (
        "day_too_late",
        {"label": "Début", "day": date(2017, 6, 2), "latest": date(2017, 5, 30)},
        "Début : 2\u00a0juin 2017 est trop tard. Indiquez une date jusqu’au 30\u00a0mai 2017.",
    ),
    (
        "other_name",
        {"value": "Tardieu Rachel"},
        "Cette personne est connue sous le nom de Tardieu Rachel. Est-ce bien elle, et faut-il changer son nom ?",
    ),
    (
        "consent_changes",
        {"value": True},
        "Cette personne figurerait désormais à l’annuaire. A-t-elle donné son accord ?",
    ),
    (
        "consent_changes",
        {"value": False},
        "Cette personne ne figurerait plus à l’annuaire. A-t-elle retiré son accord ?",
    ),
    (
        "overlapping_agreement",
        {"signed_on": date(2017, 1, 9)},
        "Une convention de cette personne court déjà dans ce télécentre depuis le 9\u00a0janvier 2017. En faut-il une seconde ?",
    ),
    (
        "unknown_reference",
        {"label": "Session", "value": "23", "file": "sessions"},
        "Session : « 23 » n’est pas enregistré. Importez d’abord le fichier « Sessions », ou corrigez la cellule.",
    ),
    (
        "several_people",
        {"people": 2, "value": "Delmas Élise"},
        "2\u00a0personnes ont le nom « Delmas Élise ». Ajoutez l’adresse électronique, le téléphone ou la date d’adhésion de "
        "celle dont il s’agit.",
    ),
    (
        "already_exists",
        {"label": "Numéro", "value": "112"},
        "Numéro : « 112 » existe déjà. Modifiez la fiche existante.",
    ),
    (
        "other_name",
        {"value": "Vernhes Élodie"},
        "Cette personne est connue sous le nom de Vernhes Élodie. Est-ce bien elle, et faut-il changer son nom ?",
    ),
    (
        "overlapping_agreement",
        {"signed_on": date(2017, 1, 5), "ended_on": None},
        "Une convention de cette personne court déjà dans ce télécentre depuis le 5\u00a0janvier 2017. "
        "En faut-il une seconde ?",
    ),
    (
        "consent_changes",
        {"value": True},
        "Cette personne figurerait désormais à l’annuaire. A-t-elle donné son accord ?",
    ),
    (
        "consent_changes",
        {"value": False},
        "Cette personne ne figurerait plus à l’annuaire. A-t-elle retiré son accord ?",
    ),
    (
        "record_changed",
        {"actor": "o@example.org", "at": datetime(2017, 6, 9, 14, 40, tzinfo=UTC)},
        "o@example.org a modifié cette fiche le 9\u00a0juin 2017 à 16\u00a0h\u00a040, après que vous l’avez ouverte. "
        "Rien n’a été enregistré : rouvrez-la.",
    ),
    (
        "record_changed",
        {},
        "Quelqu’un a modifié cette fiche, après que vous l’avez ouverte. Rien n’a été enregistré : rouvrez-la.",
    ),
    (
        "record_changed",
        {"actor": "o@example.org", "read_again": True, "both": [("Téléphone", "04 71 00 00 02")]},
        "o@example.org a modifié cette fiche, après que vous l’avez ouverte. Rien n’a été enregistré : elle est relue ici, "
        "avec ce que vous avez tapé. Vérifiez, puis enregistrez. Téléphone : « 04 71 00 00 02 » est enregistré.",
    ),
    (
        "like_another_number",
        {"label": "Numéro d’adhérent", "value": "788", "other": "PAM-0788"},
        "Numéro d’adhérent : « 788 » ressemble à « PAM-0788 », déjà donné. Est-ce un autre numéro ?",
    ),
    (
        "name_for_number",
        {"label": "Référence", "value": "Jean Dupont"},
        "Référence : « Jean Dupont » n’a pas de chiffre. Indiquez un numéro, jamais un nom.",
    ),
    (
        "before_opening",
        {"label": "Année", "opened_on": date(2010, 1, 5)},
        "Année : ce lieu n’a ouvert que le 5\u00a0janvier 2010. Est-ce bien avant ?",
    ),
    (
        "day_too_early",
        {
            "label": "Fin",
            "day": datetime(2017, 6, 9, 7, 0, tzinfo=UTC),
            "earliest": datetime(2017, 6, 9, 8, 0, tzinfo=UTC),
        },
        "Fin : 9\u00a0juin 2017 à 9\u00a0h est trop tôt. Indiquez une heure à partir de 10\u00a0h.",
    ),
    ("already_taken_back", {}, "Ce changement a déjà été annulé."),
    ("import_running", {}, "Cet import est en cours. Attendez qu’il soit fini, puis rechargez la page."),
    ("already_decided", {}, "Quelqu’un a déjà décidé de ce fichier. Rechargez la page."),
    ("own_file", {}, "Ce fichier attend le regard d’une autre personne que vous. Vous pouvez le reprendre."),
    *(
        (
            fault,
            {},
            f"{cause} Rien n’est enregistré, ce que vous avez tapé reste affiché ici : réessayez dans un instant.",
        )
        for fault, cause in (
            ("database_busy", "La base est occupée par un autre enregistrement."),
            ("database_locked", "La base est verrouillée par un autre programme."),
            ("database_full", "Le disque de la base est plein."),
            ("database_read_only", "La base est en lecture seule."),
            ("database_gone", "Le fichier de la base a disparu."),
            ("database_closed", "Le fichier de la base ne peut pas être ouvert."),
            ("database_damaged", "Le fichier de la base est abîmé."),
            ("database_slow", "La base met trop longtemps à répondre."),
            ("database_failed", "La base de données ne répond pas."),
        )
    ),
    (
        "changed_since",
        {},
        "Cette fiche a été modifiée depuis : annuler effacerait ce changement plus récent. Corrigez-la plutôt.",
    ),
    ("still_used", {}, "Cette fiche sert ailleurs : annulez d’abord ce qui a été noté après elle."),
]


@pytest.mark.parametrize(("rule", "values", "expected"), SENTENCES)
def test_a_refusal_is_told_with_the_name_of_its_field(rule: str, values: dict[str, Any], expected: str) -> None:
    assert refusal_sentence(rule, values) == typeset(expected)


def test_each_of_these_rules_has_an_example_above() -> None:
    assert {rule for rule, _values, _sentence in SENTENCES} == set(ENTRY_SENTENCES)
