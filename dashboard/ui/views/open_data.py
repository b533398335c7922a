"""The files that are given away: downloaded here by the coordinator, and their addresses where they are served."""

from functools import partial
from typing import Final

import streamlit as st

from dashboard.configuration import clock
from dashboard.configuration.settings import load_settings
from dashboard.exports import tables
from dashboard.exports.opendata.datasets import DESCRIPTION_FILE, RESOURCES
from dashboard.publication.census import census
from dashboard.publication.datasets import publication
from dashboard.ui import components, session, store
from data_access.engine import reading

ADDRESS: Final = "/donnees/"
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw() -> None:
    """One button a file, and one for the census."""
    st.subheader("Données ouvertes", anchor=False)
    components.note(
        "Sans nom, sans contact, et sans les nombres de 1 à 4 personnes. Lieux et indicateurs suivent les schémas nationaux."
    )
    with st.container(horizontal=True):
        for resource in RESOURCES:
            name = resource.file_name
            components.file(resource.title, partial(_file, name), name, resource.media_type)
        components.file("Data Package", partial(_file, DESCRIPTION_FILE), DESCRIPTION_FILE, "application/json")
    components.note(_where())
    st.subheader("Recensement national des tiers-lieux", anchor=False)
    components.note("Une ligne par lieu et par question : la réponse que donne la base, ou ce qu’il reste à demander.")
    with st.container(horizontal=True):
        components.file("CSV", lambda: tables.csv(_census()), "recensement.csv", "text/csv")
        components.file("XLSX", lambda: tables.xlsx(_census()), "recensement.xlsx", _WORKBOOK)


def _file(name: str) -> bytes:
    return publication(store.current_engine(), today=clock.today()).files[name]


def _census() -> tables.Table:
    with reading(store.current_engine(), clock.today(), session.current_actor()) as connection:
        return census(connection, today=clock.today())


def _where() -> str:
    settings = load_settings()
    if not settings.open_data:
        return "Ces fichiers ne sont pas servis au public : le réglage CYBERCANTAL_OPEN_DATA les ouvre à l’adresse /donnees/."
    names = ", ".join(resource.file_name for resource in RESOURCES)
    return f"Servis sans identification à l’adresse {settings.public_address.rstrip('/')}{ADDRESS} : {names}."
