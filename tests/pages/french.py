"""« French and only French »: all that a page says, wherever it says it, and what in it is no French.

The texts of a page are found, not listed: every text of every element is read, but for those that only programs read.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import openpyxl
import polars as pl
import pytest
from babel.dates import get_month_names
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from dashboard.ui import components, downloads
from dashboard.wording.typography import typeset
from data_access import codes
from data_access.schema import metadata
from tests.application import TABLE, tables

# Fields of elements that only programs read; what is in any other is read as a text.
FOR_PROGRAMS: Final = frozenset(
    {
        "autocomplete", "code", "columns", "data", "datasets", "deferred_file_id", "form_id", "format", "icon", "id", "image",
        "language", "page", "page_script_hash", "query_string", "selection_mode", "shortcut", "spec", "src", "tag", "type",
        "url",
    }
)  # fmt: skip
TAG: Final = re.compile(r"<[^>]+>")
NO_WORDS: Final = re.compile(r"<(style|script|svg).*?</\1>|<code>.*?</code>", re.DOTALL)
# Words that no French sentence has, but an English one nearly always, and the missing values of a program.
ENGLISH: Final = re.compile(
    r"\b(the|and|of|is|are|was|with|without|for|from|this|that|your|please|not|none|null|nan|undefined|true|false|error|"
    r"choose|select|search|submit|loading|download|upload|browse|file|week|month|year|day|hour|share|rate|count|value|label|"
    r"name|seats?|people|members?|holders?|meetings?|welcome|settled|closed|draft|missing|unknown|hidden|half|days)\b",
    re.IGNORECASE,
)
SHOWN_BY_A_SCRIPT: Final = frozenset(
    {"answer", "caption", "help", "hint", "keys", "label", "off", "people", "remark", "resumed", "sentence", "state"}
    | {"title", "usual", "weekday"}
)
IDENTIFIER: Final = re.compile(r"\b[a-z]+[a-z0-9]*(?:_[a-z0-9]+)+\b")
# What the rule leaves alone, by page: settings are shown with the values that are typed for them.
EXEMPT: Final[Mapping[str, tuple[str, ...]]] = {
    "settings_in_force": ("column 'Valeur'", "column 'Rôle': 'true si ce", "column 'Rôle': 'Chiffrement de l’échange"),
}
# Their headings are prescribed.
OF_A_NATIONAL_SCHEMA: Final = frozenset({"cybercantal-lieux.csv", "cybercantal-indicateurs.csv"})
# Names of the database that are French words too.
FRENCH_TOO: Final = frozenset(
    {"action", "association", "audience", "code", "commune", "contact", "date", "domiciliation", "forum", "mobile",
     "note", "place", "source", "stage", "version"}
)  # fmt: skip
DATABASE_NAMES: Final = (
    frozenset(
        [
            *metadata.tables,
            *(column.name for table in metadata.tables.values() for column in table.columns),
            *(
                code
                for listed in vars(codes).values()
                if isinstance(listed, tuple)
                for code in listed
                if isinstance(code, str)
            ),
        ]
    )
    - FRENCH_TOO
)


_MONTHS: Final = {
    name.strip(".") for width in ("wide", "abbreviated") for name in get_month_names(width, locale="fr").values()
}
# What no text has, be it a sentence, a heading or a cell of a table.
NEVER_WRITTEN: Final[Mapping[str, re.Pattern[str]]] = {
    "a day parted from its month": re.compile(rf"(?:\b\d{{1,2}}|\b1er) (?:{'|'.join(sorted(_MONTHS))})\b"),
    "a line that may begin with a dash": re.compile(r"\d[\u00a0\u202f]?h?[\u00a0\u202f]–[\u00a0\u202f]\d"),
    "a hyphen for a minus": re.compile(r"(?<![\w/.–-])-[\u00a0\u202f ]?\d"),
    "a plural of one": re.compile(
        r"(?<![\d.,\u00a0\u202f-])\b[01][\u00a0\u202f](?!accès|cours|fois|mois|pays|temps)[a-zà-ÿ]{3,}[sx]\b"
    ),
    "a place of the other gender": re.compile(r"^(?:La|Une) [^.,;:]* (?:est|était|sera) (?:ouvert|fermé|prévu)\b"),
    "two stops": re.compile(r"(?<!\.)\.\.(?!\.)|,,"),
    "an article uncontracted": re.compile(r"\b[dD]e (?:le|les|Le|Les) (?=[A-ZÀ-Ý])"),
}
# A coordinator is told what to do on the screen: variables, commands and machines are for who keeps the server.
JARGON: Final = re.compile(r"CYBERCANTAL_\w+|\bcybercantal [a-z]+|Data Package|\bJSON\b|\bSQL\w*|--[a-z]+")
FOR_WHO_KEEPS_THE_SERVER: Final = frozenset({"settings_in_force", "accounts"})


@dataclass(frozen=True)
class Said:
    """One text of a page and where it stands; `data` are the values of a table, which somebody may have typed."""

    where: str
    text: str
    data: bool = False

    @property
    def faults(self) -> list[str]:
        """Why it is no French; nothing when it is."""
        found = [*ENGLISH.findall(self.text), *IDENTIFIER.findall(self.text)]
        if self.text in DATABASE_NAMES and not found:
            found.append(self.text)
        if "veuillez" in self.text.lower():
            found.append("veuillez")
        if not self.data and typeset(self.text) != self.text:
            found.append("typography")
        found += [fault for fault, pattern in NEVER_WRITTEN.items() if pattern.search(self.text)]
        return found


@dataclass(frozen=True)
class Download:
    """A file that a page offers."""

    name: str
    make: Callable[[], bytes]

    @property
    def table(self) -> list[list[str]] | None:
        """Its lines, headings first, when it is a table."""
        if self.name.endswith(".csv"):
            return list(csv.reader(io.StringIO(self.make().decode("utf-8-sig"), newline=""), delimiter=";"))
        if self.name.endswith(".xlsx"):
            book = openpyxl.load_workbook(io.BytesIO(self.make()), read_only=True)
            return [
                [str(cell) for cell in row if cell is not None]
                for row in book.worksheets[0].iter_rows(values_only=True)
            ]
        return None


def note_downloads(patch: pytest.MonkeyPatch) -> list[Download]:
    """The files that pages offer from now on, noted on their way to the real links."""
    noted: list[Download] = []

    def noting(name: str, mime: str, make: Callable[[], bytes]) -> str:
        noted.append(Download(name, make))
        return downloads.offer(name, mime, make)

    patch.setattr(components, "offer", noting)
    return noted


def faults_of(page: str, app: AppTest, downloads: list[Download]) -> list[str]:
    """All that is no French on a page and in the tables it gives as files: where, what, why."""
    said = [*texts(app), *(heading for file in downloads for heading in _headings(file))]
    found = [f"{each.where}: {each.text!r} ({', '.join(each.faults)})" for each in dict.fromkeys(said) if each.faults]
    if page not in FOR_WHO_KEEPS_THE_SERVER:
        found += [
            f"{each.where}: {each.text!r} (jargon)" for each in said if not each.data and JARGON.search(each.text)
        ]
    return [fault for fault in found if not fault.startswith(EXEMPT.get(page, ()))]


def texts(app: AppTest) -> Iterator[Said]:
    """Everything the page says, in its tables and its charts too."""
    for drawn in tables(app):
        yield from _table(drawn, {})
    for node in [*app.main, *app.sidebar]:
        proto = getattr(node, "proto", None)
        if proto is None:
            continue
        if node.type == "bidi_component":
            yield from _given_to_a_script(json.loads(proto.json))
            continue
        yield from _fields(proto, node.type)
        if node.type in ("dataframe", "arrow_data_frame"):
            yield from _table(node.value, json.loads(getattr(proto, "columns", "") or "{}"))
        elif node.type == "vega_lite_chart":
            yield from chart_texts(json.loads(proto.spec), _datasets(proto))


def _given_to_a_script(value: Any, name: str = "") -> Iterator[Said]:
    """What a form drawn by a script of ours shows; the rest of what it is given is for the script."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _given_to_a_script(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from _given_to_a_script(part, name)
    elif isinstance(value, str) and value and name in SHOWN_BY_A_SCRIPT:
        yield Said(f"form {name}", value)


