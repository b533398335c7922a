"""What is done about the weeks: the grid that opens each, figures to verify, weeks to open again, centres to remind."""

from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any, Final, cast

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.configuration.settings import load_settings
from dashboard.figures import completeness
from dashboard.figures.model import Table
from dashboard.reminders import Message, reminder_message
from dashboard.ui import components, deeds, filters, navigation, session, store
from dashboard.ui.forms.entries.editing import MOST_TYPED
from dashboard.ui.forms.filling import Filling, draw_marker
from dashboard.wording import dates
from dashboard.wording.numbers import integer, percent
from dashboard.wording.typography import COMPLETENESS_GLYPHS, count, enumeration, escape_markdown, typeset
from data_access.rights import Actor
from data_access.writes.attendance import record_reminders, reopen_week, verify_weeks

_ABOUT: Final = "completeness"
_DOUBTS: Final = {
    "above_offer": "plus que ce qui était offert",
    "far_from_usual": "loin de l’habitude de la saison",
    "all_zero": "personne de la semaine",
    "same_as_before": "les mêmes chiffres que la semaine d’avant",
}
_GLYPHS: Final = {**COMPLETENESS_GLYPHS, **dict.fromkeys(("without_seats", "not_open", "ended"), "–")}
_NOTE: Final = "verify-note"
_EVERYWHERE: Final = ""
_DOUBTS_OF_A_PAGE: Final = 5
_REMINDERS_OF_A_PAGE: Final = 5
_GRID: Final = "grille"


def draw_grid(shown: Table) -> None:
    """Places by weeks (of `figures.completeness.worded`), who lacks most first: a mark and its words in each cell, a link to
    the sheet for who may enter or correct it; under it what the marks mean, and why each place was shut."""
    asked: tuple[str, ...] = ()
    if len(store.said(completeness.grid, shown.frame)) > components.ROWS_OF_A_PAGE:
        asked = components.searched("Chercher un lieu", _GRID)
    actor, lines = session.current_actor(), store.said(_lines, shown, asked)
    if asked and not lines:
        components.note("Aucun lieu ne correspond à cette recherche.")
        return

    def draw(part: slice) -> None:
        told = (shown, asked, part.start, part.stop)
        st.html(store.said(_grid, *told, actor))
        components.notes(store.said(_under_the_grid, *told, opens=actor.enters))

    components.paged(len(lines), _GRID, draw, whose="Lieux")


def _lines(shown: Table, asked: tuple[str, ...]) -> list[completeness.Line]:
    lines = store.said(completeness.grid, shown.frame)
    if not asked:
        return lines
    names = pl.DataFrame({"name": [name for name, _code, _weeks in lines]}, schema={"name": pl.String})
    kept = names.select(components.has_words(pl.col("name"), asked)).to_series()
    return [line for line, has in zip(lines, kept, strict=True) if has]


def _under_the_grid(shown: Table, asked: tuple[str, ...], first: int, last: int, *, opens: bool) -> list[str]:
    meant: dict[str, list[str]] = {}
    for state, words in completeness.STATES.items():
        if state in shown.frame["state"]:
            meant.setdefault(_GLYPHS[state], []).append(words)
    marks = ", ".join(f"{glyph} {' / '.join(words)}" for glyph, words in meant.items())
    press = " Une case ouvre la saisie de sa semaine." if opens else ""
    there = pl.concat([shown.frame.clear(), *(weeks for _name, _code, weeks in _lines(shown, asked)[first:last])])
    return [f"Légende : {marks}.{press}", *completeness.closures_in_words(there)]


def _grid(shown: Table, asked: tuple[str, ...], first: int, last: int, actor: Actor) -> str:
    weeks = shown.frame
    columns = weeks["week_start"].unique().sort().to_list()
    head = "".join(f'<th scope="col">{escape(dates.short_week(week))}</th>' for week in columns)
    body = "".join(_row(name, code, rows, columns, actor) for name, code, rows in _lines(shown, asked)[first:last])
    return (
        '<div class="cc-grid" tabindex="0" role="region" aria-label="Complétude par lieu et par semaine"><table>'
        '<caption class="cc-unseen">Complétude par lieu et par semaine</caption>'
        f'<thead><tr><th scope="col">Lieu</th>{head}<th scope="col">Complétude</th><th scope="col">À temps</th></tr></thead>'
        f"<tbody>{body}</tbody><tfoot>{store.said(_network_row, shown, tuple(columns))}</tfoot></table></div>"
    )


