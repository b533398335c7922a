"""Draws any entry form: what is wrong above and beside the fields, the fields, and the buttons of a stored record."""

from typing import Final

import streamlit as st

from dashboard.ui import components, session
from dashboard.ui.forms.entries.editing import Editing, EntryForm, delete, give_up, said_of, save, undo
from dashboard.ui.forms.entries.fields import EntryField
from dashboard.wording.typography import count, escape_markdown, typeset

_LOOK: Final = "<style>.cc-to-correct { font-size: .8125rem; font-weight: 600; margin: -.75rem 0 0; }</style>"


def draw_said(form: EntryForm) -> None:
    """What came of the last button, and the way to take that back."""
    said = said_of(form)
    if said is None:
        return
    if said.wrong:
        st.error(escape_markdown(said.text), icon=":material/error:")
        return
    st.success(escape_markdown(said.text), icon=":material/check_circle:")
    if said.audit_id is not None:
        st.button(
            "Annuler ce changement",
            icon=":material/undo:",
            on_click=undo,
            args=(form, said.audit_id),
            key=f"entry-undo-said-{form.key}",
        )


def draw_form(editing: Editing) -> None:
    """The fields and their buttons."""
    st.html(_LOOK)
    with st.form(f"entry-form-{editing.form.key}-{editing.number}", enter_to_submit=False):
        _draw_wrong(editing)
        with st.grid(3, min_column_width=230):
            for field in editing.form.fields:
                if field.once and editing.stored is not None:
                    continue
                with st.container(key=f"cell-{editing.key(field.name)}", gap="small"):
                    _draw_field(field, editing)
        components.note(editing.form.note)
        _draw_buttons(editing)


def draw_deletion(editing: Editing) -> None:
    """The way to remove the record that is open, confirmed once."""
    with st.popover("Supprimer la fiche", icon=":material/delete:"):
        st.markdown(typeset("Cette fiche ne comptera plus dans aucun chiffre. Vous pourrez annuler la suppression."))
        st.button(
            "Oui, supprimer la fiche",
            on_click=delete,
            args=(editing,),
            key=f"entry-delete-{editing.key('')}",
        )


def link_to_record(form: EntryForm, row_id: int, label: str) -> None:
    """The way to the form of one record, for who may correct that kind."""
    if form.allowed(session.current_actor()):
        query = {"saisie": form.key, "fiche": str(row_id)}
        components.link_to("other_entries", escape_markdown(typeset(label)), query=query)


def _draw_wrong(editing: Editing) -> None:
    if not editing.wrong:
        return
    sentences = list(dict.fromkeys(escape_markdown(said) for _field, said in editing.wrong))
    told = (
        sentences[0]
        if len(sentences) == 1
        else typeset(f"{count(len(sentences), 'point')} à revoir :\n") + "".join(f"\n- {said}" for said in sentences)
    )
    if editing.unusual:
        st.warning(told, icon=":material/help:")
        st.form_submit_button(
            "Enregistrer quand même",
            on_click=save,
            args=(editing,),
            kwargs={"confirmed": True},
            key=editing.key("anyway"),
        )
        return
    st.error(told, icon=":material/error:")
    if editing.existing is not None and editing.existing != editing.row_id:
        link_to_record(editing.form, editing.existing, "Ouvrir la fiche existante")


def _draw_field(field: EntryField, editing: Editing) -> None:
    key, typed = editing.key(field.name), editing.typed.get(field.name, "")
    hint = typeset(field.hint) or None
    if field.widget == "flag":
        st.session_state.setdefault(key, typed == "1")
        st.checkbox(field.shown_label, key=key)
    elif field.widget == "choice":
        _draw_choice(field, editing, key, hint)
    else:
        st.session_state.setdefault(key, typed)
        st.text_input(field.shown_label, key=key, placeholder="", autocomplete="off", help=hint)
    if any(name == field.name for name, _said in editing.wrong):
        st.html('<p class="cc-to-correct">▲ À corriger</p>')


def _draw_choice(field: EntryField, editing: Editing, key: str, hint: str | None) -> None:
    choices = dict(field.choices() if field.choices else {})
    opened = editing.opened.get(field.name, "")
    if opened and opened not in choices:
        # A code of a record that is corrected may not be offered any more; it stays what it was.
        choices[opened] = "Choix enregistré"
    if key not in st.session_state:
        first = next(iter(choices), None) if field.chosen_first and editing.stored is None else None
        st.session_state[key] = editing.typed.get(field.name, "") or first
    st.selectbox(
        field.shown_label,
        list(choices),
        format_func=lambda code: typeset(choices.get(str(code), str(code))),
        key=key,
        index=None,
        placeholder="Choisir",
        help=hint,
    )


def _draw_buttons(editing: Editing) -> None:
    with st.container(horizontal=True):
        st.form_submit_button(
            "Enregistrer",
            type="primary",
            icon=":material/save:",
            shortcut="Ctrl+Enter",
            on_click=save,
            args=(editing,),
            key=editing.key("save"),
        )
        if editing.stored is None:
            st.form_submit_button(
                "Enregistrer et saisir un autre",
                icon=":material/playlist_add:",
                on_click=save,
                args=(editing,),
                kwargs={"another": True},
                key=editing.key("another"),
            )
        else:
            st.form_submit_button("Fermer sans corriger", on_click=give_up, args=(editing,), key=editing.key("give-up"))
