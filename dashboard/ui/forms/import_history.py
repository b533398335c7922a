"""The imports that were made: who brought and checked what, when, from which file, with what came of it and its undoing."""

from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.figures.model import Table
from dashboard.imports.kinds import KINDS
from dashboard.ui import components, deeds, session, store
from dashboard.ui.forms.import_report import ABOUT, REVIEWED, GivenFile, draw, give_back
from dashboard.wording import dates
from dashboard.wording.terms import IMPORT_KINDS, IMPORT_OUTCOMES
from dashboard.wording.typography import capital, count, escape_markdown, typeset
from data_access.entries.batches import waiting_file
from data_access.entries.importing import undo_whole_import

_RECENT: Final = 10
_COLOURS: Final = {"done": "green", "waiting": "orange", "running": "blue", "undoing": "blue", "interrupted": "red"}


def draw_review() -> None:
    """The file that is being checked, rehearsed again on today's data."""
    number = st.session_state.get(REVIEWED)
    batch = next((each for each in _made() if each["id"] == number and each["state"] == "waiting"), None)
    if batch is None:
        return
    st.subheader(typeset(f"Relire « {escape_markdown(batch['file_name'])} »"), anchor=False)
    components.note(f"Envoyé par {batch['imported_by']} le {dates.date_and_time(batch['imported_at'])}.")
    with store.asking() as connection:
        content = waiting_file(connection, batch_id=batch["id"])
    if content is not None:
        headings = tuple((batch["headings"] or {}).items())
        draw(GivenFile(KINDS[batch["kind"]], batch["file_name"], content, headings, batch["id"]))


def draw_history() -> None:
    """The last imports, each with its button; all of them in a table."""
    made = _made()
    if not made:
        return
    st.subheader("Imports effectués", anchor=False)
    for batch in made[:_RECENT]:
        with st.container(border=True):
            told, button = st.columns([7, 2], vertical_alignment="center")
            told.markdown(f"{_title(batch)}  \n{_story(batch)}")
            with button:
                _draw_button(batch)
    headings = {
        "id": "N°", "when": "Date", "who": "Par", "file": "Fichier", "print": "Empreinte", "kind": "Nature",
        "counts": "Résultat", "state": "État", "checked": "Relu par",
    }  # fmt: skip
    rows = [
        {
            "id": str(batch["id"]),
            "when": dates.date_and_time(batch["imported_at"]),
            "who": batch["imported_by"],
            "file": batch["file_name"],
            "print": (batch["file_hash"] or "")[:12],
            "kind": IMPORT_KINDS[batch["kind"]].brief,
            "counts": _counts(batch),
            "state": IMPORT_OUTCOMES[batch["state"]].label,
            "checked": batch["checked_by"] or "",
        }
        for batch in made
    ]
    if len(rows) > _RECENT:
        with st.expander(f"Tous les imports ({len(rows)})", icon=":material/history:"):
            table = Table("Imports", pl.DataFrame(rows, schema=dict.fromkeys(headings, pl.String)), headings)
            components.table(table)
            components.files(table, key="imports")


def _made() -> list[dict[str, Any]]:
    # Whether one was interrupted changes with time: asked anew every minute.
    made: list[dict[str, Any]] = store.imports(now=clock.now().replace(second=0, microsecond=0))
    return made


def _title(batch: dict[str, Any]) -> str:
    kind, state = capital(IMPORT_KINDS[batch["kind"]].brief), IMPORT_OUTCOMES[batch["state"]].label
    badge = f":{_COLOURS.get(batch['state'], 'gray')}-badge[{state}]"
    file = escape_markdown(typeset(f"« {batch['file_name']} »"))
    return f"**{kind}** – {file} {badge}"


def _story(batch: dict[str, Any]) -> str:
    verb = "Envoyé" if batch["state"] in ("waiting", "returned", "lapsed") else "Importé"
    said = [f"N° {batch['id']}. {verb} par {batch['imported_by']} le {dates.date_and_time(batch['imported_at'])}"]
    if batch["checked_at"]:
        said.append(f"relu par {batch['checked_by']} le {dates.date_and_time(batch['checked_at'])}")
    if batch["undone_at"]:
        said.append(f"annulé par {batch['undone_by']} le {dates.date_and_time(batch['undone_at'])}")
    told = f"{', '.join(said)} : {_counts(batch)}."
    if batch["file_hash"]:
        told += f" Empreinte {batch['file_hash'][:12]}."
    return f":small[{escape_markdown(typeset(told))}]"


def _counts(batch: dict[str, Any]) -> str:
    if batch["state"] in ("waiting", "lapsed"):
        return f"{batch['added']} à ajouter, {batch['changed']} à modifier"
    return typeset(
        f"{count(batch['added'], 'ajout')}, {count(batch['changed'], 'modification')}, "
        f"{batch['unchanged']} sans changement"
    )


def _draw_button(batch: dict[str, Any]) -> None:
    number, state = batch["id"], batch["state"]
    mine = batch["imported_by"] == session.current_actor().name
    if state == "waiting" and mine:
        st.button("Reprendre", icon=":material/undo:", key=f"take-back-{number}", on_click=give_back, args=(number,))
    elif state == "waiting":
        st.button("Relire", icon=":material/rate_review:", key=f"review-{number}", on_click=_review, args=(number,))
    elif state in ("done", "interrupted"):
        st.button("Annuler l’import", icon=":material/undo:", key=f"undo-{number}", on_click=_undo, args=(number,))


def _review(number: int) -> None:
    st.session_state[REVIEWED] = number


def _undo(number: int) -> None:
    with deeds.telling(ABOUT) as outcome:
        undone = undo_whole_import(session.current_engine(), session.current_actor(), number, now=clock.now())
        outcome.said = f"Import {number} annulé : {count(undone, 'changement')}."
