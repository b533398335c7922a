"""The open data as files: places, indicators, network, opening hours, in the national schemas and one Data Package."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import polars as pl

from dashboard.exports.tables import defused
from dashboard.indicators.catalogue import indicator
from dashboard.indicators.model import Unit
from dashboard.wording import dates
from dashboard.wording.numbers import rounded, scaled
from dashboard.wording.terms import (
    CENTRE_KINDS,
    CENTRE_STATUSES,
    DEMONSTRATION,
    LOCATION_PRECISIONS,
    OPERATOR_KINDS,
    PROGRAMME,
    SEAT_KINDS,
)
from dashboard.wording.typography import capital, count, enumeration, typeset

# The places of the network as GeoJSON, which any map program opens.


def places_geojson(places: pl.DataFrame, *, properties: Mapping[str, str], demonstration: bool) -> bytes:
    """One feature per place, in WGS 84, with the columns of `properties` under their names; no point where none is known."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}
            if _located(row)
            else None,
            "properties": {name: _json_value(row[column]) for column, name in properties.items()}
            | ({"avertissement": DEMONSTRATION} if demonstration else {}),
        }
        for row in places.iter_rows(named=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1).encode()


_MAP_PROPERTIES: Final = {
    "code": "code",
    "name": "nom",
    "commune_name": "commune",
    "insee_code": "code_insee",
    "epci_name": "intercommunalite",
    "address": "adresse",
    "postcode": "code_postal",
    "situation": "etat",
    "opened_on": "ouverture",
    "seats_office": "bureaux",
    "seats_open_space": "open_space",
    "fill_rate": "taux_remplissage",
    "location_precision": "precision_position",
}


def map_geojson(places: pl.DataFrame, *, demonstration: bool) -> bytes:
    """The places of the map, with what it shows of each."""
    return places_geojson(places, properties=_MAP_PROPERTIES, demonstration=demonstration)


def _located(place: Mapping[str, Any]) -> bool:
    return place["longitude"] is not None and place["latitude"] is not None


def _json_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


# The national table schemas that the files follow, as their authors publish them under Licence Ouverte 2.0. Each file
# of the folder `schemas` says where it comes from. Only what decides whether a value is accepted was kept.

PLACES: Final = "lieux-de-mediation-numerique-1.0.2"
INDICATORS: Final = "impact-service-public-numerique-0.3.0"

_FOLDER: Final = Path(__file__).with_name("schemas")
# What is no text in the files.
_TYPES: Final[Mapping[str, type[pl.DataType]]] = {
    **dict.fromkeys(("latitude", "longitude"), pl.Float64),
    **dict.fromkeys(("est_cible", "est_periode", "est_automatise"), pl.Boolean),
    **dict.fromkeys(("date_maj", "date", "date_debut"), pl.Date),
}


@cache
def schema(name: str) -> dict[str, Any]:
    """The table schema of that name."""
    described: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return described


def in_order(rows: list[dict[str, Any]], name: str) -> pl.DataFrame:
    """The rows with every field of the schema, in its order; a field nothing is known about is empty."""
    fields = (field["name"] for field in schema(name)["fields"])
    return pl.DataFrame(rows, schema={field: _TYPES.get(field, pl.String) for field in fields})


# A week of opening hours in the words of OpenStreetMap: « Mo-Fr 08:30-12:00,14:00-17:30; PH off ».

_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# A centre offers nothing on public holidays, whatever its hours.
_HOLIDAYS: Final = "PH off"


Span = tuple[int, int]
"""From which minute of the day to which."""
_MIDNIGHT: Final = 24 * 60


def weeks_of(hours: pl.DataFrame) -> dict[str, dict[int, list[Span]]]:
    """The open spans of each place that has hours now, by its code and weekday, as `spans_of` makes them."""
    now = hours.filter(pl.col("begins_on").is_null())
    return {code: spans_of(rows.iter_rows(named=True)) for (code,), rows in now.group_by("centre_code")}


