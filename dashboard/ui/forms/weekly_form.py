"""The weekly form on the screen: shortcuts, proposal of the check-ins, fields, lock, and what was saved read back."""

from dataclasses import replace
from datetime import date, timedelta
from html import escape
from typing import Final

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.exports.tables import Table
from dashboard.indicators.attendance import FILL_RATE, HOURS, OCCUPIED_HALF_DAYS, OFFERED_HALF_DAYS
from dashboard.indicators.model import measure
from dashboard.ui import components, session, store
from dashboard.ui.forms.weekly_saving import (
    WeekEditing,
    as_on_screen,
    begin,
    draw_answers,
    draw_token,
    editing_of,
    save,
    session_memory,
    start_again,
    take_back_saved,
    was_just_saved,
)
from dashboard.ui.forms.weekly_sheet import STATUSES, Cell, Sheet, SheetDay, choose_week, day_title
from dashboard.wording import dates
from dashboard.wording.numbers import hours, integer, percent
from dashboard.wording.refusals import PEOPLE, refusal_sentence
from dashboard.wording.terms import SEAT_KINDS
from dashboard.wording.typography import count, escape_markdown, typeset
from data_access.periods import Period, monday
from data_access.refusals import Refused
from data_access.writes.attendance import reopen_week

# Single presses that fill the weekly form: like the last week, shut all week; nothing is recorded before its author
# saves.

_CLOSED_HINT: Final = "Indiquez le motif de fermeture dans la remarque, puis enregistrez."


def draw_shortcuts(sheet: Sheet, editing: WeekEditing) -> None:
    """The presses that make sense for this week, and what was counted already."""
    if sheet.header.version:
        return
    _say_what_is_let(sheet)
    last = last_week(sheet)
    with st.container(horizontal=True, key="weekly-shortcuts"):
        if last:
            st.form_submit_button(
                "Comme la semaine dernière",
                icon=":material/content_copy:",
                on_click=_like_last_week,
                args=(sheet, last),
                key="weekly-like-last-week",
                help=f"Reprend les chiffres de la {dates.short_week(sheet.before.row(0, named=True)['week_start'])}, à relire.",
            )
        st.form_submit_button(
            "Fermé toute la semaine",
            icon=":material/door_front:",
            on_click=_shut_all_week,
            args=(sheet,),
            key="weekly-shut-all-week",
        )
    if editing.typed.status == "closed" and not editing.typed.remark.strip():
        components.note(_CLOSED_HINT)


def last_week(sheet: Sheet) -> dict[Cell, str]:
    """The figures of the last complete week, on the same weekdays of this one; nothing without one."""
    if sheet.before.is_empty():
        return {}
    start = sheet.before.row(0, named=True)["week_start"]
    stored = store.sheet_days(centre_code=sheet.centre_code, week_start=start)
    then = {
        (row["day"].weekday(), row["seat_kind"]): str(row["half_days"])
        for row in stored.iter_rows(named=True)
        if row["half_days"] is not None and not row["closed"]
    }
    asked = [field.cell for day in sheet.asked for field in day.fields]
    return {cell: then[key] for cell in asked if (key := (cell[0].weekday(), cell[1])) in then}


def _say_what_is_let(sheet: Sheet) -> None:
    total = sum(sheet.let_by_the_month.values())
    if total:
        components.note(
            f"Les postes loués au mois sont déjà comptés dans les cases : {count(total, 'demi-journée')}. "
            "Ajoutez-y les autres."
        )


def _like_last_week(sheet: Sheet, last: dict[Cell, str]) -> None:
    editing = as_on_screen(sheet)
    if editing is not None:
        numbers = {cell: last.get(cell, text) for cell, text in editing.typed.numbers.items()}
        begin(sheet, replace(editing, typed=replace(editing.typed, numbers=numbers)))


def _shut_all_week(sheet: Sheet) -> None:
    editing = as_on_screen(sheet)
    if editing is not None:
        numbers = dict.fromkeys(editing.typed.numbers, "")
        typed = replace(editing.typed, numbers=numbers, people="", closed=frozenset(), status="closed")
        begin(sheet, replace(editing, typed=typed))


