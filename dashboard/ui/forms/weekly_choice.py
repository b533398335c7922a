"""Which centre and week is entered: kept in the address (`?centre=MAURIAC&semaine=2017-S22`), and chosen beforehand."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard.ui import address, clock, components, filters, session, store
from dashboard.wording import dates
from dashboard.wording.glyphs import WEEK_STATE_GLYPHS
from dashboard.wording.terms import WEEK_STATES
from data_access.periods import Period, monday

WEEK_PARAMETER: Final = "semaine"
WEEKS_OFFERED: Final = 8
_WEEK_KEY: Final = re.compile(r"([0-9]{4})-S([0-9]{2})")


def chosen_centre() -> tuple[str, str] | None:
    """The code and name of the centre to enter for; None, with the reason on the page, for who has none."""
    actor = session.current_actor()
    names = {code: name for code, name in filters.centre_names().items() if actor.may_enter(code)}
    if not names:
        components.empty(
            "Aucun télécentre n’est à votre charge. La coordination du réseau peut vous en confier un."
            if filters.centre_names()
            else "Aucun télécentre n’est encore enregistré."
        )
        return None
    code = address.choice(
        st.selectbox, "Télécentre", names, key="centre", usual=next(iter(names)), width=260, on_change=forget_week
    )
    return code, names[code]


def chosen_week(centre_code: str) -> date:
    """The Monday of the week to enter: that of the address, else the oldest one not complete, else the current one."""
    today = clock.today()
    current = monday(today)
    asked = parsed_week(st.query_params.get(WEEK_PARAMETER, ""))
    wanted = asked if asked is not None and asked <= current else None
    week = wanted or store.oldest_missing_week(centre_code=centre_code, as_of=today) or current
    # Kept in the address from now on: once this week is saved, another one would be the oldest.
    choose_week(week)
    weeks = offered_weeks(week, current)
    states = _states(centre_code, weeks, today)
    # The mark comes last: Streamlit would take it out of the label as an icon.
    _week_switch({day: WEEK_STATE_GLYPHS[states[day]] for day in weeks}, week, about=centre_code)
    return week


def chosen_view() -> str:
    """« centre » or « reseau »: one centre for all, the whole network for who coordinates it."""
    if not session.current_actor().coordinates:
        return "centre"
    views = {"centre": "Un télécentre", "reseau": "Toute la semaine"}
    return address.choice(st.segmented_control, "Vue", views, key="vue", usual="centre", required=True)


def chosen_network_week() -> date:
    """The Monday of the week to enter for all centres: that of the address, else the last one that is over."""
    today = clock.today()
    current = monday(today)
    asked = parsed_week(st.query_params.get(WEEK_PARAMETER, ""))
    week = asked if asked is not None and asked <= current else current - timedelta(weeks=1)
    choose_week(week)
    weeks = offered_weeks(week, current)
    _week_switch(_shares_entered(weeks, today), week, about="reseau")
    return week


def _shares_entered(weeks: list[date], today: date) -> dict[date, str]:
    """« 9/12 »: the sheets entered, of those that are expected."""
    known = store.attendance_weeks(Period.weeks(weeks[0], weeks[-1]), as_of=today)
    expected = known.filter(pl.col("state").is_in(["complete", "closed", "missing", "draft"]))
    entered = expected.filter(pl.col("state").is_in(["complete", "closed"]))
    totals, done = Counter(expected["week_start"]), Counter(entered["week_start"])
    return {day: f"{done[day]}/{totals[day]}" if totals[day] else "" for day in weeks}


def offered_weeks(week: date, current: date) -> list[date]:
    """The Mondays to choose from, the wanted one among them: blocks of eight weeks that end with the current one."""
    blocks = (current - week).days // 7 // WEEKS_OFFERED
    last = current - timedelta(weeks=blocks * WEEKS_OFFERED)
    return [last - timedelta(weeks=back) for back in reversed(range(WEEKS_OFFERED))]


def choose_week(week_start: date) -> None:
    """Goes to a week."""
    st.query_params[WEEK_PARAMETER] = dates.week_key(week_start)


def forget_week() -> None:
    """Lets the week be chosen anew, for another centre."""
    st.query_params.pop(WEEK_PARAMETER, None)


def parsed_week(text: str) -> date | None:
    """The Monday of « 2017-S22 »; None for anything else, such as week 53 of a year that has 52."""
    found = _WEEK_KEY.fullmatch(text)
    if not found:
        return None
    try:
        return date.fromisocalendar(int(found.group(1)), int(found.group(2)), 1)
    except ValueError:
        return None


def _week_switch(marks: Mapping[date, str], week: date, *, about: str) -> None:
    """The weeks to choose from, each with its mark."""
    weeks = list(marks)
    key = f"weeks-{about}-{dates.week_key(weeks[-1])}-{dates.week_key(week)}"

    def chosen() -> None:
        if st.session_state[key] is not None:
            choose_week(st.session_state[key])

    st.segmented_control(
        "Semaine",
        weeks,
        default=week,
        required=True,
        format_func=lambda day: f"{dates.short_week(day)} {marks[day]}".strip(),
        key=key,
        on_change=chosen,
    )


_MARKS_MEAN: Final = ", ".join(f"{glyph} {WEEK_STATES[state].label}" for state, glyph in WEEK_STATE_GLYPHS.items())
_SHARES_MEAN: Final = "télécentres saisis sur ceux attendus"


def draw_legend(week: date, *, network: bool = False) -> None:
    """What the marks of the weeks mean, and the way to the weeks before and after those offered."""
    current = monday(clock.today())
    weeks = offered_weeks(week, current)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        components.note(f"Semaines : {_SHARES_MEAN if network else _MARKS_MEAN}.")
        _shift_button("Plus anciennes", weeks[0] - timedelta(weeks=1), ":material/chevron_left:")
        if weeks[-1] < current:
            later = min(weeks[-1] + timedelta(weeks=WEEKS_OFFERED), current)
            _shift_button("Plus récentes", later, ":material/chevron_right:")


def _states(centre_code: str, weeks: list[date], today: date) -> Mapping[date, str]:
    known = store.attendance_weeks(Period.weeks(weeks[0], weeks[-1]), as_of=today, centres=(centre_code,))
    return dict.fromkeys(weeks, "not_expected") | dict(known.select("week_start", "state").iter_rows())


def _shift_button(label: str, week: date, icon: str) -> None:
    st.button(label, icon=icon, key=f"weekly-{label}", on_click=choose_week, args=(week,), type="tertiary")