def _network_row(shown: Table, columns: tuple[date, ...]) -> str:
    weeks = shown.frame
    rates = "".join(f"<td>{completeness.rates(weeks.filter(week_start=week))[0]}</td>" for week in columns)
    return f'<tr><th scope="row">Réseau</th>{rates}{_rates(weeks)}</tr>'


def _row(name: str, code: str, weeks: pl.DataFrame, columns: list[date], actor: Actor) -> str:
    told = {week: (state, said) for week, state, said in weeks.select("week_start", "state", "said").iter_rows()}
    cells = "".join(_cell(name, code, week, *told[week], actor) for week in columns)
    return f'<tr><th scope="row">{escape(name)}</th>{cells}{_rates(weeks)}</tr>'


def _cell(name: str, code: str, week: date, state: str, said: str, actor: Actor) -> str:
    shown = f'<span aria-hidden="true">{_GLYPHS[state]}</span><span class="cc-unseen">{escape(typeset(said))}</span>'
    title = said
    if state in completeness.OWED and actor.may_enter(code):
        address = f"/saisie?centre={code}&semaine={dates.week_key(week)}"
        deed = "Saisir" if state in ("missing", "draft") else "Corriger"
        title = f"{deed} la semaine {week.isocalendar().week}, {name} : {said}"
        told = escape(typeset(title))
        shown = f'<a href="{escape(address)}" aria-label="{told}">{shown}</a>'
    return f'<td class="cc-{state}" title="{escape(typeset(title))}">{shown}</td>'


def _rates(weeks: pl.DataFrame) -> str:
    return "".join(f"<td>{rate}</td>" for rate in completeness.rates(weeks))


def draw_to_verify() -> None:
    """The weeks whose author said an unusual figure was right, each with its two answers; the most recent first."""
    weeks = store.weeks_to_verify(as_of=clock.today())
    actor = session.current_actor()
    outcome = deeds.draw(_ABOUT, icon=":material/info:")
    if outcome.audit_id and outcome.said:
        undo = (_ABOUT, outcome.audit_id, "Ces semaines sont de nouveau à vérifier.")
        st.button("Annuler", icon=":material/undo:", key="verify-undo", on_click=deeds.undo, args=undo)
    mine = store.said(_of_actor, weeks, actor)
    if mine.is_empty():
        components.note("Aucune valeur à vérifier.")
        return
    if mine.height <= _DOUBTS_OF_A_PAGE:
        _draw_doubts(mine)
        return
    # Many are folded, and drawn when they are opened: the page is read more often than they are answered.
    title = typeset(f"{count(mine.height, 'semaine')} à vérifier")
    folded = st.expander(title, icon=":material/fact_check:", key="to-verify", on_change="rerun")
    if folded.open:
        with folded:
            _draw_doubts(mine)


def _draw_doubts(mine: pl.DataFrame) -> None:
    shown = _chosen(mine)
    if shown.height > 1:
        _draw_all_at_once(shown)

    def draw(part: slice) -> None:
        for row in shown[part].iter_rows(named=True):
            _draw_doubt(row)

    components.paged(shown.height, "a-verifier", draw, whose="Semaines", size=_DOUBTS_OF_A_PAGE)


def _draw_doubt(row: dict[str, Any]) -> None:
    query = {"centre": row["centre_code"], "semaine": dates.week_key(row["week_start"])}
    where = filters.short_names().get(row["centre_code"], row["centre_code"])
    correct = navigation.link("weekly_entry", f"Corriger {dates.short_week(row['week_start'])}, {where}", query=query)
    told, yes = st.columns([7.4, 1.6], vertical_alignment="center")
    with told:
        components.html(f"<div>{escape(_doubt_in_words(row))} {correct}</div>")
    with yes:
        st.button(
            "Confirmer",
            icon=":material/check:",
            key=f"verify-{row['centre_code']}-{row['week_start']}",
            on_click=_confirm,
            args=(row["centre_code"], row["week_start"], row["version"]),
        )


def _of_actor(weeks: pl.DataFrame, actor: Actor) -> pl.DataFrame:
    return weeks.filter(pl.Series([actor.may_enter(code) for code in weeks["centre_code"]], dtype=pl.Boolean))