# What a weekly sheet says once it is stored: the acknowledgement, read back from the database, and the weeks before.

_USE: Final = (OCCUPIED_HALF_DAYS, OFFERED_HALF_DAYS, HOURS, FILL_RATE)


def draw_acknowledgement(sheet: Sheet) -> None:
    """After a save: what is stored now, and what comes next."""
    if session_memory().taken_back == (sheet.centre_code, sheet.week_start):
        st.success(
            typeset("Enregistrement annulé : la semaine est comme avant. " + state_sentence(sheet)),
            icon=":material/undo:",
        )
        _mark_answer(sheet, "taken-back")
        return
    if not was_just_saved(sheet) or sheet.header.entered_at is None:
        return
    following = store.oldest_missing_week(centre_code=sheet.centre_code, as_of=sheet.today)
    said = f"{_recorded(sheet)}\n\n{_next(sheet, following)}"
    st.success(escape_markdown(typeset(said)), icon=":material/check_circle:")
    _mark_answer(sheet, "saved")
    with st.container(horizontal=True):
        if session_memory().to_take_back is not None:
            st.button(
                "Annuler cet enregistrement",
                icon=":material/undo:",
                on_click=take_back_saved,
                args=(sheet,),
                key="weekly-take-back",
            )
        if following is not None and following != sheet.week_start:
            next_week = f"Saisir la semaine {_number(following)}"
            st.button(next_week, on_click=choose_week, args=(following,), icon=":material/edit:")


def _mark_answer(sheet: Sheet, kind: str) -> None:
    """What the script of the page looks for, to bring a new answer into view."""
    answer = escape(f"{sheet.centre_code}-{sheet.week_start}-{sheet.header.version}-{kind}")
    st.html(f'<span class="cc-answer" data-answer="{answer}"></span>')


def draw_weeks_before(sheet: Sheet) -> None:
    """The last complete weeks, beside the fields."""
    st.markdown("**Vos dernières semaines complètes**")
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


# What the week's check-ins propose for its sheet: one press fills the empty fields, and their author confirms by
# saving.


def draw_proposal(sheet: Sheet, editing: WeekEditing) -> None:
    """The proposal and its button, inside the form so that nothing typed is lost; nothing once a week is recorded."""
    proposed = _proposed(sheet)
    empty = [cell for cell in proposed if _is_free(sheet, cell, editing.typed.numbers.get(cell, ""))]
    if sheet.header.version or not empty:
        return
    said = count(sum(proposed.values()), "demi-journée")
    components.note(
        f"Les pointages de la semaine comptent {said}. Vous pouvez les reprendre dans les cases vides, puis les relire."
    )
    st.form_submit_button(
        "Reprendre les pointages",
        icon=":material/input:",
        on_click=_take,
        args=(sheet, proposed),
        key="weekly-take-visits",
    )


def _proposed(sheet: Sheet) -> dict[Cell, int]:
    asked = {field.cell for day in sheet.asked for field in day.fields}
    days = store.proposed_days(
        centre_code=sheet.centre_code, week_start=sheet.week_start, now=store.end_of_minute(store.live_now())
    )
    cells = {(day, seat_kind): half_days for day, seat_kind, half_days in days.iter_rows()}
    return {cell: half_days for cell, half_days in cells.items() if cell in asked}


def _take(sheet: Sheet, proposed: dict[Cell, int]) -> None:
    """A new form with the proposal in the fields left empty; what was typed stays."""
    editing = as_on_screen(sheet)
    if editing is None:
        return
    filled = {
        cell: str(max(proposed[cell], sheet.let_by_the_month.get(cell, 0)))
        if cell in proposed and _is_free(sheet, cell, text)
        else text
        for cell, text in editing.typed.numbers.items()
    }
    begin(sheet, replace(editing, typed=replace(editing.typed, numbers=filled)))


def _is_free(sheet: Sheet, cell: Cell, text: str) -> bool:
    """Whether nobody has typed anything there: it is blank, or holds the desks let by the month alone."""
    counted = sheet.let_by_the_month.get(cell)
    return not text.strip() or (counted is not None and text.strip() == str(counted))


