"""Accounts on screen: opened, changed, disabled, given a link, signed out everywhere."""

import secrets
from collections.abc import Iterable
from functools import partial
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.configuration.settings import load_settings
from dashboard.figures.model import Table
from dashboard.identity.accounts import new_link, real_now
from dashboard.reminders import hand_over, invitation
from dashboard.ui import components, deeds, filters, session, store
from dashboard.ui.forms.filling import Filling, draw_marker, draw_resumed
from dashboard.wording.dates import date_and_time
from dashboard.wording.terms import ROLES
from dashboard.wording.typography import count
from data_access.records import AccountRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.writes.accounts import record_account, reset_second_factor, sign_out_account
from data_access.writes.rows import record_denial

_LABELS: Final = {
    "email": "Adresse électronique",
    "display_name": "Nom affiché",
    "role": "Rôle",
    "centres": "Télécentres",
}
_ABOUT: Final = "accounts"
_NEW: Final = "nouveau"
_ACCOUNT_ROLES: Final = tuple(ROLES)
_FIELDS: Final = ("email", "name", "role", "centres", "active")
# Beside the fields: when their author left what they hold, and the key that the record they make is known by.
_RESUMED: Final = "resumed"
_REQUEST: Final = "request"


def draw() -> None:
    """What was just done, the accounts, then the form of one of them or of a new one."""
    outcome = deeds.draw(_ABOUT)
    if outcome.link:
        # As it is, with a button that copies it: a link is no sentence, and neither typography nor Markdown may touch it.
        st.code(outcome.link, language=None, wrap_lines=True)
    rows = store.accounts().to_dicts()
    _draw_table(rows)
    names = {_NEW: "Ouvrir un compte", **{str(row["account_id"]): row["email"] for row in rows}}
    # In the address: whoever has to sign in again finds the form as they left it.
    chosen = filters.choice(st.selectbox, "Compte à modifier", names, key="compte", usual=_NEW, width=420)
    _draw_form(None if chosen == _NEW else _named(rows, chosen))


def _draw_table(rows: list[dict[str, Any]]) -> None:
    if not rows:
        components.empty("Aucun compte n’est ouvert. Le premier s’ouvre sur le serveur : cybercantal account add.")
        return
    shown = pl.DataFrame(
        [
            {
                "email": row["email"],
                "name": row["display_name"],
                "role": ROLES[row["role"]].label,
                "centres": row["centres"] or "–",
                "state": _state(row),
                "seen": date_and_time(row["last_sign_in_at"]) if row["last_sign_in_at"] else "jamais",
            }
            for row in rows
        ]
    )
    headings = {
        "email": "Adresse",
        "name": "Nom",
        "role": "Rôle",
        "centres": "Télécentres",
        "state": "État",
        "seen": "Dernière connexion",
    }
    components.table(Table("Comptes", shown, headings))


def _state(row: dict[str, Any]) -> str:
    if not row["active"]:
        return "désactivé"
    local = load_settings().sign_in == "local"
    if local and not row["has_password"]:
        return "mot de passe à choisir"
    return "actif, second facteur" if local and row["has_second_factor"] else "actif"


def _draw_form(row: dict[str, Any] | None) -> None:
    key = f"account-{row['account_id'] if row else _NEW}-{row['version'] if row else len(store.accounts())}"
    names = filters.centre_names()
    if not names:
        # Nobody can be given a place to keep.
        components.lacks(store.first_day_facts(), "places")
    filling = Filling("account", str(row["account_id"]) if row else _NEW, row["version"] if row else 0)
    _begin(key, row, filling)
    with st.form(key, enter_to_submit=False):
        start_again = partial(_start_again, key, filling)
        draw_resumed(st.session_state[f"{key}-{_RESUMED}"], start_again, key=f"{key}-start-again")
        left, right = st.columns(2)
        left.text_input(_LABELS["email"], key=f"{key}-email", max_chars=254)
        right.text_input(_LABELS["display_name"], key=f"{key}-name", max_chars=120)
        left.selectbox(_LABELS["role"], _ACCOUNT_ROLES, format_func=lambda role: ROLES[role].title, key=f"{key}-role")
        right.multiselect(
            "Télécentres tenus, pour l’animation",
            list(names),
            format_func=lambda code: names.get(code, code),
            placeholder="Choisir",
            key=f"{key}-centres",
        )
        st.checkbox("Compte actif", key=f"{key}-active")
        with st.container(horizontal=True):
            st.form_submit_button(
                "Enregistrer" if row else "Ouvrir le compte",
                type="primary",
                on_click=_save,
                args=(key, row, filling),
                key=f"{key}-save",
            )
            if row:
                st.form_submit_button("Donner un lien d’accès", on_click=_link, args=(row,), key=f"{key}-link")
                st.form_submit_button("Déconnecter partout", on_click=_sign_out, args=(row,), key=f"{key}-out")
                if row["has_second_factor"]:
                    st.form_submit_button(
                        "Retirer le second facteur", on_click=_reset_factor, args=(row,), key=f"{key}-factor"
                    )
        draw_marker(filling.token, prefix=f"{key}-", request_key=st.session_state[f"{key}-{_REQUEST}"])


