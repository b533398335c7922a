"""The week of all centres on one sheet, for the coordination: typed or pasted, reviewed as differences, saved at once."""

from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.figures.model import Table
from dashboard.imports.wide import KIND_LETTERS
from dashboard.indicators.attendance import FILL_RATE, HOURS, OCCUPIED_HALF_DAYS
from dashboard.indicators.model import measure
from dashboard.ui import components, filters, session, store
from dashboard.ui.filters import short_names
from dashboard.ui.forms.network_sheet import (
    CENTRE,
    FAULT,
    PEOPLE_COLUMN,
    REMARK,
    STATUS,
    Fault,
    NetworkEditing,
    NetworkMemory,
    NetworkSheet,
    Review,
    editing_of,
    keep_mine,
    network_sheet,
    paste,
    review,
    save,
    start_again,
    status_words,
    take_back_all,
)
from dashboard.wording import dates
from dashboard.wording.numbers import hours, percent
from dashboard.wording.terms import SEAT_KINDS
from dashboard.wording.typography import count, enumeration, escape_markdown, typeset
from data_access.periods import Period

_LETTERS: Final = ", ".join(f"{letter} : {SEAT_KINDS[kind].short}" for kind, letter in KIND_LETTERS.items())
_HINT: Final = (
    f"{_LETTERS}. Tapez un nombre de demi-journées, ou « fermé » ; une case vide n’est pas un zéro. "
    "Un bloc copié d’un tableur se colle à partir de la case choisie, entier ou pas du tout."
)
_WIDTHS: Final = {CENTRE: 150, FAULT: 260, PEOPLE_COLUMN: 112, STATUS: 110, REMARK: 180}
_DAY_WIDTH: Final = 94
# Where the page's script says that a block does not fit.
_PASTE: Final = """<style>
.cc-paste { border-left: 4px solid #c9191e; padding: .25rem .75rem; margin: 0; } .cc-paste:empty { display: none; }
</style><p class="cc-paste" role="alert"></p>"""


def draw_network_week(week_start: date) -> None:
    """The whole sheet of a week, with what was saved last, the table, the pasting and the review."""
    network = network_sheet(week_start, filters.own_centres(), short_names(), clock.today())
    _draw_saved(network)
    if not network.cells:
        components.empty("Aucun télécentre n’attend de chiffres cette semaine-là.")
        return
    editing = editing_of(network)
    _draw_locked(network)
    if network.shut:
        shut = " ; ".join(f"{name} ({reason})" for name, reason in network.shut.items())
        components.note(f"Fermés cette semaine, rien n’y est attendu : {shut}.")
    with st.form(editing.key("form"), enter_to_submit=False, border=False):
        _draw_review(network, editing)
        components.note(_HINT)
        _draw_table(network, editing)
        st.html(_PASTE)
        with st.container(horizontal=True):
            _draw_buttons(network, editing.review)
        _draw_pasting(network, editing)
    components.files(_blank_sheet(network), key=f"network-{dates.week_key(week_start)}")


def _draw_table(network: NetworkSheet, editing: NetworkEditing) -> None:
    faults = editing.review.faults if editing.review else ()
    headings = network.headings(short=True) | {FAULT: "À corriger"}
    columns = {
        name: st.column_config.TextColumn(title, width=_WIDTHS.get(name, _DAY_WIDTH), pinned=name == CENTRE)
        for name, title in headings.items()
    }
    columns[STATUS] = st.column_config.SelectboxColumn("État", options=["", *status_words()], width=_WIDTHS[STATUS])
    st.data_editor(
        network.frame(editing.rows, faults),
        key=editing.key("table"),
        column_config=columns,
        disabled=[CENTRE, FAULT],
        hide_index=True,
        num_rows="fixed",
        placeholder="",
        height="content",
        alt=typeset(f"Demi-journées occupées de chaque télécentre, {dates.week_title(network.week_start)}"),
    )


def _draw_review(network: NetworkSheet, editing: NetworkEditing) -> None:
    """What saving would do, above the table; nothing before a review was asked for."""
    if editing.notes:
        components.notes(editing.notes)
    found = editing.review
    if found is None:
        return
    if found.database_failed:
        st.error(
            typeset("La base de données ne répond pas. Rien n’est enregistré ; vos chiffres restent affichés ici."),
            icon=":material/cloud_off:",
        )
    if not found.differences:
        st.info(typeset("Rien n’a changé : il n’y a rien à enregistrer."), icon=":material/info:")
        return
    if found.faults:
        st.error(_listed("Rien n’est enregistré :", network, found.faults), icon=":material/error:")
    if found.questions:
        st.warning(_listed("À confirmer :", network, found.questions), icon=":material/help:")
    rows = [(each.centre, each.column, each.before or "(vide)", each.after or "(vide)") for each in found.differences]
    frame = pl.DataFrame(rows, schema=["centre", "column", "before", "after"], orient="row")
    headings = {"centre": "Télécentre", "column": "Case", "before": "Avant", "after": "Après"}
    said = f"{count(len(rows), 'case')} de {count(found.centres, 'télécentre')} changent."
    components.note(said if len(rows) > 1 else said.replace("changent", "change"))
    components.table(Table("Ce qui change", frame, headings))


