"""What a weekly sheet says once it is stored: the acknowledgement, read back from the database, and the weeks before."""

from datetime import date, timedelta
from html import escape
from typing import Final

import polars as pl
import streamlit as st

from dashboard.exports.tables import Table
from dashboard.indicators.attendance import FILL_RATE, HOURS, OCCUPIED_HALF_DAYS, OFFERED_HALF_DAYS
from dashboard.indicators.model import measure
from dashboard.ui import components, store
from dashboard.ui.forms.weekly_answers import as_plain_text
from dashboard.ui.forms.weekly_choice import choose_week
from dashboard.ui.forms.weekly_editing import session_memory, was_just_saved
from dashboard.ui.forms.weekly_saving import take_back_saved
from dashboard.ui.forms.weekly_sheet import Sheet
from dashboard.wording import dates
from dashboard.wording.numbers import hours, integer, percent
from dashboard.wording.plurals import count
from dashboard.wording.typography import typeset
from data_access.periods import Period, monday

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
    st.success(as_plain_text(typeset(said)), icon=":material/check_circle:")
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
