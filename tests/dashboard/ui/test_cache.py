"""What is kept is kept for its state alone, made once, bounded, and forgotten when it must be."""

import threading
from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from dashboard.ui.cache import Cache, State, has_read, reads_into, size_of

DAY = date(2017, 5, 30)


def at(version: int, database: str = "one", **domains: int) -> State:
    return State(database, {"n": version, "visits": 1, "club": 1, **domains}, DAY)


def reading(*domains: str, value: object = b"x" * 1000) -> Callable[[], object]:
    """Makes a value from what is read of these domains."""

    def make() -> object:
        has_read(domains)
        return value

    return make


def test_a_value_is_made_once_for_its_state_and_key() -> None:
    cache, made = Cache(1_000_000), []

    def make() -> int:
        made.append(None)
        return len(made)

    assert [cache.get(at(1), "a", make), cache.get(at(1), "a", make), cache.get(at(1), "b", make)] == [1, 1, 2]
    assert cache.get(State("one", {"n": 1}, date(2017, 5, 31)), "a", make) == 3


def test_a_write_drops_what_was_read_of_its_domain_in_its_database_only() -> None:
    cache = Cache(1_000_000)
    for key, database in (("a", "one"), ("a", "two")):
        cache.get(at(1, database, visits=1), key, reading("visits"))
    cache.get(at(1, visits=1, club=1), "b", reading("club"))
    before = cache.bytes

    after = at(2, visits=2, club=1)

    assert cache.get(after, "b", reading("club", value="made again")) == b"x" * 1000
    assert cache.bytes < before
    assert cache.get(after, "a", reading("visits", value="made again")) == "made again"
    assert cache.get(at(1, "two", visits=1), "a", reading("visits", value="made again")) == b"x" * 1000


def test_who_still_looks_at_the_state_before_makes_it_for_themselves() -> None:
    cache = Cache(1_000_000)
    cache.get(at(2, visits=2), "a", reading("visits", value="new"))

    assert cache.get(at(1, visits=1), "a", reading("visits", value="old")) == "old"
    assert cache.get(at(2, visits=2), "a", reading("visits", value="made again")) == "new"


def test_a_value_rests_on_what_the_values_it_is_made_of_rest_on_kept_or_not() -> None:
    cache, shown = Cache(1_000_000), set[str]()
    cache.get(at(1, visits=1), "facts", reading("visits"))
    with reads_into(shown):
        cache.get(at(1, visits=1), "words", lambda: cache.get(at(1, visits=1), "facts", reading("visits")))

    assert shown == {"visits"}
    assert cache.get(at(2, visits=2), "words", lambda: "made again") == "made again"


def test_memory_is_bounded_whatever_is_asked() -> None:
    cache = Cache(100_000)
    for number in range(1000):
        cache.get(at(1), number, lambda: b"x" * 1000)

    assert cache.bytes <= 100_000
    assert cache.get(at(1), 999, lambda: b"") == b"x" * 1000
    assert cache.get(at(1), 0, lambda: b"made again") == b"made again"


def test_what_is_cleared_while_it_is_made_is_not_kept() -> None:
    """An erased name must not come back with a value that was begun before."""
    cache = Cache(1_000_000)

    def make() -> str:
        cache.clear()
        return "Élise"

    assert cache.get(at(1), "names", make) == "Élise"
    assert cache.get(at(1), "names", lambda: "nobody") == "nobody"


def test_of_many_who_ask_at_once_one_makes_it() -> None:
    cache, made, start = Cache(1_000_000), [], threading.Barrier(8)

    def make() -> int:
        made.append(None)
        return 7

    def ask() -> None:
        start.wait()
        cache.get(at(1), "a", make)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 1


def test_a_failure_is_told_and_not_kept() -> None:
    cache = Cache(1_000_000)

    def fail() -> int:
        raise ValueError("no answer")

    with pytest.raises(ValueError, match="no answer"):
        cache.get(at(1), "a", fail)
    assert cache.get(at(1), "a", lambda: 1) == 1


def test_the_size_of_a_value_is_that_of_its_parts() -> None:
    frame = pl.DataFrame({"n": range(1000)})

    assert size_of(frame) > 8000
    assert size_of({"a": (frame, "words")}) > size_of(frame)
