"""The buttons of the yearly evaluation: the report of a year, and the notes of its places, made when they are pressed."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from dashboard.configuration import clock
from dashboard.reporting import FORMS, Form
from dashboard.ui import components, disclosure, session, store

_SHOWN: Final[tuple[Form, ...]] = ("pdf", "pptx", "docx", "xlsx")
_ARCHIVE: Final = "application/zip"


def draw(year: int) -> None:
    """The buttons: the report in its four forms, then the notes of all places, one ZIP file for each form."""
    st.subheader("Le bilan en fichiers", anchor=False)
    # It draws the contracts quarter by quarter and the sessions one by one.
    if disclosure.sees_small_counts():
        components.note(
            "Une page par sujet, avec son graphique, son tableau, sa méthode et ses manques. PDF à imprimer, accessible "
            "aux lecteurs d’écran ; PPTX et DOCX à modifier ; XLSX à calculer. Aucun nom de personne n’y figure. Les contrats "
            "par trimestre et les sessions une à une y comptent parfois moins de 5 personnes : ne le publiez pas tel quel."
        )
        with st.container(horizontal=True):
            for form in _SHOWN:
                make = later(store.report_file, year, form)
                components.file(form.upper(), make, f"bilan-complet-{year}.{form}", FORMS[form], what="Bilan")
    else:
        components.note(
            "Le bilan complet détaille des effectifs de moins de 5 personnes : demandez-le à la coordination. Les notes des "
            "lieux ne les donnent pas."
        )
    components.note("Une note d’une page par lieu ouvert à la fin de la période, tous les lieux dans un fichier ZIP.")
    with st.container(horizontal=True):
        for form in _SHOWN:
            make = later(store.report_notes_file, year, form)
            components.file(f"{form.upper()}, ZIP", make, f"notes-{year}-{form}.zip", _ARCHIVE, what="Notes des lieux")


def later(made: Callable[..., bytes], year: int, form: Form) -> Callable[[], bytes]:
    """The file once asked for: by then no screen says who asks, so it is noted now."""
    actor, today = session.current_actor(), clock.today()

    def make() -> bytes:
        with session.acting(actor):
            return made(year, form, as_of=today)

    return make
