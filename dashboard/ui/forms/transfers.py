"""Import et export: a file rehearsed, imported and undone; files of what is stored; the open data."""

from functools import partial
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
import streamlit as st

from dashboard.configuration import clock
from dashboard.configuration.settings import load_settings
from dashboard.exports import tables
from dashboard.exports.opendata.datasets import DESCRIPTION_FILE, RESOURCES
from dashboard.exports.tables import Table
from dashboard.imports.kinds import KINDS, ImportKind, model_table, stored_table
from dashboard.imports.reading import Fault, Unreadable
from dashboard.imports.running import ImportReport, counted, differences, run_import, told
from dashboard.publication.datasets import census, publication
from dashboard.ui import components, filters, session, store
from dashboard.wording import dates
from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.terms import IMPORT_KINDS
from dashboard.wording.typography import count, escape_markdown, typeset
from data_access.engine import reading
from data_access.entries.importing import undo_whole_import
from data_access.refusals import Refused

# Importing a file on screen: chosen, rehearsed, shown as differences, then imported whole or not at all.

_MEMORY: Final = "import_memory"
_SHOWN: Final = 200


def chosen_kind() -> ImportKind | None:
    """What the file holds; None, with the reason on the page, for who may not import."""
    if not session.current_actor().coordinates:
        components.empty("Seule la coordination du réseau importe et exporte des fichiers.")
        return None
    titles = {key: IMPORT_KINDS[key].brief for key in KINDS}
    return KINDS[
        filters.choice(st.segmented_control, "Nature", titles, key="nature", usual="attendance", required=True)
    ]


def draw_import(kind: ImportKind) -> None:
    """The model, the file, what would change, and the button that imports it."""
    st.subheader("Importer un fichier", anchor=False)
    components.note(
        "Partez du modèle : ses colonnes peuvent être dans un autre ordre, ses titres sans accents. "
        "Une case vide n’efface rien de ce qui est enregistré."
    )
    components.files(model_table(kind), key=f"modele-{kind.key}")
    file = st.file_uploader("Fichier CSV, XLSX, ODS ou XLS", key=f"import-{kind.key}")
    _draw_notice()
    if file is None:
        return
    content = file.getvalue()
    report = _rehearsed(kind, file.name, content)
    if isinstance(report, str):
        st.error(escape_markdown(report), icon=":material/error:")
        return
    _draw_report(kind, report)
    _draw_button(kind, file.name, content, report)


def draw_export(kind: ImportKind) -> None:
    """What is stored, in the columns of the model."""
    st.subheader("Exporter ce qui est enregistré", anchor=False)
    year = clock.today().year
    years = {str(each): f"depuis {each}" for each in range(year, 2006, -1)}
    since = filters.choice(st.selectbox, "Période", years, key="depuis", usual=str(year), width=200)
    rows = store.file_rows(kind=kind.key, first=clock.today().replace(year=int(since), month=1, day=1))
    components.note(f"{count(rows.height, 'ligne')}. Réimporter ce fichier tel quel ne change rien.")
    components.files(stored_table(kind, rows, demonstration=store.is_demonstration()), key=f"export-{kind.key}")


def draw_history() -> None:
    """The imports that were made, each with its undoing."""
    made = store.imports(now=clock.now().replace(second=0, microsecond=0))
    if not made:
        return
    st.subheader("Imports effectués", anchor=False)
    for batch in made:
        told, undo = st.columns([6, 2], vertical_alignment="center")
        lines = f"{count(batch['added'], 'ajout')}, {count(batch['changed'], 'modification')}"
        state = f" Annulé le {dates.date_and_time(batch['undone_at'])}." if batch["undone_at"] else ""
        kind, when = IMPORT_KINDS[batch["kind"]].brief, dates.date_and_time(batch["imported_at"])
        said = f"{kind}, « {batch['file_name']} », {batch['imported_by']}, le {when} : {lines}.{state}"
        told.markdown(escape_markdown(typeset(said)))
        if not batch["undone_at"]:
            undo.button(
                "Annuler l’import",
                icon=":material/undo:",
                key=f"undo-import-{batch['id']}",
                on_click=_undo,
                args=(batch["id"],),
            )


