"""The page that Streamlit serves, in French and with our scripts, and the documents of our own made from templates."""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from streamlit import file_util

from dashboard.wording.typography import capital, typeset

# A file the server gives to browsers, held in memory with its fingerprint and its compressed form.

# Kept for good by the browser: the address carries the fingerprint, so a new content has a new address.
FOREVER: Final = "public, max-age=31536000, immutable"
# Kept, and asked about each time: one short exchange, never an old content.
ASK_AGAIN: Final = "no-cache"

_COMPRESSED_FROM: Final = 1024
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".geojson": "application/geo+json",
    ".html": "text/html; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
_COMPRESSIBLE: Final = {".atom", ".css", ".csv", ".geojson", ".html", ".ics", ".js", ".json", ".svg", ".wasm"}


@dataclass(frozen=True)
class Asset:
    """Bytes and the file name suffix that says what they are."""

    content: bytes
    suffix: str

    @classmethod
    def read(cls, path: Path) -> "Asset":
        return cls(path.read_bytes(), path.suffix)

    @cached_property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:16]

    @cached_property
    def compressed(self) -> bytes | None:
        """The content as gzip, None where it would gain nothing. Level 6: a tenth of the time of 9, for 1 % of size."""
        if self.suffix not in _COMPRESSIBLE or len(self.content) < _COMPRESSED_FROM:
            return None
        return gzip.compress(self.content, compresslevel=6, mtime=0)

    def response(self, request: Request, cache: str, status: int = 200, *, compress: bool = True) -> Response:
        """The answer to one request: nothing but headers when the browser already has this content."""
        headers = {"Cache-Control": cache, "ETag": f'"{self.fingerprint}"', "Vary": "Accept-Encoding"}
        if status == 200 and f'"{self.fingerprint}"' in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        content = self.content
        if compress and "gzip" in request.headers.get("accept-encoding", "") and self.compressed is not None:
            content = self.compressed
            headers["Content-Encoding"] = "gzip"
        # An encoding already set also tells the other layers not to compress again.
        media_type = _MEDIA_TYPES.get(self.suffix, "application/octet-stream")
        return Response(content, status_code=status, headers=headers, media_type=media_type)


# The French of Streamlit's own words: what it writes around the pages and offers no setting for. Texts are whole
# texts of the screen, so a sentence of ours is never touched by a word it holds. Words that could be someone's data
# (« Open », « Time ») are translated only where data never stands: labels of screen readers, tips, hints.

