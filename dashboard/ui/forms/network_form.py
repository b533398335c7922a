"""The week of all centres on one screen: a line a centre, filled or pasted, reviewed as differences, saved at once."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import Any, Final

from dashboard.configuration import clock
from dashboard.figures.model import Table
from dashboard.imports.reading import Unreadable
from dashboard.imports.wide import KIND_LETTERS, NOT_ASKED
from dashboard.indicators.attendance import FILL_RATE, HOURS, OCCUPIED_HALF_DAYS
from dashboard.indicators.model import measure
from dashboard.ui import components, filters, session, store
from dashboard.ui.filters import short_names
from dashboard.ui.forms.filling import Answer, SheetMemory, draft_token, draw_sheet, resumed_sentence
from dashboard.ui.forms.network_sheet import (
    NETWORK_FORM,
    PEOPLE_COLUMN,
    REMARK,
    STATUS,
    VERSION,
    NetworkEditing,
    NetworkSheet,
    Review,
    cell_name,
    fields_of,
    network_sheet,
    pasted_into,
    status_words,
    texts_of,
    title_of,
    tried,
    version_texts,
    with_texts,
)
from dashboard.ui.forms.weekly_sheet import Sheet
from dashboard.wording import dates
from dashboard.wording.numbers import hours, integer, percent
from dashboard.wording.refusals import refusal_sentences
from dashboard.wording.terms import SEAT_KINDS
from dashboard.wording.typography import capital, count, enumeration, typeset
from data_access.entries.undoing import undo_change
from data_access.periods import Period
from data_access.refusals import Busy, Refused
from data_access.writes.attendance import drop_draft
from data_access.writes.rows import Change, Saved, record_denial

# The week of all centres being entered: what was typed, then one save for all of it or none, and its taking back.


@dataclass(frozen=True)
class SavedNetwork:
    """What this session saved last: when, how many sheets, and the traces to take it back."""

    week_start: date
    at: datetime
    centres: tuple[str, ...]
    audit_ids: tuple[int, ...]
    taken_back: bool = False
    refused: str = ""


@dataclass
class NetworkMemory(SheetMemory):
    """What this session knows of its sheets of the network."""

    editing: NetworkEditing | None = None
    saved: SavedNetwork | None = None


def editing_of(network: NetworkSheet) -> NetworkEditing:
    """The table of this week as it was left, here or elsewhere, or a new one on what is stored."""
    memory = session.memory(NetworkMemory)
    editing = memory.editing
    overtaken = editing is not None and editing.review is None and editing.versions != network.versions
    if editing is None or editing.week_start != network.week_start or overtaken:
        editing = _resumed(network) or with_texts(network, {})
    memory.editing = editing
    return editing


def _resumed(network: NetworkSheet) -> NetworkEditing | None:
    """The table as its author left it elsewhere or before, but for the rows that they saved since."""
    kept = store.draft(form=NETWORK_FORM, about=dates.week_key(network.week_start))
    if kept is None:
        return None
    mine = session.current_actor().name
    since = [
        sheet.centre_code
        for sheet in network.sheets
        if sheet.header.entered_by == mine
        and kept.typed.get(f"{VERSION}{sheet.centre_code}") not in (None, str(sheet.header.version))
    ]
    gone = {cell_name(code, column) for code in since for column in network.columns}
    typed = {name: text for name, text in kept.typed.items() if name not in gone}
    editing = with_texts(network, typed, resumed_from=kept.saved_at)
    return editing if editing.rows != network.stored_rows() else None


def answer_press(week_start: date, pressed: Mapping[str, Any]) -> None:
    """Does what the button asks, with what the cells held when it was pressed, over what is stored by then."""
    network = _network(week_start)
    memory = session.memory(NetworkMemory)
    shown = memory.editing
    asked = shown if shown is not None and shown.week_start == week_start else editing_of(network)
    memory.presses += 1
    texts = {str(name): str(text) for name, text in dict(pressed.get("fields") or {}).items()}
    now = replace(with_texts(network, texts), number=asked.number)
    deed = str(pressed["deed"])
    if any(row[STATUS] not in ("", *status_words()) for row in now.rows.values()):
        record_denial(session.current_engine(), session.current_actor(), "form network status", at=clock.now())
        memory.editing = replace(asked, review=Review(misread=f"État : indiquez {' ou '.join(status_words())}."))
    elif deed == "paste":
        _paste(network, asked, now, str(pressed.get("pasted", "")))
    else:
        DEEDS[deed](network, asked, now)


Deed = Callable[[NetworkSheet, NetworkEditing, NetworkEditing], None]
"""The sheets, the table as it was asked about, and the table as its cells are now."""


def _review(network: NetworkSheet, _asked: NetworkEditing, now: NetworkEditing) -> None:
    """Says what saving would change, what cannot be saved, and what is asked."""
    session.memory(NetworkMemory).editing = replace(now, review=tried(network, now))


def _keep_mine(network: NetworkSheet, _asked: NetworkEditing, now: NetworkEditing) -> None:
    """Lays what was typed over what others have stored meanwhile, and reviews the differences anew."""
    mine = replace(now, versions=network.versions, number=secrets.token_hex(4))
    session.memory(NetworkMemory).editing = replace(mine, review=tried(network, mine))


def _start_again(network: NetworkSheet, _asked: NetworkEditing, now: NetworkEditing) -> None:
    """Forgets what was typed and kept: the table shows what is stored."""
    try:
        with store.writing() as connection:
            drop_draft(connection, session.current_actor(), form=NETWORK_FORM, about=dates.week_key(network.week_start))
    except Busy as busy:
        session.memory(NetworkMemory).editing = replace(now, review=Review(failed=refusal_sentences(busy)))
        return
    session.memory(NetworkMemory).editing = None


def _paste(network: NetworkSheet, asked: NetworkEditing, now: NetworkEditing, text: str) -> None:
    """Lays the pasted table over what is on the screen, in the versions that its author saw, and reviews it; a table of its
    own shows it."""
    try:
        pasted = pasted_into(network, now.rows, text)
    except Unreadable as unreadable:
        session.memory(NetworkMemory).editing = replace(now, review=Review(misread=str(unreadable)))
        return
    seen = {code: asked.versions.get(code, 0) for code, row in pasted.rows.items() if row != now.rows[code]}
    about: dict[str, Any] = {"versions": {**now.versions, **seen}, "notes": pasted.notes}
    laid = replace(now, rows=pasted.rows, number=secrets.token_hex(4), **about)
    session.memory(NetworkMemory).editing = replace(laid, review=tried(network, laid))


def _save(network: NetworkSheet, asked: NetworkEditing, now: NetworkEditing) -> None:
    """Stores every sheet that was changed, or none; what is refused or asked is shown, and what was answered stands only for
    the figures it was asked about."""
    memory, moment = session.memory(NetworkMemory), clock.now()
    answered = asked.review.unusual if asked.review is not None and now.rows == asked.rows else {}
    saved: dict[str, Saved] = {}
    outcome = tried(network, now, confirmed=answered, saved=saved)
    if not saved:
        memory.editing = replace(now, review=outcome)
        return
    traces = tuple(week.audit_id for week in saved.values() if week.audit_id is not None)
    memory.saved, memory.editing = SavedNetwork(network.week_start, moment, tuple(saved), traces), None


def _take_back(network: NetworkSheet, _asked: NetworkEditing, _now: NetworkEditing) -> None:
    """Every sheet that was saved together is again as before, or none; a second press finds nothing left to do."""
    memory, change = session.memory(NetworkMemory), Change(session.current_actor(), clock.now(), "take_back")
    saved = memory.saved
    if saved is None or saved.taken_back:
        return
    try:
        with store.writing() as connection:
            for audit_id in reversed(saved.audit_ids):
                undo_change(connection, change, audit_id)
    except Refused as refusal:
        memory.saved = replace(saved, refused=refusal_sentences(refusal))
        return
    memory.saved, memory.editing = replace(saved, taken_back=True, refused=""), None


DEEDS: Final[Mapping[str, Deed]] = {
    "save": _save,
    "review": _review,
    "mine": _keep_mine,
    "start-again": _start_again,
    "take-back": _take_back,
}
"""What a button of the table asks."""


# The table on the page, and what is said above it.

_LETTERS: Final = ", ".join(f"{letter} : {SEAT_KINDS[kind].short}" for kind, letter in KIND_LETTERS.items())
_HINT: Final = (
    f"{_LETTERS}. Tapez un nombre de demi-journées, ou « fermé » ; une case vide n’est pas un zéro. Un bloc copié d’un "
    "tableur se colle à partir de la case choisie ; copié avec sa ligne de titres, il va aux télécentres et aux jours qu’il "
    "nomme, dans l’ordre que vous voulez."
)
_KEYS: Final = "Entrée : case suivante · F : fermé · Ctrl + Entrée : enregistrer"


def draw_network_week(week_start: date) -> None:
    """The whole sheet of a week: what was answered, the table, and the same sheet as a file."""
    network = _network(week_start)
    if not network.cells:
        components.nothing_to_enter("Aucun télécentre n’attend de chiffres cette semaine-là.", "hours")
        return
    editing = editing_of(network)
    answer = answer_of(network, editing)
    draw_sheet("network-sheet", form_data(network, editing), answer, partial(answer_press, week_start))
    components.files(_blank_sheet(network), key=f"network-{dates.week_key(week_start)}")


def _network(week_start: date) -> NetworkSheet:
    return network_sheet(week_start, filters.own_centres(), short_names(), clock.today())


def form_data(network: NetworkSheet, editing: NetworkEditing) -> dict[str, Any]:
    """All that the script draws, in French."""
    memory, week = session.memory(NetworkMemory), dates.week_key(network.week_start)
    days = [(day, [kind for _day, kind in cells]) for day, cells in groupby(network.cells, key=lambda cell: cell[0])]
    groups = [
        {"label": f"{capital(dates.weekday(day.isoweekday())[:2])} {day.day}", "span": len(kinds)}
        for day, kinds in days
    ]
    return {
        "about": f"network {week} {session.current_actor().name}",
        "form": editing.number,
        "turn": memory.turn,
        # Each line has its own.
        "version": 0,
        "mine": False,
        "recorded": editing.review is None
        and memory.saved is not None
        and memory.saved.week_start == network.week_start,
        "pasted": bool(editing.review and editing.review.differences),
        "token": draft_token(NETWORK_FORM, week, 0),
        "base": texts_of(network, network.stored_rows()),
        "values": texts_of(network, editing.rows) | version_texts(editing.versions),
        "resumed": resumed_sentence(editing.resumed_from) if editing.resumed_from else "",
        "state": [typeset(sentence) for sentence in _state(network)],
        "help": typeset(_HINT),
        "keys": typeset(_KEYS),
        "caption": typeset(f"Demi-journées occupées de chaque télécentre, {dates.week_title(network.week_start)}"),
        "corner": "Télécentre",
        "groups": [*groups, {"label": "", "span": 3}],
        "columns": [
            *(KIND_LETTERS[kind] for _day, kinds in days for kind in kinds),
            "Personnes",
            "État",
            "Remarque ou motif",
        ],
        "rows": [_row(network, sheet, editing) for sheet in network.sheets],
        "suggestions": [],
        "usual": "",
        "rest": False,
        "buttons": [
            {"label": "Enregistrer", "deed": "save"},
            {"label": "Relire les différences", "deed": "review"},
        ],
    }


def _row(network: NetworkSheet, sheet: Sheet, editing: NetworkEditing) -> dict[str, Any]:
    code, asked = sheet.centre_code, fields_of(sheet)
    name = network.names[code]
    cells: list[dict[str, Any]] = []
    for column in network.columns:
        field = asked.get(column)
        about = {"name": cell_name(code, column), "label": typeset(f"{name}, {title_of(column)}")}
        if field is not None:
            cells.append(about | {"label": f"{about['label']} ({integer(field.seats)})", "most": field.most})
        elif column == STATUS:
            cells.append(about | {"options": ["", *status_words()]})
        else:
            cells.append(about if column in (PEOPLE_COLUMN, REMARK) else {"none": NOT_ASKED})
    return {"title": name, "off": "", "cells": cells, "hidden": version_texts({code: editing.versions[code]})}


def answer_of(network: NetworkSheet, editing: NetworkEditing) -> Answer | None:
    """What saving would do, what is wrong or asked, or what was saved last; None when there is nothing to say."""
    found = editing.review
    if found is None:
        return _done_answer(network)
    again = ("Repartir de ce qui est enregistré", "start-again")
    told = [
        (f.cell, f"{network.names[f.centre_code]} – {f.sentence}" if f.centre_code else f.sentence)
        for f in found.faults
    ]
    lines = [(each.centre, each.column, each.before or "(vide)", each.after or "(vide)") for each in found.differences]
    changes = (("Télécentre", "Case", "Avant", "Après"), *lines) if lines else ()
    said = f"{count(len(lines), 'case')} de {count(found.centres, 'télécentre')} {'changent' if len(lines) > 1 else 'change'}."
    if found.misread:
        return Answer("wrong", f"Rien n’est collé : {found.misread}", notes=editing.notes)
    if found.failed:
        return Answer("wrong", found.failed, buttons=(("Réessayer", "save"),))
    if not lines:
        return Answer("asked", "Rien n’a changé : il n’y a rien à enregistrer.", notes=editing.notes)
    if told:
        wrong = f"Rien n’est enregistré : {count(len(told), 'point')} à revoir."
        mine = (("Garder mes chiffres", "mine"), again) if found.overtaken else ()
        return Answer("wrong", wrong, tuple(told), mine, editing.notes, changes)
    if found.questions:
        asked = tuple(f"{network.names[each.centre_code]} – {each.sentence}" for each in found.questions)
        buttons = (("Enregistrer quand même", "save"), again)
        return Answer("asked", "À confirmer :\n" + "\n".join(asked), (), buttons, editing.notes, changes)
    return Answer("asked", said, (), (("Enregistrer", "save"), again), editing.notes, changes)


def _done_answer(network: NetworkSheet) -> Answer | None:
    saved = session.memory(NetworkMemory).saved
    if saved is None or saved.week_start != network.week_start:
        return None
    centres = count(len(saved.centres), "télécentre")
    if saved.taken_back:
        return Answer("done", f"Enregistrement annulé : {centres} comme avant.")
    buttons = (("Annuler cet enregistrement", "take-back"),) if saved.audit_ids else ()
    if saved.refused:
        return Answer("wrong", saved.refused, buttons=buttons)
    return Answer("done", _use_sentence(saved, centres), buttons=buttons)


def _use_sentence(saved: SavedNetwork, centres: str) -> str:
    facts = store.attendance_facts(Period.weeks(saved.week_start, saved.week_start), centres=saved.centres)
    use = measure(facts, [OCCUPIED_HALF_DAYS, HOURS, FILL_RATE]).row(0, named=True)
    rate = f" {FILL_RATE.label} : {percent(use[FILL_RATE.key])}." if use[FILL_RATE.key] is not None else ""
    return (
        f"{centres} {'enregistrés' if len(saved.centres) > 1 else 'enregistré'} à {dates.time_of_day(saved.at)} : "
        f"{count(use[OCCUPIED_HALF_DAYS.key] or 0, 'demi-journée')} en semaines complètes, soit "
        f"{hours(use[HOURS.key] or 0)}.{rate}"
    )


def _state(network: NetworkSheet) -> list[str]:
    """Which sheets are locked, and which centres are shut."""
    said = []
    locked = [network.names[sheet.centre_code] for sheet in network.sheets if sheet.lock.is_locked]
    if locked:
        whose = "tous les télécentres" if len(locked) == len(network.sheets) else enumeration(locked)
        said.append(
            f"Semaine clôturée pour {whose} : choisissez « Un télécentre » pour la rouvrir avec un motif avant de la corriger."
        )
    if network.shut:
        shut = " ; ".join(f"{name} ({reason})" for name, reason in network.shut.items())
        said.append(f"Fermés cette semaine, rien n’y est attendu : {shut}.")
    return said


def _blank_sheet(network: NetworkSheet) -> Table:
    """The sheet to fill in elsewhere, with what is stored in it, under full titles."""
    return Table(
        f"Feuille de saisie, {dates.week_title(network.week_start)}",
        network.frame(),
        network.headings(short=False),
        demonstration=store.is_demonstration(),
    )
