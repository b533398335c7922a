"""The HTML shell in which Streamlit draws every page, and the pages of ours that are written without it."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse
from streamlit import file_util

from dashboard.web import chrome
from dashboard.web.assets import Asset
from dashboard.wording.typography import capital, typeset

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