# Texts, and attributes too.
TEXTS: Final[dict[str, str]] = {
    # Page and connection
    "You need to enable JavaScript to run this app.": "Activez JavaScript dans votre navigateur pour voir cette page.",
    "Please wait...": "Un instant…",
    "Connecting": "Connexion…",
    "Connecting to Streamlit server": "Connexion au serveur…",
    "Unable to connect to Streamlit server": "Le serveur ne répond pas.",
    "Connection error": "Connexion perdue",
    "Error": "Erreur",
    "Warning": "Attention",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:": (
        "Le serveur s’est arrêté. Relancez-le, puis actualisez cette page :"
    ),
    "Streamlit server is not responding. Are you connected to the internet?": (
        "Le serveur ne répond pas. Vérifiez que vous êtes relié au réseau ; l’affichage reprendra de lui-même."
    ),
    "Connection failed with status 403.": "Le serveur a refusé la connexion.",
    "Connection timed out.": "Le serveur a mis trop de temps à répondre.",
    "Connection lost. Please wait for the app to reconnect, then try again.": (
        "Connexion perdue. Attendez qu’elle revienne, puis recommencez."
    ),
    "Reconnected to server.": "Connexion rétablie.",
    "Page not found": "Cette page n’existe pas",
    "The page that you have requested does not seem to exist. Running the app’s main page.": (
        "L’adresse demandée ne correspond à aucune page. Voici la page d’accueil."
    ),
    "Running...": "Calcul en cours…",
    "Network issue": "Réseau interrompu",
    "Your app is having trouble loading the component.": "Cet élément n’a pas pu être chargé.",
    "To fix this, simply reload this app by pressing": "Une mise à jour a eu lieu. Actualisez la page avec",
    "Skip to main content": "Aller au contenu",
    # Entry
    "Press Enter to apply": "Appuyez sur Entrée pour appliquer",
    "Press Enter to submit form": "Appuyez sur Entrée pour enregistrer",
    "Choose an option": "Choisissez",
    "Choose options": "Choisissez",
    "Choose or add an option": "Choisissez ou ajoutez",
    "Choose or add options": "Choisissez ou ajoutez",
    "Add an option": "Ajoutez un choix",
    "Add options": "Ajoutez des choix",
    "No options to select": "Aucun choix possible",
    "No options to select.": "Aucun choix possible.",
    "No results": "Aucun résultat",
    "Select all": "Tout sélectionner",
    "(required)": "(obligatoire)",
    "This field is required.": "Remplissez ce champ.",
    "Invalid input.": "Cette saisie n’est pas acceptée.",
    "Invalid value.": "Cette valeur n’est pas acceptée.",
    "Enter a valid email address.": "Indiquez une adresse électronique, par exemple nom@exemple.fr.",
    "Number is above the allowed range.": "Ce nombre est trop grand.",
    "Number is below the allowed range.": "Ce nombre est trop petit.",
    "Number is outside the allowed range.": "Ce nombre est hors des limites.",
    "Start date must be before end date.": "La date de début précède la date de fin.",
    "End date must be >= start date": "La date de fin suit la date de début.",
    "Invalid time format. Please use HH:MM.": "Indiquez l’heure et les minutes, par exemple 14:30.",
    "Quick select a date range": "Périodes courantes",
    # Files
    "Upload": "Choisir un fichier",
    "Add files": "Ajouter des fichiers",
    "Drag and drop a file here": "Déposez un fichier ici",
    "Drag and drop files here": "Déposez des fichiers ici",
    "Only one file is allowed.": "Un seul fichier à la fois.",
    "Too many files": "Trop de fichiers",
    "Upload failed": "L’envoi a échoué",
    "Click to retry upload": "Cliquez pour réessayer",
    "Download failed": "Le téléchargement a échoué",
    "Unexpected error. Please try again.": "L’envoi a échoué. Réessayez.",
    # Tables and charts
    "empty": "vide",
    "None": "n. d.",
    "Fullscreen": "Plein écran",
    "Close fullscreen": "Quitter le plein écran",
    "Download as CSV": "Télécharger en CSV",
    "Download as PNG": "Télécharger en PNG",
    "Show data": "Voir les données",
    "Show chart": "Voir le graphique",
    "Copy Vega-Lite spec": "Copier la définition du graphique",
    "Copy to clipboard": "Copier",
    "Copied": "Copié",
    "Copied!": "Copié",
    "Show/hide columns": "Choisir les colonnes",
    "Sort ascending": "Trier par ordre croissant",
    "Sort descending": "Trier par ordre décroissant",
    "Pin column": "Figer la colonne",
    "Unpin column": "Libérer la colonne",
    "Hide column": "Masquer la colonne",
    "Autosize": "Ajuster la largeur",
    "Copy column name": "Copier le nom de la colonne",
    "Clear selection": "Effacer la sélection",
    "Type to search": "Rechercher",
    "Add row": "Ajouter une ligne",
    "Delete row(s)": "Supprimer les lignes",
    "Failed to load data": "Les données n’ont pas pu être chargées",
    "No data": "Aucune donnée",
    # Menu
    "View less": "Voir moins",
    "view less": "voir moins",
    "view more": "voir plus",
    "Made with Streamlit": "Fait avec Streamlit",
    "Use system setting": "Comme le système",
}

# Attributes only: aria-label, title and placeholder.
LABELS: Final[dict[str, str]] = {
    "Add": "Ajouter",
    "App pages": "Pages de l’application",
    "Cancel": "Annuler",
    "Calendar": "Calendrier",
    "Choose date": "Choisir une date",
    "Choose date range": "Choisir une période",
    "Clear all": "Tout effacer",
    "Clear date": "Effacer la date",
    "Clear dates": "Effacer les dates",
    "Clear entry": "Effacer la saisie",
    "Clear time": "Effacer l’heure",
    "Clear value": "Effacer la valeur",
    "Close": "Fermer",
    "Close Search": "Fermer la recherche",
    "Close popup": "Fermer",
    "Collapse sidebar": "Replier le menu",
    "Copy": "Copier",
    "Dataframe column menu": "Menu de la colonne",
    "Date range": "Période",
    "Decrement": "Un de moins",
    "Delete": "Supprimer",
    "Dismiss": "Fermer",
    "Dropzone": "Zone de dépôt",
    "Edit": "Modifier",
    "Expand sidebar": "Déplier le menu",
    "File Uploader": "Envoi de fichier",
    "file upload": "Envoi de fichier",
    "Help": "Aide",
    "Hide password": "Masquer le mot de passe",
    "Home": "Accueil",
    "Increment": "Un de plus",
    "Link to heading": "Lien vers ce titre",
    "Main": "Contenu principal",
    "Main menu": "Menu principal",
    "Metric": "Indicateur",
    "Minus": "Moins",
    "Multiselect": "Liste à choix multiples",
    "Multiselect options": "Choix possibles",
    "Navigate to home page": "Aller à l’accueil",
    "Next": "Suivant",
    "Next Result": "Résultat suivant",
    "Next month": "Mois suivant",
    "Open": "Ouvrir la liste",
    "Overflow": "Suite du menu",
    "Previous": "Précédent",
    "Previous Result": "Résultat précédent",
    "Previous month": "Mois précédent",
    "Scroll tabs left": "Onglets précédents",
    "Scroll tabs right": "Onglets suivants",
    "Scrollable table": "Tableau à faire défiler",
    "Search": "Rechercher",
    "Select": "Sélectionner",
    "Select month": "Choisir le mois",
    "Select year": "Choisir l’année",
    "Selectbox": "Liste déroulante",
    "Selectbox options": "Choix possibles",
    "Selected values": "Valeurs choisies",
    "Show password": "Voir le mot de passe",
    "Sidebar": "Menu latéral",
    "Statistics": "Statistiques",
    "Theme": "Thème",
    "Time": "Heure",
    "Toolbar action": "Action",
    "Use arrow keys to navigate dates. Enter to select. Escape to close.": (
        "Flèches pour changer de date, Entrée pour choisir, Échap pour fermer."
    ),
}

