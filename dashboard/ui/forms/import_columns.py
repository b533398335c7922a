"""The columns of a file on screen: what each of its headings was taken for, corrected by who knows better."""

from typing import Final

import streamlit as st

from dashboard.configuration import clock
from dashboard.imports.kinds import ImportKind
from dashboard.imports.reading import Unreadable
from dashboard.imports.running import FileHeadings, file_headings
from dashboard.ui import components, session
from dashboard.wording.parsing import plain
from dashboard.wording.typography import escape_markdown, typeset
from data_access.refusals import Refused

_READ: Final = "import_headings"
Given = tuple[tuple[str, str | None], ...]
"""Headings as `plain` writes them, each with the field it was given, None = left aside."""


def draw(kind: ImportKind, name: str, content: bytes) -> Given:
    """One box a heading of the file with its column of the model; answers those that were set otherwise here."""
    told = _headings_of(kind, name, content)
    if told is None:
        return ()
    titles = {column.field: column.heading for column in kind.columns}
    needed = {column.field for column in kind.columns if column.needed}
    whole = needed <= set(told.fields) and None not in told.fields
    given: dict[str, str | None] = {}
    with st.expander("Colonnes du fichier", expanded=not whole):
        components.note("Pour chaque titre du fichier, la colonne du modèle. Une correction est retenue avec l’import.")
        for place, (heading, field) in enumerate(zip(told.headings, told.fields, strict=True)):
            chosen = st.selectbox(
                escape_markdown(typeset(f"« {heading} »")),
                ("", *titles),
                index=("", *titles).index(field or ""),
                format_func=lambda each: titles.get(each, "Laissée de côté"),
                key=f"colonne-{kind.key}-{place}-{heading}",
                width=400,
            )
            if chosen != (field or ""):
                given[plain(heading)] = chosen or None
    return tuple(given.items())


def _headings_of(kind: ImportKind, name: str, content: bytes) -> FileHeadings | None:
    """Those of the file, read once; None for a file that cannot be read, or whose headings are days."""
    key = (kind.key, name, hash(content))
    kept = st.session_state.get(_READ)
    if kept is None or kept[0] != key:
        try:
            told = file_headings(
                session.current_engine(), session.current_actor(), kind, name, content, now=clock.now()
            )
        except (Unreadable, Refused):
            told = None
        kept = st.session_state[_READ] = (key, told)
    found: FileHeadings | None = kept[1]
    return found
