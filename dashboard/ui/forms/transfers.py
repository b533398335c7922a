"""Import et export: a file rehearsed, imported and undone; files of what is stored; the open data."""

from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
import streamlit as st

from dashboard.configuration import clock
from dashboard.configuration.settings import load_settings
from dashboard.exports.opendata import DESCRIPTION_FILE, RESOURCES, left_out
from dashboard.figures.model import Table
from dashboard.imports.kinds import KINDS, ImportKind, archive, explained_table, model_files, stored_table
from dashboard.imports.matching import grouped
from dashboard.imports.reading import Fault, Unreadable
from dashboard.imports.running import (
    FileHeadings,
    ImportReport,
    counted,
    differences,
    errors_table,
    file_headings,
    run_import,
    told,
)
from dashboard.publication import census, publication
from dashboard.ui import components, deeds, filters, session, store
from dashboard.ui.forms.filling import Filling, draw_marker
from dashboard.wording import dates
from dashboard.wording.parsing import ASKED, plain
from dashboard.wording.refusals import refusal_sentences
from dashboard.wording.terms import IMPORT_KINDS, IMPORT_OUTCOMES
from dashboard.wording.typography import capital, count, escape_markdown, typeset
from data_access.entries.batches import FileSource, return_file, send_file, waiting_file
from data_access.entries.importing import undo_whole_import
from data_access.refusals import Refused
from data_access.schema.columns import EARLIEST

# The columns of a file on screen: what each of its headings was taken for, corrected by who knows better.

_READ: Final = "import_headings"
Given = tuple[tuple[str, str | None], ...]
"""Headings as `plain` writes them, each with the field it was given, None = left aside."""


def draw_columns(kind: ImportKind, name: str, content: bytes) -> Given:
    """One box a heading of the file with its column of the model; answers those that were set otherwise here."""
    told = _headings_of(kind, name, content)
    if told is None:
        return ()
    titles = {column.field: column.heading for column in kind.columns}
    needed = {column.field for column in kind.columns if column.needed}
    whole = needed <= set(told.fields) and None not in told.fields
    given: dict[str, str | None] = {}
    with st.expander("Colonnes du fichier", expanded=not whole):
        components.note("Pour chaque titre du fichier, la colonne du modèle. Une correction est retenue avec l’import.")
        for place, (heading, field) in enumerate(zip(told.headings, told.fields, strict=True)):
            chosen = st.selectbox(
                escape_markdown(typeset(f"« {heading} »")),
                ("", *titles),
                index=("", *titles).index(field or ""),
                format_func=lambda each: titles.get(each, "Laissée de côté"),
                key=f"colonne-{kind.key}-{place}-{heading}",
                width=400,
            )
            if chosen != (field or ""):
                given[plain(heading)] = chosen or None
    return tuple(given.items())


def _headings_of(kind: ImportKind, name: str, content: bytes) -> FileHeadings | None:
    """Those of the file, read once; None for a file that cannot be read, or whose headings are days."""
    key = (kind.key, name, hash(content))
    kept = st.session_state.get(_READ)
    if kept is None or kept[0] != key:
        try:
            told = file_headings(
                session.current_engine(), session.current_actor(), kind, name, content, now=clock.now()
            )
        except (Unreadable, Refused):
            told = None
        kept = st.session_state[_READ] = (key, told)
    found: FileHeadings | None = kept[1]
    return found


# What would come of a file, before it is imported: refused, asked about, changed; then imported, or sent to be
# checked.

_MEMORY: Final = "import_memory"
ABOUT: Final = "import"
"""What these buttons do, where it is told."""
REVIEWED: Final = "import_reviewed"
"""The number of the import that is being checked on this screen."""
_SHOWN: Final = 200


@dataclass(frozen=True)
class GivenFile:
    """A file on this screen; `headings` are those set otherwise here, `batch_id` its import if it waits to be checked."""

    kind: ImportKind
    name: str
    content: bytes
    headings: tuple[tuple[str, str | None], ...] = ()
    batch_id: int | None = None

    @property
    def key(self) -> str:
        """Begins the keys of its fields: another file starts with nothing ticked."""
        return f"import-{sha256(self.content).hexdigest()[:12]}"

    @property
    def filling(self) -> Filling:
        """What the reason that is typed beside the file is kept under: the same file has it again."""
        return Filling("import", self.key)