def _draw_buttons(network: NetworkSheet, found: Review | None) -> None:
    if found is not None and found.overtaken:
        st.form_submit_button("Garder mes chiffres", on_click=keep_mine, args=(network,), key="network-keep")
    st.form_submit_button(
        "Enregistrer quand même" if found is not None and found.questions and not found.faults else "Enregistrer",
        type="primary",
        icon=":material/save:",
        on_click=save,
        args=(network,),
        key="network-save",
    )
    st.form_submit_button(
        "Relire les différences",
        on_click=review,
        args=(network,),
        icon=":material/difference:",
        key="network-review",
    )
    if found is None:
        return
    st.form_submit_button(
        "Repartir de ce qui est enregistré",
        icon=":material/restart_alt:",
        on_click=start_again,
        args=(network,),
        key="network-again",
    )


def _draw_pasting(network: NetworkSheet, editing: NetworkEditing) -> None:
    with st.expander("Coller un tableau entier", expanded=bool(editing.refused_paste), icon=":material/content_paste:"):
        components.note(
            "Copiez depuis votre tableur les lignes avec leurs titres : « Télécentre », puis les jours, comme dans la "
            "feuille à télécharger ci-dessous. L’ordre des lignes et des colonnes est libre."
        )
        st.text_area("Tableau copié", key=editing.key("pasted"), height=140, max_chars=60_000)
        if editing.refused_paste:
            st.error(escape_markdown(editing.refused_paste), icon=":material/error:")
        st.form_submit_button(
            "Relire le tableau collé",
            on_click=paste,
            args=(network,),
            icon=":material/content_paste_go:",
            key="network-paste",
        )


def _draw_saved(network: NetworkSheet) -> None:
    saved = session.memory(NetworkMemory).saved
    if saved is None or saved.week_start != network.week_start:
        return
    if saved.taken_back:
        st.success(
            typeset(f"Enregistrement annulé : {count(len(saved.centres), 'télécentre')} comme avant."),
            icon=":material/undo:",
        )
        return
    facts = store.attendance_facts(Period.weeks(network.week_start, network.week_start), centres=saved.centres)
    use = measure(facts, [OCCUPIED_HALF_DAYS, HOURS, FILL_RATE]).row(0, named=True)
    rate = f" {FILL_RATE.label} : {percent(use[FILL_RATE.key])}." if use[FILL_RATE.key] is not None else ""
    st.success(
        typeset(
            f"{count(len(saved.centres), 'télécentre')} {'enregistrés' if len(saved.centres) > 1 else 'enregistré'} à "
            f"{dates.time_of_day(saved.at)} : {count(use[OCCUPIED_HALF_DAYS.key] or 0, 'demi-journée')} en semaines "
            f"complètes, soit {hours(use[HOURS.key] or 0)}.{rate}"
        ),
        icon=":material/check_circle:",
    )
    if saved.refused:
        st.error(escape_markdown(typeset(saved.refused)), icon=":material/error:")
    if saved.audit_ids:
        st.button(
            "Annuler cet enregistrement",
            icon=":material/undo:",
            on_click=take_back_all,
            args=(network,),
            key="network-take-back",
        )


def _draw_locked(network: NetworkSheet) -> None:
    locked = [network.names[sheet.centre_code] for sheet in network.sheets if sheet.lock.is_locked]
    if locked:
        whose = "tous les télécentres" if len(locked) == len(network.sheets) else enumeration(locked)
        components.note(
            f"Semaine clôturée pour {whose} : choisissez « Un télécentre » pour la rouvrir avec un motif avant de la corriger."
        )


def _blank_sheet(network: NetworkSheet) -> Table:
    """The sheet to fill in elsewhere, with what is stored in it, under full titles."""
    return Table(
        f"Feuille de saisie, {dates.week_title(network.week_start)}",
        network.frame(network.stored_rows()),
        network.headings(short=False),
        demonstration=store.is_demonstration(),
    )


def _listed(title: str, network: NetworkSheet, found: tuple[Fault, ...]) -> str:
    lines = [
        f"{network.names[fault.centre_code]} – {fault.sentence}" if fault.centre_code else fault.sentence
        for fault in found
    ]
    return typeset(title) + "\n" + "".join(f"\n- {escape_markdown(line)}" for line in lines)
