"""The places that are open, under the national schema of « lieux de médiation numérique »."""

import re
from datetime import date
from typing import Any, Final

import polars as pl

from dashboard.exports.opendata.opening_hours import opening_hours
from dashboard.exports.opendata.schemas import PLACES, in_order
from dashboard.exports.tables import defused
from dashboard.wording.plurals import count
from dashboard.wording.terms import CENTRE_KINDS, DEMONSTRATION, PROGRAMME, SEAT_KINDS
from dashboard.wording.typography import capital, typeset

NO_NUMBER: Final = "0" * 14
"""What most producers of the schema write where no SIRET is known: the field may not be empty before version 2.0.0."""

PUBLISHER: Final = "Conseil départemental du Cantal"
_LONGEST_SUMMARY: Final = 280


def places_csv(places: pl.DataFrame, hours: pl.DataFrame, *, on: date, demonstration: bool) -> bytes:
    """One line per place, in its order; UTF-8, commas and decimal points, as the schema asks.

    A place whose postcode or commune is not known cannot be told in this schema: it is left out.

    One row of `places`: code, name, kind, commune_name, insee_code, postcode, address, latitude, longitude, phone, email,
    website, operator_name, seats, seats_office, updated_on (may be null: then `on`). One row of `hours`: centre_code, and
    what `opening_hours` takes.
    """
    weeks = {code: list(rows.iter_rows(named=True)) for (code,), rows in hours.group_by("centre_code")}
    lines = [_line(row, weeks.get(row["code"], []), on, demonstration) for row in placed(places).iter_rows(named=True)]
    texts = [name for name in _TEXTS if name != "telephone"]
    frame = pl.DataFrame(lines, schema={**dict.fromkeys(_TEXTS, pl.String), **_NUMBERS, "date_maj": pl.Date})
    return in_order(frame.with_columns(defused(name) for name in texts), PLACES).write_csv().encode()


def placed(places: pl.DataFrame) -> pl.DataFrame:
    """The places of which the schema's required fields are known."""
    return places.drop_nulls(["postcode", "commune_name"])


_NUMBERS: Final = {"latitude": pl.Float64, "longitude": pl.Float64}
_TEXTS: Final = (
    "id", "pivot", "nom", "commune", "code_postal", "code_insee", "adresse", "typologie", "telephone", "courriels",
    "site_web", "horaires", "presentation_resume", "presentation_detail", "source", "itinerance", "structure_parente",
)  # fmt: skip


def _line(row: dict[str, Any], half_days: list[dict[str, Any]], on: date, demonstration: bool) -> dict[str, Any]:
    return {
        "id": row["code"],
        "pivot": NO_NUMBER,
        "nom": row["name"],
        "commune": row["commune_name"],
        "code_postal": row["postcode"],
        "code_insee": row["insee_code"],
        # Where no street is known the commune is the address, as in the national address base.
        "adresse": row["address"] or row["commune_name"],
        "latitude": row["latitude"],
        "longitude": row["longitude"],
        "typologie": "TIERS_LIEUX|FABLAB" if "fablab" in row["kind"] else "TIERS_LIEUX",
        "telephone": international(row["phone"]),
        "courriels": row["email"],
        "site_web": row["website"],
        "horaires": opening_hours(half_days),
        "presentation_resume": _summary(row, demonstration)[:_LONGEST_SUMMARY],
        "presentation_detail": typeset(f"{DEMONSTRATION} : postes et horaires inventés.") if demonstration else None,
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
    """« 04 71 00 00 00 » as +33471000000; None for what is no French number."""
    if phone is None:
        return None
    figures = re.sub(r"[^\d+]", "", phone)
    national = re.fullmatch(r"(?:\+33|0033|0)([1-9]\d{8})", figures)
    return f"+33{national.group(1)}" if national else None