def draw_report(given: GivenFile) -> None:
    """What the file would do, the questions it asks, and what can be done with it."""
    key = f"{given.key}-reason"
    given.filling.resume_text(key)
    reason = str(st.session_state.get(key) or "").strip() or None
    accepted = frozenset(doubt for doubt in ASKED if st.session_state.get(f"{given.key}-{doubt}"))
    report = _rehearsed(given, reason, accepted)
    if isinstance(report, str):
        st.error(escape_markdown(report), icon=":material/error:")
        _draw_buttons(given, None, reason, accepted, agreed=False)
        return
    _draw_outcome(given, report)
    _draw_doubts(given, report, accepted)
    if report.asks_reason or reason:
        st.text_input(
            "Motif de la correction des semaines clôturées",
            key=key,
            max_chars=400,
            help="Un seul motif pour tout le fichier ; il est gardé dans le journal.",
        )
        draw_marker(given.filling.token, prefix=key)
    agreed = _draw_questions(given, report)
    _draw_changes(given, report)
    _draw_buttons(given, report, reason, accepted, agreed=agreed)


def _rehearsed(given: GivenFile, reason: str | None, accepted: frozenset[str]) -> ImportReport | str:
    """What would come of the file; kept while neither the file nor the data change."""
    key = (given.kind.key, given.name, given.key, given.headings, reason, accepted, store.version())
    known = st.session_state.get(_MEMORY)
    if known and known[0] == key:
        kept: ImportReport | str = known[1]
        return kept
    bar = st.progress(0.0, "Lecture du fichier…")
    try:
        found: ImportReport | str = _run(given, bar, reason=reason, accepted=accepted, rehearsal=True)
    except Unreadable as unreadable:
        found = str(unreadable)
    except Refused as refusal:
        found = refusal_sentences(refusal)
    bar.empty()
    st.session_state[_MEMORY] = (key, found)
    return found


def _run(
    given: GivenFile,
    bar: Any,
    *,
    reason: str | None,
    accepted: frozenset[str],
    rehearsal: bool,
    report: ImportReport | None = None,
) -> ImportReport:
    step = "Vérification" if rehearsal else "Import"
    return run_import(
        session.current_engine(),
        session.current_actor(),
        given.kind,
        given.name,
        given.content,
        now=clock.now(),
        rehearsal=rehearsal,
        confirmed=report.unusual if report else frozenset(),
        accepted=accepted,
        headings=dict(given.headings),
        reason=reason,
        progress=lambda done, total: (
            bar.progress(done / max(total, 1), typeset(f"{step} : {done} sur {total}")) if done % 50 == 0 else None
        ),
        waiting=None if rehearsal else given.batch_id,
    )


def _draw_outcome(given: GivenFile, report: ImportReport) -> None:
    refused = len({fault.line for fault in report.faults})
    said = told(counted(report.outcome), done=False)
    components.key_sentence(f"{said}, {count(refused, 'ligne refusée', 'lignes refusées')}.")
    if report.notes:
        components.notes(report.notes)
    if not report.faults:
        return
    st.error("Rien ne sera importé tant que ces lignes ne sont pas corrigées.", icon=":material/error:")
    causes = [
        {
            "lines": cause.where,
            "column": cause.column,
            "reason": cause.reason,
            "values": ", ".join(cause.values[:3]) + (" …" if len(cause.values) > 3 else ""),
            "about": next((fault.about for fault in cause.faults if fault.about), ""),
        }
        for cause in grouped(report.faults)
    ]
    headings = {"lines": "Où", "column": "Colonne", "values": "Valeur", "reason": "Motif", "about": "Fiche"}
    shown = [name for name in headings if name != "about" or any(cause["about"] for cause in causes)]
    frame = pl.DataFrame(causes).select(shown)
    components.table(Table("Lignes refusées", frame.head(_SHOWN), {name: headings[name] for name in shown}))
    components.files(errors_table(report), key="lignes-refusees")


def _draw_doubts(given: GivenFile, report: ImportReport, accepted: frozenset[str]) -> None:
    """What the cells of the file would mean, asked once; a tick that was made stays to be taken back."""
    doubted = {fault.doubt for fault in report.faults}
    for doubt, meaning in ASKED.items():
        if doubt in doubted | accepted:
            st.checkbox(typeset(meaning), key=f"{given.key}-{doubt}")


