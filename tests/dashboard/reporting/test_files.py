"""Every file can be read by everybody: tags, language, title, words for pictures, a warning over invented data."""

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest
from docx import Document
from pptx import Presentation

from dashboard.reporting import FORMS, Form, every_note, note_file, notes_archive
from dashboard.wording.terms import DEMONSTRATION
from data_access.facts import ReportFacts
from tests.dashboard.reporting.reading_back import (
    on_each_page,
    pdf_facts,
    pdf_structure,
    plain,
    slides_of,
    text_of,
    text_of_slide,
)

NS = {"wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"}


@pytest.mark.parametrize("key", ["pdf", "note-pdf"])
def test_the_pdf_is_tagged_and_says_its_title_and_language(files_2013: dict[str, Path], key: str) -> None:
    """It was also made under the checks of PDF/UA-1, and says so."""
    said = pdf_facts(files_2013[key])
    with pikepdf.open(files_2013[key]) as document:
        language, standard = str(document.Root.Lang), document.open_metadata()["pdfuaid:part"]

    assert said["Tagged"] == "yes"
    assert said["Title"] == {"pdf": "Bilan annuel 2013", "note-pdf": "La COcotte numérique (pays de Murat), 2013"}[key]
    assert (language, standard) == ("fr-FR", "1")
    assert "US letter" not in said["Page size"]


def test_the_pdf_has_headings_table_headers_and_words_for_each_chart(files_2013: dict[str, Path]) -> None:
    structure = pdf_structure(files_2013["pdf"])
    with pikepdf.open(files_2013["pdf"]) as document:
        told = [part for part in document.objects if isinstance(part, pikepdf.Dictionary) and "/Alt" in part]

    assert 'H1 "Bilan annuel 2013"' in structure
    assert structure.count("\n  Figure") == len(told) > 4
    assert structure.count("THead") == structure.count("  Table") > 5
    assert "/Scope /Column" in structure
    # A reader who moves down a column hears which line each number is of.
    rows = structure.count("\n      TR") - structure.count("  THead")
    assert structure.count("/Scope /Row") == rows > 50
    assert "TD:" not in structure, "a cell tied to its column alone would not tell its line"


def test_the_pdf_has_a_page_per_subject_each_with_its_warning(files_2013: dict[str, Path]) -> None:
    pages = on_each_page(files_2013["pdf"])
    subjects = [slide.shapes.title.text for slide in slides_of(files_2013["pptx"])[2:]]

    assert len(pages) == 2 + len(subjects)
    assert all(DEMONSTRATION in page for page in pages)
    for subject, page in zip(subjects, map(plain, pages[2:]), strict=True):
        assert plain(subject) in page
        for told in (
            "Manques",
            "Périmètre : ",
            "Période : ",
            "Filtres : ",
            "Formule : ",
            "Document établi le 30 mai 2017",
        ):
            assert told in page, (subject, told)


def test_slides_are_native_and_told(files_2013: dict[str, Path]) -> None:
    """Charts are PowerPoint's own but the map and the years, of several scales; what is drawn has words, notes say the source."""
    deck = Presentation(str(files_2013["pptx"]))
    drawn = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart or shape.shape_type == 13]

    assert deck.core_properties.title == "Bilan annuel 2013"
    assert deck.core_properties.language == "fr-FR"
    assert [shape.name for shape in drawn if not shape.has_chart] == [
        "Le bilan de 2007 à 2013",
        "Lieux, positions et coûts",
    ]
    assert sum(shape.has_chart for shape in drawn) >= 4
    assert all(len(shape._element.xpath(".//p:cNvPr")[0].get("descr")) > 40 for shape in drawn)
    assert all(DEMONSTRATION in text_of_slide(slide) for slide in deck.slides)
    for slide in list(deck.slides)[2:]:
        notes = plain(slide.notes_slide.notes_text_frame.text)
        assert all(told in notes for told in ("Source : ", "Période : ", "Périmètre : ", "Description du graphique : "))
    assert deck.slides[0].shapes.title.text == "Bilan annuel 2013"
    assert "Conseil départemental du Cantal" in text_of_slide(deck.slides[0])


def test_the_text_document_has_headings_and_words_for_its_pictures(files_2013: dict[str, Path]) -> None:
    document = Document(str(files_2013["docx"]))
    pictures = document.element.body.findall(".//wp:docPr", NS)
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]

    assert document.core_properties.language == "fr-FR"
    assert {lang.get(lang.keys()[0]) for lang in document.styles.element.xpath(".//w:lang")} == {"fr-FR"}
    assert len(pictures) > 4
    assert all(len(picture.get("descr") or "") > 40 for picture in pictures)
    assert headings[0] == "Les sept lignes du bilan 2013"
    assert all(table.rows[0]._tr.xpath(".//w:tblHeader") for table in document.tables)
    assert DEMONSTRATION in document.sections[0].header.paragraphs[0].text


@pytest.mark.slow
def test_libreoffice_lays_out_slides_and_text(
    drawn_by_libreoffice: dict[str, list[str]], files_2013: dict[str, Path]
) -> None:
    """As many pages as slides, with their text and the names under their charts."""
    slides, document = drawn_by_libreoffice["pptx"], drawn_by_libreoffice["docx"]

    assert len(slides) == len(slides_of(files_2013["pptx"]))
    assert all(DEMONSTRATION in page for page in (*slides, *document))
    for figure in ("43 800 h", "214", "934 €"):
        assert figure in plain(slides[1])
        assert figure in plain(document[0])
    # A page of its own for the last lines of another is a page lost.
    assert min(len(page.split()) for page in document) > 60
    assert "Télécentre d’Ydes" in next(page for page in slides if "est le lieu le plus rempli" in page)


@pytest.mark.parametrize("form", FORMS)
def test_invented_data_say_so_in_every_file(files_2013: dict[str, Path], form: Form) -> None:
    assert DEMONSTRATION in text_of(files_2013[form])
    assert DEMONSTRATION in text_of(files_2013[f"note-{form}"])


def test_the_notes_of_all_places_come_at_once_each_on_one_page(facts_2013: ReportFacts, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    notes = dict(every_note(facts_2013, "pdf", lambda step, done: told.append((step, done))))

    assert len(notes) == 10
    assert [done for _, done in told] == sorted(done for _, done in told)
    assert told[0] == (next(iter(facts_2013.place_names.values())), 0)
    assert told[-1][1] == 1
    for name, content in notes.items():
        (tmp_path / name).write_bytes(content)
        assert pdf_facts(tmp_path / name)["Pages"] == "1", name


def test_the_same_facts_give_the_same_pdf(facts_2013: ReportFacts) -> None:
    """Two people who ask for a report of one day can compare them."""
    assert note_file(facts_2013, "MURAT", "pdf") == note_file(facts_2013, "MURAT", "pdf")


def test_the_archive_holds_a_note_per_place(facts_2013: ReportFacts) -> None:
    with zipfile.ZipFile(io.BytesIO(notes_archive(facts_2013, "xlsx"))) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 10
        assert "cybercantal-note-2013-murat.xlsx" in archive.namelist()
