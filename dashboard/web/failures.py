"""What a visitor reads when a page breaks: a French sentence and a number to give; the details go to the log alone."""

import logging
import secrets
from typing import Final

import streamlit as st

from dashboard.configuration.settings import SettingsError, load_settings
from dashboard.web.health import database_state
from data_access.rights import NotPermitted

_log = logging.getLogger(__name__)

_PAGE_SENTENCE: Final = "Cette page n’a pas pu s’afficher."
_DENIED_SENTENCE: Final = "Cette page montre des données que votre compte ne permet pas de voir."
_DATABASE_SENTENCES: Final = {
    "unreachable": "La base de données ne répond pas. Rien de ce que vous venez de saisir n’a été enregistré.",
    "outdated": "La base de données n’est pas à jour : lancez « cybercantal migrate » sur le serveur.",
}


def tell_failure(error: Exception) -> bool:
    """Called by Streamlit for an error that no page has caught. True: its own message, in English, is not shown."""
    reference = secrets.token_hex(3).upper()
    # Streamlit has just logged the whole of it; this line says which one it was.
    _log.error("page failed, reference %s: %s", reference, type(error).__name__)
    st.error(f"{_sentence(error)} {_remedy()} Référence : {reference}.", icon=":material/error:")
    # Any click runs the page again.
    st.button("Réessayer", key=f"retry_{reference}")
    return True


def _sentence(error: Exception) -> str:
    if isinstance(error, SettingsError):
        return f"Un réglage est à corriger : {error}"
    if isinstance(error, NotPermitted):
        return _DENIED_SENTENCE
    # By name, so that a page that breaks does not have to import SQLAlchemy.
    if any(parent.__module__.startswith("sqlalchemy.") for parent in type(error).__mro__):
        return _DATABASE_SENTENCES.get(database_state(), _PAGE_SENTENCE)
    return _PAGE_SENTENCE


def _remedy() -> str:
    try:
        contact = load_settings().contact_email
    except SettingsError:
        contact = ""
    coordination = f"la coordination du réseau ({contact})" if contact else "la coordination du réseau"
    return f"Réessayez ; si cela se répète, écrivez à {coordination} en donnant la référence."
