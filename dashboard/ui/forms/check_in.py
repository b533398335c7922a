"""The desk: who is here, arrivals and departures in one press, each taken back as easily."""

import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Any, Final, Literal, TypeVar, cast
from urllib.parse import urlsplit

import polars as pl
import segno
import sqlalchemy as sa
import streamlit as st

from dashboard.configuration import clock
from dashboard.configuration.settings import LOOPBACK, load_settings, own_address
from dashboard.identity.signing import POSTER_SUFFIX, check_in_path, number_of_the_day, replace_check_in_code
from dashboard.ui import components, place_choice, session, store
from dashboard.wording import dates
from dashboard.wording.refusals import refusal_sentences
from dashboard.wording.terms import SEAT_KINDS, VISIT_SOURCES
from dashboard.wording.typography import (
    capital,
    count,
    enumeration,
    escape_markdown,
    harvey_ball,
    seats_fraction,
    typeset,
)
from data_access.periods import end_of_minute, monday
from data_access.records import ArrivalRecord, DepartureRecord
from data_access.refusals import Refused, Rule, Unconfirmed
from data_access.rights import Actor
from data_access.writes.visits import (
    OVERDUE_AFTER,
    RecordedVisit,
    close_day,
    note_new_code,
    record_arrival,
    record_departure,
    restore_check_ins,
    take_back_check_ins,
    undo_arrival,
    undo_departure,
)

# What the buttons of the desk do: each notes one thing, says what was noted, and can be taken back.

# Nobody means to note two arrivals on one button within a second: it is one tap that the finger gave twice.
_ONE_TAP_SECONDS: Final = 1.0
_DAYS_AHEAD: Final = 7
_DESK: Final = "desk"
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Question:
    """An unusual arrival, not noted yet: what is asked, and what to note if the answer is yes."""

    sentence: str
    arrival: ArrivalRecord


@dataclass(frozen=True)
class Desk:
    """Where the desk of a centre stands: what it last said, and what can be taken back."""

    centre_code: str
    said: str = ""
    refused: bool = False
    question: Question | None = None
    noted: Literal["arrival", "departures", "check_ins"] | None = None
    visits: tuple[int, ...] = ()
    tap: tuple[str, str, float] = field(default=("", "", 0.0))


def desk_of(centre_code: str) -> Desk:
    """The desk as it stands; a fresh one when the centre is another."""
    desk = st.session_state.get(_DESK)
    if not isinstance(desk, Desk) or desk.centre_code != centre_code:
        desk = Desk(centre_code)
        st.session_state[_DESK] = desk
    return desk


def person_key(centre_code: str) -> str:
    """The field that says who arrives."""
    return f"desk-person-{centre_code}"


def arrive(centre_code: str, seat_kind: str) -> None:
    """Notes an arrival of whoever is chosen."""
    person_id = st.session_state.get(person_key(centre_code))
    record = ArrivalRecord(
        centre_code=centre_code,
        seat_kind=cast(Literal["office", "open_space"], seat_kind),
        person_id=person_id,
        request_key=_request_key(centre_code, f"arrive {seat_kind} {person_id}"),
    )
    _note_arrival(record)


def arrive_all_the_same(centre_code: str) -> None:
    """Notes the arrival that was asked about."""
    question = desk_of(centre_code).question
    if question is not None:
        _note_arrival(question.arrival.model_copy(update={"confirmed": frozenset(Rule)}))


def give_up(centre_code: str) -> None:
    """Leaves the arrival that was asked about."""
    _now_says(replace(desk_of(centre_code), question=None, said="L’arrivée n’a pas été notée.", noted=None))


def leave(centre_code: str, visit_id: int) -> None:
    """Notes the departure of a visit."""
    record = DepartureRecord(
        centre_code=centre_code, visit_id=visit_id, request_key=_request_key(centre_code, f"leave {visit_id}")
    )
    left = _written(centre_code, record_departure, record)
    if left:
        _now_says(_departed(centre_code, [left], f"Départ noté à {_hour(left.ended_at)}."))


def end_day(centre_code: str) -> None:
    """Notes the departure of everybody at closing time."""
    left = _written(centre_code, close_day, centre_code=centre_code)
    if left is not None:
        _now_says(_departed(centre_code, left, _end_notice(left, store.live_now())))


