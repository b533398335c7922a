"""Aide et accessibilité: the keys, what is new, what is checked for everybody's use and what is missing, and whom to tell."""

from typing import Final

import streamlit as st

from dashboard.configuration.settings import load_settings
from dashboard.ui import about, components, guard
from dashboard.wording.typography import typeset

guard.enter("help")

KEYS: Final = (
    (
        "Partout",
        "Ctrl + K ouvre « Aller à… » : une page, un télécentre ou un chiffre, par quelques lettres de son nom.",
    ),
    ("En haut d’une page", "Tab, puis Entrée sur « Aller au contenu », passe par-dessus le menu."),
    ("Dans une fiche", "Ctrl + Entrée enregistre."),
    (
        "Dans la semaine d’un télécentre",
        "Entrée va à la case suivante, les flèches haut et bas d’un jour à l’autre. F ferme la journée, ou la rouvre. La "
        "lettre écrite à côté d’une proposition la recopie. Ctrl + Entrée enregistre.",
    ),
    (
        "Dans la feuille du réseau",
        "Entrée va à la case suivante, les flèches haut et bas d’un lieu à l’autre. F écrit « fermé ».",
    ),
    (
        "Dans le diaporama",
        "Les flèches gauche et droite changent de vue, Début et Fin vont à la première et à la dernière. Espace arrête et "
        "reprend. F remplit l’écran.",
    ),
)
# The day on which the tests that say so were last read against what is written here.
CHECKED_ON: Final = "27 novembre 2026"
CHECKED: Final = (
    "Un contrôle automatique (axe, règles des WCAG 2.2, niveaux A et AA) n’y trouve aucun défaut grave : chaque page, "
    "tous les volets ouverts, sur un ordinateur en clair et sur un téléphone en sombre.",
    "Chaque page se lit sur 320 pixels de large, et agrandie à 200 %, sans défilement de côté ; un tableau large défile "
    "en lui-même.",
    "Chaque graphique a un texte qui dit l’essentiel, annoncé en français aux lecteurs d’écran.",
    "Les couleurs des graphiques ont un contraste d’au moins 4,5 pour les textes et 3 pour les marques, en clair comme en "
    "sombre, et restent distinctes pour qui confond des couleurs.",
    "La semaine d’un télécentre et la correction d’une fiche se font au clavier seul.",
    "Le menu replié n’est ni lu ni sur le chemin de la touche Tab.",
    "Rien ne se déplace de plus d’un dixième de l’écran pendant qu’une page arrive.",
)
MISSING: Final = (
    "La feuille de tous les télécentres est dessinée : un lecteur d’écran y lit les cases, mais la saisie d’un "
    "télécentre à la fois lui convient mieux.",
    "Une barre, une case ou un lieu d’un graphique se choisit à la souris ; au clavier, le même choix est dans les filtres "
    "de la page.",
    "Ces contrôles sont faits avec Chromium. Avec le moteur de Safari, quelques pages, un filtre, une semaine et un fichier "
    "sont essayés ; Firefox n’a pas de contrôle à chaque changement.",
    "Aucune personne qui utilise un lecteur d’écran au quotidien n’a encore essayé le produit.",
)

contact = load_settings().contact_email
whom = f"écrivez à {contact}" if contact else "écrivez à la coordination du réseau de télécentres"
components.page_title("help")
components.sheet("Au clavier", KEYS)
st.header("Ce qui est nouveau", anchor=False)
for day, told in about.news():
    st.subheader(typeset(day), anchor=False)
    components.notes(told)
st.header(typeset("Accessibilité : partiellement conforme"), anchor=False)
components.note(f"Déclaration établie le {CHECKED_ON}. Ce qui suit est contrôlé à chaque changement du produit.")
components.notes(CHECKED)
st.subheader("Ce qui manque encore", anchor=False)
components.notes(MISSING)
components.note(
    f"Une page vous résiste ? Dites laquelle et ce que vous vouliez faire : {whom}. Sans réponse, vous pouvez saisir "
    "le Défenseur des droits."
)
