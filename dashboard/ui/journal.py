"""The journal: who changed what, when, from what to what; one record or the whole of a period, page by page."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.figures.model import Table
from dashboard.ui import components, deeds, filters, session, store
from dashboard.ui.navigation import PAGES
from dashboard.wording import dates
from dashboard.wording.journal import TABLES, changes, deed, kind_of_record, reference
from dashboard.wording.terms import MISSING
from dashboard.wording.typography import count, escape_markdown, typeset
from data_access.rights import Right, allows

PAGE: Final = 25
_SPANS: Final = {"7j": ("7 jours", 7), "30j": ("30 jours", 30), "1an": ("un an", 366), "tout": ("tout", 40_000)}
_EVERYTHING: Final = "tout"
_ABOUT: Final = "journal"
_MOST_IN_A_FILE: Final = 200
_PAGE_TITLES: Final = {entry.name: entry.title for entry in PAGES}


def draw() -> None:
    """Filters, the sentence, the lines and their file."""
    question, span = _question()
    found = store.journal_count(**question)
    components.key_sentence(
        f"{count(found, 'changement')} sur {span}." if found else f"Aucun changement sur {span} pour ce choix."
    )
    deeds.draw(_ABOUT, icon=":material/undo:")
    if not found:
        return
    pages = (found - 1) // PAGE + 1
    page = filters.number(st.number_input, "Page", key="page", first=1, last=pages, usual=1) if pages > 1 else 1
    entries = store.journal(**question, limit=PAGE, offset=(page - 1) * PAGE)
    for entry in entries:
        draw_entry(entry)
    components.files(_table(store.journal(**question, limit=_MOST_IN_A_FILE)), key="journal")


def draw_history(table_name: str, row_key: str | None = None, *, row_id: int | None = None) -> None:
    """The changes of one record, named by its key or by its row, folded; nothing for who may not see them.

    A page that names records by their key, and the form that stands open on one by its row, may draw the same changes.
    """
    if not allows(session.current_actor(), Right.ENTER):
        return
    entries = store.history(table_name=table_name, row_key=row_key, row_id=row_id)
    deeds.draw(_ABOUT, icon=":material/undo:")
    if not entries:
        return
    key = "history" if row_key is None else "history-of-page"
    with st.expander(typeset(f"Historique ({count(len(entries), 'changement')})"), icon=":material/history:"):
        for entry in entries:
            draw_entry(entry, key=key)


def draw_entry(entry: Mapping[str, Any], *, key: str = "journal") -> None:
    """One change: who, when, what, and each field from what to what; a button to take it back where that makes sense."""
    actor = session.current_actor()
    with st.container(key=f"{key}-{entry['id']}", border=True, gap="small"):
        what = f"{kind_of_record(entry)} {reference(entry, _PAGE_TITLES)}"
        state = " (annulé depuis)" if entry["undone"] else ""
        when = dates.date_and_time(entry["at"])
        st.markdown(
            f"**{escape_markdown(typeset(what))}**  \n"
            + escape_markdown(typeset(f"{entry['actor']} {deed(entry)}{state}, le {when}."))
        )
        told = changes(entry)
        if told:
            components.notes(list(map(_moved, told[:30])))
        may = actor.coordinates or (actor.enters and entry["actor"] == actor.name)
        if may and entry["row_id"] is not None and not entry["undone"]:
            st.button("Annuler ce changement", icon=":material/undo:", key=f"{key}-undo-{entry['id']}",
                      on_click=deeds.undo, args=(_ABOUT, entry["id"], "Changement annulé."), type="tertiary")  # fmt: skip


def _moved(change: tuple[str, str, str]) -> str:
    """« Positions : 4 → 6 »; what nothing was known of before has no arrow."""
    name, old, new = change
    return f"{name} : {new}" if old == MISSING else f"{name} : {old} → {new}"


def _question() -> tuple[dict[str, Any], str]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        spans = {key: label for key, (label, _days) in _SPANS.items()}
        span = filters.choice(st.segmented_control, "Période", spans, key="duree", usual="30j", required=True)
        actors = {_EVERYTHING: "Tout le monde", **{name: name for name in store.journal_actors()}}
        actor = filters.choice(st.selectbox, "Par", actors, key="par", usual=_EVERYTHING, width=260)
        tables = {_EVERYTHING: "Toutes les fiches", **TABLES}
        table = filters.choice(st.selectbox, "Fiches", tables, key="fiches", usual=_EVERYTHING, width=260)
        text = filters.text("Chercher", key="texte", longest=60, placeholder="MURAT, 2017-S22, 112…", width=220)
    today = clock.today()
    since = today - timedelta(days=_SPANS[span][1])
    label = "toute la durée" if span == "tout" else _SPANS[span][0]
    return {
        "since": _midnight(max(since, date(1998, 1, 1))),
        "until": _midnight(today + timedelta(days=1)),
        "actor": None if actor == _EVERYTHING else actor,
        "table_name": None if table == _EVERYTHING else table,
        "text": text or None,
    }, label


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), dates.PARIS)


def _table(entries: list[dict[str, Any]]) -> Table:
    rows = [
        {
            "at": dates.date_and_time(entry["at"]),
            "actor": entry["actor"],
            "deed": deed(entry),
            "what": kind_of_record(entry),
            "row_key": reference(entry, _PAGE_TITLES),
            "changes": " ; ".join(map(_moved, changes(entry))),
        }
        for entry in entries
    ]
    headings = {
        "at": "Date",
        "actor": "Par",
        "deed": "Action",
        "what": "Fiche",
        "row_key": "Référence",
        "changes": "Changements",
    }
    frame = pl.DataFrame(rows, schema=dict.fromkeys(headings, pl.String))
    return Table("Journal des changements", frame, headings, demonstration=store.is_demonstration())