_MONTHS: Final = {
    "January": "janvier",
    "February": "février",
    "March": "mars",
    "April": "avril",
    "May": "mai",
    "June": "juin",
    "July": "juillet",
    "August": "août",
    "September": "septembre",
    "October": "octobre",
    "November": "novembre",
    "December": "décembre",
}
_TOO_HIGH: Final = r"Number is above the allowed range\. Please enter a value less than or equal to"
_TOO_LOW: Final = r"Number is below the allowed range\. Please enter a value greater than or equal to"
_OUTSIDE: Final = r"Number is outside the allowed range\. Please enter a value between"

# Texts that carry a value: a regular expression understood by JavaScript, and its replacement.
PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    (r"^Press (?:Ctrl|⌘|Cmd) ?\+ ?Enter to (?:apply|submit form)$", "Ctrl + Entrée pour enregistrer"),
    (r"^View (\d+) more$", "Voir $1 de plus"),
    (r"^(\d+) more$", "$1 de plus"),
    (r"^Remove (.+)$", "Retirer $1"),
    (r"^Add: (.+)$", "Ajouter : $1"),
    (r"^Select (\d+) matches$", "Sélectionner les $1 résultats"),
    (r"^Help for (.+)$", "Aide : $1"),
    (r"^(Ctrl|Alt|Shift|⌘|⇧) ?\+ ?Enter$", "$1 + Entrée"),
    (r"^Shortcut (.+) ?\+ ?Enter$", "Raccourci $1+ Entrée"),
    (r"^Shortcut (.+)$", "Raccourci $1"),
    (r"^day, (.+)$", "jour, $1"),
    (r"^month, (.+)$", "mois, $1"),
    (r"^year, (.+)$", "année, $1"),
    (r"^(.+) start date$", "$1 : début"),
    (r"^(.+) end date$", "$1 : fin"),
    (r"^Cancel upload of (.+)$", "Annuler l’envoi de $1"),
    (r"^([\d.,]+) ?([KMG])B per file(.*)$", "$1 $2o au plus par fichier$3"),
    (r"^(?:Error: )?File must be (\d+)(?:\.0)? ?([KMG])B or smaller\.?$", "Le fichier dépasse $1\u00a0$2o."),
    (r"^(?:Error: )?(?:[\w./+-]+ )?files are not allowed\.?$", "Ce fichier n’est pas d’une sorte qui convienne ici."),
    (r"^(\d+)(?:\.0)? ?([KMG]?)B$", "$1\u00a0$2o"),
    (r"^(\d+)\.(\d+) ?([KMG]?)B$", "$1,$2\u00a0$3o"),
    (r"^You can only select up to (\d+) .*$", "Vous pouvez choisir $1 valeurs au plus."),
    (rf"^(?:Error: )?{_TOO_HIGH} (.+?)\.?$", "Le maximum est $1."),
    (rf"^(?:Error: )?{_TOO_LOW} (.+?)\.?$", "Le minimum est $1."),
    (rf"^(?:Error: )?{_OUTSIDE} (.+) and (.+?)\.?$", "Indiquez un nombre entre $1 et $2."),
    (r"^You have requested page .*$", "L’adresse demandée ne correspond à aucune page. Voici la page d’accueil."),
    (r"^Connection failed with status (\d+).*$", "Le serveur a refusé la connexion (code $1)."),
    *(
        rule
        for english, french in _MONTHS.items()
        for rule in (
            (rf"^Selected Date: {english} 0?1, (\d+)$", f"Date choisie : 1er\u00a0{french} $1"),
            (rf"^Selected Date: {english} 0?(\d+), (\d+)$", f"Date choisie : $1\u00a0{french} $2"),
        )
    ),
)


# The HTML shell in which Streamlit draws every page, and the pages of ours that are written without it.