def end_forgotten(centre_code: str) -> bool:
    """Notes, at closing time, the departures that everybody forgot; whether there were any, and the desk then says so."""
    left = _written(centre_code, close_day, centre_code=centre_code, overdue=True)
    if not left:
        return False
    today = [visit for visit in left if dates.in_paris(visit.started_at).date() == clock.today()]
    forgotten = count(len(left), "départ oublié est noté", "départs oubliés sont notés")
    # Nobody is there since another day: that is not to be taken back.
    _now_says(_departed(centre_code, today, f"{forgotten} à l’heure de fermeture."))
    return True


def take_back(centre_code: str) -> None:
    """Undoes what was last noted."""
    desk = desk_of(centre_code)
    if _written(centre_code, _take_back, desk=desk):
        said = {"arrival": "Arrivée annulée.", "check_ins": "Annulé : ces arrivées sont rétablies."}
        _now_says(Desk(centre_code, said.get(desk.noted or "", "Annulé : ces personnes sont toujours là.")))


def _take_back(connection: sa.Connection, actor: Actor, *, desk: Desk, now: datetime) -> bool:
    if desk.noted == "check_ins":
        restore_check_ins(connection, actor, centre_code=desk.centre_code, visit_ids=desk.visits, now=now)
        return True
    undo = undo_arrival if desk.noted == "arrival" else undo_departure
    for visit_id in desk.visits:
        undo(connection, actor, centre_code=desk.centre_code, visit_id=visit_id, now=now)
    return True


def take_back_by_poster(centre_code: str, since: datetime, until: datetime) -> None:
    """Removes together the arrivals noted by the code in that time, and keeps those of the desk."""
    gone = _written(centre_code, take_back_check_ins, centre_code=centre_code, since=since, until=until)
    if gone is not None:
        said = f"{count(len(gone), 'arrivée par affiche annulée', 'arrivées par affiche annulées')}."
        _now_says(Desk(centre_code, said, noted="check_ins" if gone else None, visits=tuple(gone)))


def replace_code(centre_code: str) -> None:
    """Makes what is printed for the centre of no use."""
    if _written(centre_code, note_new_code, centre_code=centre_code):
        replace_check_in_code(centre_code)
        _now_says(Desk(centre_code, "Code remplacé : imprimez la nouvelle affiche, l’ancienne n’ouvre plus rien."))


def _note_arrival(record: ArrivalRecord) -> None:
    noted = _written(record.centre_code, record_arrival, record)
    if noted:
        desk = desk_of(record.centre_code)
        said = f"Arrivée notée à {_hour(noted.started_at)} : {SEAT_KINDS[noted.seat_kind].label}."
        _now_says(Desk(record.centre_code, said, noted="arrival", visits=(noted.visit_id,), tap=desk.tap))
        st.session_state[person_key(record.centre_code)] = None


def _written(centre_code: str, write: Callable[..., Answer], /, *records: Any, **about: Any) -> Answer | None:
    """What the write gives; None when it was refused, asked about, or failed, and the desk then says so."""
    desk, actor, now = desk_of(centre_code), session.current_actor(), store.live_now()
    try:
        with store.writing() as connection:
            return write(connection, actor, *records, **about, now=now)
    except Unconfirmed as doubt:
        _now_says(replace(desk, said="", noted=None, question=Question(refusal_sentences(doubt), *records)))
    except Refused as refusal:
        _now_says(Desk(centre_code, refusal_sentences(refusal), refused=True, tap=desk.tap))
    return None


def _departed(centre_code: str, left: Sequence[RecordedVisit], said: str) -> Desk:
    visits = tuple(visit.visit_id for visit in left)
    return Desk(centre_code, said, noted="departures" if visits else None, visits=visits, tap=desk_of(centre_code).tap)


def _end_notice(left: Sequence[RecordedVisit], now: datetime) -> str:
    """« 3 départs notés à 18 h, heure de fermeture », and those that closing time has not reached."""
    if not left:
        return "Journée terminée : tous les départs étaient déjà notés."
    this_minute = now.replace(second=0, microsecond=0)
    closed = [visit.ended_at for visit in left if visit.ended_at is not None and visit.ended_at < this_minute]
    said = []
    if closed:
        hours = enumeration(list(dict.fromkeys(_hour(at) for at in sorted(closed))))
        said.append(f"{count(len(closed), 'départ noté', 'départs notés')} à {hours}, heure de fermeture")
    if early := len(left) - len(closed):
        noted = count(early, "départ noté", "départs notés")
        said.append(f"{noted} à {_hour(now)}, l’heure de fermeture n’étant pas passée")
    return f"Journée terminée : {' ; '.join(said)}."


