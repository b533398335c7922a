"""The HTML shell in which Streamlit draws every page, and the French pages written without it."""

import json
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import quote

from streamlit import file_util

from dashboard.web import chrome
from dashboard.web.assets import Asset

TITLE: Final = "CyberCantal Télécentres"
SCRIPT_ADDRESS: Final = "/habillage/francais.js"
FAVICON_ADDRESS: Final = "/favicon.png"
STATIC: Final = Path(__file__).parents[1] / "static"

# One file for the browser: a script of ours that is not the first would still have to be waited for.
_SCRIPTS: Final = ("francais.js", "news.js", "drafts.js", "share.js")
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
_MESSAGE_PAGE: Final = """<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/favicon.png">
<title>{title} – CyberCantal Télécentres</title>
<style>
body {{ font: 1.125rem/1.6 "Source Sans", system-ui, sans-serif; max-width: 40rem; margin: 15vh auto; padding: 0 1.5rem;
  color: light-dark(#1B2420, #E8EFEA); background: light-dark(#FFFFFF, #111814); }}
h1 {{ font-size: 1.75rem; line-height: 1.25; }}
a {{ color: light-dark(#1F5C3A, #7DD894); }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{sentence}</p>
<p><a href="/">Aller à la vue d’ensemble</a></p>
</main>
</body>
</html>
"""


@cache
def script() -> Asset:
    """Our scripts: the one that makes the browser speak French, and those of the pages."""
    words = {"texts": chrome.TEXTS, "labels": chrome.LABELS, "patterns": chrome.PATTERNS}
    source = "\n".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _SCRIPTS)
    return Asset(source.replace("__WORDS__", json.dumps(words, ensure_ascii=False)).encode(), ".js")


@cache
def shell() -> Asset:
    """Streamlit's own document, in French and without inline script."""
    html = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    for pattern, replacement in _CHANGES:
        html, found = pattern.subn(replacement, html, count=1)
        if not found:
            raise RuntimeError(f"Streamlit’s index.html has changed: {pattern.pattern} is not in it")
    # First of all scripts, since Streamlit reads the browser's language when it loads.
    first = f'<script src="{SCRIPT_ADDRESS}?v={script().fingerprint}"></script>'
    return Asset(html.replace("<head>", f"<head>\n    {first}", 1).encode(), ".html")


def message_page(title: str, sentence: str) -> Asset:
    """A page of one title and one sentence, for when there is no Streamlit page to show."""
    return Asset(_MESSAGE_PAGE.format(title=escape(title), sentence=escape(sentence)).encode(), ".html")


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
