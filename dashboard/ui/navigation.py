"""Every page of the product, once: its file, its title, its address, its section. The menu is read from here."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard.ui import session
from dashboard.wording.typography import typeset
from data_access.rights import Right, allows

PAGES_FOLDER: Final = Path(__file__).parents[2] / "pages"


@dataclass(frozen=True)
class PageEntry:
    """One line of the menu. `question` is what the page answers, in the words of its reader; `right` who may open it."""

    name: str
    title: str
    address: str
    icon: str
    section: str
    question: str
    right: Right

    @property
    def file(self) -> Path:
        """Its script in the folder of pages."""
        return PAGES_FOLDER / f"{self.name}.py"


def _section(title: str, *lines: tuple[Right, str, str, str, str, str]) -> tuple[PageEntry, ...]:
    return tuple(PageEntry(*line[1:5], title, line[5], line[0]) for line in lines)


PAGES: Final[tuple[PageEntry, ...]] = (
    *_section(
        "Suivre",
        (
            Right.FIGURES,
            "overview",
            "Vue d’ensemble",
            "",
            "dashboard",
            "Le réseau va-t-il bien, et que faire cette semaine ?",
        ),
        (
            Right.FIGURES,
            "network_map",
            "Carte du réseau",
            "carte",
            "map",
            "Où sont les lieux, et lesquels sont utilisés ?",
        ),
        (
            Right.FIGURES,
            "occupancy",
            "Occupation en direct",
            "occupation",
            "sensors",
            "Où reste-t-il de la place maintenant ?",
        ),
        (
            Right.FIGURES,
            "attendance",
            "Fréquentation",
            "frequentation",
            "calendar_view_week",
            "Quels centres se remplissent, et quand ?",
        ),
    ),
    *_section(
        "Programmes",
        (Right.FIGURES, "passes", "Pass Actifs Mobiles", "pass", "badge", "Le club grandit-il ?"),
        (Right.DIRECTORY, "directory", "Annuaire", "annuaire", "contacts", "Qui sont les télétravailleurs du Cantal ?"),
        (
            Right.FIGURES,
            "placements",
            "Pôle Emploi",
            "pole-emploi",
            "handshake",
            "Combien de contrats, et par quelle voie ?",
        ),
        (
            Right.FIGURES,
            "welcome",
            "Sessions d’accueil",
            "sessions",
            "diversity_3",
            "Les sessions débouchent-elles sur des installations ?",
        ),
        (Right.FIGURES, "agenda", "Agenda et formations", "agenda", "event", "Qu’est-ce qui a lieu, et où ?"),
    ),
    *_section(
        "Saisir",
        (Right.ENTER, "weekly_entry", "Saisie hebdomadaire", "saisie", "edit_calendar", "Ai-je saisi ma semaine ?"),
        (Right.ENTER, "check_in", "Pointage", "pointage", "how_to_reg", "Qui est là maintenant ?"),
        (
            Right.ENTER,
            "other_entries",
            "Autres saisies",
            "autres-saisies",
            "post_add",
            "Que dois-je noter, ou corriger ?",
        ),
    ),
    *_section(
        "Rendre compte",
        (Right.FIGURES, "evaluation", "Bilan annuel", "bilan", "summarize", "Que dire aux élus ?"),
        (Right.PRESENTATION, "presentation", "Présentation", "presentation", "slideshow", "Que retient un visiteur ?"),
    ),
    *_section(
        "Fiabilité",
        (Right.FIGURES, "completeness", "Complétude", "completude", "rule", "Puis-je me fier aux chiffres ?"),
        (Right.FIGURES, "methodology", "Méthodologie", "methodologie", "menu_book", "Que veut dire ce chiffre ?"),
        (Right.PRESENTATION, "who_sees_what", "Qui voit quoi", "droits", "visibility", "Qui a accès à quoi ?"),
        (Right.PRESENTATION, "privacy", "Confidentialité", "confidentialite", "lock", "Que sait-on des personnes ?"),
        (
            Right.PRESENTATION,
            "accessibility",
            "Accessibilité",
            "accessibilite",
            "accessibility_new",
            "Chacun peut-il s’en servir ?",
        ),
    ),
    *_section(
        "Administration",
        (Right.CENTRES, "centres", "Centres", "centres", "location_city", "Que sait-on de chaque lieu ?"),
        (Right.ACCOUNTS, "accounts", "Comptes", "comptes", "manage_accounts", "Qui a accès ?"),
        (Right.ACCOUNTS, "settings_in_force", "Réglages", "reglages", "tune", "Comment le produit est-il réglé ?"),
        (
            Right.COORDINATE,
            "transfers",
            "Import et export",
            "import-export",
            "import_export",
            "Comment entrer et sortir des données ?",
        ),
        (
            Right.PERSONAL_DATA,
            "persons",
            "Données d’une personne",
            "personnes",
            "person_search",
            "Que sait-on d’une personne, et que faire à sa demande ?",
        ),
        (Right.JOURNAL, "journal", "Journal", "journal", "history", "Qui a changé quoi ?"),
    ),
)


def menu() -> StreamlitPage:
    """Draws the menu of who is there, and answers the page asked for by the address.

    Every page is known to Streamlit, so that an address asked for without the right is told so by the page's own guard.
    """
    actor = session.current_actor()
    sections: dict[str, list[StreamlitPage]] = {}
    for entry in PAGES:
        page = streamlit_page(entry, hidden=not allows(actor, entry.right))
        sections.setdefault(entry.section, []).append(page)
    return st.navigation(sections, expanded=True)


_BY_NAME: Final = {entry.name: entry for entry in PAGES}


def page_entry(name: str) -> PageEntry:
    """The line of the menu for a page's file name; KeyError for a page that was never planned."""
    return _BY_NAME[name]


def streamlit_page(entry: PageEntry, *, hidden: bool = False) -> StreamlitPage:
    """The page as Streamlit wants it; the one without an address is the home page."""
    # Streamlit marks the one that is run: each run has its own, copied from one that was looked up on the disk.
    page = copy(_made(entry))
    page._visibility = "hidden" if hidden else "visible"
    return page


@cache
def _made(entry: PageEntry) -> StreamlitPage:
    return st.Page(
        entry.file,
        title=entry.title,
        icon=f":material/{entry.icon}:",
        url_path=entry.address or None,
        default=not entry.address,
    )


def link(name: str, label: str, *, query: Mapping[str, str] | None = None) -> str:
    """A link to another page, with its filters, as HTML; empty when that page is not for who looks.

    Followed within the application (links.js), it opens without loading anything again; in another tab too, it is an address.
    """
    entry = page_entry(name)
    if not allows(session.current_actor(), entry.right):
        return ""
    address = f"/{entry.address}" + (f"?{urlencode(query)}" if query else "")
    return f'<a class="cc-link" href="{escape(address)}">{escape(typeset(label))}</a>'


def link_to(name: str, label: str, *, query: Mapping[str, str] | None = None) -> None:
    """Draws a link to another page, with its filters; nothing when that page is not for who looks."""
    if drawn := link(name, label, query=query):
        st.html(drawn)
