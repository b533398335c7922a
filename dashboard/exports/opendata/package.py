"""The description that goes with the files: a Data Package, from which programs learn names, types and licence."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from dashboard.exports.opendata.places import PUBLISHER
from dashboard.exports.opendata.schemas import INDICATORS, PLACES, schema
from dashboard.wording.terms import DEMONSTRATION, PROGRAMME
from dashboard.wording.typography import typeset

TITLE: Final = typeset(f"{PROGRAMME} : les télécentres du Cantal")
LICENCE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "name": "etalab-2.0",
        "title": "Licence Ouverte 2.0",
        "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    }
)
SPATIAL: Final = "Département du Cantal (15)"
_MASKED: Final = "Aucune donnée personnelle : les nombres de personnes de 1 à 4 ne sont pas publiés."


@dataclass(frozen=True)
class Resource:
    """One file that is published: its kind for the command, its name in the address, and what it is."""

    kind: str
    file_name: str
    title: str
    description: str
    format: str
    media_type: str
    schema: str | None = None


RESOURCES: Final = (
    Resource(
        "lieux",
        "lieux.csv",
        "Lieux ouverts du réseau",
        "Une ligne par lieu ouvert, au schéma national « Lieux de médiation numérique » 1.0.2. Le SIRET n’étant pas "
        "connu, le pivot est une suite de zéros ; sans rue connue, l’adresse est le nom de la commune. Un lieu dont le code "
        "postal n’est pas connu n’y figure pas.",
        "csv",
        "text/csv",
        PLACES,
    ),
    Resource(
        "indicateurs",
        "indicateurs.csv",
        "Indicateurs du réseau",
        "Une ligne par indicateur, date et territoire, au schéma national « Impact d’un service public numérique » 0.3.0 : "
        "par année et par mois pour le réseau (code 15), par année pour chaque commune. Années et mois achevés seulement. "
        f"{_MASKED}",
        "csv",
        "text/csv",
        INDICATORS,
    ),
    Resource(
        "reseau",
        "reseau.geojson",
        "Carte du réseau",
        "Un point par lieu ouvert, fermé ou en projet, en WGS 84 ; « precision_du_point » dit s’il est à l’adresse, dans la "
        "rue ou à la mairie de la commune.",
        "geojson",
        "application/geo+json",
    ),
    Resource(
        "rendez-vous",
        "rendez-vous.ics",
        "Rendez-vous",
        "Portes ouvertes, conférences, formations, réunions d’information et sessions d’accueil, depuis un an et à venir ; "
        "sans contact ni nombre de participants. Un agenda peut s’abonner à cette adresse.",
        "ics",
        "text/calendar",
    ),
)
DESCRIPTION_FILE: Final = "datapackage.json"


def datapackage(files: Mapping[str, bytes], *, on: date, demonstration: bool) -> bytes:
    """The description of the files given by name, as JSON; `on` is the day the data stand at."""
    described = [resource for resource in RESOURCES if resource.file_name in files]
    package = {
        "profile": "data-package",
        "name": "cybercantal-demonstration" if demonstration else "cybercantal",
        "title": f"{DEMONSTRATION}\u00a0– {TITLE}" if demonstration else TITLE,
        "description": description(demonstration=demonstration),
        "licenses": [dict(LICENCE)],
        "contributors": [{"title": PUBLISHER, "role": "publisher"}],
        "keywords": ["télécentre", "tiers-lieu", "coworking", "Cantal"],
        "spatial": SPATIAL,
        "created": f"{on.isoformat()}T00:00:00Z",
        "resources": list(_resources(described, files, demonstration)),
    }
    return json.dumps(package, ensure_ascii=False, indent=1).encode()


def description(*, demonstration: bool) -> str:
    """What the data are, in two or three sentences."""
    said = f"Lieux, usages et rendez-vous du réseau de télécentres du Cantal. {_MASKED}"
    warning = f"{DEMONSTRATION} : les chiffres sont inventés. " if demonstration else ""
    return typeset(warning + said)


def _resources(
    described: Iterable[Resource], files: Mapping[str, bytes], demonstration: bool
) -> Iterable[dict[str, Any]]:
    for resource in described:
        content = files[resource.file_name]
        warning = f"{DEMONSTRATION}. " if demonstration else ""
        tabular = {"schema": schema(resource.schema), "dialect": {"delimiter": ","}} if resource.schema else {}
        yield {
            "name": resource.kind,
            "path": resource.file_name,
            "title": resource.title,
            "description": typeset(warning + resource.description),
            "format": resource.format,
            "mediatype": resource.media_type,
            "encoding": "utf-8",
            "bytes": len(content),
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
            **({"profile": "tabular-data-resource"} if resource.schema else {}),
            **tabular,
        }
