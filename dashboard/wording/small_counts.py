"""What stands where a count of few people is hidden: words, never a blank that would read as zero."""

from typing import Final

from dashboard.wording.numbers import integer
from dashboard.wording.terms import MISSING

HIDDEN: Final = "masqué"
"""In a cell of a table: the count is small, or would give a small one away; which of the two is not said."""
FEWER: Final = "moins de 5"
"""For a number that stands alone: it is from one to four."""
FEWER_SIGN: Final = "<\u00a05"
"""The same where a word has no room."""
SMALL_COUNTS_HIDDEN: Final = (
    "Pour protéger les personnes, les effectifs de 1 à 4 sont masqués, ainsi que ceux qui permettraient de les retrouver, "
    "et les parts calculées sur eux. «\u00a0masqué\u00a0» ne veut pas dire zéro."
)
"""Said on each page of who may not see small counts."""


def shown_count(count: int | None, *, hidden: bool) -> str:
    """« 12 », « moins de 5 » for one that is hidden, « n. d. » for one that nobody noted."""
    if hidden:
        return FEWER
    return MISSING if count is None else integer(count)
