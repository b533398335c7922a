"""What is new is told in whole sentences, each on the day it came."""

from dashboard.ui.about import news


def test_each_line_is_a_sentence_and_none_is_cut() -> None:
    told = [sentence for _day, sentences in news() for sentence in sentences]

    assert told
    assert [
        sentence for sentence in told if not sentence.endswith(".") or not sentence[0].isupper() | (sentence[0] == "«")
    ] == []
    assert len(set(told)) == len(told)
