"""What is typed in the weekly form and not recorded: kept on the server by the page's script, and taken up again.

The script sends the texts of the fields as they are typed, under their names; here is what they mean.
"""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from dashboard.signing import signed_for_now
from dashboard.ui import session, store
from dashboard.ui.forms.weekly_sheet import Sheet
from dashboard.ui.forms.weekly_typed import STATUSES, Status, Typed
from data_access.writes.attendance import WEEKLY_FORM

PURPOSE: Final = "draft"
"""What the tokens of drafts are signed for."""
_STATUSES: Final[tuple[Status, ...]] = tuple(STATUSES)


def resumed_typing(sheet: Sheet, plain: Typed) -> tuple[Typed, int, datetime] | None:
    """What the author left of this sheet, the version they saw, and when; None for nothing but what is shown anyway."""
    kept = store.draft(form=WEEKLY_FORM, about=sheet.journal_key)
    if kept is None:
        return None
    typed = _typed(plain, kept.typed)
    return None if typed == plain else (typed, kept.base_version, kept.saved_at)


def draw_token(sheet: Sheet, *, prefix: str, base_version: int) -> None:
    """What the script needs to keep this form: which fields are its own, and the right to keep a draft of this sheet."""
    actor = session.current_actor()
    token = signed_for_now(
        PURPOSE,
        {
            "actor": actor.name,
            "role": actor.role,
            "form": WEEKLY_FORM,
            "about": sheet.journal_key,
            "version": base_version,
        },
    )
    st.html(
        f'<p class="cc-draft cc-note" role="status" data-token="{escape(token)}" data-prefix="{escape(prefix)}"></p>'
    )


def _typed(plain: Typed, texts: Mapping[str, str]) -> Typed:
    """Fields the form no longer has are left out; those the draft does not name stay as they are."""
    # A radio button tells which of its choices is taken by its place.
    place = texts.get("status", "")
    status = _STATUSES[int(place)] if place in {str(n) for n in range(len(_STATUSES))} else plain.status
    days = {day for day, _kind in plain.numbers}
    return Typed(
        numbers={(day, kind): texts.get(f"{day}-{kind}", text) for (day, kind), text in plain.numbers.items()},
        closed=frozenset(
            day for day in days | plain.closed if texts.get(f"closed-{day}", "1" if day in plain.closed else "") == "1"
        ),
        people=texts.get("people", plain.people),
        remark=texts.get("remark", plain.remark),
        status=status,
    )
