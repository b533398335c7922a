"""A French page of ours without a script, for who is not, or not yet, in front of Streamlit."""

from collections.abc import Sequence
from html import escape
from typing import Final

_DOCUMENT: Final = """<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="/favicon.png">
<title>{title}</title>
<style>{look}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def plain_document(title: str, look: str, body: Sequence[str]) -> str:
    """The whole page; `title` is escaped here, `look` is its style, `body` is HTML already."""
    return _DOCUMENT.format(title=escape(title), look=look, body="\n".join(body))
