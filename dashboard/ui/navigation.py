"""Every page of the product, once: its file, its title, its address, its section. The menu is read from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard.ui import session
from dashboard.wording.terms import PROGRAMME
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
        "Mon télécentre",
        (
            Right.ENTER,
            "own_centre",
            "Mon télécentre",
            "mon-telecentre",
            "home_work",
            "Que faire dans mon télécentre, et comment va-t-il ?",
        ),
    ),
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
            "Quels lieux se remplissent, et quand ?",
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
            "help",
            "Aide et accessibilité",
            "aide",
            "help",
            "Comment s’en servir, et chacun le peut-il ?",
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


def page_asked_for() -> StreamlitPage:
    """The page that the address asks for.

    Every page is known to Streamlit, so that an address asked for without the right is told so by the page's own guard.
    """
    return st.navigation([streamlit_page(entry) for entry in PAGES], position="hidden")


def keeps_centres() -> bool:
    """Whether who looks keeps some centres, not the network: their home and their menu are of those."""
    actor = session.current_actor()
    return actor.enters and not actor.coordinates


_OWN_SECTION: Final = "Mon télécentre"
_OWN_PAGES: Final = frozenset({"own_centre", "weekly_entry", "check_in", "other_entries"})


def pages_of_reader() -> tuple[PageEntry, ...]:
    """The pages that who looks finds in their menu, and by name; whoever keeps the network has no centre of their own."""
    actor, own = session.current_actor(), keeps_centres()
    return tuple(entry for entry in PAGES if allows(actor, entry.right) and (own or entry.section != _OWN_SECTION))


def menu() -> str:
    """The menu of who is there, as HTML; which of its lines is the page's is marked in the browser (menu.js)."""
    return _menu(pages_of_reader(), keeps_centres())


@cache
def _menu(entries: tuple[PageEntry, ...], keeps_centres: bool) -> str:
    """Who keeps some centres has their pages first, and the rest folded."""
    sections: dict[str, list[str]] = {}
    for entry in entries:
        section = _OWN_SECTION if keeps_centres and entry.name in _OWN_PAGES else entry.section
        line = f'<li><a href="/{entry.address}" data-icon="{entry.icon}">{escape(typeset(entry.title))}</a></li>'
        sections.setdefault(section, []).append(line)
    folded = "".join(
        f"<details{' open' if title == _OWN_SECTION or not keeps_centres else ''}>"
        f"<summary>{escape(typeset(title))}</summary><ul>{''.join(lines)}</ul></details>"
        for title, lines in sections.items()
    )
    search = '<button type="button" class="cc-search-button">Aller à… <kbd>Ctrl + K</kbd></button>'
    return f'{search}<nav class="cc-menu" aria-label="Pages">{folded}</nav>'


_BY_NAME: Final = {entry.name: entry for entry in PAGES}


def page_entry(name: str) -> PageEntry:
    """The line of the menu for a page's file name; KeyError for a page that was never planned."""
    return _BY_NAME[name]


def streamlit_page(entry: PageEntry) -> StreamlitPage:
    """The page as Streamlit wants it; the one without an address is the home page."""
    # Streamlit marks the one that is run: each run has its own, copied from one that was looked up on the disk.
    page = _Page.__new__(_Page)
    page.__dict__ |= _made(entry).__dict__
    return page


class _Page(StreamlitPage):
    # Streamlit asks three times a page and a run.
    @cached_property
    def _script_hash(self) -> str:
        return super()._script_hash


@cache
def _made(entry: PageEntry) -> _Page:
    made = _Page(
        entry.file,
        title=f"{entry.title} · {PROGRAMME}",
        url_path=entry.address or None,
        default=not entry.address,
    )
    assert made._script_hash
    return made


def link(name: str, label: str, *, query: Mapping[str, str] | None = None) -> str:
    """A link to another page, with its filters, as HTML; empty when that page is not for who looks.

    Followed within the application (links.js), it opens without loading anything again; in another tab too, it is an address.
    """
    if not allows(session.current_actor(), page_entry(name).right):
        return ""
    return f'<a class="cc-link" href="{escape(address_of(name, query))}">{escape(typeset(label))}</a>'


def address_of(name: str, query: Mapping[str, str] | None = None) -> str:
    """The address of a page, with its filters."""
    return f"/{page_entry(name).address}" + (f"?{urlencode(query)}" if query else "")


def door(label: str, address: str, *, primary: bool = False) -> str:
    """A link that looks like a button, as HTML; in this tab, since the one it leaves would keep the rights it was opened with."""
    look = "cc-door cc-door-primary" if primary else "cc-door"
    return f'<a class="{look}" target="_self" href="{escape(address)}">{escape(typeset(label))}</a>'
