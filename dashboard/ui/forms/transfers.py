"""Import et export: a file rehearsed, imported and undone; files of what is stored; the open data."""

from functools import partial
from typing import Final

import streamlit as st

from dashboard.configuration import clock
from dashboard.configuration.settings import load_settings
from dashboard.exports.opendata import DESCRIPTION_FILE, RESOURCES, left_out
from dashboard.figures.model import Table
from dashboard.imports.kinds import KINDS, ImportKind, archive, explained_table, model_files, stored_table
from dashboard.publication import census, publication
from dashboard.ui import components, deeds, filters, session, store
from dashboard.ui.forms import importing
from dashboard.wording.terms import IMPORT_KINDS
from dashboard.wording.typography import count
from data_access.schema.ranges import EARLIEST

# Importing a file on screen: chosen, rehearsed, shown as differences, then imported whole or not at all.


def chosen_kind() -> ImportKind | None:
    """What the file holds; None, with the reason on the page, for who may not import."""
    if not session.current_actor().coordinates:
        components.empty("Seule la coordination du réseau importe et exporte des fichiers.")
        return None
    titles = {key: IMPORT_KINDS[key].title for key in KINDS}
    return KINDS[filters.choice(st.selectbox, "Nature", titles, key="nature", usual="attendance", width=400)]


def draw_import(kind: ImportKind) -> None:
    """The model, the file, what would change, and the button that imports it."""
    st.subheader("Importer un fichier", anchor=False)
    components.note(
        "Partez du modèle : ses colonnes peuvent être dans un autre ordre, ses titres sans accents. "
        "Une case vide n’efface rien de ce qui est enregistré."
    )
    with st.container(horizontal=True):
        for ending, media_type in _MODELS.items():
            name = f"modele-{kind.key}.{ending}"
            components.file(f"Modèle {ending.upper()}", partial(_model, kind, ending), name, media_type)
    with st.expander("Colonnes du modèle"):
        components.table(explained_table(kind))
        order = " → ".join(IMPORT_KINDS[key].brief for key in KINDS)
        components.note(f"Une base neuve se remplit dans cet ordre : {order}.")
    file = st.file_uploader("Fichier CSV, XLSX, ODS ou XLS", key=f"import-{kind.key}")
    deeds.draw(importing.ABOUT, icon=":material/info:")
    if file is not None:
        headings = importing.draw_columns(kind, file.name, file.getvalue())
        importing.draw_report(importing.GivenFile(kind, file.name, file.getvalue(), headings))


def draw_export(kind: ImportKind) -> None:
    """What is stored, in the columns of the model."""
    st.subheader("Exporter ce qui est enregistré", anchor=False)
    year = clock.today().year
    years = {str(each): f"depuis {each}" for each in range(year, EARLIEST.year, -1)} | {str(EARLIEST.year): "tout"}
    since = filters.choice(st.selectbox, "Période", years, key="depuis", usual=str(year), width=200)
    rows = store.file_rows(kind=kind.key, first=EARLIEST.replace(year=int(since)))
    components.note(f"{count(rows.height, 'ligne')}. Réimporter ce fichier tel quel ne change rien.")
    components.files(lambda: stored_table(kind, rows, demonstration=store.is_demonstration()), key=f"export-{kind.key}")
    components.file("Tout exporter (ZIP)", _everything, "cybercantal.zip", "application/zip")


def _everything() -> bytes:
    with store.asking() as connection:
        return archive(connection, demonstration=store.is_demonstration())


def _model(kind: ImportKind, ending: str) -> bytes:
    return model_files(kind)[ending]


# The files that are given away: downloaded here by the coordinator, and their addresses where they are served.

ADDRESS: Final = "/donnees/"
_MODELS: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


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
    for sentence in left_out(store.published_places(on=clock.today())):
        components.note(sentence)
    components.note(_where())
    st.subheader("Recensement national des tiers-lieux", anchor=False)
    components.note("Une ligne par lieu et par question : la réponse que donne la base, ou ce qu’il reste à demander.")
    components.files(_census, key="recensement")


def _file(name: str) -> bytes:
    return publication(session.current_engine(), today=clock.today()).files[name]


def _census() -> Table:
    with store.asking() as connection:
        return census(connection, today=clock.today())


def _where() -> str:
    settings = load_settings()
    if not settings.open_data:
        return "Ces fichiers ne sont pas servis au public : le réglage CYBERCANTAL_OPEN_DATA les ouvre à l’adresse /donnees/."
    names = ", ".join(resource.file_name for resource in RESOURCES)
    return f"Servis sans identification à l’adresse {settings.public_address.rstrip('/')}{ADDRESS} : {names}."