def _centres_and_years(weeks: pl.DataFrame) -> tuple[dict[str, str], list[int]]:
    centres = weeks.select("centre_code", "centre_name").unique(maintain_order=True).sort("centre_name")
    return dict(centres.iter_rows()), weeks["week_start"].dt.iso_year().unique().sort(descending=True).to_list()


def _of_centre_and_year(weeks: pl.DataFrame, code: str, year: int) -> pl.DataFrame:
    """All of a centre without a year, and of a year without a code."""
    weeks = weeks.filter(centre_code=code) if code else weeks
    return weeks.filter(pl.col("week_start").dt.iso_year() == year) if year else weeks


def _chosen(weeks: pl.DataFrame) -> pl.DataFrame:
    """Those of the centre and of the year that are looked at, where there are several."""
    code, year = _EVERYWHERE, 0
    centres, years = store.said(_centres_and_years, weeks)
    with st.container(horizontal=True):
        if len(centres) > 1:
            names = {_EVERYWHERE: "Tous les télécentres", **centres}
            code = st.selectbox(
                "Télécentre à vérifier", list(names), format_func=names.__getitem__, key="verify-centre"
            )
        if len(years) > 1:
            year = st.selectbox(
                "Année à vérifier", [0, *years], format_func=lambda each: str(each or "Toutes"), key="verify-year"
            )
    return store.said(_of_centre_and_year, weeks, code, year)


def _verifiable(weeks: pl.DataFrame) -> list[tuple[str, date, int]]:
    """The code, the Monday and the version of each, the oldest first."""
    return weeks.sort("week_start", "centre_code").select("centre_code", "week_start", "version").rows()


def _draw_all_at_once(weeks: pl.DataFrame) -> None:
    # The list that the note is about is told by its oldest week: others may be confirmed one by one meanwhile.
    all_of_them = store.said(_verifiable, weeks)
    code, week_start, _version = all_of_them[0]
    filling = Filling("verify-all", f"{code} {week_start}")
    filling.resume_text(_NOTE)
    with (
        st.expander(typeset(f"Tout confirmer : {count(weeks.height, 'semaine')}"), icon=":material/done_all:"),
        st.form("verify-all", border=False),
    ):
        st.text_input("Pourquoi ces valeurs sont exactes (facultatif)", key=_NOTE, placeholder="", max_chars=MOST_TYPED)
        st.form_submit_button(
            "Tout confirmer",
            icon=":material/done_all:",
            on_click=_confirm_all,
            args=(all_of_them, filling),
        )
        draw_marker(filling.token, prefix=_NOTE)


def draw_asked_reopenings() -> None:
    """The locked weeks that their animators ask to enter, each opened again at one press."""
    names = filters.centre_names()
    for code, weeks in sorted(store.asked_reopenings().items()):
        for week_start, asked in sorted(weeks.items()):
            told, yes = st.columns([6, 3], vertical_alignment="center")
            week = dates.short_week(week_start)
            told.markdown(
                typeset(
                    f"**{escape_markdown(names.get(code, code))}, {week}** : réouverture demandée par "
                    f"{escape_markdown(asked.actor)} le {dates.date_and_time(asked.at)}."
                )
            )
            with yes:
                st.button(
                    "Rouvrir pour sept jours",
                    icon=":material/lock_open:",
                    key=f"reopen-{code}-{week_start}",
                    on_click=_reopen,
                    args=(code, week_start, asked.actor),
                )


def draw_reminders() -> None:
    """One ready message per centre that owes a week, to copy or to open in the mail program."""
    owed = store.weeks_owed(as_of=clock.today())
    if owed.is_empty():
        components.note("Toutes les semaines attendues sont saisies : personne à relancer.")
        return
    ready = store.said(_reminders, owed, clock.today(), load_settings().public_address)

    def draw(part: slice) -> None:
        for reminder in ready[part]:
            _draw_reminder(reminder)

    components.paged(len(ready), "relances", draw, whose="Lieux", size=_REMINDERS_OF_A_PAGE)


@dataclass(frozen=True)
class _Reminder:
    """The message ready for a centre, the weeks it owes, and the words around the message."""

    code: str
    weeks: list[date]
    message: Message
    title: str
    to: str


