"""The files of the open data, made together so that they tell one state; the command and the server both ask here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.calendar import ics
from dashboard.exports.opendata.indicators import indicators_csv
from dashboard.exports.opendata.network import network_geojson
from dashboard.exports.opendata.package import DESCRIPTION_FILE, RESOURCES, TITLE, datapackage
from dashboard.exports.opendata.places import places_csv
from dashboard.publication.facts import Facts, published_facts
from dashboard.publication.figures import published_figures
from dashboard.ui.views.agenda_words import worded
from data_access.engine import reading
from data_access.periods import PARIS
from data_access.rights import PUBLICATION

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True)
class Publication:
    """The files by name, and what their page says of them."""

    files: Mapping[str, bytes]
    on: date
    demonstration: bool


def publication(engine: "sa.Engine", *, today: date) -> Publication:
    """All the files, as they stand at the day; the same data give the same bytes."""
    with reading(engine, today, PUBLICATION) as connection:
        facts = published_facts(connection, today=today)
    content = {
        "lieux": lambda: _places(facts),
        "indicateurs": lambda: indicators_csv(published_figures(facts), demonstration=facts.demonstration),
        "reseau": lambda: network_geojson(facts.places, demonstration=facts.demonstration),
        "rendez-vous": lambda: _appointments(facts),
    }
    files = {resource.file_name: content[resource.kind]() for resource in RESOURCES}
    described = datapackage(files, on=today, demonstration=facts.demonstration)
    return Publication({**files, DESCRIPTION_FILE: described}, today, facts.demonstration)


def _places(facts: Facts) -> bytes:
    opened = facts.places.filter("open")
    return places_csv(opened, facts.hours, on=facts.today, demonstration=facts.demonstration)


def _appointments(facts: Facts) -> bytes:
    # Midnight and not now: a file made again from the same data is the same file.
    stamp = datetime.combine(facts.today, time.min, PARIS)
    entries: pl.DataFrame = worded(facts.agenda, today=facts.today)
    return ics(entries, name=TITLE, stamp=stamp, demonstration=facts.demonstration)