TITLE: Final = "CyberCantal Télécentres"
SCRIPT_ADDRESS: Final = "/habillage/francais.js"
LOOK_ADDRESS: Final = "/habillage/look.css"
FAVICON_ADDRESS: Final = "/favicon.png"
STATIC: Final = Path(__file__).parents[1] / "static"

# One file for the browser: a script of ours that is not the first would still have to be waited for.
_SCRIPTS: Final = (
    "francais.js",
    "news.js",
    "drafts.js",
    "share.js",
    "links.js",
    "menu.js",
    "search.js",
    "map.js",
    "tabs.js",
    "contents.js",
)
_NO_SCRIPT: Final = "Activez JavaScript dans votre navigateur pour voir le tableau de bord."
# Each part of Streamlit's own shell that must change. A part that is no longer found is an error at start, and a test.
_CHANGES: Final = (
    (re.compile(r"^.*?(?=<!DOCTYPE)", re.DOTALL), ""),
    (re.compile(r'<html lang="en">'), '<html lang="fr">'),
    (re.compile(r"<title>.*?</title>"), f"<title>{TITLE}</title>"),
    (re.compile(r"<noscript>.*?</noscript>", re.DOTALL), f"<noscript><p>{_NO_SCRIPT}</p></noscript>"),
    # An interface for programs, which is off.
    (re.compile(r'<link rel="service-desc"[^>]*>'), ""),
    # Inline scripts are refused by our content policy; francais.js does what this one did.
    (re.compile(r"<script>.*?</script>", re.DOTALL), ""),
)
NEVER_KEPT: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
"""What is said with an answer that is for one person, or for one moment."""


@cache
def _templates() -> Environment:
    """Our pages: `templates/base.html` is the frame of all, `templates/pages.css` their one style sheet."""
    folder = Path(__file__).with_name("templates")
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"capital": capital, "percentage": _percentage, "typeset": typeset}
    environment.globals["programme"] = TITLE
    return environment


def _percentage(share: float) -> str:
    """A share as style sheets write it."""
    return f"{share * 100:.1f}%"


def render(template: str, **values: object) -> str:
    """One of our pages with its values, each escaped where it stands."""
    return _templates().get_template(template).render(values)


def page_for_now(template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A page that no browser keeps and no robot lists."""
    return HTMLResponse(render(template, **values), status_code=status, headers=NEVER_KEPT)


@cache
def script() -> Asset:
    """Our scripts: the one that makes the browser speak French, and those of the pages."""
    words = {"texts": TEXTS, "labels": LABELS, "patterns": PATTERNS}
    source = "\n".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _SCRIPTS)
    return Asset(source.replace("__WORDS__", json.dumps(words, ensure_ascii=False)).encode(), ".js")


@cache
def look() -> Asset:
    """The style sheet of the pages."""
    return Asset.read(Path(__file__).with_name("look.css"))


@cache
def shell() -> Asset:
    """Streamlit's own document, in French and without inline script."""
    html = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    # First of all scripts, since Streamlit reads the browser's language when it loads.
    first = f'<script src="{SCRIPT_ADDRESS}?v={script().fingerprint}"></script>'
    # After Streamlit's own styles, which it corrects, and before what is shown until the page is there: the product's name.
    styled = f'<link rel="stylesheet" href="{LOOK_ADDRESS}?v={look().fingerprint}">'
    root = f'{styled}\n    <div id="root"><p class="cc-first">{TITLE}</p></div>'
    added = (re.compile("<head>"), f"<head>\n    {first}"), (re.compile('<div id="root"></div>'), root)
    for pattern, replacement in (*_CHANGES, *added):
        html, found = pattern.subn(replacement, html, count=1)
        if not found:
            raise RuntimeError(f"Streamlit’s index.html has changed: {pattern.pattern} is not in it")
    return Asset(html.encode(), ".html")


def message_page(title: str, sentence: str) -> Asset:
    """A page of one title and one sentence, for when there is no Streamlit page to show."""
    return Asset(render("message.html", title=title, sentence=sentence).encode(), ".html")


@cache
def not_found_page() -> Asset:
    return message_page(
        "Cette page n’existe pas",
        "L’adresse demandée ne correspond à aucune page du tableau de bord. Elle a pu changer, ou être mal recopiée.",
    )


@cache
def breakdown_page() -> Asset:
    return message_page(
        "Cette page n’a pas pu s’afficher",
        "Le serveur a rencontré un problème et l’a noté dans son journal. Actualisez la page dans un instant.",
    )


@cache
def icon() -> str:
    """The icon of the tab, written in its address: as a file of Streamlit's it would be for who is signed in only."""
    return f"data:image/svg+xml,{quote((STATIC / 'favicon.svg').read_text(encoding='utf-8'))}"
