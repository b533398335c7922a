"""Bilan annuel: what one tells the elected members of a year, and of all years, on the screen and in files."""

from typing import Final

import streamlit as st

from dashboard.configuration import clock
from dashboard.figures.evaluation import evaluation
from dashboard.indicators.catalogue import EVALUATION
from dashboard.reporting import FORMS, Form
from dashboard.ui import components, disclosure, filters, guard, store

guard.enter("evaluation")

SHOWN: Final[tuple[Form, ...]] = ("pdf", "pptx", "docx", "xlsx")
FILES: Final = ("fichiers", "Le bilan en fichiers")
ARCHIVE: Final = "application/zip"


def draw_files(year: int) -> None:
    """The buttons: the report in its four forms, then the notes of all places, one ZIP file for each form."""
    components.heading(FILES[1], FILES[0])
    # It draws the contracts quarter by quarter and the sessions one by one.
    if disclosure.sees_small_counts():
        components.note(
            "Une page par sujet, avec son graphique, son tableau, sa méthode et ses manques. PDF à imprimer, accessible "
            "aux lecteurs d’écran ; PPTX et DOCX à modifier ; XLSX à calculer. Aucun nom de personne n’y figure. Les contrats "
            "par trimestre et les sessions une à une y comptent parfois moins de 5 personnes : ne le publiez pas tel quel."
        )
        with st.container(horizontal=True):
            for form in SHOWN:
                make = components.later(store.report_file, year, form)
                components.file(form.upper(), make, f"bilan-complet-{year}.{form}", FORMS[form], what="Bilan")
    else:
        components.note(
            "Le bilan complet détaille des effectifs de moins de 5 personnes : demandez-le à la coordination. Les notes des "
            "lieux ne les donnent pas."
        )
    components.note("Une note d’une page par lieu ouvert à la fin de la période, tous les lieux dans un fichier ZIP.")
    with st.container(horizontal=True):
        for form in SHOWN:
            make = components.later(store.report_notes_file, year, form)
            components.file(f"{form.upper()}, ZIP", make, f"notes-{year}-{form}.zip", ARCHIVE, what="Notes des lieux")


components.page_title("evaluation")
day = disclosure.counting_day(clock.today())
year = filters.chosen_year(until=day)
facts = store.evaluated_years(year, as_of=day)
said = store.said(evaluation, facts, disclosure.reader())

with components.one_text():
    components.key_sentence(said.sentence)
    if said.tiles:
        components.tiles(said.tiles)
        components.contents(said, FILES)
        lines = said.figures["lines"]
        components.figure(said.figures["lines"])
        components.notes(said.figures["lines"].table.notes)
components.figure(said.figures["years"])
draw_files(year)
components.formulas(EVALUATION)
