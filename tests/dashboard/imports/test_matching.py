"""The headings of a file find their columns, whoever wrote them; faults of one cause are told once."""

import pytest

from dashboard.imports.kinds import KINDS
from dashboard.imports.matching import columns_of, grouped, match
from dashboard.imports.reading import Fault, Unreadable, read_file
from dashboard.wording.typography import typeset
from data_access.entries.files import Line

CENTRES = {"MURAT": "Murat", "MONTMURAT": "Télécentre de Montmurat", "AUTRE": "Montmurat"}


def fields(kind: str, *headings: str, **given: str | None) -> list[str | None]:
    return list(columns_of(KINDS[kind], headings, given).fields)


def test_a_heading_wins_over_its_synonym_which_is_left_aside_and_told() -> None:
    found = columns_of(KINDS["members"], ["Mail", "Adresse électronique"], {})

    assert found.fields == (None, "email")
    assert "Mail" in found.notes[0]
    assert fields("members", "Mail", "Courriel") == ["email", None]
    assert fields("attendance", "Date", "Jour") == ["day", None]
    with pytest.raises(Unreadable, match="deux fois"):
        fields("members", "Nom", "nom")


def test_what_a_person_says_of_a_heading_comes_first() -> None:
    assert fields("members", "Patronyme", "Nom", patronyme="family_name") == ["family_name", None]
    assert fields("members", "Nom", "Prénom", nom=None) == [None, "given_name"]


def test_a_number_of_a_line_is_no_number_of_a_member() -> None:
    assert fields("members", "Numéro", "N°") == [None, None]


def test_a_weekday_that_is_not_that_of_its_date_is_told() -> None:
    text = "Télécentre;Date;Jour;Position;Demi-journées\nMURAT;17/11/2026;lundi;bureaux;1\n"
    kind = KINDS["attendance"]

    matched = match(kind, read_file("a.csv", text.encode(), kind.headings), centres=CENTRES)

    assert [(fault.column, fault.value) for fault in matched.faults] == [("Jour", "lundi")]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("montmurat", "désigne deux lieux"),
        ("Rodez", "n’est pas un télécentre"),
        ("AUTRE", None),
        ("Tout le réseau", None),
        ("", "indiquez une valeur"),
    ],
)
def test_a_place_is_known_by_its_name_or_code_and_never_guessed(cell: str, told: str | None) -> None:
    kind = KINDS["closures"]
    text = f"Télécentre;Premier jour fermé;Dernier jour fermé;Motif\n{cell};1/8/2026;2/8/2026;Congés\n"

    matched = match(kind, read_file("a.csv", text.encode(), kind.headings), centres=CENTRES)

    if told is None:
        [(_line, line)] = matched.records
        assert isinstance(line, Line)
        assert line.values["centre_code"] == (None if cell == "Tout le réseau" else cell)
    else:
        assert [told in fault.reason for fault in matched.faults] == [True]


def test_faults_of_one_cause_are_told_once_with_their_lines() -> None:
    def wrong(line: int, value: str, column: str = "Date") -> Fault:
        return Fault(line, column, value, typeset(f"« {value} » n’est pas une date. Indiquez par exemple 30/05/2017."))

    causes = grouped([wrong(15, "d"), *(wrong(line, f"v{line}") for line in (2, 3, 4, 9, 10)), wrong(2, "x", "Fin")])

    assert [(cause.column, cause.where) for cause in causes] == [
        ("Date", typeset("lignes 2 à 4, 9 et 10, 15")),
        ("Fin", typeset("ligne 2")),
    ]
    assert causes[0].values[:2] == ("v2", "v3")


def test_places_and_headings_go_by_the_forms_that_people_write() -> None:
    text = "Télécentres;Titre;Natures;Débuts\nForge;Atelier;Ateliers;14/11/2026 10 h\n"
    kind = KINDS["events"]

    matched = match(
        kind, read_file("a.csv", text.encode(), kind.headings), centres=CENTRES, short_names={"LA-FORGE": "Forge"}
    )

    [(_line, line)] = matched.records
    assert isinstance(line, Line)
    assert (line.values["centre_code"], line.values["kind"]) == ("LA-FORGE", "workshop")
