"""The page that lists the open data: what they are, whose, under which licence, and where each file is."""

from html import escape
from typing import TYPE_CHECKING, Final

from dashboard.exports.opendata.datasets import (
    DESCRIPTION_FILE,
    LICENCE,
    PUBLISHER,
    RESOURCES,
    SPATIAL,
    TITLE,
    description,
    schema,
)
from dashboard.web.assets import Asset
from dashboard.wording import dates
from dashboard.wording.numbers import NO_BREAK, decimal
from dashboard.wording.terms import DEMONSTRATION
from dashboard.wording.typography import typeset

if TYPE_CHECKING:
    from dashboard.publication.datasets import Publication

_PAGE: Final = """<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/favicon.png">
<link rel="describedby" type="application/json" href="/donnees/{description_file}">
<title>Données ouvertes – CyberCantal Télécentres</title>
<style>
body {{ font: 1.0625rem/1.6 "Source Sans", system-ui, sans-serif; max-width: 60rem; margin: 3rem auto; padding: 0 1.5rem;
  color: light-dark(#1B2420, #E8EFEA); background: light-dark(#FFFFFF, #111814); }}
h1 {{ font-size: 1.75rem; line-height: 1.25; }}
h2 {{ font-size: 1.25rem; margin-bottom: .25rem; }}
a {{ color: light-dark(#1F5C3A, #7DD894); }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; }}
dt {{ font-weight: 600; }}
dd {{ margin: 0; }}
code {{ overflow-wrap: anywhere; }}
.ribbon {{ border-left: 4px solid #CF6310; padding: .35rem .75rem; background: rgba(207, 99, 16, .10); }}
@media (max-width: 40rem) {{ dl {{ grid-template-columns: 1fr; }} dd {{ margin-bottom: .5rem; }} }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{ribbon}<p>{description}</p>
<dl>
{properties}
</dl>
{files}
<p><a href="/">Aller au tableau de bord</a></p>
</main>
</body>
</html>
"""


def index(published: "Publication") -> Asset:
    """The page of a publication."""
    properties = {
        "Producteur": escape(PUBLISHER),
        "Licence": f'<a href="{escape(LICENCE["path"])}">{escape(LICENCE["title"])}</a>',
        "Territoire": escape(SPATIAL),
        "État au": escape(dates.full_date(published.on)),
        "Mise à jour": "à chaque écriture dans la base",
        "Description": f'<a href="/donnees/{DESCRIPTION_FILE}">{DESCRIPTION_FILE}</a> (Data Package, pour les programmes)',
    }
    html = _PAGE.format(
        title=escape(TITLE),
        description=escape(description(demonstration=False)),
        description_file=DESCRIPTION_FILE,
        ribbon=_ribbon() if published.demonstration else "",
        properties="\n".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in properties.items()),
        files="\n".join(_file(resource.file_name, published) for resource in RESOURCES),
    )
    return Asset(html.encode(), ".html")


def _ribbon() -> str:
    said = typeset("Les chiffres sont inventés, sauf ceux de l’évaluation publiée pour 2013 et les faits sourcés.")
    return f'<p class="ribbon" role="note"><strong>{DEMONSTRATION}.</strong> {escape(said)}</p>\n'


def _file(name: str, published: "Publication") -> str:
    resource = next(each for each in RESOURCES if each.file_name == name)
    told = schema(resource.schema) if resource.schema else None
    follows = (
        f', schéma <a href="{escape(told["homepage"])}">{escape(told["name"])} {told["version"]}</a>' if told else ""
    )
    size = f"{decimal(max(1, len(published.files[name]) / 1000), 0)}{NO_BREAK}ko"
    return (
        f"<section><h2>{escape(resource.title)}</h2>\n<p>{escape(typeset(resource.description))}</p>\n"
        f'<p><a href="/donnees/{name}"><code>/donnees/{name}</code></a> ({escape(resource.media_type)}, {size}{follows})</p>'
        "</section>"
    )
