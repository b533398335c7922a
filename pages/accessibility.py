"""Accessibilité: what was checked, what is missing, and whom to tell."""

from typing import Final

import streamlit as st

from dashboard.configuration.settings import load_settings
from dashboard.ui import components, guard

guard.enter("accessibility")

CHECKED: Final = (
    "Chaque graphique et la carte ont un texte qui dit l’essentiel et un tableau avec les mêmes chiffres.",
    "Aucune information ne tient à la couleur seule : un signe ou un mot la dit aussi.",
    "Les textes ont un contraste d’au moins 4,5 et les marques d’au moins 3, en clair comme en sombre.",
    "Les formulaires se remplissent au clavier ; chaque case dit son jour et son poste.",
    "Les pages se lisent sur 320 pixels de large et agrandies à 200 %, sans défilement de côté.",
    "Un contrôle automatique (axe) passe sur chaque page à chaque changement du produit.",
)
MISSING: Final = (
    "La feuille de tous les télécentres est dessinée : un lecteur d’écran y lit les cases, mais la saisie d’un "
    "télécentre à la fois lui convient mieux.",
    "Aucune personne qui utilise un lecteur d’écran au quotidien n’a encore essayé le produit.",
    "Firefox et Safari n’ont pas été essayés.",
)

contact = load_settings().contact_email
whom = f"écrivez à {contact}" if contact else "écrivez à la coordination du réseau de télécentres"
components.page_title("accessibility")
components.key_sentence("Accessibilité : partiellement conforme")
st.header("Ce qui est vérifié", anchor=False)
components.notes(CHECKED)
st.header("Ce qui manque encore", anchor=False)
components.notes(MISSING)
components.note(
    f"Une page vous résiste ? Dites laquelle et ce que vous vouliez faire : {whom}. Sans réponse, vous pouvez saisir "
    "le Défenseur des droits."
)