def _draw_questions(given: GivenFile, report: ImportReport) -> bool:
    """The questions, names and consents apart; whether all were answered by a tick."""
    agreed = True
    unusual = tuple(fault for fault in report.questions if fault not in set(report.about_people))
    if report.about_people:
        st.warning("Ce fichier change le nom ou l’accord de personnes déjà connues.", icon=":material/person_alert:")
        _draw_faults("Personnes", report.about_people)
        agreed = st.checkbox(
            typeset(f"J’ai vérifié {count(len(report.about_people), 'changement')} de nom ou d’accord"),
            key=f"{given.key}-people",
        )
    if unusual:
        st.warning("Ces valeurs sont inhabituelles. Sont-elles exactes ?", icon=":material/help:")
        _draw_faults("Lignes inhabituelles", unusual)
    return agreed


def _draw_faults(title: str, faults: tuple[Fault, ...]) -> None:
    headings = {"line": "Ligne", "about": "Fiche", "column": "Colonne", "value": "Valeur", "reason": "Motif"}
    rows = [{name: str(getattr(fault, name)) for name in headings} for fault in faults]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(headings, pl.String))
    components.table(Table(title, frame.head(_SHOWN), headings))
    if len(rows) > _SHOWN:
        components.files(Table(title, frame, headings), key=title.lower().replace(" ", "-"))


def _draw_changes(given: GivenFile, report: ImportReport) -> None:
    changed = differences(given.kind, report.outcome)
    if changed:
        headings = {"line": "Ligne", "field": "Champ", "before": "Avant", "after": "Après"}
        frame = pl.DataFrame(changed).with_columns(line=pl.col("line").cast(pl.String))
        components.table(Table("Ce qui change", frame.head(_SHOWN), headings))
        if len(changed) > _SHOWN:
            components.note(f"Les {_SHOWN} premiers changements sur {len(changed)} ; le fichier les a tous.")
            components.files(Table("Ce qui change", frame, headings), key="ce-qui-change")


def _draw_buttons(
    given: GivenFile, report: ImportReport | None, reason: str | None, accepted: frozenset[str], *, agreed: bool
) -> None:
    with st.container(horizontal=True):
        if report is not None and not report.faults:
            numbers = counted(report.outcome)
            lines = numbers["added"] + numbers["changed"]
            if lines:
                anyway = " quand même" if report.questions else ""
                st.button(
                    typeset(f"Importer {count(lines, 'fiche')}{anyway}"),
                    type="primary",
                    icon=":material/upload:",
                    on_click=_import,
                    args=(given, report, reason, accepted),
                    key="import-now",
                    disabled=not agreed,
                )
            if lines and given.batch_id is None:
                st.button(
                    "Envoyer à relire",
                    icon=":material/outgoing_mail:",
                    on_click=_send,
                    args=(given, report),
                    key="import-send",
                    help="Un autre coordinateur le vérifie et l’importe, ou le renvoie. Le fichier est effacé ensuite.",
                )
        if given.batch_id is not None:
            st.button(
                "Renvoyer sans importer",
                icon=":material/undo:",
                on_click=give_back,
                args=(given.batch_id,),
                key="return",
            )


def _import(given: GivenFile, report: ImportReport, reason: str | None, accepted: frozenset[str]) -> None:
    bar = st.progress(0.0)
    with deeds.telling(ABOUT) as outcome:
        try:
            done = _run(given, bar, reason=reason, accepted=accepted, rehearsal=False, report=report)
        except Refused as refusal:
            outcome.wrong = f"Rien n’a été importé. {refusal_sentences(refusal)}"
            return
        except (Unreadable, sa.exc.SQLAlchemyError):
            outcome.wrong = "Rien n’a été importé : la base de données n’a pas répondu. Recommencez."
            return
        finally:
            bar.empty()
        if done.done:
            with store.writing() as connection:
                given.filling.forget(connection)
        st.session_state.pop(REVIEWED, None)
        outcome.said = (
            f"Importé : {told(counted(done.outcome), done=True)}."
            if done.done
            else "Rien n’a été importé : les données ont changé entre-temps. Relisez les lignes refusées."
        )


def _send(given: GivenFile, report: ImportReport) -> None:
    source = FileSource(given.name, sha256(given.content).hexdigest(), dict(given.headings))
    with deeds.telling(ABOUT) as outcome:
        with store.writing() as connection:
            send_file(
                connection,
                session.current_actor(),
                given.kind.key,
                source,
                content=given.content,
                counts=report.outcome.counts,
                now=clock.now(),
            )
        outcome.said = "Envoyé à relire : un autre coordinateur le trouvera dans « À faire »."


