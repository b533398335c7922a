"""The only cache of the screens: what is asked of the database, by data version; who may not ask is refused and written down."""

import functools
import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import polars as pl
import sqlalchemy as sa
from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from dashboard import reporting
from dashboard.charts.palette import Palette
from dashboard.configuration import clock
from dashboard.figures.model import Figure
from dashboard.ui import session
from dashboard.ui.cache import Cache, State, has_read, reads_into
from dashboard.ui.downloads import withdraw_offers
from dashboard.ui.session import current_engine
from data_access import weeks
from data_access.domains import domains_told
from data_access.engine import data_versions, database_fault, reading
from data_access.engine import demonstration_as_of as day_of_demonstration
from data_access.engine import is_demonstration as holds_demonstration
from data_access.engine import writing as _writing
from data_access.entries import batches, exporting
from data_access.facts import ClubFacts, FirstDayFacts
from data_access.reads import accounts as account_reads
from data_access.reads import (
    agenda,
    attendance,
    entries,
    network,
    occupancy,
    passes,
    people,
    personal_data,
    presentation,
    programmes,
    publication,
    subjects,
)
from data_access.refusals import Busy, Refused, Rule
from data_access.rights import Actor, Keep, NotPermitted, Right, authorize, set_actor
from data_access.writes.rows import record_denial, record_refusal

# The only cache of the screens: what is asked of the database, by data version; who may not ask is refused and
# written down.

_log: Final = logging.getLogger(__name__)

# What somebody tried that they may not do is written down, whoever refused it: a read, a write or the page's own
# door.


@contextmanager
def written_down(engine: sa.Engine, actor: Actor, what: str) -> Iterator[None]:
    """Lets the refusal through, after its trace: in a transaction of its own, since that of the attempt is undone."""
    try:
        yield
    except Refused as refusal:
        # A database that does not answer must not hide the refusal.
        with suppress(sa.exc.SQLAlchemyError):
            record_refusal(engine, actor, refusal, at=clock.now())
        raise
    except NotPermitted as denied:
        with suppress(sa.exc.SQLAlchemyError, Busy):
            record_denial(engine, actor, f"{what} {denied.about}".strip(), at=clock.now())
        raise


# The only cache. One line per question: the answer is kept until something that it was read from is written, whoever writes
# it. Frames are kept as they are, without a copy: Polars frames are not changed in place.

P = ParamSpec("P")
Answer = TypeVar("Answer")

KEPT: Final = Cache(most_bytes=96 * 1024 * 1024)


def version() -> int:
    """The data version that is looked at: it grows with every write, whoever made it."""
    return session.look().versions["n"]


@contextmanager
def writing() -> Iterator[sa.Connection]:
    """One transaction that may write, by who is in front of the screen; a refusal for want of a right is written down.

    A database that fails is a refusal like another, for every form to tell: nothing is written, the same may be tried again.
    No Streamlit call may stand inside: it could end the run halfway.
    """
    try:
        actor = session.actor_now()
        with written_down(current_engine(), actor, "write"), _writing(current_engine(), actor) as connection:
            yield connection
    except sa.exc.SQLAlchemyError as error:
        _log.exception("what was asked could not be written")
        raise Busy(database_fault(error) or Rule.DATABASE_FAILED) from None


@contextmanager
def asking() -> Iterator[sa.Connection]:
    """One look at the database by who is in front of the screen, never kept; a refusal for want of a right is written down."""
    actor = session.current_actor()
    with (
        written_down(current_engine(), actor, "read"),
        reading(current_engine(), clock.today(), actor) as connection,
        domains_told(connection, has_read),
    ):
        yield connection


def _reach(question: Callable[..., object], actor: Actor) -> Actor | None:
    """Whose answer it is: on PostgreSQL the rows that a form is filled from depend on who asks and on the centres they keep,
    which change without a row that was read; figures are everybody's."""
    right = getattr(question, "right", None)
    own = right is Right.PERSONAL_DATA or (actor.role == "animator" and right is Right.ENTER)
    return actor if own else None


def forget_answers() -> None:
    """Old answers would fade by themselves; once a person is erased, their name must not wait for it in memory.

    Nor in a drawing, nor in a file that an open page still offers.
    """
    KEPT.clear()
    _LAST.clear()
    withdraw_offers()


def _remembered(question: Callable[Concatenate[sa.Connection, P], Answer]) -> Callable[P, Answer]:
    @functools.wraps(question)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Answer:
        look = session.look()
        actor = look.actor
        # Before the cache: an answer made for one person is not given to another who may not ask.
        with written_down(look.engine, actor, f"read {question.__name__}"):
            authorize(question, actor, kwargs)

        key = (question, _reach(question, actor), *_asked(args, kwargs))

        def ask() -> Answer:
            with reading(look.engine, look.today, actor) as connection:
                connection.execution_options(keep=_keeping_parts(connection, look, key))
                with domains_told(connection, has_read):
                    return question(connection, *args, **kwargs)

        return KEPT.get(_state(look), key, ask)

    return answer