def _begin(key: str, row: dict[str, Any] | None, filling: Filling) -> None:
    """The fields hold what is stored, or what their author left in them; Streamlit drops those of a page that is left."""
    state = st.session_state
    if all(f"{key}-{name}" in state for name in _FIELDS):
        return
    held: dict[str, Any] = {
        "email": row["email"] if row else "",
        "name": row["display_name"] if row else "",
        "role": row["role"] if row else "animator",
        "centres": [code for code in row["centres"].split(", ") if code] if row else [],
        "active": row["active"] if row else True,
    }
    kept = filling.left()
    typed = kept.typed if kept else {}
    left = {**held, **{name: typed[name] for name in ("email", "name") if name in typed}}
    # What is chosen from a list is known to the page by its words.
    left["role"] = next((each for each in _ACCOUNT_ROLES if ROLES[each].title == typed.get("role")), held["role"])
    if "centres" in typed:
        said = typed["centres"].split("\n")
        left["centres"] = [code for code, name in filters.centre_names().items() if name in said]
    if "active" in typed:
        left["active"] = typed["active"] == "1"
    state[f"{key}-{_RESUMED}"] = kept.saved_at if kept and left != held else None
    state[f"{key}-{_REQUEST}"] = typed.get("request_key") or secrets.token_urlsafe(12)
    for name in _FIELDS:
        state[f"{key}-{name}"] = left[name]


def _start_again(key: str, filling: Filling) -> None:
    """Forgets what was typed, here and elsewhere."""
    filling.give_up(st.session_state[f"{key}-{_REQUEST}"])
    for name in _FIELDS:
        del st.session_state[f"{key}-{name}"]


def _save(key: str, row: dict[str, Any] | None, filling: Filling) -> None:
    state, row_id = st.session_state, row["account_id"] if row else None
    with deeds.telling(_ABOUT, lambda field: _LABELS.get(field, "")) as outcome:
        _refuse_what_was_not_offered(role=[state[f"{key}-role"]], centres=state[f"{key}-centres"])
        record = AccountRecord(
            email=state[f"{key}-email"],
            display_name=state[f"{key}-name"],
            role=state[f"{key}-role"],
            centres=tuple(state[f"{key}-centres"]),
            active=state[f"{key}-active"],
            base_version=row["version"] if row else 0,
            request_key=state[f"{key}-{_REQUEST}"],
        )
        with store.writing() as connection:
            saved = record_account(connection, session.current_actor(), record, now=real_now(), row_id=row_id)
            filling.forget(connection)
        outcome.said = "Compte enregistré." if row else "Compte ouvert."
        if row is None:
            _give_link(outcome, saved.row_id, record)
        elif row["email"] != str(record.email).lower() and record.active:
            outcome.said += " L’adresse a changé : l’ancien mot de passe ne vaut plus."
            _give_link(outcome, saved.row_id, record)


def _refuse_what_was_not_offered(**chosen: Iterable[str]) -> None:
    """A list gives only what it offers: anything else was sent by hand, which is refused and written down."""
    offered = {"role": _ACCOUNT_ROLES, "centres": filters.centre_names()}
    forged = [name for name, values in chosen.items() if not set(values) <= set(offered[name])]
    for name in forged:
        record_denial(session.current_engine(), session.current_actor(), f"form comptes {name}", at=real_now())
    if forged:
        raise Refused([Problem(Rule.NOT_IN_LIST, name) for name in forged])


def _link(row: dict[str, Any]) -> None:
    with deeds.telling(_ABOUT) as outcome:
        holder = AccountRecord(email=row["email"], display_name=row["display_name"])
        _give_link(outcome, row["account_id"], holder, again=row["has_password"])


def _give_link(outcome: deeds.Outcome, account_id: int, holder: AccountRecord, *, again: bool = False) -> None:
    if load_settings().sign_in != "local":
        said = "La personne se connecte avec son fournisseur d’identité, à cette adresse."
    else:
        outcome.link, until = new_link(session.current_engine(), session.current_actor(), account_id)
        message = invitation(holder.display_name or "", str(holder.email).lower(), outcome.link, until, again=again)
        said = hand_over(load_settings(), message, until)
    outcome.said = f"{outcome.said} {said}".strip()


def _sign_out(row: dict[str, Any]) -> None:
    with deeds.telling(_ABOUT) as outcome:
        with store.writing() as connection:
            closed = sign_out_account(connection, session.current_actor(), account_id=row["account_id"], now=real_now())
        outcome.said = f"{count(closed, 'navigateur')} déconnecté{'s' if closed > 1 else ''}."


def _reset_factor(row: dict[str, Any]) -> None:
    with deeds.telling(_ABOUT) as outcome:
        with store.writing() as connection:
            reset_second_factor(connection, session.current_actor(), account_id=row["account_id"], now=real_now())
        outcome.said = "Second facteur retiré, et navigateurs déconnectés."


def _named(rows: list[dict[str, Any]], key: str) -> dict[str, Any]:
    return next(row for row in rows if str(row["account_id"]) == key)