def spans_of(half_days: Iterable[Mapping[str, Any]]) -> dict[int, list[Span]]:
    """The open half-days of one week (`weekday` from 1, `opens_at`, `closes_at`), joined where they touch or overlap."""
    spans: dict[int, list[Span]] = {}
    for row in sorted(half_days, key=lambda row: (row["weekday"], row["opens_at"])):
        opens, closes = (row[name].hour * 60 + row[name].minute for name in ("opens_at", "closes_at"))
        # Midnight is no time of the day that ends: it is kept as the minute before.
        closes += closes == _MIDNIGHT - 1
        day = spans.setdefault(row["weekday"], [])
        if day and day[-1][1] >= opens:
            opens, closes = day[-1][0], max(day.pop()[1], closes)
        day.append((opens, closes))
    return spans


def opening_hours(spans: Mapping[int, Sequence[Span]]) -> str | None:
    """The open spans of one week as one text; None when there is none."""
    if not spans:
        return None
    rules = [f"{_span(days)} {hours}" for hours, days in _runs({day: _hours(spans[day]) for day in sorted(spans)})]
    return "; ".join([*rules, _HOLIDAYS])


def _runs(hours: dict[int, str]) -> list[tuple[str, list[int]]]:
    """Days that follow each other and have the same hours, together."""
    # Within a run of days, the day minus its place is the same.
    runs = groupby(enumerate(hours), key=lambda placed: (placed[1] - placed[0], hours[placed[1]]))
    return [(key[1], [day for _place, day in run]) for key, run in runs]


def _span(days: list[int]) -> str:
    first, last = _DAYS[days[0] - 1], _DAYS[days[-1] - 1]
    return first if len(days) == 1 else f"{first}-{last}"