def _reminders(owed: pl.DataFrame, as_of: date, address: str) -> tuple[_Reminder, ...]:
    groups = owed.group_by("centre_code", "centre_name", maintain_order=True)
    ready = (_reminder(str(code), str(name), rows, as_of, address) for (code, name), rows in groups)
    return tuple(sorted(ready, key=lambda each: -len(each.weeks)))


def _reminder(code: str, name: str, rows: pl.DataFrame, as_of: date, address: str) -> _Reminder:
    weeks = rows["week_start"].to_list()
    message = reminder_message(name, rows["recipient"][0], weeks, as_of=as_of, centre_code=code, address=address)
    title = f"{name} : {enumeration([dates.short_week(week) for week in weeks])}"
    last = cast("datetime | None", rows["last_reminded_at"].max())
    to = f"À : {message.recipient or 'aucune adresse électronique connue'}."
    return _Reminder(
        code, weeks, message, title, f"{to} Dernière relance le {dates.date_and_time(last)}." if last else to
    )


def _draw_reminder(ready: _Reminder) -> None:
    message = ready.message
    # What is folded is made when it is opened: there is one for each place that owes a week.
    folded = st.expander(
        escape_markdown(typeset(ready.title)), icon=":material/mail:", key=f"remind-{ready.code}", on_change="rerun"
    )
    if not folded.open:
        return
    with folded:
        components.note(ready.to)
        st.code(f"{message.subject}\n\n{message.body}", language=None, wrap_lines=True)
        with st.container(horizontal=True):
            st.link_button("Ouvrir dans la messagerie", message.mail_link, icon=":material/outgoing_mail:")
            st.button(
                "Noter cette relance",
                icon=":material/done_all:",
                key=f"reminded-{ready.code}",
                on_click=_note,
                args=(ready.code, ready.weeks, message.recipient),
            )


def _doubt_in_words(row: dict[str, Any]) -> str:
    doubts = enumeration([_DOUBTS.get(code, code) for code in str(row["doubts"]).split()])
    week = dates.short_week(row["week_start"])
    total, offered = row["occupied_half_days"], row["offered_half_days"]
    figure = "" if total is None else f", {count(total, 'demi-journée')}"
    if total is not None and offered:
        figure += f" sur {integer(offered)} offertes ({percent(total / offered)})"
    if row["usual_lowest"] is not None:
        figure += f", d’habitude {row['usual_lowest']} à {row['usual_highest']}"
    else:
        figure += ", habitude encore inconnue"
    return typeset(f"{row['centre_name']}, {week}{figure} : {doubts}.")


def _confirm(centre_code: str, week_start: date, version: int) -> None:
    with deeds.telling(_ABOUT) as outcome:
        with store.writing() as connection:
            verify_weeks(connection, session.current_actor(), [(centre_code, week_start, version)], now=clock.now())
        outcome.said = f"Semaine {week_start.isocalendar().week} vérifiée."


def _confirm_all(weeks: list[tuple[str, date, int]], filling: Filling) -> None:
    note = str(st.session_state.get(_NOTE, "")).strip() or None
    with deeds.telling(_ABOUT, "Note") as outcome:
        with store.writing() as connection:
            outcome.audit_id = verify_weeks(connection, session.current_actor(), weeks, note=note, now=clock.now())
            filling.forget(connection)
        outcome.said = f"{count(len(weeks), 'semaine vérifiée', 'semaines vérifiées')}."


def _note(code: str, weeks: list[date], recipient: str | None) -> None:
    actor = session.current_actor()
    about: dict[str, Any] = {"centre_code": code, "weeks": weeks, "recipient": recipient or actor.name}
    with deeds.telling(_ABOUT) as outcome:
        with store.writing() as connection:
            noted = record_reminders(connection, actor, **about, channel="copied", now=clock.now())
        told = f"Relance notée pour {count(len(noted), 'semaine')}."
        outcome.said = told if noted else "Cette relance était déjà notée aujourd’hui."


def _reopen(code: str, week_start: date, asked_by: str) -> None:
    about: dict[str, Any] = {"centre_code": code, "week_start": week_start, "reason": f"À la demande de {asked_by}"}
    with deeds.telling(_ABOUT, "Note") as outcome:
        with store.writing() as connection:
            reopen_week(connection, session.current_actor(), **about, now=clock.now())
        outcome.said = f"{dates.short_week(week_start)} : rouverte pour sept jours."
