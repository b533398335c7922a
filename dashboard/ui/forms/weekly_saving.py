"""Saving the weekly sheet: what is typed and kept, what each button does, and what is answered to it."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from dashboard.configuration import clock
from dashboard.ui import session, store
from dashboard.ui.forms.filling import Answer, SheetMemory, Texts, name_of
from dashboard.ui.forms.weekly_sheet import NotWhole, Sheet, Status, Typed, choose_week, record_of, typed_as_stored
from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.terms import WEEK_STATUSES
from dashboard.wording.typography import count
from data_access.entries.undoing import undo_change
from data_access.records import AttendanceWeekRecord
from data_access.refusals import Busy, Refused, Rule, Unconfirmed
from data_access.writes.attendance import WEEKLY_FORM, drop_draft, record_attendance_week
from data_access.writes.rows import Change

# What is typed in the weekly form and not recorded. The page's script holds it, keeps it here as a draft while it is
# typed, and sends it with each button: the texts of the fields under their names, which are read here.


def texts_of(typed: Typed) -> dict[str, str]:
    """What stands in the fields, by their names; « 1 » for a day ticked as closed."""
    numbers = {f"{day}-{kind}": text for (day, kind), text in typed.numbers.items()}
    closed = {f"closed-{day}": "1" if day in typed.closed else "" for day, _kind in typed.numbers}
    return numbers | closed | {"people": typed.people, "remark": typed.remark}


def with_texts(plain: Typed, texts: Texts) -> Typed:
    """Fields the form no longer has are left out; those the texts do not name stay as they are."""
    held = {**texts_of(plain), **texts}
    return Typed(
        numbers={(day, kind): held[f"{day}-{kind}"] for day, kind in plain.numbers},
        closed=frozenset(day for day, _kind in plain.numbers if held[f"closed-{day}"]),
        people=held["people"],
        remark=held["remark"],
        status=plain.status,
    )


# The weekly form being filled in: what a session knows of it between two presses.

JUST_NOW: Final = timedelta(minutes=10)
"""A week saved by who opens it, so short a time ago, is told as saved: the answer may have been lost."""


@dataclass(frozen=True)
class SaveOutcome:
    """Why the figures are not recorded yet: a sentence for each fault, and what is asked of their author."""

    told: tuple[tuple[str, str], ...] = ()
    """The field at fault and the sentence, in the order of the form."""
    unusual: frozenset[Rule] = frozenset()
    blank_days: frozenset[date] = frozenset()
    database_failed: bool = False


@dataclass(frozen=True)
class WeekEditing:
    """One form being filled in, with what its fields held at the last press. `number` tells it from all others."""

    centre_code: str
    week_start: date
    base_version: int
    typed: Typed
    outcome: SaveOutcome | None = None
    resumed_from: datetime | None = None
    number: str = field(default_factory=lambda: secrets.token_hex(4))


@dataclass
class WeekMemory(SheetMemory):
    """What this session knows of its weekly forms."""

    editing: WeekEditing | None = None
    saved: tuple[str, date, int] | None = None
    # The trace of what was saved last, to take it back; None once it was, or when nothing changed.
    to_take_back: int | None = None
    taken_back: tuple[str, date] | None = None


def editing_of(sheet: Sheet) -> WeekEditing:
    """The form of this centre and week as it was left, here or elsewhere, or a new one when nothing of it is left."""
    memory = session.memory(WeekMemory)
    editing = memory.editing
    if editing is None or (editing.centre_code, editing.week_start) != (sheet.centre_code, sheet.week_start):
        editing = _resumed(sheet) or _new(sheet)
    elif editing.outcome is None and sheet.header.version != editing.base_version and not _resumed(sheet):
        # Somebody saved it meanwhile, and nothing was typed here that would be lost.
        editing = _new(sheet)
    memory.editing = editing
    return editing


def was_just_saved(sheet: Sheet) -> bool:
    """Whether the version that is stored was recorded by this session, or by who looks a moment ago."""
    header, now = sheet.header, clock.now()
    if session.memory(WeekMemory).saved == (sheet.centre_code, sheet.week_start, header.version):
        return True
    mine = header.entered_by == session.current_actor().name
    return mine and header.entered_at is not None and timedelta(0) <= now - header.entered_at <= JUST_NOW


def _new(sheet: Sheet) -> WeekEditing:
    return WeekEditing(sheet.centre_code, sheet.week_start, sheet.header.version, typed_as_stored(sheet))


def _resumed(sheet: Sheet) -> WeekEditing | None:
    """The form as its author left it elsewhere or before; None when they left nothing that is not recorded."""
    plain = _new(sheet)
    kept = store.draft(form=WEEKLY_FORM, about=sheet.journal_key)
    typed = plain.typed if kept is None else with_texts(plain.typed, kept.typed)
    if kept is None or typed == plain.typed:
        return None
    return replace(plain, typed=typed, base_version=kept.base_version, resumed_from=kept.saved_at)


# What the buttons do: each is one call, made before the page is drawn again. A button may be pressed twice, or its run
# cut short and sent again: the record is the same then, and is written once.

Deed = Callable[[Sheet, WeekEditing, WeekEditing], None]
"""The sheet, the form as it was asked about, and the form as its fields are now."""


def answer_press(sheet: Sheet, pressed: Mapping[str, Any]) -> None:
    """Does what the button asks, with what the fields held when it was pressed."""
    memory, asked = session.memory(WeekMemory), editing_of(sheet)
    memory.presses += 1
    texts = {str(name): str(text) for name, text in dict(pressed.get("fields") or {}).items()}
    version = pressed.get("version")
    typed = with_texts(asked.typed, texts)
    now = replace(asked, typed=typed, base_version=version if isinstance(version, int) else asked.base_version)
    memory.editing = now
    DEEDS[str(pressed["deed"])](sheet, asked, now)


def _save(status: Status) -> Deed:
    def deed(sheet: Sheet, _asked: WeekEditing, now: WeekEditing) -> None:
        _record(sheet, replace(now, typed=replace(now.typed, status=status)))

    return deed


def _shut_all_week(sheet: Sheet, _asked: WeekEditing, now: WeekEditing) -> None:
    blank = dict.fromkeys(now.typed.numbers, "")
    typed = replace(now.typed, numbers=blank, people="", closed=frozenset(), status="closed")
    _record(sheet, replace(now, typed=typed))


def _save_unusual(sheet: Sheet, asked: WeekEditing, now: WeekEditing) -> None:
    """The author says the odd figures are right; a figure changed since then is looked at again."""
    odd = asked.outcome.unusual if asked.outcome and now.typed == asked.typed else frozenset()
    _record(sheet, now, confirmed=odd)


def _save_with_closed_days(sheet: Sheet, asked: WeekEditing, now: WeekEditing) -> None:
    """The author says the blank days were closed days: a form of its own shows them ticked."""
    days = asked.outcome.blank_days if asked.outcome else frozenset()
    _record(sheet, replace(now, typed=now.typed.with_days_closed(days), number=secrets.token_hex(4)))


def _keep_mine(sheet: Sheet, _asked: WeekEditing, now: WeekEditing) -> None:
    """Records what is on the screen over the version that is shown as stored."""
    _record(sheet, replace(now, base_version=sheet.header.version))


def _correct(_sheet: Sheet, _asked: WeekEditing, now: WeekEditing) -> None:
    """The author goes back to the fields, as they are."""
    session.memory(WeekMemory).editing = replace(now, outcome=None)


def _start_again(sheet: Sheet, _asked: WeekEditing, now: WeekEditing) -> None:
    """Forgets what was typed and kept, here and elsewhere."""
    try:
        with store.writing() as connection:
            drop_draft(connection, session.current_actor(), form=WEEKLY_FORM, about=sheet.journal_key)
    except Busy as busy:
        session.memory(WeekMemory).editing = replace(now, outcome=_outcome(busy))
        return
    session.memory(WeekMemory).editing = None


def _take_back(sheet: Sheet, _asked: WeekEditing, now: WeekEditing) -> None:
    """The week is again as it was before it was saved here last; a second press finds nothing left to take back."""
    memory, actor, moment = session.memory(WeekMemory), session.current_actor(), clock.now()
    audit_id, memory.to_take_back = memory.to_take_back, None
    if audit_id is None:
        return
    try:
        with store.writing() as connection:
            undo_change(connection, Change(actor, moment, "take_back"), audit_id)
    except Refused as refusal:
        memory.editing = replace(now, outcome=_outcome(refusal))
        return
    memory.saved, memory.editing, memory.taken_back = None, None, (sheet.centre_code, sheet.week_start)


def _next_week(sheet: Sheet, _asked: WeekEditing, _now: WeekEditing) -> None:
    following = store.oldest_missing_week(centre_code=sheet.centre_code, as_of=sheet.today)
    if following is not None:
        choose_week(following)
    session.memory(WeekMemory).editing = None


def _again(sheet: Sheet, _asked: WeekEditing, now: WeekEditing) -> None:
    _record(sheet, now)


DEEDS: Final[Mapping[str, Deed]] = {
    "complete": _save("complete"),
    "draft": _save("draft"),
    "closed": _shut_all_week,
    "again": _again,
    "unusual": _save_unusual,
    "closed-days": _save_with_closed_days,
    "correct": _correct,
    "mine": _keep_mine,
    "theirs": _start_again,
    "start-again": _start_again,
    "take-back": _take_back,
    "next-week": _next_week,
}
"""What a button of the form asks; « theirs » and « start-again » give up what was typed."""


def _record(sheet: Sheet, editing: WeekEditing, *, confirmed: frozenset[Rule] = frozenset()) -> None:
    memory, actor, now = session.memory(WeekMemory), session.current_actor(), clock.now()
    try:
        record = record_of(sheet, editing.typed, base_version=editing.base_version, confirmed=confirmed)
        with store.writing() as connection:
            saved = record_attendance_week(connection, actor, record, now=now)
    except NotWhole as wrong:
        others = [told for told in _refusals_of(wrong.rest) if told[0] not in wrong.sentences]
        order = [f"{day} {kind}" for day, kind in editing.typed.numbers]
        told = sorted([*wrong.sentences.items(), *others], key=lambda each: _place(order, each[0]))
        outcome = SaveOutcome(tuple(told))
    except Busy as busy:
        outcome = replace(_outcome(busy), database_failed=True)
    except Refused as refusal:
        outcome = _outcome(refusal)
    else:
        memory.saved, memory.editing = (sheet.centre_code, sheet.week_start, saved.version), None
        memory.to_take_back, memory.taken_back = saved.audit_id or memory.to_take_back, None
        return
    memory.editing = replace(editing, outcome=outcome)


_NEEDS_EACH_FIELD: Final = frozenset(
    {
        Rule.BLANK_FIELD,
        Rule.BLANK_DAYS,
        Rule.WEEK_NOT_OVER,
        Rule.PEOPLE_WITHOUT_HALF_DAYS,
        Rule.HALF_DAYS_WITHOUT_PEOPLE,
    }
)
"""What is not judged while a field cannot be read."""


def _refusals_of(rest: AttendanceWeekRecord) -> tuple[tuple[str, str], ...]:
    """Why the fields that can be read would be refused too: all faults are told at once."""
    try:
        with store.writing() as connection, connection.begin_nested() as only_asked:
            record_attendance_week(connection, session.current_actor(), rest, now=clock.now())
            only_asked.rollback()
    except (Unconfirmed, Busy):
        pass
    except Refused as refusal:
        return _outcome(Refused([each for each in refusal.problems if each.rule not in _NEEDS_EACH_FIELD])).told
    return ()


def _place(order: list[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def _outcome(refusal: Refused) -> SaveOutcome:
    problems = refusal.problems
    rules = {problem.rule for problem in problems}
    # Who changed the week and when is told from what is stored, on each run.
    told = tuple(
        (each.field, refusal_sentence(each.rule, each.values)) for each in problems if each.rule != Rule.STALE_VERSION
    )
    blank = [day for problem in problems if rules == {Rule.BLANK_DAYS} for day in problem.values["days"]]
    return SaveOutcome(
        told, unusual=frozenset(rules) if isinstance(refusal, Unconfirmed) else frozenset(), blank_days=frozenset(blank)
    )


# Why a weekly sheet is not recorded yet, and the buttons that answer.


def refusal_answer(sheet: Sheet, editing: WeekEditing) -> Answer | None:
    """What is wrong or asked; None when all is well."""
    outcome = editing.outcome
    if sheet.header.version != editing.base_version:
        buttons = (("Voir ses chiffres", "theirs"), ("Garder les miens", "mine"))
        return Answer("asked", _conflict(sheet), buttons=buttons)
    if outcome is None:
        return None
    said = " ".join(sentence for _field, sentence in outcome.told)
    if outcome.database_failed:
        return Answer("wrong", said, buttons=(("Réessayer", "again"),))
    if outcome.unusual:
        return Answer("asked", said, buttons=(("Enregistrer quand même", "unusual"), ("Corriger", "correct")))
    if outcome.blank_days:
        closed = "Oui, fermé ces jours-là" if len(outcome.blank_days) > 1 else "Oui, fermé ce jour-là"
        buttons = ((closed, "closed-days"), ("Non, je complèterai plus tard", "draft"))
        return Answer("asked", f"{said} Si oui, dites pourquoi dans la remarque.", buttons=buttons)
    faults = tuple((name_of(field), sentence) for field, sentence in outcome.told)
    return Answer("wrong", f"Rien n’est enregistré : {count(len(outcome.told), 'point')} à revoir.", faults)


def _conflict(sheet: Sheet) -> str:
    header = sheet.header
    said = refusal_sentence("stale_version", {"entered_by": header.entered_by, "entered_at": header.entered_at})
    if header.status is None:
        return said
    state = WEEK_STATUSES[header.status].label
    return f"{said} Ses chiffres : {count(sheet.stored_total, 'demi-journée')}, semaine {state}."
