"""The invented data agree with what was published, computed here from the rows alone."""

from dataclasses import dataclass
from datetime import date

import pytest
import sqlalchemy as sa

from data_access.demonstration.scene import published
from data_access.reference_data import reference_rows
from tests.demonstrations import NOW, demonstration

# The evaluation speaks of a year; the presentation is of May 2017, the article of July.
_2013 = date(2013, 12, 31)
_MAY_2017 = date(2017, 5, 1)
_JULY_2017 = date(2017, 7, 1)


@dataclass(frozen=True)
class Match:
    """How one published figure is found again in the rows: from `lowest` to `highest`, None when they cannot give it."""

    indicator: str
    day: date
    published: float
    lowest: float | None
    highest: float | None


def exactly(indicator: str, day: date) -> Match:
    """A figure the rows give to the unit."""
    value = published(indicator, day.year)
    return Match(indicator, day, value, value, value)


MATCHES = (
    *(exactly(name, _2013) for name in ("centres", "seats", "seats_office", "seats_open_space", "users", "hours")),
    # Published rounded.
    Match("fill_rate", _2013, 0.35, 0.35, 0.3549),
    exactly("pass_members", _2013),
    exactly("cost_per_seat", _2013),
    exactly("centres", _MAY_2017),
    # « Une trentaine ».
    Match("placements", _MAY_2017, 30, 30, 30),
    # The database does not know the agents of the county who work at a distance.
    Match("teleworking_agents", _MAY_2017, 48, None, None),
    # Contradicted by the 58 positions of the presentation, which are kept.
    Match("seats", _2013, 47, None, None),
    exactly("welcome_sessions", _JULY_2017),
    # « Plus de 400 ».
    Match("welcome_project_holders", _JULY_2017, 400, 401, 425),
    exactly("welcome_people", _JULY_2017),
    # « Environ 25 %, une centaine de familles ».
    Match("welcome_settled_share", _JULY_2017, 0.25, 0.24, 0.26),
)

AS_OF_AND_SEED = (
    (date(2013, 12, 31), 2017),
    (date(2014, 6, 30), 7),
    (date(2017, 5, 30), 2017),
    (NOW.date(), 2017),
)

_VALID = "{0}.valid_from <= {1} AND ({0}.valid_to IS NULL OR {0}.valid_to >= {1})"
_SEATS = f"SELECT sum(seats) FROM centre_capacity c WHERE {_VALID.format('c', ':day')}"
_OFFERED = f"""
    SELECT sum(c.seats) FROM calendar_day d
    JOIN centre p ON p.status <> 'planned' AND p.opened_on <= d.day AND (p.closed_on IS NULL OR p.closed_on >= d.day)
    JOIN opening_hours h ON h.centre_id = p.id AND h.weekday = d.weekday AND {_VALID.format("h", "d.day")}
    JOIN centre_capacity c ON c.centre_id = p.id AND {_VALID.format("c", "d.day")}
    JOIN attendance_week w ON w.centre_id = p.id AND w.week_start = d.week_start AND w.status = 'complete'
    LEFT JOIN attendance_day a ON a.attendance_week_id = w.id AND a.day = d.day AND a.seat_kind = c.seat_kind
    WHERE strftime('%Y', d.day) = :year AND d.public_holiday IS NULL AND coalesce(a.closed, 0) = 0
    AND NOT EXISTS (SELECT 1 FROM closure x WHERE coalesce(x.centre_id, p.id) = p.id
                    AND d.day BETWEEN x.starts_on AND x.ends_on)"""
_OCCUPIED = """
    SELECT sum(a.half_days) FROM attendance_day a
    JOIN attendance_week w ON w.id = a.attendance_week_id AND w.status = 'complete' WHERE strftime('%Y', a.day) = :year"""
_HOURS = f"""
    SELECT sum(a.half_days * (
        SELECT sum(strftime('%s', h.closes_at) - strftime('%s', h.opens_at)) / 3600.0 / count(*) FROM opening_hours h
        WHERE h.centre_id = w.centre_id AND h.weekday = strftime('%w', a.day) AND {_VALID.format("h", "a.day")}))
    FROM attendance_day a JOIN attendance_week w ON w.id = a.attendance_week_id AND w.status = 'complete'
    WHERE strftime('%Y', a.day) = :year"""
_SESSIONS_HELD = "FROM welcome_session s WHERE s.starts_on <= :day"
_TOTALS_OR_HOUSEHOLDS = """
    SELECT sum(coalesce((SELECT sum(h.{detail}) FROM welcome_household h WHERE h.welcome_session_id = s.id), s.{total}))
    FROM welcome_session s WHERE s.starts_on <= :day"""