def _fields(message: Message, where: str) -> Iterator[Said]:
    for field, value in message.ListFields():
        if field.name in FOR_PROGRAMS or (field.message_type and field.message_type.GetOptions().map_entry):
            continue
        for each in value if field.is_repeated else [value]:
            if field.type == field.TYPE_MESSAGE:
                yield from _fields(each, where)
            elif field.type == field.TYPE_STRING:
                for part in TAG.split(TABLE.sub("", NO_WORDS.sub("", each))):
                    if part.strip():
                        yield Said(f"{where} {field.name}", part.strip())


def _table(frame: Any, columns: Mapping[str, Any]) -> Iterator[Said]:
    """Headings as they are shown, which a column may be given apart from its name, and cells."""
    for name in frame.columns:
        column = columns.get(str(name)) or {}
        if column.get("hidden"):
            continue
        heading = column.get("label") or str(name)
        yield Said("heading", heading)
        if column.get("help"):
            yield Said(f"help of {heading!r}", column["help"])
        for value in frame[name].unique():
            if isinstance(value, str):
                yield Said(f"column {heading!r}", value, data=True)


def _headings(file: Download) -> Iterator[Said]:
    if file.name in OF_A_NATIONAL_SCHEMA:
        return
    for heading in (file.table or [[]])[0]:
        yield Said(f"file {file.name}", heading)


