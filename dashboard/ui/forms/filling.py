"""What is typed in a form and not recorded: the right to keep it, what is said of it, and the sheets that a script draws."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any, Final

import streamlit as st

from dashboard.identity.signing import sign_timed
from dashboard.ui import session
from dashboard.wording.dates import date_and_time
from dashboard.wording.typography import typeset

PURPOSE: Final = "draft"
"""What the tokens of drafts are signed for."""
Texts = Mapping[str, str]
"""What stands in the fields, by their names."""


def draft_token(form: str, about: str, version: int) -> str:
    """The right to keep what is typed in a form on a subject, over a version of it."""
    actor = session.current_actor()
    claims = {"actor": actor.name, "role": actor.role, "form": form, "about": about, "version": version}
    return sign_timed(PURPOSE, claims)


def draw_marker(token: str, *, prefix: str, request_key: str) -> None:
    """Asks the page's script to keep the fields of the form it stands in: those whose key begins with `prefix`."""
    st.html(
        f'<p class="cc-draft cc-note" role="status" data-token="{escape(token)}" data-prefix="{escape(prefix)}" '
        f'data-request-key="{escape(request_key)}"></p>'
    )


def resumed_sentence(moment: datetime) -> str:
    """What is said of fields that hold what their author left."""
    return typeset(f"Reprise de votre saisie du {date_and_time(moment)} : gardée, pas enregistrée.")


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
