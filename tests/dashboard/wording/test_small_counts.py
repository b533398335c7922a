"""A hidden count has words of its own: neither zero, nor nothing, nor unknown."""

from dashboard.indicators.disclosure import THRESHOLD
from dashboard.wording.terms import FEWER, FEWER_SIGN, HIDDEN, MISSING, RIGHTS, SMALL_COUNTS_HIDDEN, hidden_words


def test_a_hidden_count_reads_neither_as_zero_nor_as_unknown() -> None:
    assert (hidden_words(few=True), hidden_words(few=False)) == (FEWER, HIDDEN)
    assert len({FEWER, HIDDEN, MISSING, "", "0"}) == 5


def test_the_words_say_the_threshold() -> None:
    assert FEWER.endswith(str(THRESHOLD))
    assert f"<\u00a0{THRESHOLD}" == FEWER_SIGN
    assert f"de 1 à {THRESHOLD - 1} " in SMALL_COUNTS_HIDDEN
    assert f"moins de {THRESHOLD} personnes" in RIGHTS["small_counts"].label