def give_back(batch_id: int) -> None:
    """Sends a file back, or takes one's own back, without importing it."""
    with deeds.telling(ABOUT) as outcome:
        with store.writing() as connection:
            return_file(connection, session.current_actor(), batch_id, now=clock.now())
        outcome.said = "Fichier renvoyé sans être importé ; il est effacé."
    st.session_state.pop(REVIEWED, None)


# The imports that were made: who brought and checked what, when, from which file, with what came of it and its
# undoing.

_RECENT: Final = 10
_COLOURS: Final = {"done": "green", "waiting": "orange", "running": "blue", "undoing": "blue", "interrupted": "red"}


def draw_review() -> None:
    """The file that is being checked, rehearsed again on today's data."""
    number = st.session_state.get(REVIEWED)
    batch = next((each for each in _made() if each["id"] == number and each["state"] == "waiting"), None)
    if batch is None:
        return
    st.header(typeset(f"Relire « {escape_markdown(batch['file_name'])} »"), anchor=False)
    components.note(f"Envoyé par {batch['imported_by']} le {dates.date_and_time(batch['imported_at'])}.")
    with store.asking() as connection:
        content = waiting_file(connection, batch_id=batch["id"])
    if content is not None:
        headings = tuple((batch["headings"] or {}).items())
        draw_report(GivenFile(KINDS[batch["kind"]], batch["file_name"], content, headings, batch["id"]))


def draw_history() -> None:
    """The last imports, each with its button; all of them in a table."""
    made = _made()
    if not made:
        return
    st.header("Imports effectués", anchor=False)
    for batch in made[:_RECENT]:
        with st.container(border=True):
            told, button = st.columns([7, 2], vertical_alignment="center")
            told.markdown(f"{_title(batch)}  \n{_story(batch)}")
            with button:
                _draw_button(batch)
    headings = {
        "id": "N°", "when": "Date", "who": "Par", "file": "Fichier", "print": "Empreinte", "kind": "Nature",
        "counts": "Résultat", "state": "État", "checked": "Relu par",
    }  # fmt: skip
    rows = [
        {
            "id": str(batch["id"]),
            "when": dates.date_and_time(batch["imported_at"]),
            "who": batch["imported_by"],
            "file": batch["file_name"],
            "print": (batch["file_hash"] or "")[:12],
            "kind": IMPORT_KINDS[batch["kind"]].brief,
            "counts": _came_of(batch),
            "state": IMPORT_OUTCOMES[batch["state"]].label,
            "checked": batch["checked_by"] or "",
        }
        for batch in made
    ]
    if len(rows) > _RECENT:
        with st.expander(f"Tous les imports ({len(rows)})", icon=":material/history:"):
            table = Table("Imports", pl.DataFrame(rows, schema=dict.fromkeys(headings, pl.String)), headings)
            components.table(table)
            components.files(table, key="imports")


def _made() -> list[dict[str, Any]]:
    # Whether one was interrupted changes with time: asked anew every minute.
    made: list[dict[str, Any]] = store.imports(now=clock.now().replace(second=0, microsecond=0))
    return made


def _title(batch: dict[str, Any]) -> str:
    kind, state = capital(IMPORT_KINDS[batch["kind"]].brief), IMPORT_OUTCOMES[batch["state"]].label
    badge = f":{_COLOURS.get(batch['state'], 'gray')}-badge[{state}]"
    file = escape_markdown(typeset(f"« {batch['file_name']} »"))
    return f"**{kind}** – {file} {badge}"


def _story(batch: dict[str, Any]) -> str:
    verb = "Envoyé" if batch["state"] in ("waiting", "returned", "lapsed") else "Importé"
    said = [f"N° {batch['id']}. {verb} par {batch['imported_by']} le {dates.date_and_time(batch['imported_at'])}"]
    if batch["checked_at"]:
        said.append(f"relu par {batch['checked_by']} le {dates.date_and_time(batch['checked_at'])}")
    if batch["undone_at"]:
        said.append(f"annulé par {batch['undone_by']} le {dates.date_and_time(batch['undone_at'])}")
    told = f"{', '.join(said)} : {_came_of(batch)}."
    if batch["file_hash"]:
        told += f" Empreinte {batch['file_hash'][:12]}."
    return f":small[{escape_markdown(typeset(told))}]"