# A week that is locked: what is stored of it, and for who coordinates the way to open it again.

_REASON: Final = "weekly-reopening-reason"
_WRONG: Final = "weekly-reopening-wrong"


def draw_locked(sheet: Sheet) -> None:
    """Says since when nothing can be entered, shows what is stored, and offers to open the week again."""
    values = {"week_start": sheet.week_start, "locked_on": sheet.lock.locked_on}
    coordinates = session.current_actor().coordinates
    said = refusal_sentence("week_locked", values)
    if coordinates:
        said = said.split(". ")[0] + ". Vous pouvez la rouvrir pour sept jours, en disant pourquoi."
    st.warning(typeset(said), icon=":material/lock:")
    components.notes((state_sentence(sheet),))
    _draw_stored(sheet)
    if coordinates:
        _draw_reopening(sheet)


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
    with st.form("weekly-reopening", enter_to_submit=False):
        if st.session_state.get(_WRONG):
            st.error(st.session_state[_WRONG], icon=":material/error:")
        st.text_input("Motif de la réouverture", key=_REASON, placeholder="", max_chars=None)
        st.form_submit_button("Rouvrir la semaine", icon=":material/lock_open:", on_click=_reopen, args=(sheet,))


def _reopen(sheet: Sheet) -> None:
    actor, now = session.current_actor(), clock.now()
    reason = str(st.session_state.get(_REASON, ""))
    wrong = ""
    try:
        with store.writing() as connection:
            reopen_week(
                connection,
                actor,
                centre_code=sheet.centre_code,
                week_start=sheet.week_start,
                reason=reason,
                now=now,
            )
    except Refused as refusal:
        label = {"label": "Motif de la réouverture"}
        wrong = " ".join(refusal_sentence(problem.rule, {**problem.values, **label}) for problem in refusal.problems)
    st.session_state[_WRONG] = wrong


# The fields of the weekly form: days as columns where there is room, one under the other on a phone. Numbers are
# typed as text: a number field of the browser turns « 2,5 » into 25 and « abc » into nothing without a word.

_HINT: Final = (
    "Demi-journées occupées : comptez-en une par poste occupé le matin ou l’après-midi. "
    "Laissez vide si vous ne savez pas : une case vide n’est pas un zéro."
)
_LOOK: Final = """<style>
[class*="st-key-weekly-day-"] .stTextInput label p { white-space: pre-line; line-height: 1.4; }
[class*="st-key-weekly-day-"] .stTextInput label p::first-line { font-weight: 600; }
/* The day is said by each field, and shown once a column. */
[class*="st-key-weekly-day-"] > .stElementContainer:not(:first-child) .stTextInput label { overflow: hidden; }
[class*="st-key-weekly-day-"] > .stElementContainer:not(:first-child) .stTextInput label p { margin-top: -1.4em; }
.cc-day-off { font-size: .875rem; margin: 0; opacity: .85; }
.cc-day-off strong { display: block; }
.cc-to-correct { font-size: .8125rem; font-weight: 600; margin: -.75rem 0 0; }
</style>"""
_NARROWEST_DAY: Final = 132


def draw_form(sheet: Sheet) -> None:
    """The whole form, or why there is nothing to enter; nothing is sent before a button is pressed."""
    if not sheet.has_seats:
        components.empty("Ce télécentre n’avait pas encore de poste cette semaine-là : il n’y a rien à saisir.")
        return
    if sheet.lock.is_locked:
        draw_locked(sheet)
        return
    if not sheet.asked and sheet.header.status is None:
        components.empty(_nothing_asked(sheet))
        return
    editing = editing_of(sheet)
    st.html(_LOOK)
    with st.form(f"weekly-form-{editing.number}", enter_to_submit=False, border=False):
        draw_answers(sheet, editing)
        components.notes((f"{state_sentence(sheet)} {closing_sentence(sheet)}", _HINT))
        _draw_resumed(sheet, editing)
        draw_shortcuts(sheet, editing)
        draw_proposal(sheet, editing)
        with st.grid(max(len(sheet.days), 1), min_column_width=_NARROWEST_DAY):
            for day in sheet.days:
                _draw_day(day, editing)
        week_side, before_side = st.columns([5, 3], gap="large")
        with week_side:
            _draw_rest(sheet, editing)
        with before_side:
            draw_weeks_before(sheet)