_HOLDERS = _TOTALS_OR_HOUSEHOLDS.format(detail="holders", total="project_holders")

COMPUTED = {
    "centres": "SELECT count(*) FROM centre WHERE status <> 'planned' AND opened_on <= :day"
    " AND (closed_on IS NULL OR closed_on >= :day)",
    "seats": _SEATS,
    "seats_office": f"{_SEATS} AND seat_kind = 'office'",
    "seats_open_space": f"{_SEATS} AND seat_kind = 'open_space'",
    "users": "SELECT count(DISTINCT person_id) FROM agreement WHERE signed_on <= :day"
    " AND (ended_on IS NULL OR ended_on >= :year || '-01-01')",
    "hours": _HOURS,
    "fill_rate": f"SELECT 1.0 * ({_OCCUPIED}) / ({_OFFERED})",
    "pass_members": "SELECT count(DISTINCT person_id) FROM pass_membership WHERE joined_on <= :day"
    " AND (ended_on IS NULL OR ended_on >= :day)",
    "cost_per_seat": f"SELECT sum(cost_eur) / ({_SEATS}) FROM centre_cost WHERE year = cast(:year AS integer)",
    "placements": "SELECT count(*) FROM placement WHERE hired_on <= :day",
    "welcome_sessions": f"SELECT count(*) {_SESSIONS_HELD}",
    "welcome_project_holders": _HOLDERS,
    "welcome_people": _TOTALS_OR_HOUSEHOLDS.format(detail="people", total="people"),
    "welcome_settled_share": "SELECT 1.0 * (SELECT count(*) FROM welcome_household WHERE settled_on <= :day)"
    f" / ({_HOLDERS})",
}


def computed(engine: sa.Engine, match: Match) -> float:
    """The figure of one published line, from the rows."""
    with engine.connect() as connection:
        values = {"day": match.day.isoformat(), "year": str(match.day.year)}
        return float(connection.execute(sa.text(COMPUTED[match.indicator]), values).scalar_one())


@pytest.mark.parametrize(("as_of", "seed"), AS_OF_AND_SEED, ids=str)
def test_the_rows_give_the_published_figures(as_of: date, seed: int) -> None:
    figures = {
        (match.indicator, match.day.year, match.lowest, match.highest): computed(demonstration(as_of, seed), match)
        for match in MATCHES
        if match.lowest is not None and match.day <= as_of
    }

    assert figures
    assert {
        about: figure
        for about, figure in figures.items()
        if about[2] is None or about[3] is None or not about[2] - 1e-6 <= figure <= about[3] + 1e-6
    } == {}


def test_every_published_figure_is_matched_or_says_why_not() -> None:
    expected = sorted((row["indicator"], row["year_to"], row["value"]) for row in reference_rows("published_figures"))

    assert sorted((match.indicator, match.day.year, match.published) for match in MATCHES) == expected


def test_the_58_seats_of_2013_are_split_over_the_ten_places() -> None:
    expected = {
        "MURAT": (6, 6),
        "SAINT-FLOUR": (4, 3),
        "AURILLAC-CCI": (4, 3),
        "MAURIAC": (4, 3),
        "RIOM-ES-MONTAGNES": (4, 2),
        "YDES": (3, 2),
        "CHAUDES-AIGUES": (3, 2),
        "ALLANCHE": (2, 1),
        "CASSANIOUZE": (2, 1),
        "MONTMURAT": (2, 1),
    }
    question = f"""
        SELECT p.code, sum(c.seats) FILTER (WHERE c.seat_kind = 'office'),
               sum(c.seats) FILTER (WHERE c.seat_kind = 'open_space')
        FROM centre_capacity c JOIN centre p ON p.id = c.centre_id WHERE {_VALID.format("c", "'2013-12-31'")} GROUP BY p.code"""

    with demonstration(date(2014, 6, 30), 7).connect() as connection:
        assert {
            code: (office, open_space) for code, office, open_space in connection.execute(sa.text(question))
        } == expected


def test_the_welcome_sessions_counted_in_july_2017_are_over_in_may() -> None:
    engine = demonstration(date(2017, 5, 30))

    assert [computed(engine, match) for match in MATCHES if match.indicator == "welcome_sessions"] == [22]
    assert [computed(engine, match) for match in MATCHES if match.indicator == "welcome_people"] == [530]
