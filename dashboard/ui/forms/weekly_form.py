"""The weekly form on the screen: its table, what is known beside it, the lock, and what was saved read back."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.figures.model import Table
from dashboard.indicators.attendance import FILL_RATE, HOURS, OCCUPIED_HALF_DAYS, OFFERED_HALF_DAYS, UNOFFERED_HALF_DAYS
from dashboard.indicators.model import measure
from dashboard.ui import components, deeds, session, store
from dashboard.ui.forms.entries.editing import MOST_TYPED
from dashboard.ui.forms.filling import Answer, Filling, draft_token, draw_marker, draw_sheet, resumed_sentence
from dashboard.ui.forms.weekly_saving import (
    WeekEditing,
    WeekMemory,
    answer_press,
    editing_of,
    refusal_answer,
    texts_of,
    was_just_saved,
)
from dashboard.ui.forms.weekly_sheet import Cell, Field, Sheet, SheetDay, day_title
from dashboard.wording import dates
from dashboard.wording.numbers import hours, integer, percent
from dashboard.wording.refusals import PEOPLE, refusal_sentence
from dashboard.wording.terms import SEAT_KINDS
from dashboard.wording.typography import capital, count, typeset
from data_access.periods import Period, end_of_minute, monday
from data_access.writes.attendance import WEEKLY_FORM, ask_reopening, reopen_week

# The form: one table of days and seat kinds.

_KEY: Final = "weekly-form"
_HINT: Final = (
    "Demi-journées occupées : comptez-en une par position occupée le matin ou l’après-midi. "
    "Laissez vide si vous ne savez pas : une case vide n’est pas un zéro."
)
_KEYS: Final = "Entrée : case suivante · F : jour fermé · Ctrl + Entrée : enregistrer"


@dataclass(frozen=True)
class Suggestion:
    """Figures that fill the empty fields at one press, shown in grey under each until then."""

    key: str
    """The letter that takes them from any field."""
    label: str
    hint: str
    figures: dict[Cell, int]


def draw_form(sheet: Sheet) -> None:
    """The whole form, or why there is nothing to enter; nothing is sent before a button is pressed."""
    if not sheet.has_seats:
        none = "Ce télécentre n’avait pas encore de position de travail cette semaine-là : il n’y a rien à saisir."
        components.nothing_to_enter(none, "seats", sheet.centre_code)
        return
    if sheet.lock.is_locked:
        draw_locked(sheet)
        return
    if not sheet.asked and sheet.header.status is None:
        components.nothing_to_enter(_nothing_asked(sheet), "hours", sheet.centre_code)
        return
    editing = editing_of(sheet)
    answer = refusal_answer(sheet, editing) or _done_answer(sheet)
    # One for all weeks: the script fills it anew, and an answer stands where the question was.
    draw_sheet(_KEY, form_data(sheet, editing), answer, partial(answer_press, sheet))
    with st.expander("Vos dernières semaines complètes", icon=":material/history:"):
        draw_weeks_before(sheet)


def form_data(sheet: Sheet, editing: WeekEditing) -> dict[str, Any]:
    """All that the script draws, in French."""
    header = sheet.header
    kinds = [kind for kind in SEAT_KINDS if any(field.seat_kind == kind for day in sheet.asked for field in day.fields)]
    suggestions = suggestions_of(sheet) if header.status in (None, "draft") else []
    usual = store.usual_week(centre_code=sheet.centre_code, week_start=sheet.week_start)
    return {
        "about": f"{sheet.journal_key} {session.current_actor().name}",
        "form": editing.number,
        "turn": session.memory(WeekMemory).turn,
        "version": editing.base_version,
        "mine": header.entered_by == session.current_actor().name,
        "token": draft_token(WEEKLY_FORM, sheet.journal_key, editing.base_version),
        "values": texts_of(editing.typed),
        "resumed": resumed_sentence(editing.resumed_from) if editing.resumed_from else "",
        "state": [typeset(f"{state_sentence(sheet)} {closing_sentence(sheet)}")],
        "help": typeset(_HINT),
        "keys": typeset(" · ".join([_KEYS, *(f"{each.key} : {each.label.lower()}" for each in suggestions)])),
        "caption": f"Demi-journées occupées, {dates.week_title(sheet.week_start)}",
        "corner": "Jour",
        "groups": [],
        "columns": [capital(SEAT_KINDS[kind].short) for kind in kinds],
        "rows": [_row(day, kinds, suggestions) for day in sheet.days],
        "suggestions": [
            {
                "key": each.key,
                "label": typeset(f"{each.label} ({sum(each.figures.values())})"),
                "figures": {f"{day}-{kind}": str(number) for (day, kind), number in each.figures.items()},
            }
            for each in suggestions
        ],
        "usual": typeset(f"d’habitude entre {usual.lowest} et {usual.highest}") if usual else "",
        "rest": True,
        "people": f"{PEOPLE} (facultatif)",
        "remark": "Remarque (facultative), ou motif de fermeture",
        "buttons": [{"label": label, "deed": deed} for label, deed in _buttons(sheet, editing)],
    }


def _row(day: SheetDay, kinds: list[str], suggestions: list[Suggestion]) -> dict[str, Any]:
    fields = {field.seat_kind: field for field in day.fields}
    closes = {"day": str(day.day), "name": f"closed-{day.day}", "label": f"Fermé {dates.weekday(day.day.isoweekday())}"}
    return {
        "title": day_title(day.day),
        "off": typeset(day.not_asked),
        "cells": [_cell(fields[kind], suggestions) if kind in fields else {} for kind in kinds] if fields else [],
        "closes": closes if fields else None,
    }


def _cell(field: Field, suggestions: list[Suggestion]) -> dict[str, Any]:
    figures = [f"{each.hint} {each.figures[field.cell]}" for each in suggestions if field.cell in each.figures]
    return {
        "name": field.name,
        "label": f"{field.label} ({integer(field.seats)})",
        "most": field.most,
        "hint": typeset(" · ".join(figures)),
    }


def suggestions_of(sheet: Sheet) -> list[Suggestion]:
    """What may be taken at one press: last week, the check-ins, the desks let by the month. Nobody counted them this week."""
    found = []
    if last := last_week(sheet):
        week = dates.short_week(sheet.before.row(0, named=True)["week_start"])
        found.append(Suggestion("D", f"Comme la {week}", f"{week} :", last))
    if visits := _cells(sheet, _visits(sheet)):
        found.append(Suggestion("P", "Reprendre les pointages", "pointés :", visits))
    let = store.monthly_desk_days(centre_code=sheet.centre_code, week_start=sheet.week_start)
    if desks := _cells(sheet, let.select("day", "seat_kind", "half_days")):
        found.append(Suggestion("L", "Reprendre les positions louées au mois", "louées :", desks))
    return found


def last_week(sheet: Sheet) -> dict[Cell, int]:
    """The figures of the last complete week, on the same weekdays of this one; nothing without one."""
    if sheet.before.is_empty():
        return {}
    start = sheet.before.row(0, named=True)["week_start"]
    stored = store.sheet_days(centre_code=sheet.centre_code, week_start=start)
    return _cells(
        sheet,
        stored.filter(pl.col("half_days").is_not_null(), ~pl.col("closed").cast(pl.Boolean)).select(
            pl.col("day") + (sheet.week_start - start), "seat_kind", "half_days"
        ),
    )


def _visits(sheet: Sheet) -> pl.DataFrame:
    now = end_of_minute(store.live_now())
    return store.proposed_days(centre_code=sheet.centre_code, week_start=sheet.week_start, now=now)


def _cells(sheet: Sheet, rows: pl.DataFrame) -> dict[Cell, int]:
    """Half-days by field, of the fields that are asked for."""
    asked = {field.cell for day in sheet.asked for field in day.fields}
    return {(day, kind): number for day, kind, number in rows.iter_rows() if (day, kind) in asked}


def _buttons(sheet: Sheet, editing: WeekEditing) -> list[tuple[str, str]]:
    """The first is the one that Ctrl+Entrée presses: what is most likely wanted."""
    complete, draft = ("Enregistrer, semaine complète", "complete"), ("Garder en brouillon", "draft")
    if editing.typed.status == "closed":
        return [("Enregistrer, semaine fermée", "closed"), complete, draft]
    return [*((complete, draft) if sheet.is_over else (draft, complete)), ("Fermé toute la semaine", "closed")]


# What a weekly sheet says once it is stored: the acknowledgement, read back from the database, and the weeks before.

_USE: Final = (OCCUPIED_HALF_DAYS, OFFERED_HALF_DAYS, HOURS, FILL_RATE, UNOFFERED_HALF_DAYS)


def _done_answer(sheet: Sheet) -> Answer | None:
    """After a save: what is stored now, and what comes next."""
    memory = session.memory(WeekMemory)
    if memory.taken_back == (sheet.centre_code, sheet.week_start):
        return Answer("done", "Enregistrement annulé : la semaine est comme avant. " + state_sentence(sheet))
    if not was_just_saved(sheet) or sheet.header.entered_at is None:
        return None
    following = store.oldest_missing_week(centre_code=sheet.centre_code, as_of=sheet.today)
    buttons = []
    if following is not None and following != sheet.week_start:
        buttons.append((f"Saisir la semaine {_number(following)}", "next-week"))
    if memory.to_take_back is not None and memory.saved == (sheet.centre_code, sheet.week_start, sheet.header.version):
        buttons.append(("Annuler cet enregistrement", "take-back"))
    return Answer("done", f"{_recorded(sheet)} {_next(sheet, following)}", buttons=tuple(buttons))


def draw_weeks_before(sheet: Sheet) -> None:
    """The last complete weeks, below the fields."""
    if sheet.before.is_empty():
        components.note("Aucune semaine complète avant celle-ci.")
        return
    figures = measure(sheet.before, [OCCUPIED_HALF_DAYS, FILL_RATE], by="week_start")
    weeks = figures.join(sheet.before.select("week_start", "distinct_people"), on="week_start").with_columns(
        week=pl.Series([dates.short_week(day) for day in figures["week_start"]], dtype=pl.String)
    )
    headings = {
        "week": "Semaine",
        OCCUPIED_HALF_DAYS.key: "Demi-journées",
        FILL_RATE.key: "Taux",
        "distinct_people": "Personnes",
    }
    components.table(Table("Dernières semaines complètes", weeks, headings, shares=frozenset({FILL_RATE.key})))


def state_sentence(sheet: Sheet) -> str:
    """What is stored of the week, in one line."""
    header = sheet.header
    if header.status is None:
        return "Personne n’a encore saisi cette semaine."
    state = {
        "draft": "Cette semaine est un brouillon",
        "complete": "Cette semaine est complète",
        "closed": "Cette semaine est saisie comme fermée",
    }[header.status]
    who = f" par {header.entered_by}" if header.entered_by else ""
    when = f", saisie{who} le {dates.date_and_time(header.entered_at)}" if header.entered_at else ""
    return f"{state}{when}."


def _recorded(sheet: Sheet) -> str:
    header = sheet.header
    when = f"à {dates.time_of_day(header.entered_at)}" if header.entered_at else ""
    week = f"emaine {_number(sheet.week_start)}"
    if header.status == "draft":
        total = count(sheet.stored_total, "demi-journée")
        return f"Brouillon de la s{week} enregistré {when} : {total}. Il ne compte pas encore dans les chiffres."
    if header.status == "closed":
        return f"S{week} enregistrée {when} comme fermée : {header.comment}."
    return f"S{week} enregistrée {when}. Merci. {_use_sentence(sheet)}"


def _use_sentence(sheet: Sheet) -> str:
    now, before = _use(sheet, sheet.week_start), _use(sheet, sheet.week_start - timedelta(weeks=1))
    said = (
        f"Total : {count(now[OCCUPIED_HALF_DAYS.key] or 0, 'demi-journée')} "
        f"sur {integer(now[OFFERED_HALF_DAYS.key] or 0)}, soit {hours(now[HOURS.key] or 0)}."
    )
    if unoffered := now[UNOFFERED_HALF_DAYS.key]:
        said += f" En plus, {count(unoffered, 'demi-journée')} sans capacité connue."
    rate, rate_before = now[FILL_RATE.key], before[FILL_RATE.key]
    if rate is not None:
        said += f" {FILL_RATE.label} : {percent(rate)}."
    return said if rate_before is None else f"{said} Semaine précédente : {percent(rate_before)}."


def _use(sheet: Sheet, week_start: date) -> dict[str, float | None]:
    facts = store.attendance_facts(Period.weeks(week_start, week_start), centres=(sheet.centre_code,))
    return measure(facts, _USE).row(0, named=True)


def _next(sheet: Sheet, following: date | None) -> str:
    if following is not None:
        return f"Prochaine saisie : semaine {_number(following)}."
    week = monday(sheet.today)
    if store.sheet_header(centre_code=sheet.centre_code, week_start=week).status in ("complete", "closed"):
        week += timedelta(weeks=1)
    over = week + timedelta(weeks=1)
    return f"Prochaine saisie : semaine {_number(week)}, à partir du {dates.full_date(over)}."


def _number(day: date) -> int:
    return day.isocalendar().week


# A week that is locked: what is stored of it, and for who coordinates the way to open it again.

_REOPENING: Final = "weekly-reopening"


def draw_locked(sheet: Sheet) -> None:
    """Says since when nothing can be entered, shows what is stored, and offers to open the week again."""
    values = {"week_start": sheet.week_start, "locked_on": sheet.lock.locked_on}
    coordinates = session.current_actor().coordinates
    said = refusal_sentence("week_locked", values)
    if coordinates:
        said = said.split(". ")[0] + ". Vous pouvez la rouvrir pour sept jours, en disant pourquoi."
    else:
        said = said.split(". ")[0] + ". La coordination peut la rouvrir : demandez-le-lui d’ici."
    st.warning(typeset(said), icon=":material/lock:")
    components.notes((state_sentence(sheet),))
    _draw_stored(sheet)
    asked = store.asked_reopenings().get(sheet.centre_code, {}).get(sheet.week_start)
    if asked is not None:
        components.note(f"{asked.actor} a demandé sa réouverture le {dates.date_and_time(asked.at)}.")
    if coordinates:
        _draw_reopening(sheet)
    elif asked is None:
        st.button("Demander la réouverture", icon=":material/lock_open:", on_click=_ask_reopening, args=(sheet,))


def closing_sentence(sheet: Sheet) -> str:
    """How long the week may still be entered."""
    if sheet.lock.open_until is not None and sheet.today >= sheet.lock.locked_on:
        return f"Semaine rouverte par la coordination jusqu’au {dates.full_date(sheet.lock.open_until)} compris."
    left = (sheet.lock.locked_on - sheet.today).days
    return f"Clôture dans {count(left, 'jour')}, le {dates.full_date(sheet.lock.locked_on)}."


def _draw_stored(sheet: Sheet) -> None:
    rows = [
        {
            "day": day_title(field.day),
            "seat_kind": SEAT_KINDS[field.seat_kind].brief,
            "half_days": "fermé" if field.closed else ("" if field.half_days is None else str(field.half_days)),
        }
        for day in sheet.days
        for field in day.fields
        if field.closed or field.half_days is not None
    ]
    if rows:
        headings = {"day": "Jour", "seat_kind": "Positions", "half_days": "Demi-journées"}
        components.table(Table("Demi-journées enregistrées", pl.DataFrame(rows), headings))


def _draw_reopening(sheet: Sheet) -> None:
    filling, reason = Filling("reopening", sheet.journal_key), f"{_REOPENING}-{sheet.journal_key}"
    filling.resume_text(reason)
    with st.form("weekly-reopening", enter_to_submit=False):
        deeds.draw(_REOPENING)
        st.text_input("Motif de la réouverture", key=reason, placeholder="", max_chars=MOST_TYPED)
        st.form_submit_button(
            "Rouvrir la semaine", icon=":material/lock_open:", on_click=_reopen, args=(sheet, filling, reason)
        )
        draw_marker(filling.token, prefix=reason)


def _ask_reopening(sheet: Sheet) -> None:
    with store.writing() as connection:
        ask_reopening(
            connection,
            session.current_actor(),
            centre_code=sheet.centre_code,
            week_start=sheet.week_start,
            now=clock.now(),
        )


def _reopen(sheet: Sheet, filling: Filling, key: str) -> None:
    reason = str(st.session_state.get(key, ""))
    about: dict[str, Any] = {"centre_code": sheet.centre_code, "week_start": sheet.week_start, "reason": reason}
    with deeds.telling(_REOPENING, "Motif de la réouverture"), store.writing() as connection:
        reopen_week(connection, session.current_actor(), **about, now=clock.now())
        filling.forget(connection)


def _nothing_asked(sheet: Sheet) -> str:
    reasons = list(dict.fromkeys(day.not_asked for day in sheet.days if day.not_asked))
    if reasons:
        return f"Rien à saisir cette semaine. {' ; '.join(reasons)}."
    return "Le télécentre n’ouvrait pas cette semaine-là : il n’y a rien à saisir."