def _came_of(batch: dict[str, Any]) -> str:
    return told(batch, done=batch["state"] not in ("waiting", "lapsed"))


def _draw_button(batch: dict[str, Any]) -> None:
    number, state = batch["id"], batch["state"]
    mine = batch["imported_by"] == session.current_actor().name
    if state == "waiting" and mine:
        st.button("Reprendre", icon=":material/undo:", key=f"take-back-{number}", on_click=give_back, args=(number,))
    elif state == "waiting":
        st.button("Relire", icon=":material/rate_review:", key=f"review-{number}", on_click=_review, args=(number,))
    elif state in ("done", "interrupted"):
        st.button("Annuler l’import", icon=":material/undo:", key=f"undo-{number}", on_click=_undo, args=(number,))


def _review(number: int) -> None:
    st.session_state[REVIEWED] = number


def _undo(number: int) -> None:
    with deeds.telling(ABOUT) as outcome:
        undone = undo_whole_import(session.current_engine(), session.current_actor(), number, now=clock.now())
        outcome.said = f"Import {number} annulé : {count(undone, 'changement')}."


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
    st.header("Importer un fichier", anchor=False)
    components.note(
        "Partez du modèle : ses colonnes peuvent être dans un autre ordre, ses titres sans accents. "
        "Une case vide n’efface rien de ce qui est enregistré."
    )
    with st.container(horizontal=True):
        for ending, media_type in _MODELS.items():
            name = f"modele-{kind.key}.{ending}"
            components.file(f"Modèle {ending.upper()}", partial(_model, kind, ending), name, media_type)
    with st.expander("Colonnes du modèle"):
        components.table(store.said(explained_table, kind))
        order = " → ".join(IMPORT_KINDS[key].brief for key in KINDS)
        components.note(f"Une base neuve se remplit dans cet ordre : {order}.")
    file = st.file_uploader("Fichier CSV, XLSX, ODS ou XLS", key=f"import-{kind.key}")
    deeds.draw(ABOUT, icon=":material/info:")
    if file is not None:
        headings = draw_columns(kind, file.name, file.getvalue())
        draw_report(GivenFile(kind, file.name, file.getvalue(), headings))


def draw_export(kind: ImportKind) -> None:
    """What is stored, in the columns of the model."""
    st.header("Exporter ce qui est enregistré", anchor=False)
    year = clock.today().year
    years = {str(each): f"depuis {each}" for each in range(year, EARLIEST.year, -1)} | {str(EARLIEST.year): "tout"}
    since = filters.choice(st.selectbox, "Période", years, key="depuis", usual=str(year), width=200)
    asked: dict[str, Any] = {"kind": kind.key, "first": EARLIEST.replace(year=int(since))}
    components.note(f"{count(store.file_lines(**asked), 'ligne')}. Réimporter ce fichier tel quel ne change rien.")
    # The lines are read when the file is asked for.
    components.files(
        lambda: stored_table(kind, store.file_rows(**asked), demonstration=store.is_demonstration()),
        key=f"export-{kind.key}",
    )
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
    st.header("Données ouvertes", anchor=False)
    components.note(
        "Sans nom, sans contact, et sans les nombres de 1 à 4 personnes. Lieux et indicateurs suivent les schémas nationaux."
    )
    with st.container(horizontal=True):
        for resource in RESOURCES:
            name = resource.file_name
            components.file(resource.title, partial(_file, name), name, resource.media_type)
        components.file(
            "Description des fichiers", partial(_file, DESCRIPTION_FILE), DESCRIPTION_FILE, "application/json"
        )
    lacking = store.said(left_out, store.published_places(on=clock.today()))
    if lacking:
        components.paged(
            len(lacking), "open-data", lambda part: components.notes(lacking[part]), whose="Manques", size=_RECENT
        )
    components.note(_where())
    st.header("Recensement national des tiers-lieux", anchor=False)
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
        return (
            "Ces fichiers ne sont pas servis au public. Qui tient le serveur peut les ouvrir à tous, dans ses réglages."
        )
    names = ", ".join(resource.file_name for resource in RESOURCES)
    return f"Servis sans identification à l’adresse {settings.public_address.rstrip('/')}{ADDRESS} : {names}."