def _hour(at: datetime | None) -> str:
    return dates.time_of_day(at) if at is not None else ""


def _now_says(desk: Desk) -> None:
    st.session_state[_DESK] = replace(desk, said=typeset(desk.said))


def _request_key(centre_code: str, button: str) -> str:
    """A new key for each tap; a second tap on the same button at once is the same request."""
    desk = desk_of(centre_code)
    last_button, key, at = desk.tap
    if last_button != button or time.monotonic() - at > _ONE_TAP_SECONDS:
        key, at = secrets.token_hex(16), time.monotonic()
        _now_says(replace(desk, tap=(button, key, at)))
    return key


# The desk of a centre: who arrives and who leaves, in one tap each.

WATCH_EVERY_SECONDS: Final = 2
NAMELESS: Final = "Sans nom"
_SEEN: Final = "desk-version"
_DUE: Final = "desk-due"


def chosen_centre() -> tuple[str, str] | None:
    """The code and name of the centre whose desk this is; None, with the reason on the page, for who keeps none."""
    actor = session.current_actor()
    in_service = store.centres(on=clock.today()).filter(pl.col("open"))
    names = {code: name for code, name in in_service.select("code", "name").iter_rows() if actor.may_enter(code)}
    return place_choice.chosen_own_centre(names, width=320)


def remember_seen() -> None:
    """Notes what the page shows, once it is drawn, and how that stands."""
    look = session.look()
    st.session_state[_SEEN] = {domain: look.versions[domain] for domain in look.shown}


def watch() -> None:
    """Draws the page again when something that it shows was written since, or closing time has come; else does nothing."""
    due: datetime | None = st.session_state.get(_DUE)
    with session.one_look() as look:
        written = any(look.versions[domain] != version for domain, version in st.session_state[_SEEN].items())
        again = written or (due is not None and store.live_now() >= due)
    if again:
        st.rerun()


def draw_desk(centre_code: str, centre_name: str) -> None:
    """Free seats, arrivals, who is there, the end of the day."""
    now = store.live_now()
    closing = store.closing_time(centre_code=centre_code, day=clock.today())
    moments = (closing, closing + OVERDUE_AFTER)
    st.session_state[_DUE] = next((moment for moment in moments if moment > now), None)
    noted = store.visits_of_day(session.current_actor(), centre_code=centre_code, on=clock.today())
    visits = noted.filter(pl.col("started_at").dt.convert_time_zone("Europe/Paris").dt.date() == clock.today())
    present = visits.filter(pl.col("ended_at").is_null())
    overdue = now >= moments[-1] and not present.filter(pl.col("started_at") < closing).is_empty()
    if (overdue or visits.height < noted.height) and end_forgotten(centre_code):
        st.rerun()
    seats = store.occupancy_facts(at=end_of_minute(now)).filter(pl.col("centre_code") == centre_code)
    components.key_sentence(_sentence(centre_name, present, seats))
    if seats.filter(pl.col("seats") > 0).is_empty():
        none = "Ce télécentre n’a pas de position de travail enregistrée aujourd’hui : il n’y a rien à pointer."
        components.nothing_to_enter(none, "seats", centre_code)
        return
    still_there = present.filter(pl.col("started_at") < closing).height if now >= closing else 0
    # A place of its own, filled or not: what is being typed below it stays where it is.
    with st.container():
        if still_there:
            _draw_closing(centre_code, still_there, closing)
    arrivals, there = st.columns([5, 6], gap="large")
    with arrivals:
        _draw_arrivals(centre_code, seats, present)
    with there:
        _draw_visits(centre_code, visits, asked_above=still_there > 0)


def draw_week(centre_code: str) -> None:
    """What the check-ins of the week propose for its sheet, which the animator confirms."""
    today = clock.today()
    week_start = monday(today)
    days = store.proposed_days(centre_code=centre_code, week_start=week_start, now=end_of_minute(store.live_now()))
    if days.is_empty():
        return
    by_kind = days.group_by("seat_kind", maintain_order=True).agg(pl.col("half_days").sum())
    kinds = ", ".join(f"{SEAT_KINDS[kind].short} {half_days}" for kind, half_days in by_kind.iter_rows())
    total = count(int(days["half_days"].sum()), "demi-journée")
    components.note(
        f"D’après les pointages, la semaine {today.isocalendar().week} compte à ce jour {total} ({kinds}). Vous les confirmez :"
    )
    components.link_to(
        "weekly_entry",
        "Ouvrir le relevé de la semaine",
        query={"centre": centre_code, "semaine": dates.week_key(today)},
    )


