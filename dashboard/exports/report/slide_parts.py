"""What every deck of slides is made with: its layouts, its title slide, its foot, texts in French, notes, spoken words."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from dashboard.charts.palette import LIGHT
from dashboard.wording.terms import OWNER
from dashboard.wording.typography import typeset

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, ACROSS = Inches(0.7), Inches(11.93)
_TITLE_SLIDE, _TITLE_ONLY = 0, 5
_FOOT: Final = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
WHITE: Final = RGBColor(0xFF, 0xFF, 0xFF)
_WARNING: Final = RGBColor(0x7A, 0x36, 0x06)

TextLine = tuple[str, int, bool]
"""A line of text, its size in points, and whether it is bold."""


def colour(code: str) -> Any:
    """A colour of the palette."""
    return RGBColor.from_string(code.removeprefix("#"))


def blank_deck(title: str, *, made_on: date, warning: str) -> Any:
    """A deck without a slide, wide, with two layouts: the title of the deck, and a title with room under it."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    _lay_out(deck)
    about = deck.core_properties
    about.title, about.author, about.language, about.comments = title, OWNER, "fr-FR", warning
    about.created = about.modified = datetime.combine(made_on, time())
    about.last_modified_by, about.revision = OWNER, 1
    return deck


def file_of(deck: Any) -> bytes:
    """The deck as a file."""
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _lay_out(deck: Any) -> None:
    """The places of titles, in the layouts themselves: a title that is moved keeps its look."""
    for number in reversed(range(len(deck.slide_layouts))):
        if number not in (_TITLE_SLIDE, _TITLE_ONLY):
            deck.slide_layouts.remove(deck.slide_layouts[number])
    cover, page = deck.slide_layouts
    title, subtitle = (cover.placeholders[number] for number in (0, 1))
    place(title, LEFT, Inches(2.3), ACROSS, Inches(1.2))
    place(subtitle, LEFT, Inches(3.6), ACROSS, Inches(2.6))
    place(page.placeholders[0], LEFT, Inches(0.4), ACROSS, Inches(0.75))
    for layout in (cover, page, deck.slide_master):
        for holder in list(layout.placeholders):
            # Date, footer and number stand in the foot that each slide writes.
            if holder.placeholder_format.type in _FOOT:
                holder._element.getparent().remove(holder._element)


def place(shape: Any, left: int, top: int, width: int, height: int) -> None:
    """Where a shape stands, and how large."""
    shape.left, shape.top, shape.width, shape.height = left, top, width, height


def title_slide(deck: Any, title: str, lines: Sequence[TextLine], notes: Sequence[str]) -> None:
    """The county's slide, which opens every deck."""
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = colour(LIGHT.accent)
    write(slide.shapes.title, [(title, 44, True)], WHITE)
    write(slide.placeholders[1], lines, WHITE)
    tell_notes(slide, notes)


def titled_slide(deck: Any, title: str) -> Any:
    """One more slide, with its title."""
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    write(slide.shapes.title, [(title, 30, True)], colour(LIGHT.accent))
    return slide


def add_text(
    slide: Any, name: str, lines: Sequence[TextLine], box: tuple[int, int, int, int], ink: str = LIGHT.text
) -> Any:
    """A box of text on a slide, at its left, top, width and height."""
    shape = slide.shapes.add_textbox(*box)
    shape.name = name
    write(shape, lines, colour(ink))
    return shape


def add_feet(deck: Any, footing: str, warning_text: str) -> None:
    """At the foot of each slide: who, what and which page; and that data are invented where they are."""
    every = list(deck.slides)
    for number, slide in enumerate(every, start=1):
        cover = number == 1
        box = slide.shapes.add_textbox(LEFT, Inches(6.95), Inches(6.9), Inches(0.4))
        box.name = "Pied de page"
        ink = WHITE if cover else colour(LIGHT.secondary_text)
        write(box, [(f"{footing} · {number} / {len(every)}", 11, False)], ink)
        if warning_text:
            warning = slide.shapes.add_textbox(Inches(7.63), Inches(6.95), Inches(5), Inches(0.4))
            warning.name = "Avertissement"
            write(warning, [(warning_text, 11, True)], WHITE if cover else _WARNING)
            warning.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def write(shape: Any, lines: Sequence[TextLine], ink: Any) -> None:
    """Puts lines of text in a shape."""
    write_frame(shape.text_frame, lines, ink)
    shape.text_frame.word_wrap = True
    shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE if shape.is_placeholder else MSO_ANCHOR.TOP


def write_frame(frame: Any, lines: Sequence[TextLine], ink: Any) -> None:
    """The same in a cell of a table."""
    for number, (text, size, bold) in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = typeset(text)
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, ink
        run.font.language_id = MSO_LANGUAGE_ID.FRENCH


def tell_notes(slide: Any, lines: Sequence[str]) -> None:
    """What the speaker reads: source, period, perimeter."""
    frame = slide.notes_slide.notes_text_frame
    frame.text = "\n".join(typeset(line) for line in lines if line)
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.language_id = MSO_LANGUAGE_ID.FRENCH


def say(shape: Any, words: str) -> None:
    """The words of what is drawn, for who does not see it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", typeset(words))