def _keeping_parts(connection: sa.Connection, look: session.Look, whole: Hashable) -> Keep:
    """The reads that a whole one is made of are kept as well: a write has only those asked again that read of its domain.

    Each is of the state that the connection reads, as the rest of the whole is.
    """
    state = State(str(look.engine.url), data_versions(connection), look.today)

    def keep(
        question: Callable[..., object],
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
        ask: Callable[[], Answer],
    ) -> Answer:
        key = (question, None, *_asked(args, kwargs))
        # Figures are everybody's; the rows of another read may depend on who asks, and on what it is a part of.
        everybodys = getattr(question, "right", None) is Right.FIGURES
        return KEPT.get(state, key, ask) if everybodys and key != whole else ask()

    return keep


accounts = _remembered(account_reads.accounts)
attendance_facts = _remembered(attendance.attendance_facts)
attendance_weeks = _remembered(attendance.attendance_weeks)
centres = _remembered(network.centres)
check_in_place = _remembered(occupancy.check_in_place)
checked_in = _remembered(occupancy.checked_in)
centre_hours = _remembered(network.centre_hours)
hours_of_places = _remembered(network.hours_of_places)
published_prices = _remembered(network.published_prices)
communes = _remembered(network.communes)
first_day_facts = _remembered(network.first_day_facts)
place_facts = _remembered(network.place_facts)
places_facts = _remembered(network.places_facts)
place_code = _remembered(network.place_code)
place_entry = _remembered(network.place_entry)
club_facts = _remembered(subjects.club_facts)
first_joining = _remembered(passes.first_joining)
_ending_free_periods = _remembered(passes.ending_free_periods)
directory_people = _remembered(people.directory_people)
detailed_use = _remembered(subjects.detailed_use)
overview_facts = _remembered(subjects.overview_facts)
convention_facts = _remembered(programmes.convention_facts)
present_occupancy = _remembered(presentation.present_occupancy)
presentation_facts = _remembered(presentation.presentation_facts)
saved_presentations = _remembered(presentation.saved_presentations)
retention_due = _remembered(personal_data.retention_due)
people_found = _remembered(personal_data.people_found)
namesakes = _remembered(personal_data.namesakes)
_person_file = _remembered(personal_data.person_file)
published_figures = _remembered(network.published_figures)
welcome_facts = _remembered(programmes.welcome_facts)
agenda_facts = _remembered(agenda.agenda_facts)
follow_ups = _remembered(agenda.follow_ups)
evaluated_years = _remembered(subjects.evaluated_years)
report_file = _remembered(reporting.report_file)
report_notes_file = _remembered(reporting.notes_file)
oldest_missing_week = _remembered(attendance.oldest_missing_week)
weeks_of_places = _remembered(network.weeks_of_places)
file_lines = _remembered(exporting.file_lines)
file_rows = _remembered(exporting.file_rows)
imports = _remembered(batches.imports)
weeks_owed = _remembered(attendance.weeks_owed)
weeks_to_verify = _remembered(attendance.weeks_to_verify)
journal = _remembered(entries.journal)
journal_actors = _remembered(entries.journal_actors)
journal_count = _remembered(entries.journal_count)
history = _remembered(entries.history)
last_entries = _remembered(entries.last_entries)
known_people = _remembered(entries.known_people)
open_memberships = _remembered(entries.open_memberships)
open_placements = _remembered(entries.open_placements)
welcome_session_choices = _remembered(entries.welcome_session_choices)
household_choices = _remembered(entries.household_choices)
course_choices = _remembered(entries.course_choices)
event_choices = _remembered(entries.event_choices)
week_lock = _remembered(weeks.week_lock)
asked_reopenings = _remembered(weeks.asked_reopenings)
monthly_desk_days = _remembered(attendance.monthly_desks)
sheet_days = _remembered(attendance.sheet_days)
sheet_header = _remembered(attendance.sheet_header)
usual_week = _remembered(attendance.usual_week)
weeks_before = _remembered(attendance.weeks_before)
live_occupancy = _remembered(occupancy.live_occupancy)
replayed_to = _remembered(occupancy.replayed_to)
occupancy_by_half_hour = _remembered(occupancy.occupancy_by_half_hour)
occupancy_facts = _remembered(occupancy.occupancy_facts)
people_with_agreement = _remembered(occupancy.people_with_agreement)
proposed_days = _remembered(occupancy.proposed_days)
visits_of_day = _remembered(occupancy.visits_of_day)
closing_time = _remembered(occupancy.closing_time)
published_places = _remembered(publication.published_places)
announced = _remembered(publication.announced)
is_demonstration = _remembered(holds_demonstration)
demonstration_as_of = _remembered(day_of_demonstration)