def _datasets(chart: Any) -> list[pl.DataFrame]:
    return [pl.read_ipc_stream(io.BytesIO(each.data.data)) for each in chart.datasets]


def chart_texts(spec: Mapping[str, Any], datasets: list[pl.DataFrame]) -> Iterator[Said]:
    """The titles of a chart's axes, legends and tooltips, and the values that they and its words show."""
    config = spec.get("config", {})
    shown: set[str] = set()
    for layers in _drawings(spec):
        # Layers share their axes: a title given to one of them, or taken from one, holds for all.
        given, default = dict[str, list[str]](), dict[str, list[str]]()
        for channel, encoded in _encodings(layers):
            guide = "tooltip" if channel == "tooltip" else _guide(channel, encoded)
            holder = next(
                (each for each in (_options(encoded), encoded, config.get(guide, {})) if "title" in each), None
            )
            if guide is not None and holder is not None:
                given.setdefault(channel, []).append(holder["title"] or "")
            elif guide is not None and "field" in encoded:
                # Without a title, it is the name of the field that is written.
                default.setdefault(channel, []).append(encoded["field"])
            if channel in ("tooltip", "text") or (guide and "labelExpr" not in _options(encoded)):
                shown.add(encoded.get("field", ""))
        for channel in sorted({*given, *default}):
            shared = channel != "tooltip" and channel in given
            for title in [*given.get(channel, []), *([] if shared else default.get(channel, []))]:
                yield Said(f"chart {channel}", title)
    for frame in datasets:
        for name in shown & set(frame.columns):
            if frame.schema[name] == pl.String:
                for value in frame[name].drop_nulls().unique():
                    yield Said(f"chart values of {name}", value, data=True)


def _drawings(spec: Mapping[str, Any]) -> Iterator[list[Mapping[str, Any]]]:
    """The views that lie side by side, each with its layers."""
    parts = [part for name in ("hconcat", "vconcat", "concat") for part in spec.get(name, [])]
    if "spec" in spec:
        parts.append(spec["spec"])
    for part in parts:
        yield from _drawings(part)
    if not parts or "encoding" in spec:
        yield list(_layers(spec))


def _layers(view: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield view
    for layer in view.get("layer", []):
        yield from _layers(layer)


def _encodings(layers: list[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for layer in layers:
        for channel, definitions in layer.get("encoding", {}).items():
            for encoded in definitions if isinstance(definitions, list) else [definitions]:
                if encoded:
                    yield channel, encoded


def _options(encoded: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those of the axis or legend."""
    return encoded.get("axis") or encoded.get("legend") or {}


def _guide(channel: str, encoded: Mapping[str, Any]) -> str | None:
    """The guide that names what is drawn: an axis or a legend; None when there is none, or it is turned off."""
    if "field" not in encoded:
        return None
    if channel in ("x", "y"):
        return None if encoded.get("axis", {}) is None else "axis"
    if channel in ("color", "fill", "stroke", "shape", "size", "opacity", "strokeDash"):
        return None if encoded.get("legend", {}) is None else "legend"
    return "header" if channel in ("row", "column", "facet") else None
