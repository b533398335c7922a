"""A person: their sheet corrected or merged with another, and what they may ask: a copy, to leave the directory, to be erased."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import sqlalchemy as sa
import streamlit as st

from dashboard.configuration import clock, database
from dashboard.configuration.settings import load_settings
from dashboard.exports.person_sheets import person_json, person_tables, person_workbook
from dashboard.ui import components, deeds, session, store
from dashboard.ui.forms.entries.editing import (
    EntryForm,
    draw_form,
    draw_said,
    editing_of,
    link_to_record,
    opened_row,
    show_record,
)
from dashboard.ui.forms.entries.finding import find
from dashboard.ui.forms.entries.subjects import AGREEMENT, MEMBERSHIP, PERSON, SERVICE, SUPPORT
from dashboard.wording.dates import date_and_time, long_date
from dashboard.wording.journal import field, value
from dashboard.wording.personal_data import (
    SECTIONS,
    confirmation_of,
    erased_sentence,
    known_sentence,
    name_of,
    still_running,
)
from dashboard.wording.refusals import refusal_sentences
from dashboard.wording.terms import ERASURE_REASONS
from dashboard.wording.typography import count, enumeration, escape_markdown, typeset
from data_access.engine import writing
from data_access.entries.people import MergePreview, merge_people, merge_preview
from data_access.reads import personal_data
from data_access.reads.personal_data import PersonFile
from data_access.refusals import Refused
from data_access.writes.personal_data import erase_person, record_copy, withdraw_consent

# A person's sheet on screen: what is noted of them corrected, what is tied to them opened, two sheets of one person
# merged.

TIED: Final[Mapping[str, EntryForm]] = {
    "agreements": AGREEMENT,
    "memberships": MEMBERSHIP,
    "services": SERVICE,
    "supports": SUPPORT,
}
"""The forms of what is tied to a person, by the part of their file."""
_OTHER: Final = "Numéro de l’autre fiche"
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
    # In the address: whoever has to sign in again finds the form as they left it.
    editing = editing_of(PERSON, person_id) if opened_row() == person_id else None
    if editing is not None:
        draw_form(editing)
    else:
        st.button(
            "Corriger la fiche",
            icon=":material/edit:",
            on_click=show_record,
            args=(PERSON, person_id),
            key=f"correct-{person_id}",
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
            _OTHER,
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
            st.error(refusal_sentences(refusal, _OTHER), icon=":material/error:")
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
        st.error(escape_markdown(refusal_sentences(Refused(seen.problems), _OTHER)), icon=":material/error:")
        return
    st.button(
        "Réunir les deux fiches",
        icon=":material/merge:",
        type="primary",
        on_click=_merge,
        args=(seen.kept["id"], seen.merged["id"], seen.version),
        key=f"merge-{seen.kept['id']}-{seen.merged['id']}",
    )


def _merge(kept_id: int, merged_id: int, version: int) -> None:
    both = {"kept_id": kept_id, "merged_id": merged_id, "base_version": version}
    with deeds.telling(PERSON.about, _OTHER) as outcome:
        with store.writing() as connection:
            saved = merge_people(connection, session.current_actor(), **both, now=clock.now())
        store.forget_answers()
        outcome.said, outcome.audit_id = f"Fiche {merged_id} réunie à la fiche {kept_id}.", saved.audit_id


def _said(name: str, stored: Any) -> str:
    return f"« {value('person', name, stored)} »"


# One person on screen: found, told whole, corrected, given as files, taken out of the directory, erased. What is kept of
# the answers goes with an erasure, and no name stands in an address: the page of a person is told by their number.

_ADDRESS: Final = "personne"
_SEARCH: Final = "person-search"
_ABOUT: Final = "person"
_ASKED_REASONS: Final = ("request", "mistake")
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw() -> None:
    """The search, then the person it leads to."""
    deeds.draw(_ABOUT)
    person_id = _chosen()
    if person_id is None:
        return
    known = store.person_file(person_id=person_id)
    if known is None:
        components.empty("Aucune fiche n’a ce numéro.")
        return
    _draw_person(known)


def _chosen() -> int | None:
    """Who is asked for, by the search or by the number in the address."""
    text = st.text_input(
        "Chercher une personne",
        key=_SEARCH,
        placeholder="Nom, adresse électronique, téléphone, numéro d’adhérent ou de fiche",
        max_chars=120,
    )
    if not text.strip():
        number = st.query_params.get(_ADDRESS, "")
        if number.isascii() and number.isdigit():
            return int(number)
        components.note("Tapez deux ou trois lettres du nom et du prénom, dans l’ordre que vous voulez.")
        return None
    found = store.people_found(text=text)
    if not found:
        components.empty("Personne ne correspond. Une personne effacée ne se retrouve que par son numéro.")
        return None
    labels = {str(row["id"]): _label(row) for row in found}
    chosen = st.radio("Fiche", list(labels), format_func=labels.__getitem__, key=f"person-among-{'-'.join(labels)}")
    # Whoever receives the address finds the same person, without their name in it.
    st.query_params[_ADDRESS] = str(chosen)
    if len(found) == personal_data.MOST_FOUND:
        components.note("Seules les vingt premières fiches sont montrées : précisez la recherche.")
    return int(chosen)


def _label(row: Mapping[str, Any]) -> str:
    member = f"adhérent {row['member_number']}" if row["member_number"] else ""
    parts = (name_of(row), row["email"] or "", member, f"fiche {row['id']}")
    return escape_markdown(", ".join(part for part in parts if part))


def _draw_person(known: PersonFile) -> None:
    who = known["person"]
    st.header(escape_markdown(typeset(name_of(who))), anchor=False)
    components.key_sentence(known_sentence({key: len(rows) for key, rows in known.items() if key != "person"}))
    if who["erased_at"]:
        reason = ERASURE_REASONS[who["erasure_reason"]].label if who["erasure_reason"] else ""
        why = f" : {reason}" if reason else ""
        st.info(typeset(f"Effacée le {date_and_time(who['erased_at'])}{why}."), icon=":material/person_off:")
    others = store.namesakes(person_id=who["id"])
    if others:
        numbers = ", ".join(map(str, others))
        st.warning(
            typeset(f"Même nom ou même adresse : fiche {numbers}. Est-ce la même personne ?"), icon=":material/group:"
        )
    if not who["erased_at"]:
        draw_correction(who["id"])
    _draw_copies(known)
    for key, table in person_tables(known).items():
        if table.frame.height:
            number = "" if key == "person" else f" ({table.frame.height})"
            with st.expander(f"{SECTIONS[key]}{number}", expanded=key == "person"):
                components.table(table)
                draw_tied(key, known[key])
    if not who["erased_at"]:
        draw_merge(who, others)
        _draw_directory(who)
        _draw_erasure(known)


def _draw_copies(known: PersonFile) -> None:
    """Two files; that a copy was taken is written down when it is."""
    engine, actor, now = session.current_engine(), session.current_actor(), clock.now()
    person_id, invented = known["person"]["id"], store.is_demonstration()

    def noted(make: Callable[[], bytes]) -> Callable[[], bytes]:
        def made() -> bytes:
            content = make()
            with writing(engine, actor) as connection:
                record_copy(connection, actor, person_id=person_id, now=now)
            return content

        return made

    with st.container(horizontal=True):
        components.file(
            "JSON", noted(lambda: person_json(known, made_at=now)), f"personne-{person_id}.json", "application/json"
        )
        components.file(
            "XLSX",
            noted(lambda: person_workbook(known, made_at=now, demonstration=invented)),
            f"personne-{person_id}.xlsx",
            _WORKBOOK,
        )


def _draw_directory(who: Mapping[str, Any]) -> None:
    if who["directory_consent"] is None:
        components.note("Cette personne n’est pas dans l’annuaire.")
        return
    components.note(f"Dans l’annuaire, avec son accord, depuis le {long_date(who['directory_consent'])}.")
    st.button(
        "Retirer de l’annuaire",
        icon=":material/visibility_off:",
        key=f"withdraw-{who['id']}",
        on_click=_withdraw,
        args=(who["id"],),
    )


def _draw_erasure(known: PersonFile) -> None:
    person_id = known["person"]["id"]
    wanted = confirmation_of(person_id)
    with st.expander("Effacer cette personne", icon=":material/delete_forever:"):
        components.note(
            "Son nom et ses coordonnées disparaissent partout : fiche, pointages, remarques, brouillons, journal. Ses "
            "adhésions, conventions et services restent comptés, sans nom : aucun chiffre ne change. C’est définitif."
        )
        running = still_running(known)
        if running:
            st.warning(typeset(running), icon=":material/event_busy:")
        with st.form(f"erase-{person_id}", enter_to_submit=False, border=False):
            st.radio(
                "Motif",
                _ASKED_REASONS,
                format_func=lambda code: ERASURE_REASONS[code].title,
                key=f"erase-reason-{person_id}",
                horizontal=True,
            )
            st.text_input(
                f"Tapez {escape_markdown(wanted)} pour confirmer",
                key=f"erase-typed-{person_id}",
                width=320,
                max_chars=240,
            )
            st.form_submit_button(
                "Effacer pour toujours",
                type="primary",
                on_click=_erase,
                args=(person_id,),
                key=f"erase-{person_id}-now",
            )


def _withdraw(person_id: int) -> None:
    with deeds.telling(_ABOUT) as outcome:
        with store.writing() as connection:
            withdraw_consent(connection, session.current_actor(), person_id=person_id, now=clock.now())
        outcome.said = "Cette personne n’est plus dans l’annuaire."


def _erase(person_id: int) -> None:
    state = st.session_state
    with deeds.telling(_ABOUT) as outcome:
        if str(state[f"erase-typed-{person_id}"]).strip().upper() != confirmation_of(person_id):
            outcome.wrong = f"Rien n’a été effacé : tapez {confirmation_of(person_id)} pour confirmer."
            return
        with store.writing() as connection:
            done = erase_person(
                connection,
                session.current_actor(),
                person_id=person_id,
                reason=state[f"erase-reason-{person_id}"],
                now=clock.now(),
            )
        # The search still holds the name that was typed.
        state[_SEARCH] = ""
        st.query_params[_ADDRESS] = str(person_id)
        outcome.said = erased_sentence(done.people, done.texts, done.accounts)
        _record_erasures(outcome)


def _record_erasures(outcome: deeds.Outcome) -> None:
    """Out of the transaction: what fails here is told beside what was done."""
    store.forget_answers()
    try:
        database.record_erasures(session.current_engine(), load_settings())
    except (OSError, sa.exc.SQLAlchemyError):
        outcome.wrong = (
            "Le registre des effacements ou le fichier de la base n’a pas pu être mis à jour. Lancez sur le serveur "
            "« cybercantal person replay »."
        )
