"""Draws any entry form: what is wrong above and beside the fields, the fields, and the last entries under them."""

from typing import Final

import streamlit as st

from dashboard.ui import components, filters, session, store
from dashboard.ui.forms.entries.model import (
    EntryEditing,
    EntryField,
    EntryForm,
    correct,
    editing_of,
    give_up,
    memory,
    save,
    undo,
)
from dashboard.ui.forms.entries.subjects import ENTRY_FORMS
from dashboard.ui.views.journal import draw_history
from dashboard.wording import dates
from dashboard.wording.typography import count, escape_markdown, typeset

_LAST_SHOWN: Final = 5
_LOOK: Final = "<style>.cc-to-correct { font-size: .8125rem; font-weight: 600; margin: -.75rem 0 0; }</style>"


def chosen_form() -> EntryForm | None:
    """The form asked for by the address (`?saisie=convention`), among those this person may use."""
    actor = session.current_actor()
    forms = {form.key: form for form in ENTRY_FORMS if form.allowed(actor)}
    if not forms:
        components.empty("Vous consultez les chiffres : il n’y a rien à saisir ici.")
        return None
    titles = {key: form.title for key, form in forms.items()}
    key = filters.choice(
        st.selectbox, typeset("Que notez-vous ?"), titles, key="saisie", usual=next(iter(titles)), width=420
    )
    return forms[key]


def draw_form(form: EntryForm, *, last: bool = True) -> None:
    """The form and, with `last`, what was entered last."""
    editing = editing_of(form)
    st.html(_LOOK)
    said = memory().said.get(form.key)
    if said:
        st.success(escape_markdown(said), icon=":material/check_circle:")
    if editing.row_id is not None:
        components.note("Vous corrigez une fiche enregistrée.")
    with st.form(f"entry-form-{form.key}-{editing.number}", enter_to_submit=False):
        _draw_wrong(form, editing)
        with st.grid(3, min_column_width=230):
            for field in form.fields:
                with st.container(key=f"cell-{editing.key(field.name)}", gap="small"):
                    _draw_field(field, editing)
        components.note(form.note)
        _draw_buttons(form, editing)
    if editing.row_id is not None:
        draw_history(form.table, row_id=editing.row_id)
    if last:
        _draw_last(form)


def _draw_wrong(form: EntryForm, editing: EntryEditing) -> None:
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
            args=(form,),
            kwargs={"confirmed": True},
            key=f"entry-anyway-{form.key}",
        )
    else:
        st.error(told, icon=":material/error:")


def _draw_field(field: EntryField, editing: EntryEditing) -> None:
    key, typed = editing.key(field.name), editing.typed.get(field.name, "")
    hint = typeset(field.hint) or None
    if field.kind == "flag":
        st.session_state.setdefault(key, typed == "1")
        st.checkbox(field.shown_label, key=key)
    elif field.kind == "choice":
        _draw_choice(field, key, typed, hint)
    else:
        st.session_state.setdefault(key, typed)
        st.text_input(field.shown_label, key=key, placeholder="", autocomplete="off", help=hint)
    if any(name == field.name for name, _said in editing.wrong):
        st.html('<p class="cc-to-correct">▲ À corriger</p>')


def _draw_choice(field: EntryField, key: str, typed: str, hint: str | None) -> None:
    choices = dict(field.choices() if field.choices else {})
    if typed and typed not in choices:
        # A code of a record that is corrected may not be offered any more; it stays what it was.
        choices[typed] = "Choix enregistré"
    # The first of a short list that must be answered is taken; a person is never chosen for somebody.
    usual = typed or (next(iter(choices), None) if not field.optional and field.value_of is str else None)
    if key not in st.session_state:
        st.session_state[key] = usual or None
    st.selectbox(
        field.shown_label,
        list(choices),
        format_func=lambda code: typeset(choices.get(str(code), str(code))),
        key=key,
        index=None,
        placeholder="Choisir",
        help=hint,
    )


def _draw_buttons(form: EntryForm, editing: EntryEditing) -> None:
    with st.container(horizontal=True):
        st.form_submit_button(
            "Enregistrer",
            type="primary",
            icon=":material/save:",
            shortcut="Ctrl+Enter",
            on_click=save,
            args=(form,),
            key=f"entry-save-{form.key}",
        )
        if editing.row_id is None:
            st.form_submit_button(
                "Enregistrer et saisir un autre",
                icon=":material/playlist_add:",
                on_click=save,
                args=(form,),
                kwargs={"another": True},
                key=f"entry-another-{form.key}",
            )
        else:
            st.form_submit_button(
                "Abandonner la correction", on_click=give_up, args=(form,), key=f"entry-give-up-{form.key}"
            )


def _draw_last(form: EntryForm) -> None:
    entries = store.last_entries(
        actor_name=session.current_actor().name, tables=(form.table,), actions=(form.action,), count=_LAST_SHOWN
    )
    if not entries:
        return
    st.markdown("**Vos dernières saisies**")
    for entry in entries:
        with st.container(horizontal=True, vertical_alignment="center", key=f"entry-last-{entry['audit_id']}"):
            told = form.summary(entry["after"]) if entry["after"] else entry["row_key"]
            st.markdown(escape_markdown(typeset(f"{told} — {dates.date_and_time(entry['at'])}")), width="stretch")
            st.button(
                "Modifier",
                icon=":material/edit:",
                on_click=correct,
                args=(form, entry["row_id"]),
                key=f"entry-correct-{entry['audit_id']}",
            )
            st.button(
                "Annuler",
                icon=":material/undo:",
                on_click=undo,
                args=(form, entry["audit_id"]),
                key=f"entry-undo-{entry['audit_id']}",
            )