def ending_free_periods(about: ClubFacts) -> pl.DataFrame:
    """The free periods of the club about to end, with the names of those whom who looks may see."""
    actor = session.current_actor()
    own = tuple(sorted(actor.centres)) if actor.role == "animator" else ()
    named_at = None if actor.coordinates else own
    kept = {"status": about.status, "centre_code": about.centre_code}
    return _ending_free_periods(first=about.as_of, last=about.soon, named_at=named_at, **kept)


def person_file(*, person_id: int) -> personal_data.PersonFile | None:
    """All that is known of a person; a draft that names them is told as soon as it is kept."""
    with asking() as connection:
        drafts = personal_data.drafts_now(connection)
    return _person_file(person_id=person_id, drafts_kept=drafts)


_RUNNING: Final[WeakKeyDictionary[sa.Engine, set[str]]] = WeakKeyDictionary()


def first_day() -> FirstDayFacts | None:
    """What a base that was just begun holds; None once the network runs, which is asked no more while the server does."""
    engine = current_engine()
    if engine in _RUNNING:
        # What the page says rests on it still.
        has_read(_RUNNING[engine])
        return None
    read: set[str] = set()
    with reads_into(read):
        facts = first_day_facts()
    has_read(read)
    if not facts.runs(clock.now()):
        return facts
    _RUNNING[engine] = read
    return None


def draft(*, form: str, about: str) -> entries.Draft | None:
    """What who looks typed and did not record; never kept, since a draft is no news for anybody else."""
    if session.look().failure is not None:
        return None
    with current_engine().connect() as connection:
        return entries.draft(set_actor(connection, session.current_actor()), form=form, about=about)


def said(make: Callable[P, Answer], *args: P.args, **kwargs: P.kwargs) -> Answer:
    """What `make` says of facts that were asked for: kept as long as they are, for all who were answered with the same."""

    def say() -> Answer:
        # Whatever is kept, it would not be found again without its facts: it is dropped with them.
        has_read(KEPT.rest_on((*args, *kwargs.values())))
        return make(*args, **kwargs)

    return KEPT.get(_state(session.look()), (make, *_asked(args, kwargs)), say)


class _This:
    """Rows in a key, told apart by which they are: the answer to a question is the same object as long as it is kept."""

    def __init__(self, rows: object) -> None:
        self.rows = rows

    def __hash__(self) -> int:
        return id(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and other.rows is self.rows


def _asked(args: tuple[object, ...], kwargs: Mapping[str, object]) -> tuple[object, ...]:
    named = tuple((name, _told_apart(kwargs[name])) for name in sorted(kwargs))
    return tuple(map(_told_apart, args)), named


def _told_apart(argument: object) -> object:
    if isinstance(argument, pl.DataFrame | list):
        return _This(argument)
    return tuple(argument.items()) if isinstance(argument, Mapping) else argument


def _state(look: session.Look) -> State:
    return State(str(look.engine.url), look.versions, look.today)


# The drawings of figures, as the browser takes them: made once for a figure that is kept, and taken again for another of
# the same rows, as most are after a write; where the rows alone have changed, the description is that of before.

_DRAWN: Final[WeakKeyDictionary[Figure, dict[str, dict[str, Any]]]] = WeakKeyDictionary()
_Last = tuple[Figure, tuple[object, ...], dict[str, Any]]
_LAST: Final[OrderedDict[Hashable, _Last]] = OrderedDict()
_MOST_DRAWINGS: Final = 200


def drawing(figure: Figure, palette: Palette) -> dict[str, Any]:
    """The chart in Vega-Lite's words, its rows apart as Arrow bytes under names that stay the same whatever they hold."""
    drawn = _DRAWN.setdefault(figure, {})
    if palette.name not in drawn:
        # As many rows: that of the same period, most often.
        key = (figure.draw, figure.key, palette.name, figure.figures.height)
        _LAST[key] = last = _drawn_after(figure, palette, _LAST.pop(key, None))
        while len(_LAST) > _MOST_DRAWINGS:
            _LAST.popitem(last=False)
        drawn[palette.name] = last[-1]
    return drawn[palette.name]


def _drawn_after(figure: Figure, palette: Palette, last: _Last | None) -> _Last:
    before, shape, spec = last or (None, (), {})
    if before is None or before.options != figure.options or not before.figures.equals(figure.figures):
        chart = figure.drawn(palette)
        described = spec if chart.shape == shape else chart.description()
        frames = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in chart.rows.items()}
        rows = {name: convert_anything_to_arrow_bytes(frame) for name, frame in frames.items()}
        shape, spec = chart.shape, {**described, "datasets": rows}
    return figure, shape, spec


# The moment it is for who comes and goes: the clock's, but for a demonstration that is being replayed.


def live_now() -> datetime:
    """This instant, in UTC; where a replay has carried invented visits beyond the clock, the moment it has reached."""
    real = clock.now()
    return max(real, replayed_to(on=clock.today()) or real)
