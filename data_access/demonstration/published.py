"""The published figures the invented data agree with, and the reason why a figure is not reproduced to the unit."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from data_access.reference_data import published_figure_rows

_NBSP: Final = "\N{NO-BREAK SPACE}"
_NNBSP: Final = "\N{NARROW NO-BREAK SPACE}"
# The evaluation speaks of a year; the presentation is of May 2017, the article of July.
_2013: Final = date(2013, 12, 31)
_MAY_2017: Final = date(2017, 5, 1)
_JULY_2017: Final = date(2017, 7, 1)


@dataclass(frozen=True)
class Match:
    """How one published figure is found again in the rows.

    `day` is the last one it speaks of. The figure computed from the rows lies from `lowest` to `highest`; both None when
    the rows cannot give it.
    `reason` says, in French, why the two are not simply the published value.
    """

    indicator: str
    day: date
    published: float
    lowest: float | None
    highest: float | None
    reason: str | None = None

    @property
    def expressible(self) -> bool:
        """Whether the rows can give this figure."""
        return self.lowest is not None


def published(indicator: str, year: int) -> float:
    """The published value of an indicator up to a year; that of the first source when two contradict each other."""
    return next(
        float(row["value"])
        for row in published_figure_rows()
        if row["indicator"] == indicator and row["year_to"] == year
    )


def exactly(indicator: str, day: date) -> Match:
    """A figure the rows give to the unit."""
    value = published(indicator, day.year)
    return Match(indicator, day, value, value, value)


MATCHES: Final = (
    exactly("centres", _2013),
    exactly("seats", _2013),
    exactly("seats_office", _2013),
    exactly("seats_open_space", _2013),
    exactly("users", _2013),
    exactly("hours", _2013),
    Match("fill_rate", _2013, 0.35, 0.35, 0.3549, f"Publié arrondi{_NBSP}: 35{_NBSP}%."),
    exactly("pass_members", _2013),
    exactly("cost_per_seat", _2013),
    exactly("centres", _MAY_2017),
    Match("placements", _MAY_2017, 30, 30, 30, f"Publié comme une trentaine{_NNBSP}; la démonstration en compte 30."),
    Match(
        "teleworking_agents", _MAY_2017, 48, None, None,
        "La base ne connaît pas les agents du Département en télétravail.",
    ),
    Match(
        "seats", _2013, 47, None, None,
        f"Contredit les 58{_NBSP}positions du dossier de présentation, qui sont retenues.",
    ),
    exactly("welcome_sessions", _JULY_2017),
    Match("welcome_project_holders", _JULY_2017, 400, 401, 425, "Publié comme plus de 400."),
    exactly("welcome_people", _JULY_2017),
    Match(
        "welcome_settled_share", _JULY_2017, 0.25, 0.24, 0.26,
        f"Publié comme environ 25{_NBSP}%, une centaine de familles.",
    ),
)  # fmt: skip