def _rehearsed(kind: ImportKind, name: str, content: bytes) -> ImportReport | str:
    """What would come of the file; kept while neither the file nor the data change."""
    key = (kind.key, name, hash(content), store.version())
    known = st.session_state.get(_MEMORY)
    if known and known[0] == key:
        kept: ImportReport | str = known[1]
        return kept
    bar = st.progress(0.0, "Lecture du fichier…")
    try:
        found: ImportReport | str = _run(kind, name, content, bar, rehearsal=True)
    except Unreadable as unreadable:
        found = str(unreadable)
    except Refused as refusal:
        found = " ".join(
            refusal_sentence(problem.rule, {**problem.values, "label": ""}) for problem in refusal.problems
        )
    bar.empty()
    st.session_state[_MEMORY] = (key, found)
    return found


def _run(
    kind: ImportKind, name: str, content: bytes, bar: Any, *, rehearsal: bool, report: ImportReport | None = None
) -> ImportReport:
    return run_import(
        store.current_engine(),
        session.current_actor(),
        kind,
        name,
        content,
        now=clock.now(),
        rehearsal=rehearsal,
        confirmed=report.unusual if report else frozenset(),
        progress=lambda done, total: (
            bar.progress(done / max(total, 1), typeset(f"Ligne {done} sur {total}")) if done % 50 == 0 else None
        ),
    )


def _draw_report(kind: ImportKind, report: ImportReport) -> None:
    refused = len({fault.line for fault in report.faults})
    said = told(report.outcome, done=False)
    components.key_sentence(f"{said}, {count(refused, 'ligne refusée', 'lignes refusées')}.")
    if report.notes:
        components.notes(report.notes)
    if report.faults:
        st.error("Rien ne sera importé tant que ces lignes ne sont pas corrigées.", icon=":material/error:")
        _draw_faults("Lignes refusées", report.faults)
    if report.questions:
        st.warning("Ces valeurs sont inhabituelles. Sont-elles exactes ?", icon=":material/help:")
        _draw_faults("Lignes inhabituelles", report.questions)
    changed = differences(kind, report.outcome)
    if changed:
        headings = {"line": "Ligne", "field": "Champ", "before": "Avant", "after": "Après"}
        frame = pl.DataFrame(changed).with_columns(line=pl.col("line").cast(pl.String))
        components.table(Table("Ce qui change", frame.head(_SHOWN), headings))


def _draw_faults(title: str, faults: tuple[Fault, ...]) -> None:
    frame = pl.DataFrame([vars(fault) | {"line": str(fault.line)} for fault in faults])
    headings = {"line": "Ligne", "column": "Colonne", "value": "Valeur", "reason": "Motif"}
    shown = Table(title, frame, headings)
    components.table(Table(title, frame.head(_SHOWN), headings))
    components.files(shown, key=title.lower().replace(" ", "-"))


def _draw_button(kind: ImportKind, name: str, content: bytes, report: ImportReport) -> None:
    numbers = counted(report.outcome)
    lines = numbers["added"] + numbers["changed"]
    if report.faults or not lines:
        return
    anyway = " quand même" if report.questions else ""
    st.button(
        typeset(f"Importer {count(lines, 'fiche')}{anyway}"),
        type="primary",
        icon=":material/upload:",
        on_click=_import,
        args=(kind, name, content, report),
        key="import-now",
    )


def _import(kind: ImportKind, name: str, content: bytes, report: ImportReport) -> None:
    bar = st.progress(0.0)
    try:
        done = _run(kind, name, content, bar, rehearsal=False, report=report)
    except (Refused, Unreadable, sa.exc.SQLAlchemyError):
        st.session_state["import_said"] = "Rien n’a été importé : les données ont changé entre-temps. Recommencez."
        return
    st.session_state["import_said"] = (
        f"Importé : {told(done.outcome, done=True)}."
        if done.done
        else "Rien n’a été importé : des lignes sont refusées."
    )


def _undo(batch_id: int) -> None:
    try:
        undone = undo_whole_import(store.current_engine(), session.current_actor(), batch_id, now=clock.now())
    except Refused as refusal:
        said = " ".join(refusal_sentence(problem.rule, {**problem.values, "label": ""}) for problem in refusal.problems)
    else:
        said = f"Import annulé : {count(undone, 'changement')}."
    st.session_state["import_said"] = said


def _draw_notice() -> None:
    said = st.session_state.pop("import_said", None)
    if said:
        st.info(escape_markdown(typeset(said)), icon=":material/info:")


# The files that are given away: downloaded here by the coordinator, and their addresses where they are served.

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
