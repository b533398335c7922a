"""What saving the week of all centres would do: the same write as for good, given up once it has answered."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import sqlalchemy as sa

from dashboard.ui import clock, session, store
from dashboard.ui.forms.network_sheet import NetworkSheet, NotASheet, Row, title_of, typed_of, with_state
from dashboard.ui.forms.weekly_sheet import Sheet
from dashboard.ui.forms.weekly_typed import NotWhole, record_of
from dashboard.wording.refusals import refusal_sentence
from data_access.records import AttendanceWeekRecord
from data_access.refusals import Problem, Refused, Rule, Unconfirmed
from data_access.writes.attendance import SavedWeek, record_attendance_weeks

_log: Final = logging.getLogger(__name__)


class _GivenUp(Exception):
    """Ends a rehearsal: nothing of it is kept."""


@dataclass(frozen=True)
class Difference:
    """One text that saving would change."""

    centre: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Review:
    """What saving would do. `faults` forbid it, `questions` are asked once, each with the name of its centre;
    `overtaken` when somebody else changed one of the sheets meanwhile."""

    rows: Mapping[str, Row]
    differences: tuple[Difference, ...] = ()
    faults: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    unusual: Mapping[str, frozenset[Rule]] = field(default_factory=dict)
    database_failed: bool = False
    overtaken: bool = False

    @property
    def centres(self) -> int:
        """How many sheets would be stored."""
        return len({difference.centre for difference in self.differences})


@dataclass(frozen=True)
class Editing:
    """The table as it was drawn, `rows`, and what was stored when it was opened, `base`, in these versions of the sheets.

    `number` sets its widgets apart from those of the tables before it.
    """

    week_start: date
    number: int
    versions: Mapping[str, int]
    base: Mapping[str, Row]
    rows: Mapping[str, Row]
    review: Review | None = None
    notes: tuple[str, ...] = ()
    refused_paste: str = ""

    def key(self, name: str) -> str:
        """The name of a widget among all those of the session."""
        return f"network-{self.number}-{name}"


def tried(
    network: NetworkSheet,
    editing: Editing,
    rows: Mapping[str, Row],
    *,
    confirmed: Mapping[str, frozenset[Rule]] | None = None,
    saved: dict[str, SavedWeek] | None = None,
) -> Review:
    """Writes the changed sheets; gives them up again unless `saved` is there to receive what was stored."""
    changed = [sheet for sheet in network.sheets if touched(editing, rows, sheet.centre_code)]
    said = {sheet.centre_code: with_state(sheet, rows[sheet.centre_code]) for sheet in changed}
    found = Review(rows, tuple(each for sheet in changed for each in _differences(network, editing, sheet, said)))
    records, faults = _records(network, changed, said, editing, confirmed or {})
    if faults:
        return replace(found, faults=faults)
    try:
        with store.writing() as connection:
            stored = record_attendance_weeks(connection, session.current_actor(), records, now=clock.now())
            if saved is None:
                raise _GivenUp
        saved.update(stored)
    except _GivenUp:
        pass
    except Unconfirmed as doubt:
        unusual = {
            code: frozenset(problem.rule for problem in doubt.problems if problem.values["centre_code"] == code)
            for code in {problem.values["centre_code"] for problem in doubt.problems}
        }
        return replace(found, questions=_told(network, doubt.problems), unusual=unusual)
    except Refused as refusal:
        overtaken = any(problem.rule == Rule.STALE_VERSION for problem in refusal.problems)
        return replace(found, faults=_told(network, refusal.problems), overtaken=overtaken)
    except sa.exc.SQLAlchemyError:
        _log.exception("the sheets of week %s could not be recorded", network.week_start)
        return replace(found, database_failed=True)
    return found


def _records(
    network: NetworkSheet,
    sheets: list[Sheet],
    rows: Mapping[str, Row],
    editing: Editing,
    confirmed: Mapping[str, frozenset[Rule]],
) -> tuple[list[AttendanceWeekRecord], tuple[str, ...]]:
    records, faults = [], []
    for sheet in sheets:
        code = sheet.centre_code
        try:
            typed = typed_of(sheet, rows[code])
            version = editing.versions.get(code, 0)
            records.append(record_of(sheet, typed, base_version=version, confirmed=confirmed.get(code, frozenset())))
        except NotASheet as wrong:
            faults += [f"{network.names[code]} – {sentence}" for sentence in wrong.sentences]
        except NotWhole as wrong:
            faults += [f"{network.names[code]} – {sentence}" for sentence in wrong.sentences.values()]
    return records, tuple(faults)


def touched(editing: Editing, rows: Mapping[str, Row], code: str) -> bool:
    """Whether somebody typed in the row of a centre here; what others change meanwhile is theirs."""
    base = editing.base.get(code, {})
    return any(text.strip() != base.get(column, "").strip() for column, text in rows[code].items())


def _differences(
    network: NetworkSheet, editing: Editing, sheet: Sheet, rows: Mapping[str, Row]
) -> tuple[Difference, ...]:
    before, after = editing.base[sheet.centre_code], rows[sheet.centre_code]
    return tuple(
        Difference(network.names[sheet.centre_code], title_of(column), before.get(column, ""), after.get(column, ""))
        for column in network.columns
        if before.get(column, "").strip() != after.get(column, "").strip()
    )


def _told(network: NetworkSheet, problems: Sequence[Problem]) -> tuple[str, ...]:
    return tuple(
        f"{network.names[problem.values['centre_code']]} – {refusal_sentence(problem.rule, problem.values)}"
        for problem in problems
    )
