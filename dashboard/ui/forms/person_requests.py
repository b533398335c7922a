"""One person on screen: found, told whole, corrected, given as files, taken out of the directory, erased.

Nothing here is cached, and no name stands in an address: the page of a person is told by their number.
"""

from collections.abc import Callable, Mapping
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import sqlalchemy as sa
import streamlit as st

from dashboard.configuration import clock, erasure_register
from dashboard.configuration.settings import load_settings
from dashboard.exports.person_sheets import person_json, person_tables, person_workbook
from dashboard.ui import components, session, store
from dashboard.ui.forms import person_sheet
from dashboard.wording.dates import date_and_time, long_date
from dashboard.wording.personal_data import (
    SECTIONS,
    confirmation_of,
    erased_sentence,
    known_sentence,
    name_of,
    still_running,
)
from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.terms import ERASURE_REASONS
from dashboard.wording.typography import escape_markdown, typeset
from data_access.engine import reading, writing
from data_access.reads import personal_data
from data_access.reads.personal_data import PersonFile
from data_access.refusals import Refused
from data_access.writes.personal_data import erase_person, record_copy, withdraw_consent

P = ParamSpec("P")
Answer = TypeVar("Answer")

_ADDRESS: Final = "personne"
_SEARCH: Final = "person-search"
_SAID: Final = "person-said"
_ASKED_REASONS: Final = ("request", "mistake")
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw() -> None:
    """The search, then the person it leads to."""
    said, wrong = st.session_state.pop(_SAID, ("", ""))
    if said:
        st.success(escape_markdown(typeset(said)), icon=":material/check_circle:")
    if wrong:
        st.error(escape_markdown(typeset(wrong)), icon=":material/error:")
    person_id = _chosen()
    if person_id is None:
        return
    known = _asked(personal_data.person_file, person_id=person_id)
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
    found = _asked(personal_data.people_found, text=text)
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
    st.subheader(escape_markdown(typeset(name_of(who))), anchor=False)
    components.key_sentence(known_sentence({key: len(rows) for key, rows in known.items() if key != "person"}))
    if who["erased_at"]:
        reason = ERASURE_REASONS[who["erasure_reason"]].label if who["erasure_reason"] else ""
        why = f" : {reason}" if reason else ""
        st.info(typeset(f"Effacée le {date_and_time(who['erased_at'])}{why}."), icon=":material/person_off:")
    others = _asked(personal_data.namesakes, person_id=who["id"])
    if others:
        numbers = ", ".join(map(str, others))
        st.warning(
            typeset(f"Même nom ou même adresse : fiche {numbers}. Est-ce la même personne ?"), icon=":material/group:"
        )
    if not who["erased_at"]:
        person_sheet.draw_correction(who["id"])
    _draw_copies(known)
    for key, table in person_tables(known).items():
        if table.frame.height:
            number = "" if key == "person" else f" ({table.frame.height})"
            with st.expander(f"{SECTIONS[key]}{number}", expanded=key == "person"):
                components.table(table)
                person_sheet.draw_tied(key, known[key])
    if not who["erased_at"]:
        person_sheet.draw_merge(who, others)
        _draw_directory(who)
        _draw_erasure(known)


def _draw_copies(known: PersonFile) -> None:
    """Two files; that a copy was taken is written down when it is."""
    engine, actor, now = store.current_engine(), session.current_actor(), clock.now()
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
            st.text_input(f"Tapez {wanted} pour confirmer", key=f"erase-typed-{person_id}", width=320)
            st.form_submit_button(
                "Effacer pour toujours",
                type="primary",
                on_click=_erase,
                args=(person_id,),
                key=f"erase-{person_id}-now",
            )


def _withdraw(person_id: int) -> None:
    def write() -> str:
        with store.writing() as connection:
            withdraw_consent(connection, session.current_actor(), person_id=person_id, now=clock.now())
        return "Cette personne n’est plus dans l’annuaire."

    _carry_out(write)


def _erase(person_id: int) -> None:
    state = st.session_state
    if str(state[f"erase-typed-{person_id}"]).strip().upper() != confirmation_of(person_id):
        state[_SAID] = ("", f"Rien n’a été effacé : tapez {confirmation_of(person_id)} pour confirmer.")
        return

    def write() -> str:
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
        return erased_sentence(done.people, done.texts, done.accounts)

    _carry_out(write)
    if not state[_SAID][1]:
        _record_erasures()


def _record_erasures() -> None:
    """Out of the transaction: what fails here is told beside what was done."""
    store.forget_answers()
    try:
        erasure_register.record_erasures(store.current_engine(), load_settings())
    except (OSError, sa.exc.SQLAlchemyError):
        said, _wrong = st.session_state[_SAID]
        st.session_state[_SAID] = (
            said,
            "Le registre des effacements ou le fichier de la base n’a pas pu être mis à jour. Lancez sur le serveur "
            "« cybercantal person replay ».",
        )


def _carry_out(write: Callable[[], str]) -> None:
    """Does it, and keeps what to say for the next drawing."""
    try:
        st.session_state[_SAID] = (write(), "")
    except Refused as refusal:
        sentences = [refusal_sentence(problem.rule, {"label": "", **problem.values}) for problem in refusal.problems]
        st.session_state[_SAID] = ("", " ".join(sentences))


def _asked(question: Callable[Concatenate[sa.Connection, P], Answer], *args: P.args, **kwargs: P.kwargs) -> Answer:
    with reading(store.current_engine(), clock.today(), session.current_actor()) as connection:
        return question(connection, *args, **kwargs)
