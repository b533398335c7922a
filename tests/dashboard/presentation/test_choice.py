"""Which slides a show has: what an address says is followed as far as it can be, and comes back the same."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from dashboard.configuration.settings import load_settings
from dashboard.presentation.choice import (
    STANDARD,
    Choice,
    address_of,
    choice_of,
    choice_over,
    contact_addresses,
    named,
    named_address,
    slide_names,
)
from dashboard.wording.terms import OWNER
from dashboard.wording.typography import typeset
from data_access.reads.presentation import SavedPresentation


def read(address: str) -> Choice:
    return choice_over(Choice(), dict(parse_qsl(urlsplit(address).query)))


@pytest.mark.parametrize(
    "choice",
    [
        Choice(),
        Choice(slides=("contact", "carte")),
        Choice(slides=("indicateur.pass_kept", "heures"), seconds=30, theme="dark"),
        Choice(titles={"heures": "Des heures & des heures, à 50 %", "carte": "Où ? Ici"}),
    ],
)
def test_an_address_gives_back_the_choice_it_was_made_from(choice: Choice) -> None:
    assert read(address_of(choice)) == choice


def test_the_usual_show_has_the_shortest_address() -> None:
    assert address_of(Choice()) == "/diaporama"
    assert named_address("Élus & salons") == "/diaporama?nom=%C3%89lus+%26+salons"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("vues=", tuple(STANDARD)),
        ("vues=personnes,annuaire", tuple(STANDARD)),
        ("vues=carte,carte,nulle-part,pass", ("carte", "pass")),
        ("vues=indicateur.pass_net", tuple(STANDARD)),
        ("vues=indicateur.step_share,contact", ("contact",)),
    ],
)
def test_slides_that_do_not_exist_are_left_out(query: str, expected: tuple[str, ...]) -> None:
    assert read(f"/diaporama?{query}").slides == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("0", 3), ("2", 3), ("12", 12), ("99999999999", 120), ("-5", 12), ("²", 12), ("vite", 12)]
)
def test_a_slide_stays_long_enough_to_be_read(text: str, expected: int) -> None:
    assert read(f"/diaporama?secondes={text}").seconds == expected


def test_a_title_of_an_address_is_cut_and_a_blank_one_is_the_usual_one() -> None:
    assert read(f"/diaporama?titre.carte={'x' * 500}&titre.pass=%20").titles == {"carte": "x" * 80}


def test_an_address_changes_a_saved_show_where_it_speaks() -> None:
    saved = Choice(slides=("pass",), seconds=30, titles={"pass": "Le club"})

    assert choice_over(saved, {"nom": "Ruralitic", "theme": "clair"}) == saved.model_copy(update={"theme": "light"})


def test_a_saved_document_of_another_time_is_read_as_far_as_it_can_be() -> None:
    assert choice_of({"slides": ["carte", "gone"], "seconds": None, "theme": "pink"}) == Choice(slides=("carte",))


def test_a_name_is_found_however_its_capitals_are_typed() -> None:
    saved = [SavedPresentation(each, 1, name, ("carte",), 12, "auto", {}) for each, name in enumerate(("Élus", "élus"))]

    assert named(saved, " élus ") == saved[1]
    assert named(saved, "ÉLUS") == saved[0]
    assert named(saved, "Élu") is None


def test_every_slide_has_a_name_of_its_own() -> None:
    names = list(slide_names().values())[: len(STANDARD)]

    assert len(set(names)) == len(STANDARD)
    for name in slide_names().values():
        assert typeset(name) == name


def test_the_last_slide_gives_what_the_settings_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom to call, where to write, where to go, what to visit; the county's name where nothing is set."""
    assert contact_addresses(load_settings()) == (OWNER,)

    for name, value in (("PHONE", "04 71 00 00 00"), ("ADDRESS", "28 avenue Gambetta, 15000 Aurillac")):
        monkeypatch.setenv(f"CYBERCANTAL_CONTACT_{name}", value)
    assert contact_addresses(load_settings()) == ("04 71 00 00 00", "28 avenue Gambetta, 15000 Aurillac")