def _draw_resumed(sheet: Sheet, editing: WeekEditing) -> None:
    """Says that the fields hold what their author left, and offers what is stored instead."""
    if editing.resumed_from is None:
        return
    when = dates.date_and_time(editing.resumed_from)
    components.note(f"Reprise de votre saisie du {when}, qui n’est pas enregistrée.")
    st.form_submit_button(
        "Repartir de ce qui est enregistré",
        icon=":material/restart_alt:",
        on_click=start_again,
        args=(sheet,),
        key="weekly-start-again",
    )


def _draw_day(day: SheetDay, editing: WeekEditing) -> None:
    with st.container(key=f"weekly-day-{day.day.isoweekday()}", gap="small"):
        if not day.fields:
            title, reason = escape(day_title(day.day)), escape(typeset(day.not_asked))
            st.html(f'<p class="cc-day-off"><strong>{title}</strong>{reason}</p>')
            return
        for field in day.fields:
            typed = editing.typed.numbers.get(field.cell, "")
            _draw_number(editing, field.label, f"{field.day}-{field.seat_kind}", typed)
            _mark_faulty(editing, f"{field.day} {field.seat_kind}")
        closed = editing.key(f"closed-{day.day}")
        st.session_state.setdefault(closed, day.day in editing.typed.closed)
        st.checkbox(f"Fermé {dates.weekday(day.day.isoweekday())}", key=closed)


def _draw_rest(sheet: Sheet, editing: WeekEditing) -> None:
    people_side, remark_side = st.columns([2, 3])
    with people_side:
        _draw_number(editing, f"{PEOPLE} (facultatif)", "people", editing.typed.people)
        _mark_faulty(editing, "distinct_people")
    with remark_side:
        remark = editing.key("remark")
        st.session_state.setdefault(remark, editing.typed.remark)
        st.text_area("Remarque (facultative), ou motif de fermeture", key=remark, height=68)
        _mark_faulty(editing, "comment")
    status = editing.key("status")
    st.session_state.setdefault(status, editing.typed.status)
    st.radio("État de la semaine", list(STATUSES), format_func=lambda code: STATUSES[code], key=status, horizontal=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.form_submit_button(
            "Enregistrer la semaine",
            type="primary",
            icon=":material/save:",
            shortcut="Ctrl+Enter",
            on_click=save,
            args=(sheet,),
            key="weekly-save-week",
        )
        _draw_result(sheet, editing)
    draw_token(sheet, prefix=editing.key(""), base_version=editing.base_version)


def _draw_result(sheet: Sheet, editing: WeekEditing) -> None:
    """What came of it, in a word beside the button: the sentences above the fields may be out of sight there."""
    if editing.outcome is not None or sheet.header.version != editing.base_version:
        components.note("▲ Rien n’est enregistré : voyez la remarque en haut du formulaire.")
    elif was_just_saved(sheet) and sheet.header.entered_at is not None:
        components.note(f"✔ Enregistré à {dates.time_of_day(sheet.header.entered_at)}.")


def _draw_number(editing: WeekEditing, label: str, name: str, typed: str) -> None:
    key = editing.key(name)
    st.session_state.setdefault(key, typed)
    # The type brings the keypad of phones; nothing else of a telephone number is wanted.
    st.text_input(label, key=key, type="phone", icon="", placeholder="", autocomplete="off")


def _mark_faulty(editing: WeekEditing, field: str) -> None:
    if editing.outcome is not None and field in editing.outcome.faulty:
        st.html('<p class="cc-to-correct">▲ À corriger</p>')


def _nothing_asked(sheet: Sheet) -> str:
    reasons = list(dict.fromkeys(day.not_asked for day in sheet.days if day.not_asked))
    if reasons:
        return f"Rien à saisir cette semaine. {' ; '.join(reasons)}."
    return "Le télécentre n’ouvrait pas cette semaine-là : il n’y a rien à saisir."
