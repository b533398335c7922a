"""What is typed in a form and not recorded: the right to keep it, what is said of it, and the sheets that a script draws."""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
import streamlit as st

from dashboard.configuration import clock
from dashboard.identity.signing import sign_timed
from dashboard.ui import components, session, store
from dashboard.wording.dates import date_and_time
from dashboard.wording.typography import typeset
from data_access.reads.entries import Draft
from data_access.rights import Right, allows
from data_access.writes.attendance import drop_draft, give_up_draft

PURPOSE: Final = "draft"
"""What the tokens of drafts are signed for."""
Texts = Mapping[str, str]
"""What stands in the fields, by their names."""


def draft_token(form: str, about: str, version: int) -> str:
    """The right to keep what is typed in a form on a subject, over a version of it."""
    actor = session.current_actor()
    claims = {"actor": actor.name, "role": actor.role, "form": form, "about": about, "version": version}
    return sign_timed(PURPOSE, claims)


@dataclass(frozen=True)
class Filling:
    """A form being filled in: the form, the subject and the version that what is typed in it is kept under."""

    form: str
    about: str
    version: int = 0

    @property
    def token(self) -> str:
        """The right to keep what is typed in it; "" for who has no form to fill in."""
        return draft_token(self.form, self.about, self.version) if _keeps_drafts() else ""

    def left(self) -> Draft | None:
        """What its author typed over this version and did not record."""
        kept = store.draft(form=self.form, about=self.about) if _keeps_drafts() else None
        return kept if kept is not None and kept.base_version == self.version else None

    def forget(self, connection: sa.Connection) -> None:
        """What was typed is recorded."""
        if _keeps_drafts():
            drop_draft(connection, session.current_actor(), form=self.form, about=self.about)

    def give_up(self, request_key: str) -> None:
        """What was typed in the form begun with that key is given up, with what of it is still on its way."""
        if not _keeps_drafts():
            return
        about = {"form": self.form, "about": self.about, "request_key": request_key}
        with store.writing() as connection:
            give_up_draft(connection, session.current_actor(), **about, now=clock.now())

    def resume_text(self, key: str) -> None:
        """The one text field of a form, not drawn yet, holds what its author left in it."""
        if key not in st.session_state and (kept := self.left()) is not None:
            st.session_state[key] = kept.typed.get("", "")


def draw_marker(token: str, *, prefix: str, request_key: str = "", known: Texts = MappingProxyType({})) -> None:
    """Asks the page's script to keep the fields whose key begins with `prefix`, and beside them what is `known` here of
    those that are no text of the page; of who has no right to it, none. A secret is no such field."""
    if token:
        st.html(
            f'<p class="cc-draft cc-note" role="status" data-token="{escape(token)}" data-prefix="{name_on_page(prefix)}" '
            f'data-request-key="{escape(request_key)}" data-known="{escape(json.dumps(dict(known)))}"></p>'
        )


def name_on_page(key: str) -> str:
    """How the page's script calls a field, by its key: Streamlit makes a name of a style of it."""
    return re.sub(r"[^a-zA-Z0-9_-]", "-", key)


def resumed_sentence(moment: datetime) -> str:
    """What is said of fields that hold what their author left."""
    return typeset(f"Reprise de votre saisie du {date_and_time(moment)} : gardée, pas enregistrée.")


def draw_resumed(moment: datetime | None, start_again: Callable[[], None], *, key: str, in_form: bool = True) -> None:
    """Says that the fields hold what their author left, and offers to forget it; nothing where they do not."""
    if moment is None:
        return
    components.note(resumed_sentence(moment))
    button = st.form_submit_button if in_form else st.button
    button("Effacer cette reprise", icon=":material/restart_alt:", on_click=start_again, key=key)


def _keeps_drafts() -> bool:
    return allows(session.current_actor(), Right.DRAFTS)


# The sheets: one table drawn by a script of the page from what is said here. Its fields are plain texts of the page, so that
# a key costs no run and « 2,5 » arrives as it was typed.

_ASSETS: Final = Path(__file__).parents[1] / "assets"
_SHEET: Final = st.components.v2.component(
    "weekly_sheet",
    js=(_ASSETS / "weekly_sheet.js").read_text(encoding="utf-8"),
    css=(_ASSETS / "weekly_sheet.css").read_text(encoding="utf-8"),
    isolate_styles=False,
)
_RECORD_NAMES: Final = {"distinct_people": "people", "comment": "remark"}


@dataclass
class SheetMemory:
    """What a session knows of its sheets of one sort, between two presses.

    One object, found before a write and changed after it: Streamlit may end a run at any look into its session state, and
    a week could be recorded without its author being told.
    """

    name: str = field(default_factory=lambda: secrets.token_hex(4))
    presses: int = 0

    @property
    def turn(self) -> str:
        """Tells the page whether it sees the answer to what it asked: its session, and the answers given in it so far."""
        return f"{self.name}-{self.presses}"


@dataclass(frozen=True)
class Answer:
    """What a sheet says above its fields: `kind` is « done », « wrong » or « asked ».

    `notes` come first; `faults` have their field; `changes` is a table of what saving would do, its titles first.
    """

    kind: str
    sentence: str
    faults: tuple[tuple[str, str], ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    """What is written on each, and the deed it asks."""
    notes: tuple[str, ...] = ()
    changes: tuple[tuple[str, ...], ...] = ()


def name_of(field_of_record: str) -> str:
    """How the page calls a field of a record."""
    return _RECORD_NAMES.get(field_of_record, field_of_record.replace(" ", "-"))


def draw_sheet(key: str, data: Mapping[str, Any], answer: Answer | None, pressed: Callable[[Any], None]) -> None:
    """The table with what was answered; `pressed` is told each press, with what the fields held."""

    def heard() -> None:
        asked = st.session_state[key].get("press")
        if asked is not None:
            pressed(asked)

    _SHEET(key=key, data={**data, "answer": _spoken(answer)}, on_press_change=heard)


def _spoken(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return {
        "kind": answer.kind,
        "sentence": typeset(answer.sentence),
        "faults": [[name, typeset(said)] for name, said in answer.faults],
        "buttons": [{"label": typeset(label), "deed": deed} for label, deed in answer.buttons],
        "notes": [typeset(note) for note in answer.notes],
        "changes": [[typeset(text) for text in line] for line in answer.changes],
    }
