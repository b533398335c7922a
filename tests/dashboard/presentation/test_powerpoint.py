"""The show as a PowerPoint file says what its slides say, in text and charts that can be changed, told to who cannot see."""

import io
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from pptx import Presentation

from dashboard.figures.show import Deck, compose_deck, speaker_notes
from dashboard.presentation.choice import Choice
from dashboard.presentation.powerpoint import TITLE, powerpoint_file
from dashboard.wording.terms import DEMONSTRATION, OWNER
from data_access.engine import reading
from data_access.facts import PresentOccupancy
from data_access.reads.presentation import presentation_facts
from data_access.rights import VISITOR
from tests.dashboard.reporting.reading_back import plain, text_of_slide
from tests.demonstrations import demonstration

TODAY = date(2017, 5, 30)
ADDRESSES = ("coordination@exemple.fr", "https://tableau.exemple.fr")
CHOICE = Choice(
    slides=("heures", "carte", "remplissage", "annees", "direct", "agenda", "indicateur.placements_aim_1", "contact"),
    titles={"heures": "Un titre à nous"},
)


@pytest.fixture(scope="module")
def shown() -> Deck:
    with reading(demonstration(TODAY), TODAY, VISITOR) as connection:
        facts = presentation_facts(connection, on=TODAY)
    schema = {"seats": pl.Int64, "seats_taken": pl.Int64}
    now = PresentOccupancy(datetime(2017, 5, 30, 8, tzinfo=UTC), pl.DataFrame([(58, 21)], schema=schema, orient="row"))
    return compose_deck(facts, now, CHOICE.slides, addresses=ADDRESSES, demonstration=True)


@pytest.fixture(scope="module")
def slides(shown: Deck) -> list[Any]:
    with reading(demonstration(TODAY), TODAY, VISITOR) as connection:
        notes = speaker_notes(presentation_facts(connection, on=TODAY), CHOICE.slides)
    return list(Presentation(io.BytesIO(powerpoint_file(shown, CHOICE, notes))).slides)


def test_the_file_has_the_slides_of_the_show_after_the_title_of_the_county(slides: list[Any], shown: Deck) -> None:
    assert slides[0].shapes.title.text == TITLE
    assert OWNER in text_of_slide(slides[0])
    assert [slide.shapes.title.text for slide in slides[1:]] == [
        CHOICE.titles.get(key) or shown.slides[key].title for key in CHOICE.slides
    ]


def test_each_slide_says_what_the_show_says(slides: list[Any], shown: Deck) -> None:
    for slide, key in zip(slides[1:], CHOICE.slides, strict=True):
        said, of_show = plain(text_of_slide(slide)), shown.slides[key]
        told = [of_show.number, of_show.unit, of_show.caption, *(line.what for line in of_show.lines)]
        told += [f"{line.label} : {line.said}" for line in of_show.yearly]
        assert [text for text in told if plain(text) not in said] == [], key
        assert DEMONSTRATION in said
    assert "tableau.exemple.fr" in text_of_slide(slides[-1])


def test_what_is_drawn_is_told_and_notes_say_where_figures_come_from(slides: list[Any]) -> None:
    """A chart for the months, seven for the years, a picture for the map and one for the code to aim at, shapes for a gauge."""
    by_key = dict(zip(CHOICE.slides, slides[1:], strict=True))
    words = {
        key: [text for text in slide.element.xpath(".//p:cNvPr/@descr") if len(text) > 20]
        for key, slide in by_key.items()
    }

    assert [shape.has_chart for shape in by_key["heures"].shapes].count(True) == 1
    assert {key: len(texts) for key, texts in words.items() if texts} == {
        "heures": 1, "carte": 1, "remplissage": 1, "annees": 7, "direct": 1, "contact": 1,
    }  # fmt: skip
    for key in ("heures", "remplissage", "direct", "carte"):
        notes = plain(by_key[key].notes_slide.notes_text_frame.text)
        assert all(part in notes for part in ("Source : ", "Période : ", "Périmètre : ")), key