def draw_code(centre_code: str) -> None:
    """The code visitors scan to check in alone, and the sheet to print."""
    with st.expander("Pointage par les visiteurs, sur leur téléphone", icon=":material/qr_code_2:"):
        here, path = own_address(load_settings()), check_in_path(centre_code)
        whole = f"{here}{path}"
        st.html(_code_drawn(whole))
        components.note(
            "Affichez ce code à l’entrée : chacun le vise avec son téléphone, tape le nombre du jour et pointe son arrivée, "
            "puis son départ. Ni compte, ni nom, ni application. Le code ne vaut que pour ce télécentre."
        )
        today = clock.today()
        components.note(f"Nombre du jour, à écrire à l’entrée : {number_of_the_day(centre_code, today)}.")
        coming = (today + timedelta(days=ahead) for ahead in range(1, _DAYS_AHEAD + 1))
        told = [f"{dates.day_and_month(day)} : {number_of_the_day(centre_code, day)}" for day in coming]
        components.note(f"Les jours suivants : {' ; '.join(told)}. Sans lui, une photo du code ne sert à rien.")
        if urlsplit(here).hostname in LOOPBACK:
            components.note(
                "Ce code ouvre une adresse propre à cette machine, que les téléphones ne peuvent pas joindre. Qui tient le "
                "serveur en indique l’adresse publique dans ses réglages."
            )
        with st.container(horizontal=True):
            st.link_button("Ouvrir l’affiche à imprimer", f"{path}{POSTER_SUFFIX}", icon=":material/print:")
            with st.popover("Remplacer ce code", icon=":material/autorenew:"):
                components.note("L’affiche déjà imprimée n’ouvrira plus rien. Celles des autres télécentres restent.")
                st.button("Oui, remplacer ce code", key="desk-new-code", on_click=replace_code, args=(centre_code,))


@lru_cache(maxsize=64)
def _code_drawn(address: str) -> str:
    code = segno.make(address, error="m", micro=False).svg_data_uri(border=4, light="#fff", omitsize=True)
    return f'<img src="{escape(code)}" width="200" height="200" alt="{escape(typeset("Code QR du pointage"))}">'


def _sentence(centre_name: str, present: pl.DataFrame, seats: pl.DataFrame) -> str:
    free = max(0, int(seats["seats"].sum()) - present.height)
    people = count(present.height, "personne présente", "personnes présentes")
    return (
        f"{centre_name}, {dates.time_of_day(store.live_now())} : {people}, "
        f"{count(free, 'position libre', 'positions libres')}."
    )


def _draw_closing(centre_code: str, there: int, closing: datetime) -> None:
    """Proposes the end of the day once it is closing time; unanswered, it comes by itself an hour later, or by the
    timer of `cybercantal remind` where nobody opens the desk."""
    still = count(there, "personne est encore notée présente", "personnes sont encore notées présentes")
    with st.container(border=True, key="desk-closing"):
        components.note(f"Fermeture à {_hour(closing)} : {still}. Leur départ sera noté à cette heure.")
        st.button(
            typeset(f"Terminer la journée à {_hour(closing)}"),
            key="end-day-now",
            type="primary",
            icon=":material/door_front:",
            on_click=end_day,
            args=(centre_code,),
        )