def _hours(spans: Sequence[Span]) -> str:
    return ",".join("-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span) for span in spans)


# The places that are open, under the national schema of « lieux de médiation numérique ».

NO_NUMBER: Final = "0" * 14
"""What most producers of the schema write where no SIRET is known: the field may not be empty before version 2.0.0."""

PUBLISHER: Final = "Conseil départemental du Cantal"
_LONGEST_SUMMARY: Final = 280


def places_csv(places: pl.DataFrame, hours: pl.DataFrame, *, on: date, demonstration: bool) -> bytes:
    """One line per place, in its order; UTF-8, commas and decimal points, as the schema asks.

    A place whose postcode or commune is not known cannot be told in this schema: it is left out, as `left_out` says.

    One row of `places`: code, name, kind, commune_name, insee_code, postcode, address, latitude, longitude, phone, email,
    website, operator_name, seats, seats_office, updated_on (may be null: then `on`). One row of `hours`: centre_code,
    begins_on (null for those of now), and what `spans_of` takes.
    """
    weeks = weeks_of(hours)
    later = dict(hours.drop_nulls("begins_on").select("centre_code", "begins_on").unique().iter_rows())
    lines = [
        _place(row, weeks.get(row["code"], {}), later.get(row["code"]), on, demonstration)
        for row in places.iter_rows(named=True)
        if not _lacking(row)
    ]
    frame = in_order(lines, PLACES)
    texts = [name for name, kind in frame.schema.items() if kind == pl.String and name != "telephone"]
    return frame.with_columns(defused(name) for name in texts).write_csv().encode()


def left_out(places: pl.DataFrame) -> tuple[str, ...]:
    """Which places the files cannot tell whole, and why: a sentence each. The rows are those of `places_csv` and more."""
    said = []
    for row in places.iter_rows(named=True):
        if row["open"] and (lacking := _lacking(row)):
            said.append(f"{row['name']} n’est pas dans lieux.csv : {lacking}.")
        if not _located(row):
            said.append(f"{row['name']} est sans point dans reseau.geojson : position inconnue, ou hors de France.")
    return tuple(map(typeset, said))


def _lacking(row: Mapping[str, Any]) -> str:
    """What the schema requires and is not known of a place; nothing where all is."""
    lacking = [] if re.fullmatch(r"\d{5}", row["postcode"] or "") else ["code postal non renseigné"]
    if row["commune_name"] is None:
        lacking.append(f"commune inconnue (code INSEE {row['insee_code']})")
    return enumeration(lacking)


def _place(
    row: dict[str, Any], week: Mapping[int, Sequence[Span]], later: date | None, on: date, demonstration: bool
) -> dict[str, Any]:
    details = [f"{DEMONSTRATION} : postes et horaires inventés."] if demonstration else []
    details += [f"Horaires connus à partir du {dates.long_date(later)}."] if later else []
    return {
        "id": row["code"],
        "pivot": NO_NUMBER,
        "nom": one_line(row["name"]),
        "commune": row["commune_name"],
        "code_postal": row["postcode"],
        "code_insee": row["insee_code"],
        # Where no street is known the commune is the address, as in the national address base.
        "adresse": one_line(row["address"]) or row["commune_name"],
        "latitude": row["latitude"],
        "longitude": row["longitude"],
        "typologie": "TIERS_LIEUX|FABLAB" if "fablab" in row["kind"] else "TIERS_LIEUX",
        "telephone": international(row["phone"]),
        "courriels": one_email(row["email"]),
        "site_web": web_address(row["website"]),
        "horaires": opening_hours(week),
        "presentation_resume": _summary(row, demonstration)[:_LONGEST_SUMMARY],
        "presentation_detail": typeset(" ".join(details)) or None,
        "source": PUBLISHER,
        "itinerance": "Fixe",
        "structure_parente": row["operator_name"],
        "date_maj": row["updated_on"] or on,
    }


def _summary(row: dict[str, Any], demonstration: bool) -> str:
    offices = SEAT_KINDS["office"]
    seats = count(row["seats"], "position de travail", "positions de travail")
    rooms = f", dont {count(row['seats_office'], offices.label, offices.plural)}" if row["seats_office"] else ""
    said = f"{capital(CENTRE_KINDS[row['kind']].label)} du réseau {PROGRAMME} : {seats}{rooms}."
    return typeset(f"{said} {DEMONSTRATION}." if demonstration else said)


def international(phone: str | None) -> str | None:
    """« 04 71 00 00 00 » as +33471000000, the first where there are several; None for what is no French number."""
    for typed in re.split(r"[/,;|\n]| - |\bou\b|\bet\b", phone or ""):
        national = re.fullmatch(r"(?:\+33|0033|0)0?([1-9]\d{8})", re.sub(r"[^\d+]", "", typed))
        if national:
            return f"+33{national.group(1)}"
    return None


def one_email(typed: str | None) -> str | None:
    """The first e-mail address, since the map of the schema takes one; None for what holds none."""
    found = re.search(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}", typed or "")
    return found.group() if found else None


def web_address(typed: str | None) -> str | None:
    """The first address of a site, with its protocol; None for what holds none."""
    for each in re.split(r"[\s,;|]+", typed or ""):
        address = each if re.match(r"https?://", each, re.IGNORECASE) else f"https://{each}"
        if re.fullmatch(r"https?://[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?::\d+)?(?:[/?#]\S*)?", address, re.IGNORECASE):
            return address
    return None


def one_line(typed: str | None) -> str:
    """A text of several lines on one, its parts after commas."""
    return ", ".join(" ".join(line.split()).rstrip(",") for line in (typed or "").splitlines() if line.strip())


# Figures under the national schema of the impact of a digital public service: one line per figure, date and place.

COUNTY_CODE: Final = "15"
FREQUENCIES: Final[Mapping[str, str]] = {"year": "annuelle", "month": "mensuelle"}

# The schema wants « unité » for what is counted.
_COUNTED: Final = "unité"
_UNITS: Final[Mapping[Unit, str]] = {
    Unit.HALF_DAY: "demi-journée",
    Unit.HOUR: "heure",
    Unit.RATIO: "%",
    Unit.EURO: "euro",
    Unit.EURO_PER_SEAT: "euro par poste et par an",
}


def indicators_csv(figures: pl.DataFrame, *, demonstration: bool) -> bytes:
    """One line per row, in its order; a figure that is not known has no line.

    One row of `figures`: `key` of the indicator, `value`, `every` (`year` or `month`), `starts_on` (null for what stands
    at a date) and `ends_on`, `insee_code` (the county's for the whole network).
    """
    lines = [_figure(row, demonstration) for row in figures.drop_nulls("value").iter_rows(named=True)]
    return in_order(lines, INDICATORS).write_csv().encode()


def _figure(row: dict[str, Any], demonstration: bool) -> dict[str, Any]:
    told = indicator(row["key"])
    said = f"{told.definition} Formule : {told.formula}. {told.limits}".strip()
    starts_on: date | None = row["starts_on"]
    return {
        "administration_rattachement": PUBLISHER,
        "nom_service_public_numerique": PROGRAMME,
        "indicateur": told.label,
        "valeur": _number(row["value"], told.unit),
        "unite_mesure": _UNITS.get(told.unit, _COUNTED),
        "est_cible": False,
        "frequence_monitoring": FREQUENCIES[row["every"]],
        "date": row["ends_on"],
        "est_periode": starts_on is not None,
        "date_debut": starts_on,
        # People write the sheets; only the sums are made by the program.
        "est_automatise": False,
        "source_collecte": told.source,
        "code_insee": row["insee_code"],
        "commentaires": typeset(f"{DEMONSTRATION}. {said}" if demonstration else said),
    }


def _number(value: float, unit: Unit) -> str:
    """With a decimal point: at most one decimal, and percents rather than shares."""
    shown = rounded(scaled(value, 100), 1) if unit is Unit.RATIO else rounded(value, 1)
    return str(int(shown)) if shown == shown.to_integral_value() else str(shown)


# The network as GeoJSON: every place known, open or planned, with what is offered there.

PROPERTIES: Final[Mapping[str, str]] = {
    "code": "code",
    "name": "nom",
    "kind_label": "type",
    "status_label": "statut",
    "commune_name": "commune",
    "insee_code": "code_insee",
    "epci_name": "intercommunalite",
    "address": "adresse",
    "postcode": "code_postal",
    "precision_label": "precision_du_point",
    "operator_name": "gestionnaire",
    "operator_label": "type_de_gestionnaire",
    "opened_on": "ouvert_le",
    "closed_on": "ferme_le",
    "seats": "positions_de_travail",
    "seats_office": "bureaux_individuels",
    "seats_open_space": "places_en_open_space",
}


def network_geojson(places: pl.DataFrame, *, demonstration: bool) -> bytes:
    """One point per place, in WGS 84; the properties are those of `PROPERTIES`, in French words."""
    words = {
        "kind": ("kind_label", CENTRE_KINDS),
        "status": ("status_label", CENTRE_STATUSES),
        "location_precision": ("precision_label", LOCATION_PRECISIONS),
        "operator_kind": ("operator_label", OPERATOR_KINDS),
    }
    worded = places.with_columns(
        pl.col(code).replace_strict({key: term.label for key, term in terms.items()}, default=None).alias(name)
        for code, (name, terms) in words.items()
    )
    return places_geojson(worded, properties=PROPERTIES, demonstration=demonstration)


# The description that goes with the files: a Data Package, from which programs learn names, types and licence.

TITLE: Final = typeset(f"{PROGRAMME} : les télécentres du Cantal")
LICENCE: Final[Mapping[str, str]] = {
    "name": "etalab-2.0",
    "title": "Licence Ouverte 2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
}
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
        "postal ou la commune n’est pas connu n’y figure pas. « date_maj » est le jour du dernier changement.",
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
        "rue ou à la mairie de la commune. Un lieu dont la position n’est pas connue y est sans point.",
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
