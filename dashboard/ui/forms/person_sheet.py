"""A person's sheet on screen: what is noted of them corrected, what is tied to them opened, two sheets of one person merged."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from dashboard.configuration import clock
from dashboard.ui import components, session, store
from dashboard.ui.forms.entries.drawing import draw_form, draw_said, link_to_record
from dashboard.ui.forms.entries.editing import EntryForm, editing_of, is_edited, open_record, say
from dashboard.ui.forms.entries.finding import find
from dashboard.ui.forms.entries.subjects import AGREEMENT, MEMBERSHIP, PERSON, SERVICE, SUPPORT
from dashboard.wording.journal import field, value
from dashboard.wording.personal_data import name_of
from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.typography import count, enumeration, escape_markdown, typeset
from data_access.entries.merging import MergePreview, merge_people, merge_preview
from data_access.refusals import Refused

TIED: Final[Mapping[str, EntryForm]] = {
    "agreements": AGREEMENT,
    "memberships": MEMBERSHIP,
    "services": SERVICE,
    "supports": SUPPORT,
}
"""The forms of what is tied to a person, by the part of their file."""
_OPEN: Final = "person-corrected"
_COUNTED: Final = {
    "agreement": ("convention", "conventions"),
    "pass_membership": ("adhésion", "adhésions"),
    "member_service": ("service", "services"),
    "support": ("accompagnement", "accompagnements"),
    "visit": ("pointage", "pointages"),
}


def draw_correction(person_id: int) -> None:
    """The right of rectification: the way to the form of the person, and the form once it is open."""
    if not PERSON.allowed(session.current_actor()):
        components.note("Droit de rectification : la coordination du réseau corrige cette fiche.")
        return
    components.note(
        "Droit de rectification : corrigez ici ce que la personne signale, son accord pour l’annuaire compris ; chaque "
        "convention, adhésion ou service s’ouvre dans sa liste."
    )
    draw_said(PERSON)
    opened: tuple[int, int] | None = st.session_state.get(_OPEN)
    if opened is not None and opened[0] == person_id and is_edited(PERSON, person_id, opened[1]):
        editing = editing_of(PERSON, person_id)
        assert editing is not None
        draw_form(editing)
    else:
        st.button(
            "Corriger la fiche", icon=":material/edit:", on_click=_open, args=(person_id,), key=f"correct-{person_id}"
        )


def draw_tied(part: str, rows: list[Mapping[str, Any]]) -> None:
    """One way to the form of each record of this part of the file."""
    form = TIED.get(part)
    if form is not None and rows and form.allowed(session.current_actor()):
        with st.container(gap="xxsmall"):
            for each in find(form, row_ids=[row["id"] for row in rows], count=len(rows)):
                link_to_record(form, each.row_id, f"Ouvrir : {each.label}")


def draw_merge(person: Mapping[str, Any], others: list[int]) -> None:
    """Which other sheet is the same person's, what merging them would do, then the merge."""
    actor = session.current_actor()
    if not actor.coordinates:
        return
    with st.expander("Réunir deux fiches d’une même personne", icon=":material/merge:"):
        components.note(
            "Cette fiche reste. Ce qui est attaché à l’autre fiche passe sur celle-ci, puis l’autre fiche disparaît. "
            "La réunion s’annule d’un geste, ici ou dans le Journal."
        )
        typed = st.text_input(
            "Numéro de l’autre fiche",
            value=str(others[0]) if others else "",
            max_chars=12,
            key=f"merge-with-{person['id']}",
            width=240,
        )
        if not typed.strip().isascii() or not typed.strip().isdigit():
            if typed.strip():
                components.note("Indiquez le numéro d’une fiche : il est écrit à côté du nom dans la recherche.")
            return
        try:
            with store.asking() as connection:
                seen = merge_preview(connection, actor, kept_id=person["id"], merged_id=int(typed))
        except Refused as refusal:
            st.error(_sentences(refusal), icon=":material/error:")
            return
        _draw_preview(seen)


def _draw_preview(seen: MergePreview) -> None:
    moved = [count(number, *_COUNTED[table]) for table, number in seen.moved.items() if number]
    left_out = [count(number, *_COUNTED[table]) for table, number in seen.left_out.items() if number]
    lines = [
        f"Fiche {seen.merged['id']}, {name_of(seen.merged)}, réunie à la fiche {seen.kept['id']}, {name_of(seen.kept)}.",
        f"Passe sur cette fiche : {enumeration(moved)}." if moved else "Rien ne passe sur cette fiche.",
        *([f"En double, supprimé avec l’autre fiche : {enumeration(left_out)}."] if left_out else []),
        *(f"Repris de l’autre fiche : {field(name)} {_said(name, theirs)}." for name, theirs in seen.filled.items()),
        *(
            f"{field(name)} : {_said(name, mine)} reste, {_said(name, theirs)} disparaît."
            for name, (mine, theirs) in seen.given_up.items()
        ),
        "L’accord pour l’annuaire reste celui de cette fiche.",
    ]
    st.markdown("\n".join(f"- {escape_markdown(typeset(line))}" for line in lines))
    if seen.problems:
        st.error(escape_markdown(_sentences(Refused(seen.problems))), icon=":material/error:")
        return
    st.button(
        "Réunir les deux fiches",
        icon=":material/merge:",
        type="primary",
        on_click=_merge,
        args=(seen.kept["id"], seen.merged["id"], seen.version),
        key=f"merge-{seen.kept['id']}-{seen.merged['id']}",
    )


def _open(person_id: int) -> None:
    editing = open_record(PERSON, person_id)
    if editing is not None:
        say(PERSON, None)
        st.session_state[_OPEN] = (person_id, editing.number)


def _merge(kept_id: int, merged_id: int, version: int) -> None:
    try:
        with store.writing() as connection:
            saved = merge_people(
                connection,
                session.current_actor(),
                kept_id=kept_id,
                merged_id=merged_id,
                base_version=version,
                now=clock.now(),
            )
    except Refused as refusal:
        say(PERSON, _sentences(refusal), wrong=True)
    else:
        store.forget_answers()
        say(PERSON, typeset(f"Fiche {merged_id} réunie à la fiche {kept_id}."), audit_id=saved.audit_id)


def _said(name: str, stored: Any) -> str:
    return f"« {value('person', name, stored)} »"


def _sentences(refusal: Refused) -> str:
    told = (
        refusal_sentence(each.rule, {"label": "Numéro de l’autre fiche", **each.values}) for each in refusal.problems
    )
    return " ".join(told)