def _draw_arrivals(centre_code: str, seats: pl.DataFrame, present: pl.DataFrame) -> None:
    st.header("Arrivées", anchor=False)
    people = store.people_with_agreement(session.current_actor(), centre_code=centre_code, on=clock.today())
    names = dict(people.select("person_id", "name").iter_rows())
    st.selectbox(
        typeset("Qui arrive ? (facultatif)"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        key=person_key(centre_code),
        placeholder=NAMELESS,
        disabled=not names,
    )
    for kind, count_of_seats in seats.filter(pl.col("seats") > 0).select("seat_kind", "seats").iter_rows():
        taken = present.filter(pl.col("seat_kind") == kind).height
        with st.container(border=True, gap="small"):
            st.html(_kind(kind, taken, count_of_seats))
            st.button(
                f"Arrivée, {SEAT_KINDS[kind].label}",
                key=f"arrive-{kind}",
                type="primary",
                icon=":material/login:",
                on_click=arrive,
                args=(centre_code, kind),
                width="stretch",
            )
    _draw_notice(desk_of(centre_code))


def _draw_notice(desk: Desk) -> None:
    """What was last noted, with the way back; always in the same place, so that no button moves under the finger."""
    with st.container(key="desk-said"):
        if desk.question is not None:
            st.warning(escape_markdown(desk.question.sentence), icon=":material/help:")
            with st.container(horizontal=True):
                st.button("Enregistrer quand même", on_click=arrive_all_the_same, args=(desk.centre_code,))
                st.button("Ne pas enregistrer", on_click=give_up, args=(desk.centre_code,))
        elif desk.refused:
            st.error(escape_markdown(desk.said), icon=":material/error:")
        elif desk.said:
            st.success(escape_markdown(desk.said), icon=":material/check:")
            if desk.noted is not None:
                st.button(
                    "Annuler", key="desk-undo", on_click=take_back, args=(desk.centre_code,), icon=":material/undo:"
                )


def _draw_visits(centre_code: str, visits: pl.DataFrame, *, asked_above: bool) -> None:
    """Who is there, since when, each with the button to leave; then who has left."""
    present, gone = (visits.filter(pl.col("ended_at").is_null() == there) for there in (True, False))
    st.header("Là maintenant", anchor=False)
    if present.is_empty():
        components.note("Personne." if gone.height else "Personne n’a encore pointé aujourd’hui.")
    for row in present.iter_rows(named=True):
        with st.container(horizontal=True, vertical_alignment="center", key=f"visit-{row['visit_id']}"):
            st.html(_visit(row), width="stretch")
            st.button(
                "Départ",
                key=f"leave-{row['visit_id']}",
                icon=":material/logout:",
                on_click=leave,
                args=(centre_code, row["visit_id"]),
            )
    if not asked_above and not present.is_empty():
        st.button(
            "Terminer la journée", key="end-day", icon=":material/door_front:", on_click=end_day, args=(centre_code,)
        )
        components.note("Note le départ de toutes les personnes présentes.")
    if not gone.is_empty():
        st.header("Reparties aujourd’hui", anchor=False)
        st.html("".join(_visit(row) for row in gone.iter_rows(named=True)))
    _draw_by_poster(centre_code, visits)


def _draw_by_poster(centre_code: str, visits: pl.DataFrame) -> None:
    """The arrivals noted by the code, taken back together by the hour they came in; those of the desk stay."""
    begun = [dates.in_paris(at) for at in visits.filter(pl.col("source") == "qr")["started_at"].sort()]
    hours = Counter(at.replace(minute=0, second=0, microsecond=0) for at in begun)
    if not hours:
        return
    with st.popover("Annuler des arrivées par affiche", icon=":material/qr_code_2:"):
        components.note("Les arrivées notées à l’accueil restent. Vous pourrez revenir en arrière.")
        for hour, number in hours.items():
            said = count(number, "arrivée par affiche", "arrivées par affiche")
            st.button(
                typeset(f"Annuler {said} du {dates.date_and_time(hour)}"),
                key=f"by-poster-{hour.isoformat()}",
                on_click=take_back_by_poster,
                args=(centre_code, hour, hour + timedelta(hours=1)),
            )


def _kind(kind: str, taken: int, seats: int) -> str:
    free = "complet" if taken >= seats else count(seats - taken, "libre")
    said = f"{capital(SEAT_KINDS[kind].plural)}, {free}"
    return (
        f'<p class="cc-desk-kind"><strong><span class="cc-ball" aria-hidden="true">{harvey_ball(taken, seats)}</span> '
        f"{seats_fraction(taken, seats)}</strong><br>{escape(typeset(said))}</p>"
    )


def _visit(row: dict[str, Any]) -> str:
    """« Depuis 9 h 10 · bureau individuel · Marie Dupont », « 9 h 10 – 12 h 05 · … » once gone."""
    begun, ended = row["started_at"], row["ended_at"]
    when = f"Depuis {dates.time_of_day(begun)}" if ended is None else dates.time_range(begun, ended)
    noted_by = VISIT_SOURCES[row["source"]]
    source = "" if row["source"] == "desk" else f" ({noted_by.short or noted_by.label})"
    said = f"{when} · {SEAT_KINDS[row['seat_kind']].label} · {row['person_name'] or NAMELESS.lower()}{source}"
    gone = " cc-gone" if ended is not None else ""
    return f'<p class="cc-visit{gone}">{escape(typeset(said))}</p>'
